"""The journal in the admin: read, never written."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from dialogues.models import JournalEntry
from dialogues.models.journal import ACTS
from socportal.admin import ReadOnlyAdmin, VisibleRelatedFilter


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnlyAdmin):
    list_display = ("number", "at", "by", "party", "act_in_words", "what", "edition")
    list_filter = (("edition", VisibleRelatedFilter), ("party", VisibleRelatedFilter))
    list_select_related = ("by__person", "party", "edition__dialogue", "content_type")
    search_fields = ("=act", "=object_id")
    search_help_text = gettext_lazy("The number of a record.")
    fields = (("number", "at"), ("by", "party"), ("act_in_words", "what"), ("dialogue", "edition"), "details", "hash")
    readonly_fields = ("act_in_words", "what")

    @admin.display(description=gettext_lazy("act"), ordering="act")
    def act_in_words(self, entry: JournalEntry) -> str:
        return str(ACTS.get(entry.act, entry.act))

    @admin.display(description=gettext_lazy("record"))
    def what(self, entry: JournalEntry) -> str:
        """Its kind and number: the record itself may say a name."""
        kind = entry.content_type.model_class() if entry.content_type else None
        return f"{kind._meta.verbose_name} {entry.object_id}" if kind else "–"
