"""Lists and print: what the secretariat takes out of an edition as a file, for a purpose, marked and written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from dialogues.exports import badges, paper, tables
from dialogues.exports import participants as lists
from dialogues.exports.marking import TakenOut, marking, titled
from dialogues.models import Edition, Export, ParticipantList, Registration
from dialogues.procedures import participants
from dialogues.procedures.exports import PURPOSES, record_export
from dialogues.procedures.steps import Reason, StepRefused
from socportal import clock
from socportal.admin import ReadOnlyAdmin, VisibleRelatedFilter, could_be_key
from socportal.bilingual import reader_language

from .export_files import (
    Made,
    make_annotated,
    make_badges,
    make_catering,
    make_door_signs,
    make_handover,
    make_nameplates,
    make_pack,
    make_participants,
    make_run_of_show,
    make_seating,
    make_signing_in,
    version_in_words,
    who_comes,
    with_access,
)
from .steps import Step, change_address, for_whom, linked, take

What = Export.What
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FILE_TYPES = {
    "pdf": gettext_lazy("PDF, to print and to read"),
    "csv": gettext_lazy("CSV, a plain table"),
    "xlsx": gettext_lazy("XLSX, for a spreadsheet"),
}


# What is asked before


class TakeOutForm(forms.Form):
    """What every file is asked: its kind, its language and the purpose."""

    file_type = forms.ChoiceField(
        label=gettext_lazy("Kind of file"), error_messages={"invalid_choice": gettext_lazy("Choose one of the kinds offered")}
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[("en", "English"), ("nl", "Nederlands")], required=True
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("Purpose"),
        help_text=gettext_lazy("Stands on every sheet and in the journal, with your post and the time."),
        error_messages={"required": gettext_lazy("Choose the purpose")},
    )

    def __init__(self, *args: Any, offer: Offer, edition: Edition, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        purposes = [(purpose.value, capfirst(str(purpose.label))) for purpose in PURPOSES[offer.what]]
        choices(self, "purpose").choices = [("", _("Choose")), *purposes]
        choices(self, "file_type").choices = [(name, FILE_TYPES[name]) for name in offer.file_types]
        self.fields["language"].initial = reader_language()


def choices(form: forms.Form, name: str) -> Any:
    return form.fields[name]


class ParticipantsForm(TakeOutForm):
    version = forms.ChoiceField(label=gettext_lazy("Version"))
    order = forms.ChoiceField(
        label=gettext_lazy("Order of the delegations"),
        choices=[
            (lists.HOST_LAST, gettext_lazy("Alphabetical, the host last")),
            (lists.ALPHABETICAL, gettext_lazy("Alphabetical")),
        ],
    )
    field_order = ("version", "order", "file_type", "language", "purpose")

    def __init__(self, *args: Any, offer: Offer, edition: Edition, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, offer=offer, edition=edition, user=user, **kwargs)
        issued = ParticipantList.objects.visible_to(user).filter(edition=edition).select_related("edition").order_by("-number")
        choices(self, "version").choices = [
            *((str(one.number), version_in_words(one)) for one in issued),
            ("now", _("As it stands now: a draft, for secretaries only")),
        ]


class BadgesForm(TakeOutForm):
    which = forms.ChoiceField(
        label=gettext_lazy("Which badges"),
        choices=[
            ("due", gettext_lazy("Not printed yet, or changed since")),
            ("all", gettext_lazy("All")),
            ("one", gettext_lazy("One replacement, chosen below")),
        ],
    )
    registration = forms.ModelChoiceField(
        label=gettext_lazy("Replacement for"),
        queryset=Registration.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody"),
        help_text=gettext_lazy("Only for one replacement. Who has no access to the venue is not offered."),
        error_messages={"invalid_choice": gettext_lazy("Choose somebody of this edition")},
    )
    field_order = ("which", "registration", "file_type", "language", "purpose")

    def __init__(self, *args: Any, offer: Offer, edition: Edition, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, offer=offer, edition=edition, user=user, **kwargs)
        replaced: Any = self.fields["registration"]
        replaced.queryset = (
            Registration.objects.visible_to(user)
            .live()
            .filter(edition=edition)
            .exclude(access_status=Registration.Access.NOT_GRANTED)
            .select_related("person", "delegation__party")
            .order_by("delegation__party__code", "person__sort_name", "pk")
        )
        replaced.label_from_instance = lambda one: f"{one.delegation.party.code}, {one.person.name}"

    def clean_registration(self) -> Registration | None:
        chosen: Registration | None = self.cleaned_data["registration"]
        if self.cleaned_data.get("which") == "one" and chosen is None:
            raise forms.ValidationError(_("Choose whose badge is replaced"))
        return chosen


@dataclass(frozen=True)
class Offer:
    """One kind of list or print: what it is for, in one sentence; which files; and what makes it."""

    what: Any
    sentence: Any
    make: Callable[[Edition, Any, dict[str, Any]], Made]
    file_types: tuple[str, ...] = ("pdf",)
    form: type[TakeOutForm] = TakeOutForm

    @property
    def slug(self) -> str:
        return str(self.what.value).replace("_", "-")


ALL_TYPES = ("pdf", "csv", "xlsx")
OFFERS = (
    Offer(
        What.PARTICIPANTS,
        gettext_lazy("Title and name, post, organisation. An issued version, or the draft as it stands now."),
        make_participants,
        ALL_TYPES,
        ParticipantsForm,
    ),
    Offer(
        What.BADGES,
        gettext_lazy("For everybody who comes, support staff too: all, those due, or one replacement."),
        make_badges,
        form=BadgesForm,
    ),
    Offer(
        What.NAMEPLATES,
        gettext_lazy("A sign for each delegation, each head, co-chair and speaker, on folded A4."),
        make_nameplates,
    ),
    Offer(
        What.SEATING,
        gettext_lazy("Delegations face each other, the heads in the middle; as a drawing and as a list."),
        make_seating,
        ALL_TYPES,
    ),
    Offer(What.SIGNING_IN, gettext_lazy("A sheet a day and delegation, with a box to sign."), make_signing_in, ALL_TYPES),
    Offer(
        What.CATERING,
        gettext_lazy("How many of each meal option, without names and without parties."),
        make_catering,
        ALL_TYPES,
    ),
    Offer(What.PRINT_PACK, gettext_lazy("All of the above in one file, with a contents page."), make_pack),
    Offer(
        What.ANNOTATED,
        gettext_lazy("The latest release for reading: purpose, papers, who speaks and what may be repeated, by session."),
        make_annotated,
    ),
    Offer(
        What.RUN_OF_SHOW,
        gettext_lazy("The latest release for those who make a day run: change-over, people expected, what to prepare."),
        make_run_of_show,
    ),
    Offer(
        What.DOOR_SIGNS,
        gettext_lazy("A sign for each room and day, in both languages; a session not for every delegate has no title on it."),
        make_door_signs,
    ),
    Offer(
        What.HANDOVER,
        gettext_lazy("What is open, who owes it, which dates come, who holds which post; posts, no names."),
        make_handover,
    ),
)


def written(made: Made, taken_out: TakenOut, file_type: str) -> bytes:
    """The file itself. A table has no head and foot: its last row carries the marking."""
    if file_type == "pdf":
        return paper.paper(taken_out, *made.parts, title=made.title, audience=made.audience)
    columns, rows = made.table
    rows = [*rows, [taken_out.note(), *("" for _column in columns[1:])]]
    return tables.csv_file(columns, rows) if file_type == "csv" else tables.xlsx_file(columns, rows, marking=marking())


# Issuing the list of participants


def issue_reasons(edition: Edition, by: Any) -> list[Reason]:
    """As for any version, unless it could be issued as the final one."""
    reasons = participants.issue_list_reasons(edition, by)
    if reasons and not participants.issue_list_reasons(edition, by, is_final=True):
        return []
    return reasons


def since_last(edition: Edition) -> str:
    lines = participants.lines_now(edition)
    latest = participants.latest_list(edition)
    people = ngettext("%(count)d person", "%(count)d people", len(lines)) % {"count": len(lines)}
    if latest is None:
        return _("%(people)s; the first version.") % {"people": people}
    found = participants.difference(latest.lines.all(), lines)
    said = {
        "people": people,
        "number": latest.number,
        "added": len(found.added),
        "gone": len(found.gone),
        "changed": len(found.changed),
    }
    return _("%(people)s; since version %(number)d: %(added)d added, %(gone)d gone, %(changed)d changed.") % said


def issue_happens(edition: Edition, by: Any) -> list[str]:
    return [
        since_last(edition),
        _("The list is frozen under its number and never changed; what changes later comes with the next version."),
        _("Participants and focal points read it at once. Support staff are not on it."),
        for_whom(by),
    ]


class IssueForm(forms.Form):
    is_final = forms.BooleanField(
        label=gettext_lazy("This is the final list"),
        required=False,
        help_text=gettext_lazy("After the last day. No other version follows it."),
    )


ISSUE = Step(
    name="issue",
    verb=gettext_lazy("Issue the list of participants"),
    run=participants.issue_list,
    argument="edition",
    reasons=issue_reasons,
    sentence=lambda edition, by: since_last(edition),
    happens=issue_happens,
    form=IssueForm,
    label=lambda edition: _("Issue version %(number)d") % {"number": next_number(edition)},
    back=gettext_lazy("Back, nothing is issued"),
)


def next_number(edition: Edition) -> int:
    latest = participants.latest_list(edition)
    return latest.number + 1 if latest else 1


@admin.register(Export)
class ExportAdmin(ReadOnlyAdmin):
    """Every file that was taken out, for twelve months; and the page of an edition on which they are."""

    kept_through = "edition"
    shows_only_kept = True
    list_display = ("what", "edition", "file_type", "purpose", "by", "at", "rows")
    list_filter = (("edition", VisibleRelatedFilter), "what", "purpose")
    list_select_related = ("edition__dialogue", "by__person")
    fields = (("what", "file_type"), ("edition", "purpose"), ("by", "at"), ("rows", "sha256"))

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view
        return [
            path("edition/<int:edition>/", page(self.lists_and_print), name="dialogues_export_edition"),
            path("edition/<int:edition>/issue/", page(self.issue), name="dialogues_export_issue"),
            path("edition/<int:edition>/<slug:what>/", page(self.take_out), name="dialogues_export_take_out"),
            *super().get_urls(),
        ]

    def kept_edition(self, request: HttpRequest, edition: int) -> Edition:
        """An edition that the reader keeps; any other does not exist (law R1)."""
        found = None
        if could_be_key(Edition, edition):
            found = Edition.objects.kept_by(request.user).filter(pk=edition).select_related("dialogue", "host_party").first()
        if found is None:
            raise Http404
        return found  # type: ignore[no-any-return]

    def answer(self, request: HttpRequest, template: str, edition: Edition, context: dict[str, Any], status: int = 200) -> Any:
        beside = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "record": edition,
            "edition_address": change_address(edition),
            "is_demonstration_site": edition.dialogue.is_demonstration,
        }
        with timezone.override(edition.zone):
            return TemplateResponse(request, template, {**beside, **context}, status=status).render()

    def lists_and_print(self, request: HttpRequest, edition: int) -> HttpResponse:
        kept = self.kept_edition(request, edition)
        refused = ISSUE.reasons(kept, request.user)
        issuing = {
            "verb": ISSUE.verb,
            "address": reverse("admin:dialogues_export_issue", args=[kept.pk]),
            "is_possible": not refused,
            "is_main": True,
            "sentence": "" if refused else since_last(kept),
            "reasons": linked(refused),
        }
        offers = [
            {
                "verb": titled(offer.what.label),
                "address": reverse("admin:dialogues_export_take_out", args=[kept.pk, offer.slug]),
                "is_possible": True,
                "is_main": False,
                "sentence": self.sentence_of(offer, kept, request.user),
                "reasons": [],
            }
            for offer in OFFERS
        ]
        context = {
            "title": _("Lists and print"),
            "steps": [issuing, *offers],
            "issued": ParticipantList.objects.visible_to(request.user).filter(edition=kept).order_by("-number"),
            "exports": Export.objects.visible_to(request.user).filter(edition=kept).select_related("by__person")[:10],
            "participants_address": reverse("participants", args=[kept.dialogue.slug, kept.year]),
        }
        return self.answer(request, "admin/lists_and_print.html", kept, context)  # type: ignore[no-any-return]

    def sentence_of(self, offer: Offer, edition: Edition, user: Any) -> str:
        if offer.what != What.BADGES:
            return str(offer.sentence)
        due = len(badges.due_for_print(with_access(who_comes(edition, user))))
        waiting = ngettext("%(count)d is due for print.", "%(count)d are due for print.", due) % {"count": due}
        return f"{offer.sentence} {waiting}"

    def issue(self, request: HttpRequest, edition: int) -> HttpResponse:
        kept = self.kept_edition(request, edition)
        form = IssueForm(request.POST if request.method == "POST" else None, label_suffix="")
        refused: list[Reason] = []
        back = reverse("admin:dialogues_export_edition", args=[kept.pk])
        if request.method == "POST" and form.is_valid():
            refused, _issued = take(ISSUE, kept, request.user, form.cleaned_data)
            if not refused:
                messages.success(request, _("Done: %(step)s.") % {"step": ISSUE.verb})
                return redirect(back)
        refused = refused or ISSUE.reasons(kept, request.user)
        context = {
            "title": _("%(verb)s?") % {"verb": ISSUE.verb},
            "step": ISSUE,
            "happens": [] if refused else ISSUE.happens(kept, request.user),
            "refused": linked(refused),
            "button": ISSUE.button(kept),
            "form": form,
            "back": back,
        }
        status = 409 if refused and request.method == "POST" else 200
        return self.answer(request, "admin/step.html", kept, context, status)  # type: ignore[no-any-return]

    def take_out(self, request: HttpRequest, edition: int, what: str) -> HttpResponse:
        """Ask for kind, language and purpose; on POST make the file, write it down, then hand it over."""
        kept = self.kept_edition(request, edition)
        offer = next((known for known in OFFERS if known.slug == what), None)
        if offer is None:
            raise Http404
        form = offer.form(request.POST if request.method == "POST" else None, offer=offer, edition=kept, user=request.user)
        refused: list[Reason] = []
        if request.method == "POST" and form.is_valid():
            try:
                return self.handed_over(request, kept, offer, form.cleaned_data)
            except StepRefused as refusal:
                refused = refusal.reasons
        back = reverse("admin:dialogues_export_edition", args=[kept.pk])
        context = {
            "title": titled(offer.what.label),
            "offer": offer,
            "refused": linked(refused),
            "form": form,
            "back": back,
        }
        return self.answer(request, "admin/take_out.html", kept, context, 409 if refused else 200)  # type: ignore[no-any-return]

    def handed_over(self, request: HttpRequest, edition: Edition, offer: Offer, said: dict[str, Any]) -> HttpResponse:
        user: Any = request.user
        taken_out = TakenOut(edition, str(offer.what.value), said["purpose"], user, clock.now())
        offer.make(edition, user, said)  # what refuses it is said in the language of the page, not of the file
        with override(said["language"]), timezone.override(edition.zone):
            made = offer.make(edition, user, said)
            content = written(made, taken_out, said["file_type"])
            name = taken_out.file_name(said["file_type"], *made.in_name)
        record_export(
            edition=edition,
            by=user,
            what=offer.what,
            file_type=said["file_type"],
            purpose=said["purpose"],
            content=content,
            rows=made.people,
            printed=made.printed,
        )
        self.admin_site.forget_counts(request)  # type: ignore[attr-defined]
        return HttpResponse(
            content,
            content_type=CONTENT_TYPES[said["file_type"]],
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
