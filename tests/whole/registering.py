"""Registrations whose targets are agreed with first, returned, opened again: each command once, for tests of all."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final
from uuid import UUID

from contracts.registry import Role
from services.campaigns.domain.campaign import campaign_id
from services.registry.domain.registration import registration_id
from services.registry.domain.unit import unit_id
from tests.whole.bodies import PACK
from tests.whole.house import APPRAISER, DIRECTOR, HEAD, OFFICER, House

COVER: Final = {"indicator": "cover", "year": 2024}
EXTRA: Final = {"indicator": "cover", "year": 2025}
QUALITATIVE: Final = {"number": 1, "requirement": "Giảm giờ thực hiện", "solution": "Giao dịch số"}
PROGRESS: Final = {"number": 1, "progress": "Đã giảm một phần ba"}
SOLUTION: Final = {"indicator": "cover", "solution": "Vận động theo hộ"}
OPINION: Final = {"body": "other", "opinion": "Nhất trí", "document": "5/UBND"}
REOPENING: Final = {"change": "correction", "reason": "Nhập nhầm"}
UNITS: Final = ["provincial", "district", "central_department"]


async def launched(house: House, code: str, order: str) -> UUID:
    """A campaign whose registrations become official in this order, for provinces, districts and departments."""
    pack = {**PACK, "code": code, "registration_order": order, "units": UNITS}
    await house.tell(DIRECTOR, "campaigns", "/campaigns", pack)
    await house.settle()
    return campaign_id(code)


async def asked(ask: Callable[..., Awaitable[Any]], house: House, province: UUID, district: UUID) -> None:
    """Each step of a registration's way, as the document of the API says it."""
    campaign = await launched(house, "thong-nhat", "agreed_first")

    async def step(person: UUID, unit: UUID, name: str, body: object = None) -> None:
        key = registration_id(campaign, unit)
        await ask(person, f"POST registry/registrations/{{id}}/{name}:{key}", *([] if body is None else [body]))

    await step(OFFICER, province, "movements", {"numbers": ["2/KH"]})
    await step(OFFICER, province, "targets", COVER | {"value": "91"})
    await step(OFFICER, province, "targets", EXTRA | {"value": "92"})
    await step(OFFICER, province, "withdrawals", EXTRA | {"reason": "Ngoài mục tiêu"})
    await step(OFFICER, province, "qualitative", QUALITATIVE)
    await step(OFFICER, province, "progress", PROGRESS)
    await step(OFFICER, province, "solutions", SOLUTION)
    await step(OFFICER, province, "opinions", {"body": "other"})
    await step(OFFICER, province, "opinions/answers", OPINION)
    await step(HEAD, province, "appraisal")
    await step(APPRAISER, province, "objections", COVER | {"reason": "Thấp"})
    await step(APPRAISER, province, "agreements", COVER)
    await step(HEAD, province, "submit")
    await step(DIRECTOR, province, "return", {"cells": [COVER | {"reason": "Sai"}]})
    await step(HEAD, province, "submit")
    await step(DIRECTOR, province, "confirm")
    await step(HEAD, province, "reopen", REOPENING)

    await house.give(APPRAISER, Role.UNIT_HEAD, district)
    await house.settle()
    await step(APPRAISER, district, "qualitative", QUALITATIVE)
    await step(APPRAISER, district, "submit")
    await step(HEAD, district, "return-from-above", {"note": "Sửa"})
    await step(APPRAISER, district, "submit")
    await step(HEAD, district, "confirm-from-above")

    department = unit_id("TDKT")
    await step(OFFICER, department, "qualitative", QUALITATIVE)
    await step(HEAD, department, "appraisal")
    await step(DIRECTOR, department, "approve")


async def tried(run: Callable[..., Awaitable[None]], house: House, units: Sequence[UUID], district: UUID) -> None:
    """Each command with a body, spoilt in every way, to registrations that are ready for it."""
    agreed, direct = await launched(house, "thong-nhat", "agreed_first"), await launched(house, "tra-lai", "direct")

    async def many(name: str, person: UUID, step: str, body: object, keys: Sequence[UUID]) -> None:
        await run(f"registry {name}", person, [f"/registrations/{key}/{step}" for key in keys], body)

    async def tell(person: UUID, key: UUID, step: str, body: object = None) -> None:
        await house.tell(person, "registry", f"/registrations/{key}/{step}", body)

    drafts = [registration_id(agreed, unit) for unit in units[:8]]
    await many("set_qualitative_target", OFFICER, "qualitative", QUALITATIVE, drafts)
    await many("set_solution", OFFICER, "solutions", SOLUTION, drafts)
    await many("tie_movements", OFFICER, "movements", {"numbers": ["2/KH"]}, drafts)
    await many("ask_opinion", OFFICER, "opinions", {"body": "other"}, drafts)
    for key in drafts:
        await tell(OFFICER, key, "qualitative", QUALITATIVE)
        await tell(OFFICER, key, "opinions", {"body": "other"})
        await tell(OFFICER, key, "targets", COVER | {"value": "91"})
        await tell(OFFICER, key, "targets", EXTRA | {"value": "92"})
    await many("tell_qualitative_progress", OFFICER, "progress", PROGRESS, drafts)
    await many("record_opinion", OFFICER, "opinions/answers", OPINION, drafts)
    await many("withdraw_target", OFFICER, "withdrawals", EXTRA | {"reason": "Ngoài mục tiêu"}, drafts)
    for key in drafts:
        await tell(HEAD, key, "appraisal")
    await many("object_to_target", APPRAISER, "objections", COVER | {"reason": "Thấp"}, drafts)
    await many("agree_with_target", APPRAISER, "agreements", COVER, drafts)

    sent = [registration_id(direct, unit) for unit in units[:16]]
    for place, key in enumerate(sent):
        await tell(OFFICER, key, "targets", COVER | {"value": "91"})
        await tell(HEAD, key, "submit")
        if place % 2:
            await tell(DIRECTOR, key, "confirm")
    wrong = {"cells": [COVER | {"reason": "Sai"}], "note": "Sửa"}
    await many("return_registration", DIRECTOR, "return", wrong, sent[::2])
    await many("reopen_registration", HEAD, "reopen", REOPENING, sent[1::2])
    below = registration_id(direct, district)
    await tell(OFFICER, below, "qualitative", QUALITATIVE)
    await tell(HEAD, below, "submit")
    await many("return_from_above", HEAD, "return-from-above", {"cells": [], "note": "Sửa"}, [below])
