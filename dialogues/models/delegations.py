"""Delegations and registrations: who comes for which party, in which capacity."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parties.models import Organisation, Party, Person
from socportal import clock
from socportal.bilingual import Bilingual

from .audience import is_known
from .dialogues import Appointment
from .editions import Edition
from .working_groups import Mandate


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> DelegationQuerySet:
        """Who may see an edition as more than the public sees that its parties send delegations."""
        if not is_known(user):
            return self.none()
        appointments = Appointment.objects.current(at).filter(person=user.person_id)
        return self.filter(
            Q(Exists(appointments.filter(dialogue=OuterRef("edition__dialogue"))))
            | Q(Exists(Registration.objects.live().filter(person=user.person_id, edition=OuterRef("edition"))))
        )


class Delegation(models.Model):
    """One party's group at one edition."""

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
            )
        ]

    def __str__(self) -> str:
        return _("Delegation of %(party)s, %(year)s") % {"party": self.party, "year": self.edition.year}


class RegistrationQuerySet(models.QuerySet["Registration"]):
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
        at = at or clock.now()
        current = Appointment.objects.current(at).filter(person=user.person_id)
        in_dialogue = current.filter(dialogue=OuterRef("edition__dialogue"))
        fellow = Registration.objects.live().filter(person=user.person_id, edition=OuterRef("edition"))
        listed = Q(pk__in=Registration.objects.on_the_list().values("pk"))
        return self.filter(
            Q(person=user.person_id)
            | Q(Exists(in_dialogue.filter(role__in=Appointment.SECRETARIES)))
            | Q(Exists(in_dialogue.filter(role__in=Appointment.FOCAL_POINTS, party=OuterRef("delegation__party"))))
            | listed & (Q(Exists(in_dialogue.filter(role__in=Appointment.FOCAL_POINTS))) | Q(Exists(fellow)))
        )


class Registration(models.Model):
    """A person who comes with a delegation, in one category, with the post held at the time."""

    class Category(models.TextChoices):
        HEAD = "head", _("head of delegation")
        ALTERNATE = "alternate", _("alternate")
        DELEGATE = "delegate", _("delegate")
        ADVISER = "adviser", _("adviser")
        OBSERVER = "observer", _("observer")
        EXPERT = "expert", _("expert")
        SUPPORT = "support", _("support staff")

    class Status(models.TextChoices):
        INVITED = "invited", pgettext_lazy("registration", "invited")
        COMPLETED = "completed", pgettext_lazy("registration", "completed")
        CONFIRMED = "confirmed", pgettext_lazy("registration", "confirmed")
        ATTENDED = "attended", pgettext_lazy("registration", "attended")
        NO_SHOW = "no_show", pgettext_lazy("registration", "did not attend")
        CANCELLED = "cancelled", pgettext_lazy("registration", "cancelled")

    TRANSITIONS = {
        Status.INVITED: (Status.COMPLETED, Status.CANCELLED),
        Status.COMPLETED: (Status.CONFIRMED, Status.CANCELLED),
        Status.CONFIRMED: (Status.ATTENDED, Status.NO_SHOW, Status.CANCELLED),
        Status.ATTENDED: (),
        Status.NO_SHOW: (),
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
        ]

    def __str__(self) -> str:
        return f"{self.get_category_display()}, {self.post}"

    @property
    def withholds_name(self) -> bool:
        """Whether fellow delegates read only post and organisation (security-privacy §6.2)."""
        withheld = self.organisation is not None and self.organisation.kind in Organisation.WITHHELD_KINDS
        return withheld and not self.delegation.lists_names_of_services
