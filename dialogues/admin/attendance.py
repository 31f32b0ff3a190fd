"""Who comes: the steps of a registration, one or many, from the venue's answer to the signing-in desk."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from dialogues.models import Edition, Registration
from dialogues.procedures import accounts, delegations
from dialogues.procedures.steps import Reason

from .bulk import Bulk
from .steps import Step, change_address, for_whom

Status = Registration.Status
COMES = (Status.INVITED, Status.COMPLETED, Status.CONFIRMED)


class AccessForm(forms.Form):
    access_status = forms.ChoiceField(
        label=gettext_lazy("Answer of the venue’s security"),
        help_text=gettext_lazy("One of the four, and nothing of why: reasons and identity data never come here."),
        choices=Registration.Access.choices,
    )


def is_live(registration: Registration) -> bool:
    return registration.status != Status.CANCELLED


def in_reach(registration: Registration) -> bool:
    """From the opening day on, until the edition is settled."""
    return is_live(registration) and (registration.edition.is_open() or registration.edition.has_closed())


ACCESS = Step(
    name="access",
    verb=gettext_lazy("Note the venue’s answer"),
    run=delegations.note_access,
    argument="registration",
    reasons=delegations.note_access_reasons,
    sentence=lambda registration, by: _("Now: %(answer)s.") % {"answer": registration.get_access_status_display()},
    happens=lambda registration, by: [
        _("Only the answer is kept, until thirty days after the edition has closed."),
        for_whom(by),
    ],
    form=AccessForm,
    initial=lambda registration: {"access_status": registration.access_status},
    when=is_live,
)
CONFIRM = Step(
    name="confirm",
    verb=gettext_lazy("Confirm"),
    run=delegations.confirm,
    argument="registration",
    reasons=delegations.confirm_reasons,
    sentence=lambda registration, by: _("Counts on the person, own details completed or not."),
    happens=lambda registration, by: [_("The person is counted on: seat, badge and nameplate."), for_whom(by)],
    back=gettext_lazy("Back, nothing is confirmed"),
    when=lambda registration: registration.status in {Status.INVITED, Status.COMPLETED},
)
CAME = Step(
    name="came",
    verb=gettext_lazy("Note: came"),
    run=partial(delegations.note_attendance, attended=True),
    argument="registration",
    reasons=delegations.note_attendance_reasons,
    sentence=lambda registration, by: _("The person has signed in at the desk."),
    happens=lambda registration, by: [_("A mistake is put right by noting it again."), for_whom(by)],
    when=lambda registration: in_reach(registration) and registration.status != Status.ATTENDED,
)
ABSENT = Step(
    name="absent",
    verb=gettext_lazy("Note: did not come"),
    run=partial(delegations.note_attendance, attended=False),
    argument="registration",
    reasons=delegations.note_attendance_reasons,
    sentence=lambda registration, by: _("The person was expected and did not sign in at the desk."),
    happens=lambda registration, by: [_("A mistake is put right by noting it again."), for_whom(by)],
    when=lambda registration: in_reach(registration) and registration.status != Status.NO_SHOW,
    takes_away=True,
)


def code_once(request: HttpRequest, registration: Registration, issued: Any) -> HttpResponse:
    """The one page on which the code stands, to be printed: it is in no message, session, log or address.

    Written in the language of its reader, who is the participant.
    """
    desk_code, code = issued
    with override(desk_code.user.language):
        address = settings.PUBLIC_BASE_URL + reverse("desk-code")
    context = {
        **admin.site.each_context(request),
        "title": _("Sign-in code"),
        "registration": registration,
        "lang": desk_code.user.language,
        "code": code,
        "address": address,
        "until": desk_code.expires_at.astimezone(registration.edition.zone),
        "place": registration.edition.city,
        "back": change_address(registration),
    }
    return TemplateResponse(request, "admin/desk_code.html", context)


CODE = Step(
    name="code",
    verb=gettext_lazy("Issue a sign-in code at the desk"),
    run=accounts.issue_desk_code,
    argument="registration",
    reasons=accounts.issue_desk_code_reasons,
    sentence=lambda registration, by: _("For somebody whose mail does not arrive: one code on paper, for one hour."),
    happens=lambda registration, by: [
        _("The code is shown once, on the next page. Print it and hand it to the person alone."),
        _("It signs in once and is valid for an hour; an earlier code that was not used stops working."),
        for_whom(by),
    ],
    shows=code_once,
    back=gettext_lazy("Back, no code is issued"),
    when=lambda registration: is_live(registration) and registration.edition.is_open(),
)
STEPS = (CONFIRM, CAME, ABSENT, ACCESS, CODE)

# Many at once

STANDINGS = {
    "expected": Q(status__in=COMES),
    "unconfirmed": Q(status__in=(Status.INVITED, Status.COMPLETED)),
    "confirmed": Q(status=Status.CONFIRMED),
    "attended": Q(status=Status.ATTENDED),
    "no_show": Q(status=Status.NO_SHOW),
    "incomplete": Q(own_details__isnull=True),
}
NARROWED_BY = ("party", "standing", "access")
MOST_WORDS, MOST_CHARACTERS = 5, 100  # of a search at the desk


def participants(edition: Edition, user: Any, said: Any) -> models.QuerySet[Registration]:
    """Those who come, narrowed to a party by its code, to a standing, to an answer of the venue; other words narrow nothing.

    Of own details nothing but the day they were completed is asked for.
    """
    rows = Registration.objects.visible_to(user).live().filter(edition=edition)
    rows = rows.filter(STANDINGS.get(said.get("standing", ""), Q()))
    if said.get("access") in Registration.Access.values:
        rows = rows.filter(access_status=said["access"])
    if (party := said.get("party", "")).isalnum() and len(party) < 10:
        rows = rows.filter(delegation__party__code=party)
    return (
        rows.select_related("person", "organisation", "delegation__party", "edition__dialogue")
        .annotate(completed_at=F("own_details__completed_at"))
        .order_by("delegation__party__code", "precedence", "person__sort_name", "pk")
    )


def in_a_list(registration: Registration) -> str:
    return f"{registration.person}, {registration.delegation.party} ({registration.get_category_display()})"


def desk_reasons(edition: Edition) -> list[Reason]:
    """Why nobody is signed in at the desk now, whoever it is."""
    if not edition.is_open() and not edition.has_closed():
        return [Reason(_("Attendance is noted from the opening day on."), edition)]
    if edition.status in {Edition.Status.FOLLOW_UP, Edition.Status.ARCHIVED}:
        return [Reason(_("%(edition)s is settled.") % {"edition": edition}, edition)]
    return []


def at_the_desk(edition: Edition, user: Any, said: Any) -> models.QuerySet[Registration]:
    """Those who come, by party and then by name, narrowed to a party by its code and to words of a name or organisation."""
    rows = participants(edition, user, {"party": said.get("party", "")})
    for word in said.get("q", "")[:MOST_CHARACTERS].split()[:MOST_WORDS]:
        found = Q(person__name__icontains=word) | Q(person__sort_name__icontains=word)
        found |= Q(organisation__name_en__icontains=word) | Q(organisation__name_nl__icontains=word)
        rows = rows.filter(found)
    return rows.order_by("delegation__party__code", "person__sort_name", "pk")


def for_many(name: str, step: Step, question: Any, label: Any, done: Any, form: type[forms.Form] = forms.Form) -> Bulk:
    return Bulk(
        name=name,
        step=step,
        rows=participants,
        words=in_a_list,
        question=question,
        label=label,
        done=done,
        page="dialogues_edition_participants",
        narrowed_by=NARROWED_BY,
        form_of=lambda rows: form,
    )


BULKS = (
    for_many(
        "confirm",
        CONFIRM,
        gettext_lazy("Confirm these participants?"),
        lambda count: ngettext("Confirm %(count)d participant", "Confirm %(count)d participants", count) % {"count": count},
        lambda count: (
            ngettext("%(count)d participant confirmed.", "%(count)d participants confirmed.", count) % {"count": count}
        ),
    ),
    for_many(
        "access",
        ACCESS,
        gettext_lazy("Note the venue’s answer for these participants?"),
        lambda count: (
            ngettext("Note it for %(count)d participant", "Note it for %(count)d participants", count) % {"count": count}
        ),
        lambda count: (
            ngettext(
                "The venue’s answer is noted for %(count)d participant.",
                "The venue’s answer is noted for %(count)d participants.",
                count,
            )
            % {"count": count}
        ),
        AccessForm,
    ),
    for_many(
        "came",
        CAME,
        gettext_lazy("Note that these participants came?"),
        lambda count: ngettext("Note that %(count)d person came", "Note that %(count)d people came", count) % {"count": count},
        lambda count: ngettext("%(count)d person noted as come.", "%(count)d people noted as come.", count) % {"count": count},
    ),
    for_many(
        "absent",
        ABSENT,
        gettext_lazy("Note that these participants did not come?"),
        lambda count: (
            ngettext("Note that %(count)d person did not come", "Note that %(count)d people did not come", count)
            % {"count": count}
        ),
        lambda count: (
            ngettext("%(count)d person noted as absent.", "%(count)d people noted as absent.", count) % {"count": count}
        ),
    ),
)
# The same two for many from the page of the desk, which is narrowed otherwise and returned to.
AT_THE_DESK = tuple(
    replace(
        bulk, name=f"{bulk.name}-at-desk", rows=at_the_desk, page="dialogues_edition_attendance", narrowed_by=("party", "q")
    )
    for bulk in BULKS
    if bulk.step in (CAME, ABSENT)
)
