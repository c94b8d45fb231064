"""What a reaction could not answer: it needs a newer version of the service.

That is a record of a type that only a newer version knows, or a command on a stream in which such a fact stands. They
pass by an older version, which answers everything else meanwhile; the newer one takes them up, whichever of the two had
them first. Reactions are never replayed, so without this a letter would be lost in each rolling deployment.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

import asyncpg
import structlog

from chassis.facts.reads import KNOWN_TYPES
from chassis.store.patience import at_all_costs
from chassis.stream.dead_letters import park
from chassis.stream.gate import Gate
from chassis.stream.intake import Reaction, answer, heard_of
from chassis.stream.received import thaw

log = structlog.get_logger()

_SECONDS = 2.0
_NEXT = """
    select topic, partition, at_offset, record from chassis.unread
    where consumer = $1 and event_type = any($2::text[]) and (topic, partition, at_offset) > ($3, $4, $5)
    order by topic, partition, at_offset limit 1 for update skip locked
"""
_TAKEN = "delete from chassis.unread where consumer = $1 and topic = $2 and partition = $3 and at_offset = $4"

Place = tuple[str, int, int]
"""Topic, partition and offset."""

_BEGINNING: Final[Place] = ("", -1, -1)


async def take_up(pool: asyncpg.Pool, reactions: Sequence[Reaction]) -> None:
    """Answer, until cancelled, what older versions noted and this one can; what it does not react to is forgotten."""
    while True:
        for reaction in reactions:
            await at_all_costs(lambda one=reaction: _sweep(pool, one), reaction.place)  # type: ignore[misc]
        await asyncio.sleep(_SECONDS)


async def _sweep(pool: asyncpg.Pool, reaction: Reaction) -> None:
    after: Place | None = _BEGINNING
    while after is not None:
        after = await _take_one(pool, reaction, after)


async def _take_one(pool: asyncpg.Pool, reaction: Reaction, after: Place) -> Place | None:
    """Look at the next one; gives its place, None when there is none. What needs a newer version still stays."""
    async with pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow(_NEXT, reaction.place, KNOWN_TYPES, *after)
        if row is None:
            return None
        place, raw, gate = (
            (row["topic"], row["partition"], row["at_offset"]),
            thaw(row["record"]),
            Gate(logs=await heard_of(connection)),
        )
        if not reaction.reads.passes_by(raw):
            await answer(reaction, [raw], gate)
            await park(connection, reaction.place, gate.failures)
        if not gate.unread:
            log.info("unread_taken_up", consumer=reaction.place, place=place, failed=bool(gate.failures))
            await connection.execute(_TAKEN, reaction.place, *place)
        return place


async def noted(pool: asyncpg.Pool) -> list[tuple[str, str, int]]:
    """How many records wait for a newer version, by consumer and type."""
    rows = await pool.fetch(
        "select consumer, event_type, count(*) from chassis.unread group by consumer, event_type order by 1, 2"
    )
    return [tuple(row) for row in rows]
