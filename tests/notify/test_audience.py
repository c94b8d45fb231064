"""Groups of rules become people, from notify's own picture of roles on the event's day."""

from datetime import date
from uuid import UUID, uuid4

from chassis.organisation.organisation import ORGANISATION
from chassis.testing import as_recorded
from contracts.examples import example
from contracts.registry import DutiesTakenOver, Role, RoleGranted, RoleRevoked, UnitDissolved
from contracts.values import UnitKind
from services.notify.audience import people_in
from services.notify.domain.rule import AtTheTop, Group, InKinds, InUnit, Oneself
from tests.notify.conftest import Office
from tests.notify.facts import DISTRICT, PROVINCE, ROOT, UNITS

DAY, HEAD = date(2024, 11, 20), frozenset({Role.UNIT_HEAD})


def granted(unit: UUID, role: Role = Role.UNIT_HEAD, until: date | None = None) -> RoleGranted:
    return RoleGranted(person_id=uuid4(), role=role, unit_id=unit, since=date(2024, 1, 1), until=until)


async def found(office: Office, group: Group, on: date = DAY) -> set[UUID]:
    return await people_in(office.database.pool, [group], on)


async def test_each_group_finds_its_holders_and_nobody_else(office: Office) -> None:
    head, below, officer = granted(PROVINCE), granted(DISTRICT), granted(PROVINCE, Role.OFFICER)
    top, deep = granted(ROOT, Role.EMULATION_DEPARTMENT), granted(PROVINCE, Role.EMULATION_DEPARTMENT)
    await office.learn(ORGANISATION, *map(as_recorded, (*UNITS, head, below, officer, top, deep)))
    assert await found(office, InUnit(HEAD, PROVINCE)) == {head.person_id}
    assert await found(office, InKinds(HEAD | {Role.OFFICER}, (UnitKind.PROVINCIAL,))) == {
        head.person_id,
        officer.person_id,
    }
    assert await found(office, InKinds(HEAD, (UnitKind.PROVINCIAL, UnitKind.DISTRICT))) == {
        head.person_id,
        below.person_id,
    }
    department = frozenset({Role.EMULATION_DEPARTMENT})
    assert await found(office, AtTheTop(department)) == {top.person_id}
    assert await found(office, AtTheTop(department, frozenset({top.person_id}))) == set()
    assert await found(office, Oneself(deep.person_id)) == {deep.person_id}


async def test_only_roles_of_that_day_count(office: Office) -> None:
    ended, revoked = granted(PROVINCE, until=date(2024, 11, 19)), granted(PROVINCE)
    renewed = RoleGranted(**{**revoked.model_dump(), "since": date(2024, 12, 1)})
    end = RoleRevoked(person_id=revoked.person_id, role=Role.UNIT_HEAD, unit_id=PROVINCE, on=DAY)
    await office.learn(ORGANISATION, *map(as_recorded, (*UNITS, ended, revoked, end, renewed)))
    group = InUnit(HEAD, PROVINCE)
    assert await found(office, group, date(2023, 12, 31)) == set()
    assert await found(office, group, date(2024, 11, 19)) == {ended.person_id, revoked.person_id}
    assert await found(office, group, DAY) == set()
    assert await found(office, group, date(2024, 12, 1)) == {revoked.person_id}


async def test_whose_roles_are_held_up_by_a_parked_record_is_told_nothing(office: Office) -> None:
    head, other = granted(PROVINCE), granted(PROVINCE)
    await office.learn(ORGANISATION, *map(as_recorded, (*UNITS, head, other)))
    park = (
        "insert into chassis.parked (consumer, topic, partition, at_offset, stream, event_id, event_type, error)"
        " values ($1, 'thidua.registry.events', 0, $2, $3, $3, 'x', 'ValueError')"
    )
    pool = office.database.pool
    await pool.execute(park, "learned_v2", 1, f"person-{other.person_id}")  # of another consumer: nothing of rights
    assert await found(office, InUnit(HEAD, PROVINCE)) == {head.person_id, other.person_id}
    await pool.execute(park, ORGANISATION.place, 2, f"person-{head.person_id}")
    assert await found(office, InUnit(HEAD, PROVINCE)) == {other.person_id}
    await pool.execute(park, ORGANISATION.place, 3, f"unit-{PROVINCE}")
    assert await found(office, InUnit(HEAD, PROVINCE)) == set()


async def test_what_concerns_a_unit_that_has_ended_goes_to_those_who_took_its_duties_over(office: Office) -> None:
    old, new, deep = granted(DISTRICT), granted(PROVINCE), granted(ROOT)
    ended = example(UnitDissolved, unit_id=DISTRICT, on=DAY)
    taken = example(DutiesTakenOver, unit_id=DISTRICT, to_id=PROVINCE, change_id=uuid4(), on=DAY)
    await office.learn(ORGANISATION, *map(as_recorded, (*UNITS, old, new, deep, ended)))
    assert await found(office, InUnit(HEAD, DISTRICT)) == set()
    assert await found(office, InUnit(HEAD, DISTRICT, former=True)) == {old.person_id}
    assert await found(office, InKinds(HEAD, (UnitKind.DISTRICT,))) == set()
    assert await found(office, InUnit(HEAD, DISTRICT), date(2024, 11, 19)) == {old.person_id}
    await office.learn(ORGANISATION, as_recorded(taken, position=20))
    assert await found(office, InUnit(HEAD, DISTRICT)) == {new.person_id}
