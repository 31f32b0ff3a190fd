"""Between two editions: meetings, visits and exchanges; and the initiatives of others that the dialogue supports."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Case, Exists, ExpressionWrapper, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parties.models import Citation, Organisation, Party
from parties.models.retention import Retention
from socportal import clock
from socportal.bilingual import LANGUAGES, Bilingual

from .audience import AudienceQuerySet, is_known
from .ceiling import within_ceiling
from .consents import Consent
from .dates import Dated, Precision
from .dialogues import Appointment, Dialogue
from .editions import Edition
from .publication import Publishable
from .working_groups import WorkingGroup


def last_day_before(day: date) -> Q:
    """Whether the last day that an engagement can have been on lies before `day`, as exactly as its date is known."""
    last_named = Q(last_named__lt=day)
    return (
        Q(date_precision__in=[Precision.EXACT, Precision.DAY]) & last_named
        | Q(date_precision=Precision.WEEK, ends_on__isnull=False) & last_named
        | Q(date_precision=Precision.WEEK, ends_on__isnull=True, starts_on__lt=day - timedelta(days=6))
        | Q(date_precision=Precision.MONTH, last_named__lt=day.replace(day=1))
        | Q(date_precision=Precision.YEAR, last_named__lt=day.replace(month=1, day=1))
    )


def read_from_a_text(*fields: str) -> Exists:
    """Whether a published text is cited for one of these fields: what it says is public already."""
    return Exists(
        Citation.objects.filter(
            content_type__app_label="dialogues",
            content_type__model="engagement",
            object_id=OuterRef("pk"),
            field__in=fields,
        )
    )


class EngagementQuerySet(AudienceQuerySet):
    def counted(self) -> EngagementQuerySet:
        """Those that a report of progress counts: held, and nothing that is only planned (workflows §4.7)."""
        return self.filter(status__in=Engagement.OVER)

    def report_awaited(self) -> EngagementQuerySet:
        """Held, and no report yet; what was read from a published text owes none."""
        return self.filter(status=Engagement.Status.HELD).exclude(read_from_a_text("title"))

    def report_owed(self, at: datetime | None = None) -> EngagementQuerySet:
        """The report is awaited, and its last day lies more than three weeks back."""
        before = (at or clock.now()).date() - Engagement.REPORT_WITHIN
        return self.report_awaited().alias(last_named=Coalesce("ends_on", "starts_on")).filter(last_day_before(before))

    def with_place(self, user: Any, at: datetime | None = None) -> EngagementQuerySet:
        """With the place as far as this reader may know it now, as `shows_place` and `known_place_en`, `known_place_nl`.

        Before a visit is over only its secretaries know where it goes, unless a published text says so (law R5).
        """
        at = at or clock.now()
        known = ~Q(kind__in=Engagement.WITH_TRAVEL) | Q(status__in=Engagement.OVER) | last_day_before(at.date())
        known |= Q(read_from_a_text("place"))
        if is_known(user):
            known |= self.prepared_by(user, at)
        rows = self.alias(last_named=Coalesce("ends_on", "starts_on"))
        rows = rows.annotate(shows_place=ExpressionWrapper(known, output_field=models.BooleanField()))
        return rows.annotate(
            **{
                f"known_place_{lang}": Case(
                    When(shows_place=True, then=F(f"place_{lang}")), default=Value(""), output_field=models.TextField()
                )
                for lang in LANGUAGES
            }
        )


class Engagement(Dated, Publishable):
    """A visit, exchange or meeting beside the editions (intersessional). What is not stated stays empty."""

    RETENTION = {
        Retention.RECORD: ("slug", "title", "summary", "standing", "number", "place", "objective", "report", "follows")
    }

    DIALOGUE_PATH = "dialogue"
    EDITION_PATH = None
    PARENT_PATHS = ("dialogue", "edition")

    class Kind(models.TextChoices):
        MINISTERIAL_MEETING = "ministerial_meeting", pgettext_lazy("engagement", "ministerial meeting")
        MINISTERIAL_VISIT = "ministerial_visit", pgettext_lazy("engagement", "ministerial visit")
        OFFICIAL_VISIT = "official_visit", pgettext_lazy("engagement", "official visit")
        STUDY_VISIT = "study_visit", pgettext_lazy("engagement", "study visit")
        EXPERT_EXCHANGE = "expert_exchange", pgettext_lazy("engagement", "expert exchange")
        VIRTUAL_WORKSHOP = "virtual_workshop", pgettext_lazy("engagement", "virtual workshop")
        PREPARATORY_MEETING = "preparatory_meeting", pgettext_lazy("engagement", "preparatory meeting")

    class Status(models.TextChoices):
        IDEA = "idea", pgettext_lazy("engagement", "idea")
        PROPOSED = "proposed", pgettext_lazy("engagement", "proposed")
        AGREED = "agreed", pgettext_lazy("engagement", "agreed")
        SCHEDULED = "scheduled", pgettext_lazy("engagement", "scheduled")
        HELD = "held", pgettext_lazy("engagement", "held")
        REPORTED = "reported", pgettext_lazy("engagement", "reported")
        POSTPONED = "postponed", pgettext_lazy("engagement", "postponed")
        CANCELLED = "cancelled", pgettext_lazy("engagement", "cancelled")

    # workflows §4.7. “Forthcoming” without a date is `agreed`; only `scheduled` and later need a date.
    TRANSITIONS = {
        Status.IDEA: (Status.PROPOSED, Status.CANCELLED),
        Status.PROPOSED: (Status.AGREED, Status.CANCELLED),
        Status.AGREED: (Status.SCHEDULED, Status.POSTPONED, Status.CANCELLED),
        Status.SCHEDULED: (Status.HELD, Status.POSTPONED, Status.CANCELLED),
        Status.HELD: (Status.REPORTED,),
        Status.REPORTED: (),
        Status.POSTPONED: (Status.AGREED, Status.SCHEDULED, Status.CANCELLED),
        Status.CANCELLED: (),
    }
    OVER = (Status.HELD, Status.REPORTED)
    # Where they go is told once they are over (law R5).
    WITH_TRAVEL = (Kind.MINISTERIAL_MEETING, Kind.MINISTERIAL_VISIT, Kind.OFFICIAL_VISIT, Kind.STUDY_VISIT)

    # What the public reads of it: a change before it is public asks the press officers anew.
    PUBLIC_LINE = (
        *("kind", "title_en", "title_nl", "summary_en", "summary_nl", "standing_en", "standing_nl", "number_en", "number_nl"),
        *("place_en", "place_nl", "starts_on", "ends_on", "date_precision"),
        *("report_en", "report_nl", "follows_en", "follows_nl", "parties"),
    )
    LINE_CLEARED = "public_line"
    CONSENTED_BESIDE = {LINE_CLEARED: _("public line")}

    REPORT_WORDS = 300
    REPORT_WITHIN = timedelta(days=21)

    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="engagements", verbose_name=_("dialogue"))
    slug = models.SlugField(_("name in the address"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title_en = models.CharField(_("title, English"), max_length=200)
    title_nl = models.CharField(_("title, Dutch"), max_length=200, blank=True)
    title = Bilingual()
    summary_en = models.TextField(_("what is stated, English"), blank=True, help_text=_("In our own words."))
    summary_nl = models.TextField(_("what is stated, Dutch"), blank=True)
    summary = Bilingual()
    edition = models.ForeignKey(
        Edition,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="engagements",
        verbose_name=_("edition it is shown with"),
        help_text=_("The edition that reported it, or in whose week it was."),
    )
    since = models.ForeignKey(
        Edition,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("after the edition"),
        help_text=_("Where all that is stated is that it was between two editions, or after one."),
    )
    standing_en = models.CharField(
        _("how it stood, English"), max_length=160, blank=True, help_text=_("For example: forthcoming on 24 March 2026.")
    )
    standing_nl = models.CharField(_("how it stood, Dutch"), max_length=160, blank=True)
    standing = Bilingual()
    number_en = models.CharField(_("how many, as stated, English"), max_length=60, blank=True)
    number_nl = models.CharField(_("how many, as stated, Dutch"), max_length=60, blank=True)
    number = Bilingual()
    place_en = models.CharField(_("place, English"), max_length=120, blank=True)
    place_nl = models.CharField(_("place, Dutch"), max_length=120, blank=True)
    place = Bilingual()
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.IDEA)
    status_since = models.DateTimeField(_("since"), default=clock.now, editable=False)
    host_party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("host party")
    )
    visiting_party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("visiting party")
    )
    objective_en = models.TextField(_("objective, English"), blank=True, validators=[within_ceiling])
    objective_nl = models.TextField(_("objective, Dutch"), blank=True, validators=[within_ceiling])
    objective = Bilingual()
    working_group = models.ForeignKey(
        WorkingGroup,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="engagements",
        verbose_name=_("working group"),
    )
    report_en = models.TextField(
        _("report, English"), blank=True, help_text=_("At most 300 words. No names."), validators=[within_ceiling]
    )
    report_nl = models.TextField(_("report, Dutch"), blank=True, validators=[within_ceiling])
    report = Bilingual()
    follows_en = models.TextField(_("what follows, English"), blank=True, validators=[within_ceiling])
    follows_nl = models.TextField(_("what follows, Dutch"), blank=True, validators=[within_ceiling])
    follows = Bilingual()
    agreed_round = models.PositiveSmallIntegerField(default=1, editable=False)
    line_round = models.PositiveSmallIntegerField(default=1, editable=False)
    consents = GenericRelation(Consent)
    parties = models.ManyToManyField(Party, blank=True, related_name="engagements", verbose_name=_("parties"))

    objects = EngagementQuerySet.as_manager()

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        ordering = ["dialogue", "-starts_on", "id"]
        constraints = [
            *Dated.Meta.constraints,
            *Publishable.Meta.constraints,
            models.UniqueConstraint(
                fields=["dialogue", "slug"],
                name="engagement_address_is_unique_in_its_dialogue",
                violation_error_message=_("Another engagement of this dialogue has this name in its address."),
            ),
            models.CheckConstraint(
                condition=~Q(status="reported") | ~Q(report_en="", report_nl=""),
                name="reported_engagement_has_its_report",
                violation_error_message=_("Write the report first."),
            ),
            models.CheckConstraint(
                condition=~Q(status="scheduled") | Q(starts_on__isnull=False),
                name="scheduled_engagement_has_a_date",
                violation_error_message=_("A scheduled engagement keeps its date. To take it away, postpone it."),
            ),
            models.CheckConstraint(
                condition=Q(host_party__isnull=True) | Q(visiting_party__isnull=True) | ~Q(host_party=F("visiting_party")),
                name="nobody_visits_oneself",
                violation_error_message=_("Host party and visiting party are two parties."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return f"{reverse('engagements')}#{self.anchor}"

    @property
    def anchor(self) -> str:
        return f"engagement-{self.pk}"

    @property
    def last_day(self) -> date | None:
        """The last day that it can have been on; none where no date is stated."""
        last = self.ends_on or self.starts_on
        if last is None:
            return None
        match self.date_precision:
            case Precision.WEEK if self.ends_on is None:
                return last + timedelta(days=6)
            case Precision.MONTH:
                return last.replace(day=monthrange(last.year, last.month)[1])
            case Precision.YEAR:
                return last.replace(month=12, day=31)
            case _days:
                return last

    def awaiting_press(self) -> Any:
        """The parties whose press officer has not agreed yet to what is said of it in public, as it reads now."""
        cleared = self.consents.filter(to_status=self.LINE_CLEARED, round=self.line_round)
        return self.dialogue.parties.exclude(pk__in=cleared.values("party")).order_by("code")

    def publication_reasons(self) -> list[str]:
        """Both press officers first (workflows §4.7); what was read from a published text is public already."""
        if Citation.objects.of(self).filter(field="title").exists():
            return []
        return [
            _("The press officer of %(party)s has not agreed to the public line yet.") % {"party": party}
            for party in self.awaiting_press()
        ]


class EngagementSize(models.Model):
    """How many of a party took part: a number, not names (workflows §4.7)."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="sizes", verbose_name=_("engagement"))
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", verbose_name=_("party"))
    people = models.PositiveSmallIntegerField(_("how many"))

    class Meta:
        verbose_name = _("number of participants")
        verbose_name_plural = _("numbers of participants")
        ordering = ["engagement", "party"]
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "party"],
                name="party_is_counted_once_at_an_engagement",
                violation_error_message=_("This party is counted already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.people}"


class EngagementStopQuerySet(models.QuerySet["EngagementStop"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> EngagementStopQuerySet:
        """Only for the secretaries of the dialogue: places and hours of a visit are nobody else's (law R5)."""
        own = Appointment.objects.current(at).held_by(user).filter(role__in=Appointment.SECRETARIES)
        return self.filter(engagement__dialogue__in=own.values("dialogue"))


class EngagementStop(models.Model):
    """One line of the programme of a visit: when, at what kind of place, with which organisation."""

    RETENTION = {Retention.RECORD: ("what",)}

    class Place(models.TextChoices):
        MINISTRY = "ministry", _("ministry")
        SERVICE = "service", _("police or investigative service")
        PRISON = "prison", _("prison")
        PORT = "port", _("port or airport")
        COURT = "court", _("court or prosecution service")
        EMBASSY = "embassy", _("embassy")
        ONLINE = "online", _("online")
        OTHER = "other", _("other")

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="stops", verbose_name=_("engagement"))
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    place_type = models.CharField(_("kind of place"), max_length=10, choices=Place, default=Place.OTHER)
    host_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("host organisation")
    )
    what = models.CharField(_("what"), max_length=160, blank=True, help_text=_("No names of persons."))

    objects = EngagementStopQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of the programme")
        verbose_name_plural = _("programme")
        ordering = ["engagement", "starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="line_of_a_programme_ends_after_it_starts",
                violation_error_message=_("This ends before it starts. Give a later end."),
            )
        ]

    def __str__(self) -> str:
        return str(self.get_place_type_display())


