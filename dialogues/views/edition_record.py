"""What is on record of one edition beside its facts: texts, figures, and the pages that tell more.

An edition’s page asks the database a fixed number of questions, so records of several kinds that are shown alike are
asked for in one: each row comes back as a record of its kind, with the columns that the page shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, DateField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast

from dialogues.models import Commitment, Edition, Engagement, NewsItem, OutcomeDocument, Result, Statement, Theme
from parties.models import Organisation, Party

EMPTY = Value("", output_field=CharField())
# PostgreSQL has to be told of which type nothing is, before it unites it with something.
NOBODY = Cast(Value(None), IntegerField())
NO_DAY = Cast(Value(None), DateField())
# What a record needs to tell whether the public reads it.
STATE = ("audience", "published_at", "embargo_until")


def rows_of(*parts: tuple[type[Any], QuerySet[Any], dict[str, Any]], shared: tuple[str, ...]) -> list[Any]:
    """Records of several kinds in one query: `shared` columns that all have, the others by expression."""
    names = (*shared, *parts[0][2])
    asked = [
        rows.order_by().annotate(
            of_kind=Value(number, output_field=IntegerField()), **{f"x_{name}": x for name, x in more.items()}
        )
        for number, (_model, rows, more) in enumerate(parts)
    ]
    columns = ("of_kind", *shared, *(f"x_{name}" for name in parts[0][2]))
    first, *others = (rows.values_list(*columns) for rows in asked)
    made = []
    for kind, *values in first.union(*others, all=True):
        model = parts[kind][0]
        fields = {field.attname for field in model._meta.concrete_fields}
        given = {"id" if name == "pk" else name: value for name, value in zip(names, values, strict=True)}
        record = model(**{name: value for name, value in given.items() if name in fields})
        for name in given.keys() - fields:
            setattr(record, name, given[name])
        made.append(record)
    return made


def of_kind(records: Iterable[Any], model: type[Any]) -> list[Any]:
    return [record for record in records if isinstance(record, model)]


@dataclass(frozen=True)
class Bodies:
    parties: list[Party]
    organisations: list[Organisation]


def bodies_of(edition: Edition, user: Any) -> Bodies:
    """The parties of the dialogue, and the organisations that took part: by party, those of none last."""
    found = rows_of(
        (
            Party,
            Party.objects.filter(dialogues=edition.dialogue_id),
            {"code": F("code"), "acronym_en": EMPTY, "acronym_nl": EMPTY, "party_code": EMPTY},
        ),
        (
            Organisation,
            Organisation.objects.visible_to(user).filter(editions=edition),
            {"code": EMPTY, "acronym_en": F("acronym_en"), "acronym_nl": F("acronym_nl"), "party_code": F("party__code")},
        ),
        shared=("pk", "name_en", "name_nl"),
    )
    organisations = of_kind(found, Organisation)
    return Bodies(
        sorted(of_kind(found, Party), key=lambda party: party.code),
        sorted(organisations, key=lambda body: (body.party_code is None, body.party_code, body.pk)),
    )


def pages_of(edition: Edition, user: Any, at: datetime) -> list[Any]:
    """Documents, engagements and news of the edition, oldest first; what has no date comes last."""
    dated = ("pk", "slug", "title_en", "title_nl", "dialogue_id", *STATE)
    found = rows_of(
        (
            OutcomeDocument,
            OutcomeDocument.objects.visible_to(user, at).filter(edition=edition),
            {
                "kind": F("kind"),
                "relation": F("relation"),
                "starts_on": F("starts_on"),
                "ends_on": F("ends_on"),
                "date_precision": F("date_precision"),
                "dated_on": NO_DAY,
            },
        ),
        (
            Engagement,
            Engagement.objects.visible_to(user, at).filter(edition=edition),
            {
                "kind": F("kind"),
                "relation": EMPTY,
                "starts_on": F("starts_on"),
                "ends_on": F("ends_on"),
                "date_precision": F("date_precision"),
                "dated_on": NO_DAY,
            },
        ),
        (
            NewsItem,
            NewsItem.objects.visible_to(user, at).filter(edition=edition),
            {
                "kind": EMPTY,
                "relation": EMPTY,
                "starts_on": NO_DAY,
                "ends_on": NO_DAY,
                "date_precision": EMPTY,
                "dated_on": F("dated_on"),
            },
        ),
        shared=dated,
    )
    return sorted(found, key=lambda page: (day_of(page) is None, str(day_of(page)), page.pk))


def day_of(page: Any) -> Any:
    return page.dated_on if isinstance(page, NewsItem) else page.starts_on


def texts_of(edition: Edition, user: Any, at: datetime) -> list[Any]:
    """Results reported at the edition, and statements made there, each in the order of its list."""
    found = rows_of(
        (
            Result,
            Result.objects.visible_to(user, at).filter(edition=edition),
            {
                "kind": EMPTY,
                "not_stated_en": F("not_stated_en"),
                "not_stated_nl": F("not_stated_nl"),
                "said_by_id": NOBODY,
                "source_id": F("source_id"),
            },
        ),
        (
            Statement,
            Statement.objects.visible_to(user, at).filter(edition=edition),
            {
                "kind": F("kind"),
                "not_stated_en": EMPTY,
                "not_stated_nl": EMPTY,
                "said_by_id": F("said_by_id"),
                "source_id": NOBODY,
            },
        ),
        shared=("pk", "position", "text_en", "text_nl", *STATE),
    )
    return sorted(found, key=lambda text: text.position)


def themes_of(edition: Edition, user: Any, at: datetime) -> tuple[list[Theme], dict[int, list[Theme]]]:
    """The themes in their order, and those that each commitment is about, by the commitment’s number."""
    visible = Theme.objects.visible_to(user, at).filter(edition=edition).annotate(commitment=F("commitments"))
    themes: dict[int, Theme] = {}
    about: dict[int, list[Theme]] = {}
    for row in visible.order_by("position", "pk"):
        theme = themes.setdefault(row.pk, row)
        if row.commitment is not None:
            about.setdefault(row.commitment, []).append(theme)
    return list(themes.values()), about


def commitments_of(edition: Edition, user: Any, at: datetime) -> list[Commitment]:
    return list(Commitment.objects.visible_to(user, at).filter(edition=edition).select_related("source").order_by("position"))
