"""Nominations: a party names its people, the secretariat checks completeness and number (workflows §4.2).

Nobody but the party's focal point (or deputy) drafts, submits, replaces and withdraws; the secretariat accepts or gives
back, and enters on behalf of a party only on the strength of a registered letter. There is no “reject”.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.models import (
    Appointment,
    CoChair,
    Correspondence,
    Delegation,
    Mandate,
    Nomination,
    NominationConsent,
    Registration,
)
from parties.models import User
from socportal import clock

from . import correspondence, journal
from .acceptance import describe
from .nomination_checks import (
    faults,
    not_open,
    not_their_focal_point,
    over_quota,
    parties_to_consent,
    round_of,
)
from .nomination_rounds import tell_focal_points
from .steps import Reason, appointments_of, lock, move, not_a_secretary, party_of, refuse_for

# What a party says of somebody; everything else on a nomination follows from its procedures.
FIELDS = (
    "category",
    "name",
    "sort_name",
    "post_en",
    "post_nl",
    "organisation",
    "email",
    "language",
    "precedence",
    "alternate_for",
    "over_quota_reason",
)
# What may still be put right once a nomination is accepted; another category or address is another nomination.
CORRECTABLE = ("name", "sort_name", "post_en", "post_nl", "organisation")
Status = Nomination.Status


# The party's own acts


def draft_reasons(delegation: Delegation, by: User) -> list[Reason]:
    return not_their_focal_point(delegation, by) or not_open(delegation)


def _fill(nomination: Nomination, fields: dict[str, Any], allowed: Iterable[str] = FIELDS) -> list[str]:
    """Set what is given; give back the names of the fields that changed."""
    changed = [name for name in allowed if name in fields and getattr(nomination, name) != fields[name]]
    for name in changed:
        value = fields[name]
        setattr(nomination, name, value.strip() if isinstance(value, str) else value)
    nomination.email = nomination.email.lower()
    if not nomination.sort_name:
        nomination.sort_name = nomination.name
    return changed


def _check_places(nomination: Nomination, mandates: Iterable[Mandate] | None) -> None:
    """Groups of this edition, and an alternate for somebody of this delegation."""
    for mandate in mandates or ():
        if mandate.edition_id != nomination.edition_id:
            said = {"group": mandate, "edition": nomination.edition}
            refuse_for([Reason(_("%(group)s does not meet at %(edition)s.") % said)])
    if nomination.alternate_for and nomination.alternate_for.delegation_id != nomination.delegation_id:
        refuse_for([Reason(_("An alternate stands for somebody of the same delegation."))])


@transaction.atomic
def draft(*, delegation: Delegation, by: User, mandates: Iterable[Mandate] = (), **fields: Any) -> Nomination:
    """Begin a nomination. As little as a name is enough; nobody but this party's focal points sees it."""
    delegation = lock(delegation)
    refuse_for(draft_reasons(delegation, by))
    mandates = list(mandates)
    nomination = Nomination(delegation=delegation, edition=delegation.edition, drafted_by=by, drafted_at=clock.now())
    _fill(nomination, fields)
    _check_places(nomination, mandates)
    nomination.full_clean()
    nomination.save()
    nomination.mandates.set(mandates)
    journal.write(by=by, act="drafted nomination", on=nomination, party=delegation.party)
    return nomination


def amend_reasons(nomination: Nomination, by: User) -> list[Reason]:
    reasons = not_their_focal_point(nomination.delegation, by)
    if not reasons and nomination.status not in Nomination.EDITABLE:
        reasons = [Reason(_("It has been submitted; only what the secretariat gives back can be changed."), nomination)]
    return reasons or not_open(nomination.delegation, replacement=nomination.replaces_id is not None)


@transaction.atomic
def amend(*, nomination: Nomination, by: User, mandates: Iterable[Mandate] | None = None, **fields: Any) -> Nomination:
    """Change a draft, or what was given back."""
    nomination = lock(nomination)
    refuse_for(amend_reasons(nomination, by))
    mandates = None if mandates is None else list(mandates)
    changed = _fill(nomination, fields)
    _check_places(nomination, mandates)
    nomination.full_clean()
    nomination.save()
    if mandates is not None:
        nomination.mandates.set(mandates)
    journal.write(
        by=by, act="changed nomination", on=nomination, party=nomination.delegation.party, details={"fields": sorted(changed)}
    )
    return nomination


