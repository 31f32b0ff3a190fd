"""The board: how the edition in hand stands, who owes what, and that every number leads to its rows."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dialogues.models import ActionItem, ActionLead, Edition, OwnDetails, PreparationTask, Registration
from dialogues.procedures.agenda import release_agenda
from parties.models import Person
from socportal import clock
from tests import build
from tests.cast import Cast

INDEX = "/admin/"
MOST_QUESTIONS = 25


def words(answer: Any) -> str:
    """What the page says, without its marks."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def area(board: dict[str, Any], title: str) -> Any:
    return next(one for one in board["areas"] if one.title == title)


def said(board: dict[str, Any], title: str) -> dict[str, Any]:
    """The lines of an area by what they say."""
    return {line.what: line for line in area(board, title).lines}


def test_late_tasks_stand_first_with_their_owner_and_the_next_five_dates_beside_them(cast: Cast, signed_in: Any) -> None:
    today = clock.today()
    late = build.a_task(cast.edition, task_en="Book the baits", owner="PRO", due_on=today - timedelta(days=3))
    later = build.a_task(cast.edition, task_en="Boil the eggs", owner="FP", due_on=today - timedelta(days=9))
    soon = [build.a_task(cast.edition, task_en=f"Count spoon {n}", due_on=today + timedelta(days=n)) for n in range(7)]
    build.a_task(
        cast.edition,
        task_en="Long since done",
        due_on=today - timedelta(days=30),
        status="done",
        settled_at=clock.now(),
        settled_by=cast.lead,
    )
    answer = signed_in(cast.lead).get(INDEX)
    board, text = answer.context["board"], words(answer)
    checklist = board["checklist"]
    assert [row["task"] for row in checklist["overdue_tasks"]] == [later, late]
    assert [row["task"] for row in checklist["next_tasks"]] == soon[:5]
    assert "9 days late Boil the eggs" in text and "Focal points" in text
    assert "3 days late Book the baits" in text and "Protocol and logistics NL" in text
    assert "Long since done" not in text and "Count spoon 5" not in text
    assert (checklist["settled"], checklist["total"], checklist["overdue"]) == (1, 10, 2)
    assert board["days"] == 116 and "days to the opening" in text


def test_a_gate_says_what_stands_behind_it_and_what_it_waits_for(cast: Cast, signed_in: Any) -> None:
    today = clock.today()
    draft = build.a_task(cast.edition, code="T1", task_en="Draft the terms", due_on=today + timedelta(days=1))
    gate = build.a_task(
        cast.edition, code="T2", task_en="Adopt the terms", owner="WGC", is_gate=True, due_on=today - timedelta(days=2)
    )
    behind = build.a_task(cast.edition, code="T3", task_en="Print the terms", due_on=today + timedelta(days=5))
    passed = build.a_task(
        cast.edition, code="T4", task_en="Passed long ago", is_gate=True, status="waived", note="Not needed.",
        settled_at=clock.now(), settled_by=cast.lead,
    )  # fmt: skip
    gate.depends_on.add(draft)
    behind.depends_on.add(gate, passed)
    answer = signed_in(cast.secretary_uk).get(INDEX)
    (row,) = answer.context["board"]["checklist"]["gate_rows"]
    assert (row["task"], row["is_late"], row["behind"], row["waits_for"]) == (gate, True, [behind], [draft])
    text = words(answer)
    assert "Stands before" in text and "T3 Print the terms" in text
    assert "Passed long ago" not in text


