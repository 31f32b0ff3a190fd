"""The page of differences: any two releases of an edition beside each other, or one of them and the working agenda."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dialogues.models import AgendaRelease, Edition, Paper, ReleasedSession, ReleasedSpeaker, Session
from dialogues.models.agenda import SlotRole
from dialogues.models.programme import part_of
from dialogues.procedures.agenda_changes import Change, ChangeKind, by_session, difference, seen
from dialogues.procedures.agenda_content import Content, Row, released_content, with_papers, working_content
from dialogues.procedures.agenda_words import Names, in_language, label, was_and_now
from parties.models import Person

from .pages import EditionPages

WORKING = "working"


def difference_address(edition: Edition, before: str, after: str = WORKING) -> str:
    address = reverse("admin:dialogues_edition_releases", args=[edition.pk])
    return f"{address}?{urlencode({'from': before, 'to': after})}"


def choices_of(releases: Iterable[AgendaRelease], edition: Edition) -> list[tuple[str, str]]:
    """Every release with what became of it, the newest first."""
    latest = edition.latest_release()
    said = []
    for one in releases:
        if hasattr(one, "withdrawal"):
            words = _("%(number)s, withdrawn") % {"number": one.number}
        elif one.kind == AgendaRelease.Kind.OUTLINE:
            words = _("%(number)s, outline") % {"number": one.number}
        elif one == latest:
            words = _("%(number)s, holds") % {"number": one.number}
        else:
            words = one.number
        said.append((one.number, words))
    return said


class DifferencePage(EditionPages):
    """What somebody may not read is left out of both sides: the other party's own sessions, papers of fewer readers."""

    def get_urls(self) -> list[Any]:
        return [self.page("releases", self.releases_view), *super().get_urls()]

    def releases_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        edition = self.kept(request, object_id)
        found = AgendaRelease.objects.visible_to(request.user).filter(edition=edition)
        releases = list(found.select_related("withdrawal").newest_first())
        by_number = {one.number: one for one in releases}
        latest = edition.latest_release() or next(iter(releases), None)
        asked = request.GET.get("from") or (latest.number if latest else ""), request.GET.get("to") or WORKING
        before, after = by_number.get(asked[0]), by_number.get(asked[1])
        is_known = before is not None and (after is not None or asked[1] == WORKING)
        choices = choices_of(releases, edition)
        with timezone.override(edition.zone):
            return self.shown(
                request,
                edition,
                "releases",
                _("Releases of the agenda"),
                choices_before=choices,
                choices_after=[(WORKING, _("the working agenda")), *choices],
                chosen_before=asked[0],
                chosen_after=asked[1],
                is_known=is_known,
                rows=rows_of(edition, request.user, before, after) if is_known and before else [],
                releases_address=f"{reverse('admin:dialogues_agendarelease_changelist')}?edition__id__exact={edition.pk}",
            )


def rows_of(edition: Edition, user: Any, before: AgendaRelease, after: AgendaRelease | None) -> list[dict[str, Any]]:
    """A row a session, in the order of the later state; each with its changes, both sides in words."""
    was, now = read(edition, user, before), read(edition, user, after)
    hidden = {pk for content, visible in (was, now) for pk in content if pk not in visible}
    then, there = seen(was[0], now[0], seen_before=set(was[0]) - hidden, seen_after={*was[0], *now[0]} - hidden)
    changes = readable(difference(then, there), user, edition)
    names = Names.of([changes])
    who = by_name(changes, then, there, names)
    rows = []
    for pk, entry in by_session(changes).items():
        row = (there.get(pk) or then[pk])[0]
        said = [(label(change, then), *was_and_now(change, then, there, edition, names, who)) for change in entry]
        if pk not in there:
            said = [(_("Not in it"), said[0][1], "")]
        address = reverse("admin:dialogues_session_change", args=[pk])
        rows.append({"title": in_language(row, "title"), "address": address, "changes": said})
    return rows


def read(edition: Edition, user: Any, release: AgendaRelease | None) -> tuple[Content, set[int]]:
    """A state, and which of its sessions this reader may read; of the working agenda those that the reader keeps."""
    if release is None:
        kept = Session.objects.kept_by(user).filter(edition=edition).order_by().values_list("pk", flat=True)
        return with_papers(working_content(edition), edition), set(kept)
    released = ReleasedSession.objects.visible_to(user).filter(release=release).order_by()
    return released_content(release), set(released.values_list("session", flat=True))


def readable(changes: list[Change], user: Any, edition: Edition) -> list[Change]:
    """Without papers that this reader may not read."""
    if not any(change.kind is ChangeKind.PAPER_ADDED for change in changes):
        return changes
    visible = set(Paper.objects.visible_to(user).filter(edition=edition).order_by().values_list("pk", flat=True))
    kept = []
    for change in changes:
        if change.kind is ChangeKind.PAPER_ADDED:
            new = {key: number for key, number in change.after.items() if key[0] in visible}
            if not new:
                continue
            change = Change(change.session_id, change.kind, change.before, new)
        kept.append(change)
    return kept


def by_name(changes: list[Change], before: Content, after: Content, names: Names) -> Any:
    """How a part is written here: by name, unless the person serves where names are withheld (security-privacy §6.2)."""
    sessions = {change.session_id for change in changes if change.kind is ChangeKind.PERSON_CHANGED}
    slots = [slot for content in (before, after) for pk in sessions for slot in content[pk][1]]
    keys = {slot["person_id"] for slot in slots if slot["person_id"]}
    people = Person.objects.select_related("organisation").in_bulk(keys)

    def who(slot: Row) -> str:
        person = people.get(slot["person_id"])
        kept = {name: value for name, value in slot.items() if name not in {"party_id", "person_id"}}
        part = part_of(ReleasedSpeaker(**kept, person=person))
        said = ", ".join(str(one) for one in (part.name, part.post) if one) or _("to be confirmed")
        party = names.parties.get(slot["party_id"] or 0, "")
        return f"{SlotRole(slot['role']).label}: {said}" + (f" ({party})" if party else "")

    return who
