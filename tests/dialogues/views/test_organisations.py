"""The organisations: those that a published text names, with filters that can be shared; never a person."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dialogues.models import Audience, Edition
from parties.models import Citation, Organisation
from socportal import clock
from tests import build
from tests.cast import Cast
from tests.reading import page, sources, words

MOST_QUERIES = 12
INSTANT = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
Kind = Organisation.Kind


@pytest.fixture
def three(db: None) -> Edition:
    """A British and a Dutch body that took part in 2025, and one of no party that did not."""
    edition = build.an_edition(build.a_dialogue(short_name_en="Main dialogue", short_name_nl="Hoofddialoog"), year=2025)
    crime = build.an_organisation(
        build.a_party("UK"), name_en="Crime Agency", name_nl="Misdaaddienst", acronym_en="CA", is_public=True
    )
    police = build.an_organisation(
        build.a_party("NL"), name_en="Dutch police", name_nl="Politie", kind=Kind.POLICE, is_public=True
    )
    build.an_organisation(name_en="World Union", name_nl="Wereldunie", kind=Kind.INTERNATIONAL, is_public=True)
    edition.organisations.add(crime, police)
    return edition


def rows(query: str = "", language: str = "en", client: Client | None = None) -> list[list[str]]:
    markup = (client or Client()).get(f"/{language}/organisations/{query}").content.decode()
    body = re.search(r"<tbody.*?</tbody>", markup, flags=re.DOTALL)
    found = re.findall(r"<tr.*?</tr>", body.group() if body else "", flags=re.DOTALL)
    return [[words(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, flags=re.DOTALL)] for row in found]


def names(query: str = "", language: str = "en") -> list[str]:
    return [row[0] for row in rows(query, language)]


def test_an_empty_portal_says_what_will_be_here(db: None) -> None:
    assert "No organisation has been published yet." in page("/en/organisations/")
    assert Client().get("/nl/organisations/").status_code == 200


def test_each_stands_with_its_kind_its_party_and_the_editions_it_took_part_in(three: Edition) -> None:
    assert rows() == [
        ["Dutch police", "Police", "Netherlands", "Main dialogue, 2025"],
        ["Crime Agency (CA)", "Agency", "United Kingdom", "Main dialogue, 2025"],
        ["World Union", "International organisation", "no party", "not stated"],
    ]
    assert f'href="{three.get_absolute_url()}"' in Client().get("/en/organisations/").content.decode()
    assert "3 organisations" in page("/en/organisations/")
    assert "The list is not complete" in page("/en/organisations/")


def test_the_dutch_page_has_the_dutch_names(three: Edition) -> None:
    assert names(language="nl") == ["Politie", "Misdaaddienst", "Wereldunie"]
    assert rows(language="nl")[0][2:] == ["Nederland", "Hoofddialoog, 2025"]


def test_the_filters_narrow_the_list_and_each_can_be_taken_away(three: Edition) -> None:
    assert names("?words=agency") == names("?words=misdaad") == names("?words=ca") == ["Crime Agency (CA)"]
    assert names("?party=NL") == names("?kind=police") == ["Dutch police"]
    assert names("?party=none") == ["World Union"]
    assert names("?party=NL&kind=agency") == []
    assert "No organisation fits all of these filters. Remove one to see more." in page(
        "/en/organisations/?party=NL&kind=agency"
    )
    chips = page("/en/organisations/?party=NL&kind=police&words=dut")
    assert "1 organisation " in chips
    for chip in ("Party: Netherlands", "Kind: police", "Words in the name: dut"):
        assert chip in chips
    assert "Party: no party" in page("/en/organisations/?party=none")
    markup = Client().get("/en/organisations/?party=NL&kind=police").content.decode()
    assert 'class="chip" href="?kind=police"' in markup
    assert 'class="chip" href="?party=NL"' in markup


@pytest.mark.parametrize("query", ["party=XX", "party=🐙", "kind=nonsense", "words=" + "a" * 81, "party=" + "9" * 400])
def test_a_filter_that_is_not_understood_is_answered_400_in_words(three: Edition, query: str) -> None:
    answer = Client().get(f"/en/organisations/?{query}")
    assert answer.status_code == 400
    text = words(answer.content.decode())
    assert "One of the filters was not understood." in text
    assert "Crime Agency" not in text


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=" + "9" * 400, "unknown=1", "words=%25_", "words=%27%3B--"])
def test_odd_questions_are_answered(three: Edition, query: str) -> None:
    assert Client().get(f"/en/organisations/?{query}").status_code == 200


def test_only_what_is_in_the_public_register_is_listed_counted_or_found(cast: Cast, signed_in: Any) -> None:
    build.an_organisation(name_en="Shown", is_public=True)
    build.an_organisation(name_en="Zzyx Service", kind=Kind.CUSTOMS)
    assert "1 organisation " in page("/en/organisations/")
    assert names() == ["Shown"]
    assert names("?words=zzyx") == names("?kind=customs") == []
    assert [row[0] for row in rows("?words=zzyx", client=signed_in(cast.delegate_nl))] == ["Zzyx Service"]


def test_an_edition_that_the_reader_may_not_see_is_not_named(db: None) -> None:
    body = build.an_organisation(name_en="Body", is_public=True)
    dialogue = build.a_dialogue(short_name_en="Zzyx")
    for year, audience in (
        (2021, {"audience": Audience.DELEGATES}),
        (2022, {"published_at": None}),
        (2023, {"published_at": INSTANT}),
        (2024, {"embargo_until": INSTANT}),
    ):
        build.an_edition(dialogue, year=year, **audience).organisations.add(body)
    with clock.told_at(INSTANT - timedelta(seconds=1)):
        assert rows() == [["Body", "Agency", "no party", "not stated"]]
    with clock.told_at(INSTANT):
        assert rows()[0][3] == "Zzyx, 2024 ; Zzyx, 2023"


def test_how_a_name_was_read_stands_beside_it(three: Edition) -> None:
    police = Organisation.objects.get(name_en="Dutch police")
    source = build.a_source(title="The text")
    Citation.objects.create(
        record=police, field="name", source=source, note_en="The text says “the police”", note_nl="De tekst zegt “the police”"
    )
    assert rows()[0][0] == "Dutch police [1] The text says “the police”"
    assert "The text" in sources("/en/organisations/")["1"]
    assert rows(language="nl")[0][0] == "Politie [1] De tekst zegt “the police”"


def test_no_person_stands_in_the_list(three: Edition) -> None:
    for body in Organisation.objects.all():
        build.a_person(body.party, name="Zzyx Official", post_en="Zzyx post", organisation=body)
        build.a_person(
            body.party, name="Zzyx Head", organisation=body, is_public_office_holder=True, office_source=build.a_source()
        )
    assert "Zzyx" not in Client().get("/en/organisations/").content.decode()


def test_names_are_shown_as_texts(db: None) -> None:
    build.an_organisation(name_en="<b>Zzyx</b>", is_public=True)
    for query in ("", "?words=<b>", '?words="><img src=x>'):
        markup = Client().get(f"/en/organisations/{query}").content.decode()
        assert "<b>Z" not in markup
        assert "<img" not in markup


def test_the_page_sets_no_cookie_answers_304_and_asks_few_questions(three: Edition) -> None:
    def asked() -> int:
        Client().get("/en/organisations/?party=UK")
        with CaptureQueriesContext(connection) as queries:
            assert Client().get("/en/organisations/?party=UK").status_code == 200
        return len(queries)

    Citation.objects.create(record=Organisation.objects.get(acronym_en="CA"), field="name", source=build.a_source())
    before = asked()
    for year in range(2000, 2020):
        body = build.an_organisation(build.a_party("UK"), is_public=True)
        build.an_edition(year=year).organisations.add(body)
        Citation.objects.create(record=body, field="name", source=build.a_source())
    assert asked() == before <= MOST_QUERIES
    answer = Client().get("/en/organisations/")
    assert not answer.cookies
    assert Client().get("/en/organisations/", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
