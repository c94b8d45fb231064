"""Văn bản đến: what was sent to the units, and one document as it came, with its entry in the incoming book."""

from typing import Final
from uuid import UUID

from fastapi import Response

from chassis.web.api import ANYWHERE, EVERY_ROLE, THERE, asks, tells
from contracts.registry import Role
from services.portal.shell.forms import Form
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.stepping import Ask, Step, Taken, take
from services.portal.shell.units import of_my_units, units
from services.portal.shell.visit import Visit

router = page_router()
_KEEPERS: Final = frozenset({Role.CLERK, Role.OFFICER, Role.UNIT_HEAD, Role.DEPUTY})
STATUSES: Final = ("awaited", "entered", "received")
STEPS: Final = {
    "receive_document": Step(
        "entry", (Ask("number"), Ask("received_on", "day"), Ask("evidence", "scan", required=False))
    ),
    "confirm_receipt": Step("confirmation"),
}


@router.get("/incoming")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /receipts")
async def show_incoming(asked: Visit, status: str = "", after: int | None = None) -> Response:
    """What was sent to the units in which this person holds a role."""
    wanted = status if status in STATUSES else None
    found, following = await of_my_units(asked, "campaigns", "/receipts", status=wanted, after=after)
    named = await units(asked, [each[name] for each in found for name in ("unit_id", "issuer_id")])
    return asked.show(
        "incoming/list.html", found=found, units=named, status=wanted or "", statuses=STATUSES, next=following
    )


@router.get("/incoming/{id}")
@asks(may=EVERY_ROLE, where=THERE, reads=())
@leads_to("GET campaigns /receipts/{id}")
async def show_receipt(asked: Visit, id: UUID, done: str = "") -> Response:  # noqa: A002 - the path's name
    """One document as it came."""
    return await _show(asked, id, await asked.draft(), Taken(), done)


@router.post("/incoming/{id}")
@tells(may=_KEEPERS, where=THERE)
@leads_to(*(f"POST campaigns /receipts/{{id}}/{step.path}" for step in STEPS.values()))
async def enter(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """Enter it in the incoming book, or confirm an entry that came late."""
    form = await asked.form()
    name = form.get("do", "")
    if name not in STEPS:
        return asked.go(f"/incoming/{id}")
    step = STEPS[name]
    taken = await take(asked, "campaigns", f"/receipts/{id}/{step.path}", step.asks, f"{name}-")
    if taken.wrong:
        return await _show(asked, id, form, taken, "")
    return asked.go(f"/incoming/{id}", done=name)


async def _show(asked: Visit, key: UUID, form: Form, taken: Taken, done: str) -> Response:
    receipt = await asked.ask("campaigns", f"/receipts/{key}")
    named = await units(asked, [receipt["awaited"]["unit_id"], receipt["awaited"]["issuer_id"]])
    return asked.show(
        "incoming/one.html", taken.status, receipt=receipt, units=named, typed=form, said=taken.wrong,
        errors=list(taken.wrong.items()), steps=STEPS, done=done if done in STEPS else "",
    )  # fmt: skip


PAGE: Final = Page(router, menu=[Entry("/incoming", "incoming", "campaigns", 5, waits=("receive",))])
