"""Records of several kinds by one question to the database.

A page that shows a dozen kinds of records would ask a dozen questions, each for a handful of rows. Here every row comes
back as a JSON object beside the number of its question, all of them united, and is made a record of its kind again. For
small answers that are shown together; where there are many rows, a query of their own costs less.
"""

from __future__ import annotations

from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from django.db.models import BinaryField, F, Field, IntegerField, Model, QuerySet, Value, Window
from django.db.models.functions import JSONObject, RowNumber

Related = dict[str, Any]  # relation → those to follow from there, as a queryset keeps its `select_related`


def together(*questions: QuerySet[Any]) -> list[list[Any]]:
    """The records of each query, in its order, with its annotations and what it `select_related`; one query in all.

    A query is told apart by its place. Cut-out columns (`only`, `defer`), slices and `distinct` are not for here.
    """
    first, *others = (_as_rows(number, question) for number, question in enumerate(questions))
    found: list[list[Any]] = [[] for _question in questions]
    for number, _place, told in sorted(first.union(*others, all=True), key=itemgetter(0, 1)):
        found[number].append(_record(questions[number], told))
    return found


def _as_rows(number: int, question: QuerySet[Any]) -> QuerySet[Any]:
    order: Any = question.query.order_by or question.model._meta.ordering or ["pk"]
    columns = _columns(question.model, _followed(question)) | {name: F(name) for name in question.query.annotations}
    return question.order_by().values_list(
        Value(number, output_field=IntegerField()),
        Window(RowNumber(), order_by=list(order)),
        JSONObject(**columns),
    )


def _followed(question: QuerySet[Any]) -> Related:
    return question.query.select_related or {}  # type: ignore[return-value]


def _fields(model: type[Model]) -> list[Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if not isinstance(field, BinaryField)]


def _columns(model: type[Model], related: Related, path: str = "") -> dict[str, Any]:
    own = {field.attname: F(f"{path}{field.attname}") for field in _fields(model)}
    further = {
        name: JSONObject(**_columns(model._meta.get_field(name).related_model, deeper, f"{path}{name}__"))  # type: ignore[arg-type]
        for name, deeper in related.items()
    }
    return own | further


def _record(question: QuerySet[Any], told: dict[str, Any]) -> Any:
    record = _made(question.model, told, _followed(question))
    for name, annotation in question.query.annotations.items():
        setattr(record, name, _read(annotation.output_field, told[name]))
    return record


def _made(model: type[Model], told: dict[str, Any], related: Related) -> Any:
    fields = _fields(model)
    record = model.from_db(None, [field.attname for field in fields], [_read(field, told[field.attname]) for field in fields])
    for name, deeper in related.items():
        relation: Any = model._meta.get_field(name)
        there = getattr(record, relation.attname) is not None
        relation.set_cached_value(record, _made(relation.related_model, told[name], deeper) if there else None)
    return record


def _read(field: Field[Any, Any], value: Any) -> Any:
    """As the column would have been read: SQLite writes an instant into JSON without its zone, which is UTC."""
    read = field.to_python(value)
    return read.replace(tzinfo=UTC) if isinstance(read, datetime) and read.tzinfo is None else read
