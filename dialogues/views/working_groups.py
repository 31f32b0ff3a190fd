"""Working groups as everybody reads them: what each is about, in which editions it had a mandate, and what is not stated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dialogues.models import (
    ActionItem,
    CoChair,
    Dialogue,
    Engagement,
    Lineage,
    Mandate,
    ReleasedSession,
    Theme,
    WorkingGroup,
)
from dialogues.models.audience import SECRETARIES, is_known
from dialogues.models.standing import Standing
from dialogues.procedures.working_groups import followed_by
from parties.models import Citation
from parties.views.sources import SourceList
from socportal import clock
from socportal.filters import Words, filtered_list

from .dates import dates_as_stated, edition_and_dates
from .editions import Fact, Line
from .filters import RecordFilter, by_dialogue, dialogue_choices
from .lineage import chain_of, groups_of, links_between_groups
from .publication import Corrections, frame

ROWS_A_PAGE = 50


class WorkingGroupFilter(RecordFilter):
    words = Words(across=("name_en", "name_nl", "description_en", "description_nl"))
    dialogue = by_dialogue()

    class Meta:
        model = WorkingGroup
        fields: list[str] = []


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The groups by dialogue, real ones first. A filter that cannot be understood is answered 400, in words."""
    at = clock.now()
    user: Any = request.user
    visible = WorkingGroup.objects.visible_to(user, at)
    rows = (
        visible.select_related("dialogue")
        .prefetch_related(Prefetch("mandates", mandates_shown(user, at), to_attr="mandates_shown"))
        .order_by("dialogue__is_demonstration", "dialogue_id", "name_en", "pk")
    )
    dialogues = Dialogue.objects.visible_to(user, at).filter(working_groups__in=visible).distinct()
    filters = WorkingGroupFilter(request.GET, rows, dialogue=dialogue_choices(dialogues))
    listed = filtered_list(filters, rows, request, ROWS_A_PAGE)
    shown = list(listed["page"].object_list)
    sources = SourceList(Citation.objects.of(*shown))
    by_dialogue: dict[Dialogue, list[Any]] = {}
    for group in shown:
        by_dialogue.setdefault(group.dialogue, []).append((group, sources.reading(group, "name", "description")))
    context = {**listed, "sections": list(by_dialogue.items()), "sources": sources, "base": frame(user)}
    status = 200 if listed["understood"] else 400
    return render(request, "dialogues/working_groups/index.html", context, status=status)


def mandates_shown(user: Any, at: datetime) -> Any:
    """By rising year, with the edition and whether the co-chairs are known: to the public their names never are."""
    named = CoChair.objects.filter(mandate=OuterRef("pk"), person__isnull=False)
    return (
        Mandate.objects.visible_to(user, at)
        .select_related("edition__dialogue", "working_group", "rapporteur_party")
        .annotate(has_co_chairs=Exists(named))
        .order_by("edition__year", "pk")
    )


@require_safe
def working_group(request: HttpRequest, slug: str) -> HttpResponse:
    at = clock.now()
    user: Any = request.user
    group = WorkingGroup.objects.visible_to(user, at).filter(slug=slug).select_related("dialogue").first()
    if group is None:
        raise Http404
    mandates = list(mandates_shown(user, at).filter(working_group=group))
    links = list(links_between_groups(group.dialogue, user, at))
    lineage = [one for one in links if group.pk in groups_of(one)]
    sources = SourceList(Citation.objects.of(group, *mandates, *lineage))
    description_reading = sources.reading(group, "name", "description")
    context = {
        "dialogue": group.dialogue,
        "group": group,
        "description_reading": description_reading,
        "facts": facts_of(group, mandates, sources, at),
        "lineage": [
            (sentence_of(one, group), one.note.marked, standing_of(one), sources.reading(one, "kind", "note"))
            for one in lineage
        ],
        "chain": chain_of(group, links),
        "desk": desk_of(group, mandates, user, at),
        "corrections": Corrections.made_to(group).to(group),
        "sources": sources,
        "base": frame(user),
    }
    return render(request, "dialogues/working_groups/working_group.html", context)


