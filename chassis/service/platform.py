"""What a service's code stands on while a process runs."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import asyncpg

from chassis.facts.clock import Clock, FileClock, system_clock
from chassis.facts.problem import Problem
from chassis.facts.projection import Projection
from chassis.facts.settings import Settings
from chassis.organisation.access import Access
from chassis.organisation.organisation import Organisation
from chassis.store.database import PATIENCE, STATEMENT_SECONDS, pooled
from chassis.store.execute import Executor
from chassis.store.files import Files
from chassis.store.store import Store
from chassis.stream import security
from chassis.views.checkpoint import Checkpoint, checkpoint

_TOOL_STATEMENT_SECONDS = 300.0  # it may compare whole tables


@dataclass(slots=True)
class Platform:
    """One process's hold on its service's database, store and clock."""

    service: str
    settings: Settings
    pool: asyncpg.Pool
    store: Store
    executor: Executor
    clock: Clock
    access: Access
    organisation: Organisation
    checkpoints: dict[str, Checkpoint] = field(default_factory=dict)

    @property
    def files(self) -> Files:
        """The service's files; raises Problem 503 where nothing says in which folder they lie."""
        if (folder := self.settings.files) is None:
            raise Problem(
                503,
                "files-without-a-place",
                "Hệ thống chưa có nơi lưu tệp; hãy báo người vận hành đặt THIDUA_FILES.",
                "There is no place for files yet; tell the operator to set THIDUA_FILES.",
            )
        return Files(folder / self.service)

    @property
    def kafka(self) -> security.Login:
        """The brokers, and as whom this process comes to them; ends it with a sentence when that is not safe."""
        return security.of(self.settings)

    async def at_least(self, projection: Projection, position: int) -> None:
        """Wait until a read model of own events reflects a position; Problem 503 when that takes too long.

        Problem 400 for a position that the store has not given: it would be waited for in vain.
        """
        place = projection.place
        if place not in self.checkpoints:
            self.checkpoints[place] = Checkpoint(lambda: checkpoint(self.pool, place))
        known = self.checkpoints[place]
        if position > known.reached and position > await self.store.head():
            raise Problem(
                400,
                "position-unknown",
                "Vị trí at_least chưa hề có ở dịch vụ này; hãy gửi vị trí nhận được từ chính dịch vụ này.",
                "This service has not given the position in at_least; send one that came from this very service.",
            )
        await known.wait_for(position)


@contextlib.asynccontextmanager
async def running(
    service: str,
    settings: Settings,
    part: str = "tool",
    *,
    read_models: Sequence[Projection] = (),
    patience: float = PATIENCE,
) -> AsyncIterator[Platform]:
    """The platform of one process that runs this part of a service, for the time of a block.

    Queries find the tables of `read_models` in the versions for which this code was written.

    A server that takes no more sessions is waited for, for `patience` seconds; raises what asyncpg raises then.
    """
    fit_for_production(settings)
    clock = clock_of(settings)
    url, role, size = settings.database_url, settings.database_role, settings.sessions(part)
    statement = _TOOL_STATEMENT_SECONDS if part == "tool" else STATEMENT_SECONDS
    places = [each.place for each in read_models]
    async with pooled(url, role, places, size=size, patience=patience, statement=statement) as pool:
        store = Store(pool)
        try:
            yield Platform(
                service, settings, pool, store, Executor(store), clock, Access(pool, clock), Organisation(pool)
            )
        finally:
            await store.close()


def clock_of(settings: Settings) -> Clock:
    """The machine's clock, or a simulated one that a file moves."""
    return system_clock if settings.thidua_clock is None else FileClock(settings.thidua_clock)


def fit_for_production(settings: Settings) -> None:
    """End the process with a sentence where production would stand on what is for development alone."""
    production = settings.thidua_env == "production"
    if production and settings.thidua_clock is not None:
        raise SystemExit("THIDUA_CLOCK không dùng khi vận hành thật; hãy bỏ nó. / Unset THIDUA_CLOCK in production.")
    if production and settings.thidua_issuer:
        issuer_protected(settings)
    security.of(settings)


def issuer_protected(settings: Settings) -> None:
    """End the process with a sentence where tokens of the issuer could be forged on the way, or where none is named."""
    if not settings.thidua_issuer.startswith("https://"):
        raise SystemExit(
            "THIDUA_ISSUER phải là địa chỉ https:// của hệ thống đăng nhập; hãy đặt lại rồi chạy lại.\n"
            "THIDUA_ISSUER must be the https:// address of the sign-in service; set it and run again."
        )
