"""The agenda: checked, released as numbered versions, sessions cancelled but never lost."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.models import AgendaRelease, Edition, ReleasedSession, ReleasedSpeaker, Session
from parties.models import User

from . import journal
from .agenda_checks import agenda_checks, working_sessions
from .correspondence import announce
from .steps import Check, Reason, lock, move, not_a_secretary, not_possible_from, refuse_for

FROZEN_FIELDS = (
    "kind",
    "title_en",
    "title_nl",
    "starts_at",
    "ends_at",
    "room_id",
    "mandate_id",
    "party_id",
    "audience",
    "embargo_until",
    "ground_rule",
    "annotation_en",
    "annotation_nl",
    "room_name_en",
    "room_name_nl",
    "floor_en",
    "floor_nl",
    "is_cancelled",
    "cancelled_note_en",
    "cancelled_note_nl",
)


def next_number(edition: Edition, planned: bool) -> tuple[int, int]:
    return number_after(edition.latest_release(), planned)


def number_after(latest: AgendaRelease | None, planned: bool) -> tuple[int, int]:
    """1.0 first; a planned release opens the next major number up to 3.0, everything else counts the minor one up."""
    if latest is None:
        return 1, 0
    if planned and latest.major < 3:
        return latest.major + 1, 0
    return latest.major, latest.minor + 1


def _kind(edition: Edition, number: tuple[int, int]) -> str:
    if number[0] < 3:
        return AgendaRelease.Kind.PROVISIONAL
    return AgendaRelease.Kind.LIVE if edition.is_open() and number[1] else AgendaRelease.Kind.FINAL


def _frozen(session: Session) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What a release keeps of a session, and of those who chair and speak: ids and posts, names are resolved later."""
    room = session.room
    row: dict[str, Any] = {
        name: getattr(session, name)
        for name in FROZEN_FIELDS
        if name not in {"room_name_en", "room_name_nl", "floor_en", "floor_nl", "is_cancelled"}
    }
    row |= {
        "room_name_en": room.name_en if room else "",
        "room_name_nl": room.name_nl if room else "",
        "floor_en": room.floor_en if room else "",
        "floor_nl": room.floor_nl if room else "",
        "is_cancelled": session.status == Session.Status.CANCELLED,
    }
    people = [
        {
            "role": slot.role,
            "party_id": slot.party_id,
            "person_id": slot.person_id,
            "post_en": slot.person.post_en if slot.person else "",
            "post_nl": slot.person.post_nl if slot.person else "",
            "is_confirmed": slot.is_confirmed,
        }
        for slot in session.speakers.all()
    ]
    return row, people


def _released(row: ReleasedSession) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    people = [
        {name: getattr(slot, name) for name in ("role", "party_id", "person_id", "post_en", "post_nl", "is_confirmed")}
        for slot in row.speakers.all()
    ]
    return {name: getattr(row, name) for name in FROZEN_FIELDS}, people


Content = dict[int, tuple[dict[str, Any], list[dict[str, Any]]]]


def working_content(edition: Edition, sessions: Iterable[Session] | None = None) -> Content:
    """What would be released now. A session cancelled before anybody saw it is left out."""
    known = working_sessions(edition) if sessions is None else sessions
    return {
        session.pk: _frozen(session)
        for session in known
        if session.status != Session.Status.CANCELLED or session.was_released  # type: ignore[attr-defined]
    }


def released_content(release: AgendaRelease | None) -> Content:
    if release is None:
        return {}
    rows = release.sessions.prefetch_related("speakers").order_by("starts_at", "session_id")
    return {row.session_id: _released(row) for row in rows}


def fingerprint(content: Content) -> str:
    """SHA-256 over the content: keys sorted, instants in ISO 8601; equal content has an equal fingerprint."""

    def plain(value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime) else str(value)

    listed = sorted(content.items())
    return hashlib.sha256(json.dumps(listed, sort_keys=True, default=plain, ensure_ascii=False).encode()).hexdigest()


def release_reasons(edition: Edition, by: User) -> list[Reason]:
    """A secretary releases; an edition in preparation; something is new; no blocking check fails."""
    reasons = not_a_secretary(by, edition.dialogue)
    if reasons:
        return reasons
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
    latest = edition.latest_release()
    if latest and edition.has_agenda() and latest.content_hash == fingerprint(working_content(edition)):
        return [Reason(_("Nothing has changed since release %(number)s.") % {"number": latest.number}, edition)]
    return [
        Reason(check.text, check.records[0] if check.records else edition)
        for check in agenda_checks(edition, by)
        if check.blocks
    ]


