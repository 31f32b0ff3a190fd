"""Consultation structures as they are read: what each is to everybody, how it was assessed to those who may know."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dialogues.models import Audience, ConsultationStructure, Correction, Dialogue, StructureChair
from parties.models import Citation
from tests import build
from tests.cast import Cast
from tests.reading import content, facts, page, sources
from tests.signing_in import sign_in

PUBLIC = {"audience": Audience.PUBLIC, "published_at": build.LONG_AGO}
LIST = "/en/structures/"
MOST_QUERIES = 14


def committee(dialogue: Dialogue, **fields: Any) -> ConsultationStructure:
    """Public, between the UK and the Netherlands, its chair stated for one of them."""
    said = {
        "slug": "contact-committee",
        "name_en": "Contact committee",
        "name_nl": "Contactcommissie",
        "level": "senior_officials",
        "remit_en": "Follows what was agreed.",
        "remit_nl": "Volgt wat is afgesproken.",
        "frequency_en": "Twice a year",
    }
    structure = build.a_structure(dialogue, **{**said, **PUBLIC, **fields})
    StructureChair.objects.create(structure=structure, party=build.a_party("NL"), post_en="Director of policy")
    return structure


def browser(cast: Cast, name: str) -> Client:
    client = Client()
    sign_in(client, getattr(cast, name))
    return client


def test_one_structure_tells_its_level_parties_remit_frequency_and_chairs_by_post(cast: Cast) -> None:
    shown = build.a_group(cast.dialogue, name_en="Harbours")
    hidden = build.a_group(cast.dialogue, name_en="Zzyx group", audience=Audience.SECRETARIAT, published_at=None)
    structure = committee(cast.dialogue, working_groups=[shown, hidden])
    Citation.objects.create(record=structure, field="remit", source=build.a_source(title="Where it was read"))
    Correction.objects.create(
        record=structure, by=cast.secretary_nl, note_en="It was misspelt.", at=datetime(2026, 5, 4, tzinfo=UTC)
    )
    address = structure.get_absolute_url()
    assert facts(address) == {
        "Dialogue": str(cast.dialogue.short_name),
        "Level": "Senior officials",
        "Parties": "Netherlands, United Kingdom",
        "How often it meets": "Twice a year",
        "Co-chairs, by post": "Netherlands: Director of policy United Kingdom: not stated",
        "Related working groups": "Harbours",
    }
    text = page(address)
    assert "Follows what was agreed. [1]" in text
    assert "4 May 2026 : It was misspelt." in text
    assert "Zzyx" not in text
    assert "Where it was read" in sources(address)["1"]
    assert "Zzyx group" in facts(address, browser(cast, "secretary_uk"))["Related working groups"]
    dutch = Client().get("/nl/structures/contact-committee/").content.decode()
    assert "Volgt wat is afgesproken." in dutch
    assert '<span lang="en">Twice a year</span>' in dutch


def test_what_is_not_stated_stands_there_as_such(db: None) -> None:
    structure = build.a_structure(build.a_dialogue(), name_en="Bare body", **PUBLIC)
    stated = facts(structure.get_absolute_url())
    assert [stated[label] for label in ("Level", "How often it meets", "Co-chairs, by post")] == ["Not stated"] * 3
    assert "Related working groups" not in stated
    assert "Bare body Remit not stated" in page(LIST)


def test_an_assessment_is_read_by_those_it_is_for_and_leaves_no_trace_for_others(cast: Cast) -> None:
    structure = committee(cast.dialogue)
    without = {address: Client().get(address).content for address in (LIST, structure.get_absolute_url())}
    build.an_assessment(structure, assessed_on=date(2026, 9, 1), text_en="Zzyx slow", audience="delegates")
    build.an_assessment(structure, assessed_on=date(2026, 10, 1), text_en="Zzyx leaking", audience="secretariat")
    for address, before in without.items():
        assert Client().get(address).content == before
        for name in ("stranger", "last_years_delegate", "secretary_elsewhere", "former_secretary"):
            text = content(address, browser(cast, name))
            assert "Contact committee" in text
            assert "Zzyx" not in text and "ssessed" not in text, name
    for name in ("delegate_uk", "focal_point_nl"):
        read = content(structure.get_absolute_url(), browser(cast, name))
        assert "How it was assessed 1 September 2026 Zzyx slow For the delegates" in read
        assert "leaking" not in read and "October" not in read, name
        listed = content(LIST, browser(cast, name))
        assert "Last assessed on 1 September 2026" in listed and "October" not in listed, name
    secretary = browser(cast, "secretary_nl")
    read = content(structure.get_absolute_url(), secretary)
    assert read.index("1 October 2026 Zzyx leaking For the secretariat alone.") < read.index("1 September 2026 Zzyx slow")
    assert "Last assessed on 1 October 2026" in content(LIST, secretary)


def test_a_draft_answers_like_what_never_was_and_its_secretary_sees_it_marked(cast: Cast) -> None:
    draft = build.a_structure(cast.dialogue, name_en="Zzyx draft", slug="zzyx")
    never = Client().get("/en/structures/nowhere/")
    found = Client().get(draft.get_absolute_url())
    assert (found.status_code, found.content) == (404, never.content)
    assert "Zzyx" not in Client().get(f"{LIST}?words=zzyx").content.decode().replace('value="zzyx"', "")
    for address in (LIST, draft.get_absolute_url()):
        text = page(address, browser(cast, "secretary_uk"))
        assert "Zzyx draft" in text and "Draft. This is how it will look." in text
        assert "OFFICIAL / ongerubriceerd" in text


def test_filters_narrow_offer_only_what_is_shown_and_explain_themselves(db: None) -> None:
    two, three = build.a_dialogue(slug="two"), build.a_dialogue(slug="three", parties=("UK", "NL", "BE"))
    committee(two)
    build.a_structure(
        three, name_en="Rhine table", level="experts", parties=[build.a_party(code) for code in ("NL", "BE")], **PUBLIC
    )
    build.a_structure(three, name_en="Zzyx", level="political")
    whole = Client().get(LIST).content.decode()
    assert "2 consultation structures" in page(LIST)
    assert 'value="experts"' in whole and 'value="political"' not in whole
    for question, found, left_out in [
        ("party=BE", "Rhine table", "Contact committee"),
        ("level=senior_officials", "Contact committee", "Rhine table"),
        ("dialogue=three", "Rhine table", "Contact committee"),
        ("words=AGREED", "Contact committee", "Rhine table"),
    ]:
        text = content(f"{LIST}?{question}")
        assert "1 consultation structure" in text
        assert found in text and left_out not in text, question
    assert "No consultation structure fits all of these filters." in content(f"{LIST}?party=BE&level=senior_officials")
    for nonsense in ("level=political", "party=XX", "dialogue=" + "9" * 200, "words=" + "a" * 81):
        answer = Client().get(f"{LIST}?{nonsense}")
        assert answer.status_code == 400, nonsense
        assert "This filter was not understood" in answer.content.decode()
    assert Client().get(f"{LIST}?level=%00").status_code == 400


def test_as_long_as_no_real_one_is_entered_the_page_says_what_the_texts_say(db: None) -> None:
    said = "The published texts name none of these bodies."
    assert "No consultation structure has been published yet." in page(LIST)
    assert f"set out to take stock of the ways in which the two countries consult each other already. {said}" in page(LIST)
    invented = build.a_dialogue(is_demonstration=True)
    build.a_structure(invented, name_en="Invented table", **PUBLIC)
    text = page(LIST)
    assert said in text
    assert text.index("Demonstration edition.") < text.index("Invented table")
    committee(build.a_dialogue())
    assert said not in page(LIST)


@pytest.mark.parametrize("address", [LIST, "/en/structures/contact-committee/"])
def test_more_records_cost_no_more_queries(db: None, address: str) -> None:
    dialogue = build.a_dialogue()
    structure = committee(dialogue)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert Client().get(address).status_code == 200
        return len(asked)

    few = queries()
    for n in range(12):
        other = build.a_structure(build.a_dialogue() if n % 3 else dialogue, **PUBLIC)
        Citation.objects.create(record=other, field="remit", source=build.a_source())
        structure.working_groups.add(build.a_group(dialogue))
    Citation.objects.create(record=structure, field="remit", source=build.a_source())
    assert queries() <= few + 1 <= MOST_QUERIES
