"""Beside the editions: the ministers’ meeting of 2025, what followed on detention, and the initiatives that are supported.

Of the ministers’ meeting the text says neither whether the three met together nor how it relates to the programme, so its
subjects are no sessions of the dialogue. Who the Prison Minister of the coming visit is, is not stated: nobody is filled in.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from dialogues.models import Dialogue, Edition, Engagement, Initiative
from dialogues.models.dates import Precision
from parties.models import Organisation, Party
from parties.record import Read, Readings, Register

from .appearances import Named, put_in_appearances
from .publication import DUTCH_IS_OURS, PUBLIC_2025, PUBLIC_2026

MEETING, EXCHANGES, VISIT = "ministers-london-2025", "expert-exchanges-2025-2026", "prison-minister-visit"

# After which edition and with which one it is shown stand as years, the host and the visiting party as codes.
ENGAGEMENTS: tuple[dict[str, Any], ...] = (
    {
        "slug": MEETING,
        "kind": Engagement.Kind.MINISTERIAL_MEETING,
        "status": Engagement.Status.HELD,
        "edition": 2025,
        "title_en": "Dutch and British ministers meet in London",
        "title_nl": "Nederlandse en Britse bewindspersonen in overleg in Londen",
        "summary_en": "In the week of the dialogue the Dutch Minister of Justice and Security met two British ministers: the"
        " Home Secretary, and the minister responsible for prisons and probation. Their subjects were serious organised crime"
        " connected with drugs and with human trafficking, how disorder at demonstrations can be prevented, and how each"
        " country handles online radicalisation and extremism. Whether the three met together, and how the meeting relates to"
        " the programme of the dialogue, is not stated.",
        "summary_nl": "In de week van de dialoog sprak de Nederlandse minister van Justitie en Veiligheid met twee Britse"
        " bewindspersonen: de minister van Binnenlandse Zaken en de bewindspersoon voor gevangeniswezen en reclassering. Hun"
        " onderwerpen waren zware georganiseerde criminaliteit rond drugs en mensenhandel, het voorkomen van ongeregeldheden"
        " bij demonstraties, en hoe elk land omgaat met radicalisering en extremisme op internet. Of zij met z’n drieën"
        " bijeenkwamen en hoe het overleg zich tot het programma van de dialoog verhoudt, is niet vermeld.",
        "starts_on": date(2025, 1, 27),
        "ends_on": date(2025, 1, 31),
        "date_precision": Precision.WEEK,
        "place_en": "London",
        "place_nl": "Londen",
        **PUBLIC_2025,
    },
    {
        "slug": EXCHANGES,
        "kind": Engagement.Kind.EXPERT_EXCHANGE,
        "status": Engagement.Status.HELD,
        "since": 2025,
        "edition": 2026,
        "title_en": "Exchanges of experts on offenders in detention",
        "title_nl": "Uitwisselingen van experts over daders in detentie",
        "summary_en": "Experts of the two countries exchanged views on how people are managed who are in detention for serious"
        " and organised crime. It was reported in 2026 as support for closer cooperation on this. Number, dates and places"
        " are not stated.",
        "summary_nl": "Experts van beide landen wisselden van gedachten over de omgang met daders van zware en georganiseerde"
        " criminaliteit in detentie. In 2026 is gemeld dat dit de nauwere samenwerking op dit punt ondersteunde. Aantal, data"
        " en plaatsen zijn niet vermeld.",
        "standing_en": "held over the year, as reported on 24 March 2026",
        "standing_nl": "in de loop van het jaar gehouden, zoals gemeld op 24 maart 2026",
        "number_en": "multiple",
        "number_nl": "meerdere",
        **PUBLIC_2026,
    },
    {
        "slug": VISIT,
        "kind": Engagement.Kind.MINISTERIAL_VISIT,
        "status": Engagement.Status.AGREED,
        "host_party": "NL",
        "visiting_party": "UK",
        "edition": 2026,
        "title_en": "UK Prison Minister to visit the Netherlands",
        "title_nl": "Britse bewindspersoon voor het gevangeniswezen bezoekt Nederland",
        "summary_en": "The exchanges of experts on offenders in detention were to lead up to this visit. Its date and the name"
        " of the minister are not stated.",
        "summary_nl": "De uitwisselingen van experts over daders in detentie zouden uitlopen op dit bezoek. De datum en de naam"
        " van de bewindspersoon zijn niet vermeld.",
        "standing_en": "forthcoming when the text came out, on 24 March 2026",
        "standing_nl": "nog te komen toen de tekst verscheen, op 24 maart 2026",
        "place_en": "Netherlands",
        "place_nl": "Nederland",
        **PUBLIC_2026,
    },
)
THE_WEEK = (
    "Read from “this week” in a text of Friday 31 January 2025. The exact day is not stated",
    "Afgeleid uit “this week” (deze week) in een tekst van vrijdag 31 januari 2025. De precieze dag is niet vermeld",
)
ENGAGEMENTS_READ: dict[str, Readings] = {
    MEETING: {
        "title": (Read("S0"),),
        "summary": (Read("S0"),),
        "starts_on": (Read("S0", *THE_WEEK),),
        "place": (
            Read(
                "S0",
                "Stated of the meeting and the dialogue in one sentence",
                "Vermeld in één zin over het overleg en de dialoog",
            ),
        ),
        "parties": (Read("S0"),),
    },
    EXCHANGES: {field: (Read("S1"),) for field in ("title", "summary", "since", "standing", "number", "parties")},
    VISIT: {
        field: (Read("S1"),) for field in ("title", "summary", "standing", "place", "host_party", "visiting_party", "parties")
    },
}

AT_THE_MEETING = (
    Named(
        "David van Weel",
        "NL",
        ("Dutch Minister of Justice and Security", "Nederlands minister van Justitie en Veiligheid"),
        (
            "Met the two British ministers in London that week. Whether all three met together, and how the meeting relates to"
            " the programme, is not stated.",
            "Had die week in Londen een ontmoeting met de twee Britse bewindspersonen. Of zij met z’n drieën bijeenkwamen en"
            " hoe dat overleg zich tot het programma verhoudt, is niet vermeld.",
        ),
        (Read("S0"),),
        (Read("S0"),),
    ),
    Named(
        "Yvette Cooper",
        "UK",
        ("UK Home Secretary", "Brits minister van Binnenlandse Zaken"),
        (
            "Met the Dutch minister in London that week. Whether she attended the dialogue itself is not stated.",
            "Had die week in Londen een ontmoeting met de Nederlandse minister. Of zij de dialoog zelf bijwoonde, is niet"
            " vermeld.",
        ),
        (Read("S0"),),
        (Read("S0"),),
    ),
    Named(
        "Lord Timpson",
        "UK",
        (
            "UK Minister of State for Prisons, Probation and Reducing Reoffending",
            "Brits staatssecretaris (Minister of State) voor gevangeniswezen, reclassering en het terugdringen van recidive",
        ),
        (
            "Met the Dutch minister in London that week. Whether he attended the dialogue itself is not stated.",
            "Had die week in Londen een ontmoeting met de Nederlandse minister. Of hij de dialoog zelf bijwoonde, is niet"
            " vermeld.",
        ),
        (Read("S0"),),
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
OF_THE_VISIT = (
    Named(
        "",
        "UK",
        ("UK Prison Minister", "Brits bewindspersoon voor het gevangeniswezen"),
        (
            "Was to visit the Netherlands. The text gives the office without a name.",
            "Zou Nederland bezoeken. De tekst noemt het ambt zonder naam.",
        ),
        (Read("S1"),),
        (Read("S1"),),
    ),
)

ECAD, ACCRA = "european-coalition-against-drugs", "accra-call-to-action-dialogue"
SUMMIT, PARTNERSHIP = "illicit-finance-summit", "uk-nl-bilateral-security-partnership"
INITIATIVES: tuple[dict[str, Any], ...] = (
    {
        "slug": ECAD,
        "name_en": "European Coalition Against Drugs",
        "name_nl": "European Coalition Against Drugs",
        "summary_en": "A coalition of the European Political Community. The work to stop cocaine upstream supports it.",
        "summary_nl": "Een coalitie van de Europese Politieke Gemeenschap. De inzet om cocaïne eerder in de keten tegen te"
        " houden steunt haar.",
        "organisation": "european-political-community",
    },
    {
        "slug": ACCRA,
        "name_en": "Accra Call to Action Dialogue",
        "name_nl": "Accra Call to Action Dialogue",
        "summary_en": "A dialogue with countries in West Africa. The work to stop cocaine upstream supports it.",
        "summary_nl": "Een dialoog met landen in West-Afrika. De inzet om cocaïne eerder in de keten tegen te houden steunt"
        " die.",
        "partners_en": "Western African countries",
        "partners_nl": "West-Afrikaanse landen",
    },
    {
        "slug": SUMMIT,
        "name_en": "Illicit Finance Summit",
        "name_nl": "Illicit Finance Summit",
        "summary_en": "A summit of the United Kingdom. Support for it is part of acting against the financial systems behind"
        " crime. Its date and place are not stated.",
        "summary_nl": "Een top van het Verenigd Koninkrijk. Steun daarvoor hoort bij het optreden tegen de financiële systemen"
        " achter criminaliteit. Datum en plaats zijn niet vermeld.",
        "standing_en": "upcoming when the text came out, on 24 March 2026",
        "standing_nl": "aanstaande toen de tekst verscheen, op 24 maart 2026",
        "parties": ("UK",),
    },
    {
        "slug": PARTNERSHIP,
        "kind": Initiative.Kind.INSTRUMENT,
        "name_en": "UK–Netherlands Bilateral Security Partnership",
        "name_nl": "Bilateraal veiligheidspartnerschap tussen het Verenigd Koninkrijk en Nederland",
        "summary_en": "The joint statement of December 2025 is about this partnership. The text of 2026 calls the dialogue an"
        " important means of carrying out what was committed to: closer cooperation in diplomacy, law enforcement and"
        " justice.",
        "summary_nl": "De gezamenlijke verklaring van december 2025 gaat over dit partnerschap. De tekst van 2026 noemt de"
        " dialoog een belangrijk middel om uit te voeren wat is afgesproken: nauwere samenwerking op het gebied van diplomatie,"
        " rechtshandhaving en justitie.",
        "parties": ("UK", "NL"),
    },
)
UNTRANSLATED = Read("S1", "The name is not translated here", "De naam is hier niet vertaald")
CLASSED = Read("S1", "Which of the two it is, is our reading", "Welk van de twee het is, is onze lezing")
INITIATIVES_READ: dict[str, Readings] = {
    ECAD: {
        "kind": (CLASSED,),
        "name": (UNTRANSLATED,),
        "summary": (Read("S1"),),
        "organisation": (Read("S1"),),
    },
    ACCRA: {
        "kind": (CLASSED,),
        "name": (UNTRANSLATED,),
        "summary": (Read("S1"),),
        "partners": (Read("S1"),),
    },
    SUMMIT: {
        "kind": (CLASSED,),
        "name": (UNTRANSLATED,),
        "summary": (Read("S1"),),
        "standing": (Read("S1"),),
        "parties": (Read("S1"),),
    },
    PARTNERSHIP: {
        "kind": (CLASSED,),
        "name": (Read("S1", *DUTCH_IS_OURS),),
        "summary": (Read("S1"),),
        "parties": (Read("S1"),),
    },
}


def put_in_engagements(
    register: Register, dialogue: Dialogue, editions: dict[int, Edition], parties: dict[str, Party]
) -> dict[str, Engagement]:
    found, sides = {}, [parties["UK"], parties["NL"]]
    for stated in ENGAGEMENTS:
        values = {**stated, "dialogue": dialogue}
        for field in {"edition", "since"} & set(values):
            values[field] = editions[values[field]]
        for field in {"host_party", "visiting_party"} & set(values):
            values[field] = parties[values[field]]
        slug = stated["slug"]
        known = Q(dialogue=dialogue, slug=slug)
        found[slug] = register.put(Engagement, known, values, ENGAGEMENTS_READ[slug], linked={"parties": sides})
    put_in_appearances(register, found[MEETING], AT_THE_MEETING, parties)
    put_in_appearances(register, found[VISIT], OF_THE_VISIT, parties)
    return found


def put_in_initiatives(
    register: Register, dialogue: Dialogue, parties: dict[str, Party], organisations: dict[str, Organisation]
) -> dict[str, Initiative]:
    found = {}
    for stated in INITIATIVES:
        values = {**stated, "dialogue": dialogue, **PUBLIC_2026}
        leads = [parties[code] for code in values.pop("parties", ())]
        if "organisation" in values:
            values["organisation"] = organisations[values["organisation"]]
        slug = stated["slug"]
        known = Q(dialogue=dialogue, slug=slug)
        found[slug] = register.put(Initiative, known, values, INITIATIVES_READ[slug], linked={"parties": leads})
    return found
