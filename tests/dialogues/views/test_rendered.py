"""Answers that are given again: at once without work, never after something changed, never to somebody else."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import connection, models
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from dialogues.models import Audience, Edition, Nomination, Session
from dialogues.procedures import journal, nominations
from dialogues.views import rendered
from dialogues.views.rendered import Answer, Stand, Store
from socportal import clock, gzipped
from tests import build
from tests.cast import Cast
from tests.dialogues.views.test_agenda import address, released

LIFTED = datetime(2027, 3, 15, 10, 7, 30, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)
ZIPPED = {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br"}
# Instants that no kept page follows: what has happened, and what staff, focal points and the outbox go by.
BEHIND = {
    "accepted_at", "adopted_at", "answered_at", "as_of", "assembled_at", "at", "changed_en_at", "changed_nl_at",
    "circulated_at", "completed_at",
    "created_at", "dropped_at", "drafted_at", "entered_at", "erased_at", "given_at", "issued_at", "last_login", "made_at",
    "opened_at", "proposed_at", "quarantined_at", "queued_at", "released_at", "revoked_at", "sent_at", "settled_at",
    "status_since", "submitted_at", "taken_at", "to_reconfirm_since", "undone_at", "uploaded_at", "used_at", "withdrawn_at",
    "written_at",
}  # fmt: skip
OF_STAFF = {"closes_at", "expires_at", "extended_until", "next_try_at", "proposed_for"}


@pytest.fixture(autouse=True)
def on_the_day_before() -> Iterator[None]:
    with time_machine.travel(datetime(2027, 3, 15, 9, tzinfo=UTC), tick=True):
        yield


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store that nothing but its own rule empties."""
    monkeypatch.setattr(rendered, "STORE", Store())
    return rendered.STORE


@pytest.fixture
def plenary(cast: Cast) -> Session:
    session = build.a_session(cast.edition, audience=Audience.PUBLIC, title_en="Opening plenary")
    inside = build.a_session(cast.edition, "10:30", "11:00", audience=Audience.DELEGATES, title_en="Zzyx inside")
    released(cast.edition, session, inside)
    return session


def note(edition: Edition) -> None:
    """What every act ends with."""
    journal.write(by=None, act="changed", on=edition)


def asked(path: str, browser: Client | None = None) -> tuple[int, str]:
    browser = browser or Client()
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(path)
    assert answer.status_code == 200
    return len(queries), answer.content.decode()


