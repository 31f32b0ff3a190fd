from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dialogues.models import ActionChange, ActionItem, ProgressUpdate
from socportal import clock
from tests import build
from tests.cast import Cast

LIST = "/en/action-items/"
EVERY_ACT = (
    "report",
    "evidence",
    "complete",
    "block",
    "take-up",
    "confirm",
    "send-back",
    "agree",
    "change-date",
    "change-wording",
    "change-readers",
    "owner",
    "supersede",
    "withdraw",
)
# What each form would take: a forged POST is refused for who sends it, not for what it lacks.
SAID = {
    "rating": "on_track",
    "text": "Forged",
    "kind": "statement",
    "reference": "Forged",
    "reason": "Forged",
    "due_on": "2027-11-11",
    "text_en": "Forged",
    "measure_en": "Forged",
    "seen": "0",
    "audience": "public",
    "owner_post_en": "Forged",
    "answer": "Forged",
}


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


def test_ten_rows_and_more_than_a_page_cost_the_same(cast: Cast, signed_in: Any) -> None:
    browser = signed_in(cast.delegate_uk)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(LIST).status_code == 200
        return len(asked)

    for _n in range(10):
        build.an_action_item(cast.edition, mandate=cast.group)
    queries()  # what a process asks once, it asks now
    few = queries()
    for _n in range(110):
        build.an_action_item(cast.edition, mandate=cast.group)
    assert queries() == few
    assert few <= 22


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
    for act in EVERY_ACT:
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


def everything_about(item: ActionItem) -> list[Any]:
    item.refresh_from_db()
    kept = [item.moves, item.updates, item.evidence, item.consents, item.changes]
    return [item.status, item.due_on, item.text_en, item.audience, *(list(rows.order_by("pk").values()) for rows in kept)]


@pytest.mark.parametrize("name", ["delegate_nl", "stranger", "technician", "secretary_elsewhere"])
def test_a_forged_post_to_every_act_is_refused_and_changes_nothing(cast: Cast, signed_in: Any, name: str) -> None:
    statuses = ("agreed", "in_progress", "blocked", "reported_complete", "proposed")
    items = [build.an_action_item(cast.edition, lead=cast.nl, status=status) for status in statuses]
    other = build.an_action_item(cast.edition)
    change = build_change(items[0], cast)
    before = [everything_about(item) for item in items]
    browser = signed_in(getattr(cast, name))
    expected = 409 if name == "delegate_nl" else 404
    for item in items:
        for act in EVERY_ACT:
            answer = browser.post(f"{LIST}{item.number}/{act}/", {**SAID, "successor": other.pk})
            knows = expected == 409 and item.status != "proposed"
            assert answer.status_code == (409 if knows else 404), (item.status, act)
    for answer in ("accept", "decline", "retract"):
        # What is only asked for is not known to a delegate either.
        assert browser.post(f"{LIST}{items[0].number}/changes/{change.pk}/{answer}/", SAID).status_code == 404
    assert browser.post(f"{LIST}dates/", {"dialogue": cast.dialogue.pk}).status_code == 409
    assert [everything_about(item) for item in items] == before


def build_change(item: ActionItem, cast: Cast, **fields: Any) -> ActionChange:
    said = {
        "kind": "due_date",
        "before": {"due_on": "2027-12-31"},
        "after": {"due_on": "2028-02-01"},
        "reason": "The ministry moves house.",
        "party": cast.nl,
        "proposed_by": cast.focal_point_nl,
    }
    change = ActionChange.objects.create(action_item=item, **{**said, **fields})
    build.a_consent(change, change.proposed_by, "accepted", party=change.party)
    return change


