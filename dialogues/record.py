"""The public record of the UK–Netherlands SOC Dialogue: what published texts state, in our own words, and where.

`load_record` puts in what is missing and changes nothing that is there: staff may correct a text, take a citation away or
publish later, and loading again leaves that alone. Records are known again by slug, year, code or place in their list.
All of it happens in one transaction.

What the texts do not state stays empty: pages then say “not stated”. Values that only another public source states are
stored with a citation to it, and pages mark them. Three readings are ours, and say so where they are shown: one working
group for each key area of 2025, the two lines of the 2026 text read as three themes, and every Dutch name of the
dialogue, its groups and its themes. No commitment gets an action item: none was agreed in a text.

Public since: the day on which the text that a record was first read from came out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from dialogues.models import (
    Appearance,
    Audience,
    Commitment,
    Dialogue,
    Edition,
    Mandate,
    Result,
    Theme,
    Venue,
    WorkingGroup,
)
from parties.models import Organisation, Party
from parties.record import (
    GI_TOC,
    OM,
    Read,
    Readings,
    Register,
    put_in_organisations,
    put_in_parties,
    put_in_person,
    put_in_sources,
)

SLUG = "uk-nl-soc"
IN_DIALOGUE = ("UK", "NL")
PUBLIC_2025 = {"audience": Audience.PUBLIC, "published_at": datetime(2025, 1, 31, tzinfo=UTC)}
PUBLIC_2026 = {"audience": Audience.PUBLIC, "published_at": datetime(2026, 3, 24, tzinfo=UTC)}

DUTCH_IS_OURS = ("The Dutch name is ours: the text gives none", "De Nederlandse naam is van ons: de tekst geeft er geen")

DIALOGUE = {
    "slug": SLUG,
    "name_en": "UK–Netherlands Serious and Organised Crime (SOC) Dialogue",
    "name_nl": "Dialoog tussen het Verenigd Koninkrijk en Nederland over zware en georganiseerde criminaliteit (SOC)",
    "short_name_en": "UK–Netherlands SOC Dialogue",
    "short_name_nl": "SOC-dialoog VK–Nederland",
    "purpose_en": "The United Kingdom and the Netherlands hold this dialogue so that their answer to serious and organised"
    " crime (SOC) becomes stronger and better coordinated.",
    "purpose_nl": "Het Verenigd Koninkrijk en Nederland houden deze dialoog om hun antwoord op zware en georganiseerde"
    " criminaliteit (SOC) sterker en beter gecoördineerd te maken.",
    "frequency_en": "Once a year",
    "frequency_nl": "Eén keer per jaar",
    **PUBLIC_2025,
}
DIALOGUE_READ: Readings = {
    "name": (
        Read("S0"),
        Read(
            "S1",
            "The sources vary the name; the full form is put together from the title and the text. The Dutch name is ours",
            "De bronnen noemen de dialoog niet steeds gelijk; de volledige vorm is samengesteld uit titel en tekst. De"
            " Nederlandse naam is van ons",
        ),
    ),
    "short_name": (Read("S0", *DUTCH_IS_OURS),),
    "purpose": (Read("S1"),),
    "frequency": (Read("S1"),),
    "parties": (Read("S0"), Read("S1")),
}

VENUE = {"name_en": "Lincoln’s Inn", "name_nl": "Lincoln’s Inn"}
VENUE_READ: Readings = {"name": (Read("P8"),)}

# The week of 2025 is a window: two days lie in it, and which two is not stated. Nothing states a host in either year.
EDITIONS: dict[int, dict[str, Any]] = {
    2025: {
        "year": 2025,
        "ordinal": 3,
        "purpose_en": "To work together better against serious and organised crime (SOC): by sharing what each side knows,"
        " and by making operational cooperation stronger.",
        "purpose_nl": "Beter samenwerken tegen zware en georganiseerde criminaliteit (SOC): door inzichten uit te wisselen en"
        " door de operationele samenwerking te versterken.",
        "status": Edition.Status.ARCHIVED,
        "opens_on": date(2025, 1, 27),
        "closes_on": date(2025, 1, 31),
        "date_precision": Edition.Precision.WEEK,
        "length_days": 2,
        "city_en": "London",
        "city_nl": "Londen",
        "participants_en": "Nearly 70 experts from both countries",
        "participants_nl": "Bijna 70 experts uit beide landen",
        "programme_en": "A speech by the Dutch minister\n"
        "A keynote by the Global Initiative Against Transnational Organised Crime (GI-TOC), on what is new in the maritime"
        " drug trade worldwide: routes that shift, and new challenges\n"
        "A panel on developments in Latin America and in West Africa\n"
        "Working groups on three key areas",
        "programme_nl": "Een toespraak van de Nederlandse minister\n"
        "Een keynote van het Global Initiative Against Transnational Organised Crime (GI-TOC) over wat er wereldwijd nieuw is"
        " in de drugshandel over zee: routes die verschuiven en nieuwe uitdagingen\n"
        "Een panelgesprek over ontwikkelingen in Latijns-Amerika en West-Afrika\n"
        "Werkgroepen over drie hoofdonderwerpen",
        **PUBLIC_2025,
    },
    2026: {
        "year": 2026,
        "ordinal": 4,
        "purpose_en": "Criminal networks that work worldwide threaten the security and stability of both countries. This"
        " dialogue carried on the work of stepping up joint action against serious and organised crime (SOC) and of"
        " disrupting those networks.",
        "purpose_nl": "Criminele netwerken die wereldwijd opereren, bedreigen de veiligheid en stabiliteit van beide landen."
        " Deze dialoog zette het werk voort om zware en georganiseerde criminaliteit (SOC) samen krachtiger aan te pakken en"
        " die netwerken te verstoren.",
        "status": Edition.Status.FOLLOW_UP,
        "opens_on": date(2026, 3, 24),
        "date_precision": Edition.Precision.DAY,
        **PUBLIC_2026,
    },
}
EDITIONS_READ: dict[int, Readings] = {
    2025: {
        "dialogue": (Read("S0"), Read("S1")),
        "year": (
            Read("S0"),
            Read("S1", "A later text calls it the 2025 dialogue", "Een latere tekst noemt het de dialoog van 2025"),
        ),
        "ordinal": (Read("P8"),),
        "purpose": (Read("S0"),),
        "opens_on": (
            Read(
                "S0",
                "Read from “this week” in a text of Friday 31 January 2025. The exact days are not stated",
                "Afgeleid uit “this week” (deze week) in een tekst van vrijdag 31 januari 2025. De precieze dagen zijn niet"
                " vermeld",
            ),
            Read(
                "P8",
                "A speech given there is dated 29 January 2025. That fixes one of the two days at most",
                "Een toespraak die daar is gehouden, is gedateerd 29 januari 2025. Daarmee staat hooguit één van de twee"
                " dagen vast",
            ),
        ),
        "length_days": (Read("S0"),),
        "city": (
            Read(
                "S0",
                "Stated of the ministers’ meeting and the dialogue in one sentence",
                "Vermeld in één zin over het overleg van de ministers en de dialoog",
            ),
        ),
        "venue": (Read("P8"),),
        "participants": (Read("S0", "The exact number is not stated", "Het precieze aantal is niet vermeld"),),
        "organisations": (
            Read(
                "S0",
                "Not a complete list: the text adds other key stakeholders. “The police”, in a list of Dutch bodies, is read"
                " as the Dutch police. GI-TOC gave the keynote",
                "Geen volledige lijst: de tekst noemt ook andere belangrijke betrokkenen. “The police”, in een opsomming van"
                " Nederlandse organisaties, is gelezen als de Nederlandse politie. GI-TOC hield de keynote",
            ),
        ),
        "programme": (
            Read(
                "S0",
                "Times, rooms, running order, keynote speaker, panellists and moderator are not stated",
                "Tijden, zalen, volgorde, hoofdspreker, panelleden en gespreksleider zijn niet vermeld",
            ),
        ),
    },
    2026: {
        "dialogue": (Read("S1"),),
        "year": (Read("S1"),),
        "ordinal": (Read("S1"),),
        "purpose": (Read("S1"),),
        "opens_on": (
            Read(
                "S1",
                "Read from “today” in a text of that date",
                "Afgeleid uit “today” (vandaag) in een tekst van die datum",
            ),
        ),
    },
}
TOOK_PART_2025 = (
    OM,
    "ministry-of-justice-and-security",
    "dutch-police",
    "national-crime-agency",
    GI_TOC,
)


@dataclass(frozen=True)
class Named:
    """A minister named in connection with an edition: the office at that time, and exactly what is stated."""

    name: str
    role_en: str
    role_nl: str
    occasion_en: str
    occasion_nl: str
    read: tuple[Read, ...] = (Read("S0"),)


MINISTERS_2025 = (
    Named(
        "David van Weel",
        "Dutch Minister of Justice and Security",
        "Nederlands minister van Justitie en Veiligheid",
        "Spoke at the dialogue, and met the two British ministers in London that week. Whether all three met together, and"
        " how the meeting relates to the programme, is not stated.",
        "Sprak op de dialoog en had die week in Londen een ontmoeting met de twee Britse bewindspersonen. Of zij met z’n"
        " drieën bijeenkwamen en hoe dat overleg zich tot het programma verhoudt, is niet vermeld.",
    ),
    Named(
        "Yvette Cooper",
        "UK Home Secretary",
        "Brits minister van Binnenlandse Zaken",
        "Met the Dutch minister in London that week. Whether she attended the dialogue itself is not stated.",
        "Had die week in Londen een ontmoeting met de Nederlandse minister. Of zij de dialoog zelf bijwoonde, is niet vermeld.",
    ),
    Named(
        "Lord Timpson",
        "UK Minister of State for Prisons, Probation and Reducing Reoffending",
        "Brits staatssecretaris (Minister of State) voor gevangeniswezen, reclassering en het terugdringen van recidive",
        "Met the Dutch minister in London that week. Whether he attended the dialogue itself is not stated.",
        "Had die week in Londen een ontmoeting met de Nederlandse minister. Of hij de dialoog zelf bijwoonde, is niet vermeld.",
        (
            Read("S0"),
            Read(
                "P8",
                "The Dutch minister’s speech at the dialogue addresses him by name",
                "De toespraak van de Nederlandse minister op de dialoog spreekt hem bij naam aan",
            ),
        ),
    ),
)

# Standing status `resting`: whether a group went on after 2025 is not stated, so neither active nor concluded.
WORKING_GROUPS_2025: tuple[dict[str, Any], ...] = (
    {
        "slug": "illicit-financial-flows",
        "name_en": "Illicit financial flows",
        "name_nl": "Illegale financiële stromen",
        "description_en": "Against money laundering, and against the financial structures that keep criminal networks going.",
        "description_nl": "Tegen witwassen en tegen de financiële structuren die criminele netwerken in stand houden.",
    },
    {
        "slug": "maritime-drug-flows",
        "name_en": "Maritime drug flows",
        "name_nl": "Drugsstromen over zee",
        "description_en": "To disrupt the trafficking of drugs by sea, and to improve the strategies of enforcement.",
        "description_nl": "Om drugssmokkel over zee te verstoren en de handhavingsstrategieën te verbeteren.",
    },
    {
        "slug": "continued-offending-in-detention",
        "name_en": "Continued offending in detention",
        "name_nl": "Voortgezet crimineel handelen in detentie",
        "description_en": "To prevent organised crime from being directed from inside prisons.",
        "description_nl": "Om te voorkomen dat georganiseerde misdaad vanuit gevangenissen wordt aangestuurd.",
    },
)
MANDATE_READ: Readings = {
    "working_group": (
        Read(
            "S0",
            "One group for each of the three key areas is our reading; the number of groups and the co-chairs are not stated",
            "Eén werkgroep voor elk van de drie hoofdonderwerpen is onze lezing; het aantal groepen en de covoorzitters zijn"
            " niet vermeld",
        ),
    )
}

THEMES_2026: tuple[tuple[str, str], ...] = (
    ("Disruption of illicit finance", "Verstoring van illegale geldstromen"),
    ("Disruption of upstream cocaine flows", "Verstoring van cocaïnestromen eerder in de keten"),
    ("Response to the threat posed by 3D printed firearms", "Aanpak van de dreiging van 3D-geprinte vuurwapens"),
)
THEME_READ: Readings = {
    "name": (
        Read(
            "S1",
            "The focus points of the text, which does not say whether they were working groups. The second and third stand on"
            " one line there and are read as two; the Dutch names are ours",
            "De speerpunten van de tekst. Of het werkgroepen waren, is niet vermeld. De tweede en derde staan daar op één"
            " regel en zijn als twee gelezen; de Nederlandse namen zijn van ons",
        ),
    )
}


@dataclass(frozen=True)
class Promised:
    """A commitment: how strongly the text puts it, our summary, where its exact wording stands, which themes it serves."""

    strength: tuple[str, str]
    summary: tuple[str, str]
    place: tuple[str, str]
    themes: tuple[int, ...]
    note: tuple[str, str] = ("", "")


# C26-1 to C26-4. The commitment that the text traces to the joint statement of December 2025 was not made at this edition:
# it comes with the record of that document.
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
    ),
    Promised(
        ("Reaffirmed", "Opnieuw bevestigd"),
        (
            "Stop cocaine upstream: share information, disrupt supply chains, and approach source and transit countries"
            " together. This supports the European Coalition Against Drugs of the European Political Community and the Accra"
            " Call to Action Dialogue with countries in West Africa.",
            "Cocaïne eerder in de keten tegenhouden: informatie delen, toeleveringsketens verstoren en samen optrekken"
            " richting bron- en doorvoerlanden. Dit steunt de European Coalition Against Drugs van de Europese Politieke"
            " Gemeenschap en de Accra Call to Action Dialogue met West-Afrikaanse landen.",
        ),
        (
            "Section “A Stronger, Unified Response”, second paragraph, second sentence",
            "Onder “A Stronger, Unified Response”, tweede alinea, tweede zin",
        ),
        (2,),
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


@transaction.atomic
def load_record() -> Counter[type[models.Model]]:
    """Put in what is missing of the record; the count of records put in, by kind, is empty when all was there."""
    register = Register()
    put_in_sources(register)
    parties = put_in_parties(register)
    organisations = put_in_organisations(register, parties)
    sides = [parties[code] for code in IN_DIALOGUE]
    dialogue = register.put(Dialogue, Q(slug=SLUG), DIALOGUE, DIALOGUE_READ, linked={"parties": sides})
    put_in_2025(register, dialogue, parties, [organisations[slug] for slug in TOOK_PART_2025])
    put_in_2026(register, dialogue, sides)
    return register.added


def put_in_2025(register: Register, dialogue: Dialogue, parties: dict[str, Party], took_part: list[Organisation]) -> None:
    known = Q(dialogue=dialogue, year=2025)
    values = {**EDITIONS[2025], "dialogue": dialogue}
    if not Edition.objects.filter(known).exists():
        values["venue"] = register.put(Venue, Q(name_en=VENUE["name_en"]), VENUE, VENUE_READ)
    edition = register.put(Edition, known, values, EDITIONS_READ[2025], linked={"organisations": took_part})
    for named in MINISTERS_2025:
        if Appearance.objects.filter(edition=edition, role_en=named.role_en).exists():
            continue  # whatever the secretariat has since made of the name
        person = put_in_person(register, named.name, parties)
        values = {
            "edition": edition,
            "person": person,
            "role_en": named.role_en,
            "role_nl": named.role_nl,
            "occasion_en": named.occasion_en,
            "occasion_nl": named.occasion_nl,
        }
        read: Readings = {"role": (Read("S0"),), "occasion": named.read}
        register.put(Appearance, Q(edition=edition, person=person), values, read)
    for group_values in WORKING_GROUPS_2025:
        group = register.put(
            WorkingGroup,
            Q(dialogue=dialogue, slug=group_values["slug"]),
            {**group_values, "dialogue": dialogue, "status": WorkingGroup.Status.RESTING, **PUBLIC_2025},
            {"name": (Read("S0", *DUTCH_IS_OURS),), "description": (Read("S0"),)},
        )
        register.put(
            Mandate,
            Q(edition=edition, working_group=group),
            {"edition": edition, "working_group": group, "status": Mandate.Status.ENDED},
            MANDATE_READ,
        )


def put_in_2026(register: Register, dialogue: Dialogue, sides: list[Party]) -> None:
    source = register.source("S1")
    edition = register.put(
        Edition, Q(dialogue=dialogue, year=2026), {**EDITIONS[2026], "dialogue": dialogue}, EDITIONS_READ[2026]
    )
    themes = {}
    for position, (name_en, name_nl) in enumerate(THEMES_2026, start=1):
        values = {"edition": edition, "position": position, "name_en": name_en, "name_nl": name_nl, **PUBLIC_2026}
        known = Q(edition=edition) & (Q(position=position) | Q(name_en=name_en))
        themes[position] = register.put(Theme, known, values, THEME_READ)
    for position, promised in enumerate(COMMITMENTS_2026, start=1):
        register.put(
            Commitment,
            Q(edition=edition, position=position),
            {
                "dialogue": dialogue,
                "edition": edition,
                "position": position,
                "strength_en": promised.strength[0],
                "strength_nl": promised.strength[1],
                "summary_en": promised.summary[0],
                "summary_nl": promised.summary[1],
                "place_en": promised.place[0],
                "place_nl": promised.place[1],
                "source": source,
                **PUBLIC_2026,
            },
            {
                "summary": (Read("S1"),),
                "strength": (Read("S1", *promised.note),),
                "themes": (Read("S1"),),
                "parties": (Read("S1"),),
            },
            linked={"themes": [themes[number] for number in promised.themes], "parties": sides},
        )
    for position, result_values in enumerate(RESULTS_2026, start=1):
        register.put(
            Result,
            Q(edition=edition, position=position),
            {**result_values, "edition": edition, "position": position, "source": source, **PUBLIC_2026},
            {"text": (Read("S1"),)},
        )
