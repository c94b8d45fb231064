"""Whether a process may begin: it logs in as itself, may not more than it needs, and time is not simulated."""

import asyncio
from math import inf
from typing import Final

import asyncpg
import structlog

from chassis.facts.settings import Settings
from chassis.store.database import CONNECT_SECONDS, TRANSIENT, is_outage, when_there_is_room
from chassis.store.logins import faults

log = structlog.get_logger()

_AGAIN_SECONDS: Final = 1.0
_SIMULATED: Final = "time_is_simulated"


def admit(settings: Settings) -> None:
    """End the process with a sentence when its login is not as it must be: in production; elsewhere the log says so.

    A database that is away is waited for in production, and left to whoever needs it first elsewhere. Raises what
    asyncpg raises when it was never prepared.
    """
    strict = settings.thidua_env == "production"
    found = [each for each in asyncio.run(_faults(settings, strict=strict)) if strict or each != _SIMULATED]
    if found and strict:
        named = ", ".join(found)
        raise SystemExit(
            f"Tài khoản cơ sở dữ liệu này không được dùng khi vận hành thật ({named}); hãy đặt DATABASE_URL của tài "
            'khoản riêng cho tiến trình, bỏ DATABASE_ROLE và chạy `prepare` (docs/operations.md, "Logins").\n'
            f"This database login is not allowed in production ({named}); set DATABASE_URL to the process's own login, "
            'unset DATABASE_ROLE and run `prepare` (docs/operations.md, "Logins").'
        )
    if found:
        log.warning("login_is_not_its_own", faults=found)


async def _faults(settings: Settings, *, strict: bool) -> list[str]:
    while True:
        try:
            return await _found(settings)
        except TRANSIENT as error:
            if not is_outage(error):
                raise
            if not strict:
                return []
            log.warning("database_away", error=type(error).__name__)
            await asyncio.sleep(_AGAIN_SECONDS)


async def _found(settings: Settings) -> list[str]:
    role = {"role": settings.database_role} if settings.database_role else {}
    session = await when_there_is_room(
        lambda: asyncpg.connect(
            settings.database_url, timeout=CONNECT_SECONDS, command_timeout=CONNECT_SECONDS, server_settings=role
        ),
        patience=inf,
    )
    try:
        return await faults(session)
    finally:
        await session.close()
