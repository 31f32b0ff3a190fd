"""Engagements in the admin: their steps, the programme for secretaries alone, new words that ask the press anew."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from dialogues.models import Engagement, EngagementSize, EngagementStop
from tests import build
from tests.cast import Cast
from tests.filling_in import filled_in


def page(record: Engagement, action: str = "change") -> str:
    return f"/admin/dialogues/engagement/{record.pk}/{action}/"


def step(record: Engagement, name: str) -> str:
    return page(record, f"step/{name}")


def now(record: Engagement) -> Engagement:
    return Engagement.objects.get(pk=record.pk)


def test_the_buttons_lead_from_an_idea_to_its_report(cast: Cast, signed_in: Any) -> None:
    visit = build.an_engagement(cast.dialogue, kind="study_visit", objective_en="See a port.")
    uk, nl = signed_in(cast.secretary_uk), signed_in(cast.secretary_nl)
    uk.post(step(visit, "put-forward"))
    uk.post(step(visit, "agree"))
    assert uk.post(step(visit, "agree")).status_code == 409
    nl.post(step(visit, "agree"))
    assert now(visit).status == Engagement.Status.AGREED
    undated = nl.post(step(visit, "schedule"), {"starts_on": "", "date_precision": "exact"})
    assert "Without a date it stays agreed." in undated.content.decode()
    early = nl.post(step(visit, "schedule"), {"starts_on": "2026-11-19", "ends_on": "2026-11-01", "date_precision": "exact"})
    assert "The last day lies before the first." in early.content.decode()
    nl.post(step(visit, "schedule"), {"starts_on": "2026-11-19", "date_precision": "exact"})
    assert (now(visit).status, now(visit).starts_on) == (Engagement.Status.SCHEDULED, date(2026, 11, 19))
    nl.post(step(visit, "held"))
    long = nl.post(step(visit, "report"), {"report_en": "word " * 301, "follows_en": "Nothing."})
    text = long.content.decode()
    assert "The report has 301 words; it may have 300. Take out 1." in text and "word word word" in text
    nl.post(step(visit, "report"), {"report_en": "We saw one.", "follows_en": "Nothing."})
    assert (now(visit).status, now(visit).report_en) == (Engagement.Status.REPORTED, "We saw one.")
    assert "report_en" in filled_in(nl.get(page(visit)), "engagement_form")  # corrected and translated from here on


def test_the_status_is_moved_by_steps_and_the_list_filters_by_it(cast: Cast, signed_in: Any) -> None:
    idea = build.an_engagement(cast.dialogue)
    owing = build.an_engagement(cast.dialogue, status="held", starts_on=date(2026, 9, 1), date_precision="exact")
    client = signed_in(cast.secretary_nl)
    said = filled_in(client.get(page(idea)), "engagement_form")
    assert not {"status", "report_en", "follows_en"} & set(said)
    assert client.post(page(idea), {**said, "status": "held", "report_en": "Zzyx"}).status_code == 302
    assert (now(idea).status, now(idea).report_en) == (Engagement.Status.IDEA, "")
    listed = "/admin/dialogues/engagement/"
    assert list(client.get(f"{listed}?status__exact=idea").context["cl"].result_list) == [idea]
    assert list(client.get(f"{listed}?report=owed").context["cl"].result_list) == [owing]


def test_the_programme_is_entered_in_the_hosts_time_and_read_by_its_secretaries_alone(cast: Cast, signed_in: Any) -> None:
    visit = build.an_engagement(
        cast.dialogue, kind="official_visit", status="agreed", host_party=cast.nl, visiting_party=cast.uk, place_en="Zzyxhaven",
        audience="public", published_at=build.LONG_AGO,
    )  # fmt: skip
    client = signed_in(cast.secretary_uk)
    said = filled_in(client.get(page(visit)), "engagement_form")
    rows = {
        "stops-TOTAL_FORMS": "1",
        "stops-0-starts_at_0": "2026-12-01",
        "stops-0-starts_at_1": "09:30",
        "stops-0-place_type": "port",
        "stops-0-what": "Quay",
        "sizes-TOTAL_FORMS": "1",
        "sizes-0-party": cast.uk.pk,
        "sizes-0-people": "4",
    }
    assert client.post(page(visit), {**said, **rows}).status_code == 302
    assert EngagementStop.objects.get().starts_at == datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
    assert EngagementSize.objects.get().people == 4
    for name in ("secretary_elsewhere", "technician"):
        answer = signed_in(getattr(cast, name)).get(page(visit), follow=True)
        assert "Zzyxhaven" not in answer.content.decode()
        found = signed_in(getattr(cast, name)).get("/admin/dialogues/engagement/?q=Zzyxhaven", follow=True)
        assert "0 engagements" in found.content.decode() or found.status_code == 403


def test_new_words_ask_the_press_officers_anew_until_it_is_public(cast: Cast, signed_in: Any) -> None:
    visit = build.an_engagement_cleared_by_press(cast.dialogue, status="agreed", objective_en="See a port.")
    client = signed_in(cast.secretary_nl)

    def save(**changes: Any) -> None:
        said = filled_in(client.get(page(visit)), "engagement_form")
        assert client.post(page(visit), {**said, **changes}).status_code == 302

    save(objective_en="See two ports.")  # the public never reads it
    assert not now(visit).awaiting_press().exists()
    assert client.get(page(visit)).content.decode().count("public line: ") == 2
    save(summary_en="Officials visit a port.")
    assert [party.code for party in now(visit).awaiting_press()] == ["NL", "UK"]
    question = client.get(step(visit, "clear-line"))
    assert f'href="{visit.get_absolute_url()}"' in question.content.decode()
    seen = filled_in_step(question)
    save(summary_en="Officials visit two ports.")
    late = client.post(step(visit, "clear-line"), {**seen, "reference": "Mail 3"})
    assert late.status_code == 409 and "The words were changed while you were reading." in late.content.decode()
    client.post(step(visit, "clear-line"), {**filled_in_step(client.get(step(visit, "clear-line"))), "reference": "Mail 3"})
    assert [party.code for party in now(visit).awaiting_press()] == ["UK"]
    Engagement.objects.filter(pk=visit.pk).update(audience="public", published_at=build.LONG_AGO)
    save(summary_en="Officials visit three ports.", correction_en="The number was wrong.")
    assert [party.code for party in now(visit).awaiting_press()] == ["UK"]  # corrected in the open instead


def filled_in_step(question: Any) -> dict[str, Any]:
    form = question.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def test_what_is_cancelled_is_kept_with_its_reason(cast: Cast, signed_in: Any) -> None:
    visit = build.an_engagement(cast.dialogue, status="agreed")
    client = signed_in(cast.secretary_uk)
    empty = client.post(step(visit, "cancel"), {"reason": ""})
    assert "Give the reason." in empty.content.decode()
    client.post(step(visit, "cancel"), {"reason": "No port has time."})
    assert now(visit).status == Engagement.Status.CANCELLED
    assert "No port has time." in client.get(page(visit)).content.decode()
