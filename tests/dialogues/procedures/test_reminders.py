"""The weekly digest, read as its recipient reads it: what is told to whom, once, and what stays untold."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dialogues.models import (
    ActionItem,
    Appointment,
    Audience,
    Edition,
    JournalEntry,
    Mandate,
    NominationConsent,
    OutgoingMessage,
)
from dialogues.procedures import action_changes, journal, progress
from dialogues.procedures.agenda import release_agenda
from dialogues.procedures.correspondence import deliver_due
from dialogues.procedures.reminders import queue_digests
from parties.models import Citation, User
from socportal import clock
from tests import build
from tests.cast import Cast

TODAY = date(2026, 11, 20)  # the day of the tests, a Friday


def days(count: int) -> date:
    return TODAY + timedelta(days=count)


def digest(user: User) -> str:
    """The text of somebody's digest as one line; empty where there is none."""
    found = OutgoingMessage.objects.filter(recipient=user, key__startswith="digest-").first()
    return " ".join(found.text.split()) if found else ""


def told() -> set[str]:
    """The addresses that got one."""
    found = OutgoingMessage.objects.filter(key__startswith="digest-").values_list("recipient__email", flat=True)
    return {address.removesuffix("@example.org") for address in found}


def test_a_digest_says_what_until_when_and_where(cast: Cast) -> None:
    build.an_action_item(cast.edition, lead=cast.nl, number="SOC-2027-01", text_en="Share the list", due_on=days(-8))
    build.a_task(cast.edition, code="T21", owner="FP", task_en="Name the delegation", due_on=days(5))
    build.an_action_item(cast.edition, lead=cast.uk, number="SOC-2027-02", text_en="Pilot the form", status="reported_complete")
    build.an_action_item(cast.edition, lead=cast.nl, text_en="Later bait", due_on=days(15))
    assert queue_digests() == 3
    mail = OutgoingMessage.objects.get(recipient=cast.focal_point_nl)
    assert mail.key == f"digest-{cast.dialogue.pk}-2026-W47-{cast.focal_point_nl.pk}"
    assert mail.subject == "Your week in the dialogue: 1 overdue, 1 due within 14 days, 1 waiting for you"
    lines = mail.text.splitlines()
    begin = lines.index("OVERDUE: 1")
    end = next(n for n, line in enumerate(lines) if line.startswith("The pages ask you to sign in."))
    assert lines[begin:end] == [
        "OVERDUE: 1",
        "",
        "- SOC-2027-01 Share the list (Netherlands)",
        "Was due on 12 November 2026, 8 days ago.",
        "http://testserver/en/action-items/SOC-2027-01/report/",
        "",
        "DUE WITHIN 14 DAYS: 1",
        "",
        "- T21 Name the delegation",
        "Due on 25 November 2026.",
        "http://testserver/en/delegation/",
        "",
        "WAITING FOR YOU: 1",
        "",
        "- To confirm as complete, reported on 20 November 2026: SOC-2027-02 Pilot",
        "the form (United Kingdom)",
        "http://testserver/en/action-items/SOC-2027-02/",
        "",
    ]
    assert "Later bait" not in mail.text
    assert "Zzyx" not in mail.subject + mail.text


def test_it_leaves_by_the_clock_and_nobody_released_it(cast: Cast, mailoutbox: list[Any]) -> None:
    build.a_task(cast.edition, owner="SECH", due_on=days(1))
    queue_digests()
    mail = OutgoingMessage.objects.get(recipient=cast.secretary_nl)
    assert (mail.released_by, mail.released_at, mail.edition) == (None, mail.queued_at, cast.edition)
    assert deliver_due() == {"sent": 1, "failed": 0, "given_up": 0, "left": 0}
    assert [sent.to for sent in mailoutbox] == [["secretary_nl@example.org"]]


def test_a_dutch_reader_reads_dutch_words_dates_and_pages(cast: Cast) -> None:
    User.objects.filter(pk=cast.focal_point_nl.pk).update(language="nl")
    build.a_task(cast.edition, code="T21", owner="FP", task_en="English bait", task_nl="De delegatie noemen", due_on=days(-1))
    queue_digests()
    said = digest(cast.focal_point_nl)
    assert "T21 De delegatie noemen" in said
    assert "19 november 2026" in said
    assert "http://testserver/nl/delegation/" in said
    assert "English bait" not in said


