"""What may be kept on a device, and the worker that reads it out; how they work together stands in tests/browser."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests import build
from tests.cast import Cast


def test_the_worker_stands_at_the_root_and_is_asked_for_anew(db: None) -> None:
    answer = Client().get("/service-worker.js")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert not answer.cookies
    assert len(answer.content) < 3000
    assert b"addEventListener" in answer.content
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert Client().get("/service-worker.js", headers={"if-none-match": answer.headers["ETag"]}).status_code == 304


def test_the_kept_page_holds_titles_times_and_rooms_of_ones_own_and_says_when_it_was_made(cast: Cast, signed_in: Any) -> None:
    room = build.a_room("Great Hall", floor_en="first floor")
    opening = build.a_session(cast.edition, title_en="Opening", room=room, annotation_en="Canaryannotation")
    build.a_speaker(opening, cast.delegate_nl.person)
    ours = build.a_session(cast.edition, "11:00", "12:00", title_en="Ours", kind="breakout", mandate=cast.group)
    theirs = build.a_session(cast.edition, "11:00", "12:00", title_en="Canarytheirs", kind="breakout", mandate=cast.other_group)
    dinner = build.a_session(cast.edition, "19:00", "21:00", title_en="Dinner", kind="meal", status="cancelled")
    build.a_release(cast.edition, opening, ours, theirs, dinner)
    build.a_session(cast.edition, "15:00", "16:00", title_en="Canarydraft")
    answer = signed_in(cast.group_member).get("/en/my/programme/kept/")
    text = answer.content.decode()
    for said in ("Opening", "09:15", "Great Hall", "first floor", "Ours", "Dinner", "Cancelled", "Tuesday 16 March 2027"):
        assert said in text, said
    assert text.count("OFFICIAL / ongerubriceerd.") == 2
    assert "20 November 2026, 10:00 in The Hague" in text
    assert "There may be changes since." in text
    for inside in ("Canary", "Zzyx", "csrfmiddlewaretoken", "<form", cast.group_member.email):
        assert inside not in text, inside
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_copy_says_for_which_sign_in_it_was_made_and_nothing_of_whom(cast: Cast, signed_in: Any) -> None:
    one, other, later = signed_in(cast.delegate_uk), signed_in(cast.delegate_nl), signed_in(cast.delegate_uk)
    marks = [browser.get("/en/my/programme/kept/").headers["Kept-For"] for browser in (one, one, other, later)]
    assert marks[0] == marks[1]
    assert len(set(marks)) == 3
    assert one.session.session_key not in marks[0]
    nobody = Client().get("/en/my/programme/kept/")
    assert nobody.status_code == 302
    assert "Kept-For" not in nobody.headers


def test_signing_out_tells_the_browser_to_forget_and_only_then(cast: Cast, signed_in: Any) -> None:
    browser = signed_in(cast.delegate_uk)
    assert "Clear-Site-Data" not in browser.get("/en/sign-in/out/").headers
    answer = browser.post("/en/sign-in/out/")
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert answer.headers["Location"] == "/en/"


def test_a_copy_ends_three_days_after_the_edition_that_stands_on_it(cast: Cast, signed_in: Any) -> None:
    build.a_release(cast.edition, build.a_session(cast.edition))
    answer = signed_in(cast.delegate_uk).get("/en/my/programme/kept/")
    assert answer.headers["Kept-Until"] == "Sat, 20 Mar 2027 23:59:59 GMT"  # it closes on 17 March
    nothing_on_it = signed_in(cast.stranger).get("/en/my/programme/kept/")
    assert nothing_on_it.headers["Kept-Until"].startswith("Mon, 23 Nov 2026")
