"""Working groups across editions: established and concluded by all parties, under a mandate that ends with its edition."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dialogues.models import ActionItem, Appointment, CarryOver, CoChair, Edition, Lineage, Mandate, WorkingGroup
from parties.models import Party, User
from socportal import clock

from . import journal
from .consents import awaited, consent_of_all, consent_reasons, given
from .steps import Reason, edition_is_over, lock, move, not_a_secretary, not_possible_from, party_of, refuse_for

Status = WorkingGroup.Status

# A party's yes to a group comes from its secretary; to terms of reference from whoever clears texts for it as well.
CONSENTING = (Appointment.Role.SECRETARY,)
CLEARING = (Appointment.Role.CLEARING_OFFICER, Appointment.Role.SECRETARY)


def _lies_ahead(day: date) -> list[Reason]:
    return [Reason(_("This day lies ahead. Give the day of a meeting that was held."))] if day > clock.today() else []


def _consents_to(record: Any, to: str, by: User, round: int) -> list[Reason]:
    dialogue = record.dialogue if isinstance(record, WorkingGroup) else record.edition.dialogue
    reasons = not_possible_from(record, to)
    return reasons or consent_reasons(record, to, dialogue, by, *CONSENTING, round=round)


# The group


def establish_reasons(working_group: WorkingGroup, by: User) -> list[Reason]:
    """Each party's secretary consents. Whoever has may do so again for another day: then all are asked anew."""
    reasons = not_possible_from(working_group, Status.ESTABLISHED)
    if not reasons and party_of(by, working_group.dialogue, *CONSENTING) is None:
        reasons = [Reason(_("A working group is established by the secretaries of all parties, each for its own."))]
    return reasons


@transaction.atomic
def establish(*, working_group: WorkingGroup, by: User, met_on: date) -> WorkingGroup:
    """Consent that the preparatory meeting of `met_on` established it; another day than the other's asks all anew."""
    group = lock(working_group)
    refuse_for(establish_reasons(group, by) + _lies_ahead(met_on))
    if group.established_on and group.established_on != met_on:
        group.consent_round += 1
    group.established_on = met_on
    refuse_for(consent_reasons(group, Status.ESTABLISHED, group.dialogue, by, *CONSENTING, round=group.consent_round))
    group.save(update_fields=["established_on", "consent_round"])
    complete = consent_of_all(group, Status.ESTABLISHED, group.dialogue, by, *CONSENTING, round=group.consent_round)
    if complete:
        move(group, Status.ESTABLISHED)
    act = "established group" if complete else "consented"
    journal.write(by=by, act=act, on=group, details={"to": Status.ESTABLISHED.value})
    return group


def rest_reasons(working_group: WorkingGroup, by: User) -> list[Reason]:
    return not_a_secretary(by, working_group.dialogue) or not_possible_from(working_group, Status.RESTING)


@transaction.atomic
def rest(*, working_group: WorkingGroup, by: User) -> WorkingGroup:
    """It meets no more for the time being; its open action items stay its own."""
    group = lock(working_group)
    refuse_for(rest_reasons(group, by))
    _move_on(group, Status.RESTING)
    journal.write(by=by, act="rested group", on=group)
    return group


def resume_reasons(working_group: WorkingGroup, by: User) -> list[Reason]:
    reasons = not_a_secretary(by, working_group.dialogue)
    if not reasons and working_group.status != Status.RESTING:
        reasons = [Reason(_("It does not rest."), working_group)]
    return reasons


@transaction.atomic
def resume(*, working_group: WorkingGroup, by: User) -> WorkingGroup:
    """It meets again."""
    group = lock(working_group)
    refuse_for(resume_reasons(group, by))
    _move_on(group, Status.ACTIVE)
    journal.write(by=by, act="resumed group", on=group)
    return group


def _move_on(group: WorkingGroup, to: str, **also: Any) -> None:
    """A consent to conclude counts for the state that the group was in when it was given."""
    move(group, to, consent_round=group.consent_round + 1, **also)


