"""What becomes of a unit is told to those who hold a role in it as it happens, and to those who go on with its work."""

from uuid import UUID

import pytest

from contracts.event import Event
from contracts.examples import example
from contracts.registry import (
    DutiesTakenOver,
    Role,
    UnitDissolved,
    UnitMerged,
    UnitMoved,
    UnitRenamed,
    UnitSplit,
)
from services.notify.domain.rule import Group, InUnit
from services.notify.domain.rules import RULES
from services.notify.domain.texts import Names

UNIT, OTHER = UUID(int=1), UUID(int=2)
WHO = frozenset({Role.UNIT_HEAD, Role.OFFICER})
OWN, HEIR = InUnit(WHO, UNIT, former=True), InUnit(WHO, OTHER)


@pytest.mark.parametrize(
    ("event", "groups", "said"),
    [
        (example(UnitRenamed, unit_id=UNIT), (OWN,), "mang tên mới “Bảo hiểm xã hội cơ sở Một”"),
        (example(UnitMoved, unit_id=UNIT), (OWN,), "trực thuộc đơn vị cấp trên khác"),
        (example(UnitMerged, unit_id=UNIT, successor_id=OTHER), (OWN, HEIR), "sáp nhập vào đơn vị khác"),
        (example(UnitSplit, unit_id=UNIT), (OWN,), "chia tách thành các đơn vị khác"),
        (example(UnitDissolved, unit_id=UNIT), (OWN,), "giải thể"),
        (example(DutiesTakenOver, unit_id=UNIT, to_id=OTHER), (OWN, HEIR), "việc còn dở do đơn vị khác tiếp nhận"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_each_change_of_a_unit_is_told_by_its_paper_and_day(event: Event, groups: tuple[Group, ...], said: str) -> None:
    rule = RULES[type(event)]
    assert rule.audience(event) == groups
    words = rule.words(event, Names(unit="Vụ Một"))
    assert said in words["change"]
    assert (words["since"], words["document"]) == ("01/03/2025", "391/QĐ-BTC, 26/02/2025, Bộ Tài chính")
    assert words["unit"] == ("Bảo hiểm xã hội quận Một" if isinstance(event, UnitRenamed) else "Vụ Một")
