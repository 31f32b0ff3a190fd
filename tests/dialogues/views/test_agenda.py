"""The agenda as its readers see it: now and next, the days, the public outline, and what never stands in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from dialogues.models import AgendaRelease, Audience, Edition, ReleasedSession, ReleasedSpeaker, Session
from dialogues.models.programme import Programme
from dialogues.views.agenda import edition_in_hand
from dialogues.views.agenda_entries import clocks_of, days_of, entry_of, with_now_and_next
from dialogues.views.agenda_grid import MOST_COLUMNS, MOST_ROWS, MOST_ROWS_OF_ONE
from parties.models import Organisation
from socportal import clock
from tests import build
from tests.cast import Cast
from tests.reading import content

A_WEEK_BEFORE = timedelta(days=-7)


def released(edition: Edition, *sessions: Session, changes: dict[int, Any] | None = None, **fields: Any) -> AgendaRelease:
    """The next release, holding these sessions as they stand."""
    latest = edition.latest_release()
    release = AgendaRelease(
        edition=edition,
        major=3,
        minor=latest.minor + 1 if latest else 0,
        kind="final",
        released_by=fields.pop("by", None) or build.an_account(),
        released_at=build.at_venue(edition, "08:00") + A_WEEK_BEFORE,
        content_hash="0" * 64,
        **fields,
    )
    release.save()
    for session in sessions:
        row = ReleasedSession(
            release=release,
            session=session,
            published_at=release.released_at,
            room_name_en=session.room.name_en if session.room else "",
            is_cancelled=session.status == Session.Status.CANCELLED,
            changes=(changes or {}).get(session.pk, {}),
            **{
                name: getattr(session, name)
                for name in (
                    "audience",
                    "kind",
                    "title_en",
                    "title_nl",
                    "starts_at",
                    "ends_at",
                    "room",
                    "mandate",
                    "party",
                    "ground_rule",
                    "annotation_en",
                    "is_hybrid",
                    "late_by",
                    "cancelled_note_en",
                )
            },
        )
        row.save()
        for slot in session.speakers.all():
            ReleasedSpeaker(
                released_session=row,
                role=slot.role,
                party=slot.party,
                person=slot.person,
                post_en=slot.person.post_en if slot.person else "",
                is_confirmed=slot.is_confirmed,
            ).save()
    return release


def address(edition: Edition, *, language: str = "en", session: Session | None = None) -> str:
    path = f"/{language}/dialogues/{edition.dialogue.slug}/{edition.year}/agenda/"
    return f"{path}{session.pk}/" if session else path


def read(client: Client, path: str, at: datetime) -> str:
    with clock.told_at(at):
        response = client.get(path)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def now_and_next(client: Client, path: str, at: datetime) -> tuple[str, str]:
    """The titles under “Now” and “Next”, empty where nothing stands there."""
    with clock.told_at(at):
        context = client.get(path).context
    return tuple(str(context[key].row.title) if context[key] else "" for key in ("now", "next"))  # type: ignore[return-value]


@pytest.fixture
def day(cast: Cast) -> dict[str, Session]:
    """A morning at the venue in The Hague: plenary, two groups side by side, lunch."""
    edition = cast.edition
    hall, library = build.a_room("Great Hall", position=1), build.a_room("Old Library", position=2)
    sessions = {
        "plenary": build.a_session(edition, "09:15", "10:15", title_en="Opening plenary", room=hall),
        "group": build.a_session(
            edition, "11:30", "12:45", title_en="Group meeting", kind="breakout", room=library, mandate=cast.group
        ),
        "other_group": build.a_session(
            edition, "11:30", "12:45", title_en="Other group meeting", kind="breakout", room=hall, mandate=cast.other_group
        ),
        "lunch": build.a_session(edition, "12:45", "13:45", title_en="Working lunch", kind="meal"),
    }
    released(edition, *sessions.values())
    return sessions


class TestNowAndNext:
    def test_now_is_my_running_session_and_next_my_next_start(self, cast: Cast, day: Any, signed_in: Any) -> None:
        browser, path = signed_in(cast.group_member), address(cast.edition)
        assert now_and_next(browser, path, build.at_venue(cast.edition, "11:52")) == ("Group meeting", "Working lunch")

    def test_it_goes_by_the_clock_of_the_venue(self, cast: Cast, day: Any, signed_in: Any) -> None:
        browser, path = signed_in(cast.group_member), address(cast.edition)
        text = read(browser, path, build.at_venue(cast.edition, "11:52"))
        assert '<span class="number">11:52</span></strong> in The Hague' in text
        assert '<span class="number">10:52</span> in London' in text
        assert "10:30 London" in text

    def test_a_venue_in_london_shows_london_first(self, cast: Cast, signed_in: Any) -> None:
        Edition.objects.filter(pk=cast.edition.pk).update(
            time_zone="Europe/London", city_en="London", city_nl="Londen", host_party=cast.uk
        )
        edition = Edition.objects.get(pk=cast.edition.pk)
        released(edition, build.a_session(edition, "11:30", "12:45", title_en="Plenary in London"))
        browser, path = signed_in(cast.delegate_nl), address(edition)
        before, after = build.at_venue(edition, "11:29"), build.at_venue(edition, "11:30")
        assert now_and_next(browser, path, before) == ("", "Plenary in London")
        assert now_and_next(browser, path, after) == ("Plenary in London", "")
        text = read(browser, path, after)
        assert '<span class="number">11:30</span></strong> in London' in text
        assert "12:30 The Hague" in text

    def test_a_session_ends_with_its_last_minute(self, cast: Cast, day: Any, signed_in: Any) -> None:
        browser, path = signed_in(cast.group_member), address(cast.edition)
        assert now_and_next(browser, path, build.at_venue(cast.edition, "12:45")) == ("Working lunch", "")

    def test_after_a_postponement_nothing_holds_even_where_the_new_days_are_the_old_ones(
        self, cast: Cast, day: Any, signed_in: Any
    ) -> None:
        """As in the calendars, which say of every session that it is cancelled until there is a new release."""
        browser, path = signed_in(cast.group_member), address(cast.edition)
        at = build.at_venue(cast.edition, "11:52")
        build.a_heads_decision(cast.edition, cast.lead, settled_at=build.at_venue(cast.edition, "08:30"))
        assert now_and_next(browser, path, at) == ("", "")
        assert "nothing of it holds. A new one follows." in read(browser, path, at)
        with clock.told_at(build.at_venue(cast.edition, "08:45")):
            build.a_release(cast.edition, *day.values())
        assert now_and_next(browser, path, at) == ("Group meeting", "Working lunch")

    def test_another_groups_session_is_not_mine(self, cast: Cast, day: Any, signed_in: Any) -> None:
        browser = signed_in(cast.delegate_uk)
        at = build.at_venue(cast.edition, "11:52")
        assert now_and_next(browser, address(cast.edition), at) == ("", "Working lunch")

    def test_a_cancelled_session_is_neither(self, cast: Cast, signed_in: Any) -> None:
        gone = build.a_session(cast.edition, "11:30", "12:45", title_en="Called off", status=Session.Status.CANCELLED)
        released(cast.edition, gone)
        browser, path = signed_in(cast.delegate_uk), address(cast.edition)
        assert now_and_next(browser, path, build.at_venue(cast.edition, "11:40")) == ("", "")
        assert "Cancelled" in read(browser, path, build.at_venue(cast.edition, "11:40"))

    def test_my_programme_holds_what_is_mine(self, cast: Cast, day: Any, signed_in: Any) -> None:
        text = read(signed_in(cast.group_member), "/en/my/", build.at_venue(cast.edition, "08:00"))
        assert "Group meeting" in text
        assert "Other group meeting" not in text

    def test_mine_comes_first_among_parallel_sessions(self, cast: Cast, day: Any, signed_in: Any) -> None:
        text = read(signed_in(cast.group_member), address(cast.edition), build.at_venue(cast.edition, "08:00"))
        listed = text[text.index("day-section") :]
        assert listed.index("Group meeting") < listed.index("Other group meeting")


class TestWhatIsHidden:
    BAIT = "Bait7Q"

    def hide(self, cast: Cast, audience: str, **fields: Any) -> Session:
        return build.a_session(cast.edition, "14:00", "15:00", title_en=self.BAIT, audience=audience, **fields)

    @pytest.mark.parametrize("reader", ["public", "stranger", "technician", "delegate_uk", "other_group_member"])
    def test_a_groups_session_from_those_outside_it(self, cast: Cast, signed_in: Any, reader: str) -> None:
        hidden = self.hide(cast, Audience.GROUP, mandate=cast.group, kind="breakout")
        released(cast.edition, hidden, build.a_session(cast.edition, title_en="Shown", audience=Audience.PUBLIC))
        self.is_hidden_from(cast, signed_in, reader, hidden)

    @pytest.mark.parametrize("reader", ["public", "delegate_uk", "group_member", "focal_point_uk", "secretary_uk"])
    def test_one_partys_session_from_the_other_party(self, cast: Cast, signed_in: Any, reader: str) -> None:
        hidden = self.hide(cast, Audience.PARTY, party=cast.nl)
        released(cast.edition, hidden, build.a_session(cast.edition, title_en="Shown", audience=Audience.PUBLIC))
        self.is_hidden_from(cast, signed_in, reader, hidden)

    @pytest.mark.parametrize("reader", ["public", "delegate_nl", "focal_point_nl", "former_secretary", "secretary_elsewhere"])
    def test_the_secretariats_session_from_everybody_else(self, cast: Cast, signed_in: Any, reader: str) -> None:
        hidden = self.hide(cast, Audience.SECRETARIAT)
        released(cast.edition, hidden, build.a_session(cast.edition, title_en="Shown", audience=Audience.PUBLIC))
        self.is_hidden_from(cast, signed_in, reader, hidden)

    def is_hidden_from(self, cast: Cast, signed_in: Any, reader: str, hidden: Session) -> None:
        browser = Client() if reader == "public" else signed_in(getattr(cast, reader))
        at = build.at_venue(cast.edition, "14:10")
        text = read(browser, address(cast.edition), at)
        assert "Shown" in text
        assert self.BAIT not in text
        with clock.told_at(at):
            missing = browser.get(address(cast.edition).removesuffix("/") + "/987654321/")
            found = browser.get(address(cast.edition, session=hidden))
        assert (found.status_code, found.content) == (missing.status_code, missing.content) == (404, missing.content)
        if reader != "public":
            assert self.BAIT not in read(browser, "/en/my/", at)

    def test_what_is_not_released_does_not_exist(self, cast: Cast, day: Any, signed_in: Any) -> None:
        draft = build.a_session(cast.edition, "16:00", "17:00", title_en=self.BAIT)
        browser, at = signed_in(cast.secretary_nl), build.at_venue(cast.edition, "08:00")
        assert self.BAIT not in read(browser, address(cast.edition), at)
        with clock.told_at(at):
            assert browser.get(address(cast.edition, session=draft)).status_code == 404

    def test_a_superseded_release_is_not_read(self, cast: Cast, signed_in: Any) -> None:
        released(cast.edition, build.a_session(cast.edition, title_en=self.BAIT))
        released(cast.edition, build.a_session(cast.edition, title_en="Latest"))
        text = read(signed_in(cast.delegate_uk), address(cast.edition), build.at_venue(cast.edition, "08:00"))
        assert "Latest" in text
        assert self.BAIT not in text

    def test_an_edition_that_is_not_public_has_no_agenda_for_the_public(self, cast: Cast, day: Any) -> None:
        Edition.objects.filter(pk=cast.edition.pk).update(audience=Audience.DELEGATES)
        assert Client().get(address(cast.edition)).status_code == 404
        assert Client().get(address(cast.edition, session=day["plenary"])).status_code == 404

    @pytest.mark.parametrize("path", ["999999999999999999999/agenda/", "2027/agenda/999999999999999999999999/"])
    def test_huge_numbers_are_not_there(self, cast: Cast, path: str) -> None:
        assert Client().get(f"/en/dialogues/{cast.dialogue.slug}/{path}").status_code == 404


class TestPublicOutline:
    @pytest.fixture
    def outline(self, cast: Cast) -> dict[str, Session]:
        edition, room = cast.edition, build.a_room("BaitRoom")
        public = {"audience": Audience.PUBLIC, "room": room}
        sessions = {
            "plenary": build.a_session(edition, "09:15", "10:20", title_en="Opening plenary", **public),
            "breakout": build.a_session(
                edition, "11:35", "12:40", title_en="BaitBreakout", kind="breakout", mandate=cast.group, **public
            ),
            "minister": build.a_session(
                edition,
                "16:05",
                "16:55",
                title_en="Ministerial segment",
                kind="ministerial",
                annotation_en="BaitNote",
                **public,
            ),
        }
        build.a_speaker(sessions["plenary"], cast.delegate_nl.person)
        changes = {
            sessions["plenary"].pk: {"room_changed": {"en": "BaitOldRoom", "nl": ""}},
            sessions["minister"].pk: {"time_changed": build.at_venue(edition, "16:35").isoformat()},
        }
        released(edition, *sessions.values(), changes=changes, note="BaitReleaseNote")
        return sessions

    @pytest.mark.parametrize("reader", ["public", "stranger", "last_years_delegate", "withdrawn_delegate"])
    @pytest.mark.parametrize("days_before_opening", [3, 0])
    def test_it_holds_no_room_no_breakout_no_ministers_time_and_no_name(
        self, cast: Cast, outline: Any, signed_in: Any, reader: str, days_before_opening: int
    ) -> None:
        browser = Client() if reader == "public" else signed_in(getattr(cast, reader))
        at = build.at_venue(cast.edition, "11:40") - timedelta(days=days_before_opening)
        for language in ("en", "nl"):
            pages = [read(browser, address(cast.edition, language=language), at)]
            pages += [
                read(browser, address(cast.edition, language=language, session=outline[name]), at)
                for name in ("plenary", "minister")
            ]
            for text in pages:
                assert "Bait" not in text
                assert "Zzyx" not in text
                for moment in ("16:05", "16.05", "15:05", "16:55", "16.55", "16:35", "T16:", "T15:"):
                    assert moment not in text
            assert "Ministerial segment" in pages[0]
            assert ("09:15" if language == "en" else "09.15") in pages[0]
        with clock.told_at(at):
            assert browser.get(address(cast.edition, session=outline["breakout"])).status_code == 404

    def test_after_the_edition_has_closed_rooms_and_times_are_history(self, cast: Cast, outline: Any) -> None:
        text = read(Client(), address(cast.edition), build.at_venue(cast.edition, "09:00", day=9))
        assert "BaitRoom" in text
        assert "16:05" in text
        assert "Zzyx" not in text

    def test_a_participant_reads_it_all(self, cast: Cast, outline: Any, signed_in: Any) -> None:
        text = read(signed_in(cast.delegate_uk), address(cast.edition), build.at_venue(cast.edition, "08:00"))
        for shown in ("BaitRoom", "BaitBreakout", "16:05", "Was BaitOldRoom", "Was 16:35", "BaitReleaseNote", "ZzyxDelegateNl"):
            assert shown in text

    def test_it_sets_no_cookie_and_answers_by_cookie(self, cast: Cast, outline: Any) -> None:
        for path in (address(cast.edition), address(cast.edition, session=outline["plenary"])):
            response = Client().get(path)
            assert not response.cookies
            assert "Cookie" in response["Vary"]

    def test_signed_in_answers_are_kept_by_nobody(self, cast: Cast, outline: Any, signed_in: Any) -> None:
        response = signed_in(cast.delegate_uk).get(address(cast.edition))
        assert "no-store" in response["Cache-Control"]
        assert "Cookie" in response["Vary"]

    def test_no_release_says_so_and_nothing_more(self, cast: Cast, signed_in: Any) -> None:
        build.a_session(cast.edition, title_en="BaitDraft", audience=Audience.PUBLIC)
        at = build.at_venue(cast.edition, "08:00")
        for browser in (Client(), signed_in(cast.delegate_uk)):
            text = read(browser, address(cast.edition), at)
            assert "released" in text
            assert "BaitDraft" not in text


class TestPeople:
    @pytest.mark.parametrize("kind", Organisation.WITHHELD_KINDS)
    def test_staff_of_services_stand_by_post_and_organisation(self, cast: Cast, signed_in: Any, kind: str) -> None:
        service = build.an_organisation(cast.nl, kind=kind, name_en="Example service")
        officer = build.a_person(cast.nl, name="BaitName", post_en="Head of the unit", organisation=service)
        session = build.a_session(cast.edition)
        build.a_speaker(session, officer)
        released(cast.edition, session)
        browser, at = signed_in(cast.secretary_nl), build.at_venue(cast.edition, "08:00")
        for path in (address(cast.edition), address(cast.edition, session=session)):
            text = read(browser, path, at)
            assert "BaitName" not in text
            assert "Head of the unit" in text
        assert "Example service" in text

    def test_an_unconfirmed_speaker_is_to_be_confirmed(self, cast: Cast, signed_in: Any) -> None:
        session = build.a_session(cast.edition)
        build.a_speaker(session, build.a_person(cast.nl, name="BaitName", post_en="BaitPost"), is_confirmed=False)
        released(cast.edition, session)
        browser, at = signed_in(cast.delegate_uk), build.at_venue(cast.edition, "08:00")
        text = read(browser, address(cast.edition, session=session), at)
        assert "to be confirmed" in text
        assert "Bait" not in text + read(browser, address(cast.edition), at)


class TestDays:
    def entries(self, cast: Cast, at: datetime) -> tuple[Any, Any]:
        clocks, programme = clocks_of(cast.edition, at), Programme(cast.edition, cast.delegate_uk, at)
        return [entry_of(programme, row, clocks) for row in programme.rows], clocks

    def test_two_sessions_in_one_room_at_one_time_stand_side_by_side(self, cast: Cast) -> None:
        room = build.a_room("Old Library")
        at = build.at_venue(cast.edition, "08:00")
        released(
            cast.edition,
            build.a_session(cast.edition, "10:00", "11:00", room=room, status=Session.Status.CANCELLED),
            build.a_session(cast.edition, "10:30", "11:30", room=room),
            build.a_session(cast.edition, "12:00", "13:00", room=room, kind="meal"),
        )
        entries, clocks = self.entries(cast, at)
        [day] = days_of(entries, clocks, at)
        assert [entry.place_in_grid for entry in day.entries] == ["r2 s2 c1", "r3 s1 c2", "r4 s1 across"]
        assert day.columns == [(1, "Old Library"), (2, "Old Library")]

    def test_a_day_too_large_for_the_grid_is_a_list(self, cast: Cast) -> None:
        at = build.at_venue(cast.edition, "08:00")
        sessions = [
            build.a_session(cast.edition, "10:00", "11:00", room=build.a_room(f"Room {n}")) for n in range(MOST_COLUMNS + 1)
        ]
        released(cast.edition, *sessions)
        entries, clocks = self.entries(cast, at)
        [day] = days_of(entries, clocks, at)
        assert not day.times
        assert {entry.place_in_grid for entry in day.entries} == {""}

    def test_the_stylesheet_has_a_rule_for_every_place(self) -> None:
        from django.contrib.staticfiles.finders import find

        css = open(find("agenda.css")).read()  # noqa: PTH123, SIM115
        for name in [
            *(f".r{n} " for n in range(2, MOST_ROWS + 2)),
            *(f".s{n} " for n in range(1, MOST_ROWS_OF_ONE + 1)),
            *(f".c{n} " for n in range(1, MOST_COLUMNS + 1)),
            *(f".cols{n} " for n in range(1, MOST_COLUMNS + 1)),
        ]:
            assert name in css

    def test_what_is_over_folds_only_while_something_is_to_come(self, cast: Cast, day: Any, signed_in: Any) -> None:
        browser, path = signed_in(cast.delegate_uk), address(cast.edition)
        assert "Earlier today: 1 session<" in read(browser, path, build.at_venue(cast.edition, "11:00"))
        assert "is-past" not in read(browser, path, build.at_venue(cast.edition, "11:00", day=5))

    def test_now_goes_to_work_before_a_pause_beside_it(self, cast: Cast) -> None:
        at = build.at_venue(cast.edition, "15:10")
        released(
            cast.edition,
            build.a_session(cast.edition, "15:00", "16:00", title_en="Free time", kind="free"),
            build.a_session(cast.edition, "15:00", "16:00", title_en="Plenary"),
        )
        entries, _clocks = self.entries(cast, at)
        _entries, now, _following = with_now_and_next(entries, at)
        assert now and now.row.title == "Plenary"


def changed(edition: Edition, session: Session, **changes: Any) -> AgendaRelease:
    """A live release that changed this session today, and holds nothing else."""
    live_at = build.at_venue(edition, "08:00").isoformat()
    return released(edition, session, changes={session.pk: {**changes, "live_at": live_at}})


class TestChanges:
    def test_every_kind_is_said_on_the_item_and_old_and_new_stand_side_by_side(self, cast: Cast, signed_in: Any) -> None:
        edition = cast.edition
        session = build.a_session(
            edition,
            "15:30",
            "16:45",
            title_en="New title",
            room=build.a_room("Old Library"),
            ground_rule="chatham_house",
            late_by=15,
        )
        changes = {
            "added": True,
            "time_changed": build.at_venue(edition, "15:15").isoformat(),
            "ended": build.at_venue(edition, "16:30").isoformat(),
            "late": 15,
            "room_changed": {"en": "Canal Room", "nl": "Grachtzaal"},
            "title_changed": {"en": "Former title", "nl": ""},
            "person_changed": True,
            "ground_rule_changed": "on_the_record",
        }
        untouched = build.a_session(edition, "09:15", "10:15", title_en="Untouched")
        released(edition, session, untouched, changes={session.pk: changes}, note="Two rooms swapped.")
        browser, at = signed_in(cast.delegate_uk), build.at_venue(edition, "08:00")
        text = read(browser, address(edition), at)
        for said in (
            "New in this agenda</span>",
            "Time changed</span> Was 15:15",
            "End changed</span> Was 16:30",
            "Starts 15 minutes late</span></p>",
            "Room changed</span> Was Canal Room",
            "Title changed</span> Was Former title",
            "Chair or speaker changed</span>",
            "What may be repeated changed</span> Was On the record",
        ):
            assert said in text
        aside = content(address(edition) + "changes/", browser)
        for row in (
            "Time changed 15:15 15:30",
            "End changed 16:30 16:45",
            "Starts 15 minutes late 15:30 15:45",
            "Room changed Canal Room Old Library",
            "Title changed Former title New title",
            "What may be repeated changed On the record Chatham House Rule",
        ):
            assert row in aside
        assert "Two rooms swapped." in aside and "Release 3.0 of" in aside
        assert "Untouched" not in aside
        dutch = read(browser, address(edition, language="nl"), at)
        assert "Was Grachtzaal" in dutch and 'Was <span lang="en">Former title</span>' in dutch

    def test_papers_are_told_of_and_counted_for_those_who_may_read_them(self, cast: Cast, signed_in: Any) -> None:
        session = build.a_session(cast.edition, "10:00", "11:00", ground_rule="chatham_house")
        theirs = {"title_en": "Bait7Q", "audience": Audience.GROUP, "mandate": cast.group}
        for fields in ({"title_en": "Paper for delegates"}, theirs):
            build.a_paper_version(build.a_paper(cast.edition, cast.uk, session=session, **fields))
        released(cast.edition, session, changes={session.pk: {"paper_added": 2}})
        at, page = build.at_venue(cast.edition, "08:00"), address(cast.edition, session=session)
        for who, count, told in (("delegate_uk", "1 paper", "New paper"), ("group_member", "2 papers", "2 new papers")):
            browser = signed_in(getattr(cast, who))
            text = read(browser, address(cast.edition), at)
            assert f'Chatham House Rule, <a href="{page}#papers">{count}</a>' in text and f"{told}</span>" in text
            listed = read(browser, page, at)
            assert "Paper for delegates" in listed and 'id="papers"' in listed
            assert ("Bait7Q" in listed) == (who == "group_member")

    def test_what_a_participant_reads_of_changes_nobody_else_does(self, cast: Cast, day: Any, signed_in: Any) -> None:
        path = address(cast.edition) + "changes/"
        assert "Nothing has changed" in read(signed_in(cast.delegate_uk), path, build.at_venue(cast.edition, "08:00"))
        outsider = signed_in(cast.stranger)
        missing = outsider.get(path.replace("2027", "2099"))
        assert (outsider.get(path).status_code, outsider.get(path).content) == (404, missing.content)
        assert Client().get(path).status_code == 302

    def test_a_cancelled_session_is_seen_until_its_day_is_over(self, cast: Cast, signed_in: Any) -> None:
        gone = build.a_session(
            cast.edition,
            "09:15",
            "10:15",
            title_en="Called off",
            status=Session.Status.CANCELLED,
            cancelled_note_en="Taken up on Wednesday",
        )
        over = build.a_session(cast.edition, "09:15", "10:15", title_en="Took place")
        released(cast.edition, gone, over, build.a_session(cast.edition, "16:00", "17:00", day=2))
        browser = signed_in(cast.delegate_uk)
        for moment, day, folded in (("11:00", 1, 1), ("23:59", 1, 1), ("00:00", 2, 2)):
            text = read(browser, address(cast.edition), build.at_venue(cast.edition, moment, day=day))
            assert text.count("is-past") == folded
            assert "Cancelled</span> Taken up on Wednesday" in text

    def test_one_that_starts_late_is_next_until_it_begins(self, cast: Cast, signed_in: Any) -> None:
        released(cast.edition, build.a_session(cast.edition, "11:30", "12:45", title_en="Plenary", late_by=15))
        browser, path = signed_in(cast.delegate_uk), address(cast.edition)
        assert now_and_next(browser, path, build.at_venue(cast.edition, "11:44")) == ("", "Plenary")
        assert "Starts 15 minutes late" in read(browser, path, build.at_venue(cast.edition, "11:44"))
        assert now_and_next(browser, path, build.at_venue(cast.edition, "11:45")) == ("Plenary", "")
        assert "Started 15 minutes late" in read(browser, path, build.at_venue(cast.edition, "11:45"))


class TestBanner:
    ROOM = {"room_changed": {"en": "Canal Room", "nl": "Canal Room"}}

    def told(self, browser: Client, path: str, at: datetime) -> list[tuple[str, str]]:
        with clock.told_at(at):
            urgent = browser.get(path).context["urgent"]
        return [(str(entry.row.title), change.kind) for entry, change in urgent]

    def test_it_comes_three_hours_before_and_goes_with_the_session(self, cast: Cast, signed_in: Any) -> None:
        edition = cast.edition
        session = build.a_session(edition, "15:00", "16:00", title_en="Plenary", room=build.a_room("Old Library"))
        changed(edition, session, **self.ROOM)
        browser = signed_in(cast.delegate_uk)
        for path in (address(edition), address(edition, session=session), "/en/my/"):
            assert self.told(browser, path, build.at_venue(edition, "11:59")) == []
            assert self.told(browser, path, build.at_venue(edition, "12:01")) == [("Plenary", "room")]
            assert self.told(browser, path, build.at_venue(edition, "15:59")) == [("Plenary", "room")]
            assert self.told(browser, path, build.at_venue(edition, "16:00")) == []
        with clock.told_at(build.at_venue(edition, "12:01")):
            text = content(address(edition), browser)
        assert "Room changed: 15:00 Plenary is now in Old Library (was Canal Room)" in text

    def test_one_moved_away_is_told_at_the_hour_that_it_had(self, cast: Cast, signed_in: Any) -> None:
        edition = cast.edition
        session = build.a_session(edition, "10:00", "11:00", day=2, title_en="Plenary")
        changed(edition, session, time_changed=build.at_venue(edition, "14:00").isoformat())
        browser = signed_in(cast.delegate_uk)
        assert self.told(browser, address(edition), build.at_venue(edition, "11:30")) == [("Plenary", "time")]
        assert self.told(browser, address(edition), build.at_venue(edition, "18:00")) == []
        assert self.told(browser, address(edition), build.at_venue(edition, "08:00", day=2)) == [("Plenary", "time")]

    def test_mine_come_first_and_what_is_hidden_never(self, cast: Cast, signed_in: Any) -> None:
        edition, live = cast.edition, {"live_at": build.at_venue(cast.edition, "08:00").isoformat()}
        hidden = build.a_session(
            edition, "11:30", "12:00", title_en="Bait7Q", audience=Audience.GROUP, mandate=cast.group, kind="breakout"
        )
        others = build.a_session(edition, "11:30", "12:00", title_en="Theirs", kind="breakout", mandate=cast.other_group)
        mine = build.a_session(edition, "12:00", "13:00", title_en="Mine", late_by=10)
        gone = build.a_session(edition, "12:30", "13:00", title_en="Gone", status=Session.Status.CANCELLED)
        changes: dict[int, Any] = {hidden.pk: {**self.ROOM, **live}, others.pk: {**self.ROOM, **live}}
        released(
            edition,
            hidden,
            others,
            mine,
            gone,
            changes={**changes, mine.pk: {"late": 10, **live}, gone.pk: {"cancelled": True, **live}},
        )
        at = build.at_venue(edition, "11:00")
        browser = signed_in(cast.delegate_uk)
        assert self.told(browser, address(edition), at) == [("Mine", "late"), ("Gone", "cancelled"), ("Theirs", "room")]
        assert "Bait7Q" not in read(browser, address(edition), at)
        assert ("Bait7Q", "room") in self.told(signed_in(cast.group_member), address(edition), at)
        assert self.told(Client(), address(edition), at) == []

    def test_a_planned_release_and_a_small_change_make_none(self, cast: Cast, signed_in: Any) -> None:
        edition, browser, at = cast.edition, signed_in(cast.delegate_uk), build.at_venue(cast.edition, "11:00")
        session = build.a_session(edition, "11:30", "12:00", title_en="Plenary")
        released(edition, session, changes={session.pk: self.ROOM})
        assert self.told(browser, address(edition), at) == []
        changed(edition, session, title_changed={"en": "Former", "nl": ""}, person_changed=True)
        assert self.told(browser, address(edition), at) == []
        changed(edition, session, **self.ROOM)
        assert self.told(browser, address(edition), at) == [("Plenary", "room")]
        Edition.objects.filter(pk=edition.pk).update(status=Edition.Status.CLOSED)
        assert self.told(browser, address(edition), at) == []


class TestHours:
    def test_a_hybrid_session_stands_in_the_time_of_both_capitals(self, cast: Cast, signed_in: Any) -> None:
        session = build.a_session(cast.edition, "11:30", "12:45", is_hybrid=True, audience=Audience.PUBLIC)
        released(cast.edition, session)
        browser, at = signed_in(cast.delegate_uk), build.at_venue(cast.edition, "08:00")
        for path in (address(cast.edition), address(cast.edition, session=session)):
            with clock.told_at(at):
                text = content(path, browser)
                outside = content(path, Client())
            assert "People join from elsewhere: 11:30 to 12:45 in The Hague , 10:30 to 11:45 in London" in text
            assert "People join" not in outside

    @pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Tokyo"])
    def test_now_is_the_venues_whatever_the_servers_zone(self, cast: Cast, day: Any, signed_in: Any, zone: str) -> None:
        browser, path = signed_in(cast.group_member), address(cast.edition)
        with timezone.override(zone):
            at = build.at_venue(cast.edition, "11:52")
            assert now_and_next(browser, path, at) == ("Group meeting", "Working lunch")
            assert '<span class="number">11:52</span></strong> in The Hague' in read(browser, path, at)
            assert "Tuesday 16 March 2027" in read(browser, path, at)


class TestCost:
    def queries(self, browser: Client, path: str, at: datetime) -> int:
        with (
            clock.told_at(at),
            CaptureQueriesContext(
                connection,
            ) as queries,
        ):
            assert browser.get(path).status_code == 200
        return len(queries)

    @pytest.mark.parametrize("path", ["agenda", "my"])
    def test_ten_sessions_cost_as_many_queries_as_two_hundred(self, cast: Cast, signed_in: Any, path: str) -> None:
        browser, at = signed_in(cast.delegate_uk), build.at_venue(cast.edition, "11:00")
        path = address(cast.edition) if path == "agenda" else "/en/my/"
        room = build.a_room()

        def many(count: int) -> list[Session]:
            sessions = [build.a_session(cast.edition, "10:00", "12:00", room=room) for _n in range(count)]
            for session in sessions:
                build.a_speaker(session, build.a_person(cast.nl, organisation=build.an_organisation(cast.nl)))
            return sessions

        released(cast.edition, *many(10))
        for_ten = self.queries(browser, path, at)
        released(cast.edition, *many(200))
        assert self.queries(browser, path, at) == for_ten


class TestMine:
    def test_it_asks_to_sign_in(self, cast: Cast) -> None:
        response = Client().get("/nl/my/")
        assert response.status_code == 302
        assert response["Location"] == "/nl/sign-in/?next=/nl/my/"

    def test_the_open_edition_goes_before_the_next_and_the_next_before_the_latest(self, cast: Cast) -> None:
        coming = build.an_edition(
            cast.dialogue,
            year=2028,
            opens_on=build.OPENING + timedelta(days=360),
            closes_on=build.OPENING + timedelta(days=361),
        )
        user = cast.focal_point_nl
        assert edition_in_hand(user, build.at_venue(cast.edition, "11:00")) == cast.edition
        assert edition_in_hand(user, build.at_venue(cast.edition, "11:00", day=-9)) == cast.edition
        assert edition_in_hand(user, build.at_venue(cast.edition, "11:00", day=9)) == coming
        assert edition_in_hand(user, build.at_venue(coming, "11:00", day=9)) == coming

    def test_a_focal_point_reads_what_the_own_party_leads(self, cast: Cast, signed_in: Any) -> None:
        build.an_action_item(cast.edition, lead=cast.nl, text_en="Share the Dutch note")
        build.an_action_item(cast.edition, lead=cast.uk, text_en="Share the British note")
        build.an_action_item(cast.edition, lead=cast.nl, text_en="BaitClosed", status="closed")
        cast.focal_point_nl.party = cast.nl
        cast.focal_point_nl.save()
        text = read(signed_in(cast.focal_point_nl), "/en/my/", build.at_venue(cast.edition, "11:00"))
        assert "Share the Dutch note" in text
        assert "British" not in text
        assert "BaitClosed" not in text

    @pytest.mark.parametrize("reader", ["stranger", "technician"])
    def test_whoever_has_no_edition_is_told_so(self, cast: Cast, signed_in: Any, reader: str) -> None:
        assert "not registered" in read(signed_in(getattr(cast, reader)), "/en/my/", build.at_venue(cast.edition, "11:00"))


def test_the_demonstration_says_so_on_every_page(cast: Cast, day: Any, signed_in: Any) -> None:
    type(cast.dialogue).objects.filter(pk=cast.dialogue.pk).update(is_demonstration=True)
    at, browser = build.at_venue(cast.edition, "11:00"), signed_in(cast.delegate_uk)
    for path in (address(cast.edition), address(cast.edition, session=day["plenary"]), "/en/my/"):
        assert read(browser, path, at).count("Demonstration edition.") == 1


def test_a_title_without_dutch_is_marked_as_english(cast: Cast, day: Any, signed_in: Any) -> None:
    with translation.override("nl"):
        text = read(signed_in(cast.delegate_uk), address(cast.edition, language="nl"), build.at_venue(cast.edition, "08:00"))
    assert '<span lang="en">Opening plenary</span>' in text


def test_every_page_of_the_agenda_leads_to_the_others(cast: Cast, day: Any, signed_in: Any) -> None:
    browser, at, base = signed_in(cast.delegate_uk), build.at_venue(cast.edition, "08:00"), address(cast.edition)[:-7]
    pages = {
        "my": "/en/my/",
        "agenda": address(cast.edition),
        "changes": f"{base}agenda/changes/",
        "information": f"{base}information/",
    }
    for name, path in {**pages, "session": address(cast.edition, session=day["plenary"])}.items():
        text = read(browser, path, at)
        listed = text[text.index('<ul class="links">') :]
        listed = listed[: listed.index("</ul>")]
        for other, leads_to in pages.items():
            assert (f'href="{leads_to}"' in listed) == (other != name)
        assert 'href="/en/my/calendar/"' in listed and f'href="{base}agenda.pdf"' in listed


def test_the_public_outline_holds_no_word_of_changes_papers_or_information(cast: Cast, signed_in: Any) -> None:
    session = build.a_session(cast.edition, "11:30", "12:45", audience=Audience.PUBLIC, ground_rule="chatham_house", late_by=15)
    changed(cast.edition, session, late=15, added=True, person_changed=True, ground_rule_changed="")
    at = build.at_venue(cast.edition, "11:00")
    whole = read(signed_in(cast.delegate_uk), address(cast.edition), at)
    for word in ("Starts 15 minutes late", "New in this agenda", "Chatham House", "Practical information", "What changed"):
        assert word in whole
        for browser in (Client(), signed_in(cast.stranger)):
            for path in (address(cast.edition), address(cast.edition, session=session)):
                assert word not in read(browser, path, at)


def test_fifty_sessions_weigh_less_than_sixty_kilobytes(cast: Cast, signed_in: Any) -> None:
    rooms = [build.a_room(f"Room {n}", floor_en="first floor", position=n) for n in range(4)]
    sessions = []
    for n in range(50):
        start, end = f"{9 + n % 25 // 4:02}:{n % 4 * 15:02}", f"{10 + n % 25 // 4:02}:{n % 4 * 15:02}"
        session = build.a_session(
            cast.edition,
            start,
            end,
            day=1 + n // 25,
            room=rooms[n % 4],
            title_en=f"Working group no. {n}: exchange of experience",
            ground_rule="chatham_house",
            annotation_en="Purpose, papers, expected outcome. " * 20,
        )
        build.a_speaker(session, build.a_person(cast.nl), role="chair")
        build.a_speaker(session, build.a_person(cast.uk), role="speaker")
        sessions.append(session)
    released(cast.edition, *sessions, changes={one.pk: {"room_changed": {"en": "Canal Room"}} for one in sessions[:10]})
    text = read(signed_in(cast.delegate_uk), address(cast.edition), build.at_venue(cast.edition, "08:00"))
    assert text.count("Working group no.") >= 50
    assert len(text.encode()) < 60_000
