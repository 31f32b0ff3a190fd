"""Progress since an edition on the page: who reads what, both views, agreement, and the text for the public."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dialogues.models import (
    Audience,
    Consent,
    Correction,
    ProgressReport,
    ProgressRound,
    ProgressSection,
)
from dialogues.models.progress_rounds import PartyView
from dialogues.procedures import progress_review, progress_sections
from parties.models import User
from socportal import clock
from tests import build
from tests.cast import Cast
from tests.dialogues.exports.test_progress_report import last_year, report, row_named
from tests.reading import content, page, words

__all__ = ["last_year", "report"]

BAIT = ("Canary item", "Canary update", "Canary view", "Canary visit")


def address(report: ProgressReport, more: str = "", language: str = "en") -> str:
    return f"/{language}/progress/{report.round_id}/{more}"


def status(report: ProgressReport, to: str) -> None:
    ProgressRound.objects.filter(pk=report.round_id).update(status=to)


@pytest.fixture
def press(cast: Cast) -> dict[str, User]:
    found = {}
    for party in (cast.uk, cast.nl):
        officer = build.an_account(
            build.a_person(party, name=f"Zzyx{party.code}Press"), email=f"press-{party.code}@example.org"
        )
        build.an_appointment(officer, cast.dialogue, "press_officer")
        found[party.code] = officer
    return found


@pytest.fixture
def section(report: ProgressReport) -> ProgressSection:
    status(report, "agreed")
    return build.a_progress_section(report, text_en="Quokka goes on.", text_nl="Kwokka gaat door.")


class TestTheReport:
    def test_a_focal_point_in_review_reads_it_puts_a_view_and_agrees(
        self, cast: Cast, report: ProgressReport, signed_in: Any
    ) -> None:
        browser = signed_in(cast.focal_point_uk)
        text = content(address(report), browser)
        assert text.startswith("Progress reports Dialogue of 2026 Progress since the 2026 Dialogue")
        for told in (
            "As of 20 November 2026, 10:00 in The Hague (09:00 in London)",
            "Awaited from Netherlands, United Kingdom",
            "Overdue by 80 days",
            "Carried over twice",
            "Why: The vendor delivers later.",
            "No update received from NL by 15 November 2026",
            "In Dutch De vorm is klaar. Next step by 1 December 2026",
            "Put our view beside it : ",
            "Agree for my party",
        ):
            assert told in text, told
        assert text.index("Agree a format", text.index("Results")) < text.index("Under way")

    def test_both_views_stand_beside_each_other_under_their_party(
        self, cast: Cast, report: ProgressReport, signed_in: Any
    ) -> None:
        markup = signed_in(cast.focal_point_nl).get(address(report)).content.decode()
        late = markup[markup.index(f'id="item-{row_named(report, "Share a note").pk}"') :].split("</li>")[0]
        columns = late.split('<div class="stack">')[1:]
        assert 'class="sides section-two"' in late and len(columns) == 2
        assert "<h5>Netherlands</h5>" in columns[0] and "No update received" in columns[0]
        assert "<h5>United Kingdom</h5>" in columns[1] and "Nothing reached London." in columns[1]

    def test_a_view_is_put_beside_a_row_and_everybody_is_asked_anew(
        self, cast: Cast, report: ProgressReport, signed_in: Any
    ) -> None:
        progress_review.agree_report(report=report, by=cast.focal_point_uk)
        row = row_named(report, "Agree a format")
        form = address(report, f"items/{row.pk}/view/")
        browser = signed_in(cast.focal_point_uk)
        assert "De vorm is klaar." in content(form, browser)
        wordy = browser.post(form, {"text": "word " * 121, "lang": "en"})
        assert "The text has 121 words; shorten it to 120" in words(wordy.content.decode())
        assert browser.post(form, {"text": "The annex is missing.", "lang": "en"}).status_code == 302
        text = content(address(report), browser)
        assert "The annex is missing." in text and "Awaited from Netherlands, United Kingdom" in text

    def test_agreeing_asks_once_and_never_to_what_was_not_read(
        self, cast: Cast, report: ProgressReport, signed_in: Any
    ) -> None:
        ours, theirs = signed_in(cast.focal_point_uk), signed_in(cast.deputy_nl)
        assert "You agree that this is what is told" in content(address(report, "agree/"), ours)
        stale = ours.post(address(report, "agree/"), {"version": "1", "seen": "1"})
        assert stale.status_code == 409 and "put its view into the report meanwhile" in words(stale.content.decode())
        other = ours.post(address(report, "agree/"), {"version": "7", "seen": "3"})
        assert other.status_code == 409 and not Consent.objects.exists()
        read = {"version": "1", "seen": "3"}
        assert ours.post(address(report, "agree/"), read).status_code == 302
        assert "Agreed by United Kingdom Awaited from Netherlands" in content(address(report), ours)
        assert ours.post(address(report, "agree/"), read).status_code == 409
        assert theirs.post(address(report, "agree/"), read).status_code == 302
        assert ProgressRound.objects.get().status == "agreed"
        assert "Put our view" not in content(address(report), ours)

    @pytest.mark.parametrize("name", ["secretary_nl", "delegate_uk", "technician", "last_years_delegate"])
    def test_nobody_else_gives_a_view_or_agrees(self, cast: Cast, report: ProgressReport, signed_in: Any, name: str) -> None:
        row, browser = row_named(report, "Share a note"), signed_in(getattr(cast, name))
        for more in ("agree/", f"items/{row.pk}/view/"):
            for answer in (
                browser.get(address(report, more)),
                browser.post(address(report, more), {"text": "x", "lang": "en"}),
            ):
                assert answer.status_code == 404
        assert PartyView.objects.count() == 2 and not Consent.objects.exists()

    def test_an_older_version_is_for_those_who_work_on_it(self, cast: Cast, report: ProgressReport, signed_in: Any) -> None:
        newer = build.a_progress_report(report.round)
        focal_point = signed_in(cast.focal_point_uk)
        old = content(f"{address(report)}?version=1", focal_point)
        assert "A newer version took its place. Read version 2" in old and "Nothing reached London." in old
        assert "Nothing reached London." not in content(address(newer), focal_point)
        status(report, "agreed")
        delegate = signed_in(cast.last_years_delegate)
        assert delegate.get(address(report)).status_code == 200
        for version in ("1", "2", "0", "99999999999999999999", "x", "²", "%00"):
            assert delegate.get(f"{address(report)}?version={version}").status_code in {400, 404}, version
        for version in ("3", "-1", "99999999999999999999", "²"):
            assert focal_point.get(f"{address(report)}?version={version}").status_code == 404, version

    def test_who_has_to_agree_is_led_to_it_from_their_own_page_and_from_the_edition(
        self, cast: Cast, report: ProgressReport, signed_in: Any
    ) -> None:
        ours, edition = signed_in(cast.focal_point_uk), report.round.edition.get_absolute_url()
        link, title = f'href="{address(report)}"', "Progress since the 2026 Dialogue waiting for you"
        mine = ours.get("/en/my/").content.decode()
        assert link in mine and title in words(mine) and 'href="/en/progress/"' in mine
        assert link in ours.get(edition).content.decode()
        assert link not in signed_in(cast.delegate_uk).get("/en/my/").content.decode()
        assert link not in signed_in(cast.delegate_uk).get(edition).content.decode()
        assert link not in page(edition)
        progress_review.agree_report(report=report, by=cast.focal_point_uk)
        mine = ours.get("/en/my/").content.decode()
        assert link in mine and title not in words(mine)


class TestWhatIsHidden:
    def test_nobody_but_the_parties_knows_of_a_report_in_review(
        self, cast: Cast, report: ProgressReport, signed_in: Any, press: dict[str, User]
    ) -> None:
        for user in (
            cast.last_years_delegate,
            cast.co_chair,
            cast.stranger,
            cast.technician,
            cast.secretary_elsewhere,
            press["UK"],
        ):
            browser = signed_in(user)
            for more in ("", "official-progress.pdf", "public/"):
                assert browser.get(address(report, more)).status_code == 404, (user, more)
            assert "Progress since" not in content("/en/progress/", browser)
        assert Client().get(address(report)).status_code == 302

    @pytest.mark.parametrize("to", ["in_party_review", "agreed", "closed"])
    def test_the_words_of_a_hidden_item_reach_nobody_before_and_after(
        self, cast: Cast, report: ProgressReport, signed_in: Any, to: str, section: ProgressSection
    ) -> None:
        ProgressSection.objects.update(audience=Audience.PUBLIC, published_at=clock.now())
        status(report, to)
        secretary = content(address(report), signed_in(cast.secretary_uk))
        assert all(bait in secretary for bait in BAIT), "the bait is there"
        for user in (cast.focal_point_uk, cast.focal_point_nl, cast.last_years_delegate, cast.public):
            browser = signed_in(user) if isinstance(user, User) else Client()
            for path in (address(report), last_edition(report), "/en/search/?q=canary", "/en/progress/"):
                text = browser.get(path).content.decode()
                assert not [bait for bait in BAIT if bait in text], (user, path)

    def test_who_takes_part_reads_safe_numbers_and_no_count_of_what_hides(
        self, cast: Cast, report: ProgressReport, signed_in: Any
    ) -> None:
        status(report, "agreed")
        text = content(address(report), signed_in(cast.last_years_delegate))
        assert "Share a note on ports" in text and "Nothing reached London." in text
        assert "In numbers" not in text, "three items, one of them hidden"
        for_focal_point = content(address(report), signed_in(cast.focal_point_uk))
        assert "Without a theme, agreed in 2026 3 1 0 1" in for_focal_point


def last_edition(report: ProgressReport) -> str:
    return report.round.edition.get_absolute_url()


class TestTheTextForThePublic:
    def test_a_press_officer_edits_and_clears_and_the_other_clears_too(
        self, cast: Cast, section: ProgressSection, press: dict[str, User], signed_in: Any
    ) -> None:
        path = address(section.report, "public/")
        uk, nl = signed_in(press["UK"]), signed_in(press["NL"])
        text = content(path, uk)
        assert "Quokka goes on." in text and "Kwokka gaat door." in text and "Clear for my party" in text
        assert not [bait for bait in (*BAIT, "Share a note", "Nothing reached London.") if bait in text]
        kept = {"act": "edit", "seen": "1", "text_en": "Quokka ended.", "text_nl": "Kwokka is klaar."}
        assert uk.post(path, kept).status_code == 302
        unread = nl.post(path, {"act": "clear", "seen": "1"})
        assert unread.status_code == 409 and "changed meanwhile" in words(unread.content.decode())
        for browser in (uk, nl):
            assert browser.post(path, {"act": "clear", "seen": "2"}).status_code == 302
        assert "cleared by every party" in content(path, uk)
        assert ProgressSection.objects.get().publication_reasons() == []

    def test_over_a_newer_text_nothing_is_saved_and_both_are_shown(
        self, cast: Cast, section: ProgressSection, press: dict[str, User], signed_in: Any
    ) -> None:
        path = address(section.report, "public/")
        progress_sections.edit_section(section=section, by=press["NL"], text_en="Theirs.", text_nl="Van hen.", seen=1)
        answer = signed_in(press["UK"]).post(path, {"act": "edit", "seen": "1", "text_en": "Ours.", "text_nl": "Van ons."})
        shown = words(answer.content.decode())
        assert answer.status_code == 409
        assert "Somebody else saved a newer text meanwhile." in shown
        for told in ("Theirs.", "Van hen.", "Ours.", "Van ons."):
            assert told in shown, told
        assert 'name="seen" value="2"' in answer.content.decode()
        assert ProgressSection.objects.get().text_en == "Theirs."

    def test_focal_points_read_it_only_and_delegates_do_not_know_of_it(
        self, cast: Cast, section: ProgressSection, signed_in: Any
    ) -> None:
        path = address(section.report, "public/")
        reader = signed_in(cast.focal_point_uk)
        text = content(path, reader)
        assert "Quokka goes on." in text and "Change the text" not in text and "Clear for my party" not in text
        refused = reader.post(path, {"act": "edit", "seen": "1", "text_en": "Mine.", "text_nl": "Mijn."})
        assert refused.status_code == 409 and "press officer or a secretary" in words(refused.content.decode())
        assert signed_in(cast.last_years_delegate).get(path).status_code == 404
        assert reader.post(path, {"act": "nonsense"}).status_code == 404
        assert ProgressSection.objects.get().text_en == "Quokka goes on."

    def test_it_stands_on_the_page_of_its_edition_once_published_with_date_and_correction(
        self, cast: Cast, section: ProgressSection, signed_in: Any
    ) -> None:
        path = last_edition(section.report)
        before = content(path)
        assert "Quokka" not in before and "Progress since the 2026 Dialogue" not in before
        assert "Draft." in content(path, signed_in(cast.secretary_uk))
        assert f'href="{path}#' not in Client().get("/en/search/?q=quokka").content.decode()
        ProgressSection.objects.update(audience=Audience.PUBLIC, published_at=clock.now())
        Correction.objects.create(record=section, by=cast.secretary_nl, note_en="A date was wrong.")
        text = page(path)
        assert "Progress since the 2026 Dialogue 20 November 2026 · stated by the parties Quokka goes on." in text
        assert "A date was wrong." in text and "Kwokka" not in text
        assert "Voortgang sinds" in page(path.replace("/en/", "/nl/")) or "Kwokka gaat door." in page(
            path.replace("/en/", "/nl/")
        )
        found = Client().get("/en/search/?q=quokka").content.decode()
        assert f'href="{path}#progress-since"' in found
