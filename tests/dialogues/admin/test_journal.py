"""The journal as a secretary reads it: sentences, narrowed by edition, act, post and record; and its chain, checked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from dialogues.models import JournalEntry, JournalHead
from dialogues.procedures import journal
from tests import build
from tests.cast import Cast
from tests.reading import words

LIST = "/admin/dialogues/journalentry/"


@pytest.fixture
def rows(cast: Cast) -> list[JournalEntry]:
    """Five acts: three of the edition, one of a focal point on an action item, one of the clock."""
    item = build.an_action_item(cast.edition)
    return [
        journal.write(by=cast.secretary_nl, act="scheduled edition", on=cast.edition, details={"tasks": 45}),
        journal.write(by=cast.secretary_uk, act="changed", on=cast.edition, details={"fields": ["city_en", "tasks"]}),
        journal.write(
            by=cast.focal_point_nl, act="reported progress", on=item, details={"number": item.number, "rating": "at_risk"}
        ),
        journal.write(by=None, act="drafted messages", on=cast.dialogue, details={"digests": 6, "week": "2026-W47"}),
        journal.write(
            by=cast.secretary_nl,
            act="moved edition",
            on=cast.edition,
            details={"from": ["2027-03-16"], "to": ["2027-03-24"], "sessions": 0},
        ),
    ]


def lines(client: Any, query: str = "") -> list[str]:
    """The rows of the list, as one reads them, newest first."""
    answer = client.get(LIST + query)
    assert answer.status_code == 200, answer.status_code
    markup = answer.content.decode()
    body = markup[markup.index("<tbody>") : markup.index("</tbody>")] if "<tbody>" in markup else ""
    return [words(row) for row in body.split("</tr>") if words(row).strip()]


def test_an_entry_reads_as_a_sentence_with_its_details_in_words(cast: Cast, signed_in: Any, rows: list[JournalEntry]) -> None:
    moved, clock, progress, changed, scheduled = lines(signed_in(cast.secretary_uk))
    assert f"Secretary (Netherlands) scheduled the edition: edition {cast.edition.pk} tasks: 45" in scheduled
    assert f"Secretary (United Kingdom) changed: edition {cast.edition.pk} fields: city, English, checklist" in changed
    assert "Focal point (Netherlands) reported progress: action item" in progress
    assert f"number: {rows[2].details['number']}; standing: at risk" in progress
    assert f"The portal, by the clock drafted messages: dialogue {cast.dialogue.pk} weekly digests: 6; week: 2026-W47" in clock
    assert "from: 16 March 2027; to: 24 March 2027; sessions: 0" in moved
    assert not any("{" in line or "_" in line for line in (moved, clock, progress, changed, scheduled))


def test_a_post_is_the_one_held_when_it_was_done(cast: Cast, signed_in: Any, rows: list[JournalEntry]) -> None:
    cast.focal_point_nl.person.appointments.update(ends_on=date(2026, 11, 19))
    build.an_appointment(cast.focal_point_nl, cast.dialogue, "press_officer", starts_on=date(2026, 11, 20))
    progress = lines(signed_in(cast.secretary_uk), "?act=reported+progress")
    assert len(progress) == 1
    assert "Press officer (Netherlands) reported progress" in progress[0]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("?act=changed", [2]),
        ("?post=secretary-{nl}", [5, 1]),
        ("?post=secretary-{uk}", [2]),
        ("?post=focal_point-{nl}", [3]),
        ("?post=clock", [4]),
        ("?kind=actionitem", [3]),
        ("?kind=edition&q={edition}", [5, 2, 1]),
        ("?edition__id__exact={edition}", [5, 3, 2, 1]),
        ("?party__id__exact={uk}", [2]),
        ("?at__gte=2026-11-20 00:00:00%2B00:00&at__lt=2026-11-21 00:00:00%2B00:00", [5, 4, 3, 2, 1]),
        ("?at__lt=2026-11-20 00:00:00%2B00:00", []),
        ("?q=999999999999999999999999", []),
        ("?q=²", []),
        ("?q=Zzyx", []),
        ("?post=secretary-99999999999999999999", []),
        ("?post=nonsense", []),
        ("?act=nonsense", []),
        ("?kind=nonsense", []),
    ],
)
def test_it_is_narrowed_by_act_post_record_edition_and_day(
    cast: Cast, signed_in: Any, rows: list[JournalEntry], query: str, numbers: list[int]
) -> None:
    asked = query.format(nl=cast.nl.pk, uk=cast.uk.pk, edition=cast.edition.pk)
    found = lines(signed_in(cast.secretary_uk), asked)
    assert [int(line.split()[0]) for line in found] == numbers


def test_filters_offer_words_and_only_what_the_reader_may_know(cast: Cast, signed_in: Any, rows: list[JournalEntry]) -> None:
    elsewhere = build.an_edition(build.a_dialogue(), year=2033)
    journal.write(by=cast.secretary_uk, act="archived edition", on=elsewhere)
    markup = signed_in(cast.secretary_uk).get(LIST).content.decode()
    said = words(markup)
    assert "reported progress" in said
    assert "focal point (Netherlands)" in said
    assert "action item" in said
    assert "archived the edition" not in said
    assert len(lines(signed_in(cast.secretary_uk))) == 5
    assert lines(signed_in(cast.secretary_elsewhere)) == []


def test_one_entry_leads_to_its_record_and_the_list_costs_the_same_for_a_hundred(
    cast: Cast, signed_in: Any, rows: list[JournalEntry], django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cast.secretary_uk)
    page = client.get(f"{LIST}{rows[0].pk}/change/").content.decode()
    assert f'href="/admin/dialogues/edition/{cast.edition.pk}/change/"' in page
    assert "Secretary (Netherlands) scheduled the edition" in words(page)
    for n in range(100):
        journal.write(by=cast.secretary_nl, act="changed", on=cast.edition, details={"fields": [str(n)]})
    with django_assert_max_num_queries(40):
        client.get(LIST)


def test_every_entry_of_every_act_can_be_read(cast: Cast, signed_in: Any) -> None:
    odd = {
        "fields": ["gone_field"],
        "until": "2026-02-03T11:00:00+00:00",
        "nested": {"party": "NL"},
        "flag": True,
        "none": None,
    }
    journal.write(by=cast.stranger, act="changed", on=cast.edition, details=odd)
    journal.write(by=cast.technician, act="created", on=cast.uk)
    [line] = lines(signed_in(cast.secretary_uk))
    assert "An account without a post" in line
    assert "fields: gone_field; flag: yes; nested: party: NL; until: 3 February 2026" in line


# The chain, as the command checks it


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE dialogues_journalentry SET act = 'published' WHERE number = 2", "row 2 was changed after it was written"),
        ("UPDATE dialogues_journalentry SET at = '2020-01-01 00:00:00+00:00' WHERE number = 3", "row 3 was changed"),
        ("DELETE FROM dialogues_journalentry WHERE number = 2", "row 2 is missing: row 3 follows row 1"),
        ("DELETE FROM dialogues_journalentry WHERE number >= 4", "ends at row 3, its kept end says row 5"),
        ("UPDATE dialogues_journalhead SET number = 3", "ends at row 5, its kept end says row 3"),
    ],
)
def test_check_journal_names_the_row_that_was_changed_removed_or_cut_off(
    cast: Cast, rows: list[JournalEntry], sql: str, said: str
) -> None:
    call_command("check_journal")
    with connection.cursor() as cursor:
        cursor.execute(sql)
    with pytest.raises(CommandError, match=said) as refusal:
        call_command("check_journal")
    assert refusal.value.returncode == 1


def test_check_journal_finds_a_row_put_in_between_even_with_a_fitting_hash(cast: Cast, rows: list[JournalEntry]) -> None:
    with connection.cursor() as cursor:  # make room: everything from the third on moves up by one
        for number in (5, 4, 3):
            cursor.execute("UPDATE dialogues_journalentry SET number = %s WHERE number = %s", [number + 1, number])
    forged = JournalEntry(number=3, by=cast.secretary_uk, act="published", previous_hash=rows[1].hash)
    forged.hash = forged.computed_hash()
    forged.save()
    JournalHead.objects.update(number=6)
    with pytest.raises(CommandError, match="row 4 does not follow from the row before it"):
        call_command("check_journal")
