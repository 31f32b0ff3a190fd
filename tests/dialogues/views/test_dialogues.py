"""The front page, the list of dialogues and one standing dialogue; also when there is nothing yet."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dialogues.models import Audience, Dialogue, Edition
from dialogues.views.dialogues import undescribed
from tests import build
from tests.cast import Cast
from tests.reading import facts, page, words

MOST_QUERIES = 12
PAGES = ("/en/", "/nl/", "/en/dialogues/", "/nl/dialogues/")


def rows(address: str, client: Client | None = None) -> list[list[str]]:
    """The editions table, row by row; a source number stands as [1]."""
    markup = (client or Client()).get(address).content.decode()
    body = re.search(r"<tbody.*?</tbody>", markup, flags=re.DOTALL)
    found = re.findall(r"<tr.*?</tr>", body.group() if body else "", flags=re.DOTALL)
    return [[words(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, flags=re.DOTALL)] for row in found]


@pytest.mark.parametrize("address", PAGES)
def test_an_empty_portal_answers_and_says_what_will_be_here(db: None, address: str) -> None:
    answer = Client().get(address)
    assert answer.status_code == 200
    assert 'class="empty"' in answer.content.decode()


def test_on_an_empty_portal_a_dialogue_is_not_found(db: None) -> None:
    for path in ("uk-nl-soc/", "uk-nl-soc/latest/", "uk-nl-soc/2026/"):
        assert Client().get(f"/en/dialogues/{path}").status_code == 404


def test_the_front_page_opens_with_the_newest_edition_and_its_facts(loaded: None) -> None:
    text, stated = page("/en/"), facts("/en/")
    assert "UK–Netherlands Serious and Organised Crime (SOC) Dialogue" in text
    assert "Latest edition Fourth dialogue, 2026" in text
    assert stated == {
        "Date": "24 March 2026 [1] Read from “today” in a text of that date",
        "Place": "Not stated",
        "Parties": "Netherlands, United Kingdom [1]",
    }
    assert "Disruption of illicit finance" in text
    assert "4 commitments in 2026. No owner and no deadline is stated for any of them." in text


def test_the_front_page_in_dutch(loaded: None) -> None:
    text = page("/nl/")
    for words_of_it in (
        "Dialoog tussen het Verenigd Koninkrijk en Nederland over zware en georganiseerde criminaliteit (SOC)",
        "24 maart 2026",
        "Verstoring van illegale geldstromen",
        "Cocaïne eerder in de keten tegenhouden",
        "Londen",
    ):
        assert words_of_it in text


@pytest.mark.parametrize("address", ["/en/", "/en/dialogues/uk-nl-soc/"])
def test_the_table_of_editions_names_the_two_that_no_text_describes(loaded: None, address: str) -> None:
    (newest, before, unknown) = rows(address)
    assert re.fullmatch(r"2026 , fourth \[\d\]", newest[0])
    assert newest[1:] == ["24 March 2026", "Not stated", "3 themes"]
    assert re.fullmatch(r"2025 , third \[\d\] From another public source", before[0])
    assert before[1:] == ["2 days in the week of 27 January 2025; exact days not stated", "London", "3 working groups"]
    assert unknown == ["First and second", "Not stated", "Not stated", "Not stated"]


def test_ordinals_that_no_edition_bears_are_told_only_where_they_follow() -> None:
    def editions(*ordinals: int | None) -> list[Edition]:
        return [Edition(ordinal=ordinal) for ordinal in ordinals]

    assert undescribed(editions(3, 4)) == "First and second"
    assert undescribed(editions(4)) == "First, second and third"
    assert undescribed(editions(2)) == "First"
    assert undescribed(editions(1, 2)) == ""
    assert undescribed(editions(None, 4)) == ""  # the one without an ordinal may be any of them
    assert undescribed([]) == ""
    assert undescribed(editions(11)).endswith("ninth and tenth")
    assert undescribed(editions(32767)) == "Earlier editions"


def test_a_dialogue_says_its_name_its_parties_how_often_and_where_that_was_read(loaded: None) -> None:
    text, stated = page("/en/dialogues/uk-nl-soc/"), facts("/en/dialogues/uk-nl-soc/")
    assert stated["Parties"].startswith("Netherlands, United Kingdom [")
    assert stated["How often"].startswith("Once a year [")
    assert "stronger and better coordinated" in text
    assert "Eén keer per jaar" in page("/nl/dialogues/uk-nl-soc/")


def test_the_demonstration_comes_after_the_real_dialogue_and_is_marked(loaded: None) -> None:
    invented = build.a_dialogue(slug="demonstration", name_en="Aaa invented", is_demonstration=True)
    build.an_edition(invented, ordinal=5)
    home, listed = page("/en/"), page("/en/dialogues/")
    assert home.index("Fourth dialogue, 2026") < home.index("Aaa invented") < home.index("are invented.")
    assert listed.index("UK–Netherlands") < listed.index(invented.short_name_en)
    assert "Demonstration" in listed
    assert "Latest edition Fourth dialogue, 2026" in home
    assert "Demonstration" in page("/en/dialogues/demonstration/")
    assert "Demonstration" not in page("/en/dialogues/uk-nl-soc/")


def test_a_portal_with_a_demonstration_alone_marks_its_front_page(db: None) -> None:
    build.an_edition(build.a_dialogue(is_demonstration=True))
    assert "Demonstration" in page("/en/")


def test_what_is_not_public_stands_on_no_public_page(loaded: None) -> None:
    real = Dialogue.objects.get(slug="uk-nl-soc")
    build.a_dialogue(slug="zzyx-hidden", name_en="Zzyx hidden", short_name_en="Zzyx hidden", published_at=None)
    build.an_edition(real, year=2027, ordinal=5, name_en="Zzyx edition", published_at=None)
    build.an_edition(real, year=2028, ordinal=6, name_en="Zzyx delegates", audience=Audience.DELEGATES)
    build.a_commitment(Edition.objects.get(year=2026), position=20, summary_en="Zzyx promise")
    for address in (*PAGES, "/en/dialogues/uk-nl-soc/"):
        markup = Client().get(address).content.decode()
        assert "Zzyx" not in markup
        assert "zzyx" not in markup
        assert "2027" not in markup
    assert len(rows("/en/")) == 3


def test_a_secretary_finds_the_editions_that_are_not_public_yet(cast: Cast, signed_in: Any) -> None:
    Edition.objects.filter(pk=cast.edition.pk).update(audience=Audience.SECRETARIAT, published_at=None)
    address = "/en/dialogues/cast-dialogue/"
    assert [row[0][:4] for row in rows(address)] == ["2026"]
    assert [row[0][:4] for row in rows(address, signed_in(cast.delegate_uk))] == ["2026"]
    assert [row[0][:4] for row in rows(address, signed_in(cast.secretary_nl))] == ["2027", "2026"]


def test_a_hidden_dialogue_answers_like_one_that_does_not_exist(db: None) -> None:
    build.a_dialogue(slug="hidden", audience=Audience.SECRETARIAT)
    build.a_dialogue(slug="later", published_at=None)
    answers = [Client().get(f"/nl/dialogues/{slug}/") for slug in ("hidden", "later", "nowhere")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({(answer.content, *sorted(answer.headers.items())) for answer in answers}) == 1


@pytest.mark.parametrize("address", PAGES)
def test_pages_that_are_the_same_for_everybody_ask_nobody_who_they_are(cast: Cast, signed_in: Any, address: str) -> None:
    answer = Client().get(address)
    assert not answer.cookies
    assert not answer.has_header("Vary")
    assert answer.content == signed_in(cast.secretary_nl).get(address).content


def test_a_dialogue_varies_because_it_has_tiers_and_sets_no_cookie(loaded: None) -> None:
    answer = Client().get("/en/dialogues/uk-nl-soc/")
    assert not answer.cookies
    assert answer.headers["Vary"] == "Cookie"


@pytest.mark.parametrize("address", ["/en/", "/en/dialogues/", "/en/dialogues/uk-nl-soc/"])
def test_the_number_of_queries_does_not_grow_with_what_is_shown(loaded: None, address: str) -> None:
    real = Dialogue.objects.get(slug="uk-nl-soc")

    def asked() -> int:
        Client().get(address)  # kinds of records are looked up once a process
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(address).status_code == 200
        return len(queries)

    before = asked()
    for year in range(2001, 2012):
        one = build.an_edition(real, year=year)
        build.a_mandate(one)
        build.a_theme(one, audience=Audience.PUBLIC, published_at=build.LONG_AGO)
        build.an_edition(build.a_dialogue(parties=("UK", "NL", "XX")), year=year)
        build.a_commitment(
            Edition.objects.get(dialogue=real, year=2026), position=year, audience=Audience.PUBLIC, published_at=build.LONG_AGO
        )
    assert asked() == before <= MOST_QUERIES


def test_templates_of_these_pages_are_read_safely(loaded: None) -> None:
    """Texts are typed by staff: markup in them is shown, never obeyed."""
    Dialogue.objects.update(purpose_en="<script>alert(1)</script>", name_en="<b>bold</b>")
    Edition.objects.filter(year=2026).update(purpose_en="<script>alert(1)</script>", city_nl="<i>stad</i>", city_en="")
    for address in (*PAGES, "/en/dialogues/uk-nl-soc/", "/en/dialogues/uk-nl-soc/2026/"):
        markup = Client().get(address).content.decode()
        assert "<script>alert" not in markup
        assert "<i>stad" not in markup
        assert "<b>bold" not in markup
    assert '<span lang="nl">&lt;i&gt;stad' in Client().get("/en/dialogues/uk-nl-soc/2026/").content.decode()
