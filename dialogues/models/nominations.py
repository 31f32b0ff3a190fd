"""Nominations: a party puts a name forward. The secretariat checks completeness and number; it never chooses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parties.models import Organisation, Party, Person, User
from parties.models.retention import Retention
from socportal import clock
from socportal.bilingual import Bilingual

from .audience import is_known
from .delegations import BY_CONSENT, Category, Delegation, Registration
from .dialogues import Appointment
from .editions import Edition
from .working_groups import Mandate


def all_categories() -> list[str]:
    return list(Category.values)


class NominationRound(models.Model):
    """The time in which parties nominate for one edition: until when, and which categories (workflows §4.2)."""

    RETENTION = {Retention.RECORD: ("categories",)}

    edition = models.OneToOneField(
        Edition, on_delete=models.PROTECT, related_name="nomination_round", verbose_name=_("edition")
    )
    closes_at = models.DateTimeField(
        _("nominations close"), help_text=_("One instant for all parties. A later nomination needs the lead’s acceptance.")
    )
    categories = models.JSONField(_("categories allowed"), default=all_categories)
    opened_at = models.DateTimeField(_("opened"), default=clock.now)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("opened by"))

    class Meta:
        verbose_name = _("nomination round")
        verbose_name_plural = _("nomination rounds")
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opened_at")),
                name="nominations_open_before_they_close",
                violation_error_message=_("Nominations close before they open. Give a later time."),
            )
        ]

    def __str__(self) -> str:
        return _("Nominations for %(edition)s") % {"edition": self.edition}

    def deadline_of(self, delegation: Delegation) -> datetime:
        """The instant at which this delegation closes: the round's, or the later one that its party was given."""
        return max(filter(None, (self.closes_at, delegation.extended_until)))


class DelegationQuota(models.Model):
    """Seats of a delegation in one category or one working group. More than these warns, and asks for a reason."""

    delegation = models.ForeignKey(Delegation, on_delete=models.CASCADE, related_name="quotas", verbose_name=_("delegation"))
    category = models.CharField(_("category"), max_length=10, choices=Category, blank=True)
    mandate = models.ForeignKey(
        Mandate, on_delete=models.CASCADE, null=True, blank=True, related_name="quotas", verbose_name=_("working group")
    )
    seats = models.PositiveSmallIntegerField(_("seats"))

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        ordering = ["delegation", "category", "mandate"]
        constraints = [
            models.CheckConstraint(
                condition=Q(category="", mandate__isnull=False) | ~Q(category="") & Q(mandate__isnull=True),
                name="quota_is_for_a_category_or_for_a_group",
                violation_error_message=_("A quota is for one category or for one working group, not for both."),
            ),
            models.UniqueConstraint(
                fields=["delegation", "category"], condition=Q(mandate__isnull=True), name="category_has_one_quota"
            ),
            models.UniqueConstraint(
                fields=["delegation", "mandate"], condition=Q(category=""), name="working_group_has_one_quota_a_delegation"
            ),
        ]

    def __str__(self) -> str:
        return str(self.mandate or self.get_category_display())


class NominationQuerySet(models.QuerySet["Nomination"]):
    def live(self) -> NominationQuerySet:
        """Those that hold a seat, or ask for one: neither withdrawn nor replaced."""
        return self.exclude(status__in=(Nomination.Status.WITHDRAWN, Nomination.Status.REPLACED))

    def handed_in(self) -> NominationQuerySet:
        """Live ones that the party has submitted: what quotas are counted on."""
        return self.filter(status__in=Nomination.HANDED_IN)

    def unsettled(self) -> NominationQuerySet:
        """Waiting for the secretariat."""
        return self.filter(status__in=Nomination.UNSETTLED)

    def visible_to(self, user: Any, at: datetime | None = None) -> NominationQuerySet:
        """The party's focal point and deputy: all of their own. The secretaries: all but drafts.

        Another party's focal points see an observer, expert or guest speaker once submitted, because it needs their
        consent; nothing else. The person nominated sees nothing before it is accepted.
        """
        if not is_known(user):
            return self.none()
        current = Appointment.objects.current(at).filter(person=user.person_id, dialogue=OuterRef("edition__dialogue"))
        focal_points = current.filter(role__in=Appointment.FOCAL_POINTS)
        out = ~Q(status=Nomination.Status.DRAFT)
        return self.filter(
            Q(Exists(focal_points.filter(party=OuterRef("delegation__party"))))
            | out & Q(Exists(current.filter(role__in=Appointment.SECRETARIES)))
            | Q(category__in=BY_CONSENT, submitted_at__isnull=False) & out & Q(Exists(focal_points))
        )


