"""The forms of a nomination: what a party says of one person, and what it says when it takes somebody off.

A draft needs a name and nothing else; what submitting needs is asked where somebody submits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from dialogues.models import Category, Delegation, Mandate, Nomination
from dialogues.procedures.nominations import CORRECTABLE
from parties.models import Organisation, Party
from socportal.bilingual import reader_language

# What stands before a name and belongs to nobody’s surname.
TITLES = " mr mrs ms miss mx sir dame lord lady rt hon dr drs prof professor ir ing dhr mevr mevrouw mw heer "


def surname_first(name: str) -> str:
    """“Ms A. van der Example” as lists sort it: “Example, A. van der”. What holds a comma is taken as it is."""
    words = name.split()
    if [word.lower() for word in words[:2]] == ["de", "heer"]:
        words.pop(0)
    while len(words) > 1 and f" {words[0].lower().rstrip('.')} " in TITLES:
        words.pop(0)
    if "," in name or len(words) < 2:
        return " ".join(words)
    return f"{words[-1]}, {' '.join(words[:-1])}"


class Boxes(forms.CheckboxSelectMultiple):
    """Checkboxes of which the first takes the link from the summary of errors."""

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return super().id_for_label(id_, index or "0")


def organisation_choices(organisations: Iterable[Organisation], party: Party) -> list[Any]:
    """The party's own first, then all others; each by the name the reader's language has for it."""

    def label(organisation: Organisation) -> str:
        acronym = str(organisation.acronym)
        return f"{organisation.name} ({acronym})" if acronym and acronym != str(organisation.name) else str(organisation.name)

    listed = sorted(organisations, key=lambda organisation: str(organisation.name).lower())
    own = [(one.pk, label(one)) for one in listed if one.party_id == party.pk]
    others = [(one.pk, label(one)) for one in listed if one.party_id != party.pk]
    groups = [(str(party.name), own), (_now("Others"), others)]
    return [("", _now("Choose")), *(group for group in groups if group[1])]


class PersonForm(forms.Form):
    """One person as the party names them."""

    name = forms.CharField(
        label=_("Name as on the badge"),
        help_text=_("With title, for example “Ms A. Example”."),
        max_length=120,
        error_messages={"required": _("Give the name, as it should stand on the badge")},
    )
    organisation = forms.TypedChoiceField(
        label=_("Organisation"),
        required=False,
        empty_value=None,
        error_messages={"invalid_choice": _("Choose an organisation from the list")},
    )
    email = forms.EmailField(
        label=_("Official e-mail address"),
        help_text=_("The invitation and sign-in codes go there. Never a private address."),
        required=False,
        max_length=254,
        error_messages={"invalid": _("Give an official e-mail address, for example uk07@example.org")},
    )
    sort_name = forms.CharField(
        label=_("Surname first"),
        help_text=_("For lists, for example “Example, A.”. Left empty, it is worked out from the name."),
        required=False,
        max_length=120,
    )
    language = forms.ChoiceField(label=_("Language of the mails to this person"), choices=Nomination.language.field.choices)

    FIELDS_OF_SUBMITTING = {
        "organisation": _("Choose the organisation"),
        "email": _("Give an official e-mail address, for example uk07@example.org"),
    }
    FOLDED: tuple[str, ...] = ("sort_name", "language")

    def __init__(
        self,
        *args: Any,
        delegation: Delegation,
        organisations: Sequence[Organisation],
        submits: bool = False,
        known: Nomination | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.delegation, self.submits, self.known = delegation, submits, known
        by_pk = {str(one.pk): one for one in organisations}
        field: Any = self.fields["organisation"]
        field.coerce = lambda pk: by_pk[str(pk)]
        field.choices = organisation_choices(organisations, delegation.party)
        contact = settings.SECRETARIAT_CONTACT
        field.help_text = (
            _now("Not in the list? The secretariat adds it: write to %(contact)s.") % {"contact": contact}
            if contact
            else _now("Not in the list? The secretariat adds it: ask your party’s secretary.")
        )
        self._posts()
        for name in ("name", "sort_name", "email"):
            if name in self.fields:
                self.fields[name].widget.attrs["autocomplete"] = "off"

    def _posts(self) -> None:
        """The post in the language being read, or in the one it was given in, stands in sight; either is enough."""
        own = reader_language()
        if self.known and not getattr(self.known, f"post_{own}") and self.known.post:
            own = self.known.post.lang
        labels = {"en": _("Post, in English"), "nl": _("Post, in Dutch")}
        for lang in ("en", "nl"):
            self.fields[f"post_{lang}"] = forms.CharField(label=labels[lang], required=False, max_length=160)
        self.post_field = f"post_{own}"
        other = "post_nl" if own == "en" else "post_en"
        self.fields[self.post_field].help_text = _("As it should stand on the badge.")
        self.fields[other].help_text = _("You may leave it empty.")
        self.FOLDED = (other, *type(self).FOLDED)
        self.order_fields(["name", self.post_field, "organisation", "email", "category", "alternate_for", "mandates"])

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        name, surname = said.get("name", ""), said.get("sort_name", "")
        renamed = self.known and self.known.name != name and surname == surname_first(self.known.name)
        if name and (not surname or renamed):
            said["sort_name"] = surname_first(name)
        if self.submits:
            for field, text in self.FIELDS_OF_SUBMITTING.items():
                if field in self.fields and field not in self.errors and not said.get(field):
                    self.add_error(field, text)
            if not said.get("post_en") and not said.get("post_nl") and not {"post_en", "post_nl"} & set(self.errors):
                self.add_error(self.post_field, _("Give the post, as it should stand on the badge"))
        return said

    @property
    def in_sight(self) -> list[Any]:
        return [field for field in self.visible_fields() if field.name not in self.FOLDED]

    @property
    def folded(self) -> list[Any]:
        return [field for field in self.visible_fields() if field.name in self.FOLDED]

    @property
    def is_unfolded(self) -> bool:
        return any(field.errors for field in self.folded)


class WithGroups(PersonForm):
    mandates = forms.TypedMultipleChoiceField(label=_("Working groups"), required=False, widget=Boxes)

    def __init__(self, *args: Any, mandates: Sequence[Mandate] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_pk = {str(one.pk): one for one in mandates}
        if not by_pk:
            del self.fields["mandates"]
            return
        field: Any = self.fields["mandates"]
        field.coerce = lambda pk: by_pk[str(pk)]
        field.choices = [(one.pk, str(one.working_group.name)) for one in mandates]


class NominationForm(WithGroups):
    """A nomination as it is drafted, and as it is submitted."""

    category = forms.ChoiceField(label=_("Category"), help_text=_("One head of delegation a party."))
    alternate_for = forms.TypedChoiceField(
        label=_("Stands for"), help_text=_("Only for an alternate."), required=False, empty_value=None
    )
    over_quota_reason = forms.CharField(
        label=_("Why more than agreed"),
        help_text=_("It does not stop you: the secretariat reads your reason."),
        required=False,
        max_length=200,
    )

    def __init__(
        self, *args: Any, categories: Sequence[str], others: Sequence[Nomination] = (), asks_reason: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        category: Any = self.fields["category"]
        category.choices = [(value, capfirst(label)) for value, label in Category.choices if value in categories]
        by_pk = {str(one.pk): one for one in others}
        if by_pk:
            stands_for: Any = self.fields["alternate_for"]
            stands_for.coerce = lambda pk: by_pk[str(pk)]
            stands_for.choices = [("", _("Nobody")), *((one.pk, f"{one.name}, {one.post}".strip(", ")) for one in others)]
        else:
            del self.fields["alternate_for"]
        if not (asks_reason or self["over_quota_reason"].value()):
            del self.fields["over_quota_reason"]

    def keep_the_seat(self) -> None:
        """A replacement takes category, groups and the one it stands for from the seat: they are not asked."""
        for name in ("category", "alternate_for", "mandates"):
            self.fields.pop(name, None)

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        category = said.get("category")
        if said.get("alternate_for") and category != Category.ALTERNATE:
            self.add_error("alternate_for", _("Only an alternate stands for somebody: choose “Nobody”, or another category"))
        if not self.submits:
            return said
        if category == Category.ALTERNATE and "alternate_for" in self.fields and not said.get("alternate_for"):
            self.add_error("alternate_for", _("Say for whom the alternate stands"))
        if category == Category.DELEGATE and "mandates" in self.fields and not said.get("mandates"):
            self.add_error("mandates", _("Choose at least one working group"))
        return said


class ReplacementForm(PersonForm):
    """Who takes a seat: category, groups and place in the order come with it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, submits=True, **kwargs)


