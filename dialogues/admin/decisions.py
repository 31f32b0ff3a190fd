"""Postponing and cancelling an edition in the admin: the steps on its page, and the decisions as they were taken."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dialogues.models import Edition, HeadsDecision
from dialogues.procedures import consents, decisions
from dialogues.procedures.steps import Reason
from socportal.admin import PortalAdmin, VisibleRelatedFilter

from .consents import ShowsConsents
from .steps import Step, ThroughStepsAlone, for_whom

Status = Edition.Status


def neutral(text: str) -> str:
    """The text, unless it names a level that the portal does not hold (law R9)."""
    if words := decisions.above_the_ceiling(text):
        raise forms.ValidationError(words)
    return text


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Everybody registered reads it. No names."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_reason(self) -> str:
        return neutral(self.cleaned_data["reason"])


class OnPendingForm(forms.Form):
    """Says which proposal the page showed: another one made meanwhile is not consented to by mistake."""

    decision = forms.ModelChoiceField(
        HeadsDecision.objects.pending(),
        widget=forms.HiddenInput,
        error_messages={
            name: gettext_lazy("This proposal is not pending any more. Look at the edition again.")
            for name in ("required", "invalid_choice")
        },
    )

    def clean_decision(self) -> HeadsDecision:
        """One of another edition answers as one that never was (law R1)."""
        decision: HeadsDecision = self.cleaned_data["decision"]
        if decision.edition_id != self.record.pk:  # type: ignore[attr-defined]
            raise forms.ValidationError(self.fields["decision"].error_messages["invalid_choice"])
        return decision


class ConsentForm(OnPendingForm):
    reference = forms.CharField(
        label=gettext_lazy("Reference of the letter"),
        help_text=gettext_lazy("Of the letter, note or e-mail in which your head of delegation’s office consents."),
        max_length=80,
    )

    def clean_reference(self) -> str:
        return neutral(self.cleaned_data["reference"])


def shown(edition: Edition) -> dict[str, Any]:
    return {"decision": decisions.pending(edition)}


def is_proposed(edition: Edition) -> bool:
    return decisions.pending(edition) is not None


def may_be_proposed(edition: Edition, to: str) -> bool:
    begun = to == Status.POSTPONED and edition.has_opened()
    return to in Edition.TRANSITIONS[Status(edition.status)] and not begun and not is_proposed(edition)


def _of_pending(edition: Edition, by: Any, reasons: Any) -> list[Reason]:
    decision = decisions.pending(edition)
    if decision is None:
        return [Reason(_("Nothing is proposed any more: look at the edition again."), edition)]
    found: list[Reason] = reasons(decision, by)
    return found


def consent(*, edition: Edition, decision: HeadsDecision, reference: str, by: Any) -> HeadsDecision:
    return decisions.consent(decision=decision, reference=reference, by=by)


def drop(*, edition: Edition, decision: HeadsDecision, by: Any) -> HeadsDecision:
    return decisions.drop(decision=decision, by=by)


# What each step says before it is taken


def effects(edition: Edition, to: str) -> list[str]:
    """What the last party's consent brings about."""
    readers = len(decisions.told(edition))
    said = ngettext(
        "A notice to %(count)d person is drafted in the outbox; it leaves when you send it.",
        "Notices to %(count)d people are drafted in the outbox; they leave when you send them.",
        readers,
    )
    notices = said % {"count": readers}
    if to == Status.POSTPONED:
        return [
            _("The days are taken away; tasks that are neither done nor dated by hand lose their date."),
            _("Nobody loses a registration. Once there are new days, each focal point confirms its delegation."),
            notices,
        ]
    return [
        _("All registrations are cancelled and the agenda is withdrawn: only its secretaries still read it."),
        _("Open action items stay as they are."),
        _("This is not undone: a cancelled edition stays cancelled."),
        notices,
    ]


def propose_happens(edition: Edition, by: Any, *, to: str) -> list[str]:
    parties = ", ".join(str(party) for party in edition.dialogue.parties.order_by("code"))
    return [
        _("It is put to the heads’ offices of %(parties)s. Nothing changes until each party’s secretary has recorded consent.")
        % {"parties": parties},
        *effects(edition, to),
        for_whom(by),
    ]


