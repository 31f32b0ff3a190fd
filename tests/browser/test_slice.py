"""The main job, end to end, in a real browser: prepared by a secretary, read by a delegate, reported by focal points."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, Page, expect

from dialogues.models import ActionItem, AgendaRelease, Edition, JournalEntry, Registration
from dialogues.procedures.journal import faults
from parties.models import User
from tests import build
from tests.browser.walker import Walker, with_second_factor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

# Saturday 20 February 2027: the secretary prepares.
BEFORE = "2027-02-20T09:00:00+00:00"
# Tuesday 16 March 2027, 11:40 in The Hague: the first day, in the middle of the breakouts.
NOW = "2027-03-16T10:40:00+00:00"


class World:
    """What stands before the story begins: the register, the dialogue, its secretaries and focal points."""

    traveller: Any

    def __init__(self) -> None:
        self.uk, self.nl = build.a_party("UK"), build.a_party("NL")
        self.dialogue = build.a_dialogue(slug="example", name_en="Example dialogue", short_name_en="Example dialogue")
        self.secretary = self.appointed("Secretary NL-01", self.nl, "secretary", is_staff=True)
        self.secret = with_second_factor(self.secretary)
        self.appointed("Secretary UK-01", self.uk, "secretary", is_staff=True)
        self.focal_points = {
            party.code: self.appointed(f"Focal point {party.code}-01", party, "focal_point") for party in (self.uk, self.nl)
        }
        build.a_person(self.uk, name="Chair UK-01", post_en="Head of unit")
        build.a_person(self.nl, name="Chair NL-01", post_en="Head of unit")
        for party in (self.uk, self.nl):
            build.an_organisation(party, name_en=f"Example agency {party.code}")
        for room in ("Great Hall", "Old Library"):
            build.a_room(room)

    def appointed(self, name: str, party: Any, role: str, **account: Any) -> Any:
        user = build.an_account(build.a_person(party, name=name), **account)
        build.an_appointment(user, self.dialogue, role)
        return user


@pytest.fixture
def world(transactional_db: None) -> Iterator[World]:
    with time_machine.travel(BEFORE, tick=True) as traveller:
        world = World()
        world.traveller = traveller
        yield world


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        field = page.locator(f"#id_{name}")
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)


def plan_and_schedule(walker: Walker) -> None:
    page = walker.page
    page.goto("/admin/dialogues/edition/add/")
    fill(
        page,
        dialogue="Example dialogue",
        year="2027",
        ordinal="1",
        opens_on="2027-03-16",
        closes_on="2027-03-17",
        date_precision="exact: the days are stated",
        time_zone="Europe/Amsterdam",
        host_party="Netherlands",
        city_en="The Hague",
        city_nl="Den Haag",
    )
    walker.save_and_stay()
    walker.take_step("Schedule the edition")
    edition = Edition.objects.get()
    assert edition.status == "scheduled"
    assert edition.tasks.count() == 45


def do_the_privacy_baseline(walker: Walker) -> None:
    """The checklist shows what is due, with dates; the gate T05 stands in the way until it is done."""
    page = walker.page
    page.goto("/admin/dialogues/edition/")
    page.get_by_role("link", name="First dialogue, 2027").click()
    expect(page.get_by_text("T05 is not done")).to_be_visible()
    page.goto("/admin/dialogues/preparationtask/?q=T05")
    row = page.locator("#result_list tbody tr").first
    expect(row).to_contain_text("21 August 2026")  # 205 days before the opening is Sunday 23 August: rolled back
    row.get_by_role("link", name="Set the privacy and security baseline").click()
    walker.take_step("Mark as done")
    page.goto("/admin/dialogues/edition/")
    page.get_by_role("link", name="First dialogue, 2027").click()
    walker.take_step("Begin the preparation")
    assert Edition.objects.get().delegations.count() == 2


def name_group_and_co_chairs(walker: Walker) -> None:
    page = walker.page
    page.goto("/admin/dialogues/workinggroup/add/")
    fill(
        page,
        dialogue="Example dialogue",
        name_en="Financial flows",
        name_nl="Financiële stromen",
        audience="delegates of this edition",
    )
    walker.save_and_stay()
    page.goto("/admin/dialogues/mandate/add/")
    fill(page, edition="First dialogue, 2027", working_group="Financial flows")
    for index, (party, person) in enumerate([("Netherlands", "Chair NL-01"), ("United Kingdom", "Chair UK-01")]):
        page.get_by_role("button", name=re.compile("Add another co-chair", re.IGNORECASE)).or_(
            page.get_by_role("link", name=re.compile("Add another co-chair", re.IGNORECASE))
        ).click()
        fill(page, **{f"co_chairs-{index}-party": party})
        walker.choose(f"co_chairs-{index}-person", person)
    walker.save_and_stay()


def nominate_and_accept(walker: Walker) -> None:
    """Nominations open; each party's letter is registered and what it asks for entered, then accepted."""
    page = walker.page
    page.goto("/admin/dialogues/edition/")
    page.get_by_role("link", name="First dialogue, 2027").click()
    page.get_by_role("link", name="Open nominations", exact=True).click()
    page.locator("#id_closes_at").fill("2027-03-01T12:00")
    page.locator("form.question button[type=submit]").click()
    for party, name, email in [
        ("United Kingdom", "Delegate UK-07", "uk07@example.org"),
        ("Netherlands", "Delegate NL-07", "nl07@example.org"),
    ]:
        page.goto("/admin/dialogues/correspondence/add/")
        fill(page, edition="First dialogue, 2027", party=party, kind="note verbale", direction="received")
        fill(page, reference=f"NV {name[9:11]} 7", dated_on="2027-02-18")
        walker.save_and_stay()
        page.goto("/admin/dialogues/nomination/add/")
        choose_containing(page, "delegation", party)
        choose_containing(page, "on_behalf_by", f"NV {name[9:11]} 7")
        fill(page, name=name, post_en="Head of unit", email=email)
        walker.choose("organisation", f"Example agency {name[9:11]}")
        page.get_by_label("Financial flows, 2027").check()
        walker.save_and_stay()
        walker.take_step("Accept")
    assert Registration.objects.filter(status="invited").count() == 2


