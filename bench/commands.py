"""C1: a command over HTTP against a bare endpoint, each served by one process, under 64 connections of another one."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any, Final
from uuid import UUID, uuid4

import httpx

from bench.figures import Row, Scale, in_turns, ratio
from bench.ground import DATA, LOG, Ground, an_append, drop, free_port, fresh, listening_on, process
from chassis.facts.settings import Settings
from chassis.service.platform import running
from chassis.store.store import Store
from chassis.stream.intake import apply
from contracts.event import Event
from contracts.registry import RegistrationOpened, Role, RoleGranted, UnitEstablished
from contracts.values import Direction, Goal, Period, UnitKind
from deploy.local.embedded import Embedded
from deploy.local.issuer import create
from deploy.local.loopback import listen, serving, url_of
from services.registry.app import SERVICE

CLIENTS: Final = 64
PERSON, _ROOT = uuid4(), uuid4()
"""The officer whose commands are measured, and the unit."""

_GOAL: Final = Goal(
    indicator="health_insurance_coverage", name="Tỷ lệ bao phủ bảo hiểm y tế", year=2024, direction=Direction.AT_LEAST,
    value=Decimal("94.2"),
)  # fmt: skip


@contextlib.asynccontextmanager
async def prepared(servers: Embedded, service: str, **more: str) -> AsyncIterator[dict[str, str]]:
    """A service's database made by its own `prepare`; gives the environment of its processes."""
    server, name = servers.database_url.rpartition("/")[0], f"bench_{service}_{uuid4().hex[:8]}"
    env = {
        "DATABASE_URL": f"{server}/{name}",
        "DATABASE_ROLE": name,
        "KAFKA_BOOTSTRAP": servers.kafka_bootstrap,
        "THIDUA_DATA": str(DATA),
        **more,
    }
    try:
        async with process(f"services.{service}", "prepare", env=env) as preparing:
            if await preparing.wait():
                raise RuntimeError(f"{service} could not be prepared, see {LOG}")
        yield env
    finally:
        await drop(server, name)


def settings(env: Mapping[str, str]) -> Settings:
    """The same environment for this process."""
    return Settings.model_validate({name.lower(): value for name, value in env.items()})


async def establish(store: Store) -> list[UUID]:
    """A unit, an officer in it, and one open registration for each client."""
    opened = [
        RegistrationOpened(
            registration_id=uuid4(), campaign_id=uuid4(), unit_id=_ROOT, unit_kind=UnitKind.PROVINCIAL,
            period=Period(start=date(2024, 11, 10), end=date(2025, 12, 31)), goals=(_GOAL,),
        )
        for _ in range(CLIENTS)
    ]  # fmt: skip
    facts: dict[str, Event] = {
        f"unit-{_ROOT}": UnitEstablished(
            unit_id=_ROOT, code="P66", name="Đắk Lắk", kind=UnitKind.PROVINCIAL, established_on=date(1995, 6, 15)
        ),
        f"person-{PERSON}": RoleGranted(
            person_id=PERSON, role=Role.OFFICER, unit_id=_ROOT, since=date(2024, 1, 1)
        ),
        **{f"registration-{each.registration_id}": each for each in opened},
    }  # fmt: skip
    for stream, fact in facts.items():
        append = an_append(uuid4(), 0, stream=stream)
        await store.append(type(append)(stream, 0, [fact], append.command_id, b"", append.metadata))
    events = await store.read(0, len(facts))
    for projection in SERVICE.projections:
        await apply(store.pool, projection, events)
    return [each.registration_id for each in opened]


async def loaded(
    port: int, registrations: Sequence[UUID], token: str, seconds: float, rate: float = 0.0
) -> dict[str, Any]:
    """One run of the load generator, in its own process; `rate` requests a second, or as many as it can."""
    values = ("95.1", "96.2")  # each command replaces the value before, so that each one is decided and stored
    asked = {
        "port": port,
        "paths": [f"/api/v1/registrations/{each}/targets" for each in registrations],
        "bodies": [json.dumps({"indicator": _GOAL.indicator, "year": 2024, "value": value}) for value in values],
        "token": token,
        "seconds": seconds,
        "rate": rate,
    }
    generator = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.load", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await generator.communicate(json.dumps(asked).encode())
    found: dict[str, Any] = json.loads(out)
    if found["wrong"]:
        raise RuntimeError(found["first_wrong"])
    return found


@contextlib.asynccontextmanager
async def served(ground: Ground, env: Mapping[str, str]) -> AsyncIterator[tuple[int, int]]:
    """Ports of registry's API and of the bare endpoint."""
    ours, bare = free_port(), free_port()
    async with (
        process("services.registry", "api", env={**env, "PORT": str(ours)}),
        process("bench.bare", str(bare), env={"DATABASE_URL": ground.url}),
    ):
        await asyncio.gather(listening_on(ours), listening_on(bare))
        yield ours, bare


async def measured(servers: Embedded, scale: Scale, _: set[str]) -> AsyncIterator[Row]:
    """The row C1."""
    sock = listen(0)
    async with (
        serving(create(DATA, url_of(sock)), sock) as issuer,
        prepared(servers, "registry", THIDUA_ISSUER=issuer) as env,
        fresh(servers) as ground,
        running("registry", settings(env)) as registry,
        httpx.AsyncClient() as http,
    ):
        registrations = await establish(registry.store)
        token = (await http.post(f"{issuer}/token", json={"sub": str(PERSON)})).json()["access_token"]
        latencies: list[tuple[float, float]] = []
        async with served(ground, env) as (own_port, bare_port):

            async def ours() -> float:
                found = await loaded(own_port, registrations, token, scale.seconds)
                latencies.append((found["p50"], found["p99"]))
                return float(found["rate"])

            async def limit() -> float:
                return float((await loaded(bare_port, registrations, token, scale.seconds))["rate"])

            found = await in_turns(scale.rounds, ours, limit)
        p50, p99 = (median(each) for each in zip(*latencies, strict=True))
        what = (
            "command over HTTP (token, role, validation, decide, append, answer), 64 connections, one process; "
            f"p50 {p50:.0f} ms, p99 {p99:.0f} ms; limit: bare FastAPI endpoint with one asyncpg insert"
        )
        yield found.row("C1", what, "1/s", ratio(0.5, 0.8))
