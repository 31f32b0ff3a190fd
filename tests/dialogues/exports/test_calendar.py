"""The agenda as calendar programs read it: the right instants in both zones, one entry a session, nothing that is inside."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from django.utils import translation

from dialogues.exports import calendar
from dialogues.models import AgendaRelease, Edition, HeadsDecision, ReleaseWithdrawal
from dialogues.procedures.agenda import release_agenda
from parties.models import User
from socportal import clock
from tests import build
from tests.cast import Cast

CHANGES = [date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31)]


def events(content: bytes) -> dict[str, icalendar.Event]:
    """By title, as the first parser reads them."""
    return {str(event["SUMMARY"]): event for event in icalendar.Calendar.from_ical(content).walk("VEVENT")}


def instants_of_the_other_parser(content: bytes) -> dict[str, tuple[datetime, datetime]]:
    book = vobject.readOne(content.decode())
    return {
        event.uid.value: (event.dtstart.value.astimezone(UTC), event.dtend.value.astimezone(UTC)) for event in book.vevent_list
    }


def outline(edition: Edition) -> bytes:
    return calendar.outline(Edition.objects.get(pk=edition.pk), clock.now())


def own(user: User) -> bytes:
    return calendar.own(User.objects.get(pk=user.pk), clock.now())


def public(edition: Edition, start: str = "09:15", end: str = "10:15", **fields: Any) -> Any:
    return build.a_session(edition, start, end, **{"audience": "public", **fields})


def release(cast: Cast) -> AgendaRelease:
    return release_agenda(edition=Edition.objects.get(pk=cast.edition.pk), by=cast.lead)


# Time


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "Europe/London"])
@pytest.mark.parametrize("day", CHANGES, ids=str)
def test_the_written_zones_agree_with_the_world_on_each_quarter_of_an_hour_around_a_change(zone: str, day: date) -> None:
    rules = calendar.ZONES[zone].replace("\n", "\r\n")
    event = "BEGIN:VEVENT\r\nUID:{0}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID={1}:{0}\r\nEND:VEVENT\r\n"
    world = ZoneInfo(zone)
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=3)
    wanted = {}
    for quarter in range(40):
        local = (begin + timedelta(minutes=15 * quarter)).astimezone(world)
        if not local.fold:
            wanted[f"{local:%Y%m%dT%H%M%S}"] = local.astimezone(UTC)
    # A name that neither parser can look up, nor has met before: it has nothing but the written rules to go by.
    name = f"Written/{zone[7:]}-{day}"
    body = rules.replace(zone, name) + "".join(event.format(local, name) for local in wanted)
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n{body}END:VCALENDAR\r\n"
    first = {str(e["UID"]): e.decoded("DTSTART").astimezone(UTC) for e in icalendar.Calendar.from_ical(text).walk("VEVENT")}
    second = {e.uid.value: e.dtstart.value.astimezone(UTC) for e in vobject.readOne(text).vevent_list}
    assert first == wanted
    assert second == wanted
    offsets = {datetime.strptime(f"{local}+0000", "%Y%m%dT%H%M%S%z") - instant for local, instant in wanted.items()}
    assert len(offsets) == 2  # the change lies within what was compared


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "Europe/London", "Europe/Lisbon"])
@pytest.mark.parametrize("day", CHANGES, ids=str)
def test_sessions_across_a_change_are_the_same_instants_in_two_parsers(cast: Cast, zone: str, day: date) -> None:
    edition = build.an_edition(cast.dialogue, year=2028, opens_on=day, closes_on=day, time_zone=zone)
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    sessions = {}
    for half_hour in range(8):  # 00:00 to 04:00 UTC: gap and overlap of every zone
        session = public(edition, title_en=f"At {half_hour}")
        session.starts_at = midnight + timedelta(minutes=30 * half_hour)
        session.ends_at = session.starts_at + timedelta(minutes=30)
        session.save()
        sessions[calendar.uid_of(_row(session))] = (session.starts_at, session.ends_at)
    build.a_release(edition, *edition.sessions.all())
    content = outline(edition)
    book = icalendar.Calendar.from_ical(content)
    first = {
        str(e["UID"]): (e.decoded("DTSTART").astimezone(UTC), e.decoded("DTEND").astimezone(UTC)) for e in book.walk("VEVENT")
    }
    assert first == instants_of_the_other_parser(content) == sessions
    named = {str(zone["TZID"]) for zone in book.walk("VTIMEZONE")}
    assert named == {zone} & set(calendar.ZONES)  # elsewhere every time is in UTC
    assert (b"TZID=" in content) == (zone in calendar.ZONES)


def _row(session: Any) -> Any:
    class Row:
        session_id = session.pk

    return Row()


# What a program keeps apart and follows


def test_a_session_keeps_its_uid_and_its_sequence_never_falls(cast: Cast) -> None:
    session = public(cast.edition, title_en="Opening", room=build.a_room())
    other = public(cast.edition, "11:00", "12:00", title_en="Closing")
    seen = []

    def look() -> None:
        found = events(own(cast.delegate_uk))
        title = next(title for title in found if "Opening" in title)
        seen.append((str(found[title]["UID"]), int(found[title]["SEQUENCE"]), found[title].decoded("DTSTAMP"), title))
        assert int(events(outline(cast.edition))[title]["SEQUENCE"]) == seen[-1][1]

    release(cast)
    look()
    session.ends_at += timedelta(minutes=15)
    session.save()
    release(cast)
    look()
    other.title_en = "Closing words"
    other.save()
    release(cast)
    look()
    session.starts_at += timedelta(minutes=15)
    session.ends_at += timedelta(minutes=15)
    session.save()
    latest = release(cast)
    look()
    ReleaseWithdrawal.objects.create(release=latest, reason="Sent too early", withdrawn_by=cast.lead)
    look()
    session.title_en = "Opening at last"
    session.save()
    release(cast)
    look()
    assert len({uid for uid, *_rest in seen}) == 1
    sequences = [sequence for _uid, sequence, *_rest in seen]
    assert sequences == sorted(sequences)
    assert sequences[1] == sequences[2]  # what did not change did not rise
    assert len({sequences[0], sequences[1], *sequences[3:]}) == 5
    stamps = [stamp for _uid, _sequence, stamp, _title in seen]
    assert stamps == sorted(stamps)
    assert seen[-1][3] == "Opening at last"


def test_a_cancelled_session_stays_as_cancelled_and_blocks_nobodys_hour(cast: Cast) -> None:
    session = public(cast.edition, title_en="Opening", title_nl="Opening")
    public(cast.edition, "10:30", "11:00", title_en="Coffee", kind="break")
    release(cast)
    before = events(own(cast.delegate_nl))
    session.status = "cancelled"
    session.save()
    release(cast)
    for content in (own(cast.delegate_nl), outline(cast.edition)):
        found = events(content)
        assert set(found) == {"Cancelled: Opening", "Coffee"}
        assert found["Cancelled: Opening"]["STATUS"] == "CANCELLED"
        assert found["Cancelled: Opening"]["TRANSP"] == "TRANSPARENT"
        assert found["Cancelled: Opening"]["UID"] == before["Opening"]["UID"]
        assert found["Coffee"]["STATUS"] == "CONFIRMED"
        assert found["Coffee"]["TRANSP"] == "TRANSPARENT"
    assert before["Opening"]["TRANSP"] == "OPAQUE"
    with translation.override("nl"):
        assert "SUMMARY;LANGUAGE=nl:" in own(cast.delegate_nl).decode()


def test_after_a_postponement_every_session_is_cancelled_until_a_new_release(cast: Cast) -> None:
    public(cast.edition, title_en="Opening")
    release(cast)
    sequence = int(events(outline(cast.edition))["Opening"]["SEQUENCE"])
    HeadsDecision.objects.create(
        edition=cast.edition, to_status="postponed", reason="Elections", proposed_by=cast.lead, settled_at=clock.now()
    )
    (postponed,) = events(outline(cast.edition)).values()
    assert postponed["STATUS"] == "CANCELLED"
    assert int(postponed["SEQUENCE"]) > sequence
    build.a_release(cast.edition, *cast.edition.sessions.all())
    assert events(outline(cast.edition))["Opening"]["STATUS"] == "CONFIRMED"


def test_of_an_edition_moved_to_other_days_nothing_holds(cast: Cast) -> None:
    public(cast.edition, title_en="Opening")
    release(cast)
    later = {"opens_on": date(2027, 5, 11), "closes_on": date(2027, 5, 12)}
    Edition.objects.filter(pk=cast.edition.pk).update(**later)
    assert [event["STATUS"] for event in events(own(cast.delegate_uk)).values()] == ["CANCELLED"]


# Form


def test_lines_fold_at_75_octets_inside_no_letter_and_texts_are_escaped(cast: Cast) -> None:
    title = "Übermäßig ausführliche Sitzung über Geldströme; Häfen, Flüsse \\ Straßen – " + "é" * 70
    public(cast.edition, title_en=title)
    release(cast)
    content = outline(cast.edition)
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) == 75 or max(map(len, lines)) == 74
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert sum(line.startswith(b" ") for line in lines) >= 3
    for line in lines:
        line.decode()  # no letter is cut in two
    assert set(events(content)) == {title}
    assert vobject.readOne(content.decode()).vevent.summary.value == title
    assert b"\\;" in content
    assert b"\\," in content


def test_the_same_content_gives_the_same_bytes_and_says_when_to_ask_again(cast: Cast) -> None:
    public(cast.edition, title_en="Opening")
    release(cast)
    content = own(cast.delegate_uk)
    assert content == own(cast.delegate_uk)
    assert content == own(cast.delegate_nl)
    assert content.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert content.endswith(b"END:VCALENDAR\r\n")
    text = content.decode().replace("\r\n ", "")
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in text
    assert "X-PUBLISHED-TTL:PT1H" in text
    assert "X-WR-CALNAME:My programme\\, SOC Dialogue" in text
    assert "X-WR-CALDESC:OFFICIAL / ongerubriceerd. Only you." in text
    assert "CLASS:PRIVATE" in text
    assert "CLASS:PUBLIC" in outline(cast.edition).decode()


def test_a_session_that_starts_late_keeps_its_start(cast: Cast) -> None:
    session = public(cast.edition, title_en="Opening")
    session.late_by = 20
    session.save()
    build.a_release(cast.edition, session)
    event = events(own(cast.delegate_uk))["Opening"]
    assert event.decoded("DTSTART") == session.starts_at


# What never stands in it


def test_neither_calendar_holds_what_its_reader_may_not_know(cast: Cast) -> None:
    """Bait of every kind: restricted and draft sessions, papers, annotation, names, rooms, a minister’s hour, a breakout."""
    room = build.a_room("Canaryroom", floor_en="Canaryfloor")
    inside = {"title_en": "Canarydelegates", "audience": "delegates", "annotation_en": "Canaryannotation", "room": room}
    spoken = build.a_session(cast.edition, "09:00", "10:00", **inside)
    build.a_speaker(spoken, cast.delegate_nl.person)
    public(cast.edition, "10:00", "10:30", title_en="Publicplenary", room=room, annotation_en="Canaryannotation")
    public(cast.edition, "10:30", "11:00", title_en="Canaryminister", kind="ministerial")
    public(cast.edition, "11:00", "11:30", title_en="Canarybreakout", kind="breakout", mandate=cast.group)
    ours = {"kind": "breakout", "audience": "group", "mandate": cast.group}
    build.a_session(cast.edition, "11:00", "11:30", title_en="Canarygroup", **ours)
    build.a_session(cast.edition, "12:00", "12:30", title_en="Canarystaff", audience="secretariat")
    build.a_session(cast.edition, "12:30", "13:00", title_en="Canaryparty", audience="party", party=cast.nl)
    release(cast)
    public(cast.edition, "15:00", "15:30", title_en="Canarydraft", room=room)

    def held(content: bytes) -> set[str]:
        text = content.decode().replace("\r\n ", "")
        assert "Zzyx" not in text
        assert "Canaryannotation" not in text
        assert "Canarydraft" not in text
        return set(events(content))

    text = outline(cast.edition).decode()
    assert held(outline(cast.edition)) == {"Publicplenary"}
    assert "Canary" not in text
    assert "LOCATION" not in text
    assert held(own(cast.delegate_nl)) == {"Publicplenary", "Canarydelegates"}
    place = str(events(own(cast.delegate_nl))["Publicplenary"]["LOCATION"])
    assert place == "Canaryroom, Canaryfloor, The Hague"
    assert held(own(cast.group_member)) == {"Publicplenary", "Canarydelegates", "Canarybreakout", "Canarygroup"}
    for nobody in (cast.stranger, cast.withdrawn_delegate, cast.last_years_delegate, cast.technician, cast.secretary_elsewhere):
        assert held(own(nobody)) == set()


def test_once_it_has_closed_the_outline_says_where_and_ninety_days_later_ones_own_is_empty(cast: Cast) -> None:
    public(cast.edition, title_en="Opening", room=build.a_room("Great Hall"))
    public(cast.edition, "11:00", "12:00", title_en="Ministers", kind="ministerial")
    release(cast)
    assert set(events(own(cast.delegate_uk))) == {"Opening"}
    closed = datetime(2027, 3, 20, tzinfo=UTC)
    found = events(calendar.outline(Edition.objects.get(pk=cast.edition.pk), closed))
    assert set(found) == {"Opening", "Ministers"}
    assert found["Opening"]["LOCATION"] == "Great Hall"
    for days, expected in ((85, {"Opening"}), (95, set())):
        at = datetime(2027, 3, 17, 12, tzinfo=UTC) + timedelta(days=days)
        assert set(events(calendar.own(cast.delegate_uk, at))) == expected
        assert set(events(calendar.own(cast.focal_point_uk, at))) == expected


def test_a_calendar_without_sessions_is_still_one_that_programs_open(cast: Cast) -> None:
    build.a_session(cast.edition, title_en="Not released")
    for content in (outline(cast.edition), own(cast.stranger)):
        assert events(content) == {}
        assert vobject.readOne(content.decode()).vtimezone.tzid.value == "Europe/Amsterdam"
