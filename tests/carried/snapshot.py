"""Stores and topics of a data folder as one file, and a data folder made from such a file."""

import io
import json
import lzma
import os
import subprocess
import tarfile
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import confluent_kafka
import psycopg

from chassis.stream.security import Brokers, for_librdkafka
from chassis.stream.topic_settings import create_topics
from chassis.stream.topics import AUDITOR
from deploy.local.embedded import Embedded
from deploy.local.postgres import binary
from deploy.local.run_info import RunInfo
from services import ALL

FOLDER = Path(__file__).parent


def take(info: RunInfo, to: Path) -> None:
    """Write what a running platform of an earlier release keeps in its databases and topics."""
    with lzma.open(to, "wb", preset=9) as packed, tarfile.open(fileobj=packed, mode="w") as archive:
        for service in ALL:
            _add(archive, f"{service}.sql", _dump(info.database(service)))
        lines = (json.dumps(record, ensure_ascii=False) for record in _records(info.kafka_as(AUDITOR)))
        _add(archive, "topics.jsonl", "\n".join(lines))


def _add(archive: tarfile.TarFile, name: str, text: str) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data := text.encode())
    archive.addfile(member, io.BytesIO(data))


def _dump(url: str) -> str:
    parts = urlsplit(url)
    options = ("--inserts", "--rows-per-insert=500", "--no-comments", f"--host={parts.hostname}")
    told = subprocess.run(
        [binary("pg_dump"), *options, f"--port={parts.port}", f"--username={parts.username}", parts.path.strip("/")],
        env={**os.environ, "PGPASSWORD": parts.password or ""}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return "\n".join(line for line in told.stdout.splitlines() if not line.startswith("\\"))


def _records(kafka: Brokers) -> list[list[Any]]:
    """Topic, partition, key, value and headers of every record, in the order of its place."""
    consumer = confluent_kafka.Consumer(for_librdkafka(kafka) | {"group.id": "snapshot", "enable.partition.eof": True})
    topics = {n: t for n, t in consumer.list_topics(timeout=10).topics.items() if n.startswith("thidua.")}
    places = [
        confluent_kafka.TopicPartition(name, partition, confluent_kafka.OFFSET_BEGINNING)
        for name, topic in topics.items()
        for partition in topic.partitions
    ]
    consumer.assign(places)
    found: dict[tuple[str, int], list[list[Any]]] = defaultdict(list)
    ended = 0
    while ended < len(places):
        message: Any = consumer.poll(10)
        if message.error():
            ended += 1
            continue
        place = found[message.topic(), message.partition()]
        if message.offset() != len(place):
            raise ValueError(f"{message.topic()}/{message.partition()} has a gap before {message.offset()}")
        value = None if message.value() is None else message.value().decode()
        headers = [(name, header.decode()) for name, header in message.headers() or []]
        place.append([message.topic(), message.partition(), message.key().decode(), value, headers])
    consumer.close()
    return [record for _, records in sorted(found.items()) for record in records]


async def restore(snapshot: Path, data: Path) -> None:
    """Make a data folder whose stores and topics are those of a snapshot."""
    with Embedded(data) as embedded:
        await create_topics(embedded.kafka_bootstrap)
        with tarfile.open(snapshot) as archive:
            texts = {member.name: archive.extractfile(member).read().decode() for member in archive}  # type: ignore[union-attr]
        for service in (each for each in ALL if f"{each}.sql" in texts):  # a later one begins empty
            _load(embedded.database_url, f"thidua_{service}", texts[f"{service}.sql"])
        producer = confluent_kafka.Producer({"bootstrap.servers": embedded.kafka_bootstrap, "acks": "all"})
        for topic, partition, key, value, headers in map(json.loads, texts["topics.jsonl"].splitlines()):
            producer.produce(topic, value, key, partition, headers=[tuple(header) for header in headers])
            producer.poll(0)
        if left := producer.flush(60):
            raise TimeoutError(f"{left} records did not get into their topics")
        del producer  # before its broker goes


def _load(server: str, name: str, text: str) -> None:
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'create role "{name}" nologin'.encode())
        admin.execute(f'grant "{name}" to current_user'.encode())
        admin.execute(f"create database \"{name}\" encoding 'UTF8' template template0".encode())
    with psycopg.connect(server.rpartition("/")[0] + f"/{name}") as session:
        session.execute(text.encode())
    with psycopg.connect(server, autocommit=True) as admin:  # what a dump of one database leaves out
        admin.execute(f'grant create on database "{name}" to "{name}"'.encode())
