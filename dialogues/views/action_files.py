"""The list of action items as a file, with the filter of its address: the same rows for the same reader, never another's."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dialogues.exports import action_items as export
from dialogues.filters import ActionItemFilter, furnished
from dialogues.models import ActionItem
from socportal import clock
from socportal.bilingual import reader_language

from .action_items import FILE_TYPES, list_answer, list_page
from .paper_files import TYPES

CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "ics": "text/calendar; charset=utf-8", **TYPES}


@login_required
@require_safe
def action_file(request: HttpRequest, file_type: str) -> HttpResponse:
    """A filter that is not understood, or more rows than paper takes, is answered 400 by the list itself, in words."""
    if file_type not in FILE_TYPES:
        raise Http404
    at, user = clock.now(), request.user
    items = ActionItem.objects.visible_to(user, at)
    filters = ActionItemFilter(request.GET, queryset=items, request=request)
    if not filters.form.is_valid():
        return list_answer(request, list_page(request, at), status=400)
    chosen = furnished(filters.qs, user, at).order_by("-edition__year", "edition", "serial")
    if file_type == "pdf" and filters.qs.count() > export.MOST_ON_PAPER:
        said = _("The list is too long to print: at most %(most)d action items. Narrow it with a filter, or take the CSV.")
        context = {**list_page(request, at), "too_long": said % {"most": export.MOST_ON_PAPER}}
        return list_answer(request, context, status=400)
    rows = export.rows_of(chosen, at)
    content: Any
    if file_type == "csv":
        content = export.action_items_csv(rows)
    elif file_type == "xlsx":
        content = export.action_items_xlsx(rows)
    elif file_type == "pdf":
        content = export.action_items_pdf(rows, at=at, chosen=export.filter_in_words(filters.chips()))
    else:
        content = export.action_items_ics(rows)
    name = f"official-action-items-{at.date().isoformat()}-{reader_language()}.{file_type}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store, private",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=CONTENT_TYPES[file_type], headers=headers)
