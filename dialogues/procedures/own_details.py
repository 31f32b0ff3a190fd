"""One's own details: asked of the participant alone, changed until the edition has closed, erased thirty days later."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.models import OwnDetails, Registration
from parties.models import User
from socportal import clock

from . import journal
from .steps import Reason, lock, move, refuse_for


def complete_reasons(registration: Registration, by: User) -> list[Reason]:
    """Nobody fills them in for somebody else; after the edition nothing is asked any more."""
    if by.person_id is None or registration.person_id != by.person_id:
        return [Reason(_("Only the participant fills this in."))]
    if registration.status == Registration.Status.CANCELLED:
        return [Reason(_("This registration is cancelled."))]
    if registration.edition.has_closed():
        return [Reason(_("The edition has closed; nothing is changed any more."))]
    return []


@transaction.atomic
def complete(*, registration: Registration, by: User, **answers: Any) -> OwnDetails:
    """Keep the answers, in place of those before; the first time an invited participant has thereby completed.

    `answers` are fields of OwnDetails. The journal says that it was done, never what was answered.
    """
    registration = lock(registration)
    refuse_for(complete_reasons(registration, by))
    details = OwnDetails.objects.filter(registration=registration).first() or OwnDetails(registration=registration)
    for name, value in answers.items():
        setattr(details, name, value.strip() if isinstance(value, str) else value)
    details.completed_at = clock.now()
    details.full_clean()
    details.save()
    if registration.status == Registration.Status.INVITED:
        move(registration, Registration.Status.COMPLETED)
    journal.write(by=by, act="completed own details", on=registration, party=registration.delegation.party)
    return details
