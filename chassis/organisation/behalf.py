"""Who may file on behalf of a unit: who drafts for the unit directly above it, in exactly that unit. Source: B7."""

from typing import Final
from uuid import UUID

from chassis.organisation.access import Access
from chassis.organisation.organisation import Organisation
from contracts.registry import Role

FILES: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.DEPUTY})
"""Who files for their own unit, and on behalf of one directly below."""


async def directly_above(access: Access, organisation: Organisation, person: UUID, unit: UUID) -> UUID | None:
    """The unit directly above this one, where the person files for it today; None elsewhere.

    Looked up only for who holds such a role in another unit at all.
    """
    elsewhere = {place for role, place in await access.held(person) if role in FILES and place != unit}
    known = await organisation.unit(unit) if elsewhere else None
    return known.parent_id if known is not None and known.parent_id in elsewhere else None
