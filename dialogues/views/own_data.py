"""What is held about the reader: to read, to take along, and how to have it put right or erased."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from dialogues.exports.own_data import FILE_NAME, as_json, held_about
from dialogues.models import Registration
from dialogues.procedures.erasure import hand_over
from socportal import clock


@login_required
@require_safe
def own_data(request: HttpRequest) -> HttpResponse:
    """Everything about the reader, and nothing about anybody else."""
    user, now = request.user, clock.now()
    own = Registration.objects.visible_to(user, now).live().filter(person=user.person_id)  # type: ignore[union-attr]
    context = {
        "groups": held_about(reader=user, at=now),  # type: ignore[arg-type]
        "own_registrations": [one for one in own.select_related("edition__dialogue") if not one.edition.has_closed(now)],
        "contact": settings.SECRETARIAT_CONTACT,
        "file_name": FILE_NAME,
    }
    return render(request, "dialogues/own_data/own_data.html", context)


@login_required
@require_POST
def own_data_file(request: HttpRequest) -> HttpResponse:
    """The same as one file. It is asked for by a button: that it left is written down."""
    user, now = request.user, clock.now()
    groups = held_about(reader=user, at=now)  # type: ignore[arg-type]
    content = as_json(groups, at=now, number=user.person_id or 0)  # type: ignore[union-attr]
    hand_over(about=user, by=user, content=content)  # type: ignore[arg-type]
    return as_file(content)


def as_file(content: bytes) -> HttpResponse:
    disposition = f'attachment; filename="{FILE_NAME}"'
    return HttpResponse(content, content_type="application/json", headers={"Content-Disposition": disposition})
