"""Named harms to topics, records, the broker's folder and stores, done while the main job goes on."""

import asyncio
import contextlib
import shutil
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from uuid import UUID, uuid4

import confluent_kafka
import confluent_kafka.admin
import psutil  # type: ignore[import-untyped]
import psycopg
from psycopg import sql

from chassis.stream import rights
from chassis.stream.security import for_librdkafka
from chassis.stream.topic_settings import create_topics
from chassis.stream.topics import ADMIN, TOPICS, events_topic, public_topic
from cli.connect import reaching, settings
from contracts import CATALOGUE, SERVICES
from contracts.examples import EXAMPLES
from deploy.local.kafka import Kafka
from deploy.local.ports import Ports
from deploy.local.postgres import binary
from deploy.local.run_info import RunInfo
from tests.faults.stage import Stage, until

_RESTORED: Final = ("registry", "campaigns")


async def _make_again(stage: Stage, *topics: str) -> None:
    """Delete topics, wait a moment, make them again as `prepare` does."""
    admin = stage.admin  # it must outlive what it is asked
    for future in admin.delete_topics(list(topics)).values():
        await asyncio.to_thread(future.result, 30)
    await asyncio.sleep(2)
    await _create(stage)
    stage.say(f"made again: {', '.join(topics)}")


async def _create(stage: Stage) -> None:
    async def all_there() -> bool:
        with contextlib.suppress(Exception):  # the broker may still be about to delete them, or to start
            await create_topics(stage.info.kafka_as(ADMIN))
            known = await asyncio.to_thread(lambda: stage.admin.list_topics(timeout=10).topics)
            return all(topic.name in known for topic in TOPICS)
        return False

    await until(all_there, "topics")


async def topic_made_again(stage: Stage) -> None:
    """Two services' topics are deleted and made again, empty."""
    await _make_again(stage, events_topic("registry"), public_topic("registry"), events_topic("campaigns"))


def _foreign(service: str, position: int, log_id: str | None) -> tuple[bytes, list[tuple[str, str | bytes | None]]]:
    """A record that looks like the service's own, but for its log."""
    kind = next(event for event in CATALOGUE.values() if event.service() == service and event in EXAMPLES)
    headers = {
        "ce_specversion": "1.0",
        "ce_id": str(uuid4()),
        "ce_type": kind.type_name(),
        "ce_source": f"/thidua/{service}",
        "ce_time": "2024-11-20T08:00:00.000000Z",
        "ce_sequence": str(position),
        "ce_streamversion": "1",
        "ce_occurredon": "2024-11-20",
        **({"ce_logid": log_id, "ce_logafter": "0"} if log_id else {}),
    }
    return EXAMPLES[kind].model_dump_json().encode(), [(name, value.encode()) for name, value in headers.items()]


async def _send_foreign(
    stage: Stage, producer: confluent_kafka.Producer, sent_to: dict[tuple[str, int], int] | None = None
) -> int:
    """Into every partition of every events topic: positions of ours, the next ones and the last one; gives how many.

    `sent_to` learns the offset of the last one in each partition.
    """
    places = {} if sent_to is None else sent_to
    sent = 0

    def delivered(error: object, message: confluent_kafka.Message) -> None:
        if error is None:
            places[str(message.topic()), int(message.partition() or 0)] = int(message.offset() or 0)

    for service in SERVICES:
        async with reaching(service, settings(service, stage.info.data)) as platform:
            head = await platform.store.head()
        topic = events_topic(service)
        partitions = (await asyncio.to_thread(stage.admin.list_topics, topic, 10)).topics[topic].partitions
        for partition in partitions:
            for position in (1, head + 1, head + 1000, 2**63 - 1):
                for log_id in (str(uuid4()), None):
                    value, headers = _foreign(service, position, log_id)
                    producer.produce(
                        topic,
                        value,
                        key=f"foreign-{partition}",
                        partition=partition,
                        headers=headers,
                        on_delivery=delivered,
                    )
                    sent += 1
        await asyncio.to_thread(producer.flush, 30)
    return sent


async def foreign_records(stage: Stage) -> None:
    """Another store's records, and some of no log, come into every partition of every topic of events."""
    producer = confluent_kafka.Producer(for_librdkafka(stage.info.kafka_as(ADMIN)))
    for _ in range(2):
        stage.say(f"{await _send_foreign(stage, producer, stage.foreign)} foreign records")
        await asyncio.sleep(5)


