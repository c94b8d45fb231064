"""A service's own PostgreSQL database: the pool of the hot path, and how its owner prepares the database."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import structlog

from chassis.facts.folding import NEAR
from chassis.store.store import SCHEMA, SCHEMA_2
from contracts import CATALOGUE

T = TypeVar("T")

log = structlog.get_logger()

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


BOOKKEEPING, BOOKKEEPING_2, BOOKKEEPING_3, BOOKKEEPING_4, BOOKKEEPING_5, BOOKKEEPING_6 = (
    files("chassis.store").joinpath(f"{name}.sql").read_text(encoding="utf-8")
    for name in ("bookkeeping", *(f"bookkeeping_{version}" for version in range(2, 7)))
)
BOOKKEEPING_7: Final = files("chassis.store").joinpath("bookkeeping_7.sql").read_text(encoding="utf-8")

COMMAND_NUMBERS: Final = files("chassis.store").joinpath("command_numbers.sql").read_text(encoding="utf-8")


OWNER: Final = "thidua_store"
"""The role that the stores of a server belong to. Nobody logs in as it."""

_ON_THIS_DATABASE: Final = "do $$ begin execute format('{}', current_database()); end $$"


async def _keep_session(_: asyncpg.Connection) -> None:
    """Spare the round trip that resets a session on release: ours keep no session state."""


def with_database(url: str, name: str) -> str:
    """URL of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def database_name(server: str, service: str) -> str:
    """Name of a service's database, and of its role, on the server that this URL gives.

    It begins with the name of the database in the URL; with `thidua` where that is `postgres`, or none is named.
    """
    given = urlsplit(server).path.strip("/")
    return f"{given if given not in ('', 'postgres') else 'thidua'}_{service}"


CONNECT_SECONDS: Final = 5.0
"""How long a server may take to let a session in: one that hangs is as good as one that is away."""

ACQUIRE_SECONDS: Final = 5.0
"""How long to wait for a session of the pool, and for one to be given back."""

STATEMENT_SECONDS: Final = 20.0
"""How long one statement may take: an import of 100,000 units keeps the other appends waiting for some 15 s."""

FULL: Final = (
    "Máy chủ PostgreSQL không nhận thêm kết nối, đang chờ; hãy tăng max_connections hoặc bớt chương trình dùng nó. / "
    "PostgreSQL takes no more connections, waiting; raise max_connections or end other programs that use it."
)

PATIENCE: Final = 30.0
"""Seconds for which a server that takes no more sessions is waited for, where somebody waits for the outcome."""


async def connect(
    url: str,
    role: str | None = None,
    places: Sequence[str] = (),
    *,
    size: int = 16,
    patience: float = PATIENCE,
    statement: float = STATEMENT_SECONDS,
) -> asyncpg.Pool:
    """Open a pool of up to `size` sessions that act as `role` (it may append events, not change them).

    Tables are looked for in the schemas `places` and in public. pg_trgm's `%>` holds from NEAR on.

    A statement may take `statement` seconds. A server that takes no more sessions is waited for, for `patience`
    seconds; raises what asyncpg raises when it is away, or still full then.
    """
    return await when_there_is_room(lambda: _open(url, role, places, size, statement), patience)


async def when_there_is_room(opened: Callable[[], Awaitable[T]], patience: float = PATIENCE) -> T:
    """What `opened` gives, tried again with a sentence in the log while the server takes no more sessions."""
    pause, until = 0.2, time.monotonic() + patience
    while True:
        try:
            return await opened()
        except asyncpg.TooManyConnectionsError:
            if time.monotonic() > until:
                raise
            log.warning(FULL)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)


class BoundedPool(asyncpg.Pool):  # type: ignore[misc]
    """A pool in which nobody waits without end: not for a session, nor for one that a hanging server does not let go.

    asyncpg has no such default, and its own time-out makes a task for each session that is taken. Where a place is
    free nobody waits: a session to be opened has its own time-out, CONNECT_SECONDS.
    """

    async def _acquire(self, timeout: float | None) -> Any:  # noqa: ASYNC109 - the library's own parameter
        if self._queue.empty() or timeout:
            async with asyncio.timeout(timeout or ACQUIRE_SECONDS):
                session = await super()._acquire(None)
        else:
            session = await super()._acquire(None)
        session._holder._timeout = ACQUIRE_SECONDS  # noqa: SLF001 - how long its release may take
        return session


