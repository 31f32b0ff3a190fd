"""Save-the-date and letter of invitation as PDF: one a party and language, made from the record when it is asked for.

What the record does not hold is printed as not stated; no quota, deadline or place is made up.
"""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from dialogues.models import Correspondence, Delegation, Edition, NominationRound, OutgoingMessage
from dialogues.models.correspondence import in_capitals
from parties.models import Party

from .pdf import typeset

Kind = OutgoingMessage.Attachment


def letter_pdf(edition: Edition, party: Party, kind: str, lang: str, letter: Correspondence | None = None) -> bytes:
    return typeset("letter", content_of(edition, party, kind, lang, letter), lang=lang)


def content_of(edition: Edition, party: Party, kind: str, lang: str, letter: Correspondence | None = None) -> dict[str, Any]:
    """What this letter to this party says; without a row in the register its reference and date are not stated."""
    with override(lang):
        said = invitation(edition, party) if kind == Kind.INVITATION else save_the_date(edition)
        return said | {
            "series": edition.dialogue.name,
            "marking": _("OFFICIAL / ongerubriceerd"),
            "audience": _("For the addressee."),
            "head": [
                [_("To"), _("%(party)s: focal point, deputy and office of the head of delegation") % {"party": party.name}],
                [_("Reference"), letter.reference if letter else _("Not stated")],
                [_("Date"), date_format(letter.dated_on, "DATE_FORMAT") if letter else _("Not stated")],
            ],
            "salutation": _("Dear colleague,"),
            "closing": _("Kind regards,"),
            "sender": _("The secretariat of the dialogue"),
            "note": _("Demonstration edition. Its dates, place, rooms and people are invented.")
            if edition.dialogue.is_demonstration
            else "",
        }


def file_name(edition: Edition, party: Party, kind: str, lang: str) -> str:
    """Kind, party, year, language and marking: no name of a person (law R5)."""
    return f"{kind.replace('_', '-')}-{edition.year}-{party.code}-{lang}-OFFICIAL.pdf"


def attachment(message: OutgoingMessage) -> tuple[str, bytes, str] | None:
    """What goes with a message: its name, its bytes, its type. Without a letter nothing does."""
    letter = message.letter
    if not message.attachment or letter is None:
        return None
    pdf = letter_pdf(message.edition, letter.party, message.attachment, message.lang, letter)
    return file_name(message.edition, letter.party, message.attachment, message.lang), pdf, "application/pdf"


def when_and_where(edition: Edition) -> list[list[str]]:
    host = edition.host_party
    return [
        [_("Edition"), edition.title],
        [_("Days"), edition.dates or _("Not stated")],
        [_("Place"), edition.city or _("Not stated")],
        [_("Venue"), edition.venue.name if edition.venue else _("Not stated")],
        [_("Host"), host.name if host else _("Not stated")],
    ]


def save_the_date(edition: Edition) -> dict[str, Any]:
    return {
        "title": _("Save the date"),
        "opening": _("The parties hold the next edition of the dialogue on the days below. Please keep them free."),
        "facts": when_and_where(edition),
        "sections": [],
        "last": _(
            "The letter of invitation follows. It will state the size of the delegation and the deadline for nominations."
        ),
    }


def invitation(edition: Edition, party: Party) -> dict[str, Any]:
    delegation = Delegation.objects.filter(edition=edition, party=party).first()
    return {
        "title": _("Invitation"),
        "opening": _("We invite your delegation to the next edition of the dialogue."),
        "facts": [
            *when_and_where(edition),
            [_("Seats"), seats(delegation)],
            *quotas(delegation),
            [_("Nominations close"), deadline(edition, delegation)],
        ],
        "sections": [
            {
                "title": _("What we ask of the focal point"),
                "points": [
                    _(
                        "Enter the delegation in the portal: for each person the name as on the badge, post, organisation, "
                        "category and working group, and an official e-mail address."
                    ),
                    _("Name exactly one head of delegation, and put the delegation in your own order of precedence."),
                    _(
                        "Submit it before nominations close. More than the agreed number asks for a reason; "
                        "what comes later waits for the lead of the secretariat."
                    ),
                    _("Observers, experts and guest speakers come by agreement of all parties: propose them in the same way."),
                    _("Report withdrawals and replacements in the portal as soon as you know of them."),
                ],
            },
            {
                "title": _("What the portal does not take"),
                "points": [
                    _(
                        "No identity documents, dates of birth or private addresses: "
                        "what the venue’s security needs goes to it directly."
                    ),
                    _("Nothing above OFFICIAL / ongerubriceerd, and nothing about cases, suspects, sources or operations."),
                ],
            },
        ],
        "last": _("Each person who is accepted gets a mail with a page for meal, arrangements and a phone number for the day."),
    }


def seats(delegation: Delegation | None) -> str:
    if delegation is None or delegation.seats is None:
        return _("Not stated")
    return ngettext("%(count)d seat", "%(count)d seats", delegation.seats) % {"count": delegation.seats}


def quotas(delegation: Delegation | None) -> list[list[str]]:
    """Of a category or a working group, where the parties agreed one."""
    if delegation is None:
        return []
    rows = []
    for quota in delegation.quotas.select_related("mandate__working_group"):
        label = quota.mandate.working_group.name if quota.mandate else quota.get_category_display()
        rows.append([_("of which: %(what)s") % {"what": label}, str(quota.seats)])
    return rows


def deadline(edition: Edition, delegation: Delegation | None) -> str:
    found = NominationRound.objects.filter(edition=edition).first()
    if found is None:
        return _("Not stated")
    return in_capitals(found.deadline_of(delegation) if delegation else found.closes_at, edition)
