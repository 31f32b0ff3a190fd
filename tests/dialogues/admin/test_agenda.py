"""Sessions in the admin: which ones, which choices, at which clock, and against whose newer version."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from dialogues.models import Edition, JournalEntry, Session
from dialogues.procedures.agenda import release_agenda
from tests import build
from tests.cast import Cast
from tests.filling_in import filled_in

LIST = "/admin/dialogues/session/"


def page_of(session: Session) -> str:
    return f"{LIST}{session.pk}/change/"


def form_of(client: Client, session: Session) -> dict[str, Any]:
    return filled_in(client.get(page_of(session)), "session_form")


def test_another_partys_own_session_is_neither_listed_nor_opened_nor_changed(cast: Cast, signed_in: Any) -> None:
    bait = build.a_session(cast.edition, title_en="Baited UK meeting", audience="party", party=cast.uk)
    ours = build.a_session(cast.edition, title_en="Our NL meeting", audience="party", party=cast.nl)
    client = signed_in(cast.secretary_nl)
    listed = client.get(LIST).content.decode()
    assert ours.title_en in listed and bait.title_en not in listed
    for address in (page_of(bait), f"{LIST}{bait.pk}/history/", f"{LIST}{bait.pk}/delete/", f"{LIST}{bait.pk}/step/cancel/"):
        answer = client.get(address, follow=True)
        assert bait.title_en not in answer.content.decode()
        assert client.post(address, {"title_en": "Taken"}).status_code in {302, 403, 404}
    bait.refresh_from_db()
    assert bait.title_en == "Baited UK meeting"
    assert bait.title_en in signed_in(cast.secretary_uk).get(LIST).content.decode()


def test_another_partys_own_session_is_no_choice_anywhere(cast: Cast, signed_in: Any) -> None:
    bait = build.a_session(cast.edition, title_en="Baited UK meeting", audience="party", party=cast.uk)
    item = build.an_action_item(cast.edition, status="proposed")
    client = signed_in(cast.secretary_nl)
    page = client.get(f"/admin/dialogues/actionitem/{item.pk}/change/")
    assert bait.title_en not in page.content.decode()
    answer = client.post(
        f"/admin/dialogues/actionitem/{item.pk}/change/", {**filled_in(page, "actionitem_form"), "session": bait.pk}
    )
    assert answer.status_code == 200 and "session" in answer.context["adminform"].form.errors
    item.refresh_from_db()
    assert item.session_id is None


def test_what_already_points_to_a_hidden_session_keeps_doing_so(cast: Cast, signed_in: Any) -> None:
    bait = build.a_session(cast.edition, title_en="Baited UK meeting", audience="party", party=cast.uk)
    item = build.an_action_item(cast.edition, status="proposed", session=bait)
    client = signed_in(cast.secretary_nl)
    address = f"/admin/dialogues/actionitem/{item.pk}/change/"
    page = client.get(address)
    assert bait.title_en not in page.content.decode()
    answer = client.post(address, {**filled_in(page, "actionitem_form"), "measure_nl": "Een notitie"})
    assert answer.status_code == 302
    item.refresh_from_db()
    assert (item.session_id, item.measure_nl) == (bait.pk, "Een notitie")


def test_a_secretary_elsewhere_finds_no_session_and_no_edition_to_hang_one_on(cast: Cast, signed_in: Any) -> None:
    session = build.a_session(cast.edition, title_en="Public bait", audience="public")
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    assert Session.objects.visible_to(cast.secretary_elsewhere).filter(pk=session.pk).exists()
    client = signed_in(cast.secretary_elsewhere)
    assert session.title_en not in client.get(LIST).content.decode()
    assert str(cast.edition.pk) not in form_choices(client.get(f"{LIST}add/"), "edition")
    answer = client.post(f"{LIST}add/", new_session(cast))
    assert answer.status_code == 200 and "edition" in answer.context["adminform"].form.errors
    assert Session.objects.count() == 1


def form_choices(page: Any, name: str) -> set[str]:
    return {str(value) for value, _label in page.context["adminform"].form.fields[name].choices}


def new_session(cast: Cast, **fields: Any) -> dict[str, Any]:
    return {
        "title_en": "New plenary",
        "edition": cast.edition.pk,
        "kind": "plenary",
        "starts_at_0": "2027-03-16",
        "starts_at_1": "09:00",
        "ends_at_0": "2027-03-16",
        "ends_at_1": "10:00",
        "audience": "delegates",
        "speakers-TOTAL_FORMS": "0",
        "speakers-INITIAL_FORMS": "0",
        **fields,
    }


def test_times_are_those_of_the_venue_and_the_page_says_so(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_uk)
    assert client.post(f"{LIST}add/", new_session(cast)).status_code == 302
    session = Session.objects.get()
    assert session.starts_at == datetime(2027, 3, 16, 8, 0, tzinfo=UTC)
    page = client.get(page_of(session))
    assert "Time at the venue, Europe/Amsterdam." in page.content.decode()
    shown = filled_in(page, "session_form")
    assert (shown["starts_at_0"], shown["starts_at_1"]) == ("2027-03-16", "09:00")
    assert "09:00 to 10:00" in client.get(LIST).content.decode()
    assert client.post(page_of(session), shown).status_code == 302
    session.refresh_from_db()
    assert session.starts_at == datetime(2027, 3, 16, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "clock"), [(date(2027, 3, 28), "02:30"), (date(2027, 10, 31), "02:30")], ids=["does not exist", "exists twice"]
)
def test_a_time_that_the_venues_clock_skips_or_shows_twice_is_refused(
    cast: Cast, signed_in: Any, day: date, clock: str
) -> None:
    said = new_session(cast, starts_at_0=day.isoformat(), starts_at_1=clock, ends_at_0=day.isoformat(), ends_at_1="05:00")
    answer = signed_in(cast.secretary_nl).post(f"{LIST}add/", said)
    assert answer.status_code == 200 and "starts_at" in answer.context["adminform"].form.errors
    assert not Session.objects.exists()


def test_a_session_that_ends_before_it_starts_is_refused_at_its_field(cast: Cast, signed_in: Any) -> None:
    answer = signed_in(cast.secretary_nl).post(f"{LIST}add/", new_session(cast, ends_at_1="08:00", title_en="Kept text"))
    assert "ends_at" in answer.context["adminform"].form.errors
    assert "Kept text" in answer.content.decode()


def test_nobody_makes_a_session_of_the_other_partys_staff(cast: Cast, signed_in: Any) -> None:
    answer = signed_in(cast.secretary_nl).post(f"{LIST}add/", new_session(cast, audience="party", party=cast.uk.pk))
    assert answer.status_code == 200
    assert not Session.objects.exists()


def test_a_group_or_room_of_elsewhere_is_refused(cast: Cast, signed_in: Any) -> None:
    elsewhere = build.an_edition(build.a_dialogue(), year=2027)
    answer = signed_in(cast.secretary_nl).post(f"{LIST}add/", new_session(cast, mandate=build.a_mandate(elsewhere).pk))
    assert "mandate" in answer.context["adminform"].form.errors


def test_over_somebodys_newer_version_both_are_shown_and_nothing_typed_is_lost(cast: Cast, signed_in: Any) -> None:
    session = build.a_session(cast.edition, title_en="First wording")
    uk, nl = signed_in(cast.secretary_uk), signed_in(cast.secretary_nl)
    mine, theirs = form_of(uk, session), form_of(nl, session)
    assert nl.post(page_of(session), {**theirs, "title_en": "Wording of the Dutch"}).status_code == 302
    answer = uk.post(page_of(session), {**mine, "title_en": "Wording of the British", "annotation_en": "A long text"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Title, English: stored now “Wording of the Dutch”; you typed “Wording of the British”." in text
    assert "A long text" in text
    session.refresh_from_db()
    assert session.title_en == "Wording of the Dutch"
    again = filled_in(answer, "session_form")
    assert again["title_en"] == "Wording of the British"
    assert uk.post(page_of(session), again).status_code == 302
    session.refresh_from_db()
    assert (session.title_en, session.annotation_en) == ("Wording of the British", "A long text")


def test_a_newer_row_below_is_not_overwritten_either(cast: Cast, signed_in: Any) -> None:
    session = build.a_session(cast.edition)
    slot = build.a_speaker(session, cast.secretary_uk.person)
    uk, nl = signed_in(cast.secretary_uk), signed_in(cast.secretary_nl)
    mine, theirs = form_of(uk, session), form_of(nl, session)
    assert nl.post(page_of(session), {**theirs, "speakers-0-role": "moderator"}).status_code == 302
    answer = uk.post(page_of(session), {**mine, "speakers-0-role": "keynote"})
    assert answer.status_code == 200
    assert "stored now “moderator”; you typed “keynote speaker”" in answer.content.decode()
    slot.refresh_from_db()
    assert slot.role == "moderator"


def test_a_row_below_that_somebody_took_out_comes_back_as_an_error(cast: Cast, signed_in: Any) -> None:
    session = build.a_session(cast.edition)
    slot = build.a_speaker(session, cast.secretary_uk.person)
    client = signed_in(cast.secretary_uk)
    mine = form_of(client, session)
    slot.delete()
    assert client.post(page_of(session), {**mine, "speakers-0-role": "keynote"}).status_code == 200


def test_a_form_without_its_fingerprint_overwrites_nothing(cast: Cast, signed_in: Any) -> None:
    session = build.a_session(cast.edition, title_en="First wording")
    client = signed_in(cast.secretary_uk)
    said = {name: value for name, value in form_of(client, session).items() if name != "_fingerprint"}
    assert client.post(page_of(session), {**said, "title_en": "Blind"}).status_code == 200
    session.refresh_from_db()
    assert session.title_en == "First wording"


def test_two_equal_rows_below_are_refused_in_words(cast: Cast, signed_in: Any) -> None:
    session = build.a_session(cast.edition)
    client = signed_in(cast.secretary_uk)
    row = {"role": "chair", "party": cast.uk.pk, "person": cast.secretary_uk.person.pk}
    twice = {f"speakers-{n}-{name}": value for n in (0, 1) for name, value in row.items()}
    answer = client.post(page_of(session), {**form_of(client, session), **twice, "speakers-TOTAL_FORMS": "2"})
    assert answer.status_code == 200
    assert "This person already has this part in the session." in answer.content.decode()
    assert not session.speakers.exists()


def test_a_save_is_journalled_by_the_names_of_its_fields_never_by_their_texts(cast: Cast, signed_in: Any) -> None:
    session = build.a_session(cast.edition)
    client = signed_in(cast.secretary_uk)
    client.post(page_of(session), {**form_of(client, session), "title_en": "Confidential wording"})
    entry = JournalEntry.objects.get(act="changed")
    assert (entry.by, entry.party, entry.object_id) == (cast.secretary_uk, cast.uk, session.pk)
    assert entry.details == {"fields": ["title_en"]}
    assert cast.secretary_uk.person.name in client.get(f"{LIST}{session.pk}/history/").content.decode()


def test_a_save_that_changes_nothing_is_not_journalled(cast: Cast, signed_in: Any) -> None:
    session = build.a_session(cast.edition)
    client = signed_in(cast.secretary_uk)
    assert client.post(page_of(session), form_of(client, session)).status_code == 302
    assert not JournalEntry.objects.exists()


def test_a_session_is_never_deleted(cast: Cast, signed_in: Any) -> None:
    session = build.a_session(cast.edition)
    client = signed_in(cast.secretary_nl)
    assert client.get(f"{LIST}{session.pk}/delete/").status_code == 403
    assert client.post(f"{LIST}{session.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(LIST, {"action": "delete_selected", "_selected_action": session.pk, "post": "yes"}).status_code == 400
    assert Session.objects.filter(pk=session.pk).exists()


def test_a_release_is_read_and_not_changed_and_shows_no_row_of_the_other_partys_own(cast: Cast, signed_in: Any) -> None:
    build.a_session(cast.edition, title_en="For all of us")
    build.a_session(cast.edition, "11:00", "12:00", title_en="Baited UK meeting", audience="party", party=cast.uk)
    release = release_agenda(edition=cast.edition, by=cast.secretary_uk)
    client = signed_in(cast.secretary_nl)
    address = f"/admin/dialogues/agendarelease/{release.pk}/change/"
    text = client.get(address).content.decode()
    assert "For all of us" in text and "Baited UK meeting" not in text
    assert client.post(address, {"note": "Changed"}).status_code == 403
    assert client.get("/admin/dialogues/agendarelease/add/").status_code == 403


def test_after_the_closing_sessions_are_read_and_neither_changed_nor_added(cast: Cast, signed_in: Any) -> None:
    session = build.a_session(cast.edition, title_en="Opening plenary")
    client = signed_in(cast.secretary_nl)
    typed = {**form_of(client, session), "title_en": "Opening, with hindsight"}
    Edition.objects.filter(pk=cast.edition.pk).update(status=Edition.Status.CLOSED)
    assert client.post(page_of(session), typed).status_code == 403
    text = client.get(page_of(session)).content.decode()
    assert "Opening plenary" in text and "You may read it, not change it." in text and 'name="_save"' not in text
    answer = client.post("/admin/dialogues/session/add/", new_session(cast))
    assert "The edition is over: its sessions stay as they were." in answer.content.decode()
    assert list(Session.objects.values_list("title_en", flat=True)) == ["Opening plenary"]