def delete_draft_reasons(nomination: Nomination, by: User) -> list[Reason]:
    reasons = not_their_focal_point(nomination.delegation, by)
    if not reasons and nomination.status != Status.DRAFT:
        reasons = [Reason(_("What was submitted is withdrawn, not deleted."), nomination)]
    return reasons


@transaction.atomic
def delete_draft(*, nomination: Nomination, by: User) -> None:
    """Throw away what was never submitted: the row itself goes, the journal keeps its number."""
    nomination = lock(nomination)
    refuse_for(delete_draft_reasons(nomination, by))
    journal.write(by=by, act="deleted nomination", on=nomination, party=nomination.delegation.party)
    nomination.alternates.update(alternate_for=None)
    nomination.delete()


def submit_reasons(nomination: Nomination, by: User) -> list[Reason]:
    reasons = not_their_focal_point(nomination.delegation, by)
    if not reasons and nomination.status not in Nomination.EDITABLE:
        return [Reason(_("This nomination is “%s” already.") % nomination.get_status_display(), nomination)]
    return reasons or not_open(nomination.delegation, replacement=nomination.replaces_id is not None) or faults(nomination)


@transaction.atomic
def submit(*, nomination: Nomination, by: User, over_quota_reason: str = "") -> Nomination:
    """Hand a nomination in. More than the quota asks for a reason; after the deadline it waits for the lead.

    Refused: what is incomplete, a double, a second head, a category that this edition does not have.
    """
    nomination = lock(nomination)
    lock(nomination.delegation)  # quotas and heads are counted by one submission at a time
    refuse_for(submit_reasons(nomination, by))
    nomination.over_quota_reason = over_quota_reason.strip() or nomination.over_quota_reason
    beyond = over_quota(nomination)
    if beyond and not nomination.over_quota_reason:
        refuse_for([Reason(f"{text} {_('Give a reason, or withdraw somebody.')}", nomination) for text in beyond])
    return _hand_in(nomination, by)


def _hand_in(nomination: Nomination, by: User) -> Nomination:
    round_ = round_of(nomination.edition)
    now = clock.now()
    late = bool(round_ and now > round_.deadline_of(nomination.delegation) and not nomination.replaces_id)
    to = Status.LATE_PENDING if late else Status.SUBMITTED
    nomination.is_late = nomination.is_late or late
    nomination.returned_message = ""
    also = ("is_late", "returned_message", "over_quota_reason")
    move(nomination, to, submitted_by=by, submitted_at=now, **{name: getattr(nomination, name) for name in also})
    if nomination.needs_consent:
        _ask_for_consent(nomination, by)
    details = {"category": nomination.category, "late": late, "on_behalf_by": nomination.on_behalf_by_id}
    journal.write(by=by, act="submitted nomination", on=nomination, party=nomination.delegation.party, details=details)
    return nomination


def _ask_for_consent(nomination: Nomination, by: User) -> None:
    """The proposing party's own focal point consents by submitting; the others are asked."""
    roles = (*Appointment.FOCAL_POINTS, Appointment.Role.SECRETARY)
    own = appointments_of(by, nomination.edition.dialogue, *roles).filter(party=nomination.delegation.party)
    if own.exists():
        NominationConsent.objects.get_or_create(
            nomination=nomination, party=nomination.delegation.party, defaults={"by": by, "given_at": clock.now()}
        )
    tell_focal_points(parties_to_consent(nomination), nomination.edition, "consent_asked", str(nomination.pk))


@transaction.atomic
def submit_complete(*, delegation: Delegation, by: User) -> tuple[list[Nomination], list[Nomination]]:
    """Hand in every draft that can be: those handed in, and those that still lack something or go beyond the quota.

    What was given back is not among them: it goes in again by itself, once it has been completed.
    """
    handed_in, left = [], []
    for nomination in delegation.nominations.filter(status=Status.DRAFT).order_by("pk"):
        beyond = over_quota(nomination) and not nomination.over_quota_reason
        if beyond or submit_reasons(nomination, by):
            left.append(nomination)
        else:
            handed_in.append(submit(nomination=nomination, by=by))
    return handed_in, left


