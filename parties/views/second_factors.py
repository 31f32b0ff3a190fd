"""Second factors: an authenticator app, a passkey, recovery codes. A passkey alone is a way in too."""

from __future__ import annotations

import json
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.views import AddWebAuthnView, LoginWebAuthnView, ReauthenticateWebAuthnView
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# What reading a passkey's answer that no browser made can run into.
NOT_UNDERSTOOD = (ValueError, TypeError, LookupError, AttributeError, OverflowError, AssertionError)


class PortalFactors(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right. Type the six digits that the app shows now"),
        "unverified_email": _("This account’s address is not confirmed. Ask your party’s secretary"),
    }

    def _get_site_name(self) -> str:
        return "SOC Dialogue"

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        count = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Passkey %(number)s") % {"number": count + 1}


# An authenticator app, and recovery codes


class SixDigits(forms.CharField):
    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"})
        super().__init__(widget=widget, error_messages={"required": _("Give the code")}, **options)


class EnrolAppForm(ActivateTOTPForm):  # type: ignore[misc]
    code = SixDigits(label=_("Six digits from the app"))


class AppOrRecoveryForm(AuthenticateForm):  # type: ignore[misc]
    code = SixDigits(label=_("Code from the app, or a recovery code"))


class AppOrRecoveryAgainForm(ReauthenticateForm):  # type: ignore[misc]
    code = SixDigits(label=_("Code from the app, or a recovery code"))


class EnrolApp(ActivateTOTPView):  # type: ignore[misc]
    def form_valid(self, form: forms.Form) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        proved(self.request, Authenticator.Type.TOTP)
        return response


# A passkey


class PasskeyAnswer(forms.Form):
    """What the browser says for the passkey. Nonsense in its place is a wrong answer, not a failure (law R2)."""

    def _clean_fields(self) -> None:
        try:
            super()._clean_fields()  # type: ignore[misc]
        except NOT_UNDERSTOOD:
            self.refuse()
        if self.has_error("credential") and not self.has_error("credential", "too_many_login_attempts"):
            del self._errors["credential"]  # type: ignore[attr-defined]
            self.refuse()

    def clean(self) -> dict[str, Any]:
        answer = self.cleaned_data.get("credential")
        if isinstance(answer, dict | list) and "\\u0000" in json.dumps(answer):
            self.refuse()  # PostgreSQL stores no NUL
            return self.cleaned_data
        try:
            return super().clean() or {}
        except (*NOT_UNDERSTOOD, forms.ValidationError):
            self.refuse()
            return self.cleaned_data

    def refuse(self) -> None:
        self.add_error(None, _("The passkey was not accepted. Try again, or use another way"))


class AddPasskeyForm(PasskeyAnswer, AddWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(
        label=_("Name"), required=False, max_length=60, help_text=_("How you tell it from others: “work phone”, “blue key”.")
    )
    passwordless = forms.BooleanField(label=_("Sign in with it alone, by finger, face or PIN"), required=False, initial=True)
    field_order = ("name", "passwordless", "credential")


class GivePasskeyForm(PasskeyAnswer, AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class GivePasskeyAgainForm(PasskeyAnswer, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class SignInByPasskeyForm(PasskeyAnswer, LoginWebAuthnForm):  # type: ignore[misc]
    pass


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(label=_("Name"), max_length=60, error_messages={"required": _("Give it a name")})


class EnrolPasskey(AddWebAuthnView):  # type: ignore[misc]
    def form_valid(self, form: forms.Form) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        proved(self.request, Authenticator.Type.WEBAUTHN)
        return response


class SignInByPasskey(LoginWebAuthnView):  # type: ignore[misc]
    def form_invalid(self, form: forms.Form) -> HttpResponse:
        return back_with_errors(self.request, form, "account_request_login_code")


class GivePasskeyAgain(ReauthenticateWebAuthnView):  # type: ignore[misc]
    def form_invalid(self, form: forms.Form) -> HttpResponse:
        return back_with_errors(self.request, form, "mfa_reauthenticate_webauthn")


def back_with_errors(request: HttpRequest, form: forms.Form, name: str) -> HttpResponse:
    for said in form.errors.values():
        messages.error(request, str(said[0]))
    return redirect(name)


def proved(request: HttpRequest, kind: Any) -> None:
    """Whoever enrols a factor has just shown that it works: this session counts as having given it."""
    enrolled = Authenticator.objects.filter(user=request.user, type=kind).latest("pk")
    record_authentication(request, request.user, "mfa", id=enrolled.pk, type=enrolled.type)  # type: ignore[arg-type]


enrol_app = EnrolApp.as_view()
enrol_passkey = EnrolPasskey.as_view()
sign_in_by_passkey = SignInByPasskey.as_view()
give_passkey_again = GivePasskeyAgain.as_view()
