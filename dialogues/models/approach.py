"""Statements of policy and opinion: why and how countries work together, and what an office-holder is quoted as saying."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parties.models import Organisation
from parties.models.retention import Retention
from socportal.bilingual import Bilingual

from .appearances import Appearance
from .audience import AudienceQuerySet
from .dialogues import Dialogue
from .editions import Edition
from .publication import Publishable


class Statement(Publishable):
    """One thing that a published text says, in our own words. A view is somebody’s; the rest is a text’s own."""

    RETENTION = {Retention.RECORD: ("text",)}

    DIALOGUE_PATH = "dialogue"
    EDITION_PATH = "edition"
    PARENT_PATHS = ("dialogue", "edition")

    class Kind(models.TextChoices):
        THREAT = "threat", pgettext_lazy("statement", "about the threat")
        REASON = "reason", pgettext_lazy("statement", "why an international approach")
        FOCUS = "focus", pgettext_lazy("statement", "what the approach focuses on")
        PARTNERSHIP = "partnership", pgettext_lazy("statement", "what partnerships do")
        PARTNERS = "partners", pgettext_lazy("statement", "who works together")
        VIEW = "view", pgettext_lazy("statement", "what somebody said")

    dialogue = models.ForeignKey(
        Dialogue, on_delete=models.PROTECT, related_name="statements", verbose_name=_("dialogue whose secretariat keeps it")
    )
    edition = models.ForeignKey(
        Edition,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="statements",
        verbose_name=_("edition"),
        help_text=_("Empty for the page on the international approach."),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=1)
    text_en = models.TextField(_("text, English"), help_text=_("In our own words."))
    text_nl = models.TextField(_("text, Dutch"), blank=True)
    text = Bilingual()
    organisations = models.ManyToManyField(
        Organisation, blank=True, related_name="statements", verbose_name=_("organisations it names")
    )
    said_by = models.ForeignKey(
        Appearance, on_delete=models.PROTECT, null=True, blank=True, related_name="statements", verbose_name=_("said by")
    )

    objects = AudienceQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["dialogue", "edition", "kind", "position"]
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(
                fields=["dialogue", "edition", "kind", "position"],
                name="statement_has_its_own_place_in_the_list",
            ),
            models.CheckConstraint(
                condition=~Q(kind="view") | Q(said_by__isnull=False),
                name="view_is_somebodys",
                violation_error_message=_("Name who said it."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.text)

    def get_absolute_url(self) -> str:
        return self.edition.get_absolute_url() if self.edition else reverse("approach")
