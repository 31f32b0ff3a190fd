"""What came out of an edition: documents, commitments made, results reported, figures named."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parties.models import Party, Person, Source
from parties.models.retention import Retention
from socportal.bilingual import Bilingual

from .audience import AudienceQuerySet
from .dates import Dated
from .dialogues import Dialogue
from .editions import Edition
from .engagements import Engagement, Initiative
from .publication import Publishable
from .working_groups import Theme


class OutcomeDocument(Dated, Publishable):
    """A text of an edition, or one that bears on it: what kind, in which language, of which date, where it stands."""

    RETENTION = {Retention.RECORD: ("slug", "title", "summary", "url")}

    DIALOGUE_PATH = "dialogue"
    EDITION_PATH = "edition"
    PARENT_PATHS = ("dialogue", "edition")

    class Kind(models.TextChoices):
        JOINT_STATEMENT = "joint_statement", pgettext_lazy("document", "joint statement")
        SUMMARY_OF_CONCLUSIONS = "summary_of_conclusions", pgettext_lazy("document", "summary of conclusions")
        PRESS_RELEASE = "press_release", pgettext_lazy("document", "press release")
        SPEECH = "speech", pgettext_lazy("document", "speech")

    class Relation(models.TextChoices):
        OUTCOME = "outcome", _("outcome of the edition")
        GIVEN_THERE = "given_there", _("given at the edition")
        BACKGROUND = "background", _("bears on the dialogue, made elsewhere")

    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="documents", verbose_name=_("dialogue"))
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, null=True, blank=True, related_name="documents", verbose_name=_("edition")
    )
    relation = models.CharField(_("what it is to the edition"), max_length=12, choices=Relation, default=Relation.OUTCOME)
    slug = models.SlugField(_("name in the address"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=24, choices=Kind)
    title_en = models.CharField(_("title, English"), max_length=250)
    title_nl = models.CharField(_("title, Dutch"), max_length=250, blank=True)
    title = Bilingual()
    summary_en = models.TextField(_("summary, English"), blank=True, help_text=_("In our own words."))
    summary_nl = models.TextField(_("summary, Dutch"), blank=True)
    summary = Bilingual()
    lang = models.CharField(
        _("language of the text"),
        max_length=2,
        blank=True,
        choices=[("en", "English"), ("nl", "Nederlands")],
        help_text=_("Empty where it is not stated."),
    )
    url = models.URLField(_("where it stands"), max_length=400, blank=True)
    parties = models.ManyToManyField(Party, blank=True, related_name="documents", verbose_name=_("parties"))
    speaker = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("given by"),
        help_text=_("For a speech: a public office-holder."),
    )

    objects = AudienceQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["dialogue", "-starts_on", "title_en"]
        constraints = [
            *Dated.Meta.constraints,
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(relation="background") | Q(edition__isnull=False),
                name="document_of_an_edition_names_it",
                violation_error_message=_("Name the edition that this document belongs to."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("outcome", args=[self.slug])


class CommitmentQuerySet(AudienceQuerySet):
    # What replaced an action item counts itself; what was withdrawn covers nothing.
    NOT_COVERING = ("superseded", "withdrawn")

    def _covering(self, user: Any, at: datetime | None) -> Any:
        """The action items that this reader may see; the model beside it is named by its relation."""
        related: Any = self.model._meta.get_field("action_items").related_model
        return related.objects.visible_to(user, at).exclude(status__in=self.NOT_COVERING)

    def with_coverage(self, user: Any, at: datetime | None = None) -> CommitmentQuerySet:
        """Adds `action_count` and `closed_count`: the action items this reader may see, and the closed ones."""
        seen = Q(action_items__in=self._covering(user, at))
        closed = seen & Q(action_items__status="closed")
        return self.annotate(
            action_count=Count("action_items", filter=seen, distinct=True),
            closed_count=Count("action_items", filter=closed, distinct=True),
        )

    def without_action(self, user: Any, at: datetime | None = None) -> CommitmentQuerySet:
        """Those on which this reader may see no action item."""
        covered = self._covering(user, at).filter(commitment__isnull=False).values("commitment")
        return self.exclude(pk__in=covered)


class Commitment(Publishable):
    """A promise in a published text: our summary beside the place of its exact wording. It is not an action item."""

    RETENTION = {Retention.RECORD: ("strength", "summary", "place")}

    DIALOGUE_PATH = "dialogue"
    PARENT_PATHS = ("dialogue", "edition", "document")

    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="commitments", verbose_name=_("dialogue"))
    edition = models.ForeignKey(
        Edition,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("edition"),
        help_text=_("Empty for a promise of a document that was made elsewhere."),
    )
    document = models.ForeignKey(
        OutcomeDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="commitments", verbose_name=_("document")
    )
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
    initiatives = models.ManyToManyField(
        Initiative, blank=True, related_name="commitments", verbose_name=_("initiatives it supports")
    )
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, null=True, blank=True, related_name="commitments", verbose_name=_("source")
    )
    place_en = models.CharField(_("place of the exact wording, English"), max_length=160, blank=True)
    place_nl = models.CharField(_("place of the exact wording, Dutch"), max_length=160, blank=True)
    place = Bilingual()

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["dialogue", "edition", "position"]
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(fields=["edition", "position"], name="commitment_has_its_own_place_in_the_list"),
            models.CheckConstraint(
                condition=Q(edition__isnull=False) | Q(document__isnull=False),
                name="commitment_was_made_at_an_edition_or_in_a_document",
                violation_error_message=_("Name the edition or the document in which this was promised."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.summary)

    def get_absolute_url(self) -> str:
        return f"{reverse('commitments')}#{self.anchor}"

    @property
    def anchor(self) -> str:
        return f"commitment-{self.pk}"


class Result(Publishable):
    """Progress since the edition before, as reported in a published text."""

    RETENTION = {Retention.RECORD: ("text", "not_stated")}

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="results", verbose_name=_("reported at edition")
    )
    position = models.PositiveSmallIntegerField(_("place in the list"), default=1)
    text_en = models.TextField(_("result, English"))
    text_nl = models.TextField(_("result, Dutch"), blank=True)
    text = Bilingual()
    engagements = models.ManyToManyField(
        Engagement, blank=True, related_name="results", verbose_name=_("engagements that supported it")
    )
    commitments = models.ManyToManyField(
        Commitment,
        blank=True,
        related_name="results",
        verbose_name=_("commitments on which it reports"),
        help_text=_("Only where the text itself makes the link."),
    )
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
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(fields=["edition", "position"], name="result_has_its_own_place_in_the_list"),
        ]

    def __str__(self) -> str:
        return str(self.text)

    def get_absolute_url(self) -> str:
        return f"{self.edition.get_absolute_url()}#progress"


class Figure(Publishable):
    """A number that a text names, with what is counted, where, in which year and by whom it was said."""

    RETENTION = {Retention.RECORD: ("value_text", "unit", "what", "rank", "where")}

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="figures", verbose_name=_("edition"))
    position = models.PositiveSmallIntegerField(_("place in the list"), default=1)
    value = models.PositiveIntegerField(_("number"), null=True, blank=True)
    value_text_en = models.CharField(
        _("in words, English"), max_length=60, blank=True, help_text=_("Where no exact number is stated: nearly 70.")
    )
    value_text_nl = models.CharField(_("in words, Dutch"), max_length=60, blank=True)
    value_text = Bilingual()
    unit_en = models.CharField(_("unit, English"), max_length=80)
    unit_nl = models.CharField(_("unit, Dutch"), max_length=80, blank=True)
    unit = Bilingual()
    what_en = models.CharField(_("what, English"), max_length=160)
    what_nl = models.CharField(_("what, Dutch"), max_length=160, blank=True)
    what = Bilingual()
    rank_en = models.CharField(_("rank, English"), max_length=120, blank=True)
    rank_nl = models.CharField(_("rank, Dutch"), max_length=120, blank=True)
    rank = Bilingual()
    where_en = models.CharField(_("where, English"), max_length=120, blank=True)
    where_nl = models.CharField(_("where, Dutch"), max_length=120, blank=True)
    where = Bilingual()
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    said_by = models.ForeignKey(
        "dialogues.Appearance", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("said by")
    )

    objects = AudienceQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["edition", "position"]
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(fields=["edition", "position"], name="figure_has_its_own_place_in_the_list"),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | ~Q(value_text_en="") | ~Q(value_text_nl=""),
                name="figure_has_a_number_or_words",
                violation_error_message=_("Give the number, or the words in which it is stated."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value_text or self.value} {self.unit}"

    def get_absolute_url(self) -> str:
        return f"{self.edition.get_absolute_url()}#figures"
