"""Every page of the admin opens for those who keep it, and shows its rows; without an appointment nothing opens wider."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client

from dialogues.models import OutgoingMessage, ParticipantList, Venue
from dialogues.procedures.agenda import release_agenda
from parties.models import Organisation, Person, Source
from tests import build
from tests.cast import Cast

PAGES = sorted((model for model in admin.site._registry), key=lambda model: model._meta.label_lower)


def address(model: type[models.Model], view: str = "changelist") -> str:
    page = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    return page if view == "changelist" else f"{page}{view}/"


@pytest.fixture
def furnished(cast: Cast) -> Cast:
    """A row of every kind that the admin has a page for."""
    room = build.a_room()
    session = build.a_session(cast.edition, room=room)
    build.a_speaker(session, cast.delegate_uk.person)
    build.an_action_item(cast.edition)
    build.a_task(cast.edition, due_on=date(2026, 1, 5))
    build.a_theme(cast.edition)
    source = build.a_source()
    build.a_commitment(cast.edition, source=source)
    build.a_result(cast.edition, source=source)
    build.an_organisation(cast.nl)
    build.a_news_item(cast.dialogue)
    build.a_document(cast.edition)
    build.an_engagement(cast.dialogue)
    build.an_initiative(cast.dialogue)
    build.a_figure(cast.edition)
    build.a_statement(cast.dialogue)
    build.a_lineage(cast.edition)
    build.an_appearance(cast.edition)
    build.a_round(cast.edition)
    delegation = build.a_delegation(cast.edition, cast.uk)
    build.a_nomination(delegation)
    accepted = build.an_accepted_nomination(delegation)
    build.own_details(accepted.registration)
    build.an_appointment(cast.secretary_nl, cast.dialogue, "arrangements")
    build.a_letter(cast.edition, cast.uk)
    build.an_export(cast.secretary_nl, cast.edition)
    ParticipantList.objects.create(edition=cast.edition, number=1, issued_by=cast.secretary_nl)
    build.a_template_task(cast.dialogue)
    build.a_heads_decision(cast.edition, cast.secretary_nl)
    build.a_session_report(session, cast.secretary_nl)
    build.a_summary(cast.edition)
    build.a_paper_version(build.a_paper(cast.edition, cast.uk))
    build.information(cast.edition)
    build.a_structure(cast.dialogue)
    build.a_progress_section(build.a_progress_report(build.a_progress_round(cast.edition, cast.secretary_nl)))
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    return cast


def test_the_fixture_has_a_row_of_every_kind(furnished: Cast) -> None:
    empty = [model._meta.label for model in PAGES if not model._default_manager.exists()]
    assert not empty
    assert {Organisation, Person, Source, Venue, OutgoingMessage} <= set(PAGES)


# Several kinds a test: what takes the time is the world they stand in.
SHARES = 5
IN_SHARES = [PAGES[share::SHARES] for share in range(SHARES)]


@pytest.mark.parametrize("kinds", IN_SHARES, ids=lambda kinds: kinds[0]._meta.model_name)
def test_lists_forms_and_histories_open_in_both_languages_with_nothing_inline(
    furnished: Cast, signed_in: Any, kinds: list[type[models.Model]]
) -> None:
    client = signed_in(furnished.secretary_nl)
    for model in kinds:
        opens_with_nothing_inline(client, model)


def opens_with_nothing_inline(client: Client, model: type[models.Model]) -> None:
    listed = client.get(address(model))
    row = listed.context["cl"].queryset.first()
    assert row is not None, f"the secretary finds no row of {model.__name__}"
    one = f"{address(model)}{row.pk}/"
    for language in ("en", "nl"):
        client.cookies["django_language"] = language
        for page in (address(model), f"{one}change/", f"{one}history/"):
            answer = client.get(page)
            text = answer.content.decode()
            assert answer.status_code == 200 and f'<html lang="{language}"' in text, page
            assert not any(said in text for said in (" style=", "<style", "data:", " onclick=")), page
            if 'name="_save"' in text:
                assert 'name="_fingerprint"' in text, page
    client.cookies["django_language"] = "en"
    may_add = admin.site._registry[model].has_add_permission(listed.wsgi_request)
    assert client.get(address(model, "add")).status_code == (200 if may_add else 403)


@pytest.mark.parametrize("kinds", IN_SHARES, ids=lambda kinds: kinds[0]._meta.model_name)
def test_a_technician_adds_changes_and_deletes_nothing(
    furnished: Cast, signed_in: Any, kinds: list[type[models.Model]]
) -> None:
    client = signed_in(furnished.technician)
    for model in kinds:
        nothing_is_changed(client, model)


def nothing_is_changed(client: Client, model: type[models.Model]) -> None:
    before = list(model._default_manager.order_by("pk").values())
    listed = client.get(address(model))
    assert listed.status_code in {200, 403}
    assert client.post(address(model, "add"), {}).status_code == 403
    for row in model._default_manager.all()[:3]:
        for view in ("change", "delete"):
            page = f"/admin/{model._meta.app_label}/{model._meta.model_name}/{row.pk}/{view}/"
            assert client.post(page, {"post": "yes"}).status_code in {302, 403, 404}
    assert list(model._default_manager.order_by("pk").values()) == before
