"""The changes notice: what is new for each reader since the release that this reader was last told of (workflows §4.3).

One message a person a release. Who may read what is asked once for everybody of the same standing in the edition, and a text
is written once for everybody whom it says the same, so that four hundred readers cost little more than four.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import override

from dialogues.models import (
    AgendaRelease,
    Appointment,
    CoChair,
    Edition,
    OutgoingMessage,
    Paper,
    Registration,
    ReleasedSession,
)
from dialogues.models.agenda import FOR_ALL
from dialogues.models.standing import read_once
from parties.models import User
from socportal import clock

from .agenda_changes import Change, ChangeKind, by_session, difference, seen
from .agenda_content import Content, released_content
from .agenda_words import Names, in_words
from .correspondence import written

# Somebody's appointments in the dialogue, whether they are registered, and their groups: equal standing, equal agenda.
Standing = tuple[frozenset[tuple[str, int]], bool, frozenset[int]]


# Who is told


def told_of_agenda(edition: Edition) -> Q:
    """Whose persons are told: everybody registered, the co-chairs, the focal points. Nobody else, however public it is."""
    registered = Registration.objects.live().filter(edition=edition)
    co_chairs = CoChair.objects.filter(mandate__edition=edition, person__isnull=False)
    focal_points = Appointment.objects.current().filter(dialogue=edition.dialogue_id, role__in=Appointment.FOCAL_POINTS)
    return (
        Q(person__in=registered.values("person"))
        | Q(person__in=co_chairs.values("person"))
        | Q(person__in=focal_points.values("person"))
    )


def readers_of_agenda(edition: Edition) -> Iterable[User]:
    """Those of them who have an account."""
    return User.objects.filter(told_of_agenda(edition), is_active=True).order_by("pk")


def without_account(edition: Edition) -> Iterable[Registration]:
    """Who is registered and cannot be told, because no open account is theirs."""
    accounts = User.objects.filter(is_active=True, person__isnull=False)
    rows = Registration.objects.live().filter(edition=edition).exclude(person__in=accounts.values("person"))
    return rows.select_related("person", "delegation__party").order_by("delegation__party__code", "pk")


@dataclass
class _Readers:
    """The readers with their standings and groups, from four questions for all of them together."""

    edition: Edition
    users: list[User]
    standings: dict[int, Standing] = field(default_factory=dict)

    @classmethod
    def of(cls, edition: Edition) -> _Readers:
        users = list(readers_of_agenda(edition))
        roles: dict[int, set[tuple[str, int]]] = {}
        current = Appointment.objects.current().filter(dialogue=edition.dialogue_id)
        for person, role, party in current.values_list("person", "role", "party"):
            roles.setdefault(person, set()).add((role, party))
        registered: set[int] = set()
        groups: dict[int, set[int]] = {}
        for person, mandate in Registration.objects.live().filter(edition=edition).values_list("person", "mandates"):
            registered.add(person)
            if mandate is not None:
                groups.setdefault(person, set()).add(mandate)
        seats = CoChair.objects.filter(mandate__edition=edition, person__isnull=False)
        for person, mandate in seats.values_list("person", "mandate"):
            groups.setdefault(person, set()).add(mandate)
        people = [user.person_id for user in users if user.person_id is not None]
        standings = {
            person: (frozenset(roles.get(person, ())), person in registered, frozenset(groups.get(person, ())))
            for person in people
        }
        return cls(edition, users, standings)

    def standing(self, user: User) -> Standing:
        return self.standings[user.person_id]  # type: ignore[index]


# What they were told


def last_told(edition: Edition) -> dict[int, int]:
    """By recipient, the newest release that a message to them was sent about, or released to be sent.

    A draft that nobody released told nothing, nor did one that could not be delivered. What was told before a postponement
    holds no more: the agenda of the new days is a first one.
    """
    releases = AgendaRelease.objects.since_postponement().filter(edition=edition).exclude(kind=AgendaRelease.Kind.OUTLINE)
    said = OutgoingMessage.objects.filter(agenda_release__in=releases, released_at__isnull=False)
    said = said.exclude(pk__in=OutgoingMessage.objects.given_up().order_by().values("pk"))
    in_order = said.order_by("agenda_release__released_at", "agenda_release", "pk")
    return dict(in_order.values_list("recipient", "agenda_release"))


class _Views:
    """What readers of one standing may read of each release that plays a part, and which papers: asked once a standing."""

    def __init__(self, edition: Edition, releases: Collection[int], *, with_papers: bool) -> None:
        self.edition, self.releases, self.with_papers = edition, releases, with_papers
        self._known: dict[Standing, tuple[dict[int, set[int]], set[int]]] = {}

    def of(self, standing: Standing, user: User) -> tuple[dict[int, set[int]], set[int]]:
        """The sessions by release, and the papers."""
        if standing not in self._known:
            with read_once():
                self._known[standing] = self._read(user)
        return self._known[standing]

    def _read(self, user: User) -> tuple[dict[int, set[int]], set[int]]:
        sessions: dict[int, set[int]] = {release: set() for release in self.releases}
        rows = ReleasedSession.objects.told_to(user).filter(release__in=self.releases).order_by()
        for release, session in rows.values_list("release", "session"):
            sessions[release].add(session)
        papers: set[int] = set()
        if self.with_papers:
            visible = Paper.objects.visible_to(user).filter(edition=self.edition).at_hand().order_by()
            papers = set(visible.values_list("pk", flat=True))
        return sessions, papers


# What is new for whom


def concerned(changes: Iterable[Change], before: Content, after: Content, person: int, groups: Collection[int]) -> list[Change]:
    """The changes that one reader is told of (rule 4): those of sessions for all, of their groups, of their own parts."""
    told = []
    for pk, entry in by_session(changes).items():
        states = [content[pk] for content in (before, after) if pk in content]
        is_for_all = any(row["kind"] in FOR_ALL for row, _people in states)
        is_member = any(row["mandate_id"] in groups for row, _people in states)
        has_part = any(slot["person_id"] == person for _row, people in states for slot in people)
        if is_for_all or is_member or has_part:
            told += entry
    return told


def _readable(changes: Iterable[Change], papers: Collection[int]) -> list[Change]:
    """Without papers that the reader may not read, and without sessions that came and went between two messages."""
    kept: list[Change] = []
    for entry in by_session(changes).values():
        kinds = {change.kind for change in entry}
        if {ChangeKind.ADDED, ChangeKind.CANCELLED} <= kinds:
            continue
        for change in entry:
            if change.kind is ChangeKind.PAPER_ADDED:
                new = {key: number for key, number in change.after.items() if key[0] in papers}
                change = Change(change.session_id, change.kind, change.before, new)
                if not new:
                    continue
            kept.append(change)
    return kept


@dataclass(frozen=True)
class Notice:
    """What one reader is told with a release: that the agenda is there, or what is new for them since `since`."""

    reader: User
    since: AgendaRelease | None
    changes: tuple[Change, ...]
    before: Content
    after: Content


def notices(release: AgendaRelease, only: Collection[int] | None = None) -> list[Notice]:
    """One a reader, and none for whom nothing is new; `only` these accounts, where some are told alone."""
    edition = release.edition
    readers = _Readers.of(edition)
    told = last_told(edition)
    users = [user for user in readers.users if only is None or user.pk in only]
    since = {one.pk: one for one in AgendaRelease.objects.filter(pk__in={told[user.pk] for user in users if user.pk in told})}
    contents = {pk: released_content(one) for pk, one in since.items()}
    after = released_content(release)
    differences = {pk: difference(before, after) for pk, before in contents.items()}
    has_papers = any(change.kind is ChangeKind.PAPER_ADDED for changes in differences.values() for change in changes)
    views = _Views(edition, [release.pk, *since], with_papers=has_papers)
    found, cut = [], {}
    for user in users:
        last = told.get(user.pk)
        if last is None:
            found.append(Notice(user, None, (), {}, {}))
            continue
        if not differences[last]:
            continue
        standing = readers.standing(user)
        if (standing, last) not in cut:
            sessions, papers = views.of(standing, user)
            was, now = seen(contents[last], after, seen_before=sessions[last], seen_after=sessions[release.pk])
            cut[standing, last] = was, now, _readable(difference(was, now), papers)
        was, now, changes = cut[standing, last]
        told_of = concerned(changes, was, now, user.person_id or 0, standing[2])
        if told_of:
            found.append(Notice(user, since[last], tuple(told_of), was, now))
    return found


# The messages


def announce(release: AgendaRelease) -> list[OutgoingMessage]:
    """Draft one message a reader, in the reader's language. A draft of an earlier release that nobody sent gives way."""
    overtake(release.edition)
    return _drafted(release, notices(release))


