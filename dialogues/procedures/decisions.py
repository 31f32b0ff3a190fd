"""Postponing and cancelling an edition: proposed by the lead, in effect with the last consent of the heads' offices (§4.1).

A head's office does not sign in here: its consent reaches the party's secretary by letter, and that secretary, or the lead
for the party that the lead comes from, records it with the reference. Two consents are two people of two parties all the
same (law R6).
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.models import Appointment, Edition, HeadsDecision, Registration
from dialogues.models.ceiling import CLASSIFIED
from parties.models import User
from socportal import clock

from . import journal
from .consents import consent_of_all
from .consents import consent_reasons as not_consenting
from .editions import not_the_lead
from .notices import draft_decision, told
from .preparation import date_checklist
from .steps import Reason, lock, move, not_a_secretary, not_possible_from, refuse_for

Status = Edition.Status
CONSENTING = Appointment.SECRETARIES
PROPOSED = {Status.POSTPONED: "proposed postponement", Status.CANCELLED: "proposed cancellation"}
IN_EFFECT = {Status.POSTPONED: "postponed edition", Status.CANCELLED: "cancelled edition"}


def above_the_ceiling(text: str) -> str:
    """A sentence where a text names a level that the portal does not hold (law R9); else empty."""
    found = CLASSIFIED.search(text)
    if found is None:
        return ""
    return _(
        "“%(word)s” marks something above OFFICIAL / ongerubriceerd, which the portal does not hold. "
        "Write a neutral line without it."
    ) % {"word": found.group()}


def pending(edition: Edition) -> HeadsDecision | None:
    """The one decision on this edition that waits for consents."""
    return edition.decisions.pending().first()


def _too_late(edition: Edition, to: str) -> list[Reason]:
    """Postponed before it opens, cancelled before it is over."""
    if to == Status.POSTPONED and edition.has_opened():
        return [Reason(_("It has opened: it can be cancelled, and no longer postponed."), edition)]
    if edition.has_opened() and edition.has_closed():
        return [Reason(_("It has taken place: close it."), edition)]
    return []


def propose_reasons(edition: Edition, by: User, *, to: str) -> list[Reason]:
    """Lead only, one decision at a time, and not for what has begun (postponed) or is over (cancelled)."""
    reasons = not_a_secretary(by, edition.dialogue) or not_possible_from(edition, to) or _too_late(edition, to)
    if reasons:
        return reasons
    if other := pending(edition):
        said = _("“%(decision)s” is proposed already. Consent to it, or drop it first.")
        reasons.append(Reason(said % {"decision": other.get_to_status_display()}, other))
    return reasons + not_the_lead(edition, by)


@transaction.atomic
def propose(*, edition: Edition, to: str, reason: str, by: User) -> HeadsDecision:
    """Put it to the heads' offices of all parties, with the reason that everybody registered will read."""
    edition = lock(edition)
    reasons = propose_reasons(edition, by, to=to)
    if not reason.strip():
        reasons.append(Reason(_("Say why: everybody registered reads the reason."), edition))
    if words := above_the_ceiling(reason):
        reasons.append(Reason(words, edition))
    refuse_for(reasons)
    decision = HeadsDecision(edition=edition, to_status=to, reason=reason.strip(), proposed_by=by, proposed_at=clock.now())
    decision.full_clean()
    decision.save()
    journal.write(by=by, act=PROPOSED[Status(to)], on=decision)
    return decision


def drop_reasons(decision: HeadsDecision, by: User) -> list[Reason]:
    """Any secretary: a consent that will not come, or a reason that has passed, needs no further consent."""
    reasons = not_a_secretary(by, decision.edition.dialogue)
    if not reasons and not decision.is_pending:
        reasons.append(Reason(_("Nothing is proposed any more: look at the edition again."), decision.edition))
    return reasons


@transaction.atomic
def drop(*, decision: HeadsDecision, by: User) -> HeadsDecision:
    """Take the proposal off; consents given so far stay on record."""
    lock(decision.edition)
    decision = lock(decision)
    refuse_for(drop_reasons(decision, by))
    decision.dropped_at, decision.dropped_by = clock.now(), by
    decision.save(update_fields=["dropped_at", "dropped_by"])
    journal.write(by=by, act="dropped proposal", on=decision)
    return decision


def consent_reasons(decision: HeadsDecision, by: User) -> list[Reason]:
    """A secretary or the lead, for the head's office of the own party; as long as the step itself is possible."""
    edition, to = decision.edition, decision.to_status
    reasons = drop_reasons(decision, by) or not_possible_from(edition, to) or _too_late(edition, to)
    return reasons or not_consenting(decision, to, edition.dialogue, by, *CONSENTING)


@transaction.atomic
def consent(*, decision: HeadsDecision, reference: str, by: User) -> HeadsDecision:
    """Record one head's office's yes by the letter that says so. With the last party's the decision takes effect."""
    edition = lock(decision.edition)
    decision = lock(decision)
    decision.edition = edition
    reasons = consent_reasons(decision, by)
    if not reference.strip():
        reasons.append(Reason(_("Give the reference of the letter in which the head’s office consents."), decision))
    if words := above_the_ceiling(reference):
        reasons.append(Reason(words, decision))
    refuse_for(reasons)
    to = Status(decision.to_status)
    complete = consent_of_all(decision, to, edition.dialogue, by, *CONSENTING, reference=reference.strip())
    details: dict[str, Any] = {"to": to.value}
    if complete:
        details |= EFFECTS[to](decision)
    journal.write(by=by, act=IN_EFFECT[to] if complete else "consented", on=decision, details=details)
    return decision


def _settle(decision: HeadsDecision) -> None:
    edition = decision.edition
    if edition.date_precision == Edition.Precision.EXACT:
        decision.opened_on, decision.closed_on = edition.opens_on, edition.closes_on
    decision.settled_at = clock.now()
    decision.save(update_fields=["opened_on", "closed_on", "settled_at"])


def _postpone(decision: HeadsDecision) -> dict[str, Any]:
    """The days go, and with them the dates of all that is undone and was not dated by hand. What is done stays done."""
    edition = decision.edition
    _settle(decision)
    readers = told(edition)
    move(edition, Status.POSTPONED, opens_on=None, closes_on=None, date_precision=Edition.Precision.NONE)
    return {"tasks": len(date_checklist(edition)), "messages": draft_decision(decision, "postponed", readers)}


def _cancel(decision: HeadsDecision) -> dict[str, Any]:
    """Nobody is registered any more, and the agenda is its secretaries' alone. Action items stay as they are.

    The edition that it was prepared from gets its place back: another one can be prepared from there.
    """
    edition = decision.edition
    _settle(decision)
    readers = told(edition)
    move(edition, Status.CANCELLED, rolled_from=None)
    cancellable = [one for one, after in Registration.TRANSITIONS.items() if Registration.Status.CANCELLED in after]
    cancelled = Registration.objects.filter(edition=edition, status__in=cancellable)
    count = cancelled.update(status=Registration.Status.CANCELLED)
    return {"registrations": count, "messages": draft_decision(decision, "cancelled", readers)}


EFFECTS = {Status.POSTPONED: _postpone, Status.CANCELLED: _cancel}
