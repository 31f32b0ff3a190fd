"""From draft to public in the admin: proposed by one person, published by a second one, corrected in the open.

`PublishedAdmin` is the page of every record of the public side. What `published_at` says is written by the steps alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, models
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from dialogues.models import Audience, Correction, Publishable
from dialogues.procedures import publication
from dialogues.procedures.steps import Check, StepRefused
from parties.admin.sources import CitedAdmin
from parties.models import Citation
from socportal import clock
from socportal.admin import PortalForm
from socportal.bilingual import LANGUAGES

from .steps import Step, StepsMixin, change_address, for_whom

WHO_READS = (gettext_lazy("Who may read it"), {"fields": (("audience", "state"), ("embargo_until", "published_at"))})
# Of a published record: what no reader sees, and what stays as it was published.
UNSEEN = {"position"}
FIXED_ONCE_PUBLIC = ("audience", "embargo_until", "slug")


# How a record stands, in shape and word


@cache
def icon(name: str) -> SafeString:
    return mark_safe(render_to_string(f"includes/icons/{name}.html"))  # noqa: S308  a file of ours


def status(shape: str, colour: str, words: str) -> str:
    return format_html('<span class="status {}">{} {}</span>', colour, icon(shape), words)


def instant_in_words(at: datetime) -> str:
    """In the zone of the page, named: “4 May 2026, 09:00 UTC”."""
    local = timezone.localtime(at)
    return f"{date_format(local, 'DATETIME_FORMAT')} {local.tzname()}"


def instant_in_capitals(at: datetime, record: Any) -> str:
    """One instant as each party's clock shows it: “4 May 2026, 09:00 in London; 4 May 2026, 10:00 in The Hague”."""
    parties = publication.dialogue_of(record).parties.all()
    said = [
        _("%(time)s in %(place)s")
        % {"time": date_format(at.astimezone(ZoneInfo(party.time_zone)), "DATETIME_FORMAT"), "place": party.capital or party}
        for party in parties
    ]
    return "; ".join(said) or instant_in_words(at)


def state_in_words(record: Any) -> str:
    """Draft, proposed, scheduled or public, by the clock; what it hangs on may still hide it."""
    if record.is_public():
        return status("done", "good", pgettext("record", "Public"))
    if record.is_published:
        at = publication.becomes_public_at(record)
        at = max(at, record.published_at)
        return status("half", "wait", _("Scheduled for %(time)s") % {"time": instant_in_words(at)})
    if record.proposed_by_id:
        return status("attention", "wait", pgettext("record", "Proposed"))
    if publication.is_read_by_others(record):
        return status("ring", "quiet", _("Draft, read by delegates"))
    return status("ring", "quiet", pgettext("record", "Draft"))


BEHIND = {"en": gettext_lazy("English behind"), "nl": gettext_lazy("Dutch behind")}


def lacks(record: Any, lang: str) -> list[str]:
    """The texts that stand in the other language alone, by the names of their fields."""
    (other,) = set(LANGUAGES) - {lang}
    return [
        str(record._meta.get_field(f"{name}_{lang}").verbose_name)
        for name in record.texts()
        if getattr(record, f"{name}_{other}") and not getattr(record, f"{name}_{lang}")
    ]


def why_behind(record: Any) -> str:
    """A sentence for whoever translates; empty where neither language is behind."""
    behind = record.language_behind
    if not behind:
        return ""
    if missing := lacks(record, behind):
        return _("%(behind)s: there is no text for %(fields)s. Readers see the other language, marked.") % {
            "behind": BEHIND[behind],
            "fields": "; ".join(missing),
        }
    newer = record.changed_en_at if behind == "nl" else record.changed_nl_at
    return _("%(behind)s: the other language was changed on %(time)s, and this one not since.") % {
        "behind": BEHIND[behind],
        "time": instant_in_words(newer),
    }


@dataclass(frozen=True)
class Standing:
    """How a stored record stood before a form touched it."""

    is_published: bool = False
    is_proposed: bool = False
    behind: str = ""
    why_behind: str = ""

    @classmethod
    def of(cls, record: Any) -> Standing:
        if record is None or record.pk is None:
            return cls()
        return cls(record.is_published, bool(record.proposed_by_id), record.language_behind, why_behind(record))


# Filters beside the list