def announce_again(release: AgendaRelease, waiting: Collection[int]) -> list[OutgoingMessage]:
    """Draft for the accounts that were to be told of a release withdrawn since what they do not know of this one."""
    return _drafted(release, notices(release, waiting)) if waiting else []


def overtake(edition: Edition, about: AgendaRelease | None = None) -> set[int]:
    """Throw away what was drafted about releases of this edition and not sent; give back whose messages they were.

    `about` one release that is withdrawn, those too that were released to be sent and were not tried yet.
    """
    gone = edition.messages.filter(agenda_release__isnull=False).drafted()
    if about is not None:
        gone = edition.messages.filter(agenda_release=about, tries=0).unsent()
    recipients = set(gone.order_by().values_list("recipient", flat=True))
    gone.delete()
    return recipients


def announce_outline(release: AgendaRelease, by: User) -> list[OutgoingMessage]:
    """Tell the other secretaries of the dialogue, and nobody else."""
    edition = release.edition
    overtake(edition)
    current = Appointment.objects.current().filter(dialogue=edition.dialogue_id, role__in=Appointment.SECRETARIES)
    secretaries = User.objects.filter(person__in=current.values("person"), is_active=True).exclude(pk=by.pk).order_by("pk")
    address = f"{settings.PUBLIC_BASE_URL}/admin/dialogues/agendarelease/{release.pk}/change/"
    texts: dict[str, tuple[str, str]] = {}
    for user in secretaries:
        if user.language not in texts:
            about = {"edition": edition, "release": release, "address": address}
            texts[user.language] = written("agenda_outline", about, user.language)
    return _stored(release, [(user, *texts[user.language]) for user in secretaries])


