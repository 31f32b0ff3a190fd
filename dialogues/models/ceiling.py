"""The ceiling: the portal holds OFFICIAL / ongerubriceerd at most, and refuses a text that names a level above it (law R9)."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Words of a level above the ceiling (security-privacy §6.1 rule 3). A net with holes: it catches what is written out.
CLASSIFIED = re.compile(
    r"\b(?:(?:cosmic\s+)?top\s+secret|nato\s+secret|secret|official[\s:–-]+sensitive"
    r"|dep(?:artementaal|\.)\s*vertrouwelijk"
    r"|stg\.?\s*(?:confidentieel|(?:zeer\s+)?geheim)|staatsgeheim|zeer\s+geheim"
    r"|(?:restreint|confidentiel|secret)\s+ue|eu\s+(?:restricted|confidential)|nato\s+(?:restricted|confidential))\b",
    re.IGNORECASE,
)


def above_the_ceiling(text: str) -> str:
    """The words that mark it, or nothing. In running text “secret” is a word; in capitals it is a marking."""
    for found in CLASSIFIED.finditer(text):
        if found.group() not in {"secret", "Secret"}:
            return found.group()
    return ""


def within_ceiling(text: str) -> None:
    """For a field of running text that people type, and for what a procedure is given."""
    if word := above_the_ceiling(text):
        raise ValidationError(
            _(
                "“%(word)s” marks something above OFFICIAL / ongerubriceerd, which the portal does not hold. "
                "Write a neutral line without it."
            )
            % {"word": word}
        )
