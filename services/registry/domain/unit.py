"""Unit: a part of the organisation, below another one; the root alone has no parent. Source: S000-13, S000-17."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, assert_never
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import Field

from chassis.facts.decider import Command, Context, Decider, Rejected
from chassis.facts.kinds import Line
from contracts.registry import UnitEstablished, UnitEvent, UnitNameCorrected
from contracts.values import UnitKind

NAMESPACE_UNITS: Final = uuid5(NAMESPACE_URL, "urn:thidua:units")

MAY_STAND_BELOW: Final[dict[UnitKind, tuple[UnitKind, ...]]] = {
    UnitKind.NATIONAL: (),
    UnitKind.AGENCY_BLOC: (UnitKind.NATIONAL,),
    UnitKind.CENTRAL_DEPARTMENT: (UnitKind.NATIONAL,),
    UnitKind.PUBLIC_SERVICE_UNIT: (UnitKind.NATIONAL,),
    UnitKind.REGIONAL: (UnitKind.NATIONAL,),
    UnitKind.PROVINCIAL: (UnitKind.NATIONAL, UnitKind.REGIONAL),
    UnitKind.PROVINCIAL_OFFICE_BLOC: (UnitKind.PROVINCIAL,),
    UnitKind.DISTRICT: (UnitKind.PROVINCIAL, UnitKind.REGIONAL),
    UnitKind.BASE_OFFICE: (UnitKind.PROVINCIAL, UnitKind.REGIONAL),
    UnitKind.TEAM: (
        UnitKind.CENTRAL_DEPARTMENT,
        UnitKind.PUBLIC_SERVICE_UNIT,
        UnitKind.REGIONAL,
        UnitKind.PROVINCIAL,
        UnitKind.PROVINCIAL_OFFICE_BLOC,
        UnitKind.DISTRICT,
        UnitKind.BASE_OFFICE,
    ),
    UnitKind.OUTSIDE_BODY: (UnitKind.NATIONAL, UnitKind.REGIONAL, UnitKind.PROVINCIAL, UnitKind.DISTRICT),
}
"""Kinds of units that may stand directly above a unit of each kind; above an outside body, who keeps its address."""


def unit_id(code: str) -> UUID:
    """Id of the unit with this code, the same everywhere."""
    return uuid5(NAMESPACE_UNITS, code)


CODE: Final = r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$"
LONGEST_CODE: Final = 30
Code = Annotated[str, Field(max_length=LONGEST_CODE, pattern=CODE)]
"""Code of a unit, such as P01-D001."""

LONGEST_NAME: Final = 255
Name = Annotated[str, Line(LONGEST_NAME, name=True)]


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


UnitCommand = EstablishUnit | CorrectUnitName


@dataclass(frozen=True, slots=True)
class Unit:
    """What is known of a unit, under its right name; nothing before it was established."""

    established: UnitEstablished | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """The kind of the parent, None when there is no such unit, and the root that there is already."""

    parent_kind: UnitKind | None = None
    root_id: UUID | None = None


def decide(command: UnitCommand, unit: Unit, known: Known, _: Context) -> Sequence[UnitEvent]:
    """Establish a unit once, in its place, and correct its name."""
    match command:
        case CorrectUnitName(name=name):
            if unit.established is None:
                raise Rejected(
                    "unit-not-established",
                    "Chưa có đơn vị này; hãy chọn một đơn vị trong danh sách.",
                    "There is no such unit; choose one from the list.",
                )
            present = unit.established
            if present.name == name:
                return []
            return [UnitNameCorrected(unit_id=present.unit_id, name=name, previous=present.name)]
        case EstablishUnit():
            wanted = UnitEstablished(unit_id=unit_id(command.code), **command.model_dump())
            if unit.established is None:
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
            assert_never(command)


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
            return Unit(event)
        case UnitNameCorrected(name=name):
            return Unit(unit.established and unit.established.model_copy(update={"name": name}))
        case _:
            assert_never(event)


UNIT: Final[Decider[UnitCommand, Unit, UnitEvent, Known]] = Decider("unit", Unit(), decide, evolve)
