"""Progress rounds and reports: asked by a date, compiled as a snapshot that never changes, agreed by every party (§4.8)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parties.models import Organisation, Party, User
from parties.models.retention import Retention
from socportal import clock
from socportal.bilingual import Bilingual

from .action_items import ActionItem
from .action_standing import CARRIED_TOO_OFTEN
from .audience import AudienceQuerySet
from .ceiling import within_ceiling
from .consents import Consent
from .dialogues import Appointment, Dialogue
from .editions import Edition
from .engagements import Engagement
from .frozen import Frozen, FrozenQuerySet
from .progress import ProgressUpdate
from .publication import Publishable
from .standing import Standing, instant
from .working_groups import Theme

# Fewer than so many items are told to nobody as a number.
REPORTED_COUNTS = ("opened", "closed", "carried", "overdue")
FEWEST_SHOWN = 5


class ProgressRoundQuerySet(models.QuerySet["ProgressRound"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> ProgressRoundQuerySet:
        """Secretaries and focal points work in it; the heads' offices and those who take part read it once it is agreed."""
        at = at or instant()
        if not (user.is_authenticated and user.is_active and user.person_id):
            return self.none()
        standing = Standing(user.person_id, at)
        working = standing.dialogues(*Appointment.SECRETARIES, *Appointment.FOCAL_POINTS)
        reading = standing.dialogues(Appointment.Role.HEAD_OFFICE, Appointment.Role.PRESS_OFFICER)
        done = Q(status__in=ProgressRound.AGREED_ON)
        participants = Q(edition__in=standing.editions()) | Q(for_edition__in=standing.editions())
        return self.filter(Q(dialogue__in=working) | done & (Q(dialogue__in=reading) | participants))

    def live(self) -> ProgressRoundQuerySet:
        return self.exclude(status=ProgressRound.Status.CLOSED)


