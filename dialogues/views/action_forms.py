"""The forms in which somebody acts on an action item: every field says what it wants, and nothing operational goes in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dialogues.models import ActionChange, ActionItem, Audience, Engagement, Evidence, ProgressUpdate
from dialogues.procedures import action_changes, action_items, progress
from parties.models import Organisation, Party, Person
from socportal import clock

NO_OPERATIONS = _("No names of suspects, cases, operations, sources or vessels, and nothing seized that is not yet public.")
Kind = ActionChange.Kind


class ActForm(forms.Form):
    """Knows the item it is about and who fills it in: what can be chosen follows from both."""

    def __init__(self, data: Any = None, *, item: ActionItem, by: Any) -> None:
        super().__init__(data)
        self.item, self.by = item, by
        self.offer()

    def offer(self) -> None:
        """What can be chosen, and what stands there already."""


class ReportForm(ActForm):
    rating = forms.ChoiceField(
        label=_("How it stands"),
        choices=[("", _("Choose"))] + [choice for choice in ProgressUpdate.Rating.choices if choice[0] != "complete"],
        error_messages={"required": _("Say how it stands"), "invalid_choice": _("Choose one of the five standings")},
    )
    text = forms.CharField(
        label=_("What was done"),
        help_text=format_lazy("{} {}", _("At most 120 words. The other party reads it as you write it."), NO_OPERATIONS),
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


def reason_field(most: int = 300) -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        help_text=NO_OPERATIONS,
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=most,
        error_messages={"required": _("Give the reason")},
    )


class EvidenceForm(ActForm):
    kind = forms.ChoiceField(
        label=_("Kind of evidence"),
        choices=[("", _("Choose")), *Evidence.Kind.choices],
        error_messages={"required": _("Choose the kind of evidence")},
    )
    reference = forms.CharField(
        label=_("Where it can be found"),
        help_text=format_lazy(
            "{} {}", _("An address, or register number and holder. Of an engagement held: nothing."), NO_OPERATIONS
        ),
        max_length=300,
        required=False,
    )
    engagement = forms.ModelChoiceField(
        label=_("Engagement that was held"),
        queryset=Engagement.objects.none(),
        required=False,
        empty_label=_("None"),
        error_messages={"invalid_choice": _("Choose an engagement of the list")},
    )

    def offer(self) -> None:
        field: Any = self.fields["engagement"]
        field.queryset = progress.citable_engagements(self.item, self.by)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        kind = said.get("kind")
        if kind == Evidence.Kind.ENGAGEMENT_HELD:
            if "engagement" in said and said["engagement"] is None:
                self.add_error("engagement", _("Choose the engagement"))
            said["reference"] = ""
        elif kind:
            said["engagement"] = None
            reference = said.get("reference", "")
            if "reference" in said and not reference:
                self.add_error("reference", _("Say where it can be found"))
            elif kind == Evidence.Kind.PUBLIC_LINK and reference and not reference.startswith(("https://", "http://")):
                self.add_error("reference", _("Give an address that begins with https://"))
        return said


class ReasonForm(ActForm):
    reason = reason_field(most=1000)


class BlockForm(ActForm):
    reason = reason_field(most=1000)
    needed_from = forms.ModelChoiceField(
        label=_("Needed from"),
        queryset=Party.objects.none(),
        required=False,
        empty_label=_("Somebody else"),
        help_text=_("A party that is named here is told so in its weekly message."),
        error_messages={"invalid_choice": _("Choose a party of the list")},
    )

    def offer(self) -> None:
        self.fields["reason"].label = _("What is needed, and from whom")
        self.fields["needed_from"].queryset = self.item.edition.dialogue.parties.order_by("code")  # type: ignore[attr-defined]


class AgreeForm(ActForm):
    """Carries what was read (law R8)."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)

    def offer(self) -> None:
        self.fields["seen"].initial = action_items.fingerprint(self.item)


class SupersedeForm(ActForm):
    successor = forms.ModelChoiceField(
        label=_("Action item that takes its place"),
        queryset=ActionItem.objects.none(),
        empty_label=_("Choose"),
        error_messages={
            "required": _("Choose the action item that takes its place"),
            "invalid_choice": _("Choose an action item of the list"),
        },
    )
    reason = reason_field(most=1000)

    def offer(self) -> None:
        items = ActionItem.objects.visible_to(self.by, clock.now()).still_open().exclude(pk=self.item.pk)
        field: Any = self.fields["successor"]
        field.queryset = items.filter(edition__dialogue=self.item.edition.dialogue_id).order_by("number")
        field.label_from_instance = lambda item: f"{item.number} {item.text}"
        field.initial = self.item.successor_id


