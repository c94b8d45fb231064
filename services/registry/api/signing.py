"""Endpoints of registry for signing delegations: who signs papers of a unit for its head."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel

from chassis.facts.offers import offers
from chassis.facts.problem import not_found
from chassis.organisation.organisation import ORGANISATION
from chassis.organisation.signing import DELEGATED, HEADS, SIGNING, DelegationRow, headed, signature_of
from chassis.web.api import (
    ANYWHERE,
    EVERY_ROLE,
    Action,
    Answer,
    Asked,
    InQuery,
    Page,
    Paged,
    Resource,
    actions,
    asked_router,
    asks,
    command,
    tells,
)
from contracts.registry import Role
from contracts.values import DocumentKind, SigningCapacity
from services.registry.domain.person import PERSON
from services.registry.domain.roles import Roles
from services.registry.domain.signing import (
    DELEGATION,
    DelegateSigning,
    Delegation,
    EndSigning,
    Known,
    SigningCommand,
    delegation_id,
)
from services.registry.domain.unit import unit_unknown
from services.registry.reference.signing_rules import Standing
from services.registry.views import units

router = asked_router(tags=["signing"])
DELEGATES: Final = HEADS | {Role.DEPUTY, Role.SECTOR_LEADER, Role.COUNCIL_CHAIR, Role.EMULATION_DEPARTMENT}
"""Who has, or might believe to have, a signature to delegate: the rules say whose it is."""


async def _nothing(_: Asked, __: Delegation) -> Known:
    return Known()


DELEGATIONS: Final = Resource(
    "/signing-delegations",
    DELEGATION,
    unit=lambda it: it.terms.unit_id if it.terms else None,
    seen_by=EVERY_ROLE,
    offers=offers(SigningCommand),
    known=_nothing,
)


class DelegationDetail(BaseModel):
    """A delegation as its facts have it now, with the steps that the asker may take."""

    delegation: DelegationRow
    version: int
    actions: list[Action]


class MaySign(BaseModel):
    """In which capacity somebody may sign, and for whom; no capacity: not at all."""

    capacity: SigningCapacity | None
    principal_id: UUID | None = None
    delegation_id: UUID | None = None


@router.post("/signing-delegations", status_code=201)
@tells(may=DELEGATES, where=ANYWHERE)
async def delegate_signing(asked: Asked, body: DelegateSigning) -> Answer:
    """Let somebody sign papers of a unit whose signature is one's own."""
    if await units.UnitView.one(asked.pool, body.unit_id) is None:
        raise unit_unknown(body.unit_id)
    known = Known(
        principal=await _standing(asked, asked.person, body.unit_id, body.since),
        signer=await _standing(asked, body.signer_id, body.unit_id, body.since),
        headed=await headed(asked.pool, body.unit_id, body.since),
        signs_for_another=bool(await DELEGATED.page(asked.pool, None, 1, unit_id=body.unit_id, signer_id=asked.person,
                                                    principal_id=None)),
    )  # fmt: skip
    return await asked.execute(DELEGATION, delegation_id(body, asked.person), body, known)


@router.get("/signing-delegations")
@asks(may=EVERY_ROLE, where=InQuery(), reads=(SIGNING,))
async def list_delegations(
    asked: Asked, paging: Paged, *, unit_id: UUID | None = None, signer_id: UUID | None = None,
    after: UUID | None = None,
) -> Page[DelegationRow]:  # fmt: skip
    """Who signs for whom in one unit, or in all for those who hold a role at the top."""
    rows = await DELEGATED.page(
        asked.pool, after, paging.limit + 1, unit_id=unit_id, signer_id=signer_id, principal_id=None
    )
    return paging.page(rows, lambda row: row.delegation_id)


@router.get("/signing-delegations/may-sign")
@asks(may=EVERY_ROLE, where=InQuery(), reads=(SIGNING, ORGANISATION))
async def read_may_sign(
    asked: Asked, *, unit_id: Annotated[UUID, Query()], person_id: UUID, kind: DocumentKind, on: date | None = None
) -> MaySign:
    """In which capacity a person may sign such a paper of the unit on a day (today)."""
    day = on or asked.context().occurred_on
    found = await signature_of(asked.pool, person_id, unit_id, kind, day)
    if found is None:
        return MaySign(capacity=None)
    return MaySign(capacity=found.capacity, principal_id=found.principal, delegation_id=found.delegation)


@router.get(DELEGATIONS.one)
@asks(may=EVERY_ROLE, where=DELEGATIONS, reads=(SIGNING,))
async def read_delegation(id: UUID, asked: Asked, response: Response) -> DelegationDetail:  # noqa: A002
    """One delegation; its ETag is the version to send back as If-Match."""
    version, state = await asked.platform.executor.state(DELEGATION, id)
    row = await DelegationRow.one(asked.pool, id)
    if row is None:
        raise not_found()
    response.headers["ETag"] = f'"{version}"'
    return DelegationDetail(delegation=row, version=version, actions=await actions(asked, DELEGATIONS, id, state))


command(router, DELEGATIONS, "end", EndSigning, may=HEADS | {Role.COUNCIL_CHAIR}, name="end_signing")


async def _standing(asked: Asked, person: UUID, unit: UUID, day: date) -> Standing:
    """What a person holds on a day, seen from a unit: as the person's facts have it."""
    _, state = await asked.platform.executor.state(PERSON, person)
    here, above, below = set[Role](), set[Role](), set[Role]()
    organisation = asked.platform.organisation
    for role, place in _held(state.roles, day):
        if place == unit:
            here.add(role)
        elif await organisation.is_above(place, unit):
            above.add(role)
        elif await organisation.is_above(unit, place):
            below.add(role)
    return Standing(here=frozenset(here), above=frozenset(above), below=frozenset(below))


def _held(roles: Roles, day: date) -> set[tuple[Role, UUID]]:
    places = {(each.role, each.unit_id) for each in roles.granted}
    return {(role, unit) for role, unit in places if roles.holds({role}, unit, day)}
