"""Changes of an agreed action item: proposed by one party, taking effect with every other party's yes, each kept for good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from parties.models import Organisation, Party, User
from parties.models.retention import Retention
from socportal import clock
from socportal.bilingual import in_reader_language

from .action_items import ActionItem
from .audience import FOCAL_POINTS, SECRETARIES, Audience, among, is_known
from .carry_over import CarryOver
from .ceiling import within_ceiling
from .consents import Consent
from .standing import Standing, instant


class ActionChangeQuerySet(models.QuerySet["ActionChange"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> ActionChangeQuerySet:
        """What holds is read by whoever reads the item; what was only asked for, by those who negotiate and who asked.

        A date that a roll-forward gave holds at once.
        """
        at = at or instant()
        visible = self.filter(action_item__in=ActionItem.objects.visible_to(user, at))
        holds = Q(status=ActionChange.Status.ACCEPTED) | Q(carry_over__isnull=False)
        if not is_known(user):
            return visible.filter(holds)
        negotiated = Standing(user.person_id, at).dialogues(*SECRETARIES, *FOCAL_POINTS)
        return visible.filter(holds | among("action_item__edition__dialogue", negotiated) | Q(proposed_by=user.pk))

    def pending(self) -> ActionChangeQuerySet:
        return self.filter(status=ActionChange.Status.PROPOSED)


class ActionChange(models.Model):
    """One change of what was agreed: what it was, what it is to be, why, and who said yes (workflows §4.5).

    A due date is proposed by a lead and acknowledged by the others; words and readers need every party. Who owns an item is
    its own party's affair: that change takes effect at once and is kept all the same. A date that a roll-forward gave holds
    at once too, and waits here for the other parties' acknowledgement. `before` and `after` hold the fields of the kind.
    """

    RETENTION = {Retention.RECORD: ("reason", "answer", "before", "after")}

    class Kind(models.TextChoices):
        DUE_DATE = "due_date", pgettext_lazy("change of an action item", "due date")
        WORDING = "wording", pgettext_lazy("change of an action item", "wording")
        READERS = "readers", pgettext_lazy("change of an action item", "who may read it")
        OWNER = "owner", pgettext_lazy("change of an action item", "owner")

    class Status(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("change of an action item", "proposed")
        ACCEPTED = "accepted", pgettext_lazy("change of an action item", "in effect")
        DECLINED = "declined", pgettext_lazy("change of an action item", "declined")
        RETRACTED = "retracted", pgettext_lazy("change of an action item", "taken back")

    TRANSITIONS = {
        Status.PROPOSED: (Status.ACCEPTED, Status.DECLINED, Status.RETRACTED),
        Status.ACCEPTED: (),
        Status.DECLINED: (),
        Status.RETRACTED: (),
    }
    FIELDS = {
        Kind.DUE_DATE: ("due_on",),
        Kind.WORDING: ("text_en", "text_nl", "measure_en", "measure_nl"),
        Kind.READERS: ("audience",),
        Kind.OWNER: ("party", "organisation", "owner_post_en", "owner_post_nl"),
    }

    action_item = models.ForeignKey(ActionItem, on_delete=models.PROTECT, related_name="changes", verbose_name=_("action item"))
    kind = models.CharField(_("what is changed"), max_length=8, choices=Kind)
    before = models.JSONField(_("before"))
    after = models.JSONField(_("after"))
    reason = models.CharField(_("reason"), max_length=300, validators=[within_ceiling])
    carry_over = models.OneToOneField(
        CarryOver, on_delete=models.PROTECT, null=True, related_name="change", verbose_name=_("carry-over")
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed for"))
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed"), default=clock.now)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.PROPOSED)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("answered by"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True, validators=[within_ceiling])
    consents = GenericRelation(Consent)

    objects = ActionChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of an action item")
        verbose_name_plural = _("changes of action items")
        ordering = ["action_item", "proposed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["action_item", "kind"],
                condition=Q(status="proposed"),
                name="action_item_has_one_open_change_of_a_kind",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="change_of_an_action_item_says_why"),
            models.CheckConstraint(
                condition=Q(status="proposed", answered_by__isnull=True, answered_at__isnull=True)
                | ~Q(status="proposed") & Q(answered_by__isnull=False, answered_at__isnull=False),
                name="answered_change_has_who_and_when",
            ),
            models.CheckConstraint(condition=~Q(status="declined") | ~Q(answer=""), name="declined_change_says_why"),
            models.CheckConstraint(
                condition=Q(carry_over__isnull=True) | Q(kind="due_date"), name="carry_over_changes_a_due_date"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action_item}: {self.get_kind_display()}"

    def told(self, fields: dict[str, Any], organisations: Mapping[int, Organisation]) -> str:
        """What the item said (`before`) or is to say (`after`), in the reader's language.

        `organisations` are those that changes of owner name, by key (`organisations_of`).
        """

        def in_language(name: str) -> str:
            return str(in_reader_language({lang: fields.get(f"{name}_{lang}") or "" for lang in ("en", "nl")}))

        match self.kind:
            case self.Kind.DUE_DATE:
                day = fields.get("due_on")
                return date_format(date.fromisoformat(day), "DATE_FORMAT") if day else pgettext("due date", "none")
            case self.Kind.READERS:
                return str(dict(Audience.choices).get(fields.get("audience", ""), "–"))
            case self.Kind.OWNER:
                organisation = organisations.get(fields.get("organisation") or 0)
                said = (str(organisation.name) if organisation else "", in_language("owner_post"))
                return ", ".join(filter(None, said)) or pgettext("owner", "nobody")
            case _wording:
                return " – ".join(filter(None, (in_language("text"), in_language("measure"))))


def organisations_of(changes: Iterable[ActionChange]) -> dict[int, Organisation]:
    """Those that changes of owner name, by key: one question for any number of changes, none without any."""
    held = [fields for change in changes if change.kind == ActionChange.Kind.OWNER for fields in (change.before, change.after)]
    named = {fields["organisation"] for fields in held if fields.get("organisation")}
    return Organisation.objects.in_bulk(named) if named else {}
