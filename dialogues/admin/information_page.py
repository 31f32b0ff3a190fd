"""From an edition to its practical information; apart from the text's own admin, which builds on that of the edition."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from dialogues.models import Information

from .pages import EditionPages
from .steps import change_address


class InformationPage(EditionPages):
    """Leads to the text, or to where it is begun the first time."""

    def get_urls(self) -> list[Any]:
        return [self.page("information", self.information_view), *super().get_urls()]

    def information_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        edition = self.kept(request, object_id)
        text = Information.objects.visible_to(request.user).filter(edition=edition).first()
        begin = f"{reverse('admin:dialogues_information_add')}?edition={edition.pk}"
        return redirect(change_address(text) if text else begin)
