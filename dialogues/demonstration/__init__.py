"""The demonstration: an invented dialogue, told through the procedures at the times things would have happened.

Nothing here writes a state directly, so it cannot show one that the product cannot reach. Everybody in it is plainly
invented; nothing hangs on the real dialogue.
"""

from __future__ import annotations

from django.db import transaction

from dialogues.models import Dialogue, Edition
from parties.models import User

from .founding import SLUG
from .story import Story
from .telling import STAGES

__all__ = ["SLUG", "STAGES", "NotADemonstration", "Story", "existing", "refuse_foreign_database", "tell"]


class NotADemonstration(Exception):
    """The database holds something other than the public record and a demonstration."""


def existing() -> Dialogue | None:
    return Dialogue.objects.filter(is_demonstration=True).first()


def refuse_foreign_database() -> None:
    """A demonstration signs anybody in: it never runs on a database in which somebody else has an account."""
    if User.objects.exists() and existing() is None:
        raise NotADemonstration("This database holds accounts that no demonstration made. Give another DATABASE_URL.")


@transaction.atomic
def tell(stage: str) -> Edition:
    """Tell the demonstration into this database, whole or not at all; refused where one stands already."""
    refuse_foreign_database()
    if existing() is not None:
        raise NotADemonstration("This database holds a demonstration already.")
    return Story(stage).tell()
