from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dialogues.models import ActionItem, ProgressUpdate
from tests import build
from tests.cast import Cast

LIST = "/en/action-items/"


def test_the_list_asks_for_sign_in_and_comes_back(cast: Cast, client: Client) -> None:
    response = client.get(LIST)
    assert response.status_code == 302
    assert response.headers["Location"] == "/en/sign-in/?next=/en/action-items/"


def test_a_reader_sees_owner_post_due_date_and_status(cast: Cast, signed_in: Any) -> None:
    item = build.an_action_item(cast.edition, lead=cast.uk, text_en="Share a note", text_nl="Een notitie delen")
    page = signed_in(cast.delegate_nl).get(LIST).content.decode()
    for words in (item.number, "Share a note", "United Kingdom, Head of unit", "31 December 2027", "Agreed", "1 action item"):
        assert words in page
    page = signed_in(cast.delegate_nl).get("/nl/action-items/").content.decode()
    assert "Een notitie delen" in page
    assert "31 december 2027" in page


def test_what_is_hidden_is_in_no_list_count_or_filter(cast: Cast, signed_in: Any) -> None:
    hidden_group = build.a_group(cast.dialogue, name_en="Quokkagroup", audience="secretariat", published_at=None)
    build.an_action_item(cast.edition, audience="secretariat", text_en="Wombat plan")
    build.an_action_item(cast.edition, audience="group", mandate=cast.other_group, text_en="Numbat plan")
    build.an_action_item(cast.edition, mandate=build.a_mandate(cast.edition, hidden_group), text_en="Open plan")
    page = signed_in(cast.group_member).get(LIST).content.decode()
    assert "1 action item" in page
    assert "Open plan" in page
    for bait in ("Wombat", "Numbat"):
        assert bait not in page
    select = page[page.index('name="group"') : page.index("</select>", page.index('name="group"'))]
    assert "Quokkagroup" not in select
    assert "0 action items" in signed_in(cast.group_member).get(f"{LIST}?words=wombat").content.decode()


def test_each_filter_narrows_and_is_removed_one_by_one(cast: Cast, signed_in: Any) -> None:
    build.an_action_item(cast.edition, lead=cast.uk, text_en="Alpha", due_on=date(2027, 1, 5))
    build.an_action_item(cast.edition, lead=cast.uk, text_en="Beta", status="closed")
    build.an_action_item(cast.edition, lead=cast.nl, text_en="Gamma")
    browser = signed_in(cast.delegate_uk)
    with time_machine.travel("2027-01-06T12:00:00Z", tick=False):
        browser = signed_in(cast.delegate_uk)
        page = browser.get(f"{LIST}?party={cast.uk.pk}&standing=overdue").content.decode()
    assert "1 action item" in page
    assert "Alpha" in page
    assert "Overdue" in page
    assert f'href="?party={cast.uk.pk}"' in page
    assert 'href="?standing=overdue"' in page
    assert "Standing: overdue" in page
    assert "Lead party: United Kingdom" in page


@pytest.mark.parametrize(
    "query",
    [
        "status=nonsense",
        "edition=99999999999999999999999",
        "edition=abc",
        "party=-1",
        "standing=%27",
        f"words={'x' * 81}",
        "group=1.5",
    ],
)
def test_a_filter_that_cannot_be_understood_is_answered_400_in_words(cast: Cast, signed_in: Any, query: str) -> None:
    response = signed_in(cast.delegate_uk).get(f"{LIST}?{query}")
    assert response.status_code == 400
    assert 'class="error"' in response.content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "999999999999999999999", "abc", ""])
def test_a_page_that_is_not_there_shows_the_nearest(cast: Cast, signed_in: Any, page: str) -> None:
    build.an_action_item(cast.edition)
    assert signed_in(cast.delegate_uk).get(f"{LIST}?page={page}").status_code == 200


def test_ten_rows_and_five_hundred_cost_the_same(cast: Cast, signed_in: Any) -> None:
    browser = signed_in(cast.delegate_uk)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert browser.get(LIST).status_code == 200
        return len(asked)

    for _n in range(10):
        build.an_action_item(cast.edition, mandate=cast.group)
    few = queries()
    for _n in range(490):
        build.an_action_item(cast.edition, mandate=cast.group)
    assert queries() == few
    assert few <= 13


