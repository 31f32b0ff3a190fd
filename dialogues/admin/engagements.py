"""Engagements between editions, and the initiatives that a dialogue supports, in the admin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import Engagement, EngagementSize, EngagementStop, Initiative
from dialogues.models.dates import Precision
from dialogues.procedures import engagements
from dialogues.procedures.engagements import too_long
from socportal.admin import PortalInline, VisibleRelatedFilter, pair

from .consents import ShowsConsents, consent_sentence
from .dates import DatedForm
from .editions import PublishedOfOneEdition
from .publication import WHO_READS, PublishedAdmin, publication_steps
from .steps import Step, change_address, for_whom, says

AS_STATED = gettext_lazy("As stated")
Status = Engagement.Status
REPORT = (*pair("report"), *pair("follows"))


def area(label: Any, help_text: Any = "", rows: int = 3, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, widget=widget, max_length=6000, **options)


# What each step asks


class ScheduleForm(forms.Form):
    starts_on = forms.DateField(
        label=gettext_lazy("First day"),
        help_text=gettext_lazy("The first day it can be; of a month, its first."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": gettext_lazy("Give the first day. Without a date it stays agreed.")},
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Empty for a single day."),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    date_precision = forms.ChoiceField(
        label=gettext_lazy("How exactly known"),
        choices=[choice for choice in Precision.choices if choice[0] not in {Precision.NONE, Precision.DAY}],
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The last day lies before the first. Give a later one."))
        return cleaned


def dates_so_far(engagement: Engagement) -> dict[str, Any]:
    precision = Precision.EXACT if engagement.date_precision == Precision.NONE else engagement.date_precision
    return {"starts_on": engagement.starts_on, "ends_on": engagement.ends_on, "date_precision": precision}


class ReportForm(forms.Form):
    report_en = area(gettext_lazy("Report, English"), gettext_lazy("At most 300 words. No names."), 8, required=False)
    report_nl = area(gettext_lazy("Report, Dutch"), gettext_lazy("At most 300 words. No names."), 8, required=False)
    follows_en = area(
        gettext_lazy("What follows, English"), gettext_lazy("The action items by number, and what else."), required=False
    )
    follows_nl = area(gettext_lazy("What follows, Dutch"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not (cleaned.get("report_en") or cleaned.get("report_nl")) and not self.errors:
            self.add_error("report_en", _("Write the report first."))
        if not (cleaned.get("follows_en") or cleaned.get("follows_nl")) and not self.errors:
            self.add_error("follows_en", _("Say what follows from it; if nothing does, say that."))
        count_words(self, cleaned)
        return cleaned


def count_words(form: forms.Form | forms.ModelForm, cleaned: dict[str, Any]) -> None:  # type: ignore[type-arg]
    """A report that is too long is told of at its field, with the count."""
    for name in pair("report"):
        for said in too_long(text=cleaned.get(name) or ""):
            form.add_error(name, said)


class ReasonForm(forms.Form):
    reason = area(
        gettext_lazy("Reason"),
        gettext_lazy("The secretaries of both parties read it. No names."),
        error_messages={"required": gettext_lazy("Give the reason.")},
    )


class ClearLineForm(forms.Form):
    """Carries the wording that was looked at: what was changed meanwhile is not agreed to unread."""

    reference = forms.CharField(
        label=gettext_lazy("Reference of the press officer’s word"),
        help_text=gettext_lazy("A letter or a message. Empty where you are the press officer yourself."),
        max_length=80,
        required=False,
    )
    line_round = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=32767)


# What each step says


def consent_of(to: str) -> Callable[[Any, Any], str]:
    return consent_sentence(to, engagements.has_consented, engagements.still_awaited)


def schedule_happens(engagement: Engagement, by: Any) -> list[str]:
    public = (
        _("It is public: everybody reads the date at once.")
        if engagement.is_published
        else _("A date that the press officers have not seen asks them anew.")
    )
    return [_("It is scheduled for the date that you give."), public, for_whom(by)]


ENGAGEMENT_STEPS = (
    Step(
        name="put-forward",
        verb=gettext_lazy("Put forward"),
        run=engagements.propose,
        argument="engagement",
        reasons=engagements.propose_reasons,
        sentence=lambda engagement, by: _("Puts the idea before the other party."),
        happens=says(gettext_lazy("The secretary or the focal point of each party can agree to it from now on.")),
        back=gettext_lazy("Back, it stays an idea"),
        when=lambda engagement: engagement.status == Status.IDEA,
    ),
    Step(
        name="agree",
        verb=gettext_lazy("Agree"),
        run=engagements.agree,
        argument="engagement",
        reasons=engagements.agree_reasons,
        sentence=consent_of(Status.AGREED),
        happens=says(
            gettext_lazy("Your party’s consent is recorded. One person can never give both parties’ consent."),
            gettext_lazy("With the last party’s consent it is agreed; a date is not needed for that."),
        ),
        label=lambda engagement: _("Agree for my party"),
        back=gettext_lazy("Back, nothing is agreed"),
        when=lambda engagement: engagement.status in {Status.PROPOSED, Status.POSTPONED},
    ),
    Step(
        name="schedule",
        verb=gettext_lazy("Schedule"),
        run=engagements.schedule,
        argument="engagement",
        reasons=engagements.schedule_reasons,
        sentence=lambda engagement, by: _("Gives it its date, as exactly as it is known."),
        happens=schedule_happens,
        form=ScheduleForm,
        initial=dates_so_far,
        back=gettext_lazy("Back, nothing is scheduled"),
        when=lambda engagement: engagement.status in {Status.AGREED, Status.POSTPONED},
    ),
    Step(
        name="held",
        verb=gettext_lazy("Note as held"),
        run=engagements.mark_held,
        argument="engagement",
        reasons=engagements.hold_reasons,
        sentence=lambda engagement, by: _("It took place, on %(days)s.") % {"days": engagement.dates},
        happens=says(
            gettext_lazy("It counts as progress from now on, and action items can cite it as evidence."),
            gettext_lazy("Its report is owed within 21 days of its last day."),
        ),
        back=gettext_lazy("Back, nothing is noted"),
        when=lambda engagement: engagement.status == Status.SCHEDULED,
    ),
    Step(
        name="report",
        verb=gettext_lazy("Report"),
        run=engagements.report,
        argument="engagement",
        reasons=engagements.report_reasons,
        sentence=lambda engagement, by: _("Says in at most 300 words what came of it, and what follows."),
        happens=says(gettext_lazy("The public reads the report once both press officers have agreed to it.")),
        form=ReportForm,
        back=gettext_lazy("Back, nothing is reported"),
        when=lambda engagement: engagement.status == Status.HELD,
    ),
    Step(
        name="postpone",
        takes_away=True,
        verb=gettext_lazy("Postpone"),
        run=engagements.postpone,
        argument="engagement",
        reasons=engagements.postpone_reasons,
        sentence=lambda engagement, by: _("Takes its date away until there is another."),
        happens=says(
            gettext_lazy("Its date is taken away. It is agreed again, or scheduled anew."),
            gettext_lazy("What the press officers agreed to counts no more."),
        ),
        form=ReasonForm,
        back=gettext_lazy("Back, it keeps its date"),
        when=lambda engagement: engagement.status in {Status.AGREED, Status.SCHEDULED},
    ),
    Step(
        name="cancel",
        takes_away=True,
        verb=gettext_lazy("Cancel the engagement"),
        run=engagements.cancel,
        argument="engagement",
        reasons=engagements.cancel_reasons,
        sentence=lambda engagement, by: _("It will not take place. It is kept, with the reason."),
        happens=says(gettext_lazy("It is cancelled for good. To take it up again, enter a new one.")),
        form=ReasonForm,
        back=gettext_lazy("Back, nothing is cancelled"),
        when=lambda engagement: Status.CANCELLED in Engagement.TRANSITIONS[Status(engagement.status)],
    ),
    Step(
        name="clear-line",
        verb=gettext_lazy("Agree to the public line"),
        run=engagements.clear_public_line,
        argument="engagement",
        reasons=engagements.clear_line_reasons,
        sentence=consent_of(Engagement.LINE_CLEARED),
        happens=says(
            gettext_lazy("Your party’s press officer agrees to the words as they stand now."),
            gettext_lazy("It can be published once every party’s press officer has; a change of the words asks all anew."),
        ),
        form=ClearLineForm,
        initial=lambda engagement: {"line_round": engagement.line_round},
        preview=lambda engagement: engagement.get_absolute_url(),
        label=lambda engagement: _("Agree to the public line for my party"),
        back=gettext_lazy("Back, nothing is agreed"),
        when=lambda engagement: (
            engagement.status not in {Status.IDEA, Status.PROPOSED, Status.CANCELLED} and bool(engagement.awaiting_press())
        ),
    ),
)


class ReportOwedFilter(admin.SimpleListFilter):
    title = gettext_lazy("report")
    parameter_name = "report"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("owed", _("Report owed"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        if self.value() != "owed":
            return queryset
        return queryset.filter(pk__in=Engagement.objects.report_owed().values("pk"))


class BetweenEditionsForm(PublishedOfOneEdition, DatedForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        count_words(self, {name: cleaned.get(name) for name in pair("report") if name in self.fields})
        return cleaned


class StopInline(PortalInline):
    """Places and hours: the secretaries’ alone (law R5)."""

    model = EngagementStop
    fields = ("starts_at", "ends_at", "place_type", "host_organisation", "what")
    autocomplete_fields = ("host_organisation",)


class SizeInline(PortalInline):
    model = EngagementSize
    fields = ("party", "people")


@admin.register(Engagement)
class EngagementAdmin(ShowsConsents, PublishedAdmin):
    form = BetweenEditionsForm
    shows_only_kept = True
    chosen_from_kept = ("dialogue", "edition", "since")
    steps = (*ENGAGEMENT_STEPS, *publication_steps())
    inlines = [StopInline, SizeInline]
    list_display = ("title", "kind", "dialogue", "day", "status")
    list_filter = (
        "status",
        ReportOwedFilter,
        ("dialogue", VisibleRelatedFilter),
        ("edition", VisibleRelatedFilter),
        ("parties", VisibleRelatedFilter),
        ("working_group", VisibleRelatedFilter),
        "kind",
    )
    list_select_related = ("dialogue",)
    search_fields = ("title_en", "title_nl", "summary_en", "summary_nl", "place_en", "place_nl")
    prefill = ("dialogue", "edition", "kind", "working_group")
    prepopulated_fields = {"slug": ("title_en",)}
    fieldsets = (
        (None, {"fields": (pair("title"), ("dialogue", "kind", "status"), ("slug", "parties"))}),
        (
            gettext_lazy("What it is for"),
            {"fields": (("host_party", "visiting_party"), pair("objective"), ("working_group", "action_items_served"))},
        ),
        (
            gettext_lazy("When, as far as it is known"),
            {"fields": (("starts_on", "ends_on"), ("date_precision", "since"), "edition")},
        ),
        (
            AS_STATED,
            {
                "description": gettext_lazy("Readers are told the place of a visit once it is over, by the clock."),
                "fields": (pair("summary"), pair("standing"), pair("number"), pair("place")),
            },
        ),
        (gettext_lazy("Report"), {"fields": (pair("report"), pair("follows"))}),
        (gettext_lazy("Consents"), {"fields": ("consents_given",)}),
        WHO_READS,
    )

    def zone(self, request: HttpRequest, obj: Any = None) -> tzinfo:
        """The programme is entered in the time of the host."""
        return ZoneInfo(obj.host_party.time_zone) if obj is not None and obj.host_party else super().zone(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The report is written by its step; once written, its words are corrected and translated here."""
        fixed = (*super().get_readonly_fields(request, obj), "status", "action_items_served")
        return fixed if obj is not None and obj.status == Status.REPORTED else (*fixed, *REPORT)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """New words before it is public: the press officers agree anew. After that they are corrected in the open."""
        if change and not form.standing.is_published and set(form.changed_data) & set(Engagement.PUBLIC_LINE):
            obj.line_round += 1
        super().save_model(request, obj, form, change)

    @admin.display(description=gettext_lazy("action items that it serves, or that it caused"))
    def action_items_served(self, engagement: Engagement) -> str:
        if engagement.pk is None:
            return "–"
        items = engagement.action_items.order_by("edition__year", "serial")
        links = ((change_address(item), item.number, item.get_status_display()) for item in items)
        said = format_html_join(", ", '<a href="{}">{}</a> ({})', links)
        return said or _("None. It is named on the page of an action item.")

    @admin.display(description=gettext_lazy("title"), ordering="title_en")
    def title(self, engagement: Engagement) -> str:
        return str(engagement.title)

    @admin.display(description=gettext_lazy("date"), ordering="starts_on")
    def day(self, engagement: Engagement) -> str:
        return engagement.dates or "–"


