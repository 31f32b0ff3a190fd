"""The agenda as its readers see it: where to be now and next, the days, one session, what changed, and what is mine.

Whoever takes part reads the latest release. Everybody else reads its public outline, and until the edition has closed no
room, no breakout and no minister's time stands in that (law R5); `Programme` decides it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from dialogues.models import Appointment, Edition, Registration
from dialogues.models.audience import is_known
from dialogues.models.conclusions import sessions_reported_by
from dialogues.models.programme import Programme, takes_part
from socportal import clock

from .agenda_changes import urgent_changes
from .agenda_entries import Entry, clocks_of, days_of, entry_of, with_now_and_next
from .conclusions import reports_to_do, summaries_to_read
from .my_actions import my_actions
from .papers import papers_of_sessions
from .progress_rounds import progress_to_read
from .rendered import rendered


def edition_or_404(user: Any, dialogue: str, year: int, at: datetime) -> Edition:
    editions = Edition.objects.visible_to(user, at=at).select_related("dialogue", "host_party")
    found = editions.filter(dialogue__slug=dialogue, year=year).first()
    if found is None:
        raise Http404
    return found


def around(user: Any, edition: Edition, at: datetime) -> dict[str, Any]:
    """What every page about an edition's agenda is made of: the clocks, the release, the sessions, now and next."""
    programme, clocks = Programme(edition, user, at), clocks_of(edition, at)
    whole, release = programme.is_whole, programme.release
    papers = papers_of_sessions(user, [row.session_id for row in programme.rows], at) if whole else {}
    entries = [entry_of(programme, row, clocks, len(papers.get(row.session_id, []))) for row in programme.rows]
    holds = edition.status != Edition.Status.POSTPONED and not programme.is_of_former_days
    now = following = None
    if holds:
        entries, now, following = with_now_and_next(entries, at)
    today = at.astimezone(edition.zone).date()
    released = release and release.released_at.astimezone(edition.zone)
    return {
        "shell": "base_signed_in.html" if user.is_authenticated else "base.html",
        "dialogue": edition.dialogue,
        "edition": edition,
        "whole": whole,
        "clocks": clocks,
        "times_now": [(item.shows(at), item.place) for item in clocks],
        "release": release,
        "released_in_full": date_format(released, "DATETIME_FORMAT") if released else "",
        "released": date_format(released, "TIME_FORMAT" if released.date() == today else "DATETIME_FORMAT") if released else "",
        "entries": entries,
        "papers": papers,
        "shows_former_days": programme.is_of_former_days,
        "now": now,
        "next": following,
        "next_day": capfirst(date_format(following.day, "l j F")) if following and following.day != today else "",
        "urgent": urgent_changes(edition, entries, at) if holds else [],
        # Whoever reads a programme is led to the other pages of the same edition.
        **({"edition_at_hand": edition} if whole else {}),
    }


def agenda_page(user: Any, edition: Edition, at: datetime) -> dict[str, Any]:
    """The whole agenda of an edition, as far as this reader has it."""
    page = around(user, edition, at)
    grid = page["whole"] or edition.has_closed(at)
    return {**page, "days": days_of(page["entries"], page["clocks"], at, grid=grid)}


def day_of(entry: Entry) -> str:
    return capfirst(date_format(entry.day, "l j F Y"))


@require_safe
@rendered(shows_clock=True)
def agenda(request: HttpRequest, dialogue: str, year: int) -> HttpResponse:
    at = clock.now()
    edition = edition_or_404(request.user, dialogue, year, at)
    return render(request, "dialogues/agenda/agenda.html", agenda_page(request.user, edition, at))


@require_safe
def session(request: HttpRequest, dialogue: str, year: int, session: int) -> HttpResponse:
    at = clock.now()
    edition = edition_or_404(request.user, dialogue, year, at)
    page = around(request.user, edition, at)
    entry = next((entry for entry in page["entries"] if entry.row.session_id == session), None)
    if entry is None:
        raise Http404
    page |= {
        "entry": entry,
        "day": day_of(entry),
        "papers": page["papers"].get(session, []),
        "is_reported": sessions_reported_by(request.user, at).filter(pk=session).exists(),
    }
    return render(request, "dialogues/agenda/session.html", page)


@login_required
@require_safe
def changes(request: HttpRequest, dialogue: str, year: int) -> HttpResponse:
    """What the latest release changed since the last planned one; for those who take part, as the list of participants is."""
    at = clock.now()
    edition = edition_or_404(request.user, dialogue, year, at)
    page = around(request.user, edition, at)
    if not page["whole"]:
        raise Http404
    page["changed"] = [(entry, day_of(entry), change) for entry in page["entries"] for change in entry.changes]
    return render(request, "dialogues/agenda/changes_page.html", page)


def edition_in_hand(user: Any, at: datetime) -> Edition | None:
    """The reader's edition of the moment: the open one, else the next, else the latest."""
    dialogues = Appointment.objects.current(at).held_by(user).values("dialogue")
    registered = Registration.objects.giving_access().filter(person=user.person_id).values("edition")
    own = (
        Edition.objects.visible_to(user, at=at)
        .filter(Q(dialogue__in=dialogues) | Q(pk__in=registered))
        .exclude(status=Edition.Status.CANCELLED)
        .select_related("dialogue", "host_party")
    )
    far = timedelta(days=36525)

    def nearness(edition: Edition) -> tuple[int, timedelta, int]:
        if edition.has_closed(at) or not edition.opens_on:
            return 2, at.date() - edition.opens_on if edition.opens_on else far, -edition.year
        running = edition.opens_on <= at.astimezone(edition.zone).date()
        return (0 if running else 1), edition.opens_on - at.date(), -edition.year

    return min(own, key=nearness, default=None)


def edition_to_take_part_in(user: Any, at: datetime) -> Edition | None:
    """The edition in hand, where its whole agenda is for this reader."""
    edition = edition_in_hand(user, at) if user and is_known(user) else None
    return edition if edition and takes_part(user, edition, at) else None


def own_details_of(user: Any, at: datetime) -> list[Registration]:
    """The reader's registrations whose own details can still be given, those that wait for them first."""
    own = Registration.objects.visible_to(user, at).giving_access(at).filter(person=user.person_id)
    rows = own.select_related("edition__dialogue").order_by("edition__opens_on", "pk") if user.person_id else own.none()
    return sorted(
        (row for row in rows if not row.edition.has_closed(at)), key=lambda row: row.status != Registration.Status.INVITED
    )


@login_required
@require_safe
def my(request: HttpRequest) -> HttpResponse:
    at, user = clock.now(), request.user
    edition = edition_in_hand(user, at) if user.person_id else None
    page: dict[str, Any] = {"edition": None, "shell": "base_signed_in.html"}
    if edition:
        page = around(user, edition, at)
        mine = [entry for entry in page["entries"] if entry.is_mine]
        page["days"] = days_of(mine, page["clocks"], at, grid=False)
    page["details"] = own_details_of(user, at)
    page["reports_to_do"] = reports_to_do(user, at)
    page["summaries"] = summaries_to_read(user, edition, at)
    page["progress"] = progress_to_read(user, edition, at)
    page["actions"] = my_actions(user, at)
    return render(request, "dialogues/agenda/my.html", page)
