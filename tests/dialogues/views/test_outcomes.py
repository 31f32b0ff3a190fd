"""Commitments and documents: each with its source and its gaps, filtered by the address, and nothing before its instant."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dialogues.models import Appearance, Audience, Commitment, Correction, Dialogue, Edition, OutcomeDocument
from parties.models import Citation
from socportal import clock
from tests import build
from tests.cast import Cast
from tests.reading import facts, page, sources, words

PUBLIC = {"audience": Audience.PUBLIC, "published_at": build.LONG_AGO}
TRACKER, LIST = "/en/commitments/", "/en/outcomes/"
MOST_QUERIES = 12


@pytest.fixture
def dialogue(db: None) -> Dialogue:
    return build.a_dialogue(slug="quokka", short_name_en="Quokka Dialogue", short_name_nl="Quokka-dialoog")


def past(dialogue: Any, year: int, **fields: Any) -> Edition:
    values = {"status": Edition.Status.ARCHIVED, "opens_on": date(year, 3, 2), "closes_on": date(year, 3, 3), **fields}
    return build.an_edition(dialogue, year=year, **values)


def rows(markup: str) -> list[str]:
    """The rows of the tracker, as words; the pictures' tables left out."""
    found = re.findall(r'<tr role="row" id="commitment-\d+">(.*?)</tr>', markup, flags=re.DOTALL)
    return [words(row) for row in found]


def shown(query: str = "", language: str = "en") -> list[str]:
    answer = Client().get(f"/{language}/commitments/{query}")
    assert answer.status_code == 200
    return rows(answer.content.decode())


# The tracker


def test_a_commitment_stands_with_strength_themes_place_and_without_owner_or_deadline(dialogue: Dialogue) -> None:
    edition = past(dialogue, 2026, ordinal=4)
    source = build.a_source(title="The published story")
    commitment = build.a_commitment(
        edition,
        strength_en="Reaffirmed",
        strength_nl="Opnieuw bevestigd",
        summary_en="Stop cocaine upstream.",
        summary_nl="Cocaïne eerder in de keten tegenhouden.",
        place_en="Third paragraph",
        place_nl="Derde alinea",
        source=source,
        **PUBLIC,
    )
    commitment.themes.add(build.a_theme(edition, name_en="Upstream flows", name_nl="Stromen", **PUBLIC))
    commitment.initiatives.add(build.an_initiative(dialogue, name_en="Coalition", **PUBLIC))
    Citation.objects.create(record=commitment, field="strength", source=source, note_en="Not put as a promise")
    assert shown() == [
        "Reaffirmed : Stop cocaine upstream. [1] Supports: Coalition Exact wording: Third paragraph Not put as a promise "
        "Upstream flows not stated not stated No public update"
    ]
    text = page(TRACKER)
    assert "Fourth dialogue, 2026 Quokka Dialogue Reaffirmed : Stop" in text
    assert "Nothing has been reported in public yet." in text
    assert "1 commitment " in text
    assert "Owner Deadline" in text
    assert "The published story" in sources(TRACKER)["1"]
    assert f'id="{commitment.anchor}"' in Client().get(TRACKER).content.decode()
    assert f'href="/en/engagements/#initiative-{commitment.initiatives.get().pk}"' in Client().get(TRACKER).content.decode()
    (dutch,) = shown(language="nl")
    assert dutch.startswith("Opnieuw bevestigd : Cocaïne eerder in de keten tegenhouden. [1]")
    assert "Stromen" in dutch
    assert "niet vermeld niet vermeld" in dutch


def test_the_newest_edition_stands_first_and_what_documents_hold_after(dialogue: Dialogue) -> None:
    older, newer = past(dialogue, 2025), past(dialogue, 2026)
    invented = build.an_edition(build.a_dialogue(slug="demo", is_demonstration=True), year=2030)
    document = build.a_document(older, title_en="Elsewhere", relation="background", **PUBLIC)
    Commitment.objects.create(dialogue=dialogue, document=document, strength_en="Pledged", summary_en="E", **PUBLIC)
    for edition, position, name in [(older, 1, "C"), (newer, 2, "B"), (newer, 1, "A"), (older, 2, "D"), (invented, 1, "F")]:
        build.a_commitment(edition, position=position, summary_en=name, strength_en="Said", **PUBLIC)
    assert [re.sub(r".*? : (\w).*", r"\1", row) for row in shown()] == list("ABCDEF")
    *real, demonstration = shown()
    assert "Demonstration. Invented." in demonstration
    assert "Demonstration" not in " ".join(real)
    assert "Stands in: Elsewhere" in real[-1]
    text = page(TRACKER)
    heads = [f"{newer.title} Quokka Dialogue", f"{older.title} Quokka Dialogue", "In documents made elsewhere Quokka Dialogue"]
    assert [text.count(f"{head} Said : {name}") for head, name in zip(heads[:2], "AC", strict=True)] == [1, 1]
    assert text.index(heads[0]) < text.index(heads[1]) < text.index(f"{heads[2]} Pledged : E")


