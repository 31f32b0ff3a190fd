"""The areas of the board: of each what is done, what is missing and who owes it. Every number leads to its rows.

A number that nothing is behind is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dialogues.models import (
    ActionItem,
    Correspondence,
    Edition,
    Engagement,
    Mandate,
    Nomination,
    OutgoingMessage,
    ProgressRound,
    Registration,
    Session,
    SessionReport,
    Summary,
)
from parties.models import Party

from .board_facts import ACCESS_OPEN, Facts, Number, rows_address, these

# How much a line matters; an area stands as its worst line does.
BAD, WAIT, QUIET, GOOD = "bad", "wait", "quiet", "good"
URGENCY = (BAD, WAIT, QUIET, GOOD)
ADOPTED = (Mandate.Status.ADOPTED, Mandate.Status.REPORTED, Mandate.Status.RENEWED, Mandate.Status.ENDED)


def owed_by(role: str, roles: str, parties: Iterable[Party]) -> str:
    """“Focal point UK”, “Focal points NL, UK”: the role and the codes of the parties."""
    codes = sorted(party.code for party in parties)
    return f"{capfirst(role if len(codes) == 1 else roles)} {', '.join(codes)}"


def focal_points(parties: Iterable[Party]) -> str:
    return owed_by(_("focal point"), _("focal points"), parties)


def both_secretaries() -> str:
    return capfirst(_("both secretaries"))


def of_the_host(role: str, edition: Edition) -> str:
    return capfirst(f"{role} {edition.host_party.code}" if edition.host_party else role)


@dataclass(frozen=True)
class Line:
    """One thing missing: what, how many of it, who owes it."""

    what: str
    owes: str
    numbers: tuple[Number, ...] = ()
    level: str = WAIT
    address: str = ""


@dataclass
class Area:
    """One area of the preparation: `done` of `of`, or in words, and the lines that are missing."""

    title: str
    address: str
    done: int = 0
    of: int = 0
    done_address: str = ""
    words: str = ""
    lines: list[Line] = field(default_factory=list)

    @property
    def level(self) -> str:
        return min((line.level for line in self.lines), key=URGENCY.index, default=GOOD if self.done or self.words else QUIET)

    @property
    def worst_first(self) -> list[Line]:
        return sorted(self.lines, key=lambda line: URGENCY.index(line.level))

    def lacks(self, what: str, owes: str, numbers: Iterable[Number] = (), level: str = WAIT, address: str = "") -> None:
        """Numbers of nothing are left out; a line that had only such is none."""
        given = tuple(numbers)
        shown = tuple(one for one in given if one.number)
        if shown or not given:
            self.lines.append(Line(what, owes, shown, level, address))


def areas(facts: Facts) -> list[Area]:
    """What is late first, then what waits; the order of the preparation among equals."""
    found = [one(facts) for one in (delegations, agenda, groups, texts, action_items, logistics)]
    return sorted(found, key=lambda area: URGENCY.index(area.level))


def participants(facts: Facts, party: Party | None = None, **narrowed: str) -> str:
    query = urlencode({**({"party": party.code} if party else {}), **narrowed})
    return f"{reverse('admin:dialogues_edition_participants', args=[facts.edition.pk])}?{query}"


def registered(facts: Facts, party: Party | None = None, **narrowed: Any) -> str:
    here = {"edition__id__exact": facts.edition.pk, "standing": "live"}
    return rows_address(Registration, **here, **({"delegation__party__id__exact": party.pk} if party else {}), **narrowed)


def delegations(facts: Facts) -> Area:
    edition = facts.edition
    board = reverse("admin:dialogues_edition_delegations", args=[edition.pk])
    come, seats = (
        sum(facts.of("registered", one.party_id) for one in facts.delegations),
        sum(one.seats or 0 for one in facts.delegations),
    )
    area = Area(_("Delegations"), board, come, seats, registered(facts))
    if not facts.delegations:
        area.words = "" if not facts.has_closed else _("None")
        if not facts.has_closed:
            area.lacks(_("Not opened: that comes with the preparation"), both_secretaries(), level=QUIET)
        return area
    for again in [one for one in facts.delegations if one.to_reconfirm_since and not facts.has_closed]:
        area.lacks(
            _("To be confirmed again"),
            focal_points([again.party]),
            level=WAIT,
            address=reverse("admin:dialogues_delegation_change", args=[again.pk]),
        )

    def nominated(party: Party) -> str:
        here = {"edition__id__exact": edition.pk, "delegation__party__id__exact": party.pk}
        return rows_address(Nomination, standing="waiting", **here)

    area.lacks(_("Nominations waiting"), both_secretaries(), facts.by_party("waiting", nominated))
    if facts.has_closed:
        return area
    headless = [one.party for one in facts.delegations if not facts.of("heads", one.party_id)]
    if headless:
        area.lacks(_("No head of delegation yet"), focal_points(headless), address=board)
    free = {one.party: (one.seats or 0) - facts.of("registered", one.party_id) for one in facts.delegations}
    open_seats = [Number(number, board, party.code) for party, number in free.items() if number > 0]
    if open_seats:
        area.lacks(
            _("Seats still open"), focal_points(party for party, number in free.items() if number > 0), open_seats, QUIET
        )
    area.lacks(
        _("Own details outstanding"),
        capfirst(_("the participants")),
        facts.by_party("incomplete", lambda party: participants(facts, party, standing="incomplete")),
        QUIET,
    )
    return area


def agenda(facts: Facts) -> Area:
    edition, state = facts.edition, facts.agenda
    checks = reverse("admin:dialogues_edition_step", args=[edition.pk, "release"])
    area = Area(_("Agenda"), reverse("admin:dialogues_edition_agenda_builder", args=[edition.pk]))
    if state.release:
        area.words = _("Release %(number)s") % {"number": state.release.number}
        area.done_address = reverse("admin:dialogues_agendarelease_change", args=[state.release.pk])
    if facts.has_closed:
        area.words = area.words or _("Never released")
        return area
    area.lacks(_("Checks that block"), both_secretaries(), [Number(len(state.blocking), checks)], BAD)
    if not state.sessions:
        area.lacks(_("No session yet"), both_secretaries(), level=QUIET, address=area.address)
    elif not state.release:
        area.lacks(_("Sessions not released"), both_secretaries(), [Number(state.sessions, going_ahead(edition))])
    area.lacks(_("Unreleased changes"), both_secretaries(), [Number(state.unreleased, checks)])
    area.lacks(_("Warnings"), both_secretaries(), [Number(state.warnings, checks)], QUIET)
    return area


def going_ahead(edition: Edition) -> str:
    return rows_address(Session, edition__id__exact=edition.pk, status__exact=Session.Status.SCHEDULED)


def groups(facts: Facts) -> Area:
    """The seats of the working groups: of each party a co-chair, and one rapporteur."""
    here = rows_address(Mandate, edition__id__exact=facts.edition.pk)
    vacant = vacant_chairs(facts)
    silent = [one for one in facts.mandates if one.rapporteur_id is None]
    seats = len(facts.mandates) * (len(facts.parties) + 1)
    area = Area(_("Working groups"), here, seats - sum(map(len, vacant.values())) - len(silent), seats, here)
    if not facts.mandates:
        area.lacks(_("No working group has a mandate yet"), both_secretaries(), level=QUIET, address=here)
    if facts.has_closed:
        area.lines.clear()
        area.words = "" if seats else _("None")
        return area
    area.lacks(
        _("Co-chairs to be named"),
        focal_points(party for party in facts.parties if vacant[party.pk]),
        [Number(len(vacant[party.pk]), these(Mandate, vacant[party.pk]), party.code) for party in facts.parties],
    )
    by = {one.rapporteur_party for one in silent if one.rapporteur_party}
    rapporteurs = [Number(len(silent), these(Mandate, [one.pk for one in silent]))]
    area.lacks(_("Rapporteurs to be named"), focal_points(by or facts.parties), rapporteurs)
    return area


def vacant_chairs(facts: Facts) -> dict[int, list[int]]:
    """By party, the mandates whose co-chair it has still to name."""
    taken = {(one.pk, chair.party_id) for one in facts.mandates for chair in one.co_chairs.all() if chair.person_id}
    return {party.pk: [one.pk for one in facts.mandates if (one.pk, party.pk) not in taken] for party in facts.parties}


def texts(facts: Facts) -> Area:
    """Before the closing the terms of reference; from then on the reports and the summary; all the year the engagements'."""
    area = _conclusions(facts) if facts.has_closed else _terms_of_reference(facts)
    owing = facts.few["engagements"]
    said = _("Reports of engagements held more than %(count)d days ago") % {"count": Engagement.REPORT_WITHIN.days}
    area.lacks(said, both_secretaries(), [Number(len(owing), these(Engagement, owing))], BAD)
    return area


