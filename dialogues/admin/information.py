"""Practical information in the admin: the working text in both languages, published as versions."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import Information, InformationVersion
from dialogues.procedures import information
from socportal.admin import PortalAdmin, VisibleRelatedFilter, pair

from .editions import OfOneEdition
from .steps import Step, StepsMixin, for_whom

TELEPHONE = re.compile(r"\+?[0-9][0-9 ()./-]{2,28}", re.ASCII)


class InformationForm(OfOneEdition):
    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        if phone and not TELEPHONE.fullmatch(phone):
            raise forms.ValidationError(_("Give a telephone number in digits, with the country: +31 70 123 45 67."))
        return phone


def page_of(record: Information | InformationVersion, version: str) -> str:
    address = reverse("information", args=[record.edition.dialogue.slug, record.edition.year])
    return f"{address}?version={version}"


def publish_sentence(text: Information, by: Any) -> str:
    return _("Participants read it at once as version %(number)s.") % {"number": information.next_version(text)}


def publish_happens(text: Information, by: Any) -> list[str]:
    number = information.next_version(text)
    lines = [
        _("The text as it is now becomes version %(number)s; it is never changed, only followed by another.")
        % {"number": number},
        _("Who takes part in %(edition)s reads it at once: delegates, focal points, co-chairs, secretaries.")
        % {"edition": text.edition},
    ]
    if number > 1:
        lines.append(_("Version %(number)s can then be read by the secretaries alone.") % {"number": number - 1})
    return [*lines, _("No message is sent."), for_whom(by)]


PUBLISH = Step(
    name="publish",
    verb=gettext_lazy("Publish the practical information"),
    run=information.publish_information,
    argument="information",
    reasons=information.publish_reasons,
    sentence=publish_sentence,
    happens=publish_happens,
    preview=lambda text: page_of(text, "draft"),
    label=lambda text: _("Publish as version %(number)s") % {"number": information.next_version(text)},
    back=gettext_lazy("Back, nothing is published"),
)


@admin.register(Information)
class InformationAdmin(StepsMixin, PortalAdmin):
    form = InformationForm
    shows_only_kept = True
    chosen_from_kept = ("edition",)
    steps = (PUBLISH,)
    list_display = ("title", "edition", "published")
    list_filter = (("edition", VisibleRelatedFilter),)
    list_select_related = ("edition__dialogue",)
    prefill = ("edition",)
    view_on_site = False
    readonly_fields = ("versions",)
    fieldsets = (
        (None, {"fields": ("edition",)}),
        (
            gettext_lazy("What somebody needs who comes for the first time"),
            {
                "description": gettext_lazy("The venue and its address come from the edition. Leave empty what is not known."),
                "fields": tuple(pair(part) for part in Information.PARTS),
            },
        ),
        (gettext_lazy("A number to ring"), {"fields": ("phone", pair("phone_hours"))}),
        (gettext_lazy("Published"), {"fields": ("versions",)}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """It stays with its edition: what was published says so."""
        return (*super().get_readonly_fields(request, obj), *(("edition",) if obj else ()))

    @admin.display(description=gettext_lazy("practical information"))
    def title(self, text: Information) -> str:
        return _("Practical information")

    @admin.display(description=gettext_lazy("published"))
    def published(self, text: Information) -> str:
        latest = information.latest_version(text)
        return _("Version %(number)s") % {"number": latest.number} if latest else _("Not yet")

    @admin.display(description=gettext_lazy("versions"))
    def versions(self, text: Information) -> str:
        if text.pk is None:
            return _("Not yet")
        issued = InformationVersion.objects.filter(edition=text.edition_id).select_related("edition__dialogue").newest_first()
        lines = [
            (
                page_of(one, str(one.number)),
                _("Version %(number)s of %(day)s")
                % {"number": one.number, "day": date_format(one.issued_at.astimezone(one.edition.zone), "DATETIME_FORMAT")},
            )
            for one in issued
        ]
        if not lines:
            return _("Not yet")
        return format_html("<ul>{}</ul>", format_html_join("", '<li><a href="{}">{}</a></li>', lines))
