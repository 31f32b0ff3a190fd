"""Session reports: who writes one, who agrees to it, and that a changed text is asked anew."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from dialogues.models import ActionItem, Consent, Edition, JournalEntry, Session, SessionReport
from dialogues.models.conclusions import sessions_owing_report, sessions_reported_by
from dialogues.procedures import session_reports
from dialogues.procedures.agenda import release_agenda
from dialogues.procedures.session_reports import Overtaken, agree_report, write_report
from dialogues.procedures.steps import StepRefused
from parties.models import User
from tests import build
from tests.cast import Cast, assemble

SECOND_DAY = "2027-03-17T15:00:00Z"


@pytest.fixture(autouse=True)
def on_the_second_day() -> Any:
    with time_machine.travel(SECOND_DAY, tick=True):
        yield


@pytest.fixture
def breakout(cast: Cast) -> Session:
    """Of `group`; the United Kingdom's co-chair is named beside the Dutch one, and its member writes the report."""
    cast.group.rapporteur = cast.group_member.person
    cast.group.save()
    build.a_co_chair(cast.group, build.a_person(cast.uk))
    session = build.a_session(cast.edition, kind="breakout", mandate=cast.group, audience="group", title_en="Money flows")
    with time_machine.travel("2027-03-01T12:00:00Z"):
        release_agenda(edition=cast.edition, by=cast.secretary_nl)
    return session


def written(session: Session, by: User, **said: Any) -> SessionReport:
    return write_report(session=session, by=by, **{"conclusions": "The pilot goes on.", **said})


@pytest.mark.parametrize("name", ["group_member", "secretary_uk", "secretary_nl"])
def test_the_rapporteur_writes_or_a_secretary_on_behalf(cast: Cast, breakout: Session, name: str) -> None:
    report = written(breakout, getattr(cast, name), points="Views were exchanged.")
    assert (report.status, report.round, report.written_by) == ("draft", 1, getattr(cast, name))
    entry = JournalEntry.objects.first()
    assert (entry.act, entry.edition, entry.details) == ("wrote session report", cast.edition, {"round": 1})


def test_a_co_chair_does_not_write_and_nobody_else_even_asks(cast: Cast, breakout: Session) -> None:
    with pytest.raises(StepRefused, match="The rapporteur writes it"):
        written(breakout, cast.co_chair)
    for by in (cast.delegate_uk, cast.focal_point_nl, cast.other_group_member, cast.technician, cast.former_secretary):
        with pytest.raises(StepRefused, match="its rapporteur, its co-chairs and the secretaries"):
            written(breakout, by)
    assert not SessionReport.objects.exists()


def test_nothing_is_written_before_it_begins_nor_of_an_edition_that_is_over(cast: Cast, breakout: Session) -> None:
    with time_machine.travel("2027-03-16T08:14:00Z"), pytest.raises(StepRefused, match="Not before the session has begun"):
        written(breakout, cast.group_member)
    Edition.objects.filter(pk=cast.edition.pk).update(status="archived")
    with pytest.raises(StepRefused, match="archived"):
        written(breakout, cast.group_member)
    Edition.objects.filter(pk=cast.edition.pk).update(status="closed")
    assert written(breakout, cast.group_member).status == "draft"


def test_both_co_chairs_agree_where_a_seat_is_vacant_its_secretary_does(cast: Cast, breakout: Session) -> None:
    """The British co-chair has no account: nobody could agree from that seat."""
    report = written(breakout, cast.group_member)
    with pytest.raises(StepRefused, match="The co-chairs agree to it"):
        agree_report(report=report, by=cast.secretary_nl)  # the Dutch seat is taken
    assert agree_report(report=report, by=cast.co_chair).status == "draft"
    assert session_reports.owed_by(breakout, report) == ["secretary, United Kingdom"]
    with pytest.raises(StepRefused, match="Netherlands has agreed to this text already"):
        agree_report(report=report, by=cast.co_chair)
    assert agree_report(report=report, by=cast.secretary_uk, seen=1).status == "final"
    assert {(one.party, one.by) for one in Consent.objects.all()} == {
        (cast.nl, cast.co_chair),
        (cast.uk, cast.secretary_uk),
    }
    acts = list(JournalEntry.objects.values_list("act", flat=True)[:2])
    assert acts == ["agreed session report", "consented"]
    with pytest.raises(StepRefused, match="It is final"):
        written(breakout, cast.group_member, conclusions="Otherwise.")


