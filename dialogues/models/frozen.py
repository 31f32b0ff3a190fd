"""Records that are written once: releases, journal rows, recorded moves."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models

Record = TypeVar("Record", bound=models.Model)


class IsFrozen(TypeError):
    """Somebody tried to change what is written once; a programming error, never shown to a reader."""


class FrozenQuerySet(models.QuerySet[Record]):
    def update(self, **values: Any) -> int:
        raise IsFrozen(f"{self.model.__name__} is written once")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise IsFrozen(f"{self.model.__name__} is never deleted")


class Frozen(models.Model):
    """Refuses every save after the first, and deletion (law R7)."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise IsFrozen(f"{type(self).__name__} is written once")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise IsFrozen(f"{type(self).__name__} is never deleted")
