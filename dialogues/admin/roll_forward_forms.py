"""Everything that is decided on one page when the next edition is prepared: nothing typed is lost, every fault is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import ActionItem, CarryOver, Theme, Venue, WorkingGroup
from dialogues.models.dates import FIRST_YEAR
from dialogues.procedures.roll_forward import ending_reasons
from dialogues.procedures.roll_forward_plan import (
    LAST_YEAR,
    PLENARY,
    GroupChoice,
    GroupDecision,
    ItemChoice,
    NextEdition,
    ToDecide,
    faults,
)
from dialogues.procedures.steps import Reason
from parties.models import Party, User

FEW = 3  # items without a reason that are named one by one
TAKE_UP, LEAVE = "take_up", "leave"
FIRST_FIELDS = (
    "year",
    "opens_on",
    "closes_on",
    "host_party",
    "city_en",
    "city_nl",
    "time_zone",
    "venue",
)


class Day(forms.DateField):
    """A day of this century: one beyond it is a slip of the keys."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if isinstance(cleaned, date) and not 2000 <= cleaned.year <= LAST_YEAR:
            raise ValidationError(_("Give a day of this century."))
        return cleaned


def proposed_host(open_: ToDecide) -> Party | None:
    """The other of two parties, by turn; nobody where there are more, or where the last host is not stated."""
    others = [party for party in open_.parties if party.pk != open_.edition.host_party_id]
    return others[0] if len(open_.parties) == 2 and len(others) == 1 else None


def proposed_for_group(open_: ToDecide, group: int) -> str:
    last = open_.last_mandates.get(group)
    return GroupDecision.CONTINUE if last and last.edition_id == open_.edition.pk else GroupDecision.REST


def proposed_for_item(item: ActionItem) -> str:
    return CarryOver.OFFERED[ActionItem.Status(item.status)][0]


def small(label: Any, **more: Any) -> dict[str, Any]:
    """A control in a row of a table: its label is read out, the column says it to the eye."""
    return {"label": label, "required": False, **more}


