"""Commands of operations teams: run, projections."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress
from rich.table import Table

from chassis.facts.kinds import visible
from chassis.facts.projection import Projection
from chassis.service.platform import Platform
from chassis.service.upgrade import left_over, prune, under_way
from chassis.store import interventions
from chassis.stream import dead_letters
from chassis.views.rebuild import Rebuild
from cli import differences
from cli.cast import accounts, engage
from cli.connect import DATA, cell, effects, err, go, local_tools, out, reaching, service, settings, stop
from cli.connect import effect as effect_of
from cli.hand import By, Reason
from services import ALL

if TYPE_CHECKING:
    from deploy.local.run_info import RunInfo

projections = typer.Typer(
    no_args_is_help=True,
    help="Mô hình đọc: liệt kê, dựng lại, so sánh, dọn. / Read models: list, rebuild, compare, prune.",
)

ServiceName = Annotated[str, typer.Argument(help=f"{', '.join(ALL)}")]


def run(data: Annotated[Path, typer.Option(help="Thư mục dữ liệu. / Data folder.")] = DATA) -> None:
    """Chạy cả nền tảng trên máy này; Ctrl-C để dừng. / Run the whole platform here; Ctrl-C stops it."""
    with local_tools():
        from deploy.local.platform import run as run_platform  # noqa: PLC0415 - the others do without

    async def until(info: "RunInfo") -> int:
        await engage(info)
        out.print(accounts(info))
        out.print("Đã sẵn sàng, Ctrl-C để dừng / Ready, Ctrl-C stops it:", info.addresses)
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return 0

    raise typer.Exit(asyncio.run(run_platform(data, until=until)))


@projections.command("list")
def list_projections() -> None:
    """Mọi mô hình đọc và vị trí của nó. / Every read model, each of its versions, and how far it has come."""
    table = Table("service", "read model", "state", "source", "position", "parked")

    async def one(name: str) -> None:
        async with reaching(name, settings(name)) as platform:
            models = service(name).read_models
            building = await under_way(platform.pool, models)
            known = effects(service(name), platform)
            old = await left_over(platform.pool, models)
            for place in (*(each.place for each in models), *old):
                position = await platform.pool.fetchval(
                    "select max(position) from chassis.positions where consumer = $1", place
                )
                if place in building:
                    state = f"building, {building[place]['events']} events"
                else:
                    state = "not read, to be pruned" if place in old else "serves"
                source = (", ".join(known[place][1]) or "own store") if place in known else ""
                count = len(await dead_letters.listed(platform.pool, place))
                table.add_row(*map(cell, (name, place, state, source, position or 0, count)))

    for name in ALL:
        go(one(name))
    out.print(table)


@projections.command("prune")
def prune_projections(
    name: ServiceName,
    by: By,
    reason: Reason,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Không hỏi lại. / Do not ask.")] = False,
) -> None:
    """Xóa các phiên bản mô hình đọc không còn dùng. / Drop versions of read models that this code does not read."""

    async def old() -> list[str]:
        async with reaching(name, settings(name)) as platform:
            return await left_over(platform.pool, service(name).read_models)

    async def drop(place: str) -> None:
        async with reaching(name, settings(name)) as platform:
            await prune(platform.pool, place)
            await interventions.note(platform.pool, "prune", place, interventions.By(by, reason))

    places = go(old())
    if places and not yes:
        typer.confirm(
            f"Xóa {visible(', '.join(places))}? Bản cũ nào còn chạy sẽ phải dựng lại. / Drop them? Older code that"
            " still runs would have to build them anew.",
            abort=True,
        )
    for place in places:
        go(drop(place))
        out.print(f"{place} dropped")
    if not places:
        out.print("nothing to prune")


@projections.command("rebuild")
def rebuild(name: ServiceName, projection: str, by: By, reason: Reason) -> None:
    """Dựng lại một mô hình đọc bên cạnh bản đang chạy. / Build a read model anew beside the live one and switch."""

    async def work() -> tuple[int, int]:
        async with reaching(name, settings(name)) as platform, _built(name, projection, platform) as (build, progress):
            events = await build.run(progress)
            outcome = f"{events} events, {build.left_out} left out"
            await interventions.note(platform.pool, "rebuild", projection, interventions.By(by, reason), outcome)
            return events, build.left_out

    events, left_out = go(work())
    out.print(f"{events} events, switched")
    _say_left_out(name, left_out)


def _say_left_out(name: str, count: int) -> None:
    if count:
        out.print(
            cell(
                f"{count} bản ghi đã bị bỏ bằng tay nên không có trong đó; xem `thidua parked discarded {name}`. /"
                f" {count} records were dropped by hand and are left out; see `thidua parked discarded {name}`."
            )
        )


@projections.command("check")
def check_projection(name: ServiceName, projection: str) -> None:
    """So chủ đề với kho nguồn, rồi dựng lại và so. / Compare topics with their stores, then build anew and compare."""

    async def topics() -> tuple[str, ...]:
        async with reaching(name, settings(name)) as platform:
            return effect_of(service(name), platform, projection)[1]

    async def work() -> tuple[list[str], int]:
        async with reaching(name, settings(name)) as platform, _built(name, projection, platform) as (build, progress):
            return await build.differing(progress), build.left_out

    learned = go(topics())
    sources, away = go(differences.sources_compared(learned))
    different, left_out = go(work())
    _say_left_out(name, left_out)
    differ = differences.tell(sources) if learned else False
    if different:
        raise stop(
            f"Bảng khác với bản dựng lại: {', '.join(different)}; hãy dựng lại bằng `thidua projections rebuild`.",
            f"These tables differ from the rebuilt ones: {', '.join(different)}; run `thidua projections rebuild`.",
        )
    if differ:
        raise typer.Exit(1)
    for topic in away:
        out.print(cell(f"{topic}: chỉ so với chủ đề, không hỏi được kho nguồn. / its store was not asked: topic only."))
    out.print("equal to the topics" if away else "equal")


@asynccontextmanager
async def _built(
    name: str, projection: str, platform: Platform
) -> AsyncIterator[tuple[Rebuild, Callable[[int], None]]]:
    """A rebuild of a read model that the operator named, and what shows its progress."""
    effect, topics = effect_of(service(name), platform, projection)
    if not isinstance(effect, Projection):
        raise stop(
            f"{name} không có mô hình đọc {projection}; xem `thidua projections list`.",
            f"{name} has no read model {projection}; see `thidua projections list`.",
        )
    with Progress(console=err) as bar:
        task = bar.add_task(projection, total=None)
        build = Rebuild(platform.store, effect, topics, platform.kafka)
        yield build, lambda done: bar.update(task, completed=done, description=f"{done} events")
