"""Scene: provinces register in the order of A2: draft, local opinions, agreement with the departments, sending.

S001 does not say in which order; the demo asks for that of S002 5.1.1, and sets a day for four provinces, as E8 has it.
"""

import random
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from chassis.facts.clock import business_date
from cli.administrators import DEPARTMENT
from cli.checks import day
from cli.letter import PROFESSIONAL
from cli.officers import Refused
from cli.scenes.official import on_its_goal
from cli.stage import Province, Stage
from contracts.values import Direction
from services.campaigns.domain.deadline import deadline_id
from services.registry.domain.registration import registration_id

_BEFORE: Final = date(2024, 11, 30)
_LAST: Final = (1, 2, 3)
"""Places of those that wait: for the last minute, for too long, for a flood to go down."""

_SOLUTION: Final = "Giao chỉ tiêu đến từng xã; rà soát dữ liệu thuế, dân cư; phối hợp với ngành Thuế, Công an."


def better(goal: dict[str, Any], value: Decimal, by: Decimal) -> Decimal:
    """A figure that beats another by so much, on the good side of its goal."""
    down = Direction(goal["direction"]) in (Direction.BELOW, Direction.AT_MOST)
    return value - by if down else value + by


async def registered(job: Stage) -> None:
    """Every province pledges; one tries less than the common goal first and is refused."""
    _drawn(job)
    if job.whole:
        await job.at(date(2024, 11, 18))
        await _given_a_day(job)
    await job.at(date(2024, 11, 20))
    await _too_low(job)
    late = [job.provinces[place] for place in _LAST] if job.whole else []
    await job.step("Đăng ký / registered", [_drafted(job, each) for each in job.provinces])
    early = [each for each in job.provinces if each not in late]
    await job.step("Xác nhận / confirmed", [_sent(job, each) for each in early])
    if job.whole:
        await _last_minute(job, *late)


def _drawn(job: Stage) -> None:
    for place, province in enumerate(job.provinces):
        draw = random.Random(f"targets {province.code}")  # noqa: S311 - example figures
        for goal in job.goals:
            by = Decimal(draw.randrange(1, 60)) / 100
            if job.whole and on_its_goal(place, goal["indicator"], goal["year"]):
                strict = Direction(goal["direction"]) in (Direction.ABOVE, Direction.BELOW)
                by = Decimal("0.01") if strict else Decimal(0)
            province.targets[goal["indicator"], goal["year"]] = better(goal, Decimal(str(goal["value"])), by)


async def _too_low(job: Stage) -> None:
    first, goal = job.provinces[0], job.goals[0]
    path = f"/registrations/{registration_id(job.campaign, first.unit)}/targets"
    value = better(goal, Decimal(str(goal["value"])), Decimal("-0.5"))
    low = {"indicator": goal["indicator"], "year": goal["year"], "value": str(value)}
    try:
        await job.desk.tell(first.officer, "registry", path, low)
    except Refused as refused:
        job.refusal = str(refused.problem["detail"])


async def _drafted(job: Stage, province: Province) -> None:
    """Targets; where the order asks for it, what the province says beside them, and the departments' agreement."""
    tell, base = job.desk.tell, f"/registrations/{registration_id(job.campaign, province.unit)}"
    for (indicator, year), value in province.targets.items():
        body = {"indicator": indicator, "year": year, "value": str(value)}
        await tell(province.officer, "registry", f"{base}/targets", body)
    if not job.whole:
        return
    if job.provinces.index(province) <= max(_LAST):
        await _said_in_full(job, province, base)
    await tell(province.head, "registry", f"{base}/appraisal")
    for indicator, year in province.targets:
        body = {"indicator": indicator, "year": year}
        await tell(PROFESSIONAL, "registry", f"{base}/agreements", body)


async def _said_in_full(job: Stage, province: Province, base: str) -> None:
    tell, officer = job.desk.tell, province.officer
    for body in ("peoples_council", "peoples_committee", "party_committee"):
        await tell(officer, "registry", f"{base}/opinions", {"body": body})
    answer = {"body": "peoples_committee", "opinion": "Thống nhất với dự thảo.", "document": "512/UBND-VX"}
    await tell(officer, "registry", f"{base}/opinions/answers", answer)  # the others stay silent and hold up nobody
    await tell(
        officer, "registry", f"{base}/solutions", {"indicator": job.goals[0]["indicator"], "solution": _SOLUTION}
    )
    await tell(officer, "registry", f"{base}/movements", {"numbers": job.movements})


async def _sent(job: Stage, province: Province) -> None:
    base = f"/registrations/{registration_id(job.campaign, province.unit)}"
    await job.desk.tell(province.head, "registry", f"{base}/submit")
    await job.desk.tell(DEPARTMENT, "registry", f"{base}/confirm")


def _key(job: Stage, province: Province) -> UUID:
    return deadline_id(registration_id(job.campaign, province.unit), province.unit)


