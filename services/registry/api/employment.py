"""Endpoints of registry for where people work: leaving, returning, posts, joined records, ratings. Source: B3, B4."""

from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

import orjson
from fastapi import Query
from pydantic import BaseModel

from chassis.facts.decider import Command
from chassis.facts.envelope import UnknownEventType, decode
from chassis.facts.kinds import Day, Truth, Year
from chassis.facts.problem import not_found
from chassis.web.api import AT_ROOT, Answer, Asked, InBody, asked_router, asks, tells
from contracts.registry import LeavingReason, PostKind, Role, StaffCategory
from services.registry import administrators, people
from services.registry.api.roles import KEEPS, READS
from services.registry.domain.person import (
    PERSON,
    CancelLeaving,
    CorrectAssignment,
    EndPost,
    GiveRemark,
    JoinPersons,
    Known,
    LeavePerson,
    PartPersons,
    Person,
    PersonCommand,
    ReturnPerson,
    TakePost,
)
from services.registry.domain.proposal import Number
from services.registry.domain.rating import rating_unit, remarks
from services.registry.reference import RATING_RULES
from services.registry.views import units

router = asked_router(tags=["people"])
_HEADS: Final = frozenset({Role.UNIT_HEAD, Role.DIRECTOR_GENERAL})


class Correction(Command):
    """How an assignment really was that was entered as beginning on `assigned_on`."""

    assigned_on: Day
    unit_id: UUID
    category: StaffCategory
    works_directly: Truth
    since: Day


class Leaving(Command):
    """Why a person works here no longer, as of the day `on`."""

    reason: LeavingReason
    on: Day


class Return(Command):
    """Where somebody who had left works again, from a day on."""

    unit_id: UUID
    category: StaffCategory
    works_directly: Truth
    since: Day


class Post(Command):
    """A second post or secondment, from a day to a day, both included."""

    unit_id: UUID
    kind: PostKind
    since: Day
    until: Day | None = None


class PostToEnd(Command):
    """A second post or secondment that ends: its last day is the day before `on`."""

    unit_id: UUID
    kind: PostKind
    on: Day


class Joining(Command):
    """The record that stays, of the same human."""

    into_id: UUID


class Remark(Command):
    """The paper with which a unit remarks on a year's work there."""

    unit_id: UUID
    year: Year
    document: Number


class StayBody(BaseModel):
    """Main work in a unit; no last day: until further notice."""

    unit_id: UUID
    since: date
    until: date | None


class PostBody(StayBody):
    """A post beside the main one."""

    kind: PostKind


class FactBody(BaseModel):
    """One fact of a person's stream: what happened, with what, recorded on which day by whom."""

    type: str
    recorded_on: date
    actor: UUID | None
    data: dict[str, Any]


class WorkBody(BaseModel):
    """Where a person works and worked, whether and why the person left, the record that counts, and all facts."""

    person_id: UUID
    version: int
    stays: list[StayBody]
    posts: list[PostBody]
    left_on: date | None
    reason: LeavingReason | None
    into_id: UUID | None
    facts: list[FactBody]


class RemarkAsked(BaseModel):
    """A unit whose remark is asked for: whole months there in the year, and the paper once it is given."""

    unit_id: UUID
    months: int
    document: str | None


class Rating(BaseModel):
    """Which unit rates a person for a year (none: nobody does), and whose remarks are asked for. Source: B4."""

    year: int
    on: date
    unit_id: UUID | None
    remarks: list[RemarkAsked]
    to_be_confirmed: str


@router.post("/people/{id}/assignments/correct", status_code=201)
@tells(may=KEEPS, where=AT_ROOT)
async def correct_assignment(id: UUID, body: Correction, asked: Asked) -> Answer:  # noqa: A002 - the path's name
    """Put an assignment right that was entered wrong, from its first day."""
    return await _tell(asked, id, CorrectAssignment(person_id=id, **body.model_dump()), unit=body.unit_id)


@router.post("/people/{id}/leave", status_code=201)
@tells(may=KEEPS, where=AT_ROOT)
async def leave(id: UUID, body: Leaving, asked: Asked) -> Answer:  # noqa: A002
    """Say that a person retires, died, moves away or resigns: all roles end with it."""
    return await _end(asked, id, LeavePerson(person_id=id, **body.model_dump()), other=False)


@router.post("/people/{id}/leave/cancel", status_code=201)
@tells(may=KEEPS, where=AT_ROOT)
async def cancel_leaving(id: UUID, asked: Asked) -> Answer:  # noqa: A002
    """Take back that a person left, which was entered wrong; roles are to be granted anew."""
    return await _tell(asked, id, CancelLeaving(person_id=id))


@router.post("/people/{id}/return", status_code=201)
@tells(may=KEEPS, where=AT_ROOT)
async def come_back(id: UUID, body: Return, asked: Asked) -> Answer:  # noqa: A002
    """Say that who had left works here again."""
    return await _tell(asked, id, ReturnPerson(person_id=id, **body.model_dump()), unit=body.unit_id)


@router.post("/people/{id}/posts", status_code=201)
@tells(may=KEEPS, where=AT_ROOT)
async def take_post(id: UUID, body: Post, asked: Asked) -> Answer:  # noqa: A002
    """Say that a person holds a second post, or is seconded to another unit."""
    return await _tell(asked, id, TakePost(person_id=id, **body.model_dump()), unit=body.unit_id)


