"""Progress: reported by the lead's side, completed with evidence, closed only by the other side."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import F
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dialogues.models import ActionItem, Appointment, Engagement, Evidence, ProgressUpdate
from parties.models import Party, User
from socportal import clock

from . import journal
from .action_items import CONSENTING, consents, round_of, step
from .consents import consent
from .steps import Reason, StepRefused, appointments_of, lock, not_possible_from, refuse_for

Status = ActionItem.Status
WEB_ADDRESS = URLValidator(schemes=["http", "https"])


def _lead_party(item: ActionItem, by: User, *roles: str) -> Party | None:
    """The lead party for which `by` holds one of these roles; the first by code where there are several."""
    held = appointments_of(by, item.edition.dialogue, *roles).filter(party__in=item.leads.values("party"))
    appointment = held.order_by("party__code").first()
    return appointment.party if appointment else None


def reporting_party(item: ActionItem, by: User) -> Party | None:
    """The lead party for which `by` reports: as its focal point, deputy or secretary, or as who holds its owner post."""
    if party := _lead_party(item, by, *CONSENTING):
        return party
    owned = item.leads.none()
    if by.is_active and by.person_id:
        owned = item.leads.filter(owner=by.person_id, owner__party=F("party"))  # nobody speaks for another party (law R6)
    lead = owned.select_related("party").order_by("party__code").first()
    return lead.party if lead else None


def _not_the_lead(item: ActionItem, by: User) -> list[Reason]:
    if reporting_party(item, by):
        return []
    return [Reason(_("Only the lead party reports: its focal point, deputy, secretary or the owner of the action."), item)]


def report_progress_reasons(action_item: ActionItem, by: User) -> list[Reason]:
    reasons = _not_the_lead(action_item, by)
    if action_item.status not in ActionItem.WORKING:
        reasons += [
            Reason(
                _("Progress is reported while an item is agreed, in progress or blocked; it is “%(now)s”.")
                % {"now": action_item.get_status_display()},
                action_item,
            )
        ]
    return reasons


@transaction.atomic
def report_progress(
    *, action_item: ActionItem, by: User, rating: str, text: str, next_step_on: date | None = None, lang: str | None = None
) -> ProgressUpdate:
    """Add a dated statement; the first one takes an agreed item into progress.

    Refused: who is not of the lead party; more than 120 words; no text.
    """
    item = lock(action_item)
    refuse_for(report_progress_reasons(item, by))
    words = len(text.split())
    if not words:
        refuse_for([Reason(_("Say what was done."), item)])
    if words > ProgressUpdate.MOST_WORDS:
        refuse_for(
            [
                Reason(
                    _("The text has %(words)d words; %(most)d is the most.")
                    % {"words": words, "most": ProgressUpdate.MOST_WORDS},
                    item,
                )
            ]
        )
    update = ProgressUpdate(
        action_item=item,
        party=reporting_party(item, by),
        by=by,
        at=clock.now(),
        rating=rating,
        text=text.strip(),
        lang=lang or (get_language() or "en")[:2],
        next_step_on=next_step_on,
    )
    try:
        update.full_clean()
    except ValidationError as refusal:
        raise StepRefused(*refusal.messages) from refusal
    update.save()
    if item.status == Status.AGREED:
        step(item, Status.IN_PROGRESS, by=by, party=update.party)
    journal.write(
        by=by, act="reported progress", on=item, party=update.party, details={"number": item.number, "rating": rating}
    )
    return update


def _lead_step(item: ActionItem, by: User, to: str, act: str, reason: str = "", needed_from: Party | None = None) -> ActionItem:
    item = lock(item)
    refuse_for(_not_the_lead(item, by) + not_possible_from(item, to))
    party = reporting_party(item, by)
    step(item, to, by=by, reason=reason, needed_from=needed_from, party=party)
    details = {"number": item.number} | ({"needed_from": needed_from.code} if needed_from else {})
    journal.write(by=by, act=act, on=item, party=party, details=details)
    return item


def block_reasons(action_item: ActionItem, by: User) -> list[Reason]:
    return _not_the_lead(action_item, by) + not_possible_from(action_item, Status.BLOCKED)


@transaction.atomic
def block(*, action_item: ActionItem, by: User, reason: str, needed_from: Party | None = None) -> ActionItem:
    """Say that it cannot go on, and what is needed from whom; without that it is refused.

    `needed_from` is the party of the dialogue that is then told; none where it is somebody else.
    """
    if not reason.strip():
        refuse_for([Reason(_("Say what is needed, and from whom."), action_item)])
    if needed_from and not action_item.edition.dialogue.parties.filter(pk=needed_from.pk).exists():
        refuse_for([Reason(_("Choose a party of this dialogue; name anybody else in the text."), action_item)])
    return _lead_step(action_item, by, Status.BLOCKED, "blocked action", reason.strip(), needed_from)


def unblock_reasons(action_item: ActionItem, by: User) -> list[Reason]:
    if action_item.status != Status.BLOCKED:
        return [Reason(_("It is not blocked."), action_item)]
    return _not_the_lead(action_item, by)


@transaction.atomic
def unblock(*, action_item: ActionItem, by: User) -> ActionItem:
    """Take it up again."""
    refuse_for(unblock_reasons(action_item, by))
    return _lead_step(action_item, by, Status.IN_PROGRESS, "unblocked action")


def give_evidence_reasons(action_item: ActionItem, by: User) -> list[Reason]:
    return report_progress_reasons(action_item, by)


def citable_engagements(action_item: ActionItem, by: User) -> Any:
    """What can be cited as held: the engagements of its dialogue that are over and that this person may see."""
    seen = Engagement.objects.visible_to(by, clock.now())
    return seen.counted().filter(dialogue=action_item.edition.dialogue_id)


@transaction.atomic
def give_evidence(
    *, action_item: ActionItem, by: User, kind: str, reference: str = "", engagement: Engagement | None = None
) -> Evidence:
    """Add a reference that proves completion: where it can be found, never the material itself.

    An engagement is chosen among those that were held, and its title is the reference; a public link is an address on the web.
    """
    item = lock(action_item)
    refuse_for(give_evidence_reasons(item, by))
    reference, party = reference.strip(), reporting_party(item, by)
    if kind == Evidence.Kind.ENGAGEMENT_HELD:
        if engagement is None or not citable_engagements(item, by).filter(pk=engagement.pk).exists():
            refuse_for([Reason(_("Choose an engagement of this dialogue that was held."), item)])
        reference = engagement.title_en or engagement.title_nl  # type: ignore[union-attr]
    else:
        engagement = None
    if not reference:
        refuse_for([Reason(_("Give the reference: where the evidence can be found."), item)])
    if kind == Evidence.Kind.PUBLIC_LINK and not _is_web_address(reference):
        refuse_for([Reason(_("A public link is a whole address that begins with https:// or http://."), item)])
    evidence = Evidence(
        action_item=item, party=party, by=by, at=clock.now(), kind=kind, reference=reference, engagement=engagement
    )
    try:
        evidence.full_clean()
    except ValidationError as refusal:
        raise StepRefused(*refusal.messages) from refusal
    evidence.save()
    journal.write(by=by, act="gave evidence", on=item, party=party, details={"number": item.number, "kind": kind})
    return evidence


def _is_web_address(text: str) -> bool:
    try:
        WEB_ADDRESS(text)
    except ValidationError:
        return False
    return True


def report_complete_reasons(action_item: ActionItem, by: User) -> list[Reason]:
    """A lead's focal point or deputy, with at least one piece of evidence; for a joint item, one from every lead."""
    reasons = not_possible_from(action_item, Status.REPORTED_COMPLETE)
    if _lead_party(action_item, by, *Appointment.FOCAL_POINTS) is None:
        reasons.insert(0, Reason(_("The lead party’s focal point or deputy reports it complete."), action_item))
    if reasons:
        return reasons
    proven = action_item.evidence.values("party")
    if action_item.is_joint:
        waiting = [lead.party for lead in action_item.leads.exclude(party__in=proven).select_related("party")]
        return [
            Reason(_("%(party)s has given no evidence of its part yet.") % {"party": party}, action_item) for party in waiting
        ]
    if not action_item.evidence.exists():
        return [Reason(_("Give at least one piece of evidence first."), action_item)]
    return []


