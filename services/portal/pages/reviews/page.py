"""Đợt báo cáo: reviews, and the desk of one: who has reported, who is late and is urged, what the reports add up to."""

import asyncio
from typing import Final
from uuid import UUID

from fastapi import Response

from chassis.web.api import ANYWHERE, EVERY_ROLE, THERE, asks, tells
from contracts.campaigns import UrgingChannel
from contracts.registry import Role
from services.portal.pages.reviews import annex, opening
from services.portal.pages.reviews.desk import Desk, desk_of
from services.portal.pages.reviews.urging import urge
from services.portal.shell.forms import Form
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.stepping import Ask, Step, Taken, take
from services.portal.shell.units import of_my_units, units
from services.portal.shell.visit import Visit
from services.portal.views.progress_queries import codes

router = page_router()
opening.routes_of(router)
annex.routes_of(router)
_CHANGES: Final = opening.OPENS | {Role.OFFICER}
STATES: Final = ("open", "sent", "returned", "accepted", "correcting")
STEPS: Final = {
    "consolidate_review": Step("consolidation"),
    "close_review": Step("close"),
    "reopen_review": Step("reopen", (Ask("reason", "area"),)),
}
EXTENSION: Final = Step("extension", (Ask("unit_id"), Ask("before", "day")))
"""Asking one more unit: its form names those that were not asked."""
_DONE: Final = {*STEPS, "extend_review", "opened", "urge"}


@router.get("/reviews")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /reviews")
async def show_reviews(asked: Visit, open: str = "", after: UUID | None = None) -> Response:  # noqa: A002 - as the service has it
    """Reviews in which a unit of this person asks or is asked; all, for who holds a role at the top."""
    wanted = "true" if open else None
    found, following = await of_my_units(asked, "campaigns", "/reviews", open=wanted, after=after)
    once = list({each["review_id"]: each for each in found}.values())
    named, campaigns = await asyncio.gather(
        units(asked, [each["unit_id"] for each in once]),
        codes(asked.pool, [each["campaign_id"] for each in once if each["campaign_id"]]),
    )
    once.sort(key=lambda each: (each["closed"], each["before"], each["title"]))
    return asked.show(
        "reviews/list.html", found=once, units=named, campaigns=campaigns, open=wanted or "", next=following
    )


@router.get("/reviews/{id}")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /reviews/{id}", "GET campaigns /reviews/{id}/reports", "GET campaigns /reviews/{id}/late")
async def show_review(  # noqa: PLR0917
    asked: Visit, id: UUID, state: str = "", on: str = "", unit: UUID | None = None, done: str = "",  # noqa: A002
) -> Response:  # fmt: skip
    """Who has reported to the unit whose desk it is, in which state, when, how late; who was late on a day."""
    desk = await desk_of(asked, id, unit, state if state in STATES else "", on)
    return await _show(asked, desk, await asked.draft(), Taken(), done)


@router.post("/reviews/{id}")
@tells(may=_CHANGES, where=THERE)
@leads_to(
    *(f"POST campaigns /reviews/{{id}}/{step.path}" for step in (*STEPS.values(), EXTENSION)),
    "POST campaigns /reports/{id}/urgings",
)
async def change(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """Consolidate, close or reopen it, ask one more unit, or urge units."""
    form = await asked.form()
    wanted, unit = form.get("do", ""), form.get("unit") or None

    async def desk() -> Desk:
        return await desk_of(asked, id, UUID(unit) if unit else None, "", "")

    if step := {**STEPS, "extend_review": EXTENSION}.get(wanted):
        taken = await take(asked, "campaigns", f"/reviews/{id}/{step.path}", step.asks, f"{wanted}-")
    elif wanted in {"urge", "urge-late"}:
        ticked = [name.removeprefix("r-") for name in form if name.startswith("r-")]
        taken = await urge(asked, (await desk()).late if wanted == "urge-late" else ticked, form)
        wanted = "urge"
    else:
        return asked.go(f"/reviews/{id}")
    if taken.wrong:
        return await _show(asked, await desk(), form, taken)
    return asked.go(f"/reviews/{id}", done=wanted, unit=unit)


async def _show(asked: Visit, desk: Desk, typed: Form, taken: Taken, done: str = "") -> Response:
    review = desk.review
    campaign = review["campaign_id"]
    shown = (*desk.whole, *desk.mine, *desk.unasked)
    concerned = [review["unit_id"], desk.unit, *(each["unit_id"] for each in shown)]
    named, campaigns = await asyncio.gather(units(asked, concerned), codes(asked.pool, [campaign] if campaign else []))
    desk.rows.sort(key=lambda each: (-each["late"] if desk.on else 0, named[each["unit_id"]]["code"]))
    return asked.show(
        "reviews/one.html", taken.status, review=review, desk=desk, units=named, campaigns=campaigns,
        typed=typed, said=taken.wrong, errors=list(taken.wrong.items()), steps=STEPS, states=STATES,
        channels=[each.value for each in UrgingChannel], done=done if done in _DONE else "",
    )  # fmt: skip


PAGE: Final = Page(router, menu=[Entry("/reviews", "reviews", "campaigns", 2, waits=("consolidate",))])
