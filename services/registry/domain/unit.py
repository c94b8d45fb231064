"""A unit of the organisation: it is established once, below another one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import Field

from chassis.decider import Command, Context, Decider, Rejected
from contracts.event import Event
from contracts.registry import UnitEstablished
from contracts.values import UnitKind

_UNITS = uuid5(NAMESPACE_URL, "urn:thidua:units")


def unit_id(code: str) -> UUID:
    """Id of the unit with this code, the same everywhere."""
    return uuid5(_UNITS, code)


class EstablishUnit(Command):
    """Make a unit known; `parent_id` None only for the root of the organisation."""

    code: str = Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,39}$")
    name: str = Field(min_length=1, max_length=255)
    kind: UnitKind
    parent_id: UUID | None = None
    established_on: date


@dataclass(frozen=True, slots=True)
class Unit:
    """What is known of a unit: the fact that established it."""

    established: UnitEstablished | None = None


def decide(command: EstablishUnit, unit: Unit, _: Context) -> Sequence[Event]:
    """Establish a unit once; the same again is nothing, something else under its code is refused."""
    match command:
        case EstablishUnit():
            wanted = UnitEstablished(unit_id=unit_id(command.code), **command.model_dump())
        case _:
            assert_never(command)
    if unit.established is None:
        return [wanted]
    if unit.established == wanted:
        return []
    raise Rejected(
        "unit-already-established",
        f"Mã đơn vị {command.code} đã dùng cho một đơn vị khác; hãy chọn mã khác hoặc sửa lại dữ liệu.",
        f"The code {command.code} belongs to another unit; choose another code or correct the data.",
    )


def evolve(unit: Unit, event: Event) -> Unit:
    """State after one fact."""
    return Unit(event) if isinstance(event, UnitEstablished) else unit


UNIT: Decider[EstablishUnit, Unit] = Decider("unit", Unit(), decide, evolve)
