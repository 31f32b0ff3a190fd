"""Each fact of the record stands on a public page in both languages, and each gap stands there as a gap."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.utils import translation

from dialogues.models import (
    Appearance,
    Commitment,
    Dialogue,
    Edition,
    Engagement,
    Figure,
    Initiative,
    Lineage,
    NewsItem,
    OutcomeDocument,
    Result,
    Statement,
    Theme,
    Venue,
    WorkingGroup,
)
from parties.models import Citation, Organisation, Party, Person, Source
from tests.dialogues.views.test_public_record import pages
from tests.reading import content, words

SHOWN: tuple[type[models.Model], ...] = (
    *(Appearance, Commitment, Dialogue, Edition, Engagement, Figure, Initiative, Lineage, NewsItem, OutcomeDocument),
    *(Result, Statement, Theme, Venue, WorkingGroup, Organisation, Party, Citation),
)
# What is for a clock.
NOT_FOR_READERS = {(Party, "capital")}
LANGUAGES = ("en", "nl")


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", html.unescape(text)).lower()


def everything(language: str) -> str:
    """All words of all pages in one language, without the spaces that markup puts between them."""
    markup = [Client().get(f"/{language}/{page}").content.decode() for page in pages()]
    return squeezed(" ".join(words(re.sub(r'<a class="source".*?</a>', "", one, flags=re.DOTALL)) for one in markup))


def paired_texts(model: type[models.Model]) -> list[str]:
    names = [field.name.removesuffix("_en") for field in model._meta.concrete_fields if field.name.endswith("_en")]
    return [name for name in names if (model, name) not in NOT_FOR_READERS]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_record_is_read_on_some_page(loaded: None, language: str) -> None:
    said, missing = everything(language), []
    for model in SHOWN:
        for name in paired_texts(model):
            for record in model._default_manager.all():
                if isinstance(record, Citation) and isinstance(record.record, Source):
                    continue  # how the list of sources itself was put together
                text = getattr(record, f"{name}_{language}")
                parts = [part for part in text.splitlines() if part.strip()]
                missing += [(model.__name__, name, part) for part in parts if squeezed(part) not in said]
    assert missing == []
    for source in Source.objects.all():
        assert squeezed(source.title) in said, source
    for person in Person.objects.public():
        assert squeezed(person.name) in said, person.pk


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_and_date_of_the_record_is_read_on_some_page(loaded: None, language: str) -> None:
    said = everything(language)
    with translation.override(language):
        stated: list[Any] = [one.dates for model in (Edition, Engagement, OutcomeDocument) for one in model.objects.all()]
        stated += [figure.value for figure in Figure.objects.exclude(value=None)]
        stated += ["6867", "222", "2018", "13:11" if language == "en" else "13.11"]
    assert [value for value in stated if squeezed(str(value)) not in said] == []


# Numbers of the list of what the texts do not say (facts §3.14), the page, and the words in which it says so.
GAPS: tuple[tuple[str, str, str, str], ...] = (
    ("1 exact days of 2025", "dialogues/uk-nl-soc/2025/", r"exact days not stated", r"exacte dagen niet vermeld"),
    ("2 venue of 2026", "dialogues/uk-nl-soc/2026/", r"Venue Not stated", r"Locatie Niet vermeld"),
    ("2 city of 2026", "dialogues/uk-nl-soc/2026/", r"City Not stated", r"Stad Niet vermeld"),
    ("3 host of 2025", "dialogues/uk-nl-soc/2025/", r"Host Not stated", r"Gastland Niet vermeld"),
    ("3 host of 2026", "dialogues/uk-nl-soc/2026/", r"Host Not stated", r"Gastland Niet vermeld"),
    ("4 first and second", "dialogues/uk-nl-soc/", r"First and second Not stated", r"Eerste en tweede Niet vermeld"),
    ("5 length of 2026", "dialogues/uk-nl-soc/2026/", r"Length Not stated", r"Duur Niet vermeld"),
    ("5 participants of 2026", "dialogues/uk-nl-soc/2026/", r"Participants Not stated", r"Deelnemers Niet vermeld"),
    (
        "5 exact number",
        "dialogues/uk-nl-soc/2025/",
        r"The exact number is not stated",
        r"precieze aantal is niet vermeld",
    ),
    ("6 co-chairs", "dialogues/uk-nl-soc/2025/", r"Co-chairs: not stated", r"Covoorzitters: niet vermeld"),
    ("6 speakers", "dialogues/uk-nl-soc/2025/", r"moderator are not stated", r"gespreksleider zijn niet vermeld"),
    ("7 ministers of 2026", "dialogues/uk-nl-soc/2026/", r"office-holders Not stated", r"functionarissen Niet vermeld"),
    ("8 working sessions", "dialogues/uk-nl-soc/2025/", r"working sessions is not stated", r"werksessies .*is niet vermeld"),
    (
        "9 focus points",
        "dialogues/uk-nl-soc/2026/",
        r"whether they were working groups",
        r"Of het werkgroepen waren",
    ),
    ("10 agenda of 2026", "dialogues/uk-nl-soc/2026/", r"Agenda Not stated", r"Agenda Niet vermeld"),
    ("11 outcome of 2026", "dialogues/uk-nl-soc/2026/", r"Outcome document Not stated", r"Slotdocument Niet vermeld"),
    ("11 outcome of 2025", "dialogues/uk-nl-soc/2025/", r"Outcome document Not stated", r"Slotdocument Niet vermeld"),
    (
        "12 owner and deadline",
        "dialogues/uk-nl-soc/2026/",
        r"Owner: not stated . Deadline: not",
        r"Uiterste datum: niet",
    ),
    ("13 seizures", "dialogues/uk-nl-soc/2026/", r"quantity, number and dates", r"hoeveelheid, aantal en data"),
    ("13 exchanges", "engagements/", r"Exchanges of experts.*?Place Not stated", r"Uitwisselingen.*?Plaats Niet vermeld"),
    ("14 prison minister", "engagements/", r"UK Prison Minister, name not stated", r", naam niet vermeld"),
    (
        "15 summit",
        "engagements/",
        r"Finance Summit.*?Date and place Not stated",
        r"Summit.*?Datum en plaats Niet",
    ),
    ("16 joint statement", "outcomes/", r"December 2025; day not stated", r"december 2025; dag niet vermeld"),
    (
        "17 topic pages",
        "approach/",
        r"Topic page, government.nl, date not stated",
        r"government.nl, datum niet vermeld",
    ),
    ("17 place of 2021", "dialogues/nl-be-fr-es-ministerial-meeting/2021/", r"City Not stated", r"Stad Niet vermeld"),
    ("17 day of 2021", "dialogues/nl-be-fr-es-ministerial-meeting/2021/", r"December 2021", r"december 2021"),
    ("19 Dutch names", "dialogues/uk-nl-soc/2026/", r"the Dutch names are ours", r"de Nederlandse namen zijn van ons"),
    ("20 other bodies", "dialogues/uk-nl-soc/2025/", r"Not a complete list", r"Geen volledige lijst"),
)


def test_each_gap_stands_on_its_page_as_a_gap(loaded: None) -> None:
    pages = {
        (language, page): re.sub(r" \[\d+\]", "", content(f"/{language}/{page}"))
        for language in LANGUAGES
        for page in {gap[1] for gap in GAPS}
    }
    unsaid = [
        (gap, language)
        for gap, page, *words_in in GAPS
        for language, said in zip(("en", "nl"), words_in, strict=True)
        if not re.search(said, pages[language, page])
    ]
    assert unsaid == []


def test_nothing_is_said_of_the_next_edition_of_the_real_dialogue(loaded: None) -> None:
    assert "2027" not in content("/en/dialogues/uk-nl-soc/")
    assert Client().get("/en/dialogues/uk-nl-soc/2027/").status_code == 404
