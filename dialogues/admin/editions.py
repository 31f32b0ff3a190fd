from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dialogues.models import Appearance, Edition
from dialogues.procedures import agenda, editions
from dialogues.procedures.agenda_checks import agenda_checks
from dialogues.procedures.correspondence import readers_of_agenda, send_messages, send_reasons
from dialogues.procedures.preparation import date_checklist, template
from socportal.admin import PortalAdmin, VisibleRelatedFilter, pair

from .steps import Step, StepsMixin


class ReleaseForm(forms.Form):
    planned = forms.TypedChoiceField(
        label=gettext_lazy("Which release is it"),
        choices=[
            ("yes", gettext_lazy("one of the planned releases (1.0, 2.0, 3.0)")),
            ("no", gettext_lazy("a correction in between")),
        ],
        coerce=lambda value: value == "yes",
        initial="yes",
        error_messages={"required": gettext_lazy("Say which release it is")},
    )
    note = forms.CharField(
        label=gettext_lazy("Note with the release"),
        help_text=gettext_lazy("Optional. Delegates read it above the agenda."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=1000,
    )


def _number(edition: Edition) -> str:
    return "{}.{}".format(*agenda.next_number(edition, planned=True))


def _release_sentence(edition: Edition, by: Any) -> str:
    warnings = sum(check.level == "warns" for check in agenda_checks(edition, by))
    counted = ngettext("%(count)d warning, it does not block.", "%(count)d warnings, none of them blocks.", warnings)
    sessions = edition.sessions.going_ahead().count()
    said = {"sessions": sessions, "number": _number(edition), "readers": len(list(readers_of_agenda(edition)))}
    sentence = _("Freezes %(sessions)d sessions as release %(number)s for %(readers)d readers.") % said
    return f"{sentence} {counted % {'count': warnings}}" if warnings else sentence


def _release_happens(edition: Edition, by: Any) -> list[str]:
    readers = len(list(readers_of_agenda(edition)))
    return [
        _("The %(sessions)d sessions of the working agenda are frozen. A release is never changed, only superseded.")
        % {"sessions": edition.sessions.going_ahead().count()},
        _("%(readers)d delegates and focal points see it at once, in English and Dutch.") % {"readers": readers},
        _("%(readers)d messages go to the outbox. They leave when you send them.") % {"readers": readers},
        _("The journal records you, with the time of the step."),
    ]


STEPS = (
    Step(
        name="schedule",
        verb=gettext_lazy("Schedule the edition"),
        run=editions.schedule_edition,
        argument="edition",
        reasons=editions.schedule_reasons,
        sentence=lambda edition, by: (
            _("Fixes %(days)s and dates the %(tasks)d tasks of the checklist.")
            % {"days": edition.dates, "tasks": len(template())}
        ),
        happens=lambda edition, by: [
            _("The days %(days)s are fixed; moving them later shows every date before and after.") % {"days": edition.dates},
            _("The checklist of %(tasks)d tasks is drawn up and dated, off weekends and the holidays of both parties.")
            % {"tasks": len(template())},
            _("The journal records you, with the time of the step."),
        ],
    ),
    Step(
        name="prepare",
        verb=gettext_lazy("Begin the preparation"),
        run=editions.begin_preparation,
        argument="edition",
        reasons=editions.preparation_reasons,
        sentence=lambda edition, by: _("Opens the delegations and the drafting of the agenda."),
        happens=lambda edition, by: [
            _("Each party gets its delegation, to be filled by its focal point."),
            _("The agenda can be drafted and released."),
            _("The journal records you, with the time of the step."),
        ],
    ),
    Step(
        name="release-agenda",
        verb=gettext_lazy("Release the agenda"),
        run=agenda.release_agenda,
        argument="edition",
        reasons=agenda.release_reasons,
        sentence=_release_sentence,
        happens=_release_happens,
        checks=agenda_checks,
        form=ReleaseForm,
        label=lambda edition: _("Release the agenda as %(number)s") % {"number": _number(edition)},
        done=gettext_lazy("The agenda is released. The messages wait in the outbox."),
    ),
    Step(
        name="send",
        verb=gettext_lazy("Send the messages"),
        run=send_messages,
        argument="edition",
        reasons=send_reasons,
        sentence=lambda edition, by: (
            _("Sends the %(count)d messages that wait in the outbox.") % {"count": edition.messages.unsent().count()}
        ),
        happens=lambda edition, by: [
            _("%(count)d messages leave now, one to each recipient.") % {"count": edition.messages.unsent().count()},
            _("A message that cannot be delivered stays in the outbox with the reason; the others leave all the same."),
        ],
        done=gettext_lazy("The messages are on their way. What could not be sent stays in the outbox."),
    ),
    Step(
        name="publish",
        verb=gettext_lazy("Publish the page"),
        run=editions.publish_edition,
        argument="edition",
        reasons=editions.publish_reasons,
        sentence=lambda edition, by: _("Lets everybody read this edition’s page."),
        happens=lambda edition, by: [
            _("The public reads days, city, themes and the sessions marked public."),
            _("Before it has closed, no room, no breakout and no minister’s time is public; no delegate’s name ever is."),
        ],
    ),
    Step(
        name="close",
        verb=gettext_lazy("Close the edition"),
        run=editions.close_edition,
        argument="edition",
        reasons=editions.close_reasons,
        sentence=lambda edition, by: _("Ends it: the agenda stays as it was, actions are entered."),
        happens=lambda edition, by: [
            _("Sessions and registrations stay as they are from here on."),
            _("Action items can be proposed and agreed."),
            _("The journal records you, with the time of the step."),
        ],
    ),
)


@admin.register(Edition)
class EditionAdmin(StepsMixin, PortalAdmin):
    """One annual holding: its days, its host, and the steps that take it from planned to closed."""

    steps = STEPS
    list_display = ("title", "dialogue", "dates", "host_party", "status_now")
    list_filter = (("dialogue", VisibleRelatedFilter), "status")
    list_select_related = ("dialogue", "host_party")
    search_fields = ("name_en", "name_nl", "city_en", "year")
    readonly_fields = ("status_now", "published_at")
    filter_horizontal = ("organisations",)
    fieldsets = (
        (
            gettext_lazy("Name and purpose"),
            {"fields": (("dialogue", "year"), ("ordinal", "status_now"), pair("name"), pair("purpose"))},
        ),
        (
            gettext_lazy("Dates and host"),
            {"fields": (("opens_on", "closes_on"), ("date_precision", "time_zone"), ("host_party", "venue"), pair("city"))},
        ),
        (
            gettext_lazy("Who may read it"),
            {
                "fields": (("audience", "published_at"), "embargo_until"),
                "description": gettext_lazy("It becomes public by the step “Publish the page”."),
            },
        ),
        (
            gettext_lazy("As sources state it"),
            {"classes": ("collapse",), "fields": (pair("participants"), "length_days", "organisations")},
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.readonly_fields, "dialogue", "year") if obj else self.readonly_fields

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def status_now(self, edition: Edition) -> str:
        return str(edition.standing().label) if edition.pk else str(Edition.Status.PLANNED.label)

    @admin.display(description=gettext_lazy("edition"), ordering="year")
    def title(self, edition: Edition) -> str:
        return edition.title

    @admin.display(description=gettext_lazy("days"), ordering="opens_on")
    def dates(self, edition: Edition) -> str:
        return edition.dates or _("not stated")

    def save_model(self, request: HttpRequest, obj: Edition, form: Any, change: bool) -> None:
        """A moved opening dates again what is neither done nor dated by hand."""
        super().save_model(request, obj, form, change)
        if change and {"opens_on", "closes_on", "host_party"} & set(form.changed_data):
            moved = date_checklist(obj)
            if moved:
                text = ngettext(
                    "%(count)d task of the checklist has a new date.",
                    "%(count)d tasks of the checklist have new dates.",
                    len(moved),
                )
                self.message_user(request, text % {"count": len(moved)})


@admin.register(Appearance)
class AppearanceAdmin(PortalAdmin):
    """A public office-holder named in connection with an edition, with the role held then."""

    kept_through = "edition"
    list_display = ("person", "role_en", "edition")
    list_filter = (("edition", VisibleRelatedFilter),)
    list_select_related = ("person", "edition__dialogue")
    autocomplete_fields = ("person",)
    fields = (("edition", "person"), pair("role"), pair("occasion"))
