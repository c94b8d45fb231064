"""The ledger check: what was acknowledged against stores, topics, read models and what people received."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AsyncExitStack, aclosing
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

import httpx
from aiokafka import AIOKafkaConsumer

from chassis.facts.projection import Projection
from chassis.facts.settings import Settings
from chassis.service.platform import Platform
from chassis.store.ledger import verify_chain
from chassis.stream.copies import Comparison, Differences, claims, topics_of
from chassis.stream.identity import Identities
from chassis.stream.reader import whole
from chassis.stream.received import STORE
from chassis.stream.security import Brokers, for_aiokafka
from chassis.stream.told_heads import told
from chassis.stream.topics import ANSWER_MS, TOPICS
from chassis.views.rebuild import Rebuild
from cli.anchors import anchored, sent
from cli.anchors_words import NONE, of_heads, of_store
from cli.connect import effects, reaching
from cli.connect import service as loaded
from contracts import SERVICES
from contracts.notify import DeliveryAccepted, DeliveryOutcomeUnknown

_FILLED = "select topic, topic_id, filled from chassis.topics"
_REACHED = "select consumer, topic, partition, last_offset, topic_id from chassis.positions"
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass
class Ledger:
    """Counts of what must be nothing; `notes` say where each came from."""

    lost: int = 0
    doubled: int = 0
    altered: int = 0
    out_of_order: int = 0
    stuck: int = 0
    broken_chains: int = 0
    different: int = 0
    topics: dict[str, int] = field(default_factory=dict)
    messages: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Nothing lost, doubled, altered, out of order or stuck, every chain whole, every read model as rebuilt."""
        return not any(self.counts().values())

    def counts(self) -> dict[str, int]:
        """What must be nothing."""
        return {name: value for name, value in asdict(self).items() if isinstance(value, int)}

    def summary(self) -> dict[str, Any]:
        """As it stands in demo.json."""
        return {"ok": self.ok, **{k: v for k, v in asdict(self).items() if k not in ("topics", "messages")}}


async def check(  # noqa: PLR0917 - addresses in the order of run.json
    settings: Mapping[str, Settings],
    bootstrap: Brokers,
    mail: str,
    zalo: str,
    acknowledged: Mapping[str, AbstractSet[UUID]],
    patience: float = 150,
) -> Ledger:
    """Wait up to `patience` seconds until all is delivered, then compare everything with everything.

    A mail that was put off once (for a minute) is waited for.
    """
    ledger = Ledger()
    await _settle(settings, bootstrap, ledger, patience)
    await _topics(settings, bootstrap, ledger)
    gone = {}
    for service in SERVICES:
        async with reaching(service, settings[service]) as platform:
            gone[service] = await sent(platform.pool)
    heads = await told(bootstrap)
    for service in SERVICES:
        async with reaching(service, settings[service]) as platform:
            await _store(platform, service, acknowledged.get(service, set()), ledger)
            if settings[service].ledger is not None:
                await _anchors(platform, service, heads.get(service, []), gone[service], ledger)
    for service, own in settings.items():
        async with reaching(service, own) as platform:
            await _rebuilt(platform, service, ledger)
    async with httpx.AsyncClient(timeout=30) as http:
        emails: dict[str, int] = (await http.get(f"{mail}/copies.json")).json()
        cards: dict[str, int] = (await http.get(f"{zalo}/_sim/copies.json")).json()
    arrived = {"email": _by_notification(emails), "zalo": _by_notification(cards)}
    ledger.messages = {channel: found.total() for channel, found in arrived.items()}
    async with reaching("notify", settings["notify"]) as notify:
        await _received(notify, arrived, ledger)
    return ledger


def _by_notification(copies: Mapping[str, int]) -> Counter[str]:
    """Message-IDs and tracking ids both hold the notification's id in 32 hexadecimal digits."""
    found: Counter[str] = Counter()
    for name, count in copies.items():
        found[match[0] if (match := _ID.search(name)) else name] += count
    return found


async def _settle(settings: Mapping[str, Settings], bootstrap: Brokers, ledger: Ledger, patience: float) -> None:
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


async def _waiting(settings: Mapping[str, Settings], bootstrap: Brokers) -> list[str]:
    """What is still under way, or will never arrive."""
    waiting: list[str] = []
    names = [topic.name for topic in TOPICS]
    ends = await ends_of(bootstrap, names)
    async with Identities(bootstrap) as identities:
        ids = {name: found.id for name, found in (await identities.of(names)).items()}
    for service, its in settings.items():
        async with reaching(service, its) as platform:
            pool = platform.pool
            head = await platform.store.head() if service in SERVICES else 0
            relays = {r["relay"]: r["position"] for r in await pool.fetch("select relay, position from chassis.relays")}
            if service in SERVICES and relays.get(service, 0) < head:
                waiting.append(f"{service}: relay at {relays.get(service, 0)} of {head}")
            waiting += [
                f"{service}: {topic} is not filled" for topic, topic_id, filled in await pool.fetch(_FILLED)
                if filled is not None or topic_id != ids.get(topic)
            ]  # fmt: skip
            rows = await pool.fetch(_REACHED)
            reached = {
                (consumer, topic, partition): -1 if topic_id not in {"", ids.get(topic)} else offset
                for consumer, topic, partition, offset, topic_id in rows
            }
            for name, (_, topics) in effects(loaded(service), platform).items():
                own = {} if topics else {(STORE, 0): head}
                others = {place: end - 1 for place, end in ends.items() if place[0] in topics}
                for place, last in (own | others).items():
                    if (offset := reached.get((name, *place), -1)) < last:
                        waiting.append(f"{service}: {name} at {offset} of {last} in {place[0]}/{place[1]}")
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


