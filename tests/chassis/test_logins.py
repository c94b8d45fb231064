"""Each login of every service against each database: it does its own work, and nothing that it can spare."""

import asyncio
import json
import os
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
import structlog

from chassis.facts.decider import Context
from chassis.facts.envelope import Metadata
from chassis.facts.settings import Settings
from chassis.run.admission import admit
from chassis.run.preparation import prepare
from chassis.service.service import Service
from chassis.store import migrate
from chassis.store.database import OWNER, database_name, pooled, with_database
from chassis.store.logins import PARTS, WrongFile, faults, file_of, let_in, login_of, passwords
from chassis.views import projector
from chassis.views.projector import create_views
from contracts.campaigns import CampaignLaunched
from contracts.event import Event
from contracts.examples import example
from contracts.registry import PersonEnrolled
from deploy.local.embedded import Embedded
from deploy.local.logins import FOLDER, issue
from deploy.local.postgres import CLOSED
from services import ALL
from tests.chassis.streams import UNITS_SEEN

SERVICES: dict[str, Service] = {name: import_module(f"services.{name}.app").SERVICE for name in ALL}
COUNT, WIPE = f"select count(*) from {UNITS_SEEN.place}.seen", f"delete from {UNITS_SEEN.place}.seen"  # noqa: S608
LOGINS = [(service, part) for service in ALL for part in PARTS]


@dataclass(frozen=True)
class House:
    """The databases of all services on one server, prepared, each with its three logins."""

    server: str
    folder: Path

    def owner(self, service: str) -> str:
        return with_database(self.server, database_name(self.server, service))

    def login(self, service: str, part: str, database: str = "") -> str:
        url = file_of(self.folder, service, part).read_text()
        return with_database(url, database) if database else url

    @asynccontextmanager
    async def session(self, service: str, part: str) -> AsyncIterator[asyncpg.Connection]:
        """What somebody holds who stole a connection of this part."""
        connection = await asyncpg.connect(self.login(service, part))
        try:
            yield connection
        finally:
            await connection.close()


def settings(house: House, service: str, servers: Embedded) -> Settings:
    return Settings(
        database_url=house.owner(service), database_logins=house.folder, kafka_bootstrap=servers.kafka_bootstrap
    )


async def removed(house: House) -> None:
    admin = await asyncpg.connect(with_database(house.server, "postgres"))
    for service in ALL:
        name = database_name(house.server, service)
        await admin.execute(f'drop database if exists "{name}" with (force)')
        for role in (*(login_of(name, part) for part in PARTS), name):
            await admin.execute(f'drop role if exists "{role}"')
    await admin.close()


