"""Bảng điều hành: the country, or what lies below a unit, as it stood on a day; each figure leads to its list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel

from chassis.facts.problem import not_found
from chassis.web.api import ANYWHERE, EVERY_ROLE, asks
from contracts.values import UnitKind
from services.portal.pages.dashboard import queries
from services.portal.pages.dashboard.maps import Tile, tile_map
from services.portal.pages.dashboard.queries import Fact, Unit
from services.portal.pages.dashboard.scale import Scale
from services.portal.pages.dashboard.standings import PRIVATE, STATES, Standing, funnel, ranked, standings
from services.portal.pages.dashboard.sums import Whole, cut, whole
from services.portal.pages.dashboard.trend import HEIGHT, WIDTH, line, trend
from services.portal.shell.figures import NotADay, read_day
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.visit import Visit
from services.portal.shell.words import say
from services.portal.views.progress import CampaignRow, GoalRow
from services.portal.views.progress_queries import campaigns as campaigns_known
from services.portal.views.progress_queries import goals as goals_of

router = page_router()
_RANKED: Final = 10


@dataclass(frozen=True, slots=True)
class View:
    """A campaign's goal, below a unit, on a day; what is so there; and what may be chosen instead."""

    part: Unit
    top: bool
    day: date
    campaigns: Sequence[CampaignRow]
    campaign: CampaignRow
    goals: Sequence[GoalRow]
    goal: GoalRow
    facts: Sequence[Fact]
    found: Sequence[Standing]

    @property
    def indicators(self) -> dict[str, str]:
        """The campaign's indicators by their codes."""
        return {goal.indicator: goal.name for goal in self.goals}

    @property
    def years(self) -> list[int]:
        """The years for which the indicator has a goal."""
        return sorted({goal.year for goal in self.goals if goal.indicator == self.goal.indicator})

    @property
    def alone(self) -> bool:
        """Whether the unit stands for itself: nothing below it takes part."""
        return len(self.found) == 1 and self.found[0].unit.unit_id == self.part.unit_id

    def of_the_year(self) -> list[GoalRow]:
        """The goals of the chosen year, in the campaign's order."""
        return [goal for goal in self.goals if goal.year == self.goal.year]

    def to(self, path: str = "/dashboard", **other: object) -> str:
        """The address of the same view with something else in it."""
        known = {
            "unit": None if self.top else self.part.unit_id,
            "campaign": self.campaign.campaign_id,
            "indicator": self.goal.indicator,
            "year": self.goal.year,
            "on": self.day.isoformat(),
        }
        given = {name: value for name, value in {**known, **other}.items() if value is not None}
        return f"{path}?{urlencode(given)}"


class Wanted(BaseModel):
    """What the address asks for; what it leaves out, or what is not there, is chosen."""

    campaign: str = ""
    indicator: str = ""
    year: str = ""
    on: str = ""
    unit: str = ""


@router.get("/dashboard")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /campaigns")
async def show_dashboard(asked: Visit, wanted: Annotated[Wanted, Query()]) -> Response:
    """Figures, map, goals, ranking, trend and funnel of one goal on one day."""
    day, errors = _day(asked, wanted.on)
    view = await _view(asked, day, wanted)
    if view is None:
        return asked.show("dashboard/nothing.html", day=day, errors=errors)
    shown = [each.unit for each in view.found]
    done = await queries.progress(asked.pool, view.goal, shown, day)
    scale = Scale.around(
        view.goal.direction, view.goal.value, [each.value for each in view.found if each.value is not None]
    )
    months = trend(view.facts, day)
    places = ranked(view.found, view.goal.direction)
    above = await queries.above(asked.pool, view.part.unit_id)
    return asked.show(
        "dashboard/page.html", view=view, errors=errors, done=done, scale=scale, months=months,
        line=line(months, view.goal.value) if months else None, width=WIDTH, height=HEIGHT,
        places=places, ranked=places[:_RANKED], funnel=funnel(view.found, whole=view.top),
        crumbs=_crumbs(asked, view, above),
        counts={state: sum(map(holds, view.found)) for state, holds in STATES.items()},
        private=not view.top and not all(each.unit.seen for each in view.found),
        map=tile_map(day) if view.top and _on_the_map(view) else None, squares=_squares(view, scale),
    )  # fmt: skip


