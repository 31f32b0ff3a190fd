"""Every address outside the admin, asked by the whole cast: none fails, none is missing from `docs/urls.md`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests import build
from tests.cast import Cast

SAMPLE = {
    "dialogue": ["cast-dialogue", "no-such-dialogue"],
    "year": ["2027", "2099", "99999999999999999999"],
    "session": ["1", "99999999999999999999"],
    "number": ["SOC-2027-01", "%F0%9F%90%99"],
    "act": ["report", "nonsense"],
    "key": ["abc"],
    "uidb36": ["1"],
}


def patterns(resolver: URLResolver, before: str = "") -> list[tuple[str, URLPattern]]:
    found: list[tuple[str, URLPattern]] = []
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found += patterns(entry, route)
        else:
            found.append((route, entry))
    return found


def readable() -> list[str]:
    routes = [route for route, _entry in patterns(get_resolver())]
    return sorted({route for route in routes if not route.startswith("admin/")})


def addresses(route: str) -> list[str]:
    """The route with each sample value in place of its parameters; routes written as expressions are left out."""
    if "^" in route or "(?P" in route:
        return []
    made = [f"/{route}"]
    for name, values in SAMPLE.items():
        for kind in (f"<int:{name}>", f"<slug:{name}>", f"<str:{name}>", f"<{name}>", f"<year:{name}>"):
            made = [address.replace(kind, value) for address in made for value in (values if kind in address else [""])]
    return made


@pytest.mark.parametrize("name", ["public", "withdrawn_delegate", "focal_point_nl", "secretary_uk"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_address_fails_whoever_asks_and_however(cast: Cast, signed_in: Any, name: str, method: str) -> None:
    build.an_action_item(cast.edition, number="SOC-2027-01")
    browser = Client(raise_request_exception=False) if name == "public" else signed_in(getattr(cast, name))
    browser.raise_request_exception = False
    asked = [address for route in readable() for address in addresses(route) if "<" not in address and "out/" not in address]
    assert len(asked) > 30
    failures = {address: status for address in asked if (status := getattr(browser, method)(address).status_code) >= 500}
    assert failures == {}


def test_every_topic_of_the_addresses_is_written_down() -> None:
    written = Path("docs/urls.md").read_text(encoding="utf-8")
    for route in readable():
        plain = (
            route.removeprefix("en/")
            .replace("slug:", "")
            .replace("int:", "")
            .replace("str:", "")
            .replace("year:", "")
            .replace("^", "")
        )
        if plain.startswith("sign-in/"):
            assert f"`sign-in/{plain.split('/')[1]}" in written or f"`…/{plain.split('/')[1]}" in written, route
        else:
            assert f"`{plain}`" in written or f"`/{plain}`" in written, route
