"""What a row of the performance table is, and how it is measured: ours and its limit in turns, round by round."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from chassis.telemetry.collector import settle

Measure = Callable[[], Awaitable[float]]
"""One round; gives a figure in the row's unit."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured: rounds of each row, seconds of a timed round, events of a filled store, single samples."""

    rounds: int = 5
    seconds: float = 3.0
    events: int = 300_000
    samples: int = 200


@dataclass(frozen=True, slots=True)
class Demand:
    """A figure with the value it must reach and the one aimed at; `most` when it may not exceed them."""

    name: str
    value: float
    must: float
    aim: float
    most: bool = False

    @property
    def met(self) -> bool:
        """Whether it is what it must be."""
        return self.value <= self.must if self.most else self.value >= self.must

    def said(self, bound: float) -> str:
        """A bound as it stands in the table."""
        return f"{self.name} {'≤' if self.most else '≥'} {bound:g}"


@dataclass(frozen=True, slots=True)
class Row:
    """One measured row; `value`, `limit` and `ratio` are medians over rounds, `spread` is the ratio's range."""

    id: str
    what: str
    unit: str
    value: float
    limit: float
    ratio: float
    spread: tuple[float, float]
    demands: Sequence[Demand]

    def described(self) -> dict[str, Any]:
        """As it stands in results.json; `more` holds what else was demanded or compared."""
        return {
            "id": self.id,
            "what": self.what,
            "value": round(self.value, 2),
            "unit": self.unit,
            "limit": round(self.limit, 2),
            "ratio": round(self.ratio, 3),
            "spread": [round(bound, 3) for bound in self.spread],
            "must": "; ".join(each.said(each.must) for each in self.demands),
            "aim": "; ".join(each.said(each.aim) for each in self.demands),
            "met": all(each.met for each in self.demands),
            "more": {each.name: round(each.value, 3) for each in self.demands if each.name != "ratio"},
        }


@dataclass(frozen=True, slots=True)
class Measured:
    """Rounds of one row: what ours reached and what its limit reached just before or after."""

    ours: Sequence[float]
    limit: Sequence[float]

    def row(self, id: str, what: str, unit: str, *demands: Demand) -> Row:  # noqa: A002 - the row's name
        """The row of these rounds; a demand named "ratio" takes its value from them."""
        ratios = [ours / limit for ours, limit in zip(self.ours, self.limit, strict=True)]
        ratio = median(ratios)
        filled = [
            Demand(each.name, ratio, each.must, each.aim, each.most) if each.name == "ratio" else each
            for each in demands
        ]
        return Row(id, what, unit, median(self.ours), median(self.limit), ratio, (min(ratios), max(ratios)), filled)


def ratio(must: float, aim: float, *, most: bool = False) -> Demand:
    """What a row's ratio must be; `Measured.row` fills its value in."""
    return Demand("ratio", 0.0, must, aim, most)


async def in_turns(rounds: int, ours: Measure, limit: Measure) -> Measured:
    """Measure both in each round; who begins changes, so that neither gains from its place.

    Garbage is collected as rarely as in the platform's processes, and what the benchmark itself holds is left out.
    """
    settle()
    found: dict[Measure, list[float]] = {ours: [], limit: []}
    for number in range(rounds):
        for measure in (limit, ours) if number % 2 == 0 else (ours, limit):
            found[measure].append(await measure())
    return Measured(found[ours], found[limit])
