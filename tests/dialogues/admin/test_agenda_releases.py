"""Releases in the admin: shown before they are made, compared, withdrawn, and their messages read."""

from __future__ import annotations

from typing import Any

import pytest

from dialogues.models import AgendaRelease, OutgoingMessage, ReleaseWithdrawal
from dialogues.procedures.agenda import release_agenda, release_outline
from socportal import clock
from tests import build
from tests.cast import Cast

RELEASES = "/admin/dialogues/agendarelease/"
OUTBOX = "/admin/dialogues/outgoingmessage/"


def step(cast: Cast, name: str) -> str:
    return f"/admin/dialogues/edition/{cast.edition.pk}/step/{name}/"


def differences(cast: Cast) -> str:
    return f"/admin/dialogues/edition/{cast.edition.pk}/releases/"


def sent() -> None:
    OutgoingMessage.objects.update(released_at=clock.now(), sent_at=clock.now())


def test_the_question_shows_who_is_told_what_and_who_cannot_be_told(cast: Cast, signed_in: Any) -> None:
    session = build.a_session(cast.edition, room=build.a_room("Canal Room"), title_en="Opening plenary")
    breakout = build.a_session(cast.edition, "11:00", "12:00", kind="breakout", mandate=cast.group, title_en="Finance")
    unreached = build.a_registration(build.a_person(cast.uk, name="Quokka Unreached"), cast.edition)
    client = signed_in(cast.secretary_nl)
    text = client.get(step(cast, "release")).content.decode()
    assert "9 people are told" in text and "ZzyxDelegateUk" in text and "The agenda is available" in text
    assert "1 person without an account is not told:" in text
    assert f"/admin/dialogues/registration/{unreached.pk}/change/" in text and "Quokka Unreached" in text
    assert not AgendaRelease.objects.exists() and not OutgoingMessage.objects.exists()
    client.post(step(cast, "release"))
    sent()
    breakout.room = build.a_room("Old Library")
    breakout.save()
    text = client.get(step(cast, "correct")).content.decode()
    assert "2 people are told" in text and "7 more people are not written to" in text
    assert "Room changed: Finance, Tuesday 16 March, 11:00." in text and "Now: Old Library." in text
    assert "ZzyxGroupMember" in text and "ZzyxDelegateUk" not in text
    answer = client.post(step(cast, "correct"), {"note": "Mind the stairs"}, follow=True)
    correction = AgendaRelease.objects.get(minor=1)
    assert answer.redirect_chain == [(f"{OUTBOX}?agenda_release__id__exact={correction.pk}", 302)]
    text = answer.content.decode()
    assert "Released as 1.1. 2 messages wait here until you send them." in text
    assert "The agenda has changed: release 1.1" in text and "The agenda is available" not in text
    sent()
    session.annotation_en = "Purpose: to open."
    session.save()
    answer = client.post(step(cast, "correct"), follow=True)
    assert "It changes nothing for anybody who is told." in answer.content.decode()


def test_an_outline_is_shared_by_its_step_until_delegates_have_an_agenda(cast: Cast, signed_in: Any) -> None:
    build.a_session(cast.edition)
    client = signed_in(cast.secretary_nl)
    text = client.get(step(cast, "outline")).content.decode()
    assert "Share the outline as 0.1" in text and "No delegate, page, calendar or file has it." in text
    client.post(step(cast, "outline"), {"note": "Is Tuesday too full?"})
    assert AgendaRelease.objects.get().number == "0.1"
    page = client.get(f"/admin/dialogues/edition/{cast.edition.pk}/change/").content.decode()
    assert "Release the agenda" in page and "/step/correct/" not in page
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    assert "/step/outline/" not in client.get(f"/admin/dialogues/edition/{cast.edition.pk}/change/").content.decode()
    assert client.post(step(cast, "outline")).status_code == 409


def test_a_release_is_withdrawn_with_a_reason_and_its_page_says_so(cast: Cast, signed_in: Any) -> None:
    session = build.a_session(cast.edition, title_en="Opening")
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    sent()
    session.title_en = "Opening, renamed"
    session.save()
    second = release_agenda(edition=cast.edition, by=cast.secretary_nl, planned=False)
    one = f"/admin/dialogues/agendarelease/{second.pk}/"
    client = signed_in(cast.secretary_uk)
    assert "Withdraw the release" in client.get(f"{one}change/").content.decode()
    asked = client.get(f"{one}step/withdraw/").content.decode()
    assert "Readers see release 1.0 again at once." in asked and "Withdraw release 1.1" in asked
    assert "Say why the release is withdrawn." in client.post(f"{one}step/withdraw/", {"reason": " "}).content.decode()
    refused = client.post(f"{one}step/withdraw/", {"reason": "It was marked TOP SECRET"}).content.decode()
    assert not ReleaseWithdrawal.objects.exists() and "TOP SECRET" in refused
    client.post(f"{one}step/withdraw/", {"reason": "Released an hour too early"})
    assert ReleaseWithdrawal.objects.get().release == second
    page = client.get(f"{one}change/").content.decode()
    assert "Released an hour too early" in page and "/step/withdraw/" not in page
    assert client.post(f"{one}step/withdraw/", {"reason": "Again"}).status_code == 409
    listed = client.get("/admin/dialogues/agendarelease/").content.decode()
    assert "withdrawn" in listed and "holds" in listed
    for name in ("secretary_elsewhere", "technician", "focal_point_uk"):
        assert signed_in(getattr(cast, name)).get(f"{one}step/withdraw/").status_code in {302, 404}


