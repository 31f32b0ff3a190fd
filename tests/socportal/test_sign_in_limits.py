"""Limits on signing in: counted once for all processes, and by the address that the trusted proxy saw."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from pathlib import Path
from socket import socket
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
from django.test import Client

from tests.cast import Cast

ALLOWED = 3  # codes for one address a minute


def asked(email: str, forwarded: str | None, network: str = "192.0.2.7") -> str:
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    answer = Client(headers=headers, REMOTE_ADDR=network).post("/en/sign-in/", {"email": email})
    return "sent" if answer.status_code == 302 else re.sub(r"\D", "", str(answer.status_code))


@pytest.fixture
def two_a_minute(settings: Any) -> Any:
    settings.ACCOUNT_RATE_LIMITS = {"request_login_code": "2/m/ip"}
    return settings


def test_without_a_proxy_a_forged_header_gives_no_fresh_limit(cast: Cast, two_a_minute: Any) -> None:
    two_a_minute.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    answers = [asked(f"nobody-{n}@example.org", f"198.51.100.{n}") for n in range(4)]
    assert answers == ["sent", "sent", "200", "200"]
    assert asked("nobody@example.org", "198.51.100.1", network="192.0.2.8") == "sent"


def test_behind_one_proxy_only_what_the_proxy_added_counts(cast: Cast, two_a_minute: Any) -> None:
    """The last entry is the proxy's; whatever the visitor wrote before it buys nothing, and visitors do not share a limit."""
    two_a_minute.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    forged = [asked(f"nobody-{n}@example.org", f"198.51.100.{n}, 203.0.113.5") for n in range(4)]
    assert forged == ["sent", "sent", "200", "200"]
    assert asked("nobody@example.org", "203.0.113.6") == "sent"


@pytest.mark.parametrize(("proxies", "header"), [(1, "nonsense"), (2, "203.0.113.5"), (1, ","), (1, "\x80"), (1, "1" * 500)])
def test_a_header_that_says_nothing_falls_back_to_the_network(cast: Cast, two_a_minute: Any, proxies: int, header: str) -> None:
    two_a_minute.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    answers = [asked(f"nobody-{n}@example.org", header) for n in range(3)]
    assert answers == ["sent", "sent", "200"]


# Two processes

SERVER = [sys.executable, "-m", "gunicorn", "socportal.wsgi", "--workers", "2", "--threads", "4", "--log-level", "error"]


def opened(base: str, seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            build_opener().open(f"{base}/healthz", timeout=2)
            return
        except (HTTPError, URLError, OSError):
            time.sleep(0.2)
    raise AssertionError("the server did not come up")


def test_twenty_at_once_to_two_processes_are_exactly_as_many_as_allowed(tmp_path: Path) -> None:
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    environment = {
        **{name: value for name, value in os.environ.items() if name not in {"DEMONSTRATION", "CACHE_URL", "DEBUG"}},
        "DATABASE_URL": f"sqlite:///{tmp_path / 'limits.sqlite3'}",
        "SECRET_KEY": "x" * 60,
        "PUBLIC_BASE_URL": base,
        "ALLOWED_HOSTS": "127.0.0.1",
        "EMAIL_URL": "console:",
        "DJANGO_SETTINGS_MODULE": "tests.socportal.plain_static",
    }
    for command in (["migrate", "--verbosity=0"], ["createcachetable"]):
        subprocess.run([sys.executable, "manage.py", *command], env=environment, check=True, timeout=240)
    server = subprocess.Popen([*SERVER, "--bind", f"127.0.0.1:{port}"], env=environment)
    try:
        opened(base)

        def ask(_number: int) -> bool:
            """A browser of its own each time; whether it was led on to where a code is typed."""
            browser = build_opener(HTTPCookieProcessor(CookieJar()))
            page = browser.open(f"{base}/en/sign-in/", timeout=30).read().decode()
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
            assert token
            said = urlencode({"csrfmiddlewaretoken": token[1], "email": "nobody@example.org"}).encode()
            answer = browser.open(Request(f"{base}/en/sign-in/", said, {"Referer": f"{base}/en/sign-in/"}), timeout=60)  # noqa: S310
            return str(answer.url).endswith("/sign-in/code/")

        with ThreadPoolExecutor(20) as crowd:
            led_on = list(crowd.map(ask, range(20)))
        assert led_on.count(True) == ALLOWED
    finally:
        server.terminate()
        server.wait(20)
