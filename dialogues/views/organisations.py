"""The organisations that published texts name: what they are, whose they are, and the editions they took part in."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import F, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from dialogues.models import Edition
from parties.models import Citation, Organisation, Party
from parties.views.sources import SourceList
from socportal import clock
from socportal.filters import ShareableFilter, Words, filtered_list

from .publication import frame

ROWS_A_PAGE = 50


def _visible_parties(request: HttpRequest | None) -> QuerySet[Party]:
    return Party.objects.visible_to(request.user) if request else Party.objects.none()


class OrganisationFilter(ShareableFilter):
    words = Words(across=("name_en", "name_nl", "acronym_en", "acronym_nl"), label=_("Words in the name"))
    party = django_filters.ModelChoiceFilter(
        label=_("Party"),
        queryset=_visible_parties,
        to_field_name="code",
        empty_label=_("All parties"),
        null_label=_("no party"),
        null_value="none",
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Organisation.Kind.choices, empty_label=_("All kinds"))

    class Meta:
        model = Organisation
        fields: list[str] = []


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The register as the reader may see it; no person stands in it. A filter that is not understood is answered 400."""
    at = clock.now()
    user: Any = request.user
    took_part = Edition.objects.visible_to(user, at).select_related("dialogue").in_order()
    organisations = (
        Organisation.objects.visible_to(user, at)
        .select_related("party")
        .prefetch_related(Prefetch("editions", took_part, to_attr="editions_shown"))
        .order_by(F("party__code").asc(nulls_last=True), "name_en", "pk")
    )
    filters = OrganisationFilter(request.GET, queryset=organisations, request=request)
    listed = filtered_list(filters, organisations, request, ROWS_A_PAGE)
    shown = list(listed["page"].object_list)
    sources = SourceList(Citation.objects.of(*shown))
    context = {
        **listed,
        "organisations": [
            (one, sources.reading(one, "name"), sources.reading(one, "acronym", "kind", "party")) for one in shown
        ],
        "sources": sources,
        "base": frame(user),
    }
    return render(request, "dialogues/organisations/index.html", context, status=200 if listed["understood"] else 400)
