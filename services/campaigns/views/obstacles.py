"""Read model of campaigns: what units have asked, and what they were answered. Source: B20."""

from collections.abc import Iterable
from datetime import date
from typing import Final, assert_never
from uuid import UUID

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.campaigns import ObstacleEvent, ObstacleRaised, ObstacleResolved, ThingKind


class ObstacleRow(
    Row,
    named="obstacles",
    key=("obstacle_id",),
    by=(("unit_id", "resolved"), ("campaign_id", "resolved"), ("resolved",)),
):
    """A question of a unit; null as long as it is open."""

    obstacle_id: UUID
    unit_id: UUID
    campaign_id: UUID | None
    thing_kind: ThingKind
    thing_id: UUID | None
    question: str
    raised_on: date
    resolved: bool = False
    answer: str | None
    answered_on: date | None
    guidance_id: UUID | None


def project_obstacles(recorded: Recorded[ObstacleEvent]) -> Iterable[Change]:
    """The row of an obstacle."""
    match event := recorded.data:
        case ObstacleRaised(obstacle_id=key):
            about = event.model_dump(include={"unit_id", "campaign_id", "thing_id", "question"})
            kind = event.thing_kind.value
            yield ObstacleRow.put(key, **about, thing_kind=kind, raised_on=recorded.occurred_on, resolved=False)
        case ObstacleResolved(obstacle_id=key, answer=answer, guidance_id=guidance):
            yield ObstacleRow.put(
                key, resolved=True, answer=answer, guidance_id=guidance, answered_on=recorded.occurred_on
            )
        case _:
            assert_never(event)


OBSTACLES: Final = Projection("obstacles", 1, [ObstacleRow.table], project_obstacles)
RAISED: Final = ObstacleRow.listing("unit_id", "campaign_id", "resolved", by="obstacle_id")
