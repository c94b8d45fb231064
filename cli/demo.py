"""`thidua demo`: the review of the movement 4575/KH-BHXH, the drive 4225/BHXH-TĐKT, then the ledger check."""

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import httpx
import typer
from rich import box
from rich.columns import Columns
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from chassis.stream.topics import AUDITOR
from cli import ledger_check
from cli.cast import accounts, engage
from cli.checks import Check, figure, table_of
from cli.connect import DATA, Plain, cell, err, is_away, local_tools, out, settings, stop, unreachable
from cli.main_job import ALL_PROVINCES, FEWEST, MainJob
from cli.officers import Desk, Refused
from contracts.values import Direction
from deploy.local.files import write_atomically
from services import ALL

if TYPE_CHECKING:
    from deploy.local.run_info import RunInfo

_SIGNS = {
    Direction.AT_LEAST: "≥",
    Direction.ABOUT: "≈",
    Direction.ABOVE: ">",
    Direction.AT_MOST: "≤",
    Direction.BELOW: "<",
}

_YES, _NO = cell("✓", "green"), cell("✗", "red")

_FAULTS = {
    "lost": "mất / lost",
    "doubled": "lặp / doubled",
    "altered": "khác với kho / altered",
    "out_of_order": "sai thứ tự / out of order",
    "stuck": "kẹt / stuck",
    "broken_chains": "chuỗi băm đứt / broken chains",
    "different": "mô hình đọc sai / wrong read models",
}


def _report(job: MainJob, ledger: ledger_check.Ledger, seconds: float) -> None:
    wide = Plain(width=max(out.width, 148))
    for year in sorted({goal["year"] for goal in job.goals}):
        goals = [goal for goal in job.goals if goal["year"] == year]
        title = f"4225/BHXH-TĐKT, {year}: chỉ tiêu → kết quả / target → result"
        table = Table(title=title, header_style="bold", box=box.SIMPLE_HEAD)
        table.add_column("BHXH", no_wrap=True)
        for goal in goals:
            sign = _SIGNS[Direction(goal["direction"])]
            value = str(goal["value"]).replace(".", ",")
            table.add_column(f"{goal['name']}\n{sign} {value}", justify="right", min_width=17, max_width=20)
        table.add_column("đạt cả\nall")
        for province in job.provinces:
            cells: list[Text] = []
            for goal in goals:
                place = (goal["indicator"], year)
                reached = Direction(goal["direction"]).reaches(province.results[place], province.targets[place])
                target, result = (figure(f"{each:.6f}") for each in (province.targets[place], province.results[place]))
                figures = f"{target} → {result} "
                cells.append(cell(figures) + (_YES if reached else _NO))
            name = province.name.removeprefix("Bảo hiểm xã hội ")
            table.add_row(cell(name), *cells, _YES if job.attained(province) else "")
        wide.print(table)
    wide.print(cell(f"Từ chối / refused: {job.refusal}"))
    wide.print(table_of(job.found))
    wide.print(
        Columns(
            [
                _counts("chủ đề / topic", ledger.topics),
                _counts("kênh / channel", ledger.messages),
                _counts("sổ cái / ledger", {_FAULTS[name]: count for name, count in ledger.counts().items()}),
            ]
        )
    )
    for note in ledger.notes:
        wide.print(cell(note, style="red"))
    whole, whole_en = ("toàn vẹn", "is whole") if ledger.ok else ("có lỗi", "has faults")
    style = "green" if ledger.ok else "red"
    said = (
        f"Sổ cái {whole}; {len(job.provinces)} tỉnh, thành phố, {_attained(job)} đạt mọi chỉ tiêu; "
        f"{seconds:.1f} giây. / The ledger {whole_en}; {len(job.provinces)} provinces, {_attained(job)} attained "
        f"everything; {seconds:.1f} s."
    )
    wide.print(cell(said, style))


