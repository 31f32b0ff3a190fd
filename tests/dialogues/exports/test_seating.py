"""The seating plan: who faces whom, who sits beside the head, who behind; the drawing and the list say the same."""

from __future__ import annotations

from dialogues.exports.paper import paper
from dialogues.exports.seating import seating_of, seating_part, seating_table
from dialogues.models import Category, Delegation, Edition, Export, Registration
from parties.models import Organisation
from tests import build, reading_paper
from tests.cast import Cast
from tests.dialogues.exports.test_participants import taken_out


def people(edition: Edition, party: str, **categories: str) -> None:
    for n, (name, category) in enumerate(categories.items()):
        person = build.a_person(build.a_party(party), name=name, sort_name=name)
        build.a_registration(person, edition, category=category, precedence=n)


def room() -> Edition:
    edition = build.an_edition()
    people(edition, "UK", UkFour="delegate", UkTwo="delegate", UkHead="head", UkAdviser="adviser", UkWatcher="observer")
    people(edition, "NL", NlHead="head", NlTwo="alternate", NlThree="delegate", NlFour="delegate", NlSupport="support")
    return edition


def who_comes(edition: Edition) -> list[Registration]:
    return list(Registration.objects.filter(edition=edition).select_related("person", "organisation", "delegation__party"))


def test_the_host_sits_at_the_left_and_the_second_at_the_right_hand_of_the_head() -> None:
    plan = seating_of(edition := room(), who_comes(edition))
    assert [seat.name for seat in plan.left.table] == ["NlThree", "NlHead", "NlTwo", "NlFour"]
    assert [seat.name for seat in plan.right.table] == ["UkFour", "UkHead", "UkTwo"]
    assert [seat.place for seat in plan.right.table] == ["UK 2", "UK 1", "UK 3"]
    assert [seat.name for seat in plan.right.behind] == ["UkAdviser"]
    assert [seat.name for seat in plan.end] == ["UkWatcher"]
    assert "NlSupport" not in {seat.name for seat in plan.seats}


def test_a_third_party_joins_the_shorter_side() -> None:
    edition = build.an_edition(build.a_dialogue(parties=("UK", "NL", "BE")))
    people(edition, "NL", NlHead="head")
    people(edition, "BE", BeHead="head", BeTwo="delegate", BeThree="delegate")
    people(edition, "UK", UkHead="head")
    plan = seating_of(edition, who_comes(edition))
    assert {seat.party for seat in plan.left.table} == {"Netherlands", "United Kingdom"}
    assert {seat.party for seat in plan.right.table} == {"Party BE"}


def test_the_drawing_and_the_list_seat_everybody_once(cast: Cast) -> None:
    edition = room()
    part = seating_part(edition, who_comes(edition))
    drawn = [seat["place"] for row in part["rows"] for seat in row if seat] + [seat["place"] for seat in part["end"]]
    assert sorted(drawn) == sorted(row[0] for row in part["list"]) == sorted(set(drawn))
    assert [row[0] for row in part["list"]] == ["NL 1", "NL 2", "NL 3", "NL 4", "UK 1", "UK 2", "UK 3", "UK 4", "1"]
    made = paper(taken_out(cast, Export.What.SEATING), part)
    assert "Figure" in reading_paper.tags(made) and "Table" in reading_paper.tags(made)
    read = reading_paper.words(made)
    assert read.count("UkAdviser") == 2 and read.count("NL 1 ") == 2


def test_a_withheld_name_is_not_laid_out_on_the_table() -> None:
    edition = build.an_edition()
    police = build.an_organisation(build.a_party("NL"), kind=Organisation.Kind.POLICE)
    person = build.a_person(build.a_party("NL"), name="Officer Bait")
    build.a_registration(person, edition, organisation=police, post_en="Head of tasking", category=Category.HEAD)
    for told in (seating_part(edition, who_comes(edition)), seating_table(edition, who_comes(edition))):
        assert "Officer Bait" not in str(told)
    assert seating_part(edition, who_comes(edition))["rows"][0][1]["name"] == "Head of tasking"
    Delegation.objects.filter(edition=edition).update(lists_names_of_services=True)
    assert "Officer Bait" in str(seating_part(edition, who_comes(edition)))
