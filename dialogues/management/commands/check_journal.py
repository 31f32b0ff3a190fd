from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dialogues.models import JournalEntry
from dialogues.procedures.journal import faults


class Command(BaseCommand):
    help = "Walk the journal's chain and name every row that was changed, removed or put in."

    def handle(self, *args: Any, **options: Any) -> None:
        if found := faults():
            raise CommandError("\n".join(found))
        self.stdout.write(f"The journal is whole: {JournalEntry.objects.count()} rows.")
