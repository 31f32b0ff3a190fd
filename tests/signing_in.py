"""Opening a session as allauth would have left it, for tests that are not about signing in."""

from __future__ import annotations

import time
from typing import Any

from django.test import Client

from dialogues.models import Appointment

METHODS_OF_STAFF = ("password", "mfa")
METHODS_OF_APPOINTED = ("code", "mfa")
METHODS_OF_OTHERS = ("code",)


def methods_of(user: Any) -> tuple[str, ...]:
    if user.is_staff:
        return METHODS_OF_STAFF
    appointed = Appointment.objects.filter(person=user.person_id, role__in=Appointment.WITH_SECOND_FACTOR)
    return METHODS_OF_APPOINTED if appointed.exists() else METHODS_OF_OTHERS


def sign_in(client: Client, user: Any, methods: tuple[str, ...] | None = None) -> Client:
    """`methods` are what was given in this session; by default what the account's kind and role are asked for."""
    client.force_login(user, backend="dialogues.permissions.SignIn")
    session = client.session
    session["account_authentication_methods"] = [
        {"method": method, "at": time.time()} for method in methods or methods_of(user)
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client
