"""Who may sign papers of a unit on a day, each in which capacity and for whom. Source: B5, B6."""

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

import asyncpg

from chassis.organisation.signing import HEADS, signature_of
from contracts.registry import Role
from contracts.values import DocumentKind
from services.campaigns.domain.document_state import Capacities

_MIGHT: Final = """
    select person_id from organisation_roles where unit_id = $1 and role = any($2::text[])
    union select signer_id from signing_delegations where unit_id = $1
    order by 1 limit 50
"""
_OFFICES: Final = [role.value for role in sorted(HEADS | {Role.COUNCIL_CHAIR})]


async def signers(pool: asyncpg.Pool, unit: UUID, kind: DocumentKind, on: date) -> Mapping[UUID, Capacities]:
    """Who may sign such a paper: those who hold or held an office in the unit, or were delegated to, and still may."""
    found: dict[UUID, Capacities] = {}
    for row in await pool.fetch(_MIGHT, unit, _OFFICES):
        person = UUID(int=row["person_id"].int)
        signature = await signature_of(pool, person, unit, kind, on)
        if signature is not None:
            found[person] = {signature.capacity: signature.principal}
    return found
