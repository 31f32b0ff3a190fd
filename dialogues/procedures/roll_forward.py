"""Preparing the next edition from this one: one transaction, one journal entry, exactly one next edition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from dialogues.models import ActionItem, Audience, CarryOver, Edition, Lineage, Mandate, Theme, Venue, WorkingGroup
from parties.models import Party, User

from . import journal
from .action_changes import keep_carried_date
from .action_items import let_go, letting_go_reasons, record_move
from .agenda_skeleton import lay_out
from .preparation import draw_up_checklist
from .roll_forward_plan import (
    GroupChoice,
    GroupDecision,
    Heir,
    ItemChoice,
    Name,
    NextEdition,
    ToDecide,
    due_on_of,
    faults,
    heirs_of,
    key_of,
    roll_forward_reasons,
    to_decide,
)
from .steps import Reason, StepRefused, lock, move, refuse_for
from .working_groups import next_rapporteur_party, seats_of

Decision = CarryOver.Decision
LINKS = {
    GroupDecision.CONTINUE: Lineage.Kind.CONTINUES,
    GroupDecision.RENAME: Lineage.Kind.RENAMED,
    GroupDecision.MERGE: Lineage.Kind.MERGED,
    GroupDecision.SPLIT: Lineage.Kind.SPLIT,
    GroupDecision.REST: Lineage.Kind.RESTS,
    GroupDecision.END: Lineage.Kind.ENDS,
}
# What an item becomes once every party has consented.
ENDS = {Decision.MERGE: ActionItem.Status.SUPERSEDED, Decision.WITHDRAW: ActionItem.Status.WITHDRAWN}


def roll_forward(
    *,
    edition: Edition,
    by: User,
    year: int,
    groups: Mapping[int, GroupChoice],
    items: Mapping[int, ItemChoice],
    themes: Collection[int] = (),
    opens_on: date | None = None,
    closes_on: date | None = None,
    host_party: Party | None = None,
    city_en: str = "",
    city_nl: str = "",
    time_zone: str = "",
    venue: Venue | None = None,
) -> Edition:
    """Make the next edition with what was decided of every group, theme and open action item (workflows §4.1).

    `groups` and `items` hold a choice for each, by key; `themes` the keys of those taken up again, every other one is left.
    Never copied: people, papers, texts, clearances, reports. A second press finds the next edition and is refused.
    """
    wanted = NextEdition(year, opens_on, closes_on, host_party, city_en.strip(), city_nl.strip(), time_zone, venue)
    try:
        return _roll_forward(edition, by, wanted, groups, items, themes)
    except ValidationError as refusal:
        raise StepRefused(*refusal.messages) from refusal
    except IntegrityError as refusal:
        raise StepRefused(
            Reason(_("Somebody entered the same edition or group at this moment. Look at the page again."), edition)
        ) from refusal


@transaction.atomic
def _roll_forward(
    edition: Edition,
    by: User,
    wanted: NextEdition,
    groups: Mapping[int, GroupChoice],
    items: Mapping[int, ItemChoice],
    themes: Collection[int],
) -> Edition:
    edition = lock(edition)
    refuse_for(roll_forward_reasons(edition, by))
    open_ = to_decide(edition, locked=True)
    refuse_for(faults(open_, wanted, groups, items, themes) or ending_reasons(open_, items, by))
    following = _create(edition, wanted)
    mandates = _decide_groups(open_, following, groups)
    _decide_themes(open_, following, themes)
    _decide_items(open_, following, wanted, groups, items, mandates, by)
    sessions = lay_out(following)
    draw_up_checklist(following)
    details: dict[str, Any] = {
        "from": edition.pk,
        "groups": dict(Counter(str(groups[pk].decision) for pk in open_.groups)),
        "items": dict(Counter(str(items[pk].decision) for pk in open_.items)),
        "themes": len(themes),
        "mandates": len(mandates),
        "sessions": sessions,
    }
    journal.write(by=by, act="rolled forward", on=following, details=details)
    return following


def ending_reasons(open_: ToDecide, items: Mapping[int, ItemChoice], by: User) -> list[Reason]:
    """Why this party's consent to what is merged or withdrawn cannot be recorded, item by item."""
    reasons = []
    for pk, choice in items.items():
        item, to = open_.items.get(pk), ENDS.get(choice.decision)  # type: ignore[call-overload]
        if item and to:
            against = letting_go_reasons(item, by, to, open_.items.get(choice.successor or 0))
            reasons += [Reason(f"{item}: {reason}", item) for reason in against]
    return reasons


def _create(edition: Edition, wanted: NextEdition) -> Edition:
    dialogue = edition.dialogue
    ordinal = edition.ordinal + 1 if edition.ordinal else None
    if ordinal and dialogue.editions.filter(ordinal=ordinal).exists():
        ordinal = None  # it went to an edition that was called off; a person says which this one is
    following = Edition(
        dialogue=dialogue,
        year=wanted.year,
        ordinal=ordinal,
        audience=Audience.DELEGATES,
        rolled_from=edition,
        opens_on=wanted.opens_on,
        closes_on=wanted.closes_on,
        date_precision=Edition.Precision.EXACT if wanted.opens_on else Edition.Precision.NONE,
        host_party=wanted.host_party,
        city_en=wanted.city_en,
        city_nl=wanted.city_nl,
        time_zone=wanted.time_zone,
        venue=wanted.venue,
    )
    following.full_clean()
    following.save()
    return following