class PublicationFilter(admin.SimpleListFilter):
    """By how a record stands now: read off the clock, never stored."""

    title = gettext_lazy("publication")
    parameter_name = "publication"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("draft", pgettext("record", "Draft")),
            ("proposed", pgettext("record", "Proposed")),
            ("scheduled", pgettext("record", "Scheduled")),
            ("public", pgettext("record", "Public")),
        ]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        now = clock.now()
        published = Q(audience=Audience.PUBLIC, published_at__isnull=False)
        ahead = Q(published_at__gt=now) | Q(embargo_until__isnull=False, embargo_until__gt=now)
        come = Q(published_at__lte=now) & (Q(embargo_until__isnull=True) | Q(embargo_until__lte=now))
        asked = {
            "draft": ~published & Q(proposed_by__isnull=True),
            "proposed": ~published & Q(proposed_by__isnull=False),
            "scheduled": published & ahead,
            "public": published & come,
        }
        return queryset.filter(asked.get(self.value() or "", Q()))


def behind_in_sql(model: type[Publishable], lang: str) -> Q:
    """`Publishable.language_behind` as the database reads it: a missing text first, English before Dutch; then the dates."""
    (other,) = set(LANGUAGES) - {lang}

    def missing(one: str, beside: str) -> Q:
        found = Q(pk__in=[])
        for name in model.texts():
            found |= Q(**{f"{name}_{one}": ""}) & ~Q(**{f"{name}_{beside}": ""})
        return found

    dated = Q(**{f"changed_{lang}_at__lt": F(f"changed_{other}_at")}) | Q(
        **{f"changed_{lang}_at__isnull": True, f"changed_{other}_at__isnull": False}
    )
    here, there = missing(lang, other), missing(other, lang)
    first = here if lang == LANGUAGES[0] else here & ~there
    return first | (~here & ~there & dated)


class LanguageFilter(admin.SimpleListFilter):
    title = gettext_lazy("languages")
    parameter_name = "behind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("nl", BEHIND["nl"]), ("en", BEHIND["en"]), ("none", _("Both say the same"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        asked = self.value()
        if asked in LANGUAGES:
            return queryset.filter(behind_in_sql(queryset.model, asked))
        if asked == "none":
            for lang in LANGUAGES:
                queryset = queryset.exclude(behind_in_sql(queryset.model, lang))
        return queryset


# The three steps


class ProposeForm(forms.Form):
    public_from = forms.DateTimeField(
        label=gettext_lazy("Public from"),
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["public_from"].help_text = _(
            "Empty: as soon as a second person publishes it. A time to come publishes by the clock. Time in %(zone)s."
        ) % {"zone": timezone.get_current_timezone_name()}

    def clean_public_from(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["public_from"]
        if at and at <= clock.now():
            raise forms.ValidationError(_("This time has passed. Give a later one, or none."))
        return at


class PublishForm(forms.Form):
    """Carries the proposal that was looked at: what was proposed anew meanwhile is not published unread."""

    proposed_at = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_proposed_at(self) -> datetime | None:
        said = self.cleaned_data["proposed_at"]
        try:
            seen = datetime.fromisoformat(said) if said else None
        except ValueError:
            seen = None
        if said and (seen is None or timezone.is_naive(seen)):
            raise forms.ValidationError(_("Open this page again: it does not say which proposal you have read."))
        return seen


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Required. Tell the other side too: the journal says only that a reason was given."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Give the reason.")},
    )


def propose_happens(record: Any, by: Any) -> list[str]:
    return [
        _("Nothing becomes public yet: a second secretary of this dialogue reads it as it stands, and publishes it."),
        _("Whoever changes it before that takes the proposal back; it is then proposed anew."),
        for_whom(by),
    ]


def when_public(record: Any) -> str:
    at = publication.becomes_public_at(record)
    if at <= clock.now():
        return _("Everybody reads it at once, in English and Dutch.")
    said = {"time": instant_in_capitals(at, record)}
    return _("Everybody reads it from this instant, by the clock: %(time)s.") % said


def says_no_more(record: Any) -> list[str]:
    return []


def withdraw_happens(record: Any, by: Any) -> list[str]:
    return [
        _("From this moment the public finds it nowhere: its address answers like one that never was."),
        _("It is kept whole, as a draft. To publish it again takes two people again."),
        for_whom(by),
    ]


def publication_checks(record: Any, by: Any) -> list[Check]:
    """What the second person looks at; none of it blocks."""
    checks = []
    at = publication.becomes_public_at(record)
    for path in record.PARENT_PATHS:
        parent = getattr(record, path)
        if parent is None:
            continue
        if not type(parent)._default_manager.visible_to(AnonymousUser(), at).filter(pk=parent.pk).exists():
            said = _("%(parent)s is not public at that time: until it is, this is hidden with it.") % {"parent": parent}
            checks.append(Check("warns", said, (parent,)))
    behind = why_behind(record)
    checks.append(Check("warns", behind) if behind else Check("passed", _("Both languages say the same.")))
    if Citation.objects.of(record).exists():
        checks.append(Check("passed", _("It cites a source.")))
    else:
        checks.append(Check("warns", _("No field of it cites a source.")))
    return checks


