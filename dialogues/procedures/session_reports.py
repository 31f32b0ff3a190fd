"""Session reports: written by the rapporteur the same day, agreed by both co-chairs (workflows §4.9, T37)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from dialogues.models import ActionItem, Appointment, CoChair, Consent, Edition, Session, SessionReport, Summary
from dialogues.models.agenda import SlotRole
from dialogues.models.audience import is_known
from dialogues.models.conclusions import sessions_owing_report, sessions_reported_by, sessions_with_report
from dialogues.models.standing import Standing
from parties.models import Party, Person, User
from socportal import clock

from . import journal
from .action_items import propose_action
from .consents import consent
from .steps import Reason, StepRefused, lock, move, not_possible_from, refuse_for

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
    return any(slot.role == SlotRole.RAPPORTEUR and slot.person_id == by.person_id for slot in session.speakers.all())


def what_is_asked(session: str = "") -> list[Any]:
    """What to prefetch of many sessions, so that of each of them nothing below asks again who writes and who agrees.

    `session` is the path that leads to them from what is listed.
    """
    co_chairs = CoChair.objects.select_related("party", "person__user")
    return [
        Prefetch(f"{session}mandate__co_chairs", queryset=co_chairs),
        f"{session}speakers__person__party",
        f"{session}edition__dialogue__parties",
    ]


def _secretary_for(by: User, session: Session) -> set[int]:
    """For which parties (keys) somebody is secretary here."""
    if not is_known(by):
        return set()
    posts = Standing(by.person_id, clock.now()).appointed(*Appointment.SECRETARIES)  # type: ignore[arg-type]
    return {party for dialogue, party in posts if dialogue == session.edition.dialogue_id}


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


def write_reasons(session: Session, by: User, report: SessionReport | None) -> list[Reason]:
    return _not_reported(session, by) or not_the_writer(session, by, report)


def not_the_writer(session: Session, by: User, report: SessionReport | None) -> list[Reason]:
    """Why somebody who reports on the session does not write this report, or the first where there is none."""
    if not (is_rapporteur(by, session) or _secretary_for(by, session)):
        return [Reason(_("The rapporteur writes it, or a secretary on the rapporteur’s behalf."))]
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

    `seen` is the round of the text that `by` had before them, 0 for none: over a newer one nothing is saved. Who writes and
    who agrees both wait at the session, also while there is no report: nobody agrees to a text that is just being replaced.
    """
    session = lock(session)
    found = SessionReport.objects.select_for_update().filter(session=session).order_by("pk").first()
    refuse_for(write_reasons(session, by, found))
    report = found or SessionReport(session=session, round=0)
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
    held = session.mandate.co_chairs.all() if session.mandate else []
    return {seat.party_id: seat for seat in held if seat.person and _may_sign_in(seat.person)}


def _may_sign_in(person: Person) -> bool:
    account: User | None = getattr(person, "user", None)
    return account is not None and account.is_active


def _parties(session: Session) -> list[Party]:
    return sorted(session.edition.dialogue.parties.all(), key=lambda party: party.code)


def _given(report: SessionReport) -> list[Consent]:
    """The consents to the text as it stands."""
    return [one for one in report.consents.all() if (one.to_status, one.round) == (FINAL, report.round)]


def still_awaited(report: SessionReport) -> list[Party]:
    """The parties that have not agreed to the text as it stands, by code."""
    agreed = {one.party_id for one in _given(report)}
    return [party for party in _parties(report.session) if party.pk not in agreed]


def party_agreeing(session: Session, by: User) -> Party | None:
    """For which party somebody agrees: one’s own as its co-chair; as its secretary where no co-chair can."""
    held, among = seats(session), _parties(session)
    own = [party for party in among if party.pk in held and held[party.pk].person_id == by.person_id]
    posts = _secretary_for(by, session)
    own += [party for party in among if party.pk in posts and party.pk not in held]
    return next(iter(own), None)


def agree_reasons(report: SessionReport, by: User) -> list[Reason]:
    return _not_reported(report.session, by) or not_agreeing(report, by)


def not_agreeing(report: SessionReport, by: User) -> list[Reason]:
    """Why somebody who reports on the session does not agree to this text."""
    reasons = not_possible_from(report, FINAL)
    if reasons:
        return reasons
    party = party_agreeing(report.session, by)
    if party is None:
        return [Reason(_("The co-chairs agree to it; where a seat is vacant, a secretary of that party."))]
    if any(one.party_id == party.pk or one.by_id == by.pk for one in _given(report)):
        return [Reason(_("%(party)s has agreed to this text already.") % {"party": party.name}, report)]
    return []


@transaction.atomic
def agree_report(*, report: SessionReport, by: User, seen: int | None = None) -> SessionReport:
    """Agree for one’s party to the text as it stands; final with the last party’s yes.

    `seen` is the round of the text that was read: to a newer one nobody agrees unread.
    """
    session, report = lock(report.session), lock(report)
    report.session = session
    refuse_for(agree_reasons(report, by))
    if seen is not None and seen != report.round:
        raise Overtaken(_("The text was changed meanwhile. Read it again before you agree."))
    consent(report, FINAL, party=party_agreeing(report.session, by), by=by, round=report.round)
    complete = not still_awaited(report)
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
            slots = [slot for slot in session.speakers.all() if slot.role == SlotRole.RAPPORTEUR]
            rapporteur = next((slot.person for slot in slots if slot.person), None)
        if rapporteur is None:
            return [_("secretariat (no rapporteur is named)")]
        party = rapporteur.party
        return [_("rapporteur, %(party)s") % {"party": party.name} if party else _("rapporteur")]
    if report.status == FINAL:
        return []
    held = seats(session)
    return [
        (_("co-chair, %(party)s") if party.pk in held else _("secretary, %(party)s")) % {"party": party.name}
        for party in still_awaited(report)
    ]


def without_final_report(edition: Edition) -> list[tuple[Session, list[str]]]:
    """In the order of the agenda the sessions that owe a report, or whose report is begun, each with who owes what.

    None that was narrowed to one party since its report was begun: its title is that party’s own.
    """
    asked = Q(pk__in=sessions_owing_report(edition).values("pk")) | Q(report__isnull=False)
    sessions = sessions_with_report(edition).filter(asked).exclude(report__status=FINAL)
    sessions = sessions.select_related("mandate__rapporteur__party", "mandate__working_group", "edition__dialogue", "report")
    sessions = sessions.prefetch_related("report__consents", *what_is_asked()).order_by("starts_at", "room__position", "pk")
    return [(session, owed_by(session, getattr(session, "report", None))) for session in sessions]
