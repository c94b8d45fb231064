"""V1, V2, V3: 800 units' annexes added up, a report opened with its grid, 200 reports sent on the last evening."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import yaml

from bench.commands import prepared, settings
from bench.figures import Demand, Row, Scale
from bench.ground import DATA, an_append, free_port, listening_on, process
from bench.portal import at_most, p95
from chassis.facts.core_yaml import CoreLoader
from chassis.service.platform import Platform, running
from chassis.store.store import Append
from chassis.stream.intake import apply
from chassis.stream.received import Received
from chassis.testing import as_recorded
from chassis.views.projector import create_views
from contracts.campaigns import ActivitySum, AnnexCell, AnnexRow, Item, ReportAccepted, ReportSubmitted
from contracts.event import Event
from contracts.registry import Role, RoleGranted, UnitEstablished
from contracts.values import UnitKind
from deploy.local.embedded import Embedded
from deploy.local.issuer import create
from deploy.local.loopback import listen, serving, url_of
from services.campaigns.app import SERVICE
from services.campaigns.domain.report_state import report_id
from services.campaigns.views import annexes

UNITS: Final = 800
SENDING: Final = 200
"""Of 800 units the reports are accepted; so many more send theirs on the last evening."""

YEARS: Final = range(2016, 2021)
_PACK: Final = Path("services/campaigns/packs/4575-2017.yaml")
_SINCE: Final = date(2016, 1, 1)
_GOODS: Final = (("chăn", ""), ("gạo", "kg"), ("gạo", "tấn"), ("quà", "suất"))
_TEN_MINUTES: Final = 600
_PRESSED: Final = 5
"""Ten minutes of sending are pressed into so many timed rounds' length."""
_OPENED_AT_ONCE: Final = 4


@dataclass(frozen=True, slots=True)
class Ground:
    """A running campaigns with one review: who asks for what is accepted there, and which units are to send."""

    http: httpx.AsyncClient
    review: UUID
    department: dict[str, str]
    accepted: Sequence[UUID]
    sending: Sequence[tuple[UUID, dict[str, str]]]


def row(unit: int, year: int) -> AnnexRow:
    """A made-up year of a unit, every column of figures filled in."""
    goods = tuple(Item(name=name, measure=of, quantity=Decimal(unit % 90 + 1)) for name, of in _GOODS)
    paid = tuple(ActivitySum(activity=f"Hoạt động {n}", amount=Decimal(unit * 1000 + n)) for n in range(3))
    cells = (
        *(AnnexCell(column=key, number=Decimal(unit + year)) for key in ("cards", "card_money")),
        AnnexCell(column="goods", items=goods),
        *(AnnexCell(column=key, number=Decimal(unit % 7)) for key in ("houses_direct", "houses_joint")),
        AnnexCell(column="cash", sums=paid),
        AnnexCell(column="joint_activities", text=f"Cùng các đoàn thể ở {unit} xã"),
    )
    until = date(2020, 7, 31) if year == YEARS[-1] else None
    return AnnexRow(table="support", year=year, cells=cells, until=until)


async def learned(platform: Platform, events: Sequence[Event]) -> None:
    """Have campaigns know these units and roles, as if registry had told."""
    recorded = [as_recorded(event, at, f"bench-{at}", on=_SINCE) for at, event in enumerate(events, start=1)]
    batch = [Received("bench", 0, each.position, each.stream, each) for each in recorded]
    for projection, _ in SERVICE.learns:
        for start in range(0, len(batch), 500):
            if await apply(platform.pool, projection, batch[start : start + 500]):
                raise RuntimeError(projection.place)


