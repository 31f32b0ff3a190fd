"""A list is taken in whole or not at all."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from dialogues.models import Delegation, JournalEntry, Nomination
from dialogues.procedures.nomination_import import Newcomer, take_in
from dialogues.procedures.steps import StepRefused
from parties.models import Organisation
from tests import build
from tests.cast import Cast, assemble
from tests.own_process import run_python

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


KILLED_IN_THE_MIDDLE = """
import os, signal, sys
import django
import time_machine
django.setup()
from dialogues.models import Delegation
from dialogues.procedures import journal
from dialogues.procedures.nomination_import import take_in
from parties.models import User
from tests.dialogues.procedures.test_nomination_import import newcomers_of

journal.write = lambda **entry: os.kill(os.getpid(), signal.SIGKILL)
with time_machine.travel(sys.argv[3], tick=True):
    delegation = Delegation.objects.get(pk=sys.argv[1])
    take_in(delegation=delegation, newcomers=newcomers_of(delegation), by=User.objects.get(pk=sys.argv[2]))
"""


def newcomers_of(delegation: Delegation) -> list[Newcomer]:
    """Three hundred people of one organisation."""
    organisation = Organisation.objects.filter(party=delegation.party).first()
    return [
        Newcomer(row=n, name=f"Delegate NL-{n:03d}", organisation=organisation, email=f"nl{n:03d}@example.org")
        for n in range(2, 302)
    ]


def test_a_process_that_is_killed_in_the_middle_leaves_nothing(transactional_db: None) -> None:
    cast = assemble()
    delegation = build.a_delegation(cast.edition, cast.nl)
    build.an_organisation(cast.nl)
    build.a_round(cast.edition)
    told = [str(delegation.pk), str(cast.focal_point_nl.pk), BEFORE_THE_DEADLINE]
    killed = run_python(KILLED_IN_THE_MIDDLE, *told)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert not Nomination.objects.exists()
    assert take_in(delegation=delegation, newcomers=newcomers_of(delegation), by=cast.focal_point_nl) == 300
