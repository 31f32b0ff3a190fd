"""The checklist and its template in the admin: what ticks itself says so, the board's numbers lead to their rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dialogues.models import Edition, JournalEntry, PreparationTask, TemplateTask
from dialogues.procedures import preparation
from dialogues.procedures.agenda import release_agenda
from tests import build
from tests.cast import Cast
from tests.filling_in import filled_in

LIST = "/admin/dialogues/preparationtask/"
TEMPLATE = "/admin/dialogues/templatetask/"


def change(task: Any) -> str:
    return f"/admin/dialogues/{task._meta.model_name}/{task.pk}/change/"


def save(client: Any, task: Any, **typed: Any) -> Any:
    page = client.get(change(task))
    return client.post(change(task), {**filled_in(page, f"{task._meta.model_name}_form"), **typed})


def sentences(page: Any) -> str:
    return " ".join(page.content.decode().split())


def test_the_list_says_what_is_seen_and_costs_the_same_for_45_tasks(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_uk)
    task = build.a_task(cast.edition, code="T00", due_on=date(2026, 11, 2), sign="agenda_1", assignee=cast.delegate_uk.person)
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        page = sentences(client.get(LIST))
    assert "18 days late" in page and "done: seen" not in page
    build.a_session(cast.edition)
    release_agenda(edition=cast.edition, by=cast.lead)
    preparation.draw_up_checklist(cast.edition)
    client.get(LIST)
    with CaptureQueriesContext(connection) as many:
        page = sentences(client.get(LIST))
    assert len(many) == len(few)
    assert page.count("done: seen, the agenda was released as 1.0 or later") == 2
    assert "18 days late" not in page and "done: seen, the agenda was released as 2.0" not in page
    assert f"both secretaries: {cast.delegate_uk.person}" in page
    assert task.code in page


def test_the_numbers_of_the_board_lead_to_exactly_those_rows(cast: Cast, signed_in: Any) -> None:
    preparation.draw_up_checklist(cast.edition)
    build.a_session(cast.edition)
    release_agenda(edition=cast.edition, by=cast.lead)
    client = signed_in(cast.secretary_nl)
    tasks = cast.edition.tasks
    gates = tasks.undone().filter(is_gate=True)
    sought = {"total": tasks.all(), "settled": tasks.settled(), "overdue": tasks.overdue(), "gates": gates}
    counts = {name: rows.count() for name, rows in sought.items()}
    assert counts["total"] == 45 and counts["settled"] and counts["overdue"] and counts["gates"]
    for asked, number in [
        ("standing=settled", counts["settled"]),
        ("standing=overdue", counts["overdue"]),
        ("standing=open&is_gate__exact=1", counts["gates"]),
        ("standing=open", counts["total"] - counts["settled"]),
        ("standing=seen", counts["settled"]),
        ("standing=waived", 0),
    ]:
        rows = client.get(f"{LIST}?{asked}&edition__id__exact={cast.edition.pk}").context["cl"].result_count
        assert rows == number, asked


def test_a_task_that_is_seen_shows_its_record_and_offers_no_tick(cast: Cast, signed_in: Any) -> None:
    task = build.a_task(cast.edition, sign="agenda_1")
    client = signed_in(cast.secretary_nl)
    assert "/step/done/" in client.get(change(task)).content.decode()
    build.a_session(cast.edition)
    release = release_agenda(edition=cast.edition, by=cast.lead)
    page = sentences(client.get(change(task)))
    assert "The agenda was released as 1.0 on 20 November 2026." in page
    assert f'href="/admin/dialogues/agendarelease/{release.pk}/change/"' in page
    assert "/step/done/" not in page and "/step/waive/" not in page
    answer = client.post(f"/admin/dialogues/preparationtask/{task.pk}/step/done/", {"note": "Out"})
    assert answer.status_code == 409
    assert "The portal sees it already: the agenda was released as 1.0 or later." in sentences(answer)
    task.refresh_from_db()
    assert task.status == "open"


def test_what_comes_before_warns_on_the_question_page_and_a_gate_refuses(cast: Cast, signed_in: Any) -> None:
    before, task = build.a_task(cast.edition, task_en="Ask for papers"), build.a_task(cast.edition)
    task.depends_on.add(before)
    client = signed_in(cast.secretary_uk)
    step = f"/admin/dialogues/preparationtask/{task.pk}/step/done/"
    asked = sentences(client.get(step))
    assert f"{before.code} should come first and is not done: Ask for papers." in asked and "Warning" in asked
    PreparationTask.objects.filter(pk=before.pk).update(is_gate=True)
    refused = client.post(step, {"note": "Done anyway", "evidence": "UK 2026/114"})
    assert refused.status_code == 409
    assert f"{before.code} comes first, it is a gate: Ask for papers." in sentences(refused)
    assert change(before) in refused.content.decode() and "UK 2026/114" in refused.content.decode()
    PreparationTask.objects.filter(pk=before.pk).update(is_gate=False)
    client.post(step, {"note": "By letter", "evidence": "UK 2026/114"})
    task.refresh_from_db()
    assert (task.status, task.note, task.evidence) == ("done", "By letter", "UK 2026/114")


def test_a_date_typed_stays_and_a_date_taken_back_is_counted_again(cast: Cast, signed_in: Any) -> None:
    task = build.a_task(cast.edition, offset_days=-10, due_on=date(2027, 3, 5))
    client = signed_in(cast.secretary_uk)
    save(client, task, due_on="2027-03-01", assignee=str(cast.delegate_nl.person.pk))
    task.refresh_from_db()
    assert (task.due_on, task.is_dated_by_hand, task.assignee) == (date(2027, 3, 1), True, cast.delegate_nl.person)
    typed = filled_in(client.get(change(task)), "preparationtask_form")
    del typed["is_dated_by_hand"]
    client.post(change(task), typed)
    task.refresh_from_db()
    assert (task.due_on, task.is_dated_by_hand) == (date(2027, 3, 5), False)
    answer = save(client, task, offset_days="30000")
    assert "Give a number of days between −500 and 500" in sentences(answer)


def test_what_makes_a_task_a_gate_is_changed_by_the_lead_alone(cast: Cast, signed_in: Any) -> None:
    gate = build.a_task(cast.edition, code="T05", is_gate=True)
    other = build.an_edition(cast.dialogue, year=2028)
    save(signed_in(cast.secretary_uk), gate, code="T99", is_gate="", sign="host_named", edition=str(other.pk), note="Read")
    gate.refresh_from_db()
    assert (gate.code, gate.is_gate, gate.sign, gate.edition, gate.note) == ("T05", True, "", cast.edition, "Read")
    client = signed_in(cast.lead)
    typed = filled_in(client.get(change(gate)), "preparationtask_form")
    del typed["is_gate"]
    client.post(change(gate), typed)
    gate.refresh_from_db()
    assert not gate.is_gate


# The template


def test_the_template_stands_in_the_order_of_the_year_and_says_what_a_change_does(cast: Cast, signed_in: Any) -> None:
    preparation.draw_up_template(cast.dialogue)
    foreign = build.a_template_task(build.a_dialogue(), task_en="Not for these eyes")
    page = signed_in(cast.secretary_uk).get(TEMPLATE)
    listed = [task.code for task in page.context["cl"].result_list]
    assert listed == sorted(listed) and len(listed) == 45 and foreign.code not in listed
    text = sentences(page)
    assert "changes no task that is drawn up already" in text and "Not for these eyes" not in text
    assert "360 days before the opening" in text and "on the closing day" in text and "180 days after the closing" in text


def test_the_lead_changes_adds_and_removes_rows_and_no_edition_changes_with_them(cast: Cast, signed_in: Any) -> None:
    preparation.draw_up_checklist(cast.edition)
    row = TemplateTask.objects.get(code="T30")
    client = signed_in(cast.secretary_uk)  # nobody is appointed lead: any secretary keeps the template
    save(client, row, offset_days="-12", task_nl="Badges maken")
    row.refresh_from_db()
    assert (row.offset_days, row.task_nl) == (-12, "Badges maken")
    assert cast.edition.tasks.get(code="T30").offset_days == -10
    added = {"dialogue": cast.dialogue.pk, "code": "T46", "task_en": "Thank the caterers", "owner": "PRO", "anchor": "close"}
    client.post(f"{TEMPLATE}add/", {**added, "offset_days": "3", "depends_on": [str(row.pk)]})
    new = TemplateTask.objects.get(code="T46")
    assert list(new.depends_on.all()) == [row]
    twice = client.post(f"{TEMPLATE}add/", {**added, "offset_days": "3"})
    assert "The template already has a task with this code." in sentences(twice)
    far = client.post(f"{TEMPLATE}add/", {**added, "code": "T47", "offset_days": "501"})
    assert "Give a number of days between −500 and 500" in sentences(far)
    client.post(f"{TEMPLATE}{row.pk}/delete/", {"post": "yes"})
    assert not TemplateTask.objects.filter(code="T30").exists() and cast.edition.tasks.filter(code="T30").exists()
    acts = list(JournalEntry.objects.order_by("-number").values_list("act", "dialogue")[:3])
    assert acts == [("deleted", cast.dialogue.pk), ("created", cast.dialogue.pk), ("changed", cast.dialogue.pk)]


def test_with_a_lead_appointed_the_others_only_read(cast: Cast, signed_in: Any) -> None:
    row = build.a_template_task(cast.dialogue, task_en="Book the interpreters")
    build.an_appointment(cast.secretary_nl, cast.dialogue, "lead")
    reader = signed_in(cast.secretary_uk)
    page = reader.get(change(row))
    assert "Book the interpreters" in sentences(page) and 'name="_save"' not in page.content.decode()
    assert reader.post(change(row), {"task_en": "Changed"}).status_code == 403
    assert reader.get(f"{TEMPLATE}add/").status_code == 403
    assert reader.post(f"{TEMPLATE}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    row.refresh_from_db()
    assert row.task_en == "Book the interpreters"
    save(signed_in(cast.secretary_nl), row, task_en="Book two interpreters")
    row.refresh_from_db()
    assert row.task_en == "Book two interpreters"


@pytest.mark.parametrize("who", ["secretary_elsewhere", "technician", "former_secretary"])
def test_the_template_of_others_does_not_exist(cast: Cast, signed_in: Any, who: str) -> None:
    row = build.a_template_task(cast.dialogue, task_en="Book the interpreters")
    client = signed_in(getattr(cast, who))
    for page in (TEMPLATE, change(row)):
        assert "Book the interpreters" not in client.get(page, follow=True).content.decode()
    client.post(f"{TEMPLATE}{row.pk}/delete/", {"post": "yes"})
    assert TemplateTask.objects.filter(pk=row.pk).exists()


def test_no_circle_and_nothing_of_another_dialogue_comes_before_a_task(cast: Cast, signed_in: Any) -> None:
    first, second, third = (build.a_template_task(cast.dialogue) for _n in range(3))
    second.depends_on.add(first)
    third.depends_on.add(second)
    foreign = build.a_template_task(build.a_dialogue())
    client = signed_in(cast.lead)
    circle = save(client, first, depends_on=[str(third.pk)])
    assert f"{third.code} comes after this task already" in sentences(circle)
    elsewhere = save(client, first, depends_on=[str(foreign.pk)])
    assert elsewhere.status_code == 200 and "errorlist" in elsewhere.content.decode()
    assert not first.depends_on.exists()
    save(client, third, depends_on=[str(first.pk), str(second.pk)])
    assert third.depends_on.count() == 2


def test_the_checklist_of_a_postponed_edition_rests(cast: Cast, signed_in: Any) -> None:
    build.a_task(cast.edition, due_on=date(2026, 11, 2))
    client = signed_in(cast.secretary_nl)
    assert "18 days late" in sentences(client.get(LIST))
    Edition.objects.filter(pk=cast.edition.pk).update(status="postponed")
    page = sentences(client.get(LIST))
    assert "rests, the edition is postponed" in page and "days late" not in page


def test_the_checklist_of_an_archived_edition_is_read_and_not_changed(cast: Cast, signed_in: Any) -> None:
    task = build.a_task(cast.edition, note="As agreed")
    Edition.objects.filter(pk=cast.edition.pk).update(status=Edition.Status.ARCHIVED)
    client, page = signed_in(cast.lead), f"/admin/dialogues/preparationtask/{task.pk}/change/"
    shown = client.get(page).content.decode()
    assert "As agreed" in shown and 'name="_save"' not in shown
    assert client.post(page, {"note": "With hindsight"}).status_code == 403
    assert client.get(f"/admin/dialogues/preparationtask/{task.pk}/step/done/").status_code == 404
