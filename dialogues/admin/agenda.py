from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget, AdminTimeWidget
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import AgendaRelease, ReleasedSession, Room, Session, SpeakerSlot, Venue
from dialogues.procedures.agenda import cancel_session, cancel_session_reasons
from socportal.admin import PortalAdmin, PortalForm, PortalInline, ReadOnlyAdmin, VisibleRelatedFilter, pair

from .steps import Step, StepsMixin


class RoomInline(PortalInline):
    model = Room
    fields = ("position", "name_en", "name_nl", "floor_en", "floor_nl", "capacity")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Venue)
class VenueAdmin(PortalAdmin):
    """Where an edition is held, with its rooms in the order of the agenda’s columns."""

    list_display = ("name_en", "name_nl", "address")
    search_fields = ("name_en", "name_nl")
    inlines = (RoomInline,)
    fields = (pair("name"), "address")


def venue_time(day: date, at: time, zone: ZoneInfo) -> datetime:
    """That time of that day at the venue. Refused: a time that the clock change skips, or that it holds twice."""
    naive = datetime.combine(day, at)
    first, second = naive.replace(tzinfo=zone, fold=0), naive.replace(tzinfo=zone, fold=1)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != naive:
        raise ValidationError(_("%(time)s does not exist on this day: the clock goes forward.") % {"time": f"{at:%H:%M}"})
    if first.utcoffset() != second.utcoffset():
        raise ValidationError(
            _("%(time)s comes twice on this day: the clock goes back. Choose another.") % {"time": f"{at:%H:%M}"}
        )
    return first


