from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from dialogues.models import AgendaRelease, Edition, JournalEntry, OutgoingMessage, ReleasedSession, Session
from dialogues.models.frozen import IsFrozen
from dialogues.models.programme import Programme
from dialogues.models.signs import Sign, shows
from dialogues.procedures.agenda import (
    agenda_standing,
    fingerprint,
    next_number,
    release_agenda,
    release_one,
    release_outline,
    released_content,
    withdraw_release,
    working_content,
)
from dialogues.procedures.agenda_building import cancel_session
from dialogues.procedures.agenda_checks import agenda_checks
from dialogues.procedures.steps import StepRefused
from socportal import clock
from tests import build
from tests.cast import Cast


def blocking(cast: Cast) -> list[str]:
    return [check.text for check in agenda_checks(cast.edition, cast.secretary_nl) if check.blocks]


def test_the_first_release_is_1_0_and_the_planned_ones_count_the_major_number_up_to_3(cast: Cast) -> None:
    session = build.a_session(cast.edition)
    numbers = []
    for round_ in range(5):
        session.title_en = f"Opening, draft {round_}"
        session.save()
        numbers.append(release_agenda(edition=cast.edition, by=cast.secretary_nl).number)
    assert numbers == ["1.0", "2.0", "3.0", "3.1", "3.2"]


def test_a_correction_counts_the_minor_number_up(cast: Cast) -> None:
    build.a_session(cast.edition)
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    assert next_number(cast.edition, planned=False) == (1, 1)
    assert next_number(cast.edition, planned=True) == (2, 0)


def test_kinds_follow_the_number_and_the_day(cast: Cast) -> None:
    session = build.a_session(cast.edition)
    kinds = []
    for round_ in range(3):
        session.title_en = f"Draft {round_}"
        session.save()
        kinds.append(release_agenda(edition=cast.edition, by=cast.secretary_nl).kind)
    with time_machine.travel(build.at_venue(cast.edition, "09:30"), tick=False):
        session.title_en = "On the day"
        session.save()
        kinds.append(release_agenda(edition=cast.edition, by=cast.secretary_nl).kind)
    assert kinds == ["provisional", "provisional", "final", "live"]


def test_a_release_is_immutable_and_its_fingerprint_proves_it(cast: Cast) -> None:
    room = build.a_room("Great Hall")
    session = build.a_session(cast.edition, room=room, title_en="Opening")
    build.a_speaker(session, cast.delegate_uk.person)
    release = release_agenda(edition=cast.edition, by=cast.secretary_nl)
    session.title_en, session.room = "Opening, renamed", None
    session.save()
    room.name_en = "Renamed Hall"
    room.save()
    row = ReleasedSession.objects.get(release=release)
    assert (row.title_en, row.room_name_en) == ("Opening", "Great Hall")
    assert release.content_hash == fingerprint(released_content(release))
    for change in (row.save, row.delete, release.save, release.delete):
        with pytest.raises(IsFrozen):
            change()
    with pytest.raises(IsFrozen):
        ReleasedSession.objects.update(title_en="forged")
    with pytest.raises(IsFrozen):
        AgendaRelease.objects.all().delete()


def test_the_working_content_of_what_was_just_released_has_the_same_fingerprint(cast: Cast) -> None:
    session = build.a_session(cast.edition, room=build.a_room())
    build.a_speaker(session, cast.delegate_uk.person)
    release = release_agenda(edition=cast.edition, by=cast.secretary_nl)
    assert fingerprint(working_content(cast.edition)) == release.content_hash


def test_pressing_release_twice_makes_one(cast: Cast) -> None:
    build.a_session(cast.edition)
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    with pytest.raises(StepRefused, match=r"Nothing has changed since release 1\.0"):
        release_agenda(edition=cast.edition, by=cast.secretary_uk)
    assert AgendaRelease.objects.count() == 1


def test_a_room_booked_twice_blocks_and_says_where_and_when(cast: Cast) -> None:
    hall = build.a_room("Great Hall")
    build.a_session(cast.edition, "11:30", "12:45", room=hall, title_en="Finance")
    build.a_session(cast.edition, "12:00", "13:00", room=hall, title_en="Lunch talk")
    with pytest.raises(StepRefused) as refusal:
        release_agenda(edition=cast.edition, by=cast.secretary_nl)
    assert "Great Hall is booked twice on Tuesday 12:00: Finance and Lunch talk" in str(refusal.value)
    assert isinstance(refusal.value.reasons[0].record, Session)
    assert not AgendaRelease.objects.exists()
    assert not JournalEntry.objects.exists()
    assert not OutgoingMessage.objects.exists()


def test_sessions_that_touch_do_not_clash(cast: Cast) -> None:
    hall = build.a_room("Great Hall")
    build.a_session(cast.edition, "09:00", "10:00", room=hall)
    build.a_session(cast.edition, "10:00", "11:00", room=hall)
    assert blocking(cast) == []


