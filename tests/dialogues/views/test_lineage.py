"""Where the themes of an edition come from: drawn and said, confirmed only where both parties did."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from dialogues.models import Edition, Lineage, Mandate, Theme
from tests import build
from tests.reading import content

PUBLIC: dict[str, Any] = {"audience": "public", "published_at": build.LONG_AGO}


@pytest.fixture
def editions(db: None) -> tuple[Edition, Edition]:
    dialogue = build.a_dialogue(slug="quokka")
    past = {"status": Edition.Status.ARCHIVED, "opens_on": date(2025, 3, 2), "closes_on": date(2025, 3, 3)}
    before = build.an_edition(dialogue, year=2025, **past)
    after = build.an_edition(dialogue, year=2026, status=Edition.Status.FOLLOW_UP, ordinal=4)
    return before, after


@pytest.fixture
def earlier(editions: tuple[Edition, Edition]) -> Mandate:
    group = build.a_group(editions[0].dialogue, name_en="Ports", name_nl="Havens")
    return build.a_mandate(editions[0], group)


@pytest.fixture
def later(editions: tuple[Edition, Edition]) -> Theme:
    return build.a_theme(editions[1], name_en="Harbours", name_nl="Zeehavens", **PUBLIC)


def link(edition: Edition, kind: str, **ends: Any) -> Lineage:
    made = Lineage(edition=edition, kind=kind, **ends)
    made.full_clean()
    made.save()
    return made


def test_a_link_is_dotted_and_said_to_be_unconfirmed_until_both_parties_confirm_it(
    editions: tuple[Edition, Edition], earlier: Mandate, later: Theme
) -> None:
    made = link(editions[1], "similar", earlier_mandate=earlier, later_theme=later)
    address = editions[1].get_absolute_url()
    assert "Harbours – similar subject to the 2025 working group “Ports”. Not confirmed." in content(address)
    markup = Client().get(address).content.decode()
    picture = markup[markup.index('<svg role="img" aria-labelledby="lineage-title') :]
    assert 'class="p-dotted"' in picture
    made.confirmed_on = date(2026, 6, 1)
    made.save()
    markup = Client().get(address).content.decode()
    assert 'class="p-dotted"' not in markup
    assert "Confirmed by the parties on 1 June 2026." in content(address)


def test_what_is_new_and_what_did_not_return_are_said_in_both_languages(
    editions: tuple[Edition, Edition], earlier: Mandate, later: Theme
) -> None:
    link(editions[1], "new", later_theme=later)
    link(editions[1], "ends", earlier_mandate=earlier)
    english = content(editions[1].get_absolute_url())
    assert "Harbours – new." in english
    assert "Ports (2025) – not among the subjects of 2026." in english
    dutch = content("/nl/dialogues/quokka/2026/")
    assert "Zeehavens – nieuw." in dutch
    assert "Havens (2025) – geen onderwerp van 2026." in dutch


def test_a_link_to_something_hidden_is_hidden_with_it(
    editions: tuple[Edition, Edition], earlier: Mandate, later: Theme
) -> None:
    link(editions[1], "related", earlier_mandate=earlier, later_theme=later)
    assert "related to the 2025 working group" in content(editions[1].get_absolute_url())
    Theme.objects.filter(pk=later.pk).update(published_at=None)
    assert "Ports" not in content(editions[1].get_absolute_url())


def test_a_text_in_one_language_is_shown_to_readers_of_the_other_with_a_notice(editions: tuple[Edition, Edition]) -> None:
    Edition.objects.filter(pk=editions[1].pk).update(purpose_en="Only said in English", purpose_nl="")
    dutch = Client().get("/nl/dialogues/quokka/2026/").content.decode()
    assert '<span lang="en">Only said in English</span>' in dutch
    assert "Deze tekst is er alleen in het Engels." in content("/nl/dialogues/quokka/2026/")
    assert "English only" not in content("/en/dialogues/quokka/2026/")
