"""Sources and citations: where each stated field was read."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from socportal.bilingual import Bilingual

from .retention import Retention


class SourceQuerySet(models.QuerySet["Source"]):
    def visible_to(self, user: object, at: object = None) -> SourceQuerySet:
        """Sources are published texts; that they exist is public."""
        return self


class Source(models.Model):
    """A published text that the record was read from."""

    RETENTION = {Retention.RECORD: ("code", "title", "kind", "url", "note")}

    class Origin(models.TextChoices):
        SEED = "seed", _("one of the five texts the record starts from")
        PUBLIC = "public", _("another public source")

    code = models.CharField(_("code"), max_length=8, unique=True, help_text=_("S0 to S4, or P and a number."))
    title = models.CharField(_("title"), max_length=250, help_text=_("As published, in its own language."))
    lang = models.CharField(_("language"), max_length=2, choices=[("en", "English"), ("nl", "Nederlands")])
    kind_en = models.CharField(_("kind, English"), max_length=60)
    kind_nl = models.CharField(_("kind, Dutch"), max_length=60, blank=True)
    kind = Bilingual()
    published_on = models.DateField(_("published on"), null=True, blank=True)
    published_time = models.TimeField(
        _("time of publication, as stated"),
        null=True,
        blank=True,
        help_text=_("Its time zone may be unstated."),
    )
    url = models.URLField(_("address"), max_length=400, blank=True)
    origin = models.CharField(_("origin"), max_length=8, choices=Origin, default=Origin.SEED)
    note_en = models.TextField(_("note, English"), blank=True)
    note_nl = models.TextField(_("note, Dutch"), blank=True)
    note = Bilingual()

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class AboutRecords(models.QuerySet[Any]):
    """Rows about records of any kind, kept by kind and number."""

    def visible_to(self, user: object, at: object = None) -> Self:
        """They are read only beside their record, which is fetched by that record's own rule."""
        return self

    def of(self, *records: models.Model) -> Self:
        """Those of these records; one query for records of any number of kinds."""
        about = Q(pk__in=[])
        by_kind: dict[type[models.Model], list[int]] = {}
        for record in records:
            by_kind.setdefault(type(record), []).append(record.pk)
        for kind, ids in by_kind.items():
            about |= Q(content_type=ContentType.objects.get_for_model(kind), object_id__in=ids)
        return self.filter(about)


class CitationQuerySet(AboutRecords):
    def of(self, *records: models.Model) -> Self:
        return super().of(*records).select_related("source").order_by("content_type_id", "object_id", "field", "source__code")


class Citation(models.Model):
    """One field of one record, and the source that states it."""

    RETENTION = {Retention.RECORD: ("field", "note")}

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, verbose_name=_("kind of record"))
    object_id = models.PositiveBigIntegerField(_("record number"))
    record = GenericForeignKey()
    field = models.CharField(_("field"), max_length=60, help_text=_("The field’s name without its language."))
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="citations", verbose_name=_("source"))
    note_en = models.CharField(_("how it was read, English"), max_length=250, blank=True)
    note_nl = models.CharField(_("how it was read, Dutch"), max_length=250, blank=True)
    note = Bilingual()

    objects = CitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["content_type", "object_id", "field", "source"]
        constraints = [
            models.UniqueConstraint(fields=["content_type", "object_id", "field", "source"], name="field_cites_a_source_once")
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.source_id}"
