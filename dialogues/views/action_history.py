"""What happened to an action item, in words: its steps, its changes, its carry-overs and what proves it.

Whoever did something is shown by post and party, never by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import ActionChange, ActionItem, ActionMove, Engagement, Evidence
from dialogues.models.action_changes import organisations_of
from parties.models import Organisation, Party, User

Status = ActionItem.Status
Kind = ActionChange.Kind

# From, to: what that step was. A step that is not named here is said by its status alone.
STEPS = {
    ("", Status.PROPOSED): gettext_lazy("Proposed"),
    (Status.PROPOSED, Status.PROPOSED): gettext_lazy("Changed while it was a proposal: every party is asked anew"),
    (Status.PROPOSED, Status.AGREED): gettext_lazy("Agreed by all parties"),
    (Status.AGREED, Status.IN_PROGRESS): gettext_lazy("In progress: the first report came"),
    (Status.IN_PROGRESS, Status.BLOCKED): gettext_lazy("Blocked"),
    (Status.BLOCKED, Status.IN_PROGRESS): gettext_lazy("Taken up again"),
    (Status.IN_PROGRESS, Status.REPORTED_COMPLETE): gettext_lazy("Reported complete"),
    (Status.REPORTED_COMPLETE, Status.IN_PROGRESS): gettext_lazy("Sent back: not complete yet"),
    (Status.REPORTED_COMPLETE, Status.CLOSED): gettext_lazy("Closed, confirmed by another party"),
}


def who(by: User | None, party: Party | None) -> str:
    """“Head of unit, Netherlands”."""
    post = by.person.post if by and by.person_id else ""
    return ", ".join(str(part) for part in (post, party.name if party else "") if part)


@dataclass(frozen=True)
class Step:
    """One line of the history: when, what, by whom, and what was said with it."""

    at: datetime
    what: str
    by: str = ""
    said: str = ""


def steps_of(item: Any, changes: list[Change]) -> list[Step]:
    """Every step of the item, every answered change and every carry-over that the reader may know of, oldest first."""
    moves = ActionMove.objects.filter(action_item=item).select_related("party", "by__person", "needed_from")
    found = [_move(move) for move in moves]
    for change in changes:
        found += change.steps()
    found += [
        Step(one.at, _("Carried over from %(before)s to %(after)s") % editions_of(one), said=one.reason)
        for one in item.carries_shown
    ]
    return sorted(found, key=lambda step: step.at)


def editions_of(carry: Any) -> dict[str, str]:
    return {"before": str(carry.from_edition.title), "after": str(carry.to_edition.title)}


def _move(move: ActionMove) -> Step:
    what = STEPS.get((move.from_status, move.to_status)) or capfirst(move.get_to_status_display())  # type: ignore[call-overload]
    if move.needed_from:
        what = _("%(what)s; something is needed from %(party)s") % {"what": what, "party": move.needed_from.name}
    return Step(move.at, str(what), who(move.by, move.party), move.reason)


def last_block(item: ActionItem) -> ActionMove | None:
    """What is needed, and from whom."""
    blocks = ActionMove.objects.filter(action_item=item, to_status=Status.BLOCKED)
    return blocks.select_related("needed_from", "party").order_by("-at", "-pk").first()


# Changes of what was agreed


@dataclass(frozen=True)
class Change:
    """One change with its answers, as far as they have come; `organisations` are those that it names, by key."""

    record: ActionChange
    consents: list[Any]
    parties: list[Party]
    organisations: dict[int, Organisation]

    @property
    def is_pending(self) -> bool:
        return self.record.status == ActionChange.Status.PROPOSED

    @property
    def is_of_date(self) -> bool:
        return self.record.kind == Kind.DUE_DATE

    @property
    def holds(self) -> bool:
        """A date that a roll-forward gave holds at once and waits only for acknowledgement."""
        return self.record.status == ActionChange.Status.ACCEPTED or self.record.carry_over_id is not None

    @property
    def title(self) -> str:
        return str(capfirst(self.record.get_kind_display()))

    @property
    def before(self) -> str:
        return self.record.told(self.record.before, self.organisations)

    @property
    def after(self) -> str:
        return self.record.told(self.record.after, self.organisations)

    @property
    def proposed(self) -> str:
        return who(self.record.proposed_by, self.record.party)

    @property
    def acknowledged(self) -> list[tuple[str, datetime]]:
        """By whom besides the party that proposed it, and when."""
        return [(who(one.by, one.party), one.at) for one in self.consents if one.party_id != self.record.party_id]

    @property
    def awaited(self) -> list[Party]:
        if not self.is_pending:
            return []
        given = {one.party_id for one in self.consents}
        return [party for party in self.parties if party.pk not in given]

    def steps(self) -> list[Step]:
        change = self.record
        said = {"what": self.title, "before": self.before, "after": self.after}
        words = (
            _("%(what)s changed from “%(before)s” to “%(after)s”")
            if self.holds
            else _("%(what)s: a change from “%(before)s” to “%(after)s” was proposed")
        )
        found = [Step(change.proposed_at, words % said, self.proposed, change.reason)]
        found += [Step(at, _("%(what)s: the change was accepted") % said, whom) for whom, at in self.acknowledged]
        if change.answered_at and change.status == ActionChange.Status.DECLINED:
            party = change.answered_by.party if change.answered_by else None
            whom = who(change.answered_by, party)
            found.append(Step(change.answered_at, _("%(what)s: the change was declined") % said, whom, change.answer))
        if change.answered_at and change.status == ActionChange.Status.RETRACTED:
            found.append(Step(change.answered_at, _("%(what)s: the proposal was taken back") % said, said=change.answer))
        return found


def changes_of(item: Any, user: Any, at: datetime) -> list[Change]:
    """Oldest first."""
    records = list(
        ActionChange.objects.visible_to(user, at)
        .filter(action_item=item)
        .select_related("party", "proposed_by__person", "answered_by__person", "answered_by__party")
        .prefetch_related("consents__party", "consents__by__person")
    )
    parties = sorted(item.edition.dialogue.parties.all(), key=lambda party: party.code)
    organisations = organisations_of(records)
    return [Change(record, sorted(record.consents.all(), key=lambda one: one.at), parties, organisations) for record in records]


# What proves it


@dataclass(frozen=True)
class Proof:
    """A piece of evidence; `address` only where it leads to a page that the reader may open."""

    record: Evidence
    reference: str
    address: str = ""
    is_elsewhere: bool = False


def evidence_of(item: Any, user: Any, at: datetime) -> list[Proof]:
    """An engagement that the reader may not see is not named: its title stands in the reference."""
    records = list(Evidence.objects.visible_to(user, at).filter(action_item=item).select_related("party"))
    known = {
        one.pk: one
        for one in Engagement.objects.visible_to(user, at).filter(
            pk__in=[one.engagement_id for one in records if one.engagement_id]
        )
    }
    return [_proof(record, known) for record in records]


def _proof(record: Evidence, known: dict[int, Engagement]) -> Proof:
    if record.engagement_id:
        engagement = known.get(record.engagement_id)
        return Proof(record, str(engagement.title), engagement.get_absolute_url()) if engagement else Proof(record, "")
    if record.kind == Evidence.Kind.PUBLIC_LINK and record.reference.lower().startswith(("http://", "https://")):
        return Proof(record, record.reference, record.reference, is_elsewhere=True)
    return Proof(record, record.reference)
