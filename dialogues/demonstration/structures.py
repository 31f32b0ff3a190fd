"""Where the two sides confer beside their dialogue: three invented bodies, two of them assessed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from dialogues.models import ConsultationStructure, StructureChair
from dialogues.procedures import publication, structures
from dialogues.procedures.journal import enter

from .telling import Telling

# Name, level, remit, how often, the post that chairs; each text in English and Dutch. The last number is that of a group.
BODIES: tuple[dict[str, Any], ...] = (
    {
        "slug": "example-committee",
        "level": ConsultationStructure.Level.SENIOR_OFFICIALS,
        "name": ("Example committee", "Voorbeeldcommissie"),
        "remit": ("Follows what the two sides have agreed.", "Volgt wat de twee zijden hebben afgesproken."),
        "frequency": ("Twice a year", "Tweemaal per jaar"),
        "post": ("Director of the example ministry", "Directeur van het voorbeeldministerie"),
        "group": None,
    },
    {
        "slug": "example-ports-meeting",
        "level": ConsultationStructure.Level.OPERATIONAL,
        "name": ("Example meeting on ports", "Voorbeeldoverleg over havens"),
        "remit": (
            "Compares how checks in ports are organised; no cases are discussed.",
            "Vergelijkt hoe controles in havens zijn ingericht; er worden geen zaken besproken.",
        ),
        "frequency": ("Every quarter", "Elk kwartaal"),
        "post": ("Head of the example agency", "Hoofd van de voorbeelddienst"),
        "group": 1,
    },
    {
        "slug": "example-liaison-table",
        "level": ConsultationStructure.Level.EXPERTS,
        "name": ("Example table of liaison officers", "Voorbeeldtafel van liaisons"),
        "remit": ("Keeps the list of contacts of both sides.", "Houdt de lijst van contacten van beide zijden bij."),
        "frequency": ("", ""),
        "post": None,
        "group": None,
    },
)


def both(name: str, texts: tuple[str, str]) -> dict[str, str]:
    return {f"{name}_en": texts[0], f"{name}_nl": texts[1]}


class Structures(Telling):
    def confer_elsewhere(self, day: date) -> None:
        """Entered by one secretary and published by the other; a hundred days later the first two are assessed."""
        proposing, publishing = (side.secretary for side in self.sides)
        with self.at(day):
            made = [self.body(**told) for told in BODIES]
            for structure in made:
                proposed = publication.propose_publication(record=structure, by=proposing)
                publication.publish(record=proposed, by=publishing)
        with self.at(day + timedelta(days=100)):
            structures.assess(
                structure=made[0],
                by=proposing,
                assessed_on=day + timedelta(days=95),
                text_en="Decides quickly. Its agenda and that of the dialogue overlap on two subjects.",
                text_nl="Besluit snel. De agenda overlapt op twee onderwerpen met die van de dialoog.",
                audience="delegates",
            )
            structures.assess(
                structure=made[1],
                by=publishing,
                assessed_on=day + timedelta(days=98),
                text_en="Meets less often than it says; one side has no chair at present.",
                text_nl="Komt minder vaak bijeen dan het zegt; één zijde heeft nu geen voorzitter.",
                audience="secretariat",
            )

    def body(self, *, slug: str, level: str, group: int | None, post: tuple[str, str] | None, **texts: Any) -> Any:
        said = {key: text for name, pair in texts.items() for key, text in both(name, pair).items()}
        structure = enter(
            record=ConsultationStructure(dialogue=self.dialogue, slug=slug, level=level, **said), by=self.sides[0].secretary
        )
        structure.parties.set(side.party for side in self.sides)
        structure.working_groups.set([] if group is None else [self.groups[group]])
        for side in self.sides if post else ():
            StructureChair.objects.create(structure=structure, party=side.party, **both("post", post or ("", "")))
        return structure