def test_a_chair_needed_twice_blocks(cast: Cast) -> None:
    for title in ("Finance", "Ports"):
        build.a_speaker(build.a_session(cast.edition, "11:30", "12:45", title_en=title), cast.delegate_uk.person)
    (text,) = blocking(cast)
    assert text.endswith("is needed twice on Tuesday 11:30: in Finance and in Ports.")


def test_a_session_outside_the_editions_days_blocks(cast: Cast) -> None:
    build.a_session(cast.edition, day=3, title_en="Too late")
    (text,) = blocking(cast)
    assert "Too late lies outside the edition’s days, 16 and 17 March 2027" in text


def test_a_cancelled_session_books_no_room(cast: Cast) -> None:
    hall = build.a_room("Great Hall")
    build.a_session(cast.edition, room=hall)
    build.a_session(cast.edition, room=hall, status="cancelled")
    assert blocking(cast) == []


def test_a_clash_with_the_other_partys_own_session_does_not_give_away_its_title(cast: Cast) -> None:
    hall = build.a_room("Great Hall")
    build.a_session(cast.edition, room=hall, title_en="Zebra strategy", audience="party", party=cast.uk)
    build.a_session(cast.edition, room=hall, title_en="Plenary")
    (text,) = blocking(cast)
    assert "Zebra" not in text
    assert "a session you may not read" in text
    (seen_by_uk,) = [check.text for check in agenda_checks(cast.edition, cast.secretary_uk) if check.blocks]
    assert "Zebra strategy" in seen_by_uk


def test_what_only_warns_does_not_block(cast: Cast) -> None:
    long_one = build.a_session(cast.edition, "09:00", "12:00", title_en="Long one")
    build.a_speaker(long_one, None, role="keynote")
    warnings = [check.text for check in agenda_checks(cast.edition, cast.secretary_nl) if check.level == "warns"]
    assert len([text for text in warnings if "No room" in text or "to be confirmed" in text or "No break" in text]) == 3
    assert any("Dutch title missing" in text for text in warnings)
    assert any("Nobody in the chair" in text for text in warnings)
    assert any("Annotation missing" in text for text in warnings)
    release_agenda(edition=cast.edition, by=cast.secretary_nl)


def test_a_member_of_two_parallel_groups_is_a_warning(cast: Cast) -> None:
    cast.group.members.add(*cast.other_group.members.all())
    for mandate in (cast.group, cast.other_group):
        build.a_session(cast.edition, kind="breakout", mandate=mandate)
    texts = [check.text for check in agenda_checks(cast.edition, cast.secretary_nl)]
    assert any(text.startswith("1 delegates are members of two groups") for text in texts)


@pytest.mark.parametrize("name", sorted(set(Cast.names()) - {"public", "secretary_uk", "secretary_nl"}))
def test_only_a_current_secretary_releases(cast: Cast, name: str) -> None:
    build.a_session(cast.edition)
    with pytest.raises(StepRefused, match="Only a current secretary"):
        release_agenda(edition=cast.edition, by=getattr(cast, name))


def test_readers_get_one_message_each_in_their_language_and_it_names_nobody(cast: Cast) -> None:
    cast.delegate_nl.language = "nl"
    cast.delegate_nl.save()
    build.a_session(cast.edition)
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    told = {message.recipient.email: message for message in OutgoingMessage.objects.select_related("recipient")}
    assert cast.focal_point_uk.email in told
    assert cast.delegate_uk.email in told
    assert cast.withdrawn_delegate.email not in told
    assert cast.stranger.email not in told
    assert told[cast.delegate_uk.email].subject == "The agenda is available"
    assert "Zzyx" not in "".join(message.subject + message.text for message in told.values())
    assert "http://testserver/" in told[cast.delegate_uk.email].text


def test_a_moved_session_stays_one_row_with_a_label(cast: Cast) -> None:
    hall, library = build.a_room("Great Hall"), build.a_room("Old Library")
    session = build.a_session(cast.edition, room=hall)
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    session.room = library
    session.starts_at += timedelta(minutes=15)
    session.save()
    assert agenda_standing(cast.edition, cast.secretary_nl).unreleased == 1
    release = release_agenda(edition=cast.edition, by=cast.secretary_nl, planned=False)
    row = release.sessions.get()
    assert row.changes["room_changed"]["en"] == "Great Hall"
    assert "time_changed" in row.changes


