"""What the portal sees for itself: each sign shows when its record does, and no sooner; the queryset counts by it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dialogues.models import (
    Appointment,
    Correspondence,
    Edition,
    Mandate,
    OwnDetails,
    ParticipantList,
    PreparationTask,
    Registration,
    SessionReport,
    Summary,
)
from dialogues.models.signs import Sign, has_come
from dialogues.procedures.agenda import release_agenda
from socportal import clock
from tests import build
from tests.cast import Cast

FROM_THE_START = {Sign.HOST_NAMED, Sign.OFFICES_FILLED, Sign.SCHEDULED}


def seen(edition: Edition, at: datetime | None = None) -> set[str]:
    """The signs that show at this edition, as its checklist reads them."""
    if not edition.tasks.exists():
        rows = [{"code": f"S{n}", "sign": sign} for n, sign in enumerate(Sign)]
        fixed = {"task_en": "Look", "owner": "SEC", "offset_days": -10, "anchor": "open", "edition": edition}
        PreparationTask.objects.bulk_create(PreparationTask(**fixed, **row) for row in rows)
    return {task.sign for task in edition.tasks.with_sign(at) if task.is_seen}


def change(record: Any, **values: Any) -> None:
    type(record)._default_manager.filter(pk=record.pk).update(**values)


def test_an_edition_shows_what_it_holds_and_a_bare_one_nothing(cast: Cast) -> None:
    bare = build.an_edition(build.a_dialogue(), status="planned", host_party=None)
    assert seen(bare) == set()
    assert seen(cast.edition) == FROM_THE_START
    change(cast.edition, rolled_from=cast.dialogue.editions.get(year=2026), venue=build.a_room().venue)
    assert seen(cast.edition) == FROM_THE_START | {Sign.ROLLED_FORWARD, Sign.ROOMS_KNOWN}
    build.a_task(cast.edition, code="HAND")  # a task without a sign is seen by nobody
    assert not cast.edition.tasks.with_sign().get(code="HAND").is_seen


def test_offices_are_filled_by_current_appointments_or_by_those_that_lasted_to_the_end(cast: Cast) -> None:
    office = Appointment.objects.get(person=cast.focal_point_uk.person)
    change(office, ends_on=date(2026, 11, 19))
    assert Sign.OFFICES_FILLED not in seen(cast.edition)
    change(office, ends_on=cast.edition.closes_on)
    assert Sign.OFFICES_FILLED in seen(cast.edition, datetime(2027, 9, 1, tzinfo=UTC))
    change(office, ends_on=cast.edition.closes_on - timedelta(days=1))
    assert Sign.OFFICES_FILLED not in seen(cast.edition, datetime(2027, 9, 1, tzinfo=UTC))


def test_groups_are_staffed_when_every_seat_and_every_rapporteur_has_a_person(cast: Cast) -> None:
    for mandate in (cast.group, cast.other_group):
        change(mandate, rapporteur=build.a_person(cast.nl))
    build.a_co_chair(cast.group, build.a_person(cast.uk))
    for party in (cast.uk, cast.nl):
        build.a_co_chair(cast.other_group, build.a_person(party))
    assert seen(cast.edition) == FROM_THE_START | {Sign.GROUPS_STAFFED}
    seat = cast.other_group.co_chairs.get(party=cast.nl)
    change(seat, person=None)  # the seat stands, to be named
    assert Sign.GROUPS_STAFFED not in seen(cast.edition)
    change(seat, person=build.a_person(cast.nl))
    change(cast.group, rapporteur=None)
    assert Sign.GROUPS_STAFFED not in seen(cast.edition)


def test_terms_are_adopted_in_every_group_and_stay_so_when_a_mandate_ends(cast: Cast) -> None:
    change(cast.group, status=Mandate.Status.ADOPTED)
    assert Sign.TERMS_ADOPTED not in seen(cast.edition)
    change(cast.other_group, status=Mandate.Status.IN_CLEARANCE)
    assert Sign.TERMS_ADOPTED not in seen(cast.edition)
    change(cast.other_group, status=Mandate.Status.ENDED)
    assert Sign.TERMS_ADOPTED in seen(cast.edition)


def test_the_guests_are_invited_by_a_letter_that_was_sent(cast: Cast) -> None:
    letter = build.a_letter(cast.edition, cast.uk, kind="invitation")  # received: not ours
    build.a_letter(cast.edition, cast.nl, kind="invitation", direction="sent")  # to the host, who invites
    build.a_letter(cast.edition, cast.uk, kind="save_the_date", direction="sent")
    assert Sign.INVITED not in seen(cast.edition)
    change(letter, direction=Correspondence.Direction.SENT)
    assert Sign.INVITED in seen(cast.edition)


def test_nominations_are_closed_past_the_last_deadline_of_any_party(cast: Cast) -> None:
    assert Sign.NOMINATIONS_OPEN not in seen(cast.edition)
    closes_at = build.a_round(cast.edition).closes_at
    assert seen(cast.edition) == FROM_THE_START | {Sign.NOMINATIONS_OPEN}
    assert Sign.NOMINATIONS_CLOSED not in seen(cast.edition, closes_at)  # the deadline itself is still in time
    late = closes_at + timedelta(seconds=1)
    assert Sign.NOMINATIONS_CLOSED in seen(cast.edition, late)
    delegation = build.a_delegation(cast.edition, cast.uk)
    change(delegation, extended_until=closes_at + timedelta(days=3), extension_reason="Elections")
    assert Sign.NOMINATIONS_CLOSED not in seen(cast.edition, late)
    assert Sign.NOMINATIONS_CLOSED in seen(cast.edition, closes_at + timedelta(days=4))
    change(delegation, to_reconfirm_since=late)
    assert Sign.NOMINATIONS_CLOSED not in seen(cast.edition, closes_at + timedelta(days=4))


def test_heads_are_named_when_each_party_has_a_live_one(cast: Cast) -> None:
    head = build.a_registration(build.a_person(cast.uk), cast.edition, category="head")
    assert Sign.HEADS_NAMED not in seen(cast.edition)
    build.a_registration(build.a_person(cast.nl), cast.edition, category="head")
    assert seen(cast.edition) == FROM_THE_START | {Sign.HEADS_NAMED}
    change(head, status=Registration.Status.CANCELLED)
    assert Sign.HEADS_NAMED not in seen(cast.edition)


def test_each_release_of_the_agenda_and_each_list_shows_from_its_own_instant(cast: Cast) -> None:
    before = clock.now()
    build.a_session(cast.edition, "09:00", "10:00")
    release_agenda(edition=cast.edition, by=cast.lead)
    assert seen(cast.edition) == FROM_THE_START | {Sign.AGENDA_1}
    assert Sign.AGENDA_1 not in seen(cast.edition, before)
    for start, end in (("10:00", "11:00"), ("11:00", "12:00")):
        build.a_session(cast.edition, start, end)
        release_agenda(edition=cast.edition, by=cast.lead)
    ParticipantList.objects.create(edition=cast.edition, number=1, issued_by=cast.lead)
    agendas = {Sign.AGENDA_1, Sign.AGENDA_2, Sign.AGENDA_3}
    assert seen(cast.edition) == FROM_THE_START | agendas | {Sign.LIST_ISSUED}


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "Europe/London", "America/New_York", "Pacific/Kiritimati", "Etc/GMT+12"])
def test_the_first_day_comes_when_it_comes_at_the_venue(cast: Cast, zone: str) -> None:
    """Every hour around three midnights, one of them the night of a clock change: the same answer as `today()`."""
    for opens_on in (date(2027, 3, 16), date(2027, 3, 28), date(2027, 11, 1)):
        change(cast.edition, time_zone=zone, opens_on=opens_on, closes_on=opens_on)
        for hour in range(-26, 27):
            at = datetime(opens_on.year, opens_on.month, opens_on.day, 0, 29, tzinfo=UTC) + timedelta(hours=hour)
            come = Edition.objects.filter(has_come("opens_on", at), pk=cast.edition.pk).exists()
            assert come == (at.astimezone(ZoneInfo(zone)).date() >= opens_on), (zone, at)


def test_an_edition_has_opened_with_a_released_agenda_only(cast: Cast) -> None:
    morning = build.at_venue(cast.edition, "00:01")
    assert Sign.OPENED not in seen(cast.edition, morning)
    build.a_session(cast.edition)
    release_agenda(edition=cast.edition, by=cast.lead)
    assert Sign.OPENED in seen(cast.edition, morning)
    assert Sign.OPENED not in seen(cast.edition, morning - timedelta(minutes=2))


def test_reports_are_filed_when_each_session_that_owes_one_and_took_place_has_its_final_one(cast: Cast) -> None:
    """By the rule of the board and the reminders: a group meets in it, or somebody is its rapporteur, in plenary too."""
    its = {"kind": "breakout", "mandate": cast.group}
    breakout = build.a_session(cast.edition, "09:00", "10:00", **its)
    plenary = build.a_session(cast.edition, "10:00", "11:00", title_en="Closing")
    build.a_speaker(plenary, cast.delegate_uk.person, "rapporteur")
    build.a_session(cast.edition, "13:00", "14:00")  # a plenary without a rapporteur reports to nobody
    build.a_session(cast.edition, "14:00", "15:00", status="cancelled", **its)
    build.a_session(cast.edition, "15:00", "16:00", kind="breakout", audience="party", party=cast.uk)  # can have no report
    release_agenda(edition=cast.edition, by=cast.lead)
    build.a_session(cast.edition, "16:00", "17:00", **its)  # never released
    build.a_session_report(breakout, cast.lead, status="final")
    report = build.a_session_report(plenary, cast.lead)
    change(cast.edition, status="closed")
    assert Sign.REPORTS_FILED not in seen(cast.edition)
    change(report, status=SessionReport.Status.FINAL)
    assert Sign.REPORTS_FILED in seen(cast.edition)
    change(cast.edition, status="preparing")
    assert Sign.REPORTS_FILED not in seen(cast.edition)


def test_without_a_released_agenda_the_working_one_tells_which_reports_are_owed(cast: Cast) -> None:
    session = build.a_session(cast.edition, "09:00", "10:00", mandate=cast.group)
    other = build.a_session(cast.edition, "10:00", "11:00", mandate=cast.other_group)
    change(cast.edition, status="closed")
    assert Sign.REPORTS_FILED not in seen(cast.edition)
    build.a_session_report(session, cast.lead, status="final")
    assert Sign.REPORTS_FILED not in seen(cast.edition)
    change(other, audience="party", party=cast.uk, mandate=None)
    assert Sign.REPORTS_FILED in seen(cast.edition)


def test_the_summary_shows_what_became_of_it(cast: Cast) -> None:
    summary = build.a_summary(cast.edition)
    assert seen(cast.edition) == FROM_THE_START
    change(summary, status=Summary.Status.CIRCULATED, circulated_at=clock.now())
    assert seen(cast.edition) == FROM_THE_START | {Sign.SUMMARY_CIRCULATED}
    change(summary, status=Summary.Status.ADOPTED, adopted_at=clock.now())
    assert seen(cast.edition) == FROM_THE_START | {Sign.SUMMARY_CIRCULATED, Sign.SUMMARY_ADOPTED}


def test_short_lived_data_are_purged_when_none_is_left(cast: Cast) -> None:
    registration = cast.edition.registrations.get(person=cast.delegate_uk.person)
    details = build.own_details(registration)
    change(registration, access_status=Registration.Access.GRANTED)
    month_later = datetime(2027, 4, 17, tzinfo=UTC)  # the thirty-first day
    assert Sign.PURGED not in seen(cast.edition, month_later)  # not closed
    change(cast.edition, status="closed")
    assert Sign.PURGED not in seen(cast.edition, month_later)
    change(details, meal="", phone="")
    assert Sign.PURGED not in seen(cast.edition, month_later)  # an answer on access is left
    change(registration, access_status=Registration.Access.NOT_REQUESTED)
    assert Sign.PURGED in seen(cast.edition, month_later)
    assert Sign.PURGED not in seen(cast.edition, month_later - timedelta(days=1))
    OwnDetails.objects.all().delete()
    assert Sign.PURGED in seen(cast.edition, month_later - timedelta(days=1))


def test_the_board_counts_a_task_that_is_seen_as_done(cast: Cast, django_assert_num_queries: Any) -> None:
    long_ago, ahead = date(2026, 11, 19), date(2026, 11, 20)
    build.a_task(cast.edition, code="SEEN", sign=Sign.HOST_NAMED, due_on=long_ago, is_gate=True)
    build.a_task(cast.edition, code="UNSEEN", sign=Sign.AGENDA_1, due_on=long_ago, is_gate=True)
    build.a_task(cast.edition, code="TODAY", due_on=ahead)
    by_hand = {"settled_at": clock.now(), "settled_by": cast.lead}
    build.a_task(cast.edition, code="TICKED", status="done", due_on=long_ago, **by_hand)
    build.a_task(cast.edition, code="WAIVED", status="waived", note="Not this year", due_on=long_ago, **by_hand)
    tasks = cast.edition.tasks
    assert codes(tasks.undone()) == {"UNSEEN", "TODAY"}
    assert codes(tasks.settled()) == {"SEEN", "TICKED", "WAIVED"}
    assert codes(tasks.seen()) == {"SEEN"}
    assert codes(tasks.overdue()) == {"UNSEEN"}
    assert codes(tasks.next_due()) == {"TODAY"}
    assert [task.code for task in tasks.most_urgent_first()][:2] == ["UNSEEN", "TODAY"]
    with django_assert_num_queries(1):
        standing = {task.code: task.is_overdue() for task in tasks.with_sign().select_related("edition")}
    assert standing == {"SEEN": False, "UNSEEN": True, "TODAY": False, "TICKED": False, "WAIVED": False}


@pytest.mark.parametrize("status", ["postponed", "cancelled", "archived"])
def test_nothing_is_late_on_a_checklist_that_rests(cast: Cast, status: str) -> None:
    task = build.a_task(cast.edition, due_on=date(2026, 11, 2))
    assert codes(PreparationTask.objects.overdue()) == {task.code}
    change(cast.edition, status=status)
    task = PreparationTask.objects.get()
    assert codes(PreparationTask.objects.undone()) == {task.code}
    assert not PreparationTask.objects.overdue().exists()
    assert not PreparationTask.objects.next_due(datetime(2026, 11, 1, tzinfo=UTC)).exists()
    assert not task.is_overdue()


def codes(tasks: Any) -> set[str]:
    return set(tasks.values_list("code", flat=True))
