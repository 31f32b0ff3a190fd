"""The outbox, read before it leaves; the register of formal letters; and the letters to the parties of an edition."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from dialogues.exports.letters import attachment, file_name, letter_pdf
from dialogues.models import Correspondence, Edition, OutgoingMessage
from dialogues.procedures import correspondence, letters
from dialogues.procedures.agenda_withheld import Withheld
from dialogues.procedures.steps import StepRefused
from parties.models import Party
from socportal.admin import PortalAdmin, PortalForm, SaveRefused, VisibleRelatedFilter
from socportal.bilingual import LANGUAGES

from .steps import Step, ThroughStepsAlone, for_whom
from .venue_time import AtVenue

# The outbox


class WaitingFilter(admin.SimpleListFilter):
    title = gettext_lazy("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("waiting", _("Waiting")),
            ("drafted", _("To be read and released")),
            ("failed", _("Could not be delivered")),
            ("given_up", _("Given up")),
            ("sent", _("Sent")),
        ]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        match self.value():
            case "waiting":
                return queryset.filter(sent_at__isnull=True)
            case "drafted":
                return queryset.filter(sent_at__isnull=True, released_at__isnull=True)
            case "failed":
                return queryset.filter(sent_at__isnull=True).exclude(last_error="")
            case "given_up":
                return queryset.filter(pk__in=OutgoingMessage.objects.given_up().order_by().values("pk"))
            case "sent":
                return queryset.filter(sent_at__isnull=False)
        return queryset


def is_unsent(message: OutgoingMessage) -> bool:
    return message.sent_at is None


MESSAGE_STEPS = (
    Step(
        name="send",
        verb=gettext_lazy("Send this message"),
        run=partial(correspondence.send_message, attach=attachment),
        argument="message",
        reasons=correspondence.send_message_reasons,
        sentence=lambda message, by: _("Releases it and sends it to its one recipient."),
        happens=lambda message, by: [
            _("It leaves now. What is attached is made from the record as it stands now."),
            _("If it cannot be delivered it is tried again four times, the last time after some fifteen hours."),
            for_whom(by),
        ],
        back=gettext_lazy("Back, nothing is sent"),
        when=lambda message: is_unsent(message) and message.released_at is None,
    ),
    Step(
        name="try-again",
        verb=gettext_lazy("Try again"),
        run=partial(correspondence.try_again, attach=attachment),
        argument="message",
        reasons=correspondence.try_again_reasons,
        sentence=lambda message, by: _("Tries at once, and counts the tries anew."),
        happens=lambda message, by: [_("It goes to the address that the account has now."), for_whom(by)],
        back=gettext_lazy("Back, nothing is sent"),
        when=lambda message: is_unsent(message) and message.released_at is not None and message.tries > 0,
    ),
    Step(
        name="take-back",
        takes_away=True,
        verb=gettext_lazy("Take it back"),
        run=correspondence.take_back,
        argument="message",
        reasons=correspondence.take_back_reasons,
        sentence=lambda message, by: _("It has not left; it becomes a draft again."),
        happens=lambda message, by: [_("It does not leave until somebody releases it anew."), for_whom(by)],
        when=lambda message: is_unsent(message) and message.released_at is not None,
    ),
)


@admin.register(OutgoingMessage)
class OutgoingMessageAdmin(ThroughStepsAlone, AtVenue):
    """Read, released, taken back or thrown away as a draft; its words are those of the act that caused it."""

    kept_through = "edition"
    shows_only_kept = True
    steps = MESSAGE_STEPS
    list_display = ("subject", "recipient", "lang", "queued_at", "released_at", "sent_at", "tries", "last_error")
    list_filter = (
        WaitingFilter,
        ("edition", VisibleRelatedFilter),
        ("agenda_release", VisibleRelatedFilter),
        "lang",
        "attachment",
    )
    list_select_related = ("recipient__person", "agenda_release")
    search_fields = ("subject", "recipient__email")
    fields = (
        "subject",
        ("recipient", "lang"),
        "words",
        ("attached", "agenda_release"),
        ("queued_at", "released_at", "released_by"),
        ("sent_at", "tries", "next_try_at", "last_error"),
        "edition",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def deletable(self, request: HttpRequest, obj: OutgoingMessage) -> bool:
        """A draft that never left may be thrown away; what was released is taken back first (law R7)."""
        return not correspondence.discard_reasons(obj, request.user)  # type: ignore[arg-type]

    def delete_model(self, request: HttpRequest, obj: OutgoingMessage) -> None:
        correspondence.discard(message=obj, by=request.user)  # type: ignore[arg-type]
        self.admin_site.forget_counts(request)  # type: ignore[attr-defined]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        message = super().get_object(request, object_id, from_field)
        if message is not None:
            message.is_withheld = Withheld(message.edition, request.user).holds(message)  # type: ignore[arg-type]
        return message

    @admin.display(description=gettext_lazy("text"))
    def words(self, message: Any) -> str:
        """Another party’s own sessions and papers are not read here either."""
        if message.is_withheld:
            return _("It tells the staff of another party of what is theirs alone. Their secretary reads it; you may send it.")
        return str(message.text)

    @admin.display(description=gettext_lazy("attached"))
    def attached(self, message: OutgoingMessage) -> str:
        if message.letter is None:
            return _("nothing")
        address = registered_letter(message.letter, message.lang)
        return format_html('<a href="{}">{}</a>', address, message.get_attachment_display())


# The register


class CorrespondenceForm(PortalForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        edition, party = cleaned.get("edition"), cleaned.get("party")
        if edition and party and not edition.dialogue.parties.filter(pk=party.pk).exists():
            said = {"party": party, "dialogue": edition.dialogue}
            self.add_error("party", _("%(party)s is no party of %(dialogue)s.") % said)
        return cleaned


@admin.register(Correspondence)
class CorrespondenceAdmin(PortalAdmin):
    form = CorrespondenceForm
    kept_through = "edition"
    shows_only_kept = True
    list_display = ("reference", "kind", "direction", "party", "dated_on", "edition", "summary")
    list_filter = (("edition", VisibleRelatedFilter), ("party", VisibleRelatedFilter), "kind", "direction")
    list_select_related = ("party", "edition__dialogue")
    search_fields = ("reference", "summary")
    prefill = ("edition", "party", "kind", "direction")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields: list[Any] = [("edition", "party"), ("kind", "direction"), ("reference", "dated_on"), "summary"]
        return [*fields, "as_made", ("entered_by", "entered_at")] if obj else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A letter to another party, or one that mails took along as another kind, is another letter."""
        if obj is None:
            return ()
        fixed = ("edition", "party", "as_made", "entered_by", "entered_at")
        return (*fixed, "kind", "direction") if obj.messages.exists() else fixed

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> Any:
        rows = super().get_field_queryset(db, db_field, request)
        if db_field.name != "party" or rows is None:
            return rows
        kept = Edition.objects.kept_by(request.user)
        return rows.filter(dialogues__in=kept.values("dialogue")).distinct()

    def save_model(self, request: HttpRequest, obj: Correspondence, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        try:
            entered = letters.register_letter(by=request.user, **form.cleaned_data)
        except StepRefused as refusal:
            raise SaveRefused(*(reason.text for reason in refusal.reasons)) from refusal
        obj.pk, obj._state.adding = entered.pk, False

    def record_saved(self, request: HttpRequest, obj: Any, *, created: bool, fields: list[str]) -> None:
        """A new one has been written down by the procedure."""
        if created:
            self.admin_site.forget_counts(request)  # type: ignore[attr-defined]
        else:
            super().record_saved(request, obj, created=created, fields=fields)

    @admin.display(description=gettext_lazy("as the mails took it along"))
    def as_made(self, letter: Correspondence) -> str:
        """Only letters that were drafted here; of the others the register holds a line, not the text."""
        if not letter.messages.exists():
            return _("Not made here.")
        return links((in_its_language(lang), registered_letter(letter, lang)) for lang in LANGUAGES)

    # The letters as PDF

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("preview/<int:edition>/<slug:kind>/<slug:party>/<slug:lang>/", view(self.preview), name="letter_preview"),
            path("<int:object_id>/letter/<slug:lang>/", view(self.letter), name="letter"),
            *super().get_urls(),
        ]

    def preview(self, request: HttpRequest, edition: int, kind: str, party: str, lang: str) -> HttpResponse:
        """A letter that is still to be drafted, as it would look now."""
        found = Edition.objects.kept_by(request.user).filter(pk=edition).select_related("dialogue", "host_party").first()
        to = Party.objects.filter(dialogues__editions=found, code=party).first() if found else None
        if found is None or to is None:
            raise Http404
        return shown(request, found, to, kind, lang)

    def letter(self, request: HttpRequest, object_id: int, lang: str) -> HttpResponse:
        letter = self.get_object(request, str(object_id))
        message = letter.messages.exclude(attachment="").first() if letter else None
        if letter is None or message is None:
            raise Http404
        return shown(request, letter.edition, letter.party, message.attachment, lang, letter)


