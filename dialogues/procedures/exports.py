"""Taking a file about people out of the portal: for a purpose from a list, written down before it is handed over."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.models import Appointment, Edition, Export, Registration, Summary
from parties.models import User
from socportal import clock

from . import journal
from .steps import Reason, appointments_of, not_a_secretary, refuse_for

What, Purpose = Export.What, Export.Purpose

# What may be taken out for what: badges are of no use to a caterer, and names even less.
PURPOSES = {
    What.PARTICIPANTS: (Purpose.DELEGATIONS, Purpose.VENUE, Purpose.RECORDS),
    What.BADGES: (Purpose.VENUE,),
    What.NAMEPLATES: (Purpose.VENUE,),
    What.SEATING: (Purpose.VENUE, Purpose.DELEGATIONS),
    What.SIGNING_IN: (Purpose.VENUE, Purpose.RECORDS),
    What.CATERING: (Purpose.CATERING,),
    What.PRINT_PACK: (Purpose.VENUE,),
    What.HANDOVER: (Purpose.SUCCESSOR, Purpose.RECORDS),
    What.DELEGATION: (Purpose.PARTY, Purpose.RECORDS),
    What.OWN_DATA: (Purpose.REQUEST,),
    What.CONCLUSIONS: (Purpose.PARTY,),
    What.ANNOTATED: (Purpose.DELEGATIONS, Purpose.VENUE, Purpose.RECORDS),
    What.RUN_OF_SHOW: (Purpose.VENUE,),
    What.DOOR_SIGNS: (Purpose.VENUE,),
}


def record_export_reasons(edition: Edition | None, by: User, what: str, purpose: str) -> list[Reason]:
    """Lists and print are the secretariat’s; a delegation is its focal point’s too, one’s own data are one’s own; the summary
    of conclusions is taken out by whoever may read it.
    """
    if purpose not in PURPOSES[What(what)]:
        said = {"what": What(what).label, "purpose": Purpose(purpose).label}
        return [Reason(_("“%(what)s” is not taken out “%(purpose)s”. Choose another purpose.") % said)]
    if what == What.OWN_DATA:
        return []
    if edition is None:
        return [Reason(_("Say which edition it is about."))]
    if what == What.CONCLUSIONS and Summary.objects.visible_to(by).filter(edition=edition).exists():
        return []
    if what == What.DELEGATION and appointments_of(by, edition.dialogue, *Appointment.FOCAL_POINTS).exists():
        return []
    return not_a_secretary(by, edition.dialogue)


@transaction.atomic
def record_export(
    *,
    edition: Edition | None,
    by: User,
    what: str,
    file_type: str,
    purpose: str,
    content: bytes,
    rows: int = 0,
    printed: Mapping[int, str] | None = None,
) -> Export:
    """Write down that `content` leaves. `printed`: what each badge in it says, by registration, so that only others are due.

    Only the SHA-256 of the file is kept, never the file.
    """
    refuse_for(record_export_reasons(edition, by, what, purpose))
    export = Export.objects.create(
        edition=edition,
        what=what,
        file_type=file_type,
        purpose=purpose,
        by=by,
        at=clock.now(),
        rows=rows,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    if printed:
        registrations = list(Registration.objects.select_for_update().filter(edition=edition, pk__in=printed))
        for registration in registrations:
            registration.badge_printed_as = printed[registration.pk]
        Registration.objects.bulk_update(registrations, ["badge_printed_as"], batch_size=200)
    journal.write(
        by=by,
        act="exported",
        on=edition or export,
        details={"what": str(what), "purpose": str(purpose), "export": export.pk, "people": rows},
    )
    return export
