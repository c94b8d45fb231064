"""The door for working days: which day a time limit in working days ends on. Source: E29."""

from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel

from chassis.facts.kinds import Day
from chassis.facts.working_days import MOST, is_working_day, working_day_after, working_day_before
from chassis.web.api import ANYWHERE, EVERY_ROLE, Asked, asked_router, asks

router = asked_router(tags=["campaigns"])


class Counted(BaseModel):
    """The working day of a number after a day; whether that day is one itself, and the last one before it."""

    after: date
    days: int
    due: date
    is_working_day: bool
    before: date


@router.get("/working-days")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
async def count_working_days(
    asked: Asked,  # noqa: ARG001 - the route looks at it
    after: Annotated[Day, Query(description="Day 1 is the next working day after it.")],
    days: Annotated[int, Query(ge=1, le=MOST)] = 1,
) -> Counted:
    """Count working days after a day; one that runs into a year whose days off are not known is refused (409)."""
    return Counted(
        after=after,
        days=days,
        due=working_day_after(after, days),
        is_working_day=is_working_day(after),
        before=working_day_before(after),
    )
