"""Editions: the yearly holdings of a dialogue, with as much of a date as is known."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parties.models import Organisation, Party
from parties.models.parties import known_time_zone
from parties.models.retention import Retention
from socportal import clock
from socportal.bilingual import Bilingual

from .audience import Audience, AudienceQuerySet
from .dates import Precision, dates_as_known, of_our_time
from .dialogues import Appointment, Dialogue
from .publication import Publishable

if TYPE_CHECKING:
    from .releases import AgendaRelease

ORDINALS = [
    pgettext_lazy("edition", "First"),
    pgettext_lazy("edition", "Second"),
    pgettext_lazy("edition", "Third"),
    pgettext_lazy("edition", "Fourth"),
    pgettext_lazy("edition", "Fifth"),
    pgettext_lazy("edition", "Sixth"),
    pgettext_lazy("edition", "Seventh"),
    pgettext_lazy("edition", "Eighth"),
    pgettext_lazy("edition", "Ninth"),
    pgettext_lazy("edition", "Tenth"),
]


class EditionQuerySet(AudienceQuerySet):
    def in_order(self) -> EditionQuerySet:
        return self.order_by("dialogue__is_demonstration", "dialogue__name_en", "-year")

    def in_hand(self) -> EditionQuerySet:
        """The editions somebody works on: neither archived nor cancelled."""
        return self.exclude(status__in=[Edition.Status.ARCHIVED, Edition.Status.CANCELLED])


class Edition(Publishable):
    """One annual holding. What the sources do not state stays empty and is shown as not stated."""

    RETENTION = {Retention.RECORD: ("name", "purpose", "city", "time_zone", "participants", "programme")}

    DIALOGUE_PATH = "dialogue"
    EDITION_PATH = "pk"
    PARENT_PATHS = ("dialogue",)
    IS_PARENT = True
    BEFORE_PUBLICATION = Audience.DELEGATES

    class Status(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("edition", "planned")
        SCHEDULED = "scheduled", pgettext_lazy("edition", "scheduled")
        PREPARING = "preparing", pgettext_lazy("edition", "in preparation")
        OPEN = "open", pgettext_lazy("edition", "open")
        CLOSED = "closed", pgettext_lazy("edition", "closed")
        FOLLOW_UP = "follow_up", pgettext_lazy("edition", "follow-up")
        ARCHIVED = "archived", pgettext_lazy("edition", "archived")
        POSTPONED = "postponed", pgettext_lazy("edition", "postponed")
        CANCELLED = "cancelled", pgettext_lazy("edition", "cancelled")

    # workflows §4.1. `open` is never stored: an edition in preparation is open by its dates and its released agenda.
    TRANSITIONS = {
        Status.PLANNED: (Status.SCHEDULED, Status.POSTPONED, Status.CANCELLED),
        Status.SCHEDULED: (Status.PREPARING, Status.POSTPONED, Status.CANCELLED),
        Status.PREPARING: (Status.OPEN, Status.POSTPONED, Status.CANCELLED),
        Status.OPEN: (Status.CLOSED, Status.CANCELLED),
        Status.CLOSED: (Status.FOLLOW_UP,),
        Status.FOLLOW_UP: (Status.ARCHIVED,),
        Status.POSTPONED: (Status.SCHEDULED, Status.CANCELLED),
        Status.ARCHIVED: (),
        Status.CANCELLED: (),
    }
    # The days are fixed and people count on them: they change by moving the edition or by postponing it, never by hand.
    DAYS_FIXED = (Status.SCHEDULED, Status.PREPARING)
    STAGES = (
        Status.PLANNED,
        Status.SCHEDULED,
        Status.PREPARING,
        Status.OPEN,
        Status.CLOSED,
        Status.FOLLOW_UP,
        Status.ARCHIVED,
    )

    # From closing on sessions stay as they took place; only their reports are still written (workflows §4.1).
    AFTER_CLOSING = (Status.CLOSED, Status.FOLLOW_UP, Status.ARCHIVED)

    Precision = Precision

    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="editions", verbose_name=_("dialogue"))
    year = models.PositiveSmallIntegerField(_("year"), help_text=_("Stands in the address and in action numbers."))
    ordinal = models.PositiveSmallIntegerField(
        _("ordinal"), null=True, blank=True, help_text=_("4 for the fourth. Empty where it is not known.")
    )
    name_en = models.CharField(_("name, English"), max_length=160, blank=True, help_text=_("Empty: ordinal and year."))
    name_nl = models.CharField(_("name, Dutch"), max_length=160, blank=True)
    name = Bilingual()
    purpose_en = models.TextField(_("purpose, English"), blank=True, help_text=_("Shown under the title."))
    purpose_nl = models.TextField(_("purpose, Dutch"), blank=True, help_text=_("Shown on the Dutch page."))
    purpose = Bilingual()
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.PLANNED)
    opens_on = models.DateField(
        _("opens on"),
        null=True,
        blank=True,
        validators=[of_our_time],
        help_text=_("First day. With precision “week”, the first day it can have been."),
    )
    closes_on = models.DateField(
        _("closes on"),
        null=True,
        blank=True,
        validators=[of_our_time],
        help_text=_("Last day, counted in. Empty where the length is not stated."),
    )
    date_precision = models.CharField(_("how exactly known"), max_length=6, choices=Precision, default=Precision.NONE)
    length_days = models.PositiveSmallIntegerField(
        _("length in days, as stated"), null=True, blank=True, help_text=_("Only where a source states it apart from the days.")
    )
    host_party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="hosted_editions", verbose_name=_("host party")
    )
    city_en = models.CharField(_("city, English"), max_length=80, blank=True)
    city_nl = models.CharField(_("city, Dutch"), max_length=80, blank=True)
    city = Bilingual()
    venue = models.ForeignKey(
        "dialogues.Venue", on_delete=models.PROTECT, null=True, blank=True, related_name="editions", verbose_name=_("venue")
    )
    time_zone = models.CharField(
        _("venue time"), max_length=60, blank=True, validators=[known_time_zone], help_text=_("For example Europe/Amsterdam.")
    )
    participants_en = models.CharField(_("participants as stated, English"), max_length=160, blank=True)
    participants_nl = models.CharField(_("participants as stated, Dutch"), max_length=160, blank=True)
    participants = Bilingual()
    organisations = models.ManyToManyField(
        Organisation, blank=True, related_name="editions", verbose_name=_("organisations that took part, as stated")
    )
    programme_en = models.TextField(
        _("programme as stated, English"),
        blank=True,
        help_text=_("For an edition whose agenda was not kept here: what a published text says of it, one item a line."),
    )
    programme_nl = models.TextField(_("programme as stated, Dutch"), blank=True)
    programme = Bilingual()
    rolled_from = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="rolled_into",
        verbose_name=_("prepared from"),
    )

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["dialogue__is_demonstration", "dialogue__name_en", "-year"]
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(
                fields=["dialogue", "year"],
                name="dialogue_holds_one_edition_a_year",
                violation_error_message=_("This dialogue already has an edition in this year."),
            ),
            models.UniqueConstraint(
                fields=["dialogue", "ordinal"],
                name="ordinal_is_given_once_in_a_dialogue",
                violation_error_message=_("Another edition of this dialogue already has this ordinal."),
            ),
            models.CheckConstraint(
                condition=Q(closes_on__isnull=True) | Q(opens_on__isnull=False, closes_on__gte=F("opens_on")),
                name="edition_opens_before_it_closes",
                violation_error_message=_("The edition closes before it opens. Give a last day on or after the first."),
            ),
            models.CheckConstraint(
                condition=Q(date_precision="none", opens_on__isnull=True)
                | ~Q(date_precision="none") & Q(opens_on__isnull=False),
                name="edition_date_goes_with_its_precision",
                violation_error_message=_("Give a first day and how exactly it is known, or neither."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["scheduled", "preparing", "open"])
                | Q(date_precision="exact", opens_on__isnull=False, closes_on__isnull=False, host_party__isnull=False)
                & ~Q(time_zone=""),
                name="edition_being_prepared_has_days_host_and_time_zone",
                violation_error_message=_(
                    "A scheduled edition keeps its exact days, host party and venue time. To take the days away, postpone it."
                ),
            ),
            models.CheckConstraint(
                condition=Q(length_days__isnull=True) | Q(length_days__gte=1), name="edition_lasts_a_day_or_more"
            ),
            models.CheckConstraint(
                condition=Q(rolled_from__isnull=True) | ~Q(rolled_from=F("id")), name="edition_is_not_prepared_from_itself"
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("edition", args=[self.dialogue.slug, self.year])

    @property
    def title(self) -> str:
        """“Fourth dialogue, 2026”; the year alone where the ordinal is not stated."""
        if self.name:
            return self.name
        if self.ordinal and self.ordinal <= len(ORDINALS):
            return _("%(ordinal)s dialogue, %(year)s") % {"ordinal": ORDINALS[self.ordinal - 1], "year": self.year}
        if self.ordinal:
            return _("Dialogue no. %(ordinal)s, %(year)s") % {"ordinal": self.ordinal, "year": self.year}
        return _("Dialogue of %(year)s") % {"year": self.year}

    @property
    def dates(self) -> str:
        """The days in the reader's language, never more exact than they are known; empty when not stated."""
        return dates_as_known(self.opens_on, self.closes_on, self.date_precision, self.length_days)

    def today(self) -> date:
        """The calendar day at the venue."""
        return clock.today(self.time_zone or "UTC")

    def latest_release(self) -> AgendaRelease | None:
        """The one that readers see: an outline is for the secretaries alone, and what was withdrawn holds no more."""
        return self.releases.for_delegates().newest_first().first()

    def has_agenda(self) -> bool:
        """Whether a release for delegates holds for its days: one of the days before a postponement does not."""
        return self.releases.holding().exists()

    def is_open(self, at: datetime | None = None) -> bool:
        """Live by its days at the venue and its released agenda; nobody has to press anything (workflows §4.1)."""
        if self.status != self.Status.PREPARING or not self.opens_on or not self.closes_on:
            return False
        day = (at or clock.now()).astimezone(self.zone).date()
        return self.opens_on <= day <= self.closes_on and self.has_agenda()

    def has_opened(self, at: datetime | None = None) -> bool:
        """Its first day has come with an agenda released, however it went on; from then on it is not postponed or moved."""
        if self.status in {self.Status.OPEN, *self.AFTER_CLOSING}:
            return True
        if self.status != self.Status.PREPARING or not self.opens_on:
            return False
        return self.opens_on <= (at or clock.now()).astimezone(self.zone).date() and self.has_agenda()

    def has_closed(self, at: datetime | None = None) -> bool:
        """Whether it is over: by status, or because its last day has passed at the venue."""
        if self.status in self.AFTER_CLOSING:
            return True
        last = self.closes_on or self.opens_on
        return bool(last and (at or clock.now()).astimezone(self.zone).date() > last)

    def standing(self, at: datetime | None = None) -> Edition.Status:
        """The status as the clock has it: `open` is derived, the rest is stored."""
        return self.Status.OPEN if self.is_open(at) else self.Status(self.status)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone or "UTC")

    @property
    def place(self) -> str:
        """Where its clock hangs, to be named beside a time; never the name of a zone (glossary §3)."""
        return str(self.city or (self.host_party and self.host_party.capital) or _("the venue"))

    def is_led_by(self, user: Any, at: datetime | None = None) -> bool:
        """Whether this account leads: by an appointment as lead, else as the host party's secretary."""
        current = Appointment.objects.current(at).filter(dialogue=self.dialogue_id)
        leads = current.filter(role=Appointment.Role.LEAD)
        if leads.exists():
            return leads.held_by(user).exists()
        return (
            self.host_party_id is not None
            and current.filter(role=Appointment.Role.SECRETARY, party=self.host_party_id).held_by(user).exists()
        )
