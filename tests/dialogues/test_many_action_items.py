"""Ten thousand action items: the list, its filters and its search answer as with fifty, at the same number of questions."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dialogues.models import ActionItem, ActionLead, ActionMove, Audience, ProgressUpdate
from socportal import clock
from tests.cast import Cast

FEW, MANY = 50, 10_000
TRIES, MOST_TRIES = 5, 25
STATUSES = ("agreed", "in_progress", "in_progress", "in_progress", "blocked", "reported_complete", "closed")
# What a delegate asks of the list and a secretary of the admin's: whole, narrowed, searched, a page further on.
READER = [
    "/en/action-items/",
    "/en/action-items/?standing=overdue",
    "/en/action-items/?standing=stale",
    "/en/action-items/?status=blocked",
    "/en/action-items/?words=harbour",
]
STAFF = [
    "/admin/dialogues/actionitem/",
    "/admin/dialogues/actionitem/?standing=overdue",
    "/admin/dialogues/actionitem/?q=harbour",
]


def write_items(cast: Cast, first: int, last: int) -> None:
    """Items numbered from `first` to `last`, in every status, some late, each with its lead and a move; half have reported."""
    begun = clock.now() - timedelta(days=200)
    items = ActionItem.objects.bulk_create(
        ActionItem(
            edition=cast.edition,
            serial=n,
            number=f"SOC-2027-{n:05}",
            text_en=f"{'Compare harbour checks' if n % 10 == 0 else 'Share a note'} {n}",
            measure_en="A note that both sides have read",
            due_on=date(2026, 6, 1) + timedelta(days=n % 400),
            original_due_on=date(2026, 6, 1),
            status=STATUSES[n % len(STATUSES)],
            status_since=begun,
            mandate=(cast.group, cast.other_group, None)[n % 3],
            audience=Audience.DELEGATES,
        )
        for n in range(first, last + 1)
    )
    parties, post = (cast.uk, cast.nl), "Head of unit"
    ActionLead.objects.bulk_create(
        ActionLead(action_item=one, party=parties[one.serial % 2], owner_post_en=post) for one in items
    )
    ActionMove.objects.bulk_create(
        ActionMove(action_item=one, to_status=one.status, by=cast.secretary_nl, party=cast.nl, at=begun) for one in items
    )
    ProgressUpdate.objects.bulk_create(
        ProgressUpdate(
            action_item=one,
            party=parties[one.serial % 2],
            by=cast.focal_point_nl,
            at=begun + timedelta(days=one.serial % 190),
            rating="on_track",
            text="A first round was held.",
            lang="en",
        )
        for one in items
        if one.serial % 2
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def questions(browser: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as counted:
        assert browser.get(address).status_code == 200
        return len(counted)  # the next request empties the log


def took(browser: Client, address: str, *, at_most: float = 0) -> float:
    """The quickest of several answers, in seconds: whatever else the machine does only adds to one.

    Where a bound is given it is tried more often before it counts as exceeded.
    """
    times: list[float] = []
    while len(times) < (MOST_TRIES if at_most else TRIES):
        began = time.perf_counter()
        assert browser.get(address).status_code == 200
        times.append(time.perf_counter() - began)
        if times[-1] <= at_most:
            break
    return min(times)


@pytest.mark.parametrize(("reader", "addresses"), [("delegate_uk", READER), ("secretary_nl", STAFF)], ids=["reader", "staff"])
def test_ten_thousand_items_are_listed_filtered_and_searched_as_fifty_are(
    cast: Cast, signed_in: Callable[[Any], Client], reader: str, addresses: list[str]
) -> None:
    browser = signed_in(getattr(cast, reader))
    write_items(cast, 1, FEW)
    browser.get(addresses[0])  # what a process asks once, it asks now
    few = {address: (questions(browser, address), took(browser, address)) for address in addresses}
    write_items(cast, FEW + 1, MANY)
    assert {address: questions(browser, address) for address in addresses} == {
        one: count for one, (count, _took) in few.items()
    }
    too_slow = {}
    for address, (_count, quickest) in few.items():
        if (needed := took(browser, address, at_most=2 * quickest)) > 2 * quickest:
            too_slow[address] = f"{needed * 1000:.0f} ms, of {FEW} {quickest * 1000:.0f} ms"
    assert not too_slow
