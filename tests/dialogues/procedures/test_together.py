"""Two people press at the same moment: one effect. On PostgreSQL the rows are locked, on SQLite writers queue."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from dialogues.models import ActionItem, AgendaRelease, JournalEntry, Nomination, OutgoingMessage, Registration
from dialogues.procedures import action_items, nominations
from dialogues.procedures.acceptance import accept
from dialogues.procedures.agenda import release_agenda
from dialogues.procedures.journal import faults
from dialogues.procedures.steps import StepRefused
from tests import build
from tests.cast import assemble

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in threads that start together; give back what each returned or was refused with."""
    together = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            together.wait(timeout=20)
            return act()
        except StepRefused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_release_pressed_by_both_secretaries_makes_one() -> None:
    cast = assemble()
    build.a_session(cast.edition)
    press = [lambda by=by: release_agenda(edition=cast.edition, by=by) for by in [cast.secretary_uk, cast.secretary_nl] * 10]
    results = at_once(*press)
    assert sum(isinstance(result, AgendaRelease) for result in results) == 1
    assert AgendaRelease.objects.count() == 1
    assert JournalEntry.objects.filter(act="released agenda").count() == 1
    assert OutgoingMessage.objects.count() == len(set(OutgoingMessage.objects.values_list("recipient", flat=True)))


def test_numbers_of_action_items_entered_at_once_have_no_gap_and_no_double_and_the_chain_is_whole() -> None:
    cast = assemble()

    def propose() -> ActionItem:
        return action_items.propose_action(
            edition=cast.edition, by=cast.focal_point_uk, text_en="Share a note", leads=[(cast.uk, None, "Head of unit")]
        )

    at_once(*[propose] * 6)
    assert sorted(ActionItem.objects.values_list("serial", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert sorted(JournalEntry.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert faults() == []


def test_both_parties_agreeing_at_once_agree_it_once() -> None:
    cast = assemble()
    item = build.an_action_item(cast.edition, status="proposed")
    both = [cast.focal_point_uk, cast.secretary_uk, cast.focal_point_nl, cast.secretary_nl]
    at_once(*[lambda by=by: action_items.agree(action_item=item, by=by) for by in both])
    item.refresh_from_db()
    assert item.status == "agreed"
    assert item.consents.count() == 2
    assert item.moves.filter(to_status="agreed").count() == 1


def test_a_nomination_submitted_and_accepted_by_several_at_once_has_one_effect() -> None:
    cast = assemble()
    build.a_round(cast.edition)
    draft = build.a_nomination(build.a_delegation(cast.edition, cast.nl), mandates=(cast.group,))
    both = [cast.focal_point_nl, cast.deputy_nl] * 2
    results = at_once(*[lambda by=by: nominations.submit(nomination=draft, by=by) for by in both])
    assert sum(isinstance(result, Nomination) for result in results) == 1
    secretaries = [cast.secretary_uk, cast.secretary_nl] * 2
    results = at_once(*[lambda by=by: accept(nomination=draft, by=by) for by in secretaries])
    assert sum(isinstance(result, Registration) for result in results) == 1
    draft.refresh_from_db()
    assert (draft.status, Registration.objects.filter(person=draft.person).count()) == ("accepted", 1)
    assert OutgoingMessage.objects.filter(key=f"complete-{draft.registration_id}").count() == 1
    acts = JournalEntry.objects.filter(act__in=["submitted nomination", "accepted nomination"])
    assert acts.count() == 2
    assert faults() == []
