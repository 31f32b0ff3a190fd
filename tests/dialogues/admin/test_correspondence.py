"""The outbox and the register of letters as the secretariat works with them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core import mail

from dialogues.models import Correspondence, JournalEntry, OutgoingMessage
from tests import build
from tests.cast import Cast
from tests.mail_sink import listening

OUTBOX = "/admin/dialogues/outgoingmessage/"
REGISTER = "/admin/dialogues/correspondence/"


@pytest.fixture(autouse=True)
def at_the_desk() -> Any:
    with time_machine.travel(datetime(2027, 1, 11, 9, tzinfo=UTC), tick=False):
        yield


def test_a_draft_is_read_with_its_recipient_then_sent_by_one_step(cast: Cast, signed_in: Any) -> None:
    message = build.a_message(cast.delegate_uk, cast.edition, text="Line one\nLine two")
    client = signed_in(cast.secretary_nl)
    one = f"{OUTBOX}{message.pk}/"
    page = client.get(f"{one}change/").content.decode()
    for said in ("Line one", "ZzyxDelegateUk", "Send this message", f"{one}delete/"):
        assert said in page, said
    assert 'name="_save"' not in page and "Try again" not in page
    assert "10:00" in page and "9 a.m." not in page  # the clock of The Hague, an hour ahead of UTC in January
    assert f"{OUTBOX}{message.pk}" in client.get(f"{OUTBOX}?standing=drafted").content.decode()
    client.get(f"{one}step/send/")
    assert not mail.outbox
    assert "Done: Send this message." in client.post(f"{one}step/send/", follow=True).content.decode()
    assert [sent.to for sent in mail.outbox] == [[cast.delegate_uk.email]]
    assert f"{one}delete/" not in client.get(f"{one}change/").content.decode()
    assert client.post(f"{one}delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{one}step/send/").status_code == 409 and len(mail.outbox) == 1


def test_a_draft_is_thrown_away_and_the_journal_keeps_its_key(cast: Cast, signed_in: Any) -> None:
    message = build.a_message(cast.delegate_uk, cast.edition, key="agenda-7-7")
    client = signed_in(cast.secretary_uk)
    client.post(f"{OUTBOX}{message.pk}/delete/", {"post": "yes"})
    assert not OutgoingMessage.objects.exists()
    entry = JournalEntry.objects.get()
    assert (entry.act, entry.details) == ("deleted", {"key": "agenda-7-7"})


def test_what_was_given_up_is_found_by_its_filter_and_tried_again(cast: Cast, signed_in: Any) -> None:
    released = {"released_by": cast.secretary_uk, "released_at": build.LONG_AGO, "last_error": "SMTPRecipientsRefused 550"}
    given_up = build.a_message(cast.delegate_uk, cast.edition, tries=5, subject="Quokka news", **released)
    build.a_message(cast.delegate_nl, cast.edition, tries=2, subject="Wombat news", **released)
    client = signed_in(cast.secretary_uk)
    page = client.get(f"{OUTBOX}?standing=given_up").content.decode()
    assert "Quokka news" in page and "SMTPRecipientsRefused 550" in page and "Wombat news" not in page
    with listening() as (sink, _port):
        client.post(f"{OUTBOX}{given_up.pk}/step/try-again/")
    assert sink.addresses == [cast.delegate_uk.email]


def test_only_the_secretaries_of_the_dialogue_open_outbox_and_register(cast: Cast, signed_in: Any) -> None:
    message = build.a_message(cast.delegate_uk, cast.edition, subject="Quokka news")
    letter = build.a_letter(cast.edition, cast.uk, reference="QUOKKA-1", kind="invitation", direction="sent")
    build.a_message(cast.focal_point_uk, cast.edition, letter=letter, attachment="invitation")
    preview = f"{REGISTER}preview/{cast.edition.pk}/invitation/UK/en/"
    pages = (OUTBOX, f"{OUTBOX}{message.pk}/change/", REGISTER, f"{REGISTER}{letter.pk}/change/")
    files = (preview, f"{REGISTER}{letter.pk}/letter/en/")
    for name in ("secretary_elsewhere", "technician", "focal_point_uk"):
        client = signed_in(getattr(cast, name))
        for page in (*pages, *files):
            answer = client.get(page, follow=True)
            assert "Quokka" not in answer.content.decode() and "QUOKKA" not in answer.content.decode(), (name, page)
            assert answer.headers["Content-Type"] != "application/pdf", (name, page)
    secretary = signed_in(cast.secretary_uk)
    for page in files:
        answer = secretary.get(page)
        assert (answer.headers["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
        assert answer.headers["Content-Disposition"] == 'inline; filename="invitation-2027-UK-en-OFFICIAL.pdf"'
        assert "no-store" in answer.headers["Cache-Control"]
    for wrong in (f"{preview[:-3]}de/", preview.replace("UK", "XX"), preview.replace("invitation", "poem")):
        assert secretary.get(wrong).status_code == 404
    for wrong in (f"{REGISTER}preview/99999999999999999999999/invitation/UK/en/", f"{REGISTER}99999999999999999999/letter/en/"):
        assert secretary.get(wrong).status_code == 404


def test_a_note_verbale_is_entered_corrected_and_never_deleted(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_uk)
    said = {
        "edition": cast.edition.pk,
        "party": cast.uk.pk,
        "kind": "note_verbale",
        "direction": "received",
        "reference": "NV 12/2027",
        "dated_on": "2027-01-08",
        "summary": "Names the delegation.",
    }
    stranger = build.a_party("BE")
    assert "is no party" not in client.get(f"{REGISTER}add/").content.decode()
    assert client.post(f"{REGISTER}add/", {**said, "party": stranger.pk}).status_code == 200
    refused = client.post(f"{REGISTER}add/", {**said, "summary": "Annex is OFFICIAL-SENSITIVE."}).content.decode()
    assert "marks something above OFFICIAL / ongerubriceerd" in refused and "NV 12/2027" in refused
    assert not Correspondence.objects.exists()
    assert client.post(f"{REGISTER}add/", said).status_code == 302
    letter = Correspondence.objects.get()
    assert (letter.party, letter.entered_by) == (cast.uk, cast.secretary_uk)
    assert "in the register already" in client.post(f"{REGISTER}add/", said).content.decode()
    one = f"{REGISTER}{letter.pk}/"
    page = client.get(f"{one}change/")
    again = {**said, "reference": "NV 13/2027", "_fingerprint": page.context["fingerprint"]}
    assert client.post(f"{one}change/", again).status_code == 302
    assert Correspondence.objects.get().reference == "NV 13/2027"
    acts = list(JournalEntry.objects.order_by("number").values_list("act", "details"))
    assert acts[0][0] == "registered letter" and acts[1] == ("changed", {"fields": ["reference"]}) and len(acts) == 2
    assert client.post(f"{one}delete/", {"post": "yes"}).status_code == 403


def test_the_step_shows_each_letter_asks_for_references_and_drafts(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_nl)
    step = f"/admin/dialogues/edition/{cast.edition.pk}/step/invite/"
    page = client.get(step).content.decode()
    preview = f"{REGISTER}preview/{cast.edition.pk}/invitation/NL/nl/"
    for said in ("United Kingdom: one letter", "2 mails", f'href="{preview}"', "Nothing leaves yet", "Reference of the letter"):
        assert said in page, said
    answer = client.post(step, {"dated_on": "2027-01-12", "reference_NL": "SOC/1", "reference_UK": ""})
    assert "One answer needs a change" in answer.content.decode() and "SOC/1" in answer.content.decode()
    assert not Correspondence.objects.exists()
    client.post(step, {"dated_on": "2027-01-12", "reference_NL": "SOC/1", "reference_UK": "SOC/2"})
    assert set(Correspondence.objects.values_list("reference", "direction")) == {("SOC/1", "sent"), ("SOC/2", "sent")}
    assert OutgoingMessage.objects.drafted().count() == 3
    assert JournalEntry.objects.get().act == "drafted messages"
    letter = Correspondence.objects.get(party=cast.nl)
    assert f"{REGISTER}{letter.pk}/letter/nl/" in client.get(f"{REGISTER}{letter.pk}/change/").content.decode()
    assert client.post(step, {"dated_on": "2027-01-12"}).status_code == 409
    assert "Draft the invitations" not in client.get(f"/admin/dialogues/edition/{cast.edition.pk}/change/").content.decode()