@pytest.mark.parametrize(
    ("owner", "whom"),
    [
        ("SEC", {"secretary_uk", "secretary_nl"}),
        ("SECH", {"secretary_nl"}),
        ("PRO", {"secretary_nl"}),
        ("TRA", {"secretary_nl"}),
        ("DPO", {"secretary_uk", "secretary_nl"}),
        ("HOD", {"secretary_uk", "secretary_nl"}),
        ("FP", {"focal_point_uk", "focal_point_nl", "deputy_nl"}),
        ("WGC", {"co_chair"}),
        ("RAP", {"group_member"}),
        ("OWN", {"focal_point_uk"}),
        ("CLR", {"stranger"}),
        ("HODO", {"secretary_uk", "secretary_nl"}),  # nobody holds the role: the secretaries see to it
    ],
)
def test_a_task_is_told_to_whom_it_falls(cast: Cast, owner: str, whom: set[str]) -> None:
    cast.group.rapporteur = cast.group_member.person
    cast.group.save()
    build.an_appointment(cast.stranger, cast.dialogue, Appointment.Role.CLEARING_OFFICER)
    build.an_action_item(cast.edition, lead=cast.uk, due_on=days(90))
    build.a_task(cast.edition, owner=owner, due_on=days(3))
    queue_digests()
    assert told() == whom


def test_a_task_that_nobody_could_be_told_names_its_owner_to_the_secretaries(cast: Cast) -> None:
    build.a_task(cast.edition, code="T40", owner="PRS", task_en="Press plan", due_on=days(3))
    queue_digests()
    assert "T40 Press plan (owed by: press officers; the portal could not tell them)" in digest(cast.secretary_uk)


def test_a_task_given_to_somebody_is_theirs_alone(cast: Cast) -> None:
    build.a_task(cast.edition, owner="SEC", due_on=days(-3), assignee=cast.delegate_uk.person)
    queue_digests()
    assert told() == {"delegate_uk"}


def test_nothing_done_frozen_distant_or_hidden_is_told(cast: Cast) -> None:
    done = {"status": "done", "settled_at": clock.now(), "settled_by": cast.secretary_uk}
    build.a_task(cast.edition, owner="FP", due_on=days(-3), **done)
    build.a_task(cast.edition, owner="FP", due_on=days(15))
    build.an_action_item(cast.edition, lead=cast.uk, due_on=days(-3), status="closed")
    postponed = build.an_edition(cast.dialogue, year=2028, status=Edition.Status.POSTPONED)
    build.a_task(postponed, owner="FP", due_on=days(-3))
    hidden = build.an_edition(
        cast.dialogue, year=2029, status=Edition.Status.PLANNED, audience=Audience.SECRETARIAT, published_at=None
    )
    build.a_task(hidden, owner="FP", due_on=days(-3), code="T99")
    build.an_action_item(cast.edition, lead=cast.uk, due_on=days(-3), audience=Audience.SECRETARIAT)
    queue_digests()
    assert told() == {"secretary_uk", "secretary_nl"}, "the hidden edition's task falls to those who may know of it"
    assert "T99" in digest(cast.secretary_uk)
    assert "OVERDUE: 1" in OutgoingMessage.objects.get(recipient=cast.secretary_uk).text


def test_nothing_to_say_no_message_and_closed_accounts_get_none(cast: Cast) -> None:
    assert queue_digests() == 0
    assert [entry.details["digests"] for entry in JournalEntry.objects.all()] == [0]
    User.objects.filter(pk=cast.focal_point_uk.pk).update(is_active=False)
    build.an_action_item(cast.edition, lead=cast.uk, due_on=days(8))
    with time_machine.travel(datetime(2026, 11, 23, 9, tzinfo=UTC), tick=False):
        queue_digests()
    assert not told()


# Escalation


