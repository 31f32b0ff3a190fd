"""Practical information: who reads which version of it, in which language, and how it is changed and published."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dialogues.models import Edition, Information, InformationVersion, Venue
from dialogues.procedures.information import publish_information
from tests import build
from tests.cast import Cast
from tests.reading import content


def address(edition: Edition, version: str = "", language: str = "en") -> str:
    page = f"/{language}/dialogues/{edition.dialogue.slug}/{edition.year}/information/"
    return f"{page}?version={version}" if version else page


@pytest.fixture
def published(cast: Cast) -> Information:
    """Version 2 is read; version 1 held another door, and a third is being written."""
    venue = Venue.objects.create(name_en="Example House", name_nl="Huis Voorbeeld", address="1 Example Street")
    Edition.objects.filter(pk=cast.edition.pk).update(venue=venue)
    text = build.information(
        cast.edition, entrance_en="BaitOldDoor", phone="+31 (70) 123-45 67", phone_hours_en="08:00 to 20:00"
    )
    publish_information(information=text, by=cast.secretary_nl)
    Information.objects.filter(pk=text.pk).update(entrance_en="North door\n\nBring a passport", wifi_nl="Wachtwoord: tulp")
    publish_information(information=text, by=cast.secretary_nl)
    Information.objects.filter(pk=text.pk).update(entrance_en="BaitDraft", dress_en="<script>x</script>")
    text.refresh_from_db()
    return text


@pytest.mark.parametrize("who", ["delegate_uk", "guest_speaker", "co_chair", "focal_point_uk", "secretary_nl"])
def test_who_takes_part_reads_the_latest_version(cast: Cast, published: Any, signed_in: Any, who: str) -> None:
    browser = signed_in(getattr(cast, who))
    text = content(address(cast.edition), browser)
    for said in ("Version 2 of", "Example House", "1 Example Street", "North door Bring a passport", "08:00 to 20:00"):
        assert said in text
    assert "Bait" not in text
    answer = browser.get(address(cast.edition))
    assert 'href="tel:+31701234567"' in answer.content.decode()
    assert '<div class="section-body prose" lang="nl"><p>Wachtwoord: tulp</p></div>' in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_in_dutch_what_is_in_english_only_is_marked(cast: Cast, published: Any, signed_in: Any) -> None:
    markup = signed_in(cast.delegate_nl).get(address(cast.edition, language="nl")).content.decode()
    assert "Huis Voorbeeld" in markup and "<p>Wachtwoord: tulp</p>" in markup
    assert '<div class="section-body prose" lang="en"><p>North door</p>' in markup


@pytest.mark.parametrize("who", ["stranger", "technician", "withdrawn_delegate", "last_years_delegate", "secretary_elsewhere"])
def test_to_everybody_else_it_does_not_exist(cast: Cast, published: Any, signed_in: Any, who: str) -> None:
    browser = signed_in(getattr(cast, who))
    found, missing = browser.get(address(cast.edition)), browser.get(address(cast.edition).replace("2027", "2099"))
    assert (found.status_code, found.content) == (404, missing.content)


def test_the_public_is_led_to_sign_in_and_the_public_pages_hold_nothing_of_it(cast: Cast, published: Any) -> None:
    assert Client().get(address(cast.edition))["Location"].startswith("/en/sign-in/")
    for page in (cast.edition.get_absolute_url(), reverse("agenda", args=[cast.dialogue.slug, 2027])):
        markup = Client().get(page).content.decode()
        assert "information/" not in markup and "123-45" not in markup and "North door" not in markup


def test_older_versions_and_the_working_text_are_the_secretaries_alone(cast: Cast, published: Any, signed_in: Any) -> None:
    secretary, delegate = signed_in(cast.secretary_uk), signed_in(cast.delegate_uk)
    assert "BaitOldDoor" in content(address(cast.edition, "1"), secretary)
    assert "This is an earlier version." in content(address(cast.edition, "1"), secretary)
    draft = secretary.get(address(cast.edition, "draft")).content.decode()
    assert "Not published." in draft and "BaitDraft" in draft and "&lt;script&gt;x" in draft
    for version in ("1", "draft", "3", "0", "x", "9" * 40):
        answer = delegate.get(address(cast.edition, version))
        assert answer.status_code == 404 and b"Bait" not in answer.content, version
    assert delegate.get(address(cast.edition, "2")).status_code == 200
    assert "Versions" not in content(address(cast.edition), delegate)


def test_before_the_first_version_it_says_so(cast: Cast, signed_in: Any) -> None:
    build.information(cast.edition, entrance_en="BaitDraft")
    text = content(address(cast.edition), signed_in(cast.delegate_uk))
    assert "No practical information has been published yet." in text and "Bait" not in text


def test_a_co_chair_who_is_not_registered_reads_it_as_the_agenda(cast: Cast, published: Any, signed_in: Any) -> None:
    cast.co_chair.person.registrations.all().delete()
    assert "North door" in content(address(cast.edition), signed_in(cast.co_chair))


def test_a_secretary_writes_it_looks_at_it_and_publishes_it(cast: Cast, signed_in: Any) -> None:
    browser = signed_in(cast.secretary_nl)
    begin = browser.get(reverse("admin:dialogues_edition_information", args=[cast.edition.pk]), follow=True)
    form = begin.context["adminform"].form
    typed = {name: form[name].value() or "" for name in form.fields}
    refused = browser.post(begin.request["PATH_INFO"], {**typed, "edition": cast.edition.pk, "phone": "ring the desk"})
    assert "Give a telephone number in digits" in refused.content.decode() and "ring the desk" in refused.content.decode()
    browser.post(begin.request["PATH_INFO"], {**typed, "edition": cast.edition.pk, "phone": "+31 70 123 45 67"})
    text = Information.objects.get(edition=cast.edition)
    page = browser.get(reverse("admin:dialogues_information_change", args=[text.pk])).content.decode()
    assert "Participants read it at once as version 1." in page
    question = reverse("admin:dialogues_information_step", args=[text.pk, "publish"])
    asked = browser.get(question).content.decode()
    assert "Publish as version 1" in asked and f"{address(cast.edition)}?version=draft" in asked
    browser.post(question)
    assert InformationVersion.objects.get(edition=cast.edition).phone == "+31 70 123 45 67"
    page = browser.get(reverse("admin:dialogues_information_change", args=[text.pk])).content.decode()
    assert "Version 1 says the same already" in page and f"{address(cast.edition)}?version=1" in page


def test_the_working_text_is_no_other_dialogues_secretarys(cast: Cast, published: Information, signed_in: Any) -> None:
    browser = signed_in(cast.secretary_elsewhere)
    change = browser.get(reverse("admin:dialogues_information_change", args=[published.pk]), follow=True)
    assert "BaitDraft" not in change.content.decode()
    assert browser.get(reverse("admin:dialogues_edition_information", args=[cast.edition.pk])).status_code == 404