def _counts(title: str, counts: Mapping[str, int]) -> Table:
    table = Table(title, box=box.SIMPLE_HEAD)
    table.add_column(justify="right")
    for name, count in counts.items():
        table.add_row(cell(name), str(count))
    return table


def _attained(job: MainJob) -> int:
    return sum(job.attained(province) for province in job.provinces)


def exit_code(whole: bool, found: Sequence[Check]) -> int:  # noqa: FBT001 - what the ledger's check says
    """0 where the ledger is whole and the platform says what the paper says."""
    return 0 if whole and all(check.ok for check in found) else 1


async def main_job(
    info: "RunInfo",
    started: float,
    *,
    keep: bool = False,
    provinces: int = ALL_PROVINCES,
    meanwhile: Callable[[MainJob], Awaitable[None]] | None = None,
) -> int:
    """Do the main job on a running platform, check the ledger, write demo.json; gives the exit code.

    It is 1 where the ledger is not whole, or where the platform does not say what the paper says.

    `meanwhile` is awaited before the ledger is checked: a fault run goes on there until it has done its worst.
    """
    urls = {name: service.url for name, service in info.services.items()}
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    async with httpx.AsyncClient(timeout=30, limits=limits) as http:
        with Progress(*columns, console=err) as progress:
            job = MainJob(info, Desk(http, urls, info.issuer.url), progress, wanted=provinces)
            await job.run()
            if meanwhile is not None:
                await meanwhile(job)
            waiting = progress.add_task("Kiểm tra sổ cái / ledger check", total=1)
            ledger = await ledger_check.check(
                {name: settings(name, info.data) for name in ALL},
                info.kafka_as(AUDITOR),
                info.smtp.page,
                info.zalo.url,
                job.desk.acknowledged,
            )
            progress.advance(waiting)
    seconds = time.monotonic() - started
    _report(job, ledger, seconds)
    found = {
        "seconds": round(seconds, 1),
        "ledger": ledger.summary(),
        "topics": ledger.topics,
        "messages": ledger.messages,
        "provinces": len(job.provinces),
        "attained": _attained(job),
        "refused": job.refusal,
        "found": [asdict(each) | {"ok": each.ok} for each in job.found],
    }
    write_atomically(info.data / "demo.json", json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    if keep:
        await engage(info)
        out.print(accounts(info))
        out.print("Nền tảng vẫn chạy, Ctrl-C để dừng / The platform stays up, Ctrl-C stops it:", info.addresses)
        with suppress(asyncio.CancelledError):  # Ctrl-C ends what was done, it does not spoil it
            await asyncio.Event().wait()
    return exit_code(ledger.ok, job.found)


def demo(
    *,
    keep: Annotated[bool, typer.Option("--keep", help="Giữ nền tảng chạy tiếp. / Leave the platform running.")] = False,
    provinces: Annotated[
        int, typer.Option(min=FEWEST, max=ALL_PROVINCES, help="Số tỉnh. / Provinces.")
    ] = ALL_PROVINCES,
    data: Annotated[Path, typer.Option(help="Thư mục dữ liệu. / Data folder.")] = DATA,
) -> None:
    """Tổng kết phong trào 4575/KH-BHXH, rồi đợt thi đua 4225/BHXH-TĐKT. / Run a movement's review, then a drive."""
    with local_tools():
        from deploy.local import platform  # noqa: PLC0415 - the operators' commands do without
    started = time.monotonic()
    os.environ["THIDUA_CLOCK"] = str((data / "clock").resolve())

    async def until(info: "RunInfo") -> int:
        try:
            return await main_job(info, started, keep=keep, provinces=provinces)
        except Refused as refused:
            raise stop(str(refused.problem.get("detail")), str(refused.problem.get("title"))) from None
        except Exception as error:
            if not is_away(error):
                raise
            raise unreachable(error) from None

    raise typer.Exit(asyncio.run(platform.run(data, until=until, quiet=True)))
