"""Conclusions: what a session came to, and the summary of an edition that all parties adopt (workflows §4.9)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parties.models import Party, User
from parties.models.retention import Retention
from socportal import clock
from socportal.bilingual import Bilingual

from .agenda import Session
from .audience import FOCAL_POINTS, SECRETARIES, is_known
from .consents import Consent
from .dialogues import Appointment
from .editions import Edition
from .frozen import Frozen, FrozenQuerySet
from .standing import Standing
from .working_groups import Mandate

LANGUAGES = [("en", "English"), ("nl", "Nederlands")]


class SessionReportQuerySet(models.QuerySet["SessionReport"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> SessionReportQuerySet:
        """Who writes and agrees it: its rapporteur, the co-chairs and members of its group, the secretaries; and the
        focal points once it is final. What hangs on a session that one may not read is hidden with it.
        """
        if not is_known(user):
            return self.none()
        standing = Standing(user.person_id, at or clock.now())
        mine = Q(session__mandate__in=sorted(standing.groups())) | Q(session__mandate__rapporteur=user.person_id)
        mine |= Q(session__speakers__person=user.person_id, session__speakers__role="rapporteur")
        staff = Q(session__edition__dialogue__in=sorted(standing.dialogues(*SECRETARIES)))
        focal = Q(session__edition__dialogue__in=sorted(standing.dialogues(*FOCAL_POINTS)), status="final")
        sessions = Session.objects.visible_to(user, at)
        return self.filter(mine | staff | focal, session__in=sessions).distinct()


class SessionReport(models.Model):
    """Points made, conclusions and questions of one session, written by its rapporteur, agreed by its co-chairs.

    Under the Chatham House Rule points are not attributed. Proposed actions are action items that name the session.
    A changed text asks the co-chairs anew (`round`).
    """

    RETENTION = {Retention.RECORD: ("points", "conclusions", "questions")}

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("session report", "draft")
        FINAL = "final", pgettext_lazy("session report", "final")

    TRANSITIONS = {Status.DRAFT: (Status.FINAL,), Status.FINAL: ()}

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="report", verbose_name=_("session"))
    lang = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="en")
    points = models.TextField(_("points made"), blank=True, help_text=_("Unattributed: no names, no parties’ positions."))
    conclusions = models.TextField(_("conclusions"), help_text=_("One a line, as they are to be read out."))
    questions = models.TextField(_("questions for plenary"), blank=True, help_text=_("One a line."))
    status = models.CharField(_("status"), max_length=6, choices=Status, default=Status.DRAFT)
    round = models.PositiveSmallIntegerField(default=1, editable=False)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by"))
    written_at = models.DateTimeField(_("written"), default=clock.now)
    consents = GenericRelation(Consent)

    objects = SessionReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("session report")
        verbose_name_plural = _("session reports")
        ordering = ["session__starts_at", "session"]
        constraints = [models.CheckConstraint(condition=~Q(conclusions=""), name="session_report_has_conclusions")]

    def __str__(self) -> str:
        return _("Report: %(session)s") % {"session": self.session}

    @property
    def mandate(self) -> Mandate | None:
        return self.session.mandate


class SummaryQuerySet(models.QuerySet["Summary"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> SummaryQuerySet:
        """The draft: the secretaries. Once circulated: focal points, deputies, clearing officers, heads’ offices and
        co-chairs too. Once adopted: everybody who may read the edition as a participant.
        """
        if not is_known(user):
            return self.none()
        standing = Standing(user.person_id, at or clock.now())
        asked = sorted(standing.dialogues(*FOCAL_POINTS, Appointment.Role.CLEARING_OFFICER, Appointment.Role.HEAD_OFFICE))
        rule = Q(edition__dialogue__in=sorted(standing.dialogues(*SECRETARIES)))
        circulated = Q(edition__dialogue__in=asked) | Q(edition__mandates__in=sorted(standing.groups()))
        rule |= ~Q(status=Summary.Status.DRAFT) & circulated
        rule |= Q(status=Summary.Status.ADOPTED, edition__in=sorted(standing.editions()))
        return self.filter(rule, edition__in=Edition.objects.visible_to(user, at)).distinct()


class Summary(models.Model):
    """The summary of conclusions of an edition, with its list of actions: assembled, circulated, adopted by all (T40, T41)."""

    RETENTION = {Retention.RECORD: ("text",)}

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("summary", "draft")
        CIRCULATED = "circulated", pgettext_lazy("summary", "circulated for comment")
        ADOPTED = "adopted", pgettext_lazy("summary", "adopted")

    TRANSITIONS = {
        Status.DRAFT: (Status.CIRCULATED,),
        Status.CIRCULATED: (Status.DRAFT, Status.ADOPTED),
        Status.ADOPTED: (),
    }

    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="summary", verbose_name=_("edition"))
    text_en = models.TextField(_("summary of conclusions, English"), blank=True)
    text_nl = models.TextField(_("summary of conclusions, Dutch"), blank=True)
    text = Bilingual()
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    round = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    assembled_at = models.DateTimeField(_("assembled"), default=clock.now, editable=False)
    circulated_at = models.DateTimeField(_("circulated"), null=True, blank=True, editable=False)
    comments_until = models.DateField(_("comments until"), null=True, blank=True)
    adopted_at = models.DateTimeField(_("adopted"), null=True, blank=True, editable=False)
    consents = GenericRelation(Consent)

    objects = SummaryQuerySet.as_manager()

    class Meta:
        verbose_name = _("summary of conclusions")
        verbose_name_plural = _("summaries of conclusions")
        ordering = ["edition"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft") | Q(circulated_at__isnull=False), name="circulated_summary_says_when"
            ),
            models.CheckConstraint(
                condition=~Q(status="adopted") | Q(adopted_at__isnull=False) & ~Q(text_en="", text_nl=""),
                name="adopted_summary_says_when_and_what",
            ),
        ]

    def __str__(self) -> str:
        return _("Summary of conclusions, %(edition)s") % {"edition": self.edition}


class SummaryComment(Frozen):
    """What somebody says of one version of the summary, for which party."""

    RETENTION = {Retention.RECORD: ("text",)}

    summary = models.ForeignKey(Summary, on_delete=models.PROTECT, related_name="comments", verbose_name=_("summary"))
    round = models.PositiveSmallIntegerField(_("version"))
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("party"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), default=clock.now)
    text = models.TextField(_("comment"), max_length=2000)

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["summary", "at", "id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="comment_says_something")]

    def __str__(self) -> str:
        return f"{self.summary_id}, {self.round}"
