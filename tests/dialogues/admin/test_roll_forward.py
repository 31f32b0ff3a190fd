"""The page that prepares the next edition: everything decided on one form, nothing made before it is said so."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dialogues.models import CarryOver, Dialogue, Edition, JournalEntry, Lineage, WorkingGroup
from tests import build
from tests.cast import Cast
from tests.filling_in import filled_in

BAIT = "Qwyzzbait"


def page_of(edition: Edition) -> str:
    return f"/admin/dialogues/edition/{edition.pk}/roll-forward/"


def answers(response: Any) -> dict[str, Any]:
    """What the page's own form would send as it stands."""
    found = filled_in(response, "roll-forward")
    found.pop("csrfmiddlewaretoken")
    return {name: value[0] if isinstance(value, list) else value for name, value in found.items()}


@pytest.fixture
def secretary(cast: Cast, signed_in: Any) -> Client:
    return signed_in(cast.secretary_uk)


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def test_the_page_proposes_and_says_what_is_made_decided_and_left_behind(cast: Cast, secretary: Client) -> None:
    last_year = Edition.objects.get(dialogue=cast.dialogue, year=2026)
    resting = build.a_mandate(last_year).working_group
    build.a_group(cast.dialogue, name_en="Concluded group", status="concluded")
    theme = build.a_theme(cast.edition)
    item = build.an_action_item(cast.edition, status="in_progress")
    done = build.an_action_item(cast.edition, status="reported_complete")
    build.an_action_item(cast.edition, status="closed", text_en=f"{BAIT} closed")
    build.an_action_item(build.an_edition(), text_en=f"{BAIT} elsewhere")
    build.a_nomination(build.a_delegation(cast.edition, cast.nl), name=BAIT)  # a draft, which only its party counts
    build.a_session(cast.edition, title_en=BAIT)
    build.a_session(cast.edition, title_en=BAIT, audience="party", party=cast.nl, kind="bilateral")
    response = secretary.get(page_of(cast.edition))
    text, said = words(response), answers(response)
    assert response.status_code == 200
    assert "The last host was Netherlands." in text and "By turn the next host would be United Kingdom." in text
    assert (said["year"], said["host_party"], said["city_en"]) == ("2028", "", "")
    assert said[f"group_{cast.group.working_group_id}"] == "continue" and said[f"group_{resting.pk}"] == "rest"
    assert said[f"theme_{theme.pk}"] == "take_up"
    assert said[f"item_{item.pk}"] == "carry" and said[f"item_{done.pk}"] == "close"
    assert "Concluded group" not in text and BAIT not in text
    for sentence in ("3 standing working groups", "2 open action items", "1 theme ", "1 block at most"):
        assert sentence in text, sentence
    assert re.search(r"The checklist: 45 tasks of the template .{0,20}Dated by the days, once they are known\.", text)
    assert "Registrations: 7" in text and "Nominations: 0" in text
    assert not JournalEntry.objects.exists()


def test_the_first_button_shows_and_keeps_the_second_makes(cast: Cast, secretary: Client) -> None:
    item = build.an_action_item(cast.edition, mandate=cast.group)
    said = answers(secretary.get(page_of(cast.edition)))
    said |= {"opens_on": "2028-03-21", "closes_on": "2028-03-22", "host_party": str(cast.uk.pk), "city_en": "London"}
    said |= {"shared_reason": "The pilot runs until summer."}
    group = cast.group.working_group_id
    said |= {f"group_{group}": "rename", f"names_en_{group}": "Sea and air", f"names_nl_{group}": "Zee en lucht"}
    shown = secretary.post(page_of(cast.edition), said)
    assert shown.status_code == 200 and "Nothing has been made yet." in words(shown)
    assert "2 of 2 groups go on" in words(shown) and "carried over: 1, to end: 0." in words(shown)
    assert answers(shown) == said
    assert not Edition.objects.filter(rolled_from=cast.edition).exists()
    done = secretary.post(page_of(cast.edition), {**answers(shown), "confirm": "yes"})
    following = Edition.objects.get(rolled_from=cast.edition)
    assert done.status_code == 302 and done.url == f"/admin/dialogues/edition/{following.pk}/change/"
    assert (following.host_party, following.time_zone, following.city_en) == (cast.uk, "Europe/London", "London")
    assert WorkingGroup.objects.get(name_en="Sea and air").name_nl == "Zee en lucht"
    row = CarryOver.objects.get()
    assert (row.action_item, row.reason, row.mandate.working_group.name_en) == (item, said["shared_reason"], "Sea and air")
    assert secretary.get(done.url).status_code == 200
    again = secretary.post(page_of(cast.edition), {**said, "confirm": "yes"})
    assert again.status_code == 409 and "The next edition exists" in words(again)
    once_more = secretary.get(page_of(cast.edition)).content.decode()
    assert done.url in once_more and "opens_on" not in once_more
    assert Edition.objects.filter(year=2028).count() == 1 == JournalEntry.objects.filter(act="rolled forward").count()


