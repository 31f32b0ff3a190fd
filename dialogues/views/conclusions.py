"""Session reports for those who write and agree them, and the summary of conclusions for those who adopt and read it.

To everybody else these pages do not exist (law R1).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from dialogues.exports.conclusions import conclusions_pdf
from dialogues.exports.marking import TakenOut
from dialogues.models import (
    ActionItem,
    Appointment,
    Edition,
    Export,
    ReleasedSession,
    Session,
    SessionReport,
    Summary,
    SummaryComment,
)
from dialogues.models.ceiling import within_ceiling
from dialogues.models.conclusions import (
    LANGUAGES,
    actions_of_session,
    blocks_of,
    sessions_owing_report,
    sessions_reported_by,
)
from dialogues.procedures import session_reports, summaries
from dialogues.procedures.exports import record_export
from dialogues.procedures.session_reports import Overtaken
from dialogues.procedures.steps import Reason, StepRefused, party_of
from socportal import clock
from socportal.bilingual import reader_language

NO_NAMES = gettext_lazy("No names, no parties’ positions, no operational police information.")
CHATHAM_HOUSE = gettext_lazy("This session was held under the Chatham House Rule: say what was said, never who said it.")


class ReportForm(forms.Form):
    lang = forms.ChoiceField(label=gettext_lazy("Language of the report"), choices=LANGUAGES)
    points = forms.CharField(
        label=gettext_lazy("Points made"),
        validators=[within_ceiling],
        help_text=NO_NAMES,
        required=False,
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    conclusions = forms.CharField(
        label=gettext_lazy("Conclusions"),
        validators=[within_ceiling],
        help_text=gettext_lazy("One a line, as they are to be read out."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Give at least one conclusion")},
    )
    questions = forms.CharField(
        label=gettext_lazy("Questions for plenary"),
        validators=[within_ceiling],
        help_text=gettext_lazy("One a line. You may leave it empty."),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if session.ground_rule == Session.GroundRule.CHATHAM_HOUSE:
            self.fields["points"].help_text = f"{CHATHAM_HOUSE} {NO_NAMES}"


class ActionForm(forms.Form):
    """A proposal: what it still lacks is completed before the list is adopted."""

    text_en = forms.CharField(
        label=gettext_lazy("Action, English"),
        validators=[within_ceiling],
        help_text=gettext_lazy("Starts with a verb: “Agree …”, “Share …”."),
        max_length=300,
        error_messages={"required": gettext_lazy("Say what is to be done")},
    )
    text_nl = forms.CharField(label=gettext_lazy("Action, Dutch"), required=False, max_length=300, validators=[within_ceiling])
    lead = forms.TypedChoiceField(label=gettext_lazy("Lead party"))
    owner_post_en = forms.CharField(
        label=gettext_lazy("Owner post, English"),
        help_text=gettext_lazy("“Head of …”, not a name."),
        max_length=160,
        error_messages={"required": gettext_lazy("Name the post that owns it")},
    )
    owner_post_nl = forms.CharField(label=gettext_lazy("Owner post, Dutch"), required=False, max_length=160)
    due_on = forms.DateField(
        label=gettext_lazy("Due on"),
        help_text=gettext_lazy("A day, for example 2027-03-16. You may leave it empty."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Give a day such as 2027-03-16")},
    )
    measure_en = forms.CharField(
        label=gettext_lazy("What will we see, English"), required=False, max_length=300, validators=[within_ceiling]
    )
    measure_nl = forms.CharField(
        label=gettext_lazy("What will we see, Dutch"), required=False, max_length=300, validators=[within_ceiling]
    )

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parties = {str(party.pk): party for party in session.edition.dialogue.parties.order_by("code")}
        lead: Any = self.fields["lead"]
        lead.coerce = lambda pk: parties[str(pk)]
        lead.choices = [(pk, str(party.name)) for pk, party in parties.items()]


class CommentForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Your comment"),
        validators=[within_ceiling],
        help_text=gettext_lazy("All who are asked read it, with your party and post."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write your comment")},
    )


# What stands in my programme


def reports_to_do(user: Any, at: datetime) -> bool:
    """Whether a report of a session that has begun waits to be written or agreed, and this reader is among those asked."""
    sessions = sessions_reported_by(user, at).filter(starts_at__lte=at).exclude(edition__status__in=session_reports.OVER)
    sessions = sessions.filter(Q(pk__in=sessions_owing_report().values("pk")) | Q(report__isnull=False))
    sessions = sessions.exclude(edition__summary__status=Summary.Status.ADOPTED)
    return bool(sessions.exclude(report__status=SessionReport.Status.FINAL).exists())


def summaries_to_read(user: Any, edition: Edition | None, at: datetime) -> QuerySet[Summary]:
    """Those circulated to this reader, and the adopted one of the edition in hand."""
    told = Q(status=Summary.Status.CIRCULATED) | Q(status=Summary.Status.ADOPTED, edition=edition)
    return Summary.objects.visible_to(user, at).filter(told).select_related("edition__dialogue")


# Session reports


@login_required
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """The sessions whose report is the reader's to write or to agree; for who has none, no page."""
    at = clock.now()
    adopted = Summary.objects.filter(edition=OuterRef("edition"), status=Summary.Status.ADOPTED)
    owing = Q(pk__in=sessions_owing_report().values("pk")) & ~Exists(adopted)
    begun = Exists(SessionReport.objects.filter(session=OuterRef("pk")))
    sessions = (
        sessions_reported_by(request.user, at)
        .filter(owing | Q(begun))
        .exclude(edition__status__in=session_reports.OVER)
        .annotate(stays=Exists(adopted))
        .select_related("edition__dialogue", "mandate__rapporteur__party", "mandate__working_group", "report")
        .prefetch_related("report__consents", *session_reports.what_is_asked())
        .order_by("-edition__year", "edition", "starts_at", "room__position", "pk")
    )
    titles = titles_of(sessions)
    rows = [row_of(session, titles[session.pk], request.user, at) for session in sessions]
    if not rows:
        raise Http404
    marked = next((row["session"].edition.dialogue for row in rows if row["session"].edition.dialogue.is_demonstration), None)
    page = {"rows": rows, "dialogue": marked, "screens": screens_of(request.user, [row["session"].edition for row in rows], at)}
    return render(request, "dialogues/conclusions/reports.html", page)


