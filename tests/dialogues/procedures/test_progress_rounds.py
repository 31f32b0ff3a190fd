"""Progress rounds: asked of every lead, chased where one is silent, compiled as a snapshot that never changes."""

from __future__ import annotations

from datetime import date, timedelta
from time import perf_counter
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dialogues.models import (
    ActionItem,
    ActionLead,
    ActionMove,
    Edition,
    JournalEntry,
    OutgoingMessage,
    ProgressRound,
    ProgressUpdate,
    ReportedTheme,
)
from dialogues.models.frozen import IsFrozen
from dialogues.procedures import progress
from dialogues.procedures.progress_reports import compile_report
from dialogues.procedures.progress_rounds import chase_silent, close_round, default_due_on, open_round, silent
from dialogues.procedures.reminders import duties_in, told
from dialogues.procedures.steps import StepRefused
from socportal import clock
from tests import build
from tests.cast import Cast

DUE = date(2027, 6, 15)  # ninety days after 17 March


@pytest.fixture(autouse=True)
def after_the_edition() -> Any:
    with time_machine.travel("2027-05-01T09:00:00Z", tick=True) as traveller:
        yield traveller


@pytest.fixture
def closed(cast: Cast) -> Edition:
    Edition.objects.filter(pk=cast.edition.pk).update(status="closed")
    cast.edition.refresh_from_db()
    return cast.edition


def opened(cast: Cast, **said: Any) -> ProgressRound:
    return open_round(edition=cast.edition, by=cast.secretary_nl, **{"kind": "first", **said})


def report(item: ActionItem, by: Any, text: str = "The list is drafted.") -> ProgressUpdate:
    return progress.report_progress(action_item=item, by=by, rating="on_track", text=text)


def refused(act: Any, words: str) -> None:
    with pytest.raises(StepRefused) as refusal:
        act()
    assert words in str(refusal.value)


def test_opening_asks_each_person_once_for_all_of_their_items(cast: Cast, closed: Edition) -> None:
    first = build.an_action_item(closed, text_en="Share the list of ports", text_nl="De lijst van havens delen")
    second = build.an_action_item(closed, lead=cast.uk, text_en="Agree a contact")
    build.an_action_item(closed, status="proposed", text_en="Unsettled idea")
    build.an_action_item(closed, audience="secretariat", text_en="Own affair")
    ActionLead.objects.filter(action_item=second).update(owner=cast.delegate_uk.person)
    cast.deputy_nl.language = "nl"
    cast.deputy_nl.save()
    round = opened(cast)

    assert round.due_on == DUE == default_due_on(closed, "first") and round.status == "open"
    assert default_due_on(closed, "half_year") == date(2027, 9, 13) and default_due_on(closed, "annual") is None
    messages = {one.recipient: one for one in OutgoingMessage.objects.drafted()}
    assert set(messages) == {cast.focal_point_nl, cast.deputy_nl, cast.focal_point_uk, cast.delegate_uk}
    dutch = messages[cast.deputy_nl]
    assert "De lijst van havens delen" in dutch.text and f"/nl/action-items/{first.number}/report/" in dutch.text
    uk = messages[cast.delegate_uk].text
    assert "Agree a contact" in uk and "15 June 2027" in uk and f"/action-items/{second.number}/report/" in uk
    said = "".join(one.text for one in messages.values())
    assert "ports" not in uk and "Unsettled idea" not in said and "Own affair" not in said
    assert JournalEntry.objects.latest("number").details["messages"] == 4


def test_who_may_not_read_an_item_is_not_told_of_it(cast: Cast, closed: Edition) -> None:
    hidden = build.an_action_item(closed, audience="group", mandate=cast.group, text_en="Narrow matter")
    ActionLead.objects.filter(action_item=hidden).update(owner=cast.focal_point_nl.person)
    opened(cast)
    message = OutgoingMessage.objects.get()
    assert message.recipient == cast.focal_point_nl and "Narrow matter" in message.text


