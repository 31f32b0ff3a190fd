"""Papers in the admin: uploaded with a marking that nobody chose for you, and what is done when one should not be there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dialogues.models import Edition, Paper, PaperOpening, PaperVersion
from dialogues.models.papers import LANGUAGES, NARROW_TO_WIDE
from dialogues.procedures import papers
from dialogues.procedures.paper_checks import LARGEST, Upload, examine
from dialogues.procedures.steps import StepRefused
from socportal.admin import SaveRefused, VisibleRelatedFilter, pair

from .board import edition_in_hand
from .editions import OfOneEdition
from .steps import Step, StepsMixin, change_address, for_whom
from .venue_time import AtVenue

NO_SUCH_THING = gettext_lazy(
    "No operational police information: no suspects, cases, operation names, sources, vessels, accounts, seizures not yet "
    "public, tactics. No national briefs, speaking notes or negotiating positions. The words of a higher level are looked "
    "for in the text and in the name of the file; that is a net with holes, and you answer for what you upload."
)
KINDS = gettext_lazy("PDF, DOCX, XLSX or PPTX of at most 5 MB: no macros, no password, no files inside.")
OVERRIDE = gettext_lazy(
    "Only for the secretariat lead, and only where the file is refused for a word that it merely speaks of."
)


# The file and its marking


class FileField(forms.FileField):
    """Gives what was found in the file; what refuses it stands at the field."""

    default_error_messages = {
        "required": gettext_lazy("Choose the file. The browser does not keep it from one try to the next."),
        "empty": gettext_lazy("The file is empty. Choose another."),
    }

    def clean(self, data: Any, initial: Any = None) -> Upload:
        file: UploadedFile = super().clean(data, initial)
        if file.size and file.size > LARGEST:
            found = examine(str(file.name), b"\0" * (LARGEST + 1))
        else:
            file.seek(0)
            found = examine(str(file.name), file.read())
        if found.faults:
            raise forms.ValidationError(list(found.faults))
        return found


def readers_field() -> forms.ChoiceField:
    """None is chosen beforehand: whoever uploads decides (§6.1 rule 1)."""
    return forms.ChoiceField(
        label=gettext_lazy("Who may read it"),
        choices=[(one.value, capfirst(one.label)) for one in reversed(NARROW_TO_WIDE)],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose who may read it.")},
    )


def language_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=gettext_lazy("Language of the file"),
        choices=[("", gettext_lazy("Choose")), *((code, capfirst(str(name))) for code, name in LANGUAGES)],
        error_messages={"required": gettext_lazy("Say in which language the file is.")},
    )


def override_field() -> forms.CharField:
    label = gettext_lazy("Why a word of a higher level may stand in it")
    return forms.CharField(label=label, help_text=OVERRIDE, max_length=200, required=False)


class UploadForm(OfOneEdition):
    audience = readers_field()
    lang = language_field()
    file = FileField(label=gettext_lazy("File"), help_text=KINDS)
    override_reason = override_field()


class VersionForm(forms.Form):
    lang = language_field()
    file = FileField(label=gettext_lazy("File"), help_text=KINDS)
    override_reason = override_field()


class ReadersForm(forms.Form):
    audience = readers_field()
    reason = forms.CharField(
        label=gettext_lazy("Why more people may read it"),
        help_text=gettext_lazy("Needed to give it to more; readers do not see it."),
        max_length=200,
        required=False,
    )


class TakeBackForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it is taken back"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say why it is taken back.")},
    )


def spilt_form(paper: Paper) -> type[forms.Form]:
    """Which file it is, of those not in quarantine."""
    choices = [(str(one.pk), str(one)) for one in paper.versions.open()]

    class SpiltForm(forms.Form):
        version = forms.TypedChoiceField(
            label=gettext_lazy("Which file"),
            choices=[("", gettext_lazy("Choose")), *choices],
            coerce=int,
            error_messages={"required": gettext_lazy("Choose the file that should not be here.")},
        )

    return SpiltForm


# The steps


def warn(request: HttpRequest, upload: Upload) -> None:
    for sentence in upload.warnings:
        messages.warning(request, sentence)


def add_version(*, paper: Paper, by: Any, file: Upload, **said: Any) -> Upload:
    papers.add_version(paper=paper, by=by, file=file, **said)
    return file


def after_version(request: HttpRequest, paper: Paper, upload: Upload) -> HttpResponse:
    messages.success(request, _("Uploaded. Its readers see the new version first."))
    warn(request, upload)
    return redirect(change_address(paper))


def quarantine(*, paper: Paper, by: Any, version: int) -> tuple[PaperVersion, str]:
    spilt = paper.versions.get(pk=version)
    return spilt, papers.quarantine(version=spilt, by=by)


def key_once(request: HttpRequest, paper: Paper, sealed: tuple[PaperVersion, str]) -> HttpResponse:
    """The one page on which the key stands: it is in no message, session, log, address or table."""
    version, key = sealed
    context = {
        **admin.site.each_context(request),
        "title": _("In quarantine"),
        "paper": paper,
        "version": version,
        "key": key,
        "told": {"openings": lines_of_openings(paper, request.user)},
        "back": change_address(paper),
    }
    return TemplateResponse(request, "admin/paper_quarantined.html", context)


def quarantine_reasons(paper: Paper, by: Any) -> list[Any]:
    newest = paper.versions.open().first()
    if newest is None:
        return [papers.Reason(_("Every file of it is in quarantine already."))]
    return papers.quarantine_reasons(newest, by)


def lines_of_openings(paper: Paper, user: Any) -> list[dict[str, Any]]:
    """Who opened which file, when; by name and party, because they have to be told."""
    zone = paper.edition.zone
    rows = papers.openings_of(paper, user).select_related("version", "user__person", "user__party")
    return [
        {
            "who": str(row.user.person or row.user),
            "party": str(row.user.party or ""),
            "what": f"{row.version.get_lang_display()}, {row.version.number}",
            "when": date_format(row.at.astimezone(zone), "DATETIME_FORMAT"),
        }
        for row in rows.defer("version__content")
    ]


def is_read(paper: Paper) -> bool:
    return paper.withdrawn_at is None


PAPER_STEPS = (
    Step(
        name="version",
        verb=gettext_lazy("Add a version"),
        run=add_version,
        argument="paper",
        reasons=papers.add_version_reasons,
        sentence=lambda paper, by: _("A changed text, or the other language. Older versions stay."),
        happens=lambda paper, by: [
            _("Whoever may read the paper reads the new version at once; older ones are folded below it."),
            str(NO_SUCH_THING),
            for_whom(by),
        ],
        form=VersionForm,
        shows=after_version,
        back=gettext_lazy("Back, nothing is uploaded"),
        when=is_read,
    ),
    Step(
        name="readers",
        verb=gettext_lazy("Change who may read it"),
        run=papers.lower_marking,
        argument="paper",
        reasons=papers.marking_reasons,
        sentence=lambda paper, by: (
            _("To fewer at once; to more only by %(party)s’s own secretary, with a reason.") % {"party": paper.party}
        ),
        happens=lambda paper, by: [
            _("Now: %(readers)s.") % {"readers": paper.get_audience_display()},
            _("It holds for all versions, at once. Whoever has downloaded a file keeps it."),
            for_whom(by),
        ],
        form=ReadersForm,
        when=is_read,
    ),
    Step(
        name="take-back",
        takes_away=True,
        verb=gettext_lazy("Take the paper back"),
        run=papers.withdraw_paper,
        argument="paper",
        reasons=papers.withdraw_reasons,
        sentence=lambda paper, by: _("Nobody reads it any more; it is not deleted."),
        happens=lambda paper, by: [
            _("It leaves its session, its group and every list at once, with all its versions."),
            _("This is not undone: upload it as a new paper if it is needed after all."),
            for_whom(by),
        ],
        form=TakeBackForm,
        back=gettext_lazy("Back, it stays with its readers"),
        when=is_read,
    ),
    Step(
        name="quarantine",
        takes_away=True,
        verb=gettext_lazy("Quarantine a file"),
        run=quarantine,
        argument="paper",
        reasons=quarantine_reasons,
        sentence=lambda paper, by: _("For a file that should never have been uploaded: above OFFICIAL, or operational."),
        happens=lambda paper, by: [
            _("Do not delete anything, and do not download the file again."),
            _("The file is out of everybody’s reach at once and is kept sealed where it lies."),
            _("Its key is shown once, on the next page, and kept nowhere. It goes to the security adviser alone."),
            _("Note who opened it: they stand below, and on the next page."),
            _(
                "Then inform both security advisers and the originator of the text, by telephone, "
                "without repeating what it says."
            ),
            for_whom(by),
        ],
        form_of=spilt_form,
        beneath="admin/paper_openings.html",
        told=lambda paper, by: {"openings": lines_of_openings(paper, by)},
        shows=key_once,
        back=gettext_lazy("Back, nothing is put in quarantine"),
    ),
)


# The pages


class StandingFilter(admin.SimpleListFilter):
    title = gettext_lazy("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("at_hand", _("At hand")), ("taken_back", _("Taken back")), ("quarantine", _("With a file in quarantine"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        match self.value():
            case "at_hand":
                return queryset.filter(pk__in=Paper.objects.at_hand().order_by().values("pk"))
            case "taken_back":
                return queryset.filter(withdrawn_at__isnull=False)
            case "quarantine":
                sealed = PaperVersion.objects.filter(quarantined_at__isnull=False)
                return queryset.filter(pk__in=sealed.order_by().values("paper"))
        return queryset


@admin.register(Paper)
class PaperAdmin(StepsMixin, AtVenue):
    """Uploaded here, moved by its steps; by hand only the words of its title are put right."""

    shows_only_kept = True
    chosen_from_kept = ("edition",)
    steps = PAPER_STEPS
    prefill = ("edition", "session", "mandate")
    list_display = ("title", "place", "party", "readers", "originator_marking", "files", "opened_by", "standing")
    list_display_links = ("title",)
    list_filter = (("edition", VisibleRelatedFilter), ("party", VisibleRelatedFilter), "audience", StandingFilter)
    list_select_related = ("edition__dialogue", "party", "session", "mandate__working_group")
    search_fields = ("title_en", "title_nl")
    view_on_site = False
    ASKED = (
        (None, {"fields": (("edition", "party"), ("session", "mandate"), pair("title"))}),
        (
            gettext_lazy("Marking"),
            {"description": NO_SUCH_THING, "fields": ("audience", "originator_marking")},
        ),
        (gettext_lazy("File"), {"fields": ("lang", "file", "override_reason")}),
    )
    SHOWN = (
        (None, {"fields": (pair("title"), ("edition", "party"), ("session", "mandate"))}),
        (
            gettext_lazy("Marking"),
            {"fields": (("audience", "originator_marking"), "audience_reason", ("withdrawn_at", "withdrawn_reason"))},
        ),
    )

    def edition_of(self, request: HttpRequest, obj: Any) -> Edition | None:
        """A new paper is for the edition in hand until another is chosen: its sessions and groups are what is offered."""
        said = super().edition_of(request, obj)
        return said if said or obj or request.method == "POST" else edition_in_hand(request.user)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"edition": self.edition_of(request, None), **super().get_changeform_initial_data(request)}

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.SHOWN if obj else self.ASKED

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Where it lies, whose it is and who reads it change only through a step, or by another paper."""
        if obj is None:
            return ()
        fixed = ("edition", "party", "session", "mandate", "audience", "originator_marking")
        return (*fixed, "audience_reason", "withdrawn_at", "withdrawn_reason")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **{"form": OfOneEdition if obj else UploadForm, **kwargs})

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Sessions and groups of the edition that the form is about, a session by its day and time."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        edition = self.edition_of(request, None)
        if field is None or edition is None:
            return field
        if db_field.name == "session":
            field.queryset = field.queryset.filter(edition=edition).order_by("starts_at", "pk")
            field.label_from_instance = lambda session: worded_session(session, edition)
        elif db_field.name == "mandate":
            field.queryset = field.queryset.filter(edition=edition).select_related("working_group")
        elif db_field.name == "party":
            field.queryset = field.queryset.filter(dialogues=edition.dialogue_id)
        return field

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        openings = PaperOpening.objects.filter(version__paper=OuterRef("pk")).order_by().values("version__paper")
        openers = Subquery(openings.annotate(n=Count("user", distinct=True)).values("n"))
        return super().get_queryset(request).annotate(openers=Coalesce(openers, 0)).prefetch_related("versions")

    def deletable(self, request: HttpRequest, obj: Any) -> bool:
        """Taken back or in quarantine, never away (law R7; §6.1 rule 4)."""
        return False

    def save_model(self, request: HttpRequest, obj: Paper, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        try:
            version = papers.upload_paper(by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except StepRefused as refusal:
            raise SaveRefused(*(reason.text for reason in refusal.reasons)) from refusal
        obj.pk, obj._state.adding = version.paper_id, False
        warn(request, form.cleaned_data["file"])

    def record_saved(self, request: HttpRequest, obj: Any, *, created: bool, fields: list[str]) -> None:
        """A new one has been written down by the procedure."""
        if created:
            self.admin_site.forget_counts(request)  # type: ignore[attr-defined]
        else:
            super().record_saved(request, obj, created=created, fields=fields)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        obj = kwargs.get("obj")
        if obj is not None:
            context["versions"] = lines_of_versions(obj)
            context["told"] = {"openings": lines_of_openings(obj, request.user)}
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=gettext_lazy("paper"), ordering="title_en")
    def title(self, paper: Paper) -> str:
        return str(paper.title)

    @admin.display(description=gettext_lazy("where it belongs"), ordering="session__starts_at")
    def place(self, paper: Paper) -> str:
        return str(paper.session or paper.mandate or paper.edition)

    @admin.display(description=gettext_lazy("who may read it"), ordering="audience")
    def readers(self, paper: Paper) -> str:
        return capfirst(str(paper.get_audience_display()))

    @admin.display(description=gettext_lazy("files"))
    def files(self, paper: Paper) -> str:
        """The newest version in each language: “English 2, Dutch 1”."""
        newest: dict[str, PaperVersion] = {}
        for version in paper.versions.all():
            if version.quarantined_at is None:
                newest.setdefault(version.lang, version)
        return ", ".join(f"{capfirst(one.get_lang_display())} {one.number}" for one in newest.values()) or "–"

    @admin.display(description=gettext_lazy("opened by"), ordering="openers")
    def opened_by(self, paper: Any) -> str:
        return ngettext("%(n)d account", "%(n)d accounts", paper.openers) % {"n": paper.openers}

    @admin.display(description=gettext_lazy("standing"))
    def standing(self, paper: Paper) -> str:
        if paper.withdrawn_at:
            return _("Taken back")
        sealed = [one.quarantined_at is not None for one in paper.versions.all()]
        if all(sealed):
            return _("In quarantine")
        return _("At hand, one file in quarantine") if any(sealed) else _("At hand")


def worded_session(session: Any, edition: Edition) -> str:
    starts = session.starts_at.astimezone(edition.zone)
    return f"{date_format(starts, 'D j M')}, {date_format(starts, 'TIME_FORMAT')}: {session.title}"


def lines_of_versions(paper: Paper) -> list[dict[str, Any]]:
    """Every file of it; one in quarantine has no address any more."""
    zone = paper.edition.zone
    rows = paper.versions.select_related("uploaded_by__person", "uploaded_by__party").annotate(
        openers=Count("openings__user", distinct=True)
    )
    return [
        {
            "number": row.pk,
            "name": str(row),
            "address": row.get_absolute_url() if row.quarantined_at is None and paper.withdrawn_at is None else "",
            "kind": row.get_file_type_display(),
            "size": filesizeformat(row.size),
            "by": str(row.uploaded_by.person or row.uploaded_by),
            "when": date_format(row.uploaded_at.astimezone(zone), "DATETIME_FORMAT"),
            "quarantined": row.quarantined_at and date_format(row.quarantined_at.astimezone(zone), "DATETIME_FORMAT"),
            "override_reason": row.override_reason,
            "openers": row.openers,
        }
        for row in rows.newest_first()
    ]
