"""The progress report: what each reader may read of it, in both languages, on the page and on paper alike."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.translation import gettext as _

from dialogues.exports.progress_report import file_name, progress_report_pdf, report_page
from dialogues.models import (
    ActionItem,
    Audience,
    Edition,
    Engagement,
    Evidence,
    ProgressReport,
    ProgressRound,
    ProgressUpdate,
    ReportedEngagement,
    ReportedItem,
    ReportedTheme,
)
from dialogues.models.progress_rounds import PartyView
from dialogues.models.standing import read_once
from socportal import clock
from tests import build, reading_paper
from tests.cast import Cast


def said(cast: Cast, item: ActionItem, by: Any, text: str, **fields: Any) -> ProgressUpdate:
    values = {"rating": ProgressUpdate.Rating.AT_RISK, "lang": "en", "party": by.person.party}
    return ProgressUpdate.objects.create(action_item=item, by=by, text=text, **{**values, **fields})


@pytest.fixture
def last_year(cast: Cast) -> Edition:
    """It has closed, and those who took part still read of it."""
    Edition.objects.filter(dialogue=cast.dialogue, year=2026).update(opens_on=date(2026, 10, 9), closes_on=date(2026, 10, 10))
    return cast.dialogue.editions.get(year=2026)


@pytest.fixture
def report(cast: Cast, last_year: Edition) -> ProgressReport:
    """Half a year after the 2026 edition: one result, one item that is late and in dispute, one that only the secretariat
    knows of. Each has words that nobody else may meet.
    """
    round = build.a_progress_round(
        last_year,
        cast.secretary_nl,
        kind=ProgressRound.Kind.HALF_YEAR,
        status=ProgressRound.Status.IN_PARTY_REVIEW,
        opened_at=clock.now() - timedelta(days=20),
        due_on=date(2026, 11, 15),
    )
    closed = build.an_action_item(last_year, text_en="Agree a format", text_nl="Een vorm afspreken", status="closed")
    late = build.an_action_item(
        last_year,
        text_en="Share a note on ports",
        status="in_progress",
        due_on=date(2026, 9, 1),
        original_due_on=date(2026, 6, 1),
    )
    hidden = build.an_action_item(
        last_year, lead=cast.uk, text_en="Canary item", status="in_progress", audience=Audience.SECRETARIAT
    )
    said(cast, closed, cast.focal_point_nl, "De vorm is klaar.", lang="nl", rating="on_track", next_step_on=date(2026, 12, 1))
    said(cast, hidden, cast.focal_point_uk, "Canary update")
    visit = build.an_engagement(cast.dialogue, title_en="Canary visit", status=Engagement.Status.HELD)
    Evidence.objects.create(
        action_item=closed,
        party=cast.nl,
        by=cast.focal_point_nl,
        kind="engagement_held",
        reference="Canary visit",
        engagement=visit,
    )
    Evidence.objects.create(
        action_item=closed, party=cast.nl, by=cast.focal_point_nl, kind="document_reference", reference="Register 12, archive"
    )
    open_visit = build.an_engagement(
        cast.dialogue, title_en="Workshop on sealed containers", status="held", audience=Audience.DELEGATES
    )
    report = build.a_progress_report(round, closed, late, hidden)
    theme = report.themes.get()
    for position, engagement in enumerate((visit, open_visit), 1):
        ReportedEngagement.objects.create(report=report, engagement=engagement, theme=theme, position=position)
    for item, party, text in ((late, cast.uk, "Nothing reached London."), (hidden, cast.nl, "Canary view")):
        PartyView.objects.create(
            report=report, item=report.items.get(action_item=item), party=party, by=cast.lead, text=text, lang="en"
        )
    put_off = {"why": "The vendor delivers later.", "times_carried": 2}
    QuerySet(ReportedItem).filter(report=report, action_item=late).update(**put_off)
    return ProgressReport.objects.select_related("round__edition__dialogue").get(pk=report.pk)


def paper(report: ProgressReport, user: Any, language: str = "en") -> bytes:
    with translation.override(language):
        return progress_report_pdf(report_page(user, report, clock.now()))


def row_named(report: ProgressReport, text: str) -> ReportedItem:
    return report.items.get(text_en__startswith=text)


BAIT = ("Canary item", "Canary update", "Canary view", "Canary visit")


def test_results_come_first_then_what_is_late_with_its_reason_and_both_views(cast: Cast, report: ProgressReport) -> None:
    text = reading_paper.words(paper(report, cast.focal_point_uk))
    assert "Version 1, in review by the parties" in text
    assert "As of 20 November 2026, 10:00 in The Hague (09:00 in London)" in text
    assert "Awaited from Netherlands, United Kingdom" in text
    assert text.index("Results") < text.index("Agree a format") < text.index("Under way")
    told = text[text.index("Under way") :]
    assert "Due on 1 September 2026, first due on 1 June 2026" in told
    assert "Overdue by 80 days · Carried over twice" in told
    assert "Why: The vendor delivers later." in told
    assert "No update received from NL by 15 November 2026" in told
    assert "Nothing reached London." in told
    heads = text[text.index("For the heads of delegation") : text.index("Results")]
    assert "Share a note on ports" in heads and "Agree a format" not in heads
    assert "Workshop on sealed containers" in told


def test_what_a_lead_reported_keeps_its_language_and_its_next_step(cast: Cast, report: ProgressReport) -> None:
    pdf = paper(report, cast.focal_point_uk)
    text = reading_paper.words(pdf)
    assert "On track In Dutch" in text and "De vorm is klaar." in text and "Next step by 1 December 2026" in text
    assert "Document reference (register number and holder): Register 12, archive (NL, 20 November 2026)" in text
    own = reading_paper.words(paper(report, cast.focal_point_uk, "nl"))
    assert "Een vorm afspreken" in own and "In Dutch" not in own


@pytest.mark.parametrize("language", ["en", "nl"])
def test_paper_is_tagged_titled_and_marked_in_both_languages(cast: Cast, report: ProgressReport, language: str) -> None:
    pdf = paper(report, cast.focal_point_nl, language)
    assert reading_paper.is_tagged(pdf) and reading_paper.language(pdf).startswith(language)
    with translation.override(language):
        assert reading_paper.title(pdf) == _("Progress since the %(year)d Dialogue") % {"year": 2026}
    for sheet in reading_paper.sheets(pdf):
        assert sheet.count("OFFICIAL / ongerubriceerd") == 2
    tags = reading_paper.tags(pdf)
    assert tags.count("Table") == 1 and {"H1", "H2", "H3"} <= set(tags)
    with translation.override(language):
        assert file_name(report) == f"official-progress-2026-v1-{language}.pdf"


@pytest.mark.parametrize("status", ["in_party_review", "agreed", "closed"])
def test_no_word_of_what_hides_reaches_paper(cast: Cast, report: ProgressReport, status: str) -> None:
    ProgressRound.objects.update(status=status)
    report = ProgressReport.objects.select_related("round__edition__dialogue").get()
    all_of_it = reading_paper.words(paper(report, cast.secretary_uk))
    assert all(bait in all_of_it for bait in BAIT), "the bait is there"
    readers = [cast.focal_point_uk, cast.deputy_nl]
    if status != "in_party_review":
        readers.append(cast.last_years_delegate)
    for user in readers:
        for language in ("en", "nl"):
            text = reading_paper.words(paper(report, user, language))
            assert "SOC-" in text and not [bait for bait in BAIT if bait in text], user


def test_numbers_of_hidden_items_are_for_who_works_on_it_and_others_read_the_safe_ones(
    cast: Cast, report: ProgressReport
) -> None:
    named = build.a_theme(report.round.edition, name_en="Ports", audience=Audience.DELEGATES)
    secret = build.a_theme(report.round.edition, name_en="Canary theme", audience=Audience.SECRETARIAT)
    counts = {"closed": 6, "carried": 3, "overdue": 0, "edition": report.round.edition, "report": report}
    ReportedTheme.objects.create(position=2, theme=named, name_en="Ports", opened=9, **counts)
    ReportedTheme.objects.create(position=3, theme=secret, name_en="Canary theme", opened=12, **counts)
    whole = report_page(cast.focal_point_uk, report, clock.now())
    assert [(str(line.name), line.in_words) for line in whole.numbers] == [
        ("Without a theme, agreed in 2026", ["3", "1", "0", "1"]),
        ("Ports", ["9", "6", "3", "0"]),
        ("Canary theme", ["12", "6", "3", "0"]),
    ]
    safe = report_page(cast.last_years_delegate, report, clock.now())
    assert [(str(line.name), line.in_words) for line in safe.numbers] == [
        ("Ports", ["9", "not shown", "fewer than 5", "fewer than 5"])
    ]


def test_a_first_round_does_not_go_to_the_heads(cast: Cast, report: ProgressReport) -> None:
    ProgressRound.objects.update(kind=ProgressRound.Kind.FIRST)
    report = ProgressReport.objects.select_related("round__edition__dialogue").get()
    assert report_page(cast.secretary_nl, report, clock.now()).heads is None
    assert "For the heads of delegation" not in reading_paper.words(paper(report, cast.secretary_nl))


def test_queries_do_not_grow_with_what_is_reported(cast: Cast, last_year: Edition, report: ProgressReport) -> None:
    def asked() -> int:
        with read_once(), CaptureQueriesContext(connection) as queries:
            report_page(cast.focal_point_uk, report, clock.now())
        return len(queries)

    asked()
    before = asked()
    more = build.a_progress_report(
        report.round, *[build.an_action_item(last_year, due_on=date(2026, 9, 1)) for _time in range(12)]
    )
    report = ProgressReport.objects.select_related("round__edition__dialogue").get(pk=more.pk)
    assert asked() <= before <= 24
