"""From what the portal sees that a task is done: one sentence, and the records in which it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dialogues.models import Correspondence, Edition, PreparationTask, SessionReport, Summary
from dialogues.models.correspondence import in_capitals
from dialogues.models.signs import Sign

from .steps import Check

Said = tuple[str, tuple[Any, ...]]


def _day(instant: datetime | None, edition: Edition) -> str:
    """The day at the venue."""
    return date_format(instant.astimezone(edition.zone), "DATE_FORMAT") if instant else ""


def _host(edition: Edition) -> Said:
    return _("Host of %(edition)s: %(party)s.") % {"party": edition.host_party, "edition": edition}, (edition,)


def _rolled(edition: Edition) -> Said:
    return _("It was prepared from %(edition)s.") % {"edition": edition.rolled_from}, (edition.rolled_from,)


def _scheduled(edition: Edition) -> Said:
    return _("%(edition)s is scheduled: %(days)s.") % {"edition": edition, "days": edition.dates}, (edition,)


def _rooms(edition: Edition) -> Said:
    count = edition.venue.rooms.count() if edition.venue else 0
    said = ngettext("%(venue)s is entered with %(count)d room.", "%(venue)s is entered with %(count)d rooms.", count)
    return said % {"venue": edition.venue, "count": count}, (edition.venue,)


def _release(major: int) -> Callable[[Edition], Said]:
    def said(edition: Edition) -> Said:
        release = edition.releases.holding().filter(major__gte=major).order_by("major", "minor")[0]
        words = _("The agenda was released as %(number)s on %(day)s.")
        return words % {"number": release.number, "day": _day(release.released_at, edition)}, (release,)

    return said


def _invited(edition: Edition) -> Said:
    sent = edition.correspondence.filter(kind=Correspondence.Kind.INVITATION, direction=Correspondence.Direction.SENT).exclude(
        party=edition.host_party
    )
    return _("The letters of invitation are in the register."), tuple(sent.order_by("party__code"))


def _round_open(edition: Edition) -> Said:
    opened = edition.nomination_round.opened_at
    return _("Nominations opened on %(day)s.") % {"day": _day(opened, edition)}, (edition,)


def _round_closed(edition: Edition) -> Said:
    """At the latest of the deadlines of its parties."""
    round_ = edition.nomination_round
    last = max([round_.closes_at, *(round_.deadline_of(delegation) for delegation in edition.delegations.all())])
    return _("Nominations closed for every party: %(when)s.") % {"when": in_capitals(last, edition)}, (edition,)


def _list(edition: Edition) -> Said:
    first = edition.participant_lists.order_by("number")[0]
    words = _("The list of participants was issued as version %(number)s on %(day)s.")
    return words % {"number": first.number, "day": _day(first.issued_at, edition)}, (first,)


def _groups(edition: Edition) -> Said:
    return _("Every working group has its co-chairs and a rapporteur."), tuple(edition.mandates.all())


def _terms(edition: Edition) -> Said:
    return _("The terms of reference of every group are adopted."), tuple(edition.mandates.all())


def _heads(edition: Edition) -> Said:
    return _("Every delegation has its head."), tuple(edition.delegations.select_related("party", "edition"))


def _reports(edition: Edition) -> Said:
    filed = SessionReport.objects.filter(session__edition=edition, status=SessionReport.Status.FINAL)
    return _("Every session that reports has its report."), tuple(filed.select_related("session"))


def _circulated(edition: Edition) -> Said:
    summary = Summary.objects.get(edition=edition)
    return _("The draft summary was circulated on %(day)s.") % {"day": _day(summary.circulated_at, edition)}, (summary,)


def _adopted(edition: Edition) -> Said:
    summary = Summary.objects.get(edition=edition)
    words = _("All parties adopted the summary and the action list: the last of them on %(day)s.")
    return words % {"day": _day(summary.adopted_at, edition)}, (summary,)


WORDS: dict[Sign, Callable[[Edition], Said]] = {
    Sign.HOST_NAMED: _host,
    Sign.ROLLED_FORWARD: _rolled,
    Sign.SCHEDULED: _scheduled,
    Sign.ROOMS_KNOWN: _rooms,
    Sign.GROUPS_STAFFED: _groups,
    Sign.TERMS_ADOPTED: _terms,
    Sign.INVITED: _invited,
    Sign.NOMINATIONS_OPEN: _round_open,
    Sign.HEADS_NAMED: _heads,
    Sign.AGENDA_1: _release(1),
    Sign.AGENDA_2: _release(2),
    Sign.AGENDA_3: _release(3),
    Sign.NOMINATIONS_CLOSED: _round_closed,
    Sign.LIST_ISSUED: _list,
    Sign.REPORTS_FILED: _reports,
    Sign.SUMMARY_CIRCULATED: _circulated,
    Sign.SUMMARY_ADOPTED: _adopted,
}


def shown_by(task: PreparationTask) -> Check | None:
    """What shows that this task is done, where the portal sees it for itself: a sentence, and its records."""
    if task.status != PreparationTask.Status.OPEN or not task.is_shown():
        return None
    words = WORDS.get(Sign(task.sign))
    if words is None:
        return Check("passed", _("The portal sees it: %(sign)s.") % {"sign": task.get_sign_display()}, (task.edition,))
    text, records = words(task.edition)
    return Check("passed", text, records)
