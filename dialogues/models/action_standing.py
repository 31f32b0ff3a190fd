"""How an action item stands today: due soon, overdue, stale, awaiting, escalated.

Read off the clock by the query, never stored. Days are those of the UTC calendar, because a due date binds several capitals.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, Count, DateTimeField, Exists, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from parties.models import Party
from socportal import clock

from .audience import AudienceQuerySet
from .consents import Consent

DUE_SOON = timedelta(days=14)
STALE_AFTER = timedelta(days=90)
# A finished item that nobody has confirmed for so long is asked after; it is never closed by itself.
CONFIRMED_WITHIN = timedelta(days=21)
# After how many days past its due date an action item is told further up (workflows §4.5): to the co-chairs of its group,
# to both secretaries, to the heads' offices. Carried over twice it is theirs at once.
ESCALATES_AFTER = {1: timedelta(days=14), 2: timedelta(days=30), 3: timedelta(days=60)}
CARRIED_TOO_OFTEN = 2


class ActionStanding(AudienceQuerySet):
    """The questions that lists, counts, digests and reports ask of action items."""

    def _related(self, name: str) -> Any:
        """The rows that hang on an item, before one is chosen; the models beside it are named by their relation."""
        return self.model._meta.get_field(name).related_model.objects

    def _working(self) -> Q:
        return Q(status__in=self.model.WORKING)

    def _carried(self) -> Any:
        return self._related("carry_overs").carried().filter(action_item=OuterRef("pk"))

    def still_open(self) -> Any:
        return self.filter(status__in=self.model.LIVE)

    def overdue(self, at: datetime | None = None) -> Any:
        """Past its due date and not yet reported complete."""
        return self.filter(self._working(), due_on__lt=(at or clock.now()).date())

    def due_soon(self, at: datetime | None = None) -> Any:
        day = (at or clock.now()).date()
        return self.filter(self._working(), due_on__gte=day, due_on__lte=day + DUE_SOON)

    def blocked(self) -> Any:
        return self.filter(status=self.model.Status.BLOCKED)

    def with_last_word(self) -> Any:
        """Adds `last_word_at`: when a lead last reported; of an item on which nobody has, since when it stands as it does."""
        updates = self._related("updates").filter(action_item=OuterRef("pk")).order_by("-at").values("at")[:1]
        return self.annotate(last_word_at=Coalesce(Subquery(updates, output_field=DateTimeField()), F("status_since")))

    def stale(self, at: datetime | None = None) -> Any:
        """Under way, and no lead has said anything for ninety days."""
        return self.with_last_word().filter(self._working(), last_word_at__lt=(at or clock.now()) - STALE_AFTER)

    def without_owner(self) -> Any:
        """Open, and no lead names the post that owns it."""
        named = self._related("leads").filter(action_item=OuterRef("pk")).exclude(owner_post_en="", owner_post_nl="")
        return self.still_open().filter(~Exists(named))

    def awaiting_confirmation(self, *parties: Party | int) -> Any:
        """Reported complete; with `parties`, those that wait for one of them.

        An item of one lead waits for every party that does not lead it, and one of them is enough; a joint one waits for
        each lead that has not yet confirmed the other's part.
        """
        waiting = self.filter(status=self.model.Status.REPORTED_COMPLETE)
        if not parties:
            return waiting
        rows = waiting.annotate(moves_so_far=self._count("moves"))
        asked = Q(pk__in=())
        for party in parties:
            leading = Exists(self._related("leads").filter(action_item=OuterRef("pk"), party=party))
            given = Consent.objects.filter(
                content_type=ContentType.objects.get_for_model(self.model),
                object_id=OuterRef("pk"),
                to_status=self.model.Status.CLOSED,
                round=OuterRef("moves_so_far"),
                party=party,
            )
            asked |= Q(is_joint=True) & leading & ~Q(Exists(given)) | Q(is_joint=False) & ~leading
        return rows.filter(asked)

    def _count(self, name: str) -> Coalesce:
        rows = self._related(name).filter(action_item=OuterRef("pk")).order_by().values("action_item")
        return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)

    def with_times_carried(self) -> Any:
        """Adds `times_carried`: how often a roll-forward carried it over. From two on the heads of delegation see it.

        Into an edition that was called off it was not carried.
        """
        times = self._carried().order_by().values("action_item").annotate(n=Count("pk")).values("n")
        return self.annotate(times_carried=Coalesce(Subquery(times, output_field=IntegerField()), 0))

    def carried_too_often(self) -> Any:
        """Open, and carried over twice: it is on the list of the heads of delegation."""
        return self.still_open().with_times_carried().filter(times_carried__gte=CARRIED_TOO_OFTEN)

    def with_escalation(self, at: datetime | None = None) -> Any:
        """Adds `times_carried` and `escalation_level`, 0 to 3 (workflows §4.5).

        A blocked item says why and what it needs: it stops with the co-chairs.
        """
        day = (at or clock.now()).date()
        working, blocked = self._working(), Q(status=self.model.Status.BLOCKED)
        late = {level: working & Q(due_on__lte=day - after) for level, after in ESCALATES_AFTER.items()}
        return self.with_times_carried().annotate(
            escalation_level=Case(
                When(late[1] & blocked, then=Value(1)),
                When(~working | blocked, then=Value(0)),
                When(late[3] | Q(times_carried__gte=CARRIED_TOO_OFTEN), then=Value(3)),
                *(When(late[level], then=Value(level)) for level in (2, 1)),
                default=Value(0),
                output_field=IntegerField(),
            )
        )

    def for_the_heads(self, at: datetime | None = None) -> Any:
        """The list of the heads of delegation (workflows §4.5): sixty days overdue, or open and carried over twice.

        What is blocked is told to nobody above the co-chairs; carried over twice it stands on the list all the same.
        """
        too_often = Q(status__in=self.model.LIVE, times_carried__gte=CARRIED_TOO_OFTEN)
        return self.with_escalation(at).filter(Q(escalation_level=3) | too_often)

    def with_standing(self, at: datetime | None = None) -> Any:
        """Adds all that a list shows of each: `times_carried`, `escalation_level`, `last_word_at`."""
        return self.with_escalation(at).with_last_word()

    def led_by(self, *parties: Party | int) -> Any:
        """Those these parties lead, alone or jointly."""
        return self.filter(Exists(self._related("leads").filter(action_item=OuterRef("pk"), party__in=parties)))

    def owned_by(self, user: Any) -> Any:
        """Those whose owner post this account's person holds."""
        return self.filter(Exists(self._related("leads").filter(action_item=OuterRef("pk"), owner=user.person_id)))
