"""Everybody who can stand before the portal. A test that names them reads as a sentence."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser

from dialogues.models import Dialogue, Edition, Mandate
from parties.models import Party, User
from tests import build


@dataclass
class Cast:
    dialogue: Dialogue
    edition: Edition
    uk: Party
    nl: Party
    group: Mandate
    other_group: Mandate

    public: AnonymousUser
    stranger: User  # an account that stands for nobody's delegation
    technician: User  # a superuser without an appointment
    delegate_uk: User  # member of no group
    delegate_nl: User
    group_member: User  # of the UK, in `group`
    other_group_member: User  # of the Netherlands, in `other_group`
    co_chair: User  # of `group`, for the Netherlands
    guest_speaker: User  # invited by all parties, for none of them
    withdrawn_delegate: User  # registration cancelled
    last_years_delegate: User  # of an edition that closed more than ninety days ago
    focal_point_uk: User
    focal_point_nl: User
    deputy_nl: User
    secretary_uk: User
    secretary_nl: User  # the host's secretary, and therefore the lead
    former_secretary: User  # appointment ended
    coming_secretary: User  # appointment not yet begun
    secretary_elsewhere: User  # of another dialogue of the same parties
    inactive_secretary: User

    @property
    def lead(self) -> User:
        return self.secretary_nl

    @classmethod
    def names(cls) -> list[str]:
        scenery = {"dialogue", "edition", "uk", "nl", "group", "other_group"}
        return [member.name for member in fields(cls) if member.name not in scenery]


def _somebody(name: str, party: Party | None, **account: Any) -> User:
    person = build.a_person(party, name=f"Zzyx{name.title().replace('_', '')}", sort_name=name)
    return build.an_account(person, email=f"{name}@example.org", **account)


def assemble() -> Cast:
    uk, nl = build.a_party("UK"), build.a_party("NL")
    dialogue = build.a_dialogue(slug="cast-dialogue")
    edition = build.an_edition(dialogue)
    last_year = build.an_edition(
        dialogue, year=2026, status=Edition.Status.ARCHIVED, opens_on=date(2026, 3, 17), closes_on=date(2026, 3, 18)
    )
    group, other_group = build.a_mandate(edition), build.a_mandate(edition)
    people: dict[str, Any] = {"public": AnonymousUser()}
    people["stranger"] = _somebody("stranger", uk)
    people["technician"] = _somebody("technician", nl, is_staff=True, is_superuser=True)
    for name, party, mandates in [
        ("delegate_uk", uk, ()),
        ("delegate_nl", nl, ()),
        ("group_member", uk, (group,)),
        ("other_group_member", nl, (other_group,)),
        ("co_chair", nl, ()),
    ]:
        people[name] = _somebody(name, party)
        build.a_registration(people[name].person, edition, mandates=mandates)
    build.a_co_chair(group, people["co_chair"].person)
    people["guest_speaker"] = _somebody("guest_speaker", None)
    build.a_registration(
        people["guest_speaker"].person, edition, delegation=build.a_delegation(edition, nl), category="speaker"
    )
    people["withdrawn_delegate"] = _somebody("withdrawn_delegate", uk)
    build.a_registration(people["withdrawn_delegate"].person, edition, mandates=(group,), status="cancelled")
    people["last_years_delegate"] = _somebody("last_years_delegate", uk)
    build.a_registration(people["last_years_delegate"].person, last_year)
    for name, party, role in [
        ("focal_point_uk", uk, "focal_point"),
        ("focal_point_nl", nl, "focal_point"),
        ("deputy_nl", nl, "deputy_focal_point"),
    ]:
        people[name] = _somebody(name, party)
        build.an_appointment(people[name], dialogue, role)
    for name, party, dates in [
        ("secretary_uk", uk, {}),
        ("secretary_nl", nl, {}),
        ("former_secretary", uk, {"ends_on": date(2020, 12, 31)}),
        ("coming_secretary", uk, {"starts_on": date(2200, 1, 1)}),
    ]:
        people[name] = _somebody(name, party, is_staff=True)
        build.an_appointment(people[name], dialogue, "secretary", **dates)
    people["secretary_elsewhere"] = _somebody("secretary_elsewhere", uk, is_staff=True)
    build.an_appointment(people["secretary_elsewhere"], build.a_dialogue(slug="elsewhere"), "secretary")
    people["inactive_secretary"] = _somebody("inactive_secretary", uk, is_staff=True, is_active=False)
    build.an_appointment(people["inactive_secretary"], dialogue, "secretary")
    return Cast(dialogue=dialogue, edition=edition, uk=uk, nl=nl, group=group, other_group=other_group, **people)
