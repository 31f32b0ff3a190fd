"""The year of an edition: the picture and, line for line, the table beneath it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from dialogues.models import Edition
from socportal import clock
from tests import build
from tests.cast import Cast


def page(edition: Edition) -> str:
    return f"/admin/dialogues/edition/{edition.pk}/timeline/"


def entry(answer: Any, what: str) -> Any:
    return next(one for one in answer.context["entries"] if str(one.what) == what)


def drawn(answer: Any) -> str:
    return re.search(r"<svg class=\"year-picture\".*?</svg>", answer.content.decode(), re.DOTALL).group()  # type: ignore[union-attr]


def test_every_task_stands_in_picture_and_table_with_its_owner_and_how_it_stands(cast: Cast, signed_in: Any) -> None:
    today = clock.today()
    settled = {"settled_at": clock.now(), "settled_by": cast.lead}
    build.a_task(cast.edition, code="T1", task_en="Late", owner="PRO", due_on=today - timedelta(days=3))
    build.a_task(cast.edition, code="T2", task_en="Ticked", due_on=today - timedelta(days=30), status="done", **settled)
    build.a_task(cast.edition, code="T3", task_en="Seen", sign="host_named", due_on=today - timedelta(days=60))
    gate = build.a_task(cast.edition, code="T4", task_en="Gate", is_gate=True, due_on=today + timedelta(days=9))
    build.a_task(cast.edition, code="T5", task_en="Waived", due_on=today, status="waived", note="No need.", **settled)
    build.a_task(cast.edition, code="T6", task_en="Dateless")
    build.a_task(build.an_edition(build.a_dialogue()), code="T7", task_en="Elsewhere", due_on=today)
    answer = signed_in(cast.lead).get(page(cast.edition))
    stands = {one.code: one.standing for one in answer.context["entries"] if one.code}
    assert stands == {"T1": "overdue", "T2": "done", "T3": "seen", "T4": "open", "T5": "waived", "T6": "open"}
    assert entry(answer, "Late").owes == "Protocol and logistics NL"
    assert entry(answer, "Gate").address == f"/admin/dialogues/preparationtask/{gate.pk}/change/"
    svg, text = drawn(answer), answer.content.decode()
    for code in ("T1", "T2", "T3", "T4", "T5"):
        assert f">{code}</text>" in svg
    assert ">T6</text>" not in svg and "Dateless" in text
    assert "Elsewhere" not in text
    assert entry(answer, "Gate").shape == "gate-open" and entry(answer, "Late").shape == "task-overdue"
    assert "<title>T4 Gate, 29 November 2026, to do</title>" in svg
    assert "Today</text>" in svg and "Opening</text>" in svg
    assert "6 tasks, 1 of them gates: 3 done, 1 overdue." in svg
    assert " style=" not in svg and "<script" not in svg


def test_an_engagement_is_as_long_as_its_date_is_known(cast: Cast, signed_in: Any) -> None:
    def engagement(title: str, **fields: Any) -> None:
        build.an_engagement(cast.dialogue, title_en=title, audience="secretariat", **fields)

    engagement("Some day in January", starts_on=date(2027, 1, 1), date_precision="month", status="scheduled")
    engagement("One day", starts_on=date(2027, 1, 12), date_precision="day", status="scheduled")
    engagement("Forthcoming", status="agreed")
    engagement("Called off", starts_on=date(2027, 1, 20), date_precision="day", status="cancelled")
    engagement("Of another decade", starts_on=date(2014, 1, 20), date_precision="day", status="held")
    answer = signed_in(cast.secretary_uk).get(page(cast.edition))
    (lane,) = [one for one in answer.context["picture"].lanes if one.bars]
    widths = {str(bar.entry.what): bar.width for bar in lane.bars}
    assert widths["Some day in January"] > 5 * widths["One day"]
    assert set(widths) == {"Some day in January", "One day"}
    assert entry(answer, "Forthcoming").when == "no date yet"
    text = answer.content.decode()
    assert "Called off" not in text and "Of another decade" not in text


def test_a_date_typed_wrong_stands_in_the_table_and_not_in_the_picture(cast: Cast, signed_in: Any) -> None:
    for code, day in (("T1", date(9999, 12, 31)), ("T2", date(1, 1, 1)), ("T3", date(2027, 2, 1))):
        build.a_task(cast.edition, code=code, due_on=day)
    answer = signed_in(cast.lead).get(page(cast.edition))
    assert answer.status_code == 200
    assert answer.context["picture"].left_out == 2 and answer.context["picture"].width < 2000
    assert [one.code for one in answer.context["entries"] if one.code] == ["T2", "T3", "T1"]


def test_an_edition_without_a_date_says_so(cast: Cast, signed_in: Any) -> None:
    bare = build.an_edition(cast.dialogue, year=2030, status="planned", opens_on=None, closes_on=None, date_precision="none")
    answer = signed_in(cast.lead).get(page(bare))
    assert answer.status_code == 200 and answer.context["picture"] is None
    assert "Nothing has a date yet" in answer.content.decode()


def test_the_year_is_the_secretaries_alone(cast: Cast, signed_in: Any) -> None:
    build.a_task(cast.edition, task_en="Bait", due_on=clock.today())
    for name in ("secretary_elsewhere", "technician"):
        answer = signed_in(getattr(cast, name)).get(page(cast.edition))
        assert answer.status_code == 404 and "Bait" not in answer.content.decode()
    nowhere = signed_in(cast.lead).get("/admin/dialogues/edition/999999/timeline/")
    assert nowhere.status_code == 404


def test_much_is_asked_as_often_as_little(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.lead)

    def asked() -> int:
        with CaptureQueriesContext(connection) as questions:
            assert client.get(page(cast.edition)).status_code == 200
        return len(questions)

    build.a_task(cast.edition, due_on=clock.today(), assignee=cast.delegate_nl.person)
    build.an_engagement(cast.dialogue, starts_on=clock.today(), date_precision="day", host_party=cast.nl)
    client.get(page(cast.edition))
    little = asked()
    for n in range(20):
        build.a_task(cast.edition, due_on=clock.today() + timedelta(days=n), assignee=cast.delegate_uk.person)
        build.an_engagement(
            cast.dialogue, starts_on=clock.today(), date_precision="day", host_party=cast.nl, visiting_party=cast.uk
        )
    assert asked() == little