@router.post("/people/{id}/posts/end", status_code=201)
@tells(may=KEEPS, where=AT_ROOT)
async def end_post(id: UUID, body: PostToEnd, asked: Asked) -> Answer:  # noqa: A002
    """End a second post or secondment."""
    return await _tell(asked, id, EndPost(person_id=id, **body.model_dump()))


@router.post("/people/{id}/join", status_code=201)
@tells(may=KEEPS, where=AT_ROOT)
async def join(id: UUID, body: Joining, asked: Asked) -> Answer:  # noqa: A002
    """Say that this record is of the same human as another one, which stays; its roles end."""
    _, other = await asked.platform.executor.state(PERSON, body.into_id)
    fit = other.enrolled and other.work.into is None
    return await _end(asked, id, JoinPersons(person_id=id, into_id=body.into_id), other=fit)


@router.post("/people/{id}/part", status_code=201)
@tells(may=KEEPS, where=AT_ROOT)
async def part(id: UUID, asked: Asked) -> Answer:  # noqa: A002
    """Say that a joined record is of another human after all."""
    return await _tell(asked, id, PartPersons(person_id=id))


@router.post("/people/{id}/remarks", status_code=201)
@tells(may=_HEADS, where=InBody())
async def give_remark(id: UUID, body: Remark, asked: Asked) -> Answer:  # noqa: A002
    """Note, as head of a unit in which the person worked, the paper with the unit's remark for a year's rating."""
    _, state = await asked.platform.executor.state(PERSON, id)
    if body.unit_id not in {stay.unit_id for stay in state.work.stays()}:
        raise not_found()  # whom else there is, is not the unit's to know
    return await asked.execute(PERSON, id, GiveRemark(person_id=id, **body.model_dump()), Known())


@router.get("/people/{id}/rating")
@asks(may=READS, where=AT_ROOT, reads=())
async def read_rating(
    id: UUID,  # noqa: A002
    asked: Asked,
    year: Annotated[int, Query(ge=1990, le=2100)],
    on: Day | None = None,
) -> Rating:
    """Which unit rates a person for a year: that of the rating day; and whose remarks are asked for."""
    state = await _known(asked, id)
    stays, rule = state.work.stays(), RATING_RULES.of(year)
    day = on or rule.day(year)
    given = {(each.unit_id, each.year): each.document for each in state.work.remarks}
    wanted = remarks(stays, year, day, rule.remark_months)
    return Rating(
        year=year, on=day, unit_id=rating_unit(stays, day), to_be_confirmed=rule.to_be_confirmed,
        remarks=[
            RemarkAsked(unit_id=each.unit_id, months=each.months, document=given.get((each.unit_id, year)))
            for each in wanted
        ],
    )  # fmt: skip


@router.get("/people/{id}/work")
@asks(may=READS, where=AT_ROOT, reads=())
async def read_work(id: UUID, asked: Asked) -> WorkBody:  # noqa: A002
    """Where a person works and worked, and everything that is recorded of it; that somebody looked is kept."""
    state = await _known(asked, id)
    await people.looked(asked.pool, id, asked.person)
    version, _ = await asked.platform.executor.state(PERSON, id)
    rows = await asked.pool.fetch(_FACTS, PERSON.stream(id))
    work, left = state.work, state.work.left
    return WorkBody(
        person_id=id, version=version, into_id=work.into,
        stays=[StayBody(unit_id=each.unit_id, since=each.since, until=each.until) for each in work.stays()],
        posts=[PostBody(**each.model_dump(include={"unit_id", "kind", "since", "until"})) for each in work.posts],
        left_on=None if left is None else left.on, reason=None if left is None else left.reason,
        facts=[fact for row in rows if (fact := _fact(*row)) is not None],
    )  # fmt: skip


_FACTS: Final = (
    "select type, data::text, metadata::text from store.events where stream = $1 order by version desc limit 500"
)


def _fact(type_: str, data: str, metadata: str) -> FactBody | None:
    try:
        event = decode(type_, data)
    except UnknownEventType:
        return None  # a newer version's: this one cannot say what it means
    known = orjson.loads(metadata)
    facts = event.model_dump(mode="json", exclude={"person_id"})
    return FactBody(type=type(event).__name__, recorded_on=known["occurred_on"], actor=known.get("actor"), data=facts)


async def _known(asked: Asked, person: UUID) -> Person:
    _, state = await asked.platform.executor.state(PERSON, person)
    if not state.enrolled:
        raise not_found()
    return state


async def _tell(asked: Asked, person: UUID, command: PersonCommand, *, unit: UUID | None = None) -> Answer:
    await _known(asked, person)
    there = unit is not None and await units.UnitView.one(asked.pool, unit) is not None
    return await asked.execute(PERSON, person, command, Known(unit=there))


async def _end(asked: Asked, person: UUID, command: LeavePerson | JoinPersons, *, other: bool) -> Answer:
    await _known(asked, person)
    root = await asked.root()
    outcome = await administrators.ended(asked.platform, command, asked.context(), root, asked.expected, other=other)
    return Answer(person, outcome, asked.key)
