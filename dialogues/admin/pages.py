"""What the pages of an edition have in common that are no change form: who sees them, and how one gets to the others."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from dialogues.models import Edition

from .steps import change_address


def pages_of_people(edition: Edition) -> list[tuple[str, str]]:
    """Both delegations, then everybody: where one goes on from a delegation, a nomination or a registration."""
    return [
        (_("Delegations side by side"), reverse("admin:dialogues_edition_delegations", args=[edition.pk])),
        (_("Participants"), reverse("admin:dialogues_edition_participants", args=[edition.pk])),
    ]


def other_pages(edition: Edition) -> list[tuple[str, str]]:
    """What an edition is looked at in, moved and taken out from, beside its own page."""
    return [
        (_("Agenda builder"), reverse("admin:dialogues_edition_agenda_builder", args=[edition.pk])),
        (_("Releases of the agenda"), reverse("admin:dialogues_edition_releases", args=[edition.pk])),
        *pages_of_people(edition),
        (_("Practical information"), reverse("admin:dialogues_edition_information", args=[edition.pk])),
        (_("Papers"), f"{reverse('admin:dialogues_paper_changelist')}?edition__id__exact={edition.pk}"),
        (_("Take in a list of actions"), reverse("admin:dialogues_edition_action_import", args=[edition.pk])),
        (_("Lists and print"), reverse("admin:dialogues_export_edition", args=[edition.pk])),
        (_("The year in one picture"), reverse("admin:dialogues_edition_timeline", args=[edition.pk])),
        (_("Handover note"), reverse("admin:dialogues_edition_handover", args=[edition.pk])),
        (_("Move to other days"), reverse("admin:dialogues_edition_move", args=[edition.pk])),
        (_("Prepare the next edition"), reverse("admin:dialogues_edition_roll_forward", args=[edition.pk])),
    ]


def all_pages(edition: Edition) -> list[tuple[str, str]]:
    """The same, and before all others those of the days themselves; who came is noted until the edition is closed."""
    of_the_days = []
    if edition.is_open():
        of_the_days.append((_("On the day"), reverse("admin:dialogues_edition_on_the_day", args=[edition.pk])))
    if edition.status == Edition.Status.PREPARING and edition.has_opened():
        of_the_days.append((_("Attendance"), reverse("admin:dialogues_edition_attendance", args=[edition.pk])))
    return [*of_the_days, *other_pages(edition)]


class EditionPages(admin.ModelAdmin):  # type: ignore[type-arg]
    """The base of the mixins that add a page to the admin of the edition: `page` names it, `kept` finds it, `shown` answers."""

    def page(self, name: str, view: Any) -> Any:
        return path(
            f"<int:object_id>/{name.replace('_', '-')}/", self.admin_site.admin_view(view), name=f"dialogues_edition_{name}"
        )

    def kept(self, request: HttpRequest, object_id: int) -> Edition:
        """The edition, for those who prepare it; to everybody else it does not exist (law R1)."""
        edition = self.get_object(request, str(object_id))
        if edition is None or not self.has_change_permission(request, edition):
            raise Http404
        return edition  # type: ignore[no-any-return]

    def shown(self, request: HttpRequest, edition: Edition, name: str, title: str, **context: Any) -> HttpResponse:
        """The page `admin/<name>.html`; answer 409 where `refused` says why the step on it is not possible now."""
        address = reverse(f"admin:dialogues_edition_{name}", args=[edition.pk])
        around = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "edition": edition,
            "edition_address": change_address(edition),
            "further_pages": [one for one in all_pages(edition) if one[1] != address],
        }
        status = 409 if context.get("refused") and request.method == "POST" else 200
        return TemplateResponse(request, f"admin/{name}.html", {**around, **context}, status=status).render()
