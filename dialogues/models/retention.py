"""Until when what is known of people is kept: last days, read off the dates of editions (security-privacy §6.4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from parties.models.retention import Retention

from .delegations import ACCESS_AFTER_CLOSE, Delegation
from .editions import Edition

AFTER_CLOSE = timedelta(days=30)
A_YEAR = timedelta(days=365)  # what the rules call twelve months
OF_NEXT_EDITION = (Retention.REGISTRATION, Retention.MESSAGE)
OF_THIS_EDITION = {
    Retention.OWN_DETAILS: AFTER_CLOSE,
    Retention.ACCESS: AFTER_CLOSE,
    Retention.ACCOUNT: ACCESS_AFTER_CLOSE,
    Retention.PHOTOGRAPHS: A_YEAR,
}


def last_day(edition: Edition | None) -> date | None:
    """The day on which it closes, or closed; none where no day is known."""
    return (edition.closes_on or edition.opens_on) if edition else None


def next_edition(edition: Edition, editions: Iterable[Edition] | None = None) -> Edition | None:
    """The one that followed it, or is to follow: the first of a later year of its dialogue that was not cancelled."""
    if editions is None:
        editions = Edition.objects.filter(dialogue=edition.dialogue_id)
    following = [
        one
        for one in editions
        if one.dialogue_id == edition.dialogue_id and one.year > edition.year and one.status != Edition.Status.CANCELLED
    ]
    return min(following, key=lambda one: one.year, default=None)


def later(day: date | None, period: timedelta) -> date | None:
    """None where no day is known, or where somebody typed one at the end of the calendar."""
    return day + period if day and day <= date.max - period else None


def kept_until(edition: Edition, retention: Retention, editions: Iterable[Edition] | None = None) -> date | None:
    """The last day of a class at an edition; none while it is not known, because the day that it hangs on is not.

    `editions` are those among which the next one is looked for, where they are at hand.
    """
    if retention in OF_NEXT_EDITION:
        begins, period = last_day(next_edition(edition, editions)), A_YEAR
    else:
        begins, period = last_day(edition), OF_THIS_EDITION[retention]
    return later(begins, period)


def drafts_kept_until(delegation: Delegation) -> date | None:
    """Thirty days after nominations closed for this delegation; where there was no round, after the edition closed."""
    round_ = getattr(delegation.edition, "nomination_round", None)
    begins = round_.deadline_of(delegation).date() if round_ else last_day(delegation.edition)
    return later(begins, AFTER_CLOSE)


def editions_past(retention: Retention, at: datetime) -> list[int]:
    """The keys of editions at which a class has had its last day, by the UTC calendar."""
    editions = list(Edition.objects.all())
    return [
        edition.pk
        for edition in editions
        if (until := kept_until(edition, retention, editions)) is not None and until < at.date()
    ]


def delegations_past_drafting(at: datetime) -> list[int]:
    """The keys of delegations whose drafts have had their last day."""
    delegations = Delegation.objects.select_related("edition__nomination_round")
    return [one.pk for one in delegations if (until := drafts_kept_until(one)) is not None and until < at.date()]
