"""What waits for somebody beside tasks and action items: for the secretaries, for a party's yes, for a report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from dialogues.models import (
    Appointment,
    Delegation,
    Dialogue,
    Edition,
    Engagement,
    HeadsDecision,
    Mandate,
    Nomination,
    OutgoingMessage,
    ProgressRound,
    ProgressSection,
    SessionReport,
    Summary,
)
from dialogues.models.agenda import SlotRole
from dialogues.models.conclusions import sessions_owing_report, sessions_reported_by
from dialogues.models.delegations import BY_CONSENT

from .duties import Duty, Posts, Seats, in_the_admin
from .progress_rounds import silent
from .session_reports import seats as agreeing
from .session_reports import what_is_asked

# Who is asked to adopt the summary of conclusions for a party (its secretary may do so too).
ASKED = (*Appointment.FOCAL_POINTS, Appointment.Role.CLEARING_OFFICER)

# Who agrees to an engagement for a party.
AGREEING = (Appointment.Role.SECRETARY, Appointment.Role.FOCAL_POINT)


def _waits(
    to: frozenset[int], label: Any, of: Any, address: Callable[[], str], *, reads: Any, count: int = 0, by: date | None = None
) -> Duty:
    """“Nominations to settle: 3 (Third dialogue, 2027)”; without a count “Report to write: Working group on cargo”."""
    said = (lambda: f"{label}: {count} ({of})") if count else (lambda: f"{label}: {of}")
    return Duty(to, said, lambda _is_secretary: address(), due_on=by, is_awaited=True, reads=reads)


def _missing(consents: Any, to: str, round: int, parties: set[int]) -> set[int]:
    return parties - {one.party_id for one in consents.all() if one.to_status == to and one.round == round}


def nominations(editions: list[Edition], parties: set[int], posts: Posts) -> Iterator[Duty]:
    """To settle: the secretaries. Returned, or to be consented to: the party. Numbers only, whoever reads them."""
    unsettled, returned = Q(status__in=Nomination.UNSETTLED), Q(status=Nomination.Status.RETURNED)
    rows = Nomination.objects.filter(unsettled | returned, edition__in=editions).order_by()
    found = rows.values_list("edition", "delegation", "delegation__party", "status", "category", "pk")
    given = set(rows.filter(category__in=BY_CONSENT).values_list("pk", "consents__party"))
    for edition in editions:
        here = [row for row in found if row[0] == edition.pk]
        waiting = [row for row in here if row[3] in Nomination.UNSETTLED]
        if waiting:
            address = partial(reverse, "admin:dialogues_edition_delegations", args=[edition.pk])
            yield _waits(posts.secretaries, _("Nominations to settle"), edition, address, reads=edition, count=len(waiting))
        for party in sorted(parties):
            own = posts.focal_points([party])
            back = [row for row in here if row[2] == party and row[3] == Nomination.Status.RETURNED]
            asked = [row for row in waiting if row[4] in BY_CONSENT and (row[5], party) not in given]
            if back:
                yield _waits(own, _("Nominations to complete"), edition, _delegations, reads=edition, count=len(back))
            if asked:
                yield _waits(own, _("Nominations to consent to"), edition, _delegations, reads=edition, count=len(asked))


def _delegations() -> str:
    return reverse("delegations")


def delegations(editions: list[Edition], posts: Posts) -> Iterator[Duty]:
    """A postponed edition has new days: each focal point says who still comes."""
    for one in Delegation.objects.filter(edition__in=editions, to_reconfirm_since__isnull=False).select_related(
        "edition__dialogue"
    ):
        label = _("Delegation to confirm for the new days")
        yield _waits(posts.focal_points([one.party_id]), label, one.edition, _delegations, reads=one.edition)


def messages(editions: list[Edition], posts: Posts) -> Iterator[Duty]:
    """Drafted in the outbox: a secretary reads and releases them."""
    drafted = OutgoingMessage.objects.drafted().filter(edition__in=editions).order_by()
    counts = dict(drafted.values_list("edition").annotate(Count("pk")))
    for edition in editions:
        if count := counts.get(edition.pk):
            address = partial(in_the_admin, OutgoingMessage, edition__id__exact=edition.pk, standing="waiting")
            yield _waits(posts.secretaries, _("Messages to read and release"), edition, address, reads=edition, count=count)


def session_reports(editions: list[Edition], parties: set[int], posts: Posts, seats: Seats, at: datetime) -> Iterator[Duty]:
    """To write: the rapporteur; to agree: each party's co-chair, or its secretaries where no co-chair can; how many are
    missing: the secretaries.

    A title may be one party's own, so the secretaries are told the number.
    """
    owing = sessions_owing_report().filter(edition__in=editions, ends_at__lte=at, report__isnull=True)
    missing = list(owing.select_related("edition__dialogue").prefetch_related("speakers"))
    for session in missing:
        slots = [slot for slot in session.speakers.all() if slot.role == SlotRole.RAPPORTEUR and slot.person_id]
        to = seats.rapporteur(session.mandate_id) | {slot.person_id for slot in slots}
        day = session.ends_at.astimezone(session.edition.zone).date()
        duty = _waits(to, _("Session report to write"), session, partial(_report, session.pk), reads=session, by=day)
        yield replace(duty, among=sessions_reported_by)
    for edition in editions:
        if count := sum(session.edition_id == edition.pk for session in missing):
            address = partial(in_the_admin, SessionReport)
            yield _waits(posts.secretaries, _("Session reports missing"), edition, address, reads=edition, count=count)
    drafts = SessionReport.objects.filter(status=SessionReport.Status.DRAFT, session__edition__in=editions)
    drafts = drafts.select_related("session__edition__dialogue", "session__mandate")
    for report in drafts.prefetch_related("consents", *what_is_asked("session__")):
        asked, held = _missing(report.consents, SessionReport.Status.FINAL, report.round, parties), agreeing(report.session)
        to = posts.of(*Appointment.SECRETARIES, parties=asked - set(held))
        to |= {seat.person_id for party, seat in held.items() if party in asked}  # type: ignore[misc]
        yield _waits(to, _("Session report to agree"), report.session, report.get_absolute_url, reads=report)


def _report(session: int) -> str:
    return reverse("report", args=[session])


def terms(editions: list[Edition], parties: set[int], posts: Posts) -> Iterator[Duty]:
    """Terms of reference in clearance wait for each party's clearing officer; without one, for its secretary."""
    waiting = Mandate.objects.filter(edition__in=editions, status=Mandate.Status.IN_CLEARANCE)
    for one in waiting.select_related("working_group", "edition__dialogue").prefetch_related("consents"):
        for party in sorted(_missing(one.consents, Mandate.Status.ADOPTED, one.terms_round, parties)):
            label, officers = _("Terms of reference to clear"), posts.of(Appointment.Role.CLEARING_OFFICER, parties=[party])
            duty = _waits(officers, label, one.working_group, one.working_group.get_absolute_url, reads=one)
            own = posts.of(Appointment.Role.SECRETARY, parties=[party])
            here = _waits(own, label, one.working_group, partial(in_the_admin, Mandate, one.pk), reads=one)
            yield replace(duty, otherwise=here)


