"""The year of an edition in one picture, and the same in a table."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from .pages import EditionPages


class TimelinePage(EditionPages):
    def get_urls(self) -> list[Any]:
        return [self.page("timeline", self.timeline_view), *super().get_urls()]

    def timeline_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        self.kept(request, object_id)
        raise Http404
