"""A conversation with a mail server that has greeted us: one command at a time, its answer heard to the end.

The client library opens the connection: greeting, EHLO, STARTTLS, login. From there on its reading would not do: it
takes nothing but 250 for a yes, gives up at long lines, and does not tell a refusal of DATA from one of the message.
"""

import asyncio
from typing import Final

from services.notify.domain.mail_answer import Answer

LOST: Final = "disconnected"
SILENT: Final = "timeout"
GARBLED: Final = "no-smtp"


class Dialogue(asyncio.Protocol):
    """Takes an open connection over; what comes without having been asked for is let go.

    `silence` says why the last answer has no code, if it has none.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._answer: Answer | None = None
        self._heard = asyncio.Event()
        self._gone = asyncio.Event()
        self.silence = ""
        transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        """Whether a command can be sent."""
        return not (self._gone.is_set() or self._transport.is_closing())

    def data_received(self, data: bytes) -> None:
        """Hear what the server says."""
        if self._answer is not None and self._answer.hear(data):
            self._heard.set()

    def connection_lost(self, _: Exception | None) -> None:
        """Nothing more will come."""
        self._gone.set()
        self._heard.set()

    async def ask(self, command: bytes, until: float) -> Answer:
        """Send a command, or a message, and hear its answer until that moment of the loop's time.

        Raises nothing that the server or the network can cause: the answer is what had come by then. After one that
        breaks off the connection is cut, since nobody could tell what belongs to the next.
        """
        self._answer = answer = Answer()
        self._heard.clear()
        self.silence = LOST
        try:
            if self.is_open:
                self._transport.write(command)
                async with asyncio.timeout_at(until):
                    await self._heard.wait()
        except TimeoutError:
            self.silence = SILENT
        finally:
            self._answer = None
            if answer.whole:
                self.silence = GARBLED
            else:
                self.cut()
        return answer

    def cut(self) -> None:
        """Let the connection go, with whatever has not been sent yet."""
        self._transport.abort()

    async def closed(self) -> None:
        """Cut, and wait until the connection is gone."""
        self.cut()
        await self._gone.wait()