def shown(
    request: HttpRequest, edition: Edition, party: Party, kind: str, lang: str, letter: Correspondence | None = None
) -> HttpResponse:
    """The PDF in the browser's own window, kept by nobody on the way."""
    if request.method not in {"GET", "HEAD"} or kind not in OutgoingMessage.Attachment.values or lang not in LANGUAGES:
        raise Http404
    name = file_name(edition, party, kind, lang)
    return HttpResponse(
        letter_pdf(edition, party, kind, lang, letter),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store, private"},
    )


def registered_letter(letter: Correspondence, lang: str) -> str:
    return reverse("admin:letter", args=[letter.pk, lang])


def in_its_language(lang: str) -> str:
    return str(get_language_info(lang)["name_local"])


def links(named: Any) -> str:
    return format_html_join(", ", '<a href="{1}">{0}</a>', named)


# Letters to the parties: steps of an edition

K = OutgoingMessage.Attachment


class LettersForm(forms.Form):
    """One reference a party, as it stands on the letter."""

    dated_on = forms.DateField(
        label=gettext_lazy("Date of the letters"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for party in self.initial.get("parties", ()):
            self.fields[f"reference_{party.code}"] = forms.CharField(
                label=_("Reference of the letter to %(party)s") % {"party": party},
                help_text=_("As the register and the letter show it."),
                max_length=80,
            )


def draft_letters(kind: str, *, edition: Edition, by: Any, dated_on: date, **references: str) -> None:
    by_party = {name.removeprefix("reference_"): reference for name, reference in references.items()}
    letters.draft_letters(edition=edition, kind=kind, by=by, dated_on=dated_on, references=by_party)


def drafting(kind: str, edition: Edition, by: Any) -> list[str]:
    """What happens, and each letter as it would look, in both languages."""
    rows = (
        (f"{party}, {in_its_language(lang)}", reverse("admin:letter_preview", args=[edition.pk, kind, party.code, lang]))
        for party in letters.without_letter(edition, kind)
        for lang in LANGUAGES
    )
    return [
        *letters.what_drafting_does(edition, kind),
        format_html("{} {}", _("Read them first:"), links(rows)),
        _("Nothing leaves yet: the mails wait in the outbox until you send them."),
        for_whom(by),
    ]


def can_draft(kind: str, edition: Edition) -> bool:
    stages = {Edition.Status.SCHEDULED, Edition.Status.PREPARING}
    return edition.status in stages and not edition.has_closed() and bool(letters.without_letter(edition, kind))


def letter_step(name: str, kind: str, verb: Any, sentence: Any) -> Step:
    return Step(
        name=name,
        verb=verb,
        run=partial(draft_letters, kind),
        argument="edition",
        reasons=partial(letters.draft_letters_reasons, kind=kind),
        sentence=lambda edition, by: str(sentence),
        happens=partial(drafting, kind),
        form=LettersForm,
        initial=lambda edition: {"parties": letters.without_letter(edition, kind), "dated_on": edition.today()},
        back=gettext_lazy("Back, nothing is drafted"),
        when=partial(can_draft, kind),
    )


LETTER_STEPS: tuple[Step, ...] = (
    letter_step(
        "save-the-date",
        K.SAVE_THE_DATE,
        gettext_lazy("Draft the save-the-dates"),
        gettext_lazy("One letter a party, with days and place, in the language of each recipient."),
    ),
    letter_step(
        "invite",
        K.INVITATION,
        gettext_lazy("Draft the invitations"),
        gettext_lazy("One letter a party, with seats and deadline, in the language of each recipient."),
    ),
)
