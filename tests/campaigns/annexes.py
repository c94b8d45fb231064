"""Reviews with annexes over a running campaigns: units that fill in, send and correct, a department that accepts."""

import copy
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import yaml

from chassis.facts.core_yaml import CoreLoader
from contracts.event import Event
from contracts.registry import Role, RoleGranted
from contracts.values import UnitKind
from services.campaigns.domain.annex_cells import read_cell
from services.campaigns.domain.pack import load_pack
from services.campaigns.domain.report_state import report_id
from tests.campaigns.test_documents_api import established
from tests.served import Served

TEXT = Path("services/campaigns/packs/4575-2017.yaml").read_text(encoding="utf-8")
TODAY = date(2020, 8, 20)
"""The day after the letter of S003."""

COLUMNS = {each.key: each for each in load_pack(TEXT).reviews[0].annexes[0].columns}


def granted(person: UUID, role: Role, unit: UUID) -> RoleGranted:
    """A role that was held before the review."""
    return RoleGranted(person_id=person, role=role, unit_id=unit, since=date(2016, 1, 1))


def row(year: int = 2019, **typed: str) -> dict[str, Any]:
    """What is typed into the cells of a year, as the API takes it; `until` is a day."""
    until = typed.pop("until", None)
    cells = [read_cell(COLUMNS[key], text).model_dump(mode="json") for key, text in typed.items()]
    return {"table": "support", "year": year, "cells": cells, "until": until}


@dataclass
class Sector:
    """The root with its department: two of its people."""

    service: Served
    root: UUID
    first: UUID
    second: UUID

    @classmethod
    async def of(cls, service: Served) -> "Sector":
        """A root with a department that is known to a service."""
        it = cls(service, uuid4(), uuid4(), uuid4())
        await service.feed(
            established(it.root, UnitKind.NATIONAL, None),
            granted(it.first, Role.EMULATION_DEPARTMENT, it.root),
            granted(it.second, Role.EMULATION_DEPARTMENT, it.root),
        )
        return it

    async def tell(self, person: UUID, path: str, body: object = None, status: int = 201, **headers: str) -> Any:
        """Ask for a step; the answer."""
        answer = await self.service.ask(person, "POST", path, body, **headers)
        assert answer.status_code == status, (path, answer.text)
        return answer.json()

    async def read(self, path: str, person: UUID | None = None) -> Any:
        """What is told, once all that has happened is in it."""
        head = await self.service.platform.store.head()
        answer = await self.service.ask(
            person or self.first, "GET", f"{path}{'&' if '?' in path else '?'}at_least={head}"
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def unit(self, kind: UnitKind = UnitKind.PROVINCIAL, above: "Unit | None" = None) -> "Unit":
        """A unit with an officer and a head."""
        it = Unit(self, uuid4(), uuid4(), uuid4())
        events: list[Event] = [
            established(it.id, kind, above.id if above else self.root),
            granted(it.officer, Role.OFFICER, it.id),
            granted(it.head, Role.UNIT_HEAD, it.id),
        ]
        await self.service.feed(*events)
        return it

    async def open(self, **changes: Any) -> "Opened":
        """Open the review of S003 for all units that there are."""
        review = copy.deepcopy(yaml.load(TEXT, Loader=CoreLoader)["reviews"][0])  # noqa: S506 - a loader of ours
        review["code"] = f"tong-ket-{uuid4().hex[:8]}"
        campaign = changes.pop("campaign_id", None)
        body = {"unit_id": str(self.root), "campaign_id": campaign, "review": {**review, **changes}}
        told = await self.tell(self.first, "/reviews", body)
        return Opened(self, UUID(told["id"]))


@dataclass
class Unit:
    """A unit that reports."""

    sector: Sector
    id: UUID
    officer: UUID
    head: UUID


@dataclass
class Opened:
    """A review that is open."""

    sector: Sector
    id: UUID

    def path(self, unit: Unit) -> str:
        """Where the report of a unit is."""
        return f"/reports/{report_id(self.id, unit.id)}"

    async def fill(self, unit: Unit, *rows: dict[str, Any], covers: str = "own") -> None:
        """Fill in rows of the annex."""
        for each in rows:
            await self.sector.tell(unit.officer, f"{self.path(unit)}/annex-rows", {**each, "covers": covers})

    async def send(self, unit: Unit) -> None:
        """Sign and send the report."""
        await self.sector.tell(unit.head, f"{self.path(unit)}/submission", {"capacity": "direct"})

    async def report(self, unit: Unit, *rows: dict[str, Any], covers: str = "own", to: UUID | None = None) -> None:
        """Fill in, send, and have accepted."""
        await self.fill(unit, *rows, covers=covers)
        await self.send(unit)
        await self.sector.tell(to or self.sector.first, f"{self.path(unit)}/acceptance")

    async def annex(self, query: str = "") -> Any:
        """What the accepted reports add up to."""
        return await self.sector.read(f"/reviews/{self.id}/annex{query}")

    async def consolidate(self) -> Any:
        """The next version."""
        return await self.sector.tell(self.sector.first, f"/reviews/{self.id}/consolidation")


def figures(annex: dict[str, Any]) -> dict[tuple[int, str, str, str], str]:
    """The sums of an annex by year, column, label and measure."""
    return {
        (each["year"], each["column"], each["label"], each["measure"]): each["amount"].split(".")[0]
        for each in annex["sums"]
    }
