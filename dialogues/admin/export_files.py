"""What goes into each file that the secretariat takes out: the rows it may read, set as paper and as a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dialogues.exports import (
    agenda_paper,
    badges,
    catering,
    door_signs,
    handover,
    nameplates,
    paper,
    run_of_show,
    seating,
    signing_in,
    tables,
)
from dialogues.exports import participants as lists
from dialogues.exports.marking import titled
from dialogues.models import CoChair, Edition, ListedParticipant, ParticipantList, Registration, Session, SpeakerSlot
from dialogues.models.agenda import SlotRole
from dialogues.models.programme import Programme
from dialogues.procedures import participants
from dialogues.procedures.steps import Reason, StepRefused
from socportal import clock


@dataclass(frozen=True)
class Made:
    """What was asked for: parts for paper or a table, how many people are in it, and whose badge says what."""

    parts: tuple[paper.Part, ...] = ()
    table: tuple[list[str], list[list[tables.Cell]]] = ((), ())  # type: ignore[assignment]
    people: int = 0
    printed: dict[int, str] = field(default_factory=dict)
    in_name: tuple[str, ...] = ()
    audience: str = ""
    title: str = ""


def who_comes(edition: Edition, user: Any) -> list[Registration]:
    """Everybody who comes, support staff too, by delegation and surname."""
    coming = (
        Registration.objects.visible_to(user)
        .live()
        .filter(edition=edition)
        .select_related("person", "organisation", "delegation__party", "edition")
        .order_by("delegation__party__code", "person__sort_name", "person__name", "pk")
    )
    return list(coming)


def somebody(rows: list[Any]) -> list[Any]:
    if not rows:
        raise StepRefused(_("Nobody is registered yet. Accept nominations first."))
    return rows


def listed(edition: Edition, user: Any, version: str) -> tuple[list[ListedParticipant], str]:
    """The lines of an issued version, or of the list as it stands now; and which of them it is, in words."""
    if version == "now":
        today = date_format(clock.now().astimezone(edition.zone), "DATE_FORMAT")
        return participants.lines_now(edition), _("Draft of %(day)s, not issued") % {"day": today}
    issued = ParticipantList.objects.visible_to(user).get(edition=edition, number=version)
    lines = issued.lines.select_related("party", "organisation").order_by("position")
    return list(lines), version_in_words(issued)


def version_in_words(issued: ParticipantList) -> str:
    said = {
        "number": issued.number,
        "day": date_format(issued.issued_at.astimezone(issued.edition.zone), "DATE_FORMAT"),
    }
    return (
        _("Final list, version %(number)s, issued %(day)s") if issued.is_final else _("Version %(number)s, issued %(day)s")
    ) % said


def make_participants(edition: Edition, user: Any, said: dict[str, Any]) -> Made:
    lines, under = listed(edition, user, said["version"])
    somebody(lines)
    order = said["order"]
    return Made(
        parts=(lists.participants_part(edition, lines, under=under, order=order),),
        table=lists.participants_table(edition, lines, order),
        people=len(lines),
        in_name=("draft" if said["version"] == "now" else f"v{said['version']}",),
        audience=_("Participants only"),
    )


def with_access(registrations: list[Registration]) -> list[Registration]:
    """Whom the venue does not let in gets no badge."""
    return [one for one in registrations if one.access_status != Registration.Access.NOT_GRANTED]


def make_badges(edition: Edition, user: Any, said: dict[str, Any]) -> Made:
    chosen = with_access(somebody(who_comes(edition, user)))
    if said["which"] == "due":
        chosen = badges.due_for_print(chosen)
        if not chosen:
            raise StepRefused(_("Every badge has been printed as it stands. Choose all, or one."))
    if said["which"] == "one":
        chosen = [one for one in chosen if one.pk == said["registration"].pk]
    return Made(
        parts=(badges.badges_part(edition, chosen),),
        people=len(chosen),
        printed={one.pk: badges.badge_says(one) for one in chosen},
        in_name=() if said["which"] == "all" else ("due" if said["which"] == "due" else "replacement",),
    )


def chairs_and_speakers(edition: Edition, user: Any) -> list[Any]:
    """Co-chairs of the working groups, then whoever has a confirmed part in a session that goes ahead; reporters aside."""
    co_chairs = CoChair.objects.filter(mandate__edition=edition, person__isnull=False).order_by("pk")
    sessions = Session.objects.kept_by(user).going_ahead().filter(edition=edition)
    slots = SpeakerSlot.objects.filter(session__in=sessions.values("pk"), person__isnull=False, is_confirmed=True)
    slots = slots.exclude(role=SlotRole.RAPPORTEUR).order_by("session__starts_at", "pk")
    found = [
        (one.person, titled(SlotRole.CO_CHAIR.label)) for one in co_chairs.select_related("person__organisation").order_by("pk")
    ]
    return found + [(one.person, titled(one.get_role_display())) for one in slots.select_related("person__organisation")]


def make_nameplates(edition: Edition, user: Any, said: dict[str, Any]) -> Made:
    part = nameplates.nameplates_part(edition, somebody(who_comes(edition, user)), chairs_and_speakers(edition, user))
    return Made(parts=(part,), people=sum(not sign["is_delegation"] for sign in part["signs"]))


def make_seating(edition: Edition, user: Any, said: dict[str, Any]) -> Made:
    coming = somebody(who_comes(edition, user))
    part = seating.seating_part(edition, coming)
    return Made(
        parts=(part,),
        table=seating.seating_table(edition, coming),
        people=len(part["list"]),
        audience=_("Participants only"),
    )


def make_signing_in(edition: Edition, user: Any, said: dict[str, Any]) -> Made:
    if not signing_in.days_of(edition):
        raise StepRefused(Reason(_("The days of the edition are not known exactly yet. Enter them first."), edition))
    lines = somebody(participants.lines_now(edition))
    return Made(
        parts=(signing_in.signing_in_part(edition, lines),),
        table=signing_in.signing_in_table(edition, lines),
        people=len(lines),
        audience=_("Participants only"),
    )


def make_catering(edition: Edition, user: Any, said: dict[str, Any]) -> Made:
    somebody(who_comes(edition, user))
    return Made(
        parts=(catering.catering_part(edition),), table=catering.catering_table(edition), audience=_("Secretariat and caterer")
    )


def make_pack(edition: Edition, user: Any, said: dict[str, Any]) -> Made:
    """Everything at once: the newest issued list, or the draft where none is issued, and every badge."""
    newest = participants.latest_list(edition)
    made = [
        make_participants(edition, user, {"version": str(newest.number) if newest else "now", "order": lists.HOST_LAST}),
        make_badges(edition, user, {"which": "all"}),
        make_nameplates(edition, user, said),
        make_seating(edition, user, said),
        *([make_signing_in(edition, user, said)] if signing_in.days_of(edition) else []),
        make_catering(edition, user, said),
    ]
    return Made(
        parts=tuple(part for one in made for part in one.parts),
        people=max(one.people for one in made),
        printed=made[1].printed,
        title=_("Print pack"),
    )


def make_handover(edition: Edition, user: Any, said: dict[str, Any]) -> Made:
    return Made(parts=(handover.handover_part(handover.handover_note(edition, user)),), audience=_("Secretariat"))


def as_released(edition: Edition, user: Any) -> Programme:
    """The latest release, never the working agenda, as far as this secretary reads it."""
    programme = Programme(edition, user, clock.now())
    if not programme.rows:
        raise StepRefused(Reason(_("The agenda has not been released yet. Release it first."), edition))
    return programme


def make_annotated(edition: Edition, user: Any, said: dict[str, Any]) -> Made:
    programme = as_released(edition, user)
    return Made(
        parts=(agenda_paper.annotated_part(programme),),
        people=people_named(programme),
        in_name=(numbered(programme),),
        audience=_("Participants only"),
    )


def make_run_of_show(edition: Edition, user: Any, said: dict[str, Any]) -> Made:
    programme = as_released(edition, user)
    return Made(
        parts=(run_of_show.run_of_show_part(programme),),
        people=people_named(programme),
        in_name=(numbered(programme),),
        audience=_("Secretariat"),
    )


def make_door_signs(edition: Edition, user: Any, said: dict[str, Any]) -> Made:
    programme = as_released(edition, user)
    part = door_signs.door_signs_part(programme)
    if not part["signs"]:
        raise StepRefused(Reason(_("No session of the release has a room. Give the sessions rooms, then release."), edition))
    return Made(parts=(part,), in_name=(numbered(programme),), audience=_("Participants only"))


def numbered(programme: Programme) -> str:
    return programme.release.number if programme.release else ""


def people_named(programme: Programme) -> int:
    """How many names stand in it; those withheld do not."""
    return len({part.name for row in programme.rows for part in programme.parts(row) if part.name})
