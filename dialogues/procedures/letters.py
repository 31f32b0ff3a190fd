"""Formal letters: the register that both sides can cite from, and the save-the-date and invitation drafted per party."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dialogues.models import Appointment, Correspondence, Edition
from parties.models import Party, User
from socportal import clock

from . import journal
from .correspondence import queue
from .steps import Reason, lock, not_a_secretary, refuse_for

# Who gets the letter to a party (workflows §4.2, calendar T05).
ADDRESSEES = (*Appointment.FOCAL_POINTS, Appointment.Role.HEAD_OFFICE)


@transaction.atomic
def register_letter(*, edition: Edition, by: User, **fields: Any) -> Correspondence:
    """Enter a letter that was sent or received: kind, party, reference, date and a neutral summary, never the letter."""
    refuse_for(not_a_secretary(by, edition.dialogue))
    letter = Correspondence(edition=edition, entered_by=by, entered_at=clock.now(), **fields)
    letter.full_clean()
    if not edition.dialogue.parties.filter(pk=letter.party_id).exists():
        said = {"party": letter.party, "dialogue": edition.dialogue}
        refuse_for([Reason(_("%(party)s is no party of %(dialogue)s.") % said)])
    letter.save()
    details = {"party": letter.party.code, "kind": letter.kind, "direction": letter.direction}
    journal.write(by=by, act="registered letter", on=letter, details=details)
    return letter


def addressees(edition: Edition, party: Party) -> list[User]:
    """The focal points, deputies and offices of heads of this party that have an account."""
    current = Appointment.objects.current().filter(dialogue=edition.dialogue, party=party, role__in=ADDRESSEES)
    return list(User.objects.filter(person__in=current.values("person"), is_active=True).order_by("pk"))


def without_letter(edition: Edition, kind: str) -> list[Party]:
    """The parties to which no letter of this kind has been sent yet."""
    sent = edition.correspondence.filter(kind=kind, direction=Correspondence.Direction.SENT)
    return list(edition.dialogue.parties.exclude(pk__in=sent.values("party")).order_by("code"))


def draft_letters_reasons(edition: Edition, by: User, kind: str) -> list[Reason]:
    reasons = not_a_secretary(by, edition.dialogue)
    if edition.status not in {Edition.Status.SCHEDULED, Edition.Status.PREPARING} or edition.has_closed():
        reasons.append(Reason(_("Letters go out for an edition that is scheduled or in preparation.")))
    parties = without_letter(edition, kind)
    if not parties:
        reasons.append(Reason(_("Every party has this letter already. Another one is entered in the register.")))
    for party in parties:
        if not addressees(edition, party):
            said = _("%(party)s has no focal point with an account. Appoint one first.") % {"party": party}
            reasons.append(Reason(said, edition.dialogue))
    return reasons


@transaction.atomic
def draft_letters(
    *, edition: Edition, kind: str, references: dict[str, str], by: User, dated_on: date | None = None
) -> list[Correspondence]:
    """Register a letter to each party that has none of this kind yet, and draft the mails that take it along.

    `references` are by the party's code; `dated_on` is today at the venue unless told otherwise. The letter itself is
    made from the record when a message leaves, so that what is put right before is right in it.
    Refused: a party without a reference, or without anybody to write to.
    """
    edition = lock(edition)
    refuse_for(draft_letters_reasons(edition, by, kind))
    parties = without_letter(edition, kind)
    refuse_for(
        [
            Reason(_("Give the reference of the letter to %(party)s.") % {"party": party})
            for party in parties
            if not references.get(party.code, "").strip()
        ]
    )
    letters, messages = [], 0
    for party in parties:
        letter = Correspondence(
            edition=edition,
            party=party,
            kind=kind,
            direction=Correspondence.Direction.SENT,
            reference=references[party.code].strip(),
            dated_on=dated_on or edition.today(),
            entered_by=by,
            entered_at=clock.now(),
        )
        letter.full_clean()
        letter.save()
        letters.append(letter)
        for user in addressees(edition, party):
            queue(
                key=f"{kind}-{letter.pk}-{user.pk}",
                edition=edition,
                recipient=user,
                template=kind,
                about={"edition": edition, "letter": letter},
                letter=letter,
                attachment=kind,
            )
            messages += 1
    details = {"kind": kind, "letters": [letter.pk for letter in letters], "messages": messages}
    journal.write(by=by, act="drafted messages", on=edition, details=details)
    return letters


def what_drafting_does(edition: Edition, kind: str) -> list[str]:
    """A sentence a party that gets the letter: how many mails are drafted to it."""
    sentences = []
    for party in without_letter(edition, kind):
        count = len(addressees(edition, party))
        said = ngettext(
            "%(party)s: one letter enters the register, %(count)d mail with it goes to the outbox.",
            "%(party)s: one letter enters the register, %(count)d mails with it go to the outbox.",
            count,
        )
        sentences.append(said % {"party": party, "count": count})
    return sentences
