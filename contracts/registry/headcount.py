"""Events of a unit's headcount: how many people work in it by category, at a day; and how many posts it was given.

Source: B2.
"""

from uuid import UUID

from pydantic import Field

from contracts.event import Fact
from contracts.exact import Count, Day
from contracts.registry.base import RegistryEvent
from contracts.registry.person import StaffCategory
from contracts.values import LegalBasis


class Heads(Fact):
    """How many people of one category there are."""

    category: StaffCategory
    people: Count = Field(ge=1)


class HeadcountReported(RegistryEvent):
    """So many people worked in just this unit at a day, by category; units below it count for themselves.

    A category that is not named has nobody.
    """

    unit_id: UUID
    on: Day
    heads: tuple[Heads, ...]


class HeadcountCorrected(RegistryEvent):
    """What had been reported for a day was wrong: what is right, what was said before (`previous`), and why.

    `revision` counts the statements for that day, from 1: whoever has used a figure has kept which one it was.
    """

    unit_id: UUID
    on: Day
    revision: Count
    heads: tuple[Heads, ...]
    previous: tuple[Heads, ...]
    reason: str


class EstablishmentAssigned(RegistryEvent):
    """A unit was given so many posts (biên chế) from a day on, by a paper; who works there is another number.

    `previous` is what had been entered for the same day before, where this puts it right.
    """

    unit_id: UUID
    on: Day
    posts: Count = Field(ge=0)
    basis: LegalBasis
    previous: Count | None = None


HeadcountEvent = HeadcountReported | HeadcountCorrected | EstablishmentAssigned
"""What may stand in the stream of a unit's headcount: its `evolve` answers to each."""
