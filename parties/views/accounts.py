"""Signing in: staff by password and second factor, everybody else by a code mailed to the official address.

Whether a second factor is asked for follows from appointments and is decided in `dialogues.permissions`.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account import views as account
from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.forms import ChangePasswordForm, ConfirmLoginCodeForm, LoginForm, RequestLoginCodeForm
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.core import context, ratelimit
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from parties.models import User
from socportal.post import send_soon

SEALED = "hmac-sha256:"


def keyed_hash(code: str) -> str:
    """Of a sign-in code: whoever reads the database without SECRET_KEY cannot try the codes out."""
    return SEALED + salted_hmac("sign-in code", normalize_user_code(code), algorithm="sha256").hexdigest()


def seal_code(request: HttpRequest) -> None:
    """Put the keyed hash in the place of the code before the session is stored.

    Where no code was made, because the address is unknown, the hash of one that nobody has stands there.
    """
    state = request.session[LOGIN_SESSION_KEY]["state"]["stages"]["login_by_code"]["data"]
    if not state.get("code", "").startswith(SEALED):
        state["code"] = keyed_hash(state.get("code") or get_random_string(32))
    request.session.modified = True


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
        """Written and sent outside the request."""
        said = {**context, "request": None, "email": email, "base_url": settings.PUBLIC_BASE_URL}
        send_soon(partial(self.render_mail, template_prefix, email, said))

    def send_to_nobody(self, email: str) -> None:
        """The work of writing a code’s message without sending it: an unknown address must not answer sooner."""
        said = {"code": self.generate_login_code(), "email": email, "base_url": settings.PUBLIC_BASE_URL}

        def write() -> None:
            self.render_mail("account/email/login_code", email, said)

        send_soon(write)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Loopback where the server names no address, or a forged header hides it: the limit is counted, not failed."""
        try:
            found: str = super().get_client_ip(request)
        except (ImproperlyConfigured, PermissionDenied):
            return request.META.get("REMOTE_ADDR") or "127.0.0.1"
        return found

    def is_reauthentication_required(self, *, app: str, **_kwargs: Any) -> bool:
        """Not asked again of somebody who has only just signed in: the minutes count from any proof in this session."""
        records = get_authentication_records(self.request, self.request.user)
        newest = max((record["at"] for record in records), default=0)
        return time.time() - newest >= account_settings.REAUTHENTICATION_TIMEOUT

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")


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
        """One look for every address, so that a known one takes no other time; counted by address and by network."""
        email: str = self.cleaned_data["email"].lower()
        if not ratelimit.consume(context.request, action="request_login_code", key=email):
            raise get_adapter().validation_error("too_many_login_attempts")
        self._user = User.objects.filter(email=email, is_active=True, is_staff=False).first()
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

    def clean_code(self) -> str:
        """The session holds the hash; the code itself is known only to the mail."""
        code: str = self.cleaned_data["code"]
        if not constant_time_compare(keyed_hash(code), self.expected_code or ""):
            raise get_adapter().validation_error("incorrect_code")
        return code


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


class NewPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Your password now")
        self.fields["password1"].label = _("New password")
        self.fields["password2"].label = _("New password once more")
        self.fields["password1"].help_text = _("At least 12 characters: a few words that do not belong together.")
        self.fields["oldpassword"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class RequestCode(account.RequestLoginCodeView):  # type: ignore[misc]
    """An unknown address, and a staff account, get the same answer after the same work."""

    def form_valid(self, form: RequestCodeForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        if form._user is None:
            get_adapter().send_to_nobody(form.cleaned_data["email"])
        seal_code(self.request)
        return response


class EnterCode(account.ConfirmLoginCodeView):  # type: ignore[misc]
    def _resend_form_valid(self, form: forms.Form) -> HttpResponse:
        response: HttpResponse = super()._resend_form_valid(form)
        if self._process.user is None:
            get_adapter().send_to_nobody(self._process.state["email"])
        seal_code(self.request)
        return response


request_code = RequestCode.as_view()
enter_code = EnterCode.as_view()


def closed(request: HttpRequest, **_kwargs: str) -> HttpResponse:
    """A door of the sign-in library that this portal keeps shut: signing up, changing the address, mailed reset links."""
    raise Http404


def sign_out(request: HttpRequest) -> HttpResponse:
    """With the session goes what this browser keeps of the person: no copy outlives it on a device that others use."""
    response: HttpResponse = account.logout(request)
    if request.method == "POST":
        response.headers["Clear-Site-Data"] = '"storage"'
    return response


def change_password(request: HttpRequest) -> HttpResponse:
    """Staff change their own; nobody else has one, and for them the page does not exist."""
    if not (request.user.is_authenticated and request.user.is_staff and request.user.has_usable_password()):
        raise Http404
    response: HttpResponse = account.password_change(request)
    return response


# One’s own account


@login_required
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """The way to everything that is kept about how one signs in."""
    return render(request, "account/index.html")


BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_in_words(agent: str) -> str:
    """What a person recognises of the line that a browser sends about itself."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    if browser and system:
        return gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or gettext("A browser that does not say which")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in now. Ends one of them, or all others; another person’s does not exist."""
    UserSession.objects.create_from_request(request)
    open_now = UserSession.objects.purge_and_list(request.user)
    here = request.session.session_key
    if request.method == "POST":
        wanted = request.POST.get("end", "")
        ended = [row for row in open_now if row.session_key != here and wanted in {"others", str(row.pk)}]
        if not ended and wanted != "others":
            raise Http404
        for row in ended:
            row.end()
        messages.success(request, gettext("Ended. Whoever used that browser has to sign in again."))
        return redirect("usersessions_list")
    rows = [
        {
            "pk": row.pk,
            "browser": browser_in_words(row.user_agent),
            "address": row.ip,
            "since": row.created_at,
            "is_here": row.session_key == here,
        }
        for row in sorted(open_now, key=lambda row: (row.session_key != here, row.created_at))
    ]
    return render(request, "usersessions/usersession_list.html", {"sessions": rows, "has_others": len(rows) > 1})