class Nomination(models.Model):
    """A party's act of putting one person forward. Its fields are the party's words; the person's own come later."""

    RETENTION = {
        Retention.REGISTRATION: (
            "name",
            "sort_name",
            "post",
            "email",
            "over_quota_reason",
            "late_reason",
            "returned_message",
            "withdrawn_reason",
        )
    }

    Category = Category

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("nomination", "draft")
        SUBMITTED = "submitted", pgettext_lazy("nomination", "submitted")
        LATE_PENDING = "late_pending", pgettext_lazy("nomination", "late, waiting for the lead")
        RETURNED = "returned", pgettext_lazy("nomination", "returned")
        ACCEPTED = "accepted", pgettext_lazy("nomination", "accepted")
        REPLACED = "replaced", pgettext_lazy("nomination", "replaced")
        WITHDRAWN = "withdrawn", pgettext_lazy("nomination", "withdrawn")

    TRANSITIONS = {
        Status.DRAFT: (Status.SUBMITTED, Status.LATE_PENDING),
        Status.RETURNED: (Status.SUBMITTED, Status.LATE_PENDING, Status.WITHDRAWN),
        Status.SUBMITTED: (Status.ACCEPTED, Status.RETURNED, Status.WITHDRAWN),
        Status.LATE_PENDING: (Status.ACCEPTED, Status.RETURNED, Status.WITHDRAWN),
        Status.ACCEPTED: (Status.REPLACED, Status.WITHDRAWN),
        Status.REPLACED: (),
        Status.WITHDRAWN: (),
    }
    EDITABLE = (Status.DRAFT, Status.RETURNED)
    UNSETTLED = (Status.SUBMITTED, Status.LATE_PENDING)
    HANDED_IN = (Status.SUBMITTED, Status.LATE_PENDING, Status.ACCEPTED)

    delegation = models.ForeignKey(
        Delegation, on_delete=models.PROTECT, related_name="nominations", verbose_name=_("delegation")
    )
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="nominations", verbose_name=_("edition"), editable=False
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.DRAFT)
    category = models.CharField(_("category"), max_length=10, choices=Category, default=Category.DELEGATE)
    name = models.CharField(_("name as on the badge"), max_length=120, help_text=_("With title: “Ms A. Example”."))
    sort_name = models.CharField(
        _("surname first"), max_length=120, blank=True, help_text=_("For lists in alphabetical order: “Example, A.”")
    )
    post_en = models.CharField(_("post, English"), max_length=160, blank=True)
    post_nl = models.CharField(_("post, Dutch"), max_length=160, blank=True)
    post = Bilingual()
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    email = models.EmailField(
        _("official e-mail address"), blank=True, help_text=_("Invitation and sign-in codes go there. Never a private one.")
    )
    language = models.CharField(
        _("language of mails"), max_length=2, choices=[("en", "English"), ("nl", "Nederlands")], default="en"
    )
    mandates = models.ManyToManyField(Mandate, blank=True, related_name="nominations", verbose_name=_("working groups"))
    precedence = models.PositiveSmallIntegerField(
        _("order of precedence"), default=100, help_text=_("Entered by the party itself: 1 comes first.")
    )
    alternate_for = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="alternates", verbose_name=_("alternate for")
    )
    over_quota_reason = models.CharField(
        _("why more than agreed"), max_length=200, blank=True, help_text=_("Asked where the quota is exceeded.")
    )
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("drafted by"))
    drafted_at = models.DateTimeField(_("drafted"), default=clock.now)
    submitted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("submitted by")
    )
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    on_behalf_by = models.ForeignKey(
        "dialogues.Correspondence",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="nominations",
        verbose_name=_("entered on the strength of"),
        help_text=_("The letter or note with which a party asked the secretariat to enter it."),
    )
    is_late = models.BooleanField(_("late"), default=False, help_text=_("Submitted after the deadline of its party."))
    late_reason = models.CharField(_("why accepted late"), max_length=200, blank=True)
    accepted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("accepted by")
    )
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    returned_message = models.CharField(_("what is missing"), max_length=500, blank=True)
    withdrawn_reason = models.CharField(_("why withdrawn"), max_length=200, blank=True)
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
        help_text=_("It takes over category, working groups and seat once it is accepted."),
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="nominations", verbose_name=_("person")
    )
    registration = models.OneToOneField(
        Registration,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="nomination",
        verbose_name=_("registration"),
    )
    erased_at = models.DateTimeField(_("personal data erased"), null=True, blank=True, editable=False)

    objects = NominationQuerySet.as_manager()

    class Meta:
        verbose_name = _("nomination")
        verbose_name_plural = _("nominations")
        ordering = ["edition", "delegation__party", "precedence", "sort_name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft")
                | Q(erased_at__isnull=False)
                | ~Q(name="") & ~Q(post_en="", post_nl="") & ~Q(email="") & Q(organisation__isnull=False),
                name="nomination_is_complete_once_submitted",
                violation_error_message=_("A nomination needs name, post, organisation and official e-mail address."),
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True, submitted_by__isnull=True)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="nomination_is_submitted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="nomination_is_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["accepted", "replaced"])
                | Q(accepted_at__isnull=False, registration__isnull=False, person__isnull=False),
                name="accepted_nomination_has_its_registration",
            ),
            models.CheckConstraint(
                condition=~Q(status="returned") | ~Q(returned_message=""), name="returned_nomination_says_what_is_missing"
            ),
            models.CheckConstraint(
                condition=Q(is_late=False) | Q(accepted_at__isnull=True) | ~Q(late_reason=""),
                name="late_nomination_is_accepted_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("id")), name="nomination_does_not_replace_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_category_display()}, {self.post}" if self.post else str(self.get_category_display())

    @property
    def needs_consent(self) -> bool:
        return self.category in BY_CONSENT


class NominationConsent(models.Model):
    """One party's yes to an observer, expert or guest speaker (workflows §4.2)."""

    nomination = models.ForeignKey(Nomination, on_delete=models.CASCADE, related_name="consents", verbose_name=_("nomination"))
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", verbose_name=_("party"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    given_at = models.DateTimeField(_("given"), default=clock.now)

    class Meta:
        verbose_name = _("consent to a nomination")
        verbose_name_plural = _("consents to nominations")
        ordering = ["nomination", "party"]
        constraints = [
            models.UniqueConstraint(
                fields=["nomination", "party"],
                name="party_consents_once_to_a_nomination",
                violation_error_message=_("This party has consented already."),
            ),
            models.UniqueConstraint(
                fields=["nomination", "by"],
                name="nobody_consents_for_two_parties_to_a_nomination",
                violation_error_message=_("One person cannot consent for two parties."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.party)
