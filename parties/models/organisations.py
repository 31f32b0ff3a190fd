"""Organisations: ministries, services, agencies and others, with their names in both languages."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from socportal.bilingual import Bilingual

from .parties import Party
from .retention import Retention


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def public(self) -> OrganisationQuerySet:
        return self.filter(is_public=True)

    def visible_to(self, user, at: object = None) -> OrganisationQuerySet:  # type: ignore[no-untyped-def]
        """Everybody: those in the public register. Whoever is signed in: all; who works there is another matter."""
        return self if getattr(user, "is_authenticated", False) else self.public()


class Organisation(models.Model):
    """A body with a name of its own. It belongs to one party or, like the European Union, to none."""

    RETENTION = {Retention.RECORD: ("slug", "name", "acronym")}

    class Kind(models.TextChoices):
        MINISTRY = "ministry", _("ministry")
        POLICE = "police", _("police")
        PROSECUTION = "prosecution", _("prosecution service")
        PRISON = "prison", _("prison service")
        INVESTIGATION = "investigation", _("investigative service")
        CUSTOMS = "customs", _("customs")
        AGENCY = "agency", _("agency")
        INTERNATIONAL = "international", _("international organisation")
        CIVIL_SOCIETY = "civil_society", _("civil-society organisation")

    # Names of staff of these are withheld unless their party opts in (security-privacy §6.2).
    WITHHELD_KINDS = (Kind.POLICE, Kind.PROSECUTION, Kind.PRISON, Kind.INVESTIGATION)

    slug = models.SlugField(_("name in the address"), max_length=80, unique=True)
    name_en = models.CharField(_("name, English"), max_length=160)
    name_nl = models.CharField(_("name, Dutch"), max_length=160, blank=True)
    name = Bilingual()
    acronym_en = models.CharField(_("acronym, English"), max_length=20, blank=True)
    acronym_nl = models.CharField(_("acronym, Dutch"), max_length=20, blank=True)
    acronym = Bilingual()
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    party = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name=_("party"),
        help_text=_("Empty for a body that belongs to no party."),
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )

    is_public = models.BooleanField(
        _("in the public register"),
        default=False,
        help_text=_("For a body that a published text names. Others are seen by those who are signed in."),
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name_en"]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="organisation_is_not_part_of_itself"
            )
        ]

    def __str__(self) -> str:
        return str(self.name)
