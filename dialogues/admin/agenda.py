"""The agenda in the admin: the working sessions, which staff move, and the releases, which nobody changes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import AgendaRelease, Appointment, Audience, ReleasedSession, Room, Session, SpeakerSlot, Venue
from dialogues.procedures import agenda
from socportal.admin import PortalAdmin, PortalInline, ReadOnlyAdmin, VisibleRelatedFilter, pair

from .editions import AtVenue, OfOneEdition
from .steps import Step, StepsMixin, for_whom


class SessionForm(OfOneEdition):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("The session ends before it starts. Give a later end."))
        edition, party = cleaned.get("edition"), cleaned.get("party")
        if edition is not None and edition.status in edition.AFTER_CLOSING:
            self.add_error("edition", _("The edition is over: its sessions stay as they were."))
        if cleaned.get("audience") == Audience.PARTY:
            if party is None:
                self.add_error("party", _("A session for one party’s staff needs that party."))
            elif edition is not None and not self._stands_for(edition, party):
                self.add_error("party", _("Only %(party)s’s own staff keep a session of its own.") % {"party": party})
        if cleaned.get("audience") == Audience.GROUP and cleaned.get("mandate") is None:
            self.add_error("mandate", _("A session for one working group needs that group."))
        room = cleaned.get("room")
        if room and edition and edition.venue_id and room.venue_id != edition.venue_id:
            self.add_error("room", _("This room is not in %(venue)s.") % {"venue": edition.venue})
        return cleaned

    def _stands_for(self, edition: Any, party: Any) -> bool:
        staff = (Appointment.Role.SECRETARY, *Appointment.FOCAL_POINTS)
        own = Appointment.objects.current().held_by(self.portal_request.user)
        return own.filter(dialogue=edition.dialogue_id, party=party, role__in=staff).exists()


class SpeakerInline(PortalInline):
    model = SpeakerSlot
    fields = ("role", "party", "person", "is_confirmed")
    autocomplete_fields = ("person",)


class InsteadForm(forms.Form):
    instead_en = forms.CharField(
        label=gettext_lazy("What happens instead, English"),
        help_text=gettext_lazy("Shown beside “Cancelled”."),
        max_length=160,
        required=False,
    )
    instead_nl = forms.CharField(label=gettext_lazy("What happens instead, Dutch"), max_length=160, required=False)


def cancel_happens(session: Session, by: Any) -> list[str]:
    return [
        _("It stays on the agenda, struck through, with the word “Cancelled” and what happens instead."),
        _("Delegates see it with the next release of the agenda."),
        for_whom(by),
    ]


@admin.register(Session)
class SessionAdmin(StepsMixin, AtVenue):
    form = SessionForm
    shows_only_kept = True
    chosen_from_kept = ("edition",)
    inlines = [SpeakerInline]
    steps = (
        Step(
            name="cancel",
            takes_away=True,
            verb=gettext_lazy("Cancel the session"),
            run=agenda.cancel_session,
            argument="session",
            reasons=agenda.cancel_session_reasons,
            sentence=lambda session, by: _("Strikes it through on the agenda; it is not deleted."),
            happens=cancel_happens,
            form=InsteadForm,
            back=gettext_lazy("Back, the session takes place"),
            when=lambda session: session.status == Session.Status.SCHEDULED,
        ),
    )
    list_display = ("title", "day", "time", "room", "kind", "audience", "status")
    list_display_links = ("title",)
    list_filter = (("edition", VisibleRelatedFilter), "kind", "audience", "status")
    list_select_related = ("edition", "room")
    search_fields = ("title_en", "title_nl")
    ordering = ("edition", "starts_at", "room__position", "pk")
    prefill = ("edition", "kind", "mandate")
    readonly_fields = ("status",)
    view_on_site = False
    fieldsets = (
        (None, {"fields": (pair("title"), ("edition", "kind"), ("starts_at", "ends_at"), ("room", "mandate"))}),
        (gettext_lazy("Who may read it"), {"fields": (("audience", "party"), ("ground_rule", "embargo_until"), "status")}),
        (gettext_lazy("What delegates read below the title"), {"fields": (pair("annotation"),)}),
    )

    def keeps_page(self, request: HttpRequest, obj: Session) -> bool:
        """After the closing a session is read here; what came of it stands in its report."""
        return super().keeps_page(request, obj) and obj.edition.status not in obj.edition.AFTER_CLOSING

    @admin.display(description=gettext_lazy("session"), ordering="title_en")
    def title(self, session: Session) -> str:
        return str(session.title)

    @admin.display(description=gettext_lazy("day"), ordering="starts_at")
    def day(self, session: Session) -> str:
        return date_format(session.starts_at.astimezone(session.edition.zone), "D j M")

    @admin.display(description=gettext_lazy("time at the venue"))
    def time(self, session: Session) -> str:
        zone = session.edition.zone
        start, end = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
        return _("%(start)s to %(end)s") % {"start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        from .board import edition_in_hand

        edition = edition_in_hand(request.user)
        initial: dict[str, Any] = {"audience": Audience.DELEGATES}
        if edition is not None:
            initial["edition"] = edition.pk
        return initial | super().get_changeform_initial_data(request)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Rooms by the name of their house, since two houses may each have a Great Hall."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "room" and field is not None:
            field.queryset = field.queryset.select_related("venue").order_by("venue__name_en", "position")
            field.label_from_instance = lambda room: f"{room.name} ({room.venue.name})"
        return field


class ReleasedSessionInline(PortalInline):
    model = ReleasedSession
    fields = ("title_en", "title_nl", "at_venue", "room_name_en", "audience", "is_cancelled")
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

    @admin.display(description=gettext_lazy("time at the venue"))
    def at_venue(self, row: ReleasedSession) -> str:
        zone = row.release.edition.zone
        return f"{date_format(row.starts_at.astimezone(zone), 'D j M Y')}, {row.starts_at.astimezone(zone):%H:%M}"


@admin.register(AgendaRelease)
class AgendaReleaseAdmin(ReadOnlyAdmin):
    kept_through = "edition"
    shows_only_kept = True
    inlines = [ReleasedSessionInline]
    list_display = ("number", "edition", "kind", "released_at", "released_by")
    list_filter = (("edition", VisibleRelatedFilter), "kind")
    list_select_related = ("edition__dialogue", "released_by__person")
    fields = (("edition", "number"), ("kind", "released_at"), ("released_by",), "note", "content_hash")
    readonly_fields = ("number",)

    @admin.display(description=gettext_lazy("number"), ordering="major")
    def number(self, release: AgendaRelease) -> str:
        return release.number


class RoomInline(PortalInline):
    model = Room
    fields = ("position", *pair("name"), *pair("floor"), "capacity")


@admin.register(Venue)
class VenueAdmin(PortalAdmin):
    inlines = [RoomInline]
    list_display = ("__str__", "address")
    search_fields = ("name_en", "name_nl")
    fieldsets = ((None, {"fields": (pair("name"), "address")}),)

    def deletable(self, request: HttpRequest, obj: Any) -> bool:
        return False