def awaited(decision: HeadsDecision) -> str:
    dialogue = decision.edition.dialogue
    return ", ".join(str(party) for party in consents.awaited(decision, decision.to_status, dialogue))


def consent_sentence(edition: Edition, by: Any) -> str:
    decision = decisions.pending(edition)
    if decision is None:
        return ""
    said = {"decision": decision.get_to_status_display(), "parties": awaited(decision)}
    return _("Proposed: “%(decision)s”. Consent awaited: %(parties)s.") % said


def consent_happens(edition: Edition, by: Any) -> list[str]:
    decision = decisions.pending(edition)
    if decision is None:
        return []
    said = {"decision": decision.get_to_status_display(), "reason": decision.reason}
    lines = [_("Proposed: “%(decision)s”. Reason: %(reason)s") % said]
    missing = consents.awaited(decision, decision.to_status, edition.dialogue)
    if len(missing) > 1:
        lines.append(_("Your party’s consent is kept; that of the others is still awaited."))
    else:
        lines += [_("Yours is the last consent: the decision takes effect at once."), *effects(edition, decision.to_status)]
    return [*lines, for_whom(by)]


DECISION_STEPS = (
    Step(
        name="consent",
        verb=gettext_lazy("Record the consent of your head’s office"),
        run=consent,
        argument="edition",
        reasons=partial(_of_pending, reasons=decisions.consent_reasons),
        sentence=consent_sentence,
        happens=consent_happens,
        form=ConsentForm,
        initial=shown,
        when=is_proposed,
        takes_away=True,
    ),
    Step(
        name="drop",
        verb=gettext_lazy("Drop the proposal"),
        run=drop,
        argument="edition",
        reasons=partial(_of_pending, reasons=decisions.drop_reasons),
        sentence=lambda edition, by: _("The edition goes on as it is; consents given so far stay on record."),
        happens=lambda edition, by: [
            _("The proposal has no effect any more. The edition goes on as it is."),
            _("Consents given so far stay on record."),
            for_whom(by),
        ],
        form=OnPendingForm,
        initial=shown,
        when=is_proposed,
        takes_away=True,
    ),
    Step(
        name="postpone",
        verb=gettext_lazy("Propose to postpone it"),
        run=partial(decisions.propose, to=Status.POSTPONED),
        argument="edition",
        reasons=partial(decisions.propose_reasons, to=Status.POSTPONED),
        sentence=lambda edition, by: _("Takes effect once the heads’ offices of all parties have consented."),
        happens=partial(propose_happens, to=Status.POSTPONED),
        form=ReasonForm,
        when=partial(may_be_proposed, to=Status.POSTPONED),
        takes_away=True,
    ),
    Step(
        name="cancel",
        verb=gettext_lazy("Propose to cancel it"),
        run=partial(decisions.propose, to=Status.CANCELLED),
        argument="edition",
        reasons=partial(decisions.propose_reasons, to=Status.CANCELLED),
        sentence=lambda edition, by: _("Takes effect once the heads’ offices of all parties have consented."),
        happens=partial(propose_happens, to=Status.CANCELLED),
        form=ReasonForm,
        when=partial(may_be_proposed, to=Status.CANCELLED),
        takes_away=True,
    ),
)


@admin.register(HeadsDecision)
class HeadsDecisionAdmin(ShowsConsents, ThroughStepsAlone, PortalAdmin):
    """Read, never typed: proposed, consented to and dropped on the page of the edition."""

    kept_through = "edition"
    shows_only_kept = True
    steps = ()
    list_display = ("edition", "to_status", "standing", "proposed_at")
    list_filter = (("edition", VisibleRelatedFilter), "to_status")
    list_select_related = ("edition__dialogue",)
    readonly_fields = ("standing",)
    fields = (
        ("edition", "to_status"),
        "reason",
        ("standing", "consents_given"),
        ("proposed_by", "proposed_at"),
        ("settled_at", "opened_on", "closed_on"),
        ("dropped_by", "dropped_at"),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=gettext_lazy("standing"))
    def standing(self, decision: HeadsDecision) -> str:
        if decision.settled_at:
            return _("In effect")
        if decision.dropped_at:
            return _("Dropped")
        return _("Consent awaited: %(parties)s.") % {"parties": awaited(decision)}
