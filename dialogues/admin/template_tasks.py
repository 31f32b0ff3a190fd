"""The template of a dialogue's checklist in the admin: read by its secretaries, kept by its lead."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dialogues.models import TemplateTask
from dialogues.models.preparation import dialogues_led_by
from socportal.admin import PortalAdmin, VisibleRelatedFilter, pair

from .editions import OfOneEdition
from .preparation import within_bounds

CHANGES_NOTHING_BEGUN = gettext_lazy(
    "What the checklist of the next edition begins with. The secretariat lead keeps it; a change here changes no edition "
    "that is scheduled already."
)


class TemplateTaskForm(OfOneEdition):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "depends_on" in self.fields:
            others = TemplateTask.objects.filter(dialogue=self.instance.dialogue_id).exclude(pk=self.instance.pk)
            self.fields["depends_on"].queryset = others.through_the_year()  # type: ignore[attr-defined]

    def clean_offset_days(self) -> int:
        return within_bounds(self.cleaned_data["offset_days"])

    def clean(self) -> dict[str, Any]:
        """What comes before a task does not come after it as well, neither itself nor through others."""
        cleaned = super().clean()
        after = self.instance.comes_before() if self.instance.pk else set()
        for chosen in cleaned.get("depends_on") or ():
            if chosen.pk == self.instance.pk or chosen.pk in after:
                said = _("%(code)s comes after this task already: take it out here, or take this task out there.")
                self.add_error("depends_on", said % {"code": chosen.code})
                break
        return cleaned


@admin.register(TemplateTask)
class TemplateTaskAdmin(PortalAdmin):
    form = TemplateTaskForm
    change_list_template = "admin/template_tasks.html"
    shows_only_kept = True
    list_display = ("code", "task", "when", "owner", "is_gate", "sign_in_words", "dialogue")
    list_display_links = ("code", "task")
    list_filter = (("dialogue", VisibleRelatedFilter), "is_gate", "owner")
    list_select_related = ("dialogue",)
    search_fields = ("code", "task_en", "task_nl")
    prefill = ("dialogue",)
    fieldsets = (
        (
            None,
            {
                "description": CHANGES_NOTHING_BEGUN,
                "fields": (pair("task"), ("dialogue", "code"), ("owner", "is_gate"), ("offset_days", "anchor")),
            },
        ),
        (gettext_lazy("What it yields"), {"fields": (pair("deliverable"), "sign", "depends_on")}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.through_the_year()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("dialogue",) if obj else ()

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> Any:
        """A row is added where one leads, and comes after rows of such a dialogue."""
        rows = super().get_field_queryset(db, db_field, request)
        if db_field.name == "dialogue":
            return rows.filter(pk__in=dialogues_led_by(request.user).values("pk"))  # type: ignore[union-attr]
        return rows.led_by(request.user).through_the_year() if db_field.name == "depends_on" else rows  # type: ignore[union-attr]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_manytomany(db_field, request, **{"widget": forms.CheckboxSelectMultiple, **kwargs})

    # Who keeps it

    def leads(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the reader leads the dialogue of this row; without a row, any dialogue. Asked once a request."""
        if not hasattr(request, "_led"):
            request._led = set(dialogues_led_by(request.user).values_list("pk", flat=True))  # type: ignore[attr-defined]
        led: set[int] = request._led  # type: ignore[attr-defined]
        return bool(led) if obj is None or obj.pk is None else obj.dialogue_id in led

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and self.leads(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or self.leads(request, obj))

    def deletable(self, request: HttpRequest, obj: TemplateTask) -> bool:
        """A row is nobody's record: what an edition took from it stands on the edition."""
        return self.leads(request, obj)

    # Columns

    @admin.display(description=gettext_lazy("task"))
    def task(self, task: TemplateTask) -> str:
        return str(task.task)

    @admin.display(description=gettext_lazy("what shows it"))
    def sign_in_words(self, task: TemplateTask) -> str:
        return str(task.get_sign_display()) if task.sign else _("ticked by hand")

    @admin.display(description=gettext_lazy("when"))
    def when(self, task: TemplateTask) -> str:
        days, opens = abs(task.offset_days), task.anchor == TemplateTask.Anchor.OPEN
        if task.offset_days == 0:
            return _("on the opening day") if opens else _("on the closing day")
        if task.offset_days < 0:
            before = ngettext("%(count)d day before the opening", "%(count)d days before the opening", days)
            before_close = ngettext("%(count)d day before the closing", "%(count)d days before the closing", days)
            return (before if opens else before_close) % {"count": days}
        after = ngettext("%(count)d day after the opening", "%(count)d days after the opening", days)
        after_close = ngettext("%(count)d day after the closing", "%(count)d days after the closing", days)
        return (after if opens else after_close) % {"count": days}
