"""Whoever refuses names roles as people call them, never by their codes; roles beside the head read and do not act."""

import re
from collections.abc import Iterator

import pytest

from chassis.facts.refusal import REFUSALS
from chassis.facts.role_names import ROLE_NAMES, named
from chassis.web.rights import EVERY_ROLE
from contracts.registry import Role
from services import ALL, permissions, refusals
from services.portal.pages.help.page import STEPS

CODES = re.compile(rf"\b({'|'.join(role.value for role in Role if '_' in role.value)})\b")
READING = frozenset(
    {
        Role.ACCOUNTANT, Role.COUNCIL_STANDING_MEMBER, Role.COUNTING_MEMBER, Role.PARTY_REPRESENTATIVE,
        Role.TRADE_UNION,
    }
)  # fmt: skip
ACTING = frozenset({Role.DEPUTY, Role.SECTOR_LEADER, Role.CLERK, Role.COUNCIL_VICE_CHAIR, Role.INSPECTOR})


def said() -> Iterator[tuple[str, str]]:
    """Every sentence of every refusal, of all services."""
    refusals.text()  # loads what refuses
    for refusal in REFUSALS.values():
        yield refusal.code, refusal.vi
        yield refusal.code, refusal.en


def test_no_refusal_names_a_role_by_its_code() -> None:
    found = list(said())
    assert len(found) > 100
    assert [each for each in found if CODES.search(each[1])] == []


def test_roles_are_named_in_both_languages_by_one_table() -> None:
    assert set(ROLE_NAMES) == set(Role)
    vi, en = named({Role.UNIT_HEAD, Role.DIRECTOR_GENERAL})
    assert (vi, en) == ("Tổng Giám đốc hoặc thủ trưởng đơn vị", "Director General or head of unit")
    assert not any(CODES.search(name) for names in ROLE_NAMES.values() for name in names)


@pytest.mark.requirement("B6")
def test_every_role_of_an_office_has_its_first_steps_and_acts_or_reads() -> None:
    assert {role.value for role in Role} == set(STEPS)
    grants = [grant for name in ALL for _, grant in permissions.declared(name)]
    act = {role for grant in grants if grant.reads is None and grant.may != EVERY_ROLE for role in grant.may}
    read = {role for grant in grants if grant.reads is not None for role in grant.may}
    assert act >= ACTING
    assert act.isdisjoint(READING)
    assert read >= READING