def test_only_a_secretary_opens_one_round_at_a_time_since_an_edition_that_closed(cast: Cast) -> None:
    refused(lambda: opened(cast), "Progress is asked for since an edition that has closed")
    Edition.objects.filter(pk=cast.edition.pk).update(status="follow_up")
    for outsider in (cast.technician, cast.focal_point_nl, cast.former_secretary, cast.secretary_elsewhere):
        refused(lambda by=outsider: open_round(edition=cast.edition, by=by, kind="first"), "Only a current secretary")
    refused(lambda: opened(cast, due_on=date(2027, 4, 1)), "that day has passed")
    refused(lambda: opened(cast, kind="annual"), "Give the day by which updates are asked")
    elsewhere = build.an_edition(year=2028)
    refused(lambda: opened(cast, kind="annual", for_edition=elsewhere, due_on=DUE), "a later edition of the same dialogue")
    opened(cast)
    refused(lambda: opened(cast, kind="half_year"), "is not closed yet")
    ProgressRound.objects.update(status="closed")
    refused(lambda: opened(cast), "in such a round already")
    ahead = build.an_edition(cast.dialogue, year=2028, opens_on=date(2028, 3, 14), closes_on=date(2028, 3, 15))
    annual = opened(cast, kind="annual")
    assert annual.for_edition == ahead and annual.due_on == date(2028, 2, 1)


def test_only_who_is_silent_is_chased_and_the_digest_says_it(cast: Cast, closed: Edition) -> None:
    joint = build.an_action_item(closed, is_joint=True)
    ActionLead.objects.create(action_item=joint, party=cast.uk, owner_post_en="Head of desk")
    told_before = build.an_action_item(closed, lead=cast.uk)
    report(told_before, cast.focal_point_uk, "Said before anybody asked.")
    round = opened(cast)
    report(joint, cast.focal_point_uk)
    assert [(item, [lead.party for lead in leads]) for item, leads in silent(round)] == [
        (joint, [cast.nl]),
        (told_before, [cast.uk]),
    ]
    report(told_before, cast.focal_point_uk)
    OutgoingMessage.objects.all().delete()
    assert chase_silent(round=round, by=cast.secretary_uk) == 2
    assert {one.recipient for one in OutgoingMessage.objects.all()} == {cast.focal_point_nl, cast.deputy_nl}
    chase_silent(round=round, by=cast.secretary_nl)
    assert OutgoingMessage.objects.count() == 2, "nobody is reminded twice on one day"
    refused(lambda: chase_silent(round=round, by=cast.technician), "Only a current secretary")

    now = clock.now()
    lines = {user: [duty.said() for duty in mine] for user, mine in told(duties_in(cast.dialogue, [closed], now), now).items()}
    asked = [line for line in lines[cast.deputy_nl] if line.startswith("Progress update asked for")]
    assert len(asked) == 1 and joint.number in asked[0]
    assert not any("Progress update" in line for line in lines.get(cast.focal_point_uk, []))
    assert any(line.startswith("Items without a progress update: 1") for line in lines[cast.secretary_uk])


def test_the_report_waits_for_its_day_unless_everybody_has_spoken(cast: Cast, closed: Edition, after_the_edition: Any) -> None:
    item = build.an_action_item(closed)
    round = opened(cast)
    refused(lambda: compile_report(round=round, by=cast.secretary_nl), "until 15 June 2027, and one item still waits")
    refused(lambda: compile_report(round=round, by=cast.technician), "Only a current secretary")
    report(item, cast.focal_point_nl)
    assert compile_report(round=round, by=cast.secretary_nl).version == 1
    ProgressRound.objects.update(status="open")
    silent_item = build.an_action_item(closed)
    refused(lambda: compile_report(round=round, by=cast.secretary_nl), "one item still waits")
    after_the_edition.move_to("2027-06-16T00:01:00Z")
    again = compile_report(round=round, by=cast.secretary_nl)
    assert again.version == 2 and again.items.get(action_item=silent_item).leads.get().is_silent
    refused(lambda: close_round(round=round, by=cast.secretary_nl), "does not follow from it")


def test_silence_is_kept_as_silence_and_no_earlier_word_takes_its_place(
    cast: Cast, closed: Edition, after_the_edition: Any
) -> None:
    item = build.an_action_item(closed, is_joint=True)
    ActionLead.objects.create(action_item=item, party=cast.uk, owner_post_en="Head of desk")
    old = report(item, cast.focal_point_nl, "An old word.")
    done = build.an_action_item(closed, status="closed", lead=cast.uk)
    round = opened(cast)
    report(item, cast.focal_point_uk, "A first word.")
    new = report(item, cast.focal_point_uk, "A second word.")
    later = build.an_action_item(closed)
    ActionMove.objects.create(action_item=later, from_status="proposed", to_status="agreed", by=cast.secretary_nl)
    after_the_edition.move_to("2027-06-20T09:00:00Z")
    compiled = compile_report(round=round, by=cast.secretary_nl)

    nl, uk = compiled.items.get(action_item=item).leads.order_by("party__code")
    assert (nl.party, nl.update, nl.is_silent) == (cast.nl, None, True) and old.party == nl.party
    assert (uk.party, uk.update, uk.is_silent) == (cast.uk, new, False) and uk.owner_post_en == "Head of desk"
    assert not compiled.items.get(action_item=done).leads.get().is_asked, "what is finished owes no word"
    assert not compiled.items.get(action_item=later).leads.get().is_asked, "nothing was asked of what was agreed later"


