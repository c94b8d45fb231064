"""Scene: the letter 2638 goes out, its review is opened for all provinces and central units, who reports when.

Source: M-1, M-2, S003-10 … S003-14, B18, E9.
"""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from cli.administrators import DEPARTMENT, DEPUTY, ROOT, grant
from cli.checks import day
from cli.letter import CLERK, LEADER, recipients_of
from cli.officers import Officer, Refused
from cli.organisation import UNITS
from cli.scenes.figures import YEARS, Amounts, amounts, body, shown_cells
from cli.scenes.movement import BEGINS, CAMPAIGN, PACK
from cli.stage import Stage
from services.campaigns.domain.deadline import deadline_id
from services.campaigns.domain.report_state import report_id
from services.campaigns.domain.review import review_id
from services.registry.domain.unit import unit_id

PLANNED: Final[dict[str, Any]] = PACK["reviews"][0]
REVIEW: Final = review_id(CAMPAIGN, ROOT, PLANNED["code"])
WITH_DISTRICTS: Final = 3
"""Place of the province that asks its districts; the three before it are late, excused, and silent."""

LETTER: Final = date(2020, 8, 19)
ON_TIME: Final = date(2020, 8, 27)
LAST: Final = date(2020, 9, 1)
_VICE: Final = Officer("Pho-Tong-Giam-doc")
_CENTRAL: Final = ("central_department", "public_service_unit")
_SAID: Final = "Đơn vị đã ban hành kế hoạch, phát động phong trào và phân công thực hiện (ví dụ)."


@dataclass(frozen=True, slots=True)
class Reporting:
    """A unit that reports, by its code, and who writes and who signs there; its figures come of its `place`."""

    code: str
    place: int
    writer: Officer
    head: Officer

    @property
    def unit(self) -> UUID:
        """Its id."""
        return unit_id(self.code)

    @property
    def path(self) -> str:
        """Where its report is."""
        return f"/reports/{report_id(REVIEW, self.unit)}"

    @property
    def years(self) -> Sequence[int]:
        """The years on which it reports: provinces all, central units the last two."""
        return YEARS if self.code.startswith("P") and self.code[1:].isdigit() else YEARS[-2:]

    def amounts(self, year: int) -> Amounts:
        """What it types for a year: one province in one year its cards alone, as the worked example has it. E21."""
        return {("cards", "", ""): 100} if (self.place, year) == (WITH_DISTRICTS, 2019) else amounts(self.place, year)


def units_of(*kinds: str, parent: str | None = None) -> list[str]:
    """Codes of the units of some kinds in the file."""
    with UNITS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [row["code"] for row in rows if row["kind"] in kinds and parent in {None, row["parent"]}]


def reporting(job: Stage) -> list[Reporting]:
    """The units that are asked and have people here: provinces, then central units, which have a head alone."""
    found = [Reporting(each.code, place, each.officer, each.head) for place, each in enumerate(job.provinces)]
    heads = [(code, Officer(f"Thu-truong-{code}")) for code in units_of(*_CENTRAL)]
    return found + [Reporting(code, 100 + place, head, head) for place, (code, head) in enumerate(heads)]


def staff() -> list[tuple[Officer, str, UUID]]:
    """The head of each central unit, and who signs for the Director General."""
    heads = [(Officer(f"Thu-truong-{code}"), "unit_head", unit_id(code)) for code in units_of(*_CENTRAL)]
    return [(_VICE, "sector_leader", ROOT), *heads]


async def asked_for(job: Stage) -> None:
    """The guidance letter of the pack is drafted, signed for the Director General, sent; its review is opened."""
    tell = job.desk.tell
    given = {"unit_id": str(ROOT), "signer_id": str(_VICE.id), "capacity": "deputy", "since": f"{BEGINS}"}
    await tell(LEADER, "registry", "/signing-delegations", given | {"basis": "01/PC-BHXH", "basis_on": f"{BEGINS}"})
    await job.at(LETTER)
    paper, about = PLANNED["guidance"], {"code": PLANNED["code"], "paper": "guidance", "unit_id": str(ROOT)}
    for officer in (DEPUTY, _VICE, CLERK):  # to who is not known yet to hold a role, no document is there
        await job.desk.ask(officer, "campaigns", "/campaigns", limit=1)
    draft = (await tell(DEPARTMENT, "campaigns", f"/campaigns/{CAMPAIGN}/review-papers", about))["id"]
    path = f"/documents/{draft}"
    await tell(DEPUTY, "campaigns", f"{path}/check")
    await job.until("Ký thay / signed for the head", lambda: _signed(job, path))
    number = paper["document"]["number"].partition("/")[0]
    await tell(CLERK, "campaigns", f"{path}/number", {"number": number, "dated": paper["document"]["issued_on"]})
    await tell(CLERK, "campaigns", f"{path}/issue")
    sent = await tell(CLERK, "campaigns", f"{path}/sending")
    letter = await job.desk.ask(CLERK, "campaigns", path, at_least=sent["position"])
    job.note(
        "M-1, B5", "Số, ngày, KT. Tổng Giám đốc / number, day, for the head", "2638/BHXH-TĐKT, 19/08/2020, deputy",
        f"{letter['number']}, {day(letter['dated'])}, {letter['signature']['capacity']}",
    )  # fmt: skip
    said = f"{len(letter['units'])} đơn vị, {len(letter['outside'])} nơi ngoài ngành"
    job.note("M-2", "Nơi nhận ngày 19/8/2020 / recipients of its day", recipients_of(paper), said)
    opening = {"code": PLANNED["code"], "document_id": draft}
    opened = await tell(DEPARTMENT, "campaigns", f"/campaigns/{CAMPAIGN}/reviews", opening)
    review = await job.desk.ask(DEPARTMENT, "campaigns", f"/reviews/{REVIEW}", at_least=opened["position"])
    job.note(
        "S003-10", "Báo cáo tổng kết: ai, trước ngày nào / who reports, before which day",
        f"{len(units_of('provincial', *_CENTRAL))} đơn vị, trước 28/08/2020, theo 2638/BHXH-TĐKT",
        f"{review['asked']} đơn vị, trước {day(review['before'])}, theo {review['document']['number']}",
    )  # fmt: skip