def present_group(items: Any) -> Any:
    """Adds `present_group` to action items: the group of the newest carry-over, else that of their mandate; or none."""
    carried = CarryOver.objects.carried().filter(action_item=OuterRef("pk")).order_by("-at", "-pk")
    return items.annotate(
        was_carried=Exists(carried),
        present_group=Subquery(carried.values("mandate__working_group")[:1]),
    )


def followed_by(group: WorkingGroup, items: Any) -> Any:
    """Those of these action items that the group follows now; what was carried to the plenary list nobody else's is."""
    its_own = Q(was_carried=False, mandate__working_group=group) | Q(was_carried=True, present_group=group.pk)
    return present_group(items).filter(its_own)


def conclude_reasons(working_group: WorkingGroup, by: User) -> list[Reason]:
    """Both consent, and nothing that it promised is left without somebody who follows it (workflows §4.4)."""
    reasons = _consents_to(working_group, Status.CONCLUDED, by, working_group.consent_round)
    for item in followed_by(working_group, ActionItem.objects.still_open()).order_by("edition__year", "serial"):
        said = _("%(number)s is still open: close it, or let another group or the plenary list follow it.")
        reasons.append(Reason(said % {"number": item.number}, item))
    return reasons


@transaction.atomic
def conclude(*, working_group: WorkingGroup, by: User) -> WorkingGroup:
    """Consent that its work is done. With the last party's consent it is concluded, today."""
    group = lock(working_group)
    refuse_for(conclude_reasons(group, by))
    complete = consent_of_all(group, Status.CONCLUDED, group.dialogue, by, *CONSENTING, round=group.consent_round)
    if complete:
        move(group, Status.CONCLUDED, concluded_on=clock.today())
    act = "concluded group" if complete else "consented"
    journal.write(by=by, act=act, on=group, details={"to": Status.CONCLUDED.value})
    return group


# Its mandate in an edition


def next_rapporteur_party(working_group: WorkingGroup, edition: Edition) -> Party | None:
    """The party whose turn it is to name the rapporteur: the next one by code after the last mandate's; none if unknown."""
    before = working_group.mandates.filter(edition__year__lt=edition.year, rapporteur_party__isnull=False)
    last = before.select_related("rapporteur_party").order_by("-edition__year").first()
    parties = list(edition.dialogue.parties.order_by("code"))
    if last is None or last.rapporteur_party not in parties:
        return None
    return parties[(parties.index(last.rapporteur_party) + 1) % len(parties)]


def seats_of(mandate: Mandate) -> list[CoChair]:
    """One co-chair a party, vacant ones too: “to be named” is a seat, not a gap. Makes the seats that are missing."""
    for party in mandate.edition.dialogue.parties.exclude(pk__in=mandate.co_chairs.values("party")):
        CoChair.objects.get_or_create(mandate=mandate, party=party)
    return list(mandate.co_chairs.select_related("party", "person").order_by("party__code"))


def _with_its_secretary(mandate: Mandate, by: User, to: str) -> list[Reason]:
    return not_a_secretary(by, mandate.edition.dialogue) or not_possible_from(mandate, to)


def send_terms_reasons(mandate: Mandate, by: User) -> list[Reason]:
    """The terms are written; a vacant seat stops nobody, it is shown as to be named."""
    reasons = _with_its_secretary(mandate, by, Mandate.Status.IN_CLEARANCE) or edition_is_over(mandate.edition)
    if not reasons and not mandate.terms:
        reasons = [Reason(_("Write the terms of reference first."), mandate)]
    return reasons


@transaction.atomic
def send_terms_to_clearance(*, mandate: Mandate, by: User) -> Mandate:
    """Put the terms before all parties: from here on they are not changed, only taken back."""
    mandate = lock(mandate)
    refuse_for(send_terms_reasons(mandate, by))
    seats_of(mandate)
    move(mandate, Mandate.Status.IN_CLEARANCE)
    journal.write(by=by, act="sent terms to clearance", on=mandate, details={"round": mandate.terms_round})
    return mandate