def test_what_stands_in_a_report_and_in_which_order(cast: Cast, closed: Edition, after_the_edition: Any) -> None:
    money, ports = build.a_theme(closed, name_en="Money", position=1), build.a_theme(closed, name_en="Ports", position=2)
    of_ports = build.a_commitment(closed)
    of_ports.themes.set([ports])
    of_both = build.a_commitment(closed)
    of_both.themes.set([money, ports])
    day = date(2027, 12, 1)
    late = build.an_action_item(closed, theme=money, due_on=date(2027, 4, 1))
    soon = build.an_action_item(closed, theme=money, due_on=day)
    done = build.an_action_item(closed, theme=money, status="closed", audience="public", published_at=build.LONG_AGO)
    through_its_commitment = build.an_action_item(closed, commitment=of_ports)
    without = build.an_action_item(closed, commitment=of_both)
    let_go = build.an_action_item(closed, theme=money, status="withdrawn", due_on=day)
    for status in ("proposed", "withdrawn"):
        dropped = build.an_action_item(closed, status=status, original_due_on=None)
        ActionMove.objects.create(action_item=dropped, from_status="proposed", to_status="withdrawn", by=cast.secretary_nl)
    build.an_action_item(closed, audience="secretariat", theme=money)
    long_closed = build.an_action_item(closed, status="closed", theme=money)
    ActionItem.objects.filter(pk=long_closed.pk).update(status_since=build.LONG_AGO)
    progress.block(action_item=_under_way(soon), by=cast.focal_point_nl, reason="The vendor must deliver.", needed_from=cast.uk)
    held = {"status": "held", "date_precision": "exact", "starts_on": date(2027, 4, 20)}
    visit = build.an_engagement(cast.dialogue, audience="delegates", **held)
    visit.action_items.add(late)
    build.an_engagement(cast.dialogue, audience="delegates", **{**held, "starts_on": date(2027, 1, 20)})
    build.an_engagement(cast.dialogue, audience="secretariat", **held)
    build.an_engagement(cast.dialogue, audience="delegates", status="agreed")
    round = opened(cast)
    after_the_edition.move_to("2027-06-20T09:00:00Z")
    compiled = compile_report(round=round, by=cast.secretary_nl)

    rows = list(compiled.items.order_by("position"))
    assert [row.action_item for row in rows] == [done, late, soon, let_go, through_its_commitment, without]
    assert [str(row.theme) for row in rows] == ["Money", "Money", "Money", "Money", "Ports", ""]
    assert [row.is_public for row in rows] == [True, False, False, False, False, False]
    assert rows[2].why == "The vendor must deliver." and rows[1].is_overdue and rows[1].escalation_level == 3
    assert [row for row in rows if row.is_for_the_heads] == [rows[1]]
    theme = compiled.themes.get(theme=money)
    assert (theme.opened, theme.closed, theme.carried, theme.overdue) == (4, 1, 0, 1)
    engagement = compiled.engagements.get()
    assert engagement.engagement == visit and engagement.theme == theme


def test_what_is_held_after_midnight_at_the_venue_is_reported_that_night(
    cast: Cast, closed: Edition, after_the_edition: Any
) -> None:
    held = {"status": "held", "date_precision": "exact", "starts_on": date(2027, 6, 21)}
    night = build.an_engagement(cast.dialogue, audience="delegates", **held)
    round = opened(cast)
    after_the_edition.move_to("2027-06-20T22:30:00Z")  # 00:30 on the 21st in The Hague
    assert compile_report(round=round, by=cast.secretary_nl).engagements.get().engagement == night


def _under_way(item: ActionItem) -> ActionItem:
    ActionItem.objects.filter(pk=item.pk).update(status="in_progress")
    item.refresh_from_db()
    return item