@pytest.mark.parametrize(
    ("late", "status", "carried", "level", "whom"),
    [
        (-5, "agreed", 0, 0, set()),
        (13, "in_progress", 0, 0, {"focal_point_nl", "deputy_nl"}),
        (14, "in_progress", 0, 1, {"focal_point_nl", "deputy_nl", "co_chair"}),
        (30, "agreed", 0, 2, {"focal_point_nl", "deputy_nl", "co_chair", "secretary_uk", "secretary_nl"}),
        (60, "agreed", 0, 3, {"focal_point_nl", "deputy_nl", "co_chair", "secretary_uk", "secretary_nl", "stranger"}),
        (90, "blocked", 2, 1, {"focal_point_nl", "deputy_nl", "co_chair"}),
        (1, "agreed", 2, 3, {"focal_point_nl", "deputy_nl", "co_chair", "secretary_uk", "secretary_nl", "stranger"}),
        (90, "reported_complete", 2, 0, {"focal_point_uk"}),
    ],
)
def test_an_overdue_item_is_told_further_up(
    cast: Cast, late: int, status: str, carried: int, level: int, whom: set[str]
) -> None:
    build.an_appointment(cast.stranger, cast.dialogue, Appointment.Role.HEAD_OFFICE)
    item = build.an_action_item(cast.edition, lead=cast.nl, mandate=cast.group, due_on=days(-late), status=status)
    for n in range(carried):
        edition = build.an_edition(cast.dialogue, year=2030 + n, status=Edition.Status.ARCHIVED)
        build.a_carry_over(item, edition, cast.secretary_nl, mandate=cast.group)
    # With an edition that was called off what was carried into it falls away.
    called_off = build.an_edition(cast.dialogue, year=2035, status=Edition.Status.CANCELLED)
    build.a_carry_over(item, called_off, cast.secretary_nl, mandate=None)
    assert ActionItem.objects.with_escalation(clock.now()).get().escalation_level == level
    queue_digests()
    assert told() - ({"focal_point_nl", "deputy_nl"} if late < 0 else set()) == whom


def test_the_heads_offices_are_told_how_many_not_which_and_read_the_list(cast: Cast, signed_in: Any) -> None:
    build.an_appointment(cast.stranger, cast.dialogue, Appointment.Role.HEAD_OFFICE)
    late = {"lead": cast.nl, "due_on": days(-70)}
    build.an_action_item(cast.edition, text_en="Late matter", **late)
    build.an_action_item(cast.edition, text_en="Matter of one group", audience="group", mandate=cast.group, **late)
    queue_digests()
    said = digest(cast.stranger)
    assert "1 action item is sixty days overdue or was carried over twice." in said
    assert "Late matter" not in said
    build.an_action_item(cast.edition, text_en="Quokka of the secretariat", audience="secretariat", **late)
    build.an_action_item(cast.edition, text_en="Quokka of a group", audience="group", mandate=cast.group, **late)
    build.an_action_item(cast.edition, text_en="Quokka proposed", status="proposed", **late)
    build.an_action_item(cast.edition, text_en="Not late at all", lead=cast.nl, due_on=days(5))
    address = "/en/action-items/?standing=heads"
    assert f"http://testserver{address}" in said
    listed = signed_in(cast.stranger).get(address).content.decode()
    assert "Late matter" in listed and "Quokka" not in listed and "Not late at all" not in listed
    # The office of another dialogue’s head reads none of it.
    outsider = build.an_account(build.a_person(cast.nl))
    build.an_appointment(outsider, build.a_dialogue(slug="another"), Appointment.Role.HEAD_OFFICE)
    assert not ActionItem.objects.visible_to(outsider)


# What waits for a party, and for the secretaries


def test_a_proposal_waits_for_the_party_that_has_not_agreed(cast: Cast) -> None:
    item = build.an_action_item(cast.edition, lead=cast.nl, status="proposed", due_on=days(90))
    build.a_consent(item, cast.focal_point_nl, "agreed", party=cast.nl, round=0)
    build.an_action_item(cast.edition, status="proposed", due_on=None, original_due_on=None, text_en="Incomplete bait")
    queue_digests()
    assert told() == {"focal_point_uk"}
    assert f"To agree: {item.number}" in digest(cast.focal_point_uk)
    assert "Incomplete bait" not in digest(cast.focal_point_uk)


def test_who_holds_the_owner_post_is_told_what_is_due_as_far_as_it_may_be_read(cast: Cast) -> None:
    item = build.an_action_item(cast.edition, lead=cast.nl, due_on=days(3))
    hidden = build.an_action_item(cast.edition, lead=cast.nl, due_on=days(3), audience="secretariat", text_en="Secret bait")
    for one in (item, hidden):
        one.leads.update(owner=cast.stranger.person)
    queue_digests()
    assert f"http://testserver/en/action-items/{item.number}/report/" in digest(cast.stranger)
    assert "Secret bait" not in digest(cast.stranger)


def test_a_blocked_item_asks_the_party_it_needs_something_from(cast: Cast) -> None:
    item = build.an_action_item(cast.edition, lead=cast.nl, status="in_progress", due_on=days(90))
    asked = {"action_item": item, "by": cast.focal_point_nl}
    progress.block(**asked, reason="A legal reading", needed_from=cast.uk)
    queue_digests()
    assert told() == {"focal_point_uk", "secretary_uk"}
    assert f"Blocked, and waiting for something from your party: {item.number}" in digest(cast.focal_point_uk)


