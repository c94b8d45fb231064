"""The local token issuer: whoever asks becomes whoever they name, so it must never run in production.

`python -m deploy.local.issuer --port N --data DIR`. It has just enough of OpenID Connect that a service which trusts a
real identity provider trusts this one without another line of code: discovery, a key set, signed bearer tokens. It
starts only where the environment variable THIDUA_ENV says `local` or `test`: unset means production, as everywhere.
"""

import argparse
import hashlib
import json
import os
import time
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from fastapi import FastAPI, Response
from jwt.algorithms import OKPAlgorithm
from pydantic import BaseModel, ConfigDict, Field

from deploy.local.code_flow import add_code_flow
from deploy.local.files import write_atomically
from deploy.local.loopback import application, listen, run, serve, url_of
from deploy.local.pages import Pages
from deploy.local.trouble import CannotStart

ALGORITHM = "EdDSA"
AUDIENCE = "thidua"
PAGES = Pages(Path(__file__).parent)


class TokenWish(BaseModel):
    """Whose token is wanted, for how many seconds (below zero: one that has already expired), and for whom."""

    model_config = ConfigDict(extra="forbid")

    sub: UUID
    expires_in: int = Field(default=3600, ge=-86_400, le=86_400)
    aud: str = Field(default=AUDIENCE, min_length=1, max_length=100)


class Token(BaseModel):
    """A bearer token, as OAuth 2.0 answers it (RFC 6749 §5.1)."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - a kind, not a secret
    expires_in: int


def create(data: Path, issuer: str) -> FastAPI:
    """Return the application that signs as `issuer` (its base URL) with the key in `data`/issuer, made at first use."""
    if os.environ.get("THIDUA_ENV") not in ("local", "test"):
        raise CannotStart(
            "Bộ cấp thẻ thử không được chạy ở môi trường thật; hãy đặt OIDC của đơn vị thay cho nó, còn trên máy phát "
            "triển thì đặt THIDUA_ENV=local.",
            "The local issuer must never run in production; use your organisation's OpenID Connect provider instead, "
            "or set THIDUA_ENV=local on a developer's machine.",
        )
    key = _own_key(data / "issuer")
    public = _public_jwk(key)
    app = application("Token issuer")

    def sign(claims: dict[str, Any], kind: str) -> str:
        return jwt.encode(claims, key, ALGORITHM, headers={"kid": public["kid"], "typ": kind})

    def check(token: str, kind: str) -> dict[str, Any]:
        if jwt.get_unverified_header(token).get("typ") != kind:
            raise jwt.InvalidTokenError
        known: dict[str, Any] = jwt.decode(token, key.public_key(), [ALGORITHM])
        return known

    add_code_flow(app, data, issuer, sign, check, PAGES)

    @app.get("/.well-known/openid-configuration")
    async def discover() -> dict[str, Any]:
        return {
            "issuer": issuer,
            "jwks_uri": f"{issuer}/jwks.json",
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/oauth/token",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "authorization_response_iss_parameter_supported": True,
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
        }

    @app.get("/jwks.json")
    async def list_keys() -> dict[str, list[dict[str, str]]]:
        return {"keys": [public]}

    @app.post("/token")
    async def issue(wish: TokenWish) -> Token:
        now = int(time.time())
        begins = now + min(0, wish.expires_in)
        claims = {"iss": issuer, "aud": wish.aud, "sub": str(wish.sub), "iat": begins, "nbf": begins}
        claims["exp"] = now + wish.expires_in
        return Token(access_token=sign(claims, "at+jwt"), expires_in=wish.expires_in)

    @app.get("/")
    async def show() -> Response:
        return PAGES.show("issuer.html", issuer=issuer, kid=public["kid"])

    return app


def _own_key(folder: Path) -> Ed25519PrivateKey:
    file = folder / "key.pem"
    if not file.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = Ed25519PrivateKey.generate()
        pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_atomically(file, pem.decode("ascii"))
    key = load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise CannotStart(
            f"Khóa trong {file} không phải Ed25519; hãy xóa tệp này rồi chạy lại.",
            f"The key in {file} is not an Ed25519 key; delete this file and run again.",
        )
    return key


def _public_jwk(key: Ed25519PrivateKey) -> dict[str, str]:
    parts: dict[str, str] = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
    needed = {name: parts[name] for name in ("crv", "kty", "x")}
    thumbprint = hashlib.sha256(json.dumps(needed, separators=(",", ":"), sort_keys=True).encode()).digest()
    kid = urlsafe_b64encode(thumbprint).rstrip(b"=").decode("ascii")  # RFC 7638
    return {**needed, "kid": kid, "use": "sig", "alg": ALGORITHM}


def main(options: argparse.Namespace) -> None:
    """Run until stopped."""
    sock = listen(options.port)
    serve(create(options.data, url_of(sock)), sock)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="issuer", description="Signs tokens for development; never for production.")
    parser.add_argument("--port", type=int, required=True, metavar="N")
    run(main, parser)
