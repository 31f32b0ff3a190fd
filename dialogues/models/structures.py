"""Consultation structures: the bodies in which parties already confer, and how each was assessed.

The first Belgian–Dutch conference set out to identify and discuss exactly these (facts §3.2).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parties.models import Party
from parties.models.retention import Retention
from socportal.bilingual import Bilingual

from .audience import AudienceBound, AudienceQuerySet
from .ceiling import within_ceiling
from .dialogues import Dialogue
from .publication import Publishable
from .working_groups import WorkingGroup


class ConsultationStructure(Publishable):
    """A body in which two or more parties confer beside the dialogue: level, remit, frequency, chairs by post."""

    RETENTION = {Retention.RECORD: ("slug", "name", "remit", "frequency")}

    DIALOGUE_PATH = "dialogue"
    EDITION_PATH = None
    PARENT_PATHS = ("dialogue",)

    class Level(models.TextChoices):
        POLITICAL = "political", pgettext_lazy("level", "political")
        SENIOR_OFFICIALS = "senior_officials", pgettext_lazy("level", "senior officials")
        OPERATIONAL = "operational", pgettext_lazy("level", "operational")
        EXPERTS = "experts", pgettext_lazy("level", "experts")

    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="structures", verbose_name=_("dialogue"))
    slug = models.SlugField(_("name in the address"), max_length=80, unique=True)
    name_en = models.CharField(_("name, English"), max_length=160)
    name_nl = models.CharField(_("name, Dutch"), max_length=160, blank=True)
    name = Bilingual()
    level = models.CharField(_("level"), max_length=16, choices=Level, blank=True)
    parties = models.ManyToManyField(Party, related_name="structures", verbose_name=_("parties"))
    remit_en = models.TextField(_("remit, English"), blank=True, validators=[within_ceiling])
    remit_nl = models.TextField(_("remit, Dutch"), blank=True, validators=[within_ceiling])
    remit = Bilingual()
    frequency_en = models.CharField(_("how often it meets, English"), max_length=120, blank=True)
    frequency_nl = models.CharField(_("how often it meets, Dutch"), max_length=120, blank=True)
    frequency = Bilingual()
    working_groups = models.ManyToManyField(
        WorkingGroup, blank=True, related_name="structures", verbose_name=_("related working groups")
    )

    objects = AudienceQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation structure")
        verbose_name_plural = _("consultation structures")
        ordering = ["dialogue", "name_en"]
        constraints = [*Publishable.Meta.constraints]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return reverse("structure", args=[self.slug])


class StructureChair(models.Model):
    """The post that chairs a structure for a party; never a name."""

    RETENTION = {Retention.RECORD: ("post",)}

    structure = models.ForeignKey(
        ConsultationStructure, on_delete=models.CASCADE, related_name="chairs", verbose_name=_("consultation structure")
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", verbose_name=_("party"))
    post_en = models.CharField(_("post, English"), max_length=160, help_text=_("“Head of …”, not a name."))
    post_nl = models.CharField(_("post, Dutch"), max_length=160, blank=True)
    post = Bilingual()

    class Meta:
        verbose_name = _("co-chair, by post")
        verbose_name_plural = _("co-chairs, by post")
        ordering = ["structure", "party__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "party"],
                name="structure_has_one_chair_a_party",
                violation_error_message=_("Each party has one co-chair in a consultation structure."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.post}"


class StructureAssessmentQuerySet(AudienceQuerySet):
    def newest_first(self) -> StructureAssessmentQuerySet:
        return self.order_by("-assessed_on", "-pk")


class StructureAssessment(AudienceBound):
    """How well a structure serves, as of a day; each stands with its own readers, and the next one beside it."""

    RETENTION = {Retention.RECORD: ("text",)}

    DIALOGUE_PATH = "structure__dialogue"
    EDITION_PATH = None
    PARENT_PATHS = ("structure",)

    structure = models.ForeignKey(
        ConsultationStructure, on_delete=models.PROTECT, related_name="assessments", verbose_name=_("consultation structure")
    )
    assessed_on = models.DateField(_("assessed on"))
    text_en = models.TextField(_("assessment, English"), validators=[within_ceiling])
    text_nl = models.TextField(_("assessment, Dutch"), blank=True, validators=[within_ceiling])
    text = Bilingual()

    objects = StructureAssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment of a consultation structure")
        verbose_name_plural = _("assessments of consultation structures")
        ordering = ["structure", "-assessed_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(audience__in=["group", "party", "public"]),
                name="assessment_is_for_delegates_or_the_secretariat",
                violation_error_message=_("An assessment is for the delegates or for the secretariat."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.structure}, {self.assessed_on}"


def assessed_for(structures: Any, user: Any, at: datetime | None = None) -> Any:
    """Adds `last_assessed_on` to structures: the day of the newest assessment that this reader may see, or none."""
    rows = StructureAssessment.objects.visible_to(user, at).filter(structure=models.OuterRef("pk")).newest_first()
    return structures.annotate(last_assessed_on=models.Subquery(rows.values("assessed_on")[:1]))
