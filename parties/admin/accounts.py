"""Accounts in the admin: who signs in, and how. What somebody may do is said by appointments, not here."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parties.models import User
from socportal.admin import PortalAdmin, PortalForm, VisibleRelatedFilter


def party_of(user: Any) -> Any:
    """Whose account this is: the party of its person, or the one that stands on it."""
    return (user.person.party if user.person_id else None) or user.party


def may_open_for(user: Any, party: Any) -> bool:
    """A party’s accounts are its own secretaries’; another’s are opened only while that party has no staff account.

    Otherwise one person could sign in for both parties and give both consents (law R6).
    """
    if party is None or party == party_of(user):
        return True
    return not User.objects.filter(Q(party=party) | Q(person__party=party), is_staff=True, is_active=True).exists()


class AccountForm(PortalForm):
    new_password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy(
            "Only for secretariat sign-in: at least 12 characters, handed over in person. Empty: it stays as it is."
        ),
    )

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        person = cleaned.get("person") or self.instance.person
        staff, password = cleaned.get("is_staff"), cleaned.get("new_password")
        if person is None and "person" not in self.errors:
            self.add_error("person", _("Say whose account it is."))
        elif person is not None and not may_open_for(self.portal_request.user, person.party):
            self.add_error("person", _("%(party)s’s own secretary keeps its accounts.") % {"party": person.party})
        if password and not staff:
            self.add_error("new_password", _("Only secretariat sign-in has a password; everybody else gets a code by mail."))
        elif password:
            try:
                validate_password(password, self.instance)
            except forms.ValidationError as weak:
                self.add_error("new_password", weak)
        elif staff and not (self.instance.password and self.instance.has_usable_password()):
            self.add_error("new_password", _("Secretariat sign-in needs a password."))
        return cleaned


@admin.register(User)
class AccountAdmin(PortalAdmin):
    form = AccountForm
    list_display = ("email", "person", "party", "is_staff", "is_active", "last_login")
    list_filter = (("party", VisibleRelatedFilter), "is_staff", "is_active")
    list_select_related = ("person", "party")
    search_fields = ("email", "person__name", "person__sort_name")
    autocomplete_fields = ("person",)
    ordering = ("email",)
    fieldsets = (
        (None, {"fields": (("email", "language"), ("person", "party"), ("is_active", "is_staff"), "new_password")}),
        (gettext_lazy("Dates"), {"fields": (("created_at", "last_login"),)}),
    )
    readonly_fields = ("party", "created_at", "last_login")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """An account is one person’s for ever; one’s own cannot be locked by mistake."""
        fixed = (*self.readonly_fields, *(("person",) if obj and obj.person_id else ()))
        return (*fixed, "is_active", "is_staff") if obj and obj.pk == request.user.pk else fixed

    def keeps(self, request: HttpRequest, obj: Any) -> bool:
        """Never a technician’s account, nor one of a party that keeps its own."""
        return not obj.is_superuser and may_open_for(request.user, party_of(obj))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The party follows from the person; the address counts as verified, since it came through the party."""
        obj.party = obj.person.party if obj.person else None
        if password := form.cleaned_data.get("new_password"):
            obj.set_password(password)
        elif not obj.is_staff:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        EmailAddress.objects.filter(user=obj).exclude(email=obj.email).delete()
        EmailAddress.objects.update_or_create(user=obj, email=obj.email, defaults={"verified": True, "primary": True})