def test_what_nobody_has_confirmed_for_three_weeks_is_told_to_both_sides_with_since_when(cast: Cast) -> None:
    since = clock.now() - timedelta(days=22)
    build.an_action_item(cast.edition, lead=cast.nl, status="reported_complete", status_since=since)
    queue_digests()
    assert told() == {"focal_point_uk", "focal_point_nl", "deputy_nl", "secretary_uk", "secretary_nl"}
    assert "Awaiting confirmation by UK since 29 October 2026:" in digest(cast.focal_point_nl)
    assert ActionItem.objects.get().status == "reported_complete", "it never closes by itself"


def test_a_change_waits_for_the_party_that_has_not_answered_and_carried_dates_are_one_number(cast: Cast) -> None:
    item = build.an_action_item(cast.edition, lead=cast.nl, due_on=days(90), text_en="Share the list")
    change = {"action_item": item, "by": cast.focal_point_nl, "kind": "due_date", "reason": "Later"}
    action_changes.propose_change(**change, after={"due_on": days(120)})
    following = build.an_edition(cast.dialogue, year=2028)
    for audience in ("delegates", "delegates", "secretariat"):
        carried = build.an_action_item(cast.edition, lead=cast.nl, due_on=days(90), text_en="Bait", audience=audience)
        row = build.a_carry_over(carried, following, cast.secretary_nl, new_due_on=days(300))
        action_changes.keep_carried_date(carried, row, cast.secretary_nl)
    queue_digests()
    assert told() == {"focal_point_uk", "secretary_uk"}
    said = digest(cast.focal_point_uk)
    assert f"A change to agree or decline (due date): {item.number} Share the list" in said
    assert "2 carried due dates to acknowledge (Dialogue of 2027) http://testserver/en/action-items/dates/" in said
    assert "Bait" not in said
    assert "A carried due date to acknowledge:" in digest(cast.secretary_uk)


def test_the_secretaries_are_told_what_waits_for_them_in_numbers(cast: Cast) -> None:
    delegation = build.a_delegation(cast.edition, cast.uk)
    build.a_submitted_nomination(delegation, name="Nominee Bait")
    observer = build.a_submitted_nomination(delegation, category="observer", name="Observer Bait")
    NominationConsent.objects.create(nomination=observer, party=cast.uk, by=cast.focal_point_uk)
    build.a_message(cast.delegate_uk, cast.edition, subject="Draft bait")
    build.a_heads_decision(cast.edition, cast.secretary_nl)
    build.an_engagement(cast.dialogue, title_en="Exchange on cargo", status="held", starts_on=days(-30), date_precision="exact")
    queue_digests()
    said = digest(cast.secretary_uk)
    assert "Nominations to settle: 2 (Dialogue of 2027)" in said
    assert "Messages to read and release: 1 (Dialogue of 2027)" in said
    assert "Your party’s answer to a decision of the heads’ offices: Dialogue of 2027" in said
    assert "Report of an engagement: Exchange on cargo Was due on 11 November 2026, 9 days ago." in said
    assert "Bait" not in said
    assert "bait" not in said
    assert "Nominations to consent to: 1" in digest(cast.focal_point_nl)
    assert told() == {"secretary_uk", "secretary_nl", "focal_point_nl", "deputy_nl"}


