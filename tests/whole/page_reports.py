"""Reports of the own unit in every state in which their page offers something, and what may be pressed there."""

from typing import TYPE_CHECKING
from uuid import uuid5

from contracts.registry import Role
from services.campaigns.domain.report_state import report_id
from services.campaigns.domain.review import review_id
from tests.whole.bodies import REVIEWED, ROW, WRITTEN
from tests.whole.everybody import OWN, UNITS, person
from tests.whole.page_document import Press

if TYPE_CHECKING:
    from tests.whole.page_drive import Drive

_ROOT = UNITS["parent"]
_ROUTE = "POST campaigns /reports/{id}/"
RECEIVED = {f"{_ROUTE}return", f"{_ROUTE}acceptance"}
"""Steps of the unit that receives a report, which a role in the unit itself does not open: here the department's."""
SIGNED = {f"{_ROUTE}submission"}
"""A step of whoever signs for the unit, which a role above does not open."""
_WRITES = {"save": "annex-rows", "paste": "annex-rows", "word": "word-trials", "attach": "files"}
_CAUSES = {"explain_shortfall": "shortfalls", "plan_remedy": "remedies", "record_lesson": "lessons"}


async def _reported(drive: "Drive") -> tuple[str, str, str]:
    """Of three reviews the unit's reports: one that says nothing yet, one that was sent, one that was accepted."""
    paths = []
    for code in ("chua-viet", "da-gui", "da-nhan"):
        review = {"unit_id": str(_ROOT), "review": {**REVIEWED, "code": code}}
        await drive.tell(Role.EMULATION_DEPARTMENT, "campaigns", "/reviews", review)
        paths.append(f"/reports/{report_id(review_id(None, _ROOT, code), OWN)}")
    await drive.house.settle()
    head = person(Role.UNIT_HEAD, "own")
    for path in paths[1:]:
        await drive.tell(Role.OFFICER, "campaigns", f"{path}/annex-rows", ROW)
        await drive.house.tell(head, "campaigns", f"{path}/submission", WRITTEN["/submission"])
    await drive.tell(Role.EMULATION_DEPARTMENT, "campaigns", f"{paths[2]}/acceptance")
    return paths[0], paths[1], paths[2]


async def reporting(drive: "Drive", proof: str) -> None:
    """The pages of reports, their buttons, and each of their forms sent."""
    empty, sent, accepted = await _reported(drive)
    drive.paths |= {
        "/reports/{id}": [empty, sent, accepted],
        "/reports/{id}/{step}": [f"{empty}/submit", f"{sent}/recall", f"{sent}/accept", f"{sent}/return"],
        "/reports/{id}/files/{sha256}": [],
        "/reports/{id}/word": [f"{empty}/word"],
    }
    steps = {"recall": "recall", "accept": "acceptance", "return": "return"}
    writing = {f"do={name}": f"{_ROUTE}{path}" for name, path in {**_WRITES, **_CAUSES}.items() if name != "word"}
    drive.shown |= {
        empty: {
            **writing,
            "do=word": f"{_ROUTE}sections",
            "do=next": f"{_ROUTE}submission",
            "do=ask_below": f"{_ROUTE}reports-below",
        },
        sent: {f"{sent}/{step}": f"{_ROUTE}{path}" for step, path in steps.items()},
        **{f"{sent}/{step}": {f"do={step}": f"{_ROUTE}{path}"} for step, path in steps.items()},
        accepted: {"do=correct": f"{_ROUTE}corrections", "do=paste": f"{_ROUTE}corrections"},
    }
    cell, text = {"a-support-2024-cards": "16"}, {"s-I": "Đã làm"}
    of = {f"{name}-{field}": "Mưa lũ" for name in _CAUSES for field in ("cause", "what")}
    check = {"prefix": "c-", "c-earlier_report_id": str(uuid5(OWN, "a")), "c-number": "1", "c-outcome": "done",
             "c-how": "Đã làm"}  # fmt: skip
    day = f"{drive.house.today:%d/%m/%Y}"
    file = ("a.pdf", b"%PDF-1.7\n" + proof.encode())
    more = f"{empty}/more"
    drive.presses += [
        Press(empty, {"do": "save", **cell}, f"{_ROUTE}annex-rows"),
        Press(empty, {"do": "save", **text}, f"{_ROUTE}sections"),
        Press(empty, {"do": "submit"}, f"{_ROUTE}submission"),
        Press(accepted, {"do": "correct", "reason": "Nhầm", **cell}, f"{_ROUTE}corrections"),
        Press(f"{empty}/word", {}, f"{_ROUTE}word-trials", {"word-file": file}),
        *(Press(sent, {"do": step, "reason": "…"}, f"{_ROUTE}{path}") for step, path in steps.items()),
        Press(more, {"do": "attach", "attach-title": "A"}, f"{_ROUTE}files", {"attach-file": file}),
        Press(more, {"do": "detach", "sha256": proof}, f"{_ROUTE}files-detached"),
        Press(more, {"do": "paper", "paper-received_on": day}, f"{_ROUTE}paper-submission", {"paper-file": file}),
        *(Press(more, {"do": name, **of}, f"{_ROUTE}{path}") for name, path in _CAUSES.items()),
        Press(more, {"do": "check_remedy", **check}, f"{_ROUTE}remedy-checks"),
        Press(more, {"do": "ask_below", "below-before": "01/12/2027"}, f"{_ROUTE}reports-below"),
    ]
