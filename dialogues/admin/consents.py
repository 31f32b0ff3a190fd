"""Consents on a page of the admin: who said yes for which party, to what, when; read, never typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parties.models import Party


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


def consent_sentence(
    to: str, has_consented: Callable[[Any, str], list[Party]], still_awaited: Callable[[Any, str], list[Party]]
) -> Callable[[Any, Any], str]:
    """Beside the button of a step that needs all parties: who has consented to it, and who has not."""

    def sentence(record: Any, by: Any) -> str:
        given, missing = (", ".join(map(str, parties(record, to))) for parties in (has_consented, still_awaited))
        if given:
            return _("Consented: %(given)s. Still needed: %(missing)s.") % {"given": given, "missing": missing}
        return _("Needed from each party: %(missing)s.") % {"missing": missing}

    return sentence
