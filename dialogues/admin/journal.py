from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from dialogues.models import JournalEntry
from socportal.admin import ReadOnlyAdmin, VisibleRelatedFilter


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnlyAdmin):
    """Every act, in order. Names are looked up when a row is shown; the journal itself holds none."""

    list_display = ("number", "at", "by", "party", "what", "on_what", "edition")
    list_filter = (("edition", VisibleRelatedFilter), ("party", VisibleRelatedFilter), "act")
    list_select_related = ("by__person", "party", "edition__dialogue", "content_type")
    fields = ("number", "at", "by", "party", "what", "on_what", "edition", "details", "previous_hash", "hash")
    readonly_fields = ("what", "on_what")

    @admin.display(description=gettext_lazy("what"))
    def what(self, entry: JournalEntry) -> str:
        return entry.act_in_words

    @admin.display(description=gettext_lazy("on"))
    def on_what(self, entry: JournalEntry) -> str:
        """The kind and number of the record, not its title: who reads the journal may not read every record."""
        return f"{entry.content_type.name} {entry.object_id}" if entry.content_type else ""