def test_another_due_date_is_proposed_acknowledged_and_kept_on_the_page(cast: Cast, signed_in: Any) -> None:
    item = build.an_action_item(cast.edition, lead=cast.nl)
    address = f"{LIST}{item.number}/"
    said = {"due_on": "2028-02-01", "reason": "The ministry moves house."}
    page = signed_in(cast.focal_point_nl).post(f"{address}change-date/", said, follow=True).content.decode()
    assert "from “31 December 2027” to “1 February 2028”" in page
    assert "Not yet acknowledged by United Kingdom" in page
    change = item.changes.get()
    assert f"{address}changes/{change.pk}/accept/" not in page
    uk = signed_in(cast.focal_point_uk)
    assert f"{address}changes/{change.pk}/accept/" in uk.get(address).content.decode()
    assert "The ministry moves house." in uk.get(f"{address}changes/{change.pk}/accept/").content.decode()
    page = uk.post(f"{address}changes/{change.pk}/accept/", follow=True).content.decode()
    for words in ("1 February 2028", "first due on 31 December 2027", "United Kingdom, 20 November 2026"):
        assert words in page
    assert "Acknowledged by" in page
    assert "Not yet acknowledged" not in page
    assert "Zzyx" not in page


def test_a_change_is_declined_with_a_reason_and_answered_only_at_its_own_item(cast: Cast, signed_in: Any) -> None:
    item, other = build.an_action_item(cast.edition, lead=cast.nl), build.an_action_item(cast.edition, lead=cast.nl)
    change = build_change(item, cast)
    uk = signed_in(cast.focal_point_uk)
    at_another = f"{LIST}{other.number}/changes/{change.pk}/decline/"
    assert uk.post(at_another, {"answer": "No."}).status_code == 404
    assert uk.get(f"{LIST}{item.number}/changes/{10**30}/decline/").status_code == 404
    address = f"{LIST}{item.number}/changes/{change.pk}/decline/"
    page = uk.post(address, {"answer": " "}).content.decode()
    assert "Say why, so that the other party can propose something else" in page
    page = uk.post(address, {"answer": "The summit needs it in December."}, follow=True).content.decode()
    assert "Declined: The summit needs it in December." in " ".join(page.split())
    change.refresh_from_db()
    assert change.status == "declined"


def test_wording_typed_over_a_newer_one_is_kept_and_both_are_shown(cast: Cast, signed_in: Any) -> None:
    item = build.an_action_item(cast.edition, lead=cast.nl, text_en="Share a newer note")
    build_change(item, cast, kind="wording", status="accepted", answered_by=cast.focal_point_uk, answered_at=clock.now())
    address = f"{LIST}{item.number}/change-wording/"
    said = {"text_en": "Share what I typed", "measure_en": "A note", "reason": "Clearer.", "seen": "0"}
    browser = signed_in(cast.focal_point_nl)
    page = browser.post(address, said).content.decode()
    assert "The wording was changed while you wrote. It now reads: “Share a newer note" in page
    assert "Share what I typed" in page
    assert not item.changes.filter(status="proposed").exists()
    browser.post(address, {**said, "seen": str(item.changes.get().pk)})
    assert item.changes.filter(status="proposed", after__text_en="Share what I typed").exists()


def test_the_page_says_what_is_awaited_blocked_carried_and_escalated(cast: Cast, signed_in: Any) -> None:
    last, hidden = (
        build.an_edition(cast.dialogue, year=2025),
        build.an_edition(cast.dialogue, year=2029, audience="secretariat"),
    )
    item = build.an_action_item(cast.edition, lead=cast.nl, status="in_progress", due_on=date(2026, 9, 1))
    build.a_carry_over(item, cast.edition, cast.secretary_nl, from_edition=last, mandate=cast.group)
    build.a_carry_over(item, hidden, cast.secretary_nl, from_edition=cast.edition, reason="Quokka decision")
    signed_in(cast.focal_point_nl).post(
        f"{LIST}{item.number}/block/", {"reason": "A legal opinion is missing.", "needed_from": cast.uk.pk}
    )
    browser = signed_in(cast.delegate_uk)
    page = " ".join(browser.get(f"{LIST}{item.number}/").content.decode().split())
    for words in (
        "A legal opinion is missing. Needed from: United Kingdom.",
        f"from {last.title} to {cast.edition.title}",
        f"{cast.group.working_group.name}</a>",
        "Blocked; something is needed from United Kingdom",
        "Escalated to the co-chairs of its group",
    ):
        assert words in page
    assert "Quokka" not in page
    awaited = build.an_action_item(cast.edition, lead=cast.nl, status="reported_complete")
    page = browser.get(f"{LIST}{awaited.number}/").content.decode()
    assert "Awaiting confirmation by United Kingdom since 20 November 2026" in page


