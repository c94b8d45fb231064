"""The Official Account's credentials: one living pair of tokens, rotated by each refresh, kept in a private file."""

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import BaseModel

from deploy.local.files import write_atomically

ACCESS_SECONDS = 90_000  # 25 hours
REFRESH_SECONDS = 90 * 86_400
ERROR_DOC = "https://developers.zalo.me/docs/social-api/tham-khao/ma-loi"
REFUSALS = {
    -14002: "Invalid app id",
    -14004: "Invalid secret key",
    -14014: "Invalid refresh token",
    -14018: "Invalid grant type",
}


class Credentials(BaseModel):
    """What the application has to know to act for the account; times in seconds since 1970."""

    app_id: str
    secret_key: str
    oa_id: str
    access_token: str
    refresh_token: str
    access_expires_at: float
    refresh_expires_at: float


class OaAccount:
    """The account; a refresh token works once, and a new access token ends the old one at once.

    The file always holds the living pair, so that a client which lost its tokens can read them there again.
    """

    def __init__(self, file: Path, clock: Callable[[], float]) -> None:
        self._file = file
        self._clock = clock
        if file.exists():
            self.credentials = Credentials.model_validate_json(file.read_text())
        else:
            app_id, oa_id = (str(10**18 + secrets.randbelow(9 * 10**18)) for _ in range(2))
            self._keep(self._minted(app_id=app_id, secret_key=secrets.token_urlsafe(15), oa_id=oa_id))

    def knows(self, access_token: str | None) -> bool:
        """Tell whether this access token is the living one."""
        living = self.credentials
        return access_token == living.access_token and self._clock() < living.access_expires_at

    def expire_access_token(self) -> None:
        """Let the living access token end now."""
        self._keep(self.credentials.model_copy(update={"access_expires_at": self._clock()}))

    def refresh(self, form: Mapping[str, str], secret_key: str | None) -> dict[str, object]:
        """Answer a token request: a new pair, or the error as Zalo's OAuth server words it."""
        living = self.credentials
        if form.get("app_id") != living.app_id:
            return _refused(-14002)
        if secret_key != living.secret_key:
            return _refused(-14004)
        if form.get("grant_type") != "refresh_token":
            return _refused(-14018)
        if form.get("refresh_token") != living.refresh_token or self._clock() >= living.refresh_expires_at:
            return _refused(-14014)
        self._keep(self._minted(app_id=living.app_id, secret_key=living.secret_key, oa_id=living.oa_id))
        return {
            "access_token": self.credentials.access_token,
            "refresh_token": self.credentials.refresh_token,
            "expires_in": str(ACCESS_SECONDS),
        }

    def _minted(self, *, app_id: str, secret_key: str, oa_id: str) -> Credentials:
        return Credentials(
            app_id=app_id,
            secret_key=secret_key,
            oa_id=oa_id,
            access_token=secrets.token_urlsafe(48),
            refresh_token=secrets.token_urlsafe(48),
            access_expires_at=self._clock() + ACCESS_SECONDS,
            refresh_expires_at=self._clock() + REFRESH_SECONDS,
        )

    def _keep(self, credentials: Credentials) -> None:
        write_atomically(self._file, credentials.model_dump_json(indent=2))
        self.credentials = credentials


def _refused(error: int) -> dict[str, object]:
    name = REFUSALS[error]
    return {"error": error, "error_name": name, "error_reason": name, "error_description": name, "ref_doc": ERROR_DOC}