def decisions(editions: list[Edition], parties: set[int], posts: Posts) -> Iterator[Duty]:
    """To postpone or cancel: the party's secretary enters what its head's office says."""
    pending = HeadsDecision.objects.pending().filter(edition__in=editions)
    for one in pending.select_related("edition__dialogue").prefetch_related("consents"):
        asked = _missing(one.consents, one.to_status, 1, parties)
        address = partial(in_the_admin, HeadsDecision, one.pk)
        label = _("Your party’s answer to a decision of the heads’ offices")
        to = posts.of(*Appointment.SECRETARIES, parties=asked)
        yield _waits(to, label, one.edition, address, reads=one)


def summaries(editions: list[Edition], parties: set[int], posts: Posts) -> Iterator[Duty]:
    """Circulated: it waits for each party that has not adopted this version."""
    for one in (
        Summary.objects.filter(edition__in=editions, status=Summary.Status.CIRCULATED)
        .select_related("edition__dialogue")
        .prefetch_related("consents")
    ):
        asked = _missing(one.consents, Summary.Status.ADOPTED, one.round, parties)
        label, address = _("Summary of conclusions to comment on and adopt"), one.get_absolute_url
        yield _waits(posts.of(*ASKED, parties=asked), label, one.edition, address, reads=one, by=one.comments_until)


