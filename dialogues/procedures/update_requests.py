"""Update requests: a secretary asks those who report on action items where these stand; one message a person."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from dialogues.models import ActionItem, ActionLead, Appointment, Dialogue, Edition, OutgoingMessage, ProgressUpdate
from parties.models import User
from socportal import clock

from . import journal
from .correspondence import queue
from .reminders import edition_in_hand
from .steps import Reason, lock, not_a_secretary, refuse_for


@dataclass
class Request:
    """Who is asked, and for which items: those that this person reports on and may read."""

    recipient: User
    items: list[ActionItem] = field(default_factory=list)


def request_reasons(action_item: ActionItem, by: User) -> list[Reason]:
    """Only what is under way is asked after: a proposal nobody owes yet, and what is reported complete waits for others."""
    reasons = not_a_secretary(by, action_item.edition.dialogue)
    if not reasons and action_item.status not in ActionItem.WORKING:
        said = {"now": action_item.get_status_display()}
        reasons = [Reason(_("It is “%(now)s”: nothing is reported on it now.") % said, action_item)]
    return reasons


def nobody_to_ask(action_item: ActionItem) -> Reason:
    return Reason(_("Nobody who reports on it has an account that could be asked."), action_item)


def requests_for(dialogue: Dialogue, items: Iterable[ActionItem], at: datetime) -> list[Request]:
    """One a person: who holds an owner post, and the focal points and deputies of each lead party, as far as they read it."""
    items = list(items)
    current = Appointment.objects.current(at).filter(dialogue=dialogue, role__in=Appointment.FOCAL_POINTS)
    focal_points: dict[int, set[int]] = defaultdict(set)
    for party, person in current.values_list("party", "person"):
        focal_points[party].add(person)
    reporting: dict[int, set[int]] = defaultdict(set)
    leads = ActionLead.objects.filter(action_item__in=[item.pk for item in items])
    for item, party, owner in leads.values_list("action_item", "party", "owner"):
        reporting[item] |= focal_points[party] | ({owner} if owner else set())
    persons = set().union(*reporting.values()) if reporting else set()
    users = User.objects.filter(person__in=persons, is_active=True).select_related("person__party").order_by("pk")
    found = []
    for user in users:
        own = [item for item in items if user.person_id in reporting[item.pk]]
        readable = ActionItem.objects.visible_to(user, at).filter(pk__in=[item.pk for item in own])
        seen = set(readable.order_by().values_list("pk", flat=True))
        if seen:
            found.append(Request(user, [item for item in own if item.pk in seen]))
    return found


@transaction.atomic
def request_updates(*, dialogue: Dialogue, action_items: Iterable[ActionItem], by: User) -> int:
    """Draft one message a person into the outbox, in the person's language, listing all that is asked; give back how many.

    Refused: who is no secretary of the dialogue; an item that is not under way, or of another dialogue; items on which
    nobody could be asked. Asked twice on one day for the same, nobody is written to twice.
    """
    dialogue = lock(dialogue)
    refuse_for(not_a_secretary(by, dialogue))
    at = clock.now()
    items = list(_rows(dialogue, action_items))
    if len(items) < len({item.pk for item in action_items}) or not items:
        refuse_for([Reason(_("Choose action items of one dialogue."))])
    refuse_for([reason for item in items for reason in request_reasons(item, by)])
    requests = requests_for(dialogue, items, at)
    asked = {item.pk for request in requests for item in request.items}
    refuse_for([nobody_to_ask(item) for item in items if item.pk not in asked])
    edition = _edition(dialogue, at)
    reported = _last_reports(items)
    keys = {_key(request, at): request for request in requests}
    known = set(OutgoingMessage.objects.filter(key__in=keys).values_list("key", flat=True))
    for key, request in keys.items():
        if key not in known:
            about = in_words(request, reported, at)
            queue(key=key, edition=edition, recipient=request.recipient, template="update_request", about=about)
    new = len(keys) - len(known)
    if not new:
        refuse_for([Reason(_("These people were asked for exactly these items today; the messages are in the outbox."))])
    numbers = [item.number for item in items]
    journal.write(by=by, act="asked for update", on=dialogue, details={"numbers": numbers, "messages": new})
    return new


def _rows(dialogue: Dialogue, chosen: Iterable[ActionItem]) -> Any:
    rows = ActionItem.objects.filter(edition__dialogue=dialogue, pk__in=[item.pk for item in chosen])
    return rows.select_related("edition__dialogue").prefetch_related("leads__party").order_by("due_on", "number")


def _edition(dialogue: Dialogue, at: datetime) -> Edition:
    """The outbox in which it waits: that of the edition nearest to this day."""
    in_hand = list(Edition.objects.in_hand().filter(dialogue=dialogue))
    return edition_in_hand(in_hand, at.date()) or dialogue.editions.order_by("-year")[0]


def _last_reports(items: list[ActionItem]) -> dict[int, datetime]:
    updates = ProgressUpdate.objects.filter(action_item__in=[item.pk for item in items]).order_by()
    return dict(updates.values("action_item").annotate(last=Max("at")).values_list("action_item", "last"))


def _key(request: Request, at: datetime) -> str:
    items = ",".join(str(pk) for pk in sorted(item.pk for item in request.items))
    digest = hashlib.sha256(items.encode()).hexdigest()[:16]
    return f"update-request-{at.date():%Y%m%d}-{request.recipient.pk}-{digest}"


def in_words(request: Request, reported: dict[int, datetime], at: datetime) -> dict[str, Any]:
    """Of each item what it is, when it is due and when it was last reported on, in the recipient's language."""
    with override(request.recipient.language):
        lines = [
            {
                "said": f"{item.number} {Truncator(str(item.text)).chars(160)}",
                "leads": ", ".join(sorted(str(lead.party) for lead in item.leads.all())),
                "due": _due(item, at),
                "heard": _heard(reported.get(item.pk)),
                "address": settings.PUBLIC_BASE_URL + reverse("action-item-act", args=[item.number, "report"]),
            }
            for item in request.items
        ]
    return {"lines": lines, "count": len(lines)}


def _due(item: ActionItem, at: datetime) -> str:
    if item.due_on is None:
        return ""
    on, days = date_format(item.due_on, "DATE_FORMAT"), (at.date() - item.due_on).days
    if days > 0:
        said = ngettext("Was due on %(on)s, %(days)d day ago.", "Was due on %(on)s, %(days)d days ago.", days)
        return said % {"on": on, "days": days}
    return _("Due on %(on)s.") % {"on": on}


def _heard(last: datetime | None) -> str:
    if last is None:
        return _("Nothing has been reported yet.")
    return _("Last reported on %(day)s.") % {"day": date_format(last, "DATE_FORMAT")}
