"""Unit: a part of the organisation, below another one; the root alone has no parent. Source: S000-13, S000-17, S001-14.

What becomes of it later stands in `unit_life`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, assert_never
from uuid import NAMESPACE_URL, UUID, uuid5

from chassis.facts.decider import Command, Context, Decider, Rejected
from contracts.registry import (
    DutiesTakenOver,
    UnitChangeWithdrawn,
    UnitDissolved,
    UnitEstablished,
    UnitEvent,
    UnitJoinedBloc,
    UnitLeftBloc,
    UnitMerged,
    UnitMoved,
    UnitNameCorrected,
    UnitRenamed,
    UnitSplit,
)
from contracts.values import UnitKind
from services.registry.domain import unit_refusals as refuse
from services.registry.domain.unit_commands import LifeCommand
from services.registry.domain.unit_kinds import MAY_STAND_BELOW, Code, Name
from services.registry.domain.unit_life import decide_life
from services.registry.domain.unit_state import Known, Unit

NAMESPACE_UNITS: Final = uuid5(NAMESPACE_URL, "urn:thidua:units")


def unit_id(code: str) -> UUID:
    """Id of the unit that was established under this code, the same everywhere; it stays when the code changes."""
    return uuid5(NAMESPACE_UNITS, code)


class EstablishUnit(Command):
    """Make a unit known, directly below another one; `parent_id` None only for the root of the organisation."""

    code: Code
    name: Name
    kind: UnitKind
    parent_id: UUID | None = None
    established_on: date


class CorrectUnitName(Command):
    """Put a name right that was entered wrong; it then holds from the unit's first day."""

    name: Name


UnitCommand = EstablishUnit | CorrectUnitName | LifeCommand


def decide(command: UnitCommand, unit: Unit, known: Known, context: Context) -> Sequence[UnitEvent]:
    """Establish a unit once, in its place, correct its name, and let it change."""
    match command:
        case CorrectUnitName(name=name):
            now, present = unit.now, unit.established
            if renamed := next((each for each in unit.changes if isinstance(each, UnitRenamed)), None):
                raise refuse.RENAMED_SINCE(day=f"{renamed.on:%d/%m/%Y}")
            if now.name == name or present is None:
                return []
            return [UnitNameCorrected(unit_id=present.unit_id, name=name, previous=now.name)]
        case EstablishUnit():
            wanted = UnitEstablished(unit_id=unit_id(command.code), **command.model_dump())
            if unit.established is None:
                if known.code_taken:
                    raise refuse.CODE_TAKEN(code=command.code)
                _check_place(command, known)
                return [wanted]
            if unit.established != wanted:
                raise Rejected(
                    "unit-already-established",
                    f"Mã {command.code} đã thuộc một đơn vị có thông tin khác; hãy dùng mã khác hoặc sửa cho khớp.",
                    f"The code {command.code} belongs to a unit with other particulars; use another code or match it.",
                )
            return []
        case _:
            return decide_life(command, unit, known, context)


def _check_place(command: EstablishUnit, known: Known) -> None:
    above = MAY_STAND_BELOW[command.kind]
    if command.parent_id is None:
        if above:
            raise Rejected(
                "parent-missing",
                f"Đơn vị {command.code} chưa có đơn vị cấp trên; hãy chọn đơn vị cấp trên.",
                f"The unit {command.code} has no parent; choose the unit above it.",
            )
        if known.root_id is not None:
            raise Rejected(
                "second-root",
                "Hệ thống đã có đơn vị gốc; hãy đặt đơn vị này dưới một đơn vị khác.",
                "The organisation has its root already; put this unit below another one.",
            )
    elif known.parent_kind is None:
        raise unit_unknown(command.parent_id)
    elif known.parent is not None and known.parent.until is not None:
        raise refuse.ENDED(name=known.parent.name, day=f"{known.parent.until + timedelta(days=1):%d/%m/%Y}")
    elif known.parent_kind not in above:
        kinds = ", ".join(above) or "—"
        raise Rejected(
            "parent-of-wrong-kind",
            f"Đơn vị cấp trên của đơn vị loại {command.kind} phải thuộc loại {kinds}; hãy chọn đơn vị cấp trên khác.",
            f"Above a {command.kind} unit stands one of the kind {kinds}; choose another parent.",
        )


def unit_unknown(unit: UUID) -> Rejected:
    """There is no unit with this id."""
    return Rejected(
        "unit-unknown",
        f"Không có đơn vị mang mã định danh {unit}; hãy chọn một đơn vị trong danh sách.",
        f"There is no unit with the id {unit}; choose one from the list.",
    )


def evolve(unit: Unit, event: UnitEvent) -> Unit:
    """The unit after an event of its stream."""
    match event:
        case UnitEstablished():
            return replace(unit, established=event)
        case UnitNameCorrected(name=name):
            return replace(unit, established=unit.established and unit.established.model_copy(update={"name": name}))
        case UnitRenamed() | UnitMoved() | UnitMerged() | UnitSplit() | UnitDissolved() | DutiesTakenOver():
            return replace(unit, changes=(*unit.changes, event))
        case UnitJoinedBloc(bloc_id=bloc, on=on):
            return replace(unit, blocs={**unit.blocs, bloc: on})
        case UnitLeftBloc(bloc_id=bloc):
            return replace(unit, blocs={each: since for each, since in unit.blocs.items() if each != bloc})
        case UnitChangeWithdrawn(change_id=withdrawn):
            return replace(unit, changes=tuple(each for each in unit.changes if each.change_id != withdrawn))
        case _:
            assert_never(event)


UNIT: Final[Decider[UnitCommand, Unit, UnitEvent, Known]] = Decider("unit", Unit(), decide, evolve)