def _drafted(release: AgendaRelease, told: list[Notice]) -> list[OutgoingMessage]:
    edition = (
        Edition.objects.select_related("dialogue", "host_party")
        .prefetch_related("dialogue__parties")
        .get(pk=release.edition_id)
    )
    names = Names.of(notice.changes for notice in told)
    texts: dict[Any, tuple[str, str]] = {}
    for notice in told:
        lang = notice.reader.language
        key = _key(notice)
        if key not in texts:
            with override(lang):
                about = {
                    "edition": edition,
                    "release": release,
                    "since": notice.since,
                    "address": settings.PUBLIC_BASE_URL + edition.get_absolute_url() + "agenda/",
                    "entries": in_words(notice.changes, notice.before, notice.after, edition, names),
                }
            texts[key] = written("agenda", about, lang)
    return _stored(release, [(notice.reader, *texts[_key(notice)]) for notice in told])


def _key(notice: Notice) -> Any:
    """Equal for two readers who are told the same in the same language.

    Of one release and one last one a session says one thing to all who read it in both, so kinds and sessions tell it.
    """
    told = tuple(
        (
            change.session_id,
            change.kind,
            tuple(sorted(change.after)) if change.kind is ChangeKind.PAPER_ADDED else change.before is None,
        )
        for change in notice.changes
    )
    return notice.reader.language, notice.since and notice.since.pk, told


def _stored(release: AgendaRelease, texts: Iterable[tuple[User, str, str]]) -> list[OutgoingMessage]:
    now = clock.now()
    return OutgoingMessage.objects.bulk_create(
        OutgoingMessage(
            key=f"agenda-{release.pk}-{reader.pk}",
            edition=release.edition,
            agenda_release=release,
            recipient=reader,
            lang=reader.language,
            subject=subject,
            text=text,
            queued_at=now,
        )
        for reader, subject, text in texts
    )