class SessionForm(PortalForm):
    """Day, start and end as the clock at the venue shows them, never in another zone."""

    day = forms.DateField(label=gettext_lazy("day"), widget=AdminDateWidget)
    starts = forms.TimeField(label=gettext_lazy("starts, venue time"), widget=AdminTimeWidget)
    ends = forms.TimeField(label=gettext_lazy("ends, venue time"), widget=AdminTimeWidget)

    class Meta:
        model = Session
        exclude = ("starts_at", "ends_at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance = kwargs.get("instance")
        if instance is not None and instance.pk:
            local = instance.starts_at.astimezone(instance.edition.zone), instance.ends_at.astimezone(instance.edition.zone)
            kwargs["initial"] = {
                "day": local[0].date(),
                "starts": local[0].time(),
                "ends": local[1].time(),
                **(kwargs.get("initial") or {}),
            }
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        edition = cleaned.get("edition") or (self.instance.edition if self.instance.edition_id else None)
        day, starts, ends = (cleaned.get(name) for name in ("day", "starts", "ends"))
        if edition and day and starts and ends:
            if not edition.time_zone:
                raise ValidationError(_("%(edition)s has no venue time yet: give it a time zone first.") % {"edition": edition})
            for name, clock_time in (("starts", starts), ("ends", ends)):
                try:
                    setattr(self.instance, f"{name}_at", venue_time(day, clock_time, edition.zone))
                except ValidationError as refusal:
                    self.add_error(name, refusal)
            if ends <= starts:
                self.add_error("ends", _("The session ends before it starts. Give a later end."))
        if cleaned.get("audience") == "party" and not cleaned.get("party"):
            self.add_error("party", _("A session for one party’s staff needs that party."))
        if cleaned.get("audience") == "group" and not cleaned.get("mandate"):
            self.add_error("mandate", _("A session for one working group needs that group."))
        return cleaned


class SpeakerSlotInline(PortalInline):
    model = SpeakerSlot
    autocomplete_fields = ("person",)
    fields = ("role", "party", "person", "is_confirmed")


class CancelForm(forms.Form):
    instead_en = forms.CharField(label=gettext_lazy("What happens instead, English"), required=False, max_length=160)
    instead_nl = forms.CharField(label=gettext_lazy("What happens instead, Dutch"), required=False, max_length=160)


@admin.register(Session)
class SessionAdmin(StepsMixin, PortalAdmin):
    """The working agenda. Delegates see it only once it has been released."""

    form = SessionForm
    kept_through = "edition"
    steps = (
        Step(
            name="cancel",
            verb=gettext_lazy("Cancel the session"),
            run=cancel_session,
            argument="session",
            reasons=cancel_session_reasons,
            sentence=lambda session, by: _("Strikes it through at the next release; it does not vanish."),
            happens=lambda session, by: [
                _("The session stays on the agenda, struck through, with the word “Cancelled” and what happens instead."),
                _("Delegates see it with the next release."),
            ],
            form=CancelForm,
        ),
    )
    list_display = ("when", "room", "title_en", "kind", "mandate", "audience", "status")
    list_display_links = ("title_en",)
    list_filter = (("edition", VisibleRelatedFilter), ("room", VisibleRelatedFilter), "kind", "audience", "status")
    list_select_related = ("room", "mandate__working_group", "mandate__edition", "edition__dialogue")
    search_fields = ("title_en", "title_nl")
    ordering = ("-edition__year", "starts_at", "room__position")
    readonly_fields = ("status",)
    inlines = (SpeakerSlotInline,)
    prefill = ("edition",)
    fieldsets = (
        (None, {"fields": (("edition", "kind"), pair("title"))}),
        (
            gettext_lazy("When and where"),
            {
                "fields": (("day", "room"), ("starts", "ends")),
                "description": gettext_lazy("Times are those of the clock at the venue."),
            },
        ),
        (
            gettext_lazy("Who, and what may be repeated"),
            {"fields": (("audience", "ground_rule"), ("mandate", "party"), "embargo_until")},
        ),
        (gettext_lazy("Annotation"), {"fields": (pair("annotation"), "status")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("status", "edition") if obj else ("status",)

    @admin.display(description=gettext_lazy("venue time"), ordering="starts_at")
    def when(self, session: Session) -> str:
        starts, ends = (instant.astimezone(session.edition.zone) for instant in (session.starts_at, session.ends_at))
        return f"{date_format(starts, 'D j M')} {starts:%H:%M}–{ends:%H:%M}"

    def deletable(self, request: HttpRequest, obj: Session) -> bool:
        """A draft that no release ever showed; anything else is cancelled."""
        return not obj.released.exists()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An edition that has closed keeps its sessions as they were."""
        return super().has_change_permission(request, obj) and (
            obj is None or obj.edition.status not in {"closed", "follow_up", "archived", "cancelled"}
        )


@admin.register(AgendaRelease)
class AgendaReleaseAdmin(ReadOnlyAdmin):
    """Every version that was released, as it was."""

    list_display = ("number", "edition", "kind", "released_at", "released_by", "note")
    list_filter = (("edition", VisibleRelatedFilter), "kind")
    list_select_related = ("edition__dialogue", "released_by__person")
    ordering = ("-edition__year", "-major", "-minor")
    fields = ("edition", "number", "kind", "released_at", "released_by", "note", "content_hash")
    readonly_fields = ("number",)

    @admin.display(description=gettext_lazy("release"))
    def number(self, release: AgendaRelease) -> str:
        return release.number


@admin.register(ReleasedSession)
class ReleasedSessionAdmin(ReadOnlyAdmin):
    """What a release says of each session; nobody changes it."""

    list_display = ("release", "when", "room_name_en", "title_en", "is_cancelled")
    list_display_links = ("title_en",)
    list_filter = (("release__edition", VisibleRelatedFilter), ("release", VisibleRelatedFilter))
    list_select_related = ("release__edition",)
    search_fields = ("title_en", "title_nl")
    ordering = ("-release__major", "-release__minor", "starts_at")
    fields = (
        "release",
        "when",
        ("title_en", "title_nl"),
        ("room_name_en", "room_name_nl"),
        "ground_rule",
        ("annotation_en", "annotation_nl"),
        "is_cancelled",
    )
    readonly_fields = ("when",)

    @admin.display(description=gettext_lazy("venue time"), ordering="starts_at")
    def when(self, row: ReleasedSession) -> str:
        starts, ends = (instant.astimezone(row.release.edition.zone) for instant in (row.starts_at, row.ends_at))
        return f"{date_format(starts, 'D j M')} {starts:%H:%M}–{ends:%H:%M}"
