"""What somebody wants to become of a unit: each with the day from which it holds. Source: B1, B8."""

from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from chassis.facts.decider import Command
from chassis.facts.kinds import Day, Line
from contracts.values import UnitKind
from services.registry.domain.unit_kinds import Code, Name

_MOST: Final = 100


class Basis(Command):
    """The paper that says so: number, who issued it, when."""

    number: Annotated[str, Line(60)]
    issuer: Annotated[str, Line(255)]
    issued_on: Day


class InForce(Command):
    """What holds from a day on, by a paper."""

    on: Day
    basis: Basis


class RenameUnit(InForce):
    """Call a unit otherwise from a day on; a code or a kind that is not given stays."""

    name: Name
    code: Code | None = None
    kind: UnitKind | None = None


class MoveUnit(InForce):
    """Let a unit stand below another one from a day on."""

    parent_id: UUID


class MergeUnit(InForce):
    """Let a unit end as a part of another one."""

    successor_id: UUID


class SplitUnit(InForce):
    """Let a unit end, of which several have come."""

    successor_ids: tuple[UUID, ...] = Field(min_length=1, max_length=_MOST)


class DissolveUnit(InForce):
    """Let a unit end."""


class TakeDutiesOver(InForce):
    """Let another unit do from a day on what a unit that has ended had still to do."""

    to_id: UUID


class JoinBloc(Command):
    """Let a unit be a member of a bloc from a day on."""

    bloc_id: UUID
    on: Day


class LeaveBloc(Command):
    """Let a unit be a member of a bloc no more from a day on."""

    bloc_id: UUID
    on: Day


class WithdrawChange(Command):
    """Take back a change that was entered wrong."""

    change_id: UUID
    reason: Annotated[str, Line(1000)]


LifeCommand = (
    RenameUnit
    | MoveUnit
    | MergeUnit
    | SplitUnit
    | DissolveUnit
    | TakeDutiesOver
    | JoinBloc
    | LeaveBloc
    | WithdrawChange
)
