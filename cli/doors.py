"""`thidua doors`: who can read and write what on a running local platform, found by trying it as each of them.

Nothing is left behind: appends are rolled back, records are sent to a partition that does not exist (the broker looks
at rights first), offsets are committed for a topic that does not.
"""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from uuid import uuid4

import asyncpg
import typer
from aiokafka.client import AIOKafkaClient, CoordinationType
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    KafkaError,
    TopicAuthorizationFailedError,
)
from aiokafka.protocol.commit import OffsetCommitRequest, OffsetFetchRequest
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.protocol.produce import ProduceRequest
from rich.table import Table

from chassis.stream.rights import group_prefix
from chassis.stream.security import Login, for_aiokafka, read
from chassis.stream.topics import ADMIN, AUDITOR, EVERYBODY, PARTNERS, TOPICS
from cli.connect import DATA, cell, go, out, run_info, stop
from contracts import SERVICES

if TYPE_CHECKING:
    from deploy.local.run_info import RunInfo

ANONYMOUS: Final = "(anonymous)"
_NO_PARTITION: Final = 2**31 - 1
_NO_TOPIC: Final = "thidua.no-such-topic"
_SECONDS: Final = 15.0
_MILLISECONDS: Final = 15_000
_SHUT: Final = frozenset({TopicAuthorizationFailedError.errno, ClusterAuthorizationFailedError.errno})
_GROUP_SHUT: Final = GroupAuthorizationFailedError.errno
_APPENDED: Final = """
    select outcome from store.append(array['doors'], array[0], array[gen_random_uuid()], array['\\x00'::bytea],
        array['{"actor": "00000000-0000-4000-8000-000000000000", "occurred_on": "2024-01-01"}'::json], array[1],
        array[gen_random_uuid()], array[$1::text], array['{}'::json], now())
"""

Cells = Mapping[tuple[str, str], str]
"""What a principal can do with a thing: `r` reads, `w` writes (a store: appends), `!` rewrites history, or nothing."""


@dataclass
class Doors:
    """What was found, and what should have been."""

    found: dict[tuple[str, str], str] = field(default_factory=dict)
    declared: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def wrong(self) -> list[str]:
        """The cells that are not as declared."""
        return [
            f"{who}, {what}: {self.found.get((who, what), '')!r}, declared {self.declared.get((who, what), '')!r}"
            for who, what in sorted({*self.found, *self.declared})
            if self.found.get((who, what), "") != self.declared.get((who, what), "")
        ]

    def markdown(self) -> str:
        """The tables as they stand in docs/doors.md: databases, topics, groups."""
        return "\n\n".join(_markdown(kind, self.found) for kind in ("database", "topic", "group"))


def _markdown(kind: str, cells: Cells) -> str:
    """A line for each who tried, a column for each thing of a kind."""
    its = [(who, what.removeprefix(f"{kind} ")) for who, what in cells if what.startswith(f"{kind} ")]
    people, things = (list(dict.fromkeys(each)) for each in zip(*its, strict=True))
    lines = [f"| {kind} | {' | '.join(f'`{thing}`' for thing in things)} |", "| --- " * (len(things) + 1) + "|"]
    for who in people:
        can = (cells[who, f"{kind} {thing}"] or "·" for thing in things)
        lines.append(f"| {who} | {' | '.join(can)} |")
    return "\n".join(lines)


async def looked(info: "RunInfo") -> Doors:
    """Try everything as everybody; raises what the drivers raise when a server is away."""
    doors = Doors()
    await _databases(info, doors)
    await _brokers(info, doors)
    return doors


async def _databases(info: "RunInfo", doors: Doors) -> None:
    for service, parts in info.logins.items():
        for part, file in parts.items():
            url = file.read_text(encoding="utf-8").strip()
            for other, place in info.databases.items():
                at = f"{url.rpartition('/')[0]}/{place.rpartition('/')[2]}"
                thing = (f"{service} {part}", f"database {other}")
                doors.found[thing] = await _database(at, other)
                doors.declared[thing] = _may(service, part) if service == other else ""


def _may(service: str, part: str) -> str:
    """What a process does with its own store: a relay adds nothing to it, and nobody to that of who emits nothing."""
    return "rw" if service in SERVICES and part != "relay" else "r"


async def _database(url: str, service: str) -> str:
    try:
        session = await asyncpg.connect(url, timeout=_SECONDS)
    except asyncpg.PostgresError:
        return ""
    try:
        return "".join([
            await _can(session, "r", "select 1 from store.events limit 1"),
            await _can(session, "w", _APPENDED, await _a_type(session, service)),
            await _can(session, "!", "update store.events set data = data where position = 1"),
        ])  # fmt: skip
    finally:
        await session.close()


async def _a_type(session: asyncpg.Connection, service: str) -> str:
    """A type of events that a store takes."""
    found = await session.fetchval("select type from store.types order by type limit 1")
    return str(found or f"thidua.{service}.Nothing.v1")


async def _can(session: asyncpg.Connection, letter: str, statement: str, *values: str) -> str:
    """The letter if the statement is let through; what it did is undone."""
    transaction = session.transaction()
    await transaction.start()
    try:
        await session.fetch(statement, *values)
    except asyncpg.InsufficientPrivilegeError:
        return ""
    finally:
        await transaction.rollback()
    return letter


