"""The story from the beginning to the day that its stage asks for."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import cycle
from typing import Any

from dialogues.models import ActionItem, Edition, Mandate, Session
from dialogues.procedures import agenda, editions, on_the_day, preparation, publication, working_groups
from dialogues.procedures.journal import amend, enter
from dialogues.procedures.nomination_rounds import open_round
from socportal import clock

from .follow_up import DEEDS, FollowUp
from .founding import GROUPS, Founding
from .handouts import Handouts
from .people import SEATS, People
from .structures import Structures
from .telling import ZONE, venue_instant

# Late: the information note, the head of delegation, the progress updates. Due that very day: nominations to be closed.
LATE_AT_D35 = ("T17", "T18", "T20", "T21")


class Story(Founding, People, FollowUp, Handouts, Structures):
    def tell(self) -> Edition:
        first, opens = self.previous_opens, self.opens
        with self.at(first - timedelta(days=390)):
            self.found()
        previous = self.begin(first)
        self.prepare(previous)
        self.fill_and_release(previous, size=12)
        self.settle(previous, until=first)
        with self.at(first + timedelta(days=1), "16:00"):
            self.note_who_came(previous)
        with self.at(first + timedelta(days=1), "17:00"):
            editions.close_edition(edition=previous, by=self.lead(previous))
        self.report_sessions(previous)
        self.promise(previous)
        self.act_on(previous)
        self.first_round(previous)
        self.confer_elsewhere(first + timedelta(days=30))
        self.settle(previous, until=first + timedelta(days=200))
        with self.at(opens - timedelta(days=212)):
            current = self.roll_on(previous, opens)
        self.prepare(current)
        self.meet_between(current)
        self.annual_round(previous, current)
        {"D-35": self.at_d35, "D-7": self.at_d7, "D0": self.at_d0, "D+10": self.at_d10}[self.stage](current)
        self.settle(current, until=self.now.astimezone(ZONE).date(), leave=LATE_AT_D35 if self.stage == "D-35" else ())
        return current

    # An edition up to its preparation

    def begin(self, opens: date) -> Edition:
        """The first edition has none before it: it is entered by hand."""
        host = self.sides[0]
        with self.at(opens - timedelta(days=360)):
            edition = editions.create_edition(dialogue=self.dialogue, year=opens.year, ordinal=1, by=host.secretary)
        with self.at(opens - timedelta(days=212)):
            return amend(
                record=edition,
                by=host.secretary,
                opens_on=opens,
                closes_on=opens + timedelta(days=1),
                date_precision=Edition.Precision.EXACT,
                host_party=host.party,
                city_en="Exampleton",
                city_nl="Exampleton",
                time_zone="Europe/Amsterdam",
                venue=self.venue,
            )

    def prepare(self, edition: Edition) -> None:
        lead, opens = self.lead(edition), edition.opens_on
        other = next(side for side in self.sides if side.secretary != lead)
        with self.at(opens - timedelta(days=210)):
            amend(
                record=edition,
                by=lead,
                purpose_en="Review what was promised, and agree what comes next.",
                purpose_nl="Nagaan wat er van de afspraken is gekomen, en afspreken wat volgt.",
            )
            edition = editions.schedule_edition(edition=edition, by=lead)
        with self.at(opens - timedelta(days=206)):
            baseline = edition.tasks.get(code="T05")
            preparation.mark_done(task=baseline, by=lead, note="Baseline set by both advisers.", evidence="DPIA, version 1.0")
            edition = editions.begin_preparation(edition=edition, by=lead)
            edition = publication.propose_publication(record=edition, by=lead)
            edition = publication.publish(record=edition, by=other.secretary)
            for delegation in edition.delegations.all():
                amend(record=delegation, by=lead, seats=SEATS)
        with self.at(opens - timedelta(days=120)):
            self.adopt_terms(edition)
        with self.at(opens - timedelta(days=90)):
            open_round(edition=edition, closes_at=venue_instant(opens - timedelta(days=35), "12:00"), by=lead)

    def adopt_terms(self, edition: Edition) -> None:
        """Each group gets its mandate, unless it was rolled forward, and terms of reference that both sides clear."""
        lead = self.lead(edition)
        if not edition.mandates.exists():
            for group, side in zip(self.groups, cycle(self.sides), strict=False):
                mandate = enter(record=Mandate(edition=edition, working_group=group, rapporteur_party=side.party), by=lead)
                working_groups.seats_of(mandate)
        for mandate in edition.mandates.order_by("pk"):
            group = mandate.working_group
            amend(
                record=mandate,
                by=lead,
                terms_en=f"Purpose: to compare notes on {group.name_en.lower()}. Members: named by each party. Chairing: one"
                " co-chair a party. Yields: one page of conclusions and the actions that follow. Ends with the edition.",
                terms_nl=f"Doel: bevindingen vergelijken over {group.name_nl.lower()}. Leden: door elke partij aangewezen."
                " Voorzitterschap: één covoorzitter per partij. Levert: één pagina conclusies en de actiepunten die eruit"
                " volgen. Eindigt met de editie.",
            )
            working_groups.send_terms_to_clearance(mandate=mandate, by=lead)
            for side in self.sides:
                working_groups.adopt_terms(mandate=mandate, by=side.secretary, reference=f"Note {side.party.code} 14")

    def settle(self, edition: Edition, *, until: date, leave: tuple[str, ...] = ()) -> None:
        """Tick every task that fell due by then, each on its day, except those to leave and those the portal sees itself."""
        for task in edition.tasks.undone(self.now).filter(due_on__lt=until).exclude(code__in=leave).order_by("due_on", "code"):
            with self.at(max(task.due_on, edition.opens_on - timedelta(days=209))):  # not before there was a checklist
                preparation.mark_done(task=task, by=self.lead(edition))

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

    def at_d7(self, edition: Edition) -> None:
        """Release 2.0 out and its notice not yet sent; since then one change, and a room booked twice."""
        self.fill_and_release(edition)
        self.complete_and_list(edition)
        self.hand_out(edition)
        with self.at(edition.opens_on - timedelta(days=22)):
            self.change(edition, "Working group: digital traces", room=self.rooms["Canal Room"])
        self.release(edition, days_before=21, send=False)
        with self.at(edition.opens_on - timedelta(days=8)):
            self.change(edition, "Working group: financial flows", room=self.rooms["Great Hall"])

    def at_d0(self, edition: Edition) -> None:
        """The first day: a session running, a room moved this morning, a side meeting cancelled."""
        self.fill_and_release(edition)
        self.complete_and_list(edition)
        self.hand_out(edition)
        with self.at(edition.opens_on - timedelta(days=22)):
            self.change(edition, "Working group: digital traces", room=self.rooms["Canal Room"])
        self.release(edition, days_before=21)
        with self.at(edition.opens_on - timedelta(days=8)):
            self.change(edition, "Keynote by an external expert", annotation_en="Purpose: to hear how routes have changed.")
        self.release(edition, days_before=7)
        lead = self.lead(edition)
        for minutes, title, room in (
            (45, "Working group: digital traces", "Garden Room"),
            (40, "Working group: financial flows", "Canal Room"),
        ):
            session = edition.sessions.get(title_en=title)
            with self.this_morning(session, minutes):
                on_the_day.move_today(session=session, by=lead, room=self.rooms[room])
        session = edition.sessions.get(title_en="Financial flows: proposals for action")
        with self.this_morning(session, 35):
            on_the_day.cancel_today(
                session=session,
                by=lead,
                instead_en="Taken up in the closing plenary",
                instead_nl="Komt terug in de slotzitting",
            )
            self.send(edition)

    def this_morning(self, session: Session, minutes: int) -> Any:
        """So many minutes ago, and before the session began: late in the day the programme lies behind the clock."""
        return clock.told_at(min(self.now, session.starts_at) - timedelta(minutes=minutes))

    def at_d10(self, edition: Edition) -> None:
        """Ten days after: closed, reports in, actions proposed, one of last year's awaiting the other party."""
        self.fill_and_release(edition)
        self.complete_and_list(edition)
        self.settle(edition, until=edition.opens_on)
        with self.at(edition.closes_on, "16:00"):
            self.note_who_came(edition, absent=(9,))
        with self.at(edition.closes_on, "17:00"):
            editions.close_edition(edition=edition, by=self.lead(edition))
        self.report_sessions(edition, waiting=1)
        mandates = list(edition.mandates.order_by("pk"))
        with self.at(edition.closes_on, "18:30"):
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
