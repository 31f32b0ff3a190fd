"""The public record through the pages of the admin: drafted, seen, published by a second person, corrected with its date."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.utils import timezone

from dialogues.admin.publication import PublishedAdmin, PublishedForm
from dialogues.models import (
    Appearance,
    Audience,
    Correction,
    Edition,
    Figure,
    JournalEntry,
    Lineage,
    NewsItem,
    OutcomeDocument,
    ProgressSection,
    Statement,
    Theme,
    publishable_models,
)
from dialogues.procedures import publication
from parties.models import Citation
from tests import build
from tests.cast import Cast
from tests.filling_in import filled_in
from tests.reading import words

MODELS = publishable_models()
BY_NAME = {"ids": lambda model: model.__name__}


def page(record: Any, view: str = "change") -> str:
    return f"/admin/{record._meta.app_label}/{record._meta.model_name}/{record.pk}/{view}/"


def step(record: Any, name: str) -> str:
    return page(record, f"step/{name}")


def listed(model: Any) -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


def save(client: Any, record: Any, **typed: Any) -> Any:
    """Open the record’s page, type, press “Save and continue”; the answer is the page that comes back."""
    form = filled_in(client.get(page(record)), f"{record._meta.model_name}_form")
    return client.post(page(record), {**form, **typed, "_continue": "1"}, follow=True)


def errors(answer: Any) -> dict[str, list[str]]:
    return {name: list(said) for name, said in answer.context["adminform"].form.errors.items()}


def proposed(cast: Cast, record: Any) -> Any:
    return publication.propose_publication(record=record, by=cast.secretary_uk)


def published(cast: Cast, record: Any) -> Any:
    return publication.publish(record=proposed(cast, record), by=cast.secretary_nl)


def in_two_languages(cast: Cast, **fields: Any) -> NewsItem:
    return build.a_news_item(cast.dialogue, title_nl="Nieuws", body_nl="Wat er gebeurde.", **fields)


# Every kind of record


@pytest.mark.parametrize("model", MODELS, **BY_NAME)
def test_every_kind_of_public_record_has_its_page_with_the_three_steps(model: Any) -> None:
    its_page = admin.site._registry[model]
    assert isinstance(its_page, PublishedAdmin) and issubclass(its_page.form, PublishedForm)
    three = ["propose", "publish", "withdraw"]
    assert [one.name for one in its_page.steps if one.name in three] == three
    assert its_page.form.needs_correction == (model is not Edition)


@pytest.mark.parametrize("model", MODELS, **BY_NAME)
def test_it_is_proposed_by_one_person_and_published_by_another_in_two_steps(cast: Cast, signed_in: Any, model: Any) -> None:
    record = build.a_draft(model, cast.edition)
    first, second = signed_in(cast.secretary_uk), signed_in(cast.secretary_nl)
    assert "published_at" not in filled_in(first.get(page(record)), f"{model._meta.model_name}_form")
    assert first.post(step(record, "propose")).status_code == 302
    refused = first.post(step(record, "publish"))
    assert refused.status_code == 409 and "You proposed it yourself" in refused.content.decode()
    question = second.get(step(record, "publish")).content.decode()
    assert "Everybody reads it at once" in question and f'href="{record.get_absolute_url()}"' in question
    assert second.post(step(record, "publish")).status_code == 302
    record.refresh_from_db()
    assert record.is_public() and record.published_by == cast.secretary_nl
    assert second.post(step(record, "withdraw"), {"reason": ""}).status_code == 200
    assert second.post(step(record, "withdraw"), {"reason": "Too early"}).status_code == 302
    record.refresh_from_db()
    assert not record.is_published
    acts = JournalEntry.objects.filter(object_id=record.pk, content_type__model=model._meta.model_name)
    assert list(acts.order_by("number").values_list("act", flat=True)) == [
        "proposed publication",
        "published",
        "withdrew publication",
    ]


@pytest.mark.parametrize("model", MODELS, **BY_NAME)
def test_what_is_public_is_never_deleted_and_a_draft_is_by_its_keeper_alone(cast: Cast, signed_in: Any, model: Any) -> None:
    draft, once_public = build.a_draft(model, cast.edition), build.a_draft(model, cast.edition, **DIFFERENT.get(model, {}))
    published(cast, once_public)
    keeper, stranger = signed_in(cast.secretary_nl), signed_in(cast.secretary_elsewhere)
    assert keeper.post(page(once_public, "delete"), {"post": "yes"}).status_code == 403
    publication.withdraw_publication(record=once_public, by=cast.secretary_nl, reason="Too early")
    assert keeper.post(page(once_public, "delete"), {"post": "yes"}).status_code == 403
    assert stranger.post(page(draft, "delete"), {"post": "yes"}).status_code in {302, 403}
    assert model.objects.filter(pk=draft.pk).exists()
    answer = keeper.post(page(draft, "delete"), {"post": "yes"})
    if model in {Edition, ProgressSection}:
        assert answer.status_code == 403  # delegations, checklist and journal hang on the one, consents on the other
    else:
        assert answer.status_code == 302 and not model.objects.filter(pk=draft.pk).exists()
        assert JournalEntry.objects.get(act="deleted").object_id == draft.pk
    assert model.objects.filter(pk=once_public.pk).exists()


DIFFERENT = {Edition: {"year": 2032}}


# Draft


def test_choosing_public_keeps_a_draft_and_no_time_can_be_posted(cast: Cast, signed_in: Any) -> None:
    said = {
        "dialogue": cast.dialogue.pk,
        "slug": "baited",
        "dated_on": "2026-05-04",
        "title_en": "Baited headline",
        "audience": "public",
        "published_at": "2020-01-01",
        "published_at_0": "2020-01-01",
        "published_at_1": "00:00",
        "published_by": cast.secretary_uk.pk,
        "proposed_by": cast.secretary_uk.pk,
    }
    assert signed_in(cast.secretary_nl).post("/admin/dialogues/newsitem/add/", said).status_code == 302
    item = NewsItem.objects.get()
    assert (item.audience, item.published_at, item.published_by, item.proposed_by) == (Audience.PUBLIC, None, None, None)
    assert not NewsItem.objects.visible_to(cast.public).exists()
    assert item.changed_en_at is not None and item.changed_nl_at is None


def test_a_draft_with_a_leftover_time_does_not_become_public_by_choosing_public(cast: Cast, signed_in: Any) -> None:
    item = build.a_news_item(cast.dialogue, audience=Audience.SECRETARIAT, published_at=build.LONG_AGO)
    answer = save(signed_in(cast.secretary_nl), item, audience="public")
    assert answer.status_code == 200 and answer.redirect_chain
    item.refresh_from_db()
    assert item.audience == Audience.PUBLIC and item.published_at is None


def test_only_audiences_that_somebody_belongs_to_are_offered(cast: Cast, signed_in: Any) -> None:
    form = signed_in(cast.secretary_nl).get("/admin/dialogues/theme/add/").context["adminform"].form
    assert {value for value, _label in form.fields["audience"].choices} == {"public", "delegates", "secretariat"}


def test_a_secretary_prepares_records_of_the_own_dialogues_only(cast: Cast, signed_in: Any) -> None:
    other = build.an_edition(build.a_dialogue(short_name_en="Baited dialogue"), year=2027, name_en="Baited edition")
    client = signed_in(cast.secretary_nl)
    for model in MODELS:
        blank = client.get(f"{listed(model)}add/")
        if model is ProgressSection:
            assert blank.status_code == 403  # drafted from a report alone
            continue
        form = blank.context["adminform"].form
        for name, record in (("edition", other), ("dialogue", other.dialogue)):
            if name in form.fields:
                assert record not in form.fields[name].queryset, (model, name)
    theirs = build.a_theme(other, audience="public", published_at=build.LONG_AGO)
    assert client.get(page(theirs)).status_code == 200
    assert client.post(page(theirs), {"name_en": "Taken"}).status_code == 403
    assert client.post(step(theirs, "withdraw"), {"reason": "x"}).status_code == 404


def test_a_record_does_not_mix_two_dialogues(cast: Cast, signed_in: Any) -> None:
    elsewhere = build.a_dialogue()
    build.an_appointment(cast.secretary_nl, elsewhere, "secretary")
    other = build.an_edition(elsewhere, name_en="Of elsewhere")
    said = {"dialogue": cast.dialogue.pk, "slug": "mixed", "dated_on": "2026-05-04", "title_en": "T", "audience": "public"}
    client = signed_in(cast.secretary_nl)
    answer = client.post("/admin/dialogues/newsitem/add/", {**said, "edition": other.pk})
    assert "belongs to another dialogue" in errors(answer)["edition"][0]
    commitment = build.a_commitment(cast.edition)
    answer = save(client, commitment, initiatives=[build.an_initiative(elsewhere).pk])
    assert "belongs to another dialogue" in errors(answer)["initiatives"][0]
    answer = save(client, commitment, themes=[build.a_theme(other).pk])
    assert "themes" in errors(answer)
    assert not NewsItem.objects.exists() and not commitment.themes.exists()


# Proposed, scheduled


def test_a_time_to_come_is_given_in_the_zone_of_the_page_and_publishes_by_the_clock(cast: Cast, signed_in: Any) -> None:
    theme_of_the_hague = build.an_edition(cast.dialogue, year=2031, audience="secretariat", published_at=None)
    question = signed_in(cast.secretary_uk).get(step(theme_of_the_hague, "propose")).content.decode()
    assert "Time in Europe/Amsterdam" in question
    answer = signed_in(cast.secretary_uk).post(step(theme_of_the_hague, "propose"), {"public_from": "2031-01-10T09:00"})
    assert answer.status_code == 302
    asked = words(signed_in(cast.secretary_nl).get(step(theme_of_the_hague, "publish")).content.decode())
    assert "10 January 2031, 09:00 in The Hague" in asked and "10 January 2031, 08:00 in London" in asked
    signed_in(cast.secretary_nl).post(step(theme_of_the_hague, "publish"))
    theme_of_the_hague.refresh_from_db()
    assert theme_of_the_hague.published_at.isoformat() == "2031-01-10T08:00:00+00:00"
    shown = signed_in(cast.secretary_nl).get(f"{listed(Edition)}?publication=scheduled").content.decode()
    assert "Scheduled for 10 January 2031, 08:00 UTC" in shown
    at = theme_of_the_hague.published_at
    visible = Edition.objects.visible_to
    assert not visible(cast.public, at - timedelta(seconds=1)).filter(year=2031).exists()
    assert visible(cast.public, at).filter(year=2031).exists()


def test_a_time_that_has_passed_or_is_none_is_refused_at_its_field(cast: Cast, signed_in: Any) -> None:
    item = build.a_news_item(cast.dialogue)
    client = signed_in(cast.secretary_uk)
    for nonsense in ("2020-01-01T09:00", "31 February", "2031-13-45T99:99", "\x00", "9" * 40):
        answer = client.post(step(item, "propose"), {"public_from": nonsense})
        assert answer.status_code == 200 and list(answer.context["form"].errors) == ["public_from"], nonsense
    answer = client.post(step(item, "propose"), {"public_from": "2020-01-01T09:00"})
    assert "This time has passed. Give a later one, or none." in answer.content.decode()
    item.refresh_from_db()
    assert item.proposed_by is None


def test_a_proposal_that_is_no_proposal_is_asked_for_again_and_breaks_nothing(cast: Cast, signed_in: Any) -> None:
    item = proposed(cast, build.a_news_item(cast.dialogue))
    client = signed_in(cast.secretary_nl)
    for nonsense in ("yesterday", "2026-01-01", "2026-99-99T00:00:00+00:00", "\x00"):
        assert client.post(step(item, "publish"), {"proposed_at": nonsense}).status_code == 200
    answer = client.post(step(item, "publish"), {"proposed_at": "2026-01-01T00:00:00+00:00"})
    assert answer.status_code == 409 and "proposed anew while you were reading" in answer.content.decode()
    item.refresh_from_db()
    assert not item.is_published


def test_what_was_read_is_what_is_published(cast: Cast, signed_in: Any) -> None:
    item = proposed(cast, build.a_news_item(cast.dialogue))
    client = signed_in(cast.secretary_nl)
    read = client.get(step(item, "publish")).context["form"].initial
    assert client.post(step(item, "publish"), read).status_code == 302
    item.refresh_from_db()
    assert item.is_public()


def test_the_question_warns_of_a_hidden_edition_a_language_behind_and_a_missing_source(cast: Cast, signed_in: Any) -> None:
    hidden = build.an_edition(cast.dialogue, year=2031, name_en="Edition to come", audience="secretariat", published_at=None)
    theme = proposed(cast, build.a_theme(hidden))
    text = words(signed_in(cast.secretary_nl).get(step(theme, "publish")).content.decode())
    assert "Edition to come is not public at that time" in text
    assert "Dutch behind: there is no text for name, Dutch" in text
    assert "No field of it cites a source." in text
    Citation.objects.create(record=theme, field="name", source=build.a_source())
    Theme.objects.filter(pk=theme.pk).update(name_nl="Thema")
    text = words(signed_in(cast.secretary_nl).get(step(theme, "publish")).content.decode())
    assert "It cites a source." in text and "Both languages say the same." in text


def test_a_proposed_draft_that_is_changed_loses_its_proposal_and_the_page_says_so(cast: Cast, signed_in: Any) -> None:
    item = proposed(cast, build.a_news_item(cast.dialogue))
    untouched = save(signed_in(cast.secretary_nl), item)
    assert "propose it anew" not in untouched.content.decode()
    item.refresh_from_db()
    assert item.proposed_by == cast.secretary_uk
    answer = save(signed_in(cast.secretary_nl), item, title_en="Another headline")
    assert "It was proposed for publication and has changed since: propose it anew." in words(answer.content.decode())
    item.refresh_from_db()
    assert item.proposed_by is None
    assert signed_in(cast.secretary_nl).post(step(item, "publish")).status_code == 409


# Corrected


def test_a_public_text_is_not_changed_without_saying_what_is_corrected(cast: Cast, signed_in: Any) -> None:
    item = published(cast, in_two_languages(cast))
    client = signed_in(cast.secretary_uk)
    answer = save(client, item, title_en="Corrected headline")
    assert errors(answer) == {"correction_en": ["It is public: say in a sentence what is corrected."]}
    assert "Corrected headline" in answer.content.decode()  # what was typed is kept
    answer = save(client, item, title_en="Corrected headline", correction_nl="Titel verbeterd.")
    assert errors(answer) == {"correction_en": ["Say it in English too."]}
    answer = save(client, item, dated_on="2026-05-05")
    assert "correction_en" in errors(answer)
    item.refresh_from_db()
    assert item.title_en != "Corrected headline" and not Correction.objects.exists()

    answer = save(
        client, item, title_en="Corrected headline", correction_en="The title is right now.", correction_nl="Zo klopt de titel."
    )
    assert "The title is right now." in words(answer.content.decode())  # the list of corrections made
    item.refresh_from_db()
    correction = Correction.objects.of(item).get()
    assert (item.title_en, correction.note_nl, correction.by) == ("Corrected headline", "Zo klopt de titel.", cast.secretary_uk)
    assert correction.at.date() == timezone.now().date() and item.is_public()
    details = list(JournalEntry.objects.order_by("-number").values_list("act", "details")[:2])
    assert details == [("corrected", {}), ("changed", {"fields": ["title_en"]})]


def test_the_error_is_said_in_the_language_of_whoever_saves(cast: Cast, signed_in: Any) -> None:
    item = published(cast, in_two_languages(cast))
    client = signed_in(cast.secretary_nl)
    client.cookies["django_language"] = "nl"
    answer = save(client, item, title_nl="Andere kop")
    assert list(errors(answer)) == ["correction_en"]
    assert '<html lang="nl"' in answer.content.decode()


def test_what_readers_do_not_see_changes_without_a_correction(cast: Cast, signed_in: Any) -> None:
    commitment = published(cast, build.a_commitment(cast.edition, summary_nl="Belofte", strength_nl="afgesproken"))
    client = signed_in(cast.secretary_nl)
    answer = save(client, commitment, position="7", themes=[build.a_theme(cast.edition).pk])
    assert answer.redirect_chain and not Correction.objects.exists()
    commitment.refresh_from_db()
    assert (commitment.position, commitment.themes.count()) == (7, 1)


def test_a_wrong_number_is_corrected_in_the_open_too(cast: Cast, signed_in: Any) -> None:
    figure = published(cast, build.a_figure(cast.edition))
    answer = save(signed_in(cast.secretary_nl), figure, value="999")
    assert "correction_en" in errors(answer)
    save(signed_in(cast.secretary_nl), figure, value="999", correction_en="The number was misread.")
    assert Figure.objects.get().value == 999 and Correction.objects.count() == 1


def test_the_page_of_an_edition_changes_freely_and_may_carry_a_correction(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_nl)
    assert save(client, cast.edition, city_en="Rotterdam").redirect_chain
    assert not Correction.objects.exists()
    save(client, cast.edition, city_en="The Hague", correction_en="The city is The Hague after all.")
    assert Correction.objects.of(cast.edition).get().note_en == "The city is The Hague after all."


def test_who_reads_it_its_embargo_and_its_address_are_fixed_once_it_is_public(cast: Cast, signed_in: Any) -> None:
    item = published(cast, in_two_languages(cast))
    client = signed_in(cast.secretary_nl)
    form = filled_in(client.get(page(item)), "newsitem_form")
    assert not {"audience", "slug", "embargo_until_0"} & set(form)
    save(client, item, audience="secretariat", slug="moved", embargo_until_0="2099-01-01", embargo_until_1="00:00")
    before = (item.audience, item.slug, item.embargo_until)
    item.refresh_from_db()
    assert (item.audience, item.slug, item.embargo_until) == before


def test_a_save_over_somebodys_newer_version_shows_both(cast: Cast, signed_in: Any) -> None:
    item = published(cast, in_two_languages(cast))
    first, second = signed_in(cast.secretary_uk), signed_in(cast.secretary_nl)
    form = filled_in(first.get(page(item)), "newsitem_form")
    save(second, item, lead_en="Theirs", correction_en="Lead added.")
    answer = first.post(page(item), {**form, "lead_en": "Mine", "correction_en": "Lead added."})
    text = answer.content.decode()
    assert answer.status_code == 200 and "stored now “Theirs”; you typed “Mine”" in text
    assert NewsItem.objects.get().lead_en == "Theirs" and Correction.objects.count() == 1


def test_a_draft_that_was_published_while_one_typed_asks_for_the_correction(cast: Cast, signed_in: Any) -> None:
    item = proposed(cast, in_two_languages(cast))
    client = signed_in(cast.secretary_uk)
    form = filled_in(client.get(page(item)), "newsitem_form")
    publication.publish(record=item, by=cast.secretary_nl)
    answer = client.post(page(item), {**form, "title_en": "Typed before"})
    assert answer.status_code == 200
    item.refresh_from_db()
    assert item.title_en != "Typed before" and item.is_public()


# Two languages


def test_the_list_shows_and_finds_the_language_that_is_behind(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_nl)
    level = in_two_languages(cast, title_en="Level")
    dutch = in_two_languages(cast, title_en="Dutch older")
    english = in_two_languages(cast, title_en="English older")
    untranslated = build.a_news_item(cast.dialogue, title_en="Untranslated")
    save(client, dutch, body_en="It went otherwise.")
    save(client, english, body_nl="Het ging anders.")

    def found(behind: str) -> set[str]:
        return {item.title_en for item in client.get(f"{listed(NewsItem)}?behind={behind}").context["cl"].queryset}

    assert found("nl") == {dutch.title_en, untranslated.title_en}
    assert found("en") == {english.title_en}
    assert found("none") == {level.title_en}
    for item in NewsItem.objects.all():
        assert item.title_en in found(item.language_behind or "none")
    text = words(client.get(f"{listed(NewsItem)}?behind=nl").content.decode())
    assert text.count("Dutch behind") >= 2 and "icon-half" in client.get(listed(NewsItem)).content.decode()


def test_the_page_says_which_language_is_behind_and_a_tick_clears_it(cast: Cast, signed_in: Any) -> None:
    item = in_two_languages(cast)
    client = signed_in(cast.secretary_nl)
    answer = save(client, item, body_en="It went otherwise.")
    assert "Dutch behind: the other language was changed on" in words(answer.content.decode())
    answer = save(client, item, says_the_same="on")
    assert "Dutch behind" not in words(answer.content.decode())
    item.refresh_from_db()
    assert item.language_behind == "" and item.changed_en_at == item.changed_nl_at
    fields = [entry.details["fields"] for entry in JournalEntry.objects.filter(act="changed").order_by("number")]
    assert fields == [["body_en"], ["changed_en_at", "changed_nl_at"]]
    save(client, item, title_en="Typo mended", says_the_same="on")  # in the same save as the change
    item.refresh_from_db()
    assert item.language_behind == ""


def test_a_tick_alone_changes_no_proposal(cast: Cast, signed_in: Any) -> None:
    item = in_two_languages(cast)
    save(signed_in(cast.secretary_nl), item, body_en="It went otherwise.")
    proposed(cast, item)
    save(signed_in(cast.secretary_nl), item, says_the_same="on")
    item.refresh_from_db()
    assert item.proposed_by == cast.secretary_uk and item.language_behind == ""


def test_a_translation_that_comes_later_has_caught_up(cast: Cast, signed_in: Any) -> None:
    item = build.a_news_item(cast.dialogue)
    client = signed_in(cast.secretary_nl)
    assert "there is no text for title, Dutch; text, Dutch" in words(client.get(page(item)).content.decode())
    save(client, item, title_nl="Nieuws")
    item.refresh_from_db()
    assert item.language_behind == "nl"
    save(client, item, body_nl="Wat er gebeurde.")
    item.refresh_from_db()
    assert item.language_behind == ""


# Where it was read


def test_a_record_says_below_its_texts_which_source_states_which_field(cast: Cast, signed_in: Any) -> None:
    item, source = proposed(cast, in_two_languages(cast)), build.a_source(title="A published text")
    client = signed_in(cast.secretary_nl)
    rows = "parties-citation-content_type-object_id"
    row = {f"{rows}-TOTAL_FORMS": "1", f"{rows}-0-source": source.pk, f"{rows}-0-note_en": "Read from a date"}
    answer = save(client, item, **row, **{f"{rows}-0-field": "no such field"})
    assert answer.status_code == 200 and not Citation.objects.exists()
    assert save(client, item, **row, **{f"{rows}-0-field": "dated_on"}).redirect_chain
    citation = Citation.objects.of(item).get()
    assert (citation.field, citation.source, citation.note_en) == ("dated_on", source, "Read from a date")
    assert JournalEntry.objects.get(act="changed").details == {"fields": ["citations"]}
    item.refresh_from_db()
    assert item.proposed_by is None  # what the second person would publish is no longer what was proposed
    form = filled_in(client.get(page(item)), "newsitem_form")
    save(signed_in(cast.secretary_uk), item, **{f"{rows}-0-note_en": "Theirs"})
    answer = client.post(page(item), {**form, f"{rows}-0-note_en": "Mine"})
    assert "stored now “Theirs”; you typed “Mine”" in answer.content.decode()
    save(client, item, **{f"{rows}-0-DELETE": "on"})
    assert not Citation.objects.exists()


def test_citations_of_what_one_does_not_keep_are_not_changed(cast: Cast, signed_in: Any) -> None:
    item = published(cast, in_two_languages(cast))
    Citation.objects.create(record=item, field="title", source=build.a_source())
    client = signed_in(cast.secretary_elsewhere)
    text = client.get(page(item)).content.decode()
    assert "content_type-object_id-0-DELETE" not in text and "content_type-object_id-0-field" not in text
    rows = "parties-citation-content_type-object_id"
    taken = {f"{rows}-TOTAL_FORMS": "1", f"{rows}-INITIAL_FORMS": "1", f"{rows}-0-DELETE": "on"}
    assert client.post(page(item), taken).status_code == 403
    assert Citation.objects.of(item).count() == 1


# States in the list


def test_every_state_has_its_word_its_shape_and_its_filter(cast: Cast, signed_in: Any) -> None:
    ahead = timezone.now() + timedelta(days=3)
    drafts = {
        "draft": build.a_news_item(cast.dialogue),
        "proposed": proposed(cast, build.a_news_item(cast.dialogue)),
        "scheduled": published(cast, build.a_news_item(cast.dialogue, embargo_until=ahead)),
        "public": published(cast, build.a_news_item(cast.dialogue)),
    }
    client = signed_in(cast.secretary_nl)
    shapes = {"draft": "icon-ring", "proposed": "icon-attention", "scheduled": "icon-half", "public": "icon-done"}
    for state, item in drafts.items():
        answer = client.get(f"{listed(NewsItem)}?publication={state}")
        assert list(answer.context["cl"].queryset) == [item]
        row = answer.content.decode().split('class="field-state', 1)[1].split("</td>", 1)[0]
        assert shapes[state] in row and state in words(row).lower()
    for nonsense in ("publication=zz", "behind=zz", "publication=%00"):
        assert client.get(f"{listed(NewsItem)}?{nonsense}").status_code in {200, 302, 400}


# Records that are not published by themselves


def test_an_appearance_is_kept_by_whoever_keeps_what_it_hangs_on(cast: Cast, signed_in: Any) -> None:
    engagement = build.an_engagement(cast.dialogue, audience="public", published_at=build.LONG_AGO)
    minister = build.a_person(cast.uk, name="Ms A. Minister", is_public_office_holder=True, office_source=build.a_source())
    at_edition = build.an_appearance(cast.edition, person=minister)
    at_engagement = build.an_appearance(None, engagement=engagement, person=minister)
    keeper, stranger = signed_in(cast.secretary_nl), signed_in(cast.secretary_elsewhere)
    for one in (at_edition, at_engagement):
        assert save(keeper, one, role_en="Minister at the time").redirect_chain
        assert stranger.get(page(one)).status_code == 200  # it is public, to be read
        assert stranger.post(page(one), {"role_en": "Taken"}).status_code == 403
    assert set(Appearance.objects.values_list("role_en", flat=True)) == {"Minister at the time"}
    form = stranger.get("/admin/dialogues/appearance/add/").context["adminform"].form
    assert cast.edition not in form.fields["edition"].queryset
    assert engagement not in form.fields["engagement"].queryset


def test_an_appearance_names_one_occasion_and_a_public_office_holder_or_nobody(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_nl)
    said = {"role_en": "Minister", "occasion_en": "took part"}
    add = "/admin/dialogues/appearance/add/"
    engagement = build.an_engagement(cast.dialogue)
    both = {"edition": cast.edition.pk, "engagement": engagement.pk}
    for where in ({}, both):
        assert "Name the edition or the engagement, one of them." in errors(client.post(add, {**said, **where}))["__all__"]
    official = build.a_person(cast.uk, name="Bait Official")
    answer = client.post(add, {**said, "edition": cast.edition.pk, "person": official.pk})
    assert "Only a public office-holder with a cited source is named." in errors(answer)["person"][0]
    assert client.post(add, {**said, "edition": cast.edition.pk}).status_code == 302
    assert Appearance.objects.get().person is None
    assert JournalEntry.objects.get(act="created").edition == cast.edition


def test_a_speech_is_given_by_a_public_office_holder_only(cast: Cast, signed_in: Any) -> None:
    document = build.a_document(cast.edition, kind="speech")
    official = build.a_person(cast.uk, name="Bait Official")
    assert "speaker" in errors(save(signed_in(cast.secretary_nl), document, speaker=official.pk))
    assert OutcomeDocument.objects.get().speaker is None


def test_lineage_leads_from_an_earlier_edition_to_this_one_and_is_confirmed_with_its_day(cast: Cast, signed_in: Any) -> None:
    last_year = Edition.objects.get(dialogue=cast.dialogue, year=2026)
    earlier, later = build.a_theme(last_year, name_en="Ports"), build.a_theme(cast.edition, name_en="Harbours")
    add = "/admin/dialogues/lineage/add/"
    said = {"edition": cast.edition.pk, "kind": "continues", "earlier_theme": earlier.pk, "later_theme": later.pk}
    client = signed_in(cast.secretary_nl)
    labels = [str(label) for _value, label in client.get(add).context["adminform"].form.fields["earlier_theme"].choices]
    assert "Ports, 2026" in labels and "Harbours, 2027" in labels
    assert set(errors(client.post(add, {**said, "earlier_theme": later.pk, "later_theme": earlier.pk}))) == {
        "earlier_theme",
        "later_theme",
    }
    assert "What is new has no earlier group or theme" in str(errors(client.post(add, {**said, "kind": "new"})))
    assert client.post(add, said).status_code == 302
    lineage = Lineage.objects.get()
    save(client, lineage, confirmed_on="2026-05-04")
    lineage.refresh_from_db()
    assert lineage.confirmed_on is None  # that is a step of its own
    said = {"confirmed_on": "2026-05-04", "reference": "PM 3"}
    for secretary in (cast.secretary_nl, cast.secretary_uk):
        client = signed_in(secretary)
        client.post(f"/admin/dialogues/lineage/{lineage.pk}/step/confirm/", said)
    lineage.refresh_from_db()
    assert lineage.confirmed_on == date(2026, 5, 4)
    assert client.get("/admin/dialogues/lineage/?confirmed=yes").context["cl"].result_count == 1
    assert client.get("/admin/dialogues/lineage/?confirmed=no").context["cl"].result_count == 0
    assert signed_in(cast.secretary_elsewhere).post(page(lineage), {"kind": "new"}).status_code in {302, 403}


def test_whose_words_a_view_is_can_be_chosen_by_name_and_must_be(cast: Cast, signed_in: Any) -> None:
    minister = build.a_person(cast.uk, name="Ms A. Minister", is_public_office_holder=True, office_source=build.a_source())
    appearance = build.an_appearance(cast.edition, person=minister, role_en="Minister")
    client = signed_in(cast.secretary_nl)
    add = "/admin/dialogues/statement/add/"
    labels = [str(label) for _value, label in client.get(add).context["adminform"].form.fields["said_by"].choices]
    assert any("Ms A. Minister, Minister" in label for label in labels)
    said = {"dialogue": cast.dialogue.pk, "kind": "view", "position": 1, "text_en": "It works.", "audience": "secretariat"}
    assert "Name who said it." in str(errors(client.post(add, said)))
    assert client.post(add, {**said, "said_by": appearance.pk}).status_code == 302
    assert Statement.objects.get().said_by == appearance


def test_a_draft_that_others_point_to_is_not_deleted_and_what_points_to_it_is_not_named(cast: Cast, signed_in: Any) -> None:
    theme = build.a_theme(cast.edition, name_en="Pointed to")
    build.a_lineage(cast.edition, kind="new", later_theme=theme, note_en="Baited note")
    client = signed_in(cast.secretary_nl)
    for answer in (client.get(page(theme, "delete")), client.post(page(theme, "delete"), {"post": "yes"})):
        text = answer.content.decode()
        assert answer.status_code == 200 and "Other records point to it: take that away first." in text
        assert "Baited note" not in text
    assert Theme.objects.filter(pk=theme.pk).exists()


def test_where_to_find_them_in_the_admin(cast: Cast, signed_in: Any) -> None:
    sections = signed_in(cast.secretary_nl).get("/admin/").context["available_apps"]
    names = {str(section["name"]): [model["object_name"] for model in section["models"]] for section in sections}
    assert names["Public record"] == [
        *("NewsItem", "OutcomeDocument", "Engagement", "Initiative", "ConsultationStructure"),
        *("Theme", "Lineage", "Figure", "Statement", "Appearance"),
    ]
    shown = {name for listed_names in names.values() for name in listed_names}
    assert {model.__name__ for model in MODELS} <= shown
