"""Proposed roles as the portal knows them: what waits, and who is told when roles change."""

from typing import Any

import pytest

from chassis.facts.projection import Tell
from chassis.testing import as_recorded, project_all
from contracts.examples import example
from contracts.registry import (
    PersonEnrolled,
    Role,
    RoleCancelled,
    RoleGranted,
    RoleProposalConfirmed,
    RoleProposalDeclined,
    RoleProposalWithdrawn,
    RoleProposed,
    RoleRevoked,
)
from services.portal.pages.people.rows import PROPOSALS, project
from services.portal.shell.told import Told

PROPOSED = example(RoleProposed)


def waits(*events: Any) -> set[tuple[object, ...]]:
    return set(project_all(PROPOSALS, *events)["proposals_waiting"])


@pytest.mark.parametrize("end", [RoleProposalConfirmed, RoleProposalDeclined, RoleProposalWithdrawn])
def test_a_proposal_waits_until_it_is_ended(end: type[Any]) -> None:
    assert waits(PROPOSED) == {(PROPOSED.proposal_id,)}
    assert waits(PROPOSED, example(end)) == set()
    assert waits(PROPOSED, example(end), PROPOSED) == {(PROPOSED.proposal_id,)}


@pytest.mark.parametrize("fact", [RoleProposed, RoleGranted, RoleRevoked, RoleCancelled])
def test_who_looks_after_roles_is_told_when_a_person_s_change(fact: type[Any]) -> None:
    event = example(fact)
    [told] = [each.said for each in project(as_recorded(event)) if isinstance(each, Tell)]
    assert isinstance(told, Told)
    assert (told.page, told.thing, told.unit) == ("people", event.person_id, event.unit_id)
    assert set(told.roles) == {Role.AUDITOR, Role.EMULATION_DEPARTMENT}
    assert list(project(as_recorded(example(PersonEnrolled)))) == []
