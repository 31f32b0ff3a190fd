from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.utils import DatabaseError

from dialogues import demonstration
from dialogues.models import Dialogue


class Command(BaseCommand):
    help = "Make the database, the static files, the public record and the demonstration ready; say how to sign in."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--stage", choices=demonstration.STAGES, default="D-35", help="how far its opening lies from today")
        parser.add_argument("--afresh", action="store_true", help="throw the demonstration's database away and begin again")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("Set DEMONSTRATION=on: this command is for demonstrations only.")
        if options["afresh"]:
            self.begin_again()
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("load_record", verbosity=0, stdout=self.stdout)
        call_command("load_demonstration", stage=options["stage"], stdout=self.stdout)
        base = settings.PUBLIC_BASE_URL
        self.stdout.write(
            f"\n  Public pages     {base}/en/   {base}/nl/"
            f"\n  Sign in as …     {base}/en/demonstration/   (one press for each role)"
            f"\n  Secretariat      {base}/admin/"
            "\n\n  Stop with Ctrl-C.\n"
        )

    def begin_again(self) -> None:
        """Empty the database, but only one that a demonstration made (or an empty one)."""
        try:
            demonstration.refuse_foreign_database()
            if not Dialogue.objects.filter(is_demonstration=True).exists():
                return
        except demonstration.NotADemonstration as refusal:
            raise CommandError(str(refusal)) from None
        except DatabaseError:
            return  # no tables yet
        name = connection.settings_dict["NAME"]
        connection.close()
        if connection.vendor == "sqlite":
            for ending in ("", "-wal", "-shm"):
                Path(f"{name}{ending}").unlink(missing_ok=True)
        else:
            call_command("flush", interactive=False, verbosity=0)
        for mail in Path(settings.EMAIL_FILE_PATH).glob("*.log"):
            mail.unlink()