def on_behalf_reasons(delegation: Delegation, by: User) -> list[Reason]:
    return not_a_secretary(by, delegation.edition.dialogue) or not_open(delegation)


@transaction.atomic
def enter_on_behalf(
    *, delegation: Delegation, by: User, letter: Correspondence, mandates: Iterable[Mandate] = (), **fields: Any
) -> Nomination:
    """A secretary enters what a party asked for in a registered letter; it counts as the party's submission.

    Refused without a letter received from this party for this edition, and for everything that submitting is refused for.
    """
    delegation = lock(delegation)
    reasons = on_behalf_reasons(delegation, by)
    received = letter.direction == Correspondence.Direction.RECEIVED
    if not received or letter.party_id != delegation.party_id or letter.edition_id != delegation.edition_id:
        reasons.append(Reason(_("Name the letter or note that this party sent for this edition."), letter))
    refuse_for(reasons)
    mandates = list(mandates)
    nomination = Nomination(
        delegation=delegation, edition=delegation.edition, drafted_by=by, drafted_at=clock.now(), on_behalf_by=letter
    )
    _fill(nomination, fields)
    _check_places(nomination, mandates)
    nomination.full_clean()
    nomination.save()
    nomination.mandates.set(mandates)
    beyond = over_quota(nomination)
    if beyond and not nomination.over_quota_reason:
        refuse_for([Reason(f"{text} {_('Give the reason.')}", nomination) for text in beyond])
    refuse_for(faults(nomination))
    return _hand_in(nomination, by)


# Consent of all parties


def consent_reasons(nomination: Nomination, by: User) -> list[Reason]:
    dialogue = nomination.edition.dialogue
    if not nomination.needs_consent or nomination.status not in Nomination.UNSETTLED:
        return [Reason(_("This nomination waits for nobody’s consent."), nomination)]
    party = party_of(by, dialogue, *Appointment.FOCAL_POINTS)
    if party is None:
        return [Reason(_("A party’s focal point or deputy consents for it."))]
    if nomination.consents.filter(party=party).exists():
        return [Reason(_("%(party)s has consented already.") % {"party": party})]
    if nomination.consents.filter(by=by).exists():
        return [Reason(_("You have consented already; another person consents for the other party."))]
    return []


@transaction.atomic
def consent(*, nomination: Nomination, by: User) -> NominationConsent:
    """One party's yes to an observer, expert or guest speaker; one person gives it for one party (law R6)."""
    nomination = lock(nomination)
    refuse_for(consent_reasons(nomination, by))
    party = party_of(by, nomination.edition.dialogue, *Appointment.FOCAL_POINTS)
    given = NominationConsent(nomination=nomination, party=party, by=by, given_at=clock.now())
    given.full_clean()
    given.save()
    journal.write(by=by, act="consented to nomination", on=nomination, party=party)
    return given


# After acceptance: the party's own again


def replace_reasons(nomination: Nomination, by: User) -> list[Reason]:
    reasons = not_their_focal_point(nomination.delegation, by) or not_open(nomination.delegation, replacement=True)
    if not reasons and nomination.status != Status.ACCEPTED:
        reasons = [Reason(_("Only somebody who has been accepted is replaced."), nomination)]
    if not reasons and Nomination.objects.live().filter(replaces=nomination).exists():
        reasons = [Reason(_("A replacement has been named already."), nomination)]
    return reasons


