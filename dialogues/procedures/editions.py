"""The life of an edition: created, scheduled, prepared, closed, followed up, archived. It is published like other records.

Procedure never stops the event: no gate keeps an edition from opening, it opens by its days and its released agenda.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dialogues.models import (
    ActionItem,
    Appointment,
    Audience,
    CarryOver,
    Dialogue,
    Edition,
    HeadsDecision,
    Nomination,
    OwnDetails,
    PreparationTask,
    Registration,
    Session,
    Summary,
)
from dialogues.models.retention import next_edition
from parties.models import User
from socportal import clock

from . import journal
from .agenda_skeleton import lay_out
from .notices import draft_days_again
from .preparation import draw_up_checklist, undone_gates
from .steps import Reason, lock, move, not_a_secretary, not_possible_from, refuse_for
from .venue_clock import block_on_another_day

NAMED_AT_MOST = 10  # of many reasons of one kind, each with its record; the rest is counted
LONGEST = 30  # days
LAST_YEAR = date.max.year - 10  # tasks are dated on both sides of the days; the calendar of the machine ends


@transaction.atomic
def create_edition(*, dialogue: Dialogue, year: int, by: User, **fields: Any) -> Edition:
    """Plan one more edition of a dialogue. A second one in a year, or with the same ordinal, is refused in words."""
    refuse_for(not_a_secretary(by, dialogue))
    edition = Edition(dialogue=dialogue, year=year, audience=Audience.DELEGATES, **fields)
    edition.full_clean()
    edition.save()
    journal.write(by=by, act="created", on=edition, details={"year": year})
    return edition


def not_the_lead(edition: Edition, by: User) -> list[Reason]:
    """By appointment, else as the host party's secretary."""
    if edition.is_led_by(by):
        return []
    return [Reason(_("Only the secretariat lead takes this step: the host party’s secretary, unless another is appointed."))]


def schedule_reasons(edition: Edition, by: User) -> list[Reason]:
    """Lead only; host (T01), days, city and time zone are known, and each party's offices are filled (T03; workflows §4.1)."""
    reasons = not_a_secretary(by, edition.dialogue) or not_possible_from(edition, Edition.Status.SCHEDULED)
    if reasons:
        return reasons
    missing = [
        (edition.opens_on and edition.closes_on, _("Give the first and the last day.")),
        (
            edition.date_precision == Edition.Precision.EXACT or not edition.opens_on,
            _("Give the exact days: set “how exactly known” to exact."),
        ),
        (edition.host_party_id, _("Name the host party.")),
        (edition.city_en or edition.city_nl, _("Name the city.")),
        (edition.time_zone, _("Give the venue’s time zone.")),
    ]
    reasons = [Reason(text, edition) for given, text in missing if not given]
    if edition.host_party_id:
        reasons += not_the_lead(edition, by)
    return reasons + _offices_empty(edition) + days_that_cannot_be(edition) + overlaps(edition)


def _offices_empty(edition: Edition) -> list[Reason]:
    """One secretary and one focal point a party, unless the task was ticked or waived by hand."""
    task = _task(edition, "T03")
    if task and task.status != PreparationTask.Status.OPEN:
        return []
    roles = (Appointment.Role.SECRETARY, Appointment.Role.FOCAL_POINT)
    current = Appointment.objects.current().filter(dialogue=edition.dialogue, role__in=roles)
    filled = set(current.values_list("party", "role"))
    return [
        Reason(_("%(party)s has no %(role)s: appoint one.") % {"party": party, "role": role.label}, party)
        for party in edition.dialogue.parties.order_by("code")
        for role in roles
        if (party.pk, role.value) not in filled
    ]


def days_that_cannot_be(edition: Edition) -> list[Reason]:
    """Days that people are to count on lie ahead, are few, and belong to the edition's year."""
    opens_on, closes_on = edition.opens_on, edition.closes_on
    if not (opens_on and closes_on):
        return []
    reasons = []
    if opens_on < edition.today():
        reasons.append(Reason(_("The first day has passed. Give days to come."), edition))
    if (closes_on - opens_on).days >= LONGEST:
        reasons.append(Reason(_("That is longer than %(days)d days. Give an earlier last day.") % {"days": LONGEST}, edition))
    if abs(opens_on.year - edition.year) > 1 or closes_on.year > LAST_YEAR:
        said = _("The edition of %(year)d is held in that year, the one before or the one after.")
        reasons.append(Reason(said % {"year": edition.year}, edition))
    return reasons


def overlaps(edition: Edition) -> list[Reason]:
    """Editions of a dialogue do not meet at the same time; one that was cancelled does not meet."""
    if not (edition.opens_on and edition.closes_on):
        return []
    others = Edition.objects.filter(
        dialogue=edition.dialogue,
        date_precision=Edition.Precision.EXACT,
        opens_on__lte=edition.closes_on,
        closes_on__gte=edition.opens_on,
    ).exclude(Q(pk=edition.pk) | Q(status=Edition.Status.CANCELLED))
    return [Reason(_("Its days overlap with %(other)s.") % {"other": other}, other) for other in others]