def take_terms_back_reasons(mandate: Mandate, by: User) -> list[Reason]:
    return _with_its_secretary(mandate, by, Mandate.Status.DRAFT)


@transaction.atomic
def take_terms_back(*, mandate: Mandate, by: User) -> Mandate:
    """To change the terms: a consent to the words as they were counts no more."""
    mandate = lock(mandate)
    refuse_for(take_terms_back_reasons(mandate, by))
    move(mandate, Mandate.Status.DRAFT, terms_round=mandate.terms_round + 1)
    journal.write(by=by, act="took terms back", on=mandate, details={"round": mandate.terms_round})
    return mandate


def adopt_terms_reasons(mandate: Mandate, by: User) -> list[Reason]:
    """Each party's clearing officer or secretary; of a group that was established and is not concluded."""
    reasons = not_possible_from(mandate, Mandate.Status.ADOPTED) or edition_is_over(mandate.edition)
    if reasons:
        return reasons
    group = mandate.working_group
    if group.status == Status.PROPOSED:
        reasons.append(Reason(_("The group is only proposed: both parties establish it first."), group))
    if group.status == Status.CONCLUDED:
        reasons.append(Reason(_("The group is concluded."), group))
    dialogue = mandate.edition.dialogue
    return reasons + consent_reasons(mandate, Mandate.Status.ADOPTED, dialogue, by, *CLEARING, round=mandate.terms_round)


@transaction.atomic
def adopt_terms(*, mandate: Mandate, by: User, reference: str = "") -> Mandate:
    """Consent to the terms as they stand. With the last party's they are adopted today, and the group is active."""
    mandate = lock(mandate)
    mandate.working_group = lock(mandate.working_group)
    refuse_for(adopt_terms_reasons(mandate, by))
    to, dialogue = Mandate.Status.ADOPTED, mandate.edition.dialogue
    complete = consent_of_all(mandate, to, dialogue, by, *CLEARING, round=mandate.terms_round, reference=reference.strip())
    if complete:
        move(mandate, to, adopted_on=clock.today())
        if mandate.working_group.status != Status.ACTIVE:
            _move_on(mandate.working_group, Status.ACTIVE)
    act = "adopted terms" if complete else "consented"
    journal.write(by=by, act=act, on=mandate, details={"to": to.value, "round": mandate.terms_round})
    return mandate


def report_reasons(mandate: Mandate, by: User) -> list[Reason]:
    return _with_its_secretary(mandate, by, Mandate.Status.REPORTED)


@transaction.atomic
def report(*, mandate: Mandate, by: User) -> Mandate:
    """Note that the group has reported to the edition. That does not renew it."""
    mandate = lock(mandate)
    refuse_for(report_reasons(mandate, by))
    move(mandate, Mandate.Status.REPORTED)
    journal.write(by=by, act="reported mandate", on=mandate)
    return mandate


def renew_reasons(mandate: Mandate, by: User) -> list[Reason]:
    return edition_is_over(mandate.edition) or _consents_to(mandate, Mandate.Status.RENEWED, by, mandate.terms_round)


def end_reasons(mandate: Mandate, by: User) -> list[Reason]:
    return _consents_to(mandate, Mandate.Status.ENDED, by, mandate.terms_round)


def _by_all(mandate: Mandate, to: Mandate.Status, by: User, act: str) -> Mandate:
    complete = consent_of_all(mandate, to, mandate.edition.dialogue, by, *CONSENTING, round=mandate.terms_round)
    if complete:
        move(mandate, to)
    journal.write(by=by, act=act if complete else "consented", on=mandate, details={"to": to.value})
    return mandate


@transaction.atomic
def renew(*, mandate: Mandate, by: User) -> Mandate:
    """Consent that it goes on beyond its edition, until the next mandate is adopted; both adopted the end of it."""
    mandate = lock(mandate)
    refuse_for(renew_reasons(mandate, by))
    return _by_all(mandate, Mandate.Status.RENEWED, by, "renewed mandate")


