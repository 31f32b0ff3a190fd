"""Moving an edition to other days: what changes is shown before it is done."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from .pages import EditionPages


class MovingPage(EditionPages):
    def get_urls(self) -> list[Any]:
        return [self.page("move", self.move_view), *super().get_urls()]

    def move_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        self.kept(request, object_id)
        raise Http404
