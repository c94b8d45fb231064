"""Rules of obstacles and guidance."""

from uuid import UUID

import pytest

from chassis.testing import Signed, given
from contracts.campaigns import GuidanceIssued, ObstacleRaised, ObstacleResolved, ThingKind
from contracts.examples import example
from services.campaigns.domain.obstacle import (
    GUIDANCE,
    OBSTACLE,
    Asked,
    IssueGuidance,
    Raise,
    RaiseObstacle,
    ResolveByGuidance,
    ResolveObstacle,
)

KEY, UNIT, OTHER, CAMPAIGN, ASKER, ANSWERER, GUIDE = (UUID(int=number, version=4) for number in range(1, 8))
RAISED = ObstacleRaised(
    obstacle_id=KEY, unit_id=UNIT, campaign_id=CAMPAIGN, thing_kind=ThingKind.DOSSIER, thing_id=OTHER, question="Ai ký?"
)
RESOLVED = ObstacleResolved(obstacle_id=KEY, unit_id=UNIT, campaign_id=CAMPAIGN, answer="Thủ trưởng.")


@pytest.mark.parametrize("kind", ThingKind)
@pytest.mark.requirement("B20")
def test_a_unit_asks_about_whatever_thing_it_cannot_go_on_with(kind: ThingKind) -> None:
    raised = RAISED.model_copy(update={"thing_kind": kind})
    asked = RaiseObstacle.model_validate(raised.model_dump(exclude={"obstacle_id"}))
    given(OBSTACLE).knowing(Raise(KEY)).when(asked, by=ASKER).then(raised)


@pytest.mark.requirement("B20")
def test_it_is_answered_once_and_by_somebody_else() -> None:
    answer = ResolveObstacle(answer="Thủ trưởng.")
    given(OBSTACLE, Signed(RAISED, ASKER)).when(answer, by=ANSWERER).then(RESOLVED)
    given(OBSTACLE, Signed(RAISED, ASKER)).when(answer, by=ASKER).rejected("own-question-not-answered")
    given(OBSTACLE, RAISED, RESOLVED).when(answer, by=ANSWERER).nothing()
    other = ResolveObstacle(answer="Người khác.")
    given(OBSTACLE, RAISED, RESOLVED).when(other, by=ANSWERER).rejected("obstacle-already-resolved")
    given(OBSTACLE).when(answer, by=ANSWERER).rejected("obstacle-not-raised")


@pytest.mark.requirement("B20")
def test_guidance_goes_to_all_units_that_ask_the_same() -> None:
    second = RAISED.model_copy(update={"obstacle_id": OTHER, "unit_id": OTHER})
    issue = IssueGuidance(obstacles=(KEY, OTHER), answer="Thủ trưởng.", document="45/BHXH-TĐKT")
    issued = GuidanceIssued(
        guidance_id=GUIDE, campaign_id=CAMPAIGN, obstacles=(KEY, OTHER), units=tuple(sorted((UNIT, OTHER))),
        answer="Thủ trưởng.", document="45/BHXH-TĐKT",
    )  # fmt: skip
    given(GUIDANCE).knowing(Asked(GUIDE, (RAISED, second))).when(issue, by=ANSWERER).then(issued)
    by_guidance = ResolveByGuidance(guidance_id=GUIDE, answer="Thủ trưởng.")
    resolved = RESOLVED.model_copy(update={"guidance_id": GUIDE})
    given(OBSTACLE, RAISED).when(by_guidance, by=ANSWERER).then(resolved)


def test_guidance_is_about_one_campaign() -> None:
    second = example(ObstacleRaised, obstacle_id=OTHER, campaign_id=OTHER)
    issue = IssueGuidance(obstacles=(KEY, OTHER), answer="…")
    asked = given(GUIDANCE).knowing(Asked(GUIDE, (RAISED, second)))
    asked.when(issue, by=ANSWERER).rejected("guidance-of-one-campaign")
