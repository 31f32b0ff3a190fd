"""People. Nobody's name is public by default: only a public office-holder named in a cited source is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from socportal.bilingual import Bilingual

from .organisations import Organisation
from .parties import Party
from .retention import Retention
from .sources import Source


class PersonQuerySet(models.QuerySet["Person"]):
    def public(self) -> PersonQuerySet:
        """Public office-holders named in a cited source (law R5)."""
        return self.filter(is_public_office_holder=True, office_source__isnull=False)

    def visible_to(self, user, at: object = None) -> PersonQuerySet:  # type: ignore[no-untyped-def]
        """Everybody: public office-holders. The register's keepers: all. Anyone signed in: also themselves.

        Who keeps the register is decided by current appointments (the permission `parties.view_person`, which a
        technician's account does not carry by itself). Delegates read each other through their registrations.
        """
        if not getattr(user, "is_authenticated", False):
            return self.public()
        if user.keeps_register:
            return self
        return self.filter(Q(pk__in=self.model.objects.public()) | Q(pk=user.person_id))


class Person(models.Model):
    """Somebody, with the post held now. The post at the time stands on the registration or appearance."""

    RETENTION = {Retention.REGISTRATION: ("name", "sort_name", "post")}

    name = models.CharField(_("name"), max_length=120, help_text=_("As on the badge, with title: “Ms A. Example”."))
    sort_name = models.CharField(
        _("surname first"), max_length=120, blank=True, help_text=_("For lists in alphabetical order: “Example, A.”")
    )
    post_en = models.CharField(_("post, English"), max_length=160, blank=True)
    post_nl = models.CharField(_("post, Dutch"), max_length=160, blank=True)
    post = Bilingual()
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("organisation")
    )
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("party")
    )
    is_public_office_holder = models.BooleanField(
        _("public office-holder"),
        default=False,
        help_text=_("A minister or agency head named in a published text. Only these are shown on public pages."),
    )
    office_source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="office_holders",
        verbose_name=_("named in"),
        help_text=_("The published text that names this person. Required for a public office-holder."),
    )

    erased_at = models.DateTimeField(_("personal data erased"), null=True, blank=True, editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["sort_name", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_public_office_holder=False) | Q(office_source__isnull=False),
                name="public_office_holder_is_named_in_a_cited_source",
                violation_error_message=_("A public office-holder needs the published text that names this person."),
            )
        ]

    def __str__(self) -> str:
        return self.name
