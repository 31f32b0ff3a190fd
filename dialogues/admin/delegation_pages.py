"""The pages of an edition on its delegations: the board of both sides, and everybody who comes, to be ticked."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dialogues.models import Delegation, Edition, Registration

from .attendance import ABSENT, ACCESS, CAME, CONFIRM, NARROWED_BY, STANDINGS, participants
from .bulk import BulkMixin
from .nomination_board import PER_PAGE, delegations_board
from .pages import EditionPages
from .steps import change_address

Access = Registration.Access


class DelegationPages(EditionPages, BulkMixin):
    """Adds the two pages, and the questions for many, to the admin of the edition."""

    def get_urls(self) -> list[Any]:
        return [
            self.page("delegations", self.delegations_view),
            self.page("participants", self.participants_view),
            *super().get_urls(),
        ]

    def delegations_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        edition = self.kept(request, object_id)
        with timezone.override(edition.zone):
            board = delegations_board(edition, request.user, request.GET.get("page", ""))
            return self.shown(request, edition, "delegations", _("Delegations"), delegations=board)

    def participants_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Everybody who comes, to be ticked: one answer of the venue, one confirmation, one signing-in for many."""
        edition = self.kept(request, object_id)
        said = {name: request.GET.get(name, "") for name in NARROWED_BY}
        with timezone.override(edition.zone):
            rows = Paginator(participants(edition, request.user, said), PER_PAGE).get_page(request.GET.get("page", ""))
            return self.shown(
                request,
                edition,
                "participants",
                _("Participants"),
                rows=rows,
                lines=[{"registration": row, "address": change_address(row)} for row in rows],
                filters=filters_of(edition, said),
                kept={name: value for name, value in said.items() if value},
                page_address=f"{narrowing(said)}&",
                is_open=edition.is_open() or edition.has_closed(),
                bulk_addresses={
                    step.name: reverse("admin:dialogues_edition_bulk", args=[edition.pk, step.name])
                    for step in (CONFIRM, ACCESS, CAME, ABSENT)
                },
            )


def standing_in_words(name: str) -> str:
    return {
        "expected": _("Expected"),
        "unconfirmed": _("Not confirmed"),
        "confirmed": _("Confirmed"),
        "attended": _("Came"),
        "no_show": _("Did not come"),
        "incomplete": _("Own details not completed"),
    }[name]


def narrowing(said: dict[str, str], **other: str) -> str:
    return "?" + urlencode({name: value for name, value in {**said, **other}.items() if value})


def filters_of(edition: Edition, said: dict[str, str]) -> list[dict[str, Any]]:
    """By what the participants can be narrowed, each choice with its address."""
    delegations = Delegation.objects.filter(edition=edition).select_related("party").order_by("party__code")
    offered = [
        (_("Party"), "party", [(one.party.code, str(one.party)) for one in delegations]),
        (_("Standing"), "standing", [(name, standing_in_words(name)) for name in STANDINGS]),
        (_("Access to the venue"), "access", [(value, str(Access(value).label)) for value in Access.values]),
    ]
    return [
        {
            "label": label,
            "choices": [
                {"label": words, "is_chosen": said[name] == value, "address": narrowing(said, **{name: value})}
                for value, words in [("", _("All")), *known]
            ],
        }
        for label, name, known in offered
    ]
