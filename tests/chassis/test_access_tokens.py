"""Tokens: whose they are, each way in which one can be wrong, and an issuer that changes its keys or is away."""

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chassis.facts.clock import SimulatedClock
from chassis.facts.problem import Problem
from chassis.facts.settings import Settings
from chassis.web.api import build_api
from chassis.web.tokens import Tokens
from services.registry.app import SERVICE
from tests.chassis.web_support import ALICE, Issuer, an_api, an_issuer, code, moment


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    async with an_issuer() as issuer:
        yield issuer


async def _told(tokens: Tokens, token: str | bytes) -> str:
    raw = token.encode() if isinstance(token, str) else token
    with pytest.raises(Problem) as told:
        await tokens.person(b"Bearer " + raw)
    assert told.value.status == 401
    assert told.value.headers is not None
    assert told.value.headers["WWW-Authenticate"].startswith('Bearer error="invalid_token"')
    return told.value.code


def _part(value: object) -> str:
    return urlsafe_b64encode(orjson.dumps(value)).rstrip(b"=").decode()


def _unsigned(issuer: Issuer, algorithm: str) -> str:
    return f"{_part({'alg': algorithm, 'kid': issuer.kid})}.{issuer.token().split('.')[1]}."


def _signed_with_the_public_key(issuer: Issuer) -> str:
    """The classic confusion: HS256 with the bytes that everybody knows."""
    known = issuer.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    said = f"{_part({'alg': 'HS256', 'kid': issuer.kid})}.{issuer.token().split('.')[1]}"
    seal = hmac.new(known, said.encode(), hashlib.sha256).digest()
    return f"{said}.{urlsafe_b64encode(seal).rstrip(b'=').decode()}"


def _altered(issuer: Issuer) -> str:
    head, said, seal = issuer.token().split(".")
    other = issuer.token(sub=str(uuid4())).split(".")[1]
    assert said != other
    return f"{head}.{other}.{seal}"


def _by_a_stranger(issuer: Issuer) -> str:
    return Issuer(issuer.url, Ed25519PrivateKey.generate(), issuer.kid).token()


def _in(seconds: int) -> int:
    return int(time.time()) + seconds


