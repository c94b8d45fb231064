"""Events of a unit: that it exists, and what it is called."""

from typing import ClassVar
from uuid import UUID

from contracts.event import Audience
from contracts.exact import Day
from contracts.registry.base import RegistryEvent
from contracts.values import UnitKind


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


UnitEvent = UnitEstablished | UnitNameCorrected
"""What may stand in the stream of a unit: its `evolve` answers to each."""
