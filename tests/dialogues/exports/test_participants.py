"""The list of participants as a file: who stands where, whose name is withheld, and nothing by which anybody is reached."""

from __future__ import annotations

from dialogues.exports.marking import TakenOut
from dialogues.exports.paper import paper
from dialogues.exports.participants import ALPHABETICAL, HOST_LAST, participants_part, participants_table, sections_of
from dialogues.models import Category, Export
from dialogues.procedures.participants import lines_now
from parties.models import Organisation
from socportal import clock
from tests import build, reading_paper
from tests.cast import Cast


def taken_out(cast: Cast, what: str = Export.What.PARTICIPANTS) -> TakenOut:
    return TakenOut(cast.edition, what, Export.Purpose.VENUE, cast.secretary_uk, clock.now())


def delegates(cast: Cast) -> None:
    police = build.an_organisation(cast.nl, name_en="Police of Example", kind=Organisation.Kind.POLICE)
    for name, party, fields in [
        ("Ms Head", cast.nl, {"category": Category.HEAD, "precedence": 9}),
        ("Mr Second", cast.nl, {"precedence": 2}),
        ("Ms First", cast.nl, {"precedence": 1}),
        ("Officer Bait", cast.nl, {"organisation": police, "post_en": "Head of tasking", "precedence": 3}),
        ("Interpreter Bait", cast.nl, {"category": Category.SUPPORT}),
        ("Withdrawn Bait", cast.nl, {"status": "cancelled"}),
        ("Dr Watcher", cast.uk, {"category": Category.OBSERVER}),
        ("Prof Guest", cast.uk, {"category": Category.SPEAKER}),
    ]:
        person = build.a_person(party, name=name, sort_name=name)
        build.an_account(person, email=f"{name.replace(' ', '.').lower()}@example.org")
        registration = build.a_registration(person, cast.edition, **{"post_en": f"Post of {name}", **fields})
        if registration.status != "cancelled":
            build.own_details(registration, phone="+31 6 1234 5678", arrangements="A ramp")


def test_the_host_stands_last_or_in_the_alphabet_of_the_language(cast: Cast) -> None:
    delegates(cast)
    lines = lines_now(cast.edition)
    ends = ["Observers", "Guest speakers"]
    assert [section.title for section in sections_of(lines, cast.edition, HOST_LAST)] == [
        "United Kingdom",
        "Netherlands",
        *ends,
    ]
    assert [section.title for section in sections_of(lines, cast.edition, ALPHABETICAL)] == [
        "Netherlands",
        "United Kingdom",
        *ends,
    ]


def test_within_a_delegation_the_head_then_precedence_then_surname(cast: Cast) -> None:
    delegates(cast)
    names = [line.name for line in sections_of(lines_now(cast.edition), cast.edition)[1].lines]
    assert names[:6] == ["Ms Head", "Ms First", "Mr Second", "", "ZzyxCoChair", "ZzyxDelegateNl"]


def test_a_name_is_withheld_until_the_party_opts_in_and_support_is_never_listed(cast: Cast) -> None:
    delegates(cast)
    read = reading_paper.words(paper(taken_out(cast), participants_part(cast.edition, lines_now(cast.edition), under="")))
    assert "Head of tasking" in read and "Police of Example" in read and "name not listed" in read
    assert not any(
        bait in read for bait in ("Officer Bait", "Interpreter Bait", "Withdrawn Bait", "example.org", "1234", "ramp")
    )
    cast.edition.delegations.filter(party=cast.nl).update(lists_names_of_services=True)
    again = reading_paper.words(paper(taken_out(cast), participants_part(cast.edition, lines_now(cast.edition), under="")))
    assert "Officer Bait" in again and "Interpreter Bait" not in again


def test_the_table_has_the_same_columns_and_no_more(cast: Cast) -> None:
    delegates(cast)
    columns, rows = participants_table(cast.edition, lines_now(cast.edition))
    assert columns == ["Party", "Category", "Title and name", "Post", "Organisation"]
    assert ["Netherlands", "delegate", "", "Head of tasking", "Police of Example"] in rows
    told = str(rows)
    assert not any(bait in told for bait in ("Officer Bait", "Interpreter Bait", "example.org", "1234", "ramp"))


def test_the_sheet_says_for_which_post_when_and_for_what_it_was_taken_out(cast: Cast) -> None:
    delegates(cast)
    read = reading_paper.sheets(paper(taken_out(cast), participants_part(cast.edition, lines_now(cast.edition), under="")))[0]
    assert "Taken out by: secretary, United Kingdom · " in read
    assert "The Hague · for the registration desk and the rooms" in read
    assert "ZzyxSecretaryUk" not in read
    assert taken_out(cast).file_name("pdf", "v2") == "official-participants-2027-v2-en.pdf"
