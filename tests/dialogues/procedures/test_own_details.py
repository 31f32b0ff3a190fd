"""One's own details are one's own: kept whole, journalled without a word of them, closed with the edition."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError

from dialogues.models import JournalEntry, OwnDetails, Registration
from dialogues.procedures import own_details
from dialogues.procedures.steps import StepRefused
from tests import build
from tests.cast import Cast

ANSWERS: dict[str, Any] = {
    "meal": "B",
    "arrangements": " Zebrawood ramp ",
    "phone": "+31 70 000 0000",
    "photograph_consent": False,
}


def registration_of(user: Any) -> Registration:
    return user.person.registrations.get()


def test_the_first_answers_complete_the_registration_and_later_ones_take_their_place(cast: Cast) -> None:
    registration = registration_of(cast.delegate_uk)
    own_details.complete(registration=registration, by=cast.delegate_uk, **ANSWERS)
    registration.refresh_from_db()
    assert registration.status == "completed"
    Registration.objects.filter(pk=registration.pk).update(status="confirmed")
    details = own_details.complete(registration=registration, by=cast.delegate_uk, **{**ANSWERS, "meal": "C", "phone": ""})
    registration.refresh_from_db()
    assert registration.status == "confirmed"
    assert (details.meal, details.phone, details.arrangements) == ("C", "", "Zebrawood ramp")
    assert OwnDetails.objects.count() == 1
    entries = JournalEntry.objects.filter(act="completed own details")
    assert [(entry.by, entry.party, entry.details) for entry in entries] == [(cast.delegate_uk, cast.uk, {})] * 2
    assert "Zebrawood" not in json.dumps(list(JournalEntry.objects.values()), default=str)


def test_nobody_answers_for_somebody_else(cast: Cast) -> None:
    registration = registration_of(cast.group_member)
    for name in sorted(set(Cast.names()) - {"group_member", "public"}):
        with pytest.raises(StepRefused, match="Only the participant"):
            own_details.complete(registration=registration, by=getattr(cast, name), **ANSWERS)
    assert not OwnDetails.objects.exists()


def test_after_the_edition_and_after_a_cancellation_nothing_is_taken(cast: Cast) -> None:
    registration = registration_of(cast.delegate_nl)
    with (
        time_machine.travel(datetime(2027, 3, 18, 9, tzinfo=UTC), tick=False),
        pytest.raises(StepRefused, match="edition has closed"),
    ):
        own_details.complete(registration=registration, by=cast.delegate_nl, **ANSWERS)
    with pytest.raises(StepRefused, match="is cancelled"):
        cancelled = registration_of(cast.withdrawn_delegate)
        own_details.complete(registration=cancelled, by=cast.withdrawn_delegate, **ANSWERS)
    with pytest.raises(ValidationError):
        own_details.complete(registration=registration, by=cast.delegate_nl, **{**ANSWERS, "meal": "Z"})
    assert not OwnDetails.objects.exists()
    registration.refresh_from_db()
    assert registration.status == "invited"


def test_the_person_and_the_keepers_of_arrangements_read_them_and_nobody_else(cast: Cast) -> None:
    details = build.own_details(registration_of(cast.group_member), arrangements="Zebrawood ramp")
    keeper, keeper_elsewhere, former = (build.an_account(build.a_person(cast.nl)) for _n in range(3))
    build.an_appointment(keeper, cast.dialogue, "arrangements")
    build.an_appointment(keeper_elsewhere, build.a_dialogue(), "arrangements")
    build.an_appointment(former, cast.dialogue, "arrangements", ends_on=datetime(2021, 1, 1, tzinfo=UTC).date())
    assert list(OwnDetails.objects.visible_to(keeper)) == [details]
    readers = {name for name in Cast.names() if OwnDetails.objects.visible_to(getattr(cast, name)).exists()}
    assert readers == {"group_member"}
    assert not OwnDetails.objects.visible_to(keeper_elsewhere) and not OwnDetails.objects.visible_to(former)
