"""Registrations as files: tried with every wrong row, imported, written out as the import reads them again."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from contracts.values import UnitKind
from services.registry.domain.registration import registration_id
from services.registry.domain.registration_import import parse_registrations
from services.registry.domain.unit import unit_id
from tests.registry.conftest import problem
from tests.registry.examples import CAMPAIGN, HEAD, HEALTH, KEY, LATE, LAUNCHED, NEIGHBOUR, OFFICER, PLAN, PROVINCE
from tests.registry.test_people_import_job import done
from tests.served import Served

HEAD_LINE = "STT;Mã đơn vị;Mã chỉ tiêu;Năm;Mức đăng ký;Loại chỉ tiêu;Giải pháp"
GOOD = (
    f"1;P01;{HEALTH};2025;95,5;;Vận động theo hộ",
    f"2;p01;{LATE};2024;2,5 %;Duy trì;",
    f"3;P01;{PLAN};2025;101;Định lượng;",
    f"4;P01-D001;{HEALTH};2025;96;;",
    f"5;P01-D001;{LATE};2024;;;",
)
ABOUT = f"campaign_id={CAMPAIGN}&unit_id={PROVINCE}"


def csv(*rows: str) -> bytes:
    return "\n".join(("BẢO HIỂM XÃ HỘI THÀNH PHỐ HÀ NỘI", "", HEAD_LINE, *rows)).encode("utf-8-sig")


@pytest.fixture
async def asked(registry: Served) -> Served:
    """A campaign for which the province and its district are asked to register."""
    both = (UnitKind.PROVINCIAL, UnitKind.DISTRICT)
    goals = tuple(goal.model_copy(update={"applies_to": both}) for goal in LAUNCHED.goals)
    await registry.feed(LAUNCHED.model_copy(update={"goals": goals}))
    return registry


async def tried(registry: Served, data: bytes) -> tuple[str, dict[str, Any]]:
    trial, told = await done(registry, f"/registration-files/trials?{ABOUT}", data, OFFICER)
    return trial, dict(told.json())


async def imported(registry: Served, data: bytes) -> dict[str, Any]:
    trial, _ = await tried(registry, data)
    _, told = await done(registry, f"/registration-files/trials/{trial}/import", by=OFFICER)
    return dict(told.json())


def counts(told: dict[str, Any]) -> tuple[int, ...]:
    return tuple(told[name] for name in ("new", "changed", "same", "units", "wrong"))


async def test_a_file_is_tried_imported_and_written_out_as_it_can_be_read_again(asked: Served) -> None:
    _, would = await tried(asked, csv(*GOOD))
    assert counts(would) == (4, 0, 0, 2, 0)
    before = await asked.platform.store.head()
    assert (await asked.ask(OFFICER, "GET", f"/registrations/{KEY}")).json()["targets"] == []
    assert counts(await imported(asked, csv(*GOOD))) == (4, 0, 0, 2, 0)
    found = (await asked.ask(OFFICER, "GET", f"/registrations/{KEY}")).json()
    kinds = {each["indicator"]: (each["value"], each["kind"]) for each in found["targets"]}
    assert kinds == {LATE: ("2.5", "maintain"), PLAN: ("101", "quantitative"), HEALTH: ("95.5", "quantitative")}
    assert found["solutions"] == {HEALTH: "Vận động theo hộ"}
    assert await asked.platform.store.head() == before + 5
    changed = csv(GOOD[0].replace("95,5", "95,7"), *GOOD[1:])
    assert counts(await imported(asked, changed)) == (0, 1, 3, 2, 0)

    for form in ("csv", "xlsx"):
        _, file = await done(asked, f"/registration-files/exports?{ABOUT}&as={form}", by=OFFICER)
        assert counts(await imported(asked, file.content)) == (0, 0, 4, 2, 0), form
    rows = [[cell or "" for cell in row] for row in load_workbook(BytesIO(file.content)).active.values]
    assert len(rows) == 1 + 6  # each goal of both units, pledged or not
    assert [row[6] for row in rows if row[0] == "P01-D001"].count("") == 2


async def test_every_wrong_row_is_listed_and_with_one_nothing_is_imported(asked: Served) -> None:
    before = await asked.platform.store.head()
    wrong = (
        GOOD[0],
        f"2;P02;{HEALTH};2025;96;;",  # another province's
        f"3;P77;{HEALTH};2025;96;;",  # no such unit
        "4;P01;nothing;2025;96;;",
        f"5;P01;{PLAN};2025;nhiều;;",
        f"6;P01;{PLAN};20x5;101;;",
        f"7;P01;{PLAN};2025;101;Khác;",
        f"8;P01;{HEALTH};2025;95,9;;",  # stands above already
        f"9;P01-D001;{HEALTH};2025;90;;",  # below the goal
    )
    told = await imported(asked, csv(*wrong))
    said = [(each["line"], each["column"]) for each in told["faults"]]
    assert said == [
        (5, "unit"), (6, "unit"), (7, "indicator"), (8, "value"), (9, "year"), (10, "kind"), (11, "indicator"),
        (12, "value"),
    ]  # fmt: skip
    assert told["faults"][0]["vi"] == told["faults"][1]["vi"]  # what is not one's own is as what is not there
    assert await asked.platform.store.head() == before


async def test_what_was_sent_in_is_not_changed_by_a_file(asked: Served) -> None:
    await imported(asked, csv(*GOOD[:3]))
    assert (await asked.ask(HEAD, "POST", f"/registrations/{KEY}/submit")).status_code == 201
    told = await imported(asked, csv(GOOD[0].replace("95,5", "97")))
    assert [each["vi"][:22] for each in told["faults"]] == ["Đăng ký đã được gửi nê"]
    assert counts((await tried(asked, csv(*GOOD[:3])))[1])[2:] == (3, 1, 0)


async def test_who_may_not_pledge_there_imports_nothing_there(asked: Served) -> None:
    problem(await asked.ask(NEIGHBOUR, "POST", f"/registration-files/trials?{ABOUT}"), 403, "role-missing")
    problem(await asked.ask(NEIGHBOUR, "POST", f"/registration-files/exports?{ABOUT}"), 403, "role-missing")
    problem(await asked.ask(OFFICER, "POST", f"/registration-files/trials?{ABOUT}"), 422, "empty-file")
    trial, _ = await tried(asked, csv(*GOOD))
    answer = await asked.ask(NEIGHBOUR, "POST", f"/registration-files/trials/{trial}/import")
    assert answer.status_code == 404
    other = registration_id(CAMPAIGN, unit_id("P01-D001"))
    assert (await asked.ask(HEAD, "GET", f"/registrations/{other}")).json()["targets"] == []


def test_an_indicator_may_be_named_under_merged_heads_of_excel_and_without_figures_nothing_is_asked() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["BIỂU ĐĂNG KÝ"], ["Mã đơn vị", "Tên chỉ tiêu", "Năm", "Mức đăng ký"], ["P01", "Tỷ lệ", 2025, 95.1]):
        sheet.append(row)
    out = BytesIO()
    book.save(out)
    rows, faults = parse_registrations(out.getvalue())
    assert [(row.line, row.name, row.year, str(row.value)) for row in rows] == [(3, "Tỷ lệ", 2025, "95.1")]
    assert faults == []
    assert [each.code for each in parse_registrations(b"Ma don vi,Nam\nP01,2025")[1]] == ["missing-column"] * 2
    nothing = f"{HEAD_LINE}\n1;P01;{LATE};2024;;;".encode()
    assert [each.code for each in parse_registrations(nothing)[1]] == ["empty-file"]
    assert [each.code for each in parse_registrations(b"\xd0\xcf\x11\xe0")[1]] == ["no-table"]
