"""Lists of participants as they were issued; the list as it stands now is read off the registrations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from parties.models import Organisation, Party, User
from parties.models.retention import Retention
from socportal import clock
from socportal.bilingual import Bilingual

from .delegations import Category, Delegation, Registration
from .editions import Edition
from .frozen import Frozen


class ParticipantListQuerySet(models.QuerySet["ParticipantList"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> ParticipantListQuerySet:
        """Whoever may see the delegations of the edition: participants, focal points and secretaries."""
        seen = Delegation.objects.visible_to(user, at)
        return self.filter(edition__in=seen.values("edition"))


class ParticipantList(Frozen):
    """The list of participants as it was issued: version 1 two weeks before, 2 on the day, the last ten days after."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="participant_lists", verbose_name=_("edition"))
    number = models.PositiveSmallIntegerField(_("version"))
    is_final = models.BooleanField(_("final"), default=False)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("issued by"))
    issued_at = models.DateTimeField(_("issued"), default=clock.now)

    objects = ParticipantListQuerySet.as_manager()

    class Meta:
        verbose_name = _("list of participants")
        verbose_name_plural = _("lists of participants")
        ordering = ["edition", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="list_of_participants_has_one_version_of_a_number")
        ]

    def __str__(self) -> str:
        return _("List of participants, version %(number)s") % {"number": self.number}


class ListedParticipant(models.Model):
    """One line of an issued list. The name is empty where only post and organisation are listed, and after erasure."""

    RETENTION = {Retention.REGISTRATION: ("name", "post")}

    participant_list = models.ForeignKey(ParticipantList, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="listed")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=10, choices=Category)
    name = models.CharField(max_length=120, blank=True)
    post_en = models.CharField(max_length=160, blank=True)
    post_nl = models.CharField(max_length=160, blank=True)
    post = Bilingual()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("line of a list of participants")
        verbose_name_plural = _("lines of lists of participants")
        ordering = ["participant_list", "position"]
        constraints = [
            models.UniqueConstraint(fields=["participant_list", "position"], name="list_of_participants_has_one_line_a_place")
        ]

    def __str__(self) -> str:
        return str(self.position)
