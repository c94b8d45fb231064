"""Who may sign which paper of a unit on a day, and in which capacity, as each service learns it from registry.

The act stores what `signature` gives: who signed, in which capacity, for whom. Source: B5, S003, S004.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, assert_never
from uuid import UUID

import asyncpg

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from chassis.organisation.organisation import IN_DOUBT
from contracts.registry import Role, SigningDelegated, SigningEnded, SigningEvent
from contracts.values import DocumentKind, SigningCapacity


class DelegationRow(
    Row, named="signing_delegations", key=("delegation_id",), by=(("signer_id",), ("unit_id",), ("principal_id",))
):
    """Who signs papers of a unit for whom, in which capacity and which kinds (none: all), from when to when."""

    delegation_id: UUID
    unit_id: UUID
    principal_id: UUID
    signer_id: UUID
    capacity: SigningCapacity
    kinds: list[str]
    since: date
    until: date | None
    basis: str
    basis_on: date


def project(recorded: Recorded[SigningEvent]) -> Iterable[Change]:
    """The row of a delegation."""
    match event := recorded.data:
        case SigningDelegated():
            known = event.model_dump(exclude={"delegation_id", "kinds", "basis"}, mode="python")
            yield DelegationRow.put(
                event.delegation_id,
                **known,
                kinds=[kind.value for kind in event.kinds],
                basis=event.basis.number,
                basis_on=event.basis.issued_on,
            )
        case SigningEnded(delegation_id=key, on=on):
            yield DelegationRow.put(key, until=on - timedelta(days=1))
        case _:
            assert_never(event)


SIGNING: Final = Projection("signing", 1, [DelegationRow.table], project)
DELEGATED: Final = DelegationRow.listing("unit_id", "signer_id", "principal_id", by="delegation_id")

HEADS: Final = frozenset({Role.UNIT_HEAD, Role.DIRECTOR_GENERAL})
"""Whose signature a unit's is."""


@dataclass(frozen=True, slots=True)
class Signature:
    """How somebody signs: `principal` and `delegation` where it is for another."""

    capacity: SigningCapacity
    principal: UUID | None = None
    delegation: UUID | None = None


def signature(
    kind: DocumentKind, on: date, held: Collection[Role], delegations: Iterable[DelegationRow], heads: Collection[UUID]
) -> Signature | None:
    """How a person signs a paper of a unit on a day, None who may not.

    `held` are the roles held in this very unit that day, `delegations` those to this person for papers of this unit,
    `heads` who may still give what they have delegated: whose signature it is. The head signs directly, whatever else
    was delegated; who chairs its council signs on behalf of that body.
    """
    if not HEADS.isdisjoint(held):
        return Signature(SigningCapacity.DIRECT)
    if Role.COUNCIL_CHAIR in held and kind is DocumentKind.MINUTES:
        return Signature(SigningCapacity.ON_BEHALF_OF_BODY)
    for each in delegations:
        in_time = each.since <= on and (each.until is None or on <= each.until)
        if in_time and (not each.kinds or kind in each.kinds) and each.principal_id in heads:
            return Signature(each.capacity, each.principal_id, each.delegation_id)
    return None


_HOLDS: Final = f"""
    g.since <= $3 and coalesce($3 <= g.until, true) and 'person-' || g.person_id not in {IN_DOUBT}
    and not exists (
        select from organisation_revocations r
        where (r.person_id, r.role, r.unit_id) = (g.person_id, g.role, g.unit_id)
        and r.revoked_on > g.since and r.revoked_on <= $3
    )
"""
_ROLES: Final = (
    f"select distinct g.role from organisation_roles g where g.person_id = $1 and g.unit_id = $2 and {_HOLDS}"  # noqa: S608
)
_PRINCIPALS: Final = f"""
    with recursive above as (
        select unit_id, parent_id from organisation_units where unit_id = $2
        union
        select u.unit_id, u.parent_id from organisation_units u join above on u.unit_id = above.parent_id
    )
    select distinct g.person_id from organisation_roles g join above using (unit_id)
    where g.person_id = any($1::uuid[]) and g.role = any($4::text[]) and {_HOLDS}
"""  # noqa: S608 - our own text
_GIVEN: Final = f"""
    select {DelegationRow.columns("d")} from signing_delegations d where d.signer_id = $1 and d.unit_id = $2
    and not exists (
        select from chassis.parked p
        where p.consumer = '{SIGNING.place}' and p.stream = 'delegation-' || d.delegation_id
    )
    order by d.since desc, d.delegation_id
"""  # noqa: S608 - our own text
_HEADED: Final = (
    f"select exists (select from organisation_roles g where g.unit_id = $1 and g.role = any($2::text[]) and {_HOLDS})"  # noqa: S608
)
_OFFICES: Final = [role.value for role in sorted(HEADS | {Role.COUNCIL_CHAIR})]


async def signature_of(pool: asyncpg.Pool, person: UUID, unit: UUID, kind: DocumentKind, on: date) -> Signature | None:
    """How a person signs such a paper for such a unit on a day, as this service knows it; None who may not.

    A delegation ends with the office of who gave it; one that is held up is none. Needs the read models ORGANISATION
    and SIGNING.
    """
    held = {Role(row["role"]) for row in await pool.fetch(_ROLES, person, unit, on)}
    given: Sequence[DelegationRow] = [DelegationRow.of(row) for row in await pool.fetch(_GIVEN, person, unit)]
    giving = [each.principal_id for each in given]
    principals = await pool.fetch(_PRINCIPALS, giving, unit, on, _OFFICES) if given else []
    return signature(kind, on, held, given, {UUID(int=row["person_id"].int) for row in principals})


async def headed(pool: asyncpg.Pool, unit: UUID, on: date) -> bool:
    """Tell whether somebody heads exactly this unit on a day."""
    return bool(await pool.fetchval(_HEADED, unit, [role.value for role in sorted(HEADS)], on))
