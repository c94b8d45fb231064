"""The ledger check: what was acknowledged against stores, topics, read models and what people received."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import aclosing
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

import httpx
from aiokafka import ConsumerRecord, TopicPartition

from chassis.facts.projection import Projection
from chassis.facts.settings import Settings
from chassis.service.platform import Platform
from chassis.store.ledger import verify_chain
from chassis.stream.reader import Reader, is_empty, whole
from chassis.stream.received import STORE
from chassis.stream.topics import ANSWER_MS, TOPICS, events_topic, public_topic
from chassis.views.rebuild import Rebuild
from cli.connect import effects, reaching
from cli.connect import service as loaded
from contracts import SERVICES
from contracts.notify import DeliveryAccepted, DeliveryOutcomeUnknown

_MARKS = 8
"""So many offsets of transactions may stand at a topic's end, at which nothing is to be read."""

_ID = re.compile(r"[0-9a-f]{32}")


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
    patience: float = 150,
) -> Ledger:
    """Wait up to `patience` seconds until all is delivered, then compare everything with everything.

    A mail that was put off once (for a minute) is waited for.
    """
    ledger = Ledger()
    await _settle(settings, bootstrap, ledger, patience)
    logs = {events_topic(name): await _logs(name, settings[name]) for name in SERVICES}
    logs |= {public_topic(name): logs[events_topic(name)] for name in SERVICES}
    seen = await _topics(bootstrap, logs, ledger)
    for service in SERVICES:
        async with reaching(service, settings[service]) as platform:
            await _store(
                platform, service, seen.get(events_topic(service), {}), acknowledged.get(service, set()), ledger
            )
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
    behind: dict[tuple[TopicPartition, int], tuple[int, list[str]]] = {}
    ends = await _ends(bootstrap)
    for service, its in settings.items():
        async with reaching(service, its) as platform:
            pool = platform.pool
            head = await platform.store.head() if service in SERVICES else 0
            relays = {r["relay"]: r["position"] for r in await pool.fetch("select relay, position from chassis.relays")}
            if service in SERVICES and relays.get(service, 0) < head:
                waiting.append(f"{service}: relay at {relays.get(service, 0)} of {head}")
            rows = await pool.fetch("select consumer, topic, partition, last_offset from chassis.positions")
            reached = {(consumer, topic, partition): offset for consumer, topic, partition, offset in rows}
            for name, (_, topics) in effects(loaded(service), platform).items():
                own = {} if topics else {(STORE, 0): head}
                others = {place: end - 1 for place, end in ends.items() if place[0] in topics}
                for place, last in (own | others).items():
                    if (offset := reached.get((name, *place), -1)) < last:
                        about = f"{service}: {name} at {offset} of {last} in {place[0]}/{place[1]}"
                        behind.setdefault((TopicPartition(*place), offset), (last, []))[1].append(about)
            if parked := await pool.fetchval("select count(*) from chassis.parked"):
                waiting.append(f"{service}: {parked} records are parked")
            if service == "notify":
                open_ = await pool.fetchval(
                    "select count(*) from (select stream from store.events group by stream having not bool_or(type ~"
                    " '(NotificationCompleted|NotificationExhausted|NotificationSuppressed)')) s"
                )
                if open_:
                    waiting.append(f"notify: {open_} notifications are under way")
    return waiting + await _without_holes(bootstrap, behind)


async def _without_holes(
    bootstrap: str, behind: Mapping[tuple[TopicPartition, int], tuple[int, Sequence[str]]]
) -> list[str]:
    """Of who is behind, those for whom there are records: a topic may end with the marks of transactions."""
    found = [about for (place, offset), (last, told) in behind.items() if not _is_near(place, offset, last)
             for about in told]  # fmt: skip
    near = {at: it for at, it in behind.items() if _is_near(*at, it[0])}
    if found or not near:  # looked at in the end only
        return found + [about for _, told in near.values() for about in told]
    reader = Reader(bootstrap_servers=bootstrap, group_id=None, request_timeout_ms=ANSWER_MS)
    try:
        await reader.start()
        for (place, offset), (last, told) in near.items():
            reader.assign([place])
            if not await is_empty(reader, place, offset + 1, last + 1):
                found += told
    finally:
        await reader.stop()
    return found


def _is_near(place: TopicPartition, offset: int, last: int) -> bool:
    return place.topic != STORE and last - offset <= _MARKS


async def _ends(bootstrap: str) -> dict[tuple[str, int], int]:
    names = [topic.name for topic in TOPICS]
    consumer = Reader(*names, bootstrap_servers=bootstrap, group_id=None, request_timeout_ms=ANSWER_MS)
    try:
        await consumer.start()
        ends = await consumer.end_offsets(consumer.assignment())
    finally:
        await consumer.stop()
    return {(place.topic, place.partition): end for place, end in ends.items()}


async def _logs(service: str, its: Settings) -> Mapping[bytes | None, int]:
    """The logs of a store with the position after which each begins; without a name, up to which the first goes."""
    async with reaching(service, its) as platform:
        rows = await platform.pool.fetch("select log_id, after_position from chassis.log order by after_position")
    return {None: rows[0]["after_position"] if rows else 0, **{str(log).encode(): after for log, after in rows}}


async def _topics(
    bootstrap: str, logs: Mapping[str, Mapping[bytes | None, int]], ledger: Ledger
) -> dict[str, dict[int, str]]:
    """Event ids by position of each topic; counts records, and first occurrences that come too late."""
    seen: dict[str, dict[int, str]] = {topic.name: {} for topic in TOPICS}
    highest: Counter[TopicPartition] = Counter()
    async with aclosing(whole(list(seen), bootstrap, set(), 10_000)) as found:
        async for batches, caught_up in found:
            for place, records in batches.items():
                ours = [record for record in records if _is_ours(record, logs.get(place.topic))]
                _note(place, ours, seen[place.topic], highest, ledger)
            if caught_up:
                break
    ledger.topics = {name: len(events) for name, events in seen.items()}
    return seen


def _is_ours(record: ConsumerRecord[bytes, bytes], logs: Mapping[bytes | None, int] | None) -> bool:
    """Tell whether a record is of the store's own log; of others' whoever reads the topic parks it."""
    if logs is None:
        return True
    headers = dict(record.headers)
    log = headers.get("ce_logid")
    if log is not None:
        return log in logs
    position: bytes = headers.get("ce_sequence") or b""
    return position.isdigit() and int(position) <= logs[None]


def _note(
    place: TopicPartition,
    records: Sequence[ConsumerRecord[bytes, bytes]],
    seen: dict[int, str],
    highest: Counter[TopicPartition],
    ledger: Ledger,
) -> None:
    for record in records:
        headers = dict(record.headers)
        try:
            position, event = int(headers["ce_sequence"]), headers["ce_id"].decode()
        except (LookupError, ValueError, TypeError, AttributeError):
            continue  # no event; whoever reads the topic has parked it
        first = position not in seen
        if seen.setdefault(position, event) != event:
            ledger.doubled += 1
            ledger.notes.append(f"{place.topic}: position {position} holds two events")
        elif first and position < highest[place]:
            ledger.out_of_order += 1
            ledger.notes.append(f"{place.topic}/{place.partition}: {position} comes after {highest[place]}")
        highest[place] = max(highest[place], position)


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
    others = {position for position, event in published.items() if stored.get(position, event) != event}
    ledger.lost += len(missing) + len(forgotten)
    ledger.doubled += len(strange) + len(others)
    for what, found in (
        ("unpublished events", missing),
        ("forgotten commands", forgotten),
        ("strange events", strange),
        ("events published as others", others),
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
