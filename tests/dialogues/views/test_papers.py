"""Papers as their readers open them: in their place, in their language, and only by who may."""

from __future__ import annotations

from typing import Any

import pytest

from dialogues.models import PaperOpening, PaperVersion
from dialogues.models.standing import read_once
from dialogues.procedures import papers as procedures
from dialogues.procedures.agenda import release_agenda
from dialogues.views.papers import papers_of_sessions
from socportal import clock
from tests import build
from tests.cast import Cast
from tests.reading import words

MY = "/en/my/papers/"


def test_a_file_leaves_as_an_attachment_under_a_neutral_name_and_is_kept_nowhere(cast: Cast, signed_in: Any) -> None:
    paper = build.a_paper(cast.edition, cast.uk, title_en="Zyxtitle of the ports")
    version = build.a_paper_version(paper, b"%PDF-1.7 zyx", number=2)
    client = signed_in(cast.delegate_nl)
    head = client.head(version.get_absolute_url())
    assert head.status_code == 200 and not PaperOpening.objects.exists(), "a look at the head is no opening"
    answer = client.get(version.get_absolute_url())
    assert (answer.content, answer.headers["Content-Type"]) == (b"%PDF-1.7 zyx", "application/pdf")
    name = f"official-cast-dialogue-2027-paper-{paper.pk}-v2-en.pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["Cache-Control"] == "no-store, private" and "ETag" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert [(one.user, one.version) for one in PaperOpening.objects.all()] == [(cast.delegate_nl, version)]
    assert client.post(version.get_absolute_url()).status_code == 405


@pytest.mark.parametrize("reader", ["delegate_uk", "focal_point_nl", "stranger", "technician", "secretary_elsewhere"])
def test_what_one_may_not_open_answers_as_what_never_was(cast: Cast, signed_in: Any, reader: str) -> None:
    party = build.a_paper_version(build.a_paper(cast.edition, cast.uk, audience="party"), b"%PDF-1.7 canary")
    group = build.a_paper_version(
        build.a_paper(cast.edition, cast.uk, audience="group", mandate=cast.group), b"%PDF-1.7 canary"
    )
    hidden = build.a_session(cast.edition, audience="secretariat")
    at_hidden = build.a_paper_version(build.a_paper(cast.edition, cast.uk, session=hidden), b"%PDF-1.7 canary")
    sealed = build.a_paper_version(build.a_paper(cast.edition, cast.uk), b"%PDF-1.7 canary")
    procedures.quarantine(version=sealed, by=cast.secretary_uk)
    gone = build.a_paper_version(build.a_paper(cast.edition, cast.uk), b"%PDF-1.7 canary")
    procedures.withdraw_paper(paper=gone.paper, by=cast.secretary_uk, reason="Wrong text.")
    client = signed_in(getattr(cast, reader))
    missing = client.get("/en/papers/987654321/en/1/")
    assert missing.status_code == 404
    for one in (party, group, at_hidden, sealed, gone):
        answer = client.get(one.get_absolute_url())
        assert (answer.status_code, answer.content) == (404, missing.content), one.paper
        assert answer.headers == missing.headers
    assert not PaperOpening.objects.exists()
    opened = signed_in(cast.secretary_uk)
    assert opened.get(party.get_absolute_url()).content == b"%PDF-1.7 canary", "the bait could leak"


@pytest.mark.parametrize("tail", ["999999999999999999999/en/1/", "1/en/99999999999999999999/", "1/xx/1/", "0/en/0/"])
def test_nonsense_in_the_address_is_answered_404_and_whoever_is_not_signed_in_is_asked_to(
    cast: Cast, signed_in: Any, client: Any, tail: str
) -> None:
    assert signed_in(cast.delegate_uk).get(f"/en/papers/{tail}").status_code == 404
    assert client.get(f"/en/papers/{tail}").headers["Location"].startswith("/en/sign-in/")


