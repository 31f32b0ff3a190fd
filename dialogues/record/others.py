"""Two meetings of other series that the texts tell of: the Belgian–Dutch conference, and the four-country meeting of 2021.

Neither is an edition of the UK–Netherlands SOC Dialogue, and the United Kingdom is a party to neither. The day of the
conference stands in no one of the five texts; it was read from another public source.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from dialogues.models import Appearance, Commitment, Dialogue, Edition, OutcomeDocument, Statement
from dialogues.models.dates import Precision
from parties.models import Organisation, Party
from parties.record import FROM_ADDRESS, Read, Readings, Register

from .appearances import Named, put_in_appearances
from .approach import put_in_statement
from .outcomes import put_in_figures
from .publication import DUTCH_IS_OURS, NAMES_ARE_OURS, PUBLIC_2019, PUBLIC_UNDATED

BE_NL, FOUR = "be-nl-cross-border-crime", "nl-be-fr-es-ministerial-meeting"

CONFERENCES = {
    "slug": BE_NL,
    "name_en": "Belgian–Dutch ministerial conference on cross-border crime",
    "name_nl": "Belgisch-Nederlandse ministeriële conferentie over grensoverschrijdende criminaliteit",
    "short_name_en": "Belgian–Dutch ministerial conference",
    "short_name_nl": "Belgisch-Nederlandse ministersconferentie",
    "purpose_en": "Ministers of Belgium and the Netherlands confer on crime that crosses their border.",
    "purpose_nl": "Ministers van België en Nederland overleggen over criminaliteit die hun grens overschrijdt.",
    **PUBLIC_2019,
}
CONFERENCES_READ: Readings = {
    "name": (
        Read(
            "S3",
            "Made from the title of its first edition; the Dutch name is ours",
            "Gevormd uit de titel van de eerste editie; de Nederlandse naam is van ons",
        ),
    ),
    "short_name": (Read("S3", *NAMES_ARE_OURS),),
    "purpose": (Read("S3"),),
    "parties": (Read("S3"),),
}
CONFERENCE_2019: dict[str, Any] = {
    "year": 2019,
    "ordinal": 1,
    "name_en": "First ministerial conference on Belgian-Dutch cross-border crime",
    "name_nl": "Eerste ministeriële conferentie over Belgisch-Nederlandse grensoverschrijdende criminaliteit",
    "purpose_en": "To agree on how crime is fought, organised crime above all; to take stock of the ways in which the two"
    " countries consult each other already; and to examine how their police and judicial services exchange information, so as"
    " to find what can be better.",
    "purpose_nl": "Afspraken maken over de bestrijding van criminaliteit, georganiseerde criminaliteit voorop; in kaart brengen"
    " hoe de twee landen nu al met elkaar overleggen; en nagaan hoe politie en justitie informatie uitwisselen, om te vinden"
    " wat beter kan.",
    "status": Edition.Status.ARCHIVED,
    "opens_on": date(2019, 12, 2),
    "date_precision": Precision.DAY,
    "city_en": "Brussels",
    "city_nl": "Brussel",
    **PUBLIC_2019,
}
CONFERENCE_2019_READ: Readings = {
    "dialogue": (Read("S3"),),
    "year": (Read("P11", *FROM_ADDRESS),),
    "ordinal": (Read("S3", "Called the first ever", "In de tekst de allereerste genoemd"),),
    "name": (Read("S3", *DUTCH_IS_OURS),),
    "purpose": (Read("S3"),),
    "opens_on": (
        Read(
            "P11",
            "Read from “vandaag” (today) in the Dutch version of that date; the English text bears none",
            "Afgeleid uit “vandaag” in de Nederlandse versie van die datum; de Engelse tekst draagt er geen",
        ),
    ),
    "city": (Read("S3"),),
    "host_party": (
        Read(
            "S3",
            "Derived: the Belgian ministers “will be receiving” their colleague in Brussels",
            "Afgeleid: de Belgische ministers ontvangen (“will be receiving”) hun collega in Brussel",
        ),
    ),
}
AT_THE_CONFERENCE = (
    Named(
        "Koen Geens",
        "BE",
        ("Belgian Deputy Prime Minister and Minister of Justice", "Belgisch vice-eersteminister en minister van Justitie"),
        (
            "Was to receive the Dutch minister in Brussels, and is quoted in the text.",
            "Zou de Nederlandse minister in Brussel ontvangen, en wordt in de tekst geciteerd.",
        ),
        (Read("S3"),),
        (Read("S3"),),
    ),
    Named(
        "Pieter De Crem",
        "BE",
        ("Belgian Minister of the Interior and Security", "Belgisch minister van Binnenlandse Zaken en Veiligheid"),
        (
            "Was to receive the Dutch minister in Brussels, and is quoted in the text.",
            "Zou de Nederlandse minister in Brussel ontvangen, en wordt in de tekst geciteerd.",
        ),
        (Read("S3"),),
        (Read("S3"),),
    ),
    Named(
        "Ferdinand Grapperhaus",
        "NL",
        ("Dutch Minister for Justice and Security", "Nederlands minister van Justitie en Veiligheid"),
        (
            "Was to be received in Brussels by two Belgian ministers, and is quoted in the text.",
            "Zou in Brussel door twee Belgische ministers worden ontvangen, en wordt in de tekst geciteerd.",
        ),
        (
            Read(
                "S3",
                "The text varies: Minister for, and Minister of, Justice and Security",
                "De Engelse tekst wisselt: “Minister for” en “Minister of” Justice and Security",
            ),
        ),
        (Read("S3"),),
    ),
)
AREAS = (
    "Both countries see that they have to coordinate better against crime, first of all against the smuggling of drugs and"
    " trafficking in human beings, against motorcycle gangs and against gas attacks on cash machines.",
    "Beide landen zien dat zij hun aanpak van criminaliteit beter op elkaar moeten afstemmen, in de eerste plaats tegen"
    " drugssmokkel en mensenhandel, tegen motorbendes en tegen plofkraken op geldautomaten.",
)
AREAS_READ = Read(
    "S3",
    "Subjects on which both see a need to coordinate; they are not points of the agenda",
    "Onderwerpen waarop beide afstemming nodig vinden; het zijn geen agendapunten",
)
# In the order of the text: whose view, and what it comes down to, in indirect speech.
VIEWS: tuple[tuple[str, tuple[str, str]], ...] = (
    (
        "Ferdinand Grapperhaus",
        (
            "The Netherlands, he said, comes down hard on subversive crime: with more money, with new laws, and with a"
            " Multidisciplinary Intervention Team (MIT) that is being set up for it. It cannot manage alone and needs its"
            " Belgian colleagues. He called this conference a very good start: police and judicial services of both countries"
            " are to cooperate more closely and to inform each other better.",
            "Nederland pakt ondermijnende criminaliteit volgens hem hard aan: met extra geld, met nieuwe wetten en met een"
            " Multidisciplinair Interventieteam (MIT) dat daarvoor wordt opgezet. Alleen redt het dat niet; het heeft de"
            " Belgische collega’s nodig. Hij noemde deze conferentie een heel goed begin: politie en justitie van beide landen"
            " moeten nauwer samenwerken en elkaar beter informeren.",
        ),
    ),
    (
        "Koen Geens",
        (
            "For some years, he said, police and judicial authorities have looked more closely at crime across borders, drugs"
            " crime among it. He named two figures of 2018: one for drugs possession, where the arrondissement of Antwerp still"
            " comes first in the country, and one for drugs production, mostly of cannabis, where Limburg does.",
            "Politie en gerecht letten volgens hem al enkele jaren extra op criminaliteit over de grens, waaronder"
            " drugscriminaliteit. Hij noemde twee cijfers over 2018: een over drugsbezit, waarbij het arrondissement Antwerpen"
            " nog altijd bovenaan staat in het land, en een over drugsproductie, vooral van cannabis, waarbij Limburg dat"
            " doet.",
        ),
    ),
    (
        "Pieter De Crem",
        (
            "Belgium is small, he said, and no other country lies in such a strategic place. That has its price in security and"
            " in crime across borders: criminals pass through who smuggle drugs, traffic people or attack cash machines with"
            " gas. As crime does not stop at borders, he wants closer work with the Dutch partners and more information to flow"
            " between them. He expects this conference to give a new impulse to a strong common approach, with quick results.",
            "België is klein, zei hij, en ligt strategisch als geen ander land. Dat heeft gevolgen voor de veiligheid en voor"
            " de criminaliteit over de grens: er trekken criminelen door die drugs smokkelen, mensen verhandelen of plofkraken"
            " plegen. Omdat criminaliteit niet bij de grens ophoudt, wil hij intensiever samenwerken met de Nederlandse"
            " partners en meer informatie uitwisselen. Van deze conferentie verwacht hij een nieuwe impuls voor een sterke"
            " gezamenlijke aanpak, met snelle resultaten.",
        ),
    ),
)
FIGURES_2019: tuple[dict[str, Any], ...] = (
    {
        "value": 6867,
        "unit_en": "registered offences",
        "unit_nl": "geregistreerde feiten",
        "what_en": "possession of drugs",
        "what_nl": "drugsbezit",
        "rank_en": "first in the country",
        "rank_nl": "eerste in het land",
        "where_en": "Arrondissement of Antwerp",
        "where_nl": "Arrondissement Antwerpen",
        "year": 2018,
    },
    {
        "value": 222,
        "unit_en": "registered offences",
        "unit_nl": "geregistreerde feiten",
        "what_en": "manufacture of drugs, mostly cannabis",
        "what_nl": "vervaardiging van drugs, vooral cannabis",
        "rank_en": "first for drugs production",
        "rank_nl": "eerste bij drugsproductie",
        "where_en": "Limburg (the Belgian province, by context)",
        "where_nl": "Limburg (de Belgische provincie, blijkens de context)",
        "year": 2018,
        "notes": {
            "where": (
                "The text says Limburg; that the Belgian province is meant follows from the context",
                "De tekst zegt Limburg; dat de Belgische provincie is bedoeld, volgt uit de context",
            )
        },
    },
)

FOUR_COUNTRIES = {
    "slug": FOUR,
    "name_en": "Ministerial meeting of the Netherlands, Belgium, France and Spain",
    "name_nl": "Ministeriële bijeenkomst van Nederland, België, Frankrijk en Spanje",
    "short_name_en": "Four-country ministerial meeting",
    "short_name_nl": "Ministeriële bijeenkomst van vier landen",
    "purpose_en": "The ministers responsible for security and for justice in four countries confer on how to fight organised"
    " crime.",
    "purpose_nl": "De ministers van vier landen die over veiligheid en over justitie gaan, overleggen over de bestrijding van"
    " georganiseerde criminaliteit.",
    **PUBLIC_UNDATED,
}
FOUR_COUNTRIES_READ: Readings = {
    "name": (Read("S2", *NAMES_ARE_OURS), Read("S4")),
    "short_name": (Read("S2", *NAMES_ARE_OURS), Read("S4")),
    "purpose": (Read("S2"),),
    "parties": (Read("S2"), Read("S4")),
}
MEETING_2021: dict[str, Any] = {
    "year": 2021,
    "name_en": "Meeting of the ministers responsible for security and justice on the fight against serious and organised crime"
    " and their subversive impact on society",
    "name_nl": "Ministeriële Bijeenkomst Ondermijning",
    "purpose_en": "To confer on how serious and organised crime, and the way in which it undermines society, can be fought.",
    "purpose_nl": "Overleggen over de bestrijding van zware en georganiseerde criminaliteit en van de manier waarop die de"
    " samenleving ondermijnt.",
    "status": Edition.Status.ARCHIVED,
    "opens_on": date(2021, 12, 1),
    "date_precision": Precision.MONTH,
    **PUBLIC_UNDATED,
}
MEETING_2021_READ: Readings = {
    "dialogue": (Read("S2"), Read("S4")),
    "year": (Read("S2"), Read("S4")),
    "name": (
        Read("S2", "The English text describes the meeting without a title", "De Engelse tekst omschrijft de bijeenkomst"),
        Read("S4", "Part of the title of the joint statement", "Deel van de titel van de gezamenlijke verklaring"),
    ),
    "purpose": (Read("S2"),),
    "opens_on": (
        Read("S2", "The meeting and its statement in one sentence; no day", "Bijeenkomst en verklaring in één zin; geen dag"),
        Read("S4", "The month in which the statement was released", "De maand waarin de verklaring is vrijgegeven"),
    ),
}
STATEMENT_2021: dict[str, Any] = {
    "slug": "four-country-joint-statement-2021",
    "kind": OutcomeDocument.Kind.JOINT_STATEMENT,
    "relation": OutcomeDocument.Relation.OUTCOME,
    "title_en": "Joint statement of the ministers responsible for security and justice",
    "title_nl": "Gezamenlijke Verklaring Ministeriële Bijeenkomst Ondermijning",
    "summary_en": "The Netherlands, Belgium, France and Spain promise to work together against the international drug trade.",
    "summary_nl": "Nederland, België, Frankrijk en Spanje spreken af samen te werken tegen de internationale drugshandel.",
    "starts_on": date(2021, 12, 1),
    "date_precision": Precision.MONTH,
    **PUBLIC_UNDATED,
}
STATEMENT_2021_READ: Readings = {
    "title": (
        Read("S2", "The English title is ours", "De Engelse titel is van ons"),
        Read("S4"),
    ),
    "summary": (Read("S2"), Read("S4")),
    "starts_on": (Read("S2"), Read("S4")),
    "edition": (Read("S2"), Read("S4")),
    "parties": (Read("S2"), Read("S4")),
}
PLEDGE: dict[str, Any] = {
    "position": 1,
    "strength_en": "Pledged",
    "strength_nl": "Afgesproken",
    "summary_en": "Disrupt the international trade in illicit drugs together; the traffic in cocaine to Europe from Latin"
    " America is the example given.",
    "summary_nl": "Samen de internationale handel in illegale drugs verstoren; als voorbeeld wordt de cocaïnehandel naar Europa"
    " vanuit Latijns-Amerika genoemd.",
    "place_en": "Section “Disrupting cross-border criminal activity”, second paragraph",
    "place_nl": "Onder “Disrupting cross-border criminal activity”, tweede alinea",
    **PUBLIC_UNDATED,
}
PLEDGE_READ: Readings = {
    "strength": (Read("S2"), Read("S4", "Worded there as going to work together", "Daar verwoord als gaan samenwerken")),
    "summary": (
        Read("S2"),
        Read(
            "S4",
            "The Dutch text speaks of disrupting the drug trade, with the illegal cocaine trade as its example",
            "De Nederlandse tekst spreekt van drugshandel verstoren, met de illegale cocaïnehandel als voorbeeld",
        ),
    ),
    "document": (Read("S2"), Read("S4")),
    "parties": (Read("S2"), Read("S4")),
}


def put_in_conference(register: Register, parties: dict[str, Party], organisations: dict[str, Organisation]) -> Edition:
    sides = [parties["BE"], parties["NL"]]
    dialogue = register.put(Dialogue, Q(slug=BE_NL), CONFERENCES, CONFERENCES_READ, linked={"parties": sides})
    values = {**CONFERENCE_2019, "dialogue": dialogue, "host_party": parties["BE"]}
    edition = register.put(Edition, Q(dialogue=dialogue, year=2019), values, CONFERENCE_2019_READ)
    appearances = put_in_appearances(register, edition, AT_THE_CONFERENCE, parties)
    by_name: dict[str, Appearance] = {named.name: at for named, at in zip(AT_THE_CONFERENCE, appearances, strict=True)}
    place: dict[str, Any] = {"dialogue": dialogue, "edition": edition, **PUBLIC_2019}
    put_in_statement(register, {**place, "kind": Statement.Kind.THREAT}, 1, AREAS, (AREAS_READ,))
    mit = [organisations["multidisciplinary-intervention-team"]]
    for position, (name, text) in enumerate(VIEWS, start=1):
        values = {**place, "kind": Statement.Kind.VIEW, "said_by": by_name[name]}
        named_there = mit if name == "Ferdinand Grapperhaus" else []
        put_in_statement(register, values, position, text, (Read("S3"),), named_there)
    figures = tuple({**figure, "said_by": by_name["Koen Geens"]} for figure in FIGURES_2019)
    put_in_figures(register, edition, figures, "S3", PUBLIC_2019)
    return edition


def put_in_four_country_meeting(register: Register, parties: dict[str, Party]) -> None:
    sides = [parties[code] for code in ("NL", "BE", "FR", "ES")]
    dialogue = register.put(Dialogue, Q(slug=FOUR), FOUR_COUNTRIES, FOUR_COUNTRIES_READ, linked={"parties": sides})
    known, values = Q(dialogue=dialogue, year=2021), {**MEETING_2021, "dialogue": dialogue}
    edition = register.put(Edition, known, values, MEETING_2021_READ)
    values = {**STATEMENT_2021, "dialogue": dialogue, "edition": edition}
    known = Q(slug=STATEMENT_2021["slug"])
    document = register.put(OutcomeDocument, known, values, STATEMENT_2021_READ, linked={"parties": sides})
    values = {**PLEDGE, "dialogue": dialogue, "edition": edition, "document": document, "source": register.source("S2")}
    register.put(Commitment, Q(edition=edition, position=1), values, PLEDGE_READ, linked={"parties": sides})
