"""Commands for reference data: the organisation's units, campaign packs."""

from pathlib import Path
from typing import Annotated

import typer

from chassis.facts.decider import Rejected
from cli.connect import cell, err, go, out, reaching, settings

units = typer.Typer(no_args_is_help=True, help="Đơn vị của tổ chức. / The organisation's units.")
pack = typer.Typer(no_args_is_help=True, help="Gói phong trào. / Campaign packs.")

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]


@units.command("import")
def import_units(
    file: File,
    *,
    names_are_meant: Annotated[
        bool,
        typer.Option("--names-are-meant", help="Tên đúng như đã ghi. / Take names that look damaged as they stand."),
    ] = False,
) -> None:
    """Nhập toàn bộ đơn vị từ tệp CSV; một lỗi thì không nhập gì. / Import all units from a CSV file, or none."""
    from services.registry.imports import import_units as do_import  # noqa: PLC0415 - loads what others do not need

    async def work() -> int:
        async with reaching("registry", settings("registry")) as platform:
            return await do_import(platform, file.read_bytes(), names_are_meant=names_are_meant)

    try:
        out.print(f"{go(work())} units established")
    except Rejected as refused:
        _tell(refused)


@pack.command("check")
def check_pack(file: File) -> None:
    """Kiểm tra một gói phong trào và chỉ rõ từng lỗi. / Check a campaign pack and name every fault."""
    from services.campaigns.domain.pack import load_pack  # noqa: PLC0415 - loads what others do not need

    try:
        found = load_pack(file.read_bytes())
    except Rejected as refused:
        _tell(refused)
    out.print(f"{found.code}: {len(found.goals)} goals, {len(found.linked_campaigns)} linked campaigns: ok")


def _tell(refused: Rejected) -> None:
    err.print(cell(f"{refused.vi}\n{refused.en}", style="red"))
    for fault in getattr(refused, "faults", ()):
        err.print(cell(f"  {fault}"))
    raise typer.Exit(1)
