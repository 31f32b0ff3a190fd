"""The screen of the closing plenary: read by the whole room, put on the wall by a secretary, without a name or a point made."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from dialogues.models import ActionLead, Audience, Session
from dialogues.procedures.agenda import release_agenda
from tests import build
from tests.cast import Cast


@pytest.fixture
def held(cast: Cast) -> dict[str, Session]:
    """Three sessions of the released agenda: one with a final report, one with a draft in Dutch, one without; and bait."""
    hidden = {"audience": Audience.PARTY, "party": cast.nl}
    sessions = {
        "group": build.a_session(
            cast.edition, "11:00", "12:00", title_en="Ports", kind="breakout", mandate=cast.group, audience="group"
        ),
        "plenary": build.a_session(cast.edition, "09:15", "10:15", title_en="Opening plenary"),
        "awaited": build.a_session(cast.edition, "14:00", "15:00", title_en="Finance", mandate=cast.other_group),
        "break": build.a_session(cast.edition, "10:15", "10:30", title_en="Zyxcoffee", kind="break"),
        "cancelled": build.a_session(cast.edition, "15:00", "16:00", title_en="Zyxcancelled", mandate=cast.other_group),
        "theirs": build.a_session(cast.edition, "16:00", "17:00", title_en="Zyxtheirs", mandate=cast.group, **hidden),
        "staff": build.a_session(cast.edition, "17:00", "18:00", title_en="Zyxstaff", audience="secretariat"),
        "embargoed": build.a_session(
            cast.edition, "17:00", "18:00", title_en="Zyxembargoed", embargo_until=datetime(2030, 1, 1, tzinfo=UTC)
        ),
    }
    Session.objects.filter(pk=sessions["cancelled"].pk).update(status="cancelled")
    by = cast.co_chair
    build.a_speaker(sessions["awaited"], cast.delegate_uk.person, "rapporteur")
    build.a_speaker(sessions["group"], by.person, "co_chair")
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    build.a_session_report(
        sessions["group"],
        by,
        status="final",
        points="Zyxpoint of one side",
        conclusions="Pilot goes on\n\n Second port joins ",
        questions="Who pays?",
    )
    build.a_session_report(sessions["plenary"], by, lang="nl", points="Zyxpunt", conclusions="Vertrouwen hersteld")
    for bait in ("theirs", "staff", "embargoed"):
        build.a_session_report(sessions[bait], by, status="final", conclusions="Zyxbait")
    # Prepared since, and released to nobody.
    Session.objects.filter(pk=sessions["awaited"].pk).update(title_en="Zyxretitled")
    later = build.a_session(cast.edition, "18:00", "18:30", title_en="Zyxunreleased", mandate=cast.group)
    build.a_session_report(later, by, conclusions="Zyxbait")
    return sessions


def address(cast: Cast, lang: str = "en") -> str:
    return f"/{lang}/dialogues/{cast.dialogue.slug}/{cast.edition.year}/conclusions/screen/"


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_each_session_stands_with_what_is_read_out_in_the_order_of_the_agenda(
    cast: Cast, held: dict[str, Session], signed_in: Any
) -> None:
    item = build.an_action_item(
        cast.edition, session=held["group"], text_en="Share the list", status="proposed", due_on=date(2027, 9, 1), lead=cast.uk
    )
    ActionLead.objects.filter(action_item=item).update(owner_post_en="Head of the ports unit")
    secret = {"session": held["group"], "status": "agreed"}
    build.an_action_item(cast.edition, text_en="Zyxofgroup", audience="group", mandate=cast.group, **secret)
    build.an_action_item(cast.edition, text_en="Zyxsecretariat", audience="secretariat", **secret)
    build.an_action_item(cast.edition, text_en="Zyxwithdrawn", session=held["group"], status="withdrawn")
    text = words(signed_in(cast.lead).get(address(cast)))
    slides = text.split('<section class="slide"')
    assert [slide.split('"')[1] for slide in slides[1:]] == [
        "contents",
        *(f"session-{held[name].pk}" for name in ("plenary", "group", "awaited")),
        "end",
    ]
    plenary, group, awaited = slides[2:5]
    assert '<ul lang="nl"><li>Vertrouwen hersteld</li></ul>' in plenary and "(in Dutch)" in plenary and "Draft" in plenary
    assert "<li>Pilot goes on</li><li>Second port joins</li>" in group and "Who pays?" in group and "Draft" not in group
    assert item.number in group and "Share the list" in group and "UK, Head of the ports unit" in group
    assert "due on 1 September 2027" in group and "proposed" in group
    assert "Report to come" in awaited and "Finance" in awaited
    assert f'href="#session-{held["plenary"].pk}"' in group and f'href="#session-{held["awaited"].pk}"' in group
    assert all(slide.count("OFFICIAL / ongerubriceerd.") == 2 for slide in (plenary, group, awaited))
    assert "Zyx" not in text
    assert cast.co_chair.person.name not in text and cast.delegate_uk.person.name not in text


def test_the_other_language_is_chosen_by_the_address_and_what_falls_back_is_marked(
    cast: Cast, held: dict[str, Session], signed_in: Any
) -> None:
    Session.objects.filter(pk=held["group"].pk).update(title_nl="Havens")
    release_agenda(edition=cast.edition, by=cast.lead, planned=False)
    text = words(signed_in(cast.lead).get(address(cast, "nl")))
    assert '<html lang="nl">' in text and "Havens" in text
    assert '<ul lang="nl"><li>Vertrouwen hersteld</li></ul>' in text and '<ul lang="en"><li>Pilot goes on' in text
    assert '<span lang="en">Opening plenary</span>' in text


def test_to_all_but_the_secretaries_it_is_not_there(cast: Cast, held: dict[str, Session], signed_in: Any) -> None:
    assert signed_in(cast.secretary_uk).get(address(cast)).status_code == 200
    never = address(cast).replace(str(cast.edition.year), "2099")
    for name in ("delegate_uk", "group_member", "co_chair", "focal_point_nl", "secretary_elsewhere", "technician", "stranger"):
        client = signed_in(getattr(cast, name))
        hidden, missing = client.get(address(cast)), client.get(never)
        assert (hidden.status_code, hidden.content) == (404, missing.content), name
    sent_on = Client().get(address(cast))
    assert sent_on.status_code == 302 and "/sign-in/" in sent_on["Location"]
    assert signed_in(cast.lead).post(address(cast)).status_code == 405


def test_it_is_found_from_the_conclusions_and_from_the_reports_by_who_may_open_it(
    cast: Cast, held: dict[str, Session], signed_in: Any
) -> None:
    build.a_summary(cast.edition, status="circulated", circulated_at=datetime(2026, 11, 1, tzinfo=UTC))
    conclusions = address(cast).removesuffix("screen/")
    lead, co_chair = signed_in(cast.lead), signed_in(cast.co_chair)
    for page in (conclusions, "/en/my/reports/"):
        assert address(cast) in words(lead.get(page)), page
        answer = co_chair.get(page)
        assert answer.status_code == 200 and address(cast) not in words(answer), page


def test_the_screen_asks_as_much_for_three_sessions_as_for_thirty(
    cast: Cast, held: dict[str, Session], signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        session = build.a_session(cast.edition, "08:00", "09:00", mandate=cast.group)
        build.a_session_report(session, cast.co_chair)
        build.an_action_item(cast.edition, session=session, status="proposed")
        Session.objects.filter(pk=session.pk).update(starts_at=session.starts_at + timedelta(minutes=number))
    release_agenda(edition=cast.edition, by=cast.lead, planned=False)
    client = signed_in(cast.lead)
    with django_assert_max_num_queries(30):
        assert words(client.get(address(cast))).count("The pilot goes on until summer.") == 30
