"""The international approach: each statement with its source, in both languages, and only what is public."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dialogues.models import Appearance, Audience, Correction, Statement
from parties.models import Citation
from socportal import clock
from tests import build
from tests.cast import Cast
from tests.reading import page, sources

MOST_QUERIES = 12
PUBLIC = {"audience": Audience.PUBLIC, "published_at": build.LONG_AGO}
INSTANT = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
Kind = Statement.Kind


def test_an_empty_portal_says_what_will_be_here(db: None) -> None:
    assert "Nothing has been published yet." in page("/en/approach/")
    assert Client().get("/nl/approach/").status_code == 200


def test_the_statements_stand_by_kind_each_with_its_source(db: None) -> None:
    dialogue, source = build.a_dialogue(), build.a_source(title="The published text")
    for kind in (Kind.PARTNERS, Kind.PARTNERSHIP, Kind.FOCUS, Kind.REASON):
        statement = build.a_statement(dialogue, kind=kind, text_en=f"On {kind}", text_nl=f"Over {kind}", **PUBLIC)
        Citation.objects.create(record=statement, field="text", source=source)
    text = page("/en/approach/")
    order = ["Why an international approach On reason [1]", "What it focuses on On focus [1]"]
    order += ["What partnerships do On partnership [1]", "Who works together On partners [1]"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "The threat" not in text
    assert "The published text" in sources("/en/approach/")["1"]
    for kind in (Kind.PARTNERS, Kind.PARTNERSHIP, Kind.FOCUS, Kind.REASON):
        assert f"Over {kind}" in page("/nl/approach/")
        assert f"On {kind}" not in page("/nl/approach/")


def test_the_pair_of_pages_names_each_other(db: None) -> None:
    markup = Client().get("/en/approach/").content.decode()
    assert '<link rel="alternate" hreflang="nl" href="http://testserver/nl/approach/">' in markup
    assert '<link rel="alternate" hreflang="en" href="http://testserver/en/approach/">' in markup


def test_a_statement_in_the_other_language_is_marked(db: None) -> None:
    build.a_statement(build.a_dialogue(), text_en="Only English", **PUBLIC)
    assert '<span lang="en">Only English</span>' in Client().get("/nl/approach/").content.decode()


def test_who_works_together_is_named_as_far_as_the_register_is_public(cast: Cast, signed_in: Any) -> None:
    partners = build.a_statement(cast.dialogue, kind=Kind.PARTNERS, text_en="Together", **PUBLIC)
    partners.organisations.add(
        build.an_organisation(name_en="Shown Service", acronym_en="SHS", is_public=True),
        build.an_organisation(name_en="Zzyx Service"),
    )
    assert "Together Shown Service (SHS)" in page("/en/approach/")
    assert "Zzyx" not in page("/en/approach/")
    assert "Zzyx Service" in page("/en/approach/", signed_in(cast.delegate_nl))


def test_what_is_said_of_an_edition_stands_there_and_what_somebody_said_too(db: None) -> None:
    edition = build.an_edition(year=2025)
    minister = build.a_person(name="Zzyx Minister", is_public_office_holder=True, office_source=build.a_source())
    said_by = Appearance.objects.create(edition=edition, person=minister, role_en="Minister", occasion_en="Spoke")
    build.a_statement(edition.dialogue, edition=edition, text_en="Zzyx of the edition", **PUBLIC)
    build.a_statement(edition.dialogue, kind=Kind.VIEW, said_by=said_by, text_en="Zzyx view", **PUBLIC)
    assert "Zzyx" not in page("/en/approach/")


@pytest.mark.parametrize(
    "audience",
    [
        {"audience": Audience.SECRETARIAT},
        {"audience": Audience.PUBLIC, "published_at": None},
        {"audience": Audience.PUBLIC, "published_at": INSTANT},
        {**PUBLIC, "embargo_until": INSTANT},
    ],
    ids=["secretariat", "undated", "later", "embargoed"],
)
def test_what_is_not_public_does_not_show_before_its_instant(db: None, audience: dict[str, Any]) -> None:
    build.a_statement(build.a_dialogue(), text_en="Zzyxcanary", **audience)
    build.a_statement(build.a_dialogue(published_at=None), text_en="Zzyxhidden", **PUBLIC)
    with clock.told_at(INSTANT - timedelta(seconds=1)):
        assert "Zzyx" not in page("/en/approach/")
        assert "Nothing has been published yet." in page("/en/approach/")
    comes = INSTANT in audience.values()
    with clock.told_at(INSTANT):
        assert ("Zzyxcanary" in page("/en/approach/")) is comes
        assert "Zzyxhidden" not in page("/en/approach/")


def test_a_secretary_sees_a_draft_as_a_draft(cast: Cast, signed_in: Any) -> None:
    build.a_statement(cast.dialogue, text_en="Zzyx draft")
    assert "Zzyx draft Draft." in page("/en/approach/", signed_in(cast.secretary_uk))
    assert "Zzyx" not in page("/en/approach/", signed_in(cast.secretary_elsewhere))


def test_corrections_and_what_is_invented_are_marked(db: None) -> None:
    statement = build.a_statement(build.a_dialogue(is_demonstration=True), text_en="Said", **PUBLIC)
    Correction.objects.create(record=statement, by=build.an_account(), note_en="Put right", at=INSTANT)
    text = page("/en/approach/")
    assert "Said Demonstration. This statement is invented." in text
    assert "Corrections 1 June 2026 : Put right" in text


def test_the_page_sets_no_cookie_answers_304_and_asks_few_questions(db: None) -> None:
    dialogue = build.a_dialogue()

    def asked() -> int:
        Client().get("/en/approach/")
        with CaptureQueriesContext(connection) as queries:
            assert Client().get("/en/approach/").status_code == 200
        return len(queries)

    def one_more() -> None:
        statement = build.a_statement(dialogue, kind=Kind.PARTNERS, **PUBLIC)
        statement.organisations.add(build.an_organisation(is_public=True))
        Citation.objects.create(record=statement, field="text", source=build.a_source())

    one_more()
    before = asked()
    for _time in range(15):
        one_more()
    assert asked() == before <= MOST_QUERIES
    answer = Client().get("/en/approach/")
    assert not answer.cookies
    assert Client().get("/en/approach/", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
