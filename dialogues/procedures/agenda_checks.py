"""The checks before a release (workflows §4.3): what blocks it, what only warns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import combinations

from django.db.models import Exists, OuterRef, Prefetch, prefetch_related_objects
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dialogues.models import Edition, Registration, ReleasedSession, Session, SpeakerSlot
from dialogues.models.agenda import Kind
from parties.models import User

from .steps import Check

LONGEST_WITHOUT_BREAK = timedelta(hours=2, minutes=30)


def working_sessions(edition: Edition, by: User | None = None) -> list[Session]:
    """The working agenda with its people, from two questions: each session says whether a release has shown it before
    (`was_released`) and, where somebody asks, whether that person may see it (`is_visible`).
    """
    slots = SpeakerSlot.objects.select_related("person__organisation", "party")
    sessions = (
        edition.sessions.for_release()
        .prefetch_related(None)
        .prefetch_related(Prefetch("speakers", slots))
        .annotate(was_released=Exists(ReleasedSession.objects.filter(session=OuterRef("pk"), release__edition=edition)))
        .order_by("starts_at", "pk")
    )
    if by is not None:
        seen = Session.objects.visible_to(by).order_by().filter(pk=OuterRef("pk"))
        sessions = sessions.annotate(is_visible=Exists(seen))
    return list(sessions)


class Bench:
    """The sessions under check, fetched once, and which of them the asker may see by name."""

    def __init__(self, edition: Edition, by: User, sessions: Iterable[Session] | None = None) -> None:
        self.edition = edition
        known = working_sessions(edition, by) if sessions is None else sessions
        self.sessions = [session for session in known if session.status != Session.Status.CANCELLED]
        self.visible = {session.pk for session in self.sessions if session.is_visible}  # type: ignore[attr-defined]
        prefetch_related_objects([edition.dialogue], "parties")

    def named(self, session: Session) -> str:
        """The title, unless the session is one of the other party's own: then only that there is one."""
        return str(session.title) if session.pk in self.visible else str(_("a session you may not read"))

    def when(self, session: Session) -> str:
        local = session.starts_at.astimezone(self.edition.zone)
        return f"{date_format(local, 'l')} {date_format(local, 'TIME_FORMAT')}"

    def overlapping(self) -> Iterator[tuple[Session, Session]]:
        for first, second in combinations(self.sessions, 2):
            if first.starts_at < second.ends_at and second.starts_at < first.ends_at:
                yield first, second

    def shown(self, *sessions: Session) -> tuple[Session, ...]:
        return tuple(session for session in sessions if session.pk in self.visible)


def _outside_days(bench: Bench) -> Iterator[Check]:
    edition = bench.edition
    for session in bench.sessions:
        days = {instant.astimezone(edition.zone).date() for instant in (session.starts_at, session.ends_at)}
        if edition.opens_on and edition.closes_on and not all(edition.opens_on <= day <= edition.closes_on for day in days):
            text = _("%(title)s lies outside the edition’s days, %(days)s: move it.")
            yield Check("blocks", text % {"title": bench.named(session), "days": edition.dates}, bench.shown(session))


def _room_booked_twice(bench: Bench) -> Iterator[Check]:
    for first, second in bench.overlapping():
        if first.room_id and first.room_id == second.room_id:
            text = _("%(room)s is booked twice on %(when)s: %(first)s and %(second)s. Give one of them another room or time.")
            said = {
                "room": first.room,
                "when": bench.when(second),
                "first": bench.named(first),
                "second": bench.named(second),
            }
            yield Check("blocks", text % said, bench.shown(second, first))


def _person_booked_twice(bench: Bench) -> Iterator[Check]:
    for first, second in bench.overlapping():
        people = {slot.person_id: slot.person for slot in first.speakers.all() if slot.person_id}
        for slot in second.speakers.all():
            if slot.person_id in people:
                text = _("%(person)s is needed twice on %(when)s: in %(first)s and in %(second)s.")
                said = {
                    "person": slot.person,
                    "when": bench.when(second),
                    "first": bench.named(first),
                    "second": bench.named(second),
                }
                yield Check("blocks", text % said, bench.shown(second, first))


def _no_room(bench: Bench) -> Iterator[Check]:
    without = [session for session in bench.sessions if not session.room_id and session.kind != Kind.FREE]
    yield from _one_warning(bench, without, _("No room; printed as “Room to be announced”"))


