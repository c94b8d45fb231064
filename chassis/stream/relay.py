"""The relay: what is committed in a service's store reaches Kafka, in order, at least once, by one active publisher.

A lease with an epoch stands in the relay's own row: taking over raises the epoch, and only the holder of the newest
epoch moves the checkpoint. A stopped relay that wakes up finds its lease lapsed before it sends anything new; what its
producer still held is repeated at most, never ahead of what came before, as each relay sends without gaps from a
checkpoint up to which everything is in the topic.

Where the last value of a key stays, that is not enough. A relay with a transactional id is fenced by the broker: once a
successor has begun, nothing that it still held is ever committed.
"""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from os import getpid
from typing import Any
from uuid import uuid4

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, ProducerFenced
from aiokafka.structs import RecordMetadata

from chassis.store.database import TRANSIENT
from chassis.store.wake import Wake, heard
from chassis.stream.filling import Filling, StoreBehind
from chassis.stream.outgoing import Outgoing, Source
from chassis.stream.security import Brokers, for_aiokafka

log = structlog.get_logger()

LEASE_SECONDS = 10.0
"""How long a relay may publish without renewing its lease."""

BATCH_SECONDS = 8.0
"""How long one batch may take to be acknowledged before its outcome counts as unknown and is read again."""


_CLOSING_SECONDS = 2.0


