"""Action items: proposed by one, agreed by all parties, withdrawn or superseded only by all."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.models import ActionChange, ActionItem, ActionLead, ActionMove, Appointment, CoChair, Edition, SpeakerSlot
from dialogues.models.agenda import SlotRole
from parties.models import Organisation, Party, User
from socportal import clock

from . import journal
from .consents import consent_of_all, consent_reasons, given
from .steps import Reason, StepRefused, lock, move, not_possible_from, party_of, refuse_for

# Who gives a party's consent to an action item: its focal point or deputy, or its secretary.
CONSENTING = (*Appointment.FOCAL_POINTS, Appointment.Role.SECRETARY)


def _may_propose(edition: Edition, by: User) -> list[Reason]:
    if party_of(by, edition.dialogue, *Appointment.SECRETARIES, *Appointment.FOCAL_POINTS):
        return []
    if by.person_id and (
        CoChair.objects.filter(person=by.person_id, mandate__edition=edition).exists()
        or edition.mandates.filter(rapporteur=by.person_id).exists()
        or SpeakerSlot.objects.filter(person=by.person_id, role=SlotRole.RAPPORTEUR, session__edition=edition).exists()
    ):
        return []
    return [Reason(_("Action items are proposed by secretaries, focal points, co-chairs and rapporteurs."))]


@transaction.atomic
def propose_action(
    *,
    edition: Edition,
    by: User,
    text_en: str,
    leads: list[tuple[Party, Organisation | None, str]],
    text_nl: str = "",
    measure_en: str = "",
    measure_nl: str = "",
    due_on: date | None = None,
    is_joint: bool = False,
    **links: Any,
) -> ActionItem:
    """Enter an action under the next running number of the edition; the number is kept for life.

    `leads` are (party, lead organisation or none, owner post). Refused: nobody who may propose; no lead; two leads of one
    party; more than one lead without `is_joint`.
    """
    edition = lock(edition)
    refuse_for(_may_propose(edition, by))
    if not leads:
        refuse_for([Reason(_("Name the party that leads, and its owner post."))])
    if len({party.pk for party, _organisation, _post in leads}) != len(leads):
        refuse_for([Reason(_("Each party has at most one lead organisation on an action item."))])
    if (len(leads) > 1) != is_joint:
        refuse_for([Reason(_("An action led by more than one party is joint; any other has one lead."))])
    item = ActionItem(
        edition=edition,
        text_en=text_en,
        text_nl=text_nl,
        measure_en=measure_en,
        measure_nl=measure_nl,
        due_on=due_on,
        is_joint=is_joint,
        audience=links.pop("audience", "delegates"),
        **links,
    )
    number_next(item)
    item.full_clean()
    item.save()
    for party, organisation, post in leads:
        ActionLead.objects.create(action_item=item, party=party, organisation=organisation, owner_post_en=post)
    record_move(item, "", by=by)
    journal.write(by=by, act="proposed action", on=item, details={"number": item.number})
    return item


def number_next(item: ActionItem) -> None:
    """Give a new item the next running number of its edition, under the edition's lock: “SOC-2026-07”."""
    edition = lock(item.edition)
    item.serial = (edition.action_items.order_by("-serial").values_list("serial", flat=True).first() or 0) + 1
    item.number = f"{edition.dialogue.action_prefix}-{edition.year}-{item.serial:02d}"


def record_move(
    item: ActionItem,
    came_from: str,
    *,
    by: User,
    reason: str = "",
    needed_from: Party | None = None,
    party: Party | None = None,
) -> ActionMove:
    """Keep the step in the item's own history; `party` is whom `by` acted for, where no appointment says it."""
    return ActionMove.objects.create(
        action_item=item,
        from_status=came_from,
        to_status=item.status,
        by=by,
        party=party_of(by, item.edition.dialogue, *Appointment.Role.values) or party,
        at=clock.now(),
        reason=reason,
        needed_from=needed_from,
    )


