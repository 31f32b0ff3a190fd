"""Working groups, standing across editions; mandates, a group's existence in one edition; themes and their lineage."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parties.models import Party, Person
from parties.models.retention import Retention
from socportal import clock
from socportal.bilingual import Bilingual

from .audience import Audience, AudienceQuerySet
from .ceiling import within_ceiling
from .consents import Consent
from .dialogues import Dialogue
from .editions import Edition
from .publication import Publishable


class WorkingGroup(Publishable):
    """A group's standing identity. Whether it meets in an edition is said by its mandate there."""

    RETENTION = {Retention.RECORD: ("slug", "name", "description")}

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
    slug = models.SlugField(
        _("name in the address"),
        max_length=80,
        unique=True,
        error_messages={"unique": _("Another working group has this name in its address.")},
    )
    name_en = models.CharField(_("name, English"), max_length=120)
    name_nl = models.CharField(_("name, Dutch"), max_length=120, blank=True)
    name = Bilingual()
    description_en = models.TextField(_("description, English"), blank=True)
    description_nl = models.TextField(_("description, Dutch"), blank=True)
    description = Bilingual()
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.PROPOSED)
    established_on = models.DateField(_("established on"), null=True, blank=True, editable=False)
    concluded_on = models.DateField(_("concluded on"), null=True, blank=True, editable=False)
    consent_round = models.PositiveSmallIntegerField(default=1, editable=False)
    consents = GenericRelation(Consent)

    objects = AudienceQuerySet.as_manager()

    class Meta:
        verbose_name = _("working group")
        verbose_name_plural = _("working groups")
        ordering = ["dialogue", "name_en"]
        constraints = [*Publishable.Meta.constraints]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return reverse("working-group", args=[self.slug])


class MandateQuerySet(models.QuerySet["Mandate"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> MandateQuerySet:
        """Of an edition and a group that the reader may both see."""
        return self.filter(
            edition__in=Edition.objects.visible_to(user, at), working_group__in=WorkingGroup.objects.visible_to(user, at)
        )

    def current(self, at: datetime | None = None) -> MandateQuerySet:
        """Those that a group works under at `at`: adopted, and not ended by themselves with their edition, held or not.

        A renewed one goes on until the group's mandate in a later edition is adopted. Read off the clock: no job ends one.
        """
        day = (at or clock.now()).date()
        over = Q(edition__status__in=[*Edition.AFTER_CLOSING, Edition.Status.CANCELLED])
        later = Mandate.objects.filter(
            working_group=OuterRef("working_group"),
            edition__year__gt=OuterRef("edition__year"),
            status__in=[*Mandate.SUNSET, Mandate.Status.RENEWED],
        )
        rows = self.alias(last_day=Coalesce("edition__closes_on", "edition__opens_on"))
        return rows.filter(
            Q(status__in=Mandate.SUNSET) & ~over & (Q(last_day__isnull=True) | Q(last_day__gte=day))
            | Q(status=Mandate.Status.RENEWED) & ~Exists(later)
        )


class Mandate(models.Model):
    """A working group in one edition: its co-chairs, rapporteur and terms of reference."""

    RETENTION = {Retention.RECORD: ("terms",)}

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
    # These end by themselves with their edition, so that no group lingers unnoticed (workflows §4.4).
    SUNSET = (Status.ADOPTED, Status.REPORTED)

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
    rapporteur_party = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("party that names the rapporteur"),
        help_text=_("Alternates from edition to edition, unless the parties agree otherwise."),
    )
    terms_en = models.TextField(_("terms of reference, English"), blank=True, validators=[within_ceiling])
    terms_nl = models.TextField(_("terms of reference, Dutch"), blank=True, validators=[within_ceiling])
    terms = Bilingual()
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.DRAFT)
    terms_round = models.PositiveSmallIntegerField(default=1, editable=False)
    adopted_on = models.DateField(_("terms of reference adopted on"), null=True, blank=True, editable=False)
    consents = GenericRelation(Consent)

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

    def clean(self) -> None:
        if self.rapporteur and self.rapporteur_party and self.rapporteur.party_id != self.rapporteur_party_id:
            said = _("The rapporteur is of another party. Name somebody of %(party)s, or change the party.")
            raise ValidationError({"rapporteur": said % {"party": self.rapporteur_party}})

    @property
    def ends_by_itself(self) -> bool:
        """Whether it ends with its edition unless it is renewed before somebody looks again."""
        return self.status in self.SUNSET

    def has_ended(self, at: datetime | None = None) -> bool:
        """Ended by its parties, or by itself: its edition has closed or was called off, and nobody renewed it."""
        if not self.ends_by_itself:
            return self.status == self.Status.ENDED
        return self.edition.status == Edition.Status.CANCELLED or self.edition.has_closed(at)

    def standing(self, at: datetime | None = None) -> Mandate.Status:
        """The status as the clock has it: what ended by itself is ended."""
        return self.Status.ENDED if self.has_ended(at) else self.Status(self.status)


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

    def clean(self) -> None:
        """A co-chair is of the party whose seat it is, and does not write the report (workflows §4.4)."""
        mandate = getattr(self, "mandate", None)
        if self.person is None or not self.party_id or mandate is None:
            return
        if self.person.party_id != self.party_id:
            raise ValidationError({"person": _("Name somebody of %(party)s: it is that party’s seat.") % {"party": self.party}})
        if self.person_id == mandate.rapporteur_id:
            raise ValidationError({"person": _("This person is the rapporteur, who is not a co-chair. Name another for one.")})


