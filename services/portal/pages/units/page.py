"""Đơn vị: the tree of units, one unit with what happened to it, and the import of units from a file."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from fastapi import Response

from chassis.facts.problem import not_found
from chassis.web.api import ANYWHERE, AT_ROOT, EVERY_ROLE, asks, tells
from contracts.registry import Role
from contracts.values import UnitKind
from services.portal.pages.units import change, queries
from services.portal.pages.units.rows import FactRow
from services.portal.pages.units.said import Names, Sentence, tell
from services.portal.pages.units.unit_facts import Seen
from services.portal.shell.bringing import Bringing, take_out
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to
from services.portal.shell.services import Away
from services.portal.shell.units import award_names, people_names
from services.portal.shell.units import units as units_by_id
from services.portal.shell.visit import Visit
from services.portal.views.progress_queries import codes

router = change.router  # one page of two modules
_LEADS: Final = frozenset({Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL})
_FACTS: Final = 50
_BRINGING: Final = Bringing("/units/import", "units/import.html", "/units/import/trials", "units.trial")


@router.get("/units")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET registry /units")
async def show_units(asked: Visit, kind: str = "") -> Response:
    """All units as a tree; those of one kind as a list."""
    found = await queries.everything(asked.pool, asked.today)
    wanted = kind if kind in set(UnitKind) else ""
    under: dict[UUID | None, list[queries.Unit]] = {}
    known = {each.unit_id: each for each in found}
    order = {kind.value: place for place, kind in enumerate(UnitKind)}
    for each in sorted(found, key=lambda unit: (order[unit.kind], unit.code)):
        under.setdefault(each.parent_id if each.parent_id in known else None, []).append(each)
    return asked.show(
        "units/list.html", found=[each for each in found if each.kind == wanted], under=under, known=known, kind=wanted,
        roots=[each for each in found if each.parent_id is None],
        counts=Counter(each.kind for each in found), kinds=[each.value for each in UnitKind], total=len(found),
    )  # fmt: skip


@router.get("/units/import")
@asks(may=_LEADS, where=AT_ROOT, reads=())
@leads_to("POST registry /units/import/trials")
async def show_import(asked: Visit, job: UUID | None = None) -> Response:
    """Where a file is chosen; with a `job`, how far that is, or what came of it."""
    return await _BRINGING.show(asked, job)


@router.post("/units/import")
@tells(may=_LEADS, where=AT_ROOT)
@leads_to(
    "POST registry /units/import/trials",
    "POST registry /units/import/trials/{id}/names-are-meant",
    "POST registry /units/import/trials/{id}/import",
)
async def bring(asked: Visit) -> Response:
    """Have a file tried, tried with its names as they stand, or, once it was tried, imported."""
    return await _BRINGING.bring(asked, steps={"import", "names-are-meant"})


@router.post("/units/exports")
@tells(may=EVERY_ROLE, where=ANYWHERE)
@leads_to("POST registry /units/exports")
async def take_units_out(asked: Visit) -> Response:
    """Have the units of today written into a file, which the import reads again."""
    return await take_out(asked, "/units/exports")


@router.get("/units/{id}")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET registry /units/{id}")
async def show_unit(asked: Visit, id: UUID, after: UUID | None = None, done: str = "") -> Response:  # noqa: A002 - the path's name
    """One unit: where it stands, who holds which role there, and what has happened to it."""
    allows = asked.platform.access.allows
    path, own, nominating = await asyncio.gather(
        queries.path(asked.pool, id),
        allows(asked.person, EVERY_ROLE, id, asked.today),
        allows(asked.person, asked.rights.roles("/nominations"), id, asked.today),
    )
    if not path:
        raise not_found()
    seen = [Seen.PUBLIC, *([Seen.OWN] if own else []), *([Seen.NOMINATIONS] if nominating else [])]

    async def holders() -> tuple[list[queries.Held], Mapping[str, str]]:
        held = await queries.roles(asked.pool, id, asked.today) if own else []
        return held, await people_names(asked, [each.person_id for each in held])

    async def history() -> tuple[list[FactRow], list[Sentence]]:
        facts = await queries.timeline(asked.pool, id, seen, after, _FACTS + 1)
        return facts, await _told(asked, facts[:_FACTS], path, own=own)

    below, (facts, told), (held, names) = await asyncio.gather(
        queries.below(asked.pool, id, asked.today), history(), holders()
    )
    return asked.show(
        "units/one.html", unit=path[-1], path=path[:-1], below=below, held=held, names=names, own=own, facts=told,
        first=after is None, next=str(facts[_FACTS - 1].event_id) if len(facts) > _FACTS else None,
        steps=change.STEPS, done=done if done in change.STEPS else "",
    )  # fmt: skip


async def _told(asked: Visit, facts: list[FactRow], path: list[queries.Unit], *, own: bool) -> list[Sentence]:
    """Facts as sentences; where awards does not answer, awards are called by their codes."""
    campaigns = queries.campaigns_of(facts)
    awards: dict[str, str] = {}
    if any("award" in fact.said for fact in facts):
        try:
            awards = dict(await award_names(asked))
        except Away:
            awards = {}
    called, indicators = await asyncio.gather(codes(asked.pool, campaigns), queries.indicators(asked.pool, campaigns))
    units = {str(each.unit_id): each.name for each in path}
    others = {each for fact in facts for name in ("units", "left") for each in fact.said.get(name, [])}
    units |= {key: found["name"] for key, found in (await units_by_id(asked, others)).items()}
    names = Names(units=units, campaigns=called, indicators=indicators, awards=awards)
    return [tell(fact, names, own=own) for fact in facts]


PAGE: Final = Page(router, menu=[Entry("/units", "units", "organisation", 1)])
