"""Results, base figures, plans and files through the API, on a real PostgreSQL."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from chassis.facts.clock import business_date
from chassis.facts.files import MAX_BYTES
from contracts.registry import RegistrationConfirmed, Role
from contracts.values import Direction, Goal, Measure, Target
from deploy.local.embedded import Embedded
from services.campaigns.app import SERVICE
from services.campaigns.domain.campaign import campaign_id
from services.campaigns.domain.pack import load_pack
from services.campaigns.domain.scorecard import scorecard_id
from tests.campaigns.examples import APPRAISER, PACK_TEXT
from tests.campaigns.test_campaigns_api import DIRECTOR, ROOT, problem, role, unit
from tests.served import Served, served

HEAD_OF_EMULATION = uuid4()
PACK: dict[str, Any] = load_pack(PACK_TEXT).model_dump(mode="json")
CAMPAIGN = campaign_id(PACK["code"])
PAPER = {"number": "12/TB-BHXH", "issued_on": "2025-01-10"}
PDF = b"%PDF-1.7\nminh chung"


@pytest.fixture(scope="module")
async def campaigns(
    connections_shared: None, servers: Embedded, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """The service with the real drive launched."""
    async with served(SERVICE, servers, tmp_path_factory.mktemp("results")) as service:
        await service.feed(
            unit(ROOT, None),
            role(DIRECTOR, Role.DIRECTOR_GENERAL, ROOT),
            role(HEAD_OF_EMULATION, Role.EMULATION_DEPARTMENT, ROOT),
            role(APPRAISER, Role.PROFESSIONAL_DEPARTMENT, ROOT),
        )
        assert (await service.ask(DIRECTOR, "POST", "/campaigns", PACK)).status_code == 201
        yield service


@dataclass
class Unit:
    """A unit with its officer and its head, whose registration pledges what the drive asks."""

    service: Served
    unit: UUID
    officer: UUID
    head: UUID

    @property
    def path(self) -> str:
        return f"/scorecards/{scorecard_id(CAMPAIGN, self.unit)}"

    async def tell(self, person: UUID, step: str, body: object, status: int = 201) -> httpx.Response:
        answer = await self.service.ask(person, "POST", f"{self.path}/{step}", body)
        assert answer.status_code == status, answer.text
        return answer

    async def result(self, indicator: str, year: int, **figures: object) -> dict[str, Any]:
        """Report a result, have it verified, and read it."""
        place = {"indicator": indicator, "year": year}
        await self.tell(self.officer, "results", place | figures)
        return await self.read(await self.tell(APPRAISER, "verifications", place), indicator, year)

    async def read(self, told: httpx.Response, indicator: str, year: int) -> dict[str, Any]:
        at = told.json()["position"]
        card = (await self.service.ask(self.officer, "GET", f"{self.path}?at_least={at}")).json()
        [row] = [each for each in card["results"] if (each["indicator"], each["year"]) == (indicator, year)]
        return dict(row)


def pledges() -> tuple[Target, ...]:
    """What the drive asks of everyone, pledged as it is."""
    goals = [Goal.model_validate_json(load_pack(PACK_TEXT).goals[n].model_dump_json()) for n in range(9)]
    return tuple(
        Target(indicator=g.indicator, year=g.year, value=g.value, direction=g.direction, measure=g.measure)
        for g in goals
    )


async def new_unit(service: Served, parent: UUID = ROOT) -> Unit:
    found = Unit(service, uuid4(), uuid4(), uuid4())
    await service.feed(
        unit(found.unit, parent),
        role(found.officer, Role.OFFICER, found.unit),
        role(found.head, Role.UNIT_HEAD, found.unit),
        RegistrationConfirmed(registration_id=uuid4(), campaign_id=CAMPAIGN, unit_id=found.unit, targets=pledges()),
    )
    return found


@pytest.fixture
async def province(campaigns: Served) -> Unit:
    """A unit of its own for each test."""
    return await new_unit(campaigns)


async def publish(service: Served, what: str, figures: dict[UUID, object], **more: object) -> httpx.Response:
    """State official figures, and wait until they are known."""
    rows = [{"unit_id": str(unit), "figure": figure} for unit, figure in figures.items()]
    answer = await service.ask(APPRAISER, "POST", f"/{what}", {"document": PAPER, "figures": rows, **more})
    if answer.status_code == 201:
        unit_id = next(iter(figures))
        asked = f"/{what}?unit_id={unit_id}&at_least={answer.json()['position']}"
        assert (await service.ask(APPRAISER, "GET", asked)).status_code == 200
    return answer


E11 = [
    ("S001-2", "social_insurance_coverage", 2024, "42.71", "met"),
    ("S001-2", "social_insurance_coverage", 2024, "42.70", "missed"),
    ("S001-3", "unemployment_insurance_coverage", 2024, "34.18", "met"),
    ("S001-3", "unemployment_insurance_coverage", 2024, "34.17", "missed"),
    ("S001-4", "health_insurance_coverage", 2024, "94.2", "met"),
    ("S001-4", "health_insurance_coverage", 2024, "94.19", "missed"),
    ("S001-5", "satisfaction_index", 2024, "83.00", "missed"),
    ("S001-5", "satisfaction_index", 2024, "83.01", "met"),
    ("S001-7", "late_payment_rate", 2024, "2.59", "missed"),
    ("S001-7", "late_payment_rate", 2024, "2.58", "met"),
    ("S001-8", "social_insurance_coverage", 2025, "45.10", "met"),
    ("S001-8", "social_insurance_coverage", 2025, "45.09", "missed"),
    ("S001-9", "unemployment_insurance_coverage", 2025, "35.1", "met"),
    ("S001-9", "unemployment_insurance_coverage", 2025, "35.09", "missed"),
    ("S001-10", "health_insurance_coverage", 2025, "95.16", "met"),
    ("S001-10", "health_insurance_coverage", 2025, "95.15", "missed"),
]


@pytest.mark.requirement("E11", "S001-2 … S001-5", "S001-7 … S001-10")
@pytest.mark.parametrize(("goal", "indicator", "year", "value", "verdict"), E11)
async def test_each_goal_has_its_verdict(  # noqa: PLR0917 - the table's columns
    province: Unit, goal: str, indicator: str, year: int, value: str, verdict: str
) -> None:
    held = (await province.result(indicator, year, value=value))["goal"]
    assert (held["source"], held["verdict"]) == (goal, verdict)


COLLECTED = "collection_plan_completion"


@pytest.mark.requirement("E11")
@pytest.mark.requirement("A5")
@pytest.mark.requirement("S001-6")
@pytest.mark.parametrize(("collected", "verdict"), [(9999, "missed"), (10_000, "met"), (10_001, "exceeded")])
async def test_collections_are_held_against_the_plan_in_force_at_the_years_end(
    campaigns: Served, province: Unit, collected: int, verdict: str
) -> None:
    what: dict[str, Any] = {"indicator": COLLECTED, "year": 2024}
    for figure, since in ((8000, "2024-01-01"), (10_000, "2024-12-31"), (12_000, "2025-01-01")):
        assert (await publish(campaigns, "plans", {province.unit: figure}, since=since, **what)).status_code == 201
    row = await province.result(COLLECTED, 2024, numerator=collected)
    assert (row["goal"]["verdict"], row["goal"]["source"]) == (verdict, "S001-6")
    assert (row["plan"], row["target"], row["denominator_of"]) == ("10000", "100", "plan")
    assert Decimal(row["result"]) == Decimal(collected) / 100
    assert row["attained"] is (verdict != "missed")


@pytest.mark.requirement("E12")
async def test_a_ratio_is_compared_before_it_is_rounded_below_a_bound(province: Unit) -> None:
    row = await province.result("late_payment_rate", 2024, numerator=25_899, denominator=1_000_000)
    assert (row["goal"]["verdict"], row["result"]) == ("met", "2.5899")


@pytest.mark.requirement("E12")
async def test_a_ratio_is_compared_before_it_is_rounded_under_a_goal(campaigns: Served, province: Unit) -> None:
    what: dict[str, Any] = {"indicator": "social_insurance_coverage", "year": 2025}
    assert (await publish(campaigns, "base-figures", {province.unit: 100_000_000}, **what)).status_code == 201
    row = await province.result("social_insurance_coverage", 2025, numerator=45_099_999)
    assert (row["goal"]["verdict"], row["result"], row["attained"]) == ("missed", "45.099999", False)


async def test_a_half_year_is_progress_and_no_miss(campaigns: Served, province: Unit) -> None:
    what: dict[str, Any] = {"indicator": COLLECTED, "year": 2024, "since": "2024-01-01"}
    await publish(campaigns, "plans", {province.unit: 1000}, **what)
    row = await province.result(COLLECTED, 2024, numerator=430, through="2024-06-30")
    assert (row["progress"], row["attained"], row["goal"]["verdict"]) == ("43", None, None)


async def test_a_verified_result_is_corrected_and_judged_again(province: Unit) -> None:
    place: dict[str, Any] = {"indicator": "satisfaction_index", "year": 2024}
    assert (await province.result(**place, value="84"))["attained"]
    wrong = place | {"value": "82", "reason": "Cộng nhầm phiếu"}
    waits = await province.read(await province.tell(province.officer, "corrections", wrong), **place)
    assert (waits["verified"], waits["attained"], waits["edition"]) == (False, True, 2)
    now = await province.read(await province.tell(APPRAISER, "verifications", place), **place)
    assert (now["attained"], now["lost"], now["margin"]) == (False, True, "-1")


async def test_a_report_is_refused_once_it_is_closed_for_the_unit_and_taken_when_opened_again(
    campaigns: Served, province: Unit
) -> None:
    about = {"unit_id": str(province.unit), "campaign_id": str(CAMPAIGN), "thing_kind": "result"}

    async def judge(path: str, body: object = None) -> str:
        told = await campaigns.ask(HEAD_OF_EMULATION, "POST", path, body)
        assert told.status_code == 201, told.text
        place = f"/deadlines/{told.json()['id']}?at_least={told.json()['position']}"
        assert (await campaigns.ask(HEAD_OF_EMULATION, "GET", place)).status_code == 200
        return str(told.json()["id"])

    due = [
        await judge("/deadlines", about | {"thing_id": str(uuid4()), "before": before})
        for before in ("2025-01-15", "2026-01-15")
    ]
    await judge(f"/deadlines/{due[0]}/close")
    figures = {"indicator": "satisfaction_index", "value": "84"}
    refused = await province.tell(province.officer, "results", figures | {"year": 2024}, 409)
    problem(refused, 409, "report-closed")
    until = business_date(campaigns.platform.clock()) + timedelta(days=3)
    await judge(f"/deadlines/{due[0]}/reopen", {"until": f"{until}", "reason": "Bổ sung"})
    await province.tell(province.officer, "results", figures | {"year": 2024})


async def test_of_a_cancelled_campaign_nothing_is_reported(campaigns: Served, province: Unit) -> None:
    pack = PACK | {"code": f"huy-{province.unit.hex[:6]}"}
    assert (await campaigns.ask(DIRECTOR, "POST", "/campaigns", pack)).status_code == 201
    gone = campaign_id(pack["code"])
    await campaigns.feed(
        RegistrationConfirmed(registration_id=uuid4(), campaign_id=gone, unit_id=province.unit, targets=pledges())
    )
    ends = {"reason": "Dồn vào đợt khác", "document": PAPER}
    assert (await campaigns.ask(DIRECTOR, "POST", f"/campaigns/{gone}/cancellation", ends)).status_code == 201
    body = {"indicator": "satisfaction_index", "year": 2024, "value": "84"}
    path = f"/scorecards/{scorecard_id(gone, province.unit)}/results"
    problem(await campaigns.ask(province.officer, "POST", path, body), 409, "campaign-cancelled")


async def test_a_returned_result_shows_why_until_it_is_reported_again(province: Unit) -> None:
    place: dict[str, Any] = {"indicator": "satisfaction_index", "year": 2024}
    await province.tell(province.officer, "results", place | {"value": "84"})
    back = await province.tell(APPRAISER, "returns", place | {"reason": "Thiếu phiếu khảo sát"})
    assert (await province.read(back, **place))["returned"] == "Thiếu phiếu khảo sát"
    again = await province.tell(province.officer, "results", place | {"value": "84"})
    assert (await province.read(again, **place))["returned"] is None


async def test_figures_are_stated_by_the_departments_and_base_figures_seen_by_all(
    campaigns: Served, province: Unit
) -> None:
    table: dict[str, Any] = {
        "indicator": "health_insurance_coverage", "year": 2024, "document": PAPER,
        "figures": [{"unit_id": str(province.unit), "figure": "1000"}],
    }  # fmt: skip
    for path, more in (("base-figures", {}), ("plans", {"since": "2024-01-01"})):
        problem(await campaigns.ask(province.head, "POST", f"/{path}", table | more), 403, "role-missing")
        unknown = table | more | {"figures": [{"unit_id": str(uuid4()), "figure": "1"}]}
        problem(await campaigns.ask(APPRAISER, "POST", f"/{path}", unknown), 409, "figure-of-unknown-unit")
    told = await publish(campaigns, "base-figures", {province.unit: "1000"}, indicator=table["indicator"], year=2024)
    seen = await campaigns.ask(
        province.officer, "GET", f"/base-figures?unit_id={province.unit}&at_least={told.json()['position']}"
    )
    assert [(row["figure"], row["document_number"]) for row in seen.json()["items"]] == [("1000", PAPER["number"])]
    neighbour = await new_unit(campaigns)
    problem(await campaigns.ask(neighbour.officer, "GET", f"/plans?unit_id={province.unit}"), 403, "role-missing")


async def send(of: Unit, person: UUID, content: bytes, name: str, **place: object) -> httpx.Response:
    """Upload a file to a result."""
    await of.service.ask(person, "GET", "/nowhere")
    query: dict[str, Any] = {"indicator": "satisfaction_index", "year": 2024, "name": name} | place
    bearer = {"Authorization": f"Bearer {of.service.tokens[person]}", "Content-Type": "application/octet-stream"}
    return await of.service.client.post(f"/api/v1{of.path}/evidence", params=query, content=content, headers=bearer)


def kept(of: Unit) -> list[str]:
    """Names of what is kept for a card."""
    files = of.service.platform.settings.files
    assert files is not None
    folder = files / "campaigns" / str(scorecard_id(CAMPAIGN, of.unit))
    return [each.name for each in folder.iterdir()] if folder.exists() else []


async def test_evidence_is_kept_fetched_and_its_bytes_deleted_while_hash_and_fact_stay(province: Unit) -> None:
    told = await send(province, province.officer, PDF, "Báo cáo.pdf")
    assert told.status_code == 201, told.text
    [file] = (await province.read(told, "satisfaction_index", 2024))["files"]
    assert (file["kind"], file["size"], file["deleted"]) == ("pdf", len(PDF), False)
    got = await province.service.ask(APPRAISER, "GET", f"{province.path}/evidence/{file['sha256']}")
    assert (got.content, got.headers["Content-Type"]) == (PDF, "application/pdf")
    assert got.headers["Content-Disposition"].startswith("attachment")

    gone = {"indicator": "satisfaction_index", "year": 2024, "sha256": file["sha256"], "reason": "Có số CCCD"}
    await province.tell(province.officer, "evidence-deletions", gone, 403)
    deleted = await province.tell(province.head, "evidence-deletions", gone)
    [left] = (await province.read(deleted, "satisfaction_index", 2024))["files"]
    assert left == file | {"deleted": True}
    problem(
        await province.service.ask(APPRAISER, "GET", f"{province.path}/evidence/{file['sha256']}"),
        410,
        "file-bytes-deleted",
    )
    assert kept(province) == []


async def test_the_same_bytes_beside_another_result_stay_when_those_of_one_are_deleted(province: Unit) -> None:
    await send(province, province.officer, PDF, "a.pdf")
    told = await send(province, province.officer, PDF, "a.pdf", indicator="late_payment_rate")
    [file] = (await province.read(told, "late_payment_rate", 2024))["files"]
    gone = {"indicator": "late_payment_rate", "year": 2024, "sha256": file["sha256"], "reason": "Nhầm chỉ tiêu"}
    await province.tell(province.head, "evidence-deletions", gone)
    assert kept(province) == [file["sha256"]]


@pytest.mark.parametrize(
    ("content", "name", "place", "status", "code"),
    [
        (b"MZ\x90", "a.pdf", {}, 409, "file-kind-unknown"),
        (PDF, "a.xlsx", {}, 409, "file-not-what-its-name-says"),
        (b"", "a.pdf", {}, 409, "file-empty"),
        (PDF, "a.pdf", {"indicator": "unknown"}, 409, "indicator-unknown"),
        (PDF, "a.pdf", {"year": "x"}, 422, "invalid-input"),
        (PDF + b"x" * MAX_BYTES, "a.pdf", {}, 413, "body-too-large"),
    ],
)
async def test_a_file_that_is_refused_is_not_kept(  # noqa: PLR0917 - the table's columns
    province: Unit, content: bytes, name: str, place: dict[str, object], status: int, code: str
) -> None:
    problem(await send(province, province.officer, content, name, **place), status, code)
    assert kept(province) == []


async def test_nobody_else_attaches_or_fetches_a_file(campaigns: Served, province: Unit) -> None:
    neighbour = await new_unit(campaigns)
    problem(await send(province, neighbour.officer, PDF, "a.pdf"), 404, "not-found")
    problem(await send(province, APPRAISER, PDF, "a.pdf"), 403, "role-missing")
    told = await send(province, province.officer, PDF, "a.pdf")
    [file] = (await province.read(told, "satisfaction_index", 2024))["files"]
    for path in (province.path, neighbour.path):
        problem(await campaigns.ask(neighbour.officer, "GET", f"{path}/evidence/{file['sha256']}"), 404, "not-found")


async def region(service: Served, *reports: tuple[int, int] | None, indicator: str) -> dict[str, Any]:
    """The roll-up of a region of its own, whose units report these parts, or nothing."""
    top = uuid4()
    await service.feed(unit(top, ROOT))
    for parts in reports:
        member = await new_unit(service, top)
        if parts is not None:
            place = {"indicator": indicator, "year": 2024, "numerator": parts[0], "denominator": parts[1]}
            told = await member.tell(member.officer, "results", place)
    at = told.json()["position"]
    asked = f"/campaigns/{CAMPAIGN}/rollup?indicator={indicator}&year=2024&unit_id={top}&at_least={at}"
    answer = await service.ask(APPRAISER, "GET", asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.requirement("E17")
async def test_units_are_summed_by_their_parts_and_those_missing_are_counted(campaigns: Served) -> None:
    found = await region(campaigns, (300, 400), (900, 1600), None, indicator="health_insurance_coverage")
    whole = found["whole"]
    assert (whole["value"], whole["reported"], whole["asked"], whole["verdict"]) == ("60", 2, 3, None)
    assert sorted(str(each["value"]) for each in found["parts"]) == ["56.25", "75", "None"]


@pytest.mark.requirement("E18")
async def test_a_mean_of_ratios_would_pass_where_the_sum_does_not(campaigns: Served) -> None:
    whole = (await region(campaigns, (2, 100), (30, 1000), indicator="late_payment_rate"))["whole"]
    assert (whole["value"], whole["verdict"], whole["reported"]) == ("2.90909", "missed", 2)


async def test_a_roll_up_is_seen_from_the_unit_itself_and_from_above(campaigns: Served, province: Unit) -> None:
    asked = f"/campaigns/{CAMPAIGN}/rollup?indicator=late_payment_rate&year=2024"
    own = await campaigns.ask(province.officer, "GET", f"{asked}&unit_id={province.unit}")
    assert (own.status_code, own.json()["whole"]["asked"]) == (200, 1)
    neighbour = await new_unit(campaigns)
    problem(await campaigns.ask(neighbour.officer, "GET", f"{asked}&unit_id={province.unit}"), 403, "role-missing")
    problem(await campaigns.ask(province.officer, "GET", asked), 403, "role-missing")


def test_the_goals_are_those_of_the_drive() -> None:
    assert {target.measure for target in pledges()} == set(Measure)
    assert Direction.BELOW in {target.direction for target in pledges()}