class ProgressRound(models.Model):
    """One asking for progress: since which edition, by which day, and how far its report has come."""

    class Kind(models.TextChoices):
        FIRST = "first", pgettext_lazy("progress round", "first (ninety days after closing)")
        HALF_YEAR = "half_year", pgettext_lazy("progress round", "half-year, to the heads of delegation")
        ANNUAL = "annual", pgettext_lazy("progress round", "annual, for the next edition")

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("progress round", "open")
        COMPILED = "compiled", pgettext_lazy("progress round", "compiled")
        IN_PARTY_REVIEW = "in_party_review", pgettext_lazy("progress round", "in review by the parties")
        AGREED = "agreed", pgettext_lazy("progress round", "agreed")
        CLOSED = "closed", pgettext_lazy("progress round", "closed")

    # `due` of §4.8 is read off the calendar: open, and its day has passed. A report in review is compiled anew as another
    # version, and asks everybody again.
    TRANSITIONS = {
        Status.OPEN: (Status.COMPILED,),
        Status.COMPILED: (Status.COMPILED, Status.IN_PARTY_REVIEW),
        Status.IN_PARTY_REVIEW: (Status.COMPILED, Status.AGREED),
        Status.AGREED: (Status.CLOSED,),
        Status.CLOSED: (),
    }
    AGREED_ON = (Status.AGREED, Status.CLOSED)
    # To the heads of delegation goes what is late or was carried over twice; the first round is for the secretariats.
    TO_THE_HEADS = (Kind.HALF_YEAR, Kind.ANNUAL)

    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="progress_rounds", verbose_name=_("dialogue"))
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="progress_rounds", verbose_name=_("progress since")
    )
    for_edition = models.ForeignKey(
        Edition,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="progress_awaited",
        verbose_name=_("reported to"),
        help_text=_("The edition at which it is told; only of an annual round."),
    )
    kind = models.CharField(_("round"), max_length=9, choices=Kind)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("opened by"))
    opened_at = models.DateTimeField(_("opened"), default=clock.now)
    due_on = models.DateField(_("updates by"))
    status = models.CharField(_("status"), max_length=15, choices=Status, default=Status.OPEN)
    status_since = models.DateTimeField(_("since"), default=clock.now)

    objects = ProgressRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress round")
        verbose_name_plural = _("progress rounds")
        ordering = ["dialogue", "-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["dialogue"], condition=~Q(status="closed"), name="dialogue_has_one_progress_round_at_a_time"
            ),
            models.UniqueConstraint(fields=["edition", "kind"], name="edition_has_one_progress_round_of_a_kind"),
            models.CheckConstraint(
                condition=Q(for_edition__isnull=True) | Q(kind="annual"), name="annual_round_alone_names_the_next_edition"
            ),
            models.CheckConstraint(
                condition=Q(for_edition__isnull=True) | ~Q(for_edition=F("edition")),
                name="progress_is_reported_to_another_edition",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("progress-round", args=[self.pk])

    def is_due(self, at: datetime | None = None) -> bool:
        """Still open, and the day for updates has passed by the UTC calendar."""
        return self.status == self.Status.OPEN and (at or clock.now()).astimezone(UTC).date() > self.due_on


class ProgressReportQuerySet(FrozenQuerySet["ProgressReport"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> ProgressReportQuerySet:
        return self.filter(round__in=ProgressRound.objects.visible_to(user, at))

    def newest(self) -> ProgressReportQuerySet:
        """The last version of each round."""
        later = ProgressReport.objects.filter(round=models.OuterRef("round"), version__gt=models.OuterRef("version"))
        return self.filter(~models.Exists(later))


class ProgressReport(Frozen):
    """One version of a round's report: everything as it stood at `as_of`. Agreed by the focal points of every party."""

    round = models.ForeignKey(ProgressRound, on_delete=models.PROTECT, related_name="reports", verbose_name=_("round"))
    version = models.PositiveSmallIntegerField(_("version"))
    as_of = models.DateTimeField(_("as of"), default=clock.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("compiled by"))
    consents = GenericRelation(Consent)

    objects = ProgressReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        ordering = ["round", "-version"]
        constraints = [models.UniqueConstraint(fields=["round", "version"], name="progress_report_has_its_own_version")]

    def __str__(self) -> str:
        return f"{self.round}, {self.version}"

    @property
    def views_so_far(self) -> int:
        """Consents count for the views that stand: every new one opens a new round of them."""
        return self.views.count() + 1


class ReportedTheme(Frozen):
    """A theme of the report, with how many items were opened, closed, carried over and are overdue, hidden ones counted.

    Items without a theme stand in a row of their own for each edition in which they were agreed. What everybody may read of
    the numbers is decided where they are shown: a small one never is.
    """

    RETENTION = {Retention.RECORD: ("name",)}

    report = models.ForeignKey(ProgressReport, on_delete=models.PROTECT, related_name="themes")
    position = models.PositiveSmallIntegerField()
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, related_name="+")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    name_en = models.CharField(max_length=160, blank=True)
    name_nl = models.CharField(max_length=160, blank=True)
    name = Bilingual()
    opened = models.PositiveIntegerField()
    closed = models.PositiveIntegerField()
    carried = models.PositiveIntegerField()
    overdue = models.PositiveIntegerField()

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("theme of a progress report")
        verbose_name_plural = _("themes of progress reports")
        ordering = ["report", "position"]
        constraints = [
            models.UniqueConstraint(fields=["report", "theme"], name="theme_stands_once_in_a_progress_report"),
            models.UniqueConstraint(
                fields=["report", "edition"],
                condition=Q(theme__isnull=True),
                name="items_without_theme_stand_once_an_edition",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def safe(self) -> dict[str, int | None]:
        """The numbers as anybody may read them (decision 0015): none under five, and none from which one under five follows.

        Rows that a reader does not see are counted too, so that a small number could tell of one of them. What is left over
        counts as a number: how many are not closed, not carried over, not overdue, neither closed nor overdue. Nothing left
        over tells of no single item.
        """
        counts = {name: getattr(self, name) for name in REPORTED_COUNTS}
        if self.opened < FEWEST_SHOWN:
            return dict.fromkeys(counts)
        safe = {name: None if count < FEWEST_SHOWN or self._leaves_few(count) else count for name, count in counts.items()}
        closed, overdue = safe["closed"], safe["overdue"]
        if closed is not None and overdue is not None and self._leaves_few(closed + overdue):
            safe["overdue"] = None
        return safe

    def _leaves_few(self, count: int) -> bool:
        return 0 < self.opened - count < FEWEST_SHOWN

    def told(self, name: str) -> str:
        """One of the numbers as anybody may read it, in words where it is not shown."""
        number = self.safe[name]
        if number is not None:
            return str(number)
        few = min(self.opened, getattr(self, name)) < FEWEST_SHOWN
        return str(_("fewer than 5") if few else _("not shown"))


class ReportedItemQuerySet(FrozenQuerySet["ReportedItem"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> ReportedItemQuerySet:
        """Of a report one may read, and of an item one may read: what hangs on a hidden thing is hidden."""
        reports = ProgressReport.objects.visible_to(user, at)
        return self.filter(report__in=reports, action_item__in=ActionItem.objects.visible_to(user, at))

    def public(self) -> ReportedItemQuerySet:
        return self.filter(is_public=True)


class ReportedItem(Frozen):
    """An action item as it stood when the report was compiled."""

    RETENTION = {Retention.RECORD: ("number", "text", "measure", "why")}

    report = models.ForeignKey(ProgressReport, on_delete=models.PROTECT, related_name="items")
    theme = models.ForeignKey(ReportedTheme, on_delete=models.PROTECT, related_name="items")
    action_item = models.ForeignKey(ActionItem, on_delete=models.PROTECT, related_name="reported")
    position = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=24)
    text_en = models.CharField(max_length=300)
    text_nl = models.CharField(max_length=300, blank=True)
    text = Bilingual()
    measure_en = models.CharField(max_length=300, blank=True)
    measure_nl = models.CharField(max_length=300, blank=True)
    measure = Bilingual()
    status = models.CharField(max_length=18, choices=ActionItem.Status)
    status_since = models.DateTimeField()
    is_joint = models.BooleanField(default=False)
    is_public = models.BooleanField(default=False)
    due_on = models.DateField(null=True)
    original_due_on = models.DateField(null=True)
    is_overdue = models.BooleanField(default=False)
    times_carried = models.PositiveSmallIntegerField(default=0)
    escalation_level = models.PositiveSmallIntegerField(default=0)
    # Why it is blocked or was moved last, in the words of whoever said so.
    why = models.TextField(blank=True)

    objects = ReportedItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("reported action item")
        verbose_name_plural = _("reported action items")
        ordering = ["report", "position"]
        constraints = [
            models.UniqueConstraint(fields=["report", "action_item"], name="action_item_stands_once_in_a_progress_report")
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_for_the_heads(self) -> bool:
        """Sixty days overdue, or carried over twice, when the report was compiled."""
        return self.escalation_level == 3 or (self.times_carried >= CARRIED_TOO_OFTEN and self.status in ActionItem.LIVE)


class ReportedLead(Frozen):
    """A lead of a reported item, and its update of this round; without one the report says that none was received."""

    RETENTION = {Retention.RECORD: ("owner_post",)}

    item = models.ForeignKey(ReportedItem, on_delete=models.PROTECT, related_name="leads")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    owner_post_en = models.CharField(max_length=160, blank=True)
    owner_post_nl = models.CharField(max_length=160, blank=True)
    owner_post = Bilingual()
    update = models.ForeignKey(ProgressUpdate, on_delete=models.PROTECT, null=True, related_name="+")
    # Nothing was asked of it in this round: it was finished, or not yet agreed.
    is_asked = models.BooleanField(default=True)

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("reported lead")
        verbose_name_plural = _("reported leads")
        ordering = ["item", "party__code"]
        constraints = [models.UniqueConstraint(fields=["item", "party"], name="party_leads_a_reported_item_once")]

    def __str__(self) -> str:
        return f"{self.item}: {self.party}"

    @property
    def is_silent(self) -> bool:
        return self.is_asked and self.update_id is None


class ReportedEngagement(Frozen):
    """An engagement that was held in the time of the report."""

    report = models.ForeignKey(ProgressReport, on_delete=models.PROTECT, related_name="engagements")
    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="+")
    theme = models.ForeignKey(ReportedTheme, on_delete=models.PROTECT, null=True, related_name="engagements")
    position = models.PositiveSmallIntegerField()

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("reported engagement")
        verbose_name_plural = _("reported engagements")
        ordering = ["report", "position"]
        constraints = [
            models.UniqueConstraint(fields=["report", "engagement"], name="engagement_stands_once_in_a_progress_report")
        ]

    def __str__(self) -> str:
        return str(self.engagement)


class PartyViewQuerySet(FrozenQuerySet["PartyView"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> PartyViewQuerySet:
        return self.filter(item__in=ReportedItem.objects.visible_to(user, at))


class PartyView(Frozen):
    """How a party sees a reported item where it does not share what the lead says: both stand in the report."""

    RETENTION = {Retention.RECORD: ("text",)}

    MOST_WORDS = ProgressUpdate.MOST_WORDS

    report = models.ForeignKey(ProgressReport, on_delete=models.PROTECT, related_name="views")
    item = models.ForeignKey(ReportedItem, on_delete=models.PROTECT, related_name="views")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", verbose_name=_("party"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    text = models.TextField(_("your party’s view"), validators=[within_ceiling])
    lang = models.CharField(max_length=2, choices=[("en", "English"), ("nl", "Nederlands")])

    objects = PartyViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("view of a party")
        verbose_name_plural = _("views of parties")
        ordering = ["item", "at", "id"]

    def __str__(self) -> str:
        return f"{self.item}: {self.party}"


class ProgressSectionQuerySet(AudienceQuerySet):
    def worked_on_by(self, user: Any, at: datetime | None = None) -> ProgressSectionQuerySet:
        """Before it is public: press officers edit and clear it, secretaries keep it, focal points read it."""
        if not (user.is_authenticated and user.is_active and user.person_id):
            return self.none()
        roles = (Appointment.Role.PRESS_OFFICER, *Appointment.SECRETARIES, *Appointment.FOCAL_POINTS)
        return self.filter(edition__dialogue__in=Standing(user.person_id, at or clock.now()).dialogues(*roles))


class ProgressSection(Publishable):
    """What is told in public of an agreed report: drafted from its rows, edited by the press officers, published by two."""

    RETENTION = {Retention.RECORD: ("text",)}

    PARENT_PATHS = ("edition",)

    report = models.OneToOneField(
        ProgressReport, on_delete=models.PROTECT, related_name="section", verbose_name=_("progress report"), editable=False
    )
    edition = models.ForeignKey(
        Edition,
        on_delete=models.PROTECT,
        related_name="progress_sections",
        verbose_name=_("progress since"),
        editable=False,
        help_text=_("The edition since which progress is told."),
    )
    text_en = models.TextField(_("text, English"), validators=[within_ceiling])
    text_nl = models.TextField(_("text, Dutch"), validators=[within_ceiling])
    text = Bilingual()
    text_round = models.PositiveSmallIntegerField(default=1, editable=False)
    consents = GenericRelation(Consent)

    objects = ProgressSectionQuerySet.as_manager()

    CLEARED = "cleared"
    CONSENTED_BESIDE = {CLEARED: pgettext_lazy("press officer", "cleared")}

    class Meta:
        verbose_name = _("progress told in public")
        verbose_name_plural = _("progress told in public")
        ordering = ["edition", "-id"]
        constraints = [*Publishable.Meta.constraints]

    def __str__(self) -> str:
        return str(_("Progress since the %(year)d Dialogue") % {"year": self.edition.year})

    def get_absolute_url(self) -> str:
        return f"{self.edition.get_absolute_url()}#progress-since"

    def publication_reasons(self) -> list[str]:
        """Text cleared by the press officers of every party, and nothing else, goes out (workflows §4.8)."""
        cleared = self.consents.filter(to_status=self.CLEARED, round=self.text_round).values("party")
        left = self.edition.dialogue.parties.exclude(pk__in=cleared).order_by("code")
        said = _("The press officer of %(party)s has not cleared this text yet.")
        return [said % {"party": party} for party in left]
