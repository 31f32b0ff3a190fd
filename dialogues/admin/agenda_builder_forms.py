"""What the agenda builder asks: a session with its times on the venue's clock, its chairs and speakers, and a quick move."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dialogues.models import Appointment, Audience, Edition, Mandate, Room, Session
from dialogues.models.agenda import SlotRole
from dialogues.models.dates import of_our_time
from dialogues.procedures.agenda_building import rules_broken
from dialogues.procedures.venue_clock import instants_at
from parties.models import Party, Person
from socportal.admin import differences

FIRST, SECOND = "first", "second"
FAR = timedelta(days=366)
MORE_ROWS, MOST_ROWS = 3, 60


def time_field(label: Any, **options: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        input_formats=["%H:%M", "%H.%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"size": 5, "maxlength": 5, "inputmode": "text", "autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Give the time."),
            "invalid": gettext_lazy("Give a time as the clock shows it, for example 09:30."),
        },
        **options,
    )


def which_field() -> forms.ChoiceField:
    return forms.ChoiceField(required=False, widget=forms.RadioSelect, label=gettext_lazy("Which of the two is meant"))


def offset_in_words(instant: datetime) -> str:
    """“summer time, UTC+2”."""
    ahead = int(instant.utcoffset().total_seconds()) // 60  # type: ignore[union-attr]
    hours, minutes = divmod(abs(ahead), 60)
    offset = f"UTC{'-' if ahead < 0 else '+'}{hours}" + (f":{minutes:02d}" if minutes else "")
    season = _("summer time") if instant.dst() else _("winter time")
    return f"{season}, {offset}"


class OnTheClock(forms.Form):
    """A day and a time as they are typed, read on the clock of the venue. One that does not exist there is refused, one that
    exists twice is asked about; neither is ever moved to another time.
    """

    edition: Edition

    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        validators=[of_our_time],
        error_messages={
            "required": gettext_lazy("Give the day."),
            "invalid": gettext_lazy("Give a day of the calendar, for example 2027-03-16."),
        },
    )
    start = time_field(gettext_lazy("Starts at"))
    start_which = which_field()

    def ask_where_twice(self, *names: str) -> None:
        """Keep the question “which of the two” only where the clock shows the time twice."""
        for name in names:
            found = self._instants_typed(name)
            if len(found) < 2:
                del self.fields[f"{name}_which"]
                continue
            local = [instant.astimezone(self.edition.zone) for instant in found]
            said = {"time": f"{local[0]:%H:%M}", "day": date_format(local[0], "l j F Y"), "place": self.edition.place}
            field = self.fields[f"{name}_which"]
            field.label = _("The clocks of %(place)s show %(time)s twice on %(day)s. Which one?") % said
            field.choices = [  # type: ignore[attr-defined]
                (FIRST, _("the first %(time)s (%(offset)s)") % {**said, "offset": offset_in_words(local[0])}),
                (SECOND, _("the second %(time)s (%(offset)s)") % {**said, "offset": offset_in_words(local[1])}),
            ]

    def _instants_typed(self, name: str) -> list[datetime]:
        try:
            day = self.fields["day"].to_python(self["day"].value())
            clock_time = self.fields[name].to_python(self[name].value())
        except forms.ValidationError:
            return []
        return instants_at(day, clock_time, self.edition.zone) if day and clock_time else []

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        near = self.edition.opens_on
        if near and abs(day - near) > FAR:
            raise forms.ValidationError(
                _("This day lies far from the edition’s days, %(days)s. Give one of them.") % {"days": self.edition.dates}
            )
        return day

    def instant(self, name: str, stored: datetime | None) -> datetime | None:
        """The instant meant; none, with the error at its field, where that is not clear. An unchanged one keeps its seconds."""
        day, clock_time = self.cleaned_data.get("day"), self.cleaned_data.get(name)
        if day is None or clock_time is None:
            return None
        found = instants_at(day, clock_time, self.edition.zone)
        said = {"time": f"{clock_time:%H:%M}", "day": date_format(day, "l j F Y"), "place": self.edition.place}
        if not found:
            text = _("There is no %(time)s on %(day)s in %(place)s: the clocks go forward over it. Give another time.")
            self.add_error(name, text % said)
            return None
        which = self.cleaned_data.get(f"{name}_which")
        if len(found) > 1 and which not in {FIRST, SECOND}:
            text = _("The clocks of %(place)s show %(time)s twice on %(day)s. Say which one is meant.")
            self.add_error(f"{name}_which", text % said)
            return None
        instant = found[which == SECOND and len(found) > 1]
        return stored if stored and stored.replace(second=0, microsecond=0) == instant else instant


def shown_at(instant: datetime, edition: Edition, name: str) -> dict[str, Any]:
    """The initial values of a time: what the clock shows, and which of two."""
    local = instant.astimezone(edition.zone)
    return {name: time(local.hour, local.minute), f"{name}_which": SECOND if local.fold else FIRST}


def rooms_of(edition: Edition, kept: int | None) -> Any:
    """The rooms of the house; of every house as long as none is chosen; the one it has anyway."""
    rooms = Room.objects.select_related("venue").order_by("venue__name_en", "position")
    return rooms.filter(Q(venue=edition.venue_id) | Q(pk=kept)) if edition.venue_id else rooms


def room_label(edition: Edition) -> Any:
    def label(room: Room) -> str:
        house = "" if room.venue_id == edition.venue_id else f" ({room.venue.name})"
        count = room.capacity
        places = ngettext("%(count)d place", "%(count)d places", count) % {"count": count} if count else ""
        return ", ".join(filter(None, [f"{room.name}{house}", str(room.floor or ""), places]))

    return label


class SessionOfBuilder(OnTheClock, forms.ModelForm):  # type: ignore[type-arg, misc]
    end = time_field(gettext_lazy("Ends at"), required=False)
    end_which = which_field()
    minutes = forms.IntegerField(
        label=gettext_lazy("or length in minutes"),
        required=False,
        min_value=1,
        max_value=1440,
        help_text=gettext_lazy("As time passes, whatever the clock does; also for what goes on after midnight."),
        widget=forms.NumberInput(attrs={"size": 5}),
    )

    class Meta:
        model = Session
        fields = [
            "title_en",
            "title_nl",
            "kind",
            "room",
            "mandate",
            "audience",
            "party",
            "ground_rule",
            "expected",
            "is_hybrid",
            "annotation_en",
            "annotation_nl",
        ]
        widgets = {"annotation_en": forms.Textarea(attrs={"rows": 7}), "annotation_nl": forms.Textarea(attrs={"rows": 7})}

    def __init__(self, *args: Any, edition: Edition, by: Any, session: Session | None, known: dict[str, Any], **kwargs: Any):
        self.edition, self.by = edition, by
        self.stored = (session.starts_at, session.ends_at) if session else (None, None)
        self.room_was = session.room_id if session else None
        initial = {**_initial_of(session, edition), **known}
        super().__init__(*args, instance=session, initial=initial, label_suffix="", **kwargs)
        fields: Any = self.fields
        for field in fields.values():
            field.label = capfirst(field.label)
        fields["room"].queryset = rooms_of(edition, self.room_was)
        fields["room"].label_from_instance = room_label(edition)
        fields["room"].empty_label = _("No room yet")
        fields["mandate"].queryset = Mandate.objects.filter(edition=edition).select_related("working_group", "edition")
        fields["mandate"].label_from_instance = lambda mandate: str(mandate.working_group)
        staff = (Appointment.Role.SECRETARY, *Appointment.FOCAL_POINTS)
        own = Appointment.objects.current().held_by(by).filter(dialogue=edition.dialogue_id, role__in=staff)
        fields["party"].queryset = Party.objects.filter(Q(pk__in=own.values("party")) | Q(pk=session and session.party_id))
        for name in ("annotation_en", "annotation_nl"):
            fields[name].help_text = _(
                "Write under three headings: Purpose, Papers, Expected outcome. No operational police information."
            )
        self.ask_where_twice("start", "end")

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        starts = self.instant("start", self.stored[0])
        ends = self._end(starts)
        said |= {"starts_at": starts, "ends_at": ends}
        known = {**said, "room": None if said.get("room") and said["room"].pk == self.room_was else said.get("room")}
        at = {"ends_at": "end", "edition": None}
        for name, text in rules_broken(self.edition, self.by, known):
            self.add_error(at.get(name, name), text)
        return said

    def _end(self, starts: datetime | None) -> datetime | None:
        end, minutes = self.cleaned_data.get("end"), self.cleaned_data.get("minutes")
        if self.errors.keys() & {"end", "minutes"}:
            return None
        if end is None and minutes is None:
            self.add_error("end", _("Give the end, or the length in minutes."))
            return None
        by_clock = self.instant("end", self.stored[1]) if end is not None else None
        if minutes is None or starts is None:
            return by_clock
        by_length = starts + timedelta(minutes=minutes)
        if end is not None and by_clock is not None and by_clock != by_length:
            shown = f"{by_length.astimezone(self.edition.zone):%H:%M}"
            text = _("With this length it ends at %(length)s, above it says %(end)s. Empty one of the two.")
            self.add_error("minutes", text % {"length": shown, "end": f"{end:%H:%M}"})
        return by_clock if end is not None else by_length

    def values(self) -> dict[str, Any]:
        """The fields of the session as the procedures take them."""
        return {name: self.cleaned_data[name] for name in (*self.Meta.fields, "starts_at", "ends_at")}

    def differences(self) -> list[str]:
        return differences(self)


def _initial_of(session: Session | None, edition: Edition) -> dict[str, Any]:
    if session is None:
        return {"audience": Audience.DELEGATES, "day": edition.opens_on}
    starts, ends = session.starts_at.astimezone(edition.zone), session.ends_at.astimezone(edition.zone)
    initial = {"day": starts.date(), **shown_at(session.starts_at, edition, "start")}
    if starts.date() == ends.date():
        return {**initial, **shown_at(session.ends_at, edition, "end")}
    return {**initial, "minutes": int((session.ends_at - session.starts_at).total_seconds() // 60)}


class MoveForm(OnTheClock):
    """Another day, time or room; the length stays, as time passes."""

    room = forms.ModelChoiceField(queryset=Room.objects.none(), required=False, label=gettext_lazy("Room"))

    def __init__(self, *args: Any, session: Session, known: dict[str, Any], **kwargs: Any) -> None:
        self.session, self.edition = session, session.edition
        starts = session.starts_at.astimezone(self.edition.zone)
        initial = {"day": starts.date(), **shown_at(session.starts_at, self.edition, "start"), "room": session.room_id}
        super().__init__(*args, initial={**initial, **known}, label_suffix="", **kwargs)
        field: Any = self.fields["room"]
        field.queryset = rooms_of(self.edition, session.room_id)
        field.label_from_instance = room_label(self.edition)
        field.empty_label = _("No room yet")
        self.ask_where_twice("start")

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        starts = self.instant("start", self.session.starts_at)
        ends = starts + (self.session.ends_at - self.session.starts_at) if starts else None
        return {**said, "starts_at": starts, "ends_at": ends}

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("starts_at", "ends_at", "room")}


# Chairs and speakers


class PartForm(forms.Form):
    """One part. A row without a part said is no row."""

    role = forms.ChoiceField(label=gettext_lazy("Part"), required=False)
    party = forms.ChoiceField(label=gettext_lazy("Party"), required=False)
    person = forms.ChoiceField(label=gettext_lazy("Person"), required=False)
    is_confirmed = forms.BooleanField(label=gettext_lazy("confirmed"), required=False)
    is_out = forms.BooleanField(label=gettext_lazy("take out"), required=False)

    def __init__(self, *args: Any, parties: dict[str, Party], people: dict[str, Person], grouped: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parties, self.people = parties, people
        fields: Any = self.fields
        fields["role"].choices = [("", "–"), *SlotRole.choices]
        fields["party"].choices = [("", "–"), *((key, str(party)) for key, party in parties.items())]
        fields["person"].choices = grouped

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        person = self.people.get(said.get("person") or "")
        party = self.parties.get(said.get("party") or "")
        if party is None and person is not None and person.party_id:
            party = self.parties.get(str(person.party_id))
        if said.get("is_out") or self.errors:
            return said
        if not said.get("role") and (person or party or said.get("is_confirmed")):
            self.add_error("role", _("Say which part this is."))
        if said.get("is_confirmed") and person is None and said.get("role"):
            self.add_error("person", _("Name the person, or leave the part unconfirmed."))
        self.part = {"role": said.get("role"), "party": party, "person": person, "is_confirmed": said.get("is_confirmed")}
        return said

    def is_part(self) -> bool:
        said = self.cleaned_data
        return bool(said.get("role")) and not said.get("is_out")


class PartFormSet(BaseFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        taken = set()
        for form in self.forms:
            if form.errors or not form.is_part() or form.part["person"] is None:
                continue
            one = form.part["role"], form.part["person"].pk
            if one in taken:
                form.add_error("person", _("This person already has this part in the session."))
            taken.add(one)

    def parts(self) -> list[dict[str, Any]]:
        return [form.part for form in self.forms if form.is_part()]

    def in_words(self, parts: Iterable[dict[str, Any]]) -> str:
        said = []
        for part in parts:
            who = str(part["person"] or part["party"] or _("to be confirmed"))
            said.append(f"{SlotRole(part['role']).label}: {who}" + (f" ({_('confirmed')})" if part["is_confirmed"] else ""))
        return "; ".join(said) or _("nothing")


_PartRows = formset_factory(PartForm, formset=PartFormSet, extra=MORE_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


def part_rows(data: Any, *, session: Session | None, parties: Iterable[Party], people: Iterable[Person], more: bool) -> Any:
    """The rows of a session with blank ones below; `more` of them where the button was pressed, with all that was typed."""
    if data is not None and more:
        data = data.copy()
        rows = data.get("parts-TOTAL_FORMS", "")
        count = int(rows) if rows.isdecimal() and len(rows) < 4 else 0
        data["parts-TOTAL_FORMS"] = str(min(count + MORE_ROWS, MOST_ROWS))
    stored = stored_parts(session)
    by_key = {str(person.pk): person for person in people}
    known = {
        "parties": {str(party.pk): party for party in parties},
        "people": by_key,
        "grouped": _grouped(by_key.values()),
    }
    initial = [
        {
            "role": part["role"],
            "party": str(part["party"].pk) if part["party"] else "",
            "person": str(part["person"].pk) if part["person"] else "",
            "is_confirmed": part["is_confirmed"],
        }
        for part in stored
    ]
    return _PartRows(data, initial=initial, prefix="parts", form_kwargs={**known, "label_suffix": ""})


def stored_parts(session: Session | None) -> list[dict[str, Any]]:
    if session is None:
        return []
    slots = session.speakers.select_related("party", "person__party").order_by("pk")
    return [
        {"role": slot.role, "party": slot.party, "person": slot.person, "is_confirmed": slot.is_confirmed} for slot in slots
    ]


def _grouped(people: Iterable[Person]) -> list[Any]:
    """The choice of a person: by party, by name; empty means “to be confirmed”."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for person in people:
        group = str(person.party) if person.party else str(_("For no party alone"))
        label = ", ".join(filter(None, [str(person), str(person.post or "")]))
        groups.setdefault(group, []).append((str(person.pk), label))
    return [("", _("to be confirmed")), *sorted(groups.items())]
