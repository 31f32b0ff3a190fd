"""The filters that staff and delegates share: what they mean, what they count, and what they never tell of."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from dialogues.filters import STANDINGS, ActionItemFilter, counted, listed, standing_at
from dialogues.models import ActionItem, ProgressUpdate
from dialogues.models.standing import read_once
from socportal import clock
from tests import build
from tests.cast import Cast

LONG_AGO = timedelta(days=200)


def one_of_each(cast: Cast, **fields: Any) -> dict[str, ActionItem]:
    """An item that stands in each way, and two that stand in none but “still open”."""
    today, since = clock.today(), clock.now() - LONG_AGO

    def item(**more: Any) -> ActionItem:
        return build.an_action_item(cast.edition, lead=cast.nl, **{**fields, **more})

    found = {
        "calm": item(),
        "closed": item(status="closed", due_on=date(2026, 1, 1)),
        "overdue": item(status="in_progress", due_on=today - timedelta(days=1)),
        "late": item(status="in_progress", due_on=today - timedelta(days=14)),
        "very_late": item(status="agreed", due_on=today - timedelta(days=60)),
        "late_blocked": item(status="blocked", due_on=today - timedelta(days=70)),
        "due_soon": item(status="in_progress", due_on=today + timedelta(days=14)),
        "silent": item(status="in_progress", status_since=since),
        "heard_of_once": item(status="in_progress"),
        "heard_of": item(status="in_progress", status_since=since),
        "awaiting": item(status="reported_complete"),
        "blocked": item(status="blocked"),
        "carried": item(),
        "carried_blocked": item(status="blocked"),
        "without_owner": item(),
    }
    found["without_owner"].leads.update(owner_post_en="", owner_post_nl="")
    for name, days in (("heard_of", 5), ("heard_of_once", 100)):
        ProgressUpdate.objects.create(
            action_item=found[name],
            party=cast.nl,
            by=cast.focal_point_nl,
            at=clock.now() - timedelta(days=days),
            rating="on_track",
            text="A note went out.",
            lang="en",
        )
    editions = [build.an_edition(cast.dialogue, year=2040 + build.number() % 900) for _n in range(2)]
    called_off = build.an_edition(cast.dialogue, year=2040 + build.number() % 900, status="cancelled")
    for edition in editions:
        for name in ("carried", "carried_blocked"):
            build.a_carry_over(found[name], edition, cast.secretary_nl)
    for edition in (editions[0], called_off):
        build.a_carry_over(found["calm"], edition, cast.secretary_nl)
    return found


def test_each_standing_holds_what_it_says_and_is_counted_so(cast: Cast) -> None:
    found, at = one_of_each(cast), clock.now()
    names = {item.pk: name for name, item in found.items()}
    visible = ActionItem.objects.visible_to(cast.delegate_uk, at)
    held = {name: {names[item.pk] for item in standing_at(visible, name, at)} for name, _words in STANDINGS}
    assert held["open"] == set(found) - {"closed"}
    assert held["overdue"] == {"overdue", "late", "very_late", "late_blocked"}
    assert held["due_soon"] == {"due_soon"}
    assert held["stale"] == {"silent", "heard_of_once"}
    assert held["awaiting"] == {"awaiting"}
    assert held["blocked"] == {"blocked", "late_blocked", "carried_blocked"}
    assert held["carried_twice"] == {"carried", "carried_blocked"}
    assert held["without_owner"] == {"without_owner"}
    assert held["escalated"] == {"late", "very_late", "late_blocked", "carried"}
    assert held["heads"] == {"very_late", "carried", "carried_blocked"}
    assert counted(visible, at) == {name: len(items) for name, items in held.items()}


def test_what_is_hidden_is_counted_by_no_saved_view_and_offered_by_no_filter(cast: Cast, signed_in: Any) -> None:
    shown = one_of_each(cast)
    one_of_each(cast, audience="secretariat", text_en="Wombat plan")
    one_of_each(cast, audience="group", mandate=cast.other_group, text_en="Numbat plan")
    build.a_theme(cast.edition, name_en="Quokkatheme", audience="secretariat")
    build.a_theme(cast.edition, name_en="Opentheme", audience="public", published_at=build.LONG_AGO)
    build.a_commitment(cast.edition, summary_en="Quokkapromise", audience="secretariat")
    build.an_edition(cast.dialogue, year=2031, name_en="Quokkaedition", audience="secretariat", published_at=None)
    page = signed_in(cast.delegate_uk).get("/en/action-items/").content.decode()
    assert f"{len(shown)} action items" in page
    for name, count in {"open": 14, "overdue": 4, "stale": 2, "blocked": 3, "escalated": 4, "heads": 3}.items():
        at = page.index(f"?standing={name}")
        assert f'<span class="count">{count}</span>' in page[at : at + 160]
    assert "Opentheme" in page
    for hidden in ("Wombat", "Numbat", "Quokka"):
        assert hidden not in page
    secretary = signed_in(cast.secretary_uk).get("/en/action-items/").content.decode()
    assert f"{3 * len(shown)} action items" in secretary
    assert "Quokkatheme" in secretary


def chosen(cast: Cast, user: Any, **said: Any) -> set[str]:
    request = RequestFactory().get("/", {name: str(value) for name, value in said.items()})
    request.user = user
    filters = ActionItemFilter(request.GET, queryset=listed(user, clock.now()), request=request)
    assert filters.form.is_valid(), filters.form.errors
    return {item.number for item in filters.qs}


def test_a_list_is_narrowed_by_theme_commitment_group_and_who_must_confirm(cast: Cast) -> None:
    theme = build.a_theme(cast.edition, audience="public", published_at=build.LONG_AGO)
    commitment = build.a_commitment(cast.edition, audience="public", published_at=build.LONG_AGO)
    themed = build.an_action_item(cast.edition, theme=theme).number
    promised = build.an_action_item(cast.edition, commitment=commitment).number
    in_group = build.an_action_item(cast.edition, mandate=cast.group).number
    taken_in = build.an_action_item(cast.edition, mandate=cast.other_group)
    later = build.an_edition(cast.dialogue, year=2028)
    build.a_carry_over(taken_in, later, cast.secretary_nl, mandate=build.a_mandate(later, cast.group.working_group))
    heir = later.mandates.get()
    for_uk = build.an_action_item(cast.edition, lead=cast.nl, status="reported_complete").number
    for_nl = build.an_action_item(cast.edition, lead=cast.uk, status="reported_complete").number
    user = cast.focal_point_uk
    assert chosen(cast, user, theme=theme.pk) == {themed}
    assert chosen(cast, user, commitment=commitment.pk) == {promised}
    assert chosen(cast, user, group=cast.group.pk) == {in_group}
    assert chosen(cast, user, group=heir.pk) == {taken_in.number}
    assert chosen(cast, user, waits_for=cast.uk.pk) == {for_uk}
    assert chosen(cast, user, waits_for=cast.nl.pk) == {for_nl}
    assert chosen(cast, user, standing="awaiting", party=cast.uk.pk) == {for_nl}


@pytest.mark.parametrize("query", ["words=%00", "theme=%00", "commitment=0", "waits_for=99999999999999999999", "standing=late"])
def test_a_value_that_is_not_understood_is_answered_400(cast: Cast, signed_in: Any, query: str) -> None:
    build.an_action_item(cast.edition, text_en="Alpha note")
    answer = signed_in(cast.delegate_uk).get(f"/en/action-items/?{query}")
    assert answer.status_code == 400
    assert "Alpha note" not in answer.content.decode()
    if "%00" not in query:  # those stop before any page
        assert "This filter was not understood" in answer.content.decode()


def test_what_may_not_be_chosen_answers_as_what_never_was(cast: Cast, signed_in: Any) -> None:
    hidden = build.a_theme(cast.edition, audience="secretariat")
    build.an_action_item(cast.edition, theme=hidden)
    browser = signed_in(cast.delegate_uk)
    answers = [browser.get(f"/en/action-items/?theme={key}") for key in (hidden.pk, 987654)]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert signed_in(cast.secretary_uk).get(f"/en/action-items/?theme={hidden.pk}").status_code == 200


def test_rows_of_five_and_of_sixty_cost_seven_questions(cast: Cast) -> None:
    later = build.an_edition(cast.dialogue, year=2028)
    theme = build.a_theme(cast.edition, audience="public", published_at=build.LONG_AGO)
    heir = build.a_mandate(later, cast.group.working_group)

    def write(count: int) -> None:
        for _n in range(count):
            item = build.an_action_item(cast.edition, mandate=cast.group, theme=theme)
            build.a_carry_over(item, later, cast.secretary_nl, mandate=heir)

    def questions() -> int:
        with read_once(), CaptureQueriesContext(connection) as asked:
            for item in listed(cast.secretary_nl, clock.now()):
                assert item.listed_leads and item.group_shown and item.theme_shown and item.carries_shown[0].shows_group
                assert item.edition.dialogue.parties.all()
        return len(asked) - 3  # who is asking: appointments, registrations, seats of a co-chair

    write(5)
    questions()
    few = questions()
    write(55)
    assert questions() == few
    assert few <= 7
