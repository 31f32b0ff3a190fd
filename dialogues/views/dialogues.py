"""The front page, the list of dialogues, and one standing dialogue.

The front page and the list hold only what is public, for everybody alike, so they ask nobody who they are. One dialogue’s
page has tiers: a secretary finds the editions there that are not public yet.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from dialogues.models import Commitment, Dialogue, Edition, Engagement, Mandate, NewsItem, Theme
from dialogues.models.editions import ORDINALS
from parties.models import Citation
from parties.views.sources import NOT_READ, Reading, SourceList
from socportal import clock

from .changes import recent_changes
from .editions import Fact, dates_in_full, names_of, next_or_newest, ordinal_of
from .pictures import timeline
from .publication import Corrections, frame


@dataclass(frozen=True)
class Row:
    """One row of the editions table; without an edition it stands for those that no text says anything about."""

    name: str
    address: str = ""
    ordinal: str = ""
    ordinal_reading: Reading = NOT_READ
    dates: str = ""
    place: str = ""
    subjects: str = ""
    absent: str = ""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first real dialogue with its next or newest edition; the others, demonstrations marked as such, below it."""
    at, public = clock.now(), AnonymousUser()
    dialogues = list(Dialogue.objects.visible_to(public, at).prefetch_related("parties").order_by("is_demonstration", "pk"))
    context: dict[str, Any] = {"dialogue": None, "others": dialogues[1:]}
    if dialogues:
        dialogue = dialogues[0]
        editions = visible_editions(public, at, dialogue)
        shown = next_or_newest(editions, at)
        promised = list(
            Commitment.objects.visible_to(public, at)
            .filter(edition__in=[one.pk for one in editions])
            .select_related("edition__dialogue")
            .order_by("-edition__year", "position")
        )
        promised = [one for one in promised if one.edition_id == promised[0].edition_id]
        sources = SourceList(Citation.objects.of(*editions, *promised))
        corrections = Corrections.made_to(dialogue, *editions, *promised).to(dialogue, *editions, *promised)
        context |= {
            "dialogue": dialogue,
            "edition": shown,
            "is_to_come": shown is not None and not shown.has_closed(at),
            "facts": facts_at_a_glance(shown, dialogue, sources, at) if shown else [],
            "themes": list(Theme.objects.visible_to(public, at).filter(edition=shown)) if shown else [],
            "groups": groups_of(shown, public, at) if shown else [],
            "commitments": [(one, sources.reading(one, "summary", "strength")) for one in promised],
            "promised_at": promised[0].edition if promised else None,
            "news": list(NewsItem.objects.visible_to(public, at).filter(dialogue=dialogue).order_by("-dated_on", "-pk")[:3]),
            "changes": recent_changes(dialogue, editions, corrections, public, at),
            "rows": editions_table(editions, public, at, sources),
            "sources": sources,
        }
    return render(request, "dialogues/dialogues/home.html", context)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    at, public = clock.now(), AnonymousUser()
    dialogues = Dialogue.objects.visible_to(public, at).prefetch_related("parties").order_by("is_demonstration", "pk")
    editions: dict[int, list[Edition]] = {}
    for one in Edition.objects.visible_to(public, at).select_related("dialogue").order_by("year"):
        editions.setdefault(one.dialogue_id, []).append(one)
    listed = [(one, names_of(one.parties.all()), next_or_newest(editions.get(one.pk, []), at)) for one in dialogues]
    context = {"listed": listed}
    return render(request, "dialogues/dialogues/index.html", context)


