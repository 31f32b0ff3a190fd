from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse


def index(request: HttpRequest) -> HttpResponse:
    raise Http404


def working_group(request: HttpRequest, slug: str) -> HttpResponse:
    raise Http404
