"""Editions in the admin: planned with little, dated in order, kept by their own secretaries."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dialogues.models import Appointment, Audience, Edition
from tests import build
from tests.cast import Cast
from tests.filling_in import filled_in

ADD = "/admin/dialogues/edition/add/"


def said(cast: Cast, **fields: Any) -> dict[str, Any]:
    return {"dialogue": cast.dialogue.pk, "year": 2028, "date_precision": "none", **fields}


def test_dialogue_and_year_are_enough(cast: Cast, signed_in: Any) -> None:
    assert signed_in(cast.secretary_uk).post(ADD, said(cast)).status_code == 302
    edition = Edition.objects.get(year=2028)
    assert (edition.status, edition.audience) == (Edition.Status.PLANNED, Audience.DELEGATES)


def test_days_host_and_city_are_taken_with_it(cast: Cast, signed_in: Any) -> None:
    full = said(
        cast,
        opens_on="2028-03-14",
        closes_on="2028-03-15",
        date_precision="exact",
        host_party=cast.uk.pk,
        city_en="London",
        time_zone="Europe/London",
        ordinal=6,
    )
    assert signed_in(cast.secretary_uk).post(ADD, full).status_code == 302
    assert Edition.objects.get(year=2028).opens_on == date(2028, 3, 14)


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"opens_on": "2028-03-14", "closes_on": "2028-03-13", "date_precision": "exact"}, "closes_on"),
        ({"closes_on": "2028-03-13"}, "opens_on"),
        ({"opens_on": "2028-03-14"}, "date_precision"),
        ({"date_precision": "exact"}, "opens_on"),
        ({"opens_on": "31 February 2028", "date_precision": "exact"}, "opens_on"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"year": "99999999999999999999"}, "year"),
        ({"year": "2027"}, "__all__"),
        ({"host_party": "zz"}, "host_party"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(cast: Cast, signed_in: Any, fields: dict[str, Any], at: str) -> None:
    answer = signed_in(cast.secretary_uk).post(ADD, said(cast, **fields))
    assert answer.status_code == 200
    assert at in answer.context["adminform"].form.errors
    assert not Edition.objects.filter(year=2028).exists()


def test_the_days_of_a_scheduled_edition_change_by_moving_it_and_not_by_hand(cast: Cast, signed_in: Any) -> None:
    task = build.a_task(cast.edition, offset_days=-10, due_on=date(2027, 3, 5))
    client = signed_in(cast.secretary_nl)
    page = f"/admin/dialogues/edition/{cast.edition.pk}/change/"
    answer = client.get(page)
    form = filled_in(answer, "edition_form")
    fixed = {"opens_on", "closes_on", "date_precision", "host_party", "time_zone"}
    assert not fixed & set(form) and "city_en" in form
    assert "The days are fixed" in answer.content.decode()
    assert f"/admin/dialogues/edition/{cast.edition.pk}/move/" in answer.content.decode()
    typed = {**form, "opens_on": "2027-04-13", "closes_on": "", "host_party": cast.uk.pk, "city_en": "Delft"}
    assert client.post(page, typed).status_code == 302
    cast.edition.refresh_from_db()
    task.refresh_from_db()
    assert (cast.edition.opens_on, cast.edition.host_party, cast.edition.city_en) == (build.OPENING, cast.nl, "Delft")
    assert task.due_on == date(2027, 3, 5)


def test_a_postponed_edition_is_given_its_new_days_by_hand(cast: Cast, signed_in: Any) -> None:
    gone = {"status": "postponed", "opens_on": None, "closes_on": None, "date_precision": "none"}
    Edition.objects.filter(pk=cast.edition.pk).update(**gone)
    client = signed_in(cast.secretary_nl)
    page = f"/admin/dialogues/edition/{cast.edition.pk}/change/"
    form = filled_in(client.get(page), "edition_form")
    new = {"opens_on": "2027-09-14", "closes_on": "2027-09-15", "date_precision": "exact"}
    assert client.post(page, {**form, **new}).status_code == 302
    step = f"/admin/dialogues/edition/{cast.edition.pk}/step/schedule/"
    said = client.get(step).content.decode()
    assert "Working sessions come along" in said and "11 messages about the new days go to the outbox" in said
    assert client.post(step).status_code == 302
    cast.edition.refresh_from_db()
    assert (cast.edition.status, cast.edition.opens_on) == ("scheduled", date(2027, 9, 14))


def test_the_checklist_of_a_planned_edition_goes_with_the_days_that_are_typed(cast: Cast, signed_in: Any) -> None:
    """Days that are no more would call its tasks overdue."""
    days = {"opens_on": date(2027, 1, 12), "closes_on": date(2027, 1, 13)}
    edition = build.an_edition(cast.dialogue, year=2028, status="planned", **days)
    task = build.a_task(edition, offset_days=-60, due_on=date(2026, 11, 13))
    by_hand = build.a_task(edition, offset_days=-60, due_on=date(2026, 11, 13), is_dated_by_hand=True)
    client, page = signed_in(cast.secretary_nl), f"/admin/dialogues/edition/{edition.pk}/change/"
    assert task.is_overdue()
    form = filled_in(client.get(page), "edition_form")
    assert client.post(page, {**form, "opens_on": "2028-05-16", "closes_on": "2028-05-17"}).status_code == 302
    task.refresh_from_db()
    by_hand.refresh_from_db()
    assert (task.due_on, by_hand.due_on) == (date(2028, 3, 17), date(2026, 11, 13))
    assert not task.is_overdue() and by_hand.is_overdue()


def test_a_public_edition_of_another_dialogue_is_read_and_not_changed(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_elsewhere)
    page = f"/admin/dialogues/edition/{cast.edition.pk}/change/"
    answer = client.get(page)
    assert answer.status_code == 200 and 'name="_save"' not in answer.content.decode()
    assert client.post(page, {"name_en": "Taken"}).status_code == 403
    hidden = build.an_edition(cast.dialogue, year=2029, audience="delegates", published_at=None)
    assert client.get(f"/admin/dialogues/edition/{hidden.pk}/change/").status_code == 302
    assert client.get(ADD).status_code == 200
    assert "dialogue" in client.post(ADD, said(cast)).context["adminform"].form.errors


def test_a_hidden_edition_is_no_choice_of_a_filter(cast: Cast, signed_in: Any) -> None:
    build.an_edition(cast.dialogue, year=2029, name_en="Baited edition", audience="delegates", published_at=None)
    build.an_edition(Appointment.objects.get(person=cast.secretary_elsewhere.person).dialogue, year=2030)
    text = signed_in(cast.secretary_elsewhere).get("/admin/dialogues/theme/").content.decode()
    assert "Baited edition" not in text
    assert "Baited edition" in signed_in(cast.secretary_nl).get("/admin/dialogues/theme/").content.decode()


def test_a_party_with_a_secretary_appoints_its_own_people(cast: Cast, signed_in: Any) -> None:
    fields = {
        "dialogue": cast.dialogue.pk,
        "party": cast.uk.pk,
        "person": build.a_person(cast.uk).pk,
        "role": "secretary",
        "starts_on": "2026-01-01",
    }
    answer = signed_in(cast.secretary_nl).post("/admin/dialogues/appointment/add/", fields)
    assert answer.status_code == 200 and "party" in answer.context["adminform"].form.errors
    assert signed_in(cast.secretary_uk).post("/admin/dialogues/appointment/add/", fields).status_code == 302


def test_a_technician_is_not_made_a_secretary_by_the_other_party(cast: Cast, signed_in: Any) -> None:
    own = Appointment.objects.get(person=cast.secretary_uk.person)
    page = f"/admin/dialogues/appointment/{own.pk}/change/"
    answer = signed_in(cast.secretary_nl).post(page, {"ends_on": "2026-01-01"})
    assert answer.status_code == 403
    own.refresh_from_db()
    assert own.ends_on is None
