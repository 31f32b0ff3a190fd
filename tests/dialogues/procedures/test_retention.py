"""What is no longer needed goes, by the clock; what somebody asks to have erased is nowhere afterwards."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session as SignedInSession
from django.core.management import call_command
from django.db import connection
from django.test import Client

from dialogues.models import (
    Edition,
    Export,
    JournalEntry,
    ListedParticipant,
    Nomination,
    OutgoingMessage,
    OwnDetails,
    PaperOpening,
    ParticipantList,
    Registration,
)
from dialogues.models.retention import kept_until
from dialogues.procedures import acceptance, nominations, own_details, participants
from dialogues.procedures.agenda import release_agenda
from dialogues.procedures.erasure import NOWHERE, erase_person, erase_person_checks, erase_person_reasons
from dialogues.procedures.journal import faults
from dialogues.procedures.retention import RULES, dry_run, purge
from dialogues.procedures.steps import StepRefused
from parties.models import DeskCode, Person, User
from parties.models.retention import Retention
from socportal import clock
from tests import build
from tests.cast import Cast, assemble

CLOSED = date(2027, 3, 17)  # the cast's edition
NEXT_CLOSED = date(2028, 3, 15)
NOMINATED_UNTIL = datetime(2027, 2, 2, 17, tzinfo=UTC)
A_MONTH, THREE_MONTHS, A_YEAR = timedelta(days=30), timedelta(days=90), timedelta(days=365)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def next_edition(cast: Cast) -> Edition:
    days = {"opens_on": NEXT_CLOSED - timedelta(days=1), "closes_on": NEXT_CLOSED}
    return build.an_edition(cast.dialogue, year=2028, **days)


def accepted(cast: Cast, **fields: Any) -> Nomination:
    return build.an_accepted_nomination(build.a_delegation(cast.edition, cast.uk), **{"name": "Ms Q. Zzyxnominee", **fields})


# One row of each rule: how it comes about, its last day, and what says that it is still there.


def some_own_details(cast: Cast) -> tuple[date, Callable[[], bool]]:
    details = build.own_details(accepted(cast).registration, arrangements="a chair by the door", photograph_consent=True)
    return CLOSED + A_MONTH, lambda: OwnDetails.objects.get(pk=details.pk).phone != ""


def an_answer_on_photographs(cast: Cast) -> tuple[date, Callable[[], bool]]:
    details = build.own_details(accepted(cast).registration, photograph_consent=False)
    return CLOSED + A_YEAR, lambda: OwnDetails.objects.filter(pk=details.pk, photograph_consent=False).exists()


def an_access_status(cast: Cast) -> tuple[date, Callable[[], bool]]:
    registration = accepted(cast).registration
    Registration.objects.filter(pk=registration.pk).update(access_status=Registration.Access.NOT_GRANTED)
    return CLOSED + A_MONTH, lambda: Registration.objects.get(pk=registration.pk).access_status == "not_granted"


def a_draft(cast: Cast) -> tuple[date, Callable[[], bool]]:
    """Of a party that was given longer; another draft stands for it as alternate."""
    build.a_round(cast.edition, closes_at=NOMINATED_UNTIL)
    longer = {"extended_until": NOMINATED_UNTIL + timedelta(days=7), "extension_reason": "A reshuffle"}
    delegation = build.a_delegation(cast.edition, cast.uk)
    type(delegation).objects.filter(pk=delegation.pk).update(**longer)
    draft = build.a_nomination(delegation)
    build.a_nomination(delegation, category="alternate", alternate_for=draft)
    return date(2027, 2, 9) + A_MONTH, lambda: Nomination.objects.filter(pk=draft.pk).exists()


def a_name_on_a_nomination(cast: Cast) -> tuple[date, Callable[[], bool]]:
    next_edition(cast)
    nomination = accepted(cast)
    return NEXT_CLOSED + A_YEAR, lambda: Nomination.objects.filter(pk=nomination.pk, name="Ms Q. Zzyxnominee").exists()


def a_name_on_an_issued_list(cast: Cast) -> tuple[date, Callable[[], bool]]:
    next_edition(cast)
    registration = accepted(cast).registration
    issued = participants.issue_list(edition=cast.edition, by=cast.lead)
    line = issued.lines.get(registration=registration)
    assert line.name == "Ms Q. Zzyxnominee"
    return NEXT_CLOSED + A_YEAR, lambda: ListedParticipant.objects.filter(pk=line.pk).exclude(name="").exists()


def a_post_on_a_registration(cast: Cast) -> tuple[date, Callable[[], bool]]:
    next_edition(cast)
    registration = accepted(cast).registration
    return NEXT_CLOSED + A_YEAR, lambda: Registration.objects.filter(pk=registration.pk).exclude(post_en="").exists()


def a_text_of_a_message(cast: Cast) -> tuple[date, Callable[[], bool]]:
    next_edition(cast)
    sent = {"released_at": noon(CLOSED), "sent_at": noon(CLOSED)}
    message = build.a_message(cast.delegate_uk, cast.edition, text="Please complete your details.", **sent)
    return NEXT_CLOSED + A_YEAR, lambda: OutgoingMessage.objects.get(pk=message.pk).text != ""


def a_person(cast: Cast) -> tuple[date, Callable[[], bool]]:
    next_edition(cast)
    person = accepted(cast).person
    return NEXT_CLOSED + A_YEAR, lambda: Person.objects.get(pk=person.pk).name == "Ms Q. Zzyxnominee"


def an_account_of_a_minister(cast: Cast) -> tuple[date, Callable[[], bool]]:
    next_edition(cast)
    person = accepted(cast).person
    Person.objects.filter(pk=person.pk).update(is_public_office_holder=True, office_source=build.a_source())
    return NEXT_CLOSED + A_YEAR, lambda: not User.objects.get(person=person).email.endswith(NOWHERE)


def an_open_account(cast: Cast) -> tuple[date, Callable[[], bool]]:
    return CLOSED + THREE_MONTHS, lambda: User.objects.get(pk=cast.delegate_uk.pk).is_active


def a_session(cast: Cast) -> tuple[date, Callable[[], bool]]:
    session = SignedInSession.objects.create(session_key="a" * 32, session_data="", expire_date=noon(CLOSED))
    return CLOSED, lambda: SignedInSession.objects.filter(pk=session.pk).exists()


def a_place(cast: Cast) -> tuple[date, Callable[[], bool]]:
    SignedInSession.objects.create(session_key="b" * 32, session_data="", expire_date=noon(CLOSED))
    place = UserSession.objects.create(user=cast.delegate_uk, ip="192.0.2.7", session_key="b" * 32, user_agent="Browser")
    return CLOSED, lambda: UserSession.objects.filter(pk=place.pk).exists()


def a_desk_code(cast: Cast) -> tuple[date, Callable[[], bool]]:
    code = DeskCode.objects.create(
        user=cast.delegate_uk,
        code_hash="c" * 64,
        issued_by=cast.secretary_nl,
        issued_at=noon(CLOSED),
        expires_at=noon(CLOSED) + timedelta(hours=1),
    )
    return CLOSED + A_YEAR, lambda: DeskCode.objects.filter(pk=code.pk).exists()


def an_export(cast: Cast) -> tuple[date, Callable[[], bool]]:
    export = build.an_export(cast.secretary_nl, cast.edition, at=noon(CLOSED))
    return CLOSED + A_YEAR, lambda: Export.objects.filter(pk=export.pk).exists()


def an_opening_of_a_paper(cast: Cast) -> tuple[date, Callable[[], bool]]:
    version = build.a_paper_version(build.a_paper(cast.edition, cast.uk))
    opening = PaperOpening.objects.create(version=version, user=cast.delegate_uk, at=noon(CLOSED))
    return CLOSED + A_YEAR, lambda: PaperOpening.objects.filter(pk=opening.pk).exists()


def an_owner_of_an_ended_action(cast: Cast) -> tuple[date, Callable[[], bool]]:
    """Somebody whom an appointment keeps; one who owns an open action is kept with it."""
    next_edition(cast)
    ended, going_on = (build.an_action_item(cast.edition, status=status) for status in ("closed", "in_progress"))
    for item in (ended, going_on):
        item.leads.update(owner=cast.focal_point_nl.person)

    def is_there() -> bool:
        assert going_on.leads.get().owner == cast.focal_point_nl.person
        return ended.leads.get().owner is not None

    return NEXT_CLOSED + A_YEAR, is_there


ROWS = {
    "own_details": some_own_details,
    "photographs": an_answer_on_photographs,
    "access": an_access_status,
    "drafts": a_draft,
    "nominations": a_name_on_a_nomination,
    "issued_lists": a_name_on_an_issued_list,
    "registrations": a_post_on_a_registration,
    "messages": a_text_of_a_message,
    "people": a_person,
    "office_accounts": an_account_of_a_minister,
    "accounts": an_open_account,
    "sessions": a_session,
    "places": a_place,
    "desk_codes": a_desk_code,
    "exports": an_export,
    "paper_openings": an_opening_of_a_paper,
    "action_owners": an_owner_of_an_ended_action,
}


@pytest.mark.parametrize("rule", [rule.name for rule in RULES])
def test_it_is_kept_the_day_before_its_last_and_gone_the_day_after(cast: Cast, rule: str) -> None:
    last, is_there = ROWS[rule](cast)
    purge(at=noon(last - timedelta(days=1)))
    assert is_there()
    counted = dry_run(noon(last + timedelta(days=1)))
    assert counted[rule] > 0
    assert is_there(), "a dry run takes nothing"
    assert purge(at=noon(last + timedelta(days=1))) == counted
    assert not is_there()
    entries = JournalEntry.objects.filter(act="purged", details__rule=rule)
    assert sum(entry.details["rows"] for entry in entries) >= counted[rule]
    assert not any(purge(at=noon(last + timedelta(days=1))).values()), "a second run finds nothing"


def test_what_a_purge_leaves_is_counts_by_party_organisation_and_category(cast: Cast) -> None:
    """Rows stay, names go: the cast's bait among them, in every table."""
    next_edition(cast)
    nomination = accepted(cast, category="adviser", mandates=(cast.group,))
    participants.issue_list(edition=cast.edition, by=cast.lead)
    before = list(Registration.objects.filter(edition=cast.edition).order_by("pk").values_list("delegation", "category"))
    purge(at=noon(NEXT_CLOSED + A_YEAR + timedelta(days=1)))
    rows = Registration.objects.filter(edition=cast.edition).order_by("pk")
    assert list(rows.values_list("delegation", "category")) == before
    left = Nomination.objects.get(pk=nomination.pk)
    assert (left.category, left.organisation_id, left.status) == ("adviser", nomination.organisation_id, "accepted")
    assert (left.name, left.email, left.post_en) == ("", "", "")
    assert not rows.exclude(person__name__startswith="Person ").exists()
    assert not Person.objects.filter(name="ZzyxDelegateUk").exists()
    assert Person.objects.filter(name="ZzyxSecretaryUk").exists(), "she is still appointed"
    assert Person.objects.filter(name="ZzyxStranger").exists(), "nothing was ever there to lapse"
    assert User.objects.get(pk=cast.technician.pk).is_active
    assert User.objects.get(pk=cast.coming_secretary.pk).is_active
    assert faults() == [], "the journal is whole"


