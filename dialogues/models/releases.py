"""Releases of the agenda: numbered, frozen, and the only thing of it that delegates, feeds and files are made of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from parties.models import Party, Person, User
from parties.models.retention import Retention
from socportal import clock
from socportal.bilingual import Bilingual

from .agenda import FOR_ALL, Session, SessionFields, SlotRole, not_withdrawn
from .audience import SECRETARIES, AudienceQuerySet, among, is_known
from .ceiling import within_ceiling
from .decisions import HeadsDecision
from .delegations import Registration
from .editions import Edition
from .frozen import Frozen, FrozenQuerySet
from .standing import Standing, instant
from .working_groups import CoChair


class AgendaReleaseQuerySet(FrozenQuerySet["AgendaRelease"]):
    def newest_first(self) -> AgendaReleaseQuerySet:
        return self.order_by("edition", "-major", "-minor")

    def for_delegates(self) -> AgendaReleaseQuerySet:
        """Without outlines, which the parties' secretaries alone exchange, and without what was withdrawn."""
        return self.filter(withdrawal__isnull=True).exclude(kind=AgendaRelease.Kind.OUTLINE)

    def current(self) -> AgendaReleaseQuerySet:
        """What readers see of each edition: the latest for delegates. A release is superseded by the one after it, not by a
        mark upon it; where the latest is withdrawn, the one before it holds again.
        """
        later = AgendaRelease.objects.for_delegates().filter(edition=OuterRef("edition"))
        later = later.filter(Q(major__gt=OuterRef("major")) | Q(major=OuterRef("major"), minor__gt=OuterRef("minor")))
        return self.for_delegates().filter(~Exists(later))

    def holding(self) -> AgendaReleaseQuerySet:
        """Those that delegates go by: an outline is none of them, nor what was withdrawn or was of former days."""
        return self.for_delegates().since_postponement()

    def since_postponement(self) -> AgendaReleaseQuerySet:
        """With the notice of a postponement nothing of an earlier release holds any more (workflows §4.1)."""
        postponed = HeadsDecision.objects.postponements().filter(edition=OuterRef("edition"))
        return self.filter(~Exists(postponed.filter(settled_at__gte=OuterRef("released_at"))))

    def visible_to(self, user: Any, at: datetime | None = None) -> AgendaReleaseQuerySet:
        """Of an edition the reader may see; older ones only for its secretaries."""
        at = at or instant()
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


class ReleaseWithdrawal(Frozen):
    """A release taken back from its readers, with the reason; rare, and nothing of it is deleted (workflows §4.3, law R7)."""

    RETENTION = {Retention.RECORD: ("reason",)}

    release = models.OneToOneField(
        AgendaRelease, on_delete=models.PROTECT, related_name="withdrawal", verbose_name=_("agenda release")
    )
    reason = models.TextField(_("reason"), validators=[within_ceiling])
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("withdrawn by"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), default=clock.now)

    class Meta:
        verbose_name = _("withdrawal of a release")
        verbose_name_plural = _("withdrawals of releases")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="withdrawal_of_a_release_has_a_reason")]

    def __str__(self) -> str:
        return _("Withdrawn: %(number)s") % {"number": self.release.number}


class ReleasedSessionQuerySet(AudienceQuerySet, FrozenQuerySet[Any]):
    def visible_to(self, user: Any, at: datetime | None = None) -> ReleasedSessionQuerySet:
        """By the audience it was released to; of an outline or a withdrawn release, for the secretaries alone."""
        at = at or instant()
        rule = Q(release__withdrawal__isnull=True) & ~Q(release__kind=AgendaRelease.Kind.OUTLINE)
        if is_known(user):
            rule |= among("release__edition__dialogue", Standing(user.person_id, at).dialogues(*SECRETARIES))
        return self.told_to(user, at).filter(rule)

    def told_to(self, user: Any, at: datetime | None = None) -> ReleasedSessionQuerySet:
        """What releases said to this reader, one since withdrawn included: the notice of the next one starts from there."""
        at = at or instant()
        return super().visible_to(user, at).filter(not_withdrawn("release__edition", user, at))

    def current(self) -> ReleasedSessionQuerySet:
        return self.filter(release__in=AgendaRelease.objects.current())

    def in_order(self) -> ReleasedSessionQuerySet:
        return self.order_by("starts_at", "room__position", "session_id")

    def marked_overtaken(self) -> ReleasedSessionQuerySet:
        """Annotate `is_overtaken`: released before a postponement, since which nothing of it holds (workflows §4.1)."""
        since = HeadsDecision.objects.postponements().filter(edition=OuterRef("release__edition"))
        return self.annotate(is_overtaken=Exists(since.filter(settled_at__gte=OuterRef("release__released_at"))))

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

    RETENTION = {Retention.RECORD: ("room_name", "floor", "cancelled_note", "changes", "papers")}

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
    # What to label on it until the next planned release (procedures/agenda_changes.labels):
    # {"room_changed": {"en": …, "nl": …}, "time_changed": former start, "live_at": when it was last moved on the day …}
    changes = models.JSONField(_("what changed"), default=dict, blank=True)
    # The papers that lay at it then, each as [paper, language, number of its version]: for what is said of new ones.
    papers = models.JSONField(_("papers"), default=list, blank=True)
    # RFC 5545 §3.8.7.4: rises where title, time, room or cancellation differ from the last release that held the session.
    sequence = models.PositiveIntegerField(_("revision in calendars"), default=0)

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
