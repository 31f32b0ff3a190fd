"""What comes after: action items brought to their states, reports, the summary that all parties adopt, the next edition."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from dialogues.models import (
    ActionItem,
    CarryOver,
    Edition,
    Engagement,
    Evidence,
    Mandate,
    ProgressUpdate,
    Session,
    WorkingGroup,
)
from dialogues.procedures import action_items, editions, engagements, progress, session_reports, summaries
from dialogues.procedures.journal import enter
from dialogues.procedures.roll_forward import roll_forward
from dialogues.procedures.roll_forward_plan import GroupChoice, ItemChoice, to_decide
from socportal import clock

from .founding import GROUPS
from .progress import Progress
from .telling import Side

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
        "Een lijst maken van de opleidingen die voor beide zijden openstaan over {nl}",
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


def between(group: WorkingGroup) -> list[tuple[Any, ...]]:
    """Slug, kind, title and objective in both languages, and the group that it serves."""
    return [
        (
            "preparatory-meeting",
            "preparatory_meeting",
            "Preparatory meeting",
            "Voorbereidende bijeenkomst",
            "To agree themes, groups and the outline of the programme.",
            "Thema’s, groepen en de hoofdlijnen van het programma afspreken.",
            None,
        ),
        (
            "study-visit",
            "study_visit",
            "Study visit of the group on ports",
            "Studiebezoek van de groep over havens",
            "To see how a port is organised.",
            "Zien hoe een haven is ingericht.",
            group,
        ),
    ]


class FollowUp(Progress):
    def propose(
        self,
        edition: Edition,
        mandate: Mandate,
        side: Side,
        en: str,
        nl: str,
        due_on: date,
        *,
        joint: bool = False,
        **links: Any,
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
            **links,
            leads=[(lead.party, lead.organisations[0], f"Head of the {lead.party.code} unit") for lead in sides],
        )

    def act_on(self, edition: Edition) -> None:
        """Forty action items of the previous edition: adopted with its summary, brought to their states step by step."""
        closed_on = edition.closes_on
        with self.at(closed_on, "18:30"):
            items = [self.propose_nth(edition, index) for index, fate in enumerate(FATES) if fate != "proposed"]
        self.adopt_summary(edition)
        self.open_first_round(edition)
        with self.at(closed_on + timedelta(days=60)):
            items += [self.propose_nth(edition, index) for index, fate in enumerate(FATES) if fate == "proposed"]
        for index, (item, fate) in enumerate(zip(items, FATES, strict=True)):
            with self.at(closed_on + timedelta(days=90 + index)):
                self.bring_to(ActionItem.objects.get(pk=item.pk), fate, successor=items[(index + 9) % 33])

    def propose_nth(self, edition: Edition, index: int) -> ActionItem:
        _slug, en, nl = GROUPS[index % 3]
        deed_en, deed_nl = DEEDS[index // 3]
        return self.propose(
            edition,
            edition.mandates.order_by("pk")[index % 3],
            self.sides[index % 2],
            deed_en.format(en=en.lower()),
            deed_nl.format(nl=nl.lower()),
            edition.closes_on + timedelta(days=150 + 9 * index),
            joint=index % 7 == 3,
            **self.links_of(index),
        )

    # What was concluded

    def report_sessions(self, edition: Edition, *, waiting: int = 0) -> None:
        """Each group's rapporteur reports, both co-chairs agree; `waiting` of them are not yet agreed by the second."""
        breakouts = edition.sessions.going_ahead().filter(kind=Session.Kind.BREAKOUT).select_related("mandate")
        with self.at(edition.closes_on, "18:00"):
            reports = [
                session_reports.write_report(
                    session=session,
                    by=session.mandate.rapporteur.user,
                    points="Both sides described how they work; the legal bases differ more than the practice.",
                    conclusions="The contacts of both sides meet once before summer.\nOne page on what was learnt is shared.",
                )
                for session in breakouts.order_by("starts_at", "pk")
            ]
            for number, report in enumerate(reports, start=1):
                seats = list(report.session.mandate.co_chairs.order_by("party__code"))
                for seat in seats[:1] if number > len(reports) - waiting else seats:
                    session_reports.agree_report(report=report, by=seat.person.user)

    def adopt_summary(self, edition: Edition) -> None:
        lead, closed_on = self.lead(edition), edition.closes_on
        with self.at(closed_on + timedelta(days=10)):
            summary = summaries.assemble_summary(edition=edition, by=lead)
            summaries.circulate(summary=summary, by=lead, comments_until=closed_on + timedelta(days=20))
            self.send(edition)
        with self.at(closed_on + timedelta(days=15)):
            summaries.comment(summary=summary, by=self.sides[1].focal_point, text="Say “before summer” in both languages.")
        with self.at(closed_on + timedelta(days=28)):
            for side in self.sides:
                summaries.adopt(summary=summary, by=side.focal_point)
            editions.begin_follow_up(edition=edition, by=lead)

    # The next one

    def roll_on(self, edition: Edition, opens: date) -> Edition:
        """The other party hosts; the groups continue; what is not finished is carried over with its date."""
        host, today = self.sides[1], clock.today()
        decided = to_decide(edition)
        items = {}
        for pk, item in decided.items.items():
            due_on = item.due_on if item.due_on > today else today + timedelta(days=60)
            reason = (
                "Reported complete; the other side looks at it." if item.status == "reported_complete" else "Not finished yet."
            )
            items[pk] = ItemChoice(CarryOver.OFFERED[item.status][0], reason, new_due_on=due_on)
        return roll_forward(
            edition=edition,
            by=host.secretary,
            year=opens.year,
            opens_on=opens,
            closes_on=opens + timedelta(days=1),
            host_party=host.party,
            city_en="Voorbeeldstad",
            city_nl="Voorbeeldstad",
            time_zone="Europe/Amsterdam",
            venue=self.venue,
            groups=dict.fromkeys(decided.groups, GroupChoice("continue")),
            items=items,
        )

    def meet_between(self, edition: Edition) -> None:
        """A preparatory meeting that was held and reported on, and a study visit that is agreed and has no date yet."""
        lead, met_on = self.lead(edition), edition.opens_on - timedelta(days=150)
        with self.at(edition.opens_on - timedelta(days=180)):
            meeting, visit = (
                enter(
                    record=Engagement(
                        dialogue=self.dialogue,
                        edition=edition,
                        slug=f"{slug}-{edition.year}",
                        kind=kind,
                        title_en=title_en,
                        title_nl=title_nl,
                        objective_en=objective_en,
                        objective_nl=objective_nl,
                        host_party=self.sides[1].party,
                        visiting_party=self.sides[0].party,
                        working_group=group,
                        audience="delegates",
                    ),
                    by=lead,
                )
                for slug, kind, title_en, title_nl, objective_en, objective_nl, group in between(self.groups[1])
            )
            for one in (meeting, visit):
                engagements.propose(engagement=one, by=lead)
                for side in self.sides:
                    engagements.agree(engagement=one, by=side.secretary)
            engagements.schedule(engagement=meeting, by=lead, starts_on=met_on)
        with self.at(met_on, "17:00"):
            engagements.mark_held(engagement=meeting, by=lead)
        with self.at(met_on + timedelta(days=7)):
            engagements.report(
                engagement=meeting,
                by=lead,
                report_en="Both sides agreed on three groups and on the outline of two days.",
                report_nl="Beide zijden werden het eens over drie groepen en over de hoofdlijnen van twee dagen.",
                follows_en="The groups draft their terms of reference.",
                follows_nl="De groepen stellen hun taakomschrijving op.",
            )

    # Action items

    def bring_to(self, item: ActionItem, fate: str, *, successor: ActionItem) -> None:
        leading = [side for side in self.sides if item.leads.filter(party=side.party).exists()]
        others = leading if len(leading) > 1 else [side for side in self.sides if side not in leading]
        if fate in {"in_progress", "blocked", "reported_complete", "closed"}:
            self.report(item, ProgressUpdate.Rating.ON_TRACK, "Both sides have named a contact; the first talk is planned.")
        if fate == "blocked":
            progress.block(
                action_item=item,
                by=leading[0].focal_point,
                reason="The other side’s legal reading is needed first.",
                needed_from=next(side.party for side in self.sides if side is not leading[0]),
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