class Theme(Publishable):
    """A subject heading of an edition. A theme is not a working group; a group may take one up."""

    RETENTION = {Retention.RECORD: ("name",)}

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
            *Publishable.Meta.constraints,
            models.UniqueConstraint(fields=["edition", "name_en"], name="theme_is_named_once_in_an_edition"),
            models.CheckConstraint(condition=~Q(audience=Audience.GROUP), name="theme_belongs_to_no_group"),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return f"{self.edition.get_absolute_url()}#themes"


class LineageQuerySet(models.QuerySet["Lineage"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> LineageQuerySet:
        """Of an edition the reader may see, and whose ends, as far as there are any, the reader may see too."""
        themes, mandates = Theme.objects.visible_to(user, at), Mandate.objects.visible_to(user, at)
        return self.filter(
            Q(earlier_theme__isnull=True) | Q(earlier_theme__in=themes),
            Q(later_theme__isnull=True) | Q(later_theme__in=themes),
            Q(earlier_mandate__isnull=True) | Q(earlier_mandate__in=mandates),
            Q(later_mandate__isnull=True) | Q(later_mandate__in=mandates),
            edition__in=Edition.objects.visible_to(user, at),
        )


class Lineage(models.Model):
    """Where a subject of an edition comes from, and what became of one: an editorial link, until both parties confirm it."""

    RETENTION = {Retention.RECORD: ("note",)}

    class Kind(models.TextChoices):
        CONTINUES = "continues", pgettext_lazy("lineage", "continues")
        SIMILAR = "similar", pgettext_lazy("lineage", "similar subject")
        RELATED = "related", pgettext_lazy("lineage", "related subject")
        NEW = "new", pgettext_lazy("lineage", "new")
        RENAMED = "renamed", pgettext_lazy("lineage", "renamed")
        MERGED = "merged", pgettext_lazy("lineage", "merged into")
        SPLIT = "split", pgettext_lazy("lineage", "split into")
        RESTS = "rests", pgettext_lazy("lineage", "rests")
        ENDS = "ends", pgettext_lazy("lineage", "did not return")

    CONFIRMED = "confirmed"
    CONSENTED_BESIDE = {CONFIRMED: pgettext_lazy("lineage", "confirmed")}

    edition = models.ForeignKey(
        Edition,
        on_delete=models.PROTECT,
        related_name="lineage",
        verbose_name=_("later edition"),
        help_text=_("The edition that the earlier one is compared with."),
    )
    kind = models.CharField(_("how they are connected"), max_length=10, choices=Kind)
    earlier_mandate = models.ForeignKey(
        Mandate, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("earlier working group")
    )
    earlier_theme = models.ForeignKey(
        Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("earlier theme")
    )
    later_mandate = models.ForeignKey(
        Mandate, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("later working group")
    )
    later_theme = models.ForeignKey(
        Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("later theme")
    )
    note_en = models.CharField(_("what is to be said of it, English"), max_length=200, blank=True)
    note_nl = models.CharField(_("what is to be said of it, Dutch"), max_length=200, blank=True)
    note = Bilingual()
    confirmed_on = models.DateField(
        _("confirmed by both parties on"), null=True, blank=True, help_text=_("Until then it is shown as not confirmed.")
    )
    # The reason of each is the day that its party gave, in ISO form.
    consents = GenericRelation(Consent)

    objects = LineageQuerySet.as_manager()

    class Meta:
        verbose_name = _("lineage of a theme")
        verbose_name_plural = _("lineage of themes")
        ordering = ["edition", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(earlier_mandate__isnull=True) | Q(earlier_theme__isnull=True),
                name="lineage_has_one_earlier_end",
                violation_error_message=_("Choose an earlier working group or an earlier theme, not both."),
            ),
            models.CheckConstraint(
                condition=Q(later_mandate__isnull=True) | Q(later_theme__isnull=True),
                name="lineage_has_one_later_end",
                violation_error_message=_("Choose a later working group or a later theme, not both."),
            ),
            models.CheckConstraint(
                condition=Q(kind="new", earlier_mandate__isnull=True, earlier_theme__isnull=True)
                | ~Q(kind="new") & (Q(earlier_mandate__isnull=False) | Q(earlier_theme__isnull=False)),
                name="lineage_begins_somewhere_unless_new",
                violation_error_message=_("What is new has no earlier group or theme; everything else has one."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["ends", "rests"], later_mandate__isnull=True, later_theme__isnull=True)
                | ~Q(kind__in=["ends", "rests"]) & (Q(later_mandate__isnull=False) | Q(later_theme__isnull=False)),
                name="lineage_leads_somewhere_unless_it_ends",
                violation_error_message=_("What did not return has no later group or theme; everything else has one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.earlier or '–'} → {self.later or '–'}"

    @property
    def earlier(self) -> Theme | WorkingGroup | None:
        return self.earlier_mandate.working_group if self.earlier_mandate else self.earlier_theme

    @property
    def later(self) -> Theme | WorkingGroup | None:
        return self.later_mandate.working_group if self.later_mandate else self.later_theme