def step(
    item: ActionItem,
    to: str,
    *,
    by: User,
    reason: str = "",
    needed_from: Party | None = None,
    party: Party | None = None,
    **also: Any,
) -> ActionItem:
    """Move along the table, with the time of it, and record the move. What ends takes its open proposals along."""
    came_from = item.status
    move(item, to, status_since=clock.now(), **also)
    record_move(item, came_from, by=by, reason=reason, needed_from=needed_from, party=party)
    if item.status not in ActionItem.LIVE:
        _let_changes_fall(item, by)
    return item


def _let_changes_fall(item: ActionItem, by: User) -> None:
    """Nobody answers for an item that has ended; who may read a closed one is still asked, and a carried date held."""
    falling = item.changes.pending().filter(carry_over__isnull=True)
    if item.status == ActionItem.Status.CLOSED:
        falling = falling.exclude(kind=ActionChange.Kind.READERS)
    for change in falling:
        move(change, ActionChange.Status.RETRACTED, answered_by=by, answered_at=clock.now())


def round_of(item: ActionItem) -> int:
    """Consents count for the state the item is in now: every move of it opens a new round."""
    return item.moves.count()


def consents(item: ActionItem, to: str) -> Any:
    return given(item, to, round=round_of(item))


def _consent_reasons(item: ActionItem, by: User, to: str) -> list[Reason]:
    reasons = not_possible_from(item, to)
    if reasons:
        return reasons
    if party_of(by, item.edition.dialogue, *CONSENTING) is None:
        return [Reason(_("A party consents through its focal point or its secretary."))]
    return consent_reasons(item, to, item.edition.dialogue, by, *CONSENTING, round=round_of(item))


def agree_reasons(action_item: ActionItem, by: User) -> list[Reason]:
    """What an agreed action needs (workflows §4.5): a lead with an owner post, a due date, and a measure of success.

    And its words in English: a list may bring in a proposal in Dutch alone, but no party agrees to words it cannot read.
    """
    reasons = _consent_reasons(action_item, by, ActionItem.Status.AGREED)
    if reasons:
        return reasons
    leads = list(action_item.leads.select_related("party"))
    if not leads:
        reasons.append(Reason(_("Name the lead and its owner post."), action_item))
    for lead in leads:
        if not lead.owner_post:
            reasons.append(Reason(_("Name the post that owns the part of %(party)s.") % {"party": lead.party}, action_item))
    if not action_item.text_en:
        reasons.append(Reason(_("Write the action in English too: it was taken in from a list in Dutch."), action_item))
    if not action_item.due_on:
        reasons.append(Reason(_("Give a due date."), action_item))
    if not action_item.measure:
        reasons.append(Reason(_("Say what will be seen when it is done."), action_item))
    return reasons


def _consented_by_all(item: ActionItem, by: User, to: str, reason: str = "", **also: Any) -> bool:
    """Keep this party's consent; with the last party's the item moves."""
    complete = consent_of_all(item, to, item.edition.dialogue, by, *CONSENTING, round=round_of(item), reason=reason)
    if complete:
        step(item, to, by=by, reason=reason, **also)
    return complete


def _by_all(item: ActionItem, by: User, to: str, act: str, reason: str = "", **also: Any) -> ActionItem:
    complete = _consented_by_all(item, by, to, reason, **also)
    journal.write(by=by, act=act if complete else "consented", on=item, details={"number": item.number, "to": str(to)})
    return item


def fingerprint(item: ActionItem) -> str:
    """Of all that a party agrees to: the words, the measure, the day, the leads and the readers."""
    leads = item.leads.order_by("party").values_list("party", "organisation", "owner_post_en", "owner_post_nl")
    words = (item.text_en, item.text_nl, item.measure_en, item.measure_nl)
    said = [*words, str(item.due_on), item.is_joint, item.audience, item.mandate_id, *leads]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


