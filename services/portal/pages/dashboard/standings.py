"""How units stand on a day, from dated facts: results, places, lists, and how many came how far. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final
from uuid import UUID

from contracts.values import Direction
from services.portal.pages.dashboard.queries import Fact, Unit
from services.portal.pages.dashboard.rows import What
from services.portal.pages.dashboard.sums import Part

LATELY: Final = timedelta(days=30)
"""How far back a result is compared with itself."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a unit stands on a day; what is not known is None. `before`: its result 30 days earlier."""

    unit: Unit
    said: frozenset[str]
    target: Decimal | None = None
    value: Decimal | None = None
    before: Decimal | None = None
    attained: bool | None = None
    early: bool = False
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    @property
    def part(self) -> Part | None:
        """What its result adds to that of several units."""
        return None if self.value is None else Part(self.value, self.numerator, self.denominator)

    @property
    def change(self) -> Decimal | None:
        """What the last 30 days brought."""
        return None if self.value is None or self.before is None else self.value - self.before


def standings(units: Sequence[Unit], facts: Iterable[Fact], day: date) -> list[Standing]:
    """How each unit stands on a day, in the units' order; facts come in the order of days."""
    known: dict[UUID, dict[str, Fact]] = {each.unit_id: {} for each in units}
    before = dict[UUID, Decimal | None]()
    for fact in facts:
        known[fact.unit_id][fact.what] = fact
        if fact.what == What.VERIFIED and fact.since <= day - LATELY:
            before[fact.unit_id] = fact.value
    return [_standing(unit, known[unit.unit_id], before.get(unit.unit_id)) for unit in units]


def _standing(unit: Unit, known: dict[str, Fact], before: Decimal | None) -> Standing:
    target, verified, attained = (known.get(each) for each in (What.TARGET, What.VERIFIED, What.ATTAINED))
    return Standing(
        unit=unit,
        said=frozenset(known),
        target=target.value if target else None,
        value=verified.value if verified else None,
        before=before,
        attained=None if attained is None else attained.value == 1,
        early=attained is not None and attained.early,
        numerator=verified.numerator if verified else None,
        denominator=verified.denominator if verified else None,
    )


def ranked(found: Iterable[Standing], direction: Direction) -> list[tuple[int, Standing]]:
    """Those with a result, the best first; equal results share a place."""
    rows = sorted(
        ((each, each.value) for each in found if each.value is not None),
        key=lambda pair: (-direction.margin(pair[1], Decimal(0)), pair[0].unit.code),
    )
    places, last = list[tuple[int, Standing]](), None
    for number, (each, value) in enumerate(rows, start=1):
        place = places[-1][0] if places and value == last else number
        places.append((place, each))
        last = value
    return places


STATES: Final[Mapping[str, Callable[[Standing], bool]]] = MappingProxyType(
    {
        "registered": lambda each: What.CONFIRMED in each.said,
        "unregistered": lambda each: What.CONFIRMED not in each.said,
        "attained": lambda each: each.attained is True,
        "early": lambda each: each.attained is True and each.early,
        "missed": lambda each: each.attained is False,
        "unverified": lambda each: each.target is not None and each.value is None,
        "waiting": lambda each: each.value is None and What.REPORTED in each.said,
        "proposed": lambda each: What.PROPOSED in each.said,
        "complete": lambda each: What.COMPLETE in each.said,
        "honoured": lambda each: What.HONOURED in each.said,
    }
)
"""Which units a list shows: by what is so for them on the day."""

PRIVATE: Final = frozenset({"waiting", "proposed", "complete"})
"""What a unit and those above it alone see of it; the number over a whole country is everyone's."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage on the way from a target to an honour: so many of those at the beginning; None where it is not shown."""

    state: str
    number: int | None
    of: int


def funnel(found: Sequence[Standing], *, whole: bool) -> list[Stage]:
    """How many units came how far: target, attained, nominated, honoured.

    What is not public is counted over the `whole` country for everyone, else where the reader sees every unit.
    """
    open_to_all = whole or all(each.unit.seen for each in found)

    def stage(state: str) -> Stage:
        hidden = state in PRIVATE and not open_to_all
        return Stage(state, None if hidden else sum(map(STATES[state], found)), len(found))

    return [stage(state) for state in ("registered", "attained", "proposed", "honoured")]