async def accept(platform: Platform, review: UUID, units: Sequence[UUID], title: str) -> None:
    """Let the reports of these units be there, sent and accepted."""
    appends = list[Append]()
    for number, unit in enumerate(units):
        key = report_id(review, unit)
        about: dict[str, Any] = {"report_id": key, "review_id": review, "unit_id": unit, "title": title}
        said = tuple(row(number, year) for year in YEARS)
        facts = [
            ReportSubmitted(**about, revision=1, received_on=_SINCE, days_late=0, whole=said),
            ReportAccepted(**about, revision=1, whole=said),
        ]
        made = an_append(uuid4(), 1, stream=f"report-{key}")
        appends.append(Append(made.stream, 1, facts, made.command_id, b"", made.metadata))
    for start in range(0, len(appends), 100):
        await platform.store.append_all(appends[start : start + 100])


async def stand(platform: Platform, http: httpx.AsyncClient, issuer: str) -> Ground:
    """One review of S003 over all units, with a head in each of those that send."""
    root, asks = uuid4(), uuid4()
    units = [uuid4() for _ in range(UNITS + SENDING)]
    heads = {unit: uuid4() for unit in units[UNITS:]}
    since: dict[str, Any] = {"established_on": _SINCE}
    known: list[Event] = [
        UnitEstablished(unit_id=root, code="R", name="BHXH Việt Nam", kind=UnitKind.NATIONAL, **since),
        *(
            UnitEstablished(unit_id=unit, code=f"P{n}", name=f"P{n}", kind=UnitKind.PROVINCIAL, parent_id=root, **since)
            for n, unit in enumerate(units)
        ),
        RoleGranted(person_id=asks, role=Role.EMULATION_DEPARTMENT, unit_id=root, since=_SINCE),
        *(RoleGranted(person_id=head, role=Role.UNIT_HEAD, unit_id=unit, since=_SINCE) for unit, head in heads.items()),
    ]
    await learned(platform, known)

    async def token(person: UUID) -> dict[str, str]:
        async with httpx.AsyncClient(base_url=issuer) as tokens:
            answer = await tokens.post("/token", json={"sub": str(person), "expires_in": 36_000})
        return {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}

    department = await token(asks)
    said = yaml.load(_PACK.read_text(encoding="utf-8"), Loader=CoreLoader)["reviews"][0]  # noqa: S506 - a loader of ours
    body = {"unit_id": str(root), "review": {**said, "before": "2099-08-28"}}
    opened = await http.post("/reviews", json=body, headers=department)
    if not opened.is_success:
        raise RuntimeError(opened.text)
    review = UUID(opened.json()["id"])
    await accept(platform, review, units[:UNITS], said["title"])
    await platform.at_least(annexes.FIGURES, await platform.store.head())
    sending = [(report_id(review, unit), await token(head)) for unit, head in heads.items()]
    return Ground(http, review, department, [report_id(review, unit) for unit in units[:UNITS]], sending)


async def timed(asked: Callable[[], Awaitable[httpx.Response]]) -> float:
    """Milliseconds until the whole answer is there; raises for one that is no success."""
    began = time.perf_counter()
    answer = await asked()
    if not answer.is_success:
        raise RuntimeError(answer.text)
    return 1000 * (time.perf_counter() - began)


async def summing(here: Ground, scale: Scale) -> Row:
    """V1: the first version, and then the sums as they stand, each made of all reports."""
    path = f"/reviews/{here.review}"
    seen = [await timed(lambda: here.http.post(f"{path}/consolidation", headers=here.department))]
    seen += [await timed(lambda: here.http.get(f"{path}/annex", headers=here.department)) for _ in range(scale.rounds)]
    answer = (await here.http.get(f"{path}/annex?version=1", headers=here.department)).raise_for_status().json()
    if answer["reported"] != UNITS:
        raise RuntimeError(f"{answer['reported']} of {UNITS} reports were added up")
    what = (
        f"annexes of {UNITS} units, {len(YEARS)} years, 7 columns, added up from accepted reports over HTTP: the first "
        f"version stored in {seen[0]:.0f} ms, then {scale.rounds} times as they stand; the slowest counts"
    )
    held = Demand("consolidation s", max(seen) / 1000, 1, 0.5, most=True)
    return at_most("V1", what, [each / 1000 for each in seen], held)


