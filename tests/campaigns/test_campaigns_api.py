"""The HTTP door of campaigns, over real sockets and on a real PostgreSQL."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.registry import RegistrationConfirmed, Role, RoleGranted, UnitEstablished
from contracts.values import UnitKind
from deploy.local.embedded import Embedded
from services.campaigns.app import SERVICE
from services.campaigns.domain.campaign import campaign_id
from services.campaigns.domain.pack import load_pack
from services.campaigns.domain.scorecard import scorecard_id
from tests.campaigns.examples import APPRAISER, CAMPAIGN_ID, LATE, PACK_TEXT, SOCIAL, TARGETS
from tests.served import Served, served

ROOT, DIRECTOR, STRANGER = uuid4(), uuid4(), uuid4()
PACK: dict[str, Any] = json.loads(load_pack(PACK_TEXT).model_dump_json())
REPORT = {"indicator": SOCIAL, "year": 2024, "value": 44, "evidence": "Báo cáo tháng"}
VERIFY = {"indicator": SOCIAL, "year": 2024}


def unit(unit_id: UUID, parent: UUID | None) -> UnitEstablished:
    kind = UnitKind.PROVINCIAL if parent else UnitKind.NATIONAL
    code = f"U-{unit_id.hex[:8].upper()}"
    return UnitEstablished(
        unit_id=unit_id, code=code, name=code, kind=kind, parent_id=parent, established_on=date(1995, 2, 16)
    )


def role(person: UUID, role: Role, unit_id: UUID) -> RoleGranted:
    return RoleGranted(person_id=person, role=role, unit_id=unit_id, since=date(2024, 1, 1))


@dataclass
class Card:
    """A unit's open scorecard and the unit's officer."""

    unit: UUID
    officer: UUID

    @property
    def path(self) -> str:
        return f"/scorecards/{scorecard_id(CAMPAIGN_ID, self.unit)}"


async def card_of_a_new_unit(campaigns: Served) -> Card:
    card = Card(uuid4(), uuid4())
    await campaigns.feed(
        unit(card.unit, ROOT),
        role(card.officer, Role.OFFICER, card.unit),
        RegistrationConfirmed(registration_id=uuid4(), campaign_id=CAMPAIGN_ID, unit_id=card.unit, targets=TARGETS),
    )
    return card


@pytest.fixture(scope="module")
async def campaigns(
    connections_shared: None, servers: Embedded, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """The service, knowing the root unit, the director general and a professional department."""
    async with served(SERVICE, servers, tmp_path_factory.mktemp("issuer")) as service:
        await service.feed(
            unit(ROOT, None),
            role(DIRECTOR, Role.DIRECTOR_GENERAL, ROOT),
            role(APPRAISER, Role.PROFESSIONAL_DEPARTMENT, ROOT),
        )
        yield service


@pytest.fixture
async def card(campaigns: Served) -> Card:
    """The open scorecard of a unit of its own."""
    return await card_of_a_new_unit(campaigns)


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem that was answered, with both sentences."""
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["type"]) == (status, f"urn:thidua:problem:{code}"), body
    assert body["title"]
    assert body["detail"]
    return body


async def test_a_campaign_is_launched_once_and_then_listed(campaigns: Served) -> None:
    first = await campaigns.ask(DIRECTOR, "POST", "/campaigns", PACK)
    assert first.status_code == 201
    assert first.json()["id"] == str(CAMPAIGN_ID)
    again = await campaigns.ask(DIRECTOR, "POST", "/campaigns", PACK)
    assert (again.status_code, again.json()["version"]) == (201, first.json()["version"])
    at_least = f"at_least={first.json()['position']}"
    listed = (await campaigns.ask(APPRAISER, "GET", f"/campaigns?{at_least}")).json()
    assert "4225-2024" in [row["code"] for row in listed["items"]]
    detail = (await campaigns.ask(APPRAISER, "GET", f"/campaigns/{CAMPAIGN_ID}?{at_least}")).json()
    assert {name: detail[name] for name in PACK} == PACK


