"""Q1, Q8, I1: what pages ask of the services on the national data set, and a whole sector imported beside commands."""

import asyncio
import json
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from statistics import median
from typing import Any, Final
from uuid import UUID

import asyncpg
import httpx

from bench.figures import Demand, Row, Scale
from bench.ground import empty_topics, process
from bench.nation import TODAY, Nation
from bench.nation_drives import DRIVES
from bench.portal import SMALL, at_most, p95
from bench.portal_pages import visitors
from bench.portal_stage import Stage, served, stage
from contracts.registry import Role
from deploy.local.embedded import Embedded
from services.campaigns.domain.campaign import campaign_id
from services.campaigns.domain.scorecard import scorecard_id
from services.registry.domain.people_import import CATEGORIES, COLUMNS
from services.registry.domain.registration import registration_id

_WHOLE_FROM: Final = 300_000
_YEAR: Final = TODAY.year
_MUST: Final = {"Q1": (1, 50, 25), "Q8": (8, 100, 50)}
"""Clients, and the milliseconds that p95 must stay within, and is to."""

_OF_UNIT: Final = "unit_id={unit}"
QUERIES: Final[Mapping[str, Sequence[str]]] = {
    "registry": (
        "/units?limit=50", "/units/{unit}", "/units/{unit}/life", "/registrations?unit_id={unit}",
        "/registrations?campaign_id={campaign}", "/registrations/{registration}", "/people/search?q=nguyen%20minh",
        "/people/{person}/details", "/people/{person}/work", "/people/names?ids={person}", "/vacancies", "/proposals",
    ),
    "campaigns": (
        "/campaigns", "/campaigns/{campaign}", "/campaigns/{campaign}/joins",
        f"/campaigns/{{campaign}}/rollup?indicator=health_insurance_coverage&year={_YEAR - 1}",
        f"/campaigns/{{campaign}}/rollup?indicator=health_insurance_coverage&year={_YEAR - 1}&unit_id={{province}}",
        f"/scorecards?{_OF_UNIT}", "/scorecards?campaign_id={campaign}", "/scorecards/{card}",
        f"/base-figures?indicator=health_insurance_coverage&year={_YEAR}", f"/plans?{_OF_UNIT}",
        "/documents", f"/documents?{_OF_UNIT}", "/documents/{document}", "/documents/{document}/receipts",
        "/receipts", f"/receipts?{_OF_UNIT}", "/receipts/{receipt}",
        "/deadlines", "/deadlines?late=true", f"/deadlines?{_OF_UNIT}", "/deadlines/{deadline}",
        "/obstacles?resolved=false", f"/obstacles?{_OF_UNIT}", "/obstacles/{obstacle}",
        "/inspections", f"/inspections?{_OF_UNIT}", "/inspections/{inspection}",
        "/exemplars", f"/exemplars?{_OF_UNIT}", "/exemplars/{exemplar}",
    ),
    "awards": (
        "/nominations?limit=50", f"/nominations?{_OF_UNIT}", "/nominations/{nomination}", "/awards?limit=50",
        "/decisions/{decision}",
    ),
    "notify": ("/notifications?limit=50", "/notifications/mine", "/statistics", "/templates"),
}  # fmt: skip
"""By service, what the portal's pages ask when they are opened, as the emulation department."""

_OPEN: Final = """
    select data ->> 'registration_id' as registration, data ->> 'unit_id' as unit from store.events opened
    where type like 'thidua.registry.RegistrationOpened.v%' and data ->> 'campaign_id' = $1::text and not exists (
        select from store.events later where later.stream = opened.stream and later.type like '%RegistrationSubmitted%')
    order by position limit $2
"""
_BESIDE: Final = 20
_LONGEST: Final = 600
"""Seconds after which an import is given up: its worker is gone."""
_ENDS: Final = frozenset({"done", "failed"})
_APART_SECONDS: Final = 0.05
"""Commands come twenty a second, from so many officers."""


async def things(here: Stage) -> dict[str, str]:
    """Ids of one thing of each kind, to ask for."""
    known = dict((await visitors(here))[-1].things)
    place = here.nation.society().places[UUID(known["unit"])]
    campaign = campaign_id(f"{DRIVES[0].code}-{_YEAR - 1}")
    known |= {
        "campaign": str(campaign), "card": str(scorecard_id(campaign, place.id)), "person": str(place.officer),
        "registration": str(registration_id(campaign, place.id)), "province": str(place.parent),
    }  # fmt: skip
    return known


async def tokens(here: Stage, *people: UUID) -> list[str]:
    """What people are known by at the services."""
    async with httpx.AsyncClient(base_url=here.issuer) as http:
        asked = [await http.post("/token", json={"sub": str(each), "expires_in": 36_000}) for each in people]
    return [each.raise_for_status().json()["access_token"] for each in asked]


async def queried(here: Stage, service: str, pages: Sequence[dict[str, Any]], clients: int, seconds: float) -> Any:
    """Seconds by query, of so many clients at once; raises RuntimeError for an answer that is not 200."""
    asked = {"port": here.ports[service], "pages": pages, "browsers": clients, "seconds": seconds}
    reader = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.browse", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await reader.communicate(json.dumps(asked).encode())
    found = json.loads(out)
    if found["wrong"]:
        raise RuntimeError(found["wrong"])
    return found["seconds"]


