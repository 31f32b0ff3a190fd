"""What is owed on action items: by whoever leads or owns one, by a party whose yes is awaited, by those further up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Count, Prefetch
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dialogues.models import ActionChange, ActionItem, ActionMove, Appointment, Audience, CarryOver, Dialogue
from dialogues.models.action_standing import CONFIRMED_WITHIN, DUE_SOON
from parties.models import Party

from .action_changes import changes_in
from .duties import Duty, Posts, Seats, Words

Role = Appointment.Role
Status = ActionItem.Status


def open_items(dialogue: Dialogue, at: datetime) -> list[Any]:
    """All of the dialogue: an item keeps its number and its place in a later edition."""
    items = ActionItem.objects.filter(edition__dialogue=dialogue).still_open().annotate(round=Count("moves"))
    blocked = ActionMove.objects.filter(to_status=Status.BLOCKED).order_by("at", "pk")
    return list(
        items.with_escalation(at)
        .prefetch_related(
            "leads__party",
            "consents",
            Prefetch("carry_overs", CarryOver.objects.carried(), to_attr="carried"),
            Prefetch("moves", blocked, to_attr="blocks"),
        )
        .order_by("due_on", "number")
    )


def _item_in_words(item: ActionItem, sentence: Callable[[], str] | None = None) -> Words:
    def said() -> str:
        leads = ", ".join(sorted(str(lead.party) for lead in item.leads.all()))
        text = f"{item.number} {Truncator(str(item.text)).chars(120)} ({leads})"
        return f"{sentence()} {text}" if sentence else text

    return said


def _consented(item: Any, to: str) -> set[int]:
    return {one.party_id for one in item.consents.all() if one.to_status == to and one.round == item.round}


def followed_by(item: Any) -> int | None:
    """The mandate that follows an item now: the one it was last carried over to, else its own; none on the plenary list."""
    last = max(item.carried, key=lambda one: (one.at, one.pk), default=item)
    return last.mandate_id


def _item(item: Any, to: frozenset[int], sentence: Callable[[], str] | None = None, act: str = "", **more: Any) -> Duty:
    """`act` names the page on which it is done; without one the item's own page is linked."""

    def address(_is_secretary: bool) -> str:
        return reverse("action-item-act", args=[item.number, act]) if act else item.get_absolute_url()

    return Duty(to, _item_in_words(item, sentence), address, reads=item, **more)


def action_items(items: list[Any], parties: set[int], posts: Posts, seats: Seats, at: datetime) -> Iterator[Duty]:
    """What a party leads and is due, with those it has been escalated to; and what waits for a party."""
    codes = dict(Party.objects.filter(pk__in=parties).values_list("pk", "code"))
    for item in items:
        leading = {lead.party_id for lead in item.leads.all()}
        yield from _due(item, leading, posts, seats, at)
        if item.status == Status.BLOCKED and item.blocks and item.blocks[-1].needed_from_id:
            needed = [item.blocks[-1].needed_from_id]
            yield _item(item, _consenting(posts, needed), _to_unblock, is_awaited=True)
        if item.status == Status.REPORTED_COMPLETE:
            asked = (leading if item.is_joint else parties - leading) - _consented(item, Status.CLOSED)
            yield from _to_be_confirmed(item, asked, leading, codes, posts, at)
        if item.status == Status.PROPOSED and item.due_on and item.measure and leading:
            yield from _to_be_agreed(item, parties, posts)
        for end, sentence in ((Status.WITHDRAWN, _to_withdraw), (Status.SUPERSEDED, _to_supersede)):
            if given := _consented(item, end):
                yield _item(item, posts.focal_points(parties - given), sentence, is_awaited=True)


def _consenting(posts: Posts, parties: Any) -> frozenset[int]:
    return posts.of(*Appointment.FOCAL_POINTS, Role.SECRETARY, parties=parties)


def _due(item: Any, leading: set[int], posts: Posts, seats: Seats, at: datetime) -> Iterator[Duty]:
    """Whoever can report is taken straight to that page; whom it was escalated to reads how it stands."""
    if item.status not in ActionItem.WORKING or item.due_on > at.date() + DUE_SOON:
        return
    owners = frozenset(lead.owner_id for lead in item.leads.all() if lead.owner_id)
    reporting = posts.focal_points(leading) | owners
    above: frozenset[int] = frozenset()
    if item.escalation_level >= 1:
        above |= seats.co_chairs(followed_by(item))
    if item.escalation_level >= 2:
        above |= posts.secretaries
        reporting |= posts.of(Role.SECRETARY, parties=leading)
    yield _item(item, reporting, act="report", due_on=item.due_on)
    yield _item(item, above - reporting, due_on=item.due_on)