def test_evidence_is_a_link_only_where_it_is_one_and_an_engagement_only_where_it_may_be_seen(
    cast: Cast, signed_in: Any
) -> None:
    item = build.an_action_item(cast.edition, lead=cast.nl)
    hidden = build.an_engagement(cast.dialogue, title_en="Quokka visit", status="held", audience="secretariat")
    address = f"{LIST}{item.number}/"
    nl = signed_in(cast.secretary_nl)
    nl.post(f"{address}evidence/", {"kind": "public_link", "reference": "https://example.org/note"})
    refused = nl.post(f"{address}evidence/", {"kind": "public_link", "reference": "javascript:alert(1)"})
    assert "Give an address that begins with https://" in refused.content.decode()
    nl.post(f"{address}evidence/", {"kind": "document_reference", "reference": "https://register.example/7, Registry"})
    nl.post(f"{address}evidence/", {"kind": "engagement_held", "engagement": hidden.pk})
    assert item.evidence.count() == 3
    page = signed_in(cast.delegate_uk).get(address).content.decode()
    assert '<a href="https://example.org/note" rel="noopener noreferrer">' in page
    assert "https://register.example/7, Registry" in page
    assert 'href="https://register.example' not in page
    assert "Engagement held" in page
    assert "Quokka" not in page
    assert "Quokka visit" in nl.get(address).content.decode()


def test_commitment_theme_and_group_are_shown_only_where_they_may_be_read(cast: Cast, signed_in: Any) -> None:
    group = build.a_group(cast.dialogue, name_en="Quokkagroup", audience="secretariat", published_at=None)
    item = build.an_action_item(
        cast.edition,
        mandate=build.a_mandate(cast.edition, group),
        theme=build.a_theme(cast.edition, name_en="Quokkatheme", audience="secretariat"),
        commitment=build.a_commitment(cast.edition, summary_en="Quokkapromise", audience="secretariat"),
    )
    for address in (LIST, f"{LIST}{item.number}/", f"{LIST}official-action-items.csv"):
        page = signed_in(cast.delegate_uk).get(address).content.decode("utf-8-sig")
        assert item.number in page
        assert "Quokka" not in page
    page = signed_in(cast.secretary_uk).get(f"{LIST}{item.number}/").content.decode()
    for words in ("Quokkagroup", "Quokkatheme", "Quokkapromise"):
        assert words in page


def test_from_my_page_a_focal_point_and_an_owner_report_in_two_presses(cast: Cast, signed_in: Any) -> None:
    item = build.an_action_item(cast.edition, lead=cast.nl)
    item.leads.update(owner=cast.delegate_nl.person)
    for user in (cast.focal_point_nl, cast.delegate_nl):
        browser = signed_in(user)
        report = f"{LIST}{item.number}/report/"
        assert f'href="{report}"' in browser.get("/en/my/").content.decode()
        assert browser.post(report, {"rating": "on_track", "text": "A first note went out."}).status_code == 302
    assert item.updates.count() == 2
    page = signed_in(cast.co_chair).get("/en/my/").content.decode()
    assert item.number in page  # led by the party, reported by others
    assert f"{item.number}/report/" not in page


def test_what_a_field_wants_is_said_in_the_readers_language(cast: Cast, signed_in: Any) -> None:
    item = build.an_action_item(cast.edition, lead=cast.nl)
    browser = signed_in(cast.focal_point_nl)
    for act, said in (("report", "Ten hoogste 120 woorden."), ("evidence", "Een adres, of registernummer en houder.")):
        form = browser.get(f"/nl/action-items/{item.number}/{act}/").content.decode()
        assert said in form and "Geen namen van verdachten" in form


