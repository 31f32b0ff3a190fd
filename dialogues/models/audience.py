"""Who may read what: one rule, in SQL, for every record that has an audience.

Five audiences (brief §4.2, issue 1 part 5), each decided from current appointments and live registrations:

public       everybody, once it is published and its embargo has passed
delegates    who is registered for this edition, until ninety days after it closed; the focal points, deputies and
             secretaries of its dialogue
group        members and co-chairs of the working group in this edition, and the secretaries
party        that party's secretary, focal point and deputy; the other side's staff are left out
secretariat  the current secretaries of the dialogue and its lead

Until its embargo has passed a record is read only by those who prepare it: the secretariat, or for the audience `party`
that party's staff. A record that hangs on another is hidden with it. A superuser without an appointment is the public.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .standing import Standing, instant, reading

if TYPE_CHECKING:
    from parties.models import User

    Reader = User | AnonymousUser


SECRETARIES = ("secretary", "lead")
FOCAL_POINTS = ("focal_point", "deputy_focal_point")
PARTY_STAFF = ("secretary", *FOCAL_POINTS)


class Audience(models.TextChoices):
    PUBLIC = "public", _("public")
    DELEGATES = "delegates", _("delegates of this edition")
    GROUP = "group", _("one working group")
    PARTY = "party", _("one party’s staff")
    SECRETARIAT = "secretariat", _("secretariat")


def is_known(user: Reader) -> bool:
    """Whether anything but the public rule can apply: signed in, active, and standing for a person."""
    return bool(user.is_authenticated and user.is_active and getattr(user, "person_id", None))


def among(path: str, keys: Iterable[int]) -> Q:
    """Whether the record that `path` leads to is one of these."""
    return Q(**{f"{path}__in": sorted(keys)})


def _model_at(model: Any, path: str) -> Any:
    """The model that a path such as `release__edition` leads to."""
    for step in path.split("__"):
        model = model._meta.get_field(step).related_model
    return model


class AudienceQuerySet(models.QuerySet[Any]):
    """`visible_to` is where every page, list, count, search, feed and file begins."""

    def visible_to(self, user: Reader, at: datetime | None = None) -> Self:
        """The records that `user` may read at the instant `at` (aware; now, unless told otherwise)."""
        at = at or instant()
        known = reading()
        if known and self.model.IS_PARENT and at == known.at:
            return self.filter(pk__in=known.keys(self.model, user))
        return self.ruled(user, at)

    def ruled(self, user: Reader, at: datetime) -> Self:
        visible = self.filter(self.readable_by(user, at))
        for parent in self.model.PARENT_PATHS:
            ancestors = _model_at(self.model, parent).objects.visible_to(user, at)
            # A record without this parent hangs on nothing there.
            visible = visible.filter(Q(**{f"{parent}__isnull": True}) | Q(**{f"{parent}__in": ancestors}))
        return visible

    def kept_by(self, user: Reader, at: datetime | None = None) -> Self:
        """The records that `user` prepares and may therefore change: the secretariat's, or one's own party's."""
        at = at or instant()
        return self.filter(self.prepared_by(user, at)) if is_known(user) else self.none()

    def readable_by(self, user: Reader, at: datetime) -> Q:
        lifted = Q(embargo_until__isnull=True) | Q(embargo_until__lte=at)
        public = Q(audience=Audience.PUBLIC, published_at__lte=at) & lifted
        if not is_known(user):
            return public
        return public | self.prepared_by(user, at) | self.shared_with(user, at, lifted)

    def prepared_by(self, user: Reader, at: datetime) -> Q:
        """What somebody works on, embargoed or not: the secretariat’s records, and one’s own party’s."""
        model, standing = self.model, Standing(user.person_id, at)  # type: ignore[union-attr, arg-type]
        rule = ~Q(audience=Audience.PARTY) & among(model.DIALOGUE_PATH, standing.dialogues(*SECRETARIES))
        if model.PARTY_PATH:
            for dialogue, party in sorted(standing.appointed(*PARTY_STAFF)):
                rule |= Q(**{"audience": Audience.PARTY, model.DIALOGUE_PATH: dialogue, model.PARTY_PATH: party})
        return rule

    def shared_with(self, user: Reader, at: datetime, lifted: Q) -> Q:
        """What somebody may read as a participant, once its embargo has passed."""
        model, standing = self.model, Standing(user.person_id, at)  # type: ignore[union-attr, arg-type]
        if model.EDITION_PATH:
            participant = among(model.EDITION_PATH, standing.editions())
        else:
            participant = among(model.DIALOGUE_PATH, standing.dialogues_attended())
        focal_point = among(model.DIALOGUE_PATH, standing.dialogues(*FOCAL_POINTS))
        rule = Q(audience=Audience.DELEGATES) & (participant | focal_point)
        if model.GROUP_PATH:
            rule |= Q(audience=Audience.GROUP) & among(model.GROUP_PATH, standing.groups())
        return rule & lifted


class AudienceBound(models.Model):
    """A record that not everybody may read. The paths tell the rule where its dialogue, edition, group and party stand."""

    DIALOGUE_PATH: ClassVar[str] = "edition__dialogue"
    EDITION_PATH: ClassVar[str | None] = "edition"
    GROUP_PATH: ClassVar[str | None] = None
    PARTY_PATH: ClassVar[str | None] = None
    PARENT_PATHS: ClassVar[tuple[str, ...]] = ("edition",)
    IS_PARENT: ClassVar[bool] = False  # of most other records, and few: its keys may stand for its rule (`at_one_instant`)

    audience = models.CharField(_("who may read it"), max_length=12, choices=Audience, default=Audience.SECRETARIAT)
    published_at = models.DateTimeField(
        _("public since"),
        null=True,
        blank=True,
        help_text=_("Only for the audience “public”: until then it is a draft. A time to come publishes by the clock."),
    )
    embargo_until = models.DateTimeField(
        _("embargo until"), null=True, blank=True, help_text=_("Nobody but those who prepare it reads it before this instant.")
    )

    objects = AudienceQuerySet.as_manager()

    class Meta:
        abstract = True
