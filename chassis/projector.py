"""Read models of a service's own events, straight from its store, one batch and its checkpoint per transaction."""

from collections.abc import Sequence

import asyncpg

from chassis.checkpoint import checkpoint
from chassis.intake import apply
from chassis.patience import at_all_costs
from chassis.projection import Projection, create_tables
from chassis.store import Store
from chassis.wake import Wake, heard

_PAGE = 500


async def create_views(pool: asyncpg.Pool, projections: Sequence[Projection]) -> None:
    """Make the tables of projections that were never live here."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("select pg_advisory_xact_lock(hashtext('thidua-views'))")
        for projection in projections:
            new = await connection.fetchval(
                "insert into chassis.projections (projection, version) values ($1, $2) on conflict do nothing"
                " returning true",
                projection.name,
                projection.version,
            )
            for statement in create_tables(projection, "views") if new else ():
                await connection.execute(statement)


async def project_own(store: Store, projection: Projection, wake: Wake) -> None:
    """Keep one read model up to date until cancelled; several processes may try, they take turns by batch."""
    pool = store.pool
    after = 0

    async def step() -> int:
        nonlocal after
        events = await store.read(after := max(after, await checkpoint(pool, projection.name)), _PAGE)
        if events:
            await apply(pool, projection, events)
            after = events[-1].position
        return len(events)

    while True:
        news = wake.news
        if await at_all_costs(step, projection.name) < _PAGE:
            await heard(news)
