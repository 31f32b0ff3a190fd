"""The public record: put in once, cited field by field, silent where the texts are silent."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
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
    Engagement,
    Figure,
    Initiative,
    JournalEntry,
    Lineage,
    Mandate,
    NewsItem,
    OutcomeDocument,
    Result,
    Session,
    Statement,
    Theme,
    Venue,
    WorkingGroup,
)
from dialogues.record import load_record
from parties.models import Citation, Organisation, Party, Person, Source

# What is ours and not stated by any text: addresses, places in a list, audiences, states, kinds, clocks; and the parts of a
# fact that are cited as one (the days and how exactly they are known).
PUBLICATION = {"audience", "published_at"}
OURS: dict[type[models.Model], set[str]] = {
    Party: {"id", "code", "kind", "capital", "time_zone", "holiday_calendar"},
    Organisation: {"id", "slug", "kind", "party", "parent", "is_public"},
    Person: {"id", "sort_name", "party", "is_public_office_holder", "office_source"},
    Dialogue: {"id", "slug", "action_prefix", "is_demonstration", *PUBLICATION},
    Venue: {"id"},
    Edition: {"id", "status", "closes_on", "date_precision", *PUBLICATION},
    Engagement: {
        *("id", "dialogue", "slug", "kind", "edition", "ends_on", "date_precision", *PUBLICATION),
        *("status", "status_since", "agreed_round", "line_round"),
    },
    Appearance: {"id", "edition", "engagement", "person", "party"},
    Initiative: {"id", "dialogue", "slug", "date_precision", *PUBLICATION},
    WorkingGroup: {"id", "dialogue", "slug", "status", "consent_round", *PUBLICATION},
    Mandate: {"id", "edition", "status", "terms_round"},
    Theme: {"id", "edition", "position", *PUBLICATION},
    Lineage: {"id", "edition", "earlier_mandate", "later_theme"},
    OutcomeDocument: {"id", "dialogue", "slug", "kind", "relation", "date_precision", *PUBLICATION},
    Commitment: {"id", "dialogue", "edition", "position", "source", "place", *PUBLICATION},
    Result: {"id", "edition", "position", "not_stated", "source", *PUBLICATION},
    Figure: {"id", "edition", "position", *PUBLICATION},
    Statement: {"id", "dialogue", "edition", "kind", "position", *PUBLICATION},
    NewsItem: {"id", "dialogue", "edition", "slug", "source", *PUBLICATION},
}
COMMON_ACRONYMS = {"ministry-of-justice-and-security", "national-crime-agency", "united-nations"}


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


def edition(year: int, dialogue: str = "uk-nl-soc") -> Edition:
    return Edition.objects.get(dialogue__slug=dialogue, year=year)


def promised_in_2026(position: int) -> Commitment:
    return Commitment.objects.get(edition=edition(2026), position=position)


def test_loading_it_again_creates_nothing_and_changes_nothing(loaded: None) -> None:
    before = {kind: list(kind._default_manager.order_by("pk").values()) for kind in (*OURS, Source, Citation)}
    assert not load_record()
    assert before == {kind: list(kind._default_manager.order_by("pk").values()) for kind in before}


def test_the_counts(loaded: None) -> None:
    expected = {
        "Source": 11,
        "Party": 5,
        "Organisation": 14,
        "Person": 6,
        "Dialogue": 3,
        "Edition": 4,
        "Venue": 1,
        "Engagement": 3,
        "Appearance": 8,
        "Initiative": 4,
        "WorkingGroup": 3,
        "Mandate": 3,
        "Theme": 3,
        "Lineage": 4,
        "OutcomeDocument": 4,
        "Commitment": 6,
        "Result": 3,
        "Figure": 6,
        "Statement": 24,
        "NewsItem": 3,
    }
    found = counts()
    assert found.pop("Citation") >= 300
    assert found == expected


def test_what_staff_changed_or_took_away_stays_as_they_left_it(loaded: None) -> None:
    Commitment.objects.filter(edition=edition(2026), position=2).update(summary_en="As corrected", audience="secretariat")
    Theme.objects.filter(position=1).update(name_en="As renamed")
    Theme.objects.filter(position=2).update(position=9)
    Edition.objects.filter(year=2025).update(city_en="As corrected")
    Organisation.objects.filter(slug="europol").update(name_nl="Zoals verbeterd")
    Person.objects.filter(name="Lord Timpson").update(name="As he is called now")
    Venue.objects.update(name_en="As renamed")
    Appearance.objects.filter(person__name="Koen Geens").update(role_en="As corrected")
    Engagement.objects.update(title_en="As corrected", kind="official_visit")
    Lineage.objects.filter(kind="similar").update(kind="continues", confirmed_on=date(2026, 7, 1))
    NewsItem.objects.update(title_en="As corrected", edition=None)
    OutcomeDocument.objects.filter(slug="uk-nl-strategic-dialogue-2022").update(url="https://example.org/found-since")
    Statement.objects.filter(kind="focus", position=3).update(text_nl="Zoals verbeterd", published_at=None)
    Figure.objects.filter(value=222).update(value=223)
    edition(2025).organisations.remove(Organisation.objects.get(slug="dutch-police"))
    Citation.objects.filter(field="participants").delete()
    before = counts()
    assert not load_record()
    assert counts() == before
    assert promised_in_2026(2).summary_en == "As corrected"
    assert promised_in_2026(2).audience == "secretariat"
    assert edition(2025).city_en == "As corrected"
    assert edition(2025).organisations.count() == 4
    assert set(Theme.objects.values_list("position", flat=True)) == {1, 3, 9}
    assert str(Lineage.objects.get(kind="continues").confirmed_on) == "2026-07-01"
    assert set(NewsItem.objects.values_list("title_en", flat=True)) == {"As corrected"}
    assert Figure.objects.filter(value=223).exists()


def test_what_is_missing_is_put_in_beside_what_is_there(loaded: None) -> None:
    gone = Result.objects.get(position=3)
    Citation.objects.of(gone).delete()
    gone.delete()
    assert {kind.__name__: n for kind, n in load_record().items()} == {"Result": 1, "Citation": 2}
    assert Result.objects.get(position=3).engagements.count() == 2


def test_it_is_all_or_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: Any) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(record, "put_in_news", fails)
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
    assert set(Source.objects.filter(origin="public").values_list("code", flat=True)) == {
        *("P8", "P9", "P10", "P11", "P13", "P13b"),
    }
    assert set(Source.objects.filter(origin="seed").values_list("code", flat=True)) == {"S0", "S1", "S2", "S3", "S4"}


def test_what_is_stated_nowhere_is_empty(loaded: None) -> None:
    of_2025, of_2026 = edition(2025), edition(2026)
    assert of_2025.host_party is None and of_2026.host_party is None
    empty = {"length_days", "closes_on", "city_en", "city_nl", "venue", "participants_en", "programme_en", "time_zone"}
    assert {field for field in empty if getattr(of_2026, field)} == set()
    assert not of_2026.organisations.exists()
    assert not Appearance.objects.filter(edition=of_2026).exists()
    assert sorted(Edition.objects.filter(dialogue__slug="uk-nl-soc").values_list("year", flat=True)) == [2025, 2026]


def test_states_and_addresses_are_those_of_the_contract(loaded: None) -> None:
    assert (edition(2025).status, edition(2026).status) == ("archived", "follow_up")
    assert set(Edition.objects.exclude(dialogue__slug="uk-nl-soc").values_list("status", flat=True)) == {"archived"}
    assert [party.code for party in Dialogue.objects.get(slug="uk-nl-soc").parties.all()] == ["NL", "UK"]
    calendars = dict(Party.objects.values_list("code", "holiday_calendar"))
    assert calendars == {"UK": "GB-ENG", "NL": "NL", "BE": "BE", "FR": "FR", "ES": "ES"}


def test_a_publishers_label_and_bodies_named_in_general_are_no_organisations(loaded: None) -> None:
    names = " ".join(Organisation.objects.values_list("name_en", flat=True)).lower()
    for absent in ("revenue", "hmrc", "ministries", "belgian police"):
        assert absent not in names
    assert not Organisation.objects.exclude(is_public=True).exists()
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
    roles = set(Appearance.objects.filter(person__isnull=False).values_list("person__name", "role_en"))
    assert roles == {
        ("David van Weel", "Dutch Minister of Justice and Security"),
        ("Yvette Cooper", "UK Home Secretary"),
        ("Lord Timpson", "UK Minister of State for Prisons, Probation and Reducing Reoffending"),
        ("Koen Geens", "Belgian Deputy Prime Minister and Minister of Justice"),
        ("Pieter De Crem", "Belgian Minister of the Interior and Security"),
        ("Ferdinand Grapperhaus", "Dutch Minister for Justice and Security"),
    }
    for name in ("Yvette Cooper", "Lord Timpson"):
        assert "attended the dialogue itself is not stated" in Appearance.objects.get(person__name=name).occasion_en
    grapperhaus = Appearance.objects.get(person__name="Ferdinand Grapperhaus")
    assert "Minister for, and Minister of" in Citation.objects.of(grapperhaus).get(field="role").note_en
    assert not Person.objects.exclude(post_en="", post_nl="").exists()
    assert not Person.objects.exclude(is_public_office_holder=True, office_source__code__in=["S0", "S3"]).exists()


def test_the_british_ministers_stand_at_the_meeting_and_the_dutch_one_at_the_dialogue_too(loaded: None) -> None:
    assert set(edition(2025).appearances.values_list("person__name", flat=True)) == {"David van Weel"}
    meeting = Engagement.objects.get(kind="ministerial_meeting")
    names = {"David van Weel", "Yvette Cooper", "Lord Timpson"}
    assert set(meeting.appearances.values_list("person__name", flat=True)) == names
    assert (str(meeting.starts_on), str(meeting.ends_on), meeting.date_precision) == ("2025-01-27", "2025-01-31", "week")
    assert "how the meeting relates to the programme of the dialogue, is not stated" in meeting.summary_en
    for subject in ("drugs", "human trafficking", "demonstrations", "radicalisation and extremism"):
        assert subject in meeting.summary_en
        assert subject not in edition(2025).programme_en
    assert not edition(2025).programme_en.count("demonstration")


def test_nobody_is_filled_in_for_the_prison_minister_of_the_coming_visit(loaded: None) -> None:
    progress = Result.objects.get(position=3)
    assert "UK Prison Minister" in progress.text_en
    assert "name of the minister" in progress.not_stated_en
    visit = Engagement.objects.get(kind="ministerial_visit")
    assert visit in progress.engagements.all()
    appearance = visit.appearances.get()
    assert (appearance.person, appearance.role_en) == (None, "UK Prison Minister")
    texts = [*vars(visit).values(), *vars(appearance).values(), *vars(progress).values()]
    assert "Timpson" not in " ".join(map(str, texts))
    assert Person.objects.filter(name="Lord Timpson").exists()  # who must not be filled in
    assert (visit.starts_on, visit.date_precision) == (None, "none")


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
    of_2026 = edition(2026).commitments.order_by("position")
    assert [one.strength_en for one in of_2026] == ["Key focus point", "Reaffirmed", "Further committed", "Under way"]
    notes = {one.position: Citation.objects.of(one).get(field="strength").note_en for one in of_2026}
    assert "does not use the word commitment" in notes[1]
    assert "not as a promise" in notes[4]


def test_a_promise_made_elsewhere_belongs_to_its_document_and_to_no_edition(loaded: None) -> None:
    parent = Commitment.objects.get(edition__isnull=True)
    assert parent.document is not None
    assert parent.document.slug == "uk-nl-bilateral-security-partnership-2025"
    assert [one.slug for one in parent.initiatives.all()] == ["uk-nl-bilateral-security-partnership"]
    assert "inferred" in Citation.objects.of(parent).get(field="document").note_en


def test_no_document_is_an_outcome_of_the_uk_nl_dialogue(loaded: None) -> None:
    relations = dict(OutcomeDocument.objects.filter(dialogue__slug="uk-nl-soc").values_list("slug", "relation"))
    assert relations == {
        "dutch-minister-speech-2025": "given_there",
        "uk-nl-bilateral-security-partnership-2025": "background",
        "uk-nl-strategic-dialogue-2022": "background",
    }
    of_2022 = OutcomeDocument.objects.get(slug="uk-nl-strategic-dialogue-2022")
    assert (of_2022.edition, of_2022.url, str(of_2022.starts_on)) == (None, "", "2022-11-16")
    of_2025 = OutcomeDocument.objects.get(slug="uk-nl-bilateral-security-partnership-2025")
    assert (of_2025.edition, of_2025.date_precision, of_2025.dates) == (None, "month", "December 2025")
    assert "Prime Minister" not in of_2025.summary_en
    assert cited(of_2025, "url") == cited(of_2025, "summary") == ["P13"]


def test_the_links_between_2025_and_2026_are_editorial_and_not_confirmed(loaded: None) -> None:
    links = [(one.kind, str(one.earlier or ""), str(one.later or "")) for one in edition(2026).lineage.order_by("pk")]
    assert links == [
        ("similar", "Illicit financial flows", "Disruption of illicit finance"),
        ("related", "Maritime drug flows", "Disruption of upstream cocaine flows"),
        ("ends", "Continued offending in detention", ""),
        ("new", "", "Response to the threat posed by 3D printed firearms"),
    ]
    assert not Lineage.objects.exclude(confirmed_on__isnull=True).exists()
    for one in Lineage.objects.all():
        assert "draws no link" in Citation.objects.of(one).get(field="kind").note_en
    assert "progress on it was reported" in Lineage.objects.get(kind="ends").note_en


def test_the_united_kingdom_is_no_party_to_the_other_two_series(loaded: None) -> None:
    of_2021, of_2019 = edition(2021, "nl-be-fr-es-ministerial-meeting"), edition(2019, "be-nl-cross-border-crime")
    assert {party.code for party in of_2021.dialogue.parties.all()} == {"NL", "BE", "FR", "ES"}
    assert {party.code for party in of_2019.dialogue.parties.all()} == {"NL", "BE"}
    for linked in (*of_2021.commitments.all(), *of_2021.documents.all()):
        assert {party.code for party in linked.parties.all()} == {"NL", "BE", "FR", "ES"}
    assert of_2021.date_precision == "month"
    assert (of_2021.city_en, of_2021.venue, of_2021.ordinal, of_2021.appearances.count()) == ("", None, None, 0)
    assert [one.relation for one in of_2021.documents.all()] == ["outcome"]


def test_the_day_of_the_conference_is_from_another_public_source_and_its_host_is_derived(loaded: None) -> None:
    of_2019 = edition(2019, "be-nl-cross-border-crime")
    assert (str(of_2019.opens_on), of_2019.date_precision, of_2019.ordinal) == ("2019-12-02", "day", 1)
    assert cited(of_2019, "opens_on") == cited(of_2019, "year") == ["P11"]
    assert of_2019.host_party is not None and of_2019.host_party.code == "BE"
    assert "will be receiving" in Citation.objects.of(of_2019).get(field="host_party").note_en
    assert of_2019.venue is None and not of_2019.programme_en
    areas = of_2019.statements.get(kind="threat")
    assert "not points of the agenda" in Citation.objects.of(areas).get().note_en


def test_a_view_is_somebodys_and_figures_stand_as_they_were_said(loaded: None) -> None:
    views = {str(one.said_by.person): one for one in Statement.objects.filter(kind="view") if one.said_by}
    assert set(views) == {"Ferdinand Grapperhaus", "Koen Geens", "Pieter De Crem"}
    assert [one.acronym_en for one in views["Ferdinand Grapperhaus"].organisations.all()] == ["MIT"]
    said = Figure.objects.filter(said_by__person__name="Koen Geens").order_by("position")
    assert [(one.value, one.year) for one in said] == [(6867, 2018), (222, 2018)]
    assert said[1].where_en == "Limburg (the Belgian province, by context)"
    experts = edition(2025).figures.get(position=1)
    assert (experts.value, experts.value_text_en, experts.value_text_nl) == (None, "nearly 70", "bijna 70")


def test_hmrc_stands_nowhere(loaded: None) -> None:
    texts = [str(row) for kind in (*OURS, Citation, Source) for row in kind._default_manager.values()]
    assert any("publisher’s label" in text for text in texts)  # what is said of it instead
    assert not [text for text in texts if re.search(r"\bHMRC\b|revenue and customs|Majesty", text, re.IGNORECASE)]


def test_the_record_is_public_since_the_day_of_its_text(loaded: None) -> None:
    kinds = [kind for kind in OURS if "published_at" in OURS[kind]]
    days = {one.published_at for kind in kinds for one in kind._default_manager.all()}
    assert days == {
        datetime(2019, 12, 2, tzinfo=UTC),
        datetime(2022, 11, 16, tzinfo=UTC),
        datetime(2025, 1, 31, tzinfo=UTC),
        datetime(2026, 3, 24, tzinfo=UTC),
    }
    assert {one.audience for kind in kinds for one in kind._default_manager.all()} == {"public"}


def test_nothing_that_was_not_agreed_hangs_on_the_real_dialogue(loaded: None) -> None:
    assert not ActionItem.objects.exists()
    assert not Session.objects.exists()
    assert [entry.act for entry in JournalEntry.objects.all()] == ["loaded record"]


def test_the_command_says_what_it_put_in_and_then_that_all_was_there(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_record")
    first = capsys.readouterr().out
    assert "4 editions" in first
    assert "3 dialogues\n" in first
    call_command("load_record")
    assert capsys.readouterr().out == "The record was in already; nothing was changed.\n"
    assert JournalEntry.objects.count() == 1, "nothing was put in the second time"