def publication_steps(reads: Callable[[Any], list[str]] = says_no_more) -> tuple[Step, ...]:
    """`reads` says in sentences what everybody reads once such a record is public."""
    return (
        Step(
            name="propose",
            verb=gettext_lazy("Propose for publication"),
            run=publication.propose_publication,
            argument="record",
            reasons=publication.propose_reasons,
            sentence=lambda record, by: _("Puts it forward as it stands. A second person publishes it."),
            happens=propose_happens,
            checks=publication_checks,
            form=ProposeForm,
            preview=lambda record: record.get_absolute_url(),
            back=gettext_lazy("Back, nothing is proposed"),
            when=lambda record: not record.is_published and not record.proposed_by_id,
        ),
        Step(
            name="publish",
            verb=gettext_lazy("Publish"),
            run=publication.publish,
            argument="record",
            reasons=publication.publish_reasons,
            sentence=lambda record, by: when_public(record),
            happens=lambda record, by: [
                when_public(record),
                *reads(record),
                _("It is never deleted after that. A change of its texts is shown on its page as a correction, with the date."),
                for_whom(by),
            ],
            checks=publication_checks,
            form=PublishForm,
            initial=lambda record: {"proposed_at": record.proposed_at.isoformat() if record.proposed_at else ""},
            preview=lambda record: record.get_absolute_url(),
            back=gettext_lazy("Back, nothing is published"),
            when=lambda record: not record.is_published and bool(record.proposed_by_id),
        ),
        Step(
            name="withdraw",
            takes_away=True,
            verb=gettext_lazy("Take back from the public"),
            run=publication.withdraw_publication,
            argument="record",
            reasons=publication.withdraw_reasons,
            sentence=lambda record, by: _("Makes it a draft again. Nothing of it is deleted."),
            happens=withdraw_happens,
            form=WithdrawForm,
            back=gettext_lazy("Back, it stays public"),
            when=lambda record: record.is_published,
        ),
    )


# The form and the page

CORRECTION = ("correction_en", "correction_nl")
BESIDE_THE_RECORD = {*CORRECTION, "says_the_same"}


