"""Publishing practical information: numbered versions, by a secretary, with something new in each."""

from __future__ import annotations

import pytest

from dialogues.models import Edition, Information, InformationVersion, JournalEntry
from dialogues.procedures.information import publish_information
from dialogues.procedures.steps import StepRefused
from tests import build
from tests.cast import Cast


def test_each_version_is_frozen_numbered_and_journalled_without_its_text(cast: Cast) -> None:
    text = build.information(cast.edition, entrance_en="Bring a passport", wifi_en="Password: tulip")
    first = publish_information(information=text, by=cast.secretary_nl)
    Information.objects.filter(pk=text.pk).update(entrance_en="Bring an identity card")
    second = publish_information(information=text, by=cast.secretary_uk)
    first.refresh_from_db()
    assert (first.number, first.entrance, first.issued_by) == (1, "Bring a passport", cast.secretary_nl)
    assert (second.number, second.entrance, second.wifi) == (2, "Bring an identity card", "Password: tulip")
    entry = JournalEntry.objects.get(act="published information", object_id=second.pk)
    assert (entry.by, entry.edition, entry.details) == (cast.secretary_uk, cast.edition, {"number": 2})


@pytest.mark.parametrize(
    ("who", "status", "fields", "said"),
    [
        ("focal_point_nl", Edition.Status.PREPARING, {"phone": "+31 70 123 45 67"}, "Only a current secretary"),
        ("former_secretary", Edition.Status.PREPARING, {"phone": "+31 70 123 45 67"}, "Only a current secretary"),
        ("secretary_nl", Edition.Status.ARCHIVED, {"phone": "+31 70 123 45 67"}, "archived"),
        ("secretary_nl", Edition.Status.PREPARING, {"wifi_en": "Password", "meals_en": "Lunch"}, "how one gets in"),
    ],
)
def test_it_is_refused_in_words(cast: Cast, who: str, status: str, fields: dict[str, str], said: str) -> None:
    Edition.objects.filter(pk=cast.edition.pk).update(status=status)
    text = build.information(cast.edition, **{"entrance_en": "", **fields})
    with pytest.raises(StepRefused, match=said):
        publish_information(information=text, by=getattr(cast, who))
    assert not InformationVersion.objects.exists()


def test_the_same_text_is_not_published_twice(cast: Cast) -> None:
    text = build.information(cast.edition, phone="+31 70 123 45 67")
    publish_information(information=text, by=cast.secretary_nl)
    with pytest.raises(StepRefused, match="Version 1 says the same already"):
        publish_information(information=text, by=cast.secretary_nl)
    assert InformationVersion.objects.count() == 1
