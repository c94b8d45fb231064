"""Who asks: bearer tokens (JWT) of the OIDC issuer, verified against its published keys.

Sources: RFC 6750 (bearer tokens), RFC 7519 (JWT), RFC 8725 (their dangers), RFC 9068 (JWT for access), OpenID Connect
Core and Discovery 1.0.
"""

import asyncio
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import httpx
import jwt
import structlog
from jwt.api_jws import PyJWS
from pydantic import BaseModel, FiniteFloat, ValidationError

from chassis.facts.clock import Clock, system_clock
from chassis.facts.problem import AGAIN, Problem

ALGORITHMS: Final = ("EdDSA", "ES256", "RS256")
LEEWAY: Final = 30.0
"""Seconds by which the issuer's clock may differ from ours."""

LONGEST_LIFE: Final = 86_400.0
"""Seconds from its issue for which a token may be good: what is lost or stolen ends within a day."""

_FOR_ACCESS: Final = frozenset({"jwt", "at+jwt", "application/at+jwt"})
_USES: Final = frozenset({"bearer", "dpop", "access", "at+jwt", "jwt"})
_LONGEST = 8192
_REFETCH_SECONDS = 10.0
_KEYS_SECONDS = 600.0
_REMEMBERED = 10_000
_AWAY = (httpx.HTTPError, httpx.InvalidURL, jwt.PyJWTError, ValueError, KeyError, TypeError, AttributeError)
_log = structlog.get_logger()
_jws = PyJWS(algorithms=ALGORITHMS, options={"verify_signature": True, "enforce_minimum_key_length": True})


class _Claims(BaseModel):
    """What a token must say; times are seconds since 1970. The last ones tell what kind of token it is."""

    iss: str
    aud: str | list[str]
    sub: UUID
    exp: FiniteFloat
    nbf: FiniteFloat = 0
    iat: FiniteFloat | None = None
    typ: Any = None
    token_use: Any = None
    nonce: Any = None
    at_hash: Any = None
    c_hash: Any = None
    s_hash: Any = None
    events: Any = None

    def for_access(self) -> bool:
        """Tell whether nothing shows that it is an id token, a refresh token or a logout token.

        Providers that do not set the header `typ` of RFC 9068 say it in one of these ways.
        """
        marks = (self.nonce, self.at_hash, self.c_hash, self.s_hash, self.events)
        uses = (use for use in (self.typ, self.token_use) if use is not None)
        return all(mark is None for mark in marks) and all(str(use).lower() in _USES for use in uses)


@dataclass(frozen=True, slots=True)
class _Verified:
    """A token that was found good: whose it is, until when, and by which key."""

    expires: float
    person: UUID
    kid: str
    key: jwt.PyJWK


