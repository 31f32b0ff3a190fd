"""Taking in a list of actions that was kept outside the portal: all of its rows as proposals, or none (law R3)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.models import (
    ActionColumn,
    ActionItem,
    ActionLead,
    ActionMove,
    Appointment,
    Audience,
    Dialogue,
    Edition,
    Mandate,
    Theme,
)
from dialogues.models.ceiling import within_ceiling
from parties.models import Organisation, Party, User
from socportal import clock

from . import journal
from .steps import Reason, edition_is_over, lock, not_a_secretary, party_of, refuse_for

MOST_ROWS = 500
BATCH = 200
# A higher number in a list is a year or a file reference, not the running number of an action.
HIGHEST_KEPT = 999
LONGEST_HEAD = 80
# Checked row by row without asking the database; whom a foreign key names is known to whoever calls.
NOT_CHECKED = [field.name for field in ActionItem._meta.fields if field.is_relation]


@dataclass(frozen=True)
class Lead:
    """One party's part of a row: its organisation, and the post that owns it."""

    party: Party
    organisation: Organisation | None = None
    owner_post_en: str = ""
    owner_post_nl: str = ""


@dataclass(frozen=True)
class ActionRow:
    """One row of a list, understood: its number in that list, and what it says of an action.

    `serial` is the running number it gets; where there is none it gets the next. `remark` opens the item's history.
    """

    row: int
    leads: tuple[Lead, ...]
    text_en: str = ""
    text_nl: str = ""
    measure_en: str = ""
    measure_nl: str = ""
    due_on: date | None = None
    theme: Theme | None = None
    mandate: Mandate | None = None
    serial: int | None = None
    remark: str = ""

    def words(self) -> set[str]:
        return {plain(self.text_en), plain(self.text_nl)} - {""}


def plain(text: str) -> str:
    """What two spellings of the same words have in common: neither case, nor spaces, nor a full stop at the end."""
    return " ".join(text.casefold().split()).rstrip(" .")


def numbered_as(edition: Edition, serial: int) -> str:
    return f"{edition.dialogue.action_prefix}-{edition.year}-{serial:02d}"


def serial_kept(edition: Edition, text: str) -> int | None:
    """The running number that “SOC-2026-07”, “2026-07” or a plain “7” gives an item of this edition; none of another."""
    prefix = re.escape(edition.dialogue.action_prefix)
    found = re.fullmatch(
        rf"(?:(?:{prefix}[-\s]?)?{edition.year}[-/.\s])?([0-9]{{1,6}})\.?", " ".join(text.split()), re.IGNORECASE
    )
    serial = int(found[1]) if found else 0
    return serial if 0 < serial <= HIGHEST_KEPT else None


@dataclass
class Taken:
    """What an edition holds already: running numbers, and by its words the number of every action that was not let go."""

    serials: set[int]
    words: dict[str, str]

    @classmethod
    def of(cls, edition: Edition) -> Taken:
        let_go = {ActionItem.Status.WITHDRAWN, ActionItem.Status.SUPERSEDED}
        serials: set[int] = set()
        words: dict[str, str] = {}
        prefix = f"{edition.dialogue.action_prefix}-{edition.year}-"
        rows = edition.action_items.values_list("serial", "number", "text_en", "text_nl", "status")
        for serial, number, text_en, text_nl, status in rows:
            serials.add(serial)
            if status not in let_go:
                words |= dict.fromkeys({plain(text_en), plain(text_nl)} - {""}, number)
        # Another dialogue may count under the same prefix; its numbers are not free either.
        for number in ActionItem.objects.filter(number__startswith=prefix).values_list("number", flat=True):
            tail = number.removeprefix(prefix)
            if tail.isdecimal():
                serials.add(int(tail))
        return cls(serials, words)

    def next(self) -> int:
        """The running number after the highest; it counts as taken from here on."""
        serial = max(self.serials, default=0) + 1
        self.serials.add(serial)
        return serial


def import_reasons(edition: Edition, by: User) -> list[Reason]:
    return not_a_secretary(by, edition.dialogue) or edition_is_over(edition)


