"""Changes of an agreed action item: proposed for one party, in effect with every other party's yes, each kept for good."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from dialogues.models import ActionChange, ActionItem, ActionLead, Appointment, Audience, CarryOver, Consent, Dialogue
from parties.models import Organisation, Party, Person, User
from socportal import clock

from . import journal
from .action_items import CONSENTING
from .consents import awaited, consent, consent_reasons
from .progress import reporting_party
from .steps import Reason, StepRefused, appointments_of, lock, move, party_of, refuse_for

Kind = ActionChange.Kind
Status = ActionChange.Status
# Who may read a finished item is still asked; what it says and when it was due is settled.
READERS_CHANGE_IN = (*ActionItem.WORKING, ActionItem.Status.REPORTED_COMPLETE, ActionItem.Status.CLOSED)


def changes_in(kind: str) -> tuple[str, ...]:
    """The statuses of an item in which a change of this kind is proposed and answered."""
    return {Kind.READERS: READERS_CHANGE_IN, Kind.OWNER: ActionItem.LIVE}.get(Kind(kind), ActionItem.WORKING)


def _not_now(item: ActionItem, kind: str) -> list[Reason]:
    if item.status in changes_in(kind):
        return []
    said = {"item": item, "kind": Kind(kind).label, "now": item.get_status_display()}
    return [Reason(_("%(item)s is “%(now)s”: nothing of this kind (%(kind)s) is changed then.") % said, item)]


# Proposing


def _proposing_party(item: ActionItem, by: User, kind: str) -> Party | None:
    if kind == Kind.DUE_DATE:
        return reporting_party(item, by)
    return party_of(by, item.edition.dialogue, *CONSENTING)


def propose_change_reasons(action_item: ActionItem, by: User, kind: str) -> list[Reason]:
    """Due date: a lead. Wording and readers: the focal point, deputy or secretary of any party. One of a kind at a time."""
    if kind == Kind.OWNER:
        return [Reason(_("The owner is named by its own party; nobody else is asked."), action_item)]
    if reasons := _not_now(action_item, kind):
        return reasons
    if _proposing_party(action_item, by, kind) is None:
        if kind == Kind.DUE_DATE:
            return [Reason(_("Only the lead party proposes another due date."), action_item)]
        return [Reason(_("A change is proposed by a party’s focal point or its secretary."), action_item)]
    if _open(action_item, kind).filter(carry_over__isnull=True).exists():
        said = {"kind": Kind(kind).label}
        return [Reason(_("A change of this kind (%(kind)s) waits for an answer already.") % said, action_item)]
    return []


def _open(item: ActionItem, kind: str) -> Any:
    return item.changes.pending().filter(kind=kind)


@transaction.atomic
def propose_change(*, action_item: ActionItem, by: User, kind: str, reason: str, after: Mapping[str, Any]) -> ActionChange:
    """Ask the other parties for another due date, other words or other readers; it takes effect with the last of them.

    `after` holds the fields of the kind that change; the others stay. A lead's new date takes the place of one that a
    roll-forward gave and that still waited: the carried date holds until the new one does.
    """
    item = lock(action_item)
    refuse_for(propose_change_reasons(item, by, kind))
    party = _proposing_party(item, by, kind)
    before = _as_it_stands(item, kind)
    wanted = _wanted(item, kind, before, after)
    if kind == Kind.DUE_DATE:
        take_back_open_dates(item, by)
    change = _keep(item, by, party, kind, reason, before, wanted)
    consent(change, Status.ACCEPTED, party=party, by=by)
    _journal("proposed action change", change, by, party)
    return change


def _as_it_stands(item: ActionItem, kind: str) -> dict[str, Any]:
    return {name: _plain(getattr(item, name)) for name in ActionChange.FIELDS[Kind(kind)]}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _wanted(item: ActionItem, kind: str, before: dict[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What the item is to say, checked as if it said so already."""
    if unknown := set(after) - set(before):
        raise ValueError(f"a change of {kind} does not know {sorted(unknown)}")
    wanted = before | {name: value.strip() if isinstance(value, str) else _plain(value) for name, value in after.items()}
    if kind == Kind.DUE_DATE and _day(wanted["due_on"]) is None:
        raise StepRefused(Reason(_("Give the new due date."), item))
    if wanted == before:
        raise StepRefused(Reason(_("Nothing would change: it says so already."), item))
    if kind == Kind.DUE_DATE and wanted["due_on"] < clock.today().isoformat():
        raise StepRefused(Reason(_("The new due date has passed already. Give one that lies ahead."), item))
    if kind == Kind.WORDING and not (wanted["measure_en"] or wanted["measure_nl"]):
        raise StepRefused(Reason(_("Say what will be seen when it is done."), item))
    tried = ActionItem.objects.get(pk=item.pk)
    _put(tried, kind, wanted)
    _checked(tried)
    return wanted