def choose_containing(page: Page, field: str, words: str) -> None:
    options = page.locator(f"#id_{field} option").all_inner_texts()
    page.locator(f"#id_{field}").select_option(label=next(option for option in options if words in option))


def draft_the_agenda(walker: Walker) -> None:
    page = walker.page
    for title, title_nl, kind, start, end, room, more in [
        ("Opening plenary", "Openingszitting", "plenary", "09:15", "10:15", "Great Hall", {}),
        (
            "Working group: financial flows",
            "Werkgroep: financiële stromen",
            "breakout",
            "11:30",
            "12:45",
            "Great Hall",
            {"mandate": "Financial flows, 2027"},
        ),
        ("Working lunch", "Werklunch", "meal", "12:30", "13:30", "Great Hall", {}),
    ]:
        page.goto("/admin/dialogues/session/add/")
        fill(
            page,
            edition="First dialogue, 2027",
            title_en=title,
            title_nl=title_nl,
            kind=kind,
            starts_at_0="2027-03-16",
            starts_at_1=start,
            ends_at_0="2027-03-16",
            ends_at_1=end,
            room=f"{room} (Example House)",
            audience="delegates of this edition",
            **more,
        )
        walker.save_and_stay()


def be_refused_and_release(walker: Walker) -> None:
    page = walker.page
    page.goto("/admin/dialogues/edition/")
    page.get_by_role("link", name="First dialogue, 2027").click()
    refusal = "Great Hall is booked twice on Tuesday 12:30: Working group: financial flows and Working lunch."
    expect(page.get_by_text(refusal)).to_be_visible()
    assert not AgendaRelease.objects.exists()
    page.get_by_role("link", name=re.compile(re.escape(refusal))).click()  # the reason leads to the session where it is mended
    fill(page, room="Old Library (Example House)")
    walker.save_and_stay()
    page.goto("/admin/dialogues/edition/")
    page.get_by_role("link", name="First dialogue, 2027").click()
    page.get_by_role("link", name="Release the agenda", exact=True).click()
    expect(page.get_by_role("heading", name="Release the agenda?")).to_be_visible()
    page.get_by_role("button", name="Release the agenda as 1.0").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert AgendaRelease.objects.get().number == "1.0"


