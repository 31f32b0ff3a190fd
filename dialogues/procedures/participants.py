"""The list of participants: as it stands now, and issued under a number that stays (workflows §4.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.models import Edition, ListedParticipant, ParticipantList, Registration
from dialogues.models.delegations import BY_CONSENT
from parties.models import User
from socportal import clock

from . import journal
from .steps import Reason, lock, not_a_secretary, refuse_for


def lines_now(edition: Edition) -> list[ListedParticipant]:
    """The list as it would be issued now: the host’s delegation last, the head first, then precedence and surname.

    Support staff are not on it. Whose name their party withholds stands with post and organisation alone.
    """
    registrations = (
        Registration.objects.on_the_list()
        .filter(edition=edition)
        .select_related("person", "organisation__parent", "delegation__party", "edition")
    )
    return [
        ListedParticipant(
            position=position,
            registration=registration,
            party=registration.delegation.party,
            category=registration.category,
            name="" if registration.withholds_name or registration.person.erased_at else registration.person.name,
            post_en=registration.post_en,
            post_nl=registration.post_nl,
            organisation=registration.organisation,
        )
        for position, registration in enumerate(sorted(registrations, key=_place), start=1)
    ]


def _place(registration: Registration) -> tuple[object, ...]:
    party, person = registration.delegation.party, registration.person
    return (
        party.pk == registration.edition.host_party_id,
        party.name_en.casefold(),
        registration.category in BY_CONSENT,
        registration.category != Registration.Category.HEAD,
        registration.precedence,
        (person.sort_name or person.name).casefold(),
        registration.pk,
    )


@dataclass(frozen=True)
class Difference:
    """What happened between two lists; `changed` holds each line as it was and as it is."""

    added: list[ListedParticipant] = field(default_factory=list)
    gone: list[ListedParticipant] = field(default_factory=list)
    changed: list[tuple[ListedParticipant, ListedParticipant]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.gone or self.changed)


SAID = ("name", "post_en", "post_nl", "organisation_id", "party_id", "category")


def difference(before: Iterable[ListedParticipant], now: Iterable[ListedParticipant]) -> Difference:
    """By registration: whoever was replaced has gone, and somebody else came. Another order is no difference."""
    earlier = {line.registration_id: line for line in before}
    later = {line.registration_id: line for line in now}
    return Difference(
        added=[line for key, line in later.items() if key not in earlier],
        gone=[line for key, line in earlier.items() if key not in later],
        changed=[
            (earlier[key], line)
            for key, line in later.items()
            if key in earlier and any(getattr(earlier[key], name) != getattr(line, name) for name in SAID)
        ],
    )


def latest_list(edition: Edition) -> ParticipantList | None:
    return ParticipantList.objects.filter(edition=edition).order_by("-number").first()


def issue_list_reasons(edition: Edition, by: User, is_final: bool = False) -> list[Reason]:
    """Something must have changed since the version before; the final list follows the last day, and nothing follows it."""
    reasons = not_a_secretary(by, edition.dialogue)
    if reasons:
        return reasons
    latest = latest_list(edition)
    if latest and latest.is_final:
        return [Reason(_("Version %(number)d is the final list. No other follows it.") % {"number": latest.number})]
    if is_final and not edition.has_closed():
        return [Reason(_("The final list is issued after the last day of the edition."))]
    lines = lines_now(edition)
    if not lines:
        return [Reason(_("Nobody is registered yet. Accept nominations first."))]
    if latest and not is_final and not difference(latest.lines.all(), lines):
        return [Reason(_("Nothing has changed since version %(number)d.") % {"number": latest.number})]
    return []


@transaction.atomic
def issue_list(*, edition: Edition, by: User, is_final: bool = False) -> ParticipantList:
    """Freeze the list under the next number; participants, focal points and secretaries read it at once."""
    edition = lock(edition)
    refuse_for(issue_list_reasons(edition, by, is_final))
    latest = latest_list(edition)
    issued = ParticipantList.objects.create(
        edition=edition,
        number=latest.number + 1 if latest else 1,
        is_final=is_final,
        issued_by=by,
        issued_at=clock.now(),
    )
    lines = lines_now(edition)
    for line in lines:
        line.participant_list = issued
    ListedParticipant.objects.bulk_create(lines)
    journal.write(
        by=by, act="issued list", on=issued, details={"number": issued.number, "final": is_final, "people": len(lines)}
    )
    return issued
