"""Session reports: written by the rapporteur the same day, agreed by both co-chairs (workflows §4.9, T37)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.models import ActionItem, Appointment, CoChair, Edition, Session, SessionReport, Summary
from dialogues.models.agenda import SlotRole
from dialogues.models.conclusions import sessions_owing_report, sessions_reported_by
from parties.models import Party, User
from socportal import clock

from . import journal
from .action_items import propose_action
from .consents import awaited, consent, given
from .steps import Reason, StepRefused, appointments_of, lock, move, not_possible_from, refuse_for

TEXTS = ("lang", "points", "conclusions", "questions")
FINAL = SessionReport.Status.FINAL
OVER = (Edition.Status.ARCHIVED, Edition.Status.POSTPONED, Edition.Status.CANCELLED)


class Overtaken(StepRefused):
    """Somebody else saved a newer text while this one stood open (law R8)."""


def report_of(session: Session) -> SessionReport | None:
    return SessionReport.objects.filter(session=session).first()


def is_rapporteur(by: User, session: Session) -> bool:
    """Of the group that meets in it, or of this session alone."""
    if by.person_id is None:
        return False
    if session.mandate and session.mandate.rapporteur_id == by.person_id:
        return True
    return session.speakers.filter(role=SlotRole.RAPPORTEUR, person=by.person_id).exists()


def _is_secretary(by: User, session: Session) -> bool:
    return bool(appointments_of(by, session.edition.dialogue, *Appointment.SECRETARIES).exists())


def _not_reported(session: Session, by: User) -> list[Reason]:
    """What stands in the way of everything below: not one's own, not begun, or over."""
    if not sessions_reported_by(by).filter(pk=session.pk).exists():
        return [Reason(_("A session is reported on by its rapporteur, its co-chairs and the secretaries."))]
    if session.starts_at > clock.now():
        return [Reason(_("Not before the session has begun."), session)]
    if session.edition.status in OVER:
        return [Reason(_("The edition is “%(status)s”.") % {"status": session.edition.get_status_display()}, session.edition)]
    summary = Summary.objects.filter(edition=session.edition, status=Summary.Status.ADOPTED).first()
    return [Reason(_("The summary of conclusions is adopted: reports stay as they are."), summary)] if summary else []


# Writing


def write_reasons(session: Session, by: User) -> list[Reason]:
    reasons = _not_reported(session, by)
    if reasons:
        return reasons
    if not (is_rapporteur(by, session) or _is_secretary(by, session)):
        return [Reason(_("The rapporteur writes it, or a secretary on the rapporteur’s behalf."))]
    report = report_of(session)
    if report and report.status == FINAL:
        return [Reason(_("It is final: the co-chairs have agreed to this text."), report)]
    return []


@transaction.atomic
def write_report(
    *,
    session: Session,
    by: User,
    conclusions: str,
    points: str = "",
    questions: str = "",
    lang: str = "en",
    seen: int | None = None,
) -> SessionReport:
    """Save the text. One that differs from the stored one is asked to be agreed anew.

    `seen` is the round of the text that `by` had before them, 0 for none: over a newer one nothing is saved.
    """
    session = lock(session)
    refuse_for(write_reasons(session, by))
    report = report_of(session) or SessionReport(session=session, round=0)
    if seen is not None and seen != report.round:
        raise Overtaken(_("Somebody else saved a newer text meanwhile."))
    said = {"lang": lang, "points": points.strip(), "conclusions": conclusions.strip(), "questions": questions.strip()}
    if report.pk and all(getattr(report, name) == said[name] for name in TEXTS):
        return report
    for name, text in said.items():
        setattr(report, name, text)
    report.round, report.written_by, report.written_at = report.round + 1, by, clock.now()
    report.full_clean()
    report.save()
    journal.write(by=by, act="wrote session report", on=report, details={"round": report.round})
    return report


# Agreeing


def seats(session: Session) -> dict[int, CoChair]:
    """The co-chairs who can agree, by their party’s key: named, and with an account of their own."""
    if session.mandate_id is None:
        return {}
    accounts = User.objects.filter(is_active=True, person__isnull=False)
    held = CoChair.objects.filter(mandate=session.mandate_id, person__in=accounts.values("person")).select_related("party")
    return {seat.party_id: seat for seat in held}


