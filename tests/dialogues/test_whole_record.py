"""The record is whole: each fact of the five texts has its record in both languages, and none of it is copied out."""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models

from dialogues.models import (
    Appearance,
    Commitment,
    Dialogue,
    Edition,
    Engagement,
    Figure,
    Initiative,
    Lineage,
    Mandate,
    NewsItem,
    OutcomeDocument,
    Result,
    Statement,
    Theme,
)
from parties.models import Organisation, Party, Source

Lookup = tuple[type[models.Model], dict[str, Any], str, str]
UK_NL = "uk-nl-soc"
AT_2019 = {"edition__year": 2019, "edition__dialogue__slug": "be-nl-cross-border-crime"}
AT_2025 = {"edition__year": 2025, "edition__dialogue__slug": UK_NL}
AT_2026 = {"edition__year": 2026, "edition__dialogue__slug": UK_NL}
FOR_APPROACH: dict[str, Any] = {"dialogue__slug": UK_NL, "edition": None}


def organisation(slug: str, english: str, dutch: str) -> Lookup:
    return Organisation, {"slug": slug, "is_public": True}, english, dutch


def statement(kind: str, position: int, english: str, dutch: str, **at: Any) -> Lookup:
    return Statement, {"kind": kind, "position": position, **(at or FOR_APPROACH)}, english, dutch


