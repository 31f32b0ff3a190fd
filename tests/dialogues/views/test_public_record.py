"""The public record as a whole: every page and file, in both languages, and what none of them may tell."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import html5lib
import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from dialogues.models import (
    Appearance,
    Commitment,
    ConsultationStructure,
    Correction,
    Dialogue,
    Edition,
    Engagement,
    Figure,
    Initiative,
    NewsItem,
    OutcomeDocument,
    ProgressReport,
    ProgressRound,
    ProgressSection,
    Publishable,
    Result,
    Statement,
    Theme,
    WorkingGroup,
    publishable_models,
)
from parties.models import User
from tests import build
from tests.cast import Cast
from tests.dialogues.views.test_agenda import released
from tests.reading import words

MOST_QUERIES = 12
LIFTED = datetime(2026, 9, 1, 12, tzinfo=UTC)
PUBLIC: dict[str, Any] = {"audience": "public", "published_at": build.LONG_AGO}

LISTS = (
    "",
    "dialogues/",
    "working-groups/",
    "commitments/",
    "engagements/",
    "initiatives/",
    "organisations/",
    "outcomes/",
    "news/",
    "approach/",
    "search/",
    "accessibility/",
    "privacy/",
)
FILES = ("news/feed.atom", "outcomes/feed.atom", "commitments/commitments.csv", "dialogues/editions.json")
AT_THE_ROOT = ("/sitemap.xml", "/robots.txt", "/.well-known/security.txt")


def pages() -> list[str]:
    """Every page of what is stored, without its language: the lists, and each record that has an address of its own."""
    own: set[str] = set()
    with translation.override("en"):
        for model in (Edition, OutcomeDocument, NewsItem, WorkingGroup):
            own |= {one.get_absolute_url().removeprefix("/en/") for one in model.objects.all()}
        own |= {f"dialogues/{slug}/" for slug in Dialogue.objects.values_list("slug", flat=True)}
    return [*LISTS, *sorted(own)]


def everywhere(*more: str) -> list[str]:
    both = [f"/{language}/{address}" for language in ("en", "nl") for address in (*pages(), *FILES, *more)]
    return [*both, *AT_THE_ROOT]


def found(needles: list[str], addresses: list[str]) -> dict[str, set[str]]:
    """Which of the words stand where, in body or header, case folded."""
    where: dict[str, set[str]] = {needle: set() for needle in needles}
    for address in addresses:
        answer = Client().get(address)
        told = f"{answer.headers} {answer.content.decode()}".lower()
        for needle in needles:
            if needle.lower() in told:
                where[needle].add(address)
    return where


# What is planted: a record of every kind that is published, with its text for a canary


PLANT: dict[type[Publishable], Callable[..., Any]] = {
    Edition: lambda it, word, **state: build.an_edition(
        it.dialogue, year=2040 + build.number() % 900, name_en=word, name_nl=word, status="planned", **state
    ),
    WorkingGroup: lambda it, word, **state: (
        build.a_mandate(it, build.a_group(it.dialogue, slug=word.lower(), name_en=word, **state)).working_group
    ),
    Theme: lambda it, word, **state: build.a_theme(it, name_en=word, **state),
    Commitment: lambda it, word, **state: build.a_commitment(it, summary_en=word, **state),
    Result: lambda it, word, **state: build.a_result(it, text_en=word, **state),
    Figure: lambda it, word, **state: build.a_figure(it, what_en=word, **state),
    Engagement: lambda it, word, **state: build.an_engagement(it.dialogue, edition=it, title_en=word, **state),
    Initiative: lambda it, word, **state: build.an_initiative(it.dialogue, name_en=word, **state),
    OutcomeDocument: lambda it, word, **state: build.a_document(it, slug=word.lower(), title_en=word, **state),
    NewsItem: lambda it, word, **state: build.a_news_item(it.dialogue, edition=it, slug=word.lower(), title_en=word, **state),
    Statement: lambda it, word, **state: build.a_statement(it.dialogue, edition=None, text_en=word, **state),
    ProgressSection: lambda it, word, **state: build.a_progress_section(a_version(it), text_en=word, text_nl=word, **state),
    ConsultationStructure: lambda it, word, **state: build.a_structure(it.dialogue, slug=word.lower(), name_en=word, **state),
}


def a_version(edition: Edition) -> ProgressReport:
    """One more version of the report of one round: each has a section of its own."""
    round = ProgressRound.objects.filter(edition=edition).first()
    return build.a_progress_report(round or build.a_progress_round(edition, build.an_account()))


def test_a_canary_is_planted_of_every_kind_that_is_published() -> None:
    assert set(PLANT) == set(publishable_models())


STATES: dict[str, dict[str, Any]] = {
    "Draft": {"audience": "public", "published_at": None},
    "Inner": {"audience": "secretariat", "published_at": build.LONG_AGO},
    "Embargo": {**PUBLIC, "embargo_until": LIFTED},
    "Scheduled": {"audience": "public", "published_at": LIFTED},
}


def test_drafts_and_what_is_embargoed_or_scheduled_are_nowhere_until_their_instant(loaded: None) -> None:
    """One second before, every answer is byte for byte what it was before anything was planted: no count moves either."""
    edition = Edition.objects.get(dialogue__slug="uk-nl-soc", year=2026)
    hunted = everywhere("search/?q=zzcanary", "search/?q=zzcanarydraftnewsitem", "commitments/?words=zzcanary")
    secretary = build.an_account(build.a_person(build.a_party("UK")))
    with time_machine.travel(LIFTED - timedelta(seconds=1), tick=False):
        before = {address: Client().get(address) for address in hunted}
        for model, plant in PLANT.items():
            for state, fields in STATES.items():
                word = f"Zzcanary{state}{model.__name__}"
                record = plant(edition, word, **fields)
                kind = ContentType.objects.get_for_model(record)
                Correction.objects.create(content_type=kind, object_id=record.pk, by=secretary, note_en=word)
        for address, answer in before.items():
            after = Client().get(address)
            assert after.content == answer.content, address
            assert (after.status_code, after.get("ETag")) == (answer.status_code, answer.get("ETag")), address
        for address in set(everywhere()) - set(hunted):  # each of those is the page of something planted
            assert Client().get(address).status_code == 404, address
    words_of = {state: [f"Zzcanary{state}{model.__name__}" for model in PLANT] for state in STATES}
    with time_machine.travel(LIFTED, tick=False):
        where = found([word for words_ in words_of.values() for word in words_], everywhere())
    for word in (*words_of["Embargo"], *words_of["Scheduled"]):
        assert where[word], f"{word} never shows: looking for it before proves nothing"
    for word in (*words_of["Draft"], *words_of["Inner"]):
        assert where[word] == set()
    told = sorted(set().union(*where.values()))
    with time_machine.travel(LIFTED + timedelta(seconds=1), tick=False):
        assert found(list(where), told) == where


def test_no_name_and_no_timetable_stands_on_any_public_page(loaded: None, cast: Cast) -> None:
    """Everybody of the cast is called Zzyx; the session’s room, hour and speaker are bait too."""
    build.an_organisation(cast.uk, name_en="Zzyx hidden agency", slug="zzyx-hidden-agency")
    cast.group.rapporteur = cast.group_member.person
    cast.group.save()
    hall = build.a_room("Zzyx hall")
    hidden = build.a_session(cast.edition, room=hall, title_en="Zzyx session", kind="ministerial")
    public = build.a_session(cast.edition, "11:07", "12:41", day=2, room=hall, title_en="Open session", **PUBLIC)
    build.a_speaker(public, cast.delegate_uk.person)
    released(cast.edition, hidden, public)
    engagement = build.an_engagement(cast.dialogue, **PUBLIC)
    for record in ({"edition": cast.edition}, {"engagement": engagement}):
        Appearance.objects.create(**record, person=cast.delegate_nl.person, role_en="Zzyx post", occasion_en="Took part")
    build.an_action_item(cast.edition, text_en="Zzyx action")
    agenda = "dialogues/cast-dialogue/2027/agenda/"
    with time_machine.travel(datetime(2026, 11, 1, tzinfo=UTC), tick=False):
        where = found(["Zzyx", "11:07", "11.07", "12:41", "12.41"], everywhere(agenda, "search/?q=zzy", "search/?q=open"))
    assert where == {needle: set() for needle in where}
    assert User.objects.filter(person__name__startswith="Zzyx").exists()


# What holds of each address


def test_every_public_address_answers_sets_no_cookie_and_keeps_its_etag(loaded: None) -> None:
    for address in everywhere("search/?q=cocaine"):
        answer = Client().get(address)
        assert answer.status_code == 200, address
        assert not answer.cookies, address
        again = Client().get(address)
        assert again["ETag"] == answer["ETag"], address
        assert Client().get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304, address


def queries(address: str) -> int:
    Client().get(address)  # templates and kinds of records are known from here on
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert Client().get(address).status_code == 200
    return len(asked)


def test_no_public_address_asks_more_than_twelve_questions_however_many_rows_there_are(loaded: None) -> None:
    addresses = everywhere("search/?q=canary")
    few = {address: queries(address) for address in addresses}
    assert {address: count for address, count in few.items() if count > MOST_QUERIES} == {}
    edition = Edition.objects.get(dialogue__slug="uk-nl-soc", year=2026)
    for number in range(30):
        for model, plant in PLANT.items():
            plant(edition, f"Canary{number}{model.__name__}", **PUBLIC)
    many = {address: queries(address) for address in addresses}
    assert {address: (few[address], many[address]) for address in addresses if many[address] > MOST_QUERIES} == {}


def test_every_page_is_html_without_an_error_of_its_own(loaded: None) -> None:
    """As the HTML standard's parser sees it: no parse error, no identifier twice, every internal link leads somewhere."""
    for address in (f"/{language}/{page}" for language in ("en", "nl") for page in (*pages(), "search/?q=london", "none/")):
        markup = Client().get(address).content.decode()
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        tree = parser.parse(markup)
        assert [(where, kind) for where, kind, _more in parser.errors] == [], address
        identifiers = [one.get("id") for one in tree.iter() if isinstance(one.tag, str) and one.get("id")]
        assert len(identifiers) == len(set(identifiers)), address
        inside = {link.get("href", "")[1:] for link in tree.iter("a") if link.get("href", "").startswith("#")}
        assert inside - set(identifiers) == set(), address
        levels = [int(one.tag[1]) for one in tree.iter() if isinstance(one.tag, str) and re.fullmatch("h[1-6]", one.tag)]
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels)), (address, levels)