@require_safe
def dialogue(request: HttpRequest, dialogue: str) -> HttpResponse:
    at = clock.now()
    user: Any = request.user
    found = Dialogue.objects.visible_to(user, at).filter(slug=dialogue).prefetch_related("parties").first()
    if found is None:
        raise Http404
    editions = visible_editions(user, at, found)
    sources = SourceList(Citation.objects.of(found, *editions))
    context = {
        "dialogue": found,
        "purpose_reading": sources.reading(found, "purpose"),
        "facts": [
            Fact.of(_("Full name"), [found.name.marked], sources.reading(found, "name"), ""),
            Fact.of(_("Parties"), [names_of(found.parties.all())], sources.reading(found, "parties"), _("Not stated")),
            Fact.of(_("How often"), [found.frequency.marked], sources.reading(found, "frequency"), _("Not stated")),
        ],
        "rows": editions_table(editions, user, at, sources),
        "sources": sources,
        "timeline": timeline(found, editions, Engagement.objects.visible_to(user, at).filter(dialogue=found).order_by("pk")),
        "corrections": Corrections.made_to(found).to(found),
        "base": frame(user),
    }
    return render(request, "dialogues/dialogues/dialogue.html", context)


def visible_editions(user: Any, at: datetime, dialogue: Dialogue) -> list[Edition]:
    """By rising year, with the dialogue at hand for their addresses."""
    editions = Edition.objects.visible_to(user, at).filter(dialogue=dialogue)
    return list(editions.select_related("dialogue", "venue").order_by("year"))


def groups_of(edition: Edition, user: Any, at: datetime) -> list[Any]:
    mandates = Mandate.objects.visible_to(user, at).filter(edition=edition).select_related("working_group")
    return [mandate.working_group for mandate in mandates.order_by("working_group__name_en")]


def facts_at_a_glance(edition: Edition, dialogue: Dialogue, sources: SourceList, at: datetime) -> list[Fact]:
    """When, where, who: the rest is on the edition’s page."""
    absent = _("Not stated") if edition.has_closed(at) else _("Not yet known")
    return [
        Fact.of(_("Date"), [dates_in_full(edition)], sources.reading(edition, "opens_on"), absent),
        Fact.of(_("Place"), [edition.city.marked], sources.reading(edition, "city"), absent),
        Fact.of(_("Parties"), [names_of(dialogue.parties.all())], sources.reading(edition, "dialogue"), absent),
    ]


def editions_table(editions: list[Edition], user: Any, at: datetime, sources: SourceList) -> list[Row]:
    """Newest first; in the end those that the ordinals tell of and no text describes."""
    known = [one.pk for one in editions]
    themes = Counter(Theme.objects.visible_to(user, at).filter(edition__in=known).values_list("edition", flat=True))
    groups = Counter(Mandate.objects.visible_to(user, at).filter(edition__in=known).values_list("edition", flat=True))
    rows = []
    for one in reversed(editions):
        subjects = [
            ngettext("%(count)d working group", "%(count)d working groups", groups[one.pk]) % {"count": groups[one.pk]}
            if groups[one.pk]
            else "",
            ngettext("%(count)d theme", "%(count)d themes", themes[one.pk]) % {"count": themes[one.pk]}
            if themes[one.pk]
            else "",
        ]
        rows.append(
            Row(
                name=one.name.marked or str(one.year),
                address=one.get_absolute_url(),
                ordinal=ordinal_of(one).lower(),
                ordinal_reading=sources.reading(one, "ordinal") if one.ordinal else NOT_READ,
                dates=dates_in_full(one),
                place=one.city.marked,
                subjects=", ".join(filter(None, subjects)),
                absent=_("Not stated") if one.has_closed(at) else _("Not yet known"),
            )
        )
    if missing := undescribed(editions):
        rows.append(Row(name=missing, absent=_("Not stated")))
    return rows


def undescribed(editions: list[Edition]) -> str:
    """“First and second”: ordinals below the highest known one that no edition bears; empty when one is unnumbered."""
    borne = {one.ordinal for one in editions if one.ordinal is not None}
    if not borne or any(one.ordinal is None for one in editions):
        return ""
    missing = [number for number in range(1, max(borne)) if number not in borne]
    if missing and missing[-1] > len(ORDINALS):
        return _("Earlier editions")
    words = [str(ORDINALS[number - 1]) for number in missing]
    words = words[:1] + [word.lower() for word in words[1:]]
    if len(words) < 2:
        return "".join(words)
    return _("%(these)s and %(last)s") % {"these": ", ".join(words[:-1]), "last": words[-1]}
