"""The tracker beyond the promises: what was reported, what is counted in public and what never is, who sees what covers it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dialogues.models import ActionItem, Audience, Commitment, Edition, Initiative, ProgressReport, ReportedTheme, Result
from parties.models import Citation
from tests import build
from tests.cast import Cast
from tests.reading import content, page, words

PUBLIC = {"audience": Audience.PUBLIC, "published_at": build.LONG_AGO}
TRACKER, SERVED = "/en/commitments/", "/en/initiatives/"
NAMES = ("opened", "closed", "carried", "overdue")


@pytest.fixture
def last(cast: Cast) -> Edition:
    """An edition of the cast's dialogue that is over and public."""
    over = {"status": Edition.Status.ARCHIVED, "opens_on": date(2024, 3, 2), "closes_on": date(2024, 3, 3)}
    return build.an_edition(cast.dialogue, year=2024, **over, **PUBLIC)


def row(commitment: Commitment, client: Client | None = None, language: str = "en") -> str:
    markup = (client or Client()).get(f"/{language}/commitments/").content.decode()
    found = re.search(rf'<tr role="row" id="{commitment.anchor}">(.*?)</tr>', markup, flags=re.DOTALL)
    assert found
    return words(found[1])


def a_report(edition: Edition, by: Any, kind: str = "first", day: int = 1) -> ProgressReport:
    """Of a round that is over, as it stood on a day of November 2026."""
    round = build.a_progress_round(edition, by, kind=kind, status="closed")
    return build.a_progress_report(round, as_of=datetime(2026, 11, day, 9, tzinfo=UTC))


def counted(report: ProgressReport, theme: Any, *numbers: int) -> ReportedTheme:
    return ReportedTheme.objects.create(
        report=report,
        position=theme.pk % 30000,
        theme=theme,
        edition=theme.edition,
        name_en=theme.name_en,
        name_nl=theme.name_nl,
        **dict(zip(NAMES, numbers, strict=True)),
    )


# What was reported


def test_the_real_2026_stands_with_five_promises_without_owner_and_three_results_with_their_source(loaded: None) -> None:
    for language, gaps in (
        ("en", "not stated not stated No public update"),
        ("nl", "niet vermeld niet vermeld"),
    ):
        markup = Client().get(f"/{language}/commitments/?dialogue=uk-nl-soc").content.decode()
        rows = [words(one) for one in re.findall(r'<tr role="row" id="commitment-\d+">(.*?)</tr>', markup, flags=re.DOTALL)]
        assert len(rows) == 5
        assert [gaps in one for one in rows] == [True] * 5
        reported = markup[markup.index('id="reported"') : markup.index('id="by-theme"')]
        told = [words(one) for one in re.findall(r"<li.*?</li>", reported, flags=re.DOTALL)]
        assert len(told) == 3
        for result in Result.objects.order_by("position"):
            (one,) = [one for one in told if one.startswith(getattr(result, f"text_{language}")[:40])]
            assert re.search(r"\[\d+\]", one)
            assert getattr(result, f"not_stated_{language}") in one
        assert 'id="progress-by-theme"' not in markup  # no published section, no picture of one
    assert "Fourth dialogue, 2026" in words(re.findall(r"<h3>.*?</h3>", Client().get(TRACKER).content.decode())[0])


def test_a_result_stands_at_the_promise_to_which_its_own_text_ties_it_and_at_no_other(cast: Cast, last: Edition) -> None:
    tied, beside = build.a_commitment(last, **PUBLIC), build.a_commitment(last, **PUBLIC)
    source = build.a_source(title="The story")
    result = build.a_result(last, text_en="Notes were shared.", **PUBLIC)
    result.commitments.add(tied)
    Citation.objects.create(record=result, field="text", source=source)
    draft = build.a_result(last, text_en="Zzyx draft.")
    draft.commitments.add(tied, beside)
    assert re.search(rf"{last.title} : Notes were shared\. \[\d+\]$", row(tied))
    assert row(beside).endswith("No public update")
    assert page(TRACKER).count("Notes were shared.") == 2  # at the promise, and under what was reported there
    assert "Zzyx" not in Client().get(TRACKER).content.decode()


