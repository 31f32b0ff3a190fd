"""Badges: one for everybody who comes, told apart without colour, and nothing on them runs out of its place."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise

import pytest
from pypdf import PageObject, PdfReader

from dialogues.exports.badges import BANDS, badge_says, badges_part, due_for_print
from dialogues.exports.paper import paper
from dialogues.models import Category, Export, Registration
from parties.models import Organisation
from tests import build, reading_paper
from tests.cast import Cast
from tests.dialogues.exports.test_participants import taken_out

POINTS = 72 / 25.4  # a millimetre


def printed(cast: Cast, *registrations: Registration) -> bytes:
    return paper(taken_out(cast, Export.What.BADGES), badges_part(cast.edition, registrations))


def lightness(colour: str) -> float:
    """CIE L* of an sRGB colour: what is left of it in grey."""
    red, green, blue = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue)]
    y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * y ** (1 / 3) - 16


def test_every_category_has_its_own_letter_and_its_own_grey() -> None:
    assert set(BANDS) == set(Category)
    assert len({band.letter for band in BANDS.values()}) == len(Category)
    greys = sorted(lightness(band.colour) for band in BANDS.values())
    assert all(lighter - darker > 8 for darker, lighter in pairwise(greys))
    assert all(abs(lightness(band.colour) - lightness(band.ink)) > 40 for band in BANDS.values())


def test_a_badge_says_name_organisation_delegation_and_category_and_the_sheet_explains_the_letters(cast: Cast) -> None:
    office = build.an_organisation(cast.uk, name_en="Police of Example", kind=Organisation.Kind.POLICE)
    person = build.a_person(cast.uk, name="Ms Interpreter")
    support = build.a_registration(person, cast.edition, organisation=office, category=Category.SUPPORT, post_en="Bait")
    read = reading_paper.words(printed(cast, support))
    for said in ("T", "Ms Interpreter", "Police of Example", "United Kingdom", "Support staff", "W Observer", "V Adviser"):
        assert said in read
    assert "Bait" not in read and "90 × 55 mm" in read


def test_eight_go_on_a_sheet(cast: Cast) -> None:
    many = [build.a_registration(build.a_person(cast.uk), cast.edition) for _n in range(17)]
    assert len(reading_paper.sheets(printed(cast, *many))) == 3


def lines_of(sheet: PageObject) -> list[tuple[float, float, str]]:
    """Each run of text with the height and the left edge at which it begins, in points from the lower left corner."""
    found: list[tuple[float, float, str]] = []

    def see(text: str, cm: list[float], tm: list[float], _font: object, _size: object) -> None:
        if text.strip():
            found.append((cm[1] * tm[4] + cm[3] * tm[5] + cm[5], cm[0] * tm[4] + cm[2] * tm[5] + cm[4], text.strip()))

    sheet.extract_text(visitor_text=see)
    return found


@pytest.mark.parametrize(
    "name", ["Baroness Alexandrina Wolfeschlegelsteinhausen-Bergerdorff-XY", "W" * 60, "W" * 120, "Wi " * 40]
)
def test_a_long_name_and_a_long_organisation_are_whole_and_stay_between_their_neighbours(cast: Cast, name: str) -> None:
    """Read off the sheet: above the name stands the dialogue, below the organisation the delegation, all in one badge."""
    assert len(name) >= 60
    name, office_name = name.strip(), "Department " * 14 + "end"
    office = build.an_organisation(cast.uk, name_en=office_name)
    registration = build.a_registration(build.a_person(cast.uk, name=name), cast.edition, organisation=office)
    sheet = PdfReader(BytesIO(printed(cast, registration))).pages[0]
    lines = lines_of(sheet)
    first = max(n for n, (_y, _x, text) in enumerate(lines) if "Dialogue of 2027" in text)
    last = next(n for n, (_y, _x, text) in enumerate(lines) if n > first and text.startswith("United Kingdom"))
    told = "".join(text for _y, _x, text in lines[first + 1 : last]).replace("\u200b", "").replace(" ", "").replace("\n", "")
    assert told == (name + office_name).replace(" ", "")
    heights = [y for y, _x, _text in lines[first : last + 1]]
    assert heights == sorted(heights, reverse=True) and heights[0] - heights[-1] < 55 * POINTS
    assert all(15 * POINTS < x < 105 * POINTS for _y, x, _text in lines[first : last + 1])


def test_a_badge_is_due_until_it_is_printed_and_again_once_it_would_say_something_else(cast: Cast) -> None:
    registration = build.a_registration(build.a_person(cast.uk, name="Ms Example"), cast.edition)
    assert due_for_print([registration]) == [registration]
    registration.badge_printed_as = badge_says(registration)
    assert due_for_print([registration]) == []
    registration.post_en = "Another post"  # does not stand on it
    assert due_for_print([registration]) == []
    registration.person.name = "Dr Example"
    assert due_for_print([registration]) == [registration]
    registration.person.name, registration.category = "Ms Example", Category.ADVISER
    assert due_for_print([registration]) == [registration]
