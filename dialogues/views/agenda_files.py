"""The agenda as files to print: a sheet a day, the annotated agenda, one's own programme. Where nothing is released there is
no file, as there is none of what the reader may not know of (law R1).
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

from dialogues.exports import agenda_paper
from dialogues.exports.pdf import typeset
from dialogues.models.programme import Programme
from socportal import clock
from socportal.bilingual import reader_language

from .agenda import edition_in_hand, edition_or_404


def as_file(content: bytes, name: str) -> HttpResponse:
    """`name` tells the marking and what it is, never whose it is."""
    disposition = f'attachment; filename="{name}-{reader_language()}.pdf"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition})


@require_safe
def agenda_pdf(request: HttpRequest, dialogue: str, year: int) -> HttpResponse:
    """The whole for who takes part, the public outline for everybody else; to the public with an ETag that stays until the
    outline says something else, and nothing is set again for who has it.
    """
    programme = of_edition(request, dialogue, year)
    content = agenda_paper.agenda_content(programme)
    etag = "" if request.user.is_authenticated else f'W/"{agenda_paper.fingerprint(content)}"'
    answer: Any = get_conditional_response(request, etag=etag) if etag else None
    if answer is None:
        answer = as_file(typeset("agenda", content, lang=reader_language()), name_of(programme))
    if etag:
        answer["ETag"] = etag
    patch_vary_headers(answer, ["Cookie"])
    return answer  # type: ignore[no-any-return]


@login_required
@require_safe
def annotated_pdf(request: HttpRequest, dialogue: str, year: int) -> HttpResponse:
    """For those who take part; for anybody else it is not there."""
    programme = of_edition(request, dialogue, year)
    if not programme.is_whole:
        raise Http404
    return as_file(agenda_paper.annotated(programme), name_of(programme, "annotated-agenda"))


@login_required
@require_safe
def my_programme_pdf(request: HttpRequest) -> HttpResponse:
    """What this reader is expected at in the edition in hand."""
    at, user = clock.now(), request.user
    edition = edition_in_hand(user, at) if user.person_id else None  # type: ignore[union-attr]
    programme = Programme(edition, user, at) if edition else None
    if programme is None or not programme.mine:
        raise Http404
    return as_file(agenda_paper.personal(programme), name_of(programme, "my-programme"))


def of_edition(request: HttpRequest, dialogue: str, year: int) -> Programme:
    at = clock.now()
    programme = Programme(edition_or_404(request.user, dialogue, year, at), request.user, at)
    if not programme.rows:
        raise Http404
    return programme


def name_of(programme: Programme, what: str = "agenda") -> str:
    """“official-uk-nl-soc-2027-agenda-3.2”; the outline bears neither a marking nor a number."""
    edition = programme.edition
    if not programme.is_whole:
        return f"{edition.dialogue.slug}-{edition.year}-outline"
    number = f"-{programme.release.number}" if programme.release else ""
    return f"official-{edition.dialogue.slug}-{edition.year}-{what}{number}"
