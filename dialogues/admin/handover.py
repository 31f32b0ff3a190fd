"""The handover note of an edition: on a page that prints, and from there as a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from dialogues.exports.handover import HandoverNote, as_of, handover_note, open_in_words
from dialogues.models import Edition
from socportal.bilingual import Wording

from .pages import EditionPages
from .steps import change_address


def shown_sections(note: HandoverNote) -> list[dict[str, Any]]:
    """Each line leads to its record, where that has a page; a text in the other language is marked as such."""
    return [
        {
            "title": section.title,
            "note": section.note,
            "columns": section.columns,
            "nothing": section.nothing,
            "lines": [
                {
                    "first": in_html(line.cells[0]),
                    "rest": [in_html(cell) for cell in line.cells[1:]],
                    "address": address_of(line.record, note.edition),
                    "is_late": line.is_late,
                }
                for line in section.lines
            ],
        }
        for section in note.sections()
    ]


def in_html(cell: Any) -> str:
    return cell.marked if isinstance(cell, Wording) else str(cell)


def address_of(record: Any, edition: Edition) -> str:
    return "" if record == edition else change_address(record)


class HandoverPage(EditionPages):
    def get_urls(self) -> list[Any]:
        return [self.page("handover", self.handover_view), *super().get_urls()]

    def handover_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        edition = self.kept(request, object_id)
        note = handover_note(edition, request.user)
        return self.shown(
            request,
            edition,
            "handover",
            _("Handover note"),
            as_of=as_of(note),
            open_in_words=open_in_words(note),
            sections=shown_sections(note),
            take_out_address=reverse("admin:dialogues_export_take_out", args=[edition.pk, "handover"]),
        )
