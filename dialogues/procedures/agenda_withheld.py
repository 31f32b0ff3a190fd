"""Notices of the agenda that a secretary may not read: they tell another party’s staff of what is theirs alone."""

from __future__ import annotations

from dialogues.models import Appointment, Audience, Edition, OutgoingMessage, Paper, ReleasedSession, Session
from dialogues.models.audience import PARTY_STAFF
from parties.models import User


class Withheld:
    """What one secretary is not shown of the messages of one edition; asked once for all of them.

    A message keeps its words and not what they are about. It is therefore known by whom it goes to, and by the titles in it:
    rather a text too many is withheld than one too few.
    """

    def __init__(self, edition: Edition, by: User) -> None:
        staff = Appointment.objects.current().filter(dialogue=edition.dialogue_id, role__in=PARTY_STAFF)
        own = staff.held_by(by).values("party")
        self._parties: dict[int, set[int]] = {}
        for person, party in staff.exclude(party__in=own).values_list("person", "party"):
            self._parties.setdefault(person, set()).add(party)
        self._titles: dict[int, set[str]] = {}
        for rows in (
            Session.objects.filter(edition=edition),
            ReleasedSession.objects.filter(release__edition=edition),
            Paper.objects.filter(edition=edition),
        ):
            theirs = rows.filter(audience=Audience.PARTY).exclude(party__in=own).order_by()
            for party, *titles in theirs.values_list("party", "title_en", "title_nl").distinct():
                self._titles.setdefault(party, set()).update(_plain(title) for title in titles if title)

    def holds(self, message: OutgoingMessage) -> bool:
        parties = self._parties.get(message.recipient.person_id or 0, set())
        titles = [title for party in parties for title in self._titles.get(party, ())]
        text = _plain(message.text) if titles else ""
        return any(title in text for title in titles)


def _plain(text: str) -> str:
    return " ".join(text.split())