@pytest.fixture(scope="module")
def house(servers: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    data = tmp_path_factory.mktemp("data")
    found = House(f"{servers.database_url.rsplit('/', 1)[0]}/doors_{uuid4().hex[:8]}", data / FOLDER)
    issue(data, {service: found.owner(service) for service in ALL}, dict.fromkeys(ALL, PARTS))
    for service in ALL:
        prepare(SERVICES[service], settings(found, service, servers))
    yield found
    asyncio.run(removed(found))


EVERYWHERE = (
    "update store.events set data = '{}'",
    "delete from store.events",
    "truncate store.events",
    "insert into store.events select * from store.events",
    "copy store.events from program 'true'",
    "update store.head set position = 0",
    "select * from store.head for update",
    "lock table store.events in access exclusive mode",
    "delete from store.commands",
    "insert into store.commands select gen_random_uuid(), '', '', 1, 1, now()",
    "insert into store.types values ('thidua.registry.Forged.v1')",
    "delete from store.types",
    "update store.clock set ahead = '-1 year'",
    "delete from store.clock",
    "create table store.mine ()",
    "create trigger mine before insert on store.events execute function suppress_redundant_updates_trigger()",
    "create rule mine as on insert to store.events do instead nothing",
    "alter table store.events disable trigger all",
    "alter function store.append set search_path = public",
    "drop function store.append",
    "drop table chassis.log",
    "alter table chassis.jobs add column mine integer",
    "drop table public.chassis_migrations",
    "update public.chassis_migrations set version_num = '0001'",
    "create table public.mine ()",
    "create temporary table mine ()",
    "create function pg_temp.mine() returns integer language sql as 'select 1'",
    "create schema mine; create function mine.lower(varchar) returns text language sql as 'select 1'",
    "create schema mine; create function mine.lower(varchar) returns text language plpgsql as 'begin end'",
    "do $$ begin null; end $$",
    "create role another",
    "alter role current_user superuser",
    "alter role current_user createrole",
    "alter role current_user bypassrls",
    "alter role postgres password 'mine'",
    "grant OWNER to current_user",
    "grant pg_write_all_data to current_user",
    "set role postgres",
    "set role OWNER",
    "set role pg_execute_server_program",
    "set session authorization postgres",
    "set session_replication_role = replica",
    "set local log_statement = 'none'",
    "alter database postgres set search_path = mine",
    "select setval(pg_get_serial_sequence('chassis.parked', 'id'), 1)",
    "alter default privileges for role OWNER grant all on tables to public",
    "select pg_read_file('/etc/passwd')",
    "select pg_ls_dir('/')",
    "copy (select 1) to '/tmp/mine'",
    "copy (select 1) to program 'cat > /dev/null'",
    "select lo_import('/etc/passwd')",
    "select lo_create(0)",
    "select lo_creat(-1)",
    "select lo_from_bytea(0, 'x')",
    "select pg_reload_conf()",
    "select pg_switch_wal()",
    "select pg_ls_waldir()",
    "select rolpassword from pg_authid",
    "create extension dblink schema public",
    "create extension file_fdw schema public",
    "create event trigger mine on ddl_command_start execute function mine()",
)
"""What no login of a service may do in its own database."""

ALONE = ("create database another", "alter system set fsync = off", "drop database postgres")
"""As above; no part of a transaction."""

WORKERS = (
    "create schema mine",
    "create extension citext schema public",
    "create operator public.=== (function = int4eq, leftarg = integer, rightarg = integer)",
    "insert into chassis.positions values ('a', 'b', 0, 0, 0)",
    "delete from chassis.parked",
    "select * from chassis.parked",
    "insert into chassis.discarded select 'a', 'b', 0, 0, 'c', 'd', 'e', 'f'",
    "update chassis.jobs set state = 'done'",
    "insert into chassis.projections values ('units', 9)",
)
APIS = (
    "select store.append('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', now())",
    "insert into chassis.jobs select gen_random_uuid(), '', gen_random_uuid(), '', '', now()",
)
RELAYS = ("update chassis.relays set position = 0", "insert into chassis.log values (gen_random_uuid(), 0)")
OTHERS = {"api": (*WORKERS, *RELAYS), "relay": (*WORKERS, *APIS), "worker": ()}
"""What is another part's work. A worker may do what the others may: it stands in for nobody, but repairs after both."""


def forbidden(part: str) -> list[str]:
    return [each.replace("OWNER", OWNER) for each in (*EVERYWHERE, *OTHERS[part])]


async def won(session: asyncpg.Connection, statements: Sequence[str]) -> list[str]:
    """Those statements that a session is not refused for want of a right; nothing of them stays."""
    found = []
    for statement in statements:
        turn = session.transaction()
        await turn.start()
        try:
            await session.execute(statement)
        except asyncpg.InsufficientPrivilegeError:
            pass
        except asyncpg.PostgresError as error:
            found.append(f"{statement}: {error!r}")
        else:
            found.append(statement)
        finally:
            await turn.rollback()
    return found


@pytest.mark.parametrize(("service", "part"), LOGINS)
async def test_a_login_may_not_do_in_its_own_database_what_is_not_its_work(
    house: House, service: str, part: str
) -> None:
    async with house.session(service, part) as session:
        for way_out in ("set role none", "reset role", "set session authorization default"):
            await session.execute(way_out)
        assert await won(session, forbidden(part)) == []
        for statement in ALONE:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await session.execute(statement)
        name = login_of(database_name(house.server, service), part)
        assert tuple(await session.fetchrow("select current_user, session_user")) == (name, name)


async def test_who_logs_in_as_the_superuser_and_only_acts_as_another_may_do_all_of_it(house: House) -> None:
    """As every process did: the list above can fail."""
    name = database_name(house.server, "registry")
    session = await asyncpg.connect(house.owner("registry"), server_settings={"role": name})
    assert "update store.events set data = '{}'" not in await won(session, EVERYWHERE)
    await session.execute("set role none")
    refused = {each.replace("OWNER", OWNER) for each in (*EVERYWHERE, *WORKERS, *APIS, *RELAYS)}
    refused -= set(await won(session, sorted(refused)))
    await session.close()
    assert {each for each in refused if "mine()" not in each} == set(), "all are real statements"


@pytest.mark.parametrize(("service", "part"), LOGINS)
async def test_a_login_enters_no_other_database(house: House, service: str, part: str) -> None:
    databases = [database_name(house.server, each) for each in ALL if each != service]
    for database in (*databases, "postgres", "template1"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied for database"):
            await asyncpg.connect(house.login(service, part, database))


async def test_where_everybody_may_enter_a_login_does(house: House) -> None:
    """The guard is real: what PostgreSQL gives to everybody with each new database lets every login in."""
    admin = await asyncpg.connect(with_database(house.server, "postgres"))
    name = f"doors_{uuid4().hex[:8]}"
    await admin.execute(f"create database {name}")
    try:
        session = await asyncpg.connect(house.login("portal", "api", name))
        await session.execute("create temporary table mine ()")
        await session.close()
        await admin.execute(CLOSED)  # as the local server does at each start
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(house.login("portal", "api", name))
    finally:
        await admin.execute(f"drop database {name} with (force)")
        await admin.close()


async def test_nobody_enters_without_a_password(house: House) -> None:
    url = urlsplit(house.login("portal", "api"))
    for secret in ("", ":wrong"):
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(
                url._replace(netloc=f"{url.username}{secret}@{url.hostname}:{url.port}").geturl(),
                password=secret or "x",
            )
    admin = await asyncpg.connect(with_database(house.server, "postgres"))
    rules = await admin.fetch("select distinct auth_method from pg_hba_file_rules")
    secrets = await admin.fetch(
        "select rolname, rolpassword from pg_authid where rolcanlogin and rolpassword is not null"
    )
    await admin.close()
    assert [each[0] for each in rules] == ["scram-sha-256"]
    assert all(each["rolpassword"].startswith("SCRAM-SHA-256$") for each in secrets)


async def test_a_login_sees_nothing_of_what_others_ask(house: House) -> None:
    asked = "select 'a secret' as asked"
    owner = await asyncpg.connect(house.owner("registry"))
    await owner.fetch(asked)
    seen = "select count(*) from pg_stat_activity where query = $1"
    async with house.session("registry", "worker") as session:
        assert await session.fetchval(seen, asked) == 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await session.execute(f"select pg_terminate_backend({owner.get_server_pid()})")
    other = await asyncpg.connect(house.owner("registry"))
    assert await other.fetchval(seen, asked) == 1
    await other.close()
    await owner.close()


def an_append(event: Event, **metadata: object) -> tuple[object, ...]:
    known = Metadata.of(Context(date(2024, 11, 20))).model_dump(mode="json", exclude_none=True)
    told = json.dumps({name: value for name, value in (known | metadata).items() if value is not None})
    ids = ([uuid4()], [b""], [told], [1], [uuid4()])
    long_ago = datetime(2001, 1, 1, tzinfo=UTC)
    return ([f"person-{uuid4()}"], [0], *ids, [event.type_name()], [event.model_dump_json()], long_ago)


APPEND = "select outcome from store.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
ENROLLED = PersonEnrolled(person_id=uuid4())


@pytest.mark.parametrize("part", ["api", "worker"])
async def test_a_login_appends_its_services_facts_now_and_for_somebody(house: House, part: str) -> None:
    foreign = example(CampaignLaunched)
    async with house.session("registry", part) as session:
        assert await session.fetchval(APPEND, *an_append(ENROLLED)) == "appended"
        recorded = await session.fetchval("select recorded_at from store.events order by position desc limit 1")
        assert abs(datetime.now(UTC) - recorded) < timedelta(minutes=1), "not when the caller says"
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match=f"no events of type {foreign.type_name()}"):
            await session.execute(APPEND, *an_append(foreign))
        for nobody in (None, ""):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="without an actor"):
                await session.execute(APPEND, *an_append(ENROLLED, actor=nobody))
        for nobody in ("the service", str(uuid4())[:-1]):
            with pytest.raises(asyncpg.DataError, match="uuid"):
                await session.execute(APPEND, *an_append(ENROLLED, actor=nobody))
        stream, expected, command, fingerprint, _, _, *nothing = an_append(ENROLLED)
        said: tuple[list[str] | None, ...] = ([], None)
        for metadata in said:  # a command without an event, and nothing said of it at all
            with pytest.raises(asyncpg.PostgresError):
                await session.execute(
                    APPEND, stream, expected, command, fingerprint, metadata, [0], [], [], [], nothing[-1]
                )


