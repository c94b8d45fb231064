"""Endpoints of registry for people: who is known, who works where, who holds which role, how a person is reached."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel

from chassis.facts.decider import Command
from chassis.facts.folding import LONGEST
from chassis.facts.kinds import Day, Truth
from chassis.facts.problem import not_found
from chassis.organisation.organisation import ORGANISATION
from chassis.web.api import ANYWHERE, AT_ROOT, EVERY_ROLE, Answer, Asked, asked_router, asks, tells
from contracts.people import PersonDetails
from contracts.registry import Backdating, Role, StaffCategory
from services.registry import administrators, people, people_names
from services.registry.api.proposals import ProposedBody, propose
from services.registry.api.roles import KEEPS, READS
from services.registry.domain.person import PERSON, AssignPerson, EnrolPerson, GrantRole, Known, RevokeRole
from services.registry.domain.proposal import Number, ProposeRole
from services.registry.domain.roles import second_person
from services.registry.reference import ROLE_RULES
from services.registry.views import units

router = asked_router(tags=["people"])


class Assignment(Command):
    """Where a person works from a day on."""

    unit_id: UUID
    category: StaffCategory
    works_directly: Truth
    since: Day


class RoleToGrant(Command):
    """A role in a unit, from a day to a day, both included.

    One that starts before today needs a `reason`, and the number of a paper (`document`, such as 12/QĐ-BHXH).
    """

    role: Role
    unit_id: UUID
    since: Day
    until: Day | None = None
    reason: Backdating | None = None
    document: Number | None = None


class RoleToRevoke(Command):
    """A role that ends as of the day `on`, which is today or later; one that would begin then or later is cancelled."""

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
    known = Known(unit=await units.takes_new(asked.pool, body.unit_id))
    return await asked.execute(PERSON, id, AssignPerson(person_id=id, **body.model_dump()), known)


@router.post("/people/{id}/roles", status_code=201, responses={202: {"model": ProposedBody}})
@tells(may=KEEPS, where=AT_ROOT)
async def grant_role(id: UUID, body: RoleToGrant, asked: Asked) -> Answer:  # noqa: A002
    """Give a person a role in a unit and those below it, or propose it (202) where a second person has to confirm."""
    await _enrolled(asked, id)
    there, today = await units.takes_new(asked.pool, body.unit_id), asked.context().occurred_on
    if second_person(body.role, body.since, ROLE_RULES.on(today), today):
        return await propose(asked, ProposeRole(person_id=id, **body.model_dump()), unit=there)
    grant = GrantRole(person_id=id, **body.model_dump(exclude={"reason", "document"}))
    return await asked.execute(PERSON, id, grant, Known(unit=there))


@router.post("/people/{id}/roles/revoke", status_code=201)
@tells(may=KEEPS, where=AT_ROOT)
async def revoke_role(id: UUID, body: RoleToRevoke, asked: Asked) -> Answer:  # noqa: A002
    """End somebody else's role, but not that of the last administrator."""
    await _enrolled(asked, id)
    wanted = RevokeRole(person_id=id, **body.model_dump())
    outcome = await administrators.revoke(asked.platform, wanted, asked.context(), await asked.root(), asked.expected)
    return Answer(id, outcome, asked.key)


@router.get("/people/conflicts")
@asks(may=READS, where=AT_ROOT, reads=(ORGANISATION,))
async def list_conflicts(asked: Asked, on: Day | None = None) -> list[administrators.RoleConflict]:
    """Who holds, today (or on a day) or later, roles that one person should not hold at once; up to 500."""
    return await administrators.conflicts(asked.pool, on or asked.context().occurred_on)


@router.get("/administrators")
@asks(may=READS, where=AT_ROOT, reads=(ORGANISATION,))
async def list_administrators(asked: Asked) -> administrators.Administrators:
    """Who gives roles today and later, and from when on nobody would."""
    return await administrators.administrators(asked.platform, await asked.root(), asked.context().occurred_on)


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
