"""A unit's facts as sentences: what stands in them by its name, figures and days as people write them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.portal.pages.units.rows import FactRow
from services.portal.shell.figures import show_day, show_figure
from services.portal.shell.words import say

_FIGURES: Final = ("value", "previous", "target", "margin", "shortfall")
_PAGES: Final = {"registration": "registrations", "result": "results", "nomination": "nominations"}
_RESULTS: Final = frozenset({"attained", "attained_early", "missed"})


@dataclass(frozen=True, slots=True)
class Names:
    """What things are called, by their ids or codes as texts."""

    units: Mapping[str, str]
    campaigns: Mapping[str, str]
    indicators: Mapping[str, str]
    awards: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A fact as it is told: on which day, in which words, with what more, and where it leads."""

    on: date
    text: str
    more: tuple[str, ...]
    path: str
    campaign: UUID | None
    code: str


def tell(language: str, fact: FactRow, names: Names, *, own: bool) -> Sentence:
    """The sentence of a fact; it leads to the thing itself for those who may open that (`own`)."""
    said, campaign = fact.said, fact.said.get("campaign")
    fields = {**said, "indicator": names.indicators.get(said.get("indicator", ""), said.get("indicator", ""))}
    fields |= {name: show_figure(said[name]) for name in _FIGURES if name in said and "indicator" in said}
    fields |= {"until": show_day(said.get("until")), "parent": names.units.get(said.get("parent", ""), "")}
    pledged: list[dict[str, Any]] = said.get("targets", [])
    fields |= {"award": names.awards.get(said.get("award", ""), said.get("award", "")), "count": len(pledged)}
    return Sentence(
        on=fact.occurred_on,
        text=say(language, f"units.said.{fact.kind}", **fields),
        more=tuple(
            say(
                language,
                "units.pledged",
                indicator=names.indicators.get(each["indicator"], each["indicator"]),
                year=each["year"],
                value=show_figure(each["value"]),
            )
            for each in pledged
        ),
        path=_path(fact, own=own),
        campaign=UUID(campaign) if campaign in names.campaigns else None,
        code=names.campaigns.get(campaign or "", ""),
    )


def _path(fact: FactRow, *, own: bool) -> str:
    if fact.thing is None:
        return ""
    if fact.kind == "award_granted":
        return f"/decisions/{fact.thing}"
    if not own:
        return ""
    about = "result" if fact.kind in _RESULTS else "registration" if "target" in fact.kind else fact.kind.split("_")[0]
    return f"/{_PAGES[about]}/{fact.thing}"
