"""Working groups, their mandates in an edition, themes and their lineage, in the admin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import CoChair, Edition, Lineage, Mandate, Theme, WorkingGroup
from dialogues.procedures import working_groups
from parties.admin.sources import CitedAdmin
from socportal import clock
from socportal.admin import PortalAdmin, PortalInline, VisibleRelatedFilter, pair

from .consents import ShowsConsents, consent_sentence
from .editions import OfOneEdition, PublishedOfOneEdition, with_its_year, worded
from .publication import WHO_READS, PublishedAdmin, publication_steps
from .steps import Step, StepsMixin, says

# What each step asks and says


class MetOnForm(forms.Form):
    met_on = forms.DateField(
        label=gettext_lazy("Day of the preparatory meeting"),
        help_text=gettext_lazy("Both parties give the same day; another one asks both anew."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": gettext_lazy("Give the day on which the preparatory meeting established it.")},
    )

    def clean_met_on(self) -> date:
        return not_ahead(self.cleaned_data["met_on"])


class ConfirmLineageForm(forms.Form):
    confirmed_on = forms.DateField(
        label=gettext_lazy("Day of the meeting"),
        help_text=gettext_lazy("Both parties give the same day."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": gettext_lazy("Give the day on which both parties confirmed it.")},
    )
    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        help_text=gettext_lazy("The number of the minutes or the note in which it stands."),
        max_length=80,
        error_messages={"required": gettext_lazy("Give the reference of the meeting.")},
    )

    def clean_confirmed_on(self) -> date:
        return not_ahead(self.cleaned_data["confirmed_on"])


class ReferenceForm(forms.Form):
    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        help_text=gettext_lazy("Of the letter or message in which your party clears the terms. Empty where you clear them."),
        max_length=80,
        required=False,
    )


def not_ahead(day: date) -> date:
    if day > clock.today():
        raise forms.ValidationError(_("This day lies ahead. Give the day of a meeting that was held."))
    return day


def consent_of(to: str) -> Callable[[Any, Any], str]:
    return consent_sentence(to, working_groups.has_consented, working_groups.still_awaited)


def consents_with_their_day(lineage: Any, by: Any) -> str:
    said = consent_of(Lineage.CONFIRMED)(lineage, by)
    day = working_groups.day_given(lineage)
    return f"{said} {_('Day of the meeting: %(day)s.') % {'day': date_format(day, 'DATE_FORMAT')}}" if day else said


BY_BOTH = gettext_lazy("Your party’s consent is recorded. One person can never give both parties’ consent.")
Group = WorkingGroup.Status

GROUP_STEPS = (
    Step(
        name="establish",
        verb=gettext_lazy("Establish"),
        run=working_groups.establish,
        argument="working_group",
        reasons=working_groups.establish_reasons,
        sentence=consent_of(Group.ESTABLISHED),
        happens=says(BY_BOTH, gettext_lazy("It becomes active with the first mandate that both parties adopt.")),
        form=MetOnForm,
        initial=lambda group: {"met_on": group.established_on},
        label=lambda group: _("Establish the group for my party"),
        back=gettext_lazy("Back, it stays proposed"),
        when=lambda group: group.status == Group.PROPOSED,
    ),
    Step(
        name="resume",
        verb=gettext_lazy("Take up again"),
        run=working_groups.resume,
        argument="working_group",
        reasons=working_groups.resume_reasons,
        sentence=lambda group, by: _("The group meets again."),
        happens=says(gettext_lazy("The group is active. To meet in an edition it needs a mandate there.")),
        back=gettext_lazy("Back, it goes on resting"),
        when=lambda group: group.status == Group.RESTING,
    ),
    Step(
        name="rest",
        takes_away=True,
        verb=gettext_lazy("Let it rest"),
        run=working_groups.rest,
        argument="working_group",
        reasons=working_groups.rest_reasons,
        sentence=lambda group, by: _("It meets no more until it is taken up again."),
        happens=says(
            gettext_lazy("Its open action items stay its own."), gettext_lazy("It can be taken up again at any time.")
        ),
        back=gettext_lazy("Back, it stays active"),
        when=lambda group: group.status == Group.ACTIVE,
    ),
    Step(
        name="conclude",
        takes_away=True,
        verb=gettext_lazy("Conclude"),
        run=working_groups.conclude,
        argument="working_group",
        reasons=working_groups.conclude_reasons,
        sentence=consent_of(Group.CONCLUDED),
        happens=says(BY_BOTH, gettext_lazy("With the last party’s consent its work is done; it is kept, with all it decided.")),
        label=lambda group: _("Conclude the group for my party"),
        back=gettext_lazy("Back, nothing is concluded"),
        when=lambda group: group.status in {Group.ACTIVE, Group.RESTING},
    ),
)

MANDATE_STEPS = (
    Step(
        name="send-terms",
        verb=gettext_lazy("Send the terms to clearance"),
        run=working_groups.send_terms_to_clearance,
        argument="mandate",
        reasons=working_groups.send_terms_reasons,
        sentence=lambda mandate, by: _("Puts the terms of reference before all parties as they stand."),
        happens=says(
            gettext_lazy("From now on the terms are not changed; they can be taken back."),
            gettext_lazy("Each party’s clearing officer or secretary consents to them."),
        ),
        back=gettext_lazy("Back, it stays a draft"),
        when=lambda mandate: mandate.status == Mandate.Status.DRAFT,
    ),
    Step(
        name="adopt",
        verb=gettext_lazy("Adopt the terms"),
        run=working_groups.adopt_terms,
        argument="mandate",
        reasons=working_groups.adopt_terms_reasons,
        sentence=consent_of(Mandate.Status.ADOPTED),
        happens=says(
            BY_BOTH,
            gettext_lazy("With the last party’s consent they are adopted today, and the group is active."),
            gettext_lazy("The mandate ends by itself when its edition closes, unless both parties renew it."),
        ),
        form=ReferenceForm,
        label=lambda mandate: _("Adopt the terms for my party"),
        back=gettext_lazy("Back, nothing is adopted"),
        when=lambda mandate: mandate.status == Mandate.Status.IN_CLEARANCE,
    ),
    Step(
        name="take-back",
        takes_away=True,
        verb=gettext_lazy("Take the terms back"),
        run=working_groups.take_terms_back,
        argument="mandate",
        reasons=working_groups.take_terms_back_reasons,
        sentence=lambda mandate, by: _("Makes the terms a draft again, to change them."),
        happens=says(gettext_lazy("A consent to the words as they are now counts no more.")),
        back=gettext_lazy("Back, it stays in clearance"),
        when=lambda mandate: mandate.status == Mandate.Status.IN_CLEARANCE,
    ),
    Step(
        name="report",
        verb=gettext_lazy("Note that it has reported"),
        run=working_groups.report,
        argument="mandate",
        reasons=working_groups.report_reasons,
        sentence=lambda mandate, by: _("The group has reported to its edition."),
        happens=says(gettext_lazy("It still ends with its edition, unless both parties renew it.")),
        back=gettext_lazy("Back, nothing is noted"),
        when=lambda mandate: mandate.status == Mandate.Status.ADOPTED,
    ),
    Step(
        name="renew",
        verb=gettext_lazy("Renew"),
        run=working_groups.renew,
        argument="mandate",
        reasons=working_groups.renew_reasons,
        sentence=consent_of(Mandate.Status.RENEWED),
        happens=says(BY_BOTH, gettext_lazy("It then goes on beyond its edition, until the group’s next mandate is adopted.")),
        label=lambda mandate: _("Renew the mandate for my party"),
        back=gettext_lazy("Back, it ends with its edition"),
        when=lambda mandate: mandate.status == Mandate.Status.REPORTED,
    ),
    Step(
        name="end",
        takes_away=True,
        verb=gettext_lazy("End the mandate now"),
        run=working_groups.end,
        argument="mandate",
        reasons=working_groups.end_reasons,
        sentence=consent_of(Mandate.Status.ENDED),
        happens=says(BY_BOTH, gettext_lazy("With its edition it ends by itself: this is for ending it before.")),
        label=lambda mandate: _("End the mandate for my party"),
        back=gettext_lazy("Back, it goes on"),
        when=lambda mandate: mandate.status in Mandate.SUNSET and not mandate.has_ended(),
    ),
)

CONFIRMED_HAPPENS = says(
    BY_BOTH,
    gettext_lazy("With the last party’s consent readers see it as confirmed by both parties, with the day."),
    gettext_lazy("Until then it is shown as a link of the secretariat."),
)

LINEAGE_STEPS = (
    Step(
        name="confirm",
        verb=gettext_lazy("Confirm"),
        run=working_groups.confirm_lineage,
        argument="lineage",
        reasons=working_groups.confirm_lineage_reasons,
        sentence=consents_with_their_day,
        happens=lambda lineage, by: [consents_with_their_day(lineage, by), *CONFIRMED_HAPPENS(lineage, by)],
        form=ConfirmLineageForm,
        initial=lambda lineage: {"confirmed_on": working_groups.day_given(lineage)},
        label=lambda lineage: _("Confirm it for my party"),
        back=gettext_lazy("Back, it stays unconfirmed"),
        when=lambda lineage: lineage.confirmed_on is None,
    ),
)


# The pages


@admin.register(WorkingGroup)
class WorkingGroupAdmin(ShowsConsents, PublishedAdmin):
    chosen_from_kept = ("dialogue",)
    steps = (*GROUP_STEPS, *publication_steps())
    list_display = ("__str__", "dialogue", "status")
    list_filter = (("dialogue", VisibleRelatedFilter), "status")
    list_select_related = ("dialogue",)
    search_fields = ("name_en", "name_nl")
    prefill = ("dialogue",)
    prepopulated_fields = {"slug": ("name_en",)}
    readonly_fields = ("status", "established_on", "concluded_on")
    fieldsets = (
        (None, {"fields": (pair("name"), ("dialogue", "slug"), pair("description"), "status")}),
        (gettext_lazy("By both parties"), {"fields": (("established_on", "concluded_on"), "consents_given")}),
        WHO_READS,
    )


class CurrentFilter(admin.SimpleListFilter):
    """By the clock: an adopted mandate ends with its edition."""

    title = gettext_lazy("in force")
    parameter_name = "current"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("In force")), ("no", _("Not in force"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        current = Mandate.objects.current().values("pk")
        asked = {"yes": models.Q(pk__in=current), "no": ~models.Q(pk__in=current)}
        return queryset.filter(asked.get(self.value() or "", models.Q()))


class CoChairInline(PortalInline):
    """A seat for each party of the dialogue, made with the mandate; without a person it is to be named."""

    model = CoChair
    fields = ("party", "person", "is_acting")
    autocomplete_fields = ("person",)


@admin.register(Mandate)
class MandateAdmin(ShowsConsents, StepsMixin, PortalAdmin):
    form = OfOneEdition
    kept_through = "edition"
    shows_only_kept = True
    inlines = [CoChairInline]
    steps = MANDATE_STEPS
    list_display = ("working_group", "edition", "stands", "co_chairs_named")
    list_filter = (("edition", VisibleRelatedFilter), "status", CurrentFilter)
    list_select_related = ("working_group", "edition__dialogue")
    search_fields = ("working_group__name_en", "working_group__name_nl")
    autocomplete_fields = ("rapporteur",)
    prefill = ("edition", "working_group")
    readonly_fields = ("stands", "adopted_on")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("edition", "working_group"),
                    ("rapporteur_party", "rapporteur"),
                    ("stands", "adopted_on"),
                    pair("terms"),
                )
            },
        ),
        (gettext_lazy("Consents"), {"fields": ("consents_given",)}),
    )

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).prefetch_related("co_chairs__party")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Terms that are in clearance or adopted are both parties’; so is for which group and edition they are."""
        fixed = super().get_readonly_fields(request, obj)
        if obj is None or obj.status == Mandate.Status.DRAFT:
            return fixed
        return (*fixed, "edition", "working_group", *pair("terms"))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """With group and edition in the address, the party whose turn it is to name the rapporteur."""
        said = super().get_changeform_initial_data(request)
        if {"edition", "working_group"} <= set(said):
            group = WorkingGroup.objects.kept_by(request.user).filter(pk=said["working_group"]).first()
            edition = Edition.objects.kept_by(request.user).filter(pk=said["edition"]).first()
            turn = working_groups.next_rapporteur_party(group, edition) if group and edition else None
            said |= {"rapporteur_party": turn.pk} if turn else {}
        return said

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new mandate that names no party for the rapporteur takes the one whose turn it is."""
        if not change and obj.rapporteur_party is None:
            of_rapporteur = obj.rapporteur.party if obj.rapporteur else None
            obj.rapporteur_party = of_rapporteur or working_groups.next_rapporteur_party(obj.working_group, obj.edition)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        working_groups.seats_of(form.instance)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def stands(self, mandate: Mandate) -> str:
        """By the clock: it ends with its edition, and nobody has to press anything."""
        if mandate.pk and mandate.ends_by_itself and mandate.has_ended():
            return _("%(status)s; ended with its edition") % {"status": mandate.get_status_display()}
        return mandate.get_status_display()

    @admin.display(description=gettext_lazy("co-chairs"))
    def co_chairs_named(self, mandate: Mandate) -> str:
        said = {True: _("named"), False: _("to be named")}
        seats = [f"{seat.party.code}: {said[bool(seat.person_id)]}" for seat in mandate.co_chairs.all()]
        return ", ".join(seats) or "–"


@admin.register(Theme)
class ThemeAdmin(PublishedAdmin):
    form = PublishedOfOneEdition
    chosen_from_kept = ("edition",)
    list_display = ("__str__", "edition", "position")
    list_filter = (("edition", VisibleRelatedFilter),)
    list_select_related = ("edition__dialogue",)
    search_fields = ("name_en", "name_nl")
    prefill = ("edition",)
    fieldsets = ((None, {"fields": (pair("name"), ("edition", "position"))}), WHO_READS)


class LineageForm(OfOneEdition):
    """The later end stands in the edition named, the earlier one in an edition before it."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        edition = cleaned.get("edition") or getattr(self.instance, "edition", None)
        for name in ("earlier_mandate", "earlier_theme", "later_mandate", "later_theme"):
            chosen = cleaned.get(name)
            if edition is None or chosen is None or name in self.errors:
                continue
            if name.startswith("later") and chosen.edition != edition:
                self.add_error(name, _("Choose one of %(edition)s.") % {"edition": edition})
            if name.startswith("earlier") and chosen.edition.year >= edition.year:
                self.add_error(name, _("Choose one of an edition before %(edition)s.") % {"edition": edition})
        return cleaned


