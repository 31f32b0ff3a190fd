"""Delegations and registrations: who comes for which party, in which capacity."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parties.models import Organisation, Party, Person
from parties.models.retention import Retention
from socportal import clock
from socportal.bilingual import Bilingual

from .audience import is_known
from .dialogues import Appointment
from .editions import Edition
from .standing import instant
from .working_groups import Mandate


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> DelegationQuerySet:
        """Who may see an edition as more than the public sees that its parties send delegations."""
        if not is_known(user):
            return self.none()
        appointments = Appointment.objects.current(at).filter(person=user.person_id)
        return self.filter(
            Q(Exists(appointments.filter(dialogue=OuterRef("edition__dialogue"))))
            | Q(Exists(Registration.objects.giving_access(at).filter(person=user.person_id, edition=OuterRef("edition"))))
        )

    def entered_by(self, user: Any, at: datetime | None = None) -> DelegationQuerySet:
        """Those that this account enters: its party's focal point and deputy, nobody else (workflows §4.2)."""
        if not is_known(user):
            return self.none()
        own = Appointment.objects.current(at).filter(
            person=user.person_id,
            role__in=Appointment.FOCAL_POINTS,
            dialogue=OuterRef("edition__dialogue"),
            party=OuterRef("party"),
        )
        return self.filter(Exists(own), edition__in=Edition.objects.visible_to(user, at).values("pk"))


class Delegation(models.Model):
    """One party's group at one edition."""

    RETENTION = {Retention.RECORD: ("extension_reason",)}

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="delegations", verbose_name=_("edition"))
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="delegations", verbose_name=_("party"))
    seats = models.PositiveSmallIntegerField(
        _("seats"), null=True, blank=True, help_text=_("The agreed size. More than this warns, it does not block.")
    )
    lists_names_of_services = models.BooleanField(
        _("lists names of police and prosecution staff"),
        default=False,
        help_text=_(
            "Without this, delegates read only post and organisation of police, prosecution, prison and investigative staff."
        ),
    )
    extended_until = models.DateTimeField(
        _("nominations open longer, until"), null=True, blank=True, help_text=_("Only for this party; empty: as for all.")
    )
    extension_reason = models.CharField(_("why longer"), max_length=200, blank=True)
    to_reconfirm_since = models.DateTimeField(
        _("to be confirmed again since"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Set when a postponed edition gets new days; the focal point says who still comes."),
    )

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["edition", "party"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "party"],
                name="party_sends_one_delegation_to_an_edition",
                violation_error_message=_("This party already has a delegation at this edition."),
            ),
            models.CheckConstraint(
                condition=Q(extended_until__isnull=True) | ~Q(extension_reason=""),
                name="extension_of_a_deadline_has_a_reason",
                violation_error_message=_("Say why this party has longer."),
            ),
        ]

    def __str__(self) -> str:
        return _("Delegation of %(party)s, %(year)s") % {"party": self.party, "year": self.edition.year}


# How long a participant reads an edition after its last day (security-privacy §6.4: accounts end at close + 90 days).
ACCESS_AFTER_CLOSE = timedelta(days=90)


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def giving_access(self, at: datetime | None = None) -> RegistrationQuerySet:
        """Live, and the edition not over for more than ninety days: read off the clock, no job takes access away."""
        last = (at or clock.now()).date() - ACCESS_AFTER_CLOSE
        return self.live().filter(Q(edition__closes_on__isnull=True) | Q(edition__closes_on__gte=last))

    def live(self) -> RegistrationQuerySet:
        """Not cancelled: these people come, or came."""
        return self.exclude(status=Registration.Status.CANCELLED)

    def on_the_list(self) -> RegistrationQuerySet:
        """The list of participants: live, without support staff (glossary §2.2)."""
        return self.live().exclude(category=Registration.Category.SUPPORT)

    def visible_to(self, user: Any, at: datetime | None = None) -> RegistrationQuerySet:
        """Secretaries: all of their dialogue. A focal point: the own party. Fellow delegates: the list of participants.

        A focal point reads the other party as delegates do; everybody reads their own registration.
        """
        if not is_known(user):
            return self.none()
        at = at or instant()
        current = Appointment.objects.current(at).filter(person=user.person_id)
        in_dialogue = current.filter(dialogue=OuterRef("edition__dialogue"))
        fellow = Registration.objects.giving_access(at).filter(person=user.person_id, edition=OuterRef("edition"))
        listed = Q(pk__in=Registration.objects.on_the_list().values("pk"))
        return self.filter(
            Q(person=user.person_id)
            | Q(Exists(in_dialogue.filter(role__in=Appointment.SECRETARIES)))
            | Q(Exists(in_dialogue.filter(role__in=Appointment.FOCAL_POINTS, party=OuterRef("delegation__party"))))
            | listed & (Q(Exists(in_dialogue.filter(role__in=Appointment.FOCAL_POINTS))) | Q(Exists(fellow)))
        )


