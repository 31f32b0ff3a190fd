"""The zone in which the secretariat's pages show their times: that of the venue."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from dialogues.models import Edition
from socportal.admin import PortalAdmin


class AtVenue(PortalAdmin):
    """A record whose times are those of the venue of its edition, whatever zone the reader sits in."""

    zone_words = gettext_lazy("Time at the venue, %(zone)s.")

    def edition_of(self, request: HttpRequest, obj: Any) -> Edition | None:
        """The record's own edition; on a form that says another one, that one, as far as the reader may see it."""
        said = request.POST.get("edition") or (None if obj else request.GET.get("edition"))
        if said and said.isdecimal() and len(said) < 10:
            found: Edition | None = Edition.objects.visible_to(request.user).filter(pk=said).first()
            return found or getattr(obj, "edition", None)
        return getattr(obj, "edition", None)

    def zone(self, request: HttpRequest, obj: Any = None) -> tzinfo:
        if not hasattr(request, "_venue_zone"):
            edition = self.edition_of(request, obj)
            if edition is None and obj is None:
                from .board import edition_in_hand

                edition = edition_in_hand(request.user)
            request._venue_zone = edition.zone if edition else ZoneInfo("UTC")  # type: ignore[attr-defined]
        return request._venue_zone  # type: ignore[attr-defined, no-any-return]


class AtVenueOfEdition(AtVenue):
    """The same for a record that hangs on its edition by another record."""

    def edition_behind(self, obj: Any) -> Edition:
        raise NotImplementedError

    def edition_of(self, request: HttpRequest, obj: Any) -> Edition | None:
        return self.edition_behind(obj) if obj else None
