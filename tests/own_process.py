"""A process of its own for a test: one that can be killed, on the same database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

ROOT = Path(__file__).parents[1]


def database_url() -> str:
    """The test database, for a process of its own."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def run_python(script: str, *told: str) -> subprocess.CompletedProcess[str]:
    settings = {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "socportal.settings", "PYTHONPATH": "."}
    return subprocess.run(
        [sys.executable, "-c", script, *told],
        env={**os.environ, **settings},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
