"""Scene: results with their evidence, one corrected, one attained and lost again, and a report that came too late.

Source: B16, B18, E11, E12, E29, M-1.
"""

import random
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from cli.administrators import DEPARTMENT
from cli.checks import day, figure
from cli.letter import PROFESSIONAL
from cli.scenes.official import COLLECTED, HEALTH, LATE, SATISFACTION, SOCIAL, reported
from cli.scenes.registering import better
from cli.stage import Province, Stage
from services.campaigns.domain.deadline import deadline_id

VERDICTS: Final = {"missed": "không đạt", "met": "đạt", "exceeded": "đạt và vượt", None: "–"}
_REPORT: Final = uuid5(NAMESPACE_URL, "urn:thidua:demo:report-2024")


async def results(job: Stage, year: int) -> None:
    """Every province reports what it reached in a year; somebody else verifies it."""
    goals = [goal for goal in job.goals if goal["year"] == year]

    async def one(province: Province) -> None:
        draw = random.Random(f"results {province.code} {year}")  # noqa: S311 - example figures
        good = draw.random() < 0.7  # noqa: PLR2004 - a picture worth looking at
        for goal in goals:
            place = (goal["indicator"], year)
            margin = Decimal(draw.randrange(0, 40) if good else draw.randrange(-60, 40)) / 100
            said = reported(job, province, place, better(goal, province.targets[place], margin))
            body = {"indicator": goal["indicator"], "year": year, **said}
            await job.desk.tell(province.officer, "campaigns", f"{_card(job, province)}/results", body)
            verified = {"indicator": goal["indicator"], "year": year}
            await job.desk.tell(PROFESSIONAL, "campaigns", f"{_card(job, province)}/verifications", verified)

    await job.step(f"Kết quả {year} / results {year}", [one(each) for each in job.provinces])


def _card(job: Stage, province: Province) -> str:
    return f"/scorecards/{job.cards[province.unit]}"


async def _result(job: Stage, place: int, indicator: str, year: int) -> Any:
    card = await job.desk.ask(DEPARTMENT, "campaigns", _card(job, job.provinces[place]))
    return next(each for each in card["results"] if (each["indicator"], each["year"]) == (indicator, year))


async def proven(job: Stage) -> None:
    """A file proves a result of 2024; it is kept by its hash."""
    first, content = job.provinces[0], b"%PDF-1.4\n% bien ban doi chieu (vi du)\n%%EOF\n"
    path = f"{_card(job, first)}/evidence?indicator={SOCIAL}&year=2024&name=bien-ban.pdf"
    kind = {"Content-Type": "application/octet-stream"}
    await job.desk.tell(first.officer, "campaigns", path, content=content, headers=kind)

    async def kept() -> Any:
        return (await _result(job, 0, SOCIAL, 2024))["files"]

    [file] = await job.until("Minh chứng / evidence", kept)
    wanted = sha256(content).hexdigest()[:12]
    job.note(
        "S001-2",
        "Tệp minh chứng, mã băm / evidence by its hash",
        f"pdf {wanted}",
        f"{file['kind']} {file['sha256'][:12]}",
    )


async def corrected(job: Stage) -> None:
    """A verified result was a slip of the pen: its second version is verified anew, and attains."""
    await job.at(date(2025, 1, 6))
    province, place = job.provinces[2], (HEALTH, 2024)
    body = {"indicator": HEALTH, "year": 2024, "numerator": "951000", "reason": "Nhập nhầm 95.100, đúng là 951.000."}
    await job.desk.tell(province.officer, "campaigns", f"{_card(job, province)}/corrections", body)
    verified = {"indicator": HEALTH, "year": 2024}  # by another person: what the same one sends again is no new command
    await job.desk.tell(DEPARTMENT, "campaigns", f"{_card(job, province)}/verifications", verified)
    province.parts[place] = (Decimal(951_000), Decimal(1_000_000))
    province.results[place] = Decimal("95.1")

    async def attained() -> Any:
        row = await _result(job, 2, *place)
        return row if row["edition"] > 1 and row["attained"] else None

    row = await job.until("Đính chính kết quả / result corrected", attained)
    said = f"lần {row['edition']}: {figure(row['result'])} %"
    job.note("B11, B16", "Đính chính 9,51 thành 95,1 / a slip corrected", "lần 2: 95,1 %", said)


