"""An edition's page: each fact with its source, each gap written out, and nobody named but cited office-holders."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dialogues.models import Appearance, Audience, Edition, Theme, Venue, WorkingGroup
from dialogues.views import rendered
from dialogues.views.editions import next_or_newest
from parties.models import Citation, Person, Source
from socportal import clock
from tests import build
from tests.cast import Cast
from tests.dialogues.views.test_agenda import released
from tests.reading import content, facts, numbers_of, page, sources, words

MOST_QUERIES = 4  # the state of the record, the edition, what is on record of it, what is cited and corrected
NOW = datetime(2026, 7, 1, tzinfo=UTC)
PUBLIC = {"audience": Audience.PUBLIC, "published_at": build.LONG_AGO}


def test_the_facts_of_2026_and_its_gaps(loaded: None) -> None:
    assert facts("/en/dialogues/uk-nl-soc/2026/") == {
        "Date": "24 March 2026 [1] Read from “today” in a text of that date",
        "Length": "Not stated",
        "In the series": "Fourth [1]",
        "Parties": "Netherlands, United Kingdom [1]",
        "City": "Not stated",
        "Venue": "Not stated",
        "Host": "Not stated",
        "Participants": "Not stated",
        "Organisations that took part": "Not stated",
        "Ministers and other office-holders": "Not stated",
        "Agenda": "Not stated",
        "Outcome document": "Not stated",
    }
    assert "Strengthening Joint Action Against Criminal Networks" in sources("/en/dialogues/uk-nl-soc/2026/")["1"]
    assert "Why so much is “not stated”" in page("/en/dialogues/uk-nl-soc/2026/")


def test_the_facts_of_2025_each_with_its_source(loaded: None) -> None:
    address = "/en/dialogues/uk-nl-soc/2025/"
    stated, news, speech = facts(address), numbers_of("Strengthening UK-NL", address), numbers_of("Speech", address)
    assert stated["Date"].startswith(f"2 days in the week of 27 January 2025; exact days not stated {news} {speech}")
    assert "From another public source: A speech given there is dated 29 January 2025" in stated["Date"]
    assert stated["Length"] == f"2 days {news}"
    assert stated["City"].startswith(f"London {news}")
    assert stated["Participants"] == f"Nearly 70 experts from both countries {news} The exact number is not stated"
    for organisation in (
        "Dutch Public Prosecution Service (OM)",
        "Ministry of Justice and Security",
        "Dutch police",
        "National Crime Agency (NCA)",
        "Global Initiative Against Transnational Organised Crime (GI-TOC)",
    ):
        assert organisation in stated["Organisations that took part"]
    assert "Not a complete list" in stated["Organisations that took part"]
    assert "A panel on developments in Latin America and in West Africa" in stated["Agenda"]
    assert "keynote speaker, panellists and moderator are not stated" in stated["Agenda"]
    assert stated["Host"] == stated["Outcome document"] == "Not stated"


def test_what_only_another_public_source_states_is_marked_as_such(loaded: None) -> None:
    address = "/en/dialogues/uk-nl-soc/2025/"
    stated, speech = facts(address), numbers_of("Speech", address)
    assert stated["In the series"] == f"Third {speech} From another public source"
    assert stated["Venue"] == f"Lincoln’s Inn {speech} From another public source"
    assert f"Its place in the series is from another public source. {speech}" in page(address)
    assert "Another public source" in sources(address)[speech.strip("[]")]
    assert "another public source" not in page("/en/dialogues/uk-nl-soc/2026/").lower()


def test_a_minister_stands_with_the_office_of_that_time_and_no_attendance_is_claimed(loaded: None) -> None:
    named = facts("/en/dialogues/uk-nl-soc/2025/")["Ministers and other office-holders"]
    assert named.startswith("David van Weel, Dutch Minister of Justice and Security")
    assert "Yvette Cooper" not in named
    assert "Lord Timpson" not in named
    meeting = content("/en/engagements/")
    assert "Yvette Cooper, UK Home Secretary" in meeting
    assert "Minister of State for Prisons, Probation and Reducing Reoffending" in meeting


def test_the_dutch_page_says_the_same_in_dutch(loaded: None) -> None:
    of_2025, of_2026 = page("/nl/dialogues/uk-nl-soc/2025/"), page("/nl/dialogues/uk-nl-soc/2026/")
    for text in (
        "Bijna 70 experts uit beide landen",
        "Londen",
        "Openbaar Ministerie (OM)",
        "Ministerie van Justitie en Veiligheid (JenV)",
        "Nederlands minister van Justitie en Veiligheid",
        "Voortgezet crimineel handelen in detentie",
        "Het precieze aantal is niet vermeld",
        "SOC-dialoog VK–Nederland",
    ):
        assert text in of_2025
    for text in (
        "24 maart 2026",
        "Afgeleid uit “today” (vandaag) in een tekst van die datum",
        "Nederland, Verenigd Koninkrijk",
        "Verstoring van cocaïnestromen eerder in de keten",
        "Opnieuw bevestigd",
        "cocaïnevangsten van meerdere tonnen",
    ):
        assert text in of_2026
    assert not re.search("toezegging", of_2025 + of_2026, re.IGNORECASE)


def test_the_working_groups_of_2025_say_what_is_our_reading_and_that_co_chairs_are_not_stated(loaded: None) -> None:
    text = page("/en/dialogues/uk-nl-soc/2025/")
    for name in ("Continued offending in detention", "Illicit financial flows", "Maritime drug flows"):
        assert name in text
    assert text.count("Co-chairs: not stated") == 3
    assert text.count("One group for each of the three key areas is our reading") == 1
    assert "Themes" not in text


def test_the_themes_of_2026_are_shown_as_themes(loaded: None) -> None:
    text = content("/en/dialogues/uk-nl-soc/2026/")
    for name in ("Disruption of illicit finance", "upstream cocaine flows", "3D printed firearms"):
        assert name in text
    assert "which does not say whether they were working groups" in text
    assert "Working groups" not in text


def test_commitments_stand_with_their_strength_their_theme_and_without_owner_or_deadline(loaded: None) -> None:
    text = page("/en/dialogues/uk-nl-soc/2026/")
    assert text.count("Owner: not stated . Deadline: not stated .") == 4
    assert re.search(r"Stop cocaine upstream.*Reaffirmed · Disruption of upstream cocaine flows", text)
    assert "Exact wording: Section “A Stronger, Unified Response”, third paragraph" in text
    assert "Stated as what both countries are doing, not as a promise" in text


def test_progress_says_since_when_and_what_is_not_stated_of_it(loaded: None) -> None:
    text = page("/en/dialogues/uk-nl-soc/2026/")
    assert "Progress since 2025" in text
    assert "multi-tonne seizures of cocaine. [1] Not stated: quantity, number and dates of the seizures" in text
    assert "name of the minister" in text


def test_nobody_but_cited_office_holders_is_named_to_the_public(loaded: None) -> None:
    for year in (2025, 2026):
        one = Edition.objects.get(year=year)
        official = build.a_person(build.a_party("UK"), name=f"Zzyx Official {year}")
        Appearance.objects.create(edition=one, person=official, role_en="Head of unit", occasion_en="Took part")
        minister_elsewhere = build.a_person(
            name=f"Zzyx Minister {year}", is_public_office_holder=True, office_source=Source.objects.get(code="S3")
        )
        registered = build.a_person(build.a_party("NL"), name=f"Zzyx Registered {year}")
        mandate = build.a_mandate(one, rapporteur=registered)
        build.a_registration(registered, one, mandates=(mandate,), category="head")
        build.a_co_chair(mandate, registered)
        assert minister_elsewhere.pk
    office_holders = {"David van Weel", "Yvette Cooper", "Lord Timpson"}  # those of the other dialogue stand on its own page
    everywhere = ""
    for language in ("en", "nl"):
        for address in (
            "",
            "dialogues/",
            "dialogues/uk-nl-soc/",
            "dialogues/uk-nl-soc/2025/",
            "dialogues/uk-nl-soc/2026/",
            "engagements/",
        ):
            everywhere += Client().get(f"/{language}/{address}").content.decode()
    named = {person.name for person in Person.objects.all() if person.name in everywhere}
    assert named == office_holders
    assert Person.objects.filter(name__startswith="Zzyx").count() == 6
    assert "Zzyx" not in everywhere


def test_what_is_not_public_of_a_public_edition_does_not_show(loaded: None) -> None:
    of_2026 = Edition.objects.get(year=2026)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    hidden = {
        "ZzyxDraft": {"audience": Audience.SECRETARIAT},
        "ZzyxInternal": {"audience": Audience.DELEGATES, "published_at": build.LONG_AGO},
        "ZzyxUndated": {"audience": Audience.PUBLIC},
        "ZzyxLater": {"audience": Audience.PUBLIC, "published_at": tomorrow},
        "ZzyxEmbargoed": {**PUBLIC, "embargo_until": tomorrow},
    }
    shown_commitment = of_2026.commitments.get(position=1)
    for position, (name, audience) in enumerate(hidden.items(), start=20):
        theme = build.a_theme(of_2026, name_en=f"{name} theme", **audience)
        shown_commitment.themes.add(theme)
        build.a_commitment(of_2026, position=position, summary_en=f"{name} promise", **audience)
        build.a_result(of_2026, position=position, text_en=f"{name} result", **audience)
        group = build.a_group(of_2026.dialogue, name_en=f"{name} group", **{"published_at": None, **audience})
        build.a_mandate(of_2026, group)
    build.a_theme(of_2026, name_en="Zzyxshown", **PUBLIC)
    text = page("/en/dialogues/uk-nl-soc/2026/")
    assert set(re.findall("Zzyx[A-Za-z]+", text)) == {"Zzyxshown"}
    assert set(re.findall("Zzyx[A-Za-z]+", page("/en/"))) == {"Zzyxshown"}


def test_a_hidden_edition_answers_like_one_that_does_not_exist(loaded: None) -> None:
    dialogue = Edition.objects.get(year=2026).dialogue
    build.an_edition(dialogue, year=2027, audience=Audience.DELEGATES, name_en="ZzyxHidden")
    build.an_edition(
        dialogue, year=2028, opens_on=None, closes_on=None, date_precision="none", status="planned", published_at=None
    )
    hidden_dialogue = build.a_dialogue(slug="hidden", audience=Audience.SECRETARIAT)
    build.an_edition(hidden_dialogue, year=2026)
    answers = [
        Client().get(f"/en/dialogues/{path}/")
        for path in ("uk-nl-soc/2027", "uk-nl-soc/2028", "uk-nl-soc/1999", "hidden/2026", "nowhere/2026", "uk-nl-soc/99999")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1


@pytest.mark.parametrize(
    "path",
    [
        "uk-nl-soc/99999999999999999999/",
        "uk-nl-soc/" + "9" * 5000 + "/",
        "uk-nl-soc/32768/",
        "uk-nl-soc/0/",
        "uk-nl-soc/2026%00/",
        "uk-nl-soc%00/2026/",
        "uk-nl-soc/2026/?page=%00",
        "uk-nl-soc/%ff/",
        "uk-nl-soc/-1/",
        "uk-nl-soc/٢٠٢٦/",
        "x" * 3000 + "/2026/",
        "x" * 3000 + "/latest/",
        "x" * 3000 + "/",
    ],
)
def test_no_address_breaks_the_page(loaded: None, path: str) -> None:
    assert Client(raise_request_exception=False).get(f"/en/dialogues/{path}").status_code in {400, 404}


def test_a_secretary_reads_the_edition_that_is_not_public_yet(cast: Cast, signed_in: Any) -> None:
    Edition.objects.filter(pk=cast.edition.pk).update(audience=Audience.SECRETARIAT, published_at=None)
    address = cast.edition.get_absolute_url()
    assert Client().get(address).status_code == 404
    assert signed_in(cast.delegate_uk).get(address).status_code == 404
    answer = signed_in(cast.secretary_uk).get(address)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    text = words(answer.content.decode())
    assert "OFFICIAL / ongerubriceerd" in text
    assert "16 and 17 March 2027" in text


def test_an_edition_to_come_says_not_yet_known_where_a_past_one_says_not_stated(cast: Cast) -> None:
    with_gaps = build.an_edition(
        cast.dialogue, year=2031, status=Edition.Status.PLANNED, opens_on=None, closes_on=None, date_precision="none"
    )
    stated = facts(with_gaps.get_absolute_url())
    assert stated["Date"] == stated["Participants"] == stated["Organisations taking part"] == "Not yet known"
    assert stated["Agenda"] == stated["Outcome document"] == "None yet"


def test_the_house_of_a_coming_edition_is_told_to_those_who_take_part_only(cast: Cast, signed_in: Any) -> None:
    Edition.objects.filter(pk=cast.edition.pk).update(venue=Venue.objects.create(name_en="Zzyx House"))
    address = cast.edition.get_absolute_url()
    with clock.told_at(build.at_venue(cast.edition, "08:00") - timedelta(days=1)):
        assert "The Hague" in page(address)
        for client in (Client(), signed_in(cast.stranger), signed_in(cast.last_years_delegate)):
            assert "Zzyx House" not in page(address, client)
            assert "Venue" not in facts(address, client)
        assert facts(address, signed_in(cast.delegate_nl))["Venue"] == "Zzyx House"
        assert facts(address, signed_in(cast.secretary_uk))["Venue"] == "Zzyx House"
    with clock.told_at(build.at_venue(cast.edition, "08:00", day=4)):
        assert facts(address)["Venue"] == "Zzyx House"


def test_the_agenda_is_linked_once_it_holds_something_for_the_reader(cast: Cast, signed_in: Any) -> None:
    address, delegate = cast.edition.get_absolute_url(), signed_in(cast.delegate_uk)
    with clock.told_at(build.at_venue(cast.edition, "08:00") - timedelta(days=1)):
        assert facts(address)["Agenda"] == facts(address, delegate)["Agenda"] == "None yet"
        released(cast.edition, build.a_session(cast.edition, audience=Audience.DELEGATES))
        assert facts(address)["Agenda"] == "None yet"
        assert facts(address, delegate)["Agenda"] == "See the agenda"
        assert f'href="{address}agenda/"' in delegate.get(address).content.decode()
        released(cast.edition, build.a_session(cast.edition, audience=Audience.PUBLIC))
        assert facts(address)["Agenda"] == "See the agenda"


def test_the_public_page_sets_no_cookie_and_varies_because_it_has_tiers(loaded: None) -> None:
    for address in ("/en/dialogues/uk-nl-soc/2026/", "/nl/dialogues/uk-nl-soc/2025/", "/en/dialogues/uk-nl-soc/latest/"):
        answer = Client().get(address)
        assert not answer.cookies
        assert "Cookie" in answer.headers["Vary"]
    first, again = (Client().get("/en/dialogues/uk-nl-soc/2026/") for _time in range(2))
    assert first.headers["ETag"] == again.headers["ETag"]


def test_the_number_of_queries_does_not_grow_with_what_is_shown(loaded: None) -> None:
    of_2026 = Edition.objects.get(year=2026)

    def asked() -> int:
        Client().get("/en/dialogues/uk-nl-soc/2026/")  # kinds of records are looked up once a process
        rendered.STORE.clear()
        with CaptureQueriesContext(connection) as queries:
            assert Client().get("/en/dialogues/uk-nl-soc/2026/").status_code == 200
        return len(queries)

    before = asked()
    source = Source.objects.get(code="S0")
    for number in range(12):
        theme = build.a_theme(of_2026, position=number + 10, **PUBLIC)
        commitment = build.a_commitment(of_2026, position=number + 10, source=build.a_source(), **PUBLIC)
        commitment.themes.set(Theme.objects.filter(edition=of_2026))
        build.a_result(of_2026, position=number + 10, source=source, **PUBLIC)
        build.a_mandate(of_2026)
        of_2026.organisations.add(build.an_organisation(build.a_party("UK")))
        minister = build.a_person(is_public_office_holder=True, office_source=source)
        Appearance.objects.create(edition=of_2026, person=minister, role_en="Minister", occasion_en="Spoke")
        Citation.objects.create(record=theme, field="name", source=build.a_source())
    assert WorkingGroup.objects.count() == 15
    assert asked() == before <= MOST_QUERIES


def test_latest_leads_to_the_newest_and_to_the_next_once_there_is_one(loaded: None) -> None:
    answer = Client().get("/nl/dialogues/uk-nl-soc/latest/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/nl/dialogues/uk-nl-soc/2026/")
    dialogue = Edition.objects.get(year=2026).dialogue
    hidden = build.an_edition(dialogue, year=2027, opens_on=date(2127, 3, 1), closes_on=date(2127, 3, 2), published_at=None)
    assert Client().get("/en/dialogues/uk-nl-soc/latest/").headers["Location"] == "/en/dialogues/uk-nl-soc/2026/"
    Edition.objects.filter(pk=hidden.pk).update(published_at=build.LONG_AGO)
    assert Client().get("/en/dialogues/uk-nl-soc/latest/").headers["Location"] == "/en/dialogues/uk-nl-soc/2027/"


def test_latest_of_a_dialogue_without_a_visible_edition_answers_like_one_that_does_not_exist(db: None) -> None:
    build.an_edition(build.a_dialogue(slug="hidden", published_at=None))
    build.a_dialogue(slug="empty")
    answers = [Client().get(f"/en/dialogues/{slug}/latest/") for slug in ("hidden", "empty", "nowhere")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({(answer.content, *sorted(answer.headers.items())) for answer in answers}) == 1


def test_of_two_editions_to_come_the_first_is_next_and_a_cancelled_one_is_neither() -> None:
    def one(year: int, status: str, opens: date | None = None) -> Edition:
        return Edition(year=year, status=status, opens_on=opens, closes_on=opens, date_precision="exact" if opens else "none")

    past = one(2026, "follow_up", date(2026, 3, 24))
    coming, later = one(2027, "preparing", date(2027, 3, 16)), one(2028, "planned")
    cancelled = one(2029, "cancelled")
    assert next_or_newest([past, coming, later], NOW) is coming
    assert next_or_newest([past, later], NOW) is later
    assert next_or_newest([past, cancelled], NOW) is past
    assert next_or_newest([cancelled], NOW) is cancelled
    assert next_or_newest([], NOW) is None