FAULTS: dict[str, tuple[str, Callable[[Issuer], str | bytes]]] = {
    "none": ("token-signature", lambda issuer: _unsigned(issuer, "none")),
    "NONE": ("token-signature", lambda issuer: _unsigned(issuer, "NoNe")),
    "empty signature": ("token-signature", lambda issuer: _unsigned(issuer, "EdDSA")),
    "HS256 with the public key": ("token-signature", _signed_with_the_public_key),
    "altered": ("token-signature", _altered),
    "a stranger's key under a known id": ("token-signature", _by_a_stranger),
    "unknown key id": ("token-signature", lambda issuer: issuer.token(kid="unheard-of")),
    "wrong audience": ("token-not-for-us", lambda issuer: issuer.token(aud="another")),
    "wrong audiences": ("token-not-for-us", lambda issuer: issuer.token(aud=["another", "thidu"])),
    "wrong issuer": ("token-not-for-us", lambda issuer: issuer.token(iss="http://elsewhere")),
    "expired": ("token-expired", lambda issuer: issuer.token(exp=_in(-31))),
    "not before": ("token-not-yet-valid", lambda issuer: issuer.token(nbf=_in(3600))),
    "issued in the future": ("token-not-yet-valid", lambda issuer: issuer.token(iat=_in(3600))),
    "no expiry": ("token-malformed", lambda issuer: issuer.token(without=["exp"])),
    "no audience": ("token-malformed", lambda issuer: issuer.token(without=["aud"])),
    "no subject": ("token-malformed", lambda issuer: issuer.token(without=["sub"])),
    "subject is no UUID": ("token-malformed", lambda issuer: issuer.token(sub="alice")),
    "expiry is no number": ("token-malformed", lambda issuer: issuer.token(exp="soon")),
    "lives too long": ("token-lives-too-long", lambda issuer: issuer.token(exp=_in(86_400 * 3650))),
    "lives a little too long": ("token-lives-too-long", lambda issuer: issuer.token(exp=_in(86_400 + 60))),
    "lives too long, who knows since when": (
        "token-lives-too-long",
        lambda issuer: issuer.token(exp=_in(86_400 + 60), without=["iat"]),
    ),
    "a short one, who knows since when": (
        "token-lives-too-long",
        lambda issuer: issuer.token(exp=_in(60), without=["iat"]),
    ),
    "long since not before": (
        "token-lives-too-long",
        lambda issuer: issuer.token(nbf=_in(-86_400), exp=_in(60), without=["iat"]),
    ),
    "id token with a nonce": ("token-not-for-access", lambda issuer: issuer.token(nonce="n")),
    "id token with at_hash": ("token-not-for-access", lambda issuer: issuer.token(at_hash="h")),
    "id token of Keycloak": ("token-not-for-access", lambda issuer: issuer.token(typ="ID")),
    "refresh token of Keycloak": ("token-not-for-access", lambda issuer: issuer.token(typ="Refresh")),
    "id token of Cognito": ("token-not-for-access", lambda issuer: issuer.token(token_use="id")),  # noqa: S106
    "logout token": ("token-not-for-access", lambda issuer: issuer.token(events={"logout": {}})),
    "a security event": ("token-not-for-access", lambda issuer: issuer.token(kind="secevent+jwt")),
    "a proof": ("token-not-for-access", lambda issuer: issuer.token(kind="dpop+jwt")),
    "oversized": ("token-malformed", lambda issuer: issuer.token(padding="x" * 9000)),
    "garbage": ("token-malformed", lambda _: "garbage"),
    "garbage in three parts": ("token-malformed", lambda _: "a.b.c"),
    "bytes": ("token-malformed", lambda _: b"\xff\xfe.\x00.\x01"),
    "empty": ("token-malformed", lambda _: ""),
    "no key id": ("token-malformed", lambda issuer: jwt.encode({"iss": issuer.url}, issuer.key, "EdDSA")),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_faulty_token_is_refused_by_its_fault(issuer: Issuer, fault: str) -> None:
    told, make = FAULTS[fault]
    tokens = Tokens(issuer.url, "thidua")
    assert await _told(tokens, make(issuer)) == told
    assert await tokens.person(f"Bearer {issuer.token()}".encode()) == ALICE


@pytest.mark.parametrize("header", [b"", b"Basic YTpi", b"Bearer", b"token x"])
async def test_no_bearer_token_is_told_to_sign_in(header: bytes) -> None:
    with pytest.raises(Problem) as told:
        await Tokens("http://127.0.0.1:1", "thidua").person(header)
    assert (told.value.code, told.value.headers) == ("token-missing", {"WWW-Authenticate": "Bearer"})


async def test_a_good_token_tells_whose_it_is(issuer: Issuer) -> None:
    tokens = Tokens(issuer.url, "thidua")
    for token in (
        issuer.token(),
        issuer.token(aud=["other", "thidua"]),
        issuer.token(exp=_in(-20), nbf=_in(20)),
        issuer.token(exp=_in(86_400)),
        issuer.token(kind="at+jwt"),
        issuer.token(kind="application/AT+JWT"),
        issuer.token(typ="Bearer"),
        issuer.token(token_use="access"),  # noqa: S106
    ):
        assert await tokens.person(f"bearer {token}".encode()) == ALICE


async def test_the_api_answers_for_the_person(issuer: Issuer) -> None:
    async with an_api(issuer) as api:
        assert (await api.get("/api/v1/me")).json() == {"person": str(ALICE)}
        refused = await api.get("/api/v1/me", headers={"Authorization": f"Bearer {issuer.token(exp=_in(-100))}"})
        assert (refused.status_code, code(refused)) == (401, "token-expired")


async def test_a_remembered_token_expires_all_the_same(issuer: Issuer) -> None:
    clock = SimulatedClock(moment())
    tokens = Tokens(issuer.url, "thidua", clock)
    header = f"Bearer {issuer.token(exp=_in(60))}".encode()
    await tokens.person(header)
    clock.moment = moment(80)
    assert await tokens.person(header) == ALICE  # within the leeway
    clock.moment = moment(100)
    with pytest.raises(Problem, match="token-expired"):
        await tokens.person(header)


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
async def test_other_strong_algorithms_are_taken_and_bound_to_their_key(issuer: Issuer, algorithm: str) -> None:
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = (
        ec.generate_private_key(ec.SECP256R1()) if algorithm == "ES256" else rsa.generate_private_key(65537, 2048)
    )
    jwk = json.loads(jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key()))
    issuer.published.append({**jwk, "kid": algorithm})
    claims = {"iss": issuer.url, "aud": "thidua", "sub": str(ALICE), "iat": _in(0), "exp": _in(300)}
    tokens = Tokens(issuer.url, "thidua")
    good = jwt.encode(claims, key, algorithm, {"kid": algorithm})
    assert await tokens.person(f"Bearer {good}".encode()) == ALICE
    assert await _told(tokens, issuer.token(kid=algorithm)) == "token-signature"


async def test_keys_are_fetched_once_for_many_and_a_flood_of_unknown_ids_does_not_reach_the_issuer(
    issuer: Issuer,
) -> None:
    tokens = Tokens(issuer.url, "thidua")
    for _ in range(20):
        await tokens.person(f"Bearer {issuer.token(jti=str(uuid4()))}".encode())
        await _told(tokens, issuer.token(kid=str(uuid4())))
    assert issuer.asked == 1


