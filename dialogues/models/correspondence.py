"""Correspondence: messages drafted in the act that causes them, kept in an outbox until somebody sends them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from parties.models import User
from socportal import clock

from .dialogues import Appointment
from .editions import Edition


class OutgoingMessageQuerySet(models.QuerySet["OutgoingMessage"]):
    def unsent(self) -> OutgoingMessageQuerySet:
        return self.filter(sent_at__isnull=True)

    def visible_to(self, user: Any, at: datetime | None = None) -> OutgoingMessageQuerySet:
        """The secretaries of the dialogue review what leaves in its name."""
        own = Appointment.objects.current(at).held_by(user).filter(role__in=Appointment.SECRETARIES)
        return self.filter(edition__dialogue__in=own.values("dialogue"))


class OutgoingMessage(models.Model):
    """One message to one account. Its key says what it is about, so that the same news is never sent twice."""

    key = models.CharField(_("key"), max_length=120, unique=True, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="messages", verbose_name=_("edition"))
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="messages", verbose_name=_("recipient"))
    lang = models.CharField(_("language"), max_length=2, choices=[("en", "English"), ("nl", "Nederlands")])
    subject = models.CharField(_("subject"), max_length=160, help_text=_("Holds no name: subjects are read in passing."))
    text = models.TextField(_("text"))
    queued_at = models.DateTimeField(_("drafted"), default=clock.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    last_error = models.CharField(_("last failure"), max_length=200, blank=True)

    objects = OutgoingMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outbox")
        ordering = ["-queued_at", "id"]

    def __str__(self) -> str:
        return self.subject
