"""The round of nominations as a step of the edition: opened with a deadline at the venue, and its deadline moved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import Category, Edition, NominationRound
from dialogues.models.correspondence import in_capitals
from dialogues.procedures import nomination_rounds

from .steps import Step, for_whom


class VenueTime(forms.DateTimeField):
    """A day and a time on the clock of the venue, which is the zone of the page."""

    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})

    def __init__(self, **kwargs: Any) -> None:
        said = {"help_text": gettext_lazy("Day and time at the venue."), **kwargs}
        said["error_messages"] = {"required": gettext_lazy("Give a day and a time.")}
        super().__init__(**said)

    def clean(self, value: Any) -> Any:
        """Nothing that lies so far off that a clock elsewhere has no date for it."""
        cleaned = super().clean(value)
        if isinstance(cleaned, datetime) and not 2000 <= cleaned.year <= 2100:
            raise forms.ValidationError(_("Give a day of this century."))
        return cleaned


class RoundForm(forms.Form):
    closes_at = VenueTime(label=gettext_lazy("Nominations close"))
    categories = forms.MultipleChoiceField(
        label=gettext_lazy("Categories allowed"),
        choices=Category.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Allow at least one category.")},
    )


def round_of(edition: Edition) -> NominationRound | None:
    """Asked of the database once a record."""
    return getattr(edition, "nomination_round", None)


def initial(edition: Edition) -> dict[str, Any]:
    found = round_of(edition)
    return {"closes_at": found and found.closes_at, "categories": found.categories if found else Category.values}


def deadline_sentence(edition: Edition, by: Any) -> str:
    found = round_of(edition)
    return _("Now: %(when)s.") % {"when": in_capitals(found.closes_at, edition)} if found else ""


def can_be_open(edition: Edition) -> bool:
    return edition.status == Edition.Status.PREPARING and not edition.has_closed()


ROUND_STEPS = (
    Step(
        name="open-nominations",
        verb=gettext_lazy("Open nominations"),
        run=nomination_rounds.open_round,
        argument="edition",
        reasons=nomination_rounds.open_round_reasons,
        sentence=lambda edition, by: _("Sets the deadline; from then on the focal points name their delegations."),
        happens=lambda edition, by: [
            _("The focal points of all parties enter their people; drafts are theirs alone."),
            _("What they hand in after the deadline waits for the secretariat lead."),
            for_whom(by),
        ],
        form=RoundForm,
        initial=initial,
        back=gettext_lazy("Back, nothing is opened"),
        when=lambda edition: can_be_open(edition) and round_of(edition) is None,
    ),
    Step(
        name="move-deadline",
        verb=gettext_lazy("Move the deadline"),
        run=nomination_rounds.open_round,
        argument="edition",
        reasons=nomination_rounds.open_round_reasons,
        sentence=deadline_sentence,
        happens=lambda edition, by: [
            _("The new deadline holds for all parties; one that was given longer keeps the later of the two."),
            _("What has been handed in keeps its standing, on time or late."),
            for_whom(by),
        ],
        form=RoundForm,
        initial=initial,
        back=gettext_lazy("Back, the deadline stays"),
        when=lambda edition: can_be_open(edition) and round_of(edition) is not None,
    ),
)