class ConfirmedFilter(admin.SimpleListFilter):
    title = gettext_lazy("confirmed by both parties")
    parameter_name = "confirmed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Confirmed")), ("no", _("Not confirmed"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        if self.value() in {"yes", "no"}:
            return queryset.filter(confirmed_on__isnull=self.value() == "no")
        return queryset


@admin.register(Lineage)
class LineageAdmin(ShowsConsents, StepsMixin, CitedAdmin):
    form = LineageForm
    kept_through = "edition"
    steps = LINEAGE_STEPS
    readonly_fields = ("confirmed_on",)
    list_display = ("__str__", "kind", "edition", "confirmed_on")
    list_filter = (("edition", VisibleRelatedFilter), "kind", ConfirmedFilter)
    list_select_related = (
        "edition__dialogue",
        "earlier_theme",
        "later_theme",
        "earlier_mandate__working_group",
        "later_mandate__working_group",
    )
    search_fields = (
        *("earlier_theme__name_en", "earlier_theme__name_nl", "later_theme__name_en", "later_theme__name_nl"),
        *("earlier_mandate__working_group__name_en", "earlier_mandate__working_group__name_nl"),
        *("later_mandate__working_group__name_en", "later_mandate__working_group__name_nl"),
    )
    prefill = ("edition", "kind")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("edition", "kind"),
                    ("earlier_theme", "earlier_mandate"),
                    ("later_theme", "later_mandate"),
                    pair("note"),
                    "confirmed_on",
                    "consents_given",
                )
            },
        ),
    )

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.related_model is Theme:
            return worded(field, with_its_year, "edition")
        return worded(field, str, "edition", "working_group") if db_field.related_model is Mandate else field
