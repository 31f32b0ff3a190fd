"""Acting on an action item: one page an act, the same for a focal point on a phone as for a secretary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from dialogues.models import ActionChange, ActionItem
from dialogues.procedures import action_changes, action_items, progress
from dialogues.procedures.steps import Reason, StepRefused
from socportal import clock

from . import action_forms as ask
from .action_history import changes_of

Kind = ActionChange.Kind
METHODS = ("GET", "HEAD", "POST")


@dataclass(frozen=True)
class Act:
    """One thing that can be done to an item: its words, its form, and the procedure that does it or says why not."""

    slug: str
    verb: Any
    done: Any
    run: Callable[..., Any]
    reasons: Callable[[ActionItem, Any], list[Reason]]
    form: type[ask.ActForm] = ask.ActForm
    explained: Any = ""
    is_change: bool = False  # of what was agreed, and not of how far it has come


def _propose(kind: str) -> Callable[..., Any]:
    def run(*, action_item: ActionItem, by: Any, reason: str, **after: Any) -> ActionChange:
        return action_changes.propose_change(action_item=action_item, by=by, kind=kind, reason=reason, after=after)

    return run


def _change(slug: str, kind: str, verb: Any, form: type[ask.ActForm], explained: Any) -> Act:
    return Act(
        slug,
        verb,
        _("The change is proposed. It takes effect when every other party has agreed."),
        _propose(kind),
        partial(action_changes.propose_change_reasons, kind=kind),
        form,
        explained,
        is_change=True,
    )


ACTS = (
    Act(
        "report",
        _("Report progress"),
        _("Your report is saved."),
        progress.report_progress,
        progress.report_progress_reasons,
        ask.ReportForm,
    ),
    Act(
        "evidence",
        _("Give evidence"),
        _("The evidence is saved."),
        progress.give_evidence,
        progress.give_evidence_reasons,
        ask.EvidenceForm,
    ),
    Act(
        "complete",
        _("Report it complete"),
        _("It is reported complete. Another party confirms it."),
        progress.report_complete,
        progress.report_complete_reasons,
        explained=_("Another party’s focal point then confirms it, or sends it back. Nothing closes by itself."),
    ),
    Act("block", _("Report it blocked"), _("It is reported blocked."), progress.block, progress.block_reasons, ask.BlockForm),
    Act("take-up", _("Take it up again"), _("It is in progress again."), progress.unblock, progress.unblock_reasons),
    Act(
        "confirm",
        _("Confirm that it is complete"),
        _("Your confirmation is saved."),
        progress.confirm_closed,
        progress.confirm_reasons,
        explained=_("You confirm for your party that what was agreed has been done. The item is then closed."),
    ),
    Act(
        "send-back",
        _("Send it back"),
        _("It was sent back."),
        progress.send_back,
        progress.send_back_reasons,
        ask.ReasonForm,
    ),
    Act(
        "agree",
        _("Agree to it for your party"),
        _("Your party’s consent is saved."),
        action_items.agree,
        action_items.agree_reasons,
        ask.AgreeForm,
        explained=_("With the last party’s consent the item is agreed and its first due date is fixed for good."),
    ),
    _change(
        "change-date",
        Kind.DUE_DATE,
        _("Propose another due date"),
        ask.DateForm,
        _("It takes effect once every other party has acknowledged it. The first due date stays on record."),
    ),
    _change(
        "change-wording",
        Kind.WORDING,
        _("Propose another wording"),
        ask.WordingForm,
        _("It takes effect once every party has agreed. The wording of before stays on record."),
    ),
    _change(
        "change-readers",
        Kind.READERS,
        _("Propose other readers"),
        ask.ReadersForm,
        _("It takes effect once every party has agreed. A public item is read by everybody, with all that hangs on it."),
    ),
    Act(
        "owner",
        _("Name the owner"),
        _("The owner is named."),
        action_changes.name_owner,
        action_changes.name_owner_reasons,
        ask.OwnerForm,
        explained=_("Who owns your party’s part is your party’s affair: it takes effect at once and is kept on record."),
        is_change=True,
    ),
    Act(
        "supersede",
        _("Consent to replacing it by another"),
        _("Your party’s consent is saved."),
        action_items.supersede,
        action_items.supersede_reasons,
        ask.SupersedeForm,
        explained=_("It is superseded once every party has consented to the same successor."),
        is_change=True,
    ),
    Act(
        "withdraw",
        _("Consent to withdrawing it"),
        _("Your party’s consent is saved."),
        action_items.withdraw,
        action_items.withdraw_reasons,
        ask.ReasonForm,
        explained=_("It is withdrawn once every party has consented."),
        is_change=True,
    ),
)


def possible_acts(item: ActionItem, user: Any) -> list[Act]:
    """What this reader can do to the item now, in the order of the work; the first is the main one."""
    return [act for act in ACTS if not act.reasons(item, user)]


def visible_item(request: HttpRequest, number: str) -> ActionItem:
    """The item, or the same 404 for one that is hidden and one that never was (law R1)."""
    items = ActionItem.objects.visible_to(request.user, clock.now()).select_related("edition__dialogue")
    item: ActionItem | None = items.filter(number=number).first() if "\0" not in number else None
    if item is None:
        raise Http404
    return item


def attempt(run: Callable[..., Any], **said: Any) -> list[Reason]:
    """Do it, or the reasons why it was refused."""
    try:
        run(**said)
    except StepRefused as refusal:
        return refusal.reasons
    except ValidationError as refusal:
        return [Reason(text) for text in refusal.messages]
    return []


@login_required
def act(request: HttpRequest, number: str, act: str) -> HttpResponse:
    """Ask once, then do it. Who may not see the item gets the 404 of one that is not there; who may not take the step is told
    why, and nothing happens.
    """
    item = visible_item(request, number)
    chosen = next((known for known in ACTS if known.slug == act), None)
    if chosen is None or request.method not in METHODS:
        raise Http404
    refused: list[Reason] = chosen.reasons(item, request.user)
    form = chosen.form(request.POST if request.method == "POST" else None, item=item, by=request.user)
    if request.method == "POST" and form.is_valid():
        refused = attempt(chosen.run, action_item=item, by=request.user, **form.cleaned_data)
        if not refused:
            messages.success(request, chosen.done)
            return redirect(item)
    status = 409 if refused and request.method == "POST" else 200
    context = {"item": item, "act": chosen, "form": form, "refused": refused, "dialogue": item.edition.dialogue}
    return render(request, "dialogues/progress/act.html", context, status=status)


# Answers to a change that another party proposed


@dataclass(frozen=True)
class Answer:
    slug: str
    verb: Any
    done: Any
    run: Callable[..., Any]
    reasons: Callable[[ActionChange, Any], list[Reason]]
    form: type[ask.ActForm] = ask.ActForm


ANSWERS = (
    Answer(
        "accept",
        _("Accept the change"),
        _("Your party’s consent is saved."),
        action_changes.accept_change,
        action_changes.accept_change_reasons,
    ),
    Answer(
        "decline",
        _("Decline the change"),
        _("The change is declined."),
        action_changes.decline_change,
        action_changes.decline_change_reasons,
        ask.AnswerForm,
    ),
    Answer(
        "retract",
        _("Take the proposal back"),
        _("The proposal is taken back."),
        action_changes.retract_change,
        action_changes.retract_change_reasons,
    ),
)


def possible_answers(change: ActionChange, user: Any) -> list[Answer]:
    return [answer for answer in ANSWERS if not answer.reasons(change, user)]


@login_required
def change(request: HttpRequest, number: str, change: int, answer: str) -> HttpResponse:
    """Accept, decline or take back one change of this item, after reading what was, what is to be, and why."""
    item = visible_item(request, number)
    chosen = next((known for known in ANSWERS if known.slug == answer), None)
    if chosen is None or request.method not in METHODS or change > BigIntegerField.MAX_BIGINT:
        raise Http404
    shown = next((one for one in changes_of(item, request.user, clock.now()) if one.record.pk == change), None)
    if shown is None:
        raise Http404
    record = shown.record
    record.action_item = item
    refused: list[Reason] = chosen.reasons(record, request.user)
    form = chosen.form(request.POST if request.method == "POST" else None, item=item, by=request.user)
    if request.method == "POST" and form.is_valid():
        refused = attempt(chosen.run, change=record, by=request.user, **form.cleaned_data)
        if not refused:
            messages.success(request, chosen.done)
            return redirect(item)
    context = {
        "item": item,
        "act": chosen,
        "change": shown,
        "form": form,
        "refused": refused,
        "dialogue": item.edition.dialogue,
    }
    status = 409 if refused and request.method == "POST" else 200
    return render(request, "dialogues/progress/act.html", context, status=status)


# Dates that a roll-forward gave


@login_required
def dates(request: HttpRequest) -> HttpResponse:
    """The carried due dates that wait for the reader's party, acknowledged all at once for one dialogue."""
    if request.method not in METHODS:
        raise Http404
    at, user = clock.now(), request.user
    waiting = action_changes.dates_to_acknowledge(user, at).select_related("action_item__edition__dialogue", "party")  # type: ignore[arg-type]
    by_dialogue: dict[Any, list[ActionChange]] = {}
    for one in waiting.order_by("action_item__edition__dialogue", "action_item__number"):
        by_dialogue.setdefault(one.action_item.edition.dialogue, []).append(one)
    refused: list[Reason] = []
    if request.method == "POST":
        dialogue = next((one for one in by_dialogue if str(one.pk) == request.POST.get("dialogue")), None)
        if dialogue is None:
            refused = [Reason(str(_("No carried due date waits for your party’s acknowledgement.")))]
        else:
            count = len(by_dialogue[dialogue])
            refused = attempt(action_changes.acknowledge_dates, dialogue=dialogue, by=user)
            if not refused:
                said = ngettext("%(count)d due date is acknowledged.", "%(count)d due dates are acknowledged.", count)
                messages.success(request, said % {"count": count})
                return redirect("my")
    context = {
        "waiting": [
            (dialogue, [(one.action_item, one.told(one.before, {}), one.told(one.after, {}), one) for one in changes])
            for dialogue, changes in by_dialogue.items()
        ],
        "dialogue": next((one for one in by_dialogue if one.is_demonstration), None),
        "refused": refused,
    }
    return render(request, "dialogues/progress/dates.html", context, status=409 if refused else 200)
