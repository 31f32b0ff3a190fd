"""Postponing and cancelling on the page of the edition: proposed, consented to by each party's secretary, dropped."""

from __future__ import annotations

from typing import Any

from dialogues.models import Edition, HeadsDecision
from dialogues.procedures import decisions
from tests import build
from tests.cast import Cast


def address(cast: Cast, step: str = "") -> str:
    return f"/admin/dialogues/edition/{cast.edition.pk}/" + (f"step/{step}/" if step else "change/")


def steps(page: Any) -> dict[str, Any]:
    return {str(step["verb"]): step for step in page.context["steps"]}


def test_from_the_proposal_to_the_last_consent(cast: Cast, signed_in: Any) -> None:
    lead, other = signed_in(cast.secretary_nl), signed_in(cast.secretary_uk)
    question = lead.get(address(cast, "postpone")).content.decode()
    assert "heads’ offices of Netherlands, United Kingdom" in question and "Notices to 11 people" in question
    answer = lead.post(address(cast, "postpone"), {"reason": "See the NATO SECRET paper"})
    assert answer.status_code == 200 and "marks something above OFFICIAL" in answer.content.decode()
    assert lead.post(address(cast, "postpone"), {"reason": "Parliament is dissolved."}).status_code == 302
    assert "Propose to cancel it" not in steps(lead.get(address(cast)))

    decision = HeadsDecision.objects.get()
    consent = {"decision": decision.pk, "reference": "NL 2026/11"}
    answer = lead.post(address(cast, "consent"), {**consent, "reference": ""})
    assert "reference" in answer.context["form"].errors and not decision.consents.exists()
    assert lead.post(address(cast, "consent"), consent).status_code == 302
    assert lead.post(address(cast, "consent"), consent).status_code == 409
    row = steps(other.get(address(cast)))["Record the consent of your head’s office"]
    assert row["sentence"] == "Proposed: “postponed”. Consent awaited: United Kingdom." and not row["is_main"]
    page = other.get(address(cast, "consent"))
    text = page.content.decode()
    assert "Yours is the last consent" in text and "Parliament is dissolved." in text
    assert page.context["form"]["decision"].value() == decision.pk
    other.post(address(cast, "consent"), {"decision": decision.pk, "reference": "UK 2026/7"})
    cast.edition.refresh_from_db()
    assert cast.edition.status == "postponed"

    kept = other.get(f"/admin/dialogues/headsdecision/{decision.pk}/change/").content.decode()
    assert "postponed: Netherlands" in kept and "NL 2026/11" in kept and "UK 2026/7" in kept and "In effect" in kept
    assert other.post(f"/admin/dialogues/headsdecision/{decision.pk}/change/", {"reason": "Other"}).status_code == 403


def test_a_consent_goes_to_the_proposal_that_was_shown_and_to_no_other(cast: Cast, signed_in: Any) -> None:
    shown = decisions.propose(edition=cast.edition, to="postponed", reason="A strike.", by=cast.lead)
    decisions.drop(decision=shown, by=cast.secretary_uk)
    decisions.propose(edition=cast.edition, to="cancelled", reason="Another strike.", by=cast.lead)
    client = signed_in(cast.secretary_uk)
    for number in (shown.pk, "99999999999999999999", "x"):
        answer = client.post(address(cast, "consent"), {"decision": number, "reference": "UK 2026/7"})
        assert "This proposal is not pending any more." in answer.content.decode()
    elsewhere = build.an_edition(build.a_dialogue())
    foreign = build.a_heads_decision(elsewhere, cast.secretary_nl)
    answer, never = (
        client.post(address(cast, "consent"), {"decision": number, "reference": "UK 2026/7"}) for number in (foreign.pk, 98765)
    )
    assert (answer.status_code, answer.content.count(b"not pending any more")) == (
        never.status_code,
        never.content.count(b"not pending any more"),
    )
    assert not any(decision.consents.exists() for decision in HeadsDecision.objects.all())


def test_decisions_are_read_by_the_secretaries_of_their_dialogue_alone(cast: Cast, signed_in: Any) -> None:
    decision = build.a_heads_decision(cast.edition, cast.secretary_nl, reason="Bait of a reason.")
    own = signed_in(cast.secretary_uk).get("/admin/dialogues/headsdecision/").content.decode()
    assert "Consent awaited: Netherlands, United Kingdom." in own
    for somebody in (cast.secretary_elsewhere, cast.technician):
        client = signed_in(somebody)
        assert "Consent awaited" not in client.get("/admin/dialogues/headsdecision/").content.decode()
        kept = client.get(f"/admin/dialogues/headsdecision/{decision.pk}/change/", follow=True)
        assert "Bait of a reason." not in kept.content.decode()


def test_closed_and_followed_up_the_next_step_is_on_the_panel(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.lead)
    Edition.objects.filter(pk=cast.edition.pk).update(status="closed")
    panel = steps(client.get(address(cast)))
    assert not panel["Begin the follow-up"]["is_possible"] and "Propose to cancel it" not in panel
    Edition.objects.filter(pk=cast.edition.pk).update(status="follow_up")
    item = build.an_action_item(cast.edition)
    panel = steps(client.get(address(cast)))
    assert f"/admin/dialogues/actionitem/{item.pk}/change/" in {
        one["address"] for one in panel["Archive the edition"]["reasons"]
    }
    type(item).objects.update(status="closed")
    build.an_edition(cast.dialogue, year=2028, status="planned")
    assert client.post(address(cast, "archive")).status_code == 302
    cast.edition.refresh_from_db()
    assert cast.edition.status == "archived"