def test_each_filter_narrows_and_is_removed_one_by_one(dialogue: Dialogue) -> None:
    edition, other = past(dialogue, 2026), past(build.a_dialogue(slug="other", parties=("NL", "BE")), 2026)
    theme = build.a_theme(edition, name_en="Firearms", **PUBLIC)
    alpha = build.a_commitment(edition, summary_en="Alpha cocaine", **PUBLIC)
    alpha.themes.add(theme)
    beta = build.a_commitment(edition, summary_en="Beta", summary_nl="cocaïne", **PUBLIC)
    beta.parties.add(build.a_party("NL"))
    build.a_commitment(other, summary_en="Gamma cocaine", **PUBLIC)

    def names(query: str) -> str:
        return " ".join(re.findall("Alpha|Beta|Gamma", " ".join(shown(query))))

    assert names("") in {"Alpha Beta Gamma", "Gamma Alpha Beta"}
    assert names("?words=COCAINE") in {"Alpha Gamma", "Gamma Alpha"}
    assert names("?dialogue=quokka") == "Alpha Beta"
    assert names(f"?edition={other.pk}") == "Gamma"
    assert names(f"?theme={theme.pk}") == "Alpha"
    assert names("?party=UK") == "Alpha"  # no party of its own: one of all parties of its dialogue
    assert names("?party=BE") == "Gamma"
    assert names("?party=NL&dialogue=quokka") == "Alpha Beta"
    markup = Client().get(f"{TRACKER}?dialogue=quokka&theme={theme.pk}&words=alpha").content.decode()
    assert "1 commitment<" in markup
    for rest in (
        f"theme={theme.pk}&amp;words=alpha",
        "words=alpha&amp;dialogue=quokka",
        f"dialogue=quokka&amp;theme={theme.pk}",
    ):
        both = [rest, "&amp;".join(reversed(rest.split("&amp;")))]
        assert any(f'href="?{one}"' in markup for one in both), rest
    assert "Theme: Firearms, 2026" in words(markup)
    assert 'href="?"' in markup
    empty = page(f"{TRACKER}?words=nothing&dialogue=quokka")
    assert "0 commitments" in empty
    assert "No commitment fits all of these filters. Remove one to see more." in empty
    assert "Commitments by theme" not in empty


@pytest.mark.parametrize(
    "query",
    [
        "edition=99999999999999999999999",
        "edition=abc",
        "theme=-1",
        "party=ZZ",
        "dialogue=%27",
        f"words={'x' * 81}",
        "theme=1.5",
    ],
)
def test_a_filter_that_cannot_be_understood_is_answered_400_in_words(dialogue: Dialogue, query: str) -> None:
    build.a_commitment(past(dialogue, 2026), **PUBLIC)
    answer = Client().get(f"{TRACKER}?{query}")
    assert answer.status_code == 400
    assert "This filter was not understood" in answer.content.decode()
    assert 'class="error"' in answer.content.decode()
    assert rows(answer.content.decode()) == []


def test_without_any_commitment_the_page_says_what_will_stand_here(db: None) -> None:
    text = page(TRACKER)
    assert "0 commitments" in text
    assert "No commitment has been published yet." in text
    assert "<svg" not in Client().get(TRACKER).content.decode()


