"""What a service's events topic still holds of a store that was restored from a backup, and what is to be done."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from uuid import UUID

import asyncpg

from chassis.facts.envelope import EXTENSIONS, Metadata
from chassis.store.restore import Held, Log, Lost, Plan, known_logs
from chassis.stream.copies import Claim, Lineage, claims, is_copy, stored
from chassis.stream.logs import claimed
from chassis.stream.reader import Found, whole
from chassis.stream.security import Brokers
from chassis.stream.topics import events_topic


@dataclass(slots=True)
class _Read:
    """What was found while a topic was read: whatever is not what the store has, and the logs that are named."""

    head: int
    strays: list[Claim] = field(default_factory=list)
    top: int = 0
    logs: dict[UUID, tuple[Log, int]] = field(default_factory=dict)
    foreign: int = 0
    unreadable: int = 0

    async def take(self, connection: asyncpg.Connection, batches: Found) -> None:
        for records in batches.values():
            claimed, unreadable = claims(records)
            self.unreadable += len(unreadable)
            rows = await stored(connection, (each for each in claimed if each.position <= self.head))
            for each in claimed:
                self._hear_of(each)
                row = rows.get(each.position)
                if row is not None and is_copy(each, row):
                    self.top = max(self.top, each.position)
                else:
                    self.strays.append(each)

    def _hear_of(self, claim: Claim) -> None:
        """Note the logs that a record names, each with the one that it carries on, and when it was last written."""
        before: UUID | None = None
        try:
            said = claimed(claim.headers, datetime.now(UTC))
        except (LookupError, ValueError):
            return
        for named in said:
            log = UUID(named.id.decode())
            known, at = self.logs.get(log, (None, 0))
            carries_on = before or (known and known.carries_on) or None  # some of its records may not say so
            written = claim.record.timestamp if log == claim.log else 0
            self.logs[log], before = (Log(log, named.after, carries_on), max(at, written)), log

    def later(self, known: Sequence[Log]) -> list[Log]:
        """Logs that carry the store's newest one on, or begin where it has no name; of several the last written."""
        found, last = list[Log](), known[-1].id if known else None
        while nexts := [(at, log) for log, at in self.logs.values() if log.carries_on == last and log not in found]:
            _, newest = max(nexts, key=lambda each: each[0])
            found.append(newest)
            last = newest.id
        return found


async def look(
    connection: asyncpg.Connection,
    service: str,
    bootstrap: Brokers,
    *,
    topic_lost: bool = False,
    applied: int = 0,
    progress: Callable[[int], None] = lambda _: None,
) -> Plan:
    """What a store can take back from its events topic; changes nothing.

    `topic_lost`: the topic is another one than it was, or lacks what it held. `applied`: the highest position of the
    store's newest log that another service is known to have applied. Raises what the drivers raise.
    """
    head = await connection.fetchrow("select position, hash from store.head")
    read, done = _Read(head["position"]), 0
    async with aclosing(whole([events_topic(service)], bootstrap, set())) as topic:
        async for batches, caught_up in topic:
            await read.take(connection, batches)
            done += sum(map(len, batches.values()))
            progress(done)
            if caught_up:
                break
    plan = Plan(head["position"], head["hash"], head["position"], logs=await known_logs(connection))
    plan.adopted = read.later(plan.logs)
    known, unnamed, doubtful = _ours(plan, read), _unnamed(plan), list[Held]()
    ours = [each for each in known if each.log is not None or each.position <= unnamed]
    differing = [each.position for each in ours if each.position <= plan.head]
    if differing:
        plan.common, plan.why = min(differing) - 1, "differs"
    else:
        doubtful = await _take(connection, plan, known)
    plan.foreign += sum(each.log is None and each.position > max(unnamed, plan.end) for each in known)
    top = max([read.top, *(each.position for each in ours)])
    plan.lost = _lost(plan, ours, doubtful)
    plan.sent = await connection.fetchval("select position from chassis.relays where relay = $1", service) or 0
    short = topic_lost or top < plan.head or applied > max(top, plan.end)
    if short and not _fresh(plan, read):
        told = max(top, plan.end)
        plan.lost.append(Lost(told + 1, applied if applied > told and not topic_lost else None))
    plan.begins = bool(plan.lost)
    plan.checkpoint = min(plan.sent, plan.end, top) if top < plan.head else min(plan.sent, plan.end)
    return plan