def _no_chair(bench: Bench) -> Iterator[Check]:
    parties = {party.pk for party in bench.edition.dialogue.parties.all()}
    unchaired, one_sided = [], []
    for session in bench.sessions:
        if session.is_pause:
            continue
        chairs = [slot for slot in session.speakers.all() if slot.role in {"chair", "co_chair", "moderator"} and slot.person_id]
        if session.mandate_id and session.kind == Kind.BREAKOUT:
            if parties - {slot.party_id for slot in chairs}:
                one_sided.append(session)
        elif not chairs:
            unchaired.append(session)
    yield from _one_warning(bench, unchaired, _("Nobody in the chair"))
    yield from _one_warning(bench, one_sided, _("A working group without one co-chair of each party"))


def _member_of_parallel_groups(bench: Bench) -> Iterator[Check]:
    members: dict[int, set[int]] = {}
    seats = Registration.objects.live().filter(edition=bench.edition, mandates__isnull=False)
    for mandate, registration in seats.values_list("mandates", "pk"):
        members.setdefault(mandate, set()).add(registration)
    for first, second in bench.overlapping():
        if first.mandate_id and second.mandate_id and first.mandate_id != second.mandate_id:
            both = len(members.get(first.mandate_id, set()) & members.get(second.mandate_id, set()))
            if both:
                text = _("%(count)d delegates are members of two groups that meet at the same time: %(first)s and %(second)s")
                said = {"count": both, "first": bench.named(first), "second": bench.named(second)}
                yield Check("warns", text % said, bench.shown(first, second))


def _unconfirmed_speaker(bench: Bench) -> Iterator[Check]:
    unconfirmed = [
        session
        for session in bench.sessions
        if any(not slot.is_confirmed for slot in session.speakers.all() if slot.role not in {"chair", "co_chair", "rapporteur"})
    ]
    yield from _one_warning(bench, unconfirmed, _("Speaker not confirmed; printed as “Speaker to be confirmed”"))


def _no_break(bench: Bench) -> Iterator[Check]:
    """More than two and a half hours of work in a row, over all rooms of a day."""
    run_start = run_end = None
    for session in bench.sessions:
        if session.is_pause:
            run_start = None
            continue
        if run_start is None or run_end is None or session.starts_at - run_end >= timedelta(minutes=15):
            run_start, run_end = session.starts_at, session.ends_at
        run_end = max(run_end, session.ends_at)
        if run_end - run_start > LONGEST_WITHOUT_BREAK:
            yield Check(
                "warns",
                _("No break in two and a half hours before the end of %(title)s") % {"title": bench.named(session)},
                bench.shown(session),
            )
            run_start = None


def _no_annotation(bench: Bench) -> Iterator[Check]:
    bare = [session for session in bench.sessions if not session.is_pause and not session.annotation]
    yield from _one_warning(bench, bare, _("Annotation missing"))


def _no_dutch_title(bench: Bench) -> Iterator[Check]:
    bare = [session for session in bench.sessions if not session.title_nl]
    yield from _one_warning(bench, bare, _("Dutch title missing; the English one is shown"))


def _one_warning(bench: Bench, sessions: Iterable[Session], text: str) -> Iterator[Check]:
    if sessions := list(sessions):
        yield Check("warns", text, bench.shown(*sessions))


BLOCKING: tuple[Callable[[Bench], Iterator[Check]], ...] = (_outside_days, _room_booked_twice, _person_booked_twice)
WARNING: tuple[Callable[[Bench], Iterator[Check]], ...] = (
    _no_room,
    _no_chair,
    _member_of_parallel_groups,
    _unconfirmed_speaker,
    _no_break,
    _no_annotation,
    _no_dutch_title,
)


def agenda_checks(edition: Edition, by: User, sessions: Iterable[Session] | None = None) -> list[Check]:
    """Every failure at once, what blocks first; a line that says so when nothing blocks.

    `sessions` are the `working_sessions` that this person sees, where they have been read already.
    """
    bench = Bench(edition, by, sessions)
    blocking = [check for ask in BLOCKING for check in ask(bench)]
    warnings = [check for ask in WARNING for check in ask(bench)]
    if not blocking:
        passed = _("Every session lies inside the edition’s days; no room and no person is booked twice")
        blocking = [Check("passed", passed)]
    return blocking + warnings
