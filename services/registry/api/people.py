"""Endpoints of registry for people: who is known, who works where, who holds which role, how a person is reached."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel

from chassis.facts.decider import Command
from chassis.facts.folding import LONGEST
from chassis.facts.kinds import Day, Truth
from chassis.facts.problem import not_found
from chassis.web.api import ANYWHERE, AT_ROOT, EVERY_ROLE, Answer, Asked, asked_router, asks, tells
from contracts.people import PersonDetails
from contracts.registry import Role, StaffCategory
from services.registry import people, people_names
from services.registry.domain.person import PERSON, AssignPerson, EnrolPerson, GrantRole, Known, RevokeRole
from services.registry.views import units

router = asked_router(tags=["people"])
KEEPS: Final = frozenset({Role.EMULATION_DEPARTMENT})
READS: Final = frozenset({Role.EMULATION_DEPARTMENT, Role.AUDITOR})


class Assignment(Command):
    """Where a person works from a day on."""

    unit_id: UUID
    category: StaffCategory
    works_directly: Truth
    since: Day


class RoleToGrant(Command):
    """A role in a unit, from a day to a day, both included."""

    role: Role
    unit_id: UUID
    since: Day
    until: Day | None = None


class RoleToRevoke(Command):
    """A role whose last day is the day before `on`."""

    role: Role
    unit_id: UUID
    on: Day


class Kept(BaseModel):
    """A change of the people directory: its position there, the details' new version, the command that it answers."""

    person_id: UUID
    position: int
    version: int
    command_id: UUID


@router.post("/people/{id}/enrol", status_code=201)
@tells(may=KEEPS, where=AT_ROOT)
async def enrol_person(id: UUID, asked: Asked) -> Answer:  # noqa: A002 - the path's name
    """Make a person known by an id."""
    return await asked.execute(PERSON, id, EnrolPerson(person_id=id), Known())


@router.post("/people/{id}/assignments", status_code=201)
@tells(may=KEEPS, where=AT_ROOT)
async def assign_person(id: UUID, body: Assignment, asked: Asked) -> Answer:  # noqa: A002
    """Say where a person works from a day on."""
    await _enrolled(asked, id)
    known = Known(unit=await units.UnitView.one(asked.pool, body.unit_id) is not None)
    return await asked.execute(PERSON, id, AssignPerson(person_id=id, **body.model_dump()), known)


@router.post("/people/{id}/roles", status_code=201)
@tells(may=KEEPS, where=AT_ROOT)
async def grant_role(id: UUID, body: RoleToGrant, asked: Asked) -> Answer:  # noqa: A002
    """Give a person a role in a unit and those below it."""
    await _enrolled(asked, id)
    known = Known(unit=await units.UnitView.one(asked.pool, body.unit_id) is not None)
    return await asked.execute(PERSON, id, GrantRole(person_id=id, **body.model_dump()), known)


@router.post("/people/{id}/roles/revoke", status_code=201)
@tells(may=KEEPS, where=AT_ROOT)
async def revoke_role(id: UUID, body: RoleToRevoke, asked: Asked) -> Answer:  # noqa: A002
    """End a role."""
    await _enrolled(asked, id)
    return await asked.execute(PERSON, id, RevokeRole(person_id=id, **body.model_dump()), Known())


@router.put("/people/{id}/details")
@tells(may=KEEPS, where=AT_ROOT)
async def put_person(id: UUID, details: people.Details, asked: Asked, response: Response) -> Kept:  # noqa: A002
    """Keep how a person is called and reached; the log of events never sees it."""
    return await _change(asked, id, details, response)


@router.delete("/people/{id}/details")
@tells(may=KEEPS, where=AT_ROOT)
async def erase_person(id: UUID, asked: Asked, response: Response) -> Kept:  # noqa: A002
    """Erase a person's details here and, by a tombstone, everywhere."""
    return await _change(asked, id, None, response)


@router.get("/people/{id}/details")
@asks(may=READS, where=AT_ROOT, reads=())
async def read_person(id: UUID, asked: Asked, response: Response) -> PersonDetails:  # noqa: A002
    """A person's details; each read is logged. Their ETag goes into If-Match."""
    if (found := await people.read(asked.pool, id, asked.person)) is None:
        raise not_found()
    details, version = found
    response.headers["ETag"] = f'"{version}"'
    return details


class Mine(BaseModel):
    """A person's own details, and who has looked at them."""

    details: PersonDetails | None
    reads: list[people.ReadRow]


@router.get("/people/me")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
async def read_mine(asked: Asked) -> Mine:
    """One's own details, and who has looked at them, the newest look first."""
    found = await people.read(asked.pool, asked.person, asked.person)
    return Mine(details=found and found[0], reads=await people.reads(asked.pool, asked.person))


@router.get("/people/names")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
async def list_names(
    asked: Asked,
    id: Annotated[list[UUID] | None, Query(max_length=200)] = None,  # noqa: A002 - the query's name
) -> list[people_names.NameRow]:
    """What up to 200 persons are called; that somebody looked is recorded for each."""
    return await people_names.names(asked.pool, id or (), asked.person)


@router.get("/people/search")
@asks(may=READS, where=AT_ROOT, reads=())
async def search_people(
    asked: Asked,
    q: Annotated[str, Query(max_length=LONGEST, description="Words of a name, with or without marks.")],
) -> list[people_names.NameRow]:
    """Up to 20 persons who are called so, or nearly so; that somebody looked is recorded for each."""
    return await people_names.search(asked.pool, q, asked.person)


@router.get("/people/{id}/changes")
@asks(may=READS, where=AT_ROOT, reads=())
async def list_person_changes(id: UUID, asked: Asked) -> list[people.ChangeRow]:  # noqa: A002
    """Who changed or erased a person's details, the newest change first."""
    await _enrolled(asked, id)
    return await people.changes(asked.pool, id)


async def _change(asked: Asked, person: UUID, details: people.Details | None, response: Response) -> Kept:
    await _enrolled(asked, person)
    changed = await people.change(asked.platform.store, person, details, asked.context(), asked.expected)
    if details is not None:
        response.headers["ETag"] = f'"{changed.version}"'
    response.headers["Idempotency-Key"] = str(asked.key)
    return Kept(person_id=person, position=changed.position, version=changed.version, command_id=asked.command_id)


async def _enrolled(asked: Asked, person: UUID) -> None:
    _, state = await asked.platform.executor.state(PERSON, person)
    if not state.enrolled:
        raise not_found()
