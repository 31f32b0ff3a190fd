"""The working agenda: sessions added, changed, cancelled, taken up again, and the last of one's own steps taken back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.models import AgendaStep, Appointment, Audience, Edition, Session, SpeakerSlot
from parties.models import User
from socportal import clock

from . import journal
from .agenda_checks import agenda_checks, conflicts_of
from .agenda_content import SAID
from .session_reports import Overtaken
from .steps import Check, Reason, StepRefused, lock, move, not_a_secretary, not_possible_from, refuse_for

# What a step keeps of a session, so that it can be put back: all that staff set, by whatever page.
KEPT = (*SAID, "expected", "status")
PART = ("role", "party_id", "person_id", "is_confirmed")
SAME_PRESS = timedelta(minutes=1)

State = dict[str, Any]
Part = Mapping[str, Any]


# What a session is, and whether it may be so


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def _state(session: Session, slots: Iterable[SpeakerSlot]) -> State:
    return {
        "fields": {name: _plain(getattr(session, name)) for name in KEPT},
        "parts": [{name: getattr(slot, name) for name in PART} for slot in slots],
    }


def state_of(session: Session) -> State:
    """As JSON: fields and parts as they are stored."""
    return _state(session, sorted(session.speakers.all(), key=lambda slot: slot.pk))


def _fingerprint(state: State) -> str:
    return hashlib.sha256(json.dumps(state, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def fingerprint_of(session: Session) -> str:
    """SHA-256 over fields and parts: equal as long as nobody changed the session (law R8)."""
    return _fingerprint(state_of(session))


def stands_for(by: User, edition: Edition, party: Any) -> bool:
    """Whether somebody is of this party's staff in the dialogue: they alone keep its own sessions."""
    staff = (Appointment.Role.SECRETARY, *Appointment.FOCAL_POINTS)
    own = Appointment.objects.current().held_by(by)
    return own.filter(dialogue=edition.dialogue_id, party=party, role__in=staff).exists()


