"""Editions in the admin: what is known of each, the steps of its life, and how its page becomes public."""

from __future__ import annotations

from datetime import tzinfo
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dialogues.exports.letters import attachment
from dialogues.models import Audience, Dialogue, Edition
from dialogues.procedures import agenda, correspondence, editions, preparation
from dialogues.procedures.notices import told
from socportal.admin import PortalForm, VisibleRelatedFilter, pair

from . import acceptance, attendance
from .action_import import ActionImportPage
from .agenda_builder import AgendaBuilderPages
from .agenda_difference import DifferencePage
from .agenda_steps import RELEASE_STEPS, told_of_release
from .attendance_page import AttendancePage
from .conclusions import CONCLUSION_STEPS
from .correspondence import LETTER_STEPS
from .dates import check_dates
from .decisions import DECISION_STEPS
from .delegation_pages import DelegationPages
from .handover import HandoverPage
from .information_page import InformationPage
from .moving import MovingPage
from .nomination_rounds import ROUND_STEPS
from .on_the_day import OnTheDayPage
from .pages import all_pages
from .progress_rounds import OPENING_STEPS
from .publication import WHO_READS, PublishedAdmin, PublishedForm, publication_steps
from .roll_forward import RollForwardPage
from .steps import Step, Told, for_whom
from .timeline import TimelinePage
from .venue_time import AtVenue

DATES_TASKS = {"opens_on", "closes_on", "host_party"}  # the days, and whose holidays count

MAY_BE_READ_BY = (gettext_lazy("Who may read it"), {"fields": ("audience", ("published_at", "embargo_until"))})


def dialogue_behind(record: Any) -> Dialogue | None:
    """The dialogue that a chosen record belongs to; none for one of the standing register."""
    if isinstance(record, Dialogue):
        return None
    for step in ("dialogue", "edition", "engagement"):
        found = getattr(record, step, None)
        if found is not None:
            return found if isinstance(found, Dialogue) else dialogue_behind(found)
    return None


class OfOneEdition(PortalForm):
    """What hangs on an edition points only to what belongs to the same dialogue, and to the same edition where it must."""

    OF_THE_SAME_EDITION = ("mandate", "session", "theme", "delegation")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        edition = cleaned.get("edition") or getattr(self.instance, "edition", None)
        dialogue = cleaned.get("dialogue") or dialogue_behind(self.instance) or dialogue_behind(edition)
        for name, value in list(cleaned.items()):
            if name not in self.fields or name in self.errors:
                continue
            chosen = value if isinstance(value, (list, models.QuerySet)) else [value]
            for one in chosen:
                if said := self._said_against(name, one, edition, dialogue):
                    self.add_error(name, said)
                    break
        return cleaned

    def _said_against(self, name: str, chosen: Any, edition: Edition | None, dialogue: Dialogue | None) -> str:
        other = getattr(chosen, "edition", None)
        if edition and other and other != edition and (name in self.OF_THE_SAME_EDITION or other.dialogue != edition.dialogue):
            return _("This belongs to %(other)s. Choose one of %(edition)s.") % {"other": other, "edition": edition}
        its_own = dialogue_behind(chosen)
        if dialogue and its_own and its_own != dialogue:
            return _("“%(record)s” belongs to another dialogue: %(other)s.") % {"record": chosen, "other": its_own}
        return ""


class PublishedOfOneEdition(OfOneEdition, PublishedForm):
    pass


def worded(field: Any, label: Any, *beside: str) -> Any:
    """A choice whose rows say more than their own words; `beside` are the relations that the words need."""
    if field is not None:
        field.queryset = field.queryset.select_related(*beside)
        field.label_from_instance = label
    return field


def with_its_year(record: Any) -> str:
    return f"{record}, {record.edition.year}"


# What each step says before it is taken


