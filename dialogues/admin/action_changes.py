"""Changes of an agreed action item as steps on its page: proposed for one party, accepted or declined for another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import ActionChange, ActionItem, Audience
from dialogues.models.action_changes import organisations_of
from dialogues.procedures import action_changes
from dialogues.procedures.steps import Reason, StepRefused
from parties.models import Organisation, Person

from .steps import Step, for_whom

Kind = ActionChange.Kind
ASKED = (Kind.DUE_DATE, Kind.WORDING, Kind.READERS)
WORDS = ("text_en", "text_nl", "measure_en", "measure_nl")
SLUGS = {Kind.DUE_DATE: "date", Kind.WORDING: "wording", Kind.READERS: "readers"}


class WhyForm(forms.Form):
    """Asked last, whatever else is asked."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Both parties read it, for as long as the item is kept."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Give the reason.")},
    )
    record: ActionItem

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])


class DateForm(WhyForm):
    due_on = forms.DateField(
        label=gettext_lazy("New due date"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("The first due date stays on record, whatever is agreed."),
        error_messages={"required": gettext_lazy("Give the new due date.")},
    )


def wording(name: str) -> forms.CharField:
    field = ActionItem._meta.get_field(name)
    return forms.CharField(
        label=capfirst(field.verbose_name),
        max_length=field.max_length,
        required=name == "text_en",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class WordingForm(WhyForm):
    text_en = wording("text_en")
    text_nl = wording("text_nl")
    measure_en = wording("measure_en")
    measure_nl = wording("measure_nl")


class ReadersForm(WhyForm):
    audience = forms.ChoiceField(
        label=gettext_lazy("Who may read it"),
        help_text=gettext_lazy("Public: everybody reads it once the last party has agreed, unless an embargo holds."),
    )


def readers_of(item: ActionItem) -> type[forms.Form]:
    """Only those who can be: a group where it has one, never one party alone."""
    offered = {Audience.PUBLIC, Audience.DELEGATES, Audience.SECRETARIAT} | ({Audience.GROUP} if item.mandate_id else set())
    choices = [choice for choice in Audience.choices if choice[0] in offered]
    field = forms.ChoiceField(
        label=ReadersForm.base_fields["audience"].label,
        help_text=ReadersForm.base_fields["audience"].help_text,
        choices=choices,
    )
    return type("ReadersOfItem", (ReadersForm,), {"audience": field})


class NamedInOneLanguage(forms.Form):
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("owner_post_en") and not cleaned.get("owner_post_nl"):
            self.add_error("owner_post_en", _("Name the post that owns it, not a person."))
        return cleaned


class OwnedBy(forms.ModelChoiceField):
    def label_from_instance(self, person: Any) -> str:
        return f"{person}, {person.post}" if person.post else str(person)


def own_lead(item: Any) -> Any:
    """The lead of the party for which the reader may name an owner; the first where that is not known."""
    leads = list(item.leads.select_related("party"))
    party = action_changes.owning_party(item, item.asked_by) if hasattr(item, "asked_by") else None
    return next((lead for lead in leads if party is None or lead.party_id == party.pk), None)


def owner_of(item: ActionItem) -> type[forms.Form]:
    lead = own_lead(item)
    parties = [lead.party_id] if lead and hasattr(item, "asked_by") else list(item.leads.values_list("party", flat=True))
    organisations = Organisation.objects.filter(party__in=parties)
    can_be_told = Q(user__is_active=True) | Q(pk=lead.owner_id if lead else None)
    people = Person.objects.filter(can_be_told, party__in=parties, erased_at__isnull=True).order_by("sort_name")
    fields = {
        "owner_post_en": forms.CharField(
            label=gettext_lazy("owner post, English"),
            help_text=gettext_lazy("“Head of …”, not a name."),
            max_length=160,
            required=False,
        ),
        "owner_post_nl": forms.CharField(label=gettext_lazy("owner post, Dutch"), max_length=160, required=False),
        "organisation": forms.ModelChoiceField(
            organisations, label=gettext_lazy("lead organisation"), required=False, empty_label=gettext_lazy("as it is")
        ),
        "owner": OwnedBy(
            people,
            label=gettext_lazy("who holds the post"),
            help_text=gettext_lazy("Reports on it and is reminded. Lists, files and reports show the post alone."),
            required=False,
            empty_label=gettext_lazy("nobody is named"),
        ),
    }
    return type("OwnerForm", (NamedInOneLanguage, WhyForm), fields)


def owner_known(item: ActionItem) -> dict[str, Any]:
    lead = own_lead(item)
    if lead is None:
        return {}
    return {name: getattr(lead, name) for name in ("owner_post_en", "owner_post_nl", "organisation", "owner")}


class SeenForm(forms.Form):
    """Carries the change that was looked at: what was proposed anew meanwhile is not answered unread."""

    change = forms.IntegerField(widget=forms.HiddenInput)


class DeclineForm(SeenForm):
    answer = forms.CharField(
        label=gettext_lazy("Why not"),
        help_text=gettext_lazy("The party that proposed it reads it."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say why, so that the other party can propose something else.")},
    )


# What waits


def open_change(item: Any, kind: str) -> ActionChange | None:
    """The open change of a kind; asked once for all kinds."""
    if not hasattr(item, "_open_changes"):
        rows = item.changes.pending().select_related("party", "carry_over").prefetch_related("consents")
        item._open_changes = {change.kind: change for change in rows}
        for change in item._open_changes.values():
            change.action_item = item
    found: ActionChange | None = item._open_changes.get(kind)
    return found


def waits(kind: str) -> Callable[[Any], bool]:
    return lambda item: open_change(item, kind) is not None


def of_open(reasons: Callable[..., list[Reason]], kind: str) -> Callable[[Any, Any], list[Reason]]:
    def why_not(item: ActionItem, by: Any) -> list[Reason]:
        change = open_change(item, kind)
        return reasons(change, by) if change else [nothing_waits(item)]

    return why_not


def nothing_waits(item: ActionItem) -> Reason:
    return Reason(_("What you looked at was answered, taken back or proposed anew. Look at the item again."), item)


def answered(run: Callable[..., Any], kind: str) -> Callable[..., Any]:
    def answer(*, action_item: ActionItem, by: Any, change: int, **said: Any) -> Any:
        found = action_item.changes.pending().filter(kind=kind).first()  # type: ignore[attr-defined]
        if found is None or found.pk != change:
            raise StepRefused(nothing_waits(action_item))
        return run(change=found, by=by, **said)

    return answer


def what_waits(kind: str) -> Callable[[Any, Any], str]:
    def sentence(item: ActionItem, by: Any) -> str:
        change = open_change(item, kind)
        if change is None:
            return ""
        organisations = organisations_of([change])
        said = {
            "party": change.party,
            "before": change.told(change.before, organisations),
            "after": change.told(change.after, organisations),
            "reason": change.reason,
        }
        if change.carry_over_id:
            return _("Carried from %(before)s to %(after)s, in force since. Reason: %(reason)s") % said
        return _("%(party)s proposes “%(after)s” instead of “%(before)s”. Reason: %(reason)s") % said

    return sentence


def happens_then(kind: str, *sentences: Any) -> Callable[[Any, Any], list[str]]:
    return lambda item, by: [what_waits(kind)(item, by), *map(str, sentences), for_whom(by)]


def seen(kind: str) -> Callable[[Any], dict[str, Any]]:
    def known(item: ActionItem) -> dict[str, Any]:
        change = open_change(item, kind)
        return {"change": change.pk if change else None}

    return known


def can_change(kind: str) -> Callable[[Any], bool]:
    def when(item: Any) -> bool:
        change = open_change(item, kind)
        return item.status in action_changes.changes_in(kind) and (change is None or change.carry_over_id is not None)

    return when


# The steps

PROPOSE = {
    Kind.DUE_DATE: (
        gettext_lazy("Propose another due date"),
        gettext_lazy("Asks the other parties to acknowledge another due date."),
        {"form": DateForm, "initial": lambda item: {"due_on": item.due_on}},
    ),
    Kind.WORDING: (
        gettext_lazy("Propose other words"),
        gettext_lazy("Asks the other parties to agree to other words."),
        {"form": WordingForm, "initial": lambda item: {name: getattr(item, name) for name in WORDS}},
    ),
    Kind.READERS: (
        gettext_lazy("Propose other readers"),
        gettext_lazy("Asks the other parties to agree to who may read it; to make it public takes every party."),
        {"form_of": readers_of, "initial": lambda item: {"audience": item.audience}},
    ),
}
ACCEPT = {
    Kind.DUE_DATE: gettext_lazy("Acknowledge the due date"),
    Kind.WORDING: gettext_lazy("Agree to the words"),
    Kind.READERS: gettext_lazy("Agree to the readers"),
}
DECLINE = {
    Kind.DUE_DATE: gettext_lazy("Decline the due date"),
    Kind.WORDING: gettext_lazy("Decline the words"),
    Kind.READERS: gettext_lazy("Decline the readers"),
}
RETRACT = {
    Kind.DUE_DATE: gettext_lazy("Take back the proposed due date"),
    Kind.WORDING: gettext_lazy("Take back the proposed words"),
    Kind.READERS: gettext_lazy("Take back the proposed readers"),
}


def proposing(kind: str) -> Callable[..., Any]:
    def propose(*, action_item: ActionItem, by: Any, reason: str, **after: Any) -> Any:
        return action_changes.propose_change(action_item=action_item, by=by, kind=kind, reason=reason, after=after)

    return propose


def propose_step(kind: Kind) -> Step:
    verb, sentence, asked = PROPOSE[kind]
    return Step(
        name=f"propose-{SLUGS[kind]}",
        verb=verb,
        run=proposing(kind),
        argument="action_item",
        reasons=lambda item, by: action_changes.propose_change_reasons(item, by, kind),
        sentence=lambda item, by: str(sentence),
        happens=lambda item, by: [
            str(sentence),
            _("Your party’s consent is recorded with it. It takes effect with the last party’s; until then nothing changes."),
            for_whom(by),
        ],
        back=gettext_lazy("Back, nothing is proposed"),
        when=can_change(kind),
        **asked,
    )


def answer_steps(kind: Kind) -> tuple[Step, ...]:
    slug = SLUGS[kind]
    return (
        Step(
            name=f"accept-{slug}",
            verb=ACCEPT[kind],
            run=answered(action_changes.accept_change, kind),
            argument="action_item",
            reasons=of_open(action_changes.accept_change_reasons, kind),
            sentence=what_waits(kind),
            happens=happens_then(
                kind,
                gettext_lazy("Your party’s consent is recorded. One person can never give both parties’ consent."),
                gettext_lazy("With the last party’s consent the change is in effect, and kept with both states."),
            ),
            form=SeenForm,
            initial=seen(kind),
            when=waits(kind),
        ),
        Step(
            name=f"decline-{slug}",
            verb=DECLINE[kind],
            run=answered(action_changes.decline_change, kind),
            argument="action_item",
            reasons=of_open(action_changes.decline_change_reasons, kind),
            sentence=lambda item, by: _("Ends the proposal, with your reason; the item stays as it is."),
            happens=happens_then(kind, gettext_lazy("The proposal ends, with your reason; the item stays as it is.")),
            form=DeclineForm,
            initial=seen(kind),
            when=waits(kind),
            takes_away=True,
        ),
        Step(
            name=f"retract-{slug}",
            verb=RETRACT[kind],
            run=answered(action_changes.retract_change, kind),
            argument="action_item",
            reasons=of_open(action_changes.retract_change_reasons, kind),
            sentence=lambda item, by: _("Ends your party’s proposal; the item stays as it is."),
            happens=happens_then(kind, gettext_lazy("Your party’s proposal ends; the item stays as it is.")),
            form=SeenForm,
            initial=seen(kind),
            when=waits(kind),
            takes_away=True,
        ),
    )


NAME_OWNER = Step(
    name="name-owner",
    verb=gettext_lazy("Name the owner"),
    run=action_changes.name_owner,
    argument="action_item",
    reasons=action_changes.name_owner_reasons,
    sentence=lambda item, by: _("Says which post of your party owns it, and who holds it. Takes effect at once."),
    happens=lambda item, by: [
        _("It is your own party’s affair: nobody else is asked, and everybody who reads the item reads the post."),
        _("Who holds the post reads the item, may report on it and is reminded of it."),
        for_whom(by),
    ],
    form_of=owner_of,
    initial=owner_known,
    # While it is a proposal the form of the page says it.
    when=lambda item: item.status in ActionItem.LIVE and item.status != ActionItem.Status.PROPOSED,
)
ANSWERS = tuple(step for kind in ASKED for step in answer_steps(kind))
PROPOSALS = (*(propose_step(kind) for kind in ASKED), NAME_OWNER)


def not_spoken_of(item: ActionItem, by: Any) -> set[str]:
    """The party that proposed a change is offered to take it back; the others, to answer it."""
    hidden: set[str] = set()
    for kind in ASKED:
        change = open_change(item, kind)
        if change is None:
            continue
        slug = SLUGS[kind]
        is_own = not action_changes.retract_change_reasons(change, by)
        hidden |= {f"accept-{slug}", f"decline-{slug}"} if is_own else {f"retract-{slug}"}
        if change.carry_over_id:
            hidden |= {f"decline-{slug}", f"retract-{slug}"}
    return hidden
