"""Engagements between editions: agreed by both parties, held, reported in few words; in public as the press officers agree."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.models import Appointment, Engagement
from dialogues.models.ceiling import within_ceiling
from dialogues.models.dates import Precision, day_range, of_our_time
from parties.models import Party, User
from socportal import clock

from . import journal
from .consents import awaited, consent, consent_of_all, consent_reasons, given
from .steps import Reason, lock, move, not_a_secretary, not_possible_from, party_of, refuse_for

Status = Engagement.Status

AGREEING = (Appointment.Role.SECRETARY, Appointment.Role.FOCAL_POINT)
# The press officer's own word, or the party's secretary with the reference of it.
SPEAKING = (Appointment.Role.PRESS_OFFICER, Appointment.Role.SECRETARY)


def _of_a_secretary(engagement: Engagement, by: User, to: str) -> list[Reason]:
    return not_a_secretary(by, engagement.dialogue) or not_possible_from(engagement, to)


def propose_reasons(engagement: Engagement, by: User) -> list[Reason]:
    """The other party reads what it is for before it agrees."""
    reasons = _of_a_secretary(engagement, by, Status.PROPOSED)
    if not reasons and not engagement.objective:
        reasons = [Reason(_("Say what it is for: write the objective."), engagement)]
    return reasons


@transaction.atomic
def propose(*, engagement: Engagement, by: User) -> Engagement:
    """Put the idea before the other party."""
    engagement = lock(engagement)
    refuse_for(propose_reasons(engagement, by))
    move(engagement, Status.PROPOSED, status_since=clock.now())
    journal.write(by=by, act="proposed engagement", on=engagement)
    return engagement


def agree_reasons(engagement: Engagement, by: User) -> list[Reason]:
    """Two people of two parties; a date is not needed: “forthcoming” is an answer (workflows §4.7)."""
    reasons = not_possible_from(engagement, Status.AGREED)
    round = engagement.agreed_round
    return reasons or consent_reasons(engagement, Status.AGREED, engagement.dialogue, by, *AGREEING, round=round)


@transaction.atomic
def agree(*, engagement: Engagement, by: User) -> Engagement:
    """Consent for one's party. With the last party's consent it is agreed."""
    engagement = lock(engagement)
    refuse_for(agree_reasons(engagement, by))
    to, round = Status.AGREED, engagement.agreed_round
    complete = consent_of_all(engagement, to, engagement.dialogue, by, *AGREEING, round=round)
    if complete:
        move(engagement, to, status_since=clock.now())
    act = "agreed engagement" if complete else "consented"
    journal.write(by=by, act=act, on=engagement, details={"to": to.value})
    return engagement


def schedule_reasons(engagement: Engagement, by: User) -> list[Reason]:
    return _of_a_secretary(engagement, by, Status.SCHEDULED)


@transaction.atomic
def schedule(
    *, engagement: Engagement, by: User, starts_on: date, ends_on: date | None = None, date_precision: str = Precision.EXACT
) -> Engagement:
    """Give it its date, as exactly as it is known. Not yet public, it is read again by the press officers."""
    engagement = lock(engagement)
    refuse_for(schedule_reasons(engagement, by))
    for day in filter(None, (starts_on, ends_on)):
        of_our_time(day)
    if date_precision == Precision.NONE:
        refuse_for([Reason(_("Say how exactly the date is known. Without a date it stays agreed."), engagement)])
    dates: dict[str, Any] = {"starts_on": starts_on, "ends_on": ends_on, "date_precision": date_precision}
    if any(getattr(engagement, name) != value for name, value in dates.items()):
        dates["line_round"] = engagement.line_round + 1
    for name, value in dates.items():
        setattr(engagement, name, value)
    engagement.validate_constraints()
    move(engagement, Status.SCHEDULED, status_since=clock.now(), **dates)
    journal.write(by=by, act="scheduled engagement", on=engagement, details={"precision": date_precision})
    return engagement


def hold_reasons(engagement: Engagement, by: User) -> list[Reason]:
    """Not before its last day; known by the month only, not before the month is out."""
    reasons = _of_a_secretary(engagement, by, Status.HELD)
    if not reasons and (engagement.last_day is None or clock.today() < engagement.last_day):
        last = day_range(engagement.last_day, None) if engagement.last_day else ""
        said = _("Not before its last day, %(day)s. If it was earlier, give the exact date.")
        reasons = [Reason(said % {"day": last}, engagement)]
    return reasons


@transaction.atomic
def mark_held(*, engagement: Engagement, by: User) -> Engagement:
    """It took place: from now on it counts as progress and can be cited as evidence. Its report is owed in three weeks."""
    engagement = lock(engagement)
    refuse_for(hold_reasons(engagement, by))
    move(engagement, Status.HELD, status_since=clock.now())
    journal.write(by=by, act="held engagement", on=engagement)
    return engagement


def report_reasons(engagement: Engagement, by: User) -> list[Reason]:
    return _of_a_secretary(engagement, by, Status.REPORTED)


def too_long(**texts: str) -> list[str]:
    """A sentence for each text over the limit, with its count of words."""
    counts = [len(text.split()) for text in texts.values()]
    said = _("The report has %(count)d words; it may have %(most)d. Take out %(over)d.")
    return [
        said % {"count": count, "most": Engagement.REPORT_WORDS, "over": count - Engagement.REPORT_WORDS}
        for count in counts
        if count > Engagement.REPORT_WORDS
    ]


@transaction.atomic
def report(
    *, engagement: Engagement, by: User, report_en: str, report_nl: str = "", follows_en: str, follows_nl: str = ""
) -> Engagement:
    """Say in at most 300 words a language what came of it, and what follows. The public reads it once both press agree."""
    engagement = lock(engagement)
    refuse_for(report_reasons(engagement, by))
    texts = {"report_en": report_en, "report_nl": report_nl, "follows_en": follows_en, "follows_nl": follows_nl}
    texts = {name: text.strip() for name, text in texts.items()}
    for text in texts.values():
        within_ceiling(text)
    reasons = [Reason(said, engagement) for said in too_long(en=texts["report_en"], nl=texts["report_nl"])]
    if not (texts["report_en"] or texts["report_nl"]):
        reasons.append(Reason(_("Write the report first."), engagement))
    if not (texts["follows_en"] or texts["follows_nl"]):
        reasons.append(Reason(_("Say what follows from it; if nothing does, say that."), engagement))
    refuse_for(reasons)
    move(engagement, Status.REPORTED, status_since=clock.now(), line_round=engagement.line_round + 1, **texts)
    journal.write(by=by, act="reported engagement", on=engagement)
    return engagement


def postpone_reasons(engagement: Engagement, by: User) -> list[Reason]:
    return _of_a_secretary(engagement, by, Status.POSTPONED)


@transaction.atomic
def postpone(*, engagement: Engagement, by: User, reason: str) -> Engagement:
    """Take the date away. It is agreed again, or gets its new date; consents to the old one count no more."""
    engagement = lock(engagement)
    refuse_for(postpone_reasons(engagement, by) + _without(reason))
    _say_why(engagement, Status.POSTPONED, by, reason)
    move(
        engagement,
        Status.POSTPONED,
        status_since=clock.now(),
        starts_on=None,
        ends_on=None,
        date_precision=Precision.NONE,
        agreed_round=engagement.agreed_round + 1,
        line_round=engagement.line_round + 1,
    )
    journal.write(by=by, act="postponed engagement", on=engagement, details={"reason_given": True})
    return engagement


def cancel_reasons(engagement: Engagement, by: User) -> list[Reason]:
    return _of_a_secretary(engagement, by, Status.CANCELLED)


@transaction.atomic
def cancel(*, engagement: Engagement, by: User, reason: str) -> Engagement:
    """It will not take place. It is kept, with the reason."""
    engagement = lock(engagement)
    refuse_for(cancel_reasons(engagement, by) + _without(reason))
    _say_why(engagement, Status.CANCELLED, by, reason)
    move(engagement, Status.CANCELLED, status_since=clock.now())
    journal.write(by=by, act="cancelled engagement", on=engagement, details={"reason_given": True})
    return engagement


def _without(reason: str) -> list[Reason]:
    return [] if reason.strip() else [Reason(_("Give the reason."))]


def _say_why(engagement: Engagement, to: str, by: User, reason: str) -> None:
    """The reason stands beside the consents, for whom and when; the journal says only that there is one."""
    within_ceiling(reason)
    party = party_of(by, engagement.dialogue, *Appointment.SECRETARIES)
    consent(engagement, to, party=party, by=by, round=engagement.agreed_round, reason=reason.strip())


# What is said of it in public


def clear_line_reasons(engagement: Engagement, by: User) -> list[Reason]:
    """Each party's press officer, or its secretary with the reference of the press officer's word."""
    if engagement.status in {Status.IDEA, Status.PROPOSED}:
        return [Reason(_("It is not agreed yet: both parties agree it first."), engagement)]
    to, round = Engagement.LINE_CLEARED, engagement.line_round
    return consent_reasons(engagement, to, engagement.dialogue, by, *_speaking(engagement, by), round=round)


def _speaking(engagement: Engagement, by: User) -> tuple[str, ...]:
    """As press officer, where somebody is one; else as secretary."""
    own = party_of(by, engagement.dialogue, Appointment.Role.PRESS_OFFICER)
    return (Appointment.Role.PRESS_OFFICER,) if own else SPEAKING


@transaction.atomic
def clear_public_line(*, engagement: Engagement, by: User, reference: str = "", line_round: int | None = None) -> Engagement:
    """Consent to what the public will read, as it reads now. `line_round` is the wording that this person has seen (R8)."""
    engagement = lock(engagement)
    refuse_for(clear_line_reasons(engagement, by))
    if line_round not in {None, engagement.line_round}:
        refuse_for([Reason(_("The words were changed while you were reading. Look at them again."), engagement)])
    own = party_of(by, engagement.dialogue, Appointment.Role.PRESS_OFFICER)
    if own is None and not reference.strip():
        refuse_for([Reason(_("Give the reference of the press officer’s word: a letter or a message."), engagement)])
    party = own or party_of(by, engagement.dialogue, *SPEAKING)
    to, round = Engagement.LINE_CLEARED, engagement.line_round
    consent(engagement, to, party=party, by=by, round=round, reference=reference.strip())
    journal.write(by=by, act="cleared public line", on=engagement, party=party, details={"round": round})
    return engagement


def still_awaited(engagement: Engagement, to: str) -> list[Party]:
    """Whose consent to a step is missing, in the round that counts."""
    return awaited(engagement, to, engagement.dialogue, round=_round(engagement, to))


def has_consented(engagement: Engagement, to: str) -> list[Party]:
    return [one.party for one in given(engagement, to, round=_round(engagement, to)).order_by("party__code")]


def _round(engagement: Engagement, to: str) -> int:
    return engagement.line_round if to == Engagement.LINE_CLEARED else engagement.agreed_round
