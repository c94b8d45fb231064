"""Erased means gone: from every service's database at once, from Kafka's files within a stated time."""

import asyncio
import contextlib
import os
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg

from services.registry.erasures import say_again
from tests.chassis.streams import Stream, stream, until
from tests.conftest import Database
from tests.registry.directory import FENCE, keep, leading, learned, learning, notify, read, registry, sent_up_to
from tests.registry.hasty import AGE_MS, hasty, somebody

__all__ = ["hasty", "notify", "registry", "stream"]


def found_in(folder: Path, words: list[bytes]) -> set[bytes]:
    """Those of some words that stand in any of Kafka's files, whatever they are for."""
    found: set[bytes] = set()
    for parent, _, names in os.walk(folder):  # what is deleted meanwhile is no error to it
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                content = Path(parent, name).read_bytes()
                found |= {word for word in words if word in content}
    return found


async def found_in_databases(url: str, words: list[bytes]) -> set[tuple[str, str]]:
    """Database and table of each row in which any of some words stands, of all databases of the server."""
    found: set[tuple[str, str]] = set()
    server = url.rsplit("/", 1)[0]
    texts = [*(word.decode() for word in words), *(word.hex() for word in words)]
    admin = await asyncpg.connect(f"{server}/postgres")
    databases = [row[0] for row in await admin.fetch("select datname from pg_database where datallowconn")]
    await admin.close()
    for database in databases:
        connection = await asyncpg.connect(f"{server}/{database}")
        tables = await connection.fetch(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname <> 'pg_catalog'"
        )
        for (table,) in tables:
            like = f"select true from {table} t where t::text like any($1) limit 1"  # noqa: S608 - a quoted name
            if await connection.fetchval(like, [f"%{text}%" for text in texts]):
                found.add((database, table))
        await connection.close()
    return found


async def test_an_erased_person_is_gone_from_every_database_and_from_kafkas_files(
    hasty: Path, registry: Stream, notify: Database
) -> None:
    person, (details, words) = uuid4(), somebody()
    async with learning(notify, registry.bootstrap), leading(registry, FENCE):
        await keep(registry, person, details)
        await until(lambda: _learned(notify, {person}), 60)
        assert found_in(hasty, words) == set(words)
        assert {table for _, table in await found_in_databases(notify.url, words)} == {
            "public.people",
            "people_v2.people",
        }
        erased = await keep(registry, person, None)
        await until(lambda: _learned(notify, set()), 60)
        assert await found_in_databases(notify.url, words) == set()
        await until(lambda: sent_up_to(registry, erased))
        await asyncio.sleep(3 * AGE_MS / 1000)
        assert found_in(hasty, words) == set(words), "a file that is written to is not compacted"
        await until(lambda: _said_again(registry))
        await until(lambda: _gone(hasty, words), 60)
        assert await found_in_databases(notify.url, words) == set()
        assert await asyncio.to_thread(read, registry.bootstrap, person) in ([None], [None, None])


async def _learned(notify: Database, expected: set[UUID]) -> bool:
    return await learned(notify) == expected


async def _said_again(registry: Stream) -> bool:
    return bool(await say_again(registry.database.pool, timedelta(milliseconds=2 * AGE_MS)))


async def _gone(folder: Path, words: list[bytes]) -> bool:
    return not await asyncio.to_thread(found_in, folder, words)


async def test_an_erasure_is_said_again_once_it_was_sent_and_only_once(registry: Stream) -> None:
    pool, now = registry.database.pool, timedelta(0)
    there, erased, later = uuid4(), uuid4(), uuid4()
    for person in (there, erased, later):
        await keep(registry, person, somebody()[0])
    first = await keep(registry, erased, None)
    assert await say_again(pool, now) == 0, "nobody has sent it yet"
    async with leading(registry, FENCE):
        await until(lambda: sent_up_to(registry, first), 60)
        assert await say_again(pool) == 0, "it was sent just now"
        await until(lambda: _again(registry, 1))
        assert await asyncio.gather(*(say_again(pool, now) for _ in range(5))) == [0] * 5
        again = await pool.fetchval("select position from public.people where person_id = $1", erased)
        assert again == first + 1
        await until(lambda: sent_up_to(registry, again), 60)
        assert await say_again(pool, now) == 0
        second = await keep(registry, later, None)
        assert second == again + 1
        await until(lambda: sent_up_to(registry, second), 60)
        await until(lambda: _again(registry, 1))
        await keep(registry, erased, somebody()[0])
        third = await keep(registry, erased, None)
        await until(lambda: sent_up_to(registry, third), 60)
        await until(lambda: _again(registry, 1))
    assert (await asyncio.to_thread(read, registry.bootstrap, erased))[-1] is None
    assert (await asyncio.to_thread(read, registry.bootstrap, there))[-1] is not None


async def _again(registry: Stream, count: int) -> bool:
    return await say_again(registry.database.pool, timedelta(0)) == count