def test_the_picture_shows_the_numbers_of_the_table_below_it(dialogue: Dialogue) -> None:
    edition = past(dialogue, 2026)
    money, arms = (build.a_theme(edition, name_en=name, position=n, **PUBLIC) for n, name in enumerate(("Money", "Arms")))
    for themes in ((money,), (money, arms), ()):
        build.a_commitment(edition, **PUBLIC).themes.set(themes)
    demo = build.an_edition(build.a_dialogue(slug="demo", is_demonstration=True), year=2030)
    build.a_commitment(demo, **PUBLIC).themes.add(build.a_theme(demo, name_en="Invented theme", **PUBLIC))
    markup = Client().get(TRACKER).content.decode()
    pictures = re.findall(r"<svg.*?</svg>", markup, flags=re.DOTALL)
    assert len(pictures) == 2
    for picture in pictures:
        name = re.search(r'role="img" aria-labelledby="(\S+) (\S+)"', picture)
        assert name
        assert f'<title id="{name[1]}">Number of commitments by theme</title>' in picture
        assert f'<desc id="{name[2]}">Money, 2026: 2; Arms, 2026: 1; No theme: 1</desc>' in picture
        assert [words(text) for text in re.findall("<text.*?</text>", picture)] == [
            "Money, 2026", "2", "Arms, 2026", "1", "No theme", "1",
        ]  # fmt: skip
    table = words(markup[markup.index("The same numbers as a table") :])
    assert "Money, 2026 2 Arms, 2026 1 No theme 1" in table
    assert "The demonstration is left out." in table or "The demonstration is left out." in words(markup)
    only_invented = page(f"{TRACKER}?dialogue=demo")
    assert "Invented theme, 2030 1" in only_invented
    assert "style=" not in markup


def hidden_ways() -> dict[str, dict[str, Any]]:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    return {
        "ZzyxDraft": {"audience": Audience.SECRETARIAT},
        "ZzyxInternal": {"audience": Audience.DELEGATES, "published_at": build.LONG_AGO},
        "ZzyxUndated": {"audience": Audience.PUBLIC},
        "ZzyxLater": {"audience": Audience.PUBLIC, "published_at": tomorrow},
        "ZzyxEmbargoed": {**PUBLIC, "embargo_until": tomorrow},
    }


def test_what_is_hidden_is_in_no_row_count_choice_or_picture(dialogue: Dialogue) -> None:
    edition = past(dialogue, 2026)
    open_one = build.a_commitment(edition, summary_en="Shown promise", **PUBLIC)
    for name, audience in hidden_ways().items():
        build.a_commitment(edition, summary_en=name, **audience)
        open_one.themes.add(build.a_theme(edition, name_en=f"{name} theme", **audience))
        open_one.initiatives.add(build.an_initiative(dialogue, name_en=f"{name} initiative", **audience))
        document = build.a_document(edition, title_en=f"{name} document", **audience)
        Commitment.objects.create(dialogue=dialogue, document=document, strength_en="x", summary_en=f"{name} in it", **PUBLIC)
    hidden_edition = past(dialogue, 2024, name_en="ZzyxHiddenEdition", audience=Audience.DELEGATES)
    build.a_commitment(hidden_edition, summary_en="Zzyx of it", **PUBLIC)
    hidden_theme = build.a_theme(edition, name_en="ZzyxTheme")
    for address in (TRACKER, f"{TRACKER}?words=zzyx", LIST, "/en/commitments/commitments.csv", "/nl/commitments/"):
        answer = Client().get(address)
        assert answer.status_code == 200
        assert "Zzyx" not in answer.content.decode().replace('value="zzyx"', "")
        assert "Zzyx" not in str(answer.headers)
    assert "1 commitment " in page(TRACKER)
    assert "0 commitments" in page(f"{TRACKER}?words=zzyx")
    assert Client().get(f"{TRACKER}?theme={hidden_theme.pk}").status_code == 400
    hidden, missing = (Client().get(f"{TRACKER}?edition={pk}") for pk in (hidden_edition.pk, hidden_edition.pk + 999))
    assert hidden.status_code == missing.status_code == 400
    told = [re.sub(r"(edition=|choice\. )\d+", r"\1", answer.content.decode()) for answer in (hidden, missing)]
    assert told[0] == told[1]


def test_an_embargoed_commitment_shows_at_its_instant_and_not_a_second_before(dialogue: Dialogue) -> None:
    instant = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
    build.a_commitment(past(dialogue, 2026), summary_en="Zzyx promise", audience=Audience.PUBLIC, published_at=instant)
    for address in (TRACKER, "/nl/commitments/", "/en/commitments/commitments.csv"):
        with clock.told_at(instant - timedelta(seconds=1)):
            assert "Zzyx" not in Client().get(address).content.decode()
        with clock.told_at(instant):
            assert "Zzyx promise" in Client().get(address).content.decode()


