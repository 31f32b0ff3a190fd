"""The agenda: checked, and released as numbered versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from dialogues.models import (
    AgendaRelease,
    Audience,
    Edition,
    Paper,
    ReleasedSession,
    ReleasedSpeaker,
    ReleaseWithdrawal,
    Session,
)
from parties.models import User
from socportal import clock

from . import agenda_changes, journal
from .agenda_checks import BLOCKING, Bench, agenda_checks, working_sessions
from .agenda_content import Content, fingerprint, frozen, released_content, said, with_papers, working_content
from .agenda_notices import announce, announce_again, announce_outline, overtake
from .steps import Check, Reason, StepRefused, lock, not_a_secretary, refuse_for

Kind = AgendaRelease.Kind
Number = tuple[int, int]

# The planned releases are 1.0, 2.0 and 3.0 (workflows §4.3).
LAST_PLANNED = 3


# Numbers


def next_number(edition: Edition, planned: bool) -> Number:
    return number_after(edition.latest_release(), planned, used_numbers(edition))


def used_numbers(edition: Edition) -> dict[int, int]:
    """The highest minor number of each major one, withdrawn releases included: no number is given twice."""
    rows = edition.releases.order_by().values_list("major").annotate(highest=Max("minor"))
    return dict(rows)


def number_after(latest: AgendaRelease | None, planned: bool, used: dict[int, int] | None = None) -> Number:
    """1.0 first; a planned release opens the next major number up to 3.0, everything else counts the minor one up.

    `used` are the minor numbers given; in the place of a withdrawn 2.0 comes 2.1.
    """
    if used is None:
        used = {latest.major: latest.minor} if latest else {}
    major = latest.major if latest else 0
    if latest is None or (planned and major < LAST_PLANNED):
        major += 1
    return major, used[major] + 1 if major in used else 0


def next_outline(edition: Edition) -> Number:
    """0.1, 0.2 …"""
    return 0, used_numbers(edition).get(0, 0) + 1


def _kind(edition: Edition, number: Number) -> str:
    if number[0] < LAST_PLANNED:
        return Kind.PROVISIONAL
    return Kind.LIVE if edition.is_open() and number[1] else Kind.FINAL


# Guards


def release_reasons(edition: Edition, by: User) -> list[Reason]:
    """A secretary releases; an edition in preparation; something is new; no blocking check fails."""
    reasons = not_a_secretary(by, edition.dialogue) or _not_in_preparation(edition)
    if reasons:
        return reasons
    latest = edition.latest_release()
    if latest and edition.has_agenda() and latest.content_hash == fingerprint(working_content(edition)):
        return [Reason(_("Nothing has changed since release %(number)s.") % {"number": latest.number}, edition)]
    return [
        Reason(check.text, check.records[0] if check.records else edition)
        for check in agenda_checks(edition, by)
        if check.blocks
    ]


def _not_in_preparation(edition: Edition) -> list[Reason]:
    if edition.status != Edition.Status.PREPARING:
        return [
            Reason(
                _("An agenda is released while the edition is in preparation or open; it is “%(now)s”.")
                % {"now": edition.get_status_display()},
                edition,
            )
        ]
    if not edition.sessions.going_ahead().exists():
        return [Reason(_("The agenda has no session yet."), edition)]
    return []


def outline_reasons(edition: Edition, by: User) -> list[Reason]:
    """Only before delegates have an agenda, and only with something new. The checks are for what delegates read."""
    reasons = not_a_secretary(by, edition.dialogue) or _not_in_preparation(edition)
    if reasons:
        return reasons
    if edition.has_agenda():
        return [Reason(_("The agenda is released to delegates; an outline is exchanged before that."), edition)]
    last = edition.releases.filter(kind=Kind.OUTLINE).newest_first().first()
    if last and last.content_hash == fingerprint(working_content(edition)):
        return [Reason(_("Nothing has changed since outline %(number)s.") % {"number": last.number}, edition)]
    return []


def withdraw_reasons(release: AgendaRelease, by: User) -> list[Reason]:
    """A secretary, and only of the release that holds. One that the edition is held by has to leave another in its place."""
    edition = release.edition
    reasons = not_a_secretary(by, edition.dialogue)
    if reasons:
        return reasons
    if release.kind == Kind.OUTLINE:
        return [Reason(_("An outline is not withdrawn: share the next one."), edition)]
    if ReleaseWithdrawal.objects.filter(release=release).exists():
        return [Reason(_("It is withdrawn already."), release)]
    latest = edition.latest_release()
    if latest != release:
        said_of = {"number": latest.number if latest else ""}
        return [Reason(_("Release %(number)s holds; this one is superseded already.") % said_of, latest)]
    if edition.status != Edition.Status.PREPARING:
        now = edition.get_status_display()
        return [Reason(_("The edition is “%(now)s”: its agenda stays as it was released.") % {"now": now}, edition)]
    if edition.is_open() and not edition.releases.holding().exclude(pk=release.pk).exists():
        words = _("The edition is open and there is no other release: correct the agenda and release it anew.")
        return [Reason(words, edition)]
    return []


# Freezing


def _baseline(edition: Edition, number: Number, latest: AgendaRelease | None) -> AgendaRelease | None:
    """What labels compare with: the release before the last planned one, so that they stay until the next planned one.

    Before 2.0 that is 1.0 itself. None for the first release, which labels nothing.
    """
    earlier = edition.releases.holding().newest_first()
    if not earlier.filter(major=number[0]).exists():
        return earlier.first() if latest else None
    return earlier.filter(major__lt=number[0]).first() or earlier.filter(major=number[0]).last()


def _labels(edition: Edition, number: Number, content: Content, latest: AgendaRelease | None) -> dict[int, dict[str, Any]]:
    """What each session says of its changes, and when it was last moved on the day."""
    baseline = _baseline(edition, number, latest)
    if baseline is None:
        return {}
    then = released_content(baseline)
    last = then if baseline == latest else released_content(latest)
    carried = dict(latest.sessions.values_list("session_id", "changes")) if latest else {}
    readers = {
        pk: (audience, None if audience == Audience.DELEGATES else mandate)
        for pk, audience, mandate in Paper.objects.filter(session__edition=edition).values_list("pk", "audience", "mandate")
    }
    is_open, now = edition.is_open(), clock.now().isoformat()
    found = {}
    for pk, one in content.items():
        label = agenda_changes.labels(then.get(pk), one, readers)
        moved_at = carried.get(pk, {}).get("live_at")
        if is_open and agenda_changes.changed_live(last.get(pk), one):
            moved_at = now
        if label and moved_at:
            label["live_at"] = moved_at
        found[pk] = label
    return found


def _sequences(edition: Edition, content: Content) -> dict[int, int]:
    """The revision of each session in calendars: one more than the last given, withdrawn releases included, where it differs.

    A calendar that was fed from a release since withdrawn takes up what holds again only under a higher number.
    """
    ever = ReleasedSession.objects.filter(release__edition=edition)
    newest = ever.order_by().values("session").annotate(newest=Max("pk")).values("newest")
    last = {row.session_id: row for row in ReleasedSession.objects.filter(pk__in=newest)}
    return {
        pk: last[pk].sequence + agenda_changes.revised(vars(last[pk]), row) if pk in last else 0
        for pk, (row, _people) in content.items()
    }


def _freeze(edition: Edition, number: Number, kind: str, content: Content, by: User, note: str) -> AgendaRelease:
    """Store a release. An outline is published to nobody: its rows have no instant since when they are public."""
    is_outline = kind == Kind.OUTLINE
    latest = None if is_outline else edition.latest_release()
    content = with_papers(content, edition)
    labels = {} if is_outline else _labels(edition, number, content, latest)
    sequences = _sequences(edition, content)
    release = AgendaRelease(
        edition=edition,
        major=number[0],
        minor=number[1],
        kind=kind,
        released_by=by,
        note=note.strip(),
        content_hash=fingerprint(content),
    )
    release.save(force_insert=True)
    rows = ReleasedSession.objects.bulk_create(
        ReleasedSession(
            release=release,
            session_id=pk,
            published_at=None if is_outline else release.released_at,
            changes=labels.get(pk, {}),
            sequence=sequences[pk],
            **row,
        )
        for pk, (row, _people) in content.items()
    )
    ReleasedSpeaker.objects.bulk_create(
        ReleasedSpeaker(released_session=row, **slot) for row in rows for slot in content[row.session_id][1]
    )
    return release


def _freeze_working(edition: Edition, by: User, note: str, planned: bool) -> AgendaRelease:
    number = next_number(edition, planned)
    return _freeze(edition, number, _kind(edition, number), working_content(edition), by, note)


# Acts


@transaction.atomic
def release_agenda(*, edition: Edition, by: User, note: str = "", planned: bool = True) -> AgendaRelease:
    """Freeze the working agenda as the next numbered release; refuse while a blocking check fails or nothing is new.

    `planned` opens the next major number (1.0, 2.0, 3.0); a correction in between counts the minor one up.
    """
    edition = lock(edition)
    refuse_for(release_reasons(edition, by))
    release = _freeze_working(edition, by, note, planned)
    messages = announce(release)
    journal.write(by=by, act="released agenda", on=release, details={"number": release.number, "messages": len(messages)})
    return release


@transaction.atomic
def release_outline(*, edition: Edition, by: User, note: str = "") -> AgendaRelease:
    """Freeze the working agenda as an outline for the secretaries of the dialogue alone, and tell the others of them."""
    edition = lock(edition)
    refuse_for(outline_reasons(edition, by))
    release = _freeze(edition, next_outline(edition), Kind.OUTLINE, working_content(edition), by, note)
    messages = announce_outline(release, by)
    journal.write(by=by, act="released outline", on=release, details={"number": release.number, "messages": len(messages)})
    return release


@transaction.atomic
def release_one(*, session: Session, by: User, note: str = "") -> AgendaRelease:
    """What holds, with this one session as it stands now: a change on the day, without what others prepare meanwhile.

    Only what is wrong with this session alone stands in its way; what it breaks next in its room is warned of by the act that
    moves it. That act writes the journal, which has one entry for the whole of it; therefore none is written here.
    """
    edition = lock(session.edition)
    refuse_for(not_a_secretary(by, edition.dialogue) or _not_in_preparation(edition))
    latest = edition.latest_release()
    if latest is None or not edition.has_agenda():
        raise StepRefused(Reason(_("Delegates have no agenda yet: release it first."), edition))
    content = released_content(latest)
    alone = [one for one in working_sessions(edition, by) if one.pk == session.pk]
    refuse_for([Reason(check.text, session) for ask in BLOCKING for check in ask(Bench(edition, by, alone)) if check.blocks])
    now = {one.pk: frozen(one) for one in alone}
    if said(now[session.pk]) == said(content.get(session.pk)):
        words = _("Nothing of this session has changed since release %(number)s.")
        raise StepRefused(Reason(words % {"number": latest.number}, session))
    number = next_number(edition, planned=False)
    release = _freeze(edition, number, _kind(edition, number), {**content, **now}, by, note)
    announce(release)
    return release


@transaction.atomic
def withdraw_release(*, release: AgendaRelease, by: User, reason: str) -> AgendaRelease:
    """Take back the release that holds: the one before it holds again, or none.

    Messages about it that have not left are thrown away; whoever was waiting for one is told of what holds again. Who has
    read it already is told of the difference with the next release.
    """
    edition = lock(release.edition)
    release = AgendaRelease.objects.select_related("edition__dialogue").get(pk=release.pk)
    refuse_for(withdraw_reasons(release, by))
    reason = reason.strip()
    if not reason:
        refuse_for([Reason(_("Say why the release is withdrawn."))])
    withdrawal = ReleaseWithdrawal(release=release, reason=reason, withdrawn_by=by)
    withdrawal.full_clean()
    withdrawal.save(force_insert=True)
    waiting = overtake(edition, about=release)
    holding = edition.latest_release() if edition.has_agenda() else None
    messages = announce_again(holding, waiting) if holding else []
    details = {"number": release.number, "holds": holding.number if holding else "", "messages": len(messages)}
    journal.write(by=by, act="withdrew release", on=release, details=details)
    return release


@dataclass(frozen=True)
class Preview:
    """Who would be told what by a release that was made to be looked at, and not kept."""

    number: str
    messages: tuple[Any, ...]


def preview_release(edition: Edition, by: User, *, planned: bool = True, note: str = "") -> Preview:
    """The messages of the next release, exactly as releasing drafts them: it is done, and undone at once."""
    with transaction.atomic():
        edition = lock(edition)
        release = _freeze_working(edition, by, note, planned)
        messages = tuple(announce(release))
        transaction.set_rollback(True)
    return Preview(release.number, messages)


@dataclass(frozen=True)
class AgendaStanding:
    """How the agenda of an edition stands: numbers, because a title may be one party's own."""

    release: AgendaRelease | None
    unreleased: int
    sessions: int  # going ahead
    without_room: int
    checks: tuple[Check, ...]

    @property
    def blocking(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.blocks)

    @property
    def warnings(self) -> int:
        return sum(check.level == "warns" for check in self.checks)


def agenda_standing(edition: Edition, by: User) -> AgendaStanding:
    """The checks, the latest release and how much of the working agenda it does not say, from one reading of each."""
    sessions = working_sessions(edition, by)
    going = [session for session in sessions if session.status != Session.Status.CANCELLED]
    latest = edition.latest_release()
    now = working_content(edition, sessions)
    before: Content = {}
    if latest and latest.content_hash != fingerprint(now):
        before = released_content(latest)
    return AgendaStanding(
        release=latest,
        unreleased=sum(now.get(pk) != said(before.get(pk)) for pk in {*now, *before}) if before else 0,
        sessions=len(going),
        without_room=sum(session.room_id is None and session.kind != Session.Kind.FREE for session in going),
        checks=tuple(agenda_checks(edition, by, sessions)),
    )