def count_of_tasks(edition: Edition) -> int:
    """A dialogue whose template nobody has touched gets the default one."""
    if not edition.dialogue.template_tasks.exists():
        return len(preparation.template()) - edition.tasks.count()
    return len(preparation.to_draw_up(edition))


def schedule_sentence(edition: Edition, by: Any) -> str:
    if edition.status == Edition.Status.POSTPONED:
        return _("Fixes the new days, %(days)s. What is undone is dated again, what is done stays done.") % {
            "days": edition.dates
        }
    count = count_of_tasks(edition)
    if not count:
        return _("Fixes the days, %(days)s, and dates the checklist by them.") % {"days": edition.dates}
    return ngettext(
        "Fixes the days, %(days)s, and draws up the checklist: %(count)d task.",
        "Fixes the days, %(days)s, and draws up the checklist: %(count)d tasks.",
        count,
    ) % {"days": edition.dates, "count": count}


def schedule_happens(edition: Edition, by: Any) -> list[str]:
    lines = [
        _("%(edition)s is scheduled for %(days)s in %(city)s.")
        % {"edition": edition, "days": edition.dates, "city": edition.city}
    ]
    if edition.status == Edition.Status.POSTPONED:
        lines += [
            _("Tasks that are neither done nor dated by hand are dated by the new days."),
            _("Working sessions come along by whole days and keep their time at the venue."),
            _("Every party that has nominated is asked to confirm its delegation for the new days."),
            _("%(readers)d messages about the new days go to the outbox. They leave when you send them.")
            % {"readers": len(told(edition))},
        ]
    elif count := count_of_tasks(edition):
        lines.append(_("The checklist gets %(count)d tasks, each dated by the calendars of its owners.") % {"count": count})
    else:
        lines.append(_("Tasks that are neither done nor dated by hand are dated by these days."))
    if edition.rolled_from_id and not edition.sessions.exists():
        lines.append(_("The working agenda gets the blocks of the last one, on the new days, without people and texts."))
    return [*lines, _("From then on its days change only by moving or postponing it."), for_whom(by)]


def begin_sentence(edition: Edition, by: Any) -> str:
    return _("Opens the delegations of %(count)d parties and the drafting of the agenda.") % {
        "count": edition.dialogue.parties.count()
    }


def begin_happens(edition: Edition, by: Any) -> list[str]:
    parties = ", ".join(str(party) for party in edition.dialogue.parties.all())
    return [
        _("Each party gets its delegation: %(parties)s.") % {"parties": parties},
        _("Focal points name their delegates; the agenda can be released."),
        for_whom(by),
    ]


def close_happens(edition: Edition, by: Any) -> list[str]:
    return [
        _("The agenda stays as it was last released; its %(count)d sessions are not moved any more.")
        % {"count": edition.sessions.count()},
        _("Action items can be agreed."),
        for_whom(by),
    ]


def follow_up_happens(edition: Edition, by: Any) -> list[str]:
    count = edition.action_items.still_open().count()
    said = ngettext("%(count)d open action item is followed.", "%(count)d open action items are followed.", count)
    return [_("The edition counts in statistics."), said % {"count": count}, for_whom(by)]


def everybody_reads(edition: Edition) -> list[str]:
    return [
        _("Everybody reads the page of %(edition)s: its dates, city and themes, and the sessions marked public.")
        % {"edition": edition},
        _("No room, no name and no other session is shown."),
    ]


def unsent(edition: Edition) -> int:
    return edition.messages.drafted().count()


def send_sentence(edition: Edition, by: Any) -> str:
    count = unsent(edition)
    return ngettext("%(count)d message waits in the outbox.", "%(count)d messages wait in the outbox.", count) % {
        "count": count
    }


