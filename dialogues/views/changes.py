"""What changed of a dialogue’s public record: what was published, counted by day and kind, and what was corrected."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dialogues.models import Commitment, Correction, Dialogue, Edition, Engagement, OutcomeDocument, Result

KINDS: dict[str, type[Any]] = {
    "commitment": Commitment,
    "result": Result,
    "engagement": Engagement,
    "document": OutcomeDocument,
}


@dataclass(frozen=True)
class Change:
    text: str
    address: str = ""


def recent_changes(
    dialogue: Dialogue, editions: list[Edition], corrections: list[Correction], user: Any, at: datetime, most: int = 3
) -> list[tuple[date, list[Change]]]:
    """The newest days first. All is asked for in one query; `corrections` are those of records the reader may see."""
    by_pk = {one.pk: one for one in editions}
    counted: Counter[tuple[date, str, int | None]] = Counter()
    for kind, since, number in _published(dialogue, user, at):
        counted[since.date(), kind, number if number in by_pk else None] += 1
    days: dict[date, list[Change]] = {}
    order = list(KINDS)
    for (day, kind, number), count in sorted(counted.items(), key=lambda one: (order.index(one[0][1]), -(one[0][2] or 0))):
        edition = by_pk.get(number or 0)
        days.setdefault(day, []).append(Change(said(kind, count, edition), address_of(kind, edition)))
    for one in corrections:
        days.setdefault(one.at.date(), []).append(Change(_("Corrected: %(what)s") % {"what": one.note}))
    return sorted(days.items(), reverse=True)[:most]


def _published(dialogue: Dialogue, user: Any, at: datetime) -> QuerySet[Any]:
    """(kind, public since, edition) of each record that is public, drafts of a reader who sees them left out."""
    parts = []
    for kind, model in KINDS.items():
        rows = model.objects.visible_to(user, at).filter(**{model.DIALOGUE_PATH: dialogue, "published_at__lte": at}).order_by()
        parts.append(rows.annotate(of_kind=Value(kind, CharField())).values_list("of_kind", "published_at", "edition"))
    return parts[0].union(*parts[1:], all=True)


def said(kind: str, count: int, edition: Edition | None) -> str:
    """“4 commitments of 2026”."""
    match kind:
        case "commitment":
            words = ngettext("%(count)d commitment", "%(count)d commitments", count)
        case "result":
            words = ngettext("%(count)d result", "%(count)d results", count)
        case "engagement":
            words = ngettext("%(count)d meeting, visit or exchange", "%(count)d meetings, visits or exchanges", count)
        case _document:
            words = ngettext("%(count)d document", "%(count)d documents", count)
    words %= {"count": count}
    return _("%(what)s of %(year)s") % {"what": words, "year": edition.year} if edition else words


def address_of(kind: str, edition: Edition | None) -> str:
    match kind:
        case "commitment":
            return f"{reverse('commitments')}?edition={edition.pk}" if edition else reverse("commitments")
        case "result":
            return f"{edition.get_absolute_url()}#progress" if edition else ""
        case "engagement":
            return reverse("engagements")
        case _document:
            return reverse("outcomes")
