"""What stands in the way of a nomination, or is to be said about it: completeness, doubles, numbers, consents.

Nothing here judges a person: a party chooses its own people (workflows §4.2).
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from dialogues.models import Appointment, Delegation, Edition, Mandate, Nomination, NominationRound, Registration
from parties.models import Party, User

from .steps import Reason, appointments_of


def round_of(edition: Edition) -> NominationRound | None:
    return NominationRound.objects.filter(edition=edition).first()


def not_their_focal_point(delegation: Delegation, by: User) -> list[Reason]:
    """A delegation is entered by its own party's focal point or deputy."""
    if appointments_of(by, delegation.edition.dialogue, *Appointment.FOCAL_POINTS).filter(party=delegation.party).exists():
        return []
    return [Reason(_("Only %(party)s’s focal point or deputy does this.") % {"party": delegation.party})]


def not_open(delegation: Delegation, *, replacement: bool = False) -> list[Reason]:
    """Drafting begins with the round; once the edition is open only replacements follow; after it nothing."""
    edition = delegation.edition
    if edition.status != Edition.Status.PREPARING or edition.has_closed():
        return [
            Reason(
                _("%(edition)s is “%(status)s”: nobody is nominated for it.")
                % {
                    "edition": edition,
                    "status": edition.standing().label,
                },
                edition,
            )
        ]
    if round_of(edition) is None:
        return [Reason(_("The secretariat has not opened nominations for this edition yet."), edition)]
    if edition.is_open() and not replacement:
        return [Reason(_("The edition is open: from now on somebody can only be replaced."), edition)]
    return []


def missing(nomination: Nomination, groups: Sequence[Mandate] | None = None, has_groups: bool | None = None) -> list[str]:
    """What the party still owes before it can submit, a sentence each.

    `groups` are its own, and `has_groups` says whether the edition has any, where that is known already.
    """
    found = []
    if not nomination.name.strip():
        found.append(_("The name as it stands on the badge is missing."))
    if not (nomination.post_en.strip() or nomination.post_nl.strip()):
        found.append(_("The post is missing."))
    if nomination.organisation_id is None:
        found.append(_("The organisation is missing."))
    if not nomination.email.strip():
        found.append(_("The official e-mail address is missing."))
    if nomination.category == Nomination.Category.ALTERNATE and nomination.alternate_for_id is None:
        found.append(_("An alternate stands for somebody: say for whom."))
    if nomination.category == Nomination.Category.DELEGATE:
        chosen = list(nomination.mandates.all()) if groups is None else groups
        if has_groups is None:
            has_groups = Mandate.objects.filter(edition=nomination.edition_id).exists()
        if not chosen and has_groups:
            found.append(_("The working group is missing."))
    return found


def doubles(nomination: Nomination) -> list[str]:
    """The same person a second time in this delegation: by address, or by name and organisation, whatever the case."""
    others = Nomination.objects.live().filter(delegation=nomination.delegation_id).exclude(pk=nomination.pk)
    if nomination.replaces_id:
        others = others.exclude(pk=nomination.replaces_id)
    found = []
    if nomination.email and others.filter(email__iexact=nomination.email.strip()).exists():
        found.append(_("This e-mail address is nominated in your delegation already."))
    same_name = Q(name__iexact=nomination.name.strip(), organisation=nomination.organisation_id)
    if nomination.name and nomination.organisation_id and others.filter(same_name).exists():
        found.append(_("Somebody of this name and organisation is nominated in your delegation already."))
    return found


def over_quota(nomination: Nomination, groups: Sequence[Mandate] | None = None) -> list[str]:
    """Where this nomination goes beyond what was agreed, a sentence each. Support staff take no seat of the total."""
    delegation = nomination.delegation
    taken = delegation.nominations.handed_in().exclude(pk=nomination.pk)
    if nomination.replaces_id:
        taken = taken.exclude(pk=nomination.replaces_id)
    found = []
    support = Nomination.Category.SUPPORT
    if delegation.seats is not None and nomination.category != support:
        number = taken.exclude(category=support).count() + 1
        if number > delegation.seats:
            found.append(_("%(number)d in the delegation; %(seats)d agreed.") % {"number": number, "seats": delegation.seats})
    chosen = {mandate.pk for mandate in (nomination.mandates.all() if groups is None else groups)}
    for quota in delegation.quotas.select_related("mandate__working_group"):
        if quota.category and quota.category == nomination.category:
            number = taken.filter(category=quota.category).count() + 1
        elif quota.mandate_id in chosen:
            number = taken.filter(mandates=quota.mandate_id).count() + 1
        else:
            continue
        if number > quota.seats:
            found.append(
                _("%(number)d as “%(what)s”; %(seats)d agreed.")
                % {
                    "number": number,
                    "what": quota.mandate.working_group if quota.mandate else quota.get_category_display(),
                    "seats": quota.seats,
                }
            )
    return found


def faults(nomination: Nomination) -> list[Reason]:
    """What stands in the way of handing it in: what is missing, a double, a second head, a category not allowed."""
    texts = [*missing(nomination), *doubles(nomination)]
    if nomination.category == Nomination.Category.HEAD:
        heads = nomination.delegation.nominations.handed_in().filter(category=nomination.category).exclude(pk=nomination.pk)
        if (heads.exclude(pk=nomination.replaces_id) if nomination.replaces_id else heads).exists():
            texts.append(_("This delegation has a head already. Replace or withdraw that nomination first."))
    round_ = round_of(nomination.edition)
    if round_ and nomination.category not in round_.categories:
        texts.append(_("“%s” is not among the categories of this edition.") % nomination.get_category_display())
    return [Reason(text, nomination) for text in texts]


def parties_to_consent(nomination: Nomination) -> list[Party]:
    """Whose consent to an observer, expert or guest speaker is still missing; nobody's for the other categories."""
    if not nomination.needs_consent:
        return []
    given = nomination.consents.values("party")
    return list(nomination.edition.dialogue.parties.exclude(pk__in=given).order_by("code"))


def account_faults(nomination: Nomination, account: User) -> list[Reason]:
    """Why an address that has an account already cannot be this nomination's."""
    if account.person is None:
        return [Reason(_("This address belongs to an account that stands for nobody."), account)]
    party = account.person.party_id
    if party not in {None, nomination.delegation.party_id} and not nomination.needs_consent:
        return [Reason(_("This address belongs to somebody of another party."), account.person)]
    live = Registration.objects.live().filter(edition=nomination.edition_id, person=account.person)
    if nomination.replaces and nomination.replaces.registration_id:
        live = live.exclude(pk=nomination.replaces.registration_id)
    if live.exists():
        return [Reason(_("This person is already registered for this edition."), account.person)]
    return []