def test_every_page_says_its_language_its_counterpart_and_its_own_address(loaded: None, settings: Any) -> None:
    settings.PUBLIC_BASE_URL = "https://portal.example.org"
    for page in pages():
        markup = Client().get(f"/nl/{page}").content.decode()
        assert '<html lang="nl">' in markup
        for language in ("en", "nl"):
            assert f'hreflang="{language}" href="https://portal.example.org/{language}/{page}"' in markup, page
        assert f'<link rel="canonical" href="https://portal.example.org/nl/{page}">' in markup, page
        assert '<meta property="og:locale" content="nl_NL">' in markup, page
        assert re.search(r'<meta property="og:title" content="[^"]+">', markup), page


def test_every_internal_link_of_the_record_leads_somewhere(loaded: None) -> None:
    linked: set[str] = set()
    for page in pages():
        markup = Client().get(f"/en/{page}").content.decode()
        linked |= set(re.findall(r'href="(/(?:en|nl)/[^"#]*)', markup))
    broken = {
        address: status
        for address in linked
        if (status := Client().get(address.replace("&amp;", "&")).status_code) not in (200, 302)
    }
    assert broken == {}
    assert len(linked) > 40


@pytest.mark.parametrize("language", ["en", "nl"])
def test_an_empty_portal_answers_on_every_page_and_says_what_will_be_here(db: None, language: str) -> None:
    for address in (*LISTS, *FILES):
        answer = Client().get(f"/{language}/{address}")
        assert answer.status_code == 200, address
        if address not in (*FILES, "search/", "accessibility/", "privacy/"):
            assert 'class="empty"' in answer.content.decode() or "empty" in answer.content.decode(), address
            assert len(words(answer.content.decode())) > 200, address
