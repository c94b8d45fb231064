"""The ledger check: what was acknowledged against stores, topics, read models and what people received."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.ledger import verify_chain
from chassis.platform import Platform, running
from chassis.projection import Projection
from chassis.rebuild import Rebuild
from chassis.settings import Settings
from chassis.topics import TOPICS, events_topic
from cli.connect import effects
from cli.connect import service as loaded
from contracts import SERVICES
from contracts.notify import DeliveryAccepted, DeliveryOutcomeUnknown


@dataclass
class Ledger:
    """Counts of what must be nothing; `notes` say where each came from."""

    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    stuck: int = 0
    broken_chains: int = 0
    different: int = 0
    topics: dict[str, int] = field(default_factory=dict)
    messages: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Nothing lost, doubled, out of order or stuck, every chain whole, every rebuilt read model as the live one."""
        return not any(self.counts().values())

    def counts(self) -> dict[str, int]:
        """What must be nothing."""
        return {name: value for name, value in asdict(self).items() if isinstance(value, int)}

    def summary(self) -> dict[str, Any]:
        """As it stands in demo.json."""
        return {"ok": self.ok, **{k: v for k, v in asdict(self).items() if k not in ("topics", "messages")}}


async def check(  # noqa: PLR0917 - addresses in the order of run.json
    settings: Mapping[str, Settings],
    bootstrap: str,
    mail: str,
    zalo: str,
    acknowledged: Mapping[str, AbstractSet[UUID]],
    patience: float = 60,
) -> Ledger:
    """Wait up to `patience` seconds until all is delivered, then compare everything with everything."""
    ledger = Ledger()
    await _settle(settings, bootstrap, ledger, patience)
    seen = await _topics(bootstrap, ledger)
    for service in SERVICES:
        async with running(service, settings[service]) as platform:
            await _store(
                platform, service, seen.get(events_topic(service), {}), acknowledged.get(service, set()), ledger
            )
    for service, own in settings.items():
        async with running(service, own) as platform:
            await _rebuilt(platform, service, ledger)
    async with httpx.AsyncClient(timeout=30) as http:
        emails = (await http.get(f"{mail}/count.json")).json()
        cards = (await http.get(f"{zalo}/_sim/count.json")).json()
    ledger.messages = {"email": emails["messages"], "zalo": cards["messages"]}
    async with running("notify", settings["notify"]) as notify:
        await _received(notify, ledger)
    if (copies := cards["by_tracking_id_max"]) > 1:
        ledger.doubled += copies - 1
        ledger.notes.append(f"zalo: one message was received {copies} times")
    if (copies := emails["by_message_id_max"]) > 1:
        # After an unknown outcome the identical bytes go out once more: one message for whoever receives it.
        ledger.notes.append(f"email: one Message-ID was received {copies} times")
        ledger.doubled += max(0, copies - 2)
    return ledger