class Relay:
    """Publishes one source. Run several: one works, the others stand by."""

    def __init__(
        self,
        name: str,
        pool: asyncpg.Pool,
        source: Source,
        bootstrap: Brokers,
        wake: Wake,
        *,
        batch: int = 2000,
        lease: float = LEASE_SECONDS,
        patience: float = BATCH_SECONDS,
        transactional_id: str | None = None,
    ) -> None:
        self.name, self._pool, self._source, self._bootstrap, self._wake = name, pool, source, bootstrap, wake
        self._batch, self._lease, self._patience = batch, lease, patience
        self._transactional_id = transactional_id
        self._holder = f"{socket.gethostname()}-{getpid()}-{uuid4().hex[:8]}"
        self._topics = Filling(name, pool, source, bootstrap)
        self._epoch = 0
        self._begun = 0
        self._held_until = 0.0
        self.position = 0

    @property
    def leads(self) -> bool:
        """Whether it holds the lease, and has seen that the store is not behind its topics."""
        return self._epoch > 0 and self._begun == self._epoch and time.monotonic() < self._held_until

    async def run(self) -> None:
        """Publish until cancelled; whatever fails is tried again from the checkpoint with a new producer."""
        while True:
            try:
                if await self._take_lease():
                    await self._publish_while_leading()
                else:
                    await asyncio.sleep(self._lease / 10)
            except StoreBehind as error:
                log.critical("store_behind_its_topic", relay=self.name, error=str(error), do="thidua restore")
                await self.release()
                self._held_until = 0.0
                await asyncio.sleep(self._lease / 2)
            except (KafkaError, *TRANSIENT) as error:
                if not isinstance(error, KafkaError | TimeoutError):
                    self._begun = 0  # the database may be another one when it is back
                event = "relay_fenced" if isinstance(error, ProducerFenced) else "relay_interrupted"
                log.warning(event, relay=self.name, epoch=self._epoch, error=type(error).__name__, what=str(error))
                await asyncio.sleep(0.5)

    async def _publish_while_leading(self) -> None:
        producer = AIOKafkaProducer(
            **for_aiokafka(self._bootstrap),
            enable_idempotence=True,
            acks="all",
            compression_type="lz4",
            linger_ms=0,
            max_batch_size=262_144,
            request_timeout_ms=int(4000 * self._patience),  # it drops what is older: the timeout below comes first
            max_request_size=16_777_216,
            transactional_id=self._transactional_id,  # who starts under it ends what the last one had open
            transaction_timeout_ms=int(2000 * self._patience),
        )
        try:
            async with asyncio.timeout(self._patience):
                await producer.start()
            if self._begun != self._epoch:
                await self._while_leading(self._topics.begin())
                self._begun = self._epoch
            await self._while_leading(self._topics.look(self.position, self._epoch))
            ahead: Sequence[Outgoing] = []
            while await self._take_lease():
                news = self._wake.news
                if self._topics.due:
                    await self._while_leading(self._topics.look(self.position, self._epoch))
                if self._topics.behind:
                    await self._fill(producer)
                    continue
                now, ahead = ahead or await self._source(self.position, self._batch), []
                if not now:
                    await heard(news)
                    continue
                async with self._transaction(producer):
                    async with asyncio.timeout(self._patience):
                        sent = await self._send(producer, now)
                        if len(now) == self._batch:  # more is waiting: read it while the broker works
                            ahead = await self._source(now[-1].position, self._batch)
                        acknowledged = await asyncio.gather(*sent)
                    await self._topics.confirm(acknowledged)
                if not await self._move_checkpoint(now[-1].position):
                    log.warning("relay_fenced", relay=self.name, epoch=self._epoch)
                    return
        finally:
            self._topics.close()
            await _abandon(producer)

    async def _fill(self, producer: AIOKafkaProducer) -> None:
        """Send the next batch of what a topic that was made again held."""
        topic, filled = next(iter(self._topics.behind.items()))
        batch = [each for each in await self._source(filled, self._batch) if each.position <= self.position]
        async with self._transaction(producer):
            async with asyncio.timeout(self._patience):
                sent = await self._send(producer, [each for each in batch if topic in each.topics], (topic,))
                acknowledged = await asyncio.gather(*sent)
            await self._topics.confirm(acknowledged)
        await self._topics.reached(topic, batch[-1].position if batch else None, self._epoch)

    @contextlib.asynccontextmanager
    async def _transaction(self, producer: AIOKafkaProducer) -> AsyncIterator[None]:
        """What is sent within the block is committed after it, all or nothing; without a transactional id, at once.

        A block that fails is left open: the producer is given up, and the next one ends it.
        """
        if self._transactional_id is None:
            yield
            return
        try:
            await producer.begin_transaction()
            yield
            async with asyncio.timeout(self._patience):
                await producer.commit_transaction()
        except AssertionError as error:  # the library's word for a sender that has ended meanwhile
            raise KafkaError("the producer has ended") from error

    async def _send(
        self, producer: AIOKafkaProducer, batch: Sequence[Outgoing], only: tuple[str, ...] = ()
    ) -> list[asyncio.Future[RecordMetadata]]:
        futures: list[asyncio.Future[RecordMetadata]] = []
        for outgoing in batch:
            if time.monotonic() > self._held_until:
                raise TimeoutError("the lease lapsed while sending")
            for topic in only or outgoing.topics:
                futures.append(  # noqa: PERF401 - each send is awaited in turn
                    await producer.send(topic, outgoing.value, key=outgoing.key, headers=outgoing.headers)
                )
        return futures

    async def _while_leading(self, work: Coroutine[Any, Any, None]) -> None:
        """Do what may take longer than the lease, which is renewed meanwhile; raises TimeoutError when it is lost."""
        task = asyncio.create_task(work)
        try:
            while not task.done():
                await asyncio.wait([task], timeout=self._lease / 4)
                if not await self._take_lease():
                    raise TimeoutError("the lease was lost")
            task.result()
        finally:
            task.cancel()

    async def _take_lease(self) -> bool:
        """Renew the own lease before half of it is over, or take a lapsed one over under a higher epoch."""
        if time.monotonic() < self._held_until - self._lease / 2:
            return True
        asked = time.monotonic()
        row = await self._pool.fetchrow(
            "insert into chassis.relays as r (relay, epoch, holder, held_until)"
            " values ($1, 1, $2, clock_timestamp() + make_interval(secs => $3))"
            " on conflict (relay) do update set holder = $2, held_until = excluded.held_until,"
            " epoch = r.epoch + (r.holder <> $2)::int"
            " where r.holder = $2 or r.held_until < clock_timestamp() returning epoch, position",
            self.name,
            self._holder,
            self._lease,
        )
        if row is None:
            self._held_until = 0.0
            return False
        if row["epoch"] != self._epoch:
            log.info("relay_leads", relay=self.name, epoch=row["epoch"], position=row["position"])
            self._epoch, self.position = row["epoch"], row["position"]
        self._held_until = asked + self._lease
        return True

    async def _move_checkpoint(self, position: int) -> bool:
        moved = await self._pool.fetchval(
            "update chassis.relays set position = $3 where relay = $1 and epoch = $2 and position < $3 returning true",
            self.name,
            self._epoch,
            position,
        )
        if moved:
            self.position = position
        return bool(moved)

    async def release(self) -> None:
        """Give the lease back, so that another relay need not wait for it to lapse."""
        await self._pool.execute(
            "update chassis.relays set held_until = '-infinity' where relay = $1 and epoch = $2 and holder = $3",
            self.name,
            self._epoch,
            self._holder,
        )


async def _abandon(producer: Any) -> None:
    """Close a producer without sending what it still holds, which its own `stop` would do.

    After a record that failed, what was to follow it must not reach the topic first; all of it is read again.
    """
    sender = getattr(producer._sender, "sender_task", None)  # noqa: SLF001 - there is no public way not to flush
    while sender is not None and not sender.done():
        sender.cancel()  # once to end it, once more for each request that it still waits for
        await asyncio.wait([sender], timeout=0.1)
    ended = getattr(producer._txn_manager, "_transaction_waiter", None)  # noqa: SLF001
    if ended is not None and ended.done() and not ended.cancelled():
        ended.exception()  # whoever waited was told, or had given up before
    with contextlib.suppress(Exception):
        await asyncio.wait_for(producer.client.close(), _CLOSING_SECONDS)
    producer._closed = True  # noqa: SLF001
