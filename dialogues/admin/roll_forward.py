"""Preparing the next edition from this one: one table of what is made, decided and left behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dialogues.models import (
    CarryOver,
    Correspondence,
    Edition,
    Mandate,
    Nomination,
    OwnDetails,
    Registration,
    Session,
    SessionReport,
    Summary,
)
from dialogues.procedures.preparation import template
from dialogues.procedures.roll_forward import roll_forward
from dialogues.procedures.roll_forward_plan import GroupDecision, ToDecide, roll_forward_reasons, to_decide
from dialogues.procedures.steps import Reason, StepRefused

from .pages import EditionPages
from .roll_forward_forms import FIRST_FIELDS, RollForwardForm, proposed_host
from .steps import change_address, linked


@dataclass(frozen=True)
class Line:
    """One row of the table: `fate` is `made`, `decided` or `left`."""

    fate: str
    what: str
    why: str


def preview(edition: Edition, user: Any, open_: ToDecide, plan: dict[str, Any] | None = None) -> list[Line]:
    """What will be created, what is offered for decision, and what is left behind and why; counted as the reader may see."""
    return [*_made(edition, user, open_, plan), *_decided(open_), *_left(edition, user)]


def _made(edition: Edition, user: Any, open_: ToDecide, plan: dict[str, Any] | None) -> list[Line]:
    year = plan["year"] if plan else edition.year + 1
    lines = [Line("made", _("The edition of %(year)d") % {"year": year}, _("Planned; only delegates and staff see it."))]
    if plan:
        continuing = sum(choice.decision == GroupDecision.CONTINUE for choice in plan["groups"].values())
        new = len({name for choice in plan["groups"].values() for name in choice.names})
        count = continuing + new
        mandates = ngettext("%(count)d draft mandate", "%(count)d draft mandates", count) % {"count": count}
        why = _("%(new)d of a new group. Co-chairs are to be named; terms of reference are written anew.") % {"new": new}
    else:
        mandates = _("A draft mandate for each group that goes on")
        why = _("Co-chairs are to be named, the rapporteur comes from the other party; terms of reference are written anew.")
    sessions = Session.objects.visible_to(user).filter(edition=edition).going_ahead().count()  # type: ignore[attr-defined]
    skeleton = ngettext(
        "The skeleton of the agenda: %(count)d block at most",
        "The skeleton of the agenda: %(count)d blocks at most",
        sessions,
    ) % {"count": sessions}
    tasks = edition.dialogue.template_tasks.count() or len(template())
    checklist = _("The checklist: %(count)d tasks of the template") % {"count": tasks}
    return [
        *lines,
        Line("made", mandates, why),
        Line("made", skeleton, _("Times, kinds and lengths alone, once the days are known. No speakers and no texts.")),
        Line("made", checklist, _("Dated by the days, once they are known.")),
    ]


def _decided(open_: ToDecide) -> list[Line]:
    groups, themes, items = len(open_.groups), len(open_.themes), len(open_.items)
    return [
        Line(
            "decided",
            ngettext("%(count)d standing working group", "%(count)d standing working groups", groups) % {"count": groups},
            _("Continue, rename, merge, split, rest or end."),
        ),
        Line(
            "decided",
            ngettext("%(count)d theme", "%(count)d themes", themes) % {"count": themes},
            _("Take up again or leave."),
        ),
        Line(
            "decided",
            ngettext("%(count)d open action item", "%(count)d open action items", items) % {"count": items},
            _("Carry over, close, merge or withdraw, each with its reason."),
        ),
    ]


def _left(edition: Edition, user: Any) -> list[Line]:
    def count(model: Any, **of: Any) -> int:
        return int(model.objects.visible_to(user).filter(**of).distinct().count())

    anew = _("People are named anew for every edition.")
    rows = [
        (_("Nominations"), count(Nomination, edition=edition), anew),
        (_("Registrations"), count(Registration, edition=edition), anew),
        (
            _("Own details of participants"),
            count(OwnDetails, registration__edition=edition),
            _("They were given for this edition alone and are erased after it."),
        ),
        (_("Terms of reference"), count(Mandate, edition=edition), _("Each mandate gets its own, cleared by all parties.")),
        (
            _("Session reports"),
            count(SessionReport, session__edition=edition),
            _("They stay with the sessions they report on."),
        ),
        (_("Summaries of conclusions"), count(Summary, edition=edition), _("Texts and clearances belong to one edition.")),
        (_("Letters and notes"), count(Correspondence, edition=edition), _("The register of each edition is its own.")),
    ]
    lines = [Line("left", f"{what}: {number}", why) for what, number, why in rows]
    return [
        *lines,
        Line("left", _("Texts, papers and speakers of sessions"), _("What is said there next year is not known yet.")),
    ]


def _rows(form: RollForwardForm, open_: ToDecide) -> dict[str, Any]:
    """The form's controls, put beside what each is about."""
    items = list(open_.items.values())
    prefetch_related_objects(items, "leads__party")
    return {
        "first_fields": [form[name] for name in FIRST_FIELDS],
        "groups": [
            {
                "group": group,
                "last": open_.last_mandates.get(pk),
                "decision": form[f"group_{pk}"],
                "into": form[f"into_{pk}"],
                "names_en": form[f"names_en_{pk}"],
                "names_nl": form[f"names_nl_{pk}"],
            }
            for pk, group in open_.groups.items()
        ],
        "themes": [{"theme": theme, "decision": form[f"theme_{pk}"]} for pk, theme in open_.themes.items()],
        "items": [
            {
                "item": item,
                "address": change_address(item),
                "led_by": ", ".join(sorted(lead.party.code for lead in item.leads.all())),
                "decision": form[f"item_{item.pk}"],
                "reason": form[f"reason_{item.pk}"],
                "due": form[f"due_{item.pk}"],
                "follows": form[f"follows_{item.pk}"],
                "successor": form[f"successor_{item.pk}"],
            }
            for item in items
        ],
    }


