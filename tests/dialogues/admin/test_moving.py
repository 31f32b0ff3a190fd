"""The page on which an edition is moved: first what changes, then the question, and nothing else than what was shown."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dialogues.models import JournalEntry
from dialogues.procedures.agenda import release_agenda
from tests import build
from tests.cast import Cast

NEW = {"opens_on": "2027-04-13", "closes_on": "2027-04-14", "with_sessions": "on"}


def page(cast: Cast) -> str:
    return f"/admin/dialogues/edition/{cast.edition.pk}/move/"


def test_looking_shows_before_and_after_and_moves_nothing(cast: Cast, signed_in: Any) -> None:
    build.a_task(cast.edition, task_en="Book the rooms", offset_days=-10, due_on=date(2027, 3, 5))
    build.a_task(cast.edition, task_en="Ask the choir", due_on=date(2027, 3, 5), is_dated_by_hand=True)
    build.a_session(cast.edition, "09:15", "10:15", title_en="Opening plenary")
    client = signed_in(cast.lead)
    assert "Show what changes" in client.get(page(cast)).content.decode()
    text = client.get(page(cast), NEW).content.decode()
    assert "From 16 and 17 March 2027 to 13 and 14 April 2027" in text
    assert "Fri 5 March 2027" in text and "Fri 2 April 2027" in text
    assert "Dated by hand" in text and "Ask the choir" in text
    assert "Tue 16 March 2027, 09:15" in text and "Tue 13 April 2027, 09:15" in text
    cast.edition.refresh_from_db()
    assert cast.edition.opens_on == build.OPENING
    text = client.get(page(cast), {**NEW, "with_sessions": ""}).content.decode()
    assert "1 working session stays on its day" in text and "Tue 13 April 2027, 09:15" not in text


def test_what_was_shown_is_done_once_it_is_confirmed_and_anything_else_is_shown_anew(cast: Cast, signed_in: Any) -> None:
    task = build.a_task(cast.edition, offset_days=-10, due_on=date(2027, 3, 5))
    client = signed_in(cast.lead)
    unseen = client.post(page(cast), NEW)
    assert unseen.status_code == 409 and "Something changed since this was shown" in unseen.content.decode()
    shown = client.get(page(cast), NEW).context["change"]["shown"]
    build.a_task(cast.edition, task_en="Added meanwhile", offset_days=-20, due_on=date(2027, 2, 23))
    answer = client.post(page(cast), {**NEW, "shown": shown})
    assert answer.status_code == 409
    assert "Added meanwhile" in answer.content.decode()
    answer = client.post(page(cast), {**NEW, "shown": answer.context["change"]["shown"]})
    assert answer.status_code == 302
    cast.edition.refresh_from_db()
    task.refresh_from_db()
    assert (cast.edition.opens_on, task.due_on) == (date(2027, 4, 13), date(2027, 4, 2))
    assert JournalEntry.objects.filter(act="moved edition").count() == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"opens_on": "2027-04-15"}, "The last day lies before the first"),
        ({"opens_on": "0000-01-01"}, "Give a day of the calendar"),
        ({"opens_on": "2027-04-13\x00"}, ""),
        ({"closes_on": ""}, "Give this day."),
        ({"opens_on": "9999-12-31", "closes_on": "9999-12-31"}, "is held in that year"),
        ({"opens_on": "2026-11-19", "closes_on": "2026-11-20"}, "The first day has passed"),
    ],
)
def test_nonsense_is_told_in_words(cast: Cast, signed_in: Any, given: dict[str, str], words: str) -> None:
    client = signed_in(cast.lead)
    for answer in (client.get(page(cast), {**NEW, **given}), client.post(page(cast), {**NEW, **given})):
        assert answer.status_code in {200, 400, 409}
        assert words in answer.content.decode()
    cast.edition.refresh_from_db()
    assert cast.edition.opens_on == build.OPENING


def test_the_other_secretary_looks_and_nobody_else_finds_the_page(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_uk)
    text = client.get(page(cast), NEW).content.decode()
    assert "Only the secretariat lead takes this step" in text and 'name="shown"' not in text
    shown = signed_in(cast.lead).get(page(cast), NEW).context["change"]["shown"]
    assert client.post(page(cast), {**NEW, "shown": shown}).status_code == 409
    assert signed_in(cast.secretary_elsewhere).get(page(cast), NEW).status_code == 404
    cast.edition.refresh_from_db()
    assert cast.edition.opens_on == build.OPENING


def test_a_released_agenda_says_that_it_shows_the_former_days(cast: Cast, signed_in: Any) -> None:
    build.a_session(cast.edition, title_en="Opening plenary")
    release_agenda(edition=cast.edition, by=cast.lead)
    client = signed_in(cast.lead)
    shown = client.get(page(cast), NEW).context["change"]["shown"]
    client.post(page(cast), {**NEW, "shown": shown})
    reader = signed_in(cast.delegate_nl)
    agenda = f"/en/dialogues/{cast.dialogue.slug}/2027/agenda/"
    text = reader.get(agenda).content.decode()
    assert "The edition has been moved to 13 and 14 April 2027." in text
    assert "tag-next" not in text
    cast.edition.refresh_from_db()
    release_agenda(edition=cast.edition, by=cast.lead)
    text = reader.get(agenda).content.decode()
    assert "has been moved" not in text and "tag-next" in text