@transaction.atomic
def report_complete(*, action_item: ActionItem, by: User) -> ActionItem:
    """Say that it is done. It is closed only when another party confirms; nothing closes by itself."""
    item = lock(action_item)
    refuse_for(report_complete_reasons(item, by))
    return _lead_step(item, by, Status.REPORTED_COMPLETE, "reported complete")


def _confirming_party(item: ActionItem, by: User) -> Party | None:
    """A party that may confirm: one that does not lead; of a joint item each that does, for the others' part."""
    if item.is_joint:
        return _lead_party(item, by, *Appointment.FOCAL_POINTS)
    held = appointments_of(by, item.edition.dialogue, *Appointment.FOCAL_POINTS)
    appointment = held.exclude(party__in=item.leads.values("party")).order_by("party__code").first()
    return appointment.party if appointment else None


def confirm_reasons(action_item: ActionItem, by: User) -> list[Reason]:
    """The other party's focal point confirms; who reported it complete never does (law R6)."""
    reasons = not_possible_from(action_item, Status.CLOSED)
    if reasons:
        return reasons
    party = _confirming_party(action_item, by)
    if party is None:
        return [Reason(_("Another party’s focal point confirms that it is complete."), action_item)]
    if not action_item.is_joint and _reporter(action_item) == by.pk:
        return [Reason(_("You reported it complete; somebody of another party confirms."), action_item)]
    if (
        consents(action_item, Status.CLOSED).filter(party=party).exists()
        or consents(action_item, Status.CLOSED).filter(by=by).exists()
    ):
        return [Reason(_("%(party)s has confirmed already.") % {"party": party}, action_item)]
    return []