def test_after_the_days_reports_and_the_summary_wait_for_those_who_write_and_agree_them(cast: Cast) -> None:
    cast.group.rapporteur = cast.group_member.person
    cast.group.save()
    breakout = build.a_session(cast.edition, mandate=cast.group, kind="breakout", title_en="Cargo")
    build.a_session(cast.edition, "11:00", "12:00", mandate=cast.other_group, title_en="Other bait")
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    with time_machine.travel(datetime(2027, 3, 18, 9, tzinfo=UTC), tick=False):
        queue_digests()
        said = digest(cast.group_member)
        assert "Session report to write: Cargo Was due on 16 March 2027, 2 days ago." in said
        assert f"http://testserver/en/my/reports/{breakout.pk}/" in said
        assert "bait" not in said
        assert "Session reports missing: 2 (Dialogue of 2027)" in digest(cast.secretary_uk)
        assert "Cargo" not in digest(cast.secretary_uk)
    report = build.a_session_report(breakout, cast.group_member)
    build.a_summary(cast.edition, status="circulated", circulated_at=clock.now(), comments_until=date(2027, 3, 31))
    with time_machine.travel(datetime(2027, 3, 25, 9, tzinfo=UTC), tick=False):
        OutgoingMessage.objects.all().delete()
        queue_digests()
        assert f"Session report to agree: Cargo http://testserver{report.get_absolute_url()}" in digest(cast.co_chair)
        said = digest(cast.focal_point_uk)
        assert "Summary of conclusions to comment on and adopt: Dialogue of 2027 Due on 31 March 2027." in said
        assert not digest(cast.group_member)
    build.a_consent(report, cast.co_chair, "final", party=cast.nl)
    build.a_consent(cast.edition.summary, cast.focal_point_uk, "adopted", party=cast.uk)
    with time_machine.travel(datetime(2027, 4, 1, 9, tzinfo=UTC), tick=False):
        OutgoingMessage.objects.all().delete()
        queue_digests()
        assert not digest(cast.co_chair)
        assert not digest(cast.focal_point_uk)
        assert "to comment on and adopt" in digest(cast.focal_point_nl)


def test_a_draft_report_waits_for_each_partys_co_chair_or_else_for_its_secretaries(cast: Cast) -> None:
    """The British co-chair has no account; a plenary has no co-chairs at all."""
    build.a_co_chair(cast.group, build.a_person(cast.uk))
    breakout = build.a_session(cast.edition, mandate=cast.group, kind="breakout", title_en="Cargo")
    plenary = build.a_session(cast.edition, "11:00", "12:00", title_en="Closing")
    build.a_speaker(plenary, cast.delegate_uk.person, "rapporteur")
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    for session in (breakout, plenary):
        build.a_session_report(session, cast.delegate_uk)
    build.a_consent(plenary.report, cast.secretary_nl, "final", party=cast.nl)
    with time_machine.travel(datetime(2027, 3, 25, 9, tzinfo=UTC), tick=False):
        OutgoingMessage.objects.all().delete()
        queue_digests()
        for title, asked in (("Cargo", {cast.co_chair, cast.secretary_uk}), ("Closing", {cast.secretary_uk})):
            said = f"Session report to agree: {title} "
            assert {one for one in User.objects.all() if said in digest(one)} == asked


def test_terms_and_an_engagement_wait_for_the_party_that_has_not_said_yes(cast: Cast) -> None:
    officer = build.an_account(build.a_person(cast.uk), email="officer@example.org")
    build.an_appointment(officer, cast.dialogue, Appointment.Role.CLEARING_OFFICER)
    Mandate.objects.filter(pk=cast.group.pk).update(status=Mandate.Status.IN_CLEARANCE)
    engagement = build.an_engagement(cast.dialogue, title_en="Visit", status="proposed")
    build.a_consent(engagement, cast.secretary_uk, "agreed", party=cast.uk)
    queue_digests()
    assert told() == {"officer", "secretary_nl"}, "there is no Dutch clearing officer: the Dutch secretary sees to it"
    assert "Terms of reference to clear: Group" in digest(officer)
    assert "Terms of reference to clear: Group" in digest(cast.secretary_nl)
    assert "Engagement to agree: Visit" in digest(cast.secretary_nl)


def test_a_person_in_two_dialogues_gets_one_of_each_and_neither_speaks_of_the_other(cast: Cast) -> None:
    other = build.an_edition(build.a_dialogue())
    build.an_appointment(cast.focal_point_uk, other.dialogue, "focal_point")
    build.a_task(cast.edition, owner="FP", task_en="Here", due_on=days(1))
    build.a_task(other, owner="FP", task_en="There", due_on=days(1))
    queue_digests()
    first, second = OutgoingMessage.objects.filter(recipient=cast.focal_point_uk).order_by("edition_id")
    assert (first.edition, second.edition) == (cast.edition, other)
    assert ("Here" in first.text, "There" in first.text) == (True, False)
    assert ("Here" in second.text, "There" in second.text) == (False, True)
    assert not OutgoingMessage.objects.visible_to(cast.secretary_uk).filter(pk=second.pk).exists()


# Once a week


