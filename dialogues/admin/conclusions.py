"""Session reports and the summary of conclusions in the admin: who owes a report, and the way of the summary to adoption."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dialogues.models import Audience, Edition, SessionReport, Summary, SummaryComment
from dialogues.procedures import session_reports, summaries
from dialogues.procedures.steps import Check
from socportal.admin import PortalAdmin, PortalInline, ReadOnlyAdmin, VisibleRelatedFilter, pair

from .consents import ShowsConsents
from .steps import Step, StepsMixin, change_address, for_whom
from .venue_time import AtVenueOfEdition

COMMENTS_OPEN = timedelta(days=10)
Status = Summary.Status


# Session reports


@admin.register(SessionReport)
class SessionReportAdmin(ShowsConsents, AtVenueOfEdition, ReadOnlyAdmin):
    """Read here; written and agreed on its own page, which the secretaries open too."""

    kept_through = "session__edition"
    list_display = ("title", "edition", "state", "awaited_from", "written_at")
    list_filter = (("session__edition", VisibleRelatedFilter), "status")
    list_select_related = ("session__edition__dialogue", "session__mandate__rapporteur__party")
    ordering = ("-session__edition__year", "session__starts_at")
    fieldsets = (
        (None, {"fields": ("session", ("state", "awaited_from"), ("lang", "written_at"), "where")}),
        (gettext_lazy("The text"), {"fields": ("points", "conclusions", "questions")}),
        (gettext_lazy("Consents"), {"fields": ("consents_given",)}),
    )
    readonly_fields = ("state", "awaited_from", "where")

    def edition_behind(self, obj: Any) -> Edition:
        return obj.session.edition  # type: ignore[no-any-return]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("consents", *session_reports.what_is_asked("session__"))

    @admin.display(description=gettext_lazy("session"), ordering="session__starts_at")
    def title(self, report: SessionReport) -> str:
        return str(report.session.title)

    @admin.display(description=gettext_lazy("edition"))
    def edition(self, report: SessionReport) -> str:
        return str(report.session.edition)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def state(self, report: SessionReport) -> str:
        return report.get_status_display()

    @admin.display(description=gettext_lazy("awaited from"))
    def awaited_from(self, report: SessionReport) -> str:
        return "; ".join(session_reports.owed_by(report.session, report)) or "–"

    @admin.display(description=gettext_lazy("its page"))
    def where(self, report: SessionReport) -> SafeString:
        return format_html('<a href="{}">{}</a>', report.get_absolute_url(), _("Write, read or agree to it there"))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "owing": not_written(request)})


def not_written(request: HttpRequest) -> list[dict[str, Any]]:
    """The sessions that owe a report and have none, of the edition that the list is narrowed to or of those on their last
    day or closed, with who owes it.
    """
    editions = Edition.objects.kept_by(request.user)  # type: ignore[arg-type]
    said = request.GET.get("session__edition__id__exact", "")
    if said.isdecimal() and len(said) < 10:
        editions = editions.filter(pk=said)
    else:
        editions = editions.filter(status__in=[Edition.Status.PREPARING, Edition.Status.CLOSED])
    found = []
    for edition in editions.select_related("dialogue").order_by("dialogue", "year"):
        if edition.opens_on is None or edition.today() < edition.opens_on:
            continue
        found += [
            {
                "session": session,
                "edition": edition,
                "owed_by": "; ".join(owed),
                "address": reverse("report", args=[session.pk]),
            }
            for session, owed in session_reports.without_final_report(edition)
            if getattr(session, "report", None) is None
        ]
    return found


# The summary


class ReplaceForm(forms.Form):
    replace = forms.BooleanField(
        label=gettext_lazy("Replace what was edited"),
        help_text=gettext_lazy("The edited text is lost. The session reports as they are now take its place."),
        required=False,
    )


class CirculateForm(forms.Form):
    comments_until = forms.DateField(
        label=gettext_lazy("Comments until"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Give the last day for comments."),
            "invalid": gettext_lazy("Give a day such as 2027-03-16"),
        },
    )


class SeenForm(forms.Form):
    """What stood before whoever adopts: over a newer text or list the step is refused (law R8)."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)


def form_to_assemble(edition: Edition) -> type[forms.Form]:
    summary = summaries.summary_of(edition)
    return ReplaceForm if summary and summary.is_edited else forms.Form


def assemble_sentence(edition: Edition, by: Any) -> str:
    reports, missing = summaries.final_reports(edition).count(), len(session_reports.without_final_report(edition))
    said = ngettext(
        "Drafts both texts from %(count)d final report.", "Drafts both texts from %(count)d final reports.", reports
    )
    return " ".join([said % {"count": reports}, _("Reports missing, and named as such: %(count)d.") % {"count": missing}])


