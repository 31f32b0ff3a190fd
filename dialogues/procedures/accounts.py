"""Accounts and appointments: who gets a way in, and in which role; the way in at the desk; a lost second factor."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override

from dialogues.models import Appointment, Dialogue, Registration
from parties.models import DeskCode, Party, Person, User
from socportal import clock
from socportal.post import send_soon

from . import journal
from .steps import Reason, lock, not_a_secretary, refuse_for

DESK_CODE_IS_VALID_FOR = timedelta(hours=1)
# No letter or digit that is mistaken for another on paper.
READABLE = "BCDFGHJKLMNPQRSTVWXZ34679"


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


# A lost second factor


def party_of_account(account: User) -> Party | None:
    """Whose account it is: the party of its person, or the one that stands on it."""
    return (account.person.party if account.person else None) or account.party


def factors_of(account: User) -> Any:
    return Authenticator.objects.filter(user=account)


def reset_second_factor_reasons(account: User, by: User) -> list[Reason]:
    if account.pk == by.pk:
        return [Reason(_("Nobody resets their own second factor. Ask another secretary of your party."))]
    party = party_of_account(account)
    own = Appointment.objects.current().held_by(by).filter(role__in=Appointment.SECRETARIES, party=party)
    if party is None or not own.exists():
        return [Reason(_("Only a current secretary of the same party resets it."))]
    if not factors_of(account).exists():
        return [Reason(_("No second factor is set up on this account."))]
    return []


@transaction.atomic
def reset_second_factor(*, account: User, by: User) -> User:
    """Take every second factor off an account whose person has lost them; they set up new ones at the next sign-in.

    All its sessions end, whoever opened them, and its person is told at once.
    """
    account = lock(account)
    refuse_for(reset_second_factor_reasons(account, by))
    taken = factors_of(account).count()
    factors_of(account).delete()
    end_sessions_of(account)
    transaction.on_commit(partial(send_soon, partial(reset_message, account)))
    journal.write(by=by, act="reset second factor", on=account, party=party_of_account(account), details={"factors": taken})
    return account


def reset_message(account: User) -> EmailMessage:
    with override(account.language):
        text = render_to_string("account/email/second_factor_reset.txt", {"base_url": settings.PUBLIC_BASE_URL})
        return EmailMessage(_("Your second factor was reset"), text.strip() + "\n", to=[account.email])


def end_sessions_of(account: User) -> int:
    """Sign the account out everywhere; give back from how many browsers."""
    UserSession.objects.filter(user=account).delete()
    held = [
        row.pk
        for row in Session.objects.filter(expire_date__gt=clock.now()).iterator()
        if row.get_decoded().get(SESSION_KEY) == str(account.pk)
    ]
    Session.objects.filter(pk__in=held).delete()
    return len(held)


# The way in at the desk


def _kept(code: str) -> str:
    """The keyed hash of a desk code, whatever its case and dashes."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return salted_hmac("desk code", plain, algorithm="sha256").hexdigest()


def _with_second_factor(account: User) -> bool:
    role = Appointment.objects.current().filter(person=account.person_id, role__in=Appointment.WITH_SECOND_FACTOR)
    return account.is_staff or role.exists()


def issue_desk_code_reasons(registration: Registration, by: User) -> list[Reason]:
    """A secretary, while the edition is open, for a participant whose account signs in by code alone."""
    if reasons := not_a_secretary(by, registration.edition.dialogue):
        return reasons
    account = User.objects.filter(person=registration.person_id).first()
    if not registration.edition.is_open():
        reasons.append(Reason(_("Codes at the desk are issued only while the edition is open."), registration.edition))
    if registration.status == Registration.Status.CANCELLED:
        reasons.append(Reason(_("This registration is cancelled."), registration))
    if account is None or not account.is_active:
        reasons.append(Reason(_("This person has no account that may sign in."), account or registration.person))
    elif _with_second_factor(account):
        reasons.append(Reason(_("This person signs in with a second factor; a code from the desk would go round it."), account))
    return reasons


@transaction.atomic
def issue_desk_code(*, registration: Registration, by: User) -> tuple[DeskCode, str]:
    """Make a code that signs this participant in once within the hour; earlier unused ones stop working.

    The code itself is given back here, to be printed, and is kept nowhere.
    """
    registration = lock(registration)
    refuse_for(issue_desk_code_reasons(registration, by))
    account = lock(User.objects.get(person=registration.person_id))
    DeskCode.objects.filter(user=account, used_at__isnull=True).delete()
    code = get_random_string(10, READABLE)
    now = clock.now()
    issued = DeskCode.objects.create(
        user=account, code_hash=_kept(code), issued_by=by, issued_at=now, expires_at=now + DESK_CODE_IS_VALID_FOR
    )
    journal.write(by=by, act="issued desk code", on=registration)
    return issued, f"{code[:5]}-{code[5:]}"


@transaction.atomic
def use_desk_code(*, code: str) -> User:
    """Whom this code signs in. It is used up; one that is wrong, used or expired is refused in the same words."""
    now = clock.now()
    issued = (
        DeskCode.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(code_hash=_kept(code), used_at__isnull=True, issued_at__lte=now, expires_at__gt=now, user__is_active=True)
        .first()
    )
    if issued is None or _with_second_factor(issued.user):
        refuse_for([Reason(_("This code is not right, or no longer valid. Ask for a new one at the desk."))])
    assert issued is not None  # noqa: S101  refused above
    issued.used_at = now
    issued.save(update_fields=["used_at"])
    return issued.user