async def _signed(job: Stage, path: str) -> Any:
    """Signed by whom the Director General lets sign, once that is known here."""
    try:
        return await job.desk.tell(_VICE, "campaigns", f"{path}/signature", {"capacity": "deputy"})
    except Refused as refused:
        if refused.code != "signing-without-capacity":
            raise
        return None


async def districts_asked(job: Stage) -> list[Reporting]:
    """A province asks its districts before a day of its own; two of them report, and it accepts their reports. A3."""
    above = job.provinces[WITH_DISTRICTS]
    codes = units_of("district", parent=above.code)[:2]
    two = [Reporting(code, 0, Officer(f"Can-bo-{code}"), Officer(f"Giam-doc-{code}")) for code in codes]
    await job.at(date(2020, 8, 20))
    for each in two:
        for officer, role in ((each.writer, "officer"), (each.head, "unit_head")):
            await job.desk.tell(DEPARTMENT, "registry", f"/people/{officer.id}/enrol")
            await job.desk.tell(
                DEPARTMENT, "registry", f"/people/{officer.id}/details", officer.details(), method="PUT"
            )
            await grant(job.desk, officer.id, role, each.unit, "2020-08-20")
    own = reporting(job)[WITH_DISTRICTS]
    wanted = {"before": "2020-08-25", "unit_kinds": ["district"]}
    await job.desk.tell(above.officer, "campaigns", f"{own.path}/reports-below", wanted)
    for each, cards in zip(two, (40, 60), strict=True):
        await _known(job, each)
        await _row(job, each, 2019, {("cards", "", ""): cards})
        await _sent(job, each)
        await job.desk.tell(above.officer, "campaigns", f"{each.path}/acceptance")
    return two


async def reported(job: Stage) -> None:
    """All report in time but three provinces: one a day late and sent back, one late and excused, one not at all."""
    units = reporting(job)
    late, excused, silent = units[:WITH_DISTRICTS]
    punctual = units[WITH_DISTRICTS:]
    await job.at(ON_TIME)
    await job.step("Báo cáo tổng kết / final reports", [_written(job, each) for each in punctual])
    await job.step("Chấp nhận / accepted", [_accepted(job, each) for each in punctual])
    await job.at(date(2020, 8, 28))
    await _written(job, late)
    await job.at(date(2020, 8, 31))
    await _sent_back(job, late)
    await _written(job, excused)
    await job.at(LAST)
    urging = {"channel": "telephone", "on": "2020-08-31", "note": "Đã gọi bộ phận thi đua của đơn vị (ví dụ)."}
    await job.desk.tell(DEPARTMENT, "campaigns", f"{silent.path}/urgings", urging)
    for each in (late, excused):
        await _accepted(job, each)
    flood = {"reason": "Mưa lũ chia cắt địa bàn (ví dụ)."}
    path = f"/deadlines/{deadline_id(REVIEW, excused.unit)}/excuse"
    told = await job.desk.tell(DEPARTMENT, "campaigns", path, flood)
    await _late_by_day(job, told["position"])
    await _as_they_stand(job, late, excused, silent, told["position"])


async def _written(job: Stage, unit: Reporting) -> None:
    """A section and the annex, year by year; signed by the head and sent."""
    await _known(job, unit)
    await job.desk.tell(unit.writer, "campaigns", f"{unit.path}/sections", {"section": "II.1", "text": _SAID})
    for year in unit.years:
        await _row(job, unit, year, unit.amounts(year))
    await _sent(job, unit)