async def test_campaigns_are_paged_by_code(campaigns: Served) -> None:
    for code in ("page-c", "page-a", "page-b"):
        answer = await campaigns.ask(DIRECTOR, "POST", "/campaigns", {**PACK, "code": code})
    found, after = [], f"at_least={answer.json()['position']}"
    while after:
        page = (await campaigns.ask(APPRAISER, "GET", f"/campaigns?limit=2&{after}")).json()
        found += [row["code"] for row in page["items"]]
        after = f"after={page['next']}" if page["next"] else ""
    assert [code for code in found if code.startswith("page-")] == ["page-a", "page-b", "page-c"]


async def test_only_the_director_general_launches(campaigns: Served) -> None:
    pack = {**PACK, "code": "not-allowed"}
    problem(await campaigns.ask(APPRAISER, "POST", "/campaigns", pack), 403, "role-missing")
    problem(await campaigns.ask(STRANGER, "POST", "/campaigns", pack), 403, "role-missing")
    stored = "select count(*) from store.events where stream = $1"
    assert await campaigns.platform.pool.fetchval(stored, f"campaign-{campaign_id('not-allowed')}") == 0


async def test_nothing_is_launched_before_the_units_are_known(servers: Embedded, tmp_path: Path) -> None:
    async with served(SERVICE, servers, tmp_path) as empty:
        answer = await empty.ask(DIRECTOR, "POST", "/campaigns", PACK)
        problem(answer, 503, "units-not-there-yet")
        assert answer.headers["Retry-After"]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"period": {"start": "2025-01-02", "end": "2025-01-01"}}, 409, "period-end-before-start"),
        ({"units": []}, 409, "audience-empty"),
        ({"surprise": 1}, 422, "invalid-input"),
        ({"document": {**PACK["document"], "surprise": 1}}, 422, "invalid-input"),
    ],
)
async def test_a_bad_pack_is_refused(campaigns: Served, changes: dict[str, Any], status: int, code: str) -> None:
    problem(await campaigns.ask(DIRECTOR, "POST", "/campaigns", {**PACK, **changes}), status, code)


async def test_a_result_is_reported_verified_and_shown(campaigns: Served, card: Card) -> None:
    reported = await campaigns.ask(card.officer, "POST", f"{card.path}/results", REPORT)
    assert (reported.status_code, reported.headers["ETag"]) == (201, '"2"')
    verified = await campaigns.ask(APPRAISER, "POST", f"{card.path}/verifications", VERIFY, **{"If-Match": '"2"'})
    assert (verified.status_code, verified.headers["ETag"]) == (201, '"4"')
    shown = await campaigns.ask(card.officer, "GET", f"{card.path}?at_least={verified.json()['position']}")
    assert (shown.status_code, shown.headers["ETag"]) == (200, '"4"')
    rows = {(row["indicator"], row["year"]): row for row in shown.json()["results"]}
    assert set(rows) == {(target.indicator, target.year) for target in TARGETS}
    done = rows[SOCIAL, 2024]
    assert (done["verified"], done["attained"], Decimal(done["margin"])) == (True, True, Decimal("0.5"))
    assert (rows[LATE, 2024]["result"], rows[LATE, 2024]["attained"]) == (None, None)


async def test_a_verification_of_a_replaced_result_is_stopped_by_its_version(campaigns: Served, card: Card) -> None:
    await campaigns.ask(card.officer, "POST", f"{card.path}/results", REPORT)
    await campaigns.ask(card.officer, "POST", f"{card.path}/results", {**REPORT, "value": 45})
    answer = await campaigns.ask(APPRAISER, "POST", f"{card.path}/verifications", VERIFY, **{"If-Match": '"2"'})
    problem(answer, 412, "wrong-version")
    assert answer.headers["ETag"] == '"3"'


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"value": "100.5"}, 409, "share-out-of-range"),
        ({"value": 43.0000001}, 409, "value-out-of-bounds"),
        ({"value": "NaN"}, 422, "invalid-input"),
        ({"value": "1e999999"}, 422, "invalid-input"),
        ({"indicator": "unknown"}, 409, "indicator-unknown"),
        ({"year": 2030}, 409, "year-unknown"),
        ({"evidence": "a\0b"}, 422, "invalid-input"),
        ({"surprise": 1}, 422, "invalid-input"),
    ],
)
async def test_a_bad_result_is_refused_and_nothing_is_stored(
    campaigns: Served, card: Card, changes: dict[str, Any], status: int, code: str
) -> None:
    problem(await campaigns.ask(card.officer, "POST", f"{card.path}/results", {**REPORT, **changes}), status, code)
    accepted = await campaigns.ask(card.officer, "POST", f"{card.path}/results", REPORT)
    assert accepted.json()["version"] == 2


