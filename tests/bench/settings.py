"""The portal as in production, with one address more: the bare view that it is measured against."""

from pathlib import Path

from socportal import env
from socportal.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
STATIC_ROOT = Path(env.text("BENCH_FOLDER", "")) / "static"
