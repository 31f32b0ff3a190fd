from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parties.models import Party, User
from socportal.admin import PortalAdmin, PortalForm, VisibleRelatedFilter


class AccountForm(PortalForm):
    new_password = forms.CharField(
        label=gettext_lazy("new password"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy(
            "Only for a secretariat sign-in: at least 12 characters, handed over in person. Empty: unchanged."
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        person = cleaned.get("person")
        if person is not None and person.party_id != self.portal_request.user.party_id:
            self.add_error("person", _("This person belongs to another party, whose secretary opens the account."))
        return cleaned

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        if password:
            validate_password(password, self.instance)
        return password


@admin.register(User)
class UserAdmin(PortalAdmin):
    """How somebody signs in. What they may do follows from appointments and registrations."""

    form = AccountForm
    list_display = ("email", "person", "party", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_active", ("party", VisibleRelatedFilter))
    list_select_related = ("person", "party")
    search_fields = ("email", "person__name")
    autocomplete_fields = ("person",)
    fields = (("email", "language"), ("person", "party"), ("is_staff", "is_active"), "new_password", "last_login")
    readonly_fields = ("last_login",)

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> Any:
        """Accounts of the own party alone: nobody holds the keys of both sides (law R6)."""
        if db_field.name == "party":
            return Party.objects.filter(pk=request.user.party_id)
        return super().get_field_queryset(db, db_field, request)

    def keeps(self, request: HttpRequest, obj: Any) -> bool:
        return obj.party_id is not None and obj.party_id == request.user.party_id

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """An account keeps its address and its person: another address is another account."""
        return (*self.readonly_fields, "email", "person") if obj else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """The address counts as verified: it came through the party. A password is set for staff alone."""
        if password := form.cleaned_data.get("new_password") if obj.is_staff else "":
            obj.set_password(password)
        elif not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            EmailAddress.objects.create(user=obj, email=obj.email, verified=True, primary=True)
