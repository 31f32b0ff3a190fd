"""The public record put into a test's database: told through its procedures once a run, copied row by row after that."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection

from dialogues.models import Dialogue, JournalEntry, JournalHead
from dialogues.record import load_record, write_down
from dialogues.record.uk_nl import SLUG

OWN = ("parties", "dialogues")
# Of a test's own: a copy goes on from where its journal ends.
JOURNAL = (JournalEntry, JournalHead)
_kept: dict[Any, dict[str, tuple[list[str], list[tuple[Any, ...]]]]] = {}
_added: dict[Any, int] = {}


def put_in_record() -> None:
    """`load_record`, or the same rows again. Citations point to kinds by key, so a copy holds for one set of keys."""
    kinds = tuple(ContentType.objects.order_by("pk").values_list("pk", "app_label", "model"))
    if kinds in _kept:
        _copy(_kept[kinds])
        write_down(Dialogue.objects.get(slug=SLUG), _added[kinds])
        return
    _added[kinds] = load_record().total()
    _kept[kinds] = {table: _rows(table) for table in _tables()}


def _models() -> list[Any]:
    own = [model for label in OWN for model in apps.get_app_config(label).get_models(include_auto_created=True)]
    return [model for model in own if model not in JOURNAL]


def _tables() -> list[str]:
    return [model._meta.db_table for model in _models()]


def _rows(table: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
        columns = [column[0] for column in cursor.description]
        return columns, [tuple(map(_as_stored, row)) for row in cursor.fetchall()]


def _as_stored(value: Any) -> Any:
    """SQLite keeps days and times as texts, gives them back as objects and does not take those."""
    if connection.vendor == "sqlite" and isinstance(value, (date, time)):
        return str(value)
    return value


def _copy(tables: dict[str, tuple[list[str], list[tuple[Any, ...]]]]) -> None:
    with connection.cursor() as cursor:
        for table, (columns, rows) in tables.items():
            if rows:
                names = ", ".join(map(connection.ops.quote_name, columns))
                places = ", ".join(["%s"] * len(columns))
                cursor.executemany(
                    f"INSERT INTO {connection.ops.quote_name(table)} ({names}) VALUES ({places})",  # noqa: S608
                    rows,
                )
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)
