"""The local issuer over real sockets: its tokens verify as those of any OpenID Connect provider, and only there."""

import asyncio
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from deploy.local.issuer import create
from deploy.local.loopback import listen, serving, url_of
from deploy.local.trouble import CannotStart

ROOT = Path(__file__).parents[2]
PERSON = "5f1d3c8e-2f0a-4f6b-9a52-0b5f6c2d7e11"


@asynccontextmanager
async def running(data: Path) -> AsyncIterator[httpx.AsyncClient]:
    sock = listen(0)
    async with serving(create(data, url_of(sock)), sock) as url, httpx.AsyncClient(base_url=url) as client:
        yield client


@pytest.fixture
async def issuer(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with running(tmp_path) as client:
        yield client


async def token_for(issuer: httpx.AsyncClient, **wish: Any) -> str:
    answer = (await issuer.post("/token", json={"sub": PERSON, **wish})).raise_for_status().json()
    assert answer["token_type"] == "Bearer"  # noqa: S105 - a kind, not a secret
    assert answer["expires_in"] == wish.get("expires_in", 3600)
    token: str = answer["access_token"]
    return token


async def verify(issuer: httpx.AsyncClient, token: str) -> dict[str, Any]:
    """Verify as a service does: by discovery and the key set alone, with PyJWT's own client."""
    found = (await issuer.get("/.well-known/openid-configuration")).json()
    key = await asyncio.to_thread(jwt.PyJWKClient(found["jwks_uri"]).get_signing_key_from_jwt, token)
    claims: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=found["id_token_signing_alg_values_supported"],
        audience="thidua",
        issuer=found["issuer"],
        options={"require": ["iss", "aud", "sub", "iat", "nbf", "exp"]},
    )
    return claims


async def test_a_token_names_the_person_and_verifies_by_discovery(issuer: httpx.AsyncClient) -> None:
    claims = await verify(issuer, await token_for(issuer, expires_in=120))
    assert claims["sub"] == PERSON
    assert claims["iss"] == str(issuer.base_url).rstrip("/")
    assert claims["exp"] - claims["iat"] == 120


async def test_expired_and_foreign_tokens_can_be_had_and_are_refused(issuer: httpx.AsyncClient, tmp_path: Path) -> None:
    with pytest.raises(jwt.ExpiredSignatureError):
        await verify(issuer, await token_for(issuer, expires_in=-5))
    with pytest.raises(jwt.InvalidAudienceError):
        await verify(issuer, await token_for(issuer, aud="another"))
    async with running(tmp_path / "another") as stranger:
        foreign = await token_for(stranger)
    with pytest.raises(jwt.PyJWKClientError):
        await verify(issuer, foreign)


async def test_the_key_is_private_and_survives_a_restart(tmp_path: Path) -> None:
    async with running(tmp_path) as issuer:
        before = (await issuer.get("/jwks.json")).json()
    async with running(tmp_path) as issuer:
        assert (await issuer.get("/jwks.json")).json() == before
    (key,) = before["keys"]
    assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}
    assert stat.S_IMODE((tmp_path / "issuer" / "key.pem").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "wish",
    [{"sub": "nobody"}, {}, {"sub": PERSON, "role": "operator"}, {"sub": PERSON, "expires_in": 10**9}],
)
async def test_a_wish_that_makes_no_sense_is_refused(issuer: httpx.AsyncClient, wish: dict[str, Any]) -> None:
    assert (await issuer.post("/token", json=wish)).status_code == 422


async def test_a_web_page_of_somebody_else_cannot_ask(issuer: httpx.AsyncClient) -> None:
    as_form = {"Content-Type": "text/plain"}  # all that a page may send across origins unasked
    assert (await issuer.post("/token", content=f'{{"sub":"{PERSON}"}}', headers=as_form)).status_code == 422
    assert (await issuer.post("/token", json={"sub": PERSON}, headers={"Host": "evil.example"})).status_code == 400


async def test_its_page_says_that_it_must_never_run_in_production(issuer: httpx.AsyncClient) -> None:
    page = await issuer.get("/")
    assert "Không bao giờ được chạy ở môi trường thật" in page.text
    assert "must never run in production" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_a_key_of_another_kind_is_named(tmp_path: Path) -> None:
    file = tmp_path / "issuer" / "key.pem"
    file.parent.mkdir()
    file.write_bytes(X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(CannotStart, match="Ed25519"):
        create(tmp_path, "http://127.0.0.1:1")


@pytest.mark.parametrize(
    "environment",
    [{"THIDUA_ENV": "production"}, {"THIDUA_ENV": "Production"}, {"THIDUA_ENV": ""}, {}],
    ids=["production", "misspelt", "empty", "unset"],
)
def test_as_a_process_it_refuses_what_is_not_said_to_be_local(tmp_path: Path, environment: dict[str, str]) -> None:
    argv = [sys.executable, "-m", "deploy.local.issuer", "--port", "0", "--data", str(tmp_path)]
    done = subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 1
    assert "must never run in production" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "issuer").exists()