async def ends_of(bootstrap: Brokers, topics: Sequence[str]) -> dict[tuple[str, int], int]:
    """The offset that comes next in each place, behind open transactions too: what waits for their end is under way."""
    consumer = AIOKafkaConsumer(*topics, **for_aiokafka(bootstrap), group_id=None, request_timeout_ms=ANSWER_MS)
    try:
        await consumer.start()
        ends = await consumer.end_offsets(consumer.assignment())
    finally:
        await consumer.stop()
    return {(place.topic, place.partition): end for place, end in ends.items()}


async def _topics(settings: Mapping[str, Settings], bootstrap: Brokers, ledger: Ledger) -> None:
    """Every topic against the store that it comes from, in one reading; of people the positions are counted."""
    async with AsyncExitStack() as stack:
        comparisons: dict[str, Comparison] = {}
        for service in SERVICES:
            platform = await stack.enter_async_context(reaching(service, settings[service]))
            comparisons |= {topic: Comparison(platform.pool, service, topic) for topic in topics_of(service)}
        for each in comparisons.values():
            await each.begin()
        seen: dict[str, set[int]] = {topic.name: set() for topic in TOPICS if topic.name not in comparisons}
        async with aclosing(whole([topic.name for topic in TOPICS], bootstrap, set(), 10_000)) as found:
            async for batches, caught_up in found:
                for place, records in batches.items():
                    if place.topic in comparisons:
                        await comparisons[place.topic].take({place: records})
                    else:
                        seen[place.topic].update(claim.position for claim in claims(records)[0])
                if caught_up:
                    break
        for each in comparisons.values():
            count(await each.end(), ledger)
    ledger.topics |= {name: len(positions) for name, positions in seen.items()}


def count(found: Differences, ledger: Ledger) -> None:
    """What a topic holds otherwise than its store; what nobody can read, or is another store's, all have parked."""
    ledger.topics[found.topic] = found.events
    ledger.lost += found.counts["missing"]
    ledger.out_of_order += found.counts["late"]
    ledger.altered += sum(found.counts[kind] for kind in ("changed", "unknown", "internal"))
    ledger.notes += [f"{found.topic}: {each}" for each in found.said(without="unreadable")]


async def _store(platform: Platform, service: str, acknowledged: AbstractSet[UUID], ledger: Ledger) -> None:
    pool = platform.pool
    if (bad := await verify_chain(pool)) is not None:
        ledger.broken_chains += 1
        ledger.notes.append(f"{service}: the chain breaks at position {bad}")
    known = {row[0] for row in await pool.fetch("select id from store.commands")}
    if forgotten := acknowledged - known:
        ledger.lost += len(forgotten)
        ledger.notes.append(f"{service}: {len(forgotten)} forgotten commands, for example {next(iter(forgotten))}")


async def _anchors(
    platform: Platform, service: str, heads: Sequence[bytes], gone: Mapping[UUID, int], ledger: Ledger
) -> None:
    """The store against what was signed for."""
    anchors, found = await anchored(service, platform, heads, gone)
    wrong = [*of_store(found), *of_heads(anchors)]
    if not anchors.heads:
        wrong.append(NONE)
    ledger.broken_chains += len(wrong)
    ledger.notes += [f"{service}: {en}" for _, en in wrong]


async def _rebuilt(platform: Platform, service: str, ledger: Ledger) -> None:
    """Build each read model anew beside the live one, and compare both byte for byte."""
    for effect, topics in effects(loaded(service), platform).values():
        if isinstance(effect, Projection):
            build = Rebuild(platform.store, effect, topics, platform.kafka)
            different = await build.differing()
            ledger.different += len(different)
            ledger.notes += [f"{service}: table {table} differs from the rebuilt one" for table in different]


async def _received(notify: Platform, arrived: Mapping[str, Counter[str]], ledger: Ledger) -> None:
    """What providers took arrived; what arrived was taken, or its outcome is known to be unknown."""
    rows = await notify.pool.fetch(
        "select data ->> 'channel', replace(data ->> 'notification_id', '-', ''), count(*) filter (where type = $1),"
        " count(*) filter (where type = $2) from store.events where type in ($1, $2) group by 1, 2",
        DeliveryAccepted.type_name(),
        DeliveryOutcomeUnknown.type_name(),
    )
    told = {(channel, notification): (taken, unknown) for channel, notification, taken, unknown in rows}
    for channel, notification in told.keys() | {
        (channel, each) for channel, found in arrived.items() for each in found
    }:
        taken, unknown = told.get((channel, notification), (0, 0))
        copies = arrived[channel][notification]
        if not taken <= copies <= taken + unknown:
            ledger.lost += max(0, taken - copies)
            ledger.doubled += max(0, copies - taken - unknown)
            what = f"{copies} arrived, {taken} were taken, {unknown} are unknown"
            ledger.notes.append(f"{channel}: of notification {notification} {what}")