def test_a_label_stays_through_corrections_until_the_next_planned_release(cast: Cast) -> None:
    moved = build.a_session(cast.edition, room=build.a_room("Great Hall"))
    other = build.a_session(cast.edition, "14:00", "15:00")
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    moved.room = build.a_room("Old Library")
    moved.save()
    release_agenda(edition=cast.edition, by=cast.secretary_nl, planned=False)
    other.title_en = "Renamed"
    other.save()
    correction = release_agenda(edition=cast.edition, by=cast.secretary_nl, planned=False)
    assert "room_changed" in correction.sessions.get(session=moved).changes
    other.title_en = "Renamed again"
    other.save()
    planned = release_agenda(edition=cast.edition, by=cast.secretary_nl, planned=True)
    assert planned.sessions.get(session=moved).changes == {}


def test_a_cancelled_session_stays_on_the_agenda_once_it_was_released(cast: Cast) -> None:
    seen, unseen = build.a_session(cast.edition), None
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    unseen = build.a_session(cast.edition, "14:00", "15:00")
    for session in (seen, unseen):
        cancel_session(session=session, by=cast.secretary_nl, instead_en="Taken up in plenary")
    build.a_session(cast.edition, "16:00", "17:00")
    release = release_agenda(edition=cast.edition, by=cast.secretary_nl)
    rows = {row.session_id: row for row in release.sessions.all()}
    assert rows[seen.pk].is_cancelled
    assert rows[seen.pk].cancelled_note_en == "Taken up in plenary"
    assert unseen.pk not in rows


def test_an_agenda_of_an_edition_not_in_preparation_is_not_released(cast: Cast) -> None:
    build.a_session(cast.edition)
    cast.edition.status = "closed"
    cast.edition.save()
    with pytest.raises(StepRefused, match="in preparation or open; it is “closed”"):
        release_agenda(edition=cast.edition, by=cast.secretary_nl)


# Outlines, withdrawals, one session alone


def changed(session: Session, **fields: Any) -> Session:
    for name, value in fields.items():
        setattr(session, name, value)
    session.save()
    return session


def test_an_outline_is_for_the_secretaries_alone_and_counts_as_no_agenda(cast: Cast) -> None:
    session = build.a_session(cast.edition, title_en="Zebra plenary", audience="public")
    outline = release_outline(edition=cast.edition, by=cast.secretary_nl)
    assert (outline.number, outline.kind) == ("0.1", "outline")
    with pytest.raises(StepRefused, match=r"Nothing has changed since outline 0\.1"):
        release_outline(edition=cast.edition, by=cast.secretary_uk)
    changed(session, title_en="Zebra opening")
    assert release_outline(edition=cast.edition, by=cast.secretary_uk).number == "0.2"
    with time_machine.travel(build.at_venue(cast.edition, "09:30"), tick=False):
        assert not cast.edition.has_agenda() and not cast.edition.is_open()
        assert cast.edition.latest_release() is None
        assert not AgendaRelease.objects.filter(pk=outline.pk).filter(pk__in=AgendaRelease.objects.current()).exists()
        for name in Cast.names():
            reader, is_secretary = getattr(cast, name), name in {"secretary_uk", "secretary_nl"}
            rows = ReleasedSession.objects.visible_to(reader)
            assert (AgendaRelease.objects.visible_to(reader).count(), rows.count()) == ((2, 2) if is_secretary else (0, 0)), (
                name
            )
            assert not rows.current().exists() and not Programme(cast.edition, reader, clock.now()).rows
            assert Session.objects.visible_to(reader).exists() is is_secretary
    assert not Edition.objects.filter(shows(Sign.AGENDA_1, clock.now()), pk=cast.edition.pk).exists()
    changed(session, status="cancelled")
    build.a_session(cast.edition, "14:00", "15:00", title_en="Wombat plenary")
    first = release_agenda(edition=cast.edition, by=cast.secretary_nl)
    assert first.number == "1.0"
    assert [row.title_en for row in first.sessions.all()] == ["Wombat plenary"]  # the other one no delegate ever saw
    with pytest.raises(StepRefused, match="an outline is exchanged before that"):
        release_outline(edition=cast.edition, by=cast.secretary_nl)


def test_after_a_withdrawal_the_one_before_holds_and_no_number_is_given_twice(cast: Cast) -> None:
    session = build.a_session(cast.edition, title_en="Opening")
    first = release_agenda(edition=cast.edition, by=cast.secretary_nl)
    changed(session, title_en="Zebra opening")
    second = release_agenda(edition=cast.edition, by=cast.secretary_nl)
    for reason, by, words in [("Too early", cast.delegate_uk, "Only a current secretary"), (" ", cast.secretary_uk, "Say why")]:
        with pytest.raises(StepRefused, match=words):
            withdraw_release(release=second, by=by, reason=reason)
    with pytest.raises(StepRefused, match=r"Release 2\.0 holds"):
        withdraw_release(release=first, by=cast.secretary_uk, reason="Too early")
    withdraw_release(release=second, by=cast.secretary_uk, reason="Too early")
    with pytest.raises(StepRefused, match="withdrawn already"):
        withdraw_release(release=second, by=cast.secretary_uk, reason="Too early")
    assert cast.edition.latest_release() == first
    titles = ReleasedSession.objects.current().visible_to(cast.delegate_uk).values_list("title_en", flat=True)
    assert list(titles) == ["Opening"]
    assert not ReleasedSession.objects.visible_to(cast.delegate_uk).filter(release=second).exists()
    assert ReleasedSession.objects.visible_to(cast.secretary_nl).filter(release=second).exists()
    entry = JournalEntry.objects.get(act="withdrew release")
    assert (entry.details["number"], entry.details["holds"]) == ("2.0", "1.0")
    assert next_number(cast.edition, planned=True) == (2, 1) and next_number(cast.edition, planned=False) == (1, 1)
    assert release_agenda(edition=cast.edition, by=cast.secretary_nl).number == "2.1"


