"""Between two editions: meetings, visits and exchanges; and the initiatives of others that the dialogue supports."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parties.models import Organisation, Party
from parties.models.retention import Retention
from socportal.bilingual import Bilingual

from .audience import AudienceQuerySet
from .dates import Dated
from .dialogues import Dialogue
from .editions import Edition
from .publication import Publishable


class Engagement(Dated, Publishable):
    """A visit, exchange or meeting beside the editions (intersessional). What is not stated stays empty."""

    RETENTION = {Retention.RECORD: ("slug", "title", "summary", "standing", "number", "place")}

    DIALOGUE_PATH = "dialogue"
    EDITION_PATH = None
    PARENT_PATHS = ("dialogue", "edition")

    class Kind(models.TextChoices):
        MINISTERIAL_MEETING = "ministerial_meeting", pgettext_lazy("engagement", "ministerial meeting")
        MINISTERIAL_VISIT = "ministerial_visit", pgettext_lazy("engagement", "ministerial visit")
        OFFICIAL_VISIT = "official_visit", pgettext_lazy("engagement", "official visit")
        STUDY_VISIT = "study_visit", pgettext_lazy("engagement", "study visit")
        EXPERT_EXCHANGE = "expert_exchange", pgettext_lazy("engagement", "expert exchange")
        PREPARATORY_MEETING = "preparatory_meeting", pgettext_lazy("engagement", "preparatory meeting")

    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="engagements", verbose_name=_("dialogue"))
    slug = models.SlugField(_("name in the address"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title_en = models.CharField(_("title, English"), max_length=200)
    title_nl = models.CharField(_("title, Dutch"), max_length=200, blank=True)
    title = Bilingual()
    summary_en = models.TextField(_("what is stated, English"), blank=True, help_text=_("In our own words."))
    summary_nl = models.TextField(_("what is stated, Dutch"), blank=True)
    summary = Bilingual()
    edition = models.ForeignKey(
        Edition,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="engagements",
        verbose_name=_("edition it is shown with"),
        help_text=_("The edition that reported it, or in whose week it was."),
    )
    since = models.ForeignKey(
        Edition,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("after the edition"),
        help_text=_("Where all that is stated is that it was between two editions, or after one."),
    )
    standing_en = models.CharField(
        _("how it stood, English"), max_length=160, blank=True, help_text=_("For example: forthcoming on 24 March 2026.")
    )
    standing_nl = models.CharField(_("how it stood, Dutch"), max_length=160, blank=True)
    standing = Bilingual()
    number_en = models.CharField(_("how many, as stated, English"), max_length=60, blank=True)
    number_nl = models.CharField(_("how many, as stated, Dutch"), max_length=60, blank=True)
    number = Bilingual()
    place_en = models.CharField(_("place, English"), max_length=120, blank=True)
    place_nl = models.CharField(_("place, Dutch"), max_length=120, blank=True)
    place = Bilingual()
    parties = models.ManyToManyField(Party, blank=True, related_name="engagements", verbose_name=_("parties"))

    objects = AudienceQuerySet.as_manager()

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        ordering = ["dialogue", "-starts_on", "id"]
        constraints = [
            *Dated.Meta.constraints,
            *Publishable.Meta.constraints,
            models.UniqueConstraint(
                fields=["dialogue", "slug"],
                name="engagement_address_is_unique_in_its_dialogue",
                violation_error_message=_("Another engagement of this dialogue has this name in its address."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return f"{reverse('engagements')}#{self.anchor}"

    @property
    def anchor(self) -> str:
        return f"engagement-{self.pk}"


class Initiative(Dated, Publishable):
    """An external process that the dialogue supports; it is led elsewhere."""

    RETENTION = {Retention.RECORD: ("slug", "name", "summary", "partners", "standing")}

    DIALOGUE_PATH = "dialogue"
    EDITION_PATH = None
    PARENT_PATHS = ("dialogue",)

    dialogue = models.ForeignKey(
        Dialogue, on_delete=models.PROTECT, related_name="initiatives", verbose_name=_("dialogue that supports it")
    )
    slug = models.SlugField(_("name in the address"), max_length=80)
    name_en = models.CharField(_("name, English"), max_length=160)
    name_nl = models.CharField(_("name, Dutch"), max_length=160, blank=True)
    name = Bilingual()
    summary_en = models.TextField(_("what is stated, English"), blank=True, help_text=_("In our own words."))
    summary_nl = models.TextField(_("what is stated, Dutch"), blank=True)
    summary = Bilingual()
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="initiatives",
        verbose_name=_("organisation it belongs to"),
    )
    parties = models.ManyToManyField(Party, blank=True, related_name="initiatives", verbose_name=_("parties that lead it"))
    partners_en = models.CharField(_("with whom, English"), max_length=160, blank=True)
    partners_nl = models.CharField(_("with whom, Dutch"), max_length=160, blank=True)
    partners = Bilingual()
    standing_en = models.CharField(_("how it stood, English"), max_length=160, blank=True)
    standing_nl = models.CharField(_("how it stood, Dutch"), max_length=160, blank=True)
    standing = Bilingual()

    objects = AudienceQuerySet.as_manager()

    class Meta:
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        ordering = ["dialogue", "name_en"]
        constraints = [
            *Dated.Meta.constraints,
            *Publishable.Meta.constraints,
            models.UniqueConstraint(
                fields=["dialogue", "slug"],
                name="initiative_address_is_unique_in_its_dialogue",
                violation_error_message=_("Another initiative of this dialogue has this name in its address."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return f"{reverse('engagements')}#{self.anchor}"

    @property
    def anchor(self) -> str:
        return f"initiative-{self.pk}"
