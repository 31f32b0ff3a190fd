"""Between the editions: meetings, visits and exchanges, the initiatives supported; and the dialogue drawn in time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import django_filters
from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from dialogues.models import Appearance, Commitment, Consent, Edition, Engagement, Initiative
from parties.models import Citation, Organisation, Party
from parties.views.sources import NOT_READ, SourceList
from socportal import clock
from socportal.filters import Words

from .dates import dates_as_stated, edition_and_dates
from .editions import Fact, Line, names_of
from .filters import RecordFilter, by_dialogue, by_party, dialogue_choices, naming, party_choices
from .pictures import Timeline, timeline
from .publication import Corrections, frame


class EngagementFilter(RecordFilter):
    words = Words(across=("title_en", "title_nl", "summary_en", "summary_nl", "known_place_en", "known_place_nl"))
    dialogue = by_dialogue()
    kind = django_filters.ChoiceFilter(label=gettext_lazy("Kind"), empty_label=gettext_lazy("All kinds"))
    party = by_party()

    class Meta:
        model = Engagement
        fields: list[str] = []

    def filter_party(self, rows: QuerySet[Any], _name: str, code: str) -> QuerySet[Any]:
        return rows.filter(naming(rows.model, code))


class InitiativeFilter(EngagementFilter):
    """The same questions, asked of initiatives and instruments: those of every other kind are none."""

    words = Words(across=("name_en", "name_nl", "summary_en", "summary_nl", "partners_en", "partners_nl"))
    kind = django_filters.ChoiceFilter(label=gettext_lazy("Kind"), method="filter_kind", empty_label=gettext_lazy("All kinds"))

    class Meta:
        model = Initiative
        fields: list[str] = []

    def filter_kind(self, rows: QuerySet[Any], _name: str, kind: str) -> QuerySet[Any]:
        return rows.filter(kind=kind) if kind in Initiative.Kind.values else rows.none()


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Engagements and initiatives. A filter that cannot be understood is answered 400, in words."""
    at = clock.now()
    user: Any = request.user
    editions = {
        one.pk: one for one in Edition.objects.visible_to(user, at).select_related("dialogue").order_by("dialogue", "year")
    }
    engagements, initiatives = engagements_shown(user, at), initiatives_shown(user, at)
    everything = {Engagement: list(engagements), Initiative: list(initiatives)}
    records = [*everything[Engagement], *everything[Initiative]]
    kinds = {one.kind for one in records}
    offered = {
        "dialogue": dialogue_choices(one.dialogue for one in records),
        "kind": [(kind.value, capfirst(kind.label)) for kind in (*Engagement.Kind, *Initiative.Kind) if kind in kinds],
        "party": party_choices(party for one in records for party in one.parties.all()),
    }
    filters = EngagementFilter(request.GET, Engagement.objects.visible_to(user, at).with_place(user, at), **offered)
    same = InitiativeFilter(request.GET, Initiative.objects.visible_to(user, at), **offered)
    understood = filters.form.is_valid() and same.form.is_valid()
    held = matching(everything[Engagement], filters) if understood else []
    supported = matching(everything[Initiative], same) if understood else []
    sources = SourceList(Citation.objects.of(*held, *(one for h in held for one in h.appearances_shown), *supported))
    corrections = Corrections.made_to(*held, *supported)
    context = {
        "filters": filters,
        "understood": understood,
        "chips": filters.chips() if understood else [],
        "engagement_count": len(held),
        "initiative_count": len(supported),
        "engagements": [
            (one, sources.reading(one, "title", "summary"), facts_of(one, editions, sources), corrections.to(one))
            for one in held
        ],
        "initiatives": [
            (one, sources.reading(one, "name", "summary"), facts_of_initiative(one, sources), corrections.to(one))
            for one in supported
        ],
        "timeline": one_timeline(editions.values(), everything[Engagement], request.GET.get("dialogue")),
        "sources": sources,
        "base": frame(user),
    }
    return render(request, "dialogues/engagements/index.html", context, status=200 if understood else 400)


def engagements_shown(user: Any, at: datetime) -> Any:
    """Newest first, what has no date behind; with parties and those whom this reader may be told of."""
    named = Appearance.objects.visible_to(user, at).select_related("person").order_by("pk")
    return (
        Engagement.objects.visible_to(user, at)
        .with_place(user, at)
        .annotate(awaits_press=Exists(awaiting_press()))
        .select_related("dialogue")
        .prefetch_related("parties", Prefetch("appearances", named, to_attr="appearances_shown"))
        .order_by("dialogue__is_demonstration", "dialogue_id", F("starts_on").desc(nulls_last=True), "pk")
    )


def awaiting_press() -> Any:
    """The parties whose press officer has not agreed to the words of an engagement as they read now."""
    cleared = Consent.objects.filter(
        content_type__app_label="dialogues",
        content_type__model="engagement",
        object_id=OuterRef(OuterRef("pk")),
        to_status=Engagement.LINE_CLEARED,
        round=OuterRef(OuterRef("line_round")),
        party=OuterRef("pk"),
    )
    return Party.objects.filter(~Exists(cleared), dialogues=OuterRef("dialogue"))


def initiatives_shown(user: Any, at: datetime) -> Any:
    promised = Commitment.objects.visible_to(user, at).select_related("edition__dialogue", "source").order_by("position", "pk")
    return (
        Initiative.objects.visible_to(user, at)
        .select_related("dialogue")
        .prefetch_related(
            "parties",
            Prefetch("organisation", Organisation.objects.visible_to(user, at)),
            Prefetch("commitments", promised, to_attr="commitments_shown"),
        )
        .order_by("dialogue__is_demonstration", "dialogue_id", "name_en", "pk")
    )