class CorrectionForm(WithGroups):
    """How an accepted person is named and placed; an address is corrected by nobody but the secretariat."""

    FOLDED = ("sort_name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, submits=True, **kwargs)
        for name in set(self.fields) - {*CORRECTABLE, "mandates"}:
            del self.fields[name]


class WithdrawalForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("You may leave it empty. Nothing about health or other private matters."),
        required=False,
        max_length=200,
    )


class OverQuotaForm(forms.Form):
    over_quota_reason = forms.CharField(
        label=_("Why more than agreed"),
        help_text=_("It does not stop you: the secretariat reads your reason."),
        max_length=200,
        error_messages={"required": _("Give a reason, or submit fewer people")},
    )


def stored(nomination: Nomination) -> dict[str, Any]:
    """What a form about this nomination begins with."""
    fields = ("name", "sort_name", "post_en", "post_nl", "email", "language", "category", "over_quota_reason")
    return {
        **{name: getattr(nomination, name) for name in fields},
        "organisation": nomination.organisation_id,
        "alternate_for": nomination.alternate_for_id,
        "mandates": [mandate.pk for mandate in nomination.mandates.all()],
    }


def fingerprint(nomination: Nomination) -> str:
    """Tells whether a nomination is still as it was when somebody opened its form (law R8)."""
    said = stored(nomination)
    said["mandates"] = sorted(said["mandates"])
    return salted_hmac("nomination", repr(sorted(said.items()))).hexdigest()


def is_still(nomination: Nomination, seen: str) -> bool:
    return fingerprint(nomination) == seen