def _day(value: Any) -> date | None:
    try:
        return parse_date(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _put(item: ActionItem, kind: str, wanted: Mapping[str, Any]) -> None:
    for name, value in wanted.items():
        setattr(item, name, _day(value) if name == "due_on" else value)
    if kind == Kind.READERS:
        # Public with the last party's yes, and no longer once the parties take that back.
        item.published_at = clock.now() if item.audience == Audience.PUBLIC else None


def _checked(record: Any) -> None:
    """What a form would have refused is refused here; who answered, and when, is set by the acts alone."""
    try:
        record.full_clean(exclude={"answered_by", "answered_at", "carry_over"})
    except ValidationError as refusal:
        raise StepRefused(*refusal.messages) from refusal


def _keep(
    item: ActionItem,
    by: User,
    party: Party | None,
    kind: str,
    reason: str,
    before: dict[str, Any],
    after: dict[str, Any],
    **more: Any,
) -> ActionChange:
    if not reason.strip():
        raise StepRefused(Reason(_("Give the reason."), item))
    change = ActionChange(
        action_item=item,
        kind=kind,
        before=before,
        after=after,
        reason=reason.strip(),
        party=party,
        proposed_by=by,
        proposed_at=clock.now(),
        **more,
    )
    _checked(change)
    change.save()
    return change


def _journal(act: str, change: ActionChange, by: User, party: Party | None) -> None:
    details = {"number": change.action_item.number, "kind": str(change.kind), "change": change.pk}
    journal.write(by=by, act=act, on=change.action_item, party=party, details=details)


# Answering


def _answer_reasons(change: ActionChange, by: User) -> list[Reason]:
    item = change.action_item
    if change.status != Status.PROPOSED:
        said = {"now": change.get_status_display()}
        return [Reason(_("This change is answered already: it is “%(now)s”.") % said, item)]
    if change.carry_over_id is None and (reasons := _not_now(item, change.kind)):
        return reasons
    if party_of(by, item.edition.dialogue, *CONSENTING) is None:
        return [Reason(_("A party consents through its focal point or its secretary."), item)]
    return consent_reasons(change, Status.ACCEPTED, item.edition.dialogue, by, *CONSENTING)


def accept_change_reasons(change: ActionChange, by: User) -> list[Reason]:
    """The focal point, deputy or secretary of a party that has not said yes; never who proposed it (law R6)."""
    reasons = _answer_reasons(change, by)
    if reasons or change.carry_over_id is not None:
        return reasons
    if _as_it_stands(change.action_item, change.kind) != change.before:
        text = _("The item has changed since this was proposed. Take the proposal back, and propose it anew.")
        return [Reason(text, change.action_item)]
    return []


@transaction.atomic
def accept_change(*, change: ActionChange, by: User) -> ActionChange:
    """Consent for one's party; with the last party's consent the change takes effect. The first due date stays what it was."""
    change = _locked(change)
    refuse_for(accept_change_reasons(change, by))
    party = party_of(by, change.action_item.edition.dialogue, *CONSENTING)
    _accept(change, by, party)
    _journal("accepted action change", change, by, party)
    return change


def _locked(change: ActionChange) -> ActionChange:
    """The item first, then the change: every act takes them in this order."""
    item = lock(change.action_item)
    change = lock(change)
    change.action_item = item
    return change


def _accept(change: ActionChange, by: User, party: Party | None) -> None:
    consent(change, Status.ACCEPTED, party=party, by=by)
    item = change.action_item
    if awaited(change, Status.ACCEPTED, item.edition.dialogue):
        return
    if change.carry_over_id is None:
        _put(item, change.kind, change.after)
        _checked(item)
        item.save()
    move(change, Status.ACCEPTED, answered_by=by, answered_at=clock.now())


def decline_change_reasons(change: ActionChange, by: User) -> list[Reason]:
    """A carried date holds already: who wants another asks the lead for one."""
    reasons = _answer_reasons(change, by)
    if not reasons and change.carry_over_id is not None:
        text = _("This date has held since the roll-forward. The lead party may propose another one instead.")
        return [Reason(text, change.action_item)]
    return reasons


@transaction.atomic
def decline_change(*, change: ActionChange, by: User, answer: str) -> ActionChange:
    """One party's no ends it, with why; the item stays as it was."""
    change = _locked(change)
    refuse_for(decline_change_reasons(change, by))
    if not answer.strip():
        raise StepRefused(Reason(_("Say why, so that the other party can propose something else."), change.action_item))
    change.answer = answer.strip()
    change.answered_by, change.answered_at = by, clock.now()
    _checked(change)
    move(change, Status.DECLINED, answered_by=by, answered_at=change.answered_at, answer=change.answer)
    _journal("declined action change", change, by, party_of(by, change.action_item.edition.dialogue, *CONSENTING))
    return change


def _own_party(change: ActionChange, by: User) -> bool:
    if change.proposed_by_id == by.pk and _proposing_party(change.action_item, by, change.kind) == change.party:
        return True
    return appointments_of(by, change.action_item.edition.dialogue, *CONSENTING).filter(party=change.party_id).exists()


def retract_change_reasons(change: ActionChange, by: User) -> list[Reason]:
    """The party that proposed it, while nobody has settled it."""
    item = change.action_item
    if change.status != Status.PROPOSED:
        said = {"now": change.get_status_display()}
        return [Reason(_("This change is answered already: it is “%(now)s”.") % said, item)]
    if change.carry_over_id is not None:
        return [Reason(_("This date has held since the roll-forward. Propose another one instead."), item)]
    if not _own_party(change, by):
        return [Reason(_("The party that proposed a change takes it back."), item)]
    return []


@transaction.atomic
def retract_change(*, change: ActionChange, by: User) -> ActionChange:
    """Take a proposal back; the item stays as it was."""
    change = _locked(change)
    refuse_for(retract_change_reasons(change, by))
    move(change, Status.RETRACTED, answered_by=by, answered_at=clock.now())
    _journal("retracted action change", change, by, change.party)
    return change


# The owner


def name_owner_reasons(action_item: ActionItem, by: User) -> list[Reason]:
    """A party names the owner of its own part, from the proposal to the end."""
    if reasons := _not_now(action_item, Kind.OWNER):
        return reasons
    if owning_party(action_item, by) is None:
        return [Reason(_("The owner is named by the focal point, deputy or secretary of the lead party."), action_item)]
    return []


def owning_party(item: ActionItem, by: User) -> Party | None:
    """The lead party whose owner `by` may name."""
    held = appointments_of(by, item.edition.dialogue, *CONSENTING).filter(party__in=item.leads.values("party"))
    appointment = held.order_by("party__code").first()
    return appointment.party if appointment else None


@transaction.atomic
def name_owner(
    *,
    action_item: ActionItem,
    by: User,
    owner_post_en: str,
    owner_post_nl: str = "",
    organisation: Organisation | None = None,
    owner: Person | None = None,
    reason: str,
) -> ActionChange:
    """Say which post of one's own party owns it, and who holds that; in effect at once, and kept.

    Without an `organisation` the one named so far stays; without an `owner` nobody is named as holding the post. The person
    stands on the lead alone, never in what is kept of the change.
    """
    item = lock(action_item)
    refuse_for(name_owner_reasons(item, by))
    party = owning_party(item, by)
    lead = lock(item.leads.get(party=party))
    if not (owner_post_en.strip() or owner_post_nl.strip()):
        raise StepRefused(Reason(_("Name the post that owns it, not a person."), item))
    if owner is not None and (owner.party_id != lead.party_id or owner.erased_at):
        raise StepRefused(Reason(_("The owner is somebody of the lead party itself."), item))
    before, was = _lead_as_it_stands(lead), lead.owner_id
    lead.owner_post_en, lead.owner_post_nl = owner_post_en.strip(), owner_post_nl.strip()
    lead.organisation = organisation or lead.organisation
    lead.owner = owner
    _checked(lead)
    after = _lead_as_it_stands(lead)
    if (before, was) == (after, lead.owner_id):
        raise StepRefused(Reason(_("Nothing would change: it says so already."), item))
    lead.save()
    at_once = {"status": Status.ACCEPTED, "answered_by": by, "answered_at": clock.now()}
    change = _keep(item, by, party, Kind.OWNER, reason, before, after, **at_once)
    _journal("named action owner", change, by, party)
    return change


def _lead_as_it_stands(lead: ActionLead) -> dict[str, Any]:
    return {
        "party": lead.party.code,
        "organisation": lead.organisation_id,
        "owner_post_en": lead.owner_post_en,
        "owner_post_nl": lead.owner_post_nl,
    }


# Dates that a roll-forward gave


def take_back_open_dates(item: ActionItem, by: User) -> None:
    """What still waited gives way to a newer date. Part of an act, which has locked the item and journals."""
    for change in _open(item, Kind.DUE_DATE):
        move(change, Status.RETRACTED, answered_by=by, answered_at=clock.now())


def keep_carried_date(item: ActionItem, row: CarryOver, by: User) -> ActionChange:
    """A carried date holds at once, and waits for the other parties' acknowledgement. Part of the roll-forward."""
    dialogue = item.edition.dialogue
    acting = party_of(by, dialogue, *CONSENTING)
    party = acting or party_of(by, dialogue, *Appointment.SECRETARIES)
    take_back_open_dates(item, by)
    before, after = {"due_on": _plain(row.previous_due_on)}, {"due_on": _plain(row.new_due_on)}
    change = _keep(item, by, party, Kind.DUE_DATE, row.reason, before, after, carry_over=row)
    if acting:
        consent(change, Status.ACCEPTED, party=acting, by=by)
    return change


def dates_to_acknowledge(user: User, at: datetime | None = None) -> QuerySet[ActionChange]:
    """The carried dates of open items that wait for a party for which this person consents."""
    asked = Q(pk__in=())
    given = Consent.objects.filter(
        content_type=ContentType.objects.get_for_model(ActionChange), object_id=OuterRef("pk"), to_status=Status.ACCEPTED
    )
    held = Appointment.objects.current(at).held_by(user).filter(role__in=CONSENTING).order_by("-party__code")
    for dialogue, party in dict(held.values_list("dialogue", "party")).items():  # the first by code, as in `party_of`
        missing = ~Exists(given.filter(party=party)) & ~Exists(given.filter(by=user.pk))
        asked |= Q(action_item__edition__dialogue=dialogue) & missing
    waiting = ActionChange.objects.visible_to(user, at).pending().filter(carry_over__isnull=False)
    return waiting.filter(asked, action_item__status__in=ActionItem.LIVE)


@transaction.atomic
def acknowledge_dates(*, dialogue: Dialogue, by: User) -> int:
    """Acknowledge for one's party every carried date of a dialogue that waits for it; how many they were."""
    waiting = dates_to_acknowledge(by).filter(action_item__edition__dialogue=dialogue)
    items = ActionItem.objects.select_for_update().filter(pk__in=[change.action_item_id for change in waiting])
    locked = {item.pk: item for item in items.order_by("pk")}
    changes = [change for change in waiting.order_by("pk") if change.action_item_id in locked]
    if not changes:
        raise StepRefused(Reason(_("No carried due date waits for your party’s acknowledgement."), dialogue))
    party = party_of(by, dialogue, *CONSENTING)
    for change in changes:
        change.action_item = locked[change.action_item_id]
        _accept(change, by, party)
    details = {"changes": [change.pk for change in changes]}
    journal.write(by=by, act="acknowledged dates", on=dialogue, party=party, details=details)
    return len(changes)