# By the number of the fact: the record, and words that it must hold in each language.
FACTS: dict[str, Lookup] = {
    "S0": (Source, {"code": "S0", "published_on": "2025-01-31", "published_time": "13:11"}, "time zone", "tijdzone"),
    "S1": (Source, {"code": "S1", "published_on": "2026-03-24"}, "publisher’s label", "uitgeverslabel"),
    "S2": (Source, {"code": "S2", "published_on": None}, "Undated", "Zonder datum"),
    "S3": (Source, {"code": "S3", "published_on": "2019-12-02"}, "no date", "geen datum"),
    "S4": (Source, {"code": "S4", "published_on": None, "lang": "nl"}, "Undated", "Zonder datum"),
    "P8": (Source, {"code": "P8", "published_on": "2025-01-29", "origin": "public"}, "speech", "toespraak"),
    "P9": (Source, {"code": "P9", "url__contains": "netherlandsandyou.nl", "published_time": None}, "S0", "S0"),
    "P10": (Source, {"code": "P10", "url__contains": "government.nl/topics"}, "S2", "S2"),
    "P11": (Source, {"code": "P11", "url__contains": "2019/12/02"}, "rijksoverheid.nl", "rijksoverheid.nl"),
    "P13": (Source, {"code": "P13", "url__contains": "bilateral-security-partnership"}, "not read", "niet gelezen"),
    "P13b": (Source, {"code": "P13b", "url": "", "published_on": "2022-11-16"}, "GOV.UK", "GOV.UK"),
    "DLG": (
        *(Dialogue, {"slug": UK_NL, "aliases__contains": "SOC dialogue"}),
        *("Serious and Organised Crime (SOC) Dialogue", "zware en georganiseerde criminaliteit"),
    ),
    "ED2025": (
        *(Edition, {"year": 2025, "ordinal": 3, "length_days": 2, "city_en": "London", "venue__name_en": "Lincoln’s Inn"}),
        *("Nearly 70 experts", "Bijna 70 experts"),
    ),
    "ED2026": (Edition, {"year": 2026, "ordinal": 4, "opens_on": "2026-03-24"}, "both countries", "beide landen"),
    "MM2025": (
        *(Engagement, {"kind": "ministerial_meeting", "place_en": "London", "edition__year": 2025}),
        *("disorder at demonstrations", "ongeregeldheden"),
    ),
    "MM2021": (
        *(Edition, {"year": 2021, "opens_on": "2021-12-01", "date_precision": "month"}),
        *("subversive impact on society", "Ministeriële Bijeenkomst Ondermijning"),
    ),
    "MC-BENL1": (
        *(Edition, {"year": 2019, "ordinal": 1, "city_en": "Brussels", "host_party__code": "BE"}),
        *("take stock", "in kaart brengen"),
    ),
    "UK": (Party, {"code": "UK"}, "United Kingdom", "Verenigd Koninkrijk"),
    "NL": (Party, {"code": "NL"}, "Netherlands", "Nederland"),
    "BE": (Party, {"code": "BE"}, "Belgium", "België"),
    "FR": (Party, {"code": "FR"}, "France", "Frankrijk"),
    "ES": (Party, {"code": "ES"}, "Spain", "Spanje"),
    "O-OM": organisation("dutch-public-prosecution-service", "Dutch Public Prosecution Service", "Openbaar Ministerie"),
    "O-JENV": organisation("ministry-of-justice-and-security", "Ministry of Justice", "Ministerie van Justitie"),
    "O-POL": organisation("dutch-police", "Dutch police", "Politie"),
    "O-DOU": organisation("customs-administration", "Customs Administration", "Douane"),
    "O-BOD": organisation("special-investigative-services", "Special Investigative", "Bijzondere opsporingsdiensten"),
    "O-NCA": organisation("national-crime-agency", "National Crime Agency", "National Crime Agency"),
    "O-GITOC": organisation("global-initiative-against-transnational-organised-crime", "GI-TOC", "GI-TOC"),
    "O-MIT": organisation("multidisciplinary-intervention-team", "Intervention Team", "Interventieteam"),
    "O-EU": organisation("european-union", "European Union", "Europese Unie"),
    "O-EUROPOL": organisation("europol", "Europol", "Europol"),
    "O-EUROJUST": organisation("eurojust", "Eurojust", "Eurojust"),
    "O-UN": organisation("united-nations", "United Nations", "Verenigde Naties"),
    "O-MAOC": organisation("maritime-analysis-and-operations-centre-on-narcotics", "MAOC-N", "MAOC"),
    "O-EPC": organisation("european-political-community", "Political Community", "Politieke Gemeenschap"),
    "P-VANWEEL": (Appearance, {"person__name": "David van Weel", **AT_2025}, "Spoke at the dialogue", "Sprak op de dialoog"),
    "P-VANWEEL at MM2025": (
        *(Appearance, {"person__name": "David van Weel", "engagement__kind": "ministerial_meeting"}),
        *("two British ministers", "twee Britse bewindspersonen"),
    ),
    "P-COOPER": (
        *(Appearance, {"person__name": "Yvette Cooper", "engagement__kind": "ministerial_meeting"}),
        *("Home Secretary", "minister van Binnenlandse Zaken"),
    ),
    "P-TIMPSON": (
        *(Appearance, {"person__name": "Lord Timpson", "engagement__kind": "ministerial_meeting"}),
        *("Minister of State for Prisons", "gevangeniswezen"),
    ),
    "P-UKPRISONMIN": (
        *(Appearance, {"person": None, "engagement__kind": "ministerial_visit"}),
        *("UK Prison Minister", "gevangeniswezen"),
    ),
    "P-GEENS": (Appearance, {"person__name": "Koen Geens", **AT_2019}, "Deputy Prime Minister", "vice-eersteminister"),
    "P-DECREM": (Appearance, {"person__name": "Pieter De Crem", **AT_2019}, "Interior", "Binnenlandse Zaken"),
    "P-GRAPPERHAUS": (Appearance, {"person__name": "Ferdinand Grapperhaus", **AT_2019}, "Minister for Justice", "Justitie"),
    "WG25-IFF": (Mandate, {"working_group__slug": "illicit-financial-flows", **AT_2025}, "money laundering", "witwassen"),
    "WG25-MDF": (Mandate, {"working_group__slug": "maritime-drug-flows", **AT_2025}, "by sea", "over zee"),
    "WG25-COD": (
        *(Mandate, {"working_group__slug": "continued-offending-in-detention", **AT_2025}),
        *("inside prisons", "vanuit gevangenissen"),
    ),
    "TH26-IF": (Theme, {"position": 1, **AT_2026}, "illicit finance", "illegale geldstromen"),
    "TH26-UCF": (Theme, {"position": 2, **AT_2026}, "upstream cocaine", "cocaïnestromen"),
    "TH26-3DF": (Theme, {"position": 3, **AT_2026}, "3D printed firearms", "3D-geprinte vuurwapens"),
    "lineage, similar": (Lineage, {"kind": "similar", "later_theme__position": 1, **AT_2026}, "similar", "vergelijkbaar"),
    "lineage, related": (Lineage, {"kind": "related", "later_theme__position": 2, **AT_2026}, "successor", "opvolger"),
    "lineage, ends": (Lineage, {"kind": "ends", **AT_2026}, "progress", "voortgang"),
    "lineage, new": (Lineage, {"kind": "new", "later_theme__position": 3, **AT_2026}, "", ""),
    "agenda, speech": (Edition, {"year": 2025}, "A speech by the Dutch minister", "Een toespraak"),
    "agenda, keynote": (Edition, {"year": 2025}, "routes that shift, and new challenges", "nieuwe uitdagingen"),
    "agenda, panel": (Edition, {"year": 2025}, "Latin America and in West Africa", "Latijns-Amerika en West-Afrika"),
    "agenda, groups": (Edition, {"year": 2025}, "Working groups on three key areas", "drie hoofdonderwerpen"),
    "R1": (Result, {"position": 1, **AT_2026}, "multi-tonne", "meerdere tonnen"),
    "R2": (Result, {"position": 2, **AT_2026}, "more closely aligned", "op elkaar afgestemd"),
    "R3": (Result, {"position": 3, **AT_2026}, "in detention", "in detentie"),
    "C26-1": (
        *(Commitment, {"position": 1, "initiatives__slug": "illicit-finance-summit", **AT_2026}),
        *("crypto tracing, underground banking and asset recovery", "ondergronds bankieren"),
    ),
    "C26-2": (
        *(Commitment, {"position": 2, "initiatives__slug": "accra-call-to-action-dialogue", **AT_2026}),
        *("disrupt supply chains", "toeleveringsketens"),
    ),
    "C26-2 and ECAD": (
        *(Commitment, {"position": 2, "initiatives__slug": "european-coalition-against-drugs", **AT_2026}),
        *("source and transit countries", "bron- en doorvoerlanden"),
    ),
    "C26-3": (Commitment, {"position": 3, "themes__position": 3, **AT_2026}, "jointly", "gezamenlijke onderzoeken"),
    "C26-4": (Commitment, {"position": 4, "themes__position": 2, **AT_2026}, "operational cooperation", "beleid"),
    "C25-PARENT": (
        *(Commitment, {"edition": None, "initiatives__slug": "uk-nl-bilateral-security-partnership"}),
        *("diplomacy", "diplomatie"),
    ),
    "C21-4": (
        *(Commitment, {"edition__year": 2021, "document__slug": "four-country-joint-statement-2021"}),
        *("to Europe from Latin America", "vanuit Latijns-Amerika"),
    ),
    "I-ECAD": (
        *(Initiative, {"organisation__slug": "european-political-community"}),
        *("European Coalition Against Drugs", "European Coalition Against Drugs"),
    ),
    "I-ACCRA": (Initiative, {"partners_en": "Western African countries"}, "Accra Call to Action", "West-Afrikaanse landen"),
    "I-IFS": (Initiative, {"parties__code": "UK", "starts_on": None, "standing_en__gt": ""}, "upcoming", "aanstaande"),
    "I-BSP": (
        *(Initiative, {"slug": "uk-nl-bilateral-security-partnership", "parties__code": "NL"}),
        *("Bilateral Security Partnership", "veiligheidspartnerschap"),
    ),
    "ENG-EXCH": (
        *(Engagement, {"kind": "expert_exchange", "since__year": 2025, "edition__year": 2026, "number_en": "multiple"}),
        *("in detention", "in detentie"),
    ),
    "ENG-PRISON-VISIT": (
        *(Engagement, {"kind": "ministerial_visit", "place_en": "Netherlands", "starts_on": None, "edition__year": 2026}),
        *("forthcoming", "nog te komen"),
    ),
    "D-SPEECH25": (
        *(OutcomeDocument, {"kind": "speech", "speaker__name": "David van Weel", "starts_on": "2025-01-29", **AT_2025}),
        *("addresses Lord Timpson", "drie hoofdonderwerpen"),
    ),
    "D-JS2025": (
        *(OutcomeDocument, {"kind": "joint_statement", "starts_on": "2025-12-01", "url__contains": "gov.uk"}),
        *("Strategic Dialogue every year", "strategische dialoog"),
    ),
    "D-JS2021": (
        *(OutcomeDocument, {"edition__year": 2021, "relation": "outcome"}),
        *("Joint statement", "Gezamenlijke Verklaring Ministeriële Bijeenkomst Ondermijning"),
    ),
    "joint statement of 2022": (
        *(OutcomeDocument, {"starts_on": "2022-11-16", "relation": "background"}),
        *("Strategic Dialogue of 2022", "strategische dialoog van 2022"),
    ),
    "threat": statement("threat", 1, "digital platforms", "digitale platforms", **AT_2026),
    "areas named": statement("threat", 1, "motorcycle gangs", "motorbendes", **AT_2019),
    "why, 1": statement("reason", 1, "Borders", "Grenzen"),
    "why, 2": statement("reason", 2, "prosecutors", "vervolging"),
    "why, 3": statement("reason", 3, "pays better", "levert vaak meer op"),
    "why, 4": statement("reason", 4, "less attractive in Western Europe", "minder aantrekkelijk"),
    "methods": statement("reason", 5, "which methods work best", "welke methoden het beste"),
    "focus, 1": statement("focus", 1, "more strictly", "strenger controleren"),
    "focus, 2": statement("focus", 2, "business model", "verdienmodel"),
    "focus, 3": statement("focus", 3, "source and transit countries", "bron- en doorvoerlanden"),
    "focus, 4": statement("focus", 4, "new technology", "Nieuwe technologie"),
    "quicker seizure": statement("focus", 5, "Seizing sooner", "Sneller beslag"),
    "controls at hubs": statement("focus", 6, "seaports, airports", "havens, vliegvelden"),
    "partnerships, 1": statement("partnership", 1, "information and knowledge", "informatie en kennis"),
    "partnerships, 2": statement("partnership", 2, "joint investigations", "gezamenlijke onderzoeken"),
    "partnerships, 3": statement("partnership", 3, "joint operations", "handhavingsacties"),
    "partnerships, 4": statement("partnership", 4, "legal assistance", "rechtshulp"),
    "partnerships, 5": statement("partnership", 5, "new laws and rules", "nieuwe wetten en regels"),
    "partners, national": statement("partners", 1, "the ministries, Customs", "de ministeries, de Douane"),
    "partners, international": statement("partners", 2, "MAOC-N", "MAOC"),
    "essential": statement("reason", 1, "rule of law", "rechtsstaat", **AT_2025),
    "quote of P-GRAPPERHAUS": statement("view", 1, "(MIT)", "(MIT)", said_by__person__name="Ferdinand Grapperhaus"),
    "quote of P-GEENS": statement("view", 2, "Antwerp", "Limburg", said_by__person__name="Koen Geens"),
    "quote of P-DECREM": statement("view", 3, "new impulse", "nieuwe impuls", said_by__person__name="Pieter De Crem"),
    "6867": (Figure, {"value": 6867, "year": 2018, **AT_2019}, "Arrondissement of Antwerp", "drugsbezit"),
    "222": (Figure, {"value": 222, "year": 2018, **AT_2019}, "mostly cannabis", "vooral cannabis"),
    "nearly 70": (Figure, {"value": None, **AT_2025}, "nearly 70", "bijna 70"),
    "two days": (Figure, {"value": 2, **AT_2025}, "days", "dagen"),
    "three key areas": (Figure, {"value": 3, **AT_2025}, "key areas", "hoofdonderwerpen"),
    "fourth": (Figure, {"value": 4, **AT_2026}, "series", "reeks"),
    "news of S0": (NewsItem, {"source__code": "S0", "dated_on": "2025-01-31", **AT_2025}, "key areas", "drie hoofdonderwerpen"),
    "news of S1": (NewsItem, {"source__code": "S1", "dated_on": "2026-03-24", **AT_2026}, "crypto tracing", "crypto’s"),
    "news of S3": (NewsItem, {"source__code": "S3", "dated_on": "2019-12-02", **AT_2019}, "cash machines", "plofkraken"),
}
LANGUAGE = re.compile(r"_(en|nl)$")
# Seven words in a row of any of the five texts, as CRC-32 of the words in small letters without apostrophes.
RUNS = set((Path(__file__).parent / "runs_of_the_five_texts.txt").read_text().split())
RUN = 7
NAMES = {"name", "short_name", "title", "acronym", "role", "aliases"}


