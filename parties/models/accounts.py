"""Accounts: how somebody signs in. What they may do follows from appointments and registrations, never from here."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from socportal import clock

from .parties import Party
from .people import Person
from .retention import Retention


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        """An account for one official e-mail address. Without a password it signs in by mailed code only."""
        if not email:
            raise ValueError("an account needs an e-mail address")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> User:
        """A technician's account. It reads what the public reads until an appointment says otherwise."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)

    def visible_to(self, user: User, at: object = None) -> models.QuerySet[User]:
        """The register's keepers see all accounts, everybody else only their own."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if user.keeps_register else self.filter(pk=user.pk)


class User(AbstractBaseUser, PermissionsMixin):
    """One person's account; `is_staff` only says that one signs in by password and second factor, to the admin."""

    RETENTION = {Retention.ACCOUNT: ("email", "password")}

    email = models.EmailField(
        _("e-mail address"), max_length=254, unique=True, help_text=_("The official address; it is the login.")
    )
    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="user", verbose_name=_("person")
    )
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="users", verbose_name=_("party")
    )
    is_staff = models.BooleanField(
        _("secretariat sign-in"),
        default=False,
        help_text=_("Signs in with a password and a second factor. It gives no right by itself: an appointment does."),
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    language = models.CharField(
        _("language of mails"), max_length=2, choices=[("en", "English"), ("nl", "Nederlands")], default="en"
    )
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    objects = UserManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="account_email_is_unique_whatever_its_case",
                violation_error_message=_("There is an account with this e-mail address already."),
            ),
            models.CheckConstraint(condition=Q(is_superuser=False) | Q(is_staff=True), name="technician_signs_in_as_staff"),
        ]

    def __str__(self) -> str:
        return str(self.person) if self.person_id else self.email

    # A superuser is no exception here: every backend is asked, and only current appointments answer yes.

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and any(
            backend.has_perm(self, perm, obj) for backend in get_backends() if hasattr(backend, "has_perm")
        )

    def has_perms(self, perm_list: Iterable[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and any(
            backend.has_module_perms(self, app_label) for backend in get_backends() if hasattr(backend, "has_module_perms")
        )

    @property
    def keeps_register(self) -> bool:
        """Whether current appointments make this person a keeper of the register of people and accounts."""
        return self.has_perm("parties.change_person")


class DeskCode(models.Model):
    """A one-time way in that staff print at the desk on the day: one hour, one use, kept only as a keyed hash."""

    RETENTION = {Retention.LOG: ("code_hash",)}

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="desk_codes", verbose_name=_("account"))
    code_hash = models.CharField(_("hash of the code"), max_length=64, unique=True)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("issued by"))
    issued_at = models.DateTimeField(_("issued"), default=clock.now)
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    class Meta:
        verbose_name = _("desk code")
        verbose_name_plural = _("desk codes")
        ordering = ["-issued_at"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("issued_at")), name="desk_code_is_valid_for_a_while"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(used_at__lte=models.F("expires_at")),
                name="desk_code_is_used_before_it_expires",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