async def test_what_a_worker_makes_belongs_to_the_role_and_is_read_by_the_api(house: House) -> None:
    await made_by_the_worker(house)
    name = database_name(house.server, "registry")
    async with house.session("registry", "api") as api:
        assert await api.fetchval(COUNT) == 0
        owners = await api.fetch("select distinct tableowner from pg_tables where schemaname = $1", UNITS_SEEN.place)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await api.execute(WIPE)
    assert [each[0] for each in owners] == [name]


async def test_without_acting_as_that_role_it_would_be_the_workers_and_nobody_elses(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(_: asyncpg.Connection) -> None:
        """What a login makes as itself."""

    monkeypatch.setattr(projector, "as_holder", nothing)
    await made_by_the_worker(house)
    async with house.session("registry", "api") as api:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await api.fetchval(COUNT)
    await let_in(house.owner("registry"), database_name(house.server, "registry"), {}, SERVICES["registry"].grants)
    async with house.session("registry", "api") as api:  # the next prepare hands over what was made so
        assert await api.fetchval(COUNT) == 0


async def made_by_the_worker(house: House) -> None:
    """A read model that is new since the service was prepared."""
    owner = await asyncpg.connect(house.owner("registry"))
    await owner.execute(f"drop schema if exists {UNITS_SEEN.place} cascade")
    await owner.execute("delete from chassis.projections where projection = $1", UNITS_SEEN.name)
    await owner.close()
    async with pooled(house.login("registry", "worker")) as pool:
        await create_views(pool, [UNITS_SEEN])


async def test_a_login_that_was_made_mighty_is_what_it_was_after_the_next_prepare(
    house: House, servers: Embedded
) -> None:
    name = login_of(database_name(house.server, "awards"), "api")
    owner = await asyncpg.connect(house.owner("awards"))
    await owner.execute(f"alter role {name} superuser bypassrls; grant {OWNER} to {name}")
    await owner.execute(f"alter role {name} set search_path = mine; alter role {name} password 'mine'")
    await owner.execute(f"grant update on store.events to {name}; grant create on schema public to {name}")
    try:
        await asyncio.to_thread(prepare, SERVICES["awards"], settings(house, "awards", servers))
        async with house.session("awards", "api") as session:
            assert await won(session, forbidden("api")) == []
            assert await faults(session) == []
            assert await session.fetchval("show search_path") == "public"
    finally:
        await owner.execute(f"alter role {name} nosuperuser nobypassrls")
        await owner.close()


async def test_an_owner_who_is_no_superuser_makes_logins_too(servers: Embedded, tmp_path: Path) -> None:
    """As one has from whoever runs the server; languages and large objects are not such an owner's to take."""
    name, admin = f"doors_{uuid4().hex[:8]}", await asyncpg.connect(servers.database_url)
    await admin.execute(f"create role {name} login createdb createrole password 'x'; grant {OWNER} to {name}")
    await admin.execute(f"grant connect on database postgres to {name}")
    at = urlsplit(servers.database_url)
    owned = House(at._replace(netloc=f"{name}:x@{at.hostname}:{at.port}", path=f"/{name}").geturl(), tmp_path / FOLDER)
    issue(tmp_path, {"registry": owned.owner("registry")}, {"registry": PARTS})
    try:
        for _ in range(2):
            await asyncio.to_thread(prepare, SERVICES["registry"], settings(owned, "registry", servers))
        for part in PARTS:
            async with owned.session("registry", part) as session:
                beyond = await won(session, forbidden(part))
                assert await faults(session) == []
            assert {each.split(" ", 2)[1] for each in beyond} <= {
                "schema",
                "$$",
                "lo_create(0)",
                "lo_creat(-1)",
                "lo_from_bytea(0,",
            }
        async with owned.session("registry", "api") as session:
            assert await session.fetchval(APPEND, *an_append(ENROLLED)) == "appended"
    finally:
        await removed(House(f"{servers.database_url.rsplit('/', 1)[0]}/{name}", tmp_path))
        await admin.execute(f"revoke connect on database postgres from {name}; drop owned by {name}; drop role {name}")
        await admin.close()


async def test_simulated_time_is_the_owners_and_ends_with_the_next_prepare(
    house: House, servers: Embedded, tmp_path: Path
) -> None:
    its, owner = settings(house, "campaigns", servers), await asyncpg.connect(house.owner("campaigns"))
    (tmp_path / "clock").write_text("-3600", encoding="ascii")
    simulated = its.model_copy(update={"thidua_clock": tmp_path / "clock", "thidua_env": "test"})
    for each, ahead in ((simulated, timedelta(hours=-1)), (its, timedelta())):
        await asyncio.to_thread(prepare, SERVICES["campaigns"], each)
        assert await owner.fetchval("select ahead from store.clock") == ahead
    await owner.close()
    with pytest.raises(SystemExit, match="THIDUA_CLOCK"):
        prepare(SERVICES["campaigns"], simulated.model_copy(update={"thidua_env": "production"}))


async def test_a_database_that_was_prepared_without_a_role_is_taken_over(servers: Embedded, tmp_path: Path) -> None:
    old = House(f"{servers.database_url.rsplit('/', 1)[0]}/doors_{uuid4().hex[:8]}", tmp_path / FOLDER)
    url = old.owner("registry")
    issue(tmp_path, {"registry": url}, {"registry": PARTS})
    await asyncio.to_thread(migrate.prepare, "registry", url, None)
    async with pooled(url) as pool:
        await create_views(pool, SERVICES["registry"].read_models)
    try:
        await asyncio.to_thread(prepare, SERVICES["registry"], settings(old, "registry", servers))
        for part in PARTS:
            async with old.session("registry", part) as session:
                assert await won(session, forbidden(part)) == []
                assert await faults(session) == []
        async with old.session("registry", "worker") as session:
            assert await session.fetchval(APPEND, *an_append(ENROLLED)) == "appended"
            await session.execute("select * from people; drop schema units_v2 cascade")
    finally:
        await removed(old)


async def test_a_session_says_what_is_wrong_with_its_login(house: House) -> None:
    name = database_name(house.server, "registry")
    for service, part in LOGINS:
        async with house.session(service, part) as session:
            assert await faults(session) == []
    owner = await asyncpg.connect(house.owner("registry"), server_settings={"role": name})
    assert await faults(owner) == ["acts_as_another", "is_mighty", "owns_the_store"]
    await owner.execute("set role none; update store.clock set ahead = '-1 day'")
    assert await faults(owner) == ["is_mighty", "owns_the_store", "time_is_simulated"]
    await owner.execute("update store.clock set ahead = '0'")
    await owner.execute(f"grant {OWNER} to {login_of(name, 'relay')}")
    async with house.session("registry", "relay") as session:
        assert await faults(session) == ["owns_the_store"]
    await owner.execute(f"revoke {OWNER} from {login_of(name, 'relay')}")
    await owner.close()


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("owned", [True, False], ids=["the owner", "a login of its own"])
def test_production_begins_with_a_login_of_its_own_and_with_no_other(
    house: House, part: str, tmp_path: Path, *, owned: bool
) -> None:
    """What a process without a broker says is another matter."""
    kafka = tmp_path / "kafka.properties"
    kafka.write_text("security.protocol=SASL_SSL\nsasl.mechanism=SCRAM-SHA-512\nsasl.username=a\nsasl.password=b\n")
    url = house.owner("registry") if owned else house.login("registry", part)
    process = subprocess.Popen(
        [sys.executable, "-m", "services.registry", part],
        env={
            "PATH": os.environ["PATH"],
            "DATABASE_URL": url,
            "KAFKA_BOOTSTRAP": "127.0.0.1:1",
            "KAFKA_CREDENTIALS": str(kafka),
            "THIDUA_ISSUER": "https://login.example",
        },
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    try:
        _, said = process.communicate(timeout=60 if owned else 4)
    except subprocess.TimeoutExpired:
        process.kill()
        _, said = process.communicate()
    assert ("không được dùng khi vận hành thật (is_mighty, owns_the_store)" in said) == owned, said
    if owned:
        assert process.returncode == 1
        assert "is not allowed in production" in said
        assert "Traceback" not in said


def test_elsewhere_the_log_says_so(house: House) -> None:
    url = house.owner("registry")
    with structlog.testing.capture_logs() as said:
        admit(Settings(database_url=url, thidua_env="local"))
        admit(Settings(database_url=house.login("registry", "worker"), thidua_env="local"))
    assert [(each["event"], each["faults"]) for each in said] == [
        ("login_is_not_its_own", ["is_mighty", "owns_the_store"])
    ]


def test_what_is_written_down_is_for_our_eyes_and_stays(tmp_path: Path) -> None:
    databases = {"portal": "postgresql://postgres:theirs@127.0.0.1:5/thidua_portal"}
    issue(tmp_path, databases, {"portal": ("api", "worker")})
    folder = tmp_path / FOLDER
    assert sorted(each.name for each in folder.iterdir()) == ["portal-api.database", "portal-worker.database"]
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    first = passwords(folder, "portal", "thidua_portal")
    assert len(set(first.values())) == 2
    assert "theirs" not in "".join(each.read_text() for each in folder.iterdir())
    issue(tmp_path, {"portal": "postgresql://postgres:theirs@127.0.0.1:6/thidua_portal"}, {"portal": ("api", "worker")})
    assert passwords(folder, "portal", "thidua_portal") == first
    assert ":6/" in file_of(folder, "portal", "api").read_text()
    for wrong in (
        "postgresql://postgres:x@h/d",
        "postgresql://thidua_portal_api@h/d",
        "",
        "postgresql://thidua_portal_api:%C4%91@h",
    ):
        file_of(folder, "portal", "api").write_text(wrong)
        with pytest.raises(WrongFile):
            passwords(folder, "portal", "thidua_portal")