def screens_of(user: Any, editions: list[Edition], at: datetime) -> list[Edition]:
    """The editions whose closing screen this reader puts on the wall, each once."""
    own = Appointment.objects.current(at).held_by(user).filter(role__in=Appointment.SECRETARIES)
    dialogues = set(own.values_list("dialogue", flat=True))
    return [edition for edition in {one.pk: one for one in editions}.values() if edition.dialogue_id in dialogues]


def titles_of(sessions: Iterable[Session]) -> dict[int, Any]:
    """What each session (its key) is called, as its readers know it: by the release that holds, else as it is being prepared.

    What staff have changed since and not released is nobody else’s to read.
    """
    found = {session.pk: session.title for session in sessions}
    released = ReleasedSession.objects.current().filter(session__in=found)
    return found | {row.session_id: row.title for row in released}


def row_of(session: Any, title: Any, user: Any, at: datetime) -> dict[str, Any]:
    """One of the reader’s own, of an edition that is not over; `stays` says that the summary is adopted."""
    report = getattr(session, "report", None)
    moves = session.starts_at <= at and not session.stays
    writes = moves and report is None and not session_reports.not_the_writer(session, user, report)
    agrees = moves and report is not None and not session_reports.not_agreeing(report, user)
    return {
        "session": session,
        "title": title,
        "report": report,
        "day": session.starts_at.astimezone(session.edition.zone).date(),
        "owed_by": session_reports.owed_by(session, report),
        "asks": _("Write it") if writes else _("Read and agree") if agrees else "",
    }