@router.get("/dashboard/units")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /campaigns")
async def show_units(asked: Visit, wanted: Annotated[Wanted, Query()], state: str = "", tile: str = "") -> Response:
    """The units behind a figure, or behind a square of the map."""
    day, errors = _day(asked, wanted.on)
    view = await _view(asked, day, wanted)
    if view is None:
        return asked.show("dashboard/nothing.html", day=day, errors=errors)
    state = state if state in STATES else ""
    square = next((each for each in tile_map(day).tiles if each.code == tile), None)
    found = [
        each
        for each in view.found
        if (not state or STATES[state](each))
        and (state not in PRIVATE or each.unit.seen)
        and (square is None or each.unit.code in square.units)
    ]
    places = {each.unit.unit_id: place for place, each in ranked(view.found, view.goal.direction)}
    found.sort(key=lambda each: (places.get(each.unit.unit_id, len(places) + 1), each.unit.code))
    return asked.show(
        "dashboard/units.html", view=view, errors=errors, found=found, places=places, state=state, square=square,
        states=tuple(STATES), partly=state in PRIVATE and not all(each.unit.seen for each in view.found),
    )  # fmt: skip


def _crumbs(asked: Visit, view: View, above: Sequence[tuple[UUID, str]]) -> list[tuple[str, str]]:
    """The way down to the part that is shown: the whole country first."""
    top = [(say(asked.language, "menu.dashboard"), view.to(unit=None))]
    return top[: len(above)] + [(name, view.to(unit=key)) for key, name in above[1:]]


@dataclass(frozen=True, slots=True)
class Square:
    """A tile with what is so there: the one unit's result, or what several come to, and its step of colour."""

    tile: Tile
    found: Sequence[Standing]
    come: Whole | None
    step: int | None
    met: int

    @property
    def short(self) -> Decimal | None:
        """The figure as there is room for it."""
        return None if self.come is None else cut(self.come.value, 2)


def _squares(view: View, scale: Scale) -> list[Square]:
    by_code = {each.unit.code: each for each in view.found}
    squares = list[Square]()
    for tile in tile_map(view.day).tiles:
        found = [by_code[code] for code in tile.units if code in by_code]
        come = whole(each.part for each in found if each.part is not None)
        step = None if come is None else scale.step(come.value)
        squares.append(Square(tile, found, come, step, sum(each.attained is True for each in found)))
    return squares


def _on_the_map(view: View) -> bool:
    return UnitKind.PROVINCIAL in view.goal.applies_to


def _day(asked: Visit, on: str) -> tuple[date, list[tuple[str, str]]]:
    """The day that was asked for, today where none was or it is no day; no day to come."""
    try:
        return min(read_day(on), asked.today) if on else asked.today, []
    except NotADay:
        return asked.today, [("on", say(asked.language, "day.malformed"))]


async def _view(asked: Visit, day: date, wanted: Wanted) -> View | None:
    """What was asked for, with what is nearest where nothing was; None where there was no campaign by that day.

    Raises Problem 404 for a unit that is not there.
    """
    campaigns = await campaigns_known(asked.pool, day)
    goals: Sequence[GoalRow] = ()
    campaign = next(
        (each for each in campaigns if str(each.campaign_id) == wanted.campaign), campaigns[0] if campaigns else None
    )
    if campaign is None or not (goals := await goals_of(asked.pool, campaign.campaign_id)):
        return None
    goal = _goal(goals, wanted.indicator, wanted.year, day)
    held = [where for _, where in asked.rights.held]
    top = await asked.root()
    part = await queries.unit(asked.pool, held, _id(wanted.unit) if wanted.unit else top)
    if part is None:
        raise not_found()
    kinds = [kind.value for kind in goal.applies_to]
    units = await queries.units(
        asked.pool, held, part.unit_id, day=day, campaign=campaign.campaign_id, kinds=kinds
    ) or [part]
    facts = await queries.facts(asked.pool, goal, units, day)
    return View(
        part, part.unit_id == top, day, campaigns, campaign, goals, goal, facts, standings(units, facts, day)
    )  # fmt: skip


def _id(unit: str) -> UUID:
    try:
        return UUID(unit)
    except ValueError:
        raise not_found() from None


def _goal(goals: Sequence[GoalRow], indicator: str, year: str, day: date) -> GoalRow:
    """The goal asked for: of the first indicator where none is named, of the year that is nearest to the day."""
    of_it = [goal for goal in goals if goal.indicator == indicator] or [
        goal for goal in goals if goal.indicator == goals[0].indicator
    ]
    wanted = int(year) if year.isascii() and year.isdecimal() and len(year) < 5 else day.year  # noqa: PLR2004 - digits
    return min(of_it, key=lambda goal: (abs(goal.year - wanted), goal.year))


PAGE: Final = Page(router, menu=[Entry("/dashboard", "dashboard", "mine", order=1)])
