"""What a campaign's rules know of others; what may change once units have been told of it; which days may be named."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from chassis.facts.decider import Context
from contracts.campaigns import Terms
from services.campaigns.domain import campaign_refusals as refuse

_FIXED: Final = {"kind": "loại", "level": "cấp", "period": "giai đoạn", "document": "văn bản phát động"}


@dataclass(frozen=True, slots=True)
class Known:
    """Of the campaigns to which a pack relates: which there are, and all that come before, stage by stage.

    `in_scope`: whether the unit that joins is asked to take part, or one above it.
    """

    there: frozenset[UUID] = frozenset()
    before: frozenset[UUID] = frozenset()
    in_scope: bool = False


def changes(before: Terms, after: Terms) -> tuple[str, ...]:
    """Names of the fields that an amendment changes; raises Rejected for what units rely on and may not change."""
    changed = tuple(name for name in Terms.model_fields if getattr(after, name) != getattr(before, name))
    for name in changed:
        if name in _FIXED:
            raise refuse.FIXED(field=_FIXED[name], field_en=name)
    kept = {(goal.indicator, goal.year) for goal in after.goals}
    for goal in before.goals:
        if (goal.indicator, goal.year) not in kept:
            raise refuse.GOAL_DROPPED(name=goal.name, year=goal.year)
    if not set(before.units) <= set(after.units):
        raise refuse.AUDIENCE_DROPPED()
    if before.register_before is not None and after.register_before is None:
        raise refuse.DAY_DROPPED(day=f"{before.register_before:%d/%m/%Y}")
    unless_earlier(before.register_before, after.register_before)
    return changed


def unless_earlier(before: date | None, now: date | None) -> None:
    """Raise Rejected for a day of registering that lies before the one that units were told."""
    if before is not None and now is not None and now < before:
        raise refuse.EARLIER_DEADLINE(day=f"{before:%d/%m/%Y}")


def unless_to_come(day: date | None, context: Context) -> None:
    """Raise Rejected for something that happened on a day that is still to come."""
    if day is not None and day > context.occurred_on:
        raise refuse.DAY_TO_COME(day=f"{day:%d/%m/%Y}")
