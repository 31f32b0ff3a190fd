"""Paper: typst sets a template to a tagged PDF/UA-1; what it says goes in as JSON, never as markup.

A template is a file of `typst/`, begins with `#import "base.typ": *` and prints every text with `say(…)`. It finds in
`content` what it was given, and beside it:

    title      the document’s title, without a name of a person: readers and file lists show it
    series     optional: what stands over the title and at the head of every sheet, such as dialogue and edition
    marking    optional: stands at head and foot of every sheet, with `audience` in words beside it
    watermark  optional: for whom and when it was taken out; stands at the foot of every sheet
    page_of    “Page %(page)s of %(pages)s” in the document’s language; given by `typeset`

The same content gives the same bytes.
"""

from __future__ import annotations

import json
import struct
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import typst
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from socportal.bilingual import Wording

TEMPLATES = Path(__file__).parent / "typst"
FONTS = Path(__file__).parent / "fonts"
# Stands where a character is that our fonts cannot draw: typst would refuse the whole document.
PLACEHOLDER = "□"


def typeset(template: str, content: dict[str, Any], *, lang: str) -> bytes:
    """The PDF of `typst/<template>.typ` filled with `content`, in the language `lang`.

    A `Wording` in another language than the document’s is marked as such, as on a page (WCAG 2.2, 3.1.2).
    """
    with override(lang):
        filled = told({"page_of": _("Page {page} of {pages}"), **content, "lang": lang}, lang)
    return cast(
        bytes,
        typst.compile(
            str(TEMPLATES / f"{template}.typ"),
            root=str(TEMPLATES),
            font_paths=fonts(),
            ignore_system_fonts=True,
            sys_inputs={"content": json.dumps(filled, ensure_ascii=False)},
            pdf_standards=["ua-1"],
            timestamp=0,
        ),
    )


def told(value: Any, lang: str) -> Any:
    """The content as JSON may hold it, every text legible."""
    if isinstance(value, dict):
        return {str(key): told(part, lang) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [told(part, lang) for part in value]
    if isinstance(value, Wording) and value and value.lang != lang:
        return {"text": legible(value), "lang": value.lang}
    if isinstance(value, (str, Promise)):
        return legible(str(value))
    if value is None or isinstance(value, (bool, int, float)):
        return value
    raise TypeError(f"{type(value).__name__} is no text: say in words what it stands for")


def legible(text: str) -> str:
    """The text with a box where a character is that our fonts lack; what steers a line’s direction is left out."""
    return "".join(map(_drawn, unicodedata.normalize("NFC", text.replace("\r\n", "\n"))))


def _drawn(character: str) -> str:
    if character == "\n" or ord(character) in characters():
        return character
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) == "Cf" else PLACEHOLDER


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """Libertinus Serif comes with typst; Inter lies beside it. Those of the machine are left alone."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])


@lru_cache(maxsize=1)
def characters() -> frozenset[int]:
    """What both weights of Inter draw, without private use: every text can fall back on it."""
    drawn = frozenset.intersection(*map(_characters_of, sorted(FONTS.glob("*.otf"))))
    return frozenset(code for code in drawn if unicodedata.category(chr(code)) not in {"Cc", "Cf", "Cn", "Co", "Cs"})


def _characters_of(font: Path) -> frozenset[int]:
    """The characters of the font’s `cmap` table, read from its subtables of format 12 (OpenType 1.9)."""
    held = font.read_bytes()
    (tables,) = struct.unpack_from(">H", held, 4)
    at = next(
        offset
        for tag, _sum, offset, _length in (struct.unpack_from(">4sIII", held, 12 + 16 * n) for n in range(tables))
        if tag == b"cmap"
    )
    (subtables,) = struct.unpack_from(">H", held, at + 2)
    found: set[int] = set()
    for n in range(subtables):
        _platform, _encoding, offset = struct.unpack_from(">HHI", held, at + 4 + 8 * n)
        if struct.unpack_from(">H", held, at + offset) != (12,):
            continue
        (groups,) = struct.unpack_from(">I", held, at + offset + 12)
        for group in range(groups):
            first, last, _glyph = struct.unpack_from(">III", held, at + offset + 16 + 12 * group)
            found.update(range(first, last + 1))
    return frozenset(found)
