"""The life of an edition: created, scheduled, prepared, closed. Its page is published like every other record."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.models import Appointment, Audience, Dialogue, Edition
from parties.models import User

from . import journal
from .preparation import draw_up_checklist, undone_gates
from .steps import Reason, lock, move, not_a_secretary, not_possible_from, refuse_for


@transaction.atomic
def create_edition(*, dialogue: Dialogue, year: int, by: User, **fields: Any) -> Edition:
    """Plan one more edition of a dialogue. A second one in a year, or with the same ordinal, is refused in words."""
    refuse_for(not_a_secretary(by, dialogue))
    edition = Edition(dialogue=dialogue, year=year, audience=Audience.DELEGATES, **fields)
    edition.full_clean()
    edition.save()
    journal.write(by=by, act="created", on=edition, details={"year": year})
    return edition


def _not_the_lead(edition: Edition, by: User) -> list[Reason]:
    if edition.is_led_by(by):
        return []
    return [Reason(_("Only the secretariat lead takes this step: the host party’s secretary, unless another is appointed."))]


def schedule_reasons(edition: Edition, by: User) -> list[Reason]:
    """Lead only; start and end date, host, city and time zone are known (workflows §4.1)."""
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
        reasons += _not_the_lead(edition, by)
    return reasons + _overlaps(edition)


def _overlaps(edition: Edition) -> list[Reason]:
    if not (edition.opens_on and edition.closes_on):
        return []
    others = Edition.objects.filter(
        dialogue=edition.dialogue,
        date_precision=Edition.Precision.EXACT,
        opens_on__lte=edition.closes_on,
        closes_on__gte=edition.opens_on,
    ).exclude(pk=edition.pk)
    return [Reason(_("Its days overlap with %(other)s.") % {"other": other}, other) for other in others]


@transaction.atomic
def schedule_edition(*, edition: Edition, by: User) -> Edition:
    """Fix the days: the checklist is drawn up and every task gets its date."""
    edition = lock(edition)
    refuse_for(schedule_reasons(edition, by))
    move(edition, Edition.Status.SCHEDULED)
    tasks = draw_up_checklist(edition)
    journal.write(by=by, act="scheduled edition", on=edition, details={"tasks": len(tasks)})
    return edition


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
    """The closing day has come, and an agenda was released: an edition opens by its days, nobody has to open it."""
    reasons = not_a_secretary(by, edition.dialogue)
    if reasons:
        return reasons
    if edition.status != Edition.Status.PREPARING:
        return not_possible_from(edition, Edition.Status.CLOSED) or [Reason(_("It is not open."), edition)]
    if edition.closes_on is None or edition.today() < edition.closes_on:
        reasons.append(Reason(_("Not before its last day, %(days)s.") % {"days": edition.dates}, edition))
    if not edition.releases.exists():
        reasons.append(Reason(_("No agenda was ever released."), edition))
    return reasons


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
