"""Puts the mail sink together: one store, the SMTP side that fills it, the pages and the oracle that show it."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI

from deploy.local.loopback import application
from deploy.local.mail_sink import oracle, views
from deploy.local.mail_sink.smtp import Receiver, open_server
from deploy.local.mail_sink.store import MailStore


def create(data: Path, smtp: socket.socket) -> FastAPI:
    """Return the application; while it runs, mail that comes to the listening socket `smtp` is kept in `data`/mail."""
    store = MailStore(data)
    receiver = Receiver(store)

    @asynccontextmanager
    async def receiving(_: FastAPI) -> AsyncIterator[None]:
        server = await open_server(receiver, smtp)
        yield
        server.close()

    app = application("Mail sink", lifespan=receiving)
    app.state.store, app.state.receiver = store, receiver
    app.include_router(views.router)
    app.include_router(oracle.router)
    return app