@admin.register(Initiative)
class InitiativeAdmin(PublishedAdmin):
    form = BetweenEditionsForm
    chosen_from_kept = ("dialogue",)
    list_display = ("name", "kind", "dialogue", "day")
    list_filter = ("kind", ("dialogue", VisibleRelatedFilter), ("parties", VisibleRelatedFilter))
    list_select_related = ("dialogue",)
    search_fields = ("name_en", "name_nl", "summary_en", "summary_nl")
    autocomplete_fields = ("organisation",)
    prefill = ("dialogue", "kind")
    prepopulated_fields = {"slug": ("name_en",)}
    fieldsets = (
        (None, {"fields": (pair("name"), ("dialogue", "kind", "slug"), ("organisation", "parties"))}),
        (gettext_lazy("When, as far as it is known"), {"fields": (("starts_on", "ends_on"), "date_precision")}),
        (AS_STATED, {"fields": (pair("summary"), pair("partners"), pair("standing"))}),
        WHO_READS,
    )

    @admin.display(description=gettext_lazy("name"), ordering="name_en")
    def name(self, initiative: Initiative) -> str:
        return str(initiative.name)

    @admin.display(description=gettext_lazy("date"), ordering="starts_on")
    def day(self, initiative: Initiative) -> str:
        return initiative.dates or "–"
