"""Publishing takes two people; what is public is corrected in the open, taken back, never deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from dialogues.models import Audience, Correction, Edition, JournalEntry, NewsItem, publishable_models
from dialogues.procedures import publication
from dialogues.procedures.steps import StepRefused
from parties.models import Citation
from tests import build
from tests.cast import Cast, assemble
from tests.dialogues.procedures.test_together import at_once

NOT_SECRETARIES = ["focal_point_nl", "deputy_nl", "delegate_nl", "secretary_elsewhere", "former_secretary", "technician"]


def acts(record: Any) -> list[str]:
    entries = JournalEntry.objects.filter(content_type__model=record._meta.model_name, object_id=record.pk)
    return list(entries.order_by("number").values_list("act", flat=True))


def is_read_by(user: Any, record: Any, at: Any = None) -> bool:
    return type(record).objects.visible_to(user, at).filter(pk=record.pk).exists()


def published(cast: Cast, record: Any, **options: Any) -> Any:
    publication.propose_publication(record=record, by=cast.secretary_uk, **options)
    return publication.publish(record=record, by=cast.secretary_nl)


def test_whoever_proposes_does_not_publish(cast: Cast) -> None:
    item = build.a_news_item(cast.dialogue)
    publication.propose_publication(record=item, by=cast.secretary_uk)
    with pytest.raises(StepRefused, match="You proposed it yourself: a second person publishes it"):
        publication.publish(record=item, by=cast.secretary_uk)
    assert not is_read_by(cast.public, item)
    assert acts(item) == ["proposed publication"]


@pytest.mark.parametrize(("proposer", "publisher"), [("secretary_uk", "secretary_nl"), ("secretary_nl", "secretary_uk")])
def test_a_second_secretary_of_the_other_side_publishes(cast: Cast, proposer: str, publisher: str) -> None:
    item = build.a_news_item(cast.dialogue)
    publication.propose_publication(record=item, by=getattr(cast, proposer))
    item = publication.publish(record=item, by=getattr(cast, publisher))
    assert is_read_by(cast.public, item)
    assert (item.audience, item.published_by) == (Audience.PUBLIC, getattr(cast, publisher))
    assert acts(item) == ["proposed publication", "published"]


def test_a_second_secretary_of_the_same_side_publishes_too(cast: Cast) -> None:
    colleague = build.an_account(build.a_person(cast.uk), is_staff=True)
    build.an_appointment(colleague, cast.dialogue, "secretary")
    item = build.a_news_item(cast.dialogue)
    publication.propose_publication(record=item, by=cast.secretary_uk)
    assert is_read_by(cast.public, publication.publish(record=item, by=colleague))


@pytest.mark.parametrize("who", NOT_SECRETARIES)
def test_nobody_but_a_current_secretary_of_the_dialogue_proposes_publishes_or_takes_back(cast: Cast, who: str) -> None:
    stranger = getattr(cast, who)
    item = build.a_news_item(cast.dialogue)
    with pytest.raises(StepRefused, match="Only a current secretary"):
        publication.propose_publication(record=item, by=stranger)
    publication.propose_publication(record=item, by=cast.secretary_uk)
    with pytest.raises(StepRefused, match="Only a current secretary"):
        publication.publish(record=item, by=stranger)
    publication.publish(record=item, by=cast.secretary_nl)
    with pytest.raises(StepRefused, match="Only a current secretary"):
        publication.withdraw_publication(record=item, by=stranger, reason="Because")
    assert is_read_by(cast.public, item)


def test_nothing_is_published_that_nobody_proposed_and_nothing_twice(cast: Cast) -> None:
    item = build.a_news_item(cast.dialogue)
    with pytest.raises(StepRefused, match="Nobody has proposed it"):
        publication.publish(record=item, by=cast.secretary_nl)
    published(cast, item)
    for again in (publication.propose_publication, publication.publish):
        with pytest.raises(StepRefused, match="published already"):
            again(record=item, by=cast.secretary_nl)
    assert acts(item) == ["proposed publication", "published"]


def test_the_clock_publishes_at_the_second_that_was_proposed(cast: Cast) -> None:
    at = timezone.now().replace(microsecond=0) + timedelta(days=2)
    item = published(cast, build.a_news_item(cast.dialogue), public_from=at)
    assert item.published_at == at
    assert not is_read_by(cast.public, item, at - timedelta(seconds=1))
    assert not is_read_by(cast.delegate_nl, item, at - timedelta(seconds=1))
    assert is_read_by(cast.secretary_uk, item, at - timedelta(seconds=1))
    assert is_read_by(cast.public, item, at) and is_read_by(cast.public, item, at + timedelta(seconds=1))


def test_a_proposed_time_that_has_passed_publishes_at_once_and_not_backwards(cast: Cast) -> None:
    item = build.a_news_item(cast.dialogue)
    now = timezone.now()
    publication.propose_publication(record=item, by=cast.secretary_uk, public_from=now + timedelta(hours=1))
    with time_machine.travel(now + timedelta(hours=3), tick=False):
        item = publication.publish(record=item, by=cast.secretary_nl)
    assert item.published_at == now + timedelta(hours=3)


def test_an_embargo_holds_what_two_people_have_published(cast: Cast) -> None:
    lifted = timezone.now() + timedelta(days=1)
    item = published(cast, build.a_news_item(cast.dialogue, embargo_until=lifted))
    assert publication.becomes_public_at(item) == lifted
    assert not is_read_by(cast.public, item, lifted - timedelta(seconds=1))
    assert is_read_by(cast.public, item, lifted)


def test_what_delegates_read_already_is_not_taken_from_them_until_a_time_to_come(cast: Cast) -> None:
    draft = build.a_theme(cast.edition, audience=Audience.DELEGATES)
    with pytest.raises(StepRefused, match="Delegates read it already"):
        publication.propose_publication(record=draft, by=cast.secretary_uk, public_from=timezone.now() + timedelta(days=1))
    assert is_read_by(cast.delegate_uk, published(cast, draft))


def test_a_draft_that_is_changed_after_it_was_proposed_is_proposed_anew(cast: Cast) -> None:
    item = build.a_news_item(cast.dialogue)
    publication.propose_publication(record=item, by=cast.secretary_uk)
    item.refresh_from_db()
    publication.note_change(record=item, by=cast.secretary_nl, fields=["dated_on"])
    item.refresh_from_db()
    assert (item.proposed_by, item.proposed_at, item.proposed_for) == (None, None, None)
    with pytest.raises(StepRefused, match="Nobody has proposed it"):
        publication.publish(record=item, by=cast.secretary_nl)


def test_a_proposal_that_took_the_place_of_the_one_that_was_read_is_not_published_unread(cast: Cast) -> None:
    item = build.a_news_item(cast.dialogue)
    read = publication.propose_publication(record=item, by=cast.secretary_uk).proposed_at
    publication.note_change(record=NewsItem.objects.get(), by=cast.secretary_uk, fields=["title_en"])
    anew = publication.propose_publication(record=item, by=cast.secretary_uk).proposed_at
    with pytest.raises(StepRefused, match="proposed anew while you were reading"):
        publication.publish(record=item, by=cast.secretary_nl, proposed_at=read)
    assert publication.publish(record=item, by=cast.secretary_nl, proposed_at=anew).is_public()


def test_taking_back_hides_it_keeps_it_and_asks_for_two_people_again(cast: Cast) -> None:
    item = published(cast, build.a_news_item(cast.dialogue, title_en="Baited headline"))
    with pytest.raises(StepRefused, match="Give the reason"):
        publication.withdraw_publication(record=item, by=cast.secretary_uk, reason="  ")
    item = publication.withdraw_publication(record=item, by=cast.secretary_uk, reason="The figure was wrong")
    assert not is_read_by(cast.public, item) and not is_read_by(cast.delegate_nl, item)
    assert NewsItem.objects.visible_to(cast.secretary_nl).get().title_en == "Baited headline"
    entry = JournalEntry.objects.get(act="withdrew publication")
    assert entry.details == {"reason_given": True} and entry.dialogue == cast.dialogue and entry.party == cast.uk
    with pytest.raises(StepRefused, match="Nobody has proposed it"):
        publication.publish(record=item, by=cast.secretary_nl)
    with pytest.raises(StepRefused, match="It is not published"):
        publication.withdraw_publication(record=item, by=cast.secretary_uk, reason="Again")


def test_an_edition_taken_back_is_its_delegates_own_again(cast: Cast) -> None:
    publication.withdraw_publication(record=cast.edition, by=cast.secretary_nl, reason="Named too early")
    assert not is_read_by(cast.public, cast.edition)
    assert is_read_by(cast.delegate_uk, cast.edition)
    assert Edition.objects.get(pk=cast.edition.pk).audience == Audience.DELEGATES


def test_a_correction_carries_its_date_and_both_languages_and_the_journal_none_of_its_words(cast: Cast) -> None:
    item = published(cast, build.a_news_item(cast.dialogue))
    said = ("The year was corrected from Baited 2024.", "Het jaartal is verbeterd.")
    publication.note_change(record=item, by=cast.secretary_nl, fields=["body_en", "body_nl"], correction=said)
    correction = Correction.objects.of(item).get()
    assert (correction.note_en, correction.note_nl, correction.by) == (*said, cast.secretary_nl)
    assert abs(correction.at - timezone.now()) < timedelta(minutes=1)
    assert acts(item) == ["proposed publication", "published", "corrected"]
    assert "Baited" not in str(list(JournalEntry.objects.values_list("details", flat=True)))
    assert is_read_by(cast.public, item)


def test_a_correction_of_no_words_or_too_many_is_refused_and_leaves_nothing(cast: Cast) -> None:
    item = published(cast, build.a_news_item(cast.dialogue))
    for said in ("", "x" * 251):
        with pytest.raises(ValidationError):
            publication.note_change(record=item, by=cast.secretary_nl, fields=["body_en"], correction=(said, ""))
    assert not Correction.objects.exists()
    item.refresh_from_db()
    assert item.changed_en_at is None


def both(cast: Cast, **fields: Any) -> NewsItem:
    return build.a_news_item(cast.dialogue, title_nl="Nieuws", body_nl="Wat er gebeurde.", **fields)


def test_a_language_falls_behind_when_the_other_alone_changes_and_catches_up(cast: Cast) -> None:
    item = both(cast)
    assert item.language_behind == ""
    publication.note_change(record=item, by=cast.secretary_uk, fields=["title_en", "dated_on"])
    assert item.language_behind == "nl"
    publication.note_change(record=item, by=cast.secretary_nl, fields=["title_nl"], was_behind="nl")
    assert item.language_behind == ""
    publication.note_change(record=item, by=cast.secretary_nl, fields=["body_nl"])
    assert item.language_behind == "en"
    publication.note_change(record=item, by=cast.secretary_nl, fields=["body_en", "body_nl"], was_behind="en")
    assert item.language_behind == ""


def test_somebody_who_has_compared_both_languages_clears_the_mark_once(cast: Cast) -> None:
    item = both(cast)
    publication.note_change(record=item, by=cast.secretary_uk, fields=["title_en"])
    publication.say_the_same(record=item, by=cast.secretary_nl)
    item.refresh_from_db()
    assert item.language_behind == "" and item.changed_nl_at == item.changed_en_at
    publication.say_the_same(record=item, by=cast.secretary_nl)
    assert acts(item) == ["changed"]
    assert JournalEntry.objects.get().details == {"fields": ["changed_en_at", "changed_nl_at"]}


def test_a_text_that_one_language_lacks_leaves_it_behind_whatever_is_said(cast: Cast) -> None:
    item = build.a_news_item(cast.dialogue)
    assert item.language_behind == "nl"
    publication.say_the_same(record=item, by=cast.secretary_nl)
    assert item.language_behind == "nl"


def test_a_draft_that_was_never_public_goes_with_its_citations_and_anything_else_stays(cast: Cast) -> None:
    draft, once_public = build.a_news_item(cast.dialogue), published(cast, build.a_news_item(cast.dialogue))
    for item in (draft, once_public):
        Citation.objects.create(record=item, field="title", source=build.a_source())
    publication.withdraw_publication(record=once_public, by=cast.secretary_uk, reason="Wrong")
    with pytest.raises(StepRefused, match="taken back, not deleted"):
        publication.discard_draft(record=once_public, by=cast.secretary_uk)
    with pytest.raises(StepRefused, match="Only a current secretary"):
        publication.discard_draft(record=draft, by=cast.focal_point_nl)
    number = draft.pk
    publication.discard_draft(record=draft, by=cast.secretary_uk)
    assert list(NewsItem.objects.all()) == [once_public]
    assert [citation.object_id for citation in Citation.objects.all()] == [once_public.pk]
    assert JournalEntry.objects.get(act="deleted").object_id == number


@pytest.mark.parametrize("model", publishable_models(), ids=lambda model: model.__name__)
def test_the_database_refuses_one_persons_publication_and_half_a_proposal(cast: Cast, model: Any) -> None:
    record = build.a_draft(model, cast.edition)
    rows = model.objects.filter(pk=record.pk)
    now = timezone.now()
    for wrong in (
        {"proposed_by": cast.secretary_uk, "proposed_at": now, "published_by": cast.secretary_uk},
        {"proposed_by": cast.secretary_uk},
        {"proposed_at": now},
        {"proposed_for": now},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
    rows.update(proposed_by=cast.secretary_uk, proposed_at=now, published_by=cast.secretary_nl)


@pytest.mark.parametrize("model", publishable_models(), ids=lambda model: model.__name__)
def test_every_kind_of_record_goes_the_same_way(cast: Cast, model: Any) -> None:
    record = build.a_draft(model, cast.edition)
    assert not is_read_by(cast.public, record)
    assert is_read_by(cast.public, published(cast, record))
    publication.withdraw_publication(record=record, by=cast.secretary_nl, reason="Too early")
    assert not is_read_by(cast.public, record)


@pytest.mark.django_db(transaction=True)
def test_published_by_two_people_at_once_it_is_published_once() -> None:
    cast = assemble()
    colleague = build.an_account(build.a_person(cast.uk), is_staff=True)
    build.an_appointment(colleague, cast.dialogue, "secretary")
    item = publication.propose_publication(record=build.a_news_item(cast.dialogue), by=cast.secretary_uk)
    results = at_once(*[lambda by=by: publication.publish(record=item, by=by) for by in [cast.secretary_nl, colleague] * 3])
    assert sum(isinstance(result, NewsItem) for result in results) == 1
    assert acts(item) == ["proposed publication", "published"]
