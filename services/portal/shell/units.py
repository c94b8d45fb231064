"""Units and campaigns by their names, for pages: from what the portal knows of the organisation and of drives."""

import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from services.portal.shell.services import Away
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

_CATALOGUE_SECONDS: Final = 60.0
_UNITS = "select unit_id, code, name, kind from organisation_units where unit_id = any($1::uuid[])"


async def units(asked: Visit, ids: Collection[UUID | str]) -> Mapping[str, dict[str, Any]]:
    """Code, name and kind of units by their ids as texts; one that is not known yet is called so."""
    wanted = {str(each) for each in ids}
    rows = await asked.pool.fetch(_UNITS, list(wanted))
    found = {str(row["unit_id"]): dict(row) for row in rows}
    return {
        each: found.get(each) or {"unit_id": each, "code": "", "name": say(asked.language, "frame.unknown"), "kind": ""}
        for each in wanted
    }


async def units_of(asked: Visit, kinds: Collection[str]) -> int:
    """How many units of these kinds there are today."""
    count = "select count(*) from organisation_units where kind = any($1::text[]) and until is null"
    return int(await asked.pool.fetchval(count, list(kinds)))


async def of_my_units(
    asked: Visit, service: str, path: str, **query: object
) -> tuple[list[dict[str, Any]], str | None]:
    """A service's list of the units in which this person may open the page of the same path, and where it goes on."""
    own, root = asked.rights.units(asked.url.path), asked.rights.root
    found: list[dict[str, Any]] = []
    following: str | None = None
    for unit in [root] if root in own else own:
        page = await asked.ask(service, path, unit_id=None if unit == root else unit, limit=100, **query)
        found += page["items"]
        following = following or page["next"]
    return found, following


async def catalogue(asked: Visit) -> Sequence[Mapping[str, Any]]:
    """The awards of today; remembered for a minute, since they are the same for everybody."""
    known, now = asked.shell.catalogue, time.monotonic()
    if known is None or known[1] != asked.today or now - known[0] > _CATALOGUE_SECONDS:
        known = asked.shell.catalogue = (now, asked.today, await asked.ask("awards", "/catalogue"))
    return known[2]


async def award_names(asked: Visit) -> Mapping[str, str]:
    """What awards are called, by their codes."""
    return {each["award"]: each["name"] for each in await catalogue(asked)}


async def people_names(asked: Visit, ids: Collection[UUID]) -> Mapping[str, str]:
    """What people are called, by their ids as texts: from registry, with one recorded look; nobody while it is away."""
    if not ids:
        return {}
    try:
        found = await asked.ask("registry", "/people/names", id=list(dict.fromkeys(ids))[:200])
    except Away:
        return {}
    return {each["person_id"]: each["full_name"] for each in found}
