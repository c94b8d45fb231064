"""What is asked of a platform that was carried on: every query, every read model, every dead letter."""

import re
from collections.abc import AsyncIterator
from typing import Any, Final
from urllib.parse import urlencode

import asyncpg
import httpx

from chassis.facts.projection import Projection
from chassis.views.rebuild import Rebuild
from cli.connect import effects, reaching, service, settings
from cli.differences import compared
from contracts import SERVICES
from contracts.values import DocumentKind
from deploy.local.run_info import RunInfo
from services import ALL
from services.notify.domain.rules import RULES

NOT_YET: Final = frozenset({
    "confirmation", "deadline", "delegation", "document", "evidence", "exemplar", "inspection", "obstacle", "proposal",
    "file", "paper", "personal_registration", "publicity", "receipt", "report", "review", "text", "violation",
})  # fmt: skip
"""Things of which a folder of an earlier release has none."""

_ASKED: Final = {
    "after": "2024-11-20", "indicator": "health_insurance_coverage", "kind": DocumentKind.DECISION_DOCUMENT,
    "on": "2024-11-20", "q": "van", "year": "2024", "first_year": "2022", "last_year": "2024",
    "table": "support", "column": "cards",
}  # fmt: skip
"""What is asked for where a query requires a parameter; one that is named as a thing's id is that of such a thing."""


async def wrong(info: RunInfo) -> list[str]:
    """What does not answer, what is parked, and which read models and topics are not what the events say."""
    return [each for asked in (_queries, _read_models, _topics) async for each in asked(info)]


async def _queries(info: RunInfo) -> AsyncIterator[str]:
    """Queries that nobody who holds a role is answered, or that fail."""
    streams, people = await _streams(info)
    async with httpx.AsyncClient(timeout=30) as http:
        tokens = [
            (await http.post(f"{info.issuer.url}/token", json={"sub": person})).json()["access_token"]
            for person in people
        ]
        for name in ALL:
            base = info.services[name].url
            paths: dict[str, Any] = (await http.get(f"{base}/api/v1/openapi.json")).json()["paths"]
            for path in (path for path, methods in paths.items() if "get" in methods and "/jobs/" not in path):
                if _noun(path) in NOT_YET and not streams.get(_noun(path)):
                    continue
                answers = [
                    await http.get(f"{base}{url}", headers={"Authorization": f"Bearer {token}"})
                    for url in _filled(path, paths[path]["get"], streams)
                    for token in tokens
                ]
                if failed := next((each for each in answers if each.is_server_error), None):
                    yield f"{name} {path}: {failed.status_code} {failed.text}"
                if not any(each.is_success for each in answers):
                    yield f"{name} {path}: answers nobody"


def _filled(path: str, query: dict[str, Any], streams: dict[str, list[str]]) -> list[str]:
    """Addresses that a path with an id stands for: one of what its noun names, as /units/{id} does."""
    required = [each["name"] for each in query.get("parameters", []) if each.get("required") and each["in"] == "query"]
    asked = {name: streams[name.removesuffix("_id")][0] if name.endswith("_id") else _ASKED[name] for name in required}
    query_of = f"?{urlencode(asked)}" if asked else ""
    noun = _noun(path)
    if not noun:
        return [path + query_of]
    address = re.sub(r"\{[^}]+\}", "{}", path) + query_of
    return [address.format(*each.split()) for each in streams.get(noun, [])[:3]]


def _noun(path: str) -> str:
    """What the thing is called that a path has the id of, the last of several; nothing where it has none."""
    found: list[str] = re.findall(r"/([\w-]+)/\{[^}]+\}", path)
    if not found:
        return ""
    own = {"people": "person", "personal-registrations": "personal_registration"}
    return own.get(found[-1], found[-1].rpartition("-")[2].removesuffix("s"))


async def _streams(info: RunInfo) -> tuple[dict[str, list[str]], list[str]]:
    """Ids by the noun of their stream, a file's behind its card's, and those persons who hold different roles."""
    ids: dict[str, list[str]] = {"template": sorted({rule.template for rule in RULES.values()})}
    people: dict[str, str] = {}
    for name in (each for each in ALL if each != "portal"):
        connection = await asyncpg.connect(info.database(name))
        try:
            for (stream,) in await connection.fetch("select distinct stream from store.events"):
                noun, _, key = stream.partition("-")
                ids.setdefault(noun, []).append(key)
            attached = await connection.fetch(
                "select data ->> 'scorecard_id', data #>> '{file,sha256}' from store.events"
                " where type like '%.EvidenceAttached.v1'"
            )
            if attached:
                ids["evidence"] = [" ".join(each) for each in attached]
            granted = await connection.fetch(
                "select data ->> 'role', data ->> 'person_id' from store.events where type like '%.RoleGranted.v1'"
            )
            people |= dict(map(tuple, granted))
        finally:
            await connection.close()
    return ids, sorted(set(people.values()))


async def _read_models(info: RunInfo) -> AsyncIterator[str]:
    """Read models that a rebuild makes otherwise, records that are parked."""
    for name in ALL:
        async with reaching(name, settings(name, info.data)) as platform:
            for effect, topics in effects(service(name), platform).values():
                if isinstance(effect, Projection):
                    build = Rebuild(platform.store, effect, topics, platform.kafka)
                    if different := await build.differing():
                        yield f"{name} {effect.place}: {different} differ from what the events say"
            for record in await platform.pool.fetch("select consumer, event_type, error from chassis.parked"):
                yield f"{name} {tuple(record)} is parked"


async def _topics(info: RunInfo) -> AsyncIterator[str]:
    """Topics that hold something else than the store that they come from."""
    for name in SERVICES:
        async with reaching(name, settings(name, info.data)) as platform:
            for each in await compared(service(name), platform):
                if each.counts:
                    yield f"{each.topic}: {each.said()}"
