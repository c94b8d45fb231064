"""awards as it runs: its own migrated database, its HTTP API, real tokens, and what it learned of others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import asyncpg
import httpx
import pytest

from chassis.facts.clock import business_date
from chassis.facts.projection import Fold, Projection
from chassis.facts.settings import Settings
from chassis.organisation.duties import DUTIES
from chassis.organisation.organisation import ORGANISATION
from chassis.service.platform import Platform, running
from chassis.store import migrate
from chassis.store.wake import listening
from chassis.testing import as_recorded
from chassis.views.projector import create_views, project_own
from chassis.web.api import build_api
from chassis.web.serve import serving
from contracts.campaigns import CampaignLaunched, TargetAttained
from contracts.event import Event
from contracts.examples import example
from contracts.registry import RegistrationConfirmed, Role, RoleGranted, UnitEstablished
from contracts.values import Direction, Document, Target, UnitKind
from deploy.local import issuer, loopback
from deploy.local.embedded import Embedded
from services.awards.app import SERVICE
from services.awards.learned import LEARNED
from tests.awards.examples import CAMPAIGN, DIRECTOR, HEAD, OFFICER, PERIOD, SPACE, UNIT

ROOT, OTHER, STRANGER, OTHER_HEAD, AUDITOR, DEPUTY, VERIFIER = (
    uuid5(SPACE, name) for name in ("root", "other", "stranger", "other head", "auditor", "deputy", "verifier")
)
SINCE = date(2024, 1, 1)
DOCUMENT = Document(number="4225/BHXH-TĐKT", issued_on=date(2024, 11, 10))


def established(unit: UUID, code: str, kind: UnitKind, parent: UUID | None) -> UnitEstablished:
    return UnitEstablished(
        unit_id=unit, code=code, name=f"Đơn vị {code}", kind=kind, parent_id=parent, established_on=SINCE
    )


def granted(person: UUID, role: Role, unit: UUID) -> RoleGranted:
    return RoleGranted(person_id=person, role=role, unit_id=unit, since=SINCE)


def confirmed(unit: UUID, *pledges: tuple[str, int]) -> RegistrationConfirmed:
    return RegistrationConfirmed(
        registration_id=uuid5(CAMPAIGN, f"registration/{unit}"),
        campaign_id=CAMPAIGN,
        unit_id=unit,
        targets=tuple(
            Target(indicator=indicator, year=year, value=Decimal("94.2"), direction=Direction.AT_LEAST)
            for indicator, year in pledges
        ),
    )


def attained(unit: UUID, indicator: str, year: int) -> TargetAttained:
    return TargetAttained(
        scorecard_id=uuid5(CAMPAIGN, f"scorecard/{unit}"),
        campaign_id=CAMPAIGN,
        unit_id=unit,
        indicator=indicator,
        year=year,
        target=Decimal("94.2"),
        value=Decimal("94.5"),
        margin=Decimal("0.3"),
        early=True,
    )


REGISTRY: tuple[Event, ...] = (
    established(ROOT, "VSS", UnitKind.NATIONAL, None),
    established(UNIT, "P01", UnitKind.PROVINCIAL, ROOT),
    established(OTHER, "P02", UnitKind.PROVINCIAL, ROOT),
    granted(OFFICER, Role.OFFICER, UNIT),
    granted(HEAD, Role.UNIT_HEAD, UNIT),
    granted(OTHER_HEAD, Role.UNIT_HEAD, OTHER),
    granted(DIRECTOR, Role.DIRECTOR_GENERAL, ROOT),
    granted(AUDITOR, Role.AUDITOR, ROOT),
    confirmed(UNIT, ("health_insurance_coverage", 2024), ("health_insurance_coverage", 2025)),
)
LAUNCHED = example(
    CampaignLaunched,
    campaign_id=CAMPAIGN,
    code="4225-2024",
    theme="Thi đua đặc biệt",
    period=PERIOD,
    goals=(),
)


@dataclass
class Awards:
    """A running service, and people who ask it."""

    platform: Platform
    web: httpx.AsyncClient
    issuer: httpx.AsyncClient

    @property
    def today(self) -> date:
        return business_date(self.platform.clock())

    async def learn(self, *events: Event, by: UUID | None = VERIFIER) -> None:
        """What the consumers of others' topics do with events that a person caused."""
        for projection in (ORGANISATION, LEARNED, DUTIES):
            await self._learn(projection, events, by)

    async def _learn(self, projection: Projection, events: tuple[Event, ...], by: UUID | None) -> None:
        fold = Fold(projection.place)
        for event in events:
            fold.apply(projection.changes(as_recorded(event, actor=by)))
        async with self.platform.pool.acquire() as connection:
            await fold.write(connection)

    async def ask(self, person: UUID, method: str, path: str, **options: Any) -> httpx.Response:
        """Ask as a person."""
        token = (await self.issuer.post("/token", json={"sub": str(person)})).raise_for_status().json()["access_token"]
        headers = {"Authorization": f"Bearer {token}", **options.pop("headers", {})}
        return await self.web.request(method, f"/api/v1{path}", headers=headers, **options)

    async def get(self, person: UUID, path: str, **params: Any) -> dict[str, Any]:
        """A query's answer, once it reflects all that was recorded so far."""
        head = await self.platform.pool.fetchval("select coalesce(max(position), 0) from store.events")
        answer = await self.ask(person, "GET", path, params={"at_least": head, **params})
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def post(self, person: UUID, path: str, body: Any = None, **options: Any) -> dict[str, Any]:
        """An accepted command's answer."""
        answer = await self.ask(person, "POST", path, json=body, **options)
        assert answer.status_code == 201, answer.text
        accepted: dict[str, Any] = answer.json()
        return accepted

    async def refused(
        self, status: int, code: str, person: UUID, path: str, body: Any = None, *, method: str = "POST"
    ) -> dict[str, Any]:
        """A refusal in both languages; nothing was stored."""
        count = "select count(*) from store.events"
        before = await self.platform.pool.fetchval(count)
        answer = await self.ask(person, method, path, json=body)
        problem: dict[str, Any] = answer.json()
        assert (answer.status_code, problem["type"]) == (status, f"urn:thidua:problem:{code}"), problem
        assert problem["title"]
        assert problem["detail"]
        assert await self.platform.pool.fetchval(count) == before
        return problem


