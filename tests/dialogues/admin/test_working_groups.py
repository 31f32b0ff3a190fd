"""Working groups in the admin: steps with their reasons, seats for each party, terms that stay as they were cleared."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from dialogues.models import CoChair, Edition, Lineage, Mandate, WorkingGroup
from dialogues.procedures import working_groups
from socportal import clock
from tests import build
from tests.cast import Cast
from tests.filling_in import filled_in


def page(record: Any, action: str = "change") -> str:
    return f"/admin/dialogues/{record._meta.model_name}/{record.pk}/{action}/"


def step(record: Any, name: str) -> str:
    return page(record, f"step/{name}")


def verbs(client: Any, record: Any) -> dict[str, dict[str, Any]]:
    return {str(one["verb"]): one for one in client.get(page(record)).context["steps"]}


def test_a_group_goes_from_proposed_to_concluded_by_its_buttons(cast: Cast, signed_in: Any) -> None:
    group = build.a_group(cast.dialogue)
    uk, nl = signed_in(cast.secretary_uk), signed_in(cast.secretary_nl)
    assert verbs(uk, group)["Establish"]["sentence"] == "Needed from each party: Netherlands, United Kingdom."
    ahead = uk.post(step(group, "establish"), {"met_on": "2999-01-01"})
    assert ahead.status_code == 200 and "This day lies ahead." in ahead.content.decode()
    assert uk.post(step(group, "establish"), {"met_on": "2026-10-06"}).status_code == 302
    question = nl.get(step(group, "establish"))
    assert question.context["form"]["met_on"].value() == date(2026, 10, 6)
    assert "Consented: United Kingdom. Still needed: Netherlands." in verbs(nl, group)["Establish"]["sentence"]
    assert uk.post(step(group, "establish"), {"met_on": "2026-10-06"}).status_code == 409
    nl.post(step(group, "establish"), {"met_on": "2026-10-06"})
    group.refresh_from_db()
    assert group.status == WorkingGroup.Status.ESTABLISHED
    assert "established: United Kingdom" in uk.get(page(group)).content.decode()
    WorkingGroup.objects.filter(pk=group.pk).update(status="active")
    item = build.an_action_item(cast.edition, mandate=build.a_mandate(cast.edition, group))
    refused = uk.post(step(group, "conclude"))
    text = refused.content.decode()
    assert refused.status_code == 409 and f"{item.number} is still open" in text and page(item) in text


def test_a_new_mandate_has_a_seat_for_each_party_and_the_rapporteur_of_the_other_one(cast: Cast, signed_in: Any) -> None:
    group = build.a_group(cast.dialogue)
    build.a_mandate(Edition.objects.get(dialogue=cast.dialogue, year=2026), group, rapporteur_party=cast.nl)
    client = signed_in(cast.secretary_nl)
    add = f"/admin/dialogues/mandate/add/?edition={cast.edition.pk}&working_group={group.pk}"
    said = filled_in(client.get(add), "mandate_form")
    assert said["rapporteur_party"] == str(cast.uk.pk)
    assert client.post(add, {**said, "rapporteur_party": ""}).status_code == 302
    mandate = Mandate.objects.get(edition=cast.edition, working_group=group)
    assert mandate.rapporteur_party == cast.uk
    seats = CoChair.objects.filter(mandate=mandate).order_by("party__code")
    assert [(seat.party, seat.person) for seat in seats] == [(cast.nl, None), (cast.uk, None)]
    assert "NL: to be named, UK: to be named" in client.get("/admin/dialogues/mandate/").content.decode()
    said = filled_in(client.get(page(mandate)), "mandate_form")
    first = next(name for name in said if name.startswith("co_chairs-0-person"))
    wrong = client.post(page(mandate), {**said, first: cast.delegate_uk.person.pk})
    assert "it is that party’s seat" in wrong.content.decode()
    client.post(page(mandate), {**said, first: cast.delegate_nl.person.pk})
    assert CoChair.objects.get(mandate=mandate, party=cast.nl).person == cast.delegate_nl.person


def test_terms_stay_as_they_were_sent_to_clearance(cast: Cast, signed_in: Any) -> None:
    group = build.a_group(cast.dialogue, status="established")
    mandate = build.a_mandate(cast.edition, group, terms_en="Ports and post.")
    client = signed_in(cast.secretary_nl)
    said = filled_in(client.get(page(mandate)), "mandate_form")
    assert client.post(step(mandate, "send-terms")).status_code == 302
    locked = filled_in(client.get(page(mandate)), "mandate_form")
    assert "terms_en" in said and not {"terms_en", "terms_nl", "edition", "working_group"} & set(locked)
    client.post(page(mandate), {**locked, "terms_en": "Otherwise"})
    mandate.refresh_from_db()
    assert (mandate.terms_en, mandate.status) == ("Ports and post.", Mandate.Status.IN_CLEARANCE)
    client.post(step(mandate, "adopt"), {"reference": "Letter 12"})
    assert "in clearance" in client.get(page(mandate)).content.decode()
    signed_in(cast.secretary_uk).post(step(mandate, "adopt"))
    mandate.refresh_from_db()
    assert mandate.status == Mandate.Status.ADOPTED
    text = client.get(page(mandate)).content.decode()
    assert "adopted: Netherlands" in text and "Letter 12" in text


@pytest.mark.parametrize(("day", "in_force"), [(17, True), (18, False)])
def test_the_list_knows_by_the_clock_which_mandates_are_in_force(cast: Cast, signed_in: Any, day: int, in_force: bool) -> None:
    Mandate.objects.filter(pk=cast.group.pk).update(status="adopted")
    client = signed_in(cast.secretary_nl)
    with clock.told_at(datetime(2027, 3, day, 12, tzinfo=UTC)):
        found = client.get("/admin/dialogues/mandate/?current=yes").context["cl"].result_list
        assert (cast.group in found) == in_force and cast.other_group not in found
        text = client.get("/admin/dialogues/mandate/").content.decode()
        assert ("ended with its edition" in text) != in_force
        offered = verbs(client, cast.group)
        assert ("End the mandate now" in offered) == in_force


def test_lineage_is_confirmed_by_a_step_with_day_and_reference(cast: Cast, signed_in: Any) -> None:
    lineage = build.a_lineage(cast.edition)
    client = signed_in(cast.secretary_uk)
    unfounded = client.post(step(lineage, "confirm"), {"confirmed_on": "2026-10-06", "reference": ""})
    assert "Give the reference of the meeting." in unfounded.content.decode()
    for nonsense in ("0000-00-00", "10000-01-01", "zz\0"):
        answer = client.post(step(lineage, "confirm"), {"confirmed_on": nonsense, "reference": "PM 4"})
        assert answer.status_code in {200, 400}
    client.post(step(lineage, "confirm"), {"confirmed_on": "2026-10-06", "reference": "PM 4"})
    assert Lineage.objects.get().confirmed_on is None
    client = signed_in(cast.secretary_nl)
    told = "Consented: United Kingdom. Still needed: Netherlands. Day of the meeting: 6 October 2026."
    assert verbs(client, lineage)["Confirm"]["sentence"] == told
    asked = client.get(step(lineage, "confirm")).content.decode()
    assert told in asked and 'value="2026-10-06"' in asked
    assert "confirmed: United Kingdom" in client.get(page(lineage)).content.decode()
    other = client.post(step(lineage, "confirm"), {"confirmed_on": "2026-10-07", "reference": "PM 4"}, follow=True)
    assert "United Kingdom gave 6 October 2026." in other.content.decode()
    client.post(step(lineage, "confirm"), {"confirmed_on": "2026-10-06", "reference": "PM 4"})
    assert Lineage.objects.get().confirmed_on == date(2026, 10, 6)
    assert "Confirm" not in verbs(client, lineage)
    assert signed_in(cast.secretary_elsewhere).get(step(lineage, "confirm")).status_code == 404


def test_a_mandate_is_moved_by_its_own_secretaries_alone(cast: Cast, signed_in: Any) -> None:
    mandate = build.a_mandate(cast.edition, build.a_group(cast.dialogue, status="established"), terms_en="Ports.")
    for name in ("secretary_elsewhere", "technician", "former_secretary"):
        client = signed_in(getattr(cast, name))
        assert client.get(page(mandate), follow=True).status_code in {200, 403, 404}
        assert client.post(step(mandate, "send-terms")).status_code in {302, 403, 404}
    mandate.refresh_from_db()
    assert mandate.status == Mandate.Status.DRAFT
    assert working_groups.seats_of(mandate)
