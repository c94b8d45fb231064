"""Whom one can sign in as on a local platform: every role, and nobody who would have to do two steps of one case."""

from collections import Counter

from cli.cast import CAST
from contracts.registry import Role


def test_each_role_is_there_and_two_may_give_roles() -> None:
    roles = Counter(Role(person.role) for person in CAST)
    assert set(roles) == set(Role)
    assert roles[Role.EMULATION_DEPARTMENT] == 2


def test_everybody_holds_one_role_at_one_level() -> None:
    assert len({person.name for person in CAST}) == len({person.id for person in CAST}) == len(CAST)
    levels = Counter((person.role, person.unit) for person in CAST if person.role in {"officer", "unit_head"})
    assert set(levels.values()) == {1}
    assert {unit for _, unit in levels} == {"P31", "P31-D315"}


def test_the_sign_in_page_says_what_people_call_roles_and_units() -> None:
    for member in (person.member() for person in CAST):
        assert member.role_name
        assert member.unit_name.startswith("BHXH")
        assert member.name == member.name.strip()
