"""Founding a dialogue, and the first way in on an empty database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.models import Appointment, Audience, Dialogue
from parties.models import Party, Person, User
from socportal import clock

from . import journal
from .accounts import appoint, open_account
from .preparation import draw_up_template
from .steps import Reason, refuse_for


@transaction.atomic
def found_dialogue(*, slug: str, parties: Iterable[Party], by: User | None = None, **fields: Any) -> Dialogue:
    """Begin a standing series between at least two parties, with the checklist that its editions begin with; it is public."""
    parties = list(parties)
    if len(parties) < 2:
        refuse_for([Reason(_("A dialogue needs at least two parties."))])
    dialogue = Dialogue(slug=slug, audience=Audience.PUBLIC, published_at=clock.now(), **fields)
    dialogue.full_clean()
    dialogue.save()
    dialogue.parties.set(parties)
    draw_up_template(dialogue)
    journal.write(by=by, act="created", on=dialogue, details={"parties": [party.code for party in parties]})
    return dialogue


@transaction.atomic
def create_first_secretary(*, dialogue: Dialogue, party: Party, name: str, email: str, password: str) -> User:
    """The way in where nobody has one yet: a secretary's account and appointment.

    Refused once the dialogue has a current secretary: from then on secretaries appoint each other.
    """
    current = Appointment.objects.current().filter(dialogue=dialogue, role__in=Appointment.SECRETARIES)
    if current.exists():
        refuse_for(
            [Reason(_("%(dialogue)s has a secretary already, who appoints the others in the admin.") % {"dialogue": dialogue})]
        )
    if not dialogue.parties.filter(pk=party.pk).exists():
        refuse_for([Reason(_("%(party)s is no party of this dialogue.") % {"party": party})])
    person = journal.enter(record=Person(name=name, party=party), by=None)
    user = open_account(person=person, email=email, by=None, is_staff=True)
    user.set_password(password)
    user.save(update_fields=["password"])
    appoint(person=person, dialogue=dialogue, party=party, role=Appointment.Role.SECRETARY, by=None)
    return user
