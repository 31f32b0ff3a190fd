"""From a party's draft to a registration: who may, when, and what stands in the way (workflows §4.2)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from dialogues.models import (
    Delegation,
    Edition,
    JournalEntry,
    Nomination,
    NominationConsent,
    OutgoingMessage,
    Registration,
)
from dialogues.procedures import delegations, nominations
from dialogues.procedures.acceptance import accept, accept_checks, give_back
from dialogues.procedures.nomination_checks import doubles, missing, over_quota
from dialogues.procedures.nomination_rounds import extend_deadline, open_round
from dialogues.procedures.steps import StepRefused
from parties.models import User
from socportal import clock
from tests import build
from tests.cast import Cast

DEADLINE = datetime(2027, 2, 9, 11, tzinfo=UTC)  # 12:00 in The Hague, five weeks before


@pytest.fixture
def ours(cast: Cast) -> Delegation:
    """The delegation of the United Kingdom, with nominations open."""
    build.a_round(cast.edition, closes_at=DEADLINE)
    return build.a_delegation(cast.edition, cast.uk)


def somebody(cast: Cast, **fields: Any) -> dict[str, Any]:
    n = build.number()
    return {
        "name": f"Ms N. Nominee {n}",
        "post_en": "Head of unit",
        "organisation": build.an_organisation(cast.uk),
        "email": f"nominee{n}@example.org",
        "mandates": [cast.group],
        **fields,
    }


def submitted(cast: Cast, delegation: Delegation, **fields: Any) -> Nomination:
    nomination = nominations.draft(delegation=delegation, by=cast.focal_point_uk, **somebody(cast, **fields))
    return nominations.submit(nomination=nomination, by=cast.focal_point_uk)


def accepted(cast: Cast, delegation: Delegation, **fields: Any) -> Nomination:
    nomination = submitted(cast, delegation, **fields)
    accept(nomination=nomination, by=cast.secretary_nl)
    return Nomination.objects.get(pk=nomination.pk)


def test_a_party_nominates_the_secretariat_accepts_and_the_person_has_a_way_in(cast: Cast, ours: Delegation) -> None:
    nomination = submitted(cast, ours, email="New.Person@Example.org", language="nl")
    assert nomination.status == "submitted"
    registration = accept(nomination=nomination, by=cast.secretary_nl)
    account = User.objects.get(email="new.person@example.org")
    assert (registration.status, registration.category, registration.person) == ("invited", "delegate", account.person)
    assert list(registration.mandates.all()) == [cast.group]
    assert not account.has_usable_password()
    message = OutgoingMessage.objects.get(recipient=account)
    assert (message.lang, message.released_at) == ("nl", None)
    assert "Nominee" not in message.subject
    acts = list(JournalEntry.objects.order_by("number").values_list("act", flat=True))
    assert acts == ["drafted nomination", "submitted nomination", "opened account", "accepted nomination"]


def test_a_draft_is_seen_by_its_own_focal_points_and_nobody_else(cast: Cast, ours: Delegation) -> None:
    nominations.draft(delegation=ours, by=cast.focal_point_uk, name="Half a name", category="expert")

    def readers() -> set[str]:
        return {name for name in Cast.names() if Nomination.objects.visible_to(getattr(cast, name)).exists()}

    assert readers() == {"focal_point_uk"}
    draft = Nomination.objects.get()
    nominations.amend(nomination=draft, by=cast.focal_point_uk, **somebody(cast, category="delegate"))
    nominations.submit(nomination=draft, by=cast.focal_point_uk)
    assert readers() == {"focal_point_uk", "secretary_uk", "secretary_nl"}
    Nomination.objects.update(category="observer")
    assert readers() == {"focal_point_uk", "secretary_uk", "secretary_nl", "focal_point_nl", "deputy_nl"}


@pytest.mark.parametrize(
    "name",
    ["delegate_uk", "focal_point_nl", "deputy_nl", "secretary_uk", "secretary_nl", "technician", "stranger", "co_chair"],
)
def test_nobody_but_the_partys_focal_point_nominates(cast: Cast, ours: Delegation, name: str) -> None:
    with pytest.raises(StepRefused, match="Only United Kingdom’s focal point or deputy"):
        nominations.draft(delegation=ours, by=getattr(cast, name), **somebody(cast))


@pytest.mark.parametrize(
    ("without", "sentence"),
    [
        ("name", "The name as it stands on the badge is missing."),
        ("post_en", "The post is missing."),
        ("organisation", "The organisation is missing."),
        ("email", "The official e-mail address is missing."),
        ("mandates", "The working group is missing."),
    ],
)
def test_an_incomplete_draft_is_kept_and_not_submitted(cast: Cast, ours: Delegation, without: str, sentence: str) -> None:
    said = somebody(cast, **{without: {"organisation": None, "mandates": []}.get(without, "")})
    if without == "name":  # the smallest draft has a name; it can be taken out again
        draft = nominations.draft(delegation=ours, by=cast.focal_point_uk, **{**said, "name": "Somebody"})
        Nomination.objects.filter(pk=draft.pk).update(name="")
    else:
        draft = nominations.draft(delegation=ours, by=cast.focal_point_uk, **said)
    draft = Nomination.objects.get(pk=draft.pk)
    assert missing(draft) == [sentence]
    with pytest.raises(StepRefused) as refusal:
        nominations.submit(nomination=draft, by=cast.focal_point_uk)
    assert [reason.text for reason in refusal.value.reasons] == [sentence]
    if without != "mandates":
        with pytest.raises(IntegrityError, match=r"nomination_is_complete_once_submitted|CHECK"), transaction.atomic():
            Nomination.objects.filter(pk=draft.pk).update(status="submitted")


def test_an_alternate_says_for_whom_and_follows_that_person(cast: Cast, ours: Delegation) -> None:
    head = submitted(cast, ours, category="head", mandates=[])
    draft = nominations.draft(delegation=ours, by=cast.focal_point_uk, **somebody(cast, category="alternate", mandates=[]))
    assert missing(draft) == ["An alternate stands for somebody: say for whom."]
    nominations.amend(nomination=draft, by=cast.focal_point_uk, alternate_for=head)
    nominations.submit(nomination=draft, by=cast.focal_point_uk)
    with pytest.raises(StepRefused, match="Accept the person first"):
        accept(nomination=draft, by=cast.secretary_nl)
    of_head = accept(nomination=head, by=cast.secretary_nl)
    assert accept(nomination=draft, by=cast.secretary_nl).alternate_for == of_head


def test_the_same_person_twice_is_refused_by_address_and_by_name_and_organisation(cast: Cast, ours: Delegation) -> None:
    first = submitted(cast, ours, name="Ms A. Example", email="a.example@example.org")
    by_address = nominations.draft(delegation=ours, by=cast.focal_point_uk, **somebody(cast, email="A.EXAMPLE@example.org"))
    by_name = nominations.draft(
        delegation=ours,
        by=cast.focal_point_uk,
        **somebody(cast, name="ms a. example", organisation=first.organisation),
    )
    assert "e-mail address" in doubles(by_address)[0]
    assert "name and organisation" in doubles(by_name)[0]
    for double in (by_address, by_name):
        with pytest.raises(StepRefused, match="nominated in your delegation already"):
            nominations.submit(nomination=double, by=cast.focal_point_uk)
    nominations.withdraw(nomination=first, by=cast.focal_point_uk)
    assert nominations.submit(nomination=by_address, by=cast.focal_point_uk).status == "submitted"


def test_a_delegation_has_one_head(cast: Cast, ours: Delegation) -> None:
    accepted(cast, ours, category="head", mandates=[])
    with pytest.raises(StepRefused, match="has a head already"):
        submitted(cast, ours, category="head", mandates=[])
    head = Registration.objects.get(delegation=ours, category="head")
    other = Registration.objects.get(person=cast.delegate_uk.person)
    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.objects.filter(pk=other.pk).update(category="head", delegation=head.delegation)


def test_more_than_agreed_asks_for_a_reason_and_does_not_block(cast: Cast, ours: Delegation) -> None:
    ours.seats = 1
    ours.save()
    build.a_quota(ours, category="delegate", seats=1)
    build.a_quota(ours, mandate=cast.group, seats=1)
    submitted(cast, ours)
    second = nominations.draft(delegation=ours, by=cast.focal_point_uk, **somebody(cast))
    assert over_quota(second) == [
        "2 in the delegation; 1 agreed.",
        f"2 as “{cast.group.working_group}”; 1 agreed.",
        "2 as “delegate”; 1 agreed.",
    ]
    with pytest.raises(StepRefused, match="Give a reason, or withdraw somebody"):
        nominations.submit(nomination=second, by=cast.focal_point_uk)
    nominations.submit(nomination=second, by=cast.focal_point_uk, over_quota_reason="Two laws are discussed.")
    second.refresh_from_db()
    assert [check.level for check in accept_checks(second, cast.secretary_nl)] == ["warns"] * 3
    assert accept(nomination=second, by=cast.secretary_nl).status == "invited"
    interpreter = nominations.draft(delegation=ours, by=cast.focal_point_uk, **somebody(cast, category="support", mandates=[]))
    assert over_quota(interpreter) == []  # an interpreter takes no seat


def test_after_the_deadline_it_waits_for_the_lead_and_his_reason(cast: Cast, ours: Delegation) -> None:
    with clock.told_at(DEADLINE - timedelta(seconds=1)):
        assert submitted(cast, ours).status == "submitted"
    with clock.told_at(DEADLINE + timedelta(seconds=1)):
        late = submitted(cast, ours)
        assert (late.status, late.is_late) == ("late_pending", True)
        with pytest.raises(StepRefused, match="the secretariat lead accepts it"):
            accept(nomination=late, by=cast.secretary_uk, late_reason="A new office.")
        with pytest.raises(StepRefused, match="Say why"):
            accept(nomination=late, by=cast.lead)
        accept(nomination=late, by=cast.lead, late_reason="A new office.")
    assert Nomination.objects.get(pk=late.pk).late_reason == "A new office."


def test_nobody_is_accepted_into_an_edition_that_was_called_off(cast: Cast, ours: Delegation) -> None:
    nomination = submitted(cast, ours)
    for status in ("cancelled", "archived"):
        Edition.objects.filter(pk=cast.edition.pk).update(status=status)
        with pytest.raises(StepRefused, match=rf"^{cast.edition} is {status}: nothing more is settled in it\.$"):
            accept(nomination=nomination, by=cast.lead)
    assert not Registration.objects.filter(delegation=ours, person__name=nomination.name).exists()
    # One that has only closed still takes in who came late.
    Edition.objects.filter(pk=cast.edition.pk).update(
        status="closed", opens_on=date(2026, 11, 10), closes_on=date(2026, 11, 11)
    )
    assert accept(nomination=nomination, by=cast.lead, late_reason="Came on the day").person.name == nomination.name


def test_one_party_is_given_longer_and_told(cast: Cast, ours: Delegation) -> None:
    until = DEADLINE + timedelta(days=7)
    with pytest.raises(StepRefused, match="All parties have until then"):
        extend_deadline(delegation=ours, until=DEADLINE, reason="Elections.", by=cast.secretary_nl)
    with pytest.raises(StepRefused, match="The edition opens on 16 March 2027"):
        extend_deadline(delegation=ours, until=DEADLINE + timedelta(days=35), reason="Elections.", by=cast.secretary_nl)
    extend_deadline(delegation=ours, until=until, reason="Elections.", by=cast.secretary_nl)
    assert list(OutgoingMessage.objects.values_list("recipient", flat=True)) == [cast.focal_point_uk.pk]
    ours.refresh_from_db()
    with clock.told_at(until - timedelta(hours=1)):
        assert submitted(cast, ours).status == "submitted"
    with clock.told_at(until + timedelta(hours=1)):
        assert submitted(cast, ours).status == "late_pending"


def test_nominations_open_in_preparation_and_close_before_the_opening(cast: Cast) -> None:
    opens = datetime(2027, 3, 16, 8, tzinfo=UTC)
    with pytest.raises(StepRefused, match="Give an earlier deadline"):
        open_round(edition=cast.edition, closes_at=opens, by=cast.secretary_nl)
    with pytest.raises(StepRefused, match="That deadline has passed"):
        open_round(edition=cast.edition, closes_at=datetime(2026, 1, 1, tzinfo=UTC), by=cast.secretary_nl)
    with pytest.raises(StepRefused, match="Only a current secretary"):
        open_round(edition=cast.edition, closes_at=DEADLINE, by=cast.focal_point_nl)
    ours = build.a_delegation(cast.edition, cast.uk)
    with pytest.raises(StepRefused, match="has not opened nominations"):
        nominations.draft(delegation=ours, by=cast.focal_point_uk, **somebody(cast))
    open_round(edition=cast.edition, closes_at=DEADLINE, by=cast.secretary_nl, categories=["head", "delegate"])
    assert set(cast.edition.delegations.values_list("party__code", flat=True)) == {"UK", "NL"}
    with pytest.raises(StepRefused, match="not among the categories"):
        submitted(cast, ours, category="adviser")
    open_round(edition=cast.edition, closes_at=DEADLINE + timedelta(days=1), by=cast.secretary_uk)
    assert submitted(cast, ours, category="adviser").status == "submitted"
    Edition.objects.filter(pk=cast.edition.pk).update(status="planned")
    with pytest.raises(StepRefused, match="in preparation"):
        open_round(edition=Edition.objects.get(pk=cast.edition.pk), closes_at=DEADLINE, by=cast.secretary_nl)


def test_what_is_given_back_says_what_is_missing_and_comes_again(cast: Cast, ours: Delegation) -> None:
    nomination = submitted(cast, ours)
    with pytest.raises(StepRefused):
        nominations.amend(nomination=nomination, by=cast.focal_point_uk, post_en="Another")
    give_back(nomination=nomination, message="The post is the predecessor’s.", by=cast.secretary_nl)
    nomination.refresh_from_db()
    assert (nomination.status, nomination.returned_message) == ("returned", "The post is the predecessor’s.")
    assert OutgoingMessage.objects.get().recipient == cast.focal_point_uk
    with pytest.raises(StepRefused, match="withdrawn, not deleted"):
        nominations.delete_draft(nomination=nomination, by=cast.focal_point_uk)
    nominations.amend(nomination=nomination, by=cast.focal_point_uk, post_en="Head of the new unit")
    nominations.submit(nomination=nomination, by=cast.focal_point_uk)
    assert accept(nomination=nomination, by=cast.secretary_nl).post == "Head of the new unit"


def test_an_observer_comes_with_the_consent_of_all_parties_by_two_people(cast: Cast, ours: Delegation) -> None:
    observer = submitted(cast, ours, category="observer", organisation=build.an_organisation(None), mandates=[])
    assert list(NominationConsent.objects.values_list("party__code", "by")) == [("UK", cast.focal_point_uk.pk)]
    assert set(OutgoingMessage.objects.values_list("recipient", flat=True)) == {cast.focal_point_nl.pk, cast.deputy_nl.pk}
    with pytest.raises(StepRefused, match="Netherlands has not consented yet"):
        accept(nomination=observer, by=cast.secretary_nl)
    for somebody_else in (cast.secretary_nl, cast.technician, cast.delegate_nl):
        with pytest.raises(StepRefused, match="focal point or deputy consents"):
            nominations.consent(nomination=observer, by=somebody_else)
    build.an_appointment(cast.focal_point_uk, cast.dialogue, "deputy_focal_point", party=cast.nl)
    with pytest.raises(StepRefused):
        nominations.consent(nomination=observer, by=cast.focal_point_uk)
    nominations.consent(nomination=observer, by=cast.deputy_nl)
    with pytest.raises(StepRefused, match="Netherlands has consented already"):
        nominations.consent(nomination=observer, by=cast.focal_point_nl)
    registration = accept(nomination=observer, by=cast.secretary_nl)
    assert registration.person.party is None
    with pytest.raises(IntegrityError), transaction.atomic():
        NominationConsent.objects.filter(party=cast.nl).update(by=cast.focal_point_uk)


def test_the_secretariat_enters_on_behalf_of_a_party_on_the_strength_of_its_letter(cast: Cast, ours: Delegation) -> None:
    letter = build.a_letter(cast.edition, cast.uk, direction="received")
    wrong = build.a_letter(cast.edition, cast.nl, direction="received")
    ours_sent = build.a_letter(cast.edition, cast.uk, direction="sent")
    for not_theirs in (wrong, ours_sent):
        with pytest.raises(StepRefused, match="Name the letter or note that this party sent"):
            nominations.enter_on_behalf(delegation=ours, by=cast.secretary_nl, letter=not_theirs, **somebody(cast))
    with pytest.raises(StepRefused, match="Only a current secretary"):
        nominations.enter_on_behalf(delegation=ours, by=cast.delegate_uk, letter=letter, **somebody(cast))
    nomination = nominations.enter_on_behalf(delegation=ours, by=cast.secretary_nl, letter=letter, **somebody(cast))
    assert (nomination.status, nomination.on_behalf_by) == ("submitted", letter)
    assert JournalEntry.objects.get(act="submitted nomination").details["on_behalf_by"] == letter.pk
    with pytest.raises(StepRefused, match="The post is missing"):
        nominations.enter_on_behalf(delegation=ours, by=cast.secretary_nl, letter=letter, **somebody(cast, post_en=""))
    assert Nomination.objects.count() == 1


def test_a_replacement_takes_the_seat_over_when_it_is_accepted(cast: Cast, ours: Delegation) -> None:
    head = accepted(cast, ours, category="head", mandates=[])
    alternate = accepted(cast, ours, category="alternate", alternate_for=head, mandates=[])
    with clock.told_at(DEADLINE + timedelta(days=10)):
        new = nominations.replace(
            nomination=head, by=cast.focal_point_uk, **{k: v for k, v in somebody(cast).items() if k != "mandates"}
        )
        assert (new.status, new.category, new.is_late) == ("submitted", "head", False)
        assert Registration.objects.get(pk=head.registration_id).status == "invited"
        with pytest.raises(StepRefused, match="replacement has been named already"):
            nominations.replace(nomination=head, by=cast.focal_point_uk, name="Third")
        registration = accept(nomination=new, by=cast.secretary_nl)
    head.refresh_from_db()
    assert (head.status, head.registration.status) == ("replaced", "cancelled")
    assert Registration.objects.live().get(delegation=ours, category="head") == registration
    assert Registration.objects.get(pk=alternate.registration_id).alternate_for == registration


def test_on_the_days_themselves_somebody_is_replaced_and_nobody_added(cast: Cast, ours: Delegation) -> None:
    delegate = accepted(cast, ours)
    build.a_session(cast.edition)
    from dialogues.procedures.agenda import release_agenda

    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    with clock.told_at(build.at_venue(cast.edition, "09:00")):
        with pytest.raises(StepRefused, match="only be replaced"):
            nominations.draft(delegation=ours, by=cast.focal_point_uk, **somebody(cast))
        said = {k: v for k, v in somebody(cast).items() if k != "mandates"}
        new = nominations.replace(nomination=delegate, by=cast.focal_point_uk, **said)
        accept(nomination=new, by=cast.secretary_nl)
    with clock.told_at(build.at_venue(cast.edition, "09:00", day=3)), pytest.raises(StepRefused):
        nominations.replace(nomination=new, by=cast.focal_point_uk, **said)


def test_withdrawing_ends_rights_at_once_and_tells_the_co_chairs_without_a_name(cast: Cast, ours: Delegation) -> None:
    nomination = accepted(cast, ours, name="Quillfeather")
    account = User.objects.get(person=nomination.person)
    assert Edition.objects.visible_to(account).filter(pk=cast.edition.pk).exists()
    assert Registration.objects.visible_to(account).count() > 1
    for nobody in (cast.focal_point_nl, cast.secretary_nl, cast.group_member):
        with pytest.raises(StepRefused):
            nominations.withdraw(nomination=nomination, by=nobody)
    nominations.withdraw(nomination=nomination, by=account, reason="Another duty.")
    assert Registration.objects.visible_to(account).count() == 1  # the own, cancelled one
    notice = OutgoingMessage.objects.get(recipient=cast.co_chair)
    assert notice.released_at is not None
    assert "Quillfeather" not in notice.subject + notice.text
    assert Registration.objects.get(pk=nomination.registration_id).status == "cancelled"


def test_a_misspelt_name_is_put_right_on_person_and_registration(cast: Cast, ours: Delegation) -> None:
    nomination = accepted(cast, ours, name="Ms A. Exmaple")
    nominations.correct(
        nomination=nomination, by=cast.focal_point_uk, name="Ms A. Example", post_en="Deputy head", mandates=[cast.other_group]
    )
    registration = Registration.objects.get(pk=nomination.registration_id)
    assert (registration.person.name, registration.post) == ("Ms A. Example", "Deputy head")
    assert list(registration.mandates.all()) == [cast.other_group]
    with pytest.raises(StepRefused):
        nominations.correct(nomination=nomination, by=cast.secretary_nl, name="Mr B. Other")


def test_an_address_of_somebody_registered_or_of_another_party_is_refused_at_acceptance(cast: Cast, ours: Delegation) -> None:
    again = submitted(cast, ours, email=cast.delegate_uk.email)
    with pytest.raises(StepRefused, match="already registered for this edition"):
        accept(nomination=again, by=cast.secretary_nl)
    theirs = submitted(cast, ours, email=cast.secretary_nl.email)
    with pytest.raises(StepRefused, match="somebody of another party"):
        accept(nomination=theirs, by=cast.secretary_nl)
    returning = submitted(cast, ours, email=cast.last_years_delegate.email, name="Ms New Name")
    registration = accept(nomination=returning, by=cast.secretary_nl)
    assert registration.person == cast.last_years_delegate.person
    assert registration.person.name == "Ms New Name"


def test_the_secretariat_notes_access_confirms_and_notes_who_came(cast: Cast, ours: Delegation) -> None:
    registration = Registration.objects.get(person=cast.delegate_uk.person)
    delegations.note_access(registration=registration, access_status="passed_to_security", by=cast.secretary_uk)
    with pytest.raises(StepRefused):
        delegations.note_access(registration=registration, access_status="granted", by=cast.focal_point_uk)
    delegations.confirm(registration=registration, by=cast.secretary_nl)
    with pytest.raises(StepRefused, match="from the opening day on"):
        delegations.note_attendance(registration=registration, attended=True, by=cast.secretary_nl)
    with clock.told_at(build.at_venue(cast.edition, "18:00", day=3)):
        delegations.note_attendance(registration=registration, attended=True, by=cast.secretary_nl)
        delegations.note_attendance(registration=registration, attended=False, by=cast.secretary_nl)
    registration.refresh_from_db()
    assert (registration.status, registration.access_status) == ("no_show", "passed_to_security")


@pytest.mark.parametrize("model", [Nomination, Registration])
def test_every_status_has_its_way_on_declared(model: Any) -> None:
    assert set(model.TRANSITIONS) == set(model.Status)
    for leads_to in model.TRANSITIONS.values():
        assert set(leads_to) <= set(model.Status)
