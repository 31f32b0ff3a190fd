"""Opening a session as allauth would have left it, for tests that are not about signing in."""

from __future__ import annotations

import time
from typing import Any

from django.test import Client

METHODS_OF_STAFF = ("password", "mfa")
METHODS_OF_OTHERS = ("code",)


def sign_in(client: Client, user: Any, methods: tuple[str, ...] | None = None) -> Client:
    """`methods` are what was given in this session; by default what the account's kind is asked for."""
    client.force_login(user, backend="dialogues.permissions.SignIn")
    methods = methods or (METHODS_OF_STAFF if user.is_staff else METHODS_OF_OTHERS)
    session = client.session
    session["account_authentication_methods"] = [{"method": method, "at": time.time()} for method in methods]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client