def test_my_page_holds_what_waits_for_me_and_for_nobody_else(cast: Cast, signed_in: Any) -> None:
    finished = build.an_action_item(cast.edition, lead=cast.nl, status="reported_complete", text_en="Numbat note")
    changed = build.an_action_item(cast.edition, lead=cast.nl, text_en="Wombat note")
    build_change(changed, cast)
    elsewhere = build.an_edition(build.a_dialogue())
    build.an_action_item(
        elsewhere,
        lead=cast.nl,
        status="reported_complete",
        text_en="Quokka note",
        audience="public",
        published_at=build.LONG_AGO,
    )
    uk = signed_in(cast.focal_point_uk).get("/en/my/").content.decode()
    nl = signed_in(cast.focal_point_nl).get("/en/my/").content.decode()
    assert f"{LIST}{finished.number}/confirm/" in uk
    assert "Netherlands proposes a change: due date" in uk
    assert "Quokka" not in uk
    assert f"{LIST}{finished.number}/confirm/" not in nl
    assert "proposes a change" not in nl


def test_a_co_chair_sees_what_the_group_follows_now(cast: Cast, signed_in: Any) -> None:
    last = build.an_edition(cast.dialogue, year=2025)
    taken_in = build.an_action_item(last, lead=cast.uk, text_en="Taken in", audience="group", mandate=build.a_mandate(last))
    build.a_carry_over(taken_in, cast.edition, cast.secretary_nl, mandate=cast.group)
    given_away = build.an_action_item(cast.edition, lead=cast.uk, text_en="Given away", mandate=cast.group)
    later = build.an_edition(cast.dialogue, year=2028)
    build.a_carry_over(given_away, later, cast.secretary_nl)
    own = build.an_action_item(cast.edition, lead=cast.uk, text_en="Always there", mandate=cast.group)
    page = signed_in(cast.co_chair).get("/en/my/").content.decode()
    followed = page[page.index("Followed by your working group") :]
    assert taken_in.number in followed
    assert own.number in followed
    assert given_away.number not in followed
    assert "Followed by your working group" not in signed_in(cast.delegate_nl).get("/en/my/").content.decode()


def test_carried_dates_are_acknowledged_all_at_once(cast: Cast, signed_in: Any) -> None:
    later = build.an_edition(cast.dialogue, year=2028)
    for _n in range(2):
        item = build.an_action_item(cast.edition, lead=cast.nl)
        row = build.a_carry_over(item, later, cast.secretary_nl, new_due_on=date(2028, 2, 1))
        build_change(item, cast, carry_over=row, proposed_by=cast.secretary_nl)
    uk = signed_in(cast.focal_point_uk)
    assert "2 carried due dates to acknowledge" in uk.get("/en/my/").content.decode()
    page = uk.get(f"{LIST}dates/").content.decode()
    assert "Acknowledge 2 dates for your party" in page
    assert "From 31 December 2027 to 1 February 2028" in page
    answer = uk.post(f"{LIST}dates/", {"dialogue": cast.dialogue.pk}, follow=True)
    assert "2 due dates are acknowledged." in answer.content.decode()
    assert not ActionChange.objects.pending().exists()
    for dialogue in (cast.dialogue.pk, "abc", "9" * 30, "\0"):
        assert uk.post(f"{LIST}dates/", {"dialogue": dialogue}).status_code == 409


def test_my_page_costs_the_same_for_few_items_and_many(cast: Cast, signed_in: Any) -> None:
    browser = signed_in(cast.focal_point_nl)

    def write(count: int) -> None:
        for _n in range(count):
            build.an_action_item(cast.edition, lead=cast.nl, mandate=cast.group)
            build.an_action_item(cast.edition, lead=cast.uk, status="reported_complete")
            build_change(build.an_action_item(cast.edition, lead=cast.uk), cast, party=cast.uk, proposed_by=cast.focal_point_uk)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert browser.get("/en/my/").status_code == 200
        return len(asked)

    write(2)
    queries()
    few = queries()
    write(18)
    assert queries() == few
