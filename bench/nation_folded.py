"""Read models of the national data set, folded from the stores: what the services' workers would have made.

`python -m bench.nation_folded` folds those of one service; whose, and from where, comes as JSON on standard input.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import asdict
from typing import Any, Final

import asyncpg
import uvloop

from bench.nation import Nation
from chassis.facts.envelope import Recorded, decode
from chassis.facts.projection import Fold, Projection
from chassis.service.service import Service
from chassis.store.database import pooled
from chassis.stream.received import STORE
from chassis.telemetry.collector import settle
from chassis.testing import as_recorded
from chassis.views.projector import create_views
from contracts import CATALOGUE
from contracts.people import PEOPLE, PersonChanged
from services.awards.app import SERVICE as AWARDS
from services.campaigns.app import SERVICE as CAMPAIGNS
from services.notify.app import SERVICE as NOTIFY
from services.portal.app import SERVICE as PORTAL
from services.registry.app import SERVICE as REGISTRY

SERVICES: Final[Mapping[str, Service]] = {each.name: each for each in (REGISTRY, CAMPAIGNS, AWARDS, NOTIFY)}
"""Those that store something."""

_PAGE: Final = 10_000
_READ: Final = """
    select position, stream, version, id, type, data, metadata, recorded_at from store.events
    where position > $1 and type = any($2::text[]) order by position limit $3
"""
_REACHED: Final = """
    insert into chassis.positions (consumer, topic, partition, last_offset, position)
    select $1, $2, 0, position, position from store.head
"""


async def fold(nation: Nation, name: str, stores: Mapping[str, tuple[str, str]]) -> None:
    """Build the read models of a service, or the portal's, in a process of its own.

    `stores` are the addresses and roles of databases by service. Raises RuntimeError when it cannot be done.
    """
    asked = json.dumps({"nation": asdict(nation), "name": name, "stores": stores}).encode()
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.nation_folded", stdin=asyncio.subprocess.PIPE
    )
    await started.communicate(asked)
    if started.returncode:
        raise RuntimeError(f"the read models of {name} could not be folded")


async def _fold_all(nation: Nation, name: str, stores: Mapping[str, tuple[str, str]]) -> None:
    service = PORTAL if name == PORTAL.name else SERVICES[name]
    async with AsyncExitStack() as stack:
        pools = {each: await stack.enter_async_context(pooled(*store, size=2)) for each, store in stores.items()}
        await create_views(pools[name], service.read_models)
        for projection in service.projections:
            await _fold(pools[name], projection, stored(pools[name], projection))
            await pools[name].execute(_REACHED, projection.place, STORE)
        for projection, topics in service.learns:
            for topic in topics:
                source = details(nation) if topic == PEOPLE else stored(pools[topic.split(".")[1]], projection)
                await _fold(pools[name], projection, source)


async def stored(pool: asyncpg.Pool, projection: Projection) -> AsyncIterator[Iterable[Recorded[Any]]]:
    """What a store holds of what a projection reads."""
    names, after = [each for each in CATALOGUE if projection.reads.reads_type(each)], 0
    while rows := await pool.fetch(_READ, after, names, _PAGE):
        yield (Recorded(p, s, v, i, decode(t, d), m, at) for p, s, v, i, t, d, m, at in rows)
        after = rows[-1]["position"]


async def details(nation: Nation) -> AsyncIterator[Iterable[Recorded[Any]]]:
    """The details of all people, as their topic would bring them."""
    yield (as_recorded(PersonChanged(person_id=each.person_id, details=each)) for each in nation.details())


async def _fold(pool: asyncpg.Pool, projection: Projection, source: AsyncIterator[Iterable[Recorded[Any]]]) -> None:
    async for events in source:
        folded = Fold(projection.place)
        for event in events:
            folded.apply(projection.changes(event))
        async with pool.acquire() as connection:
            await folded.write(connection)


if __name__ == "__main__":
    settle()
    given = json.load(sys.stdin)
    uvloop.run(_fold_all(Nation(**given["nation"]), given["name"], given["stores"]))