@transaction.atomic
def replace(*, nomination: Nomination, by: User, **fields: Any) -> Nomination:
    """Name somebody else for the same seat: category, groups and place in the order are taken over, deadline or not.

    The person replaced keeps the seat until the secretariat has accepted the new one. Possible until the edition is over.
    """
    nomination = lock(nomination)
    refuse_for(replace_reasons(nomination, by))
    Nomination.objects.filter(replaces=nomination).update(replaces=None)  # an earlier replacement that was withdrawn
    new = Nomination(
        delegation=nomination.delegation,
        edition=nomination.edition,
        drafted_by=by,
        drafted_at=clock.now(),
        replaces=nomination,
    )
    _fill(new, fields)
    new.category, new.precedence = nomination.category, nomination.precedence
    new.alternate_for, new.over_quota_reason = nomination.alternate_for, nomination.over_quota_reason
    new.full_clean()
    new.save()
    new.mandates.set(nomination.mandates.all())
    refuse_for(faults(new))
    return _hand_in(new, by)


def withdraw_reasons(nomination: Nomination, by: User) -> list[Reason]:
    """The party's focal point, or the person who was to come."""
    own = by.person_id is not None and nomination.person_id == by.person_id
    reasons = [] if own else not_their_focal_point(nomination.delegation, by)
    if not reasons and Status.WITHDRAWN not in Nomination.TRANSITIONS[Status(nomination.status)]:
        reasons = [Reason(_("This nomination is “%s”.") % nomination.get_status_display(), nomination)]
    if not reasons and nomination.edition.has_closed():
        reasons = [Reason(_("%(edition)s is over.") % {"edition": nomination.edition}, nomination.edition)]
    return reasons


@transaction.atomic
def withdraw(*, nomination: Nomination, by: User, reason: str = "") -> Nomination:
    """Take somebody off the delegation: rights end at once, the co-chairs of their groups are told the same day."""
    nomination = lock(nomination)
    refuse_for(withdraw_reasons(nomination, by))
    move(nomination, Status.WITHDRAWN, withdrawn_reason=reason.strip())
    registration = nomination.registration
    if registration is not None and registration.status != Registration.Status.CANCELLED:
        move(lock(registration), Registration.Status.CANCELLED)
    chairs = CoChair.objects.filter(mandate__nominations=nomination, person__user__is_active=True)
    for chair in chairs.select_related("person__user", "mandate__working_group"):
        correspondence.queue(
            key=f"withdrawn-{nomination.pk}-{chair.pk}",
            edition=nomination.edition,
            recipient=chair.person.user,  # type: ignore[union-attr]
            template="withdrawn",
            about={"edition": nomination.edition, "nomination": nomination, "mandate": chair.mandate},
            released_by=by,
        )
    details = {"category": nomination.category}
    journal.write(by=by, act="withdrew nomination", on=nomination, party=nomination.delegation.party, details=details)
    return nomination


def correct_reasons(nomination: Nomination, by: User) -> list[Reason]:
    reasons = not_their_focal_point(nomination.delegation, by)
    if not reasons and nomination.status != Status.ACCEPTED:
        reasons = [Reason(_("Only an accepted nomination is put right like this."), nomination)]
    if not reasons and nomination.edition.has_closed():
        reasons = [Reason(_("%(edition)s is over.") % {"edition": nomination.edition}, nomination.edition)]
    return reasons


@transaction.atomic
def correct(*, nomination: Nomination, by: User, mandates: Iterable[Mandate] | None = None, **fields: Any) -> Nomination:
    """Put right how an accepted person is named and placed; badge and lists follow. Another person is a replacement."""
    nomination = lock(nomination)
    refuse_for(correct_reasons(nomination, by))
    registration = Registration.objects.select_for_update().get(nomination=nomination)
    changed = _fill(nomination, fields, CORRECTABLE)
    mandates = None if mandates is None else list(mandates)
    _check_places(nomination, mandates)
    nomination.full_clean()
    nomination.save()
    registration.post_en, registration.post_nl = nomination.post_en or nomination.post_nl, nomination.post_nl
    registration.organisation = nomination.organisation
    registration.full_clean()
    registration.save()
    person = registration.person
    if not person.is_public_office_holder:
        describe(person, nomination)
        person.save()
    if mandates is not None:
        nomination.mandates.set(mandates)
        registration.mandates.set(mandates)
    journal.write(
        by=by, act="changed nomination", on=nomination, party=nomination.delegation.party, details={"fields": sorted(changed)}
    )
    return nomination
