"""Decisions of the heads' offices: an edition is postponed or cancelled only when all parties have consented (§4.1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parties.models import User
from parties.models.retention import Retention
from socportal import clock

from .consents import Consent
from .dates import Precision, dates_as_known
from .dialogues import Appointment
from .editions import Edition


class HeadsDecisionQuerySet(models.QuerySet["HeadsDecision"]):
    def pending(self) -> HeadsDecisionQuerySet:
        return self.filter(settled_at__isnull=True, dropped_at__isnull=True)

    def settled(self) -> HeadsDecisionQuerySet:
        return self.filter(settled_at__isnull=False)

    def postponements(self) -> HeadsDecisionQuerySet:
        """In effect, whatever days the edition has got since."""
        return self.settled().filter(to_status=Edition.Status.POSTPONED)

    def visible_to(self, user: Any, at: datetime | None = None) -> HeadsDecisionQuerySet:
        """The secretaries of the dialogue."""
        own = Appointment.objects.current(at).held_by(user).filter(role__in=Appointment.SECRETARIES)
        return self.filter(edition__dialogue__in=own.values("dialogue"))


class HeadsDecision(models.Model):
    """Proposed by the lead with its reason; takes effect with the last party's consent, or is dropped before."""

    RETENTION = {Retention.RECORD: ("reason",)}

    Status = Edition.Status  # to which its consents are
    ABOUT = (
        (Edition.Status.POSTPONED, Edition.Status.POSTPONED.label),
        (Edition.Status.CANCELLED, Edition.Status.CANCELLED.label),
    )

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("edition"))
    to_status = models.CharField(_("to what"), max_length=12, choices=ABOUT)
    reason = models.TextField(_("reason"), max_length=1000, help_text=_("The registered read it. No names."))
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed"), default=clock.now)
    # The days that the edition had, for the notice: postponing takes them away.
    opened_on = models.DateField(_("first day until then"), null=True, blank=True)
    closed_on = models.DateField(_("last day until then"), null=True, blank=True)
    settled_at = models.DateTimeField(_("in effect since"), null=True, blank=True)
    dropped_at = models.DateTimeField(_("dropped"), null=True, blank=True)
    dropped_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("dropped by")
    )
    consents = GenericRelation(Consent)

    objects = HeadsDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision of the heads’ offices")
        verbose_name_plural = _("decisions of the heads’ offices")
        ordering = ["edition", "-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition"],
                condition=Q(settled_at__isnull=True, dropped_at__isnull=True),
                name="edition_has_one_decision_pending",
                violation_error_message=_("A decision on this edition is pending already. Consent to it, or drop it first."),
            ),
            models.CheckConstraint(
                condition=Q(dropped_at__isnull=True, dropped_by__isnull=True)
                | Q(dropped_at__isnull=False, dropped_by__isnull=False, settled_at__isnull=True),
                name="dropped_decision_says_who_and_took_no_effect",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_of_the_heads_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.get_to_status_display()}"

    @property
    def is_pending(self) -> bool:
        return self.settled_at is None and self.dropped_at is None

    @property
    def former_days(self) -> str:
        """The exact days that the edition had when the decision took effect; empty where it had none."""
        return dates_as_known(self.opened_on, self.closed_on, Precision.EXACT) if self.opened_on else ""
