"""The checks before a release (workflows §4.3): what blocks it, what only warns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from django.db.models import Exists, OuterRef, Prefetch, prefetch_related_objects
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dialogues.models import AgendaRelease, Audience, CoChair, Edition, Registration, ReleasedSession, Session, SpeakerSlot
from dialogues.models.agenda import FOR_ALL, Kind
from dialogues.models.ceiling import above_the_ceiling
from parties.models import User

from .steps import Check

LONGEST_WITHOUT_BREAK = timedelta(hours=2, minutes=30)


def working_sessions(edition: Edition, by: User | None = None) -> list[Session]:
    """The working agenda with its people, from two questions: each session says whether a release has shown it to delegates
    before (`was_released`) and, where somebody asks, whether that person may see it (`is_visible`): who keeps it, since what
    a release told of a session is not what it has become.
    """
    shown = ReleasedSession.objects.filter(session=OuterRef("pk"), release__edition=edition)
    shown = shown.exclude(release__kind=AgendaRelease.Kind.OUTLINE)
    slots = SpeakerSlot.objects.select_related("person__organisation", "party")
    sessions = (
        edition.sessions.for_release()
        .prefetch_related(None)
        .prefetch_related(Prefetch("speakers", slots))
        .annotate(was_released=Exists(shown))
        .order_by("starts_at", "pk")
    )
    if by is not None:
        seen = Session.objects.kept_by(by).order_by().filter(pk=OuterRef("pk"))
        sessions = sessions.annotate(is_visible=Exists(seen))
    return list(sessions)


class Bench:
    """The sessions under check, fetched once, and which of them the asker may see by name."""

    def __init__(self, edition: Edition, by: User, sessions: Iterable[Session] | None = None) -> None:
        self.edition = edition
        known = working_sessions(edition, by) if sessions is None else sessions
        going = [session for session in known if session.status != Session.Status.CANCELLED]
        self.sessions = sorted(going, key=lambda session: (session.starts_at, session.pk))
        self.visible = {session.pk for session in self.sessions if session.is_visible}  # type: ignore[attr-defined]
        prefetch_related_objects([edition.dialogue], "parties")

    def named(self, session: Session) -> str:
        """The title, unless the session is one of the other party's own: then only that there is one."""
        return str(session.title) if session.pk in self.visible else str(_("a session you may not read"))

    def when(self, session: Session) -> str:
        local = session.starts_at.astimezone(self.edition.zone)
        return f"{date_format(local, 'l')} {date_format(local, 'TIME_FORMAT')}"

    def overlapping(self) -> Iterator[tuple[Session, Session]]:
        """Every two that run at the same time, the earlier first."""
        for number, first in enumerate(self.sessions):
            for second in self.sessions[number + 1 :]:
                if second.starts_at >= first.ends_at:
                    break
                yield first, second

    @cached_property
    def _registrations(self) -> list[tuple[int, str, int | None]]:
        """Person, standing and group (keys) of everybody who was ever registered here, a row for each group."""
        return list(Registration.objects.filter(edition=self.edition).values_list("person", "status", "mandates"))

    @cached_property
    def members(self) -> dict[int, set[int]]:
        """Who is in each group (keys of mandate and persons): registered as its member, and not cancelled."""
        members: dict[int, set[int]] = {}
        for person, status, mandate in self._registrations:
            if mandate is not None and status != Registration.Status.CANCELLED:
                members.setdefault(mandate, set()).add(person)
        return members

    @cached_property
    def co_chairs(self) -> dict[int, set[int]]:
        seated: dict[int, set[int]] = {}
        seats = CoChair.objects.filter(mandate__edition=self.edition, person__isnull=False)
        for mandate, person in seats.values_list("mandate", "person"):
            seated.setdefault(mandate, set()).add(person)
        return seated

    @cached_property
    def registered(self) -> dict[int, bool]:
        """Who was ever registered here (key of the person), and whether they still are."""
        standing: dict[int, bool] = {}
        for person, status, _mandate in self._registrations:
            standing[person] = standing.get(person, False) or status != Registration.Status.CANCELLED
        return standing

    def expected(self, session: Session) -> int | None:
        """How many come: as staff say, else as the registrations have it; nothing where neither tells."""
        if session.expected is not None:
            return session.expected
        if session.mandate_id:
            people = self.members.get(session.mandate_id, set()) | self.co_chairs.get(session.mandate_id, set())
            return len(people)
        if session.kind in FOR_ALL and session.audience not in {Audience.PARTY, Audience.SECRETARIAT}:
            return sum(self.registered.values())
        return None

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


