"""Progress rounds in the admin: opened on the page of the edition, chased, compiled, sent, closed; what is told in public."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dialogues.models import Edition, PartyView, ProgressReport, ProgressRound, ProgressSection
from dialogues.procedures import progress_reports, progress_review, progress_rounds, progress_sections
from dialogues.procedures.steps import Check, Reason
from socportal.admin import VisibleRelatedFilter, pair

from .consents import ShowsConsents
from .publication import PublishedAdmin, publication_steps
from .steps import Step, ThroughStepsAlone, change_address, for_whom, says
from .venue_time import AtVenueOfEdition

Status = ProgressRound.Status


# Opening, on the page of the edition


class OpenForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Round"), choices=ProgressRound.Kind)
    due_on = forms.DateField(
        label=gettext_lazy("Updates by"),
        help_text=gettext_lazy(
            "Empty: ninety days after closing, half a year after it, or six weeks before the next edition opens."
        ),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": gettext_lazy("Give a day such as 2027-03-16")},
    )


def next_kind(edition: Edition) -> dict[str, Any]:
    """The first round that was not held yet, with its day as far as it is known."""
    held = set(edition.progress_rounds.values_list("kind", flat=True))
    kind = next((kind for kind in ProgressRound.Kind.values if kind not in held), ProgressRound.Kind.ANNUAL)
    return {"kind": kind, "due_on": progress_rounds.default_due_on(edition, kind)}


def show_round(request: HttpRequest, record: Any, round: ProgressRound) -> HttpResponse:
    messages.success(request, _("Opened. Read the messages in the outbox and send them."))
    return redirect(change_address(round))


OPENING_STEPS = (
    Step(
        name="ask-progress",
        verb=gettext_lazy("Ask for progress"),
        run=progress_rounds.open_round,
        argument="edition",
        reasons=progress_rounds.open_round_reasons,
        sentence=lambda edition, by: _("Opens a progress round: every lead of an open item is asked for an update by a day."),
        happens=says(
            gettext_lazy("Focal points, deputies and owners of open items each get one message with links to their items."),
            gettext_lazy("The messages wait in the outbox. They leave when you send them."),
            gettext_lazy("Where no update has come by that day, the report prints that none was received."),
        ),
        form=OpenForm,
        initial=next_kind,
        shows=show_round,
        back=gettext_lazy("Back, nobody is asked"),
        when=lambda edition: edition.status in progress_rounds.REPORTED_ON,
    ),
)


# The steps of a round


def chase_sentence(round: ProgressRound, by: Any) -> str:
    count = len(progress_rounds.silent(round))
    said = ngettext("%(count)d item waits for an update.", "%(count)d items wait for an update.", count)
    return said % {"count": count}


def chase_happens(round: ProgressRound, by: Any) -> list[str]:
    people = len(progress_rounds.asked_of(round))
    said = ngettext("A reminder to %(count)d person is drafted.", "Reminders to %(count)d people are drafted.", people)
    return [
        said % {"count": people},
        _("Whoever has reported is not written to; nobody gets two reminders on one day."),
        _("The messages wait in the outbox. They leave when you send them."),
        for_whom(by),
    ]


def compile_checks(round: ProgressRound, by: Any) -> list[Check]:
    """What the report will say of silence."""
    silent = progress_rounds.silent(round)
    if not silent:
        return [Check("passed", _("Every lead has reported."))]
    said = ngettext(
        "One item stands in it with “No update received”: the text of an earlier round is never used again.",
        "%(count)d items stand in it with “No update received”: the text of an earlier round is never used again.",
        len(silent),
    )
    return [Check("warns", said % {"count": len(silent)}, tuple(item for item, _leads in silent))]


def compile_happens(round: ProgressRound, by: Any) -> list[str]:
    said = [
        _("Everything is copied as it stands now. What happens to an item later does not change this version."),
        _("Nobody but secretaries and focal points reads it until every party has agreed."),
    ]
    if round.status == Status.IN_PARTY_REVIEW:
        said.append(_("Views and consents stay with the version before; every party is asked anew."))
    return [*said, for_whom(by)]


def draft(*, round: ProgressRound, by: Any) -> ProgressSection:
    return progress_sections.draft_section(report=round.reports.latest("version"), by=by)


def draft_reasons(round: ProgressRound, by: Any) -> list[Reason]:
    report = progress_review.newest(round)
    if report is None:
        return [Reason(_("There is no report yet."), round)]
    return progress_sections.draft_section_reasons(report, by)


def show_section(request: HttpRequest, record: Any, section: ProgressSection) -> HttpResponse:
    messages.success(request, _("Drafted in English and Dutch. The press officers edit and clear it."))
    return redirect(change_address(section))


def has_no_section(round: ProgressRound) -> bool:
    return round.status in ProgressRound.AGREED_ON and not ProgressSection.objects.filter(report__round=round).exists()


ROUND_STEPS = (
    Step(
        name="compile",
        verb=gettext_lazy("Compile the report"),
        run=progress_reports.compile_report,
        argument="round",
        reasons=progress_reports.compile_reasons,
        sentence=lambda round, by: _("Copies every item as it stands now, with each lead’s update of this round."),
        happens=compile_happens,
        checks=compile_checks,
        back=gettext_lazy("Back, nothing is compiled"),
        when=lambda round: round.status == Status.OPEN,
    ),
    Step(
        name="review",
        verb=gettext_lazy("Send it to the parties"),
        run=progress_review.send_to_review,
        argument="round",
        reasons=progress_review.send_to_review_reasons,
        sentence=lambda round, by: _("The focal points of all parties read it, put their view beside an item, and agree it."),
        happens=says(
            gettext_lazy("A message to each focal point and deputy is drafted; it leaves when you send it."),
            gettext_lazy("A view that a party puts into it asks every party anew."),
        ),
        back=gettext_lazy("Back, nothing is sent"),
        when=lambda round: round.status == Status.COMPILED,
    ),
    Step(
        name="chase",
        verb=gettext_lazy("Remind who is silent"),
        run=progress_rounds.chase_silent,
        argument="round",
        reasons=progress_rounds.chase_reasons,
        sentence=chase_sentence,
        happens=chase_happens,
        back=gettext_lazy("Back, nobody is reminded"),
        when=lambda round: round.status == Status.OPEN,
        takes_away=True,
    ),
    Step(
        name="again",
        verb=gettext_lazy("Compile it anew"),
        run=progress_reports.compile_report,
        argument="round",
        reasons=progress_reports.compile_reasons,
        sentence=lambda round, by: _("Another version takes its place; the earlier one is kept."),
        happens=compile_happens,
        checks=compile_checks,
        back=gettext_lazy("Back, this version stands"),
        when=lambda round: round.status in {Status.COMPILED, Status.IN_PARTY_REVIEW},
        takes_away=True,
    ),
    Step(
        name="section",
        verb=gettext_lazy("Draft what is told in public"),
        run=draft,
        argument="round",
        reasons=draft_reasons,
        sentence=lambda round, by: _("Three sentences in each language, from what everybody may read of the report."),
        happens=says(
            gettext_lazy("Only items that are public go into it, and no number under five."),
            gettext_lazy("The press officers of all parties edit and clear it; one secretary proposes it, another publishes."),
        ),
        shows=show_section,
        back=gettext_lazy("Back, nothing is drafted"),
        when=has_no_section,
    ),
    Step(
        name="close",
        verb=gettext_lazy("Close the round"),
        run=progress_rounds.close_round,
        argument="round",
        reasons=progress_rounds.close_round_reasons,
        sentence=lambda round, by: _("The report stays as it is; the next round can be opened."),
        happens=says(gettext_lazy("The report stays as every party agreed it. The next round can be opened.")),
        when=lambda round: round.status == Status.AGREED,
    ),
)


@admin.register(ProgressRound)
class ProgressRoundAdmin(ThroughStepsAlone, AtVenueOfEdition):
    """Opened on the page of its edition, moved by its steps; nothing of it is typed."""

    kept_through = "edition"
    shows_only_kept = True
    steps = ROUND_STEPS
    list_display = ("edition", "kind", "due_on", "status", "since")
    list_display_links = ("edition", "kind")
    list_filter = (("dialogue", VisibleRelatedFilter), ("edition", VisibleRelatedFilter), "kind", "status")
    list_select_related = ("edition__dialogue",)
    fieldsets = (
        (None, {"fields": (("edition", "kind", "for_edition"), ("due_on", "status", "status_since"), "opened_at")}),
        (gettext_lazy("Who has not reported"), {"fields": ("silent",)}),
        (gettext_lazy("The report"), {"fields": ("versions", "consents", "views", "told_in_public")}),
    )

    def edition_behind(self, obj: Any) -> Edition:
        return obj.edition  # type: ignore[no-any-return]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def deletable(self, request: HttpRequest, obj: Any) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With the pages of the editions since which progress can be asked for."""
        editions = Edition.objects.kept_by(request.user).filter(status__in=progress_rounds.REPORTED_ON)  # type: ignore[arg-type]
        live = ProgressRound.objects.live().values("dialogue")
        found = [(one, change_address(one)) for one in editions.exclude(dialogue__in=live).select_related("dialogue")]
        return super().changelist_view(request, {**(extra_context or {}), "to_open": found})

    @admin.display(description=gettext_lazy("since"), ordering="status_since")
    def since(self, round: ProgressRound) -> str:
        """By the day at the venue: a list holds rounds of several."""
        return date_format(timezone.localtime(round.status_since, round.edition.zone), "DATE_FORMAT")

    @admin.display(description=gettext_lazy("no update yet"))
    def silent(self, round: ProgressRound) -> SafeString | str:
        if round.status != Status.OPEN:
            return _("The report is compiled: it says so itself.")
        rows = progress_rounds.silent(round)
        links = (
            (change_address(item), item.number, ", ".join(sorted(str(one.party) for one in leads))) for item, leads in rows
        )
        return format_html_join("", '<p><a href="{}">{}</a>: {}</p>', links) or _("Every lead has reported.")

    @admin.display(description=gettext_lazy("versions"))
    def versions(self, round: ProgressRound) -> SafeString | str:
        rows = round.reports.order_by("-version")
        said = _("Read version %(number)s")
        links = (
            (f"{round.get_absolute_url()}?version={one.version}", said % {"number": one.version}, _as_of(one)) for one in rows
        )
        return format_html_join("", '<p><a href="{}">{}</a>: {}</p>', links) or "–"

    @admin.display(description=gettext_lazy("consents"))
    def consents(self, round: ProgressRound) -> SafeString | str:
        report = progress_review.newest(round)
        if report is None:
            return "–"
        rows = report.consents.filter(round=report.views_so_far).select_related("party").order_by("at", "pk")
        given = format_html_join("", "<p>{}: {}</p>", ((one.party, _at(one.at)) for one in rows))
        if round.status != Status.IN_PARTY_REVIEW:
            return given or "–"
        missing = ", ".join(str(party) for party in progress_review.parties_to_agree(report))
        return format_html("{}<p>{}</p>", given, _("Consent awaited: %(parties)s.") % {"parties": missing})

    @admin.display(description=gettext_lazy("views of parties"))
    def views(self, round: ProgressRound) -> SafeString | str:
        report = progress_review.newest(round)
        rows = PartyView.objects.filter(report=report).select_related("item", "party") if report else []
        said = ((one.item.number, one.party, one.text) for one in rows)
        return format_html_join("", "<p>{}, {}: {}</p>", said) or "–"

    @admin.display(description=gettext_lazy("told in public"))
    def told_in_public(self, round: ProgressRound) -> SafeString | str:
        section = ProgressSection.objects.filter(report__round=round).first()
        return format_html('<a href="{}">{}</a>', change_address(section), section) if section else "–"


