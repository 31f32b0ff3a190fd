"""Lists with filters: a plain GET form, every filter in the address, each removable by itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import django_filters
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class ShareableFilter(django_filters.FilterSet):
    """A filter form whose state stands in the address, so that a list can be shared."""

    def chips(self) -> list[dict[str, str]]:
        """Each active filter in words, with the address of the same list without it."""
        active = [(name, field) for name, field in self.form.fields.items() if self.form.cleaned_data.get(name)]
        given = {name: self.data.get(name, "") for name, _field in active}
        chips = []
        for name, field in active:
            value = self.form.cleaned_data[name]
            words = dict(getattr(field, "choices", [])).get(value, value) if isinstance(value, str) else value
            rest = urlencode({other: kept for other, kept in given.items() if other != name})
            chips.append({"label": str(field.label), "value": str(words), "without": f"?{rest}" if rest else "?"})
        return chips


class Words(django_filters.CharFilter):
    """Words in the text: case folded, in either language. `across` names the columns that are looked through."""

    def __init__(self, *, across: tuple[str, ...], **options: Any) -> None:
        super().__init__(**{"label": _("Words in the text"), "max_length": 80, **options})
        self.across = across

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        if not value:
            return rows
        matching = Q()
        for column in self.across:
            matching |= Q(**{f"{column}__icontains": value})
        return rows.filter(matching)


def filtered_list(filters: ShareableFilter, rows: QuerySet[Any], request: HttpRequest, per_page: int) -> dict[str, Any]:
    """What a template needs of a filtered list; a filter that is not understood gives no row, and `understood` is false."""
    understood = filters.form.is_valid()
    page = Paginator(filters.qs if understood else rows.none(), per_page).get_page(request.GET.get("page"))
    shared = {name: value for name, value in request.GET.items() if name != "page"}
    return {
        "filters": filters,
        "understood": understood,
        "chips": filters.chips() if understood else [],
        "page": page,
        "count": page.paginator.count,
        "address_of_page": f"?{urlencode(shared)}&page=" if shared else "?page=",
    }
