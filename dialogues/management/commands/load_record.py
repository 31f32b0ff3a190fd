"""Put the public record in. Again: nothing that is there changes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from dialogues.record import load_record


class Command(BaseCommand):
    help = "Puts in what is missing of the public record of the dialogue; what is there stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        added = load_record()
        for kind in sorted(added, key=lambda kind: kind._meta.label):
            self.stdout.write(
                f"{added[kind]:4} {kind._meta.verbose_name_plural if added[kind] != 1 else kind._meta.verbose_name}"
            )
        self.stdout.write("The record is in." if added else "The record was in already; nothing was changed.")
