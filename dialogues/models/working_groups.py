"""Working groups, standing across editions; mandates, a group's existence in one edition; and themes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parties.models import Party, Person
from socportal.bilingual import Bilingual

from .audience import Audience, AudienceBound, AudienceQuerySet
from .dialogues import Dialogue
from .editions import Edition


class WorkingGroup(AudienceBound):
    """A group's standing identity. Whether it meets in an edition is said by its mandate there."""

    DIALOGUE_PATH = "dialogue"
    EDITION_PATH = None
    PARENT_PATHS = ("dialogue",)

    class Status(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("working group", "proposed")
        ESTABLISHED = "established", pgettext_lazy("working group", "established")
        ACTIVE = "active", pgettext_lazy("working group", "active")
        RESTING = "resting", pgettext_lazy("working group", "resting")
        CONCLUDED = "concluded", pgettext_lazy("working group", "concluded")

    TRANSITIONS = {
        Status.PROPOSED: (Status.ESTABLISHED,),
        Status.ESTABLISHED: (Status.ACTIVE,),
        Status.ACTIVE: (Status.RESTING, Status.CONCLUDED),
        Status.RESTING: (Status.ACTIVE, Status.CONCLUDED),
        Status.CONCLUDED: (),
    }

    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="working_groups", verbose_name=_("dialogue"))
    slug = models.SlugField(_("name in the address"), max_length=80)
    name_en = models.CharField(_("name, English"), max_length=120)
    name_nl = models.CharField(_("name, Dutch"), max_length=120, blank=True)
    name = Bilingual()
    description_en = models.TextField(_("description, English"), blank=True)
    description_nl = models.TextField(_("description, Dutch"), blank=True)
    description = Bilingual()
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.PROPOSED)

    objects = AudienceQuerySet.as_manager()

    class Meta:
        verbose_name = _("working group")
        verbose_name_plural = _("working groups")
        ordering = ["dialogue", "name_en"]
        constraints = [
            models.UniqueConstraint(
                fields=["dialogue", "slug"],
                name="working_group_address_is_unique_in_its_dialogue",
                violation_error_message=_("Another working group of this dialogue has this name in its address."),
            )
        ]

    def __str__(self) -> str:
        return str(self.name)


class MandateQuerySet(models.QuerySet["Mandate"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> MandateQuerySet:
        """Of an edition and a group that the reader may both see."""
        return self.filter(
            edition__in=Edition.objects.visible_to(user, at), working_group__in=WorkingGroup.objects.visible_to(user, at)
        )


class Mandate(models.Model):
    """A working group in one edition: its co-chairs, rapporteur and terms of reference."""

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("mandate", "draft")
        IN_CLEARANCE = "in_clearance", pgettext_lazy("mandate", "in clearance")
        ADOPTED = "adopted", pgettext_lazy("mandate", "adopted")
        REPORTED = "reported", pgettext_lazy("mandate", "reported")
        RENEWED = "renewed", pgettext_lazy("mandate", "renewed")
        ENDED = "ended", pgettext_lazy("mandate", "ended")

    TRANSITIONS = {
        Status.DRAFT: (Status.IN_CLEARANCE,),
        Status.IN_CLEARANCE: (Status.DRAFT, Status.ADOPTED),
        Status.ADOPTED: (Status.REPORTED, Status.ENDED),
        Status.REPORTED: (Status.RENEWED, Status.ENDED),
        Status.RENEWED: (),
        Status.ENDED: (),
    }

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="mandates", verbose_name=_("edition"))
    working_group = models.ForeignKey(
        WorkingGroup, on_delete=models.PROTECT, related_name="mandates", verbose_name=_("working group")
    )
    rapporteur = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="mandates_reported",
        verbose_name=_("rapporteur"),
        help_text=_("Writes the session report; not a co-chair."),
    )
    terms_en = models.TextField(_("terms of reference, English"), blank=True)
    terms_nl = models.TextField(_("terms of reference, Dutch"), blank=True)
    terms = Bilingual()
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.DRAFT)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["edition", "working_group__name_en"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "working_group"],
                name="working_group_has_one_mandate_an_edition",
                violation_error_message=_("This working group already has a mandate in this edition."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.working_group}, {self.edition.year}"


class CoChair(models.Model):
    """One party's co-chair of a mandate; without a person the seat is shown as “to be named”."""

    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="co_chairs", verbose_name=_("mandate"))
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", verbose_name=_("party"))
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="co_chaired", verbose_name=_("person")
    )
    is_acting = models.BooleanField(_("acting"), default=False)

    class Meta:
        verbose_name = _("co-chair")
        verbose_name_plural = _("co-chairs")
        ordering = ["mandate", "party"]
        constraints = [
            models.UniqueConstraint(
                fields=["mandate", "party"],
                name="mandate_has_one_co_chair_a_party",
                violation_error_message=_("Each party has one co-chair in a working group."),
            )
        ]

    def __str__(self) -> str:
        return _("Co-chair %(party)s") % {"party": self.party.code}


class Theme(AudienceBound):
    """A subject heading of an edition. A theme is not a working group; a group may take one up."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="themes", verbose_name=_("edition"))
    position = models.PositiveSmallIntegerField(_("place in the list"), default=1)
    name_en = models.CharField(_("name, English"), max_length=160)
    name_nl = models.CharField(_("name, Dutch"), max_length=160, blank=True)
    name = Bilingual()

    objects = AudienceQuerySet.as_manager()

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "name_en"], name="theme_is_named_once_in_an_edition"),
            models.CheckConstraint(condition=~Q(audience=Audience.GROUP), name="theme_belongs_to_no_group"),
        ]

    def __str__(self) -> str:
        return str(self.name)
