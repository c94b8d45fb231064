"""Pages of what was before the platform: confirmations, ratings and history, as everyone may press what is there."""

from typing import TYPE_CHECKING
from uuid import uuid4

from contracts.registry import Role
from tests.whole.bodies import CONFIRMATION, RATINGS
from tests.whole.everybody import OWN, UNITS
from tests.whole.page_document import Press

if TYPE_CHECKING:
    from tests.whole.page_drive import Drive

_BROUGHT = {
    "registrations": "POST registry /registration-files/trials",
    "results": "POST campaigns /result-files/trials",
}


async def bringing(drive: "Drive", campaign: str) -> None:
    """A confirmation that waits, and a rating of the top unit; what stands on their pages, and each form sent."""
    about = {"unit_id": str(OWN), "campaign_id": campaign}
    confirmed = await drive.tell(Role.OFFICER, "campaigns", "/confirmations", CONFIRMATION | about)
    rated = {"ratings": [{"unit_id": str(UNITS["parent"]), "rating": "good"}]}
    await drive.tell(Role.EMULATION_DEPARTMENT, "campaigns", "/ratings", RATINGS | rated)
    await drive.house.settle()
    drive.paths["/confirmations/{id}"] = [f"/confirmations/{confirmed}"]
    _pressing(drive, f"/confirmations/{confirmed}", campaign)


def _pressing(drive: "Drive", confirmed: str, campaign: str) -> None:
    steps = {"judge_confirmation": "judgement", "withdraw_confirmation": "withdrawal"}
    routes = {name: f"POST campaigns /confirmations/{{id}}/{step}" for name, step in steps.items()}
    drive.shown |= {
        "/confirmations": {"/confirmations/new": "/confirmations/new"},
        "/confirmations/new": {"": "/confirmations/new"},
        confirmed: {f"do={name}": route for name, route in routes.items()},
        "/ratings": {"/ratings/new": "/ratings/new", "do=correct": "POST campaigns /ratings/corrections"},
        "/ratings/new": {"": "POST campaigns /ratings"},
        **{f"/history/{place}": {"do=look": f"{route}/{{id}}/import"} for place, route in _BROUGHT.items()},
    }
    drive.shown[f"/campaigns/{campaign}"] |= {f"/history/{place}": f"/history/{place}" for place in _BROUGHT}
    paper = {"number": "12/XN-BCĐ", "issued_on": "03/02/2024"}
    entry = {
        **paper, "campaign": campaign, "unit_id": str(OWN), "criterion": "cover", "committee": "Ban Chỉ đạo",
        "what": "…", "evidence": "a" * 64,
    }  # fmt: skip
    rated = {**paper, "year": "2023", "rows": "Mã đơn vị\tXếp loại\nOWN\tHTT"}
    corrected = {**paper, "do": "correct", "unit": str(OWN), "year": "2023", "rating": "completed", "reason": "…"}
    drive.presses += [
        Press("/confirmations/new", entry, "POST campaigns /confirmations"),
        *(
            Press(confirmed, {"do": name, f"{name}-finding": "sufficient", f"{name}-reason": "…"}, route)
            for name, route in routes.items()
        ),
        Press("/ratings/new", rated, "POST campaigns /ratings"),
        Press("/ratings", corrected, "POST campaigns /ratings/corrections"),
    ]
    brought = {
        "do": "look", "file": "code", "campaign": campaign, "unit": str(OWN), "happened_on": "30/11/2017",
        "document_number": "120/BHXH-TĐ", "document_date": "28/11/2017",
    }  # fmt: skip
    for place, route in _BROUGHT.items():
        drive.presses += [
            Press(f"/history/{place}", brought, route),
            Press(f"/history/{place}", {"do": "import", "job": str(uuid4())}, f"{route}/{{id}}/import"),
        ]
