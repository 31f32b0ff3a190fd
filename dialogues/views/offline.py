"""What stays on a reader's device for when there is no signal: the public outline, and by choice one's own programme.

The script `offline.js` keeps and erases, `service-worker.js` answers from what is kept when the network does not. What is
kept of a person is one page of its own, made here: title, time and room.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format, time_format
from django.utils.http import http_date
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from dialogues.exports.calendar import own_programmes, standing_of
from dialogues.models.programme import Programme
from socportal import clock

# After the last day of the last edition on it a copy is shown no more, also on a device that never comes online.
SHOWN_AFTER = timedelta(days=3)


@cache
def worker() -> bytes:
    return Path(str(finders.find("service-worker.js"))).read_bytes()


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """At the root, because a worker answers only for what stands below its own address; a browser takes it anew when a byte
    of it has changed.
    """
    return HttpResponse(worker(), content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


def kept_for(request: HttpRequest) -> str:
    """Whose copy it is, and of which sign-in, in a form that tells nothing: another answer erases what is kept."""
    return salted_hmac("kept programme", request.session.session_key or "", algorithm="sha256").hexdigest()[:32]


def kept_until(programmes: Iterable[Programme], at: datetime) -> datetime:
    """Until when a device may show its copy; one with nothing on it, for as long after it was made."""
    last_days = [day for programme in programmes if (day := programme.edition.closes_on)]
    return max([at, *(datetime.combine(day, time.max, tzinfo=UTC) for day in last_days)]) + SHOWN_AFTER


def day_by_day(programme: Programme) -> dict[str, Any]:
    """One edition for the kept page: the days at the venue, each with its sessions; nothing that names anybody."""
    edition, standing = programme.edition, standing_of(programme)
    zone = edition.zone
    rows = [
        {
            "day": row.starts_at.astimezone(zone).date(),
            "row": row,
            "starts": time_format(row.starts_at.astimezone(zone)),
            "ends": time_format(row.ends_at.astimezone(zone)),
        }
        for row in (programme.mine if standing else ())
    ]
    return {
        "edition": edition,
        "dialogue": edition.dialogue,
        "holds": standing is None or standing.holds,
        "days": [
            {"title": capfirst(date_format(day, "l j F Y")), "sessions": list(of_day)}
            for day, of_day in groupby(rows, key=lambda one: one["day"])
        ],
    }


@login_required
@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """The one page that a person may keep on a device. It says itself when it was made."""
    at = clock.now()
    programmes = own_programmes(request.user, at)
    zone = programmes[0].edition.zone if programmes else at.tzinfo
    page = {
        "programmes": [day_by_day(programme) for programme in programmes],
        "is_demonstration": any(programme.edition.dialogue.is_demonstration for programme in programmes),
        "at": at,
        "made": date_format(at.astimezone(zone), "DATETIME_FORMAT"),
        "place": programmes[0].edition.place if programmes else "UTC",
    }
    response = render(request, "dialogues/calendars/kept.html", page)
    response.headers["Kept-For"] = kept_for(request)
    response.headers["Kept-Until"] = http_date(kept_until(programmes, at).timestamp())
    return response
