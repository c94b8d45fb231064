"""Pages of what is noted about units, such as obstacles: the list, the form of a new one, one with its open steps."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from chassis.web.api import ANYWHERE, EVERY_ROLE, THERE, asks, tells
from contracts.registry import Role
from services.portal.shell.forms import Form
from services.portal.shell.pages import leads_to
from services.portal.shell.stepping import Ask, Step, Taken, choices, take
from services.portal.shell.units import of_my_units, people_names, units
from services.portal.shell.visit import Visit
from services.portal.views.progress_queries import codes


async def _nothing(_: Visit, __: Mapping[str, Any]) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Things:
    """Things of campaigns: `noun` names their paths, templates and words, `key` the field of their id.

    `new` is what the form of a new one asks for, `steps` are its commands by their names; `beside` is what the page of
    one shows besides the thing.
    """

    noun: str
    key: str
    new: Sequence[Ask]
    steps: Mapping[str, Step]
    beside: Callable[[Visit, Mapping[str, Any]], Awaitable[Mapping[str, Any]]] = _nothing

    async def listed(
        self, asked: Visit, after: UUID | None = None, typed: Form | None = None, taken: Taken | None = None,
        narrowed: Mapping[str, str | None] | None = None, **shown: Any,
    ) -> Response:  # fmt: skip
        """Those of the units in which this person holds a role; of all, for who holds one at the top."""
        found, following = await of_my_units(asked, "campaigns", f"/{self.noun}", after=after, **narrowed or {})
        named, campaigns = await asyncio.gather(
            units(asked, [each["unit_id"] for each in found]),
            codes(asked.pool, [each["campaign_id"] for each in found if each["campaign_id"]]),
        )
        found.sort(key=lambda each: (named[each["unit_id"]]["code"], each[self.key]))
        return self._show(
            asked, "list", typed, taken, found=found, units=named, campaigns=campaigns, next=following, **shown
        )

    async def form(self, asked: Visit, typed: Form, taken: Taken) -> Response:
        """The form of a new one."""
        offered = await choices(asked, f"/{self.noun}/new", self.new)
        return self._show(asked, "new", typed, taken, asks=self.new, choices=offered)

    async def add(self, asked: Visit) -> Response:
        """Note a new one."""
        taken = await take(asked, "campaigns", f"/{self.noun}", self.new)
        if taken.wrong:
            return await self.form(asked, await asked.form(), taken)
        return asked.go(f"/{self.noun}/{taken.told['id']}", done="new")

    async def one(self, asked: Visit, key: UUID, typed: Form, taken: Taken, done: str = "") -> Response:
        """One of them with the steps that are open."""
        thing: dict[str, Any] = await asked.ask("campaigns", f"/{self.noun}/{key}")
        related = [thing["unit_id"], *(each["in_unit_id"] for each in thing.get("steps", ()) if each.get("in_unit_id"))]
        person = [UUID(thing["person_id"])] if thing.get("person_id") else []
        named, names, campaigns, beside = await asyncio.gather(
            units(asked, related),
            people_names(asked, person),
            codes(asked.pool, [thing["campaign_id"]] if thing["campaign_id"] else []),
            self.beside(asked, thing),
        )
        return self._show(
            asked, "one", typed, taken, thing=thing, units=named, unit=named[thing["unit_id"]], names=names,
            campaigns=campaigns, steps=self.steps, done=done if done in self.steps or done == "new" else "", **beside,
        )  # fmt: skip

    async def change(self, asked: Visit, key: UUID) -> Response:
        """Take the step that was asked for."""
        form = await asked.form()
        name = form.get("do", "")
        if name not in self.steps:
            return asked.go(f"/{self.noun}/{key}")
        step = self.steps[name]
        taken = await take(asked, "campaigns", f"/{self.noun}/{key}/{step.path}", step.asks, f"{name}-")
        if taken.wrong:
            return await self.one(asked, key, form, taken)
        return asked.go(f"/{self.noun}/{key}", done=name)

    def _show(self, asked: Visit, page: str, typed: Form | None, taken: Taken | None, **shown: Any) -> Response:
        taken = taken or Taken()
        return asked.show(
            f"{self.noun}/{page}.html", taken.status, typed=typed or Form(), said=taken.wrong,
            errors=list(taken.wrong.items()), **shown,
        )  # fmt: skip


def pages_of(
    router: APIRouter, things: Things, *, new: frozenset[Role], change: frozenset[Role],
    seen: frozenset[Role] = EVERY_ROLE,
) -> None:  # fmt: skip
    """Routes of the form of a new one and of one of them, `seen` by these; the list is the page's own."""
    path = f"/{things.noun}"

    @router.get(f"{path}/new")
    @asks(may=new, where=ANYWHERE, reads=())
    @leads_to(f"POST campaigns {path}")
    async def show_new(asked: Visit) -> Response:
        """The form of a new one."""
        return await things.form(asked, await asked.draft(), Taken())

    @router.post(f"{path}/new")
    @tells(may=new, where=ANYWHERE)
    @leads_to(f"POST campaigns {path}")
    async def add(asked: Visit) -> Response:
        """Note it."""
        return await things.add(asked)

    @router.get(f"{path}/{{id}}")
    @asks(may=seen, where=THERE, reads=())
    @leads_to(f"GET campaigns {path}/{{id}}")
    async def show_one(asked: Visit, id: UUID, done: str = "") -> Response:  # noqa: A002 - the path's name
        """One of them with the steps that are open."""
        return await things.one(asked, id, await asked.draft(), Taken(), done)

    @router.post(f"{path}/{{id}}")
    @tells(may=change, where=THERE)
    @leads_to(*(f"POST campaigns {path}/{{id}}/{step.path}" for step in things.steps.values()))
    async def take_step(asked: Visit, id: UUID) -> Response:  # noqa: A002
        """Take one of its steps."""
        return await things.change(asked, id)