async def late_report(job: Stage) -> None:
    """The report on 2024 of one province: passed, closed, opened again, received two days late."""
    tell, second = job.desk.tell, job.provinces[1]
    path = f"/deadlines/{deadline_id(_REPORT, second.unit)}"
    body = {
        "unit_id": str(second.unit),
        "campaign_id": str(job.campaign),
        "thing_kind": "result",
        "thing_id": str(_REPORT),
        "title": "Báo cáo kết quả năm 2024; ngày do Vụ TĐKT đặt",
        "before": "2025-01-15",
    }
    await tell(DEPARTMENT, "campaigns", "/deadlines", body)

    async def stands(states: set[str]) -> bool:
        row = await job.seen(DEPARTMENT, "campaigns", path)
        return bool(row and row["state"] in states)

    await job.at(date(2025, 1, 15))
    after = {"closed", "reopened", "met"}
    await job.until("Báo cáo quá hạn / report overdue", lambda: stands({"passed", *after}))
    await tell(DEPARTMENT, "campaigns", f"{path}/close")
    await job.until("Khóa nhận / closed", lambda: stands(after))
    anew = {"until": "2025-01-20", "reason": "Đơn vị thay đổi người phụ trách (ví dụ)."}
    await tell(DEPARTMENT, "campaigns", f"{path}/reopen", anew)
    await job.at(date(2025, 1, 16))
    await tell(DEPARTMENT, "campaigns", f"{path}/receipt", {"on": "2025-01-16"})
    await job.until("Nhận báo cáo / received", lambda: stands({"met"}))
    row = await job.seen(DEPARTMENT, "campaigns", path)
    said = f"mở lại đến trước {day(row['until'])}; nhận {day(row['met_on'])}, chậm {row['days_late']}"
    job.note(
        "B18, C9", "Quá hạn 15/01, khóa, mở lại / passed, closed, reopened",
        "mở lại đến trước 20/01/2025; nhận 16/01/2025, chậm 2", said,
    )  # fmt: skip


async def lost_again(job: Stage) -> None:
    """The final labour force of 2025 is greater than the provisional one: what was attained is so no longer."""
    province, place = job.provinces[3], (SOCIAL, 2025)
    final = {
        "indicator": SOCIAL,
        "year": 2025,
        "document": {
            "number": "02/SL-2025",
            "issued_on": "2025-12-30",
            "title": "Số liệu gốc năm 2025, chính thức (ví dụ)",
        },
        "provisional": False,
        "figures": [{"unit_id": str(province.unit), "figure": "1010000"}],
    }
    await job.desk.tell(PROFESSIONAL, "campaigns", "/base-figures", final)
    province.parts[place] = (Decimal(452_000), Decimal(1_010_000))
    province.results[place] = 100 * Decimal(452_000) / Decimal(1_010_000)

    async def lost() -> Any:
        row = await _result(job, 3, *place)
        return row if row["lost"] else None

    row = await job.until("Không còn đạt / lost again", lost)
    job.note(
        "B15, B16", "452.000/1.000.000 đạt; 452.000/1.010.000 / attained, then lost", "44,752475 %, không còn đạt",
        f"{figure(row['result'])} %, {'không còn đạt' if row['lost'] and not row['attained'] else 'đạt'}",
    )  # fmt: skip


async def compared(job: Stage) -> None:
    """Figures a hair beside their goals, as the worked examples have them."""
    for ids, what, wanted in (
        ("E11, S001-2", (SOCIAL, 2024), ((0, "42,71", "đạt"), (1, "42,7", "không đạt"))),
        ("E11, S001-5", (SATISFACTION, 2024), ((1, "83", "không đạt"), (0, "83,01", "đạt"))),
        ("E11, S001-7", (LATE, 2024), ((1, "2,59", "không đạt"), (0, "2,58", "đạt"))),
        ("E12, S001-7", (LATE, 2024), ((2, "2,5899", "đạt"),)),
        (
            "E11, S001-6",
            (COLLECTED, 2024),
            ((1, "99,99", "không đạt"), (0, "100", "đạt"), (2, "100,01", "đạt và vượt")),
        ),
        ("E11, S001-8", (SOCIAL, 2025), ((0, "45,1", "đạt"), (1, "45,09", "không đạt"))),
    ):
        goal = next(each for each in job.goals if (each["indicator"], each["year"]) == what)
        found = []
        for place, *_ in wanted:
            row = await _result(job, place, *what)
            found.append(f"{figure(row['result'])}: {VERDICTS[row['goal']['verdict']]}")
        asked = f"{goal['wording']} {figure(goal['value'])}"
        job.note(
            ids, f"{goal['name']}, {asked}", "; ".join(f"{said}: {so}" for _, said, so in wanted), "; ".join(found)
        )


async def counted(job: Stage) -> None:
    """The three counts of ten working days."""
    for after, due in (("2025-01-20", "10/02/2025"), ("2025-04-22", "08/05/2025"), ("2024-08-26", "11/09/2024")):
        found = await job.desk.ask(DEPARTMENT, "campaigns", "/working-days", after=after, days=10)
        job.note("E29", f"10 ngày làm việc sau {day(after)} / 10 working days after", due, day(found["due"]))
