"""Venues and their rooms: where an edition is held."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from parties.models.retention import Retention
from socportal.bilingual import Bilingual


class Venue(models.Model):
    """Where an edition is held."""

    RETENTION = {Retention.RECORD: ("name", "address")}

    name_en = models.CharField(_("name, English"), max_length=120)
    name_nl = models.CharField(_("name, Dutch"), max_length=120, blank=True)
    name = Bilingual()
    address = models.CharField(_("address"), max_length=250, blank=True)

    class Meta:
        verbose_name = _("venue")
        verbose_name_plural = _("venues")
        ordering = ["name_en"]

    def __str__(self) -> str:
        return str(self.name)


class Room(models.Model):
    """A room of a venue. Its name is the largest thing on a delegate's agenda, so it is kept short."""

    RETENTION = {Retention.RECORD: ("name", "floor")}

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="rooms", verbose_name=_("venue"))
    position = models.PositiveSmallIntegerField(_("place in the grid"), default=1)
    name_en = models.CharField(_("name, English"), max_length=40)
    name_nl = models.CharField(_("name, Dutch"), max_length=40, blank=True)
    name = Bilingual()
    floor_en = models.CharField(_("floor, English"), max_length=40, blank=True, help_text=_("“first floor”"))
    floor_nl = models.CharField(_("floor, Dutch"), max_length=40, blank=True)
    floor = Bilingual()
    capacity = models.PositiveSmallIntegerField(_("capacity"), null=True, blank=True)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["venue", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "name_en"],
                name="room_is_named_once_in_a_venue",
                violation_error_message=_("This venue already has a room of this name."),
            )
        ]

    def __str__(self) -> str:
        return str(self.name)
