"""What the board counts: everything that its areas are made of, each table read once, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.urls import reverse

from dialogues.models import (
    ActionItem,
    CarryOver,
    Correspondence,
    Delegation,
    Edition,
    Engagement,
    Mandate,
    Nomination,
    OutgoingMessage,
    ParticipantList,
    ProgressRound,
    Registration,
    Room,
    Session,
    SessionReport,
    Summary,
)
from dialogues.models.conclusions import sessions_owing_report
from dialogues.procedures.agenda import AgendaStanding
from dialogues.procedures.agenda_notices import readers_of_agenda
from parties.models import Party

from .site import questions

ACCESS_OPEN = (Registration.Access.NOT_REQUESTED, Registration.Access.PASSED_TO_SECURITY)


@dataclass(frozen=True)
class Number:
    """A count with the rows behind it; `label` is the code of a party where it is one party's."""

    number: int
    address: str
    label: str = ""


def rows_address(model: type[models.Model], **filters: Any) -> str:
    """The list of a kind of record, narrowed by its own filters."""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{address}?{urlencode(filters)}" if filters else address


def these(model: type[models.Model], keys: Iterable[int]) -> str:
    """The list of exactly these rows."""
    return rows_address(model, id__in=",".join(map(str, sorted(keys))))


def undecided_for(edition: Edition) -> Q:
    """Of action items: those of which a roll-forward has still to decide. Before the closing, what came up since this
    edition was rolled forward; after it, all of which none into a later edition that takes place has decided.
    """
    decided = CarryOver.objects.standing().filter(action_item=OuterRef("pk"))
    if edition.has_closed():
        later = decided.filter(to_edition__year__gt=edition.year)
        return Q(edition__year__lte=edition.year, status__in=ActionItem.LIVE) & ~Q(Exists(later))
    if edition.rolled_from_id is None:
        return Q(pk__in=[])
    return Q(edition__year__lt=edition.year, status__in=ActionItem.LIVE) & ~Q(Exists(decided.filter(to_edition=edition.pk)))


@dataclass
class Facts:
    """Everything that the areas are made of, each table read once."""

    edition: Edition
    user: Any
    parties: list[Party]
    delegations: list[Delegation]
    mandates: list[Mandate]
    agenda: AgendaStanding
    counts: dict[str, int] = field(default_factory=dict)
    few: dict[str, list[int]] = field(default_factory=dict)

    def of(self, kind: str, party: Party | int | None = None) -> int:
        key = f"{kind} {getattr(party, 'pk', party)}" if party is not None else kind
        return self.counts.get(key, 0)

    def by_party(self, kind: str, address: Callable[[Party], str]) -> list[Number]:
        """One number a party, as far as there is anything to count."""
        return [Number(self.of(kind, party), address(party), party.code) for party in self.parties]

    def owing(self, kind: str) -> list[Party]:
        return [party for party in self.parties if self.of(kind, party)]

    @property
    def has_closed(self) -> bool:
        return self.edition.has_closed()


def facts_of(edition: Edition, user: Any, agenda: AgendaStanding) -> Facts:
    delegations = list(Delegation.objects.filter(edition=edition).select_related("party").order_by("party__code"))
    mandates = list(
        Mandate.objects.visible_to(user)
        .filter(edition=edition)
        .select_related("rapporteur_party", "working_group")
        .prefetch_related("co_chairs")
    )
    parties = sorted(edition.dialogue.parties.all(), key=lambda party: party.code)
    facts = Facts(edition, user, parties, delegations, mandates, agenda)
    _read(facts, {**_of_the_edition(facts), **_of_the_delegations(facts), **_of_the_action_items(facts)}, _few(facts))
    return facts


def _read(facts: Facts, counts: dict[str, Any], few: dict[str, Any]) -> None:
    """Count these rows, and find the keys of those few enough to be listed one by one, all in one question."""
    asked = questions(counts)
    asked += [rows.order_by().values_list(Value(f"few {kind}"), "pk") for kind, rows in few.items()]
    facts.few = {kind: [] for kind in few}
    for kind, number in asked[0].union(*asked[1:], all=True):
        if kind.startswith("few "):
            facts.few[kind.removeprefix("few ")].append(number)
        else:
            facts.counts[kind] = number


def _of_the_edition(facts: Facts) -> dict[str, Any]:
    edition, user = facts.edition, facts.user
    letters = Correspondence.objects.filter(
        edition=edition, kind=Correspondence.Kind.INVITATION, direction=Correspondence.Direction.SENT
    )
    rows = {
        "tasks": edition.tasks.visible_to(user),
        "rooms": Room.objects.filter(venue=edition.venue_id),
        "lists": ParticipantList.objects.filter(edition=edition),
        "messages": OutgoingMessage.objects.visible_to(user).filter(edition=edition).unsent(),
        "readers": readers_of_agenda(edition),
        "reporting": sessions_owing_report(edition),
        "summary draft": Summary.objects.filter(edition=edition, status=Summary.Status.DRAFT),
        "summary circulated": Summary.objects.filter(edition=edition, status=Summary.Status.CIRCULATED),
        "summary adopted": Summary.objects.filter(edition=edition, status=Summary.Status.ADOPTED),
    }
    return rows | {f"invited {party.pk}": letters.filter(party=party.pk) for party in facts.parties}


def _few(facts: Facts) -> dict[str, Any]:
    edition, user = facts.edition, facts.user
    final = SessionReport.objects.filter(session=OuterRef("pk"), status=SessionReport.Status.FINAL)
    return {
        "engagements": Engagement.objects.visible_to(user).filter(dialogue=edition.dialogue_id).report_owed(),
        "sessions": sessions_owing_report(edition).filter(~Exists(final)) if edition.has_closed() else Session.objects.none(),
        "decisions": edition.decisions.visible_to(user).pending(),
    }


def _of_the_delegations(facts: Facts) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    waiting = Nomination.objects.visible_to(facts.user).unsettled().filter(edition=facts.edition)
    live = Registration.objects.visible_to(facts.user).live().filter(edition=facts.edition)
    for one in facts.delegations:
        nominated, own = waiting.filter(delegation=one.pk), live.filter(delegation=one.pk)
        rows |= {
            f"waiting {one.party_id}": nominated,
            f"registered {one.party_id}": own,
            f"heads {one.party_id}": own.filter(category=Registration.Category.HEAD),
            f"incomplete {one.party_id}": own.filter(own_details__isnull=True),
            **{f"{access} {one.party_id}": own.filter(access_status=access) for access in ACCESS_OPEN},
        }
    return rows


def _of_the_action_items(facts: Facts) -> dict[str, Any]:
    """Of the whole dialogue: an action item keeps its number and its place in a later edition."""
    items = ActionItem.objects.visible_to(facts.user).filter(edition__dialogue=facts.edition.dialogue_id)
    rounds = ProgressRound.objects.visible_to(facts.user).filter(dialogue=facts.edition.dialogue_id)
    rows: dict[str, Any] = {
        "items": items,
        "open": items.still_open(),
        "overdue": items.overdue(),
        "awaiting": items.awaiting_confirmation(),
        "undecided": items.filter(undecided_for(facts.edition)),
        "progress asked": rounds.filter(status=ProgressRound.Status.OPEN),
        "progress in review": rounds.filter(status=ProgressRound.Status.IN_PARTY_REVIEW),
    }
    for party in facts.parties:
        rows |= {
            f"open {party.pk}": items.still_open().led_by(party.pk),
            f"overdue {party.pk}": items.overdue().led_by(party.pk),
            f"awaiting {party.pk}": items.awaiting_confirmation().led_by(party.pk),
        }
    return rows