@transaction.atomic
def schedule_edition(*, edition: Edition, by: User) -> Edition:
    """Fix the days: what the checklist lacks is drawn up, and every task that is not done gets its date.

    An edition rolled forward gets the skeleton of its agenda with its days. After a postponement the sessions come along,
    everybody whom it concerns is written to, and every party that has nominated confirms anew who comes.
    """
    edition = lock(edition)
    refuse_for(schedule_reasons(edition, by))
    was_postponed = edition.status == Edition.Status.POSTPONED
    move(edition, Edition.Status.SCHEDULED)
    details: dict[str, Any] = {"tasks": len(draw_up_checklist(edition))}
    if edition.rolled_from_id and not edition.sessions.exists():
        details["sessions"] = lay_out(edition)
    if was_postponed:
        details |= _after_postponement(edition)
    journal.write(by=by, act="scheduled edition", on=edition, details=details)
    return edition


def _after_postponement(edition: Edition) -> dict[str, int]:
    details = {"delegations_to_confirm": _ask_to_reconfirm(edition)}
    if decision := edition.decisions.postponements().order_by("-settled_at").first():
        details["messages"] = draft_days_again(decision, edition)
        if moved := _bring_sessions_along(edition, decision):
            details["sessions"] = moved
    return details


def _bring_sessions_along(edition: Edition, decision: HeadsDecision) -> int:
    """By whole days from the days of before, on the venue's clock. What somebody put on the new days already stays there."""
    former, opens_on, closes_on = decision.opened_on, edition.opens_on, edition.closes_on
    if former is None or opens_on is None or closes_on is None:
        return 0
    until, days, moved = decision.closed_on or former, (opens_on - former).days, []
    for session in edition.sessions.going_ahead():
        day = session.starts_at.astimezone(edition.zone).date()
        if days and (former <= day <= until or not opens_on <= day <= closes_on):
            starts_at, ends_at, _gave_way = block_on_another_day(session.starts_at, session.ends_at, edition.zone, days)
            session.starts_at, session.ends_at = starts_at, ends_at
            moved.append(session)
    Session.objects.bulk_update(moved, ["starts_at", "ends_at"])
    return len(moved)


def _ask_to_reconfirm(edition: Edition) -> int:
    """Whoever was nominated for the former days may not come on the new ones: each focal point says so (workflows §4.1)."""
    nominated = Nomination.objects.live().exclude(status=Nomination.Status.DRAFT).filter(delegation=OuterRef("pk"))
    return edition.delegations.filter(Exists(nominated)).update(to_reconfirm_since=clock.now())


def begin_preparation_reasons(edition: Edition, by: User) -> list[Reason]:
    """The privacy baseline (T05) is set and every party has its focal point."""
    reasons = not_a_secretary(by, edition.dialogue) or not_possible_from(edition, Edition.Status.PREPARING)
    if reasons:
        return reasons
    reasons = undone_gates(edition, "T05")
    appointed = Appointment.objects.current().filter(dialogue=edition.dialogue, role=Appointment.Role.FOCAL_POINT)
    for party in edition.dialogue.parties.exclude(pk__in=appointed.values("party")):
        reasons.append(Reason(_("%(party)s has no focal point: appoint one.") % {"party": party}, party))
    return reasons


@transaction.atomic
def begin_preparation(*, edition: Edition, by: User) -> Edition:
    """From here on delegations are nominated and the agenda is drafted; each party gets its delegation."""
    edition = lock(edition)
    refuse_for(begin_preparation_reasons(edition, by))
    move(edition, Edition.Status.PREPARING)
    for party in edition.dialogue.parties.all():
        edition.delegations.get_or_create(party=party)
    journal.write(by=by, act="began preparation", on=edition)
    return edition


def close_reasons(edition: Edition, by: User) -> list[Reason]:
    """The closing day has come, an agenda was released (an edition opens by its days), and attendance is recorded."""
    reasons = not_a_secretary(by, edition.dialogue)
    if reasons:
        return reasons
    if edition.status != Edition.Status.PREPARING:
        return not_possible_from(edition, Edition.Status.CLOSED) or [Reason(_("It is not open."), edition)]
    if edition.closes_on is None or edition.today() < edition.closes_on:
        reasons.append(Reason(_("Not before its last day, %(days)s.") % {"days": edition.dates}, edition))
    if not edition.has_agenda():
        reasons.append(Reason(_("No agenda was ever released for these days."), edition))
    return reasons + _attendance_not_noted(edition)


def _attendance_not_noted(edition: Edition) -> list[Reason]:
    noted = (Registration.Status.ATTENDED, Registration.Status.NO_SHOW)
    count = Registration.objects.on_the_list().filter(edition=edition).exclude(status__in=noted).count()
    if not count:
        return []
    said = ngettext(
        "Attendance is not noted for %(count)d person on the list: note on the page “Participants” who came and who did not.",
        "Attendance is not noted for %(count)d people on the list: note on the page “Participants” who came and who did not.",
        count,
    )
    return [Reason(said % {"count": count}, edition)]


