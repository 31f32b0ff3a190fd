"""Between the editions: what is stated of each meeting, visit and exchange, every gap as a gap, and the picture in time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dialogues.models import Appearance, Audience, Correction, Dialogue, Edition, Engagement, EngagementStop
from dialogues.views.pictures import NARROW, WIDE, Bar, Count, Drawing, counts, timeline
from parties.models import Citation
from socportal import clock
from tests import build
from tests.cast import Cast
from tests.reading import page, sources, words

PUBLIC = {"audience": Audience.PUBLIC, "published_at": build.LONG_AGO}
LIST = "/en/engagements/"
MOST_QUERIES = 12


@pytest.fixture
def dialogue(db: None) -> Dialogue:
    return build.a_dialogue(slug="quokka", short_name_en="Quokka Dialogue", short_name_nl="Quokka-dialoog")


def past(dialogue: Any, year: int, **fields: Any) -> Edition:
    values = {"status": Edition.Status.ARCHIVED, "opens_on": date(year, 3, 2), "closes_on": date(year, 3, 3), **fields}
    return build.an_edition(dialogue, year=year, **values)


def stated(anchor: str, address: str = LIST, client: Client | None = None) -> dict[str, str]:
    """The facts of one engagement or initiative on the page."""
    markup = (client or Client()).get(address).content.decode()
    item = markup[markup.index(f'id="{anchor}"') :]
    item = item[: item.index("</dl>")]
    return {
        words(label): words(value) for label, value in re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", item, flags=re.DOTALL)
    }


# What is stated


def test_a_meeting_tells_when_where_and_who_with_its_sources(dialogue: Dialogue) -> None:
    edition = past(dialogue, 2025, ordinal=3)
    meeting = build.an_engagement(
        dialogue, kind="ministerial_meeting", title_en="Ministers meet", title_nl="Ministers overleggen", edition=edition,
        summary_en="They spoke of drugs.", starts_on=date(2025, 1, 27), ends_on=date(2025, 1, 31), date_precision="week",
        place_en="London", place_nl="Londen", **PUBLIC,
    )  # fmt: skip
    meeting.parties.add(build.a_party("UK"), build.a_party("NL"))
    source = build.a_source(title="The news item")
    minister = build.a_person(name="Minister Example", is_public_office_holder=True, office_source=source)
    Appearance.objects.create(
        engagement=meeting,
        person=minister,
        role_en="Minister of that time",
        occasion_en="Whether all met is not stated",
    )
    Citation.objects.create(record=meeting, field="starts_on", source=source, note_en="Derived from “this week”")
    Citation.objects.create(record=meeting, field="place", source=build.a_source(title="Elsewhere", origin="public"))
    assert stated(meeting.anchor) == {
        "Kind": "Ministerial meeting",
        "Date": "in the week of 27 January 2025; exact days not stated [1] Derived from “this week”",
        "Shown with": "Third dialogue, 2025 (2 and 3 March 2025)",
        "Place": "London [2] From another public source",
        "Parties": "Netherlands, United Kingdom",
        "Who": "Minister Example, Minister of that time Whether all met is not stated",
    }
    assert "They spoke of drugs." in page(LIST)
    assert "The news item" in sources(LIST)["1"]
    dutch = stated(meeting.anchor, "/nl/engagements/")
    assert "Londen" in " ".join(dutch.values())
    assert "Ministers overleggen" in page("/nl/engagements/")


def test_exchanges_and_a_visit_of_which_little_is_stated_say_so(dialogue: Dialogue) -> None:
    first, second = past(dialogue, 2025, ordinal=3), past(dialogue, 2026, ordinal=4)
    exchanges = build.an_engagement(dialogue, title_en="Exchanges", since=first, edition=second, **PUBLIC)
    visit = build.an_engagement(
        dialogue, kind="ministerial_visit", title_en="Visit", since=second, standing_en="Forthcoming on 24 March 2026",
        standing_nl="Op 24 maart 2026 nog te komen", **PUBLIC,
    )  # fmt: skip
    Appearance.objects.create(engagement=visit, role_en="UK Prison Minister", role_nl="Brits minister", occasion_en="To visit")
    assert stated(exchanges.anchor) == {
        "Kind": "Expert exchange",
        "Date": "Not stated",
        "After": "Third dialogue, 2025 (2 and 3 March 2025)",
        "Shown with": "Fourth dialogue, 2026 (2 and 3 March 2026)",
        "How many": "Not stated",
        "Place": "Not stated",
        "Parties": "Not stated",
        "Who": "Not stated",
    }
    told = stated(visit.anchor)
    assert told["Date"] == told["Place"] == "Not stated"
    assert told["How it stood"] == "Forthcoming on 24 March 2026"
    assert told["Who"] == "UK Prison Minister, name not stated To visit"
    assert "How many" not in told
    dutch = " ".join(stated(visit.anchor, "/nl/engagements/").values())
    assert "Op 24 maart 2026 nog te komen" in dutch
    assert "Niet vermeld" in dutch
    Engagement.objects.filter(pk=exchanges.pk).update(number_en="Multiple")
    assert stated(exchanges.anchor)["How many"] == "Multiple"


def test_initiatives_stand_apart_with_who_leads_them_and_what_supports_them(dialogue: Dialogue) -> None:
    edition = past(dialogue, 2026)
    body = build.an_organisation(name_en="Political Community", is_public=True)
    coalition = build.an_initiative(dialogue, name_en="Coalition", organisation=body, partners_en="West Africa", **PUBLIC)
    build.a_commitment(edition, summary_en="Support it", **PUBLIC).initiatives.add(coalition)
    build.a_commitment(edition, summary_en="Zzyx draft").initiatives.add(coalition)
    summit = build.an_initiative(
        dialogue, name_en="Summit", organisation=build.an_organisation(name_en="Zzyx unit"), starts_on=date(2026, 6, 1),
        date_precision="month", standing_en="Upcoming", **PUBLIC,
    )  # fmt: skip
    summit.parties.add(build.a_party("UK"))
    build.an_initiative(dialogue, name_en="Treaty", kind="instrument", **PUBLIC)
    assert stated(coalition.anchor) == {
        "Kind": "Initiative",
        "Belongs to": "Political Community",
        "Led by": "Not stated",
        "With": "West Africa",
        "Date and place": "Not stated",
        "Commitments that support it": "Support it",
    }
    assert stated(summit.anchor) == {
        "Kind": "Initiative",
        "Led by": "United Kingdom",
        "How it stood": "Upcoming",
        "Date": "June 2026; day not stated",
    }
    assert "0 engagements, 3 initiatives" in page(LIST).replace(" ,", ",")
    narrowed = page(f"{LIST}?kind=instrument")
    assert "Treaty" in narrowed and "Kind Instrument" in narrowed and "Coalition" not in narrowed


def test_real_dialogues_stand_before_demonstrations_which_are_marked(dialogue: Dialogue) -> None:
    demo = build.a_dialogue(slug="a-demo", short_name_en="Aardvark", is_demonstration=True)
    build.an_engagement(demo, title_en="Invented visit", starts_on=date(2030, 1, 1), date_precision="exact", **PUBLIC)
    build.an_engagement(dialogue, title_en="Real visit", **PUBLIC)
    text = page(LIST)
    assert text.index("Real visit") < text.index("Invented visit") < text.index("Demonstration. Invented.")
    assert text.count("Demonstration. Invented.") == 1
    assert "In time Quokka Dialogue" in text
    assert "In time Aardvark. Demonstration. Invented." in page(f"{LIST}?dialogue=a-demo")


# Filters


def test_each_filter_narrows_and_is_removed_one_by_one(dialogue: Dialogue) -> None:
    alpha = build.an_engagement(dialogue, title_en="Alpha cocaine", kind="study_visit", **PUBLIC)
    alpha.parties.add(build.a_party("UK"))
    build.an_engagement(dialogue, title_en="Beta", **PUBLIC)
    build.an_engagement(build.a_dialogue(slug="other"), title_en="Gamma", kind="study_visit", **PUBLIC)
    delta = build.an_initiative(dialogue, name_en="Delta cocaine", **PUBLIC)
    delta.parties.add(build.a_party("UK"))

    def names(query: str) -> set[str]:
        markup = Client().get(f"{LIST}{query}").content.decode()
        found = re.findall(r'<li id="(?:engagement|initiative)-\d+"><h3>(\w+)', markup)
        return set(found)

    assert names("") == {"Alpha", "Beta", "Gamma", "Delta"}
    assert names("?words=COCAINE") == {"Alpha", "Delta"}
    assert names("?kind=study_visit") == {"Alpha", "Gamma"}
    assert names("?kind=initiative") == {"Delta"}
    assert names("?party=UK") == {"Alpha", "Delta"}
    assert names("?dialogue=quokka&kind=study_visit") == {"Alpha"}
    markup = Client().get(f"{LIST}?dialogue=quokka&kind=study_visit").content.decode()
    assert 'href="?kind=study_visit"' in markup
    assert 'href="?dialogue=quokka"' in markup
    assert "Kind: Study visit" in words(markup)
    assert "1 engagement, 0 initiatives" in words(markup)
    empty = page(f"{LIST}?words=nothing")
    assert "0 engagements, 0 initiatives" in empty
    assert "Nothing fits all of these filters. Remove one to see more." in empty


@pytest.mark.parametrize("query", ["kind=nonsense", "party=ZZ", "dialogue=%27", f"words={'x' * 81}", "kind=official_visit"])
def test_a_filter_that_cannot_be_understood_is_answered_400_in_words(dialogue: Dialogue, query: str) -> None:
    build.an_engagement(dialogue, title_en="Shown", **PUBLIC)
    answer = Client().get(f"{LIST}?{query}")
    assert answer.status_code == 400
    assert "This filter was not understood" in answer.content.decode()


def test_without_anything_the_page_says_what_will_stand_here(db: None) -> None:
    text = page(LIST)
    assert "0 engagements, 0 initiatives" in text
    assert "No engagement and no initiative has been published yet." in text
    assert "<svg" not in Client().get(LIST).content.decode()


# Who may read


def test_what_is_hidden_is_in_no_fact_count_choice_or_picture(dialogue: Dialogue) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    shown_edition = past(dialogue, 2026)
    shown = build.an_engagement(dialogue, title_en="Shown", kind="expert_exchange", edition=shown_edition, **PUBLIC)
    for number, audience in enumerate(
        [
            {"audience": Audience.SECRETARIAT},
            {"audience": Audience.DELEGATES, "published_at": build.LONG_AGO},
            {"audience": Audience.PUBLIC},
            {"audience": Audience.PUBLIC, "published_at": tomorrow},
            {**PUBLIC, "embargo_until": tomorrow},
        ]
    ):
        build.an_engagement(dialogue, title_en=f"Zzyx{number}", kind="study_visit", edition=shown_edition, **audience)
        build.an_initiative(dialogue, name_en=f"Zzyx{number} initiative", **audience)
    hidden = past(dialogue, 2024, name_en="Zzyx edition", audience=Audience.DELEGATES)
    build.an_engagement(dialogue, title_en="Zzyx with it", edition=hidden, **PUBLIC)
    build.an_engagement(dialogue, title_en="Told alone", since=hidden, **PUBLIC)
    official = build.a_person(name="Zzyx Official")
    Appearance.objects.create(engagement=shown, person=official, role_en="Zzyx post", occasion_en="Came")
    for address in (LIST, "/nl/engagements/", f"{LIST}?words=zzyx"):
        answer = Client().get(address)
        assert answer.status_code == 200
        assert "Zzyx" not in answer.content.decode().replace('value="zzyx"', "")
    assert "2 engagements, 0 initiatives" in page(LIST)
    assert stated(shown.anchor)["Who"] == "Not stated"
    assert Client().get(f"{LIST}?kind=study_visit").status_code == 400


def test_an_embargoed_engagement_shows_at_its_instant_and_not_a_second_before(dialogue: Dialogue) -> None:
    instant = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
    build.an_engagement(dialogue, title_en="Zzyx visit", **PUBLIC, embargo_until=instant)
    build.an_initiative(dialogue, name_en="Zzyx initiative", audience=Audience.PUBLIC, published_at=instant)
    with clock.told_at(instant - timedelta(seconds=1)):
        assert "Zzyx" not in Client().get(LIST).content.decode()
        assert "0 engagements, 0 initiatives" in page(LIST)
    with clock.told_at(instant):
        assert "1 engagement, 1 initiative" in page(LIST)
        assert Client().get(LIST).content.decode().count("Zzyx visit") > 3  # the list, both drawings and the table


def test_drafts_and_corrections_are_marked(cast: Cast, signed_in: Any) -> None:
    build.an_engagement(cast.dialogue, title_en="Draft visit")
    public = build.an_engagement(cast.dialogue, title_en="Public visit", **PUBLIC)
    Correction.objects.create(record=public, by=cast.secretary_nl, note_en="Wrong place.", at=datetime(2026, 5, 4, tzinfo=UTC))
    text = page(LIST, signed_in(cast.secretary_uk))
    assert "Draft visit" in text
    assert text.count("Draft. This is how it will look.") == 1
    assert "OFFICIAL / ongerubriceerd" in text
    assert "4 May 2026 : Wrong place." in page(LIST)
    assert "Draft" not in page(LIST)


def test_the_page_sets_no_cookie_and_is_not_sent_twice(dialogue: Dialogue) -> None:
    build.an_engagement(dialogue, edition=past(dialogue, 2026), **PUBLIC)
    answer = Client().get(LIST)
    assert not answer.cookies
    assert Client().get(LIST, headers={"if-none-match": answer.headers["ETag"]}).status_code == 304


def test_two_rows_and_forty_cost_the_same(dialogue: Dialogue) -> None:
    def asked(address: str) -> int:
        Client().get(address)
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(address).status_code == 200
        return len(queries)

    def more(count: int) -> None:
        for _n in range(count):
            edition = past(build.a_dialogue(), 2026)
            source = build.a_source()
            one = build.an_engagement(dialogue, **PUBLIC)
            other = build.an_engagement(edition.dialogue, edition=edition, since=edition, **PUBLIC)
            one.parties.add(build.a_party("UK"))
            minister = build.a_person(is_public_office_holder=True, office_source=source)
            Appearance.objects.create(engagement=one, person=minister, role_en="Minister", occasion_en="Came")
            initiative = build.an_initiative(dialogue, organisation=build.an_organisation(is_public=True), **PUBLIC)
            initiative.parties.add(build.a_party("NL"))
            build.a_commitment(edition, **PUBLIC).initiatives.add(initiative)
            for record in (one, other, initiative):
                Citation.objects.create(record=record, field="standing", source=source)

    more(2)
    addresses = [LIST, f"{LIST}?words=e&dialogue=quokka&party=UK"]
    before = [asked(address) for address in addresses]
    more(38)
    assert [asked(address) for address in addresses] == before
    assert max(before) <= MOST_QUERIES, before


# The picture


def drawings(*args: Any) -> tuple[Drawing, Drawing]:
    picture = timeline(*args)
    return picture.wide, picture.narrow


def test_the_picture_and_its_table_tell_the_same_in_both_languages(dialogue: Dialogue) -> None:
    third, fourth = past(dialogue, 2025, ordinal=3), past(dialogue, 2026, ordinal=4)
    build.an_engagement(dialogue, title_en="Exchanges", title_nl="Uitwisselingen", since=third, edition=fourth, **PUBLIC)
    markup = Client().get(LIST).content.decode()
    pictures = re.findall(r"<svg.*?</svg>", markup, flags=re.DOTALL)
    assert len(pictures) == 2
    statements = [
        "Third dialogue, 2025: 2 and 3 March 2025.",
        "Exchanges: date not stated; between Third dialogue, 2025 and Fourth dialogue, 2026.",
        "Fourth dialogue, 2026: 2 and 3 March 2026.",
    ]
    for picture in pictures:
        title, description = re.search(r'role="img" aria-labelledby="(\S+) (\S+)"', picture).groups()  # type: ignore[union-attr]
        assert f'<title id="{title}">Quokka Dialogue: editions and engagements in time</title>' in picture
        assert f'<desc id="{description}">{" ".join(statements)}</desc>' in picture
    table = words(markup[markup.index("The same statements as a table") :])
    assert "Third dialogue, 2025 Edition 2 and 3 March 2025 Exchanges Expert exchange date not stated; between" in table
    assert len(set(re.findall(r' id="([^"]+)"', markup))) == len(re.findall(r' id="([^"]+)"', markup))
    dutch = page("/nl/engagements/")
    assert "Uitwisselingen" in dutch
    assert "2 en 3 maart 2025" in dutch


def test_a_stated_day_is_a_dot_a_window_a_bar_and_no_date_a_dotted_line_between_its_editions(dialogue: Dialogue) -> None:
    first = past(dialogue, 2025, opens_on=date(2025, 1, 27), closes_on=date(2025, 1, 31), date_precision="week")
    second = past(dialogue, 2026, opens_on=date(2026, 3, 24), closes_on=None, date_precision="day")
    between = build.an_engagement(dialogue, title_en="Exchanges", since=first, edition=second)
    after = build.an_engagement(dialogue, title_en="Visit", since=second)
    beside = build.an_engagement(dialogue, title_en="Meeting", edition=second)
    wide, narrow = drawings(dialogue, [first, second], [between, after, beside])
    (bar,), (dot, ring) = wide.bars, wide.dots
    assert [dot.kind, ring.kind] == ["p-dot", "p-ring"]
    assert bar.x < dot.x == ring.x
    to_second, onward = (line for line in wide.strokes if line.kind == "p-dotted")
    assert (to_second.x1, to_second.x2) == (bar.x, dot.x)
    assert (onward.x1, onward.x2) == (dot.x, WIDE)
    assert len(narrow.bars) == 1
    assert sorted(dot.kind for dot in narrow.dots) == ["p-dot", "p-ring", "p-ring", "p-ring"]


def boxes(drawing: Drawing) -> list[tuple[int, int, int, int]]:
    """What each word takes up, at eight pixels a letter."""
    return [(word.x, word.y - 13, word.x + 8 * len(word.text), word.y + 3) for word in drawing.words]


def test_no_words_overlap_and_none_leave_the_drawing(dialogue: Dialogue) -> None:
    editions = [past(dialogue, year, ordinal=year - 2019) for year in range(2020, 2030)]
    visits = [
        build.an_engagement(
            dialogue, title_en="A visit with a long title, as they are " * 2, starts_on=date(2029, 11, 1) + timedelta(days=n),
            date_precision="exact",
        )
        for n in range(12)
    ]  # fmt: skip
    undated = [build.an_engagement(dialogue, since=editions[-1]) for _n in range(3)]
    for drawing, width in zip(drawings(dialogue, editions, [*visits, *undated]), (WIDE, NARROW), strict=True):
        taken = boxes(drawing)
        assert all(left >= 0 and right <= width and top >= 0 and bottom <= drawing.height for left, top, right, bottom in taken)
        for number, (left, top, right, bottom) in enumerate(taken):
            for other_left, other_top, other_right, other_bottom in taken[:number]:
                apart = right <= other_left or other_right <= left or bottom <= other_top or other_bottom <= top
                assert apart, (left, top, other_left, other_top)


@pytest.mark.parametrize(
    ("year", "precision", "day"), [(0, "none", None), (32767, "none", None), (9999, "month", date(9999, 12, 1))]
)
def test_no_year_breaks_the_picture(dialogue: Dialogue, year: int, precision: str, day: date | None) -> None:
    edition = build.an_edition(dialogue, year=year, status="archived", opens_on=day, closes_on=None, date_precision=precision)
    assert timeline(dialogue, [edition], [])
    assert not timeline(dialogue, [], [])


def test_bars_are_as_long_as_their_numbers() -> None:
    picture = counts("Numbers", [Count("One", 1), Count("Four", 4), Count("Forty", 40)])
    one, four, forty = (bar.width for bar in picture.wide.bars)
    assert one < four < forty <= WIDE
    assert abs(forty - 10 * four) <= 10
    assert all(isinstance(bar, Bar) and bar.x + bar.width <= NARROW for bar in picture.narrow.bars)


# What the parties follow here


def test_how_it_stands_is_said_of_what_the_parties_follow_here_and_not_of_what_was_read(dialogue: Dialogue) -> None:
    def told(**fields: Any) -> str | None:
        return stated(build.an_engagement(dialogue, **fields, **PUBLIC).anchor).get("How it stands")

    dated = {"starts_on": date(2027, 1, 12), "date_precision": "exact"}
    assert told(status="agreed") == "Agreed, date not yet stated"
    assert told(status="agreed", **dated) == "Agreed"
    assert told(status="scheduled", **dated) == "Scheduled"
    assert told(status="held", **dated) == "Held"
    assert told(status="postponed") == "Postponed, new date not yet stated"
    assert told(status="cancelled") == "Cancelled"
    assert told(status="agreed", standing_en="forthcoming on 24 March 2026") is None
    read = build.an_engagement(dialogue, status="held", **PUBLIC)
    Citation.objects.create(record=read, field="title", source=build.a_source())
    assert "How it stands" not in stated(read.anchor)


def test_a_report_is_read_once_both_press_officers_agree_to_it(cast: Cast) -> None:
    visit = build.an_engagement_cleared_by_press(cast.dialogue, status="held", title_en="To the port", **PUBLIC)
    Engagement.objects.filter(pk=visit.pk).update(
        status="reported", report_en="Zzyx report.", follows_en="Zzyx item.", line_round=2
    )
    assert "Zzyx" not in Client().get(LIST).content.decode()
    build.a_consent(visit, cast.secretary_uk, Engagement.LINE_CLEARED, party=cast.uk, round=2)
    assert "Zzyx" not in Client().get(LIST).content.decode()
    build.a_consent(visit, cast.secretary_nl, Engagement.LINE_CLEARED, party=cast.nl, round=2)
    told = stated(visit.anchor)
    assert (told["Report"], told["What follows"]) == ("Zzyx report.", "Zzyx item.")
    assert told["How it stands"] == "Held and reported"


BAIT = ("Zzyxhaven", "Zzyx objective", "Zzyx quay")
AHEAD = {"status": "scheduled", "starts_on": date(2026, 12, 1), "ends_on": date(2026, 12, 2), "date_precision": "exact"}


@pytest.mark.parametrize("kind", ["ministerial_visit", "official_visit", "study_visit", "ministerial_meeting"])
def test_nobody_but_its_secretaries_learns_where_a_visit_goes_before_it_is_over(cast: Cast, signed_in: Any, kind: str) -> None:
    visit = build.an_engagement(
        cast.dialogue, kind=kind, title_en="The visit", edition=cast.edition, place_en="Zzyxhaven", place_nl="Zzyxhaven",
        host_party=cast.nl, objective_en="Zzyx objective", **AHEAD, **PUBLIC,
    )  # fmt: skip
    EngagementStop.objects.create(
        engagement=visit, starts_at=datetime(2026, 12, 1, 9, tzinfo=UTC), place_type="port", what="Zzyx quay"
    )
    its_pages = [f"/en/dialogues/{cast.dialogue.slug}/", cast.edition.get_absolute_url(), "/en/"]
    files = ["/sitemap.xml", "/en/news/feed.atom", "/en/outcomes/feed.atom", "/en/dialogues/editions.json"]
    readers = (cast.delegate_uk, cast.focal_point_nl, cast.secretary_elsewhere)
    for browser in [Client(), *map(signed_in, readers)]:
        for address in (LIST, "/nl/engagements/", *its_pages, *files):
            answer = browser.get(address)
            assert answer.status_code == 200, address
            text = answer.content.decode()
            assert [bait for bait in BAIT if bait in text] == [], address
        assert "The visit" not in page("/en/search/?q=zzyxhaven", browser)
        assert stated(visit.anchor, client=browser)["Place"] == "Not stated"
        assert "0 engagements" in page(LIST + "?words=zzyxhaven", browser)
    assert stated(visit.anchor, client=signed_in(cast.secretary_uk))["Place"] == "Zzyxhaven"
    with clock.told_at(datetime(2026, 12, 2, 23, tzinfo=UTC)):
        assert stated(visit.anchor)["Place"] == "Not stated"
    with clock.told_at(datetime(2026, 12, 3, 0, tzinfo=UTC)):
        assert stated(visit.anchor)["Place"] == "Zzyxhaven"
        assert "The visit" in page("/en/search/?q=zzyxhaven")
        assert "Zzyx quay" not in Client().get(LIST).content.decode()


def test_a_place_that_a_published_text_states_is_no_secret(dialogue: Dialogue) -> None:
    visit = build.an_engagement(dialogue, kind="ministerial_visit", status="agreed", place_en="Netherlands", **PUBLIC)
    assert stated(visit.anchor)["Place"] == "Not stated"
    Citation.objects.create(record=visit, field="place", source=build.a_source())
    assert stated(visit.anchor)["Place"] == "Netherlands [1]"
    held = build.an_engagement(dialogue, kind="official_visit", status="held", place_en="Leiden", **PUBLIC)
    online = build.an_engagement(dialogue, kind="virtual_workshop", status="agreed", place_en="Online", **PUBLIC)
    assert (stated(held.anchor)["Place"], stated(online.anchor)["Place"]) == ("Leiden", "Online")
