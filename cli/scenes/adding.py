"""Scene: the annexes are added up and held against sums of the demo's own; a figure is corrected; the review closes.

Source: S003-16, A10, B19, E20, E21.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from cli.administrators import DEPARTMENT, DEPUTY
from cli.checks import figure
from cli.scenes import honours
from cli.scenes.asking import REVIEW, WITH_DISTRICTS, Reporting, reporting, units_of
from cli.scenes.figures import YEARS, Amounts, body, summed
from cli.scenes.movement import CAMPAIGN
from cli.stage import Stage
from services.campaigns.domain.report_state import report_id

_SUMS: Final = (
    ("S003-16", "Thẻ BHYT / cards", "cards", "", ""),
    ("S003-16", "Tiền mua thẻ, đồng / money for cards", "card_money", "", ""),
    ("S003-16, E20", "Chăn, cái / blankets", "goods", "chăn", "cái"),
    ("S003-16, E20", "Gạo, kg / rice in kg", "goods", "gạo", "kg"),
    ("S003-16, E20", "Gạo, tấn, không quy đổi / in tonnes, not converted", "goods", "gạo", "tấn"),
    ("S003-16", "Xe đạp, chiếc / bicycles", "goods", "xe đạp", "chiếc"),
    ("S003-16, E20", "Nhà, trực tiếp giúp đỡ / houses, directly", "houses_direct", "", ""),
    ("S003-16, E20", "Nhà, phối hợp / houses, jointly", "houses_joint", "", ""),
    ("S003-16", "Tiền mặt, đồng / cash", "cash", "", ""),
)
_SLIP: Final = 1000
_CORRECTED: Final = 2019

Sums = Mapping[tuple[int, str, str, str], Decimal]


async def added(job: Stage, districts: Sequence[Reporting]) -> None:
    """What was accepted is added up, and stands beside what a person makes of the same figures."""
    told = await job.desk.tell(DEPARTMENT, "campaigns", f"/reviews/{REVIEW}/consolidation")
    annex = await _annex(job, 1, told["position"])
    asked = len(units_of("provincial", "central_department", "public_service_unit"))
    by_hand = f"{len(reporting(job)) - 1}/{asked} đơn vị"
    job.note("S003-16", "Tổng hợp lần 1 / added up", by_hand, f"{annex['reported']}/{annex['asked']} đơn vị")
    wanted, said = summed(_typed(job)), _sums(annex)
    for ids, what, *place in _SUMS:
        job.note(ids, f"Phụ lục: {what}", _by_year(wanted, place), _by_year(said, place))
    await _with_districts(job, districts)


def _typed(job: Stage) -> Iterator[tuple[int, Amounts]]:
    """All that the units have typed, whose reports were accepted."""
    late, excused, _, *others = reporting(job)
    for unit in (late, excused, *others):
        for year in unit.years:
            yield year, unit.amounts(year)
    yield YEARS[-1], {("goods", "xe đạp", "chiếc"): 2}  # what the one that was sent back has put right
    yield 2019, {("cards", "", ""): 40 + 60}  # two districts, which their province holds


async def _annex(job: Stage, version: int, position: int) -> Any:
    path = f"/reviews/{REVIEW}/annex"
    return await job.desk.ask(DEPARTMENT, "campaigns", path, version=version, at_least=position)


def _sums(annex: Mapping[str, Any]) -> Sums:
    return {
        (each["year"], each["column"], each["label"], each["measure"]): Decimal(each["amount"])
        for each in annex["sums"]
    }  # fmt: skip


def _by_year(sums: Sums, place: Sequence[str]) -> str:
    column, name, measure = place
    found = [(year, sums.get((year, column, name, measure))) for year in YEARS]
    return "; ".join(f"{year}: {figure(amount)}" for year, amount in found)


async def _with_districts(job: Stage, districts: Sequence[Reporting]) -> None:
    """One province's own cards, those of two districts, and what the nation's sum has of them together. E21."""
    above = reporting(job)[WITH_DISTRICTS]
    own, *below = [await _cards(job, each) for each in (above, *districts)]
    about = {"table": "support", "year": 2019, "column": "cards", "version": 1}
    cells = await job.desk.ask(DEPARTMENT, "campaigns", f"/reviews/{REVIEW}/annex-cells", **about)
    counted = [each["cell"]["number"] for each in cells if each["unit_id"] == str(above.unit)]
    both = [each for each in cells if each["unit_id"] in {str(one.unit) for one in districts}]
    job.note(
        "E21, S003-16", f"{above.code} và hai huyện, cộng một lần / a province and two districts, once",
        "100 + 40 + 60 = 200; huyện không cộng riêng: 0",
        f"{' + '.join([own, *below])} = {', '.join(map(figure, counted))}; huyện không cộng riêng: {len(both)}",
    )  # fmt: skip


async def _cards(job: Stage, unit: Reporting) -> str:
    report = await job.desk.ask(DEPARTMENT, "campaigns", unit.path)
    row = next(each for each in report["annexes"][0]["rows"] if each["year"] == 2019)  # noqa: PLR2004 - of E21
    return figure(next(each["number"] for each in row["cells"] if each["column"] == "cards"))


async def corrected(job: Stage) -> None:
    """A unit has typed too few cards: another person accepts the right figure, and the sums have a second version.

    It was nominated before by its results until 2019: who judges that is told to look again.
    """
    unit = reporting(job)[1]
    about = {"campaign_id": str(CAMPAIGN), "award": honours.AWARD, "year": 2019}
    nomination = await honours.proposed(job, job.provinces[1], about)
    await job.at(date(2020, 9, 3))
    said = unit.amounts(_CORRECTED)
    right = body(_CORRECTED, {**said, ("cards", "", ""): said["cards", "", ""] + _SLIP})
    wanted = {**right, "reason": "Ghi thiếu số thẻ của một huyện (ví dụ)."}
    await job.desk.tell(unit.writer, "campaigns", f"{unit.path}/corrections", wanted)
    await job.desk.tell(DEPUTY, "campaigns", f"{unit.path}/acceptance")

    async def again() -> Any:
        found = await job.desk.ask(DEPARTMENT, "campaigns", f"/reviews/{REVIEW}/versions")
        return found if len(found) > 1 else None

    newest = (await job.until("Tổng hợp lại / added up again", again))[0]
    first, second = [_sums(await _annex(job, version, 0))[_CORRECTED, "cards", "", ""] for version in (1, 2)]
    before = summed(_typed(job))[_CORRECTED, "cards", "", ""]
    because = unit.code if newest["because"] == str(report_id(REVIEW, unit.unit)) else newest["because"]
    job.note(
        "B19, S003-16", f"Đính chính số thẻ năm {_CORRECTED} sau tổng hợp / corrected after adding up",
        f"lần 2 vì {unit.code}: {figure(before + _SLIP)}; lần 1 vẫn {figure(before)}; 1 số khác",
        f"lần {newest['version']} vì {because}: {figure(second)}; lần 1 vẫn {figure(first)}; "
        f"{len(newest['changed'])} số khác",
    )  # fmt: skip
    await _flagged(job, nomination)


async def _flagged(job: Stage, nomination: str) -> None:
    async def flagged() -> Any:
        found = await job.desk.ask(DEPARTMENT, "awards", f"/nominations/{nomination}")
        return found if found["flags"] else None

    found = await job.until("Đề nghị được gắn cờ / flagged", flagged)
    said = f"{found['status']}, cờ {found['flags']}: bản {found['corrected'][0]['revision']}"
    what = "Đề nghị khen thưởng đã nộp được gắn cờ, không bị hủy / what was sent in is flagged"
    job.note("B19", what, "submitted, cờ 1: bản 2", said)


async def closed(job: Stage) -> None:
    """The review takes nothing any more; who has not reported is named."""
    await job.at(date(2020, 9, 4))
    told = await job.desk.tell(DEPARTMENT, "campaigns", f"/reviews/{REVIEW}/close")
    review = await job.desk.ask(DEPARTMENT, "campaigns", f"/reviews/{REVIEW}", at_least=told["position"])
    silent = len(units_of("provincial")) - len(job.provinces) + 1
    counts = review["counts"]
    job.note(
        "S003-10", "Khép đợt báo cáo / the review is closed", f"closed, chưa gửi {silent}",
        f"{'closed' if review['closed'] else 'open'}, chưa gửi {counts['asked'] - counts['sent']}",
    )  # fmt: skip
