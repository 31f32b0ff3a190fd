"""The round of nominations: when it closes, who has longer, and telling a party's focal points."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dialogues.models import Appointment, Delegation, Edition, Nomination, NominationRound
from parties.models import Party, User
from socportal import clock

from . import correspondence, journal
from .steps import Reason, lock, not_a_secretary, refuse_for


def open_round_reasons(edition: Edition, by: User) -> list[Reason]:
    reasons = not_a_secretary(by, edition.dialogue)
    if edition.status != Edition.Status.PREPARING or edition.is_open() or edition.has_closed():
        reasons.append(
            Reason(_("Nominations are open while the edition is in preparation; this one is “%s”.") % edition.standing().label)
        )
    return reasons


@transaction.atomic
def open_round(*, edition: Edition, closes_at: datetime, by: User, categories: Iterable[str] | None = None) -> NominationRound:
    """Open nominations, or move their deadline: one instant (aware) for all parties, each of which gets its delegation.

    Refused: an edition that is not in preparation; a deadline in the past or after the opening day.
    """
    edition = lock(edition)
    reasons = open_round_reasons(edition, by)
    if closes_at <= clock.now():
        reasons.append(Reason(_("That deadline has passed. Give a later one.")))
    refuse_for(reasons + _after_the_opening(edition, closes_at))
    chosen = list(Nomination.Category.values if categories is None else categories)
    found = NominationRound.objects.select_for_update().filter(edition=edition).first()
    round_ = found or NominationRound(edition=edition, opened_by=by)
    if found is None:
        round_.opened_at = clock.now()
    round_.closes_at, round_.categories = closes_at, chosen
    round_.full_clean()
    round_.save()
    for party in edition.dialogue.parties.all():
        Delegation.objects.get_or_create(edition=edition, party=party)
    journal.write(by=by, act="opened nominations", on=edition, details={"closes_at": closes_at.isoformat()})
    return round_


def _after_the_opening(edition: Edition, deadline: datetime) -> list[Reason]:
    if edition.opens_on is None or deadline.astimezone(edition.zone).date() < edition.opens_on:
        return []
    said = {"day": date_format(edition.opens_on)}
    return [Reason(_("The edition opens on %(day)s. Give an earlier deadline.") % said, edition)]


def extend_deadline_reasons(delegation: Delegation, by: User) -> list[Reason]:
    reasons = not_a_secretary(by, delegation.edition.dialogue)
    if not NominationRound.objects.filter(edition=delegation.edition).exists():
        reasons.append(Reason(_("Nominations are not open yet."), delegation.edition))
    return reasons


@transaction.atomic
def extend_deadline(*, delegation: Delegation, until: datetime, reason: str, by: User) -> Delegation:
    """Give one party longer, until an instant (aware) after the deadline of all; its focal points are told."""
    delegation = lock(delegation)
    reasons = extend_deadline_reasons(delegation, by)
    round_ = NominationRound.objects.filter(edition=delegation.edition).first()
    if round_ and until <= round_.closes_at:
        reasons.append(Reason(_("All parties have until then already. Give a later time."), delegation.edition))
    reasons += _after_the_opening(delegation.edition, until)
    refuse_for(reasons)
    delegation.extended_until, delegation.extension_reason = until, reason
    delegation.full_clean()
    delegation.save(update_fields=["extended_until", "extension_reason"])
    tell_focal_points(
        [delegation.party], delegation.edition, "deadline_extended", f"{delegation.pk}-{until.isoformat()}", until=until
    )
    journal.write(
        by=by, act="extended deadline", on=delegation, details={"party": delegation.party.code, "until": until.isoformat()}
    )
    return delegation


def tell_focal_points(parties: Iterable[Party], edition: Edition, template: str, key: str, **about: Any) -> None:
    """Draft a message to the focal points and deputies of these parties, as far as they have an account."""
    current = Appointment.objects.current().filter(
        dialogue=edition.dialogue, party__in=list(parties), role__in=Appointment.FOCAL_POINTS
    )
    for user in User.objects.filter(person__in=current.values("person"), is_active=True).order_by("pk"):
        correspondence.queue(
            key=f"{template}-{key}-{user.pk}",
            edition=edition,
            recipient=user,
            template=template,
            about={"edition": edition, **about},
        )
