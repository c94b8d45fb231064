"""A campaign's goal and a unit, as lists of figures are asked for: what the address leaves out is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from pydantic import BaseModel

from chassis.facts.problem import not_found
from services.portal.shell.visit import Visit
from services.portal.views.progress import CampaignRow, GoalRow
from services.portal.views.progress_queries import campaigns, goals


class Wanted(BaseModel):
    """What the address asks for."""

    campaign: str = ""
    indicator: str = ""
    year: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A campaign's goal, of one's own unit where the address names none; and what may be chosen instead."""

    campaigns: Sequence[CampaignRow]
    campaign: CampaignRow
    goals: Sequence[GoalRow]
    goal: GoalRow
    unit: UUID

    @property
    def places(self) -> list[tuple[str, str]]:
        """The goals that may be chosen, as a form sends them, with their names."""
        return [(f"{each.indicator}.{each.year}", f"{each.name}, {each.year}") for each in self.goals]

    @property
    def place(self) -> str:
        """The goal as a form sends it."""
        return f"{self.goal.indicator}.{self.goal.year}"

    def to(self, path: str, **other: object) -> str:
        """The address of the same goal with something else in it."""
        known = {
            "campaign": self.campaign.campaign_id, "indicator": self.goal.indicator, "year": self.goal.year,
            "unit": self.unit,
        }  # fmt: skip
        return f"{path}?{urlencode({**known, **other})}"


async def choose(asked: Visit, wanted: Wanted) -> Chosen | None:
    """What was asked for, with what is nearest where nothing was; None where there is no campaign with a goal yet.

    An indicator may come with its year (`cover.2024`). Raises Problem 404 for a unit that is none.
    """
    known = await campaigns(asked.pool, asked.today)
    campaign = next((each for each in known if str(each.campaign_id) == wanted.campaign), known[0] if known else None)
    if campaign is None or not (of_it := await goals(asked.pool, campaign.campaign_id)):
        return None
    indicator, _, year = wanted.indicator.partition(".")
    asked_for = (indicator, year or wanted.year)
    goal = next((each for each in of_it if (each.indicator, str(each.year)) == asked_for), None)
    goal = goal or next((each for each in of_it if each.indicator == indicator), of_it[0])
    try:
        unit = UUID(wanted.unit) if wanted.unit else await _own(asked)
    except ValueError:
        raise not_found() from None
    return Chosen(known, campaign, of_it, goal, unit)


async def _own(asked: Visit) -> UUID:
    """The unit in which this person holds a role; the top one where one is held there."""
    held = asked.rights.units(asked.url.path)
    root = await asked.root()
    return root if root in held or not held else held[0]
