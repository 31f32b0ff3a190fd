"""Consultation structures in the admin: entered and published like every public record, and assessed by a step."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import Audience, ConsultationStructure, StructureAssessment, StructureChair
from dialogues.models.ceiling import within_ceiling
from dialogues.models.structures import assessed_for
from dialogues.procedures import structures
from socportal import clock
from socportal.admin import PortalInline, SaveRefused, VisibleRelatedFilter, pair

from .publication import WHO_READS, PublishedAdmin, PublishedForm, publication_steps
from .steps import Step, for_whom

READ_BY = {
    Audience.DELEGATES: gettext_lazy("The delegates, the focal points and the secretariat"),
    Audience.SECRETARIAT: gettext_lazy("The secretariat alone"),
}


def words(label: Any, help_text: Any = "", **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 6})
    return forms.CharField(
        label=label, help_text=help_text, widget=widget, max_length=6000, validators=[within_ceiling], **options
    )


class AssessForm(forms.Form):
    assessed_on = forms.DateField(
        label=gettext_lazy("Assessed on"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": gettext_lazy("Give the day on which it was assessed.")},
    )
    text_en = words(
        gettext_lazy("Assessment, English"),
        gettext_lazy("What works, what does not, and what would mend it. No names."),
        error_messages={"required": gettext_lazy("Write the assessment, in English at least.")},
    )
    text_nl = words(gettext_lazy("Assessment, Dutch"), required=False)
    audience = forms.ChoiceField(
        label=gettext_lazy("Who may read it"), choices=list(READ_BY.items()), initial=Audience.SECRETARIAT
    )

    def clean_assessed_on(self) -> Any:
        day = self.cleaned_data["assessed_on"]
        for reason in structures.day_reasons(day):
            self.add_error("assessed_on", reason.text)
        return day


def assess_happens(structure: ConsultationStructure, by: Any) -> list[str]:
    hidden = _("The structure itself is not public: whoever may not read it does not read how it was assessed.")
    return [
        _("It stands on the page of the structure with its day, for those whom you choose, and never for the public."),
        *([] if structure.is_published else [hidden]),
        _("It is not changed afterwards: the next assessment stands beside it."),
        for_whom(by),
    ]


ASSESS = Step(
    name="assess",
    verb=gettext_lazy("Assess"),
    run=structures.assess,
    argument="structure",
    reasons=structures.assess_reasons,
    sentence=lambda structure, by: _("Says how well it serves, as of a day."),
    happens=assess_happens,
    form=AssessForm,
    initial=lambda structure: {"assessed_on": clock.today()},
    back=gettext_lazy("Back, nothing is assessed"),
)


class StructureForm(PublishedForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "parties" in cleaned and len(cleaned["parties"]) < 2:
            self.add_error("parties", _("Choose at least two parties: it is where they confer."))
        return cleaned


class StructureChairInline(PortalInline):
    model = StructureChair
    fields = ("party", *pair("post"))


@admin.register(ConsultationStructure)
class ConsultationStructureAdmin(PublishedAdmin):
    form = StructureForm
    shows_only_kept = True
    chosen_from_kept = ("dialogue", "working_groups")
    steps = (*publication_steps(), ASSESS)
    inlines = [StructureChairInline]
    list_display = ("__str__", "dialogue", "level", "last_assessed")
    list_filter = (("dialogue", VisibleRelatedFilter), "level", ("parties", VisibleRelatedFilter))
    list_select_related = ("dialogue",)
    search_fields = ("name_en", "name_nl", "remit_en", "remit_nl")
    prefill = ("dialogue",)
    prepopulated_fields = {"slug": ("name_en",)}
    readonly_fields = ("assessments_made",)
    fieldsets = (
        (None, {"fields": (pair("name"), ("dialogue", "slug"), ("level", "parties"))}),
        (gettext_lazy("What it does"), {"fields": (pair("remit"), pair("frequency"), "working_groups")}),
        (gettext_lazy("Assessed"), {"fields": ("assessments_made",)}),
        WHO_READS,
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return assessed_for(super().get_queryset(request), request.user)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        structure = form.instance
        chairs = structure.chairs.exclude(party__in=structure.parties.all()).select_related("party")
        said = _("%(party)s is no party of this structure: choose it among the parties, or take its co-chair out.")
        if sentences := [said % {"party": chair.party} for chair in chairs]:
            raise SaveRefused(*sentences)

    @admin.display(description=gettext_lazy("last assessed"), ordering="last_assessed_on")
    def last_assessed(self, structure: Any) -> str:
        day = structure.last_assessed_on
        return date_format(day, "DATE_FORMAT") if day else _("not yet")

    @admin.display(description=gettext_lazy("assessments"))
    def assessments_made(self, structure: ConsultationStructure) -> str:
        """All of them, newest first: who finds this page keeps the structure, and so reads each."""
        if structure.pk is None:
            return "–"
        made = StructureAssessment.objects.filter(structure=structure).newest_first()
        rows = (
            (date_format(one.assessed_on, "DATE_FORMAT"), one.text.marked, READ_BY.get(Audience(one.audience), ""))
            for one in made
        )
        listed = format_html_join("", '<li><b>{}</b>: {} <span class="quiet">{}</span></li>', rows)
        return format_html("<ol>{}</ol>", listed) if listed else _("Not assessed yet.")
