"""The versions of a registration as a page shows them: each beside the one before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import asyncpg

from services.portal.shell.figures import show_figure

_PAST: Final = """
    select distinct on (indicator) indicator, year, result from progress_rows
    where unit_id = $1 and indicator = any($2::text[]) and verified order by indicator, year desc
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that differs from the version before; empty where there was none, or there is none now."""

    name: str
    year: int
    was: str
    now: str
    lowered: bool
    last_quarter: bool


@dataclass(frozen=True, slots=True)
class Version:
    """A version that was official, why it was made, and what it changed."""

    revision: int
    change: str | None
    reason: str
    changes: Sequence[Change]


def versions(registration: Mapping[str, Any]) -> list[Version]:
    """All versions, the latest first; the first of them changes nothing."""
    names = {goal["indicator"]: goal["name"] for goal in registration["terms"]["goals"]}
    reasons = {each["revision"]: each["reason"] for each in registration["reopenings"]}
    found, before = list[Version](), dict[tuple[str, int], str]()
    for each in registration["versions"]:
        now = {(t["indicator"], t["year"]): show_figure(Decimal(t["value"])) for t in each["targets"]}
        low = {(t["indicator"], t["year"]): t["last_quarter"] for t in each["lowered"]}
        changed = [
            Change(
                names.get(place[0], place[0]), place[1], before.get(place, ""), now.get(place, ""),
                lowered=place in low, last_quarter=low.get(place, False),
            )
            for place in sorted(before.keys() | now.keys(), key=lambda place: (place[1], place[0]))
            if before.get(place) != now.get(place)
        ]  # fmt: skip
        reason = reasons.get(each["revision"], "")
        found.append(Version(each["revision"], each["change"], reason, changed if before else ()))
        before = now
    return found[::-1]


async def last_results(pool: asyncpg.Pool, unit: UUID, indicators: Sequence[str]) -> dict[str, tuple[int, Decimal]]:
    """By indicator: the latest verified result of the unit, with its year."""
    rows = await pool.fetch(_PAST, unit, list(indicators))
    return {row["indicator"]: (row["year"], row["result"]) for row in rows}