async def _known(job: Stage, unit: Reporting) -> None:
    """Wait until their roles are known there: to others no report is."""
    for officer in {unit.writer, unit.head}:
        await job.desk.ask(officer, "campaigns", "/reports", unit_id=unit.unit, limit=1)


async def _row(job: Stage, unit: Reporting, year: int, said: Amounts) -> None:
    await job.desk.tell(unit.writer, "campaigns", f"{unit.path}/annex-rows", body(year, said))


async def _sent(job: Stage, unit: Reporting) -> None:
    await job.desk.tell(unit.head, "campaigns", f"{unit.path}/submission", {"capacity": "direct"})


async def _accepted(job: Stage, unit: Reporting) -> None:
    await job.desk.tell(DEPARTMENT, "campaigns", f"{unit.path}/acceptance")


async def _sent_back(job: Stage, unit: Reporting) -> None:
    """A place is named; the unit says it anew and sends again, which takes other words than the first time."""
    place = {"table": "support", "year": 2020, "column": "goods", "reason": "Nêu rõ hiện vật khác đã trao."}
    wrong = {"reason": "Phụ lục chưa đủ hiện vật.", "places": [place]}
    await job.desk.tell(DEPARTMENT, "campaigns", f"{unit.path}/return", wrong)
    await _row(job, unit, 2020, {**unit.amounts(2020), ("goods", "xe đạp", "chiếc"): 2})
    await job.desk.tell(unit.head, "campaigns", f"{unit.path}/submission", {})


async def _late_by_day(job: Stage, position: int) -> None:
    """The list of the 28th of August and of the 1st of September. Source: E9."""
    silent = len(units_of("provincial")) - len(job.provinces) + 1
    for on, wanted in (
        ("2020-08-28", f"1 ngày: {silent + 2}"),
        ("2020-09-01", f"1 ngày: 1; 4 ngày, có lý do: 1; 5 ngày, chưa gửi: {silent}"),
    ):
        path = f"/reviews/{REVIEW}/late"
        rows = await job.desk.ask(DEPARTMENT, "campaigns", path, on=on, at_least=position)
        job.note("E9, S003-10", f"Trễ hạn tính đến {day(on)} / late by that day", wanted, _counted(rows, on))


def _counted(rows: Sequence[dict[str, Any]], on: str) -> str:
    """How many are late by how many days; on the last day of the lists also who is excused, who has not reported."""

    def said(row: dict[str, Any]) -> tuple[int, str]:
        if on != f"{LAST}":  # what was said since does not stand in an earlier list
            return row["late"], ""
        silent = ", chưa gửi" if row["received_on"] is None else ""
        return row["late"], (", có lý do" if row["excuse"] else "") + silent

    counts = Counter(map(said, rows))
    return "; ".join(f"{days} ngày{more}: {count}" for (days, more), count in sorted(counts.items()))


async def _as_they_stand(job: Stage, late: Reporting, excused: Reporting, silent: Reporting, position: int) -> None:
    first, second, third = [
        await job.desk.ask(DEPARTMENT, "campaigns", each.path, at_least=position) for each in (late, excused, silent)
    ]
    steps = " → ".join(each["act"] for each in first["history"])
    job.note(
        "B18", "Trả lại, gửi lại, giữ ngày đầu / sent back, keeps its first day",
        "opened → sent → returned → sent → accepted; 28/08/2020, chậm 1",
        f"{steps}; {day(first['received_on'])}, chậm {first['days_late']}",
    )  # fmt: skip
    row = next(each for each in second["annexes"][0]["rows"] if each["year"] == YEARS[0])
    job.note(
        "S003-14, A10", f"Phụ lục năm {YEARS[0]} của {excused.code} / a row of its annex",
        shown_cells(body(YEARS[0], excused.amounts(YEARS[0]))["cells"]), shown_cells(row["cells"]),
    )  # fmt: skip
    urged = [f"{each['channel']} {day(each['on'])}" for each in third["urged"]]
    job.note("S003-11", "Đôn đốc đơn vị chưa gửi / the silent one is urged", "telephone 31/08/2020", ", ".join(urged))
    central = await job.desk.ask(DEPARTMENT, "campaigns", reporting(job)[-1].path)
    wanted = [_sections(PLANNED["outline"], kind) for kind in ("provincial", "public_service_unit")]
    said = [_sections(each["outline"], each["unit_kind"]) for each in (first, central)]
    what = "Mục phải viết: tỉnh; đơn vị trực thuộc / sections: province; central unit"
    job.note("S003-12, S003-13", what, "; ".join(map(str, wanted)), "; ".join(map(str, said)))


def _sections(outline: Sequence[dict[str, Any]], kind: str) -> int:
    own = [each for each in outline if not each.get("unit_kinds") or kind in each["unit_kinds"]]
    return sum(not each.get("heading") for each in own)
