"""A service's own PostgreSQL database: the pool of the hot path, and how its owner prepares the database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from chassis.store import SCHEMA

TRANSIENT: tuple[type[BaseException], ...] = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a session used again in the moment between the server's last word and its end
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.ReadOnlySQLTransactionError,
)
"""What may be raised while a database is away, restarting, full or overrun."""


def is_outage(error: BaseException) -> bool:
    """Tell whether waiting helps, so that nothing is parked for it.

    Among the driver's interface errors are values that it cannot encode (a ValueError too): those never get better.
    """
    return isinstance(error, TRANSIENT) and not isinstance(error, ValueError)


_REFUSALS = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, asyncpg.ProgramLimitExceededError)


def is_refusal(error: BaseException) -> bool:
    """Tell whether the database, or its driver, refused a value: it will again, and no other row is concerned."""
    return isinstance(error, _REFUSALS) or (isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError))


def is_servers(error: BaseException) -> bool:
    """Tell whether an error is the database's own (away, a table or a right missing), whatever was to be written."""
    ours = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
    return is_outage(error) or (isinstance(error, ours) and not is_refusal(error))


BOOKKEEPING, BOOKKEEPING_2 = (
    files("chassis").joinpath(name).read_text(encoding="utf-8") for name in ("bookkeeping.sql", "bookkeeping_2.sql")
)


OWNER: Final = "thidua_store"
"""The role that the stores of a server belong to. Nobody logs in as it."""

_ON_THIS_DATABASE: Final = "do $$ begin execute format('{}', current_database()); end $$"


async def _keep_session(_: asyncpg.Connection) -> None:
    """Spare the round trip that resets a session on release: ours keep no session state."""


async def connect(url: str, role: str | None = None, *, size: int = 16) -> asyncpg.Pool:
    """Open a pool of sessions that act as `role` (it may append events, not change them)."""
    return await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=size,
        reset=_keep_session,
        command_timeout=30,
        timeout=5,
        server_settings={
            "application_name": "thidua",
            "jit": "off",
            "search_path": "views, public",
            **({"role": role} if role else {}),
        },
    )


@asynccontextmanager
async def pooled(url: str, role: str | None = None, *, size: int = 16) -> AsyncIterator[asyncpg.Pool]:
    """`connect` for the time of a block; sessions still busy after 10 s are cut."""
    pool = await connect(url, role, size=size)
    try:
        yield pool
    finally:
        try:
            async with asyncio.timeout(10):
                await pool.close()
        except TimeoutError:
            pool.terminate()


async def create_database(url: str, role: str | None) -> None:
    """Create the database that `url` names, the application role and the store's owner, if they are not there."""
    parts = urlsplit(url)
    name = parts.path.removeprefix("/")
    connection = await asyncpg.connect(urlunsplit(parts._replace(path="/postgres")))
    try:
        # Roles belong to the whole server: services that are prepared side by side take turns.
        await connection.execute("select pg_advisory_lock(hashtext('thidua'))")
        for wanted in (role, OWNER) if role else ():
            if not await connection.fetchval("select true from pg_roles where rolname = $1", wanted):
                await connection.execute(f'create role "{wanted}" nologin')
                await connection.execute(f'grant "{wanted}" to current_user')
        if not await connection.fetchval("select true from pg_database where datname = $1", name):
            await connection.execute(f"create database \"{name}\" encoding 'UTF8' template template0")
    finally:
        await connection.close()


def foundation(role: str | None) -> list[str]:
    """SQL of a database's first migration: the store, the bookkeeping, an empty schema of views, the role's rights."""
    statements = [SCHEMA, BOOKKEEPING, BOOKKEEPING_2, "create schema views"]
    if role:
        statements += [
            f'grant usage on schema store, chassis to "{role}"',
            f'grant select on all tables in schema store to "{role}"',
            f'grant execute on all functions in schema store to "{role}"',
            f'grant select, insert, update, delete on all tables in schema chassis to "{role}"',
            f'alter schema views owner to "{role}"',
            _ON_THIS_DATABASE.format(f'grant create on database %I to "{role}"'),
        ]
    return [*statements, *closed_doors(role)]


def closed_doors(role: str | None) -> list[str]:
    """SQL that leaves nobody more rights than needed, on a new database and on one from before alike.

    The store and its function belong to a role that is no superuser and that nobody logs in as; only the application
    role may connect and append. Source: PostgreSQL manual, "Writing SECURITY DEFINER Functions Safely".
    """
    if not role:
        return []
    return [
        _ON_THIS_DATABASE.format("revoke temporary, connect on database %I from public"),
        _ON_THIS_DATABASE.format(f'grant connect on database %I to "{role}"'),
        _ON_THIS_DATABASE.format(f'grant create on database %I to "{OWNER}"'),  # to take the schema over, no longer
        f'alter schema store owner to "{OWNER}"',
        _ON_THIS_DATABASE.format(f'revoke create on database %I from "{OWNER}"'),
        *(f'alter table store.{table} owner to "{OWNER}"' for table in ("events", "head", "commands")),
        f'alter function store.append owner to "{OWNER}"',
        "alter function store.append set search_path = pg_catalog, pg_temp",
        "revoke execute on function store.append from public",
    ]
