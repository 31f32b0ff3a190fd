"""A sign for each room and day: the room's name to be read from the corridor, and what happens there, in both languages.

A sign hangs where anybody in the house reads it: a session that is not for every delegate has no title on it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from dialogues.models import ReleasedSession
from dialogues.models.audience import Audience
from dialogues.models.programme import Programme
from socportal.bilingual import LANGUAGES, Wording, reader_language

from . import agenda_words as words
from .agenda_paper import titled_with_number
from .paper import Part

MAY_HANG = (Audience.DELEGATES, Audience.PUBLIC)


def door_signs_part(programme: Programme) -> Part:
    return {
        "kind": "door_signs",
        "title": titled_with_number(_("Door signs"), programme),
        "signs": signs(programme),
    }


def signs(programme: Programme) -> list[dict[str, Any]]:
    """By room, then by day; of a room only the days on which something happens in it."""
    rooms: dict[tuple[int, str], list[ReleasedSession]] = {}
    rows = [row for row in programme.rows if row.room is not None and row.room_name]
    for row in sorted(rows, key=lambda row: (row.room.position, row.room_id)):  # type: ignore[union-attr]
        rooms.setdefault((row.room_id, row.room_name_en), []).append(row)  # type: ignore[arg-type]
    return [
        {
            "room": in_both(lambda row=listed[0]: row.room_name),  # type: ignore[misc]
            "floor": in_both(lambda row=listed[0]: row.floor),  # type: ignore[misc]
            "day": in_both(lambda day=day: words.day_in_words(day)),  # type: ignore[misc]
            "times_in": in_both(lambda: words.times_in(programme.edition)),
            "rows": [line(row, programme) for row in sorted(listed, key=lambda row: (row.starts_at, row.session_id))],
        }
        for of_room in rooms.values()
        for day, listed in words.by_day(of_room, programme.edition.zone)
    ]


def line(row: ReleasedSession, programme: Programme) -> dict[str, Any]:
    zone = programme.edition.zone
    named = row.audience in MAY_HANG
    return {
        "starts": words.hour(row.starts_at, zone),
        "ends": words.hour(row.ends_at, zone),
        "title": in_both((lambda: row.title) if named else (lambda: _("Reserved"))),
        "is_light": row.is_pause or not named,
        "is_cancelled": row.is_cancelled,
        "cancelled": in_both(lambda: pgettext("session", "Cancelled")) if row.is_cancelled else [],
    }


def in_both(said: Callable[[], Any]) -> list[Wording]:
    """What it is called in the language of the file, then in the other one; once, where they are the same or one is missing."""
    own = reader_language()
    found: dict[str, Wording] = {}
    for lang in (own, *(other for other in LANGUAGES if other != own)):
        with override(lang):
            text = said()
            wording = text if isinstance(text, Wording) else Wording(str(text), lang)
        if wording:
            found.setdefault(str(wording), wording)
    return list(found.values())
