"""Action items in the admin: saved views, two steps for many, changes by every party, a history in words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dialogues.models import ActionChange, ActionItem, ActionMove, Audience, JournalEntry, OutgoingMessage
from dialogues.procedures import action_changes, action_items, progress
from tests import build
from tests.cast import Cast
from tests.filling_in import filled_in

LIST = "/admin/dialogues/actionitem/"
LAST_SPRING = datetime(2026, 5, 1, 9, tzinfo=UTC)


def page(item: ActionItem) -> str:
    return f"{LIST}{item.pk}/change/"


def step(item: ActionItem, name: str) -> str:
    return f"{LIST}{item.pk}/step/{name}/"


def verbs(client: Any, item: ActionItem) -> list[str]:
    return [str(one["verb"]) for one in client.get(page(item)).context["steps"] if one["is_possible"]]


def an_item(cast: Cast, **fields: Any) -> ActionItem:
    return build.an_action_item(cast.edition, **{"status": "in_progress", **fields})


def numbers(answer: Any) -> set[str]:
    return {item.number for item in answer.context["cl"].result_list}


def views(answer: Any) -> dict[str, Any]:
    return {str(view["words"]): view for view in answer.context["cl"].views}


def one_of_each(cast: Cast) -> dict[str, ActionItem]:
    found = {
        "overdue": an_item(cast, due_on=date(2026, 11, 8), original_due_on=date(2026, 9, 1)),
        "stale": an_item(cast, status_since=LAST_SPRING),
        "awaiting": an_item(cast, status="reported_complete", status_since=LAST_SPRING),
        "blocked": an_item(cast, status="blocked"),
        "carried_twice": an_item(cast),
        "without_owner": an_item(cast),
        "finished": an_item(cast, status="closed"),
    }
    found["without_owner"].leads.update(owner_post_en="")
    for year in (2030, 2031):
        later = build.an_edition(cast.dialogue, year=year)
        build.a_carry_over(found["carried_twice"], later, cast.secretary_nl)
    ActionMove.objects.create(
        action_item=found["blocked"],
        from_status="in_progress",
        to_status="blocked",
        by=cast.secretary_nl,
        party=cast.nl,
        reason="Their register is closed to us.",
        needed_from=cast.uk,
    )
    return found


def test_each_saved_view_holds_its_items_and_counts_them(cast: Cast, signed_in: Any) -> None:
    items = one_of_each(cast)
    elsewhere = build.an_action_item(build.an_edition(build.a_dialogue()), due_on=date(2026, 1, 1), text_en="Baited action")
    client = signed_in(cast.secretary_uk)
    whole = client.get(LIST)
    counts = {words: view["count"] for words, view in views(whole).items()}
    assert counts == {
        "Open": 6,
        "Overdue": 1,
        "Not heard of for 90 days": 1,
        "Awaiting confirmation": 1,
        "Blocked": 1,
        "Carried over twice": 1,
        "Without an owner": 1,
        "All": 7,
    }
    for name in ("overdue", "stale", "awaiting", "blocked", "carried_twice", "without_owner", "finished"):
        answer = client.get(f"{LIST}?standing={name}")
        assert numbers(answer) == {items[name].number}, name
        assert elsewhere.number not in answer.content.decode() and "Baited action" not in answer.content.decode()
    assert elsewhere.number not in whole.content.decode()
    assert client.get(f"{LIST}?standing=zz").status_code == 302
    assert client.get(f"{LIST}?party=99999999999999999999").status_code == 302
    assert client.get(f"{LIST}?commitment=%00").status_code == 400


def test_a_view_keeps_what_the_list_was_narrowed_to(cast: Cast, signed_in: Any) -> None:
    ours, theirs = an_item(cast, lead=cast.uk, due_on=date(2026, 11, 1)), an_item(cast, due_on=date(2026, 11, 1))
    answer = signed_in(cast.secretary_uk).get(f"{LIST}?party={cast.uk.pk}&q=share&p=1")
    assert numbers(answer) == {ours.number} and theirs.number not in numbers(answer)
    overdue = views(answer)["Overdue"]
    assert overdue["count"] == 1
    assert overdue["address"] == f"?party={cast.uk.pk}&q=share&standing=overdue"
    assert views(answer)["All"]["address"] == f"?party={cast.uk.pk}&q=share"


def test_a_row_says_how_late_it_is_and_whom_it_has_reached(cast: Cast, signed_in: Any) -> None:
    items = one_of_each(cast)
    client = signed_in(cast.secretary_nl)
    late = client.get(f"{LIST}?standing=overdue").content.decode()
    assert "12 days late" in late and "first due on 1 September 2026" in late and "NL: Head of unit" in late
    blocked = client.get(f"{LIST}?standing=blocked").content.decode()
    assert "United Kingdom" in blocked and "Their register is closed to us." in blocked
    awaiting = client.get(f"{LIST}?standing=awaiting").content.decode()
    assert "United Kingdom, since 1 May 2026" in awaiting and "203 days" in awaiting
    assert "203 days ago" in client.get(f"{LIST}?standing=stale").content.decode()
    carried = client.get(f"{LIST}?standing=carried_twice").content.decode()
    assert "2 times" in carried and "heads of delegation" in carried
    assert "no owner post" in client.get(f"{LIST}?standing=without_owner").content.decode()
    assert "Their register" not in client.get(LIST).content.decode()
    assert items["blocked"].number in blocked


@pytest.mark.parametrize("view", ["", "?standing=blocked", "?standing=awaiting"])
def test_five_rows_and_fifty_cost_the_same(cast: Cast, signed_in: Any, view: str) -> None:
    client = signed_in(cast.secretary_nl)
    status = {"": "in_progress", "?standing=blocked": "blocked", "?standing=awaiting": "reported_complete"}[view]

    def queries() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            assert client.get(LIST + view).status_code == 200
        return len(asked)

    for _n in range(5):
        an_item(cast, status=status, mandate=cast.group)
    client.get(LIST)
    few = queries()
    for _n in range(55):
        an_item(cast, status=status, mandate=cast.group)
    assert queries() == few


def test_an_update_is_asked_of_many_after_one_page_that_says_who_gets_what(cast: Cast, signed_in: Any) -> None:
    asked, closed = an_item(cast), an_item(cast, status="closed")
    elsewhere = build.an_action_item(build.an_edition(build.a_dialogue()), status="in_progress")
    client = signed_in(cast.secretary_uk)
    question = f"{LIST}many/ask/"
    chosen = {"row": [asked.pk, closed.pk, elsewhere.pk]}
    shown = client.post(question, chosen)
    text = shown.content.decode()
    assert {row["who"] for row in shown.context["preview"]} == {cast.focal_point_nl.person.name, cast.deputy_nl.person.name}
    assert closed.number in text and "nothing is reported on it now" in text
    assert elsewhere.number not in text and not OutgoingMessage.objects.exists()
    assert [row["pk"] for row in shown.context["possible"]] == [asked.pk]
    done = client.post(question, {"row": [asked.pk], "confirmed": "yes"}, follow=True)
    assert "2 messages wait in the outbox." in done.content.decode()
    assert set(OutgoingMessage.objects.values_list("recipient", flat=True)) == {cast.focal_point_nl.pk, cast.deputy_nl.pk}
    again = client.post(question, {"row": [asked.pk], "confirmed": "yes"})
    assert again.status_code == 409 and "were asked for exactly these items today" in again.content.decode()
    assert client.get(question).status_code == 302 and client.post(f"{LIST}many/zz/").status_code == 404


def test_all_of_a_narrowed_list_are_agreed_for_one_party_and_never_for_both(cast: Cast, signed_in: Any) -> None:
    ready = [build.an_action_item(cast.edition, status="proposed", original_due_on=None) for _n in range(2)]
    undated = build.an_action_item(cast.edition, status="proposed", original_due_on=None, due_on=None)
    agreed = an_item(cast)
    uk, nl = signed_in(cast.secretary_uk), signed_in(cast.secretary_nl)
    question = f"{LIST}many/agree/?status=proposed"
    text = uk.post(question, {"all": "yes"}).content.decode()
    assert "Give a due date." in text and agreed.number not in text
    for _twice in range(2):
        uk.post(question, {"all": "yes", "confirmed": "yes"})
    assert {ActionItem.objects.get(pk=item.pk).status for item in ready} == {"proposed"}
    assert sum(item.consents.count() for item in ready) == 2
    nl.post(question, {"all": "yes", "confirmed": "yes"})
    assert {ActionItem.objects.get(pk=item.pk).status for item in ready} == {"agreed"}
    undated.refresh_from_db()
    assert undated.status == "proposed" and not undated.consents.exists()


def test_a_superuser_without_an_appointment_changes_nothing_by_a_forged_post(cast: Cast, signed_in: Any) -> None:
    item, proposal = an_item(cast), build.an_action_item(cast.edition, status="proposed", original_due_on=None)
    change = action_changes.propose_change(
        action_item=item, by=cast.focal_point_nl, kind="due_date", reason="Later", after={"due_on": date(2028, 1, 31)}
    )
    before = JournalEntry.objects.count()
    for user in (cast.technician, cast.secretary_elsewhere, cast.former_secretary):
        client = signed_in(user)
        for address, said in [
            (f"{LIST}many/ask/", {"row": [item.pk], "confirmed": "yes"}),
            (f"{LIST}many/agree/", {"all": "yes", "confirmed": "yes"}),
            (step(item, "accept-date"), {"change": change.pk}),
            (step(item, "propose-readers"), {"audience": "public", "reason": "Bait"}),
            (step(item, "report"), {"rating": "on_track", "text": "Bait"}),
            (step(proposal, "agree"), {}),
            (page(proposal), {"audience": "public", "text_en": "Bait"}),
        ]:
            assert client.post(address, said).status_code in {302, 403, 404}, (user, address)
    item.refresh_from_db()
    change.refresh_from_db()
    proposal.refresh_from_db()
    assert (item.due_on, item.audience, change.status) == (date(2027, 12, 31), "delegates", "proposed")
    assert not proposal.consents.exists() and proposal.text_en != "Bait"
    assert JournalEntry.objects.count() == before and not OutgoingMessage.objects.exists()


def test_another_due_date_waits_for_the_other_party_and_the_first_one_stays(cast: Cast, signed_in: Any) -> None:
    item = an_item(cast)
    nl, uk = signed_in(cast.secretary_nl), signed_in(cast.secretary_uk)
    assert "Propose another due date" not in verbs(uk, item)
    assert nl.post(step(item, "propose-date"), {"due_on": "2028-01-31", "reason": "The ship is late."}).status_code == 302
    change = ActionChange.objects.get()
    text = nl.get(page(item)).content.decode()
    assert "“31 January 2028” instead of “31 December 2027”" in text and "Awaited from: United Kingdom" in text
    assert "Acknowledge the due date" not in verbs(nl, item)
    assert nl.post(step(item, "accept-date"), {"change": change.pk}).status_code == 409
    assert "Acknowledge the due date" in verbs(uk, item)
    assert uk.post(step(item, "accept-date"), {"change": change.pk + 1}).status_code == 409
    item.refresh_from_db()
    assert item.due_on == date(2027, 12, 31)
    assert filled_in_hidden(uk.get(step(item, "accept-date"))) == change.pk
    assert uk.post(step(item, "accept-date"), {"change": change.pk}).status_code == 302
    item.refresh_from_db()
    assert (item.due_on, item.original_due_on) == (date(2028, 1, 31), date(2027, 12, 31))
    history = uk.get(page(item)).content.decode()
    assert "proposed another due date: 31 January 2028 instead of 31 December 2027" in history
    assert "The ship is late." in history and "agreed to the change (due date): it is in effect" in history


def filled_in_hidden(answer: Any) -> int:
    value: int = answer.context["form"]["change"].value()
    return value


def test_words_and_readers_of_an_agreed_item_are_in_no_one_persons_form(cast: Cast, signed_in: Any) -> None:
    item = an_item(cast)
    nl, uk = signed_in(cast.secretary_nl), signed_in(cast.secretary_uk)
    said = filled_in(nl.get(page(item)), "actionitem_form")
    closed = {"text_en", "measure_en", "due_on", "audience", "published_at_0", "embargo_until_0", "is_joint"}
    assert not closed & set(said)
    nl.post(page(item), {**said, "audience": "public", "published_at_0": "2026-01-01", "published_at_1": "10:00"})
    item.refresh_from_db()
    assert (item.audience, item.published_at) == (Audience.DELEGATES, None)
    nl.post(step(item, "propose-readers"), {"audience": "public", "reason": "It may be told."})
    item.refresh_from_db()
    assert item.audience == Audience.DELEGATES
    uk.post(step(item, "decline-readers"), {"change": ActionChange.objects.get().pk, "answer": "Not before the trial."})
    assert "Not before the trial." in nl.get(page(item)).content.decode()
    nl.post(step(item, "propose-readers"), {"audience": "public", "reason": "The trial is over."})
    uk.post(step(item, "accept-readers"), {"change": ActionChange.objects.get(status="proposed").pk})
    item.refresh_from_db()
    assert item.audience == Audience.PUBLIC and item.published_at is not None
    wrong = nl.post(step(item, "propose-readers"), {"audience": "party", "reason": "Ours"})
    assert wrong.status_code == 200 and "audience" in wrong.context["form"].errors


def test_a_proposal_is_not_public_and_offers_only_owners_whom_the_secretary_may_see(cast: Cast, signed_in: Any) -> None:
    proposal = build.an_action_item(cast.edition, status="proposed", original_due_on=None)
    client = signed_in(cast.secretary_nl)
    said = filled_in(client.get(page(proposal)), "actionitem_form")
    answer = client.post(page(proposal), {**said, "audience": "public"})
    assert answer.status_code == 200 and "audience" in answer.context["adminform"].form.errors
    owner = cast.delegate_nl.person
    assert client.post(page(proposal), {**said, "leads-0-owner": owner.pk}).status_code == 302
    assert proposal.leads.get().owner == owner
    assert owner.name not in client.get(LIST).content.decode()


def test_the_owner_is_named_by_the_own_party_at_once(cast: Cast, signed_in: Any) -> None:
    item = an_item(cast)
    nl, uk = signed_in(cast.secretary_nl), signed_in(cast.secretary_uk)
    asked = nl.get(step(item, "name-owner"))
    offered = {person.pk for person in asked.context["form"].fields["owner"].queryset}
    assert cast.delegate_nl.person.pk in offered and cast.delegate_uk.person.pk not in offered
    said = {"owner_post_en": "Head of ports", "owner": cast.delegate_nl.person.pk, "reason": "A new post"}
    assert uk.post(step(item, "name-owner"), said).status_code in {200, 409}
    assert item.leads.get().owner is None
    assert nl.post(step(item, "name-owner"), {**said, "owner_post_en": ""}).context["form"].errors
    assert nl.post(step(item, "name-owner"), said).status_code == 302
    lead = item.leads.get()
    assert (lead.owner_post_en, lead.owner) == ("Head of ports", cast.delegate_nl.person)
    text = nl.get(page(item)).content.decode()
    assert "named its owner: Head of ports instead of Head of unit" in text


def test_the_history_says_who_did_what_by_party_and_post(cast: Cast, signed_in: Any) -> None:
    item = build.an_action_item(cast.edition)
    another = an_item(cast)
    progress.report_progress(action_item=another, by=cast.focal_point_nl, rating="on_track", text="Baited word.")
    progress.report_progress(
        action_item=item, by=cast.focal_point_nl, rating="at_risk", text="De lijst ligt er.", lang="nl", next_step_on=None
    )
    progress.block(action_item=item, by=cast.deputy_nl, reason="A key is missing.", needed_from=cast.uk)
    item.refresh_from_db()
    progress.unblock(action_item=item, by=cast.secretary_nl)
    progress.give_evidence(action_item=item, by=cast.focal_point_nl, kind="statement", reference="Signed off, register 12")
    item.refresh_from_db()
    progress.report_complete(action_item=item, by=cast.focal_point_nl)
    item.refresh_from_db()
    progress.send_back(action_item=item, by=cast.focal_point_uk, reason="Only half of it.")
    item.refresh_from_db()
    action_items.withdraw(action_item=item, by=cast.secretary_uk, reason="No longer wanted.")
    answer = signed_in(cast.secretary_uk).get(page(item))
    text = answer.content.decode()
    events = [f"{event.who} {event.what}" for event in answer.context["history"]]
    assert events == [
        "United Kingdom, secretary consented to withdraw it",
        "United Kingdom, focal point sent it back: not complete yet",
        "Netherlands, focal point reported it complete",
        "Netherlands, focal point gave evidence: statement signed off by the owner post",
        "Netherlands, secretary took it up again",
        "Netherlands, deputy focal point reported it blocked; something is needed from United Kingdom",
        "Netherlands, focal point reported for the first time: it is in progress",
        "Netherlands, focal point reported: at risk",
    ]
    assert '<p class="said" lang="nl">De lijst ligt er.</p>' in text and "Only half of it." in text
    for user in (cast.focal_point_nl, cast.deputy_nl, cast.focal_point_uk):
        assert user.person.name not in text
    assert "Baited word." not in text


def test_a_secretary_reports_for_the_lead_and_leaves_completion_to_focal_points(cast: Cast, signed_in: Any) -> None:
    item = build.an_action_item(cast.edition)
    nl, uk = signed_in(cast.secretary_nl), signed_in(cast.secretary_uk)
    assert {"Report progress", "Give evidence"} <= set(verbs(nl, item))
    assert not {"Report progress", "Give evidence", "Report it blocked"} & set(verbs(uk, item))
    nl.post(step(item, "report"), {"rating": "on_track", "text": "A first list.", "next_step_on": ""})
    held = build.an_engagement(cast.dialogue, status="held", audience="delegates")
    abroad = build.an_engagement(build.a_dialogue(), status="held", audience="public", published_at=build.LONG_AGO)
    offered = nl.get(step(item, "evidence")).context["form"].fields["engagement"].queryset
    assert held in offered and abroad not in offered
    nl.post(step(item, "evidence"), {"kind": "engagement_held", "engagement": held.pk})
    assert item.evidence.get().engagement == held
    nl.post(step(item, "block"), {"reason": "A key is missing.", "needed_from": cast.uk.pk})
    item.refresh_from_db()
    assert item.status == "blocked" and item.moves.last().needed_from == cast.uk
    assert uk.post(step(item, "take-up")).status_code == 409
    nl.post(step(item, "take-up"))
    item.refresh_from_db()
    assert item.status == "in_progress"
    assert nl.post(step(item, "complete")).status_code == 404


def test_a_commitment_says_what_is_done_about_it(cast: Cast, signed_in: Any) -> None:
    covered, bare = build.a_commitment(cast.edition), build.a_commitment(cast.edition)
    serves = build.an_initiative(cast.dialogue, name_en="Coalition of ports")
    bare.initiatives.add(serves)
    build.an_action_item(cast.edition, commitment=covered, status="closed")
    open_item = an_item(cast, commitment=covered)
    build.an_action_item(cast.edition, commitment=bare, status="withdrawn")
    client = signed_in(cast.secretary_nl)
    whole = client.get("/admin/dialogues/commitment/")
    text = whole.content.decode()
    assert "2, 1 closed" in text and "Coalition of ports" in text
    assert [(str(view["words"]), view["count"]) for view in whole.context["cl"].views] == [
        ("Without an action item", 1),
        ("All", 2),
    ]
    assert [row.pk for row in client.get("/admin/dialogues/commitment/?coverage=none").context["cl"].result_list] == [bare.pk]
    page = client.get(f"/admin/dialogues/commitment/{covered.pk}/change/").content.decode()
    assert open_item.number in page and "is corrected with a note" in page
    add = f"/admin/dialogues/actionitem/add/?edition={cast.edition.pk}&commitment={bare.pk}"
    assert add.replace("&", "&amp;") in client.get(f"/admin/dialogues/commitment/{bare.pk}/change/").content.decode()
    said = filled_in(client.get(add), "actionitem_form")
    assert (said["edition"], said["commitment"]) == (str(cast.edition.pk), str(bare.pk))


def test_a_result_names_the_commitments_on_which_it_reports(cast: Cast, signed_in: Any) -> None:
    result, ours = build.a_result(cast.edition), build.a_commitment(cast.edition)
    theirs = build.a_commitment(build.an_edition(build.a_dialogue()), audience="public", published_at=build.LONG_AGO)
    client = signed_in(cast.secretary_nl)
    address = f"/admin/dialogues/result/{result.pk}/change/"
    said = filled_in(client.get(address), "result_form")
    wrong = client.post(address, {**said, "commitments": [theirs.pk]})
    assert wrong.status_code == 200 and "This belongs to" in wrong.content.decode()
    assert client.post(address, {**said, "commitments": [ours.pk]}).status_code == 302
    assert list(result.commitments.all()) == [ours]


def saved_with(client: Any, item: ActionItem, **fields: Any) -> Any:
    return client.post(page(item), filled_in(client.get(page(item)), "actionitem_form") | fields)


def test_a_proposal_changed_after_a_consent_asks_every_party_anew(cast: Cast, signed_in: Any) -> None:
    item = build.an_action_item(cast.edition, status="proposed", original_due_on=None)
    action_items.agree(action_item=item, by=cast.focal_point_uk)
    item.refresh_from_db()
    assert item.original_due_on is None  # one party alone fixes nothing
    assert saved_with(signed_in(cast.secretary_nl), item, text_en="Share it all", due_on="2029-01-01").status_code == 302
    action_items.agree(action_item=item, by=cast.secretary_nl)
    item.refresh_from_db()
    assert item.status == "proposed"
    action_items.agree(action_item=item, by=cast.focal_point_uk)
    item.refresh_from_db()
    assert (item.status, item.original_due_on) == ("agreed", date(2029, 1, 1))
    shown = signed_in(cast.secretary_uk).get(page(item)).context["history"]
    assert "changed the proposal: every party is asked anew" in [event.what for event in shown]
    assert "Changed while it was a proposal" in signed_in(cast.delegate_uk).get(item.get_absolute_url()).content.decode()


def test_saving_a_proposal_to_which_nobody_consented_leaves_no_step(cast: Cast, signed_in: Any) -> None:
    item = build.an_action_item(cast.edition, status="proposed", original_due_on=None)
    assert saved_with(signed_in(cast.secretary_nl), item, text_en="Share it all").status_code == 302
    item.refresh_from_db()
    assert item.text_en == "Share it all" and not item.moves.exists()


def test_one_secretary_gives_an_agreed_item_of_a_group_to_no_other_group(cast: Cast, signed_in: Any) -> None:
    item = an_item(cast, audience="group", mandate=cast.group)
    delegates = an_item(cast, mandate=cast.group)
    client = signed_in(cast.secretary_nl)
    for one in (item, delegates):
        saved_with(client, one, mandate=str(cast.other_group.pk))
        one.refresh_from_db()
    assert (item.mandate, delegates.mandate) == (cast.group, cast.other_group)
    assert signed_in(cast.other_group_member).get(item.get_absolute_url()).status_code == 404


def test_nobody_of_one_party_is_named_the_owner_of_anothers_part(cast: Cast, signed_in: Any) -> None:
    item = build.an_action_item(cast.edition, lead=cast.uk, status="proposed", original_due_on=None)
    answer = saved_with(signed_in(cast.secretary_nl), item, **{"leads-0-owner": str(cast.delegate_nl.person_id)})
    assert "The owner is somebody of the lead party itself." in answer.content.decode()
    item.leads.update(owner=cast.delegate_nl.person)  # entered before that was refused
    ActionItem.objects.filter(pk=item.pk).update(status="in_progress", original_due_on=item.due_on)
    item.refresh_from_db()
    assert progress.reporting_party(item, cast.delegate_nl) is None
    item.leads.update(owner=cast.delegate_uk.person)
    assert progress.reporting_party(item, cast.delegate_uk) == cast.uk


def test_a_proposal_changed_while_somebody_reads_it_is_not_agreed_unread(cast: Cast, signed_in: Any) -> None:
    item = build.an_action_item(cast.edition, status="proposed", original_due_on=None)
    staff, portal = signed_in(cast.secretary_uk), signed_in(cast.focal_point_uk)
    asked, act = staff.get(step(item, "agree")), f"{item.get_absolute_url()}agree/"
    read = {"seen": asked.context["form"].initial["seen"]}
    assert read["seen"] == portal.get(act).context["form"]["seen"].initial
    assert saved_with(signed_in(cast.secretary_nl), item, due_on="2029-01-01").status_code == 302
    for client, address in [(staff, step(item, "agree")), (portal, act)]:
        answer = client.post(address, read)
        assert answer.status_code == 409
        assert "The proposal was changed meanwhile." in answer.content.decode()
    assert not item.consents.exists()
    assert portal.post(act, {"seen": portal.get(act).context["form"]["seen"].initial}).status_code == 302
    assert item.consents.get().party == cast.uk


def test_what_is_no_key_is_answered_in_words_even_over_a_newer_version(cast: Cast, signed_in: Any) -> None:
    item = an_item(cast)
    answer = saved_with(signed_in(cast.secretary_nl), item, theme="[]", _fingerprint="stale")
    assert answer.status_code < 500 and "Theme: stored now" in answer.content.decode()