async def test_a_new_key_is_found_and_a_withdrawn_one_forgotten(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = Tokens(issuer.url, "thidua")
    old = issuer.token()
    await tokens.person(f"Bearer {old}".encode())
    issuer.key, issuer.kid = Ed25519PrivateKey.generate(), "second"
    issuer.published.clear()
    issuer.publish()
    assert await _told(tokens, issuer.token()) == "token-signature"
    monkeypatch.setattr("chassis.web.tokens._REFETCH_SECONDS", 0)
    assert await tokens.person(f"Bearer {issuer.token()}".encode()) == ALICE
    assert await _told(tokens, Issuer(issuer.url, issuer.key, "first").token()) == "token-signature"


async def test_a_remembered_token_falls_with_its_key(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = Tokens(issuer.url, "thidua")
    seen = f"Bearer {issuer.token()}".encode()
    assert await tokens.person(seen) == ALICE
    issuer.published.clear()
    issuer.key, issuer.kid = Ed25519PrivateKey.generate(), "second"
    issuer.publish()
    monkeypatch.setattr("chassis.web.tokens._REFETCH_SECONDS", 0)
    monkeypatch.setattr("chassis.web.tokens._KEYS_SECONDS", 0)
    assert await tokens.person(f"Bearer {issuer.token()}".encode()) == ALICE
    with pytest.raises(Problem, match="token-signature"):
        await tokens.person(seen)


async def test_a_remembered_token_falls_when_another_key_takes_the_id(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = Tokens(issuer.url, "thidua")
    seen = f"Bearer {issuer.token()}".encode()
    assert await tokens.person(seen) == ALICE
    issuer.published.clear()
    issuer.key = Ed25519PrivateKey.generate()
    issuer.publish()
    monkeypatch.setattr("chassis.web.tokens._REFETCH_SECONDS", 0)
    monkeypatch.setattr("chassis.web.tokens._KEYS_SECONDS", 0)
    with pytest.raises(Problem, match="token-signature"):
        await tokens.person(seen)


async def test_a_shorter_life_may_be_demanded(issuer: Issuer) -> None:
    now = int(time.time())
    hour, minute = (issuer.token(iat=now, exp=now + seconds) for seconds in (3600, 60))
    strict = Tokens(issuer.url, "thidua", longest=600)
    assert await _told(strict, hour) == "token-lives-too-long"
    assert await strict.person(f"Bearer {minute}".encode()) == ALICE
    assert await Tokens(issuer.url, "thidua").person(f"Bearer {hour}".encode()) == ALICE


@pytest.mark.parametrize(
    "key",
    [
        {"use": "enc"},
        {"alg": "HS256", "kty": "oct", "k": "AAAA"},
        {"kty": "unheard-of"},
        {"crv": "unheard-of"},
        {"kid": None},
        {"x": "!"},
    ],
    ids=["for encryption", "a secret", "of an unknown kind", "of an unknown curve", "without an id", "broken"],
)
async def test_keys_that_are_of_no_use_are_passed_over(issuer: Issuer, key: dict[str, Any]) -> None:
    [good] = issuer.published
    issuer.published.insert(0, {**good, "kid": "bad", **key})
    tokens = Tokens(issuer.url, "thidua")
    assert await tokens.person(f"Bearer {issuer.token()}".encode()) == ALICE
    assert await _told(tokens, issuer.token(kid="bad")) == "token-signature"


async def test_keys_of_who_names_itself_otherwise_are_not_taken(issuer: Issuer) -> None:
    issuer.names_itself = "https://somebody-else.example"
    with pytest.raises(Problem) as told:
        await Tokens(issuer.url, "thidua").person(f"Bearer {issuer.token()}".encode())
    assert (told.value.status, told.value.code) == (503, "issuer-away")
    assert issuer.asked == 0


async def test_production_takes_no_keys_that_come_unprotected(issuer: Issuer) -> None:
    with pytest.raises(Problem) as told:
        await Tokens(issuer.url, "thidua", https_only=True).person(f"Bearer {issuer.token()}".encode())
    assert (told.value.code, issuer.asked) == ("issuer-away", 0)
    with pytest.raises(SystemExit, match="https://"):
        build_api(SERVICE, Settings(thidua_env="production", thidua_issuer=issuer.url))


async def test_known_keys_serve_while_the_issuer_is_away(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.web.tokens._REFETCH_SECONDS", 0)
    monkeypatch.setattr("chassis.web.tokens._KEYS_SECONDS", 0)
    tokens = Tokens(issuer.url, "thidua")
    await tokens.person(f"Bearer {issuer.token()}".encode())
    issuer.away = True
    assert await tokens.person(f"Bearer {issuer.token(jti='new')}".encode()) == ALICE
    assert issuer.asked == 2


async def test_an_issuer_never_reached_is_our_trouble_not_the_callers(issuer: Issuer) -> None:
    issuer.away = True
    with pytest.raises(Problem) as told:
        await Tokens(issuer.url, "thidua").person(f"Bearer {issuer.token()}".encode())
    assert (told.value.status, told.value.code, told.value.headers) == (503, "issuer-away", {"Retry-After": "1"})


async def test_remembered_tokens_are_bounded(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.web.tokens._REMEMBERED", 3)
    tokens = Tokens(issuer.url, "thidua")
    for number in range(10):
        await tokens.person(f"Bearer {issuer.token(jti=str(number))}".encode())
    assert len(tokens._known) == 3
