"""The agenda builder: the working agenda of an edition by days and rooms, with what is wrong on each block, and its forms."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import AgendaRelease, AgendaStep, Edition, Session
from dialogues.procedures import agenda_building
from dialogues.procedures.agenda_changes import ChangeKind, by_session, difference
from dialogues.procedures.agenda_checks import agenda_checks, conflicts_of, working_sessions
from dialogues.procedures.agenda_content import released_content, said, working_content
from dialogues.procedures.session_reports import Overtaken
from dialogues.procedures.steps import Check, Reason, StepRefused
from parties.models import Person
from socportal.admin import could_be_key, in_words

from .agenda_builder_forms import MoveForm, SessionOfBuilder, part_rows, stored_parts
from .agenda_builder_grid import Block, at_venue, builder_address, days_of
from .pages import EditionPages, all_pages
from .steps import change_address, for_whom, linked

CHANGED = {
    ChangeKind.ADDED: gettext_lazy("New: %(title)s"),
    ChangeKind.CANCELLED: gettext_lazy("Cancelled: %(title)s"),
    ChangeKind.TIME_CHANGED: gettext_lazy("Time changed: %(title)s"),
    ChangeKind.ROOM_CHANGED: gettext_lazy("Room changed: %(title)s"),
}
CHANGED_ELSE = gettext_lazy("Changed: %(title)s")
STEPS_SHOWN = 5


def builder_page(edition: Edition) -> str:
    return reverse("admin:dialogues_edition_agenda_builder", args=[edition.pk])


class AgendaBuilderPages(EditionPages):
    """The page, its three forms and the question before a step is taken back."""

    def get_urls(self) -> list[Any]:
        def below(way: str, view: Callable[..., HttpResponse], name: str) -> Any:
            return path(
                f"<int:object_id>/agenda-builder/{way}",
                self.admin_site.admin_view(view),
                name=f"dialogues_edition_agenda_builder_{name}",
            )

        return [
            self.page("agenda_builder", self.agenda_builder_view),
            below("add/", self.add_session_view, "add"),
            below("take-back/", self.take_back_view, "take_back"),
            below("<int:session_id>/", self.change_session_view, "session"),
            below("<int:session_id>/move/", self.move_session_view, "move"),
            *super().get_urls(),
        ]

    def built(self, request: HttpRequest, edition: Edition, template: str, title: str, **context: Any) -> HttpResponse:
        around = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "edition": edition,
            "edition_address": change_address(edition),
            "builder": builder_page(edition),
        }
        status = 409 if context.get("refused") and request.method == "POST" else 200
        with timezone.override(edition.zone):
            return TemplateResponse(request, f"admin/{template}.html", {**around, **context}, status=status).render()

    def kept_session(self, request: HttpRequest, edition: Edition, key: int) -> Session:
        """A session that the reader prepares; any other one does not exist (law R1)."""
        if not could_be_key(Session, str(key)):
            raise Http404
        found = Session.objects.kept_by(request.user).filter(edition=edition, pk=key).first()  # type: ignore[arg-type]
        if found is None:
            raise Http404
        found.edition = edition
        return found

    # The page

    def agenda_builder_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        edition, by = self.kept(request, object_id), request.user
        sessions = working_sessions(edition, by)  # type: ignore[arg-type]
        checks = agenda_checks(edition, by, sessions)  # type: ignore[arg-type]
        over = agenda_building.add_reasons(edition, by)  # type: ignore[arg-type]
        latest = edition.releases.for_delegates().newest_first().first()
        conflicts, changed = conflicts_of(checks), _unreleased(edition, latest, sessions)
        blocks = [_block(edition, one, conflicts, changed, is_open=not over) for one in sessions]
        rooms = list(edition.venue.rooms.order_by("position", "pk")) if edition.venue else []
        return self.built(
            request,
            edition,
            "agenda_builder",
            _("Agenda builder"),
            further_pages=[one for one in all_pages(edition) if one[1] != builder_page(edition)],
            over=linked(over, page=edition),
            days=days_of(edition, blocks, rooms, is_open=not over),
            is_list=request.GET.get("view") == "list",
            checks=[_with_links(check) for check in checks],
            blocks_release=any(check.blocks for check in checks),
            has_venue=edition.venue_id is not None,
            latest=latest,
            unreleased=[changed[one.pk] for one in sessions if one.pk in changed],
            release_address=_release_address(edition),
            last=None if over else _last(edition, by),
            steps=_steps(edition, by),
        )

    # Adding and changing

    def add_session_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return self.session_form(request, self.kept(request, object_id), None)

    def change_session_view(self, request: HttpRequest, object_id: int, session_id: int) -> HttpResponse:
        edition = self.kept(request, object_id)
        return self.session_form(request, edition, self.kept_session(request, edition, session_id))

    def session_form(self, request: HttpRequest, edition: Edition, session: Session | None) -> HttpResponse:
        by: Any = request.user
        act = request.POST.get("act", "save") if request.method == "POST" else ""
        refused = agenda_building.change_reasons(session, by) if session else agenda_building.add_reasons(edition, by)
        seen = agenda_building.fingerprint_of(session) if session else ""
        data = request.POST if act else None
        with timezone.override(edition.zone):
            form = SessionOfBuilder(data, edition=edition, by=by, session=session, known=_known(request, session))
            people, parties = people_of(edition, by), list(edition.dialogue.parties.order_by("code"))
            rows = part_rows(data, session=session, parties=parties, people=people, more=act == "more")
            overtaken: list[str] = []
            found: list[Check] | None = None
            if act in {"save", "check"} and not refused and form.is_valid() & rows.is_valid():
                asked = {"edition": edition, "session": session, "seen": request.POST.get("seen", "")}
                said = {**form.values(), "parts": rows.parts()}
                try:
                    if act == "check":
                        found = agenda_building.would_break(by=by, **asked, **said)
                    else:
                        return self._saved(request, edition, session, said)
                except Overtaken:
                    overtaken = [*form.differences(), *_different_parts(rows, session)]
                    overtaken = overtaken or [_("What you typed is what is stored now.")]
                except StepRefused as refusal:
                    refused = refusal.reasons
        return self.built(
            request,
            edition,
            "agenda_builder_session",
            (_("Change: %(title)s") % {"title": _stored_title(session)}) if session else _("Add a session"),
            session=session,
            form=form,
            rows=rows,
            seen=seen,
            refused=linked(refused, page=session or edition),
            can_save=not refused or act in {"save", "check"},
            overtaken=overtaken,
            is_checked=found is not None,
            checks=[_with_links(check) for check in found or []],
            stock_address=change_address(session) if session else "",
            for_whom=for_whom(by),
        )

    def _saved(self, request: HttpRequest, edition: Edition, session: Session | None, said: dict[str, Any]) -> HttpResponse:
        by: Any = request.user
        before = _texts(edition, by, session)
        if session is None:
            saved = agenda_building.add_session(edition=edition, by=by, **said)
        else:
            saved = agenda_building.change_session(session=session, by=by, seen=request.POST.get("seen", ""), **said)
        self._tell(request, edition, saved, before)
        return redirect(f"{builder_page(edition)}#session-{saved.pk}")

    def _tell(self, request: HttpRequest, edition: Edition, saved: Session, before: set[str]) -> None:
        """That it was saved, and what it broke that was whole before."""
        self.admin_site.forget_counts(request)  # type: ignore[attr-defined]
        checks = conflicts_of(agenda_checks(edition, request.user)).get(saved.pk, [])  # type: ignore[arg-type]
        fresh = [check for check in checks if check.text not in before]
        broken = [check.text for check in fresh if check.blocks]
        if broken:
            messages.warning(request, " ".join([_("Saved."), *broken, _("The agenda is not released like this.")]))
        else:
            messages.success(request, " ".join([_("Saved."), _("Delegates see it with the next release.")]))

    # Moving

    def move_session_view(self, request: HttpRequest, object_id: int, session_id: int) -> HttpResponse:
        edition = self.kept(request, object_id)
        session, by = self.kept_session(request, edition, session_id), request.user
        refused: list[Reason] = agenda_building.change_reasons(session, by)  # type: ignore[arg-type]
        overtaken: list[str] = []
        with timezone.override(edition.zone):
            data = request.POST if request.method == "POST" else None
            form = MoveForm(data, session=session, known=_known(request, session) if data is None else {})
            if data is not None and not refused and form.is_valid():
                before = _texts(edition, by, session)
                try:
                    saved = agenda_building.change_session(
                        session=session,
                        by=by,  # type: ignore[arg-type]
                        seen=request.POST.get("seen", ""),
                        **form.values(),
                    )
                except Overtaken:
                    overtaken = [_as_it_stands(session)]
                except StepRefused as refusal:
                    refused = refusal.reasons
                else:
                    self._tell(request, edition, saved, before)
                    return redirect(f"{builder_page(edition)}#session-{saved.pk}")
        return self.built(
            request,
            edition,
            "agenda_builder_move",
            _("Move: %(title)s") % {"title": session.title},
            session=session,
            as_it_stands=_as_it_stands(session),
            form=form,
            seen=agenda_building.fingerprint_of(session),
            refused=linked(refused, page=session),
            overtaken=overtaken,
            for_whom=for_whom(by),
        )

    # Taking back

    def take_back_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        edition, by = self.kept(request, object_id), request.user
        refused: list[Reason] = []
        if request.method == "POST":
            shown = request.POST.get("step", "")
            key = int(shown) if could_be_key(AgendaStep, shown) else 0
            try:
                agenda_building.undo_step(edition=edition, by=by, shown=key)  # type: ignore[arg-type]
            except StepRefused as refusal:
                refused = refusal.reasons
            else:
                self.admin_site.forget_counts(request)  # type: ignore[attr-defined]
                messages.success(request, _("Taken back."))
                return redirect(builder_page(edition))
        step = agenda_building.last_step(edition, by)  # type: ignore[arg-type]
        refused = refused or agenda_building.undo_reasons(edition, by, step)  # type: ignore[arg-type]
        may_read = step and Session.objects.kept_by(by).filter(pk=step.session_id).exists()  # type: ignore[arg-type]
        return self.built(
            request,
            edition,
            "agenda_builder_take_back",
            _("Take back your last step?"),
            step=step,
            in_words=_in_words(step) if step and may_read else "",
            goes=bool(step and step.before is None),
            refused=_linked_here(refused),
            for_whom=for_whom(by),
        )


# What the page says


def _block(
    edition: Edition, session: Any, conflicts: dict[int, list[Check]], changed: dict[int, str], *, is_open: bool
) -> Block:
    return Block(
        session=session,
        times=_("%(start)s to %(end)s")
        % {"start": at_venue(session.starts_at, edition), "end": at_venue(session.ends_at, edition)},
        is_readable=session.is_visible,
        is_open=is_open,
        checks=conflicts.get(session.pk, []),
        unreleased=changed.get(session.pk, ""),
    )


def _unreleased(edition: Edition, latest: AgendaRelease | None, sessions: Iterable[Any]) -> dict[int, str]:
    """Of each session that the reader may see, what delegates do not see of it yet; nothing before the first release."""
    if latest is None:
        return {}
    readable = [session for session in sessions if session.is_visible]
    titles = {session.pk: str(session.title) for session in readable}
    before = {pk: one for pk, one in released_content(latest).items() if pk in titles}
    now = working_content(edition, readable)
    changes = by_session(difference(before, now))
    differing = [pk for pk in now if said(now[pk]) != said(before.get(pk))]
    words = {pk: CHANGED.get(changes[pk][0].kind, CHANGED_ELSE) if pk in changes else CHANGED_ELSE for pk in differing}
    return {pk: str(words[pk]) % {"title": titles[pk]} for pk in differing}


def _with_links(check: Check) -> dict[str, Any]:
    """A check whose sessions lead to their form in the builder."""
    return {
        "level": check.level,
        "text": check.text,
        "records": [{"title": str(session), "address": builder_address(session)} for session in check.records],
    }


def _linked_here(reasons: Iterable[Reason]) -> list[dict[str, str]]:
    return [
        {
            "text": reason.text,
            "address": builder_address(reason.record) if isinstance(reason.record, Session) else change_address(reason.record),
        }
        for reason in reasons
    ]


def _release_address(edition: Edition) -> str:
    if edition.status != Edition.Status.PREPARING:
        return ""
    return reverse("admin:dialogues_edition_step", args=[edition.pk, "release"])


def _in_words(step: AgendaStep) -> str:
    return _("%(act)s: %(title)s") % {"act": step.get_act_display(), "title": step.session.title}


def _last(edition: Edition, by: Any) -> str:
    """The step that could be taken back, in words; nothing where there is none."""
    step = agenda_building.last_step(edition, by)
    if step is None or not Session.objects.kept_by(by).filter(pk=step.session_id).exists():
        return ""
    return _in_words(step)


def _steps(edition: Edition, by: Any) -> list[dict[str, Any]]:
    """The last steps in the sessions that the reader keeps: by which party, never by name."""
    steps = AgendaStep.objects.visible_to(by).filter(session__edition=edition)
    return [
        {
            "act": step.get_act_display(),
            "title": step.session.title,
            "by": _("you") if step.by_id == by.pk else str(step.by.party or _("secretariat")),
            "at": step.taken_at.astimezone(edition.zone),
            "is_undone": step.undone_at is not None,
        }
        for step in steps.select_related("session", "by__party")[:STEPS_SHOWN]
    ]


# What the forms know


def people_of(edition: Edition, by: Any) -> list[Person]:
    """Who can have a part: the registered, the co-chairs, and whoever has one already in a session that the reader keeps."""
    registered = Q(registrations__in=edition.registrations.live())
    chairs = Q(co_chaired__mandate__edition=edition)
    speaks = Q(speaker_slots__session__in=Session.objects.kept_by(by).filter(edition=edition))
    keys = Person.objects.filter(registered | chairs | speaks).values("pk")
    return list(Person.objects.filter(pk__in=keys).select_related("party").order_by("sort_name", "name", "pk"))


def _known(request: HttpRequest, session: Session | None) -> dict[str, str]:
    """What the link that led here fills in; nonsense is shown, and refused by the form."""
    names = ("day", "start", "room") if session else ("day", "start", "room", "kind", "mandate")
    return {name: request.GET[name][:40] for name in names if name in request.GET}


def _texts(edition: Edition, by: Any, session: Session | None) -> set[str]:
    """What the checks say of a session before it is saved."""
    if session is None:
        return set()
    return {check.text for check in conflicts_of(agenda_checks(edition, by)).get(session.pk, [])}


def _stored_title(session: Session) -> str:
    return str(Session.objects.only("title_en", "title_nl").get(pk=session.pk).title)


def _different_parts(rows: Any, session: Session | None) -> list[str]:
    stored, typed = rows.in_words(stored_parts(session)), rows.in_words(rows.parts())
    if stored == typed:
        return []
    said = {"field": _("Chairs and speakers"), "stored": stored, "typed": typed}
    return [_("%(field)s: stored now “%(stored)s”; you typed “%(typed)s”.") % said]


def _as_it_stands(session: Session) -> str:
    edition = session.edition
    said = {
        "when": in_words(None, session.starts_at),
        "end": at_venue(session.ends_at, edition),
        "room": session.room or _("No room yet"),
    }
    with timezone.override(edition.zone):
        said["when"] = in_words(None, session.starts_at)
    return _("It stands on %(when)s to %(end)s, %(room)s.") % said
