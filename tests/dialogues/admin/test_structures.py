"""Consultation structures in the admin: entered with their chairs, assessed by a step, published by two."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dialogues.models import ConsultationStructure, JournalEntry, StructureAssessment, StructureChair
from dialogues.procedures import structures
from dialogues.procedures.steps import StepRefused
from tests import build
from tests.cast import Cast
from tests.filling_in import filled_in

LIST = "/admin/dialogues/consultationstructure/"
SAID = {"assessed_on": "2026-11-01", "text_en": "Meets too rarely.", "text_nl": "", "audience": "delegates"}


def page(structure: ConsultationStructure, action: str = "change") -> str:
    return f"{LIST}{structure.pk}/{action}/"


def test_it_is_entered_with_a_chair_by_post_for_each_of_its_own_parties(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_nl)
    belgium = build.a_party("BE")
    typed = {
        **filled_in(client.get(f"{LIST}add/"), "consultationstructure_form"),
        "name_en": "Contact committee",
        "slug": "contact-committee",
        "dialogue": cast.dialogue.pk,
        "level": "experts",
        "parties": [cast.uk.pk],
        "chairs-TOTAL_FORMS": "1",
        "chairs-0-party": belgium.pk,
        "chairs-0-post_en": "Head of desk",
    }
    alone = client.post(f"{LIST}add/", typed)
    assert "Choose at least two parties: it is where they confer." in alone.content.decode()
    typed["parties"] = [cast.uk.pk, cast.nl.pk]
    stranger = client.post(f"{LIST}add/", typed).content.decode()
    assert "Party BE is no party of this structure" in stranger and "Head of desk" in stranger
    assert not ConsultationStructure.objects.exists()
    assert client.post(f"{LIST}add/", {**typed, "chairs-0-party": cast.nl.pk}).status_code == 302
    structure = ConsultationStructure.objects.get()
    assert (structure.audience, structure.published_at, structure.level) == ("secretariat", None, "experts")
    assert StructureChair.objects.get(structure=structure, party=cast.nl).post_en == "Head of desk"


def test_assessments_stand_beside_each_other_and_are_journalled_without_their_words(cast: Cast, signed_in: Any) -> None:
    structure = build.a_structure(cast.dialogue)
    client = signed_in(cast.secretary_uk)
    assert "Not assessed yet." in client.get(page(structure)).content.decode()
    assert 'value="2026-11-20"' in client.get(page(structure, "step/assess")).content.decode()
    assert client.post(page(structure, "step/assess"), SAID).status_code == 302
    later = {**SAID, "assessed_on": "2026-11-19", "text_en": "Meets monthly now.", "audience": "secretariat"}
    assert client.post(page(structure, "step/assess"), later).status_code == 302
    made = structure.assessments.newest_first().values_list("assessed_on", "text_en", "audience")
    assert list(made) == [
        (date(2026, 11, 19), "Meets monthly now.", "secretariat"),
        (date(2026, 11, 1), "Meets too rarely.", "delegates"),
    ]
    entry = JournalEntry.objects.order_by("-number").first()
    assert entry is not None and (entry.act, entry.record, entry.party) == ("assessed structure", structure, cast.uk)
    assert entry.details == {"assessment": structure.assessments.newest_first()[0].pk, "to": "secretariat"}
    shown = client.get(page(structure)).content.decode()
    assert shown.index("Meets monthly now.") < shown.index("Meets too rarely.")
    assert "19 November 2026" in client.get(LIST).content.decode()


def test_what_cannot_be_an_assessment_is_refused_with_what_was_typed(cast: Cast, signed_in: Any) -> None:
    structure = build.a_structure(cast.dialogue)
    client = signed_in(cast.secretary_nl)
    for wrong, sentence in [
        ({"assessed_on": "2026-11-21"}, "This day lies ahead. Give the day on which it was assessed."),
        ({"assessed_on": ""}, "Give the day on which it was assessed."),
        ({"assessed_on": "0000-01-01"}, "Enter a valid date."),
        ({"text_en": " "}, "Write the assessment, in English at least."),
        ({"text_en": "It is marked OFFICIAL-SENSITIVE."}, "OFFICIAL"),
        ({"audience": "public"}, "Select a valid choice."),
        ({"text_nl": "Nul\0"}, "Null characters are not allowed."),
    ]:
        answer = client.post(page(structure, "step/assess"), {**SAID, "text_nl": "Te zelden.", **wrong})
        text = answer.content.decode()
        assert answer.status_code == 200 and sentence in text, wrong
        assert wrong.keys() & {"text_nl"} or "Te zelden." in text
    assert not StructureAssessment.objects.exists()


@pytest.mark.parametrize("name", ["focal_point_uk", "delegate_nl", "former_secretary", "secretary_elsewhere", "technician"])
def test_only_a_secretary_of_its_dialogue_assesses(cast: Cast, name: str) -> None:
    structure = build.a_structure(cast.dialogue)
    said = {"assessed_on": date(2026, 11, 1), "text_en": "Meets too rarely."}
    with pytest.raises(StepRefused, match="Only a current secretary"):
        structures.assess(structure=structure, by=getattr(cast, name), **said)
    with pytest.raises(StepRefused, match="for the delegates or for the secretariat"):
        structures.assess(structure=structure, by=cast.secretary_nl, audience="party", **said)
    assert not structure.assessments.exists()


def test_whoever_does_not_keep_it_finds_neither_it_nor_how_it_was_assessed(cast: Cast, signed_in: Any) -> None:
    structure = build.a_structure(cast.dialogue, name_en="Zzyx body", audience="public", published_at=build.LONG_AGO)
    build.an_assessment(structure, text_en="Zzyx leaking")
    for name in ("secretary_elsewhere", "technician"):
        client = signed_in(getattr(cast, name))
        for address in (page(structure), page(structure, "history"), f"{LIST}?q=Zzyx"):
            assert "Zzyx body" not in client.get(address, follow=True).content.decode(), (name, address)
            assert "leaking" not in client.get(address, follow=True).content.decode()
        assert client.post(page(structure, "step/assess"), SAID).status_code in {403, 404}
    assert "Zzyx leaking" in signed_in(cast.secretary_uk).get(page(structure)).content.decode()


def test_it_becomes_public_by_two_and_is_kept_once_it_was_assessed(cast: Cast, signed_in: Any) -> None:
    structure = build.a_structure(cast.dialogue, name_en="Contact committee")
    uk, nl = signed_in(cast.secretary_uk), signed_in(cast.secretary_nl)
    uk.post(page(structure, "step/propose"), {"public_from": ""})
    assert uk.post(page(structure, "step/publish"), {"proposed_at": ""}).status_code == 409
    assert uk.get(structure.get_absolute_url()).status_code == 200
    nl.post(page(structure, "step/publish"), {"proposed_at": ""})
    assert ConsultationStructure.objects.get(pk=structure.pk).is_public()
    draft = build.a_structure(cast.dialogue)
    build.an_assessment(draft)
    answer = uk.post(page(draft, "delete"), {"post": "yes"})
    assert answer.status_code in {200, 302, 403}
    assert ConsultationStructure.objects.filter(pk=draft.pk).exists() and draft.assessments.exists()