def assemble_happens(edition: Edition, by: Any) -> list[str]:
    items = edition.action_items.filter(status="proposed").count()
    return [
        _("Each session with a final report stands in the text with its conclusions, in the order of the agenda."),
        _("The list of actions stands beside it; proposed so far: %(count)d.") % {"count": items},
        _("It is a draft that the secretaries edit. Nobody else sees it until it is circulated."),
        for_whom(by),
    ]


def assemble_checks(edition: Edition, by: Any) -> list[Check]:
    """What is missing, what would be lost, and what a wider circle comes to read."""
    checks = []
    summary = summaries.summary_of(edition)
    if summary and summary.is_edited:
        checks.append(
            Check("warns", _("The draft was edited since it was assembled. Assembling it anew replaces that."), (summary,))
        )
    for session, owed in session_reports.without_final_report(edition):
        told = {"session": session.title, "posts": "; ".join(owed)}
        checks.append(Check("warns", _("No final report: %(session)s. Awaited from: %(posts)s.") % told, (session,)))
    own = summaries.final_reports(edition).filter(session__audience=Audience.GROUP)
    if own:
        told_of = _("Sessions of one working group: once adopted, all participants read their conclusions in the summary.")
        checks.append(Check("warns", told_of, tuple(report.session for report in own)))
    return checks or [Check("passed", _("Every session that owes a report has a final one."))]


def show_summary(request: HttpRequest, record: Any, summary: Summary) -> HttpResponse:
    messages.success(request, _("Assembled. Read it, edit it, then circulate it."))
    return redirect(change_address(summary))


def assemble_anew_reasons(summary: Summary, by: Any) -> Any:
    return summaries.assemble_reasons(summary.edition, by)


def assemble_anew(*, summary: Summary, by: Any, **answers: Any) -> Summary:
    return summaries.assemble_summary(edition=summary.edition, by=by, **answers)


def can_be_assembled(edition: Edition) -> bool:
    """From the last day on, as long as nothing is circulated."""
    if edition.status not in {Edition.Status.PREPARING, Edition.Status.CLOSED}:
        return False
    if edition.closes_on is None or edition.today() < edition.closes_on:
        return False
    summary = summaries.summary_of(edition)
    return summary is None or summary.status == Status.DRAFT


# On the page of the edition.
CONCLUSION_STEPS = (
    Step(
        name="assemble",
        verb=gettext_lazy("Assemble the summary of conclusions"),
        run=summaries.assemble_summary,
        argument="edition",
        reasons=summaries.assemble_reasons,
        sentence=assemble_sentence,
        happens=assemble_happens,
        checks=assemble_checks,
        form_of=form_to_assemble,
        shows=show_summary,
        back=gettext_lazy("Back, nothing is assembled"),
        when=can_be_assembled,
    ),
)


def circulate_checks(summary: Summary, by: Any) -> list[Check]:
    """What the readers will miss: reports, and what the proposed actions lack."""
    checks = []
    for session, owed in session_reports.without_final_report(summary.edition):
        told = {"session": session.title, "posts": "; ".join(owed)}
        checks.append(Check("warns", _("No final report: %(session)s. Awaited from: %(posts)s.") % told, (session,)))
    for lang, name in ((summary.text_en, _("English")), (summary.text_nl, _("Dutch"))):
        if not lang:
            checks.append(Check("warns", _("There is no text in %(language)s.") % {"language": name}))
    for item in summaries.proposals(summary.edition):
        if lacks := summaries.lacking(item):
            told = {"number": item.number, "what": ", ".join(lacks)}
            checks.append(
                Check("warns", _("%(number)s lacks: %(what)s. Complete it before the list is adopted.") % told, (item,))
            )
    return checks or [Check("passed", _("The reports are all there, and every proposed action is complete."))]


def adopt_sentence(summary: Summary, by: Any) -> str:
    given = [str(one.party) for one in summary.consents.filter(round=summary.round).select_related("party")]
    if given:
        return _("%(parties)s has adopted it; the other party’s consent is awaited.") % {"parties": ", ".join(given)}
    return _("Adopts it for your party; the other party does the same through its own person.")


def adopt_happens(summary: Summary, by: Any) -> list[str]:
    proposed = len(summaries.proposals(summary.edition))
    return [
        _("Your party’s consent is recorded. One person can never give both parties’ consent."),
        _("With the last party’s consent it is adopted, and every proposed action (%(count)d) is agreed, its due date fixed.")
        % {"count": proposed},
        for_whom(by),
    ]


