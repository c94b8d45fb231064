"""Events of a unit's headcount: how many people work in it by category, at a day. Source: B2."""

from uuid import UUID

from pydantic import Field

from contracts.event import Fact
from contracts.exact import Count, Day
from contracts.registry.base import RegistryEvent
from contracts.registry.person import StaffCategory


class Heads(Fact):
    """How many people of one category there are."""

    category: StaffCategory
    people: Count = Field(ge=0)


class HeadcountReported(RegistryEvent):
    """So many people worked in just this unit at a day, by category; units below it count for themselves.

    `establishment` (biên chế) is how many posts it was given, which is another number.
    """

    unit_id: UUID
    on: Day
    heads: tuple[Heads, ...]
    establishment: Count | None = None


class HeadcountCorrected(RegistryEvent):
    """What had been reported for a day was wrong: what is right, what was said before, and why."""

    unit_id: UUID
    on: Day
    heads: tuple[Heads, ...]
    establishment: Count | None = None
    previous: tuple[Heads, ...]
    previous_establishment: Count | None = None
    reason: str


HeadcountEvent = HeadcountReported | HeadcountCorrected
"""What may stand in the stream of a unit's headcount: its `evolve` answers to each."""
