"""Moving an edition to other days: what changes is worked out first, then done as it was shown (workflows §4.1).

Tasks that are neither done nor dated by hand get the date of the new days. Working sessions go along by whole days and keep
their time on the clock of the venue, summer time or not. What others were told stays until it is told anew.
"""

from __future__ import annotations

import copy
import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from dialogues.models import Delegation, Edition, NominationRound, OutcomeDocument, PreparationTask, Session
from parties.models import User

from . import journal
from .editions import days_that_cannot_be, not_the_lead, overlaps
from .notices import draft_new_days
from .preparation import date_checklist, date_of
from .steps import Reason, lock, not_a_secretary, refuse_for
from .venue_clock import block_on_another_day

# What changes


@dataclass(frozen=True)
class TaskMove:
    task: PreparationTask
    before: date | None
    after: date | None


@dataclass(frozen=True)
class TaskKept:
    task: PreparationTask
    why: str


@dataclass(frozen=True)
class SessionMove:
    """A working session before and after, on the venue's clock; `gives_way` where the clock has no such time that day."""

    session: Session
    before: datetime
    after: datetime
    ends_at: datetime
    gives_way: bool
    is_outside: bool


@dataclass(frozen=True)
class Unmoved:
    """What does not go along, with the record where somebody sees to it."""

    what: str
    since: datetime | None
    record: Model


