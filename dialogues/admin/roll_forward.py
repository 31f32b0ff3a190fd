"""Preparing the next edition from this one: one table of what is made, decided and left behind."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from .pages import EditionPages


class RollForwardPage(EditionPages):
    def get_urls(self) -> list[Any]:
        return [self.page("roll_forward", self.roll_forward_view), *super().get_urls()]

    def roll_forward_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        self.kept(request, object_id)
        raise Http404
