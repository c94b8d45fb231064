"""Endpoints of registry for headcount: people by category at a day, summed over the units below, and posts beside them.

Source: B2.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from chassis.facts.kinds import Day
from chassis.facts.problem import not_found
from chassis.organisation.organisation import ORGANISATION
from chassis.web.api import AT_ROOT, EVERY_ROLE, Answer, Asked, InBody, InQuery, asked_router, asks, tells
from contracts.registry import Role
from contracts.values import UnitKind
from services.registry.api.roles import LEADS
from services.registry.domain.headcount import (
    HEADCOUNT,
    AssignEstablishment,
    CorrectHeadcount,
    HeadcountCommand,
    ReportHeadcount,
)
from services.registry.domain.unit import UNIT
from services.registry.views import headcounts
from services.registry.views.headcounts import HEADCOUNTS, EstablishmentRow, HeadcountRow

router = asked_router(tags=["registry"])
REPORTS: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.DEPUTY, Role.EMULATION_DEPARTMENT})
_MOST: Final = 100


class Sum(BaseModel):
    """People by category and in all, and posts; how many units were counted, and how many have reported nothing yet.

    `posts` is null where none of the units was given any.
    """

    heads: dict[str, int]
    people: int
    posts: int | None
    units: int
    missing: int


class Part(BaseModel):
    """What the sum is of: the unit itself, or one directly below it with all below that; `name` as of the day."""

    unit_id: UUID
    name: str
    code: str
    sum: Sum


class Counted(BaseModel):
    """Which statement of a unit was counted: whoever uses the sum keeps it, and sees later whether it was corrected."""

    unit_id: UUID
    on: date
    revision: int


class HeadcountBody(BaseModel):
    """People of a unit on a day, and of all that stood below it on that day.

    `said` is what the unit has said of its own people, with corrections and what they correct.
    """

    unit_id: UUID
    on: date
    sum: Sum
    parts: list[Part]
    counted: list[Counted]
    said: list[HeadcountRow]
    establishment: EstablishmentRow | None


@router.post("/headcounts", status_code=201)
@tells(may=REPORTS, where=InBody())
async def report_headcount(asked: Asked, body: ReportHeadcount) -> Answer:
    """Report how many people work in just this unit at a day, by category."""
    return await _execute(asked, body)


@router.post("/headcounts/corrections", status_code=201)
@tells(may=REPORTS, where=InBody())
async def correct_headcount(asked: Asked, body: CorrectHeadcount) -> Answer:
    """Put right what was reported for a day; what was said before stays to be read."""
    return await _execute(asked, body)


@router.post("/establishments", status_code=201)
@tells(may=LEADS, where=AT_ROOT)
async def assign_establishment(asked: Asked, body: AssignEstablishment) -> Answer:
    """Give just this unit so many posts from a day on, by a paper."""
    return await _execute(asked, body)


async def _execute(asked: Asked, body: HeadcountCommand) -> Answer:
    unit = await asked.platform.executor.known(UNIT, body.unit_id)
    return await asked.execute(HEADCOUNT, body.unit_id, body, unit)


@router.get("/headcounts")
@asks(may=EVERY_ROLE, where=InQuery(), reads=(HEADCOUNTS, ORGANISATION))
async def read_headcount(asked: Asked, *, unit_id: Annotated[UUID, Query()], on: Day | None = None) -> HeadcountBody:
    """People of a unit and of all that stood below it, as of a day (today): of each unit what was reported last."""
    day = on or asked.context().occurred_on
    organisation = asked.platform.organisation
    stood = await organisation.below_on(unit_id, day)
    if not stood:
        raise not_found()
    units = {unit for unit, _ in stood}
    known = await organisation.on(units, day)
    reports = await headcounts.counted(asked.pool, units, day)
    posts = await headcounts.posts(asked.pool, units, day)
    taking = {unit for unit in units if unit in known and UnitKind(known[unit].kind).takes_part}

    def sum_of(some: Iterable[UUID]) -> Sum:
        of = taking.intersection(some)
        heads: Counter[str] = Counter()
        for unit in of & reports.keys():
            heads.update(reports[unit].heads)
        given = [posts[unit].posts for unit in of & posts.keys()]
        return Sum(
            heads=dict(heads), people=heads.total(), posts=sum(given) if given else None,
            units=len(of & reports.keys()), missing=len(of - reports.keys()),
        )  # fmt: skip

    below: dict[UUID, set[UUID]] = {unit_id: {unit_id}}
    for unit, part in stood:
        below.setdefault(part or unit_id, set()).add(unit)
    parts = [
        Part(unit_id=part, name=known[part].name, code=known[part].code, sum=sum_of(of))
        for part, of in below.items()
        if part in taking
    ]
    parts.sort(key=lambda part: (part.unit_id != unit_id, part.code))
    return HeadcountBody(
        unit_id=unit_id, on=day, sum=sum_of(units), parts=parts,
        counted=[
            Counted(unit_id=unit, on=reports[unit].on, revision=reports[unit].revision)
            for unit in sorted(taking & reports.keys())
        ],
        said=await headcounts.said(asked.pool, unit_id, _MOST), establishment=posts.get(unit_id),
    )  # fmt: skip
