import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dialogues.procedures.papers import open_quarantine
from dialogues.procedures.steps import StepRefused


class Command(BaseCommand):
    help = "Write a file in quarantine to a path, for the security adviser: the key is read from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("version", type=int, help="number of the version, as its page says it")
        parser.add_argument("path", help="where to write it; nothing is overwritten")

    def handle(self, *args: Any, version: int, path: str, **options: Any) -> None:
        """The key never stands on the command line, where a history and other users would see it."""
        target = Path(path)
        if target.exists():
            raise CommandError(f"{path} exists already.")
        try:
            content = open_quarantine(version=version, key=sys.stdin.readline().strip())
        except StepRefused as refusal:
            raise CommandError(str(refusal)) from None
        target.touch(mode=0o600, exist_ok=False)
        target.write_bytes(content)
        self.stdout.write(f"Written: {len(content)} bytes.")
