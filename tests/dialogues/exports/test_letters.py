"""The letters to the parties on paper: what is in the record, in the reader's language, and nothing made up."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from dialogues.exports.letters import attachment, content_of, file_name, letter_pdf
from tests import build
from tests.cast import Cast


def text_of(*letter: Any) -> str:
    """What `letter.typ` prints, in one line."""

    def texts(part: Any) -> Iterator[str]:
        for one in part.values() if isinstance(part, dict) else part:
            yield from [str(one)] if isinstance(one, str) else texts(one)

    return " ".join(texts(content_of(*letter)))


@pytest.fixture
def invited(cast: Cast) -> Any:
    build.a_round(cast.edition, closes_at=datetime(2027, 2, 2, 11, tzinfo=UTC))
    delegation = build.a_delegation(cast.edition, cast.uk, seats=12)
    delegation.seats = 12
    delegation.save()
    build.a_quota(delegation, seats=3)
    build.a_quota(delegation, mandate=cast.group, seats=5)
    return delegation


def test_the_invitation_states_days_place_seats_and_the_deadline_on_both_clocks(cast: Cast, invited: Any) -> None:
    letter = build.a_letter(cast.edition, cast.uk, kind="invitation", direction="sent", reference="SOC/2027/3 #1 *x*")
    pdf = letter_pdf(cast.edition, cast.uk, "invitation", "en", letter)
    text = text_of(cast.edition, cast.uk, "invitation", "en", letter)
    for said in (
        "OFFICIAL / ongerubriceerd For the addressee.",
        "United Kingdom: focal point",
        "SOC/2027/3 #1 *x*",
        "2 November 2026",
        "16 and 17 March 2027",
        "The Hague",
        "12 seats",
        "of which: delegate 3",
        f"of which: {cast.group.working_group.name} 5",
        "2 February 2027, 12:00 in The Hague (11:00 in London)",
        "exactly one head of delegation",
        "Venue Not stated",
    ):
        assert said in text, said
    assert b"pdfuaid" in pdf and pdf == letter_pdf(cast.edition, cast.uk, "invitation", "en", letter)
    assert "Zzyx" not in text
    if reader := shutil.which("pdftotext"):  # where the machine has one: the sheet says what it was given
        sheet = subprocess.run([reader, "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
        for said in ("SOC/2027/3 #1 *x*", "12 seats", "12:00 in The Hague (11:00 in London)", "Page 1 of 1"):
            assert said in re.sub(r"\s+", " ", sheet)
        assert sheet.count("OFFICIAL / ongerubriceerd") >= 2 * sheet.count("\f")
    invited.extended_until, invited.extension_reason = datetime(2027, 2, 9, 16, tzinfo=UTC), "Elections"
    invited.save()
    longer = text_of(cast.edition, cast.uk, "invitation", "en", letter)
    assert "9 February 2027, 17:00 in The Hague (16:00 in London)" in longer and "Elections" not in longer


def test_a_letter_to_the_other_party_holds_nothing_of_this_one(cast: Cast, invited: Any) -> None:
    text = text_of(cast.edition, cast.nl, "invitation", "en")
    assert "Netherlands: focal point" in text and "Seats Not stated" in text
    assert "12 seats" not in text and "of which" not in text


def test_the_save_the_date_is_dutch_where_dutch_is_asked_for(cast: Cast) -> None:
    text = text_of(cast.edition, cast.uk, "save_the_date", "nl")
    assert "16 en 17 maart 2027" in text and "Den Haag" in text and "Verenigd Koninkrijk" in text
    assert "Seats" not in text and "SOC/" not in text


def test_what_is_not_set_is_shown_as_not_stated(cast: Cast) -> None:
    bare = build.an_edition(
        cast.dialogue,
        year=2031,
        status="planned",
        opens_on=None,
        closes_on=None,
        date_precision="none",
        city_en="",
        city_nl="",
        host_party=None,
        time_zone="",
    )
    text = text_of(bare, cast.uk, "invitation", "en")
    for label in ("Reference", "Date", "Days", "Place", "Venue", "Host", "Seats", "Nominations close"):
        assert f"{label} Not stated" in text, label


def test_a_message_takes_its_letter_along_in_its_own_language_under_a_marked_name(cast: Cast) -> None:
    letter = build.a_letter(cast.edition, cast.nl, kind="invitation", direction="sent", reference="SOC/9")
    message = build.a_message(cast.deputy_nl, cast.edition, attachment="invitation", letter=letter, lang="nl")
    file = attachment(message)
    assert file is not None
    name, pdf, kind = file
    assert (name, kind) == ("invitation-2027-NL-nl-OFFICIAL.pdf", "application/pdf")
    assert (
        pdf
        == letter_pdf(cast.edition, cast.nl, "invitation", "nl", letter)
        != letter_pdf(cast.edition, cast.nl, "invitation", "nl")
    )
    assert name == file_name(cast.edition, cast.nl, "invitation", "nl") and "Zzyx" not in name
    assert attachment(build.a_message(cast.deputy_nl, cast.edition)) is None
