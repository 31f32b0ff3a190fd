"""Appearances: a public office-holder, in the office held at that time, at an edition or at a meeting or visit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parties.models import Party, Person
from parties.models.retention import Retention
from socportal.bilingual import Bilingual

from .editions import Edition
from .engagements import Engagement


class AppearanceQuerySet(models.QuerySet["Appearance"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> AppearanceQuerySet:
        """Of what the reader may see, and only people the reader may name; an office without a name is told of."""
        of_edition = Q(edition__in=Edition.objects.visible_to(user, at))
        of_engagement = Q(engagement__in=Engagement.objects.visible_to(user, at))
        nameable = Q(person__isnull=True) | Q(person__in=Person.objects.visible_to(user, at))
        return self.filter(of_edition | of_engagement, nameable)


class Appearance(models.Model):
    """Who is named in connection with an edition or an engagement; the office stands here, never on the person."""

    RETENTION = {Retention.RECORD: ("role", "occasion")}

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, null=True, blank=True, related_name="appearances", verbose_name=_("edition")
    )
    engagement = models.ForeignKey(
        Engagement, on_delete=models.PROTECT, null=True, blank=True, related_name="appearances", verbose_name=_("engagement")
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="appearances",
        verbose_name=_("person"),
        help_text=_("Empty where the text gives the office without a name: nobody is filled in."),
    )
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("party at the time")
    )
    role_en = models.CharField(_("role at the time, English"), max_length=160)
    role_nl = models.CharField(_("role at the time, Dutch"), max_length=160, blank=True)
    role = Bilingual()
    occasion_en = models.CharField(_("what is stated, English"), max_length=250)
    occasion_nl = models.CharField(_("what is stated, Dutch"), max_length=250, blank=True)
    occasion = Bilingual()

    objects = AppearanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("appearance")
        verbose_name_plural = _("appearances")
        ordering = ["edition", "engagement", "id"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "person"], name="person_appears_once_at_an_edition"),
            models.UniqueConstraint(fields=["engagement", "person"], name="person_appears_once_at_an_engagement"),
            models.CheckConstraint(
                condition=Q(edition__isnull=False, engagement__isnull=True) | Q(edition__isnull=True, engagement__isnull=False),
                name="appearance_is_at_an_edition_or_at_an_engagement",
                violation_error_message=_("Name the edition or the engagement, one of them."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id or '–'}: {self.role}"
