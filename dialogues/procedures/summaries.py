"""The summary of conclusions of an edition: assembled from session reports, circulated, adopted by all (T40, T41)."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from dialogues.models import ActionItem, Appointment, CoChair, Edition, SessionReport, Summary, SummaryComment
from dialogues.models.conclusions import ITEM, hash_of, in_language, sessions_with_report
from parties.models import Party, User
from socportal import clock
from socportal.bilingual import in_reader_language

from . import action_items, journal
from .consents import consent_of_all, consent_reasons, given
from .correspondence import queue
from .session_reports import Overtaken, without_final_report
from .steps import Reason, lock, move, not_a_secretary, not_possible_from, party_of, refuse_for

Status = Summary.Status
# Who adopts for a party.
ADOPTING = (*Appointment.FOCAL_POINTS, Appointment.Role.CLEARING_OFFICER, Appointment.Role.SECRETARY)
# Who is sent it, beside the co-chairs.
ASKED = (*Appointment.FOCAL_POINTS, Appointment.Role.CLEARING_OFFICER, Appointment.Role.HEAD_OFFICE)


def summary_of(edition: Edition) -> Summary | None:
    return Summary.objects.filter(edition=edition).first()


# Assembling


def assemble_reasons(edition: Edition, by: User) -> list[Reason]:
    """From the last day on; what is circulated is taken back first."""
    reasons = not_a_secretary(by, edition.dialogue)
    if reasons:
        return reasons
    last_day_came = edition.closes_on is not None and edition.today() >= edition.closes_on
    if edition.status == Edition.Status.PREPARING and not last_day_came:
        return [Reason(_("Not before its last day, %(days)s.") % {"days": edition.dates}, edition)]
    if edition.status not in {Edition.Status.PREPARING, Edition.Status.CLOSED}:
        return [Reason(_("A summary is assembled of an edition that is closed, or on its last day."), edition)]
    summary = summary_of(edition)
    if summary and summary.status == Status.CIRCULATED:
        return [Reason(_("The summary is circulated. Take it back before you assemble it anew."), summary)]
    if summary and summary.status == Status.ADOPTED:
        return [Reason(_("The summary is adopted: it stays as it is."), summary)]
    return []


def final_reports(edition: Edition) -> Any:
    """Those of which the summary is made; none of a session that was narrowed to one party since."""
    reports = SessionReport.objects.filter(session__in=sessions_with_report(edition), status=SessionReport.Status.FINAL)
    return reports.select_related("session")


def assembled(edition: Edition, lang: str) -> str:
    """The text of one language: each session with a final report, in the order of the agenda, then what is missing.

    A report is in one language. In the other text its conclusions stand as they were written, and their heading says so.
    """
    blocks = []
    with override(lang):
        for report in final_reports(edition).order_by("session__starts_at", "session__room__position", "session"):
            session = report.session
            title = str(in_reader_language({"en": session.title_en, "nl": session.title_nl}))
            heading = title if report.lang == lang else f"{title} {in_language(report.lang)}"
            blocks.append([heading, *_items(report.conclusions.splitlines())])
        missing = [f"{session.title}: {', '.join(owed)}" for session, owed in without_final_report(edition)]
        if missing:
            blocks.append([_("No agreed report yet"), *_items(missing)])
    return "\n\n".join("\n".join(lines) for lines in blocks)


def _items(lines: list[str]) -> list[str]:
    said = [line.strip().lstrip("–-•").strip() for line in lines]
    return [f"{ITEM}{line}" for line in said if line]


@transaction.atomic
def assemble_summary(*, edition: Edition, by: User, replace: bool = False) -> Summary:
    """Draft both texts from the final session reports, in one step; again while it is a draft.

    A draft that somebody edited since is replaced only with `replace`.
    """
    edition = lock(edition)
    refuse_for(assemble_reasons(edition, by))
    found = summary_of(edition)
    summary = lock(found) if found else Summary(edition=edition)
    if found and summary.is_edited and not replace:
        refuse_for(
            [Reason(_("The draft was edited since it was assembled. Say that what was edited may be replaced."), summary)]
        )
    summary.text_en, summary.text_nl = (assembled(edition, lang) for lang, _name in settings.LANGUAGES)
    summary.assembled_at, summary.assembled_hash = clock.now(), hash_of(summary.text_en, summary.text_nl)
    summary.save()
    reports = final_reports(edition).count()
    missing = len(without_final_report(edition))
    journal.write(by=by, act="assembled summary", on=summary, details={"reports": reports, "missing": missing})
    return summary


# Circulating


def circulate_reasons(summary: Summary, by: User) -> list[Reason]:
    reasons = not_a_secretary(by, summary.edition.dialogue) or not_possible_from(summary, Status.CIRCULATED)
    if not reasons and not summary.text:
        reasons = [Reason(_("There is no text yet."), summary)]
    return reasons


def asked(summary: Summary) -> list[User]:
    """Whose comments are asked: as far as they have an account and may read it."""
    edition = summary.edition
    posts = Appointment.objects.current().filter(dialogue=edition.dialogue_id, role__in=ASKED)
    co_chairs = CoChair.objects.filter(mandate__edition=edition, person__isnull=False)
    told = Q(person__in=posts.values("person")) | Q(person__in=co_chairs.values("person"))
    users = User.objects.filter(told, is_active=True).order_by("pk")
    return [user for user in users if Summary.objects.visible_to(user).filter(pk=summary.pk).exists()]


@transaction.atomic
def circulate(*, summary: Summary, by: User, comments_until: date) -> Summary:
    """Open it to those who comment and adopt, and draft a message to each; they leave when a secretary sends them."""
    summary = lock(summary)
    refuse_for(circulate_reasons(summary, by))
    if comments_until < summary.edition.today():
        refuse_for([Reason(_("Give a day for comments that has not passed."), summary)])
    move(summary, Status.CIRCULATED, circulated_at=clock.now(), comments_until=comments_until)
    messages = [
        queue(
            key=f"summary-{summary.pk}-{summary.round}-{recipient.pk}",
            edition=summary.edition,
            recipient=recipient,
            template="summary",
            about={"summary": summary},
        )
        for recipient in asked(summary)
    ]
    details = {"round": summary.round, "messages": len(messages), "comments_until": comments_until.isoformat()}
    journal.write(by=by, act="circulated summary", on=summary, details=details)
    return summary


def reopen_reasons(summary: Summary, by: User) -> list[Reason]:
    return not_a_secretary(by, summary.edition.dialogue) or not_possible_from(summary, Status.DRAFT)


@transaction.atomic
def reopen(*, summary: Summary, by: User) -> Summary:
    """Take it back to change it. The next version asks every party anew."""
    summary = lock(summary)
    refuse_for(reopen_reasons(summary, by))
    void = given(summary, Status.ADOPTED, round=summary.round).count()
    move(summary, Status.DRAFT, round=summary.round + 1, comments_until=None)
    journal.write(by=by, act="reopened summary", on=summary, details={"round": summary.round, "consents_void": void})
    return summary


# Commenting


def party_speaking(summary: Summary, by: User) -> Party | None:
    """For which party somebody comments: by appointment, as co-chair, or one’s own."""
    edition = summary.edition
    seat = CoChair.objects.filter(mandate__edition=edition, person=by.person_id or 0).select_related("party").first()
    return party_of(by, edition.dialogue, *Appointment.SECRETARIES, *ASKED) or (seat.party if seat else by.party)


def comment_reasons(summary: Summary, by: User) -> list[Reason]:
    if summary.status != Status.CIRCULATED:
        return [Reason(_("It is commented on while it is circulated."), summary)]
    if not Summary.objects.visible_to(by).filter(pk=summary.pk).exists():
        return [Reason(_("You are not asked for comments."))]
    return []


@transaction.atomic
def comment(*, summary: Summary, by: User, text: str) -> SummaryComment:
    """Kept with the version that it speaks of; never changed."""
    summary = lock(summary)
    refuse_for(comment_reasons(summary, by))
    if not text.strip():
        refuse_for([Reason(_("Write your comment."))])
    said = SummaryComment(
        summary=summary, round=summary.round, party=party_speaking(summary, by), by=by, at=clock.now(), text=text.strip()
    )
    said.full_clean(exclude=["party"])  # of none, for a co-chair whom no party named
    said.save()
    journal.write(by=by, act="commented on summary", on=said, party=said.party, details={"round": summary.round})
    return said


# Adopting


def proposals(edition: Edition) -> list[ActionItem]:
    """What becomes agreed with the adoption."""
    items = edition.action_items.filter(status=ActionItem.Status.PROPOSED).prefetch_related("leads__party")
    return list(items.order_by("serial"))


def lacking(item: ActionItem) -> list[str]:
    """What a proposal lacks of what an agreed action has (workflows §4.5)."""
    leads = list(item.leads.all())
    told = [
        (bool(leads), _("lead party")),
        (bool(leads) and all(lead.owner_post for lead in leads), _("owner post")),
        (bool(item.due_on), _("due date")),
        (bool(item.measure), _("what will be seen when it is done")),
    ]
    return [words for has, words in told if not has]


def fingerprint(summary: Summary) -> str:
    """SHA-256 of what is adopted: this version of the texts, and the proposals word for word."""
    listed = [
        [
            item.pk,
            *(getattr(item, name) for name in ("text_en", "text_nl", "measure_en", "measure_nl", "is_joint")),
            str(item.due_on),
            sorted((one.party_id, one.organisation_id or 0, one.owner_post_en, one.owner_post_nl) for one in item.leads.all()),
        ]
        for item in proposals(summary.edition)
    ]
    said = [summary.pk, summary.round, hash_of(summary.text_en, summary.text_nl), listed]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def adopt_reasons(summary: Summary, by: User) -> list[Reason]:
    """Every party reads the same text and list; every proposal has what an agreed action needs.

    A party may adopt before the day for comments has passed: it speaks for itself.
    """
    dialogue = summary.edition.dialogue
    reasons = not_possible_from(summary, Status.ADOPTED)
    reasons = reasons or consent_reasons(summary, Status.ADOPTED, dialogue, by, *ADOPTING, round=summary.round)
    if reasons:
        return reasons
    if not summary.text:
        reasons.append(Reason(_("There is no text yet."), summary))
    proposed = proposals(summary.edition)
    read = set(summary.actions_for(by).values_list("pk", flat=True))
    if any(item.pk not in read for item in proposed):
        said = _(
            "Some proposed actions are one working group’s own and not yours to read. A secretary of your party adopts it."
        )
        return [Reason(said)]
    for item in proposed:
        if lacks := lacking(item):
            told = {"number": item.number, "what": ", ".join(lacks)}
            reasons.append(Reason(_("%(number)s lacks: %(what)s. Complete it before the list is adopted.") % told, item))
    return reasons + _list_changed(summary)


def _list_changed(summary: Summary) -> list[Reason]:
    """Whether another party adopted a list that is no longer this one."""
    said = _("The action list has changed since %(party)s adopted it. Take the summary back and circulate it anew.")
    now = _list_reference(summary)
    earlier = given(summary, Status.ADOPTED, round=summary.round).exclude(reference=now)
    return [Reason(said % {"party": one.party.name}, summary) for one in earlier]


def _list_reference(summary: Summary) -> str:
    return f"sha256:{fingerprint(summary)[:16]}"


@transaction.atomic
def adopt(*, summary: Summary, by: User, seen: str = "") -> Summary:
    """Adopt for one’s party. With the last party’s yes the summary is adopted and every proposed action is agreed.

    `seen` is the fingerprint of what was read: nobody adopts another text or list than that. An action that a party does
    not want is settled before: adopted is the list as it stands, as a whole.
    """
    edition = lock(summary.edition)
    summary = lock(summary)
    list(edition.action_items.select_for_update().filter(status=ActionItem.Status.PROPOSED))  # the list stands still
    refuse_for(adopt_reasons(summary, by))
    if seen and seen != fingerprint(summary):
        raise Overtaken(_("The text or the action list was changed meanwhile. Read it again before you adopt it."))
    reference = _list_reference(summary)
    complete = consent_of_all(
        summary, Status.ADOPTED, edition.dialogue, by, *ADOPTING, round=summary.round, reference=reference
    )
    details: dict[str, Any] = {"to": str(Status.ADOPTED), "round": summary.round}
    if complete:
        move(summary, Status.ADOPTED, adopted_at=clock.now())
        # What asked for comments and was never sent asks for nothing any more.
        edition.messages.drafted().filter(key__startswith=f"summary-{summary.pk}-").delete()
        items = proposals(edition)
        for item in items:
            action_items.step(item, ActionItem.Status.AGREED, by=by, original_due_on=item.original_due_on or item.due_on)
        details |= {"agreed": len(items), "actions": [item.number for item in items]}
    journal.write(by=by, act="adopted summary" if complete else "consented", on=summary, details=details)
    return summary
