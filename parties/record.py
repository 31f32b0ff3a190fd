"""The standing part of the public record: texts, parties, organisations and the office-holders they name.

The record is put in, never put back: what is there already stays exactly as the secretariat has it, its citations
included. A text is known again by its code, a party by its code, an organisation by its slug, a person by the name.

Names and facts come from the texts; Dutch names that no text gives, kinds, clocks and holiday calendars are common
knowledge (J) and carry no citation. A body that a text only mentions in general (“the ministries”) is no organisation
here, and neither is a label of a publisher.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, time
from typing import Any, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from .models import Citation, Organisation, Party, Person, Source

Record = TypeVar("Record", bound=models.Model)


@dataclass(frozen=True)
class Read:
    """Where a field was read: the source’s code and, where it is not simply there, how it was read."""

    source: str
    en: str = ""
    nl: str = ""


Readings = dict[str, tuple[Read, ...]]

# Three of the five texts do not say where they stand, or from which day they are; it was found beside them.
FOUND_AT = {"S0": "P9", "S2": "P10", "S3": "P11"}
FOUND_TOO = {
    "S3": (
        " A Dutch version stands on rijksoverheid.nl, under the same day; its full address is not recorded here.",
        " Op rijksoverheid.nl staat onder dezelfde dag een Nederlandse versie; het volledige adres is hier niet vastgelegd.",
    )
}
FIVE: list[dict[str, Any]] = [
    {
        "code": "S0",
        "title": "Strengthening UK-NL Cooperation in the Fight Against Serious Organised Crime",
        "lang": "en",
        "kind_en": "news item",
        "kind_nl": "nieuwsbericht",
        "published_on": date(2025, 1, 31),
        "published_time": time(13, 11),
        "note_en": "The time zone of the stated time is not stated. The opening paragraph stands in the text twice.",
        "note_nl": "De tijdzone van het vermelde tijdstip is niet vermeld. De openingsalinea staat twee keer in de tekst.",
        "url": "https://netherlandsandyou.nl/web/united-kingdom/w/"
        "strengthening-uk-nl-cooperation-in-the-fight-against-serious-organised-crime",
    },
    {
        "code": "S1",
        "title": "UK-Netherlands Serious and Organised Crime Dialogue: Strengthening Joint Action Against Criminal Networks",
        "lang": "en",
        "kind_en": "news story",
        "kind_nl": "nieuwsbericht",
        "published_on": date(2026, 3, 24),
        "url": "https://www.gov.uk/government/news/"
        "uk-netherlands-serious-and-organised-crime-dialogue-strengthening-joint-action-against-criminal-networks",
        "note_en": "The copy that was read bears a publisher’s label that looks like an aggregator’s; it is not repeated here.",
        "note_nl": "De gelezen kopie draagt een uitgeverslabel dat van een verzamelsite lijkt; het is hier niet overgenomen.",
    },
    {
        "code": "S2",
        "title": "International approach to combat organised crime",
        "lang": "en",
        "kind_en": "topic page",
        "kind_nl": "themapagina",
        "url": "https://www.government.nl/topics/crime-that-undermines-society/"
        "international-approach-to-combat-organised-crime",
        "note_en": "Undated. The English counterpart of S4.",
        "note_nl": "Zonder datum. De Engelse tegenhanger van S4.",
    },
    {
        "code": "S3",
        "title": "First ministerial conference on Belgian-Dutch cross-border crime",
        "lang": "en",
        "kind_en": "news item",
        "kind_nl": "nieuwsbericht",
        "published_on": date(2019, 12, 2),
        "url": "https://www.government.nl/latest/news/2019/12/02/"
        "first-ministerial-conference-on-belgian-dutch-cross-border-crime",
        "note_en": "The text itself bears no date.",
        "note_nl": "De tekst zelf draagt geen datum.",
    },
    {
        "code": "S4",
        "title": "Internationale aanpak tegen ondermijnende criminaliteit",
        "lang": "nl",
        "kind_en": "topic page",
        "kind_nl": "themapagina",
        "note_en": "Undated. The Dutch counterpart of S2.",
        "note_nl": "Zonder datum. De Nederlandse tegenhanger van S2.",
    },
]
SOURCES = [
    *FIVE,
    {
        "code": "P8",
        "title": "Serious Organised Crime Dialogue",
        "lang": "en",
        "kind_en": "speech",
        "kind_nl": "toespraak",
        "published_on": date(2025, 1, 29),
        "url": "https://www.government.nl/documents/speeches/2025/01/29/serious-organised-crime-dialogue",
        "origin": Source.Origin.PUBLIC,
    },
    *(
        {
            **text,
            "code": found,
            "origin": Source.Origin.PUBLIC,
            "published_time": None,
            "note_en": f"Where {code} stands." + FOUND_TOO.get(code, ("", ""))[0],
            "note_nl": f"Waar {code} staat." + FOUND_TOO.get(code, ("", ""))[1],
        }
        for code, found in FOUND_AT.items()
        for text in FIVE
        if text["code"] == code
    ),
    {
        "code": "P13",
        "title": "Joint Statement on the United Kingdom-Netherlands Bilateral Security Partnership",
        "lang": "en",
        "kind_en": "joint statement",
        "kind_nl": "gezamenlijke verklaring",
        "url": "https://www.gov.uk/government/publications/"
        "joint-statement-on-the-united-kingdom-netherlands-bilateral-security-partnership",
        "origin": Source.Origin.PUBLIC,
        "note_en": "Of December 2025; the day of publication was not read, and the title is taken from the address.",
        "note_nl": "Van december 2025; de dag van publicatie is niet gelezen, en de titel komt uit het adres.",
    },
    {
        "code": "P13b",
        "title": "UK-Netherlands Strategic Dialogue 2022: joint statement",
        "lang": "en",
        "kind_en": "joint statement",
        "kind_nl": "gezamenlijke verklaring",
        "published_on": date(2022, 11, 16),
        "origin": Source.Origin.PUBLIC,
        "note_en": "Stands on GOV.UK; neither its full address nor its exact title is recorded here.",
        "note_nl": "Staat op GOV.UK; het volledige adres en de precieze titel zijn hier niet vastgelegd.",
    },
]
FROM_ADDRESS = ("Read from the day in the address", "Afgelezen uit de dag in het adres")
# What a text does not say of itself was found where it is published.
SOURCES_READ: dict[str, Readings] = {
    "S0": {"url": (Read("P9"),)},
    "S2": {"url": (Read("P10"),)},
    "S3": {"url": (Read("P11"),), "published_on": (Read("P11", *FROM_ADDRESS),)},
}

PARTIES: list[dict[str, Any]] = [
    {
        "code": "UK",
        "name_en": "United Kingdom",
        "name_nl": "Verenigd Koninkrijk",
        "capital_en": "London",
        "capital_nl": "Londen",
        "time_zone": "Europe/London",
        "holiday_calendar": "GB-ENG",
    },
    {
        "code": "NL",
        "name_en": "Netherlands",
        "name_nl": "Nederland",
        "capital_en": "The Hague",
        "capital_nl": "Den Haag",
        "time_zone": "Europe/Amsterdam",
        "holiday_calendar": "NL",
    },
    {
        "code": "BE",
        "name_en": "Belgium",
        "name_nl": "België",
        "capital_en": "Brussels",
        "capital_nl": "Brussel",
        "time_zone": "Europe/Brussels",
        "holiday_calendar": "BE",
    },
    {
        "code": "FR",
        "name_en": "France",
        "name_nl": "Frankrijk",
        "capital_en": "Paris",
        "capital_nl": "Parijs",
        "time_zone": "Europe/Paris",
        "holiday_calendar": "FR",
    },
    {
        "code": "ES",
        "name_en": "Spain",
        "name_nl": "Spanje",
        "capital_en": "Madrid",
        "capital_nl": "Madrid",
        "time_zone": "Europe/Madrid",
        "holiday_calendar": "ES",
    },
]
PARTIES_READ: dict[str, Readings] = {
    "UK": {"name": (Read("S0"), Read("S1"))},
    "NL": {"name": (Read("S0"), Read("S1"))},
    "BE": {"name": (Read("S2"), Read("S3"), Read("S4"))},
    "FR": {"name": (Read("S2"), Read("S4"))},
    "ES": {"name": (Read("S2"), Read("S4"))},
}

Kind = Organisation.Kind


@dataclass(frozen=True)
class Body:
    """An organisation, the texts its name was read in, and those its acronym was read in."""

    slug: str
    kind: Kind
    party: str | None
    name_en: str
    name_nl: str
    read: str
    acronym_en: str = ""
    acronym_nl: str = ""
    acronym_read: str = ""


OM, GI_TOC = "dutch-public-prosecution-service", "global-initiative-against-transnational-organised-crime"
MAOC = "maritime-analysis-and-operations-centre-on-narcotics"
ORGANISATIONS = [
    Body(OM, Kind.PROSECUTION, "NL", "Dutch Public Prosecution Service", "Openbaar Ministerie", "S0 S2 S4", "OM", "OM", "S4"),
    Body(
        *("ministry-of-justice-and-security", Kind.MINISTRY, "NL"),
        *("Ministry of Justice and Security", "Ministerie van Justitie en Veiligheid", "S0", "", "JenV"),
    ),
    Body("dutch-police", Kind.POLICE, "NL", "Dutch police", "Politie", "S0 S2 S4"),
    Body("customs-administration", Kind.CUSTOMS, "NL", "Customs Administration", "Douane", "S2 S4"),
    Body(
        *("special-investigative-services", Kind.INVESTIGATION, "NL"),
        *("Special Investigative Services", "Bijzondere opsporingsdiensten", "S2 S4"),
    ),
    Body(
        *("national-crime-agency", Kind.INVESTIGATION, "UK"),
        *("National Crime Agency", "National Crime Agency", "S0", "NCA", "NCA"),
    ),
    Body(
        *(GI_TOC, Kind.CIVIL_SOCIETY, None, "Global Initiative Against Transnational Organised Crime"),
        *("Global Initiative Against Transnational Organised Crime", "S0", "GI-TOC", "GI-TOC", "S0"),
    ),
    Body(
        *("multidisciplinary-intervention-team", Kind.INVESTIGATION, "NL"),
        *("Multidisciplinary Intervention Team", "Multidisciplinair Interventieteam", "S3", "MIT", "MIT", "S3"),
    ),
    Body("european-union", Kind.INTERNATIONAL, None, "European Union", "Europese Unie", "S2 S4", "EU", "EU", "S2 S4"),
    Body("europol", Kind.INTERNATIONAL, None, "Europol", "Europol", "S2 S4"),
    Body("eurojust", Kind.INTERNATIONAL, None, "Eurojust", "Eurojust", "S2 S4"),
    Body("united-nations", Kind.INTERNATIONAL, None, "United Nations", "Verenigde Naties", "S2 S4", "UN", "VN"),
    Body(
        *(MAOC, Kind.INTERNATIONAL, None, "Maritime Analysis and Operations Centre on Narcotics"),
        *("Maritieme Analysis en Operations Centre on Narcotics", "S2 S4", "MAOC-N", "MAOC", "S2 S4"),
    ),
    Body(
        *("european-political-community", Kind.INTERNATIONAL, None),
        *("European Political Community", "Europese Politieke Gemeenschap", "S1"),
    ),
]
ORGANISATION_NOTES: dict[tuple[str, str, str], tuple[str, str]] = {
    ("dutch-police", "name", "S0"): (
        "“The police”, in a list of Dutch bodies, is read as the Dutch police",
        "“The police”, in een opsomming van Nederlandse organisaties, is gelezen als de Nederlandse politie",
    ),
    ("special-investigative-services", "name", "S2"): (
        "A group of services, not one body; its members are not named",
        "Een groep diensten, niet één organisatie; welke is niet vermeld",
    ),
    (MAOC, "acronym", "S2"): (
        "MAOC-N in the English text",
        "MAOC-N in de Engelse tekst",
    ),
    (MAOC, "acronym", "S4"): (
        "MAOC in the Dutch text",
        "MAOC in de Nederlandse tekst",
    ),
}

# Ministers named in a published text. The office held at the time stands on their appearance, not here.
PEOPLE: list[dict[str, str]] = [
    {"name": "David van Weel", "sort_name": "Weel, David van", "party": "NL", "source": "S0"},
    {"name": "Yvette Cooper", "sort_name": "Cooper, Yvette", "party": "UK", "source": "S0"},
    {"name": "Lord Timpson", "sort_name": "Timpson, Lord", "party": "UK", "source": "S0"},
    {"name": "Koen Geens", "sort_name": "Geens, Koen", "party": "BE", "source": "S3"},
    {"name": "Pieter De Crem", "sort_name": "De Crem, Pieter", "party": "BE", "source": "S3"},
    {"name": "Ferdinand Grapperhaus", "sort_name": "Grapperhaus, Ferdinand", "party": "NL", "source": "S3"},
]


class Register:
    """Puts records in where they are missing, and counts what it put in."""

    def __init__(self) -> None:
        self.added: Counter[type[models.Model]] = Counter()
        self.sources: dict[str, Source] = {}

    def source(self, code: str) -> Source:
        if code not in self.sources:
            self.sources[code] = Source.objects.get(code=code)
        return self.sources[code]

    def put(
        self,
        kind: type[Record],
        known_by: Q,
        values: dict[str, Any],
        read: Readings | None = None,
        linked: dict[str, list[Any]] | None = None,
    ) -> Record:
        """The record that is there, untouched; else a new one with its links and citations.

        Its fields are checked here; its constraints by the database, which a query for each would only repeat.
        """
        found = kind._default_manager.filter(known_by).first()
        if found is not None:
            return found
        record = kind(**values)
        record.full_clean(validate_unique=False, validate_constraints=False)
        record.save(force_insert=True)
        for field, others in (linked or {}).items():
            getattr(record, field).set(others)
        self.added[kind] += 1
        if read:
            self.cite(record, read)
        return record

    def cite(self, record: models.Model, read: Readings) -> None:
        """Where each field was read. That a field cites a source once, the database sees to."""
        citations = [
            Citation(
                content_type=ContentType.objects.get_for_model(record),
                object_id=record.pk,
                field=field,
                source=self.source(reading.source),
                note_en=reading.en,
                note_nl=reading.nl,
            )
            for field, readings in read.items()
            for reading in readings
        ]
        for citation in citations:
            citation.clean_fields(exclude={"content_type", "source"})  # both were just fetched
        Citation.objects.bulk_create(citations)
        self.added[Citation] += len(citations)


def put_in_sources(register: Register) -> None:
    """Texts found beside the five come first, so that a text may cite where it stands."""
    for values in sorted(SOURCES, key=lambda source: source.get("origin") != Source.Origin.PUBLIC):
        register.put(Source, Q(code=values["code"]), values, SOURCES_READ.get(values["code"]))


def put_in_parties(register: Register) -> dict[str, Party]:
    return {
        values["code"]: register.put(Party, Q(code=values["code"]), values, PARTIES_READ[values["code"]]) for values in PARTIES
    }


def put_in_organisations(register: Register, parties: dict[str, Party]) -> dict[str, Organisation]:
    organisations = {}
    for body in ORGANISATIONS:
        values = {
            "slug": body.slug,
            "name_en": body.name_en,
            "name_nl": body.name_nl,
            "acronym_en": body.acronym_en,
            "acronym_nl": body.acronym_nl,
            "kind": body.kind,
            "party": parties[body.party] if body.party else None,
            "is_public": True,
        }
        read = {
            field: tuple(Read(code, *ORGANISATION_NOTES.get((body.slug, field, code), ())) for code in codes.split())
            for field, codes in (("name", body.read), ("acronym", body.acronym_read))
        }
        organisations[body.slug] = register.put(Organisation, Q(slug=body.slug), values, read)
    return organisations


def put_in_person(register: Register, name: str, parties: dict[str, Party]) -> Person:
    """A public office-holder, who may be named because a published text names them (law R5)."""
    entry = next(person for person in PEOPLE if person["name"] == name)
    values = {
        "name": name,
        "sort_name": entry["sort_name"],
        "party": parties[entry["party"]],
        "is_public_office_holder": True,
        "office_source": register.source(entry["source"]),
    }
    read: Readings = {"name": (Read(entry["source"]),)}
    return register.put(Person, Q(name=name, is_public_office_holder=True), values, read)
