"""Who comes: two delegations, named by their focal points and accepted one by one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dialogues.models import Category, Delegation, Edition, Nomination
from dialogues.procedures import delegations, nominations, own_details
from dialogues.procedures.acceptance import accept, give_back
from dialogues.procedures.journal import amend
from dialogues.procedures.nomination_rounds import extend_deadline
from dialogues.procedures.participants import issue_list

from .telling import Side, Telling, venue_instant

SEATS = 35
CATEGORIES = {1: "head", 2: "alternate", 33: "adviser", 34: "adviser", 35: "support"}


class People(Telling):
    def send_people(self, edition: Edition, side: Side, *, size: int, with_head: bool = True) -> None:
        """A party names its people, hands the list in and the host's secretary accepts it."""
        delegation = Delegation.objects.get(edition=edition, party=side.party)
        numbers = range(1 if with_head else 2, size + 1)
        alternates_last = sorted(numbers, key=lambda number: CATEGORIES.get(number) == Category.ALTERNATE)
        named = {number: self.name(delegation, side, number) for number in alternates_last}
        handed_in, left = nominations.submit_complete(delegation=delegation, by=side.focal_point)
        if left:
            raise ValueError(f"{len(left)} nominations of {delegation} lack something")
        for nomination in sorted(handed_in, key=lambda one: one.category == Category.ALTERNATE):
            accept(nomination=nomination, by=self.lead(edition))
        side.people = {
            number: Nomination.objects.select_related("person").get(pk=one.pk).person for number, one in named.items()
        }
        for mandate, seat, rapporteur in zip(edition.mandates.order_by("pk"), (3, 4, 5), (6, 10, 11), strict=True):
            amend(record=mandate.co_chairs.get(party=side.party), by=side.secretary, person=side.people[seat])
            if mandate.rapporteur_party == side.party:
                amend(record=mandate, by=side.secretary, rapporteur=side.people[rapporteur])

    def name(self, delegation: Delegation, side: Side, number: int, **fields: Any) -> Nomination:
        """Draft the nomination of Delegate UK-07, uk07@example.org. Nobody could be taken for a real officer."""
        code = side.party.code
        mandates = list(delegation.edition.mandates.order_by("pk"))
        said = {
            "category": CATEGORIES.get(number, Category.DELEGATE),
            "name": f"Delegate {code}-{number:02d}",
            "sort_name": f"{code}-{number:02d} Delegate",
            "post_en": "Head of delegation" if number == 1 else f"Head of unit {number:02d}",
            "post_nl": "Delegatieleider" if number == 1 else f"Hoofd afdeling {number:02d}",
            "organisation": side.organisations[(number - 1) % len(side.organisations)],
            "email": f"{code.lower()}{number:02d}@example.org",
            "language": "nl" if code == "NL" else "en",
            "precedence": number,
            "mandates": [mandates[number % len(mandates)]] if number > 2 else [],
            **fields,
        }
        if said["category"] == Category.ALTERNATE:
            said["alternate_for"] = delegation.nominations.live().order_by("precedence").first()
        return nominations.draft(delegation=delegation, by=side.focal_point, **said)

    def complete_and_list(self, edition: Edition) -> None:
        """Three in four answer what they are asked; the first list of participants goes out two weeks before."""
        with self.at(edition.opens_on - timedelta(days=20)):
            for number, registration in enumerate(edition.registrations.select_related("person__user")):
                if number % 4:
                    answers = {"meal": "ABC"[number % 3], "photograph_consent": bool(number % 2)}
                    own_details.complete(registration=registration, by=registration.person.user, **answers)
        with self.at(edition.opens_on - timedelta(days=14)):
            issue_list(edition=edition, by=self.lead(edition))

    def note_who_came(self, edition: Edition, absent: tuple[int, ...] = ()) -> None:
        for number, registration in enumerate(edition.registrations.all()):
            delegations.note_attendance(registration=registration, attended=number not in absent, by=self.lead(edition))

    def leave_work(self, edition: Edition, guests: Side, hosts: Side) -> None:
        """Something for everybody to do: two to accept, one given back, one drafted, an observer to consent to."""
        ours, theirs = (Delegation.objects.get(edition=edition, party=side.party) for side in (guests, hosts))
        waiting = [self.name(ours, guests, number) for number in (25, 26, 27)]
        for nomination in waiting:
            nominations.submit(nomination=nomination, by=guests.focal_point)
        give_back(nomination=waiting[2], message="The post is that of the predecessor.", by=self.lead(edition))
        nominations.draft(delegation=ours, by=guests.focal_point, name="Delegate UK-28")
        observer = self.name(theirs, hosts, 36, category=Category.OBSERVER, post_en="Observer", post_nl="Waarnemer")
        nominations.submit(nomination=observer, by=hosts.focal_point)
        until = venue_instant(edition.opens_on - timedelta(days=30), "12:00")
        extend_deadline(delegation=ours, until=until, reason="Its head changed office.", by=self.lead(edition))
