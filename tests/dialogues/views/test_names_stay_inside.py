"""Fifty delegates are named, accepted, placed in a released agenda, listed and printed; none of it is told outside (law R5)."""

from __future__ import annotations

import logging
import re
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pypdf import PdfReader

from dialogues.models import Export, OutgoingMessage, Registration
from dialogues.procedures import nominations
from dialogues.procedures.acceptance import accept
from dialogues.procedures.agenda import release_agenda
from dialogues.procedures.correspondence import send_messages
from dialogues.procedures.participants import issue_list
from tests import build
from tests.cast import Cast
from tests.dialogues.views.test_public_record import everywhere, found

SURNAMES = [f"Qq{first}{second}brook" for first in "abcde" for second in "fghijklmno"]


@pytest.fixture
def fifty(cast: Cast, caplog: Any) -> list[Registration]:
    """From draft to registration through the procedures, everything logged that a log can hold."""
    caplog.set_level(logging.DEBUG)
    build.a_round(cast.edition)
    delegation = build.a_delegation(cast.edition, cast.uk)
    agency = build.an_organisation(cast.uk)
    for surname in SURNAMES:
        nomination = nominations.draft(
            delegation=delegation,
            by=cast.focal_point_uk,
            name=f"Ms A. {surname}",
            sort_name=f"{surname}, A.",
            post_en="Head of unit",
            organisation=agency,
            email=f"{surname.lower()}@example.org",
            mandates=[cast.group],
        )
        nominations.submit(nomination=nomination, by=cast.focal_point_uk)
        accept(nomination=nomination, by=cast.secretary_nl)
    return list(Registration.objects.filter(delegation=delegation, person__name__contains="Qq").select_related("person"))


def test_fifty_surnames_are_nowhere_outside(
    cast: Cast, fifty: list[Registration], signed_in: Any, caplog: Any, mailoutbox: list[Any]
) -> None:
    assert len(fifty) == len(SURNAMES) == 50
    for registration, (start, end) in zip(fifty, [("09:15", "10:15"), ("10:15", "11:00")], strict=False):
        session = build.a_session(cast.edition, start, end, audience="public", published_at=build.LONG_AGO)
        build.a_speaker(session, registration.person)
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    issue_list(edition=cast.edition, by=cast.secretary_nl)
    send_messages(edition=cast.edition, by=cast.secretary_nl)
    secretary = signed_in(cast.secretary_nl)
    files = [take_out(secretary, cast, what) for what in ("participants", "badges", "nameplates", "seating", "signing-in")]

    needles = [*SURNAMES, "Zzyx"]
    addresses = [*everywhere("search/?q=qqa", "search/?q=qqaf"), "/en/delegation/", "/en/my/data/"]
    assert {needle: where for needle, where in found(needles, [*addresses, *agendas(cast)]).items() if where} == {}
    assert any(surname in words for _name, _metadata, words in files for surname in SURNAMES), "the files hold the bait"
    for name, metadata, _words in files:
        assert not told(needles, name + metadata)
    assert len(mailoutbox) > 50
    assert not told(needles, " ".join(message.subject for message in mailoutbox))
    assert not told(needles, " ".join(OutgoingMessage.objects.values_list("subject", flat=True)))
    one = cast.edition.nominations.filter(name__contains="Qq").first()
    assert signed_in(cast.focal_point_nl).get(f"/en/delegation/nominations/{one.pk}/").status_code == 404
    assert f"/nominations/{one.pk}/" in caplog.text, "what is not found is logged, by its number"
    assert not told(needles, caplog.text)
    assert not told(needles, journal_as_stored())
    assert Export.objects.count() == len(files)
    cache.clear()


def told(needles: list[str], text: str) -> list[str]:
    return [needle for needle in needles if needle.lower() in text.lower()]


def agendas(cast: Cast) -> list[str]:
    """The public outline, the pages of the sessions in it, and who takes part."""
    base = cast.edition.get_absolute_url()
    sessions = [f"{base}agenda/{session.pk}/" for session in cast.edition.sessions.all()]
    return [f"{base}agenda/", f"{base}participants/", *sessions]


def journal_as_stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM dialogues_journalentry")
        return str(cursor.fetchall())


def take_out(browser: Client, cast: Cast, what: str) -> tuple[str, str, str]:
    """Name, metadata and words of the file, as the secretary gets it."""
    address = f"/admin/dialogues/export/edition/{cast.edition.pk}/{what}/"
    form = browser.get(address).context["form"]
    asked = {name: field.choices[-1][0] for name, field in form.fields.items() if getattr(field, "choices", None)}
    asked |= {"file_type": "pdf", "language": "en"}
    if "which" in asked:
        asked["which"] = "all"
    answer = browser.post(address, asked)
    assert answer.status_code == 200, (what, answer.context and answer.context["form"].errors)
    assert answer.headers["Content-Type"] == "application/pdf", re.sub(r"<[^>]+>", "", answer.content.decode())[-800:]
    paper = PdfReader(BytesIO(answer.content))
    stated = str(paper.metadata) + str(paper.trailer["/Root"]["/Metadata"].get_object().get_data())
    return answer.headers["Content-Disposition"], stated, " ".join(sheet.extract_text() for sheet in paper.pages)