@transaction.atomic
def end(*, mandate: Mandate, by: User) -> Mandate:
    """Consent that it ends now. With its edition it ends by itself: for that nobody has to press anything."""
    mandate = lock(mandate)
    refuse_for(end_reasons(mandate, by))
    return _by_all(mandate, Mandate.Status.ENDED, by, "ended mandate")


# Where it comes from


def day_given(lineage: Lineage) -> date | None:
    """The day that the consents of this round speak of; none before the first."""
    first = given(lineage, Lineage.CONFIRMED, round=_round_of(lineage)).first()
    return date.fromisoformat(first.reason) if first and first.reason else None


def confirm_lineage_reasons(lineage: Lineage, by: User) -> list[Reason]:
    """Each party's secretary. Whoever has confirmed it may do so again for another day: then all are asked anew."""
    if lineage.confirmed_on:
        return [Reason(_("Both parties have confirmed it already."), lineage)]
    if party_of(by, lineage.edition.dialogue, *CONSENTING) is None:
        return [Reason(_("This is confirmed by the secretaries of all parties, each for its own."))]
    return []


def _another_day(lineage: Lineage, by: User, day: date) -> list[Reason]:
    """The parties confirm one day; whoever gave the wrong one gives the right one, which asks the others anew."""
    known = day_given(lineage)
    so_far = has_consented(lineage, Lineage.CONFIRMED)
    if known in {None, day} or party_of(by, lineage.edition.dialogue, *CONSENTING) in so_far:
        return []
    said = {"party": ", ".join(map(str, so_far)), "day": date_format(known, "DATE_FORMAT")}
    words = _("%(party)s gave %(day)s. Give the same day; if that one is wrong, let %(party)s confirm the right one anew.")
    return [Reason(words % said, lineage)]


@transaction.atomic
def confirm_lineage(*, lineage: Lineage, by: User, confirmed_on: date, reference: str) -> Lineage:
    """Consent that it was confirmed on this day, and where that is written: the number of the note or the minutes.

    With the last party's consent it is confirmed; until then readers see it as a link of the secretariat.
    """
    lineage = lock(lineage)
    refuse_for(confirm_lineage_reasons(lineage, by) + _lies_ahead(confirmed_on))
    refuse_for(_another_day(lineage, by, confirmed_on))
    if not reference.strip():
        refuse_for([Reason(_("Give the reference of the meeting at which both parties confirmed it."), lineage)])
    to, dialogue, round = Lineage.CONFIRMED, lineage.edition.dialogue, _round_of(lineage)
    if day_given(lineage) not in {None, confirmed_on}:
        round += 1
    refuse_for(consent_reasons(lineage, to, dialogue, by, *CONSENTING, round=round))
    said = {"reason": confirmed_on.isoformat(), "reference": reference.strip()}
    complete = consent_of_all(lineage, to, dialogue, by, *CONSENTING, round=round, **said)
    if complete:
        lineage.confirmed_on = confirmed_on
        lineage.save(update_fields=["confirmed_on"])
    act = "confirmed lineage" if complete else "consented"
    journal.write(by=by, act=act, on=lineage, details={"confirmed_on": confirmed_on.isoformat()})
    return lineage


def _round_of(record: WorkingGroup | Mandate | Lineage) -> int:
    """The round that counts: of a link between editions, the newest that somebody has opened."""
    if isinstance(record, Lineage):
        return record.consents.aggregate(newest=Max("round"))["newest"] or 1
    return record.consent_round if isinstance(record, WorkingGroup) else record.terms_round


def still_awaited(record: WorkingGroup | Mandate | Lineage, to: str) -> list[Party]:
    """Whose consent to a step is missing, in the round that counts."""
    dialogue = record.dialogue if isinstance(record, WorkingGroup) else record.edition.dialogue
    return awaited(record, to, dialogue, round=_round_of(record))


def has_consented(record: WorkingGroup | Mandate | Lineage, to: str) -> list[Party]:
    return [one.party for one in given(record, to, round=_round_of(record)).order_by("party__code")]