async def opening(here: Ground, scale: Scale) -> Row:
    """V2: reports with their outline, grid, steps, by several clients at once."""
    seen, count = list[float](), 0
    for _ in range(scale.rounds):
        taken, ends = list[float](), time.perf_counter() + scale.seconds

        async def client(first: int, taken: list[float] = taken, ends: float = ends) -> None:
            number = first
            while not taken or time.perf_counter() < ends:
                path = f"/reports/{here.accepted[number % len(here.accepted)]}"
                taken.append(await timed(lambda: here.http.get(path, headers=here.department)))  # noqa: B023 - awaited at once
                number += _OPENED_AT_ONCE

        await asyncio.gather(*(client(first) for first in range(_OPENED_AT_ONCE)))
        seen.append(p95(taken))
        count += len(taken)
    what = (
        f"a report opened with outline, annex of {len(YEARS)} years, history and steps, one of {UNITS}, "
        f"{_OPENED_AT_ONCE} in flight, {count:,} requests: its client's time"
    )
    return at_most("V2", what, seen, Demand("p95 ms", median(seen), 100, 50, most=True))


async def sending(here: Ground, scale: Scale) -> Row:
    """V3: every unit fills in its years and sends; commands come evenly, and a late one counts from when it was due."""
    count = len(here.sending) * (len(YEARS) + 1)
    length = _PRESSED * scale.rounds * scale.seconds
    pause, begins = length / count, time.perf_counter() + 0.2

    async def unit(number: int, report: UUID, head: dict[str, str]) -> list[float]:
        """What one unit does, a step after the other: each has its moment, and waits for the one before."""
        steps: list[tuple[str, dict[str, Any]]] = [
            *((f"/reports/{report}/annex-rows", row(number, year).model_dump(mode="json")) for year in YEARS),
            (f"/reports/{report}/submission", {"capacity": "direct"}),
        ]
        taken = list[float]()
        for at, (path, body) in enumerate(steps):
            due = max(begins + (at * len(here.sending) + number) * pause, time.perf_counter() if at else 0.0)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            answer = await here.http.post(path, headers=head, json=body)
            if not answer.is_success:
                raise RuntimeError(answer.text)
            taken.append(1000 * (time.perf_counter() - due))
        return taken

    found = await asyncio.gather(*(unit(number, *each) for number, each in enumerate(here.sending)))
    taken = [each for one in found for each in one]
    rate, asked = count / length, count / _TEN_MINUTES
    what = (
        f"{SENDING} units fill in {len(YEARS)} years and send, {count:,} commands at {rate:.0f} a second "
        f"(in ten minutes: {asked:.0f}), beside its own read models; a command's time counts from when it was due"
    )
    parts = [p95(taken[start :: scale.rounds]) for start in range(scale.rounds)]
    return at_most("V3", what, parts, Demand("commands p95 ms", p95(taken), 150, 75, most=True))


async def measured(servers: Embedded, scale: Scale, wanted: set[str]) -> AsyncIterator[Row]:
    """The rows V1, V2 and V3."""
    sock, port = listen(0), free_port()
    async with (
        serving(create(DATA, url_of(sock)), sock) as issuer,
        prepared(servers, "campaigns", THIDUA_ISSUER=issuer) as env,
        running("campaigns", settings(env), read_models=SERVICE.read_models) as platform,
        process("bench.following", "campaigns", env=env),
        process("services.campaigns", "api", env={**env, "PORT": str(port)}),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=120, limits=_LIMITS) as http,
    ):
        await create_views(platform.pool, SERVICE.read_models)
        await listening_on(port)
        here = await stand(platform, http, issuer)
        for id_, measure in (("V1", summing), ("V2", opening), ("V3", sending)):
            if not wanted or id_ in wanted:
                yield await measure(here, scale)


_LIMITS: Final = httpx.Limits(max_connections=64, max_keepalive_connections=64)
