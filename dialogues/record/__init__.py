"""The public record of the UK–Netherlands SOC Dialogue: what published texts state, in our own words, and where.

`load_record` puts in what is missing and changes nothing that is there: staff may correct a text, take a citation away or
publish later, and loading again leaves that alone. Records are known again by slug, year, code or place in their list.
All of it happens in one transaction.

What the texts do not state stays empty: pages then say “not stated”. Values that only another public source states are
stored with a citation to it, and pages mark them. Readings that are ours say so where they are shown: one working group for
each key area of 2025, the two lines of the 2026 text read as three themes, every link between the subjects of the two years,
and every Dutch name that no text gives. No commitment gets an action item: none was agreed in a text. The checklist that a
dialogue's next edition begins with is the secretariat's own, no text states it.

Public since: the day on which the text that a record was first read from came out.
"""

from __future__ import annotations

from collections import Counter

from django.db import models, transaction

from dialogues.models import Dialogue
from dialogues.procedures import journal
from dialogues.procedures.preparation import draw_up_template
from parties.record import Register, put_in_organisations, put_in_parties, put_in_sources

from .approach import put_in_statements
from .engagements import put_in_engagements, put_in_initiatives
from .news import put_in_news
from .others import BE_NL, FOUR, put_in_conference, put_in_four_country_meeting
from .outcomes import (
    FIGURES,
    FIGURES_PUBLIC,
    STATEMENT_2025,
    put_in_commitments,
    put_in_documents,
    put_in_figures,
    put_in_results,
)
from .uk_nl import IN_DIALOGUE, SLUG, put_in_2025, put_in_2026, put_in_dialogue, put_in_lineage


@transaction.atomic
def load_record() -> Counter[type[models.Model]]:
    """Put in what is missing of the record; the count of records put in, by kind, is empty when all was there."""
    register = Register()
    put_in_sources(register)
    parties = put_in_parties(register)
    organisations = put_in_organisations(register, parties)

    dialogue = put_in_dialogue(register, [parties[code] for code in IN_DIALOGUE])
    of_2025 = put_in_2025(register, dialogue, parties, organisations)
    of_2026, themes = put_in_2026(register, dialogue)
    editions = {2025: of_2025, 2026: of_2026}
    put_in_lineage(register, of_2025, of_2026, themes)
    engagements = put_in_engagements(register, dialogue, editions, parties)
    initiatives = put_in_initiatives(register, dialogue, parties, organisations)
    documents = put_in_documents(register, dialogue, editions, parties)
    put_in_commitments(register, of_2026, documents[STATEMENT_2025], themes, initiatives, parties)
    put_in_results(register, of_2026, engagements)
    for year, (code, public) in FIGURES_PUBLIC.items():
        put_in_figures(register, editions[year], FIGURES[year], code, public)
    put_in_statements(register, dialogue, editions, organisations)

    conference = put_in_conference(register, parties, organisations)
    put_in_four_country_meeting(register, parties)
    put_in_news(register, {"S0": of_2025, "S1": of_2026, "S3": conference})
    for recorded in Dialogue.objects.filter(slug__in=(SLUG, BE_NL, FOUR)):
        draw_up_template(recorded)
    if register.added:
        write_down(dialogue, register.added.total())
    return register.added


def write_down(dialogue: Dialogue, count: int) -> None:
    """One entry for all of it. Kept answers hold for one end of the journal, so what was put in shows at once."""
    journal.write(by=None, act="loaded record", on=dialogue, details={"records": count})
