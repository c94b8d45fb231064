"""Read model of campaigns: the catalogue of exemplars, and what has become of each. Source: S001-13."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID

import asyncpg
from pydantic import Field

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.campaigns import (
    ExemplarAcclaimed,
    ExemplarEvent,
    ExemplarIdentified,
    ExemplarNurtured,
    ExemplarPublicised,
    ExemplarRefused,
    ExemplarReplicated,
    ExemplarWithdrawn,
)


class ExemplarState(StrEnum):
    """How far an exemplar has come, or how it has ended."""

    IDENTIFIED = "identified"
    ACCLAIMED = "acclaimed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ExemplarStepRow(Row, named="exemplar_steps", key=("exemplar_id", "number")):
    """What was done: nurtured, publicised (its link), replicated (in which unit); in the order of entry."""

    exemplar_id: UUID = Field(exclude=True)
    number: int
    kind: str
    on: date
    what: str | None
    link: str | None
    in_unit_id: UUID | None


class ExemplarRow(
    Row, named="exemplars", key=("exemplar_id",), by=(("unit_id", "state"), ("campaign_id", "state"), ("state",))
):
    """A model: of a unit, or of a person of it by id alone."""

    exemplar_id: UUID
    unit_id: UUID
    campaign_id: UUID | None
    person_id: UUID | None
    title: str
    merit: str
    evidence: list[str] = Field(default=[])
    state: ExemplarState
    identified_on: date
    acclaimed_on: date | None
    present: int | None
    votes_for: int | None
    replicated: int = 0
    reason: str | None


def project_exemplars(recorded: Recorded[ExemplarEvent]) -> Iterable[Change]:
    """Rows of an exemplar and of what was done with it."""
    event, number, on = recorded.data, recorded.version, recorded.occurred_on
    key = event.exemplar_id
    match event:
        case ExemplarIdentified():
            about = event.model_dump(include={"unit_id", "campaign_id", "person_id", "title", "merit"})
            evidence = list(event.evidence)
            yield ExemplarRow.put(
                key, **about, evidence=evidence, state=ExemplarState.IDENTIFIED, identified_on=on, replicated=0
            )
        case ExemplarAcclaimed(held_on=held, present=present, votes_for=votes):
            state = ExemplarState.ACCLAIMED
            yield ExemplarRow.put(key, state=state, acclaimed_on=held, present=present, votes_for=votes)
        case ExemplarNurtured(measure=measure):
            yield ExemplarStepRow.put(key, number, kind="nurtured", on=on, what=measure)
        case ExemplarPublicised(outlet=outlet, published_on=day, link=link):
            yield ExemplarStepRow.put(key, number, kind="publicised", on=day, what=outlet, link=link or None)
        case ExemplarReplicated(in_unit_id=unit, since=since):
            yield ExemplarRow.add(key, replicated=1)
            yield ExemplarStepRow.put(key, number, kind="replicated", on=since, in_unit_id=unit)
        case ExemplarRefused(reason=reason):
            yield ExemplarRow.put(key, state=ExemplarState.REFUSED, reason=reason)
        case ExemplarWithdrawn(reason=reason):
            yield ExemplarRow.put(key, state=ExemplarState.WITHDRAWN, reason=reason)
        case _:
            assert_never(event)


EXEMPLARS: Final = Projection("exemplars", 1, [ExemplarRow.table, ExemplarStepRow.table], project_exemplars)
CATALOGUE: Final = ExemplarRow.listing("unit_id", "campaign_id", "person_id", "state", by="exemplar_id")
_STEPS: Final = f"""
    select {ExemplarStepRow.columns("s")} from exemplar_steps s join exemplars e using (exemplar_id)
    where exemplar_id = $1 and not (e.state = 'withdrawn' and s.kind = 'publicised') order by number
"""  # noqa: S608 - our own text


async def steps(pool: asyncpg.Pool, exemplar_id: UUID) -> list[ExemplarStepRow]:
    """What was done; what made a withdrawn one known is not shown any more."""
    return [ExemplarStepRow.of(row) for row in await pool.fetch(_STEPS, exemplar_id)]
