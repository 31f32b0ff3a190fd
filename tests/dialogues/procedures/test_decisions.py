"""Postponing and cancelling: two heads' offices, two people, and what follows at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from dialogues.models import (
    ActionItem,
    AgendaRelease,
    Edition,
    HeadsDecision,
    JournalEntry,
    OutgoingMessage,
    Registration,
    ReleasedSession,
    Session,
)
from dialogues.models.signs import Sign
from dialogues.procedures import decisions, delegations, editions
from dialogues.procedures.agenda import release_agenda
from dialogues.procedures.preparation import mark_done
from dialogues.procedures.signs import shown_by
from dialogues.procedures.steps import StepRefused
from tests import build
from tests.cast import Cast

AGENDA_AND_OPENING = (("S1", Sign.AGENDA_1), ("S2", Sign.OPENED))
REASON = "Parliament is dissolved that week."


def proposed(cast: Cast, to: str = "postponed") -> HeadsDecision:
    return decisions.propose(edition=cast.edition, to=to, reason=REASON, by=cast.lead)


def decided(cast: Cast, to: str = "postponed") -> Edition:
    decision = proposed(cast, to)
    decisions.consent(decision=decision, reference="NL 2026/11", by=cast.secretary_nl)
    decisions.consent(decision=decision, reference="UK 2026/7", by=cast.secretary_uk)
    cast.edition.refresh_from_db()
    return cast.edition


def acts(cast: Cast) -> list[str]:
    return list(JournalEntry.objects.filter(edition=cast.edition).order_by("number").values_list("act", flat=True))


def test_it_takes_two_people_of_two_parties_and_each_gives_the_reference_of_a_letter(cast: Cast) -> None:
    decision = proposed(cast)
    decisions.consent(decision=decision, reference="NL 2026/11", by=cast.secretary_nl)
    second_dutch = build.an_account(build.a_person(cast.nl), is_staff=True)
    build.an_appointment(second_dutch, cast.dialogue, "secretary")
    for somebody in (cast.secretary_nl, second_dutch):
        with pytest.raises(StepRefused, match="Netherlands has consented already"):
            decisions.consent(decision=decision, reference="NL 2026/12", by=somebody)
    for somebody in (cast.focal_point_uk, cast.secretary_elsewhere, cast.technician, cast.former_secretary):
        with pytest.raises(StepRefused, match="Only a current secretary"):
            decisions.consent(decision=decision, reference="UK 2026/7", by=somebody)
    with pytest.raises(StepRefused, match="Give the reference of the letter"):
        decisions.consent(decision=decision, reference="  ", by=cast.secretary_uk)
    with pytest.raises(StepRefused, match="“STG GEHEIM” marks something above OFFICIAL"):
        decisions.consent(decision=decision, reference="STG GEHEIM 7", by=cast.secretary_uk)
    cast.edition.refresh_from_db()
    assert cast.edition.status == "preparing"
    decisions.consent(decision=decision, reference="UK 2026/7", by=cast.secretary_uk)
    cast.edition.refresh_from_db()
    assert cast.edition.status == "postponed"
    assert list(decision.consents.values_list("party__code", "reference")) == [("NL", "NL 2026/11"), ("UK", "UK 2026/7")]
    assert acts(cast) == ["proposed postponement", "consented", "postponed edition"]


def test_postponing_takes_the_days_and_the_dates_of_undone_tasks_and_keeps_the_rest(cast: Cast) -> None:
    undone = build.a_task(cast.edition, due_on=date(2027, 3, 5))
    by_hand = build.a_task(cast.edition, due_on=date(2027, 2, 5), is_dated_by_hand=True)
    done = build.a_task(cast.edition, due_on=date(2026, 12, 4))
    mark_done(task=done, by=cast.secretary_uk)
    edition = decided(cast)
    assert (edition.opens_on, edition.closes_on, edition.date_precision) == (None, None, "none")
    for task in (undone, by_hand, done):
        task.refresh_from_db()
    assert [task.due_on for task in (undone, by_hand, done)] == [None, date(2027, 2, 5), date(2026, 12, 4)]
    assert HeadsDecision.objects.get().former_days == "16 and 17 March 2027"
    assert Registration.objects.live().filter(edition=edition).count() == 6


def test_notices_are_drafted_for_everybody_concerned_in_their_language_without_a_name(cast: Cast) -> None:
    cast.delegate_nl.language = "nl"
    cast.delegate_nl.save()
    decided(cast)
    messages = {message.recipient: message for message in OutgoingMessage.objects.filter(edition=cast.edition)}
    concerned = {cast.delegate_uk, cast.guest_speaker, cast.focal_point_nl, cast.deputy_nl, cast.secretary_uk}
    assert concerned <= set(messages)
    strangers = {cast.stranger, cast.withdrawn_delegate, cast.last_years_delegate, cast.inactive_secretary}
    assert not strangers & set(messages)
    english, dutch = messages[cast.delegate_uk], messages[cast.delegate_nl]
    assert english.subject == "Postponed: Dialogue of 2027" and english.released_at is None
    assert "Former days: 16 and 17 March 2027" in english.text and REASON in english.text
    assert "Nothing of the agenda holds any more" in english.text
    assert dutch.lang == "nl" and "16 en 17 maart 2027" in dutch.text
    assert not any("Zzyx" in message.text + message.subject for message in messages.values())


def test_a_postponed_edition_and_its_agenda_say_so_to_every_reader(cast: Cast, client: Any, signed_in: Any) -> None:
    build.a_session(cast.edition, audience="public", title_en="Opening plenary", published_at=build.LONG_AGO)
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    edition, agenda = (f"/en/dialogues/{cast.dialogue.slug}/2027/{rest}" for rest in ("", "agenda/"))
    delegate = signed_in(cast.delegate_nl)
    assert "Postponed." not in client.get(edition).content.decode()
    assert "tag-next" in delegate.get(agenda).content.decode()
    decided(cast)
    for browser in (client, delegate):
        assert "New days are not known yet." in browser.get(edition).content.decode()
        shown = browser.get(agenda).content.decode()
        assert "Nothing of this agenda holds." in shown and "Opening plenary" in shown and "tag-next" not in shown


def test_cancelling_ends_registrations_and_withdraws_the_agenda_from_all_but_the_secretaries(
    cast: Cast, client: Any, signed_in: Any
) -> None:
    session = build.a_session(cast.edition, audience="public", title_en="Bait of an opening", published_at=build.LONG_AGO)
    item = build.an_action_item(cast.edition)
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    outline = f"/en/dialogues/{cast.dialogue.slug}/2027/agenda/"
    assert "Bait of an opening" in client.get(outline).content.decode()
    decided(cast, "cancelled")
    assert not Registration.objects.live().filter(edition=cast.edition).exists()
    assert JournalEntry.objects.get(act="cancelled edition").details["registrations"] == 6
    assert ActionItem.objects.get(pk=item.pk).status == "agreed"
    for reader in (cast.public, cast.delegate_uk, cast.focal_point_nl, cast.technician):
        assert not ReleasedSession.objects.current().visible_to(reader).exists()
        assert not AgendaRelease.objects.visible_to(reader).exists()
        assert not Session.objects.visible_to(reader).exists()
    assert Session.objects.visible_to(cast.secretary_uk).get() == session
    assert ReleasedSession.objects.visible_to(cast.secretary_uk).exists()
    for page in (client.get(outline), signed_in(cast.focal_point_nl).get(outline)):
        text = page.content.decode()
        assert "This edition does not take place." in text and "The agenda is withdrawn." in text
        assert "Bait of an opening" not in text
    assert client.get(f"{outline}{session.pk}/").status_code == 404
    subjects = set(OutgoingMessage.objects.filter(key__startswith="cancelled-").values_list("subject", flat=True))
    assert subjects == {"Cancelled: Dialogue of 2027"}


def test_whoever_came_to_an_edition_that_is_broken_off_has_come(cast: Cast) -> None:
    build.a_session(cast.edition)
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    with time_machine.travel(build.at_venue(cast.edition, "12:00"), tick=False):
        came = Registration.objects.get(person=cast.delegate_uk.person)
        delegations.note_attendance(registration=came, attended=True, by=cast.secretary_uk)
        with pytest.raises(StepRefused, match="It has opened: it can be cancelled, and no longer postponed"):
            proposed(cast, "postponed")
        decided(cast, "cancelled")
    came.refresh_from_db()
    assert came.status == "attended"
    assert Registration.objects.live().filter(edition=cast.edition).get() == came


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"by": "secretary_uk"}, "Only the secretariat lead"),
        ({"by": "focal_point_nl"}, "Only a current secretary"),
        ({"reason": " "}, "Say why"),
        ({"reason": "See the paper marked OFFICIAL-SENSITIVE"}, "above OFFICIAL / ongerubriceerd"),
    ],
)
def test_a_proposal_is_refused_in_words(cast: Cast, said: dict[str, str], words: str) -> None:
    by = getattr(cast, said.get("by", "secretary_nl"))
    with pytest.raises(StepRefused, match=words):
        decisions.propose(edition=cast.edition, to="cancelled", reason=said.get("reason", REASON), by=by)
    assert not HeadsDecision.objects.exists() and not JournalEntry.objects.exists()


def test_one_proposal_at_a_time_and_what_is_dropped_has_no_effect(cast: Cast) -> None:
    first = proposed(cast)
    with pytest.raises(StepRefused, match="“postponed” is proposed already"):
        proposed(cast, "cancelled")
    decisions.consent(decision=first, reference="NL 2026/11", by=cast.secretary_nl)
    decisions.drop(decision=first, by=cast.secretary_uk)
    with pytest.raises(StepRefused, match="Nothing is proposed any more"):
        decisions.consent(decision=first, reference="UK 2026/7", by=cast.secretary_uk)
    second = proposed(cast)  # asks both anew
    decisions.consent(decision=second, reference="UK 2026/8", by=cast.secretary_uk)
    cast.edition.refresh_from_db()
    assert cast.edition.status == "preparing"
    assert acts(cast)[-2:] == ["proposed postponement", "consented"]


def test_what_has_taken_place_is_not_cancelled_any_more(cast: Cast) -> None:
    build.a_session(cast.edition)
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    decision = proposed(cast, "cancelled")
    with (
        time_machine.travel(build.at_venue(cast.edition, "12:00", day=3), tick=False),
        pytest.raises(StepRefused, match="It has taken place: close it"),
    ):
        decisions.consent(decision=decision, reference="UK 2026/7", by=cast.secretary_uk)


def scheduled_again(cast: Cast, first: date, last: date) -> Edition:
    Edition.objects.filter(pk=cast.edition.pk).update(opens_on=first, closes_on=last, date_precision="exact")
    return editions.schedule_edition(edition=cast.edition, by=cast.lead)


def test_as_promised_everybody_hears_of_the_new_days_and_the_sessions_come_along(cast: Cast) -> None:
    """From winter time into summer time, a day longer: each keeps its time on the clock of the venue."""
    cast.delegate_nl.language = "nl"
    cast.delegate_nl.save()
    opening = build.a_session(cast.edition, title_en="Opening")
    called_off = build.a_session(cast.edition, "11:00", "12:00", status="cancelled")
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    eve = build.a_session(cast.edition, "19:00", "21:00", day=0, title_en="Dinner")
    retimed = build.a_session(cast.edition, "14:00", "15:00", title_en="Put on the new days by hand")
    decided(cast)
    retimed.starts_at, retimed.ends_at = (datetime(2027, 6, 9, hour, tzinfo=cast.edition.zone) for hour in (14, 15))
    retimed.save()
    before = {one.pk: one.starts_at for one in (called_off, retimed)}
    OutgoingMessage.objects.all().delete()
    edition = scheduled_again(cast, date(2027, 6, 8), date(2027, 6, 10))
    starts = {one.title_en: f"{one.starts_at.astimezone(edition.zone):%m-%d %H:%M}" for one in edition.sessions.all()}
    assert (starts["Opening"], starts["Dinner"]) == ("06-08 09:15", "06-07 19:00")
    for one in (eve, opening, called_off, retimed):
        length = one.ends_at - one.starts_at
        one.refresh_from_db()
        assert one.ends_at - one.starts_at == length
    assert {one.pk: one.starts_at for one in (called_off, retimed)} == before
    messages = {message.recipient: message for message in OutgoingMessage.objects.all()}
    assert set(messages) == set(decisions.told(edition)) >= {cast.delegate_uk, cast.deputy_nl, cast.secretary_uk}
    assert cast.withdrawn_delegate not in messages
    english, dutch = messages[cast.delegate_uk], messages[cast.delegate_nl]
    assert english.subject == "New days: Dialogue of 2027" and english.released_at is None
    assert "Days: 8 to 10 June 2027" in english.text and "Former days: 16 and 17 March 2027" in english.text
    assert "nothing of the one that was released before holds" in english.text.replace("\n", " ")
    assert dutch.lang == "nl" and "16 en 17 maart 2027" in dutch.text
    assert not any("Zzyx" in message.text + message.subject for message in messages.values())
    details = JournalEntry.objects.get(act="scheduled edition").details
    assert (details["sessions"], details["messages"]) == (2, len(messages))


@pytest.mark.parametrize("first", [date(2027, 6, 8), build.OPENING])
def test_an_agenda_of_before_the_postponement_holds_no_more_until_the_next_release(cast: Cast, first: date) -> None:
    """Even where the edition gets its former days back."""
    build.a_session(cast.edition)
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    agenda, opened = (build.a_task(cast.edition, code=code, sign=sign) for code, sign in AGENDA_AND_OPENING)
    assert agenda.is_shown()
    decided(cast)
    edition = scheduled_again(cast, first, first + timedelta(days=1))
    Edition.objects.filter(pk=edition.pk).update(status="preparing")
    edition.refresh_from_db()
    noon = build.at_venue(edition, "12:00")
    for task in (agenda, opened):
        task.refresh_from_db()
    assert not edition.is_open(noon) and not edition.has_opened(noon) and not opened.is_shown(noon)
    assert not agenda.is_shown()
    with time_machine.travel(build.at_venue(edition, "18:00", day=2), tick=False):
        assert "No agenda was ever released for these days." in map(str, editions.close_reasons(edition, cast.lead))
    release = release_agenda(edition=edition, by=cast.secretary_nl)
    assert edition.is_open(noon) and edition.has_opened(noon) and opened.is_shown(noon) and agenda.is_shown()
    seen = shown_by(agenda)
    assert seen and seen.records == (release,)


def test_the_lead_consents_for_the_party_that_the_lead_comes_from(cast: Cast) -> None:
    lead = build.an_account(build.a_person(cast.uk), is_staff=True)
    build.an_appointment(lead, cast.dialogue, "lead")
    decision = decisions.propose(edition=cast.edition, to="postponed", reason=REASON, by=lead)
    decisions.consent(decision=decision, reference="UK 2026/7", by=lead)
    with pytest.raises(StepRefused, match="United Kingdom has consented already"):
        decisions.consent(decision=decision, reference="UK 2026/8", by=cast.secretary_uk)
    decisions.consent(decision=decision, reference="NL 2026/11", by=cast.secretary_nl)
    cast.edition.refresh_from_db()
    assert cast.edition.status == "postponed"


def test_new_days_date_what_is_undone_and_ask_each_focal_point_anew(cast: Cast) -> None:
    build.a_nomination(build.a_delegation(cast.edition, cast.uk), status="draft")
    build.an_accepted_nomination(build.a_delegation(cast.edition, cast.nl))
    done = build.a_task(cast.edition, due_on=date(2026, 12, 4))
    mark_done(task=done, by=cast.secretary_uk)
    undone = build.a_task(cast.edition, offset_days=-10, due_on=date(2027, 3, 5))
    edition = decided(cast)
    edition = scheduled_again(cast, date(2027, 9, 14), date(2027, 9, 15))
    done.refresh_from_db()
    undone.refresh_from_db()
    assert (undone.due_on, done.due_on, done.status) == (date(2027, 9, 3), date(2026, 12, 4), "done")
    uk, nl = edition.delegations.get(party=cast.uk), edition.delegations.get(party=cast.nl)
    assert uk.to_reconfirm_since is None  # a draft is nobody yet
    assert isinstance(nl.to_reconfirm_since, datetime)
    for somebody in (cast.focal_point_uk, cast.secretary_nl):
        with pytest.raises(StepRefused, match="Only Netherlands’s focal point or deputy"):
            delegations.reconfirm_delegation(delegation=nl, by=somebody)
    nl = delegations.reconfirm_delegation(delegation=nl, by=cast.deputy_nl)
    assert nl.to_reconfirm_since is None
    with pytest.raises(StepRefused, match="waits for no confirmation"):
        delegations.reconfirm_delegation(delegation=nl, by=cast.focal_point_nl)
    entry = JournalEntry.objects.get(act="confirmed delegation")
    assert (entry.by, entry.party, entry.record) == (cast.deputy_nl, cast.nl, nl)