def test_a_named_co_chair_with_an_account_leaves_no_room_for_the_secretary(cast: Cast, breakout: Session) -> None:
    build.an_account(cast.group.co_chairs.get(party=cast.uk).person)
    report = written(breakout, cast.group_member)
    with pytest.raises(StepRefused, match="The co-chairs agree to it"):
        agree_report(report=report, by=cast.secretary_uk)
    assert session_reports.owed_by(breakout, report) == ["co-chair, Netherlands", "co-chair, United Kingdom"]


def test_one_person_never_agrees_for_two_parties(cast: Cast, breakout: Session) -> None:
    """A Dutch co-chair who is appointed secretary of the United Kingdom too."""
    build.an_appointment(cast.co_chair, cast.dialogue, "secretary", party=cast.uk)
    report = agree_report(report=written(breakout, cast.group_member), by=cast.co_chair)
    with pytest.raises(StepRefused, match="already"):
        agree_report(report=report, by=cast.co_chair)
    with pytest.raises(IntegrityError), transaction.atomic():
        build.a_consent(report, cast.co_chair, "final", party=cast.uk)
    assert SessionReport.objects.get().status == "draft"


def test_a_changed_text_asks_anew_and_an_unchanged_one_does_not(cast: Cast, breakout: Session) -> None:
    report = agree_report(report=written(breakout, cast.group_member), by=cast.co_chair)
    assert written(breakout, cast.group_member).round == 1
    report = written(breakout, cast.group_member, conclusions="The pilot stops.", seen=1)
    assert (report.round, report.status) == (2, "draft")
    with pytest.raises(Overtaken, match="changed meanwhile"):
        agree_report(report=report, by=cast.secretary_uk, seen=1)
    assert agree_report(report=report, by=cast.secretary_uk, seen=2).status == "draft"
    assert agree_report(report=report, by=cast.co_chair, seen=2).status == "final"


def test_a_save_over_a_newer_text_is_refused(cast: Cast, breakout: Session) -> None:
    written(breakout, cast.group_member, seen=0)
    with pytest.raises(Overtaken):
        written(breakout, cast.secretary_nl, conclusions="Mine", seen=0)
    assert SessionReport.objects.get().conclusions == "The pilot goes on."


def test_who_writes_and_who_agrees_lock_the_session_and_then_the_report_before_anything_is_asked(
    cast: Cast, breakout: Session
) -> None:
    report, steps = written(breakout, cast.group_member), []
    real, reasons = session_reports.lock, session_reports.write_reasons

    def lock(record: Any) -> Any:
        steps.append(type(record).__name__)
        return real(record)

    def ask(session: Session, by: User, found: SessionReport | None) -> Any:
        steps.append(found.conclusions if found else "")
        SessionReport.objects.update(conclusions="Read before the lock")  # whoever reads it again, reads this
        return reasons(session, by, found)

    with patch.object(session_reports, "lock", lock), patch.object(session_reports, "write_reasons", ask):
        agree_report(report=report, by=cast.co_chair)
        assert steps == ["Session", "SessionReport"]
        assert written(breakout, cast.group_member).round == 1
        assert steps[2:] == ["Session", "The pilot goes on."]


@pytest.mark.django_db(transaction=True)
def test_a_text_is_not_replaced_while_the_last_party_agrees_to_it() -> None:
    """On PostgreSQL the second waits at the session; on SQLite writers queue."""
    cast = assemble()
    plenary = build.a_session(cast.edition)
    report = agree_report(report=build.a_session_report(plenary, cast.secretary_uk), by=cast.secretary_uk)
    agreeing, real = Event(), session_reports.still_awaited

    def slowly(report: SessionReport) -> Any:
        agreeing.set()
        sleep(0.4)
        return real(report)

    def agree() -> Any:
        try:
            return agree_report(report=report, by=cast.secretary_nl, seen=1).status
        finally:
            connection.close()

    def write() -> Any:
        assert agreeing.wait(10)
        try:
            return written(plenary, cast.secretary_uk, conclusions="Nobody agreed to this.", seen=1)
        except StepRefused as refusal:
            return str(refusal)
        finally:
            connection.close()

    with patch.object(session_reports, "still_awaited", slowly), ThreadPoolExecutor(2) as pool:
        done = [pool.submit(agree), pool.submit(write)]
        assert [one.result() for one in done] == ["final", "It is final: the co-chairs have agreed to this text."]
    report.refresh_from_db()
    assert (report.status, report.round, report.conclusions) == ("final", 1, "The pilot goes on until summer.")


