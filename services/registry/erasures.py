"""Erasures said again, so that what they erase leaves Kafka's files.

Kafka compacts only files that it writes to no longer, and closes one when another record comes after `segment.ms`. A
partition in which nobody changes would keep an erased person's details for ever. So each tombstone is sent once more,
at a new position, as soon as the file in which the first one may stand has come of age.
"""

import asyncio
from datetime import timedelta
from typing import Final

import asyncpg
import structlog

from chassis.store.patience import at_all_costs
from chassis.stream.topics import SEGMENT_MS

log = structlog.get_logger()

AFTER: Final = timedelta(milliseconds=SEGMENT_MS, hours=1)
"""How long after a tombstone was seen to be sent it is sent again: a file's age, and what clocks may differ."""

_EVERY_SECONDS: Final = 600.0
_AT_ONCE: Final = 1000

_SEEN: Final = """
    insert into people_erasures (person_id, position, sent_at)
    select p.person_id, p.position, now() from people p join chassis.relays r on r.relay = 'people'
    where p.details is null and p.position <= r.position
    and not exists (select from people_erasures e where (e.person_id, e.position) = (p.person_id, p.position))
    on conflict (person_id) do update set position = excluded.position, sent_at = excluded.sent_at
"""
_AGAIN: Final = """
    with due as (
        select p.person_id, $1 + row_number() over (order by p.position) as position
        from people p join people_erasures e using (person_id, position)
        where p.details is null and e.sent_at < now() - $2::interval order by p.position limit $3
    ), said as (
        update people p set position = due.position from due where p.person_id = due.person_id
        returning p.person_id, p.position
    ), noted as (
        update people_erasures e set position = said.position, sent_at = 'infinity' from said
        where e.person_id = said.person_id
    )
    select count(*), max(position) from said
"""


async def say_again(pool: asyncpg.Pool, after: timedelta = AFTER) -> int:
    """Let the relay send each tombstone again that was sent so long ago, once; gives how many there were."""
    async with pool.acquire() as connection, connection.transaction():
        last: int = await connection.fetchval("select position from people_head for update")
        await connection.execute(_SEEN)
        count, newest = await connection.fetchrow(_AGAIN, last, after, _AT_ONCE)
        if count:
            await connection.execute("update people_head set position = $1", newest)
            await connection.execute("select pg_notify('events', 'people')")
    return int(count)


async def keep_saying(pool: asyncpg.Pool) -> None:
    """Look every ten minutes, until cancelled."""
    while True:
        while count := await at_all_costs(lambda: say_again(pool), "erasures"):
            log.info("erasures_said_again", count=count)
        await asyncio.sleep(_EVERY_SECONDS)