def test_who_owes_it_is_a_role_of_a_party(cast: Cast, signed_in: Any) -> None:
    waiting = build.a_submitted_nomination(build.a_delegation(cast.edition, cast.uk), name="Ms N. Amed")
    build.a_nomination(build.a_delegation(cast.edition, cast.uk), name="Ms D. Raft")
    held = clock.today() - timedelta(days=60)
    report = build.an_engagement(
        cast.dialogue, status="held", starts_on=held, date_precision="day", audience="secretariat", title_en="Port visit"
    )
    build.an_engagement(cast.dialogue, status="held", starts_on=clock.today(), date_precision="day", audience="secretariat")
    board = signed_in(cast.lead).get(INDEX).context["board"]
    delegations = said(board, "Delegations")
    assert delegations["No head of delegation yet"].owes == "Focal points NL, UK"
    (number,) = delegations["Nominations waiting"].numbers
    assert (number.label, number.number) == ("UK", 1)
    groups = said(board, "Working groups")
    chairs = groups["Co-chairs to be named"]
    assert [(one.label, one.number) for one in chairs.numbers] == [("NL", 1), ("UK", 2)]
    assert chairs.owes == "Focal points NL, UK"
    assert groups["Rapporteurs to be named"].numbers[0].number == 2
    assert said(board, "Texts")["Terms of reference to draft"].owes == "Co-chairs"
    assert said(board, "Logistics")["Venue not named"].owes == "Secretary of the host NL"
    texts = said(board, "Texts")["Reports of engagements held more than 21 days ago"]
    rows = signed_in(cast.lead).get(texts.numbers[0].address).context["cl"].result_list
    assert [one.pk for one in rows] == [report.pk] and texts.level == "bad"
    assert board["areas"][0].title == "Texts"  # the late one comes first
    rows = signed_in(cast.lead).get(number.address).context["cl"].result_list
    assert [one.pk for one in rows] == [waiting.pk]


def test_every_number_leads_to_exactly_its_rows(cast: Cast, signed_in: Any) -> None:
    today = clock.today()
    build.a_task(cast.edition, due_on=today - timedelta(days=3), is_gate=True)
    build.a_task(cast.edition, due_on=today + timedelta(days=4))
    build.an_action_item(cast.edition, lead=cast.uk, due_on=today - timedelta(days=1))
    build.an_action_item(cast.edition, lead=cast.nl, status="reported_complete")
    build.an_action_item(cast.edition, lead=cast.nl, status="closed")
    build.an_action_item(build.an_edition(build.a_dialogue()), lead=cast.uk, due_on=today - timedelta(days=1))
    build.a_session(cast.edition)
    build.a_message(cast.delegate_nl, cast.edition)
    build.a_submitted_nomination(build.a_delegation(cast.edition, cast.uk))
    build.own_details(Registration.objects.get(person=cast.delegate_uk.person))
    client = signed_in(cast.lead)
    board = client.get(INDEX).context["board"]
    checklist = board["checklist"]
    numbers = [(checklist[kind], checklist[f"{kind}_address"]) for kind in ("overdue", "settled", "gates")]
    numbers += [(one.done, one.done_address) for one in board["areas"] if one.title in {"Delegations", "Action items"}]
    numbers += [(one.number, one.address) for every in board["areas"] for line in every.lines for one in line.numbers]
    numbers += [(one["number"], one["address"]) for line in board["parity"] for one in line["cells"] if one.get("address")]
    lists = [(number, address) for number, address in numbers if number is not None and "changelist" not in address]
    seen = 0
    for number, address in lists:
        answer = client.get(address)
        assert answer.status_code == 200, address
        if "cl" in answer.context:
            assert answer.context["cl"].result_count == number, address
            seen += 1
        elif "/participants/" in address:
            assert answer.context["page"].paginator.count == number, address
            seen += 1
    assert seen > 15
    overdue = said(board, "Action items")["Overdue"]
    assert [(one.label, one.number) for one in overdue.numbers] == [("UK", 1)]
    assert overdue.owes == "Action owners UK"


