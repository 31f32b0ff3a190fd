"""The agenda in the admin: the working sessions, which staff move, and the releases, which nobody changes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import Audience, Room, Session, SpeakerSlot, Venue
from dialogues.procedures import agenda_building
from socportal.admin import PortalAdmin, PortalInline, VisibleRelatedFilter, pair

from .agenda_builder_grid import builder_address
from .editions import OfOneEdition
from .steps import Step, StepsMixin, for_whom, says
from .venue_time import AtVenue


class SessionForm(OfOneEdition):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        edition = cleaned.get("edition") or getattr(self.instance, "edition", None)
        for name, said in agenda_building.rules_broken(edition, self.portal_request.user, cleaned):  # type: ignore[arg-type]
            self.add_error(name if name in self.fields else None, said)
        return cleaned


class SpeakerInline(PortalInline):
    """Each part a labelled block: as a table the rows are wider than the page."""

    model = SpeakerSlot
    template = "admin/edit_inline/stacked.html"
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
            run=agenda_building.cancel_session,
            argument="session",
            reasons=agenda_building.cancel_session_reasons,
            sentence=lambda session, by: _("Strikes it through on the agenda; it is not deleted."),
            happens=cancel_happens,
            form=InsteadForm,
            back=gettext_lazy("Back, the session takes place"),
            when=lambda session: session.status == Session.Status.SCHEDULED,
        ),
        Step(
            name="reinstate",
            verb=gettext_lazy("Take the session up again"),
            run=agenda_building.reinstate_session,
            argument="session",
            reasons=agenda_building.reinstate_reasons,
            sentence=lambda session, by: _("It takes place after all, where and when it was."),
            happens=says(
                gettext_lazy("It stands in the working agenda as before, without “Cancelled”."),
                gettext_lazy("Delegates see it with the next release of the agenda."),
            ),
            back=gettext_lazy("Back, the session stays cancelled"),
            when=lambda session: session.status == Session.Status.CANCELLED,
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

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        obj = kwargs.get("obj")
        if obj is not None and self.has_change_permission(request, obj):
            context["further_pages"] = [(_("Change in the agenda builder"), builder_address(obj))]
        return super().render_change_form(request, context, *args, **kwargs)

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
        return _("%(start)s to %(end)s") % {"start": date_format(start, "TIME_FORMAT"), "end": date_format(end, "TIME_FORMAT")}

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
