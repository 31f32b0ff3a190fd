from getpass import getpass
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from dialogues.models import Dialogue
from dialogues.procedures.dialogues import create_first_secretary
from dialogues.procedures.steps import StepRefused
from parties.models import Party


class Command(BaseCommand):
    help = "Give the first secretary of a dialogue an account and an appointment; the password is asked for."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dialogue", required=True, help="its name in the address, for example uk-nl-soc")
        parser.add_argument("--party", required=True, help="code of the secretary's party, for example NL")
        parser.add_argument("--name", required=True, help="name as on the badge")
        parser.add_argument("--email", required=True, help="official e-mail address; it becomes the login")
        parser.add_argument("--password-from-stdin", action="store_true", help="for scripts: the first line is the password")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            dialogue = Dialogue.objects.get(slug=options["dialogue"])
            party = Party.objects.get(code=options["party"])
        except Dialogue.DoesNotExist:
            known = ", ".join(Dialogue.objects.values_list("slug", flat=True)) or "none yet: run load_record first"
            raise CommandError(f"There is no dialogue {options['dialogue']!r}. Known: {known}.") from None
        except Party.DoesNotExist:
            known = ", ".join(Party.objects.values_list("code", flat=True))
            raise CommandError(f"There is no party {options['party']!r}. Known: {known}.") from None
        password = self._password(options["password_from_stdin"])
        try:
            validate_password(password)
            user = create_first_secretary(
                dialogue=dialogue, party=party, name=options["name"], email=options["email"], password=password
            )
        except (StepRefused, ValidationError) as refusal:
            texts = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
            raise CommandError(" ".join(texts)) from None
        second = " The first sign-in asks for a second factor: have an authenticator app at hand." if settings.STAFF_MFA else ""
        self.stdout.write(f"{user.email} may sign in at {settings.PUBLIC_BASE_URL}/en/sign-in/staff/.{second}")

    def _password(self, from_stdin: bool) -> str:
        if from_stdin:
            return input()
        first, again = getpass("Password: "), getpass("Password again: ")
        if first != again:
            raise CommandError("The two passwords differ. Nothing was created.")
        return first
