"""The agenda: the working sessions that staff move, and the releases that everybody else reads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parties.models import Party, Person, User
from parties.models.retention import Retention
from socportal import clock
from socportal.bilingual import Bilingual

from .audience import SECRETARIES, AudienceBound, AudienceQuerySet, among, is_known
from .decisions import HeadsDecision
from .delegations import Registration
from .editions import Edition
from .frozen import Frozen, FrozenQuerySet
from .standing import Standing
from .working_groups import CoChair, Mandate


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
    title_en = models.CharField(_("title, English"), max_length=160)
    title_nl = models.CharField(_("title, Dutch"), max_length=160, blank=True)
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
        help_text=_("Purpose, papers, expected outcome. No operational police information."),
    )
    annotation_nl = models.TextField(_("annotation, Dutch"), blank=True)
    annotation = Bilingual()

    class Meta:
        abstract = True

    @property
    def is_pause(self) -> bool:
        return self.kind in PAUSES


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
        at = at or clock.now()
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

    # Running and finished are read off the clock (workflows §4.3).
    TRANSITIONS = {Status.SCHEDULED: (Status.CANCELLED,), Status.CANCELLED: ()}

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("edition"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.SCHEDULED)
    cancelled_note_en = models.CharField(
        _("what happens instead, English"), max_length=160, blank=True, help_text=_("Shown beside “Cancelled”.")
    )
    cancelled_note_nl = models.CharField(_("what happens instead, Dutch"), max_length=160, blank=True)

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


class AgendaReleaseQuerySet(FrozenQuerySet["AgendaRelease"]):
    def newest_first(self) -> AgendaReleaseQuerySet:
        return self.order_by("edition", "-major", "-minor")

    def current(self) -> AgendaReleaseQuerySet:
        """The latest of each edition: a release is superseded by the one after it, not by a mark upon it."""
        later = AgendaRelease.objects.filter(edition=OuterRef("edition")).filter(
            Q(major__gt=OuterRef("major")) | Q(major=OuterRef("major"), minor__gt=OuterRef("minor"))
        )
        return self.filter(~Exists(later))

    def since_postponement(self) -> AgendaReleaseQuerySet:
        """Those that still hold: with the notice of a postponement nothing of an earlier one does (workflows §4.1)."""
        postponed = HeadsDecision.objects.postponements().filter(edition=OuterRef("edition"))
        return self.filter(~Exists(postponed.filter(settled_at__gte=OuterRef("released_at"))))

    def visible_to(self, user: Any, at: datetime | None = None) -> AgendaReleaseQuerySet:
        """Of an edition the reader may see; older ones only for its secretaries."""
        at = at or clock.now()
        editions = Edition.objects.visible_to(user, at)
        rule = Q(pk__in=AgendaRelease.objects.current().values("pk"))
        if is_known(user):
            rule |= Q(edition__in=Edition.objects.filter(Edition.objects.all().prepared_by(user, at)))
        return self.filter(rule, not_withdrawn("edition", user, at), edition__in=editions)


class AgendaRelease(Frozen):
    """A numbered, immutable version of the agenda: the only one that delegates, feeds and files see."""

    RETENTION = {Retention.RECORD: ("note", "content_hash")}

    class Kind(models.TextChoices):
        OUTLINE = "outline", _("outline")
        PROVISIONAL = "provisional", _("provisional agenda")
        FINAL = "final", _("final agenda")
        LIVE = "live", _("agenda of the day")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="releases", verbose_name=_("edition"))
    major = models.PositiveSmallIntegerField()
    minor = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    released_at = models.DateTimeField(_("released"), default=clock.now)
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("released by"))
    note = models.TextField(_("note with the release"), blank=True)
    content_hash = models.CharField(_("fingerprint of the content"), max_length=64)

    objects = AgendaReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("agenda release")
        verbose_name_plural = _("agenda releases")
        ordering = ["edition", "-major", "-minor"]
        constraints = [models.UniqueConstraint(fields=["edition", "major", "minor"], name="agenda_release_number_is_used_once")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"{self.major}.{self.minor}"


class ReleasedSessionQuerySet(AudienceQuerySet, FrozenQuerySet[Any]):
    def visible_to(self, user: Any, at: datetime | None = None) -> ReleasedSessionQuerySet:
        at = at or clock.now()
        return super().visible_to(user, at).filter(not_withdrawn("release__edition", user, at))

    def current(self) -> ReleasedSessionQuerySet:
        return self.filter(release__in=AgendaRelease.objects.current())

    def in_order(self) -> ReleasedSessionQuerySet:
        return self.order_by("starts_at", "room__position", "session_id")

    def marked_mine(self, user: Any) -> ReleasedSessionQuerySet:
        """Annotate `is_mine`: open to all, or one is member, co-chair, chair or speaker of it."""
        person = getattr(user, "person_id", None)
        if person is None:
            return self.annotate(is_mine=Q(kind__in=FOR_ALL))
        member = Registration.objects.live().filter(person=person, mandates=OuterRef("mandate"))
        co_chair = CoChair.objects.filter(person=person, mandate=OuterRef("mandate"))
        speaks = ReleasedSpeaker.objects.filter(person=person, released_session=OuterRef("pk"))
        return self.annotate(is_mine=Q(kind__in=FOR_ALL) | Exists(member) | Exists(co_chair) | Exists(speaks))


class ReleasedSession(Frozen, SessionFields):
    """One session as it stood in a release: the row a reader sees, with the audience it was released to."""

    RETENTION = {Retention.RECORD: ("room_name", "floor", "cancelled_note", "changes")}

    EDITION_PATH = "release__edition"
    DIALOGUE_PATH = "release__edition__dialogue"
    PARENT_PATHS = ("release__edition",)

    release = models.ForeignKey(
        AgendaRelease, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("agenda release")
    )
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="released", verbose_name=_("session"))
    room_name_en = models.CharField(max_length=40, blank=True)
    room_name_nl = models.CharField(max_length=40, blank=True)
    room_name = Bilingual()
    floor_en = models.CharField(max_length=40, blank=True)
    floor_nl = models.CharField(max_length=40, blank=True)
    floor = Bilingual()
    is_cancelled = models.BooleanField(_("cancelled"), default=False)
    cancelled_note_en = models.CharField(max_length=160, blank=True)
    cancelled_note_nl = models.CharField(max_length=160, blank=True)
    cancelled_note = Bilingual()
    # What changed since the last planned release: {"room_changed": {"en": "Canal Room", "nl": …}, "time_changed": "2027-…"}
    changes = models.JSONField(_("what changed"), default=dict, blank=True)

    objects = ReleasedSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("released session")
        verbose_name_plural = _("released sessions")
        ordering = ["release", "starts_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["release", "session"], name="session_stands_once_in_a_release"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="released_session_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return str(self.title)


class ReleasedSpeaker(Frozen):
    """A part in a released session, by post; the person's name is resolved when it is shown, so that it can be purged."""

    RETENTION = {Retention.RECORD: ("post",)}

    released_session = models.ForeignKey(
        ReleasedSession, on_delete=models.PROTECT, related_name="speakers", verbose_name=_("released session")
    )
    role = models.CharField(_("part"), max_length=12, choices=SlotRole)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("party"))
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    post_en = models.CharField(max_length=160, blank=True)
    post_nl = models.CharField(max_length=160, blank=True)
    post = Bilingual()
    is_confirmed = models.BooleanField(default=False)

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("released chair or speaker")
        verbose_name_plural = _("released chairs and speakers")
        ordering = ["released_session", "id"]

    def __str__(self) -> str:
        return self.get_role_display()
