"""Acting on an action item: one page an act, the same for a focal point on a phone as for a secretary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from dialogues.models import ActionItem, Evidence, ProgressUpdate
from dialogues.procedures import action_items, progress
from dialogues.procedures.steps import Reason, StepRefused
from socportal import clock

NO_OPERATIONS = _("No names of suspects, cases, operations, sources or vessels, and nothing seized that is not yet public.")


class ReportForm(forms.Form):
    rating = forms.ChoiceField(
        label=_("How it stands"),
        choices=[("", _("Choose"))] + [choice for choice in ProgressUpdate.Rating.choices if choice[0] != "complete"],
        error_messages={"required": _("Say how it stands"), "invalid_choice": _("Choose one of the five standings")},
    )
    text = forms.CharField(
        label=_("What was done"),
        help_text=_("At most 120 words. The other party reads it as you write it.") + " " + NO_OPERATIONS,
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
        error_messages={"required": _("Say what was done")},
    )
    next_step_on = forms.DateField(
        label=_("Next step by"),
        required=False,
        help_text=_("A day, for example 2027-03-16. You may leave it empty."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Give a day such as 2027-03-16")},
    )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        words = len(text.split())
        if words > ProgressUpdate.MOST_WORDS:
            raise forms.ValidationError(
                _("The text has %(words)d words; shorten it to %(most)d"),
                params={"words": words, "most": ProgressUpdate.MOST_WORDS},
            )
        return text


class EvidenceForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Kind of evidence"),
        choices=[("", _("Choose")), *Evidence.Kind.choices],
        error_messages={"required": _("Choose the kind of evidence")},
    )
    reference = forms.CharField(
        label=_("Where it can be found"),
        help_text=_("An address, or register number and holder.") + " " + NO_OPERATIONS,
        max_length=300,
        error_messages={"required": _("Say where it can be found")},
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=NO_OPERATIONS,
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        error_messages={"required": _("Give the reason")},
    )


class BlockForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("What is needed, and from whom")


@dataclass(frozen=True)
class Act:
    """One thing that can be done to an item: its words, its form, and the procedure that does it or says why not."""

    slug: str
    verb: Any
    done: Any
    run: Callable[..., Any]
    reasons: Callable[[ActionItem, Any], list[Reason]]
    form: type[forms.Form] = forms.Form
    explained: Any = ""


ACTS = (
    Act(
        "report",
        _("Report progress"),
        _("Your report is saved."),
        progress.report_progress,
        progress.report_progress_reasons,
        ReportForm,
    ),
    Act(
        "evidence",
        _("Give evidence"),
        _("The evidence is saved."),
        progress.give_evidence,
        progress.give_evidence_reasons,
        EvidenceForm,
    ),
    Act(
        "complete",
        _("Report it complete"),
        _("It is reported complete. Another party confirms it."),
        progress.report_complete,
        progress.report_complete_reasons,
        explained=_("Another party’s focal point then confirms it, or sends it back. Nothing closes by itself."),
    ),
    Act("block", _("Report it blocked"), _("It is reported blocked."), progress.block, progress.block_reasons, BlockForm),
    Act("take-up", _("Take it up again"), _("It is in progress again."), progress.unblock, progress.unblock_reasons),
    Act(
        "confirm",
        _("Confirm that it is complete"),
        _("Your confirmation is saved."),
        progress.confirm_closed,
        progress.confirm_reasons,
        explained=_("You confirm for your party that what was agreed has been done. The item is then closed."),
    ),
    Act("send-back", _("Send it back"), _("It was sent back."), progress.send_back, progress.send_back_reasons, ReasonForm),
    Act(
        "agree",
        _("Agree to it for your party"),
        _("Your party’s consent is saved."),
        action_items.agree,
        action_items.agree_reasons,
        explained=_("With the last party’s consent the item is agreed and its first due date is fixed for good."),
    ),
    Act(
        "withdraw",
        _("Consent to withdrawing it"),
        _("Your party’s consent is saved."),
        action_items.withdraw,
        action_items.withdraw_reasons,
        ReasonForm,
        explained=_("It is withdrawn once every party has consented."),
    ),
)


def possible_acts(item: ActionItem, user: Any) -> list[Act]:
    """What this reader can do to the item now, in the order of the work; the first is the main one."""
    return [act for act in ACTS if not act.reasons(item, user)]


def visible_item(request: HttpRequest, number: str) -> ActionItem:
    """The item, or the same 404 for one that is hidden and one that never was (law R1)."""
    item = (
        ActionItem.objects.visible_to(request.user, clock.now())
        .filter(number=number)
        .select_related(
            "edition__dialogue", "mandate__working_group", "commitment", "session", "successor", "theme", "mandate__edition"
        )
        .prefetch_related(
            "leads__party", "leads__organisation", "updates__party", "evidence__party", "moves__party", "consents__party"
        )
        .first()
    )
    if item is None:
        raise Http404
    return item


@login_required
def act(request: HttpRequest, number: str, act: str) -> HttpResponse:
    """Ask once, then do it. Who may not see the item, or take this step at all, gets the same 404."""
    item = visible_item(request, number)
    chosen = next((known for known in ACTS if known.slug == act), None)
    if chosen is None or request.method not in {"GET", "HEAD", "POST"}:
        raise Http404
    refused: list[Reason] = chosen.reasons(item, request.user)
    form = chosen.form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            chosen.run(action_item=item, by=request.user, **form.cleaned_data)
        except StepRefused as refusal:
            refused = refusal.reasons
        except ValidationError as refusal:
            refused = [Reason(text) for text in refusal.messages]
        else:
            messages.success(request, chosen.done)
            return redirect(item)
    status = 409 if refused and request.method == "POST" else 200
    context = {"item": item, "act": chosen, "form": form, "refused": refused, "dialogue": item.edition.dialogue}
    return render(request, "dialogues/progress/act.html", context, status=status)
