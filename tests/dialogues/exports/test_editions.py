"""editions.json: what is public of every edition, as `docs/data.md` describes it; null is “not stated”."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dialogues.models import Appearance, Audience, Edition, Venue
from parties.models import Citation
from socportal import clock
from tests import build
from tests.cast import Cast

MOST_QUERIES = 12
PUBLIC = {"audience": Audience.PUBLIC, "published_at": build.LONG_AGO}
INSTANT = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
ADDRESS = "/en/dialogues/editions.json"


def told(client: Client | None = None) -> dict[str, Any]:
    answer = (client or Client()).get(ADDRESS)
    assert answer.headers["Content-Type"] == "application/json"
    return json.loads(answer.content)  # type: ignore[no-any-return]


def a_full_edition() -> Edition:
    dialogue = build.a_dialogue(slug="ports", name_en="Ports dialogue", name_nl="Havendialoog", short_name_en="Ports")
    edition = build.an_edition(
        dialogue,
        year=2025,
        ordinal=3,
        status=Edition.Status.ARCHIVED,
        opens_on=date(2025, 1, 27),
        closes_on=date(2025, 1, 31),
        date_precision="week",
        length_days=2,
        city_en="London",
        city_nl="Londen",
        participants_en="Nearly 70 experts",
    )
    edition.organisations.add(build.an_organisation(slug="crime-agency", name_en="Crime Agency", is_public=True))
    build.a_theme(edition, name_en="Finance", name_nl="Financiën", **PUBLIC)
    build.a_mandate(edition, build.a_group(dialogue, slug="detention", name_en="Detention", name_nl="Detentie"))
    build.a_document(edition, slug="statement", **PUBLIC)
    source = build.a_source(
        code="S9", title="The text", lang="en", published_on=date(2025, 1, 31), url="https://example.org/text"
    )
    for field in ("opens_on", "city"):
        Citation.objects.create(record=edition, field=field, source=source)
    return edition


def test_an_empty_portal_gives_an_empty_list(db: None) -> None:
    assert told() == {"version": 1, "dialogues": []}


def test_an_edition_stands_with_all_that_is_stated(db: None) -> None:
    a_full_edition()
    (dialogue,) = told()["dialogues"]
    (edition,) = dialogue.pop("editions")
    assert dialogue == {
        "slug": "ports",
        "name": {"en": "Ports dialogue", "nl": "Havendialoog"},
        "short_name": {"en": "Ports", "nl": None},
        "address": {"en": "http://testserver/en/dialogues/ports/", "nl": "http://testserver/nl/dialogues/ports/"},
        "is_demonstration": False,
        "parties": ["NL", "UK"],
    }
    assert edition == {
        "year": 2025,
        "ordinal": 3,
        "name": None,
        "is_cancelled": False,
        "address": {"en": "http://testserver/en/dialogues/ports/2025/", "nl": "http://testserver/nl/dialogues/ports/2025/"},
        "dates": {"first": "2025-01-27", "last": "2025-01-31", "precision": "week"},
        "length_days": 2,
        "city": {"en": "London", "nl": "Londen"},
        "host_party": "NL",
        "participants": {"en": "Nearly 70 experts", "nl": None},
        "organisations": [{"slug": "crime-agency", "name": {"en": "Crime Agency", "nl": None}}],
        "themes": [{"en": "Finance", "nl": "Financiën"}],
        "working_groups": [{"slug": "detention", "name": {"en": "Detention", "nl": "Detentie"}}],
        "documents": ["statement"],
        "sources": [
            {
                "code": "S9",
                "title": "The text",
                "language": "en",
                "published_on": "2025-01-31",
                "url": "https://example.org/text",
                "origin": "seed",
                "states": ["city", "opens_on"],
            }
        ],
    }


def test_what_is_not_stated_is_null(db: None) -> None:
    build.an_edition(
        status="planned", opens_on=None, closes_on=None, date_precision="none", host_party=None, city_en="", city_nl=""
    )
    edition = told()["dialogues"][0]["editions"][0]
    assert edition["dates"] == {"first": None, "last": None, "precision": None}
    empty = ("ordinal", "length_days", "city", "host_party", "participants", "organisations", "themes", "working_groups")
    assert {edition[field] for field in (*empty, "documents", "name")} == {None}
    assert edition["sources"] == []


def test_both_addresses_give_the_same_file_in_the_same_order(db: None) -> None:
    for slug in ("zebra", "ant", "mole"):
        dialogue = build.a_dialogue(slug=slug)
        for year in (2026, 2024, 2025):
            build.an_edition(dialogue, year=year)
    assert Client().get(ADDRESS).content == Client().get("/nl/dialogues/editions.json").content
    assert [dialogue["slug"] for dialogue in told()["dialogues"]] == ["ant", "mole", "zebra"]
    assert [edition["year"] for edition in told()["dialogues"][0]["editions"]] == [2024, 2025, 2026]


@pytest.mark.parametrize(
    "audience",
    [{"audience": Audience.SECRETARIAT}, {"published_at": None}, {"published_at": INSTANT}, {"embargo_until": INSTANT}],
    ids=["secretariat", "undated", "later", "embargoed"],
)
def test_what_is_not_public_is_not_there_before_its_instant(db: None, audience: dict[str, Any]) -> None:
    dialogue = build.a_dialogue()
    edition = build.an_edition(dialogue, year=2025)
    build.an_edition(dialogue, year=2026, city_en="Zzyx city", **audience)
    build.an_edition(build.a_dialogue(name_en="Zzyx dialogue", **audience), year=2026)
    build.a_theme(edition, name_en="Zzyx theme", **{**PUBLIC, **audience})
    build.a_mandate(edition, build.a_group(dialogue, slug="zzyx-group", name_en="Zzyx", **audience))
    build.a_document(edition, slug="zzyx-document", **{**PUBLIC, **audience})
    edition.organisations.add(build.an_organisation(name_en="Zzyxservice"))
    with clock.told_at(INSTANT - timedelta(seconds=1)):
        assert "zzyx" not in json.dumps(told()).lower()
        assert len(told()["dialogues"]) == len(told()["dialogues"][0]["editions"]) == 1
    with clock.told_at(INSTANT):
        shown = json.dumps(told())
    comes = INSTANT in audience.values()
    for canary in ("Zzyx city", "Zzyx dialogue", "Zzyx theme", "zzyx-group", "zzyx-document"):
        assert (canary in shown) is comes
    assert "Zzyxservice" not in shown


def test_no_person_no_house_and_no_programme_stands_in_it(db: None) -> None:
    edition = a_full_edition()
    Edition.objects.update(venue=Venue.objects.create(name_en="Zzyx House"))
    minister = build.a_person(name="Zzyx Minister", is_public_office_holder=True, office_source=build.a_source())
    Appearance.objects.create(edition=edition, person=minister, role_en="Zzyx role", occasion_en="Zzyx")
    build.a_registration(build.a_person(build.a_party("UK"), name="Zzyx Delegate"), edition)
    assert "Zzyx" not in json.dumps(told())


def test_a_secretary_reads_what_everybody_reads(cast: Cast, signed_in: Any) -> None:
    build.an_edition(cast.dialogue, year=2030, published_at=None)
    assert told(signed_in(cast.secretary_uk)) == told()


def test_the_demonstration_says_that_it_is_one(db: None) -> None:
    build.a_dialogue(is_demonstration=True)
    assert told()["dialogues"][0]["is_demonstration"] is True


def test_every_field_is_described(db: None) -> None:
    """And the version that the description is of is the one that is given."""
    a_full_edition()
    described = Path("docs/data.md").read_text(encoding="utf-8")
    section = described[described.index("## editions.json") :]

    def names(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value) | {name for inner in value.values() for name in names(inner)}
        return {name for inner in value for name in names(inner)} if isinstance(value, list) else set()

    missing = {name for name in names(told()) if not re.search(rf"`(\w+\.)*{name}`", section)}
    assert missing == set()
    assert f"`version` | {told()['version']}" in section.replace("  ", " ")


def test_the_file_sets_no_cookie_answers_304_and_asks_few_questions(db: None) -> None:
    def asked() -> int:
        Client().get(ADDRESS)
        with CaptureQueriesContext(connection) as queries:
            Client().get(ADDRESS)
        return len(queries)

    edition = a_full_edition()
    before = asked()
    for year in range(2000, 2012):
        another = build.an_edition(edition.dialogue, year=year)
        another.organisations.add(*edition.organisations.all())
        build.a_mandate(another)
        build.a_theme(another, **PUBLIC)
        build.a_document(another, **PUBLIC)
        Citation.objects.create(record=another, field="city", source=build.a_source())
        build.an_edition(build.a_dialogue())
    assert asked() == before <= MOST_QUERIES
    answer = Client().get(ADDRESS)
    assert not answer.cookies
    assert Client().get(ADDRESS, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