async def _brokers(info: "RunInfo", doors: Doors) -> None:
    from deploy.local.credentials import FOLDER, there  # noqa: PLC0415 - operators' tools do without

    partners = there(folder) if (folder := info.data / FOLDER).is_dir() else {}  # also those added since it began
    logins = {name: read(file) for name, file in {**info.credentials, **partners}.items()}
    logins[ANONYMOUS] = Login(info.kafka.bootstrap)
    groups = {name: f"{group_prefix(name)}doors-{uuid4().hex[:8]}" for name in (*EVERYBODY, AUDITOR)}
    tried = await asyncio.gather(*(_broker(login, groups) for login in logins.values()))
    for name, cells in zip(logins, tried, strict=True):
        for thing, can in cells.items():
            doors.found[name, thing] = can
            doors.declared[name, thing] = _declared(name, thing)


def _declared(name: str, thing: str) -> str:
    """What the table of topics says of a principal."""
    kind, _, what = thing.partition(" ")
    if name in {ADMIN, ANONYMOUS}:
        return "rw" if name == ADMIN else ""
    if kind == "group":
        return "rw" if what == f"{group_prefix(name)}*" else "r" if name == AUDITOR else ""
    [topic] = [each for each in TOPICS if each.name == what]
    partner = name not in {*EVERYBODY, AUDITOR}
    reads = name == AUDITOR or name in {*topic.readers, *topic.writers} or (partner and PARTNERS in topic.readers)
    return ("r" if reads else "") + ("w" if name in topic.writers else "")


async def _broker(login: Login, groups: Mapping[str, str]) -> dict[str, str]:
    """What one principal can do; whoever is not let in can do nothing."""
    cells = {f"topic {topic.name}": "" for topic in TOPICS} | {f"group {group_prefix(name)}*": "" for name in groups}
    client = AIOKafkaClient(**for_aiokafka(login), request_timeout_ms=_MILLISECONDS)
    try:
        await client.bootstrap()
        for topic in TOPICS:
            cells[f"topic {topic.name}"] = await _topic(client, topic.name)
        for name, group in groups.items():
            cells[f"group {group_prefix(name)}*"] = await _group(client, group)
    except KafkaConnectionError:
        pass
    finally:
        await client.close()
    return cells


async def _topic(client: AIOKafkaClient, topic: str) -> str:
    node = client.get_random_node()
    read = await client.send(node, FetchRequest(0, 0, 1000, 0, [(topic, [(0, 0, 1000)])]))
    written = await client.send(node, ProduceRequest(None, -1, _MILLISECONDS, [(topic, [(_NO_PARTITION, b"")])]))
    [(_, [(_, read_error, *_)])] = read.topics
    [(_, [(_, write_error, *_)])] = written.topics
    return ("" if read_error in _SHUT else "r") + ("" if write_error in _SHUT else "w")


async def _group(client: AIOKafkaClient, group: str) -> str:
    await _coordinated(client, group)
    node, nothing = client.get_random_node(), (_NO_TOPIC, [(0, 0, "")])
    read = await client.send(node, OffsetFetchRequest(group, [(_NO_TOPIC, [0])]))
    committed = await client.send(node, OffsetCommitRequest(group, -1, "", -1, [nothing]))
    [(_, [(_, write_error)])] = committed.topics
    read_error = getattr(read, "error_code", 0) or read.topics[0][1][0][-1]
    return ("" if read_error == _GROUP_SHUT else "r") + ("" if write_error == _GROUP_SHUT else "w")


async def _coordinated(client: AIOKafkaClient, group: str) -> None:
    """Let the broker load the group, if it will: an answer about rights needs none."""
    with suppress(KafkaError):
        await client.coordinator_lookup(CoordinationType.GROUP, group)


def shown(doors: Doors) -> Iterable[Table]:
    """The tables for a terminal."""
    for text in doors.markdown().split("\n\n"):
        head, _, *rows = [[part.strip(" `") for part in line.strip("|").split("|")] for line in text.splitlines()]
        table = Table(*head)
        for row in rows:
            table.add_row(*map(cell, row))
        yield table


def list_doors(
    data: Annotated[Path, typer.Option(help="Thư mục dữ liệu. / Data folder.")] = DATA,
    markdown: Annotated[bool, typer.Option(help="Như trong docs/doors.md. / As it stands in docs/doors.md.")] = False,  # noqa: FBT002 - as typer has it
) -> None:
    """Ai đọc, ghi được gì, bằng cách thử từng người. / Who can read and write what, found by trying as each of them."""
    doors = go(looked(run_info(data)))
    if markdown:
        out.print(doors.markdown(), markup=False, highlight=False, soft_wrap=True)
    else:
        for table in shown(doors):
            out.print(table)
    if doors.wrong:
        raise stop(
            f"Khác với khai báo: {'; '.join(doors.wrong)}; hãy xem docs/security.md.",
            f"Not as declared: {'; '.join(doors.wrong)}; see docs/security.md.",
        )
