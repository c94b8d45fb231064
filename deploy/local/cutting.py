"""An HTTP server that can cut a connection instead of answering, as a network does at the worst moment."""

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from chassis.web.protocol import GuardedProtocol

CUT = "thidua.cut"


class CuttingProtocol(GuardedProtocol):
    """The platform's protocol, which also hands the application the means to cut the connection."""

    def on_message_begin(self) -> None:
        """Begin a request; called by the parser."""
        super().on_message_begin()
        self.scope["extensions"] = {CUT: {"abort": self.transport.abort}}


class Cut(Response):
    """The answer that never arrives: the connection is reset before its first byte."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - nothing is sent
        """Reset the connection and wait until the server has noticed."""
        scope["extensions"][CUT]["abort"]()
        while (await receive())["type"] != "http.disconnect":
            pass
