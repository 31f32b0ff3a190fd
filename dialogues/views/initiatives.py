"""What a dialogue supports or carries out elsewhere, and which commitments serve it: as stated, and where none is, that too."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dialogues.models import Initiative
from parties.models import Citation
from parties.views.sources import SourceList
from socportal import clock

from .commitments import reading_of
from .engagements import initiatives_shown, stated_of_initiative
from .publication import Corrections, frame


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Instruments first, because the parties agreed them themselves; demonstrations last within each kind."""
    at = clock.now()
    user: Any = request.user
    initiatives = list(initiatives_shown(user, at))
    promised = {promise.pk: promise for one in initiatives for promise in one.commitments_shown}.values()
    sources = SourceList(Citation.objects.of(*initiatives, *promised))
    corrections = Corrections.made_to(*initiatives)
    headings = {Initiative.Kind.INSTRUMENT: _("Instruments"), Initiative.Kind.INITIATIVE: _("Initiatives")}
    context = {
        "kinds": [
            (kind, heading, [served(one, sources, corrections) for one in initiatives if one.kind == kind])
            for kind, heading in headings.items()
            if any(one.kind == kind for one in initiatives)
        ],
        "sources": sources,
        "base": frame(user),
    }
    return render(request, "dialogues/initiatives/index.html", context)


def served(initiative: Any, sources: SourceList, corrections: Corrections) -> tuple[Any, ...]:
    return (
        initiative,
        sources.reading(initiative, "name", "summary"),
        stated_of_initiative(initiative, sources),
        [(one, reading_of(one, sources)) for one in initiative.commitments_shown],
        corrections.to(initiative),
    )