class Keys:
    """The issuer's public keys by id; taken only from who names itself as this issuer, and over HTTPS if so demanded.

    Fetched when an unknown id appears, at most every 10 s; kept while the issuer is away; looked at anew after 10
    minutes, so that a withdrawn key is not trusted for ever.
    """

    def __init__(self, issuer: str, *, https_only: bool = False) -> None:
        self._issuer, self._https_only = issuer, https_only
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
                answer = await client.get(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
                about = answer.raise_for_status().json()
                if about["issuer"] != self._issuer:
                    raise ValueError("the discovery document names another issuer")
                if self._https_only and not str(about["jwks_uri"]).startswith("https://"):
                    raise ValueError("the keys do not come over HTTPS")
                keys = await client.get(about["jwks_uri"])
            found = jwt.PyJWKSet.from_dict(keys.raise_for_status().json()).keys
        except _AWAY as error:
            why = str(error) if type(error) is ValueError else type(error).__name__
            _log.warning("issuer_away", error=why)
            return
        self._keys = {
            key.key_id: key
            for key in found
            if key.key_id and key.algorithm_name in ALGORITHMS and key.public_key_use in {None, "sig"}
        }
        self._fetched = self._tried


class Tokens:
    """Tells whose token it is. Verified tokens are remembered by their digest until they expire or lose their key."""

    def __init__(
        self,
        issuer: str,
        audience: str,
        clock: Clock = system_clock,
        *,
        https_only: bool = False,
        longest: float = LONGEST_LIFE,
    ) -> None:
        self._issuer, self._audience, self._clock, self._longest = issuer, audience, clock, longest
        self._keys = Keys(issuer, https_only=https_only)
        self._known: dict[bytes, _Verified] = {}

    async def person(self, authorization: bytes) -> UUID:
        """The person behind an Authorization header; raises Problem 401 with a code for each kind of fault."""
        if authorization[:7].lower() != b"bearer ":
            raise _unauthorised("token-missing", "Hãy đăng nhập để tiếp tục.", "Sign in to continue.")
        token = authorization[7:].strip()
        if len(token) > _LONGEST:
            raise _malformed()
        digest = sha256(token).digest()
        now = self._clock().timestamp()
        known = self._known.get(digest)
        if known is None or await self._keys.get(known.kid) is not known.key:  # withdrawn, or fetched anew
            self._known.pop(digest, None)
            known = await self._verify(token, digest, now)
        if known.expires + LEEWAY <= now:
            self._known.pop(digest, None)
            raise _unauthorised(
                "token-expired",
                "Phiên đăng nhập đã hết hạn; hãy đăng nhập lại.",
                "The session has expired; sign in again.",
            )
        return known.person

    async def _verify(self, token: bytes, digest: bytes, now: float) -> _Verified:
        claims, kid, key = await self._signed(token)
        audiences = [claims.aud] if isinstance(claims.aud, str) else claims.aud
        if claims.iss != self._issuer or self._audience not in audiences:
            raise _unauthorised(
                "token-not-for-us",
                "Thông tin đăng nhập không dành cho hệ thống này; hãy đăng nhập lại tại đây.",
                "This token is not meant for this system; sign in here.",
            )
        if max(claims.nbf, claims.iat or 0) > now + LEEWAY:
            raise _unauthorised(
                "token-not-yet-valid",
                "Thông tin đăng nhập chưa có hiệu lực; hãy kiểm tra đồng hồ máy rồi đăng nhập lại.",
                "This token is not valid yet; check the clock and sign in again.",
            )
        since = claims.nbf if claims.iat is None else claims.iat  # of neither: it may have been good for ever
        if claims.exp - since > self._longest + LEEWAY:
            raise _unauthorised(
                "token-lives-too-long",
                "Thông tin đăng nhập có thời hạn dài hơn mức cho phép nên không được nhận; hãy đăng nhập lại.",
                "This token is good for longer than is taken here; sign in again.",
            )
        verified = _Verified(claims.exp, claims.sub, kid, key)
        if claims.exp + LEEWAY > now:
            while len(self._known) >= _REMEMBERED:
                del self._known[next(iter(self._known))]
            self._known[digest] = verified
        return verified

    async def _signed(self, token: bytes) -> tuple[_Claims, str, jwt.PyJWK]:
        """What a token says, once its signature is known to be the issuer's; and the key that shows it."""
        try:
            header = jwt.get_unverified_header(token)
            kid, algorithm = header.get("kid"), header.get("alg")
            if not isinstance(kid, str):
                raise _malformed()
            key = await self._keys.get(kid) if algorithm in ALGORITHMS else None
            if key is None or key.algorithm_name != algorithm:
                raise _forged()
            claims = _Claims.model_validate_json(_jws.decode(token, key, [algorithm]))
        except jwt.InvalidSignatureError:
            raise _forged() from None
        except (jwt.PyJWTError, ValidationError, ValueError):
            raise _malformed() from None
        kind = header.get("typ", "JWT")
        if not isinstance(kind, str) or kind.lower() not in _FOR_ACCESS or not claims.for_access():
            raise _unauthorised(
                "token-not-for-access",
                "Thông tin gửi kèm không phải thẻ truy cập (access token); hãy gửi access token của phiên đăng nhập.",
                "This is no access token (an id token, perhaps); send the access token of the session.",
            )
        return claims, kid, key


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
