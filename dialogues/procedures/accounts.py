"""Accounts and appointments: who gets a way in, and in which role."""

from __future__ import annotations

from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.models import Appointment, Dialogue
from parties.models import Party, Person, User
from socportal import clock

from . import journal
from .steps import Reason, refuse_for


@transaction.atomic
def open_account(
    *, person: Person, email: str, by: User | None, is_staff: bool = False, language: str = "en", **fields: Any
) -> User:
    """Give a person a way in. The address counts as verified: it came through the party, not from the internet.

    Refused: an address that already has an account, a person who has one.
    """
    email = email.strip().lower()
    if User.objects.filter(email__iexact=email).exists():
        refuse_for([Reason(_("There is an account with this e-mail address already."))])
    if User.objects.filter(person=person).exists():
        refuse_for([Reason(_("This person has an account already."), person)])
    user = User.objects.create_user(email, person=person, party=person.party, is_staff=is_staff, language=language, **fields)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    journal.write(by=by, act="opened account", on=user, details={"is_staff": is_staff})
    return user


@transaction.atomic
def appoint(
    *, person: Person, dialogue: Dialogue, party: Party, role: str, by: User | None, starts_on: date | None = None
) -> Appointment:
    """Name a person for a role from a day on (today in UTC, unless given). The rights follow at once."""
    appointment = Appointment(person=person, dialogue=dialogue, party=party, role=role, starts_on=starts_on or clock.today())
    appointment.full_clean()
    appointment.save()
    journal.write(by=by, act="appointed", on=appointment, details={"role": role, "person": person.pk, "party": party.code})
    return appointment
