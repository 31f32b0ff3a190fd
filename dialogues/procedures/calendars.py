"""Calendar addresses: made, replaced and ended by the person whose programme they open."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.models import CalendarAddress
from dialogues.models.calendars import hash_of, new_token
from parties.models import User
from socportal import clock

from . import journal
from .steps import Reason, lock, refuse_for


def lock_account(by: User) -> User:
    """One act at a time for each account; a request holds its account only behind a lazy stand-in."""
    return User.objects.select_for_update().get(pk=by.pk)


def end_addresses(user: User) -> int:
    """From now on no address in force opens this person's programme."""
    return CalendarAddress.objects.in_force().filter(user=user).update(revoked_at=clock.now())


def make_address_reasons(by: User) -> list[Reason]:
    if not by.person_id:
        return [Reason(_("This account stands for nobody, so there is no programme to open."))]
    return []


@transaction.atomic
def make_address(*, by: User, lang: str) -> str:
    """Give somebody a new secret address and end the one they had, at once; the secret part comes back to be shown once."""
    by = lock_account(by)
    refuse_for(make_address_reasons(by))
    end_addresses(by)
    token = new_token()
    address = CalendarAddress.objects.create(user=by, token_hash=hash_of(token), lang=lang)
    journal.write(by=by, act="made calendar address", on=address)
    return token


def revoke_address_reasons(by: User) -> list[Reason]:
    if not CalendarAddress.objects.in_force().filter(user=by).exists():
        return [Reason(_("You have no calendar address. Nothing was ended."))]
    return []


@transaction.atomic
def revoke_address(*, by: User) -> CalendarAddress:
    """End the address in force: whoever asks for it from now on finds nothing."""
    by = lock_account(by)
    refuse_for(revoke_address_reasons(by))
    address = lock(CalendarAddress.objects.in_force().get(user=by))
    address.revoked_at = clock.now()
    address.save(update_fields=["revoked_at"])
    journal.write(by=by, act="revoked calendar address", on=address)
    return address
