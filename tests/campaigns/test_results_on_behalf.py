"""Results that the unit directly above files, on the unit's signed paper."""

from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from chassis.testing import given
from contracts.campaigns import ResultReported, ResultsFiledOnBehalf
from contracts.registry import Role
from contracts.values import FileKind, StoredFile
from services.campaigns.domain.scorecard import SCORECARD, FileResultsOnBehalf, Known, ReportResult, VerifyResult
from tests.campaigns.examples import APPRAISER, CAMPAIGN_ID, CARD, OFFICER, OPENED, SOCIAL, UNIT, reported
from tests.campaigns.test_campaigns_api import ROOT, problem, role
from tests.campaigns.test_results_api import Unit, campaigns, new_unit
from tests.served import Served

__all__ = ["campaigns"]
PDF = b"%PDF-1.7\nbao cao"
PAPER = StoredFile(sha256=sha256(PDF).hexdigest(), kind=FileKind.PDF, size=len(PDF))
SIGNED = date(2024, 11, 18)
PARENT = UUID(int=5)
FILE = FileResultsOnBehalf(paper=PAPER, signed_on=SIGNED)
FILED = ResultsFiledOnBehalf(
    scorecard_id=CARD, campaign_id=CAMPAIGN_ID, unit_id=UNIT, by_unit_id=PARENT, filed_by=APPRAISER, paper=PAPER,
    signed_on=SIGNED,
)  # fmt: skip
ABOVE = Known(files_for=PARENT)
BY_PAPER: dict[str, Any] = {"indicator": SOCIAL, "year": 2024, "value": Decimal(44), "paper": PAPER.sha256}


def test_the_unit_directly_above_files_the_paper_once_and_reports_by_it() -> None:
    given(SCORECARD, OPENED).knowing(ABOVE).when(FILE, by=APPRAISER).then(FILED)
    given(SCORECARD, OPENED, FILED).knowing(ABOVE).when(FILE, by=APPRAISER).nothing()
    [fact] = given(SCORECARD, OPENED, FILED).knowing(ABOVE).when(ReportResult(**BY_PAPER), by=OFFICER).events
    assert isinstance(fact, ResultReported)
    assert fact.paper == PAPER.sha256
    again = given(SCORECARD, OPENED, FILED, fact).knowing(ABOVE).when(ReportResult(**BY_PAPER), by=OFFICER)
    again.nothing()


def test_nobody_else_files_on_behalf_nor_by_a_paper_that_is_not_there() -> None:
    given(SCORECARD, OPENED).knowing(Known()).when(FILE, by=OFFICER).rejected("not-directly-above")
    early = given(SCORECARD, OPENED).knowing(ABOVE)
    early.when(FILE, by=APPRAISER, on=date(2024, 11, 17)).rejected("paper-signed-later")
    given(SCORECARD).knowing(ABOVE).when(FILE, by=APPRAISER).rejected("scorecard-not-open")
    report = ReportResult(**BY_PAPER)
    given(SCORECARD, OPENED, FILED).knowing(Known()).when(report, by=OFFICER).rejected("not-directly-above")
    given(SCORECARD, OPENED).knowing(ABOVE).when(report, by=OFFICER).rejected("paper-unknown")


def test_who_filed_the_paper_does_not_verify_what_was_reported_by_it() -> None:
    verify = VerifyResult(indicator=SOCIAL, year=2024)
    by_paper = (OPENED, FILED, reported("44", paper=PAPER.sha256))
    given(SCORECARD, *by_paper).when(verify, by=APPRAISER).rejected("reporter-may-not-verify")
    assert given(SCORECARD, OPENED, FILED, reported("44")).when(verify, by=APPRAISER).refusal is None


async def upload(unit: Unit, person: UUID) -> httpx.Response:
    await unit.service.ask(person, "GET", "/nowhere")
    params = {"name": "a.pdf", "signed_on": "2024-11-18"}
    bearer = {"Authorization": f"Bearer {unit.service.tokens[person]}"}
    return await unit.service.client.post(f"/api/v1{unit.path}/filings", params=params, content=PDF, headers=bearer)


@pytest.mark.requirement("B7")
async def test_an_officer_of_the_province_files_a_districts_results(campaigns: Served) -> None:
    province = await new_unit(campaigns)
    district, top = await new_unit(campaigns, province.unit), uuid4()
    await campaigns.feed(role(top, Role.OFFICER, ROOT))
    body = {"indicator": SOCIAL, "year": 2024, "value": "44", "paper": PAPER.sha256}
    problem(await upload(district, top), 409, "not-directly-above")
    problem(await upload(district, district.officer), 409, "not-directly-above")
    await district.tell(province.officer, "results", body, 409)
    assert (await upload(district, province.officer)).status_code == 201
    told = await district.tell(province.officer, "results", body)
    assert (await district.read(told, SOCIAL, 2024))["paper"] == PAPER.sha256
    card = (await campaigns.ask(district.head, "GET", district.path)).json()
    assert [each["by_unit_id"] for each in card["filings"]] == [str(province.unit)]
    paper = await campaigns.ask(district.head, "GET", f"{district.path}/papers/{PAPER.sha256}")
    assert paper.content == PDF
    assert (await campaigns.ask(district.head, "GET", f"{district.path}/papers/{'0' * 64}")).status_code == 404
    stranger = (await new_unit(campaigns)).head
    assert (await campaigns.ask(stranger, "GET", f"{district.path}/papers/{PAPER.sha256}")).status_code == 404
