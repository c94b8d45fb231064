"""Scene: the last report, sums of numerators and denominators over the nation, and two worked examples of such sums.

Source: S001-2 … S001-10, S001-16, S002-9, E12, E17, E18.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from cli.administrators import DEPARTMENT
from cli.checks import figure, percent
from cli.letter import LEADER, PROFESSIONAL
from cli.officers import Officer, Refused
from cli.scenes.official import COLLECTED, HEALTH, LATE, SOCIAL
from cli.scenes.reporting import VERDICTS
from cli.stage import Stage
from contracts.values import Direction
from services.campaigns.domain.campaign import campaign_id
from services.campaigns.domain.scorecard import scorecard_id
from services.registry.domain.registration import registration_id
from services.registry.domain.unit import unit_id

_SERVICES: Final = ("TTTT", "CNTT", "LT")
_EXAMPLE: Final[Mapping[str, Mapping[tuple[str, int], tuple[int, int]]]] = {
    "TTTT": {(HEALTH, 2024): (300, 400)},
    "CNTT": {(HEALTH, 2024): (900, 1_600)},
    "LT": {},
    "TST": {(LATE, 2024): (2, 100), (SOCIAL, 2025): (45_099_999, 100_000_000)},
    "TCKT": {(LATE, 2024): (30, 1_000)},
}
"""What five units report in a drive that is there for these sums alone; one of them reports nothing."""

_PLEDGED: Final = {HEALTH: "81", LATE: "2.5", SOCIAL: "45.1"}
_CENTRAL, _SERVICE = "central_department", "public_service_unit"


async def summed(job: Stage) -> None:
    """What the nation reached for each goal, held against the sum that a person makes of all reports."""
    for goal in job.goals:
        place = (goal["indicator"], goal["year"])
        parts = [each.parts[place] for each in job.provinces]
        numerator, denominator = (sum(each, Decimal(0)) for each in zip(*parts, strict=True))
        reached, asked = 100 * numerator / denominator, Decimal(str(goal["value"]))
        wanted = "missed"
        if Direction(goal["direction"]).holds(reached, asked):
            wanted = "exceeded" if goal["indicator"] == COLLECTED and reached > asked else "met"
        sums = (numerator, denominator, percent(numerator, denominator))
        by_hand = _sum(sums, len(parts), len(parts), wanted)
        what = f"Toàn ngành {goal['year']}: {goal['name']}, {goal['wording']} {figure(asked)}"
        job.note(goal["source"], what, by_hand, await _rolled_up(job, job.campaign, *place))


def _sum(parts: Sequence[Decimal], reported: int, asked: int, verdict: str | None) -> str:
    numerator, denominator, value = map(figure, parts)
    return f"{numerator}/{denominator} = {value} %, {reported}/{asked} đơn vị: {VERDICTS[verdict]}"


async def _rolled_up(job: Stage, campaign: UUID, indicator: str, year: int) -> str:
    about = {"indicator": indicator, "year": year}
    whole = (await job.desk.ask(DEPARTMENT, "campaigns", f"/campaigns/{campaign}/rollup", **about))["whole"]
    parts = [Decimal(whole[name]) for name in ("numerator", "denominator", "value")]
    return _sum(parts, whole["reported"], whole["asked"], whole["verdict"])


def _people(code: str) -> tuple[Officer, Officer]:
    return Officer(f"Can-bo-{code}"), Officer(f"Thu-truong-{code}")


def staff() -> list[tuple[Officer, str, UUID]]:
    """Officer and head of each unit of the example."""
    both = [(_people(code), unit_id(code)) for code in _EXAMPLE]
    return [
        staffed for (officer, head), unit in both for staffed in ((officer, "officer", unit), (head, "unit_head", unit))
    ]


async def example(job: Stage) -> None:
    """A small drive with one unit that reports nothing, one sum that a mean would get wrong, one close call."""
    tell, campaign = job.desk.tell, campaign_id(_pack()["code"])
    await tell(LEADER, "campaigns", "/campaigns", _pack())
    for code in _EXAMPLE:
        officer, head = _people(code)
        registration = f"/registrations/{registration_id(campaign, unit_id(code))}"
        await job.until(f"{code}", lambda path=registration: job.seen(DEPARTMENT, "registry", path))
        for indicator, year in ((HEALTH, 2024),) if code in _SERVICES else ((LATE, 2024), (SOCIAL, 2025)):
            body = {"indicator": indicator, "year": year, "value": _PLEDGED[indicator]}
            await tell(officer, "registry", f"{registration}/targets", body)
        await tell(head, "registry", f"{registration}/submit")
        await tell(DEPARTMENT, "registry", f"{registration}/confirm")
    for code in _EXAMPLE:
        officer, _ = _people(code)
        card = f"/scorecards/{scorecard_id(campaign, unit_id(code))}"
        await job.until(f"{code}", lambda path=card: job.seen(DEPARTMENT, "campaigns", path))
        for (indicator, year), (numerator, denominator) in _EXAMPLE[code].items():
            place = {"indicator": indicator, "year": year}
            body = {**place, "numerator": str(numerator), "denominator": str(denominator)}
            await tell(officer, "campaigns", f"{card}/results", body)
            await tell(PROFESSIONAL, "campaigns", f"{card}/verifications", place)
    await _compared(job, campaign)


async def _compared(job: Stage, campaign: UUID) -> None:
    said = await job.until("E17, E18", lambda: _both(job, campaign))
    what = "300/400, 900/1.600, một đơn vị chưa báo cáo / one has not reported"
    job.note("E17, S002-9", what, "1200/2000 = 60 %, 2/3 đơn vị: –", said[0])
    what = "2/100, 30/1.000, dưới mức 2,59 / below 2.59"
    job.note("E18, S001-7", what, "32/1100 = 2,90909 %, 2/2 đơn vị: không đạt", said[1])
    card = await job.desk.ask(DEPARTMENT, "campaigns", f"/scorecards/{scorecard_id(campaign, unit_id('TST'))}")
    row = next(each for each in card["results"] if each["indicator"] == SOCIAL)
    verdict = VERDICTS[row["goal"]["verdict"]]
    job.note(
        "E12, S001-8",
        "45.099.999/100.000.000, đạt tỷ lệ 45,1",
        "45,099999: không đạt",
        f"{figure(row['result'])}: {verdict}",
    )


async def _both(job: Stage, campaign: UUID) -> list[str] | None:
    """Both sums, once all reports are in them."""
    try:
        said = [await _rolled_up(job, campaign, indicator, 2024) for indicator in (HEALTH, LATE)]
    except (Refused, TypeError):  # nothing is reported yet
        return None
    return said if all(" 2/" in each for each in said) else None


def _pack() -> dict[str, Any]:
    goals = [
        (HEALTH, "Tỷ lệ dân số tham gia bảo hiểm y tế", 2024, "above", "80", _SERVICE, "S002-9"),
        (LATE, "Tỷ lệ số tiền chậm đóng", 2024, "below", "2.59", _CENTRAL, "S001-7"),
        (SOCIAL, "Tỷ lệ lực lượng lao động tham gia BHXH", 2025, "at_least", "45.1", _CENTRAL, "S001-8"),
    ]
    return {
        "code": "tinh-thu-2024",
        "theme": "Đợt tính thử cách cộng số liệu (ví dụ, không phải phong trào thật)",
        "kind": "drive",
        "level": "sector",
        "period": {"start": "2024-11-10", "end": "2025-12-31"},
        "document": {"number": "01/TT-VD", "issued_on": "2024-12-02"},
        "units": [_CENTRAL, _SERVICE],
        "goals": [
            {
                "indicator": indicator, "name": name, "year": year, "direction": direction, "value": value,
                "applies_to": [kind], "source": source,
            }
            for indicator, name, year, direction, value, kind, source in goals
        ],
    }  # fmt: skip