def session_or_404(user: Any, pk: int, at: datetime) -> Session:
    read = SessionReport.objects.visible_to(user, at).values("session")
    sessions = Session.objects.filter(Q(pk__in=sessions_reported_by(user, at).values("pk")) | Q(pk__in=read))
    found: Session | None = (
        sessions.filter(pk=pk)
        .select_related("edition__dialogue", "edition__host_party", "mandate__working_group", "mandate__rapporteur__party")
        .first()
    )
    if found is None:
        raise Http404
    return found


def as_round(typed: str) -> int:
    """The round that a form says it was made from; none of ours says anything else than a short number."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else -1


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, session: int) -> HttpResponse:
    """One session's report: written, read, agreed to, and the actions proposed from it."""
    found = session_or_404(request.user, session, clock.now())
    page = ReportPage(request, found)
    if request.method == "POST":
        act = {"write": page.write, "agree": page.agree, "propose": page.propose}.get(request.POST.get("act", ""))
        if act is None:
            raise Http404
        if done := act():
            messages.success(request, done)
            return redirect("report", found.pk)
    return page.answer()


class ReportPage:
    """What one request does to a session's report, and what its page then shows; what was typed stays in the forms."""

    def __init__(self, request: HttpRequest, session: Session) -> None:
        self.request, self.session, self.by = request, session, request.user
        self.report = session_reports.report_of(session)
        begun = {name: getattr(self.report, name) for name in session_reports.TEXTS} if self.report else None
        self.form = ReportForm(initial=begun or {"lang": reader_language()}, session=session)
        self.action_form = ActionForm(prefix="action", session=session)
        self.refused: list[Reason] = []
        self.theirs: SessionReport | None = None

    @property
    def seen(self) -> int:
        return as_round(self.request.POST.get("seen", ""))

    def write(self) -> str:
        self.form = ReportForm(self.request.POST, session=self.session)
        if not self.form.is_valid():
            return ""
        try:
            session_reports.write_report(session=self.session, by=self.by, seen=self.seen, **self.form.cleaned_data)  # type: ignore[arg-type]
        except Overtaken as refusal:
            self.theirs = self.report = session_reports.report_of(self.session)
            self.refused = [] if self.theirs else refusal.reasons
        except StepRefused as refusal:
            self.refused = refusal.reasons
        else:
            return _("The report is saved. The co-chairs are asked to agree to this text.")
        return ""

    def agree(self) -> str:
        if self.report is None:
            raise Http404
        try:
            kept = session_reports.agree_report(report=self.report, by=self.by, seen=self.seen)  # type: ignore[arg-type]
        except StepRefused as refusal:
            self.refused = refusal.reasons
            self.report = session_reports.report_of(self.session)
            return ""
        if kept.status == SessionReport.Status.FINAL:
            return _("You agreed. The report is final.")
        return _("You agreed for your party. The other party’s agreement is awaited.")

    def propose(self) -> str:
        self.action_form = ActionForm(self.request.POST, prefix="action", session=self.session)
        if not self.action_form.is_valid():
            return ""
        said = self.action_form.cleaned_data
        try:
            item = session_reports.propose_from_session(session=self.session, by=self.by, **said)  # type: ignore[arg-type]
        except StepRefused as refusal:
            self.refused = refusal.reasons
        except ValidationError as refusal:
            for text in refusal.messages:
                self.action_form.add_error(None, text)
        else:
            return _("%(number)s is proposed.") % {"number": item.number}
        return ""

    def answer(self) -> HttpResponse:
        session, report, by = self.session, self.report, self.by
        at, zone = clock.now(), session.edition.zone
        writes = not session_reports.write_reasons(session, by, report)  # type: ignore[arg-type]
        agreed = report.consents.filter(round=report.round).select_related("party") if report else []
        visible = set(ActionItem.objects.visible_to(by, at).filter(session=session).values_list("pk", flat=True))
        reported = sessions_reported_by(by, at).filter(pk=session.pk).exists()
        context = {
            "session": session,
            "title": titles_of([session])[session.pk],
            "edition": session.edition,
            "dialogue": session.edition.dialogue,
            "day": capfirst(date_format(session.starts_at.astimezone(zone), "l j F Y")),
            "group": session.mandate.working_group.name if session.mandate else "",
            "report": report,
            "conclusions": report.conclusions.splitlines() if report else [],
            "questions": report.questions.splitlines() if report else [],
            "theirs": self.theirs,
            "refused": self.refused,
            "reasons": [] if writes or report else session_reports.write_reasons(session, by, report),  # type: ignore[arg-type]
            "form": self.form if writes or self.form.is_bound else None,
            "seen": report.round if report else 0,
            "agreed": [str(one.party.name) for one in agreed],
            "owed_by": session_reports.owed_by(session, report),
            "agrees": report is not None and not session_reports.agree_reasons(report, by),  # type: ignore[arg-type]
            "actions": [(item, item.pk in visible) for item in actions_of_session(session, by, at)],
            "action_form": None if session_reports.propose_reasons(session, by) else self.action_form,  # type: ignore[arg-type]
            "is_reported": reported,
            "in_agenda": Session.objects.visible_to(by, at).filter(pk=session.pk).exists(),
        }
        status = 409 if self.refused or self.theirs else 200
        return render(self.request, "dialogues/conclusions/report.html", context, status=status)


