"""Reports as Word files over the running service, and what the next report is asked about."""

from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from docx import Document

from chassis.facts.clock import business_date
from services.campaigns.domain.report_state import report_id
from tests.campaigns.papers_in_word import bytes_of, everything, typed
from tests.campaigns.test_campaigns_api import ROOT, problem
from tests.campaigns.test_results_api import CAMPAIGN, HEAD_OF_EMULATION, Unit, campaigns, new_unit
from tests.served import Served

__all__ = ["campaigns"]
OUTLINE = [
    {"key": "I", "title": "Đặc điểm tình hình", "heading": True},
    {"key": "I.1", "title": "Thuận lợi", "hint": "Nêu thuận lợi"},
    {"key": "I.2", "title": "Khó khăn"},
    {"key": "II.1", "title": "Đối với đơn vị trực thuộc", "unit_kinds": ["central_department"]},
    {"key": "II.2", "title": "Đối với BHXH tỉnh", "unit_kinds": ["provincial"]},
]
KINDS = ["provincial", "central_department"]
COLUMNS = [{"key": "cards", "name": "Số thẻ", "kind": "count"}]
ANNEX = {"key": "support", "title": "Kết quả hỗ trợ", "first_year": 2024, "last_year": 2025, "columns": COLUMNS}


@dataclass
class Reporting:
    """A province that is asked for reports, in reviews of its own."""

    service: Served
    unit: Unit
    reports: list[UUID] = field(default_factory=list)

    async def ask_for_one(self, campaign: UUID | None = CAMPAIGN) -> str:
        """Open a review; the path of the province's report in it."""
        review = {
            "code": f"r-{uuid4().hex[:12]}", "kind": "annual", "title": "Tổng kết năm", "outline": OUTLINE,
            "period": {"start": "2024-01-01", "end": "2025-12-31"}, "unit_kinds": KINDS, "annexes": [ANNEX],
            "before": f"{business_date(self.service.platform.clock()) + timedelta(days=30)}",
        }  # fmt: skip
        body = {"unit_id": str(ROOT), "campaign_id": campaign and str(campaign), "review": review}
        opened = await self.service.ask(HEAD_OF_EMULATION, "POST", "/reviews", body)
        assert opened.status_code == 201, opened.text
        self.reports.append(report_id(UUID(opened.json()["id"]), self.unit.unit))
        await self.service.platform.store.head()
        return f"/reports/{self.reports[-1]}"

    async def shown(self, path: str) -> dict[str, Any]:
        at = await self.service.platform.store.head()
        answer = await self.service.ask(self.unit.officer, "GET", f"{path}?at_least={at}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def tell(self, path: str, body: object, **headers: str) -> httpx.Response:
        return await self.service.ask(self.unit.officer, "POST", path, body, **headers)

    async def send(
        self, path: str, content: bytes, person: UUID | None = None, version: int | None = None
    ) -> httpx.Response:
        """Send a file as the body."""
        who = person or self.unit.officer
        await self.service.ask(who, "GET", "/working-days/2024")  # has the person's token made
        bearer = {"Authorization": f"Bearer {self.service.tokens[who]}", "Content-Type": "application/octet-stream"}
        bearer |= {"If-Match": f'"{version}"'} if version is not None else {}
        return await self.service.client.post(f"/api/v1{path}", content=content, headers=bearer)

    async def texts(self, path: str) -> dict[str, str]:
        return {each["key"]: each["text"] for each in (await self.shown(path))["outline"] if not each["heading"]}


@pytest.fixture
async def reporting(campaigns: Served) -> Reporting:
    return Reporting(campaigns, await new_unit(campaigns))


async def word(reporting: Reporting, path: str, query: str = "") -> bytes:
    answer = await reporting.service.ask(reporting.unit.officer, "GET", f"{path}/word{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].endswith('.docx"')
    return answer.content


@pytest.mark.requirement("S003-12")
@pytest.mark.requirement("S003-13")
async def test_a_report_is_taken_along_filled_in_word_tried_and_taken_in(reporting: Reporting) -> None:
    path = await reporting.ask_for_one()
    template = await word(reporting, path, "?template=true")
    text = everything(template)
    assert "2. Đối với BHXH tỉnh" in text
    assert "Đối với đơn vị trực thuộc" not in text
    document = Document(BytesIO(template))
    next(each for each in document.paragraphs if each.text == "Nêu thuận lợi").runs[0].text = "Được quan tâm."
    filled = bytes_of(document)
    trial = await reporting.send(f"{path}/word-trials", filled)
    assert trial.status_code == 200, trial.text
    said = trial.json()
    assert (said["changes"], said["apart"]) == (1, [])
    assert [(each["section"], each["became"], each["said"]) for each in said["sections"]] == [
        ("I.1", "changed", "Được quan tâm."), ("I.2", "same", ""), ("II.2", "same", "")
    ]  # fmt: skip
    assert await reporting.texts(path) == {"I.1": "", "I.2": "", "II.2": ""}
    taken = await reporting.send(f"{path}/word-imports", filled, version=said["version"])
    assert taken.status_code == 201, taken.text
    assert await reporting.texts(path) == {"I.1": "Được quan tâm.", "I.2": "", "II.2": ""}
    late = await reporting.send(f"{path}/word-imports", typed(["1. Thuận lợi: Khác"]), version=said["version"])
    problem(late, 412, "wrong-version")
    assert "Được quan tâm." in everything(await word(reporting, path))


@pytest.mark.requirement("S003-12")
async def test_only_the_sections_that_are_wanted_are_taken_in_and_what_is_left_out_stays(reporting: Reporting) -> None:
    path = await reporting.ask_for_one()
    await reporting.tell(f"{path}/sections", {"section": "II.2", "text": "Đã có."})
    by_hand = typed(["*1. Thuận lợi*", "Một.", "*2. Khó khăn*", "Hai."])
    trial = (await reporting.send(f"{path}/word-trials", by_hand)).json()
    assert [each["became"] for each in trial["sections"]] == ["changed", "changed", "missing"]
    assert (await reporting.send(f"{path}/word-imports?section=I.2", by_hand)).status_code == 201
    assert await reporting.texts(path) == {"I.1": "", "I.2": "Hai.", "II.2": "Đã có."}
    assert (await reporting.send(f"{path}/word-imports", by_hand)).status_code == 201
    assert await reporting.texts(path) == {"I.1": "Một.", "I.2": "Hai.", "II.2": "Đã có."}


async def test_a_file_that_is_no_report_is_refused(reporting: Reporting) -> None:
    path = await reporting.ask_for_one()
    for content, code in ((b"", "file-empty"), (b"%PDF-1.7", "report-file-not-word"), (b"abc", "report-file-not-word")):
        problem(await reporting.send(f"{path}/word-trials", content), 409, code)
        problem(await reporting.send(f"{path}/word-imports", content), 409, code)
    stranger = await new_unit(reporting.service)
    assert (await reporting.send(f"{path}/word-trials", typed(["a"]), stranger.officer)).status_code == 404
    answer = await reporting.service.ask(stranger.officer, "GET", f"{path}/word")
    assert answer.status_code == 404


@pytest.mark.requirement("S003-15")
async def test_its_paper_names_unit_and_receiver_and_goes_to_the_archive(reporting: Reporting) -> None:
    text = everything(await word(reporting, await reporting.ask_for_one()))
    name = f"U-{reporting.unit.unit.hex[:8].upper()}"
    for said in (name, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "- Lưu: VT.", "(Ký tên, đóng dấu)", "Tổng kết năm"):
        assert said in text


@pytest.mark.requirement("B17")
async def test_remedies_open_the_next_report_until_one_says_what_became_of_them(reporting: Reporting) -> None:
    first = await reporting.ask_for_one()
    planned = await reporting.tell(f"{first}/remedies", {"what": "Họp giao ban hằng tháng"})
    assert planned.status_code == 201, planned.text
    assert (await reporting.tell(f"{first}/remedies", {"what": "Tuyển thêm"})).status_code == 201
    later = await reporting.ask_for_one(None)
    shown = await reporting.shown(later)
    assert [each["what"] for each in shown["remedies_before"]] == ["Họp giao ban hằng tháng", "Tuyển thêm"]
    assert [each["number"] for each in shown["unchecked"]] == [1, 2]
    checking = next(each for each in shown["actions"] if each["name"] == "check_remedy")
    assert [each["number"] for each in checking["choices"]] == [1, 2]
    check = {"earlier_report_id": str(reporting.reports[0]), "number": 1, "outcome": "done", "how": "Đã họp đủ"}
    assert (await reporting.tell(f"{later}/remedy-checks", check)).status_code == 201
    shown = await reporting.shown(later)
    assert [each["number"] for each in shown["unchecked"]] == [2]
    assert [each["how"] for each in shown["checks"]] == ["Đã họp đủ"]
    last = await reporting.shown(await reporting.ask_for_one())
    assert [each["what"] for each in last["remedies_before"]] == ["Tuyển thêm"]
    other = check | {"earlier_report_id": str(uuid4())}
    problem(await reporting.tell(f"{later}/remedy-checks", other), 409, "remedy-not-of-an-earlier-report")


@pytest.mark.requirement("B17")
async def test_a_report_with_remedies_that_are_not_checked_may_be_sent(reporting: Reporting) -> None:
    first = await reporting.ask_for_one()
    assert (await reporting.tell(f"{first}/remedies", {"what": "Tuyển thêm"})).status_code == 201
    later = await reporting.ask_for_one()
    await reporting.tell(f"{later}/sections", {"section": "I.1", "text": "Một."})
    for year in (2024, 2025):
        row = {"table": "support", "year": year, "cells": [{"column": "cards", "number": 1}]}
        assert (await reporting.tell(f"{later}/annex-rows", row)).status_code == 201
    sent = await reporting.service.ask(reporting.unit.head, "POST", f"{later}/submission", {})
    assert sent.status_code == 201, sent.text
    shown = await reporting.shown(later)
    assert (shown["state"], [each["what"] for each in shown["unchecked"]]) == ("sent", ["Tuyển thêm"])


@pytest.mark.requirement("B17")
async def test_targets_that_were_missed_are_named_until_the_report_says_why(reporting: Reporting) -> None:
    await reporting.unit.result("health_insurance_coverage", 2024, value="94.19")
    await reporting.unit.result("unemployment_insurance_coverage", 2024, value="34.18")
    path = await reporting.ask_for_one()
    missed = {"indicator": "health_insurance_coverage", "year": 2024, "target": "94.2", "result": "94.19"}
    assert (await reporting.shown(path))["missed"] == [missed | {"explained": False}]
    said = {"indicator": "health_insurance_coverage", "year": 2024, "cause": "Nhiều hộ chuyển đi"}
    assert (await reporting.tell(f"{path}/shortfalls", said)).status_code == 201
    shown = await reporting.shown(path)
    assert shown["missed"] == [missed | {"explained": True}]
    assert [each["cause"] for each in shown["shortfalls"]] == ["Nhiều hộ chuyển đi"]
    assert (await reporting.shown(await reporting.ask_for_one(None)))["missed"] == []


@pytest.mark.requirement("B20")
async def test_a_unit_asks_about_a_review_and_all_who_ask_the_same_are_told(campaigns: Served) -> None:
    one, other = Reporting(campaigns, await new_unit(campaigns)), Reporting(campaigns, await new_unit(campaigns))
    await one.ask_for_one()
    review = (await one.shown(f"/reports/{one.reports[0]}"))["review"]["review_id"]
    keys = []
    for each in (one, other):
        asked = {
            "unit_id": str(each.unit.unit), "campaign_id": str(CAMPAIGN), "thing_kind": "review", "thing_id": review,
            "question": "Cột 2 ghi thẻ hay tiền?",
        }  # fmt: skip
        answer = await each.tell("/obstacles", asked)
        assert answer.status_code == 201, answer.text
        keys.append(answer.json()["id"])
    told = {"obstacles": keys, "answer": "Ghi cả hai, mỗi loại một cột."}
    assert (await campaigns.ask(HEAD_OF_EMULATION, "POST", "/guidance", told)).status_code == 201
    for each, key in zip((one, other), keys, strict=True):
        at = await campaigns.platform.store.head()
        shown = (await campaigns.ask(each.unit.officer, "GET", f"/obstacles/{key}?at_least={at}")).json()
        assert (shown["thing_kind"], shown["thing_id"], shown["answer"]) == ("review", review, told["answer"])
