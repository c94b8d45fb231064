"""A service's real API on a database of its own; its consumers are fed the events of others as if by Kafka."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import httpx

from chassis.facts.settings import Settings
from chassis.service.jobs import Runner, kinds
from chassis.service.platform import Platform, running
from chassis.service.service import Service
from chassis.store import migrate
from chassis.store.logins import let_in
from chassis.store.wake import listening
from chassis.stream.intake import apply
from chassis.stream.received import Received
from chassis.testing import as_recorded
from chassis.views.projector import create_views, project_own
from chassis.web.api import build_api
from contracts.event import Event
from deploy.local.embedded import Embedded
from deploy.local.issuer import create
from deploy.local.loopback import listen, serving, url_of


@dataclass
class Served:
    """A running service: persons ask it, other services' events are fed to it."""

    service: Service
    platform: Platform
    client: httpx.AsyncClient
    issuer: httpx.AsyncClient
    positions: "count[int]" = field(default_factory=lambda: count(1))
    tokens: dict[UUID, str] = field(default_factory=dict)

    async def ask(self, person: UUID, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        """One request with the person's token."""
        if person not in self.tokens:
            answer = await self.issuer.post("/token", json={"sub": str(person)})
            self.tokens[person] = answer.raise_for_status().json()["access_token"]
        bearer = {"Authorization": f"Bearer {self.tokens[person]}", **headers}
        return await self.client.request(method, f"/api/v1{path}", json=body, headers=bearer)

    async def feed(self, *events: Event, on: date = date(2024, 11, 20)) -> None:
        """Hand events of a day to every consumer of the service, each in a stream of its own."""
        for event in events:
            position = next(self.positions)
            recorded = as_recorded(event, position, f"test-{position}", on=on)
            received = Received("test", 0, position, recorded.stream, recorded)
            for subscription in self.service.subscriptions(self.platform):
                assert await apply(self.platform.pool, subscription.effect, [received]) == 0


def an_issuer(folder: Path) -> AbstractAsyncContextManager[str]:
    """A local issuer for the time of a block: its address."""
    sock = listen(0)
    return serving(create(folder, url_of(sock)), sock)


@asynccontextmanager
async def served(
    service: Service, servers: Embedded, folder: Path, trusted: str | None = None, clock: Path | None = None
) -> AsyncIterator[Served]:
    """Prepare a database, serve the API under its own login, and keep the read models going for the time of a block.

    It trusts the issuer of that address, else one of its own. A file `clock` moves its time by so many seconds.
    """
    name = f"test_{service.name}_{uuid4().hex[:8]}"
    server = servers.database_url.rsplit("/", 1)[0]
    role = await _prepared(service, server)
    async with nullcontext(trusted) if trusted else an_issuer(folder) as issuer:
        settings = Settings(
            database_url=f"{server}/{name}", database_role=role, thidua_issuer=issuer, kafka_bootstrap="127.0.0.1:1",
            thidua_clock=clock, thidua_files=folder / "files",
        )  # fmt: skip
        await _on(
            server,
            f'create database "{name}" template "{role}"',
            f'revoke temporary, connect on database "{name}" from public',  # which is no part of what is copied
            f'grant create, connect on database "{name}" to "{role}"',
            f'grant connect on database "{name}" to "{role}_api"',
        )
        login = f"postgresql://{role}_api:{_PASSWORD}@{server.rpartition('@')[2]}/{name}"
        its = settings.model_copy(update={"database_url": login, "database_role": None})
        async with (
            running(service.name, settings, read_models=service.read_models) as platform,
            listening(settings.database_url, role) as wake,
            serving(build_api(service, its), listen(0)) as url,
            httpx.AsyncClient(base_url=url, timeout=60) as client,
            httpx.AsyncClient(base_url=issuer) as tokens,
        ):
            await create_views(platform.pool, service.read_models)
            tasks = [asyncio.create_task(project_own(platform.store, service.projections, wake))]
            tasks += [asyncio.create_task(Runner(platform, kinds(service.jobs)).run())] if service.jobs else []
            try:
                yield Served(service, platform, client, tokens)
            finally:
                for task in tasks:
                    task.cancel()
                    with suppress(asyncio.CancelledError):
                        await task
    await _on(server, f'drop database "{name}" with (force)')


_PASSWORD = "only-in-tests"  # noqa: S105
_PREPARED: dict[tuple[str, str], Awaitable[str]] = {}


def _prepared(service: Service, server: str) -> Awaitable[str]:
    """Prepare a service's database once for all tests of a process, which copy it: the role that it is for."""

    async def prepare() -> str:
        name = f"prepared_{service.name}"
        await _on(server, f'drop database if exists "{name}" with (force)')  # an earlier run's
        await asyncio.to_thread(migrate.prepare, service.name, f"{server}/{name}", name)
        await let_in(f"{server}/{name}", name, {"api": _PASSWORD}, service.grants)
        return name

    key = (service.name, server)
    if key not in _PREPARED:
        _PREPARED[key] = asyncio.ensure_future(prepare())
    return _PREPARED[key]


async def _on(server: str, *statements: str) -> None:
    admin = await asyncpg.connect(f"{server}/postgres")
    try:
        for statement in statements:
            await admin.execute(statement)
    finally:
        await admin.close()
