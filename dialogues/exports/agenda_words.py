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
from django.utils.translation import ngettext, pgettext

from dialogues.models import Edition, ReleasedSession
from dialogues.models.agenda import GroundRule, Kind
from dialogues.models.papers import Paper
from dialogues.models.programme import Programme
from socportal.bilingual import in_reader_language

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


def place_of(edition: Edition) -> str:
    return str(edition.city or (edition.host_party and edition.host_party.capital) or _("the venue"))


def times_in(edition: Edition) -> str:
    return _("Times in %(place)s") % {"place": place_of(edition)}


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


def called_off(edition: Edition, days: Iterable[date]) -> str:
    """What stands over an agenda that no longer holds; nothing over one that does."""
    if edition.status == Edition.Status.CANCELLED:
        return _("Cancelled. Nothing of this agenda holds.")
    if edition.status == Edition.Status.POSTPONED:
        return f"{_('Postponed.')} {_('New days are not known yet. Nothing of this agenda holds.')}"
    if edition.status not in Edition.DAYS_FIXED or not edition.opens_on or not edition.closes_on:
        return ""
    if all(edition.opens_on <= day <= edition.closes_on for day in days):
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
    """What changed since the last planned release, and what it was before; of one cancelled, what happens instead.

    `papers` is how many of its papers this reader may read: of no other is told that it is new.
    """
    if row.is_cancelled:
        return [{**_change(pgettext("session", "Cancelled")), "instead": row.cancelled_note, "is_cancelled": True}]
    changes, told = row.changes or {}, []
    if changes.get("added"):
        told.append(_change(_("New in this agenda")))
    if "time_changed" in changes:
        told.append(_change(_("Time changed"), _moment(changes["time_changed"], row.starts_at, zone)))
    if "ended" in changes:
        told.append(_change(_("End changed"), _moment(changes["ended"], row.ends_at, zone)))
    if row.late_by:
        late = ngettext("Starts %(n)d minute late", "Starts %(n)d minutes late", row.late_by)
        told.append(_change(late % {"n": row.late_by}))
    for key, label in (("room_changed", _("Room changed")), ("title_changed", _("Title changed"))):
        if key in changes:
            told.append(_change(label, in_reader_language(changes[key])))
    if changes.get("person_changed"):
        told.append(_change(_("Chair or speaker changed")))
    if "ground_rule_changed" in changes:
        former = dict(GroundRule.choices).get(changes["ground_rule_changed"], _("Not stated"))
        told.append(_change(_("What may be repeated changed"), former))
    if number := min(int(changes.get("paper_added") or 0), papers):
        told.append(_change(ngettext("New paper", "%(n)d new papers", number) % {"n": number}))
    return told


def _change(label: str, before: Any = "") -> Change:
    return {"label": label, "before": before, "instead": "", "is_cancelled": False}


def _moment(before: str, now: datetime, zone: ZoneInfo) -> str:
    """The former hour, with its day where that was another; nothing where it is as it was before."""
    was = datetime.fromisoformat(before).astimezone(zone)
    if was == now:
        return ""
    same_day = was.date() == now.astimezone(zone).date()
    return time_format(was.time(), "TIME_FORMAT") if same_day else date_format(was, "DATETIME_FORMAT")


def was() -> str:
    """What a former text is set into, as `{before}`: it may be in the other language."""
    return _("Was %(before)s") % {"before": "{before}"}
