"""Filters of the public record’s lists: what can be chosen is what stands in the list that this reader may see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import django_filters
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from dialogues.models import Dialogue
from parties.models import Party
from socportal.filters import ShareableFilter

Choices = Iterable[tuple[str, str]]


class RecordFilter(ShareableFilter):
    """Its choices come from the reader’s own rows: none gives an empty list, and none tells of what is hidden."""

    def __init__(self, data: Any, queryset: QuerySet[Any], **offered: Choices) -> None:
        super().__init__(data, queryset=queryset)
        for name, choices in offered.items():
            self.filters[name].extra["choices"] = list(dict(choices).items())


def dialogue_choices(dialogues: Iterable[Dialogue]) -> Choices:
    """Real dialogues before demonstrations, as everywhere."""
    ordered = sorted(set(dialogues), key=lambda one: (one.is_demonstration, str(one.short_name)))
    return [(one.slug, str(one.short_name)) for one in ordered]


def party_choices(parties: Iterable[Party]) -> Choices:
    return sorted(((one.code, str(one.name)) for one in set(parties)), key=lambda choice: choice[1])


def by_dialogue() -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(label=_("Dialogue"), field_name="dialogue__slug", empty_label=_("All dialogues"))


def by_party() -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(label=_("Party"), method="filter_party", empty_label=_("All parties"))


def naming(model: type[models.Model], code: str) -> Q:
    """Records that name the party themselves; as a subquery, so that no row comes twice."""
    return Q(pk__in=model._default_manager.filter(parties__code=code).values("pk"))