class TestWhatIsKept:
    @pytest.mark.parametrize("page", ["", "agenda/", "agenda.ics"])
    def test_the_public_costs_one_query_when_it_asks_again(self, cast: Cast, plenary: Session, store: Store, page: str) -> None:
        path = cast.edition.get_absolute_url() + page
        with clock.told_at(clock.now()):
            asked(path)  # kinds of records are looked up once a process
            note(cast.edition)
            first, made = asked(path)
            again, same = asked(path)
        assert again == 1 and same == made
        assert first <= {"agenda/": 4}.get(page, 13)
        assert page == "" or "Opening plenary" in made

    def test_a_delegate_costs_five_queries_at_most(self, cast: Cast, plenary: Session, store: Store, signed_in: Any) -> None:
        browser, path = signed_in(cast.delegate_uk), address(cast.edition)
        asked(path, browser)
        with clock.told_at(clock.now()):
            asked(path, browser)
            again, text = asked(path, browser)
        assert again <= 5 and "Zzyx inside" in text

    def test_what_is_written_past_the_journal_shows_with_the_next_act_of_any_process(
        self, cast: Cast, plenary: Session, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path, elsewhere = address(cast.edition), Store()
        assert "Opening plenary" in asked(path)[1]
        other = build.a_session(cast.edition, audience=Audience.PUBLIC, title_en="A new opening")
        released(cast.edition, other)
        assert "A new opening" not in asked(path)[1], "it was kept"
        monkeypatch.setattr(rendered, "STORE", elsewhere)
        note(cast.edition)
        assert "A new opening" in asked(path)[1]
        monkeypatch.setattr(rendered, "STORE", store)
        shown = asked(path)[1]
        assert "A new opening" in shown and "Opening plenary" not in shown

    def test_nothing_refused_is_kept(self, cast: Cast, store: Store) -> None:
        Edition.objects.filter(pk=cast.edition.pk).update(audience=Audience.SECRETARIAT)
        path = cast.edition.get_absolute_url()
        hidden, missing = Client().get(path), Client().get(path.replace("2027", "2099"))
        assert hidden.status_code == missing.status_code == 404
        assert hidden.headers == missing.headers and store.size == 0
        Edition.objects.filter(pk=cast.edition.pk).update(audience=Audience.PUBLIC)
        assert Client().get(path).status_code == 200

    def test_an_address_with_a_query_is_answered_afresh(self, cast: Cast, plenary: Session, store: Store) -> None:
        answer = Client().get(f"{address(cast.edition)}?day=2", **ZIPPED)
        assert answer.status_code == 200 and store.size == 0 and not answer.has_header("Content-Encoding")

    def test_each_language_has_its_own(self, cast: Cast, plenary: Session, store: Store) -> None:
        for language in ("en", "nl", "en"):
            text = asked(address(cast.edition, language=language))[1]
            assert f'<html lang="{language}">' in text

    def test_what_was_asked_for_longest_ago_goes_first(self) -> None:
        def answer(text: str) -> Answer:
            now = clock.now()
            return Answer("end", now, now + timedelta(hours=1), {}, (text.encode() * 1000,), is_public=True)

        stand = Stand("end", clock.now() - timedelta(hours=1), is_asked=True)
        kept = Store(most=3 * answer("a").size)
        for name in "abc":
            kept.keep((name, "en", 0), answer(name))
        assert kept.find(("a", "en", 0), stand, clock.now())
        kept.keep(("d", "en", 0), answer("d"))
        found = [name for name in "abcd" if kept.find((name, "en", 0), stand, clock.now())]
        assert found == ["a", "c", "d"] and kept.size <= kept.most


class TestTheClock:
    @pytest.mark.parametrize("held_by", ["embargo_until", "published_at"])
    def test_what_comes_to_light_does_so_to_the_second(self, cast: Cast, store: Store, held_by: str) -> None:
        published = {"audience": Audience.PUBLIC, "published_at": build.LONG_AGO, held_by: LIFTED}
        build.a_news_item(cast.dialogue, edition=cast.edition, title_en="Zzyx lifted", **published)
        path = cast.edition.get_absolute_url()
        for before in (LIFTED - timedelta(minutes=5), LIFTED - A_SECOND, LIFTED - timedelta(microseconds=1)):
            with clock.told_at(before):
                assert "Zzyx lifted" not in asked(path)[1]
        assert store.size, "it was kept"
        with clock.told_at(LIFTED):
            assert "Zzyx lifted" in asked(path)[1]
        with clock.told_at(LIFTED - A_SECOND):
            assert "Zzyx lifted" not in asked(path)[1], "a clock that was put back"

    def test_a_delegate_reads_the_minute_it_is(self, cast: Cast, plenary: Session, store: Store, signed_in: Any) -> None:
        browser, path = signed_in(cast.delegate_uk), address(cast.edition)
        for second, shown in (("08:59:59", "09:59"), ("09:00:00", "10:00"), ("09:00:59", "10:00"), ("09:01:00", "10:01")):
            with clock.told_at(datetime.fromisoformat(f"2027-03-15T{second}+00:00")):
                text = asked(path, browser)[1]
            assert re.search(rf'<p class="clock"><strong><span class="number">{shown}</span>', text), second

    def test_the_quarter_in_which_a_day_ends_is_never_crossed(self) -> None:
        for at in ("2027-03-16T22:59:59.999999+00:00", "2027-03-16T22:45:00+00:00"):
            assert rendered.next_full(rendered.QUARTER, datetime.fromisoformat(at)).isoformat() == "2027-03-16T23:00:00+00:00"

    def test_every_instant_that_may_lie_ahead_is_asked_for_or_known_not_to_show(self) -> None:
        own = [model for label in ("parties", "dialogues") for model in apps.get_app_config(label).get_models()]
        instants = {field.name for model in own for field in model._meta.fields if isinstance(field, models.DateTimeField)}
        assert set(rendered.AHEAD) <= instants
        assert instants <= {*rendered.AHEAD, *BEHIND, *OF_STAFF}


class TestWhoReadsIt:
    def test_what_one_reader_was_given_no_other_is(self, cast: Cast, plenary: Session, store: Store, signed_in: Any) -> None:
        path, browser = address(cast.edition), signed_in(cast.delegate_uk)
        assert "Zzyx inside" in asked(path, browser)[1]
        assert "Zzyx inside" not in asked(path)[1]
        assert "Zzyx inside" not in asked(path, signed_in(cast.stranger))[1]
        assert "Zzyx inside" in asked(path, browser)[1]
        assert browser.get(path).headers["Cache-Control"] == "no-store, private"
        assert "Cookie" in Client().get(path).headers["Vary"]

    def test_who_is_taken_off_the_delegation_loses_the_page_at_once(
        self, cast: Cast, plenary: Session, store: Store, signed_in: Any
    ) -> None:
        nomination = build.an_accepted_nomination(build.a_delegation(cast.edition, cast.uk))
        user = Nomination.objects.get(pk=nomination.pk).person.user
        browser, path = signed_in(user), address(cast.edition)
        with clock.told_at(clock.now()):
            assert "Zzyx inside" in asked(path, browser)[1]
            nominations.withdraw(nomination=nomination, by=user)
            assert "Zzyx inside" not in asked(path, browser)[1]

    def test_a_message_that_waits_is_still_shown(self, cast: Cast, plenary: Session, store: Store, signed_in: Any) -> None:
        browser, path = signed_in(cast.delegate_uk), address(cast.edition)
        request, response = RequestFactory().get("/"), HttpResponse()
        request.session = browser.session
        messages = FallbackStorage(request)
        messages.add(20, "Zzyx is saved.")
        messages.update(response)
        browser.cookies["messages"] = response.cookies["messages"].value
        asked(path, browser)
        assert store.size == 0
        assert "Zzyx is saved." in browser.get("/en/my/").content.decode()


class TestWhatIsSent:
    def test_compressed_it_is_the_same_page(self, cast: Cast, plenary: Session, store: Store) -> None:
        path = address(cast.edition)
        plain, small = Client().get(path), Client().get(path, **ZIPPED)
        assert small.headers["Content-Encoding"] == "gzip" and not plain.has_header("Content-Encoding")
        assert gzip.decompress(small.content) == plain.content and len(small.content) < len(plain.content) / 2
        assert "Accept-Encoding" in plain.headers["Vary"] and "Accept-Encoding" in small.headers["Vary"]
        assert int(small.headers["Content-Length"]) == len(small.content)
        assert not Client().get(path, HTTP_ACCEPT_ENCODING="gzip;q=0").has_header("Content-Encoding")

    def test_who_has_it_is_told_so_until_it_changes(self, cast: Cast, plenary: Session, store: Store) -> None:
        path = address(cast.edition)
        for encoding in ({}, ZIPPED):
            first = Client().get(path, **encoding)
            has = {"HTTP_IF_NONE_MATCH": first.headers["ETag"], **encoding}
            again = Client().get(path, **has)
            assert (again.status_code, again.content) == (304, b"") and again.headers["ETag"] == first.headers["ETag"]
            note(cast.edition)
            assert Client().get(path, **has).status_code == 304, "another act, the same page"
        released(cast.edition, build.a_session(cast.edition, audience=Audience.PUBLIC, title_en="A new opening"))
        note(cast.edition)
        assert Client().get(path, **has).status_code == 200

    def test_a_head_says_what_a_get_would(self, cast: Cast, plenary: Session, store: Store) -> None:
        path = address(cast.edition)
        head, got, again = Client().head(path), Client().get(path), Client().head(path)
        assert head.content == again.content == b""
        for name in ("ETag", "Content-Length", "Vary", "Cache-Control"):
            assert head.headers[name] == got.headers[name] == again.headers[name]

    def test_each_answer_has_a_token_of_its_own_and_it_signs_out(
        self, cast: Cast, plenary: Session, store: Store, signed_in: Any
    ) -> None:
        browser, path = signed_in(cast.delegate_uk), address(cast.edition)
        browser.handler.enforce_csrf_checks = True
        with clock.told_at(clock.now()):
            pages = [gzip.decompress(browser.get(path, **ZIPPED).content).decode() for _time in range(3)]
            plain = browser.get(path).content.decode()
        tokens = [set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', text)) for text in (*pages, plain)]
        assert all(len(found) == 1 for found in tokens) and len(set.union(*tokens)) == 4
        assert len({re.sub(r'value="\w{64}"', "", text) for text in (*pages, plain)}) == 1
        kept = b"".join(text for answer in store._answers.values() for text in answer.texts)
        assert not any(token.encode() in kept for token in set.union(*tokens))
        assert browser.post("/en/sign-in/out/", {"csrfmiddlewaretoken": "x" * 64}).status_code == 403
        assert browser.post("/en/sign-in/out/", {"csrfmiddlewaretoken": tokens[1].pop()}).status_code == 302

    def test_parts_compressed_apart_are_read_as_one(self) -> None:
        texts = (b"before " * 200, b"", b"\x00after" * 200)
        parts = [gzipped.deflated(text) for text in texts]
        for between in (b"", b"a token"):
            assert gzip.decompress(gzipped.joined(texts, parts, between)) == between.join(texts)
        with pytest.raises(ValueError, match="too long"):
            gzipped.joined(texts, parts, b"x" * 70_000)
