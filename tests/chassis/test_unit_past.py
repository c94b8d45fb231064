"""Units through time as every service knows them: what they were on a day, and whose work whose roles reach."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from chassis.organisation.access import Access
from chassis.organisation.head_titles import TITLES, UNNAMED, head_title
from chassis.organisation.organisation import BELOW, ORGANISATION, Organisation, reach
from chassis.stream.intake import apply
from chassis.testing import as_recorded
from chassis.views.projector import create_views
from contracts.event import Event
from contracts.registry import (
    DutiesTakenOver,
    Role,
    RoleGranted,
    UnitChangeWithdrawn,
    UnitDissolved,
    UnitEstablished,
    UnitJoinedBloc,
    UnitLeftBloc,
    UnitMerged,
    UnitMoved,
    UnitRenamed,
    UnitSplit,
)
from contracts.values import LegalBasis, UnitKind
from tests.conftest import Database

ROOT, OLD, NEW, BELOW_OLD, BLOC = (UUID(int=number) for number in range(1, 6))
HEAD, OLD_HEAD = UUID(int=11), UUID(int=12)
BASIS: Final = LegalBasis(number="391/QĐ-BTC", issuer="Bộ Tài chính", issued_on=date(2025, 2, 26))
FIRST, MARCH, JULY = date(2024, 1, 1), date(2025, 3, 1), date(2025, 7, 1)
HEADS: Final = frozenset({Role.UNIT_HEAD})


def there(unit: UUID, parent: UUID | None, kind: UnitKind = UnitKind.CENTRAL_DEPARTMENT) -> UnitEstablished:
    return UnitEstablished(
        unit_id=unit, code=f"U{unit.int}", name=f"Vụ {unit.int}", kind=kind, parent_id=parent, established_on=FIRST
    )


def about(unit: UUID, on: date, change: UUID | None = None) -> dict[str, Any]:
    return {"unit_id": unit, "change_id": change or uuid4(), "on": on, "basis": BASIS}


def head_of(unit: UUID, person: UUID) -> RoleGranted:
    return RoleGranted(person_id=person, role=Role.UNIT_HEAD, unit_id=unit, since=FIRST)


HOUSE: Final = (
    there(ROOT, None, UnitKind.NATIONAL), there(OLD, ROOT), there(NEW, ROOT), there(BELOW_OLD, OLD, UnitKind.TEAM),
    head_of(NEW, HEAD), head_of(OLD, OLD_HEAD),
)  # fmt: skip


class House:
    """The read model of one service, and who may by it on 2 July 2025."""

    def __init__(self, database: Database) -> None:
        self.pool = database.pool
        self.organisation = Organisation(database.pool)
        self._told = 0

    async def told(self, events: Sequence[Event]) -> None:
        batch = [as_recorded(event, position=self._told + n) for n, event in enumerate(events, start=1)]
        self._told += len(batch)
        assert await apply(self.pool, ORGANISATION, batch) == 0

    async def may(self, person: UUID, unit: UUID, on: date = JULY) -> bool:
        access = Access(self.pool, lambda: datetime(2025, 7, 2, tzinfo=UTC))
        return await access.allows(person, HEADS, unit, on)

    async def reached(self, unit: UUID) -> set[UUID]:
        by_role = await self.pool.fetch(f"with recursive {reach('$1')} select unit_id from reach", [unit])  # noqa: S608
        below = await self.pool.fetch(f"{BELOW} select unit_id from below", unit)  # noqa: S608
        assert {row[0] for row in by_role} == {row[0] for row in below}
        return {row[0] for row in below}


@pytest.fixture
async def house(database: Database) -> House:
    await create_views(database.pool, [ORGANISATION])
    house = House(database)
    await house.told(HOUSE)
    return house


async def test_a_unit_bears_on_each_day_the_name_of_that_day(house: House) -> None:
    renamed = UnitRenamed(
        **about(NEW, MARCH), name="Ban 3", code="B3", kind=UnitKind.CENTRAL_DEPARTMENT, former=("Vụ 3",)
    )
    again = UnitRenamed(**about(NEW, JULY), name="Ban Ba", code="B3", kind=UnitKind.TEAM, former=("Vụ 3", "Ban 3"))
    await house.told([renamed, UnitMoved(**about(NEW, JULY), parent_id=OLD, previous_id=ROOT), again])
    told = []
    for day in (date(2023, 12, 31), FIRST, date(2025, 2, 28), MARCH, date(2025, 6, 30), JULY):
        unit = (await house.organisation.on([NEW], day)).get(NEW)
        told.append(unit and (unit.name, unit.code, unit.kind, unit.parent_id))
    before, march, july = (
        ("Vụ 3", "U3", "central_department", ROOT), ("Ban 3", "B3", "central_department", ROOT),
        ("Ban Ba", "B3", "team", OLD),
    )  # fmt: skip
    assert told == [None, before, before, march, march, july]
    now = await house.organisation.unit(NEW)
    assert now is not None
    assert (now.name, now.parent_id) == ("Ban Ba", OLD)


async def test_a_withdrawn_change_has_never_been(house: House) -> None:
    change = uuid4()
    wrong = UnitRenamed(**about(NEW, MARCH, change), name="Sai", code="S", kind=UnitKind.TEAM, former=("Vụ 3",))
    right = UnitChangeWithdrawn(
        unit_id=NEW, change_id=change, reason="Nhầm", name="Vụ 3", code="U3", kind=UnitKind.CENTRAL_DEPARTMENT,
        parent_id=ROOT,
    )  # fmt: skip
    await house.told([wrong, right])
    assert await house.organisation.on([NEW], JULY) == {NEW: await house.organisation.unit(NEW)}
    merged = UnitMerged(**about(OLD, MARCH, change), successor_id=NEW)
    await house.told([merged])
    assert await house.may(HEAD, OLD)
    back = {"unit_id": OLD, "name": "Vụ 2", "code": "U2"}
    await house.told([right.model_copy(update=back)])
    assert (await house.may(HEAD, OLD), await house.may(OLD_HEAD, OLD)) == (False, True)
    unit = await house.organisation.unit(OLD)
    assert unit is not None
    assert (unit.until, unit.successor_id) == (None, None)


@pytest.mark.requirement("B8")
async def test_whoever_takes_duties_over_does_the_open_work_and_who_had_them_no_more(house: House) -> None:
    assert (await house.may(HEAD, OLD), await house.may(OLD_HEAD, OLD)) == (False, True)
    await house.told([UnitDissolved(**about(OLD, MARCH))])
    assert (await house.may(HEAD, OLD), await house.may(OLD_HEAD, OLD)) == (False, False)
    assert await house.may(OLD_HEAD, OLD, date(2025, 2, 28))
    await house.told([DutiesTakenOver(**about(OLD, MARCH), to_id=NEW)])
    assert (await house.may(HEAD, OLD), await house.may(HEAD, BELOW_OLD)) == (True, True)
    assert await house.reached(NEW) == {NEW, OLD, BELOW_OLD}
    assert not await house.may(OLD_HEAD, NEW)
    assert await house.reached(ROOT) == {ROOT, OLD, NEW, BELOW_OLD}


async def test_a_merger_hands_the_work_over_and_a_split_does_not_say_to_whom(house: House) -> None:
    await house.told([UnitMerged(**about(BELOW_OLD, MARCH), successor_id=NEW)])
    assert await house.may(HEAD, BELOW_OLD)
    await house.told([UnitSplit(**about(OLD, MARCH), successor_ids=(NEW, ROOT))])
    assert not await house.may(HEAD, OLD)


async def test_members_of_a_bloc_are_known_by_day(house: House) -> None:
    joined = UnitJoinedBloc(unit_id=NEW, bloc_id=BLOC, on=FIRST)
    await house.told([joined, UnitJoinedBloc(unit_id=OLD, bloc_id=BLOC, on=FIRST)])
    await house.told([UnitLeftBloc(unit_id=NEW, bloc_id=BLOC, since=FIRST, on=MARCH)])
    assert await house.organisation.members(BLOC, FIRST) == {NEW, OLD}
    assert await house.organisation.members(BLOC, MARCH) == {OLD}


@pytest.mark.parametrize(
    ("kind", "name", "day", "title"),
    [
        ("national", "Bảo hiểm xã hội Việt Nam", date(2025, 2, 28), "Tổng Giám đốc"),
        ("national", "Bảo hiểm xã hội Việt Nam", date(2025, 3, 1), "Giám đốc"),
        ("central_department", "Vụ Thi đua - Khen thưởng", MARCH, "Vụ trưởng"),
        ("central_department", "Ban Tổ chức cán bộ", MARCH, "Trưởng ban"),
        ("outside_body", "Bộ Nội vụ", MARCH, UNNAMED),
    ],
)
def test_the_title_of_a_head_follows_the_day(kind: str, name: str, day: date, title: str) -> None:
    assert head_title(kind, name, day) == title


def test_of_one_kind_and_word_there_is_one_title_on_a_day() -> None:
    for each in TITLES:
        same = [one for one in TITLES if (one.kind, one.begins) == (each.kind, each.begins) and one is not each]
        last = each.to or date.max
        assert all(one.since > last or (one.to or date.max) < each.since for one in same), each