def texts(of: models.Model, lang: str) -> str:
    """All that a record says in one language; a mandate speaks through its group."""
    of = of.working_group if isinstance(of, Mandate) else of
    return " ".join(str(getattr(of, f.name)) for f in of._meta.concrete_fields if f.name.endswith(f"_{lang}"))


def words(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub("[’']", "", text.lower()))


def copied(text: str) -> list[str]:
    of_text = words(text)
    runs = [" ".join(of_text[at : at + RUN]) for at in range(len(of_text) - RUN + 1)]
    return [run for run in runs if f"{zlib.crc32(run.encode()):08x}" in RUNS]


def test_each_fact_has_its_record_in_both_languages(loaded: None) -> None:
    missing = []
    for number, (kind, lookup, english, dutch) in FACTS.items():
        found = list(kind._default_manager.filter(**lookup))
        if len(found) != 1:
            missing.append((number, f"{len(found)} records"))
        elif english not in texts(found[0], "en") or dutch not in texts(found[0], "nl"):
            missing.append((number, texts(found[0], "en"), texts(found[0], "nl")))
    assert missing == []


def test_a_run_of_words_of_the_texts_would_be_noticed() -> None:
    assert copied("As is known, criminals pay no attention to national borders.")
    assert copied("Criminelen houden geen rekening met landsgrenzen. Door internationaal te werken …")
    assert not copied("Borders do not stop criminals, whatever else may be said of them.")


def test_no_sentence_of_the_texts_is_copied_into_ours(loaded: None) -> None:
    """Names, titles and offices are as published; in a text they end a run."""
    fields = [
        (kind, field)
        for app in ("dialogues", "parties")
        for kind in apps.get_app_config(app).get_models()
        for field in (f.name for f in kind._meta.concrete_fields if LANGUAGE.search(f.name))
    ]
    names = {
        str(value)
        for kind, field in fields
        if LANGUAGE.sub("", field) in NAMES
        for value in kind._default_manager.values_list(field, flat=True)
        if value and " " in value
    }
    ends = re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)))
    checked, found = 0, []
    for kind, field in fields:
        if LANGUAGE.sub("", field) in NAMES:
            continue
        for value in filter(None, kind._default_manager.values_list(field, flat=True)):
            for part in ends.split(str(value)):
                checked += len(words(part)) >= RUN
                found += [(kind.__name__, field, run) for run in copied(part)]
    assert checked > 250
    assert found == []
