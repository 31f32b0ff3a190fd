"""Carry-over: what was decided of an open action item when the next edition was prepared (workflows §4.5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parties.models import User
from parties.models.retention import Retention
from socportal import clock

from .action_items import ActionItem
from .ceiling import within_ceiling
from .editions import Edition
from .frozen import Frozen, FrozenQuerySet
from .working_groups import Mandate


class CarryOverQuerySet(FrozenQuerySet["CarryOver"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> CarryOverQuerySet:
        """Of an action item that the reader may see, into an edition that the reader may see."""
        return self.filter(
            action_item__in=ActionItem.objects.visible_to(user, at), to_edition__in=Edition.objects.visible_to(user, at)
        )

    def standing(self) -> CarryOverQuerySet:
        """Into an edition that was not called off: with a cancelled one its carry-overs fall away, and the items remain on
        the edition before it (workflows §4.1).
        """
        return self.exclude(to_edition__status=Edition.Status.CANCELLED)

    def carried(self) -> CarryOverQuerySet:
        return self.standing().filter(decision=CarryOver.Decision.CARRY)


class CarryOver(Frozen):
    """One decision on one open item at one roll-forward. The item keeps its number and its first due date.

    To carry it over happens at once. To close, merge or withdraw it still needs what §4.5 asks for: the other party's
    confirmation, or the consent of all; until then the item stays open, and its edition cannot be archived.
    """

    RETENTION = {Retention.RECORD: ("reason",)}

    class Decision(models.TextChoices):
        CARRY = "carry", pgettext_lazy("action item", "carry over")
        CLOSE = "close", pgettext_lazy("action item", "close")
        MERGE = "merge", pgettext_lazy("action item", "merge into another")
        WITHDRAW = "withdraw", pgettext_lazy("action item", "withdraw")

    # What can be decided of an item as it stands: a proposal is carried on or let go, a finished one is confirmed.
    OFFERED = {
        ActionItem.Status.PROPOSED: (Decision.CARRY, Decision.WITHDRAW),
        ActionItem.Status.AGREED: (Decision.CARRY, Decision.MERGE, Decision.WITHDRAW),
        ActionItem.Status.IN_PROGRESS: (Decision.CARRY, Decision.CLOSE, Decision.MERGE, Decision.WITHDRAW),
        ActionItem.Status.BLOCKED: (Decision.CARRY, Decision.MERGE, Decision.WITHDRAW),
        ActionItem.Status.REPORTED_COMPLETE: (Decision.CLOSE, Decision.CARRY),
    }

    action_item = models.ForeignKey(
        ActionItem, on_delete=models.PROTECT, related_name="carry_overs", verbose_name=_("action item")
    )
    from_edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+", verbose_name=_("from edition"))
    to_edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="carried_into", verbose_name=_("to edition"))
    decision = models.CharField(_("decision"), max_length=8, choices=Decision)
    reason = models.CharField(_("reason"), max_length=300, validators=[within_ceiling])
    previous_due_on = models.DateField(_("was due on"), null=True, blank=True)
    new_due_on = models.DateField(_("now due on"), null=True, blank=True)
    mandate = models.ForeignKey(
        Mandate,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="carried_items",
        verbose_name=_("followed by"),
        help_text=_("The group that follows it from now on; empty: the plenary list."),
    )
    successor = models.ForeignKey(
        ActionItem, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("merged into")
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), default=clock.now)

    objects = CarryOverQuerySet.as_manager()

    class Meta:
        verbose_name = _("carry-over")
        verbose_name_plural = _("carry-overs")
        ordering = ["action_item", "at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["action_item", "to_edition"], name="action_item_is_decided_once_an_edition"),
            models.CheckConstraint(condition=~Q(reason=""), name="carry_over_says_why"),
            models.CheckConstraint(
                condition=~Q(decision="merge") | Q(successor__isnull=False), name="merged_action_item_names_into_which"
            ),
            models.CheckConstraint(
                condition=Q(decision="merge") | Q(successor__isnull=True), name="merged_action_item_alone_has_successor"
            ),
            models.CheckConstraint(
                condition=Q(decision="carry") | Q(new_due_on__isnull=True), name="carried_action_item_alone_gets_new_date"
            ),
            models.CheckConstraint(condition=~Q(from_edition=F("to_edition")), name="carry_over_leads_to_another_edition"),
        ]

    def __str__(self) -> str:
        return f"{self.action_item}: {self.get_decision_display()}"