def party_agreeing(session: Session, by: User) -> Party | None:
    """For which party somebody agrees: one’s own as its co-chair; as its secretary where no co-chair can."""
    held = seats(session)
    own = [seat.party for seat in held.values() if seat.person_id == by.person_id]
    posts = appointments_of(by, session.edition.dialogue, *Appointment.SECRETARIES).order_by("party__code")
    own += [post.party for post in posts if post.party_id not in held]
    among = set(session.edition.dialogue.parties.values_list("pk", flat=True))
    return next((party for party in own if party.pk in among), None)


def agree_reasons(report: SessionReport, by: User) -> list[Reason]:
    reasons = _not_reported(report.session, by) or not_possible_from(report, FINAL)
    if reasons:
        return reasons
    party = party_agreeing(report.session, by)
    if party is None:
        return [Reason(_("The co-chairs agree to it; where a seat is vacant, a secretary of that party."))]
    if any(one.party_id == party.pk or one.by_id == by.pk for one in given(report, FINAL, round=report.round)):
        return [Reason(_("%(party)s has agreed to this text already.") % {"party": party.name}, report)]
    return []


@transaction.atomic
def agree_report(*, report: SessionReport, by: User, seen: int | None = None) -> SessionReport:
    """Agree for one’s party to the text as it stands; final with the last party’s yes.

    `seen` is the round of the text that was read: to a newer one nobody agrees unread.
    """
    report = lock(report)
    refuse_for(agree_reasons(report, by))
    if seen is not None and seen != report.round:
        raise Overtaken(_("The text was changed meanwhile. Read it again before you agree."))
    consent(report, FINAL, party=party_agreeing(report.session, by), by=by, round=report.round)
    complete = not awaited(report, FINAL, report.session.edition.dialogue, round=report.round)
    if complete:
        move(report, FINAL)
    act = "agreed session report" if complete else "consented"
    journal.write(by=by, act=act, on=report, details={"to": str(FINAL), "round": report.round})
    return report


# What follows, and what is owed


def propose_reasons(session: Session, by: User) -> list[Reason]:
    return _not_reported(session, by)


@transaction.atomic
def propose_from_session(
    *, session: Session, by: User, lead: Party, owner_post_en: str, owner_post_nl: str = "", **action: Any
) -> ActionItem:
    """Propose an action that came out of the session, for its group if it has one."""
    refuse_for(propose_reasons(session, by))
    item = propose_action(
        edition=session.edition, by=by, leads=[(lead, None, owner_post_en)], session=session, mandate=session.mandate, **action
    )
    if owner_post_nl:
        item.leads.update(owner_post_nl=owner_post_nl)
    return item


def owed_by(session: Session, report: SessionReport | None) -> list[str]:
    """Who owes the next thing, by post and party: the text, or the agreement to it. Nobody once it is final."""
    if report is None:
        rapporteur = session.mandate.rapporteur if session.mandate else None
        if rapporteur is None:
            slots = session.speakers.filter(role=SlotRole.RAPPORTEUR, person__isnull=False).select_related("person__party")
            rapporteur = next((slot.person for slot in slots), None)
        if rapporteur is None:
            return [_("secretariat (no rapporteur is named)")]
        party = rapporteur.party
        return [_("rapporteur, %(party)s") % {"party": party.name} if party else _("rapporteur")]
    if report.status == FINAL:
        return []
    held = seats(session)
    return [
        (_("co-chair, %(party)s") if party.pk in held else _("secretary, %(party)s")) % {"party": party.name}
        for party in awaited(report, FINAL, session.edition.dialogue, round=report.round)
    ]


def without_final_report(edition: Edition) -> list[tuple[Session, list[str]]]:
    """In the order of the agenda the sessions that owe a report, or whose report is begun, each with who owes what."""
    begun = SessionReport.objects.filter(session__edition=edition).exclude(status=FINAL).values("session")
    owing = sessions_owing_report(edition).exclude(report__status=FINAL) | Session.objects.filter(pk__in=begun)
    sessions = owing.select_related("mandate__rapporteur__party", "mandate__working_group", "edition__dialogue", "report")
    return [
        (session, owed_by(session, getattr(session, "report", None)))
        for session in sessions.distinct().order_by("starts_at", "room__position", "pk")
    ]