# Groups and themes


def _decide_groups(open_: ToDecide, following: Edition, choices: Mapping[int, GroupChoice]) -> dict[Heir, Mandate]:
    """A draft mandate for every group that goes on, its co-chairs to be named, and where each comes from."""
    mandates: dict[Heir, Mandate] = {}
    for pk, group in open_.groups.items():
        if choices[pk].decision == GroupDecision.CONTINUE:
            mandates[pk] = _mandate(following, group, before=group)
    for pk, group in open_.groups.items():
        choice, earlier = choices[pk], open_.last_mandates.get(pk)
        for name in choice.names:
            if key_of(name) not in mandates:
                new = _new_group(following, name)
                before = group if choice.decision == GroupDecision.RENAME else None
                mandates[key_of(name)] = _mandate(following, new, before=before)
        heirs = choice.heirs(pk)
        for heir in heirs:
            _link(following, choice.decision, earlier, mandates[heir])
        if not heirs:
            _link(following, choice.decision, earlier, None)
        if choice.decision != GroupDecision.CONTINUE and group.status == WorkingGroup.Status.ACTIVE:
            # Only both parties conclude a group, at a preparatory meeting; a consent to that was for the state it was in.
            move(group, WorkingGroup.Status.RESTING, consent_round=group.consent_round + 1)
    linked = Lineage.objects.filter(edition=following, later_mandate__isnull=False).values("later_mandate")
    for mandate in following.mandates.exclude(pk__in=linked):
        Lineage.objects.create(edition=following, kind=Lineage.Kind.NEW, later_mandate=mandate)
    return mandates


def _link(following: Edition, decision: str, earlier: Mandate | None, later: Mandate | None) -> None:
    """Not confirmed yet. From a group that never had a mandate nothing comes: what follows it alone is new."""
    if earlier is not None:
        kind = LINKS[GroupDecision(decision)]
        Lineage.objects.create(edition=following, kind=kind, earlier_mandate=earlier, later_mandate=later)


def _mandate(following: Edition, group: WorkingGroup, *, before: WorkingGroup | None) -> Mandate:
    """A draft with one vacant seat a party; the rapporteur's turn goes on from the group it was `before`."""
    turn = next_rapporteur_party(before, following) if before else None
    mandate = Mandate.objects.create(edition=following, working_group=group, rapporteur_party=turn)
    seats_of(mandate)
    return mandate


def _new_group(following: Edition, name: Name) -> WorkingGroup:
    name_en, name_nl = (" ".join(one.split()) for one in name)
    group = WorkingGroup(dialogue=following.dialogue, name_en=name_en, name_nl=name_nl, slug=_free_slug(name_en))
    group.audience = Audience.DELEGATES
    group.full_clean()
    group.save()
    return group


def _free_slug(name: str) -> str:
    stem = slugify(name)[:70] or "group"
    taken = set(WorkingGroup.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for slug in [stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))] if slug not in taken)


def _decide_themes(open_: ToDecide, following: Edition, chosen: Collection[int]) -> None:
    position = 0
    for pk, theme in open_.themes.items():
        later = None
        if pk in chosen:
            position += 1
            names = {"name_en": theme.name_en, "name_nl": theme.name_nl}
            later = Theme.objects.create(edition=following, position=position, **names)
        kind = Lineage.Kind.CONTINUES if later else Lineage.Kind.ENDS
        Lineage.objects.create(edition=following, kind=kind, earlier_theme=theme, later_theme=later)


# Action items


def _decide_items(
    open_: ToDecide,
    following: Edition,
    wanted: NextEdition,
    groups: Mapping[int, GroupChoice],
    choices: Mapping[int, ItemChoice],
    mandates: Mapping[Heir, Mandate],
    by: User,
) -> None:
    """A carried item keeps its number and its first date; a new date holds at once and waits to be acknowledged.

    To end one, this party consents and the other is awaited.
    """
    for pk, item in open_.items.items():
        choice = choices[pk]
        row = CarryOver(
            action_item=item,
            from_edition=open_.edition,
            to_edition=following,
            decision=choice.decision,
            reason=choice.reason.strip(),
            previous_due_on=item.due_on,
            by=by,
        )
        if choice.decision == Decision.CARRY:
            heirs = heirs_of(open_.followed_by(pk, choice), open_, groups)
            row.mandate = mandates[heirs[0]] if heirs else None
            row.new_due_on = due_on_of(item, choice, wanted)
            item.due_on = row.new_due_on
            item.save(update_fields=["due_on"])
        elif choice.decision == Decision.MERGE:
            row.successor = open_.items[choice.successor or 0]
        row.full_clean()
        row.save()
        if row.new_due_on and row.new_due_on != row.previous_due_on:
            _tell_the_date(item, row, by)
        if to := ENDS.get(Decision(choice.decision)):
            let_go(item, by, to, row.reason, row.successor)


def _tell_the_date(item: ActionItem, row: CarryOver, by: User) -> None:
    """The others acknowledge the new date of what was agreed; of a proposal everybody is asked anew."""
    if item.status == ActionItem.Status.PROPOSED:
        record_move(item, item.status, by=by, reason=row.reason)
    else:
        keep_carried_date(item, row, by)