def test_who_comes_again_keeps_the_name_there_and_loses_it_in_the_old_edition(cast: Cast) -> None:
    later = next_edition(cast)
    person = cast.group_member.person
    session = build.a_session(cast.edition)
    build.a_speaker(session, person, "rapporteur")
    release_agenda(edition=cast.edition, by=cast.lead)
    again = build.a_registration(person, later)
    old = Registration.objects.get(edition=cast.edition, person=person)
    purge(at=noon(NEXT_CLOSED + A_YEAR + timedelta(days=1)))
    assert Registration.objects.get(pk=again.pk).person.name == "ZzyxGroupMember"
    stranger = Registration.objects.get(pk=old.pk).person
    assert stranger != person
    assert stranger.name == f"Person {stranger.pk}"
    released = cast.edition.latest_release().sessions.get().speakers.get()
    assert released.person == stranger
    assert session.speakers.get().person == stranger
    # A co-chair of the old edition who holds no other part is forgotten altogether.
    assert Person.objects.get(pk=cast.co_chair.person_id).erased_at


def test_while_no_next_edition_has_its_days_the_last_ones_people_are_kept(cast: Cast) -> None:
    build.an_edition(cast.dialogue, year=2028, status=Edition.Status.CANCELLED, closes_on=NEXT_CLOSED, opens_on=NEXT_CLOSED)
    build.an_edition(
        cast.dialogue, year=2029, status=Edition.Status.POSTPONED, opens_on=None, closes_on=None, date_precision="none"
    )
    assert kept_until(cast.edition, Retention.REGISTRATION) is None
    purge(at=noon(NEXT_CLOSED + 10 * A_YEAR))
    assert Person.objects.get(pk=cast.delegate_uk.person_id).name == "ZzyxDelegateUk"


