"""Who asks: bearer tokens (JWT) of the OIDC issuer, verified against its published keys.

Sources: RFC 6750 (bearer tokens), RFC 7519 (JWT), RFC 8725 (their dangers), OpenID Connect Discovery 1.0.
"""

import asyncio
import time
from hashlib import sha256
from typing import Final
from uuid import UUID

import httpx
import jwt
import structlog
from jwt.api_jws import PyJWS
from pydantic import BaseModel, FiniteFloat, ValidationError

from chassis.clock import Clock, system_clock
from chassis.problem import AGAIN, Problem

ALGORITHMS: Final = ("EdDSA", "ES256", "RS256")
LEEWAY: Final = 30.0
"""Seconds by which the issuer's clock may differ from ours."""

_LONGEST = 8192
_REFETCH_SECONDS = 10.0
_KEYS_SECONDS = 600.0
_REMEMBERED = 10_000
_AWAY = (httpx.HTTPError, httpx.InvalidURL, jwt.PyJWTError, ValueError, KeyError, TypeError, AttributeError)
_log = structlog.get_logger()
_jws = PyJWS(algorithms=ALGORITHMS, options={"verify_signature": True, "enforce_minimum_key_length": True})


class _Claims(BaseModel):
    """What a token must say; times are seconds since 1970."""

    iss: str
    aud: str | list[str]
    sub: UUID
    exp: FiniteFloat
    nbf: FiniteFloat = 0
    iat: FiniteFloat = 0


class Keys:
    """The issuer's public keys by id.

    Fetched when an unknown id appears, at most every 10 s; kept while the issuer is away; looked at anew after 10
    minutes, so that a withdrawn key is not trusted for ever.
    """

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer.rstrip("/")
        self._keys: dict[str, jwt.PyJWK] = {}
        self._tried = self._fetched = float("-inf")
        self._fetching = asyncio.Lock()

    async def get(self, kid: str) -> jwt.PyJWK | None:
        """The key, None when the issuer has none of this id; raises Problem 503 when it cannot be asked."""
        if kid not in self._keys or time.monotonic() - self._fetched > _KEYS_SECONDS:
            async with self._fetching:
                if time.monotonic() - self._tried > _REFETCH_SECONDS:
                    await self._fetch()
        if kid not in self._keys and self._fetched < self._tried:
            raise Problem(
                503,
                "issuer-away",
                "Hệ thống đăng nhập tạm thời chưa sẵn sàng; hãy thử lại sau giây lát.",
                "The sign-in service is not available for the moment; try again shortly.",
                headers=AGAIN,
            )
        return self._keys.get(kid)

    async def _fetch(self) -> None:
        self._tried = time.monotonic()
        try:
            async with httpx.AsyncClient(timeout=3) as client:
                about = await client.get(f"{self._issuer}/.well-known/openid-configuration")
                keys = await client.get(about.raise_for_status().json()["jwks_uri"])
            found = jwt.PyJWKSet.from_dict(keys.raise_for_status().json()).keys
        except _AWAY as error:
            _log.warning("issuer_away", error=type(error).__name__)
            return
        self._keys = {key.key_id: key for key in found if key.key_id and key.algorithm_name in ALGORITHMS}
        self._fetched = self._tried


class Tokens:
    """Tells whose token it is. Verified tokens are remembered by their digest until they expire."""

    def __init__(self, issuer: str, audience: str, clock: Clock = system_clock) -> None:
        self._issuer, self._audience, self._clock = issuer, audience, clock
        self._keys = Keys(issuer)
        self._known: dict[bytes, tuple[float, UUID]] = {}

    async def person(self, authorization: bytes) -> UUID:
        """The person behind an Authorization header; raises Problem 401 with a code for each kind of fault."""
        if authorization[:7].lower() != b"bearer ":
            raise _unauthorised("token-missing", "Hãy đăng nhập để tiếp tục.", "Sign in to continue.")
        token = authorization[7:].strip()
        if len(token) > _LONGEST:
            raise _malformed()
        digest = sha256(token).digest()
        now = self._clock().timestamp()
        expires, person = self._known.get(digest) or await self._verify(token, digest, now)
        if expires + LEEWAY <= now:
            self._known.pop(digest, None)
            raise _unauthorised(
                "token-expired",
                "Phiên đăng nhập đã hết hạn; hãy đăng nhập lại.",
                "The session has expired; sign in again.",
            )
        return person

    async def _verify(self, token: bytes, digest: bytes, now: float) -> tuple[float, UUID]:
        claims = await self._signed(token)
        audiences = [claims.aud] if isinstance(claims.aud, str) else claims.aud
        if claims.iss != self._issuer or self._audience not in audiences:
            raise _unauthorised(
                "token-not-for-us",
                "Thông tin đăng nhập không dành cho hệ thống này; hãy đăng nhập lại tại đây.",
                "This token is not meant for this system; sign in here.",
            )
        if max(claims.nbf, claims.iat) > now + LEEWAY:
            raise _unauthorised(
                "token-not-yet-valid",
                "Thông tin đăng nhập chưa có hiệu lực; hãy kiểm tra đồng hồ máy rồi đăng nhập lại.",
                "This token is not valid yet; check the clock and sign in again.",
            )
        if claims.exp + LEEWAY > now:
            while len(self._known) >= _REMEMBERED:
                del self._known[next(iter(self._known))]
            self._known[digest] = (claims.exp, claims.sub)
        return claims.exp, claims.sub

    async def _signed(self, token: bytes) -> _Claims:
        """What a token says, once its signature is known to be the issuer's."""
        try:
            header = jwt.get_unverified_header(token)
            kid, algorithm = header.get("kid"), header.get("alg")
            if not isinstance(kid, str):
                raise _malformed()
            key = await self._keys.get(kid) if algorithm in ALGORITHMS else None
            if key is None or key.algorithm_name != algorithm:
                raise _forged()
            return _Claims.model_validate_json(_jws.decode(token, key, [algorithm]))
        except jwt.InvalidSignatureError:
            raise _forged() from None
        except (jwt.PyJWTError, ValidationError, ValueError):
            raise _malformed() from None


def _unauthorised(code: str, vi: str, en: str) -> Problem:
    challenge = "Bearer" if code == "token-missing" else f'Bearer error="invalid_token", error_description="{en}"'
    return Problem(401, code, vi, en, headers={"WWW-Authenticate": challenge})


def _malformed() -> Problem:
    return _unauthorised(
        "token-malformed",
        "Thông tin đăng nhập không đúng định dạng; hãy đăng nhập lại.",
        "The token is malformed; sign in again.",
    )


def _forged() -> Problem:
    return _unauthorised(
        "token-signature",
        "Chữ ký của thông tin đăng nhập không hợp lệ; hãy đăng nhập lại.",
        "The token's signature is not valid; sign in again.",
    )
