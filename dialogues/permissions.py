"""Rights: read from current appointments at the moment they are asked for, and from nothing else.

`User.is_staff` only says how one signs in. A superuser is a technician: without an appointment the admin shows what the
public reads, and nothing can be changed there (brief R6, issue 1 part 5).
"""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from dialogues.models import Appointment

KEPT_APPS = {"dialogues", "parties"}
SECOND_FACTORS = {"mfa"}


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


def signed_in_as_staff(request: HttpRequest) -> bool:
    """A staff account that gave its password in this session and, where STAFF_MFA is on, a second factor too.

    A session opened by mailed code alone never opens the admin, even for a staff account.
    """
    user = request.user
    if not (user.is_authenticated and user.is_active and user.is_staff):
        return False
    methods = {record["method"] for record in get_authentication_records(request, user)}
    if settings.DEMONSTRATION and "demonstration" in methods and not settings.STAFF_MFA:
        return True
    return "password" in methods and (not settings.STAFF_MFA or bool(methods & SECOND_FACTORS))
