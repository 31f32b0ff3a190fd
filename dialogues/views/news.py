from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse


def index(request: HttpRequest) -> HttpResponse:
    raise Http404


def news_item(request: HttpRequest, slug: str) -> HttpResponse:
    raise Http404


def feed(request: HttpRequest) -> HttpResponse:
    raise Http404


def outcomes_feed(request: HttpRequest) -> HttpResponse:
    raise Http404
