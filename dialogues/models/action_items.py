"""Action items: what was agreed to be done, by which post, by when, and every step it has taken."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parties.models import Organisation, Party, Person, User
from parties.models.retention import Retention
from socportal import clock
from socportal.bilingual import Bilingual

from .action_standing import DUE_SOON, ActionStanding
from .agenda import Session
from .audience import FOCAL_POINTS, SECRETARIES, Audience, AudienceBound, among, is_known
from .ceiling import within_ceiling
from .consents import Consent
from .dialogues import Appointment
from .editions import Edition
from .engagements import Engagement
from .frozen import Frozen, FrozenQuerySet
from .outcomes import Commitment
from .standing import Standing, instant
from .working_groups import CoChair, Mandate, Theme


class ActionItemQuerySet(ActionStanding):
    def visible_to(self, user: Any, at: datetime | None = None) -> ActionItemQuerySet:
        """By audience; a proposal, not yet agreed, only for secretaries, focal points and the group's co-chairs.

        What was carried over to a group is that group's too, beside the one it began in.
        """
        at = at or instant()
        visible = super().visible_to(user, at)
        agreed = ~Q(status=ActionItem.Status.PROPOSED)
        if not is_known(user):
            return visible.filter(agreed)
        negotiators = among(ActionItem.DIALOGUE_PATH, Standing(user.person_id, at).dialogues(*SECRETARIES, *FOCAL_POINTS))
        chaired = CoChair.objects.filter(person=user.person_id)
        co_chair = Exists(chaired.filter(mandate=OuterRef("mandate")))
        follows = self._carried_to(chaired.values("mandate"))
        return visible.filter(agreed | negotiators | Q(co_chair) | follows)

    def shared_with(self, user: Any, at: datetime, lifted: Q) -> Q:
        """Who follows it in a later edition reads it too, and who holds its owner post while it is open.

        The heads' offices read what the delegates do, also between editions: what is late for long, or was carried over
        twice, is put before them (workflows §4.5).
        """
        its_group = Q(audience=Audience.GROUP) & self._carried_to(Standing(user.person_id, at).groups())
        owned = Exists(ActionLead.objects.filter(action_item=OuterRef("pk"), owner=user.person_id))
        its_owner = Q(status__in=ActionItem.LIVE) & ~Q(audience=Audience.SECRETARIAT) & owned
        heads = among(ActionItem.DIALOGUE_PATH, Standing(user.person_id, at).dialogues(Appointment.Role.HEAD_OFFICE))
        put_before_heads = Q(audience=Audience.DELEGATES) & heads
        return super().shared_with(user, at, lifted) | (its_group | its_owner | put_before_heads) & lifted

    def _carried_to(self, mandates: Any) -> Q:
        """Whether a roll-forward gave it to one of these mandates, into an edition that was not called off."""
        return Q(Exists(self._carried().filter(mandate__in=mandates)))


class ActionItem(AudienceBound):
    """One concrete action with a number for life, one due date and at most one lead organisation a party."""

    RETENTION = {Retention.RECORD: ("number", "text", "measure")}

    GROUP_PATH = "mandate"

    class Status(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("action item", "proposed")
        AGREED = "agreed", pgettext_lazy("action item", "agreed")
        IN_PROGRESS = "in_progress", pgettext_lazy("action item", "in progress")
        BLOCKED = "blocked", pgettext_lazy("action item", "blocked")
        REPORTED_COMPLETE = "reported_complete", pgettext_lazy("action item", "reported complete")
        CLOSED = "closed", pgettext_lazy("action item", "closed")
        SUPERSEDED = "superseded", pgettext_lazy("action item", "superseded")
        WITHDRAWN = "withdrawn", pgettext_lazy("action item", "withdrawn")

    # workflows §4.5; a proposal that the parties do not want is withdrawn by both too, or it would stand for ever.
    TRANSITIONS = {
        Status.PROPOSED: (Status.AGREED, Status.WITHDRAWN),
        Status.AGREED: (Status.IN_PROGRESS, Status.WITHDRAWN, Status.SUPERSEDED),
        Status.IN_PROGRESS: (Status.BLOCKED, Status.REPORTED_COMPLETE, Status.WITHDRAWN, Status.SUPERSEDED),
        Status.BLOCKED: (Status.IN_PROGRESS, Status.WITHDRAWN, Status.SUPERSEDED),
        Status.REPORTED_COMPLETE: (Status.CLOSED, Status.IN_PROGRESS),
        Status.CLOSED: (),
        Status.SUPERSEDED: (),
        Status.WITHDRAWN: (),
    }
    WORKING = (Status.AGREED, Status.IN_PROGRESS, Status.BLOCKED)
    LIVE = (Status.PROPOSED, *WORKING, Status.REPORTED_COMPLETE)

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="action_items", verbose_name=_("edition"))
    serial = models.PositiveSmallIntegerField(_("running number"))
    number = models.CharField(_("number"), max_length=24, unique=True)
    text_en = models.CharField(
        _("action, English"),
        max_length=300,
        validators=[within_ceiling],
        help_text=_("Starts with a verb: “Agree …”, “Share …”."),
    )
    text_nl = models.CharField(_("action, Dutch"), max_length=300, blank=True, validators=[within_ceiling])
    text = Bilingual()
    measure_en = models.CharField(_("what will we see, English"), max_length=300, blank=True, validators=[within_ceiling])
    measure_nl = models.CharField(_("what will we see, Dutch"), max_length=300, blank=True, validators=[within_ceiling])
    measure = Bilingual()
    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, null=True, blank=True, related_name="action_items", verbose_name=_("commitment")
    )
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, null=True, blank=True, related_name="action_items", verbose_name=_("session")
    )
    theme = models.ForeignKey(
        Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="action_items", verbose_name=_("theme")
    )
    mandate = models.ForeignKey(
        Mandate, on_delete=models.PROTECT, null=True, blank=True, related_name="action_items", verbose_name=_("working group")
    )
    engagements = models.ManyToManyField(
        Engagement, blank=True, related_name="action_items", verbose_name=_("engagements that serve it, or caused it")
    )
    is_joint = models.BooleanField(_("joint"), default=False, help_text=_("Each party leads its own part."))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    original_due_on = models.DateField(_("first due on"), null=True, blank=True, editable=False)
    status = models.CharField(_("status"), max_length=18, choices=Status, default=Status.PROPOSED)
    status_since = models.DateTimeField(_("since"), default=clock.now, editable=False)
    successor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name=_("superseded by")
    )
    consents = GenericRelation(Consent)

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("action item")
        verbose_name_plural = _("action items")
        ordering = ["edition", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "serial"], name="action_item_number_is_used_once"),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "withdrawn"])
                | Q(due_on__isnull=False, original_due_on__isnull=False) & ~Q(measure_en="", measure_nl=""),
                name="agreed_action_item_has_due_date_and_measure",
            ),
            models.CheckConstraint(
                condition=~Q(status="superseded") | Q(successor__isnull=False),
                name="superseded_action_item_names_its_successor",
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | ~Q(successor=F("id")), name="action_item_does_not_follow_itself"
            ),
            models.CheckConstraint(
                condition=~Q(audience="group") | Q(mandate__isnull=False), name="action_item_of_a_group_names_it"
            ),
            models.CheckConstraint(condition=~Q(audience="party"), name="action_item_belongs_to_no_single_party"),
        ]
        indexes = [
            models.Index(fields=["status", "due_on"], name="action_items_by_standing"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("action-item", args=[self.number])

    def is_overdue(self, at: datetime | None = None) -> bool:
        return bool(self.status in self.WORKING and self.due_on and self.due_on < (at or clock.now()).date())

    def is_due_soon(self, at: datetime | None = None) -> bool:
        day = (at or clock.now()).date()
        return bool(self.status in self.WORKING and self.due_on and day <= self.due_on <= day + DUE_SOON)


class ActionLead(models.Model):
    """A party's lead organisation on an action item, and the post that owns it; never a private name."""

    RETENTION = {Retention.RECORD: ("owner_post",)}

    action_item = models.ForeignKey(ActionItem, on_delete=models.CASCADE, related_name="leads", verbose_name=_("action item"))
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", verbose_name=_("party"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lead organisation")
    )
    owner_post_en = models.CharField(
        _("owner post, English"), max_length=160, blank=True, help_text=_("“Head of …”, not a name.")
    )
    owner_post_nl = models.CharField(_("owner post, Dutch"), max_length=160, blank=True)
    owner_post = Bilingual()
    owner = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_actions",
        verbose_name=_("who holds the post"),
        help_text=_("Reports on it and is reminded. Lists, files and reports show the post alone."),
    )

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        ordering = ["action_item", "party"]
        constraints = [
            models.UniqueConstraint(
                fields=["action_item", "party"],
                name="action_item_has_one_lead_a_party",
                violation_error_message=_("Each party has at most one lead organisation on an action item."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.owner_post}"

    def clean(self) -> None:
        """Who owns a party's part reports for that party, and proposes dates for it (law R6)."""
        if self.owner and self.party_id and self.owner.party_id != self.party_id:
            raise ValidationError({"owner": _("The owner is somebody of the lead party itself.")})


class ActionMove(Frozen):
    """One step of an action item's status: from, to, by whom, for which party, when and why."""

    RETENTION = {Retention.RECORD: ("reason",)}

    action_item = models.ForeignKey(ActionItem, on_delete=models.PROTECT, related_name="moves")
    from_status = models.CharField(max_length=18, choices=ActionItem.Status, blank=True)
    to_status = models.CharField(max_length=18, choices=ActionItem.Status)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    reason = models.TextField(blank=True)
    needed_from = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("Of a blocked item: the party from which something is needed; none where it is somebody else."),
    )

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        ordering = ["action_item", "at", "id"]

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"
