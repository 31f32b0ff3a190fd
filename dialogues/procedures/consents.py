"""Consents: a step that needs all parties is taken with the last party's yes, each given by its own person (law R6)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from dialogues.models import Consent, Dialogue
from parties.models import Party, User
from socportal import clock

from .steps import Reason, StepRefused, party_of


def given(record: Any, to: str, *, round: int = 1) -> Any:
    """The consents to this step in this round."""
    return record.consents.filter(to_status=to, round=round).select_related("party")


def awaited(record: Any, to: str, dialogue: Dialogue, *, round: int = 1) -> list[Party]:
    """The parties that have not consented yet, by code."""
    return list(dialogue.parties.exclude(pk__in=given(record, to, round=round).values("party")).order_by("code"))


def consent_reasons(record: Any, to: str, dialogue: Dialogue, by: User, *roles: str, round: int = 1) -> list[Reason]:
    """Why this person gives no consent now: no such role for any party, or this party or person has consented already."""
    party = party_of(by, dialogue, *roles)
    if party is None:
        return [Reason(_("You hold no appointment through which a party consents to this."))]
    so_far = given(record, to, round=round)
    if any(one.by_id == by.pk or one.party_id == party.pk for one in so_far):
        return [Reason(_("%(party)s has consented already; the other party’s consent is awaited.") % {"party": party}, record)]
    return []


def consent(
    record: Any, to: str, *, party: Party | None, by: User, round: int = 1, reason: str = "", reference: str = ""
) -> Consent:
    """Keep one party's yes. The database refuses a second one of the same party or the same person."""
    if party is None:
        raise StepRefused(_("You hold no appointment through which a party consents to this."))
    return Consent.objects.create(
        record=record, to_status=to, round=round, party=party, by=by, at=clock.now(), reason=reason, reference=reference
    )


def consent_of_all(
    record: Any, to: str, dialogue: Dialogue, by: User, *roles: str, round: int = 1, reason: str = "", reference: str = ""
) -> bool:
    """Keep one party's yes; true once every party of the dialogue has given its own.

    Part of an act, which has locked the record, asked `consent_reasons` and journals it.
    """
    party = party_of(by, dialogue, *roles)
    consent(record, to, party=party, by=by, round=round, reason=reason, reference=reference)
    return not awaited(record, to, dialogue, round=round)