def rules_broken(edition: Edition | None, by: User, said: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What no session may be, field by field with the remedy; said once for every page that keeps one.

    `said` holds the fields of the session as far as they are known: starts_at, ends_at, audience, party, mandate, room.
    """
    broken = []
    starts, ends = said.get("starts_at"), said.get("ends_at")
    if starts and ends and ends <= starts:
        broken.append(("ends_at", _("The session ends before it starts. Give a later end.")))
    if edition is not None and edition.has_closed():
        broken.append(("edition", _("The edition is over: its sessions stay as they were.")))
    party, mandate, room = said.get("party"), said.get("mandate"), said.get("room")
    if said.get("audience") == Audience.PARTY:
        if party is None:
            broken.append(("party", _("A session for one party’s staff needs that party.")))
        elif edition is not None and not stands_for(by, edition, party):
            broken.append(("party", _("Only %(party)s’s own staff keep a session of its own.") % {"party": party}))
    if said.get("audience") == Audience.GROUP and mandate is None:
        broken.append(("mandate", _("A session for one working group needs that group.")))
    if room and edition and edition.venue_id and room.venue_id != edition.venue_id:
        broken.append(("room", _("This room is not in %(venue)s.") % {"venue": edition.venue}))
    return broken


def _refuse_what_is_broken(session: Session, slots: list[SpeakerSlot], by: User, *, room_was: int | None = None) -> None:
    """By the rules above and by the model's own. A room of another house that it had before only warns."""
    try:
        said = {name: getattr(session, name) for name in ("starts_at", "ends_at", "audience", "party", "mandate", "room")}
    except ObjectDoesNotExist:
        raise StepRefused(_("Its room, group or party is no longer kept here. Choose another.")) from None
    if room_was is not None and room_was == session.room_id:
        said["room"] = None
    mandate = said["mandate"]
    if mandate is not None and mandate.edition_id != session.edition_id:
        other = {"other": mandate.edition, "edition": session.edition}
        raise StepRefused(_("This belongs to %(other)s. Choose one of %(edition)s.") % other)
    refuse_for([Reason(text, session if session.pk else None) for _field, text in rules_broken(session.edition, by, said)])
    try:
        session.full_clean()
        for slot in slots:
            slot.full_clean(exclude=["session"], validate_unique=False, validate_constraints=False)
    except ValidationError as broken:
        raise StepRefused(*broken.messages) from None
    named = [(slot.role, slot.person_id) for slot in slots if slot.person_id]
    if len(named) != len(set(named)):
        raise StepRefused(_("This person already has this part in the session."))


def _over(edition: Edition) -> list[Reason]:
    return [Reason(_("The edition is over: its sessions stay as they were."), edition)] if edition.has_closed() else []


def _not_kept(session: Session, by: User) -> list[Reason]:
    if Session.objects.kept_by(by).filter(pk=session.pk).exists():
        return []
    return [Reason(_("A session of one party’s own is kept by its staff alone."))]


def _note_step(session: Session, by: User, act: str, before: State | None) -> State:
    after = state_of(Session.objects.get(pk=session.pk))
    AgendaStep.objects.create(session=session, act=act, before=before, after=_fingerprint(after), by=by)
    return after


# Adding and changing


def add_reasons(edition: Edition, by: User) -> list[Reason]:
    return not_a_secretary(by, edition.dialogue) or _over(edition)


@transaction.atomic
def add_session(*, edition: Edition, by: User, parts: Iterable[Part] = (), **fields: Any) -> Session:
    """Put a session into the working agenda, with its chairs and speakers (`role`, `party`, `person`, `is_confirmed`).

    The same one, pressed again by the same person within a minute, is the one that stands there already.
    """
    edition = lock(edition)
    refuse_for(add_reasons(edition, by))
    session = Session(edition=edition, **{"audience": Audience.DELEGATES, **fields})
    slots = [SpeakerSlot(**part) for part in parts]
    _refuse_what_is_broken(session, slots, by)
    if first := _pressed_before(edition, by, _fingerprint(_state(session, slots))):
        return first
    session.save(force_insert=True)
    _save_parts(session, slots)
    _note_step(session, by, AgendaStep.Act.ADDED, None)
    journal.write(by=by, act="added session", on=session)
    return session


def _pressed_before(edition: Edition, by: User, left: str) -> Session | None:
    """The session that this very form has made already: no page can tell one press from two."""
    steps = AgendaStep.objects.filter(
        session__edition=edition,
        act=AgendaStep.Act.ADDED,
        by=by,
        after=left,
        undone_at__isnull=True,
        taken_at__gte=clock.now() - SAME_PRESS,
    )
    step = steps.select_related("session").first()
    return step.session if step else None


def _save_parts(session: Session, slots: Iterable[SpeakerSlot]) -> None:
    for slot in slots:
        slot.session = session
        slot.save(force_insert=True)


def change_reasons(session: Session, by: User) -> list[Reason]:
    return not_a_secretary(by, session.edition.dialogue) or _not_kept(session, by) or _over(session.edition)


@transaction.atomic
def change_session(*, session: Session, by: User, seen: str, parts: Iterable[Part] | None = None, **fields: Any) -> Session:
    """Change fields, and the parts where they are given; delegates see it at the next release.

    `seen` is the fingerprint of what `by` had before them: over somebody's newer version nothing is saved (law R8).
    """
    lock(session.edition)  # a release reads fields and parts of one moment
    session = lock(session)
    refuse_for(change_reasons(session, by))
    before, room_was = state_of(session), session.room_id
    if seen != _fingerprint(before):
        raise Overtaken(_("Somebody else changed this session meanwhile."))
    for name, value in fields.items():
        setattr(session, name, value)
    slots = [SpeakerSlot(**part) for part in parts] if parts is not None else []
    _refuse_what_is_broken(session, slots, by, room_was=room_was)
    wanted = {**_state(session, ()), "parts": before["parts"]} if parts is None else _state(session, slots)
    if wanted == before:
        return session
    session.save()
    if wanted["parts"] != before["parts"]:
        session.speakers.all().delete()
        _save_parts(session, slots)
    after = _note_step(session, by, AgendaStep.Act.CHANGED, before)
    journal.write(by=by, act="changed session", on=session, details={"fields": _changed(before, after)})
    return session


def _changed(before: State, after: State) -> list[str]:
    names = [name.removesuffix("_id") for name in KEPT if before["fields"][name] != after["fields"][name]]
    return sorted(names + ["speakers"] * (before["parts"] != after["parts"]))


def would_break(
    *, edition: Edition, by: User, session: Session | None = None, seen: str = "", parts: Iterable[Part] = (), **fields: Any
) -> list[Check]:
    """What the checks would say of a session saved like this. It is saved, looked at and rolled back: nothing is kept."""
    with transaction.atomic():
        if session is None:
            saved = add_session(edition=edition, by=by, parts=parts, **fields)
        else:
            saved = change_session(session=session, by=by, seen=seen, parts=parts, **fields)
        found = conflicts_of(agenda_checks(edition, by)).get(saved.pk, [])
        transaction.set_rollback(True)
    return found


# Cancelling and taking up again


def cancel_session_reasons(session: Session, by: User) -> list[Reason]:
    reasons = not_a_secretary(by, session.edition.dialogue) or _not_kept(session, by)
    return reasons or not_possible_from(session, Session.Status.CANCELLED) or _over(session.edition)


@transaction.atomic
def cancel_session(*, session: Session, by: User, instead_en: str = "", instead_nl: str = "") -> Session:
    """Cancel it: it stays on the agenda, struck through, with what happens instead; delegates see it at the next release."""
    lock(session.edition)  # a release reads fields and parts of one moment
    session = lock(session)
    refuse_for(cancel_session_reasons(session, by))
    before = state_of(session)
    move(session, Session.Status.CANCELLED, cancelled_note_en=instead_en, cancelled_note_nl=instead_nl)
    _note_step(session, by, AgendaStep.Act.CANCELLED, before)
    journal.write(by=by, act="cancelled session", on=session)
    return session


def reinstate_reasons(session: Session, by: User) -> list[Reason]:
    reasons = not_a_secretary(by, session.edition.dialogue) or _not_kept(session, by)
    return reasons or not_possible_from(session, Session.Status.SCHEDULED) or _over(session.edition)


@transaction.atomic
def reinstate_session(*, session: Session, by: User) -> Session:
    """Take a cancelled session up again, where and when it was; delegates see it at the next release."""
    lock(session.edition)  # a release reads fields and parts of one moment
    session = lock(session)
    refuse_for(reinstate_reasons(session, by))
    before = state_of(session)
    move(session, Session.Status.SCHEDULED, cancelled_note_en="", cancelled_note_nl="")
    _note_step(session, by, AgendaStep.Act.REINSTATED, before)
    journal.write(by=by, act="reinstated session", on=session)
    return session


# Taking back


def last_step(edition: Edition, by: User) -> AgendaStep | None:
    """The last of somebody's own steps in the edition that still stands."""
    steps = AgendaStep.objects.filter(session__edition=edition, by=by, undone_at__isnull=True)
    return steps.select_related("session__edition").first()


def undo_reasons(edition: Edition, by: User, step: AgendaStep | None) -> list[Reason]:
    """`step` is the one that would be taken back."""
    reasons = not_a_secretary(by, edition.dialogue) or _over(edition)
    if reasons:
        return reasons
    if step is None:
        return [Reason(_("You have taken no step in this agenda that could be taken back."))]
    session = step.session
    if not Session.objects.kept_by(by).filter(pk=session.pk).exists():
        return [Reason(_("Somebody changed this session since: it is no longer yours to change."))]
    said = {"title": session.title}
    if fingerprint_of(session) != step.after:
        text = _("Somebody changed “%(title)s” since your step. Look at it and change it by hand.")
        return [Reason(text % said, session)]
    if step.act != AgendaStep.Act.ADDED:
        return []
    if session.released.exists():
        return [Reason(_("“%(title)s” has been released: it is not taken away any more. Cancel it instead.") % said, session)]
    if session.papers.exists() or session.action_items.exists() or hasattr(session, "report"):
        text = _("Papers, a report or action items hang on “%(title)s”. Take them off it, or cancel the session.")
        return [Reason(text % said, session)]
    return []


@transaction.atomic
def undo_step(*, edition: Edition, by: User, shown: int | None = None) -> AgendaStep:
    """Take back the last of one's own steps: the session becomes what it was before; one that the step added goes.

    `shown` is the key of the step that `by` was asked about: of another one nothing is taken back.
    """
    edition = lock(edition)
    step = last_step(edition, by)
    if step is not None:
        step.session = lock(step.session)
    if shown is not None and shown != (step.pk if step else None):
        raise Overtaken(_("This is not your last step any more. Look at what would be taken back."))
    reasons = undo_reasons(edition, by, step)
    if step is None or reasons:
        raise StepRefused(*reasons)
    session, step.undone_at = step.session, clock.now()
    if step.before is None:
        key = session.pk
        session.delete()
        session.pk = key
    else:
        _put_back(session, step.before, by)
        step.save(update_fields=["undone_at"])
    journal.write(by=by, act="undid agenda step", on=session, details={"step": step.act})
    return step


def _put_back(session: Session, before: State, by: User) -> None:
    for name, value in before["fields"].items():
        setattr(session, name, Session._meta.get_field(name).to_python(value))  # type: ignore[union-attr]
    slots = [SpeakerSlot(**part) for part in before["parts"]]
    _refuse_what_is_broken(session, slots, by, room_was=session.room_id)
    session.save()
    if before["parts"] != state_of(session)["parts"]:
        session.speakers.all().delete()
        _save_parts(session, slots)
