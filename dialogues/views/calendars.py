"""The agenda in a calendar: the public outline for everybody, and one's own programme behind an address of one's own.

That address needs no sign-in, because calendar programs cannot sign in: whoever has it reads title, time and room. It is
therefore shown once, kept as a hash, written into no log, and replaced or ended by one press.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from dialogues.exports import calendar as exports
from dialogues.models import CalendarAddress, Edition
from dialogues.procedures.calendars import make_address, revoke_address
from dialogues.procedures.steps import StepRefused
from socportal import clock
from socportal.bilingual import reader_language

from .rendered import rendered

CALENDAR = "text/calendar; charset=utf-8"


def as_file(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=CALENDAR, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@require_safe
@rendered(alike_for_all=True)
def agenda(request: HttpRequest, dialogue: str, year: int) -> HttpResponse:
    """The same bytes for whoever asks: it looks at nobody's session, and finds only what the public may know of."""
    at = clock.now()
    editions = Edition.objects.visible_to(AnonymousUser(), at).select_related("dialogue")
    edition = editions.filter(dialogue__slug=dialogue, year=year).first()
    if edition is None:
        raise Http404
    return as_file(exports.outline(edition, at), f"{edition.dialogue.slug}-{edition.year}-agenda.ics")


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """One's own programme, in the language in which the address was made. Nothing tells an ended address from none."""
    at = clock.now()
    address = CalendarAddress.objects.opened_by(token)
    if address is None:
        raise Http404
    with override(address.lang):
        response = as_file(exports.own(address.user, at), "official-programme.ics")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def to_subscribe(token: str) -> dict[str, str]:
    """The address in full, from the one base that links have; and as calendar programs on a phone open it at a press."""
    address = settings.PUBLIC_BASE_URL + reverse("calendar-feed", args=[token])
    return {"address": address, "webcal": urlsplit(address)._replace(scheme="webcal").geturl()}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """Make an address, replace it, end it. A new one stands in the answer to the press and nowhere else, ever."""
    user: Any = request.user
    page: dict[str, Any] = {}
    if request.method == "POST":
        try:
            if request.POST.get("act") == "end":
                revoke_address(by=user)
                messages.success(request, _("Your calendar address has ended. Nobody reads your programme there any more."))
                return redirect("calendar")
            page |= to_subscribe(make_address(by=user, lang=reader_language()))
        except StepRefused as refusal:
            page["refused"] = refusal.reasons
    page["in_force"] = CalendarAddress.objects.visible_to(user, clock.now()).in_force().first()
    return render(request, "dialogues/calendars/calendar.html", page)
