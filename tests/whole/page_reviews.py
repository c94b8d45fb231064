"""Reviews that ask the own unit in every state in which their pages offer something, and what may be pressed there."""

from typing import TYPE_CHECKING

from contracts.registry import Role
from services.campaigns.domain.report_state import report_id
from services.campaigns.domain.review import review_id
from tests.whole import page_reports
from tests.whole.bodies import PLANNED, REVIEWED
from tests.whole.everybody import OWN, UNITS
from tests.whole.page_document import Press

if TYPE_CHECKING:
    from tests.whole.page_drive import Drive

_ROOT = UNITS["parent"]
_ROUTE = "POST campaigns /reviews/{id}/"
URGING = "POST campaigns /reports/{id}/urgings"
"""A step of the unit that receives a report, which a role in the unit itself does not open: here the department's."""
_STEPS = {
    "consolidate_review": "consolidation", "close_review": "close", "reopen_review": "reopen",
    "extend_review": "extension",
}  # fmt: skip
HELD = frozenset(f"{_ROUTE}{path}" for path in _STEPS.values())
"""Steps of a review, which lies in the unit above: who holds a role in the own unit stands below it."""


async def reviewing(drive: "Drive", campaign: str, proof: str) -> None:
    """The pages of reports and of reviews, their buttons, and each of their forms sent.

    `campaign` is one whose papers plan reviews.
    """
    await page_reports.reporting(drive, proof)
    opened, closed = [f"/reviews/{review_id(None, _ROOT, code)}" for code in ("dang-nhan", "da-khep")]
    for code in ("dang-nhan", "da-khep"):
        review = {"unit_id": str(_ROOT), "review": {**REVIEWED, "code": code}}
        await drive.tell(Role.EMULATION_DEPARTMENT, "campaigns", "/reviews", review)
    await drive.house.settle()
    await drive.tell(Role.EMULATION_DEPARTMENT, "campaigns", f"{closed}/close")
    drive.paths |= {
        "/reviews/{id}": [opened, closed],
        "/reviews/{id}/annex": [f"{opened}/annex"],
    }
    drive.shown |= {
        "/reviews": {"/reviews/open": "/reviews/open"},
        opened: {"do=close_review": f"{_ROUTE}close", "do=urge": URGING},
        closed: {"do=reopen_review": f"{_ROUTE}reopen"},
    }
    key = report_id(review_id(None, _ROOT, "dang-nhan"), OWN)
    words = {"reason": "Bão", "unit_id": str(OWN), "before": "01/12/2027"}
    opening = {"campaign": campaign, "review": PLANNED["code"], "unit_id": str(OWN), "before": "01/12/2027"}
    drive.presses += [
        Press("/reviews/open", opening, "POST campaigns /reviews"),
        *(
            Press(opened, {"do": name} | {f"{name}-{field}": said for field, said in words.items()}, f"{_ROUTE}{path}")
            for name, path in _STEPS.items()
        ),
        Press(opened, {"do": "urge", "urge-channel": "platform", f"r-{key}": "1"}, URGING),
    ]
