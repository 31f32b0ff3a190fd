"""The handover note of an edition: what is open, who owes it, which dates come, who holds which post. Posts, no names.

It is made from the records as they stand; nothing is stored, and nothing is said that no record says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Model, Prefetch, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dialogues.models import (
    ActionItem,
    ActionLead,
    Appointment,
    CoChair,
    Edition,
    Engagement,
    HeadsDecision,
    Mandate,
    Nomination,
    NominationRound,
    OutgoingMessage,
    PreparationTask,
    Summary,
)
from dialogues.models.conclusions import sessions_owing_report
from dialogues.models.correspondence import in_capitals
from parties.models import Party
from socportal import clock

from .marking import titled
from .paper import Part

FIRST = 10  # tasks that the successor sees to first
NEXT = 5  # dates
AHEAD = (
    Engagement.Status.PROPOSED,
    Engagement.Status.AGREED,
    Engagement.Status.SCHEDULED,
    Engagement.Status.POSTPONED,
)


@dataclass(frozen=True)
class Line:
    """One row: its cells in words, and the record it speaks of."""

    cells: tuple[Any, ...]
    record: Model | None = None
    is_late: bool = False


@dataclass(frozen=True)
class Section:
    """A table under a heading; with no lines, the sentence that says so. `widths` are shares of the sheet."""

    title: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    lines: list[Line]
    nothing: str
    note: str = ""


@dataclass
class HandoverNote:
    """Made for one reader: it holds what that reader may read (`visible_to`), at the instant `at`."""

    edition: Edition
    reader: Any
    at: datetime
    parties: list[Party] = field(init=False)
    tasks: list[PreparationTask] = field(init=False)
    items: list[ActionItem] = field(init=False)
    engagements: list[Engagement] = field(init=False)

    def __post_init__(self) -> None:
        edition, reader, at = self.edition, self.reader, self.at
        self.parties = list(edition.dialogue.parties.order_by("code"))
        owed = PreparationTask.objects.visible_to(reader, at).filter(edition=edition).owed(at)
        self.tasks = list(owed.select_related("assignee").order_by(F("due_on").asc(nulls_last=True), "code"))
        items = ActionItem.objects.visible_to(reader, at).filter(edition__dialogue=edition.dialogue_id).still_open()
        leads = Prefetch("leads", ActionLead.objects.select_related("party", "organisation").order_by("party__code"))
        items = items.annotate(round=Count("moves")).prefetch_related(leads, "consents")
        self.items = list(items.order_by(F("due_on").asc(nulls_last=True), "number"))
        engagements = Engagement.objects.visible_to(reader, at).filter(dialogue=edition.dialogue_id)
        ahead = engagements.filter(Q(status__in=AHEAD) | Q(pk__in=Engagement.objects.report_awaited().values("pk")))
        self.engagements = list(ahead.order_by(F("starts_on").asc(nulls_last=True), "pk"))

    @property
    def day(self) -> date:
        return self.at.date()

    def sections(self) -> list[Section]:
        return [
            self.to_do_first(),
            *([self.to_do_then()] if len(self.tasks) > FIRST else []),
            self.dates(),
            self.waiting(),
            self.action_items(),
            self.groups(),
            self.engagements_ahead(),
            self.posts(),
        ]

    # The checklist

    def _task(self, task: PreparationTask) -> Line:
        owner = str(task.get_owner_display())
        if task.owner in PreparationTask.HOST_ONLY and self.edition.host_party:
            owner = f"{owner} ({self.edition.host_party})"
        if task.assignee and task.assignee.post:
            owner = f"{task.assignee.post} ({owner})"
        what = f"{task.code} {task.task}"
        if task.is_gate:
            what = _("%(task)s. Gate: a later step waits for it") % {"task": what}
        return self._dated(task.due_on, what, titled(owner), record=task)

    def _dated(self, day: date | None, *cells: Any, record: Model | None, awaited: bool = False) -> Line:
        late = bool(day and day < self.day and not awaited)
        said = date_format(day, "DATE_FORMAT") if day else _("no date")
        return Line((_("%(day)s, overdue") % {"day": said} if late else said, *cells), record, late)

    def to_do_first(self) -> Section:
        if self.edition.status == Edition.Status.POSTPONED:
            nothing = _("The checklist rests until the edition has new days.")
        elif self.edition.tasks.exists():
            nothing = _("Nothing is left to do on the checklist.")
        else:
            nothing = _("No checklist has been drawn up: that comes with scheduling the edition.")
        return self._tasks(_("What to do first"), self.tasks[:FIRST], nothing)

    def to_do_then(self) -> Section:
        return self._tasks(_("What to do then"), self.tasks[FIRST:], "")

    def _tasks(self, title: str, tasks: Iterable[PreparationTask], nothing: str) -> Section:
        columns = (_("Due on"), _("Task"), _("Who owes it"))
        return Section(title, columns, (3, 7, 5), [self._task(task) for task in tasks], nothing)

    # Dates

    def dates(self) -> Section:
        edition, lines = self.edition, []
        if edition.dates:
            lines.append(Line((edition.dates, _("The edition")), edition))
        if round := NominationRound.objects.filter(edition=edition).first():
            lines.append(Line((in_capitals(round.closes_at, edition), _("Nominations close")), round))
        coming: list[tuple[date, Any, Model]] = [
            (task.due_on, f"{task.code} {task.task}", task) for task in self.tasks if task.due_on
        ]
        coming += [(item.due_on, f"{item.number} {item.text}", item) for item in self.items if item.due_on]
        coming += [
            (one.starts_on, one.title, one)
            for one in self.engagements
            if one.starts_on and one.status == Engagement.Status.SCHEDULED
        ]
        ahead = sorted((one for one in coming if one[0] >= self.day), key=lambda one: one[0])[:NEXT]
        lines += [self._dated(day, what, record=record) for day, what, record in ahead]
        return Section(_("Dates"), (_("When"), _("What")), (4, 11), lines, _("No date is known."))

    # What waits

    def waiting(self) -> Section:
        edition, secretaries = self.edition, _("Both secretaries")
        counts = {
            (_("Nominations to settle"), secretaries): Nomination.objects.visible_to(self.reader, self.at)
            .unsettled()
            .filter(edition=edition)
            .count(),
            (_("Nominations returned to their party"), _("Focal points")): Nomination.objects.visible_to(self.reader, self.at)
            .filter(edition=edition, status=Nomination.Status.RETURNED)
            .count(),
            (_("Messages to read and release"), secretaries): OutgoingMessage.objects.visible_to(self.reader, self.at)
            .drafted()
            .filter(edition=edition)
            .count(),
            (_("Session reports missing"), _("Rapporteurs")): sessions_owing_report(edition)
            .filter(ends_at__lte=self.at, report__isnull=True)
            .count(),
        }
        lines = [Line((what, str(count), who)) for (what, who), count in counts.items() if count]
        pending = HeadsDecision.objects.visible_to(self.reader, self.at).pending().filter(edition=edition)
        for decision in pending.prefetch_related("consents"):
            lines.append(
                Line(
                    (
                        _("Decision of the heads’ offices: %(to)s") % {"to": decision.get_to_status_display()},
                        "",
                        self._missing(decision, decision.to_status, 1),
                    ),
                    decision,
                )
            )
        summaries = Summary.objects.visible_to(self.reader, self.at).filter(edition=edition)
        for summary in summaries.exclude(status=Summary.Status.ADOPTED).prefetch_related("consents"):
            circulated = summary.status == Summary.Status.CIRCULATED
            who = self._missing(summary, Summary.Status.ADOPTED, summary.round) if circulated else secretaries
            what = f"{titled(summary._meta.verbose_name)}: {summary.get_status_display()}"
            lines.append(Line((what, "", who), summary))
        columns = (_("What"), _("How many"), _("Who owes it"))
        return Section(_("What waits for somebody"), columns, (7, 3, 5), lines, _("Nothing waits."))

    def _missing(self, record: Any, to: str, round: int) -> str:
        given = {one.party_id for one in record.consents.all() if one.to_status == to and one.round == round}
        return ", ".join(str(party) for party in self.parties if party.pk not in given)

    # Action items

    def action_items(self) -> Section:
        lines = []
        for item in sorted(self.items, key=lambda item: [lead.party.code for lead in item.leads.all()]):
            leads = "; ".join(f"{lead.party}: {lead.owner_post}" for lead in item.leads.all())
            late = item.is_overdue(self.at)
            number = f"{item.number} {item.text}"
            lines.append(
                self._dated(item.due_on, number, leads, self._standing(item), record=item, awaited=not late),
            )
        columns = (_("Due on"), _("Action item"), _("Lead and owner post"), _("Standing"))
        return Section(_("Open action items"), columns, (3, 5, 4, 3), lines, _("No action item is open."))

    def _standing(self, item: Any) -> str:
        status = titled(item.get_status_display())
        leading = {lead.party_id for lead in item.leads.all()}
        if item.status == ActionItem.Status.PROPOSED:
            return self._awaiting(status, self._missing(item, ActionItem.Status.AGREED, item.round))
        if item.status == ActionItem.Status.REPORTED_COMPLETE:
            given = {one.party_id for one in item.consents.all() if one.to_status == "closed" and one.round == item.round}
            asked = [str(one) for one in self.parties if (one.pk in leading) == item.is_joint and one.pk not in given]
            return self._awaiting(status, ", ".join(asked))
        return status

    @staticmethod
    def _awaiting(status: str, whom: str) -> str:
        return _("%(status)s; awaits: %(whom)s") % {"status": status, "whom": whom}

    # Groups and engagements

    def groups(self) -> Section:
        mandates = Mandate.objects.visible_to(self.reader, self.at).filter(edition=self.edition)
        seats = Prefetch("co_chairs", CoChair.objects.filter(person__isnull=False))
        lines = []
        for mandate in mandates.select_related("working_group", "rapporteur_party").prefetch_related(seats):
            taken = {seat.party_id for seat in mandate.co_chairs.all()}
            vacant = [_("co-chair %(party)s") % {"party": party} for party in self.parties if party.pk not in taken]
            if not mandate.rapporteur_id:
                vacant.append(_("rapporteur"))
            lines.append(
                Line(
                    (
                        mandate.working_group.name,
                        titled(mandate.get_status_display()),
                        _("To be named: %(seats)s") % {"seats": ", ".join(vacant)} if vacant else _("All named"),
                    ),
                    mandate,
                )
            )
        columns = (_("Working group"), _("Mandate"), _("Seats"))
        return Section(_("Working groups"), columns, (6, 3, 6), lines, _("No working group has a mandate in this edition."))

    def engagements_ahead(self) -> Section:
        lines = []
        for one in self.engagements:
            owed = ""
            if one.status == Engagement.Status.HELD:
                owed = _("report owed")
                if one.last_day:
                    by = date_format(one.last_day + Engagement.REPORT_WITHIN, "DATE_FORMAT")
                    owed = _("report owed by %(day)s") % {"day": by}
            standing = titled(one.get_status_display())
            lines.append(Line((one.dates or _("no date"), one.title, f"{standing}; {owed}" if owed else standing), one))
        columns = (_("When"), _("Engagement"), _("Standing"))
        nothing = _("No engagement lies ahead, and none owes its report.")
        return Section(_("Between two editions"), columns, (4, 7, 4), lines, nothing)

    # Posts

    def posts(self) -> Section:
        held = Appointment.objects.visible_to(self.reader, self.at).current(self.at).filter(dialogue=self.edition.dialogue_id)
        lines = [
            Line(
                (
                    titled(one.get_role_display()),
                    one.party.name,
                    one.person.post or _("post not stated"),
                    date_format(one.starts_on, "DATE_FORMAT"),
                ),
                one,
            )
            for one in held.select_related("party", "person").order_by("role", "party__code", "starts_on", "pk")
        ]
        columns = (_("Role"), _("Party"), _("Post"), _("Since"))
        nothing = _("Nobody is appointed.")
        return Section(_("Who holds which post"), columns, (4, 3, 5, 3), lines, nothing, note=_("The names are in the portal."))


def handover_note(edition: Edition, reader: Any, at: datetime | None = None) -> HandoverNote:
    return HandoverNote(edition, reader, at or clock.now())


def as_of(note: HandoverNote) -> str:
    """“Status: in preparation. As it stands on 20 November 2026.”"""
    said = {
        "status": note.edition.standing(note.at).label,
        "day": date_format(note.at.astimezone(note.edition.zone), "DATE_FORMAT"),
    }
    return _("Status: %(status)s. As it stands on %(day)s.") % said


def open_in_words(note: HandoverNote) -> str:
    """“12 tasks and 3 action items are open.”, for the one who opens it first."""
    tasks = ngettext("%(count)d task", "%(count)d tasks", len(note.tasks)) % {"count": len(note.tasks)}
    items = ngettext("%(count)d action item", "%(count)d action items", len(note.items)) % {"count": len(note.items)}
    return _("Open: %(tasks)s, %(items)s.") % {"tasks": tasks, "items": items}


def handover_part(note: HandoverNote) -> Part:
    return {
        "kind": "handover",
        "title": _("Handover note"),
        "under": f"{as_of(note)} {open_in_words(note)}",
        "sections": [
            {
                "title": section.title,
                "note": section.note,
                "columns": list(section.columns),
                "widths": list(section.widths),
                "rows": [list(line.cells) for line in section.lines],
                "nothing": section.nothing,
            }
            for section in note.sections()
        ],
    }
