"""Writing the journal: one entry an act, in the act's own transaction."""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from dialogues.models import Appointment, Dialogue, Edition, JournalEntry, JournalHead
from dialogues.models.journal import ACTS, BEGINNING
from parties.models import Party, User
from socportal import clock

from .steps import party_of

Record = TypeVar("Record", bound=models.Model)


def _edition_of(record: Any) -> Edition | None:
    for step in ("edition", "release", "delegation", "mandate", "action_item", "session", "summary"):
        found = getattr(record, step, None)
        if isinstance(found, Edition):
            return found
        if isinstance(found, models.Model):
            return _edition_of(found)
    return record if isinstance(record, Edition) else None


def _dialogue_of(record: Any) -> Dialogue | None:
    """Of a record that hangs on no edition: its own, or that of the engagement it belongs to."""
    if isinstance(record, Dialogue):
        return record
    return getattr(record, "dialogue", None) or getattr(getattr(record, "engagement", None), "dialogue", None)


@transaction.atomic
def write(
    *, by: User | None, act: str, on: models.Model, party: Party | None = None, details: dict[str, Any] | None = None
) -> JournalEntry:
    """Add one entry. Call it last in an act: it takes the lock on the end of the chain and holds it until the commit.

    `details` hold ids, codes and posts, never names or texts. `party` is whom `by` acted for; found from the current
    appointments where it is not given. An act that the journal has no words for is refused.
    """
    if act not in ACTS:
        raise ValueError(f"the journal has no words for {act!r}")
    edition = _edition_of(on)
    dialogue = edition.dialogue if edition else _dialogue_of(on)
    if party is None and by is not None:
        party = (party_of(by, dialogue, *Appointment.Role.values) if dialogue else None) or by.party
    JournalHead.objects.get_or_create(pk=1)
    head = JournalHead.objects.select_for_update().get(pk=1)
    entry = JournalEntry(
        number=head.number + 1,
        at=clock.now(),
        by=by,
        party=party,
        act=act,
        dialogue=dialogue,
        edition=edition,
        content_type=ContentType.objects.get_for_model(on),
        object_id=on.pk,
        details=details or {},
        previous_hash=head.hash,
    )
    entry.hash = entry.computed_hash()
    entry.save(force_insert=True)
    head.number, head.hash = entry.number, entry.hash
    head.save(update_fields=["number", "hash"])
    return entry


@transaction.atomic
def enter(*, record: Record, by: User | None) -> Record:
    """Store a new record as the admin's form does: checked whole, saved, journalled."""
    record.full_clean()
    record.save()
    write(by=by, act="created", on=record)
    return record


@transaction.atomic
def amend(*, record: Record, by: User, **changes: Any) -> Record:
    """Change fields of a record as the admin's form does: checked whole, saved, journalled by the fields' names."""
    for name, value in changes.items():
        setattr(record, name, value)
    record.full_clean()
    record.save()
    write(by=by, act="changed", on=record, details={"fields": sorted(changes)})
    return record


def faults() -> list[str]:
    """What is wrong with the chain, row by row: a changed row, a removed one, one put in, a cut end. Empty when whole."""
    found: list[str] = []
    expected_number, expected_hash = 1, BEGINNING
    for entry in JournalEntry.objects.order_by("number").iterator():
        if entry.number != expected_number:
            found.append(f"row {expected_number} is missing: row {entry.number} follows row {expected_number - 1}")
        if entry.previous_hash != expected_hash:
            found.append(f"row {entry.number} does not follow from the row before it")
        if entry.hash != entry.computed_hash():
            found.append(f"row {entry.number} was changed after it was written")
        expected_number, expected_hash = entry.number + 1, entry.hash
    head = JournalHead.objects.filter(pk=1).first() or JournalHead(number=0, hash=BEGINNING)
    if (head.number, head.hash) != (expected_number - 1, expected_hash):
        found.append(f"the journal ends at row {expected_number - 1}, its kept end says row {head.number}")
    return found
