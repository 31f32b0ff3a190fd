"""The UK–Netherlands SOC Dialogue: the series, its editions of 2025 and 2026, their groups and themes, and the lineage.

The week of 2025 is a window: two days lie in it, and which two is not stated. One working group for each key area, the two
lines of the 2026 text read as three themes, every Dutch name and every link between the years are ours, and say so.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from dialogues.models import Dialogue, Edition, Lineage, Mandate, Theme, Venue, WorkingGroup
from parties.models import Organisation, Party
from parties.record import GI_TOC, OM, Read, Readings, Register

from .appearances import Named, put_in_appearances
from .publication import DUTCH_IS_OURS, PUBLIC_2025, PUBLIC_2026

SLUG = "uk-nl-soc"
IN_DIALOGUE = ("UK", "NL")

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
    "aliases": "Serious and Organised Crime (SOC) Dialogue\nSerious Organised Crime (SOC) Dialogue\nSOC dialogue",
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
    "aliases": (Read("S0"), Read("S1")),
    "parties": (Read("S0"), Read("S1")),
}

VENUE = {"name_en": "Lincoln’s Inn", "name_nl": "Lincoln’s Inn"}
VENUE_READ: Readings = {"name": (Read("P8"),)}

# Nothing states a host in either year.
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
        " dialogue carried on the work against serious and organised crime (SOC): stronger joint action, and the disruption"
        " of those networks.",
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


# The two British ministers are stated to have met him that week, not to have been at the dialogue: see engagements.
AT_THE_DIALOGUE_2025 = (
    Named(
        "David van Weel",
        "NL",
        ("Dutch Minister of Justice and Security", "Nederlands minister van Justitie en Veiligheid"),
        (
            "Spoke at the dialogue. Whether he took part in its working sessions is not stated.",
            "Sprak op de dialoog. Of hij aan de werksessies deelnam, is niet vermeld.",
        ),
        (Read("S0"),),
        (Read("S0"),),
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


# Kind of link, the group of 2025 by its address, the theme of 2026 by its place in the list, and what is to be said of it.
LINEAGE_2026: tuple[tuple[Lineage.Kind, str, int | None, tuple[str, str]], ...] = (
    (
        Lineage.Kind.SIMILAR,
        "illicit-financial-flows",
        1,
        ("A similar subject; no text calls it a continuation", "Een vergelijkbaar onderwerp; geen tekst noemt het een vervolg"),
    ),
    (
        Lineage.Kind.RELATED,
        "maritime-drug-flows",
        2,
        ("Not stated to be its successor", "Dat het de opvolger is, is niet vermeld"),
    ),
    (
        Lineage.Kind.ENDS,
        "continued-offending-in-detention",
        None,
        (
            "Not among the themes of 2026; progress on it was reported in 2026",
            "Niet onder de thema’s van 2026; in 2026 is wel voortgang over dit onderwerp gemeld",
        ),
    ),
    (Lineage.Kind.NEW, "", 3, ("", "")),
)
EDITORIAL = Read(
    "S1",
    "The text itself draws no link",
    "De tekst zelf legt geen verband",
)


def put_in_dialogue(register: Register, sides: list[Party]) -> Dialogue:
    return register.put(Dialogue, Q(slug=SLUG), DIALOGUE, DIALOGUE_READ, linked={"parties": sides})


def put_in_2025(
    register: Register, dialogue: Dialogue, parties: dict[str, Party], organisations: dict[str, Organisation]
) -> Edition:
    known = Q(dialogue=dialogue, year=2025)
    values = {**EDITIONS[2025], "dialogue": dialogue}
    if not Edition.objects.filter(known).exists():
        values["venue"] = register.put(Venue, Q(name_en=VENUE["name_en"]), VENUE, VENUE_READ)
    took_part = [organisations[slug] for slug in TOOK_PART_2025]
    edition = register.put(Edition, known, values, EDITIONS_READ[2025], linked={"organisations": took_part})
    put_in_appearances(register, edition, AT_THE_DIALOGUE_2025, parties)
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
    return edition


def put_in_2026(register: Register, dialogue: Dialogue) -> tuple[Edition, dict[int, Theme]]:
    """The edition, and its themes by their place in the text."""
    edition = register.put(
        Edition, Q(dialogue=dialogue, year=2026), {**EDITIONS[2026], "dialogue": dialogue}, EDITIONS_READ[2026]
    )
    themes = {}
    for position, (name_en, name_nl) in enumerate(THEMES_2026, start=1):
        values = {"edition": edition, "position": position, "name_en": name_en, "name_nl": name_nl, **PUBLIC_2026}
        known = Q(edition=edition) & (Q(position=position) | Q(name_en=name_en))
        themes[position] = register.put(Theme, known, values, THEME_READ)
    return edition, themes


def put_in_lineage(register: Register, earlier: Edition, later: Edition, themes: dict[int, Theme]) -> None:
    """Links between the groups of 2025 and the themes of 2026; known again by either end, however it is called now."""
    for kind, slug, position, (note_en, note_nl) in LINEAGE_2026:
        mandate = Mandate.objects.get(edition=earlier, working_group__slug=slug) if slug else None
        theme = themes[position] if position else None
        ends = Q(pk__in=[])
        if mandate:
            ends |= Q(earlier_mandate=mandate)
        if theme:
            ends |= Q(later_theme=theme)
        values = {
            "edition": later,
            "kind": kind,
            "earlier_mandate": mandate,
            "later_theme": theme,
            "note_en": note_en,
            "note_nl": note_nl,
        }
        read: Readings = {"kind": (EDITORIAL,), **({"note": (Read("S1"),)} if note_en else {})}
        register.put(Lineage, Q(edition=later) & ends, values, read)
