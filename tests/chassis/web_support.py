"""A real token issuer and a small real API on loopback sockets, for the tests of the HTTP side."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from time import time
from typing import Any
from uuid import UUID

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import APIRouter, FastAPI
from pydantic import Field
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chassis.facts.decider import Command
from chassis.facts.settings import Settings
from chassis.store.execute import Accepted
from chassis.web.api import AT_ROOT, Answer, Asked, State, asked_router, create_api
from chassis.web.rights import Grant, declared
from chassis.web.serve import serving
from chassis.web.tokens import Tokens
from tests.network import ONE_CALL_EACH

ANYWHERE = Settings(port=0, thidua_env="test", max_body_bytes=4096)
ALICE = UUID("0195a1de-0000-7000-8000-00000000a11c")


@dataclass
class Issuer:
    """An OIDC issuer: what it publishes, and the key with which it signs."""

    url: str = ""
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    kid: str = "first"
    published: list[dict[str, Any]] = field(default_factory=list)
    away: bool = False
    names_itself: str = ""
    asked: int = 0

    def publish(self) -> None:
        """Publish the present key beside those published before."""
        jwk = jwt.get_algorithm_by_name("EdDSA").to_jwk(self.key.public_key(), as_dict=True)
        self.published.append({**jwk, "kid": self.kid, "use": "sig", "alg": "EdDSA"})

    def token(self, *, kid: str | None = None, kind: str = "JWT", without: Sequence[str] = (), **claims: object) -> str:
        """A token for Alice, with some claims changed or left out."""
        now = int(time())
        said = {"iss": self.url, "aud": "thidua", "sub": str(ALICE), "exp": now + 300, "iat": now, **claims}
        said = {name: value for name, value in said.items() if name not in without}
        return jwt.encode(said, self.key, "EdDSA", {"kid": kid or self.kid, "typ": kind})


@asynccontextmanager
async def an_issuer() -> AsyncIterator[Issuer]:
    """An issuer on a socket of its own."""
    issuer = Issuer()
    issuer.publish()

    async def about(_: Request) -> Response:
        return JSONResponse({"issuer": issuer.names_itself or issuer.url, "jwks_uri": f"{issuer.url}/keys"})

    async def keys(_: Request) -> Response:
        issuer.asked += 1
        return Response(status_code=500) if issuer.away else JSONResponse({"keys": issuer.published})

    app = Starlette(routes=[Route("/.well-known/openid-configuration", about), Route("/keys", keys)])
    async with serving(app, ANYWHERE) as url:
        issuer.url = url
        yield issuer


class Part(Command):
    """A nested value."""

    value: Decimal = Field(ge=0, le=100)


class Pledge(Command):
    """A command with a field of each kind that the messages tell apart."""

    name: str = Field(min_length=1, max_length=8)
    year: int = 2024
    on: date | None = None
    targets: tuple[Part, ...] = ()


commands = asked_router()


class Anyone(Grant):
    """No role is asked for: the endpoints here stand for any."""

    async def before(self, asked: Asked) -> None:
        asked.granted = True


ASKS, TELLS = (declared(Anyone(frozenset(), AT_ROOT, reads)) for reads in ((), None))


@commands.post("/pledges/{id}")
@TELLS
async def pledge(id: UUID, command: Pledge, asked: Asked) -> Answer:  # noqa: A002 - accepted as it is
    """Accept anything valid."""
    return Answer(id, Accepted(position=7, version=1, command_id=asked.command_id), asked.key)


@commands.get("/pledges/{id}")
@ASKS
async def pledged(id: UUID, asked: Asked, response: Response) -> dict[str, str]:  # noqa: A002
    """Something at version 1."""
    response.headers["ETag"] = '"1"'
    return {"id": str(id)}


@commands.get("/me")
@ASKS
async def me(asked: Asked) -> dict[str, UUID]:
    """Say who asks."""
    return {"person": asked.person}


@asynccontextmanager
async def an_api(issuer: Issuer, *routers: APIRouter, ready: bool = True) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an API with these routers, or with the two endpoints above; it sends Alice's token."""

    async def is_ready() -> str:
        if not ready:
            raise ConnectionRefusedError
        return "ready"

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[State]:
        yield {"tokens": Tokens(issuer.url, "thidua"), "ready": is_ready}

    app = create_api("test", routers=routers or (commands,), lifespan=lifespan, settings=ANYWHERE)
    async with serving(app, ANYWHERE) as url, client(url, {"Authorization": f"Bearer {issuer.token()}"}) as connected:
        yield connected


def client(url: str, headers: Mapping[str, str] | None = None) -> httpx.AsyncClient:
    """A client that knows no proxy."""
    return httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=10, limits=ONE_CALL_EACH)


def code(response: httpx.Response) -> str:
    """The problem's code; asserts that the answer is a whole problem, in two languages."""
    body = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert body["status"] == response.status_code
    assert body["title"]
    assert body["detail"] not in ("", body["title"])
    kind: str = body["type"]
    return kind.removeprefix("urn:thidua:problem:")


def moment(seconds: float = 0) -> datetime:
    """Now, or some seconds from now."""
    return datetime.fromtimestamp(time() + seconds, UTC)


PLEDGES = f"/api/v1/pledges/{UUID(int=5)}"
