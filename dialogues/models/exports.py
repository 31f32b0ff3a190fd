"""What left the portal as a file about people: asked for a purpose, marked, and listed for twelve months."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from parties.models import User
from parties.models.retention import Retention
from socportal import clock

from .dialogues import Appointment
from .editions import Edition


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> ExportQuerySet:
        """The secretaries of the dialogue."""
        own = Appointment.objects.current(at).held_by(user).filter(role__in=Appointment.SECRETARIES)
        return self.filter(edition__dialogue__in=own.values("dialogue"))


class Export(models.Model):
    """One file that somebody took out: what, for which purpose, when. Kept twelve months (security-privacy §6.4)."""

    RETENTION = {Retention.LOG: ("file_type", "sha256")}

    class What(models.TextChoices):
        PARTICIPANTS = "participants", _("list of participants")
        BADGES = "badges", _("badges")
        NAMEPLATES = "nameplates", _("nameplates")
        SEATING = "seating", _("seating plan")
        SIGNING_IN = "signing_in", _("signing-in sheet")
        CATERING = "catering", _("catering totals")
        PRINT_PACK = "print_pack", _("print pack")
        HANDOVER = "handover", _("handover note")
        DELEGATION = "delegation", _("one’s own delegation")
        OWN_DATA = "own_data", _("one person’s own data")
        CONCLUSIONS = "conclusions", _("summary of conclusions")
        ANNOTATED = "annotated", _("annotated agenda")
        RUN_OF_SHOW = "run_of_show", _("run of show")
        DOOR_SIGNS = "door_signs", _("door signs")

    class Purpose(models.TextChoices):
        DELEGATIONS = "delegations", _("to send to the delegations")
        VENUE = "venue", _("for the registration desk and the rooms")
        CATERING = "catering", _("for the caterer")
        PARTY = "party", _("for the party’s own records")
        REQUEST = "request", _("at the person’s own request")
        RECORDS = "records", _("for the records office")
        SUCCESSOR = "successor", _("for the successor in the post")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, null=True, related_name="exports", verbose_name=_("edition"))
    what = models.CharField(_("what"), max_length=14, choices=What)
    file_type = models.CharField(_("kind of file"), max_length=4)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"), default=clock.now)
    rows = models.PositiveIntegerField(_("people in it"), default=0)
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_what_display()}, {self.file_type}"
