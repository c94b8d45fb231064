"""The door for obstacles and guidance: asked by units, answered one by one or for all who ask the same. Source: B20."""

from typing import Final

from chassis.facts.offers import offers
from chassis.store.execute import Step
from chassis.web.api import AT_ROOT, EVERY_ROLE, Action, Answer, Asked, InBody, Resource, asked_router, command, tells
from contracts.registry import Role
from services.campaigns.api.concerned import there
from services.campaigns.api.noted import shows
from services.campaigns.domain import obstacle as domain
from services.campaigns.domain.obstacle import GUIDANCE, OBSTACLE, Raise, RaiseObstacle, ResolveByGuidance
from services.campaigns.views import obstacles

router = asked_router(tags=["campaigns"])
ASK: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD})
ANSWER: Final = frozenset({Role.EMULATION_DEPARTMENT, Role.PROFESSIONAL_DEPARTMENT})

OBSTACLES: Final = Resource(
    "/obstacles",
    OBSTACLE,
    unit=lambda it: it.raised.unit_id if it.raised else None,
    seen_by=EVERY_ROLE,
    offers=offers(domain.ObstacleCommand),
)


class ObstacleDetail(obstacles.ObstacleRow):
    """An obstacle with the steps that it may take."""

    actions: list[Action]


shows(
    router, OBSTACLES, obstacles.RAISED, obstacles.OBSTACLES, ObstacleDetail,
    lists=(
        "list_obstacles",
        "Obstacles of a unit; without one, those of all units, for which a role at the top is needed.",
    ),
    one=("read_obstacle", "An obstacle with its steps; its ETag goes into If-Match."),
    by={"resolved": bool | None},
)  # fmt: skip


@router.post("/obstacles")
@tells(may=ASK, where=InBody())
async def raise_obstacle(asked: Asked, new: RaiseObstacle) -> Answer:
    """Say what the unit cannot go on with."""
    await there(asked, new.campaign_id, new.unit_id)
    return await asked.execute(OBSTACLE, asked.command_id, new, Raise(asked.command_id))


command(router, OBSTACLES, "answer", domain.ResolveObstacle, may=ANSWER, name="resolve_obstacle")


@router.post("/guidance")
@tells(may=ANSWER, where=AT_ROOT)
async def issue_guidance(asked: Asked, new: domain.IssueGuidance) -> Answer:
    """Answer all who have the same question at once; all of them, or none."""
    key, raised = asked.command_id, []
    for each in dict.fromkeys(new.obstacles):
        _, state = await asked.platform.executor.state(OBSTACLE, each)
        if state.raised is None:
            raise domain.NOT_RAISED()
        raised.append(state.raised)
    answer = ResolveByGuidance(guidance_id=key, answer=new.answer)
    return await asked.execute_together(
        Step(GUIDANCE, key, new, domain.Asked(key, tuple(raised))),
        *(Step(OBSTACLE, each.obstacle_id, answer, None) for each in raised),
    )
