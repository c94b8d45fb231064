"""H1: commands of honest people while clients of each hostile kind do their worst, beside quiet ones in their place."""

import asyncio
import contextlib
import os
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from statistics import median
from typing import Final
from uuid import uuid4

import httpx
import psutil  # type: ignore[import-untyped]

from bench.commands import PERSON, establish, loaded, prepared, settings
from bench.figures import Demand, Row, Scale
from bench.ground import DATA, free_port, listening_on, process
from bench.hostile import kinds
from chassis.service.platform import running
from deploy.local.embedded import Embedded
from deploy.local.issuer import create
from deploy.local.loopback import listen, serving, url_of

_AHEAD: Final = 1.0
"""Seconds that they have begun before."""


@contextlib.asynccontextmanager
async def _beside(kind: str, port: int, token: str, seconds: float) -> AsyncIterator[None]:
    """Clients of a kind, in a process of their own, for the time of a block."""
    attacker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.hostile", kind, str(port), token, str(seconds), stdout=asyncio.subprocess.DEVNULL
    )
    try:
        if (cores := os.cpu_count() or 1) > 1:
            os.sched_setaffinity(attacker.pid, {cores - 1})
        await asyncio.sleep(_AHEAD)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            attacker.kill()
        await attacker.wait()


async def measured(servers: Embedded, scale: Scale, _: set[str]) -> AsyncIterator[Row]:
    """The row H1: the worst kind's 99th percentile against that beside quiet clients."""
    sock = listen(0)
    async with (
        serving(create(DATA, url_of(sock)), sock) as issuer,
        prepared(servers, "registry", THIDUA_ISSUER=issuer) as env,
        running("registry", settings(env)) as registry,
        httpx.AsyncClient() as http,
    ):
        registrations = await establish(registry.store)

        async def token(person: object) -> str:
            answer = await http.post(f"{issuer}/token", json={"sub": str(person), "expires_in": 3600})
            return str(answer.json()["access_token"])

        ours, theirs = await token(PERSON), await token(uuid4())
        port, seen = free_port(), defaultdict[str, list[float]](list)
        async with process("services.registry", "api", env={**env, "PORT": str(port)}) as api:
            await listening_on(port)
            psutil.Process(api.pid).cpu_affinity([0])
            capacity = median([(await loaded(port, registrations, ours, scale.seconds))["rate"] for _ in range(3)])
            for number in range(scale.rounds):
                names = list(kinds(theirs))
                for kind in names if number % 2 == 0 else reversed(names):
                    async with _beside(kind, port, theirs, scale.seconds + 10):
                        found = await loaded(port, registrations, ours, scale.seconds, capacity / 2)
                    seen[kind].append(found["p99"])
        quiet = seen.pop("quiet")
        ratios = {kind: [one / other for one, other in zip(times, quiet, strict=True)] for kind, times in seen.items()}
        medians = {kind: median(each) for kind, each in ratios.items()}
        worst = max(medians, key=medians.__getitem__)
        what = (
            f"p99 of commands over HTTP at half of what one process can ({capacity / 2:.0f}/s) beside hostile clients, "
            f"the worst kind ({worst}); limit: beside as many quiet connections. Connections opened a second: "
            + ", ".join(f"{kind} {rate:.0f}" for kind, (rate, _) in kinds("").items())
        )
        more = [Demand(f"{kind}: ratio", each, 2, 1.5, most=True) for kind, each in medians.items() if kind != worst]
        demands = [Demand("ratio", medians[worst], 2, 1.5, most=True), *more]
        spread = (min(ratios[worst]), max(ratios[worst]))
        yield Row("H1", what, "ms", median(seen[worst]), median(quiet), medians[worst], spread, demands)
