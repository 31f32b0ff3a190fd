"""Statements: why and how countries work together against organised crime, and what the texts of the editions say of it.

S2 and S4 are one Dutch topic page in two languages: what it calls the focus is that of the Dutch government’s approach. It
is kept with the UK–Netherlands dialogue, for the page on the international approach, and belongs to no edition.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from dialogues.models import Dialogue, Edition, Statement
from parties.models import Organisation
from parties.record import MAOC, OM, Read, Register

from .publication import PUBLIC_2025, PUBLIC_2026, PUBLIC_UNDATED

Kind = Statement.Kind
Text = tuple[str, str]
PAGE = (Read("S2"), Read("S4"))

# On the topic page: by kind, in order, with how each was read.
APPROACH: dict[Kind, tuple[tuple[Text, tuple[Read, ...]], ...]] = {
    Kind.REASON: (
        (("Borders do not stop criminals.", "Grenzen houden criminelen niet tegen."), PAGE),
        (
            (
                "Whoever operates in several countries can stay out of reach of investigators, prosecutors and courts, or make"
                " their work harder.",
                "Wie in meerdere landen opereert, kan uit handen blijven van opsporing, vervolging en rechter, of hun werk"
                " bemoeilijken.",
            ),
            (
                Read("S2", "The English text speaks of evading them", "De Engelse tekst spreekt van ontkomen"),
                Read("S4", "The Dutch text speaks of hindering them", "De Nederlandse tekst spreekt van bemoeilijken"),
            ),
        ),
        (("Crime across borders often pays better.", "Criminaliteit over de grens levert vaak meer op."), PAGE),
        (
            (
                "So the answer is an international one: organised crime has to become less attractive in Western Europe.",
                "Het antwoord is daarom internationaal: georganiseerde criminaliteit moet in West-Europa minder aantrekkelijk"
                " worden.",
            ),
            PAGE,
        ),
        (
            (
                "International cooperation also lets investigators learn from each other which methods work best.",
                "Door internationale samenwerking kunnen opsporingsdiensten ook van elkaar leren welke methoden het beste"
                " werken.",
            ),
            (
                Read(
                    "S2",
                    "Said there of the cooperation that four countries pledged in December 2021",
                    "Daar gezegd van de samenwerking die vier landen in december 2021 afspraken",
                ),
                Read("S4"),
            ),
        ),
    ),
    Kind.FOCUS: (
        (
            (
                "Checking hubs of logistics (ports, for example) and processes (transport, for example) more strictly, and"
                " overseeing them more closely.",
                "Logistieke knooppunten (bijvoorbeeld havens) en processen (bijvoorbeeld vervoer) strenger controleren, en er"
                " meer toezicht op houden.",
            ),
            PAGE,
        ),
        (
            (
                "Upsetting the business model of criminals, and seizing what crime has earned them.",
                "Het verdienmodel van criminelen doorkruisen, en afpakken wat zij met misdaad hebben verdiend.",
            ),
            PAGE,
        ),
        (
            (
                "Joining forces with source and transit countries, so that more is done against drug trafficking.",
                "De krachten bundelen met bron- en doorvoerlanden, zodat drugshandel steviger wordt aangepakt.",
            ),
            PAGE,
        ),
        (
            (
                "Putting new technology to use, for instance to investigate organised crime that harms society.",
                "Nieuwe technologie benutten, bijvoorbeeld bij de opsporing van georganiseerde criminaliteit die de samenleving"
                " ondermijnt.",
            ),
            PAGE,
        ),
        (
            (
                "Seizing sooner what crime yields, and the goods and property that are bought with it. To work with other"
                " countries, and with organisations such as the European Union (EU), is called essential to the approach.",
                "Sneller beslag leggen op wat misdaad oplevert, en op de goederen en panden die daarmee zijn gekocht."
                " Samenwerking met andere landen, en met organisaties als de Europese Unie (EU), heet onmisbaar voor de"
                " aanpak.",
            ),
            PAGE,
        ),
        (
            (
                "Agreeing with others to check seaports, airports and other logistics hubs more strictly.",
                "Met anderen afspreken om havens, vliegvelden en andere logistieke knooppunten strenger te controleren.",
            ),
            PAGE,
        ),
    ),
    Kind.PARTNERSHIP: (
        (
            (
                "They pass information and knowledge on to each other, in more than one way.",
                "Zij geven informatie en kennis aan elkaar door, op meer dan één manier.",
            ),
            PAGE,
        ),
        (("They take part in joint investigations.", "Zij doen mee aan gezamenlijke onderzoeken."), PAGE),
        (("They enforce the law in joint operations.", "Zij houden gezamenlijke handhavingsacties."), PAGE),
        (("They help each other with legal assistance.", "Zij verlenen elkaar rechtshulp."), PAGE),
        (
            (
                "They prepare new laws and rules together, so that crime across borders can be tackled better.",
                "Zij bereiden samen nieuwe wetten en regels voor, zodat criminaliteit over de grens beter kan worden"
                " aangepakt.",
            ),
            PAGE,
        ),
    ),
    Kind.PARTNERS: (
        (
            (
                "In the Netherlands the ministries, Customs, the police, the Special Investigative Services and the Public"
                " Prosecution Service, among others, work closely with colleagues abroad.",
                "In Nederland werken onder andere de ministeries, de Douane, de politie, de bijzondere opsporingsdiensten en"
                " het Openbaar Ministerie nauw samen met collega’s in het buitenland.",
            ),
            (
                Read(
                    "S2",
                    "Not a complete list; which ministries are meant is not stated",
                    "Geen volledige lijst; welke ministeries zijn bedoeld, is niet vermeld",
                ),
                Read("S4"),
            ),
        ),
        (
            (
                "Among the international partners are Europol, Eurojust and the European Union, the United Nations, and the"
                " maritime centre MAOC-N.",
                "Tot de internationale partners behoren Europol, Eurojust en de Europese Unie, de Verenigde Naties en het"
                " maritieme centrum MAOC.",
            ),
            (Read("S2", "Not a complete list", "Geen volledige lijst"), Read("S4")),
        ),
    ),
}
NAMED_THERE: dict[tuple[Kind, int], tuple[str, ...]] = {
    (Kind.PARTNERS, 1): (OM, "dutch-police", "customs-administration", "special-investigative-services"),
    (Kind.PARTNERS, 2): ("european-union", "europol", "eurojust", "united-nations", MAOC),
}

ESSENTIAL_2025: Text = (
    "For disrupting criminal networks and for protecting the rule of law it is essential that the two countries work together,"
    " with each other and internationally.",
    "Om criminele netwerken te verstoren en de rechtsstaat te beschermen, is het essentieel dat de twee landen samenwerken, met"
    " elkaar en internationaal.",
)
THREAT_2026: Text = (
    "Organised criminal groups change their methods fast, reach into more countries, and use digital platforms and new routes."
    " That makes them a greater threat to people, to economies and to communities.",
    "Georganiseerde criminele groepen veranderen hun werkwijze snel, breiden zich over grenzen uit en gebruiken digitale"
    " platforms en nieuwe routes. Daardoor zijn zij een grotere dreiging voor burgers, economieën en gemeenschappen.",
)


def put_in_statement(
    register: Register,
    values: dict[str, Any],
    position: int,
    text: Text,
    read: tuple[Read, ...],
    organisations: list[Organisation] | None = None,
) -> Statement:
    """One statement of a dialogue, at an edition or at none, in its place among those of its kind."""
    at = Q(edition=values["edition"]) if values.get("edition") else Q(edition__isnull=True)
    known = at & Q(dialogue=values["dialogue"], kind=values["kind"], position=position)
    whose = {"said_by": read} if values.get("said_by") else {}
    whom = {"organisations": read} if organisations else {}
    return register.put(
        Statement,
        known,
        {**values, "position": position, "text_en": text[0], "text_nl": text[1]},
        {"text": read, **whose, **whom},
        linked={"organisations": organisations or []},
    )


def put_in_statements(
    register: Register, dialogue: Dialogue, editions: dict[int, Edition], organisations: dict[str, Organisation]
) -> None:
    for kind, listed in APPROACH.items():
        for position, (text, read) in enumerate(listed, start=1):
            values = {"dialogue": dialogue, "edition": None, "kind": kind, **PUBLIC_UNDATED}
            named_there = [organisations[slug] for slug in NAMED_THERE.get((kind, position), ())]
            put_in_statement(register, values, position, text, read, named_there)
    for edition, kind, text, code, public in (
        (editions[2025], Kind.REASON, ESSENTIAL_2025, "S0", PUBLIC_2025),
        (editions[2026], Kind.THREAT, THREAT_2026, "S1", PUBLIC_2026),
    ):
        values = {"dialogue": dialogue, "edition": edition, "kind": kind, **public}
        put_in_statement(register, values, 1, text, (Read(code),))
