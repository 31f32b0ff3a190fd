"""From the letter of invitation to the badge: mails go through a mail server, files are opened by another program."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
import time_machine
from openpyxl import Workbook
from playwright.sync_api import Browser, expect

from dialogues.models import Nomination, Registration
from dialogues.procedures.journal import faults
from parties.models import User
from tests import build
from tests.browser.walker import Walker, with_second_factor
from tests.mail_sink import Sink, listening
from tests.reading_paper import is_tagged, sheets, words

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

HEADS = ("Name", "Surname first", "Category", "Post", "Organisation", "E-mail", "Working groups")
PEOPLE = 35


class World:
    """An edition in preparation eight weeks before it opens, nominations open, nobody nominated."""

    def __init__(self) -> None:
        self.uk, self.nl = build.a_party("UK"), build.a_party("NL")
        self.edition = build.an_edition(build.a_dialogue(slug="example", name_en="Example dialogue"))
        build.a_mandate(
            self.edition, build.a_group(self.edition.dialogue, name_en="Financial flows", name_nl="Financiële stromen")
        )
        self.ministry = build.an_organisation(self.uk, name_en="Example ministry", kind="ministry")
        build.an_organisation(self.uk, name_en="Example police", kind="police")
        self.secretary = self.appointed("Secretary NL-01", self.nl, "secretary", is_staff=True)
        self.secret = with_second_factor(self.secretary)
        self.focal_point = self.appointed("Focal point UK-01", self.uk, "focal_point")
        self.appointed("Focal point NL-01", self.nl, "focal_point")
        for party in (self.uk, self.nl):
            build.a_delegation(self.edition, party, seats=PEOPLE)
        build.a_round(self.edition)

    def appointed(self, name: str, party: Any, role: str, **account: Any) -> User:
        user = build.an_account(build.a_person(party, name=name), **account)
        build.an_appointment(user, self.edition.dialogue, role)
        return user


@pytest.fixture
def world(transactional_db: None) -> Iterator[World]:
    with time_machine.travel("2027-01-20T10:00:00Z", tick=True):
        yield World()


def the_list() -> bytes:
    """Thirty-five people, three of them with one fault each."""
    book = Workbook()
    book.active.append(HEADS)
    for number in range(1, PEOPLE + 1):
        category = {1: "head of delegation", 35: "support staff"}.get(number, "delegate")
        organisation = "Example police" if number % 2 else "Example ministry"
        address = f"uk{number:02d}@example.org"
        row = [
            f"Delegate UK-{number:02d}",
            f"UK-{number:02d} Delegate",
            "delegat" if number == 11 else category,
            f"Head of unit {number:02d}",
            "Example minstry" if number == 12 else organisation,
            "uk13 at example.org" if number == 13 else address,
            "Financial flows" if category == "delegate" else "",
        ]
        book.active.append(row)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def newest(sink: Sink, address: str, saying: str, *, after: int = 0) -> Any:
    """The newest mail to this address that matches, among those taken after so many.

    Mails leave outside the request, so it waits a moment; who asks for a mail that an earlier one resembles says how many had
    been taken before the press.
    """
    for _attempt in range(150):
        for to, mail in reversed(sink.taken[after:]):
            if to == address and re.search(saying, mail.get_body(("plain",)).get_content()):
                return mail
        time.sleep(0.1)
    raise AssertionError(f"no mail to {address} says {saying!r}: {sink.addresses}")


CODE = r"\b([A-Z0-9]{4}-[A-Z0-9]{4})\b"


def enter_code(walker: Walker, sink: Sink, user: User) -> None:
    walker.page.get_by_label("Official e-mail address").fill(user.email)
    before = len(sink.taken)
    walker.page.locator("main form button[type=submit]").first.click()
    walker.page.locator("#id_code").wait_for()
    found = re.search(CODE, newest(sink, user.email, CODE, after=before).get_body(("plain",)).get_content())
    assert found
    walker.page.locator("#id_code").fill(found[1])
    walker.page.locator("main form button[type=submit]").first.click()


def open_edition(walker: Walker) -> None:
    walker.page.goto("/admin/dialogues/edition/")
    walker.page.get_by_role("link", name="Dialogue of 2027").click()


def send_what_waits(walker: Walker) -> None:
    open_edition(walker)
    walker.take_step("Send the messages")
    expect(walker.page.locator(".messagelist .success")).to_be_visible()


def invite(walker: Walker, sink: Sink, world: World) -> None:
    open_edition(walker)
    walker.page.get_by_role("link", name="Draft the invitations", exact=True).click()
    for code in ("NL", "UK"):
        walker.page.locator(f"#id_reference_{code}").fill(f"SOC/2027/{code}")
    walker.page.locator("form.question button[type=submit]").click()
    send_what_waits(walker)
    mail = newest(sink, world.focal_point.email, "invit")
    assert "Focal point" not in mail["Subject"]
    (letter,) = mail.iter_attachments()
    pdf = letter.get_content()
    assert is_tagged(pdf)
    assert "SOC/2027/UK" in words(pdf)
    assert "in The Hague (" in words(pdf)


def nominate(walker: Walker, sink: Sink, world: World) -> None:
    page = walker.page
    page.goto("/en/delegation/")
    enter_code(walker, sink, world.focal_point)
    page.wait_for_url("**/second-factor/**")
    walker.give_second_factor(world.focal_point)
    page.goto("/en/delegation/")
    page.get_by_role("link", name="Paste or upload a list").click()
    spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.locator("input[type=file]").set_input_files({"name": "list.xlsx", "mimeType": spreadsheet, "buffer": the_list()})
    page.get_by_role("button", name="Check the list").click()
    expect(page.get_by_role("heading", name="3 rows need a change")).to_be_visible()
    assert not Nomination.objects.exists()
    page.locator("#r12-category").select_option(label="delegate")
    page.locator("#r13-organisation").select_option(label="Example ministry")
    page.locator("#r14-email").fill("uk13@example.org")
    page.get_by_role("button", name="Check again").click()
    page.get_by_role("button", name=f"Take in {PEOPLE} drafts").click()
    page.get_by_role("link", name=f"Submit all {PEOPLE} that are complete").click()
    page.get_by_role("button", name=f"Submit {PEOPLE} people").click()
    expect(page.get_by_role("status")).to_contain_text(f"{PEOPLE} people were submitted.")


def accept_all(walker: Walker, world: World) -> None:
    page = walker.page
    page.goto(f"/admin/dialogues/edition/{world.edition.pk}/delegations/")
    for box in page.locator("input[name=row]").all():
        box.check()
    page.get_by_role("button", name="Accept", exact=True).click()
    page.get_by_role("button", name=f"Accept {PEOPLE} nominations").click()
    expect(page.get_by_text(f"{PEOPLE} nominations accepted.")).to_be_visible()
    assert Registration.objects.filter(edition=world.edition, status="invited").count() == PEOPLE
    send_what_waits(walker)


def complete_own_details(walker: Walker, sink: Sink) -> None:
    """The link of the mail leads to the page that asks for a code, and from there to the own details alone."""
    delegate = User.objects.get(email="uk07@example.org")
    mail = newest(sink, delegate.email, "/my/details/")
    assert "UK-07" not in mail["Subject"]
    link = re.search(r"http://\S+/my/details/\d+/", mail.get_body(("plain",)).get_content())
    assert link
    page = walker.page
    page.goto(link[0])
    enter_code(walker, sink, delegate)
    page.wait_for_url("**/my/details/**")
    page.get_by_label("Option B").check()
    page.get_by_label("Phone for the day").fill("+44 20 7946 0007")
    page.get_by_role("button", name="Save my details").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert Registration.objects.get(person=delegate.person).status == "completed"


def take_out(walker: Walker, world: World, what: str) -> bytes:
    page = walker.page
    page.goto(f"/admin/dialogues/export/edition/{world.edition.pk}/{what}/")
    for choice in page.locator("form.question select").all():
        options = choice.locator("option").evaluate_all("all => all.map(one => one.value)")
        if choice.input_value() == "":
            choice.select_option(next(value for value in options if value))
    for name in {box.get_attribute("name") for box in page.locator("form.question input[type=radio]").all()}:
        if not page.locator(f"input[name={name}]:checked").count():
            page.locator(f"input[name={name}]").first.check()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Take it out").click()
    assert re.fullmatch(r"official-[a-z0-9-]+\.(pdf|csv|xlsx)", waiting.value.suggested_filename)
    return waiting.value.path().read_bytes()


def print_everything(walker: Walker, world: World) -> None:
    page = walker.page
    page.goto(f"/admin/dialogues/export/edition/{world.edition.pk}/")
    walker.take_step("Issue the list of participants")
    listed, badges, nameplates, seating = (
        take_out(walker, world, what) for what in ("participants", "badges", "nameplates", "seating")
    )
    for pdf in (listed, badges, nameplates, seating):
        assert pdf.startswith(b"%PDF")
        assert is_tagged(pdf)
        assert all("OFFICIAL" in sheet for sheet in sheets(pdf))
    said = words(listed)
    assert "Delegate UK-08" in said  # of the ministry
    assert "Delegate UK-07" not in said  # of the police: by post and organisation
    assert "Head of unit 07" in said
    assert "Head of unit 35" not in said  # an interpreter is not listed
    assert {f"Delegate UK-{number:02d}" for number in range(1, PEOPLE + 1)} <= set(
        re.findall(r"Delegate UK-\d\d", words(badges))
    )
    assert "UNITED KINGDOM" in words(nameplates).upper()
    assert "Delegate UK-08" in words(seating)


def test_from_the_invitation_to_the_badge(world: World, browser: Browser, live_server: Any, settings: Any) -> None:
    settings.PUBLIC_BASE_URL = live_server.url
    with listening() as (sink, _port):
        settings.EMAIL_TIMEOUT = 10
        secretary, focal_point, delegate = walkers = [Walker(browser, live_server.url, width) for width in (1280, 360, 360)]
        secretary.sign_in_as_staff(world.secretary, world.secret)
        invite(secretary, sink, world)
        nominate(focal_point, sink, world)
        accept_all(secretary, world)
        complete_own_details(delegate, sink)
        print_everything(secretary, world)
    assert faults() == []
    for walker in walkers:
        assert walker.complaints == []
        walker.close()
