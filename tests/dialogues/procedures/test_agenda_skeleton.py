"""The skeleton of the next agenda: the blocks of the last one on the new days, and nothing that was in them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from dialogues.models import Edition, Room, Session, Venue
from dialogues.procedures.agenda_skeleton import lay_out
from tests import build
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def the_next(edition: Edition, **fields: Any) -> Edition:
    """Two days in London in 2028, prepared from this one."""
    said = {
        "year": edition.year + 1,
        "status": "planned",
        "rolled_from": edition,
        "opens_on": date(2028, 3, 28),
        "closes_on": date(2028, 3, 29),
        "time_zone": "Europe/London",
        "host_party": build.a_party("UK"),
    }
    return build.an_edition(edition.dialogue, **{**said, **fields})


def on_the_clock(edition: Edition) -> list[tuple[str, str, str, str]]:
    local = edition.zone
    return [
        (
            session.title_en,
            session.starts_at.astimezone(local).strftime("%d %H:%M"),
            session.ends_at.astimezone(local).strftime("%d %H:%M"),
            session.kind,
        )
        for session in edition.sessions.order_by("starts_at", "id")
    ]


def test_blocks_keep_their_day_their_time_on_the_clock_of_the_venue_their_kind_and_their_length(cast: Cast) -> None:
    bait = {"annotation_en": "Bait", "room": build.a_room()}
    build.a_session(cast.edition, "09:00", "10:30", title_en="Opening", title_nl="Opening", ground_rule="chatham_house", **bait)
    build.a_session(cast.edition, "10:30", "11:00", title_en="Coffee", kind="break")
    keynote = build.a_session(cast.edition, "11:00", "12:00", title_en="Bait: what somebody said", kind="keynote", **bait)
    build.a_speaker(keynote, cast.co_chair.person, "keynote")
    build.a_session(cast.edition, "13:00", "14:00", title_en="Dropped", status="cancelled")
    build.a_session(cast.edition, "22:00", "23:59", day=2, title_en="Signing", kind="ministerial", audience="secretariat")
    following = the_next(cast.edition)
    assert lay_out(following) == 4
    assert on_the_clock(following) == [
        ("Opening", "28 09:00", "28 10:30", "plenary"),
        ("Coffee", "28 10:30", "28 11:00", "break"),
        ("Keynote", "28 11:00", "28 12:00", "keynote"),
        ("Signing", "29 22:00", "29 23:59", "ministerial"),
    ]
    opening, _coffee, keynote, signing = following.sessions.order_by("starts_at")
    assert (opening.ground_rule, opening.audience, signing.audience) == ("chatham_house", "delegates", "secretariat")
    assert keynote.title_nl == "Hoofdtoespraak" and not keynote.speakers.exists()
    assert not following.sessions.exclude(annotation_en="", room=None, status="scheduled").exists()
    assert cast.edition.sessions.count() == 5


def test_a_second_call_adds_nothing(cast: Cast) -> None:
    build.a_session(cast.edition)
    following = the_next(cast.edition)
    assert (lay_out(following), lay_out(following)) == (1, 0)
    assert following.sessions.count() == 1


def test_a_room_stays_only_in_the_same_venue(cast: Cast) -> None:
    room = build.a_room()
    elsewhere = Room.objects.create(venue=Venue.objects.create(name_en="Other House"), name_en="Small Room")
    Edition.objects.filter(pk=cast.edition.pk).update(venue=room.venue)
    cast.edition.refresh_from_db()
    build.a_session(cast.edition, room=room)
    build.a_session(cast.edition, "14:00", "15:00", room=elsewhere)
    same = the_next(cast.edition, venue=room.venue)
    lay_out(same)
    assert [session.room for session in same.sessions.order_by("starts_at")] == [room, None]
    Session.objects.filter(edition=same).delete()
    Edition.objects.filter(pk=same.pk).update(venue=elsewhere.venue)
    same.refresh_from_db()
    lay_out(same)
    assert [session.room for session in same.sessions.order_by("starts_at")] == [None, None]


def test_breakouts_follow_the_groups_that_go_on_and_what_does_not_fit_is_left_out(cast: Cast) -> None:
    build.a_session(cast.edition, "09:00", "10:00", title_en="Bait", kind="breakout", mandate=cast.group, audience="group")
    build.a_session(cast.edition, "09:00", "10:00", title_en="Bait of the other", kind="breakout", mandate=cast.other_group)
    build.a_session(cast.edition, "16:00", "17:00", title_en="Bait", kind="bilateral", audience="party", party=cast.uk)
    build.a_session(cast.edition, day=2, title_en="Closing")
    following = the_next(cast.edition, closes_on=date(2028, 3, 28))
    renamed = build.a_mandate(following, build.a_group(cast.dialogue, name_en="Sea", name_nl="Zee"))
    build.a_lineage(following, kind="renamed", earlier_mandate=cast.group, later_mandate=renamed)
    build.a_lineage(following, kind="rests", earlier_mandate=cast.other_group)
    assert lay_out(following) == 1  # the one for a single party is not told to the others
    breakout, staff = following.sessions.order_by("starts_at")
    assert (breakout.title_en, breakout.title_nl, breakout.mandate, breakout.audience) == ("Sea", "Zee", renamed, "group")
    assert (staff.title_en, staff.party, staff.audience) == ("Side meeting", cast.uk, "party")
    assert set(Session.objects.visible_to(cast.secretary_nl).filter(edition=following)) == {breakout}


def test_nothing_is_laid_out_before_the_days_and_the_clock_are_known(cast: Cast) -> None:
    build.a_session(cast.edition)
    following = the_next(cast.edition, status="planned")
    for missing in (
        {"rolled_from": None},
        {"opens_on": None, "closes_on": None, "date_precision": "none"},
        {"closes_on": None},
        {"date_precision": "month"},
        {"time_zone": ""},
    ):
        for name, value in missing.items():
            setattr(following, name, value)
        assert lay_out(following) == 0, missing
        following.refresh_from_db()
    assert lay_out(following) == 1


def test_a_block_over_the_night_the_clocks_change_keeps_its_length(cast: Cast) -> None:
    Edition.objects.filter(pk=cast.edition.pk).update(opens_on=date(2027, 3, 13), closes_on=date(2027, 3, 14))
    cast.edition.refresh_from_db()
    desk = build.a_session(cast.edition, "23:00", "23:30", title_en="Night desk", kind="desk")
    Session.objects.filter(pk=desk.pk).update(ends_at=desk.starts_at + timedelta(hours=4))
    following = the_next(cast.edition, opens_on=date(2028, 3, 25), closes_on=date(2028, 3, 26))
    lay_out(following)
    night = following.sessions.get()
    assert night.ends_at - night.starts_at == timedelta(hours=4)
    assert on_the_clock(following) == [("Night desk", "25 23:00", "26 04:00", "desk")]
