"""The steps of a thing as the asker may take them: which are open, for what, and why the others are not."""

from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel

from chassis.facts.decider import Rejected
from chassis.facts.offers import opening
from chassis.facts.problem import Problem
from chassis.web.asked import Asked
from chassis.web.rights import Resource

S = TypeVar("S")


class Why(BaseModel):
    """Why a step is not open: the refusal or the missing right that the command would meet."""

    code: str
    vi: str
    en: str
    source: str = ""


class Action(BaseModel):
    """A step that a thing may take: `POST path` takes it. When it is not open, `why` says what would be answered.

    `choices` are the values for which it is open, where it may be taken for several, such as one result of many.
    """

    name: str
    path: str
    vi: str
    en: str
    open: bool
    choices: list[dict[str, Any]] = []
    why: Why | None = None


async def actions(asked: Asked, resource: Resource[S], key: UUID, state: S) -> list[Action]:
    """All steps of a thing, in the order in which they are offered; the state is what its facts add up to."""
    unit = resource.unit(state)
    if unit is None:
        return []
    known, context = await resource.known(asked, state), asked.context()
    found = []
    for offer in resource.offers:
        way = resource.ways[offer.command]
        action = Action(name=way.name, path=way.path.replace("{id}", str(key)), vi=offer.vi, en=offer.en, open=False)
        try:
            await asked.require(way.may, unit)
        except Problem as problem:
            action.why = Why(code=problem.code, vi=problem.vi, en=problem.en)
        else:
            outcome = opening(resource.decider, offer, state, known, context)
            action.open, action.choices = outcome.open, list(outcome.choices)
            action.why = why_of(outcome.refused)
        found.append(action)
    return found


def why_of(refused: Rejected | None) -> Why | None:
    """A refusal as it is told beside a step."""
    return None if refused is None else Why(code=refused.code, vi=refused.vi, en=refused.en, source=refused.source)
