"""Parked records brought back after a fix: in the order of their stream, each at most once."""

from collections.abc import Callable

import structlog
from aiokafka import TopicPartition

from chassis.store.store import Store
from chassis.stream.dead_letters import Parked, listed
from chassis.stream.intake import Effect, attempt
from chassis.stream.reader import Reader
from chassis.stream.received import STORE, Received, receive, thaw
from chassis.stream.security import Brokers, for_aiokafka
from chassis.stream.topics import ANSWER_MS

log = structlog.get_logger()

_PATIENCE_MS = 10_000
_HOLD = "select from chassis.positions where consumer = $1 and topic = $2 and partition = $3 for update"
_MOVE_ON = (
    "update chassis.positions set position = greatest(position, $4)"
    " where consumer = $1 and topic = $2 and partition = $3"
)


async def replay(
    store: Store, effect: Effect, bootstrap: Brokers, progress: Callable[[Parked, str], None] = lambda *_: None
) -> tuple[int, int]:
    """Apply what is parked for one consumer; gives how many records were applied and how many stay parked.

    A record that fails again stays, and so do those behind it. The running consumer may go on meanwhile.
    """
    applied = 0
    stuck: set[str] = set()
    rows = await listed(store.pool, effect.place)
    for parked in rows:
        if parked.stream in stuck:
            continue
        error = await _replay_one(store, effect, parked, bootstrap)
        progress(parked, error)
        if error:
            stuck.add(parked.stream)
        else:
            applied += 1
    return applied, len(await listed(store.pool, effect.place))


async def _replay_one(store: Store, effect: Effect, parked: Parked, bootstrap: Brokers) -> str:
    """Error of another attempt; an empty one when the record is applied and gone from the list."""
    async with store.pool.acquire() as connection, connection.transaction():
        place = (effect.place, parked.topic, parked.partition)
        await connection.execute(_HOLD, *place)  # as the running consumer does first: one of both waits
        frozen = await connection.fetchrow("select record from chassis.parked where id = $1 for update", parked.id)
        if frozen is None:
            return ""  # another replay was faster
        record = await _again(store, parked, frozen["record"], bootstrap)
        error = "its topic no longer holds the record" if record is None else await attempt(connection, effect, record)
        if record is None or error:
            await connection.execute(
                "update chassis.parked set attempts = attempts + 1, error = $2 where id = $1", parked.id, error
            )
        else:
            await connection.execute("delete from chassis.parked where id = $1", parked.id)
            if record.recorded is not None:  # unreadable then, it left the position where it was: copies may follow
                await connection.execute(_MOVE_ON, *place, record.recorded.position)
        return error


async def _again(store: Store, parked: Parked, frozen: bytes | None, bootstrap: Brokers) -> Received | None:
    """The record as it came in: from what was kept, from the own store, or from Kafka; None when it is gone there."""
    if frozen is not None:
        return receive(thaw(frozen))
    if parked.topic == STORE:
        return receive((await store.read(parked.at_offset - 1, 1))[0])
    consumer = Reader(**for_aiokafka(bootstrap), enable_auto_commit=False, request_timeout_ms=ANSWER_MS)
    await consumer.start()
    try:
        place = TopicPartition(parked.topic, parked.partition)
        consumer.assign([place])
        consumer.seek(place, parked.at_offset)
        found = (await consumer.getmany(place, timeout_ms=_PATIENCE_MS, max_records=1)).get(place, [])
        return receive(found[0]) if found and found[0].offset == parked.at_offset else None
    finally:
        await consumer.stop()
