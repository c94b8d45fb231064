"""A unit's facts as they stand in sentences: what stands in them by its name, figures and days as people write them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.portal.pages.units.rows import FactRow
from services.portal.shell.figures import show_day, show_figure

_FIGURES: Final = ("value", "previous", "target", "margin", "shortfall")
_PAGES: Final = {"registration": "registrations", "result": "results", "nomination": "nominations"}
_RESULTS: Final = frozenset({"attained", "attained_early", "missed", "attainment_lost", "attainment_regained"})


@dataclass(frozen=True, slots=True)
class Names:
    """What things are called, by their ids or codes as texts."""

    units: Mapping[str, str]
    campaigns: Mapping[str, str]
    indicators: Mapping[str, str]
    awards: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A fact as it is told: on which day, in the words of its `kind` with these fields, and where it leads.

    `pledged` are the targets that became official with it.
    """

    on: date
    kind: str
    fields: Mapping[str, object]
    pledged: tuple[Mapping[str, object], ...]
    path: str
    campaign: UUID | None
    code: str


def tell(fact: FactRow, names: Names, *, own: bool) -> Sentence:
    """The sentence of a fact; it leads to the thing itself for those who may open that (`own`)."""
    said, campaign = fact.said, fact.said.get("campaign", "")
    pledged = tuple(_shown(each, names) for each in said.get("targets", []))
    fields = {**(_shown(said, names) if "indicator" in said else said), "count": len(pledged)}
    fields |= {name: ", ".join(names.units.get(each, "…") for each in said.get(name, [])) for name in ("units", "left")}
    fields |= {name: show_figure(said[name]) for name in ("people", "was", "posts") if name in said}
    fields |= {"day": show_day(said.get("day")), "issued_on": show_day(said.get("issued_on"))}
    fields |= {"until": show_day(said.get("until")), "parent": names.units.get(said.get("parent", ""), "")}
    fields |= {"award": names.awards.get(said.get("award", ""), said.get("award", ""))}
    return Sentence(
        on=fact.occurred_on,
        kind=fact.kind,
        fields=fields,
        pledged=pledged,
        path=_path(fact, own=own),
        campaign=UUID(campaign) if campaign in names.campaigns else None,
        code=names.campaigns.get(campaign, ""),
    )


def _shown(said: Mapping[str, Any], names: Names) -> dict[str, object]:
    """What is said of an indicator: its name, and figures as people write them."""
    figures = {name: show_figure(said[name]) for name in _FIGURES if name in said}
    return {**said, **figures, "indicator": names.indicators.get(said["indicator"], said["indicator"])}


def _path(fact: FactRow, *, own: bool) -> str:
    if fact.thing is None:
        return ""
    if fact.kind == "award_granted":
        return f"/decisions/{fact.thing}"
    if not own:
        return ""
    about = "result" if fact.kind in _RESULTS else "registration" if "target" in fact.kind else fact.kind.split("_")[0]
    return f"/{_PAGES[about]}/{fact.thing}"
