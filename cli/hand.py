"""Who does something by hand, and why: asked of every tool that drops, brings back or repeats what is stored."""

from typing import Annotated

import typer
from rich.table import Table

from chassis.store import interventions
from cli.connect import cell, go, out, reaching, settings
from services import ALL

_CONTROL = 0x20


def said(text: str | None) -> str | None:
    """What was typed, if it says something in one line."""
    if text is not None and (not text.strip() or any(ord(each) < _CONTROL for each in text)):
        raise typer.BadParameter("hãy viết một dòng có nội dung / write a line that says something")
    return text and text.strip()


By = Annotated[str, typer.Option("--by", callback=said, help="Ai quyết định. / Who decides.")]
Reason = Annotated[str, typer.Option("--reason", callback=said, help="Vì sao. / Why.")]


def list_interventions(name: Annotated[str | None, typer.Argument(help=", ".join(ALL))] = None) -> None:
    """Ai đã can thiệp bằng tay, vào đâu, vì sao. / Who intervened by hand, in what, and why."""
    table = Table("service", "time", "what", "about", "by", "reason", "outcome")

    async def one(each: str) -> None:
        async with reaching(each, settings(each)) as platform:
            for i in await interventions.noted(platform.pool):
                at = f"{i.done_at:%Y-%m-%d %H:%M:%S %Z}"
                table.add_row(*map(cell, (each, at, i.what, i.about, i.decided_by, i.reason, i.outcome)))

    for each in (name,) if name else ALL:
        go(one(each))
    out.print(table)
