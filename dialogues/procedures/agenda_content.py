"""What a release of the agenda keeps: the content of a release, of the working agenda, and its fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from dialogues.models import AgendaRelease, Edition, PaperVersion, ReleasedSession, Session

from .agenda_checks import working_sessions

# What a session says by its own columns, in the working agenda and in a release alike.
SAID = (
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
    "is_hybrid",
    "late_by",
    "cancelled_note_en",
    "cancelled_note_nl",
)
FROM_THE_ROOM = ("room_name_en", "room_name_nl", "floor_en", "floor_nl")
FROZEN_FIELDS = (*SAID, *FROM_THE_ROOM, "is_cancelled")
FROZEN_OF_A_PART = ("role", "party_id", "person_id", "post_en", "post_nl", "is_confirmed")

Row = dict[str, Any]
# By session: its frozen fields, with its papers where they were read, and those who chair and speak.
Content = dict[int, tuple[Row, list[Row]]]


def frozen(session: Session) -> tuple[Row, list[Row]]:
    """What a release keeps of a session, and of those who chair and speak: ids and posts, names are resolved later."""
    room = session.room
    row = {name: getattr(session, name) for name in SAID}
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


def _released(row: ReleasedSession) -> tuple[Row, list[Row]]:
    people = [{name: getattr(slot, name) for name in FROZEN_OF_A_PART} for slot in row.speakers.all()]
    return {name: getattr(row, name) for name in (*FROZEN_FIELDS, "papers")}, people


def working_content(edition: Edition, sessions: Iterable[Session] | None = None) -> Content:
    """What would be released now. A session cancelled before any delegate saw it is left out."""
    known = working_sessions(edition) if sessions is None else sessions
    return {
        session.pk: frozen(session)
        for session in known
        if session.status != Session.Status.CANCELLED or session.was_released  # type: ignore[attr-defined]
    }


def released_content(release: AgendaRelease | None) -> Content:
    if release is None:
        return {}
    rows = release.sessions.prefetch_related("speakers").order_by("starts_at", "session_id")
    return {row.session_id: _released(row) for row in rows}


def with_papers(content: Content, edition: Edition) -> Content:
    """With the papers that lie at each session now: [paper, language, number of its newest version that can be opened].

    They are not part of the fingerprint: a paper is at hand without a release, and the next notice names it.
    """
    versions = PaperVersion.objects.open().filter(paper__session__edition=edition, paper__withdrawn_at__isnull=True)
    newest: dict[tuple[int, int, str], int] = {}
    for session, paper, lang, number in versions.values_list("paper__session", "paper", "lang", "number"):
        newest[session, paper, lang] = max(number, newest.get((session, paper, lang), 0))
    at_session: dict[int, list[list[Any]]] = {}
    for (session, paper, lang), number in sorted(newest.items()):
        at_session.setdefault(session, []).append([paper, lang, number])
    return {pk: ({**row, "papers": at_session.get(pk, [])}, people) for pk, (row, people) in content.items()}


def said(one: tuple[Row, list[Row]] | None) -> tuple[Row, list[Row]] | None:
    """What a release says of a session, its papers left aside: the part that a new release is made for."""
    return one and ({name: one[0][name] for name in FROZEN_FIELDS}, one[1])


def fingerprint(content: Content) -> str:
    """SHA-256 over the content: keys sorted, instants in ISO 8601; equal content has an equal fingerprint."""

    def plain(value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime) else str(value)

    listed = [(pk, said(content[pk])) for pk in sorted(content)]
    return hashlib.sha256(json.dumps(listed, sort_keys=True, default=plain, ensure_ascii=False).encode()).hexdigest()
