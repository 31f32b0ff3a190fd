"""Signs, sheets to sign, the caterer’s totals, and all of it in one pack."""

from __future__ import annotations

from django.utils.translation import override

from dialogues.exports.catering import catering_part, catering_table, totals
from dialogues.exports.nameplates import nameplates_part
from dialogues.exports.paper import paper
from dialogues.exports.signing_in import days_of, signing_in_part, signing_in_table
from dialogues.models import Category, Edition, Export, Registration
from dialogues.procedures.participants import lines_now
from parties.models import Organisation
from tests import build, reading_paper
from tests.cast import Cast
from tests.dialogues.exports.test_participants import delegates, taken_out


def who_comes(edition: Edition) -> list[Registration]:
    coming = Registration.objects.live().filter(edition=edition)
    return list(coming.select_related("person", "organisation", "delegation__party", "edition"))


def test_a_sign_for_each_delegation_in_capitals_and_for_heads_co_chairs_and_speakers(cast: Cast) -> None:
    delegates(cast)
    speaker = build.a_person(None, name="Prof Keynote", post_en="Professor")
    registered = who_comes(cast.edition)
    part = nameplates_part(
        cast.edition, registered, [(cast.co_chair.person, "Co-chair"), (speaker, "Keynote speaker"), (speaker, "Panellist")]
    )
    sheets = reading_paper.sheets(paper(taken_out(cast, Export.What.NAMEPLATES), part))
    signs = ["UNITED KINGDOM", "NETHERLANDS", "Ms Head", "Prof Guest", "ZzyxGuestSpeaker", "ZzyxCoChair", "Prof Keynote"]
    assert len(sheets) == len(signs)
    assert all(sum(sign in sheet for sheet in sheets) == 1 for sign in signs)
    with override("nl"):
        dutch = paper(taken_out(cast, Export.What.NAMEPLATES), nameplates_part(cast.edition, registered, []))
    assert "VERENIGD KONINKRIJK" in reading_paper.words(dutch)


def test_a_sign_shows_the_post_where_the_name_is_withheld(cast: Cast) -> None:
    police = build.an_organisation(cast.nl, kind=Organisation.Kind.POLICE)
    head = build.a_person(cast.nl, name="Officer Bait", organisation=police)
    guest = build.a_person(cast.uk, name="Investigator Bait", organisation=police, post_en="Head of unit")
    build.a_registration(head, cast.edition, organisation=police, post_en="Chief", category=Category.HEAD)
    part = nameplates_part(cast.edition, who_comes(cast.edition), [(guest, "Panellist")])
    assert "Bait" not in str(part) and {"Chief", "Head of unit"} <= {sign["name"] for sign in part["signs"]}


def test_the_signing_in_sheet_has_each_day_and_delegation_and_no_withheld_name(cast: Cast) -> None:
    delegates(cast)
    lines = lines_now(cast.edition)
    assert [day.isoformat() for day in days_of(cast.edition)] == ["2027-03-16", "2027-03-17"]
    made = paper(taken_out(cast, Export.What.SIGNING_IN), signing_in_part(cast.edition, lines))
    read = reading_paper.words(made)
    assert "Tuesday 16 March 2027" in read and "Wednesday 17 March 2027" in read
    assert read.count("Post of Ms First") == 2 and "Signature" in read and "Bait" not in read
    columns, rows = signing_in_table(cast.edition, lines)
    assert columns[-2:] == ["Tuesday 16 March 2027", "Wednesday 17 March 2027"]
    assert all(row[-2:] == ["", ""] for row in rows) and "Bait" not in str(rows)


def test_the_caterer_gets_totals_of_everybody_and_nothing_about_anybody(cast: Cast) -> None:
    delegates(cast)  # eight come and chose A, one of them has withdrawn; others of the cast said nothing
    build.own_details(Registration.objects.get(person=cast.delegate_uk.person), meal="B", arrangements="")
    counted = totals(cast.edition)
    assert (counted["A"], counted["B"], counted["C"], counted["arrangements"]) == (7, 1, 0, 7)
    assert counted["people"] == len(who_comes(cast.edition)) == 7 + 1 + counted["not_stated"]
    read = reading_paper.words(paper(taken_out(cast, Export.What.CATERING), catering_part(cast.edition)))
    assert "Tuesday 16 March 2027" in read and "Option A" in read and "Not stated" in read
    for told in (read, str(catering_table(cast.edition))):
        assert not any(bait in told for bait in ("ramp", "Ms Head", "ZzyxDelegateUk", "Netherlands", "UK 1"))


def test_the_pack_holds_its_parts_behind_a_contents_page(cast: Cast) -> None:
    delegates(cast)
    parts = [signing_in_part(cast.edition, lines_now(cast.edition)), catering_part(cast.edition)]
    made = paper(taken_out(cast, Export.What.PRINT_PACK), *parts, title="Print pack")
    sheets = reading_paper.sheets(made)
    assert "Contents" in sheets[0] and "Signing-in sheet" in sheets[0] and "Catering totals" in sheets[0]
    assert "Ms First" not in sheets[0] and "Catering totals" in sheets[-1]
    assert reading_paper.title(made) == "Print pack" and reading_paper.is_tagged(made)
