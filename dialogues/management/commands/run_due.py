from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dialogues.exports.letters import attachment
from dialogues.procedures.correspondence import deliver_due
from dialogues.procedures.reminders import queue_digests


class Command(BaseCommand):
    help = (
        "Do what is due by the clock: put this week's digests into the outbox, send released messages. "
        "Run it every minute; two at once do no harm."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=500, help="the most messages to send in this run (500)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["limit"] < 1:
            raise CommandError("--limit is a number from 1.")
        try:
            self.stdout.write(f"Digests: {queue_digests()} put into the outbox.")
        finally:  # mail that is released leaves, whatever hinders a digest
            counts = deliver_due(attach=attachment, limit=options["limit"])
        done = "Messages: {sent} sent, {failed} failed and tried again later, {given_up} given up.".format(**counts)
        self.stdout.write(done)
        if counts["left"]:
            raise CommandError(f"The mail server does not answer; {counts['left']} messages wait for it.")
