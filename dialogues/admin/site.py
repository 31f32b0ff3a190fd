"""The secretariat's own admin site: who may enter, in which order things stand, what the first page shows."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.permissions import signed_in_as_staff
from dialogues.procedures.journal import write

# The sections of the sidebar, in the order of the secretariat's work; every registered model stands in one of them.
SECTIONS: list[tuple[Any, list[str]]] = [
    (
        gettext_lazy("The next edition"),
        ["Edition", "PreparationTask", "Session", "AgendaRelease", "WorkingGroup", "Mandate", "Delegation", "Registration"],
    ),
    (gettext_lazy("Follow-up"), ["ActionItem", "Commitment", "Result", "Theme"]),
    (gettext_lazy("Correspondence"), ["OutgoingMessage"]),
    (gettext_lazy("Register"), ["Party", "Organisation", "Person", "User", "Appointment", "Venue", "Source"]),
    (gettext_lazy("Everything else"), ["Dialogue", "Appearance", "ReleasedSession", "JournalEntry"]),
]


class SecretariatSite(admin.AdminSite):
    site_title = gettext_lazy("SOC Dialogue, secretariat")
    site_header = gettext_lazy("SOC Dialogue")
    index_title = gettext_lazy("Readiness board")
    index_template = "admin/index.html"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        return signed_in_as_staff(request)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Never the stock form: to the password page, or, for staff without a second factor, to its enrolment."""
        user = request.user
        if user.is_authenticated and not self.has_permission(request):
            if user.is_staff and settings.STAFF_MFA and not is_mfa_enabled(user):
                messages.warning(request, _("The admin asks for a second factor. Set it up here, then sign in again."))
                return redirect("mfa_activate_totp")
            messages.warning(request, _("The admin asks for your password and second factor: sign out, then sign in as staff."))
            return redirect("account_logout")
        if user.is_authenticated:
            return redirect("admin:index")
        wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        return redirect(f"{reverse('account_login')}?{urlencode({REDIRECT_FIELD_NAME: wanted})}")

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().each_context(request), "languages": settings.LANGUAGES}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The stock list, put in sections. A page of one app (`app_label`) keeps the stock arrangement."""
        listed = super().get_app_list(request, app_label)
        if app_label is not None:
            return listed
        by_name = {model["object_name"]: model for app in listed for model in app["models"]}
        sections = []
        for number, (name, members) in enumerate(SECTIONS):
            present = [by_name[member] for member in members if member in by_name]
            if present:
                sections.append(
                    {"name": name, "app_label": f"section-{number}", "app_url": "", "has_module_perms": True, "models": present}
                )
        return sections

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The state of the edition in hand instead of a list of models."""
        from .board import board, edition_in_hand  # the board knows the topics, which register with this site

        edition = edition_in_hand(request.user)
        context = {
            **self.each_context(request),
            "title": edition.title if edition else _("Readiness board"),
            "edition": edition,
            "board": board(edition, request.user) if edition else None,
            "is_technician": request.user.is_superuser and not request.user.has_perm("dialogues.change_edition"),
            **(extra_context or {}),
        }
        request.current_app = self.name  # type: ignore[attr-defined]
        return TemplateResponse(request, self.index_template, context)

    def record_saved(self, request: HttpRequest, record: models.Model, *, created: bool, fields: list[str]) -> None:
        """One journal entry for a save by hand: which fields, never what stood in them."""
        if created or fields:
            write(by=request.user, act="created" if created else "changed", on=record, details={"fields": sorted(fields)})

    def record_deleted(self, request: HttpRequest, record: models.Model) -> None:
        write(by=request.user, act="deleted", on=record)
