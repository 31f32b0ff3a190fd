"""The secretariat's answer to a nomination: accepted, or given back with what is missing. There is no “reject”."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.models import Nomination, Registration
from parties.models import Person, User
from socportal import clock

from . import correspondence, journal
from .accounts import open_account
from .nomination_checks import account_faults, faults, over_quota, parties_to_consent
from .nomination_rounds import tell_focal_points
from .steps import Check, Reason, edition_is_over, lock, move, not_a_secretary, refuse_for

Status = Nomination.Status


def accept_reasons(nomination: Nomination, by: User) -> list[Reason]:
    """Completeness, number and consents: nothing about the person (workflows §4.2)."""
    edition = nomination.edition
    reasons = not_a_secretary(by, edition.dialogue)
    if over := edition_is_over(edition):
        return [*reasons, *over]
    if nomination.status not in Nomination.UNSETTLED:
        return [*reasons, Reason(_("This nomination is “%s”.") % nomination.get_status_display(), nomination)]
    if nomination.status == Status.LATE_PENDING and not edition.is_led_by(by):
        reasons.append(Reason(_("It came after the deadline: the secretariat lead accepts it."), edition))
    reasons += faults(nomination)
    reasons += [
        Reason(_("%(party)s has not consented yet.") % {"party": party}, nomination) for party in parties_to_consent(nomination)
    ]
    stands_for = nomination.alternate_for
    if stands_for is not None and stands_for.registration_id is None:
        reasons.append(Reason(_("Accept the person first for whom this alternate stands."), stands_for))
    account = User.objects.filter(email__iexact=nomination.email).select_related("person").first()
    if account is not None:
        reasons += account_faults(nomination, account)
    return reasons


def accept_checks(nomination: Nomination, by: User) -> list[Check]:
    """Said before accepting, blocking nothing: beyond the quota, and why."""
    said = [f"{text} {nomination.over_quota_reason}".strip() for text in over_quota(nomination)]
    return [Check("warns", text) for text in said] or [Check("passed", _("Within what was agreed."))]


@transaction.atomic
def accept(*, nomination: Nomination, by: User, late_reason: str = "") -> Registration:
    """Accept a nomination: the person is registered, gets an account that signs in by code, and an invitation is drafted.

    A replacement takes over from the one it replaces in the same moment. A late one needs the lead, and the reason.
    """
    nomination = lock(nomination)
    lock(nomination.delegation)
    nomination.edition = lock(nomination.edition)
    refuse_for(accept_reasons(nomination, by))
    if nomination.is_late and not late_reason.strip():
        refuse_for([Reason(_("Say why it is accepted after the deadline."), nomination)])
    replaced = nomination.replaces
    if replaced is not None and replaced.status == Status.ACCEPTED:
        _step_aside(replaced)
    person = _person_of(nomination, by)
    registration = Registration(
        delegation=nomination.delegation,
        edition=nomination.edition,
        person=person,
        category=nomination.category,
        post_en=nomination.post_en or nomination.post_nl,
        post_nl=nomination.post_nl,
        organisation=nomination.organisation,
        precedence=nomination.precedence,
        alternate_for=nomination.alternate_for.registration if nomination.alternate_for else None,
    )
    registration.full_clean()
    registration.save()
    registration.mandates.set(nomination.mandates.all())
    if replaced is not None and replaced.registration is not None:
        replaced.registration.alternates.update(alternate_for=registration)
        replaced.alternates.update(alternate_for=nomination)
    move(
        nomination,
        Status.ACCEPTED,
        accepted_by=by,
        accepted_at=clock.now(),
        late_reason=late_reason.strip(),
        person=person,
        registration=registration,
    )
    correspondence.queue(
        key=f"complete-{registration.pk}",
        edition=nomination.edition,
        recipient=person.user,
        template="complete",
        about={"edition": nomination.edition, "registration": registration},
    )
    details = {"category": nomination.category, "late": nomination.is_late, "registration": registration.pk}
    journal.write(by=by, act="accepted nomination", on=nomination, details=details)
    return registration


def _step_aside(replaced: Nomination) -> None:
    if replaced.registration is not None and replaced.registration.status != Registration.Status.CANCELLED:
        move(lock(replaced.registration), Registration.Status.CANCELLED)
        replaced.registration.refresh_from_db()
    move(replaced, Status.REPLACED)


def _person_of(nomination: Nomination, by: User) -> Person:
    """The person behind the official address; a new one, with an account, where nobody has it."""
    account = User.objects.select_related("person").filter(email__iexact=nomination.email).first()
    if account is None or account.person is None:  # the second is refused by accept_reasons
        # Whom all parties invite stands for none of them, unless the organisation does.
        invited = nomination.organisation if nomination.needs_consent else None
        person = Person(party=invited.party if invited else nomination.delegation.party)
        describe(person, nomination)
        person.save()
        open_account(person=person, email=nomination.email, by=by, language=nomination.language)
        return person
    if not account.is_active and not account.is_staff:
        account.is_active = True
        account.save(update_fields=["is_active"])
    if not account.person.is_public_office_holder:
        describe(account.person, nomination)
        account.person.save()
    return account.person


def describe(person: Person, nomination: Nomination) -> None:
    """The party's newest words about its own person."""
    person.name, person.sort_name = nomination.name, nomination.sort_name
    person.post_en, person.post_nl = nomination.post_en, nomination.post_nl
    person.organisation = nomination.organisation


def give_back_reasons(nomination: Nomination, by: User) -> list[Reason]:
    reasons = not_a_secretary(by, nomination.edition.dialogue)
    return reasons or not_possible_to_give_back(nomination)


def not_possible_to_give_back(nomination: Nomination) -> list[Reason]:
    if nomination.status in Nomination.UNSETTLED:
        return []
    return [Reason(_("This nomination is “%s”.") % nomination.get_status_display(), nomination)]


@transaction.atomic
def give_back(*, nomination: Nomination, message: str, by: User) -> Nomination:
    """Return a nomination that is incomplete or too many, and say what is missing; the party completes it."""
    nomination = lock(nomination)
    refuse_for(give_back_reasons(nomination, by))
    move(nomination, Status.RETURNED, returned_message=message.strip())
    key = f"{nomination.pk}-{nomination.submitted_at:%Y%m%d%H%M%S}"
    delegation = nomination.delegation
    tell_focal_points([delegation.party], nomination.edition, "returned", key, nomination=nomination)
    journal.write(by=by, act="returned nomination", on=nomination, details={"category": nomination.category})
    return nomination
