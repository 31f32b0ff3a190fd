"""What no address and no form of the admin may do: fail, or show more than it offers (law R2)."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin

from dialogues.models import Publishable
from tests import build
from tests.cast import Cast

HUGE = "99999999999999999999999999"
NONSENSE = [
    "name__regex=(",
    "title_en__regex=(",
    "edition__dialogue__slug__startswith=c",
    "e=1",
    "p=zz",
    f"p={HUGE}",
    "o=zz",
    f"o={HUGE}",
    "all=zz",
    "q=%27%22%28%25_",
    "q=" + "a" * 3000,
    f"edition__id__exact={HUGE}",
    "edition__id__exact=zz",
    "edition__isnull=zz",
    "party__id__exact=zz",
    f"party__id__exact={HUGE}",
    "status__exact=zz",
    "standing=zz",
    "is_gate__exact=zz",
    "_popup=zz",
    "_to_field=password",
    "chair=zz",
]
PREFILLS = [
    "starts_at=garbage",
    "chair=zz",
    f"edition={HUGE}",
    "edition=zz",
    "edition=-1",
    "_popup=1",
    "kind=zz",
    "dialogue=zz",
    "audience=public",
]


def pages() -> list[str]:
    return [f"{model._meta.app_label}/{model._meta.model_name}" for model in admin.site._registry]


@pytest.fixture
def furnished(cast: Cast) -> Cast:
    """Something of most kinds, so that a list has rows to fail on."""
    build.a_session(cast.edition)
    build.an_action_item(cast.edition)
    build.a_task(cast.edition)
    build.a_theme(cast.edition)
    build.a_commitment(cast.edition)
    build.a_result(cast.edition)
    build.a_room()
    build.an_appointment(cast.secretary_nl, cast.dialogue, "arrangements")
    return cast


@pytest.mark.parametrize("kind", pages())
def test_no_query_string_makes_a_list_fail(furnished: Cast, signed_in: Any, kind: str) -> None:
    client = signed_in(furnished.secretary_nl)
    for query in ["", *NONSENSE]:
        answer = client.get(f"/admin/{kind}/?{query}")
        assert answer.status_code in {200, 302, 400}, (kind, query, answer.status_code)
        if answer.status_code == 302 and query == f"edition__id__exact={HUGE}":
            assert client.get(answer["Location"], follow=True).status_code == 200, (kind, query)


@pytest.mark.parametrize("kind", pages())
def test_no_prefill_and_no_number_makes_a_form_fail(furnished: Cast, signed_in: Any, kind: str) -> None:
    client = signed_in(furnished.secretary_nl)
    for query in PREFILLS:
        assert client.get(f"/admin/{kind}/add/?{query}").status_code in {200, 400, 403}, (kind, query)
    for key in ("0", "-1", "zz", HUGE, "1.5", "_5F"):
        for view in ("change", "history", "delete"):
            answer = client.get(f"/admin/{kind}/{key}/{view}/")
            assert answer.status_code in {302, 403, 404}, (kind, key, view, answer.status_code)


@pytest.mark.parametrize("kind", pages())
def test_no_empty_or_broken_form_makes_a_save_fail(furnished: Cast, signed_in: Any, kind: str) -> None:
    client = signed_in(furnished.secretary_nl)
    fields = [field.name for model in admin.site._registry for field in model._meta.get_fields() if hasattr(field, "column")]
    broken = (
        dict.fromkeys(fields, "zz\x00") | {f"{name}_0": HUGE for name in fields} | {f"{name}_1": "99:99" for name in fields}
    )
    for posted in ({}, broken, dict.fromkeys(fields, HUGE), {"speakers-TOTAL_FORMS": HUGE, "speakers-INITIAL_FORMS": "7"}):
        assert client.post(f"/admin/{kind}/add/", posted).status_code in {200, 302, 400, 403}, kind


def test_a_list_offers_only_its_own_filters(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_nl)
    assert client.get("/admin/dialogues/session/?title_en__startswith=A").status_code == 400
    assert client.get("/admin/parties/user/?password__startswith=s").status_code == 400
    assert client.get("/admin/dialogues/session/?kind__exact=plenary").status_code == 200


@pytest.mark.parametrize("kind", pages())
def test_nothing_is_deleted_in_bulk_or_by_hand(furnished: Cast, signed_in: Any, kind: str) -> None:
    model = next(model for model in admin.site._registry if f"{model._meta.app_label}/{model._meta.model_name}" == kind)
    if issubclass(model, Publishable):  # a draft that never was public may be thrown away
        model._default_manager.update(audience="public", published_at=build.LONG_AGO)
    row = model._default_manager.order_by("pk").first()
    client = signed_in(furnished.secretary_nl)
    if row is not None:
        assert client.post(f"/admin/{kind}/{row.pk}/delete/", {"post": "yes"}).status_code in {302, 403}
        assert client.post(f"/admin/{kind}/", {"action": "delete_selected", "_selected_action": row.pk}).status_code == 400
        assert model._default_manager.filter(pk=row.pk).exists()
    assert not admin.site._registry[model].actions


def test_choices_by_search_are_limited_as_rows_are(cast: Cast, signed_in: Any) -> None:
    address = "/admin/autocomplete/?app_label=dialogues&model_name=speakerslot&field_name=person&term=Zzyx"
    found = signed_in(cast.secretary_nl).get(address)
    assert cast.delegate_uk.person.name in found.content.decode()
    refused = signed_in(cast.technician).get(address)
    assert cast.delegate_uk.person.name not in refused.content.decode()
    client = signed_in(cast.secretary_nl)
    for query in ("", "app_label=zz", "app_label=parties&model_name=user&field_name=password&term=a", f"page={HUGE}"):
        assert client.get(f"/admin/autocomplete/?{query}").status_code in {200, 400, 403, 404}
