"""A progress report as one reader may read it: made once, for the page and for paper, from the rows of its snapshot (§4.8).

Of an item that a reader may not see nothing stands here, nor what hangs on it. How many items there were of each theme,
hidden ones counted, is for secretaries and focal points; everybody else reads the numbers that are safe to tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from dialogues.models import (
    ActionItem,
    Appointment,
    Engagement,
    Evidence,
    ProgressReport,
    ProgressRound,
    ProgressUpdate,
    ReportedItem,
    ReportedTheme,
    Theme,
)
from dialogues.models.action_standing import CARRIED_TOO_OFTEN
from dialogues.models.correspondence import in_capitals
from dialogues.models.progress_rounds import REPORTED_COUNTS, PartyView, ReportedLead
from dialogues.models.standing import Standing
from parties.models import Party
from socportal.bilingual import Wording, reader_language

from .marking import marking, series
from .pdf import typeset

FINISHED = (ActionItem.Status.CLOSED, ActionItem.Status.SUPERSEDED, ActionItem.Status.WITHDRAWN)
# The shape that stands before each word.
SHAPES = {
    ProgressUpdate.Rating.NOT_STARTED: "ring",
    ProgressUpdate.Rating.ON_TRACK: "half",
    ProgressUpdate.Rating.AT_RISK: "attention",
    ProgressUpdate.Rating.OFF_TRACK: "late",
    ProgressUpdate.Rating.COMPLETE: "done",
}


@dataclass(frozen=True)
class Side:
    """What one party says of an item: its update as a lead, or that none was received, and its view beside another’s."""

    party: Party
    lead: ReportedLead | None = None
    silence: str = ""
    view: PartyView | None = None

    @property
    def update(self) -> ProgressUpdate | None:
        return self.lead.update if self.lead else None

    @property
    def shape(self) -> str:
        return SHAPES.get(self.update.rating, "ring") if self.update else ""  # type: ignore[call-overload]

    @property
    def rating(self) -> str:
        return capfirst(self.update.get_rating_display()) if self.update else ""

    @property
    def text(self) -> Wording:
        return Wording(self.update.text, self.update.lang) if self.update else Wording("", reader_language())

    @property
    def own_view(self) -> Wording:
        return Wording(self.view.text, self.view.lang) if self.view else Wording("", reader_language())

    @property
    def next_step(self) -> str:
        if self.update is None or self.update.next_step_on is None:
            return ""
        return _("Next step by %(day)s") % {"day": date_format(self.update.next_step_on, "DATE_FORMAT")}

    @property
    def language(self) -> str:
        return in_which_language(self.text)

    @property
    def view_language(self) -> str:
        return in_which_language(self.own_view)

    @property
    def owner(self) -> Wording:
        """The post, never who holds it; where none is named yet, that is said."""
        post: Wording | None = self.lead.owner_post if self.lead else None
        return post or Wording(_("owner not named") if self.lead else "", reader_language())


@dataclass(frozen=True)
class Proof:
    kind: str
    reference: str
    party: Party
    at: datetime


def in_which_language(text: Wording) -> str:
    """Said beside a text that stands in the other language than the report."""
    if not text.is_borrowed:
        return ""
    return {"en": _("In English"), "nl": _("In Dutch")}[text.lang]


@dataclass(frozen=True)
class Item:
    """One reported item, with all that is said of it."""

    row: ReportedItem
    sides: list[Side]
    evidence: list[Proof]
    days_overdue: int

    @property
    def leads(self) -> list[Wording]:
        return [side.party.name for side in self.sides if side.lead]

    @property
    def was_carried_often(self) -> bool:
        return self.row.times_carried >= CARRIED_TOO_OFTEN

    @property
    def overdue(self) -> str:
        if not self.row.is_overdue:
            return ""
        said = ngettext("Overdue by %(days)d day", "Overdue by %(days)d days", self.days_overdue)
        return said % {"days": self.days_overdue}

    @property
    def carried(self) -> str:
        if not self.was_carried_often:
            return ""
        if self.row.times_carried == CARRIED_TOO_OFTEN:
            return _("Carried over twice")
        return _("Carried over %(times)d times") % {"times": self.row.times_carried}

    @property
    def status(self) -> str:
        return capfirst(self.row.get_status_display())

    @property
    def why(self) -> str:
        """Owed to the reader of what is late, blocked, or was put off again and again."""
        if not (self.row.is_overdue or self.was_carried_often or self.row.status == ActionItem.Status.BLOCKED):
            return ""
        return self.row.why or _("No reason was given.")

    @property
    def due(self) -> str:
        row = self.row
        if row.status in FINISHED:
            return date_format(row.status_since.date(), "DATE_FORMAT")
        if row.due_on is None:
            return _("No due date")
        said = _("Due on %(day)s") % {"day": date_format(row.due_on, "DATE_FORMAT")}
        if row.original_due_on in (None, row.due_on):
            return said
        first = _("first due on %(day)s") % {"day": date_format(row.original_due_on, "DATE_FORMAT")}
        return f"{said}, {first}"


@dataclass
class Chapter:
    """One theme: results first, then what goes on, then the engagements that were held."""

    name: Wording
    results: list[Item] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    engagements: list[Engagement] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.results or self.items or self.engagements)


@dataclass(frozen=True)
class Numbers:
    """The line of a theme in the table."""

    name: Wording
    in_words: list[str]

    @property
    def beside_heads(self) -> list[tuple[str, str]]:
        return list(zip(heads_of_numbers(), self.in_words, strict=True))


@dataclass(frozen=True)
class ReportPage:
    report: ProgressReport
    is_whole: bool  # for those who work on it: every number, every theme
    standing: str
    as_of: str
    agreed: list[Party]
    awaited: list[Party]
    numbers: list[Numbers]
    chapters: list[Chapter]
    heads: list[Item] | None  # None in a round that does not go to them

    @property
    def title(self) -> str:
        return title_of(self.report.round)

    @property
    def under(self) -> str:
        """“Version 2, in review by the parties. As of 22 November 2026, 15:00 in The Hague (14:00 in London)”"""
        return f"{self.standing} · {self.as_of}"


def title_of(round: ProgressRound) -> str:
    return _("Progress since the %(year)d Dialogue") % {"year": round.edition.year}


def works_on(user: Any, round: ProgressRound, at: datetime) -> bool:
    """A secretary or a focal point of its dialogue: they read every version, and every number."""
    roles = (*Appointment.SECRETARIES, *Appointment.FOCAL_POINTS)
    return bool(user.person_id and round.dialogue_id in Standing(user.person_id, at).dialogues(*roles))


def report_page(user: Any, report: ProgressReport, at: datetime) -> ReportPage:
    """All that this reader may read of a report that they may open, in the language that is active."""
    round, is_whole = report.round, works_on(user, report.round, at)
    items = items_of(user, report, at)
    parties = list(round.dialogue.parties.order_by("code"))
    given = report.consents.filter(to_status=ProgressRound.Status.AGREED, round=report.views_so_far)
    yes = set(given.values_list("party", flat=True))
    agreed = [party for party in parties if party.pk in yes]
    rows = list(report.themes.select_related("theme", "edition").order_by("position"))
    if not is_whole:
        themes = Theme.objects.visible_to(user, at).filter(pk__in=[row.theme_id for row in rows if row.theme_id])
        named = set(themes.values_list("pk", flat=True))
        rows = [row for row in rows if row.theme_id is None or row.theme_id in named]
    return ReportPage(
        report=report,
        is_whole=is_whole,
        standing=standing_of(report),
        as_of=_("As of %(when)s") % {"when": in_capitals(report.as_of, round.edition)},
        agreed=agreed,
        awaited=[party for party in parties if party not in agreed],
        numbers=numbers_of(rows, is_whole=is_whole),
        chapters=chapters_of(rows, items, engagements_of(user, report, at)),
        heads=[item for item in items if item.row.is_for_the_heads] if round.kind in ProgressRound.TO_THE_HEADS else None,
    )


def standing_of(report: ProgressReport) -> str:
    return _("Version %(version)d, %(status)s") % {"version": report.version, "status": report.round.get_status_display()}


# Items


def items_of(user: Any, report: ProgressReport, at: datetime) -> list[Item]:
    rows = list(
        ReportedItem.objects.visible_to(user, at)
        .filter(report=report)
        .prefetch_related("leads__party", "leads__organisation", "leads__update", "views__party")
        .order_by("position")
    )
    evidence = evidence_of(user, report, rows, at)
    return [
        Item(
            row=row,
            sides=sides_of(row, report),
            evidence=evidence[row.action_item_id],
            days_overdue=(report.as_of.date() - row.due_on).days if row.is_overdue and row.due_on else 0,
        )
        for row in rows
    ]


def sides_of(row: ReportedItem, report: ProgressReport) -> list[Side]:
    """The leads first; of a party that gave its view again the last one holds."""
    views = {view.party: view for view in row.views.all()}  # type: ignore[attr-defined]
    sides = [
        Side(lead.party, lead, no_update(lead, report) if lead.is_silent else "", views.pop(lead.party, None))
        for lead in row.leads.all()  # type: ignore[attr-defined]
    ]
    return sides + [Side(party, view=view) for party, view in sorted(views.items(), key=lambda one: one[0].code)]


def no_update(lead: ReportedLead, report: ProgressReport) -> str:
    """“No update received from NL by 10 February 2026”; the last text is never used again silently."""
    said = {"party": lead.party.code, "day": date_format(report.round.due_on, "DATE_FORMAT")}
    return _("No update received from %(party)s by %(day)s") % said


def evidence_of(user: Any, report: ProgressReport, rows: Iterable[ReportedItem], at: datetime) -> defaultdict[int, list[Proof]]:
    """By action item, what had been given when the report was compiled. A held engagement is named to who may know of it."""
    given = Evidence.objects.visible_to(user, at).filter(
        action_item__in=[row.action_item_id for row in rows], at__lte=report.as_of
    )
    known = set(
        Engagement.objects.visible_to(user, at)
        .filter(pk__in=given.order_by().values("engagement"))
        .values_list("pk", flat=True)
    )
    found: defaultdict[int, list[Proof]] = defaultdict(list)
    for one in given.select_related("party").order_by("at", "pk"):
        reference = one.reference if one.engagement_id is None or one.engagement_id in known else ""
        found[one.action_item_id].append(Proof(capfirst(one.get_kind_display()), reference, one.party, one.at))
    return found


# Themes


def chapters_of(rows: list[ReportedTheme], items: list[Item], held: list[tuple[int | None, Engagement]]) -> list[Chapter]:
    """In the order of the report; what stands under no theme, or one that the reader may not see, comes last."""
    chapters = {row.pk: Chapter(name_of(row)) for row in rows}
    rest = Chapter(Wording(_("Other subjects"), reader_language()))
    for item in items:
        chapter = chapters.get(item.row.theme_id, rest)
        (chapter.results if item.row.status == ActionItem.Status.CLOSED else chapter.items).append(item)
    for theme, engagement in held:
        chapters.get(theme or 0, rest).engagements.append(engagement)
    return [chapter for chapter in (*chapters.values(), rest) if not chapter.is_empty]


def name_of(row: ReportedTheme) -> Wording:
    if row.name:
        return row.name  # type: ignore[no-any-return]
    return Wording(_("Without a theme, agreed in %(year)d") % {"year": row.edition.year}, reader_language())


def numbers_of(rows: list[ReportedTheme], *, is_whole: bool) -> list[Numbers]:
    """A theme of which nothing can safely be told stands in no line."""
    if is_whole:
        return [Numbers(name_of(row), [str(getattr(row, name)) for name in REPORTED_COUNTS]) for row in rows]
    told = [row for row in rows if any(number is not None for number in row.safe.values())]
    return [Numbers(name_of(row), [row.told(name) for name in REPORTED_COUNTS]) for row in told]


def engagements_of(user: Any, report: ProgressReport, at: datetime) -> list[tuple[int | None, Engagement]]:
    """Those that this reader may know of, with the theme they stand under."""
    rows = list(report.engagements.order_by("position").values_list("theme", "engagement"))
    known = Engagement.objects.visible_to(user, at).filter(pk__in=[pk for _theme, pk in rows]).in_bulk()
    return [(theme, known[pk]) for theme, pk in rows if pk in known]


# Paper


def file_name(report: ProgressReport) -> str:
    """“official-progress-2026-v2-en.pdf”"""
    return f"official-progress-{report.round.edition.year}-v{report.version}-{reader_language()}.pdf"


def progress_report_pdf(page: ReportPage) -> bytes:
    return typeset("progress", content_of(page), lang=reader_language())


def content_of(page: ReportPage) -> dict[str, Any]:
    edition = page.report.round.edition
    return {
        "title": page.title,
        "series": series(edition),
        "marking": marking(),
        "audience": audience_of(page.report.round),
        "under": [page.standing, page.as_of],
        "review": review_of(page),
        "numbers_title": _("In numbers"),
        "numbers_head": [_("Theme"), *heads_of_numbers()],
        "numbers": [{"name": line.name, "counts": line.in_words} for line in page.numbers],
        "labels": {
            "results": _("Results"),
            "items": _("Under way"),
            "engagements": _("Engagements held"),
            "evidence": _("Evidence"),
            "why": _("Why:"),
            "own_view": _("Its own view"),
            "not_asked": _("Nothing was asked of it in this round."),
        },
        "heads_title": _("For the heads of delegation"),
        "heads_empty": _("Nothing is sixty days late or was carried over twice."),
        "heads": None if page.heads is None else [heads_line(item) for item in page.heads],
        "chapters": [
            {
                "name": chapter.name,
                "results": [said_of(item) for item in chapter.results],
                "items": [said_of(item) for item in chapter.items],
                "engagements": [
                    {"title": one.title, "under": f"{capfirst(one.get_kind_display())}, {one.dates or _('date not stated')}"}
                    for one in chapter.engagements
                ],
            }
            for chapter in page.chapters
        ],
        "empty": _("This report holds nothing that you may read."),
        "note": _("Demonstration edition. Its dates, place, rooms and people are invented.")
        if edition.dialogue.is_demonstration
        else "",
    }


def audience_of(round: ProgressRound) -> str:
    """Beside the marking: who reads it now."""
    return _("Participants only") if round.status in ProgressRound.AGREED_ON else _("Secretaries and focal points")


def heads_of_numbers() -> list[str]:
    return [
        pgettext("action items, in a table", "Opened"),
        pgettext("action items, in a table", "Closed"),
        pgettext("action items, in a table", "Carried over"),
        pgettext("action items, in a table", "Overdue"),
    ]


def review_of(page: ReportPage) -> list[list[Any]]:
    """Who has agreed and who is awaited; of a report that is not yet with the parties, nothing."""
    if page.report.round.status not in {ProgressRound.Status.IN_PARTY_REVIEW, *ProgressRound.AGREED_ON}:
        return []
    rows = [(_("Agreed by"), page.agreed), (_("Awaited from"), page.awaited)]
    return [[label, ", ".join(str(party.name) for party in parties)] for label, parties in rows if parties]


def heads_line(item: Item) -> dict[str, Any]:
    standing = " · ".join(filter(None, (", ".join(item.leads), item.overdue, item.carried)))
    return {"number": item.row.number, "text": item.row.text, "standing": standing, "why": item.why}


def said_of(item: Item) -> dict[str, Any]:
    row = item.row
    return {
        "number": row.number,
        "text": row.text,
        "standing": " · ".join(filter(None, (item.status, item.due))),
        "late": " · ".join(filter(None, (item.overdue, item.carried))),
        "why": item.why,
        "sides": [said_by(side) for side in item.sides],
        "evidence": [
            ": ".join(filter(None, (one.kind, one.reference))) + f" ({one.party.code}, {date_format(one.at, 'DATE_FORMAT')})"
            for one in item.evidence
        ],
        "is_beside": len(item.sides) > 1,
    }


def said_by(side: Side) -> dict[str, Any]:
    lead = side.lead
    return {
        "party": side.party.name,
        "organisation": lead.organisation.name if lead and lead.organisation else "",
        "owner": side.owner,
        "silence": side.silence,
        "not_asked": bool(lead and not lead.is_asked and side.update is None),
        "shape": side.shape,
        "rating": side.rating,
        "text": side.text,
        "language": side.language,
        "next": side.next_step,
        "view": side.own_view,
        "view_language": side.view_language,
    }
