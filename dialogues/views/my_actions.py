"""What a reader has to do with action items: to report on, to confirm, to answer, to give, and what their groups follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Q, Subquery

from dialogues.exports.action_items import ActionRow, rows_of
from dialogues.filters import furnished
from dialogues.models import ActionChange, ActionItem, ActionMove, CoChair, Consent
from dialogues.models.audience import FOCAL_POINTS, is_known
from dialogues.models.standing import Standing
from dialogues.procedures.action_changes import dates_to_acknowledge
from dialogues.procedures.action_items import CONSENTING
from dialogues.procedures.working_groups import present_group

MOST_LED = 60


@dataclass(frozen=True)
class MyAction:
    """One item on the page of what is mine, and whether this reader reports on it: then the form is one press away."""

    row: ActionRow
    reports: bool


@dataclass(frozen=True)
class MyActions:
    """`carried_dates` is how many wait to be acknowledged; `led_count` counts the whole of a list that is cut."""

    led: list[MyAction]
    led_count: int
    to_confirm: list[ActionRow]
    to_answer: list[ActionChange]
    carried_dates: int
    needed: list[ActionRow]
    followed: list[ActionRow]
    speaks_for_party: bool
    party: int | None

    @property
    def waits(self) -> bool:
        """Somebody waits for this reader; on a phone the list stands far below the programme."""
        return bool(self.to_confirm or self.to_answer or self.carried_dates or self.needed)


def my_actions(user: Any, at: datetime) -> MyActions:
    """Led by one’s party, or owned by oneself; a long list goes on in the list of all."""
    standing = Standing(user.person_id, at) if is_known(user) else None
    consents_for = standing.appointed(*CONSENTING) if standing else set()
    confirms_for = standing.appointed(*FOCAL_POINTS) if standing else set()
    visible = ActionItem.objects.visible_to(user, at)
    by_date = (F("due_on").asc(nulls_last=True), "number")
    own = visible.owned_by(user) if standing else visible.none()
    party = _party_of(user)
    parties = {one for one in (party, *(one for _dialogue, one in consents_for)) if one}
    led = visible.still_open().filter(Q(pk__in=own.values("pk")) | Q(pk__in=visible.led_by(*sorted(parties)).values("pk")))
    to_confirm = visible.filter(_of(confirms_for, lambda party: visible.awaiting_confirmation(party)))
    blocks = ActionMove.objects.filter(action_item=OuterRef("pk"), to_status=ActionItem.Status.BLOCKED)
    last = blocks.order_by("-at", "-pk").values("needed_from")[:1]
    blocked = visible.blocked().alias(needed_from=Subquery(last))
    needed = visible.filter(_of(consents_for, lambda party: blocked.filter(needed_from=party)))
    groups = CoChair.objects.filter(person=user.person_id).values("mandate__working_group")
    followed = present_group(visible.still_open()).filter(
        Q(was_carried=False, mandate__working_group__in=groups) | Q(was_carried=True, present_group__in=groups)
    )

    def rows(items: Any) -> list[ActionRow]:
        return rows_of(furnished(items, user, at).order_by(*by_date)[:MOST_LED], at)

    led_rows = rows(led)
    return MyActions(
        led=[MyAction(row, _reports_on(row.item, user, consents_for)) for row in led_rows],
        led_count=len(led_rows) if len(led_rows) < MOST_LED else led.count(),
        to_confirm=rows(to_confirm) if confirms_for else [],
        to_answer=_to_answer(user, at, consents_for),
        carried_dates=dates_to_acknowledge(user, at).count() if consents_for else 0,
        needed=rows(needed) if consents_for else [],
        followed=rows(followed.exclude(pk__in=[row.item.pk for row in led_rows])) if standing else [],
        speaks_for_party=bool(consents_for),
        party=party,
    )


def _party_of(user: Any) -> int | None:
    """Of the account, else of the person that it stands for."""
    return user.party_id or (user.person.party_id if user.person_id else None)


def _of(posts: set[tuple[int, int]], wanted: Callable[[int], Any]) -> Q:
    """Of each dialogue in which somebody speaks for a party, the items that `wanted` gives for that party."""
    found = Q(pk__in=())
    for dialogue, party in sorted(posts):
        found |= Q(edition__dialogue=dialogue, pk__in=wanted(party).values("pk"))
    return found


def _reports_on(item: Any, user: Any, posts: set[tuple[int, int]]) -> bool:
    """As `progress.reporting_party` has it, asked of rows at hand: one question for a list, not one an item."""
    if item.status not in ActionItem.WORKING:
        return False
    dialogue = item.edition.dialogue_id
    return any(
        (dialogue, lead.party_id) in posts or (user.person_id and lead.owner_id == user.person_id) for lead in item.listed_leads
    )


def _to_answer(user: Any, at: datetime, posts: set[tuple[int, int]]) -> list[ActionChange]:
    """Changes that another party proposed and that wait for one’s own; carried dates are acknowledged together, elsewhere."""
    if not posts:
        return []
    given = Consent.objects.filter(
        content_type=ContentType.objects.get_for_model(ActionChange), object_id=OuterRef("pk"), to_status="accepted"
    )
    asked = Q(pk__in=())
    for dialogue, party in sorted(posts):
        asked |= Q(action_item__edition__dialogue=dialogue) & ~Exists(given.filter(party=party))
    waiting = ActionChange.objects.visible_to(user, at).pending().filter(asked, carry_over__isnull=True)
    return list(waiting.select_related("action_item", "party").order_by("proposed_at", "pk"))
