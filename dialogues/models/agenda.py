"""The agenda: the working sessions that staff move, and the releases that everybody else reads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parties.models import Party, Person, User
from parties.models.retention import Retention
from socportal import clock
from socportal.bilingual import Bilingual

from .audience import SECRETARIES, AudienceBound, AudienceQuerySet, among, is_known
from .ceiling import within_ceiling
from .editions import Edition
from .standing import Standing, instant
from .venues import Room
from .working_groups import Mandate


class Kind(models.TextChoices):
    PLENARY = "plenary", _("plenary")
    KEYNOTE = "keynote", _("keynote")
    PANEL = "panel", _("panel")
    BREAKOUT = "breakout", _("breakout")
    MINISTERIAL = "ministerial", _("ministerial segment")
    BILATERAL = "bilateral", _("side meeting")
    DESK = "desk", _("registration desk")
    BREAK = "break", _("break")
    MEAL = "meal", _("meal")
    PHOTOGRAPH = "photograph", _("photograph")
    FREE = "free", _("free time")


class GroundRule(models.TextChoices):
    ON_THE_RECORD = "on_the_record", _("On the record")
    NOT_FOR_ATTRIBUTION = "not_for_attribution", _("Not for attribution")
    CHATHAM_HOUSE = "chatham_house", _("Chatham House Rule")


# Said in a sentence where there is room for one; on the record needs none.
RULE_IN_A_SENTENCE = {
    GroundRule.NOT_FOR_ATTRIBUTION: _("You may repeat what you hear, without naming who said it."),
    GroundRule.CHATHAM_HOUSE: _("You may use what you hear, but not reveal who said it, nor who else was there."),
}


# Everybody attends these; the rest is for its members, chairs and speakers.
FOR_ALL = (Kind.PLENARY, Kind.KEYNOTE, Kind.PANEL, Kind.DESK, Kind.BREAK, Kind.MEAL, Kind.PHOTOGRAPH, Kind.FREE)
PAUSES = (Kind.DESK, Kind.BREAK, Kind.MEAL, Kind.PHOTOGRAPH, Kind.FREE)


class SessionFields(AudienceBound):
    """What a session says, in the working agenda and, frozen, in a release."""

    RETENTION = {Retention.RECORD: ("title", "annotation")}

    PARTY_PATH = "party"
    GROUP_PATH = "mandate"

    Kind = Kind
    GroundRule = GroundRule

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.PLENARY)
    title_en = models.CharField(_("title, English"), max_length=160, validators=[within_ceiling])
    title_nl = models.CharField(_("title, Dutch"), max_length=160, blank=True, validators=[within_ceiling])
    title = Bilingual()
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    room = models.ForeignKey(Room, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("room"))
    mandate = models.ForeignKey(
        Mandate, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("working group")
    )
    party = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("party"),
        help_text=_("Only for a session of one party’s staff."),
    )
    ground_rule = models.CharField(
        _("what may be repeated"),
        max_length=20,
        choices=GroundRule,
        blank=True,
        help_text=_("Stands on the session, in words."),
    )
    annotation_en = models.TextField(
        _("annotation, English"),
        blank=True,
        validators=[within_ceiling],
        help_text=_("Purpose, papers, expected outcome. No operational police information."),
    )
    annotation_nl = models.TextField(_("annotation, Dutch"), blank=True, validators=[within_ceiling])
    annotation = Bilingual()
    is_hybrid = models.BooleanField(
        _("people join from elsewhere"), default=False, help_text=_("The times of all capitals then stand on it in full.")
    )
    late_by = models.PositiveSmallIntegerField(_("starts late by, minutes"), default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def is_pause(self) -> bool:
        return self.kind in PAUSES

    @property
    def rule_in_a_sentence(self) -> Any:
        return RULE_IN_A_SENTENCE.get(self.ground_rule, "")  # type: ignore[call-overload]


def not_withdrawn(edition: str, user: Any, at: datetime) -> Q:
    """The agenda of a cancelled edition is withdrawn: its secretaries alone still read it (workflows §4.1).

    `edition` is the path to the edition.
    """
    rule = ~Q(**{f"{edition}__status": Edition.Status.CANCELLED})
    if is_known(user):
        rule |= among(f"{edition}__dialogue", Standing(user.person_id, at).dialogues(*SECRETARIES))
    return rule


class SessionQuerySet(AudienceQuerySet):
    def visible_to(self, user: Any, at: datetime | None = None) -> SessionQuerySet:
        """The working agenda is the staff's; everybody else knows of a session what the latest release tells them."""
        from .releases import ReleasedSession

        at = at or instant()
        rule = Q(pk__in=ReleasedSession.objects.current().visible_to(user, at).values("session"))
        if is_known(user):
            rule |= self.prepared_by(user, at)
        return self.filter(rule, not_withdrawn("edition", user, at), edition__in=Edition.objects.visible_to(user, at))

    def going_ahead(self) -> SessionQuerySet:
        return self.exclude(status=Session.Status.CANCELLED)

    def for_release(self) -> SessionQuerySet:
        return self.select_related("room", "mandate__working_group", "party", "edition").prefetch_related(
            "speakers__person__organisation", "speakers__party"
        )


