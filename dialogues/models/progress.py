"""Progress: what a lead reports about an action item, and what proves it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parties.models import Party, User
from parties.models.retention import Retention
from socportal import clock

from .action_items import ActionItem
from .ceiling import within_ceiling
from .engagements import Engagement
from .frozen import Frozen, FrozenQuerySet


class ProgressQuerySet(FrozenQuerySet[Any]):
    def visible_to(self, user: Any, at: datetime | None = None) -> ProgressQuerySet:
        """What hangs on an action item is read by whoever reads the item."""
        return self.filter(action_item__in=ActionItem.objects.visible_to(user, at))


class ProgressUpdate(Frozen):
    """A dated statement by a lead. It is never changed: the next one stands beside it."""

    RETENTION = {Retention.RECORD: ("text",)}

    class Rating(models.TextChoices):
        NOT_STARTED = "not_started", _("not started")
        ON_TRACK = "on_track", _("on track")
        AT_RISK = "at_risk", _("at risk")
        OFF_TRACK = "off_track", _("off track")
        COMPLETE = "complete", _("complete")

    MOST_WORDS = 120

    action_item = models.ForeignKey(ActionItem, on_delete=models.PROTECT, related_name="updates")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", verbose_name=_("party"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("reported"), default=clock.now)
    rating = models.CharField(_("standing"), max_length=12, choices=Rating)
    text = models.TextField(_("progress"), validators=[within_ceiling])
    lang = models.CharField(_("language"), max_length=2, choices=[("en", "English"), ("nl", "Nederlands")])
    next_step_on = models.DateField(_("next step by"), null=True, blank=True)

    objects = ProgressQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress update")
        verbose_name_plural = _("progress updates")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.action_item_id}: {self.get_rating_display()}"


class Evidence(Frozen):
    """A reference that proves completion: never operational material, never an upload."""

    RETENTION = {Retention.RECORD: ("reference",)}

    class Kind(models.TextChoices):
        PUBLIC_LINK = "public_link", _("public link")
        DOCUMENT_REFERENCE = "document_reference", _("document reference (register number and holder)")
        ENGAGEMENT_HELD = "engagement_held", _("engagement held")
        STATEMENT = "statement", _("statement signed off by the owner post")
        FIGURE = "figure", _("published figure, with source")

    action_item = models.ForeignKey(ActionItem, on_delete=models.PROTECT, related_name="evidence")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", verbose_name=_("party"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    kind = models.CharField(_("kind of evidence"), max_length=20, choices=Kind)
    reference = models.CharField(_("reference"), max_length=300, validators=[within_ceiling])
    engagement = models.ForeignKey(
        Engagement, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("engagement")
    )

    objects = ProgressQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reference=""), name="evidence_names_its_reference"),
            models.CheckConstraint(
                condition=Q(kind="engagement_held", engagement__isnull=False)
                | ~Q(kind="engagement_held") & Q(engagement__isnull=True),
                name="evidence_of_an_engagement_names_it",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
