"""Scene: base figures and assigned plans, and the results that are worked out by hand. Source: B15, A5, E11, E12.

All figures are made up. The first four provinces have those that a person can check without a calculator.
"""

import random
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from cli.letter import PROFESSIONAL
from cli.stage import Province, Stage

SOCIAL: Final = "social_insurance_coverage"
JOBLESS: Final = "unemployment_insurance_coverage"
HEALTH: Final = "health_insurance_coverage"
SATISFACTION: Final = "satisfaction_index"
COLLECTED: Final = "collection_plan_completion"
LATE: Final = "late_payment_rate"

_MILLION: Final = 1_000_000
_TYPED: Final = {SATISFACTION: 10_000, LATE: 10_000}
"""Of which the unit itself says both parts: sheets that were filled in, billions of đồng to be paid."""

WORKED: Final[dict[int, dict[tuple[str, int], tuple[int, int]]]] = {
    0: {  # exactly on each goal, or a hair beyond one that is to be passed
        (SOCIAL, 2024): (427_100, _MILLION),
        (JOBLESS, 2024): (341_800, _MILLION),
        (HEALTH, 2024): (942_000, _MILLION),
        (SATISFACTION, 2024): (8_301, 10_000),
        (COLLECTED, 2024): (1_000, 1_000),
        (LATE, 2024): (258, 10_000),
        (SOCIAL, 2025): (451_000, _MILLION),
        (JOBLESS, 2025): (351_000, _MILLION),
        (HEALTH, 2025): (951_600, _MILLION),
    },
    1: {  # a hair short of it
        (SOCIAL, 2024): (427_000, _MILLION),
        (SATISFACTION, 2024): (8_300, 10_000),
        (COLLECTED, 2024): (9_999, 10_000),
        (LATE, 2024): (259, 10_000),
        (SOCIAL, 2025): (450_900, _MILLION),
    },
    2: {  # exceeded; within what rounding would hide; a slip of the pen, 9,51 for 95,1
        (COLLECTED, 2024): (10_001, 10_000),
        (LATE, 2024): (25_899, _MILLION),
        (HEALTH, 2024): (95_100, _MILLION),
    },
    3: {(SOCIAL, 2025): (452_000, _MILLION)},  # attained, until the base figure is final
}
"""Numerator and denominator of the results of the first provinces."""


def on_its_goal(place: int, indicator: str, year: int) -> bool:
    """Whether the province of this place in the list registers exactly what the campaign asks for."""
    return place == 0 or (place, indicator, year) == (3, SOCIAL, 2025)


def base_of(place: int, code: str, indicator: str, year: int) -> int:
    """The made-up labour force or population of a province: a round number, so that a share of it is whole."""
    if place in WORKED:
        return _MILLION
    forces = 10_000 * random.Random(f"base {code} {year}").randrange(20, 400)  # noqa: S311 - example figures
    return 2 * forces if indicator == HEALTH else forces


def plan_of(place: int, code: str) -> int:
    """The made-up plan of collections of a province in 2024, in billions of đồng."""
    if place in WORKED:
        return 1_000 if place == 0 else 10_000
    return 10_000 * random.Random(f"plan {code}").randrange(1, 40)  # noqa: S311 - example figures


async def published(job: Stage) -> None:
    """Publish base figures of both years and assign plans, for all provinces; the plan of the third one is raised.

    The labour force of 2025 is provisional first.
    """
    tell, units = job.desk.tell, job.everywhere
    papers = {
        2024: {"number": "01/SL-2024", "issued_on": "2024-12-30", "title": "Số liệu gốc năm 2024 (ví dụ)"},
        2025: {"number": "01/SL-2025", "issued_on": "2024-12-30", "title": "Số liệu gốc năm 2025 (ví dụ)"},
    }
    tables = [(indicator, year) for year in papers for indicator in (SOCIAL, JOBLESS, HEALTH)]
    for indicator, year in tables:
        body = {
            "indicator": indicator,
            "year": year,
            "document": papers[year],
            "provisional": (indicator, year) == (SOCIAL, 2025),
            "figures": [
                {"unit_id": str(unit), "figure": str(base_of(place, code, indicator, year))}
                for place, (code, unit) in enumerate(units.items())
            ],
        }
        await tell(PROFESSIONAL, "campaigns", "/base-figures", body)
    given = {"indicator": COLLECTED, "year": 2024}
    first = {"number": "10/QĐ-VD", "issued_on": "2024-01-10", "title": "Giao chỉ tiêu thu năm 2024 (ví dụ)"}
    raised = {"number": "90/QĐ-VD", "issued_on": "2024-12-02", "title": "Điều chỉnh chỉ tiêu thu năm 2024 (ví dụ)"}
    plans = {unit: plan_of(place, code) for place, (code, unit) in enumerate(units.items())}
    third = list(units.values())[2]
    figures = [{"unit_id": str(unit), "figure": str(plan - 1_000 * (unit == third))} for unit, plan in plans.items()]
    await tell(
        PROFESSIONAL, "campaigns", "/plans", {**given, "document": first, "since": "2024-01-15", "figures": figures}
    )
    figures = [{"unit_id": str(third), "figure": str(plans[third])}]
    await tell(
        PROFESSIONAL, "campaigns", "/plans", {**given, "document": raised, "since": "2024-12-02", "figures": figures}
    )

    async def stated() -> bool:
        found = [each for year in papers for each in await _bases(job, year)]
        known = await job.desk.ask(PROFESSIONAL, "campaigns", "/plans", unit_id=third)
        return len(found) >= len(tables) * len(units) and len(known) > 1

    await job.until("Số liệu gốc, chỉ tiêu giao / base figures, plans", stated)


async def learnt(job: Stage) -> None:
    """Look up by what results are divided: a unit does not type what is official."""
    found = [each for year in (2024, 2025) for each in await _bases(job, year)]
    job.bases = {(UUID(each["unit_id"]), each["indicator"], each["year"]): Decimal(each["figure"]) for each in found}
    for province in job.provinces:
        for plan in await job.desk.ask(PROFESSIONAL, "campaigns", "/plans", unit_id=province.unit):
            job.bases[province.unit, plan["indicator"], plan["year"]] = Decimal(plan["figure"])


async def _bases(job: Stage, year: int) -> Any:
    return (await job.desk.ask(PROFESSIONAL, "campaigns", "/base-figures", year=year))["items"]


def reported(job: Stage, province: Province, place: tuple[str, int], value: Decimal) -> dict[str, str]:
    """What the body of a report says: two parts of which an official denominator is left out, or else a per cent.

    Where S001 is played whole both parts are always said, so that they can be added up.
    """
    official = job.bases.get((province.unit, *place))
    if official is None and not job.whole:
        province.results[place] = value
        return {"value": str(value)}
    denominator = official if official is not None else Decimal(_TYPED[place[0]])
    numerator = (value * denominator / 100).quantize(Decimal("0.000001")).normalize()
    if job.whole and place in (worked := WORKED.get(job.provinces.index(province), {})):
        numerator, denominator = map(Decimal, worked[place])
    province.parts[place] = (numerator, denominator)
    province.results[place] = 100 * numerator / denominator
    said = {"numerator": f"{numerator:f}"}
    return said if official is not None else {**said, "denominator": f"{denominator:f}"}
