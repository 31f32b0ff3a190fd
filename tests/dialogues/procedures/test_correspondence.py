"""The outbox: drafted once, read, released, sent to everybody but the addresses that cannot be reached."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError

from dialogues.exports.letters import attachment
from dialogues.models import AgendaRelease, Correspondence, Edition, JournalEntry, OutgoingMessage
from dialogues.procedures import correspondence, letters
from dialogues.procedures.agenda import release_agenda
from dialogues.procedures.journal import faults
from dialogues.procedures.steps import StepRefused
from parties.models import User
from socportal import clock
from tests import build
from tests.cast import Cast
from tests.mail_sink import listening

NOW = datetime(2027, 1, 11, 9, tzinfo=UTC)
NOTHING = {"sent": 0, "failed": 0, "given_up": 0, "left": 0}


@pytest.fixture(autouse=True)
def at_the_desk() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def released(user: User, edition: Edition, **fields: Any) -> OutgoingMessage:
    return build.a_message(user, edition, **{"released_by": user, "released_at": NOW, **fields})


def somebody_at(address: str) -> User:
    return build.an_account(build.a_person(build.a_party("UK")), email=address)


# Drafting


def test_a_message_is_drafted_in_the_recipients_language_and_only_once(cast: Cast) -> None:
    registration = cast.delegate_nl.person.registrations.get()
    cast.delegate_nl.language = "nl"
    cast.delegate_nl.save()
    said = {
        "key": f"complete-{registration.pk}",
        "edition": cast.edition,
        "recipient": cast.delegate_nl,
        "template": "complete",
        "about": {"registration": registration},
    }
    message = correspondence.queue(**said)
    assert message is not None
    assert (message.lang, message.released_at, message.sent_at) == ("nl", None, None)
    assert f"http://testserver/nl/my/details/{registration.pk}/" in message.text
    assert "16 en 17 maart 2027" in message.text and "Den Haag" in message.text
    OutgoingMessage.objects.update(text="As it was read")
    again = correspondence.queue(**said, released_by=cast.secretary_nl)
    assert again is not None and (again.pk, again.text, again.released_at) == (message.pk, "As it was read", None)
    cast.stranger.is_active = False
    assert correspondence.queue(**{**said, "key": "other", "recipient": cast.stranger}) is None


def test_every_mail_is_marked_short_of_line_and_names_nobody(cast: Cast) -> None:
    """Nobody's name, the recipient's included: mails are read in passing, and stay in the outbox."""
    nomination = build.an_accepted_nomination(
        build.a_delegation(cast.edition, cast.uk),
        name="Zzyx Nominee",
        email="zzyxnominee@example.org",
        post_en="Head of unit",
        mandates=(cast.group,),
        returned_message="The post is not complete. " * 12,
    )
    cast.edition.name_en = "An edition with a name that is longer than any line of a mail should ever be, yet allowed"
    said = {
        "edition": cast.edition,
        "registration": nomination.registration,
        "nomination": nomination,
        "mandate": cast.group,
        "until": datetime(2027, 2, 9, 11, tzinfo=UTC),
        "letter": build.a_letter(cast.edition, cast.uk, reference="SOC/7", kind="invitation", direction="sent"),
        "release": AgendaRelease(edition=cast.edition, major=1, minor=0, note="A long note. " * 20),
        "address": "http://testserver/en/dialogues/a-dialogue-with-a-rather-long-name-in-its-address/2027/agenda/",
    }
    templates = ("complete", "returned", "withdrawn", "consent_asked", "deadline_extended", "save_the_date", "invitation")
    for lang in ("en", "nl"):
        for template in (*templates, "agenda"):
            subject, text = correspondence.written(template, said, lang)
            assert "Zzyx" not in subject + text and "zzyx" not in subject + text, (template, lang)
            assert "\n" not in subject and 10 < len(subject) <= 160
            assert not [line for line in text.splitlines() if len(line) > 78 and not line.startswith("http")], (template, lang)
            assert text.startswith("OFFICIAL / ongerubriceerd.") and "\n\n\n" not in text
            assert "OFFICIAL / ongerubriceerd." in text.strip().splitlines()[-1]
            assert "<" not in text and "&" not in text
    english = correspondence.written("deadline_extended", said, "en")[1]
    assert "9 February 2027, 12:00 in The Hague (11:00 in London)" in english
    assert "http://testserver/en/delegation/" in english
    assert "Head of unit" in correspondence.written("withdrawn", said, "en")[1]


# Sending


def test_a_refused_a_slow_a_silent_and_a_cut_off_mailbox_stop_nobody_else(cast: Cast) -> None:
    addresses = ["first", "refused", "second", "silent", "slow", "dropped", "last"]
    for name in addresses:
        released(somebody_at(f"{name}@example.org"), cast.edition)
    drafted = build.a_message(cast.delegate_uk, cast.edition)
    with listening() as (sink, _port):
        counts = correspondence.deliver_due()
    assert counts == {"sent": 4, "failed": 3, "given_up": 0, "left": 0}
    assert sink.addresses == [f"{name}@example.org" for name in ("first", "last", "second", "slow")]
    failures = dict(OutgoingMessage.objects.exclude(last_error="").values_list("recipient__email", "last_error"))
    assert failures == {
        "refused@example.org": "SMTPRecipientsRefused 550",
        "silent@example.org": "SMTPServerDisconnected",
        "dropped@example.org": "SMTPServerDisconnected",
    }
    drafted.refresh_from_db()
    assert (drafted.sent_at, drafted.tries) == (None, 0)
    _address, first = next(taken for taken in sink.taken if taken[0] == "first@example.org")
    assert first["Auto-Submitted"] == "auto-generated" and "example.org" not in first["Message-ID"]


def test_a_failure_is_tried_again_by_the_clock_then_given_up_until_somebody_tries_again(cast: Cast) -> None:
    message = released(somebody_at("refused@example.org"), cast.edition)
    at = NOW
    with listening() as (sink, _port):
        for pause in OutgoingMessage.PAUSES:
            assert correspondence.deliver_due(at=at)["failed"] == 1
            assert correspondence.deliver_due(at=at + pause - timedelta(seconds=1)) == NOTHING
            at += pause
        assert correspondence.deliver_due(at=at)["given_up"] == 1
        assert correspondence.deliver_due(at=at + timedelta(days=30)) == NOTHING
        assert list(OutgoingMessage.objects.given_up()) == [message]
        User.objects.filter(pk=message.recipient_id).update(email="mended@example.org")
        message = correspondence.try_again(message=message, by=cast.secretary_uk)
        assert sink.addresses == ["mended@example.org"]
    assert message.sent_at and message.last_error == ""
    assert JournalEntry.objects.get().details == {"fields": ["tries"]}


def test_without_a_mail_server_nothing_is_tried_and_nothing_given_up(cast: Cast, settings: Any) -> None:
    released(cast.delegate_uk, cast.edition)
    released(cast.delegate_nl, cast.edition)
    with listening() as (_sink, port):
        pass
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    assert correspondence.deliver_due()["left"] == 2
    assert set(OutgoingMessage.objects.values_list("tries", "last_error")) == {(0, "")}


def test_a_run_that_died_is_made_up_for_after_its_pause_and_the_copy_is_known_as_one(cast: Cast) -> None:
    """The window that remains: the server took it, and the process died before that was written down."""
    message = released(cast.delegate_uk, cast.edition)
    correspondence.deliver_due()
    OutgoingMessage.objects.update(sent_at=None, last_error="not finished")
    assert correspondence.deliver_due()["sent"] == 0
    with pytest.raises(StepRefused, match="on its way"):
        correspondence.take_back(message=message, by=cast.secretary_uk)
    assert correspondence.deliver_due(at=NOW + OutgoingMessage.PAUSES[0])["sent"] == 1
    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_a_closed_account_and_a_letter_that_cannot_be_made_stop_nobody_else(cast: Cast) -> None:
    closed, broken, other = (released(who, cast.edition) for who in (cast.stranger, cast.delegate_uk, cast.delegate_nl))
    User.objects.filter(pk=cast.stranger.pk).update(is_active=False)
    letter = build.a_letter(cast.edition, cast.uk, kind="invitation", direction="sent")
    OutgoingMessage.objects.filter(pk=broken.pk).update(attachment="invitation", letter=letter)
    assert correspondence.deliver_due()["sent"] == 1, "without a maker of letters the one with a letter waits"

    def cannot(message: OutgoingMessage) -> None:
        raise ValueError("Zzyx of example.org")

    OutgoingMessage.objects.filter(pk=other.pk).update(sent_at=None, tries=0, next_try_at=None)
    mail.outbox.clear()
    counts = correspondence.deliver_due(attach=cannot)
    assert (counts["sent"], counts["failed"]) == (1, 1)
    assert [one.to for one in mail.outbox] == [[cast.delegate_nl.email]]
    closed.refresh_from_db()
    broken.refresh_from_db()
    assert (closed.last_error, broken.last_error) == ("account closed", "ValueError")
    assert closed in OutgoingMessage.objects.given_up()


# Releasing


def test_all_that_is_drafted_is_released_and_a_hundred_leave_at_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(correspondence, "AT_ONCE", 3)
    build.a_session(cast.edition)
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    count = OutgoingMessage.objects.count()
    assert correspondence.send_messages(edition=cast.edition, by=cast.secretary_uk) == 3 == len(mail.outbox)
    assert OutgoingMessage.objects.drafted().count() == 0
    entry = JournalEntry.objects.first()
    assert entry and (entry.act, entry.details, entry.party) == ("released messages", {"messages": count}, cast.uk)
    with pytest.raises(StepRefused, match="released already"):
        correspondence.send_messages(edition=cast.edition, by=cast.secretary_uk)
    assert correspondence.deliver_due()["sent"] == count - 3
    everybody = OutgoingMessage.objects.values_list("recipient__email", flat=True)
    assert sorted(one.to[0] for one in mail.outbox) == sorted(everybody)
    with pytest.raises(StepRefused, match="outbox is empty"):
        correspondence.send_messages(edition=cast.edition, by=cast.secretary_uk)


def test_one_message_is_released_taken_back_and_thrown_away_only_as_a_draft(cast: Cast) -> None:
    message = build.a_message(somebody_at("refused@example.org"), cast.edition, key="a-key-7")
    by = cast.secretary_uk
    with listening():
        message = correspondence.send_message(message=message, by=by)
    assert (message.released_by, message.sent_at, message.tries) == (by, None, 1)
    for step, said in ((correspondence.send_message, "released already"), (correspondence.discard, "Take it back first")):
        with pytest.raises(StepRefused, match=said):
            step(message=message, by=by)
    message = correspondence.take_back(message=message, by=by)
    assert message.released_at is None and message in OutgoingMessage.objects.drafted()
    assert correspondence.deliver_due() == NOTHING
    correspondence.discard(message=message, by=by)
    assert not OutgoingMessage.objects.exists()
    acts = list(JournalEntry.objects.order_by("number").values_list("act", "details"))
    assert [act for act, _details in acts] == ["released messages", "changed", "deleted"]
    assert acts[-1][1] == {"key": "a-key-7"} and faults() == []


def test_only_a_current_secretary_releases_and_what_is_sent_stays(cast: Cast) -> None:
    message = build.a_message(cast.delegate_uk, cast.edition)
    for name in sorted(set(Cast.names()) - {"secretary_uk", "secretary_nl"}):
        by = getattr(cast, name)
        for step in (correspondence.send_message, correspondence.discard):
            with pytest.raises(StepRefused, match="Only a current secretary"):
                step(message=message, by=by)
        with pytest.raises(StepRefused, match="Only a current secretary"):
            correspondence.send_messages(edition=cast.edition, by=by)
    assert not mail.outbox
    correspondence.send_message(message=message, by=cast.secretary_nl)
    for step in (correspondence.take_back, correspondence.discard, correspondence.try_again):
        with pytest.raises(StepRefused, match="has been sent"):
            step(message=message, by=cast.secretary_nl)


# Formal letters


def test_letters_are_registered_and_drafted_for_each_party_and_go_with_their_pdf(cast: Cast) -> None:
    office = somebody_at("office@example.org")
    build.an_appointment(office, cast.dialogue, "head_office")
    cast.focal_point_nl.language = "nl"
    cast.focal_point_nl.save()
    drafted = letters.draft_letters(
        edition=cast.edition, kind="invitation", references={"UK": "SOC/1", "NL": " SOC/2 "}, by=cast.secretary_nl
    )
    assert [(one.party.code, one.reference, one.direction, one.dated_on) for one in drafted] == [
        ("NL", "SOC/2", "sent", NOW.date()),
        ("UK", "SOC/1", "sent", NOW.date()),
    ]
    told = dict(OutgoingMessage.objects.values_list("recipient__email", "letter__reference"))
    assert told == {
        cast.focal_point_uk.email: "SOC/1",
        office.email: "SOC/1",
        cast.focal_point_nl.email: "SOC/2",
        cast.deputy_nl.email: "SOC/2",
    }
    assert OutgoingMessage.objects.drafted().count() == 4
    with pytest.raises(StepRefused, match="Every party has this letter"):
        letters.draft_letters(edition=cast.edition, kind="invitation", references={}, by=cast.secretary_nl)
    assert correspondence.send_messages(edition=cast.edition, by=cast.secretary_nl, attach=attachment) == 4
    by_address = {one.to[0]: one for one in mail.outbox}
    [(name, pdf, kind)] = by_address[cast.focal_point_nl.email].attachments
    assert (name, kind) == ("invitation-2027-NL-nl-OFFICIAL.pdf", "application/pdf")
    assert isinstance(pdf, bytes) and pdf.startswith(b"%PDF-")
    assert by_address[office.email].attachments[0][0] == "invitation-2027-UK-en-OFFICIAL.pdf"


def test_letters_wait_for_a_reference_somebody_to_write_to_and_a_scheduled_edition(cast: Cast) -> None:
    said: dict[str, Any] = {"kind": "save_the_date", "by": cast.secretary_nl}
    with pytest.raises(StepRefused, match="reference of the letter to United Kingdom"):
        letters.draft_letters(edition=cast.edition, references={"NL": "SOC/2", "UK": " "}, **said)
    cast.focal_point_uk.person.appointments.update(ends_on=NOW.date() - timedelta(days=1))
    with pytest.raises(StepRefused, match="United Kingdom has no focal point with an account"):
        letters.draft_letters(edition=cast.edition, references={"NL": "SOC/2", "UK": "SOC/1"}, **said)
    planned = build.an_edition(cast.dialogue, year=2029, status="planned")
    with pytest.raises(StepRefused, match="scheduled or in preparation"):
        letters.draft_letters(edition=planned, references={"NL": "SOC/2", "UK": "SOC/1"}, **said)
    with pytest.raises(StepRefused, match="Only a current secretary"):
        letters.draft_letters(edition=cast.edition, references={}, kind="invitation", by=cast.focal_point_nl)
    assert not Correspondence.objects.exists() and not OutgoingMessage.objects.exists()


def test_a_word_of_classification_keeps_a_letter_out_of_the_register(cast: Cast) -> None:
    said: dict[str, Any] = {"party": cast.uk, "kind": "letter", "direction": "received", "dated_on": clock.today()}
    for words in (
        "TOP SECRET brief",
        "Official-Sensitive note",
        "nota (Dep. VERTROUWELIJK)",
        "stg. geheim stuk",
        "Restreint UE",
        "NATO SECRET",
    ):
        for fields in ({"reference": words}, {"reference": "NV 7", "summary": f"About {words}."}):
            with pytest.raises(ValidationError, match="above OFFICIAL / ongerubriceerd"):
                letters.register_letter(edition=cast.edition, by=cast.secretary_uk, **said, **fields)
    neutral = "The secretariat asks the secretary for confidential treatment."
    letter = letters.register_letter(edition=cast.edition, by=cast.secretary_uk, **said, reference="NV 7", summary=neutral)
    assert letter.entered_by == cast.secretary_uk
    entry = JournalEntry.objects.get()
    assert entry.details == {"party": "UK", "kind": "letter", "direction": "received"}
