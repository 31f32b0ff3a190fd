"""Lists and print on paper: one part by itself, or several as one pack with a contents page.

Each topic makes its part: a dict with `kind` (the file of `typst/` that draws it), `title` and what that draws. Build the
parts and set them in one language: inside `override(lang)`.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from socportal.bilingual import reader_language

from .marking import TakenOut, marking, series
from .pdf import typeset

Part = dict[str, Any]


def paper(taken_out: TakenOut, *parts: Part, title: str = "", audience: str = "") -> bytes:
    """The PDF in the language that is active."""
    content = {
        "title": title or parts[0]["title"],
        "series": series(taken_out.edition),
        "marking": marking(),
        "audience": audience or _("Secretariat and registration desk"),
        "watermark": taken_out.watermark(),
        "contents": _("Contents"),
        "parts": list(parts),
    }
    return typeset("print", content, lang=reader_language())
