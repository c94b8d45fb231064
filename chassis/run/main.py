"""How a service's processes run: `python -m services.<name> prepare|api|relay|worker`.

Each part loads what it needs and nothing else: a process that never answers HTTP knows no web framework.
"""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Coroutine
from typing import Any, Final

import structlog
import uvloop

from chassis.facts.settings import Settings
from chassis.run.admission import admit
from chassis.service.platform import fit_for_production
from chassis.service.service import Service
from chassis.store.database import TRANSIENT, is_outage
from chassis.store.logins import PARTS
from chassis.telemetry import telemetry
from chassis.telemetry.collector import settle

_YOUNG: Final = 100_000
"""A batch of records is more objects than a request."""

_AGAIN_SECONDS = 10.0
"""After so long whatever has not ended is told again: Python 3.11's `wait_for` loses what it is told as it is done."""

log = structlog.get_logger()


async def _until_told(work_: Coroutine[Any, Any, None]) -> None:
    """Run until SIGTERM or Ctrl-C, then cancel and let it finish in order; what has missed that is told again."""
    settle(_YOUNG)
    task, own = asyncio.ensure_future(work_), asyncio.current_task()
    loop = asyncio.get_running_loop()

    def end() -> None:
        task.cancel()
        loop.call_later(_AGAIN_SECONDS, again)

    def again() -> None:
        if not task.done():
            left = asyncio.all_tasks(loop) - {own}  # a group tells those in it once, whatever it is told itself
            log.warning("told_to_end_again", tasks=len(left))
            for each in left:
                each.cancel()
            loop.call_later(_AGAIN_SECONDS, again)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _run(work_: Coroutine[Any, Any, None]) -> None:
    """Run a worker or a relay; ends the process with a sentence where its database is away at the start.

    Whatever happens later comes in a group, out of the tasks that are under way then.
    """
    try:
        uvloop.run(_until_told(work_))
    except TRANSIENT as error:
        if not is_outage(error):
            raise
        raise SystemExit(
            f"Chưa kết nối được cơ sở dữ liệu ({type(error).__name__}); hãy kiểm tra máy chủ và DATABASE_URL rồi chạy "
            f"lại. / The database cannot be reached ({type(error).__name__}); check the server and DATABASE_URL, then "
            "start again."
        ) from None


def main(service: Service) -> None:
    """Run one part of a service, as named on the command line."""
    part = sys.argv[1] if len(sys.argv) > 1 else ""
    settings = Settings.read()
    fit_for_production(settings)
    telemetry.setup(service.name, part, settings)
    if part in PARTS:
        admit(settings)
    match part:
        case "prepare":
            from chassis.run.preparation import prepare  # noqa: PLC0415

            prepare(service, settings)
        case "api":
            from chassis.web.api import build_api, serve  # noqa: PLC0415

            serve(build_api(service, settings), settings)
        case "worker":
            from chassis.run.worker import work  # noqa: PLC0415

            _run(work(service, settings))
        case "relay":
            from chassis.run.publisher import publish  # noqa: PLC0415

            _run(publish(service, settings))
        case _:
            raise SystemExit(f"python -m services.{service.name} prepare|api|relay|worker")