def _at(instant: Any) -> str:
    return date_format(timezone.localtime(instant), "DATETIME_FORMAT")


def _as_of(report: ProgressReport) -> str:
    return _("as of %(time)s") % {"time": _at(report.as_of)}


# What is told in public


class SectionForm(forms.Form):
    text_en = forms.CharField(
        label=gettext_lazy("Text, English"),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": gettext_lazy("Write the English text.")},
    )
    text_nl = forms.CharField(
        label=gettext_lazy("Text, Dutch"),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": gettext_lazy("Write the Dutch text.")},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, max_value=32767)


class SeenForm(forms.Form):
    """The words that stood before whoever clears them: over newer ones the step is refused (law R8)."""

    seen = forms.IntegerField(widget=forms.HiddenInput, max_value=32767)


def words_of(section: ProgressSection) -> dict[str, Any]:
    return {"text_en": section.text_en, "text_nl": section.text_nl, "seen": section.text_round}


def cleared_sentence(section: ProgressSection, by: Any) -> str:
    missing = ", ".join(str(party) for party in progress_sections.parties_to_clear(section))
    return _("Still needed from the press officer of: %(parties)s.") % {"parties": missing}


SECTION_STEPS = (
    Step(
        name="clear",
        verb=gettext_lazy("Clear it as press officer"),
        run=progress_sections.clear_section,
        argument="section",
        reasons=progress_sections.clear_section_reasons,
        sentence=cleared_sentence,
        happens=says(
            gettext_lazy("Your party agrees to both texts, word for word."),
            gettext_lazy("A change of the words asks every press officer anew."),
        ),
        form=SeenForm,
        initial=lambda section: {"seen": section.text_round},
        back=gettext_lazy("Back, nothing is cleared"),
        when=lambda section: not section.is_published and bool(progress_sections.parties_to_clear(section)),
        takes_away=True,
    ),
    Step(
        name="edit",
        verb=gettext_lazy("Edit the text"),
        run=progress_sections.edit_section,
        argument="section",
        reasons=progress_sections.edit_section_reasons,
        sentence=lambda section, by: _("Asks the press officers of all parties anew."),
        happens=says(
            gettext_lazy("What the press officers have cleared so far counts no longer."),
            gettext_lazy("A proposal to publish the text as it was lapses."),
        ),
        form=SectionForm,
        initial=words_of,
        back=gettext_lazy("Back, the text stays"),
        when=lambda section: not section.is_published,
        takes_away=True,
    ),
)


@admin.register(ProgressSection)
class ProgressSectionAdmin(ShowsConsents, PublishedAdmin):
    """Drafted from an agreed report; its words change through a step alone: those that were cleared are published."""

    steps = (*SECTION_STEPS, *publication_steps())
    list_display = ("title", "edition")
    list_filter = (("edition", VisibleRelatedFilter),)
    list_select_related = ("edition__dialogue", "report__round")
    search_fields = ("text_en", "text_nl")
    fieldsets = (
        (None, {"fields": (("edition", "report"), pair("text"), "text_round", "consents_given")}),
        (gettext_lazy("Publication"), {"fields": (("state", "published_at"),)}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "edition", "report", *pair("text"), "text_round")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def deletable(self, request: HttpRequest, obj: Any) -> bool:
        """Consents hang on it: it is edited, not thrown away."""
        return False

    @admin.display(description=gettext_lazy("progress told in public"), ordering="edition")
    def title(self, section: ProgressSection) -> str:
        return str(section)
