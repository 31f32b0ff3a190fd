"""The skeleton of the next agenda: the blocks of the last one on the new days, without anybody or anything in them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import translation

from dialogues.models import Audience, Edition, Lineage, Mandate, Session
from socportal.bilingual import LANGUAGES

# What these are called stays from year to year; any other session gets the words of its kind until somebody names it.
NAMED_AS_BEFORE = (
    Session.Kind.PLENARY,
    Session.Kind.MINISTERIAL,
    Session.Kind.DESK,
    Session.Kind.BREAK,
    Session.Kind.MEAL,
    Session.Kind.PHOTOGRAPH,
    Session.Kind.FREE,
)
AS_BEFORE = (Lineage.Kind.CONTINUES, Lineage.Kind.RENAMED)


def lay_out(edition: Edition) -> int:
    """Put the skeleton on an edition that has days and no session yet. Part of an act, which journals how many blocks it got;
    not counted are those for one party alone, which the others do not learn of.

    Each block keeps its day counted from the first, its time on the venue's clock, its length, kind, readers and ground
    rule. Left out: what was cancelled, what lies beyond the new last day, the sessions of groups that do not go on. A room
    stays only in the same venue. Nobody speaks in it yet, and nothing is said of it.
    """
    earlier = edition.rolled_from
    if earlier is None or not _has_days(earlier) or not _has_days(edition) or edition.sessions.exists():
        return 0
    heirs = _mandates(edition)
    blocks = [
        _block(session, earlier, edition, heirs.get(session.mandate_id))
        for session in earlier.sessions.going_ahead().select_related("room").order_by("starts_at", "id")
        if session.mandate_id is None or session.mandate_id in heirs
    ]
    last_day = edition.closes_on
    kept = [block for block in blocks if edition.opens_on <= block.starts_at.astimezone(edition.zone).date() <= last_day]  # type: ignore[operator]
    Session.objects.bulk_create(kept)
    return sum(block.audience != Audience.PARTY for block in kept)


def _has_days(edition: Edition) -> bool:
    exact = edition.date_precision == Edition.Precision.EXACT
    return bool(exact and edition.opens_on and edition.closes_on and edition.time_zone)


def _mandates(edition: Edition) -> dict[int, Mandate]:
    """Which mandate of this edition follows which of the one before: of the same group, or of the same under a new name."""
    links = Lineage.objects.filter(edition=edition, kind__in=AS_BEFORE, later_mandate__edition=edition)
    return {
        link.earlier_mandate_id: link.later_mandate
        for link in links.select_related("later_mandate__working_group")
        if link.earlier_mandate_id and link.later_mandate
    }


def _block(session: Session, earlier: Edition, edition: Edition, mandate: Mandate | None) -> Session:
    assert earlier.opens_on and edition.opens_on  # noqa: S101
    before = session.starts_at.astimezone(earlier.zone)
    day = edition.opens_on + (before.date() - earlier.opens_on)
    starts_at = datetime.combine(day, before.time(), tzinfo=edition.zone)
    same_venue = edition.venue_id is not None and edition.venue_id == earlier.venue_id
    block = Session(
        edition=edition,
        kind=session.kind,
        starts_at=starts_at,
        ends_at=_later(starts_at, session.ends_at - session.starts_at),
        room=session.room if same_venue and session.room and session.room.venue_id == edition.venue_id else None,
        mandate=mandate,
        party_id=session.party_id,
        ground_rule=session.ground_rule,
        audience=session.audience,
    )
    for language in LANGUAGES:
        setattr(block, f"title_{language}", _title(session, mandate, language))
    return block


def _later(instant: datetime, length: timedelta) -> datetime:
    """So much later as a clock counts it that nobody puts forward or back."""
    return datetime.fromtimestamp(instant.timestamp() + length.total_seconds(), tz=instant.tzinfo)


def _title(session: Session, mandate: Mandate | None, language: str) -> str:
    if mandate is not None:
        return str(getattr(mandate.working_group, f"name_{language}"))
    if session.kind in NAMED_AS_BEFORE:
        return str(getattr(session, f"title_{language}"))
    with translation.override(language):
        words = str(Session.Kind(session.kind).label)
    return words[:1].upper() + words[1:]
