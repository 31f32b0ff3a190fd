"""The handover note of an edition, on a page and as a file."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from .pages import EditionPages


class HandoverPage(EditionPages):
    def get_urls(self) -> list[Any]:
        return [self.page("handover", self.handover_view), *super().get_urls()]

    def handover_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        self.kept(request, object_id)
        raise Http404