def matching(records: list[Any], filters: RecordFilter) -> list[Any]:
    """In the order of the records; nothing is asked where no filter is set."""
    if not any(filters.form.cleaned_data.values()):
        return records
    kept = set(filters.qs.values_list("pk", flat=True))
    return [one for one in records if one.pk in kept]


def one_timeline(editions: Iterable[Edition], engagements: Iterable[Engagement], slug: str | None) -> Timeline | None:
    """Of the dialogue that was chosen, else of the first real one; the other filters leave the picture whole."""
    editions, engagements = list(editions), list(engagements)
    dialogues = {one.dialogue for one in (*editions, *engagements)}
    chosen = [one for one in dialogues if one.slug == slug] or sorted(dialogues, key=lambda one: (one.is_demonstration, one.pk))
    if not chosen:
        return None
    dialogue = chosen[0]
    return timeline(
        dialogue,
        [one for one in editions if one.dialogue == dialogue],
        [one for one in engagements if one.dialogue == dialogue],
    )


def stands(engagement: Any, sources: SourceList) -> list[Fact]:
    """How it stands, of one that the parties follow here; of one read from a text, the text says how it stood."""
    if engagement.standing or sources.reading(engagement, "title").sources:
        return []
    status = Engagement.Status
    words = {
        status.AGREED: _("Agreed") if engagement.starts_on else _("Agreed, date not yet stated"),
        status.SCHEDULED: _("Scheduled"),
        status.HELD: _("Held"),
        status.REPORTED: _("Held and reported"),
        status.POSTPONED: _("Postponed, new date not yet stated"),
        status.CANCELLED: _("Cancelled"),
    }.get(engagement.status)
    return [Fact(_("How it stands"), (Line(words),))] if words else []


def reported(engagement: Any) -> list[Fact]:
    """What came of it, once every party’s press officer has agreed to these words."""
    if engagement.awaits_press or not engagement.report:
        return []
    said = ((_("Report"), engagement.report), (_("What follows"), engagement.follows))
    return [Fact(label, (Line(text.marked),)) for label, text in said if text]


def facts_of(engagement: Any, editions: dict[int, Edition], sources: SourceList) -> list[Fact]:
    """When, how many, where, who: what no text says is written out as such.

    A place that is not told yet reads like one that nobody stated: a gap of another kind would tell of it (law R1).
    """
    absent = _("Not stated")

    def fact(label: str, field: str, *values: str) -> Fact:
        return Fact.of(label, values, sources.reading(engagement, field) if any(values) else NOT_READ, absent)

    def at_edition(label: str, field: str) -> list[Fact]:
        """Only where this reader may see the edition."""
        edition = editions.get(getattr(engagement, f"{field}_id") or 0)
        if edition is None:
            return []
        return [Fact(label, (Line(edition_and_dates(edition), reading=sources.reading(engagement, field)),))]

    number = engagement.number.marked
    return [
        fact(_("Kind"), "kind", capfirst(engagement.get_kind_display())),
        fact(_("Date"), "starts_on", dates_as_stated(engagement)),
        *([fact(_("How it stood"), "standing", engagement.standing.marked)] if engagement.standing else []),
        *stands(engagement, sources),
        *at_edition(_("After"), "since"),
        *at_edition(_("Shown with"), "edition"),
        *([fact(_("How many"), "number", number)] if number or engagement.kind == Engagement.Kind.EXPERT_EXCHANGE else []),
        fact(_("Place"), "place", engagement.place.marked if engagement.shows_place else ""),
        fact(_("Parties"), "parties", names_of(engagement.parties.all())),
        Fact(_("Who"), tuple(named(one, sources) for one in engagement.appearances_shown), absent),
        *reported(engagement),
    ]


def named(appearance: Appearance, sources: SourceList) -> Line:
    """“Name, office at that time”; of an office without a name, that it is not stated."""
    if appearance.person:
        words = format_html("{}, {}", appearance.person.name, appearance.role.marked)
    else:
        unnamed = format_html('<span class="not-stated">{}</span>', _("name not stated"))
        words = format_html("{}, {}", appearance.role.marked, unnamed)
    return Line(words, appearance.occasion.marked, sources.reading(appearance, "role", "occasion", "person"))


def facts_of_initiative(initiative: Any, sources: SourceList) -> list[Fact]:
    """What is stated of it, and the commitments that support it, where there are any."""
    serving = tuple(Line(one.summary.marked, address=one.get_absolute_url()) for one in initiative.commitments_shown)
    return stated_of_initiative(initiative, sources) + ([Fact(_("Commitments that support it"), serving)] if serving else [])


def stated_of_initiative(initiative: Any, sources: SourceList) -> list[Fact]:
    absent = _("Not stated")

    def fact(label: str, field: str, *values: str) -> Fact:
        return Fact.of(label, values, sources.reading(initiative, field) if any(values) else NOT_READ, absent)

    dates = dates_as_stated(initiative)
    return [
        fact(_("Kind"), "kind", capfirst(initiative.get_kind_display())),
        *([fact(_("Belongs to"), "organisation", initiative.organisation.name.marked)] if initiative.organisation else []),
        fact(_("Led by"), "parties", names_of(initiative.parties.all())),
        *([fact(_("With"), "partners", initiative.partners.marked)] if initiative.partners else []),
        *([fact(_("How it stood"), "standing", initiative.standing.marked)] if initiative.standing else []),
        fact(_("Date"), "starts_on", dates) if dates else Fact(_("Date and place"), (), absent),
    ]
