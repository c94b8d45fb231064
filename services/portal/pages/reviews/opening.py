"""Mở đợt báo cáo: a review as the papers of its campaign ask for it, looked at before units are told."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import APIRouter, Response

from chassis.facts.problem import Problem
from chassis.web.api import ANYWHERE, asks, tells
from contracts.registry import Role
from services.portal.shell.forms import Form
from services.portal.shell.pages import leads_to
from services.portal.shell.stepping import Ask, Taken, body_of, choices
from services.portal.shell.visit import Visit

OPENS: Final = frozenset({Role.EMULATION_DEPARTMENT, Role.UNIT_HEAD})
NEW: Final = (Ask("unit_id", "own"), Ask("before", "day"))
_OF_KINDS: Final = """
    with recursive below as (
        select unit_id, kind from organisation_units where parent_id = any($1::uuid[]) and until is null
        union all
        select u.unit_id, u.kind from organisation_units u join below on u.parent_id = below.unit_id
        where u.until is null
    )
    select kind, count(distinct unit_id) as units from below where kind = any($2::text[]) group by kind
"""


def routes_of(router: APIRouter) -> None:
    """The form, and that it is sent."""

    @router.get("/reviews/open")
    @asks(may=OPENS, where=ANYWHERE, reads=())
    @leads_to("POST campaigns /reviews")
    async def show_opening(asked: Visit, campaign: str = "", review: str = "") -> Response:
        """Which review of which campaign; then all that it asks for, and of whom."""
        return await _show(asked, campaign, review, await asked.draft(), Taken())

    @router.post("/reviews/open")
    @tells(may=OPENS, where=ANYWHERE)
    @leads_to("POST campaigns /reviews")
    async def open_review(asked: Visit) -> Response:
        """Open it: the units are asked, each with its day."""
        form = await asked.form()
        campaign, code = form.get("campaign", ""), form.get("review", "")
        planned = _chosen(await _campaign(asked, campaign), code)
        if planned is None:
            return asked.go("/reviews/open", campaign=campaign)
        body, wrong = body_of(form, NEW, "", asked.language)
        taken = Taken(wrong, 422) if wrong else await _open(asked, form, campaign, dict(planned), body)
        if taken.wrong:
            return await _show(asked, campaign, code, form, taken)
        return asked.go(f"/reviews/{taken.told['id']}", done="opened")


async def _open(asked: Visit, form: Form, campaign: str, planned: dict[str, Any], body: Mapping[str, Any]) -> Taken:
    """What the papers ask for, before the day that was typed."""
    wanted = {
        "unit_id": body["unit_id"], "campaign_id": campaign, "review": planned | {"before": body["before"]},
    }  # fmt: skip
    try:
        return Taken(told=await asked.tell("campaigns", "/reviews", wanted, key=form.key))
    except Problem as problem:
        if problem.status not in {403, 409, 422}:
            raise
        return Taken({"before": asked.sentence(problem)}, problem.status)


async def _campaign(asked: Visit, key: str) -> Mapping[str, Any] | None:
    """The campaign that was chosen; nothing for none."""
    if not key:
        return None
    found: Mapping[str, Any] = await asked.ask("campaigns", f"/campaigns/{key}")
    return found


def _chosen(campaign: Mapping[str, Any] | None, code: str) -> Mapping[str, Any] | None:
    """The planned review of this code; without one, the only one that there is."""
    planned: Sequence[Mapping[str, Any]] = campaign["reviews"] if campaign else ()
    if not code and len(planned) == 1:
        return planned[0]
    return next((each for each in planned if each["code"] == code), None)


async def _show(asked: Visit, key: str, code: str, typed: Form, taken: Taken) -> Response:
    campaign = await _campaign(asked, key)
    planned = _chosen(campaign, code)
    offered = await choices(asked, "/reviews/open")
    found = []
    if planned:
        own = [each for each, _ in offered.own]
        found = await asked.pool.fetch(_OF_KINDS, own, planned["unit_kinds"])
    return asked.show(
        "reviews/open.html", taken.status, campaign=campaign, planned=planned, choices=offered, asks=NEW,
        counts={row["kind"]: row["units"] for row in found}, said=taken.wrong, errors=list(taken.wrong.items()),
        typed=Form({"before": _shown(planned), **typed}) if planned else typed,
    )  # fmt: skip


def _shown(planned: Mapping[str, Any]) -> str:
    """The planned day as it is typed."""
    year, month, day = str(planned["before"]).split("-")
    return f"{day}/{month}/{year}"