class RollForwardForm(forms.Form):
    """Days and host, then a row for each group, theme and open item. `plan` is what the procedure is called with."""

    year = forms.IntegerField(
        label=gettext_lazy("Year"),
        help_text=gettext_lazy("Stands in the address and in action numbers."),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
    )
    opens_on = Day(label=gettext_lazy("First day"), required=False, help_text=gettext_lazy("Empty while it is not agreed."))
    closes_on = Day(label=gettext_lazy("Last day"), required=False)
    host_party = forms.ModelChoiceField(
        label=gettext_lazy("Host"), queryset=Party.objects.none(), required=False, empty_label=gettext_lazy("not agreed yet")
    )
    city_en = forms.CharField(label=gettext_lazy("City, English"), max_length=80, required=False)
    city_nl = forms.CharField(label=gettext_lazy("City, Dutch"), max_length=80, required=False)
    time_zone = forms.ChoiceField(label=gettext_lazy("Venue time"), required=False)
    venue = forms.ModelChoiceField(
        label=gettext_lazy("Venue"),
        queryset=Venue.objects.none(),
        required=False,
        empty_label=gettext_lazy("not known yet"),
        help_text=gettext_lazy("Rooms stay in the skeleton of the agenda only where the venue stays the same."),
    )
    shared_reason = forms.CharField(
        label=gettext_lazy("Reason for every action item that is left as proposed"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("An item’s own reason counts before this one."),
    )

    def __init__(self, data: Any, *, open_: ToDecide, by: User) -> None:
        super().__init__(data, label_suffix="")
        self.open_, self.by = open_, by
        self.plan: dict[str, Any] = {}
        self._ask_for_days()
        for group in open_.groups.values():
            self._ask_for_group(group)
        for theme in open_.themes.values():
            self._ask_for_theme(theme)
        self.numbers = {item.number.upper(): item.pk for item in open_.items.values()}
        follow = self._followers()
        for item in open_.items.values():
            self._ask_for_item(item, follow)

    def _ask_for_days(self) -> None:
        edition, fields = self.open_.edition, self.fields
        fields["year"].initial = edition.year + 1
        fields["host_party"].queryset = Party.objects.filter(pk__in=[party.pk for party in self.open_.parties])  # type: ignore[attr-defined]
        fields["host_party"].help_text = (
            _("The last host was %(party)s.") % {"party": edition.host_party}
            if edition.host_party
            else _("The last host is not stated.")
        )
        fields["venue"].queryset = Venue.objects.all()  # type: ignore[attr-defined]
        zones = sorted({party.time_zone for party in self.open_.parties} | ({edition.time_zone} - {""}))
        fields["time_zone"].choices = [("", _("the clock of the host")), *((zone, zone) for zone in zones)]  # type: ignore[attr-defined]

    def _ask_for_group(self, group: WorkingGroup) -> None:
        said = {"group": group}
        others = [(pk, str(other)) for pk, other in self.open_.groups.items() if pk != group.pk]
        self.fields[f"group_{group.pk}"] = forms.ChoiceField(
            label=_("What becomes of %(group)s") % said,
            choices=GroupDecision.choices,
            initial=proposed_for_group(self.open_, group.pk),
            error_messages={"required": _("%(group)s: decide what becomes of it.") % said},
        )
        self.fields[f"into_{group.pk}"] = forms.TypedChoiceField(
            **small(_("%(group)s merges into") % said, choices=[("", _("– none –")), *others], coerce=int, empty_value=None)
        )
        for lang, label in (("en", _("New names of %(group)s, English")), ("nl", _("New names of %(group)s, Dutch"))):
            self.fields[f"names_{lang}_{group.pk}"] = forms.CharField(
                **small(label % said, max_length=1000, widget=forms.Textarea(attrs={"rows": 1, "cols": 24}))
            )

    def _ask_for_theme(self, theme: Theme) -> None:
        self.fields[f"theme_{theme.pk}"] = forms.ChoiceField(
            label=_("What becomes of the theme %(theme)s") % {"theme": theme},
            choices=[(TAKE_UP, _("take up again")), (LEAVE, _("leave"))],
            initial=TAKE_UP,
        )

    def _followers(self) -> list[tuple[str, str]]:
        """The groups of now, whose heirs follow; of a split one, once that has been said, its parts by their new names."""
        rows: list[tuple[str, str]] = [(PLENARY, _("the plenary list"))]
        for pk, group in self.open_.groups.items():
            rows.append((str(pk), str(group)))
            said = str(self.data.get(f"names_en_{pk}", ""))[:1000] if self.data else ""
            if self.data and self.data.get(f"group_{pk}") == GroupDecision.SPLIT:
                rows += [(f"{pk}.{n}", f"{group}: {name}") for n, name in enumerate(_lines(said)[:20], 1)]
        return rows

    def _ask_for_item(self, item: ActionItem, follow: list[tuple[str, str]]) -> None:
        said = {"item": item}
        offered = CarryOver.OFFERED[ActionItem.Status(item.status)]
        group = self.open_.group_of[item.pk]
        self.fields[f"item_{item.pk}"] = forms.ChoiceField(
            label=_("What becomes of %(item)s") % said,
            choices=[(one.value, one.label) for one in offered],
            initial=offered[0].value,
            error_messages={"required": _("%(item)s: decide what becomes of it.") % said},
        )
        self.fields[f"reason_{item.pk}"] = forms.CharField(**small(_("Reason for %(item)s") % said, max_length=300))
        self.fields[f"due_{item.pk}"] = Day(**small(_("New date of %(item)s") % said))
        self.fields[f"follows_{item.pk}"] = forms.ChoiceField(
            **small(
                _("Group that follows %(item)s") % said,
                choices=follow,
                initial=str(group) if group in self.open_.groups else PLENARY,
            )
        )
        self.fields[f"successor_{item.pk}"] = forms.CharField(
            **small(
                _("Item that %(item)s merges into") % said, max_length=24, widget=forms.TextInput(attrs={"list": "open-items"})
            )
        )

    # What was decided

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._clean_successors(cleaned)
        wanted = self._wanted(cleaned, cleaned.get("host_party"))
        groups = {pk: self._group_choice(cleaned, pk) for pk in self.open_.groups if f"group_{pk}" in cleaned}
        items = {pk: self._item_choice(cleaned, item) for pk, item in self.open_.items.items() if f"item_{pk}" in cleaned}
        items = self._with_one_word_on_reasons(items)
        themes = [pk for pk in self.open_.themes if cleaned.get(f"theme_{pk}") == TAKE_UP]
        for reason in [*faults(self.open_, wanted, groups, items, themes), *ending_reasons(self.open_, items, self.by)]:
            self._say(reason)
        self.plan = {**vars(wanted), "groups": groups, "items": items, "themes": themes}
        return cleaned

    def _with_one_word_on_reasons(self, items: dict[int, ItemChoice]) -> dict[int, ItemChoice]:
        """Where many items lack a reason that one line would give, this is said once, and not at each of them."""
        lacking = [
            pk
            for pk, choice in items.items()
            if not choice.reason and choice.decision == proposed_for_item(self.open_.items[pk])
        ]
        if len(lacking) < FEW:
            return items
        said = _("%(count)d action items have no reason. Give one here for all that stay as proposed, or each its own below.")
        self.add_error("shared_reason", said % {"count": len(lacking)})
        return {pk: replace(choice, reason="…") if pk in lacking else choice for pk, choice in items.items()}

    def _wanted(self, cleaned: dict[str, Any], host: Party | None) -> NextEdition:
        return NextEdition(
            year=cleaned.get("year", self.open_.edition.year + 1),
            opens_on=cleaned.get("opens_on"),
            closes_on=cleaned.get("closes_on"),
            host_party=host,
            city_en=cleaned.get("city_en", ""),
            city_nl=cleaned.get("city_nl", ""),
            time_zone=cleaned.get("time_zone") or (host.time_zone if host else ""),
            venue=cleaned.get("venue"),
        )

    def _group_choice(self, cleaned: dict[str, Any], pk: int) -> GroupChoice:
        english, dutch = _lines(cleaned.get(f"names_en_{pk}", "")), _lines(cleaned.get(f"names_nl_{pk}", ""))
        count = max(len(english), len(dutch))
        pairs = zip(_filled(english, count), _filled(dutch, count), strict=True)
        return GroupChoice(cleaned[f"group_{pk}"], tuple(pairs), cleaned.get(f"into_{pk}"))

    def _item_choice(self, cleaned: dict[str, Any], item: ActionItem) -> ItemChoice:
        pk, decision = item.pk, cleaned[f"item_{item.pk}"]
        shared = cleaned.get("shared_reason", "") if decision == proposed_for_item(item) else ""
        return ItemChoice(
            decision=decision,
            reason=cleaned.get(f"reason_{pk}") or shared,
            new_due_on=cleaned.get(f"due_{pk}"),
            successor=cleaned.get(f"successor_{pk}") or None,
            followed_by=cleaned.get(f"follows_{pk}", PLENARY),
        )

    def _clean_successors(self, cleaned: dict[str, Any]) -> None:
        """A number as it was typed becomes the key of the open item that has it."""
        for pk, item in self.open_.items.items():
            typed = cleaned.get(f"successor_{pk}") or ""
            cleaned[f"successor_{pk}"] = self.numbers.get(typed.upper())
            if typed and cleaned[f"successor_{pk}"] is None:
                said = {"item": item, "number": typed}
                self.add_error(f"successor_{pk}", _("%(item)s: no open action item has the number %(number)s.") % said)

    def _say(self, reason: Reason) -> None:
        """At the row it is about; what is about the edition at the top."""
        record = reason.record
        kind = "group" if isinstance(record, WorkingGroup) else "item" if isinstance(record, ActionItem) else ""
        name = f"{kind}_{record.pk}" if record and kind else None
        name = name if name in self.fields else None
        if reason.text not in self.errors.get(name or NON_FIELD_ERRORS, []):
            self.add_error(name, reason.text)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _filled(names: list[str], count: int) -> list[str]:
    return [*names, *[""] * (count - len(names))]
