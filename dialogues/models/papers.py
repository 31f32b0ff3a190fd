"""Papers: files at a session, a group or the edition; marked, in versions, read by one rule (security-privacy §6.1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parties.models import Party, User
from parties.models.retention import Retention
from socportal import clock
from socportal.bilingual import Bilingual

from .agenda import Session
from .audience import Audience, AudienceBound, AudienceQuerySet
from .ceiling import within_ceiling
from .editions import Edition
from .working_groups import Mandate

# From the fewest readers to the most; to lower a marking is to move a paper along it. Public texts are outcome documents.
NARROW_TO_WIDE = (Audience.PARTY, Audience.SECRETARIAT, Audience.GROUP, Audience.DELEGATES)
LANGUAGES = [("en", _("English")), ("nl", _("Dutch")), ("mul", pgettext_lazy("paper", "both languages"))]


class PaperQuerySet(AudienceQuerySet):
    def at_hand(self) -> PaperQuerySet:
        """Not taken back, and with a version that can be opened."""
        versions = PaperVersion.objects.open().filter(paper=OuterRef("pk"))
        return self.filter(Exists(versions), withdrawn_at__isnull=True)


class Paper(AudienceBound):
    """What is read at a session, in a group or before the edition. Its audience is its marking in the portal; the marking of
    whoever made it stands beside it word for word, never translated into the other party's scheme.
    """

    RETENTION = {Retention.RECORD: ("title", "originator_marking", "audience_reason", "withdrawn_reason")}

    GROUP_PATH = "mandate"
    PARTY_PATH = "party"
    PARENT_PATHS = ("edition", "session")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="papers", verbose_name=_("edition"))
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, null=True, blank=True, related_name="papers", verbose_name=_("session")
    )
    mandate = models.ForeignKey(
        Mandate, on_delete=models.PROTECT, null=True, blank=True, related_name="papers", verbose_name=_("working group")
    )
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="+", verbose_name=_("party"), help_text=_("Whose paper it is.")
    )
    title_en = models.CharField(_("title, English"), max_length=160, validators=[within_ceiling])
    title_nl = models.CharField(_("title, Dutch"), max_length=160, blank=True, validators=[within_ceiling])
    title = Bilingual()
    originator_marking = models.CharField(
        _("marking on the paper"),
        max_length=80,
        validators=[within_ceiling],
        help_text=_("Word for word as whoever made it wrote it: OFFICIAL, ongerubriceerd, TLP:GREEN …"),
    )
    audience_reason = models.CharField(_("why it was given to more readers"), max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_reason = models.CharField(_("why it was taken back"), max_length=200, blank=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["edition", "session__starts_at", "title_en", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(audience__in=["delegates", "group", "secretariat", "party"]),
                name="paper_is_never_public_by_itself",
            ),
            models.CheckConstraint(
                condition=~Q(audience="group") | Q(mandate__isnull=False),
                name="paper_of_a_group_names_it",
                violation_error_message=_("A paper for one working group needs that group."),
            ),
            models.CheckConstraint(condition=~Q(originator_marking=""), name="paper_carries_a_marking"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason=""),
                name="paper_taken_back_says_when_by_whom_and_why",
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)


class PaperVersionQuerySet(models.QuerySet["PaperVersion"]):
    def open(self) -> PaperVersionQuerySet:
        """What anybody can still open: not in quarantine."""
        return self.filter(quarantined_at__isnull=True)

    def visible_to(self, user: Any, at: datetime | None = None) -> PaperVersionQuerySet:
        """Of a paper the reader may see, and that was not taken back."""
        return self.open().filter(paper__in=Paper.objects.visible_to(user, at).filter(withdrawn_at__isnull=True))

    def newest_first(self) -> PaperVersionQuerySet:
        return self.order_by("paper", "lang", "-number")

    def with_content(self) -> PaperVersionQuerySet:
        """With the bytes, which nothing else loads: for the one file that leaves."""
        return self.defer(None)


class PaperVersionManager(models.Manager.from_queryset(PaperVersionQuerySet)):  # type: ignore[misc]
    """Without the bytes: a list of fifty papers would be 250 MB."""

    def get_queryset(self) -> PaperVersionQuerySet:
        return super().get_queryset().defer("content")  # type: ignore[no-any-return]


class PaperVersion(models.Model):
    """One file of a paper. A changed text is a new version; the older ones stay (law R7).

    Its bytes lie in the database (decision 0011): stored and journalled in one transaction, and out of reach of anything
    but the view that asks who reads. In quarantine they are kept sealed, with a key that only the security adviser has.
    """

    RETENTION = {Retention.RECORD: ("sha256", "override_reason", "content")}

    class FileType(models.TextChoices):
        PDF = "pdf", "PDF"
        DOCX = "docx", "DOCX"
        XLSX = "xlsx", "XLSX"
        PPTX = "pptx", "PPTX"

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="versions", verbose_name=_("paper"))
    lang = models.CharField(_("language of the file"), max_length=3, choices=LANGUAGES)
    number = models.PositiveSmallIntegerField(_("version"))
    file_type = models.CharField(_("kind of file"), max_length=4, choices=FileType)
    content = models.BinaryField(editable=False)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("fingerprint"), max_length=64)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    uploaded_at = models.DateTimeField(_("uploaded"), default=clock.now)
    # A word of a higher level found in a text that is none: the lead says why it may stand (§6.1 rule 3).
    override_reason = models.CharField(_("why a word of a higher level may stand in it"), max_length=200, blank=True)
    quarantined_at = models.DateTimeField(_("in quarantine since"), null=True, blank=True)
    quarantined_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = PaperVersionManager()

    class Meta:
        verbose_name = _("version of a paper")
        verbose_name_plural = _("versions of papers")
        ordering = ["paper", "lang", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "lang", "number"], name="paper_has_one_version_of_a_number_and_language"),
            models.CheckConstraint(
                condition=Q(quarantined_at__isnull=True, quarantined_by__isnull=True)
                | Q(quarantined_at__isnull=False, quarantined_by__isnull=False),
                name="quarantine_says_when_and_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return _("Version %(number)s, %(language)s") % {"number": self.number, "language": self.get_lang_display()}

    def get_absolute_url(self) -> str:
        return reverse("paper-file", args=[self.paper_id, self.lang, self.number])


class PaperOpeningQuerySet(models.QuerySet["PaperOpening"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> PaperOpeningQuerySet:
        """Who read a paper is told to those who keep it."""
        return self.filter(version__paper__in=Paper.objects.kept_by(user, at))


class PaperOpening(models.Model):
    """That an account opened a file: the answer to “who has read it” when something was uploaded that should not have been."""

    version = models.ForeignKey(
        PaperVersion, on_delete=models.PROTECT, related_name="openings", verbose_name=_("version of a paper")
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("account"))
    at = models.DateTimeField(_("opened"), default=clock.now)

    objects = PaperOpeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening of a paper")
        verbose_name_plural = _("openings of papers")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
