"""Notices that the days of an edition changed: drafted inside the act, one a reader; a secretary reads them and sends."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.functional import lazy

from dialogues.models import Appointment, Edition, HeadsDecision, Registration
from dialogues.models.dates import dates_as_known
from parties.models import User
from socportal import clock

from . import correspondence


def told(edition: Edition) -> list[User]:
    """Whom a change of the days concerns: everybody registered, the focal points and deputies, the secretaries."""
    registered = Registration.objects.live().filter(edition=edition)
    staff = Appointment.objects.current().filter(
        dialogue=edition.dialogue, role__in=[*Appointment.FOCAL_POINTS, *Appointment.SECRETARIES]
    )
    concerned = Q(person__in=registered.values("person")) | Q(person__in=staff.values("person"))
    return list(User.objects.filter(concerned, is_active=True).order_by("pk"))


def draft_decision(decision: HeadsDecision, template: str, readers: list[User]) -> int:
    """Postponed or cancelled, and why. The readers are those of before it took effect."""
    about = {"edition": decision.edition, "decision": decision}
    return _draft(decision.edition, readers, f"{template}-{decision.pk}", template, about)


def draft_new_days(edition: Edition, before: tuple[date | None, date | None]) -> int:
    """Moved from the days before to these; moved back and forth, each move is news."""
    about = {
        "former_days": lazy(dates_as_known, str)(*before, Edition.Precision.EXACT),  # in the language of each reader
        "has_agenda": edition.has_agenda(),
    }
    return _draft(edition, told(edition), f"moved-{edition.pk}-{clock.now():%Y%m%dT%H%M%S%f}", "moved", about)


def draft_days_again(decision: HeadsDecision, edition: Edition) -> int:
    """The edition that was postponed has days again, as the notice of the postponement promised."""
    about = {"decision": decision, "had_agenda": edition.releases.for_delegates().exists()}
    return _draft(edition, told(edition), f"days-again-{decision.pk}", "days_again", about)


def _draft(edition: Edition, readers: list[User], key: str, template: str, about: dict[str, Any]) -> int:
    for reader in readers:
        correspondence.queue(
            key=f"{key}-{reader.pk}", edition=edition, recipient=reader, template=template, about={"edition": edition, **about}
        )
    return len(readers)
