"""From promise to proof: commitments, what may be told in public, progress rounds and what is published of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dialogues.models import ActionChange, ActionItem, Commitment, Edition, ProgressReport, ProgressRound, Theme
from dialogues.procedures import (
    action_changes,
    progress,
    progress_reports,
    progress_review,
    progress_rounds,
    progress_sections,
    publication,
)
from dialogues.procedures.journal import enter
from socportal import clock

from .programme import Programme

# Theme and commitment, in the order of the groups; nobody has made an action of the last one.
PROMISES = [
    (
        ("Financial flows", "Geldstromen"),
        ("Share what was learnt about following money.", "Delen wat is geleerd over het volgen van geld."),
    ),
    (
        ("Ports and logistics", "Havens en logistiek"),
        ("Compare how checks in ports are organised.", "Vergelijken hoe controles in havens zijn georganiseerd."),
    ),
    (
        ("Digital traces", "Digitale sporen"),
        ("Agree on one way to ask for digital traces.", "Eén manier afspreken om digitale sporen op te vragen."),
    ),
    (
        ("Training", "Opleiding"),
        ("Open training courses to each other.", "Opleidingen voor elkaar openstellen."),
    ),
]
TOLD_IN_PUBLIC = 15  # of the forty items, the first ones


class Progress(Programme):
    promises: list[Commitment]

    def promise(self, edition: Edition) -> None:
        """Four commitments on four themes, published by two on the day on which the edition closed."""
        lead = self.lead(edition)
        other = next(side for side in self.sides if side.secretary != lead)
        self.promises = []
        with self.at(edition.closes_on, "17:30"):
            for position, ((theme_en, theme_nl), (en, nl)) in enumerate(PROMISES, start=1):
                theme = Theme(edition=edition, position=position, name_en=theme_en, name_nl=theme_nl)
                made = Commitment(
                    dialogue=self.dialogue,
                    edition=edition,
                    position=position,
                    strength_en="Agreed",
                    strength_nl="Afgesproken",
                    summary_en=en,
                    summary_nl=nl,
                    place_en="Invented",
                    place_nl="Verzonnen",
                )
                for record in (enter(record=theme, by=lead), enter(record=made, by=lead)):
                    proposed = publication.propose_publication(record=record, by=lead)
                    publication.publish(record=proposed, by=other.secretary)
                made.themes.set([theme])
                made.parties.set(side.party for side in self.sides)
                self.promises.append(made)

    def links_of(self, index: int) -> dict[str, Any]:
        made = self.promises[index % 3]
        return {"commitment": made, "theme": made.themes.get()}

    def report(self, item: ActionItem, rating: str, text: str) -> None:
        side = next(side for side in self.sides if item.leads.filter(party=side.party).exists())
        progress.report_progress(action_item=item, by=side.focal_point, rating=rating, text=text, lang="en")

    # What was agreed, changed by both

    def tell_in_public(self, edition: Edition) -> None:
        """Both sides let everybody read some of the items."""
        first, second = self.sides
        for item in ActionItem.objects.filter(edition=edition).order_by("serial")[:TOLD_IN_PUBLIC]:
            change = action_changes.propose_change(
                action_item=item,
                by=first.focal_point,
                kind=ActionChange.Kind.READERS,
                after={"audience": "public"},
                reason="Nothing in it needs to stay inside.",
            )
            action_changes.accept_change(change=change, by=second.focal_point)

    def ask_for_another_date(self, edition: Edition) -> None:
        """The lead of one item asks for more time; the other side has not answered yet."""
        item = ActionItem.objects.filter(edition=edition, status="in_progress", is_joint=False).order_by("serial").first()
        side = next(side for side in self.sides if item.leads.filter(party=side.party).exists())
        action_changes.propose_change(
            action_item=item,
            by=side.focal_point,
            kind=ActionChange.Kind.DUE_DATE,
            after={"due_on": (clock.today() + timedelta(days=60)).isoformat()},
            reason="The study visit comes first.",
        )

    # Rounds

    def first_round(self, edition: Edition) -> None:
        """Opened before the updates come, compiled, seen in two ways once, agreed, and told in public."""
        lead, closed_on = self.lead(edition), edition.closes_on
        with self.at(closed_on + timedelta(days=132)):
            self.tell_in_public(edition)
            report = self.compile(ProgressRound.objects.get(edition=edition, kind="first"), lead)
        with self.at(closed_on + timedelta(days=135)):
            self.see_otherwise(report)
        with self.at(closed_on + timedelta(days=138)):
            for side in self.sides:
                progress_review.agree_report(report=report, by=side.focal_point)
        with self.at(closed_on + timedelta(days=139)):
            section = progress_sections.draft_section(report=report, by=lead)
        with self.at(closed_on + timedelta(days=142)):
            for side in self.sides:
                progress_sections.clear_section(section=section, by=side.press_officer)
        other = next(side for side in self.sides if side.secretary != lead)
        with self.at(closed_on + timedelta(days=143)):
            section = publication.propose_publication(record=section, by=lead)
            publication.publish(record=section, by=other.secretary)
        with self.at(closed_on + timedelta(days=144)):
            progress_rounds.close_round(round=report.round, by=lead)

    def open_first_round(self, edition: Edition) -> None:
        due_on = edition.closes_on + timedelta(days=131)
        with self.at(edition.closes_on + timedelta(days=89)):
            progress_rounds.open_round(edition=edition, by=self.lead(edition), kind="first", due_on=due_on)
            self.send(edition)

    def compile(self, round: ProgressRound, lead: Any) -> ProgressReport:
        report = progress_reports.compile_report(round=round, by=lead)
        progress_review.send_to_review(round=ProgressRound.objects.get(pk=round.pk), by=lead)
        return report

    def see_otherwise(self, report: ProgressReport) -> None:
        guests, hosts = self.sides
        led = report.items.filter(leads__party=hosts.party, is_joint=False, leads__update__isnull=False)
        progress_review.give_view(
            item=led.order_by("position").first(),
            by=guests.focal_point,
            text="We have seen one meeting, not two, and would call this at risk.",
            lang="en",
        )

    def annual_round(self, edition: Edition, following: Edition) -> None:
        """Half of what is under way is reported on; who is silent is printed. At D−35 one party has still to agree."""
        lead, opens = self.lead(following), following.opens_on
        with self.at(opens - timedelta(days=70)):
            opened = progress_rounds.open_round(
                edition=edition, by=lead, kind="annual", due_on=opens - timedelta(days=42), for_edition=following
            )
            self.send(following)
        with self.at(opens - timedelta(days=50)):
            for item in ActionItem.objects.filter(edition=edition, status="in_progress").order_by("serial")[:6]:
                self.report(item, "on_track", "A first round was held with both sides; the note of it is being agreed.")
        with self.at(opens - timedelta(days=41)):
            report = self.compile(opened, lead)
        with self.at(opens - timedelta(days=38)):
            progress_review.agree_report(report=report, by=self.sides[0].focal_point)
        with self.at(opens - timedelta(days=37)):
            self.ask_for_another_date(edition)
        if self.stage == "D-35":
            return
        with self.at(opens - timedelta(days=36)):
            progress_review.agree_report(report=report, by=self.sides[1].focal_point)
        with self.at(opens - timedelta(days=34)):
            progress_rounds.close_round(round=report.round, by=lead)
