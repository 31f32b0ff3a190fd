"""Accepting and returning nominations, one or many: completeness and number only, the party chooses its own people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dialogues.models import Edition, Nomination
from dialogues.procedures import acceptance
from dialogues.procedures.nomination_checks import parties_to_consent
from dialogues.procedures.steps import Check

from .bulk import Bulk
from .steps import Step, for_whom


class LateForm(forms.Form):
    late_reason = forms.CharField(
        label=gettext_lazy("Why it is accepted after the deadline"),
        help_text=gettext_lazy("It stands in the report on the nominations. Nothing about the person."),
        max_length=200,
        error_messages={"required": gettext_lazy("Say why it is accepted after the deadline.")},
    )


class MessageForm(forms.Form):
    message = forms.CharField(
        label=gettext_lazy("What is missing"),
        help_text=gettext_lazy("The party’s focal points read it. Say what to add or to change, not whom to choose."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say what is missing, so that the party can complete it.")},
    )


def is_waiting(nomination: Nomination) -> bool:
    return nomination.status in Nomination.UNSETTLED


def accept_checks(nomination: Nomination, by: Any) -> list[Check]:
    """Number, and whose consent there is; who is missing stands among the reasons."""
    checks = acceptance.accept_checks(nomination, by)
    if nomination.needs_consent and not parties_to_consent(nomination):
        checks.append(Check("passed", _("All parties have consented.")))
    return checks


def accept_happens(nomination: Nomination, by: Any) -> list[str]:
    happens = [
        _("The person is registered in the delegation of %(party)s and can sign in by code.")
        % {"party": nomination.delegation.party},
        _("A message “Please complete your details” goes to the outbox. It leaves when it is released."),
    ]
    if nomination.replaces_id:
        happens.insert(0, _("It takes the seat of the nomination that it replaces; that registration ends at once."))
    return [*happens, for_whom(by)]


ACCEPT = Step(
    name="accept",
    verb=gettext_lazy("Accept"),
    run=acceptance.accept,
    argument="nomination",
    reasons=acceptance.accept_reasons,
    sentence=lambda nomination, by: _("Complete, and of this party’s choosing: registers the person."),
    happens=accept_happens,
    checks=accept_checks,
    form_of=lambda nomination: LateForm if nomination.is_late else forms.Form,
    back=gettext_lazy("Back, nothing is accepted"),
    when=is_waiting,
)
RETURN = Step(
    name="return",
    takes_away=True,
    verb=gettext_lazy("Return"),
    run=acceptance.give_back,
    argument="nomination",
    reasons=acceptance.give_back_reasons,
    sentence=lambda nomination, by: _("Gives it back to the party with what is missing."),
    happens=lambda nomination, by: [
        _("The focal points of %(party)s are told what is missing and can hand it in again.")
        % {"party": nomination.delegation.party},
        for_whom(by),
    ],
    form=MessageForm,
    back=gettext_lazy("Back, nothing is returned"),
    when=is_waiting,
)


# Many at once


def waiting_of(edition: Edition, user: Any) -> models.QuerySet[Nomination]:
    """Oldest first; an alternate after everybody it could stand for."""
    return (
        Nomination.objects.visible_to(user)
        .unsettled()
        .filter(edition=edition)
        .select_related("edition__dialogue", "delegation__party", "organisation", "replaces", "alternate_for")
        .order_by(models.F("alternate_for").asc(nulls_first=True), "submitted_at", "pk")
    )


def in_a_list(nomination: Nomination) -> str:
    return f"{nomination.name}, {nomination.delegation.party} ({nomination.get_category_display()})"


BOARD = "dialogues_edition_delegations"
BULKS = (
    Bulk(
        name="accept",
        step=ACCEPT,
        rows=lambda edition, user, said: waiting_of(edition, user),
        words=in_a_list,
        question=gettext_lazy("Accept these nominations?"),
        label=lambda count: ngettext("Accept %(count)d nomination", "Accept %(count)d nominations", count) % {"count": count},
        done=lambda count: (
            ngettext("%(count)d nomination accepted.", "%(count)d nominations accepted.", count) % {"count": count}
        ),
        page=BOARD,
        form_of=lambda rows: LateForm if any(row.is_late for row in rows) else forms.Form,
        answers=lambda row, said: said if row.is_late else {},
    ),
    Bulk(
        name="return",
        step=RETURN,
        rows=lambda edition, user, said: waiting_of(edition, user),
        words=in_a_list,
        question=gettext_lazy("Return these nominations?"),
        label=lambda count: ngettext("Return %(count)d nomination", "Return %(count)d nominations", count) % {"count": count},
        done=lambda count: (
            ngettext("%(count)d nomination returned.", "%(count)d nominations returned.", count) % {"count": count}
        ),
        page=BOARD,
        form_of=lambda rows: MessageForm,
    ),
)
