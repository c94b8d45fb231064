"""OpenID Connect sign-in at the local issuer: the authorization code flow with PKCE, by choosing one of the cast.

Sources: RFC 6749 §4.1, RFC 7636, RFC 9207. Codes and refresh tokens are signed by the issuer's own key and hold
all they stand for; a code is good once, for a minute.
"""

import hashlib
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID, uuid4

import jwt
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from deploy.local.cast import read_cast
from deploy.local.pages import Pages

CODE_SECONDS = 60
ACCESS_SECONDS = 600
REFRESH_SECONDS = 12 * 3600

Sign = Callable[[dict[str, Any], str], str]
"""Signs claims as a token of a type."""

Check = Callable[[str, str], dict[str, Any]]
"""Gives the claims of a token of a type; raises jwt.PyJWTError."""


def add_code_flow(  # noqa: PLR0917
    app: FastAPI, data: Path, issuer: str, sign: Sign, check: Check, pages: Pages
) -> None:
    """Give the issuer its pages and endpoints for signing in."""
    used: set[str] = set()

    @app.get("/authorize")
    async def authorize(  # noqa: PLR0917
        client_id: str, redirect_uri: str, state: str, code_challenge: str, code_challenge_method: str = "",
        nonce: str = "", sub: UUID | None = None,
    ) -> Response:  # fmt: skip
        if code_challenge_method != "S256" or not redirect_uri.startswith(("http://127.0.0.1:", "http://localhost:")):
            return JSONResponse({"error": "invalid_request"}, 400)
        if sub is None:
            given = {
                "client_id": client_id, "redirect_uri": redirect_uri, "state": state, "nonce": nonce,
                "code_challenge": code_challenge, "code_challenge_method": code_challenge_method,
            }  # fmt: skip
            links = [(member, f"/authorize?{urlencode({**given, 'sub': member.id})}") for member in read_cast(data)]
            return pages.show("cast.html", links=links)
        code = sign(
            {
                "sub": str(sub), "client": client_id, "back": redirect_uri, "challenge": code_challenge,
                "nonce": nonce, "jti": str(uuid4()), "exp": int(time.time()) + CODE_SECONDS,
            },
            "code+jwt",
        )  # fmt: skip
        return RedirectResponse(f"{redirect_uri}?{urlencode({'code': code, 'state': state, 'iss': issuer})}", 303)

    @app.post("/oauth/token")
    async def exchange(request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        client_id = form.get("client_id", "")
        try:
            if form.get("grant_type") == "authorization_code":
                known = check(form.get("code", ""), "code+jwt")
                challenge = (
                    urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
                    .rstrip(b"=")
                    .decode()
                )
                asked = (known["client"], known["back"], known["challenge"])
                if asked != (client_id, form.get("redirect_uri"), challenge) or known["jti"] in used:
                    raise jwt.InvalidTokenError
                used.add(known["jti"])
            else:
                known = check(form.get("refresh_token", ""), "refresh+jwt")
        except jwt.PyJWTError:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        common = {"iss": issuer, "sub": known["sub"], "iat": now}
        return JSONResponse(
            {
                "access_token": sign({**common, "aud": "thidua", "exp": now + ACCESS_SECONDS}, "at+jwt"),
                "id_token": sign(
                    {**common, "aud": client_id, "nonce": known.get("nonce", ""), "exp": now + ACCESS_SECONDS}, "JWT"
                ),
                "refresh_token": sign({**common, "exp": now + REFRESH_SECONDS}, "refresh+jwt"),
                "token_type": "Bearer",
                "expires_in": ACCESS_SECONDS,
            },
            headers={"Cache-Control": "no-store"},
        )