class PublishedForm(PortalForm):
    """A published record says what was corrected in it. Whoever reads both languages says that they still agree."""

    needs_correction = True

    says_the_same = forms.BooleanField(
        label=gettext_lazy("The other language still says the same"),
        help_text=gettext_lazy("For a change that the other language does not need: neither is marked as behind."),
        required=False,
    )
    correction_en = forms.CharField(
        label=gettext_lazy("What is corrected, English"),
        help_text=gettext_lazy("Stands on the page with today’s date. No names."),
        max_length=Correction._meta.get_field("note_en").max_length,
        required=False,
    )
    correction_nl = forms.CharField(
        label=gettext_lazy("What is corrected, Dutch"),
        help_text=gettext_lazy("Empty: Dutch readers see the English sentence, marked."),
        max_length=Correction._meta.get_field("note_nl").max_length,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.standing = Standing.of(self.instance)
        if self.instance.pk is None:
            del self.fields["says_the_same"]
        if not self.standing.is_published:
            for name in CORRECTION:
                del self.fields[name]

    def seen_changes(self) -> list[str]:
        """The changed fields that readers see as words, numbers or days; what it points to is no wording."""
        stored = {field.name: field for field in self.instance._meta.concrete_fields}
        return [name for name in self.changed_data if name in stored and not stored[name].is_relation and name not in UNSEEN]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.standing.is_published or "correction_en" in self.errors or cleaned.get("correction_en"):
            return cleaned
        if cleaned.get("correction_nl"):
            self.add_error("correction_en", _("Say it in English too."))
        elif self.needs_correction and self.seen_changes():
            self.add_error("correction_en", _("It is public: say in a sentence what is corrected."))
        return cleaned


class PublishedAdmin(StepsMixin, CitedAdmin):
    """Drafted, proposed, published by a second person, corrected with a date; deleted only while it was never public."""

    form = PublishedForm
    steps = publication_steps()

    # What the page shows at each stage

    def _in_its_zone(self, request: HttpRequest, *args: Any) -> HttpResponse:
        request.__dict__.pop("_standing", None)
        return super()._in_its_zone(request, *args)

    def standing(self, request: HttpRequest, obj: Any) -> Standing:
        """As it was stored: taken down once a request, before the form puts its values into the record."""
        known: dict[Any, Standing] = request.__dict__.setdefault("_standing", {})
        key = obj.pk if obj is not None else None
        if key not in known:
            known[key] = Standing.of(obj)
        return known[key]

    def get_list_display(self, request: HttpRequest) -> Any:
        return (*super().get_list_display(request), "state", "languages")

    def get_list_filter(self, request: HttpRequest) -> Any:
        return (*super().get_list_filter(request), PublicationFilter, LanguageFilter)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """When it became public is written by the steps; who reads it and where it stands are fixed once it is."""
        fixed = (*super().get_readonly_fields(request, obj), "state", "published_at")
        if not self.standing(request, obj).is_published:
            return fixed
        return (*fixed, *(field.name for field in self.opts.fields if field.name in FIXED_ONCE_PUBLIC))

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if self.standing(request, obj).is_published else super().get_prepopulated_fields(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sections = super().get_fieldsets(request, obj)
        if obj is None or obj.pk is None or not self.has_change_permission(request, obj):
            return sections
        standing = self.standing(request, obj)
        both = (_("Both languages"), {"description": standing.why_behind, "fields": ("says_the_same",)})
        if not standing.is_published:
            return (*sections, both)
        said = _("What is public is corrected in the open: when a text, a number or a day changes, say here what.")
        if not self.form.needs_correction:  # type: ignore[attr-defined]
            said = _("Where something is corrected that readers relied on, say here what.")
        return (*sections, both, (_("Correction"), {"description": said, "fields": (CORRECTION,)}))

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only audiences that somebody belongs to: a record of the public side has no group and no party of its own."""
        field = super().formfield_for_choice_field(db_field, request, **kwargs)
        if db_field.name == "audience":
            offered = {Audience.PUBLIC, Audience.DELEGATES, Audience.SECRETARIAT}
            field.choices = [choice for choice in field.choices if choice[0] in offered]  # type: ignore[union-attr]
            field.help_text = _("“Public” stays a draft of the secretariat until a second person publishes it.")  # type: ignore[union-attr]
        return field

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        if (obj := kwargs.get("obj")) is not None:
            context["corrections"] = list(Correction.objects.of(obj))
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=gettext_lazy("publication"), ordering="published_at")
    def state(self, record: Any) -> str:
        return state_in_words(record)

    @admin.display(description=gettext_lazy("languages"))
    def languages(self, record: Any) -> str:
        behind = record.language_behind
        return status("half", "wait", str(BEHIND[behind])) if behind else "–"

    # What a save means

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Choosing “public” publishes nothing: a draft has no instant from which it is public."""
        if not form.standing.is_published:
            obj.published_at = obj.published_by = None
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        request._said = form  # type: ignore[attr-defined]
        super().save_related(request, form, formsets, change)

    def record_saved(self, request: HttpRequest, obj: Any, *, created: bool, fields: list[str]) -> None:
        form = request._said  # type: ignore[attr-defined]
        stored = [name for name in fields if name not in BESIDE_THE_RECORD]
        if stored or created:
            super().record_saved(request, obj, created=created, fields=stored)
        said = tuple(form.cleaned_data.get(name, "") for name in CORRECTION)
        publication.note_change(
            record=obj,
            by=request.user,  # type: ignore[arg-type]
            fields=stored,
            correction=said if said[0] else None,  # type: ignore[arg-type]
            was_behind=form.standing.behind,
        )
        if form.cleaned_data.get("says_the_same"):
            publication.say_the_same(record=obj, by=request.user)  # type: ignore[arg-type]
        if stored and form.standing.is_proposed and not form.standing.is_published:
            messages.warning(request, _("It was proposed for publication and has changed since: propose it anew."))

    # Only a draft that was never public can be deleted (law R7)

    def deletable(self, request: HttpRequest, obj: Any) -> bool:
        return not publication.was_ever_published(obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.admin_site.forget_counts(request)  # type: ignore[attr-defined]
        publication.discard_draft(record=obj, by=request.user)  # type: ignore[arg-type]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What stands in the way is counted, not named: part of it may be another party's own."""
        going, count, lacking, protected = super().get_deleted_objects(objs, request)
        return going, count, lacking, [_("Other records point to it: take that away first.")] if protected else []

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Two people may press at once: what was published or pointed to meanwhile stays, and the page says why."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except (StepRefused, IntegrityError) as refusal:
            said = str(refusal) if isinstance(refusal, StepRefused) else _("Other records point to it: take that away first.")
            messages.error(request, said)
            return redirect(change_address(self.get_object(request, object_id)) or "admin:index")
