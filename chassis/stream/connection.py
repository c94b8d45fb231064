"""The Kafka client's connections as they break under uvloop: for readers, relays and administration alike."""

from typing import Any

from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import KafkaConnectionError

_send = AIOKafkaConnection.send


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


AIOKafkaConnection.send = send_or_lose