def _to_be_confirmed(
    item: Any, asked: set[int], leading: set[int], codes: dict[int, str], posts: Posts, at: datetime
) -> Iterator[Duty]:
    """Nothing closes by itself: after three weeks both sides, and the secretaries, are told for whom it waits since when."""
    if at - item.status_since <= CONFIRMED_WITHIN:
        yield _item(item, posts.focal_points(asked), _to_confirm(item), is_awaited=True)
    else:
        to = posts.focal_points(asked | leading) | posts.secretaries
        yield _item(item, to, _awaiting(item, sorted(codes[party] for party in asked)), is_awaited=True)


def _to_be_agreed(item: Any, parties: set[int], posts: Posts) -> Iterator[Duty]:
    """First each lead names the post that owns its part; then everybody is asked."""
    nameless = {lead.party_id for lead in item.leads.all() if not lead.owner_post}
    if nameless:
        yield _item(item, posts.focal_points(nameless), _to_name_owner, act="owner", is_awaited=True)
    else:
        asked = parties - _consented(item, Status.AGREED)
        yield _item(item, posts.focal_points(asked), _to_agree, is_awaited=True)


def _to_agree() -> str:
    return _("To agree:")


def _to_name_owner() -> str:
    return _("To name the post that owns it, before it can be agreed:")


def _to_unblock() -> str:
    return _("Blocked, and waiting for something from your party:")


def _to_withdraw() -> str:
    return _("To withdraw, or to keep:")


def _to_supersede() -> str:
    return _("To replace by another item, or to keep:")


def _to_confirm(item: ActionItem) -> Words:
    return lambda: _("To confirm as complete, reported on %(day)s:") % {"day": date_format(item.status_since, "DATE_FORMAT")}


def _awaiting(item: ActionItem, codes: list[str]) -> Words:
    def said() -> str:
        told = {"parties": ", ".join(codes), "day": date_format(item.status_since, "DATE_FORMAT")}
        return _("Awaiting confirmation by %(parties)s since %(day)s:") % told

    return said


# Changes of what was agreed


def action_changes(dialogue: Dialogue, parties: set[int], posts: Posts, at: datetime) -> Iterator[Duty]:
    """A proposed change waits for each party that has not said yes; carried dates are told as one number an edition."""
    waiting = ActionChange.objects.pending().filter(action_item__edition__dialogue=dialogue)
    waiting = waiting.select_related("action_item__edition__dialogue")
    carried: Counter[tuple[Any, int]] = Counter()
    for change in waiting.prefetch_related("consents", "action_item__leads__party").order_by("proposed_at", "pk"):
        item = change.action_item
        asked = parties - {one.party_id for one in change.consents.all() if one.to_status == ActionChange.Status.ACCEPTED}
        if change.carry_over_id is None:
            if item.status in changes_in(change.kind):
                yield _item(item, _consenting(posts, asked), _to_answer(change), is_awaited=True)
        elif item.status in ActionItem.LIVE:
            if _is_everybodys(item, at):
                carried.update((item.edition, party) for party in asked)
            else:
                yield _item(item, _consenting(posts, asked), _to_acknowledge, is_awaited=True)
    for (edition, party), count in carried.items():
        said = partial(_dates_in_words, edition, count)
        yield Duty(_consenting(posts, [party]), said, _dates, is_awaited=True, reads=edition)


def _is_everybodys(item: ActionItem, at: datetime) -> bool:
    """Whether whoever negotiates and sees its edition reads it too: then a number gives nothing away."""
    if item.embargo_until and item.embargo_until > at:
        return False
    published = item.audience == Audience.PUBLIC and item.published_at and item.published_at <= at
    return bool(published or item.audience == Audience.DELEGATES)


def _to_answer(change: ActionChange) -> Words:
    return lambda: _("A change to agree or decline (%(kind)s):") % {"kind": change.get_kind_display()}


def _to_acknowledge() -> str:
    return _("A carried due date to acknowledge:")


def _dates_in_words(edition: Any, count: int) -> str:
    said = {"edition": edition, "count": count}
    return (
        ngettext(
            "%(count)d carried due date to acknowledge (%(edition)s)",
            "%(count)d carried due dates to acknowledge (%(edition)s)",
            count,
        )
        % said
    )


def _dates(_is_secretary: bool) -> str:
    return reverse("action-dates")


# The heads of delegation


def for_the_heads(items: list[Any], posts: Posts) -> Iterator[Duty]:
    """The heads' offices are told how many escalate to them, not which: the list itself needs sign-in, and stands in the
    half-year report (workflows §4.5). What one group or the secretariat alone reads is not on it.
    """
    read = {Audience.PUBLIC, Audience.DELEGATES}
    count = sum(item.escalation_level == 3 and item.audience in read for item in items)
    if count:
        yield Duty(
            posts.of(Role.HEAD_OFFICE),
            lambda: (
                ngettext(
                    "%(count)d action item is sixty days overdue or was carried over twice. The secretaries have the list.",
                    "%(count)d action items are sixty days overdue or were carried over twice. The secretaries have the list.",
                    count,
                )
                % {"count": count}
            ),
            lambda _is: reverse("action-items", query={"standing": "heads"}),
            is_awaited=True,
        )
