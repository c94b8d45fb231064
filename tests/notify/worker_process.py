"""A worker's dispatcher alone in a process, to be killed by a test: `python worker_process.py DATABASE_URL ROLE`."""

import asyncio
import sys
from typing import Any

from chassis.facts.clock import system_clock
from chassis.store.database import pooled
from chassis.store.execute import Executor
from chassis.store.store import Store
from contracts.notify import Channel
from services.notify.app import SERVICE
from services.notify.delivery.dispatcher import Dispatcher
from services.notify.delivery.sender import Sender
from services.notify.email.smtp import EmailSender
from services.notify.settings import ProviderSettings
from services.notify.zalo.sender import ZaloSender


async def main(url: str, role: str) -> None:
    """Deliver until killed."""
    settings = ProviderSettings()
    senders: dict[Channel, Sender[Any]] = {Channel.ZALO: ZaloSender(settings), Channel.EMAIL: EmailSender(settings)}
    async with pooled(url, role, [each.place for each in SERVICE.read_models]) as pool:
        await Dispatcher(pool, Executor(Store(pool)), system_clock, senders, "1").run()


asyncio.run(main(*sys.argv[1:]))
