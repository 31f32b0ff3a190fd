"""Asking for updates: one message a person, to those who report on the items and may read them, in their language."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dialogues.models import ActionItem, ActionLead, JournalEntry, OutgoingMessage
from dialogues.procedures import progress
from dialogues.procedures.steps import StepRefused
from dialogues.procedures.update_requests import request_updates
from tests import build
from tests.cast import Cast


def an_item(cast: Cast, **fields: Any) -> ActionItem:
    return build.an_action_item(cast.edition, **{"status": "in_progress", **fields})


def asked(cast: Cast, *items: ActionItem, by: Any = None) -> dict[int, OutgoingMessage]:
    request_updates(dialogue=cast.dialogue, action_items=items, by=by or cast.secretary_uk)
    return {message.recipient_id: message for message in OutgoingMessage.objects.all()}


def test_each_who_reports_gets_one_message_with_all_that_is_asked(cast: Cast) -> None:
    late = an_item(cast, text_en="Share a list of ports", due_on=date(2026, 11, 8))
    joint = an_item(cast, text_en="Exchange officers", is_joint=True)
    ActionLead.objects.create(action_item=joint, party=cast.uk, owner_post_en="Head of training", owner=cast.delegate_uk.person)
    bait = an_item(cast, text_en="Baited action")
    progress.report_progress(action_item=late, by=cast.focal_point_nl, rating="on_track", text="A first list.")
    messages = asked(cast, late, joint)
    assert set(messages) == {user.pk for user in (cast.focal_point_nl, cast.deputy_nl, cast.focal_point_uk, cast.delegate_uk)}
    both, own = messages[cast.focal_point_nl.pk], messages[cast.delegate_uk.pk]
    assert both.subject == "Please report on 2 action items" and own.subject == "Please report on an action item"
    for said in (late.number, "Share a list of ports", "Was due on 8 November 2026, 12 days ago.", joint.number):
        assert said in both.text
    assert "Last reported on 20 November 2026." in both.text and "Nothing has been reported yet." in both.text
    assert f"/en/action-items/{late.number}/report/" in both.text
    assert late.number not in own.text and joint.number in own.text
    assert both.released_at is None and both.sent_at is None
    for message in messages.values():
        assert bait.number not in message.text and "Zzyx" not in message.text
    entry = JournalEntry.objects.get(act="asked for update")
    assert entry.details == {"numbers": [late.number, joint.number], "messages": 4}


def test_it_is_written_in_the_language_of_the_recipient(cast: Cast) -> None:
    type(cast.focal_point_nl).objects.filter(pk=cast.focal_point_nl.pk).update(language="nl")
    item = an_item(cast, text_en="Share a list", text_nl="Deel een lijst")
    messages = asked(cast, item)
    dutch = messages[cast.focal_point_nl.pk].text
    assert "Deel een lijst" in dutch and "Share a list" not in dutch and f"/nl/action-items/{item.number}/report/" in dutch
    assert "Share a list" in messages[cast.deputy_nl.pk].text


def test_who_may_not_read_an_item_is_not_told_of_it(cast: Cast) -> None:
    open_one = an_item(cast, text_en="Share a list")
    hidden = an_item(cast, text_en="Baited action", audience="group", mandate=cast.group)
    hidden.leads.update(owner=cast.co_chair.person)
    messages = asked(cast, open_one, hidden)
    assert hidden.number in messages[cast.co_chair.pk].text
    assert hidden.number not in messages[cast.focal_point_nl.pk].text
    assert "Baited action" not in messages[cast.focal_point_nl.pk].text and open_one.number in messages[cast.deputy_nl.pk].text


@pytest.mark.parametrize("who", ["technician", "secretary_elsewhere", "former_secretary", "focal_point_nl", "delegate_nl"])
def test_only_a_secretary_of_the_dialogue_asks(cast: Cast, who: str) -> None:
    with pytest.raises(StepRefused, match="Only a current secretary"):
        asked(cast, an_item(cast), by=getattr(cast, who))
    assert not OutgoingMessage.objects.exists() and not JournalEntry.objects.filter(act="asked for update").exists()


@pytest.mark.parametrize("status", ["proposed", "reported_complete", "closed", "withdrawn"])
def test_what_is_not_under_way_is_not_asked_after(cast: Cast, status: str) -> None:
    with pytest.raises(StepRefused, match="nothing is reported on it now"):
        asked(cast, an_item(cast), an_item(cast, status=status))
    assert not OutgoingMessage.objects.exists()


def test_items_of_another_dialogue_and_items_without_anybody_are_refused(cast: Cast) -> None:
    elsewhere = build.an_action_item(build.an_edition(build.a_dialogue()), status="in_progress")
    with pytest.raises(StepRefused, match="Choose action items of one dialogue"):
        asked(cast, an_item(cast), elsewhere)
    with pytest.raises(StepRefused, match="Choose action items of one dialogue"):
        asked(cast)
    nobodys = an_item(cast, lead=build.a_party("BE"))
    with pytest.raises(StepRefused, match="Nobody who reports on it has an account"):
        asked(cast, nobodys)
    assert not OutgoingMessage.objects.exists()


def test_nobody_is_asked_the_same_twice_on_one_day(cast: Cast) -> None:
    first, second = an_item(cast), an_item(cast)
    asked(cast, first)
    with pytest.raises(StepRefused, match="were asked for exactly these items today"):
        asked(cast, first, by=cast.secretary_nl)
    assert OutgoingMessage.objects.count() == 2
    asked(cast, first, second)
    assert OutgoingMessage.objects.count() == 4
