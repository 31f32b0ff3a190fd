"""A list of ten rows and a list of five hundred ask the database the same number of questions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import build
from tests.cast import Cast


def a_registered_person(cast: Cast) -> Any:
    person = build.a_person(cast.uk, organisation=cast.uk.organisations.first() or build.an_organisation(cast.uk))
    return build.a_registration(person, cast.edition, mandates=(cast.group,))


def a_handed_in_nomination(cast: Cast) -> Any:
    delegation = build.a_delegation(cast.edition, cast.uk)
    letter = build.a_letter(cast.edition, cast.uk)
    return build.a_submitted_nomination(delegation, mandates=(cast.group,), on_behalf_by=letter)


def a_completed_registration(cast: Cast) -> Any:
    return build.own_details(a_registered_person(cast))


def a_speaking_session(cast: Cast) -> Any:
    session = build.a_session(cast.edition, room=build.a_room(), mandate=cast.group)
    return build.a_speaker(session, cast.delegate_uk.person)


ROWS: dict[str, Callable[[Cast], Any]] = {
    "dialogues/actionitem": lambda cast: build.an_action_item(cast.edition, mandate=cast.group),
    "dialogues/session": a_speaking_session,
    "dialogues/registration": a_registered_person,
    "dialogues/nomination": a_handed_in_nomination,
    "dialogues/owndetails": a_completed_registration,
    "dialogues/preparationtask": lambda cast: build.a_task(cast.edition, due_on="2027-01-05"),
    "dialogues/mandate": lambda cast: build.a_co_chair(build.a_mandate(cast.edition), cast.delegate_uk.person),
    "dialogues/commitment": lambda cast: build.a_commitment(cast.edition),
    "dialogues/newsitem": lambda cast: build.a_news_item(cast.dialogue, edition=cast.edition),
    "dialogues/outcomedocument": lambda cast: build.a_document(cast.edition),
    "dialogues/engagement": lambda cast: build.an_engagement(cast.dialogue),
    "dialogues/figure": lambda cast: build.a_figure(cast.edition),
    "dialogues/statement": lambda cast: build.a_statement(cast.dialogue, edition=cast.edition),
    "dialogues/lineage": lambda cast: build.a_lineage(cast.edition),
    "dialogues/appearance": lambda cast: build.an_appearance(cast.edition, person=build.a_person(cast.uk)),
    "parties/person": lambda cast: build.a_person(cast.uk, organisation=build.an_organisation(cast.uk)),
    "parties/user": lambda cast: build.an_account(build.a_person(cast.nl)),
}


@pytest.mark.parametrize("page", ROWS)
def test_ten_rows_and_five_hundred_cost_the_same(cast: Cast, signed_in: Any, page: str) -> None:
    browser = signed_in(cast.secretary_nl)
    build.an_appointment(cast.secretary_nl, cast.dialogue, "arrangements")

    def queries() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(f"/admin/{page}/").status_code == 200
        return len(asked)

    for _n in range(10):
        ROWS[page](cast)
    browser.get(f"/admin/{page}/")  # the session notes once a minute that it is in use
    few = queries()
    for _n in range(490):
        ROWS[page](cast)
    assert queries() == few
