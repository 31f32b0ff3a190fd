"""Paper: what comes in as text stays text, nothing is lost for want of a letter, and a screen reader can read it."""

from __future__ import annotations

from typing import Any

import pytest

from dialogues.exports.pdf import PLACEHOLDER, characters, legible, typeset
from socportal.bilingual import Wording
from tests import reading_paper


def paper(*names: Any, lang: str = "en") -> bytes:
    """A list of participants of these names, the simplest of the parts."""
    rows = [{"name": name, "capacity": "", "post": "Post", "organisation": "Office"} for name in names]
    part = {
        "kind": "participants",
        "title": "List of participants",
        "under": "",
        "columns": ["Name", "Post", "Organisation"],
        "not_listed": "name not listed",
        "sections": [{"title": "Party", "rows": rows}],
    }
    content = {
        "title": "List of participants",
        "series": "Dialogue",
        "marking": "OFFICIAL / ongerubriceerd",
        "watermark": "Taken out by: secretary",
        "contents": "Contents",
        "parts": [part],
    }
    return typeset("print", content, lang=lang)


def test_markup_in_a_text_is_text() -> None:
    name = '#import "x": y $a$ *b* _c_ <d> @e [f] // g \\ #panic() {h} `i` ~ "j"'
    assert name in reading_paper.words(paper(name))


def test_a_letter_the_fonts_lack_is_a_box_and_the_rest_stands() -> None:
    read = reading_paper.words(paper("Żółć Łukasz Ğü Øβж", "before \x00\x07 漢字 🚢 \ue000 after", "\u202eleft\u200b", ""))
    assert "Żółć Łukasz Ğü Øβж" in read
    assert f"before {PLACEHOLDER}{PLACEHOLDER} {PLACEHOLDER}{PLACEHOLDER} {PLACEHOLDER} {PLACEHOLDER} after" in read
    assert "left" in read and "\u202e" not in read
    assert ord(PLACEHOLDER) in characters()


@pytest.mark.parametrize(
    "code", [*range(0x20), 0x7F, 0x85, 0xAD, 0x301, 0x378, 0x2028, 0xD800, 0xFDD0, 0xFFFF, 0x1F600, 0x10FFFF]
)
def test_no_character_refuses_the_document(code: int) -> None:
    assert "a" in reading_paper.words(paper(f"a{chr(code)}b"))


def test_a_combining_accent_joins_its_letter() -> None:
    assert legible("e\u0301") == "é"


def test_every_sheet_carries_marking_watermark_and_its_number() -> None:
    sheets = reading_paper.sheets(paper(*(f"Ms Example {n}" for n in range(80))))
    assert len(sheets) > 2
    for number, sheet in enumerate(sheets, start=1):
        assert sheet.count("OFFICIAL / ongerubriceerd") == 2, "at head and foot"
        assert "Taken out by: secretary" in sheet
        assert f"Page {number} of {len(sheets)}" in sheet


def test_it_is_tagged_titled_and_in_its_language() -> None:
    made = paper("Ms Example", lang="nl")
    assert reading_paper.is_tagged(made)
    assert reading_paper.title(made) == "List of participants"
    assert reading_paper.language(made).lower() == "nl-nl"
    assert {"H1", "Table", "TH", "TD"} <= set(reading_paper.tags(made))
    assert reading_paper.tags(made).count("TR") == 2


def test_a_text_in_the_other_language_is_marked_as_such() -> None:
    borrowed = paper(Wording("Mevrouw Voorbeeld", "nl"))
    assert "Mevrouw Voorbeeld" in reading_paper.words(borrowed)
    assert b"(nl" in borrowed.replace(b"NL", b"nl") and b"(nl" not in paper("Mevrouw Voorbeeld").replace(b"NL", b"nl")


def test_the_same_content_gives_the_same_bytes() -> None:
    assert paper("Ms Example") == paper("Ms Example") != paper("Ms Other")
