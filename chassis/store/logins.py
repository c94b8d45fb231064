"""Who logs in to a service's database: one login for each part, with its own password and no right that it can spare.

Three roles hold things and log in nowhere: OWNER the store, the service's `role` the read models, the owner of the
database all else. A worker is a member of `role`; an API and a relay are members of nothing, and are granted what they
do. Every `prepare` takes all away and grants it anew, in one transaction: what stands here is what there is.
"""

import asyncio
import hmac
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from hashlib import pbkdf2_hmac, sha256
from os import urandom
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import asyncpg

from chassis.store.database import (
    CONNECT_SECONDS,
    OWNER,
    closed_doors,
    own_clock,
    rights_of,
    when_there_is_room,
    with_database,
    writable,
)

PARTS: Final = ("api", "relay", "worker")

Grants = Mapping[str, str]
"""Privileges by table, such as `select, insert` by `public.people`."""

_BOOKS: Final[Mapping[str, Grants]] = {
    "api": {
        "chassis.positions": "select",
        "chassis.projections": "select",
        "chassis.builds": "select",
        "chassis.jobs": "select, insert",
        "chassis.parked": "select (consumer, stream)",  # whose rights are held up
    },
    "relay": {
        "chassis.relays": "select, insert, update",
        "chassis.topics": "select, insert, update",
        "chassis.log": "select, insert",
        "chassis.types": "select",
        "chassis.lost": "select",
    },
    "worker": {},
}
"""What each part does with the chassis's books, beside reading the store; a worker does everything with them."""

_SUPERUSERS: Final = (
    f'grant usage on language sql, plpgsql to pg_database_owner, "{OWNER}"',
    "revoke usage on language sql, plpgsql from public",
    "revoke execute on function lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) from public",
)
"""What only a superuser can take from everybody: making functions, that another one might run unawares, and files."""

_MIGHTY: Final = "rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls"
_MEMBER: Final = """
    select format('revoke %s from %I granted by %s', roleid::regrole, $1::text, grantor::regrole)
    from pg_auth_members m join pg_roles r on r.oid = m.member where rolname = $1
"""
_TRIES: Final = 20
_ITERATIONS: Final = 4096


class WrongFile(Exception):
    """A file of a login does not hold the URL of that login with a password of printable ASCII."""


def login_of(role: str, part: str) -> str:
    """Name of the login of one part of the service with this role."""
    return f"{role}_{part}"


def file_of(folder: Path, service: str, part: str) -> Path:
    """The file in which the URL of a login stands."""
    return folder / f"{service}-{part}.database"


def passwords(folder: Path, service: str, role: str) -> dict[str, str]:
    """Passwords of a service's logins by part, from the files that are there; raises WrongFile, OSError."""
    found: dict[str, str] = {}
    for part in PARTS:
        if (file := file_of(folder, service, part)).exists():
            url = urlsplit(file.read_text(encoding="utf-8").strip())
            password = unquote(url.password or "")
            if url.username != login_of(role, part) or not (password.isascii() and password.isprintable() and password):
                raise WrongFile(f"{file}: {login_of(role, part)}")
            found[part] = password
    return found


async def let_in(url: str, role: str, known: Mapping[str, str], granted: Mapping[str, Grants]) -> None:
    """As the owner, make the logins of which passwords are known, and give each login that there is its rights.

    `granted` is what each part does with the service's own tables. Raises what asyncpg raises.
    """
    async with _session(with_database(url, "postgres")) as server:
        await server.execute("select pg_advisory_lock(hashtext('thidua'))")  # roles belong to the whole server
        for part, password in known.items():
            async with server.transaction():
                await _make(server, role, part, password)
        rows = await server.fetch("select rolname from pg_roles")
    there = {row[0] for row in rows}
    parts = [part for part in PARTS if login_of(role, part) in there]
    async with _session(url) as session:
        for left in reversed(range(_TRIES)):
            try:
                await _give(session, role, parts, granted)
            except (asyncpg.InternalServerError, asyncpg.InvalidSchemaNameError, asyncpg.UndefinedTableError):
                if not left:
                    raise
                await asyncio.sleep(0.2)  # a worker has just put a read model in another's place
            else:
                return


