"""The Kafka client's connections as they break under uvloop: for readers, relays and administration alike."""

import asyncio
import ssl
from typing import Any, Final

from aiokafka.client import AIOKafkaClient
from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import (
    AuthenticationFailedError,
    AuthenticationMethodNotSupported,
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)

from chassis.stream.security import Brokers, for_aiokafka

_ANSWER_MS: Final = 5_000
_send, _connect, _bootstrap = AIOKafkaConnection.send, AIOKafkaConnection.connect, AIOKafkaClient.bootstrap
_begun: Final[dict[asyncio.Task[Any] | None, list[AIOKafkaConnection]]] = {}
"""Connections that a task has opened to see who is there, while it waits for the answer."""
_denied: Final[dict[asyncio.Task[Any] | None, BaseException]] = {}
"""Why a task was not let in."""
_DENIALS: Final = (
    AuthenticationFailedError,
    AuthenticationMethodNotSupported,
    IllegalSaslStateError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
    ssl.SSLError,
)


class Refused(KafkaError):  # type: ignore[misc]
    """A broker answers and does not let us in, or is not the one that it should be: to wait does not help."""


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


def not_let_in(why: str) -> str:
    """What a person is told who waits for a process that was refused."""
    return (
        f"Kafka từ chối đăng nhập ({why}); hãy kiểm tra tệp KAFKA_CREDENTIALS.\n"
        f"Kafka refuses the login ({why}); check the file that KAFKA_CREDENTIALS names."
    )


async def connect_and_note(connection: AIOKafkaConnection) -> Any:
    """The library's `connect`, noted where its `bootstrap` waits for it."""
    task = asyncio.current_task()
    _begun.get(task, []).append(connection)
    try:
        return await _connect(connection)
    except _DENIALS as error:
        if task in _begun:
            _denied[task] = error
        raise


async def bootstrap_or_close(client: AIOKafkaClient) -> None:
    """The library's `bootstrap`, for a client that is stopped as it starts: it leaves its connection open.

    Raises Refused where a broker answers and does not let us in: the library knows that for its log only.
    """
    task = asyncio.current_task()
    begun = _begun[task] = []
    try:
        await _bootstrap(client)
    except BaseException as error:
        for connection in begun:
            connection.close(reason=CloseReason.SHUTDOWN)
        if isinstance(error, KafkaConnectionError) and (why := _denied.get(task)) is not None:
            raise Refused(f"{type(why).__name__}: {why}") from why
        raise
    finally:
        del _begun[task]
        _denied.pop(task, None)


async def let_in(brokers: Brokers) -> None:
    """Return unless a broker answers and does not let us in, which ends the process with a sentence.

    Whoever has to wait for a broker that is away does so later.
    """
    client = AIOKafkaClient(**for_aiokafka(brokers), request_timeout_ms=_ANSWER_MS)
    try:
        await client.bootstrap()
    except Refused as error:
        raise SystemExit(not_let_in(str(error))) from None
    except (KafkaError, OSError, TimeoutError):
        return
    finally:
        await client.close()


AIOKafkaConnection.send = send_or_lose
AIOKafkaConnection.connect = connect_and_note
AIOKafkaClient.bootstrap = bootstrap_or_close
