"""P4's ears: browsers of the emulation department that listen for news, and facts that concern all of them."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from itertools import cycle, islice
from typing import Final
from uuid import UUID, uuid4

from bench.commands import settings
from bench.nation import TODAY
from bench.portal_stage import Stage
from chassis.facts.decider import Context, Rejected
from chassis.service.platform import running
from chassis.store.execute import Executor
from contracts.registry import Judge, Role
from services.portal.shell.news import OF_ONE_PERSON
from services.portal.shell.news import STREAMS as ROOM
from services.registry.domain.registration import REGISTRATION
from services.registry.domain.registration_commands import SubmitRegistration

STREAMS: Final = ROOM
_SETTLED: Final = 2.0
_LONGEST: Final = 30.0
_COLLEAGUES: Final = """
    insert into organisation_roles
    select (jsonb_populate_record(g, jsonb_build_object('person_id', person))).*
    from organisation_roles g, unnest($2::uuid[]) person where g.person_id = $1
"""
_OPEN: Final = """
    select substr(stream, 14)::uuid from store.events group by stream
    having bool_or(type = 'thidua.registry.TargetRegistered.v1')
    and not bool_or(type = 'thidua.registry.RegistrationSubmitted.v1')
    order by max(position) desc
"""


async def heard(here: Stage, rounds: int) -> tuple[float, list[float]]:
    """MiB that the streams cost the portal's process, and seconds until the last one knew, by round."""
    department = await _department(here)
    sessions = await here.signed_in(*islice(cycle(department), STREAMS))
    before = here.memory
    async with listening(here.ports["portal"], sessions) as readers:
        await asyncio.sleep(_SETTLED)
        cost = here.memory - before
        async with running("registry", settings(here.envs["registry"])) as registry:
            some = iter([row[0] for row in await registry.pool.fetch(_OPEN)])
            seconds = [await _round(registry.executor, some, readers) for _ in range(rounds)]
    return cost, seconds


async def _department(here: Stage) -> list[UUID]:
    """As many more colleagues in the department as it takes, each with as many streams as one person may have."""
    first = here.nation.society().root.holders[Role.EMULATION_DEPARTMENT][0]
    people = [uuid4() for _ in range(STREAMS // OF_ONE_PERSON)]
    await here.pool.execute(_COLLEAGUES, first, people)
    return people


@contextlib.asynccontextmanager
async def listening(port: int, sessions: list[str]) -> AsyncIterator[list[asyncio.StreamReader]]:
    """A stream for each session for the time of a block."""
    async with contextlib.AsyncExitStack() as stack:
        readers = list[asyncio.StreamReader]()
        for session in sessions:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            stack.callback(writer.close)
            writer.write(f"GET /news HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: session={session}\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(head.decode("latin-1"))
            readers.append(reader)
        yield readers


async def _round(executor: Executor, some: Iterator[UUID], readers: list[asyncio.StreamReader]) -> float:
    """Submit the next that the sector judges and that can be; seconds from then until every reader has its page."""
    began = 0.0
    for key in some:
        began = time.perf_counter()
        with contextlib.suppress(Rejected):
            before, registration = await executor.state(REGISTRATION, key)
            if registration.judge is not Judge.SECTOR:
                continue  # it waits for the unit above, and none of these readers is told
            began = time.perf_counter()
            context = Context(occurred_on=TODAY)
            if (await executor.execute(REGISTRATION, key, SubmitRegistration(), context, known=None)).version > before:
                break
    else:
        raise RuntimeError("no registration is left that can be submitted")
    wanted = f"/registrations/{key}".encode()
    async with asyncio.timeout(_LONGEST):
        await asyncio.gather(*(_reads(reader, wanted) for reader in readers))
    return time.perf_counter() - began


async def _reads(reader: asyncio.StreamReader, wanted: bytes) -> None:
    while wanted not in await reader.readuntil(b"\n\n"):
        pass