@pytest.fixture
def at_places(cast: Cast) -> dict[str, PaperVersion]:
    """Papers at two sessions, a group and the edition; and bait at a session that delegates do not know."""
    late = build.a_session(cast.edition, "14:00", "15:00", title_en="Late session")
    early = build.a_session(cast.edition, "09:00", "10:00", title_en="Early session", title_nl="Vroeg onderdeel")
    draft = build.a_session(cast.edition, "16:00", "17:00", title_en="Zyxdraft session", audience="secretariat")
    release_agenda(edition=cast.edition, by=cast.lead)
    type(early).objects.filter(pk=early.pk).update(title_en="Zyxworking title")
    made = {}
    for name, place in {
        "late": {"session": late},
        "early": {"session": early},
        "bait": {"session": draft},
        "group": {"mandate": cast.group},
        "edition": {},
        "secretariat": {"audience": "secretariat"},
    }.items():
        paper = build.a_paper(cast.edition, cast.uk, title_en=f"Paper {name}", title_nl=f"Stuk {name}", **place)
        made[name] = build.a_paper_version(paper, name.encode())
    return made


def test_my_papers_stand_by_session_in_the_order_of_the_agenda_then_groups_then_the_edition(
    cast: Cast, signed_in: Any, at_places: dict[str, PaperVersion]
) -> None:
    early = at_places["early"].paper
    build.a_paper_version(early, b"newer", number=2)
    build.a_paper_version(early, b"nieuw", lang="nl")
    page = signed_in(cast.delegate_nl).get(MY).content.decode()
    said = words(page)
    order = [
        "Early session",
        "Paper early",
        "Late session",
        "Paper late",
        "Paper group",
        "The edition as a whole",
        "Paper edition",
    ]
    assert [said.find(one) for one in order] == sorted(said.find(one) for one in order) and all(one in said for one in order)
    for hidden in ("Paper bait", "Zyxdraft", "Paper secretariat", "Zyxworking"):
        assert hidden not in page
    assert "Marked OFFICIAL. For: Delegates of this edition" in said
    assert "version 2, 20 November 2026, PDF, 5 bytes" in said
    assert "1 older version" in said and page.count("<details>") == 1
    assert f'href="{at_places["early"].get_absolute_url()}"' in page.split("<details>")[1]
    staff = words(signed_in(cast.secretary_uk).get(MY).content.decode())
    assert "Zyxdraft session" in staff and "Paper bait" in staff and "Paper secretariat" in staff


def test_in_dutch_the_dutch_file_comes_first_and_nothing_at_hand_is_said(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.delegate_uk)
    assert "No paper is at hand for you yet." in client.get(MY).content.decode()
    paper = build.a_paper(cast.edition, cast.nl, title_en="Ports", title_nl="Havens")
    for lang in ("en", "nl"):
        build.a_paper_version(paper, lang.encode(), lang=lang)
    page = client.get("/nl/my/papers/").content.decode()
    assert "Havens" in page and page.index(f"/papers/{paper.pk}/nl/1/") < page.index(f"/papers/{paper.pk}/en/1/")


def test_papers_of_many_sessions_are_read_in_two_questions_and_none_of_a_hidden_one(
    cast: Cast, at_places: dict[str, PaperVersion], django_assert_max_num_queries: Any
) -> None:
    keys = [one.paper.session_id for one in at_places.values() if one.paper.session_id]
    with read_once(), django_assert_max_num_queries(5):  # three of them read the reader's standing
        found = papers_of_sessions(cast.delegate_uk, keys, clock.now())
    assert {str(paper.title) for papers in found.values() for paper in papers} == {"Paper early", "Paper late"}
    assert set(papers_of_sessions(cast.secretary_nl, keys, clock.now())) == set(keys)


def test_a_session_page_lists_its_papers(cast: Cast, signed_in: Any, at_places: dict[str, PaperVersion]) -> None:
    key = at_places["early"].paper.session_id
    page = signed_in(cast.delegate_nl).get(f"/en/dialogues/cast-dialogue/2027/agenda/{key}/").content.decode()
    assert at_places["early"].get_absolute_url() in page
    assert at_places["late"].get_absolute_url() not in page
