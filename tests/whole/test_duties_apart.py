"""Who wrote it does not approve it, in every service; and the exception that the head of a unit above may allow."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from contracts.registry import Role
from deploy.local.embedded import Embedded
from services.campaigns.domain.campaign import campaign_id
from services.campaigns.domain.scorecard import scorecard_id
from services.registry.domain.registration import registration_id
from services.registry.domain.unit import unit_id
from tests.whole.bodies import EXCEPTION, PACK
from tests.whole.house import ADMIN, APPRAISER, DIRECTOR, HEAD, ROOT, House, a_house

pytestmark = pytest.mark.usefixtures("connections_shared")

DEPUTY, OWN_HEAD = uuid4(), uuid4()
ALL_HANDS = DIRECTOR
UNIT, CAMPAIGN = unit_id("P01"), campaign_id(PACK["code"])
REGISTRATION, CARD = registration_id(CAMPAIGN, UNIT), scorecard_id(CAMPAIGN, UNIT)
GOAL = {"indicator": "cover", "year": 2024}


@pytest.fixture
async def house(servers: Embedded, tmp_path: Any) -> AsyncIterator[House]:
    """The Director General is officer and appraiser, too; P01 has a head of its own."""
    async with a_house(servers, tmp_path, provinces=1) as house:
        for person, roles, unit in (
            (ALL_HANDS, (Role.OFFICER, Role.PROFESSIONAL_DEPARTMENT), ROOT),
            (DEPUTY, (Role.OFFICER,), ROOT),
            (OWN_HEAD, (Role.UNIT_HEAD,), UNIT),
        ):
            await house.tell(ADMIN, "registry", f"/people/{person}/enrol")
            for role in roles:
                await house.give(person, role, unit)
        await house.tell(DIRECTOR, "campaigns", "/campaigns", PACK)
        await house.settle()
        yield house


async def refused(  # noqa: PLR0917 - whom, why, and what was asked
    house: House, code: str, person: UUID, service: str, path: str, body: object = None
) -> httpx.Response:
    answer = await house.ask(person, "POST", service, path, body)
    assert (answer.status_code, answer.json()["type"]) == (409, f"urn:thidua:problem:{code}"), answer.text
    return answer


async def allow(house: House, by: UUID, thing: UUID, duty: str, **changes: object) -> httpx.Response:
    about = {"person_id": str(ALL_HANDS), "thing_id": str(thing), "unit_id": str(UNIT), "duty": duty}
    return await house.ask(by, "POST", "registry", "/duty-exceptions", {**EXCEPTION, **about, **changes})


async def opens(house: House, service: str, path: str, step: str) -> dict[str, Any]:
    """The step as the person sees it: a button, or why there is none."""
    actions = (await house.ask(ALL_HANDS, "GET", service, path)).json()["actions"]
    return dict(next(each for each in actions if each["name"] == step))


async def test_who_wrote_targets_and_results_does_not_approve_them_but_by_an_exception_from_above(house: House) -> None:
    path = f"/registrations/{REGISTRATION}"
    await house.tell(ALL_HANDS, "registry", f"{path}/targets", GOAL | {"value": "91"})
    await house.tell(DEPUTY, "registry", f"{path}/targets", GOAL | {"value": "91.5"})
    await house.tell(HEAD, "registry", f"{path}/submit")
    told = await refused(house, "same-person-may-not-confirm", ALL_HANDS, "registry", f"{path}/confirm")
    assert "ngoại lệ" in told.json()["detail"]
    step = await opens(house, "registry", path, "confirm_registration")
    assert (step["open"], step["why"]["code"]) == (False, "same-person-may-not-confirm")

    assert (await allow(house, ALL_HANDS, REGISTRATION, "confirm_targets")).json()["type"].endswith("own-exception")
    own = await allow(house, OWN_HEAD, REGISTRATION, "confirm_targets", authority_id=str(UNIT))
    assert own.json()["type"].endswith("authority-not-above")
    assert (await allow(house, OWN_HEAD, REGISTRATION, "confirm_targets")).status_code == 403
    assert (await allow(house, HEAD, REGISTRATION, "verify_result")).status_code == 201
    assert (await allow(house, HEAD, uuid4(), "confirm_targets")).status_code == 201
    await house.settle()
    await refused(house, "same-person-may-not-confirm", ALL_HANDS, "registry", f"{path}/confirm")
    assert (await allow(house, HEAD, REGISTRATION, "confirm_targets")).status_code == 201
    await house.settle()
    assert (await opens(house, "registry", path, "confirm_registration"))["open"]
    await house.tell(ALL_HANDS, "registry", f"{path}/confirm")
    await house.settle()

    card = f"/scorecards/{CARD}"
    await house.tell(ALL_HANDS, "campaigns", f"{card}/results", GOAL | {"value": "92"})
    await house.tell(DEPUTY, "campaigns", f"{card}/results", GOAL | {"value": "92.5"})
    await refused(house, "reporter-may-not-verify", ALL_HANDS, "campaigns", f"{card}/verifications", GOAL)
    assert (await opens(house, "campaigns", card, "verify_result"))["why"]["code"] == "reporter-may-not-verify"
    assert (await allow(house, HEAD, CARD, "verify_result")).status_code == 201
    await house.settle()
    await house.tell(ALL_HANDS, "campaigns", f"{card}/verifications", GOAL)

    shown = (await house.ask(APPRAISER, "GET", "registry", "/duty-exceptions")).json()["items"]
    assert {(each["duty"], each["thing_id"]) for each in shown} >= {
        ("confirm_targets", str(REGISTRATION)), ("verify_result", str(CARD)),
    }  # fmt: skip
    assert all((each["person_id"], each["allowed_by"]) == (str(ALL_HANDS), str(HEAD)) for each in shown)
    assert (await house.ask(DEPUTY, "GET", "registry", "/duty-exceptions")).status_code == 403
