from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse


def commitments(request: HttpRequest) -> HttpResponse:
    raise Http404


def commitments_csv(request: HttpRequest) -> HttpResponse:
    raise Http404


def index(request: HttpRequest) -> HttpResponse:
    raise Http404


def outcome(request: HttpRequest, slug: str) -> HttpResponse:
    raise Http404
