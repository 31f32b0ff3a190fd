from __future__ import annotations

from django.contrib import admin

from dialogues.models import OutgoingMessage
from socportal.admin import ReadOnlyAdmin, VisibleRelatedFilter


@admin.register(OutgoingMessage)
class OutgoingMessageAdmin(ReadOnlyAdmin):
    """What waits to leave, and what has left. It is sent by a step on the edition."""

    list_display = ("subject", "recipient", "lang", "edition", "queued_at", "sent_at", "last_error")
    list_filter = (("edition", VisibleRelatedFilter), ("sent_at", admin.EmptyFieldListFilter), "lang")
    list_select_related = ("recipient__person", "edition__dialogue")
    search_fields = ("recipient__email", "subject")
    fields = ("recipient", "lang", "subject", "text", ("queued_at", "sent_at"), "last_error")
