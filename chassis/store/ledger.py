"""A store's chain of hashes: how one event's follows from the one before, and verification from the stored bytes."""

from hashlib import sha256

import asyncpg

from chassis.store.store import GENESIS

_ROWS = (
    "select position, stream, version, id, type, (extract(epoch from recorded_at) * 1000000)::bigint, metadata, data,"
    " hash from store.events where position > $1 order by position limit $2"
)
_PAGE = 5000


def link(previous: bytes, *columns: object) -> bytes:
    """Hash of an event: position, stream, version, id, type, microseconds since 1970, metadata and data as stored."""
    return sha256(previous + "\x1f".join(map(str, columns)).encode()).digest()


async def verify_chain(pool: asyncpg.Pool) -> int | None:
    """First position that is missing, changed or out of place; None when the whole chain holds up to its head."""
    last, position = GENESIS, 0
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        head = await connection.fetchrow("select position, hash from store.head")
        while rows := await connection.fetch(_ROWS, position, _PAGE):
            for row in rows:
                *columns, stored = row.values()
                last = link(last, *columns)
                if row["position"] != position + 1 or stored != last:
                    return position + 1
                position += 1
    return None if (position, last) == (head["position"], head["hash"]) else position + 1
