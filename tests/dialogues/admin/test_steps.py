"""Step buttons: the panel, the question, the refusal, the deed."""

from __future__ import annotations

from typing import Any

import pytest

from dialogues.models import ActionItem, Edition, OutgoingMessage, PreparationTask, Session
from tests import build
from tests.cast import Cast


def address(edition: Edition, step: str = "") -> str:
    return f"/admin/dialogues/edition/{edition.pk}/" + (f"step/{step}/" if step else "change/")


def test_the_panel_fills_the_first_possible_step_and_says_why_another_is_not(cast: Cast, signed_in: Any) -> None:
    build.a_session(cast.edition)
    page = signed_in(cast.secretary_nl).get(address(cast.edition))
    steps = {str(step["verb"]): step for step in page.context["steps"]}
    assert steps["Release the agenda"]["is_main"]
    assert "1 sessions as release 1.0" in steps["Release the agenda"]["sentence"]
    assert not steps["Close the edition"]["is_possible"]
    assert "Not before its last day" in steps["Close the edition"]["reasons"][0]["text"]
    assert "Begin the preparation" not in steps  # long past


def test_the_question_says_what_happens_shows_the_checks_and_repeats_the_verb(cast: Cast, signed_in: Any) -> None:
    session = build.a_session(cast.edition, title_en="Unroomed")
    text = signed_in(cast.secretary_nl).get(address(cast.edition, "release")).content.decode()
    assert "Release the agenda as 1.0" in text and "Back, nothing is released" in text
    assert "frozen as release 1.0" in text
    assert f"/admin/dialogues/session/{session.pk}/change/" in text  # the warning leads to where it is mended


def test_a_step_runs_once_it_is_confirmed_and_not_by_looking(cast: Cast, signed_in: Any) -> None:
    build.a_session(cast.edition)
    client = signed_in(cast.secretary_nl)
    client.get(address(cast.edition, "release"))
    assert not cast.edition.releases.exists()
    answer = client.post(address(cast.edition, "release"), {"note": "Please read"}, follow=True)
    release = cast.edition.releases.get()
    outbox = f"/admin/dialogues/outgoingmessage/?agenda_release__id__exact={release.pk}"
    assert answer.redirect_chain == [(outbox, 302)]  # to read its messages is what is left to do
    assert (release.number, release.note, release.released_by) == ("1.0", "Please read", cast.secretary_nl)
    assert OutgoingMessage.objects.filter(edition=cast.edition).exists()


def test_a_correction_counts_the_minor_number_up(cast: Cast, signed_in: Any) -> None:
    session = build.a_session(cast.edition)
    client = signed_in(cast.secretary_nl)
    client.post(address(cast.edition, "release"))
    Session.objects.filter(pk=session.pk).update(title_en="Otherwise")
    assert "Release the correction as 1.1" in client.get(address(cast.edition, "correct")).content.decode()
    client.post(address(cast.edition, "correct"))
    assert [release.number for release in cast.edition.releases.newest_first()] == ["1.1", "1.0"]


def test_a_refused_step_shows_every_reason_linked_and_keeps_what_was_typed(cast: Cast, signed_in: Any) -> None:
    room = build.a_room()
    first = build.a_session(cast.edition, "11:00", "12:00", room=room)
    build.a_session(cast.edition, "11:30", "12:30", room=room)
    build.a_session(cast.edition, "09:00", "10:00", day=5, title_en="Far out")
    answer = signed_in(cast.secretary_nl).post(address(cast.edition, "release"), {"note": "Typed at length"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "is booked twice" in text and "Far out lies outside" in text and "Typed at length" in text
    assert f"/admin/dialogues/session/{first.pk}/change/" in text
    assert not cast.edition.releases.exists()


@pytest.mark.parametrize("who", ["secretary_elsewhere", "technician", "former_secretary"])
def test_a_step_of_what_one_does_not_keep_does_not_exist(cast: Cast, signed_in: Any, who: str) -> None:
    build.a_session(cast.edition)
    client = signed_in(getattr(cast, who))
    assert client.get(address(cast.edition, "release")).status_code in {302, 404}
    assert client.post(address(cast.edition, "release")).status_code in {302, 404}
    assert not cast.edition.releases.exists()
    assert "step/release" not in client.get(address(cast.edition), follow=True).content.decode()


def test_an_unknown_step_or_record_does_not_exist(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_nl)
    assert client.get(address(cast.edition, "abolish")).status_code == 404
    for pk in ("0", "99999999999999999999999", "zz"):
        assert client.get(f"/admin/dialogues/edition/{pk}/step/release/").status_code in {302, 404}


def test_a_task_is_waived_with_its_reason_only(cast: Cast, signed_in: Any) -> None:
    task = build.a_task(cast.edition)
    client = signed_in(cast.secretary_nl)
    step = f"/admin/dialogues/preparationtask/{task.pk}/step/waive/"
    answer = client.post(step, {"note": ""})
    assert answer.status_code == 200 and "Say why the task is waived." in answer.content.decode()
    client.post(step, {"note": "No venue this year"})
    task.refresh_from_db()
    assert (task.status, task.note, task.settled_by) == (PreparationTask.Status.WAIVED, "No venue this year", cast.secretary_nl)


def test_the_status_is_not_a_field_that_can_be_posted(cast: Cast, signed_in: Any) -> None:
    from tests.filling_in import filled_in

    task = build.a_task(cast.edition)
    client = signed_in(cast.secretary_nl)
    page = f"/admin/dialogues/preparationtask/{task.pk}/change/"
    client.post(page, {**filled_in(client.get(page), "preparationtask_form"), "status": "done"})
    task.refresh_from_db()
    assert task.status == PreparationTask.Status.OPEN


def test_an_action_item_is_agreed_by_two_secretaries_and_never_by_one(cast: Cast, signed_in: Any) -> None:
    item = build.an_action_item(cast.edition, status="proposed", original_due_on=None)
    step = f"/admin/dialogues/actionitem/{item.pk}/step/agree/"
    nl, uk = signed_in(cast.secretary_nl), signed_in(cast.secretary_uk)
    nl.post(step)
    assert nl.post(step).status_code == 409
    item.refresh_from_db()
    assert item.status == ActionItem.Status.PROPOSED
    uk.post(step)
    item.refresh_from_db()
    assert item.status == ActionItem.Status.AGREED


def test_the_number_of_a_hidden_action_item_is_no_successor(cast: Cast, signed_in: Any) -> None:
    item = build.an_action_item(cast.edition)
    foreign = build.an_action_item(build.an_edition(build.a_dialogue()))
    client = signed_in(cast.secretary_nl)
    step = f"/admin/dialogues/actionitem/{item.pk}/step/supersede/"
    answer = client.post(step, {"reason": "Doubled", "successor": foreign.number})
    assert "No other action item of this dialogue has this number." in answer.content.decode()
    assert client.post(step, {"reason": "Doubled", "successor": "zz\0"}).status_code == 200
