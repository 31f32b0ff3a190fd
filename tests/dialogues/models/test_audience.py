"""The table of audiences, complete: every audience, every model that has one, every member of the cast."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from dialogues.models import (
    ActionItem,
    Audience,
    Commitment,
    ConsultationStructure,
    Dialogue,
    Edition,
    Engagement,
    Figure,
    InformationVersion,
    Initiative,
    NewsItem,
    OutcomeDocument,
    Paper,
    PreparationTask,
    ProgressSection,
    ReleasedSession,
    Result,
    Session,
    Statement,
    StructureAssessment,
    TemplateTask,
    Theme,
    WorkingGroup,
)
from dialogues.models.audience import AudienceBound
from dialogues.models.standing import at_one_instant
from dialogues.procedures.agenda import release_agenda
from parties.models import Party
from socportal import clock
from tests import build
from tests.cast import Cast

SECRETARIAT = {"secretary_uk", "secretary_nl"}
FOCAL_POINTS = {"focal_point_uk", "focal_point_nl", "deputy_nl"}
GROUP = {"group_member", "co_chair"}
PARTICIPANTS = {"delegate_uk", "delegate_nl", "other_group_member", "guest_speaker"} | GROUP
EVERYBODY = set(Cast.names())

READERS = {
    Audience.PUBLIC: EVERYBODY,
    Audience.DELEGATES: PARTICIPANTS | FOCAL_POINTS | SECRETARIAT,
    Audience.GROUP: GROUP | SECRETARIAT,
    Audience.PARTY: {"secretary_uk", "focal_point_uk"},
    Audience.SECRETARIAT: SECRETARIAT,
}


def _published(audience: str) -> dict[str, Any]:
    return {"audience": audience, "published_at": build.LONG_AGO if audience == Audience.PUBLIC else None}


def _session(cast: Cast, audience: str, **more: Any) -> Session:
    return build.a_session(
        cast.edition,
        audience=audience,
        title_en="Bait session",
        mandate=cast.group if audience == Audience.GROUP else None,
        party=cast.uk if audience == Audience.PARTY else None,
        **more,
    )


def _released(cast: Cast, audience: str, **more: Any) -> ReleasedSession:
    session = _session(cast, audience, **more)
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    return ReleasedSession.objects.get(session=session)


def _session_after_release(cast: Cast, audience: str, **more: Any) -> Session:
    return _released(cast, audience, **more).session


BAIT: dict[type[AudienceBound], Callable[..., Any]] = {
    ReleasedSession: _released,
    Session: _session_after_release,
    ActionItem: lambda cast, audience, **more: build.an_action_item(
        cast.edition, mandate=cast.group if audience == Audience.GROUP else None, **_published(audience), **more
    ),
    Theme: lambda cast, audience, **more: build.a_theme(cast.edition, **_published(audience), **more),
    Commitment: lambda cast, audience, **more: build.a_commitment(cast.edition, **_published(audience), **more),
    Result: lambda cast, audience, **more: build.a_result(cast.edition, **_published(audience), **more),
    Engagement: lambda cast, audience, **more: build.an_engagement(cast.dialogue, **_published(audience), **more),
    Initiative: lambda cast, audience, **more: build.an_initiative(cast.dialogue, **_published(audience), **more),
    OutcomeDocument: lambda cast, audience, **more: build.a_document(cast.edition, **_published(audience), **more),
    NewsItem: lambda cast, audience, **more: build.a_news_item(
        cast.dialogue, edition=cast.edition, **_published(audience), **more
    ),
    Figure: lambda cast, audience, **more: build.a_figure(cast.edition, **_published(audience), **more),
    Statement: lambda cast, audience, **more: build.a_statement(
        cast.dialogue, edition=cast.edition, **_published(audience), **more
    ),
    PreparationTask: lambda cast, audience, **more: build.a_task(cast.edition, **_published(audience), **more),
    TemplateTask: lambda cast, audience, **more: build.a_template_task(cast.dialogue, **_published(audience), **more),
    WorkingGroup: lambda cast, audience, **more: build.a_group(cast.dialogue, **_published(audience), **more),
    Paper: lambda cast, audience, **more: build.a_paper(
        cast.edition, cast.uk, audience=audience, mandate=cast.group if audience == Audience.GROUP else None, **more
    ),
    InformationVersion: lambda cast, audience, **more: InformationVersion.objects.create(
        edition=cast.edition, number=1, issued_by=cast.secretary_nl, audience=audience, **more
    ),
    ConsultationStructure: lambda cast, audience, **more: build.a_structure(cast.dialogue, **_published(audience), **more),
    StructureAssessment: lambda cast, audience, **more: build.an_assessment(
        build.a_structure(cast.dialogue, audience=Audience.PUBLIC, published_at=build.LONG_AGO), **_published(audience), **more
    ),
    ProgressSection: lambda cast, audience, **more: build.a_progress_section(
        build.a_progress_report(build.a_progress_round(cast.edition, cast.secretary_nl)), **_published(audience), **more
    ),
    Edition: lambda cast, audience, **more: _changed(cast.edition, **_published(audience), **more),
    Dialogue: lambda cast, audience, **more: _changed(cast.dialogue, **_published(audience), **more),
}
# What the database or the model does not allow: a theme of one group, an action item of one party, a public paper.
IMPOSSIBLE = {(Theme, Audience.GROUP), (ActionItem, Audience.PARTY), (Paper, Audience.PUBLIC)}
# An assessment is for the delegates or for the secretariat.
IMPOSSIBLE |= {(StructureAssessment, audience) for audience in (Audience.PUBLIC, Audience.GROUP, Audience.PARTY)}
# Practical information is for those who take part and for nobody else.
IMPOSSIBLE |= {(InformationVersion, audience) for audience in Audience if audience != Audience.DELEGATES}


def _changed(record: Any, **values: Any) -> Any:
    type(record).objects.filter(pk=record.pk).update(**values)
    record.refresh_from_db()
    return record


def expected(model: type[AudienceBound], audience: str) -> set[str]:
    readers = set(READERS[Audience(audience)])
    if audience == Audience.GROUP and not model.GROUP_PATH:
        readers = set(SECRETARIAT)  # no group to be a member of
    if audience == Audience.PARTY and not model.PARTY_PATH:
        readers = set()  # no party whose staff it could be for
    return readers


def test_every_audience_bound_model_stands_in_the_table() -> None:
    def below(cls: type) -> set[type]:
        return {cls} | {deeper for child in cls.__subclasses__() for deeper in below(child)}

    bound = {model for model in below(AudienceBound) if not model._meta.abstract}  # type: ignore[attr-defined]
    assert bound == set(BAIT)


@pytest.mark.parametrize("audience", list(Audience), ids=str)
@pytest.mark.parametrize("model", list(BAIT), ids=lambda model: model.__name__)
def test_who_reads_what(cast: Cast, model: type[AudienceBound], audience: str) -> None:
    if (model, audience) in IMPOSSIBLE:
        refusals = (
            r"theme_belongs_to_no_group|action_item_belongs_to_no_single_party"
            r"|paper_is_never_public|assessment_is_for_delegates|for_those_who_take_part|CHECK"
        )
        with pytest.raises(Exception, match=refusals):
            BAIT[model](cast, audience)
        return
    bait = BAIT[model](cast, audience)

    def readers() -> set[str]:
        return {name for name in Cast.names() if model.objects.visible_to(getattr(cast, name)).filter(pk=bait.pk).exists()}

    assert readers() == expected(model, audience)
    with at_one_instant():
        assert readers() == expected(model, audience)


@pytest.mark.parametrize("model", [model for model in BAIT if model not in {Session}], ids=lambda model: model.__name__)
@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.DELEGATES], ids=str)
def test_an_embargo_holds_everybody_but_the_secretariat_until_its_instant(
    cast: Cast, model: type[AudienceBound], audience: str
) -> None:
    if (model, audience) in IMPOSSIBLE:
        return
    lifted_at = timezone.now() + timedelta(days=1)
    bait = BAIT[model](cast, audience, embargo_until=lifted_at)

    def readers(at: Any) -> set[str]:
        return {name for name in Cast.names() if model.objects.visible_to(getattr(cast, name), at).filter(pk=bait.pk).exists()}

    assert readers(lifted_at - timedelta(seconds=1)) == SECRETARIAT
    assert readers(lifted_at) == expected(model, audience)
    with at_one_instant():  # another instant than that of the block is asked in full
        assert readers(clock.now()) == SECRETARIAT
        assert readers(lifted_at) == expected(model, audience)


def test_a_draft_of_something_public_is_read_by_the_secretariat_alone(cast: Cast) -> None:
    now = timezone.now()
    draft = build.a_commitment(cast.edition, audience=Audience.PUBLIC, published_at=None)
    scheduled = build.a_commitment(cast.edition, audience=Audience.PUBLIC, published_at=now + timedelta(hours=1))
    for bait in (draft, scheduled):
        readers = {n for n in Cast.names() if Commitment.objects.visible_to(getattr(cast, n), now).filter(pk=bait.pk).exists()}
        assert readers == SECRETARIAT
    later = now + timedelta(hours=1)
    assert Commitment.objects.visible_to(cast.public, later).filter(pk=scheduled.pk).exists()


def test_what_hangs_on_a_hidden_edition_is_hidden_with_it(cast: Cast) -> None:
    commitment = build.a_commitment(cast.edition, audience=Audience.PUBLIC, published_at=build.LONG_AGO)
    released = _released(cast, Audience.PUBLIC)
    _changed(cast.edition, audience=Audience.SECRETARIAT)
    for bait in (commitment, released):
        visible = type(bait).objects.visible_to
        assert {n for n in Cast.names() if visible(getattr(cast, n)).filter(pk=bait.pk).exists()} == SECRETARIAT


def test_a_session_that_was_never_released_is_the_secretariats_alone(cast: Cast) -> None:
    session = _session(cast, Audience.PUBLIC)
    readers = {n for n in Cast.names() if Session.objects.visible_to(getattr(cast, n)).filter(pk=session.pk).exists()}
    assert readers == SECRETARIAT


def test_a_proposed_action_is_for_those_who_negotiate_it(cast: Cast) -> None:
    item = build.an_action_item(cast.edition, status="proposed", mandate=cast.group)
    readers = {n for n in Cast.names() if ActionItem.objects.visible_to(getattr(cast, n)).filter(pk=item.pk).exists()}
    assert readers == SECRETARIAT | FOCAL_POINTS | {"co_chair"}


def test_rights_end_with_the_appointment(cast: Cast) -> None:
    session = _session(cast, Audience.SECRETARIAT)
    appointment = cast.secretary_uk.person.appointments.get()
    appointment.ends_on = timezone.now().date()
    appointment.save()
    tomorrow = timezone.now() + timedelta(days=1)
    assert Session.objects.visible_to(cast.secretary_uk).filter(pk=session.pk).exists()
    assert not Session.objects.visible_to(cast.secretary_uk, tomorrow).filter(pk=session.pk).exists()


def test_the_lead_is_the_hosts_secretary_unless_an_appointment_says_otherwise(cast: Cast) -> None:
    assert cast.edition.is_led_by(cast.secretary_nl)
    assert not cast.edition.is_led_by(cast.secretary_uk)
    build.an_appointment(cast.secretary_uk, cast.dialogue, "lead", starts_on=timezone.now().date())
    assert cast.edition.is_led_by(cast.secretary_uk)
    assert not cast.edition.is_led_by(cast.secretary_nl)


def test_the_register_of_people_is_the_secretaries_and_public_office_holders_are_everybodys(cast: Cast) -> None:
    from parties.models import Person

    minister = build.a_person(cast.uk, is_public_office_holder=True, office_source=build.a_source())
    official = build.a_person(cast.uk, name="Bait Official")
    for name in Cast.names():
        user = getattr(cast, name)
        seen = set(Person.objects.visible_to(user).filter(pk__in=[minister.pk, official.pk]).values_list("pk", flat=True))
        keepers = {"secretary_uk", "secretary_nl", "secretary_elsewhere"}
        assert seen == ({minister.pk, official.pk} if name in keepers else {minister.pk}), name


def test_party_staff_of_the_other_side_do_not_see_a_party_session_even_as_lead(cast: Cast) -> None:
    party: Party = cast.uk
    released = _released(cast, Audience.PARTY)
    assert released.party == party
    assert not ReleasedSession.objects.visible_to(cast.lead).filter(pk=released.pk).exists()


def test_a_participant_reads_for_ninety_days_after_the_last_day(cast: Cast) -> None:
    """A standing record of the delegates belongs to every edition; the one of last year closed on 18 March 2026."""
    group = build.a_group(cast.dialogue, audience=Audience.DELEGATES, published_at=None)

    def reads(day: datetime) -> bool:
        return WorkingGroup.objects.visible_to(cast.last_years_delegate, day).filter(pk=group.pk).exists()

    assert reads(datetime(2026, 6, 16, 12, tzinfo=UTC))
    assert not reads(datetime(2026, 6, 17, 12, tzinfo=UTC))
