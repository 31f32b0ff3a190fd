"""The outbox in the admin: read before it leaves; sending is a step of the edition."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import OutgoingMessage
from socportal.admin import ReadOnlyAdmin, VisibleRelatedFilter


class WaitingFilter(admin.SimpleListFilter):
    title = gettext_lazy("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("Waiting")), ("failed", _("Could not be delivered")), ("sent", _("Sent"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        match self.value():
            case "waiting":
                return queryset.filter(sent_at__isnull=True)
            case "failed":
                return queryset.filter(sent_at__isnull=True).exclude(last_error="")
            case "sent":
                return queryset.filter(sent_at__isnull=False)
        return queryset


@admin.register(OutgoingMessage)
class OutgoingMessageAdmin(ReadOnlyAdmin):
    kept_through = "edition"
    shows_only_kept = True
    list_display = ("subject", "recipient", "lang", "queued_at", "sent_at", "last_error")
    list_filter = (WaitingFilter, ("edition", VisibleRelatedFilter), "lang")
    list_select_related = ("recipient__person",)
    search_fields = ("subject", "recipient__email")
    fields = ("subject", ("recipient", "lang"), "text", ("queued_at", "sent_at"), ("edition", "last_error"))
