from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dialogues import demonstration


class Command(BaseCommand):
    help = "Tell the demonstration dialogue into this database; does nothing where it stands already."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--stage", choices=demonstration.STAGES, default="D-35", help="how far its opening lies from today")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            demonstration.refuse_foreign_database()
            if demonstration.existing():
                self.stdout.write("The demonstration stands already.")
                return
            edition = demonstration.tell(options["stage"])
        except demonstration.NotADemonstration as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"Told the demonstration: it opens on {edition.opens_on:%d %B %Y} ({options['stage']}).")
