"""Conclusions: what a session came to, and the summary of an edition that all parties adopt (workflows §4.9)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from parties.models import Party, User
from parties.models.retention import Retention
from socportal import clock
from socportal.bilingual import Bilingual

from .action_items import ActionItem
from .agenda import PAUSES, Session, SlotRole, SpeakerSlot
from .audience import FOCAL_POINTS, SECRETARIES, Audience, is_known
from .ceiling import within_ceiling
from .consents import Consent
from .dialogues import Appointment
from .editions import Edition
from .frozen import Frozen, FrozenQuerySet
from .releases import ReleasedSession
from .standing import Standing
from .working_groups import CoChair, Mandate

LANGUAGES = [("en", "English"), ("nl", "Nederlands")]
# Of a session for one party or the secretariat alone, nothing goes into a text that all parties adopt.
REPORTED_AUDIENCES = (Audience.PUBLIC, Audience.DELEGATES, Audience.GROUP)
ITEM = "– "


def sessions_with_report(edition: Edition | None = None) -> Any:
    """The sessions that can have one: held, not a pause, and not for one party or the secretariat alone."""
    sessions = Session.objects.going_ahead().exclude(kind__in=PAUSES).filter(audience__in=REPORTED_AUDIENCES)
    return sessions.filter(edition=edition) if edition else sessions


def sessions_owing_report(edition: Edition | None = None) -> Any:
    """Those that owe one: a working group meets in it, or somebody is its rapporteur."""
    rapporteurs = SpeakerSlot.objects.filter(session=OuterRef("pk"), role=SlotRole.RAPPORTEUR)
    return sessions_with_report(edition).filter(Q(mandate__isnull=False) | Exists(rapporteurs))


def sessions_reported_by(user: Any, at: datetime | None = None) -> Any:
    """The sessions whose report this reader writes or agrees: as rapporteur, as co-chair, as secretary.

    The working agenda stays the secretaries’: to anybody else a session is there once it has been released. A rapporteur
    need not be a member of the group.
    """
    if not is_known(user):
        return Session.objects.none()
    person = user.person_id
    slots = SpeakerSlot.objects.filter(session=OuterRef("pk"), role=SlotRole.RAPPORTEUR, person=person)
    co_chairs = CoChair.objects.filter(mandate=OuterRef("mandate"), person=person)
    released = ReleasedSession.objects.current().filter(is_cancelled=False)
    own = Q(mandate__rapporteur=person) | Exists(slots) | Exists(co_chairs)
    staff = Q(edition__dialogue__in=sorted(Standing(person, at or clock.now()).dialogues(*SECRETARIES)))
    editions = Edition.objects.visible_to(user, at)
    return sessions_with_report().filter(staff | own & Q(pk__in=released.values("session")), edition__in=editions)


def actions_of_session(session: Session, user: Any, at: datetime | None = None) -> Any:
    """What came of a session, as far as one may read it; who reports on it also reads what is proposed there."""
    rule = Q(pk__in=ActionItem.objects.visible_to(user, at).values("pk"))
    if sessions_reported_by(user, at).filter(pk=session.pk).exists():
        rule |= Q(status=ActionItem.Status.PROPOSED) & ~Q(audience=Audience.SECRETARIAT)
    return ActionItem.objects.filter(rule, session=session).order_by("serial")


class SessionReportQuerySet(models.QuerySet["SessionReport"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> SessionReportQuerySet:
        """Who writes or agrees it. Once final also the members of its group and the focal points, as far as they may read
        the session: what hangs on a hidden one is hidden with it.
        """
        if not is_known(user):
            return self.none()
        standing = Standing(user.person_id, at or clock.now())
        told = Q(session__mandate__in=sorted(standing.groups()))
        told |= Q(session__edition__dialogue__in=sorted(standing.dialogues(*FOCAL_POINTS)))
        told &= Q(status=SessionReport.Status.FINAL, session__in=Session.objects.visible_to(user, at))
        return self.filter(Q(session__in=sessions_reported_by(user, at)) | told)


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
    points = models.TextField(
        _("points made"), blank=True, validators=[within_ceiling], help_text=_("Unattributed: no names, no parties’ positions.")
    )
    conclusions = models.TextField(
        _("conclusions"), validators=[within_ceiling], help_text=_("One a line, as they are to be read out.")
    )
    questions = models.TextField(
        _("questions for plenary"), blank=True, validators=[within_ceiling], help_text=_("One a line.")
    )
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

    def get_absolute_url(self) -> str:
        return reverse("report", args=[self.session_id])

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
        circulated = Q(edition__dialogue__in=asked) | Q(edition__mandates__co_chairs__person=user.person_id)
        rule |= ~Q(status=Summary.Status.DRAFT) & circulated
        rule |= Q(status=Summary.Status.ADOPTED, edition__in=sorted(standing.editions()))
        return self.filter(rule, edition__in=Edition.objects.visible_to(user, at)).distinct()


class Summary(models.Model):
    """The summary of conclusions of an edition, with its list of actions: assembled, circulated, adopted by all (T40, T41).

    The text is plain: an empty line ends a block, a line that begins with a dash is one conclusion. The actions stand
    beside it as action items, never in it.
    """

    RETENTION = {Retention.RECORD: ("text", "assembled_hash")}

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
    text_en = models.TextField(_("summary of conclusions, English"), blank=True, validators=[within_ceiling])
    text_nl = models.TextField(_("summary of conclusions, Dutch"), blank=True, validators=[within_ceiling])
    text = Bilingual()
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    round = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    assembled_at = models.DateTimeField(_("assembled"), default=clock.now, editable=False)
    # SHA-256 of both texts as they were assembled: tells whether somebody has edited them since.
    assembled_hash = models.CharField(max_length=64, blank=True, editable=False)
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

    def get_absolute_url(self) -> str:
        return reverse("conclusions", args=[self.edition.dialogue.slug, self.edition.year])

    @property
    def is_edited(self) -> bool:
        """Whether the texts are no longer as they were assembled."""
        return self.assembled_hash != hash_of(self.text_en, self.text_nl)

    def actions_for(self, user: Any, at: datetime | None = None) -> Any:
        """The list of actions as this reader may see it: what is proposed, and what was agreed and not let go.

        A clearing officer adopts for a party, and therefore reads the proposals that are not one group’s own.
        """
        visible = ActionItem.objects.visible_to(user, at)
        rule = Q(pk__in=visible.values("pk"))
        cleared = Standing(user.person_id, at or clock.now()).dialogues(Appointment.Role.CLEARING_OFFICER)
        if self.status != self.Status.DRAFT and self.edition.dialogue_id in cleared:
            rule |= Q(audience__in=[Audience.PUBLIC, Audience.DELEGATES])
        gone = [ActionItem.Status.SUPERSEDED, ActionItem.Status.WITHDRAWN]
        return ActionItem.objects.filter(rule, edition=self.edition_id).exclude(status__in=gone).order_by("serial")


def hash_of(text_en: str, text_nl: str) -> str:
    """SHA-256 of the two texts; line ends as a browser sends them count for nothing."""
    plain = "\0".join("\n".join(text.strip().splitlines()) for text in (text_en, text_nl))
    return hashlib.sha256(plain.encode()).hexdigest()


@dataclass(frozen=True)
class Block:
    """One piece of a summary: what stands above, and the conclusions below it; `lang` where it is not the text’s own."""

    heading: str
    lines: list[str]
    items: list[str]
    lang: str


def in_language(lang: str) -> str:
    """What a heading says of conclusions that stand below it in the other language: “(in Dutch)”."""
    return {"en": _("(in English)"), "nl": _("(in Dutch)")}[lang]  # type: ignore[return-value]


def blocks_of(text: str, lang: str) -> list[Block]:
    """The pieces of a summary’s text: a first line followed by conclusions is a heading, all else is running text."""
    blocks = []
    with override(lang):
        marks = {other: str(in_language(other)) for other, _name in LANGUAGES if other != lang}
    for piece in "\n".join(line.strip() for line in text.splitlines()).split("\n\n"):
        lines = [line for line in piece.split("\n") if line]
        items = [line.lstrip("–-• ").strip() for line in lines if line.startswith(("–", "-", "•"))]
        plain = [line for line in lines if not line.startswith(("–", "-", "•"))]
        if not lines:
            continue
        heading = plain.pop(0) if items and plain else ""
        other = next((one for one, mark in marks.items() if heading.endswith(mark)), lang)
        blocks.append(Block(heading, plain, items, other))
    return blocks


class SummaryComment(Frozen):
    """What somebody says of one version of the summary, for which party."""

    RETENTION = {Retention.RECORD: ("text",)}

    summary = models.ForeignKey(Summary, on_delete=models.PROTECT, related_name="comments", verbose_name=_("summary"))
    round = models.PositiveSmallIntegerField(_("version"))
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("party"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), default=clock.now)
    text = models.TextField(_("comment"), max_length=2000, validators=[within_ceiling])

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["summary", "at", "id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="comment_says_something")]

    def __str__(self) -> str:
        return f"{self.summary_id}, {self.round}"