@transaction.atomic
def agree(*, action_item: ActionItem, by: User, seen: str = "") -> ActionItem:
    """Consent for one's party. With the last party's consent the item is agreed and its first due date is fixed.

    `seen` is the fingerprint of what was read: nobody agrees to a proposal that was changed meanwhile (law R8).
    """
    item = lock(action_item)
    refuse_for(agree_reasons(item, by))
    if seen and seen != fingerprint(item):
        raise StepRefused(Reason(_("The proposal was changed meanwhile. Read it again before you agree to it."), item))
    return _by_all(item, by, ActionItem.Status.AGREED, "agreed action", original_due_on=item.due_on)


def ask_anew(item: ActionItem, by: User) -> None:
    """A proposal was changed after somebody consented: nobody has agreed to what it says now (law R6).

    Part of the act that changed it, which journals. The consents so far stay in its history, with the words gone by.
    """
    if item.consents.filter(round=round_of(item)).exists():
        record_move(item, item.status, by=by)


def withdraw_reasons(action_item: ActionItem, by: User) -> list[Reason]:
    return _consent_reasons(action_item, by, ActionItem.Status.WITHDRAWN)


@transaction.atomic
def withdraw(*, action_item: ActionItem, by: User, reason: str) -> ActionItem:
    """Consent to let it go, with the reason; it is withdrawn once every party has."""
    item = lock(action_item)
    refuse_for(withdraw_reasons(item, by) + _without_reason(reason))
    return _by_all(item, by, ActionItem.Status.WITHDRAWN, "withdrew action", reason.strip())


def supersede_reasons(action_item: ActionItem, by: User) -> list[Reason]:
    return _consent_reasons(action_item, by, ActionItem.Status.SUPERSEDED)


@transaction.atomic
def supersede(*, action_item: ActionItem, by: User, reason: str, successor: ActionItem) -> ActionItem:
    """Consent to replace it by another item; the first consent names the successor, the others agree to that one."""
    item = lock(action_item)
    refuse_for(supersede_reasons(item, by) + _without_reason(reason))
    refuse_for(_succession_reasons(item, successor))
    item.successor = successor
    item.save(update_fields=["successor"])
    return _by_all(item, by, ActionItem.Status.SUPERSEDED, "superseded action", reason.strip())


def _succession_reasons(item: ActionItem, successor: ActionItem) -> list[Reason]:
    if successor.pk == item.pk or successor.edition.dialogue_id != item.edition.dialogue_id:
        return [Reason(_("The successor is another action item of the same dialogue."), item)]
    if item.successor_id and item.successor_id != successor.pk:
        return [Reason(_("The other party consented to %(number)s as successor.") % {"number": item.successor}, item)]
    if item.successor_id is None and successor.status not in ActionItem.LIVE:
        said = {"number": successor, "now": successor.get_status_display()}
        return [Reason(_("Name an open action item as successor: %(number)s is “%(now)s”.") % said, successor)]
    return []


def letting_go_reasons(item: ActionItem, by: User, to: str, successor: ActionItem | None = None) -> list[Reason]:
    """Why this party's consent to withdraw or supersede it cannot be recorded; a consent it gave before is none."""
    reasons = _succession_reasons(item, successor) if successor else []
    return reasons or ([] if _has_consented(item, by, to) else _consent_reasons(item, by, to))


def let_go(item: ActionItem, by: User, to: str, reason: str, successor: ActionItem | None = None) -> None:
    """Record this party's consent to withdraw or supersede a locked item. Part of an act, which journals it."""
    if _has_consented(item, by, to):
        return
    if successor and item.successor_id != successor.pk:
        item.successor = successor
        item.save(update_fields=["successor"])
    _consented_by_all(item, by, to, reason)


def _has_consented(item: ActionItem, by: User, to: str) -> bool:
    party = party_of(by, item.edition.dialogue, *CONSENTING)
    return party is not None and consents(item, to).filter(party=party).exists()


def _without_reason(reason: str) -> list[Reason]:
    return [] if reason.strip() else [Reason(_("Give the reason."))]
