"""Two language columns read as one.

`title_en` and `title_nl` are two columns; `title = Bilingual()` reads them as one in the reader's language. Where that
language is missing, the other is given with its language named, so that a template can mark it (`lang`), as WCAG 2.2
criterion 3.1.2 asks.
"""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.translation import get_language

LANGUAGES = ("en", "nl")


def reader_language() -> str:
    """`en` or `nl`: the language of the page being made."""
    return (get_language() or "en")[:2] if (get_language() or "en")[:2] in LANGUAGES else "en"


class Wording(str):
    """A text that knows its language; `marked` gives HTML with `lang` where it is not the page's own."""

    lang: str

    def __new__(cls, value: str, lang: str) -> Wording:
        wording = super().__new__(cls, value)
        wording.lang = lang
        return wording

    @property
    def is_borrowed(self) -> bool:
        """Whether this is the other language, standing in for a missing one."""
        return bool(self) and self.lang != reader_language()

    @property
    def marked(self) -> str:
        if self.is_borrowed:
            return format_html('<span lang="{}">{}</span>', self.lang, str(self))
        return str(self)


def in_reader_language(pair: dict[str, str] | None) -> Wording:
    """The reader's half of `{"en": …, "nl": …}`, or the other half, marked as such."""
    pair = pair or {}
    own = reader_language()
    for lang in (own, *(other for other in LANGUAGES if other != own)):
        if pair.get(lang):
            return Wording(pair[lang], lang)
    return Wording("", own)


class Bilingual:
    """Descriptor over `<name>_en` and `<name>_nl`."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, record: Any, owner: type | None = None) -> Any:
        if record is None:
            return self
        return in_reader_language({lang: getattr(record, f"{self.name}_{lang}") for lang in LANGUAGES})
