"""Copies of what was sent to somebody who was erased: who keeps any (an archive of mail, the local sinks) is told."""

import asyncio
from typing import Final

import asyncpg
import httpx

from chassis.facts.envelope import Recorded
from chassis.stream.intake import Reaction
from contracts.people import PersonChanged
from services.notify.settings import ProviderSettings

_SECONDS: Final = 20.0
_PAUSE: Final = 0.2
_SENT: Final = "select notification_id from notifications where person_id = $1"
_UNDER_WAY: Final = """
    select exists (select from people where person_id = $1)
    or exists (select from notifications where person_id = $1 and state in ('due', 'under_way'))
"""


def forget_copies(pool: asyncpg.Pool) -> Reaction:
    """Tells each of COPIES_URLS, by the ids in their names, which messages to forget when a person is erased."""
    urls = ProviderSettings.read().copies_urls

    async def react(recorded: Recorded[PersonChanged]) -> None:
        if recorded.data.details is not None or not urls:
            return
        person = recorded.data.person_id
        until = asyncio.get_running_loop().time() + _SECONDS
        while await pool.fetchval(_UNDER_WAY, person):  # what is being sent now would come after it was forgotten
            if asyncio.get_running_loop().time() > until:
                break  # they were entered again, or a provider is away: what comes later is a new message
            await asyncio.sleep(_PAUSE)
        ids = [str(row[0]) for row in await pool.fetch(_SENT, person)]
        if ids:
            await asyncio.gather(*(_tell(url, ids) for url in urls))

    return Reaction("forget_copies", react)


async def _tell(url: str, ids: list[str]) -> None:
    """Raises ConnectionError while nobody answers there, as for an outage: the erasure comes again."""
    try:
        async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
            (await http.post(url, json={"notifications": ids})).raise_for_status()
    except httpx.HTTPError as error:
        raise ConnectionError(f"{url}: {type(error).__name__}") from error