@dataclass(frozen=True)
class Preview:
    edition: Edition
    opens_on: date
    closes_on: date
    tasks: list[TaskMove]
    unchanged: int
    kept: list[TaskKept]
    sessions: list[SessionMove]
    unmoved: list[Unmoved]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what is shown: equal as long as nothing of it changed."""
        shown: list[Any] = [self.edition.status, self.edition.opens_on, self.edition.closes_on, self.opens_on, self.closes_on]
        shown += [(one.task.pk, one.before, one.after) for one in self.tasks]
        shown += [(one.task.pk, one.why, one.task.due_on) for one in self.kept]
        shown += [(one.session.pk, one.before, one.after, one.ends_at) for one in self.sessions]
        shown += [(one.record._meta.label, one.record.pk, one.since) for one in self.unmoved]
        return hashlib.sha256(repr([str(one) for one in shown]).encode()).hexdigest()


def preview(edition: Edition, opens_on: date, closes_on: date) -> Preview:
    """What moving to these days would change, and what not. Changes nothing."""
    assert edition.opens_on is not None  # noqa: S101  a scheduled edition has its days, says the database
    elsewhere = copy.copy(edition)
    elsewhere.opens_on, elsewhere.closes_on = opens_on, closes_on
    parties = list(edition.dialogue.parties.all())
    to_be_dated = set(edition.tasks.to_be_dated().values_list("pk", flat=True))
    moved, kept, unchanged = [], [], 0
    for task in edition.tasks.order_by("due_on", "code"):
        if task.pk not in to_be_dated:
            kept.append(TaskKept(task, why_it_stays(task)))
            continue
        task.edition = elsewhere
        after = date_of(task, parties)
        if after == task.due_on:
            unchanged += 1
        else:
            moved.append(TaskMove(task, task.due_on, after))
    return Preview(
        edition=edition,
        opens_on=opens_on,
        closes_on=closes_on,
        tasks=moved,
        unchanged=unchanged,
        kept=kept,
        sessions=_sessions(edition, opens_on, closes_on),
        unmoved=_unmoved(edition),
    )


def why_it_stays(task: PreparationTask) -> str:
    """Ticked or waived, dated by hand, or done as the portal sees for itself."""
    if task.status != PreparationTask.Status.OPEN:
        return str(task.get_status_display())
    return _("dated by hand") if task.is_dated_by_hand else str(task.get_sign_display())


def _sessions(edition: Edition, opens_on: date, closes_on: date) -> list[SessionMove]:
    assert edition.opens_on is not None  # noqa: S101
    days, zone, rows = (opens_on - edition.opens_on).days, edition.zone, []
    for session in edition.sessions.going_ahead().order_by("starts_at", "pk"):
        start, end, gives_way = block_on_another_day(session.starts_at, session.ends_at, zone, days)
        is_outside = start.date() < opens_on or end.date() > closes_on
        rows.append(SessionMove(session, session.starts_at.astimezone(zone), start, end, gives_way, is_outside))
    return rows


def _unmoved(edition: Edition) -> list[Unmoved]:
    """Instants that somebody set by hand, and what readers have in their hands."""
    rows: list[Unmoved] = []
    if round_ := NominationRound.objects.filter(edition=edition).first():
        rows.append(Unmoved(_("The deadline for nominations"), round_.closes_at, edition))
    for delegation in Delegation.objects.filter(edition=edition, extended_until__isnull=False).select_related("party"):
        said = _("The longer deadline of %(party)s") % {"party": delegation.party}
        rows.append(Unmoved(said, delegation.extended_until, delegation))
    if edition.embargo_until:
        rows.append(Unmoved(_("The embargo of its page"), edition.embargo_until, edition))
    for document in OutcomeDocument.objects.filter(edition=edition, embargo_until__isnull=False).order_by("pk"):
        rows.append(Unmoved(_("The embargo of “%(document)s”") % {"document": document}, document.embargo_until, document))
    if release := edition.latest_release():
        said = _("Release %(number)s of the agenda: it shows the former days until you release the next")
        rows.append(Unmoved(said % {"number": release.number}, None, release))
    return rows


# The step


def move_reasons(edition: Edition, by: User) -> list[Reason]:
    """Whether this edition can be moved at all: its days are fixed, and it has not opened. Every secretary may look."""
    reasons = not_a_secretary(by, edition.dialogue)
    if reasons:
        return reasons
    if edition.status not in Edition.DAYS_FIXED:
        said = _("It is “%(status)s”: only a scheduled edition is moved; before that its days are typed on its page.")
        return [Reason(said % {"status": edition.standing().label}, edition)]
    return [Reason(_("It has opened: it cannot be moved any more."), edition)] if edition.has_opened() else []


def days_reasons(edition: Edition, opens_on: date, closes_on: date) -> list[Reason]:
    """Whether it can be held on these days."""
    if closes_on < opens_on:
        return [Reason(_("The last day lies before the first. Give a later one."), edition)]
    if (opens_on, closes_on) == (edition.opens_on, edition.closes_on):
        return [Reason(_("These are its days already."), edition)]
    elsewhere = copy.copy(edition)
    elsewhere.opens_on, elsewhere.closes_on = opens_on, closes_on
    return days_that_cannot_be(elsewhere) + overlaps(elsewhere)


@transaction.atomic
def move_edition(
    *, edition: Edition, by: User, opens_on: date, closes_on: date, with_sessions: bool = True, shown: str = ""
) -> Edition:
    """Move it, as the preview says; the lead alone. Everybody whom it concerns is written to: drafted, not sent.

    `shown` is the fingerprint of the preview that somebody agreed to: where something changed since, nothing is done.
    """
    edition = lock(edition)
    refuse_for(move_reasons(edition, by) + not_the_lead(edition, by))
    refuse_for(days_reasons(edition, opens_on, closes_on))
    change = preview(edition, opens_on, closes_on)
    if shown and shown != change.fingerprint:
        refuse_for([Reason(_("Something changed since this was shown. Look at it again, then confirm."), edition)])
    before = edition.opens_on, edition.closes_on
    edition.opens_on, edition.closes_on = opens_on, closes_on
    edition.save(update_fields=["opens_on", "closes_on"])
    tasks = len(date_checklist(edition))
    sessions = change.sessions if with_sessions else []
    for one in sessions:
        one.session.starts_at, one.session.ends_at = one.after, one.ends_at
    Session.objects.bulk_update([one.session for one in sessions], ["starts_at", "ends_at"])
    details = {
        "from": [day.isoformat() for day in before if day],
        "to": [opens_on.isoformat(), closes_on.isoformat()],
        "tasks": tasks,
        "sessions": len(sessions),
        "messages": draft_new_days(edition, before),
    }
    journal.write(by=by, act="moved edition", on=edition, details=details)
    return edition