def _terms_of_reference(facts: Facts) -> Area:
    here = rows_address(Mandate, edition__id__exact=facts.edition.pk)
    by_status: dict[str, list[int]] = {}
    for one in facts.mandates:
        by_status.setdefault(one.status, []).append(one.pk)
    adopted = [pk for status in ADOPTED for pk in by_status.get(status, [])]
    area = Area(_("Texts"), here, len(adopted), len(facts.mandates), these(Mandate, adopted) if adopted else here)
    for status, what, owes in (
        (Mandate.Status.DRAFT, _("Terms of reference to draft"), _("co-chairs")),
        (Mandate.Status.IN_CLEARANCE, _("Terms of reference in clearance"), _("clearing officers")),
    ):
        waiting = by_status.get(status, [])
        area.lacks(what, capfirst(owes), [Number(len(waiting), these(Mandate, waiting))])
    return area


def _conclusions(facts: Facts) -> Area:
    edition = facts.edition
    here = rows_address(SessionReport, session__edition__id__exact=edition.pk)
    summaries = rows_address(Summary, edition__id__exact=edition.pk)
    reporting, owing = facts.of("reporting"), facts.few["sessions"]
    area = Area(_("Texts"), here, reporting - len(owing), reporting, here)
    missing = [Number(len(owing), these(Session, owing))]
    area.lacks(_("Session reports not final"), capfirst(_("rapporteurs")), missing)
    if facts.of("summary circulated"):
        area.lacks(_("Summary of conclusions to be adopted"), focal_points(facts.parties), address=summaries)
    elif facts.of("summary draft"):
        area.lacks(_("Draft summary to be circulated"), both_secretaries(), address=summaries)
    elif not facts.of("summary adopted") and edition.status == Edition.Status.CLOSED:
        area.lacks(_("No summary of conclusions yet"), both_secretaries(), address=summaries)
    elif facts.of("summary adopted") and not reporting:
        area.words = _("Summary adopted")
    return area


