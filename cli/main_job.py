"""The main job: S001 from its numbered letter to the last report, scene by scene, through the HTTP APIs."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from uuid import UUID

import yaml
from rich.progress import Progress

from chassis.store.migrate import put_ahead
from chassis.store.patience import patiently
from cli.administrators import DEPARTMENT, ROOT, appoint, grant, introduce
from cli.checks import Check
from cli.connect import reaching, settings
from cli.letter import CEREMONY, CLERK, LEADER, PROFESSIONAL, UNITS, Letter
from cli.officers import Desk, Officer, Refused, all_of
from cli.scenes import guiding, honours, official, papers, registering, reporting, review
from contracts.values import Direction, RegistrationOrder
from deploy.local.files import write_atomically
from services.registry.imports import import_units

if TYPE_CHECKING:
    from deploy.local.run_info import RunInfo

PACK = files("services.campaigns").joinpath("packs/4225-2024.yaml")
ALL_PROVINCES = 63
FEWEST = 4
"""The scenes are played by so many provinces."""

_BEGINS = date(2024, 11, 10)
_PATIENCE = 180.0


@dataclass(slots=True)
class Province:
    """A provincial office with its two officers and what it pledged and reached, by indicator and year.

    `parts` are numerators and denominators of what it reached.
    """

    unit: UUID
    code: str
    name: str
    targets: dict[tuple[str, int], Decimal] = field(default_factory=dict)
    results: dict[tuple[str, int], Decimal] = field(default_factory=dict)
    parts: dict[tuple[str, int], tuple[Decimal, Decimal]] = field(default_factory=dict)

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
    """One run of the main job on a running platform; `found` is what is held against the paper, by ids.

    The same run again sends the same commands, which change nothing; another `edition` is another campaign, which goes
    the short way. `everywhere` has all provinces by code, `bases` their official denominators. `carried`: an earlier
    version launched the drive, and what was registered and reported then stays as it was.
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
    found: list[Check] = field(default_factory=list)
    movements: list[str] = field(default_factory=list)
    everywhere: dict[str, UUID] = field(default_factory=dict)
    bases: dict[tuple[UUID, str, int], Decimal] = field(default_factory=dict)
    carried: bool = False

    @property
    def whole(self) -> bool:
        """Whether everything that S001 goes through is played."""
        return self.edition == 0 and not self.carried

    def note(self, ids: str, what: str, paper: str, platform: str) -> None:
        """Keep what the platform says beside what the paper says."""
        self.found.append(Check(ids, what, paper, platform))

    def clock(self, moment: date | datetime) -> None:
        """Put simulated time at a moment; at nine in the morning, Hanoi, of a day."""
        if not isinstance(moment, datetime):
            moment = datetime(moment.year, moment.month, moment.day, 2, tzinfo=UTC)
        left = moment - datetime.now(UTC)
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

    async def seen(self, officer: Officer, service: str, path: str) -> Any:
        """Answer to a query; None for what is not there, or not there yet, or not for this officer to see."""
        try:
            return await self.desk.ask(officer, service, path)
        except Refused as refused:
            if refused.status != HTTPStatus.NOT_FOUND:
                raise
            return None

    async def run(self) -> None:
        """From nothing to the conclusion."""
        self.found = []
        self.clock(_BEGINS)
        await self.organisation()
        await (letter := self.letter()).goes_out()
        await letter.is_entered([(each.unit, each.officer) for each in self.provinces], 1 + self.edition)
        await self.launch(letter)
        await registering.registered(self)
        await self._cards()
        if self.edition == 0:
            await guiding.answered(self)
        self.clock(date(2024, 12, 31))
        if self.whole:
            await official.published(self)
        if not self.carried:
            await official.learnt(self)
        await reporting.results(self, 2024)
        if self.whole:
            await reporting.proven(self)
            await review.example(self)
            await reporting.corrected(self)
            await reporting.late_report(self)
        if self.edition == 0:
            await papers.ways_back(self)
            await papers.taken_over(self)
            await guiding.exemplary(self)
            await guiding.inspected(self)
        self.clock(date(2025, 12, 31))
        await reporting.results(self, 2025)
        if self.whole:
            await reporting.lost_again(self)
            await reporting.compared(self)
            await review.summed(self)
            await reporting.counted(self)
        await honours.honoured(self)
        await letter.concludes(self.campaign, len(self.provinces), date(2025, 12, 31))

    async def organisation(self) -> None:
        """Units, officers and their roles."""
        await patiently(self._import, "organisation")
        tell = self.desk.tell
        await self.until("Danh mục đơn vị / units", self._provinces)
        central = [(LEADER, "director_general"), (PROFESSIONAL, "professional_department"), (CLERK, "clerk")]
        staff = [(officer, role, ROOT) for officer, role in central]
        for province in self.provinces:
            staff += [(province.officer, "officer", province.unit), (province.head, "unit_head", province.unit)]

        staff += review.staff() if self.edition == 0 else []

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
        self.everywhere = {u["code"]: UUID(u["unit_id"]) for u in units}
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
        self.movements = [each["document"]["number"] for each in pack["linked_campaigns"]]
        if self.edition:
            pack["code"] = f"{pack['code']}-{self.edition}"
        else:
            pack["registration_order"] = RegistrationOrder.AGREED_FIRST.value
        return Letter(self.desk, self.until, pack, str(4225 + self.edition), self.note)

    async def launch(self, letter: Letter) -> None:
        """Announced, so that units are asked to register; then launched, by each unit in its own scope too."""
        self.campaign = await letter.announces()
        self.carried = letter.launched_before

        async def opened() -> bool:
            found = await self.desk.pages(DEPARTMENT, "registry", "/registrations", campaign_id=self.campaign)
            return {p.unit for p in self.provinces} <= {UUID(registration["unit_id"]) for registration in found}

        await self.until("Mời đăng ký / registrations opened", opened)
        self.clock(CEREMONY)
        await letter.is_launched(self.campaign, [(each.unit, each.head) for each in self.provinces])

    async def _cards(self) -> None:
        async def carded() -> dict[UUID, UUID]:
            found = await self.desk.pages(DEPARTMENT, "campaigns", "/scorecards", campaign_id=self.campaign)
            cards = {UUID(card["unit_id"]): UUID(card["scorecard_id"]) for card in found}
            return cards if {p.unit for p in self.provinces} <= cards.keys() else {}

        self.cards = await self.until("Phiếu kết quả / scorecards", carded)

    def attained(self, province: Province) -> bool:
        """Whether a province met or exceeded every target it had registered."""
        return all(
            Direction(goal["direction"]).reaches(province.results[place], province.targets[place])
            for goal in self.goals
            for place in [(goal["indicator"], goal["year"])]
        )