def test_what_was_reported_follows_the_dialogue_and_the_edition_that_were_chosen(cast: Cast, last: Edition) -> None:
    elsewhere = build.an_edition(build.a_dialogue(slug="other"), year=2025, status="archived", **PUBLIC)
    for edition, name in ((last, "Alpha told"), (elsewhere, "Beta told")):
        build.a_commitment(edition, **PUBLIC)
        build.a_result(edition, text_en=name, **PUBLIC)
    section = build.a_progress_section(a_report(last, cast.secretary_nl), text_en="Gamma\n\ntold", **PUBLIC)

    def told(query: str) -> set[str]:
        return set(re.findall("Alpha told|Beta told|Gamma told", page(f"{TRACKER}{query}")))

    assert told("") == {"Alpha told", "Beta told", "Gamma told"}
    assert told("?dialogue=other") == told(f"?edition={elsewhere.pk}") == {"Beta told"}
    assert told(f"?edition={last.pk}") == {"Alpha told", "Gamma told"}
    text = page(f"{TRACKER}?edition={last.pk}")
    assert "Progress since 2024, as of 1 November 2026 Gamma told" in text
    assert "No public update Progress since this edition, told as a whole" in text
    assert f'href="#progress-{section.pk}"' in Client().get(TRACKER).content.decode()


# What is counted


def test_the_picture_shows_a_published_section_with_its_day_and_the_same_numbers_as_a_table(cast: Cast, last: Edition) -> None:
    report = a_report(last, cast.secretary_nl)
    counted(report, build.a_theme(last, name_en="Ports", **PUBLIC), 40, 20, 7, 5)
    counted(report, build.a_theme(last, name_en="Zzyx theme"), 30, 11, 9, 8)
    section = build.a_progress_section(report)
    before = Client().get(TRACKER).content.decode()
    assert "Action items by theme" not in before
    assert "pilot" not in before
    type(section).objects.update(**PUBLIC)
    markup = Client().get(TRACKER).content.decode()
    assert "Zzyx" not in markup
    figure = markup[markup.index('id="progress-by-theme"') :]
    pictures = re.findall(r"<svg.*?</svg>", figure, flags=re.DOTALL)
    assert len(pictures) == 2
    told = "Ports, 2024: opened 40, closed 20, carried over 7, overdue 5"
    for picture in pictures:
        assert f">As of 1 November 2026. {told}</desc>" in picture
        assert [words(one) for one in re.findall("<text.*?</text>", picture)] == [
            "Ports, 2024", "Opened", "40", "Closed", "20", "Carried over", "7", "Overdue", "× 5",
        ]  # fmt: skip
        assert re.findall(r'<rect class="(p-(?!plate)\w+)"', picture) == ["p-box", "p-dot", "p-hatch", "p-bad"]
        (hatch,) = re.findall(r'<pattern id="([\w-]+)"', picture)
        assert f'fill="url(#{hatch})"' in picture
    assert "Theme Opened Closed Carried over Overdue Ports, 2024 40 20 7 5" in words(figure)
    assert "As of 1 November 2026. What is carried over" in words(figure)
    assert "Demonstration" not in words(figure)
    assert "style=" not in markup


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ((4, 3, 2, 1), ["fewer than 5"] * 4),
        ((30, 4, 0, 6), ["30", "fewer than 5", "fewer than 5", "6"]),
        ((30, 28, 12, 0), ["30", "not shown", "12", "fewer than 5"]),  # two are not closed
        ((30, 10, 27, 17), ["30", "10", "not shown", "not shown"]),  # three neither closed nor overdue, three not carried
        ((30, 30, 0, 0), ["30", "30", "fewer than 5", "fewer than 5"]),
    ],
)
def test_a_small_number_is_neither_told_nor_left_over(
    cast: Cast, last: Edition, numbers: tuple[int, ...], told: list[str]
) -> None:
    report = a_report(last, cast.secretary_nl)
    counted(report, build.a_theme(last, name_en="Ports", **PUBLIC), *numbers)
    build.a_progress_section(report, **PUBLIC)
    markup = Client().get(TRACKER).content.decode()
    figure = markup[markup.index('id="progress-by-theme"') : markup.index('<section class="section" aria-labelledby="as-file"')]
    assert words(figure).endswith(f"Ports, 2024 {' '.join(told)}")
    kinds = dict(zip(("opened", "closed", "carried over", "overdue"), told, strict=True))
    assert f"Ports, 2024: {', '.join(f'{kind} {said}' for kind, said in kinds.items())}</desc>" in figure
    (wide, narrow) = re.findall(r"<svg.*?</svg>", figure, flags=re.DOTALL)
    for picture in (wide, narrow):
        assert len(re.findall(r'<rect class="p-(?:box|dot|hatch|bad)"', picture)) == sum(one.isdigit() for one in told)
        said = {words(one).removeprefix("× ") for one in re.findall("<text.*?</text>", picture)}
        assert {one for one in said if one.isdigit()} == {one for one in told if one.isdigit()}


