"""Consultation structures: how well each serves, said by a secretary as of a day; what was said before stands beside it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.models import Audience, ConsultationStructure, StructureAssessment
from parties.models import User
from socportal import clock

from . import journal
from .steps import Reason, lock, not_a_secretary, refuse_for

READERS = (Audience.DELEGATES, Audience.SECRETARIAT)


def assess_reasons(structure: ConsultationStructure, by: User) -> list[Reason]:
    return not_a_secretary(by, structure.dialogue)


def day_reasons(assessed_on: date) -> list[Reason]:
    """Nothing is assessed ahead, by the UTC calendar."""
    if assessed_on <= clock.today():
        return []
    return [Reason(_("This day lies ahead. Give the day on which it was assessed."))]


@transaction.atomic
def assess(
    *,
    structure: ConsultationStructure,
    by: User,
    assessed_on: date,
    text_en: str,
    text_nl: str = "",
    audience: str = Audience.SECRETARIAT,
) -> StructureAssessment:
    """Say how well the structure serves, for the delegates or for the secretariat alone. It is never changed afterwards."""
    structure = lock(structure)
    refuse_for(assess_reasons(structure, by) + day_reasons(assessed_on))
    if audience not in READERS:
        refuse_for([Reason(_("An assessment is for the delegates or for the secretariat."))])
    if not text_en.strip():
        refuse_for([Reason(_("Write the assessment, in English at least."))])
    assessment = StructureAssessment(
        structure=structure, assessed_on=assessed_on, text_en=text_en, text_nl=text_nl, audience=audience
    )
    assessment.full_clean()
    assessment.save()
    journal.write(by=by, act="assessed structure", on=structure, details={"assessment": assessment.pk, "to": audience})
    return assessment
