"""The services, each with its API and its database; what one records is handed to the others as Kafka would."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import httpx
import pytest
from aiokafka import ConsumerRecord

from chassis.facts.clock import business_date
from chassis.service.service import Service
from chassis.stream.cloudevents import EventSource
from chassis.stream.intake import Effect, Reaction, apply
from chassis.stream.outgoing import Outgoing
from contracts import SERVICES
from contracts.registry import Role
from deploy.local.embedded import Embedded
from services.notify.consumers import tell_people
from services.registry import people
from services.registry.bootstrap import appoint_first_administrators
from services.registry.domain.unit import unit_id
from services.registry.imports import import_units
from tests.served import Served, an_issuer, served

ALL = (*SERVICES, "portal")
ROOT = unit_id("VSS")
_SPACE = UUID("6b1f4c0e-3a2d-4c5b-8e7f-900000000001")
ADMIN, SECOND, OWNER, OFFICER, HEAD, APPRAISER, DIRECTOR = (
    uuid5(_SPACE, name) for name in ("admin", "second", "owner", "officer", "head", "appraiser", "director")
)
_ROLES = {
    OFFICER: [Role.OFFICER],
    HEAD: [Role.UNIT_HEAD, Role.CLERK],
    APPRAISER: [Role.PROFESSIONAL_DEPARTMENT, Role.AUDITOR],
    DIRECTOR: [Role.DIRECTOR_GENERAL, Role.EMULATION_DEPARTMENT],
}


@dataclass
class House:
    """All services; each consumer's place in each topic is kept here, as a consumer group's is."""

    services: dict[str, Served]
    effects: dict[str, list[tuple[Effect, Sequence[str]]]] = field(default_factory=dict)
    reached: dict[str, int] = field(default_factory=dict)
    parked: list[str] = field(default_factory=list)

    async def ask(self, person: UUID, method: str, service: str, path: str, body: object = None) -> httpx.Response:
        """One request with the person's token."""
        return await self.services[service].ask(person, method, path, body)

    async def tell(self, person: UUID, service: str, path: str, body: object = None) -> dict[str, Any]:
        """A command that must be accepted."""
        answer = await self.ask(person, "POST", service, path, body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def give(self, person: UUID, role: Role, unit: UUID) -> None:
        """A role from today on; one that takes two, the second administrator confirms."""
        body = {"role": role, "unit_id": str(unit), "since": self.today.isoformat()}
        answer = await self.ask(ADMIN, "POST", "registry", f"/people/{person}/roles", body)
        assert answer.status_code in {201, 202}, answer.text
        if answer.status_code == 202:
            await self.tell(SECOND, "registry", f"/proposals/{answer.json()['id']}/confirm")

    @property
    def today(self) -> date:
        """The day that it is for registry."""
        return business_date(self.services["registry"].platform.clock())

    async def settle(self) -> None:
        """Let every consumer take every event there is, until nothing new comes of it; what was parked is noted."""
        while batches := [batch for batch in [await self._news(topic) for topic in self._topics()] if batch]:
            for records in batches:
                for service, effects in self.effects.items():
                    for effect, topics in effects:
                        if records[0].topic in topics and await apply(
                            self.services[service].platform.pool, effect, records
                        ):
                            self.parked.append(f"{service}/{effect.name}")
        for name, running in self.services.items():
            head = await running.platform.store.head()
            for projection in running.service.projections:
                await running.platform.at_least(projection, head)
            rows = await running.platform.pool.fetch("select consumer, event_type, error from chassis.parked")
            self.parked += [f"{name}: {tuple(row)}" for row in rows]

    def _topics(self) -> list[str]:
        return ["thidua.people", *(f"thidua.{name}.events" for name in SERVICES)]

    async def _news(self, topic: str) -> list[ConsumerRecord[bytes, bytes]]:
        after = self.reached.get(topic, 0)
        if topic == "thidua.people":
            found = await people.Directory(self.services["registry"].platform.pool)(after, 500)
        else:
            name = topic.split(".")[1]
            found = await EventSource(name, self.services[name].platform.pool)(after, 500)
        if found:
            self.reached[topic] = found[-1].position
        return [_as_received(topic, outgoing) for outgoing in found]


def _as_received(topic: str, out: Outgoing) -> ConsumerRecord[bytes, bytes]:
    nothing: Any = None
    return ConsumerRecord(
        topic, 0, out.position, timestamp=0, timestamp_type=0, key=out.key, value=out.value or nothing, checksum=None,
        serialized_key_size=0, serialized_value_size=0, headers=tuple(out.headers),
    )  # fmt: skip


def _effects(service: Service, running: Served) -> list[tuple[Effect, Sequence[str]]]:
    async def known() -> None:
        """Roles and units are known: the house hands them over first."""

    found = [(each.effect, each.topics) for each in service.subscriptions(running.platform)]
    told = tell_people(running.platform, known)
    return [(told if isinstance(each, Reaction) and each.name == told.name else each, topics) for each, topics in found]


@asynccontextmanager
async def an_empty_house(servers: Embedded, folder: Path) -> AsyncIterator[House]:
    """All services, which trust one issuer; the portal, the last of them, knows the others' addresses."""
    async with AsyncExitStack() as stack:
        house = House({})
        issuer = await stack.enter_async_context(an_issuer(folder))
        environment = stack.enter_context(pytest.MonkeyPatch.context())
        for name in ALL:
            urls = {known: str(running.client.base_url) for known, running in house.services.items()}
            environment.setenv("PORTAL_SERVICES", json.dumps(urls))
            service: Service = import_module(f"services.{name}.app").SERVICE
            house.services[name] = await stack.enter_async_context(served(service, servers, folder, issuer))
            house.effects[name] = _effects(service, house.services[name])
        yield house


@asynccontextmanager
async def a_house(servers: Embedded, folder: Path, provinces: int) -> AsyncIterator[House]:
    """All services with a small organisation; five made-up people hold the roles at its root, so that they may all."""
    async with an_empty_house(servers, folder) as house:
        lines = ["code,name,kind,parent,established_on", "VSS,Bảo hiểm xã hội Việt Nam,national,,1995-02-16"]
        lines += [f"P{n:02d},Bảo hiểm xã hội tỉnh {n},provincial,VSS,2024-11-10" for n in range(1, provinces + 1)]
        lines.append("TDKT,Ban Thi đua - Khen thưởng,central_department,VSS,2024-11-10")
        registry = house.services["registry"].platform
        await import_units(registry, "\n".join(lines).encode())
        await appoint_first_administrators(registry, [ADMIN, SECOND], ROOT, OWNER)
        await house.settle()
        for person, roles in _ROLES.items():
            await house.tell(ADMIN, "registry", f"/people/{person}/enrol")
            for role in roles:
                await house.give(person, role, ROOT)
        for code in ("TDKT", *(f"P{n:02d}" for n in range(1, provinces + 1))):
            await house.give(HEAD, Role.UNIT_HEAD, unit_id(code))
        await house.settle()
        await asyncio.sleep(2.1)  # what a person holds is remembered for 2 s
        yield house
