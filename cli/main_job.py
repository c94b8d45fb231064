"""The steps of the main job: organisation, launch, registration, results, honours, each through the HTTP APIs."""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from uuid import UUID

import yaml
from rich.progress import Progress

from chassis.store.migrate import put_ahead
from chassis.store.patience import patiently
from cli.administrators import DEPARTMENT, ROOT, appoint, grant, introduce
from cli.connect import reaching, settings
from cli.letter import CEREMONY, CLERK, LEADER, Letter
from cli.officers import Desk, Officer, Refused, all_of
from contracts.values import Direction
from deploy.local.files import write_atomically
from services.registry.domain.registration import registration_id
from services.registry.imports import import_units

if TYPE_CHECKING:
    from deploy.local.run_info import RunInfo

PACK = files("services.campaigns").joinpath("packs/4225-2024.yaml")
UNITS = files("services.registry").joinpath("data/units-2024.csv")
PROFESSIONAL = Officer("Ban-nghiep-vu")
AWARD = "merit_certificate_dg"
ALL_PROVINCES = 63
_BEGINS = date(2024, 11, 10)
_PATIENCE = 180.0
DOSSIER = ("submission_letter", "minutes", "achievement_report")


@dataclass(slots=True)
class Province:
    """A provincial office with its two officers and what it pledged and reached, by indicator and year."""

    unit: UUID
    code: str
    name: str
    targets: dict[tuple[str, int], Decimal] = field(default_factory=dict)
    results: dict[tuple[str, int], Decimal] = field(default_factory=dict)

    @property
    def officer(self) -> Officer:
        """Drafts and reports."""
        return Officer(f"Can-bo-{self.code}")

    @property
    def head(self) -> Officer:
        """Submits."""
        return Officer(f"Giam-doc-{self.code}")


