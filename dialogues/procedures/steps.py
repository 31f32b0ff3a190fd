"""What every procedure shares: refusing in words, finding whom somebody acts for, moving along a declared table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from dialogues.models import Appointment, Dialogue, Edition
from parties.models import Party, User

Record = TypeVar("Record", bound=models.Model)


@dataclass(frozen=True)
class Reason:
    """One thing that stands in the way, in words, and the record where it is mended."""

    text: str
    record: models.Model | None = None

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Check:
    """The answer of one check: it `blocks`, it `warns`, or it `passed`; with the records it speaks of."""

    level: str
    text: str
    records: tuple[Any, ...] = field(default=())

    @property
    def blocks(self) -> bool:
        return self.level == "blocks"


class StepRefused(Exception):
    """A step that cannot be taken now: every reason at once, each a sentence that a person can act on."""

    def __init__(self, *reasons: Reason | str) -> None:
        self.reasons = [reason if isinstance(reason, Reason) else Reason(str(reason)) for reason in reasons]
        super().__init__(" ".join(reason.text for reason in self.reasons))


def refuse_for(reasons: list[Reason]) -> None:
    if reasons:
        raise StepRefused(*reasons)


def lock(record: Record) -> Record:
    """The record as it stands now, kept from others until the act is over."""
    return type(record)._default_manager.select_for_update().get(pk=record.pk)


def appointments_of(by: User, dialogue: Dialogue, *roles: str) -> Any:
    return Appointment.objects.current().held_by(by).filter(dialogue=dialogue, role__in=roles).select_related("party")


def party_of(by: User, dialogue: Dialogue, *roles: str) -> Party | None:
    """For which party somebody acts in these roles; the first by code where there are several."""
    appointment = appointments_of(by, dialogue, *roles).order_by("party__code").first()
    return appointment.party if appointment else None


def not_a_secretary(by: User, dialogue: Dialogue) -> list[Reason]:
    if appointments_of(by, dialogue, *Appointment.SECRETARIES).exists():
        return []
    return [Reason(_("Only a current secretary of this dialogue takes this step."))]


def edition_is_over(edition: Edition) -> list[Reason]:
    """Called off or archived: nobody is registered in it and no mandate comes into being (workflows §4.1).

    One that has only closed is not over: what came late is still settled.
    """
    if edition.status not in {Edition.Status.CANCELLED, Edition.Status.ARCHIVED}:
        return []
    said = {"edition": edition, "status": edition.get_status_display()}
    return [Reason(_("%(edition)s is %(status)s: nothing more is settled in it.") % said, edition)]


def not_possible_from(record: Any, to: str) -> list[Reason]:
    """Whether the declared table leads from the record's status to `to`."""
    if to in record.TRANSITIONS[record.status]:
        return []
    return [
        Reason(
            _("This is “%(now)s”; “%(next)s” does not follow from it.")
            % {"now": record.get_status_display(), "next": type(record).Status(to).label},
            record,
        )
    ]


def move(record: Any, to: str, **also: Any) -> None:
    """Set the status along the table, and nothing else than what is named."""
    refuse_for(not_possible_from(record, to))
    record.status = to
    for name, value in also.items():
        setattr(record, name, value)
    record.save(update_fields=["status", *also])