def facts_of(group: WorkingGroup, mandates: list[Any], sources: SourceList, at: datetime) -> list[Fact]:
    """How a group stands is for the secretariat: whether one of a closed edition went on is not stated to anybody."""
    dialogue = Line(group.dialogue.short_name.marked, address=reverse("dialogue", args=[group.dialogue.slug]))
    lines = tuple(
        Line(edition_and_dates(one.edition), under=co_chairs_of(one, at), reading=sources.reading(one, "working_group"))
        for one in mandates
    )
    facts = [Fact(_("Dialogue"), (dialogue,)), Fact(_("Mandate in"), lines, _("Not stated"))]
    if all(one.edition.has_closed(at) for one in mandates):
        facts.append(Fact(_("Whether it still meets"), (), _("Not stated")))
    return facts


def co_chairs_of(mandate: Any, at: datetime) -> str:
    """A gap is told of once the edition is over; before, they may yet be named."""
    if mandate.has_co_chairs or not mandate.edition.has_closed(at):
        return ""
    return format_html('{} <span class="not-stated">{}</span>', _("Co-chairs:"), _("not stated"))


def sentence_of(lineage: Lineage, group: WorkingGroup) -> str:
    """What the link says of this group, the other end named with its year."""
    year = lineage.edition.year
    is_earlier = lineage.earlier_mandate is not None and lineage.earlier_mandate.working_group == group
    if is_earlier and lineage.kind == Lineage.Kind.ENDS:
        return _("Not among the subjects named for %(year)s.") % {"year": year}
    if is_earlier and lineage.kind == Lineage.Kind.RESTS:
        return _("Rests in %(year)s.") % {"year": year}
    if lineage.kind == Lineage.Kind.NEW:
        return _("New in %(year)s.") % {"year": year}
    words = {
        (Lineage.Kind.CONTINUES, True): _("Continued by {}"),
        (Lineage.Kind.CONTINUES, False): _("Continues {}"),
        (Lineage.Kind.SIMILAR, True): _("Similar subject later: {}"),
        (Lineage.Kind.SIMILAR, False): _("Similar subject earlier: {}"),
        (Lineage.Kind.RELATED, True): _("Related subject later: {}"),
        (Lineage.Kind.RELATED, False): _("Related subject earlier: {}"),
        (Lineage.Kind.RENAMED, True): _("Goes on under a new name: {}"),
        (Lineage.Kind.RENAMED, False): _("Had another name before: {}"),
        (Lineage.Kind.MERGED, True): _("Merged into {}"),
        (Lineage.Kind.MERGED, False): _("Takes in {}"),
        (Lineage.Kind.SPLIT, True): _("Was split; a part of it goes on as {}"),
        (Lineage.Kind.SPLIT, False): _("A part of {}, which was split"),
    }
    other = (lineage.later_mandate, lineage.later_theme) if is_earlier else (lineage.earlier_mandate, lineage.earlier_theme)
    return format_html(words[Lineage.Kind(lineage.kind), is_earlier], named_end(*other))


def named_end(mandate: Mandate | None, theme: Theme | None) -> str:
    """A group is a link, a theme is not: it has no page. What it is stands beside it, for a theme is no group."""
    if theme:
        return format_html(_("the theme {name} of {year}"), name=theme.name.marked, year=theme.edition.year)
    if mandate is None:
        return ""
    group = mandate.working_group
    name = format_html('<a href="{}">{}</a>', group.get_absolute_url(), group.name.marked)
    return format_html(_("the working group {name} of {year}"), name=name, year=mandate.edition.year)


def standing_of(lineage: Lineage) -> str:
    if lineage.confirmed_on:
        return _("Confirmed by both parties on %(day)s.") % {"day": date_format(lineage.confirmed_on, "DATE_FORMAT")}
    return _("A link made by the secretariat, not confirmed by the parties.")


# What its members, its co-chairs and the secretaries read beside that


@dataclass(frozen=True)
class Desk:
    """A group’s work under its newest mandate, for those who do it: co-chairs by their posts, never by name."""

    mandate: Mandate
    facts: list[Fact]