class Session(SessionFields):
    """One block of the working agenda. Delegates read it only once it has been released."""

    RETENTION = {Retention.RECORD: ("cancelled_note",)}

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", pgettext_lazy("session", "scheduled")
        CANCELLED = "cancelled", pgettext_lazy("session", "cancelled")

    # Running and finished are read off the clock (workflows §4.3). One cancelled by mistake, or found a place after all, is
    # taken up again.
    TRANSITIONS = {Status.SCHEDULED: (Status.CANCELLED,), Status.CANCELLED: (Status.SCHEDULED,)}

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("edition"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.SCHEDULED)
    cancelled_note_en = models.CharField(
        _("what happens instead, English"), max_length=160, blank=True, help_text=_("Shown beside “Cancelled”.")
    )
    cancelled_note_nl = models.CharField(_("what happens instead, Dutch"), max_length=160, blank=True)
    expected = models.PositiveSmallIntegerField(
        _("people expected"),
        null=True,
        blank=True,
        help_text=_("Empty: counted from the registrations. A room with fewer places is warned of."),
    )

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_at", "room__position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_it_starts",
                violation_error_message=_("The session ends before it starts. Give a later end."),
            ),
            models.CheckConstraint(
                condition=~Q(audience="party") | Q(party__isnull=False),
                name="session_of_one_party_names_it",
                violation_error_message=_("A session for one party’s staff needs that party."),
            ),
            models.CheckConstraint(
                condition=~Q(audience="group") | Q(mandate__isnull=False),
                name="session_of_a_group_names_it",
                violation_error_message=_("A session for one working group needs that group."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)


class SlotRole(models.TextChoices):
    CHAIR = "chair", _("chair")
    CO_CHAIR = "co_chair", _("co-chair")
    KEYNOTE = "keynote", _("keynote speaker")
    SPEAKER = "speaker", _("speaker")
    PANELLIST = "panellist", _("panellist")
    MODERATOR = "moderator", _("moderator")
    RAPPORTEUR = "rapporteur", _("rapporteur")


class SpeakerSlot(models.Model):
    """Somebody's part in a session: in the chair, speaking or reporting."""

    Role = SlotRole

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="speakers", verbose_name=_("session"))
    role = models.CharField(_("part"), max_length=12, choices=SlotRole, default=SlotRole.CHAIR)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("party"))
    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="speaker_slots",
        verbose_name=_("person"),
        help_text=_("Empty: the agenda says “to be confirmed”."),
    )
    is_confirmed = models.BooleanField(_("confirmed"), default=False)

    class Meta:
        verbose_name = _("chair or speaker")
        verbose_name_plural = _("chairs and speakers")
        ordering = ["session", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "role", "person"],
                condition=Q(person__isnull=False),
                name="person_has_a_part_in_a_session_once",
                violation_error_message=_("This person already has this part in the session."),
            )
        ]

    def __str__(self) -> str:
        return self.get_role_display()


class AgendaStepQuerySet(models.QuerySet["AgendaStep"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> AgendaStepQuerySet:
        """Those of sessions that the reader prepares."""
        return self.filter(session__in=Session.objects.kept_by(user, at))


class AgendaStep(models.Model):
    """One step in the working agenda, with what the session was before it, so that whoever took it can take it back.

    It is taken back only while the session still stands as the step left it (`after`); what somebody else changed since is
    never overwritten (law R8).
    """

    RETENTION = {Retention.RECORD: ("before", "after")}

    class Act(models.TextChoices):
        ADDED = "added", pgettext_lazy("agenda step", "added")
        CHANGED = "changed", pgettext_lazy("agenda step", "changed")
        CANCELLED = "cancelled", pgettext_lazy("agenda step", "cancelled")
        REINSTATED = "reinstated", pgettext_lazy("agenda step", "taken up again")

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="steps", verbose_name=_("session"))
    act = models.CharField(_("step"), max_length=10, choices=Act)
    # Fields and parts before the step, as JSON; nothing for a session that the step added.
    before = models.JSONField(null=True, blank=True)
    after = models.CharField(_("fingerprint after the step"), max_length=64)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("taken by"))
    taken_at = models.DateTimeField(_("taken"), default=clock.now)
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = AgendaStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step in the agenda")
        verbose_name_plural = _("steps in the agenda")
        ordering = ["-taken_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(act="added", before__isnull=True) | ~Q(act="added") & Q(before__isnull=False),
                name="agenda_step_keeps_what_was_before",
            ),
        ]

    def __str__(self) -> str:
        return self.get_act_display()
