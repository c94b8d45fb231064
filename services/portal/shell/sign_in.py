"""Sign-in with the organisation's provider: OpenID Connect, authorization code with PKCE.

Sources: RFC 6749, RFC 7636 (PKCE), RFC 9207 (who answers), OpenID Connect Core 1.0, RFC 9700 (what goes wrong).
"""

import ssl
import time
from functools import cache
from typing import Any, Final
from uuid import UUID

import httpx
import httpx2
import structlog
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from pydantic import BaseModel

from chassis.facts.problem import AGAIN, Problem
from chassis.web.tokens import Tokens
from services.portal.shell.sessions import Session, Sessions
from services.portal.shell.settings import PortalSettings

CALLBACK: Final = "/signed-in"
EARLY_SECONDS: Final = 60.0
"""A token is exchanged so long before its end, so that it lasts for what it is sent with."""

_ABOUT_SECONDS: Final = 600.0
_AWAY: Final = (httpx.HTTPError, httpx2.HTTPError, ValueError, KeyError, TypeError)
_log = structlog.get_logger()


@cache
def _tls() -> ssl.SSLContext:
    """What the provider's certificate is checked by: made once, it takes 20 ms in which nobody else is served."""
    return httpx2.create_ssl_context()


class About(BaseModel):
    """What the provider says of itself (OpenID Connect Discovery 1.0)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    end_session_endpoint: str | None = None


def own_path(wanted: str | None) -> str:
    """Where to go after sign-in: a path of ours, never another site. Source: OWASP, unvalidated redirects."""
    if not wanted or not wanted.startswith("/") or wanted.startswith("//"):
        return "/"
    if any(character in wanted for character in "\\\r\n\t") or len(wanted) > 1000:  # noqa: PLR2004
        return "/"
    return wanted


class SignIn:
    """The portal as a client of the provider."""

    def __init__(self, settings: PortalSettings, sessions: Sessions, tokens: Tokens, http: httpx.AsyncClient) -> None:
        self._settings, self._sessions, self._tokens, self._http = settings, sessions, tokens, http
        self._about: tuple[float, About] | None = None

    async def about(self) -> About:
        """The provider's addresses, asked for every ten minutes; raises Problem 503 while it is away."""
        if self._about is not None and time.monotonic() - self._about[0] < _ABOUT_SECONDS:
            return self._about[1]
        url = f"{self._settings.thidua_issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            answer = await self._http.get(url, timeout=3)
            about = About.model_validate(answer.raise_for_status().json())
            if about.issuer != self._settings.thidua_issuer:
                raise ValueError("the discovery document names another issuer")
        except _AWAY as error:
            _log.warning("issuer_away", error=type(error).__name__)
            if self._about is not None:
                return self._about[1]
            raise _away() from None
        self._about = (time.monotonic(), about)
        return about

    def _client(self) -> AsyncOAuth2Client:
        settings = self._settings
        return AsyncOAuth2Client(
            settings.portal_client_id,
            settings.portal_client_secret,
            token_endpoint_auth_method="client_secret_basic" if settings.portal_client_secret else "none",
            scope=settings.portal_scopes,
            redirect_uri=f"{settings.portal_url}{CALLBACK}",
            code_challenge_method="S256",
            timeout=5,
            verify=_tls(),
        )

    async def begin(self, goal: str) -> tuple[str, str]:
        """The provider's address to which a browser is sent, and what it must hold when it comes back."""
        about, verifier = await self.about(), generate_token(64)
        async with self._client() as client:
            address, state = client.create_authorization_url(about.authorization_endpoint, code_verifier=verifier)
        content = {"verifier": verifier, "goal": own_path(goal), "state": state}
        return str(address), self._sessions.seal_sign_in(content)

    async def finish(self, *, state: str, code: str, issuer: str | None, held: str) -> tuple[Session, str]:
        """The session that a browser comes back to, and the page that it had asked for; raises Problem 400.

        That a code is good only once is the provider's to see to (RFC 6749 §4.1.2).
        """
        known = self._sessions.open_sign_in(held)
        about = await self.about()
        if known is None or known["state"] != state or issuer not in {None, about.issuer}:
            raise _broken_off()
        try:
            async with self._client() as client:
                answer = await client.fetch_token(
                    about.token_endpoint, code=code, code_verifier=known["verifier"], grant_type="authorization_code"
                )
        except OAuthError:
            raise _broken_off() from None
        except _AWAY:
            raise _away() from None
        tokens = _kept(answer)
        person = await self._tokens.person(f"Bearer {tokens['access']}".encode())
        return await self._sessions.begin(UUID(int=person.int), tokens), known["goal"]

    async def holds(self, session: Session) -> bool:
        """Tell whether the provider still stands for a session, whatever page is asked for; it ends where not.

        Its token must be good for this person: not withdrawn with its key, not at its end. Raises Problem 503 where
        that cannot be found out.
        """
        try:
            access = (await self.fresh(session)).tokens["access"]
            if await self._tokens.person(f"Bearer {access}".encode()) == session.person:
                return True
        except Problem as problem:
            if problem.status != 401:  # noqa: PLR2004 - not signed in
                raise
        await self._sessions.expire(session.secret)
        return False

    async def fresh(self, session: Session) -> Session:
        """The session with a token that does not end at once; raises Problem 401 when the provider gives none."""
        if session.tokens["ends"] - time.time() > EARLY_SECONDS:
            return session
        return await self._sessions.renew(session, self._refreshed)

    async def _refreshed(self, tokens: dict[str, Any]) -> dict[str, Any]:
        if tokens["ends"] - time.time() > EARLY_SECONDS:  # another request was first
            return tokens
        if not tokens.get("refresh"):
            if tokens["ends"] > time.time():
                return tokens
            raise ended()
        about = await self.about()
        try:
            async with self._client() as client:
                answer = await client.refresh_token(about.token_endpoint, refresh_token=tokens["refresh"])
        except OAuthError:
            raise ended() from None
        except _AWAY:
            if tokens["ends"] > time.time():
                return tokens
            raise _away() from None
        return {**_kept(answer), "refresh": answer.get("refresh_token", tokens["refresh"])}


def _kept(answer: dict[str, Any]) -> dict[str, Any]:
    """What is kept of the provider's answer, sealed: no id token, no profile."""
    return {
        "access": answer["access_token"],
        "refresh": answer.get("refresh_token"),
        "ends": time.time() + float(answer.get("expires_in", 300)),
    }


def ended() -> Problem:
    """The session has ended."""
    return Problem(
        401,
        "session-ended",
        "Phiên làm việc đã kết thúc; hãy đăng nhập lại, nội dung đang nhập được giữ trong 24 giờ.",
        "The session has ended; sign in again, what you were typing is kept for 24 hours.",
    )


def _broken_off() -> Problem:
    return Problem(
        400,
        "sign-in-broken-off",
        "Lần đăng nhập này không hoàn tất hoặc đã quá 10 phút; hãy đăng nhập lại từ đầu.",
        "This sign-in was not completed or took more than 10 minutes; sign in again from the start.",
    )


def _away() -> Problem:
    return Problem(
        503,
        "issuer-away",
        "Hệ thống đăng nhập tạm thời chưa sẵn sàng; hãy thử lại sau giây lát.",
        "The sign-in service is not available for the moment; try again shortly.",
        headers=AGAIN,
    )
