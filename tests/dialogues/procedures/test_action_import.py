"""A list of actions is taken in whole or not at all, and every row of it is a proposal like any other."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dialogues.models import ActionColumn, ActionItem, ActionLead, ActionMove, JournalEntry
from dialogues.procedures import action_import
from dialogues.procedures.action_import import ActionRow, Lead, Taken, serial_kept, take_in_actions
from dialogues.procedures.action_items import agree, propose_action
from dialogues.procedures.steps import StepRefused
from socportal.list_dates import order_proved, readings
from tests import build
from tests.cast import Cast


def a_row(cast: Cast, row: int = 2, **fields: Any) -> ActionRow:
    values = {
        "text_en": f"Share note {row}",
        "measure_en": "A note that both sides have read",
        "leads": (Lead(cast.nl, None, "Head of unit"),),
        "due_on": date(2027, 6, 30),
    }
    return ActionRow(**{"row": row, **values, **fields})


def nothing_is_stored() -> bool:
    return not any(model.objects.exists() for model in (ActionItem, ActionLead, ActionMove, ActionColumn, JournalEntry))


def test_rows_become_proposals_that_both_parties_agree_to_as_to_any_other(cast: Cast) -> None:
    police = build.an_organisation(cast.nl)
    joint = (Lead(cast.nl, police, "", "Teamhoofd"), Lead(cast.uk, None, "Head of unit"))
    items = take_in_actions(
        edition=cast.edition,
        by=cast.secretary_uk,
        rows=[
            a_row(cast, serial=12, remark="Status: ongoing"),
            a_row(cast, 3, leads=joint, mandate=cast.group),
            a_row(cast, 4),
        ],
        columns={"What": "text_en", "Whose": "lead", "": "remark", "Odd": "king"},
    )
    assert [item.number for item in items] == ["SOC-2027-12", "SOC-2027-13", "SOC-2027-14"]
    first, second, _third = ActionItem.objects.order_by("serial")
    assert (first.status, first.audience, first.original_due_on, first.is_joint) == ("proposed", "delegates", None, False)
    assert (second.is_joint, second.mandate, second.leads.get(party=cast.nl).organisation) == (True, cast.group, police)
    move = first.moves.get()
    assert (move.from_status, move.to_status, move.reason, move.party) == ("", "proposed", "Status: ongoing", cast.uk)
    assert dict(ActionColumn.objects.values_list("head", "meaning")) == {"What": "text_en", "Whose": "lead"}
    entry = JournalEntry.objects.get()
    assert (entry.act, entry.details, entry.party) == ("imported actions", {"count": 3}, cast.uk)
    agree(action_item=first, by=cast.focal_point_uk)
    with pytest.raises(StepRefused):
        agree(action_item=first, by=cast.secretary_uk)
    assert agree(action_item=first, by=cast.focal_point_nl).status == "agreed"
    later = propose_action(edition=cast.edition, by=cast.secretary_nl, text_en="Agree a plan", leads=[(cast.nl, None, "Head")])
    assert later.number == "SOC-2027-15"


def test_what_came_in_dutch_alone_is_a_proposal_and_is_agreed_once_it_has_english_words(cast: Cast) -> None:
    row = a_row(cast, text_en="", text_nl="Een notitie over havens delen")
    (item,) = take_in_actions(edition=cast.edition, by=cast.secretary_uk, rows=[row])
    assert (item.status, str(item.text)) == ("proposed", "Een notitie over havens delen")
    with pytest.raises(StepRefused, match="in English too"):
        agree(action_item=item, by=cast.focal_point_uk)
    ActionItem.objects.filter(pk=item.pk).update(text_en="Share a note on ports")
    agree(action_item=item, by=cast.focal_point_uk)
    assert agree(action_item=item, by=cast.focal_point_nl).status == "agreed"


def test_one_row_that_cannot_be_stored_keeps_all_of_them_out(cast: Cast) -> None:
    elsewhere = build.a_mandate(build.an_edition(cast.dialogue, year=2030))
    stranger = build.a_party("BE")
    for bad, sentence in [
        ({"text_en": ""}, "Row 9: say what is to be done"),
        ({"text_en": "x" * 301}, "Row 9: "),
        ({"text_en": "The NATO SECRET note"}, "Row 9: “NATO SECRET” marks something above"),
        ({"remark": "Status: OFFICIAL-SENSITIVE"}, "Row 9: “OFFICIAL-SENSITIVE” marks something above"),
        ({"leads": (Lead(cast.nl, None, "STG. GEHEIM"),)}, "Row 9: “STG. GEHEIM” marks something above"),
        ({"text_en": "share NOTE 2."}, "Row 9: this action is in the edition already"),
        ({"serial": 7}, "Row 9: SOC-2027-07 is taken by now"),
        ({"leads": ()}, "Row 9: name the party that leads"),
        ({"leads": (Lead(stranger),)}, "Row 9: name the party that leads"),
        ({"leads": (Lead(cast.nl), Lead(cast.nl))}, "Row 9: name the party that leads"),
        ({"mandate": elsewhere}, "Row 9: the theme and the working group are those of"),
    ]:
        with pytest.raises(StepRefused, match=sentence):
            take_in_actions(
                edition=cast.edition,
                by=cast.lead,
                rows=[a_row(cast, serial=7), a_row(cast, 9, **bad)],
                columns={"What": "text_en"},
            )
    for rows, sentence in [([], "no action that is new"), ([a_row(cast, n) for n in range(501)], "at most 500 rows")]:
        with pytest.raises(StepRefused, match=sentence):
            take_in_actions(edition=cast.edition, by=cast.lead, rows=rows)
    assert nothing_is_stored()


def test_what_goes_wrong_at_the_very_end_leaves_nothing_behind(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_said: Any) -> None:
        raise StepRefused("the last line")

    monkeypatch.setattr(action_import.journal, "write", fails)
    with pytest.raises(StepRefused, match="the last line"):
        take_in_actions(edition=cast.edition, by=cast.lead, rows=[a_row(cast)], columns={"What": "text_en"})
    assert nothing_is_stored()


def test_a_number_or_words_taken_meanwhile_and_a_second_press_are_refused(cast: Cast) -> None:
    rows = [a_row(cast, serial=1), a_row(cast, 3, serial=2)]
    build.an_action_item(cast.edition, serial=2, number="SOC-2027-02")
    with pytest.raises(StepRefused, match="Row 3: SOC-2027-02 is taken by now"):
        take_in_actions(edition=cast.edition, by=cast.lead, rows=rows)
    assert ActionItem.objects.count() == 1
    take_in_actions(edition=cast.edition, by=cast.lead, rows=rows[:1])
    with pytest.raises(StepRefused, match="already"):
        take_in_actions(edition=cast.edition, by=cast.secretary_uk, rows=[a_row(cast)])
    elsewhere = build.an_edition(build.a_dialogue(slug="third"), year=2027)
    build.an_action_item(elsewhere, serial=3, number="SOC-2027-03")
    assert 3 in Taken.of(cast.edition).serials  # a number is one item’s, whichever dialogue counts by the same prefix
    assert take_in_actions(edition=cast.edition, by=cast.lead, rows=[a_row(cast, 5)])[0].number == "SOC-2027-04"


def test_only_a_secretary_of_an_edition_that_is_not_over_takes_a_list_in(cast: Cast) -> None:
    for who in (cast.technician, cast.focal_point_nl, cast.co_chair, cast.secretary_elsewhere, cast.former_secretary):
        with pytest.raises(StepRefused, match="Only a current secretary"):
            take_in_actions(edition=cast.edition, by=who, rows=[a_row(cast)])
    type(cast.edition).objects.filter(pk=cast.edition.pk).update(status="cancelled")
    with pytest.raises(StepRefused, match="nothing more is settled in it"):
        take_in_actions(edition=cast.edition, by=cast.lead, rows=[a_row(cast)])
    assert nothing_is_stored()


@pytest.mark.parametrize(
    ("text", "serial"),
    [
        ("SOC-2027-07", 7),
        ("soc 2027-7", 7),
        ("2027-07", 7),
        ("7", 7),
        ("7.", 7),
        ("SOC-2026-07", None),
        ("BNC-2027-07", None),
        ("2026-07", None),
        ("0", None),
        ("1000", None),
        ("٧", None),
        ("9" * 60, None),
        ("A7", None),
    ],
)
def test_a_number_of_the_old_list_is_kept_where_it_fits_the_edition(cast: Cast, text: str, serial: int | None) -> None:
    assert serial_kept(cast.edition, text) == serial


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026-04-03", ["2026-04-03"]),
        ("2026-04-03 00:00:00", ["2026-04-03"]),
        ("3 April 2026", ["2026-04-03"]),
        ("vrijdag 3 april 2026", ["2026-04-03"]),
        ("3 mrt. 2026", ["2026-03-03"]),
        ("April 3rd, 2026", ["2026-04-03"]),
        ("3-May-2026", ["2026-05-03"]),
        ("25/03/2026", ["2026-03-25"]),
        ("03/25/2026", ["2026-03-25"]),
        ("3.3.2026", ["2026-03-03"]),
        ("03/04/2026", ["2026-04-03", "2026-03-04"]),
        ("03/04/26", []),
        ("3/4-2026", []),
        ("31 April 2026", []),
        ("32/13/2026", []),
        ("0000-01-01", []),
        ("03/04/0001", []),
        ("3 Brumaire 2026", []),
        ("April 2026", []),
        ("46115", []),
        ("٣/٤/٢٠٢٦", []),
    ],
)
def test_a_day_of_a_list_has_every_reading_that_it_can_have_and_no_other(text: str, days: list[str]) -> None:
    assert [day.isoformat() for day in readings(text)] == days


def test_a_list_proves_its_order_by_days_with_one_reading_and_not_by_those_that_are_the_same_both_ways() -> None:
    assert order_proved(["03/04/2026", "03/03/2026", "2026-12-25"]) == ""
    assert order_proved(["03/04/2026", "25/03/2026"]) == "day"
    assert order_proved(["03/04/2026", "03/25/2026"]) == "month"
    assert order_proved(["25/03/2026", "03/25/2026"]) == "contradicts"