S = Edition.Status
STEPS = (
    Step(
        name="schedule",
        verb=gettext_lazy("Schedule the edition"),
        run=editions.schedule_edition,
        argument="edition",
        reasons=editions.schedule_reasons,
        sentence=schedule_sentence,
        happens=schedule_happens,
        back=gettext_lazy("Back, nothing is scheduled"),
        when=lambda edition: edition.status in {S.PLANNED, S.POSTPONED},
    ),
    Step(
        name="prepare",
        verb=gettext_lazy("Begin the preparation"),
        run=editions.begin_preparation,
        argument="edition",
        reasons=editions.begin_preparation_reasons,
        sentence=begin_sentence,
        happens=begin_happens,
        when=lambda edition: edition.status == S.SCHEDULED,
    ),
    *RELEASE_STEPS,
    *ROUND_STEPS,
    *LETTER_STEPS,
    Step(
        name="send",
        verb=gettext_lazy("Send the messages"),
        run=partial(correspondence.send_messages, attach=attachment),
        argument="edition",
        reasons=correspondence.send_reasons,
        sentence=send_sentence,
        happens=lambda edition, by: [
            _("%(count)d messages leave now, one to each person.") % {"count": unsent(edition)},
            _("One that cannot be delivered stays in the outbox with the reason."),
            for_whom(by),
        ],
        label=lambda edition: (
            ngettext("Send %(count)d message", "Send %(count)d messages", unsent(edition)) % {"count": unsent(edition)}
        ),
        back=gettext_lazy("Back, nothing is sent"),
        when=lambda edition: unsent(edition) > 0,
    ),
    Step(
        name="close",
        verb=gettext_lazy("Close the edition"),
        run=editions.close_edition,
        argument="edition",
        reasons=editions.close_reasons,
        sentence=lambda edition, by: _("Its last day has come. The agenda stays as it is, action items can be agreed."),
        happens=close_happens,
        back=gettext_lazy("Back, the edition stays open"),
        when=lambda edition: edition.status in {S.PREPARING, S.OPEN},
    ),
    *CONCLUSION_STEPS,
    Step(
        name="follow-up",
        verb=gettext_lazy("Begin the follow-up"),
        run=editions.begin_follow_up,
        argument="edition",
        reasons=editions.follow_up_reasons,
        sentence=lambda edition, by: _("What was concluded stands; from here on its action items are followed."),
        happens=follow_up_happens,
        when=lambda edition: edition.status == S.CLOSED,
    ),
    *OPENING_STEPS,
    Step(
        name="archive",
        verb=gettext_lazy("Archive the edition"),
        run=editions.archive_edition,
        argument="edition",
        reasons=editions.archive_reasons,
        sentence=lambda edition, by: _("The last step: nothing of it is worked on any more."),
        happens=lambda edition, by: [
            _("It leaves the editions in hand. What is public of it stays public."),
            _("This is not undone."),
            for_whom(by),
        ],
        back=gettext_lazy("Back, nothing is archived"),
        when=lambda edition: edition.status == S.FOLLOW_UP,
    ),
    *DECISION_STEPS,
    *publication_steps(everybody_reads),
)


DATES_AND_HOST = gettext_lazy("Dates and host")


class EditionForm(PublishedForm):
    """The page of an edition changes while it is prepared: a correction may be said, none is asked for."""

    needs_correction = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "opens_on" in self.fields:
            check_dates(self, "opens_on", "closes_on")
        return cleaned


