"""A person's request, answered by a secretary: what is held is shown, put right on the same page, handed over, erased."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.exports.own_data import FILE_NAME, as_json, held_about
from dialogues.procedures import erasure
from dialogues.procedures.steps import StepRefused
from parties.admin.people import PersonAdmin
from parties.models import Person
from socportal import clock

from .steps import Step, StepsMixin, change_address, for_whom, linked

SHOW = gettext_lazy("Show and hand over what is held")

# The register's own page knows no steps: what a person is part of stands on this side.
admin.site.unregister(Person)


@admin.register(Person)
class PersonAndRequestsAdmin(StepsMixin, PersonAdmin):
    steps = (
        Step(
            name="erase",
            takes_away=True,
            verb=gettext_lazy("Erase this person’s data"),
            run=erasure.erase_person,
            argument="person",
            reasons=erasure.erase_person_reasons,
            checks=erasure.erase_person_checks,
            sentence=lambda person, by: _("At the person’s own request. It cannot be undone."),
            happens=lambda person, by: [
                _("Name, post, address and everything the person said are taken out of every edition, list and message."),
                _("The account is closed and its sessions end; nobody signs in with it again."),
                _("Rows stay under a number, so that counts by party, organisation and category stay true."),
                for_whom(by),
            ],
            back=gettext_lazy("Back, nothing is erased"),
            when=lambda person: person.erased_at is None,
        ),
    )

    def get_urls(self) -> list[Any]:
        held = path("<int:object_id>/held/", self.admin_site.admin_view(self.held_view), name="parties_person_held")
        return [held, *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().render_change_form(request, context, *args, **kwargs)
        person = kwargs.get("obj")
        if person is not None and "steps" in context:
            response.context_data["steps"] = [self.showing(person), *context["steps"]]  # type: ignore[attr-defined]
        return response

    def showing(self, person: Person) -> dict[str, Any]:
        """The line of the panel that leads to the page; it is no step, because nothing moves."""
        return {
            "verb": SHOW,
            "address": reverse("admin:parties_person_held", args=[person.pk]),
            "is_possible": True,
            "is_main": False,
            "sentence": _("For a request of the person: to read, and as one file."),
            "reasons": [],
        }

    def held_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """What a secretary may read of a person; pressed, it leaves as a file and is written down."""
        person = self.get_object(request, str(object_id))
        if person is None or not self.has_change_permission(request, person):
            raise Http404
        now, reader = clock.now(), request.user
        groups = held_about(reader=reader, at=now, person=person)  # type: ignore[arg-type]
        refused: list[dict[str, str]] = []
        if request.method == "POST":
            content = as_json(groups, at=now, number=person.pk)
            try:
                erasure.hand_over(about=person, by=reader, content=content)  # type: ignore[arg-type]
            except StepRefused as refusal:
                refused = linked(refusal.reasons, page=person)
            else:
                disposition = f'attachment; filename="{FILE_NAME}"'
                return HttpResponse(content, content_type="application/json", headers={"Content-Disposition": disposition})
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "record": person,
            "title": SHOW,
            "groups": groups,
            "refused": refused,
            "file_name": FILE_NAME,
            "back": change_address(person),
        }
        return TemplateResponse(request, "dialogues/own_data/held.html", context, status=409 if refused else 200)