def propose_an_action(walker: Walker) -> None:
    page = walker.page
    page.goto("/admin/dialogues/actionitem/add/")
    fill(
        page,
        edition="First dialogue, 2027",
        text_en="Agree a contact list",
        text_nl="Een contactlijst afspreken",
        measure_en="A list of one page",
        due_on="2027-09-30",
        audience="delegates of this edition",
    )
    page.get_by_role("button", name=re.compile("Add another lead", re.IGNORECASE)).or_(
        page.get_by_role("link", name=re.compile("Add another lead", re.IGNORECASE))
    ).click()
    fill(page, **{"leads-0-party": "Netherlands", "leads-0-owner_post_en": "Head of the NL unit"})
    walker.save_and_stay()
    assert ActionItem.objects.get().number == "SOC-2027-01"


def read_as_delegate(walker: Walker, user: Any) -> None:
    page = walker.page
    walker.sign_in_by_code(user)
    now = page.locator("main")
    expect(now.get_by_text("Now", exact=True).first).to_be_visible()
    expect(now.get_by_text("Great Hall").first).to_be_visible()
    expect(now.get_by_text("Working group: financial flows").first).to_be_visible()
    expect(now.get_by_text("Next", exact=True).first).to_be_visible()
    expect(now.get_by_text("Old Library").first).to_be_visible()
    page.goto("/en/dialogues/example/2027/agenda/")
    expect(page.get_by_role("heading", level=1, name="Agenda")).to_be_visible()
    for title in ("Opening plenary", "Working group: financial flows", "Working lunch"):
        assert page.get_by_text(title).count() >= 1
    expect(page.get_by_text("in The Hague").first).to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide, "the agenda scrolls sideways"
    page.goto("/nl/dialogues/example/2027/agenda/")
    assert page.get_by_text("Werkgroep: financiële stromen").count() >= 1


def agree_and_report(walker: Walker, user: Any, *, report: bool) -> None:
    page = walker.page
    walker.sign_in_by_code(user)
    page.goto("/en/action-items/")
    page.get_by_role("link", name="SOC-2027-01").click()
    page.get_by_role("link", name="Agree to it for your party").click()
    page.get_by_role("button", name="Agree to it for your party").click()
    if report:
        page.get_by_role("link", name="Report progress").click()
        page.get_by_role("button", name="Report progress").click()
        expect(page.get_by_role("link", name="Say what was done")).to_be_visible()  # nothing typed: the summary says so
        fill(page, rating="on track", text="Both sides have named a contact.")
        page.get_by_role("button", name="Report progress").click()
        expect(page.get_by_text("Your report is saved.")).to_be_visible()
        expect(page.get_by_text("Both sides have named a contact.")).to_be_visible()
        expect(page.get_by_text("30 September 2027").first).to_be_visible()
        expect(page.get_by_text("Head of the NL unit").first).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_from_an_empty_year_to_a_report(world: World, browser: Browser, live_server: Any, settings: Any, width: int) -> None:
    settings.PUBLIC_BASE_URL = live_server.url
    walkers = [Walker(browser, live_server.url, width) for _who in range(4)]
    secretary, delegate, focal_uk, focal_nl = walkers
    secretary.sign_in_as_staff(world.secretary, world.secret)
    plan_and_schedule(secretary)
    do_the_privacy_baseline(secretary)
    name_group_and_co_chairs(secretary)
    nominate_and_accept(secretary)
    draft_the_agenda(secretary)
    be_refused_and_release(secretary)
    propose_an_action(secretary)
    secretary.come_to_rest()
    world.traveller.move_to(NOW)
    read_as_delegate(delegate, User.objects.get(email="uk07@example.org"))
    agree_and_report(focal_uk, world.focal_points["UK"], report=False)
    agree_and_report(focal_nl, world.focal_points["NL"], report=True)
    secretary.sign_in_as_staff(world.secretary, world.secret)  # three weeks later the session has ended by the clock
    expect(secretary.page.get_by_role("heading", level=1)).to_contain_text("First dialogue, 2027")

    acts = set(JournalEntry.objects.values_list("act", flat=True))
    assert acts >= {
        "created",
        "scheduled edition",
        "did task",
        "began preparation",
        "opened nominations",
        "registered letter",
        "submitted nomination",
        "accepted nomination",
        "opened account",
        "released agenda",
        "proposed action",
        "consented",
        "agreed action",
        "reported progress",
    }
    assert faults() == []
    for walker in walkers:
        assert walker.complaints == []
        walker.close()
