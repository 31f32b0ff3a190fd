"""How long each text is kept: every model says it of its own, and a check refuses a text of which nobody has said it.

A model names its fields by class:

    RETENTION = {Retention.REGISTRATION: ("name", "post"), Retention.ACCOUNT: ("email",)}

A name without its language stands for both columns. What an abstract model says holds for those built on it. Texts and
addresses must be named; other fields may be, where they are personal. The periods themselves follow from the dates of
editions: `dialogues/models/retention.py`; what is due is erased by `purge`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core import checks
from django.db import models
from django.utils.translation import gettext_lazy as _


class Retention(models.TextChoices):
    """The classes of security-privacy §6.4, in words that a reader is told."""

    RECORD = "record", _("part of the permanent record of both administrations")
    REGISTRATION = "registration", _("until twelve months after the next edition has closed")
    OWN_DETAILS = "own_details", _("until thirty days after the edition has closed")
    ACCESS = "access", _("until thirty days after the edition has closed")
    DRAFT = "draft", _("until thirty days after nominations have closed")
    PHOTOGRAPHS = "photographs", _("until twelve months after the edition has closed")
    ACCOUNT = "account", _("until ninety days after the edition has closed")
    MESSAGE = "message", _("as long as the registrations of its edition")
    LOG = "log", _("for twelve months")


# Tables of the libraries, whose models cannot say it themselves: the whole row is of one class.
OF_LIBRARIES: dict[str, Retention] = {
    "account.EmailAddress": Retention.ACCOUNT,
    "account.EmailConfirmation": Retention.ACCOUNT,
    "mfa.Authenticator": Retention.ACCOUNT,
    "sessions.Session": Retention.LOG,  # erased as soon as it has expired
    "usersessions.UserSession": Retention.LOG,  # erased with the session that it is about
    "admin.LogEntry": Retention.LOG,  # stays empty: the journal takes its place
    "auth.Group": Retention.RECORD,  # names of kinds and rights, nobody's
    "auth.Permission": Retention.RECORD,
    "contenttypes.ContentType": Retention.RECORD,
}

TEXTS = (
    models.CharField,  # with e-mail addresses, slugs, web addresses
    models.TextField,
    models.JSONField,
    models.GenericIPAddressField,
    models.FileField,
    models.BinaryField,
)


def texts_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The fields into which somebody could write anything: a choice from a list is not one."""
    return [field for field in model._meta.concrete_fields if isinstance(field, TEXTS) and not field.choices]


def declared(model: type[models.Model]) -> Iterator[tuple[Retention, str]]:
    """Class and name as they are said by the model and by those it is built on."""
    for kind in model.__mro__:
        for retention, names in vars(kind).get("RETENTION", {}).items():
            for name in names:
                yield retention, name


def columns(model: type[models.Model], name: str) -> list[str]:
    """The fields that a declared name stands for: itself, or its columns in both languages."""
    known = {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}
    return [column for column in (name, f"{name}_en", f"{name}_nl") if column in known]


def retention_of(model: type[models.Model]) -> dict[str, Retention]:
    """The class of each field that has one."""
    if library := OF_LIBRARIES.get(model._meta.label):
        return {field.name: library for field in texts_of(model)}
    return {column: retention for retention, name in declared(model) for column in columns(model, name)}


def faults_of(model: type[models.Model]) -> list[str]:
    """What is wrong with what a model says: a text of no class, a field of two, a name that is no field."""
    named = [(name, columns(model, name)) for _retention, name in declared(model)]
    twice = Counter(column for _name, fields in named for column in fields)
    classed = retention_of(model)
    return [
        *(f"“{name}” is no field" for name, fields in named if not fields),
        *(f"“{column}” is named more than once" for column, times in twice.items() if times > 1),
        *(f"“{field.name}” is in no class" for field in texts_of(model) if field.name not in classed),
    ]


def every_text_has_its_period(app_configs: Any = None, **_options: Any) -> list[checks.CheckMessage]:
    """For `manage.py check`: an error for each fault of each installed model, a library's new table among them."""
    return [
        checks.Error(
            f"{model._meta.label}: {fault}.",
            hint="Say how long it is kept: RETENTION on the model, or for a library’s table a row in OF_LIBRARIES.",
            obj=model,
            id="parties.E001",
        )
        for model in apps.get_models()
        for fault in faults_of(model)
    ]