def test_what_is_owed_and_what_is_not(cast: Cast, breakout: Session) -> None:
    plenary = build.a_session(cast.edition, "14:00", "15:00", title_en="Closing")
    build.a_speaker(plenary, cast.delegate_uk.person, "rapporteur")
    build.a_session(cast.edition, "15:00", "16:00", title_en="Keynote", kind="keynote")
    build.a_session(cast.edition, "16:00", "17:00", title_en="Lunch", kind="meal", mandate=cast.group)
    build.a_session(cast.edition, "17:00", "18:00", title_en="Off", mandate=cast.group, status="cancelled")
    build.a_session(cast.edition, "18:00", "19:00", title_en="Own", mandate=cast.group, audience="party", party=cast.uk)
    assert {session.title_en for session in sessions_owing_report(cast.edition)} == {"Money flows", "Closing"}
    owed = {session.title_en: posts for session, posts in session_reports.without_final_report(cast.edition)}
    assert owed == {"Money flows": ["rapporteur, United Kingdom"], "Closing": ["rapporteur, United Kingdom"]}
    # Not in the released agenda: to its rapporteur it is not there yet.
    assert list(sessions_reported_by(cast.delegate_uk)) == []
    assert list(sessions_reported_by(cast.co_chair)) == [breakout]
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    assert list(sessions_reported_by(cast.delegate_uk)) == [plenary]
    item = session_reports.propose_from_session(
        session=plenary, by=cast.delegate_uk, lead=cast.nl, owner_post_en="Head of unit", text_en="Share the list"
    )
    assert (item.session, item.mandate) == (plenary, None)


def test_once_the_summary_is_adopted_reports_stay_as_they_are(cast: Cast, breakout: Session) -> None:
    report = written(breakout, cast.group_member)
    now = report.written_at
    build.a_summary(cast.edition, status="adopted", circulated_at=now, adopted_at=now)
    for refused in (
        session_reports.write_reasons(breakout, cast.group_member, report),
        session_reports.agree_reasons(report, cast.co_chair),
        session_reports.propose_reasons(breakout, cast.group_member),
    ):
        assert [reason.text for reason in refused] == ["The summary of conclusions is adopted: reports stay as they are."]


def test_a_proposed_action_names_its_session_and_group(cast: Cast, breakout: Session) -> None:
    item = session_reports.propose_from_session(
        session=breakout, by=cast.group_member, lead=cast.uk, owner_post_en="Head of unit", text_en="Share the list"
    )
    assert (item.session, item.mandate, item.status) == (breakout, cast.group, "proposed")
    with pytest.raises(StepRefused, match="its rapporteur"):
        session_reports.propose_from_session(
            session=breakout, by=cast.other_group_member, lead=cast.uk, owner_post_en="Head of unit", text_en="Share it"
        )
    assert ActionItem.objects.count() == 1


def test_who_reads_a_report_before_and_after_it_is_final(cast: Cast, breakout: Session) -> None:
    report = written(breakout, cast.group_member)

    def readers() -> set[str]:
        return {name for name in cast.names() if SessionReport.objects.visible_to(getattr(cast, name)).exists()}

    assert readers() == {"group_member", "co_chair", "secretary_uk", "secretary_nl"}
    cast.group.rapporteur = None
    cast.group.save()
    assert readers() == {"co_chair", "secretary_uk", "secretary_nl"}  # a member reads it once it is final
    SessionReport.objects.filter(pk=report.pk).update(status="final")
    assert readers() == {"group_member", "co_chair", "secretary_uk", "secretary_nl"}
    Session.objects.filter(pk=breakout.pk).update(audience="delegates")
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    assert readers() == {"group_member", "co_chair", "secretary_uk", "secretary_nl"} | {
        "focal_point_uk",
        "focal_point_nl",
        "deputy_nl",
    }
