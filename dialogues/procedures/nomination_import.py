"""Taking in a list of nominations at once: all of its rows as drafts, or none (law R3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.models import Delegation, Mandate, Nomination
from parties.models import Organisation, User
from socportal import clock

from . import journal
from .nominations import draft_reasons
from .steps import Reason, lock, refuse_for

MOST_ROWS = 5_000
BATCH = 500
# Checked row by row without asking the database; whom a foreign key names is known to whoever calls.
NOT_CHECKED = [field.name for field in Nomination._meta.fields if field.is_relation]


@dataclass(frozen=True)
class Newcomer:
    """One row of a list, understood: its number in that list, and what it says of a person."""

    row: int
    name: str
    sort_name: str = ""
    category: str = Nomination.Category.DELEGATE
    post_en: str = ""
    post_nl: str = ""
    organisation: Organisation | None = None
    email: str = ""
    language: str = "en"
    mandates: tuple[Mandate, ...] = ()

    def keys(self) -> set[tuple[Any, ...]]:
        """What makes two of them the same person: the address, or name and organisation, whatever the case."""
        found: set[tuple[Any, ...]] = set()
        if self.email:
            found.add((self.email.lower(),))
        if self.organisation is not None:
            found.add((self.name.lower(), self.organisation.pk))
        return found


def keys_nominated(delegation: Delegation) -> set[tuple[Any, ...]]:
    """The same of everybody whom this delegation nominates already."""
    found: set[tuple[Any, ...]] = set()
    for name, organisation, email in delegation.nominations.live().values_list("name", "organisation", "email"):
        if email:
            found.add((email.lower(),))
        if organisation is not None:
            found.add((name.lower(), organisation))
    return found


@transaction.atomic
def take_in(*, delegation: Delegation, newcomers: Sequence[Newcomer], by: User) -> int:
    """Store a list as drafts, in the order of its rows, at the end of the delegation's own order; give back how many.

    Refused as a whole: more than 5,000 rows, a group that does not meet there, somebody twice or nominated already.
    """
    delegation = lock(delegation)
    refuse_for(draft_reasons(delegation, by))
    refuse_for(_reasons(delegation, newcomers))
    now, stored = clock.now(), []
    for newcomer in newcomers:
        nomination = Nomination(
            delegation=delegation,
            edition_id=delegation.edition_id,
            drafted_by=by,
            drafted_at=now,
            name=newcomer.name,
            sort_name=newcomer.sort_name or newcomer.name,
            category=newcomer.category,
            post_en=newcomer.post_en,
            post_nl=newcomer.post_nl,
            organisation=newcomer.organisation,
            email=newcomer.email.lower(),
            language=newcomer.language,
        )
        try:
            nomination.clean_fields(exclude=NOT_CHECKED)
        except ValidationError as fault:
            refuse_for([Reason(_("Row %(row)d: %(fault)s") % {"row": newcomer.row, "fault": " ".join(fault.messages)})])
        stored.append(nomination)
    Nomination.objects.bulk_create(stored, batch_size=BATCH)
    membership = Nomination.mandates.through
    membership.objects.bulk_create(
        [
            membership(nomination=nomination, mandate=mandate)
            for nomination, newcomer in zip(stored, newcomers, strict=True)
            for mandate in dict.fromkeys(newcomer.mandates)
        ],
        batch_size=BATCH,
    )
    journal.write(by=by, act="imported nominations", on=delegation, party=delegation.party, details={"count": len(stored)})
    return len(stored)


def _reasons(delegation: Delegation, newcomers: Sequence[Newcomer]) -> list[Reason]:
    if not newcomers:
        return [Reason(_("The list holds nobody new."))]
    if len(newcomers) > MOST_ROWS:
        return [Reason(_("A list has at most %(most)d rows.") % {"most": MOST_ROWS})]
    reasons = []
    known = keys_nominated(delegation)
    groups = set(Mandate.objects.filter(edition=delegation.edition_id).values_list("pk", flat=True))
    for newcomer in newcomers:
        keys = newcomer.keys()
        if keys & known:
            reasons.append(
                Reason(_("Row %(row)d: this person is nominated already. Check the list again.") % {"row": newcomer.row})
            )
        if any(mandate.pk not in groups for mandate in newcomer.mandates):
            said = {"row": newcomer.row, "edition": delegation.edition}
            reasons.append(Reason(_("Row %(row)d: this working group does not meet at %(edition)s.") % said))
        known |= keys
    return reasons