def engagements(dialogue: Dialogue, parties: set[int], posts: Posts) -> Iterator[Duty]:
    """Proposed, and a party has not agreed; held, and the report is owed within three weeks (workflows §4.7)."""
    proposed = Engagement.objects.filter(dialogue=dialogue, status=Engagement.Status.PROPOSED)
    for one in proposed.prefetch_related("consents"):
        asked = _missing(one.consents, Engagement.Status.AGREED, one.agreed_round, parties)
        to, address = posts.of(*AGREEING, parties=asked), partial(in_the_admin, Engagement, one.pk)
        yield _waits(to & posts.secretaries, _("Engagement to agree"), one, address, reads=one)
        yield _waits(to - posts.secretaries, _("Engagement to agree"), one, one.get_absolute_url, reads=one)
    for one in Engagement.objects.report_awaited().filter(dialogue=dialogue):
        by = one.last_day + Engagement.REPORT_WITHIN if one.last_day else None
        address = partial(in_the_admin, Engagement, one.pk)
        yield _waits(posts.secretaries, _("Report of an engagement"), one, address, reads=one, by=by)


def progress_rounds(dialogue: Dialogue, parties: set[int], posts: Posts, at: datetime) -> Iterator[Duty]:
    """Updates asked for: who leads the item and has not reported. To compile: the secretaries. To agree: each party’s focal
    points. What is told in public: each party’s press officer clears it.
    """
    rounds = ProgressRound.objects.live().filter(dialogue=dialogue).select_related("edition__dialogue")
    for one in rounds:
        if one.status == ProgressRound.Status.OPEN:
            yield from _updates(one, posts, at)
        if one.is_due(at):
            address = partial(in_the_admin, ProgressRound, one.pk)
            yield _waits(posts.secretaries, _("Progress report to compile"), one.edition, address, reads=one)
        report = one.reports.prefetch_related("consents").order_by("-version").first()
        if report and one.status == ProgressRound.Status.IN_PARTY_REVIEW:
            asked = _missing(report.consents, ProgressRound.Status.AGREED, report.views_so_far, parties)
            label = _("Progress report to agree")
            yield _waits(posts.focal_points(asked), label, one.edition, one.get_absolute_url, reads=one)
    drafts = ProgressSection.objects.filter(edition__dialogue=dialogue, published_at__isnull=True)
    for section in drafts.select_related("report", "edition__dialogue").prefetch_related("consents"):
        missing = _missing(section.consents, ProgressSection.CLEARED, section.text_round, parties)
        to = posts.of(Appointment.Role.PRESS_OFFICER, parties=missing)
        address = partial(reverse, "progress-section", args=[section.report.round_id])
        duty = _waits(to, _("Progress told in public: text to clear"), section.edition, address, reads=section)
        yield replace(duty, among=ProgressSection.objects.worked_on_by)


def _updates(round: ProgressRound, posts: Posts, at: datetime) -> Iterator[Duty]:
    """One line an item, with the page where it is reported; how many are missing, for the secretaries."""
    waiting = silent(round, at)
    for item, leads in waiting:
        to = posts.focal_points(lead.party_id for lead in leads)
        to |= {lead.owner_id for lead in leads if lead.owner_id}
        address = partial(reverse, "action-item-act", args=[item.number, "report"])
        yield _waits(to, _("Progress update asked for"), _Said(item), address, reads=item, by=round.due_on)
    if waiting:
        address, count = partial(in_the_admin, ProgressRound, round.pk), len(waiting)
        label = _("Items without a progress update")
        yield _waits(posts.secretaries, label, round.edition, address, reads=round, count=count, by=round.due_on)


class _Said:
    """An item by its number and the beginning of its text, in the language of whoever is told."""

    def __init__(self, item: Any) -> None:
        self.item = item

    def __str__(self) -> str:
        return f"{self.item.number} {Truncator(str(self.item.text)).chars(120)}"


def awaited(
    dialogue: Dialogue, editions: list[Edition], parties: set[int], posts: Posts, seats: Seats, at: datetime
) -> Iterator[Duty]:
    """All of it, at a constant number of questions."""
    yield from nominations(editions, parties, posts)
    yield from delegations(editions, posts)
    yield from messages(editions, posts)
    yield from session_reports(editions, parties, posts, seats, at)
    yield from terms(editions, parties, posts)
    yield from decisions(editions, parties, posts)
    yield from summaries(editions, parties, posts)
    yield from engagements(dialogue, parties, posts)
    yield from progress_rounds(dialogue, parties, posts, at)
