"""The page of the day: where everybody is now and next, and two taps from a phone for what goes otherwise than planned.

Every act has a question page that says what it breaks next in the room; nothing here needs a script.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dialogues.models import AgendaRelease, Edition, OutgoingMessage, ReleasedSession, Room, Session
from dialogues.procedures import agenda_words, on_the_day
from dialogues.procedures.agenda_changes import difference, seen
from dialogues.procedures.agenda_content import Content, released_content
from dialogues.procedures.steps import Check, Reason, StepRefused
from socportal import clock

from .board_facts import rows_address
from .pages import EditionPages
from .steps import change_address, for_whom, linked, linked_checks

USUAL = 15  # minutes, one tap away
MOST_RELEASES = 8  # with what they said; all of them stand in the list of releases


# What is asked


class SeenForm(forms.Form):
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)


class MinutesForm(SeenForm):
    """The number of minutes comes from the button: how late in all, or how much longer."""

    minutes = forms.TypedChoiceField(
        coerce=int,
        choices=[(minutes, str(minutes)) for minutes in (0, *on_the_day.MINUTES)],
        widget=forms.HiddenInput,
        error_messages={
            "required": gettext_lazy("Choose one of the numbers of minutes."),
            "invalid_choice": gettext_lazy("Choose one of the numbers of minutes."),
        },
    )


class MoveForm(SeenForm):
    room = forms.ChoiceField(
        label=gettext_lazy("Room"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the rooms of the venue.")},
    )
    starts_at = forms.TimeField(
        label=gettext_lazy("Begins today at, by the clock of the venue"),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={
            "required": gettext_lazy("Give a time, for example 14:30."),
            "invalid": gettext_lazy("Give a time, for example 14:30."),
        },
    )
    # What was shown of the consequences: they are asked about once, then it is done.
    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)

    def __init__(self, *args: Any, session: Session, rooms: dict[str, Room], labels: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session, self.rooms = session, rooms
        none = [] if session.room_id else [("", _("No room"))]
        self.fields["room"].choices = [*none, *labels.items()]  # type: ignore[attr-defined]

    def clean_room(self) -> Room | None:
        return self.rooms.get(self.cleaned_data["room"])

    def clean_starts_at(self) -> datetime:
        """Today at the venue; a time that the clock leaves out or shows twice that night is not guessed at."""
        zone: ZoneInfo = self.session.edition.zone
        said = self.cleaned_data["starts_at"]
        if (said.hour, said.minute) == _hour_of(self.session.starts_at, zone):
            return self.session.starts_at
        first, _next_day = on_the_day.day_bounds(self.session.edition)
        wanted = datetime.combine(first.date(), said, tzinfo=zone)
        if wanted.utcoffset() != wanted.replace(fold=1).utcoffset():
            raise forms.ValidationError(_("The clocks change at that time. Choose another one."))
        return wanted


def _hour_of(instant: datetime, zone: ZoneInfo) -> tuple[int, int]:
    local = instant.astimezone(zone)
    return local.hour, local.minute


class CancelForm(SeenForm):
    instead_en = forms.CharField(
        label=gettext_lazy("What happens instead, English"),
        help_text=gettext_lazy("Shown beside “Cancelled”. You may leave it empty."),
        max_length=160,
        required=False,
    )
    instead_nl = forms.CharField(label=gettext_lazy("What happens instead, Dutch"), max_length=160, required=False)


# What can be done


@dataclass(frozen=True)
class Act:
    name: str
    run: Callable[..., Session]
    # As it stands on the button of the list.
    label: Callable[[Any], str]


def late_label(row: Any) -> str:
    return _("Starts later still") if row.late_by else _("%(minutes)d minutes late") % {"minutes": USUAL}


ACTS = {
    act.name: act
    for act in (
        Act("late", on_the_day.start_late, late_label),
        Act("extend", on_the_day.extend, lambda row: _("Extend %(minutes)d minutes") % {"minutes": USUAL}),
        Act("move", on_the_day.move_today, lambda row: _("Move")),
        Act("cancel", on_the_day.cancel_today, lambda row: _("Cancel")),
    )
}


def act_address(edition: Edition, session: int, act: str) -> str:
    return reverse("admin:dialogues_edition_on_the_day_act", args=[edition.pk, session, act])


def place_on_page(session: int) -> str:
    return f"session-{session}"


class OnTheDayPage(EditionPages):
    """Adds the page of the day and its questions to the admin of the edition."""

    def get_urls(self) -> list[Any]:
        act = path(
            "<int:object_id>/on-the-day/<int:session>/<slug:act>/",
            self.admin_site.admin_view(self.on_the_day_act),
            name="dialogues_edition_on_the_day_act",
        )
        return [self.page("on_the_day", self.on_the_day_view), act, *super().get_urls()]

    def on_the_day_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        edition = self.kept(request, object_id)
        with timezone.override(edition.zone):
            return self.shown(request, edition, "on_the_day", _("On the day"), **the_day(edition, request.user))

    def on_the_day_act(self, request: HttpRequest, object_id: int, session: int, act: str) -> HttpResponse:
        """One question; on POST it is done. A session that is not the reader’s, or not today’s, does not exist (law R1)."""
        edition = self.kept(request, object_id)
        row = on_the_day.sessions_of_today(edition, request.user).filter(session__pk=session).first()  # type: ignore[arg-type]
        if row is None or not row.is_kept or act not in ACTS:  # type: ignore[attr-defined]
            raise Http404
        row.session.edition = edition
        with timezone.override(edition.zone):
            question = Question(request, row.session, ACTS[act])
            if request.method == "POST" and question.is_done():
                self.admin_site.forget_counts(request)  # type: ignore[attr-defined]
                messages.success(request, question.said())
                return redirect(question.back)
            around = {**self.admin_site.each_context(request), "opts": self.opts}
            status = 409 if question.refused and request.method == "POST" else 200
            page = {**around, **question.context()}
            return TemplateResponse(request, "admin/on_the_day_act.html", page, status=status).render()


# The page


def the_day(edition: Edition, user: Any) -> dict[str, Any]:
    at = clock.now()
    rows = list(on_the_day.sessions_of_today(edition, user, at).prefetch_related(None))
    is_open = edition.is_open(at)
    lines = [line_of(row, edition, at, is_open=is_open) for row in rows]
    drafts = edition.messages.drafted().count() if is_open else 0
    return {
        "now": at.astimezone(edition.zone),
        "place": edition.place,
        "is_open": is_open,
        "why_not": "" if is_open else why_not(edition, at),
        "rooms": rooms_now(rows, at, edition) if is_open else [],
        "lines": [line for line in lines if not line["is_over"]] if is_open else [],
        "over": [line for line in lines if line["is_over"]] if is_open else [],
        "releases": releases_of_today(edition, user, at) if is_open else [],
        "drafts": drafts,
        "outbox": rows_address(OutgoingMessage, edition__id__exact=edition.pk, standing="drafted"),
        "edition_page": change_address(edition),
        "attendance": reverse("admin:dialogues_edition_attendance", args=[edition.pk]),
        "screen": reverse("closing-screen", args=[edition.dialogue.slug, edition.year]),
        "reports": reverse("reports"),
    }


def why_not(edition: Edition, at: datetime) -> str:
    """Why nothing can be pressed on this page today, in one sentence."""
    if edition.has_closed(at):
        return _("%(edition)s is over: its sessions stay as they were.") % {"edition": edition}
    if edition.status != Edition.Status.PREPARING or not edition.opens_on:
        return _("%(edition)s is “%(status)s”: there is no day to run yet.") % {
            "edition": edition,
            "status": edition.standing(at).label,
        }
    if edition.opens_on > edition.today():
        return _("%(edition)s opens on %(day)s. Until then the agenda is changed and released.") % {
            "edition": edition,
            "day": date_format(edition.opens_on, "l j F Y"),
        }
    return _("No agenda has been released: delegates see none. Release it first.")


def line_of(row: ReleasedSession, edition: Edition, at: datetime, *, is_open: bool) -> dict[str, Any]:
    """One session as delegates read it, and what can be pressed on it."""
    is_over = row.ends_at <= at
    return {
        "anchor": place_on_page(row.session_id),
        "title": row.title,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "room": row.room_name,
        "late_by": row.late_by,
        "is_cancelled": row.is_cancelled,
        "instead": row.cancelled_note,
        "is_now": row.starts_at <= at < row.ends_at and not row.is_cancelled,
        "is_over": is_over,
        "address": change_address(row.session) if row.is_kept else "",  # type: ignore[attr-defined]
        "acts": [
            (act.label(row), act_address(edition, row.session_id, act.name))
            for act in ACTS.values()
            if is_open and not is_over and not row.is_cancelled and row.is_kept  # type: ignore[attr-defined]
        ],
    }


def rooms_now(rows: list[ReleasedSession], at: datetime, edition: Edition) -> list[dict[str, Any]]:
    """Room by room what runs there at this moment and what follows; a room that is done for the day is left out."""
    by_room: dict[Any, list[ReleasedSession]] = {}
    for row in rows:
        if not row.is_cancelled and row.ends_at > at and row.room_id:
            by_room.setdefault((row.room.position, row.room_id), []).append(row)  # type: ignore[union-attr]
    found = []
    for _place, listed in sorted(by_room.items()):
        running = [row for row in listed if row.starts_at <= at]
        coming = [row for row in listed if row.starts_at > at]
        found.append({"room": listed[0].room_name, "now": running, "next": coming[:1]})
    return found


def releases_of_today(edition: Edition, user: Any, at: datetime) -> list[dict[str, Any]]:
    """What delegates were shown anew since midnight at the venue, the newest first; each with what it said."""
    first, _next_day = on_the_day.day_bounds(edition, at)
    releases = AgendaRelease.objects.visible_to(user, at).for_delegates().filter(edition=edition).newest_first()
    latest = list(releases.select_related("released_by__person__party")[: MOST_RELEASES + 1])
    prefetch_related_objects([edition.dialogue], "parties")
    contents = {one.pk: released_content(one) for one in latest}
    found = []
    for one, before in zip_longest(latest[:MOST_RELEASES], latest[1:]):
        if one is None or one.released_at < first:
            break
        said = what_it_said(one, before, contents, edition, user, at) if before else []
        line = {"number": one.number, "at": one.released_at, "by": one.released_by, "note": one.note, "said": said}
        found.append({**line, "address": change_address(one)})
    return found


def what_it_said(
    release: AgendaRelease, before: AgendaRelease, contents: dict[int, Content], edition: Edition, user: Any, at: datetime
) -> list[agenda_words.Entry]:
    """Session by session, as the notice says it; of the other party’s own sessions nothing."""
    rows = ReleasedSession.objects.visible_to(user, at).filter(release__in=[before, release])
    read: dict[int, set[int]] = {before.pk: set(), release.pk: set()}
    for which, session in rows.order_by().values_list("release", "session"):
        read[which].add(session)
    was, now = seen(contents[before.pk], contents[release.pk], seen_before=read[before.pk], seen_after=read[release.pk])
    changes = difference(was, now)
    return agenda_words.in_words(changes, was, now, edition, agenda_words.Names.of([changes]))


# The question


class Question:
    """What one request asks or does; what was typed stays in the form."""

    def __init__(self, request: HttpRequest, session: Session, act: Act) -> None:
        self.request, self.session, self.act, self.by = request, session, act, request.user
        self.edition = session.edition
        self.refused: list[Reason] = []
        self.checks: list[Check] = []
        self.form = self.form_for(request.POST if request.method == "POST" else None)

    # What is asked

    def form_for(self, typed: Any) -> Any:
        known: dict[str, Any] = {"seen": on_the_day.seen_of(self.session)}
        if self.act.name in {"late", "extend"}:
            return MinutesForm(typed, initial={**known, "minutes": self.minutes})
        if self.act.name == "cancel":
            return CancelForm(typed, initial=known)
        rooms = self.rooms()
        known |= {"room": str(self.session.room_id or ""), "starts_at": self.session.starts_at.astimezone(self.edition.zone)}
        labels = self.room_labels(rooms)
        return MoveForm(typed, initial=known, session=self.session, rooms=rooms, labels=labels)

    @property
    def minutes(self) -> int:
        """Those of the address; else the usual number, or what follows it where that is said already."""
        if self.request.method == "POST" and self.request.POST.get("minutes") in self.offered:
            return int(self.request.POST["minutes"])
        if (asked := self.request.GET.get("minutes")) in self.offered:
            return int(asked)  # type: ignore[arg-type]
        return USUAL if str(USUAL) in self.offered else 2 * USUAL

    @property
    def offered(self) -> list[str]:
        """The numbers of minutes that say something new."""
        if self.act.name == "extend":
            return [str(minutes) for minutes in on_the_day.MINUTES]
        known = self.session.late_by
        return [str(minutes) for minutes in ((0, *on_the_day.MINUTES) if known else on_the_day.MINUTES) if minutes != known]

    def rooms(self) -> dict[str, Room]:
        venue = self.edition.venue_id or (self.session.room.venue_id if self.session.room else None)
        return {str(room.pk): room for room in Room.objects.filter(venue=venue).order_by("position", "pk")}

    def room_labels(self, rooms: dict[str, Room]) -> dict[str, str]:
        """Each room, with what is in it while this session lasts."""
        beside = on_the_day.sessions_beside(self.session, self.by)  # type: ignore[arg-type]
        labels = {}
        for key, room in rooms.items():
            there = [
                one
                for one in beside
                if one.room == room.pk and one.minutes_within(self.session.starts_at, self.session.ends_at) > 0
            ]
            taken = ", ".join(one.title for one in there)
            is_own = room.pk == self.session.room_id
            label = _("%(room)s, where it is now") if is_own else _("%(room)s, taken: %(title)s") if taken else "%(room)s"
            labels[key] = label % {"room": room.name, "title": taken}
        return labels

    # What is done

    def is_done(self) -> bool:
        if not self.form.is_valid():
            return False
        said = dict(self.form.cleaned_data)
        shown = said.pop("shown", "")
        if self.act.name == "move" and self.must_be_asked(said, shown):
            return False
        try:
            self.session = self.act.run(session=self.session, by=self.by, **said)
        except StepRefused as refusal:
            self.refused = refusal.reasons
        except forms.ValidationError as refusal:
            self.refused = [Reason(text, self.session) for text in refusal.messages]
        else:
            return True
        self.session = Session.objects.select_related("room", "edition").get(pk=self.session.pk)
        self.session.edition = self.edition
        self.keep_typed()
        return False

    def keep_typed(self) -> None:
        """The form after a refusal: what was typed stays, how the session stands is read again."""
        typed = self.request.POST.copy()
        typed["seen"] = on_the_day.seen_of(self.session)
        self.form = self.form_for(typed)

    def must_be_asked(self, said: dict[str, Any], shown: str) -> bool:
        """Whether it breaks something that was not shown yet for this room and time; then it is shown, not done."""
        start, end = on_the_day.when_moved(self.session, said["starts_at"])
        checks = on_the_day.what_it_breaks(self.session, self.by, starts_at=start, ends_at=end, room=said["room"])  # type: ignore[arg-type]
        fingerprint = f"{said['room'].pk if said['room'] else ''} {start.isoformat()}"
        if any(check.blocks for check in checks) or not checks or shown == fingerprint:
            return False
        self.checks = checks
        typed = self.request.POST.copy()
        typed["shown"] = fingerprint
        self.form = self.form_for(typed)
        return True

    # What is said

    @property
    def back(self) -> str:
        address = reverse("admin:dialogues_edition_on_the_day", args=[self.edition.pk])
        return f"{address}#{place_on_page(self.session.pk)}"

    def said(self) -> str:
        """What came of it, for the page of the day."""
        words = _("%(title)s: %(now)s. Delegates see it on their agenda; mails wait for you.")
        return words % {"title": self.session.title, "now": on_the_day.in_words(self.session)}

    def happens(self) -> list[str]:
        session, edition = self.session, self.edition
        ends = on_the_day.time_of(session.ends_at, edition)
        match self.act.name:
            case "late":
                end = on_the_day.time_of(on_the_day.when_late(session, self.minutes), edition)
                first = _("It starts %(minutes)d minutes late and ends at %(end)s, not at %(before)s.")
                if not self.minutes:
                    first = _("It starts on time after all and ends at %(end)s, not at %(before)s.")
                first %= {"minutes": self.minutes, "end": end, "before": ends}
            case "extend":
                end = on_the_day.time_of(session.ends_at + timedelta(minutes=self.minutes), edition)
                first = _("It ends at %(end)s, not at %(before)s.") % {"end": end, "before": ends}
            case "move":
                first = _("It keeps its length. What is not changed here stays.")
            case _other:
                first = _("It stays on the agenda, struck through, with the word “Cancelled” and what happens instead.")
        return [
            first,
            _("No other session moves."),
            _("Delegates see it on their agenda at once. Notices are drafted; they leave when you send them."),
            for_whom(self.by),
        ]

    def verb(self) -> str:
        match self.act.name:
            case "late":
                return _("%(minutes)d minutes late") % {"minutes": self.minutes} if self.minutes else _("On time after all")
            case "extend":
                return _("Extend %(minutes)d minutes") % {"minutes": self.minutes}
            case "move":
                return _("Move it all the same") if self.checks else _("Move the session")
        return _("Cancel the session")

    def others(self) -> list[tuple[str, str]]:
        """The other numbers of minutes, each with its address."""
        if self.act.name not in {"late", "extend"}:
            return []
        here = act_address(self.edition, self.session.pk, self.act.name)
        return [
            (
                ngettext("%(count)d minute", "%(count)d minutes", int(one)) % {"count": int(one)} if int(one) else _("on time"),
                f"{here}?minutes={one}",
            )
            for one in self.offered
            if int(one) != self.minutes
        ]

    def warnings(self) -> list[Check]:
        match self.act.name:
            case "late":
                ends_at = on_the_day.when_late(self.session, self.minutes)
            case "extend":
                ends_at = self.session.ends_at + timedelta(minutes=self.minutes)
            case _other:
                return self.checks
        return on_the_day.what_it_breaks(self.session, self.by, ends_at=ends_at)  # type: ignore[arg-type]

    def context(self) -> dict[str, Any]:
        impossible = on_the_day.day_reasons(self.session, self.by)  # type: ignore[arg-type]
        refused = self.refused or impossible
        self.refused = refused
        return {
            "title": _("%(verb)s?") % {"verb": self.verb()},
            "edition": self.edition,
            "edition_address": change_address(self.edition),
            "session": self.session,
            "stands": on_the_day.in_words(self.session),
            "happens": [] if impossible else self.happens(),
            "checks": [] if impossible else linked_checks(self.warnings()),
            "refused": linked(refused, page=self.session),
            "can_be_done": not impossible,
            "button": self.verb(),
            "others": [] if impossible else self.others(),
            "form": self.form,
            "takes_away": self.act.name == "cancel",
            "back": self.back,
        }
