"""What a dialogue's own list of actions calls its columns: said once by a secretary, remembered for the next list."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parties.models.retention import Retention

from .dialogues import Dialogue


class ActionColumn(models.Model):
    """One column head of a spreadsheet, and what stands under it."""

    RETENTION = {Retention.RECORD: ("head",)}

    class Meaning(models.TextChoices):
        NUMBER = "number", pgettext_lazy("column", "number")
        TEXT_EN = "text_en", pgettext_lazy("column", "action, English")
        TEXT_NL = "text_nl", pgettext_lazy("column", "action, Dutch")
        MEASURE_EN = "measure_en", pgettext_lazy("column", "what will we see, English")
        MEASURE_NL = "measure_nl", pgettext_lazy("column", "what will we see, Dutch")
        LEAD = "lead", pgettext_lazy("column", "lead party or parties")
        ORGANISATION = "organisation", pgettext_lazy("column", "lead organisation")
        OWNER_EN = "owner_en", pgettext_lazy("column", "owner post, English")
        OWNER_NL = "owner_nl", pgettext_lazy("column", "owner post, Dutch")
        DUE_ON = "due_on", pgettext_lazy("column", "due date")
        THEME = "theme", pgettext_lazy("column", "theme")
        GROUP = "group", pgettext_lazy("column", "working group")
        REMARK = "remark", pgettext_lazy("column", "remark, kept in the item’s history")
        IGNORED = "ignored", pgettext_lazy("column", "not taken over")

    dialogue = models.ForeignKey(Dialogue, on_delete=models.CASCADE, related_name="action_columns", verbose_name=_("dialogue"))
    head = models.CharField(_("head of the column"), max_length=80)
    meaning = models.CharField(_("what stands in it"), max_length=12, choices=Meaning)

    class Meta:
        verbose_name = _("column of a list of actions")
        verbose_name_plural = _("columns of lists of actions")
        ordering = ["dialogue", "head"]
        constraints = [models.UniqueConstraint(fields=["dialogue", "head"], name="column_head_is_remembered_once")]

    def __str__(self) -> str:
        return self.head
