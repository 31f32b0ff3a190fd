"""Words that only some may read are planted in sessions of every audience; nobody else finds one of them anywhere.

Before and after the release; on pages, in files, feeds, headers, searches and calendars; in both languages. Who may read
what is written down here by name, not asked of the portal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.test import Client
from pypdf import PdfReader

from dialogues.demonstration.handouts import a_sheet
from dialogues.models import Paper, PaperVersion, Session
from dialogues.procedures.agenda import release_agenda
from dialogues.procedures.agenda_building import cancel_session
from dialogues.procedures.calendars import make_address
from parties.models import User
from tests import build
from tests.cast import Cast

SECRETARIES = {"secretary_uk", "secretary_nl"}
TAKE_PART = SECRETARIES | {
    "delegate_uk",
    "delegate_nl",
    "group_member",
    "other_group_member",
    "co_chair",
    "guest_speaker",
    "focal_point_uk",
    "focal_point_nl",
    "deputy_nl",
}
READERS = sorted(TAKE_PART | {"stranger", "withdrawn_delegate", "last_years_delegate", "secretary_elsewhere"})
EVERYBODY = {*READERS, "public"}

# Which sessions there are, and who may find a word of each: in the title, and in what only participants read of it.
SEEN_BY: dict[str, set[str]] = {
    "Delegates": TAKE_PART,
    "Group": SECRETARIES | {"group_member", "co_chair"},
    "Othergroup": SECRETARIES | {"other_group_member"},
    "Partyuk": {"secretary_uk", "focal_point_uk"},
    "Partynl": {"secretary_nl", "focal_point_nl", "deputy_nl"},
    "Secretariat": SECRETARIES,
    "Open": EVERYBODY,
    "Openbreakout": TAKE_PART,  # public by its audience, but a breakout is not in the outline before the edition has closed
    "Embargoed": SECRETARIES,
}


@dataclass(frozen=True)
class Word:
    session: str
    place: str

    def __str__(self) -> str:
        return f"zz{self.session}{self.place}".lower()

    def may_be_found_by(self, reader: str) -> bool:
        allowed = SEEN_BY.get(self.session, set())
        return reader in (allowed if self.place == "title" else allowed & TAKE_PART)


WORDS = [Word(session, place) for session in (*SEEN_BY, "Draft") for place in ("title", "inside", "room", "paper", "post")]


def plant(cast: Cast) -> dict[str, Session]:
    edition = cast.edition
    fields: dict[str, dict[str, Any]] = {
        "Delegates": {"audience": "delegates"},
        "Group": {"audience": "group", "mandate": cast.group, "kind": "breakout"},
        "Othergroup": {"audience": "group", "mandate": cast.other_group, "kind": "breakout"},
        "Partyuk": {"audience": "party", "party": cast.uk, "kind": "bilateral"},
        "Partynl": {"audience": "party", "party": cast.nl, "kind": "bilateral"},
        "Secretariat": {"audience": "secretariat", "kind": "bilateral"},
        "Open": {"audience": "public", "published_at": build.LONG_AGO},
        "Openbreakout": {"audience": "public", "published_at": build.LONG_AGO, "kind": "breakout"},
        "Embargoed": {"audience": "delegates", "embargo_until": build.at_venue(edition, "08:00")},
    }
    planted = {}
    for number, (name, said) in enumerate(fields.items()):
        start = f"{9 + number % 9:02}:00"
        session = build.a_session(
            edition,
            start,
            f"{9 + number % 9:02}:50",
            title_en=f"Zz{name}title",
            title_nl=f"Zz{name}title",
            annotation_en=f"Zz{name}inside",
            annotation_nl=f"Zz{name}inside",
            room=build.a_room(f"Zz{name}room"),
            **said,
        )
        speaker = build.a_person(cast.uk, name=f"Zz{name}name", post_en=f"Zz{name}post", post_nl=f"Zz{name}post")
        build.a_speaker(session, speaker)
        a_paper(cast, session, f"Zz{name}paper")
        planted[name] = session
    return planted


@cache
def sheet(word: str) -> bytes:
    return a_sheet(word, word, "en")


def a_paper(cast: Cast, session: Session, word: str) -> None:
    fields = {"audience": session.audience, "mandate": session.mandate}
    if session.audience == "public":
        fields = {"audience": "delegates"}
    paper = Paper.objects.create(
        edition=cast.edition,
        session=session,
        party=session.party or cast.uk,
        title_en=word,
        title_nl=word,
        originator_marking="OFFICIAL",
        **fields,
    )
    pdf = sheet(word)
    PaperVersion.objects.create(
        paper=paper,
        lang="en",
        number=1,
        file_type="pdf",
        content=pdf,
        size=len(pdf),
        sha256="0" * 64,
        uploaded_by=cast.secretary_uk,
    )


def told(answer: Any) -> str:
    body = answer.getvalue() if answer.streaming else answer.content
    if answer["Content-Type"] == "application/pdf":
        text = " ".join(sheet.extract_text() for sheet in PdfReader(BytesIO(body)).pages)
        return f"{answer.headers} {text} {body[:2000]!r}".lower().replace("\u00ad", "")
    text = body.decode()
    if "calendar" in answer["Content-Type"]:
        text = re.sub(r"\r\n[ \t]", "", text)
    return f"{answer.headers} {text}".lower()


def addresses(cast: Cast, feed: str) -> list[str]:
    slug, year = cast.dialogue.slug, cast.edition.year
    edition = f"dialogues/{slug}/{year}/"
    own = [f"{edition}agenda/{pk}/" for pk in Session.objects.values_list("pk", flat=True)]
    files = [f"papers/{version.paper_id}/{version.lang}/{version.number}/" for version in PaperVersion.objects.defer("content")]
    pages = [
        edition,
        f"{edition}agenda/",
        f"{edition}agenda.ics",
        f"{edition}agenda.pdf",
        f"{edition}agenda/annotated.pdf",
        f"{edition}agenda/changes/",
        f"{edition}information/",
        f"{edition}participants/",
        f"{edition}conclusions/",
        "my/",
        "my/papers/",
        "my/programme.pdf",
        "my/calendar/",
        "my/reports/",
        "search/?q=zz",
        "working-groups/",
        "news/feed.atom",
        *own,
        *files,
    ]
    both = [
        f"/{language}/{address}" for language in ("en", "nl") for address in pages if language == "en" or "pdf" not in address
    ]
    return [*both, "/sitemap.xml", "/en/dialogues/editions.json", *([feed] if feed else [])]


def found_by(cast: Cast, reader: str, signed_in: Any) -> set[Word]:
    user: User = getattr(cast, reader)
    known = user.is_authenticated
    client = signed_in(user) if known else Client()
    feed = f"/calendar/{make_address(by=user, lang='en')}.ics" if known else ""
    found: set[Word] = set()
    for address in addresses(cast, feed):
        answer = client.get(address, follow=False)
        assert answer.status_code < 500, address
        text = told(answer)
        found |= {word for word in WORDS if str(word) in text}
    return found


@pytest.fixture
def planted(cast: Cast) -> dict[str, Session]:
    return plant(cast)


def test_before_the_release_nobody_finds_a_word_but_those_who_prepare_it(
    cast: Cast, planted: dict[str, Session], signed_in: Any
) -> None:
    for reader in ("public", "stranger", "delegate_uk", "group_member", "co_chair"):
        assert found_by(cast, reader, signed_in) == set(), reader
    own = {(word.session, word.place) for word in found_by(cast, "focal_point_nl", signed_in)}
    assert own <= {("Partynl", "title"), ("Partynl", "paper")}


def test_after_the_release_everybody_finds_what_is_theirs_and_no_word_more(
    cast: Cast, planted: dict[str, Session], signed_in: Any
) -> None:
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    cancel_session(session=planted["Group"], by=cast.secretary_nl, instead_en="Zzgroupinside")
    release_agenda(edition=cast.edition, by=cast.secretary_nl, planned=False)
    # Drafted after the release: the working agenda holds it, no release does.
    draft = build.a_session(
        cast.edition,
        "17:30",
        "18:00",
        title_en="Zzdrafttitle",
        annotation_en="Zzdraftinside",
        room=build.a_room("Zzdraftroom"),
    )
    build.a_speaker(draft, build.a_person(cast.uk, name="Zzdraftname", post_en="Zzdraftpost"))
    a_paper(cast, draft, "Zzdraftpaper")
    planted_titles = {word for word in WORDS if word.place == "title" and word.session in planted}
    for reader in ("public", *READERS):
        found = found_by(cast, reader, signed_in)
        too_much = {str(word) for word in found if not word.may_be_found_by(reader) and not is_prepared(word, reader)}
        missing = {str(word) for word in planted_titles - found if word.may_be_found_by(reader)}
        assert (too_much, missing) == (set(), set()), reader


def is_prepared(word: Word, reader: str) -> bool:
    """The secretaries put papers at a session before it is released, and read at which one they lie."""
    return word.session == "Draft" and word.place in {"paper", "title"} and reader in SECRETARIES


def test_the_embargo_lifts_for_participants_at_its_instant_and_for_nobody_else(
    cast: Cast, planted: dict[str, Session], signed_in: Any
) -> None:
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    embargo = planted["Embargoed"].embargo_until
    title = Word("Embargoed", "title")
    assert embargo is not None
    with time_machine.travel(embargo - timedelta(seconds=1), tick=False):
        assert title not in found_by(cast, "delegate_uk", signed_in)
    with time_machine.travel(embargo, tick=False):
        assert title in found_by(cast, "delegate_uk", signed_in)
        assert title not in found_by(cast, "public", signed_in)
