"""Versions of read models: a new one is built beside the one that serves, an old one stays until it is pruned."""

import asyncio
from collections.abc import Sequence
from typing import Final

import asyncpg
import structlog

from chassis.facts.projection import Projection
from chassis.organisation.organisation import ORGANISATION
from chassis.service.platform import Platform
from chassis.store.patience import at_all_costs
from chassis.views.projector import is_live
from chassis.views.rebuild import Rebuild
from contracts import CATALOGUE

log = structlog.get_logger()

_SETTLE_SECONDS: Final = 5.0


async def built(platform: Platform, projection: Projection, topics: Sequence[str]) -> None:
    """Return once this version of a read model is live: built by this process, or by another one meanwhile.

    How far a build is stands in chassis.builds. What the drivers raise is waited for; the build then begins anew.
    """
    await at_all_costs(lambda: _build(platform, projection, topics), projection.place)


async def _build(platform: Platform, projection: Projection, topics: Sequence[str]) -> None:
    async def missing() -> bool:
        return not await is_live(platform.pool, projection)

    if await missing():
        log.info("read_model_building", place=projection.place)
        build = Rebuild(platform.store, projection, topics, platform.kafka)
        log.info("read_model_built", place=projection.place, events=await build.run(needed=missing))


async def settle(platform: Platform, topics: Sequence[str]) -> None:
    """Take doubts of types that this code knows out of the organisation, until cancelled: an older version notes them.

    Of a type that the organisation does not read, nothing can have changed there; for another it is folded anew, and
    serves meanwhile.
    """
    while True:
        await at_all_costs(lambda: settle_once(platform, topics), ORGANISATION.place)
        await asyncio.sleep(_SETTLE_SECONDS)


async def settle_once(platform: Platform, topics: Sequence[str]) -> None:
    """As `settle`, once; raises what the drivers raise."""

    async def doubted() -> list[str]:
        rows = await platform.pool.fetch("select distinct type from organisation_doubts")
        return [row[0] for row in rows if row[0] in CATALOGUE]

    async def still() -> bool:
        return bool(await doubted())

    known = await doubted()
    if not known:
        return
    log.info("doubts_settled", place=ORGANISATION.place, types=known)
    if any(ORGANISATION.reads.reads_type(name) for name in known):
        await Rebuild(platform.store, ORGANISATION, topics, platform.kafka).run(needed=still)
    else:
        await platform.pool.execute("delete from organisation_doubts where type = any($1::text[])", known)


async def under_way(pool: asyncpg.Pool, read_models: Sequence[Projection]) -> dict[str, dict[str, object]]:
    """Which of these versions do not serve yet, by place: how many events each has folded, and when it last moved."""
    rows = await pool.fetch(
        "select place, coalesce(b.events, 0) as events, b.changed_at from unnest($1::text[], $2::text[], $3::int[])"
        " as m (place, name, version) left join chassis.builds b using (place)"
        " where not exists (select from chassis.projections p where (p.projection, p.version) = (m.name, m.version))",
        [each.place for each in read_models],
        [each.name for each in read_models],
        [each.version for each in read_models],
    )
    return {row["place"]: {"events": row["events"], "changed_at": row["changed_at"]} for row in rows}


async def left_over(pool: asyncpg.Pool, read_models: Sequence[Projection]) -> list[str]:
    """Places that this code does not read: older or newer versions, and read models that are no more.

    Of a model whose own version does not serve yet none is among them: its old version may be all that answers.
    """
    missing = await under_way(pool, read_models)
    waited_for = {each.name for each in read_models if each.place in missing}
    own = {each.place for each in read_models}
    rows = await pool.fetch("select projection, version from chassis.projections order by projection, version")
    found = [(row["projection"], f"{row['projection']}_v{row['version']}") for row in rows]
    return [place for name, place in found if place not in own and name not in waited_for]


async def prune(pool: asyncpg.Pool, place: str) -> None:
    """Drop a version of a read model with its position and what it parked; code that reads it builds it anew."""
    name, _, version = place.rpartition("_v")
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(f'drop schema if exists "{place}" cascade')
        for table in ("positions", "parked", "discarded"):
            await connection.execute(f"delete from chassis.{table} where consumer = $1", place)  # noqa: S608
        await connection.execute(
            "delete from chassis.projections where projection = $1 and version = $2", name, int(version)
        )
