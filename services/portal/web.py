"""The portal's pages, put together: every folder under pages/, the shell's own addresses, the files that pages load."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import APIRouter

from chassis.service.platform import Platform
from chassis.web.tokens import Tokens
from services.portal.pages import all_pages, learned
from services.portal.shell import doors, news, static
from services.portal.shell.services import Services, connections
from services.portal.shell.sessions import Sessions
from services.portal.shell.settings import PortalSettings
from services.portal.shell.sign_in import SignIn
from services.portal.shell.visit import Shell

max_body_bytes = 8 * 1_048_576
"""What may arrive at all: a form that is too large is told so in a page."""

router = APIRouter()
for each in (*(page.router for page in all_pages()), doors.router):
    router.routes.extend(each.routes)
router.routes += [static.ROUTE, news.ROUTE]
router.routes.extend(doors.nowhere.routes)


@asynccontextmanager
async def state(platform: Platform, tokens: Tokens) -> AsyncIterator[Mapping[str, Any]]:
    """What pages stand on besides the platform, for the life of the process."""
    known = platform.settings
    settings = PortalSettings.read(
        thidua_issuer=known.thidua_issuer, thidua_env=known.thidua_env, thidua_data=known.thidua_data
    )
    sessions = Sessions(platform.pool, settings.seal())
    places = [projection.place for projection, _ in learned()]
    async with (
        httpx.AsyncClient(follow_redirects=False) as provider,
        connections() as http,
        news.spread(platform, sessions, places) as spread,
    ):
        sign_in = SignIn(settings, sessions, tokens, provider)
        shell = Shell(settings, sessions, sign_in, Services(settings.portal_services, http))
        yield {"shell": shell, "news": spread}
