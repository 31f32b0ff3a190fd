"""What came out of an edition: commitments made, results reported."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from parties.models import Party, Source
from socportal.bilingual import Bilingual

from .audience import AudienceBound, AudienceQuerySet
from .editions import Edition
from .working_groups import Theme


class Commitment(AudienceBound):
    """A promise in a published text: our summary beside the place of its exact wording. It is not an action item."""

    PARENT_PATHS = ("edition",)

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="commitments", verbose_name=_("edition"))
    position = models.PositiveSmallIntegerField(_("place in the list"), default=1)
    strength_en = models.CharField(
        _("how it is put, English"), max_length=60, help_text=_("The source’s verb: reaffirmed, further committed …")
    )
    strength_nl = models.CharField(_("how it is put, Dutch"), max_length=60, blank=True)
    strength = Bilingual()
    summary_en = models.TextField(_("summary, English"), help_text=_("In our own words, no stronger than the source."))
    summary_nl = models.TextField(_("summary, Dutch"), blank=True)
    summary = Bilingual()
    themes = models.ManyToManyField(Theme, blank=True, related_name="commitments", verbose_name=_("themes"))
    parties = models.ManyToManyField(Party, blank=True, related_name="commitments", verbose_name=_("parties"))
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, null=True, blank=True, related_name="commitments", verbose_name=_("source")
    )
    place_en = models.CharField(_("place of the exact wording, English"), max_length=160, blank=True)
    place_nl = models.CharField(_("place of the exact wording, Dutch"), max_length=160, blank=True)
    place = Bilingual()

    objects = AudienceQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["edition", "position"]
        constraints = [models.UniqueConstraint(fields=["edition", "position"], name="commitment_has_its_own_place_in_the_list")]

    def __str__(self) -> str:
        return str(self.summary)


class Result(AudienceBound):
    """Progress since the edition before, as reported in a published text."""

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="results", verbose_name=_("reported at edition")
    )
    position = models.PositiveSmallIntegerField(_("place in the list"), default=1)
    text_en = models.TextField(_("result, English"))
    text_nl = models.TextField(_("result, Dutch"), blank=True)
    text = Bilingual()
    not_stated_en = models.CharField(
        _("what is not stated, English"), max_length=120, blank=True, help_text=_("For example: quantity, date.")
    )
    not_stated_nl = models.CharField(_("what is not stated, Dutch"), max_length=120, blank=True)
    not_stated = Bilingual()
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, null=True, blank=True, related_name="results", verbose_name=_("source")
    )

    objects = AudienceQuerySet.as_manager()

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ["edition", "position"]
        constraints = [models.UniqueConstraint(fields=["edition", "position"], name="result_has_its_own_place_in_the_list")]

    def __str__(self) -> str:
        return str(self.text)
