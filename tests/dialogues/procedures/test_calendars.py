"""Calendar addresses: one in force for each person, replaced at once, ended with the account, and kept nowhere in clear."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core import serializers

from dialogues.exports.own_data import as_json, held_about
from dialogues.models import CalendarAddress, JournalEntry
from dialogues.procedures.calendars import make_address, revoke_address
from dialogues.procedures.erasure import forget_account
from dialogues.procedures.retention import close_accounts
from dialogues.procedures.steps import StepRefused
from parties.models import User
from socportal import clock
from tests import build
from tests.cast import Cast

opened_by = CalendarAddress.objects.opened_by


def test_a_new_address_ends_the_one_before_in_the_same_moment(cast: Cast) -> None:
    first = make_address(by=cast.delegate_uk, lang="en")
    others = make_address(by=cast.delegate_nl, lang="nl")
    assert opened_by(first).user == cast.delegate_uk
    second = make_address(by=cast.delegate_uk, lang="nl")
    assert opened_by(first) is None
    assert opened_by(second).lang == "nl"
    assert opened_by(others).user == cast.delegate_nl
    revoke_address(by=cast.delegate_uk)
    assert opened_by(second) is None
    with pytest.raises(StepRefused, match="You have no calendar address"):
        revoke_address(by=cast.delegate_uk)
    written = JournalEntry.objects.filter(by=cast.delegate_uk).order_by("number").values_list("act", "details")
    assert list(written) == [("made calendar address", {}), ("made calendar address", {}), ("revoked calendar address", {})]
    stored = serializers.serialize("json", [*CalendarAddress.objects.all(), *JournalEntry.objects.all()])
    assert not [token for token in (first, second, others) if token in stored]
    assert len(set(CalendarAddress.objects.values_list("token_hash", flat=True))) == 3
    assert min(map(len, (first, second, others))) >= 43


def test_an_account_for_nobody_gets_no_address(cast: Cast) -> None:
    machine = build.an_account()
    with pytest.raises(StepRefused, match="stands for nobody"):
        make_address(by=machine, lang="en")
    assert not CalendarAddress.objects.exists()


def test_it_ends_with_the_account_and_does_not_come_back_with_it(cast: Cast) -> None:
    token = make_address(by=cast.delegate_uk, lang="en")
    close_accounts(User.objects.filter(pk=cast.delegate_uk.pk), clock.now())
    assert opened_by(token) is None
    User.objects.filter(pk=cast.delegate_uk.pk).update(is_active=True)
    assert opened_by(token) is None
    barred = make_address(by=cast.delegate_nl, lang="en")
    User.objects.filter(pk=cast.delegate_nl.pk).update(is_active=False)
    assert opened_by(barred) is None
    forget_account(cast.delegate_nl)
    assert not CalendarAddress.objects.filter(user=cast.delegate_nl).exists()


def test_what_is_held_about_me_says_when_i_made_an_address_and_not_what_it_is(cast: Cast) -> None:
    token = make_address(by=cast.delegate_uk, lang="nl")
    make_address(by=cast.delegate_nl, lang="en")
    groups = held_about(reader=cast.delegate_uk, at=clock.now())
    (group,) = [group for group in groups if group.title == "Calendar addresses"]
    ((made, language),) = group.records
    assert made.value.date() == datetime(2026, 11, 20, tzinfo=UTC).date()
    assert language.value == "Nederlands"
    address = CalendarAddress.objects.get(user=cast.delegate_uk)
    text = as_json(groups, at=clock.now(), number=1).decode()
    assert token not in text
    assert address.token_hash not in text
    assert not [group for group in held_about(reader=cast.stranger, at=clock.now()) if group.title == "Calendar addresses"]
