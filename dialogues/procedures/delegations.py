"""Registrations: a party's people at an edition."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.models import Appointment, Delegation, Mandate, Registration
from parties.models import Organisation, Person, User

from . import journal
from .accounts import open_account
from .steps import Reason, appointments_of, lock, move, not_possible_from, refuse_for


def _not_theirs(delegation: Delegation, by: User) -> list[Reason]:
    """A delegation is entered by its own party's focal point or deputy, or by a secretary on behalf."""
    dialogue = delegation.edition.dialogue
    focal_point = appointments_of(by, dialogue, *Appointment.FOCAL_POINTS).filter(party=delegation.party).exists()
    if focal_point or appointments_of(by, dialogue, *Appointment.SECRETARIES).exists():
        return []
    return [Reason(_("Only this party’s focal point, or a secretary on its behalf, registers its delegation."), delegation)]


@transaction.atomic
def register(
    *,
    delegation: Delegation,
    person: Person,
    category: str,
    by: User,
    post_en: str,
    post_nl: str = "",
    organisation: Organisation | None = None,
    mandates: Iterable[Mandate] = (),
    precedence: int = 100,
    email: str | None = None,
) -> Registration:
    """Put a person on a delegation; with an official address, also open the account that signs in by code.

    Refused, by a database constraint in words: a second head, a second live registration at the same edition.
    """
    delegation = lock(delegation)
    refuse_for(_not_theirs(delegation, by))
    if delegation.edition.status in {"closed", "follow_up", "archived", "cancelled"}:
        refuse_for(
            [
                Reason(
                    _("%(edition)s is over: nobody is registered any more.") % {"edition": delegation.edition},
                    delegation.edition,
                )
            ]
        )
    registration = Registration(
        delegation=delegation,
        edition=delegation.edition,
        person=person,
        category=category,
        post_en=post_en,
        post_nl=post_nl,
        organisation=organisation,
        precedence=precedence,
    )
    registration.full_clean()
    registration.save()
    registration.mandates.set(mandates)
    if email:
        open_account(person=person, email=email, by=by)
    journal.write(by=by, act="registered", on=registration, party=delegation.party, details={"category": category})
    return registration


def cancel_registration_reasons(registration: Registration, by: User) -> list[Reason]:
    return _not_theirs(registration.delegation, by) or not_possible_from(registration, Registration.Status.CANCELLED)


@transaction.atomic
def cancel_registration(*, registration: Registration, by: User) -> Registration:
    """Take a person off the delegation: the record stays, the rights of a participant end at once."""
    registration = lock(registration)
    refuse_for(cancel_registration_reasons(registration, by))
    move(registration, Registration.Status.CANCELLED)
    journal.write(by=by, act="cancelled registration", on=registration, party=registration.delegation.party)
    return registration