def _above_the_ceiling(bench: Bench) -> Iterator[Check]:
    """Forms refuse it (models/ceiling); what came in another way is stopped here, before anybody reads it."""
    for session in bench.sessions:
        for name in ("title_en", "title_nl", "annotation_en", "annotation_nl"):
            if word := above_the_ceiling(getattr(session, name)):
                text = _("On %(when)s a session is marked “%(word)s”, above the ceiling: write a neutral line without it.")
                shown = bench.shown(session)
                said = {"when": bench.when(session), "word": word if shown else "…"}
                yield Check("blocks", text % said, shown)
                break


def _no_room(bench: Bench) -> Iterator[Check]:
    without = [session for session in bench.sessions if not session.room_id and session.kind != Kind.FREE]
    yield from _one_warning(bench, without, _("No room; printed as “Room to be announced”"))


def _room_of_elsewhere(bench: Bench) -> Iterator[Check]:
    edition = bench.edition
    for session in bench.sessions:
        if edition.venue_id and session.room and session.room.venue_id != edition.venue_id:
            text = _("%(title)s is in %(room)s, which is not in %(venue)s: give it a room there")
            said = {"title": bench.named(session), "room": session.room, "venue": edition.venue}
            yield Check("warns", text % said, bench.shown(session))


def _room_too_small(bench: Bench) -> Iterator[Check]:
    for session in bench.sessions:
        places = session.room.capacity if session.room else None
        coming = bench.expected(session) if places else None
        if places and coming and coming > places:
            text = ngettext(
                "%(room)s has %(places)d place; %(coming)d people are expected on %(when)s: %(title)s",
                "%(room)s has %(places)d places; %(coming)d people are expected on %(when)s: %(title)s",
                places,
            )
            said = {"room": session.room, "places": places, "coming": coming, "when": bench.when(session)}
            yield Check("warns", text % {**said, "title": bench.named(session)}, bench.shown(session))


def _no_longer_registered(bench: Bench) -> Iterator[Check]:
    for session in bench.sessions:
        if session.pk not in bench.visible:
            continue  # who speaks there is the other party's own business
        for person in {slot.person_id: slot.person for slot in session.speakers.all() if slot.person_id}.values():
            if bench.registered.get(person.pk) is False:  # type: ignore[union-attr]
                text = _("%(person)s is no longer registered and still has a part in %(title)s")
                yield Check("warns", text % {"person": person, "title": bench.named(session)}, bench.shown(session))


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
    members = bench.members
    for first, second in bench.overlapping():
        if first.mandate_id and second.mandate_id and first.mandate_id != second.mandate_id:
            both = len(members.get(first.mandate_id, set()) & members.get(second.mandate_id, set()))
            if both:
                text = _("%(count)d delegates are members of two groups that meet at the same time: %(first)s and %(second)s")
                said = {"count": both, "first": bench.named(first), "second": bench.named(second)}
                yield Check("warns", text % said, bench.shown(first, second))


def _unconfirmed(bench: Bench) -> Iterator[Check]:
    """Whatever readers are told is to be confirmed: a part without a person, or whose person is not confirmed yet."""
    unconfirmed = [
        session
        for session in bench.sessions
        if any(slot.person_id is None or not slot.is_confirmed for slot in session.speakers.all())
    ]
    yield from _one_warning(bench, unconfirmed, _("Chair or speaker not confirmed; printed as “to be confirmed”"))


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


BLOCKING: tuple[Callable[[Bench], Iterator[Check]], ...] = (
    _outside_days,
    _room_booked_twice,
    _person_booked_twice,
    _above_the_ceiling,
)
WARNING: tuple[Callable[[Bench], Iterator[Check]], ...] = (
    _no_room,
    _room_of_elsewhere,
    _room_too_small,
    _no_chair,
    _no_longer_registered,
    _member_of_parallel_groups,
    _unconfirmed,
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


def conflicts_of(checks: Iterable[Check]) -> dict[int, list[Check]]:
    """What the checks say of each session (by its key), what blocks first; nothing more is asked."""
    found: dict[int, list[Check]] = {}
    for check in sorted(checks, key=lambda check: not check.blocks):
        for session in check.records:
            found.setdefault(session.pk, []).append(check)
    return found