class DateForm(ActForm):
    due_on = forms.DateField(
        label=_("New due date"),
        help_text=_("A day, for example 2027-03-16."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Give a day such as 2027-03-16"), "required": _("Give the new due date")},
    )
    reason = reason_field()


class WordingForm(ActForm):
    """The first words of both languages side by side; `seen` tells which wording the writer had before them (law R8)."""

    NAMES = ActionChange.FIELDS[Kind.WORDING]

    text_en = forms.CharField(label=_("Action, English"), max_length=300, required=False)
    text_nl = forms.CharField(label=_("Action, Dutch"), max_length=300, required=False)
    measure_en = forms.CharField(label=_("What will we see, English"), max_length=300, required=False)
    measure_nl = forms.CharField(label=_("What will we see, Dutch"), max_length=300, required=False)
    reason = reason_field()
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def offer(self) -> None:
        for name in self.NAMES:
            self.fields[name].initial = getattr(self.item, name)
            self.fields[name].widget = forms.Textarea(attrs={"rows": 3})
        self.fields["seen"].initial = self._newest()

    def _newest(self) -> str:
        done = self.item.changes.filter(kind=Kind.WORDING, status=ActionChange.Status.ACCEPTED)
        return str(done.order_by("-pk").values_list("pk", flat=True).first() or 0)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and not said.get("text_en"):
            self.add_error("text_en", _("Say in English what is to be done"))
        if said.pop("seen", "") != self._newest():
            now = " – ".join(text for name in self.NAMES if (text := getattr(self.item, name)))
            told = _("The wording was changed while you wrote. It now reads: “%(now)s”. What you typed stands below.")
            self.add_error(None, told % {"now": now})
            self.data = self.data.copy()
            self.data["seen"] = self._newest()
        return said


class ReadersForm(ActForm):
    audience = forms.ChoiceField(label=_("Who may read it"), error_messages={"invalid_choice": _("Choose one of the list")})
    reason = reason_field()

    def offer(self) -> None:
        left_out = {Audience.PARTY} | (set() if self.item.mandate_id else {Audience.GROUP})
        field: Any = self.fields["audience"]
        field.choices = [choice for choice in Audience.choices if choice[0] not in left_out]
        field.initial = self.item.audience


class OwnerForm(ActForm):
    owner_post_en = forms.CharField(
        label=_("Owner post, English"),
        help_text=_("“Head of …”, not a name."),
        max_length=160,
        error_messages={"required": _("Name the post that owns it, not a person")},
    )
    owner_post_nl = forms.CharField(label=_("Owner post, Dutch"), max_length=160, required=False)
    organisation = forms.ModelChoiceField(
        label=_("Lead organisation"), queryset=Organisation.objects.none(), required=False, empty_label=_("As it is")
    )
    owner = forms.ModelChoiceField(
        label=_("Who holds the post"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("Nobody is named"),
        help_text=_("Reports on it and is reminded. Lists, files and reports show the post alone."),
    )
    reason = reason_field()

    def offer(self) -> None:
        party = action_changes.owning_party(self.item, self.by)
        lead = self.item.leads.filter(party=party).first() if party else None
        if party is None or lead is None:
            return
        dialogue = self.item.edition.dialogue_id
        here = Q(registrations__edition__dialogue=dialogue) | Q(appointments__dialogue=dialogue) | Q(pk=lead.owner_id)
        own = Person.objects.filter(here, party=party, erased_at__isnull=True).distinct().order_by("sort_name", "pk")
        organisation: Any = self.fields["organisation"]
        owner: Any = self.fields["owner"]
        organisation.queryset = Organisation.objects.filter(party=party).order_by("name_en")
        owner.queryset = own
        for name in ("owner_post_en", "owner_post_nl", "organisation", "owner"):
            self.fields[name].initial = getattr(lead, f"{name}_id" if name in {"organisation", "owner"} else name)


class AnswerForm(ActForm):
    answer = forms.CharField(
        label=_("Why not"),
        help_text=NO_OPERATIONS,
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=300,
        error_messages={"required": _("Say why, so that the other party can propose something else")},
    )
