"""One action item from promise to proof, over two editions, in a real browser: staff at a desk, focal points on phones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, Page, expect

from dialogues.models import ActionItem, JournalEntry, ProgressRound
from dialogues.procedures.journal import faults
from dialogues.procedures.roll_forward import roll_forward
from dialogues.procedures.roll_forward_plan import ItemChoice
from tests import build, reading_paper
from tests.browser.test_slice import fill
from tests.browser.walker import Walker, with_second_factor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

AGREED, ASKED, DONE = "2027-04-01T09:00:00+00:00", "2027-06-01T09:00:00+00:00", "2027-12-01T09:00:00+00:00"
NUMBER = "SOC-2027-01"
SAID = "Both sides have named a contact; the list is being checked."


class World:
    """An edition that is over, a promise made at it, and those who follow it up."""

    traveller: Any

    def __init__(self) -> None:
        self.uk, self.nl = build.a_party("UK"), build.a_party("NL")
        self.dialogue = build.a_dialogue(slug="example", name_en="Example dialogue", short_name_en="Example dialogue")
        self.edition = build.an_edition(
            self.dialogue, status="follow_up", opens_on=date(2027, 3, 16), closes_on=date(2027, 3, 17)
        )
        theme = build.a_theme(self.edition, name_en="Contacts", name_nl="Contacten", audience="public")
        self.promise = build.a_commitment(
            self.edition,
            summary_en="Reach each other at any hour.",
            summary_nl="Elkaar op elk uur bereiken.",
            audience="public",
            published_at=build.LONG_AGO,
        )
        self.promise.themes.add(theme)
        self.secretary = self.appointed("Secretary NL-01", self.nl, "secretary", is_staff=True)
        self.secret = with_second_factor(self.secretary)
        self.appointed("Secretary UK-01", self.uk, "secretary", is_staff=True)
        self.focal_uk = self.appointed("Focal point UK-01", self.uk, "focal_point")
        self.focal_nl = self.appointed("Focal point NL-01", self.nl, "focal_point")

    def appointed(self, name: str, party: Any, role: str, **account: Any) -> Any:
        user = build.an_account(build.a_person(party, name=name), **account)
        build.an_appointment(user, self.dialogue, role)
        return user


@pytest.fixture
def world(transactional_db: None) -> Iterator[World]:
    with time_machine.travel(AGREED, tick=True) as traveller:
        world = World()
        world.traveller = traveller
        yield world


def item() -> ActionItem:
    return ActionItem.objects.get(number=NUMBER)


def press(page: Page, verb: str, **fields: str) -> None:
    """From the item's page: the link that names the act, its form, the button of the same name."""
    page.goto(f"/en/action-items/{NUMBER}/")
    narrow(page)
    page.get_by_role("link", name=verb, exact=True).click()
    fill(page, **fields)
    page.get_by_role("button", name=verb, exact=True).click()
    expect(page.locator(".notice-bad")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text(NUMBER)


def narrow(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide, f"{page.url} scrolls sideways"


def make_an_action_of_the_promise(walker: Walker, world: World) -> None:
    """The promise stands on the list of those without an action; what is added there knows where it comes from."""
    page = walker.page
    page.goto(f"/admin/dialogues/commitment/{world.promise.pk}/change/")
    page.get_by_role("link", name=re.compile("Add an action item", re.IGNORECASE)).first.click()
    fill(
        page,
        text_en="Agree a contact list",
        text_nl="Een contactlijst afspreken",
        measure_en="A list of one page",
        measure_nl="Een lijst van één pagina",
        due_on="2027-09-30",
        audience="delegates of this edition",
    )
    page.get_by_role("button", name=re.compile("Add another lead", re.IGNORECASE)).or_(
        page.get_by_role("link", name=re.compile("Add another lead", re.IGNORECASE))
    ).click()
    fill(page, **{"leads-0-party": "Netherlands", "leads-0-owner_post_en": "Head of the NL unit"})
    walker.save_and_stay()
    assert (item().commitment, item().status) == (world.promise, "proposed")


def report_in_two_presses(walker: Walker) -> None:
    page = walker.page
    page.goto("/en/my/")
    narrow(page)
    row = page.locator("li, tr, article", has=page.get_by_text(NUMBER)).last
    row.get_by_role("link", name=re.compile("Report progress")).click()
    fill(page, rating="on track", text=SAID)
    page.get_by_role("button", name="Report progress").click()
    expect(page.get_by_text("Your report is saved.")).to_be_visible()
    assert item().status == "in_progress"


def ask_for_progress(walker: Walker, world: World) -> None:
    page = walker.page
    page.goto(f"/admin/dialogues/edition/{world.edition.pk}/change/")
    walker.take_step("Ask for progress")
    asked = ProgressRound.objects.get()
    assert (asked.kind, asked.due_on, asked.status) == ("first", date(2027, 6, 15), "open")


def roll_forward_and_carry(world: World) -> None:
    """Walked through by hand in the journey of the next edition; here its outcome counts."""
    roll_forward(
        edition=world.edition,
        by=world.secretary,
        year=2028,
        opens_on=date(2028, 3, 14),
        closes_on=date(2028, 3, 15),
        host_party=world.uk,
        city_en="London",
        time_zone="Europe/London",
        groups={},
        items={item().pk: ItemChoice("carry", "The list is not checked yet", date(2028, 2, 1))},
    )


def compile_and_send(walker: Walker) -> None:
    page = walker.page
    page.goto(f"/admin/dialogues/progressround/{ProgressRound.objects.get().pk}/change/")
    walker.take_step("Compile the report")
    walker.take_step("Send it to the parties")
    assert ProgressRound.objects.get().status == "in_party_review"


def agree_the_report(page: Page) -> None:
    page.goto(f"/en/progress/{ProgressRound.objects.get().pk}/")
    narrow(page)
    expect(page.get_by_text("Agree a contact list").first).to_be_visible()
    page.get_by_role("link", name="Agree for my party", exact=True).click()
    page.get_by_role("button", name="Agree for my party", exact=True).click()
    expect(page.locator(".notice-bad")).to_have_count(0)


def read_the_report(page: Page, lang: str, *words: str) -> None:
    """The page and the PDF say the same, in the reader's language."""
    asked = ProgressRound.objects.get().pk
    page.goto(f"/{lang}/progress/{asked}/")
    narrow(page)
    told = " ".join(page.locator("main").inner_text().split())
    answer = page.request.get(f"/{lang}/progress/{asked}/official-progress.pdf")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    paper = reading_paper.words(answer.body())
    for word in words:
        assert word in told
        assert word in paper


def test_one_item_from_promise_to_proof_over_two_editions(
    world: World, browser: Browser, live_server: Any, settings: Any
) -> None:
    settings.PUBLIC_BASE_URL = live_server.url
    staff = Walker(browser, live_server.url, 1280)
    nl, uk = (Walker(browser, live_server.url, 360) for _who in range(2))

    staff.sign_in_as_staff(world.secretary, world.secret)
    make_an_action_of_the_promise(staff, world)
    for walker, user in ((nl, world.focal_nl), (uk, world.focal_uk)):
        walker.sign_in_by_code(user)
        press(walker.page, "Agree to it for your party")
    assert (item().status, item().original_due_on) == ("agreed", date(2027, 9, 30))

    for walker in (staff, nl, uk):
        walker.come_to_rest()
    world.traveller.move_to(ASKED)
    staff.sign_in_as_staff(world.secretary, world.secret)
    ask_for_progress(staff, world)
    nl.sign_in_by_code(world.focal_nl)
    report_in_two_presses(nl)
    press(
        nl.page,
        "Report it blocked",
        reason="The UK’s numbers, checked by its own duty desk",
        needed_from="United Kingdom",
    )
    expect(nl.page.get_by_text("Needed from: United Kingdom.")).to_be_visible()

    for walker in (staff, nl, uk):
        walker.come_to_rest()
    world.traveller.move_to(DONE)
    roll_forward_and_carry(world)
    uk.sign_in_by_code(world.focal_uk)
    uk.page.goto("/en/action-items/dates/")
    narrow(uk.page)
    expect(uk.page.get_by_text(NUMBER).first).to_be_visible()
    with uk.page.expect_navigation():
        uk.page.locator("main form button[type=submit]").click()
    assert item().changes.get().status == "accepted"
    assert (item().due_on, item().original_due_on) == (date(2028, 2, 1), date(2027, 9, 30))

    nl.sign_in_by_code(world.focal_nl)
    press(nl.page, "Take it up again")
    evidence = {"kind": "document reference (register number and holder)"}
    press(nl.page, "Give evidence", **evidence, reference="Register NL 0001, held by the secretariat")
    press(nl.page, "Report it complete")
    press(uk.page, "Send it back", reason="The evidence covers only the Dutch half of the list")
    assert item().status == "in_progress"
    press(nl.page, "Give evidence", **evidence, reference="Register NL 0002, held by the secretariat")
    press(nl.page, "Report it complete")
    expect(nl.page.get_by_text("Awaiting confirmation").first).to_be_visible()
    expect(nl.page.get_by_role("link", name="Confirm that it is complete")).to_have_count(0)
    press(uk.page, "Confirm that it is complete")
    assert item().status == "closed"
    for words in ("The evidence covers only the Dutch half of the list", "Register NL 0002", "1 February 2028"):
        expect(uk.page.get_by_text(words).first).to_be_visible()

    staff.sign_in_as_staff(world.secretary, world.secret)
    compile_and_send(staff)
    agree_the_report(uk.page)
    agree_the_report(nl.page)
    assert ProgressRound.objects.get().status == "agreed"
    read_the_report(uk.page, "en", NUMBER, "Agree a contact list", "Contacts", SAID)
    read_the_report(uk.page, "nl", NUMBER, "Een contactlijst afspreken", "Contacten", SAID)

    acts = set(JournalEntry.objects.values_list("act", flat=True))
    assert acts >= {
        "proposed action",
        "agreed action",
        "opened progress round",
        "reported progress",
        "blocked action",
        "rolled forward",
        "acknowledged dates",
        "unblocked action",
        "gave evidence",
        "reported complete",
        "sent back action",
        "closed action",
        "compiled progress report",
        "agreed progress report",
    }
    assert faults() == []
    for walker in (staff, nl, uk):
        assert walker.complaints == []
        walker.close()
