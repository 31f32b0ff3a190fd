"""The secretariat's own admin site: who may enter, in which order things stand, what is written down of every save."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import models
from django.db.models import Count, Q, Value
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, re_path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.i18n import set_language

from dialogues.models import JournalEntry
from dialogues.models.standing import at_one_instant
from dialogues.permissions import signed_in_as_staff
from dialogues.procedures import journal
from socportal.admin import PortalAdmin

# The secretariat's own order; a model that is not named here is not shown.
SECTIONS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        gettext_lazy("The next edition"),
        (
            "dialogues.Edition",
            "dialogues.PreparationTask",
            "dialogues.HeadsDecision",
            "dialogues.Session",
            "dialogues.AgendaRelease",
            "dialogues.Paper",
            "dialogues.Information",
            "dialogues.WorkingGroup",
            "dialogues.Mandate",
            "dialogues.Delegation",
            "dialogues.Nomination",
            "dialogues.Registration",
            "dialogues.OwnDetails",
            "dialogues.ParticipantList",
        ),
    ),
    (
        gettext_lazy("Follow-up"),
        (
            "dialogues.SessionReport",
            "dialogues.Summary",
            "dialogues.Commitment",
            "dialogues.Result",
            "dialogues.ActionItem",
            "dialogues.ProgressRound",
            "dialogues.ProgressSection",
        ),
    ),
    (
        gettext_lazy("Public record"),
        (
            "dialogues.NewsItem",
            "dialogues.OutcomeDocument",
            "dialogues.Engagement",
            "dialogues.Initiative",
            "dialogues.ConsultationStructure",
            "dialogues.Theme",
            "dialogues.Lineage",
            "dialogues.Figure",
            "dialogues.Statement",
            "dialogues.Appearance",
        ),
    ),
    (gettext_lazy("Correspondence"), ("dialogues.Correspondence", "dialogues.OutgoingMessage")),
    (
        pgettext_lazy("of people and organisations", "Register"),
        (
            "parties.Party",
            "parties.Organisation",
            "parties.Person",
            "parties.User",
            "dialogues.Venue",
            "parties.Source",
        ),
    ),
    (
        gettext_lazy("Everything else"),
        ("dialogues.Dialogue", "dialogues.TemplateTask", "dialogues.Appointment", "dialogues.Export", "dialogues.JournalEntry"),
    ),
)


def questions(rows: dict[str, models.QuerySet[Any]]) -> list[models.QuerySet[Any]]:
    """Of each the name and how many rows it holds, to be asked together (`union`)."""
    return [
        some.order_by()
        .annotate(_kind=Value(name))
        .values("_kind")
        .annotate(_rows=Count("pk", distinct=True))
        .values_list("_kind", "_rows")
        for name, some in rows.items()
    ]


def counted(rows: dict[str, models.QuerySet[Any]]) -> dict[str, int]:
    """How many rows each of these holds, in one question to the database."""
    asked = questions(rows)
    return dict(asked[0].union(*asked[1:], all=True)) if asked else {}


COUNTS_ARE_KEPT = 60  # seconds


def counts_key(request: HttpRequest) -> str:
    return f"secretariat-counts-{request.user.pk}"


class SecretariatSite(admin.AdminSite):
    site_header = gettext_lazy("SOC Dialogue")
    site_title = gettext_lazy("SOC Dialogue, secretariat")
    index_title = gettext_lazy("Readiness board")
    empty_value_display = "–"
    enable_nav_sidebar = True

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only pages built on the portal’s own base: groups, addresses and factors of the libraries stay out."""
        if admin_class is not None and issubclass(admin_class, PortalAdmin):
            super().register(model_or_iterable, admin_class, **options)

    # Who may enter

    def has_permission(self, request: HttpRequest) -> bool:
        return signed_in_as_staff(request)

    def get_urls(self) -> list[Any]:
        return [
            path("login/", self.door, name="login"),
            path("language/", set_language, name="language"),
            re_path(r"^r/", self.nowhere),
            *super().get_urls(),
        ]

    def nowhere(self, request: HttpRequest) -> HttpResponse:
        """The stock way from a record’s number to its address asks nobody whether the reader may know it."""
        raise Http404

    @property
    def site_url(self) -> str:
        return reverse("home")

    def door(self, request: HttpRequest) -> HttpResponse:
        """Whoever is not signed in goes to the page for staff: password, then second factor."""
        if request.user.is_anonymous:
            after = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
            return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({REDIRECT_FIELD_NAME: after})}")
        return self.login(request)

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Only the signed-in come here. Without what the admin asks for: to enrolment, or to sign in again; no second form."""
        if self.has_permission(request):
            return redirect("admin:index")
        if settings.STAFF_MFA and not Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP).exists():
            messages.info(request, _("The secretariat’s pages ask for a second factor. Set it up here, then sign in again."))
            return redirect("mfa_activate_totp")
        if request.method == "POST":
            logout(request)
            return redirect(f"{reverse('account_login')}?{urlencode({REDIRECT_FIELD_NAME: reverse('admin:index')})}")
        context = {**self.each_context(request), "title": _("Sign in again"), "has_permission": False}
        return TemplateResponse(request, "admin/login.html", context)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("account_logout")

    # What stands where

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The sections, each with the kinds of record one may see and how many rows one would find."""
        known = {
            f"{app}.{model['object_name']}": model
            for app, listed in self._build_app_dict(request).items()
            for model in listed["models"]
        }
        counts = self.counts(request, known)
        sections = []
        for title, names in SECTIONS:
            listed = [
                {**known[name], "name": capfirst(known[name]["name"]), "count": counts.get(name, 0)}
                for name in names
                if name in known and known[name]["admin_url"]
            ]
            if listed:
                address = reverse("admin:index")
                sections.append(
                    {"name": title, "app_label": "section", "app_url": address, "has_module_perms": True, "models": listed}
                )
        return sections

    def counts(self, request: HttpRequest, known: dict[str, Any]) -> dict[str, int]:
        """Thirty audience rules make the costliest question of a page: beside it the numbers may be a minute old.

        On the board they are always of now, and one's own save or step forgets the kept ones.
        """
        if request.resolver_match is not None and request.resolver_match.url_name == "index":
            return self.found(request, known)
        kept: dict[str, int] | None = cache.get(counts_key(request))
        if kept is None:
            with at_one_instant():
                kept = self.found(request, known)
            cache.set(counts_key(request), kept, COUNTS_ARE_KEPT)
        return kept

    def found(self, request: HttpRequest, known: dict[str, Any]) -> dict[str, int]:
        pages = {name: self.get_model_admin(model["model"]) for name, model in known.items()}
        return counted({name: page.findable(request) for name, page in pages.items()})

    def forget_counts(self, request: HttpRequest) -> None:
        cache.delete(counts_key(request))

    def app_index(self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("admin:index")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from .board import board, chosen, editions_in_hand

        editions = editions_in_hand(request.user)
        edition = chosen(editions, request.GET.get("edition"))
        context = {**self.each_context(request), "title": self.index_title, "is_board": True, **(extra_context or {})}
        if edition is not None:
            context["board"] = board(edition, request.user, editions)
        context["is_technician"] = not request.user.has_perm("dialogues.change_edition")
        request.current_app = self.name  # type: ignore[attr-defined]
        with timezone.override(edition.zone if edition else None):
            return TemplateResponse(request, "admin/index.html", context).render()

    # What is written down

    def record_saved(self, request: HttpRequest, obj: models.Model, *, created: bool, fields: list[str]) -> None:
        """Names of fields only: texts and names of people never enter the journal (law R5)."""
        self.forget_counts(request)
        details: dict[str, Any] = {} if created else {"fields": sorted(fields)}
        journal.write(by=request.user, act="created" if created else "changed", on=obj, details=details)  # type: ignore[arg-type]

    def record_deleted(self, request: HttpRequest, obj: models.Model) -> None:
        journal.write(by=request.user, act="deleted", on=obj)  # type: ignore[arg-type]

    def history_of(self, request: HttpRequest, obj: models.Model) -> models.QuerySet[JournalEntry]:
        """The journal of one record, newest first; whoever reads the record reads who did what to it and when."""
        kind = ContentType.objects.get_for_model(obj)
        readable = Q(pk__in=JournalEntry.objects.visible_to(request.user).values("pk"))
        if request.user.keeps_register:  # type: ignore[union-attr]
            readable |= Q(dialogue__isnull=True)
        return (
            JournalEntry.objects.filter(readable, content_type=kind, object_id=obj.pk)
            .select_related("by__person", "party")
            .order_by("-number")[:200]
        )
