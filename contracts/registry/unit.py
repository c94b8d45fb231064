"""Events of a unit: that it exists, what it is called and where it stands from which day on, and how it ended.

Ids stay for ever; names, codes, kinds and places hold for a time. Source: B1, M-4.
"""

from typing import ClassVar
from uuid import UUID

from contracts.event import Audience
from contracts.exact import Day
from contracts.registry.base import RegistryEvent
from contracts.values import LegalBasis, UnitKind


class UnitEstablished(RegistryEvent):
    """A unit exists from a day on, below another one (the root has no parent)."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    unit_id: UUID
    code: str
    name: str
    kind: UnitKind
    parent_id: UUID | None = None
    established_on: Day


class UnitNameCorrected(RegistryEvent):
    """A unit's name had been entered wrong; the right one holds from its first day. A renaming is another fact."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    unit_id: UUID
    name: str
    previous: str


class UnitRenamed(RegistryEvent):
    """A unit is called otherwise from a day on; its code, its kind or both may change with the name.

    `code` and `kind` are those that hold from then on; `former` are all names before, the last one until then. It is
    one unit all the same: what it pledged and reported stays.
    """

    audience: ClassVar[Audience] = Audience.PUBLIC
    unit_id: UUID
    change_id: UUID
    name: str
    code: str
    kind: UnitKind
    former: tuple[str, ...]
    on: Day
    basis: LegalBasis


class UnitMoved(RegistryEvent):
    """A unit stands below another one from a day on."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    unit_id: UUID
    change_id: UUID
    parent_id: UUID
    previous_id: UUID
    on: Day
    basis: LegalBasis


class UnitMerged(RegistryEvent):
    """A unit became part of another one, which carries it on; `on` is the first day on which it is no more."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    unit_id: UUID
    change_id: UUID
    successor_id: UUID
    on: Day
    basis: LegalBasis


class UnitSplit(RegistryEvent):
    """Several units came of one; `on` is the first day on which it is no more."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    unit_id: UUID
    change_id: UUID
    successor_ids: tuple[UUID, ...]
    on: Day
    basis: LegalBasis


class UnitDissolved(RegistryEvent):
    """A unit ended and no other one is what it was; `on` is the first day on which it is no more."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    unit_id: UUID
    change_id: UUID
    on: Day
    basis: LegalBasis


class DutiesTakenOver(RegistryEvent):
    """From a day on another unit does what a unit that has ended had still to do; it does not become that unit.

    Whoever holds a role in `to_id`, or above it, holds it for the open work of `unit_id`. Source: B8.
    """

    audience: ClassVar[Audience] = Audience.PUBLIC
    unit_id: UUID
    change_id: UUID
    to_id: UUID
    on: Day
    basis: LegalBasis


class UnitJoinedBloc(RegistryEvent):
    """A unit is a member of a bloc from a day on; where it stands is another matter. Source: B1."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    unit_id: UUID
    bloc_id: UUID
    on: Day


class UnitLeftBloc(RegistryEvent):
    """A unit is no member of a bloc any more; `since` is the day on which it had joined."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    unit_id: UUID
    bloc_id: UUID
    since: Day
    on: Day


class UnitChangeWithdrawn(RegistryEvent):
    """A change had been entered wrong and counts no more, as if it had never been; both stay to be read.

    Name, code, kind and parent are those that hold again; it has not ended, and nobody has its duties through it.
    """

    audience: ClassVar[Audience] = Audience.PUBLIC
    unit_id: UUID
    change_id: UUID
    reason: str
    name: str
    code: str
    kind: UnitKind
    former: tuple[str, ...] = ()
    parent_id: UUID | None = None
    until: Day | None = None
    """Last day of the unit, where it has ended and the withdrawn change is not that end."""


UnitEvent = (
    UnitEstablished
    | UnitNameCorrected
    | UnitRenamed
    | UnitMoved
    | UnitMerged
    | UnitSplit
    | UnitDissolved
    | DutiesTakenOver
    | UnitJoinedBloc
    | UnitLeftBloc
    | UnitChangeWithdrawn
)
"""What may stand in the stream of a unit: its `evolve` answers to each."""
