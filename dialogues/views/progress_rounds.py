"""Progress since an edition, as those who work on it and those who take part read it; and its public text, for who clears it.

To everybody else these pages do not exist (law R1). What is published stands on the edition's page.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from dialogues.exports.progress_report import (
    audience_of,
    file_name,
    heads_of_numbers,
    progress_report_pdf,
    report_page,
    title_of,
    works_on,
)
from dialogues.models import (
    Appointment,
    Edition,
    ProgressReport,
    ProgressRound,
    ProgressSection,
    ReportedItem,
)
from dialogues.models.ceiling import within_ceiling
from dialogues.models.progress_rounds import PartyView
from dialogues.procedures import progress_review, progress_sections
from dialogues.procedures.session_reports import Overtaken
from dialogues.procedures.steps import Reason, StepRefused, party_of
from socportal import clock
from socportal.bilingual import reader_language


class ViewForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Your party’s view"),
        help_text=gettext_lazy(
            "At most 120 words. It is printed beside what the lead says; names of suspects, cases or sources never stand here."
        ),
        validators=[within_ceiling],
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("Write how your party sees it")},
    )
    lang = forms.ChoiceField(label=gettext_lazy("Language of the text"), choices=[("en", "English"), ("nl", "Nederlands")])

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        words = len(text.split())
        if words > PartyView.MOST_WORDS:
            raise forms.ValidationError(
                _("The text has %(words)d words; shorten it to %(most)d"),
                params={"words": words, "most": PartyView.MOST_WORDS},
            )
        return text


class SectionForm(forms.Form):
    text_en = forms.CharField(
        label=gettext_lazy("Text, English"),
        validators=[within_ceiling],
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 9, "lang": "en"}),
        error_messages={"required": gettext_lazy("Write the English text")},
    )
    text_nl = forms.CharField(
        label=gettext_lazy("Text, Dutch"),
        validators=[within_ceiling],
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 9, "lang": "nl"}),
        error_messages={"required": gettext_lazy("Write the Dutch text")},
    )


# Finding what the reader may read


def round_or_404(user: Any, pk: int, at: datetime) -> ProgressRound:
    found: ProgressRound | None = (
        ProgressRound.objects.visible_to(user, at)
        .filter(pk=pk)
        .select_related("edition__dialogue", "edition__host_party", "dialogue", "for_edition__dialogue")
        .first()
    )
    if found is None:
        raise Http404
    return found


def report_of(user: Any, round: ProgressRound, at: datetime, version: str = "") -> ProgressReport | None:
    """The newest version; one that is named, for those who work on it. Nobody else knows how many there were."""
    reports = ProgressReport.objects.visible_to(user, at).filter(round=round)
    if version:
        reports = reports.filter(version=as_number(version))
    found: ProgressReport | None = reports.order_by("-version").first()
    if version and (found is None or not works_on(user, round, at)):
        raise Http404
    if found is not None:
        found.round = round
    return found


def newest_or_404(user: Any, pk: int, at: datetime) -> ProgressReport:
    found = report_of(user, round_or_404(user, pk, at), at)
    if found is None:
        raise Http404
    return found


def section_of(user: Any, round: ProgressRound, at: datetime) -> ProgressSection | None:
    """The public text of the round's newest report, for who works on it or clears it."""
    reports = ProgressReport.objects.visible_to(user, at).filter(round=round)
    sections = ProgressSection.objects.worked_on_by(user, at).filter(report__in=reports)
    found: ProgressSection | None = sections.select_related("edition__dialogue", "report").order_by("-report__version").first()
    return found


def as_number(typed: str) -> int:
    """A number of ours is short; anything else that is typed or forged is none of them."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else -1


# Reading


def progress_to_read(user: Any, edition: Edition | None, at: datetime) -> list[dict[str, Any]]:
    """The report under way and what was told to the edition in hand; which of it, or which public text, waits for them."""
    rounds = ProgressRound.objects.visible_to(user, at).select_related("edition__dialogue", "dialogue")
    told = Q(for_edition=edition.pk) if edition else Q(pk__in=[])
    rows = []
    for round in rounds.filter(~Q(status=ProgressRound.Status.CLOSED) | told).order_by("-opened_at", "-pk"):
        in_review = round.status == ProgressRound.Status.IN_PARTY_REVIEW
        report = report_of(user, round, at) if in_review else None
        waits = report is not None and not progress_review.agree_report_reasons(report, user)
        rows.append({"title": title_of(round), "address": round.get_absolute_url(), "round": round, "waits": waits})
    texts = ProgressSection.objects.worked_on_by(user, at).filter(published_at__isnull=True)
    for section in texts.select_related("edition__dialogue", "report__round__edition"):
        if not progress_sections.clear_section_reasons(section, user):
            address = reverse("progress-section", args=[section.report.round_id])
            title = f"{_('The text for the public')}: {title_of(section.report.round)}"
            rows.append({"title": title, "address": address, "round": None, "waits": True})
    return rows


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The rounds that the reader may know of, newest first."""
    rounds = ProgressRound.objects.visible_to(request.user, clock.now()).select_related("edition__dialogue", "dialogue")
    rows = [(round, title_of(round)) for round in rounds.order_by("-opened_at", "-pk")]
    marked = next((round.dialogue for round, _title in rows if round.dialogue.is_demonstration), None)
    return render(request, "dialogues/progress_rounds/index.html", {"rows": rows, "dialogue": marked})