def in_ten_days(summary: Summary) -> dict[str, date]:
    return {"comments_until": summary.edition.today() + COMMENTS_OPEN}


SUMMARY_STEPS = (
    Step(
        name="circulate",
        verb=gettext_lazy("Circulate it for comment"),
        run=summaries.circulate,
        argument="summary",
        reasons=summaries.circulate_reasons,
        sentence=lambda summary, by: _("Opens it to those who comment and adopt, and drafts a message to each."),
        happens=lambda summary, by: [
            _("Focal points, deputies, clearing officers, heads’ offices and co-chairs read it and comment on it."),
            _("The messages wait in the outbox. They leave when you send them."),
            _("To change the text you take it back; the next version asks every party anew."),
            for_whom(by),
        ],
        checks=circulate_checks,
        form=CirculateForm,
        initial=in_ten_days,
        back=gettext_lazy("Back, nothing is circulated"),
        when=lambda summary: summary.status == Status.DRAFT,
    ),
    Step(
        name="adopt",
        verb=gettext_lazy("Adopt it for my party"),
        run=summaries.adopt,
        argument="summary",
        reasons=summaries.adopt_reasons,
        sentence=adopt_sentence,
        happens=adopt_happens,
        form=SeenForm,
        initial=lambda summary: {"seen": summaries.fingerprint(summary)},
        back=gettext_lazy("Back, nothing is adopted"),
        when=lambda summary: summary.status == Status.CIRCULATED,
    ),
    Step(
        name="reopen",
        takes_away=True,
        verb=gettext_lazy("Take it back"),
        run=summaries.reopen,
        argument="summary",
        reasons=summaries.reopen_reasons,
        sentence=lambda summary, by: _("It becomes a draft again; consents so far count no longer."),
        happens=lambda summary, by: [
            _("Nobody but the secretaries sees it until it is circulated anew."),
            _("Comments are kept with the version that they speak of."),
            for_whom(by),
        ],
        when=lambda summary: summary.status == Status.CIRCULATED,
    ),
    Step(
        name="assemble",
        takes_away=True,
        verb=gettext_lazy("Assemble it anew"),
        run=assemble_anew,
        argument="summary",
        reasons=assemble_anew_reasons,
        sentence=lambda summary, by: assemble_sentence(summary.edition, by),
        happens=lambda summary, by: assemble_happens(summary.edition, by),
        checks=lambda summary, by: assemble_checks(summary.edition, by),
        form_of=lambda summary: form_to_assemble(summary.edition),
        back=gettext_lazy("Back, nothing is assembled"),
        when=lambda summary: summary.status == Status.DRAFT,
    ),
)


class CommentInline(PortalInline):
    model = SummaryComment
    fields = ("at", "party", "round", "text")
    readonly_fields = fields
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Summary)
class SummaryAdmin(ShowsConsents, StepsMixin, AtVenueOfEdition):
    """Assembled by a step on its edition; its texts are edited while it is a draft."""

    kept_through = "edition"
    shows_only_kept = True
    inlines = [CommentInline]
    steps = SUMMARY_STEPS
    list_display = ("edition", "status", "round", "comments_until", "adopted_at")
    list_filter = (("edition", VisibleRelatedFilter), "status")
    list_select_related = ("edition__dialogue",)
    fieldsets = (
        (None, {"fields": (("edition", "status", "round"), ("assembled_at", "circulated_at", "comments_until", "adopted_at"))}),
        (gettext_lazy("The text"), {"fields": (pair("text"),)}),
        (gettext_lazy("Consents"), {"fields": ("consents_given",)}),
    )
    formfield_overrides = {
        **PortalAdmin.formfield_overrides,
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 24})},
    }

    def edition_behind(self, obj: Any) -> Edition:
        return obj.edition  # type: ignore[no-any-return]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Where there is none yet, the page of the edition on which it is assembled."""
        editions = Edition.objects.kept_by(request.user).filter(summary__isnull=True).select_related("dialogue")  # type: ignore[arg-type]
        found = [(edition, change_address(edition)) for edition in editions if can_be_assembled(edition)]
        return super().changelist_view(request, {**(extra_context or {}), "to_assemble": found})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        dates = ("edition", "status", "round", "assembled_at", "circulated_at", "comments_until", "adopted_at")
        texts = () if obj is not None and obj.status == Status.DRAFT else pair("text")
        return (*super().get_readonly_fields(request, obj), *dates, *texts)