def action_items(facts: Facts) -> Area:
    here = {"edition__dialogue__id__exact": facts.edition.dialogue_id}

    def listed(standing: str, party: Party | None = None) -> str:
        led = {"party": party.pk} if party else {}
        return rows_address(ActionItem, standing=standing, **here, **led)

    total, open_ = facts.of("items"), facts.of("open")
    area = Area(_("Action items"), listed("open"), total - open_, total, listed("finished"))
    if not total:
        area.words = _("None")
    area.lacks(
        _("Overdue"),
        owed_by(_("action owners"), _("action owners"), facts.owing("overdue") or facts.parties),
        facts.by_party("overdue", lambda party: listed("overdue", party)),
        BAD,
    )
    area.lacks(
        _("Awaiting confirmation"),
        capfirst(_("the other party")),
        facts.by_party("awaiting", lambda party: listed("awaiting", party)),
    )
    decide = rows_address(ActionItem, undecided=facts.edition.pk, **here)
    undecided = [Number(facts.of("undecided"), decide)]
    area.lacks(_("Undecided for the next"), both_secretaries(), undecided, QUIET)
    rounds = {"dialogue__id__exact": facts.edition.dialogue_id}
    asked = [Number(facts.of("progress asked"), rows_address(ProgressRound, **rounds, status__exact=ProgressRound.Status.OPEN))]
    area.lacks(_("Progress update asked for"), owed_by(_("action owners"), _("action owners"), facts.parties), asked, QUIET)
    review = rows_address(ProgressRound, **rounds, status__exact=ProgressRound.Status.IN_PARTY_REVIEW)
    area.lacks(_("Progress report to agree"), focal_points(facts.parties), [Number(facts.of("progress in review"), review)])
    return area


def logistics(facts: Facts) -> Area:
    edition = facts.edition
    page = reverse("admin:dialogues_edition_change", args=[edition.pk])
    invited = [party for party in facts.parties if facts.of("invited", party)]
    answers = (bool(edition.venue_id), bool(facts.of("rooms")), len(invited) == len(facts.parties), bool(facts.of("lists")))
    area = Area(_("Logistics"), page, sum(answers), len(answers))
    lists = reverse("admin:dialogues_export_edition", args=[edition.pk])
    outbox = rows_address(OutgoingMessage, edition__id__exact=edition.pk, standing="waiting")
    area.lacks(_("Messages waiting in the outbox"), both_secretaries(), [Number(facts.of("messages"), outbox)])
    if facts.has_closed:
        area.done = area.of = 0
        issued = facts.of("lists")
        said = ngettext("%(count)d list of participants issued", "%(count)d lists of participants issued", issued)
        area.words = said % {"count": issued}
        area.done_address = lists
        return area
    host = of_the_host(_("secretary of the host"), edition)
    if not edition.venue_id:
        area.lacks(_("Venue not named"), host, address=page)
    elif not facts.of("rooms"):
        venue = reverse("admin:dialogues_venue_change", args=[edition.venue_id])
        area.lacks(_("Rooms not entered"), host, address=venue)
    if len(invited) < len(facts.parties):
        letters = rows_address(Correspondence, edition__id__exact=edition.pk, kind__exact=Correspondence.Kind.INVITATION)
        owed = [Number(len(invited), letters)] if invited else []
        said = _("Parties invited so far") if invited else _("Invitations not in the register")
        area.lacks(said, host, owed, QUIET, letters)
    if not facts.of("lists"):
        area.lacks(_("List of participants not issued"), both_secretaries(), level=QUIET, address=lists)
    protocol = of_the_host(_("protocol and logistics"), edition)
    for access, what in zip(ACCESS_OPEN, (_("Access not requested"), _("Access not answered yet")), strict=True):
        asked = facts.by_party(access, lambda party, access=access: participants(facts, party, access=access))
        area.lacks(what, protocol, asked, QUIET)
    return area
