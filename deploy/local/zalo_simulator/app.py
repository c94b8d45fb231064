"""Puts the Zalo simulator together: one state, Zalo's addresses, the control addresses and a page."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path

from fastapi import FastAPI, Response

from deploy.local.loopback import application
from deploy.local.pages import Pages
from deploy.local.zalo_simulator import control
from deploy.local.zalo_simulator.api import ROUTES
from deploy.local.zalo_simulator.control import Limit, Zalo
from deploy.local.zalo_simulator.limits import CALLS_PER_MINUTE, MESSAGES_PER_DAY
from deploy.local.zalo_simulator.simulator import Simulator

TEMPLATES = Path(__file__).parents[1] / "zalo_templates.yaml"
PAGES = Pages(Path(__file__).parent)
CARDS = 24


def create(
    data: Path,
    *,
    rate_limit: int = CALLS_PER_MINUTE,
    daily_quota: int = MESSAGES_PER_DAY,
    clock: Callable[[], float] = time.time,
) -> FastAPI:
    """Return the application; `rate_limit` calls a minute (0: any number), `clock` gives seconds since 1970."""
    zalo = Simulator(data, TEMPLATES, clock, rate_limit=rate_limit, daily_quota=daily_quota)

    @asynccontextmanager
    async def open_log(_: FastAPI) -> AsyncIterator[None]:
        yield
        zalo.log.close()

    app = application("Zalo simulator", lifespan=open_log)
    app.state.zalo = zalo
    app.router.routes.extend(ROUTES)
    app.include_router(control.router)
    app.add_api_route("/", show_cards)
    return app


async def show_cards(zalo: Zalo, before: int | None = None, limit: Limit = CARDS) -> Response:
    """Show the newest messages, or those before one, as people see them on their phones."""
    found = list(islice(zalo.log.before(before), limit + 1))
    older = found[limit - 1].seq if len(found) > limit else None
    cards = [(message, zalo.templates.get(message.template_id)) for message in found[:limit]]
    return PAGES.show("cards.html", cards=cards, older=older, limit=limit, newest=before is None, count=zalo.log.count)
