"""Releases of the agenda in the admin: read, never changed; the one that holds can be withdrawn."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from dialogues.models import AgendaRelease, ReleasedSession
from dialogues.models.ceiling import within_ceiling
from dialogues.procedures import agenda
from socportal.admin import PortalInline, VisibleRelatedFilter

from .agenda_difference import difference_address
from .agenda_steps import outbox_of
from .steps import Step, ThroughStepsAlone, for_whom
from .venue_time import AtVenue


class ReleasedSessionInline(PortalInline):
    model = ReleasedSession
    fields = ("title_en", "title_nl", "at_venue", "room", "audience", "said")
    readonly_fields = fields
    can_delete = False
    ordering = ("starts_at", "session_id")
    verbose_name_plural = gettext_lazy("sessions as released, as far as you may read them")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("release__edition")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("room"))
    def room(self, row: ReleasedSession) -> str:
        return str(row.room_name) or "–"

    @admin.display(description=gettext_lazy("status"))
    def said(self, row: ReleasedSession) -> str:
        """In words: a cross in every row that takes place would be read as cancelled."""
        return pgettext("session", "Cancelled") if row.is_cancelled else "–"

    @admin.display(description=gettext_lazy("time at the venue"))
    def at_venue(self, row: ReleasedSession) -> str:
        start = row.starts_at.astimezone(row.release.edition.zone)
        return f"{date_format(start, 'D j M Y')}, {date_format(start, 'TIME_FORMAT')}"


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it is withdrawn"),
        help_text=gettext_lazy("Kept with the release, for the secretaries. No names."),
        error_messages={"required": gettext_lazy("Say why the release is withdrawn.")},
        max_length=500,
        validators=[within_ceiling],
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def is_withdrawn(release: AgendaRelease) -> bool:
    return hasattr(release, "withdrawal")


def before_it(release: AgendaRelease) -> AgendaRelease | None:
    return release.edition.releases.holding().exclude(pk=release.pk).newest_first().first()


def withdraw_happens(release: AgendaRelease, by: Any) -> list[str]:
    earlier = before_it(release)
    if earlier:
        falls_back = _("Readers see release %(number)s again at once.") % {"number": earlier.number}
    else:
        falls_back = _("Readers have no agenda until you release one.")
    told = release.messages.filter(released_at__isnull=False).count()
    known = ngettext(
        "%(count)d person has been written to about it and is told of the difference with the next release.",
        "%(count)d people have been written to about it and are told of the difference with the next release.",
        told,
    )
    return [
        falls_back,
        _("Messages about it that have not left are thrown away."),
        *([known % {"count": told}] if told else []),
        _("Nothing is deleted: you still read it here, and its number is not given again."),
        for_whom(by),
    ]


@admin.register(AgendaRelease)
class AgendaReleaseAdmin(ThroughStepsAlone, AtVenue):
    kept_through = "edition"
    shows_only_kept = True
    inlines = [ReleasedSessionInline]
    steps = (
        Step(
            name="withdraw",
            takes_away=True,
            verb=gettext_lazy("Withdraw the release"),
            run=agenda.withdraw_release,
            argument="release",
            reasons=agenda.withdraw_reasons,
            sentence=lambda release, by: _("Rare: for one that was released in error. The one before it holds again, or none."),
            happens=withdraw_happens,
            form=WithdrawForm,
            label=lambda release: _("Withdraw release %(number)s") % {"number": release.number},
            back=gettext_lazy("Back, nothing is withdrawn"),
            when=lambda release: release.kind != AgendaRelease.Kind.OUTLINE and not is_withdrawn(release),
        ),
    )
    list_display = ("number", "edition", "kind", "standing", "released", "released_by", "written_to")
    list_display_links = ("number",)
    list_filter = (("edition", VisibleRelatedFilter), "kind")
    list_select_related = ("edition__dialogue", "released_by__person", "withdrawal")
    fields = (
        ("edition", "number"),
        ("kind", "standing"),
        ("released", "released_by"),
        "note",
        "why_withdrawn",
        ("compared", "written_to"),
        "content_hash",
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        holds = AgendaRelease.objects.current().filter(pk=OuterRef("pk"))
        told = Count("messages", filter=Q(messages__released_at__isnull=False))
        rows = super().get_queryset(request).annotate(holds=Exists(holds), count_told=told)
        return rows.order_by("edition", "-major", "-minor")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=gettext_lazy("number"), ordering="major")
    def number(self, release: AgendaRelease) -> str:
        return release.number

    @admin.display(description=gettext_lazy("released"), ordering="released_at")
    def released(self, release: AgendaRelease) -> str:
        """By the clock of its venue, in the list too."""
        return date_format(release.released_at.astimezone(release.edition.zone), "DATETIME_FORMAT")

    @admin.display(description=gettext_lazy("standing"))
    def standing(self, release: Any) -> str:
        if is_withdrawn(release):
            return pgettext("agenda release", "withdrawn")
        if release.kind == AgendaRelease.Kind.OUTLINE:
            return _("for the secretaries alone")
        return pgettext("agenda release", "holds") if release.holds else pgettext("agenda release", "superseded")

    @admin.display(description=gettext_lazy("why it was withdrawn"))
    def why_withdrawn(self, release: AgendaRelease) -> str:
        return release.withdrawal.reason if is_withdrawn(release) else "–"

    @admin.display(description=gettext_lazy("people written to"))
    def written_to(self, release: Any) -> str:
        return format_html('<a href="{}">{}</a>', outbox_of(release), release.count_told)

    @admin.display(description=gettext_lazy("compare"))
    def compared(self, release: AgendaRelease) -> str:
        address = difference_address(release.edition, release.number)
        return format_html('<a href="{}">{}</a>', address, _("What has changed since"))
