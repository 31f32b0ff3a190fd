"""A list is taken in whole or not at all."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connections

from dialogues.models import JournalEntry, Nomination
from dialogues.procedures import journal
from dialogues.procedures.nomination_import import Newcomer, take_in
from dialogues.procedures.steps import StepRefused
from tests import build
from tests.cast import Cast, assemble

BEFORE_THE_DEADLINE = "2027-01-10T12:00:00Z"


@pytest.fixture(autouse=True)
def while_nominations_are_open() -> Iterator[None]:
    with time_machine.travel(BEFORE_THE_DEADLINE, tick=True):
        yield


def a_list(cast: Cast, length: int = 3, **fields: Any) -> list[Newcomer]:
    organisation = build.an_organisation(cast.nl)
    return [
        Newcomer(
            **{
                "row": number + 2,
                "name": f"Delegate NL-{number:02d}",
                "post_en": "Adviser",
                "organisation": organisation,
                "email": f"NL{number:02d}@example.org",
                "mandates": (cast.group,) if number % 2 else (cast.group, cast.other_group),
                **fields,
            }
        )
        for number in range(length)
    ]


def test_a_list_becomes_drafts_with_their_groups_and_one_entry_in_the_journal(cast: Cast) -> None:
    delegation = build.a_delegation(cast.edition, cast.nl)
    build.a_round(cast.edition)
    assert take_in(delegation=delegation, newcomers=a_list(cast), by=cast.focal_point_nl) == 3
    first, second, _third = Nomination.objects.order_by("name")
    assert (first.status, first.email, first.drafted_by) == ("draft", "nl00@example.org", cast.focal_point_nl)
    assert set(first.mandates.all()) == {cast.group, cast.other_group}
    assert list(second.mandates.all()) == [cast.group]
    entry = JournalEntry.objects.get()
    assert (entry.act, entry.details, entry.party) == ("imported nominations", {"count": 3}, cast.nl)
    assert "Delegate" not in str(entry.details)


def test_one_row_that_cannot_be_stored_keeps_all_of_them_out(cast: Cast) -> None:
    delegation = build.a_delegation(cast.edition, cast.nl)
    build.a_round(cast.edition)
    good = a_list(cast)
    build.a_nomination(delegation, email="nl07@example.org", name="Somebody Else")
    elsewhere = build.a_mandate(build.an_edition(cast.dialogue, year=2030))
    for bad, sentence in [
        (Newcomer(row=9, name="Delegate NL-09", email="nl00@example.org"), "Row 9: this person is nominated already"),
        (Newcomer(row=9, name="Delegate NL-09", email="NL07@example.org"), "Row 9: this person is nominated already"),
        (Newcomer(row=9, name="Delegate NL-09", mandates=(elsewhere,)), "Row 9: this working group does not meet"),
        (Newcomer(row=9, name="x" * 121), "Row 9: "),
        (Newcomer(row=9, name=""), "Row 9: "),
        (Newcomer(row=9, name="Delegate", email="no address"), "Row 9: "),
        (Newcomer(row=9, name="Delegate", category="king"), "Row 9: "),
    ]:
        with pytest.raises(StepRefused, match=sentence):
            take_in(delegation=delegation, newcomers=[*good, bad], by=cast.focal_point_nl)
    with pytest.raises(StepRefused, match="nobody new"):
        take_in(delegation=delegation, newcomers=[], by=cast.focal_point_nl)
    assert Nomination.objects.count() == 1
    assert not JournalEntry.objects.exists()


@pytest.mark.parametrize("name", ["focal_point_uk", "secretary_nl", "delegate_nl", "technician", "lead"])
def test_nobody_but_the_partys_own_focal_point_takes_a_list_in(cast: Cast, name: str) -> None:
    delegation = build.a_delegation(cast.edition, cast.nl)
    build.a_round(cast.edition)
    with pytest.raises(StepRefused, match="Only Netherlands’s focal point or deputy does this"):
        take_in(delegation=delegation, newcomers=a_list(cast), by=getattr(cast, name))
    assert not Nomination.objects.exists()


def test_a_process_that_is_killed_in_the_middle_leaves_nothing(transactional_db: None) -> None:
    cast = assemble()
    delegation = build.a_delegation(cast.edition, cast.nl)
    build.a_round(cast.edition)
    newcomers = a_list(cast, 300)
    connections.close_all()  # the other process opens its own
    if (child := os.fork()) == 0:  # pragma: no cover
        journal.write = lambda **_entry: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]
        try:
            take_in(delegation=delegation, newcomers=newcomers, by=cast.focal_point_nl)
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert not Nomination.objects.exists()
    assert take_in(delegation=delegation, newcomers=newcomers, by=cast.focal_point_nl) == 300
