"""What a store's chain of hashes and its trees are made of: how the bytes of an event or a command are put together."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

import asyncpg

from chassis.store.store import GENESIS

_EVENT: Final = (
    "stream, version, id, type, (extract(epoch from recorded_at) * 1000000)::bigint, metadata::text, data::text"
)
_COMMAND: Final = (
    "id, encode(fingerprint, 'hex'), stream, position, version, (extract(epoch from recorded_at) * 1000000)::bigint"
)
_LEAVES: Final = (
    "select count(*), string_agg(sha256('\\x00'::bytea || convert_to(concat_ws(E'\\x1f', {columns}), 'UTF8')),"
    " ''::bytea order by {order}), max({order}) from store.{table} where {order} > $1 and {order} <= $2"
)

EVENTS: Final = f"select position, {_EVENT}, hash from store.events where position > $1 order by position limit $2"  # noqa: S608
"""Events of a store from a position on: position, the columns that make its entry, and its hash as stored."""

COMMANDS: Final = f"select number, {_COMMAND} from store.commands order by number"  # noqa: S608
"""Records of commands in the order in which they came: number, and the columns that make its entry."""

EVENT_LEAVES: Final = _LEAVES.format(columns=_EVENT, order="position", table="events")
"""How many events there are between two positions, the hashes of their leaves in order, and the last position."""

COMMAND_LEAVES: Final = _LEAVES.format(columns=_COMMAND, order="number", table="commands")
"""The same of records of commands between two numbers."""

_PAGE = 5000


def entry(columns: Sequence[object]) -> bytes:
    """The bytes of an entry.

    Of an event: stream, version, id, type, microseconds since 1970, metadata and data as stored; its place in the tree
    is its position. Of a command's record: id, fingerprint in hexadecimal digits, stream, position, version,
    microseconds.
    """
    return "\x1f".join(map(str, columns)).encode()


def link(previous: bytes, position: int, content: bytes) -> bytes:
    """Hash of an event in the chain: of the hash before it, its position and its entry."""
    return sha256(b"%b%d\x1f%b" % (previous, position, content)).digest()


async def verify_chain(pool: asyncpg.Pool) -> int | None:
    """First position that is missing, changed or out of place; None when the whole chain holds up to its head."""
    last, position = GENESIS, 0
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        head = await connection.fetchrow("select position, hash from store.head")
        while rows := await connection.fetch(EVENTS, position, _PAGE):
            for number, *columns, stored in rows:
                last = link(last, number, entry(columns))
                if number != position + 1 or stored != last:
                    return position + 1
                position += 1
    return None if (position, last) == (head["position"], head["hash"]) else position + 1