def test_a_focal_point_reports_on_the_partys_item_and_the_reader_sees_it(cast: Cast, signed_in: Any) -> None:
    item = build.an_action_item(cast.edition, lead=cast.nl)
    browser = signed_in(cast.focal_point_nl)
    address = f"/en/action-items/{item.number}/"
    assert "Report progress" in browser.get(address).content.decode()
    response = browser.post(f"{address}report/", {"rating": "on_track", "text": "Both sides named a contact."}, follow=True)
    assert "Your report is saved." in response.content.decode()
    assert "Both sides named a contact." in signed_in(cast.delegate_uk).get(address).content.decode()
    item.refresh_from_db()
    assert item.status == "in_progress"


def test_an_empty_report_names_each_field_and_keeps_what_was_typed(cast: Cast, signed_in: Any) -> None:
    item = build.an_action_item(cast.edition, lead=cast.nl)
    response = signed_in(cast.focal_point_nl).post(
        f"/en/action-items/{item.number}/report/", {"rating": "", "text": "A careful text", "next_step_on": "soon"}
    )
    page = response.content.decode()
    assert "Say how it stands" in page
    assert "Give a day such as 2027-03-16" in page
    assert "A careful text" in page
    assert "soon" in page
    assert not ProgressUpdate.objects.exists()


@pytest.mark.parametrize("name", ["delegate_uk", "focal_point_uk", "technician"])
def test_who_may_not_take_a_step_is_told_why_and_nothing_happens(cast: Cast, signed_in: Any, name: str) -> None:
    item = build.an_action_item(cast.edition, lead=cast.nl)
    browser = signed_in(getattr(cast, name))
    address = f"/en/action-items/{item.number}/"
    if name == "technician":  # reads what the public reads: the item does not exist
        assert browser.post(f"{address}report/", {"rating": "on_track", "text": "Forged"}).status_code == 404
    else:
        assert "Report progress" not in browser.get(address).content.decode()
        response = browser.post(f"{address}report/", {"rating": "on_track", "text": "Forged"})
        assert response.status_code == 409
        assert "Only the lead party reports" in response.content.decode()
    assert not ProgressUpdate.objects.exists()


def test_every_act_is_a_page_and_anything_else_is_not(cast: Cast, signed_in: Any) -> None:
    item = build.an_action_item(cast.edition, lead=cast.nl)
    browser = signed_in(cast.focal_point_nl)
    for act in ("report", "evidence", "complete", "block", "take-up", "confirm", "send-back", "agree", "withdraw"):
        assert browser.get(f"/en/action-items/{item.number}/{act}/").status_code == 200
    assert browser.get(f"/en/action-items/{item.number}/delete/").status_code == 404
    assert browser.delete(f"/en/action-items/{item.number}/report/").status_code == 404


def test_the_way_to_closed_through_the_pages_takes_both_sides(cast: Cast, signed_in: Any) -> None:
    item = build.an_action_item(cast.edition, lead=cast.nl)
    nl, uk = signed_in(cast.focal_point_nl), signed_in(cast.focal_point_uk)
    address = f"/en/action-items/{item.number}/"
    nl.post(f"{address}report/", {"rating": "on_track", "text": "Done, nearly."})
    nl.post(f"{address}evidence/", {"kind": "statement", "reference": "Letter of 3 March"})
    nl.post(f"{address}complete/")
    assert nl.post(f"{address}confirm/").status_code == 409
    uk.post(f"{address}confirm/")
    assert ActionItem.objects.get().status == "closed"


def test_a_report_above_the_ceiling_is_refused_in_words(cast: Cast, signed_in: Any) -> None:
    item = build.an_action_item(cast.edition, lead=cast.nl)
    said = {"rating": "on_track", "text": "The NATO SECRET list was shared."}
    answer = signed_in(cast.focal_point_nl).post(f"/en/action-items/{item.number}/report/", said)
    assert answer.status_code == 409
    assert "“NATO SECRET” marks something above OFFICIAL / ongerubriceerd" in answer.content.decode()
    assert not item.updates.exists()
