"""Signing in with a code that staff printed at the desk, on the day."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core import ratelimit
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dialogues.procedures.accounts import use_desk_code
from dialogues.procedures.steps import StepRefused


class DeskCodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code from the desk"),
        help_text=gettext_lazy("Ten letters and digits, for example WKLH3-DZST7. Capitals and the dash do not matter."),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "autocorrect": "off", "spellcheck": "false"}
        ),
        error_messages={"required": gettext_lazy("Give the code from the desk")},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """One field. A code that is wrong, used, expired or nobody’s is answered alike, and tries are counted by address."""
    if request.user.is_authenticated:
        return redirect("my")
    form = DeskCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="desk_code"):
            form.add_error("code", _("Too many requests. Wait a few minutes, then try again"))
        else:
            try:
                user = use_desk_code(code=form.cleaned_data["code"])
            except StepRefused as refusal:
                form.add_error("code", str(refusal))
            else:
                record_authentication(request, user, method="desk")
                return perform_login(request, Login(user=user))
    return render(request, "account/desk.html", {"form": form})
