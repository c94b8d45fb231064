"""What is noted about units, such as obstacles, over HTTP: the list, one of them with its open steps, a new one."""

from collections.abc import Awaitable, Callable, Mapping
from inspect import Parameter, Signature
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Response

from chassis.facts.decider import Command
from chassis.facts.problem import not_found
from chassis.facts.projection import Projection
from chassis.facts.rows import Listing, Row
from chassis.web.api import Answer, Asked, InBody, InQuery, Page, Paged, Resource, actions, asks, tells
from contracts.registry import Role
from services.campaigns.api.concerned import there

Called = tuple[str, str]
"""An endpoint's name and text, as OpenAPI shows them."""

_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


def shows(
    router: APIRouter, things: Resource[Any], listing: Listing[Any], reads: Projection, detail: type[Any], *,
    lists: Called, one: Called, by: Mapping[str, Any] = _NONE,
    beside: Mapping[str, Callable[[asyncpg.Pool, UUID], Awaitable[Any]]] = _NONE,
) -> None:  # fmt: skip
    """Routes of a list, narrowed by unit, campaign and what `by` names, of one with steps and what is `beside`."""
    row: type[Row] = listing.row
    [key] = row.table.primary_key.columns.keys()

    async def listed(asked: Asked, paging: Paged, after: UUID | None, **wanted: Any) -> Page[Any]:
        found = await listing.page(asked.pool, after, paging.limit + 1, **wanted)
        return paging.page(found, lambda each: getattr(each, key))

    async def read(asked: Asked, response: Response, id: UUID) -> Any:  # noqa: A002 - the path's name
        version, state = await asked.platform.executor.state(things.decider, id)
        if (found := await row.one(asked.pool, id)) is None:
            raise not_found()
        response.headers["ETag"] = f'"{version}"'
        more = {name: await ask(asked.pool, id) for name, ask in beside.items()}
        return detail(**dict(found), **more, actions=await actions(asked, things, id, state))

    ids = UUID | None
    narrowed = {"unit_id": ids, "campaign_id": ids, **by, "after": ids}
    gives: Any = Page
    _call(listed, lists, {"asked": Asked, "paging": Paged}, gives[row], narrowed)
    _call(read, one, {"asked": Asked, "response": Response, "id": UUID}, detail)
    router.get(things.path)(asks(may=things.seen_by, where=InQuery(), reads=(reads,))(listed))
    router.get(things.one)(asks(may=things.seen_by, where=things, reads=(reads,))(read))


def adds(router: APIRouter, things: Resource[Any], new: type[Command], may: frozenset[Role], called: Called) -> None:
    """A route of a new one, under the command's id; what it is about must be there."""

    async def add(asked: Asked, new: Any) -> Answer:
        await there(asked, new.campaign_id, new.unit_id)
        return await asked.execute(things.decider, asked.command_id, new, asked.command_id)

    _call(add, called, {"asked": Asked, "new": new}, Answer)
    router.post(things.path)(tells(may=may, where=InBody())(add))


def _call(
    endpoint: Any, called: Called, needed: Mapping[str, Any], gives: Any, narrowed: Mapping[str, Any] = _NONE
) -> None:
    """Give an endpoint the name, the text and the parameters that FastAPI shows."""
    endpoint.__name__, endpoint.__doc__ = called
    asked = [Parameter(name, Parameter.KEYWORD_ONLY, annotation=kind) for name, kind in needed.items()]
    asked += [Parameter(name, Parameter.KEYWORD_ONLY, annotation=kind, default=None) for name, kind in narrowed.items()]
    endpoint.__signature__ = Signature(asked, return_annotation=gives)