def test_a_secretary_sees_a_draft_marked_as_one_and_the_file_stays_public(cast: Cast, signed_in: Any) -> None:
    build.a_commitment(cast.edition, summary_en="Draft promise")
    secretary = signed_in(cast.secretary_uk)
    text = page(TRACKER, secretary)
    assert "Draft promise" in text
    assert "Draft. This is how it will look." in text
    assert "OFFICIAL / ongerubriceerd" in text
    assert "Draft promise" not in page(TRACKER)
    assert "Draft promise" not in page(TRACKER, signed_in(cast.delegate_uk))
    address = "/en/commitments/commitments.csv"
    assert secretary.get(address).content == Client().get(address).content
    assert "Draft promise" not in secretary.get(address).content.decode()


def test_a_correction_stands_with_its_commitment(cast: Cast) -> None:
    commitment = build.a_commitment(cast.edition, **PUBLIC)
    build.a_commitment(cast.edition, **PUBLIC)
    Correction.objects.create(
        record=commitment, by=cast.secretary_nl, note_en="The verb was too strong.", at=datetime(2026, 5, 4, tzinfo=UTC)
    )
    assert [row.count("4 May 2026 : The verb was too strong.") for row in shown()] == [1, 0]


def test_a_long_list_has_pages_and_any_page_number_is_answered(dialogue: Dialogue) -> None:
    edition = past(dialogue, 2026)
    for position in range(60):
        build.a_commitment(edition, position=position, summary_en=f"Promise {position:02}", **PUBLIC)
    assert len(shown()) == 50
    assert len(shown("?page=2")) == 10
    assert "60 commitments" in page(f"{TRACKER}?page=2&words=promise")
    for number in ("0", "-1", "99999999999999999999", "abc", ""):
        assert Client().get(f"{TRACKER}?page={number}").status_code == 200


# The file


