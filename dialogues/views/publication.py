"""What every page of the public record has in common: its frame, the mark of a draft, the corrections made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from dialogues.models import Correction


def frame(user: Any) -> str:
    """The template a page extends: behind sign-in it bears the marking."""
    return "base_signed_in.html" if user.is_authenticated else "base.html"


@dataclass(frozen=True)
class Corrections:
    """The corrections of the records of a page, in one query, newest first."""

    of: dict[tuple[int, int], list[Correction]]

    @classmethod
    def made_to(cls, *records: models.Model) -> Corrections:
        return cls.among(Correction.objects.of(*records))

    @classmethod
    def among(cls, corrections: Iterable[Correction]) -> Corrections:
        found: dict[tuple[int, int], list[Correction]] = {}
        for correction in corrections:
            found.setdefault((correction.content_type_id, correction.object_id), []).append(correction)
        return cls(found)

    def to(self, *records: models.Model) -> list[Correction]:
        keys = [(ContentType.objects.get_for_model(record).pk, record.pk) for record in records]
        made = [correction for key in keys for correction in self.of.get(key, [])]
        return sorted(made, key=lambda correction: correction.at, reverse=True)
