"""Read models of a service's own events, straight from its store, one batch and its checkpoint per transaction."""

import asyncio
from collections.abc import Sequence
from typing import Final, cast

import asyncpg

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Projection, create_tables
from chassis.store.patience import at_all_costs
from chassis.store.store import Store
from chassis.store.wake import Wake, heard
from chassis.stream.feed import Feed, name_of
from chassis.stream.intake import Subscription, apply
from chassis.stream.received import STORE, Raw
from chassis.views.checkpoint import checkpoint
from contracts.event import Event

_PAGE = 500


_AS_HOLDER: Final = """
    select set_config('role', r.rolname, true) from pg_auth_members m
    join pg_roles r on r.oid = m.roleid join pg_roles me on me.oid = m.member and me.rolname = current_user
    where has_database_privilege(r.oid, current_database(), 'create') and r.rolname !~ '^pg_'
"""


async def as_holder(connection: asyncpg.Connection) -> None:
    """Act, until the transaction ends, as the role that holds the read models: what is made is its, whoever makes it.

    Who acts as that role all along goes on doing so.
    """
    await connection.execute(_AS_HOLDER)


async def create_views(pool: asyncpg.Pool, projections: Sequence[Projection]) -> None:
    """Begin, empty, each read model of which no version was ever here; adopt those of the first release.

    A new version of one that is here is not begun empty: whoever follows it builds it beside the old one.
    """
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("select pg_advisory_xact_lock(hashtext('thidua-views'))")
        await as_holder(connection)
        for projection in projections:
            known = await connection.fetch(
                "select version from chassis.projections where projection = $1", projection.name
            )
            if not known:
                await connection.execute(f'create schema "{projection.place}"')
                for statement in create_tables(projection, projection.place):
                    await connection.execute(statement)
                await live(connection, projection)
            elif projection.version in {version for (version,) in known}:
                await _adopt(connection, projection)


async def live(connection: asyncpg.Connection, projection: Projection) -> None:
    """Note that a version of a read model serves from now on."""
    await connection.execute(
        "insert into chassis.projections values ($1, $2) on conflict (projection, version) do update set"
        " switched_at = now()",
        projection.name,
        projection.version,
    )


async def is_live(pool: asyncpg.Pool | asyncpg.Connection, projection: Projection) -> bool:
    """Tell whether this version of a read model was built here, or begun with the first event."""
    return bool(
        await pool.fetchval(
            "select true from chassis.projections where projection = $1 and version = $2",
            projection.name,
            projection.version,
        )
    )


async def _adopt(connection: asyncpg.Connection, projection: Projection) -> None:
    """Bring tables of the first release, which all lay in the schema views, to the place of their version."""
    if await connection.fetchval("select to_regnamespace($1)", f'"{projection.place}"'):
        return
    await connection.execute(f'create schema "{projection.place}"')
    for table in projection.tables:
        await connection.execute(f'alter table views."{table.name}" set schema "{projection.place}"')


async def project_own(store: Store, projections: Sequence[Projection], wake: Wake) -> None:
    """Keep read models up to date until cancelled; several processes may try, they take turns by batch.

    One reading for all of them: what leaves is read to by itself, in a task of its own.
    """
    pool = store.pool
    async with asyncio.TaskGroup() as alone:

        def leave(subscription: Subscription) -> None:
            alone.create_task(project_own(store, [cast("Projection", subscription.effect)], wake))

        feed = Feed([Subscription(each, (STORE,)) for each in projections], leave)
        after = 0

        async def read() -> list[Recorded[Event]]:
            nonlocal after
            reached = await checkpoint(pool, *(member.effect.place for member in feed.members))
            return await store.read(after := max(after, reached), _PAGE)

        async def take(member: Subscription, batch: Sequence[Raw]) -> None:
            await at_all_costs(lambda: apply(pool, member.effect, batch), member.effect.place)

        while True:
            news = wake.news
            events = await at_all_costs(read, name_of(feed.members))
            if events:
                await feed.give(events, take)
                after = events[-1].position
            if len(events) < _PAGE:
                await heard(news)
