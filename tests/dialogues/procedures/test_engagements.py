"""Engagements: agreed by two, dated when known, held and reported; nothing in public before both press officers agree."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from dialogues.models import Consent, Engagement, JournalEntry
from dialogues.procedures import engagements, progress, publication
from dialogues.procedures.steps import StepRefused
from parties.models import Citation
from socportal import clock
from tests import build
from tests.cast import Cast

Status = Engagement.Status


@pytest.fixture
def idea(cast: Cast) -> Engagement:
    return build.an_engagement(cast.dialogue, kind="study_visit", objective_en="See how a port works.")


def refused(step: Any, **said: Any) -> str:
    with pytest.raises(StepRefused) as refusal:
        step(**said)
    return " ".join(reason.text for reason in refusal.value.reasons)


def now(engagement: Engagement) -> str:
    return Engagement.objects.get(pk=engagement.pk).status


def agreed(cast: Cast, engagement: Engagement) -> None:
    engagements.propose(engagement=engagement, by=cast.secretary_nl)
    engagements.agree(engagement=engagement, by=cast.focal_point_uk)
    engagements.agree(engagement=engagement, by=cast.secretary_nl)


def test_from_an_idea_to_its_report_and_every_step_is_in_the_journal(cast: Cast, idea: Engagement) -> None:
    engagements.propose(engagement=idea, by=cast.secretary_nl)
    engagements.agree(engagement=idea, by=cast.focal_point_uk)
    assert now(idea) == Status.PROPOSED
    assert "has consented already" in refused(engagements.agree, engagement=idea, by=cast.secretary_uk)
    engagements.agree(engagement=idea, by=cast.secretary_nl)
    assert now(idea) == Status.AGREED  # forthcoming, without a date
    engagements.schedule(engagement=idea, by=cast.secretary_uk, starts_on=date(2026, 11, 1), date_precision="month")
    said = refused(engagements.mark_held, engagement=idea, by=cast.secretary_uk)
    assert "Not before its last day, 30 November 2026." in said
    with clock.told_at(datetime(2026, 11, 30, 9, tzinfo=UTC)):
        engagements.mark_held(engagement=idea, by=cast.secretary_uk)
    assert idea in Engagement.objects.counted()
    engagements.report(engagement=idea, by=cast.secretary_nl, report_en="We saw a port.", follows_en="SOC-2027-01")
    assert now(idea) == Status.REPORTED
    acts = ["proposed engagement", "consented", "agreed engagement"]
    acts += ["scheduled engagement", "held engagement", "reported engagement"]
    assert list(JournalEntry.objects.order_by("number").values_list("act", flat=True)) == acts


def test_only_its_own_people_move_it_and_an_idea_without_an_objective_stays_one(cast: Cast, idea: Engagement) -> None:
    for name in ("delegate_uk", "secretary_elsewhere", "former_secretary", "technician"):
        assert "Only a current secretary" in refused(engagements.propose, engagement=idea, by=getattr(cast, name))
    bare = build.an_engagement(cast.dialogue)
    assert "write the objective" in refused(engagements.propose, engagement=bare, by=cast.secretary_nl)
    engagements.propose(engagement=idea, by=cast.secretary_nl)
    assert "You hold no appointment" in refused(engagements.agree, engagement=idea, by=cast.delegate_uk)


def test_a_date_is_given_with_its_precision_and_in_order(cast: Cast, idea: Engagement) -> None:
    agreed(cast, idea)
    said = {"engagement": idea, "by": cast.secretary_nl, "starts_on": date(2027, 1, 12)}
    assert "Without a date it stays agreed" in refused(engagements.schedule, **said, date_precision="none")
    with pytest.raises(ValidationError, match="The last day lies before the first"):
        engagements.schedule(**said, ends_on=date(2027, 1, 11))
    assert now(idea) == Status.AGREED
    engagements.schedule(**said)
    assert Engagement.objects.get(pk=idea.pk).last_day == date(2027, 1, 12)


@pytest.mark.parametrize(("words", "is_taken"), [(300, True), (301, False)])
def test_a_report_has_three_hundred_words_at_most(cast: Cast, idea: Engagement, words: int, is_taken: bool) -> None:
    Engagement.objects.filter(pk=idea.pk).update(status=Status.HELD)
    said = {"engagement": idea, "by": cast.secretary_nl, "report_nl": "woord " * words, "report_en": "", "follows_en": "None."}
    if is_taken:
        engagements.report(**said)
        assert now(idea) == Status.REPORTED
    else:
        assert "has 301 words; it may have 300. Take out 1." in refused(engagements.report, **said)
        assert now(idea) == Status.HELD


def test_a_report_says_what_follows(cast: Cast, idea: Engagement) -> None:
    Engagement.objects.filter(pk=idea.pk).update(status=Status.HELD)
    said = refused(engagements.report, engagement=idea, by=cast.secretary_nl, report_en="", follows_en=" ")
    assert "Write the report first." in said and "Say what follows from it" in said


def test_a_report_is_owed_three_weeks_after_the_last_day_it_can_have_been(cast: Cast) -> None:
    def held(first: date, precision: str, last: date | None = None) -> Engagement:
        return build.an_engagement(cast.dialogue, status="held", starts_on=first, ends_on=last, date_precision=precision)

    owing = [  # today is 20 November 2026: the last day lies on 29 October or before
        held(date(2026, 10, 29), "exact"),
        held(date(2026, 10, 1), "week"),
        held(date(2026, 9, 1), "month"),
        held(date(2025, 1, 1), "year"),
    ]
    for first, precision, last in (
        (date(2026, 10, 29), "exact", date(2026, 10, 30)),
        (date(2026, 10, 24), "week", None),
        (date(2026, 10, 1), "month", None),
        (date(2026, 1, 1), "year", None),
    ):
        held(first, precision, last)
    build.an_engagement(cast.dialogue, status="held")  # nobody knows when
    from_a_text = held(date(2025, 1, 27), "week")
    Citation.objects.create(record=from_a_text, field="title", source=build.a_source())
    assert set(Engagement.objects.report_owed()) == set(owing)


def test_a_postponed_one_loses_its_date_and_is_agreed_anew(cast: Cast, idea: Engagement) -> None:
    agreed(cast, idea)
    engagements.schedule(engagement=idea, by=cast.secretary_uk, starts_on=date(2027, 1, 12))
    assert "Give the reason." in refused(engagements.postpone, engagement=idea, by=cast.secretary_uk, reason=" ")
    engagements.postpone(engagement=idea, by=cast.secretary_uk, reason="The port is closed.")
    idea.refresh_from_db()
    assert (idea.status, idea.starts_on, idea.dates) == (Status.POSTPONED, None, "")
    assert Consent.objects.get(to_status="postponed").reason == "The port is closed."
    engagements.agree(engagement=idea, by=cast.secretary_uk)
    assert now(idea) == Status.POSTPONED
    engagements.agree(engagement=idea, by=cast.secretary_nl)
    assert now(idea) == Status.AGREED
    engagements.cancel(engagement=idea, by=cast.secretary_nl, reason="No port wants it.")
    assert now(idea) == Status.CANCELLED
    assert "port" not in str(list(JournalEntry.objects.values_list("details", flat=True)))


def test_it_is_published_only_once_both_press_officers_agree_to_the_words_as_they_are(cast: Cast, idea: Engagement) -> None:
    assert "not agreed yet" in refused(engagements.clear_public_line, engagement=idea, by=cast.secretary_uk, reference="L 1")
    agreed(cast, idea)
    press = build.an_account(build.a_person(cast.nl))
    build.an_appointment(press, cast.dialogue, "press_officer")
    engagements.clear_public_line(engagement=idea, by=press)
    said = {"engagement": idea, "by": cast.secretary_uk}
    assert "Give the reference of the press officer’s word" in refused(engagements.clear_public_line, **said)
    publication.propose_publication(record=idea, by=cast.secretary_nl)
    awaited = refused(publication.publish, record=idea, by=cast.secretary_uk)
    assert awaited == "The press officer of United Kingdom has not agreed to the public line yet."
    changed = refused(engagements.clear_public_line, **said, reference="L 2", line_round=7)
    assert "The words were changed while you were reading." in changed
    engagements.clear_public_line(**said, reference="L 2", line_round=1)
    # A date that they have not seen asks both again.
    engagements.schedule(engagement=idea, by=cast.secretary_uk, starts_on=date(2027, 1, 12))
    assert "Netherlands" in refused(publication.publish, record=idea, by=cast.secretary_uk)
    engagements.clear_public_line(engagement=idea, by=press)
    engagements.clear_public_line(**said, reference="L 3")
    publication.publish(record=idea, by=cast.secretary_uk)
    assert Engagement.objects.get(pk=idea.pk).is_published


def test_what_was_read_from_a_published_text_needs_no_press_officer(cast: Cast) -> None:
    known = build.an_engagement(cast.dialogue, status="held")
    Citation.objects.create(record=known, field="title", source=build.a_source())
    publication.propose_publication(record=known, by=cast.secretary_nl)
    publication.publish(record=known, by=cast.secretary_uk)
    assert Engagement.objects.get(pk=known.pk).is_published


def test_one_that_was_held_is_evidence_of_an_action(cast: Cast) -> None:
    item = build.an_action_item(cast.edition, lead=cast.nl)
    held = build.an_engagement(cast.dialogue, slug="port-visit", status="held", audience="delegates")
    item.engagements.add(held)
    evidence = progress.give_evidence(action_item=item, by=cast.focal_point_nl, kind="engagement_held", engagement=held)
    assert (evidence.engagement, evidence.reference) == (held, str(held.title))
    assert list(held.action_items.all()) == [item]


def test_a_day_beyond_our_time_and_a_text_above_the_ceiling_are_refused(cast: Cast, idea: Engagement) -> None:
    agreed(cast, idea)
    for day in (date(9999, 12, 31), date(1, 1, 1)):
        with pytest.raises(ValidationError, match="Give a year from 1900 to 2200"):
            engagements.schedule(engagement=idea, by=cast.secretary_nl, starts_on=day, date_precision="week")
    with pytest.raises(ValidationError, match="“NATO SECRET” marks something above OFFICIAL"):
        engagements.postpone(engagement=idea, by=cast.secretary_nl, reason="The NATO SECRET annex is late.")
    assert now(idea) == Status.AGREED
    engagements.postpone(engagement=idea, by=cast.secretary_nl, reason="The venue was kept secret too long.")


def test_a_press_officer_of_one_party_who_is_the_others_secretary_speaks_for_the_press(cast: Cast, idea: Engagement) -> None:
    agreed(cast, idea)
    build.an_appointment(cast.secretary_nl, cast.dialogue, "press_officer", party=cast.uk)
    other = build.an_account(build.a_person(cast.nl))
    build.an_appointment(other, cast.dialogue, "press_officer")
    engagements.clear_public_line(engagement=idea, by=other)
    engagements.clear_public_line(engagement=idea, by=cast.secretary_nl)
    assert {one.party for one in idea.consents.filter(to_status=Engagement.LINE_CLEARED)} == {cast.uk, cast.nl}
