"""What a login may do that may only append: neither change the store nor run code with its owner's rights."""

from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest

from chassis.store.database import OWNER
from tests.conftest import Database

_EVIL = """
    create function pg_temp.evil(value pg_catalog.bytea) returns pg_catalog.bool language plpgsql as $f$
    begin raise exception 'ran as %', current_user; end $f$
"""
_NOTHING = (
    "select * from store.append('{}'::text[],'{}'::int[],'{}'::uuid[],'{}'::pg_catalog.bytea[],'{}'::json[],"
    "'{}'::int[],'{}'::uuid[],'{}'::text[],'{}'::json[],now())"
)


@pytest.fixture
async def probe(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """A session of a login that is a member of the application role and nothing else."""
    name = f"probe_{uuid4().hex[:8]}"
    owner = await asyncpg.connect(database.url)
    await owner.execute(f"create role {name} login password 'probe'; grant \"{database.role}\" to {name}")
    at = database.url.rpartition("@")[2]
    session = await asyncpg.connect(f"postgresql://{name}:probe@{at}", server_settings={"role": database.role})
    yield session
    await session.close()
    await owner.execute(f"drop owned by {name}; drop role {name}")
    await owner.close()


@pytest.mark.parametrize(
    "statement",
    [
        "update store.events set data = '{}'",
        "delete from store.events",
        "truncate store.events",
        "insert into store.commands select gen_random_uuid(), '', '', 1, 1, now()",
        "update store.head set position = 0",
        "select * from store.head for update",
        "create table store.mine()",
        "create or replace function store.evil() returns int language sql as 'select 1'",
        "alter function store.append set search_path = public",
        "drop function store.append",
        f'set role "{OWNER}"',
        "set role postgres; create role another",
        "create role another",
        "create temp table mine()",
        "select pg_read_file('/etc/passwd')",
    ],
)
async def test_who_may_append_may_do_nothing_else_to_the_store(probe: asyncpg.Connection, statement: str) -> None:
    with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.UndefinedFunctionError)):
        await probe.execute(statement)


async def test_the_callers_own_types_are_not_the_functions(database: Database, probe: asyncpg.Connection) -> None:
    owner = await asyncpg.connect(database.url)
    await owner.execute(f'grant temporary on database "{database.url.rpartition("/")[2]}" to "{database.role}"')
    await owner.close()
    await probe.execute("create temp table mine()")  # so that there is a pg_temp
    await probe.execute(_EVIL)
    await probe.execute("create domain pg_temp.bytea as pg_catalog.bytea check (pg_temp.evil(value))")
    await probe.execute("set search_path = pg_temp, pg_catalog")
    assert await probe.fetch(_NOTHING) == []


async def test_the_stores_owner_is_no_superuser_and_no_login(database: Database) -> None:
    row = await database.pool.fetchrow(
        "select r.rolname, r.rolsuper, r.rolcanlogin, r.rolbypassrls, r.rolcreaterole from pg_proc p"
        " join pg_roles r on r.oid = p.proowner where p.oid = 'store.append'::regproc"
    )
    assert tuple(row) == (OWNER, False, False, False, False)
    owners = await database.pool.fetch("select distinct tableowner from pg_tables where schemaname = 'store'")
    assert [each[0] for each in owners] == [OWNER]


async def test_nobody_else_may_even_connect(database: Database) -> None:
    name = f"stranger_{uuid4().hex[:8]}"
    owner = await asyncpg.connect(database.url)
    await owner.execute(f"create role {name} login password 'x'")
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(f"postgresql://{name}:x@{database.url.rpartition('@')[2]}")
    finally:
        await owner.execute(f"drop role {name}")
        await owner.close()
