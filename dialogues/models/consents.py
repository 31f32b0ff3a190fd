"""Consents: a party's recorded yes to a step that needs all of them, given by its own person."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from parties.models import Party, User
from parties.models.retention import Retention
from socportal import clock

from .frozen import Frozen, FrozenQuerySet


class Consent(Frozen):
    """One party's yes. Two consents are two people of two parties: the database refuses anything else (law R6).

    `round` tells the consents of one attempt from those of the next: a text that was changed, a step that was taken back
    and tried again asks anew. Whoever consents for somebody else, a head's office or a capital, gives the `reference` of
    the letter that says so.
    """

    RETENTION = {Retention.RECORD: ("to_status", "reason", "reference")}

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+", verbose_name=_("kind of record"))
    object_id = models.PositiveBigIntegerField(_("record number"))
    record = GenericForeignKey()
    to_status = models.CharField(_("to what"), max_length=18)
    round = models.PositiveSmallIntegerField(default=1)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", verbose_name=_("party"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), default=clock.now)
    reason = models.TextField(_("reason"), blank=True)
    reference = models.CharField(_("reference"), max_length=80, blank=True)

    objects: Any = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "to_status", "round", "party"], name="party_consents_once_to_a_step"
            ),
            models.UniqueConstraint(
                fields=["content_type", "object_id", "to_status", "round", "by"], name="nobody_consents_for_two_parties"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.to_status} {self.party_id}"
