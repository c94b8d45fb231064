"""What is known of a unit: as it was established, and what has changed since. Source: B1, M-4."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import assert_never
from uuid import UUID

from contracts.registry import (
    DutiesTakenOver,
    UnitDissolved,
    UnitEstablished,
    UnitMerged,
    UnitMoved,
    UnitRenamed,
    UnitSplit,
)
from contracts.values import UnitKind
from services.registry.domain import unit_refusals as refuse

Change = UnitRenamed | UnitMoved | UnitMerged | UnitSplit | UnitDissolved | DutiesTakenOver


@dataclass(frozen=True, slots=True)
class Now:
    """What a unit is at last: name, code, kind, parent; `until` is its last day once it has ended."""

    name: str
    code: str
    kind: UnitKind
    parent_id: UUID | None
    former: tuple[str, ...] = ()
    until: date | None = None

    def after(self, change: Change) -> "Now":
        """What it is after one more change."""
        match change:
            case UnitRenamed(name=name, code=code, kind=kind, former=former):
                return Now(name, code, kind, self.parent_id, former, self.until)
            case UnitMoved(parent_id=parent):
                return Now(self.name, self.code, self.kind, parent, self.former, self.until)
            case UnitMerged(on=on) | UnitSplit(on=on) | UnitDissolved(on=on):
                return Now(self.name, self.code, self.kind, self.parent_id, self.former, on - timedelta(days=1))
            case DutiesTakenOver():
                return self
            case _:
                assert_never(change)


@dataclass(frozen=True, slots=True)
class Unit:
    """What is known of a unit: as it was established, under its right name, what has changed since, its blocs."""

    established: UnitEstablished | None = None
    changes: tuple[Change, ...] = ()
    blocs: Mapping[UUID, date] = field(default_factory=dict)
    """Blocs of which it is a member, each with the day from which on."""

    @property
    def now(self) -> Now:
        """What it is at last; raises Rejected for one that was never established."""
        return self.as_after(self.changes)

    def as_after(self, changes: Sequence[Change]) -> Now:
        """What it would be after these changes."""
        if self.established is None:
            raise refuse.NOT_ESTABLISHED()
        first = self.established
        now = Now(first.name, first.code, first.kind, first.parent_id)
        for change in changes:
            now = now.after(change)
        return now


@dataclass(frozen=True, slots=True)
class Other:
    """Another unit: its name and kind, and its last day once it has ended."""

    name: str
    kind: UnitKind
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of other units.

    The kind of the parent, None when there is no such unit, and its last day; the root that there is already; those
    that a command names, by id; those above the parent, with itself; the kinds of those that stand directly below now;
    whether another unit has the code.
    """

    parent_kind: UnitKind | None = None
    root_id: UUID | None = None
    parent: Other | None = None
    others: Mapping[UUID, Other] = field(default_factory=dict)
    above: frozenset[UUID] = frozenset()
    below: tuple[UnitKind, ...] = ()
    code_taken: bool = False
