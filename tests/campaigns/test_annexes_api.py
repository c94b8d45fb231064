"""Annexes over HTTP, on a real PostgreSQL: summed over units, in versions, taken along and read. S003-16, B19."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from chassis.facts.clock import business_date, system_clock
from contracts.campaigns import ReportAccepted
from contracts.values import UnitKind
from deploy.local.embedded import Embedded
from services.campaigns.app import SERVICE
from services.campaigns.domain.report import REPORT
from services.campaigns.domain.report_state import report_id
from tests.campaigns.annexes import TODAY, Opened, Sector, Unit, figures, row
from tests.campaigns.test_campaigns_api import problem
from tests.served import served

A_ROW = row(cards="1.200", goods="50 chăn", houses_direct="2", houses_joint="3", cash="45.000.000")
B_ROW = row(
    card_money="80.500.000", goods="30 chăn; 500 kg gạo", houses_direct="0", houses_joint="4", cash="12.500.000"
)
C_ROW = row(cards="300", card_money="20.000.000", goods="2 tấn gạo")
E20 = {
    (2019, "cards", "", ""): "1500",
    (2019, "card_money", "", ""): "100500000",
    (2019, "goods", "chăn", ""): "80",
    (2019, "goods", "gạo", "kg"): "500",
    (2019, "goods", "gạo", "tấn"): "2",
    (2019, "houses_direct", "", ""): "2",
    (2019, "houses_joint", "", ""): "7",
    (2019, "cash", "", ""): "57500000",
}


@pytest.fixture
async def sector(
    connections_shared: None, servers: Embedded, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Sector]:
    folder = tmp_path_factory.mktemp("issuer")
    clock = Path(folder) / "clock"
    then = datetime(TODAY.year, TODAY.month, TODAY.day, 3, tzinfo=UTC)
    clock.write_text(str(int((then - system_clock()).total_seconds())), encoding="utf-8")
    async with served(SERVICE, servers, folder, clock=clock) as service:
        assert business_date(service.platform.clock()) == TODAY
        yield await Sector.of(service)


async def accepted(review: Opened, unit: Unit) -> None:
    """Hand the last acceptance to the policies, as the topic does."""
    _, state = await review.sector.service.platform.executor.state(REPORT, report_id(review.id, unit.id))
    assert isinstance(state.accepted, ReportAccepted)
    await review.sector.service.feed(state.accepted, on=TODAY)


@pytest.mark.requirement("S003-14", "S003-16", "A10", "E20")
async def test_e20_the_sums_of_four_units_of_which_one_is_sent_back(sector: Sector) -> None:
    a, b, c, d = [await sector.unit() for _ in range(4)]
    review = await sector.open()
    for unit, said in ((a, A_ROW), (b, B_ROW), (c, C_ROW)):
        await review.report(unit, said)
    unsaid = row(houses_unknown="5")
    await review.fill(d, unsaid)
    refused = await sector.service.ask(d.head, "POST", f"{review.path(d)}/submission", {"capacity": "direct"})
    problem(refused, 409, "annex-mode-unknown")
    assert "trực tiếp" in refused.json()["detail"]
    kept = await sector.read(review.path(d), d.officer)
    assert [cell["number"] for cell in kept["annexes"][0]["rows"][0]["cells"]] == ["5"]
    await review.fill(d, row(note="5 căn nhà"))
    await review.send(d)
    assert (await review.annex())["reported"] == 3
    place = {"table": "support", "year": 2019, "column": "houses_direct", "reason": "Ghi rõ trực tiếp hay phối hợp."}
    await sector.tell(sector.first, f"{review.path(d)}/return", {"reason": "Thiếu hình thức", "places": [place]})
    annex = await review.annex()
    assert figures(annex) == E20
    assert (annex["reported"], annex["asked"], annex["version"]) == (3, 4, 0)
    assert {(each["reported"], each["asked"]) for each in annex["sums"]} == {(3, 4)}
    assert str(d.id) not in {each["unit_id"] for each in annex["used"]}
    assert annex["texts"] == []


@pytest.mark.requirement("S003-16")
async def test_what_units_say_in_words_is_collected(sector: Sector) -> None:
    a, b = [await sector.unit() for _ in range(2)]
    review = await sector.open()
    await review.report(a, row(cards="1", joint_activities="Cùng Hội Chữ thập đỏ"))
    await review.report(b, row(2018, note="Số liệu ước"), row(2019, joint_activities="Cùng Đoàn Thanh niên"))
    said = [(each["year"], each["column"], each["unit_id"]) for each in (await review.annex())["texts"]]
    first, second = sorted((str(a.id), str(b.id)))
    assert said == [
        (2019, "joint_activities", first), (2019, "joint_activities", second), (2018, "note", str(b.id)),
    ]  # fmt: skip


@pytest.mark.requirement("S003-16")
@pytest.mark.parametrize("covers", ["own", "whole"])
async def test_e21_a_province_with_its_districts_adds_once(sector: Sector, covers: str) -> None:
    province = await sector.unit()
    districts = [await sector.unit(UnitKind.DISTRICT, province) for _ in range(2)]
    review = await sector.open()
    await sector.tell(
        province.officer, f"{review.path(province)}/reports-below", {"before": "2020-08-25", "unit_kinds": ["district"]}
    )
    for district, cards in zip(districts, ("40", "60"), strict=True):
        await review.report(district, row(cards=cards), to=province.officer)
    below = await review.annex(f"?unit_id={province.id}")
    assert figures(below) == {(2019, "cards", "", ""): "100"}
    assert (below["reported"], below["asked"]) == (2, 2)
    await review.report(province, row(cards="100" if covers == "own" else "200"), covers=covers)
    annex = await review.annex()
    assert figures(annex) == {(2019, "cards", "", ""): "200"}
    assert (annex["reported"], annex["asked"]) == (1, 1)


@pytest.mark.requirement("S003-16", "E21")
async def test_where_provinces_and_districts_are_asked_each_says_its_own_figures(sector: Sector) -> None:
    province = await sector.unit()
    district = await sector.unit(UnitKind.DISTRICT, province)
    review = await sector.open(unit_kinds=["provincial", "district"], outline=[{"key": "I", "title": "Kết quả"}])
    assert (await sector.read(review.path(province), province.officer))["own_only"]
    assert not (await sector.read(review.path(district), district.officer))["own_only"]
    typed = {**row(cards="140"), "covers": "whole"}
    refused = await sector.service.ask(province.officer, "POST", f"{review.path(province)}/annex-rows", typed)
    problem(refused, 409, "report-would-count-twice")
    await review.report(province, row(cards="100"))
    await review.report(district, row(cards="40"))
    assert figures(await review.annex()) == {(2019, "cards", "", ""): "140"}


@pytest.mark.requirement("S003-16", "E21")
async def test_below_a_unit_that_has_sent_the_whole_none_is_asked_besides(sector: Sector) -> None:
    province = await sector.unit()
    review = await sector.open(unit_kinds=["provincial", "district"], outline=[{"key": "I", "title": "Kết quả"}])
    await review.report(province, row(cards="140"), covers="whole")
    district = await sector.unit(UnitKind.DISTRICT, province)
    wanted = {"unit_id": str(district.id), "before": "2020-09-10"}
    extension = f"/reviews/{review.id}/extension"
    problem(await sector.service.ask(sector.first, "POST", extension, wanted), 409, "report-whole-stands-above")
    assert (await sector.read(f"/reviews/{review.id}"))["asked"] == 1
    other = await sector.unit()
    below = await sector.unit(UnitKind.DISTRICT, other)
    for unit in (other, below):
        await sector.tell(sector.first, extension, {"unit_id": str(unit.id), "before": "2020-09-10"})
    assert (await sector.read(review.path(other), other.officer))["own_only"]


@pytest.mark.requirement("S003-16", "B19")
async def test_a_corrected_figure_makes_the_next_version_and_what_it_was_used_in_stays(sector: Sector) -> None:
    a, b = [await sector.unit() for _ in range(2)]
    review = await sector.open()
    problem(
        await sector.service.ask(sector.first, "POST", f"/reviews/{review.id}/consolidation"), 409,
        "review-nothing-accepted",
    )  # fmt: skip
    await review.report(a, A_ROW)
    await review.report(b, B_ROW)
    first = await review.consolidate()
    again = await review.consolidate()
    assert again["version"] == first["version"]
    assert (await review.annex("?version=1"))["current"]
    await accepted(review, a)
    assert len(await sector.read(f"/reviews/{review.id}/versions")) == 1
    wanted = {**row(cards="1.300"), "reason": "Nhầm số thẻ"}
    await sector.tell(a.officer, f"{review.path(a)}/corrections", wanted)
    assert figures(await review.annex())[2019, "cards", "", ""] == "1200"
    await sector.tell(sector.second, f"{review.path(a)}/acceptance")
    await accepted(review, a)
    await accepted(review, a)
    newer, older = await sector.read(f"/reviews/{review.id}/versions")
    assert (newer["version"], newer["because"]) == (2, str(report_id(review.id, a.id)))
    assert (older["version"], older["because"], older["changed"]) == (1, None, [])
    changed = {(each["column"], each["label"]): (each["before"], each["after"]) for each in newer["changed"]}
    assert changed["cards", ""] == ("1200", "1300")
    assert changed["houses_direct", ""] == ("2", "0")
    assert changed["goods", "chăn"] == ("80", "30")
    assert figures(await review.annex("?version=1"))[2019, "cards", "", ""] == "1200"
    second = await review.annex("?version=2")
    assert figures(second)[2019, "cards", "", ""] == "1300"
    assert [each["revision"] for each in second["used"] if each["unit_id"] == str(a.id)] == [2]
    assert second["current"]
    assert not (await review.annex("?version=1"))["current"]
    problem(await sector.service.ask(sector.first, "GET", f"/reviews/{review.id}/annex?version=3"), 404, "not-found")


@pytest.mark.requirement("S003-16", "B19")
async def test_a_district_that_corrects_its_figure_puts_the_provinces_report_out_of_date(sector: Sector) -> None:
    province = await sector.unit()
    district = await sector.unit(UnitKind.DISTRICT, province)
    review = await sector.open()
    await sector.tell(
        province.officer, f"{review.path(province)}/reports-below", {"before": "2020-08-25", "unit_kinds": ["district"]}
    )
    await review.report(district, row(cards="40"), to=province.officer)
    await review.report(province, row(cards="100"))
    await review.consolidate()
    await sector.tell(district.officer, f"{review.path(district)}/corrections", {**row(cards="50"), "reason": "Nhầm"})
    await sector.tell(province.officer, f"{review.path(district)}/acceptance")
    await accepted(review, district)
    outdated = (await sector.read(review.path(province), province.officer))["outdated"]
    assert [(each["unit_id"], each["revision"]) for each in outdated] == [(str(district.id), 2)]
    assert len(await sector.read(f"/reviews/{review.id}/versions")) == 1
    await sector.tell(
        province.officer, f"{review.path(province)}/corrections", {**row(cards="100"), "reason": "Huyện sửa"}
    )
    await sector.tell(sector.first, f"{review.path(province)}/acceptance")
    await accepted(review, province)
    assert figures(await review.annex("?version=2")) == {(2019, "cards", "", ""): "150"}


@pytest.mark.requirement("S003-16", "B19")
async def test_a_report_that_is_accepted_after_the_sums_puts_them_out_of_date_until_they_are_made_anew(
    sector: Sector,
) -> None:
    a, b = [await sector.unit() for _ in range(2)]
    review = await sector.open()
    await review.report(a, row(cards="40"))
    await accepted(review, a)
    assert (await sector.read(f"/reviews/{review.id}"))["outdated"] is None
    await review.consolidate()
    await accepted(review, a)
    assert (await sector.read(f"/reviews/{review.id}"))["outdated"] is None
    await review.report(b, row(cards="60"))
    await accepted(review, b)
    shown = await sector.read(f"/reviews/{review.id}")
    assert shown["outdated"] == {"report_id": str(report_id(review.id, b.id)), "unit_id": str(b.id), "revision": 1}
    assert len(shown["versions"]) == 1
    await review.consolidate()
    assert (await sector.read(f"/reviews/{review.id}"))["outdated"] is None
    assert figures(await review.annex("?version=2")) == {(2019, "cards", "", ""): "100"}


@pytest.mark.requirement("S003-16", "E21")
async def test_a_district_that_is_accepted_after_its_province_has_sent_is_waited_for_in_the_provinces_report(
    sector: Sector,
) -> None:
    province = await sector.unit()
    district = await sector.unit(UnitKind.DISTRICT, province)
    review = await sector.open()
    await sector.tell(
        province.officer, f"{review.path(province)}/reports-below", {"before": "2020-08-25", "unit_kinds": ["district"]}
    )
    await review.report(province, row(cards="100"))
    await review.report(district, row(cards="40"), to=province.officer)
    await accepted(review, district)
    assert figures(await review.annex()) == {(2019, "cards", "", ""): "100"}
    outdated = (await sector.read(review.path(province), province.officer))["outdated"]
    assert [(each["unit_id"], each["revision"]) for each in outdated] == [(str(district.id), 1)]
    again = {**row(cards="100"), "reason": "Huyện vừa gửi"}
    await sector.tell(province.officer, f"{review.path(province)}/corrections", again)
    await sector.tell(sector.first, f"{review.path(province)}/acceptance")
    assert figures(await review.annex()) == {(2019, "cards", "", ""): "140"}


@pytest.mark.requirement("S003-14")
async def test_an_annex_is_taken_along_filled_in_and_read_again(sector: Sector) -> None:
    unit = await sector.unit()
    review = await sector.open()
    await review.fill(unit, row(cards="1.200", goods="50 chăn"))
    answer = await sector.service.ask(unit.officer, "GET", f"{review.path(unit)}/annex-file?table=support")
    assert answer.status_code == 200
    book = load_workbook(BytesIO(answer.content))
    sheet = book.worksheets[0]
    assert [sheet.cell(line, 1).value for line in range(2, 7)] == [2016, 2017, 2018, 2019, 2020]
    assert (sheet.cell(5, 2).value, sheet.cell(5, 4).value) == (1200, "50 chăn")
    sheet.cell(5, 2).value, sheet.cell(6, 4).value, sheet.cell(6, 11).value = 1300, "2 tấn gạo", "31/7/2020"
    sheet.cell(2, 3).value = "nhiều"
    out = BytesIO()
    book.save(out)
    token = sector.service.tokens[unit.officer]
    read = await sector.service.client.post(
        f"/api/v1{review.path(unit)}/annex-readings?table=support",
        content=out.getvalue(),
        headers={"Authorization": f"Bearer {token}"},
    )
    assert read.status_code == 200, read.text
    found = read.json()
    assert [(each["year"], each["column"], each["stands"], each["read"]) for each in found["changes"]] == [
        (2019, "cards", "1.200", "1.300"), (2020, "goods", "", "2 tấn gạo"), (2020, "until", "", "31/07/2020"),
    ]  # fmt: skip
    assert [(each["year"], each["column"], each["typed"], each["code"]) for each in found["faults"]] == [
        (2016, "card_money", "nhiều", "annex-text-in-number-column"),
    ]
    kept = await sector.read(review.path(unit), unit.officer)
    assert [each["year"] for each in kept["annexes"][0]["rows"]] == [2019]
    await review.fill(unit, *found["rows"])
    await review.send(unit)


@pytest.mark.requirement("S003-16")
async def test_the_sums_are_taken_along_as_a_table(sector: Sector) -> None:
    unit, _ = await sector.unit(), await sector.unit()
    review = await sector.open()
    await review.report(unit, row(goods="50 chăn", cards="1.200"))
    await review.consolidate()
    head = await sector.service.platform.store.head()
    answer = await sector.service.ask(sector.first, "GET", f"/reviews/{review.id}/annex-file?version=1&at_least={head}")
    sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
    assert [[cell.value for cell in line][2:] for line in sheet.iter_rows(min_row=2)] == [
        [None, None, 1200, 1, 2], ["chăn", None, 50, 1, 2],
    ]  # fmt: skip