def test_a_theme_stands_in_the_newest_section_alone_so_that_no_difference_tells_of_one_item(cast: Cast, last: Edition) -> None:
    ports, arms = (build.a_theme(last, name_en=name, **PUBLIC) for name in ("Ports", "Arms"))
    first = a_report(last, cast.secretary_nl)
    second = a_report(last, cast.secretary_nl, "half_year", day=15)
    counted(first, ports, 20, 10, 0, 0)
    counted(first, arms, 15, 6, 0, 0)
    counted(second, ports, 21, 11, 0, 0)
    for report in (first, second):
        build.a_progress_section(report, **PUBLIC)
    markup = Client().get(TRACKER).content.decode()
    text = words(markup[markup.index('id="progress-by-theme"') :])
    assert "Ports, 2024 21 11" in text
    assert "Ports, 2024 20" not in text
    assert text.index("As of 15 November 2026") < text.index("As of 1 November 2026") < text.index("Arms, 2024 15 6")


# What covers a promise


def test_who_is_signed_in_reads_how_far_action_items_cover_a_promise_as_far_as_they_may_see(cast: Cast, signed_in: Any) -> None:
    promise, bare = build.a_commitment(cast.edition, **PUBLIC), build.a_commitment(cast.edition, summary_en="Bare", **PUBLIC)
    build.an_action_item(cast.edition, commitment=promise)
    build.an_action_item(cast.edition, commitment=promise, status="closed")
    build.an_action_item(cast.edition, commitment=promise, status="withdrawn")
    build.an_action_item(cast.edition, commitment=promise, audience=Audience.GROUP, mandate=cast.group, status="closed")
    build.an_action_item(cast.edition, commitment=bare, audience=Audience.SECRETARIAT)
    secretary, delegate, member = (signed_in(one) for one in (cast.secretary_uk, cast.delegate_uk, cast.group_member))
    assert "2 of 3 closed" in row(promise, secretary) and "0 of 1 closed" in row(bare, secretary)
    assert "1 of 2 closed" in row(promise, delegate) and "None that you may read" in row(bare, delegate)
    assert "2 of 3 closed" in row(promise, member) and "None that you may read" in row(bare, member)
    without = f"{TRACKER}?actions=without"
    assert "0 commitments" in content(without, secretary)
    for reader in (delegate, member):
        text = content(without, reader)
        assert "1 commitment " in text and "Bare" in text
        assert "Action items: Without an action item" in text
    assert secretary.get(f"{TRACKER}?actions=zzyx").status_code == 400
    link = re.search(r'href="(/en/action-items/\?commitment=\d+)"', secretary.get(TRACKER).content.decode())
    assert link
    assert secretary.get(link[1]).status_code == 200


def test_the_public_is_told_of_no_action_item_and_a_hidden_one_changes_no_byte(cast: Cast, signed_in: Any) -> None:
    promise = build.a_commitment(cast.edition, **PUBLIC)
    addresses = [TRACKER, "/nl/commitments/", "/en/commitments/commitments.csv", SERVED, f"{TRACKER}?actions=without"]

    def answers() -> list[tuple[bytes, str]]:
        given = [Client().get(address) for address in addresses]
        return [(answer.content, answer.headers["ETag"]) for answer in given]

    before = answers()
    item = build.an_action_item(cast.edition, commitment=promise, text_en="Zzyx", audience=Audience.SECRETARIAT)
    build.an_action_item(cast.edition, commitment=promise, status="closed")
    secretary = signed_in(cast.secretary_nl)
    answer = secretary.get(TRACKER)
    assert "1 of 2 closed" in words(answer.content.decode())
    assert "no-store" in answer.headers["Cache-Control"]
    assert answers() == before
    ActionItem.objects.filter(pk=item.pk).update(status="closed")
    assert answers() == before
    text = page(f"{TRACKER}?actions=without")
    assert "1 commitment " in text
    assert "action item" not in text.lower()


