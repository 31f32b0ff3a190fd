"""What is decided when the next edition is prepared, and everything that stands against it, before anything is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from dialogues.models import ActionItem, Audience, CarryOver, Edition, Mandate, Theme, Venue, WorkingGroup
from parties.models import Party, User
from parties.models.parties import known_time_zone
from socportal import clock

from .editions import overlaps
from .steps import Reason, not_a_secretary
from .working_groups import present_group

LAST_YEAR = 2100
AS_BEFORE, PLENARY = "as before", ""

Name = tuple[str, str]  # English, Dutch
Heir = int | str  # a group that goes on, by its key; a new one, by its English name without case


class GroupDecision(models.TextChoices):
    """What becomes of a working group in the next edition."""

    CONTINUE = "continue", pgettext_lazy("working group", "continues")
    RENAME = "rename", pgettext_lazy("working group", "goes on under a new name")
    MERGE = "merge", pgettext_lazy("working group", "merges into another")
    SPLIT = "split", pgettext_lazy("working group", "is split")
    REST = "rest", pgettext_lazy("working group", "rests")
    END = "end", pgettext_lazy("working group", "is to end")


@dataclass(frozen=True)
class GroupChoice:
    """`names` are the new ones: one for a rename, two or more for a split, one for a merger into something new.

    `into` is the key of the group that takes this one in, where it merges into one that continues.
    """

    decision: str
    names: tuple[Name, ...] = ()
    into: int | None = None

    def heirs(self, group: int) -> list[Heir]:
        if self.decision == GroupDecision.CONTINUE:
            return [group]
        if self.decision == GroupDecision.MERGE and self.into is not None:
            return [self.into]
        if self.decision in {GroupDecision.RENAME, GroupDecision.MERGE, GroupDecision.SPLIT}:
            return [key_of(name) for name in self.names]
        return []


@dataclass(frozen=True)
class ItemChoice:
    """`followed_by` says which group follows a carried item: the key of a group of now, whose heir takes it, with “.2”
    for the second part of a split one; `PLENARY` for none; `AS_BEFORE` for the heir of the group it is with.
    """

    decision: str
    reason: str = ""
    new_due_on: date | None = None
    successor: int | None = None
    followed_by: str = AS_BEFORE


@dataclass(frozen=True)
class NextEdition:
    """What is known of it so far; as much as nothing but its year."""

    year: int
    opens_on: date | None = None
    closes_on: date | None = None
    host_party: Party | None = None
    city_en: str = ""
    city_nl: str = ""
    time_zone: str = ""
    venue: Venue | None = None


def key_of(name: Name) -> str:
    return " ".join(name[0].split()).casefold()


@dataclass(frozen=True)
class ToDecide:
    """What an edition leaves to be decided: the standing groups, its themes, every open action item of the dialogue."""

    edition: Edition
    parties: list[Party]
    groups: dict[int, WorkingGroup]
    last_mandates: dict[int, Mandate]  # by group
    themes: dict[int, Theme]
    items: dict[int, ActionItem]
    group_of: dict[int, int | None] = field(default_factory=dict)  # by item: the group that follows it now

    def followed_by(self, item: int, choice: ItemChoice) -> str:
        if choice.followed_by != AS_BEFORE:
            return choice.followed_by
        group = self.group_of[item]
        return str(group) if group in self.groups else PLENARY


def to_decide(edition: Edition, *, locked: bool = False) -> ToDecide:
    """`locked` keeps the groups and the items from others until the act is over."""
    dialogue = edition.dialogue
    groups = dialogue.working_groups.exclude(status=WorkingGroup.Status.CONCLUDED).order_by("pk")
    later = CarryOver.objects.filter(action_item=OuterRef("pk"), to_edition__year__gt=edition.year)
    items = present_group(
        ActionItem.objects.still_open()
        .with_times_carried()
        .filter(
            ~Exists(later.standing()),
            edition__dialogue=dialogue,
            edition__year__lte=edition.year,
        )
        .select_related("edition__dialogue", "mandate")
        .order_by("pk")
    )
    if locked:
        groups, items = groups.select_for_update(), items.select_for_update(of=("self",))
    found = {item.pk: item for item in items}
    held = Mandate.objects.filter(working_group__dialogue=dialogue, edition__year__lte=edition.year)
    return ToDecide(
        edition=edition,
        parties=list(dialogue.parties.order_by("code")),
        groups={group.pk: group for group in groups},
        last_mandates={m.working_group_id: m for m in held.select_related("edition").order_by("edition__year")},
        themes={theme.pk: theme for theme in edition.themes.order_by("position", "pk")},
        items=found,
        group_of={pk: _group_of(item) for pk, item in found.items()},
    )


def _group_of(item: Any) -> int | None:
    """Where the newest carry-over left it, the plenary list included; else the group it began in."""
    began_in = item.mandate.working_group_id if item.mandate else None
    return item.present_group if item.was_carried else began_in


# Whether there can be a next edition at all


def roll_forward_reasons(edition: Edition, by: User) -> list[Reason]:
    """A current secretary; an edition that was not called off, has no successor yet and is the newest of its dialogue."""
    reasons = not_a_secretary(by, edition.dialogue)
    if reasons:
        return reasons
    following = Edition.objects.filter(rolled_from=edition).first()
    if following:
        return [Reason(_("The next edition has been prepared already: %(next)s.") % {"next": following}, following)]
    if edition.status in {Edition.Status.CANCELLED, Edition.Status.POSTPONED}:
        said = {"edition": edition, "status": edition.get_status_display()}
        return [Reason(_("%(edition)s is %(status)s: no edition is prepared from it.") % said, edition)]
    later = edition.dialogue.editions.filter(year__gt=edition.year).exclude(status=Edition.Status.CANCELLED)
    newest = later.order_by("-year").first()
    if newest:
        return [Reason(_("%(other)s follows it already: prepare the next one from that.") % {"other": newest}, newest)]
    return []


# What stands against what was decided


def faults(
    open_: ToDecide,
    wanted: NextEdition,
    groups: Mapping[int, GroupChoice],
    items: Mapping[int, ItemChoice],
    themes: Collection[int] = (),
) -> list[Reason]:
    """Every reason at once, each naming the group or item it is about."""
    return [
        *_days(open_.edition, wanted),
        *_host(open_, wanted),
        *_groups(open_, groups),
        *_items(open_, wanted, groups, items),
        *([Reason(_("A theme of another edition is not taken up here."))] if set(themes) - set(open_.themes) else []),
    ]


def _days(edition: Edition, wanted: NextEdition) -> list[Reason]:
    if not edition.year < wanted.year <= LAST_YEAR:
        said = {"year": edition.year, "last": LAST_YEAR}
        return [Reason(_("The year of the next edition lies after %(year)s, and not beyond %(last)s.") % said)]
    reasons = []
    same_year = edition.dialogue.editions.filter(year=wanted.year).first()
    if same_year:
        said = {"year": wanted.year, "other": same_year}
        reasons.append(Reason(_("There is an edition in %(year)s already: %(other)s.") % said, same_year))
    first, last = wanted.opens_on, wanted.closes_on
    if bool(first) != bool(last):
        return [*reasons, Reason(_("Give the first and the last day, or neither."))]
    if not first or not last:
        return reasons
    if last < first:
        return [*reasons, Reason(_("The last day lies before the first. Give a later one."))]
    if first.year != wanted.year:
        reasons.append(Reason(_("Its first day lies in %(year)s.") % {"year": first.year}))
    return reasons + overlaps(Edition(dialogue=edition.dialogue, opens_on=first, closes_on=last))


def _host(open_: ToDecide, wanted: NextEdition) -> list[Reason]:
    reasons = []
    if wanted.host_party and wanted.host_party not in open_.parties:
        reasons.append(Reason(_("The host is one of the parties of the dialogue.")))
    if wanted.time_zone:
        try:
            known_time_zone(wanted.time_zone)
        except ValidationError as refusal:
            reasons += [Reason(text) for text in refusal.messages]
    return reasons


def _groups(open_: ToDecide, choices: Mapping[int, GroupChoice]) -> list[Reason]:
    reasons = []
    taken = {key_of((group.name_en, "")) for group in open_.groups.values()}
    new = Counter(
        key_of(name)
        for choice in choices.values()
        if choice.decision in {GroupDecision.RENAME, GroupDecision.SPLIT}
        for name in choice.names
    )
    shared = Counter(
        key_of(choice.names[0])
        for choice in choices.values()
        if choice.decision == GroupDecision.MERGE and choice.into is None and choice.names
    )
    for pk, group in open_.groups.items():
        choice = choices.get(pk)
        if choice is None or choice.decision not in GroupDecision.values:
            reasons.append(Reason(_("%(group)s: decide what becomes of it.") % {"group": group}, group))
            continue
        for text in [*_names(choice, taken, new, shared), *_merger(pk, choice, choices, shared)]:
            reasons.append(Reason(f"{group}: {text}", group))
    if set(choices) - set(open_.groups):
        reasons.append(Reason(_("A group of another dialogue, or one that is concluded, is not decided on here.")))
    return reasons


def _names(choice: GroupChoice, taken: set[str], new: Counter[str], shared: Counter[str]) -> list[str]:
    decision = choice.decision
    if decision == GroupDecision.RENAME and len(choice.names) != 1:
        return [_("give its one new name.")]
    if decision == GroupDecision.SPLIT and len(choice.names) < 2:
        return [_("give two or more names, one for each part.")]
    if decision not in {GroupDecision.RENAME, GroupDecision.SPLIT, GroupDecision.MERGE}:
        return [_("new names go with a new name, a merger or a split: take them away.")] if choice.names else []
    most = WorkingGroup._meta.get_field("name_en").max_length or 0
    texts = []
    for name in choice.names:
        key = key_of(name)
        if not key:
            texts.append(_("every new name is given in English."))
        elif max(map(len, name)) > most:
            texts.append(_("“%(name)s” is too long: %(most)d letters at most.") % {"name": name[0][:40], "most": most})
        elif key in taken:
            texts.append(_("“%(name)s” is the name of a standing group: give another.") % {"name": name[0]})
        elif new[key] + bool(shared[key]) > 1:
            texts.append(_("“%(name)s” is given twice: choose “merges” to bring groups together.") % {"name": name[0]})
    return texts


def _merger(pk: int, choice: GroupChoice, choices: Mapping[int, GroupChoice], shared: Counter[str]) -> list[str]:
    if choice.decision != GroupDecision.MERGE:
        return [_("it is said into which group it merges: choose “merges”, or take that away.")] if choice.into else []
    if choice.into is None:
        if len(choice.names) != 1:
            return [_("choose the group it merges into, or give the new name that the merged groups share.")]
        if shared[key_of(choice.names[0])] < 2:
            return [_("no other group merges under this name: choose “goes on under a new name”, or let another merge too.")]
        return []
    target = choices.get(choice.into)
    if choice.into == pk or target is None or target.decision != GroupDecision.CONTINUE:
        return [_("the group it merges into must continue.")]
    return [_("choose the group it merges into, or give a new name, not both.")] if choice.names else []


def heirs_of(key: str, open_: ToDecide, choices: Mapping[int, GroupChoice]) -> list[Heir] | None:
    """Who follows under this key of a group: one, several where a split leaves it open, none; nothing for a wrong key."""
    if key == PLENARY:
        return []
    group, _dot, part = key.partition(".")
    if not group.isdecimal() or len(group) > 18 or int(group) not in open_.groups:
        return None
    choice = choices.get(int(group))
    heirs = choice.heirs(int(group)) if choice else []
    if not part:
        return heirs
    if not part.isdecimal() or len(part) > 2 or not 1 <= int(part) <= len(heirs):
        return None
    return [heirs[int(part) - 1]]


def due_on_of(item: ActionItem, choice: ItemChoice, wanted: NextEdition) -> date | None:
    """The date chosen; else its own, as long as that lies ahead or is only proposed; else the new closing day."""
    if choice.new_due_on:
        return choice.new_due_on
    is_proposed = item.status == ActionItem.Status.PROPOSED
    if is_proposed or (item.due_on and item.due_on > clock.today()):
        return item.due_on
    return wanted.closes_on


def _items(
    open_: ToDecide, wanted: NextEdition, groups: Mapping[int, GroupChoice], choices: Mapping[int, ItemChoice]
) -> list[Reason]:
    reasons = []
    for pk, item in open_.items.items():
        choice = choices.get(pk)
        if choice is None or choice.decision not in CarryOver.OFFERED[ActionItem.Status(item.status)]:
            reasons.append(Reason(_("%(item)s: decide what becomes of it.") % {"item": item}, item))
            continue
        texts = [] if choice.reason.strip() else [_("give the reason.")]
        if len(choice.reason.strip()) > (CarryOver._meta.get_field("reason").max_length or 0):
            texts.append(_("give the reason in fewer words: 300 letters at most."))
        if choice.decision == CarryOver.Decision.CARRY:
            texts += _carrying(item, choice, open_, wanted, groups)
        elif choice.decision == CarryOver.Decision.MERGE:
            target = choices.get(choice.successor or 0)
            carried = target is not None and target.decision == CarryOver.Decision.CARRY
            if choice.successor == pk or choice.successor not in open_.items or not carried:
                texts.append(_("choose another open item that is carried over as the one it merges into."))
        reasons += [Reason(f"{item}: {text}", item) for text in texts]
    if set(choices) - set(open_.items):
        reasons.append(Reason(_("An item that is not open, or not of this dialogue, is not decided on here.")))
    return reasons


def _carrying(
    item: ActionItem, choice: ItemChoice, open_: ToDecide, wanted: NextEdition, groups: Mapping[int, GroupChoice]
) -> list[str]:
    texts = []
    due_on = due_on_of(item, choice, wanted)
    if due_on is None and item.status != ActionItem.Status.PROPOSED:
        texts.append(_("give the new date: the days of the next edition are not known yet."))
    elif due_on is not None and due_on <= clock.now().date():
        texts.append(_("its new date must lie after today."))
    heirs = heirs_of(open_.followed_by(item.pk, choice), open_, groups)
    if heirs is None:
        texts.append(_("choose a group that goes on, or the plenary list."))
    elif len(heirs) > 1:
        texts.append(_("its group is split: choose the part that follows it."))
    elif not heirs and item.audience == Audience.GROUP:
        texts.append(_("one group alone reads it: choose the group that follows it."))
    return texts
