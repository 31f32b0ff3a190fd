"""The dated texts told as news, in our own words; each stands beside the text that it was read from."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from dialogues.models import Edition, NewsItem
from parties.record import FROM_ADDRESS, Read, Readings, Register

from .publication import PUBLIC_2019, PUBLIC_2025, PUBLIC_2026

# By the code of the text.
NEWS: dict[str, dict[str, Any]] = {
    "S3": {
        "slug": "belgian-dutch-conference-2019",
        "dated_on": date(2019, 12, 2),
        "title_en": "Belgium and the Netherlands confer on cross-border crime",
        "title_nl": "België en Nederland overleggen over grensoverschrijdende criminaliteit",
        "lead_en": "In Brussels two Belgian ministers receive their Dutch colleague for the first conference of its kind.",
        "lead_nl": "In Brussel ontvangen twee Belgische ministers hun Nederlandse collega voor de eerste conferentie in haar"
        " soort.",
        "body_en": "On 2 December 2019 Koen Geens, Minister of Justice and Deputy Prime Minister of Belgium, and Pieter De"
        " Crem, Minister of the Interior and Security, receive the Dutch Minister for Justice and Security, Ferdinand"
        " Grapperhaus.\n\n"
        "They want to agree on how crime is fought, organised crime above all; to take stock of how the two countries already"
        " consult each other; and to see where police and judicial services can inform each other better. What was agreed is"
        " not stated: the text was written beforehand, or on the day.\n\n"
        "Both countries name four subjects on which they have to coordinate better: the smuggling of drugs, trafficking in"
        " human beings, motorcycle gangs, and gas attacks on cash machines.\n\n"
        "This conference belongs to another series than the UK–Netherlands dialogue.",
        "body_nl": "Op 2 december 2019 ontvangen Koen Geens, vice-eersteminister en minister van Justitie van België, en"
        " Pieter De Crem, minister van Binnenlandse Zaken en Veiligheid, de Nederlandse minister van Justitie en Veiligheid,"
        " Ferdinand Grapperhaus.\n\n"
        "Zij willen afspraken maken over de bestrijding van criminaliteit, georganiseerde criminaliteit voorop; in kaart"
        " brengen hoe de twee landen nu al overleggen; en nagaan waar politie en justitie elkaar beter kunnen informeren. Wat"
        " er is afgesproken, is niet vermeld: de tekst is vooraf geschreven, of op de dag zelf.\n\n"
        "Beide landen noemen vier onderwerpen waarop zij beter moeten afstemmen: drugssmokkel, mensenhandel, motorbendes en"
        " plofkraken op geldautomaten.\n\n"
        "Deze conferentie hoort bij een andere reeks dan de dialoog van het Verenigd Koninkrijk en Nederland.",
        **PUBLIC_2019,
    },
    "S0": {
        "slug": "strengthening-uk-nl-cooperation-2025",
        "dated_on": date(2025, 1, 31),
        "title_en": "Two days in London against serious and organised crime",
        "title_nl": "Twee dagen in Londen tegen zware en georganiseerde criminaliteit",
        "lead_en": "Almost 70 British and Dutch experts worked on illicit money, drugs moved by sea, and crime from detention.",
        "lead_nl": "Bijna 70 Britse en Nederlandse experts werkten aan illegaal geld, drugs over zee en misdaad vanuit"
        " detentie.",
        "body_en": "The United Kingdom and the Netherlands held their dialogue on serious and organised crime (SOC) in London,"
        " in the week of 27 January 2025. It took two days; which ones is not stated. Almost 70 experts took part: people from"
        " the National Crime Agency on the British side, from the police, the Public Prosecution Service and the Ministry of"
        " Justice and Security on the Dutch side, and others.\n\n"
        "Working groups took up three key areas: illicit financial flows, maritime drug flows, and offending that goes"
        " on in detention. In a keynote the Global Initiative Against Transnational Organised Crime (GI-TOC) showed how the"
        " maritime drug trade is changing; a panel looked at Latin America and at West Africa.\n\n"
        "David van Weel, the Dutch Minister of Justice and Security, spoke at the dialogue. In the same week he met Yvette"
        " Cooper, the UK Home Secretary, and Lord Timpson, Minister of State. How that meeting relates to the programme is"
        " not stated.",
        "body_nl": "Het Verenigd Koninkrijk en Nederland hielden in de week van 27 januari 2025 in Londen hun dialoog over"
        " zware en georganiseerde criminaliteit (SOC). Die duurde twee dagen; welke, is niet vermeld. Bijna 70 experts deden"
        " mee: van de National Crime Agency aan Britse kant, van de politie, het Openbaar Ministerie en het Ministerie van"
        " Justitie en Veiligheid aan Nederlandse kant, en anderen.\n\n"
        "Er waren werkgroepen over drie hoofdonderwerpen: illegale financiële stromen, drugsstromen over zee en crimineel"
        " handelen dat in detentie doorgaat. In een keynote liet het Global Initiative Against Transnational Organised Crime"
        " (GI-TOC) zien hoe de drugshandel over zee verandert; een panel besprak Latijns-Amerika en West-Afrika.\n\n"
        "David van Weel, de Nederlandse minister van Justitie en Veiligheid, sprak op de dialoog. In dezelfde week ontmoette"
        " hij Yvette Cooper, de Britse minister van Binnenlandse Zaken, en Lord Timpson, Minister of State. Hoe dat overleg"
        " zich tot het programma verhoudt, is niet vermeld.",
        **PUBLIC_2025,
    },
    "S1": {
        "slug": "uk-nl-soc-dialogue-2026",
        "dated_on": date(2026, 3, 24),
        "title_en": "Fourth dialogue: illicit finance, cocaine and 3D printed firearms",
        "title_nl": "Vierde dialoog: illegale geldstromen, cocaïne en 3D-geprinte vuurwapens",
        "lead_en": "The fourth dialogue of the United Kingdom and the Netherlands on serious and organised crime (SOC) was"
        " held on 24 March 2026.",
        "lead_nl": "Op 24 maart 2026 was de vierde dialoog van het Verenigd Koninkrijk en Nederland over zware en"
        " georganiseerde criminaliteit (SOC).",
        "body_en": "It had three themes: disrupting illicit finance, disrupting the flows of cocaine upstream, and answering"
        " the threat of 3D printed firearms. Where it was held, and whether working groups met on the themes, is not"
        " stated.\n\n"
        "The two countries want to act more strongly against the financial systems behind crime; crypto tracing, underground"
        " banking and the recovery of assets are part of this. They reaffirmed that they will stop cocaine upstream, with"
        " source and transit countries, and further committed to closer cooperation against 3D printed firearms and the"
        " trafficking of firearms.\n\n"
        "Progress since 2025 was reported too: multi-tonne seizures of cocaine, strategies against illicit finance that are"
        " more closely aligned, and closer cooperation on offenders in detention. The UK Prison Minister was to visit the"
        " Netherlands; a date is not stated.\n\n"
        "The text sets the dialogue beside the joint statement of December 2025 on the bilateral security partnership: it is an"
        " important means of carrying out what was committed to.",
        "body_nl": "De dialoog had drie thema’s: illegale geldstromen verstoren, cocaïnestromen eerder in de keten verstoren,"
        " en een antwoord op de dreiging van 3D-geprinte vuurwapens. Waar zij werd gehouden en of er werkgroepen over de"
        " thema’s bijeenkwamen, is niet vermeld.\n\n"
        "De twee landen willen krachtiger optreden tegen de financiële systemen achter criminaliteit; het traceren van"
        " crypto’s, ondergronds bankieren en het ontnemen van crimineel vermogen horen daarbij. Zij bevestigden opnieuw dat"
        " zij cocaïne eerder in de keten willen tegenhouden, samen met bron- en doorvoerlanden, en spraken daarnaast nauwere"
        " samenwerking af tegen 3D-geprinte vuurwapens en illegale vuurwapenhandel.\n\n"
        "Ook is voortgang sinds 2025 gemeld: cocaïnevangsten van meerdere tonnen, strategieën tegen illegale geldstromen die"
        " beter op elkaar zijn afgestemd, en nauwere samenwerking rond daders in detentie. De Britse bewindspersoon voor het"
        " gevangeniswezen zou Nederland bezoeken; een datum is niet vermeld.\n\n"
        "De tekst plaatst de dialoog naast de gezamenlijke verklaring van december 2025 over het bilaterale"
        " veiligheidspartnerschap: zij is een belangrijk middel om uit te voeren wat is afgesproken.",
        **PUBLIC_2026,
    },
}
THE_DAY: dict[str, tuple[Read, ...]] = {
    "S0": (Read("S0"),),
    "S1": (Read("S1"),),
    "S3": (Read("P11", *FROM_ADDRESS),),
}


def put_in_news(register: Register, told_of: dict[str, Edition]) -> None:
    """One item for each dated text, with the edition that it tells of."""
    for code, stated in NEWS.items():
        edition = told_of[code]
        values = {**stated, "dialogue": edition.dialogue, "edition": edition, "source": register.source(code)}
        read: Readings = {**{field: (Read(code),) for field in ("title", "lead", "body")}, "dated_on": THE_DAY[code]}
        register.put(NewsItem, Q(slug=stated["slug"]), values, read)
