"""What a run of the main job knows on its way, and how it goes on: its clock, what it waits for, what it notes."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from rich.progress import Progress

from chassis.store.migrate import put_ahead
from cli.checks import Check
from cli.officers import Desk, Officer, Refused, all_of
from contracts.values import Direction
from deploy.local.files import write_atomically

if TYPE_CHECKING:
    from deploy.local.run_info import RunInfo

_PATIENCE: Final = 180.0


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
class Stage:
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

    async def at(self, moment: date | datetime) -> None:
        """Go on at a moment, once every process has looked at the clock."""
        self.clock(moment)
        await asyncio.sleep(0.1)

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

    def attained(self, province: Province) -> bool:
        """Whether a province met or exceeded every target it had registered."""
        return all(
            Direction(goal["direction"]).reaches(province.results[place], province.targets[place])
            for goal in self.goals
            for place in [(goal["indicator"], goal["year"])]
        )
