"""Appearances in the admin: which public office-holder is named, in which office, at an edition or an engagement."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import Appearance
from parties.admin.sources import CitedAdmin
from parties.models import Person
from socportal.admin import PortalForm, VisibleRelatedFilter, pair

from .editions import OfOneEdition, worded


class NamesOfficeHolders(PortalForm):
    """The public side names public office-holders with a cited source, and nobody else (law R5)."""

    NAMES = "person"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        person = cleaned.get(self.NAMES)
        if person is not None and not Person.objects.public().filter(pk=person.pk).exists():
            self.add_error(
                self.NAMES,
                _("Only a public office-holder with a cited source is named. Cite it at the person, or give the office alone."),
            )
        return cleaned


class AppearanceForm(NamesOfficeHolders, OfOneEdition):
    pass


def in_words(appearance: Appearance) -> str:
    """Who, as what, where: for choosing whose words something is."""
    said = [str(appearance.person) if appearance.person else _("not named"), str(appearance.role)]
    return f"{', '.join(said)} ({appearance.edition or appearance.engagement})"


def said_by_whom(db_field: Any, field: Any) -> Any:
    if db_field.related_model is not Appearance:
        return field
    return worded(field, in_words, "person", "edition", "engagement")


@admin.register(Appearance)
class AppearanceAdmin(CitedAdmin):
    """It is kept by whoever keeps the edition, or the engagement, that it hangs on."""

    form = AppearanceForm
    chosen_from_kept = ("edition", "engagement")
    list_display = ("person_or_office", "role", "occasion_of")
    list_filter = (("edition", VisibleRelatedFilter), ("engagement", VisibleRelatedFilter), ("party", VisibleRelatedFilter))
    list_select_related = ("person", "edition", "engagement")
    search_fields = ("person__name", "person__sort_name", "role_en", "role_nl", "occasion_en", "occasion_nl")
    autocomplete_fields = ("person",)
    prefill = ("edition", "engagement")
    fieldsets = (
        (
            None,
            {
                "description": gettext_lazy("At an edition or at an engagement, one of the two."),
                "fields": (("edition", "engagement"), ("person", "party"), pair("role"), pair("occasion")),
            },
        ),
    )

    def keeps(self, request: HttpRequest, obj: Any) -> bool:
        found = obj.edition or obj.engagement
        return found is not None and type(found)._default_manager.kept_by(request.user).filter(pk=found.pk).exists()

    @admin.display(description=gettext_lazy("person"), ordering="person__sort_name")
    def person_or_office(self, appearance: Appearance) -> str:
        return str(appearance.person) if appearance.person else _("not named")

    @admin.display(description=gettext_lazy("role at the time"), ordering="role_en")
    def role(self, appearance: Appearance) -> str:
        return str(appearance.role)

    @admin.display(description=gettext_lazy("edition or engagement"))
    def occasion_of(self, appearance: Appearance) -> str:
        return str(appearance.edition or appearance.engagement)