async def _given_a_day(job: Stage) -> None:
    for province in job.provinces[: max(_LAST) + 1]:
        body = {
            "unit_id": str(province.unit),
            "campaign_id": str(job.campaign),
            "thing_kind": "registration",
            "thing_id": str(registration_id(job.campaign, province.unit)),
            "title": "Gửi bản đăng ký; ngày do Vụ TĐKT đặt",
            "before": f"{_BEFORE}",
        }
        await job.desk.tell(DEPARTMENT, "campaigns", "/deadlines", body)


async def _last_minute(job: Stage, punctual: Province, tardy: Province, flooded: Province) -> None:
    """Reminded a week before the last day; then one in time, one late and excused, one given a later day."""
    tell = job.desk.tell
    await job.at(date(2024, 11, 22))
    reminded = await job.until("Nhắc hạn / reminded", lambda: _reminder(job, punctual))
    flood = {"before": "2024-12-14", "reason": "Mưa lũ chia cắt địa bàn."}
    await tell(DEPARTMENT, "campaigns", f"/deadlines/{_key(job, flooded)}/move", flood)
    await job.at(datetime(2024, 11, 29, 16, 50, tzinfo=UTC))
    await _sent(job, punctual)
    await _until(job, punctual, "Đúng hạn / in time", lambda row: row["met_on"])
    await job.at(datetime(2024, 11, 29, 17, 0, 5, tzinfo=UTC))
    await _until(job, tardy, "Quá hạn / passed", lambda row: row["state"] != "open")
    await _sent(job, tardy)
    await _until(job, tardy, "Chậm / late", lambda row: row["met_on"])
    excuse = {"reason": "Giám đốc đi công tác đột xuất, cấp phó chưa được ủy quyền ký."}
    await tell(DEPARTMENT, "campaigns", f"/deadlines/{_key(job, tardy)}/excuse", excuse)
    await job.at(date(2024, 12, 10))
    await _sent(job, flooded)
    await _until(job, flooded, "Đúng hạn đã lùi / in time", lambda row: row["met_on"])
    await _noted(job, [punctual, tardy, flooded], reminded)


async def _noted(job: Stage, three: list[Province], reminded: str) -> None:
    in_time, late, moved = [await _deadline(job, each) for each in three]
    job.note("C13", "Nhắc trước ngày cuối 7 ngày / a week before the last day", "22/11/2024", reminded)
    job.note(
        "E8", "29/11 23:50; 30/11 00:00, trước 30/11 / before 30/11", "29/11/2024: 0; 30/11/2024: 1",
        "; ".join(f"{day(each['met_on'])}: {each['days_late']}" for each in (in_time, late)),
    )  # fmt: skip
    excused = f"{late['state']}, chậm / late {late['late']}, {'có' if late['excuse'] else 'không'} lý do"
    job.note("B18", "Chậm có lý do, vẫn nêu tên / excused, still listed", "met, chậm / late 1, có lý do", excused)
    said = f"trước / before {day(moved['before'])}, {day(moved['met_on'])}: {moved['days_late']}"
    job.note("B18", "Lùi hạn một đơn vị / moved for one unit", "trước / before 14/12/2024, 10/12/2024: 0", said)
    registration = f"/registrations/{registration_id(job.campaign, three[0].unit)}"
    found = await job.desk.ask(DEPARTMENT, "registry", registration)
    agreed = sum(each["objection"] is None for each in found["appraised"])
    answered = sum(each["opinion"] is not None for each in found["opinions"])
    job.note(
        "A2", "Ý kiến, thống nhất, gửi, xác nhận / opinions, agreement", "3 (1 trả lời), 9 thống nhất, confirmed",
        f"{len(found['opinions'])} ({answered} trả lời), {agreed} thống nhất, {found['status']}",
    )  # fmt: skip
    job.note("S001-15", "Gắn với 8 phong trào / tied to 8 movements", "8", str(len(found["movements"])))


async def _reminder(job: Stage, province: Province) -> str:
    """The day of the first letter that reminded a province's head; nothing as long as there was none."""
    about = {"rule": "remind_a_unit_of_its_deadline", "person_id": province.head.id, "campaign_id": job.campaign}
    found = await job.desk.ask(DEPARTMENT, "notify", "/notifications", **about, limit=1)
    return day(business_date(datetime.fromisoformat(found["items"][0]["requested_at"]))) if found["items"] else ""


async def _deadline(job: Stage, province: Province) -> Any:
    return await job.seen(DEPARTMENT, "campaigns", f"/deadlines/{_key(job, province)}")


async def _until(job: Stage, province: Province, title: str, said: Any) -> None:
    """Wait until a province's deadline says so, or has gone on since an earlier run."""

    async def there() -> bool:
        row = await _deadline(job, province)
        return bool(row and (said(row) or row["met_on"]))

    await job.until(title, there)