async def _open(url: str, role: str | None, places: Sequence[str], size: int, statement: float) -> asyncpg.Pool:
    return await BoundedPool(
        url,
        min_size=1,
        max_size=size,
        max_queries=50_000,
        max_inactive_connection_lifetime=300,
        connection_class=asyncpg.Connection,
        record_class=asyncpg.Record,
        connect=None,
        setup=None,
        init=None,
        loop=None,
        reset=_keep_session,
        command_timeout=statement,
        timeout=CONNECT_SECONDS,
        server_settings={
            "application_name": "thidua",
            "jit": "off",
            "random_page_cost": "1.1",  # no disk has a head to move any more: an index is worth its looks
            "pg_trgm.word_similarity_threshold": str(NEAR),
            "search_path": ", ".join([*places, "public"]),
            **({"role": role} if role else {}),
        },
    )


@asynccontextmanager
async def pooled(
    url: str,
    role: str | None = None,
    places: Sequence[str] = (),
    *,
    size: int = 16,
    patience: float = PATIENCE,
    statement: float = STATEMENT_SECONDS,
) -> AsyncIterator[asyncpg.Pool]:
    """`connect` for the time of a block; sessions still busy after 10 s are cut."""
    pool = await connect(url, role, places, size=size, patience=patience, statement=statement)
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
    name = urlsplit(url).path.removeprefix("/")
    server = with_database(url, "postgres")
    connection = await when_there_is_room(lambda: asyncpg.connect(server, timeout=CONNECT_SECONDS, command_timeout=60))
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


def foundation(role: str | None, types: Iterable[str] = CATALOGUE) -> list[str]:
    """SQL of a new database for trials: everything that the chassis keeps in it, the role's rights, any declared type.

    A service's own database comes from its migrations, and takes its own types only.
    """
    later = (BOOKKEEPING_3, BOOKKEEPING_4, BOOKKEEPING_5, BOOKKEEPING_6, BOOKKEEPING_7, COMMAND_NUMBERS)
    doors = (*closed_doors(role), *own_clock(role))
    return [*beginning(role), BOOKKEEPING_2, *doors, *later, *writable(role), declared(types)]


def beginning(role: str | None) -> list[str]:
    """SQL of the store and of the bookkeeping as they were first."""
    return [SCHEMA, BOOKKEEPING, *(rights_of(role) if role else ())]


def rights_of(role: str) -> list[str]:
    """SQL that lets the application role append, read the store, and make read models."""
    return [
        f'grant usage on schema store, chassis to "{role}"',
        f'grant select on all tables in schema store to "{role}"',
        f'grant execute on all functions in schema store to "{role}"',
        _ON_THIS_DATABASE.format(f'grant create on database %I to "{role}"'),
    ]


def writable(role: str | None) -> list[str]:
    """SQL that lets the application role keep the chassis's books."""
    return [f'grant select, insert, update, delete on all tables in schema chassis to "{role}"'] if role else []


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


def own_clock(role: str | None) -> list[str]:
    """SQL that makes the store stamp its own time and take declared types only, on a new database and on one before."""
    append = SCHEMA[SCHEMA.index("create function store.append") :]
    owned = [f'alter table store.{table} owner to "{OWNER}"' for table in ("types", "clock")] if role else []
    read = [f'grant select on store.types, store.clock to "{role}"'] if role else []
    return [SCHEMA_2, append.replace("create function", "create or replace function"), *owned, *read]


def declared(types: Iterable[str]) -> str:
    """SQL by which a store takes events of these types too, from now on for ever: an older version may run beside."""
    names = ", ".join(f"'{name}'" for name in types)
    return f"insert into store.types select unnest(array[{names}]::text[]) on conflict do nothing"


def types_of(service: str) -> list[str]:
    """Names of the types that a service declares, retired ones too."""
    return [name for name, event in CATALOGUE.items() if event.service() == service]
