"""Rights: read from current appointments at the moment they are asked for, and from nothing else.

`User.is_staff` only says how one signs in. A superuser is a technician: without an appointment the admin shows what the
public reads, and nothing can be changed there (brief R6, issue 1 part 5).

`SignedIn` holds every session to two rules: who must give a second factor is nobody until it is given, and a session
ends by the clock (security-privacy §6.5).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from dialogues.models import Appointment
from dialogues.models.standing import read_once

KEPT_APPS = {"dialogues", "parties"}
# The sign-in library records an authenticator app, a recovery code and a passkey all as "mfa".
SECOND_FACTORS = {"mfa"}

# Seconds, of real time.
LONGEST_SESSION = 12 * 60 * 60
LONGEST_PAUSE = 30 * 60
NOTED_EVERY = 60
LAST_ACTIVE = "last_active"

# Where somebody without the second factor may be: to give it, or where none is enrolled to enrol it.
GIVES_FACTOR = {"mfa_reauthenticate", "mfa_reauthenticate_webauthn", "account_logout"}
ENROLS = {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate", "account_logout"}


class CurrentRights(BaseBackend):
    """Secretaries and the lead work in the admin; which rows they see there is the querysets' matter."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        app, _dot, codename = perm.partition(".")
        if app not in KEPT_APPS or not user_obj.is_active:
            return False
        if self.is_secretary(user_obj):
            return True
        return user_obj.is_superuser and codename.startswith("view_")

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return app_label in KEPT_APPS and (user_obj.is_superuser or self.is_secretary(user_obj))

    def is_secretary(self, user: Any) -> bool:
        """Asked once a request: the account object lives as long as the request does."""
        if not hasattr(user, "_is_secretary"):
            user._is_secretary = Appointment.objects.current().held_by(user).filter(role__in=Appointment.SECRETARIES).exists()
        return bool(user._is_secretary)


class SignIn(AuthenticationBackend):
    """Checks who somebody is (allauth: e-mail and password, or code) and grants nothing."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return False

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()


def holds_second_factor_role(user: Any) -> bool:
    """Whether a current appointment asks this account for a second factor."""
    return Appointment.objects.current().held_by(user).filter(role__in=Appointment.WITH_SECOND_FACTOR).exists()


def gave_second_factor(request: HttpRequest, user: Any) -> bool:
    return any(record["method"] in SECOND_FACTORS for record in get_authentication_records(request, user))


def signed_in_by_passkey(records: list[dict[str, Any]]) -> bool:
    """A passkey that asked for finger, face or PIN is both factors at once."""
    return any(record["method"] == "mfa" and record.get("passwordless") for record in records)


def signed_in_as_staff(request: HttpRequest) -> bool:
    """A staff account that gave its password in this session and, where STAFF_MFA is on, a second factor; or a passkey.

    A session opened by mailed code alone never opens the admin, even for a staff account.
    """
    user = request.user
    if not (user.is_authenticated and user.is_active and user.is_staff):
        return False
    records = get_authentication_records(request, user)
    methods = {record["method"] for record in records}
    if settings.DEMONSTRATION and "demonstration" in methods and not settings.STAFF_MFA:
        return True
    if signed_in_by_passkey(records):
        return True
    return "password" in methods and (not settings.STAFF_MFA or bool(methods & SECOND_FACTORS))


class SignedIn:
    """Asks nothing of a request without a session cookie, so that public pages stay the same for everybody.

    Whoever holds an appointment that asks for a second factor (or a staff account) and has not given one in this session
    counts as nobody: every page and file answers as it does the public. What would lead to sign-in leads to the second
    factor instead.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return self.get_response(request)
        user = request.user
        gave = gave_second_factor(request, user)
        sentence = self.end_by_the_clock(request, gave)
        half_way = not sentence and settings.STAFF_MFA and not gave and (user.is_staff or holds_second_factor_role(user))
        if half_way:
            request.half_way_in = user  # type: ignore[attr-defined]
            request.user = AnonymousUser()
        response = self.get_response(request)
        if not leads_to_sign_in(response):
            return response
        if half_way:
            return to_second_factor(request, user, response)
        if sentence:
            messages.info(request, sentence)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """On the pages of the second factor they are who they are."""
        user = getattr(request, "half_way_in", None)
        if user is None or request.resolver_match is None:
            return
        if request.resolver_match.url_name in (GIVES_FACTOR if has_second_factor(user) else ENROLS):
            request.user = user

    def end_by_the_clock(self, request: HttpRequest, gave: bool) -> str:
        """Sign out where twelve hours, or thirty minutes without a request, have passed; say which. Else note the minute.

        The pause counts for staff and whoever holds an appointment with a second factor; `gave` spares asking for it.
        """
        user, now = request.user, time.time()
        began = min((record["at"] for record in get_authentication_records(request, user)), default=now)
        if now - began >= LONGEST_SESSION:
            logout(request)
            return _("You were signed out after 12 hours. Sign in again to go on.")
        last = request.session.get(LAST_ACTIVE, began)
        if now - last >= LONGEST_PAUSE and (user.is_staff or holds_second_factor_role(user)):  # type: ignore[union-attr]
            logout(request)
            return _("You were signed out after 30 minutes without a page asked for. Sign in again to go on.")
        if (gave or user.is_staff) and now - request.session.get(LAST_ACTIVE, 0) >= NOTED_EVERY:  # type: ignore[union-attr]
            request.session[LAST_ACTIVE] = now
        return ""


def has_second_factor(user: Any) -> bool:
    """Whether one is enrolled; recovery codes come with one and are none by themselves."""
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def leads_to_sign_in(response: HttpResponse) -> bool:
    if response.status_code != 302:
        return False
    return urlsplit(response["Location"]).path in {
        reverse(settings.LOGIN_URL),
        reverse("account_login"),
        reverse("admin:login"),
    }


def to_second_factor(request: HttpRequest, user: Any, response: HttpResponse) -> HttpResponse:
    """Give it where one is enrolled, and go on from there; enrol one where none is."""
    if has_second_factor(user):
        name = "mfa_reauthenticate"
        if not Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN).exists():
            name = "mfa_reauthenticate_webauthn"
        return redirect(f"{reverse(name)}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}")
    messages.info(request, _("Your role asks for a second factor. Set one up here; then everything of yours opens."))
    return redirect("mfa_index")


class ReadOnce:
    """Appointments and registrations of whoever asks are read once a request, however many rows depend on them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with read_once():
            return self.get_response(request)
