"""Who may enter the admin, and what stands on its first page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from tests import build
from tests.cast import Cast
from tests.signing_in import sign_in

INDEX = "/admin/"


def test_an_outsider_is_sent_to_the_password_page_of_staff_and_not_to_the_code_page(db: None) -> None:
    answer = Client().get(INDEX, follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))


@override_settings(STAFF_MFA=True)
@pytest.mark.parametrize("methods", [("password",), ("code",), ("code", "mfa"), ("mfa",), ("demonstration",)])
def test_half_a_sign_in_does_not_open_the_admin(cast: Cast, methods: tuple[str, ...]) -> None:
    client = sign_in(Client(), cast.secretary_nl, methods)
    for address in (INDEX, "/admin/dialogues/edition/", f"/admin/dialogues/edition/{cast.edition.pk}/change/"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert str(cast.edition) not in answer.content.decode()


@override_settings(STAFF_MFA=True)
def test_staff_without_a_second_factor_are_led_to_enrolment(cast: Cast) -> None:
    client = sign_in(Client(), cast.secretary_nl, ("password",))
    assert client.get(INDEX)["Location"] == reverse("mfa_index")
    assert "Set one up here" in client.get(reverse("mfa_index")).content.decode()


@override_settings(STAFF_MFA=True)
def test_enrolled_staff_are_asked_for_the_second_factor_and_never_see_the_stock_form(cast: Cast) -> None:
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=cast.secretary_nl, type="totp", data={"secret": "x"})
    client = sign_in(Client(), cast.secretary_nl, ("password",))
    for address in (INDEX, "/admin/login/?next=/admin/"):
        assert client.get(address)["Location"].startswith(reverse("mfa_reauthenticate"))


@override_settings(STAFF_MFA=False)
def test_a_code_never_opens_the_admin_even_where_no_second_factor_is_asked(cast: Cast) -> None:
    client = sign_in(Client(), cast.secretary_nl, ("code",))
    assert client.get(INDEX).status_code == 302
    assert sign_in(Client(), cast.secretary_nl, ("password",)).get(INDEX).status_code == 200


@pytest.mark.parametrize("who", ["delegate_nl", "focal_point_uk", "stranger", "inactive_secretary"])
def test_nobody_but_staff_enters(cast: Cast, who: str) -> None:
    client = sign_in(Client(), getattr(cast, who), ("password", "mfa"))
    assert client.get(INDEX).status_code in {302, 403}
    assert client.get("/admin/dialogues/session/").status_code in {302, 403}


def test_a_secretary_whose_appointment_has_ended_changes_nothing(cast: Cast, signed_in: Any) -> None:
    for name in ("former_secretary", "coming_secretary"):
        client = signed_in(getattr(cast, name))
        assert client.get(f"/admin/dialogues/session/{build.a_session(cast.edition).pk}/change/").status_code in {302, 403}
        assert client.get("/admin/dialogues/session/add/").status_code == 403


def test_the_sections_are_the_secretariats_own_and_count_what_the_reader_would_find(cast: Cast, signed_in: Any) -> None:
    build.a_session(cast.edition)
    build.a_session(cast.edition, audience="party", party=cast.uk)
    sections = {
        model["object_name"]: model["count"]
        for section in signed_in(cast.secretary_nl).get(INDEX).context["available_apps"]
        for model in section["models"]
    }
    assert sections["Session"] == 1  # the other party's own is not counted
    assert sections["Registration"] == cast.edition.registrations.count() + 1
    assert not {"Group", "EmailAddress", "Authenticator", "LogEntry"} & set(sections)


def test_plumbing_has_no_page(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_nl)
    for address in ("auth/group/", "account/emailaddress/", "mfa/authenticator/", "r/1/1/", "dialogues/"):
        assert client.get(f"/admin/{address}").status_code in {302, 404}
    assert client.get("/admin/auth/group/", follow=True).status_code == 404


def test_a_technician_without_an_appointment_reads_what_the_public_reads_and_changes_nothing(
    cast: Cast, signed_in: Any
) -> None:
    client = signed_in(cast.technician)
    bait = build.a_session(cast.edition, title_en="Baited session", audience="public", published_at=build.LONG_AGO)
    hidden = build.a_theme(cast.edition, name_en="Baited theme")
    public = build.a_theme(cast.edition, name_en="Open theme", audience="public", published_at=build.LONG_AGO)
    page = client.get(INDEX)
    assert "technician" in page.content.decode()
    themes = client.get("/admin/dialogues/theme/").content.decode()
    assert public.name_en in themes and hidden.name_en not in themes
    for model in (
        "session",
        "registration",
        "mandate",
        "agendarelease",
        "actionitem",
        "outgoingmessage",
        "journalentry",
        "venue",
    ):
        answer = client.get(f"/admin/dialogues/{model}/")
        assert answer.status_code in {200, 403}
        assert bait.title_en not in answer.content.decode()
        if answer.status_code == 200:
            assert answer.context["cl"].result_count == 0
    assert cast.secretary_uk.person.name not in client.get("/admin/parties/person/").content.decode()
    for address in (
        f"/admin/dialogues/edition/{cast.edition.pk}/change/",
        f"/admin/dialogues/theme/{public.pk}/change/",
        "/admin/dialogues/edition/add/",
        "/admin/parties/user/add/",
    ):
        assert client.post(address, {"name_en": "Changed", "year": "2031"}).status_code == 403
    cast.edition.refresh_from_db()
    assert cast.edition.name_en == ""


def test_an_empty_dialogue_offers_first_steps(cast: Cast, signed_in: Any) -> None:
    page = signed_in(cast.secretary_elsewhere).get(INDEX)
    assert "No edition is in hand" in page.content.decode()
    assert reverse("admin:dialogues_edition_add") in page.content.decode()


def test_the_language_of_the_admin_is_switched_in_place(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_nl)
    answer = client.post("/admin/language/", {"language": "nl", "next": "/admin/dialogues/session/"})
    assert answer["Location"] == "/admin/dialogues/session/"
    assert '<html lang="nl"' in client.get(INDEX).content.decode()


def test_pages_of_the_admin_hold_nothing_inline(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_nl)
    session = build.a_session(cast.edition)
    for address in (
        INDEX,
        "/admin/dialogues/session/",
        f"/admin/dialogues/session/{session.pk}/change/",
        f"/admin/dialogues/edition/{cast.edition.pk}/step/release/",
        f"/admin/dialogues/edition/{cast.edition.pk}/history/",
    ):
        text = client.get(address).content.decode()
        assert "<style" not in text and " style=" not in text and "data:" not in text
        assert " onclick" not in text and "<script>" not in text
