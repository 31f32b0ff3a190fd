"""The page for one's own details: reached from the mail, open to one person, and silent about the answers elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import html5lib
import pytest
import time_machine
from django.test import Client

from dialogues.models import Nomination, OutgoingMessage, OwnDetails, Registration
from tests import build
from tests.cast import Cast

GOOD = {"meal": "B", "arrangements": "A seat near the door", "phone": "+31 70 000 0000", "photograph_consent": "no"}
BAIT = ("Zebrawood ramp", "+49 555 0123456")


@pytest.fixture
def accepted(cast: Cast) -> Nomination:
    """Somebody of the United Kingdom, named by the party, in a group that a Dutch co-chair chairs."""
    return build.an_accepted_nomination(
        build.a_delegation(cast.edition, cast.uk), post_en="Head of unit", mandates=(cast.group,), name="Zzyx Nominee"
    )


def account_of(nomination: Nomination) -> Any:
    assert nomination.person
    return nomination.person.user


def address(registration: Registration | None, more: str = "", lang: str = "en") -> str:
    assert registration
    return f"/{lang}/my/details/{registration.pk}/{more}"


def test_the_way_from_the_mail_leads_through_the_code_page_and_back(accepted: Nomination, client: Client) -> None:
    for lang in ("en", "nl"):
        page = address(accepted.registration, lang=lang)
        answer = client.get(page)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/{lang}/sign-in/?next={page}")


def test_a_participant_reads_what_the_party_gave_answers_and_changes_the_answers(
    cast: Cast, accepted: Nomination, signed_in: Any
) -> None:
    browser = signed_in(account_of(accepted))
    page = address(accepted.registration)
    assert "Please complete your details." in browser.get("/en/my/").content.decode()
    answer = browser.get(page)
    text = answer.content.decode()
    group = cast.group.working_group.name_en
    for said in ("Zzyx Nominee", "Head of unit", "United Kingdom", "Delegate", group, "Your focal point corrects it"):
        assert said in text, said
    assert "after 16 April 2027" in text and "Only you" in text and answer.headers["Cache-Control"] == "no-store, private"
    assert "checked" not in text, "nothing is answered for anybody"
    assert "Zzyx" not in text[: text.index("<body")], "no name in the title"
    answer = browser.post(page, GOOD)
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    text = browser.get(page).content.decode()
    assert "Your details are saved." in text and "A seat near the door" in text and text.count("checked") == 2
    assert Registration.objects.get(pk=accepted.registration_id).status == "completed"
    my = browser.get("/en/my/").content.decode()
    assert "Please complete your details." not in my and page in my
    browser.post(page, {"meal": "none"})
    details = OwnDetails.objects.get()
    assert (details.meal, details.arrangements, details.phone, details.photograph_consent) == ("", "", "", None)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"meal": ""}, "Choose A, B, C or no meal"),
        ({"meal": "D"}, "Choose A, B, C or no meal"),
        ({"phone": "call me"}, "Give a number such as"),
        ({"phone": "12"}, "Give a number such as"),
        ({"phone": "+31\u0000700000000"}, "Null characters"),
        ({"photograph_consent": "perhaps"}, "Choose yes or no"),
        ({"arrangements": "x" * 301}, "Use at most 300 characters"),
    ],
)
def test_a_wrong_answer_is_named_with_its_remedy_and_what_was_typed_stays(
    accepted: Nomination, signed_in: Any, wrong: dict[str, str], said: str
) -> None:
    answer = signed_in(account_of(accepted)).post(address(accepted.registration), {**GOOD, **wrong})
    text = answer.content.decode()
    assert answer.status_code == 200 and said in text and "One answer needs a change" in text
    assert ("A seat near the door" in text) or "arrangements" in wrong
    assert f'href="#id_{next(iter(wrong))}' in text, "the summary leads to the field"
    assert not OwnDetails.objects.exists()


def test_after_the_last_day_the_answers_are_read_only_and_then_the_page_is_gone(accepted: Nomination, signed_in: Any) -> None:
    user = account_of(accepted)
    signed_in(user).post(address(accepted.registration), GOOD)
    with time_machine.travel(datetime(2027, 3, 18, 9, tzinfo=UTC), tick=False):
        browser = signed_in(user)
        text = browser.get(address(accepted.registration)).content.decode()
        assert "The edition has closed" in text and "A seat near the door" in text and "<textarea" not in text
        answer = browser.post(address(accepted.registration), {**GOOD, "meal": "C"})
        assert answer.status_code == 409
        assert OwnDetails.objects.get().meal == "B"
        assert browser.get(address(accepted.registration, "withdraw/")).status_code == 404
        assert "/my/details/" not in browser.get("/en/my/").content.decode()
    with time_machine.travel(datetime(2027, 6, 17, 9, tzinfo=UTC), tick=False):
        assert signed_in(user).get(address(accepted.registration)).status_code == 404


def test_who_cannot_come_says_so_once_and_the_co_chair_is_told_without_a_name(
    cast: Cast, accepted: Nomination, signed_in: Any
) -> None:
    browser = signed_in(account_of(accepted))
    page = address(accepted.registration, "withdraw/")
    assert f'href="{page}"' in browser.get(address(accepted.registration)).content.decode()
    assert "You are taken off the delegation at once" in browser.get(page).content.decode()
    answer = browser.post(page, {"reason": "Other duties"}, follow=True)
    assert "You are off the delegation." in answer.content.decode()
    accepted.refresh_from_db()
    assert (accepted.status, accepted.withdrawn_reason) == ("withdrawn", "Other duties")
    assert Registration.objects.get(pk=accepted.registration_id).status == "cancelled"
    message = OutgoingMessage.objects.get(recipient=cast.co_chair)
    assert "Head of unit" in message.text and "Zzyx" not in message.subject + message.text
    for gone in (page, address(accepted.registration)):
        assert browser.get(gone).status_code == browser.post(gone, GOOD).status_code == 404


def test_who_was_registered_without_a_nomination_is_sent_to_the_focal_point(cast: Cast, signed_in: Any) -> None:
    browser = signed_in(cast.delegate_nl)
    registration = cast.delegate_nl.person.registrations.get()
    assert "please tell your focal point" in browser.get(address(registration)).content.decode()
    assert browser.get(address(registration, "withdraw/")).status_code == 404


def test_anothers_page_answers_like_one_that_never_was(cast: Cast, accepted: Nomination, signed_in: Any) -> None:
    for name in ("delegate_uk", "withdrawn_delegate", "focal_point_uk", "co_chair", "secretary_uk", "technician"):
        browser = signed_in(getattr(cast, name))
        for method, more in ((browser.get, ""), (browser.post, ""), (browser.post, "withdraw/")):
            hidden = method(address(accepted.registration, more))
            never = method(f"/en/my/details/999999999999999999999999/{more}")
            assert hidden.status_code == never.status_code == 404, name
            assert hidden.content == never.content, name
    accepted.refresh_from_db()
    assert accepted.status == "accepted" and not OwnDetails.objects.exists()


def test_meal_arrangements_and_phone_are_nowhere_for_secretaries_focal_points_delegates_and_technicians(
    cast: Cast, accepted: Nomination, signed_in: Any
) -> None:
    """Lists, pages, histories and searches of the admin, and the pages of everybody who takes part."""
    browser = signed_in(account_of(accepted))
    arrangements, phone = BAIT
    browser.post(address(accepted.registration), {**GOOD, "arrangements": arrangements, "phone": phone})
    assert arrangements in browser.get(address(accepted.registration)).content.decode()
    pages = [f"/admin/dialogues/{kind}/" for kind in ("journalentry", "outgoingmessage", "delegation")]
    for record in (OwnDetails.objects.get(), accepted.registration, accepted, accepted.person, account_of(accepted)):
        kind = f"/admin/{record._meta.app_label}/{record._meta.model_name}/"
        pages += [f"{kind}{record.pk}/change/", kind, f"{kind}?q=Zebrawood"]
    readers = [(signed_in(cast.secretary_nl), pages), (signed_in(cast.technician), pages[3::3])]
    ordinary = ["/en/my/", "/en/search/?q=Zebrawood", cast.edition.get_absolute_url(), "/en/delegation/"]
    for name in ("focal_point_uk", "focal_point_nl", "co_chair"):
        readers.append((signed_in(getattr(cast, name)), ordinary))
    for client, addresses in readers:
        for page in addresses:
            text = client.get(page, follow=True).content.decode()
            assert not [bait for bait in BAIT if bait in text], page


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_pages_are_whole_in_both_languages(accepted: Nomination, signed_in: Any, lang: str) -> None:
    browser = signed_in(account_of(accepted))
    for more in ("", "withdraw/"):
        text = browser.get(address(accepted.registration, more, lang)).content.decode()
        html5lib.HTMLParser(strict=True).parse(text)
        assert f'<html lang="{lang}"' in text and " style=" not in text