async def _give(session: asyncpg.Connection, role: str, parts: Sequence[str], granted: Mapping[str, Grants]) -> None:
    async with session.transaction():
        await session.execute("select pg_advisory_xact_lock(hashtext('thidua-migrations'))")
        for statement in [*await _handed_over(session, role), *await _rights(session, role, parts, granted)]:
            await session.execute(statement)


@asynccontextmanager
async def _session(url: str) -> AsyncIterator[asyncpg.Connection]:
    session = await when_there_is_room(
        lambda: asyncpg.connect(
            url, timeout=CONNECT_SECONDS, command_timeout=60, server_settings={"search_path": "public"}
        )
    )
    try:
        yield session
    finally:
        await session.close()


async def _make(server: asyncpg.Connection, role: str, part: str, password: str) -> None:
    """Make a login, or take from it what it has too much; its password goes to the server as a verifier only."""
    name = login_of(role, part)
    mighty = await server.fetchval(f"select {_MIGHTY} from pg_roles where rolname = $1", name)  # noqa: S608
    if mighty is None:
        await server.execute(f'create role "{name}"')
    elif mighty:
        await server.execute(f'alter role "{name}" nosuperuser nocreaterole nocreatedb noreplication nobypassrls')
    await server.execute(f"alter role \"{name}\" login inherit password '{_verifier(password)}'")
    await server.execute(f'alter role "{name}" reset all')
    for row in await server.fetch(_MEMBER, name):
        await server.execute(row[0])
    if part == "worker":
        await server.execute(f'grant "{role}" to "{name}"')


def _verifier(password: str) -> str:
    """What a server keeps of a password (RFC 5803, as PostgreSQL writes it): it lets check it, not log in with it."""
    salt = urandom(16)
    salted = pbkdf2_hmac("sha256", password.encode(), salt, _ITERATIONS)
    client, server = (hmac.digest(salted, name, "sha256") for name in (b"Client Key", b"Server Key"))
    stored = sha256(client).digest()
    shown = [b64encode(each).decode() for each in (salt, stored, server)]
    return f"SCRAM-SHA-256${_ITERATIONS}:{shown[0]}${shown[1]}:{shown[2]}"


async def take_over(url: str, role: str) -> None:
    """As the owner, give the store to OWNER, and rights to `role`, in a database that was prepared without a role."""
    async with _session(url) as session, session.transaction():
        await session.execute("select pg_advisory_xact_lock(hashtext('thidua-migrations'))")
        owner = await session.fetchval("select pg_get_userbyid(nspowner) from pg_namespace where nspname = 'store'")
        if owner != OWNER:
            for statement in await _taken_over(session, role):
                await session.execute(statement)


async def _taken_over(session: asyncpg.Connection, role: str) -> list[str]:
    rows = await session.fetch(
        "select format('grant select, insert, update, delete on %s to %I', oid::regclass, $1::text) from pg_class"
        " where relkind = 'r' and relnamespace::regnamespace::text in ('public', 'dispatch', 'shell')"
        " and relname !~ '_migrations$'",
        role,
    )
    return [*rights_of(role), *closed_doors(role), *own_clock(role), *writable(role), *(row[0] for row in rows)]


async def _handed_over(session: asyncpg.Connection, role: str) -> list[str]:
    """SQL that gives to `role` those read models that another login has made."""
    rows = await session.fetch(
        "select format('alter schema %1$I owner to %2$I', n.nspname, $1::text) as schema, n.oid from pg_namespace n"
        " join chassis.projections p on n.nspname = p.projection || '_v' || p.version"
        " where pg_get_userbyid(n.nspowner) <> $1",
        role,
    )
    tables = await session.fetch(
        "select format('alter table %s owner to %I', c.oid::regclass, $1::text) from pg_class c"
        " where c.relkind = 'r' and c.relnamespace = any($2::oid[])",
        role,
        [row["oid"] for row in rows],
    )
    return [*(row["schema"] for row in rows), *(row[0] for row in tables)]


