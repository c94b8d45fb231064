"""The relay on a real broker: order, envelope, take-over, fencing."""

import asyncio
import os
import signal
import sys
import time
from datetime import date
from uuid import uuid4

from chassis.facts.decider import Context
from chassis.facts.envelope import Metadata
from chassis.store.store import Append
from chassis.stream.topics import events_topic, public_topic
from contracts.registry import PersonEnrolled, UnitEstablished
from deploy.local.embedded import Embedded
from tests.chassis.streams import (
    Stream,
    an_append,
    in_order_without_repeats,
    positions,
    read_all,
    relayed,
    relaying,
    stream,
    until,
)

__all__ = ["stream"]


async def test_another_client_reads_cloudevents_in_order(stream: Stream) -> None:
    units = [uuid4() for _ in range(10)]
    async with relaying(stream):
        for round_ in range(3):
            await asyncio.gather(*(stream.store.append(an_append(unit, round_, f"n{round_}")) for unit in units))
        await stream.store.append(Append(
            "person-1", 0, [PersonEnrolled(person_id=uuid4())], uuid4(), b"", Metadata.of(Context(date(2024, 11, 20)))
            .model_dump_json(exclude_none=True)))  # fmt: skip
        await relayed(stream)
    messages = await asyncio.to_thread(read_all, stream.bootstrap, events_topic("registry"))
    assert sorted(n for numbers in positions(messages).values() for n in numbers) == list(range(1, 32))
    in_order_without_repeats(positions(messages))
    message = next(m for m in messages if m.key == f"unit-{units[0]}".encode())
    headers = message.headers
    assert headers["ce_specversion"] == "1.0"
    assert headers["ce_type"] == "thidua.registry.UnitEstablished.v1"
    assert headers["ce_source"] == "/thidua/registry"
    assert headers["ce_subject"] == headers["ce_partitionkey"] == f"unit-{units[0]}"
    assert headers["content-type"] == "application/json"
    assert headers["ce_time"].endswith("Z")
    assert headers["ce_traceparent"] == f"00-{'a' * 32}-{'b' * 16}-01"
    assert UnitEstablished.model_validate_json(message.value).unit_id == units[0]
    public = await asyncio.to_thread(read_all, stream.bootstrap, public_topic("registry"))
    assert len(public) == 30, "what is internal stays inside"


async def test_of_two_relays_one_works_and_the_other_takes_over(stream: Stream) -> None:
    async with relaying(stream, lease=1) as first:
        await stream.store.append(an_append(uuid4(), 0, "a"))
        await relayed(stream)
        async with relaying(stream, lease=1) as second:
            await stream.store.append(an_append(uuid4(), 0, "b"))
            await relayed(stream)
            assert (first.position, second.position) == (2, 0)
    async with relaying(stream, lease=1) as third:
        await stream.store.append(an_append(uuid4(), 0, "c"))
        await relayed(stream)
        assert third.position == 3
    found = positions(await asyncio.to_thread(read_all, stream.bootstrap, events_topic("registry")))
    assert sorted(n for numbers in found.values() for n in numbers) == [1, 2, 3]


async def another_leads(stream: Stream, holder: str) -> bool:
    found = await stream.database.pool.fetchval("select holder from chassis.relays")
    return (found or "") not in {"", holder}


async def test_a_relay_stopped_past_its_lease_is_fenced(stream: Stream) -> None:
    """The active relay is stopped in the middle of its work, another takes over, the first wakes up again."""
    script = "import asyncio, sys; from tests.chassis.relay_process import main; asyncio.run(main(*sys.argv[1:]))"
    arguments = (stream.database.url, stream.database.role, stream.bootstrap, "1.0")
    relays = []
    writer = asyncio.create_task(_write_for(stream, seconds=8))
    try:
        relays += [await asyncio.create_subprocess_exec(sys.executable, "-c", script, *arguments) for _ in range(2)]
        await until(lambda: another_leads(stream, ""))
        holder = await stream.database.pool.fetchval("select holder from chassis.relays")
        active = next(relay for relay in relays if f"-{relay.pid}-" in holder)
        os.kill(active.pid, signal.SIGSTOP)
        await until(lambda: another_leads(stream, holder))
        os.kill(active.pid, signal.SIGCONT)
        await writer
        await relayed(stream)
    finally:
        for relay in relays:
            relay.kill()
            await relay.wait()
    found = in_order_without_repeats(
        positions(await asyncio.to_thread(read_all, stream.bootstrap, events_topic("registry")))
    )
    head = await stream.store.head()
    assert sorted(n for numbers in found.values() for n in numbers) == list(range(1, head + 1))


async def test_a_broker_that_hangs_and_comes_back_gets_everything_in_order(stream: Stream, servers: Embedded) -> None:
    """Each batch that it did not acknowledge in time is given up whole; nothing is left of the producer."""
    async with relaying(stream, patience=1):
        await stream.store.append(an_append(uuid4(), 0, "before"))
        await relayed(stream)
        tasks = sorted(str(t.get_coro()).split()[2] for t in asyncio.all_tasks())
        os.kill(servers.pids["kafka"], signal.SIGSTOP)
        try:
            await _write_for(stream, seconds=5)
        finally:
            os.kill(servers.pids["kafka"], signal.SIGCONT)
        await _write_for(stream, seconds=1)
        await relayed(stream)
        assert sorted(str(t.get_coro()).split()[2] for t in asyncio.all_tasks()) == tasks
    found = positions(await asyncio.to_thread(read_all, stream.bootstrap, events_topic("registry")))
    firsts = in_order_without_repeats(found)
    head = await stream.store.head()
    assert sorted(n for numbers in firsts.values() for n in numbers) == list(range(1, head + 1))


async def _write_for(stream: Stream, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        await asyncio.gather(*(stream.store.append(an_append(uuid4(), 0, "x")) for _ in range(20)))
        await asyncio.sleep(0.01)
