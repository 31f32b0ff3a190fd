"""Reporting on an action item for a party that has no focal point at hand: what its secretary may do (workflows §4.5).

That it is complete, and that the other party's is, is said by focal points on the portal's own pages.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import ActionItem, Engagement, Evidence, ProgressUpdate
from dialogues.procedures import progress
from parties.models import Party

from .steps import Step, for_whom

NO_OPERATIONS = gettext_lazy(
    "No names of suspects, cases, operations, sources or vessels, and nothing seized that is not yet public."
)


class ReportForm(forms.Form):
    rating = forms.ChoiceField(
        label=gettext_lazy("How it stands"),
        choices=[choice for choice in ProgressUpdate.Rating.choices if choice[0] != ProgressUpdate.Rating.COMPLETE],
        initial=ProgressUpdate.Rating.ON_TRACK,
    )
    text = forms.CharField(
        label=gettext_lazy("What was done"),
        help_text=NO_OPERATIONS,
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
        error_messages={"required": gettext_lazy("Say what was done.")},
    )
    next_step_on = forms.DateField(
        label=gettext_lazy("Next step by"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


def block_form(item: ActionItem) -> type[forms.Form]:
    fields = {
        "reason": forms.CharField(
            label=gettext_lazy("Why it cannot go on, and what is needed"),
            help_text=NO_OPERATIONS,
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 4}),
            error_messages={"required": gettext_lazy("Say what is needed, and from whom.")},
        ),
        "needed_from": forms.ModelChoiceField(
            Party.objects.filter(dialogues=item.edition.dialogue_id).order_by("code"),
            label=gettext_lazy("From which party something is needed"),
            required=False,
            empty_label=gettext_lazy("somebody outside the parties"),
        ),
    }
    return type("BlockForm", (forms.Form,), fields)


def evidence_form(item: Any) -> type[forms.Form]:
    """An engagement of this dialogue that the reader may see and that took place."""
    asked_by = getattr(item, "asked_by", None)
    known = progress.citable_engagements(item, asked_by) if asked_by else Engagement.objects.none()
    fields = {
        "kind": forms.ChoiceField(label=gettext_lazy("Kind of evidence"), choices=Evidence.Kind.choices),
        "reference": forms.CharField(
            label=gettext_lazy("Where it can be found"),
            help_text=NO_OPERATIONS,
            max_length=300,
            required=False,
        ),
        "engagement": forms.ModelChoiceField(
            known,
            label=gettext_lazy("Which engagement"),
            help_text=gettext_lazy("Only for the kind “engagement held”."),
            required=False,
            empty_label=gettext_lazy("none"),
        ),
    }
    return type("EvidenceForm", (forms.Form,), fields)


def first_report(item: ActionItem) -> bool:
    return item.status == ActionItem.Status.AGREED


def report_sentence(item: ActionItem, by: Any) -> str:
    if first_report(item):
        return _("Adds a dated statement for your party; with it the item is in progress.")
    return _("Adds a dated statement for your party; those before it stay.")


REPORTING = (
    Step(
        name="report",
        verb=gettext_lazy("Report progress"),
        run=progress.report_progress,
        argument="action_item",
        reasons=progress.report_progress_reasons,
        sentence=report_sentence,
        happens=lambda item, by: [
            report_sentence(item, by),
            _("Everybody who reads the item reads it, in the language in which you write it."),
            for_whom(by),
        ],
        form=ReportForm,
        back=gettext_lazy("Back, nothing is reported"),
        when=lambda item: item.status in ActionItem.WORKING,
    ),
    Step(
        name="evidence",
        verb=gettext_lazy("Give evidence"),
        run=progress.give_evidence,
        argument="action_item",
        reasons=progress.give_evidence_reasons,
        sentence=lambda item, by: _("Says where it can be found that something was done; never the material itself."),
        happens=lambda item, by: [
            _("A focal point of the lead party then reports the item complete; another party confirms it."),
            for_whom(by),
        ],
        form_of=evidence_form,
        when=lambda item: item.status in ActionItem.WORKING,
    ),
    Step(
        name="block",
        verb=gettext_lazy("Report it blocked"),
        run=progress.block,
        argument="action_item",
        reasons=progress.block_reasons,
        sentence=lambda item, by: _("Says why it cannot go on, and what is needed from whom."),
        happens=lambda item, by: [
            _("The party from which something is needed is told in its weekly message, until the item is taken up again."),
            for_whom(by),
        ],
        form_of=block_form,
        takes_away=True,
        when=lambda item: item.status == ActionItem.Status.IN_PROGRESS,
    ),
    Step(
        name="take-up",
        verb=gettext_lazy("Take it up again"),
        run=progress.unblock,
        argument="action_item",
        reasons=progress.unblock_reasons,
        sentence=lambda item, by: _("What was needed is there: it is in progress again."),
        happens=lambda item, by: [_("It is in progress again."), for_whom(by)],
        when=lambda item: item.status == ActionItem.Status.BLOCKED,
    ),
)
FOR_THE_LEAD = {"propose-date", "name-owner", *(step.name for step in REPORTING)}
