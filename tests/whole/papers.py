"""Documents of a province, as five made-up people bring them from the draft to the incoming book, and back."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from services.campaigns.domain.receipt import receipt_id
from services.campaigns.reference import on_time_since
from services.registry.domain.unit import unit_id
from tests.whole.house import ADMIN, HEAD, OFFICER, ROOT, SECOND, House

PROVINCE: Final = unit_id("P01")
SCAN: Final = "0f" * 32
CONTENT: Final[dict[str, Any]] = {
    "kind": "plan", "symbol": "KH-BHXH", "subject": "Kế hoạch thi đua", "place": "Ví Dụ",
    "legal_bases": [{"number": "39/CT-TTg", "issued_on": "2024-10-15", "title": "Chỉ thị"}],
    "addressees": [{"name": "BHXH tỉnh", "purpose": "for_action", "unit_ids": [str(PROVINCE)]}],
    "copies": [
        {"name": "Như trên", "purpose": "for_information", "as_addressed": True},
        {"name": "BHXH Việt Nam", "purpose": "for_report", "unit_ids": [str(ROOT)]},
        {"name": "Ủy ban nhân dân tỉnh", "purpose": "for_report"},
    ],
    "archive": "VT, TĐKT", "archive_copies": 2, "body": "Các đơn vị tổ chức thực hiện.",
    "based_on": [{"document": {"number": "1/KH-HĐTĐKT", "issued_on": "2024-01-05", "title": ""}}],
}  # fmt: skip
DRAFT: Final[dict[str, Any]] = {"unit_id": str(PROVINCE), "content": CONTENT}

Tell = Callable[[Any, str, str, object], Awaitable[dict[str, Any]]]
"""Tells campaigns, as a person: the route below its service, the id in it, the body."""


async def by_http(house: House, person: Any, route: str, key: str, body: object) -> dict[str, Any]:
    """Tell one of a house's services."""
    return await house.tell(person, "campaigns", f"/{route}".replace("{id}", key), body)


def telling(house: House) -> Tell:
    """How a house is told."""
    return lambda person, route, key, body: by_http(house, person, route, key, body)


async def head_since_long(house: House) -> None:
    """Enter that the head has held the office since 2024, so that what was signed then may be entered now."""
    missed = {"reason": "entry_was_missed", "document": "12/QĐ-BHXH"}
    body = {"role": "unit_head", "unit_id": str(PROVINCE), "since": "2024-01-01", **missed}
    told = await house.ask(ADMIN, "POST", "registry", f"/people/{HEAD}/roles", body)
    assert told.status_code == 202, told.text
    await house.tell(SECOND, "registry", f"/proposals/{told.json()['id']}/confirm")
    await house.settle()


async def drafted(tell: Tell, **changes: Any) -> str:
    """A draft of the officer's."""
    draft = {**DRAFT, "content": {**CONTENT, **changes}}
    return str((await tell(OFFICER, "documents", "", draft))["id"])


async def checked(tell: Tell, **changes: Any) -> str:
    """A draft that the head has found right."""
    key = await drafted(tell, **changes)
    await tell(HEAD, "documents/{id}/check", key, None)
    return key


async def signed(tell: Tell, **changes: Any) -> str:
    """A document that the head has signed."""
    key = await checked(tell, **changes)
    await tell(HEAD, "documents/{id}/signature", key, {"capacity": "direct"})
    return key


async def issued(tell: Tell, number: str, today: date, **changes: Any) -> str:
    """A document in force."""
    key = await signed(tell, **changes)
    await tell(HEAD, "documents/{id}/number", key, {"number": number, "dated": str(today)})
    await tell(HEAD, "documents/{id}/issue", key, None)
    return key


async def sent(tell: Tell, number: str, today: date, **changes: Any) -> tuple[str, str]:
    """A document in force that was sent, and the province's receipt of it."""
    key = await issued(tell, number, today, **changes)
    await tell(HEAD, "documents/{id}/sending", key, None)
    return key, receipt(key)


def receipt(document: str) -> str:
    """Id of the province's receipt of a document."""
    return str(receipt_id(UUID(document), PROVINCE))


async def late(tell: Tell, number: str, today: date) -> tuple[str, str]:
    """A document of which all happened on paper, long before it was entered; its receipt waits for a second person."""
    day = str(on_time_since(today) - timedelta(days=1))
    key = await checked(tell, body="")
    paper = {"signed_by": str(HEAD), "capacity": "direct", "happened_on": day, "evidence": SCAN}
    await tell(OFFICER, "documents/{id}/paper-signature", key, paper)
    await tell(HEAD, "documents/{id}/paper-signature-confirmation", key, None)
    await tell(HEAD, "documents/{id}/number", key, {"number": number, "dated": day})
    await tell(HEAD, "documents/{id}/issue", key, None)
    await tell(HEAD, "documents/{id}/sending", key, None)
    await tell(OFFICER, "receipts/{id}/entry", receipt(key), {"number": number, "received_on": day, "evidence": SCAN})
    return key, receipt(key)


async def every_step(tell: Tell, today: date) -> tuple[str, str]:
    """Each step once; gives a document and the province's receipt of it."""
    old, entry = await sent(tell, "11", today)
    await tell(OFFICER, "receipts/{id}/entry", entry, {"number": "1032", "received_on": str(today)})
    post = {"recipient": "Ủy ban nhân dân tỉnh", "way": "post", "reference": "RA1", "happened_on": str(today)}
    await tell(HEAD, "documents/{id}/dispatches", old, post)
    await tell(HEAD, "documents/{id}/corrections", old, {"wrong": "năm 2024", "right": "năm 2025"})
    draft = await drafted(tell)
    revised = {**CONTENT, "subject": "Kế hoạch mới", "based_on": [{"document_id": old}]}
    await tell(OFFICER, "documents/{id}/content", draft, {"content": revised})
    new = await issued(tell, "12", today, based_on=[{"document_id": old}])
    await tell(HEAD, "documents/{id}/replacement", old, {"replaced_by": new})
    await tell(HEAD, "documents/{id}/recall", new, {"reason": "Ban hành nhầm"})
    _, waiting = await late(tell, "13", today)
    await tell(HEAD, "receipts/{id}/confirmation", waiting, None)
    return old, entry