def sentence(plan: dict[str, Any]) -> str:
    """What pressing the button would do, in one line."""
    groups, items = plan["groups"].values(), plan["items"].values()
    carried = sum(choice.decision == CarryOver.Decision.CARRY for choice in items)
    said = {
        "year": plan["year"],
        "going_on": sum(choice.decision not in {GroupDecision.REST, GroupDecision.END} for choice in groups),
        "groups": len(groups),
        "themes": len(plan["themes"]),
        "carried": carried,
        "others": len(items) - carried,
    }
    return (
        _(
            "Nothing has been made yet. The edition of %(year)d: %(going_on)d of %(groups)d groups go on; themes taken "
            "up again: %(themes)d; action items carried over: %(carried)d, to end: %(others)d."
        )
        % said
    )


class RollForwardPage(EditionPages):
    def get_urls(self) -> list[Any]:
        return [self.page("roll_forward", self.roll_forward_view), *super().get_urls()]

    def roll_forward_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Everything on one form. The first button shows what would be made, the second makes it."""
        edition = self.kept(request, object_id)
        reasons = roll_forward_reasons(edition, request.user)  # type: ignore[arg-type]
        if reasons:
            return self._no_next(request, edition, reasons)
        open_ = to_decide(edition)
        form = RollForwardForm(request.POST if request.method == "POST" else None, open_=open_, by=request.user)  # type: ignore[arg-type]
        refused: list[Reason] = []
        is_valid = request.method == "POST" and form.is_valid()
        if is_valid and "confirm" in request.POST:
            try:
                following = roll_forward(edition=edition, by=request.user, **form.plan)  # type: ignore[arg-type]
            except StepRefused as refusal:
                refused = refusal.reasons
                if again := roll_forward_reasons(edition, request.user):  # type: ignore[arg-type]
                    return self._no_next(request, edition, again)
            else:
                self.admin_site.forget_counts(request)  # type: ignore[attr-defined]
                messages.success(request, _("Prepared: %(edition)s.") % {"edition": following})
                return redirect(change_address(following))
        plan = form.plan if is_valid else None
        return self._page(
            request,
            edition,
            form=form,
            refused=linked(refused),
            lines=preview(edition, request.user, open_, plan),
            sentence=sentence(plan) if plan and not refused else "",
            proposed_host=proposed_host(open_),
            **_rows(form, open_),
        )

    def _no_next(self, request: HttpRequest, edition: Edition, reasons: list[Reason]) -> HttpResponse:
        following = Edition.objects.visible_to(request.user).filter(rolled_from=edition).first()  # type: ignore[arg-type]
        address = change_address(following) if following else ""
        return self._page(request, edition, refused=linked(reasons), following=following, following_address=address)

    def _page(self, request: HttpRequest, edition: Edition, **context: Any) -> HttpResponse:
        groups_address = reverse("admin:dialogues_workinggroup_changelist")
        title = _("Prepare the next edition")
        return self.shown(request, edition, "roll_forward", title, groups_address=groups_address, **context)
