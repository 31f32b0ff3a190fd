"""What came of the UK–Netherlands SOC Dialogue: documents that bear on it, commitments, results reported, figures.

No text names an outcome document of either edition: what stands here was given there, or was made elsewhere. No commitment
has an owner, a deadline or a measure, and none gets an action item: none was agreed in a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from dialogues.models import (
    Commitment,
    Dialogue,
    Edition,
    Engagement,
    Figure,
    Initiative,
    OutcomeDocument,
    Result,
    Theme,
)
from dialogues.models.dates import Precision
from parties.models import Party
from parties.record import Read, Readings, Register, put_in_person

from .engagements import ACCRA, ECAD, EXCHANGES, PARTNERSHIP, SUMMIT, VISIT
from .publication import DUTCH_IS_OURS, PUBLIC_2022, PUBLIC_2025, PUBLIC_2026

SPEECH, STATEMENT_2025, STATEMENT_2022 = (
    "dutch-minister-speech-2025",
    "uk-nl-bilateral-security-partnership-2025",
    "uk-nl-strategic-dialogue-2022",
)
DOCUMENTS: tuple[dict[str, Any], ...] = (
    {
        "slug": SPEECH,
        "kind": OutcomeDocument.Kind.SPEECH,
        "relation": OutcomeDocument.Relation.GIVEN_THERE,
        "title_en": "Speech by the Dutch Minister of Justice and Security at the dialogue",
        "title_nl": "Toespraak van de Nederlandse minister van Justitie en Veiligheid op de dialoog",
        "summary_en": "The speech addresses Lord Timpson and lists the three key areas of the working groups.",
        "summary_nl": "De toespraak richt zich tot Lord Timpson en noemt de drie hoofdonderwerpen van de werkgroepen.",
        "lang": "en",
        "url": "https://www.government.nl/documents/speeches/2025/01/29/serious-organised-crime-dialogue",
        "starts_on": date(2025, 1, 29),
        "date_precision": Precision.EXACT,
        **PUBLIC_2025,
    },
    {
        "slug": STATEMENT_2025,
        "kind": OutcomeDocument.Kind.JOINT_STATEMENT,
        "relation": OutcomeDocument.Relation.BACKGROUND,
        "title_en": "Joint Statement on the UK–Netherlands Bilateral Security Partnership",
        "title_nl": "Gezamenlijke verklaring over het bilaterale veiligheidspartnerschap tussen het Verenigd Koninkrijk en"
        " Nederland",
        "summary_en": "The foreign ministers of the two countries hold a Strategic Dialogue every year; dialogues of senior"
        " officials support it throughout the year. Of the statement itself only the month is stated, not the day.",
        "summary_nl": "De ministers van Buitenlandse Zaken van beide landen voeren elk jaar een strategische dialoog; dialogen"
        " van hoge ambtenaren ondersteunen die het hele jaar door. Van de verklaring zelf is alleen de maand vermeld, niet de"
        " dag.",
        "url": "https://www.gov.uk/government/publications/"
        "joint-statement-on-the-united-kingdom-netherlands-bilateral-security-partnership",
        "starts_on": date(2025, 12, 1),
        "date_precision": Precision.MONTH,
        **PUBLIC_2026,
    },
    {
        "slug": STATEMENT_2022,
        "kind": OutcomeDocument.Kind.JOINT_STATEMENT,
        "relation": OutcomeDocument.Relation.BACKGROUND,
        "title_en": "UK–Netherlands joint statement after the Strategic Dialogue of 2022",
        "title_nl": "Gezamenlijke verklaring van het Verenigd Koninkrijk en Nederland na de strategische dialoog van 2022",
        "summary_en": "An earlier text that can be compared with the joint statement of December 2025. It followed the"
        " Strategic Dialogue, which is another series than this one.",
        "summary_nl": "Een eerdere tekst die met de gezamenlijke verklaring van december 2025 te vergelijken is. Zij volgde op"
        " de strategische dialoog, een andere reeks dan deze.",
        "starts_on": date(2022, 11, 16),
        "date_precision": Precision.EXACT,
        **PUBLIC_2022,
    },
)
DOCUMENTS_READ: dict[str, Readings] = {
    SPEECH: {
        "title": (Read("S0", "The text names the speech without its title", "De tekst noemt de toespraak zonder titel"),),
        "summary": (Read("P8"),),
        "lang": (Read("P8"),),
        "url": (Read("P8"),),
        "starts_on": (Read("P8"),),
        "edition": (Read("S0"), Read("P8")),
        "speaker": (Read("S0"), Read("P8")),
    },
    STATEMENT_2025: {
        "title": (Read("S1", *DUTCH_IS_OURS),),
        "summary": (Read("P13"),),
        "url": (Read("P13"),),
        "starts_on": (Read("S1", "The day is not stated", "De dag is niet vermeld"),),
        "parties": (Read("S1"), Read("P13")),
    },
    STATEMENT_2022: {
        "title": (
            Read(
                "P13b", "The title is put together by us in both languages", "De titel is in beide talen door ons samengesteld"
            ),
        ),
        "summary": (Read("P13b"),),
        "starts_on": (Read("P13b", "The day of publication", "De dag van publicatie"),),
        "parties": (Read("P13b"),),
    },
}


@dataclass(frozen=True)
class Promised:
    """A commitment: how strongly the text puts it, our summary, where its exact wording stands, which themes it serves."""

    strength: tuple[str, str]
    summary: tuple[str, str]
    place: tuple[str, str]
    themes: tuple[int, ...]
    note: tuple[str, str] = ("", "")
    initiatives: tuple[str, ...] = ()


COMMITMENTS_2026 = (
    Promised(
        ("Key focus point", "Belangrijk speerpunt"),
        (
            "Act more strongly against the financial systems that make crime possible. Part of this is closer cooperation on"
            " crypto tracing, underground banking and asset recovery, and support for the Illicit Finance Summit that the"
            " United Kingdom is to hold.",
            "Krachtiger optreden tegen de financiële systemen die criminaliteit mogelijk maken. Daarbij horen nauwere"
            " samenwerking bij het traceren van crypto’s, ondergronds bankieren en het ontnemen van crimineel vermogen, en"
            " steun voor de Illicit Finance Summit die het Verenigd Koninkrijk gaat houden.",
        ),
        (
            "Section “A Stronger, Unified Response”, second paragraph, first sentence",
            "Onder “A Stronger, Unified Response”, tweede alinea, eerste zin",
        ),
        (1,),
        (
            "The text calls this one of the key focus points; it does not use the word commitment",
            "De tekst noemt dit een van de belangrijkste speerpunten; het woord “commitment” valt hier niet",
        ),
        (SUMMIT,),
    ),
    Promised(
        ("Reaffirmed", "Opnieuw bevestigd"),
        (
            "Stop cocaine upstream: share information, disrupt supply chains, and approach source and transit countries"
            " together. This supports the European Coalition Against Drugs (of the European Political Community) and, with"
            " countries in West Africa, the Accra Call to Action Dialogue.",
            "Cocaïne eerder in de keten tegenhouden: informatie delen, toeleveringsketens verstoren en samen optrekken"
            " richting bron- en doorvoerlanden. Dit steunt de European Coalition Against Drugs van de Europese Politieke"
            " Gemeenschap en de Accra Call to Action Dialogue met West-Afrikaanse landen.",
        ),
        (
            "Section “A Stronger, Unified Response”, second paragraph, second sentence",
            "Onder “A Stronger, Unified Response”, tweede alinea, tweede zin",
        ),
        (2,),
        initiatives=(ECAD, ACCRA),
    ),
    Promised(
        ("Further committed", "Daarnaast afgesproken"),
        (
            "Work together more closely on the threat of 3D printed firearms and on the trafficking of firearms: investigate"
            " jointly, cooperate in enforcing the law, and share information.",
            "Nauwer samenwerken tegen de dreiging van 3D-geprinte vuurwapens en tegen illegale vuurwapenhandel: met"
            " gezamenlijke onderzoeken, samenwerking bij de rechtshandhaving en het delen van informatie.",
        ),
        (
            "Section “A Stronger, Unified Response”, third paragraph",
            "Onder “A Stronger, Unified Response”, derde alinea",
        ),
        (3,),
    ),
    Promised(
        ("Under way", "Al gaande"),
        (
            "Deepen joint operational cooperation and bring policy into line, on the three themes of this edition.",
            "De gezamenlijke operationele samenwerking verdiepen en het beleid op elkaar afstemmen, op de drie thema’s van"
            " deze editie.",
        ),
        ("Third paragraph, before the list of focus points", "Derde alinea, vóór de lijst van speerpunten"),
        (1, 2, 3),
        (
            "Stated as what both countries are doing, not as a promise",
            "Vermeld als iets wat beide landen doen, niet als afspraak voor later",
        ),
    ),
)

# C25-PARENT: made in the joint statement of December 2025, not at an edition.
PROMISED_IN_2025 = Promised(
    ("Commitment to enhance", "Afspraak om te versterken"),
    (
        "Closer cooperation in diplomacy, in law enforcement and in justice, against serious organised crime.",
        "Nauwere samenwerking op het gebied van diplomatie, rechtshandhaving en justitie, tegen zware georganiseerde"
        " criminaliteit.",
    ),
    (
        "Section “A Stronger, Unified Response”, first paragraph",
        "Onder “A Stronger, Unified Response”, eerste alinea",
    ),
    (),
    (
        "Named there as what the dialogue of 2026 is a key mechanism to deliver",
        "Daar genoemd als wat de dialoog van 2026 als belangrijk middel helpt uitvoeren",
    ),
    (PARTNERSHIP,),
)
INFERRED = (
    "That it stands in the joint statement is inferred from the sentence that names both",
    "Dat zij in de gezamenlijke verklaring staat, is afgeleid uit de zin die beide noemt",
)

# R1 to R3, reported in the 2026 text as progress since the 2025 dialogue. The minister of the coming visit is not named
# there, so nobody is filled in.
RESULTS_2026: tuple[dict[str, str], ...] = (
    {
        "text_en": "Operational cooperation grew, within each country and internationally, and led to multi-tonne seizures of"
        " cocaine.",
        "text_nl": "De operationele samenwerking nam toe, in eigen land en internationaal, en leidde tot cocaïnevangsten van"
        " meerdere tonnen.",
        "not_stated_en": "quantity, number and dates of the seizures",
        "not_stated_nl": "hoeveelheid, aantal en data van de vangsten",
    },
    {
        "text_en": "The strategies of both countries against the threat of illicit finance are more closely aligned.",
        "text_nl": "De strategieën van beide landen tegen de dreiging van illegale geldstromen zijn beter op elkaar afgestemd.",
        "not_stated_en": "any figure or measure",
        "not_stated_nl": "een cijfer of maatstaf",
    },
    {
        "text_en": "The two countries work together more closely on how they manage people who are in detention for serious"
        " and organised crime. Experts met in several exchanges over the year; the UK Prison Minister was to visit the"
        " Netherlands.",
        "text_nl": "De twee landen werken nauwer samen bij de omgang met daders van zware en georganiseerde criminaliteit in"
        " detentie. In de loop van het jaar waren er meerdere uitwisselingen van experts; een bezoek van de Britse"
        " bewindspersoon voor het gevangeniswezen aan Nederland zou volgen.",
        "not_stated_en": "number, dates and places of the exchanges; date of the visit; name of the minister",
        "not_stated_nl": "aantal, data en plaatsen van de uitwisselingen; datum van het bezoek; naam van de bewindspersoon",
    },
)
# What supported a result, by its place in the list.
SUPPORTED_BY = {3: (EXCHANGES, VISIT)}

# Figures as they stand in the texts, by edition. An ordinal is a figure too.
FIGURES: dict[int, tuple[dict[str, Any], ...]] = {
    2025: (
        {
            "value_text_en": "nearly 70",
            "value_text_nl": "bijna 70",
            "unit_en": "experts",
            "unit_nl": "experts",
            "what_en": "participants of both countries",
            "what_nl": "deelnemers uit beide landen",
        },
        {
            "value": 2,
            "unit_en": "days",
            "unit_nl": "dagen",
            "what_en": "length of the dialogue",
            "what_nl": "duur van de dialoog",
        },
        {
            "value": 3,
            "unit_en": "key areas",
            "unit_nl": "hoofdonderwerpen",
            "what_en": "subjects of the working groups",
            "what_nl": "onderwerpen van de werkgroepen",
        },
    ),
    2026: (
        {
            "value": 4,
            "unit_en": "dialogues so far, this one counted",
            "unit_nl": "dialogen tot nu toe, deze meegeteld",
            "what_en": "the fourth in the series",
            "what_nl": "de vierde in de reeks",
        },
    ),
}
FIGURES_PUBLIC: dict[int, tuple[str, dict[str, Any]]] = {2025: ("S0", PUBLIC_2025), 2026: ("S1", PUBLIC_2026)}


def put_in_documents(
    register: Register, dialogue: Dialogue, editions: dict[int, Edition], parties: dict[str, Party]
) -> dict[str, OutcomeDocument]:
    found, sides = {}, [parties["UK"], parties["NL"]]
    for stated in DOCUMENTS:
        slug, known = stated["slug"], Q(slug=stated["slug"])
        values, linked = {**stated, "dialogue": dialogue}, {"parties": sides}
        if slug == SPEECH and not OutcomeDocument.objects.filter(known).exists():
            values |= {"edition": editions[2025], "speaker": put_in_person(register, "David van Weel", parties)}
            linked = {}
        found[slug] = register.put(OutcomeDocument, known, values, DOCUMENTS_READ[slug], linked=linked)
    return found


def put_in_commitments(
    register: Register,
    edition: Edition,
    document: OutcomeDocument,
    themes: dict[int, Theme],
    initiatives: dict[str, Initiative],
    parties: dict[str, Party],
) -> None:
    """Those of the 2026 text, in its order, and the one that it traces to the joint statement of December 2025."""
    for position, promised in enumerate(COMMITMENTS_2026, start=1):
        put_in_commitment(register, {"edition": edition}, position, promised, themes, initiatives, parties)
    put_in_commitment(register, {"document": document}, 1, PROMISED_IN_2025, themes, initiatives, parties)


def put_in_commitment(
    register: Register,
    made: dict[str, Any],
    position: int,
    promised: Promised,
    themes: dict[int, Theme],
    initiatives: dict[str, Initiative],
    parties: dict[str, Party],
) -> None:
    where = next(iter(made.values()))
    linked: dict[str, list[Any]] = {
        "themes": [themes[number] for number in promised.themes],
        "parties": [parties["UK"], parties["NL"]],
        "initiatives": [initiatives[slug] for slug in promised.initiatives],
    }
    read: Readings = {
        "summary": (Read("S1"),),
        "strength": (Read("S1", *promised.note),),
        **{field: (Read("S1"),) for field, records in linked.items() if records},
    }
    if "document" in made:
        read["document"] = (Read("S1", *INFERRED),)
    register.put(
        Commitment,
        Q(**made, position=position),
        {
            "dialogue": where.dialogue,
            **made,
            "position": position,
            "strength_en": promised.strength[0],
            "strength_nl": promised.strength[1],
            "summary_en": promised.summary[0],
            "summary_nl": promised.summary[1],
            "place_en": promised.place[0],
            "place_nl": promised.place[1],
            "source": register.source("S1"),
            **PUBLIC_2026,
        },
        read,
        linked,
    )


def put_in_results(register: Register, edition: Edition, engagements: dict[str, Engagement]) -> None:
    for position, stated in enumerate(RESULTS_2026, start=1):
        values = {**stated, "edition": edition, "position": position, "source": register.source("S1"), **PUBLIC_2026}
        supporting = [engagements[slug] for slug in SUPPORTED_BY.get(position, ())]
        read: Readings = {"text": (Read("S1"),), **({"engagements": (Read("S1"),)} if supporting else {})}
        register.put(Result, Q(edition=edition, position=position), values, read, linked={"engagements": supporting})


def put_in_figures(
    register: Register, edition: Edition, figures: tuple[dict[str, Any], ...], code: str, public: dict[str, Any]
) -> None:
    """In the order of the text, which states every part of a figure in one place; a part may carry a note on its reading."""
    for position, stated in enumerate(figures, start=1):
        parts = {name: value for name, value in stated.items() if name != "notes"}
        notes = stated.get("notes", {})
        fields = dict.fromkeys(name.removesuffix("_en").removesuffix("_nl") for name in parts)
        read: Readings = {field: (Read(code, *notes.get(field, ())),) for field in fields}
        values = {**parts, "edition": edition, "position": position, **public}
        register.put(Figure, Q(edition=edition, position=position), values, read)