def _reporter(item: ActionItem) -> int | None:
    last = item.moves.filter(to_status=Status.REPORTED_COMPLETE).order_by("-pk").first()
    return last.by_id if last else None


@transaction.atomic
def confirm_closed(*, action_item: ActionItem, by: User) -> ActionItem:
    """Confirm for one's party. One other party closes a single lead's item; a joint one needs every lead's confirmation."""
    item = lock(action_item)
    refuse_for(confirm_reasons(item, by))
    party = _confirming_party(item, by)
    consent(item, Status.CLOSED, party=party, by=by, round=round_of(item))
    waiting = item.leads.exclude(party__in=consents(item, Status.CLOSED).values("party")).exists() if item.is_joint else False
    if not waiting:
        step(item, Status.CLOSED, by=by, party=party)
    act = "confirmed part" if waiting else "closed action"
    journal.write(by=by, act=act, on=item, party=party, details={"number": item.number})
    return item


def send_back_reasons(action_item: ActionItem, by: User) -> list[Reason]:
    if action_item.status != Status.REPORTED_COMPLETE:
        return [Reason(_("It is not reported complete."), action_item)]
    if _confirming_party(action_item, by) is None:
        return [Reason(_("Another party’s focal point sends it back."), action_item)]
    return []


@transaction.atomic
def send_back(*, action_item: ActionItem, by: User, reason: str) -> ActionItem:
    """Not done yet: back into progress, with the reason (“evidence covers only …”)."""
    item = lock(action_item)
    refuse_for(send_back_reasons(item, by))
    if not reason.strip():
        refuse_for([Reason(_("Say what is missing."), item)])
    step(item, Status.IN_PROGRESS, by=by, reason=reason.strip())
    journal.write(by=by, act="sent back action", on=item, details={"number": item.number})
    return item
