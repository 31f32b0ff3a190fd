"""What participants are handed: practical information, and the papers of the sessions, each a real file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import override

from dialogues.exports.pdf import typeset
from dialogues.models import Edition, Information, Session
from dialogues.procedures.information import publish_information
from dialogues.procedures.journal import enter
from dialogues.procedures.paper_checks import examine
from dialogues.procedures.papers import add_version, upload_paper

from .telling import Telling

INFORMATION: dict[str, Any] = {
    "entrance_en": "Main entrance, Example Street. Bring your badge and an official pass with a photograph.",
    "entrance_nl": "Hoofdingang, Voorbeeldstraat. Neem uw badge en een dienstpas met foto mee.",
    "transport_en": "Ten minutes on foot from the railway station. There is no parking at the house.",
    "transport_nl": "Tien minuten lopen vanaf het station. Bij het huis kunt u niet parkeren.",
    "wifi_en": "Network “Example House guests”. The desk gives you the password.",
    "wifi_nl": "Netwerk “Example House guests”. Het wachtwoord krijgt u aan de balie.",
    "dress_en": "Business dress; the same at dinner.",
    "dress_nl": "Zakelijk; ook bij het diner.",
    "meals_en": "Lunch on both days and dinner on the first, in the Dining Room. Your meal option is known there.",
    "meals_nl": "Lunch op beide dagen en diner op de eerste dag, in de Eetzaal. Uw maaltijdkeuze is daar bekend.",
    "other_en": "Telephones stay outside the Great Hall during the ministerial segment.",
    "other_nl": "Telefoons blijven tijdens het ministeriële deel buiten de Grote zaal.",
    "phone": "+31 70 000 0000",
    "phone_hours_en": "Registration desk, both days from 8:00 to 18:00.",
    "phone_hours_nl": "Aanmeldbalie, op beide dagen van 8.00 tot 18.00 uur.",
}

# Session, title in both languages, what it says in both languages.
PAPERS = (
    (
        "Opening plenary: welcome and adoption of the agenda",
        ("Annotated list of open action items", "Toegelicht overzicht van open actiepunten"),
        ("Invented: one line for each item, and what is asked of the plenary.", "Verzonnen: per punt een regel en de vraag."),
    ),
    (
        "Working group: financial flows",
        ("Financial flows: questions for the group", "Financiële stromen: vragen voor de werkgroep"),
        ("Invented: three questions, one for each half hour.", "Verzonnen: drie vragen, een per half uur."),
    ),
    (
        "Working group: ports and logistics",
        ("Ports and logistics: what was agreed last year", "Havens en logistiek: wat vorig jaar is afgesproken"),
        ("Invented: two agreements and what came of them.", "Verzonnen: twee afspraken en wat ervan kwam."),
    ),
)


class Handouts(Telling):
    def hand_out(self, edition: Edition) -> None:
        """Four weeks before: papers in both languages, and what somebody needs who comes for the first time."""
        with self.at(edition.opens_on - timedelta(days=28)):
            information = enter(record=Information(edition=edition, **INFORMATION), by=self.lead(edition))
            publish_information(information=information, by=self.lead(edition))
            for title, titles, texts in PAPERS:
                self.hand_out_paper(edition.sessions.get(title_en=title), titles, texts)

    def hand_out_paper(self, session: Session, titles: tuple[str, str], texts: tuple[str, str]) -> None:
        edition, side = session.edition, self.sides[0]
        files = {
            lang: examine(f"official-{lang}.pdf", a_sheet(title, text, lang))
            for lang, title, text in zip(("en", "nl"), titles, texts, strict=True)
        }
        version = upload_paper(
            edition=edition,
            by=self.lead(edition),
            session=session,
            party=side.party,
            title_en=titles[0],
            title_nl=titles[1],
            audience="delegates",
            originator_marking="OFFICIAL",
            lang="en",
            file=files["en"],
        )
        add_version(paper=version.paper, by=self.lead(edition), lang="nl", file=files["nl"])


def a_sheet(title: str, text: str, lang: str) -> bytes:
    """One marked sheet with a sentence on it."""
    with override(lang):
        content = {
            "title": title,
            "series": "Demonstration",
            "marking": "OFFICIAL / ongerubriceerd",
            "audience": "",
            "contents": "",
            "parts": [
                {
                    "kind": "handover",
                    "title": title,
                    "sections": [{"title": title, "note": "", "nothing": text, "columns": [], "widths": [], "rows": []}],
                }
            ],
        }
        return typeset("print", content, lang=lang)
