"""The demonstration: an invented dialogue, told through the procedures at the times things would have happened.

Nothing here writes a state directly, so it cannot show one that the product cannot reach. Everybody in it is plainly
invented; nothing hangs on the real dialogue.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from dialogues.models import (
    ActionItem,
    Appointment,
    Category,
    CoChair,
    Delegation,
    Dialogue,
    Edition,
    Evidence,
    Mandate,
    Nomination,
    ProgressUpdate,
    Room,
    Session,
    SpeakerSlot,
    Venue,
    WorkingGroup,
)
from dialogues.models.agenda import PAUSES
from dialogues.procedures import (
    action_items,
    agenda,
    delegations,
    editions,
    nominations,
    own_details,
    preparation,
    progress,
    publication,
)
from dialogues.procedures.acceptance import accept, give_back
from dialogues.procedures.accounts import appoint, open_account
from dialogues.procedures.correspondence import deliver_due, send_messages
from dialogues.procedures.dialogues import found_dialogue
from dialogues.procedures.journal import amend, enter
from dialogues.procedures.nomination_rounds import extend_deadline, open_round
from dialogues.procedures.participants import issue_list
from parties.models import Organisation, Party, Person, User
from socportal import clock

SLUG = "demonstration"
STAGES = {"D-35": 35, "D-7": 7, "D0": 0, "D+10": -10}
ZONE = ZoneInfo("Europe/Amsterdam")
SEATS = 35
# Everybody else is a delegate.
CATEGORIES = {1: "head", 2: "alternate", 33: "adviser", 34: "adviser", 35: "support"}
PURPOSE = (
    "Purpose: to compare notes and agree the next step. Expected outcome: one page.",
    "Doel: bevindingen vergelijken en de volgende stap afspreken. Verwachte uitkomst: één pagina.",
)
# Late: the information note, the head of delegation, the progress updates. Due that very day: nominations to be closed.
LATE_AT_D35 = ("T17", "T18", "T20", "T21")

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


@dataclass(frozen=True)
class Block:
    """One block of the programme: day 1 or 2, start and end at the venue, kind, titles, room, and who may read it."""

    day: int
    start: str
    end: str
    kind: str
    title_en: str
    title_nl: str
    room: str
    group: int | None
    audience: str
    party: str
    rule: str
    chairs: str


def programme() -> list[Block]:
    """The 24 blocks, from the table beside this file."""
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as table:
        rows: list[dict[str, Any]] = list(csv.DictReader(table))
    return [Block(**{**row, "day": int(row["day"]), "group": int(row["group"]) if row["group"] else None}) for row in rows]


# (verb phrase, its Dutch) for each group: twelve for the first, fourteen for the others, forty in all.
DEEDS = [
    ("Agree a contact list for urgent questions on {en}", "Een contactlijst afspreken voor spoedvragen over {nl}"),
    ("Share the lessons of last year’s exercise on {en}", "De lessen van de oefening van vorig jaar over {nl} delen"),
    (
        "Compare the legal bases for exchanging information on {en}",
        "De wettelijke grondslagen voor informatie-uitwisseling over {nl} vergelijken",
    ),
    ("Hold one expert exchange on {en}", "Eén uitwisseling van experts houden over {nl}"),
    ("Draft a common glossary for {en}", "Een gemeenschappelijke woordenlijst opstellen voor {nl}"),
    (
        "List the training that is open to both sides on {en}",
        "De opleidingen oplijsten die voor beide zijden openstaan over {nl}",
    ),
    ("Publish a joint leaflet on {en}", "Een gezamenlijke folder publiceren over {nl}"),
    ("Map the bodies that work on {en}", "De instanties in kaart brengen die werken aan {nl}"),
    ("Propose three indicators for {en}", "Drie indicatoren voorstellen voor {nl}"),
    ("Report to the next edition on {en}", "Aan de volgende editie verslag doen over {nl}"),
    ("Test the agreed template for requests on {en}", "Het afgesproken sjabloon voor verzoeken over {nl} beproeven"),
    ("Plan a study visit on {en}", "Een studiebezoek plannen over {nl}"),
    ("Review the research that was published on {en}", "Het gepubliceerde onderzoek over {nl} doornemen"),
    ("Name a deputy for each contact on {en}", "Voor elk contact over {nl} een plaatsvervanger aanwijzen"),
]
# How each of the forty stands, in the order of their numbers.
FATES = (
    ["closed"] * 6
    + ["reported_complete"] * 3
    + ["in_progress"] * 12
    + ["blocked"] * 4
    + ["agreed"] * 8
    + ["withdrawn"] * 2
    + ["superseded"] * 2
    + ["proposed"] * 3
)


@dataclass
class Side:
    """One party's people in the story."""

    party: Party
    secretary: User
    focal_point: User
    organisations: list[Organisation]
    # Who comes to the edition being told, by number: 7 is Delegate UK-07.
    people: dict[int, Person] = field(default_factory=dict)


