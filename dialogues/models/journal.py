"""The journal: every act once, in a chain that shows when a row was changed, removed or put in.

It holds ids and posts, never names: names are resolved when a row is shown, so that the journal needs no purge.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from parties.models import Party, User
from parties.models.retention import Retention
from socportal import clock

from .dialogues import Appointment, Dialogue
from .editions import Edition
from .frozen import Frozen, FrozenQuerySet

BEGINNING = "0" * 64

# Every act the journal has words for; writing any other is refused.
ACTS = {
    "created": _("created"),
    "changed": _("changed"),
    "deleted": _("deleted a draft"),
    "appointed": _("appointed"),
    "opened account": _("opened an account"),
    "scheduled edition": _("scheduled the edition"),
    "began preparation": _("began the preparation"),
    "proposed publication": _("proposed for publication"),
    "published": _("published"),
    "withdrew publication": _("took back from the public"),
    "corrected": _("corrected what is public"),
    "closed edition": _("closed the edition"),
    "began follow-up": _("began the follow-up"),
    "archived edition": _("archived the edition"),
    "moved edition": _("moved the edition to other days"),
    "rolled forward": _("prepared the next edition from the one before"),
    "proposed postponement": _("proposed to postpone the edition"),
    "proposed cancellation": _("proposed to cancel the edition"),
    "dropped proposal": _("dropped a proposal to the heads’ offices"),
    "postponed edition": _("postponed the edition"),
    "cancelled edition": _("cancelled the edition"),
    "confirmed delegation": _("confirmed a delegation for the new days"),
    "established group": _("established a working group"),
    "rested group": _("let a working group rest"),
    "resumed group": _("took up a working group again"),
    "concluded group": _("concluded a working group"),
    "confirmed lineage": _("confirmed where a group or theme comes from"),
    "sent terms to clearance": _("sent terms of reference to clearance"),
    "took terms back": _("took terms of reference back from clearance"),
    "adopted terms": _("adopted terms of reference"),
    "reported mandate": _("noted that a working group has reported"),
    "renewed mandate": _("renewed the mandate of a working group"),
    "ended mandate": _("ended the mandate of a working group"),
    "proposed engagement": _("proposed an engagement"),
    "agreed engagement": _("agreed an engagement"),
    "scheduled engagement": _("scheduled an engagement"),
    "held engagement": _("noted that an engagement was held"),
    "reported engagement": _("reported on an engagement"),
    "postponed engagement": _("postponed an engagement"),
    "cancelled engagement": _("cancelled an engagement"),
    "cleared public line": _("agreed to what is said of an engagement in public"),
    "wrote session report": _("wrote a session report"),
    "agreed session report": _("agreed a session report"),
    "assembled summary": _("assembled the summary of conclusions"),
    "circulated summary": _("circulated the summary of conclusions"),
    "reopened summary": _("took the summary of conclusions back to change it"),
    "commented on summary": _("commented on the summary of conclusions"),
    "adopted summary": _("adopted the summary of conclusions and the action list"),
    "did task": _("did a task of the checklist"),
    "waived task": _("waived a task of the checklist"),
    "reopened task": _("reopened a task of the checklist"),
    "opened nominations": _("opened nominations"),
    "extended deadline": _("gave a party longer to nominate"),
    "drafted nomination": _("drafted a nomination"),
    "changed nomination": _("changed a nomination"),
    "deleted nomination": _("deleted the draft of a nomination"),
    "submitted nomination": _("submitted a nomination"),
    "returned nomination": _("returned a nomination"),
    "accepted nomination": _("accepted a nomination"),
    "consented to nomination": _("consented to a nomination"),
    "withdrew nomination": _("withdrew a nomination"),
    "imported nominations": _("took in a list of nominations"),
    "ordered delegation": _("put a delegation in its order"),
    "opted for names": _("chose whether names of services are listed"),
    "completed own details": _("completed own details"),
    "confirmed registration": _("confirmed a registration"),
    "noted access": _("noted the answer of venue security"),
    "noted attendance": _("noted attendance"),
    "issued list": _("issued a list of participants"),
    "exported": _("took out a file"),
    "registered letter": _("entered a formal letter"),
    "drafted messages": _("drafted messages"),
    "released messages": _("released messages"),
    "issued desk code": _("issued a sign-in code at the desk"),
    "reset second factor": _("reset a second factor"),
    "ended sessions": _("ended sessions of an account"),
    "disabled account": _("closed an account"),
    "purged": _("erased what was no longer needed"),
    "erased person": _("erased a person’s data"),
    "released agenda": _("released the agenda"),
    "released outline": _("shared an outline of the agenda"),
    "withdrew release": _("withdrew a release of the agenda"),
    "added session": _("added a session"),
    "changed session": _("changed a session"),
    "cancelled session": _("cancelled a session"),
    "reinstated session": _("took up a cancelled session again"),
    "undid agenda step": _("took back a step in the agenda"),
    "delayed session": _("noted that a session starts late"),
    "extended session": _("extended a session"),
    "moved session": _("moved a session on the day"),
    "published information": _("published the practical information"),
    "uploaded paper": _("uploaded a version of a paper"),
    "lowered marking": _("gave a paper to more readers"),
    "raised marking": _("gave a paper to fewer readers"),
    "withdrew paper": _("took back a paper"),
    "quarantined paper": _("put a file in quarantine"),
    "made calendar address": _("made a calendar address"),
    "revoked calendar address": _("revoked a calendar address"),
    "loaded record": _("put in what was missing of the public record"),
    "sent messages": _("sent messages"),
    "proposed action": _("proposed an action item"),
    "consented": _("consented for a party"),
    "agreed action": _("agreed an action item"),
    "reported progress": _("reported progress"),
    "blocked action": _("reported an action item blocked"),
    "unblocked action": _("took up a blocked action item"),
    "gave evidence": _("gave evidence"),
    "reported complete": _("reported an action item complete"),
    "confirmed part": _("confirmed one part of a joint action item"),
    "closed action": _("confirmed and closed an action item"),
    "sent back action": _("sent an action item back"),
    "withdrew action": _("withdrew an action item"),
    "superseded action": _("superseded an action item"),
    "proposed action change": _("proposed to change an action item"),
    "accepted action change": _("agreed to a change of an action item"),
    "declined action change": _("declined a change of an action item"),
    "retracted action change": _("took back a change of an action item"),
    "acknowledged dates": _("acknowledged new due dates"),
    "named action owner": _("named the owner of an action item"),
    "asked for update": _("asked for an update of action items"),
    "imported actions": _("took in a list of action items"),
    "opened progress round": _("opened a progress round"),
    "chased silent leads": _("reminded the leads who had not reported"),
    "compiled progress report": _("compiled a progress report"),
    "sent progress report": _("sent a progress report to the parties"),
    "gave view": _("put a party’s view beside a report"),
    "agreed progress report": _("agreed a progress report"),
    "closed progress round": _("closed a progress round"),
    "drafted progress section": _("drafted what is told of progress in public"),
    "edited progress section": _("edited what is told of progress in public"),
    "cleared progress section": _("cleared what is told of progress in public"),
    "assessed structure": _("assessed a consultation structure"),
}


_RANK = models.Case(
    models.When(role__in=Appointment.SECRETARIES, then=0),
    models.When(role__in=Appointment.FOCAL_POINTS, then=1),
    default=2,
    output_field=models.IntegerField(),
)


def _held_then() -> Any:
    """The appointments behind an entry, inside a query on entries that knows its `_day`."""
    day = models.OuterRef("_day")
    return Appointment.objects.filter(
        models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=day),
        person=models.OuterRef("by__person"),
        dialogue=models.OuterRef("dialogue"),
        party=models.OuterRef("party"),
        starts_on__lte=day,
    )


class JournalQuerySet(FrozenQuerySet["JournalEntry"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> JournalQuerySet:
        """The current secretaries of a dialogue read its journal."""
        own = Appointment.objects.current(at).held_by(user).filter(role__in=Appointment.SECRETARIES)
        return self.filter(dialogue__in=own.values("dialogue"))

    def with_post(self) -> JournalQuerySet:
        """Annotate `post`, the role in which the act was done: held on that day, in that dialogue, for that party.

        Of several the one that most acts are done in. Empty for an account without one, and for what the clock did.
        """
        return self._with_day().annotate(post=models.Subquery(_held_then().order_by(_RANK, "role").values("role")[:1]))

    def done_as(self, role: str, party: int) -> JournalQuerySet:
        """What was done by those who held this role for this party (key) on that day."""
        return self._with_day().filter(models.Exists(_held_then().filter(role=role, party=party)))

    def _with_day(self) -> JournalQuerySet:
        """By the UTC calendar, as appointments are."""
        return self.alias(_day=TruncDate("at", tzinfo=UTC))


class JournalEntry(Frozen):
    """One act: who, on behalf of which party, what, on which record, when; and the hash that chains it to the row before."""

    RETENTION = {Retention.RECORD: ("act", "details", "previous_hash", "hash")}

    number = models.PositiveBigIntegerField(_("number"), unique=True)
    at = models.DateTimeField(_("when"), default=clock.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("on behalf of"))
    act = models.CharField(_("act"), max_length=60)
    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("dialogue"))
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("edition"))
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, null=True)
    object_id = models.PositiveBigIntegerField(null=True)
    record = GenericForeignKey()
    details = models.JSONField(_("details"), default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects = JournalQuerySet.as_manager()

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal")
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.number} {self.act_in_words}"

    @property
    def act_in_words(self) -> str:
        return str(ACTS.get(self.act, self.act))

    def computed_hash(self) -> str:
        """SHA-256 over the row's content and the hash before it; keys sorted, instants in UTC to the microsecond."""
        content = {
            "number": self.number,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "by": self.by_id,
            "party": self.party_id,
            "act": self.act,
            "dialogue": self.dialogue_id,
            "edition": self.edition_id,
            "kind": self.content_type_id,
            "object": self.object_id,
            "details": self.details,
            "previous": self.previous_hash,
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class JournalHead(models.Model):
    """The end of the chain: one row, locked last in every act, so that numbers have no gap and no fork."""

    RETENTION = {Retention.RECORD: ("hash",)}

    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=BEGINNING)

    class Meta:
        verbose_name = _("end of the journal")
        verbose_name_plural = _("ends of the journal")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="journal_has_one_end")]

    def __str__(self) -> str:
        return str(self.number)
