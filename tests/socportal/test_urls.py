"""Every address, asked by the whole cast with every method: none fails, each opens for whom `docs/urls.md` says, and what is
hidden answers as what never was (laws R1 and R2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.db import models, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from dialogues.models import ParticipantList, Registration
from dialogues.procedures.agenda import release_agenda
from dialogues.procedures.calendars import make_address
from tests import build
from tests.cast import Cast

METHODS = ("get", "head", "post", "options")
NEVER = 987_654_321
NO_NUMBER = "99999999999999999999"

SECRETARIES = {"secretary_uk", "secretary_nl"}
FOCAL_POINTS = {"focal_point_uk", "focal_point_nl", "deputy_nl"}
DELEGATES = {"delegate_uk", "delegate_nl", "group_member", "other_group_member", "co_chair", "guest_speaker"}
NOT_SIGNED_IN = {"public", "inactive_secretary"}
EVERYBODY = set(Cast.names())
STAFF = {"technician", "secretary_elsewhere", "former_secretary", "coming_secretary"} | SECRETARIES
OPENS_FOR = {
    "everybody": EVERYBODY,
    "signed in": EVERYBODY - NOT_SIGNED_IN,
    "audience": SECRETARIES,  # of what hides in the world below
    "participants": DELEGATES | FOCAL_POINTS | SECRETARIES,
    "focal points": FOCAL_POINTS,
    "its focal points": {"focal_point_uk"},
    "other focal points": {"focal_point_nl", "deputy_nl"},
    "the person": {"delegate_uk"},
    "its reporters": SECRETARIES | {"co_chair"},
    "those asked": FOCAL_POINTS | SECRETARIES | {"co_chair"},
    "those who adopt": FOCAL_POINTS | SECRETARIES,
    "those who tell": FOCAL_POINTS | SECRETARIES,
    "its secretaries": SECRETARIES,
    "staff": STAFF,
    "in its turn": EVERYBODY - NOT_SIGNED_IN,  # or not, as one's own way of signing in has it
    "public only": set(),  # of what hides in the world below
    "who has it": EVERYBODY,
    "nobody": set(),
}


# What stands in docs/urls.md, and what the resolver knows


def patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        else:
            yield route, entry


def written(route: str) -> str:
    """A route as the table writes it: `en/outcomes/<slug:slug>/` is `outcomes/<slug>/`."""
    plain = re.sub(r"\(\?P<(\w+)>(?:[^()]|\\.)*\)", r"<\1>", route.replace("^", "").replace("$", ""))
    plain = re.sub(r"<\w+:(\w+)>", r"<\1>", plain)
    return plain.removeprefix("en/") if plain.startswith("en/") else f"/{plain}"


def routes() -> set[str]:
    return {written(route) for route, _entry in patterns(get_resolver()) if not route.startswith("admin/")}


def table() -> dict[str, str]:
    rows = re.findall(
        r"^\| `([^`]*)` \| ([^|]+) \|", Path("docs/urls.md").read_text(encoding="utf-8").replace("``", "` `"), re.M
    )
    return {pattern.strip(): opens_for.strip() for pattern, opens_for in rows}


def test_every_pattern_has_its_row_and_every_row_its_pattern() -> None:
    listed = table()
    assert set(listed) - {"/admin/…"} == routes()
    assert set(listed.values()) <= set(OPENS_FOR)


# The world: one record behind each address, hidden from most


@dataclass(frozen=True)
class Sample:
    hidden: str
    never: str


@pytest.fixture
def samples(cast: Cast) -> dict[str, Sample]:
    """For each pattern with parameters, the address of a record that hides from most, and of one that never was."""
    secret = build.a_dialogue(slug="secret", audience="secretariat", published_at=None)
    hidden = build.an_edition(secret, year=2028, audience="secretariat", published_at=None)
    for user in (cast.secretary_uk, cast.secretary_nl):
        build.an_appointment(user, secret, "secretary")
    build.a_group(cast.dialogue, slug="secret-group", audience="secretariat", published_at=None)
    build.a_document(cast.edition, slug="secret-outcome", audience="secretariat")
    build.a_news_item(cast.dialogue, slug="secret-news", audience="secretariat")
    item = build.an_action_item(cast.edition, number="SOC-2027-01", audience="secretariat")
    change = build.a_change(item, cast.focal_point_nl)
    build.a_structure(cast.dialogue, slug="secret-structure")
    session = build.a_session(cast.edition, audience="secretariat")
    reported = build.a_session(cast.edition, "14:00", "15:00", kind="breakout", mandate=cast.group)
    build.a_session_report(reported, cast.secretary_nl)
    build.a_summary(cast.edition, status="circulated", circulated_at=timezone.now())
    build.a_session(cast.edition, "16:00", "17:00")
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    build.a_session(hidden, audience="secretariat")
    release_agenda(edition=hidden, by=cast.secretary_nl)
    paper = build.a_paper_version(build.a_paper(cast.edition, cast.uk, audience="secretariat")).paper
    build.a_round(cast.edition)
    ParticipantList.objects.create(edition=cast.edition, number=1, issued_by=cast.secretary_nl)
    ours = build.a_delegation(cast.edition, cast.uk)
    draft = build.a_nomination(ours)
    observer = build.a_submitted_nomination(ours, category="observer")
    own = Registration.objects.get(person=cast.delegate_uk.person, edition=cast.edition)
    build.an_accepted_nomination(ours, registration=own)
    passkey = build.a_passkey(cast.delegate_uk)
    told = build.a_progress_round(cast.edition, cast.secretary_nl, status="closed")
    build.a_progress_section(build.a_progress_report(told))
    in_review = build.a_progress_round(cast.edition, cast.secretary_nl, kind="half_year", status="in_party_review")
    reported_item = build.a_progress_report(in_review, build.an_action_item(cast.edition)).items.get()

    def of(pattern: str, keys: dict[str, Any], never: dict[str, Any]) -> tuple[str, Sample]:
        def filled(values: dict[str, Any]) -> str:
            return "/en/" + re.sub(r"<(\w+)>", lambda found: str(values[found[1]]), pattern)

        return pattern, Sample(filled(keys), filled({**keys, **never}))

    dialogue = {"dialogue": secret.slug}
    edition = {"dialogue": secret.slug, "year": hidden.year}
    open_edition = {"dialogue": cast.dialogue.slug, "year": cast.edition.year}
    no_edition = {"dialogue": "no-such-dialogue"}
    nominations = "delegation/nominations/<nomination>/"
    feed = Sample(f"/calendar/{make_address(by=cast.group_member, lang='en')}.ics", "/calendar/never-made.ics")
    return dict(
        [
            ("/calendar/<token>.ics", feed),
            of("dialogues/<dialogue>/", dialogue, no_edition),
            of("dialogues/<dialogue>/latest/", dialogue, no_edition),
            of("dialogues/<dialogue>/<year>/", edition, no_edition),
            of("dialogues/<dialogue>/<year>/agenda/", edition, no_edition),
            of("dialogues/<dialogue>/<year>/agenda.ics", edition, no_edition),
            of("dialogues/<dialogue>/<year>/agenda.pdf", edition, no_edition),
            of("dialogues/<dialogue>/<year>/agenda/annotated.pdf", open_edition, {"year": 2099}),
            of(
                "dialogues/<dialogue>/<year>/agenda/<session>/",
                {**open_edition, "session": session.pk},
                {"session": NO_NUMBER},
            ),
            of("dialogues/<dialogue>/<year>/agenda/changes/", open_edition, {"year": 2099}),
            of("dialogues/<dialogue>/<year>/information/", open_edition, {"year": 2099}),
            of("dialogues/<dialogue>/<year>/participants/", open_edition, {"year": 2099}),
            of("dialogues/<dialogue>/<year>/participants/<number>/", {**open_edition, "number": 1}, {"year": NO_NUMBER}),
            *(
                of(f"dialogues/<dialogue>/<year>/conclusions/{page}", open_edition, {"year": 2098})
                for page in ("", "adopt/", "screen/", "official-conclusions.pdf")
            ),
            of("my/reports/<session>/", {"session": reported.pk}, {"session": NEVER}),
            of("papers/<paper>/<lang>/<number>/", {"paper": paper.pk, "lang": "en", "number": 1}, {"paper": NEVER}),
            of("working-groups/<slug>/", {"slug": "secret-group"}, {"slug": "no-such-group"}),
            of("structures/<slug>/", {"slug": "secret-structure"}, {"slug": "no-such-structure"}),
            of("outcomes/<slug>/", {"slug": "secret-outcome"}, {"slug": "no-such-outcome"}),
            of("news/<slug>/", {"slug": "secret-news"}, {"slug": "no-such-news"}),
            of("action-items/<number>/", {"number": item.number}, {"number": "SOC-2027-98"}),
            of("action-items/<number>/<act>/", {"number": item.number, "act": "report"}, {"number": "SOC-2027-99"}),
            of(
                "action-items/<number>/changes/<change>/<answer>/",
                {"number": item.number, "change": change.pk, "answer": "accept"},
                {"change": NEVER},
            ),
            of("action-items/official-action-items.<file_type>", {"file_type": "csv"}, {"file_type": "exe"}),
            *(of(f"progress/<pk>/{page}", {"pk": told.pk}, {"pk": NEVER}) for page in ("", "official-progress.pdf", "public/")),
            of("progress/<pk>/agree/", {"pk": in_review.pk}, {"pk": NEVER}),
            of("progress/<pk>/items/<item>/view/", {"pk": in_review.pk, "item": reported_item.pk}, {"item": NEVER}),
            *(
                of(f"delegation/<pk>/{page}", {"pk": ours.pk, "file_type": "csv"}, {"pk": NEVER})
                for page in ("", "add/", "import/", "import/<file_type>/", "submit/", "order/", "names/", "export/", "confirm/")
            ),
            of(nominations, {"nomination": draft.pk}, {"nomination": NEVER}),
            of(f"{nominations}<act>/", {"nomination": draft.pk, "act": "delete"}, {"nomination": NO_NUMBER}),
            of("delegation/consents/<nomination>/", {"nomination": observer.pk}, {"nomination": NEVER}),
            of("my/details/<registration>/", {"registration": own.pk}, {"registration": NEVER}),
            of("my/details/<registration>/withdraw/", {"registration": own.pk}, {"registration": NO_NUMBER}),
            of("sign-in/second-factor/webauthn/keys/<pk>/remove/", {"pk": passkey.pk}, {"pk": NEVER}),
            of("sign-in/second-factor/webauthn/keys/<pk>/edit/", {"pk": passkey.pk}, {"pk": NEVER}),
            of("sign-in/confirm-email/<key>/", {"key": "abc"}, {"key": "abd"}),
            of("sign-in/password/reset/key/<uidb36>-<key>/", {"uidb36": "1", "key": "abc"}, {"key": "abd"}),
        ]
    )


class Asking:
    """One of the cast at a browser; what a request changes is undone, the session and cookies with it."""

    def __init__(self, client: Client) -> None:
        self.client, self.cookies = client, client.cookies.output(header="", sep=";")
        client.raise_request_exception = False

    def ask(self, method: str, address: str) -> Any:
        self.client.cookies = SimpleCookie(self.cookies)
        with transaction.atomic():
            answer = getattr(self.client, method)(address)
            transaction.set_rollback(True)
        return answer


def comparable(answer: Any, *asked: str) -> tuple[Any, ...]:
    """Status, headers and body without the date, the masked CSRF token and what was asked for."""
    body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode(errors="replace"))

    def without(text: str) -> str:
        for one in asked:
            plain = one.removeprefix("/en/")
            text = text.replace(plain, "…").replace(quote(plain, safe=""), "…")
        return text

    unequal = {"Date", "Expires", "Etag", "Content-Length"}  # the clock’s, and what follows from the body
    headers = {name: without(value) for name, value in answer.headers.items() if name not in unequal}
    return answer.status_code, headers, without(body)


ASKED_AS = (
    "public",
    "delegate_uk",
    "delegate_nl",
    "withdrawn_delegate",
    "guest_speaker",
    "focal_point_uk",
    "focal_point_nl",
    "secretary_uk",
    "secretary_nl",  # the lead
    "technician",  # a superuser
)


@pytest.mark.parametrize("name", ASKED_AS)
def test_each_address_opens_for_whom_it_says_and_nothing_fails(
    cast: Cast, samples: dict[str, Sample], signed_in: Any, name: str
) -> None:
    person = Asking(Client() if name == "public" else signed_in(getattr(cast, name)))
    faults = []
    for pattern, opens_for in table().items():
        if pattern == "/admin/…":
            continue
        sample = samples.get(pattern)
        address = sample.hidden if sample else pattern if pattern.startswith("/") else f"/en/{pattern}"
        may = name in OPENS_FOR[opens_for]
        for method in METHODS:
            answer = person.ask(method, address)
            if answer.status_code >= 500:
                faults.append(f"{method} {pattern}: {answer.status_code}")
            elif opens_for == "in its turn" and may:
                pass
            elif method in {"get", "head"} and not stands(answer, may=may, signed_in=name not in NOT_SIGNED_IN):
                faults.append(f"{method} {pattern}: {answer.status_code} {answer.headers.get('Location', '')}, may={may}")
            if sample:
                other = person.ask(method, sample.never)
                if other.status_code >= 500:
                    faults.append(f"{method} {sample.never}: {other.status_code}")
                elif not may and comparable(answer, sample.hidden) != comparable(other, sample.never):
                    faults.append(f"{method} {pattern}: hidden and never existing differ")
    assert faults == []


def stands(answer: Any, *, may: bool, signed_in: bool) -> bool:
    """Whoever may reads it or is led on; whoever may not gets 404; whoever is not signed in may be asked to."""
    to_sign_in = answer.status_code == 302 and bool(re.match(r"/en/sign-in/(staff/)?\?", answer.headers["Location"]))
    if may:
        return answer.status_code in {200, 301, 302, 405} and not (signed_in and to_sign_in)
    return answer.status_code == 404 or (to_sign_in and not signed_in)


NONSENSE = (
    "/en/action-items/%F0%9F%90%99/",
    f"/en/dialogues/cast-dialogue/{NO_NUMBER}/agenda/",
    f"/en/delegation/{NO_NUMBER}/",
    f"/en/delegation/nominations/{NO_NUMBER}/submit/",
    f"/en/my/details/{NO_NUMBER}/",
    "/en/delegation/1/import/exe/",
    f"/en/progress/{NO_NUMBER}/items/{NO_NUMBER}/view/",
    f"/en/action-items/SOC-2027-01/changes/{NO_NUMBER}/accept/",
    "/en/structures/?level=%F0%9F%90%99&party=%F0%9F%90%99",
    "/en/search/?q=%00",
)


@pytest.mark.parametrize("name", ["public", "focal_point_uk", "secretary_uk"])
def test_nonsense_in_an_address_is_answered_in_words(cast: Cast, signed_in: Any, name: str) -> None:
    person = Asking(Client() if name == "public" else signed_in(getattr(cast, name)))
    answers = {address: person.ask(method, address).status_code for address in NONSENSE for method in ("get", "post")}
    assert {status for status in answers.values() if status >= 500} == set()
    assert answers["/en/search/?q=%00"] == 400


# The admin

OTHER_PARAMETERS = {
    "content_type_id": "1",
    "app_label": "dialogues",
    "step": "publish",
    "act": "late",
    "name": "accept",
    "kind": "invitation",
    "party": "UK",
    "lang": "en",
    "what": "badges",
    "url": "nowhere",
}


def admin_routes() -> Iterator[tuple[str, type[models.Model] | None]]:
    """Each route of the admin with the kind of record that it is about."""
    kinds = {f"admin/{model._meta.app_label}/{model._meta.model_name}/": model for model in admin.site._registry}
    for route, _entry in patterns(get_resolver()):
        if route.startswith("admin/"):
            yield route, next((model for start, model in kinds.items() if route.startswith(start)), None)


def filled(route: str, key: Any) -> str:
    plain = route.replace("^", "").replace("(?P<url>.*)$", "<url>").replace("$", "")
    plain = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", plain)
    plain = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: OTHER_PARAMETERS.get(found[1], str(key)), plain)
    return f"/{plain}"


# Lists, forms and histories of every kind open in tests/dialogues/admin; here are the doors that should stay shut, tried
# with all methods by who may not enter, and the pages of our own that work on one record.
METHODS_OF = {
    "public": METHODS,
    "focal_point_uk": METHODS,
    "technician": ("get",),
    "secretary_elsewhere": ("get", "post"),
    "secretary_uk": ("get", "post"),
}


@pytest.mark.parametrize("name", list(METHODS_OF))
def test_no_page_of_the_admin_fails_and_what_hides_answers_as_what_never_was(
    cast: Cast, samples: dict[str, Sample], signed_in: Any, name: str
) -> None:
    user = getattr(cast, name)
    person, faults, compared = Asking(Client() if name == "public" else signed_in(user)), [], 0
    for route, model in admin_routes():
        about_one = "object_id" in route
        own_page = about_one and not re.search(r"/(change|delete|history)/$|>/$", route)
        if (name == "secretary_uk" and not own_page) or (name in {"technician", "secretary_elsewhere"} and not about_one):
            continue
        rows = model._default_manager if model else None
        key = (rows.order_by("pk").values_list("pk", flat=True).first() if rows is not None else None) or NEVER
        shown = rows is not None and hasattr(rows, "visible_to") and rows.visible_to(user).filter(pk=key).exists()
        for method in METHODS_OF[name]:
            answer = person.ask(method, filled(route, key))
            if answer.status_code >= 500:
                faults.append(f"{method} {route}: {answer.status_code}")
            if not about_one or key == NEVER or (shown and name not in {"public", "focal_point_uk"}):
                continue
            compared += 1
            never = person.ask(method, filled(route, NEVER))
            if comparable(answer, *named(key)) != comparable(never, *named(NEVER)):
                faults.append(f"{method} {route}: hidden and never existing differ")
    assert faults == []
    assert compared > 50 or name == "secretary_uk"


def named(key: Any) -> tuple[str, ...]:
    """How an address and the stock sentences name a record by its key."""
    return (f"/{key}/", f"“{key}”", f"ID {key} ")
