"""A consumer whose offsets or positions no longer mean what they did: topics made again, logs cut short."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import asyncpg
import structlog

from chassis.store.patience import at_all_costs
from chassis.stream.gate import FOREIGN
from chassis.stream.identity import Identity
from chassis.stream.intake import Reaction, Subscription, hear_of, heard_of
from chassis.stream.logs import Logs
from chassis.stream.topics import COMPACTED
from chassis.telemetry.telemetry import ASTRAY

log = structlog.get_logger()

_SECONDS: Final = 30.0

Anew = Callable[[Subscription], Awaitable[object]]
"""Builds a read model anew, beside the one that serves."""


async def adopt(pool: asyncpg.Pool, members: Sequence[Subscription], topics: Mapping[str, Identity]) -> set[str]:
    """Know topics by their ids from now on; gives those that were others before: they are read from the beginning.

    Positions stay: what is known already is known again when it comes, and what is not must come after it. A place at
    which nothing was seen yet is known, too.
    """
    changed: set[str] = set()
    consumers = [member.effect.place for member in members]
    async with pool.acquire() as connection, connection.transaction():
        for topic, (now, partitions) in sorted(topics.items()):
            await connection.execute(
                "update chassis.positions set topic_id = $3 where consumer = any($1::text[]) and topic = $2"
                " and topic_id = ''",
                consumers,
                topic,
                now,
            )
            again = await connection.fetch(
                "update chassis.positions set topic_id = $3, last_offset = -1, awaits = $4"
                " where consumer = any($1::text[]) and topic = $2 and topic_id <> $3 returning consumer",
                consumers,
                topic,
                now,
                topic not in COMPACTED,
            )
            await connection.execute(
                "insert into chassis.positions (consumer, topic, partition, last_offset, position, topic_id, awaits)"
                " select c, $2, p, -1, 0, $3, $5 from unnest($1::text[]) c, generate_series(0, $4 - 1) p"
                " on conflict do nothing",
                [member.effect.place for member in members if topic in member.topics],
                topic,
                now,
                partitions,
                bool(again),
            )
            if not again:
                continue
            changed.add(topic)
            log.error("topic_made_again", topic=topic, id=now, consumers=sorted({row["consumer"] for row in again}))
            names = [row["consumer"] for row in again]
            await connection.execute(
                "delete from chassis.discarded where consumer = any($1::text[]) and topic = $2 and error = $3",
                names,
                topic,
                FOREIGN,
            )
            for table in ("discarded", "unread", "parked"):  # their offsets were others
                await connection.execute(
                    f"update chassis.{table} set at_offset = -1 - at_offset"  # noqa: S608
                    " where consumer = any($1::text[]) and topic = $2 and at_offset >= 0",
                    names,
                    topic,
                )
    return changed


async def keep_straight(pool: asyncpg.Pool, members: Callable[[], Sequence[Subscription]], anew: Anew) -> None:
    """Straighten, until cancelled, those too to whom nothing comes that would tell them: another one has heard."""
    while True:
        for member in members():
            await at_all_costs(lambda one=member: straighten(pool, one, anew), member.effect.place)  # type: ignore[misc]
        await asyncio.sleep(_SECONDS)


async def straighten(
    pool: asyncpg.Pool, subscription: Subscription, anew: Anew, heard: Mapping[str, Logs] | None = None
) -> None:
    """Bring a consumer that has applied what was then lost with a store back to what did happen.

    A read model is built anew. What a reaction did cannot be undone here: it is noted for a person to look at, and the
    reaction goes on where the log does.
    """
    consumer = subscription.effect.place
    async with pool.acquire() as connection, connection.transaction():
        if heard:
            await hear_of(connection, heard)
        logs = await heard_of(connection)
        rows = await connection.fetch(
            "select topic, partition, position, log_id from chassis.positions where consumer = $1"
            " and topic = any($2::text[]) order by topic, partition for update",
            consumer,
            list(subscription.topics),
        )
        lost = [
            (topic, partition, until, position, log_id)
            for topic, partition, position, log_id in rows
            if position > (until := logs.get(topic, Logs()).until(log_id.encode()))
        ]
        if lost and isinstance(subscription.effect, Reaction):
            for topic, partition, until, position, log_id in lost:
                await connection.execute(
                    "insert into chassis.retracted (consumer, topic, partition, log_id, after_position, up_to)"
                    " values ($1, $2, $3, $4, $5, $6) on conflict (consumer, topic, partition, log_id)"
                    " do update set after_position = least(chassis.retracted.after_position, excluded.after_position)",
                    consumer, topic, partition, log_id, until, position,
                )  # fmt: skip
                await connection.execute(
                    "update chassis.positions set position = $4, hash = '', awaits = false where consumer = $1"
                    " and topic = $2 and partition = $3",
                    consumer, topic, partition, until,
                )  # fmt: skip
    if lost:
        ASTRAY.labels(consumer).inc()
        log.error("applied_what_was_lost", consumer=consumer, places=[f"{each[0]}/{each[1]}" for each in lost])
        if not isinstance(subscription.effect, Reaction):
            await anew(subscription)