def _changes(before: dict[str, Any] | None, carried: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """What to label on a session, against the release before; labels stay until the next planned release."""
    if before is None:
        return {"added": True}
    changes = dict(carried)
    if before["room_id"] != now["room_id"]:
        changes.setdefault("room_changed", {"en": before["room_name_en"], "nl": before["room_name_nl"]})
    if (before["starts_at"], before["ends_at"]) != (now["starts_at"], now["ends_at"]):
        changes.setdefault("time_changed", before["starts_at"].isoformat())
    if before["title_en"] != now["title_en"]:
        changes.setdefault("title_changed", {"en": before["title_en"], "nl": before["title_nl"]})
    return changes


def _freeze(edition: Edition, number: tuple[int, int], by: User, note: str) -> AgendaRelease:
    latest = edition.latest_release()
    before, content = released_content(latest), working_content(edition)
    same_major = latest is not None and latest.major == number[0]
    carried = dict(latest.sessions.values_list("session_id", "changes")) if latest and same_major else {}
    release = AgendaRelease(
        edition=edition,
        major=number[0],
        minor=number[1],
        kind=_kind(edition, number),
        released_by=by,
        note=note,
        content_hash=fingerprint(content),
    )
    release.save(force_insert=True)
    rows = ReleasedSession.objects.bulk_create(
        ReleasedSession(
            release=release,
            session_id=pk,
            published_at=release.released_at,
            changes=_changes(before[pk][0] if pk in before else None, carried.get(pk, {}), row) if latest else {},
            **row,
        )
        for pk, (row, _people) in content.items()
    )
    ReleasedSpeaker.objects.bulk_create(
        ReleasedSpeaker(released_session=row, **slot) for row in rows for slot in content[row.session_id][1]
    )
    return release


@transaction.atomic
def release_agenda(*, edition: Edition, by: User, note: str = "", planned: bool = True) -> AgendaRelease:
    """Freeze the working agenda as the next numbered release; refuse while a blocking check fails or nothing is new.

    `planned` opens the next major number (1.0, 2.0, 3.0); a correction in between counts the minor one up.
    """
    edition = lock(edition)
    refuse_for(release_reasons(edition, by))
    release = _freeze(edition, next_number(edition, planned), by, note.strip())
    messages = announce(release)
    journal.write(by=by, act="released agenda", on=release, details={"number": release.number, "messages": len(messages)})
    return release


def unreleased_changes(edition: Edition) -> list[str]:
    """What delegates do not see yet, a sentence a session; empty when the latest release says it all.

    It names every session, one party's own among them: show its number, or only what the reader may see of it.
    """
    latest = edition.latest_release()
    if latest is None:
        return []
    before, now = released_content(latest), working_content(edition)
    sentences = []
    for pk, (row, people) in now.items():
        title = row["title_en"] or row["title_nl"]
        if pk not in before:
            sentences.append(_("New: %(title)s") % {"title": title})
        elif row["is_cancelled"] and not before[pk][0]["is_cancelled"]:
            sentences.append(_("Cancelled: %(title)s") % {"title": title})
        elif row["room_id"] != before[pk][0]["room_id"]:
            sentences.append(_("Room changed: %(title)s") % {"title": title})
        elif (row["starts_at"], row["ends_at"]) != (before[pk][0]["starts_at"], before[pk][0]["ends_at"]):
            sentences.append(_("Time changed: %(title)s") % {"title": title})
        elif (row, people) != before[pk]:
            sentences.append(_("Changed: %(title)s") % {"title": title})
    return sentences + [_("Taken out: %(title)s") % {"title": before[pk][0]["title_en"]} for pk in before if pk not in now]


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
        unreleased=sum(now.get(pk) != before.get(pk) for pk in {*now, *before}) if before else 0,
        sessions=len(going),
        without_room=sum(session.room_id is None and session.kind != Session.Kind.FREE for session in going),
        checks=tuple(agenda_checks(edition, by, sessions)),
    )


def cancel_session_reasons(session: Session, by: User) -> list[Reason]:
    reasons = not_a_secretary(by, session.edition.dialogue) or not_possible_from(session, Session.Status.CANCELLED)
    if not reasons and session.edition.has_closed():
        reasons.append(Reason(_("The edition is over: its sessions stay as they were."), session.edition))
    return reasons


@transaction.atomic
def cancel_session(*, session: Session, by: User, instead_en: str = "", instead_nl: str = "") -> Session:
    """Cancel it: it stays on the agenda, struck through, with what happens instead; delegates see it at the next release."""
    session = lock(session)
    refuse_for(cancel_session_reasons(session, by))
    move(session, Session.Status.CANCELLED, cancelled_note_en=instead_en, cancelled_note_nl=instead_nl)
    journal.write(by=by, act="cancelled session", on=session)
    return session
