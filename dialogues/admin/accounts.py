"""Accounts in the admin, with the steps that the journal keeps: a lost second factor is reset by a fellow secretary."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.procedures import accounts
from parties.admin.accounts import AccountAdmin
from parties.models import User

from .steps import Step, StepsMixin, for_whom

admin.site.unregister(User)


@admin.register(User)
class AccountWithStepsAdmin(StepsMixin, AccountAdmin):
    steps = (
        Step(
            name="reset-second-factor",
            takes_away=True,
            verb=gettext_lazy("Reset the second factor"),
            run=accounts.reset_second_factor,
            argument="account",
            reasons=accounts.reset_second_factor_reasons,
            sentence=lambda account, by: _("For somebody who has lost the phone or key, and the recovery codes."),
            happens=lambda account, by: [
                _("Authenticator app, passkeys and recovery codes of this account stop working."),
                _("The account is signed out everywhere; at the next sign-in a new second factor is set up."),
                _("Its person is told by mail at once. Make sure first, in person or by phone, that it was they who asked."),
                for_whom(by),
            ],
            back=gettext_lazy("Back, nothing is reset"),
            when=lambda account: accounts.factors_of(account).exists(),
        ),
    )