class Category(models.TextChoices):
    """In which capacity somebody comes (glossary §2.2)."""

    HEAD = "head", _("head of delegation")
    ALTERNATE = "alternate", _("alternate")
    DELEGATE = "delegate", _("delegate")
    ADVISER = "adviser", _("adviser")
    OBSERVER = "observer", _("observer")
    EXPERT = "expert", _("expert")
    SPEAKER = "speaker", _("guest speaker")
    SUPPORT = "support", _("support staff")


# They come by agreement of all parties, whoever proposes them (workflows §4.2).
BY_CONSENT = (Category.OBSERVER, Category.EXPERT, Category.SPEAKER)


class Registration(models.Model):
    """An accepted nomination: a person who comes with a delegation, in one category, with the post held at the time.

    It is made by accepting a nomination and in no other way; what the person adds stands in `OwnDetails`.
    """

    RETENTION = {Retention.REGISTRATION: ("post", "mandates", "badge_printed_as"), Retention.ACCESS: ("access_status",)}

    Category = Category

    class Access(models.TextChoices):
        """What the venue's security said, and nothing of why (workflows §4.2)."""

        NOT_REQUESTED = "not_requested", pgettext_lazy("access", "not requested")
        PASSED_TO_SECURITY = "passed_to_security", pgettext_lazy("access", "passed to security")
        GRANTED = "granted", pgettext_lazy("access", "granted")
        NOT_GRANTED = "not_granted", pgettext_lazy("access", "not granted")

    class Status(models.TextChoices):
        INVITED = "invited", pgettext_lazy("registration", "invited")
        COMPLETED = "completed", pgettext_lazy("registration", "completed")
        CONFIRMED = "confirmed", pgettext_lazy("registration", "confirmed")
        ATTENDED = "attended", pgettext_lazy("registration", "attended")
        NO_SHOW = "no_show", pgettext_lazy("registration", "did not attend")
        CANCELLED = "cancelled", pgettext_lazy("registration", "cancelled")

    TRANSITIONS = {
        Status.INVITED: (Status.COMPLETED, Status.CONFIRMED, Status.CANCELLED),
        Status.COMPLETED: (Status.CONFIRMED, Status.CANCELLED),
        Status.CONFIRMED: (Status.ATTENDED, Status.NO_SHOW, Status.CANCELLED),
        Status.ATTENDED: (Status.NO_SHOW,),
        Status.NO_SHOW: (Status.ATTENDED,),
        Status.CANCELLED: (),
    }

    delegation = models.ForeignKey(
        Delegation, on_delete=models.PROTECT, related_name="registrations", verbose_name=_("delegation")
    )
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="registrations", verbose_name=_("edition"), editable=False
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="registrations", verbose_name=_("person"))
    category = models.CharField(_("category"), max_length=10, choices=Category, default=Category.DELEGATE)
    post_en = models.CharField(_("post at the time, English"), max_length=160)
    post_nl = models.CharField(_("post at the time, Dutch"), max_length=160, blank=True)
    post = Bilingual()
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    precedence = models.PositiveSmallIntegerField(
        _("order of precedence"), default=100, help_text=_("Entered by the party itself: 1 comes first.")
    )
    mandates = models.ManyToManyField(Mandate, blank=True, related_name="members", verbose_name=_("working groups"))
    alternate_for = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="alternates",
        verbose_name=_("alternate for"),
        help_text=_("An alternate takes the place of one named member."),
    )
    access_status = models.CharField(_("access to the venue"), max_length=20, choices=Access, default=Access.NOT_REQUESTED)
    badge_printed_as = models.CharField(
        _("badge as printed"),
        max_length=64,
        blank=True,
        editable=False,
        help_text=_("SHA-256 of what the last printed badge says; another one means: print again."),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.INVITED)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["edition", "delegation__party", "precedence", "person__sort_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["delegation"],
                condition=Q(category="head") & ~Q(status="cancelled"),
                name="delegation_has_one_head",
                violation_error_message=_("This delegation already has a head. Change that registration first."),
            ),
            models.UniqueConstraint(
                fields=["edition", "person"],
                condition=~Q(status="cancelled"),
                name="person_is_registered_once_at_an_edition",
                violation_error_message=_("This person is already registered for this edition."),
            ),
            models.CheckConstraint(
                condition=Q(alternate_for__isnull=True) | Q(category="alternate"),
                name="only_an_alternate_stands_for_somebody",
                violation_error_message=_("Only an alternate stands for somebody else."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_category_display()}, {self.post}"

    @property
    def withholds_name(self) -> bool:
        """Whether fellow delegates read only post and organisation (security-privacy §6.2), a head of police staff included."""
        withheld = self.organisation is not None and self.organisation.kind in Organisation.WITHHELD_KINDS
        return withheld and not self.delegation.lists_names_of_services


class OwnDetailsQuerySet(models.QuerySet["OwnDetails"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> OwnDetailsQuerySet:
        """The person; and the one or two keepers of arrangements of the dialogue (security-privacy §6.2).

        Everybody else works with totals: secretaries, focal points and the caterer learn of nobody what they eat.
        """
        if not is_known(user):
            return self.none()
        keepers = Appointment.objects.current(at).filter(
            person=user.person_id,
            role=Appointment.Role.ARRANGEMENTS,
            dialogue=OuterRef("registration__edition__dialogue"),
        )
        return self.filter(Q(registration__person=user.person_id) | Q(Exists(keepers)))


class OwnDetails(models.Model):
    """What a participant says of themselves, for the days of the edition only: erased thirty days after it closes.

    Options instead of reasons: neither health nor belief is to be read off them (security-privacy §6.3).
    """

    RETENTION = {Retention.OWN_DETAILS: ("meal", "arrangements", "phone"), Retention.PHOTOGRAPHS: ("photograph_consent",)}

    class Meal(models.TextChoices):
        A = "A", pgettext_lazy("meal", "option A")
        B = "B", pgettext_lazy("meal", "option B")
        C = "C", pgettext_lazy("meal", "option C")

    registration = models.OneToOneField(
        Registration, on_delete=models.CASCADE, related_name="own_details", verbose_name=_("registration")
    )
    meal = models.CharField(_("meal option"), max_length=1, choices=Meal, blank=True)
    arrangements = models.CharField(
        _("anything we should arrange?"), max_length=300, blank=True, help_text=_("What we should do, not why.")
    )
    phone = models.CharField(
        _("phone for the day"), max_length=30, blank=True, help_text=_("Used on the days of the edition only, then erased.")
    )
    photograph_consent = models.BooleanField(_("may be photographed"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed"), default=clock.now)

    objects = OwnDetailsQuerySet.as_manager()

    class Meta:
        verbose_name = _("own details")
        verbose_name_plural = _("own details")

    def __str__(self) -> str:
        return _("Own details of registration %(number)s") % {"number": self.registration_id}
