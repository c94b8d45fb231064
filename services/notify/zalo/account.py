"""The Official Account's tokens, in a private file: one refresh at a time, the new pair kept before it is used.

A pair that is refused is not asked about again by every message, but after a pause, or once somebody has put another
into the file. Source: Zalo OAuth v4. A refresh token works once, a new access token ends the old one at once, and an
error comes under HTTP 200.
"""

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlencode

import httpx
import structlog
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from services.notify.delivery.post import FAILURES, post
from services.notify.domain.zalo_answer import read_object, whole_number

log = structlog.get_logger()

REFUSED_SECONDS: Final = 900.0
"""So long a pair that was refused is not asked about again."""

LOCK_SECONDS: Final = 20.0
"""So long another process may hold the file; one that was stopped in the midst of it may hold it for ever."""

UNHEARD_SECONDS: Final = 60.0
"""The same after a request without an answer that can be understood."""

SETTLE_SECONDS: Final = 5.0
"""A process that is told to stop waits so long for a renewal, after all its messages."""

_TOO_MANY, _SERVERS_FAULT = 429, 500

Secret = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,4096}$")]
"""What can go into an HTTP header: visible ASCII letters."""


class Credentials(BaseModel):
    """What the file holds; further members stay as they are."""

    model_config = ConfigDict(extra="allow", hide_input_in_errors=True)

    app_id: str
    secret_key: Secret
    access_token: Secret
    refresh_token: Secret


class _Pair(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    access_token: Secret
    refresh_token: Secret


@dataclass(frozen=True, slots=True)
class _Vain:
    """What was asked with in vain, until when it is not asked with again, and why; `refused` when Zalo said no."""

    credentials: Credentials
    until: float
    reason: str
    refused: bool


class ZaloAccount:
    """Gives the living access token. Several processes of one machine may share the file."""

    def __init__(self, file: Callable[[], Path], http: httpx.AsyncClient, oauth_url: str) -> None:
        self._file, self._http, self._oauth_url = file, http, oauth_url.rstrip("/")
        self._credentials: Credentials | None = None
        self._vain: _Vain | None = None
        self._renewal: asyncio.Task[None] | None = None

    @property
    def given_up(self) -> str:
        """Why there are no living tokens before somebody sees to it; empty while there may be."""
        return self._vain.reason if self._vain and self._vain.refused else ""

    async def token(self) -> str:
        """The access token as last known; OSError or ValueError when the file cannot be read."""
        if self._credentials is None:
            self._credentials = self._read()
        return self._credentials.access_token

    async def renew(self, failed: str) -> bool:
        """Get another token than the one that failed; False when there is none to be had.

        Those who ask at the same time share one renewal, and it goes on when they are cancelled: a pair that was minted
        and not kept would be lost for good.
        """
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._renew(failed))
        await asyncio.shield(self._renewal)
        return self._credentials is not None and self._credentials.access_token != failed

    def give_up(self, token: str) -> None:
        """Take note that a new token was refused as well."""
        if self._credentials is not None and self._credentials.access_token == token:
            self._ask_no_more(self._credentials, "zalo-token-refused", refused=True)

    async def settled(self) -> None:
        """Wait for a renewal that is under way, not for ever."""
        if self._renewal is not None:
            await asyncio.wait([self._renewal], timeout=SETTLE_SECONDS)
            self._renewal.cancel()

    async def _renew(self, failed: str) -> None:
        try:
            async with _locked(self._file().with_suffix(".lock")):
                living = self._credentials = self._read()
                if self._vain and self._vain.credentials != living:
                    self._vain = None
                if living.access_token == failed and not (self._vain and time.monotonic() < self._vain.until):
                    await self._refresh(living)
        except (OSError, ValueError) as error:
            log.warning("zalo_token_not_renewed", error=type(error).__name__)

    async def _refresh(self, living: Credentials) -> None:
        """Ask for a new pair, keep it, and only then use it; one that cannot be used never replaces the old."""
        form = {"app_id": living.app_id, "grant_type": "refresh_token", "refresh_token": living.refresh_token}
        headers = {"secret_key": living.secret_key, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            heard = await post(self._http, f"{self._oauth_url}/v4/oa/access_token", urlencode(form).encode(), headers)
        except FAILURES as error:
            self._ask_no_more(living, type(error).__name__, refused=False)
            return
        answer = read_object(heard.body)
        try:
            pair = _Pair.model_validate(answer)
        except ValidationError:
            code = whole_number(answer.get("error"))
            refused = bool(answer) and heard.status != _TOO_MANY and heard.status < _SERVERS_FAULT
            self._ask_no_more(living, f"zalo{code}" if code else "zalo-no-tokens", refused=refused)
            return
        renewed = living.model_copy(update=pair.model_dump())
        _keep(self._file(), renewed)
        self._credentials, self._vain = renewed, None
        if renewed.access_token == living.access_token:
            self._ask_no_more(renewed, "zalo-token-refused", refused=True)

    def _ask_no_more(self, credentials: Credentials, reason: str, *, refused: bool) -> None:
        log.warning("zalo_token_not_renewed", error=reason)
        pause = REFUSED_SECONDS if refused else UNHEARD_SECONDS
        self._vain = _Vain(credentials, time.monotonic() + pause, reason, refused)

    def _read(self) -> Credentials:
        return Credentials.model_validate_json(self._file().read_bytes())


def _keep(file: Path, credentials: Credentials) -> None:
    """Replace the file in one step; durable when this returns, because a lost refresh token is lost for good."""
    unfinished = file.with_suffix(f".{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(credentials.model_dump_json(indent=2))
        out.flush()
        os.fsync(out.fileno())
    unfinished.replace(file)


def _is_ours(descriptor: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


@asynccontextmanager
async def _locked(path: Path) -> AsyncIterator[None]:
    """One process at a time; TimeoutError when another one does not let go."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        async with asyncio.timeout(LOCK_SECONDS):
            while not _is_ours(descriptor):  # noqa: ASYNC110 - other processes tell nothing
                await asyncio.sleep(0.05)
        yield
    finally:
        os.close(descriptor)
