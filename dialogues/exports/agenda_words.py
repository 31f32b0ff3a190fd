"""What paper made of a released agenda says in words: days, hours, changes, which release. All by the venue's clock, which
is named once on each sheet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dialogues.models import Edition, ReleasedSession, agenda_changes
from dialogues.models.agenda import Kind
from dialogues.models.papers import Paper
from dialogues.models.programme import Programme

from .marking import at_venue, titled

# One line beside a session: what it is, in words, and what it was before.
Change = dict[str, Any]


def hour(at: datetime, zone: ZoneInfo) -> str:
    return time_format(at.astimezone(zone).time(), "TIME_FORMAT")


def hours(row: ReleasedSession, zone: ZoneInfo) -> str:
    """“09:15 to 10:15”."""
    return _("%(start)s to %(end)s") % {"start": hour(row.starts_at, zone), "end": hour(row.ends_at, zone)}


def minutes(row: ReleasedSession) -> int:
    return round((row.ends_at - row.starts_at).total_seconds() / 60)


def day_in_words(day: date) -> str:
    return titled(date_format(day, "l j F Y"))


def by_day(rows: Iterable[ReleasedSession], zone: ZoneInfo) -> list[tuple[date, list[ReleasedSession]]]:
    """The days at the venue, each with its sessions in the order given."""

    def day(row: ReleasedSession) -> date:
        return row.starts_at.astimezone(zone).date()

    return [(on, list(listed)) for on, listed in groupby(sorted(rows, key=day), key=day)]


def times_in(edition: Edition) -> str:
    return _("Times in %(place)s") % {"place": edition.place}


def released(programme: Programme) -> str:
    """“Release 3.2 of 16 March 2027, 11:20 The Hague”; the outline bears no number."""
    release = programme.release
    if release is None:
        return ""
    said = {"number": release.number, "released": at_venue(programme.edition, release.released_at)}
    return _("Release %(number)s of %(released)s") % said


def printed(programme: Programme) -> str:
    return _("Printed %(when)s") % {"when": at_venue(programme.edition, programme.at)}


def invented(edition: Edition) -> str:
    return _("Demonstration edition: invented content") if edition.dialogue.is_demonstration else ""


def called_off(programme: Programme) -> str:
    """What stands over an agenda that no longer holds; nothing over one that does."""
    edition = programme.edition
    if edition.status == Edition.Status.CANCELLED:
        return _("Cancelled. Nothing of this agenda holds.")
    if edition.status == Edition.Status.POSTPONED:
        return f"{_('Postponed.')} {_('New days are not known yet. Nothing of this agenda holds.')}"
    if not programme.is_of_former_days:
        return ""
    moved = _("The edition has been moved to %(days)s.") % {"days": edition.dates}
    return f"{moved} {_('This agenda still shows the former days; nothing of it holds. A new one follows.')}"


def room_of(row: ReleasedSession, *, shown: bool) -> Any:
    """Its name; that it is not known yet; nothing for free time, and for who may not know it."""
    if not shown or (not row.room_name and row.kind == Kind.FREE):
        return ""
    return row.room_name or _("Room to be announced")


def papers_in_words(count: int) -> str:
    return ngettext("%(count)d paper", "%(count)d papers", count) % {"count": count} if count else ""


def count_papers(programme: Programme) -> Counter[int]:
    """By session, those at hand for this reader."""
    at_hand = Paper.objects.visible_to(programme.user, programme.at).at_hand()
    return Counter(at_hand.filter(session__in=[row.session_id for row in programme.rows]).values_list("session", flat=True))


def changes_of(row: ReleasedSession, zone: ZoneInfo, papers: int = 0) -> list[Change]:
    """What changed since the last planned release, and what it was before; of one cancelled, only what happens instead."""
    found = agenda_changes.changes_of(row, zone, None, papers)
    return [
        {
            "label": one.label,
            "before": "" if one.kind == "late" else one.before,
            "instead": one.after if one.kind == "cancelled" else "",
            "is_cancelled": one.kind == "cancelled",
        }
        for one in (found[:1] if row.is_cancelled else found)
    ]


def was() -> str:
    """What a former text is set into, as `{before}`: it may be in the other language."""
    return _("Was %(before)s") % {"before": "{before}"}
