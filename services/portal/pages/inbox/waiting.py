"""Rows of what waits, and of what waited, for a step on a thing."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol
from uuid import UUID

from chassis.facts.projection import Change, Put
from chassis.facts.rows import Row


class TaskRow(
    Row,
    named="inbox_tasks",
    key=("thing", "step", "indicator", "year"),
    by=(("unit_id", "step", "thing", "year", "until", "since"),),
):
    """What waits now: a step as a whole (no indicator, year 0) or for one result.

    What waits no longer is no row here: every page counts what waits, in a table of that alone.
    """

    thing: UUID
    step: str
    indicator: str
    year: int
    unit_id: UUID
    campaign_id: UUID | None
    since: date
    until: date | None
    strict: bool


class DoneRow(
    Row, named="inbox_done", key=("thing", "step", "indicator", "year"), by=(("unit_id", "step", "done_on"),)
):
    """What waited: `done_on` is the day on which the step was taken last."""

    thing: UUID
    step: str
    indicator: str
    year: int
    unit_id: UUID
    campaign_id: UUID | None
    done_on: date


class InUnit(Protocol):
    """A fact about something of a unit."""

    @property
    def unit_id(self) -> UUID:
        """The unit's id."""


def task(
    thing: UUID,
    step: str,
    event: InUnit,
    since: date,
    *,
    until: date | None = None,
    strict: bool = False,
    place: tuple[str, int] = ("", 0),
) -> Put:
    """A step waits: as a whole, or at a place of the thing."""
    return TaskRow.put(
        *(thing, step, *place),
        unit_id=event.unit_id,
        campaign_id=getattr(event, "campaign_id", None),
        since=since,
        until=until,
        strict=strict,
    )


def done(thing: UUID, step: str, event: InUnit, on: date, *, place: tuple[str, int] = ("", 0)) -> Iterable[Change]:
    """A step was taken: it waits no longer."""
    key = (thing, step, *place)
    yield TaskRow.drop(*key)
    yield DoneRow.put(*key, unit_id=event.unit_id, campaign_id=getattr(event, "campaign_id", None), done_on=on)
