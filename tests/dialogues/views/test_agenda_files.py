"""The agenda as files: who gets which, under what name, and where there is none."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dialogues.models import Audience, Edition
from dialogues.procedures.agenda import release_agenda
from tests import build, reading_paper
from tests.cast import Cast

PUBLIC = {"audience": Audience.PUBLIC, "published_at": build.LONG_AGO}
MINE = "/en/my/programme.pdf"


def address(cast: Cast, name: str = "agenda.pdf", lang: str = "en", year: int | str = 2027) -> str:
    return f"/{lang}/dialogues/{cast.dialogue.slug}/{year}/{name}"


@pytest.fixture
def released(cast: Cast) -> Cast:
    build.a_session(cast.edition, title_en="Opening", title_nl="Openingszitting", room=build.a_room("Great Hall"), **PUBLIC)
    build.a_session(cast.edition, "11:00", "12:00", title_en="Inner session", kind="breakout", mandate=cast.group)
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    return cast


@pytest.mark.parametrize("who", ["delegate_uk", "co_chair", "focal_point_nl", "secretary_uk"])
def test_who_takes_part_gets_the_whole_and_nobody_keeps_it(released: Cast, signed_in: Any, who: str) -> None:
    answer = signed_in(getattr(released, who)).get(address(released))
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"] and "Cookie" in answer["Vary"]
    name = f"official-{released.dialogue.slug}-2027-agenda-1.0-en.pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    read = reading_paper.words(answer.content)
    assert "Inner session" in read and "Great Hall" in read and "Release 1.0" in read


def test_the_public_gets_the_outline_and_is_not_sent_the_same_one_twice(released: Cast) -> None:
    answer = Client().get(address(released, lang="nl"))
    read = reading_paper.words(answer.content)
    assert f'filename="{released.dialogue.slug}-2027-outline-nl.pdf"' in answer["Content-Disposition"]
    assert "Openingszitting" in read and not any(bait in read for bait in ("Inner session", "Great Hall", "1.0", "OFFICIAL"))
    assert "Cookie" in answer["Vary"] and not answer.cookies
    again = Client().get(address(released, lang="nl"), headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304 and not again.content and again["ETag"] == answer["ETag"]
    assert Client().get(address(released))["ETag"] != answer["ETag"]
    build.a_session(released.edition, "14:00", "15:00", title_en="Closing", **PUBLIC)
    release_agenda(edition=released.edition, by=released.secretary_nl, planned=False)
    assert Client().get(address(released, lang="nl"), headers={"if-none-match": answer["ETag"]}).status_code == 200


def test_somebody_signed_in_who_does_not_take_part_gets_the_outline_too(released: Cast, signed_in: Any) -> None:
    answer = signed_in(released.stranger).get(address(released))
    assert "outline" in answer["Content-Disposition"] and "Inner session" not in reading_paper.words(answer.content)
    assert "no-store" in answer["Cache-Control"]


def test_where_nothing_is_released_or_the_edition_is_hidden_there_is_no_file(cast: Cast, signed_in: Any) -> None:
    nowhere = Client().get(address(cast, year=2099))
    build.a_session(cast.edition, title_en="Canary", **PUBLIC)
    assert Client().get(address(cast)).content == nowhere.content
    assert signed_in(cast.delegate_uk).get(address(cast)).status_code == 404
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    assert Client().get(address(cast)).status_code == 200
    Edition.objects.filter(pk=cast.edition.pk).update(audience="secretariat", published_at=None)
    hidden = Client().get(address(cast))
    assert hidden.status_code == nowhere.status_code == 404 and hidden.content == nowhere.content
    assert Client().get(address(cast, year="99999999999999999999")).content == nowhere.content


def test_the_annotated_agenda_is_for_those_who_take_part(released: Cast, signed_in: Any) -> None:
    answer = signed_in(released.delegate_uk).get(address(released, "agenda/annotated.pdf", "nl"))
    assert answer.status_code == 200 and "annotated-agenda-1.0-nl.pdf" in answer["Content-Disposition"]
    assert reading_paper.language(answer.content).lower() == "nl-nl"
    for who in ("stranger", "withdrawn_delegate", "last_years_delegate", "technician", "secretary_elsewhere"):
        client = signed_in(getattr(released, who))
        hidden, nowhere = (client.get(address(released, "agenda/annotated.pdf", year=year)) for year in (2027, 2099))
        assert hidden.status_code == nowhere.status_code == 404 and hidden.content == nowhere.content
    assert Client().get(address(released, "agenda/annotated.pdf")).status_code == 302


def test_ones_own_programme_bears_no_name_outside(released: Cast, signed_in: Any) -> None:
    answer = signed_in(released.group_member).get(MINE)
    assert "Inner session" in reading_paper.words(answer.content) and "no-store" in answer["Cache-Control"]
    assert "Zzyx" not in answer["Content-Disposition"] and "my-programme-1.0-en.pdf" in answer["Content-Disposition"]
    assert "Inner session" not in reading_paper.words(signed_in(released.delegate_nl).get(MINE).content)
    assert signed_in(released.stranger).get(MINE).status_code == 404
    assert signed_in(released.technician).get(MINE).status_code == 404
    assert Client().get(MINE).status_code == 302


def test_the_pages_lead_to_the_files(released: Cast, signed_in: Any) -> None:
    client = signed_in(released.delegate_uk)
    agenda, my = (client.get(page).content.decode() for page in (address(released, "agenda/"), "/en/my/"))
    assert address(released) in agenda and address(released, "agenda/annotated.pdf") in agenda and MINE in my
    public = Client().get(address(released, "agenda/")).content.decode()
    assert address(released) in public and "annotated.pdf" not in public