async def test_a_role_in_another_unit_does_not_count(campaigns: Served, card: Card) -> None:
    neighbour = (await card_of_a_new_unit(campaigns)).officer
    for path, body in (("results", REPORT), ("verifications", VERIFY)):
        hidden = problem(await campaigns.ask(neighbour, "POST", f"{card.path}/{path}", body), 404, "not-found")
        nowhere = f"/scorecards/{uuid4()}/{path}"
        assert problem(await campaigns.ask(neighbour, "POST", nowhere, body), 404, "not-found") == hidden
    problem(await campaigns.ask(APPRAISER, "POST", f"{card.path}/results", REPORT), 403, "role-missing")
    problem(await campaigns.ask(card.officer, "POST", f"{card.path}/verifications", VERIFY), 403, "role-missing")
    problem(await campaigns.ask(neighbour, "GET", card.path), 404, "not-found")
    problem(await campaigns.ask(neighbour, "GET", f"/scorecards?unit_id={card.unit}"), 403, "role-missing")
    problem(await campaigns.ask(card.officer, "GET", "/scorecards"), 403, "role-missing")


async def test_what_is_not_there_is_not_found(campaigns: Served, card: Card) -> None:
    nowhere = f"/scorecards/{uuid4()}"
    problem(await campaigns.ask(card.officer, "GET", f"/campaigns/{uuid4()}"), 404, "not-found")
    problem(await campaigns.ask(card.officer, "GET", nowhere), 404, "not-found")
    problem(await campaigns.ask(card.officer, "POST", f"{nowhere}/results", REPORT), 404, "not-found")
    problem(await campaigns.ask(APPRAISER, "POST", f"{nowhere}/verifications", VERIFY), 404, "not-found")


async def test_scorecards_are_paged_and_filtered(campaigns: Served, card: Card) -> None:
    other = await card_of_a_new_unit(campaigns)
    last = await campaigns.ask(other.officer, "POST", f"{other.path}/results", REPORT)
    found, after = [], f"at_least={last.json()['position']}"
    while after:
        page = (await campaigns.ask(APPRAISER, "GET", f"/scorecards?campaign_id={CAMPAIGN_ID}&limit=1&{after}")).json()
        found += [row["unit_id"] for row in page["items"]]
        after = f"after={page['next']}" if page["next"] else ""
    assert {str(card.unit), str(other.unit)} <= set(found)
    assert len(found) == len(set(found))
    own = (await campaigns.ask(card.officer, "GET", f"/scorecards?unit_id={card.unit}")).json()["items"]
    assert [f"/scorecards/{row['scorecard_id']}" for row in own] == [card.path]
    assert (await campaigns.ask(APPRAISER, "GET", f"/scorecards?campaign_id={uuid4()}")).json()["items"] == []


@pytest.mark.requirement("E29")
@pytest.mark.parametrize(
    ("after", "due"), [("2025-01-20", "2025-02-10"), ("2025-04-22", "2025-05-08"), ("2024-08-26", "2024-09-11")]
)
async def test_whoever_holds_a_role_has_ten_working_days_counted(campaigns: Served, after: str, due: str) -> None:
    answer = await campaigns.ask(DIRECTOR, "GET", f"/working-days?after={after}&days=10")
    assert (answer.status_code, answer.json()["due"]) == (200, due)


@pytest.mark.parametrize("day", ["2030-01-02", "9999-12-31", "0001-01-01"])
async def test_days_of_a_year_whose_days_off_are_not_known_are_not_counted(campaigns: Served, day: str) -> None:
    answer = await campaigns.ask(DIRECTOR, "GET", f"/working-days?after={day}")
    assert str(int(day[:4])) in problem(answer, 409, "working-days-unknown")["detail"]