def test_another_edition_in_hand_is_a_click_away_and_a_strangers_is_as_if_there_were_none(cast: Cast, signed_in: Any) -> None:
    last = build.an_edition(cast.dialogue, year=2025, status="follow_up", opens_on=date(2025, 3, 4), closes_on=date(2025, 3, 5))
    foreign = build.an_edition(build.a_dialogue(), name_en="Baited breath")
    client = signed_in(cast.lead)
    answer = client.get(INDEX)
    assert answer.context["board"]["edition"] == cast.edition
    (other,) = answer.context["board"]["others"]
    assert other["address"] == f"{INDEX}?edition={last.pk}" and other["address"] in answer.content.decode()
    assert client.get(other["address"]).context["board"]["edition"] == last
    for said_ in (foreign.pk, 10**30, "x", "²", ""):
        answer = client.get(INDEX, {"edition": said_})
        assert answer.status_code == 200
        assert answer.context["board"]["edition"] == cast.edition
        assert "Baited breath" not in answer.content.decode()


def test_a_decision_of_the_heads_that_waits_stands_above_everything(cast: Cast, signed_in: Any) -> None:
    decision = build.a_heads_decision(cast.edition, cast.lead)
    build.a_consent(decision, cast.secretary_uk, "postponed", party=cast.uk)
    text = words(signed_in(cast.lead).get(INDEX))
    assert "Postponement proposed on 20 November; consent awaited: Netherlands." in text
    assert "consent awaited: Netherlands, United" not in text
    decision.dropped_at, decision.dropped_by = clock.now(), cast.lead
    decision.save()
    assert "Postponement proposed" not in words(signed_in(cast.lead).get(INDEX))


def test_after_the_closing_the_texts_are_reports_and_summary(cast: Cast, signed_in: Any) -> None:
    reporting = build.a_session(cast.edition, mandate=cast.group)
    silent = build.a_session(cast.edition, mandate=cast.other_group)
    build.a_session_report(reporting, cast.lead, status="final")
    build.a_session_report(silent, cast.lead)
    build.an_action_item(cast.edition)
    Edition.objects.filter(pk=cast.edition.pk).update(
        status="closed", opens_on=date(2026, 11, 10), closes_on=date(2026, 11, 11)
    )
    client = signed_in(cast.lead)
    board = client.get(INDEX).context["board"]
    texts = area(board, "Texts")
    assert (texts.done, texts.of) == (1, 2)
    lines = said(board, "Texts")
    (owed,) = lines["Session reports not final"].numbers
    assert [one.pk for one in client.get(owed.address).context["cl"].result_list] == [silent.pk]
    assert lines["Session reports not final"].owes == "Rapporteurs"
    assert "No summary of conclusions yet" in lines
    undecided = said(board, "Action items")["Undecided for the next"].numbers[0]
    assert undecided.number == 1
    assert client.get(undecided.address).context["cl"].result_count == 1
    coming = build.an_edition(cast.dialogue, year=2028, status="cancelled")
    build.a_carry_over(ActionItem.objects.get(), coming, cast.lead)
    assert said(client.get(INDEX).context["board"], "Action items")["Undecided for the next"].numbers[0].number == 1
    Edition.objects.filter(pk=coming.pk).update(status="planned", opens_on=None, closes_on=None, date_precision="none")
    assert "Undecided for the next" not in said(client.get(INDEX).context["board"], "Action items")
    build.a_summary(cast.edition, status="circulated", circulated_at=clock.now())
    lines = said(client.get(INDEX).context["board"], "Texts")
    assert lines["Summary of conclusions to be adopted"].owes == "Focal points NL, UK"