def desk_of(group: WorkingGroup, mandates: list[Any], user: Any, at: datetime) -> Desk | None:
    """A secretary reads the newest mandate, a member the newest of those that are their own; nobody else has any."""
    if not is_known(user):
        return None
    standing = Standing(user.person_id, at)
    is_secretary = group.dialogue_id in standing.dialogues(*SECRETARIES)
    own = [one for one in mandates if is_secretary or one.pk in standing.groups()]
    return Desk(own[-1], facts_of_mandate(own[-1], user, at)) if own else None


def facts_of_mandate(mandate: Mandate, user: Any, at: datetime) -> list[Fact]:
    ended = mandate.ends_by_itself and mandate.has_ended(at)
    stands = _("%(status)s; ended with its edition") if ended else "%(status)s"
    whose = mandate.rapporteur_party
    return [
        Fact(_("Mandate"), (Line(mandate.edition.title, stands % {"status": mandate.get_status_display()}),)),
        Fact(_("Co-chairs"), tuple(co_chairs_by_post(mandate))),
        Fact(_("Rapporteur named by"), (Line(whose.name.marked),) if whose else (), _("to be agreed")),
        Fact(_("Next session"), tuple(next_session(mandate, user, at)), _("None released yet")),
        Fact(_("Open action items"), tuple(open_items(mandate.working_group, user, at)), _("None")),
        Fact(_("Engagements"), tuple(engagements_of(mandate.working_group, user, at)), _("None")),
    ]


def co_chairs_by_post(mandate: Mandate) -> Iterator[Line]:
    """One seat a party; a vacant one is to be named."""
    seats = {seat.party_id: seat for seat in mandate.co_chairs.select_related("person")}
    for party in mandate.edition.dialogue.parties.order_by("code"):
        seat = seats.get(party.pk)
        if seat is None or seat.person is None:
            said = format_html('<span class="not-stated">{}</span>', _("to be named"))
        else:
            said = seat.person.post.marked or _("named; post not stated")
        yield Line(format_html("{}: {}", party.name.marked, said), _("acting") if seat and seat.is_acting else "")


def next_session(mandate: Mandate, user: Any, at: datetime) -> Iterator[Line]:
    """As the latest release has it."""
    edition = mandate.edition
    released = ReleasedSession.objects.current().visible_to(user, at)
    rows = released.filter(mandate=mandate, is_cancelled=False, ends_at__gte=at).order_by("starts_at", "pk")
    for row in rows[:1]:
        starts = date_format(row.starts_at.astimezone(edition.zone), "DATETIME_FORMAT")
        said = format_html_join(", ", "{}", ((one,) for one in (starts, row.room_name.marked, edition.city.marked) if one))
        address = reverse("session", args=[edition.dialogue.slug, edition.year, row.session_id])
        yield Line(row.title.marked, said, address=address)


def open_items(group: WorkingGroup, user: Any, at: datetime) -> Iterator[Line]:
    """Those that the group follows now, be it that they were carried over to it."""
    items = followed_by(group, ActionItem.objects.visible_to(user, at).still_open())
    for item in items.order_by(F("due_on").asc(nulls_last=True), "edition__year", "serial"):
        due = _("due on %(day)s") % {"day": date_format(item.due_on, "DATE_FORMAT")} if item.due_on else _("no due date")
        if item.is_overdue(at):
            due = _("overdue since %(day)s") % {"day": date_format(item.due_on, "DATE_FORMAT")}
        yield Line(format_html("{}: {}", item.number, item.text.marked), due, address=item.get_absolute_url())


def engagements_of(group: WorkingGroup, user: Any, at: datetime) -> Iterator[Line]:
    rows = Engagement.objects.visible_to(user, at).filter(working_group=group)
    for one in rows.order_by(F("starts_on").desc(nulls_last=True), "pk"):
        when = dates_as_stated(one) or _("date not stated")
        yield Line(one.title.marked, f"{one.get_status_display()}; {when}", address=one.get_absolute_url())