def test_a_release_tells_its_time_by_the_venue_and_in_words_what_does_not_take_place(cast: Cast, signed_in: Any) -> None:
    build.a_session(cast.edition, title_en="Opening plenary", room=build.a_room("Canal Room"))
    ports = build.a_session(cast.edition, "11:00", "12:00", title_en="Ports")
    release_agenda(edition=cast.edition, by=cast.lead)
    ports.status = "cancelled"
    ports.save()
    release = release_agenda(edition=cast.edition, by=cast.lead)
    client = signed_in(cast.secretary_nl)
    for address in (RELEASES, f"{RELEASES}{release.pk}/change/"):
        page = client.get(address).content.decode()
        assert "20 November 2026, 10:" in page and "20 November 2026, 09:" not in page
    assert page.count("<p>Cancelled</p>") == 1 and "icon-no" not in page
    assert "<p>Canal Room</p>" in page


def test_any_two_releases_and_the_working_agenda_are_compared_as_far_as_one_may_read_them(cast: Cast, signed_in: Any) -> None:
    session = build.a_session(cast.edition, room=build.a_room("Canal Room"), title_en="Opening plenary")
    build.a_speaker(session, cast.delegate_uk.person)
    own = build.a_session(cast.edition, "15:00", "16:00", audience="party", party=cast.uk, title_en="Okapi line")
    release_outline(edition=cast.edition, by=cast.secretary_nl)
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    session.room, own.room = build.a_room("Old Library"), build.a_room("Attic")
    session.save()
    own.save()
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    session.speakers.all().delete()
    build.a_speaker(session, cast.delegate_nl.person)
    nl, uk = signed_in(cast.secretary_nl), signed_in(cast.secretary_uk)
    text = nl.get(differences(cast), {"from": "1.0", "to": "2.0"}).content.decode()
    assert "1 session differs" in text and "Room changed" in text and "Canal Room" in text and "Old Library" in text
    assert "Okapi" not in text and "Attic" not in text
    text = uk.get(differences(cast), {"from": "1.0", "to": "2.0"}).content.decode()
    assert "2 sessions differ" in text and "Okapi line" in text and "Attic" in text
    text = nl.get(differences(cast)).content.decode()  # the one that holds, and the working agenda
    assert "Chair or speaker changed" in text and "ZzyxDelegateUk" in text and "ZzyxDelegateNl" in text
    assert "Room changed" not in text and "0.1, outline" in text and "2.0, holds" in text
    assert "No difference" in nl.get(differences(cast), {"from": "0.1", "to": "1.0"}).content.decode()
    backwards = nl.get(differences(cast), {"from": "2.0", "to": "0.1"}).content.decode()
    assert "Old Library" in backwards and "Okapi" not in backwards


@pytest.mark.parametrize("given", [{"from": "9.9"}, {"from": "1.0", "to": "x\0"}, {"from": "٣.٠"}, {"to": "9" * 400}])
def test_nonsense_is_told_in_words_and_nobody_else_finds_the_page(cast: Cast, signed_in: Any, given: dict[str, str]) -> None:
    assert "Nothing has been released yet." in signed_in(cast.secretary_nl).get(differences(cast)).content.decode()
    build.a_session(cast.edition)
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    answer = signed_in(cast.secretary_nl).get(differences(cast), given)
    assert answer.status_code in {200, 400}
    assert answer.status_code == 400 or "No such release" in answer.content.decode()
    assert signed_in(cast.secretary_elsewhere).get(differences(cast)).status_code == 404


def test_what_one_party_is_told_of_its_own_sessions_is_read_by_its_own_secretary_before_it_leaves(
    cast: Cast, signed_in: Any
) -> None:
    build.a_session(cast.edition, "11:00", "12:00", title_en="Ports")
    own = build.a_session(cast.edition, "13:00", "14:00", title_en="Zyxown", audience="party", party=cast.nl)
    release_agenda(edition=cast.edition, by=cast.lead)
    sent()
    own.starts_at = build.at_venue(cast.edition, "12:45")
    own.save()
    theirs, ours = signed_in(cast.secretary_uk), signed_in(cast.secretary_nl)
    assert "Zyxown" in ours.get(step(cast, "release")).content.decode()
    asked = theirs.get(step(cast, "release")).content.decode()
    assert "2 people are told" in asked and "what is theirs alone" in asked and "Zyxown" not in asked
    release_agenda(edition=cast.edition, by=cast.lead)
    drafted = OutgoingMessage.objects.filter(sent_at=None)
    assert {message.recipient for message in drafted} == {cast.focal_point_nl, cast.deputy_nl}
    for message in drafted:
        address = f"/admin/dialogues/outgoingmessage/{message.pk}/change/"
        assert "Zyxown" in message.text and "Zyxown" in ours.get(address).content.decode()
        withheld = theirs.get(address).content.decode()
        assert "what is theirs alone" in withheld and "Zyxown" not in withheld
