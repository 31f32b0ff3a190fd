"""Taking in a list of actions: read, say what its columns are, see what would happen, press once.

Between the pages the list travels in the form itself. The last press stores the actions, and what the columns are called.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dialogues.models import ActionColumn, Edition
from dialogues.procedures.action_import import MOST_ROWS, import_reasons, take_in_actions
from dialogues.procedures.steps import Reason, StepRefused, not_a_secretary
from socportal import clock
from socportal.list_dates import DAY_FIRST, MONTH_FIRST
from socportal.list_files import FileRefused, Rows, rows_of_file, rows_of_text

from .action_import_columns import (
    KEYS,
    Cells,
    Column,
    chosen,
    columns_of,
    mended,
    packed,
    remembered,
    rows_by_meaning,
    table_of,
    unpacked_columns,
    unpacked_rows,
    unpacked_table,
)
from .action_import_rows import Check, Line, counts, fingerprint, rule_of
from .pages import EditionPages
from .steps import for_whom, linked

M = ActionColumn.Meaning
# How many faulty rows one page offers for mending.
MENDED_AT_ONCE = 50


class ActionImportPage(EditionPages):
    """Adds the page that takes in a list of actions to the admin of the edition."""

    def get_urls(self) -> list[Any]:
        return [self.page("action_import", self.action_import_view), *super().get_urls()]

    def action_import_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """For a secretary of the dialogue; to everybody else the page does not exist (law R1)."""
        edition = self.kept(request, object_id)
        if not_a_secretary(request.user, edition.dialogue):  # type: ignore[arg-type]
            raise Http404
        step = request.POST.get("step", "") if request.method == "POST" else ""
        with timezone.override(edition.zone):
            if reasons := import_reasons(edition, request.user):  # type: ignore[arg-type]
                return self._list_asked(request, edition, refused=linked(reasons, page=edition))
            if step == "read":
                return self._read(request, edition)
            if step == "columns":
                return self._columns(request, edition)
            if step in {"check", "take"}:
                rows = mended(unpacked_rows(request.POST.get("rows", "")), request.POST.dict())
                columns = unpacked_columns(request.POST.get("columns", ""))
                return self._rows(request, edition, rows, columns, takes=step == "take")
            return self._list_asked(request, edition)

    # First page: the list

    def _list_asked(self, request: HttpRequest, edition: Edition, *, status: int = 0, **context: Any) -> HttpResponse:
        return self._import_page(request, edition, "ask", status=status, most=MOST_ROWS, **context)

    def _read(self, request: HttpRequest, edition: Edition) -> HttpResponse:
        said = remembered(edition.dialogue)
        upload, text = request.FILES.get("file"), request.POST.get("text", "")
        try:
            if not upload and not text.strip():
                raise FileRefused(_("Paste a list, or choose a file."))
            rows = rows_of_file(upload.read(), MOST_ROWS) if upload else rows_of_text(text, MOST_ROWS)  # type: ignore[union-attr]
            table = table_of(rows, said)
        except FileRefused as refusal:
            return self._list_asked(request, edition, fault=str(refusal), text=text, status=400)
        return self._of_columns(request, edition, table, columns_of(table, said), said)

    # Second page: the columns

    def _of_columns(
        self, request: HttpRequest, edition: Edition, table: Rows, columns: list[Column], said: dict[str, str], **more: Any
    ) -> HttpResponse:
        return self._import_page(
            request,
            edition,
            "columns",
            columns=columns,
            meanings=[(str(meaning), meaning.label) for meaning in M],
            packed=packed([[number, *cells] for number, cells in table]),
            head_row=table[0][0],
            rows_found=len(table) - 1,
            is_remembered=bool(said),
            **more,
        )

    def _columns(self, request: HttpRequest, edition: Edition) -> HttpResponse:
        table = unpacked_table(request.POST.get("table", ""))
        said = remembered(edition.dialogue)
        columns = columns_of(table, said)
        if faults := chosen(columns, request.POST.dict()):
            return self._of_columns(request, edition, table, columns, said, faults=faults, status=400)
        meanings = {column.head: column.meaning for column in columns if column.head}
        return self._rows(request, edition, rows_by_meaning(table, columns), meanings)

    # Third page: what would happen

    def _rows(
        self, request: HttpRequest, edition: Edition, rows: Cells, columns: dict[str, str], *, takes: bool = False
    ) -> HttpResponse:
        number_head = next((head for head, meaning in columns.items() if meaning == M.NUMBER), "")
        check = Check(request.user, edition, clock.now(), number_head)
        rule = rule_of(rows, request.POST.get("order", ""))
        lines = check.lines(rows, rule.order)
        refused: list[Reason] = []
        if takes:
            refused = self._overtaken(lines, request.POST.get("shown", ""))
            if not refused:
                try:
                    items = take_in_actions(
                        edition=edition,
                        by=request.user,  # type: ignore[arg-type]
                        rows=[check.row(line) for line in lines if line.is_new],
                        columns=columns,
                    )
                except StepRefused as refusal:
                    refused = refusal.reasons
                else:
                    return self._taken(request, edition, [item.number for item in items])
        faulty = [line for line in lines if line.faults]
        return self._import_page(
            request,
            edition,
            "check",
            refused=linked(refused),
            lines=lines,
            counts=counts(lines),
            rule=rule,
            orders=[(DAY_FIRST, _("the day, then the month")), (MONTH_FIRST, _("the month, then the day"))],
            other_order=MONTH_FIRST if rule.order == DAY_FIRST else DAY_FIRST,
            faulty=[(line, [check.cell(line, key) for key in KEYS if key in line.faults]) for line in faulty[:MENDED_AT_ONCE]],
            more_faults=max(0, len(faulty) - MENDED_AT_ONCE),
            packed=packed([[line.number, *(line.cells[key] for key in KEYS)] for line in lines]),
            packed_columns=packed(list(columns.items())),
            shown=fingerprint(lines),
            for_whom=for_whom(request.user),
        )

    def _overtaken(self, lines: list[Line], shown: str) -> list[Reason]:
        """What is taken in is what was shown: a second press, or a change by somebody else, shows it anew."""
        if not any(line.is_new for line in lines) and not any(line.faults for line in lines):
            return [Reason(_("Every row of this list is in the portal already. Nothing was taken in a second time."))]
        if fingerprint(lines) != shown or any(line.faults for line in lines):
            return [Reason(_("Something changed since this was shown. Nothing was taken in; look at the list again."))]
        return []

    def _taken(self, request: HttpRequest, edition: Edition, numbers: list[str]) -> HttpResponse:
        self.admin_site.forget_counts(request)  # type: ignore[attr-defined]
        said = ngettext(
            "%(n)d action was taken in as a proposal. Every party agrees to it before it is followed.",
            "%(n)d actions were taken in as proposals. Every party agrees to them before they are followed.",
            len(numbers),
        )
        messages.success(request, said % {"n": len(numbers)})
        return redirect(f"{reverse('admin:dialogues_actionitem_changelist')}?edition={edition.pk}")

    def _import_page(
        self, request: HttpRequest, edition: Edition, stage: str, *, status: int = 0, **context: Any
    ) -> HttpResponse:
        title = _("Take in a list of actions")
        response = self.shown(request, edition, "action_import", title, stage=stage, **context)
        response.status_code = status or response.status_code
        return response
