"""Consultation structures: the bodies in which parties already confer; to those who take part also how each was assessed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import django_filters
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from dialogues.models import ConsultationStructure, Dialogue, StructureAssessment, WorkingGroup
from dialogues.models.structures import assessed_for
from parties.models import Citation, Party
from parties.views.sources import NOT_READ, SourceList
from socportal import clock
from socportal.filters import Words, filtered_list

from .editions import Fact, Line, names_of
from .filters import RecordFilter, by_dialogue, by_party, dialogue_choices, naming, party_choices
from .publication import Corrections, frame

ROWS_A_PAGE = 50


class StructureFilter(RecordFilter):
    words = Words(across=("name_en", "name_nl", "remit_en", "remit_nl"))
    dialogue = by_dialogue()
    level = django_filters.ChoiceFilter(label=gettext_lazy("Level"), empty_label=gettext_lazy("All levels"))
    party = by_party()

    class Meta:
        model = ConsultationStructure
        fields: list[str] = []

    def filter_party(self, rows: QuerySet[Any], _name: str, code: str) -> QuerySet[Any]:
        return rows.filter(naming(rows.model, code))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """By dialogue, real ones first. A filter that cannot be understood is answered 400, in words."""
    at = clock.now()
    user: Any = request.user
    visible = ConsultationStructure.objects.visible_to(user, at)
    rows = (
        assessed_for(visible, user, at)
        .select_related("dialogue")
        .prefetch_related("parties")
        .order_by("dialogue__is_demonstration", "dialogue_id", "name_en", "pk")
    )
    levels = set(visible.order_by().values_list("level", flat=True))
    dialogues = list(Dialogue.objects.visible_to(user, at).filter(structures__in=visible).distinct())
    filters = StructureFilter(
        request.GET,
        rows,
        dialogue=dialogue_choices(dialogues),
        level=[(level.value, capfirst(level.label)) for level in ConsultationStructure.Level if level in levels],
        party=party_choices(Party.objects.filter(structures__in=visible).distinct()),
    )
    listed = filtered_list(filters, rows, request, ROWS_A_PAGE)
    shown = list(listed["page"].object_list)
    sources = SourceList(Citation.objects.of(*shown))
    by_dialogue: dict[Dialogue, list[Any]] = {}
    for one in shown:
        row = (one, facts_in_list(one, sources), sources.reading(one, "name", "remit"))
        by_dialogue.setdefault(one.dialogue, []).append(row)
    context = {
        **listed,
        "sections": list(by_dialogue.items()),
        # What is invented stands for no body that a text names.
        "names_none": all(one.is_demonstration for one in dialogues),
        "sources": sources,
        "base": frame(user),
    }
    status = 200 if listed["understood"] else 400
    return render(request, "dialogues/structures/index.html", context, status=status)


@require_safe
def structure(request: HttpRequest, slug: str) -> HttpResponse:
    at = clock.now()
    user: Any = request.user
    groups = WorkingGroup.objects.visible_to(user, at).order_by("name_en", "pk")
    found = (
        ConsultationStructure.objects.visible_to(user, at)
        .filter(slug=slug)
        .select_related("dialogue")
        .prefetch_related("parties", "chairs__party", Prefetch("working_groups", groups, to_attr="groups_shown"))
        .first()
    )
    if found is None:
        raise Http404
    sources = SourceList(Citation.objects.of(found))
    context = {
        "dialogue": found.dialogue,
        "structure": found,
        "remit_reading": sources.reading(found, "name", "remit"),
        "facts": facts_of(found, sources),
        "assessments": list(assessments_shown(found, user, at)),
        "corrections": Corrections.made_to(found).to(found),
        "sources": sources,
        "base": frame(user),
    }
    return render(request, "dialogues/structures/structure.html", context)


def assessments_shown(structure: ConsultationStructure, user: Any, at: datetime) -> Any:
    """Newest first. That there are others, or none, is told to nobody (law R1)."""
    return StructureAssessment.objects.visible_to(user, at).filter(structure=structure).newest_first()


def facts_in_list(structure: ConsultationStructure, sources: SourceList) -> list[Fact]:
    return [*level_and_parties(structure, sources), frequency_of(structure, sources)]


def facts_of(structure: Any, sources: SourceList) -> list[Fact]:
    """Level, parties, how often, who chairs, what is related: what no text says is written out as such."""
    dialogue = Line(structure.dialogue.short_name.marked, address=reverse("dialogue", args=[structure.dialogue.slug]))
    groups = tuple(Line(group.name.marked, address=group.get_absolute_url()) for group in structure.groups_shown)
    return [
        Fact(_("Dialogue"), (dialogue,)),
        *level_and_parties(structure, sources),
        frequency_of(structure, sources),
        Fact(_("Co-chairs, by post"), tuple(co_chairs(structure)), _("Not stated")),
        *([Fact(_("Related working groups"), groups)] if groups else []),
    ]


def level_and_parties(structure: Any, sources: SourceList) -> list[Fact]:
    absent = _("Not stated")
    level = capfirst(structure.get_level_display())
    return [
        Fact.of(_("Level"), (level,), sources.reading(structure, "level") if level else NOT_READ, absent),
        Fact.of(_("Parties"), (names_of(structure.parties.all()),), sources.reading(structure, "parties"), absent),
    ]


def frequency_of(structure: ConsultationStructure, sources: SourceList) -> Fact:
    said = structure.frequency.marked
    reading = sources.reading(structure, "frequency") if said else NOT_READ
    return Fact.of(_("How often it meets"), (said,), reading, _("Not stated"))


def co_chairs(structure: Any) -> Iterator[Line]:
    """One line a party as soon as one post is stated; never a name."""
    posts = {chair.party_id: chair.post for chair in structure.chairs.all()}
    if not posts:
        return
    for party in sorted(structure.parties.all(), key=lambda party: party.code):
        post = posts.get(party.pk)
        said = post.marked if post else format_html('<span class="not-stated">{}</span>', _("not stated"))
        yield Line(format_html("{}: {}", party.name.marked, said))