@login_required
@require_safe
def progress_round(request: HttpRequest, pk: int) -> HttpResponse:
    """The report of a round; `?version=` an older one, for those who work on it."""
    at, user = clock.now(), request.user
    round = round_or_404(user, pk, at)
    version = request.GET.get("version", "")
    report = report_of(user, round, at, version)
    context: dict[str, Any] = {
        **frame_of(round),
        "is_due": round.is_due(at),
        "section": section_of(user, round, at),
        "page": None,
    }
    if report is not None:
        newest = ProgressReport.objects.filter(round=round).newest().get()
        is_newest = report.pk == newest.pk
        page = report_page(user, report, at)
        works = page.is_whole
        gives_view = is_newest and works and can_give_view(user, round)
        context |= {
            "page": page,
            "report": report,
            "is_newest": is_newest,
            "newest": newest,
            "versions": list(range(newest.version, 0, -1)) if works and newest.version > 1 else [],
            "heads_of_numbers": heads_of_numbers(),
            "gives_view": gives_view,
            "agrees": is_newest and works and not progress_review.agree_report_reasons(report, user),  # type: ignore[arg-type]
            "shows_review": round.status in {ProgressRound.Status.IN_PARTY_REVIEW, *ProgressRound.AGREED_ON},
        }
    return render(request, "dialogues/progress_rounds/progress_round.html", context)


def can_give_view(user: Any, round: ProgressRound) -> bool:
    """A focal point or deputy, while the report is with the parties: asked once, for all rows of the page."""
    with_the_parties = round.status == ProgressRound.Status.IN_PARTY_REVIEW
    return with_the_parties and party_of(user, round.dialogue, *Appointment.FOCAL_POINTS) is not None


def frame_of(round: ProgressRound) -> dict[str, Any]:
    return {
        "round": round,
        "edition": round.edition,
        "dialogue": round.dialogue,
        "title": title_of(round),
        "audience": audience_of(round),
    }


@login_required
@require_safe
def report_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The same on paper, made of the same content."""
    at, user = clock.now(), request.user
    report = report_of(user, round_or_404(user, pk, at), at, request.GET.get("version", ""))
    if report is None:
        raise Http404
    disposition = f'attachment; filename="{file_name(report)}"'
    content = progress_report_pdf(report_page(user, report, at))
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition})


# In review by the parties


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give_view(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Put one's party's view beside a row; for who gives none now there is no such page."""
    at, user = clock.now(), request.user
    report = newest_or_404(user, pk, at)
    rows = ReportedItem.objects.visible_to(user, at).filter(report=report, pk=item).select_related("report__round__dialogue")
    row: ReportedItem | None = rows.first()
    party = party_of(user, report.round.dialogue, *Appointment.FOCAL_POINTS)  # type: ignore[arg-type]
    if row is None or party is None or not can_give_view(user, report.round):
        raise Http404
    page = report_page(user, report, at)
    told = next(one for chapter in page.chapters for one in (*chapter.results, *chapter.items) if one.row.pk == row.pk)
    refused: list[Reason] = []
    form = ViewForm(request.POST if request.method == "POST" else None, initial={"lang": reader_language()})
    if request.method == "POST" and form.is_valid():
        refused = attempt(form, progress_review.give_view, item=row, by=user, **form.cleaned_data)
        if not refused and not form.errors:
            messages.success(request, _("Your party’s view stands beside it. Every party is asked to agree anew."))
            return redirect("progress-round", pk)
    context = {**frame_of(report.round), "form": form, "refused": refused, "item": told, "party": party}
    return render(request, "dialogues/progress_rounds/view.html", context, status=409 if refused else 200)