@transaction.atomic
def take_in_actions(
    *, edition: Edition, by: User, rows: Sequence[ActionRow], columns: Mapping[str, str] | None = None
) -> list[ActionItem]:
    """Enter every row as a proposal of this edition and remember what the list calls its columns (head → meaning).

    All parties agree to each afterwards, as to any proposal (law R6). Refused as a whole: more than 500 rows, a number
    or words that the edition has by now, a row twice, a party, theme or group of elsewhere.
    """
    edition = lock(edition)
    refuse_for(import_reasons(edition, by))
    refuse_for(_reasons(edition, rows))
    taken, now = Taken.of(edition), clock.now()
    taken.serials |= {row.serial for row in rows if row.serial}
    items = [_item(edition, row, row.serial or taken.next()) for row in rows]
    ActionItem.objects.bulk_create(items, batch_size=BATCH)
    party = party_of(by, edition.dialogue, *Appointment.SECRETARIES)
    ActionLead.objects.bulk_create(
        [
            ActionLead(
                action_item=item,
                party=lead.party,
                organisation=lead.organisation,
                owner_post_en=lead.owner_post_en,
                owner_post_nl=lead.owner_post_nl,
            )
            for item, row in zip(items, rows, strict=True)
            for lead in row.leads
        ],
        batch_size=BATCH,
    )
    ActionMove.objects.bulk_create(
        [
            ActionMove(action_item=item, to_status=item.status, by=by, party=party, at=now, reason=row.remark)
            for item, row in zip(items, rows, strict=True)
        ],
        batch_size=BATCH,
    )
    _remember(edition.dialogue, columns or {})
    journal.write(by=by, act="imported actions", on=edition, details={"count": len(items)})
    return items


def _item(edition: Edition, row: ActionRow, serial: int) -> ActionItem:
    """Not stored yet. An action known in Dutch alone is a proposal too; its English is owed from then on."""
    item = ActionItem(
        edition=edition,
        serial=serial,
        number=numbered_as(edition, serial),
        text_en=row.text_en,
        text_nl=row.text_nl,
        measure_en=row.measure_en,
        measure_nl=row.measure_nl,
        due_on=row.due_on,
        theme=row.theme,
        mandate=row.mandate,
        is_joint=len(row.leads) > 1,
        audience=Audience.DELEGATES,
    )
    try:
        item.clean_fields(exclude=[*NOT_CHECKED, *(["text_en"] if row.text_nl and not row.text_en else [])])
        for text in (row.remark, *(post for lead in row.leads for post in (lead.owner_post_en, lead.owner_post_nl))):
            within_ceiling(text)
    except ValidationError as fault:
        refuse_for([Reason(_("Row %(row)d: %(fault)s") % {"row": row.row, "fault": " ".join(fault.messages)})])
    return item


def _reasons(edition: Edition, rows: Sequence[ActionRow]) -> list[Reason]:
    if not rows:
        return [Reason(_("The list holds no action that is new."))]
    if len(rows) > MOST_ROWS:
        return [Reason(_("A list has at most %(most)d rows.") % {"most": MOST_ROWS})]
    reasons = []
    taken = Taken.of(edition)
    parties = set(edition.dialogue.parties.values_list("pk", flat=True))
    themes = set(Theme.objects.filter(edition=edition).values_list("pk", flat=True))
    groups = set(Mandate.objects.filter(edition=edition).values_list("pk", flat=True))
    for row in rows:
        said = {"row": row.row}
        leading = [lead.party.pk for lead in row.leads]
        if not row.words():
            reasons.append(Reason(_("Row %(row)d: say what is to be done.") % said))
        if row.serial in taken.serials:
            number = numbered_as(edition, row.serial or 0)
            reasons.append(
                Reason(_("Row %(row)d: %(number)s is taken by now. Check the list again.") % {**said, "number": number})
            )
        if row.words() & taken.words.keys():
            reasons.append(Reason(_("Row %(row)d: this action is in the edition already. Check the list again.") % said))
        if not leading or len(set(leading)) != len(leading) or not parties.issuperset(leading):
            reasons.append(Reason(_("Row %(row)d: name the party that leads, each once, of this dialogue.") % said))
        if (row.theme and row.theme.pk not in themes) or (row.mandate and row.mandate.pk not in groups):
            reasons.append(
                Reason(
                    _("Row %(row)d: the theme and the working group are those of %(edition)s.") % {**said, "edition": edition}
                )
            )
        taken.serials |= {row.serial} if row.serial else set()
        taken.words |= dict.fromkeys(row.words(), "")
    return reasons


def _remember(dialogue: Dialogue, columns: Mapping[str, str]) -> None:
    """A head is known again whatever its case; what was said of it last counts."""
    known = {plain(column.head): column for column in dialogue.action_columns.all()}
    for head, meaning in columns.items():
        head = " ".join(head.split())[:LONGEST_HEAD]
        if not head or meaning not in ActionColumn.Meaning.values:
            continue
        column = known.setdefault(plain(head), ActionColumn(dialogue=dialogue, head=head))
        if column.meaning != meaning:
            column.meaning = meaning
            column.save()
