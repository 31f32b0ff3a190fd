"""What every file about people carries: its marking, for whom, when and for what it was taken out, and a plain name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dialogues.models import Appointment, Edition, Export
from socportal.bilingual import reader_language


def marking() -> str:
    return _("OFFICIAL / ongerubriceerd")


def series(edition: Edition) -> str:
    """What stands over a title: the dialogue and its edition."""
    return f"{edition.dialogue.short_name} · {edition.title}"


def at_venue(edition: Edition, at: datetime) -> str:
    """“3 March 2027, 10:15 The Hague”: the venue’s clock and its place."""
    return f"{date_format(at.astimezone(edition.zone), 'DATETIME_FORMAT')} {edition.city}".strip()


@dataclass(frozen=True)
class TakenOut:
    """One taking out: of what, by whom, when, for what. It names a post and a party, no person."""

    edition: Edition
    what: str
    purpose: str
    by: Any
    at: datetime

    def watermark(self) -> str:
        """“Taken out by: secretary, United Kingdom · 3 March 2027, 10:15 The Hague · for the caterer”."""
        held = Appointment.objects.current(self.at).held_by(self.by).filter(dialogue=self.edition.dialogue_id)
        held = held.filter(role__in=[*Appointment.SECRETARIES, *Appointment.FOCAL_POINTS]).select_related("party")
        posts = [f"{post.get_role_display()}, {post.party.name}" for post in held.order_by("party__code", "role")[:1]]
        said = [*posts, at_venue(self.edition, self.at), Export.Purpose(self.purpose).label]
        return _("Taken out by: %(whom)s") % {"whom": " · ".join(map(str, said))}

    def note(self) -> str:
        """Marking and watermark in one line, for a file that has no head and foot."""
        return f"{marking()}. {self.watermark()}"

    def file_name(self, file_type: str, *more: str) -> str:
        """“official-badges-2027-en.pdf”: the marking, what and when, never a name."""
        parts = ["official", self.what.replace("_", "-"), str(self.edition.year), *more, reader_language()]
        return f"{'-'.join(parts)}.{file_type}"


def titled(words: Any) -> str:
    """A word from a list of choices as a heading."""
    return str(capfirst(str(words)))
