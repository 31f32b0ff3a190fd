"""The list of participants as participants, focal points and secretaries read it: as issued, and what changed since before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dialogues.exports.participants import sections_of
from dialogues.models import Delegation, Edition, ListedParticipant, ParticipantList
from dialogues.procedures.participants import Difference, difference
from socportal import clock


@dataclass(frozen=True)
class Change:
    """One line of what changed: the person as listed now, or as listed before where they have gone."""

    line: ListedParticipant
    before: ListedParticipant | None = None

    @property
    def said(self) -> list[tuple[str, Any]]:
        """What stood there before, a label and a text each; no earlier name that is withheld or erased by now."""
        if self.before is None:
            return []
        line, before = self.line, self.before
        rows = [
            (_("name"), before.name if line.name and before.name != line.name else ""),
            (_("post"), before.post if (before.post_en, before.post_nl) != (line.post_en, line.post_nl) else ""),
            (
                _("organisation"),
                before.organisation.name if before.organisation and before.organisation_id != line.organisation_id else "",
            ),
            (_("category"), before.get_category_display() if before.category != line.category else ""),
        ]
        return [(label, text) for label, text in rows if text]


@login_required
@require_safe
def participants(request: HttpRequest, dialogue: str, year: int, number: int | None = None) -> HttpResponse:
    """The newest issued version, or the one of this number; before the first, a page that says when it is due."""
    at = clock.now()
    edition = readable_edition(request, dialogue, year)
    issued = list(ParticipantList.objects.visible_to(request.user, at).filter(edition=edition).order_by("-number"))
    shown = next((one for one in issued if number in {None, one.number}), None)
    if shown is None and number is not None:
        raise Http404
    lines = lines_of(shown)
    before = next((one for one in issued if shown and one.number < shown.number), None)
    context = {
        "edition": edition,
        "dialogue": edition.dialogue,
        "shown": shown,
        "issued_at": shown and shown.issued_at.astimezone(edition.zone),
        "is_newest": bool(issued) and shown == issued[0],
        "versions": issued,
        "before": before,
        "sections": sections_of(lines, edition),
        "people": len(lines),
        "changes": in_words(difference(lines_of(before), lines)) if before else [],
    }
    return render(request, "dialogues/participants/participants.html", context)


def readable_edition(request: HttpRequest, dialogue: str, year: int) -> Edition:
    """The edition, for whoever may see who comes; the same 404 for anybody else and for one that is not there (law R1)."""
    at = clock.now()
    if year > 9999:
        raise Http404
    seen = Delegation.objects.visible_to(request.user, at)
    edition: Edition | None = (
        Edition.objects.visible_to(request.user, at)
        .filter(dialogue__slug=dialogue, year=year, pk__in=seen.values("edition"))
        .select_related("dialogue", "host_party")
        .first()
    )
    if edition is None:
        raise Http404
    return edition


def lines_of(issued: ParticipantList | None) -> list[ListedParticipant]:
    if issued is None:
        return []
    return list(issued.lines.select_related("party", "organisation").order_by("position"))


def in_words(found: Difference) -> list[tuple[str, list[Change]]]:
    """Added, gone, changed: each that there is, with its lines."""
    told = [
        (_("Added"), [Change(line) for line in found.added]),
        (_("No longer listed"), [Change(line) for line in found.gone]),
        (_("Changed"), [Change(line, before) for before, line in found.changed]),
    ]
    return [(title, changes) for title, changes in told if changes]
