"""A progress report with the parties: read, answered by a view where one is not shared, agreed by every party (§4.8)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dialogues.models import ActionItem, Appointment, PartyView, ProgressReport, ProgressRound, ReportedItem
from parties.models import User
from socportal import clock

from . import journal
from .consents import awaited, consent_of_all, consent_reasons
from .correspondence import queue
from .progress_rounds import to_status
from .session_reports import Overtaken
from .steps import Reason, lock, not_a_secretary, not_possible_from, party_of, refuse_for

Status = ProgressRound.Status
# Workflows §4.8: both focal points agree the compiled text.
AGREEING = Appointment.FOCAL_POINTS


def newest(round: ProgressRound) -> ProgressReport | None:
    return round.reports.order_by("-version").first()


# Sending


def send_to_review_reasons(round: ProgressRound, by: User) -> list[Reason]:
    return not_a_secretary(by, round.dialogue) or not_possible_from(round, Status.IN_PARTY_REVIEW)


@transaction.atomic
def send_to_review(*, round: ProgressRound, by: User) -> ProgressRound:
    """Open the compiled report to the parties, and draft a message to each focal point and deputy."""
    round = lock(round)
    refuse_for(send_to_review_reasons(round, by))
    to_status(round, Status.IN_PARTY_REVIEW)
    report = round.reports.latest("version")
    current = Appointment.objects.current().filter(dialogue=round.dialogue_id, role__in=AGREEING)
    messages = [
        queue(
            key=f"progress-report-{report.pk}-{user.pk}",
            edition=round.edition,
            recipient=user,
            template="progress_report",
            about={"round": round, "version": report.version},
        )
        for user in User.objects.filter(person__in=current.values("person"), is_active=True).order_by("pk")
    ]
    details = {"version": report.version, "messages": len(messages)}
    journal.write(by=by, act="sent progress report", on=round, details=details)
    return round


# Views


def _in_review(report: ProgressReport) -> list[Reason]:
    """Views and consents are about the last version, while the parties have it."""
    round = report.round
    if round.status != Status.IN_PARTY_REVIEW:
        said = _("The report is not in review by the parties; it is “%(status)s”.")
        return [Reason(said % {"status": round.get_status_display()}, round)]
    last = newest(round)
    if last is not None and last.pk != report.pk:
        return [Reason(_("There is a newer version, %(version)d. Read that one.") % {"version": last.version}, round)]
    return []


def give_view_reasons(item: ReportedItem, by: User) -> list[Reason]:
    round = item.report.round
    if party_of(by, round.dialogue, *AGREEING) is None:
        return [Reason(_("A party’s view is given by its focal point or deputy."))]
    if not ActionItem.objects.visible_to(by).filter(pk=item.action_item_id).exists():
        return [Reason(_("This item is not yours to read."))]
    return _in_review(item.report)


@transaction.atomic
def give_view(*, item: ReportedItem, by: User, text: str, lang: str | None = None) -> PartyView:
    """Put a party's view of an item beside what its lead reports. The report is then agreed anew: both stand in it."""
    round = lock(item.report.round)
    report = lock(item.report)
    item = ReportedItem.objects.select_related("report__round").get(pk=item.pk)
    refuse_for(give_view_reasons(item, by))
    words = len(text.split())
    if not words:
        refuse_for([Reason(_("Write your party’s view."), round)])
    if words > PartyView.MOST_WORDS:
        said = _("The text has %(words)d words; %(most)d is the most.")
        refuse_for([Reason(said % {"words": words, "most": PartyView.MOST_WORDS}, round)])
    view = PartyView(
        report=report,
        item=item,
        party=party_of(by, round.dialogue, *AGREEING),
        by=by,
        at=clock.now(),
        text=text.strip(),
        lang=lang or (get_language() or "en")[:2],
    )
    view.full_clean()
    void = report.consents.filter(to_status=Status.AGREED, round=report.views_so_far).count()
    view.save()
    details = {"number": item.number, "version": report.version, "consents_void": void}
    journal.write(by=by, act="gave view", on=round, party=view.party, details=details)
    return view


# Agreeing


def agree_report_reasons(report: ProgressReport, by: User) -> list[Reason]:
    """Each party's focal point or deputy, once to this version and the views in it; nobody for two parties (law R6)."""
    said = _in_review(report)
    return said or consent_reasons(report, Status.AGREED, report.round.dialogue, by, *AGREEING, round=report.views_so_far)


def _put_before_the_heads(report: ProgressReport) -> int:
    """Draft a message to each head's office: the agreed report is theirs to read (workflows §4.8)."""
    round = report.round
    if round.kind not in ProgressRound.TO_THE_HEADS:
        return 0
    offices = Appointment.objects.current().filter(dialogue=round.dialogue_id, role=Appointment.Role.HEAD_OFFICE)
    users = User.objects.filter(person__in=offices.values("person"), is_active=True).order_by("pk")
    about = {"round": round, "version": report.version}
    for user in users:
        key = f"progress-heads-{report.pk}-{user.pk}"
        queue(key=key, edition=round.edition, recipient=user, template="progress_heads", about=about)
    return len(users)


def parties_to_agree(report: ProgressReport) -> list[object]:
    """The parties whose yes to this version, with the views in it, is missing."""
    return list(awaited(report, Status.AGREED, report.round.dialogue, round=report.views_so_far))


@transaction.atomic
def agree_report(*, report: ProgressReport, by: User, seen: int | None = None) -> ProgressReport:
    """Agree for one's party; with the last party's yes the round is agreed.

    `seen` is `views_so_far` as it was read: nobody agrees a report in which a view was put meanwhile (law R8).
    """
    round = lock(report.round)
    report = lock(report)
    report.round = round
    refuse_for(agree_report_reasons(report, by))
    if seen is not None and seen != report.views_so_far:
        raise Overtaken(_("A party put its view into the report meanwhile. Read it again before you agree."))
    complete = consent_of_all(report, Status.AGREED, round.dialogue, by, *AGREEING, round=report.views_so_far)
    details = {"version": report.version, "views": report.views_so_far - 1}
    if complete:
        to_status(round, Status.AGREED)
        details["messages"] = _put_before_the_heads(report)
    journal.write(by=by, act="agreed progress report" if complete else "consented", on=round, details=details)
    return report