@admin.register(Edition)
class EditionAdmin(
    ActionImportPage,
    DifferencePage,
    OnTheDayPage,
    AttendancePage,
    AgendaBuilderPages,
    DelegationPages,
    TimelinePage,
    HandoverPage,
    InformationPage,
    MovingPage,
    RollForwardPage,
    PublishedAdmin,
    AtVenue,
):
    form = EditionForm
    kept_through = ""
    chosen_from_kept = ("dialogue",)
    steps = STEPS
    bulks = (*acceptance.BULKS, *attendance.BULKS, *attendance.AT_THE_DESK)
    list_display = ("title", "dialogue", "days", "place", "stage", "release")
    list_filter = (("dialogue", VisibleRelatedFilter), "status", "year")
    search_fields = ("name_en", "name_nl", "city_en", "city_nl", "=year")
    list_select_related = ("dialogue", "host_party")
    autocomplete_fields = ("organisations",)
    prefill = ("dialogue", "year")
    readonly_fields = ("stage", "audience")
    FIXED_WITH_ITS_DAYS = ("opens_on", "closes_on", "date_precision", "host_party", "time_zone")
    fieldsets = (
        (None, {"fields": (("dialogue", "year"), ("ordinal", "stage"))}),
        WHO_READS,
        (gettext_lazy("Name and purpose"), {"fields": (pair("name"), pair("purpose"))}),
        (
            DATES_AND_HOST,
            {
                "fields": (
                    ("opens_on", "closes_on"),
                    ("date_precision", "length_days"),
                    ("host_party", "time_zone"),
                    pair("city"),
                    ("venue",),
                )
            },
        ),
        (
            gettext_lazy("As stated in a published text"),
            {"classes": ("collapse",), "fields": (pair("participants"), "organisations", pair("programme"))},
        ),
    )

    def edition_of(self, request: HttpRequest, obj: Any) -> Edition | None:
        return obj

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Fixed days, and what they are counted by, change by moving or postponing the edition."""
        fixed = self.FIXED_WITH_ITS_DAYS if obj is not None and obj.status in Edition.DAYS_FIXED else ()
        return (*super().get_readonly_fields(request, obj), *fixed)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or obj.status not in Edition.DAYS_FIXED or not self.has_change_permission(request, obj):
            return fieldsets
        said = format_html(
            '{} <a href="{}">{}</a>',
            _("The days are fixed: tasks are dated by them and people count on them."),
            reverse("admin:dialogues_edition_move", args=[obj.pk]),
            _("Move to other days"),
        )
        return [
            (title, {**options, "description": said} if title == DATES_AND_HOST else options) for title, options in fieldsets
        ]

    def deletable(self, request: HttpRequest, obj: Any) -> bool:
        """Its delegations, its checklist and its journal hang on it."""
        return False

    def told(self, record: Edition, user: Any) -> Told:
        if record.status != Edition.Status.PREPARING:
            return {}
        reasons = agenda.release_reasons(record, user)
        warnings = 0 if reasons else sum(check.level == "warns" for check in agenda.agenda_checks(record, user))
        return told_of_release(record, reasons, warnings, is_first=record.latest_release() is None)

    def zone(self, request: HttpRequest, obj: Any = None) -> tzinfo:
        return obj.zone if obj else ZoneInfo("UTC")

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        obj = kwargs.get("obj")
        if obj is not None and self.has_change_permission(request, obj):
            context["further_pages"] = all_pages(obj)
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=gettext_lazy("edition"), ordering="year")
    def title(self, edition: Edition) -> str:
        return edition.title

    @admin.display(description=gettext_lazy("days"), ordering="opens_on")
    def days(self, edition: Edition) -> str:
        return edition.dates or _("Not stated")

    @admin.display(description=gettext_lazy("place"))
    def place(self, edition: Edition) -> str:
        return edition.city or _("Not stated")

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def stage(self, edition: Edition) -> str:
        if edition.pk is None:
            return _("Planned. Moves only through a step.")
        return str(edition.standing().label).capitalize()

    @admin.display(description=gettext_lazy("agenda"))
    def release(self, edition: Edition) -> str:
        latest = edition.latest_release()
        return _("release %(number)s") % {"number": latest.number} if latest else "–"

    def save_model(self, request: HttpRequest, obj: Edition, form: Any, change: bool) -> None:
        """A new edition is the delegates’ own until “Publish”; the checklist of a planned one follows the days typed."""
        if not change:
            obj.audience = Audience.DELEGATES
        super().save_model(request, obj, form, change)
        if change and obj.status == Edition.Status.PLANNED and not DATES_TASKS.isdisjoint(form.changed_data):
            preparation.date_checklist(obj)
