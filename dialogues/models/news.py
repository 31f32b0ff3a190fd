"""News: what happened, in our own words, beside the text it was read from."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parties.models import Source
from parties.models.retention import Retention
from socportal.bilingual import Bilingual

from .audience import AudienceQuerySet
from .dialogues import Dialogue
from .editions import Edition
from .publication import Publishable


class NewsItem(Publishable):
    """One piece of news of a dialogue. Its day is the day it tells of; when it became public stands in `published_at`."""

    RETENTION = {Retention.RECORD: ("slug", "title", "lead", "body")}

    DIALOGUE_PATH = "dialogue"
    EDITION_PATH = "edition"
    PARENT_PATHS = ("dialogue", "edition")

    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="news", verbose_name=_("dialogue"))
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, null=True, blank=True, related_name="news", verbose_name=_("edition")
    )
    slug = models.SlugField(_("name in the address"), max_length=80, unique=True)
    dated_on = models.DateField(_("day"), help_text=_("Stands beside the title."))
    title_en = models.CharField(_("title, English"), max_length=200)
    title_nl = models.CharField(_("title, Dutch"), max_length=200, blank=True)
    title = Bilingual()
    lead_en = models.CharField(_("lead, English"), max_length=300, blank=True, help_text=_("One sentence, for lists."))
    lead_nl = models.CharField(_("lead, Dutch"), max_length=300, blank=True)
    lead = Bilingual()
    body_en = models.TextField(_("text, English"), blank=True, help_text=_("Paragraphs with an empty line between them."))
    body_nl = models.TextField(_("text, Dutch"), blank=True)
    body = Bilingual()
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, null=True, blank=True, related_name="news", verbose_name=_("published text")
    )

    objects = AudienceQuerySet.as_manager()

    class Meta:
        verbose_name = _("news item")
        verbose_name_plural = _("news items")
        ordering = ["-dated_on", "-id"]
        constraints = [*Publishable.Meta.constraints]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("news-item", args=[self.slug])
