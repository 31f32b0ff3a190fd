"""Issuing the list of participants: numbered, frozen, and refused where it would say nothing new."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from dialogues.models import Category, JournalEntry, ListedParticipant, ParticipantList, Registration
from dialogues.models.frozen import IsFrozen
from dialogues.procedures.participants import difference, issue_list, lines_now
from dialogues.procedures.steps import StepRefused
from parties.models import Organisation
from socportal import clock
from tests import build
from tests.cast import Cast

AFTER_IT_CLOSED = datetime(2027, 3, 28, 9, tzinfo=UTC)


def of(cast: Cast, who: str) -> Registration:
    return Registration.objects.get(person=getattr(cast, who).person, edition=cast.edition)


def test_a_version_keeps_what_it_said_and_the_next_says_what_is_true_by_then(cast: Cast) -> None:
    first = issue_list(edition=cast.edition, by=cast.secretary_uk)
    delegate = of(cast, "delegate_uk")
    Registration.objects.filter(pk=delegate.pk).update(post_en="A new post")
    Registration.objects.filter(person=cast.delegate_nl.person).update(status="cancelled")
    added = build.a_registration(build.a_person(cast.uk, name="Ms Added"), cast.edition)
    second = issue_list(edition=cast.edition, by=cast.secretary_nl)

    assert (first.number, second.number) == (1, 2)
    assert first.lines.get(registration=delegate).post_en == cast.delegate_uk.person.post_en != "A new post"
    assert second.lines.get(registration=delegate).post_en == "A new post"
    found = difference(first.lines.all(), second.lines.all())
    assert [line.registration_id for line in found.added] == [added.pk]
    assert [line.registration.person for line in found.gone] == [cast.delegate_nl.person]
    assert [(before.post_en, now.post_en) for before, now in found.changed] == [(cast.delegate_uk.person.post_en, "A new post")]
    with pytest.raises(IsFrozen):
        first.save()


def test_who_is_not_listed_is_not_stored_either(cast: Cast) -> None:
    police = build.an_organisation(cast.uk, kind=Organisation.Kind.POLICE)
    officer = build.a_person(cast.uk, name="Officer Bait")
    build.a_registration(officer, cast.edition, organisation=police)
    build.a_registration(build.a_person(cast.uk, name="Interpreter Bait"), cast.edition, category=Category.SUPPORT)
    issued = issue_list(edition=cast.edition, by=cast.secretary_uk)
    names = set(issued.lines.values_list("name", flat=True))
    assert not any("Bait" in name for name in names) and "ZzyxDelegateUk" in names
    assert "ZzyxWithdrawnDelegate" not in names
    assert issued.lines.get(registration__person=officer).name == ""


def test_the_journal_says_which_version_and_how_many_but_nobodys_name(cast: Cast) -> None:
    issued = issue_list(edition=cast.edition, by=cast.secretary_uk)
    entry = JournalEntry.objects.get(act="issued list")
    assert entry.details == {"number": 1, "final": False, "people": issued.lines.count()}
    assert (entry.by, entry.party, entry.edition) == (cast.secretary_uk, cast.uk, cast.edition)


@pytest.mark.parametrize("who", ["focal_point_uk", "delegate_uk", "technician", "secretary_elsewhere", "former_secretary"])
def test_only_a_current_secretary_issues(cast: Cast, who: str) -> None:
    with pytest.raises(StepRefused, match="Only a current secretary"):
        issue_list(edition=cast.edition, by=getattr(cast, who))
    assert not ParticipantList.objects.exists()


def test_the_same_list_is_not_issued_twice_and_nothing_follows_the_final_one(cast: Cast) -> None:
    issue_list(edition=cast.edition, by=cast.secretary_uk)
    with pytest.raises(StepRefused, match="Nothing has changed since version 1"):
        issue_list(edition=cast.edition, by=cast.secretary_uk)
    with pytest.raises(StepRefused, match="after the last day"):
        issue_list(edition=cast.edition, by=cast.secretary_uk, is_final=True)
    with clock.told_at(AFTER_IT_CLOSED):
        final = issue_list(edition=cast.edition, by=cast.secretary_uk, is_final=True)
        assert (final.number, final.is_final) == (2, True)
        build.a_registration(build.a_person(cast.uk), cast.edition)
        with pytest.raises(StepRefused, match="Version 2 is the final list"):
            issue_list(edition=cast.edition, by=cast.secretary_uk)


def test_an_edition_without_people_has_no_list(cast: Cast) -> None:
    Registration.objects.update(status="cancelled")
    with pytest.raises(StepRefused, match="Nobody is registered yet"):
        issue_list(edition=cast.edition, by=cast.secretary_uk)


def test_an_erased_person_stands_without_a_name(cast: Cast) -> None:
    person: Any = cast.delegate_uk.person
    person.erased_at = clock.now()
    person.save(update_fields=["erased_at"])
    line = next(line for line in lines_now(cast.edition) if line.registration.person_id == person.pk)
    assert isinstance(line, ListedParticipant) and line.name == ""
