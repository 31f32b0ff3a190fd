"""Several kinds of records by one question: each row as its own query would have brought it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef
from django.test.utils import CaptureQueriesContext

from dialogues.models import CoChair, Commitment, Edition, Figure, Mandate, NewsItem
from parties.models import Party
from socportal.together import together
from tests import build
from tests.cast import Cast


def values(records: list[Any]) -> list[dict[str, Any]]:
    return [{field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields} for record in records]


def test_every_column_of_every_kind_comes_back_in_one_query_as_from_its_own(loaded: None) -> None:
    questions = (
        Edition.objects.order_by("-year", "pk"),
        Commitment.objects.select_related("source").order_by("position", "pk"),
        Figure.objects.order_by("what_en", "pk"),
        NewsItem.objects.order_by("-dated_on", "pk"),
        Party.objects.order_by("code"),
    )
    together(Party.objects.all())  # the first of a connection asks whether the database knows JSON
    with CaptureQueriesContext(connection) as asked:
        found = together(*questions)
        sources = [commitment.source.code for commitment in found[1]]
    assert len(asked) == 1
    assert all(found)
    assert [values(records) for records in found] == [values(list(question)) for question in questions]
    assert sources == [commitment.source.code for commitment in questions[1]]
    assert any(edition.published_at for edition in found[0])


def test_annotations_and_what_hangs_two_steps_away_come_along(cast: Cast) -> None:
    build.a_mandate(cast.edition)
    instant = datetime(2026, 11, 1, 12, 30, 15, 250_000, tzinfo=UTC)
    group = cast.group.working_group
    type(group).objects.filter(pk=group.pk).update(published_at=instant)
    seated = Exists(CoChair.objects.filter(mandate=OuterRef("pk"), person__isnull=False))
    mandates = Mandate.objects.select_related("working_group__dialogue", "rapporteur").annotate(is_seated=seated).order_by("pk")
    (found,) = together(mandates)
    with CaptureQueriesContext(connection) as asked:
        told = [(one.is_seated, one.working_group.dialogue.slug, one.rapporteur) for one in found]
    assert len(asked) == 0
    assert told == [(True, "cast-dialogue", None), (False, "cast-dialogue", None), (False, "cast-dialogue", None)]
    assert found[0].working_group.published_at == instant


def test_kinds_without_rows_are_empty_and_the_others_stay_in_their_place(cast: Cast) -> None:
    nobody, parties, nothing = together(Party.objects.none(), Party.objects.order_by("-code"), Figure.objects.all())
    assert (nobody, [party.code for party in parties], nothing) == ([], ["UK", "NL"], [])
    assert together(Figure.objects.none(), Party.objects.none()) == [[], []]
