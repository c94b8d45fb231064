"""A store that was restored from a backup takes back what its topic still holds, in one transaction; or begins a log.

Runs as the database's owner: the application role may append through the function, and write no event that there was.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import asyncpg

from chassis.facts.envelope import Metadata
from chassis.store.ledger import entry, link
from chassis.store.store import CHANNEL

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PAGE: Final = 1000
_COLUMNS: Final = ("position", "stream", "version", "id", "type", "data", "metadata", "recorded_at", "hash")


class Moved(Exception):
    """The store is no longer where it was looked at: somebody appended meanwhile. Look again."""


class Leads(Exception):
    """A relay of the service leads; `relays` names those that do."""

    def __init__(self, relays: Sequence[str]) -> None:
        super().__init__(", ".join(relays))
        self.relays = relays


@dataclass(frozen=True, slots=True)
class Log:
    """A log: `after` is the position up to which it carries on the one before, if there was one."""

    id: UUID
    after: int
    carries_on: UUID | None


@dataclass(frozen=True, slots=True)
class Held:
    """An event as a topic holds it, with all that a row of the store has."""

    position: int
    stream: str
    version: int
    id: UUID
    type: str
    recorded_at: datetime
    metadata: str
    data: str

    @property
    def entry(self) -> bytes:
        """What the store's chain and tree are made of."""
        microseconds = (self.recorded_at - _EPOCH) // timedelta(microseconds=1)
        return entry((self.stream, self.version, self.id, self.type, microseconds, self.metadata, self.data))

    def link(self, previous: bytes) -> bytes:
        """The store's hash after this event."""
        return link(previous, self.position, self.entry)


@dataclass(frozen=True, slots=True)
class Lost:
    """Positions that cannot be taken back, `last` None where nobody knows how far; the `event` where it is known."""

    first: int
    last: int | None
    event: Held | None = None


@dataclass(slots=True)
class Plan:
    """What is to be done with a restored store, and why; nothing of it is done yet."""

    head: int
    hash: bytes
    common: int
    """The last position up to which store and topic tell the same, before anything is taken back."""
    taken: list[tuple[Held, bytes]] = field(default_factory=list)
    """What is taken back, each with the hash after it."""
    unproven: int = 0
    """How many of those have no hash, nor anything after them that has one: of a release before there were any."""
    why: str = ""
    """Why no more is taken back: `gap`, `two` at one position, `version`, `hash`, `unproven`, or `differs`."""
    adopted: list[Log] = field(default_factory=list)
    """Logs in the topic that carry this store's on, begun after the backup."""
    logs: list[Log] = field(default_factory=list)
    """Those that the store knows, the newest last."""
    lost: list[Lost] = field(default_factory=list)
    begins: bool = False
    checkpoint: int = 0
    """From where the relay sends on."""
    sent: int = 0
    """From where it would have, as restored."""
    foreign: int = 0
    """Records of logs that have nothing to do with this one."""
    unreadable: int = 0

    @property
    def end(self) -> int:
        """Where the store stands with what is taken back, or where the new log begins."""
        return self.common + len(self.taken)

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to be done."""
        return not (self.taken or self.adopted or self.begins or self.checkpoint < self.sent)


@dataclass(frozen=True, slots=True)
class Further:
    """What a service keeps beside its events and takes back from elsewhere: sentences (vi, en), and how it is done."""

    told: Sequence[tuple[str, str]]
    apply: Callable[[asyncpg.Connection], Awaitable[None]]
    needed: bool
    """Whether there is anything to be done, whatever became of the store."""


async def known_logs(connection: asyncpg.Connection | asyncpg.Pool) -> list[Log]:
    """The store's logs in the order in which they carry each other on."""
    rows = await connection.fetch(
        "select log_id, after_position, carries_on from chassis.log order by began_at, after_position"
    )
    return [Log(*row) for row in rows]


async def nobody_leads(connection: asyncpg.Connection) -> None:
    """Hold the relays still until the transaction ends; raises Leads when one of them holds its lease."""
    rows = await connection.fetch(
        "select relay, held_until > clock_timestamp() as leads from chassis.relays order by relay for update"
    )
    if leading := [row["relay"] for row in rows if row["leads"]]:
        raise Leads(leading)


async def restore(connection: asyncpg.Connection, service: str, plan: Plan, progress: Callable[[int], None]) -> None:
    """Do what was planned, within a transaction that the caller has open: everybody else's appends wait for it.

    Raises Leads, or Moved when the store is not where it was.
    """
    await nobody_leads(connection)
    head = await connection.fetchrow("select position, hash from store.head for update")
    if (head["position"], head["hash"]) != (plan.head, plan.hash):
        raise Moved
    await _take_back(connection, plan.taken, progress)
    logs = [*plan.logs, *plan.adopted]
    for log in plan.adopted:
        await _begin(connection, log)
    if plan.begins:
        before = logs[-1].id if logs else None
        await _begin(connection, Log(uuid4(), plan.end, before))
        await connection.executemany(
            "insert into chassis.lost (log_id, first, last, event_id, event_type, recorded_at)"
            " values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
            [(before or UUID(int=0), each.first, each.last, *_told(each)) for each in plan.lost],
        )
    await connection.execute(
        "update chassis.relays set position = $2 where relay = $1 and position > $2", service, plan.checkpoint
    )
    await connection.execute("select pg_notify($1, $2)", CHANNEL, str(plan.end))


def _told(lost: Lost) -> tuple[str, str, datetime | None]:
    return ("", "", None) if lost.event is None else (str(lost.event.id), lost.event.type, lost.event.recorded_at)


async def _begin(connection: asyncpg.Connection, log: Log) -> None:
    await connection.execute(
        "insert into chassis.log (log_id, after_position, carries_on, began_at) values ($1, $2, $3, clock_timestamp())",
        log.id,
        log.after,
        log.carries_on,
    )


async def _take_back(
    connection: asyncpg.Connection, taken: Sequence[tuple[Held, bytes]], progress: Callable[[int], None]
) -> None:
    """Events as they were, and of each command its answer: its fingerprint is in no topic, so that it stays empty."""
    for start in range(0, len(taken), _PAGE):
        page = taken[start : start + _PAGE]
        await connection.copy_records_to_table(
            "events",
            schema_name="store",
            columns=_COLUMNS,
            records=[
                (e.position, e.stream, e.version, e.id, e.type, e.data, e.metadata, e.recorded_at, after)
                for e, after in page
            ],
        )
        progress(start + len(page))
    last = {Metadata.model_validate_json(event.metadata).command_id: event for event, _ in taken}
    await connection.executemany(
        "insert into store.commands (id, fingerprint, stream, position, version, recorded_at)"
        " values ($1, '', $2, $3, $4, $5)",
        [(command, e.stream, e.position, e.version, e.recorded_at) for command, e in last.items()],
    )
    if taken:
        event, after = taken[-1]
        await connection.execute("update store.head set position = $1, hash = $2", event.position, after)
