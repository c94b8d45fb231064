"""Nộp thay: a unit's signed paper as a form sends it, and the papers by which something was filed. Source: B7."""

import asyncio
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from chassis.facts.problem import Problem
from services.portal.shell.figures import NotADay, read_day, show_day
from services.portal.shell.forms import Form
from services.portal.shell.units import people_names, units
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

_FILE: Final = "filing-file"
_DAY: Final = "filing-signed_on"


async def file_paper(asked: Visit, service: str, path: str, form: Form, version: int) -> dict[str, str]:
    """Send the paper that was chosen; gives sentences by field, of the whole under an empty name.

    Raises Problem for what is not about the paper, or who may not.
    """
    content, wrong = form.files.get(_FILE), dict[str, str]()
    if content is None:
        wrong[_FILE] = say(asked.language, "behalf.no_file")
    try:
        signed = read_day(form.get(_DAY, "").strip())
    except NotADay:
        wrong[_DAY] = say(asked.language, "day.malformed")
    if content is None or wrong:
        return wrong
    called = urlencode({"name": f"tep{form.endings[_FILE]}", "signed_on": signed.isoformat()})
    key = form.key_of(f"{sha256(content).hexdigest()} {signed}")
    try:
        await asked.tell(
            service, f"{path}/filings?{called}", content, key=key, version=version,
            media_type="application/octet-stream",
        )  # fmt: skip
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        field = _DAY if problem.code == "paper-signed-later" else _FILE if problem.code.startswith("file-") else ""
        return {field: asked.sentence(problem)}
    return {}


async def papers(asked: Visit, filings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each filing with who filed and for which unit they work, by their names."""
    named, names = await asyncio.gather(
        units(asked, [each["by_unit_id"] for each in filings]),
        people_names(asked, [UUID(each["filed_by"]) for each in filings]),
    )
    return [
        {**each["paper"], "signed_on": each["signed_on"], "by": names.get(each["filed_by"], ""),
         "unit": named[each["by_unit_id"]]["name"]}
        for each in filings
    ]  # fmt: skip


def choices(asked: Visit, filings: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """The papers by which figures may be reported, the last one first; and none of them."""
    found = [
        (
            each["paper"]["sha256"],
            say(asked.language, "behalf.paper_of", day=show_day(each["signed_on"]), hash=each["paper"]["sha256"][:8]),
        )
        for each in reversed(filings)
    ]
    return [*found, ("", say(asked.language, "behalf.without"))]