async def _rights(
    session: asyncpg.Connection, role: str, parts: Sequence[str], granted: Mapping[str, Grants]
) -> list[str]:
    database = await session.fetchval("select quote_ident(current_database())")
    mighty = await session.fetchval("select rolsuper from pg_roles where rolname = current_user")
    rows = await session.fetch(
        "select quote_ident(nspname) as name, pg_get_userbyid(nspowner) = $1 or nspname in"
        " (select projection || '_v' || version from chassis.projections) as held from pg_namespace"
        " where nspname !~ '^pg_' and nspname <> 'information_schema'",
        role,
    )
    schemas, read_models = [row["name"] for row in rows], [row["name"] for row in rows if row["held"]]
    everybody = ", ".join(f'"{name}"' for name in (role, *(login_of(role, part) for part in parts)))
    return [
        *_closed(database, role),
        *(_SUPERUSERS if mighty else ()),
        *(each for part in parts for each in _nothing(login_of(role, part), schemas)),
        f"grant connect on database {database} to {everybody}",
        f"grant usage on schema public, store, chassis to {everybody}",
        f"grant select on all tables in schema store to {everybody}",
        f"grant execute on all functions in schema public to {everybody}",
        *(each for part in parts for each in _own(role, part, read_models, granted.get(part, {}))),
    ]


def _closed(database: str, role: str) -> Iterator[str]:
    """What is taken from everybody. A session without a search path looks nowhere where workers make things."""
    yield f"revoke all on database {database} from public"
    yield f"alter database {database} set search_path = public"
    yield "revoke all on schema public from public"
    yield "revoke execute on all routines in schema public, store, chassis from public"
    for maker in ("", f'for role "{OWNER}"', f'for role "{role}"'):
        yield f"alter default privileges {maker} revoke execute on routines from public"


def _nothing(name: str, schemas: Sequence[str]) -> Iterator[str]:
    places = ", ".join(schemas)
    for things in (f"schema {places}", *(f"all {each} in schema {places}" for each in ("tables", "sequences"))):
        yield f'revoke all on {things} from "{name}"'
    yield f'revoke all on all routines in schema {places} from "{name}"'


def _own(role: str, part: str, read_models: Sequence[str], granted: Grants) -> Iterator[str]:
    """What one part may beside what all may; an API may also read the read models that are yet to be made."""
    name = login_of(role, part)
    for table, privileges in {**_BOOKS[part], **granted}.items():
        yield f'grant usage on schema {table.partition(".")[0]} to "{name}"'
        yield f'grant {privileges} on {table} to "{name}"'
    if part == "api":
        yield f'grant execute on function store.append to "{name}"'
        if places := ", ".join(read_models):
            yield f'grant usage on schema {places} to "{name}"'
            yield f'grant select on all tables in schema {places} to "{name}"'
        later = f'alter default privileges for role "{role}" grant'
        yield f'{later} usage on schemas to "{name}"'
        yield f'{later} select on tables to "{name}"'


_FAULTS: Final = """
    select current_user <> session_user as acts_as_another,
        exists (select from pg_roles r where pg_has_role(session_user, r.oid, 'member') and (rolsuper or rolcreaterole
            or rolcreatedb or rolreplication or rolbypassrls or rolname ~ '^pg_')) as is_mighty,
        exists (select from pg_namespace n where nspname in ('store', 'chassis')
            and pg_has_role(session_user, n.nspowner, 'member'))
            or exists (select from pg_class c where relnamespace in ('store'::regnamespace, 'chassis'::regnamespace)
            and pg_has_role(session_user, c.relowner, 'member')) as owns_the_store,
        (select ahead from store.clock) <> '0' as time_is_simulated
"""


async def faults(session: asyncpg.Connection) -> list[str]:
    """What a session of a service must not be: not the login itself, mighty, the store's owner; in simulated time."""
    return [name for name, found in (await session.fetchrow(_FAULTS)).items() if found]
