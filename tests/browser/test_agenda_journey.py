"""An agenda of 24 blocks: built, stopped, released, changed and released again; then read by those whom it concerns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import icalendar
import pytest
import time_machine
from django.test import Client
from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from dialogues.demonstration.programme import Block, programme
from dialogues.models import AgendaRelease, Edition, OutgoingMessage
from dialogues.procedures.correspondence import deliver_due, send_messages
from dialogues.procedures.journal import faults
from tests import build
from tests.browser.walker import Walker, with_second_factor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

BEFORE = "2027-02-20T09:00:00+00:00"
NOW = "2027-03-16T10:40:00+00:00"  # 11:40 in The Hague, in the middle of the breakouts
GROUPS = (
    ("Financial flows", "Financiële stromen"),
    ("Ports and logistics", "Havens en logistiek"),
    ("Digital traces", "Digitale sporen"),
)
ROOMS = {"Great Hall": 200, "Old Library": 30, "Garden Room": 40, "Canal Room": 25, "Dining Room": 120}
# Entered with a mistake: the first group in the hall of the second.
DOUBLE = "Working group: financial flows"
CONFLICT = "Great Hall is booked twice on Tuesday 11:30"


class World:
    traveller: Any

    def __init__(self) -> None:
        self.uk, self.nl = build.a_party("UK"), build.a_party("NL")
        self.dialogue = build.a_dialogue(slug="example", name_en="Example dialogue", short_name_en="Example dialogue")
        venue = build.a_room("Great Hall", position=1, capacity=200).venue
        for position, (name, capacity) in enumerate(ROOMS.items(), 1):
            build.a_room(name, position=position, capacity=capacity)
        self.edition = build.an_edition(
            self.dialogue, venue=venue, city_en="The Hague", city_nl="Den Haag", audience="public", published_at=build.LONG_AGO
        )
        self.groups = [build.a_mandate(self.edition, build.a_group(self.dialogue, name_en=en, name_nl=nl)) for en, nl in GROUPS]
        self.secretary = self.appointed("Secretary NL-01", self.nl, "secretary", is_staff=True)
        self.secret = with_second_factor(self.secretary)
        self.in_finance = self.delegate("Delegate UK-07", self.uk, self.groups[0])
        self.in_ports = self.delegate("Delegate NL-08", self.nl, self.groups[1])
        self.in_no_group = self.delegate("Delegate UK-09", self.uk)

    def appointed(self, name: str, party: Any, role: str, **account: Any) -> Any:
        user = build.an_account(build.a_person(party, name=name), **account)
        build.an_appointment(user, self.dialogue, role)
        return user

    def delegate(self, name: str, party: Any, *mandates: Any) -> Any:
        user = build.an_account(build.a_person(party, name=name))
        build.a_registration(user.person, self.edition, mandates=mandates)
        return user


@pytest.fixture
def world(transactional_db: None) -> Iterator[World]:
    with time_machine.travel(BEFORE, tick=True) as traveller:
        world = World()
        world.traveller = traveller
        yield world


class Builder:
    """A secretary at the agenda builder."""

    def __init__(self, walker: Walker, edition: Edition) -> None:
        self.walker, self.page, self.edition = walker, walker.page, edition
        self.address = f"/admin/dialogues/edition/{edition.pk}/agenda-builder/"

    def choose(self, field: str, words: str) -> None:
        options = self.page.locator(f"#id_{field} option").all_inner_texts()
        self.page.locator(f"#id_{field}").select_option(label=next(one for one in options if words.lower() in one.lower()))

    def add(self, block: Block) -> None:
        page = self.page
        page.goto(f"{self.address}add/")
        day: date = self.edition.opens_on + timedelta(days=block.day - 1)  # type: ignore[operator]
        texts = {
            "title_en": block.title_en,
            "title_nl": block.title_nl,
            "day": str(day),
            "start": block.start,
            "end": block.end,
        }
        for name, text in texts.items():
            page.locator(f"#id_{name}").fill(text)
        page.locator("#id_kind").select_option(value=block.kind)
        page.locator("#id_audience").select_option(value=block.audience)
        if block.room:
            self.choose("room", "Great Hall" if block.title_en == DOUBLE else block.room)
        if block.group is not None:
            self.choose("mandate", GROUPS[block.group][0])
        if block.party:
            self.choose("party", {"UK": "United Kingdom", "NL": "Netherlands"}[block.party])
        if block.rule:
            page.locator("#id_ground_rule").select_option(value=block.rule)
        page.get_by_role("button", name="Save", exact=True).click()
        page.wait_for_url(re.compile(r"/agenda-builder/(#.*)?$"))

    def move(self, title: str, *, start: str = "", room: str = "") -> None:
        session = self.edition.sessions.get(title_en=title)
        self.page.goto(f"{self.address}{session.pk}/move/")
        if start:
            self.page.locator("#id_start").fill(start)
        if room:
            self.choose("room", room)
        self.page.get_by_role("button", name="Move it").click()
        self.page.wait_for_url(re.compile(r"/agenda-builder/(#.*)?$"))

    def release(self, step: str, button: str) -> None:
        page = self.page
        page.goto(f"/admin/dialogues/edition/{self.edition.pk}/change/")
        page.get_by_role("link", name=step, exact=True).click()
        page.get_by_role("button", name=button).click()
        expect(page.locator(".messagelist .success")).to_be_visible()

    def cancel(self, title: str, instead: str) -> None:
        session = self.edition.sessions.get(title_en=title)
        self.page.goto(f"/admin/dialogues/session/{session.pk}/change/")
        self.page.get_by_role("link", name="Cancel the session", exact=True).click()
        self.page.locator("#id_instead_en").fill(instead)
        self.page.locator("form.question button[type=submit]").click()
        expect(self.page.locator(".messagelist .success")).to_be_visible()


def build_and_be_stopped(builder: Builder) -> None:
    # The other party's own meeting is its own staff's to enter.
    blocks = [block for block in programme() if block.party != "UK"]
    for block in blocks:
        builder.add(block)
    other = next(block for block in programme() if block.party == "UK")
    edition = builder.edition
    build.a_session(
        edition,
        other.start,
        other.end,
        day=2,
        title_en=other.title_en,
        kind=other.kind,
        audience="party",
        party=edition.dialogue.parties.get(code="UK"),
        room=build.a_room(other.room),
    )
    assert edition.sessions.count() == 24
    page = builder.page
    page.goto(builder.address)
    expect(page.get_by_text(re.compile(re.escape(CONFLICT))).first).to_be_visible()
    expect(page.get_by_text("Not to be released yet")).to_be_visible()
    assert other.title_en not in page.content()  # not even its title: it is the other party's own
    page.goto(f"/admin/dialogues/edition/{edition.pk}/change/")
    expect(page.get_by_text(re.compile(re.escape(CONFLICT))).first).to_be_visible()
    assert page.get_by_role("link", name="Release the agenda", exact=True).count() == 0
    assert not AgendaRelease.objects.exists()
    builder.move(DOUBLE, room="Old Library")
    page.goto(builder.address)
    assert page.get_by_text(re.compile(re.escape(CONFLICT))).count() == 0


def move_four_and_cancel_one(builder: Builder) -> None:
    builder.move(DOUBLE, room="Canal Room")
    builder.move("Digital traces: proposals for action", start="15:30")
    builder.move("Panel: working with source and transit countries", start="13:30", room="Great Hall")
    builder.move("Closing plenary: conclusions and actions read out", room="Dining Room")
    builder.cancel("Ports and logistics: proposals for action", "Taken up in plenary")


def notice_to(user: Any, release: AgendaRelease) -> str:
    return re.sub(r"\s+", " ", OutgoingMessage.objects.get(recipient=user, agenda_release=release).text)


def read_three_notices(world: World, second: AgendaRelease) -> None:
    finance, ports, none = (notice_to(user, second) for user in (world.in_finance, world.in_ports, world.in_no_group))
    for text in (finance, ports, none):
        assert "Time changed: Panel: working with source and transit countries" in text
        assert "Room changed: Closing plenary: conclusions and actions read out" in text
        assert "13:45" in text and "13:30" in text and "in London" in text
        assert "Digital traces" not in text
    assert "Room changed: Working group: financial flows" in finance
    assert "Was: Old Library" in finance and "Now: Canal Room" in finance
    assert "financial flows" not in ports and "financial flows" not in none
    assert "Cancelled: Ports and logistics: proposals for action" in ports
    assert "Taken up in plenary" in ports
    assert "Ports and logistics" not in finance and "Ports and logistics" not in none


def read_on_the_phone(walker: Walker, world: World, pictures: Path) -> None:
    page = walker.page
    walker.sign_in_by_code(world.in_finance)
    main = page.locator("main")
    expect(main.get_by_text("Canal Room").first).to_be_visible()
    expect(main.get_by_text("Was Old Library").first).to_be_visible()
    page.screenshot(path=pictures / "my-360.png", full_page=True)
    page.goto("/en/dialogues/example/2027/agenda/")
    agenda = re.sub(r"\s+", " ", page.locator("main").inner_text())
    assert agenda.count("Working group: financial flows") <= 2  # in now and next, and once in its place
    assert "Room changed" in agenda and "Time changed" in agenda
    assert "proposals for action" in agenda and "Ports and logistics: proposals" not in agenda  # of another group
    assert "meeting of the delegation’s staff" not in agenda
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    page.screenshot(path=pictures / "agenda-360.png", full_page=True)
    page.goto("/nl/dialogues/example/2027/agenda/")
    expect(page.get_by_text("Werkgroep: financiële stromen").first).to_be_visible()


def see_the_same_in_files(walker: Walker, world: World) -> None:
    """The public calendar has the outline alone; the paper of who takes part has the whole."""
    calendar = icalendar.Calendar.from_ical(Client().get("/en/dialogues/example/2027/agenda.ics").content)
    events = {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}
    assert set(events) == {
        "Opening plenary: welcome and adoption of the agenda",
        "Closing plenary: conclusions and actions read out",
    }
    assert all("LOCATION" not in event or "Room" not in str(event["LOCATION"]) for event in events.values())
    assert events["Closing plenary: conclusions and actions read out"]["SEQUENCE"] == 1
    assert events["Opening plenary: welcome and adoption of the agenda"]["SEQUENCE"] == 0
    answer = walker.context.request.get("/en/dialogues/example/2027/agenda.pdf")
    assert answer.ok and answer.headers["content-type"] == "application/pdf"
    sheets = [re.sub(r"\s+", " ", sheet.extract_text()) for sheet in PdfReader(BytesIO(answer.body())).pages]
    assert len(sheets) == 2
    assert "Room changed" in sheets[0] and "Canal Room" in sheets[0] and "1.1" in sheets[0]
    assert "13:30 to 14:45" in sheets[0]
    assert "Dining Room" in sheets[1]
    outline = PdfReader(BytesIO(Client().get("/en/dialogues/example/2027/agenda.pdf").content))
    words = " ".join(sheet.extract_text() for sheet in outline.pages)
    assert "Opening plenary" in words and not any(room in words for room in ROOMS)


def test_built_stopped_released_changed_and_read(
    world: World, browser: Browser, live_server: Any, settings: Any, tmp_path: Path
) -> None:
    settings.PUBLIC_BASE_URL = live_server.url
    secretary, delegate = Walker(browser, live_server.url, 1280), Walker(browser, live_server.url, 360)
    secretary.sign_in_as_staff(world.secretary, world.secret)
    builder = Builder(secretary, world.edition)
    build_and_be_stopped(builder)
    builder.release("Release the agenda", "Release the agenda as 1.0")
    send_messages(edition=world.edition, by=world.secretary)
    deliver_due()
    move_four_and_cancel_one(builder)
    secretary.page.goto(builder.address)
    secretary.page.screenshot(path=tmp_path / "builder-1280.png", full_page=True)
    builder.release("Release a correction", "1.1")
    first, second = AgendaRelease.objects.order_by("minor")
    assert (first.number, second.number) == ("1.0", "1.1")
    assert first.sessions.count() == second.sessions.count() == 24
    read_three_notices(world, second)

    secretary.come_to_rest()
    world.traveller.move_to(NOW)
    read_on_the_phone(delegate, world, tmp_path)
    see_the_same_in_files(delegate, world)
    assert faults() == []
    for walker in (secretary, delegate):
        assert walker.complaints == []
        walker.close()
