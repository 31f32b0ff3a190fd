"""The part of `make check` that asks Django: migrations complete, deployment settings sound, catalogues without a gap."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "SECRET_KEY": "".join(f"{number:02x}" for number in range(40)),
    "PUBLIC_BASE_URL": "https://portal.example.org",
    "DATABASE_URL": "sqlite:///:memory:",
}


def passes(words: str, command: list[str]) -> bool:
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **PRODUCTION}, capture_output=True, text=True, check=False)
    print(f"{'ok  ' if done.returncode == 0 else 'FAIL'} {words}")
    if done.returncode:
        print(done.stdout + done.stderr)
    return done.returncode == 0


def catalogue_is_whole() -> bool:
    """No message untranslated or fuzzy, and the compiled catalogue is the one that the text gives."""
    source = ROOT / "locale/nl/LC_MESSAGES/django.po"
    if not shutil.which("msgfmt"):
        print("skip message catalogue: gettext is not installed here")
        return True
    compiled = subprocess.run(["msgfmt", "--statistics", "-o", "-", str(source)], capture_output=True, check=False)
    told = compiled.stderr.decode()
    whole = compiled.returncode == 0 and "untranslated" not in told and "fuzzy" not in told
    current = compiled.stdout == source.with_suffix(".mo").read_bytes()
    print(
        f"{'ok  ' if whole and current else 'FAIL'} message catalogue: {told.strip()}{'' if current else ' (the .mo is stale)'}"
    )
    return whole and current


def main() -> int:
    manage = [sys.executable, "manage.py"]
    results = [
        passes("migrations are complete", [*manage, "makemigrations", "--check", "--dry-run"]),
        passes("settings are fit for deployment", [*manage, "check", "--deploy", "--fail-level", "WARNING"]),
        passes("types", [sys.executable, "-m", "mypy", "socportal", "dialogues/procedures"]),
        catalogue_is_whole(),
    ]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
