"""Practical information: the working text, published as the next version for those who take part."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.models import Audience, Information, InformationVersion
from parties.models import User

from . import journal
from .steps import Reason, edition_is_over, lock, not_a_secretary, refuse_for

# Without one of these nobody finds the door, or anybody to ask for it.
LEAST = ("entrance", "transport", "phone")


def latest_version(information: Information) -> InformationVersion | None:
    return InformationVersion.objects.filter(edition=information.edition_id).newest_first().first()


def next_version(information: Information) -> int:
    latest = latest_version(information)
    return latest.number + 1 if latest else 1


def publish_reasons(information: Information, by: User) -> list[Reason]:
    """What stands in the way of publishing the text as it is now."""
    edition = information.edition
    reasons = not_a_secretary(by, edition.dialogue) + edition_is_over(edition)
    if not any(getattr(information, name) for name in LEAST):
        reasons.append(Reason(_("Say how one gets in, how one gets there, or which number to ring."), information))
    latest = latest_version(information)
    if latest and latest.texts() == information.texts():
        said = {"number": latest.number}
        reasons.append(Reason(_("Version %(number)s says the same already. Change the text first.") % said, information))
    return reasons


@transaction.atomic
def publish_information(*, information: Information, by: User) -> InformationVersion:
    """Freeze the text as the next version, which readers see at once; the ones before it stay for the secretaries."""
    information = lock(information)
    refuse_for(publish_reasons(information, by))
    version = InformationVersion(
        edition=information.edition,
        number=next_version(information),
        audience=Audience.DELEGATES,
        issued_by=by,
        **information.texts(),
    )
    version.save()
    journal.write(by=by, act="published information", on=version, details={"number": version.number})
    return version
