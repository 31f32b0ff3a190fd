"""The summary of conclusions with its list of actions on paper, in the language that is active."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dialogues.models import ActionItem, Summary
from dialogues.models.conclusions import Block, blocks_of
from socportal.bilingual import Wording, reader_language

from .marking import TakenOut, at_venue, marking, series
from .pdf import typeset


def conclusions_pdf(summary: Summary, actions: Sequence[ActionItem], taken_out: TakenOut) -> bytes:
    """`actions` are those that the reader may see, with their leads."""
    content = {
        "title": _("Summary of conclusions"),
        "series": series(summary.edition),
        "marking": marking(),
        "audience": _("Participants only") if summary.status == Summary.Status.ADOPTED else _("For comment, not adopted"),
        "watermark": taken_out.watermark(),
        "under": standing(summary),
        "blocks": [block(one, summary.text.lang) for one in blocks_of(summary.text, summary.text.lang)],
        "actions_title": _("Action list"),
        "columns": [_("No."), _("Action"), _("Lead and owner post"), _("Due on")],
        "measure": _("What will we see:"),
        "no_actions": _("No action is on the list."),
        "actions": [row(item) for item in actions],
        "note": _("Demonstration edition. Its dates, place, rooms and people are invented.")
        if summary.edition.dialogue.is_demonstration
        else "",
    }
    return typeset("conclusions", content, lang=reader_language())


def standing(summary: Summary) -> str:
    """Which version this is, and since when."""
    if summary.adopted_at:
        return _("Adopted by all parties, %(when)s") % {"when": at_venue(summary.edition, summary.adopted_at)}
    told = {"round": summary.round, "status": summary.get_status_display()}
    return _("Version %(round)d, %(status)s") % told


def block(one: Block, lang: str) -> dict[str, Any]:
    return {
        "heading": Wording(one.heading, lang),
        "lines": [Wording(line, one.lang) for line in one.lines],
        "items": [Wording(item, one.lang) for item in one.items],
    }


def row(item: ActionItem) -> dict[str, Any]:
    return {
        "number": item.number,
        "text": item.text,
        "status": item.get_status_display(),
        "measure": item.measure,
        "leads": [{"party": lead.party.name, "post": lead.owner_post} for lead in item.leads.all()],
        "due_on": date_format(item.due_on, "DATE_FORMAT") if item.due_on else _("none set"),
    }