class Initiative(Dated, Publishable):
    """An external process that the dialogue supports; it is led elsewhere."""

    RETENTION = {Retention.RECORD: ("slug", "name", "summary", "partners", "standing")}

    DIALOGUE_PATH = "dialogue"
    EDITION_PATH = None
    PARENT_PATHS = ("dialogue",)

    class Kind(models.TextChoices):
        INITIATIVE = "initiative", _("initiative")
        INSTRUMENT = "instrument", _("instrument")

    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=Kind,
        default=Kind.INITIATIVE,
        help_text=_(
            "An initiative is a process led elsewhere; an instrument is a standing agreement that commitments carry out."
        ),
    )
    dialogue = models.ForeignKey(
        Dialogue, on_delete=models.PROTECT, related_name="initiatives", verbose_name=_("dialogue that supports it")
    )
    slug = models.SlugField(_("name in the address"), max_length=80)
    name_en = models.CharField(_("name, English"), max_length=160)
    name_nl = models.CharField(_("name, Dutch"), max_length=160, blank=True)
    name = Bilingual()
    summary_en = models.TextField(_("what is stated, English"), blank=True, help_text=_("In our own words."))
    summary_nl = models.TextField(_("what is stated, Dutch"), blank=True)
    summary = Bilingual()
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="initiatives",
        verbose_name=_("organisation it belongs to"),
    )
    parties = models.ManyToManyField(Party, blank=True, related_name="initiatives", verbose_name=_("parties that lead it"))
    partners_en = models.CharField(_("with whom, English"), max_length=160, blank=True)
    partners_nl = models.CharField(_("with whom, Dutch"), max_length=160, blank=True)
    partners = Bilingual()
    standing_en = models.CharField(_("how it stood, English"), max_length=160, blank=True)
    standing_nl = models.CharField(_("how it stood, Dutch"), max_length=160, blank=True)
    standing = Bilingual()

    objects = AudienceQuerySet.as_manager()

    class Meta:
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        ordering = ["dialogue", "name_en"]
        constraints = [
            *Dated.Meta.constraints,
            *Publishable.Meta.constraints,
            models.UniqueConstraint(
                fields=["dialogue", "slug"],
                name="initiative_address_is_unique_in_its_dialogue",
                violation_error_message=_("Another initiative of this dialogue has this name in its address."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return f"{reverse('engagements')}#{self.anchor}"

    @property
    def anchor(self) -> str:
        return f"initiative-{self.pk}"
