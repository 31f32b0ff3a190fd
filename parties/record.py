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
from datetime import date
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

SOURCES: list[dict[str, Any]] = [
    {
        "code": "S0",
        "title": "Strengthening UK-NL Cooperation in the Fight Against Serious Organised Crime",
        "lang": "en",
        "kind_en": "news item",
        "kind_nl": "nieuwsbericht",
        "published_on": date(2025, 1, 31),
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
    {
        "code": "P9",
        "title": "Strengthening UK-NL Cooperation in the Fight Against Serious Organised Crime",
        "lang": "en",
        "kind_en": "news item, as published",
        "kind_nl": "nieuwsbericht, zoals gepubliceerd",
        "published_on": date(2025, 1, 31),
        "url": "https://netherlandsandyou.nl/web/united-kingdom/w/"
        "strengthening-uk-nl-cooperation-in-the-fight-against-serious-organised-crime",
        "origin": Source.Origin.PUBLIC,
        "note_en": "Where S0 stands.",
        "note_nl": "Waar S0 staat.",
    },
    {
        "code": "P10",
        "title": "International approach to combat organised crime",
        "lang": "en",
        "kind_en": "topic page, as published",
        "kind_nl": "themapagina, zoals gepubliceerd",
        "url": "https://www.government.nl/topics/crime-that-undermines-society/"
        "international-approach-to-combat-organised-crime",
        "origin": Source.Origin.PUBLIC,
        "note_en": "Where S2 stands.",
        "note_nl": "Waar S2 staat.",
    },
    {
        "code": "P11",
        "title": "First ministerial conference on Belgian-Dutch cross-border crime",
        "lang": "en",
        "kind_en": "news item, as published",
        "kind_nl": "nieuwsbericht, zoals gepubliceerd",
        "published_on": date(2019, 12, 2),
        "url": "https://www.government.nl/latest/news/2019/12/02/"
        "first-ministerial-conference-on-belgian-dutch-cross-border-crime",
        "origin": Source.Origin.PUBLIC,
        "note_en": "Where S3 stands; there is a Dutch version beside it.",
        "note_nl": "Waar S3 staat; er is ook een Nederlandse versie.",
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
# slug, English name, Dutch name, English acronym, Dutch acronym, kind, party, where the name was read, where the acronym
ORGANISATIONS: list[tuple[str, str, str, str, str, str, str | None, str, str]] = [
    (
        "dutch-public-prosecution-service",
        "Dutch Public Prosecution Service",
        "Openbaar Ministerie",
        "OM",
        "OM",
        Kind.PROSECUTION,
        "NL",
        "S0 S2 S4",
        "S4",
    ),
    (
        "ministry-of-justice-and-security",
        "Ministry of Justice and Security",
        "Ministerie van Justitie en Veiligheid",
        "",
        "JenV",
        Kind.MINISTRY,
        "NL",
        "S0",
        "",
    ),
    ("dutch-police", "Dutch police", "Politie", "", "", Kind.POLICE, "NL", "S0 S2 S4", ""),
    ("customs-administration", "Customs Administration", "Douane", "", "", Kind.CUSTOMS, "NL", "S2 S4", ""),
    (
        "special-investigative-services",
        "Special Investigative Services",
        "Bijzondere opsporingsdiensten",
        "",
        "",
        Kind.INVESTIGATION,
        "NL",
        "S2 S4",
        "",
    ),
    ("national-crime-agency", "National Crime Agency", "National Crime Agency", "NCA", "NCA", Kind.INVESTIGATION, "UK", "S0", ""),
    (
        "global-initiative-against-transnational-organised-crime",
        "Global Initiative Against Transnational Organised Crime",
        "Global Initiative Against Transnational Organised Crime",
        "GI-TOC",
        "GI-TOC",
        Kind.CIVIL_SOCIETY,
        None,
        "S0",
        "S0",
    ),
    (
        "multidisciplinary-intervention-team",
        "Multidisciplinary Intervention Team",
        "Multidisciplinair Interventieteam",
        "MIT",
        "MIT",
        Kind.INVESTIGATION,
        "NL",
        "S3",
        "S3",
    ),
    ("european-union", "European Union", "Europese Unie", "EU", "EU", Kind.INTERNATIONAL, None, "S2 S4", "S2 S4"),
    ("europol", "Europol", "Europol", "", "", Kind.INTERNATIONAL, None, "S2 S4", ""),
    ("eurojust", "Eurojust", "Eurojust", "", "", Kind.INTERNATIONAL, None, "S2 S4", ""),
    ("united-nations", "United Nations", "Verenigde Naties", "UN", "VN", Kind.INTERNATIONAL, None, "S2 S4", ""),
    (
        "maritime-analysis-and-operations-centre-on-narcotics",
        "Maritime Analysis and Operations Centre on Narcotics",
        "Maritieme Analysis en Operations Centre on Narcotics",
        "MAOC-N",
        "MAOC",
        Kind.INTERNATIONAL,
        None,
        "S2 S4",
        "S2 S4",
    ),
    (
        "european-political-community",
        "European Political Community",
        "Europese Politieke Gemeenschap",
        "",
        "",
        Kind.INTERNATIONAL,
        None,
        "S1",
        "",
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
    ("maritime-analysis-and-operations-centre-on-narcotics", "acronym", "S2"): (
        "MAOC-N in the English text",
        "MAOC-N in de Engelse tekst",
    ),
    ("maritime-analysis-and-operations-centre-on-narcotics", "acronym", "S4"): (
        "MAOC in the Dutch text",
        "MAOC in de Nederlandse tekst",
    ),
}

# Ministers named in a published text. The office held at the time stands on their appearance, not here.
PEOPLE: list[dict[str, str]] = [
    {"name": "David van Weel", "sort_name": "Weel, David van", "party": "NL", "source": "S0"},
    {"name": "Yvette Cooper", "sort_name": "Cooper, Yvette", "party": "UK", "source": "S0"},
    {"name": "Lord Timpson", "sort_name": "Timpson, Lord", "party": "UK", "source": "S0"},
]


class Register:
    """Puts records in where they are missing, and counts what it put in."""

    def __init__(self) -> None:
        self.added: Counter[type[models.Model]] = Counter()

    def put(
        self,
        kind: type[Record],
        known_by: Q,
        values: dict[str, Any],
        read: Readings | None = None,
        linked: dict[str, list[Any]] | None = None,
    ) -> Record:
        """The record that is there, untouched; else a new one, checked whole, with its links and citations."""
        found = kind._default_manager.filter(known_by).first()
        if found is not None:
            return found
        record = kind(**values)
        record.full_clean()
        record.save(force_insert=True)
        for field, others in (linked or {}).items():
            getattr(record, field).set(others)
        self.added[kind] += 1
        for field, readings in (read or {}).items():
            for reading in readings:
                self.cite(record, field, reading)
        return record

    def cite(self, record: models.Model, field: str, reading: Read) -> None:
        citation = Citation(
            content_type=ContentType.objects.get_for_model(record),
            object_id=record.pk,
            field=field,
            source=Source.objects.get(code=reading.source),
            note_en=reading.en,
            note_nl=reading.nl,
        )
        citation.full_clean()
        citation.save(force_insert=True)
        self.added[Citation] += 1


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
    for slug, name_en, name_nl, acronym_en, acronym_nl, kind, party, name_read, acronym_read in ORGANISATIONS:
        values = {
            "slug": slug,
            "name_en": name_en,
            "name_nl": name_nl,
            "acronym_en": acronym_en,
            "acronym_nl": acronym_nl,
            "kind": kind,
            "party": parties[party] if party else None,
        }
        read = {
            field: tuple(Read(code, *ORGANISATION_NOTES.get((slug, field, code), ())) for code in codes.split())
            for field, codes in (("name", name_read), ("acronym", acronym_read))
        }
        organisations[slug] = register.put(Organisation, Q(slug=slug), values, read)
    return organisations


def put_in_person(register: Register, name: str, parties: dict[str, Party]) -> Person:
    """A public office-holder, who may be named because a published text names them (law R5)."""
    entry = next(person for person in PEOPLE if person["name"] == name)
    values = {
        "name": name,
        "sort_name": entry["sort_name"],
        "party": parties[entry["party"]],
        "is_public_office_holder": True,
        "office_source": Source.objects.get(code=entry["source"]),
    }
    read: Readings = {"name": (Read(entry["source"]),)}
    return register.put(Person, Q(name=name, is_public_office_holder=True), values, read)