def attempt(form: forms.Form, run: Callable[..., Any], **given: Any) -> list[Reason]:
    """Run a procedure on what was typed: why it was refused, if it was; what is wrong with a text stands at the form."""
    try:
        run(**given)
    except Overtaken:
        raise
    except StepRefused as refusal:
        return refusal.reasons
    except ValidationError as refusal:
        for text in refusal.messages:
            form.add_error(None, text)
    return []


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once whether one's party agrees; for who agrees for no party, or has nothing to agree, there is no such page."""
    at, user = clock.now(), request.user
    report = newest_or_404(user, pk, at)
    party = party_of(user, report.round.dialogue, *Appointment.FOCAL_POINTS)  # type: ignore[arg-type]
    if party is None or report.round.status == ProgressRound.Status.COMPILED:
        raise Http404
    refused = progress_review.agree_report_reasons(report, user)  # type: ignore[arg-type]
    if request.method == "POST" and not refused and as_number(request.POST.get("version", "")) != report.version:
        refused = [Reason(_("A newer version was made since you read it. Read it again before you agree."))]
    elif request.method == "POST":
        seen = as_number(request.POST.get("seen", ""))
        try:
            progress_review.agree_report(report=report, by=user, seen=seen)  # type: ignore[arg-type]
        except StepRefused as refusal:
            refused = refusal.reasons
        else:
            messages.success(request, _("Your party’s agreement is saved."))
            return redirect("progress-round", pk)
    context = {
        **frame_of(report.round),
        "page": report_page(user, report, at),
        "party": party,
        "refused": refused,
        "seen": report.views_so_far,
    }
    status = 409 if refused and request.method == "POST" else 200
    return render(request, "dialogues/progress_rounds/agree.html", context, status=status)


# The public text


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, pk: int) -> HttpResponse:
    """Both languages side by side: read, changed and cleared on one page."""
    at, user = clock.now(), request.user
    round = round_or_404(user, pk, at)
    found = section_of(user, round, at)
    if found is None:
        raise Http404
    page = SectionPage(request, round, found)
    if request.method == "POST":
        act = {"edit": page.edit, "clear": page.clear}.get(request.POST.get("act", ""))
        if act is None:
            raise Http404
        if done := act():
            messages.success(request, done)
            return redirect("progress-section", pk)
    return page.answer()


class SectionPage:
    """What one request does to the public text, and what its page then shows; what was typed stays in the form."""

    def __init__(self, request: HttpRequest, round: ProgressRound, section: ProgressSection) -> None:
        self.request, self.round, self.section, self.by = request, round, section, request.user
        self.form = SectionForm(initial={"text_en": section.text_en, "text_nl": section.text_nl})
        self.refused: list[Reason] = []
        self.is_overtaken = False

    @property
    def seen(self) -> int:
        return as_number(self.request.POST.get("seen", ""))

    def edit(self) -> str:
        self.form = SectionForm(self.request.POST)
        if not self.form.is_valid():
            return ""
        given = {"section": self.section, "by": self.by, "seen": self.seen, **self.form.cleaned_data}
        try:
            self.refused = attempt(self.form, progress_sections.edit_section, **given)
        except Overtaken:
            self.is_overtaken = True
        if self.refused or self.is_overtaken or self.form.errors:
            self.section.refresh_from_db()
            return ""
        return _("The text is saved. Every party’s press officer is asked to clear it.")

    def clear(self) -> str:
        try:
            progress_sections.clear_section(section=self.section, by=self.by, seen=self.seen)  # type: ignore[arg-type]
        except StepRefused as refusal:
            self.refused = refusal.reasons
            self.section.refresh_from_db()
            return ""
        return _("Cleared for your party.")

    def answer(self) -> HttpResponse:
        section, by = self.section, self.by
        edits = not progress_sections.edit_section_reasons(section, by)  # type: ignore[arg-type]
        awaited = progress_sections.parties_to_clear(section)
        context = {
            **frame_of(self.round),
            "section": section,
            "texts": [("en", "English", section.text_en), ("nl", "Nederlands", section.text_nl)],
            "form": self.form if edits or self.form.is_bound else None,
            "seen": section.text_round,
            "refused": self.refused,
            "is_overtaken": self.is_overtaken,
            "clears": not progress_sections.clear_section_reasons(section, by),  # type: ignore[arg-type]
            "cleared": [party for party in self.round.dialogue.parties.order_by("code") if party not in awaited],
            "awaited": awaited,
            "is_public": section.is_public(),
        }
        status = 409 if self.refused or self.is_overtaken else 200
        return render(self.request, "dialogues/progress_rounds/section.html", context, status=status)