async def _settle(settings: Mapping[str, Settings], bootstrap: str, ledger: Ledger, patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        waiting = await _waiting(settings, bootstrap)
        if not waiting:
            return
        if time.monotonic() > deadline:
            ledger.stuck += len(waiting)
            ledger.notes += waiting
            return
        await asyncio.sleep(0.5)


async def _waiting(settings: Mapping[str, Settings], bootstrap: str) -> list[str]:
    """What is still under way, or will never arrive."""
    waiting: list[str] = []
    ends = await _ends(bootstrap)
    for service, own in settings.items():
        async with running(service, own) as platform:
            pool = platform.pool
            head = await platform.store.head() if service in SERVICES else 0
            relays = {r["relay"]: r["position"] for r in await pool.fetch("select relay, position from chassis.relays")}
            if service in SERVICES and relays.get(service, 0) < head:
                waiting.append(f"{service}: relay at {relays.get(service, 0)} of {head}")
            for row in await pool.fetch("select * from chassis.positions"):
                end = head if row["topic"] == "store" else ends.get((row["topic"], row["partition"]), 0) - 1
                if row["last_offset"] < end:
                    where = f"{row['last_offset']} of {end} in {row['topic']}/{row['partition']}"
                    waiting.append(f"{service}: {row['consumer']} at {where}")
            if parked := await pool.fetchval("select count(*) from chassis.parked"):
                waiting.append(f"{service}: {parked} records are parked")
            if service == "notify":
                open_ = await pool.fetchval(
                    "select count(*) from (select stream from store.events group by stream having not bool_or(type ~"
                    " '(NotificationCompleted|NotificationExhausted|NotificationSuppressed)')) s"
                )
                if open_:
                    waiting.append(f"notify: {open_} notifications are under way")
    return waiting


def _reader(bootstrap: str) -> AIOKafkaConsumer:
    """A consumer without a group: it is assigned every partition of every topic, from the beginning."""
    names = [topic.name for topic in TOPICS]
    return AIOKafkaConsumer(
        *names,
        bootstrap_servers=bootstrap,
        group_id=None,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=4_194_304,
    )


async def _ends(bootstrap: str) -> dict[tuple[str, int], int]:
    consumer = _reader(bootstrap)
    await consumer.start()
    try:
        ends = await consumer.end_offsets(consumer.assignment())
    finally:
        await consumer.stop()
    return {(place.topic, place.partition): end for place, end in ends.items()}


async def _topics(bootstrap: str, ledger: Ledger) -> dict[str, dict[int, str]]:
    """Event ids by position of each topic; counts records, and first occurrences that come too late."""
    consumer = _reader(bootstrap)
    await consumer.start()
    seen: dict[str, dict[int, str]] = {topic.name: {} for topic in TOPICS}
    highest: Counter[TopicPartition] = Counter()
    try:
        places = consumer.assignment()
        ends = await consumer.end_offsets(places)
        while any([await consumer.position(place) < ends[place] for place in places]):
            for place, records in (await consumer.getmany(timeout_ms=200, max_records=10_000)).items():
                for record in records:
                    headers = dict(record.headers)
                    position, event = int(headers["ce_sequence"]), headers["ce_id"].decode()
                    first = position not in seen[place.topic]
                    if seen[place.topic].setdefault(position, event) != event:
                        ledger.doubled += 1
                        ledger.notes.append(f"{place.topic}: position {position} holds two events")
                    elif first and position < highest[place]:
                        ledger.out_of_order += 1
                        ledger.notes.append(f"{place.topic}/{place.partition}: {position} comes after {highest[place]}")
                    highest[place] = max(highest[place], position)
    finally:
        await consumer.stop()
    ledger.topics = {name: len(events) for name, events in seen.items()}
    return seen


async def _store(
    platform: Platform, service: str, published: Mapping[int, str], acknowledged: AbstractSet[UUID], ledger: Ledger
) -> None:
    pool = platform.pool
    if (bad := await verify_chain(pool)) is not None:
        ledger.broken_chains += 1
        ledger.notes.append(f"{service}: the chain breaks at position {bad}")
    stored = {row[0]: str(row[1]) for row in await pool.fetch("select position, id from store.events")}
    missing = stored.keys() - published.keys()
    strange = published.keys() - stored.keys()
    known = {row[0] for row in await pool.fetch("select id from store.commands")}
    forgotten = acknowledged - known
    ledger.lost += len(missing) + len(forgotten)
    ledger.doubled += len(strange)
    for what, found in (
        ("unpublished events", missing),
        ("forgotten commands", forgotten),
        ("strange events", strange),
    ):
        if found:
            ledger.notes.append(f"{service}: {len(found)} {what}, for example {next(iter(found))}")


async def _rebuilt(platform: Platform, service: str, ledger: Ledger) -> None:
    """Build each read model anew beside the live one, and compare both byte for byte."""
    for effect, topics in effects(loaded(service), platform).values():
        if isinstance(effect, Projection):
            build = Rebuild(platform.store, effect, topics, platform.settings.kafka_bootstrap)
            different = await build.differing()
            ledger.different += len(different)
            ledger.notes += [f"{service}: table {table} differs from the rebuilt one" for table in different]


async def _received(notify: Platform, ledger: Ledger) -> None:
    """What providers took arrived; what arrived was taken, or its outcome is known to be unknown."""
    rows = await notify.pool.fetch(
        "select data ->> 'channel' as channel, count(*) filter (where type = $1) as taken,"
        " count(*) filter (where type = $2) as unknown from store.events where type in ($1, $2) group by 1",
        DeliveryAccepted.type_name(),
        DeliveryOutcomeUnknown.type_name(),
    )
    for channel, taken, unknown in rows:
        arrived = ledger.messages[channel]
        if arrived < taken:
            ledger.lost += taken - arrived
            ledger.notes.append(f"{channel}: {taken} messages were taken, {arrived} arrived")
        if arrived > taken + unknown:
            ledger.doubled += arrived - taken - unknown
            ledger.notes.append(f"{channel}: {arrived} messages arrived, {taken} were taken, {unknown} are unknown")
