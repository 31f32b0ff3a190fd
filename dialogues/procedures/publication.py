"""Publishing: one secretary proposes, a second one publishes, what is public is corrected in the open or taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dialogues.models import Audience, Correction, Dialogue, Edition, Publishable
from parties.models import User
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


@transaction.atomic
def propose_publication(*, record: Any, by: User, public_from: datetime | None = None) -> Any:
    """Put a draft forward as it stands; `public_from` (aware) publishes by the clock, none as soon as it is published.

    Refused for what is public or proposed already. A draft that is changed afterwards has to be proposed again.
    """
    record = lock(record)
    refuse_for(propose_reasons(record, by))
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
    return []


@transaction.atomic
def publish(*, record: Any, by: User) -> Any:
    """Let the public read it: at once, or from the time that was proposed, by the clock."""
    record = lock(record)
    refuse_for(publish_reasons(record, by))
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
def note_change(*, record: Publishable, by: User, fields: list[str], correction: tuple[str, str] | None = None) -> None:
    """What a save of these fields means: which language changed, a proposal lapses, a correction is shown.

    `correction` says in English and Dutch what was corrected in a published record; it is shown on the page with its date.
    """
    at = clock.now()
    changed = {f"changed_{lang}_at": at for lang in LANGUAGES if any(f"{name}_{lang}" in fields for name in record.texts())}
    if fields and not record.is_published:
        changed |= {"proposed_by": None, "proposed_at": None, "proposed_for": None}
    for name, value in changed.items():
        setattr(record, name, value)
    if changed:
        record.save(update_fields=list(changed))
    if correction:
        kind = ContentType.objects.get_for_model(record)
        made = Correction(content_type=kind, object_id=record.pk, at=at, by=by, note_en=correction[0], note_nl=correction[1])
        made.full_clean(exclude={"content_type"})
        made.save(force_insert=True)
        journal.write(by=by, act="corrected", on=record)


def when_public(record: Any) -> str:
    """“at once”, or the instant in words, in UTC."""
    if record.proposed_for and record.proposed_for > clock.now():
        return _("from %(time)s UTC") % {"time": date_format(record.proposed_for, "DATETIME_FORMAT")}
    return _("at once")
