"""Delegations and registrations: a party's own order, its word after a postponement, the venue's answer, who came."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.models import Delegation, Registration
from parties.models import User

from . import journal
from .nomination_checks import not_their_focal_point
from .steps import Reason, lock, move, not_a_secretary, not_possible_from, refuse_for

Status = Registration.Status


@transaction.atomic
def put_in_order(*, delegation: Delegation, places: dict[int, int], by: User) -> Delegation:
    """The party's own order of precedence: a number for each nomination by its key; 1 comes first."""
    delegation = lock(delegation)
    refuse_for(not_their_focal_point(delegation, by))
    rows = delegation.nominations.live().filter(pk__in=places).select_related("registration")
    for nomination in rows:
        nomination.precedence = places[nomination.pk]
        nomination.save(update_fields=["precedence"])
        if nomination.registration is not None:
            nomination.registration.precedence = nomination.precedence
            nomination.registration.save(update_fields=["precedence"])
    journal.write(by=by, act="ordered delegation", on=delegation, party=delegation.party)
    return delegation


@transaction.atomic
def opt_for_names(*, delegation: Delegation, lists_names: bool, by: User) -> Delegation:
    """Whether names of police, prosecution, prison and investigative staff stand on the list: each party's own choice."""
    delegation = lock(delegation)
    refuse_for(not_their_focal_point(delegation, by))
    delegation.lists_names_of_services = lists_names
    delegation.save(update_fields=["lists_names_of_services"])
    journal.write(by=by, act="opted for names", on=delegation, party=delegation.party, details={"lists_names": lists_names})
    return delegation


def reconfirm_reasons(delegation: Delegation, by: User) -> list[Reason]:
    """The party's own focal point or deputy, once a postponed edition has its new days."""
    reasons = not_their_focal_point(delegation, by)
    edition = delegation.edition
    if reasons:
        return reasons
    if delegation.to_reconfirm_since is None:
        return [Reason(_("This delegation waits for no confirmation."), delegation)]
    if edition.status not in edition.DAYS_FIXED or edition.has_closed():
        said = _("%(edition)s is “%(status)s”: there is nothing to confirm.")
        return [Reason(said % {"edition": edition, "status": edition.standing().label}, edition)]
    return []


@transaction.atomic
def reconfirm_delegation(*, delegation: Delegation, by: User) -> Delegation:
    """These people come on the new days too; whoever does not is withdrawn or replaced."""
    delegation = lock(delegation)
    refuse_for(reconfirm_reasons(delegation, by))
    delegation.to_reconfirm_since = None
    delegation.save(update_fields=["to_reconfirm_since"])
    journal.write(by=by, act="confirmed delegation", on=delegation, party=delegation.party)
    return delegation


def _not_for_a_secretary(registration: Registration, by: User) -> list[Reason]:
    reasons = not_a_secretary(by, registration.edition.dialogue)
    if registration.status == Status.CANCELLED:
        reasons.append(Reason(_("This registration is cancelled."), registration))
    return reasons


def note_access_reasons(registration: Registration, by: User) -> list[Reason]:
    return _not_for_a_secretary(registration, by)


@transaction.atomic
def note_access(*, registration: Registration, access_status: str, by: User) -> Registration:
    """Write down one of the four answers of venue security; reasons and identity data never come here (workflows §4.2)."""
    registration = lock(registration)
    refuse_for(note_access_reasons(registration, by))
    registration.access_status = access_status
    registration.full_clean()
    registration.save(update_fields=["access_status"])
    journal.write(by=by, act="noted access", on=registration, details={"access_status": access_status})
    return registration


def confirm_reasons(registration: Registration, by: User) -> list[Reason]:
    return _not_for_a_secretary(registration, by) or not_possible_from(registration, Status.CONFIRMED)


@transaction.atomic
def confirm(*, registration: Registration, by: User) -> Registration:
    """Count on somebody: own details are in, or will not come (a minister fills in no form)."""
    registration = lock(registration)
    refuse_for(confirm_reasons(registration, by))
    move(registration, Status.CONFIRMED)
    journal.write(by=by, act="confirmed registration", on=registration)
    return registration


def note_attendance_reasons(registration: Registration, by: User) -> list[Reason]:
    reasons = _not_for_a_secretary(registration, by)
    edition = registration.edition
    if not edition.is_open() and not edition.has_closed():
        reasons.append(Reason(_("Attendance is noted from the opening day on."), edition))
    if edition.status in {"follow_up", "archived"}:
        reasons.append(Reason(_("%(edition)s is settled.") % {"edition": edition}, edition))
    return reasons


@transaction.atomic
def note_attendance(*, registration: Registration, attended: bool, by: User) -> Registration:
    """Who came and who did not, noted at the desk; a mistake is put right by noting it again."""
    registration = lock(registration)
    refuse_for(note_attendance_reasons(registration, by))
    to = Status.ATTENDED if attended else Status.NO_SHOW
    if registration.status == to:
        return registration
    if registration.status in {Status.INVITED, Status.COMPLETED}:
        move(registration, Status.CONFIRMED)
    move(registration, to)
    journal.write(by=by, act="noted attendance", on=registration, details={"attended": attended})
    return registration
