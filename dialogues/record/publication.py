"""Since when the record is public: midnight UTC of the day on which the text that it was first read from came out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dialogues.models import Audience


def public_since(year: int, month: int, day: int) -> dict[str, Any]:
    return {"audience": Audience.PUBLIC, "published_at": datetime(year, month, day, tzinfo=UTC)}


PUBLIC_2019 = public_since(2019, 12, 2)
PUBLIC_2022 = public_since(2022, 11, 16)
PUBLIC_2025 = public_since(2025, 1, 31)
PUBLIC_2026 = public_since(2026, 3, 24)
# S2 and S4 bear no date: what rests on them is as old as the dialogue’s own entry.
PUBLIC_UNDATED = PUBLIC_2025

DUTCH_IS_OURS = ("The Dutch name is ours: the text gives none", "De Nederlandse naam is van ons: de tekst geeft er geen")
NAMES_ARE_OURS = (
    "The text gives the series no name: in both languages it is ours",
    "De tekst geeft de reeks geen naam: in beide talen is die van ons",
)
