"""Every text says how long it is kept; the check that holds models to it, and the page that tells of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import models
from django.test.utils import isolate_apps

from parties.models import retention
from parties.models.retention import Retention, every_text_has_its_period, faults_of, retention_of

PAGE = Path(__file__).resolve().parents[3] / "docs/retention.md"


def test_every_text_of_the_portal_and_of_its_libraries_is_in_a_class() -> None:
    assert every_text_has_its_period() == []
    assert {"Person", "Nomination", "OwnDetails", "User"} <= {
        model.__name__ for model in apps.get_models() if set(retention_of(model).values()) - {Retention.RECORD}
    }


@pytest.mark.parametrize(
    "field",
    [
        models.CharField(max_length=30),  # a telephone number
        models.TextField(),
        models.EmailField(),
        models.JSONField(),
        models.GenericIPAddressField(),
        models.FileField(),
    ],
    ids=lambda field: type(field).__name__,
)
@isolate_apps("parties")
def test_a_text_that_no_class_names_is_a_fault_and_a_choice_is_none(field: models.Field) -> None:
    class Guest(models.Model):  # noqa: DJ008
        RETENTION = {Retention.REGISTRATION: ("name",)}
        name = models.CharField(max_length=60)
        meal = models.CharField(max_length=1, choices=[("A", "option A")])
        added = field.clone()

        class Meta:
            app_label = "parties"

    assert faults_of(Guest) == ["“added” is in no class"]


@isolate_apps("parties")
def test_both_languages_and_what_a_model_is_built_on_count_and_mistakes_are_named() -> None:
    class Spoken(models.Model):
        RETENTION = {Retention.RECORD: ("title",)}
        title_en = models.CharField(max_length=60)
        title_nl = models.CharField(max_length=60)

        class Meta:
            abstract = True
            app_label = "parties"

    class Speech(Spoken):  # noqa: DJ008
        RETENTION = {Retention.LOG: ("text", "titel"), Retention.REGISTRATION: ("text",)}
        text = models.TextField()

        class Meta:
            app_label = "parties"

    assert retention_of(Speech)["title_nl"] == Retention.RECORD
    assert faults_of(Speech) == ["“titel” is no field", "“text” is named more than once"]


def test_the_table_of_a_library_without_a_row_stops_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(retention.OF_LIBRARIES, "usersessions.UserSession")
    with pytest.raises(SystemCheckError, match="UserSession: “ip” is in no class"):
        call_command("check", tags=["models"])


def test_no_row_is_kept_for_a_library_that_is_gone() -> None:
    assert set(retention.OF_LIBRARIES) <= {model._meta.label for model in apps.get_models()}


def test_no_record_keeps_a_file_so_that_nothing_about_people_lies_beside_the_database() -> None:
    fields = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    assert not [field for field in fields if isinstance(field, models.FileField)]


def test_the_page_lists_every_field_that_is_not_record_under_its_class() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    told = {cells[1].strip("` "): cells[2] for cells in (row.split("|") for row in rows)}
    for model in apps.get_models():
        for name, kept in retention_of(model).items():
            if kept != Retention.RECORD:
                plain = name.removesuffix("_en").removesuffix("_nl")
                listed = f"`{model.__name__}`" in told[kept.value] or f"`{model.__name__}.{plain}`" in told[kept.value]
                assert listed, f"{model.__name__}.{plain} is not told of under {kept.value}"
