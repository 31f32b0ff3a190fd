"""The agenda as a calendar (RFC 5545): its public outline for everybody, and one's own programme behind a secret address.

Only title, time and room leave; no name, no paper, no annotation (workflows §4.3). A program that has read a session once
knows it again by its UID, which no release changes, and by its SEQUENCE, which never falls. The same content gives the
same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, Value
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vDuration, vText

from dialogues.models import AgendaRelease, Edition, HeadsDecision, ReleasedSession, ReleaseWithdrawal
from dialogues.models.delegations import ACCESS_AFTER_CLOSE
from dialogues.models.programme import Programme
from socportal.bilingual import Wording, reader_language

from .marking import marking

PRODUCT = "-//SOC Dialogue//Agenda//EN"
ASKED_AGAIN_AFTER = timedelta(hours=1)

# Both zones change on the last Sundays of March and October at 01:00 UTC (Directive 2000/84/EC and its British twin, since
# 1996), which is 02:00 or 03:00 on Dutch clocks and 01:00 or 02:00 on British ones. Written out, because the library's own
# tables put the spring change an hour late.
AMSTERDAM = """\
BEGIN:VTIMEZONE
TZID:Europe/Amsterdam
BEGIN:DAYLIGHT
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""
LONDON = """\
BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
DTSTART:19960331T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:BST
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:GMT
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
END:STANDARD
END:VTIMEZONE
"""
ZONES = {"Europe/Amsterdam": AMSTERDAM, "Europe/London": LONDON}


@dataclass(frozen=True)
class Standing:
    """Whether the released agenda still holds, since when it stands so, and how often it went back or was called off."""

    changed_at: datetime
    holds: bool
    set_back: int

    def sequence(self, row: ReleasedSession) -> int:
        """A release raises a session by one at most. Where a release is withdrawn the one before holds again, with its
        lower number: two for each withdrawal keep it rising.
        """
        return row.sequence + self.set_back


def standing_of(programme: Programme) -> Standing | None:
    """None where nothing is released for this reader. After a postponement, or a move to other days, nothing of the release
    holds.
    """
    if not programme.rows:
        return None
    edition, released_at = programme.edition, programme.rows[0].release.released_at
    # In one question: the file is asked for by programs, every hour, for everybody.
    withdrawn = ReleaseWithdrawal.objects.filter(release__edition=edition).order_by()
    decided = HeadsDecision.objects.settled().filter(edition=edition).order_by()
    told = list(
        withdrawn.values_list(Value(True), "withdrawn_at").union(decided.values_list(Value(False), "settled_at"), all=True)
    )
    return Standing(
        changed_at=max(released_at, *(instant for _is_withdrawal, instant in told)) if told else released_at,
        holds=not programme.is_of_former_days
        and not any(instant >= released_at for is_withdrawal, instant in told if not is_withdrawal),
        set_back=sum(2 if is_withdrawal else 1 for is_withdrawal, _instant in told),
    )


# One session


def said(text: str) -> vText:
    """A text with its language, which is not always the reader's."""
    lang = text.lang if isinstance(text, Wording) else reader_language()
    return vText(text, params={"LANGUAGE": lang})


def uid_of(row: ReleasedSession) -> str:
    return f"session-{row.session_id}@{urlsplit(settings.PUBLIC_BASE_URL).hostname}"


def time_of(edition: Edition, instant: datetime) -> datetime:
    """By the venue's clock where its rules are known here; else, and in the hour that a clock shows twice, in UTC.

    A local time of that hour means the first of the two (RFC 5545 §3.3.5), so the second cannot be said in it.
    """
    local = instant.astimezone(edition.zone)
    return local if edition.time_zone in ZONES and not local.fold else instant.astimezone(UTC)


def title_of(row: ReleasedSession, is_off: bool) -> Wording:
    """With the word where it is cancelled: several programs show such a session as if it took place."""
    title = cast(Wording, row.title)
    return Wording(_("Cancelled: %(title)s") % {"title": title}, title.lang) if is_off else title


