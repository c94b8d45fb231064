"""Who speaks with Kafka over a connection that is closed has lost a broker, and nothing else."""

import asyncio
import contextlib
from typing import Any, cast

import pytest
import uvloop
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
