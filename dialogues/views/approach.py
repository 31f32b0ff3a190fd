"""The international approach: what published texts say of why and how countries work together, each with its source."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from dialogues.models import Statement
from parties.models import Citation, Organisation
from parties.views.sources import SourceList
from socportal import clock

from .publication import Corrections, frame

# The order of the page. What somebody said stands with the edition where it was said.
HEADINGS = {
    Statement.Kind.THREAT: _("The threat"),
    Statement.Kind.REASON: _("Why an international approach"),
    Statement.Kind.FOCUS: _("What it focuses on"),
    Statement.Kind.PARTNERSHIP: _("What partnerships do"),
    Statement.Kind.PARTNERS: _("Who works together"),
}


@require_safe
def approach(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    user: Any = request.user
    statements = list(
        Statement.objects.visible_to(user, at)
        .filter(edition__isnull=True, kind__in=HEADINGS)
        .select_related("dialogue")
        .prefetch_related(
            Prefetch(
                "organisations", Organisation.objects.visible_to(user, at).order_by("name_en"), to_attr="organisations_shown"
            )
        )
        .order_by("dialogue__is_demonstration", "dialogue", "position")
    )
    sources = SourceList(Citation.objects.of(*statements))
    corrections = Corrections.made_to(*statements)
    sections = [
        (
            kind,
            heading,
            [
                (one, sources.reading(one, "text", "organisations"), corrections.to(one))
                for one in statements
                if one.kind == kind
            ],
        )
        for kind, heading in HEADINGS.items()
    ]
    context = {
        "sections": [section for section in sections if section[2]],
        "sources": sources,
        "base": frame(user),
    }
    return render(request, "dialogues/approach/approach.html", context)
