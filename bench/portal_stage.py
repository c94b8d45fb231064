"""A platform with the national data set: four services' APIs and relays, and the portal, each a process of its own."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from datetime import time as hour
from functools import partial
from typing import Final
from uuid import UUID

import asyncpg
import httpx
import psutil  # type: ignore[import-untyped]

from bench.ground import DATA, drop, empty_topics, free_port, process, until
from bench.nation import TODAY, Nation
from bench.nation_folded import fold
from bench.nation_kept import copied
from chassis.store import migrate
from chassis.store.database import pooled
from deploy.local.embedded import Embedded
from deploy.local.issuer import create
from deploy.local.loopback import listen, serving, url_of
from services.portal.app import SERVICE as PORTAL
from services.portal.shell.sessions import Sessions
from services.portal.shell.settings import PortalSettings

TOPICS: Final = sorted({topic for _, topics in PORTAL.learns for topic in topics})
"""The topics that the portal reads."""

MIB: Final = 2**20
_LONGEST: Final = 900
_READ: Final = """
    select coalesce(sum(read), 0)::bigint
    from (select min(last_offset + 1) as read from chassis.positions group by topic, partition) as places
"""
_PUBLISHED: Final = "select position >= (select position from store.head) from chassis.relays where relay = $1"
_READERS: Final = "select count(distinct consumer) from chassis.positions"


@dataclass
class Stage:
    """Where everything is: environments by service, the portal's port and process, and who is signed in."""

    nation: Nation
    issuer: str
    bootstrap: str
    envs: dict[str, dict[str, str]]
    pool: asyncpg.Pool
    """The portal's database."""
    ports: dict[str, int] = field(default_factory=dict)
    portal: psutil.Process = field(default_factory=psutil.Process)

    async def signed_in(self, *people: UUID) -> list[str]:
        """Sessions of people who sign in now, one each: what their cookies hold."""
        settings = PortalSettings(thidua_env="local", thidua_data=DATA)
        sessions, found = Sessions(self.pool, settings.seal()), list[str]()
        async with httpx.AsyncClient(base_url=self.issuer) as tokens:
            for person in people:
                answer = await tokens.post("/token", json={"sub": str(person), "expires_in": 36_000})
                access = answer.raise_for_status().json()["access_token"]
                kept = {"access": access, "refresh": None, "ends": time.time() + 36_000}
                found.append((await sessions.begin(UUID(int=person.int), kept)).secret)
        return found

    @property
    def memory(self) -> float:
        """What the portal's process holds, in MiB."""
        return float(self.portal.memory_info().rss) / MIB

    @property
    def processor(self) -> float:
        """Seconds for which the portal's process has been at work."""
        times = self.portal.cpu_times()
        return float(times.user + times.system)

    async def records(self) -> int:
        """Records in the topics that the portal reads."""
        heads = [await _head(self.envs[topic.split(".")[1]]) for topic in TOPICS]
        return sum(heads)

    async def read(self) -> int:
        """How many records every read model of the portal has applied; 0 until each of them has begun."""
        if await self.pool.fetchval(_READERS) < len(PORTAL.learns):
            return 0
        return int(await self.pool.fetchval(_READ))


async def _head(env: Mapping[str, str]) -> int:
    connection = await asyncpg.connect(env["DATABASE_URL"])
    try:
        return int(await connection.fetchval("select position from store.head"))
    finally:
        await connection.close()


@contextlib.asynccontextmanager
async def stage(servers: Embedded, nation: Nation, *, live: bool) -> AsyncIterator[Stage]:
    """Databases and an issuer; where it is `live`, relays have sent all, and the portal's worker has yet to read it.

    Else the portal has read it, and nothing new comes.
    """
    sock, server = listen(0), servers.database_url.rpartition("/")[0]
    ahead = datetime.combine(TODAY, hour(3), UTC) - datetime.now(UTC)
    (DATA / "clock").write_text(str(ahead.total_seconds()))
    async with (
        serving(create(DATA, url_of(sock)), sock) as issuer,
        copied(servers, nation) as copies,
        contextlib.AsyncExitStack() as stack,
    ):
        name = copies["registry"]["DATABASE_URL"].rpartition("/")[2].replace("registry", "portal")
        common = {
            "KAFKA_BOOTSTRAP": servers.kafka_bootstrap, "THIDUA_DATA": str(DATA), "THIDUA_ISSUER": issuer,
            "THIDUA_CLOCK": str(DATA / "clock"), "THIDUA_ENV": "test",
            "OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.01",
        }  # fmt: skip
        copies["portal"] = {"DATABASE_URL": f"{server}/{name}", "DATABASE_ROLE": name}
        envs = {service: env | common for service, env in copies.items()}
        stack.push_async_callback(drop, server, name)
        await asyncio.to_thread(migrate.prepare, "portal", f"{server}/{name}", name)
        for env in copies.values():
            migrate.put_ahead(env["DATABASE_URL"], ahead)
        if live:
            await empty_topics(servers.kafka_bootstrap)
            await relayed(envs, stack)
        else:
            stores = {service: (env["DATABASE_URL"], env["DATABASE_ROLE"]) for service, env in envs.items()}
            await fold(nation, "portal", stores)
        places = [each.place for each in PORTAL.read_models]
        pool = await stack.enter_async_context(pooled(f"{server}/{name}", name, places))
        yield Stage(nation, issuer, servers.kafka_bootstrap, envs, pool)


async def _settled(url: str) -> None:
    """Do now what PostgreSQL does by itself some time after much was written."""
    owner = await asyncpg.connect(url)
    try:
        await owner.execute("vacuum (analyze)")
    finally:
        await owner.close()


async def relayed(envs: Mapping[str, Mapping[str, str]], stack: contextlib.AsyncExitStack) -> None:
    """Start the relays to whose topics the portal listens, and wait until each has published all that is stored."""
    storing = {service: envs[service] for service in sorted({topic.split(".")[1] for topic in TOPICS})}
    for service, env in storing.items():
        await stack.enter_async_context(process(f"services.{service}", "relay", env=env))
    for service, env in storing.items():
        async with contextlib.AsyncExitStack() as looking:
            owner = await asyncpg.connect(env["DATABASE_URL"])
            looking.push_async_callback(owner.close)
            await until(partial(_published, owner, service), 0.2, _LONGEST)


async def _published(owner: asyncpg.Connection, service: str) -> bool:
    """Whether a relay has come to its store's end."""
    return bool(await owner.fetchval(_PUBLISHED, service))


@contextlib.asynccontextmanager
async def served(here: Stage) -> AsyncIterator[None]:
    """The APIs of all services, and the portal's own, for the time of a block."""
    await _settled(here.envs["portal"]["DATABASE_URL"])
    async with contextlib.AsyncExitStack() as stack:
        here.ports = {service: free_port() for service in here.envs}
        urls = {service: f"http://127.0.0.1:{port}" for service, port in here.ports.items()}
        more = {"PORTAL_URL": urls["portal"], "PORTAL_SERVICES": json.dumps(urls)}
        for service, env in here.envs.items():
            own = {**env, **more, "PORT": str(here.ports[service])}
            started = await stack.enter_async_context(process(f"services.{service}", "api", env=own))
        here.portal = psutil.Process(started.pid)  # the portal comes last
        async with httpx.AsyncClient() as http:

            async def ready() -> bool:
                with contextlib.suppress(httpx.TransportError):
                    return all([(await http.get(f"{url}/readyz")).is_success for url in urls.values()])
                return False

            await until(ready, 0.1, _LONGEST)
        yield
