from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from socportal import env


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda: env.switch("X", default=True), "perhaps"),
        (lambda: env.whole_number("X", 1), "-1"),
        (lambda: env.whole_number("X", 1), "٣"),
        (lambda: env.base_url("X", ""), "portal.example.org"),
        (lambda: env.base_url("X", ""), "https://portal.example.org/path"),
        (lambda: env.folder("X", Path("/")), "relative/folder"),
        (lambda: env.email_backend("X", Path("/")), "smtp://"),
        (lambda: env.email_backend("X", Path("/")), "carrier-pigeon://roof"),
        (lambda: env.secret_key("X", Path("/nonexistent"), make=False), "short"),
        (lambda: env.secret_key("X", Path("/nonexistent"), make=False), ""),
        (lambda: env.text("X"), "two\nlines"),
    ],
)
def test_nonsense_is_refused_by_the_name_of_its_variable(monkeypatch: pytest.MonkeyPatch, read: Any, value: str) -> None:
    monkeypatch.setenv("X", value)
    with pytest.raises(ImproperlyConfigured, match=r"^X "):
        read()


def test_a_switch_that_is_not_set_takes_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("X", raising=False)
    assert env.switch("X", default=True) is True
    monkeypatch.setenv("X", "off")
    assert env.switch("X", default=True) is False


def test_mail_settings_come_from_one_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "smtp+tls://user:p%40ss@mail.example.org")
    settings = env.email_backend("X", Path("/"))
    assert (settings["EMAIL_HOST"], settings["EMAIL_PORT"], settings["EMAIL_USE_TLS"]) == ("mail.example.org", 587, True)
    assert settings["EMAIL_HOST_PASSWORD"] == "p@ss"


def test_a_demonstration_makes_its_key_once_and_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("X", raising=False)
    kept = tmp_path / "var" / "secret-key"
    key = env.secret_key("X", kept, make=True)
    assert len(key) >= 50
    assert env.secret_key("X", kept, make=False) == key
    assert kept.stat().st_mode & 0o777 == 0o600
