from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from dialogues.models import JournalEntry, JournalHead
from dialogues.models.frozen import IsFrozen
from dialogues.procedures import journal, nominations
from dialogues.procedures.acceptance import accept
from tests import build
from tests.cast import Cast


@pytest.fixture
def three_rows(cast: Cast) -> list[JournalEntry]:
    return [journal.write(by=cast.secretary_nl, act="changed", on=cast.edition, details={"fields": [str(n)]}) for n in range(3)]


def test_rows_are_chained_from_the_first(three_rows: list[JournalEntry]) -> None:
    assert [row.number for row in three_rows] == [1, 2, 3]
    assert three_rows[0].previous_hash == "0" * 64
    assert three_rows[1].previous_hash == three_rows[0].hash
    assert journal.faults() == []


def test_a_row_says_who_for_which_party_on_what(cast: Cast, three_rows: list[JournalEntry]) -> None:
    row = JournalEntry.objects.get(number=1)
    assert (row.by, row.party, row.edition, row.dialogue, row.record) == (
        cast.secretary_nl,
        cast.nl,
        cast.edition,
        cast.dialogue,
        cast.edition,
    )


def tamper(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE dialogues_journalentry SET act = 'published' WHERE number = 2", "row 2 was changed"),
        ("UPDATE dialogues_journalentry SET details = '{}' WHERE number = 1", "row 1 was changed"),
        ("DELETE FROM dialogues_journalentry WHERE number = 2", "row 2 is missing"),
        ("DELETE FROM dialogues_journalentry WHERE number = 3", "ends at row 2"),
    ],
)
def test_a_changed_or_removed_row_is_found(three_rows: list[JournalEntry], sql: str, said: str) -> None:
    tamper(sql)
    assert any(said in fault for fault in journal.faults())
    with pytest.raises(CommandError, match=said):
        call_command("check_journal")


def test_a_row_put_in_at_the_end_is_found(cast: Cast, three_rows: list[JournalEntry]) -> None:
    forged = JournalEntry(number=4, by=cast.secretary_uk, act="published", previous_hash=three_rows[-1].hash)
    forged.hash = forged.computed_hash()
    forged.save()
    assert journal.faults() == ["the journal ends at row 4, its kept end says row 3"]


def test_a_row_is_written_once(three_rows: list[JournalEntry]) -> None:
    for change in (three_rows[0].save, three_rows[0].delete):
        with pytest.raises(IsFrozen):
            change()


def test_an_act_without_words_is_refused(cast: Cast) -> None:
    with pytest.raises(ValueError, match="no words"):
        journal.write(by=cast.secretary_nl, act="did things", on=cast.edition)


def test_an_act_that_fails_leaves_no_row(cast: Cast) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        journal.write(by=cast.secretary_nl, act="changed", on=cast.edition)
        raise RuntimeError
    assert not JournalEntry.objects.exists()
    assert not JournalHead.objects.exists()


def test_rows_hold_no_names(cast: Cast) -> None:
    build.a_round(cast.edition)
    nomination = nominations.draft(
        delegation=build.a_delegation(cast.edition, cast.uk),
        by=cast.focal_point_uk,
        name="Ms Q. Quillfeather",
        post_en="Head of unit",
        organisation=build.an_organisation(cast.uk),
        email="quillfeather@example.org",
        mandates=[cast.group],
    )
    nominations.submit(nomination=nomination, by=cast.focal_point_uk)
    accept(nomination=nomination, by=cast.secretary_nl)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM dialogues_journalentry")
        assert "quillfeather" not in str(cursor.fetchall()).lower()


def test_the_secretaries_of_the_dialogue_read_it_and_nobody_else(cast: Cast, three_rows: list[JournalEntry]) -> None:
    readers = {name for name in Cast.names() if JournalEntry.objects.visible_to(getattr(cast, name)).exists()}
    assert readers == {"secretary_uk", "secretary_nl"}
