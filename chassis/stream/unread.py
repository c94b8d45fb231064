"""What a reaction could not read: records of types that only a newer version of the service knows.

They pass by an older version, which answers everything else meanwhile; the newer one takes them up, whichever of the
two had them first. Reactions are never replayed, so without this a letter would be lost in each rolling deployment.
"""

import asyncio
from collections.abc import Sequence

import asyncpg
import structlog

from chassis.facts.reads import KNOWN_TYPES
from chassis.store.patience import at_all_costs
from chassis.stream.dead_letters import park
from chassis.stream.intake import Reaction, attempt
from chassis.stream.received import receive, thaw

log = structlog.get_logger()

_SECONDS = 2.0
_NEXT = """
    select topic, partition, at_offset, record from chassis.unread where consumer = $1 and event_type = any($2::text[])
    order by topic, partition, at_offset limit 1 for update skip locked
"""
_TAKEN = "delete from chassis.unread where consumer = $1 and topic = $2 and partition = $3 and at_offset = $4"


async def take_up(pool: asyncpg.Pool, reactions: Sequence[Reaction]) -> None:
    """Answer, until cancelled, what older versions noted and this one knows; what it does not react to is forgotten."""
    while True:
        for reaction in reactions:
            while await at_all_costs(lambda one=reaction: _take_one(pool, one), reaction.place):  # type: ignore[misc]
                pass
        await asyncio.sleep(_SECONDS)


async def _take_one(pool: asyncpg.Pool, reaction: Reaction) -> bool:
    async with pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow(_NEXT, reaction.place, KNOWN_TYPES)
        if row is None:
            return False
        raw = thaw(row["record"])
        if not reaction.reads.passes_by(raw):
            record = receive(raw)
            error = await attempt(connection, reaction, record)
            await park(connection, reaction.place, [(record, error)] if error else [])
            log.info("unread_taken_up", consumer=reaction.place, stream=record.stream, error=error)
        await connection.execute(_TAKEN, reaction.place, row["topic"], row["partition"], row["at_offset"])
        return True


async def noted(pool: asyncpg.Pool) -> list[tuple[str, str, int]]:
    """How many records wait for a newer version, by consumer and type."""
    rows = await pool.fetch(
        "select consumer, event_type, count(*) from chassis.unread group by consumer, event_type order by 1, 2"
    )
    return [tuple(row) for row in rows]
