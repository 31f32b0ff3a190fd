"""Search over everything that the reader may see, in both languages.

The rows come through each record’s own `visible_to`, all kinds in one query; they are matched here and not in the database,
so that SQLite and PostgreSQL fold accents and case alike without an extension. People are found only where they are named
as office-holders, by an appearance, and that leads to the edition or engagement.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import BooleanField, Case, F, IntegerField, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from dialogues.models import (
    Appearance,
    Audience,
    Commitment,
    ConsultationStructure,
    Dialogue,
    Edition,
    Engagement,
    Figure,
    Initiative,
    NewsItem,
    OutcomeDocument,
    ProgressSection,
    Result,
    Statement,
    Theme,
    WorkingGroup,
)
from parties.models import Organisation
from socportal import clock
from socportal.bilingual import LANGUAGES, Wording, in_reader_language

from .publication import frame

MOST_CHARACTERS = 200
HITS_A_PAGE = 20
TITLE_LENGTH, SNIPPET_BEFORE, SNIPPET_LENGTH = 110, 60, 220
SEPARATOR = "\x1f"  # between the columns that make up a text; no keyboard writes it
WORD = re.compile(r"\w+")
ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")  # the blocks of combining marks


@dataclass(frozen=True)
class Kind:
    """One kind of record: what it is called, and which of its columns are looked through.

    `titles` and `texts` name pairs of columns, `title` for `title_en` and `title_nl`; where there is no title the text
    begins with its own. `plain` is a column that reads alike in both languages, and `plain_in` says where it is shown.
    """

    model: Any
    name: Any
    titles: tuple[str, ...]
    texts: tuple[str, ...] = ()
    plain: Any = None
    plain_in: str = ""
    key: str = "pk"
    dialogue: str = ""
    edition: str = ""

    def rows(self, user: Any, at: datetime) -> QuerySet[Any]:
        """What this reader may see of this kind, as rows with the columns of `Row`."""
        has_audience = hasattr(self.model, "audience")
        public = Q(audience=Audience.PUBLIC, published_at__lte=at) & (Q(embargo_until__isnull=True) | Q(embargo_until__lte=at))
        rows = self.model.objects.visible_to(user, at)
        if self.model is Appearance:
            rows = rows.filter(**{f"{self.edition or 'engagement'}__isnull": False})
        if self.model is Engagement:
            rows = rows.with_place(user, at)
        return rows.order_by().values_list(
            Value(KINDS.index(self), output_field=IntegerField()),
            Cast(self.key, TextField()),
            *(
                (F(at_path(self.dialogue, "slug")), F(at_path(self.dialogue, "is_demonstration")))
                if self.dialogue
                else (as_text(""), Value(False, output_field=BooleanField()))
            ),
            *(
                (
                    F(at_path(self.edition, "year")),
                    F(at_path(self.edition, "ordinal")),
                    F(at_path(self.edition, "name_en")),
                    F(at_path(self.edition, "name_nl")),
                )
                if self.edition
                else (Value(0, output_field=IntegerField()), Value(0, output_field=IntegerField()), as_text(""), as_text(""))
            ),
            Case(When(public, then=Value(False)), default=Value(True), output_field=BooleanField())
            if has_audience
            else Value(False, output_field=BooleanField()),
            F(self.plain) if isinstance(self.plain, str) else self.plain or as_text(""),
            *(joined(columns, language) for columns in (self.titles, self.texts) for language in LANGUAGES),
        )


def at_path(path: str, column: str) -> str:
    return column if path == "pk" else f"{path}__{column}"


def as_text(text: str) -> Value:
    return Value(text, output_field=TextField())


def joined(columns: tuple[str, ...], language: str) -> Any:
    parts: list[Any] = []
    for column in columns:
        parts += [as_text(SEPARATOR), F(f"{column}_{language}")]
    return Concat(*parts, output_field=TextField()) if parts else as_text("")


OF_EDITION = {"dialogue": "edition__dialogue", "edition": "edition"}
WITH_EDITION = {"dialogue": "dialogue", "edition": "edition"}

# In the order in which equal hits stand.
KINDS = (
    Kind(Edition, _("Edition"), ("name",), ("purpose", "city", "participants", "programme"), dialogue="dialogue", edition="pk"),
    Kind(Dialogue, _("Dialogue"), ("name",), ("purpose", "short_name", "frequency"), "aliases", key="slug", dialogue="pk"),
    Kind(WorkingGroup, _("Working group"), ("name",), ("description",), key="slug", dialogue="dialogue"),
    Kind(
        ConsultationStructure,
        _("Consultation structure"),
        ("name",),
        ("remit", "frequency"),
        key="slug",
        dialogue="dialogue",
    ),
    Kind(Theme, _("Theme"), ("name",), **OF_EDITION),
    Kind(Commitment, _("Commitment"), (), ("summary", "strength"), **WITH_EDITION),
    Kind(Result, _("Reported progress"), (), ("text",), **OF_EDITION),
    Kind(ProgressSection, _("Progress since an edition"), (), ("text",), **OF_EDITION),
    Kind(Engagement, _("Engagement"), ("title",), ("summary", "standing", "known_place"), **WITH_EDITION),
    Kind(Initiative, _("Initiative"), ("name",), ("summary", "partners", "standing"), dialogue="dialogue"),
    Kind(OutcomeDocument, _("Document"), ("title",), ("summary",), key="slug", **WITH_EDITION),
    Kind(NewsItem, _("News item"), ("title",), ("lead", "body"), key="slug", **WITH_EDITION),
    Kind(
        Appearance,
        _("Office-holder named at an edition"),
        ("role",),
        ("occasion",),
        "person__name",
        "title",
        **OF_EDITION,
    ),
    Kind(
        Appearance,
        _("Office-holder named at an engagement"),
        ("role",),
        ("occasion",),
        "person__name",
        "title",
        key="engagement__pk",
        dialogue="engagement__dialogue",
    ),
    Kind(
        Figure,
        _("Figure"),
        ("what",),
        ("value_text", "unit", "rank", "where"),
        Cast("value", TextField()),
        "text",
        **OF_EDITION,
    ),
    Kind(Statement, _("Statement"), (), ("text",), **WITH_EDITION),
    Kind(Organisation, _("Organisation"), ("name",), ("acronym",)),
)


class Row(NamedTuple):
    """One record as the query gives it; an edition’s own texts stand with its year and ordinal."""

    kind_number: int
    key: str
    dialogue: str
    is_demonstration: bool
    year: int | None
    ordinal: int | None
    edition_name_en: str | None
    edition_name_nl: str | None
    is_draft: bool
    plain: str | None
    title_en: str
    title_nl: str
    text_en: str
    text_nl: str

    @property
    def kind(self) -> Kind:
        return KINDS[self.kind_number]

    @property
    def edition(self) -> Edition | None:
        """The edition as far as its title and address need it; never asked of the database."""
        if not self.year:
            return None
        return Edition(
            dialogue=Dialogue(slug=self.dialogue),
            year=self.year,
            ordinal=self.ordinal,
            name_en=self.edition_name_en or "",
            name_nl=self.edition_name_nl or "",
        )

    def titles(self) -> dict[str, str]:
        if self.kind.model is Edition and self.edition:
            titles = {}
            for language in LANGUAGES:
                with override(language):
                    title = self.edition.title
                titles[language] = str(title) if getattr(title, "lang", language) == language else ""
            return titles
        titles = {"en": unpacked(self.title_en, ", "), "nl": unpacked(self.title_nl, ", ")}
        if self.plain and self.kind.plain_in == "title":
            return {language: f"{self.plain}, {title}" if title else "" for language, title in titles.items()}
        return titles

    def texts(self) -> dict[str, str]:
        texts = {"en": unpacked(self.text_en), "nl": unpacked(self.text_nl)}
        if self.plain and self.kind.plain_in == "text":
            return {language: f"{self.plain} {text}" if text else "" for language, text in texts.items()}
        return texts

    def address(self) -> str:
        model, edition = self.kind.model, self.edition
        if model is Organisation:
            return f"{reverse('organisations')}?{urlencode({'words': in_reader_language(self.titles())})}"
        if model is Dialogue:
            return reverse("dialogue", args=[self.key])
        if model in (Edition, Appearance) and edition:
            return edition.get_absolute_url()
        if model is Appearance:
            return Engagement(pk=int(self.key)).get_absolute_url()
        if self.kind.key == "slug":
            return str(model(slug=self.key).get_absolute_url())
        if model in (Commitment, Engagement, Initiative):
            return str(model(pk=int(self.key)).get_absolute_url())
        return str(model(edition=edition).get_absolute_url())


def unpacked(packed: str, between: str = " · ") -> str:
    return between.join(part.strip() for part in packed.split(SEPARATOR) if part.strip())


@dataclass(frozen=True)
class Hit:
    """One line of the results, as HTML with what was found marked, and `lang` where it is the other language."""

    kind: Any
    address: str
    title: str
    snippet: str
    where: str
    is_demonstration: bool
    is_draft: bool


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """`?q=`: every word of it must begin a word of the record. Too long a question is answered 400, in words."""
    user: Any = request.user
    asked = request.GET.get("q", "").strip()
    is_too_long = len(asked) > MOST_CHARACTERS
    words = [] if is_too_long else words_of(asked)
    found = found_rows(user, clock.now(), words) if words else []
    page = Paginator(found, HITS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "asked": asked[:MOST_CHARACTERS],
        "most_characters": MOST_CHARACTERS,
        "is_too_long": is_too_long,
        "has_words": bool(words),
        "count": len(found),
        "hits": [hit_of(row, words) for row in page.object_list],
        "page": page,
        "address_of_page": f"?{urlencode({'q': asked})}&page=",
        "base": frame(user),
    }
    return render(request, "dialogues/search/search.html", context, status=400 if is_too_long else 200)


def found_rows(user: Any, at: datetime, words: list[str]) -> list[Row]:
    """Hits in the title first, then by kind, then newest first."""
    first, *others = (kind.rows(user, at) for kind in KINDS)
    begins = [re.compile(rf"(?<!\w){re.escape(word)}") for word in words]

    def holds(text: str) -> bool:
        text = folded(text)
        return all(pattern.search(text) for pattern in begins)

    ranked = []
    for row in map(Row._make, first.union(*others, all=True)):
        title = " ".join([row.plain or "", *row.titles().values()])
        if holds(title):
            ranked.append((0, row))
        elif holds(f"{title} {row.text_en} {row.text_nl} {row.year if row.kind.model is Edition else ''}"):
            ranked.append((1, row))
    ranked.sort(key=lambda one: (one[0], one[1].kind_number, -(one[1].year or 0), one[1].key))
    return [row for _rank, row in ranked]


def folded(text: str) -> str:
    """Without case and accents: “Één” and “een” are one word, and so are “Münster” and “munster”."""
    if text.isascii():
        return text.lower()
    return ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold()


def words_of(asked: str) -> list[str]:
    """Letters and digits only; what is asked twice is looked for once."""
    return list(dict.fromkeys(WORD.findall(folded(asked))))


def hit_of(row: Row, words: list[str]) -> Hit:
    titles, texts = row.titles(), row.texts()
    title, text = in_reader_language(titles), in_reader_language(texts)
    snippet = text
    if not any(has_hit(shown, words) for shown in (title, text)):
        # It was found by the other language: show what it was found by.
        others = [Wording(pair[language], language) for pair in (texts, titles) for language in LANGUAGES]
        snippet = next((other for other in others if has_hit(other, words)), text)
    if not title:
        title = Wording(cut(text), text.lang)
        snippet = Wording("", text.lang) if has_hit(title, words) else snippet
    edition = row.edition if row.kind.model is not Edition else None
    return Hit(
        kind=row.kind.name,
        address=row.address(),
        title=with_language(title, marked_hits(title, words)),
        snippet=with_language(snippet, excerpt(snippet, words)),
        where=(edition.name.marked if edition.name else edition.title) if edition else "",
        is_demonstration=row.is_demonstration,
        is_draft=row.is_draft,
    )


def hits_in(text: str, words: list[str]) -> Iterable[re.Match[str]]:
    return (match for match in WORD.finditer(text) if folded(match.group()).startswith(tuple(words)))


def has_hit(text: str, words: list[str]) -> bool:
    return any(True for _match in hits_in(text, words))


def cut(text: str) -> str:
    """The beginning of a long text, to stand as its title."""
    return text if len(text) <= TITLE_LENGTH else f"{text[:TITLE_LENGTH].rsplit(None, 1)[0]} …"


def excerpt(text: str, words: list[str]) -> str:
    """The text around the first hit, whole words only."""
    text = unicodedata.normalize("NFC", text)
    first = next((match.start() for match in hits_in(text, words)), 0)
    start = text.find(" ", first - SNIPPET_BEFORE) + 1 if first > SNIPPET_BEFORE else 0
    start = min(start, first)
    end = text.rfind(" ", start, start + SNIPPET_LENGTH) if len(text) > start + SNIPPET_LENGTH else len(text)
    end = end if end > first else min(len(text), start + SNIPPET_LENGTH)
    return format_html("{}{}{}", "… " if start else "", marked_hits(text[start:end], words), " …" if end < len(text) else "")


def marked_hits(text: str, words: list[str]) -> str:
    """The text as HTML, each word that was found in `<mark>`."""
    text = unicodedata.normalize("NFC", text)
    pieces, at = [], 0
    for match in hits_in(text, words):
        pieces.append((text[at : match.start()], format_html("<mark>{}</mark>", match.group())))
        at = match.end()
    return format_html_join("", "{}{}", [*pieces, (text[at:], "")])


def with_language(text: Wording, markup: str) -> str:
    return format_html('<span lang="{}">{}</span>', text.lang, markup) if text.is_borrowed else markup
