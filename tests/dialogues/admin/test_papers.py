"""The secretariat's page of papers: uploading, its steps, and what happens when one should not be there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dialogues.models import Audience, JournalEntry, Paper, PaperVersion
from dialogues.procedures.papers import note_opening
from tests import build
from tests.cast import Cast
from tests.papers import docx, pdf
from tests.reading import words

LIST = "/admin/dialogues/paper/"
BOMB = {"word/media/a.bin": b"\0" * 80 * 1024 * 1024}


def a_file(content: bytes, name: str = "brief.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def given(cast: Cast, content: bytes | None = None, **fields: Any) -> dict[str, Any]:
    said = {"edition": cast.edition.pk, "party": cast.uk.pk, "title_en": "Ports", "title_nl": "Havens"}
    said |= {"audience": "delegates", "originator_marking": "OFFICIAL", "lang": "en"}
    name = fields.pop("name", "brief.pdf")
    return said | ({"file": a_file(content, name)} if content is not None else {}) | fields


def test_the_marking_is_asked_with_nothing_chosen_and_the_page_says_what_never_goes_in(cast: Cast, signed_in: Any) -> None:
    page = signed_in(cast.secretary_uk).get(f"{LIST}add/?edition={cast.edition.pk}").content.decode()
    radios = re.findall(r'<input type="radio" name="audience"[^>]*>', page)
    assert len(radios) == 4 and not any("checked" in radio or 'value="public"' in radio for radio in radios)
    assert 'enctype="multipart/form-data"' in page
    for said in ("No operational police information", "speaking notes", "a net with holes", "of at most 5 MB"):
        assert said in page


def test_a_new_paper_starts_with_the_edition_in_hand_and_offers_its_sessions_alone(cast: Cast, signed_in: Any) -> None:
    build.a_session(cast.edition, title_en="Early session")
    build.a_session(build.an_edition(cast.dialogue, year=2025), title_en="Session of another year")
    page = signed_in(cast.secretary_uk).get(f"{LIST}add/").content.decode()
    assert f'<option value="{cast.edition.pk}" selected>' in page
    assert "Early session" in page and "Session of another year" not in page


def test_a_paper_is_uploaded_found_in_the_list_and_only_its_title_is_changed_by_hand(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_uk)
    session = build.a_session(cast.edition, title_en="Early session")
    answer = client.post(f"{LIST}add/", given(cast, docx("The ports."), session=session.pk, name="x.docx"), follow=True)
    assert answer.status_code == 200
    paper = Paper.objects.get()
    assert (paper.session, paper.audience, paper.party) == (session, Audience.DELEGATES, cast.uk)
    assert [entry.act for entry in JournalEntry.objects.all()] == ["uploaded paper"]
    note_opening(version=paper.versions.get(), by=cast.delegate_nl)
    build.a_paper_version(build.a_paper(cast.edition, cast.nl, audience="party", title_en="Zyxdutch notes"))
    with CaptureQueriesContext(connection) as asked:
        page = words(client.get(f"{LIST}?edition__id__exact={cast.edition.pk}").content.decode())
    assert "Ports Early session United Kingdom Delegates of this edition OFFICIAL English 1 1 account At hand" in page
    assert "Zyxdutch" not in page
    assert not [query["sql"] for query in asked if '"content"' in query["sql"]]
    change = client.get(f"{LIST}{paper.pk}/change/").content.decode()
    assert "ZzyxDelegateNl" in change and paper.versions.get().get_absolute_url() in change
    assert 'name="title_en"' in change and 'name="audience"' not in change and 'name="file"' not in change
    token = re.search(r'name="_fingerprint" value="(\w+)"', change)
    assert token
    client.post(
        f"{LIST}{paper.pk}/change/", {"title_en": "Sea ports", "title_nl": "", "_fingerprint": token[1], "audience": "party"}
    )
    paper.refresh_from_db()
    assert (paper.title_en, paper.audience) == ("Sea ports", "delegates")
    assert client.post(f"{LIST}{paper.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("content", "fields", "sentence"),
    [
        (None, {}, "Choose the file."),
        (b"", {}, "The file is empty"),
        (b"%PDF-1.7 cut", {}, "cannot be read"),
        (bytes(range(256)), {}, "no PDF, DOCX, XLSX or PPTX"),
        (docx("x", **BOMB), {}, "unpacks to far more"),
        (docx("UK SECRET"), {}, "The text says “SECRET”"),
        (docx("x"), {"name": "OFFICIAL-SENSITIVE brief.docx"}, "The name of the file says"),
        (docx("x"), {"name": "a\0\r\n\u202e/../b.docx", "title_en": "Ports\0"}, "Null characters are not allowed"),
        (docx("x"), {"title_en": "TOP SECRET ports"}, "marks something above OFFICIAL"),
        (docx("x"), {"originator_marking": "OFFICIAL-SENSITIVE"}, "marks something above OFFICIAL"),
        (docx("x"), {"audience": ""}, "Choose who may read it."),
        (docx("x"), {"audience": "public"}, "public is not one of the available choices"),
        (docx("x"), {"audience": "group"}, "needs that group"),
        (docx("x"), {"audience": "party", "party": "nl"}, "own secretary keeps a paper of its own"),
        (docx("x"), {"session": "99999999999999999999"}, "Select a valid choice"),
        (docx("about top secret files"), {}, "Only the secretariat lead lets that pass"),
        (docx("x"), {"lang": ""}, "in which language"),
    ],
)
def test_a_broken_upload_comes_back_with_a_sentence_and_what_was_typed(
    cast: Cast, signed_in: Any, content: bytes | None, fields: dict[str, Any], sentence: str
) -> None:
    if fields.get("party") == "nl":
        fields = {**fields, "party": cast.nl.pk}
    answer = signed_in(cast.secretary_uk).post(f"{LIST}add/", given(cast, content, **fields))
    page = answer.content.decode()
    assert answer.status_code == 200 and sentence in words(page)
    assert "Havens" in page
    assert not Paper.objects.exists() and not JournalEntry.objects.exists()


def test_a_body_that_is_far_too_large_is_answered_in_words(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_uk)
    answer = client.post(f"{LIST}add/", given(cast, b"%PDF-" + b"\0" * 7_000_000))
    assert answer.status_code == 413 and b"At most 5 MB can be sent at once" in answer.content
    nearly = client.post(f"{LIST}add/", given(cast, b"%PDF-" + b"\0" * 5_500_000))
    assert nearly.status_code == 200 and "larger than 5 MB" in words(nearly.content.decode())


def test_its_steps_add_a_version_change_its_readers_and_take_it_back(cast: Cast, signed_in: Any) -> None:
    paper = build.a_paper_version(build.a_paper(cast.edition, cast.uk, audience="secretariat")).paper
    lead, own = signed_in(cast.secretary_nl), signed_in(cast.secretary_uk)
    step = f"{LIST}{paper.pk}/step/"
    assert 'enctype="multipart/form-data"' in lead.get(f"{step}version/").content.decode()
    refused = lead.post(f"{step}version/", {"lang": "en", "file": a_file(b"%PDF-")})
    assert refused.status_code == 200 and "cannot be read" in words(refused.content.decode())
    said = words(lead.post(f"{step}version/", {"lang": "en", "file": a_file(pdf("New."))}, follow=True).content.decode())
    assert "Uploaded. Its readers see the new version first." in said and paper.versions.count() == 2
    again = lead.post(f"{step}version/", {"lang": "en", "file": a_file(pdf("New."))})
    assert again.status_code == 409 and "same file as version 2" in words(again.content.decode())
    wider = {"audience": "delegates", "reason": "Cleared."}
    theirs = lead.post(f"{step}readers/", wider)
    assert theirs.status_code == 409 and "own secretary gives this paper to more readers" in words(theirs.content.decode())
    own.post(f"{step}readers/", wider)
    paper.refresh_from_db()
    assert paper.audience == "delegates"
    assert "Say why it is taken back." in words(lead.post(f"{step}take-back/", {"reason": ""}).content.decode())
    lead.post(f"{step}take-back/", {"reason": "Superseded."})
    paper.refresh_from_db()
    assert paper.withdrawn_reason == "Superseded."
    assert "Taken back" in words(lead.get(f"{LIST}?standing=taken_back").content.decode())


def test_the_spill_procedure_shows_who_opened_it_and_the_key_once(cast: Cast, signed_in: Any) -> None:
    version = build.a_paper_version(build.a_paper(cast.edition, cast.uk), b"%PDF-1.7 Zyxspill")
    note_opening(version=version, by=cast.delegate_nl)
    client, step = signed_in(cast.secretary_nl), f"{LIST}{version.paper_id}/step/quarantine/"
    asked = words(client.get(step).content.decode())
    for said in ("Do not delete anything", "inform both security advisers and the originator", "ZzyxDelegateNl"):
        assert said in asked
    for nonsense in ("", "987654321", "x", "1\0"):
        assert client.post(step, {"version": nonsense}).status_code == 200
    assert PaperVersion.objects.open().exists()
    sealed = client.post(step, {"version": version.pk}).content.decode()
    key = re.search(r"<code>((?:[0-9a-f]{8} ?){8})</code>", sealed)
    assert key and "ZzyxDelegateNl" in sealed
    change = client.get(f"{LIST}{version.paper_id}/change/").content.decode()
    assert key[1] not in change and "In quarantine since" in change and version.get_absolute_url() not in change
    assert client.get(version.get_absolute_url()).status_code == 404
    assert client.get(f"{LIST}?standing=quarantine").content.decode().count("field-title") == 1


def test_another_partys_own_paper_does_not_exist_for_this_secretary(cast: Cast, signed_in: Any) -> None:
    hidden = build.a_paper_version(build.a_paper(cast.edition, cast.uk, audience="party", title_en="Zyxown")).paper
    client = signed_in(cast.secretary_nl)
    for page in ("change/", "step/quarantine/", "step/readers/", "history/"):
        ours, never = client.get(f"{LIST}{hidden.pk}/{page}"), client.get(f"{LIST}987654321/{page}")
        assert ours.status_code == never.status_code != 200
        assert ours.content == never.content
    assert "Zyxown" in signed_in(cast.secretary_uk).get(f"{LIST}{hidden.pk}/change/").content.decode(), "the bait could leak"