def test_a_report_is_a_snapshot_whatever_happens_afterwards(cast: Cast, closed: Edition, after_the_edition: Any) -> None:
    theme = build.a_theme(closed, name_en="Money")
    item = build.an_action_item(closed, theme=theme, text_en="Share the list")
    ahead = build.an_edition(cast.dialogue, year=2028, opens_on=date(2028, 3, 14), closes_on=date(2028, 3, 15))
    build.a_carry_over(item, ahead, cast.secretary_nl, reason="The pilot runs on.")
    round = opened(cast)
    told_then = report(item, cast.focal_point_nl, "As it was.")
    compiled = compile_report(round=round, by=cast.secretary_nl)
    kept = ("items", "themes")
    before = {name: list(getattr(compiled, name).values()) for name in kept}
    row = compiled.items.get()
    assert row.why == "The pilot runs on." and row.times_carried == 1

    report(item, cast.focal_point_nl, "As it is now.")
    ActionItem.objects.update(
        text_en="Another text", due_on=date(2029, 1, 1), status="closed", theme=None, audience="secretariat"
    )
    ActionLead.objects.update(owner_post_en="Somebody else")
    theme.name_en = "Another theme"
    theme.save()
    assert {name: list(getattr(compiled, name).values()) for name in kept} == before
    lead = row.leads.get()
    assert lead.update == told_then and lead.owner_post_en == "Head of unit"
    for record in (compiled, row, lead, compiled.themes.get()):
        with pytest.raises(IsFrozen):
            record.save()
    with pytest.raises(IsFrozen):
        compiled.items.update(text_en="Forged")


def test_a_later_report_leaves_out_what_an_agreed_one_told_of(cast: Cast, closed: Edition, after_the_edition: Any) -> None:
    done = build.an_action_item(closed, status="closed")
    round = opened(cast)
    assert compile_report(round=round, by=cast.secretary_nl).items.get().action_item == done
    ProgressRound.objects.update(status="closed")
    after_the_edition.shift(timedelta(days=1))
    new = build.an_action_item(closed, status="closed")
    half_year = opened(cast, kind="half_year")
    assert compile_report(round=half_year, by=cast.secretary_nl).items.get().action_item == new


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((4, 4, 4, 4), (None, None, None, None)),
        ((5, 4, 5, 0), (5, None, 5, None)),
        ((12, 7, 0, 5), (12, 7, None, 5)),
        ((12, 10, 0, 0), (12, None, None, None)),  # two are not closed
        ((30, 20, 0, 8), (30, 20, None, None)),  # two are neither closed nor overdue
        ((30, 30, 0, 0), (30, 30, None, None)),
    ],
)
def test_small_numbers_are_shown_to_nobody(counts: tuple[int, ...], shown: tuple[Any, ...]) -> None:
    names = ("opened", "closed", "carried", "overdue")
    assert ReportedTheme(**dict(zip(names, counts, strict=True))).safe == dict(zip(names, shown, strict=True))


def test_three_hundred_items_are_compiled_at_once(cast: Cast, closed: Edition, after_the_edition: Any) -> None:
    """Under two seconds, and with as many questions as a report of three items; only rows are written in more parts."""
    themes = [build.a_theme(closed, position=number) for number in range(1, 11)]

    def questions(items: int) -> int:
        for number in range(items):
            item = build.an_action_item(closed, theme=themes[number % 10], status="in_progress")
            ActionLead.objects.create(action_item=item, party=cast.uk, owner_post_en="Head of desk")
            said = {"rating": "on_track", "text": "Under way.", "lang": "en", "by": cast.focal_point_uk, "party": cast.uk}
            ProgressUpdate.objects.create(action_item=item, **said)
        with CaptureQueriesContext(connection) as caught:
            compile_report(round=round, by=cast.secretary_nl)
        return sum(not one["sql"].startswith("INSERT") for one in caught.captured_queries)

    def seconds() -> float:
        started = perf_counter()
        compile_report(round=round, by=cast.secretary_nl)
        return perf_counter() - started

    round = opened(cast)
    after_the_edition.move_to("2027-06-20T09:00:00Z")
    few = questions(3)
    many = questions(297)
    last = round.reports.latest("version")
    assert last.items.count() == 300 and sum(theme.opened for theme in last.themes.all()) == 300
    assert many <= few <= 30
    assert any(seconds() < 2 for _try in range(5)), "a busy machine is given five tries"
