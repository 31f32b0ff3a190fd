"""A progress report with the parties, and what is told of it in public: two people of two parties, nobody in their place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError

from dialogues.models import (
    ActionItem,
    Edition,
    JournalEntry,
    OutgoingMessage,
    ProgressReport,
    ProgressRound,
    ProgressSection,
    ReportedItem,
)
from dialogues.procedures import publication
from dialogues.procedures.progress_reports import compile_report
from dialogues.procedures.progress_review import agree_report, give_view, parties_to_agree, send_to_review
from dialogues.procedures.progress_rounds import close_round, open_round
from dialogues.procedures.progress_sections import clear_section, draft_section, edit_section
from dialogues.procedures.reminders import duties_in, told
from dialogues.procedures.session_reports import Overtaken
from dialogues.procedures.steps import StepRefused
from parties.models import User
from socportal import clock
from tests import build
from tests.cast import Cast


@pytest.fixture(autouse=True)
def on_the_day() -> Any:
    with time_machine.travel("2027-06-16T09:00:00Z", tick=True) as traveller:
        yield traveller


@dataclass
class Compiled:
    round: ProgressRound
    report: ProgressReport
    item: ActionItem
    press_uk: User
    press_nl: User


@pytest.fixture
def compiled(cast: Cast, on_the_day: Any) -> Compiled:
    """Compiled after the day for updates, and with the parties; two of its items are public, in a theme that is."""
    Edition.objects.filter(pk=cast.edition.pk).update(status="closed")
    cast.edition.refresh_from_db()
    public = {"audience": "public", "published_at": build.LONG_AGO}
    theme = build.a_theme(cast.edition, name_en="Money flows", name_nl="Geldstromen", **public)
    hidden_theme = build.a_theme(cast.edition, name_en="Hidden heading")
    item = build.an_action_item(
        cast.edition, theme=theme, text_en="Share the list of ports", text_nl="De lijst van havens delen", **public
    )
    build.an_action_item(cast.edition, theme=theme, status="closed", text_en="Agree a contact.", **public)
    build.an_action_item(cast.edition, theme=hidden_theme, text_en="Not for the public")
    on_the_day.move_to("2027-05-01T09:00:00Z")
    round = open_round(edition=cast.edition, by=cast.secretary_nl, kind="first")
    on_the_day.move_to("2027-06-16T09:00:00Z")
    report = compile_report(round=round, by=cast.secretary_nl)
    OutgoingMessage.objects.all().delete()
    round = send_to_review(round=round, by=cast.secretary_nl)
    officers = []
    for party in (cast.uk, cast.nl):
        officer = build.an_account(build.a_person(party), email=f"press-{party.code}@example.org")
        build.an_appointment(officer, cast.dialogue, "press_officer")
        officers.append(officer)
    return Compiled(round, report, item, *officers)


def refused(act: Any, words: str) -> None:
    with pytest.raises(StepRefused) as refusal:
        act()
    assert words in str(refusal.value)


def agreed(cast: Cast, compiled: Compiled) -> ProgressReport:
    for by in (cast.focal_point_uk, cast.deputy_nl):
        agree_report(report=compiled.report, by=by)
    compiled.round.refresh_from_db()
    return compiled.report


@pytest.mark.parametrize(("kind", "told"), [("first", False), ("half_year", True), ("annual", True)])
def test_the_heads_offices_are_told_of_what_every_party_has_agreed(
    cast: Cast, compiled: Compiled, kind: str, told: bool
) -> None:
    build.an_appointment(cast.stranger, cast.dialogue, "head_office")
    late = build.an_action_item(cast.edition, text_en="Late for the heads")
    ProgressRound.objects.filter(pk=compiled.round.pk).update(kind=kind, status="compiled")
    compiled.round.refresh_from_db()
    compiled.report = compile_report(round=compiled.round, by=cast.secretary_nl)
    send_to_review(round=compiled.round, by=cast.secretary_nl)
    agree_report(report=compiled.report, by=cast.focal_point_uk)
    letters = OutgoingMessage.objects.filter(recipient=cast.stranger)
    assert not letters.exists() and not ProgressReport.objects.visible_to(cast.stranger)
    agree_report(report=compiled.report, by=cast.deputy_nl)
    assert letters.count() == told
    if told:
        letter = letters.get()
        assert letter.subject == "Progress report: agreed by every party" and "Late for the heads" not in letter.text
        assert f"http://testserver/en/progress/{compiled.round.pk}/" in letter.text
    assert ReportedItem.objects.visible_to(cast.stranger).filter(action_item=late)


def test_the_report_is_sent_to_the_focal_points_of_all_parties(cast: Cast, compiled: Compiled) -> None:
    messages = OutgoingMessage.objects.drafted()
    assert {one.recipient for one in messages} == {cast.focal_point_uk, cast.focal_point_nl, cast.deputy_nl}
    assert f"/en/progress/{compiled.round.pk}/" in messages[0].text


def test_it_is_agreed_by_two_people_of_two_parties_and_a_superuser_is_neither(cast: Cast, compiled: Compiled) -> None:
    for outsider in (cast.technician, cast.secretary_nl, cast.delegate_uk, cast.former_secretary, compiled.press_uk):
        refused(lambda by=outsider: agree_report(report=compiled.report, by=by), "You hold no appointment")
    agree_report(report=compiled.report, by=cast.focal_point_nl)
    refused(lambda: agree_report(report=compiled.report, by=cast.deputy_nl), "has consented already")
    refused(lambda: agree_report(report=compiled.report, by=cast.focal_point_nl), "has consented already")
    compiled.round.refresh_from_db()
    assert compiled.round.status == "in_party_review" and parties_to_agree(compiled.report) == [cast.uk]
    refused(lambda: close_round(round=compiled.round, by=cast.secretary_nl), "does not follow from it")
    agree_report(report=compiled.report, by=cast.focal_point_uk)
    compiled.round.refresh_from_db()
    assert compiled.round.status == "agreed"
    assert JournalEntry.objects.latest("number").act == "agreed progress report"
    refused(lambda: compile_report(round=compiled.round, by=cast.secretary_nl), "does not follow from it")
    refused(lambda: close_round(round=compiled.round, by=cast.technician), "Only a current secretary")
    assert close_round(round=compiled.round, by=cast.secretary_uk).status == "closed"


def test_a_view_stands_beside_the_lead_and_asks_every_party_anew(cast: Cast, compiled: Compiled) -> None:
    row = compiled.report.items.get(action_item=compiled.item)
    agree_report(report=compiled.report, by=cast.focal_point_nl, seen=1)
    refused(lambda: give_view(item=row, by=cast.secretary_uk, text="No."), "by its focal point or deputy")
    refused(lambda: give_view(item=row, by=cast.technician, text="No."), "by its focal point or deputy")
    refused(lambda: give_view(item=row, by=cast.focal_point_uk, text=" "), "Write your party")
    refused(lambda: give_view(item=row, by=cast.focal_point_uk, text="word " * 121), "121 words; 120 is the most")
    with pytest.raises(ValidationError, match="above OFFICIAL"):
        give_view(item=row, by=cast.focal_point_uk, text="See the NATO SECRET paper")
    mine = give_view(item=row, by=cast.focal_point_uk, text="The list is not complete.", lang="en")
    theirs = give_view(item=row, by=cast.deputy_nl, text="De lijst is volledig.", lang="nl")
    assert [(view.party, view.text) for view in row.views.all()] == [(cast.uk, mine.text), (cast.nl, theirs.text)]
    assert parties_to_agree(compiled.report) == [cast.nl, cast.uk]
    with pytest.raises(Overtaken, match="put its view"):
        agree_report(report=compiled.report, by=cast.focal_point_uk, seen=1)
    assert agreed(cast, compiled) and compiled.round.status == "agreed"
    refused(lambda: give_view(item=row, by=cast.focal_point_uk, text="Too late."), "not in review")
    assert "list" not in str(JournalEntry.objects.filter(act="gave view").values_list("details", flat=True))


def test_a_view_is_given_only_on_what_its_party_may_read(cast: Cast, compiled: Compiled) -> None:
    ActionItem.objects.filter(pk=compiled.item.pk).update(audience="group", mandate=cast.group)
    row = compiled.report.items.get(action_item=compiled.item)
    refused(lambda: give_view(item=row, by=cast.focal_point_uk, text="No."), "not yours to read")


def test_a_second_version_asks_everybody_anew(cast: Cast, compiled: Compiled) -> None:
    agree_report(report=compiled.report, by=cast.focal_point_nl)
    second = compile_report(round=compiled.round, by=cast.secretary_uk)
    refused(lambda: agree_report(report=second, by=cast.focal_point_uk), "not in review")
    send_to_review(round=compiled.round, by=cast.secretary_uk)
    refused(lambda: agree_report(report=compiled.report, by=cast.focal_point_uk), "There is a newer version, 2")
    row = compiled.report.items.first()
    refused(lambda: give_view(item=row, by=cast.focal_point_uk, text="No."), "There is a newer version, 2")
    assert parties_to_agree(second) == [cast.nl, cast.uk] and second.version == 2
    agree_report(report=second, by=cast.focal_point_uk)
    assert ProgressRound.objects.get().status == "in_party_review"
    agree_report(report=second, by=cast.focal_point_nl)
    assert ProgressRound.objects.get().status == "agreed"


def test_the_digest_says_whose_yes_is_missing(cast: Cast, compiled: Compiled) -> None:
    def lines() -> dict[User, str]:
        now = clock.now()
        found = told(duties_in(cast.dialogue, [cast.edition], now), now)
        return {user: "\n".join(duty.said() for duty in mine) for user, mine in found.items()}

    agree_report(report=compiled.report, by=cast.focal_point_nl)
    said = lines()
    assert "Progress report to agree" in said[cast.focal_point_uk]
    assert "Progress report to agree" not in said.get(cast.deputy_nl, "")
    agree_report(report=compiled.report, by=cast.focal_point_uk)
    section = draft_section(report=compiled.report, by=cast.secretary_nl)
    clear_section(section=section, by=compiled.press_nl)
    said = lines()
    assert "text to clear" in said[compiled.press_uk] and "text to clear" not in said.get(compiled.press_nl, "")


def test_what_is_told_in_public_is_drafted_from_what_everybody_may_read(cast: Cast, compiled: Compiled) -> None:
    refused(lambda: draft_section(report=compiled.report, by=cast.secretary_nl), "every party has agreed")
    report = agreed(cast, compiled)
    for outsider in (cast.technician, cast.focal_point_nl, cast.delegate_uk):
        refused(lambda by=outsider: draft_section(report=report, by=by), "by a secretary or a press officer")
    section = draft_section(report=report, by=cast.secretary_nl)
    assert section.text_en == (
        "Since the 2027 Dialogue, the parties (Netherlands and United Kingdom) have worked together on: Money flows. "
        "Completed, and confirmed by the other side: Agree a contact. "
        "Work continues on: Share the list of ports."
    )
    assert "Geldstromen" in section.text_nl and "De lijst van havens delen" in section.text_nl
    both = section.text_en + section.text_nl
    assert "Hidden" not in both and "Not for the public" not in both and not {"1", "3"} & set(both.replace("2027", ""))
    refused(lambda: draft_section(report=report, by=cast.secretary_nl), "drafted already")
    assert not section.is_published and section in ProgressSection.objects.worked_on_by(compiled.press_uk)
    assert section not in ProgressSection.objects.worked_on_by(cast.delegate_uk)


def test_what_was_public_and_is_no_longer_is_not_told(cast: Cast, compiled: Compiled) -> None:
    report = agreed(cast, compiled)
    ActionItem.objects.filter(pk=compiled.item.pk).update(audience="delegates", published_at=None)
    text = draft_section(report=report, by=compiled.press_nl).text_en
    assert "ports" not in text and "Agree a contact" in text


@pytest.mark.parametrize(("going_on", "told"), [(5, "7 of 13 actions were completed"), (0, "Completed, and confirmed")])
def test_figures_are_told_where_none_is_small(cast: Cast, compiled: Compiled, going_on: int, told: str) -> None:
    """Seven of eight would tell of the one that is left."""
    public = {"audience": "public", "published_at": build.LONG_AGO, "theme": compiled.item.theme}
    for number in range(6):
        build.an_action_item(cast.edition, status="closed", text_en=f"Settle matter {'abcdef'[number]}", **public)
    for _number in range(going_on):
        build.an_action_item(cast.edition, text_en="Go on", **public)
    compiled.report = compile_report(round=compiled.round, by=cast.secretary_nl)
    send_to_review(round=compiled.round, by=cast.secretary_nl)
    text = draft_section(report=agreed(cast, compiled), by=cast.secretary_nl).text_en
    assert told in text and text.count("Settle matter") == 3 and "7 of 8" not in text


def test_two_press_officers_clear_the_words_and_two_secretaries_publish_them(cast: Cast, compiled: Compiled) -> None:
    section = draft_section(report=agreed(cast, compiled), by=cast.secretary_nl)
    for outsider in (cast.technician, cast.secretary_uk, cast.focal_point_uk):
        refused(lambda by=outsider: clear_section(section=section, by=by), "by a party’s press officer")
    clear_section(section=section, by=compiled.press_uk)
    refused(lambda: clear_section(section=section, by=compiled.press_uk), "has consented already")
    words = {"text_en": "Both sides went on.", "text_nl": "Beide zijden gingen door."}
    refused(lambda: edit_section(section=section, by=cast.focal_point_uk, seen=1, **words), "by a press officer or a secretary")
    edit_section(section=section, by=compiled.press_nl, seen=1, **words)
    with pytest.raises(Overtaken):
        edit_section(section=section, by=compiled.press_uk, seen=1, text_en="Mine.", text_nl="Mijn.")
    with pytest.raises(Overtaken):
        clear_section(section=section, by=compiled.press_uk, seen=1)
    section.refresh_from_db()
    assert section.text_en == "Both sides went on." and section.text_round == 2

    publication.propose_publication(record=section, by=cast.secretary_nl)
    refused(lambda: publication.publish(record=section, by=cast.secretary_uk), "The press officer of Netherlands")
    clear_section(section=section, by=compiled.press_uk, seen=2)
    refused(lambda: publication.publish(record=section, by=cast.secretary_uk), "The press officer of Netherlands")
    clear_section(section=section, by=compiled.press_nl, seen=2)
    refused(lambda: publication.publish(record=section, by=cast.secretary_nl), "a second person publishes")
    public = publication.publish(record=section, by=cast.secretary_uk)
    assert public in ProgressSection.objects.visible_to(cast.public)
    refused(lambda: edit_section(section=public, by=compiled.press_nl, seen=2, **words), "It is public")


def test_new_words_take_the_proposal_to_publish_the_old_ones_back(cast: Cast, compiled: Compiled) -> None:
    section = draft_section(report=agreed(cast, compiled), by=cast.secretary_nl)
    for by in (compiled.press_uk, compiled.press_nl):
        clear_section(section=section, by=by)
    publication.propose_publication(record=section, by=cast.secretary_nl)
    edit_section(section=section, by=cast.secretary_uk, text_en="New.", text_nl="Nieuw.", seen=1)
    refused(lambda: publication.publish(record=section, by=cast.secretary_uk), "Nobody has proposed it")
