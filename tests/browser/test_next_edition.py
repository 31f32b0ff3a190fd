"""From one edition to the next, as a secretary does it: close, roll forward, schedule, move, work off, be refused, go on."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

from dialogues.models import ActionItem, CarryOver, Dialogue, Edition, JournalEntry, Lineage, Mandate, PreparationTask
from dialogues.procedures.journal import faults
from parties.models import User
from tests import build
from tests.browser.walker import Walker, with_second_factor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

# The demonstration opens on Friday 20 November 2026; the secretary closes it on the afternoon of its last day.
FIRST_DAY = "2026-11-20T09:00:00+00:00"
LAST_DAY = "2026-11-21T16:30:00+00:00"
OPENS, CLOSES = date(2027, 11, 16), date(2027, 11, 17)  # a Tuesday and a Wednesday
MOVED = timedelta(days=8)


@pytest.fixture
def last_day(transactional_db: None) -> Iterator[None]:
    with time_machine.travel(FIRST_DAY, tick=True) as traveller:
        call_command("load_record", stdout=io.StringIO())
        call_command("load_demonstration", stage="D0", stdout=io.StringIO())
        traveller.move_to(LAST_DAY, tick=True)
        yield


def go_to(page: Page, edition: Edition, name: str) -> None:
    page.goto(f"/admin/dialogues/edition/{edition.pk}/{name}/")


def close(walker: Walker, edition: Edition) -> None:
    """Refused while it is not known who came; then everybody is ticked off, and it closes."""
    page = walker.page
    go_to(page, edition, "step/close")
    expect(page.locator(".refused")).to_contain_text("68 people")
    for _page in range(2):
        page.goto(f"/admin/dialogues/edition/{edition.pk}/participants/?standing=expected")
        for box in page.locator("input[name=row]").all():
            box.check()
        page.get_by_role("button", name="Note: came").click()
        page.locator("form.question button[type=submit]").click()
    go_to(page, edition, "change")
    walker.take_step("Close the edition")
    edition.refresh_from_db()
    assert edition.status == "closed"


def decide(walker: Walker, edition: Edition) -> Edition:
    """One group continues, one is renamed, one rests; every open item is decided, one of them otherwise than proposed."""
    page = walker.page
    open_items = list(ActionItem.objects.filter(edition__dialogue=edition.dialogue).still_open())
    go_to(page, edition, "roll-forward")
    expect(page.get_by_text("The last host was Netherlands.")).to_be_visible()
    page.get_by_label("First day").fill(OPENS.isoformat())
    page.get_by_label("Last day").fill(CLOSES.isoformat())
    expect(page.get_by_label("Host", exact=True)).to_have_value("")  # by turn it is proposed, it is never assumed
    page.get_by_label("Host", exact=True).select_option(label="United Kingdom")
    page.get_by_label("City, English").fill("Exampleton")
    page.get_by_label("City, Dutch").fill("Exampleton")
    page.get_by_label("Venue time").select_option("Europe/London")
    page.get_by_label("What becomes of Digital traces").select_option("rest")
    page.get_by_label("What becomes of Ports and logistics").select_option("rename")
    page.get_by_label("New names of Ports and logistics, English").fill("Ports and airports")
    page.get_by_label("New names of Ports and logistics, Dutch").fill("Havens en luchthavens")
    withdrawn = next(item for item in open_items if item.status == "blocked")
    page.get_by_label(f"What becomes of {withdrawn.number}").select_option("withdraw")
    page.get_by_label(f"Reason for {withdrawn.number}").fill("Another body has taken it up.")
    page.get_by_role("button", name="Prepare the next edition").click()
    # Every item needs a reason: it is said once for all of them, and nothing typed is lost.
    expect(page.locator(".error-summary")).to_contain_text("action items have no reason")
    expect(page.get_by_label("New names of Ports and logistics, English")).to_have_value("Ports and airports")
    assert not Edition.objects.filter(rolled_from=edition).exists()
    page.get_by_label("Reason for every action item").fill("Still needed; the parties go on with it.")
    page.get_by_role("button", name="Show what will be made").click()
    expect(page.get_by_role("status")).to_contain_text("2 of 3 groups go on")
    page.get_by_role("button", name="Prepare the next edition").click()
    expect(page.locator(".messagelist .success")).to_contain_text("Prepared:")

    following = Edition.objects.get(rolled_from=edition)
    assert (following.status, following.year, following.ordinal) == ("planned", 2027, 3)
    assert (following.registrations.count(), following.tasks.count()) == (0, 45)
    assert sorted(str(mandate.working_group) for mandate in following.mandates.all()) == [
        "Financial flows",
        "Ports and airports",
    ]
    assert {one.person for mandate in following.mandates.all() for one in mandate.co_chairs.all()} == {None}
    assert set(Lineage.objects.filter(edition=following).values_list("kind", flat=True)) == {"continues", "renamed", "rests"}
    decided = CarryOver.objects.filter(to_edition=following)
    assert decided.count() == len(open_items)
    assert decided.get(action_item=withdrawn).decision == "withdraw"
    withdrawn.refresh_from_db()
    assert withdrawn.status == "blocked"  # the other party has not consented
    assert JournalEntry.objects.filter(act="rolled forward", edition=following).count() == 1
    return following


def read_board(walker: Walker, edition: Edition) -> None:
    page = walker.page
    page.goto(f"/admin/?edition={edition.pk}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("2027")
    expect(page.locator(".countdown")).to_have_text("360")


def schedule_and_move(walker: Walker, edition: Edition) -> None:
    """Eight days later: what changes is shown first, and done only then."""
    page = walker.page
    go_to(page, edition, "change")
    walker.take_step("Schedule the edition")
    assert edition.tasks.count() == 45
    before = dict(edition.tasks.values_list("code", "due_on"))
    first = edition.sessions.order_by("starts_at").first()
    assert first
    go_to(page, edition, "move")
    page.get_by_label("New first day").fill((OPENS + MOVED).isoformat())
    page.get_by_label("New last day").fill((CLOSES + MOVED).isoformat())
    page.get_by_role("button", name="Show what changes").click()
    expect(page.get_by_role("heading", name="From 16 and 17 November 2027 to 24 and 25 November 2027")).to_be_visible()
    assert dict(edition.tasks.values_list("code", "due_on")) == before
    page.get_by_role("button", name=re.compile("^Move to")).click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    edition.refresh_from_db()
    assert edition.opens_on == OPENS + MOVED
    assert edition.tasks.get(code="T36").due_on == edition.opens_on
    moved = edition.sessions.get(pk=first.pk)
    assert moved.starts_at - first.starts_at == MOVED


def begin(walker: Walker, edition: Edition) -> None:
    """The gate stands in the way and says so, with the way to it; done, it lets one pass."""
    page = walker.page
    go_to(page, edition, "step/prepare")
    expect(page.locator(".refused")).to_contain_text("T05")
    page.locator(".refused a").first.click()
    walker.take_step("Mark as done")
    task = PreparationTask.objects.get(edition=edition, code="T05")
    assert task.status == "done"
    go_to(page, edition, "change")
    walker.take_step("Begin the preparation")
    edition.refresh_from_db()
    assert edition.status == "preparing"


def test_a_secretary_closes_one_edition_and_prepares_the_next(
    last_day: None, browser: Browser, live_server: Any, settings: Any
) -> None:
    settings.PUBLIC_BASE_URL = live_server.url
    secretary = User.objects.get(email="secretary-uk@example.org")  # of the party that hosts next, and leads then
    walker = Walker(browser, live_server.url, 1280)
    walker.sign_in_as_staff(secretary, with_second_factor(secretary))
    edition = Edition.objects.filter(dialogue__slug="demonstration").latest("year")
    close(walker, edition)
    following = decide(walker, edition)
    read_board(walker, following)
    schedule_and_move(walker, following)
    begin(walker, following)
    go_to(walker.page, edition, "roll-forward")
    expect(walker.page.get_by_text("The next edition exists")).to_be_visible()
    for name in ("timeline", "handover"):
        go_to(walker.page, following, name)
        expect(walker.page.get_by_role("heading", level=1)).to_be_visible()
    assert faults() == []
    assert walker.complaints == []
    walker.close()


def test_the_real_edition_of_2026_is_rolled_forward_with_its_gaps(
    transactional_db: None, browser: Browser, live_server: Any, settings: Any
) -> None:
    """No host, no exact day and no action item is stated; the mandates are of the year before."""
    settings.PUBLIC_BASE_URL = live_server.url
    call_command("load_record", stdout=io.StringIO())
    dialogue = Dialogue.objects.get(slug="uk-nl-soc")
    secretary = build.an_account(build.a_person(dialogue.parties.get(code="NL"), name="Secretary NL-01"), is_staff=True)
    build.an_appointment(secretary, dialogue, "secretary")
    walker = Walker(browser, live_server.url, 1280)
    walker.sign_in_as_staff(secretary, with_second_factor(secretary))
    edition = Edition.objects.get(dialogue=dialogue, year=2026)
    page = walker.page
    go_to(page, edition, "roll-forward")
    expect(page.get_by_text("The last host is not stated.")).to_be_visible()
    page.get_by_label("What becomes of Illicit financial flows").select_option("continue")
    page.get_by_role("button", name="Prepare the next edition").click()
    expect(page.locator(".messagelist .success")).to_contain_text("Prepared:")
    following = Edition.objects.get(rolled_from=edition)
    assert (following.year, following.ordinal, following.host_party, following.opens_on) == (2027, 5, None, None)
    assert [str(mandate.working_group) for mandate in Mandate.objects.filter(edition=following)] == ["Illicit financial flows"]
    assert Lineage.objects.filter(edition=following, confirmed_on__isnull=True).count() == 6
    assert following.themes.count() == 3
    page.goto("/en/dialogues/uk-nl-soc/2027/")  # its staff see it, nobody else does
    expect(page.get_by_role("heading", level=1)).to_contain_text("2027")
    anonymous = browser.new_page()
    answer = anonymous.goto(f"{live_server.url}/en/dialogues/uk-nl-soc/2027/")
    assert answer
    assert answer.status == 404
    anonymous.close()
    assert walker.complaints == []
    walker.close()
