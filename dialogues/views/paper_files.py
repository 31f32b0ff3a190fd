"""The papers of the reader's edition on one page, and each file of them: handed out by one view, and noted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import BigIntegerField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dialogues.models import Edition, Mandate, Paper, PaperVersion, Session
from dialogues.models.programme import Programme
from dialogues.procedures.papers import note_opening
from socportal import clock

from .agenda import edition_in_hand
from .papers import PaperOnPage, papers_on_page

OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    "pdf": "application/pdf",
    "docx": f"{OFFICE}.wordprocessingml.document",
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
    "pptx": f"{OFFICE}.presentationml.presentation",
}


@login_required
@require_safe
def paper_file(request: HttpRequest, paper: int, lang: str, number: int) -> HttpResponse:
    """Always as an attachment: what somebody uploaded is never shown in our name. A look at its head is no opening."""
    if paper > BigIntegerField.MAX_BIGINT:
        raise Http404
    readable = PaperVersion.objects.with_content().visible_to(request.user, clock.now())
    found = readable.select_related("paper__edition__dialogue").filter(paper=paper, lang=lang, number=number).first()
    if found is None:
        raise Http404
    if request.method == "GET":
        note_opening(version=found, by=request.user)  # type: ignore[arg-type]
    headers = {
        "Content-Disposition": f'attachment; filename="{file_name(found)}"',
        "Cache-Control": "no-store, private",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return HttpResponse(bytes(found.content), content_type=TYPES[found.file_type], headers=headers)


def file_name(version: PaperVersion) -> str:
    """“official-uk-nl-soc-2027-paper-12-v2-en.pdf”: the marking and which paper it is, no word of its title."""
    edition = version.paper.edition
    which = f"{edition.dialogue.slug}-{edition.year}-paper-{version.paper_id}-v{version.number}-{version.lang}"
    return f"official-{which}.{version.file_type}"


@dataclass
class Place:
    """Where papers belong together: a session, a working group, the edition."""

    title: Any
    address: str = ""
    is_cancelled: bool = False
    papers: list[PaperOnPage] = field(default_factory=list)


@login_required
@require_safe
def papers(request: HttpRequest) -> HttpResponse:
    at, user = clock.now(), request.user
    edition = edition_in_hand(user, at) if user.person_id else None  # type: ignore[union-attr]
    context: dict[str, Any] = {"edition": edition, "places": []}
    if edition:
        context |= {"dialogue": edition.dialogue, "places": places(user, edition, at)}
    return render(request, "dialogues/papers/papers.html", context)


def places(user: Any, edition: Edition, at: datetime) -> list[Place]:
    """Sessions in the order of the agenda, then groups by name, then the edition; only where there is something to read."""
    at_hand = Paper.objects.visible_to(user, at).at_hand().filter(edition=edition).select_related("edition", "party")
    shown = papers_on_page(at_hand.order_by("title_en", "pk"))
    found: dict[tuple[str, int], Place] = {}
    for row in Programme(edition, user, at).rows:
        address = reverse("session", args=[edition.dialogue.slug, edition.year, row.session_id])
        found["session", row.session_id] = Place(row.title, address, is_cancelled=row.is_cancelled)
    # Working sessions that are not released are known to those who keep them.
    asked = {paper.session for paper in shown if paper.session} - {key for _kind, key in found}
    for session in Session.objects.kept_by(user, at).filter(pk__in=asked).order_by("starts_at", "pk"):
        found["session", session.pk] = Place(session.title)
    groups = Mandate.objects.visible_to(user, at).filter(
        pk__in={paper.mandate for paper in shown if paper.mandate and not paper.session}
    )
    for mandate in groups.select_related("working_group").order_by("working_group__name_en", "pk"):
        found["group", mandate.pk] = Place(mandate.working_group.name)
    whole = Place(_("The edition as a whole"))
    for paper in shown:
        key = ("session", paper.session) if paper.session else ("group", paper.mandate or 0)
        found.get(key, whole).papers.append(paper)  # type: ignore[arg-type]
    return [place for place in [*found.values(), whole] if place.papers]