def venue_instant(day: date, clock_time: str) -> datetime:
    hour, minute = clock_time.split(":")
    return datetime.combine(day, time(int(hour), int(minute)), tzinfo=ZONE)


class Story:
    """Tells the demonstration from the beginning to the day that `stage` asks for."""

    def __init__(self, stage: str) -> None:
        self.stage = stage
        self.now = timezone.now()
        self.opens = self.now.astimezone(ZONE).date() + timedelta(days=STAGES[stage])
        self.previous_opens = self.opens - timedelta(days=364)
        self.shift = self._shift_to_now() if stage == "D0" else timedelta()

    def _shift_to_now(self) -> timedelta:
        """At D0 a session is running whenever the demonstration is made: move the programme so that it holds this hour."""
        local = self.now.astimezone(ZONE)
        wanted = local - venue_instant(local.date(), "12:00")
        earliest, latest = timedelta(hours=-8, minutes=-30), timedelta(hours=3, minutes=15)
        quarter = timedelta(minutes=15)
        return min(max(wanted, earliest), latest) // quarter * quarter

    def at(self, day: date, clock_time: str = "10:00") -> Any:
        """Tell what follows as of that day, but never as of the future."""
        return clock.told_at(min(venue_instant(day, clock_time), self.now))

    def tell(self) -> Edition:
        first, opens = self.previous_opens, self.opens
        with self.at(first - timedelta(days=390)):
            self.found()
        previous = self.prepare(first, ordinal=1, host=0, city=("Exampleton", "Exampleton"))
        self.fill_and_release(previous, size=12)
        self.settle(previous, until=first)
        with self.at(first + timedelta(days=1), "16:00"):
            self.note_who_came(previous)
        with self.at(first + timedelta(days=1), "17:00"):
            editions.close_edition(edition=previous, by=self.lead(previous))
        self.settle(previous, until=first + timedelta(days=200))
        self.act_on(previous)
        current = self.prepare(opens, ordinal=2, host=1, city=("Voorbeeldstad", "Voorbeeldstad"))
        {"D-35": self.at_d35, "D-7": self.at_d7, "D0": self.at_d0, "D+10": self.at_d10}[self.stage](current)
        self.settle(current, until=self.now.astimezone(ZONE).date(), leave=LATE_AT_D35 if self.stage == "D-35" else ())
        return current

    # The beginning

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
            organisations=organisations,
        )

    def lead(self, edition: Edition) -> User:
        return next(side.secretary for side in self.sides if side.party.pk == edition.host_party_id)

    # An edition up to its preparation

    def prepare(self, opens: date, *, ordinal: int, host: int, city: tuple[str, str]) -> Edition:
        lead = self.sides[host].secretary
        with self.at(opens - timedelta(days=360)):
            edition = editions.create_edition(dialogue=self.dialogue, year=opens.year, ordinal=ordinal, by=lead)
        with self.at(opens - timedelta(days=210)):
            amend(
                record=edition,
                by=lead,
                opens_on=opens,
                closes_on=opens + timedelta(days=1),
                date_precision=Edition.Precision.EXACT,
                host_party=self.sides[host].party,
                city_en=city[0],
                city_nl=city[1],
                time_zone="Europe/Amsterdam",
                venue=self.venue,
                purpose_en="Review what was promised, and agree what comes next.",
                purpose_nl="Nagaan wat er van de afspraken is gekomen, en afspreken wat volgt.",
            )
            edition = editions.schedule_edition(edition=edition, by=lead)
        with self.at(opens - timedelta(days=206)):
            preparation.mark_done(task=edition.tasks.get(code="T05"), by=lead, note="Baseline set by both advisers.")
            edition = editions.begin_preparation(edition=edition, by=lead)
            edition = publication.propose_publication(record=edition, by=lead)
            edition = publication.publish(record=edition, by=self.sides[1 - host].secretary)
            for delegation in edition.delegations.all():
                amend(record=delegation, by=lead, seats=SEATS)
        with self.at(opens - timedelta(days=120)):
            for group in self.groups:
                enter(record=Mandate(edition=edition, working_group=group), by=lead)
        with self.at(opens - timedelta(days=90)):
            open_round(edition=edition, closes_at=venue_instant(opens - timedelta(days=35), "12:00"), by=lead)
        return edition

    def settle(self, edition: Edition, *, until: date, leave: tuple[str, ...] = ()) -> None:
        """Tick every task that fell due by then, each on its day, except those to leave and those the portal sees itself."""
        for task in edition.tasks.undone(self.now).filter(due_on__lt=until).exclude(code__in=leave).order_by("due_on", "code"):
            with self.at(task.due_on):
                preparation.mark_done(task=task, by=self.lead(edition))

    # Delegations and the agenda

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
        for mandate, seat in zip(edition.mandates.order_by("pk"), (3, 4, 5), strict=True):
            enter(record=CoChair(mandate=mandate, party=side.party, person=side.people[seat]), by=side.secretary)

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

    def draft_agenda(self, edition: Edition) -> None:
        mandates = list(edition.mandates.order_by("pk"))
        parties = {side.party.code: side.party for side in self.sides}
        for block in programme():
            day = edition.opens_on + timedelta(days=block.day - 1)
            shift = self.shift if block.day == 1 and edition.opens_on == self.opens else timedelta()
            session = enter(
                record=Session(
                    edition=edition,
                    kind=block.kind,
                    title_en=block.title_en,
                    title_nl=block.title_nl,
                    starts_at=venue_instant(day, block.start) + shift,
                    ends_at=venue_instant(day, block.end) + shift,
                    room=self.rooms.get(block.room),
                    mandate=mandates[block.group] if block.group is not None else None,
                    audience=block.audience,
                    party=parties.get(block.party),
                    ground_rule=block.rule,
                    annotation_en="" if block.kind in PAUSES else PURPOSE[0],
                    annotation_nl="" if block.kind in PAUSES else PURPOSE[1],
                ),
                by=self.lead(edition),
            )
            self.seat(session, block, mandates)

    def seat(self, session: Session, block: Block, mandates: list[Mandate]) -> None:
        for side in self.sides:
            slots: list[tuple[str, Person | None, bool]] = []
            if block.chairs == "heads" and 1 in side.people:
                slots = [("co_chair", side.people[1], True)]
            elif block.chairs == "group":
                slots = [("co_chair", side.people[3 + (block.group or 0)], True)]
            elif block.chairs == "keynote" and side is self.sides[0]:
                slots = [("chair", side.people[2], True), ("keynote", None, False)]
            elif block.chairs == "panel":
                slots = [
                    ("moderator" if side is self.sides[1] else "panellist", side.people[7], True),
                    ("panellist", side.people[8], True),
                ]
            for role, person, confirmed in slots:
                enter(
                    record=SpeakerSlot(session=session, role=role, party=side.party, person=person, is_confirmed=confirmed),
                    by=self.lead(session.edition),
                )

    def fill_and_release(self, edition: Edition, *, size: int = SEATS) -> None:
        lead = self.lead(edition)
        with self.at(edition.opens_on - timedelta(days=48)):
            for side in self.sides:
                self.send_people(edition, side, size=size)
        with self.at(edition.opens_on - timedelta(days=45)):
            self.draft_agenda(edition)
        with self.at(edition.opens_on - timedelta(days=42)):
            agenda.release_agenda(edition=edition, by=lead)
            self.send(edition)

    def send(self, edition: Edition) -> None:
        """What waits in the outbox leaves: a hundred at the press, the rest as the scheduled command sends it."""
        send_messages(edition=edition, by=self.lead(edition))
        deliver_due()

    def complete_and_list(self, edition: Edition) -> None:
        """Three in four answer what they are asked; the first list of participants goes out two weeks before."""
        with self.at(edition.opens_on - timedelta(days=20)):
            for number, registration in enumerate(edition.registrations.select_related("person__user")):
                if number % 4:
                    answers = {"meal": "ABC"[number % 3], "photograph_consent": bool(number % 2)}
                    own_details.complete(registration=registration, by=registration.person.user, **answers)
        with self.at(edition.opens_on - timedelta(days=14)):
            issue_list(edition=edition, by=self.lead(edition))

    def change(self, edition: Edition, title_en: str, **changes: Any) -> Session:
        session = edition.sessions.get(title_en=title_en)
        return amend(record=session, by=self.lead(edition), **changes)

    def release(self, edition: Edition, *, days_before: int, planned: bool = True, send: bool = True, note: str = "") -> None:
        with self.at(edition.opens_on - timedelta(days=days_before)):
            agenda.release_agenda(edition=edition, by=self.lead(edition), planned=planned, note=note)
            if send:
                self.send(edition)

    # Where the story stops

    def at_d35(self, edition: Edition) -> None:
        """Provisional agenda out; the guests' delegation incomplete, without a head; three tasks late."""
        lead = self.lead(edition)
        guests, hosts = self.sides
        with self.at(edition.opens_on - timedelta(days=48)):
            self.send_people(edition, hosts, size=SEATS)
            self.send_people(edition, guests, size=24, with_head=False)
            self.draft_agenda(edition)
        with self.at(edition.opens_on - timedelta(days=40)):
            self.leave_work(edition, guests, hosts)
        with self.at(edition.opens_on - timedelta(days=42)):
            agenda.release_agenda(edition=edition, by=lead)
            self.send(edition)

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

    def at_d7(self, edition: Edition) -> None:
        """Release 2.0 out and its notice not yet sent; since then one change, and a room booked twice."""
        self.fill_and_release(edition)
        self.complete_and_list(edition)
        with self.at(edition.opens_on - timedelta(days=22)):
            self.change(edition, "Working group: digital traces", room=self.rooms["Canal Room"])
        self.release(edition, days_before=21, send=False)
        with self.at(edition.opens_on - timedelta(days=8)):
            self.change(edition, "Working group: financial flows", room=self.rooms["Great Hall"])

    def at_d0(self, edition: Edition) -> None:
        """The first day: a session running, a room moved this morning, a side meeting cancelled."""
        self.fill_and_release(edition)
        self.complete_and_list(edition)
        with self.at(edition.opens_on - timedelta(days=22)):
            self.change(edition, "Working group: digital traces", room=self.rooms["Canal Room"])
        self.release(edition, days_before=21)
        with self.at(edition.opens_on - timedelta(days=8)):
            self.change(edition, "Keynote by an external expert", annotation_en="Purpose: to hear how routes have changed.")
        self.release(edition, days_before=7)
        with clock.told_at(self.now - timedelta(minutes=40)):
            self.change(edition, "Working group: financial flows", room=self.rooms["Canal Room"])
            self.change(edition, "Working group: digital traces", room=self.rooms["Garden Room"])
            rapporteurs = edition.sessions.get(title_en="Rapporteurs: drafting of conclusions")
            agenda.cancel_session(
                session=rapporteurs,
                by=self.lead(edition),
                instead_en="Taken up in the closing plenary",
                instead_nl="Komt terug in de slotzitting",
            )
            agenda.release_agenda(edition=edition, by=self.lead(edition), planned=False, note="Two groups have changed rooms.")
            self.send(edition)

    def at_d10(self, edition: Edition) -> None:
        """Ten days after: closed, reports in, actions proposed, one of last year's awaiting the other party."""
        self.fill_and_release(edition)
        self.complete_and_list(edition)
        self.settle(edition, until=edition.opens_on)
        with self.at(edition.closes_on, "16:00"):
            self.note_who_came(edition, absent=(9,))
        with self.at(edition.closes_on, "17:00"):
            editions.close_edition(edition=edition, by=self.lead(edition))
        mandates = list(edition.mandates.order_by("pk"))
        with self.at(edition.closes_on, "18:00"):
            for mandate, (_slug, en, nl), side in zip(mandates, GROUPS, cycle(self.sides), strict=False):
                for deed_en, deed_nl in DEEDS[:2]:
                    self.propose(
                        edition,
                        mandate,
                        side,
                        deed_en.format(en=en.lower()),
                        deed_nl.format(nl=nl.lower()),
                        edition.opens_on + timedelta(days=180),
                    )
        with self.at(edition.closes_on + timedelta(days=5)):
            for item in ActionItem.objects.filter(edition__dialogue=self.dialogue, status="in_progress")[:6]:
                self.report(item, "on_track", "A first round was held with both sides; the note of it is being agreed.")

    def note_who_came(self, edition: Edition, absent: tuple[int, ...] = ()) -> None:
        for number, registration in enumerate(edition.registrations.all()):
            delegations.note_attendance(registration=registration, attended=number not in absent, by=self.lead(edition))

    # Action items

    def propose(
        self, edition: Edition, mandate: Mandate, side: Side, en: str, nl: str, due_on: date, *, joint: bool = False
    ) -> ActionItem:
        sides = self.sides if joint else [side]
        return action_items.propose_action(
            edition=edition,
            by=side.focal_point,
            text_en=en,
            text_nl=nl,
            measure_en="A note of one page that both sides have read.",
            measure_nl="Een notitie van één pagina die beide zijden hebben gelezen.",
            due_on=due_on,
            is_joint=joint,
            mandate=mandate,
            leads=[(lead.party, lead.organisations[0], f"Head of the {lead.party.code} unit") for lead in sides],
        )

    def report(self, item: ActionItem, rating: str, text: str) -> None:
        side = next(side for side in self.sides if item.leads.filter(party=side.party).exists())
        progress.report_progress(action_item=item, by=side.focal_point, rating=rating, text=text, lang="en")

    def act_on(self, edition: Edition) -> None:
        """Forty action items of the previous edition, brought to their states step by step."""
        mandates = list(edition.mandates.order_by("pk"))
        closed_on = edition.closes_on
        items = []
        with self.at(closed_on, "18:00"):
            for index in range(len(FATES)):
                _slug, en, nl = GROUPS[index % 3]
                deed_en, deed_nl = DEEDS[index // 3]
                items.append(
                    self.propose(
                        edition,
                        mandates[index % 3],
                        self.sides[index % 2],
                        deed_en.format(en=en.lower()),
                        deed_nl.format(nl=nl.lower()),
                        closed_on + timedelta(days=150 + 9 * index),
                        joint=index % 7 == 3,
                    )
                )
        with self.at(closed_on + timedelta(days=28)):
            for item, fate in zip(items, FATES, strict=True):
                if fate != "proposed":
                    for side in self.sides:
                        action_items.agree(action_item=item, by=side.focal_point)
        for index, (item, fate) in enumerate(zip(items, FATES, strict=True)):
            with self.at(closed_on + timedelta(days=90 + index)):
                self.bring_to(ActionItem.objects.get(pk=item.pk), fate, successor=items[(index + 9) % 33])

    def bring_to(self, item: ActionItem, fate: str, *, successor: ActionItem) -> None:
        leading = [side for side in self.sides if item.leads.filter(party=side.party).exists()]
        others = leading if len(leading) > 1 else [side for side in self.sides if side not in leading]
        if fate in {"in_progress", "blocked", "reported_complete", "closed"}:
            self.report(item, ProgressUpdate.Rating.ON_TRACK, "Both sides have named a contact; the first talk is planned.")
        if fate == "blocked":
            progress.block(
                action_item=item, by=leading[0].focal_point, reason="The other side’s legal reading is needed first."
            )
        if fate in {"reported_complete", "closed"}:
            for side in leading:
                progress.give_evidence(
                    action_item=item,
                    by=side.focal_point,
                    kind=Evidence.Kind.DOCUMENT_REFERENCE,
                    reference=f"Register {side.party.code} {item.serial:04d}, held by the secretariat",
                )
            progress.report_complete(action_item=item, by=leading[0].focal_point)
        if fate == "closed":
            for side in others:
                progress.confirm_closed(action_item=ActionItem.objects.get(pk=item.pk), by=side.focal_point)
        ending: dict[str, Callable[..., ActionItem]] = {
            "withdrawn": action_items.withdraw,
            "superseded": action_items.supersede,
        }
        if fate in ending:
            extra = {"successor": successor} if fate == "superseded" else {}
            for side in self.sides:
                ending[fate](action_item=item, by=side.focal_point, reason="Taken up by another body.", **extra)


class NotADemonstration(Exception):
    """The database holds something other than the public record and a demonstration."""


def existing() -> Dialogue | None:
    return Dialogue.objects.filter(is_demonstration=True).first()


def refuse_foreign_database() -> None:
    """A demonstration signs anybody in: it never runs on a database in which somebody else has an account."""
    if User.objects.exists() and existing() is None:
        raise NotADemonstration("This database holds accounts that no demonstration made. Give another DATABASE_URL.")


@transaction.atomic
def tell(stage: str) -> Edition:
    """Tell the demonstration into this database, whole or not at all; refused where one stands already."""
    refuse_foreign_database()
    if existing() is not None:
        raise NotADemonstration("This database holds a demonstration already.")
    return Story(stage).tell()