def test_all_faults_are_said_at_once_each_at_its_row_and_what_was_typed_stays(cast: Cast, secretary: Client) -> None:
    one, two, three = (build.an_action_item(cast.edition) for _n in range(3))
    group, other = cast.group.working_group, cast.other_group.working_group
    said = answers(secretary.get(page_of(cast.edition)))
    said |= {"year": "2027", "opens_on": "2028-03-21", "closes_on": "soon", "city_en": "Lon\x00don"}
    said |= {f"group_{group.pk}": "split", f"names_en_{group.pk}": "Law", f"into_{other.pk}": "77777"}
    said |= {f"item_{one.pk}": "merge", f"successor_{one.pk}": "SOC-1999-01", f"reason_{one.pk}": "One text"}
    said |= {f"item_{two.pk}": "nonsense", f"due_{three.pk}": "9999-01-01", f"follows_{three.pk}": "8"}
    response = secretary.post(page_of(cast.edition), {**said, "confirm": "yes"})
    text = words(response)
    for sentence in (
        "lies after 2027",
        "Null characters are not allowed.",
        "Enter a valid date.",
        f"{group}: give two or more names",
        f"{one}: no open action item has the number SOC-1999-01.",
        f"{one}: choose another open item",
        f"{three}: give the reason.",
        "Give a day of this century.",
    ):
        assert sentence in text, sentence
    kept = answers(response)
    assert kept[f"successor_{one.pk}"] == "SOC-1999-01" and kept["closes_on"] == "soon"
    assert kept[f"names_en_{group.pk}"] == "Law" and kept[f"due_{three.pk}"] == "9999-01-01"
    html = response.content.decode()
    assert f'href="#id_item_{three.pk}"' in html and f'id="id_item_{three.pk}"' in html
    assert not Edition.objects.filter(rolled_from=cast.edition).exists()


def test_a_reason_for_all_serves_what_is_left_as_proposed_and_nothing_else(cast: Cast, secretary: Client) -> None:
    left, own, changed = (build.an_action_item(cast.edition) for _n in range(3))
    said = answers(secretary.get(page_of(cast.edition)))
    said |= {"host_party": "", "opens_on": "2028-03-21", "closes_on": "2028-03-22", "shared_reason": "Not yet done"}
    said |= {f"reason_{own.pk}": "Waits for a law", f"item_{changed.pk}": "withdraw"}
    refused = secretary.post(page_of(cast.edition), {**said, "confirm": "yes"})
    assert f"{changed}: give the reason." in words(refused) and f"{left}: give" not in words(refused)
    secretary.post(page_of(cast.edition), {**said, f"reason_{changed.pk}": "Overtaken", "confirm": "yes"})
    reasons = {row.action_item: (row.decision, row.reason) for row in CarryOver.objects.select_related("action_item")}
    assert reasons == {
        left: ("carry", "Not yet done"),
        own: ("carry", "Waits for a law"),
        changed: ("withdraw", "Overtaken"),
    }
    following = Edition.objects.get(rolled_from=cast.edition)
    assert (following.host_party, following.time_zone) == (None, "")


