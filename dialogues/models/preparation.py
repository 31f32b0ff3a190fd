"""Preparation: the checklist of an edition, dated from its opening and closing days."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parties.models import Person, User
from parties.models.retention import Retention
from socportal import clock
from socportal.bilingual import Bilingual

from . import signs
from .audience import AudienceBound, AudienceQuerySet
from .ceiling import within_ceiling
from .dialogues import Appointment, Dialogue
from .editions import Edition
from .signs import Sign

# Nobody owes a task of these: it waits for new days, or for nothing any more.
FROZEN = (Edition.Status.POSTPONED, Edition.Status.CANCELLED, Edition.Status.ARCHIVED)


class PreparationTaskQuerySet(AudienceQuerySet):
    """Done is what somebody ticked or waived, and what its sign shows (`signs`): both are read at the instant `at`."""

    def with_sign(self, at: datetime | None = None) -> PreparationTaskQuerySet:
        """Annotate `is_seen`: the sign of the task shows. One query, whatever the number of tasks."""
        return self.annotate(is_seen=signs.is_seen(at or clock.now()))

    def is_undone(self, at: datetime | None = None) -> Q:
        """Neither ticked nor waived, and its sign does not show: at the instant of `with_sign` where that was asked."""
        if "is_seen" in self.query.annotations:
            return Q(status="open", is_seen=False)
        return Q(status="open") & ~Q(signs.is_seen(at or clock.now()))

    def undone(self, at: datetime | None = None) -> PreparationTaskQuerySet:
        return self.filter(self.is_undone(at))

    def settled(self, at: datetime | None = None) -> PreparationTaskQuerySet:
        return self.exclude(self.is_undone(at))

    def seen(self, at: datetime | None = None) -> PreparationTaskQuerySet:
        """Ticked by their sign alone."""
        return self.filter(status=PreparationTask.Status.OPEN).settled(at)

    def owed(self, at: datetime | None = None) -> PreparationTaskQuerySet:
        """Undone, and of an edition whose checklist is not frozen."""
        return self.undone(at).exclude(edition__status__in=FROZEN)

    def overdue(self, at: datetime | None = None) -> PreparationTaskQuerySet:
        """Past their date by the UTC calendar, as dates bind several capitals."""
        return self.owed(at).filter(due_on__lt=signs.day_of(at or clock.now()))

    def next_due(self, at: datetime | None = None) -> PreparationTaskQuerySet:
        return self.owed(at).filter(due_on__gte=signs.day_of(at or clock.now())).order_by("due_on", "code")

    def to_be_dated(self, at: datetime | None = None) -> PreparationTaskQuerySet:
        """What a moved opening dates again: neither settled nor dated by hand; and what has no date yet."""
        undated = Q(due_on__isnull=True)
        return self.filter(self.is_undone(at) | undated, status=PreparationTask.Status.OPEN, is_dated_by_hand=False)

    def most_urgent_first(self, at: datetime | None = None) -> PreparationTaskQuerySet:
        """What is undone by date, then what is done."""
        done = Case(When(self.is_undone(at), then=Value(0)), default=Value(1), output_field=IntegerField())
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


def dialogues_led_by(user: Any, at: datetime | None = None) -> models.QuerySet[Any]:
    """Those whose lead this account is: by appointment; where nobody is appointed lead, any secretary is.

    Of an edition the host's secretary leads then (`Edition.is_led_by`); a dialogue has no host.
    """
    current = Appointment.objects.current(at).filter(dialogue=OuterRef("pk"))
    leads, secretaries = (current.filter(role=role) for role in (Appointment.Role.LEAD, Appointment.Role.SECRETARY))
    return Dialogue.objects.filter(Q(Exists(leads.held_by(user))) | ~Q(Exists(leads)) & Q(Exists(secretaries.held_by(user))))


class TemplateTaskQuerySet(AudienceQuerySet):
    def led_by(self, user: Any, at: datetime | None = None) -> TemplateTaskQuerySet:
        """The rows that this account may change."""
        return self.filter(dialogue__in=dialogues_led_by(user, at).values("pk"))

    def through_the_year(self) -> TemplateTaskQuerySet:
        """From the longest before the opening to the longest after the closing."""
        return self.order_by("dialogue", F("anchor").desc(), "offset_days", "code")


class TemplateTask(TaskFields):
    """One line of the checklist that a dialogue's next edition begins with; the secretariat lead keeps it.

    It begins as the 45 tasks of domain/checklist.csv. To change it changes no edition that is scheduled already.
    """

    DIALOGUE_PATH = "dialogue"
    EDITION_PATH = None
    PARENT_PATHS = ("dialogue",)

    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="template_tasks", verbose_name=_("dialogue"))

    objects = TemplateTaskQuerySet.as_manager()

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

    def comes_before(self) -> set[int]:
        """The keys of all rows that come after this one, directly or through others."""
        links = TemplateTask.depends_on.through.objects.filter(from_templatetask__dialogue=self.dialogue_id)
        later: dict[int, set[int]] = {}
        for after, before in links.values_list("from_templatetask", "to_templatetask"):
            later.setdefault(before, set()).add(after)
        found: set[int] = set()
        reached = {self.pk}
        while reached:
            found |= reached
            reached = {after for before in reached for after in later.get(before, ())} - found
        return found - {self.pk}


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
    note = models.CharField(_("note"), max_length=300, blank=True, validators=[within_ceiling])
    evidence = models.CharField(
        _("evidence"),
        max_length=200,
        blank=True,
        validators=[within_ceiling],
        help_text=_("A reference, an address, a date: where it can be seen."),
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

    def is_shown(self, at: datetime | None = None) -> bool:
        """Whether its sign shows: as `with_sign` annotated it, else asked of the database."""
        if at is None and "is_seen" in self.__dict__:
            return bool(self.__dict__["is_seen"])
        if not self.sign:
            return False
        return Edition.objects.filter(signs.shows(self.sign, at or clock.now()), pk=self.edition_id).exists()

    @property
    def is_frozen(self) -> bool:
        """Nobody owes it while its edition is postponed, and never where that is cancelled or archived."""
        return self.edition.status in FROZEN

    def is_done(self) -> bool:
        """Ticked, waived or shown by its sign."""
        return self.status != self.Status.OPEN or self.is_shown()

    def is_overdue(self, on: date | None = None) -> bool:
        late = bool(self.due_on and self.due_on < (on or clock.today()))
        return late and not self.is_frozen and not self.is_done()

    def days_until_due(self, on: date | None = None) -> Any:
        return (self.due_on - (on or clock.today())).days if self.due_on else None