# What they serve


def test_which_commitments_serve_each_initiative_and_instrument_of_the_record(loaded: None) -> None:
    markup = Client().get(SERVED).content.decode()
    assert words(re.findall(r"<h2.*?</h2>", markup)[0]) == "Instruments"
    found = {}
    for item in re.split(r'<li id="initiative-\d+">', markup)[1:]:
        name = re.sub(r"( \[\d+\])+$", "", words(re.findall("<h3>.*?</h3>", item, flags=re.DOTALL)[0]))
        found[name] = re.findall(r'<a href="/en/commitments/#commitment-(\d+)">', item)
    real = Commitment.objects.filter(dialogue__slug="uk-nl-soc")
    promised = {word: str(real.get(summary_en__contains=word).pk) for word in ("Illicit Finance", "Stop cocaine", "diplomacy")}
    assert found == {
        "UK–Netherlands Bilateral Security Partnership": [promised["diplomacy"]],
        "Accra Call to Action Dialogue": [promised["Stop cocaine"]],
        "European Coalition Against Drugs": [promised["Stop cocaine"]],
        "Illicit Finance Summit": [promised["Illicit Finance"]],
    }
    assert next(iter(found)).startswith("UK–Netherlands")  # the instrument before the initiatives
    assert Initiative.objects.get(kind="instrument").slug == "uk-nl-bilateral-security-partnership"
    assert "Commitments that serve it Key focus point" in words(markup)
    dutch = page("/nl/initiatives/")
    assert "Bilateraal veiligheidspartnerschap tussen het Verenigd Koninkrijk en Nederland" in dutch


def test_an_initiative_that_no_commitment_serves_says_so_and_what_is_hidden_is_not_there(cast: Cast, signed_in: Any) -> None:
    assert "No initiative and no instrument has been published yet." in page(SERVED)
    lonely = build.an_initiative(cast.dialogue, name_en="Lonely", **PUBLIC)
    build.a_commitment(cast.edition, summary_en="Zzyx draft promise").initiatives.add(lonely)
    build.an_initiative(cast.dialogue, name_en="Zzyx draft initiative", kind="instrument")
    text = page(SERVED)
    assert "Commitments that serve it None is stated." in text
    assert "Zzyx" not in Client().get(SERVED).content.decode()
    assert "Instruments" not in text
    drafts = page(SERVED, signed_in(cast.secretary_uk))
    assert "Zzyx draft initiative" in drafts and "Zzyx draft promise" in drafts
    assert "Draft. This is how it will look." in drafts


def test_more_of_everything_asks_no_more(cast: Cast, last: Edition, signed_in: Any) -> None:
    secretary = signed_in(cast.secretary_uk)

    def more(count: int, kind: str) -> None:
        report = a_report(last, cast.secretary_nl, kind)
        build.a_progress_section(report, **PUBLIC)
        for _n in range(count):
            promise = build.a_commitment(last, source=build.a_source(), **PUBLIC)
            promise.initiatives.add(build.an_initiative(cast.dialogue, **PUBLIC))
            build.an_action_item(last, commitment=promise)
            result = build.a_result(last, source=build.a_source(), **PUBLIC)
            result.commitments.add(promise)
            counted(report, build.a_theme(last, **PUBLIC), 20, 10, 5, 5)

    def asked(address: str, client: Client) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    more(2, "first")
    seen = [(TRACKER, Client()), (SERVED, Client()), (TRACKER, secretary), (SERVED, secretary)]
    before = [asked(*one) for one in seen]
    more(20, "half_year")
    assert [asked(*one) for one in seen] == before
    assert max(before[:2]) <= 12, before
