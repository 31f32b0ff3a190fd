"""Calendar addresses: a secret one for each person who wants their programme in a calendar (workflows §4.3)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parties.models import User
from parties.models.retention import Retention
from socportal import clock


def new_token() -> str:
    """256 bits from the operating system, as letters that an address may hold."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is kept of a token: whoever reads the database cannot read a calendar."""
    return hashlib.sha256(token.encode()).hexdigest()


class CalendarAddressQuerySet(models.QuerySet["CalendarAddress"]):
    def in_force(self) -> CalendarAddressQuerySet:
        return self.filter(revoked_at__isnull=True)

    def opened_by(self, token: str) -> CalendarAddress | None:
        """The address in force that this token opens, of an account that may still sign in."""
        return self.in_force().select_related("user__person").filter(token_hash=hash_of(token), user__is_active=True).first()

    def visible_to(self, user: Any, at: datetime | None = None) -> CalendarAddressQuerySet:
        """One's own."""
        return self.filter(user=user.pk) if user.is_authenticated else self.none()


class CalendarAddress(models.Model):
    """The secret part of the address is shown once and kept only as its hash. A new one ends the one before at once."""

    RETENTION = {Retention.ACCOUNT: ("token_hash",)}

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="calendar_addresses", verbose_name=_("account"))
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    lang = models.CharField(_("language"), max_length=2, choices=[("en", "English"), ("nl", "Nederlands")])
    made_at = models.DateTimeField(_("made"), default=clock.now)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = CalendarAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(revoked_at__isnull=True), name="account_has_one_calendar_address_in_force"
            )
        ]

    def __str__(self) -> str:
        return str(_("calendar address"))
