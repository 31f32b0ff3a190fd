"""The changes notice: one message a person a release, of what is new for that person since they were last told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dialogues.models import AgendaRelease, OutgoingMessage, Paper, PaperVersion, Session
from dialogues.procedures.agenda import preview_release, release_agenda, release_outline, withdraw_release
from dialogues.procedures.agenda_notices import last_told, without_account
from dialogues.procedures.correspondence import discard
from parties.models import User
from socportal import clock
from tests import build
from tests.cast import Cast


@pytest.fixture
def opening(cast: Cast) -> Session:
    return build.a_session(cast.edition, room=build.a_room("Canal Room"), title_en="Opening plenary", title_nl="Opening")


def release(cast: Cast, **fields: Any) -> AgendaRelease:
    return release_agenda(edition=cast.edition, by=cast.secretary_nl, **{"planned": False, **fields})


def send(*users: User) -> None:
    """To these, or to everybody: released and sent."""
    drafts = OutgoingMessage.objects.drafted()
    drafts = drafts.filter(recipient__in=users) if users else drafts
    drafts.update(released_at=clock.now(), sent_at=clock.now())


def about(user: User, one: AgendaRelease) -> OutgoingMessage | None:
    return OutgoingMessage.objects.filter(recipient=user, agenda_release=one).first()


def moved(session: Session, room: str) -> None:
    session.room = build.a_room(room)
    session.save()


def test_the_first_message_says_that_the_agenda_is_available_and_lists_nothing(cast: Cast, opening: Session) -> None:
    first = release(cast)
    told = set(first.messages.values_list("recipient", flat=True))
    expected = ["delegate_uk", "delegate_nl", "group_member", "other_group_member", "co_chair", "guest_speaker"]
    expected += ["focal_point_uk", "focal_point_nl", "deputy_nl"]
    assert told == {getattr(cast, name).pk for name in expected}
    message = about(cast.delegate_uk, first)
    assert message is not None and message.subject == "The agenda is available"
    assert "Opening plenary" not in message.text and "Was:" not in message.text and "release 1.0" in message.text


def test_three_who_were_last_told_of_different_releases_get_three_different_notices(cast: Cast, opening: Session) -> None:
    never, of_first, of_second = cast.delegate_uk, cast.delegate_nl, cast.group_member
    release(cast)
    send(of_first, of_second)
    moved(opening, "Great Hall")
    release(cast)
    send(of_second)
    moved(opening, "Old Library")
    third = release(cast)
    texts = [about(user, third).text for user in (never, of_first, of_second)]  # type: ignore[union-attr]
    assert "Was:" not in texts[0] and "is available" in texts[0]
    assert "Room changed: Opening plenary, Tuesday 16 March, 09:15." in texts[1]
    assert "Was: Canal Room." in texts[1] and "Now: Old Library." in texts[1]
    assert "Was: Great Hall." in texts[2] and "Canal Room" not in texts[2]
    assert [text.count("Opening plenary") for text in texts] == [0, 1, 1]


def test_a_draft_that_nobody_sent_is_overtaken_so_that_nobody_gets_two(cast: Cast, opening: Session) -> None:
    release(cast)
    send()
    moved(opening, "Great Hall")
    second = release(cast)
    assert about(cast.delegate_uk, second) is not None
    moved(opening, "Old Library")
    third = release(cast)
    assert not second.messages.exists()
    assert "Was: Canal Room." in about(cast.delegate_uk, third).text  # type: ignore[union-attr]
    moved(opening, "Canal Room")  # back where it was when they were last told
    fourth = release(cast)
    assert not OutgoingMessage.objects.drafted().exists() and not fourth.messages.exists()


def test_what_could_not_be_delivered_told_nothing(cast: Cast, opening: Session) -> None:
    first = release(cast)
    OutgoingMessage.objects.update(released_at=clock.now())  # on its way: it counts
    assert set(last_told(cast.edition).values()) == {first.pk}
    OutgoingMessage.objects.filter(recipient=cast.delegate_uk).update(tries=OutgoingMessage.MOST_TRIES)
    assert cast.delegate_uk.pk not in last_told(cast.edition)
    moved(opening, "Great Hall")
    second = release(cast)
    assert about(cast.delegate_uk, second).subject == "The agenda is available"  # type: ignore[union-attr]
    assert about(cast.delegate_nl, second).subject == "The agenda has changed: release 1.1"  # type: ignore[union-attr]


def test_a_breakout_concerns_its_members_co_chairs_and_speakers_and_nobody_else(cast: Cast, opening: Session) -> None:
    breakout = build.a_session(
        cast.edition, "11:30", "12:45", kind="breakout", mandate=cast.group, audience="delegates", title_en="Quokka finance"
    )
    build.a_speaker(breakout, cast.guest_speaker.person, role="rapporteur")
    release(cast)
    send()
    moved(breakout, "Old Library")
    second = release(cast)
    told = set(second.messages.values_list("recipient", flat=True))
    assert told == {cast.group_member.pk, cast.co_chair.pk, cast.guest_speaker.pk}
    assert "Was: Room to be announced. Now: Old Library." in " ".join(about(cast.co_chair, second).text.split())  # type: ignore[union-attr]


def test_a_restricted_sessions_words_stand_in_nobody_elses_notice(cast: Cast, opening: Session) -> None:
    hidden = build.a_session(
        cast.edition, "11:30", "12:45", kind="plenary", audience="group", mandate=cast.group, title_en="Zebra planning"
    )
    own = build.a_session(cast.edition, "15:00", "16:00", audience="party", party=cast.uk, title_en="Okapi line")
    release(cast)
    send()
    moved(hidden, "Old Library")
    moved(own, "Attic")
    moved(opening, "Great Hall")
    second = release(cast)
    texts = {message.recipient_id: message.text for message in second.messages.all()}
    readers = {pk for pk, text in texts.items() if "Zebra" in text or "Old Library" in text}
    assert readers == {cast.group_member.pk, cast.co_chair.pk}
    assert {pk for pk, text in texts.items() if "Okapi" in text or "Attic" in text} == {cast.focal_point_uk.pk}
    assert cast.delegate_nl.pk in texts  # of the plenary, which moved too
    # Opened to all under another name, it is new to the others and what it was called stays hidden.
    send()
    hidden.audience, hidden.title_en, hidden.mandate = "delegates", "Wombat planning", None
    hidden.save()
    text = about(cast.delegate_nl, release(cast)).text  # type: ignore[union-attr]
    assert "Added: Wombat planning." in text and "Zebra" not in text
    # Narrowed again, it leaves their agenda without a word.
    send()
    hidden.audience, hidden.room = "secretariat", None
    hidden.save()
    assert not release(cast).messages.exists()


def test_time_is_told_with_both_capitals_and_a_cancelled_one_with_what_happens_instead(cast: Cast, opening: Session) -> None:
    lunch = build.a_session(cast.edition, "12:45", "13:45", kind="meal", title_en="Lunch", title_nl="Lunch")
    cast.delegate_nl.language = "nl"
    cast.delegate_nl.save()
    release(cast)
    send()
    opening.starts_at += timedelta(minutes=30)
    opening.ends_at += timedelta(minutes=30)
    opening.ground_rule = "chatham_house"
    moved(opening, "Old Library")
    lunch.status, lunch.cancelled_note_en = "cancelled", "Sandwiches in the foyer"
    lunch.save()
    second = release(cast, note="The trains are late.")
    english = " ".join(about(cast.delegate_uk, second).text.split())  # type: ignore[union-attr]
    was = "Tuesday 16 March, 09:15 to 10:15 in The Hague (08:15 to 09:15 in London)"
    now = "Tuesday 16 March, 09:45 to 10:45 in The Hague (08:45 to 09:45 in London)"
    assert f"Several changes: Opening plenary. Time changed. Was: {was}. Now: {now}." in english
    assert "Room changed. Was: Canal Room. Now: Old Library." in english
    assert "What may be repeated changed. Was: not stated. Now: Chatham House Rule." in english
    assert "Cancelled: Lunch, Tuesday 16 March, 12:45. Instead: Sandwiches in the foyer" in english
    assert "The trains are late." in english and english.count("Opening plenary") == 1
    dutch = " ".join(about(cast.delegate_nl, second).text.split())  # type: ignore[union-attr]
    assert "dinsdag 16 maart" in dutch and "Den Haag" in dutch and "Opening plenary" not in dutch


def test_a_person_is_named_by_post_and_a_paper_only_to_those_who_may_read_it(cast: Cast, opening: Session) -> None:
    build.a_speaker(opening, cast.delegate_uk.person)
    release(cast)
    send()
    opening.speakers.all().delete()
    cast.delegate_nl.person.post_en = "Head of ports"
    cast.delegate_nl.person.save()
    build.a_speaker(opening, cast.delegate_nl.person)
    for title, audience in (("Pilot in figures", "delegates"), ("Quokka note", "secretariat")):
        said = {"audience": audience, "title_en": title, "originator_marking": "OFFICIAL", "party": cast.uk}
        paper = Paper.objects.create(edition=cast.edition, session=opening, **said)
        PaperVersion.objects.create(
            paper=paper,
            lang="en",
            number=2,
            file_type="pdf",
            content=b"x",
            size=1,
            sha256="0" * 64,
            uploaded_by=cast.secretary_uk,
        )
    second = release(cast)
    text = " ".join(about(cast.delegate_uk, second).text.split())  # type: ignore[union-attr]
    post = cast.delegate_uk.person.post_en
    assert "Several changes: Opening plenary, Tuesday 16 March, 09:15." in text
    assert f"Chair or speaker changed. Was: chair: {post} (UK). Now: chair: Head of ports (NL)." in text
    assert "Paper added: “Pilot in figures”, English, version 2." in text
    assert "Quokka" not in text and "Zzyx" not in text
    assert second.sessions.get(session=opening).changes["paper_added"] == 1


def test_a_withdrawn_release_takes_its_drafts_along_and_who_was_told_hears_the_difference(cast: Cast, opening: Session) -> None:
    told, waiting = cast.delegate_nl, cast.delegate_uk
    first = release(cast)
    send(told)
    moved(opening, "Great Hall")
    second = release(cast)
    send(told)
    withdraw_release(release=second, by=cast.secretary_nl, reason="Released too early")
    assert list(second.messages.values_list("recipient", flat=True)) == [told.pk]
    assert about(waiting, first).subject == "The agenda is available"  # type: ignore[union-attr]
    assert not OutgoingMessage.objects.drafted().filter(recipient=told).exists()
    moved(opening, "Old Library")
    third = release(cast)
    text = about(told, third).text  # type: ignore[union-attr]
    assert "Was: Great Hall." in text and "Now: Old Library." in text
    assert "release 1.1; release 1.2 now holds" in " ".join(text.split())


def test_an_outline_is_told_to_the_other_secretaries_alone(cast: Cast, opening: Session) -> None:
    outline = release_outline(edition=cast.edition, by=cast.secretary_nl, note="Is Tuesday too full?")
    (message,) = outline.messages.all()
    assert (message.recipient, message.subject) == (cast.secretary_uk, "An outline of the agenda: 0.1")
    assert "Is Tuesday too full?" in message.text
    send()
    first = release(cast)
    assert about(cast.delegate_uk, first).subject == "The agenda is available"  # type: ignore[union-attr]
    assert about(cast.secretary_uk, first) is None


def test_the_preview_is_what_is_drafted_and_leaves_nothing_behind(cast: Cast, opening: Session) -> None:
    shown = preview_release(cast.edition, cast.secretary_nl, planned=False)
    assert not AgendaRelease.objects.exists() and not OutgoingMessage.objects.exists()
    first = release(cast)
    drafted = first.messages.order_by("pk").values_list("recipient", "subject", "text")
    assert [(one.recipient_id, one.subject, one.text) for one in shown.messages] == list(drafted)
    assert shown.number == "1.0"
    unreached = build.a_registration(build.a_person(cast.uk), cast.edition)
    assert list(without_account(cast.edition)) == [unreached]
    discard(message=first.messages.first(), by=cast.secretary_nl)


def test_a_hundred_more_readers_cost_no_more_questions(cast: Cast, opening: Session) -> None:
    release(cast)
    send()

    def questions(room: str) -> int:
        moved(opening, room)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            release(cast)
        send()
        return len(asked)

    few = questions("Great Hall")
    for _number in range(100):
        user = build.an_account(build.a_person(cast.uk))
        build.a_registration(user.person, cast.edition)
        build.a_message(user, cast.edition, agenda_release=cast.edition.latest_release())
    send()
    many = questions("Old Library")
    assert few < 130
    assert many <= few + 4  # rows are stored some dozens at a time
    assert cast.edition.latest_release().messages.count() == 109  # type: ignore[union-attr]
