"""Who is there, at the signing-in desk: a tap a person from a phone, or many ticked at once."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dialogues.models import Edition, Registration
from dialogues.procedures.steps import Reason

from .attendance import ABSENT, AT_THE_DESK, CAME, MOST_CHARACTERS, at_the_desk, desk_reasons
from .bulk import chosen_keys
from .pages import EditionPages
from .steps import change_address, linked, take

Status = Registration.Status
PER_PAGE = 60
NOTED = {"came": CAME, "absent": ABSENT}


class AttendancePage(EditionPages):
    """Adds the page of the signing-in desk to the admin of the edition."""

    def get_urls(self) -> list[Any]:
        return [self.page("attendance", self.attendance_view), *super().get_urls()]

    def attendance_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """A tap notes one person and leads back to the same line; who is not in the list is noted by nobody (law R1)."""
        edition = self.kept(request, object_id)
        said = request.POST if request.method == "POST" else request.GET
        narrowed = {name: said.get(name, "").strip()[:MOST_CHARACTERS] for name in ("party", "q")}
        refused: list[Reason] = []
        with timezone.override(edition.zone):
            if request.method == "POST":
                refused, anchor = self.note(request, edition)
                if not refused:
                    kept = {name: value for name, value in {**narrowed, "page": said.get("page", "")}.items() if value}
                    here = reverse("admin:dialogues_edition_attendance", args=[edition.pk])
                    return redirect(f"{here}?{urlencode(kept)}#{anchor}" if kept else f"{here}#{anchor}")
            rows = at_the_desk(edition, request.user, narrowed)
            page = Paginator(rows, PER_PAGE).get_page(said.get("page", ""))
            kept = {name: value for name, value in narrowed.items() if value}
            return self.shown(
                request,
                edition,
                "attendance",
                _("Attendance"),
                rows=page,
                lines=[line_of(row) for row in page],
                counts=counts(edition, request.user),
                parties=parties(edition, narrowed),
                kept=kept,
                words=narrowed["q"],
                page_address=f"?{urlencode(kept)}&" if kept else "?",
                refused=linked(refused or desk_reasons(edition), page=edition),
                can_be_noted=not desk_reasons(edition),
                bulk_addresses={
                    bulk.step.name: reverse("admin:dialogues_edition_bulk", args=[edition.pk, bulk.name])
                    for bulk in AT_THE_DESK
                },
                day=reverse("admin:dialogues_edition_on_the_day", args=[edition.pk]),
            )

    def note(self, request: HttpRequest, edition: Edition) -> tuple[list[Reason], str]:
        """Take the one step that was pressed; give back why not, and the place in the list to return to."""
        pressed = next((name for name in NOTED if request.POST.get(name)), "")
        keys = chosen_keys([request.POST.get(pressed, "")])
        row = at_the_desk(edition, request.user, {}).filter(pk__in=keys).first() if keys else None
        if row is None:
            return [Reason(_("Nobody was chosen. Press the button beside a name."))], ""
        reasons, _done = take(NOTED[pressed], row, request.user, {})
        if not reasons:
            self.admin_site.forget_counts(request)  # type: ignore[attr-defined]
            words = _("%(person)s came.") if pressed == "came" else _("%(person)s did not come.")
            messages.success(request, words % {"person": row.person})
        return reasons, f"person-{row.pk}"


def line_of(row: Registration) -> dict[str, Any]:
    return {
        "registration": row,
        "anchor": f"person-{row.pk}",
        "address": change_address(row),
        "came": row.status == Status.ATTENDED,
        "is_absent": row.status == Status.NO_SHOW,
    }


def counts(edition: Edition, user: Any) -> list[dict[str, Any]]:
    """“41 of 68 noted, 39 came”, a line a party, in the order of their codes."""
    rows = Registration.objects.visible_to(user).live().filter(edition=edition).order_by("delegation__party__code")
    return list(
        rows.values("delegation__party__code").annotate(
            everybody=Count("pk", distinct=True),
            noted=Count("pk", filter=Q(status__in=[Status.ATTENDED, Status.NO_SHOW]), distinct=True),
            came=Count("pk", filter=Q(status=Status.ATTENDED), distinct=True),
        )
    )


def parties(edition: Edition, said: dict[str, str]) -> list[dict[str, Any]]:
    """By which party the list can be narrowed, with the words searched for kept."""
    codes = edition.delegations.order_by("party__code").values_list("party__code", flat=True)
    return [
        {
            "label": code or _("All"),
            "is_chosen": said["party"] == code,
            "address": "?" + urlencode({name: value for name, value in {**said, "party": code}.items() if value}),
        }
        for code in ["", *codes]
    ]
