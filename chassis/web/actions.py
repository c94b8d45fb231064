"""The steps of a thing as the asker may take them: which are open, for what, and why the others are not."""

from collections.abc import Collection, Iterable
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel

from chassis.facts.decider import Decider, Rejected
from chassis.facts.offers import Offer, opening
from chassis.facts.problem import Problem
from chassis.organisation.access import refuse
from chassis.web.asked import Asked
from chassis.web.rights import Resource, Way
from contracts.registry import Role

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


async def actions(asked: Asked, resource: Resource[S], key: UUID, state: S, known: Any = None) -> list[Action]:
    """All steps of a thing, in the order in which they are offered; the state is what its facts add up to.

    `known`: what the resource would look up for them, where that is at hand. A missing right is looked up anew once.
    """
    unit = resource.unit(state)
    if unit is None:
        return []
    if known is None:
        known = await resource.known(asked, state)
    offers = [(offer, resource.ways[offer.command]) for offer in resource.offers]
    return await tried(asked, unit, resource.decider, offers, key, state, known)


async def tried(  # noqa: PLR0917 - who asks where, by which rules, of what
    asked: Asked,
    unit: UUID,
    decider: Decider[Any, S, Any, Any],
    offers: Iterable[tuple[Offer[Any, S, Any], Way]],
    key: UUID,
    state: S,
    known: Any,
) -> list[Action]:
    """Try each step in a unit: whether the asker may, and whether the rules would let it happen."""
    access, context = asked.platform.access, asked.context()
    held, anew = await access.held_in(asked.person, unit, context.occurred_on, anew=False), False
    found = []
    for offer, way in offers:
        action = Action(name=way.name, path=way.path.replace("{id}", str(key)), vi=offer.vi, en=offer.en, open=False)
        if held.isdisjoint(way.may) and not anew:
            held, anew = await access.held_in(asked.person, unit, context.occurred_on, anew=True), True
        if held.isdisjoint(way.may):
            action.why = await _missing(asked, way.may, unit)
        else:
            outcome = opening(decider, offer, state, known, context)
            action.open, action.choices = outcome.open, list(outcome.choices)
            action.why = why_of(outcome.refused)
        found.append(action)
    return found


async def _missing(asked: Asked, roles: Collection[Role], unit: UUID) -> Why:
    try:
        await refuse(asked.platform.access, asked.person, roles, unit)
    except Problem as problem:
        return Why(code=problem.code, vi=problem.vi, en=problem.en)


def why_of(refused: Rejected | None) -> Why | None:
    """A refusal as it is told beside a step."""
    return None if refused is None else Why(code=refused.code, vi=refused.vi, en=refused.en, source=refused.source)
