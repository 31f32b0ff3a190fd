"""Progress rounds: opened by a secretary, asked of every lead, chased where one is silent, closed (workflows §4.8)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from dialogues.models import ActionItem, ActionMove, Appointment, Audience, Edition, ProgressRound, ProgressUpdate
from dialogues.models.standing import read_once
from parties.models import User
from socportal import clock

from . import journal
from .correspondence import queue
from .steps import Reason, StepRefused, lock, move, not_a_secretary, not_possible_from, refuse_for

Kind, Status = ProgressRound.Kind, ProgressRound.Status

FIRST_AFTER = timedelta(days=90)
HALF_YEAR_AFTER = timedelta(days=180)
ANNUAL_BEFORE = timedelta(days=42)
# After the conclusions were settled, and before the record of the edition is shut.
REPORTED_ON = (Edition.Status.CLOSED, Edition.Status.FOLLOW_UP)


# Opening


def next_edition(edition: Edition) -> Edition | None:
    """The one at which progress since this one is told."""
    later = Edition.objects.in_hand().filter(dialogue=edition.dialogue_id, year__gt=edition.year)
    return later.order_by("year").first()


def default_due_on(edition: Edition, kind: str, for_edition: Edition | None = None) -> date | None:
    """Close+90, close+180, or 42 days before the next edition opens; none where that day is not known."""
    closed = edition.closes_on or edition.opens_on
    if kind == Kind.ANNUAL:
        ahead = for_edition or next_edition(edition)
        return ahead.opens_on - ANNUAL_BEFORE if ahead and ahead.opens_on else None
    after = FIRST_AFTER if kind == Kind.FIRST else HALF_YEAR_AFTER
    return closed + after if closed else None


def open_round_reasons(edition: Edition, by: User) -> list[Reason]:
    """A dialogue asks for progress once at a time, since an edition that has closed."""
    reasons = not_a_secretary(by, edition.dialogue)
    if reasons:
        return reasons
    if edition.status not in REPORTED_ON:
        said = _("Progress is asked for since an edition that has closed; %(edition)s is “%(status)s”.")
        return [Reason(said % {"edition": edition, "status": edition.get_status_display()}, edition)]
    live = ProgressRound.objects.live().filter(dialogue=edition.dialogue_id).first()
    if live:
        said = _("The round “%(round)s” is not closed yet. Close it before you open another.")
        return [Reason(said % {"round": live}, live)]
    return []


def _kind_reasons(edition: Edition, kind: str, for_edition: Edition | None) -> list[Reason]:
    earlier = ProgressRound.objects.filter(edition=edition, kind=kind).first()
    if earlier:
        return [Reason(_("Progress since %(edition)s was asked for in such a round already.") % {"edition": edition}, earlier)]
    if for_edition is None:
        return []
    if kind != Kind.ANNUAL:
        return [Reason(_("Only the annual round names the edition at which it is told."))]
    if for_edition.dialogue_id != edition.dialogue_id or for_edition.year <= edition.year:
        return [Reason(_("Progress is told at a later edition of the same dialogue."), for_edition)]
    return []


@transaction.atomic
def open_round(
    *, edition: Edition, by: User, kind: str, due_on: date | None = None, for_edition: Edition | None = None
) -> ProgressRound:
    """Ask every lead of an open item for an update by a day, and draft one message a person.

    The messages leave when a secretary has read and released them. Without a day: the one that workflows §4.8 names.
    """
    edition = lock(edition)
    lock(edition.dialogue)
    if kind == Kind.ANNUAL and for_edition is None:
        for_edition = next_edition(edition)
    refuse_for(open_round_reasons(edition, by) or _kind_reasons(edition, kind, for_edition))
    due_on = due_on or default_due_on(edition, kind, for_edition)
    if due_on is None:
        raise StepRefused(_("Give the day by which updates are asked: it does not follow from the days known so far."))
    if due_on < clock.now().date():
        said = _("Updates by %(day)s: that day has passed. Give a later one.")
        refuse_for([Reason(said % {"day": date_format(due_on, "DATE_FORMAT")})])
    now = clock.now()
    round = ProgressRound(
        dialogue=edition.dialogue,
        edition=edition,
        for_edition=for_edition,
        kind=kind,
        opened_by=by,
        opened_at=now,
        due_on=due_on,
        status_since=now,
    )
    round.full_clean()
    round.save()
    count = _ask(round, "progress_round", f"progress-{round.pk}", now)
    details = {"kind": str(kind), "due_on": round.due_on.isoformat(), "messages": count}
    journal.write(by=by, act="opened progress round", on=round, details=details)
    return round


# Asking


def agreed_before(at: datetime) -> Q:
    """Items that were agreed at that instant: of what was agreed later nothing could be asked."""
    later = ActionMove.objects.filter(action_item=OuterRef("pk"), to_status=ActionItem.Status.AGREED, at__gt=at)
    return ~Q(Exists(later))


def silent(round: ProgressRound, at: datetime | None = None) -> list[tuple[ActionItem, list[Any]]]:
    """The items under way with the leads (`ActionLead`) that have not reported since the round was opened.

    Nobody is asked about what the secretariat keeps to itself.
    """
    items = (
        ActionItem.objects.filter(agreed_before(round.opened_at), edition__dialogue=round.dialogue_id)
        .filter(status__in=ActionItem.WORKING)
        .exclude(audience=Audience.SECRETARIAT)
        .select_related("edition__dialogue")
        .prefetch_related("leads__party")
        .order_by("due_on", "number")
    )
    updates = ProgressUpdate.objects.filter(
        action_item__edition__dialogue=round.dialogue_id, at__gte=round.opened_at, at__lte=at or clock.now()
    )
    told = set(updates.order_by().values_list("action_item", "party"))
    found = [(item, [lead for lead in item.leads.all() if (item.pk, lead.party_id) not in told]) for item in items]
    return [(item, leads) for item, leads in found if leads]


def asked_of(round: ProgressRound, at: datetime | None = None) -> dict[User, list[ActionItem]]:
    """Whose word is missing, and on what: a lead's focal points and deputies, and who holds its owner post.

    Each is told only of items that they may read.
    """
    at = at or clock.now()
    waiting = silent(round, at)
    current = Appointment.objects.current(at).filter(dialogue=round.dialogue_id, role__in=Appointment.FOCAL_POINTS)
    speaking: dict[int, set[int]] = {}
    for party, person in current.values_list("party", "person"):
        speaking.setdefault(party, set()).add(person)
    owed: dict[int, list[ActionItem]] = {}
    for item, leads in waiting:
        people = {person for lead in leads for person in (*speaking.get(lead.party_id, ()), lead.owner_id) if person}
        for person in people:
            owed.setdefault(person, []).append(item)
    told: dict[User, list[ActionItem]] = {}
    for user in User.objects.filter(person__in=owed, is_active=True).order_by("pk"):
        mine = owed[user.person_id]  # type: ignore[index]
        with read_once():
            seen = ActionItem.objects.visible_to(user, at).filter(pk__in=[item.pk for item in mine])
            readable = set(seen.order_by().values_list("pk", flat=True))
        if items := [item for item in mine if item.pk in readable]:
            told[user] = items
    return told


def _ask(round: ProgressRound, template: str, key: str, at: datetime) -> int:
    """Draft one message a person, in their language, with each of their items and the page where it is reported."""
    count = 0
    for user, items in asked_of(round, at).items():
        with override(user.language):
            rows = [
                {
                    "number": item.number,
                    "text": str(item.text),
                    "due_on": item.due_on,
                    "address": settings.PUBLIC_BASE_URL + reverse("action-item-act", args=[item.number, "report"]),
                }
                for item in items
            ]
        about = {"round": round, "items": rows}
        queued = queue(key=f"{key}-{user.pk}", edition=round.edition, recipient=user, template=template, about=about)
        count += queued is not None
    return count


def chase_reasons(round: ProgressRound, by: User) -> list[Reason]:
    """While updates are asked for, and somebody has not given one."""
    reasons = not_a_secretary(by, round.dialogue)
    if not reasons and round.status != Status.OPEN:
        return [Reason(_("The report is compiled; updates are no longer asked for."), round)]
    if not reasons and not silent(round):
        return [Reason(_("Every lead has reported."), round)]
    return reasons


@transaction.atomic
def chase_silent(*, round: ProgressRound, by: User) -> int:
    """Draft a reminder to those still silent, and to nobody else; once a day at most. Gives back how many."""
    round = lock(round)
    refuse_for(chase_reasons(round, by))
    now = clock.now()
    count = _ask(round, "progress_silent", f"progress-{round.pk}-{now:%Y%m%d}", now)
    journal.write(by=by, act="chased silent leads", on=round, details={"messages": count})
    return count


# Closing


def to_status(round: ProgressRound, status: str) -> None:
    move(round, status, status_since=clock.now())


def close_round_reasons(round: ProgressRound, by: User) -> list[Reason]:
    return not_a_secretary(by, round.dialogue) or not_possible_from(round, Status.CLOSED)


@transaction.atomic
def close_round(*, round: ProgressRound, by: User) -> ProgressRound:
    """Only what every party has agreed is closed; then the next round can be opened."""
    round = lock(round)
    refuse_for(close_round_reasons(round, by))
    to_status(round, Status.CLOSED)
    journal.write(by=by, act="closed progress round", on=round, details={"kind": str(round.kind)})
    return round
