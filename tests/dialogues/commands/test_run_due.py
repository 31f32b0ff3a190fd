"""`run_due`, as cron runs it: processes of their own, on the database and to the mail server that the test looks at."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from dialogues.models import Appointment, JournalEntry, OutgoingMessage
from dialogues.procedures.journal import faults
from parties.models import User
from socportal import clock
from tests import build
from tests.cast import assemble
from tests.mail_sink import free_port, listening
from tests.own_process import ROOT, database_url

MESSAGES = 24


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
    shares = [int(run.stdout.split("Messages: ")[1].split()[0]) for run in runs]
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
    assert out.getvalue() == (
        "Digests: 0 put into the outbox.\nMessages: 1 sent, 0 failed and tried again later, 0 given up.\n"
    )
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


# The weekly digests

# On the day of the tests: on a real Monday before six there would be none.
ON_THAT_DAY = """
import datetime, os, signal, time_machine, django
time_machine.travel(datetime.datetime(2026, 11, 20, 9, {minute}, tzinfo=datetime.UTC)).start()
django.setup()
from dialogues.procedures import reminders
"""
KILLED_AT_THE_FIFTH = """
queue, left = reminders.queue, [5]
def dying(**said):
    message = queue(**said)
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return message
reminders.queue = dying
"""
RUN = """
from django.core.management import call_command
call_command("run_due")
"""


def run_on_that_day(port: int, *more: str, minute: int = 0) -> subprocess.CompletedProcess[str]:
    """`run_due` in a process of its own, `minute` past nine (UTC) on the day of the tests; `more` is done before it.

    A process starts its own clock: of two runs after one another the second needs a later minute, or its clock may
    still be short of what the first wrote.
    """
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "socportal.settings",
    }
    return subprocess.run(
        [sys.executable, "-c", "".join((ON_THAT_DAY.format(minute=minute), *more, RUN))],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def everybody_owes_a_task() -> list[str]:
    """Twenty-four focal points with a task that is late whenever the test runs; their addresses."""
    cast = assemble()
    build.a_task(cast.edition, owner="FP", due_on=date(2026, 1, 5))
    for n in range(MESSAGES):
        user = build.an_account(build.a_person(cast.uk), email=f"focal{n}@example.org")
        build.an_appointment(user, cast.dialogue, "focal_point")
    roles = Appointment.objects.filter(dialogue=cast.dialogue, role__in=Appointment.FOCAL_POINTS)
    return sorted(User.objects.filter(person__in=roles.values("person")).values_list("email", flat=True))


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_put_one_digest_a_person_and_one_entry_into_the_journal() -> None:
    told = everybody_owes_a_task()
    with listening() as (sink, port), ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(run_on_that_day, [port] * 2))
    assert [run.returncode for run in runs] == [0, 0], [run.stderr for run in runs]
    assert sink.addresses == told
    assert sum(int(run.stdout.split()[1]) for run in runs) == len(told) == MESSAGES + 3
    entry = JournalEntry.objects.get(act="drafted messages")
    assert (entry.by, entry.details["digests"]) == (None, len(told))
    assert faults() == []


@pytest.mark.django_db(transaction=True)
def test_a_run_that_is_killed_midway_leaves_whole_digests_and_the_next_does_the_rest() -> None:
    told = everybody_owes_a_task()
    killed = run_on_that_day(free_port(), KILLED_AT_THE_FIFTH)
    assert killed.returncode == -signal.SIGKILL, killed.stderr[-800:]
    digests = OutgoingMessage.objects.filter(key__startswith="digest-")
    kept = set(digests.values_list("pk", flat=True))
    assert len(kept) == 4, "the fifth was not acknowledged"
    assert not JournalEntry.objects.exists()
    with listening() as (sink, port):
        run = run_on_that_day(port, minute=5)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith(f"Digests: {len(told) - 4} put into the outbox.")
    assert sink.addresses == told
    assert kept < set(digests.values_list("pk", flat=True))
    assert JournalEntry.objects.get().details["digests"] == len(told)


@pytest.mark.django_db
def test_mail_leaves_whatever_hinders_the_digests(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = assemble()
    build.a_message(cast.delegate_uk, cast.edition, released_by=cast.secretary_uk, released_at=clock.now())

    def hindered() -> int:
        raise RuntimeError("hindered")

    monkeypatch.setattr("dialogues.management.commands.run_due.queue_digests", hindered)
    with listening() as (sink, _port), pytest.raises(RuntimeError, match="hindered"):
        call_command("run_due")
    assert sink.addresses == ["delegate_uk@example.org"]
