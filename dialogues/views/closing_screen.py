"""The screen of the closing plenary: what every session came to, a session a page, read from the other end of the hall.

The whole room reads it: only what was released to all delegates or to a group, nobody’s name, no point that was made, only
what is meant to be read out (workflows §4.9).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dialogues.models import ActionItem, ActionLead, Appointment, Audience, Edition, ReleasedSession, SessionReport
from dialogues.models.conclusions import REPORTED_AUDIENCES, in_language, sessions_owing_report, sessions_with_report
from socportal import clock
from socportal.bilingual import reader_language

READ_BY_ALL = (Audience.PUBLIC, Audience.DELEGATES)
LET_GO = (ActionItem.Status.SUPERSEDED, ActionItem.Status.WITHDRAWN)


@dataclass(frozen=True)
class Slide:
    """One session on the screen; without a report it is still to come."""

    anchor: str
    title: Any
    group: Any
    report: SessionReport | None
    actions: list[ActionItem]
    conclusions: list[str]
    questions: list[str]
    other_language: Any = ""  # “(in Dutch)”, where the report is not in the language of the page

    @property
    def is_draft(self) -> bool:
        return self.report is not None and self.report.status != SessionReport.Status.FINAL


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def slides_of(edition: Edition, user: Any, at: datetime) -> list[Slide]:
    """In the order of the agenda as released: the sessions that owe a report, and those that have one."""
    asked = sessions_with_report(edition).filter(Q(pk__in=sessions_owing_report().values("pk")) | Q(report__isnull=False))
    rows = (
        ReleasedSession.objects.current().visible_to(user, at).filter(release__edition=edition, session__in=asked.values("pk"))
    )
    rows = rows.filter(not_embargoed(at), is_cancelled=False, audience__in=REPORTED_AUDIENCES)
    reports = SessionReport.objects.visible_to(user, at).filter(session__edition=edition)
    written = {report.session_id: report for report in reports}
    actions = actions_by_session(edition, user, at)
    return [
        slide_of(row, written.get(row.session_id), actions.get(row.session_id, []))
        for row in rows.in_order().select_related("mandate__working_group")
    ]


def not_embargoed(at: datetime) -> Q:
    return Q(embargo_until__isnull=True) | Q(embargo_until__lte=at)


def slide_of(row: ReleasedSession, report: SessionReport | None, actions: list[ActionItem]) -> Slide:
    is_other = report is not None and report.lang != reader_language()
    return Slide(
        anchor=f"session-{row.session_id}",
        title=row.title,
        group=row.mandate.working_group.name if row.mandate else "",
        report=report,
        actions=actions,
        conclusions=lines_of(report.conclusions) if report else [],
        questions=lines_of(report.questions) if report else [],
        other_language=in_language(report.lang) if report and is_other else "",
    )


def actions_by_session(edition: Edition, user: Any, at: datetime) -> dict[int, list[ActionItem]]:
    """What is proposed or agreed and all delegates may read; not one group’s own, nor what was let go."""
    leads = ActionLead.objects.select_related("party").order_by("party__code")
    items = (
        ActionItem.objects.visible_to(user, at)
        .filter(not_embargoed(at), edition=edition, session__isnull=False, audience__in=READ_BY_ALL)
        .exclude(status__in=LET_GO)
        .prefetch_related(Prefetch("leads", leads, to_attr="led"))
        .order_by("serial")
    )
    found: dict[int, list[ActionItem]] = {}
    for item in items:
        found.setdefault(item.session_id, []).append(item)
    return found


@login_required
@require_safe
def closing_screen(request: HttpRequest, dialogue: str, year: int) -> HttpResponse:
    """For the secretaries, who put it on the wall; to everybody else it does not exist (law R1)."""
    at, by = clock.now(), request.user
    editions = Edition.objects.visible_to(by, at).select_related("dialogue")
    edition = editions.filter(dialogue__slug=dialogue, year=year).first()
    posts = Appointment.objects.current(at).held_by(by).filter(role__in=Appointment.SECRETARIES)
    if edition is None or not posts.filter(dialogue=edition.dialogue_id).exists():
        raise Http404
    slides = slides_of(edition, by, at)
    context = {
        "edition": edition,
        "dialogue": edition.dialogue,
        "slides": [
            {"slide": slide, "number": number, "before": before, "after": after}
            for number, (slide, before, after) in enumerate(neighbours(slides), 1)
        ],
        "of": len(slides),
        "to_come": sum(slide.report is None for slide in slides),
        "drafts": sum(slide.is_draft for slide in slides),
    }
    with timezone.override(edition.zone):
        return render(request, "dialogues/conclusions/screen.html", context)


def neighbours(slides: list[Slide]) -> list[tuple[Slide, str, str]]:
    """Each with the place on the page of the one before it and of the one after it; the first follows the list of all."""
    places = ["contents", *(slide.anchor for slide in slides), "end"]
    return [(slide, places[number], places[number + 2]) for number, slide in enumerate(slides)]