@pytest.fixture
async def awards(servers: Embedded, tmp_path: Path) -> AsyncIterator[Awards]:
    name = f"awards_{uuid4().hex[:12]}"
    server = servers.database_url.rsplit("/", 1)[0]
    await asyncio.to_thread(migrate.prepare, "awards", f"{server}/{name}", name)
    sock = loopback.listen(0)
    identity = issuer.create(tmp_path, loopback.url_of(sock))
    async with (
        loopback.serving(identity, sock) as issuer_url,
        httpx.AsyncClient(base_url=issuer_url) as tokens,
    ):
        settings = Settings(database_url=f"{server}/{name}", database_role=name, thidua_issuer=issuer_url)
        async with (
            running("awards", settings, read_models=SERVICE.read_models) as platform,
            listening(settings.database_url, settings.database_role) as wake,
        ):
            await create_views(platform.pool, SERVICE.read_models)
            tasks = [asyncio.create_task(project_own(platform.store, SERVICE.projections, wake))]
            async with (
                serving(build_api(SERVICE, settings), settings) as url,
                httpx.AsyncClient(base_url=url) as web,
            ):
                it = Awards(platform, web, tokens)
                await it.learn(*REGISTRY, LAUNCHED)
                yield it
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
    admin = await asyncpg.connect(f"{server}/postgres")
    await admin.execute(f'drop database "{name}" with (force)')
    await admin.execute(f'drop role "{name}"')
    await admin.close()
