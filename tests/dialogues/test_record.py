"""The public record: put in once, cited field by field, silent where the texts are silent."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import models

from dialogues import record
from dialogues.models import (
    ActionItem,
    Appearance,
    CoChair,
    Commitment,
    Dialogue,
    Edition,
    JournalEntry,
    Mandate,
    Result,
    Session,
    Theme,
    Venue,
    WorkingGroup,
)
from dialogues.record import load_record
from parties.models import Citation, Organisation, Party, Person, Source

# What is ours and not stated by any text: addresses, places in a list, audiences, states, kinds, clocks; and the parts of a
# fact that are cited as one (the days and how exactly they are known).
OURS: dict[type[models.Model], set[str]] = {
    Party: {"id", "code", "kind", "capital", "time_zone", "holiday_calendar"},
    Organisation: {"id", "slug", "kind", "party", "parent"},
    Person: {"id", "sort_name", "party", "is_public_office_holder", "office_source"},
    Dialogue: {"id", "slug", "action_prefix", "is_demonstration", "audience", "published_at"},
    Venue: {"id"},
    Edition: {"id", "status", "closes_on", "date_precision", "audience", "published_at"},
    Appearance: {"id", "edition", "person"},
    WorkingGroup: {"id", "dialogue", "slug", "status", "audience", "published_at"},
    Mandate: {"id", "edition", "status"},
    Theme: {"id", "edition", "position", "audience", "published_at"},
    Commitment: {"id", "edition", "position", "source", "place", "audience", "published_at"},
    Result: {"id", "edition", "position", "not_stated", "source", "audience", "published_at"},
}
COMMON_ACRONYMS = {"ministry-of-justice-and-security", "national-crime-agency", "united-nations"}


@pytest.fixture
def loaded(db: None) -> None:
    load_record()


def counts() -> dict[str, int]:
    return {kind.__name__: kind._default_manager.count() for kind in (*OURS, Source, Citation)}


def stated_fields(of: models.Model) -> set[str]:
    """The fields that hold something, by their name without its language."""
    found = set()
    for field in (*of._meta.concrete_fields, *of._meta.many_to_many):
        name = re.sub(r"_(en|nl)$", "", field.name)
        value = getattr(of, field.attname) if field in of._meta.concrete_fields else getattr(of, field.name).exists()
        if name not in OURS[type(of)] and value not in (None, "", False):
            found.add(name)
    return found


def cited(of: models.Model, field: str) -> list[str]:
    kind = ContentType.objects.get_for_model(of)
    found = Citation.objects.filter(content_type=kind, object_id=of.pk, field=field).order_by("source__code")
    return [citation.source.code for citation in found.select_related("source")]


def edition(year: int) -> Edition:
    return Edition.objects.get(dialogue__slug="uk-nl-soc", year=year)


def test_loading_it_again_creates_nothing_and_changes_nothing(loaded: None) -> None:
    before = {kind: list(kind._default_manager.order_by("pk").values()) for kind in (*OURS, Source, Citation)}
    assert not load_record()
    assert before == {kind: list(kind._default_manager.order_by("pk").values()) for kind in before}


def test_the_counts(loaded: None) -> None:
    expected = {
        "Source": 9,
        "Party": 5,
        "Organisation": 14,
        "Person": 3,
        "Dialogue": 1,
        "Edition": 2,
        "Venue": 1,
        "Appearance": 3,
        "WorkingGroup": 3,
        "Mandate": 3,
        "Theme": 3,
        "Commitment": 4,
        "Result": 3,
    }
    found = counts()
    assert found.pop("Citation") >= 100
    assert found == expected


def test_what_staff_changed_or_took_away_stays_as_they_left_it(loaded: None) -> None:
    Commitment.objects.filter(position=2).update(summary_en="As corrected", audience="secretariat")
    Theme.objects.filter(position=1).update(name_en="As renamed")
    Theme.objects.filter(position=2).update(position=9)
    Edition.objects.filter(year=2025).update(city_en="As corrected")
    Organisation.objects.filter(slug="europol").update(name_nl="Zoals verbeterd")
    Person.objects.filter(name="Lord Timpson").update(name="As he is called now")
    Venue.objects.update(name_en="As renamed")
    edition(2025).organisations.remove(Organisation.objects.get(slug="dutch-police"))
    Citation.objects.filter(field="participants").delete()
    before = counts()
    assert not load_record()
    assert counts() == before
    assert Commitment.objects.get(position=2).summary_en == "As corrected"
    assert Commitment.objects.get(position=2).audience == "secretariat"
    assert edition(2025).city_en == "As corrected"
    assert edition(2025).organisations.count() == 4
    assert set(Theme.objects.values_list("position", flat=True)) == {1, 3, 9}


def test_what_is_missing_is_put_in_beside_what_is_there(loaded: None) -> None:
    gone = Result.objects.get(position=3)
    Citation.objects.of(gone).delete()
    gone.delete()
    assert {kind.__name__: n for kind, n in load_record().items()} == {"Result": 1, "Citation": 1}
    assert Result.objects.count() == 3


def test_it_is_all_or_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: Any) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(record, "put_in_2026", fails)
    with pytest.raises(RuntimeError):
        load_record()
    assert not any(counts().values())


def test_every_stated_field_is_cited(loaded: None) -> None:
    uncited = []
    for kind in OURS:
        for one in kind._default_manager.all():
            for field in stated_fields(one):
                common = field == "acronym" and isinstance(one, Organisation) and one.slug in COMMON_ACRONYMS
                if not cited(one, field) and not common:
                    uncited.append((kind.__name__, str(one), field))
    assert uncited == []


def test_no_citation_stands_on_a_field_that_is_empty_or_that_does_not_exist(loaded: None) -> None:
    astray = []
    for citation in Citation.objects.all():
        of = citation.record
        stated = stated_fields(of) | {"opens_on"} if type(of) in OURS else {"url", "published_on"}
        if citation.field not in stated or (isinstance(of, Source) and not getattr(of, citation.field)):
            astray.append((str(of), citation.field))
    assert astray == []


def test_every_text_and_note_stands_in_both_languages(loaded: None) -> None:
    one_sided = []
    for kind in (*OURS, Citation, Source):
        pairs = [f.name[:-3] for f in kind._meta.concrete_fields if f.name.endswith("_en")]
        for one in kind._default_manager.all():
            for name in pairs:
                english, dutch = getattr(one, f"{name}_en"), getattr(one, f"{name}_nl")
                # An acronym may be used in one language only.
                if bool(english) != bool(dutch) and name != "acronym":
                    one_sided.append((kind.__name__, str(one), name))
    assert one_sided == []


def test_the_dutch_says_afspraak_and_never_toezegging(loaded: None) -> None:
    texts = [
        str(value)
        for kind in (*OURS, Citation, Source)
        for row in kind._default_manager.values()
        for name, value in row.items()
        if name.endswith("_nl")
    ]
    assert any("afspraak" in text for text in texts)
    assert not [text for text in texts if re.search(r"toezegging|toegezegd|\bevenement\b|\bje\b|\bjij\b", text, re.IGNORECASE)]


def test_the_two_days_of_2025_are_a_window_and_no_more(loaded: None) -> None:
    of_2025 = edition(2025)
    assert (str(of_2025.opens_on), str(of_2025.closes_on)) == ("2025-01-27", "2025-01-31")
    assert (of_2025.date_precision, of_2025.length_days) == ("week", 2)
    assert cited(of_2025, "opens_on") == ["P8", "S0"]
    at_most = Citation.objects.of(of_2025).get(field="opens_on", source__code="P8")
    assert "one of the two days at most" in at_most.note_en
    assert "hooguit één" in at_most.note_nl


def test_the_day_of_2026_is_read_from_today_in_a_dated_text(loaded: None) -> None:
    of_2026 = edition(2026)
    assert (str(of_2026.opens_on), of_2026.closes_on, of_2026.date_precision) == ("2026-03-24", None, "day")
    read = Citation.objects.of(of_2026).get(field="opens_on")
    assert (read.source.code, read.note_en) == ("S1", "Read from “today” in a text of that date")


def test_what_the_five_texts_do_not_say_of_2025_rests_on_another_public_source(loaded: None) -> None:
    of_2025 = edition(2025)
    assert of_2025.ordinal == 3
    assert cited(of_2025, "ordinal") == ["P8"]
    assert str(of_2025.venue) == "Lincoln’s Inn"
    assert cited(of_2025, "venue") == ["P8"]
    assert set(Source.objects.filter(origin="public").values_list("code", flat=True)) == {"P8", "P9", "P10", "P11"}
    assert set(Source.objects.filter(origin="seed").values_list("code", flat=True)) == {"S0", "S1", "S2", "S3", "S4"}


def test_what_is_stated_nowhere_is_empty(loaded: None) -> None:
    of_2025, of_2026 = edition(2025), edition(2026)
    assert of_2025.host_party is None and of_2026.host_party is None
    empty = {"length_days", "closes_on", "city_en", "city_nl", "venue", "participants_en", "programme_en", "time_zone"}
    assert {field for field in empty if getattr(of_2026, field)} == set()
    assert not of_2026.organisations.exists()
    assert not Appearance.objects.filter(edition=of_2026).exists()
    assert not Edition.objects.exclude(year__in=[2025, 2026]).exists()
    assert Dialogue.objects.count() == 1


def test_states_and_addresses_are_those_of_the_contract(loaded: None) -> None:
    assert (edition(2025).status, edition(2026).status) == ("archived", "follow_up")
    assert [party.code for party in Dialogue.objects.get(slug="uk-nl-soc").parties.all()] == ["NL", "UK"]
    calendars = dict(Party.objects.values_list("code", "holiday_calendar"))
    assert calendars == {"UK": "GB-ENG", "NL": "NL", "BE": "BE", "FR": "FR", "ES": "ES"}


def test_a_publishers_label_and_bodies_named_in_general_are_no_organisations(loaded: None) -> None:
    names = " ".join(Organisation.objects.values_list("name_en", flat=True)).lower()
    for absent in ("revenue", "hmrc", "ministries", "belgian police"):
        assert absent not in names
    maoc = Organisation.objects.get(slug="maritime-analysis-and-operations-centre-on-narcotics")
    assert (maoc.acronym_en, maoc.acronym_nl) == ("MAOC-N", "MAOC")


def test_the_organisations_of_2025_are_those_named_there(loaded: None) -> None:
    assert set(edition(2025).organisations.values_list("slug", flat=True)) == {
        "dutch-public-prosecution-service",
        "ministry-of-justice-and-security",
        "dutch-police",
        "national-crime-agency",
        "global-initiative-against-transnational-organised-crime",
    }


def test_ministers_carry_the_office_of_that_time_and_what_is_not_stated_of_them(loaded: None) -> None:
    roles = dict(Appearance.objects.values_list("person__name", "role_en"))
    assert roles == {
        "David van Weel": "Dutch Minister of Justice and Security",
        "Yvette Cooper": "UK Home Secretary",
        "Lord Timpson": "UK Minister of State for Prisons, Probation and Reducing Reoffending",
    }
    for name in ("Yvette Cooper", "Lord Timpson"):
        assert "attended the dialogue itself is not stated" in Appearance.objects.get(person__name=name).occasion_en
    assert not Person.objects.exclude(post_en="", post_nl="").exists()
    assert not Person.objects.exclude(is_public_office_holder=True, office_source__code="S0").exists()


def test_nobody_is_filled_in_for_the_prison_minister_of_the_coming_visit(loaded: None) -> None:
    visit = Result.objects.get(position=3)
    assert "UK Prison Minister" in visit.text_en
    assert "Timpson" not in visit.text_en + visit.text_nl
    assert "name of the minister" in visit.not_stated_en


def test_one_group_for_each_key_area_is_said_to_be_our_reading(loaded: None) -> None:
    assert list(Mandate.objects.values_list("edition__year", "status")) == [(2025, "ended")] * 3
    for mandate in Mandate.objects.all():
        assert "our reading" in Citation.objects.of(mandate).get().note_en
    assert not CoChair.objects.exists()


def test_the_themes_of_2026_are_not_working_groups(loaded: None) -> None:
    assert list(Theme.objects.values_list("edition__year", flat=True)) == [2026] * 3
    assert not WorkingGroup.objects.filter(name_en__in=Theme.objects.values("name_en")).exists()
    for theme in Theme.objects.all():
        assert "does not say whether they were working groups" in Citation.objects.of(theme).get().note_en


def test_commitments_are_no_stronger_than_the_text_puts_them(loaded: None) -> None:
    strengths = list(Commitment.objects.order_by("position").values_list("strength_en", flat=True))
    assert strengths == ["Key focus point", "Reaffirmed", "Further committed", "Under way"]
    notes = {
        one.position: Citation.objects.of(one).get(field="strength").note_en for one in Commitment.objects.order_by("position")
    }
    assert "does not use the word commitment" in notes[1]
    assert "not as a promise" in notes[4]


def test_nothing_that_was_not_agreed_hangs_on_the_real_dialogue(loaded: None) -> None:
    assert not ActionItem.objects.exists()
    assert not Session.objects.exists()
    assert not JournalEntry.objects.exists()


def test_the_command_says_what_it_put_in_and_then_that_all_was_there(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_record")
    first = capsys.readouterr().out
    assert "2 editions" in first
    assert "1 dialogue\n" in first
    call_command("load_record")
    assert capsys.readouterr().out == "The record was in already; nothing was changed.\n"
