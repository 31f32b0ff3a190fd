"""Practical information as participants, focal points and secretaries read it: the latest version, on one page."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dialogues.models import Information, InformationVersion
from dialogues.models.information import InformationFields
from dialogues.models.programme import takes_part
from socportal import clock

from .agenda import edition_or_404

DRAFT = "draft"


@login_required
@require_safe
def information(request: HttpRequest, dialogue: str, year: int) -> HttpResponse:
    """The latest version; `?version=2` an older one and `?version=draft` the working text, for its secretaries alone."""
    at, asked = clock.now(), request.GET.get("version", "")
    edition = edition_or_404(request.user, dialogue, year, at)
    if not takes_part(request.user, edition, at):
        raise Http404
    versions = list(InformationVersion.objects.visible_to(request.user, at).filter(edition=edition).newest_first())
    draft = Information.objects.visible_to(request.user, at).filter(edition=edition).first()
    shown = draft if asked == DRAFT else next((one for one in versions if asked in {"", str(one.number)}), None)
    if shown is None and asked:
        raise Http404
    page = {
        "edition": edition,
        "dialogue": edition.dialogue,
        "edition_at_hand": edition,
        "venue": edition.venue,
        "shown": shown,
        "is_draft": asked == DRAFT,
        "issued_at": shown.issued_at.astimezone(edition.zone) if isinstance(shown, InformationVersion) else None,
        "is_newest": bool(versions) and shown == versions[0],
        "sections": sections_of(shown),
        "versions": versions if draft else [],
    }
    return render(request, "dialogues/information/information.html", page)


def headings() -> dict[str, str]:
    return {
        "entrance": _("Entrance and what to bring"),
        "transport": _("Getting there"),
        "wifi": _("Wi-Fi"),
        "dress": _("Dress"),
        "meals": _("Meals"),
        "other": _("Anything else"),
    }


def sections_of(shown: InformationFields | None) -> list[tuple[str, str, Any]]:
    """A name, a heading and a text for each part that there is something to say about."""
    if shown is None:
        return []
    return [(part, heading, text) for part, heading in headings().items() if (text := getattr(shown, part))]
