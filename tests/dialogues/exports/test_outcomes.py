"""commitments.csv: what is public and nothing else, in the columns that docs/data.md tells of."""

from __future__ import annotations

import csv
import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from dialogues.exports.outcomes import COLUMNS, commitments_table
from dialogues.models import Audience, Commitment, Edition
from parties.models import Citation
from tests import build

PUBLIC = {"audience": Audience.PUBLIC, "published_at": build.LONG_AGO}
NOW = datetime(2026, 7, 1, tzinfo=UTC)


def past(dialogue: Any, year: int) -> Edition:
    days = {"opens_on": date(year, 3, 2), "closes_on": date(year, 3, 3)}
    return build.an_edition(dialogue, year=year, status=Edition.Status.ARCHIVED, **days)


def table(at: datetime = NOW) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(commitments_table(at).decode("utf-8-sig"), newline="")))


def test_a_row_holds_both_languages_its_sources_and_no_owner(db: None) -> None:
    dialogue = build.a_dialogue(slug="quokka")
    edition = past(dialogue, 2026)
    source = build.a_source(code="Z1", url="https://example.org/story")
    document = build.a_document(edition, slug="paper", **PUBLIC)
    one = build.a_commitment(
        edition, position=2, document=document, strength_en="Agreed", strength_nl="Afgesproken", summary_en="Share, “openly”",
        summary_nl="Delen", source=source, **{**PUBLIC, "published_at": datetime(2026, 5, 4, 8, 30, tzinfo=UTC)},
    )  # fmt: skip
    one.themes.add(build.a_theme(edition, name_en="Money", name_nl="Geld", position=1, **PUBLIC))
    one.themes.add(build.a_theme(edition, name_en="Arms", position=2, **PUBLIC))
    one.themes.add(build.a_theme(edition, name_en="Zzyx hidden theme"))
    one.parties.add(build.a_party("NL"), build.a_party("UK"))
    Citation.objects.create(record=one, field="summary", source=build.a_source(code="A0"))
    later = past(dialogue, 2027)
    told = build.a_result(
        later, position=1, text_en="Notes were shared.", text_nl="Er zijn notities gedeeld.", source=source, **PUBLIC
    )
    more = build.a_result(later, position=2, text_en="And more.", **PUBLIC)
    draft = build.a_result(later, text_en="Zzyx draft result")
    build.a_result(later, text_en="Zzyx result of something else", **PUBLIC)
    for result in (told, more, draft):
        result.commitments.add(one)
    Citation.objects.create(record=told, field="text", source=build.a_source(code="B7"))
    assert table(datetime(2028, 1, 1, tzinfo=UTC)) == [
        {
            "dialogue": "quokka",
            "edition": "2026",
            "document": "paper",
            "position": "2",
            "strength_en": "Agreed",
            "strength_nl": "Afgesproken",
            "summary_en": "Share, “openly”",
            "summary_nl": "Delen",
            "themes_en": "Money | Arms",
            "themes_nl": "Geld",
            "parties": "NL | UK",
            "sources": "A0 | Z1",
            "source_urls": "https://example.org/story",
            "published": "2026-05-04T08:30:00Z",
            "owner": "",
            "deadline": "",
            "demonstration": "",
            "reported_en": "Notes were shared. | And more.",
            "reported_nl": "Er zijn notities gedeeld.",
            "reported_at": "2027",
            "reported_sources": "B7 | Z1",
            "reported_source_urls": "https://example.org/story",
        }
    ]


def test_the_newest_edition_of_a_real_dialogue_stands_first_and_what_is_invented_says_so(db: None) -> None:
    dialogue, demo = build.a_dialogue(slug="z-real"), build.a_dialogue(slug="a-demo", is_demonstration=True)
    elsewhere = build.a_document(past(dialogue, 2024), relation="background", **PUBLIC)
    Commitment.objects.create(dialogue=dialogue, document=elsewhere, strength_en="x", summary_en="Made elsewhere", **PUBLIC)
    build.a_commitment(past(dialogue, 2025), **PUBLIC)
    build.a_commitment(past(dialogue, 2026), **PUBLIC)
    build.a_commitment(past(demo, 2030), **PUBLIC)
    assert [(row["edition"], row["demonstration"]) for row in table()] == [
        ("2026", ""),
        ("2025", ""),
        ("", ""),
        ("2030", "yes"),
    ]


def test_nothing_hidden_leaves_and_an_embargo_is_kept_to_the_second(db: None) -> None:
    dialogue = build.a_dialogue()
    edition = past(dialogue, 2026)
    build.a_commitment(edition, summary_en="Draft")
    build.a_commitment(edition, summary_en="Internal", audience=Audience.DELEGATES, published_at=build.LONG_AGO)
    build.a_commitment(edition, summary_en="Later", **PUBLIC, embargo_until=NOW)
    hidden = build.a_document(edition)
    Commitment.objects.create(dialogue=dialogue, document=hidden, strength_en="x", summary_en="In a draft", **PUBLIC)
    assert table(NOW - timedelta(seconds=1)) == []
    (row,) = table(NOW)
    assert row["summary_en"] == "Later"
    assert row["published"] == "2026-07-01T00:00:00Z"


def test_a_summary_that_a_spreadsheet_would_run_is_text(db: None) -> None:
    build.a_commitment(past(build.a_dialogue(), 2026), summary_en='=HYPERLINK("https://example.org")', **PUBLIC)
    assert table()[0]["summary_en"] == '\'=HYPERLINK("https://example.org")'


def test_every_column_is_documented_in_its_order() -> None:
    text = Path("docs/data.md").read_text()
    section = text[text.index("## commitments.csv") :].split("\n## ")[0]
    assert tuple(re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)) == COLUMNS
