"""Reminders: once a week everybody is told what is overdue, what is due soon and what waits for them.

One digest a person and dialogue, not one a person: the secretaries of a dialogue read its outbox, and must not read there
what somebody owes in another dialogue. It leaves by the clock, no secretary releases it. The digests of a week in which
`run_due` did not run are not sent later: the next week's says what is still open.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from dialogues.models import Appointment, Dialogue, Edition, JournalEntry, OutgoingMessage
from dialogues.models.standing import read_once
from parties.models import User
from socportal import clock

from . import journal
from .action_duties import action_changes, action_items, for_the_heads, open_items
from .awaited import awaited
from .correspondence import queue
from .duties import Duty, Posts, Seats, tasks
from .steps import lock

SENT_FROM = timedelta(hours=6)  # after Monday begins, UTC
MOST_LINES = 20  # a section; the rest is a number
DRAFTED = "drafted messages"


def duties_in(dialogue: Dialogue, editions: list[Edition], at: datetime) -> list[Duty]:
    """Every duty in a dialogue, at a constant number of questions; `editions` are those that somebody works on."""
    posts, seats = Posts(dialogue, at), Seats(editions)
    parties = set(dialogue.parties.values_list("pk", flat=True))
    items = open_items(dialogue, at)
    leads = {lead.party_id for item in items for lead in item.leads.all()}
    return [
        *tasks(editions, posts, seats, leads, at),
        *action_items(items, parties, posts, seats, at),
        *action_changes(dialogue, parties, posts, at),
        *for_the_heads(items, posts),
        *awaited(dialogue, editions, parties, posts, seats, at),
    ]


def told(duties: list[Duty], at: datetime) -> dict[User, list[Duty]]:
    """What each active account is told: its own duties, as far as it may read what they are about.

    A duty that nobody could be told falls to those named `otherwise`.
    """
    persons = {person for duty in duties for one in (duty, duty.otherwise) if one for person in one.to}
    users = list(User.objects.filter(person__in=persons, is_active=True).select_related("person").order_by("pk"))
    given: dict[User, list[Duty]] = defaultdict(list)
    reached: set[int] = set()
    for user in users:
        for duty in readable([duty for duty in duties if user.person_id in duty.to], user, at):
            given[user].append(duty)
            reached.add(id(duty))
    left = [duty.otherwise for duty in duties if duty.otherwise and id(duty) not in reached]
    for user in users if left else []:
        given[user] += readable([duty for duty in left if user.person_id in duty.to], user, at)
    return {user: some for user, some in given.items() if some}


def readable(duties: list[Duty], user: User, at: datetime) -> list[Duty]:
    """Those whose record the reader may see; one question a kind of record."""
    asked: dict[Any, set[int]] = defaultdict(set)
    for duty in duties:
        if duty.reads is not None:
            asked[_who_sees(duty)].add(duty.reads.pk)
    seen = {who: set(who(user, at).filter(pk__in=keys).order_by().values_list("pk", flat=True)) for who, keys in asked.items()}
    return [duty for duty in duties if duty.reads is None or duty.reads.pk in seen[_who_sees(duty)]]


def _who_sees(duty: Duty) -> Any:
    return duty.among or type(duty.reads)._default_manager.visible_to


# In words


def _when(duty: Duty, day: date) -> str:
    if duty.due_on is None:
        return ""
    on = date_format(duty.due_on, "DATE_FORMAT")
    if duty.due_on < day:
        days = (day - duty.due_on).days
        return ngettext("Was due on %(on)s, %(days)d day ago.", "Was due on %(on)s, %(days)d days ago.", days) % {
            "on": on,
            "days": days,
        }
    return _("Due today.") if duty.due_on == day else _("Due on %(on)s.") % {"on": on}


def _section(title: str, duties: list[Duty], is_secretary: bool, day: date) -> dict[str, Any]:
    lines = [
        {"said": duty.said(), "when": _when(duty, day), "address": settings.PUBLIC_BASE_URL + duty.address(is_secretary)}
        for duty in sorted(duties, key=lambda duty: duty.due_on or date.max)[:MOST_LINES]
    ]
    return {"title": title, "count": len(duties), "lines": lines, "more": len(duties) - len(lines)}


def in_words(duties: list[Duty], *, is_secretary: bool, lang: str, day: date) -> dict[str, Any]:
    """What the digest says, in one language: three sections, the most urgent line of each first; empty ones are left out."""
    overdue = [duty for duty in duties if duty.is_overdue(day)]
    soon = [duty for duty in duties if not duty.is_awaited and not duty.is_overdue(day)]
    waiting = [duty for duty in duties if duty.is_awaited]
    with override(lang):
        sections = [
            _section(title, some, is_secretary, day)
            for title, some in (
                (_("Overdue"), overdue),
                (_("Due within 14 days"), soon),
                (_("Waiting for you"), waiting),
            )
            if some
        ]
    return {"sections": sections, "day": day}


# Once a week


def edition_in_hand(editions: list[Edition], day: date) -> Edition | None:
    """The one nearest to this day; one without days stands behind those that have them."""
    return min(
        editions,
        key=lambda one: (abs((one.opens_on - day).days) if one.opens_on else timedelta.max.days, -one.year),
        default=None,
    )


def queue_digests(at: datetime | None = None) -> int:
    """Put this week's digests into the outbox; give back how many this run put there.

    The week is the ISO week by UTC, and begins on Monday at six. A person's digest has the week in its key and a
    transaction of its own: run twice, by two at once, or killed midway, nobody gets it twice, and the next run does the
    rest. When everybody in a dialogue has theirs the journal says how many, none too, and the week is not looked at again.
    A dialogue in which nobody is appointed is not looked at.
    """
    at = at or clock.now()
    year, week, weekday = at.astimezone(UTC).isocalendar()
    monday = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=weekday - 1)
    if at < monday + SENT_FROM:
        return 0
    name = f"{year}-W{week:02}"
    done = JournalEntry.objects.filter(act=DRAFTED, at__gte=monday, details__week=name).values("dialogue")
    with read_once():
        appointed = Dialogue.objects.filter(pk__in=Appointment.objects.current(at).values("dialogue"))
        return sum(_digests_of(dialogue, name, at) for dialogue in appointed.exclude(pk__in=done).order_by("pk"))


def _digests_of(dialogue: Dialogue, week: str, at: datetime) -> int:
    editions = list(Edition.objects.in_hand().filter(dialogue=dialogue).select_related("dialogue", "host_party"))
    edition = edition_in_hand(editions, at.date()) or dialogue.editions.order_by("-year").first()
    if edition is None:
        return 0
    secretaries = Posts(dialogue, at).secretaries
    mine = f"digest-{dialogue.pk}-{week}-"
    new = 0
    for user, duties in told(duties_in(dialogue, editions, at), at).items():
        about = in_words(duties, is_secretary=user.person_id in secretaries, lang=user.language, day=at.date())
        new += _put(f"{mine}{user.pk}", edition, user, about)
    _note(dialogue, week, OutgoingMessage.objects.filter(key__startswith=mine).count())
    return new


@transaction.atomic
def _put(key: str, edition: Edition, user: User, about: dict[str, Any]) -> bool:
    """One person's digest, unless it is there already; whoever else draws it up at this moment waits."""
    user = lock(user)
    if OutgoingMessage.objects.filter(key=key).exists():
        return False
    return queue(key=key, edition=edition, recipient=user, template="digest", about=about, by_the_clock=True) is not None


@transaction.atomic
def _note(dialogue: Dialogue, week: str, count: int) -> None:
    """One entry a dialogue and week, however many runs it took."""
    dialogue = lock(dialogue)
    if not JournalEntry.objects.filter(act=DRAFTED, dialogue=dialogue, details__week=week).exists():
        journal.write(by=None, act=DRAFTED, on=dialogue, details={"digests": count, "week": week})