async def aborted_transaction(stage: Stage) -> None:
    """A transaction with records in every partition of every topic of events is aborted."""
    producer = confluent_kafka.Producer(for_librdkafka(stage.info.kafka_as(ADMIN)) | {"transactional.id": str(uuid4())})
    await asyncio.to_thread(producer.init_transactions, 60)
    for _ in range(2):
        producer.begin_transaction()
        sent = await _send_foreign(stage, producer)
        await asyncio.sleep(3)  # what reads committed records alone waits so long
        await asyncio.to_thread(producer.abort_transaction, 60)
        stage.say(f"{sent} records in an aborted transaction")


class _Known(Ports):
    """The ports of a platform that runs."""

    def take(self, name: str) -> int:
        """The port as it is, in use or not."""
        return self._known[name]


async def broker_lost(stage: Stage) -> None:
    """The broker dies, and its folder with it; an empty one takes its place, with empty topics."""
    data = stage.info.data
    info = RunInfo.read(data) or stage.info
    broker = psutil.Process(info.kafka.pid)
    broker.suspend()  # the supervisor would start a killed one before there is a folder for it
    try:
        await asyncio.to_thread(shutil.rmtree, data / "kafka" / "logs")
        (data / "kafka" / "cluster.id").unlink()
        kafka = Kafka(data, _Known(data, {}, print))
        await asyncio.to_thread(kafka.prepare)
    finally:
        broker.kill()
    stage.say("the broker lost its folder")
    await until(lambda: asyncio.to_thread(kafka.answers), "the broker")
    await rights.allow(stage.info.kafka_as(ADMIN))
    await _create(stage)
    stage.say("topics made again")


async def restored(stage: Stage, *, topic_lost: bool = False) -> None:
    """Two services' databases are restored from backups, after more work was done and sent."""
    desk, before = stage.job.desk, dict[str, set[UUID]]()
    for service in _RESTORED:
        before[service] = set(desk.acknowledged.get(service, ()))
        await stage.tool(binary("pg_dump"), "-Fc", "-f", _dump(stage, service), stage.info.database(service))
        stage.say(f"{service} backed up")
    await stage.edition()
    for service in _RESTORED:
        if topic_lost:
            async with stage.quiet():
                await _restore(stage, service, before[service], topic_lost=True)
        else:
            await _restore(stage, service, before[service], topic_lost=False)


def _dump(stage: Stage, service: str) -> str:
    return str(stage.info.data / f"{service}.dump")


async def _restore(stage: Stage, service: str, before: set[UUID], *, topic_lost: bool) -> None:
    name = stage.info.databases[service].rpartition("/")[2]
    async with stage.stopped(service):
        since = set(stage.job.desk.acknowledged.get(service, ())) - before
        with psycopg.connect(stage.info.database_server(), autocommit=True) as admin:
            admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
        server = stage.info.database_server()
        await stage.tool(binary("pg_restore"), "--create", f"--dbname={server}", _dump(stage, service))
        async with reaching(service, settings(service, stage.info.data)) as platform:
            head = await platform.store.head()
        stage.say(f"{service} restored to position {head}, {len(since)} commands behind")
        if topic_lost:
            await _make_again(stage, events_topic(service), public_topic(service))
        why = ("--by", "the scene", "--reason", "a backup was restored")
        asked = (service, "--yes", *why, *(["--topic-lost"] if topic_lost else []))
        environment = {"THIDUA_HOME": str(stage.info.data), "COLUMNS": "200"}
        said = await stage.tool(sys.executable, "-m", "cli.main", "restore", *asked, env=environment)
        async with reaching(service, settings(service, stage.info.data)) as platform:
            kept = {row[0] for row in await platform.pool.fetch("select id from store.commands")}
        if lost := since - kept:
            if str(head) not in said and str(head + 1) not in said:
                raise RuntimeError(f"{service}: what was lost after {head} is not named")
            stage.named.setdefault(service, set()).update(lost)
            stage.say(f"{service}: {len(lost)} commands lost, and named")


async def restored_without_topic(stage: Stage) -> None:
    """As `restored`, but the services' topics are lost as well: what came after the backup is lost, and named."""
    await restored(stage, topic_lost=True)


SCENES: Final[Mapping[str, Callable[[Stage], Awaitable[None]]]] = {
    scene.__name__.replace("_", "-"): scene
    for scene in (
        topic_made_again, foreign_records, aborted_transaction, broker_lost, restored, restored_without_topic,
    )
}  # fmt: skip