def test_the_only_release_is_withdrawn_before_the_edition_opens_and_not_while_it_is_open(cast: Cast) -> None:
    build.a_session(cast.edition)
    only = release_agenda(edition=cast.edition, by=cast.secretary_nl)
    with (
        time_machine.travel(build.at_venue(cast.edition, "09:30"), tick=False),
        pytest.raises(StepRefused, match="there is no other release"),
    ):
        withdraw_release(release=only, by=cast.secretary_nl, reason="Wrong")
    withdraw_release(release=only, by=cast.secretary_nl, reason="Wrong")
    assert not cast.edition.has_agenda() and not ReleasedSession.objects.current().exists()
    assert release_agenda(edition=cast.edition, by=cast.secretary_nl).number == "1.1"


def test_the_calendars_revision_rises_above_every_earlier_release_also_a_withdrawn_one(cast: Cast) -> None:
    moved, other = build.a_session(cast.edition, title_en="Opening"), build.a_session(cast.edition, "14:00", "15:00")

    def revision() -> list[int]:
        one = release_agenda(edition=cast.edition, by=cast.secretary_nl, planned=False)
        return [one.sessions.get(session=session).sequence for session in (moved, other)]

    assert revision() == [0, 0]
    changed(moved, annotation_en="Purpose")
    assert revision() == [0, 0]  # nothing that a calendar holds
    changed(moved, room=build.a_room("Great Hall"))
    assert revision() == [1, 0]
    withdraw_release(release=cast.edition.latest_release(), by=cast.secretary_nl, reason="Wrong room")
    changed(moved, room=None, ground_rule="chatham_house")
    assert revision() == [2, 0]
    changed(other, status="cancelled")
    assert revision() == [2, 1]


def test_a_change_on_the_day_releases_that_one_session_and_nothing_that_others_prepare(cast: Cast) -> None:
    moved, prepared = build.a_session(cast.edition, title_en="Opening"), build.a_session(cast.edition, "14:00", "15:00")
    for number in range(3):
        changed(prepared, title_en=f"Ports, draft {number}")
        release_agenda(edition=cast.edition, by=cast.secretary_nl)
    entries = JournalEntry.objects.count()
    with time_machine.travel(build.at_venue(cast.edition, "08:30"), tick=False):
        changed(prepared, title_en="Zebra draft", room=build.a_room("Attic"))
        changed(moved, late_by=15)
        live = release_one(session=moved, by=cast.secretary_nl)
        assert (live.number, live.kind) == ("3.1", "live")
        rows = {row.session_id: row for row in live.sessions.all()}
        assert rows[moved.pk].late_by == 15 and rows[moved.pk].sequence == 1
        assert rows[moved.pk].changes == {"late": 15, "live_at": clock.now().isoformat()}
        assert rows[prepared.pk].title_en == "Ports, draft 2" and "live_at" not in rows[prepared.pk].changes
        assert live.content_hash == fingerprint(released_content(live))
        assert JournalEntry.objects.count() == entries  # whoever moved it writes it down
        with pytest.raises(StepRefused, match=r"has changed since release 3\.1"):
            release_one(session=moved, by=cast.secretary_nl)
        changed(moved, room=prepared.room, starts_at=prepared.starts_at, ends_at=prepared.ends_at)
        assert release_one(session=moved, by=cast.secretary_nl).number == "3.2"  # a clash is warned of, not refused
    changed(moved, starts_at=build.at_venue(cast.edition, "09:00", day=4), ends_at=build.at_venue(cast.edition, "10:00", day=4))
    with pytest.raises(StepRefused, match="outside the edition’s days"):
        release_one(session=moved, by=cast.secretary_nl)


def test_nothing_is_released_alone_before_delegates_have_an_agenda(cast: Cast) -> None:
    session = build.a_session(cast.edition)
    release_outline(edition=cast.edition, by=cast.secretary_nl)
    with pytest.raises(StepRefused, match="Delegates have no agenda yet"):
        release_one(session=session, by=cast.secretary_nl)