def test_the_parts_of_a_split_group_are_offered_to_its_items_once_they_have_names(cast: Cast, secretary: Client) -> None:
    item = build.an_action_item(cast.edition, mandate=cast.group, audience="group")
    group = cast.group.working_group
    said = answers(secretary.get(page_of(cast.edition)))
    said |= {"host_party": "", f"reason_{item.pk}": "Later", f"due_{item.pk}": "2028-09-01"}
    said |= {f"group_{group.pk}": "split", f"names_en_{group.pk}": "Law\r\nTools", f"names_nl_{group.pk}": "Recht"}
    shown = secretary.post(page_of(cast.edition), said)
    assert f"{item}: its group is split: choose the part that follows it." in words(shown)
    assert f"{group}: Tools" in words(shown)
    secretary.post(page_of(cast.edition), {**said, f"follows_{item.pk}": f"{group.pk}.2", "confirm": "yes"})
    assert CarryOver.objects.get().mandate.working_group.name_en == "Tools"
    assert WorkingGroup.objects.get(name_en="Law").name_nl == "Recht"


def test_to_whoever_does_not_prepare_it_the_page_does_not_exist(cast: Cast, signed_in: Any) -> None:
    absent = page_of(Edition(pk=10**6))
    for name in ("secretary_elsewhere", "former_secretary", "technician"):
        client = signed_in(getattr(cast, name))
        here, nowhere = client.get(page_of(cast.edition)), client.get(absent)
        assert here.status_code == nowhere.status_code and here.status_code in {302, 404}, name
        assert client.post(page_of(cast.edition), {"year": "2028", "confirm": "yes"}).status_code in {302, 404}, name
    assert not Edition.objects.filter(rolled_from=cast.edition).exists()
    assert signed_in(cast.secretary_nl).get(f"/admin/dialogues/edition/{10**30}/roll-forward/").status_code == 404


def test_an_edition_that_was_called_off_or_followed_says_why_there_is_no_form(cast: Cast, secretary: Client) -> None:
    last_year = Edition.objects.get(dialogue=cast.dialogue, year=2026)
    response = secretary.get(page_of(last_year))
    assert "follows it already: prepare the next one from that." in words(response)
    assert f"/admin/dialogues/edition/{cast.edition.pk}/change/" in response.content.decode()
    assert "shared_reason" not in response.content.decode()
    Edition.objects.filter(pk=cast.edition.pk).update(status="cancelled")
    assert "no edition is prepared from it" in words(secretary.get(page_of(cast.edition)))


def test_sixty_open_items_cost_no_more_queries_than_three(cast: Cast, secretary: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert secretary.get(page_of(cast.edition)).status_code == 200
        return len(asked)

    def more(count: int) -> None:
        for _n in range(count):
            build.an_action_item(cast.edition, mandate=build.a_mandate(cast.edition))
            build.a_theme(cast.edition)

    more(3)
    secretary.get(page_of(cast.edition))
    few = cost()
    more(57)
    assert cost() == few


def test_the_real_edition_of_2026_is_prepared_on_the_page_in_both_languages(loaded: None, signed_in: Any) -> None:
    dialogue = Dialogue.objects.get(slug="uk-nl-soc")
    edition = dialogue.editions.get(year=2026)
    somebody = build.an_account(build.a_person(build.a_party("UK")), is_staff=True)
    build.an_appointment(somebody, dialogue, "secretary")
    client = signed_in(somebody)
    client.cookies["django_language"] = "nl"
    assert '<html lang="nl"' in client.get(page_of(edition)).content.decode()
    client.cookies["django_language"] = "en"
    response = client.get(page_of(edition))
    said = answers(response)
    assert (said["year"], said["host_party"]) == ("2027", "")
    assert "The last host is not stated." in words(response) and "By turn" not in words(response)
    assert sorted(value for name, value in said.items() if name.startswith("group_")) == ["rest"] * 3
    html = response.content.decode()
    assert not any(bad in html for bad in (" style=", "<style", "data:", " onclick="))
    group = next(name for name in said if name.startswith("group_"))
    answer = client.post(page_of(edition), {**said, group: "continue", "confirm": "yes"})
    following = dialogue.editions.get(year=2027)
    assert answer.status_code == 302 and following.rolled_from == edition
    assert (following.mandates.count(), following.themes.count(), following.date_precision) == (1, 3, "none")
    assert Lineage.objects.filter(edition=following).count() == 6
    assert client.get(f"/en/dialogues/uk-nl-soc/{following.year}/").status_code == 200
    assert Client().get(f"/en/dialogues/uk-nl-soc/{following.year}/").status_code == 404
