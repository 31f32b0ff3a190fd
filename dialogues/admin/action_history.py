"""What happened to one action item, as sentences: who by party and post, what, when, and the words given with it.

Nobody is named: the post is the one held for that party in this dialogue on that day, else that of the lead's owner.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import ActionChange, ActionItem, Appointment, CarryOver, Engagement
from dialogues.models.action_changes import organisations_of
from parties.models import Organisation

Status = ActionItem.Status
Kind = ActionChange.Kind

MOVES = {
    ("", Status.PROPOSED): gettext_lazy("proposed it"),
    (Status.PROPOSED, Status.PROPOSED): gettext_lazy("changed the proposal: every party is asked anew"),
    (Status.PROPOSED, Status.AGREED): gettext_lazy("gave the last consent: it is agreed"),
    (Status.AGREED, Status.IN_PROGRESS): gettext_lazy("reported for the first time: it is in progress"),
    (Status.IN_PROGRESS, Status.BLOCKED): gettext_lazy("reported it blocked"),
    (Status.BLOCKED, Status.IN_PROGRESS): gettext_lazy("took it up again"),
    (Status.IN_PROGRESS, Status.REPORTED_COMPLETE): gettext_lazy("reported it complete"),
    (Status.REPORTED_COMPLETE, Status.IN_PROGRESS): gettext_lazy("sent it back: not complete yet"),
    (Status.REPORTED_COMPLETE, Status.CLOSED): gettext_lazy("confirmed that it is complete: it is closed"),
}
ENDS = {
    Status.WITHDRAWN: gettext_lazy("gave the last consent: it is withdrawn"),
    Status.SUPERSEDED: gettext_lazy("gave the last consent: it is superseded by %(number)s"),
}
CONSENTS = {
    Status.AGREED: gettext_lazy("consented to agree it"),
    Status.WITHDRAWN: gettext_lazy("consented to withdraw it"),
    Status.SUPERSEDED: gettext_lazy("consented to replace it by %(number)s"),
    Status.CLOSED: gettext_lazy("confirmed the other party’s part"),
}
PROPOSED = {
    Kind.DUE_DATE: gettext_lazy("proposed another due date: %(after)s instead of %(before)s"),
    Kind.WORDING: gettext_lazy("proposed other words: “%(after)s” instead of “%(before)s”"),
    Kind.READERS: gettext_lazy("proposed other readers: %(after)s instead of %(before)s"),
    Kind.OWNER: gettext_lazy("named its owner: %(after)s instead of %(before)s"),
}
CARRIED = {
    CarryOver.Decision.CARRY: gettext_lazy("carried it over from %(before)s to %(after)s"),
    CarryOver.Decision.CLOSE: gettext_lazy("put it down to be closed when %(after)s was prepared"),
    CarryOver.Decision.MERGE: gettext_lazy("put it down to be merged into another when %(after)s was prepared"),
    CarryOver.Decision.WITHDRAW: gettext_lazy("put it down to be withdrawn when %(after)s was prepared"),
}


@dataclass(frozen=True)
class Event:
    """One line: who did what, when; `words` are those given with it, in the language `lang` where that is known."""

    at: datetime
    who: str
    what: str
    words: str = ""
    lang: str = ""
    address: str = ""


class Posts:
    """Who acted for whom in which post: the appointments of all who appear, in one question."""

    ORDER = (*Appointment.SECRETARIES, *Appointment.FOCAL_POINTS)

    def __init__(self, item: ActionItem, people: set[int]) -> None:
        rows = Appointment.objects.filter(dialogue=item.edition.dialogue_id, person__in=people)
        self.held = list(rows.values_list("person", "party", "role", "starts_on", "ends_on"))
        leads = item.leads.filter(owner__in=people)
        self.owners = {(lead.owner_id, lead.party_id): str(lead.owner_post) for lead in leads}

    def of(self, by: Any, party: Any, at: datetime) -> str:
        person, key, day = by.person_id, party.pk if party else None, at.date()
        roles = {
            role
            for whose, which, role, begins, ends in self.held
            if whose == person and which == key and begins <= day and (ends is None or day <= ends)
        }
        known = [role for role in self.ORDER if role in roles] or sorted(roles)
        post = str(Appointment.Role(known[0]).label) if known else self.owners.get((person, key), "")
        if party is None:
            return capfirst(post) or _("Somebody without an appointment")
        return f"{party}, {post}" if post else str(party)


def history(item: ActionItem, user: Any, at: datetime) -> list[Event]:
    """Everything, newest first; what happened at one instant stands in the order in which it was done."""
    people = {"by__person", "party"}
    moves = list(item.moves.select_related(*people, "needed_from").order_by("at", "pk"))
    updates = list(item.updates.select_related(*people))
    evidence = list(item.evidence.select_related(*people))
    consents = list(item.consents.select_related(*people))
    changes = list(_changes(item))
    carried = list(CarryOver.objects.visible_to(user, at).filter(action_item=item).select_related("by", *EDITIONS))
    acts = [*moves, *updates, *evidence, *consents, *carried, *(one for change in changes for one in change.consents.all())]
    users = [act.by for act in acts] + [change.proposed_by for change in changes]
    users += [change.answered_by for change in changes if change.answered_by]
    organisations = organisations_of(changes)
    posts = Posts(item, {one.person_id for one in users if one.person_id})
    found = [
        *(_carried(row, posts) for row in carried),
        *(_updated(update, posts) for update in updates),
        *_proven(evidence, posts, user, at),
        *(_consented(one, item, posts) for one in consents if not _moved_it(one, moves)),
        *(_moved(move, item, posts) for move in moves),
        *(event for change in changes for event in changed(change, organisations, posts)),
    ]
    return sorted(found, key=lambda event: event.at)[::-1]


EDITIONS = ("from_edition__dialogue", "to_edition__dialogue")


def _changes(item: ActionItem) -> Any:
    rows = item.changes.select_related("party", "proposed_by__person", "answered_by__person")  # type: ignore[attr-defined]
    return rows.prefetch_related("consents__party", "consents__by__person")


def _moved(move: Any, item: ActionItem, posts: Posts) -> Event:
    said = MOVES.get((move.from_status, move.to_status)) or ENDS.get(move.to_status)
    what = str(said) if said else _("set it to “%(status)s”") % {"status": move.get_to_status_display()}
    if "%(number)s" in what:
        what %= {"number": item.successor or "–"}
    if move.to_status == Status.BLOCKED and move.needed_from:
        what = _("%(what)s; something is needed from %(party)s") % {"what": what, "party": move.needed_from}
    return Event(move.at, posts.of(move.by, move.party, move.at), what, move.reason)


def _moved_it(consent: Any, moves: list[Any]) -> bool:
    """Whether it was the last one needed: the move that it caused says so already."""
    following = moves[consent.round] if consent.round < len(moves) else None
    return bool(following and following.to_status == consent.to_status and following.by_id == consent.by_id)


def _consented(consent: Any, item: ActionItem, posts: Posts) -> Event:
    what = str(CONSENTS.get(consent.to_status, consent.to_status))
    if "%(number)s" in what:
        what %= {"number": item.successor or "–"}
    return Event(consent.at, posts.of(consent.by, consent.party, consent.at), what, consent.reason)


def _updated(update: Any, posts: Posts) -> Event:
    what = _("reported: %(rating)s") % {"rating": update.get_rating_display()}
    if update.next_step_on:
        day = date_format(update.next_step_on, "DATE_FORMAT")
        what = _("%(what)s, next step by %(day)s") % {"what": what, "day": day}
    return Event(update.at, posts.of(update.by, update.party, update.at), what, update.text, update.lang)


def _proven(evidence: list[Any], posts: Posts, user: Any, at: datetime) -> Iterator[Event]:
    """An engagement that the reader may not see is not named: its title stands in the reference."""
    keys = [one.engagement_id for one in evidence if one.engagement_id]
    known = Engagement.objects.visible_to(user, at).in_bulk(keys) if keys else {}
    for one in evidence:
        what = _("gave evidence: %(kind)s") % {"kind": one.get_kind_display()}
        engagement = known.get(one.engagement_id)
        words = one.reference if one.engagement_id is None else str(engagement.title) if engagement else ""
        address = engagement.get_absolute_url() if engagement else ""
        yield Event(one.at, posts.of(one.by, one.party, one.at), what, words, address=address)


def _carried(row: CarryOver, posts: Posts) -> Event:
    what = str(CARRIED[CarryOver.Decision(row.decision)]) % {"before": row.from_edition, "after": row.to_edition}
    return Event(row.at, posts.of(row.by, row.by.party, row.at), what, row.reason)


# Changes


def changed(change: ActionChange, organisations: dict[int, Organisation], posts: Posts) -> Iterator[Event]:
    """Its proposal, each answer, and how it ended."""
    said = {"before": change.told(change.before, organisations), "after": change.told(change.after, organisations)}
    kind = {"kind": change.get_kind_display()}
    what = str(PROPOSED[Kind(change.kind)]) % said
    if change.carry_over_id:
        what = _("carried the due date from %(before)s to %(after)s; it holds at once") % said
    yield Event(change.proposed_at, posts.of(change.proposed_by, change.party, change.proposed_at), what, change.reason)
    for consent in change.consents.all():
        if consent.party_id == change.party_id:
            continue
        who = posts.of(consent.by, consent.party, consent.at)
        if change.carry_over_id:
            yield Event(consent.at, who, _("acknowledged the new due date"))
        elif change.status == ActionChange.Status.ACCEPTED and consent.by_id == change.answered_by_id:
            yield Event(consent.at, who, _("agreed to the change (%(kind)s): it is in effect") % kind)
        else:
            yield Event(consent.at, who, _("agreed to the change (%(kind)s)") % kind)
    if change.status in (ActionChange.Status.DECLINED, ActionChange.Status.RETRACTED) and change.answered_by:
        declined = change.status == ActionChange.Status.DECLINED
        what = _("declined the change (%(kind)s)") if declined else _("took back the proposed change (%(kind)s)")
        party = change.answered_by.party if declined else change.party
        yield Event(change.answered_at, posts.of(change.answered_by, party, change.answered_at), what % kind, change.answer)  # type: ignore[arg-type]


# What waits for an answer


def pending(item: ActionItem) -> list[dict[str, Any]]:
    """Each open change in words: what it is, what it is to be, why, who has said yes and who has not."""
    parties = sorted(item.edition.dialogue.parties.all(), key=lambda party: party.code)
    rows = []
    changes = list(_changes(item).filter(status=ActionChange.Status.PROPOSED))
    organisations = organisations_of(changes)
    for change in changes:
        given = {one.party_id for one in change.consents.all()}
        rows.append(
            {
                "kind": capfirst(str(change.get_kind_display())),
                "before": change.told(change.before, organisations),
                "after": change.told(change.after, organisations),
                "reason": change.reason,
                "party": str(change.party),
                "day": date_format(change.proposed_at, "DATE_FORMAT"),
                "is_carried": change.carry_over_id is not None,
                "awaited": [str(party) for party in parties if party.pk not in given],
            }
        )
    return rows
