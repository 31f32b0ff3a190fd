"""The handover note on its page: for those who keep the edition, with links to the records, ready to print."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dialogues.models import Edition, Export, JournalEntry
from parties.models import User
from tests import build, reading_paper
from tests.cast import Cast
from tests.reading import words


def address(edition: Edition) -> str:
    return f"/admin/dialogues/edition/{edition.pk}/handover/"


def test_the_page_says_what_is_open_and_leads_to_it(cast: Cast, signed_in: Any) -> None:
    late = build.a_task(cast.edition, code="T11", task_en="Print the signs", owner="PRO", due_on=date(2026, 11, 18))
    item = build.an_action_item(cast.edition, text_en="", text_nl="Proef houden", measure_en="", measure_nl="Verslag")
    markup = signed_in(cast.secretary_uk).get(address(cast.edition)).content.decode()
    read = words(markup)
    assert "Status: in preparation. As it stands on 20 November 2026. Open: 1 task, 1 action item." in read
    assert "18 November 2026, overdue T11 Print the signs Protocol and logistics (Netherlands)" in read
    assert f'href="/admin/dialogues/preparationtask/{late.pk}/change/"' in markup
    assert f'href="/admin/dialogues/actionitem/{item.pk}/change/"' in markup
    assert "To be named: co-chair United Kingdom, rapporteur" in read
    assert "Zzyx" not in markup[markup.index("<main") : markup.index("</main>")]


def test_it_is_taken_out_as_a_marked_file_for_a_purpose_and_journalled(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_nl)
    take_out = f"/admin/dialogues/export/edition/{cast.edition.pk}/handover/"
    assert f'href="{take_out}"' in client.get(address(cast.edition)).content.decode()
    answer = client.post(take_out, {"file_type": "pdf", "language": "nl", "purpose": "successor"})
    assert answer["Content-Disposition"] == 'attachment; filename="official-handover-2027-nl.pdf"'
    assert reading_paper.is_tagged(answer.content)
    export = Export.objects.get()
    assert (export.what, export.purpose, export.by, export.rows) == ("handover", "successor", cast.secretary_nl, 0)
    assert JournalEntry.objects.get(act="exported").details["what"] == "handover"


def test_it_reads_in_dutch(cast: Cast, signed_in: Any) -> None:
    build.a_task(cast.edition, code="T11", task_en="Print the signs", task_nl="De borden drukken", due_on=date(2026, 11, 18))
    client = signed_in(cast.secretary_nl)
    client.cookies["django_language"] = "nl"
    assert "T11 De borden drukken" in words(client.get(address(cast.edition)).content.decode())


@pytest.mark.parametrize("reader", ["secretary_elsewhere", "technician"])
def test_for_those_who_do_not_keep_the_edition_it_does_not_exist(cast: Cast, signed_in: Any, reader: str) -> None:
    client = signed_in(getattr(cast, reader))
    here, nowhere = client.get(address(cast.edition)), client.get("/admin/dialogues/edition/999999/handover/")
    assert here.status_code == nowhere.status_code == 404
    assert User.objects.filter(pk=getattr(cast, reader).pk).exists()


def test_the_page_asks_a_constant_number_of_questions(cast: Cast, signed_in: Any, django_assert_max_num_queries: Any) -> None:
    for _n in range(30):
        build.a_task(cast.edition, due_on=date(2026, 12, 1))
        build.an_action_item(cast.edition, due_on=date(2026, 12, 1), mandate=cast.group)
        build.an_appointment(build.an_account(build.a_person(cast.uk)), cast.dialogue, "focal_point")
    client = signed_in(cast.secretary_uk)
    client.get(address(cast.edition))
    with django_assert_max_num_queries(60):
        assert client.get(address(cast.edition)).status_code == 200
