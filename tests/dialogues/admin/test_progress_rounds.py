"""Progress rounds in the admin: opened on the page of the edition, moved by steps alone; what is told in public."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from dialogues.models import Edition, OutgoingMessage, ProgressReport, ProgressRound, ProgressSection
from dialogues.procedures.progress_review import agree_report, give_view
from tests import build
from tests.cast import Cast


@pytest.fixture(autouse=True)
def after_the_edition() -> Any:
    with time_machine.travel("2027-05-01T09:00:00Z", tick=True) as traveller:
        yield traveller


@pytest.fixture
def closed(cast: Cast) -> Edition:
    Edition.objects.filter(pk=cast.edition.pk).update(status="closed")
    cast.edition.refresh_from_db()
    return cast.edition


def steps(page: Any) -> dict[str, Any]:
    return {str(step["verb"]): step for step in page.context["steps"]}


def of_edition(edition: Edition, step: str = "") -> str:
    return f"/admin/dialogues/edition/{edition.pk}/" + (f"step/{step}/" if step else "change/")


def of(record: Any, step: str = "") -> str:
    return f"/admin/dialogues/{record._meta.model_name}/{record.pk}/" + (f"step/{step}/" if step else "change/")


def test_from_asking_to_the_public_text(cast: Cast, closed: Edition, signed_in: Any, after_the_edition: Any) -> None:
    public = {"audience": "public", "published_at": build.LONG_AGO}
    item = build.an_action_item(closed, text_en="Share the list of ports", **public)
    client = signed_in(cast.secretary_nl)
    assert "To be asked" in client.get("/admin/dialogues/progressround/").content.decode()
    question = client.get(of_edition(closed, "ask-progress"))
    assert question.context["form"]["due_on"].value().isoformat() == "2027-06-15"
    bad = client.post(of_edition(closed, "ask-progress"), {"kind": "first", "due_on": "soon"})
    assert bad.status_code == 200 and "Give a day such as" in bad.content.decode()
    assert client.post(of_edition(closed, "ask-progress"), {"kind": "first", "due_on": "2020-01-01"}).status_code == 409
    assert client.post(of_edition(closed, "ask-progress"), {"kind": "first", "due_on": ""}).status_code == 302
    round = ProgressRound.objects.get()
    assert OutgoingMessage.objects.drafted().count() == 2
    assert "To be asked" not in client.get("/admin/dialogues/progressround/").content.decode()

    page = client.get(of(round))
    assert f"{item.number}</a>: Netherlands" in page.content.decode()
    assert not steps(page)["Compile the report"]["is_possible"] and steps(page)["Remind who is silent"]["is_possible"]
    assert client.post(of(round, "compile")).status_code == 409 and not ProgressReport.objects.exists()
    OutgoingMessage.objects.all().delete()
    assert client.post(of(round, "chase")).status_code == 302 and OutgoingMessage.objects.drafted().count() == 2

    after_the_edition.move_to("2027-06-16T09:00:00Z")
    client = signed_in(cast.secretary_nl)
    assert "One item stands in it with “No update received”" in client.get(of(round, "compile")).content.decode()
    assert client.post(of(round, "compile")).status_code == 302
    assert client.post(of(round, "review")).status_code == 302
    report = ProgressReport.objects.get()
    give_view(item=report.items.get(), by=cast.focal_point_uk, text="The list was never sent.")
    agree_report(report=report, by=cast.focal_point_uk)
    page = client.get(of(round)).content.decode()
    assert "The list was never sent." in page and "Consent awaited: Netherlands." in page and "?version=1" in page
    agree_report(report=report, by=cast.deputy_nl)
    assert client.post(of(round, "section")).status_code == 302
    section = ProgressSection.objects.get()
    assert str(section) in client.get(of(round)).content.decode()
    assert client.post(of(round, "close")).status_code == 302
    round.refresh_from_db()
    assert round.status == "closed"

    said = {"text_en": "Both went on.", "text_nl": "", "seen": 1}
    assert "Write the Dutch text." in client.post(of(section, "edit"), said).content.decode()
    assert client.post(of(section, "edit"), {**said, "text_nl": "Beide gingen door."}).status_code == 302
    late = client.post(of(section, "edit"), {**said, "text_nl": "Anders."})
    assert late.status_code == 409 and "Anders." in late.content.decode()
    shown = steps(client.get(of(section)))
    assert "is cleared by a party’s press officer" in str(shown["Clear it as press officer"]["reasons"])
    assert client.post(of(section, "propose"), {}).status_code == 302
    answer = signed_in(cast.secretary_uk).post(of(section, "publish"), {"proposed_at": ""})
    assert answer.status_code == 409 and "The press officer of Netherlands has not cleared" in answer.content.decode()


def test_nothing_of_a_round_or_of_the_public_text_is_typed(cast: Cast, closed: Edition, signed_in: Any) -> None:
    round = build.a_progress_round(closed, cast.secretary_nl)
    section = build.a_progress_section(build.a_progress_report(round))
    client = signed_in(cast.secretary_nl)
    assert client.post(of(round), {"status": "agreed", "due_on": "2030-01-01"}).status_code == 403
    forged = {"text_en": "Forged.", "text_nl": "Vervalst.", "audience": "public", "text_round": "9"}
    client.post(of(section), forged)
    for record in (round, section):
        assert (
            client.post(f"/admin/dialogues/{record._meta.model_name}/{record.pk}/delete/", {"post": "yes"}).status_code == 403
        )
        assert client.get(f"/admin/dialogues/{record._meta.model_name}/add/").status_code == 403
    round.refresh_from_db()
    section.refresh_from_db()
    assert round.status == "open" and section.text_en == "The pilot goes on until summer."
    assert (section.audience, section.text_round) == ("secretariat", 1)


@pytest.mark.parametrize("who", ["technician", "secretary_elsewhere"])
def test_who_is_no_secretary_of_this_dialogue_finds_neither_page_nor_step(
    cast: Cast, closed: Edition, signed_in: Any, who: str
) -> None:
    round = build.a_progress_round(closed, cast.secretary_nl)
    build.an_action_item(closed, text_en="Share the list of ports")
    client = signed_in(getattr(cast, who))
    listed = client.get("/admin/dialogues/progressround/")
    assert f"progressround/{round.pk}/" not in listed.content.decode() and "To be asked" not in listed.content.decode()
    for step in ("chase", "compile", "review", "close"):
        assert client.post(of(round, step)).status_code in {403, 404}
    assert client.post(of_edition(closed, "ask-progress"), {"kind": "first"}).status_code in {403, 404}
    round.refresh_from_db()
    assert round.status == "open" and ProgressRound.objects.count() == 1 and not OutgoingMessage.objects.exists()
