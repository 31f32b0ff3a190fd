"""Publishing: one secretary proposes, a second one publishes, what is public is corrected in the open or taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.models import Audience, Correction, Dialogue, Edition, JournalEntry, Publishable
from parties.models import Citation, User
from socportal import clock
from socportal.bilingual import LANGUAGES

from . import journal
from .steps import Reason, lock, not_a_secretary, refuse_for


def dialogue_of(record: Any) -> Dialogue:
    """The dialogue whose secretaries publish this record."""
    found = record
    for step in record.DIALOGUE_PATH.split("__"):
        found = getattr(found, step)
    return cast(Dialogue, found)


def not_yet_public(record: Any) -> list[Reason]:
    if record.is_published:
        return [Reason(_("It is published already."), record)]
    if isinstance(record, Edition) and record.status == Edition.Status.PLANNED:
        return [Reason(_("It is only planned: schedule it first."), record)]
    return []


def propose_reasons(record: Any, by: User) -> list[Reason]:
    reasons = not_a_secretary(by, dialogue_of(record)) or not_yet_public(record)
    if not reasons and record.proposed_by_id == by.pk:
        reasons = [Reason(_("You have proposed it already: a second person publishes it."), record)]
    if not reasons and record.proposed_by_id:
        reasons = [Reason(_("It is proposed already. Publish it, or change it first."), record)]
    return reasons


def is_read_by_others(record: Any) -> bool:
    """Whether somebody beside the secretariat reads the draft: they would lose it while it waits for its time."""
    return record.audience not in {Audience.PUBLIC, Audience.SECRETARIAT}


@transaction.atomic
def propose_publication(*, record: Any, by: User, public_from: datetime | None = None) -> Any:
    """Put a draft forward as it stands; `public_from` (aware) publishes by the clock, none as soon as it is published.

    Refused for what is public or proposed already. A draft that is changed afterwards has to be proposed again.
    """
    record = lock(record)
    refuse_for(propose_reasons(record, by))
    if public_from and is_read_by_others(record):
        refuse_for([Reason(_("Delegates read it already and would lose it until that time: propose it without one."), record)])
    record.proposed_by, record.proposed_at, record.proposed_for = by, clock.now(), public_from
    record.save(update_fields=["proposed_by", "proposed_at", "proposed_for"])
    journal.write(by=by, act="proposed publication", on=record)
    return record


def publish_reasons(record: Any, by: User) -> list[Reason]:
    """Another secretary than the one who proposed it; it was not changed since (workflows, brief R4)."""
    reasons = not_a_secretary(by, dialogue_of(record)) or not_yet_public(record)
    if reasons:
        return reasons
    if record.proposed_by_id is None:
        return [Reason(_("Nobody has proposed it: one person proposes, a second one publishes."), record)]
    if record.proposed_by_id == by.pk:
        return [Reason(_("You proposed it yourself: a second person publishes it."), record)]
    return [Reason(text, record) for text in record.publication_reasons()]


def becomes_public_at(record: Any) -> datetime:
    """The instant from which everybody reads it, were it published now: nobody has to press anything then."""
    return max(filter(None, (clock.now(), record.proposed_for, record.embargo_until)))


@transaction.atomic
def publish(*, record: Any, by: User, proposed_at: datetime | None = None) -> Any:
    """Let the public read it: at once, or from the time that was proposed, by the clock.

    `proposed_at` is the proposal that this person has seen; one that took its place meanwhile is looked at first (law R8).
    """
    record = lock(record)
    refuse_for(publish_reasons(record, by))
    if proposed_at and proposed_at != record.proposed_at:
        refuse_for([Reason(_("It was changed and proposed anew while you were reading. Look at it again."), record)])
    at = clock.now()
    record.audience, record.published_by = Audience.PUBLIC, by
    record.published_at = max(at, record.proposed_for) if record.proposed_for else at
    record.save(update_fields=["audience", "published_at", "published_by"])
    journal.write(by=by, act="published", on=record)
    return record


def withdraw_reasons(record: Any, by: User) -> list[Reason]:
    reasons = not_a_secretary(by, dialogue_of(record))
    if not reasons and not record.is_published:
        reasons = [Reason(_("It is not published."), record)]
    return reasons


@transaction.atomic
def withdraw_publication(*, record: Any, by: User, reason: str) -> Any:
    """Take it back from the public: it is a draft again, kept whole, and the journal says that it was public."""
    record = lock(record)
    refuse_for(withdraw_reasons(record, by))
    if not reason.strip():
        refuse_for([Reason(_("Give the reason: the other side will ask for it."), record)])
    record.audience = record.BEFORE_PUBLICATION
    record.published_at = record.published_by = record.proposed_by = record.proposed_at = record.proposed_for = None
    record.save(update_fields=["audience", "published_at", "published_by", "proposed_by", "proposed_at", "proposed_for"])
    journal.write(by=by, act="withdrew publication", on=record, details={"reason_given": True})
    return record


@transaction.atomic
def note_change(
    *,
    record: Publishable,
    by: User,
    fields: list[str],
    correction: tuple[str, str] | None = None,
    was_behind: str = "",
) -> None:
    """What a save of these fields means: which language changed, a proposal lapses, a correction is shown.

    `correction` says in English and Dutch what was corrected in a published record; it is shown on the page with its date.
    `was_behind` is the language that was behind before the save: where it alone was changed, it has caught up.
    """
    at = clock.now()
    written = [lang for lang in LANGUAGES if any(f"{name}_{lang}" in fields for name in record.texts())]
    stamped = LANGUAGES if written == [was_behind] else written
    changed: dict[str, Any] = {f"changed_{lang}_at": at for lang in stamped}
    if fields and not record.is_published:
        changed |= {"proposed_by": None, "proposed_at": None, "proposed_for": None}
    _store(record, changed)
    if correction:
        kind = ContentType.objects.get_for_model(record)
        made = Correction(content_type=kind, object_id=record.pk, at=at, by=by, note_en=correction[0], note_nl=correction[1])
        made.full_clean(exclude={"content_type"})
        made.save(force_insert=True)
        journal.write(by=by, act="corrected", on=record)


def _store(record: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(record, name, value)
    if values:
        record.save(update_fields=list(values))


@transaction.atomic
def say_the_same(*, record: Any, by: User) -> Any:
    """Somebody who reads both languages has compared them: neither is behind the other. A missing text stays missing."""
    if record.changed_en_at == record.changed_nl_at:
        return record
    at = max(filter(None, (record.changed_en_at, record.changed_nl_at)))
    _store(record, {"changed_en_at": at, "changed_nl_at": at})
    journal.write(by=by, act="changed", on=record, details={"fields": ["changed_en_at", "changed_nl_at"]})
    return record


def was_ever_published(record: Any) -> bool:
    """Whether it is published, or was before it was taken back: the journal knows."""
    acts = JournalEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(record),
        object_id=record.pk,
        act__in=["published", "withdrew publication"],
    )
    return record.is_published or acts.exists()


@transaction.atomic
def discard_draft(*, record: Any, by: User) -> None:
    """Delete a draft that was never public, with its citations (law R7); the journal keeps its number."""
    record = lock(record)
    reasons = not_a_secretary(by, dialogue_of(record))
    if not reasons and was_ever_published(record):
        reasons = [Reason(_("It was public: it is taken back, not deleted."), record)]
    refuse_for(reasons)
    Citation.objects.of(record).delete()
    journal.write(by=by, act="deleted", on=record)
    record.delete()
