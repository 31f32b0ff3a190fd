from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from dialogues.procedures import retention


class Command(BaseCommand):
    help = "Erase what is no longer needed (docs/retention.md). It prints counts, never names; a second run finds nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args: Any, dry_run: bool = False, **options: Any) -> None:
        counts = retention.dry_run() if dry_run else retention.purge()
        for rule in retention.RULES:
            self.stdout.write(f"{counts[rule.name]:>7}  {rule.name}: {rule.words}")
        self.stdout.write("Nothing was erased: this was a dry run." if dry_run else "Erased, and written into the journal.")
