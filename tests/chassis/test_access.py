"""Access: a role in a unit reaches the units below it, for its days; what has changed is seen in time."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from chassis.facts.clock import SimulatedClock
from chassis.facts.envelope import UnknownFact
from chassis.facts.problem import Problem
from chassis.facts.projection import Fold
from chassis.facts.role_names import ROLE_NAMES
from chassis.organisation.access import Access, require
from chassis.organisation.organisation import ORGANISATION, Reads, project
from chassis.testing import as_recorded
from chassis.views.projector import create_views
from contracts.registry import Role, RoleGranted, RoleRevoked, UnitEstablished
from contracts.values import UnitKind
from tests.conftest import Database

ALICE, NATION, PROVINCE, DISTRICT, SIBLING, OTHER = (UUID(int=number) for number in range(1, 7))
OFFICER, HEAD = frozenset({Role.OFFICER}), frozenset({Role.UNIT_HEAD})
JUNE = date(2024, 6, 15)


def _unit(unit: UUID, parent: UUID | None) -> Reads:
    return UnitEstablished(
        unit_id=unit,
        code=f"U{unit.int}",
        name="Đơn vị",
        kind=UnitKind.PROVINCIAL,
        parent_id=parent,
        established_on=date(1995, 2, 16),
    )


UNITS = (
    _unit(NATION, None),
    _unit(PROVINCE, NATION),
    _unit(DISTRICT, PROVINCE),
    _unit(SIBLING, PROVINCE),
    _unit(OTHER, NATION),
)


def _granted(unit: UUID, since: date = date(2024, 1, 1), until: date | None = None, person: UUID = ALICE) -> Reads:
    return RoleGranted(person_id=person, role=Role.OFFICER, unit_id=unit, since=since, until=until)


def _revoked(unit: UUID, on: date) -> Reads:
    return RoleRevoked(person_id=ALICE, role=Role.OFFICER, unit_id=unit, on=on)


async def _happen(database: Database, *events: Reads) -> None:
    fold = Fold(ORGANISATION.place)
    for event in events:
        fold.apply(project(as_recorded(event)))
    async with database.pool.acquire() as connection, connection.transaction():
        await fold.write(connection)


@pytest.fixture
async def views(database: Database) -> Database:
    await create_views(database.pool, [ORGANISATION])
    await _happen(database, *UNITS)
    return database


async def test_a_role_reaches_its_unit_and_those_below_and_no_others(views: Database) -> None:
    await _happen(views, _granted(PROVINCE))
    access = Access(views.pool)
    reached = {
        unit
        for unit in (NATION, PROVINCE, DISTRICT, SIBLING, OTHER, uuid4())
        if await access.allows(ALICE, OFFICER, unit, JUNE)
    }
    assert reached == {PROVINCE, DISTRICT, SIBLING}


async def test_neither_another_role_nor_another_person_gains_anything(views: Database) -> None:
    await _happen(views, _granted(PROVINCE))
    access = Access(views.pool)
    assert not await access.allows(ALICE, HEAD, PROVINCE, JUNE)
    assert not await access.allows(ALICE, frozenset(), PROVINCE, JUNE)
    assert not await access.allows(uuid4(), OFFICER, PROVINCE, JUNE)
    assert await access.allows(ALICE, HEAD | OFFICER, PROVINCE, JUNE)


async def test_a_role_holds_from_its_first_day_to_its_last(views: Database) -> None:
    await _happen(views, _granted(PROVINCE, date(2024, 3, 1), date(2024, 5, 31)))
    access = Access(views.pool)
    days = (date(2024, 2, 29), date(2024, 3, 1), date(2024, 5, 31), date(2024, 6, 1))
    assert [await access.allows(ALICE, OFFICER, DISTRICT, day) for day in days] == [False, True, True, False]


async def test_a_revoked_role_ends_the_day_before_and_may_be_granted_again(views: Database) -> None:
    first, again = _granted(PROVINCE, until=date(2024, 12, 31)), _granted(PROVINCE, since=date(2024, 9, 1))
    await _happen(views, first, _revoked(PROVINCE, JUNE), again)
    days = (date(2024, 6, 14), JUNE, date(2024, 8, 31), date(2024, 9, 1), date(2030, 1, 1))
    access = Access(views.pool)
    assert [await access.allows(ALICE, OFFICER, PROVINCE, day) for day in days] == [True, False, False, True, True]


async def test_a_role_revoked_after_its_end_keeps_its_end(views: Database) -> None:
    await _happen(views, _granted(PROVINCE, until=date(2024, 3, 31)), _revoked(PROVINCE, JUNE))
    access = Access(views.pool)
    assert not await access.allows(ALICE, OFFICER, PROVINCE, date(2024, 4, 1))
    assert await access.allows(ALICE, OFFICER, PROVINCE, date(2024, 3, 31))


async def test_a_grant_counts_at_once_though_a_refusal_was_just_given(views: Database) -> None:
    access = Access(views.pool)
    assert not await access.allows(ALICE, OFFICER, DISTRICT, JUNE)
    await _happen(views, _granted(PROVINCE))
    assert await access.allows(ALICE, OFFICER, DISTRICT, JUNE)


async def test_a_unit_that_is_new_or_has_moved_counts_at_once(views: Database) -> None:
    await _happen(views, _granted(PROVINCE))
    access, new = Access(views.pool), uuid4()
    assert not await access.allows(ALICE, OFFICER, new, JUNE)
    assert not await access.allows(ALICE, OFFICER, OTHER, JUNE)
    await _happen(views, _unit(new, DISTRICT), _unit(OTHER, PROVINCE))
    assert await access.allows(ALICE, OFFICER, new, JUNE)
    assert await access.allows(ALICE, OFFICER, OTHER, JUNE)


async def test_a_revocation_is_seen_when_the_memory_has_passed(
    views: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _happen(views, _granted(PROVINCE))
    access = Access(views.pool)
    assert await access.allows(ALICE, OFFICER, DISTRICT, JUNE)
    await _happen(views, _revoked(PROVINCE, JUNE))
    assert await access.allows(ALICE, OFFICER, DISTRICT, JUNE)  # remembered for up to 2 s
    monkeypatch.setattr("chassis.organisation.access._ROLE_SECONDS", 0)
    assert not await access.allows(ALICE, OFFICER, DISTRICT, JUNE)


async def test_what_is_remembered_asks_the_database_nothing(views: Database) -> None:
    await _happen(views, _granted(PROVINCE))
    access = Access(views.pool)
    assert await access.allows(ALICE, OFFICER, DISTRICT, JUNE)
    await views.pool.execute("drop table organisation_roles, organisation_units")
    assert await access.allows(ALICE, OFFICER, DISTRICT, JUNE)
    assert await access.allows(ALICE, OFFICER, PROVINCE, JUNE)


async def test_units_in_a_circle_end_the_search(views: Database) -> None:
    await _happen(views, _unit(NATION, DISTRICT), _granted(OTHER))
    assert not await Access(views.pool).allows(ALICE, OFFICER, DISTRICT, JUNE)


async def test_the_rows_are_the_same_when_events_come_twice(views: Database) -> None:
    events = (*UNITS, _granted(PROVINCE), _revoked(PROVINCE, JUNE))
    await _happen(views, *events)
    await _happen(views, *events, *events)
    assert await views.pool.fetchval("select count(*) from organisation_roles") == 1
    assert await views.pool.fetchval("select count(*) from organisation_units") == len(UNITS)


async def test_who_holds_no_role_is_not_told_where_one_is_needed(views: Database) -> None:
    access = Access(views.pool, SimulatedClock(datetime(2024, 6, 15, tzinfo=UTC)))
    told = []
    for unit in (DISTRICT, uuid4()):
        with pytest.raises(Problem) as refused:
            await require(access, ALICE, [Role.UNIT_HEAD], unit)
        told.append((refused.value.code, refused.value.vi, refused.value.en, refused.value.extra))
    assert told[0] == told[1]
    assert "Đơn vị" not in told[0][1]


async def test_who_may_not_is_told_which_role_is_needed_where(views: Database) -> None:
    await _happen(views, _granted(OTHER))
    access = Access(views.pool, SimulatedClock(datetime(2024, 6, 15, tzinfo=UTC)))
    with pytest.raises(Problem) as told:
        await require(access, ALICE, [Role.UNIT_HEAD, Role.OFFICER], DISTRICT)
    assert (told.value.status, told.value.code) == (403, "role-missing")
    assert "cán bộ thi đua - khen thưởng hoặc thủ trưởng đơn vị" in told.value.vi
    assert all("Đơn vị" in sentence for sentence in (told.value.vi, told.value.en))  # its name, not its id
    assert told.value.extra == {"roles": [Role.OFFICER, Role.UNIT_HEAD], "unit": DISTRICT}


async def test_what_may_not_be_seen_looks_as_if_it_were_not_there(views: Database) -> None:
    with pytest.raises(Problem) as told:
        await require(Access(views.pool), ALICE, OFFICER, DISTRICT, hidden=True)
    assert (told.value.status, told.value.code) == (404, "not-found")


async def test_the_day_that_counts_is_the_one_in_viet_nam(views: Database) -> None:
    await _happen(views, _granted(PROVINCE, since=JUNE))
    access = Access(views.pool, SimulatedClock(datetime(2024, 6, 14, 17, 0, tzinfo=UTC)))
    await require(access, ALICE, OFFICER, DISTRICT)
    access.clock = SimulatedClock(datetime(2024, 6, 14, 16, 59, tzinfo=UTC))
    with pytest.raises(Problem, match="role-missing"):
        await require(access, ALICE, OFFICER, DISTRICT)


async def test_the_holders_of_a_role_are_those_whom_it_allows_something(views: Database) -> None:
    bob, carol, dan, late = (uuid4() for _ in range(4))
    leader = RoleGranted(person_id=carol, role=Role.UNIT_HEAD, unit_id=NATION, since=date(2024, 1, 1))
    await _happen(
        views,
        _granted(PROVINCE),
        _granted(NATION, person=bob),
        _granted(SIBLING, person=dan),
        _granted(PROVINCE, since=date(2024, 6, 16), person=late),
        leader,
    )
    access = Access(views.pool, SimulatedClock(datetime(2024, 6, 15, tzinfo=UTC)))
    assert await access.holders(OFFICER, DISTRICT) == {ALICE, bob}
    assert await access.holders([*OFFICER, Role.UNIT_HEAD], SIBLING) == {ALICE, bob, carol, dan}
    await _happen(views, _revoked(PROVINCE, date(2024, 6, 15)))
    await _happen(views, _granted(NATION, until=date(2024, 6, 14), person=bob))
    assert await access.holders(OFFICER, DISTRICT) == set()
    for person in (ALICE, bob):
        assert not await Access(views.pool).allows(person, OFFICER, DISTRICT, date(2024, 6, 15))


def test_every_role_has_a_name_for_people() -> None:
    assert ROLE_NAMES.keys() == set(Role)


async def _unheard_of(views: Database, stream: str) -> None:
    """A newer version has written a fact of a type that nobody here knows."""
    fold = Fold(ORGANISATION.place)
    fold.apply(project(as_recorded(UnknownFact(type="thidua.registry.SomethingNew.v1"), stream=stream)))
    async with views.pool.acquire() as connection, connection.transaction():
        await fold.write(connection)


@pytest.mark.parametrize(
    ("stream", "allowed"),
    [
        (f"person-{ALICE}", set()),
        (f"unit-{NATION}", {PROVINCE, DISTRICT, SIBLING}),  # held below it
        (f"unit-{PROVINCE}", set()),
        (f"unit-{DISTRICT}", {PROVINCE, SIBLING}),
        (f"unit-{OTHER}", {PROVINCE, DISTRICT, SIBLING}),
        (f"registration-{PROVINCE}", {PROVINCE, DISTRICT, SIBLING}),
    ],
)
async def test_what_nobody_here_can_read_takes_rights_away_where_it_stands(
    views: Database, monkeypatch: pytest.MonkeyPatch, stream: str, allowed: set[UUID]
) -> None:
    monkeypatch.setattr("chassis.organisation.access._ROLE_SECONDS", 0)
    await _happen(views, _granted(PROVINCE))
    access = Access(views.pool, SimulatedClock(datetime(2024, 6, 15, tzinfo=UTC)))
    assert await access.allows(ALICE, OFFICER, DISTRICT, JUNE)
    await _unheard_of(views, stream)
    units = (PROVINCE, DISTRICT, SIBLING)
    assert {unit for unit in units if await access.allows(ALICE, OFFICER, unit, JUNE)} == allowed
    assert await access.holds(ALICE, OFFICER, JUNE) == (stream not in {f"person-{ALICE}", f"unit-{PROVINCE}"})
    for unit in set(units) - allowed:
        with pytest.raises(Problem) as refused:
            await require(access, ALICE, OFFICER, unit)
        assert (refused.value.status, refused.value.code) == (503, "rights-in-doubt")
    with pytest.raises(Problem) as stranger:
        await require(access, uuid4(), OFFICER, OTHER)
    assert stranger.value.code == ("rights-in-doubt" if stream == f"unit-{OTHER}" else "role-missing") or (
        stream == f"unit-{NATION}"
    )
