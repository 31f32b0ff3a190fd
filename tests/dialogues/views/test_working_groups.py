"""Working groups to the public: what they are about and when they had a mandate; never who, and never whether one rests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dialogues.models import Audience, Correction, Edition, Lineage, Session, WorkingGroup
from dialogues.procedures.agenda import release_agenda
from parties.models import Citation
from socportal import clock
from tests import build
from tests.cast import Cast
from tests.reading import content, facts, page, sources, words

PUBLIC = {"audience": Audience.PUBLIC, "published_at": build.LONG_AGO}
LIST = "/en/working-groups/"
MOST_QUERIES = 12


def past(dialogue: Any, year: int, **fields: Any) -> Edition:
    values = {"status": Edition.Status.ARCHIVED, "opens_on": date(year, 3, 2), "closes_on": date(year, 3, 3), **fields}
    return build.an_edition(dialogue, year=year, **values)


def test_the_list_tells_each_group_its_dialogue_its_editions_and_its_description(db: None) -> None:
    dialogue = build.a_dialogue(short_name_en="Quokka Dialogue", short_name_nl="Quokka-dialoog")
    group = build.a_group(
        dialogue, name_en="Harbours", name_nl="Havens", description_en="Stop it at sea.", description_nl="Op zee."
    )
    for year, ordinal in ((2024, 2), (2025, 3)):
        build.a_mandate(past(dialogue, year, ordinal=ordinal), group)
    build.a_group(dialogue, name_en="Bare group")
    source = build.a_source(title="Where it was read")
    Citation.objects.create(record=group, field="description", source=source)
    text = page(LIST)
    assert "2 working groups" in text
    assert "Harbours Stop it at sea. [1] Mandate in: Second dialogue, 2024 ; Third dialogue, 2025" in text
    assert "Bare group Not stated Mandate in: not stated" in text
    assert "Quokka Dialogue" in text
    assert "Where it was read" in sources(LIST)["1"]
    dutch = page("/nl/working-groups/")
    assert "Havens Op zee." in dutch
    assert "Quokka-dialoog" in dutch


def test_real_dialogues_stand_before_demonstrations_which_are_marked(db: None) -> None:
    build.a_group(
        build.a_dialogue(slug="a-demo", short_name_en="Aardvark demo", is_demonstration=True), name_en="Invented group"
    )
    build.a_group(build.a_dialogue(short_name_en="Zebra Dialogue"), name_en="Real group")
    text = page(LIST)
    assert text.index("Real group") < text.index("Demonstration edition.") < text.index("Invented group")
    invented = WorkingGroup.objects.get(name_en="Invented group")
    assert "Demonstration edition." in page(invented.get_absolute_url())
    assert "Demonstration edition." not in page(WorkingGroup.objects.get(name_en="Real group").get_absolute_url())


def test_filters_narrow_and_are_removed_one_by_one(db: None) -> None:
    one, other = build.a_dialogue(slug="one", short_name_en="One"), build.a_dialogue(slug="other", short_name_en="Other")
    build.a_group(one, name_en="Alpha", description_en="cocaine")
    build.a_group(one, name_en="Beta")
    build.a_group(other, name_en="Gamma", description_nl="Cocaïne, cocaine")
    markup = Client().get(f"{LIST}?dialogue=one&words=COCAINE").content.decode()
    assert "1 working group" in markup
    assert "Alpha" in markup
    assert "Beta" not in markup
    assert "Gamma" not in markup
    assert 'href="?words=COCAINE"' in markup
    assert 'href="?dialogue=one"' in markup
    assert "Dialogue: One" in markup
    empty = page(f"{LIST}?dialogue=other&words=nothing")
    assert "0 working groups" in empty
    assert "No working group fits all of these filters. Remove one to see more." in empty


@pytest.mark.parametrize("query", ["dialogue=nonsense", "dialogue=%27%20OR%201", f"words={'x' * 81}", "dialogue=1.5"])
def test_a_filter_that_cannot_be_understood_is_answered_400_in_words(db: None, query: str) -> None:
    build.a_group(build.a_dialogue())
    answer = Client().get(f"{LIST}?{query}")
    assert answer.status_code == 400
    assert "This filter was not understood" in answer.content.decode()


def test_without_any_group_the_page_says_what_will_stand_here(db: None) -> None:
    text = page(LIST)
    assert "0 working groups" in text
    assert "No working group has been published yet" in text


def test_one_group_tells_its_mandates_and_that_co_chairs_are_not_stated(db: None) -> None:
    dialogue = build.a_dialogue(short_name_en="Quokka Dialogue")
    group = build.a_group(dialogue, slug="harbours", name_en="Harbours", description_en="Stop it at sea.", status="resting")
    mandate = build.a_mandate(past(dialogue, 2025, ordinal=3), group)
    Citation.objects.create(record=mandate, field="working_group", source=build.a_source(), note_en="Our reading")
    address = "/en/working-groups/harbours/"
    assert facts(address) == {
        "Dialogue": "Quokka Dialogue",
        "Mandate in": "Third dialogue, 2025 (2 and 3 March 2025) [1] Co-chairs: not stated Our reading",
        "Whether it still meets": "Not stated",
    }
    assert "resting" not in page(address).lower()
    dutch = facts("/nl/working-groups/harbours/")
    assert "niet vermeld" in " ".join(dutch.values()).lower()


def test_of_an_edition_to_come_no_gap_is_told(db: None) -> None:
    dialogue = build.a_dialogue()
    group = build.a_group(dialogue)
    build.a_mandate(build.an_edition(dialogue, year=2040, opens_on=date(2040, 3, 2), closes_on=date(2040, 3, 3)), group)
    stated = facts(group.get_absolute_url())
    assert "Co-chairs" not in stated["Mandate in"]
    assert "Whether it still meets" not in stated


def test_what_came_before_and_after_says_who_made_the_link(db: None) -> None:
    dialogue = build.a_dialogue()
    before, after = past(dialogue, 2025), past(dialogue, 2026)
    money, ships, cells, new = (build.a_group(dialogue, name_en=name) for name in ("Money", "Ships", "Cells", "Printed arms"))
    money_then, ships_then, cells_then = (build.a_mandate(before, group) for group in (money, ships, cells))
    theme = build.a_theme(after, name_en="Illicit finance", **PUBLIC)
    hidden = build.a_theme(after, name_en="Zzyx hidden theme")
    Lineage.objects.create(
        edition=after, kind="similar", earlier_mandate=money_then, later_theme=theme, note_en="Not named a group"
    )
    Lineage.objects.create(edition=after, kind="related", earlier_mandate=ships_then, later_theme=hidden)
    ships_now = build.a_mandate(after, ships)
    Lineage.objects.create(
        edition=after, kind="continues", earlier_mandate=ships_then, later_mandate=ships_now, confirmed_on=date(2026, 4, 1)
    )
    Lineage.objects.create(edition=after, kind="ends", earlier_mandate=cells_then, note_en="Reported on under progress")
    Lineage.objects.create(edition=after, kind="new", later_mandate=build.a_mandate(after, new))
    text = page(money.get_absolute_url())
    assert "Similar subject later: the theme Illicit finance of 2026 Not named a group" in text
    assert "A link made by the secretariat, not confirmed by the parties." in text
    text = page(ships.get_absolute_url())
    assert "Continues the working group Ships of 2025" in text or "Continued by the working group Ships of 2026" in text
    assert "Confirmed by both parties on 1 April 2026." in text
    assert "Zzyx" not in text
    assert "Not among the subjects named for 2026. Reported on under progress" in page(cells.get_absolute_url())
    assert "New in 2026." in page(new.get_absolute_url())


def test_nobody_is_named_and_no_draft_shows(db: None) -> None:
    dialogue = build.a_dialogue()
    edition = past(dialogue, 2025)
    chair = build.a_person(build.a_party("UK"), name="Zzyx Chair")
    group = build.a_group(dialogue, name_en="Shown group")
    mandate = build.a_mandate(edition, group, rapporteur=chair, terms_en="Zzyx terms")
    build.a_co_chair(mandate, chair)
    hidden_edition = past(dialogue, 2024, name_en="Zzyx hidden edition", audience=Audience.DELEGATES)
    build.a_mandate(hidden_edition, group)
    build.a_group(dialogue, name_en="Zzyx draft", audience=Audience.SECRETARIAT, published_at=None)
    hidden_dialogue = build.a_dialogue(
        slug="hidden", short_name_en="Zzyx dialogue", audience=Audience.SECRETARIAT, published_at=None
    )
    build.a_group(hidden_dialogue, name_en="Zzyx group of it")
    for address in (LIST, group.get_absolute_url(), LIST + "?words=zzyx"):
        answer = Client().get(address)
        assert answer.status_code == 200
        assert "Zzyx" not in answer.content.decode()
    assert "Co-chairs" not in page(group.get_absolute_url())  # they are known, so no gap is claimed either
    assert "1 working group" in page(LIST)


def test_an_embargoed_group_shows_at_its_instant_and_not_a_second_before(db: None) -> None:
    instant = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
    group = build.a_group(build.a_dialogue(), slug="later", name_en="Zzyx later", embargo_until=instant)
    with clock.told_at(instant - timedelta(seconds=1)):
        assert "Zzyx" not in Client().get(LIST).content.decode()
        assert Client().get(group.get_absolute_url()).content == Client().get("/en/working-groups/nowhere/").content
        assert Client().get(group.get_absolute_url()).status_code == 404
    with clock.told_at(instant):
        assert "Zzyx later" in page(LIST)
        assert "Zzyx later" in page(group.get_absolute_url())


def test_a_secretary_sees_the_draft_marked_as_one(cast: Cast, signed_in: Any) -> None:
    group = build.a_group(cast.dialogue, name_en="Draft group", audience=Audience.SECRETARIAT, published_at=None)
    for address in (LIST, group.get_absolute_url()):
        text = page(address, signed_in(cast.secretary_uk))
        assert "Draft group" in text
        assert "Draft. This is how it will look." in text
        assert "OFFICIAL / ongerubriceerd" in text
    assert Client().get(group.get_absolute_url()).status_code == 404


def test_a_correction_stands_on_the_page_with_its_date(cast: Cast) -> None:
    group = build.a_group(cast.dialogue)
    Correction.objects.create(
        record=group, by=cast.secretary_nl, note_en="The name was misspelt.", at=datetime(2026, 5, 4, tzinfo=UTC)
    )
    assert "4 May 2026 : The name was misspelt." in page(group.get_absolute_url())


def test_public_pages_set_no_cookie_and_are_not_sent_twice(db: None) -> None:
    group = build.a_group(build.a_dialogue())
    for address in (LIST, group.get_absolute_url(), "/nl/working-groups/"):
        answer = Client().get(address)
        assert not answer.cookies
        again = Client().get(address, headers={"if-none-match": answer.headers["ETag"]})
        assert again.status_code == 304


def test_two_groups_and_forty_cost_the_same(db: None) -> None:
    dialogue, edition = build.a_dialogue(), None
    edition = past(dialogue, 2025)
    group = build.a_group(dialogue)

    def asked(address: str) -> int:
        Client().get(address)
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(address).status_code == 200
        return len(queries)

    def more(count: int) -> None:
        for _n in range(count):
            one = build.a_group(dialogue, description_en="About")
            Citation.objects.create(record=one, field="description", source=build.a_source())
            mandate = build.a_mandate(edition, one)
            theme = build.a_theme(edition, **PUBLIC)
            Lineage.objects.create(edition=edition, kind="similar", earlier_mandate=mandate, later_theme=theme)
            later = build.an_edition(dialogue, year=3000 + build.number() % 6000)
            Citation.objects.create(record=build.a_mandate(later, group), field="working_group", source=build.a_source())

    more(2)
    addresses = [LIST, LIST + f"?dialogue={dialogue.slug}&words=about", group.get_absolute_url()]
    before = [asked(address) for address in addresses]
    more(38)
    assert [asked(address) for address in addresses] == before
    assert max(before) <= MOST_QUERIES


@pytest.mark.parametrize("slug", ["x" * 3000, "nowhere", "a-b-c"])
def test_no_address_breaks_the_page(db: None, slug: str) -> None:
    assert Client(raise_request_exception=False).get(f"/en/working-groups/{slug}/").status_code == 404


def test_words_between_tags_are_whole(db: None) -> None:
    """A name in the other language is marked as such."""
    group = build.a_group(build.a_dialogue(), name_en="English only")
    markup = Client().get(group.get_absolute_url().replace("/en/", "/nl/")).content.decode()
    assert '<span lang="en">English only</span>' in markup
    assert "English only" in words(markup)


# A group across editions


def test_what_became_of_a_group_is_said_and_listed_as_one_way(db: None) -> None:
    dialogue = build.a_dialogue()
    first, second, third = (past(dialogue, year) for year in (2024, 2025, 2026))
    ports, quays, ships, boats = (build.a_group(dialogue, name_en=name) for name in ("Ports", "Quays", "Ships", "Boats"))
    old = {group: build.a_mandate(first, group) for group in (ports, ships)}
    mid = {group: build.a_mandate(second, group) for group in (quays, ships)}
    new = {group: build.a_mandate(third, group) for group in (quays, boats)}
    link = Lineage.objects.create
    link(edition=second, kind="renamed", earlier_mandate=old[ports], later_mandate=mid[quays], confirmed_on=date(2025, 4, 1))
    link(edition=third, kind="merged", earlier_mandate=mid[ships], later_mandate=new[quays])
    link(edition=third, kind="split", earlier_mandate=mid[quays], later_mandate=new[boats])
    hidden = build.a_group(dialogue, name_en="Zzyx hidden", audience=Audience.SECRETARIAT, published_at=None)
    link(edition=third, kind="split", earlier_mandate=mid[quays], later_mandate=build.a_mandate(third, hidden))
    text = page(quays.get_absolute_url())
    assert "Had another name before: the working group Ports of 2024 Confirmed by both parties on 1 April 2025." in text
    assert "Takes in the working group Ships of 2025" in text
    assert "Was split; a part of it goes on as the working group Boats of 2026" in text
    way = text[text.index("Across the editions") :]
    steps = ["2024 → 2025 Ports is now called Quays", "2025 → 2026 Ships was merged into Quays Not confirmed."]
    steps.append("2025 → 2026 Quays was split, among others into Boats Not confirmed.")
    assert [way.index(step) for step in steps] == sorted(way.index(step) for step in steps)
    assert "Zzyx" not in text
    # The same way stands on the page of a group at its end, two steps from its beginning.
    assert "2024 → 2025 Ports is now called Quays" in page(boats.get_absolute_url())
    assert "A part of the working group Quays of 2025, which was split" in page(boats.get_absolute_url())
    assert "Goes on under a new name: the working group Quays of 2025" in page(ports.get_absolute_url())
    assert "Merged into the working group Quays of 2026" in page(ships.get_absolute_url())
    edition_page = page(third.get_absolute_url())
    assert "Quays – takes in the 2025 working group “Ships”. Not confirmed." in edition_page
    assert "Boats – comes out of the 2025 working group “Quays”, which was split." in edition_page
    assert "Quays – new name of the 2024 working group “Ports”." in page(second.get_absolute_url())


def test_a_group_that_rests_leads_nowhere_and_says_so(db: None) -> None:
    dialogue = build.a_dialogue()
    before, after = past(dialogue, 2025), past(dialogue, 2026)
    group = build.a_group(dialogue, name_en="Cells")
    Lineage.objects.create(edition=after, kind="rests", earlier_mandate=build.a_mandate(before, group))
    assert "Rests in 2026." in page(group.get_absolute_url())
    markup = Client().get(after.get_absolute_url()).content.decode()
    assert "Cells (2025) – rests in 2026." in words(markup)
    assert 'class="p-dotted"' not in markup  # a line that stops, not one to nothing


@pytest.fixture
def desk(cast: Cast) -> WorkingGroup:
    """A group at work, with bait for those who are not of it."""
    group = cast.group.working_group
    cast.group.terms_en, cast.group.status = "Zzyx terms of reference.", "adopted"
    cast.group.rapporteur, cast.group.rapporteur_party = cast.group_member.person, cast.uk
    cast.group.save()
    build.an_action_item(cast.edition, mandate=cast.group, text_en="Share the Zzyx note", audience="group")
    carried = build.an_action_item(cast.edition, mandate=cast.other_group, text_en="Zzyx carried here", audience="group")
    build.a_carry_over(carried, build.an_edition(cast.dialogue, year=2028), cast.secretary_nl, mandate=cast.group)
    build.an_action_item(cast.edition, mandate=cast.group, text_en="Done already", status="closed")
    session = build.a_session(cast.edition, title_en="Zzyx breakout", kind="breakout", mandate=cast.group, audience="group")
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    Session.objects.filter(pk=session.pk).update(title_en="Renamed since")
    build.an_engagement(cast.dialogue, title_en="Zzyx exchange", working_group=group, status="agreed", audience="delegates")
    build.an_engagement(cast.dialogue, title_en="Draft exchange", working_group=group)
    return group


@pytest.mark.parametrize("name", ["group_member", "co_chair", "secretary_uk"])
def test_who_works_in_the_group_reads_its_mandate_and_what_is_open(
    cast: Cast, desk: WorkingGroup, signed_in: Any, name: str
) -> None:
    client = signed_in(getattr(cast, name))
    told = facts(desk.get_absolute_url(), client)
    assert told["Mandate"] == "Dialogue of 2027 adopted"
    post = cast.co_chair.person.post_en
    assert told["Co-chairs"] == f"Netherlands: {post} United Kingdom: to be named"
    assert told["Rapporteur named by"] == "United Kingdom"
    assert "Zzyx breakout 16 March 2027" in told["Next session"]
    assert "Share the Zzyx note due on 31 December 2027" in told["Open action items"]
    assert "Zzyx carried here" in told["Open action items"] and "Done already" not in told["Open action items"]
    assert "Zzyx exchange Agreed; date not stated".lower() in told["Engagements"].lower()
    assert ("Draft exchange" in told["Engagements"]) == (name == "secretary_uk")
    text = page(desk.get_absolute_url(), client)
    assert "Zzyx terms of reference." in text
    for person in (cast.co_chair.person, cast.group_member.person):
        assert person.name not in text
    with clock.told_at(datetime(2027, 3, 18, 12, tzinfo=UTC)):
        assert facts(desk.get_absolute_url(), client)["Mandate"] == "Dialogue of 2027 adopted; ended with its edition"


@pytest.mark.parametrize(
    "name", ["public", "stranger", "delegate_uk", "other_group_member", "focal_point_uk", "secretary_elsewhere", "technician"]
)
def test_everybody_else_reads_what_the_public_reads(cast: Cast, desk: WorkingGroup, signed_in: Any, name: str) -> None:
    client = Client() if name == "public" else signed_in(getattr(cast, name))
    text = content(desk.get_absolute_url(), client)
    assert "The work of the group" not in text
    for bait in ("Zzyx terms", "Zzyx note", "Zzyx carried", "Zzyx breakout", "Zzyx exchange", "to be named"):
        assert bait not in text
