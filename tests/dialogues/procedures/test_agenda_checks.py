"""The checks before a release that look further than the clock and the rooms: the ceiling, the places, who still comes."""

from __future__ import annotations

from dialogues.models import Registration, Session, Venue
from dialogues.procedures.agenda import release_agenda
from dialogues.procedures.agenda_checks import agenda_checks, conflicts_of
from dialogues.procedures.steps import StepRefused
from tests import build
from tests.cast import Cast


def said(cast: Cast, level: str) -> list[str]:
    return [check.text for check in agenda_checks(cast.edition, cast.secretary_nl) if check.level == level]


def test_a_session_marked_above_the_ceiling_blocks_the_release(cast: Cast) -> None:
    session = build.a_session(cast.edition, "09:15", title_en="Debrief")
    Session.objects.filter(pk=session.pk).update(annotation_nl="Stukken: stg. geheim, wordt uitgereikt")
    blocked = "On Tuesday 09:15 a session is marked “stg. geheim”, above the ceiling: write a neutral line without it."
    assert said(cast, "blocks") == [blocked]
    try:
        release_agenda(edition=cast.edition, by=cast.secretary_nl)
    except StepRefused as refusal:
        assert [(reason.text, reason.record) for reason in refusal.reasons] == [(blocked, session)]
    Session.objects.filter(pk=session.pk).update(annotation_nl="Er is niets geheim aan")
    assert said(cast, "blocks") == []
    assert release_agenda(edition=cast.edition, by=cast.secretary_nl).number == "1.0"


def test_a_room_with_fewer_places_than_people_warns_with_both_numbers(cast: Cast) -> None:
    """Everybody registered for what is for all, members and co-chairs for a group, and what staff say before either."""
    small, tiny = build.a_room("Small Room", capacity=5), build.a_room("Tiny Room", capacity=1)
    plenary = build.a_session(cast.edition, "09:15", "10:15", title_en="Opening plenary", room=small)
    group = build.a_session(
        cast.edition, "10:30", "11:30", title_en="Ports", kind="breakout", mandate=cast.group, audience="group", room=tiny
    )
    build.a_session(cast.edition, "12:00", "12:30", title_en="Side meeting", kind="bilateral", room=tiny)
    coming = Registration.objects.live().filter(edition=cast.edition).count()
    assert coming == 6
    places = [text for text in said(cast, "warns") if "people are expected" in text]
    assert places == [
        "Small Room has 5 places; 6 people are expected on Tuesday 09:15: Opening plenary",
        "Tiny Room has 1 place; 2 people are expected on Tuesday 10:30: Ports",
    ]
    Session.objects.filter(pk=plenary.pk).update(expected=5)
    Session.objects.filter(pk=group.pk).update(expected=3)
    assert [text for text in said(cast, "warns") if "people are expected" in text] == [
        "Tiny Room has 1 place; 3 people are expected on Tuesday 10:30: Ports"
    ]


def test_a_room_of_another_house_and_a_speaker_who_is_no_longer_registered_warn(cast: Cast) -> None:
    cast.edition.venue = Venue.objects.create(name_en="New House")
    cast.edition.save()
    session = build.a_session(cast.edition, title_en="Panel", room=build.a_room("Attic"))
    build.a_speaker(session, cast.withdrawn_delegate.person, "speaker")
    build.a_speaker(session, cast.delegate_uk.person, "speaker")
    build.a_speaker(session, cast.secretary_uk.person)  # who never had to register
    warnings = said(cast, "warns")
    assert "Panel is in Attic, which is not in New House: give it a room there" in warnings
    gone = [text for text in warnings if "no longer registered" in text]
    assert gone == [f"{cast.withdrawn_delegate.person.name} is no longer registered and still has a part in Panel"]


def test_each_session_gets_its_own_reasons_and_none_of_the_other_partys(cast: Cast) -> None:
    hall = build.a_room()
    ours = build.a_session(cast.edition, "09:00", "10:00", title_en="Opening plenary", room=hall)
    theirs = build.a_session(cast.edition, "09:30", "10:30", title_en="Baited", room=hall, audience="party", party=cast.uk)
    build.a_speaker(theirs, cast.withdrawn_delegate.person, "speaker")
    alone = build.a_session(cast.edition, "12:00", "12:30", title_en="Lunch", title_nl="Lunch", kind="meal", room=hall)
    checks = agenda_checks(cast.edition, cast.secretary_nl)
    found = conflicts_of(checks)
    assert found[ours.pk][0].text == (
        "Great Hall is booked twice on Tuesday 09:30: Opening plenary and a session you may not read. "
        "Give one of them another room or time."
    )
    assert theirs.pk not in found and alone.pk not in found
    assert not any("Baited" in check.text or "no longer registered" in check.text for check in checks)
    assert any("no longer registered" in check.text for check in agenda_checks(cast.edition, cast.secretary_uk))


def test_whoever_is_printed_as_to_be_confirmed_is_warned_of_whatever_the_part(cast: Cast) -> None:
    """Also the chair: nobody ticks a person as confirmed without being asked to."""
    warning = "Chair or speaker not confirmed; printed as “to be confirmed”"
    opening = build.a_session(cast.edition, "09:15", "10:15", title_en="Opening plenary")
    slot = build.a_speaker(opening, cast.secretary_uk.person, is_confirmed=False)
    panel = build.a_session(cast.edition, "11:00", "12:00", title_en="Panel")
    nobody = build.a_speaker(panel, None, "speaker", party=cast.uk, is_confirmed=True)  # a tick confirms no name
    (check,) = [one for one in agenda_checks(cast.edition, cast.secretary_nl) if one.text == warning]
    assert check.level == "warns" and list(check.records) == [opening, panel]
    nobody.delete()
    slot.is_confirmed = True
    slot.save()
    assert warning not in said(cast, "warns")
