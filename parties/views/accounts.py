"""Signing in: staff by password and second factor, everybody else by a code mailed to the official address."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ConfirmLoginCodeForm, LoginForm, RequestLoginCodeForm
from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _


class PortalAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No account opens itself; links in mails come from PUBLIC_BASE_URL; every mail is plain text."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("This code is not right. Type the one from the latest message"),
        "email_password_mismatch": _("Address and password do not go together. Try again"),
        "incorrect_password": _("This password is not right. Try again"),
        "too_many_login_attempts": _("Too many attempts. Wait a few minutes, then try again"),
        "rate_limited": _("Too many requests. Wait a few minutes, then try again"),
        "account_inactive": _("This account may not sign in. Ask your party’s secretary"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        super().send_mail(template_prefix, email, {**context, "base_url": settings.PUBLIC_BASE_URL})

    def get_client_ip(self, request: HttpRequest) -> str:
        """Loopback where the server names no address, so that a limit is counted rather than failing."""
        return super().get_client_ip(request) if request.META.get("REMOTE_ADDR") else "127.0.0.1"


class RequestCodeForm(RequestLoginCodeForm):  # type: ignore[misc]
    """Asks for a code. A staff account gets none, and the answer does not tell: staff sign in by password."""

    email = forms.EmailField(
        label=_("Official e-mail address"),
        help_text=_("The one your party registered you with."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none"}),
        error_messages={
            "required": _("Give your official e-mail address"),
            "invalid": _("Give an e-mail address such as name@example.org"),
        },
    )

    def clean_email(self) -> str:
        email: str = super().clean_email()
        if getattr(self, "_user", None) is not None and self._user.is_staff:
            self._user = None
        return email


class EnterCodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    """The code from the mail, in one field: pasting it and the phone's own filling in both work."""

    code = forms.CharField(
        label=_("Code from the message"),
        help_text=_("Eight letters, for example WKLH-DZST. Capitals and the dash do not matter."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "autocorrect": "off", "spellcheck": "false"}
        ),
        error_messages={"required": _("Give the code from the message")},
    )


class PasswordForm(LoginForm):  # type: ignore[misc]
    """Staff only: an account without `is_staff` has no password to give."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Official e-mail address")
        self.fields["login"].error_messages.update(
            required=_("Give your official e-mail address"), invalid=_("Give an e-mail address such as name@example.org")
        )
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].error_messages["required"] = _("Give your password")
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


def closed(request: HttpRequest, **_kwargs: str) -> HttpResponse:
    """A door of the sign-in library that this portal keeps shut: signing up, changing the address, mailed reset links."""
    raise Http404
