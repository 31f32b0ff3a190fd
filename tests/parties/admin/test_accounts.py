"""Accounts in the admin: a way in for one's own party's people, and for nobody else's."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress

from parties.models import User
from tests import build
from tests.cast import Cast
from tests.filling_in import filled_in

ADD = "/admin/parties/user/add/"


def test_an_account_comes_with_its_verified_address_and_signs_in_by_code(cast: Cast, signed_in: Any) -> None:
    person = build.a_person(cast.nl)
    said = {"email": "New.Person@example.org", "language": "nl", "person": person.pk, "is_active": "on"}
    assert signed_in(cast.secretary_nl).post(ADD, said).status_code == 302
    account = User.objects.get(person=person)
    assert (account.email, account.party, account.has_usable_password()) == ("new.person@example.org", cast.nl, False)
    address = EmailAddress.objects.get(user=account)
    assert address.verified and address.primary and address.email == account.email


def test_staff_get_a_password_and_a_weak_one_is_refused(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_nl)
    person = build.a_person(cast.nl)
    said = {"email": "staff@example.org", "language": "en", "person": person.pk, "is_active": "on", "is_staff": "on"}
    for password in ("", "short", "123456789012"):
        answer = client.post(ADD, {**said, "new_password": password})
        assert "new_password" in answer.context["adminform"].form.errors
    assert client.post(ADD, {**said, "new_password": "a long enough phrase"}).status_code == 302
    assert User.objects.get(person=person).check_password("a long enough phrase")


def test_the_other_partys_accounts_are_read_and_not_taken_over(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_nl)
    for victim in (cast.secretary_uk, cast.focal_point_uk, cast.technician):
        page = f"/admin/parties/user/{victim.pk}/change/"
        assert client.post(page, {"email": "taken@example.org", "new_password": "a long enough phrase"}).status_code == 403
        victim.refresh_from_db()
        assert victim.email != "taken@example.org"
    said = {"email": "x@example.org", "language": "en", "person": build.a_person(cast.uk).pk, "is_active": "on"}
    assert "person" in client.post(ADD, said).context["adminform"].form.errors


def test_a_second_account_for_an_address_is_refused_whatever_its_case(cast: Cast, signed_in: Any) -> None:
    said = {"email": cast.delegate_nl.email.upper(), "language": "en", "person": build.a_person(cast.nl).pk}
    answer = signed_in(cast.secretary_nl).post(ADD, said)
    assert answer.status_code == 200 and answer.context["adminform"].form.errors


def test_nobody_raises_an_account_to_a_technicians(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_nl)
    page = f"/admin/parties/user/{cast.delegate_nl.pk}/change/"
    form = filled_in(client.get(page), "user_form")
    assert "is_superuser" not in form and "groups" not in form and "password" not in form
    client.post(page, {**form, "is_superuser": "on", "password": "x"})
    cast.delegate_nl.refresh_from_db()
    assert not cast.delegate_nl.is_superuser


def test_one_does_not_lock_oneself_out(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_nl)
    page = f"/admin/parties/user/{cast.secretary_nl.pk}/change/"
    form = filled_in(client.get(page), "user_form")
    client.post(page, {name: value for name, value in form.items() if name not in {"is_active", "is_staff"}})
    cast.secretary_nl.refresh_from_db()
    assert cast.secretary_nl.is_active and cast.secretary_nl.is_staff


def test_an_address_with_a_nul_byte_or_a_name_of_one_is_refused(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_nl)
    assert client.post("/admin/parties/person/add/", {"name": "Nul\0byte"}).status_code == 200
    assert client.post(ADD, {"email": "nul\0@example.org"}).status_code == 200
