"""Preparation: the checklist of an edition, dated from its opening and closing days."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parties.models import Person, User
from parties.models.retention import Retention
from socportal import clock
from socportal.bilingual import Bilingual

from .audience import AudienceBound, AudienceQuerySet
from .dialogues import Dialogue
from .editions import Edition


class PreparationTaskQuerySet(AudienceQuerySet):
    def undone(self) -> PreparationTaskQuerySet:
        return self.filter(status=PreparationTask.Status.OPEN)

    def overdue(self, at: datetime | None = None) -> PreparationTaskQuerySet:
        return self.undone().filter(due_on__lt=(at or clock.now()).date())

    def next_due(self, at: datetime | None = None) -> PreparationTaskQuerySet:
        return self.undone().filter(due_on__gte=(at or clock.now()).date()).order_by("due_on", "code")

    def most_urgent_first(self) -> PreparationTaskQuerySet:
        """What is undone by date, then what is done."""
        done = Case(When(status="open", then=Value(0)), default=Value(1), output_field=IntegerField())
        return self.order_by(done, F("due_on").asc(nulls_last=True), "code")


class Owner(models.TextChoices):
    HODO = "HODO", _("offices of the heads of delegation")
    SEC = "SEC", _("both secretaries")
    SECH = "SECH", _("secretary of the host")
    FP = "FP", _("focal points")
    WGC = "WGC", _("co-chairs of the working groups")
    RAP = "RAP", _("rapporteurs")
    OWN = "OWN", _("action owners")
    CLR = "CLR", _("clearing officers")
    PRO = "PRO", _("protocol and logistics")
    PRS = "PRS", _("press officers")
    DPO = "DPO", _("privacy and security advisers")
    TRA = "TRA", _("translation")
    HOD = "HOD", _("heads of delegation")


class Anchor(models.TextChoices):
    OPEN = "open", _("opening day")
    CLOSE = "close", _("closing day")


class Sign(models.TextChoices):
    """What the portal sees for itself: a task with a sign is done as soon as it shows, and says from what."""

    HOST_NAMED = "host_named", _("the edition has its host party")
    ROLLED_FORWARD = "rolled_forward", _("the edition was rolled forward from the one before")
    OFFICES_FILLED = "offices_filled", _("every party has a secretary and a focal point")
    SCHEDULED = "scheduled", _("the edition is scheduled")
    ROOMS_KNOWN = "rooms_known", _("the venue and its rooms are entered")
    GROUPS_STAFFED = "groups_staffed", _("every working group has its co-chairs and a rapporteur")
    TERMS_ADOPTED = "terms_adopted", _("the terms of reference of every group are adopted")
    INVITED = "invited", _("the letters of invitation are in the register")
    NOMINATIONS_OPEN = "nominations_open", _("the nomination round is open")
    HEADS_NAMED = "heads_named", _("every delegation has its head")
    AGENDA_1 = "agenda_1", _("the agenda was released as 1.0 or later")
    AGENDA_2 = "agenda_2", _("the agenda was released as 2.0 or later")
    AGENDA_3 = "agenda_3", _("the agenda was released as 3.0 or later")
    NOMINATIONS_CLOSED = "nominations_closed", _("the nomination round is closed for every party")
    LIST_ISSUED = "list_issued", _("a list of participants was issued")
    OPENED = "opened", _("the edition has opened")
    REPORTS_FILED = "reports_filed", _("every session that reports has its report")
    SUMMARY_CIRCULATED = "summary_circulated", _("the draft summary was circulated")
    SUMMARY_ADOPTED = "summary_adopted", _("all parties adopted the summary and the action list")
    PURGED = "purged", _("the short-lived personal data are erased")


class TaskFields(AudienceBound):
    """What a task says, in the template of a dialogue and on the checklist of an edition."""

    RETENTION = {Retention.RECORD: ("code", "task", "deliverable")}

    Owner = Owner
    Anchor = Anchor
    Sign = Sign

    HOST_ONLY = (Owner.SECH, Owner.PRO, Owner.TRA)

    code = models.CharField(_("code"), max_length=6)
    task_en = models.CharField(_("task, English"), max_length=200)
    task_nl = models.CharField(_("task, Dutch"), max_length=200, blank=True)
    task = Bilingual()
    owner = models.CharField(_("who owes it"), max_length=4, choices=Owner)
    offset_days = models.SmallIntegerField(_("days from the anchor"), help_text=_("−42: six weeks before."))
    anchor = models.CharField(_("counted from"), max_length=5, choices=Anchor)
    is_gate = models.BooleanField(_("gate"), default=False, help_text=_("A later step waits for this task."))
    sign = models.CharField(
        _("what shows it"),
        max_length=20,
        choices=Sign,
        blank=True,
        help_text=_("What the portal sees for itself ticks the task. Empty: it is ticked by hand."),
    )
    depends_on = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="needed_by", verbose_name=_("comes after")
    )
    deliverable_en = models.CharField(_("what it yields, English"), max_length=160, blank=True)
    deliverable_nl = models.CharField(_("what it yields, Dutch"), max_length=160, blank=True)
    deliverable = Bilingual()

    class Meta:
        abstract = True


class TemplateTask(TaskFields):
    """One line of the checklist that a dialogue's next edition begins with; the secretariat lead keeps it.

    It begins as the 45 tasks of domain/checklist.csv. To change it changes no edition that is scheduled already.
    """

    DIALOGUE_PATH = "dialogue"
    EDITION_PATH = None
    PARENT_PATHS = ("dialogue",)

    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="template_tasks", verbose_name=_("dialogue"))

    objects = AudienceQuerySet.as_manager()

    class Meta:
        verbose_name = _("template task")
        verbose_name_plural = _("checklist template")
        ordering = ["dialogue", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["dialogue", "code"],
                name="task_stands_once_in_a_template",
                violation_error_message=_("The template already has a task with this code."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.task}"


class PreparationTask(TaskFields):
    """One line of the checklist of an edition. Overdue is read off the calendar, no job turns it red."""

    RETENTION = {Retention.RECORD: ("note", "evidence")}

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("task", "to do")
        DONE = "done", pgettext_lazy("task", "done")
        WAIVED = "waived", pgettext_lazy("task", "waived")

    TRANSITIONS = {
        Status.OPEN: (Status.DONE, Status.WAIVED),
        Status.DONE: (Status.OPEN,),
        Status.WAIVED: (Status.OPEN,),
    }

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="tasks", verbose_name=_("edition"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    is_dated_by_hand = models.BooleanField(
        _("dated by hand"), default=False, help_text=_("A date set by hand stays when the edition moves.")
    )
    status = models.CharField(_("status"), max_length=6, choices=Status, default=Status.OPEN)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True, editable=False)
    settled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("settled by")
    )
    assignee = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("who does it"),
        help_text=_("One person, where it is agreed; else everybody who holds the role."),
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    evidence = models.CharField(
        _("evidence"), max_length=200, blank=True, help_text=_("A reference, an address, a date: where it can be seen.")
    )

    objects = PreparationTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("checklist task")
        verbose_name_plural = _("checklist")
        ordering = ["edition", "due_on", "code"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="task_stands_once_on_a_checklist"),
            models.CheckConstraint(
                condition=Q(status="open", settled_at__isnull=True, settled_by__isnull=True)
                | ~Q(status="open") & Q(settled_at__isnull=False, settled_by__isnull=False),
                name="settled_task_says_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(status="waived") | ~Q(note=""),
                name="waived_task_says_why",
                violation_error_message=_("Say why the task is waived."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.task}"

    def is_overdue(self, on: date | None = None) -> bool:
        return bool(self.status == self.Status.OPEN and self.due_on and self.due_on < (on or clock.today()))

    def days_until_due(self, on: date | None = None) -> Any:
        return (self.due_on - (on or clock.today())).days if self.due_on else None
