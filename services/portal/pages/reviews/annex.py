"""The consolidated annex of a review: a version of its sums, in what it differs, and of which units a sum is made."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Response

from chassis.web.api import ANYWHERE, EVERY_ROLE, asks
from services.portal.pages.reviews.sums import grids
from services.portal.shell.pages import leads_to
from services.portal.shell.units import units
from services.portal.shell.visit import Visit

_NOW: Final = "0"


def routes_of(router: APIRouter) -> None:
    """The page of the annex."""

    @router.get("/reviews/{id}/annex")
    @asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
    @leads_to(
        "GET campaigns /reviews/{id}", "GET campaigns /reviews/{id}/annex", "GET campaigns /reviews/{id}/versions",
        "GET campaigns /reviews/{id}/annex-cells",
    )  # fmt: skip
    async def show_annex(asked: Visit, id: UUID, version: str = "", at: str = "") -> Response:  # noqa: A002
        """The version that counts, another one, or how the sums stand now; `at` a place the units' own figures."""
        path = f"/reviews/{id}"
        review, versions = await asyncio.gather(
            asked.ask("campaigns", path), asked.ask("campaigns", f"{path}/versions")
        )
        known = {str(each["version"]): each for each in versions}
        wanted = version if version in {*known, _NOW} else str(versions[0]["version"]) if versions else _NOW
        of = known.get(wanted)
        annex, place = await asyncio.gather(
            asked.ask("campaigns", f"{path}/annex", version=wanted), _place(asked, review, wanted, at)
        )
        counted = {each["unit_id"] for each in annex["used"]}
        missing = [unit for unit in review["units"] if unit not in counted]
        used = {each["report_id"]: each["unit_id"] for each in annex["used"]}
        concerned = [*review["units"], review["unit_id"], *(each["unit_id"] for each in annex["texts"])]
        named = await units(asked, concerned)
        if place:
            place["cells"].sort(key=lambda each: str(named[each["unit_id"]]["code"]))
        because = used.get(of["because"]) if of and of["because"] else None
        return asked.show(
            "reviews/annex.html", review=review, annex=annex, versions=versions, of=of, place=place, because=because,
            grids=grids(review["annexes"], annex, of["changed"] if of else ()), units=named,
            missing=sorted(missing, key=lambda unit: str(named[unit]["code"])), last=versions[0] if versions else None,
        )  # fmt: skip


async def _place(asked: Visit, review: Mapping[str, Any], version: str, at: str) -> Mapping[str, Any] | None:
    """The figures of each unit in one place, such as `support.2019.cards`; nothing for a place that is not there."""
    table, _, rest = at.partition(".")
    year, _, column = rest.partition(".")
    found = next((each for each in review["annexes"] if each["key"] == table), None)
    known = next((each for each in found["columns"] if each["key"] == column), None) if found else None
    if found is None or known is None or not year.isdecimal():
        return None
    cells = await asked.ask(
        "campaigns", f"/reviews/{review['review_id']}/annex-cells", table=table, year=int(year), column=column,
        version=version,
    )  # fmt: skip
    return {"at": at, "column": known, "year": int(year), "cells": [each for each in cells if each["cell"]]}
