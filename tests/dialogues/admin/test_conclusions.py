"""The secretariat's side: which reports are owed, the summary assembled, circulated, taken back and adopted by steps."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dialogues.admin.conclusions import CONCLUSION_STEPS
from dialogues.admin.steps import panel, take
from dialogues.models import Edition, Session, Summary, SummaryComment
from dialogues.procedures import summaries
from tests import build
from tests.cast import Cast
from tests.filling_in import filled_in
from tests.reading import words


@pytest.fixture(autouse=True)
def ten_days_later() -> Any:
    with time_machine.travel("2027-03-27T12:00:00Z", tick=True):
        yield


@pytest.fixture
def reported(cast: Cast) -> Session:
    Edition.objects.filter(pk=cast.edition.pk).update(status="closed")
    cast.edition.refresh_from_db()
    session = build.a_session(cast.edition, mandate=cast.group, audience="group", title_en="Money flows")
    build.a_session(cast.edition, "11:00", "12:00", mandate=cast.other_group, title_en="Ports")
    build.a_session_report(session, cast.secretary_nl, status="final")
    return session


def page(summary: Summary, step: str = "") -> str:
    return f"/admin/dialogues/summary/{summary.pk}/" + (f"step/{step}/" if step else "change/")


def test_the_list_names_the_reports_and_those_not_written_with_who_owes_them(
    cast: Cast, reported: Session, signed_in: Any
) -> None:
    cast.other_group.rapporteur = cast.other_group_member.person
    cast.other_group.save()
    client = signed_in(cast.secretary_uk)
    text = client.get("/admin/dialogues/sessionreport/").content.decode()
    assert "Money flows" in text and "Ports" in text and "rapporteur, Netherlands" in text
    narrowed = client.get("/admin/dialogues/sessionreport/", {"session__edition__id__exact": cast.edition.pk})
    assert [row["session"].title_en for row in narrowed.context["owing"]] == ["Ports"]
    for nonsense in ("x", "9" * 40, "٣"):
        asked = {"session__edition__id__exact": nonsense}
        assert client.get("/admin/dialogues/sessionreport/", asked).status_code in {200, 302, 400}
    report = client.get(f"/admin/dialogues/sessionreport/{reported.report.pk}/change/").content.decode()
    assert f'href="/en/my/reports/{reported.pk}/"' in report and 'name="_save"' not in report
    other = signed_in(cast.secretary_elsewhere).get("/admin/dialogues/sessionreport/").content.decode()
    assert "Ports" not in other and "Money flows" not in other


def test_the_step_on_the_edition_assembles_and_warns_of_what_is_missing(cast: Cast, reported: Session) -> None:
    (step,) = CONCLUSION_STEPS
    (row,) = panel(CONCLUSION_STEPS, cast.edition, cast.secretary_nl)
    assert row["is_possible"]
    assert row["sentence"] == "Drafts both texts from 1 final report. Reports missing, and named as such: 1."
    told = [check.text for check in step.checks(cast.edition, cast.secretary_nl)]
    assert told[0] == "No final report: Ports. Awaited from: secretariat (no rapporteur is named)."
    assert told[1].startswith("Sessions of one working group")
    refused, summary = take(step, cast.edition, cast.secretary_nl, {})
    assert not refused and "Money flows" in summary.text_en
    Summary.objects.update(text_en="Edited")
    form = step.asked(cast.edition)({})
    assert form.is_valid()
    refused, _nothing = take(step, cast.edition, cast.secretary_nl, form.cleaned_data)
    assert "edited since" in refused[0].text
    form = step.asked(cast.edition)({"replace": "on"})
    assert form.is_valid() and not take(step, cast.edition, cast.secretary_nl, form.cleaned_data)[0]
    Summary.objects.update(status="adopted", circulated_at="2027-03-27T12:00Z", adopted_at="2027-03-27T12:00Z")
    assert panel(CONCLUSION_STEPS, cast.edition, cast.secretary_nl) == []


def test_a_draft_is_edited_by_hand_and_what_is_circulated_is_not(cast: Cast, reported: Session, signed_in: Any) -> None:
    client = signed_in(cast.secretary_uk)
    where = f'<a href="/admin/dialogues/edition/{cast.edition.pk}/change/">'
    assert where in client.get("/admin/dialogues/summary/").content.decode()
    assert where not in signed_in(cast.secretary_elsewhere).get("/admin/dialogues/summary/").content.decode()
    summary = summaries.assemble_summary(edition=cast.edition, by=cast.secretary_nl)
    assert "To be assembled" not in client.get("/admin/dialogues/summary/").content.decode()
    opened = client.get(page(summary))
    typed = filled_in(opened, "summary_form") | {"text_en": "Both agreed."}
    assert client.post(page(summary), typed).status_code == 302
    answer = client.post(page(summary), typed | {"text_en": "Overwriting"})
    assert "Somebody saved a newer version" in answer.content.decode() and "Overwriting" in answer.content.decode()
    assert Summary.objects.get().text_en == "Both agreed."
    assert client.get("/admin/dialogues/summary/add/").status_code == 403
    asked = client.get(page(summary, "circulate"))
    assert 'value="2027-04-06"' in asked.content.decode()
    assert "No final report: Ports" in words(asked.content.decode())
    refused = client.post(page(summary, "circulate"), {"comments_until": "2026-01-01"})
    assert refused.status_code == 409 and "has not passed" in refused.content.decode()
    assert client.post(page(summary, "circulate"), {"comments_until": "2027-04-06"}).status_code == 302
    text = client.get(page(summary)).content.decode()
    assert 'name="text_en"' not in text and "Both agreed." in text
    late = client.post(page(summary), typed | {"text_en": "Slipped in"})
    assert "this cannot be changed any more; you typed “Slipped in”" in late.content.decode()
    assert (Summary.objects.get().text_en, Summary.objects.get().status) == ("Both agreed.", "circulated")


def test_secretaries_adopt_by_a_step_that_knows_what_was_read(cast: Cast, reported: Session, signed_in: Any) -> None:
    summary = summaries.assemble_summary(edition=cast.edition, by=cast.secretary_nl)
    client = signed_in(cast.secretary_nl)
    client.post(page(summary, "circulate"), {"comments_until": "2027-04-06"})
    SummaryComment.objects.create(summary=summary, round=1, party=cast.uk, by=cast.focal_point_uk, text="Say June")
    assert "Say June" in client.get(page(summary)).content.decode()
    seen = client.get(page(summary, "adopt")).context["form"]["seen"].value()
    item = build.an_action_item(cast.edition, status="proposed", original_due_on=None)
    refused = client.post(page(summary, "adopt"), {"seen": seen})  # one came on the list meanwhile
    assert refused.status_code == 409
    assert refused.context["form"]["seen"].value() == client.get(page(summary, "adopt")).context["form"]["seen"].value()
    for by in (cast.secretary_nl, cast.secretary_uk):
        client = signed_in(by)
        seen = client.get(page(summary, "adopt")).context["form"]["seen"].value()
        assert client.post(page(summary, "adopt"), {"seen": seen}).status_code == 302
    item.refresh_from_db()
    assert (Summary.objects.get().status, item.status) == ("adopted", "agreed")
    text = words(client.get(page(summary)).content.decode())
    assert "adopted: United Kingdom" in text and "adopted: Netherlands" in text
    assert client.post(page(summary, "reopen")).status_code == 409
    elsewhere = signed_in(cast.secretary_elsewhere)
    assert elsewhere.get(page(summary, "reopen")).status_code == 404


def test_taking_back_asks_everybody_anew(cast: Cast, reported: Session, signed_in: Any) -> None:
    summary = summaries.assemble_summary(edition=cast.edition, by=cast.secretary_nl)
    client = signed_in(cast.secretary_nl)
    client.post(page(summary, "circulate"), {"comments_until": "2027-04-06"})
    summaries.adopt(summary=summary, by=cast.focal_point_nl)
    client.post(page(summary, "reopen"))
    client.post(page(summary, "circulate"), {"comments_until": "2027-04-06"})
    summary.refresh_from_db()
    assert (summary.round, summary.status) == (2, "circulated")
    assert summaries.adopt(summary=summary, by=cast.focal_point_uk).status == "circulated"
    assert summaries.adopt(summary=summary, by=cast.focal_point_nl).status == "adopted"


def test_three_sessions_and_twelve_cost_the_same(cast: Cast, signed_in: Any) -> None:
    """Those with a report, and those above the list that owe one."""
    client = signed_in(cast.secretary_nl)

    def queries() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/admin/dialogues/sessionreport/").status_code == 200
        return len(asked)

    def sessions(count: int) -> None:
        for n in range(count):
            group = build.a_mandate(cast.edition) if n % 3 else None
            session = build.a_session(cast.edition, title_en=f"Session {n}", mandate=group)
            build.a_speaker(session, cast.delegate_uk.person, "rapporteur")
            if group:
                build.a_co_chair(group, build.an_account(build.a_person(cast.uk)).person)
            if n % 3 != 1:
                report = build.a_session_report(session, cast.secretary_uk)
                build.a_consent(report, cast.secretary_uk, "final", party=cast.uk)

    sessions(3)
    client.get("/admin/dialogues/sessionreport/")
    few = queries()
    text = client.get("/admin/dialogues/sessionreport/").content.decode()
    assert "secretary, Netherlands" in text and "rapporteur, United Kingdom" in text
    sessions(9)
    assert queries() == few
