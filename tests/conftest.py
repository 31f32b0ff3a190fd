from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.signals import setting_changed
from django.db import connection
from django.test import Client, override_settings
from django.utils import translation

from dialogues.views import rendered
from tests.cast import Cast, assemble
from tests.signing_in import sign_in
from tests.snapshot import put_in_record


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file: a live server and racing threads need connections of their own, as in production."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "tests.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def quick_settings() -> Iterator[None]:
    """Static files without the manifest that collectstatic makes, which a test does not run; passwords kept cheaply."""
    with override_settings(
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],  # quick; how they are kept is not tested here
    ):
        yield


@pytest.fixture(autouse=True)
def no_counted_attempts(db: None) -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def nothing_rendered_is_kept(db: None) -> Iterator[None]:
    """A test writes rows past the journal, so whatever it writes empties the store; one with a store of its own keeps it."""
    store = rendered.STORE

    def forget(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        try:
            return execute(sql, params, many, context)
        finally:
            if not sql.startswith("SELECT"):
                store.clear()

    store.clear()
    setting_changed.connect(empty := lambda **_told: store.clear(), weak=False)
    with connection.execute_wrapper(forget):
        yield
    setting_changed.disconnect(empty)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """A request leaves its language behind; addresses and words of a test are English unless it says otherwise."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def on_a_day_in_november() -> Iterator[None]:
    """Sixteen weeks before the edition of the cast opens, whenever the tests are run; a test may travel on from here.

    It lies in the past, so that what is due here is due in a process that a test starts too.
    """
    with time_machine.travel(datetime(2026, 11, 20, 9, tzinfo=UTC), tick=True):
        yield


@pytest.fixture
def loaded(db: None) -> None:
    """The public record, as `load_record` puts it in."""
    put_in_record()


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody who can stand before the portal, with names and roles."""
    return assemble()


@pytest.fixture
def signed_in(db: None) -> Any:
    """A browser in which somebody has signed in the way their account does: staff with password and second factor."""

    def browser_of(user: Any) -> Client:
        client = Client()
        sign_in(client, user)
        return client

    return browser_of


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_type_launch_args,
        "executable_path": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays: the collector of garbage need not walk it again for every few hundred rows of a query."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in Path(str(item.fspath)).parts:
            item.add_marker("browser")
