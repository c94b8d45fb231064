"""Who speaks with Kafka over a connection that is closed has lost a broker, and nothing else."""

import asyncio
import contextlib
from typing import Any, cast

import pytest
import uvloop
from aiokafka.client import AIOKafkaClient
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.metadata import MetadataRequest

import chassis.stream  # noqa: F401 - what is tested is how the library behaves with it


async def _send_on_a_closed_connection() -> None:
    async def serve(ours: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await ours.read()
        writer.transport.abort()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        connection = cast("Any", AIOKafkaConnection(host, port))
        _, connection._writer = await asyncio.open_connection(host, port)
        connection._versions = {MetadataRequest.API_KEY: (0, 0)}
        connection._writer.transport.abort()  # as when a broker was killed
        await asyncio.sleep(0.01)
        with pytest.raises(KafkaConnectionError):
            connection.send(MetadataRequest([]))
        assert not connection.connected()
        await asyncio.sleep(0.05)


def test_a_closed_connection_is_a_lost_broker_under_uvloop() -> None:
    uvloop.run(_send_on_a_closed_connection())


async def _cancelled_while_it_asks_who_is_there(opened: list[AIOKafkaConnection]) -> None:
    ended = asyncio.Event()

    async def silent(ours: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await ours.read(1000):
            pass
        ended.set()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    client = AIOKafkaClient(bootstrap_servers=f"{host}:{port}")
    starting = asyncio.create_task(client.bootstrap())
    await asyncio.sleep(0.2)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    try:
        await asyncio.wait_for(ended.wait(), 1)
    finally:
        opened[0].close()
        server.close()


def test_a_client_that_is_stopped_as_it_starts_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[AIOKafkaConnection] = []

    async def known(connection: Any) -> None:
        opened.append(connection)
        connection._versions = {MetadataRequest.API_KEY: (0, 0)}

    monkeypatch.setattr(AIOKafkaConnection, "_do_version_lookup", known)
    uvloop.run(_cancelled_while_it_asks_who_is_there(opened))
