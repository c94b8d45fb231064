"""Hộp việc: what waits for me, by deadline."""

import asyncio
from datetime import timedelta
from typing import Final

from fastapi import Response

from services.portal.pages.inbox.gone_up import stuck
from services.portal.pages.inbox.queries import Done, Task, done, tasks, waiting
from services.portal.pages.people.queries import to_confirm
from services.portal.shell.menu import Entry
from services.portal.shell.pages import SIGNED_IN, Page, opens_for, page_router
from services.portal.shell.render import deadline
from services.portal.shell.units import units
from services.portal.shell.visit import Visit

router = page_router()
_MOST: Final = 100
_LATELY: Final = timedelta(days=14)
_DONE: Final = 10
REPORTS: Final = (
    "send_report", "mend_report", "accept_report", "accept_report_below", "refresh_report", "remedy",
)  # fmt: skip
"""Steps of reports."""
STEPS: Final = (
    "register", "appraise", "approve", "confirm", "confirm_below", "adjust",
    "confirm_persons", "confirm_persons_below", "mend_persons", "report", "report_again", "verify",
    "complete", "decide", "meet",
    "answer", "fix",
    "check", "sign", "number", "send", "receive",
    "take_down", "hand_over", "look_into", "inspect", "judge", *REPORTS, "consolidate",
)  # fmt: skip
PERSONS: Final = ("confirm_persons", "confirm_persons_below", "mend_persons")
"""Steps about a unit's people: they lead to the list of them."""
_WHERE: Final = {
    "register": "/registrations", "appraise": "/registrations", "approve": "/registrations",
    "confirm": "/registrations", "confirm_below": "/registrations",
    "adjust": "/registrations", "report": "/results",
    "report_again": "/results", "verify": "/results",
    "complete": "/nominations", "decide": "/nominations", "meet": "/deadlines",
    "answer": "/obstacles", "fix": "/inspections",
    **dict.fromkeys(("check", "sign", "number", "send"), "/documents"),
    "receive": "/incoming", "take_down": "/publicity",
    **dict.fromkeys(("hand_over", "look_into", "inspect"), "/violations"),
    "judge": "/confirmations",
    **dict.fromkeys(REPORTS, "/reports"), "consolidate": "/reviews",
}  # fmt: skip


@router.get("/")
@opens_for(SIGNED_IN)
async def show_inbox(asked: Visit, step: str = "") -> Response:
    """What waits for this person; who holds no role is told whom to ask."""
    held = asked.rights.held
    step = step if step in STEPS else ""
    confirms = asked.rights.open("/people/proposals/{id}", "POST")
    second = await to_confirm(asked.pool, asked.person, asked.today) if confirms else 0
    found, lately, named, up = await asyncio.gather(
        tasks(asked.pool, held, step, _MOST + 1),
        done(asked.pool, held, asked.today - _LATELY, _DONE),
        units(asked, [unit for _, unit in held]),
        stuck(asked.pool, asked.rights.units("/vacancies"), asked.today),
    )
    rows = [(task, _path(task)) for task in found[:_MOST]]
    late = sum(deadline("vi", task.until, asked.today, strict=task.strict)[0] == "bad" for task in found)
    return asked.show(
        "inbox/page.html", second=second, up=len(up), rows=rows, more=len(found) > _MOST, late=late, step=step,
        steps=STEPS,
        done=[(task, _path(task)) for task in lately],
        held=[(role, named[str(unit)]["name"]) for role, unit in held],
    )  # fmt: skip


def _path(task: Task | Done) -> str:
    if task.step in PERSONS:
        return f"/personal-registrations?campaign={task.campaign_id}&unit={task.unit_id}"
    if task.step == "send_report" and not task.title:
        return "/deadlines"  # a day for a report that nobody has opened here
    return f"{_WHERE[task.step]}/{task.thing}"


PAGE: Final = Page(router, menu=[Entry("/", "inbox", "mine", waits=STEPS)], counts=[waiting])