def test_an_account_closes_with_its_last_right_and_its_sessions_end(cast: Cast, signed_in: Any) -> None:
    browser = signed_in(cast.former_secretary)
    other = signed_in(cast.secretary_uk)
    assert not cast.delegate_uk.person.appointments.exists()
    purge()
    closed = User.objects.get(pk=cast.former_secretary.pk)
    assert not closed.is_active
    assert JournalEntry.objects.filter(act="disabled account", object_id=closed.pk).count() == 1
    assert not SignedInSession.objects.filter(pk=browser.session.session_key).exists()
    assert SignedInSession.objects.filter(pk=other.session.session_key).exists()
    assert User.objects.get(pk=cast.withdrawn_delegate.pk).is_active, "the edition is still to come"


def test_the_command_counts_and_names_nobody(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    build.own_details(accepted(cast).registration)
    said = StringIO()
    with clock.told_at(noon(CLOSED + A_MONTH + timedelta(days=1))), caplog.at_level(logging.DEBUG):
        call_command("purge", "--dry-run", stdout=said)
        assert OwnDetails.objects.exists()
        call_command("purge", stdout=said)
    assert not OwnDetails.objects.exists()
    assert said.getvalue().count("      1  own_details: meals, arrangements and telephone numbers") == 2
    assert "Zzyx" not in said.getvalue()
    assert "@example.org" not in said.getvalue()


# At the person's request


def test_erasure_is_refused_where_it_would_tear_a_hole_and_says_which(cast: Cast) -> None:
    def said(person: Person, by: User) -> str:
        return " ".join(reason.text for reason in erase_person_reasons(person, by))

    build.a_submitted_nomination(build.a_delegation(cast.edition, cast.uk), email=cast.stranger.email)
    minister = build.a_person(cast.uk, is_public_office_holder=True, office_source=build.a_source())
    assert "public office-holder" in said(minister, cast.secretary_uk)
    assert "Appointed as focal point of Dialogue" in said(cast.focal_point_uk.person, cast.secretary_uk)
    assert "Appointed as secretary" in said(cast.coming_secretary.person, cast.secretary_uk)
    assert "Registered for Dialogue of 2027, which is not over" in said(cast.delegate_uk.person, cast.secretary_uk)
    assert "Nominated for Dialogue of 2027" in said(cast.stranger.person, cast.secretary_uk)
    assert said(cast.last_years_delegate.person, cast.secretary_uk) == ""
    item = build.an_action_item(cast.edition, lead=cast.uk)
    item.leads.update(owner=cast.last_years_delegate.person)
    assert f"Holds the owner post of {item.number}" in said(cast.last_years_delegate.person, cast.secretary_uk)
    assert "United Kingdom’s own secretary" in said(cast.last_years_delegate.person, cast.secretary_nl)
    assert "Only a current secretary" in said(cast.last_years_delegate.person, cast.focal_point_uk)
    with pytest.raises(StepRefused, match="not over"):
        erase_person(person=cast.delegate_uk.person, by=cast.secretary_uk)
    assert Person.objects.get(pk=cast.delegate_uk.person_id).name == "ZzyxDelegateUk"


def test_sentences_of_the_record_that_name_the_person_are_listed_before(cast: Cast) -> None:
    person = cast.last_years_delegate.person
    assert [check.level for check in erase_person_checks(person, cast.secretary_uk)] == ["passed"]
    session = build.a_session(cast.edition, annotation_en=f"Chaired by {person.name}, as agreed")
    (check,) = erase_person_checks(person, cast.secretary_uk)
    assert (check.level, list(check.records)) == ("warns", [session])


SURNAME, ADDRESS, POST, PHONE = (
    "Qwubblethorpe",
    "q.wubble@unit.example.org",
    "Keeper of the Zyzzogeton ledger",
    "+44 20 5550 7319",
)
PLANTED = (SURNAME, ADDRESS, "Zyzzogeton", "5550 7319")


def dump_of_database() -> str:
    """Every text in every table, as SQL would give it; on SQLite the bytes of the file and of its log of pages too."""
    if connection.vendor == "sqlite":
        name = Path(connection.settings_dict["NAME"])
        files = [name, name.with_name(name.name + "-wal")]
        written = "".join(file.read_bytes().decode("latin-1") for file in files if file.exists())
        connection.ensure_connection()
        return written + "\n".join(connection.connection.iterdump())
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT t::text FROM {connection.ops.quote_name(table)} t")  # noqa: S608
            rows += [row[0] for row in cursor.fetchall()]
    return "\n".join(rows)


def everything_said(dump: str) -> set[str]:
    """Which of the planted words a dump holds; sessions are opened, because they are packed."""
    opened = [json.dumps(session.get_decoded(), default=str) for session in SignedInSession.objects.all()]
    whole = "\n".join([dump, *opened]).casefold()
    return {word for word in PLANTED if word.casefold() in whole}


@pytest.mark.django_db(transaction=True)
def test_after_an_erasure_a_dump_holds_nothing_of_the_person(caplog: pytest.LogCaptureFixture) -> None:
    """A person who went through everything: nominated, given back, accepted, listed, speaking, written to, signing in."""
    caplog.set_level(logging.DEBUG)
    cast = assemble()
    build.a_round(cast.edition, closes_at=datetime(2040, 1, 1, tzinfo=UTC))
    said = {
        "name": f"Ms Q. {SURNAME}",
        "sort_name": f"{SURNAME}, Q.",
        "post_en": POST,
        "email": ADDRESS,
        "organisation": build.an_organisation(cast.uk),
    }
    delegation = build.a_delegation(cast.edition, cast.uk)
    nomination = nominations.draft(delegation=delegation, by=cast.focal_point_uk, mandates=[cast.group], **said)
    nominations.submit(nomination=nomination, by=cast.focal_point_uk)
    acceptance.give_back(nomination=nomination, message=f"Which unit does {SURNAME} lead?", by=cast.lead)
    nomination.refresh_from_db()
    nominations.submit(nomination=nomination, by=cast.focal_point_uk)
    nomination.refresh_from_db()
    registration = acceptance.accept(nomination=nomination, by=cast.lead)
    person, user = registration.person, registration.person.user
    own_details.complete(registration=registration, by=user, meal="A", arrangements="", phone=PHONE, photograph_consent=True)
    participants.issue_list(edition=cast.edition, by=cast.lead)
    build.a_speaker(build.a_session(cast.edition), person, "rapporteur")
    release_agenda(edition=cast.edition, by=cast.lead)
    OutgoingMessage.objects.filter(recipient=user).update(last_error=f"550 no such box: {ADDRESS}")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "of nobody else"})
    browser = Client()
    browser.force_login(user, backend="dialogues.permissions.SignIn")
    UserSession.objects.create(
        user=user, ip="192.0.2.7", session_key=browser.session.session_key, user_agent=f"Phone of {SURNAME}"
    )
    typed = SessionStore()
    typed["account_login"] = {"state": {"login_code": {"email": ADDRESS.upper(), "code": "ABCD"}}}
    typed.create()
    bystander = Client()
    bystander.force_login(cast.delegate_nl, backend="dialogues.permissions.SignIn")
    nominations.withdraw(nomination=nomination, by=cast.focal_point_uk, reason=f"{SURNAME} was called away")
    nominations.draft(delegation=delegation, by=cast.focal_point_uk, **said)  # put forward again, then the request comes
    assert everything_said(dump_of_database()) == set(PLANTED), "the bait is out"
    lines = ListedParticipant.objects.count()

    erase_person(person=person, by=cast.secretary_uk)

    assert everything_said(dump_of_database()) == set()
    assert SURNAME not in caplog.text
    assert ADDRESS not in caplog.text
    person, user = Person.objects.get(pk=person.pk), User.objects.get(pk=user.pk)
    assert (person.name, bool(person.erased_at)) == (f"Person {person.pk}", True)
    assert (user.is_active, user.email, user.has_usable_password()) == (False, f"erased-{user.pk}@{NOWHERE}", False)
    assert not EmailAddress.objects.filter(user=user).exists()
    assert not Authenticator.objects.filter(user=user).exists()
    assert not SignedInSession.objects.filter(pk__in=[browser.session.session_key, typed.session_key]).exists()
    assert SignedInSession.objects.filter(pk=bystander.session.session_key).exists(), "only what concerns the person"
    assert ListedParticipant.objects.count() == lines
    assert ParticipantList.objects.get().lines.exclude(name="").exists(), "the others stay listed"
    assert Nomination.objects.get(pk=nomination.pk).category == nomination.category
    entry = JournalEntry.objects.order_by("number").last()
    assert (entry.act, entry.object_id, entry.details) == ("erased person", person.pk, {})
