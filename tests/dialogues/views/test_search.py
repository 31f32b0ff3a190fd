"""Search: everything that is open to the reader, in both languages, whatever the case and the accents; and nothing else."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dialogues.models import Appearance, Audience, Statement
from dialogues.views.search import folded, words_of
from socportal import clock
from tests import build
from tests.cast import Cast
from tests.reading import words

MOST_QUERIES = 12
PUBLIC = {"audience": Audience.PUBLIC, "published_at": build.LONG_AGO}
INSTANT = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)


def asked(question: str, language: str = "en", client: Client | None = None, **more: str) -> str:
    answer = (client or Client()).get(f"/{language}/search/", {"q": question, **more})
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def hits(question: str, language: str = "en", client: Client | None = None) -> list[tuple[str, str]]:
    """Each result as the words of its link and where it leads."""
    listed = re.search(r'<ol class="ruled">(.*?)</ol>', asked(question, language, client), flags=re.DOTALL)
    found = re.findall(r'<a href="([^"]*)">(.*?)</a>', listed[1] if listed else "", flags=re.DOTALL)
    return [(words(re.sub("</?mark>", "", title)), address) for address, title in found]


def one_of_each_kind(word: str, **audience: Any) -> None:
    """A record of every kind that is looked through, each with `word` in its text."""
    dialogue = build.a_dialogue(slug=f"zz-{build.number()}", name_en=f"Series {word}", **audience)
    open_dialogue = build.a_dialogue()
    edition = build.an_edition(open_dialogue, year=2025)
    build.an_edition(open_dialogue, year=2024, purpose_en=f"Purpose {word}", **{"published_at": None, **audience})
    assert dialogue.pk
    build.a_group(open_dialogue, description_en=f"Works on {word}", **{"published_at": None, **audience})
    build.a_structure(open_dialogue, remit_en=f"Confers about {word}", **audience)
    build.a_theme(edition, name_en=f"Theme {word}", **audience)
    build.a_commitment(edition, summary_en=f"To promise {word}", **audience)
    build.a_result(edition, text_en=f"Achieved {word}", **audience)
    engagement = build.an_engagement(open_dialogue, title_en=f"Visit {word}", **audience)
    build.an_initiative(open_dialogue, name_en=f"Initiative {word}", **audience)
    build.a_document(edition, title_en=f"Document {word}", **audience)
    build.a_news_item(open_dialogue, body_en=f"It was about {word}.", **audience)
    build.a_figure(edition, what_en=f"Seized {word}", **audience)
    build.a_statement(open_dialogue, text_en=f"Because of {word}", **audience)
    minister = build.a_person(name=f"Minister {word}", is_public_office_holder=True, office_source=build.a_source())
    hidden = build.an_edition(open_dialogue, year=2023, **{"published_at": None, **audience})
    Appearance.objects.create(edition=hidden, person=minister, role_en="Minister", occasion_en="Spoke")
    Appearance.objects.create(engagement=engagement, person=minister, role_en="Minister", occasion_en="Met")


def test_a_record_of_every_kind_is_found_and_leads_to_its_page(db: None) -> None:
    one_of_each_kind("quokka", **PUBLIC)
    build.an_organisation(name_en="Quokka Agency", is_public=True)
    found = asked("quokka")
    for kind in (
        "Edition",
        "Dialogue",
        "Working group",
        "Consultation structure",
        "Theme",
        "Commitment",
        "Reported progress",
        "Engagement",
        "Initiative",
        "Document",
        "News item",
        "Figure",
        "Statement",
        "Organisation",
        "Office-holder named at an edition",
        "Office-holder named at an engagement",
    ):
        assert re.search(rf'<p class="small quiet">{kind}\b', found), kind
    assert "16 results for “quokka”" in words(found)
    addresses = [address for _title, address in hits("quokka")]
    assert len(addresses) == 16
    for address in addresses:
        # the pages of other topics are tested with them; here each address must be one of the portal's own
        assert address.startswith("/en/")
    assert "/en/approach/" in addresses
    assert "/en/organisations/?words=Quokka+Agency" in addresses


def test_case_and_accents_make_no_difference_and_the_beginning_of_a_word_is_enough(db: None) -> None:
    dialogue = build.a_dialogue()
    build.a_news_item(dialogue, title_en="A day in Münster", title_nl="Eén dag in Münster", slug="muenster", **PUBLIC)
    for question in ("Münster", "munster", "MUNST", "munst", "mu\u0308nst", "ｍｕｎｓｔｅｒ"):
        assert hits(question) == [("A day in Münster", "/en/news/muenster/")], question
    assert hits("ÉÉN dág", "nl") == [("Eén dag in Münster", "/nl/news/muenster/")]
    assert hits("unster") == hits("munster paris") == []


def test_every_word_must_be_found_but_not_in_one_place(db: None) -> None:
    dialogue = build.a_dialogue()
    build.a_news_item(dialogue, title_en="Ports", lead_en="About containers", body_en="And about cranes.", **PUBLIC)
    assert len(hits("cranes port contain")) == 1
    assert hits("cranes port ships") == []


def test_what_is_found_is_marked_and_stands_amid_its_sentence(db: None) -> None:
    long = "Many words before it. " * 20 + "Then the zebra crossing is told of. " + "Many words after it. " * 20
    build.a_news_item(build.a_dialogue(), title_en="Traffic", body_en=long, **PUBLIC)
    found = asked("zebr")
    assert "Then the <mark>zebra</mark> crossing is told of." in found
    snippet = re.search(r'<p class="prose">(.*?)</p>', found)
    assert snippet and len(words(snippet[1])) < 300
    assert snippet[1].startswith("… ") and snippet[1].endswith(" …")


def test_a_hit_in_the_title_comes_before_one_in_the_text(db: None) -> None:
    dialogue = build.a_dialogue()
    build.a_group(dialogue, name_en="Another subject", description_en="On otters too")
    build.a_news_item(dialogue, title_en="Otters", **PUBLIC)
    assert [title for title, _address in hits("otter")] == ["Otters", "Another subject"]


def test_both_languages_are_searched_and_the_other_one_is_marked(db: None) -> None:
    dialogue = build.a_dialogue()
    build.a_news_item(dialogue, title_en="Ports", title_nl="Havens", body_en="Cranes", body_nl="Hijskranen", **PUBLIC)
    build.a_news_item(dialogue, title_en="Only English", slug="only", **PUBLIC)
    assert [title for title, _address in hits("hijskraan")] == []
    assert [title for title, _address in hits("hijskranen")] == ["Ports"]
    assert '<span lang="nl"><mark>Hijskranen</mark></span>' in asked("hijskranen")
    assert [title for title, _address in hits("cranes", "nl")] == ["Havens"]
    assert '<span lang="en"><mark>Only</mark> English</span>' in asked("only", "nl")


def test_a_minister_is_found_by_name_where_named_and_an_official_never(db: None) -> None:
    edition = build.an_edition(year=2025, name_en="The London meeting")
    minister = build.a_person(name="Zzyx Minister", is_public_office_holder=True, office_source=build.a_source())
    Appearance.objects.create(edition=edition, person=minister, role_en="Home Secretary", occasion_en="Gave a speech")
    official = build.a_person(build.a_party("UK"), name="Zzyx Official", post_en="Zzyx post")
    Appearance.objects.create(edition=edition, person=official, role_en="Zzyx head of unit", occasion_en="Took part")
    build.a_registration(official, edition)
    assert hits("zzyx") == [("Zzyx Minister, Home Secretary", edition.get_absolute_url())]
    assert "Office-holder named at an edition, The London meeting" in words(asked("minister"))
    assert hits("official") == hits("head unit") == []


def test_an_edition_is_found_by_its_ordinal_in_either_language_and_by_its_year(db: None) -> None:
    edition = build.an_edition(year=2025, ordinal=3)
    assert hits("third dialogue") == [("Third dialogue, 2025", edition.get_absolute_url())]
    assert edition.get_absolute_url() in [address for _title, address in hits("2025")]
    assert hits("derde") == [("Third dialogue, 2025", edition.get_absolute_url())]


@pytest.mark.parametrize(
    "audience",
    [
        {"audience": Audience.SECRETARIAT},
        {"audience": Audience.PUBLIC, "published_at": None},
        {"audience": Audience.PUBLIC, "published_at": datetime(2200, 1, 1, tzinfo=UTC)},
        {"audience": Audience.PUBLIC, "published_at": build.LONG_AGO, "embargo_until": datetime(2200, 1, 1, tzinfo=UTC)},
    ],
    ids=["secretariat", "draft", "later", "embargoed"],
)
def test_nothing_hidden_is_found_or_counted(db: None, audience: dict[str, Any]) -> None:
    one_of_each_kind("zzyxcanary", **audience)
    build.an_organisation(name_en="Zzyxcanary Agency")
    found = asked("zzyxcan")
    assert "0 results" in words(found)
    assert "zzyxcanary" not in found.lower()


def test_an_embargo_lifts_at_its_instant_and_not_a_second_before(db: None) -> None:
    one_of_each_kind("zzyxcanary", audience=Audience.PUBLIC, published_at=build.LONG_AGO, embargo_until=INSTANT)
    with clock.told_at(INSTANT - timedelta(seconds=1)):
        assert hits("zzyxcanary") == []
    with clock.told_at(INSTANT):
        assert len(hits("zzyxcanary")) == 15


def test_a_secretary_finds_drafts_and_they_say_that_they_are_not_public(cast: Cast, signed_in: Any) -> None:
    build.a_news_item(cast.dialogue, title_en="Zzyx draft")
    build.a_news_item(cast.dialogue, title_en="Zzyx public", **PUBLIC)
    found = words(asked("zzyx draft", client=signed_in(cast.secretary_uk)))
    assert "Zzyx draft News item · Not public." in found
    assert "Not public." not in words(asked("zzyx public", client=signed_in(cast.secretary_uk)))
    assert "noindex" in asked("zzyx", client=signed_in(cast.secretary_uk))
    for reader in (cast.secretary_elsewhere, cast.delegate_uk, cast.technician):
        assert [title for title, _address in hits("zzyx news draft", client=signed_in(reader))] == []


def test_the_demonstration_is_marked(db: None) -> None:
    build.a_news_item(build.a_dialogue(is_demonstration=True), title_en="Quokka", **PUBLIC)
    assert "Quokka News item · Demonstration." in words(asked("quokka"))


def test_an_empty_question_is_explained_and_so_is_an_empty_answer(db: None) -> None:
    for question in ("", "   "):
        assert "the beginning of a word is enough" in words(asked(question))
        assert "noindex" not in asked(question)
    assert "Try fewer words" in words(asked("nothingofthekind"))
    assert "noindex" in asked("nothingofthekind")


@pytest.mark.parametrize("question", ["🐙", "“”", "...", "%", "-- ;"])
def test_a_question_without_a_word_says_so(db: None, question: str) -> None:
    build.a_news_item(build.a_dialogue(), title_en="100 % of it ... 🐙", **PUBLIC)
    assert "give letters or digits" in words(asked(question))
    assert hits(question) == []


@pytest.mark.parametrize(
    "question", ["🐙 octopus", "octopus 🐙", "octopus'; --", "o" * 1, "octopus " * 20, "octopus\t\r\nocto"]
)
def test_odd_questions_are_answered(db: None, question: str) -> None:
    build.a_news_item(build.a_dialogue(), title_en="Octopus 🐙 seen", **PUBLIC)
    assert len(hits(question)) == 1


def test_markup_in_a_question_and_in_a_text_is_shown_as_text(db: None) -> None:
    build.a_news_item(build.a_dialogue(), title_en="<script>alert(1)</script> ports", body_en="<b>ports</b>", **PUBLIC)
    for question in ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "script", "ports"):
        found = asked(question)
        assert "<script" not in found
        assert "<img" not in found
        assert "<b>ports" not in found and "<b><mark>" not in found
    assert "&lt;<mark>script</mark>&gt;" in asked("script")


def test_too_long_a_question_is_answered_400_with_a_sentence(db: None) -> None:
    assert Client().get("/en/search/", {"q": "a" * 200}).status_code == 200
    answer = Client().get("/en/search/", {"q": "a" * 201})
    assert answer.status_code == 400
    assert "Give at most 200 characters." in words(answer.content.decode())


@pytest.mark.parametrize("query", ["q=%00", "q=%ff", "q=a%00b"])
def test_a_question_that_is_no_text_is_refused(db: None, query: str) -> None:
    assert Client().get(f"/en/search/?{query}").status_code == 400


@pytest.mark.parametrize("number", ["0", "-1", "2", "x", "9" * 40, ""])
def test_an_odd_page_number_gives_a_page(db: None, number: str) -> None:
    dialogue = build.a_dialogue()
    for _time in range(25):
        build.a_news_item(dialogue, title_en="Quokka", **PUBLIC)
    assert "25 results" in words(asked("quokka", page=number))
    assert "Page 2 of 2" in words(asked("quokka", page="2"))
    assert 'href="?q=quokka&amp;page=1"' in asked("quokka", page="2")


def test_the_page_sets_no_cookie_and_answers_304_to_its_tag(db: None) -> None:
    build.a_news_item(build.a_dialogue(), title_en="Quokka", **PUBLIC)
    answer = Client().get("/en/search/?q=quokka")
    assert not answer.cookies
    assert Client().get("/en/search/?q=quokka", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_the_number_of_queries_does_not_grow_with_what_is_found(cast: Cast, signed_in: Any) -> None:
    secretary = signed_in(cast.secretary_uk)

    def queries_of(client: Client) -> int:
        asked("quokka", client=client)
        with CaptureQueriesContext(connection) as queries:
            asked("quokka", client=client)
        return len(queries)

    one_of_each_kind("quokka", **PUBLIC)
    before = queries_of(Client()), queries_of(secretary)
    for _time in range(5):
        one_of_each_kind("quokka", **PUBLIC)
    assert (queries_of(Client()), queries_of(secretary)) == before
    assert max(before) <= MOST_QUERIES
    assert before[0] == 1


def test_words_are_folded_alike_on_both_sides() -> None:
    assert folded("ÉÉN Straße ﬁn") == "een strasse fin"
    assert words_of("Één, een — EEN! uk–nl") == ["een", "uk", "nl"]


def test_a_statement_without_an_edition_leads_to_the_approach(db: None) -> None:
    dialogue = build.a_dialogue()
    build.a_statement(dialogue, kind=Statement.Kind.FOCUS, text_en="Wombats first", **PUBLIC)
    build.a_statement(dialogue, edition=build.an_edition(dialogue, year=2025), text_en="Wombats later", **PUBLIC)
    assert [address for _title, address in hits("wombats first")] == ["/en/approach/"]
    assert [address for _title, address in hits("wombats later")] == [f"/en/dialogues/{dialogue.slug}/2025/"]


def test_the_dates_of_news_are_not_read_as_words(db: None) -> None:
    build.a_news_item(build.a_dialogue(), title_en="Quokka", dated_on=date(2019, 5, 4), **PUBLIC)
    assert hits("quokka 2019") == []
