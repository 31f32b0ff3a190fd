"""Taking a file out: for a purpose that fits it, by whom it is for, written down with its fingerprint and no name."""

from __future__ import annotations

import hashlib

import pytest

from dialogues.exports.badges import badge_says, due_for_print
from dialogues.models import Export, JournalEntry, Registration
from dialogues.procedures.exports import PURPOSES, record_export
from dialogues.procedures.steps import StepRefused
from tests import build
from tests.cast import Cast

What, Purpose = Export.What, Export.Purpose


def test_every_kind_of_file_has_a_purpose_and_every_purpose_a_file() -> None:
    assert set(PURPOSES) == set(What)
    assert {purpose for purposes in PURPOSES.values() for purpose in purposes} == set(Purpose)


def test_what_left_is_written_down_but_not_kept(cast: Cast) -> None:
    export = record_export(
        edition=cast.edition,
        by=cast.secretary_uk,
        what=What.CATERING,
        file_type="csv",
        purpose=Purpose.CATERING,
        content=b"the file",
        rows=0,
    )
    assert export.sha256 == hashlib.sha256(b"the file").hexdigest()
    entry = JournalEntry.objects.get(act="exported")
    assert entry.details == {"what": "catering", "purpose": "catering", "export": export.pk, "people": 0}
    assert (entry.edition, entry.party) == (cast.edition, cast.uk)


@pytest.mark.parametrize(
    ("who", "what", "purpose"),
    [
        ("focal_point_uk", What.PARTICIPANTS, Purpose.DELEGATIONS),
        ("delegate_uk", What.BADGES, Purpose.VENUE),
        ("technician", What.SEATING, Purpose.VENUE),
        ("secretary_elsewhere", What.SIGNING_IN, Purpose.VENUE),
        ("former_secretary", What.CATERING, Purpose.CATERING),
        ("secretary_uk", What.BADGES, Purpose.CATERING),
        ("delegate_uk", What.DELEGATION, Purpose.PARTY),
    ],
)
def test_another_hand_or_another_purpose_is_refused_and_leaves_no_trace(cast: Cast, who: str, what: str, purpose: str) -> None:
    with pytest.raises(StepRefused):
        record_export(edition=cast.edition, by=getattr(cast, who), what=what, file_type="pdf", purpose=purpose, content=b"file")
    assert not Export.objects.exists() and not JournalEntry.objects.filter(act="exported").exists()


def test_a_focal_point_takes_out_the_own_delegation_and_anybody_the_own_data(cast: Cast) -> None:
    said = {"file_type": "csv", "content": b"file"}
    record_export(edition=cast.edition, by=cast.focal_point_uk, what=What.DELEGATION, purpose=Purpose.PARTY, **said)  # type: ignore[arg-type]
    record_export(edition=None, by=cast.delegate_nl, what=What.OWN_DATA, purpose=Purpose.REQUEST, **said)  # type: ignore[arg-type]
    assert Export.objects.count() == 2


def test_a_printed_badge_is_no_longer_due_until_it_would_say_something_else(cast: Cast) -> None:
    someone = build.a_registration(build.a_person(cast.uk, name="Ms Example"), cast.edition)
    elsewhere = Registration.objects.get(person=cast.last_years_delegate.person)
    printed = {someone.pk: badge_says(someone), elsewhere.pk: "of another edition"}
    record_export(
        edition=cast.edition,
        by=cast.secretary_nl,
        what=What.BADGES,
        file_type="pdf",
        purpose=Purpose.VENUE,
        content=b"file",
        rows=1,
        printed=printed,
    )
    someone.refresh_from_db()
    elsewhere.refresh_from_db()
    assert due_for_print([someone]) == [] and elsewhere.badge_printed_as == ""
    someone.person.name = "Ms Example-Other"
    assert due_for_print([someone]) == [someone]
