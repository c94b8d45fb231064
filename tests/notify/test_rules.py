"""Who is told of what: one rule for each event, the groups it names, one notification for each person."""

from datetime import date
from typing import get_args
from uuid import UUID, uuid5

import pytest

from chassis.testing import as_recorded
from contracts.notify import Channel
from contracts.registry import Role
from contracts.values import UnitKind
from services.notify.domain.rule import AtTheTop, Group, InKinds, InUnit, Oneself
from services.notify.domain.rules import BY_NAME, RULES, Told, tell_everyone_concerned
from tests.notify.facts import (
    APPOINTED,
    CANCELLED,
    GRANTED,
    LAUNCHED,
    NOMINATED,
    PROPOSED,
    PROVINCE,
    REGISTERED,
    REVOKED,
)

HEAD, HEAD_AND_OFFICERS = frozenset({Role.UNIT_HEAD}), frozenset({Role.UNIT_HEAD, Role.OFFICER})
WATCHES = frozenset({Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL, Role.AUDITOR})
PERSON = PROPOSED.person_id
AN, BINH = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("event", "groups"),
    [
        (LAUNCHED, (InKinds(HEAD_AND_OFFICERS, (UnitKind.PROVINCIAL,)),)),
        (REGISTERED, (InUnit(HEAD, PROVINCE),)),
        (NOMINATED, (AtTheTop(frozenset({Role.EMULATION_DEPARTMENT})), InUnit(HEAD, PROVINCE))),
        (GRANTED, (InUnit(HEAD_AND_OFFICERS, PROVINCE),)),
        (PROPOSED, (AtTheTop(frozenset({Role.EMULATION_DEPARTMENT}), frozenset({PROPOSED.proposed_by, PERSON})),)),
        (APPOINTED, (AtTheTop(WATCHES), Oneself(PERSON))),
        (REVOKED, (AtTheTop(WATCHES), Oneself(PERSON))),
        (REVOKED.model_copy(update={"role": Role.OFFICER}), ()),
        (CANCELLED, (AtTheTop(WATCHES), Oneself(PERSON))),
    ],
)
def test_an_event_concerns_these_groups(event: Told, groups: tuple[Group, ...]) -> None:
    assert RULES[type(event)].audience(event) == groups


def test_what_people_are_told_of_is_what_the_table_holds_and_every_rule_has_a_name_of_its_own() -> None:
    assert set(get_args(Told)) == set(RULES)
    assert len(BY_NAME) == len(RULES)


def test_each_person_is_told_once_by_zalo_first_and_email_next() -> None:
    recorded = as_recorded(GRANTED)
    requests = tell_everyone_concerned(recorded, [BINH, AN, AN])
    assert [request.person_id for request in requests] == [AN, BINH]
    assert {request.source_event_id for request in requests} == {recorded.id}
    assert {request.channels for request in requests} == {(Channel.ZALO, Channel.EMAIL)}


def test_the_same_event_and_person_give_the_same_notification() -> None:
    recorded = as_recorded(GRANTED)
    first, again = tell_everyone_concerned(recorded, [AN]), tell_everyone_concerned(recorded, [AN])
    assert first == again
    assert first[0].notification_id == uuid5(recorded.id, f"congratulate_an_honoured_unit/{AN}")
    assert tell_everyone_concerned(as_recorded(GRANTED), [AN]) != first


def test_a_launched_campaign_and_a_proposal_have_a_last_day_on_which_to_tell_of_them() -> None:
    told = (LAUNCHED, PROPOSED, REGISTERED, NOMINATED, GRANTED, APPOINTED, REVOKED)
    assert [RULES[type(event)].last_day(event) for event in told] == [
        date(2025, 12, 31),
        PROPOSED.lapses_after,
        *5 * [None],
    ]
