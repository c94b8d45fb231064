"""The Kafka client's connections as they break under uvloop: for readers, relays and administration alike."""

import asyncio
from typing import Any, Final

from aiokafka.client import AIOKafkaClient
from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import KafkaConnectionError

_send, _connect, _bootstrap = AIOKafkaConnection.send, AIOKafkaConnection.connect, AIOKafkaClient.bootstrap
_begun: Final[dict[asyncio.Task[Any] | None, list[AIOKafkaConnection]]] = {}
"""Connections that a task has opened to see who is there, while it waits for the answer."""


def send_or_lose(connection: AIOKafkaConnection, *asked: Any, **options: Any) -> Any:
    """The library's `send`, for which a connection that was just closed is lost under uvloop, too.

    There a write to it raises RuntimeError, not OSError. The library foresees that nowhere: its task for the group, the
    one that fetches, the one that sends or the one for metadata would end, and a reader be deaf or a relay dumb from
    then on, in silence. Raises KafkaConnectionError.
    """
    try:
        return _send(connection, *asked, **options)
    except RuntimeError as error:
        connection.close(reason=CloseReason.CONNECTION_BROKEN)
        raise KafkaConnectionError(f"the connection was closed: {error}") from error


async def connect_and_note(connection: AIOKafkaConnection) -> Any:
    """The library's `connect`, noted where its `bootstrap` waits for it."""
    _begun.get(asyncio.current_task(), []).append(connection)
    return await _connect(connection)


async def bootstrap_or_close(client: AIOKafkaClient) -> None:
    """The library's `bootstrap`, for a client that is stopped as it starts: it leaves its connection open."""
    task = asyncio.current_task()
    begun = _begun[task] = []
    try:
        await _bootstrap(client)
    except BaseException:
        for connection in begun:
            connection.close(reason=CloseReason.SHUTDOWN)
        raise
    finally:
        del _begun[task]


AIOKafkaConnection.send = send_or_lose
AIOKafkaConnection.connect = connect_and_note
AIOKafkaClient.bootstrap = bootstrap_or_close