# The summary of conclusions


def summary_or_404(user: Any, dialogue: str, year: int, at: datetime) -> Summary:
    found: Summary | None = (
        Summary.objects.visible_to(user, at)
        .filter(edition__dialogue__slug=dialogue, edition__year=year)
        .select_related("edition__dialogue", "edition__host_party")
        .first()
    )
    if found is None:
        raise Http404
    return found


def texts_of(summary: Summary) -> list[dict[str, Any]]:
    """Both texts as far as they are there, the reader's own language first."""
    own = reader_language()
    texts = [(lang, label, getattr(summary, f"text_{lang}")) for lang, label in LANGUAGES]
    return [
        {"lang": lang, "label": label, "is_own": lang == own, "blocks": blocks_of(text, lang)}
        for lang, label, text in sorted(texts, key=lambda one: one[0] != own)
        if text
    ]


def linked(reasons: list[Reason], user: Any) -> list[dict[str, str]]:
    """Reasons, with the page of the action item that each is mended on."""
    return [
        {"text": reason.text, "address": reason.record.get_absolute_url() if isinstance(reason.record, ActionItem) else ""}
        for reason in reasons
    ]


def page_of(request: HttpRequest, summary: Summary, at: datetime, **more: Any) -> dict[str, Any]:
    by = request.user
    edition = summary.edition
    adopts = party_of(by, edition.dialogue, *summaries.ADOPTING) is not None  # type: ignore[arg-type]
    items = summary.actions_for(by, at).prefetch_related("leads__party", "leads__organisation")
    visible = set(ActionItem.objects.visible_to(by, at).filter(edition=edition).values_list("pk", flat=True))
    consents = summary.consents.filter(round=summary.round).select_related("party")
    comments = SummaryComment.objects.filter(summary=summary).select_related("party", "by__person").order_by("-at", "-pk")
    is_adopted = summary.status == Summary.Status.ADOPTED
    has_adopted = not is_adopted and summaries.party_speaking(summary, by) in [one.party for one in consents]  # type: ignore[arg-type]
    reasons = summaries.adopt_reasons(summary, by) if adopts and not is_adopted else []  # type: ignore[arg-type]
    return {
        "summary": summary,
        "edition": edition,
        "dialogue": edition.dialogue,
        "texts": texts_of(summary),
        "actions": [(item, item.pk in visible, list(item.leads.all())) for item in items],
        "adopted_by": [(one.party.name, one.at) for one in consents],
        "can_adopt": adopts and not is_adopted and not reasons,
        "has_adopted": has_adopted,
        "not_adopted": linked(reasons, by) if summary.status == Summary.Status.CIRCULATED and not has_adopted else [],
        "comments": [] if is_adopted and not adopts else list(comments),
        "form": None if summaries.comment_reasons(summary, by) else CommentForm(),  # type: ignore[arg-type]
        "shows_screen": party_of(by, edition.dialogue, *Appointment.SECRETARIES) is not None,  # type: ignore[arg-type]
        **more,
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def conclusions(request: HttpRequest, dialogue: str, year: int) -> HttpResponse:
    """The summary with its list of actions; while it is circulated, with comments and where to adopt it."""
    at = clock.now()
    summary = summary_or_404(request.user, dialogue, year, at)
    more: dict[str, Any] = {}
    if request.method == "POST":
        form = CommentForm(request.POST)
        if form.is_valid():
            try:
                summaries.comment(summary=summary, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
            except StepRefused as refusal:
                more["refused"] = refusal.reasons
            else:
                messages.success(request, _("Your comment is saved. All who are asked read it."))
                return redirect(summary)
        more["form"] = form
    context = page_of(request, summary, at, **more)
    with timezone.override(summary.edition.zone):
        return render(request, "dialogues/conclusions/conclusions.html", context, status=409 if more.get("refused") else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: HttpRequest, dialogue: str, year: int) -> HttpResponse:
    """Ask once, with the list that becomes agreed; for who adopts for no party there is no such page."""
    at, by = clock.now(), request.user
    summary = summary_or_404(by, dialogue, year, at)
    party = party_of(by, summary.edition.dialogue, *summaries.ADOPTING)  # type: ignore[arg-type]
    if party is None or summary.status == Summary.Status.DRAFT:
        raise Http404
    refused = summaries.adopt_reasons(summary, by)  # type: ignore[arg-type]
    if request.method == "POST":
        try:
            kept = summaries.adopt(summary=summary, by=by, seen=request.POST.get("seen", "") or "-")  # type: ignore[arg-type]
        except StepRefused as refusal:
            refused = refusal.reasons
        else:
            complete = kept.status == Summary.Status.ADOPTED
            done = _("It is adopted. Every proposed action is agreed.") if complete else _("Adopted for your party.")
            messages.success(request, done)
            return redirect(summary)
    proposed = [] if refused else summaries.proposals(summary.edition)
    context = {
        **page_of(request, summary, at),
        "party": party,
        "refused": linked(refused, by),
        "proposed": proposed,
        "is_early": bool(summary.comments_until and summary.edition.today() <= summary.comments_until),
        "seen": summaries.fingerprint(summary),
    }
    status = 409 if refused and request.method == "POST" else 200
    return render(request, "dialogues/conclusions/adopt.html", context, status=status)


@login_required
def conclusions_file(request: HttpRequest, dialogue: str, year: int) -> HttpResponse:
    """The summary with its list of actions on paper. It is asked for by a button: that it left is written down."""
    at, by = clock.now(), request.user
    summary = summary_or_404(by, dialogue, year, at)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    purpose = Export.Purpose.PARTY
    taken_out = TakenOut(summary.edition, str(Export.What.CONCLUSIONS.value), str(purpose.value), by, at)
    items = summary.actions_for(by, at).prefetch_related("leads__party", "leads__organisation")
    content = conclusions_pdf(summary, list(items), taken_out)
    record_export(
        edition=summary.edition,
        by=by,  # type: ignore[arg-type]
        what=Export.What.CONCLUSIONS,
        file_type="pdf",
        purpose=purpose,
        content=content,
    )
    disposition = f'attachment; filename="{taken_out.file_name("pdf")}"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition})
