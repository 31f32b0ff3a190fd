"""Compiling a progress report: everything as it stands at one instant, copied into rows that never change (§4.8).

The number of questions does not grow with the number of items: a report of three hundred is compiled while somebody waits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import ngettext

from dialogues.models import (
    ActionChange,
    ActionItem,
    ActionMove,
    Audience,
    CarryOver,
    Engagement,
    ProgressReport,
    ProgressRound,
    ProgressUpdate,
    ReportedEngagement,
    ReportedItem,
    ReportedLead,
    ReportedTheme,
)
from parties.models import User
from socportal import clock

from . import journal
from .progress_rounds import silent, to_status
from .steps import Reason, lock, not_a_secretary, not_possible_from, refuse_for

Status = ActionItem.Status
ENDED = (Status.CLOSED, Status.WITHDRAWN, Status.SUPERSEDED)

# A heading of the report: of which edition, and which theme; of no theme, whatever else that edition agreed.
Heading = tuple[Any, Any]


def compile_reasons(round: ProgressRound, by: User) -> list[Reason]:
    """Once the day for updates has passed; earlier when every lead has reported."""
    reasons = not_a_secretary(by, round.dialogue) or not_possible_from(round, ProgressRound.Status.COMPILED)
    if reasons or round.status != ProgressRound.Status.OPEN or round.is_due():
        return reasons
    waiting = silent(round)
    if waiting:
        said = ngettext(
            "Updates are asked for until %(day)s, and one item still waits for one. Compile it after that day.",
            "Updates are asked for until %(day)s, and %(count)d items still wait for one. Compile it after that day.",
            len(waiting),
        )
        day = date_format(round.due_on, "DATE_FORMAT")
        return [Reason(said % {"day": day, "count": len(waiting)}, round)]
    return []


@transaction.atomic
def compile_report(*, round: ProgressRound, by: User) -> ProgressReport:
    """Copy everything as it stands now into the next version; the parties are asked to agree this one anew."""
    round = lock(round)
    refuse_for(compile_reasons(round, by))
    last = round.reports.order_by("-version").values_list("version", flat=True).first() or 0
    report = ProgressReport(round=round, version=last + 1, as_of=clock.now(), by=by)
    report.save()
    read = _Read.of(round, report.as_of)
    headings = _themes(report, read)
    _items(report, read, headings)
    _engagements(report, read, headings)
    to_status(round, ProgressRound.Status.COMPILED)
    details = {"version": report.version, "items": len(read.items), "engagements": len(read.engagements)}
    journal.write(by=by, act="compiled progress report", on=round, details=details)
    return report


# Reading


def told_until(round: ProgressRound) -> datetime:
    """Up to when progress was told before: the last agreed report since the edition closed, else its closing."""
    edition = round.edition
    day = edition.closes_on or edition.opens_on
    closed = datetime.combine(day, time.max, edition.zone) if day else datetime.min.replace(tzinfo=UTC)
    agreed = ProgressReport.objects.filter(
        round__dialogue=round.dialogue_id, round__status__in=ProgressRound.AGREED_ON, as_of__gt=closed
    ).exclude(round=round)
    return agreed.order_by("-as_of").values_list("as_of", flat=True).first() or closed


def reported_on(round: ProgressRound, since: datetime) -> Any:
    """What was agreed and was open at any time since; never a proposal, never what the secretariat keeps to itself."""
    refused = ActionMove.objects.filter(action_item=OuterRef("pk"), from_status=Status.PROPOSED, to_status=Status.WITHDRAWN)
    is_open = Q(status__in=(*ActionItem.WORKING, Status.REPORTED_COMPLETE))
    ended = Q(status__in=ENDED, status_since__gt=since) & ~Exists(refused)
    return ActionItem.objects.filter(is_open | ended, edition__dialogue=round.dialogue_id).exclude(
        audience=Audience.SECRETARIAT
    )


def _order(item: Any) -> tuple[int, date, int, str]:
    """Results first, then what is under way by its day, then what was let go."""
    rank = {Status.CLOSED: 0, Status.WITHDRAWN: 2, Status.SUPERSEDED: 2}.get(item.status, 1)
    return rank, item.due_on or date.max, item.edition.year, item.number


@dataclass
class _Read:
    """All that a report copies, asked in a fixed number of questions."""

    items: list[Any]
    public: set[int]
    updates: dict[tuple[int, int], int]
    agreed_later: set[int]
    why: dict[int, str]
    engagements: list[Any]
    headings: dict[int, Heading] = field(default_factory=dict)

    @classmethod
    def of(cls, round: ProgressRound, at: datetime) -> _Read:
        since = told_until(round)
        found = reported_on(round, since).with_escalation(at).select_related("edition", "theme__edition", "commitment")
        items = sorted(found.prefetch_related("leads", "commitment__themes__edition"), key=_order)
        keys = [item.pk for item in items]
        seen = ActionItem.objects.visible_to(AnonymousUser(), at).filter(pk__in=keys).order_by()
        updates = ProgressUpdate.objects.filter(action_item__in=keys, at__gte=round.opened_at, at__lte=at)
        agreed = ActionMove.objects.filter(action_item__in=keys, to_status=Status.AGREED, at__gt=round.opened_at)
        read = cls(
            items=items,
            public=set(seen.values_list("pk", flat=True)),
            updates={
                (item, party): update
                for item, party, update in updates.order_by("at", "pk").values_list("action_item", "party", "pk")
            },
            agreed_later=set(agreed.order_by().values_list("action_item", flat=True)),
            why=_why(items, keys),
            engagements=_held(round, since, at),
        )
        read.headings = {item.pk: _heading(item) for item in items}
        return read


def _why(items: list[Any], keys: list[int]) -> dict[int, str]:
    """Why it is blocked; else why its day was moved last, by a change that took effect or by a roll-forward."""
    moved: dict[int, tuple[Any, str]] = {}
    changes = ActionChange.objects.filter(
        action_item__in=keys, kind=ActionChange.Kind.DUE_DATE, status=ActionChange.Status.ACCEPTED, carry_over__isnull=True
    )
    carried = CarryOver.objects.carried().filter(action_item__in=keys)
    rows: list[Any] = [*changes.order_by().values_list("action_item", "answered_at", "reason")]
    for item, when, reason in [*rows, *carried.order_by().values_list("action_item", "at", "reason")]:
        if item not in moved or moved[item][0] < when:
            moved[item] = when, reason
    why = {item: reason for item, (_when, reason) in moved.items()}
    blocked = [item.pk for item in items if item.status == Status.BLOCKED]
    stops = ActionMove.objects.filter(action_item__in=blocked, to_status=Status.BLOCKED)
    return why | dict(stops.order_by("at", "pk").values_list("action_item", "reason"))


def _heading(item: Any) -> Heading:
    """Its own theme, else the only one of its commitment, else none."""
    themes = [item.theme] if item.theme else list(item.commitment.themes.all()) if item.commitment else []
    return (themes[0].edition, themes[0]) if len(themes) == 1 else (item.edition, None)


def _held(round: ProgressRound, since: datetime, at: datetime) -> list[Any]:
    """Engagements that took place since, by their last day; one without a day, since it was noted as held."""
    held = Engagement.objects.counted().filter(dialogue=round.dialogue_id).exclude(audience=Audience.SECRETARIAT)
    rows = held.prefetch_related("action_items").order_by("starts_on", "pk")
    first, last = (instant.astimezone(round.edition.zone).date() for instant in (since, at))
    return [one for one in rows if (first < one.last_day <= last if one.last_day else since < one.status_since)]


# Writing


def _place(round: ProgressRound, heading: Heading) -> tuple[bool, int, bool, int, int]:
    """Themes of the edition since which it is told, then of the newest others; what has no theme after those of its edition."""
    edition, theme = heading
    return (
        edition.pk != round.edition_id,
        -edition.year,
        theme is None,
        theme.position if theme else 0,
        theme.pk if theme else 0,
    )


def _themes(report: ProgressReport, read: _Read) -> dict[Heading, ReportedTheme]:
    counts: dict[Heading, Counter[str]] = defaultdict(Counter)
    for item in read.items:
        counts[read.headings[item.pk]].update(
            opened=1,
            closed=int(item.status == Status.CLOSED),
            carried=int(item.times_carried > 0),
            overdue=int(item.is_overdue(report.as_of)),
        )
    in_order = sorted(counts, key=lambda heading: _place(report.round, heading))
    made = ReportedTheme.objects.bulk_create(
        ReportedTheme(
            report=report,
            position=position,
            edition=edition,
            theme=theme,
            name_en=theme.name_en if theme else "",
            name_nl=theme.name_nl if theme else "",
            **{name: counts[edition, theme][name] for name in ("opened", "closed", "carried", "overdue")},
        )
        for position, (edition, theme) in enumerate(in_order, start=1)
    )
    return dict(zip(in_order, made, strict=True))


COPIED = (
    *("number", "text_en", "text_nl", "measure_en", "measure_nl", "status", "status_since", "is_joint"),
    *("due_on", "original_due_on", "times_carried", "escalation_level"),
)


def _items(report: ProgressReport, read: _Read, headings: dict[Heading, ReportedTheme]) -> None:
    rows = sorted(read.items, key=lambda item: headings[read.headings[item.pk]].position)
    made = ReportedItem.objects.bulk_create(
        ReportedItem(
            report=report,
            theme=headings[read.headings[item.pk]],
            action_item=item,
            position=position,
            is_public=item.pk in read.public,
            is_overdue=item.is_overdue(report.as_of),
            why=read.why.get(item.pk, ""),
            **{name: getattr(item, name) for name in COPIED},
        )
        for position, item in enumerate(rows, start=1)
    )
    ReportedLead.objects.bulk_create(
        ReportedLead(
            item=row,
            party_id=lead.party_id,
            organisation_id=lead.organisation_id,
            owner_post_en=lead.owner_post_en,
            owner_post_nl=lead.owner_post_nl,
            update_id=read.updates.get((item.pk, lead.party_id)),
            is_asked=_is_asked(item, lead.party_id, read),
        )
        for row, item in zip(made, rows, strict=True)
        for lead in item.leads.all()
    )


def _is_asked(item: Any, party: int, read: _Read) -> bool:
    """Whether a word was due: not of what was agreed after the round was opened, and not of what is finished.

    Whoever reported an item complete has said so; its evidence stands in its history.
    """
    if (item.pk, party) in read.updates:
        return True
    return item.pk not in read.agreed_later and item.status in ActionItem.WORKING


def _engagements(report: ProgressReport, read: _Read, headings: dict[Heading, ReportedTheme]) -> None:
    """Under the theme of the items that it serves; else of those that its group follows; else under none."""
    of_group: dict[int, set[Heading]] = defaultdict(set)
    groups = dict(
        ActionItem.objects.filter(pk__in=read.headings, mandate__isnull=False)
        .order_by()
        .values_list("pk", "mandate__working_group")
    )
    for item, group in groups.items():
        of_group[group].add(read.headings[item])
    rows = []
    for position, one in enumerate(read.engagements, start=1):
        served = {read.headings[item.pk] for item in one.action_items.all() if item.pk in read.headings}
        served = served or of_group.get(one.working_group_id, set())
        theme = headings[next(iter(served))] if len(served) == 1 else None
        rows.append(ReportedEngagement(report=report, engagement=one, theme=theme, position=position))
    ReportedEngagement.objects.bulk_create(rows)
