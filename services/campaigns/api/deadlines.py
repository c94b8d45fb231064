"""The door for deadlines: set, moved, excused, closed and reopened; who is late. Source: B18."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.facts.clock import business_date
from chassis.facts.kinds import Day, Line
from chassis.facts.offers import offers
from chassis.facts.problem import not_found
from chassis.facts.reminders import days_late
from chassis.store.execute import Step
from chassis.web.api import (
    AT_ROOT,
    EVERY_ROLE,
    Action,
    Answer,
    Asked,
    InBody,
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
from contracts.campaigns import ThingKind
from contracts.registry import Role
from contracts.values import UnitKind
from services.campaigns.api.concerned import there
from services.campaigns.domain import deadline_refusals as refuse
from services.campaigns.domain.deadline import (
    DEADLINE,
    CloseDeadline,
    Deadline,
    DeadlineCommand,
    ExcuseLateness,
    Known,
    MeetDeadline,
    MoveDeadline,
    ReopenDeadline,
    SetDeadline,
    SetSubDeadline,
    deadline_id,
)
from services.campaigns.views import deadlines

router = asked_router(tags=["campaigns"])
JUDGES: Final = frozenset({Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL, Role.UNIT_HEAD})
_OWN: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD})
_OF_KINDS: Final = (
    "select unit_id from organisation_units where kind = any($1::text[]) and until is null order by unit_id"
)
_BELOW: Final = "select unit_id from organisation_units where parent_id = $1 and until is null"


async def _known(asked: Asked, deadline: Deadline) -> Known:
    """The units directly below, and whether the person holds a role above the unit by which deadlines are judged."""
    if deadline.given is None:
        return Known()
    unit = deadline.given.unit_id
    below = frozenset(UUID(int=row["unit_id"].int) for row in await asked.pool.fetch(_BELOW, unit))
    held = [at for role, at in await asked.platform.access.held(asked.person) if role in JUDGES and at != unit]
    above = [at for at in held if await asked.platform.organisation.is_above(at, unit)]
    return Known(below=below, from_above=bool(above))


DEADLINES: Final = Resource(
    "/deadlines",
    DEADLINE,
    unit=lambda it: it.given.unit_id if it.given else None,
    seen_by=EVERY_ROLE,
    offers=offers(DeadlineCommand),
    known=_known,
)


class ListedDeadline(deadlines.DeadlineRow):
    """A deadline in a list: `late` counts the days, to today where nothing has come."""

    late: int


class DeadlineDetail(ListedDeadline):
    """A deadline with the steps that it may take."""

    actions: list[Action]


class NewDeadline(BaseModel):
    """A deadline for one unit, set by hand."""

    model_config = ConfigDict(extra="forbid")

    unit_id: UUID
    campaign_id: UUID | None = None
    thing_kind: ThingKind
    thing_id: UUID
    title: Annotated[str, Line(200, shortest=0)] = ""
    before: Day


class NewDeadlines(BaseModel):
    """A deadline for every unit of some kinds; without a `thing_id` it is for a thing that the platform does not keep.

    The request's own id stands for that.
    """

    model_config = ConfigDict(extra="forbid")

    unit_kinds: Annotated[tuple[UnitKind, ...], Field(min_length=1, max_length=len(UnitKind))]
    campaign_id: UUID | None = None
    thing_kind: ThingKind
    thing_id: UUID | None = None
    title: Annotated[str, Line(200)]
    before: Day


@router.get("/deadlines")
@asks(may=EVERY_ROLE, where=InQuery(), reads=(deadlines.DEADLINES,))
async def list_deadlines(
    asked: Asked,
    paging: Paged,
    *,
    unit_id: UUID | None = None,
    campaign_id: UUID | None = None,
    thing_id: UUID | None = None,
    state: deadlines.DeadlineState | None = None,
    late: Annotated[bool, Query(description="Only what is late: come too late, or not at all.")] = False,
    after: UUID | None = None,
) -> Page[ListedDeadline]:
    """Deadlines of a unit; without one, those of all units, for which a role at the top is needed."""
    today = business_date(asked.platform.clock())
    found = await deadlines.deadlines(
        asked.pool, after, paging.limit + 1, today if late else None,
        unit_id=unit_id, campaign_id=campaign_id, thing_id=thing_id, state=state,
    )  # fmt: skip
    return paging.page([_listed(row, today) for row in found], lambda row: row.deadline_id)


@router.get(DEADLINES.one)
@asks(may=EVERY_ROLE, where=DEADLINES, reads=(deadlines.DEADLINES,))
async def read_deadline(asked: Asked, response: Response, id: UUID) -> DeadlineDetail:  # noqa: A002 - the path's name
    """A deadline with its steps; its ETag goes into If-Match."""
    version, state = await asked.platform.executor.state(DEADLINE, id)
    if (row := await deadlines.DeadlineRow.one(asked.pool, id)) is None:
        raise not_found()
    response.headers["ETag"] = f'"{version}"'
    listed = _listed(row, business_date(asked.platform.clock()))
    return DeadlineDetail(**dict(listed), actions=await actions(asked, DEADLINES, id, state))


def _listed(row: deadlines.DeadlineRow, today: date) -> ListedDeadline:
    late = row.days_late if row.days_late is not None else days_late(row.before, today)
    return ListedDeadline(**dict(row), late=late)


@router.post("/deadlines")
@tells(may=frozenset({Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL}), where=InBody())
async def set_deadline(asked: Asked, new: NewDeadline) -> Answer:
    """Ask a unit to have done something before a day."""
    await there(asked, new.campaign_id, new.unit_id)
    return await asked.execute(DEADLINE, deadline_id(new.thing_id, new.unit_id), SetDeadline(**dict(new)), Known())


@router.post("/deadlines-for-kinds")
@tells(may=frozenset({Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL}), where=AT_ROOT)
async def set_deadlines(asked: Asked, new: NewDeadlines) -> Answer:
    """Ask every unit of some kinds to have done something before a day; all of them at once, or none."""
    await there(asked, new.campaign_id)
    found = await asked.pool.fetch(_OF_KINDS, [kind.value for kind in new.unit_kinds])
    if not found:
        raise refuse.NO_UNITS()
    thing, about = new.thing_id or asked.command_id, new.model_dump(exclude={"unit_kinds", "thing_id"})
    wanted = [SetDeadline(**about, thing_id=thing, unit_id=row["unit_id"]) for row in found]
    return await asked.execute_together(
        *(Step(DEADLINE, deadline_id(thing, each.unit_id), each, Known()) for each in wanted)
    )


@router.post(DEADLINES / "sub-deadlines")
@tells(may=_OWN, where=DEADLINES, step=SetSubDeadline)
async def set_sub_deadline(asked: Asked, id: UUID, command: SetSubDeadline) -> Answer:  # noqa: A002
    """Ask all units directly below to be done before an earlier day."""
    own = await asked.platform.executor.known(DEADLINE, id)
    if own.given is None:
        raise not_found()
    known = await _known(asked, own)
    about = own.given.model_dump(include={"campaign_id", "thing_kind", "thing_id", "title"})
    below = [SetDeadline(**about, unit_id=unit, before=command.before, under=id) for unit in sorted(known.below)]
    return await asked.execute_together(
        Step(DEADLINE, id, command, known),
        *(Step(DEADLINE, deadline_id(each.thing_id, each.unit_id), each, Known()) for each in below),
    )


command(router, DEADLINES, "receipt", MeetDeadline, may=JUDGES, name="meet_deadline")
command(router, DEADLINES, "move", MoveDeadline, may=JUDGES, name="move_deadline")
command(router, DEADLINES, "excuse", ExcuseLateness, may=JUDGES, name="excuse_lateness")
command(router, DEADLINES, "close", CloseDeadline, may=JUDGES, name="close_deadline")
command(router, DEADLINES, "reopen", ReopenDeadline, may=JUDGES, name="reopen_deadline")
