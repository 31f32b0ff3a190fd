"""Dialogues, the standing series, and appointments: who holds which role in one, from when to when."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from parties.models import Party, Person
from parties.models.retention import Retention
from socportal import clock
from socportal.bilingual import Bilingual

from .audience import AudienceBound, AudienceQuerySet


class Dialogue(AudienceBound):
    """A standing series of meetings between parties. It holds no dates: its editions do."""

    RETENTION = {Retention.RECORD: ("slug", "name", "short_name", "purpose", "frequency", "aliases", "action_prefix")}

    DIALOGUE_PATH = "pk"
    EDITION_PATH = None
    PARENT_PATHS = ()
    IS_PARENT = True

    slug = models.SlugField(_("name in the address"), max_length=60, unique=True)
    name_en = models.CharField(_("name, English"), max_length=160)
    name_nl = models.CharField(_("name, Dutch"), max_length=160, blank=True)
    name = Bilingual()
    short_name_en = models.CharField(_("short name, English"), max_length=60)
    short_name_nl = models.CharField(_("short name, Dutch"), max_length=60, blank=True)
    short_name = Bilingual()
    purpose_en = models.TextField(_("purpose, English"), blank=True)
    purpose_nl = models.TextField(_("purpose, Dutch"), blank=True)
    purpose = Bilingual()
    frequency_en = models.CharField(_("how often, English"), max_length=60, blank=True)
    frequency_nl = models.CharField(_("how often, Dutch"), max_length=60, blank=True)
    frequency = Bilingual()
    aliases = models.TextField(
        _("other names"), blank=True, help_text=_("As published texts call it, in their own language, one a line.")
    )
    parties = models.ManyToManyField(Party, related_name="dialogues", verbose_name=_("parties"))
    action_prefix = models.CharField(
        _("prefix of action numbers"), max_length=8, default="SOC", help_text=_("“SOC” gives SOC-2026-07.")
    )
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = AudienceQuerySet.as_manager()

    class Meta:
        verbose_name = _("dialogue")
        verbose_name_plural = _("dialogues")
        ordering = ["is_demonstration", "name_en"]

    def __str__(self) -> str:
        return str(self.short_name)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def current(self, at: datetime | None = None) -> AppointmentQuerySet:
        """Held at `at`: both days count, by the UTC calendar. Read off the clock, no job ends an appointment."""
        day = (at or clock.now()).date()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)

    def held_by(self, user) -> AppointmentQuerySet:  # type: ignore[no-untyped-def]
        """Those of this account’s person; none for an account that stands for nobody or may not sign in."""
        if not (user.is_authenticated and user.is_active and user.person_id):
            return self.none()
        return self.filter(person=user.person_id)

    def visible_to(self, user, at: datetime | None = None) -> AppointmentQuerySet:  # type: ignore[no-untyped-def]
        """The secretaries of a dialogue read its appointments; everybody else reads their own."""
        if not (user.is_authenticated and user.is_active and user.person_id):
            return self.none()
        own = Appointment.objects.current(at).filter(person=user.person_id, role__in=Appointment.SECRETARIES)
        return self.filter(Q(person=user.person_id) | Q(dialogue__in=own.values("dialogue")))


class Appointment(models.Model):
    """A party names a person for a role in a dialogue. Rights follow from it and end with it."""

    class Role(models.TextChoices):
        LEAD = "lead", _("secretariat lead")
        SECRETARY = "secretary", _("secretary")
        FOCAL_POINT = "focal_point", _("focal point")
        DEPUTY_FOCAL_POINT = "deputy_focal_point", _("deputy focal point")
        CLEARING_OFFICER = "clearing_officer", _("clearing officer")
        HEAD_OFFICE = "head_office", _("office of the head of delegation")
        PRESS_OFFICER = "press_officer", _("press officer")
        EMBASSY_CONTACT = "embassy_contact", _("embassy contact")
        ARRANGEMENTS = "arrangements", _("keeper of arrangements")

    SECRETARIES = (Role.SECRETARY, Role.LEAD)
    FOCAL_POINTS = (Role.FOCAL_POINT, Role.DEPUTY_FOCAL_POINT)
    # They sign in with a second factor, staff account or not (security-privacy §6.5).
    WITH_SECOND_FACTOR = (*SECRETARIES, *FOCAL_POINTS, Role.CLEARING_OFFICER)

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments", verbose_name=_("person"))
    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="appointments", verbose_name=_("dialogue"))
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="appointments", verbose_name=_("party"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(
        _("to"), null=True, blank=True, help_text=_("Last day, counted in. Empty while it is open. Rights end with it.")
    )

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["dialogue", "party", "role", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="appointment_ends_after_it_starts",
                violation_error_message=_("The last day lies before the first. Give a later last day, or none."),
            ),
            models.UniqueConstraint(
                fields=["person", "dialogue", "role", "starts_on"],
                name="appointment_starts_once",
                violation_error_message=_("This person already has this role from this day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.party}"
