"""The demonstration's own page: sign in as any role with one press, and read the mails and codes that were sent."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dialogues.demonstration import existing
from dialogues.models import Appointment, Dialogue, Registration
from parties.models import User

MAILS_SHOWN = 12
BETWEEN_MAILS = b"-" * 79


def roles(dialogue: Dialogue) -> list[dict[str, Any]]:
    """Who can be tried: everybody appointed, and one delegate of each kind and party."""
    appointed = (
        Appointment.objects.current()
        .filter(dialogue=dialogue, person__user__isnull=False)
        .select_related("person__user", "party")
        .order_by("party__code", "pk")
    )
    found = [
        {
            "email": row.person.user.email,
            "name": row.person.name,
            "role": row.get_role_display(),
            "party": row.party,
            "is_staff": row.person.user.is_staff,
        }
        for row in appointed
    ]
    delegates = (
        Registration.objects.live()
        .filter(edition__dialogue=dialogue, person__user__isnull=False, precedence__in=[1, 2, 3, 7, 35])
        .select_related("person__user", "delegation__party")
        .order_by("delegation__party__code", "precedence", "-edition__year")
    )
    seen = set()
    for row in delegates:
        if row.person_id not in seen:
            seen.add(row.person_id)
            found.append(
                {
                    "email": row.person.user.email,
                    "name": row.person.name,
                    "role": row.get_category_display(),
                    "party": row.delegation.party,
                    "is_staff": False,
                }
            )
    return found


def sent_mails(folder: Path) -> Iterator[dict[str, Any]]:
    """The newest mails of the file backend, newest first; an unreadable file is passed over."""
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)[:MAILS_SHOWN]
    shown = 0
    for file in files:
        for raw in reversed([part.strip() for part in file.read_bytes().split(BETWEEN_MAILS) if part.strip()]):
            mail = message_from_bytes(raw, policy=policy.default)
            body = mail.get_body(("plain",))
            yield {"to": mail["To"], "subject": mail["Subject"], "text": body.get_content() if body else "", "at": mail["Date"]}
            shown += 1
            if shown == MAILS_SHOWN:
                return


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Does not exist outside a demonstration. A press signs in as one of its people, never as anybody else."""
    dialogue = existing() if settings.DEMONSTRATION else None
    if dialogue is None:
        raise Http404
    people = roles(dialogue)
    if request.method == "POST":
        wanted = next((person for person in people if person["email"] == request.POST.get("email")), None)
        if wanted is None:
            raise Http404
        logout(request)
        user = User.objects.get(email=wanted["email"])
        login(request, user, backend="dialogues.permissions.SignIn")
        record_authentication(request, user, method="demonstration")
        return redirect("admin:index" if user.is_staff else "my")
    edition = dialogue.editions.order_by("-year").first()
    mails = list(sent_mails(Path(settings.EMAIL_FILE_PATH)))
    context = {"dialogue": dialogue, "edition": edition, "people": people, "mails": mails}
    return render(request, "dialogues/demonstration/index.html", context)
