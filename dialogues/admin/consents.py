"""Consents on a page of the admin: who said yes for which party, to what, when; read, never typed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy


class ShowsConsents(admin.ModelAdmin):  # type: ignore[type-arg]
    """Adds the read-only field `consents_given` to a record with consents; name it in the fieldsets."""

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "consents_given")

    @admin.display(description=gettext_lazy("consents"))
    def consents_given(self, record: Any) -> SafeString | str:
        if record.pk is None:
            return "–"
        known = dict(record.Status.choices) if hasattr(record, "Status") else {}
        known |= getattr(record, "CONSENTED_BESIDE", {})
        rows = record.consents.select_related("party").order_by("at", "pk")
        return (
            format_html_join(
                "",
                "<p>{}: {}, {}{}</p>",
                (
                    (
                        known.get(one.to_status, one.to_status),
                        one.party,
                        date_format(timezone.localtime(one.at), "DATETIME_FORMAT"),
                        f". {said}" if (said := ", ".join(filter(None, (one.reference, one.reason)))) else "",
                    )
                    for one in rows
                ),
            )
            or "–"
        )
