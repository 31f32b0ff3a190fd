"""`run_due`, as cron runs it: processes of their own, on the database and to the mail server that the test looks at."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from dialogues.models import OutgoingMessage
from socportal import clock
from tests import build
from tests.cast import assemble
from tests.mail_sink import free_port, listening

ROOT = Path(__file__).resolve().parents[3]
MESSAGES = 24


def database_url() -> str:
    """The test database, for a process of its own."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def run_due(port: int) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATABASE_URL": database_url(), "EMAIL_URL": f"smtp://127.0.0.1:{port}"}
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "run_due"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.django_db(transaction=True)
def test_three_runs_at_once_send_each_message_once() -> None:
    cast = assemble()
    for n in range(MESSAGES):
        user = build.an_account(build.a_person(cast.uk), email=f"slow{n}@example.org")
        build.a_message(user, cast.edition, released_by=cast.secretary_uk, released_at=clock.now())
    with listening() as (sink, port), ThreadPoolExecutor(3) as pool:
        runs = list(pool.map(run_due, [port] * 3))
    assert [run.returncode for run in runs] == [0, 0, 0], [run.stderr for run in runs]
    assert sink.addresses == sorted(f"slow{n}@example.org" for n in range(MESSAGES))
    shares = [int(run.stdout.split()[1]) for run in runs]
    assert sum(shares) == MESSAGES > max(shares), "they did not run at the same time"
    assert OutgoingMessage.objects.filter(sent_at__isnull=False, tries=1, last_error="").count() == MESSAGES


@pytest.mark.django_db
def test_it_prints_what_it_did_and_fails_loudly_without_a_mail_server(settings: object) -> None:
    cast = assemble()
    said: dict[str, object] = {"released_by": cast.secretary_uk, "released_at": clock.now()}
    letter = build.a_letter(cast.edition, cast.uk, kind="invitation", direction="sent", reference="SOC/1")
    build.a_message(cast.delegate_uk, cast.edition, attachment="invitation", letter=letter, **said)
    out = StringIO()
    with listening() as (sink, _port):
        call_command("run_due", stdout=out)
    assert out.getvalue() == "Messages: 1 sent, 0 failed and tried again later, 0 given up.\n"
    [(_address, mail)] = sink.taken
    [pdf] = list(mail.iter_attachments())
    assert (pdf.get_filename(), pdf.get_content_type()) == ("invitation-2027-UK-en-OFFICIAL.pdf", "application/pdf")
    build.a_message(cast.delegate_nl, cast.edition, **said)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="does not answer; 1 messages wait"):
        call_command("run_due", stdout=out)
    with pytest.raises(CommandError, match="a number from 1"):
        call_command("run_due", "--limit=0", stdout=out)
