"""The people directory after a restore: changes come back from its topic, and no erasure is undone."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import confluent_kafka
import pytest

from chassis.facts.decider import Context
from chassis.store import migrate
from chassis.store.database import connect
from chassis.store.store import Store
from chassis.store.wake import listening
from chassis.stream.copies import Differences, compare_newest
from chassis.stream.relay import Relay
from contracts.people import PEOPLE
from deploy.local.embedded import Embedded
from services.registry import people, people_recovered
from services.registry.people import Change, Details
from tests.chassis.streams import Stream, stream, until
from tests.chassis.test_topics_made_again import make_again

__all__ = ["stream"]

TABLES = ("people", "people_head", "people_changes", "store.commands", "chassis.relays")


@dataclass
class Directory:
    """A people directory of its own, with its relay."""

    url: str
    role: str
    bootstrap: str
    pool: asyncpg.Pool

    async def change(self, person: UUID, name: str | None) -> Change:
        details = None if name is None else Details(full_name=name)
        return await people.change(Store(self.pool), person, details, Context(date(2024, 11, 20), actor=uuid4()))

    async def send(self) -> None:
        """Everything that was changed, into the topic."""
        async with listening(self.url, self.role) as wake:
            relay = Relay("people", self.pool, people.Directory(self.pool), self.bootstrap, wake)
            task = asyncio.create_task(relay.run())
            await until(self.sent)
            task.cancel()
            await asyncio.wait([task])
            await relay.release()

    async def fill(self) -> None:
        """The relay at work until the topic holds what the directory does."""
        async with listening(self.url, self.role) as wake:
            relay = Relay("people", self.pool, people.Directory(self.pool), self.bootstrap, wake)
            task = asyncio.create_task(relay.run())
            await until(self.whole)
            task.cancel()
            await asyncio.wait([task])
            await relay.release()

    async def whole(self) -> bool:
        return (await self.differences()).counts == {}

    async def sent(self) -> bool:
        reached = await self.pool.fetchval("select position from chassis.relays where relay = 'people'")
        return bool(reached == await self.pool.fetchval("select max(position) from people"))

    @contextlib.asynccontextmanager
    async def owner(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.url)
        try:
            yield connection
        finally:
            await connection.close()

    async def backed_up(self) -> dict[str, Sequence[Any]]:
        async with self.owner() as connection:
            return {table: await connection.fetch(await self._select(connection, table)) for table in TABLES}

    async def _select(self, connection: asyncpg.Connection, table: str) -> str:
        """As a dump has it: what PostgreSQL makes of other columns is no part of it."""
        kept = await connection.fetchval(
            "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute"
            " where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''",
            table,
        )
        return f"select {kept} from {table}"  # noqa: S608 - our own names

    async def restored(self, backup: dict[str, Sequence[Any]]) -> None:
        async with self.owner() as connection, connection.transaction():
            for table, found in backup.items():
                schema, _, name = table.rpartition(".")
                await connection.execute(f"truncate {table}")
                if found:
                    await connection.copy_records_to_table(
                        name, schema_name=schema or "public", columns=list(found[0].keys()), records=map(tuple, found)
                    )

    async def recovered(self, *, lost: bool = False) -> list[tuple[str, str]]:
        """Look and do; what was said."""
        async with self.owner() as connection, connection.transaction():
            found = await people_recovered.look(connection, self.bootstrap, lost)
            if found.needed:
                await found.apply(connection)
        return list(found.told)

    async def names(self) -> dict[UUID, str | None]:
        rows = await self.pool.fetch("select person_id, details ->> 'full_name' from people")
        return dict(map(tuple, rows))

    async def differences(self) -> Differences:
        return await compare_newest(self.pool, "people", people.Directory(self.pool), PEOPLE, self.bootstrap)


@pytest.fixture
async def directory(servers: Embedded, stream: Stream) -> AsyncIterator[Directory]:
    name = f"test_people_{uuid4().hex[:8]}"
    server = servers.database_url.rsplit("/", 1)[0]
    await asyncio.to_thread(migrate.prepare, "registry", f"{server}/{name}", name)
    pool = await connect(f"{server}/{name}", name)
    yield Directory(f"{server}/{name}", name, stream.bootstrap, pool)
    pool.terminate()
    admin = await asyncpg.connect(f"{server}/postgres")
    await admin.execute(f'drop database "{name}" with (force)')
    await admin.execute(f'drop role "{name}"')
    await admin.close()


async def test_changes_and_erasures_since_the_backup_come_back(directory: Directory) -> None:
    kept, changed, erased, new = (uuid4() for _ in range(4))
    for person in (kept, changed, erased):
        await directory.change(person, "Nguyễn Thị Thử")
    await directory.send()
    backup = await directory.backed_up()
    latest = await directory.change(changed, "Trần Văn Thử")
    await directory.change(erased, None)
    await directory.change(new, "Lê Thị Mới")
    await directory.send()
    expected = await directory.names()
    await directory.restored(backup)
    assert (await directory.names())[erased] == "Nguyễn Thị Thử"
    await directory.recovered()
    assert await directory.names() == expected
    assert expected[erased] is None
    after = await directory.change(changed, "Phạm Văn Thử")
    assert (after.position > latest.position + 3, after.version > latest.version) == (True, True)
    await directory.send()
    assert (await directory.differences()).counts == {}
    row = await directory.pool.fetchrow("select salt, erased_position from people where person_id = $1", erased)
    assert (row["salt"], row["erased_position"] > 0) == (None, True)


async def test_who_is_gone_from_the_topic_was_erased_and_stays_so(directory: Directory) -> None:
    """A week after the erasure even the tombstone is gone."""
    other, erased, unsent = uuid4(), uuid4(), uuid4()
    await directory.change(other, "Nguyễn Thị Thử")
    await directory.send()
    await directory.change(erased, "Trần Văn Thử")
    await directory.pool.execute("update chassis.relays set position = 2 where relay = 'people'")
    await directory.change(unsent, "Lê Thị Mới")
    said = await directory.recovered()
    assert await directory.names() == {other: "Nguyễn Thị Thử", erased: None, unsent: "Lê Thị Mới"}
    assert said == [("Danh bạ: lấy lại 0 người, xóa lại 1 người.", "Directory: 0 people taken back, 1 erased again.")]
    assert len(await directory.recovered()) == 1
    await directory.send()
    assert (await directory.differences()).counts == {}


async def test_an_erasure_that_was_not_sent_yet_is_not_undone_by_the_topic(directory: Directory) -> None:
    person = uuid4()
    await directory.change(person, "Nguyễn Thị Thử")
    await directory.send()
    await directory.change(person, None)
    await directory.recovered()
    assert await directory.names() == {person: None}


@pytest.mark.parametrize("told", [True, False])
async def test_of_a_lost_topic_nobody_is_erased_and_it_is_said(directory: Directory, told: bool) -> None:  # noqa: FBT001
    person = uuid4()
    await directory.change(person, "Nguyễn Thị Thử")
    if told:
        await directory.send()
    await directory.pool.execute(
        "insert into chassis.relays (relay, position) values ('people', 1) on conflict do nothing"
    )
    said = await directory.recovered(lost=told)
    assert "erase again by the requests" in said[-1][1]
    assert await directory.names() == {person: "Nguyễn Thị Thử"}
    await directory.send()
    assert (await directory.differences()).counts == {}


async def test_the_directory_and_its_topic_are_compared_by_what_was_said_last(directory: Directory) -> None:
    one, two = uuid4(), uuid4()
    await directory.change(one, "Nguyễn Thị Thử")
    await directory.send()
    await directory.change(one, "Trần Văn Thử")
    await directory.change(two, "Lê Thị Mới")
    assert (await directory.differences()).counts == {}
    await directory.pool.execute("update chassis.relays set position = 3 where relay = 'people'")
    assert (await directory.differences()).positions == {"changed": ["2"], "missing": ["3"]}
    async with directory.owner() as connection:
        await connection.execute("delete from people where person_id = $1", one)
    assert (await directory.differences()).positions == {"missing": ["3"], "unknown": ["1"]}


async def test_behind_a_transaction_that_hangs_nobody_is_read_until_the_topic_is_made_again(
    directory: Directory, stream: Stream
) -> None:
    one, two = uuid4(), uuid4()
    await directory.change(one, "Nguyễn Thị Thử")
    await directory.send()
    hanging = confluent_kafka.Producer(
        {"bootstrap.servers": stream.bootstrap, "transactional.id": f"t-{uuid4()}", "transaction.timeout.ms": 600_000}
    )
    await asyncio.to_thread(hanging.init_transactions, 30)
    hanging.begin_transaction()
    for partition in range(4):
        hanging.produce(PEOPLE, b"{}", b"nobody", partition)
    assert await asyncio.to_thread(hanging.flush, 30) == 0
    await directory.change(two, "Lê Thị Mới")
    await directory.send()
    assert (await directory.differences()).positions == {"missing": ["2"]}
    await make_again(stream, PEOPLE)
    await directory.fill()
    await directory.change(one, None)
    await directory.send()
    assert await directory.whole()