def much(cast: Cast) -> None:
    """Nine more editions, a thousand action items, two hundred delegates, forty sessions and ninety tasks."""
    for year in range(2028, 2037):
        build.an_edition(cast.dialogue, year=year, status="planned", opens_on=None, closes_on=None, date_precision="none")
    items = ActionItem.objects.bulk_create(
        ActionItem(
            edition=cast.edition, serial=20000 + n, number=f"MANY-{n}", text_en="Share it", measure_en="A note",
            due_on=date(2026, 10, 1), original_due_on=date(2026, 10, 1), status="agreed", audience="delegates",
        )
        for n in range(1000)
    )  # fmt: skip
    ActionLead.objects.bulk_create(
        ActionLead(action_item=item, party=(cast.uk, cast.nl)[n % 2], owner_post_en="Head") for n, item in enumerate(items)
    )
    people = Person.objects.bulk_create(
        Person(name=f"Delegate {n}", sort_name=f"{n:04d}", post_en="Adviser", party=(cast.uk, cast.nl)[n % 2])
        for n in range(200)
    )
    delegations = {party.pk: build.a_delegation(cast.edition, party) for party in (cast.uk, cast.nl)}
    registered = Registration.objects.bulk_create(
        Registration(edition=cast.edition, delegation=delegations[one.party_id], person=one, post_en="Adviser")
        for one in people
    )
    OwnDetails.objects.bulk_create(OwnDetails(registration=one, meal="A") for one in registered[:50])
    Registration.mandates.through.objects.bulk_create(
        Registration.mandates.through(registration=one, mandate=(cast.group, cast.other_group)[n % 2])
        for n, one in enumerate(registered)
    )
    for n in range(40):
        session = build.a_session(cast.edition, f"{8 + n // 4:02d}:{n % 4 * 15:02d}", f"{8 + n // 4:02d}:{n % 4 * 15 + 14:02d}")
        build.a_speaker(session, people[n])
    PreparationTask.objects.bulk_create(
        PreparationTask(
            edition=cast.edition, code=f"M{n}", task_en=f"Many {n}", owner="SEC", offset_days=-n, anchor="open",
            is_gate=n % 3 == 0, due_on=clock.today() + timedelta(days=n - 45),
        )
        for n in range(90)
    )  # fmt: skip


@pytest.mark.parametrize("is_pending", [False, True])
def test_much_is_asked_as_often_as_little_and_never_more_than_twenty_five_times(
    cast: Cast, signed_in: Any, is_pending: bool
) -> None:
    """Counted with everything around the board: the session, who one is, and the numbers beside the navigation."""
    client = signed_in(cast.lead)
    build.a_speaker(build.a_session(cast.edition), build.a_person(cast.uk, organisation=build.an_organisation(cast.uk)))
    gate = build.a_task(cast.edition, is_gate=True, due_on=clock.today() - timedelta(days=50))
    build.a_task(cast.edition).depends_on.add(gate)
    release_agenda(edition=cast.edition, by=cast.lead)
    build.a_session(cast.edition, "15:00", "16:00")
    if is_pending:
        build.a_heads_decision(cast.edition, cast.lead)
    client.get(INDEX)

    def asked() -> tuple[int, dict[str, Any]]:
        with CaptureQueriesContext(connection) as questions:
            answer = client.get(INDEX)
        assert answer.status_code == 200
        return len(questions), answer.context["board"]

    little, _board = asked()
    much(cast)
    often, board = asked()
    assert often == little
    assert often <= MOST_QUESTIONS
    overdue = said(board, "Action items")["Overdue"].numbers
    assert [(one.label, one.number) for one in overdue] == [("NL", 500), ("UK", 500)]
    own = said(board, "Delegations")["Own details outstanding"].numbers
    cast_itself = Registration.objects.live().filter(edition=cast.edition).exclude(person__name__startswith="Delegate")
    assert sum(one.number for one in own) == 150 + cast_itself.count()
    assert said(board, "Agenda")["Unreleased changes"].numbers[0].number == 41
    assert area(board, "Agenda").address.endswith("/agenda-builder/")
    assert board["checklist"]["overdue"] == 46
    assert len(board["others"]) == 9


def test_the_board_has_neither_inline_style_nor_script(cast: Cast, signed_in: Any) -> None:
    build.a_task(cast.edition, due_on=clock.today())
    text = signed_in(cast.lead).get(INDEX).content.decode()
    content = text[text.index('id="content"') :]
    assert 'class="board"' in content
    assert " style=" not in content and "<script" not in content.split("</main>")[0]
