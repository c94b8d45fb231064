"""Assigned plans (chỉ tiêu được giao): a figure of its own beside the campaign's goal and the unit's target.

What counts is the plan in force at the year's end. Source: A5, S001-6.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, assert_never
from uuid import NAMESPACE_URL, UUID, uuid5

from chassis.facts.decider import Context, Decider
from chassis.facts.kinds import Day
from chassis.facts.refusal import Refusal
from contracts.campaigns import PlanAdjusted, PlanAssigned, PlanEvent
from services.campaigns.domain.official import OfficialFigures, checked

_NAMESPACE: Final = uuid5(NAMESPACE_URL, "urn:thidua:plans")

OUT_OF_ORDER: Final = Refusal(
    "plan-before-the-last",
    "Bảng có {count} đơn vị đã được giao chỉ tiêu từ ngày sau ngày {day}; hãy nhập ngày hiệu lực đúng của văn bản.",
    "{count} units of the table have a plan that is in force from after {day}; enter the document's own day.",
    "A5",
)


def plan_id(indicator: str, year: int) -> UUID:
    """Id of the plans of an indicator for a year."""
    return uuid5(_NAMESPACE, f"{indicator}/{year}")


class AssignPlans(OfficialFigures):
    """Assign units their plan for an indicator and year, or adjust it, in force from a day on; all or none."""

    since: Day


Steps = tuple[tuple[date, Decimal], ...]
"""A unit's plans, each with the day from which it is in force, in the order of days."""


@dataclass(frozen=True, slots=True)
class Plans:
    """The plans of each unit."""

    units: Mapping[UUID, Steps] = field(default_factory=dict)


def decide(command: AssignPlans, plans: Plans, units: frozenset[UUID] | None, _: Context) -> Sequence[PlanEvent]:
    """A unit's first plan is assigned, later ones adjust it; the same one again is no news."""
    checked(command.figures, units or frozenset())
    late = [each for each in command.figures if plans.units.get(each.unit_id, ((date.min,),))[-1][0] > command.since]
    if late:
        raise OUT_OF_ORDER(count=len(late), day=f"{command.since:%d/%m/%Y}")
    events: list[PlanEvent] = []
    for each in command.figures:
        facts: dict[str, Any] = {
            **command.model_dump(include={"indicator", "year", "document", "since"}),
            "plan_id": plan_id(command.indicator, command.year),
            "unit_id": each.unit_id,
            "figure": each.figure,
        }
        if not (before := plans.units.get(each.unit_id)):
            events.append(PlanAssigned.model_validate(facts))
        elif before[-1] != (command.since, each.figure):
            events.append(PlanAdjusted.model_validate({**facts, "previous": before[-1][1]}))
    return events


def evolve(plans: Plans, event: PlanEvent) -> Plans:
    """The plans after an event of their stream."""
    match event:
        case PlanAssigned() | PlanAdjusted():
            steps = (*plans.units.get(event.unit_id, ()), (event.since, event.figure))
            return Plans({**plans.units, event.unit_id: steps})
        case _:
            assert_never(event)


PLANS: Final[Decider[AssignPlans, Plans, PlanEvent, frozenset[UUID] | None]] = Decider("plans", Plans(), decide, evolve)
