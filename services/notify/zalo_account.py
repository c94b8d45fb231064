"""The Official Account's tokens, in a private file: one refresh at a time, the new pair kept before it is used.

Source: Zalo OAuth v4. A refresh token works once, and a new access token ends the old one at once.
"""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import structlog
from pydantic import BaseModel, ConfigDict

log = structlog.get_logger()


class Credentials(BaseModel):
    """What the file holds; further members stay as they are."""

    model_config = ConfigDict(extra="allow", hide_input_in_errors=True)

    app_id: str
    secret_key: str
    access_token: str
    refresh_token: str


class _Pair(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    access_token: str
    refresh_token: str


class ZaloAccount:
    """Gives the living access token. Several processes of one machine may share the file."""

    def __init__(self, file: Callable[[], Path], http: httpx.AsyncClient, oauth_url: str) -> None:
        self._file, self._http, self._oauth_url = file, http, oauth_url.rstrip("/")
        self._credentials: Credentials | None = None
        self._turn = asyncio.Lock()

    async def token(self) -> str:
        """The access token as last known; OSError or ValueError when the file cannot be read."""
        if self._credentials is None:
            self._credentials = self._read()
        return self._credentials.access_token

    async def renew(self, failed: str) -> bool:
        """Get another token than the one that failed; False when there is none to be had."""
        async with self._turn, _locked(self._file().with_suffix(".lock")):
            try:
                self._credentials = self._read()
                if self._credentials.access_token == failed:  # else somebody else was faster
                    self._credentials = await self._refresh(self._credentials)
            except (OSError, ValueError, httpx.HTTPError) as error:
                log.warning("zalo_token_not_renewed", error=type(error).__name__)
                return False
            return True

    async def _refresh(self, living: Credentials) -> Credentials:
        answer = await self._http.post(
            f"{self._oauth_url}/v4/oa/access_token",
            data={
                "app_id": living.app_id,
                "grant_type": "refresh_token",
                "refresh_token": living.refresh_token,
            },
            headers={"secret_key": living.secret_key},
        )
        pair = _Pair.model_validate_json(answer.content)
        renewed = living.model_copy(update=pair.model_dump())
        _keep(self._file(), renewed)
        return renewed

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


@asynccontextmanager
async def _locked(path: Path) -> AsyncIterator[None]:
    """One process at a time; waiting for the others does not stop this one's other work."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        await asyncio.to_thread(fcntl.flock, descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