def test_a_week_begins_on_monday_at_six_and_is_told_once(cast: Cast) -> None:
    build.a_task(cast.edition, owner="FP", due_on=days(-3))
    with time_machine.travel(datetime(2026, 11, 23, 5, 59, tzinfo=UTC), tick=False):
        assert queue_digests() == 0
    with time_machine.travel(datetime(2026, 11, 23, 6, tzinfo=UTC), tick=False):
        assert queue_digests() == 3
        assert queue_digests() == 0
    with time_machine.travel(datetime(2026, 11, 29, 23, tzinfo=UTC), tick=False):
        assert queue_digests() == 0
    with time_machine.travel(datetime(2026, 12, 14, 6, tzinfo=UTC), tick=False):  # a week was missed
        assert queue_digests() == 3
    assert OutgoingMessage.objects.filter(recipient=cast.focal_point_uk).count() == 2
    entries = JournalEntry.objects.filter(act="drafted messages").order_by("number")
    assert [(entry.by, entry.dialogue, entry.details) for entry in entries] == [
        (None, cast.dialogue, {"digests": 3, "week": "2026-W48"}),
        (None, cast.dialogue, {"digests": 3, "week": "2026-W51"}),
    ]
    assert journal.faults() == []


def test_the_days_around_new_year_belong_to_their_iso_week(cast: Cast) -> None:
    build.a_task(cast.edition, owner="FP", due_on=days(-3))
    with time_machine.travel(datetime(2026, 12, 31, 12, tzinfo=UTC), tick=False):
        queue_digests()
    with time_machine.travel(datetime(2027, 1, 3, 12, tzinfo=UTC), tick=False):
        assert queue_digests() == 0
    assert {key.split("-", 2)[2].rsplit("-", 1)[0] for key in OutgoingMessage.objects.values_list("key", flat=True)} == {
        "2026-W53"
    }


def test_a_run_that_was_cut_off_is_finished_by_the_next(cast: Cast) -> None:
    build.a_task(cast.edition, owner="FP", due_on=days(-3))
    queue_digests()
    OutgoingMessage.objects.filter(recipient=cast.focal_point_nl).delete()
    kept = OutgoingMessage.objects.get(recipient=cast.focal_point_uk)
    # As a process leaves it that dies before it notes the week: the entry is not there yet.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM dialogues_journalentry")
    assert queue_digests() == 1
    assert OutgoingMessage.objects.get(recipient=cast.focal_point_uk).pk == kept.pk
    assert JournalEntry.objects.get().details["digests"] == 3


def test_the_cost_grows_by_a_few_questions_a_person(cast: Cast) -> None:
    def cost(focal_points: int) -> int:
        for _n in range(focal_points):
            build.an_appointment(build.an_account(build.a_person(cast.uk)), cast.dialogue, "focal_point")
        OutgoingMessage.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM dialogues_journalentry")
        with CaptureQueriesContext(connection) as asked:
            queue_digests()
        return len(asked)

    for n in range(40):
        build.a_task(cast.edition, owner="FP", due_on=days(-n))
        build.an_action_item(cast.edition, lead=cast.uk, due_on=days(n - 30), mandate=cast.group)
        build.a_submitted_nomination(build.a_delegation(cast.edition, cast.uk), category="observer")
    few = cost(0)
    assert few < 150
    assert cost(200) - few <= 200 * 20
    mail = OutgoingMessage.objects.filter(recipient=cast.focal_point_uk).get()
    assert "And " in mail.text, "a long list ends with how many more there are"


def test_a_report_is_owed_three_weeks_after_the_last_day_it_can_have_been_and_never_of_what_a_text_told(cast: Cast) -> None:
    held = {"status": "held", "starts_on": date(2026, 11, 1)}
    build.an_engagement(cast.dialogue, title_en="Exchange of November", date_precision="month", **held)
    read = build.an_engagement(cast.dialogue, title_en="Meeting of which a text told", date_precision="exact", **held)
    Citation.objects.create(record=read, field="title", source=build.a_source())
    queue_digests()
    text = digest(cast.secretary_uk)
    assert "Exchange of November" in text and "21 December 2026" in text
    assert "Meeting of which a text told" not in text


def test_a_week_in_which_nobody_owed_anything_is_not_looked_at_again(cast: Cast, django_assert_num_queries: Any) -> None:
    assert queue_digests() == 0
    with django_assert_num_queries(3):  # the dialogue elsewhere has no edition yet, and is asked for one
        assert queue_digests() == 0
    build.a_task(cast.edition, due_on=date(2026, 11, 2), owner="SEC")
    assert queue_digests() == 0  # next Monday
    assert JournalEntry.objects.filter(act="drafted messages", details__digests=0).count() == 1
