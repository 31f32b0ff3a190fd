"""About the portal itself: how accessible it is, and what it keeps of whom.

Long prose: one template in each language instead of a catalogue. Both pages are alike for everybody, so they ask nobody who
they are.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from socportal.bilingual import reader_language


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return page_about(request, "accessibility")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return page_about(request, "privacy")


def page_about(request: HttpRequest, subject: str) -> HttpResponse:
    """Where nobody has set the secretariat’s address (`SECRETARIAT_CONTACT`), the pages name the way through one’s party."""
    context = {"contact": settings.SECRETARIAT_CONTACT}
    return render(request, f"dialogues/about/{subject}_{reader_language()}.html", context)
