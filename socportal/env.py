"""Typed readers of the environment: a value is either understood or refused by the name of its variable."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

YES = {"1", "on", "true", "yes"}
NO = {"0", "off", "false", "no", ""}


def text(name: str, default: str = "") -> str:
    """The value as it stands, without surrounding space; a NUL byte or a line break is refused."""
    value = os.environ.get(name, default).strip()
    if any(character in value for character in "\0\r\n"):
        raise ImproperlyConfigured(f"{name} holds a line break or a NUL byte; give one line of text.")
    return value


def switch(name: str, *, default: bool) -> bool:
    """`on` or `off` (also 1/0, true/false, yes/no); anything else is refused, never read as off."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.strip().lower() in YES:
        return True
    if value.strip().lower() in NO:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; give “on” or “off”.")


def whole_number(name: str, default: int, *, least: int = 0) -> int:
    """A whole number of at least `least`."""
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) < least:
        raise ImproperlyConfigured(f"{name} is {value!r}; give a whole number of at least {least}.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A list written with commas; empty entries are dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def folder(name: str, default: Path) -> Path:
    """An absolute path; a relative one is refused, since it would depend on where the command was typed."""
    value = text(name)
    if not value:
        return default
    if not Path(value).is_absolute():
        raise ImproperlyConfigured(f"{name} is {value!r}; give an absolute path.")
    return Path(value)


def base_url(name: str, default: str) -> str:
    """Scheme and host of the portal, without a path: the only source of absolute links."""
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query or parts.fragment:
        raise ImproperlyConfigured(f"{name} is {value!r}; give scheme and host, for example https://portal.example.org.")
    return value


def secret_key(name: str, kept_in: Path, *, make: bool) -> str:
    """The signing key: from the environment, else from the file that a demonstration keeps; none or a short one is refused.

    Only a demonstration makes the file (`make`), readable by its owner alone.
    """
    value = text(name)
    if not value and make and not kept_in.exists():
        kept_in.parent.mkdir(parents=True, exist_ok=True)
        kept_in.touch(mode=0o600)
        kept_in.write_text(secrets.token_urlsafe(60))
    if not value and kept_in.is_file():
        value = kept_in.read_text().strip()
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set. Give at least 50 random characters; the portal does not start without it."
        )
    if len(value) < 50:
        raise ImproperlyConfigured(f"{name} has {len(value)} characters; give at least 50.")
    return value


def email_backend(name: str, folder_for_files: Path) -> dict[str, object]:
    """Mail settings from one address.

    `smtp://user:password@host:587` (STARTTLS as `smtp+tls`, TLS from the start as `smtps`), `console:` prints,
    `file:` keeps each message in `folder_for_files`. Any other scheme, or SMTP without a host, is refused.
    """
    value = text(name, "console:")
    parts = urlsplit(value)
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme == "file":
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": folder_for_files,
        }
    if parts.scheme in {"smtp", "smtp+tls", "smtps"} and parts.hostname:
        try:
            port = parts.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme]
        except ValueError:
            raise ImproperlyConfigured(f"{name} has a port that is not a number from 1 to 65535.") from None
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": port,
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
            "EMAIL_USE_SSL": parts.scheme == "smtps",
            "EMAIL_TIMEOUT": 10,
        }
    raise ImproperlyConfigured(
        f"{name} is not understood; give smtp://, smtp+tls:// or smtps:// with a host, console: or file:."
    )
