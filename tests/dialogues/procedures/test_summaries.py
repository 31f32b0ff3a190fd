"""The summary of conclusions: assembled in one step, circulated, adopted by two people of two parties."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine

from dialogues.models import (
    ActionItem,
    ActionMove,
    Consent,
    Edition,
    JournalEntry,
    OutgoingMessage,
    Session,
    Summary,
    SummaryComment,
)
from dialogues.models.conclusions import blocks_of
from dialogues.procedures import summaries
from dialogues.procedures.session_reports import Overtaken
from dialogues.procedures.steps import StepRefused
from tests import build
from tests.cast import Cast


@pytest.fixture(autouse=True)
def ten_days_later() -> Any:
    with time_machine.travel("2027-03-27T12:00:00Z", tick=True):
        yield


@pytest.fixture
def closed(cast: Cast) -> Edition:
    """With a Dutch report of a plenary, an English one of a group, and a group that has not reported."""
    Edition.objects.filter(pk=cast.edition.pk).update(status="closed")
    cast.edition.refresh_from_db()
    last = build.a_session(cast.edition, "16:00", "17:00", day=2, title_en="Money flows", mandate=cast.group)
    first = build.a_session(cast.edition, "09:15", "10:15", title_en="Opening", title_nl="Opening van de zitting")
    build.a_session(cast.edition, "11:00", "12:00", day=2, title_en="Ports", title_nl="Havens", mandate=cast.other_group)
    build.a_session_report(last, cast.secretary_uk, status="final", conclusions="- Share the list.\n\nMeet in June.")
    build.a_session_report(first, cast.secretary_nl, status="final", lang="nl", conclusions="De proef gaat door.")
    return cast.edition


def proposed(cast: Cast, **said: Any) -> ActionItem:
    return build.an_action_item(cast.edition, **{"status": "proposed", "original_due_on": None, **said})


@pytest.fixture
def circulated(cast: Cast, closed: Edition) -> Summary:
    summary = summaries.assemble_summary(edition=closed, by=cast.secretary_nl)
    return summaries.circulate(summary=summary, by=cast.secretary_nl, comments_until=date(2027, 4, 6))


def test_both_texts_are_assembled_in_the_order_of_the_agenda_and_nothing_is_lost(cast: Cast, closed: Edition) -> None:
    summary = summaries.assemble_summary(edition=closed, by=cast.secretary_nl)
    assert summary.text_en.split("\n\n") == [
        "Opening (in Dutch)\n– De proef gaat door.",
        "Money flows\n– Share the list.\n– Meet in June.",
        "No agreed report yet\n– Ports: secretariat (no rapporteur is named)",
    ]
    assert summary.text_nl.split("\n\n")[0] == "Opening van de zitting\n– De proef gaat door."
    assert "– Share the list." in summary.text_nl and "– Havens: " in summary.text_nl
    blocks = blocks_of(summary.text_en, "en")
    assert [(one.heading, one.items, one.lang) for one in blocks[:2]] == [
        ("Opening (in Dutch)", ["De proef gaat door."], "nl"),
        ("Money flows", ["Share the list.", "Meet in June."], "en"),
    ]
    entry = JournalEntry.objects.first()
    assert (entry.act, entry.details) == ("assembled summary", {"reports": 2, "missing": 1})


def test_a_session_narrowed_to_one_party_after_its_report_leaves_nothing_in_the_text(cast: Cast, closed: Edition) -> None:
    """Neither the conclusions of a final report nor the title of a draft."""
    draft = build.a_session(closed, "14:00", "15:00", kind="bilateral", title_en="Title bait", title_nl="Titelbait")
    final = build.a_session(closed, "15:00", "16:00", kind="bilateral", title_en="Final bait", title_nl="Slotbait")
    build.a_session_report(draft, cast.secretary_uk)
    build.a_session_report(final, cast.secretary_uk, status="final", conclusions="Conclusion bait")
    before = summaries.assembled(closed, "en")
    assert "Title bait" in before and "Final bait" in before and "Conclusion bait" in before
    Session.objects.filter(pk__in=[draft.pk, final.pk]).update(audience="party", party=cast.uk)
    summary = summaries.assemble_summary(edition=closed, by=cast.secretary_nl)
    assert "bait" not in summary.text_en and "bait" not in summary.text_nl
    assert "Money flows" in summary.text_en
    assert JournalEntry.objects.first().details == {"reports": 2, "missing": 1}


def test_who_assembles_and_when(cast: Cast, closed: Edition) -> None:
    for by in (cast.focal_point_nl, cast.co_chair, cast.technician, cast.secretary_elsewhere):
        with pytest.raises(StepRefused, match="Only a current secretary"):
            summaries.assemble_summary(edition=closed, by=by)
    Edition.objects.filter(pk=closed.pk).update(status="preparing")
    with time_machine.travel("2027-03-16T12:00:00Z"), pytest.raises(StepRefused, match="Not before its last day"):
        summaries.assemble_summary(edition=closed, by=cast.secretary_nl)
    assert not Summary.objects.exists()
    with time_machine.travel("2027-03-16T23:30:00Z"):  # the last day has begun in The Hague
        assert summaries.assemble_summary(edition=closed, by=cast.secretary_nl).status == "draft"


def test_a_draft_that_somebody_edited_is_not_silently_replaced(cast: Cast, closed: Edition) -> None:
    summary = summaries.assemble_summary(edition=closed, by=cast.secretary_nl)
    again = summaries.assemble_summary(edition=closed, by=cast.secretary_uk)  # nobody edited it
    assert (again.pk, again.text_en) == (summary.pk, summary.text_en)
    Summary.objects.update(text_en="Worked on for a day.")
    with pytest.raises(StepRefused, match="edited since it was assembled"):
        summaries.assemble_summary(edition=closed, by=cast.secretary_uk)
    assert Summary.objects.get().text_en == "Worked on for a day."
    assert "Money flows" in summaries.assemble_summary(edition=closed, by=cast.secretary_uk, replace=True).text_en


def test_circulating_drafts_a_message_to_everybody_asked_and_to_nobody_else(cast: Cast, closed: Edition) -> None:
    for name, role in (("delegate_uk", "clearing_officer"), ("delegate_nl", "head_office"), ("guest_speaker", "press_officer")):
        build.an_appointment(getattr(cast, name), cast.dialogue, role, party=cast.uk)
    summary = summaries.assemble_summary(edition=closed, by=cast.secretary_nl)
    with pytest.raises(StepRefused, match="has not passed"):
        summaries.circulate(summary=summary, by=cast.secretary_nl, comments_until=date(2027, 3, 26))
    with pytest.raises(StepRefused, match="Only a current secretary"):
        summaries.circulate(summary=summary, by=cast.focal_point_nl, comments_until=date(2027, 4, 6))
    summary = summaries.circulate(summary=summary, by=cast.secretary_nl, comments_until=date(2027, 4, 6))
    asked = (cast.focal_point_uk, cast.focal_point_nl, cast.deputy_nl, cast.delegate_uk, cast.delegate_nl, cast.co_chair)
    assert {message.recipient for message in OutgoingMessage.objects.all()} == set(asked)
    message = OutgoingMessage.objects.get(recipient=cast.co_chair)
    assert message.released_at is None and "Zzyx" not in message.text + message.subject
    assert "/en/dialogues/cast-dialogue/2027/conclusions/" in message.text and "6 April 2027" in message.text
    with pytest.raises(StepRefused, match="Take it back before"):
        summaries.assemble_summary(edition=closed, by=cast.secretary_nl, replace=True)


def test_comments_keep_version_and_party_and_are_taken_while_it_is_circulated(cast: Cast, circulated: Summary) -> None:
    for by, party in ((cast.focal_point_uk, cast.uk), (cast.co_chair, cast.nl), (cast.secretary_nl, cast.nl)):
        said = summaries.comment(summary=circulated, by=by, text=" Say June. ")
        assert (said.party, said.round, said.text) == (party, 1, "Say June.")
    for by in (cast.delegate_uk, cast.group_member, cast.technician):
        with pytest.raises(StepRefused, match="not asked for comments"):
            summaries.comment(summary=circulated, by=by, text="Me too")
    summaries.reopen(summary=circulated, by=cast.secretary_uk)
    with pytest.raises(StepRefused, match="while it is circulated"):
        summaries.comment(summary=circulated, by=cast.focal_point_uk, text="Late")
    assert SummaryComment.objects.count() == 3


def test_with_the_last_partys_yes_it_is_adopted_and_every_proposal_agreed(cast: Cast, circulated: Summary) -> None:
    first, second = proposed(cast), proposed(cast, due_on=date(2027, 9, 1))
    agreed_before = build.an_action_item(cast.edition)
    summary = summaries.adopt(summary=circulated, by=cast.focal_point_uk)
    assert (summary.status, first.moves.count()) == ("circulated", 0)
    with pytest.raises(StepRefused, match="has consented already"):
        summaries.adopt(summary=summary, by=cast.secretary_uk)  # the same party
    summary = summaries.adopt(summary=summary, by=cast.secretary_nl, seen=summaries.fingerprint(summary))
    assert summary.status == "adopted" and summary.adopted_at is not None
    for item in (first, second):
        item.refresh_from_db()
        assert (item.status, item.original_due_on) == ("agreed", item.due_on)
        move = ActionMove.objects.get(action_item=item)
        assert (move.from_status, move.to_status, move.by) == ("proposed", "agreed", cast.secretary_nl)
    assert not agreed_before.moves.exists()
    entry = JournalEntry.objects.first()
    assert (entry.act, entry.details["agreed"]) == ("adopted summary", 2)
    assert entry.details["actions"] == [first.number, second.number]
    assert {one.party for one in Consent.objects.all()} == {cast.uk, cast.nl}


def test_who_adopts_for_no_party_or_for_two_is_refused(cast: Cast, circulated: Summary) -> None:
    for by in (cast.co_chair, cast.delegate_uk, cast.technician, cast.former_secretary):
        with pytest.raises(StepRefused, match="no appointment through which a party consents"):
            summaries.adopt(summary=circulated, by=by)
    build.an_appointment(cast.focal_point_uk, cast.dialogue, "secretary", party=cast.nl)
    summary = summaries.adopt(summary=circulated, by=cast.focal_point_uk)
    with pytest.raises(StepRefused, match="has consented already"):
        summaries.adopt(summary=summary, by=cast.focal_point_uk)
    assert summary.status == "circulated"


def test_a_proposal_that_lacks_something_is_named_with_all_that_it_lacks(cast: Cast, circulated: Summary) -> None:
    bare = proposed(cast, due_on=None, measure_en="")
    bare.leads.all().delete()
    whole = proposed(cast)
    undated = proposed(cast, due_on=None)
    reasons = summaries.adopt_reasons(circulated, cast.focal_point_uk)
    assert [reason.record for reason in reasons] == [bare, undated]
    said = "lacks: lead party, owner post, due date, what will be seen when it is done."
    assert f"{bare.number} {said}" in reasons[0].text and f"{undated.number} lacks: due date." in reasons[1].text
    with pytest.raises(StepRefused):
        summaries.adopt(summary=circulated, by=cast.focal_point_uk)
    assert whole.number not in " ".join(reason.text for reason in reasons)
    assert not Consent.objects.exists()


def test_all_parties_adopt_the_same_text_and_list(cast: Cast, circulated: Summary) -> None:
    item = proposed(cast)
    read = summaries.fingerprint(circulated)
    ActionItem.objects.filter(pk=item.pk).update(due_on=date(2028, 1, 1))
    with pytest.raises(Overtaken, match="changed meanwhile"):
        summaries.adopt(summary=circulated, by=cast.focal_point_uk, seen=read)
    summaries.adopt(summary=circulated, by=cast.focal_point_uk)
    proposed(cast)  # put on the list after one party adopted it
    with pytest.raises(StepRefused, match="changed since United Kingdom adopted it"):
        summaries.adopt(summary=circulated, by=cast.secretary_nl)
    summary = summaries.reopen(summary=circulated, by=cast.secretary_nl)
    assert (summary.status, summary.round) == ("draft", 2)
    with pytest.raises(StepRefused, match="does not follow"):
        summaries.adopt(summary=summary, by=cast.secretary_nl)
    summary = summaries.circulate(summary=summary, by=cast.secretary_nl, comments_until=date(2027, 4, 20))
    assert OutgoingMessage.objects.filter(recipient=cast.focal_point_uk).count() == 2  # asked anew
    summaries.adopt(summary=summary, by=cast.secretary_nl)
    assert summaries.adopt(summary=summary, by=cast.focal_point_uk).status == "adopted"


def test_nobody_adopts_a_list_they_may_not_read(cast: Cast, circulated: Summary) -> None:
    """A clearing officer reads the proposals of the edition; one that is a group's own is its members' and secretaries'."""
    build.an_appointment(cast.delegate_uk, cast.dialogue, "clearing_officer")
    item = proposed(cast)
    assert list(circulated.actions_for(cast.delegate_uk)) == [item]
    assert list(circulated.actions_for(cast.delegate_nl)) == []
    own = proposed(cast, audience="group", mandate=cast.group)
    for by in (cast.delegate_uk, cast.focal_point_uk):
        with pytest.raises(StepRefused, match="not yours to read"):
            summaries.adopt(summary=circulated, by=by)
    summaries.adopt(summary=circulated, by=cast.secretary_uk)
    summaries.adopt(summary=circulated, by=cast.secretary_nl)
    own.refresh_from_db()
    assert own.status == "agreed"


def test_participants_read_it_once_it_is_adopted(cast: Cast, closed: Edition) -> None:
    summary = summaries.assemble_summary(edition=closed, by=cast.secretary_nl)

    def readers() -> set[str]:
        return {name for name in cast.names() if Summary.objects.visible_to(getattr(cast, name)).exists()}

    secretaries = {"secretary_uk", "secretary_nl"}
    focal_points = {"focal_point_uk", "focal_point_nl", "deputy_nl"}
    participants = {"delegate_uk", "delegate_nl", "group_member", "other_group_member", "co_chair", "guest_speaker"}
    assert readers() == secretaries
    summaries.circulate(summary=summary, by=cast.secretary_nl, comments_until=date(2027, 4, 6))
    asked = secretaries | focal_points | {"co_chair"}
    assert readers() == asked
    summaries.adopt(summary=summary, by=cast.secretary_nl)
    summaries.adopt(summary=summary, by=cast.secretary_uk)
    assert readers() == secretaries | focal_points | participants
