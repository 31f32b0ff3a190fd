"""The beginning: an invented dialogue with its people, rooms and working groups."""

from __future__ import annotations

from dialogues.models import Appointment, Room, Venue, WorkingGroup
from dialogues.procedures import working_groups
from dialogues.procedures.accounts import appoint, open_account
from dialogues.procedures.dialogues import found_dialogue
from dialogues.procedures.journal import enter
from parties.models import Organisation, Party, Person
from socportal import clock

from .telling import Side, Telling

SLUG = "demonstration"

GROUPS = [
    ("financial-flows", "Financial flows", "Financiële stromen"),
    ("ports-and-logistics", "Ports and logistics", "Havens en logistiek"),
    ("digital-traces", "Digital traces", "Digitale sporen"),
]
ROOMS = [
    ("Great Hall", "Grote zaal", "ground floor", "begane grond", 90),
    ("Old Library", "Oude bibliotheek", "first floor", "eerste verdieping", 40),
    ("Canal Room", "Grachtkamer", "first floor", "eerste verdieping", 24),
    ("Garden Room", "Tuinkamer", "ground floor", "begane grond", 40),
    ("Dining Room", "Eetzaal", "ground floor", "begane grond", 90),
]


class Founding(Telling):
    def found(self) -> None:
        parties = [Party.objects.get(code="UK"), Party.objects.get(code="NL")]
        self.dialogue = found_dialogue(
            slug=SLUG,
            parties=parties,
            name_en="Demonstration dialogue",
            name_nl="Demonstratiedialoog",
            short_name_en="Demonstration",
            short_name_nl="Demonstratie",
            purpose_en="An invented dialogue to try the portal with. Its dates, places, people and texts are made up.",
            purpose_nl="Een verzonnen dialoog om het portaal mee te proberen. Alles erin is bedacht.",
            action_prefix="DEMO",
            is_demonstration=True,
        )
        self.sides = [self.side(party) for party in parties]
        self.venue = enter(record=Venue(name_en="Example House", name_nl="Voorbeeldhuis"), by=self.sides[0].secretary)
        self.rooms = {
            name: enter(
                record=Room(
                    venue=self.venue,
                    position=position,
                    name_en=name,
                    name_nl=name_nl,
                    floor_en=floor,
                    floor_nl=floor_nl,
                    capacity=seats,
                ),
                by=self.sides[0].secretary,
            )
            for position, (name, name_nl, floor, floor_nl, seats) in enumerate(ROOMS, start=1)
        }
        self.groups = [
            enter(
                record=WorkingGroup(
                    dialogue=self.dialogue, slug=slug, name_en=en, name_nl=nl, audience="public", published_at=clock.now()
                ),
                by=self.sides[0].secretary,
            )
            for slug, en, nl in GROUPS
        ]
        for group in self.groups:
            for side in self.sides:
                working_groups.establish(working_group=group, by=side.secretary, met_on=clock.today())

    def side(self, party: Party) -> Side:
        organisations = [
            enter(
                record=Organisation(
                    slug=f"example-{kind}-{party.code.lower()}",
                    name_en=f"Example {word_en} {party.code}",
                    name_nl=f"Voorbeeld{word_nl} {party.code}",
                    kind=kind,
                    party=party,
                ),
                by=None,
            )
            for kind, word_en, word_nl in [
                ("ministry", "ministry", "ministerie"),
                ("police", "police service", "politie"),
                ("prosecution", "prosecution service", "parket"),
                ("agency", "agency", "dienst"),
            ]
        ]
        accounts = {}
        for role, word_en, word_nl, short in [
            (Appointment.Role.SECRETARY, "Secretary", "Secretaris", "secretary"),
            (Appointment.Role.FOCAL_POINT, "Focal point", "Contactpunt", "focal-point"),
            (Appointment.Role.DEPUTY_FOCAL_POINT, "Deputy focal point", "Plaatsvervangend contactpunt", "deputy"),
            (Appointment.Role.PRESS_OFFICER, "Press officer", "Persvoorlichter", "press"),
        ]:
            person = enter(
                record=Person(
                    name=f"{word_en} {party.code}-01",
                    sort_name=f"{party.code}-01 {word_en}",
                    post_en=f"{word_en} of the dialogue",
                    post_nl=f"{word_nl} van de dialoog",
                    party=party,
                    organisation=organisations[0],
                ),
                by=None,
            )
            accounts[role] = open_account(
                person=person,
                email=f"{short}-{party.code.lower()}@example.org",
                by=None,
                is_staff=role == Appointment.Role.SECRETARY,
                language="nl" if party.code == "NL" else "en",
            )
            appoint(person=person, dialogue=self.dialogue, party=party, role=role, by=None)
        return Side(
            party=party,
            secretary=accounts[Appointment.Role.SECRETARY],
            focal_point=accounts[Appointment.Role.FOCAL_POINT],
            press_officer=accounts[Appointment.Role.PRESS_OFFICER],
            organisations=organisations,
        )
