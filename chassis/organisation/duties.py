"""Exceptions from the separation of duties, as each service that needs them has learned them from registry.

Who is not known to be excused is not: a record that is late or parked excuses nobody.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

import asyncpg

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.registry import Duty, DutyExceptionAllowed, ExceptionReason


class ExceptionRow(Row, named="duty_exceptions", key=("exception_id",), by=(("person_id",),)):
    """Who may do which duty about which thing of which unit all the same, why, and which head above allowed it."""

    exception_id: UUID
    person_id: UUID
    duty: Duty
    thing_id: UUID
    unit_id: UUID
    authority_id: UUID
    reason: ExceptionReason
    since: date
    until: date
    allowed_by: UUID


def project(recorded: Recorded[DutyExceptionAllowed]) -> Iterable[Change]:
    """The row of an exception."""
    event = recorded.data
    yield ExceptionRow.put(event.exception_id, **event.model_dump(exclude={"exception_id"}, mode="python"))


DUTIES: Final = Projection("duties", 1, [ExceptionRow.table], project)
ALLOWED: Final = ExceptionRow.listing("person_id", "thing_id", by="exception_id")

_EXCUSED: Final = """
    select thing_id, unit_id from duty_exceptions
    where person_id = $1 and duty = $2 and since <= $3 and until >= $3 and allowed_by <> $1
"""


async def excused(pool: asyncpg.Pool, person: UUID, duty: Duty, on: date) -> set[tuple[UUID, UUID]]:
    """The things, each with its unit, about which a person may do a duty on a day though it is their own work."""
    rows = await pool.fetch(_EXCUSED, person, duty.value, on)
    return {(UUID(int=thing.int), UUID(int=unit.int)) for thing, unit in rows}