def test_the_file_is_offered_under_a_name_without_a_name_and_stays_the_same(dialogue: Dialogue) -> None:
    build.a_commitment(past(dialogue, 2026), **PUBLIC)
    answer = Client().get("/en/commitments/commitments.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="commitments.csv"'
    assert not answer.cookies
    assert Client().get("/nl/commitments/commitments.csv").content == answer.content
    again = Client().get("/en/commitments/commitments.csv", headers={"if-none-match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert 'href="/en/commitments/commitments.csv"' in Client().get(TRACKER).content.decode()


# Documents


def test_documents_stand_by_dialogue_and_year_with_what_is_known_of_each(dialogue: Dialogue) -> None:
    edition = past(dialogue, 2025, ordinal=3)
    speech = build.a_document(
        edition, title_en="The speech", kind="speech", relation="given_there", lang="en", starts_on=date(2025, 1, 29),
        date_precision="exact", url="https://example.org/speech", **PUBLIC,
    )  # fmt: skip
    build.a_document(
        edition, title_en="The statement", relation="background", starts_on=date(2025, 12, 1), date_precision="month", **PUBLIC
    )
    OutcomeDocument.objects.create(
        dialogue=dialogue, slug="undated", title_en="Undated", kind="press_release", relation="background", **PUBLIC
    )
    Citation.objects.create(record=speech, field="starts_on", source=build.a_source(title="A page", origin="public"))
    text = page(LIST)
    assert "The speech Speech. Given at Third dialogue, 2025 . [1] Date: 29 January 2025. Language: English." in text
    assert "From another public source" in text
    assert (
        "The statement Joint statement. Made elsewhere; bears on Third dialogue, 2025 . Date: December 2025; day not stated. "
        "Language: not stated . Address: not stated ." in text
    )
    assert "Year not stated Undated Press release. Made elsewhere; bears on the dialogue. Date: not stated ." in text
    assert text.index("The statement") < text.index("The speech") < text.index("Undated")
    dutch = page("/nl/outcomes/")
    assert "29 januari 2025" in dutch
    assert "december 2025" in dutch


def test_closed_editions_of_a_real_dialogue_without_outcome_document_are_named(dialogue: Dialogue) -> None:
    first, second = past(dialogue, 2025), past(dialogue, 2026)
    build.an_edition(dialogue, year=2040, opens_on=date(2040, 3, 2), closes_on=date(2040, 3, 3))
    past(build.a_dialogue(slug="demo", short_name_en="Demo", is_demonstration=True), 2024)
    build.a_document(first, relation="given_there", kind="speech", **PUBLIC)
    hidden = build.a_document(second, title_en="Zzyx hidden outcome")
    text = page(LIST)
    assert "No outcome document of the dialogue itself is stated for 2025 and 2026." in text
    assert text.count("No outcome document") == 1
    assert "2040" not in text
    OutcomeDocument.objects.filter(pk=hidden.pk).update(title_en="Out", **PUBLIC)
    assert "No outcome document of the dialogue itself is stated for 2025." in page(LIST)


def test_one_document_tells_its_facts_and_its_gaps(dialogue: Dialogue) -> None:
    edition = past(dialogue, 2025, ordinal=3)
    source = build.a_source(origin="public")
    minister = build.a_person(build.a_party("NL"), name="Minister Example", is_public_office_holder=True, office_source=source)
    Appearance.objects.create(edition=edition, person=minister, role_en="Minister of that time", occasion_en="Spoke")
    speech = build.a_document(
        edition, slug="speech", title_en="The speech", title_nl="De toespraak", summary_en="What it says.", kind="speech",
        relation="given_there", lang="en", starts_on=date(2025, 1, 29), date_precision="exact", speaker=minister, **PUBLIC,
    )  # fmt: skip
    Citation.objects.create(record=speech, field="starts_on", source=source)
    promised = Commitment.objects.create(
        dialogue=dialogue, document=speech, strength_en="Pledged", summary_en="To go on.", place_en="At the end", **PUBLIC
    )
    Commitment.objects.create(dialogue=dialogue, document=speech, position=2, strength_en="x", summary_en="Zzyx draft")
    assert facts("/en/outcomes/speech/") == {
        "Kind": "Speech",
        "Language": "English",
        "Date": "29 January 2025 [1] From another public source",
        "Dialogue": "Quokka Dialogue",
        "What it is to the dialogue": "Given at Third dialogue, 2025",
        "Parties": "Not stated",
        "Given by": "Minister Example, Minister of that time",
        "Where it stands": "Not stated",
    }
    text = page("/en/outcomes/speech/")
    assert "What it says." in text
    assert "Pledged : To go on. Exact wording: At the end" in text
    assert f'href="/en/commitments/#{promised.anchor}"' in Client().get("/en/outcomes/speech/").content.decode()
    assert "Zzyx" not in text
    dutch = Client().get("/nl/outcomes/speech/").content.decode()
    assert "De toespraak" in dutch
    assert '<span lang="en">The speech</span>' in dutch  # its own title, in its own language
    assert "29 januari 2025" in dutch


def test_a_title_in_the_other_language_is_marked(dialogue: Dialogue) -> None:
    document = build.a_document(past(dialogue, 2025), title_en="Only English", lang="en", **PUBLIC)
    assert '<h1><span lang="en">Only English</span></h1>' in Client().get(f"/nl/outcomes/{document.slug}/").content.decode()


def test_a_speaker_who_is_no_public_office_holder_is_not_named(dialogue: Dialogue) -> None:
    edition = past(dialogue, 2025)
    official = build.a_person(name="Zzyx Official")
    Appearance.objects.create(edition=edition, person=official, role_en="Zzyx office", occasion_en="Spoke")
    document = build.a_document(edition, kind="speech", speaker=official, **PUBLIC)
    answer = Client().get(document.get_absolute_url())
    assert "Zzyx" not in answer.content.decode()
    assert facts(document.get_absolute_url())["Given by"] == "Not stated"
    assert "Zzyx" not in Client().get(LIST).content.decode()


def test_an_office_held_elsewhere_is_not_put_beside_the_speaker(dialogue: Dialogue) -> None:
    minister = build.a_person(name="Minister Example", is_public_office_holder=True, office_source=build.a_source())
    meeting = build.an_engagement(dialogue, **PUBLIC)
    Appearance.objects.create(engagement=meeting, person=minister, role_en="Another office", occasion_en="Met")
    document = OutcomeDocument.objects.create(
        dialogue=dialogue, slug="s", title_en="S", kind="speech", relation="background", speaker=minister, **PUBLIC
    )
    assert facts(document.get_absolute_url())["Given by"] == "Minister Example"


def test_an_embargoed_document_answers_like_none_until_its_instant(dialogue: Dialogue) -> None:
    instant = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
    document = build.a_document(past(dialogue, 2025), title_en="Zzyx document", **PUBLIC, embargo_until=instant)
    with clock.told_at(instant - timedelta(seconds=1)):
        early, none = Client().get(document.get_absolute_url()), Client().get("/en/outcomes/nowhere/")
        assert early.status_code == none.status_code == 404
        assert early.content == none.content
        assert sorted(early.headers.items()) == sorted(none.headers.items())
        assert "Zzyx" not in page(LIST)
    with clock.told_at(instant):
        assert "Zzyx document" in page(document.get_absolute_url())
        assert "Zzyx document" in page(LIST)


def test_a_document_of_the_demonstration_is_marked(db: None) -> None:
    edition = build.an_edition(build.a_dialogue(slug="demo", is_demonstration=True))
    document = build.a_document(edition, **PUBLIC)
    assert "Demonstration edition." in page(document.get_absolute_url())
    assert "Demonstration edition." in page(LIST)


def test_drafts_and_corrections_of_documents_are_marked(cast: Cast, signed_in: Any) -> None:
    draft = build.a_document(cast.edition, title_en="Draft document")
    public = build.a_document(cast.edition, title_en="Public document", **PUBLIC)
    Correction.objects.create(record=public, by=cast.secretary_nl, note_en="Wrong day.", at=datetime(2026, 5, 4, tzinfo=UTC))
    secretary = signed_in(cast.secretary_uk)
    assert "Draft. This is how it will look." in page(draft.get_absolute_url(), secretary)
    assert "Draft document" in page(LIST, secretary)
    for address in (public.get_absolute_url(), LIST):
        assert "4 May 2026 : Wrong day." in page(address)
        assert "Draft" not in page(address)


def test_without_any_document_the_page_says_what_will_stand_here(db: None) -> None:
    assert "No document has been published yet." in page(LIST)


# All of them


def test_public_pages_set_no_cookie_and_are_not_sent_twice(dialogue: Dialogue) -> None:
    document = build.a_document(past(dialogue, 2026), **PUBLIC)
    build.a_commitment(document.edition, **PUBLIC)
    for address in (TRACKER, LIST, document.get_absolute_url(), "/nl/commitments/?words=promise"):
        answer = Client().get(address)
        assert answer.status_code == 200
        assert not answer.cookies
        assert Client().get(address, headers={"if-none-match": answer.headers["ETag"]}).status_code == 304


def test_two_rows_and_forty_cost_the_same(dialogue: Dialogue) -> None:
    edition = past(dialogue, 2026)
    document = build.a_document(edition, kind="speech", **PUBLIC)

    def asked(address: str) -> int:
        Client().get(address)
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(address).status_code == 200
        return len(queries)

    def more(count: int) -> None:
        for _n in range(count):
            source = build.a_source()
            one = build.a_commitment(edition, source=source, document=document, **PUBLIC)
            one.themes.add(build.a_theme(edition, **PUBLIC))
            one.initiatives.add(build.an_initiative(dialogue, **PUBLIC))
            one.parties.add(build.a_party("UK"))
            Citation.objects.create(record=one, field="summary", source=build.a_source())
            other = past(build.a_dialogue(), 2026)
            build.a_commitment(other, **PUBLIC)
            Citation.objects.create(record=build.a_document(other, **PUBLIC), field="kind", source=source)

    more(2)
    addresses = [
        TRACKER,
        f"{TRACKER}?dialogue=quokka&edition={edition.pk}&party=UK&words=promise",
        LIST,
        document.get_absolute_url(),
        "/en/commitments/commitments.csv",
    ]
    before = [asked(address) for address in addresses]
    more(38)
    assert [asked(address) for address in addresses] == before
    assert max(before) <= MOST_QUERIES, before


@pytest.mark.parametrize("slug", ["x" * 3000, "nowhere", "feed"])
def test_no_address_breaks_the_page(db: None, slug: str) -> None:
    assert Client(raise_request_exception=False).get(f"/en/outcomes/{slug}/").status_code == 404