def _pages(service: str, paths: Sequence[str], known: Mapping[str, str], token: str) -> list[dict[str, Any]]:
    by = f"Authorization: Bearer {token}"
    return [{"name": f"{service} {path}", "path": f"/api/v1{path.format(**known)}", "as": by} for path in paths]


async def querying(here: Stage, scale: Scale, id_: str, known: Mapping[str, str], token: str) -> Row:
    """Q1 or Q8: the slowest query counts."""
    clients, must, aim = _MUST[id_]
    taken: dict[str, list[float]] = defaultdict(list)
    pages = {service: _pages(service, paths, known, token) for service, paths in QUERIES.items()}
    seen = list[float]()
    for service, asked in pages.items():
        await queried(here, service, asked, clients, 0.5)
    for _ in range(scale.rounds):
        found = {
            name: 1000 * p95(seconds)
            for service, asked in pages.items()
            for name, seconds in (await queried(here, service, asked, clients, scale.seconds)).items()
        }
        seen.append(max(found.values()))
        for name, value in found.items():
            taken[name].append(value)
    slowest = sorted(((median(each), name) for name, each in taken.items()), reverse=True)
    what = (
        f"{len(taken)} queries of the services' APIs that pages ask, {clients} in flight: p95 of the slowest, its "
        "client's time; " + ", ".join(f"{name} {value:.0f} ms" for value, name in slowest[:5])
    )
    return at_most(id_, what, seen, Demand("p95 ms", median(seen), must, aim, most=True))


def people(here: Stage, count: int) -> bytes:
    """A table of so many people whom nobody knows yet, over all units."""
    codes = [place.row.code for place in here.nation.society().places.values()]
    rows = [";".join(COLUMNS[each][0] for each in COLUMNS)]
    rows += [
        f"N{number:06};Nguyễn Văn Mới {number};20/11/1984;09{number:08};moi{number}@nation.example;"
        f"{codes[number % len(codes)]};{next(iter(CATEGORIES.values()))};x;01/12/{_YEAR}"
        for number in range(count)
    ]
    return "\n".join(rows).encode("utf-8-sig")


async def importing(here: Stage, count: int, token: str) -> Row:
    """I1: seconds until everybody of a table is known, while officers go on registering."""
    owner = await asyncpg.connect(here.envs["registry"]["DATABASE_URL"])
    try:
        opened = await owner.fetch(_OPEN, str(campaign_id(f"{DRIVES[0].code}-{_YEAR + 1}")), _BESIDE)
    finally:
        await owner.close()
    society = here.nation.society()
    officers = await tokens(here, *(society.places[UUID(each["unit"])].officer for each in opened))
    url = f"http://127.0.0.1:{here.ports['registry']}/api/v1"
    taken, over = list[float](), asyncio.Event()
    async with httpx.AsyncClient(base_url=url, timeout=120) as http:

        async def register() -> None:
            number = 0
            while not over.is_set():
                at = number % len(opened)
                began = time.perf_counter()
                answer = await http.post(
                    f"/registrations/{opened[at]['registration']}/targets",
                    json={
                        "indicator": DRIVES[0].aims[2].indicator,
                        "year": _YEAR + 1,
                        "value": f"96.{number % 90 + 10}",
                    },
                    headers={"Authorization": f"Bearer {officers[at]}"},
                )
                answer.raise_for_status()
                taken.append(1000 * (time.perf_counter() - began))
                number += 1
                await asyncio.sleep(max(0.0, _APART_SECONDS - (time.perf_counter() - began)))

        async def done(path: str, content: bytes = b"") -> dict[str, Any]:
            as_ = {"Authorization": f"Bearer {token}", "Content-Type": "application/octet-stream"}
            told = (await http.post(path, content=content, headers=as_)).raise_for_status()
            job = f"http://127.0.0.1:{here.ports['registry']}{told.headers['Location']}"
            async with asyncio.timeout(_LONGEST):
                while (found := (await http.get(job, headers=as_)).json())["state"] not in _ENDS:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
            if found["state"] == "failed":
                raise RuntimeError(found["problem"])
            return dict(found)

        async with asyncio.TaskGroup() as group:
            group.create_task(register())
            began = time.perf_counter()
            tried = await done("/people/import/trials", people(here, count))
            await done(f"/people/import/trials/{tried['id']}/import")
            seconds = time.perf_counter() - began
            over.set()
    what = (
        f"{count:,} persons of a CSV file tried and imported as jobs of registry's worker, beside {len(taken)} "
        f"commands of registry, twenty a second; spread: the same figure"
    )
    held = Demand("import s", seconds * 25_000 / count, 60, 30, most=True)
    return at_most("I1", what, [held.value], held, Demand("commands p95 ms", p95(taken), 100, 50, most=True))


async def measured(servers: Embedded, scale: Scale, wanted: set[str]) -> AsyncIterator[Row]:
    """The rows Q1, Q8 and I1."""
    nation = Nation() if scale.events >= _WHOLE_FROM else SMALL
    async with stage(servers, nation, live=False) as here, served(here):
        department = here.nation.society().root.holders[Role.EMULATION_DEPARTMENT][0]
        (token,) = await tokens(here, department)
        known = await things(here)
        for id_ in _MUST:
            if id_ in wanted:
                yield await querying(here, scale, id_, known, token)
        if "I1" in wanted:
            await empty_topics(here.bootstrap)  # a worker listens, even where nothing is said
            async with process("services.registry", "worker", env=here.envs["registry"]):
                yield await importing(here, nation.people, token)
