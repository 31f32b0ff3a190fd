"""Releasing the agenda in the admin: the steps of an edition, and who would be told what, shown before it is done."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language_info, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from dialogues.models import AgendaRelease, Edition, OutgoingMessage
from dialogues.models.ceiling import within_ceiling
from dialogues.procedures import agenda, agenda_notices
from dialogues.procedures.agenda_withheld import Withheld
from dialogues.procedures.steps import Check, Reason
from parties.models import User

from .steps import Step, Told, change_address, for_whom

S = Edition.Status


def in_digits(number: agenda.Number) -> str:
    return "{}.{}".format(*number)


def number_of(edition: Edition, planned: bool) -> str:
    return in_digits(agenda.next_number(edition, planned))


def readers_of(edition: Edition) -> int:
    return len(agenda_notices.readers_of_agenda(edition))


def sentence_of_release(sessions: int, number: str, warnings: int, readers: int) -> str:
    said = {"sessions": sessions, "number": number, "readers": readers}
    sentence = _("Freezes %(sessions)d sessions as release %(number)s for %(readers)d readers.") % said
    if not warnings:
        return " ".join([sentence, _("No warning.")])
    warned = ngettext("%(count)d warning; it does not block.", "%(count)d warnings; none of them blocks.", warnings)
    return f"{sentence} {warned % {'count': warnings}}"


def release_sentence(edition: Edition, by: Any, planned: bool = True) -> str:
    warnings = sum(check.level == "warns" for check in agenda.agenda_checks(edition, by))
    sessions = edition.sessions.going_ahead().count()
    return sentence_of_release(sessions, number_of(edition, planned), warnings, readers_of(edition))


def told_of_release(edition: Edition, reasons: list[Reason], warnings: int, *, is_first: bool) -> Told:
    """The ways to release, from what the page has asked already: they differ in the number alone; a first has no correction."""
    ways = (("release", True),) if is_first else (("release", True), ("correct", False))
    if reasons:
        return {name: (reasons, "") for name, _planned in ways}
    sessions, readers = edition.sessions.going_ahead().count(), readers_of(edition)
    return {name: ([], sentence_of_release(sessions, number_of(edition, planned), warnings, readers)) for name, planned in ways}


def release_happens(edition: Edition, by: Any, planned: bool = True) -> list[str]:
    said = {"sessions": edition.sessions.going_ahead().count(), "number": number_of(edition, planned)}
    return [
        _("The %(sessions)d sessions of the working agenda are frozen as release %(number)s.") % said,
        _("A release is never changed, only superseded; one made in error can be withdrawn."),
        _("Delegates and focal points see it at once, in English and Dutch."),
        _("Who is told what stands below. The messages go to the outbox and leave when you send them."),
        for_whom(by),
    ]


def release_checks(edition: Edition, by: Any) -> list[Check]:
    return agenda.agenda_checks(edition, by)


def correction_reasons(edition: Edition, by: Any) -> list[Reason]:
    if edition.latest_release() is None:
        return [Reason(_("There is no release yet that could be corrected."))]
    return agenda.release_reasons(edition, by)


def can_correct(edition: Edition) -> bool:
    """Only where a correction and a planned release get different numbers."""
    latest = edition.latest_release()
    return edition.status == S.PREPARING and latest is not None and latest.major < agenda.LAST_PLANNED


# Who would be told what


def notice_preview(edition: Edition, by: Any, planned: bool = True) -> dict[str, Any]:
    """The messages that the release would draft, those of one text together, and who cannot be told.

    One about another party’s own sessions stands there without its text.
    """
    drafted = agenda.preview_release(edition, by, planned=planned).messages
    withheld = Withheld(edition, by)
    groups: dict[tuple[str, str, str], list[int]] = {}
    for message in drafted:
        text = "" if withheld.holds(message) else message.text
        groups.setdefault((message.lang, message.subject, text), []).append(message.recipient_id)
    told = User.objects.select_related("person__party").in_bulk([message.recipient_id for message in drafted])
    return {
        "count": len(drafted),
        "untold": readers_of(edition) - len(drafted),
        "groups": [
            {
                "language": get_language_info(lang)["name_local"],
                "subject": subject,
                "text": text,
                "readers": [told[pk].person for pk in readers],
                "others": len(readers) - 1,
            }
            for (lang, subject, text), readers in groups.items()
        ],
        "unreached": [{"registration": one, "address": change_address(one)} for one in agenda_notices.without_account(edition)],
    }


def outbox_of(release: AgendaRelease) -> str:
    asked = {"agenda_release__id__exact": release.pk}
    return f"{reverse('admin:dialogues_outgoingmessage_changelist')}?{urlencode(asked)}"


def to_its_messages(request: HttpRequest, edition: Edition, release: AgendaRelease) -> HttpResponse:
    """After a release what is left to do is to read its messages and send them."""
    count = OutgoingMessage.objects.filter(agenda_release=release).count()
    if not count:
        messages.success(
            request, _("Released as %(number)s. It changes nothing for anybody who is told.") % {"number": release}
        )
        return redirect(change_address(edition))
    words = ngettext(
        "Released as %(number)s. %(count)d message waits here until you send it.",
        "Released as %(number)s. %(count)d messages wait here until you send them.",
        count,
    )
    messages.success(request, words % {"number": release.number, "count": count})
    return redirect(outbox_of(release))


# Outlines


def outline_number(edition: Edition) -> str:
    return in_digits(agenda.next_outline(edition))


def outline_sentence(edition: Edition, by: Any) -> str:
    said = {"number": outline_number(edition)}
    return _("Freezes the working agenda as outline %(number)s for the secretaries alone.") % said


def outline_happens(edition: Edition, by: Any) -> list[str]:
    said = {"sessions": edition.sessions.going_ahead().count(), "number": outline_number(edition)}
    return [
        _("The %(sessions)d sessions of the working agenda are frozen as outline %(number)s.") % said,
        _("Only the secretaries of the dialogue read it. No delegate, page, calendar or file has it."),
        _("The other secretaries get a message; it waits in the outbox until you send it."),
        for_whom(by),
    ]


class ReleaseForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Note with the release"),
        help_text=gettext_lazy("Optional. Delegates read it above the agenda and in the message."),
        max_length=1000,
        required=False,
        validators=[within_ceiling],
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OutlineForm(ReleaseForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].help_text = _("Optional. The other secretaries read it in the message.")


RELEASE_STEPS = (
    Step(
        name="release",
        verb=gettext_lazy("Release the agenda"),
        run=agenda.release_agenda,
        argument="edition",
        reasons=agenda.release_reasons,
        sentence=release_sentence,
        happens=release_happens,
        checks=release_checks,
        form=ReleaseForm,
        beneath="admin/includes/agenda_notice.html",
        told=notice_preview,
        shows=to_its_messages,
        label=lambda edition: _("Release the agenda as %(number)s") % {"number": number_of(edition, True)},
        back=gettext_lazy("Back, nothing is released"),
        when=lambda edition: edition.status == S.PREPARING,
    ),
    Step(
        name="correct",
        verb=gettext_lazy("Release a correction"),
        run=partial(agenda.release_agenda, planned=False),
        argument="edition",
        reasons=correction_reasons,
        sentence=partial(release_sentence, planned=False),
        happens=partial(release_happens, planned=False),
        checks=release_checks,
        form=ReleaseForm,
        beneath="admin/includes/agenda_notice.html",
        told=partial(notice_preview, planned=False),
        shows=to_its_messages,
        label=lambda edition: _("Release the correction as %(number)s") % {"number": number_of(edition, False)},
        back=gettext_lazy("Back, nothing is released"),
        when=can_correct,
    ),
    Step(
        name="outline",
        verb=gettext_lazy("Share an outline of the agenda"),
        run=agenda.release_outline,
        argument="edition",
        reasons=agenda.outline_reasons,
        sentence=lambda edition, by: (
            _("Freezes the working agenda as outline %(number)s for the secretaries alone.")
            % {"number": outline_number(edition)}
        ),
        happens=outline_happens,
        form=OutlineForm,
        label=lambda edition: _("Share the outline as %(number)s") % {"number": outline_number(edition)},
        back=gettext_lazy("Back, nothing is shared"),
        when=lambda edition: edition.status == S.PREPARING and not edition.has_agenda(),
    ),
)