@dataclass(slots=True)
class MainJob:
    """One run of the main job on a running platform; `found` are figures to hold against the paper, by their ids.

    The same run again sends the same commands, which change nothing; another `edition` is another campaign.
    """

    info: "RunInfo"
    desk: Desk
    progress: Progress
    wanted: int
    edition: int = 0
    provinces: list[Province] = field(default_factory=list)
    goals: list[dict[str, Any]] = field(default_factory=list)
    campaign: UUID = field(default_factory=lambda: UUID(int=0))
    refusal: str = ""
    cards: dict[UUID, UUID] = field(default_factory=dict)
    found: list[tuple[str, str]] = field(default_factory=list)

    def clock(self, day: date) -> None:
        """Put simulated time at nine in the morning, Hanoi, of a day."""
        left = datetime(day.year, day.month, day.day, 2, tzinfo=UTC) - datetime.now(UTC)
        ahead = timedelta(seconds=round(left.total_seconds()))
        write_atomically(self.info.data / "clock", f"{ahead.total_seconds():.0f}")
        for name in self.info.databases:  # at once: who keeps the file looks at it a moment later
            put_ahead(self.info.database(name), ahead)

    async def step(self, title: str, work: Sequence[Any]) -> list[Any]:
        """Many requests at once, with a bar."""
        task = self.progress.add_task(title, total=len(work))
        return await all_of(work, lambda: self.progress.advance(task))

    async def until(self, title: str, condition: Any, seconds: float = _PATIENCE) -> Any:
        """Wait until a query's answer is what the events must lead to."""
        task = self.progress.add_task(title, total=1)
        deadline = time.monotonic() + seconds
        while not (found := await condition()):
            if time.monotonic() > deadline:
                raise TimeoutError(title)
            await asyncio.sleep(0.2)
        self.progress.advance(task)
        return found

    async def run(self) -> None:
        """From nothing to the awards."""
        self.clock(_BEGINS)
        await self.organisation()
        await (letter := self.letter()).goes_out()
        await letter.is_entered([(each.unit, each.officer) for each in self.provinces], 1 + self.edition)
        await self.launch(letter)
        self.clock(date(2024, 11, 20))
        await self.register()
        self.clock(date(2024, 12, 31))
        await self.results(2024)
        self.clock(date(2025, 12, 31))
        await self.results(2025)
        await self.honour()
        self.found = await letter.concludes(self.campaign, len(self.provinces), date(2025, 12, 31))

    async def organisation(self) -> None:
        """Units, officers and their roles."""
        await patiently(self._import, "organisation")
        tell = self.desk.tell
        await self.until("Danh mục đơn vị / units", self._provinces)
        central = [(LEADER, "director_general"), (PROFESSIONAL, "professional_department"), (CLERK, "clerk")]
        staff = [(officer, role, ROOT) for officer, role in central]
        for province in self.provinces:
            staff += [(province.officer, "officer", province.unit), (province.head, "unit_head", province.unit)]

        async def enrol(officer: Officer, role: str, unit: UUID) -> None:
            await tell(DEPARTMENT, "registry", f"/people/{officer.id}/enrol")
            await tell(DEPARTMENT, "registry", f"/people/{officer.id}/details", officer.details(), method="PUT")
            await grant(self.desk, officer.id, role, unit, _BEGINS.isoformat())

        await introduce(self.desk)
        await self.step("Cán bộ, vai trò / officers, roles", [enrol(*one) for one in staff])
        await self._without_zalo()

    async def _import(self) -> None:
        async with reaching("registry", settings("registry", self.info.data)) as registry:
            await import_units(registry, UNITS.read_bytes())
            await appoint(registry)

    async def _provinces(self) -> bool:
        try:
            units = await self.desk.pages(DEPARTMENT, "registry", "/units", kind="provincial")
        except Refused as refused:  # the role is on its way to the read model
            if refused.code != "role-missing":
                raise
            return False
        self.provinces = [Province(UUID(u["unit_id"]), u["code"], u["name"]) for u in units[: self.wanted]]
        return len(units) == ALL_PROVINCES

    async def _without_zalo(self) -> None:
        """One officer in seven has no Zalo account: they are told by email."""
        phones = [f"84{province.head.details()['phone'][1:]}" for province in self.provinces[::7]]
        url = self.info.zalo.url
        await all_of([self.desk.http.post(f"{url}/_sim/phones/{phone}", json={"error": -118}) for phone in phones])

    def letter(self) -> Letter:
        """The letter of the drive; another edition has another number."""
        pack = yaml.safe_load(PACK.read_text(encoding="utf-8"))
        self.goals = pack["goals"]
        if self.edition:
            pack["code"] = f"{pack['code']}-{self.edition}"
        return Letter(self.desk, self.until, pack, str(4225 + self.edition))

    async def launch(self, letter: Letter) -> None:
        """Announced, so that units are asked to register; then launched, by each unit in its own scope too."""
        self.campaign = await letter.announces()

        async def opened() -> bool:
            found = await self.desk.pages(DEPARTMENT, "registry", "/registrations", campaign_id=self.campaign)
            return {p.unit for p in self.provinces} <= {UUID(registration["unit_id"]) for registration in found}

        await self.until("Mời đăng ký / registrations opened", opened)
        self.clock(CEREMONY)
        await letter.is_launched(self.campaign, [(each.unit, each.head) for each in self.provinces])

    async def register(self) -> None:
        """Every province pledges; one tries less than the common goal first and is refused."""
        for province in self.provinces:
            draw = random.Random(f"targets {province.code}")  # noqa: S311 - example figures
            for goal in self.goals:
                better = Decimal(draw.randrange(1, 60)) / 100
                province.targets[goal["indicator"], goal["year"]] = _beyond(goal, better)
        first = self.provinces[0]
        goal = self.goals[0]
        path = f"/registrations/{registration_id(self.campaign, first.unit)}/targets"
        low = {"indicator": goal["indicator"], "year": goal["year"], "value": str(_beyond(goal, Decimal("-0.5")))}
        try:
            await self.desk.tell(first.officer, "registry", path, low)
        except Refused as refused:
            self.refusal = str(refused.problem["detail"])

        async def one(province: Province) -> None:
            base = f"/registrations/{registration_id(self.campaign, province.unit)}"
            for (indicator, year), value in province.targets.items():
                body = {"indicator": indicator, "year": year, "value": str(value)}
                await self.desk.tell(province.officer, "registry", f"{base}/targets", body)
            await self.desk.tell(province.head, "registry", f"{base}/submit")
            await self.desk.tell(DEPARTMENT, "registry", f"{base}/confirm")

        await self.step("Đăng ký, xác nhận / registered, confirmed", [one(p) for p in self.provinces])

        async def carded() -> dict[UUID, UUID]:
            found = await self.desk.pages(DEPARTMENT, "campaigns", "/scorecards", campaign_id=self.campaign)
            cards = {UUID(card["unit_id"]): UUID(card["scorecard_id"]) for card in found}
            return cards if {p.unit for p in self.provinces} <= cards.keys() else {}

        self.cards = await self.until("Phiếu kết quả / scorecards", carded)

    async def results(self, year: int) -> None:
        """Every province reports what it reached in a year; somebody else verifies it."""
        goals = [goal for goal in self.goals if goal["year"] == year]

        async def one(province: Province) -> None:
            draw = random.Random(f"results {province.code} {year}")  # noqa: S311 - example figures
            good = draw.random() < 0.7  # noqa: PLR2004 - a picture worth looking at
            for goal in goals:
                place = (goal["indicator"], year)
                margin = Decimal(draw.randrange(0, 40) if good else draw.randrange(-60, 40)) / 100
                province.results[place] = _better(goal, province.targets[place], margin)
                path = f"/scorecards/{self.cards[province.unit]}"
                body = {"indicator": goal["indicator"], "year": year, "value": str(province.results[place])}
                await self.desk.tell(province.officer, "campaigns", f"{path}/results", body)
                verified = {"indicator": goal["indicator"], "year": year}
                await self.desk.tell(PROFESSIONAL, "campaigns", f"{path}/verifications", verified)

        await self.step(f"Kết quả {year} / results {year}", [one(p) for p in self.provinces])

    def attained(self, province: Province) -> bool:
        """Whether a province met or exceeded every target it had registered."""
        return all(
            Direction(goal["direction"]).reaches(province.results[place], province.targets[place])
            for goal in self.goals
            for place in [(goal["indicator"], goal["year"])]
        )

    async def honour(self) -> None:
        """Those that met or exceeded all their targets are nominated and decided upon."""
        worthy = [province for province in self.provinces if self.attained(province)]

        async def nominate(province: Province) -> str:
            body = {"campaign_id": str(self.campaign), "unit_id": str(province.unit), "award": AWARD}
            nomination: str = (await self._patiently(province.officer, "/nominations", body))["id"]
            for kind in DOSSIER:
                digest = sha256(f"{kind} {province.code}".encode()).hexdigest()
                paper = {"kind": kind, "title": f"{kind} {province.name}", "sha256": digest}
                await self.desk.tell(province.officer, "awards", f"/nominations/{nomination}/documents", paper)
            await self._patiently(province.head, f"/nominations/{nomination}/submit", None)
            return nomination

        nominations = await self.step("Đề nghị khen thưởng / nominated", [nominate(p) for p in worthy])
        decision = {
            "number": f"{4225 + self.edition}/QĐ-BHXH",
            "signed_on": "2025-12-31",
            "authority_id": str(ROOT),
            "award": AWARD,
            "nominations": nominations,
        }
        await self._patiently(LEADER, "/decisions", decision)

        async def granted() -> bool:
            found = await self.desk.pages(DEPARTMENT, "awards", "/nominations", campaign_id=self.campaign)
            done = [nomination for nomination in found if nomination["status"] == "granted"]
            return len(done) >= len(worthy)

        await self.until(f"Khen thưởng / {len(worthy)} awards granted", granted)

    async def _patiently(self, officer: Officer, path: str, body: object) -> Any:
        """Tell awards something that rests on others' events, which may still be on their way to it."""
        early = (
            "unknown",
            "role-missing",
            "targets-not-registered",
            "targets-not-verified",
            "targets-not-attained",
            "not-submitted",
        )
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                return await self.desk.tell(officer, "awards", path, body)
            except Refused as refused:
                if not refused.code.endswith(early) or time.monotonic() > deadline:
                    raise
            await asyncio.sleep(0.2)


def _beyond(goal: dict[str, Any], better: Decimal) -> Decimal:
    """A figure that beats a goal by so much, on the goal's good side."""
    return _better(goal, Decimal(str(goal["value"])), better)


def _better(goal: dict[str, Any], value: Decimal, by: Decimal) -> Decimal:
    down = Direction(goal["direction"]) in (Direction.BELOW, Direction.AT_MOST)
    return value - by if down else value + by
