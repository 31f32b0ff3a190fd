"""Lists and print: chosen, asked for a purpose, handed over marked, and written down."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from dialogues.admin.exports import OFFERS
from dialogues.exports.badges import due_for_print
from dialogues.models import Category, Export, JournalEntry, ParticipantList, Registration
from dialogues.procedures.agenda import release_agenda
from dialogues.procedures.participants import issue_list
from tests import build, reading_paper
from tests.cast import Cast


def address(cast: Cast, what: str = "") -> str:
    page = f"/admin/dialogues/export/edition/{cast.edition.pk}/"
    return f"{page}{what}/" if what else page


SAID = {"file_type": "pdf", "language": "en", "purpose": "venue"}
MORE = {
    "participants": {"version": "now", "order": "host_last"},
    "badges": {"which": "all"},
    "catering": {"purpose": "catering"},
    "handover": {"purpose": "successor"},
    "annotated": {"purpose": "delegations"},
}


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.slug)
def test_every_kind_is_handed_over_in_both_languages_marked_and_written_down(cast: Cast, signed_in: Any, offer: Any) -> None:
    build.own_details(Registration.objects.get(person=cast.delegate_uk.person))
    build.a_session(cast.edition, room=build.a_room())
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    client = signed_in(cast.secretary_uk)
    assert client.get(address(cast, offer.slug)).status_code == 200
    for language, watermark in (("en", "Taken out by: secretary, United Kingdom"), ("nl", "Verenigd Koninkrijk")):
        for file_type in offer.file_types:
            said = {**SAID, **MORE.get(offer.slug, {}), "language": language, "file_type": file_type}
            answer = client.post(address(cast, offer.slug), said)
            assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"], answer.content.decode()[:3000]
            assert answer["Content-Disposition"].startswith(f'attachment; filename="official-{offer.slug}-2027')
            export = Export.objects.latest("pk")
            assert (export.file_type, export.by, export.sha256) == (
                file_type,
                cast.secretary_uk,
                hashlib.sha256(answer.content).hexdigest(),
            )
            assert JournalEntry.objects.filter(act="exported", details__export=export.pk).exists()
            if file_type == "pdf":
                assert reading_paper.is_tagged(answer.content) and reading_paper.language(answer.content).startswith(language)
                for sheet in reading_paper.sheets(answer.content):
                    assert sheet.count("OFFICIAL / ongerubriceerd") == 2 and watermark in sheet
            elif file_type == "csv":
                assert "OFFICIAL / ongerubriceerd" in answer.content.decode("utf-8-sig").splitlines()[-1]
            else:
                rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
                assert str(rows[-1][0]).startswith("OFFICIAL / ongerubriceerd")
            assert "ZzyxSecretaryUk" not in answer["Content-Disposition"]


def test_no_purpose_no_file(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_uk)
    for purpose in ("", "catering", "nonsense", "ven\x00ue"):
        answer = client.post(address(cast, "badges"), {**SAID, "which": "all", "purpose": purpose})
        assert answer.status_code in {200, 400} and "Content-Disposition" not in answer
    assert not Export.objects.exists()


def test_badges_are_printed_once_then_only_those_that_changed(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_uk)
    refused = Registration.objects.get(person=cast.delegate_nl.person)
    Registration.objects.filter(pk=refused.pk).update(access_status=Registration.Access.NOT_GRANTED)
    first = client.post(address(cast, "badges"), {**SAID, "which": "due"})
    read = reading_paper.words(first.content)
    assert "ZzyxDelegateUk" in read and "ZzyxDelegateNl" not in read and "ZzyxWithdrawn" not in read
    again = client.post(address(cast, "badges"), {**SAID, "which": "due"})
    assert again.status_code == 409 and "Every badge has been printed" in again.content.decode()
    changed = Registration.objects.get(person=cast.delegate_uk.person)
    Registration.objects.filter(pk=changed.pk).update(category=Category.ADVISER)
    reprint = client.post(address(cast, "badges"), {**SAID, "which": "due"})
    assert "ZzyxDelegateUk" in reading_paper.words(reprint.content) and "ZzyxCoChair" not in reading_paper.words(
        reprint.content
    )
    changed.refresh_from_db()
    assert due_for_print([changed]) == []


def test_one_replacement_is_one_badge_of_this_edition(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_uk)
    one = Registration.objects.get(person=cast.delegate_uk.person)
    made = client.post(address(cast, "badges"), {**SAID, "which": "one", "registration": one.pk})
    read = reading_paper.words(made.content)
    assert "ZzyxDelegateUk" in read and read.count("Zzyx") == 1
    last_year = Registration.objects.get(person=cast.last_years_delegate.person)
    for wrong in ("", last_year.pk, "x", 10**30):
        answer = client.post(address(cast, "badges"), {**SAID, "which": "one", "registration": wrong})
        assert answer.status_code in {200, 400} and "Content-Disposition" not in answer


def test_a_draft_says_so_and_an_issued_version_is_handed_over_as_issued(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_uk)
    issue_list(edition=cast.edition, by=cast.secretary_uk)
    build.a_registration(build.a_person(cast.uk, name="Ms Later"), cast.edition)
    said = {**SAID, "order": "host_last"}
    issued = client.post(address(cast, "participants"), {**said, "version": "1"})
    draft = client.post(address(cast, "participants"), {**said, "version": "now"})
    assert "Version 1, issued" in reading_paper.words(issued.content)
    assert "Ms Later" not in reading_paper.words(issued.content) and "-v1-en.pdf" in issued["Content-Disposition"]
    assert "not issued" in reading_paper.words(draft.content) and "Ms Later" in reading_paper.words(draft.content)
    assert "-draft-en.pdf" in draft["Content-Disposition"]


def test_the_list_is_issued_after_one_question(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_uk)
    asked = client.get(address(cast, "issue")).content.decode()
    assert "Issue version 1" in asked and not ParticipantList.objects.exists()
    assert client.post(address(cast, "issue")).status_code == 302
    assert ParticipantList.objects.get().number == 1
    refused = client.post(address(cast, "issue"))
    assert refused.status_code == 409 and "Nothing has changed since version 1" in refused.content.decode()
    page = client.get(address(cast)).content.decode()
    assert "/participants/1/" in page and "Nothing has changed since version 1" in page


def test_the_page_lists_what_was_taken_out(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_uk)
    client.post(address(cast, "catering"), {**SAID, "purpose": "catering"})
    for language in ("nl", "en"):
        client.cookies["django_language"] = language
        text = client.get(address(cast)).content.decode()
        assert f'<html lang="{language}"' in text and " style=" not in text and "data:" not in text
    assert "for the caterer" in text and "are due for print" in text


@pytest.mark.parametrize("who", ["secretary_elsewhere", "technician", "former_secretary", "focal_point_uk", "delegate_uk"])
def test_for_others_there_is_neither_page_nor_file(cast: Cast, signed_in: Any, who: str) -> None:
    client = signed_in(getattr(cast, who))
    for what in ("", "badges", "issue"):
        for edition in (cast.edition.pk, 10**30):
            page = f"/admin/dialogues/export/edition/{edition}/" + (f"{what}/" if what else "")
            answers = [client.get(page), client.post(page, {**SAID, "which": "all"})]
            assert all(answer.status_code in {302, 404} for answer in answers)
    assert not Export.objects.exists() and not ParticipantList.objects.exists()


def test_an_unknown_kind_of_list_is_not_there(cast: Cast, signed_in: Any) -> None:
    assert signed_in(cast.secretary_uk).get(address(cast, "guest-list")).status_code == 404
