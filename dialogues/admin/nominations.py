"""Nominations in the admin: the party's words, to be accepted or returned; entered by hand only on the strength of a letter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import Correspondence, Edition, Mandate, Nomination
from dialogues.models.correspondence import in_capitals
from dialogues.procedures import nominations
from dialogues.procedures.nomination_checks import parties_to_consent
from dialogues.procedures.steps import StepRefused
from socportal.admin import SaveRefused, VisibleRelatedFilter, pair

from .acceptance import ACCEPT, RETURN, in_a_list
from .editions import OfOneEdition, worded
from .pages import pages_of_people
from .steps import ThroughStepsAlone
from .venue_time import AtVenue

Status = Nomination.Status


class StandingFilter(admin.SimpleListFilter):
    title = gettext_lazy("standing")
    parameter_name = "standing"
    RULES = {
        "waiting": Q(status__in=Nomination.UNSETTLED),
        "late": Q(is_late=True),
        "over": ~Q(over_quota_reason=""),
        "returned": Q(status=Status.RETURNED),
        "accepted": Q(status=Status.ACCEPTED),
        "live": Q(status__in=Nomination.HANDED_IN),
        "gone": Q(status__in=(Status.WITHDRAWN, Status.REPLACED)),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("waiting", _("Waiting for the secretariat")),
            ("late", _("Late")),
            ("over", _("More than agreed")),
            ("returned", _("Returned")),
            ("accepted", _("Accepted")),
            ("live", _("Waiting or accepted")),
            ("gone", _("Withdrawn or replaced")),
        ]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return queryset.filter(self.RULES.get(self.value() or "", Q()))


class OnBehalfForm(OfOneEdition):
    """What a party asked for in a letter, in the words of that letter."""

    REQUIRED = {
        "delegation": gettext_lazy("Choose the delegation that the letter is about."),
        "on_behalf_by": gettext_lazy("Choose the letter or note that this party sent; register it first if it is not there."),
        "category": gettext_lazy("Choose in which category the person comes."),
        "name": gettext_lazy("Give the name as it stands on the badge."),
        "organisation": gettext_lazy("Choose the organisation."),
        "email": gettext_lazy("Give the official e-mail address."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, sentence in self.REQUIRED.items():
            if name in self.fields:
                self.fields[name].required = True
                self.fields[name].error_messages["required"] = sentence

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if delegation := cleaned.get("delegation"):
            self.instance.delegation, self.instance.edition = delegation, delegation.edition
        if "post_en" in self.fields and not cleaned.get("post_en") and not cleaned.get("post_nl"):
            self.add_error("post_en", _("Give the post in one of the two languages."))
        return cleaned


@admin.register(Nomination)
class NominationAdmin(ThroughStepsAlone, AtVenue):
    form = OnBehalfForm
    kept_through = "delegation__edition"
    shows_only_kept = True
    steps = (ACCEPT, RETURN)
    list_display = ("name", "party", "category", "post", "organisation", "status", "remarks", "handed_in")
    list_filter = (
        StandingFilter,
        ("edition", VisibleRelatedFilter),
        ("delegation__party", VisibleRelatedFilter),
        "category",
        ("mandates", VisibleRelatedFilter),
    )
    list_select_related = ("delegation__party", "edition__dialogue", "organisation", "on_behalf_by")
    search_fields = ("name", "sort_name", "post_en", "post_nl", "email")
    autocomplete_fields = ("organisation",)
    prefill = ("delegation", "on_behalf_by", "category")
    add_fieldsets = (
        (None, {"fields": (("delegation", "on_behalf_by"),)}),
        (
            gettext_lazy("Who"),
            {"fields": (("name", "sort_name"), pair("post"), ("organisation", "category"), ("email", "language"))},
        ),
        (
            gettext_lazy("Place in the delegation"),
            {"fields": ("mandates", ("alternate_for", "precedence"), "over_quota_reason")},
        ),
    )
    shown_fieldsets = (
        (None, {"fields": (("delegation", "status"), ("name", "sort_name"), pair("post"), ("organisation", "category"))}),
        (gettext_lazy("How to reach the person"), {"fields": (("email", "language"),)}),
        (
            gettext_lazy("Place in the delegation"),
            {"fields": (("groups", "precedence"), ("alternate_for", "replaces"), "over_quota_reason")},
        ),
        (
            gettext_lazy("What has happened"),
            {
                "fields": (
                    ("handed_in", "on_behalf_by"),
                    ("consent", "returned_message"),
                    ("late_reason", "withdrawn_reason"),
                    ("accepted", "registration"),
                )
            },
        ),
    )

    def findable(self, request: HttpRequest) -> Any:
        """A draft is the party's alone, whoever else somebody is."""
        return super().findable(request).exclude(status=Status.DRAFT)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.shown_fieldsets if obj else self.add_fieldsets

    # Choices of the form

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "delegation":
            field = worded(field, str, "edition__dialogue", "party")  # type: ignore[assignment]
            field.queryset = field.queryset.filter(edition__status=Edition.Status.PREPARING)  # type: ignore[union-attr]
        elif db_field.name == "on_behalf_by":
            field = worded(field, letter_in_words, "party", "edition")  # type: ignore[assignment]
            received = Q(direction=Correspondence.Direction.RECEIVED, edition__status=Edition.Status.PREPARING)
            field.queryset = field.queryset.filter(received)  # type: ignore[union-attr]
            link = format_html('<a href="{}">{}</a>', reverse("admin:dialogues_correspondence_add"), _("Register a letter"))
            field.help_text = format_html("{} {}", field.help_text, link)  # type: ignore[union-attr]
        elif db_field.name == "alternate_for":
            field = worded(field, in_a_list, "delegation__party")  # type: ignore[assignment]
            handed_in = Nomination.objects.handed_in().filter(edition__status=Edition.Status.PREPARING)
            field.queryset = field.queryset.filter(pk__in=handed_in.values("pk"))  # type: ignore[union-attr]
        return field

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None and db_field.related_model is Mandate:
            field.widget = forms.CheckboxSelectMultiple()
            worded(field, str, "working_group", "edition__dialogue")
            kept = Edition.objects.kept_by(request.user).filter(status=Edition.Status.PREPARING)
            field.queryset = field.queryset.filter(edition__in=kept)  # type: ignore[attr-defined]
            field.help_text = ""
        return field

    # Entering on behalf of a party

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = _("Enter a nomination on behalf of a party")
        return super().add_view(request, form_url, {**(extra_context or {}), "title": title})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        said = {name: form.cleaned_data[name] for name in nominations.FIELDS if name in form.cleaned_data}
        try:
            entered = nominations.enter_on_behalf(
                delegation=form.cleaned_data["delegation"],
                letter=form.cleaned_data["on_behalf_by"],
                mandates=form.cleaned_data["mandates"],
                by=request.user,  # type: ignore[arg-type]
                **said,
            )
        except StepRefused as refusal:
            raise SaveRefused(*(reason.text for reason in refusal.reasons)) from refusal
        obj.pk, obj._state.adding = entered.pk, False

    def record_saved(self, request: HttpRequest, obj: Any, *, created: bool, fields: list[str]) -> None:
        """It has been written down by the procedure."""
        self.admin_site.forget_counts(request)  # type: ignore[attr-defined]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        if (obj := kwargs.get("obj")) is not None:
            context["further_pages"] = pages_of_people(obj.edition)[:1]
        return super().render_change_form(request, context, *args, **kwargs)

    # Columns and what the page shows beside the party's own fields

    @admin.display(description=gettext_lazy("party"), ordering="delegation__party__code")
    def party(self, nomination: Nomination) -> str:
        return str(nomination.delegation.party.code)

    @admin.display(description=gettext_lazy("handed in"), ordering="submitted_at")
    def handed_in(self, nomination: Nomination) -> str:
        at = nomination.submitted_at
        return date_format(at.astimezone(nomination.edition.zone), "DATETIME_FORMAT") if at else "–"

    @admin.display(description=gettext_lazy("remarks"))
    def remarks(self, nomination: Nomination) -> str:
        said = [
            _("late") if nomination.is_late else "",
            _("more than agreed") if nomination.over_quota_reason else "",
            _("takes a seat over") if nomination.replaces_id else "",
            _("entered on behalf") if nomination.on_behalf_by_id else "",
        ]
        return ", ".join(filter(None, said)) or "–"

    @admin.display(description=gettext_lazy("working groups"))
    def groups(self, nomination: Nomination) -> str:
        return ", ".join(str(mandate) for mandate in nomination.mandates.select_related("working_group")) or "–"

    @admin.display(description=gettext_lazy("consents"))
    def consent(self, nomination: Nomination) -> str:
        """Who has consented and when, who has not; nothing for a party's own members."""
        if not nomination.needs_consent:
            return _("Needs none: the party’s own choice.")
        lines = [
            (_("%(party)s: consented on %(day)s") % {"party": given.party, "day": date_format(localtime(given.given_at))},)
            for given in nomination.consents.select_related("party")
        ]
        lines += [(_("%(party)s: not yet") % {"party": party},) for party in parties_to_consent(nomination)]
        return format_html_join("; ", "{}", lines)

    @admin.display(description=gettext_lazy("accepted"))
    def accepted(self, nomination: Nomination) -> str:
        return in_capitals(nomination.accepted_at, nomination.edition) if nomination.accepted_at else "–"


def letter_in_words(letter: Correspondence) -> str:
    return f"{letter.reference}, {date_format(letter.dated_on)} ({letter.get_kind_display()}, {letter.party})"
