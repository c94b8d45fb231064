"""Obstacle and guidance: what a unit asks, and the answer to it and to all who ask the same. Source: B20."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, assert_never
from uuid import UUID

from pydantic import Field

from chassis.facts.decider import Command, Context, Decider
from chassis.facts.kinds import Line, Paragraphs
from chassis.facts.offers import offered
from chassis.facts.refusal import Refusal
from contracts.campaigns import (
    GuidanceEvent,
    GuidanceIssued,
    ObstacleEvent,
    ObstacleRaised,
    ObstacleResolved,
    ThingKind,
)

Answer = Annotated[str, Paragraphs(4000)]

NOT_RAISED: Final = Refusal(
    "obstacle-not-raised",
    "Không có vướng mắc này; hãy chọn một vướng mắc trong danh sách.",
    "There is no such obstacle; choose one of the list.",
    "B20",
)
ALREADY_RESOLVED: Final = Refusal(
    "obstacle-already-resolved",
    "Vướng mắc này đã được trả lời; nếu còn vướng, hãy nêu vướng mắc mới.",
    "This was answered; if something is still open, the unit raises it anew.",
    "B20",
)
OWN_QUESTION: Final = Refusal(
    "own-question-not-answered",
    "Người nêu vướng mắc không tự trả lời; hãy đề nghị người khác.",
    "Whoever raised it does not answer it; ask somebody else.",
    "B20",
)
DIFFERENT_CAMPAIGNS: Final = Refusal(
    "guidance-of-one-campaign",
    "Các vướng mắc được chọn thuộc các phong trào khác nhau; hãy chọn những vướng mắc của cùng một phong trào.",
    "The obstacles belong to different campaigns; choose those of one.",
    "B20",
)


class RaiseObstacle(Command):
    """Say what a unit cannot go on with."""

    unit_id: UUID
    campaign_id: UUID | None = None
    thing_kind: ThingKind
    thing_id: UUID | None = None
    question: Annotated[str, Paragraphs(2000)]


@offered(vi="Trả lời vướng mắc", en="Answer it", trials=lambda _, __: [ResolveObstacle(answer="…")])
class ResolveObstacle(Command):
    """Answer what a unit has asked."""

    answer: Answer


class ResolveByGuidance(Command):
    """Answer it by what all who ask the same are told."""

    guidance_id: UUID
    answer: Answer


class IssueGuidance(Command):
    """Tell all who have the same question the same."""

    obstacles: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=200)]
    answer: Answer
    document: Annotated[str, Line(60, shortest=0)] = ""


ObstacleCommand = RaiseObstacle | ResolveObstacle | ResolveByGuidance


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What was asked, by whom, and what was answered; None before."""

    raised: ObstacleRaised | None = None
    resolved: ObstacleResolved | None = None
    asked_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class Raise:
    """The id of an obstacle that is raised."""

    obstacle_id: UUID


def decide(
    command: ObstacleCommand, obstacle: Obstacle, known: Raise | None, context: Context
) -> Sequence[ObstacleEvent]:
    """The rules of obstacles: each is answered once, by somebody else."""
    if isinstance(command, RaiseObstacle):
        if obstacle.raised is not None or known is None:
            return []
        return [ObstacleRaised(obstacle_id=known.obstacle_id, **dict(command))]
    raised = obstacle.raised
    if raised is None:
        raise NOT_RAISED()
    if obstacle.asked_by is not None and obstacle.asked_by == context.actor:
        raise OWN_QUESTION()
    guidance = command.guidance_id if isinstance(command, ResolveByGuidance) else None
    resolved = ObstacleResolved(
        obstacle_id=raised.obstacle_id,
        unit_id=raised.unit_id,
        campaign_id=raised.campaign_id,
        answer=command.answer,
        guidance_id=guidance,
    )
    if obstacle.resolved is None:
        return [resolved]
    if obstacle.resolved == resolved:
        return []
    raise ALREADY_RESOLVED()


def evolve(obstacle: Obstacle, event: ObstacleEvent) -> Obstacle:
    """The obstacle after an event of its stream."""
    match event:
        case ObstacleRaised():
            return Obstacle(event)
        case ObstacleResolved():
            return Obstacle(obstacle.raised, event, obstacle.asked_by)
        case _:
            assert_never(event)


def signed(obstacle: Obstacle, event: ObstacleEvent, actor: UUID) -> Obstacle:
    """The obstacle once it is known who raised it."""
    return Obstacle(obstacle.raised, obstacle.resolved, actor) if isinstance(event, ObstacleRaised) else obstacle


OBSTACLE: Final[Decider[ObstacleCommand, Obstacle, ObstacleEvent, Raise | None]] = Decider(
    "obstacle", Obstacle(), decide, evolve, signed
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The id of a piece of guidance, and the obstacles that it answers, as they were raised."""

    guidance_id: UUID
    raised: tuple[ObstacleRaised, ...]


def issue(
    command: IssueGuidance, issued: GuidanceIssued | None, known: Asked | None, _: Context
) -> Sequence[GuidanceEvent]:
    """Guidance goes to the units of all obstacles that it answers, which are of one campaign."""
    if issued is not None or known is None:
        return []
    campaigns = {each.campaign_id for each in known.raised}
    if len(campaigns) > 1:
        raise DIFFERENT_CAMPAIGNS()
    return [
        GuidanceIssued(
            guidance_id=known.guidance_id,
            campaign_id=next(iter(campaigns), None),
            obstacles=command.obstacles,
            units=tuple(sorted({each.unit_id for each in known.raised})),
            answer=command.answer,
            document=command.document,
        )
    ]


def _issued(_: GuidanceIssued | None, event: GuidanceEvent) -> GuidanceIssued:
    return event


GUIDANCE: Final[Decider[IssueGuidance, GuidanceIssued | None, GuidanceEvent, Asked | None]] = Decider(
    "guidance", None, issue, _issued
)
