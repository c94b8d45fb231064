"""A process whose Kafka client has died inside does not stay behind as if it worked: it ends, or begins anew."""

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any
from uuid import uuid4

import pytest
from aiokafka.errors import KafkaConnectionError
from aiokafka.producer.sender import Sender
from confluent_kafka.admin import AdminClient

from chassis.stream import identity
from chassis.stream.topics import events_topic
from tests.chassis.deaf_process import HARMS, torn
from tests.chassis.streams import Stream, an_append, relayed, relaying, stream, until

__all__ = ["stream"]


@contextlib.asynccontextmanager
async def harmed(stream: Stream, harm: str, *, watched: bool) -> AsyncIterator[Process]:
    """A worker that has just been harmed, after its first event."""
    script = "import uvloop, sys; from tests.chassis.deaf_process import main; uvloop.run(main(*sys.argv[1:]))"
    arguments = (stream.database.url, stream.database.role, stream.bootstrap, harm, "yes" if watched else "no")
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, *arguments, stdout=PIPE, stderr=STDOUT)
    assert process.stdout is not None
    try:
        await until(lambda: is_live(stream), seconds=60)
        async with relaying(stream):
            await stream.store.append(an_append(uuid4(), 0, "one"))
            async with asyncio.timeout(60):
                while (line := await process.stdout.readline()) != b"done\n":
                    assert line, "it ended before it was harmed"
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def is_live(stream: Stream) -> bool:
    return bool(await stream.database.pool.fetchval("select count(*) from chassis.projections"))


@pytest.mark.parametrize("harm", HARMS)
async def test_a_deaf_reader_ends_its_worker_with_a_sentence(stream: Stream, harm: str) -> None:
    async with harmed(stream, harm, watched=True) as process, asyncio.timeout(60):
        said, _ = await process.communicate()
    assert process.returncode == 1
    assert "The reader of units_seen_v1 has died, the process ends to be started again." in said.decode()


async def test_without_the_watch_it_stays_and_reads_nothing(stream: Stream) -> None:
    async with harmed(stream, "coordination", watched=False) as process:
        async with relaying(stream):
            await stream.store.append(an_append(uuid4(), 0, "two"))
            await relayed(stream)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(process.wait(), 5)
        assert await stream.database.pool.fetchval("select sum(position) from chassis.positions") == 1


async def test_a_relay_whose_sender_died_goes_on_with_another(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    send: Callable[..., Coroutine[Any, Any, None]] = Sender._send_produce_req
    died: list[int] = []

    async def once(sender: Sender, node: int, batches: Any) -> None:
        if not died:
            died.append(node)
            torn()
        await send(sender, node, batches)

    monkeypatch.setattr(Sender, "_send_produce_req", once)
    async with relaying(stream):
        await stream.store.append(an_append(uuid4(), 0, "one"))
        await relayed(stream)
    assert died


async def test_who_asks_for_topics_does_not_go_on_with_a_client_that_finds_no_broker(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one did that had seen a broker killed: it was there again, and this client alone never heard of it."""
    made: list[str] = []

    def client(settings: dict[str, Any]) -> AdminClient:
        made.append(settings["bootstrap.servers"] if made else "127.0.0.1:1")
        return AdminClient({**settings, "bootstrap.servers": made[-1]})

    monkeypatch.setattr(identity, "AdminClient", client)
    monkeypatch.setattr(identity, "_ANSWER_SECONDS", 0.5)
    topic = events_topic("registry")
    async with identity.Identities(stream.bootstrap) as identities:
        for ask in (lambda: identities.of([topic]), lambda: identities.ends(topic, 1)):
            made.clear()
            identities.close()
            with pytest.raises(KafkaConnectionError):
                await ask()
            assert await ask()
            assert await ask()
            assert len(made) == 2