def _ours(plan: Plan, read: _Read) -> list[Claim]:
    """Records of the store's logs that it does not have so; the others are counted."""
    lineage = Lineage([*plan.logs, *plan.adopted])
    ours = [each for each in read.strays if lineage.is_ours(each.log)]
    plan.foreign, plan.unreadable = len(read.strays) - len(ours), read.unreadable
    return [each for each in ours if lineage.holds(each)]


def _unnamed(plan: Plan) -> int:
    """Up to where a record without a name is of the store's log; above, only the hash of one behind it proves that."""
    logs = [*plan.logs, *plan.adopted]
    return logs[-1].after if logs else 2**63


def _fresh(plan: Plan, read: _Read) -> bool:
    """Tell whether the newest log is one that nothing was sent of yet: nobody can know more of it than the store."""
    newest = plan.logs[-1] if plan.logs else None
    return (
        newest is not None
        and newest.carries_on is not None
        and newest.id not in read.logs
        and plan.sent <= newest.after
        and not plan.adopted
    )


def event_in(claim: Claim) -> Held | None:
    """The event in a record; None where a record is not what a relay writes."""
    headers, record = claim.headers, claim.record
    try:
        metadata = Metadata.model_validate(
            {name: headers[header].decode() for name, header in EXTENSIONS.items() if header in headers}
        )
        return Held(
            claim.position,
            record.key.decode(),
            int(headers["ce_streamversion"]),
            UUID(headers["ce_id"].decode()),
            headers["ce_type"].decode(),
            datetime.fromisoformat(headers["ce_time"].decode()),
            metadata.model_dump_json(exclude_none=True),
            record.value.decode(),
        )
    except (LookupError, ValueError, TypeError, AttributeError):
        return None


async def _take(connection: asyncpg.Connection, plan: Plan, ours: Iterable[Claim]) -> list[Held]:
    """Follow the store's chain into the topic, up to the last event that is proven; gives those that follow unproven.

    A relay of the version before may have sent them, or anybody: they count as lost, since others may have taken them.
    """
    beyond: dict[int, list[Claim]] = {}
    for each in ours:
        beyond.setdefault(each.position, []).append(each)
    versions = await _versions(connection, beyond.values())
    taken, last, proven, unnamed = plan.taken, plan.hash, 0, _unnamed(plan)
    for position in count(plan.head + 1):
        here = beyond.pop(position, [])
        named = [each for each in here if each.log is not None] or here
        events = {event_in(each) for each in named} - {None}
        if len(events) != 1:
            plan.why = "two" if events else "gap"
            break
        [event] = events
        assert event is not None  # noqa: S101 - taken out above
        if versions[event.stream] + 1 != event.version:
            plan.why = "version"
            break
        last = event.link(last)
        if not _fits(last, named):
            plan.why = "hash"
            break
        versions[event.stream] += 1
        taken.append((event, last))
        if any("ce_hash" in each.headers for each in named):
            proven, plan.unproven = len(taken), 0
        elif position <= unnamed:
            proven, plan.unproven = len(taken), plan.unproven + 1
    doubtful = [event for event, _ in taken[proven:]]
    del taken[proven:]
    if doubtful:
        plan.why = "unproven"
    elif plan.why == "gap" and not beyond:
        plan.why = ""  # the topic ends here
    return doubtful


def _fits(link: bytes, claimed: Iterable[Claim]) -> bool:
    """Tell whether the chain stands after an event as those records say that have a hash."""
    return {each.headers["ce_hash"] for each in claimed if "ce_hash" in each.headers} <= {link.hex().encode()}


async def _versions(connection: asyncpg.Connection, claimed: Iterable[Iterable[Claim]]) -> Counter[str]:
    """At which version each stream is that the topic goes on with."""
    keys = {each.record.key for some in claimed for each in some} - {None}
    rows = await connection.fetch(
        "select stream, max(version) from store.events where stream = any($1::text[]) group by stream",
        [key.decode("utf-8", "replace").replace("\x00", "") for key in keys],
    )
    return Counter(dict(map(tuple, rows)))


def _lost(plan: Plan, ours: Iterable[Claim], doubtful: Iterable[Held]) -> list[Lost]:
    """What the topic tells of beyond the end, and the gaps in between."""
    known: dict[tuple[int, Held | None], None] = {(each.position, each): None for each in doubtful}
    known |= {(each.position, event_in(each)): None for each in ours if each.position > plan.end}
    lost, next_ = list[Lost](), plan.end + 1
    for position, event in sorted(known, key=lambda each: each[0]):
        if plan.why != "differs" and position > next_:
            lost.append(Lost(next_, position - 1))
        lost.append(Lost(position, position, event))
        next_ = position + 1
    return lost