def place_of(programme: Programme, row: ReleasedSession) -> Wording | None:
    """Room and floor as far as this reader may know them; for who takes part, venue and city after them."""
    if not programme.shows_room(row):
        return None
    edition = programme.edition
    parts = [row.room_name, row.floor]
    if programme.is_whole:
        parts += [edition.venue.name if edition.venue else "", edition.city]
    known = [str(part) for part in parts if part]
    lang = row.room_name.lang if row.room_name else reader_language()
    return Wording(", ".join(known), lang) if known else None


def event(programme: Programme, row: ReleasedSession, standing: Standing) -> Event:
    """A session that starts late keeps its start: the calendar says when one has to be there."""
    is_off = row.is_cancelled or not standing.holds
    entry = Event()
    entry.add("uid", uid_of(row))
    entry.add("sequence", standing.sequence(row))
    entry.add("dtstamp", standing.changed_at.replace(microsecond=0))
    entry.add("last-modified", standing.changed_at.replace(microsecond=0))
    entry.add("dtstart", time_of(programme.edition, row.starts_at))
    entry.add("dtend", time_of(programme.edition, row.ends_at))
    entry.add("summary", said(title_of(row, is_off)))
    if place := place_of(programme, row):
        entry.add("location", said(place))
    entry.add("status", "CANCELLED" if is_off else "CONFIRMED")
    entry.add("transp", "TRANSPARENT" if is_off or row.is_pause else "OPAQUE")
    entry.add("class", "PRIVATE" if programme.is_whole else "PUBLIC")
    return entry


# A whole calendar


def calendar(name: str, description: str, zones: Iterable[str]) -> Calendar:
    book = Calendar()
    book.add("prodid", PRODUCT)
    book.add("version", "2.0")
    book.add("calscale", "GREGORIAN")
    for key in ("name", "x-wr-calname"):
        book.add(key, name)
    if description:
        book.add("x-wr-caldesc", description)
    book.add("refresh-interval", vDuration(ASKED_AGAIN_AFTER), parameters={"VALUE": "DURATION"})
    book.add("x-published-ttl", vDuration(ASKED_AGAIN_AFTER))
    for zone in sorted(set(zones) & set(ZONES)):
        book.add_component(Timezone.from_ical(ZONES[zone].replace("\n", "\r\n")))
    return book


def outline(edition: Edition, at: datetime) -> bytes:
    """What the public reads, whoever asks. A session without a public hour is left out: a calendar has no place for it."""
    programme = Programme(edition, AnonymousUser(), at)
    book = calendar(f"{edition.dialogue.short_name} {edition.year}", "", [edition.time_zone or "Europe/Amsterdam"])
    standing = standing_of(programme)
    if standing:
        for row in programme.rows:
            if programme.shows_time(row):
                book.add_component(event(programme, row, standing))
    return cast(bytes, book.to_ical())


def own_programmes(user: Any, at: datetime) -> list[Programme]:
    """Of the editions that this person takes part in and that are not over for more than ninety days."""
    if not user.person_id:
        return []
    last = at.date() - ACCESS_AFTER_CLOSE
    editions = (
        Edition.objects.visible_to(user, at)
        .filter(Q(closes_on__isnull=True) | Q(closes_on__gte=last), releases__in=AgendaRelease.objects.current())
        .exclude(status=Edition.Status.CANCELLED)
        .select_related("dialogue", "venue")
        .order_by("opens_on", "pk")
    )
    return [programme for edition in editions if (programme := Programme(edition, user, at)).is_whole]


def own(user: Any, at: datetime) -> bytes:
    """Every session at which this person is expected, over all editions in hand; nothing for who takes part in none."""
    programmes = own_programmes(user, at)
    zones = [programme.edition.time_zone for programme in programmes] or ["Europe/Amsterdam"]
    book = calendar(_("My programme, SOC Dialogue"), f"{marking()}. {_('Only you')}.", zones)
    for programme in programmes:
        standing = standing_of(programme)
        for row in programme.mine if standing else ():
            book.add_component(event(programme, row, cast(Standing, standing)))
    return cast(bytes, book.to_ical())
