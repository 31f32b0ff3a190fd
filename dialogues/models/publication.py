"""From draft to public: one person proposes, a second one publishes; what is corrected afterwards says so, with its date.

A record whose audience is public and whose `published_at` has not come is a draft that its secretariat alone reads. That
instant is set by the procedure of publishing only, so nobody publishes alone, and a time to come publishes by the clock.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from parties.models import User
from parties.models.retention import Retention
from parties.models.sources import AboutRecords
from socportal import clock
from socportal.bilingual import LANGUAGES, Bilingual

from .audience import Audience, AudienceBound


class Publishable(AudienceBound):
    """A record of the public side: drafted, proposed, published by a second person, corrected in the open."""

    # Who reads it while it is not public, and again once it is taken back.
    BEFORE_PUBLICATION: ClassVar[str] = Audience.SECRETARIAT

    proposed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed for publication"), null=True, blank=True, editable=False)
    proposed_for = models.DateTimeField(_("to be public from"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("published by")
    )
    changed_en_at = models.DateTimeField(_("English text changed"), null=True, blank=True, editable=False)
    changed_nl_at = models.DateTimeField(_("Dutch text changed"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True, proposed_at__isnull=True, proposed_for__isnull=True)
                | Q(proposed_by__isnull=False, proposed_at__isnull=False),
                name="%(class)s_proposal_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True) | Q(proposed_by__isnull=True) | ~Q(published_by=F("proposed_by")),
                name="%(class)s_is_published_by_a_second_person",
                violation_error_message=_("Whoever proposed it does not publish it: a second person does."),
            ),
        ]

    def is_public(self, at: datetime | None = None) -> bool:
        """Whether its own rule lets everybody read it at `at` (now); what it hangs on may still hide it."""
        at = at or clock.now()
        return (
            self.audience == Audience.PUBLIC
            and self.published_at is not None
            and self.published_at <= at
            and (self.embargo_until is None or self.embargo_until <= at)
        )

    @property
    def is_published(self) -> bool:
        """Whether it was published, be it for a time to come: from then on its texts change by correction only."""
        return self.audience == Audience.PUBLIC and self.published_at is not None

    def publication_reasons(self) -> list[str]:
        """What else keeps it from being published, in words; nothing, unless its own kind of record says so."""
        return []

    @classmethod
    def texts(cls) -> list[str]:
        """The names of its texts in two languages."""
        kinds = [kind for kind in cls.__mro__ if kind is not object]
        return [name for kind in kinds for name, value in vars(kind).items() if isinstance(value, Bilingual)]

    @property
    def language_behind(self) -> str:
        """`en` or `nl` where the other language was changed since, or has a text that this one lacks; else empty."""
        for lang, other in (LANGUAGES, LANGUAGES[::-1]):
            if any(getattr(self, f"{name}_{other}") and not getattr(self, f"{name}_{lang}") for name in self.texts()):
                return lang
        en, nl = self.changed_en_at, self.changed_nl_at
        if (en is None and nl is None) or en == nl:
            return ""
        return "nl" if nl is None or (en is not None and en > nl) else "en"


class Correction(models.Model):
    """What was corrected in a published record, and when: it stands on the record’s page for good."""

    RETENTION = {Retention.RECORD: ("note",)}

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, verbose_name=_("kind of record"))
    object_id = models.PositiveBigIntegerField(_("record number"))
    record = GenericForeignKey()
    at = models.DateTimeField(_("when"), default=clock.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))
    note_en = models.CharField(_("what was corrected, English"), max_length=250)
    note_nl = models.CharField(_("what was corrected, Dutch"), max_length=250, blank=True)
    note = Bilingual()

    objects = AboutRecords.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="corrections_of_a_record")]

    def __str__(self) -> str:
        return str(self.note)


def publishable_models() -> list[type[Publishable]]:
    """Every kind of record that is published, in the order in which they are declared."""
    return [model for model in apps.get_models() if issubclass(model, Publishable)]