@transaction.atomic
def close_edition(*, edition: Edition, by: User) -> Edition:
    """End it: sessions are read-only from here on, actions may be entered. The opening gates left undone are recorded."""
    edition = lock(edition)
    refuse_for(close_reasons(edition, by))
    undone = [reason.record.code for reason in undone_gates(edition, "T32", "T35") if reason.record]  # type: ignore[attr-defined]
    edition.status = Edition.Status.OPEN  # by the clock: its days came and its agenda was released
    move(edition, Edition.Status.CLOSED)
    journal.write(by=by, act="closed edition", on=edition, details={"opened_with_gates_undone": undone})
    return edition


def follow_up_reasons(edition: Edition, by: User) -> list[Reason]:
    """Lead only; all parties adopted the summary and the action list (T41), or the task was waived with its reason."""
    reasons = not_a_secretary(by, edition.dialogue) or not_possible_from(edition, Edition.Status.FOLLOW_UP)
    return reasons or not_the_lead(edition, by) + _not_adopted(edition)


def _task(edition: Edition, code: str) -> PreparationTask | None:
    return edition.tasks.filter(code=code).first()


def _not_adopted(edition: Edition) -> list[Reason]:
    summary, task = Summary.objects.filter(edition=edition).first(), _task(edition, "T41")
    if summary and summary.status == Summary.Status.ADOPTED:
        return []
    if task and task.status == PreparationTask.Status.WAIVED:
        return []
    if summary:
        said = _("The summary of conclusions is “%(status)s”: all parties adopt it first (T41), or the lead waives T41.")
        return [Reason(said % {"status": summary.get_status_display()}, summary)]
    said = _("There is no summary of conclusions yet: assemble it and let all parties adopt it (T41), or the lead waives T41.")
    return [Reason(said, task or edition)]


@transaction.atomic
def begin_follow_up(*, edition: Edition, by: User) -> Edition:
    """What was concluded stands: the edition counts in statistics, its action items are followed."""
    edition = lock(edition)
    refuse_for(follow_up_reasons(edition, by))
    move(edition, Edition.Status.FOLLOW_UP)
    journal.write(by=by, act="began follow-up", on=edition)
    return edition


def archive_reasons(edition: Edition, by: User) -> list[Reason]:
    """Lead only; there is a next edition, every open action item is decided, short-lived personal data are erased."""
    reasons = not_a_secretary(by, edition.dialogue) or not_possible_from(edition, Edition.Status.ARCHIVED)
    if reasons:
        return reasons
    reasons = not_the_lead(edition, by)
    if next_edition(edition) is None:
        reasons.append(Reason(_("There is no next edition yet: prepare it from this one."), edition))
    return reasons + _undecided_items(edition) + _not_purged(edition)


def _undecided_items(edition: Edition) -> list[Reason]:
    """Open, its own or carried into it, and not carried on to a later edition that is to take place."""
    carried = CarryOver.objects.filter(decision=CarryOver.Decision.CARRY)
    on = carried.filter(action_item=OuterRef("pk"), to_edition__year__gt=edition.year)
    its_own = Q(edition=edition) | Q(pk__in=carried.filter(to_edition=edition).values("action_item"))
    items = (
        ActionItem.objects.still_open()
        .filter(its_own)
        .exclude(Exists(on.exclude(to_edition__status=Edition.Status.CANCELLED)))
        .order_by("number")
    )
    listed = list(items[: NAMED_AT_MOST + 1])
    reasons = [
        Reason(
            _("%(number)s is “%(status)s”: carry it over to the next edition, or bring it to an end.")
            % {"number": item.number, "status": item.get_status_display()},
            item,
        )
        for item in listed[:NAMED_AT_MOST]
    ]
    if len(listed) > NAMED_AT_MOST:
        more = items.count() - NAMED_AT_MOST
        said = ngettext("And %(count)d more open action item.", "And %(count)d more open action items.", more)
        reasons.append(Reason(said % {"count": more}, edition))
    return reasons


def _not_purged(edition: Edition) -> list[Reason]:
    """T42 is settled, or nothing short-lived is left: what people said of themselves, what venue security answered."""
    task = _task(edition, "T42")
    if task and task.status != PreparationTask.Status.OPEN:
        return []
    said = ~Q(meal="", arrangements="", phone="")
    details = OwnDetails.objects.filter(said, registration__edition=edition).count()
    answers = Registration.objects.filter(edition=edition).exclude(access_status=Registration.Access.NOT_REQUESTED).count()
    if not details + answers:
        return []
    words = _(
        "Short-lived personal data are not erased yet (T42). Own details: %(details)d; answers of venue security: %(answers)d. "
        "They go thirty days after the last day."
    )
    return [Reason(words % {"details": details, "answers": answers}, task or edition)]


@transaction.atomic
def archive_edition(*, edition: Edition, by: User) -> Edition:
    """Read-only from here on; what is public of it stays public."""
    edition = lock(edition)
    refuse_for(archive_reasons(edition, by))
    move(edition, Edition.Status.ARCHIVED)
    journal.write(by=by, act="archived edition", on=edition)
    return edition
