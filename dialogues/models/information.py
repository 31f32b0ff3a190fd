"""Practical information of an edition: a working text that staff change, and the versions that its delegates read."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parties.models import User
from parties.models.retention import Retention
from socportal import clock
from socportal.bilingual import LANGUAGES, Bilingual

from .audience import Audience, AudienceBound, AudienceQuerySet, is_known
from .ceiling import within_ceiling
from .editions import Edition
from .frozen import Frozen, FrozenQuerySet
from .standing import instant
from .working_groups import CoChair


def _text(label: Any, **more: Any) -> models.TextField[str, str]:
    return models.TextField(label, blank=True, validators=[within_ceiling], **more)


class InformationFields(models.Model):
    """What somebody needs who comes for the first time (wishes §5.1 no. 9), in the order in which it is needed."""

    PARTS: ClassVar[tuple[str, ...]] = ("entrance", "transport", "wifi", "dress", "meals", "other")
    RETENTION = {Retention.RECORD: ("entrance", "transport", "wifi", "dress", "meals", "other", "phone", "phone_hours")}

    entrance_en = _text(_("entrance and what to bring, English"))
    entrance_nl = _text(_("entrance and what to bring, Dutch"))
    entrance = Bilingual()
    transport_en = _text(_("getting there, English"))
    transport_nl = _text(_("getting there, Dutch"))
    transport = Bilingual()
    wifi_en = _text(_("Wi-Fi, English"), help_text=_("A password given here is read by every participant, and nobody else."))
    wifi_nl = _text(_("Wi-Fi, Dutch"))
    wifi = Bilingual()
    dress_en = _text(_("dress, English"))
    dress_nl = _text(_("dress, Dutch"))
    dress = Bilingual()
    meals_en = _text(_("meals, English"))
    meals_nl = _text(_("meals, Dutch"))
    meals = Bilingual()
    other_en = _text(_("anything else, English"))
    other_nl = _text(_("anything else, Dutch"))
    other = Bilingual()
    phone = models.CharField(
        _("number to ring"), max_length=30, blank=True, help_text=_("Of a desk, not of a person. With the country: +31 70 …")
    )
    phone_hours_en = models.CharField(_("when it is answered, English"), max_length=120, blank=True)
    phone_hours_nl = models.CharField(_("when it is answered, Dutch"), max_length=120, blank=True)
    phone_hours = Bilingual()

    class Meta:
        abstract = True

    @property
    def phone_address(self) -> str:
        """What a telephone dials: a plus and digits, nothing else."""
        return "tel:" + "".join(sign for sign in self.phone if sign in "+0123456789") if self.phone else ""

    def texts(self) -> dict[str, str]:
        """Every text of it, by column: two that are equal in these say the same."""
        columns = [f"{part}_{lang}" for part in (*self.PARTS, "phone_hours") for lang in LANGUAGES]
        return {name: getattr(self, name) for name in (*columns, "phone")}


class InformationQuerySet(models.QuerySet["Information"]):
    def kept_by(self, user: Any, at: Any = None) -> InformationQuerySet:
        return self.filter(edition__in=Edition.objects.kept_by(user, at))

    visible_to = kept_by


class Information(InformationFields):
    """The working text: the secretaries change it, nobody else reads it."""

    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="information", verbose_name=_("edition"))

    objects = InformationQuerySet.as_manager()

    class Meta:
        verbose_name = _("practical information")
        verbose_name_plural = _("practical information")
        ordering = ["-edition__year"]

    def __str__(self) -> str:
        return _("Practical information, %(edition)s") % {"edition": self.edition}


class InformationVersionQuerySet(AudienceQuerySet, FrozenQuerySet[Any]):
    def newest_first(self) -> InformationVersionQuerySet:
        return self.order_by("edition", "-number")

    def current(self) -> InformationVersionQuerySet:
        """The latest of each edition."""
        later = InformationVersion.objects.filter(edition=OuterRef("edition"), number__gt=OuterRef("number"))
        return self.filter(~Exists(later))

    def visible_to(self, user: Any, at: datetime | None = None) -> InformationVersionQuerySet:
        """The latest, for those who take part; older ones for the secretaries alone: an outdated entrance misleads."""
        at = at or instant()
        rule = Q(pk__in=InformationVersion.objects.current().values("pk"))
        if is_known(user):
            rule |= self.prepared_by(user, at)
        return super().visible_to(user, at).filter(rule)

    def shared_with(self, user: Any, at: datetime, lifted: Q) -> Q:
        """Co-chairs too, whom the agenda is for even before they are registered (`programme.takes_part`)."""
        co_chaired = CoChair.objects.filter(person=user.person_id, mandate__edition=OuterRef("edition"))
        return super().shared_with(user, at, lifted) | Q(Exists(co_chaired), audience=Audience.DELEGATES) & lifted


class InformationVersion(Frozen, InformationFields, AudienceBound):
    """A published version; a changed text is a new one (law R7). Those who take part in the edition read it."""

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="information_versions", verbose_name=_("edition")
    )
    number = models.PositiveSmallIntegerField(_("version"))
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("published by"))
    issued_at = models.DateTimeField(_("published"), default=clock.now)

    objects = InformationVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of the practical information")
        verbose_name_plural = _("versions of the practical information")
        ordering = ["edition", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="practical_information_has_one_version_of_a_number"),
            models.CheckConstraint(
                condition=Q(audience=Audience.DELEGATES), name="practical_information_is_for_those_who_take_part"
            ),
        ]

    def __str__(self) -> str:
        return _("Practical information, version %(number)s") % {"number": self.number}

    def get_absolute_url(self) -> str:
        return reverse("information", args=[self.edition.dialogue.slug, self.edition.year])
